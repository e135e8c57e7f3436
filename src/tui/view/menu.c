/* SPDX-License-Identifier: Apache-2.0 */
/* The first screen where there is no workspace yet. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/views.h"

enum { ROW_TRY = 1, ROW_WORK, ROW_RESTORE, ROW_LANG, ROW_DOCTOR, ROW_QUIT };

struct menu {
	struct session *s;
	struct lines l;
};

static void
fill(struct menu *v)
{
	const struct msg *m = v->s->m;
	struct lines *l = &v->l;

	lines_clear(l);
	lines_blank(l);
	lines_head(l, _(m, "feijian: unannounced inspections, offline"));
	lines_blank(l);
	lines_add(l, ROW_TRY, STYLE_NORMAL, "1", _(m, "Try it"),
	    _(m, "a half-finished sample visit, nothing is left behind"));
	lines_add(l, ROW_WORK, STYLE_NORMAL, "2", _(m, "Start work"),
	    _(m, "your workspace on this machine"));
	lines_add(l, ROW_RESTORE, STYLE_NORMAL, "3", _(m, "Restore"),
	    _(m, "from a backup file"));
	lines_blank(l);
	lines_add(l, ROW_LANG, STYLE_NORMAL, "4", msg_is_zh(m) ? "English" : "中文",
	    _(m, "the language of the screens"));
	lines_add(l, ROW_DOCTOR, STYLE_NORMAL, "5", _(m, "Check this machine"),
	    _(m, "characters, terminal, clock, space"));
	lines_add(l, ROW_QUIT, STYLE_NORMAL, "6", _(m, "Quit"), NULL);
	lines_blank(l);
	lines_note(l, STYLE_MUTED, _(m, "Everything that you write is encrypted under your passphrase and stays on this machine until you enrol at a hub."));
	lines_done(l);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct menu *v = self;
	struct rect in = r;

	if (in.w > 84) {
		in.x += (in.w - 84) / 2;
		in.w = 84;
	}
	lines_draw(&v->l, ui_msg(ui), g, in, true);
}

static void
try_it(void *self, struct ui *ui)
{
	struct menu *v = self;
	struct fj_err e;

	say_busy(v->s, N_("Making a sample workspace and a hub of its own …"));
	if (session_demo(v->s, 0, &e) != FJ_OK)
		ui_fail(ui, &e);
}

static void
start_work(void *self, struct ui *ui)
{
	(void)ui;
	view_init_open(((struct menu *)self)->s);
}

static void
restore(void *self, struct ui *ui)
{
	(void)ui;
	view_restore_open(((struct menu *)self)->s);
}

static void
doctor(void *self, struct ui *ui)
{
	(void)ui;
	view_doctor_open(((struct menu *)self)->s);
}

static void
language(void *self, struct ui *ui)
{
	struct menu *v = self;
	struct fj_err e;

	if (session_set_lang(v->s, msg_is_zh(v->s->m) ? "en" : "zh", &e) != FJ_OK)
		ui_fail(ui, &e);
	fill(v);
}

static void
quit(void *self, struct ui *ui)
{
	(void)self;
	ui_quit(ui);
}

static void
choose(void *self, struct ui *ui)
{
	static void (*const run[])(void *, struct ui *) = {
		[ROW_TRY] = try_it, [ROW_WORK] = start_work, [ROW_RESTORE] = restore,
		[ROW_LANG] = language, [ROW_DOCTOR] = doctor, [ROW_QUIT] = quit,
	};
	uint64_t at = lines_at(&((struct menu *)self)->l);

	if (at >= ROW_TRY && at <= ROW_QUIT)
		run[at](self, ui);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct menu *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)self;
	(void)right;
	fj_buf_puts(left, _(ui_msg(ui), "feijian"));
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	fill(self);
}

static void
close_menu(void *self)
{
	struct menu *v = self;

	lines_release(&v->l);
	free(v);
}

static const struct action actions[] = {
	{"menu.choose", "Enter", N_("choose"), N_("Do the selected one"), ACTION_FOOTER, choose, NULL},
	{"menu.try", "1", N_("try it"), N_("A half-finished sample visit; nothing is left behind"), 0, try_it, NULL},
	{"menu.work", "2", N_("start work"), N_("Make your workspace on this machine"), 0, start_work, NULL},
	{"menu.restore", "3", N_("restore"), N_("Make the workspace from a backup file"), 0, restore, NULL},
	{"menu.lang", "4 L", N_("language"), N_("Chinese or English"), ACTION_FOOTER, language, NULL},
	{"menu.doctor", "5", N_("check"), N_("Check characters, terminal, clock, space"), 0, doctor, NULL},
	{"menu.quit", "6", N_("quit"), N_("Leave the program"), 0, quit, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "menu", .actions = actions, .draw = draw, .input = input, .title = title,
	.shown = shown, .close = close_menu,
};

void
view_menu_open(struct session *s)
{
	struct menu *v = xcalloc(1, sizeof(*v));

	v->s = s;
	lines_init(&v->l, 2);
	fill(v);
	ui_push(s->ui, &ops, v);
}
