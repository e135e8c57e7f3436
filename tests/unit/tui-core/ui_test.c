/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/core/ui.h"

/* What happened, one letter each; shared by the views of a test. */
struct log {
	char s[128];
};

struct page {
	struct log *log;
	char name;
	bool typing;
	char typed[16];
};

static void
note(struct page *p, char what)
{
	size_t n = strlen(p->log->s);

	if (n + 2 < sizeof(p->log->s)) {
		p->log->s[n] = p->name;
		p->log->s[n + 1] = what;
	}
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct page *p = self;
	char s[] = {p->name, p->name, '\0'};

	(void)ui;
	grid_text(g, r.y, r.x, r.w, STYLE_NORMAL, s);
	grid_text(g, r.y + r.h, r.x, 4, STYLE_NORMAL, "OUT");	/* outside: clipped */
	grid_cursor(g, r.y, r.x + 1);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct page *p = self;

	(void)ui;
	if (!p->typing || in->type != INPUT_KEY || !key_is_text(in->key))
		return UI_IGNORED;
	p->typed[strlen(p->typed)] = (char)in->key;
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)ui;
	fj_buf_printf(left, "页 %c", ((struct page *)self)->name);
	fj_buf_puts(right, "右");
}

static void
act(void *self, struct ui *ui)
{
	(void)ui;
	note(self, 'a');
}

/* Closing itself and then using itself: allowed until the turn ends. */
static void
leave(void *self, struct ui *ui)
{
	struct page *p = self;

	ui_close_self(ui, p);
	note(p, 'l');
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	note(self, 's');
}

static void
close_page(void *self)
{
	note(self, 'c');
	free(self);
}

static void cancelled(void *self, struct ui *ui);

static bool
is_typing(const void *self)
{
	return ((const struct page *)self)->typing;
}

static const struct action actions[] = {
	{"page.act", "1", N_("yes"), N_("Do it"), ACTION_FOOTER, act, NULL},
	{"page.leave", "x", N_("no"), N_("Leave it"), 0, leave, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops page_ops = {
	.name = "page", .actions = actions, .draw = draw, .input = input, .title = title,
	.shown = shown, .close = close_page, .cancelled = cancelled, .typing = is_typing,
};

static void
place(void *self, struct ui *ui, struct rect screen, int *h, int *w)
{
	(void)self;
	(void)ui;
	(void)screen;
	*h = 2;
	*w = 10;
}

static const struct view_ops popup_ops = {
	.name = "popup", .draw = draw, .title = title, .close = close_page, .place = place,
	.cancelled = cancelled,
};

static struct page *
page(struct log *log, char name)
{
	struct page *p = xcalloc(1, sizeof(*p));

	p->log = log;
	p->name = name;
	return p;
}

static void
cancelled(void *self, struct ui *ui)
{
	struct page *p = self;

	note(p, 'x');
	/* Refused while the stack is being cleared; closed all the same. */
	ui_push(ui, &popup_ops, page(p->log, 'Z'));
}

static void
press(struct ui *ui, uint32_t key)
{
	struct input in = input_key(key);

	ui_input(ui, &in);
}

static void
panic(void *ctx, struct ui *ui)
{
	((char *)ctx)[strlen(ctx)] = '!';
	ui_clear(ui);
}

static struct ui *
start(struct log *log)
{
	memset(log, 0, sizeof(*log));
	return ui_new(&(struct ui_opts){.rows = 12, .cols = 40, .panic = panic, .ctx = log->s});
}

static void
screen_has(struct ui *ui, const char *text, bool want)
{
	struct fj_buf b;

	ui_draw(ui);
	fj_buf_init(&b, 100000);
	grid_dump(ui_grid(ui), &b);
	if ((strstr(b.p, text) != NULL) != want)
		fail_msg("%s %s in\n%s", text, want ? "missing" : "found", b.p);
	fj_buf_release(&b);
}

static void
dispatch(void **state)
{
	struct log log;
	struct ui *ui = start(&log);
	struct page *a = page(&log, 'A');

	(void)state;
	ui_push(ui, &page_ops, a);
	press(ui, 0xff11);			/* １ with the IME on */
	assert_string_equal(log.s, "Aa");
	a->typing = true;
	press(ui, '1');
	press(ui, 'q');
	press(ui, '?');
	assert_string_equal(a->typed, "1q?");
	assert_string_equal(log.s, "Aa");
	a->typing = false;
	ui_push(ui, &page_ops, page(&log, 'B'));
	press(ui, 'x');
	assert_string_equal(log.s, "AaAsBl");	/* B still there when it writes 'l' */
	ui_draw(ui);
	assert_string_equal(log.s, "AaAsBlBc");
	ui_free(&ui);
}

static void
drawing(void **state)
{
	struct log log;
	struct ui *ui = start(&log);
	struct fj_buf b;
	int y, x;

	(void)state;
	ui_push(ui, &page_ops, page(&log, 'A'));
	ui_push(ui, &popup_ops, page(&log, 'P'));
	ui_say(ui, STYLE_BAD, "出错了");
	ui_mark(ui, STYLE_OK, "已存");
	ui_draw(ui);
	fj_buf_init(&b, 10000);
	grid_dump(ui_grid(ui), &b);
	assert_string_equal(b.p,
	    " 页 A                                右\n"
	    "AA\n"
	    "\n"
	    "             ┌─ 页 P ─────┐\n"
	    "             │ PP         │\n"
	    "             │            │\n"
	    "             └────────────┘\n"
	    "\n\n\n"
	    " 已存  出错了\n"
	    " ? help  q back\n");
	fj_buf_release(&b);
	assert_true(grid_cursor_get(ui_grid(ui), &y, &x));
	assert_int_equal(y, 4);
	assert_int_equal(x, 16);
	press(ui, K_CTRL('l'));
	screen_has(ui, "出错了", true);
	press(ui, 'z');
	screen_has(ui, "出错了", false);
	screen_has(ui, "已存", true);
	press(ui, 'q');
	screen_has(ui, "1 yes  ? help  q quit", true);
	ui_resize(ui, 9, 40);
	screen_has(ui, "The window is too small", true);
	ui_resize(ui, 10, 38);
	screen_has(ui, "AA", true);
	ui_free(&ui);
}

static void
closing(void **state)
{
	struct log log;
	struct ui *ui = start(&log);
	struct view *b;

	(void)state;
	ui_push(ui, &page_ops, page(&log, 'A'));
	b = ui_push(ui, &page_ops, page(&log, 'B'));
	ui_push(ui, &popup_ops, page(&log, 'P'));
	ui_close(ui, b);			/* P above is told, B itself is not */
	assert_int_equal(ui_depth(ui), 1);
	assert_string_equal(log.s, "PxAs");
	ui_draw(ui);
	assert_string_equal(log.s, "PxAsZcPcBc");
	ui_home(ui);
	ui_push(ui, &page_ops, page(&log, 'C'));
	ui_push(ui, &page_ops, page(&log, 'D'));
	log.s[0] = '\0';
	memset(log.s, 0, sizeof(log.s));
	ui_home(ui);
	assert_string_equal(log.s, "DxCxAs");
	memset(log.s, 0, sizeof(log.s));
	press(ui, K_CTRL('\\'));
	assert_int_equal(ui_depth(ui), 0);
	assert_string_equal(log.s, "!Ax");
	ui_draw(ui);
	ui_free(&ui);
	assert_null(ui);
}

static void
deep(void **state)
{
	struct log log;
	struct ui *ui = start(&log);
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		ui_push(ui, &page_ops, page(&log, 'A'));
	assert_true(ui_depth(ui) < 100);
	ui_replace(ui, &page_ops, page(&log, 'R'));
	assert_string_equal(ui_top(ui, NULL)->name, "page");
	press(ui, K_ESC);
	ui_free(&ui);
}

static void
quitting(void **state)
{
	struct log log;
	struct loop *l;
	struct fj_err e;
	struct ui *ui;

	(void)state;
	assert_int_equal(loop_new(&l, &e), FJ_OK);
	memset(&log, 0, sizeof(log));
	ui = ui_new(&(struct ui_opts){.rows = 12, .cols = 40, .loop = l});
	ui_push(ui, &page_ops, page(&log, 'A'));
	press(ui, 'q');				/* the last view ends the program */
	assert_true(loop_stopped(l));
	ui_free(&ui);
	assert_non_null(strstr(log.s, "Ac"));
	loop_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dispatch), cmocka_unit_test(drawing), cmocka_unit_test(closing),
		cmocka_unit_test(deep), cmocka_unit_test(quitting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
