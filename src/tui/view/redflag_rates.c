/* SPDX-License-Identifier: Apache-2.0 */
/* How often each rule was right, over all visits that are here: for supervisors, and
 * for whoever writes rules. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/redflag.h"
#include "tui/view/views.h"

struct rates_view {
	struct session *s;
	struct lines l;
};

static void
rate_row(struct rates_view *v, uint64_t id, const struct redflag_rate *r)
{
	const struct msg *m = v->s->m;
	size_t judged = r->confirmed + r->ruled_out;
	struct fj_buf b, right;

	fj_buf_init(&b, 1024);
	fj_buf_init(&right, 1024);
	msg_put(m, &b, N_("{1} flags in {2} runs: {3} confirmed, {4} ruled out, {5} in findings"), "zzzzz",
	    r->hits, r->runs, r->confirmed, r->ruled_out, r->drafted);
	if (judged > 0)
		msg_put(m, &right, N_("right {1}%"), "z", r->confirmed * 100 / judged);
	else
		fj_buf_puts(&right, _(m, "not judged yet"));
	lines_add(&v->l, id, judged > 0 && r->confirmed * 2 < judged ? STYLE_WARN : STYLE_NORMAL, r->rule,
	    b.p, right.p);
	fj_buf_release(&b);
	fj_buf_release(&right);
}

static void
fill(struct rates_view *v)
{
	const struct msg *m = v->s->m;
	struct redflag_rate *rate = NULL;
	struct fj_err e;
	size_t i, n = 0;

	lines_clear(&v->l);
	if (app_redflag_rates(v->s->app, &rate, &n, &e) != FJ_OK)
		ui_fail(v->s->ui, &e);
	lines_note(&v->l, STYLE_MUTED, n > 0 ?
	    _(m, "Over all visits on this machine. A rule that is often ruled out needs other parameters.") :
	    _(m, "No visit here was screened yet."));
	for (i = 0; i < n; i++)
		rate_row(v, i + 1, &rate[i]);
	free(rate);
	lines_done(&v->l);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	lines_draw(&((struct rates_view *)self)->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct rates_view *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)self;
	(void)right;
	fj_buf_puts(left, _(ui_msg(ui), "How often each rule was right"));
}

static void
close_view(void *self)
{
	struct rates_view *v = self;

	lines_release(&v->l);
	free(v);
}

static const struct view_ops ops = {
	.name = "redflag-rates", .draw = draw, .input = input, .title = title, .close = close_view,
};

void
view_redflag_rates_open(struct session *s)
{
	struct rates_view *v = xcalloc(1, sizeof(*v));

	v->s = s;
	lines_init(&v->l, 6);
	fill(v);
	ui_push(s->ui, &ops, v);
}
