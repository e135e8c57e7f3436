/* SPDX-License-Identifier: Apache-2.0 */
/* Plots: what overlaps is seen, what lies outside is cut, bars keep their scale. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/widget/plot.h"

enum { H = 3600 };

static const struct width one = {1}, two = {2};

static void
is(const struct grid *g, const char *want)
{
	struct fj_buf b;

	fj_buf_init(&b, 100000);
	grid_dump(g, &b);
	assert_string_equal(b.p, want);
	fj_buf_release(&b);
}

static void
lanes(void **state)
{
	static const char *const label[] = {"气相", "检查员甲"};
	static const struct plot_span span[] = {
		{0, 8 * H, 10 * H, true}, {0, 9 * H, 11 * H, true}, {0, 12 * H, 13 * H, false},
		{1, -90 * H, 7 * H, false}, {1, 11 * H, 11 * H, true}, {1, 20 * H, 90 * H, false},
	};
	struct plot_time p = {label, 2, span, 6, 6 * H, 14 * H, 0, -1};
	struct grid *g = grid_new(&one, 3, 41);

	(void)state;
	assert_int_equal(plot_time(g, grid_rect(g), &p), 2);
	is(g, "         06:00   08:00   10:00   12:00\n"
	    "气相             ####XXXX####    ====\n"
	    "检查员甲 ====                |\n");
	grid_clear(g);
	p.top = 1;
	assert_int_equal(plot_time(g, grid_rect(g), &p), 1);
	grid_free(&g);
	g = grid_new(&two, 3, 6);
	assert_int_equal(plot_time(g, grid_rect(g), &p), 1);
	grid_free(&g);
	p.to = p.from;
	g = grid_new(&one, 3, 40);
	assert_int_equal(plot_time(g, grid_rect(g), &p), 0);
	grid_free(&g);
}

/* Times of a liar: years apart, or before the first day. */
static void
far(void **state)
{
	static const char *const label[] = {"x"};
	static const struct plot_span span[] = {
		{0, -4000LL * 365 * 86400, 4000LL * 365 * 86400, false}, {7, 0, 1, true},
	};
	struct plot_time p = {label, 1, span, 2, 0, 0, 0, 0};
	struct grid *g = grid_new(&one, 2, 40);

	(void)state;
	plot_time_window(span, 1, &p.from, &p.to);
	assert_true(p.to > p.from);
	assert_int_equal(plot_time(g, grid_rect(g), &p), 1);
	p.from = 0;
	p.to = 60;
	assert_int_equal(plot_time(g, grid_rect(g), &p), 1);
	grid_free(&g);
}

static void
window(void **state)
{
	static const struct plot_span span[] = {
		{0, 0, 100 * H, false}, {0, 8 * H, 10 * H, true}, {0, 12 * H, 12 * H, true},
	};
	int64_t from, to;

	(void)state;
	plot_time_window(span, 3, &from, &to);
	assert_int_equal(from, 8 * H - H / 2);
	assert_int_equal(to, 12 * H + H / 2);
	plot_time_window(span, 1, &from, &to);
	assert_true(from < 0 && to > 100 * H);
	plot_time_window(span, 0, &from, &to);
	assert_true(to > from);
}

static void
bars(void **state)
{
	static const struct plot_bar bar[] = {
		{"0", 10, 5, "10", true}, {"1", 2.5, 5, "2", false}, {"二", 0, -1, NULL, false},
	};
	struct grid *g = grid_new(&one, 3, 31);

	(void)state;
	assert_int_equal(plot_bars(g, grid_rect(g), bar, 3, 0), 3);
	is(g, "0      ##########|########## 10\n"
	    "1      =====     |            2\n"
	    "二\n");
	assert_int_equal(plot_bars(g, grid_rect(g), bar, 3, 2), 1);
	assert_int_equal(plot_bars(g, grid_rect(g), bar, 0, 0), 0);
	grid_free(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lanes), cmocka_unit_test(far), cmocka_unit_test(window),
		cmocka_unit_test(bars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
