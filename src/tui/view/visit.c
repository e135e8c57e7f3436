/* SPDX-License-Identifier: Apache-2.0 */
/* One visit: who, what is done, what is next, and the ways on. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/views.h"
#include "tui/view/visit_rows.h"
#include "tui/widget/dialog.h"

struct visit_page {
	struct session *s;
	struct id id;
	struct lines l;
	uint64_t serial;
};

static void
fill(struct visit_page *v)
{
	struct dossier *d = session_dossier(v->s, &v->id);

	lines_clear(&v->l);
	if (d != NULL)
		visit_rows(v->s, d, &v->l);
	lines_done(&v->l);
	v->serial = session_serial(v->s);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct visit_page *v = self;

	if (v->serial != session_serial(v->s))
		fill(v);
	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct visit_page *v = self;
	const struct app_row *row = visit_row(v->s, &v->id);

	(void)ui;
	visit_name(v->s, &v->id, left);
	if (row != NULL)
		fj_buf_printf(right, "%zu/%zu", row->s.answered, row->s.total);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct visit_page *v = self;

	(void)ui;
	return lines_input(&v->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
shown(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	session_acted(v->s);
	fill(v);
}

static bool
typing(const void *self)
{
	return lines_typing(&((const struct visit_page *)self)->l);
}

static void
close_visit(void *self)
{
	struct visit_page *v = self;

	lines_release(&v->l);
	free(v);
}

/* ---- ways on ---- */

static void
checklist(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_checklist_open(v->s, &v->id, 0, NULL);
}

static void
findings(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_findings_open(v->s, &v->id);
}

static void
evidence(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_evidence_open(v->s, &v->id, NULL);
}

static void
disputes(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_disputes_open(v->s, &v->id);
}

static void
outcome(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_outcome_open(v->s, &v->id);
}

static void
freeze(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_freeze_open(v->s, &v->id);
}

static void
record(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_record_open(v->s, &v->id);
}

static void
drafts(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_drafts_open(v->s, &v->id);
}

static void
story(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_log_open(v->s, &v->id);
}

static void
redflags(void *self, struct ui *ui)
{
	struct visit_page *v = self;

	(void)ui;
	view_redflag_open(v->s, &v->id);
}

/* ---- cancel ---- */

static void
cancelled(void *ctx, const char *why)
{
	struct visit_page *v = ctx;
	struct dossier *d;
	struct fj_err e;

	if (why == NULL || (d = session_dossier(v->s, &v->id)) == NULL)
		return;
	session_keeping(v->s);
	(void)session_kept(v->s, dossier_cancel(d, why, &e), &e);
	shown(v, v->s->ui);
}

static void
cancel(void *self, struct ui *ui)
{
	const struct msg *m = ui_msg(ui);

	dialog_prompt(ui, &(struct prompt_opts){.title = _(m, "Cancel the visit"),
	    .text = _(m, "A cancelled visit stays on record with its entries and cannot go on. Reason (Esc: do not cancel):"),
	    .area = true, .required = true}, cancelled, self);
}

static bool
may_cancel(const void *self)
{
	const struct visit_page *v = self;
	const struct app_row *row = visit_row(v->s, &v->id);

	return row != NULL && (row->s.state == VISIT_PLANNED ||
	    (row->s.state == VISIT_OPEN && row->s.round == 1));
}

static void
choose(void *self, struct ui *ui)
{
	static void (*const run[VISIT_ROW_COUNT])(void *, struct ui *) = {
		[VISIT_ROW_FINDINGS] = findings, [VISIT_ROW_EVIDENCE] = evidence,
		[VISIT_ROW_DISPUTES] = disputes, [VISIT_ROW_OUTCOME] = outcome,
		[VISIT_ROW_FREEZE] = freeze, [VISIT_ROW_RECORD] = record,
		[VISIT_ROW_DRAFTS] = drafts, [VISIT_ROW_STORY] = story,
		[VISIT_ROW_FLAGS] = redflags,
	};
	struct visit_page *v = self;
	uint64_t at = lines_at(&v->l);
	struct dossier *d;
	struct fj_buf path;
	size_t form;

	if (at > 0 && at < VISIT_ROW_COUNT && run[at] != NULL) {
		run[at](self, ui);
		return;
	}
	d = session_dossier(v->s, &v->id);
	if (d == NULL)
		return;
	fj_buf_init(&path, 65536);
	if (visit_row_place(d, at, &form, &path))
		view_checklist_open(v->s, &v->id, form, path.n > 0 ? path.p : NULL);
	fj_buf_release(&path);
}

static void
search(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct visit_page *)self)->l.search);
}

static void
open_sync(void *self, struct ui *ui)
{
	(void)ui;
	view_sync_open(((struct visit_page *)self)->s);
}

static bool
serves(const void *self)
{
	const struct visit_page *v = self;
	struct dossier *d = session_dossier(v->s, &v->id);

	return d != NULL && dossier_clues_only(d);
}

static bool
judges(const void *self)
{
	return !serves(self);
}

static bool
screens(const void *self)
{
	const struct visit_page *v = self;
	struct dossier *d = session_dossier(v->s, &v->id);

	return d != NULL && visit_may_screen(v->s, d);
}

static const struct action actions[] = {
	{"visit.choose", "Enter", N_("view"), N_("Open the selected one"), ACTION_FOOTER, choose, NULL},
	{"visit.checklist", "c F2", N_("checklist"), N_("To the first checklist"), ACTION_FOOTER, checklist, NULL},
	{"visit.findings", "f F3", N_("findings"), N_("The findings of this visit"), ACTION_FOOTER, findings, judges},
	{"visit.clues", "f F3", N_("clues"), N_("The clues that this visit passes on"), ACTION_FOOTER, findings, serves},
	{"visit.evidence", "e F4", N_("evidence"), N_("The evidence of this visit"), ACTION_FOOTER, evidence, NULL},
	{"visit.redflags", "v F9", N_("red flags"), N_("The red flags of this visit: registers, rules, leads"), ACTION_FOOTER, redflags, screens},
	{"visit.outcome", "o F6", N_("outcome"), N_("How the visit ended: completed, refused, …"), ACTION_FOOTER, outcome, NULL},
	{"visit.freeze", "z F7", N_("freeze"), N_("Freeze, sign, the party's signature, seal"), ACTION_FOOTER, freeze, NULL},
	{"visit.record", "t", N_("record"), N_("The on-site record as it stands"), 0, record, NULL},
	{"visit.disputes", "d", N_("disagreements"), N_("Where two of the team say different things"), 0, disputes, NULL},
	{"visit.drafts", "a", N_("drafts"), N_("Half-written texts"), 0, drafts, NULL},
	{"visit.story", "l F8", N_("story"), N_("Every entry of this visit"), 0, story, NULL},
	{"visit.filter", "/ C-f", N_("filter"), N_("Show only rows that match"), 0, search, NULL},
	{"visit.cancel", "X", N_("cancel visit"), N_("Cancel the visit, with a reason; it stays on record"), 0, cancel, may_cancel},
	{"visit.sync", "s F5", N_("sync"), N_("What is safe where; sync with the hub"), 0, open_sync, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "visit", .actions = actions, .draw = draw, .input = input, .title = title,
	.shown = shown, .close = close_visit, .typing = typing,
};

void
view_visit_open(struct session *s, const struct id *visit)
{
	struct visit_page *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->id = *visit;
	lines_init(&v->l, 3);
	fill(v);
	ui_push(s->ui, &ops, v);
}
