/* SPDX-License-Identifier: Apache-2.0 */
/* What this machine is fit for, and a check of every stored byte. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

struct doctor {
	struct session *s;
	struct lines l;
};

static void
fill(struct doctor *v)
{
	static const char *const words[] = {N_("OK"), N_("LOOK"), N_("BAD")};
	static const enum style styles[] = {STYLE_OK, STYLE_WARN, STYLE_BAD};
	struct app_check *c = xcalloc(APP_CHECKS, sizeof(*c));
	struct fj_buf b;
	size_t i, n = app_doctor(v->s->app, c);

	fj_buf_init(&b, 8192);
	lines_clear(&v->l);
	for (i = 0; i < n; i++) {
		fj_buf_clear(&b);
		fj_buf_printf(&b, "%s  ", msg_tr(v->s->m, words[c[i].state]));
		msg_say(v->s->m, &c[i].err, &b);
		lines_head(&v->l, c[i].what);
		lines_note(&v->l, styles[c[i].state], b.p);
	}
	lines_done(&v->l);
	fj_buf_release(&b);
	free(c);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	lines_draw(&((struct doctor *)self)->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct doctor *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)right;
	(void)self;
	fj_buf_puts(left, _(ui_msg(ui), "Check of this machine"));
}

static void
again(void *self, struct ui *ui)
{
	fill(self);
	ui_say(ui, STYLE_OK, _(ui_msg(ui), "Looked again"));
}

struct report {
	const struct msg *m;
	struct fj_buf b;
};

static void
one(void *ctx, const struct app_finding_of_fsck *f)
{
	struct report *r = ctx;

	fj_buf_puts(&r->b, f->ok ? "OK    " : "BAD   ");
	msg_say(r->m, &f->err, &r->b);
	fj_buf_putc(&r->b, '\n');
}

static void
fsck(void *self, struct ui *ui)
{
	struct doctor *v = self;
	struct report r = {.m = v->s->m};
	struct fj_err e;
	size_t bad = 0;

	say_busy(v->s, N_("Reading every stored byte …"));
	fj_buf_init(&r.b, 1 << 20);
	if (app_fsck(v->s->app, one, &r, &bad, &e) != FJ_OK && r.b.n == 0)
		ui_fail(ui, &e);
	else
		dialog_pager(ui, _(v->s->m, "Check of the workspace"), r.b.p);
	fj_buf_release(&r.b);
}

static bool
is_open(const void *self)
{
	return app_unlocked(((const struct doctor *)self)->s->app);
}

static void
close_doctor(void *self)
{
	struct doctor *v = self;

	lines_release(&v->l);
	free(v);
}

static const struct action actions[] = {
	{"doctor.again", "r F5", N_("again"), N_("Look again"), ACTION_FOOTER, again, NULL},
	{"doctor.fsck", "f F6", N_("check workspace"), N_("Read every stored byte and every signature"), ACTION_FOOTER, fsck, is_open},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "doctor", .actions = actions, .draw = draw, .input = input, .title = title,
	.close = close_doctor,
};

void
view_doctor_open(struct session *s)
{
	struct doctor *v = xcalloc(1, sizeof(*v));

	v->s = s;
	lines_init(&v->l, 0);
	fill(v);
	ui_push(s->ui, &ops, v);
}
