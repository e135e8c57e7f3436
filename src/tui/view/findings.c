/* SPDX-License-Identifier: Apache-2.0 */
/* The findings (问题) of a visit. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "model/missing.h"
#include "model/view.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"
#include "tui/widget/list.h"
#include "tui/widget/table.h"

struct findings {
	struct session *s;
	struct id visit;
	struct list *list;
	uint64_t serial;
};

static const struct visit *
visit_of(struct findings *v)
{
	struct dossier *d = session_dossier(v->s, &v->visit);

	return d != NULL ? dossier_visit(d) : NULL;
}

static size_t
count(void *ctx)
{
	const struct visit *visit = visit_of(ctx);

	return visit != NULL ? view_finding_count(visit_now(visit)) : 0;
}

static const struct finding *
at(struct findings *v, size_t row)
{
	return view_finding_at(visit_now(visit_of(v)), row);
}

static uint64_t
ident(void *ctx, size_t row)
{
	uint64_t id;

	memcpy(&id, at(ctx, row)->id.b, sizeof(id));
	return id != 0 ? id : 1;
}

static const struct column columns[] = {
	{N_("id"), 8, 0, false, 3},
	{N_("stage"), 6, 0, false, 0},
	{N_("finding"), 20, 3, false, 0},
	{N_("clauses"), 10, 1, false, 1},
	{N_("reports"), 10, 1, false, 2},
	{N_("lacks"), 6, 0, true, 0},
};

static const char *
stage_word(const struct msg *m, const struct finding *f)
{
	if (f->withdrawn != NULL)
		return _(m, "withdrawn");
	switch (f->stage) {
	case STAGE_SUSPECTED:
		return _(m, "suspected");
	case STAGE_ESTABLISHED:
		return _(m, "established");
	case STAGE_LEAD:
	case STAGE_NONE:
		break;
	}
	return _(m, "lead");
}

static size_t
missing_count(const struct visit *visit, const struct id *finding)
{
	struct missing_list l = {0};
	size_t n;

	missing_finding(visit, visit_now(visit), finding, &l);
	n = l.n;
	missing_release(&l);
	return n;
}

/* One line: newlines as blanks. */
static void
flat(const char *text, struct fj_buf *b)
{
	fj_buf_clear(b);
	for (; *text != '\0'; text++)
		fj_buf_putc(b, *text == '\n' ? ' ' : *text);
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct findings *v = ctx;
	const struct visit *visit = visit_of(v);
	const struct view *w = visit_now(visit);
	const struct finding *f = at(v, row);
	enum style st2 = st == STYLE_NORMAL && f->withdrawn != NULL ? STYLE_MUTED : st;
	size_t missing = f->withdrawn == NULL ? missing_count(visit, &f->id) : 0;
	char id[ID_SHOWN + 1];
	struct table t;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	table_fit(&t, columns, 6, r.w);
	id_format_short(&f->id, id);
	table_cell(&t, 0, g, r, st2, id);
	table_cell(&t, 1, g, r, st2, stage_word(v->s->m, f));
	flat(view_field_text(w, &f->id, "title"), &b);
	if (b.n == 0)
		flat(view_field_text(w, &f->id, "facts"), &b);
	table_cell(&t, 2, g, r, st2, b.p);
	flat(view_field_text(w, &f->id, "clauses"), &b);
	table_cell(&t, 3, g, r, st2, b.p);
	flat(view_field_text(w, &f->id, "reports"), &b);
	table_cell(&t, 4, g, r, st2, b.p);
	fj_buf_clear(&b);
	if (f->disagree)
		fj_buf_puts(&b, _(v->s->m, "D"));
	if (missing > 0)
		fj_buf_printf(&b, "%s%zu", msg_is_zh(v->s->m) ? "缺" : "-", missing);
	table_cell(&t, 5, g, r, st == STYLE_NORMAL && missing > 0 ? STYLE_BAD : st, b.p);
	fj_buf_release(&b);
}

static const struct list_ops rows = {count, ident, NULL, draw_row, NULL, NULL};

static void
open_one(void *self, struct ui *ui)
{
	struct findings *v = self;
	size_t row;
	struct id id;

	(void)ui;
	if (visit_of(v) == NULL || !list_selected(v->list, &row) || row >= count(v))
		return;
	id = at(v, row)->id;
	view_finding_open(v->s, &v->visit, &id);
}

static void
add(void *self, struct ui *ui)
{
	struct findings *v = self;
	struct id none = {{0}};

	(void)ui;
	view_finding_open(v->s, &v->visit, &none);
}

static void
withdraw_why(void *ctx, const char *why)
{
	struct findings *v = ctx;
	struct dossier *d = session_dossier(v->s, &v->visit);
	struct fj_err e;
	struct id id;
	size_t row;

	if (why == NULL || d == NULL || !list_selected(v->list, &row) || row >= count(v))
		return;
	id = at(v, row)->id;
	session_keeping(v->s);
	if (session_kept(v->s, dossier_finding_withdraw(d, &id, why, &e), &e))
		session_acted(v->s);
	list_refresh(v->list);
}

static void
withdraw(void *self, struct ui *ui)
{
	struct findings *v = self;
	struct prompt_opts o = {.title = _(ui_msg(ui), "Withdraw this finding: why?"),
	    .text = _(ui_msg(ui), "It stays on record, marked as withdrawn."),
	    .max_bytes = LIMIT_REASON_BYTES, .required = true};

	if (count(v) > 0)
		dialog_prompt(ui, &o, withdraw_why, v);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct findings *v = self;
	struct table t;

	table_fit(&t, columns, 6, r.w);
	table_head(&t, ui_msg(ui), g, rect_cut_top(&r, 1));
	list_set_empty(v->list, _(ui_msg(ui), "No finding yet. In the checklist d drafts one from an item; a begins one here."));
	list_refresh(v->list);
	list_draw(v->list, g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct findings *v = self;

	if (list_input(v->list, in) == LIST_IGNORED)
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct findings *v = self;
	const struct visit *visit = visit_of(v);
	struct dossier *d = session_dossier(v->s, &v->visit);

	fj_buf_puts(left, d != NULL && dossier_clues_only(d) ? _(ui_msg(ui), "Clues") :
	    _(ui_msg(ui), "Findings"));
	if (visit != NULL)
		fj_buf_printf(left, "  %s", visit_facts(visit)->subject);
	fj_buf_printf(right, "%zu", count(v));
}

static void
close_view(void *self)
{
	struct findings *v = self;

	list_free(&v->list);
	free(v);
}

static const struct action actions[] = {
	{"findings.open", "Enter", N_("look"), N_("Open the finding"), ACTION_FOOTER, open_one, NULL},
	{"findings.add", "a 1", N_("add"), N_("Begin a finding"), ACTION_FOOTER, add, NULL},
	{"findings.withdraw", "D Delete", N_("withdraw"), N_("Withdraw, with a reason"), ACTION_FOOTER, withdraw, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "findings",
	.actions = actions,
	.draw = draw,
	.input = input,
	.title = title,
	.close = close_view,
};

void
view_findings_open(struct session *s, const struct id *visit)
{
	struct findings *v;

	if (session_dossier(s, visit) == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->visit = *visit;
	v->list = list_new(&rows, v);
	ui_push(s->ui, &ops, v);
}
