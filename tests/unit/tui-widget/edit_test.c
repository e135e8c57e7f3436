/* SPDX-License-Identifier: Apache-2.0 */
/* The editor against a plain model: whole-text snapshots. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/cluster.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/textarea.h"

enum { MAX = 300, HISTORY = 64 };

struct model {
	char p[MAX + 1];
	size_t caret;
};

static const char *const pieces[] = {
	"检", "a", " ", "，", "\n", "e\xcc\x81", "𠀀", "\xcc\x81", "\xf0\x9f\x91\xa8\xe2\x80\x8d",
	"\xf0\x9f\x91\xa9", "检验检测机构", "BG-2024",
};
enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

static void
model_settle(struct model *m)
{
	size_t n = strlen(m->p);

	if (m->caret > 0)
		m->caret = cluster_next(m->p, n, cluster_prev(m->p, n, m->caret));
}

static void
model_cut(struct model *m, size_t from, size_t to)
{
	memmove(m->p + from, m->p + to, strlen(m->p + to) + 1);
	m->caret = from;
	model_settle(m);
}

static bool
model_insert(struct model *m, const char *s)
{
	size_t n = strlen(s), len = strlen(m->p);

	if (len + n > MAX)
		return false;
	memmove(m->p + m->caret + n, m->p + m->caret, len - m->caret + 1);
	memcpy(m->p + m->caret, s, n);
	m->caret += n;
	model_settle(m);
	return true;
}

static void
check(const struct edit *e, const struct model *m)
{
	size_t n;
	const char *p = edit_text(e, &n);

	assert_string_equal(p, m->p);
	assert_int_equal(n, strlen(m->p));
	assert_int_equal(edit_caret(e), m->caret);
	assert_int_equal(utf8_valid(p, n), n);
	if (m->caret > 0)
		assert_int_equal(cluster_next(p, n, cluster_prev(p, n, m->caret)), m->caret);
}

static void
model_step(struct edit *e, struct model *m)
{
	size_t n = strlen(m->p), to;
	const char *s;

	switch (random() % 8) {
	case 0:
	case 1:
	case 2:
		s = pieces[random() % PIECES];
		assert_int_equal(edit_insert(e, s, strlen(s), false), model_insert(m, s));
		break;
	case 3:
		to = cluster_prev(m->p, n, m->caret);
		if (edit_backspace(e))
			model_cut(m, to, m->caret);
		break;
	case 4:
		if (edit_delete_next(e))
			model_cut(m, m->caret, cluster_next(m->p, n, m->caret));
		break;
	case 5:
		(void)edit_left(e);
		m->caret = cluster_prev(m->p, n, m->caret);
		break;
	case 6:
		(void)edit_right(e);
		m->caret = cluster_next(m->p, n, m->caret);
		break;
	default:
		to = n > 0 ? (size_t)random() % (n + 1) : 0;
		while (to < n && ((unsigned char)m->p[to] & 0xc0) == 0x80)
			to++;
		edit_move(e, to);
		if (to > 0 && to < n && cluster_next(m->p, n, cluster_prev(m->p, n, to)) != to)
			to = cluster_prev(m->p, n, to);
		m->caret = to;
		break;
	}
}

static void
against_model(void **state)
{
	int round, k;

	(void)state;
	srandom(3);
	for (round = 0; round < 400; round++) {
		struct edit *e = edit_new(MAX, false);
		struct model m = {"", 0};

		for (k = 0; k < 100; k++) {
			model_step(e, &m);
			check(e, &m);
		}
		edit_free(&e);
	}
}

/* Undo goes back through every text, redo forward again. */
static void
undo_model(void **state)
{
	int round, k, steps;

	(void)state;
	srandom(5);
	for (round = 0; round < 300; round++) {
		char past[HISTORY + 1][MAX + 1] = {""};
		struct edit *e = edit_new(MAX, false);
		struct model m = {"", 0};

		for (k = 0, steps = 0; k < 200 && steps < HISTORY; k++) {
			model_step(e, &m);
			if (strcmp(m.p, past[steps]) != 0)
				memcpy(past[++steps], m.p, sizeof(m.p));
		}
		for (k = steps - 1; k >= 0; k--) {
			assert_true(edit_undo(e));
			assert_string_equal(edit_text(e, NULL), past[k]);
		}
		assert_false(edit_undo(e));
		for (k = 1; k <= steps; k++) {
			assert_true(edit_redo(e));
			assert_string_equal(edit_text(e, NULL), past[k]);
		}
		assert_false(edit_redo(e));
		edit_free(&e);
	}
}

static void
type(struct textarea *ta, const char *s)
{
	size_t i = 0, n = strlen(s);

	while (i < n) {
		uint32_t c;
		struct input in;

		i += utf8_get(s + i, n - i, &c);
		in = input_key(c == '\n' ? K_ENTER : c);
		assert_int_equal(textarea_input(ta, &in), EDIT_CHANGED);
	}
}

static enum edit_answer
press(struct textarea *ta, uint32_t key)
{
	struct input in = input_key(key);

	return textarea_input(ta, &in);
}

static void
runs(void **state)
{
	struct textarea *ta = textarea_new(NULL);
	struct input in = {.type = INPUT_PASTE, .text = "两\t行\n粘贴\x1b", .n = 15};

	(void)state;
	type(ta, "检验");
	type(ta, "检测");
	(void)textarea_input(ta, &in);
	assert_string_equal(textarea_text(ta, NULL), "检验检测两 行\n粘贴");
	press(ta, K_CTRL('z'));			/* the paste is one step */
	assert_string_equal(textarea_text(ta, NULL), "检验检测");
	press(ta, K_CTRL('z'));			/* the typed run is one step */
	assert_string_equal(textarea_text(ta, NULL), "");
	press(ta, K_CTRL('y'));
	press(ta, K_LEFT);
	type(ta, "X");
	press(ta, K_CTRL('z'));
	assert_string_equal(textarea_text(ta, NULL), "检验检测");
	press(ta, K_CTRL('u'));
	assert_string_equal(textarea_text(ta, NULL), "测");
	press(ta, K_CTRL('k'));
	assert_string_equal(textarea_text(ta, NULL), "");
	assert_int_equal(press(ta, K_ESC), EDIT_IGNORED);
	assert_int_equal(press(ta, K_TAB), EDIT_IGNORED);
	assert_int_equal(press(ta, K_CTRL('s')), EDIT_IGNORED);
	textarea_free(&ta);
}

static void
limits(void **state)
{
	struct textarea *ta = textarea_new(&(struct textarea_opts){.max_bytes = 6});
	struct input in = {.type = INPUT_PASTE, .text = "检验检", .n = 9};

	(void)state;
	assert_int_equal(textarea_input(ta, &in), EDIT_REFUSED);	/* all or nothing */
	assert_string_equal(textarea_text(ta, NULL), "");
	in.n = 6;
	assert_int_equal(textarea_input(ta, &in), EDIT_CHANGED);
	assert_int_equal(press(ta, 'x'), EDIT_REFUSED);
	assert_false(textarea_set(ta, "\xff", 1));
	assert_false(textarea_set(ta, "1234567", 7));
	assert_string_equal(textarea_text(ta, NULL), "检验");
	textarea_free(&ta);
}

/* Caret keys over wrapped lines, drawn into a grid. */
static void
vertical(void **state)
{
	static const struct width one = {1};
	struct grid *g = grid_new(&one, 3, 9);
	struct textarea *ta = textarea_new(NULL);
	struct fj_buf b;
	int y, x;

	(void)state;
	fj_buf_init(&b, 1000);
	assert_true(textarea_set(ta, "一二三四五六七\nab", strlen("一二三四五六七\nab")));
	textarea_draw(ta, g, grid_rect(g), true);
	grid_dump(g, &b);
	assert_string_equal(b.p, "一二三四\n五六七\nab\n");
#define AT(key, wy, wx) do { press(ta, key); textarea_draw(ta, g, grid_rect(g), true); \
	assert_true(grid_cursor_get(g, &y, &x)); assert_int_equal(y, wy); assert_int_equal(x, wx); } while (0)
	AT(K_NONE, 2, 2);
	AT(K_UP, 1, 2);
	AT(K_END, 1, 6);
	AT(K_UP, 0, 6);
	AT(K_END, 0, 6);		/* a wrapped line ends before its last character */
	AT(K_HOME, 0, 0);
	AT(K_C_END, 2, 2);
	AT(K_ENTER, 2, 0);		/* scrolled by one */
	AT(K_UP, 1, 0);
	AT(K_PGUP, 0, 0);
#undef AT
	fj_buf_release(&b);
	textarea_free(&ta);
	grid_free(&g);
}

static bool
digits(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static void
lines(void **state)
{
	static const struct width one = {1};
	struct grid *g = grid_new(&one, 1, 10);
	struct lineedit *le = lineedit_new(NULL);
	struct input in = {.type = INPUT_PASTE, .text = "检验\n检测机构\n", .n = 20};
	struct fj_buf b;
	int y, x;

	(void)state;
	fj_buf_init(&b, 1000);
	assert_int_equal(lineedit_input(le, &in), EDIT_CHANGED);
	assert_string_equal(lineedit_text(le), "检验 检测机构");
	lineedit_draw(le, g, grid_rect(g), true);
	assert_true(grid_cursor_get(g, &y, &x));
	assert_true(x < 10);
	in = input_key(K_HOME);
	assert_int_equal(lineedit_input(le, &in), EDIT_MOVED);
	lineedit_draw(le, g, grid_rect(g), true);
	grid_dump(g, &b);
	assert_string_equal(b.p, "检验 检测\n");
	assert_true(grid_cursor_get(g, &y, &x));
	assert_int_equal(x, 0);
	in = input_key(K_C_RIGHT);
	(void)lineedit_input(le, &in);
	in = input_key(K_CTRL('w'));
	assert_int_equal(lineedit_input(le, &in), EDIT_CHANGED);
	assert_string_equal(lineedit_text(le), "验 检测机构");
	lineedit_free(&le);
	le = lineedit_new(&(struct lineedit_opts){.mask = true, .max_bytes = 8});
	(void)lineedit_set(le, "密码1");
	lineedit_draw(le, g, grid_rect(g), false);
	fj_buf_clear(&b);
	grid_dump(g, &b);
	assert_string_equal(b.p, "***\n");
	in = input_key('9');
	assert_int_equal(lineedit_input(le, &in), EDIT_CHANGED);
	assert_int_equal(lineedit_input(le, &in), EDIT_REFUSED);
	in = input_key(K_CTRL('z'));		/* a secret keeps no past */
	(void)lineedit_input(le, &in);
	assert_string_equal(lineedit_text(le), "密码19");
	lineedit_free(&le);
	le = lineedit_new(&(struct lineedit_opts){.accept = digits, .hint = "数字"});
	in = input_key('x');
	assert_int_equal(lineedit_input(le, &in), EDIT_REFUSED);
	lineedit_draw(le, g, grid_rect(g), true);
	fj_buf_clear(&b);
	grid_dump(g, &b);
	assert_string_equal(b.p, "数字\n");
	lineedit_free(&le);
	fj_buf_release(&b);
	grid_free(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_model), cmocka_unit_test(undo_model), cmocka_unit_test(runs),
		cmocka_unit_test(limits), cmocka_unit_test(vertical), cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
