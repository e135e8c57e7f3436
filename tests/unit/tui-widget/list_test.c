/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/fold.h"
#include "tui/widget/list.h"
#include "tui/widget/search.h"
#include "tui/widget/table.h"

static const struct width one = {1};

struct data {
	uint64_t id[400];
	size_t n;
	int tall;		/* every so many rows are two lines high */
	int heads;		/* every so many ids are headings */
};

static size_t
count(void *ctx)
{
	return ((struct data *)ctx)->n;
}

static uint64_t
row_id(void *ctx, size_t row)
{
	return ((struct data *)ctx)->id[row];
}

static int
height(void *ctx, size_t row, int width)
{
	struct data *d = ctx;

	(void)width;
	return d->tall != 0 && d->id[row] % (uint64_t)d->tall == 0 ? 2 : 1;
}

static bool
is_head(void *ctx, size_t row)
{
	struct data *d = ctx;

	return d->heads != 0 && d->id[row] % (uint64_t)d->heads == 1;
}

static void
draw(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	char s[32];

	snprintf(s, sizeof(s), "行%d", (int)((struct data *)ctx)->id[row]);
	grid_text(g, r.y, r.x, r.w, st, s);
}

static bool
match(void *ctx, size_t row, const char *needle)
{
	char s[32];

	snprintf(s, sizeof(s), "行%d", (int)((struct data *)ctx)->id[row]);
	return fold_contains(s, needle);
}

static const struct list_ops ops = {count, row_id, height, draw, match, is_head};

static void
fill(struct data *d, size_t n)
{
	size_t i;

	memset(d, 0, sizeof(*d));
	d->n = n;
	for (i = 0; i < n; i++)
		d->id[i] = i + 1;
}

static int
cursor_row(struct list *l, struct grid *g)
{
	int y, x;

	grid_clear(g);
	list_draw(l, g, grid_rect(g), true);
	assert_true(grid_cursor_get(g, &y, &x));
	return y;
}

static enum list_answer
press(struct list *l, uint32_t key)
{
	struct input in = input_key(key);

	return list_input(l, &in);
}

static void
moving(void **state)
{
	struct grid *g = grid_new(&one, 5, 20);
	struct data d;
	struct list *l;
	size_t row;

	(void)state;
	fill(&d, 20);
	l = list_new(&ops, &d);
	assert_int_equal(cursor_row(l, g), 0);
	assert_int_equal(press(l, K_DOWN), LIST_MOVED);
	assert_int_equal(press(l, 'j'), LIST_MOVED);
	assert_int_equal(list_selected_id(l), 3);
	assert_int_equal(press(l, K_PGDN), LIST_MOVED);
	assert_int_equal(list_selected_id(l), 7);
	assert_int_equal(cursor_row(l, g), 4);
	assert_int_equal(press(l, 'G'), LIST_MOVED);
	assert_int_equal(list_selected_id(l), 20);
	assert_int_equal(press(l, K_DOWN), LIST_HANDLED);
	assert_int_equal(press(l, K_HOME), LIST_MOVED);
	assert_true(list_selected(l, &row) && row == 0);
	assert_int_equal(press(l, 'x'), LIST_IGNORED);
	assert_true(list_select(l, 15));
	assert_false(list_select(l, 99));
	assert_true(list_select_row(l, 3));
	assert_int_equal(list_selected_id(l), 4);
	list_free(&l);
	grid_free(&g);
}

/* Rows that come above leave the selected row, and its line on the screen. */
static void
following(void **state)
{
	struct grid *g = grid_new(&one, 6, 20);
	struct data d;
	struct list *l;
	int line;

	(void)state;
	fill(&d, 100);
	l = list_new(&ops, &d);
	assert_true(list_select(l, 50));
	line = cursor_row(l, g);
	memmove(d.id + 3, d.id, d.n * sizeof(d.id[0]));
	d.id[0] = 201;
	d.id[1] = 202;
	d.id[2] = 203;
	d.n += 3;
	list_refresh(l);
	assert_int_equal(list_selected_id(l), 50);
	assert_int_equal(cursor_row(l, g), line);
	/* The selected row goes: the one that takes its place. */
	memmove(d.id + 52, d.id + 53, (d.n - 53) * sizeof(d.id[0]));
	d.n--;
	list_refresh(l);
	assert_int_equal(list_selected_id(l), 51);
	assert_int_equal(cursor_row(l, g), line);
	d.n = 0;
	list_refresh(l);
	assert_int_equal(list_selected_id(l), 0);
	list_set_empty(l, "没有");
	assert_int_equal(cursor_row(l, g), 0);
	assert_int_equal(press(l, K_DOWN), LIST_HANDLED);
	d.n = 5;
	list_refresh(l);
	assert_int_equal(list_selected_id(l), d.id[0]);
	list_free(&l);
	grid_free(&g);
}

static bool
tenth(void *ctx, size_t row)
{
	return ((struct data *)ctx)->id[row] % 10 == 0;
}

static void
filtering(void **state)
{
	struct grid *g = grid_new(&one, 6, 20);
	struct data d;
	struct list *l;
	struct search *s;
	struct input in = input_key(0xff13);	/* ３ */
	struct rect r = grid_rect(g);
	struct fj_buf b;

	(void)state;
	fill(&d, 40);
	l = list_new(&ops, &d);
	s = search_new(l);
	assert_true(list_select(l, 33));
	search_open(s);
	assert_true(search_input(s, &in));
	assert_int_equal(list_shown(l), 13);
	assert_int_equal(list_selected_id(l), 33);	/* it still matches */
	in = input_key(K_UP);
	assert_true(search_input(s, &in));
	assert_int_equal(list_selected_id(l), 32);
	in = input_key(K_ENTER);
	assert_true(search_input(s, &in));
	assert_false(search_typing(s));
	search_draw(s, NULL, g, &r);
	assert_int_equal(r.h, 5);
	fj_buf_init(&b, 1000);
	grid_dump(g, &b);
	assert_non_null(strstr(b.p, "/３"));
	fj_buf_release(&b);
	in = input_key('q');
	assert_false(search_input(s, &in));
	in = input_key(K_ESC);
	assert_true(search_input(s, &in));
	assert_int_equal(list_shown(l), 40);
	assert_int_equal(list_selected_id(l), 32);
	assert_false(search_input(s, &in));
	list_filter(l, "zzz");
	assert_int_equal(list_selected_id(l), 0);
	list_filter(l, NULL);
	assert_true(list_find(l, true, true, tenth));
	assert_int_equal(list_selected_id(l) % 10, 0);
	assert_true(list_select(l, 40));
	assert_false(list_find(l, true, false, tenth));
	assert_true(list_find(l, true, true, tenth));
	assert_int_equal(list_selected_id(l), 10);
	assert_true(list_find(l, false, true, tenth));
	assert_int_equal(list_selected_id(l), 40);
	search_free(&s);
	list_free(&l);
	grid_free(&g);
}

/* Any heights, headings, sizes and changes: the selected row is in sight, a
 * click selects what is drawn there. */
static void
in_sight(void **state)
{
	static const uint32_t keys[] = {K_UP, K_DOWN, K_PGUP, K_PGDN, K_HOME, K_END};
	int round, k;

	(void)state;
	srandom(9);
	for (round = 0; round < 300; round++) {
		struct data d;
		struct list *l;

		fill(&d, 1 + (size_t)random() % 120);
		d.tall = (int)(random() % 4);
		d.heads = random() % 2 ? 7 : 0;
		l = list_new(&ops, &d);
		for (k = 0; k < 60; k++) {
			struct grid *g = grid_new(&one, 2 + (int)(random() % 12), 20);
			struct input in = {.type = INPUT_MOUSE, .button = MOUSE_LEFT};
			char want[32];
			struct fj_buf b;

			press(l, keys[random() % 6]);
			if (random() % 5 == 0 && d.n > 2) {
				size_t at = (size_t)random() % d.n;

				memmove(d.id + at, d.id + at + 1, (d.n - at - 1) * sizeof(d.id[0]));
				d.n--;
				list_refresh(l);
			}
			if (list_selected_id(l) != 0) {
				assert_true(d.heads == 0 || list_selected_id(l) % 7 != 1);
				in.y = cursor_row(l, g);
				fj_buf_init(&b, 10000);
				grid_dump(g, &b);
				snprintf(want, sizeof(want), "行%d\n", (int)list_selected_id(l));
				assert_non_null(strstr(b.p, want));
				fj_buf_release(&b);
				assert_int_equal(list_input(l, &in), LIST_HANDLED);
			}
			grid_free(&g);
		}
		list_free(&l);
	}
}

static void
columns_fit(void **state)
{
	static const struct column col[] = {
		{"a", 4, 0, true, 0}, {"b", 10, 2, false, 0}, {"c", 8, 1, false, 1}, {"d", 6, 0, false, 2},
	};
	struct table t;
	int w, i, end;

	(void)state;
	for (w = 1; w < 120; w++) {
		table_fit(&t, col, 4, w);
		for (i = 0, end = 0; i < 4; i++) {
			if (t.w[i] == 0)
				continue;
			assert_true(t.x[i] >= end);
			end = t.x[i] + t.w[i];
			assert_true(end <= w);
		}
	}
	table_fit(&t, col, 4, 31);
	assert_int_equal(t.w[3], 6);
	table_fit(&t, col, 4, 30);
	assert_int_equal(t.w[3], 0);
	assert_int_equal(t.w[2], 10);
	assert_int_equal(t.w[1], 14);
	table_fit(&t, col, 4, 20);
	assert_int_equal(t.w[2], 0);
	assert_int_equal(t.w[1], 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moving), cmocka_unit_test(following), cmocka_unit_test(filtering),
		cmocka_unit_test(in_sight), cmocka_unit_test(columns_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
