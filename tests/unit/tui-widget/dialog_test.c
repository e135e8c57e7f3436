/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tui/widget/dialog.h"
#include "tui/widget/fieldset.h"
#include "tui/widget/help.h"
#include "tui/widget/pager.h"
#include "tui/widget/tabs.h"

struct base {
	struct ui *ui;
	int ran, calls;
	char text[64];
	long index;
	bool yes;
};

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	(void)self;
	(void)ui;
	grid_text(g, r.y, r.x, r.w, STYLE_NORMAL, "底");
	grid_cursor(g, r.y, r.x);
}

static void
act(void *self, struct ui *ui)
{
	(void)ui;
	((struct base *)self)->ran++;
}

static const struct action actions[] = {
	{"base.seal", "s", "封存", "归档锁定", ACTION_FOOTER, act, NULL},
	{"base.sync", "y", "同步", "立即同步", ACTION_FOOTER, act, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops base_ops = {.name = "base", .actions = actions, .draw = draw};

static void
start(struct base *b, int rows, int cols)
{
	memset(b, 0, sizeof(*b));
	b->index = -9;
	b->ui = ui_new(&(struct ui_opts){.rows = rows, .cols = cols, .help = help_open});
	ui_push(b->ui, &base_ops, b);
}

static void
press(struct ui *ui, uint32_t key)
{
	struct input in = input_key(key);

	ui_input(ui, &in);
	ui_draw(ui);
}

static void
type(struct ui *ui, const char *s)
{
	size_t i = 0, n = strlen(s);
	uint32_t c;

	while (i < n) {
		i += utf8_get(s + i, n - i, &c);
		press(ui, c);
	}
}

static void
screen(struct ui *ui, const char *text, bool want)
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
on_yes(void *ctx, bool yes)
{
	struct base *b = ctx;

	b->calls++;
	b->yes = yes;
}

static void
on_text(void *ctx, const char *text)
{
	struct base *b = ctx;

	b->calls++;
	snprintf(b->text, sizeof(b->text), "%s", text != NULL ? text : "(null)");
}

static void
on_index(void *ctx, long index)
{
	struct base *b = ctx;

	b->calls++;
	b->index = index;
}

static void
confirming(void **state)
{
	struct confirm_opts o = {.title = "封存", .text = "锁定后不能再改。", .yes = "锁定"};
	struct base b;

	(void)state;
	start(&b, 24, 80);
	press(b.ui, 's');
	dialog_confirm(b.ui, &o, on_yes, &b);
	screen(b.ui, "锁定后不能再改", true);
	press(b.ui, K_ENTER);			/* Enter is no answer */
	press(b.ui, 's');
	assert_int_equal(b.calls, 0);
	press(b.ui, 0xff19);			/* ９ */
	assert_true(b.calls == 1 && b.yes);
	assert_int_equal(ui_depth(b.ui), 1);
	/* Opened with y: y is not the answer. */
	press(b.ui, 'y');
	dialog_confirm(b.ui, &o, on_yes, &b);
	screen(b.ui, "o/8", true);
	press(b.ui, 'y');
	press(b.ui, '9');
	assert_int_equal(b.calls, 1);
	press(b.ui, 'o');
	assert_true(b.calls == 2 && b.yes);
	dialog_confirm(b.ui, &o, on_yes, &b);
	press(b.ui, K_ESC);
	assert_true(b.calls == 3 && !b.yes);
	/* A lock answers no. */
	dialog_confirm(b.ui, &o, on_yes, &b);
	b.yes = true;
	ui_home(b.ui);
	assert_true(b.calls == 4 && !b.yes);
	o.word = "k7q2";
	dialog_confirm(b.ui, &o, on_yes, &b);
	type(b.ui, "K7q");
	press(b.ui, K_ENTER);
	assert_int_equal(b.calls, 4);
	screen(b.ui, "This is not what was asked for", true);
	type(b.ui, "２");
	press(b.ui, K_ENTER);
	assert_true(b.calls == 5 && b.yes);
	ui_free(&b.ui);
}

static bool
four(void *ctx, const char *text, struct fj_buf *why)
{
	(void)ctx;
	if (strlen(text) >= 4)
		return true;
	fj_buf_puts(why, "至少四位");
	return false;
}

static void
prompting(void **state)
{
	struct base b;

	(void)state;
	start(&b, 24, 80);
	dialog_prompt(b.ui, &(struct prompt_opts){.title = "编号", .required = true, .check = four},
	    on_text, &b);
	press(b.ui, K_ENTER);
	screen(b.ui, "Please fill this in", true);
	type(b.ui, "q?:");			/* commands are text here */
	press(b.ui, K_ENTER);
	screen(b.ui, "至少四位", true);
	assert_int_equal(b.calls, 0);
	type(b.ui, "检");
	screen(b.ui, "至少四位", false);
	press(b.ui, K_ENTER);
	assert_string_equal(b.text, "q?:检");
	dialog_prompt(b.ui, &(struct prompt_opts){.title = "记录", .area = true, .initial = "原"},
	    on_text, &b);
	press(b.ui, K_ENTER);
	type(b.ui, "二");
	press(b.ui, K_CTRL('s'));
	assert_string_equal(b.text, "原\n二");
	dialog_prompt(b.ui, &(struct prompt_opts){.title = "口令", .mask = true}, on_text, &b);
	type(b.ui, "秘密");
	screen(b.ui, "**", true);
	screen(b.ui, "秘密", false);
	press(b.ui, K_ESC);
	assert_string_equal(b.text, "(null)");
	assert_int_equal(b.calls, 3);
	ui_free(&b.ui);
}

static void
picking(void **state)
{
	static const struct pick_item items[] = {{"符合", NULL, '1', false},
	    {"不符合", "写明事实", '2', false}, {"不适用", NULL, '4', true}};
	struct pick_opts o = {.title = "判定", .text = "请选择", .items = items, .n = 3, .selected = 1};
	struct base b;

	(void)state;
	start(&b, 24, 80);
	dialog_pick(b.ui, &o, on_index, &b);
	screen(b.ui, "写明事实", true);
	press(b.ui, '4');			/* cannot be chosen */
	assert_int_equal(b.calls, 0);
	press(b.ui, K_ENTER);
	assert_int_equal(b.index, 1);
	dialog_pick(b.ui, &o, on_index, &b);
	press(b.ui, 0xff11);
	assert_int_equal(b.index, 0);
	dialog_pick(b.ui, &o, on_index, &b);
	press(b.ui, '/');
	type(b.ui, "适用");
	press(b.ui, K_ENTER);
	press(b.ui, K_ENTER);
	screen(b.ui, "This one cannot be chosen now", true);
	press(b.ui, K_ESC);			/* takes the filter away */
	press(b.ui, K_ESC);
	assert_int_equal(b.index, -1);
	assert_int_equal(b.calls, 3);
	ui_free(&b.ui);
}

static void
small(void **state)
{
	static const struct pick_item items[] = {{"一二三四五六七八九十一二三四五六七八九十", "注", 0, false}};
	struct base b;

	(void)state;
	start(&b, 12, 40);
	dialog_pick(b.ui, &(struct pick_opts){.title = "很长很长很长很长很长很长很长很长很长的题目",
	    .items = items, .n = 1}, on_index, &b);
	ui_draw(b.ui);
	dialog_prompt(b.ui, &(struct prompt_opts){.title = "记录", .area = true,
	    .text = "说明说明说明说明说明说明说明说明说明说明说明说明说明说明说明说明说明说明说明说明"}, NULL, NULL);
	type(b.ui, "检验");
	dialog_message(b.ui, "提示", "一\n二\n三\n四\n五\n六\n七\n八\n九\n十\n十一\n十二\n十三", NULL, NULL);
	ui_draw(b.ui);
	help_open(b.ui, false);
	ui_draw(b.ui);
	ui_resize(b.ui, 24, 80);
	ui_draw(b.ui);
	ui_free(&b.ui);
	assert_int_equal(b.calls, 1);
}

static void
helping(void **state)
{
	struct base b;

	(void)state;
	start(&b, 24, 80);
	press(b.ui, 0xff1f);			/* ？ */
	screen(b.ui, "归档锁定", true);
	screen(b.ui, "C-t", true);
	press(b.ui, K_ENTER);
	assert_int_equal(b.ran, 1);
	assert_int_equal(ui_depth(b.ui), 1);
	press(b.ui, ':');
	type(b.ui, "同步");
	screen(b.ui, "归档锁定", false);
	press(b.ui, K_ENTER);
	assert_int_equal(b.ran, 2);
	press(b.ui, ':');
	press(b.ui, K_ESC);
	assert_int_equal(ui_depth(b.ui), 1);
	ui_free(&b.ui);
}

static void
working(void **state)
{
	struct progress *p;
	struct base b;

	(void)state;
	start(&b, 24, 80);
	p = dialog_progress(b.ui, "同步", NULL, NULL);
	progress_set(p, "E004.pdf", 5, 10);
	screen(b.ui, "E004.pdf", true);
	screen(b.ui, "####", true);
	press(b.ui, K_ESC);			/* cannot be cancelled */
	assert_int_equal(ui_depth(b.ui), 2);
	progress_close(p);
	assert_int_equal(ui_depth(b.ui), 1);
	p = dialog_progress(b.ui, "同步", NULL, NULL);
	ui_home(b.ui);				/* the view goes first */
	ui_draw(b.ui);
	progress_set(p, "x", 1, 1);
	progress_close(p);
	dialog_pager(b.ui, "文", "# 头\n一\n二\n三");
	screen(b.ui, " 头", true);
	press(b.ui, '/');
	type(b.ui, "没有");
	press(b.ui, K_ENTER);
	screen(b.ui, "Nothing matches", true);
	ui_free(&b.ui);
}

/* ---- fieldset ---- */

static bool
hide_no(void *ctx, const struct fieldset *fs)
{
	(void)ctx;
	return strcmp(fieldset_value(fs, "kind"), "b") == 0;
}

static bool
check_no(void *ctx, const struct msg *m, const char *v, struct fj_buf *why)
{
	(void)m;
	return four(ctx, v, why);
}

static const struct field_choice kinds[] = {{"a", "飞行检查"}, {"b", "专项监督"}, {NULL, NULL}};
static const struct field fields[] = {
	{.name = "top", .label = "说明", .kind = FIELD_NOTE},
	{.name = "name", .label = "名称", .kind = FIELD_TEXT, .required = true},
	{.name = "kind", .label = "类型", .kind = FIELD_CHOICE, .choices = kinds, .value = "a"},
	{.name = "no", .label = "编号", .kind = FIELD_TEXT, .check = check_no, .hidden = hide_no},
	{.name = "div", .label = "地区", .kind = FIELD_PICK, .hint = "选择"},
	{.name = "ok", .label = "核对", .kind = FIELD_CHECK},
	{.name = "note", .label = "备注", .kind = FIELD_AREA, .rows = 2},
	{.name = "save", .label = "保存", .kind = FIELD_BUTTON},
};

static enum fields_answer
give(struct fieldset *fs, uint32_t key)
{
	struct input in = input_key(key);

	return fieldset_input(fs, &in);
}

static void
filling(void **state)
{
	static const struct width one = {1};
	struct grid *g = grid_new(&one, 12, 50);
	struct fieldset *fs = fieldset_new(NULL, fields, 8, NULL);
	struct fj_buf b;
	int y, x;

	(void)state;
	fj_buf_init(&b, 10000);
	assert_string_equal(fieldset_current(fs), "name");
	assert_true(fieldset_typing(fs));
	assert_int_equal(give(fs, K_CTRL('s')), FIELDS_DONE);
	assert_false(fieldset_check(fs));
	fieldset_draw(fs, g, grid_rect(g), true);
	grid_dump(g, &b);
	assert_non_null(strstr(b.p, "名称*"));
	assert_non_null(strstr(b.p, "Please fill this in"));
	assert_non_null(strstr(b.p, "至少四位"));
	assert_non_null(strstr(b.p, "[飞行检查] 专项监督"));
	assert_true(grid_cursor_get(g, &y, &x));
	assert_int_equal(y, 1);
	assert_int_equal(give(fs, 0x68c0), FIELDS_CHANGED);
	assert_int_equal(give(fs, K_ENTER), FIELDS_HANDLED);
	assert_string_equal(fieldset_current(fs), "kind");
	assert_int_equal(give(fs, 0xff12), FIELDS_CHANGED);	/* ２ */
	assert_string_equal(fieldset_value(fs, "kind"), "b");
	assert_int_equal(give(fs, K_TAB), FIELDS_HANDLED);	/* 编号 is not asked */
	assert_string_equal(fieldset_current(fs), "div");
	assert_int_equal(give(fs, K_ENTER), FIELDS_PICK);
	fieldset_set(fs, "div", "620000", "甘肃省");
	assert_int_equal(give(fs, K_DOWN), FIELDS_HANDLED);
	assert_int_equal(give(fs, ' '), FIELDS_CHANGED);
	assert_string_equal(fieldset_value(fs, "ok"), "yes");
	assert_int_equal(give(fs, K_TAB), FIELDS_HANDLED);
	assert_int_equal(give(fs, 'x'), FIELDS_CHANGED);
	assert_int_equal(give(fs, K_ENTER), FIELDS_CHANGED);	/* a newline there */
	assert_int_equal(give(fs, K_TAB), FIELDS_HANDLED);
	assert_string_equal(fieldset_current(fs), "save");
	assert_int_equal(give(fs, K_ENTER), FIELDS_DONE);
	assert_true(fieldset_check(fs));
	assert_string_equal(fieldset_value(fs, "note"), "x\n");
	assert_string_equal(fieldset_value(fs, "div"), "620000");
	assert_string_equal(fieldset_value(fs, "none"), "");
	fj_buf_clear(&b);
	grid_clear(g);
	fieldset_draw(fs, g, grid_rect(g), true);
	grid_dump(g, &b);
	assert_non_null(strstr(b.p, "甘肃省"));
	assert_non_null(strstr(b.p, "[ 保存 ]"));
	assert_null(strstr(b.p, "编号"));
	fieldset_error(fs, "name", "已有同名");
	assert_string_equal(fieldset_current(fs), "name");
	/* Too small for all: the current one is in sight. */
	grid_resize(g, 3, 40);
	fieldset_focus(fs, "save");
	fieldset_draw(fs, g, grid_rect(g), true);
	assert_true(grid_cursor_get(g, &y, &x));
	assert_int_equal(give(fs, K_BACKTAB), FIELDS_HANDLED);
	fj_buf_release(&b);
	fieldset_free(&fs);
	grid_free(&g);
}

static void
tabbing(void **state)
{
	static const char *const label[] = {"全部", "进行中", "已锁定"};
	static const struct width one = {1};
	struct tabs t = {label, 3, 0, true};
	struct grid *g = grid_new(&one, 1, 30);
	struct input in = input_key(K_LEFT);
	struct fj_buf b;

	(void)state;
	fj_buf_init(&b, 1000);
	assert_true(tabs_input(&t, &in));
	assert_int_equal(t.current, 2);
	in = input_key('x');
	assert_false(tabs_input(&t, &in));
	tabs_draw(&t, NULL, g, grid_rect(g));
	grid_dump(g, &b);
	assert_string_equal(b.p, " 全部   进行中  [已锁定]\n");
	fj_buf_release(&b);
	grid_free(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confirming), cmocka_unit_test(prompting), cmocka_unit_test(picking),
		cmocka_unit_test(small), cmocka_unit_test(helping), cmocka_unit_test(working),
		cmocka_unit_test(filling), cmocka_unit_test(tabbing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
