/* SPDX-License-Identifier: Apache-2.0 */
/* A supervisor reads a visit and decides. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/review_rows.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

struct review {
	struct session *s;
	struct id id;
	struct lines l;
	struct review_rows places;
	uint64_t serial;
	char *on;			/* of the act that a dialog asks about */
	struct id finding;
	bool evidence_kind, must;
	const char *disposition;
};

static void
fill(struct review *v)
{
	struct dossier *d = session_dossier(v->s, &v->id);

	lines_clear(&v->l);
	if (d != NULL)
		review_fill(v->s, d, &v->l, &v->places);
	lines_done(&v->l);
	v->serial = session_serial(v->s);
}

static void
after(struct review *v)
{
	session_acted(v->s);
	fill(v);
}

static struct review_place *
here(struct review *v)
{
	return review_at(&v->places, lines_at(&v->l));
}

/* ---- comment ---- */

static void
commented(void *ctx, const char *text)
{
	struct review *v = ctx;
	struct dossier *d;
	struct fj_err e;

	if (text != NULL && (d = session_dossier(v->s, &v->id)) != NULL) {
		session_keeping(v->s);
		(void)session_kept(v->s, dossier_comment(d, v->on, text, v->must, &e), &e);
		after(v);
	}
	free(v->on);
	v->on = NULL;
}

static void
ask_comment(struct review *v, bool must, bool whole)
{
	const struct msg *m = v->s->m;
	struct review_place *p = whole ? NULL : here(v);
	const struct line *line = lines_line(&v->l);

	free(v->on);
	v->on = p != NULL ? xstrdup(p->on) : NULL;
	v->must = must;
	dialog_prompt(v->s->ui, &(struct prompt_opts){
	    .title = must ? _(m, "Comment that must be answered") : _(m, "Comment"),
	    .text = p != NULL && line != NULL ? line->text : _(m, "On the whole visit"),
	    .area = true, .required = true, .max_bytes = LIMIT_REASON_BYTES}, commented, v);
}

static void
comment(void *self, struct ui *ui)
{
	(void)ui;
	ask_comment(self, false, false);
}

static void
must(void *self, struct ui *ui)
{
	(void)ui;
	ask_comment(self, true, false);
}

static void
comment_all(void *self, struct ui *ui)
{
	(void)ui;
	ask_comment(self, false, true);
}

/* ---- return ---- */

static void
returned(void *ctx, const char *why)
{
	struct review *v = ctx;
	struct dossier *d;
	const char **on;
	struct fj_err e;
	size_t i, n = 0;

	if (why == NULL || (d = session_dossier(v->s, &v->id)) == NULL)
		return;
	on = xcalloc(v->places.n + 1, sizeof(*on));
	for (i = 0; i < v->places.n; i++)
		if (v->places.v[i].marked)
			on[n++] = v->places.v[i].on;
	session_keeping(v->s);
	if (session_kept(v->s, dossier_return(d, v->evidence_kind, why, on, n, &e), &e))
		for (i = 0; i < v->places.n; i++)
			v->places.v[i].marked = false;
	free(on);
	after(v);
}

static void
return_kind(void *ctx, long i)
{
	struct review *v = ctx;
	const struct msg *m = v->s->m;

	if (i < 0)
		return;
	v->evidence_kind = i == 1;
	dialog_prompt(v->s->ui, &(struct prompt_opts){.title = _(m, "Return to the team"),
	    .text = _(m, "Reason. The marked rows go with it; sealed entries stay as they are."),
	    .area = true, .required = true, .max_bytes = LIMIT_REASON_BYTES}, returned, v);
}

static void
give_back(void *self, struct ui *ui)
{
	const struct msg *m = ui_msg(ui);
	const struct pick_item items[] = {
		{_(m, "Addendum"), _(m, "explain, without new facts on site"), '1', false},
		{_(m, "More evidence"), _(m, "something is missing"), '2', false},
	};

	dialog_pick(ui, &(struct pick_opts){.title = _(m, "Return to the team"), .items = items,
	    .n = 2}, return_kind, self);
}

/* ---- approve ---- */

static void approve_with(struct review *v, const char *accept);

static void
accepted(void *ctx, const char *why)
{
	if (why != NULL)
		approve_with(ctx, why);
}

static void
approve_with(struct review *v, const char *accept)
{
	struct dossier *d = session_dossier(v->s, &v->id);
	const struct msg *m = v->s->m;
	struct fj_err e;
	enum fj_rc rc;

	if (d == NULL)
		return;
	session_keeping(v->s);
	rc = dossier_approve(d, v->disposition, accept, &e);
	if (rc != FJ_OK && accept == NULL && strcmp(e.code, "model.need-accept") == 0) {
		struct fj_buf b;

		fj_buf_init(&b, 8192);
		msg_say(m, &e, &b);
		ui_mark(v->s->ui, STYLE_NORMAL, "");
		dialog_prompt(v->s->ui, &(struct prompt_opts){.title = _(m, "Accept all the same"),
		    .text = b.p, .area = true, .required = true,
		    .max_bytes = LIMIT_REASON_BYTES}, accepted, v);
		fj_buf_release(&b);
		return;
	}
	(void)session_kept(v->s, rc, &e);
	after(v);
}

static void
sure(void *ctx, bool yes)
{
	if (yes)
		approve_with(ctx, NULL);
}

static const struct {
	const char *id, *label, *note;
} dispositions[] = {
	{"no-action", N_("No action"), N_("the visit is done")},
	{"correct", N_("Order to correct"), N_("with a deadline")},
	{"case", N_("Open a case"), N_("the file goes to case handling")},
	{"transfer", N_("Transfer"), N_("to another authority")},
};
enum { DISPOSITIONS = sizeof(dispositions) / sizeof(dispositions[0]) };

static void
approve_kind(void *ctx, long i)
{
	struct review *v = ctx;
	const struct msg *m = v->s->m;
	struct fj_buf b;

	if (i < 0 || i >= DISPOSITIONS)
		return;
	v->disposition = dispositions[i].id;
	fj_buf_init(&b, 4096);
	msg_put(m, &b, "Approve this visit with: {1}? The decision is signed with your key.", "s",
	    msg_tr(m, dispositions[i].label));
	dialog_confirm(v->s->ui, &(struct confirm_opts){.title = _(m, "Approve"), .text = b.p,
	    .yes = _(m, "approve")}, sure, v);
	fj_buf_release(&b);
}

static void
approve(void *self, struct ui *ui)
{
	const struct msg *m = ui_msg(ui);
	struct pick_item items[DISPOSITIONS];
	size_t i;

	for (i = 0; i < DISPOSITIONS; i++)
		items[i] = (struct pick_item){msg_tr(m, dispositions[i].label),
		    msg_tr(m, dispositions[i].note), '1' + (uint32_t)i, false};
	dialog_pick(ui, &(struct pick_opts){.title = _(m, "Approve with"), .items = items,
	    .n = DISPOSITIONS}, approve_kind, self);
}

/* ---- establish ---- */

static void
established(void *ctx, const char *why)
{
	struct review *v = ctx;
	struct dossier *d;
	struct fj_err e;

	if (why == NULL || (d = session_dossier(v->s, &v->id)) == NULL)
		return;
	session_keeping(v->s);
	(void)session_kept(v->s, dossier_finding_establish(d, &v->finding, why, &e), &e);
	after(v);
}

static void
establish(void *self, struct ui *ui)
{
	struct review *v = self;
	const struct msg *m = ui_msg(ui);
	struct review_place *p = here(v);

	if (p == NULL || p->kind != REVIEW_FINDING) {
		ui_say(ui, STYLE_MUTED, _(m, "Stand on a finding first"));
		return;
	}
	v->finding = p->id;
	dialog_prompt(ui, &(struct prompt_opts){.title = _(m, "Establish the finding"),
	    .text = _(m, "Grounds. Only a supervisor or a case decision establishes a finding."),
	    .area = true, .required = true, .max_bytes = LIMIT_REASON_BYTES}, established, v);
}

/* ---- marks and ways on ---- */

static void
mark(void *self, struct ui *ui)
{
	struct review *v = self;
	struct review_place *p = here(v);

	(void)ui;
	if (p == NULL)
		return;
	p->marked = !p->marked;
	fill(v);
	list_move(v->l.list, 1);
}

static void
open_place(void *self, struct ui *ui)
{
	struct review *v = self;
	struct review_place *p = here(v);

	(void)ui;
	if (p == NULL)
		return;
	switch (p->kind) {
	case REVIEW_FINDING:
		view_finding_open(v->s, &v->id, &p->id);
		break;
	case REVIEW_ITEM:
		view_checklist_open(v->s, &v->id, p->form, p->on);
		break;
	case REVIEW_EVIDENCE:
		view_evidence_open(v->s, &v->id, NULL);
		break;
	}
}

static void
story(void *self, struct ui *ui)
{
	struct review *v = self;

	(void)ui;
	view_log_open(v->s, &v->id);
}

static void
record(void *self, struct ui *ui)
{
	struct review *v = self;

	(void)ui;
	view_record_open(v->s, &v->id);
}

static void
search(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct review *)self)->l.search);
}

/* ---- the screen ---- */

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct review *v = self;

	if (v->serial != session_serial(v->s))
		fill(v);
	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct review *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct review *v = self;
	size_t i, n = 0;

	fj_buf_printf(left, "%s  ", _(ui_msg(ui), "Review"));
	visit_name(v->s, &v->id, left);
	for (i = 0; i < v->places.n; i++)
		n += v->places.v[i].marked;
	if (n > 0)
		msg_put(ui_msg(ui), right, "{1} marked", "z", n);
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	after(self);
}

static bool
typing(const void *self)
{
	return lines_typing(&((const struct review *)self)->l);
}

static void
close_review(void *self)
{
	struct review *v = self;

	lines_release(&v->l);
	review_release(&v->places);
	free(v->on);
	free(v);
}

static void
open_sync(void *self, struct ui *ui)
{
	(void)ui;
	view_sync_open(((struct review *)self)->s);
}

static const struct action actions[] = {
	{"review.open", "Enter", N_("view"), N_("Open the finding, item or evidence"), ACTION_FOOTER, open_place, NULL},
	{"review.comment", "i F2", N_("comment"), N_("Comment on the selected row"), ACTION_FOOTER, comment, NULL},
	{"review.must", "m F3", N_("must answer"), N_("A comment that the team must answer"), 0, must, NULL},
	{"review.all", "w F4", N_("on all"), N_("Comment on the whole visit"), 0, comment_all, NULL},
	{"review.mark", "Space", N_("mark"), N_("Mark the row for a return"), ACTION_FOOTER, mark, NULL},
	{"review.return", "R F6", N_("send back"), N_("Return the visit to the team, with reasons"), ACTION_FOOTER, give_back, NULL},
	{"review.approve", "A F7", N_("approve"), N_("Approve the visit with a disposition"), ACTION_FOOTER, approve, NULL},
	{"review.establish", "E F9", N_("establish"), N_("Establish the selected finding"), 0, establish, NULL},
	{"review.story", "l F8", N_("story"), N_("Every entry of this visit; verify"), ACTION_FOOTER, story, NULL},
	{"review.record", "t", N_("record"), N_("The on-site record as text"), 0, record, NULL},
	{"review.filter", "/ C-f", N_("filter"), N_("Show only rows that match"), 0, search, NULL},
	{"review.sync", "s F5", N_("sync"), N_("What is safe where; sync with the hub"), 0, open_sync, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "review", .actions = actions, .draw = draw, .input = input, .title = title,
	.shown = shown, .close = close_review, .typing = typing,
};

void
view_review_open(struct session *s, const struct id *visit)
{
	struct review *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->id = *visit;
	lines_init(&v->l, 1);
	fill(v);
	ui_push(s->ui, &ops, v);
}
