/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tui/core/grid.h"

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
cutting(void **state)
{
	struct grid *g = grid_new(&one, 2, 10);

	(void)state;
	assert_int_equal(grid_text(g, 0, 0, 10, STYLE_NORMAL, "检验检测机构"), 10);
	is(g, "检验检测机\n\n");
	grid_text(g, 0, 1, 1, STYLE_NORMAL, "x");	/* both halves of 检 go */
	is(g, " x验检测机\n\n");
	grid_text(g, 0, 5, 2, STYLE_NORMAL, "中");	/* 检 and 测 are cut */
	is(g, " x验 中 机\n\n");
	grid_text(g, 0, 9, 2, STYLE_NORMAL, "中");	/* would stick out: blank, and 机 is cut */
	is(g, " x验 中\n\n");
	grid_text(g, 1, -1, 10, STYLE_NORMAL, "中a");
	is(g, " x验 中\n a\n");
	grid_clear(g);
	assert_int_equal(grid_fit(g, 0, 0, 5, STYLE_NORMAL, "检验检测"), 5);
	assert_int_equal(grid_right(g, 1, 0, 10, STYLE_NORMAL, "右"), 2);
	is(g, "检验…\n        右\n");
	grid_text(g, 5, 0, 3, STYLE_NORMAL, "out");
	grid_text(g, -1, 0, 3, STYLE_NORMAL, "out");
	is(g, "检验…\n        右\n");
	grid_free(&g);
}

static void
not_sent(void **state)
{
	struct grid *g = grid_new(&one, 1, 12);

	(void)state;
	/* Controls are pictures, a family is its first member, marks stay. */
	grid_text(g, 0, 0, 12, STYLE_NORMAL, "a\x1b\xff" "e\xcc\x81\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9z");
	is(g, "a␛\xef\xbf\xbd" "e\xcc\x81\xf0\x9f\x91\xa8z\n");
	grid_free(&g);
}

static void
boxes(void **state)
{
	struct grid *g = grid_new(&one, 4, 12);
	struct rect in;

	(void)state;
	grid_text(g, 1, 0, 12, STYLE_NORMAL, "检验检测机构");
	in = grid_box(g, (struct rect){0, 1, 3, 10}, STYLE_BORDER, "题目");
	assert_int_equal(in.w, 8);
	assert_int_equal(in.h, 1);
	is(g, " ┌─ 题目 ─┐\n │        │\n └────────┘\n\n");
	grid_set_width(g, &two);
	grid_clear(g);
	grid_box(g, (struct rect){0, 0, 3, 8}, STYLE_BORDER, NULL);
	grid_bar(g, 3, 0, 10, STYLE_OK, 1, 2);
	is(g, "+------+\n|      |\n+------+\n#####.....\n");
	grid_free(&g);
}

static void
paragraphs(void **state)
{
	struct grid *g = grid_new(&one, 3, 8);

	(void)state;
	assert_int_equal(grid_para(g, (struct rect){0, 0, 3, 6}, 0, STYLE_NORMAL,
	    "检验检测，机构"), 3);
	is(g, "检验检\n测，机\n构\n");
	grid_clear(g);
	grid_para(g, (struct rect){0, 0, 1, 6}, 1, STYLE_NORMAL, "检验检测，机构");
	is(g, "测，机\n\n\n");
	grid_free(&g);
}

static void
styles(void **state)
{
	struct grid *g = grid_new(&one, 1, 6);
	struct fj_buf b;
	int y, x;

	(void)state;
	fj_buf_init(&b, 100);
	grid_fill(g, grid_rect(g), STYLE_SELECT);
	grid_text(g, 0, 1, 2, STYLE_BAD, "否");
	grid_dump_styles(g, &b);
	assert_string_equal(b.p, "SbbSSS\n");
	fj_buf_release(&b);
	assert_false(grid_cursor_get(g, &y, &x));
	grid_cursor(g, 0, 6);
	assert_false(grid_cursor_get(g, &y, &x));
	grid_cursor(g, 0, 5);
	assert_true(grid_cursor_get(g, &y, &x));
	grid_free(&g);
}

/* G1 to G3 after any drawing: no half characters, nothing outside the clip. */
static void
no_ghosts(void **state)
{
	static const char *const text[] = {"检验检测机构", "abc中d", "（飞行）检查①—", "e\xcc\x81𠀀x", "\xff\n"};
	int round, k, y, x;

	(void)state;
	srandom(11);
	for (round = 0; round < 400; round++) {
		int rows = 1 + (int)(random() % 8), cols = 1 + (int)(random() % 30);
		struct grid *g = grid_new(random() % 2 ? &one : &two, rows, cols);

		for (k = 0; k < 60; k++) {
			struct rect r = {(int)(random() % 12) - 2, (int)(random() % 34) - 3,
			    (int)(random() % 6), (int)(random() % 20)};

			if (random() % 4 == 0)
				(void)grid_clip(g, (struct rect){(int)(random() % 4), (int)(random() % 10),
				    1 + (int)(random() % 8), 1 + (int)(random() % 30)});
			switch (random() % 5) {
			case 0:
				grid_fill(g, r, STYLE_OK);
				break;
			case 1:
				(void)grid_box(g, r, STYLE_BORDER, "题目很长很长很长");
				break;
			case 2:
				grid_para(g, r, (int)(random() % 3), STYLE_BAD, text[random() % 5]);
				break;
			default:
				grid_fit(g, r.y, r.x, r.w, STYLE_ACCENT, text[random() % 5]);
			}
		}
		for (y = 0; y < rows; y++)
			for (x = 0; x < cols; x++) {
				const struct cell *c = &grid_row(g, y)[x];

				assert_int_equal(c->pad, 0);
				if (c->w == 2)
					assert_true(x + 1 < cols && c[1].w == 0 && c[1].c[0] == 0);
				else if (c->w == 0)
					assert_true(x > 0 && c[-1].w == 2);
				else
					assert_true(c->w == 1 && c->c[0] != 0);
			}
		grid_free(&g);
	}
}

static void
rectangles(void **state)
{
	struct rect r = {2, 3, 10, 20}, t = rect_cut_top(&r, 3), b = rect_cut_bottom(&r, 100);

	(void)state;
	assert_int_equal(t.h, 3);
	assert_int_equal(b.h, 7);
	assert_int_equal(b.y, 5);
	assert_true(rect_empty(r));
	assert_int_equal(rect_cut_left(&r, -4).w, 0);
	assert_int_equal(rect_cut_right(&b, 5).x, 18);
	b = rect_center((struct rect){0, 0, 24, 80}, 10, 100);
	assert_int_equal(b.w, 80);
	assert_int_equal(b.y, 7);
	assert_true(rect_empty(rect_meet((struct rect){0, 0, 2, 2}, (struct rect){2, 2, 2, 2})));
	assert_true(rect_has((struct rect){1, 1, 1, 1}, 1, 1));
	assert_false(rect_has((struct rect){1, 1, 1, 1}, 1, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cutting), cmocka_unit_test(not_sent), cmocka_unit_test(boxes),
		cmocka_unit_test(paragraphs), cmocka_unit_test(styles), cmocka_unit_test(no_ghosts),
		cmocka_unit_test(rectangles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
