/* SPDX-License-Identifier: Apache-2.0 */
/* Every widget on a terminal, for tests/tty/widgets.sh.
 * widgets_demo [CATALOGUE.mo] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "text/fold.h"
#include "tui/core/term.h"
#include "tui/core/ui.h"
#include "tui/widget/dialog.h"
#include "tui/widget/fieldset.h"
#include "tui/widget/help.h"
#include "tui/widget/list.h"
#include "tui/widget/search.h"
#include "tui/widget/table.h"

enum { ROWS = 200 };

struct home {
	struct ui *ui;
	struct list *list;
	struct search *search;
	size_t added;
	char answer[256];
};

static const struct column columns[] = {
	{"no", 5, 0, true, 0}, {"item", 20, 1, false, 0}, {"state", 6, 0, false, 1},
	{"note", 20, 1, false, 2},
};

/* Rows added later stand above: row 0 is the newest. */
static size_t
number(const struct home *h, size_t row)
{
	return row < h->added ? ROWS + h->added - row : row - h->added + 1;
}

static size_t
count(void *ctx)
{
	return ROWS + ((struct home *)ctx)->added;
}

static uint64_t
row_id(void *ctx, size_t row)
{
	return number(ctx, row);
}

static void
text_of(const struct home *h, size_t row, char *out, size_t n)
{
	static const char *const what[] = {"设备台账与实物一致", "检定或校准计划已执行",
	    "原始记录（含电子记录）可追溯", "𠀀𪚥人员授权 e\u0301 ①"};
	size_t no = number(h, row);

	snprintf(out, n, "%s %zu", what[no % 4], no);
}

static bool
match(void *ctx, size_t row, const char *needle)
{
	char s[128];

	text_of(ctx, row, s, sizeof(s));
	return fold_contains(s, needle);
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	char s[128];
	struct table t;

	table_fit(&t, columns, 4, r.w);
	snprintf(s, sizeof(s), "%zu", number(ctx, row));
	table_cell(&t, 0, g, r, st, s);
	text_of(ctx, row, s, sizeof(s));
	table_cell(&t, 1, g, r, st, s);
	table_cell(&t, 2, g, r, st == STYLE_NORMAL ? STYLE_OK : st, "符合");
	table_cell(&t, 3, g, r, st == STYLE_NORMAL ? STYLE_MUTED : st, "证据 2 件，已存");
}

static const struct list_ops rows = {
	.count = count, .id = row_id, .draw = draw_row, .match = match,
};

static void
home_draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct home *h = self;
	int y = 0, x = 0;
	bool typing = search_typing(h->search), caret;

	search_draw(h->search, ui_msg(ui), g, &r);
	caret = typing && grid_cursor_get(g, &y, &x);
	list_draw(h->list, g, r, true);
	if (caret)
		grid_cursor(g, y, x);
}

static enum ui_answer
home_input(void *self, struct ui *ui, const struct input *in)
{
	struct home *h = self;

	(void)ui;
	if (search_input(h->search, in))
		return UI_HANDLED;
	return list_input(h->list, in) != LIST_IGNORED ? UI_HANDLED : UI_IGNORED;
}

static void
home_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct home *h = self;

	(void)ui;
	fj_buf_puts(left, "控件演示");
	fj_buf_printf(right, "%zu", list_shown(h->list));
}

static bool
home_typing(const void *self)
{
	return search_typing(((const struct home *)self)->search);
}

static void
home_close(void *self)
{
	struct home *h = self;

	search_free(&h->search);
	list_free(&h->list);
	free(h);
}

/* ---- the fields ---- */

struct fields {
	struct fieldset *fs;
};

static bool
check_no(void *ctx, const struct msg *m, const char *v, struct fj_buf *why)
{
	(void)ctx;
	(void)m;
	if (strlen(v) >= 4)
		return true;
	fj_buf_puts(why, "编号至少四位");
	return false;
}

static const struct field_choice kinds[] = {{"a", "飞行检查"}, {"b", "专项监督"}, {NULL, NULL}};
static const struct field fields[] = {
	{.name = "n", .label = "请填写检查对象。带 * 的必填。", .kind = FIELD_NOTE},
	{.name = "name", .label = "名称", .kind = FIELD_TEXT, .required = true, .hint = "营业执照上的名称"},
	{.name = "no", .label = "编号", .kind = FIELD_TEXT, .check = check_no},
	{.name = "kind", .label = "类型", .kind = FIELD_CHOICE, .choices = kinds, .value = "a"},
	{.name = "pass", .label = "口令", .kind = FIELD_SECRET},
	{.name = "agree", .label = "已核对", .kind = FIELD_CHECK},
	{.name = "note", .label = "备注", .kind = FIELD_AREA, .rows = 3},
	{.name = "ok", .label = "保存", .kind = FIELD_BUTTON},
};

static void
fields_draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	(void)ui;
	fieldset_draw(((struct fields *)self)->fs, g, rect_inset(r, 1, 2), true);
}

static enum ui_answer
fields_input(void *self, struct ui *ui, const struct input *in)
{
	struct fields *f = self;

	switch (fieldset_input(f->fs, in)) {
	case FIELDS_IGNORED:
		return UI_IGNORED;
	case FIELDS_DONE:
		if (fieldset_check(f->fs)) {
			ui_say(ui, STYLE_OK, fieldset_value(f->fs, "note"));
			ui_mark(ui, STYLE_OK, "已存");
			ui_close_self(ui, f);
		}
		return UI_HANDLED;
	case FIELDS_HANDLED:
	case FIELDS_CHANGED:
	case FIELDS_PICK:
		break;
	}
	return UI_HANDLED;
}

static bool
fields_typing(const void *self)
{
	return fieldset_typing(((const struct fields *)self)->fs);
}

static void
fields_close(void *self)
{
	struct fields *f = self;

	fieldset_free(&f->fs);
	free(f);
}

static void
fields_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)self;
	(void)ui;
	(void)right;
	fj_buf_puts(left, "填写");
}

static const struct view_ops fields_ops = {
	.name = "fields", .draw = fields_draw, .input = fields_input, .title = fields_title,
	.close = fields_close, .typing = fields_typing,
};

/* ---- actions ---- */

static void
open_fields(void *self, struct ui *ui)
{
	struct fields *f = xcalloc(1, sizeof(*f));

	(void)self;
	f->fs = fieldset_new(ui_msg(ui), fields, sizeof(fields) / sizeof(fields[0]), f);
	ui_push(ui, &fields_ops, f);
}

static void
add_row(void *self, struct ui *ui)
{
	struct home *h = self;

	(void)ui;
	h->added++;
	list_refresh(h->list);
}

static void
asked(void *ctx, bool yes)
{
	struct home *h = ctx;

	ui_say(h->ui, STYLE_ACCENT, yes ? "答：是" : "答：否");
}

static void
ask(void *self, struct ui *ui)
{
	dialog_confirm(ui, &(struct confirm_opts){.title = "封存",
	    .text = "归档锁定后不能再改。现在锁定吗？", .yes = "锁定", .danger = true}, asked, self);
}

static void
ask_word(void *self, struct ui *ui)
{
	dialog_confirm(ui, &(struct confirm_opts){.title = "封存",
	    .text = "归档锁定后不能再改。", .yes = "锁定", .word = "k7q2"}, asked, self);
}

static void
noted(void *ctx, const char *text)
{
	struct home *h = ctx;

	ui_say(h->ui, STYLE_ACCENT, text != NULL ? text : "未填");
}

static void
note(void *self, struct ui *ui)
{
	dialog_prompt(ui, &(struct prompt_opts){.title = "记录", .area = true, .required = true},
	    noted, self);
}

static void
picked(void *ctx, long index)
{
	struct home *h = ctx;

	snprintf(h->answer, sizeof(h->answer), "选了 %ld", index);
	ui_say(h->ui, STYLE_ACCENT, h->answer);
}

static void
pick(void *self, struct ui *ui)
{
	static const struct pick_item items[] = {{"符合", NULL, '1', false},
	    {"不符合", "须写明事实", '2', false}, {"不适用", NULL, '4', true}};

	dialog_pick(ui, &(struct pick_opts){.title = "判定", .items = items, .n = 3}, picked, self);
}

static void
message(void *self, struct ui *ui)
{
	(void)self;
	dialog_message(ui, "提示", "第一行。\n第二行较长，会在窗口里自动换行，标点不会落在行首，也不会把一个汉字切成两半。", NULL, NULL);
}

static void
pager(void *self, struct ui *ui)
{
	struct fj_buf b;
	int i;

	(void)self;
	fj_buf_init(&b, 100000);
	for (i = 1; i < 100; i++)
		fj_buf_printf(&b, "# 第 %d 节\n检验检测机构应当对其出具的检验检测报告负责（第 %d 段）。\n\n", i, i);
	dialog_pager(ui, "文本", b.p);
	fj_buf_release(&b);
}

static void
start_search(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct home *)self)->search);
}

static const struct action actions[] = {
	{"demo.fields", "Enter", "填写", "打开填写页", ACTION_FOOTER, open_fields, NULL},
	{"demo.add", "a", "加行", "在上面加一行", ACTION_FOOTER, add_row, NULL},
	{"demo.ask", "y", "询问", "打开询问", ACTION_FOOTER, ask, NULL},
	{"demo.word", "w", "口令", "输入后四位", ACTION_FOOTER, ask_word, NULL},
	{"demo.note", "i", "记录", "写记录", ACTION_FOOTER, note, NULL},
	{"demo.pick", "p", "选择", "选判定", ACTION_FOOTER, pick, NULL},
	{"demo.message", "m", "提示", "显示提示", ACTION_FOOTER, message, NULL},
	{"demo.pager", "v", "文本", "显示长文本", 0, pager, NULL},
	{"demo.search", "/", "筛选", "筛选", ACTION_FOOTER, start_search, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops home_ops = {
	.name = "home", .actions = actions, .draw = home_draw, .input = home_input,
	.title = home_title, .close = home_close, .typing = home_typing,
};

static char *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p;

	*n = 0;
	if (f == NULL)
		return NULL;
	p = xmalloc(1 << 22);
	*n = fread(p, 1, 1 << 22, f);
	fclose(f);
	return p;
}

static int
run(struct loop *loop, struct term *term, const struct msg *m)
{
	struct fj_err e;
	struct home *h = xcalloc(1, sizeof(*h));
	struct ui *ui = ui_new(&(struct ui_opts){.loop = loop, .term = term, .msg = m, .help = help_open});
	enum fj_rc rc;

	h->ui = ui;
	h->list = list_new(&rows, h);
	h->search = search_new(h->list);
	ui_push(ui, &home_ops, h);
	rc = loop_run(loop, &e);
	ui_free(&ui);
	return rc == FJ_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct fj_err e;
	struct loop *loop = NULL;
	struct term *term = NULL;
	struct msg *m = NULL;
	struct fj_buf b;
	size_t n = 0;
	char *mo = argc > 1 ? slurp(argv[1], &n) : NULL;
	int status = 3;

	fj_err_clear(&e);
	fj_buf_init(&b, 4096);
	if (msg_new(mo != NULL ? "zh" : "en", mo, n, &m, &e) != FJ_OK ||
	    loop_new(&loop, &e) != FJ_OK ||
	    term_start(&(struct term_opts){.mouse = true}, &term, &e) != FJ_OK) {
		msg_say(m, &e, &b);
		fprintf(stderr, "%s\n", b.p);
		goto out;
	}
	status = run(loop, term, m);
out:
	term_stop(&term);
	loop_free(&loop);
	msg_free(&m);
	fj_buf_release(&b);
	free(mo);
	return status;
}
