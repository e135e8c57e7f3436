/* SPDX-License-Identifier: Apache-2.0 */
/* The panes of a checklist: outline, items, law and method, the header. */
#include <string.h>

#include "base/limits.h"
#include "tui/view/checklist.h"

enum {
	WIDE = 96,		/* the outline beside the items from here on, */
	WIDER = 120,		/* the basis beside them too; else it is below */
	OUTLINE = 26,
	BASIS_H = 7,
	ITEMS_H = 6,		/* what a tall basis leaves to the items */
	EDIT_H = 6,
};

static void
draw_outline(struct checklist *c, struct grid *g, struct rect r)
{
	const struct check_row *cur = check_current(c);
	struct dossier *d = check_dossier(c);
	size_t i, from = 0, at = cur != NULL ? cur->section : 0;

	if (d == NULL || r.h <= 0)
		return;
	if (at >= (size_t)r.h)
		from = at - (size_t)r.h + 1;
	for (i = from; i < c->nsection && (int)(i - from) < r.h; i++) {
		int y = r.y + (int)(i - from);
		struct inst_progress p = inst_progress(dossier_inst(d, c->form), c->section[i]);
		enum style st = i == at ? STYLE_SELECT_DIM : STYLE_NORMAL;
		struct fj_buf b;
		int used;

		fj_buf_init(&b, 256);
		if (p.failed > 0)
			fj_buf_printf(&b, "%s%zu ", msg_is_zh(c->s->m) ? "否" : "NO ", p.failed);
		fj_buf_printf(&b, "%zu/%zu", p.answered, p.total);
		if (st != STYLE_NORMAL)
			grid_fill(g, (struct rect){y, r.x, 1, r.w}, st);
		used = grid_right(g, y, r.x, r.w - 1, st != STYLE_NORMAL ? st :
		    p.failed > 0 ? STYLE_BAD : STYLE_MUTED, b.p);
		grid_fit(g, y, r.x + 1, r.w - used - 3, st,
		    inst_label(c->section[i], lang_of(c->s)));
		fj_buf_release(&b);
	}
}

static void
basis_line(struct fj_buf *b, const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		fj_buf_printf(b, "%s%s\n", label, text);
}

static void
basis_dispute(struct checklist *c, const struct target *t, struct fj_buf *b)
{
	int i;

	if (t == NULL || !t->disagree)
		return;
	fj_buf_printf(b, "%s\n", _(c->s->m, "Disagreement (= settles it):"));
	for (i = 0; i < t->open_count; i++)
		fj_buf_printf(b, "  %s: %s\n", t->open[i]->author.name,
		    t->open[i]->value != NULL ? t->open[i]->value : "");
}

static void
basis_law(struct checklist *c, const struct form_node *def, struct fj_buf *b)
{
	struct dossier *d = check_dossier(c);
	const char *const *clause;
	size_t n = form_node_clauses(def, &clause), i;

	for (i = 0; d != NULL && i < n; i++) {
		const struct clause *cl = clauses_find(app_clauses(c->s->app), clause[i]);
		bool verified;

		fj_buf_printf(b, "%s ", cl != NULL ? cl->shown : clause[i]);
		dossier_clause_text(d, clause[i], NULL, b, &verified);
		fj_buf_printf(b, " %s\n", cl != NULL ? clause_title(cl, lang_of(c->s)) : "");
	}
}

static bool
lists_choices(enum form_type t)
{
	return t == FORM_VERDICT || t == FORM_SELECT_ONE || t == FORM_SELECT_MULTIPLE ||
	    t == FORM_RANK;
}

/* What must be done here first: choices, note, what to attach; then the law, then
 * how to check, which a low pane may cut. */
static void
basis_text(struct checklist *c, const struct check_row *r, struct fj_buf *b)
{
	const struct form_node *def = inst_def(r->at);
	const char *lang = lang_of(c->s);
	struct check_place p;

	check_place(c, r->at, &p);
	basis_dispute(c, p.answer, b);
	inst_full_label(r->at, lang, b);
	fj_buf_putc(b, '\n');
	if (r->kind == CHECK_SHOWN && inst_value(r->at)[0] != '\0') {
		fj_buf_puts(b, "= ");
		check_value_text(c, r->at, b);
		fj_buf_putc(b, '\n');
	}
	if (form_node_internal(def))
		basis_line(b, "", _(c->s->m, "Internal: not for the party"));
	if (lists_choices(form_node_type(def))) {
		check_choices_text(c, r, b);
		fj_buf_putc(b, '\n');
	}
	if (p.note != NULL)
		basis_line(b, _(c->s->m, "Note: "), p.note->value);
	basis_line(b, _(c->s->m, "Attach: "), inst_text(r->at, INST_T_EVIDENCE, lang));
	basis_law(c, def, b);
	basis_line(b, _(c->s->m, "How: "), inst_text(r->at, INST_T_HOW, lang));
	basis_line(b, "", inst_text(r->at, INST_T_HINT, lang));
	basis_line(b, "", inst_text(r->at, INST_T_GUIDANCE, lang));
}

/* Repeats and their instances: what can be done there. */
static const char *
repeat_words(const struct checklist *c, const struct check_row *r)
{
	if (r->kind == CHECK_INSTANCE)
		return _(c->s->m, "a adds another, D removes this one.");
	return form_node_counted(inst_def(r->at)) ?
	    _(c->s->m, "Their number follows from another item.") :
	    _(c->s->m, "a adds one.");
}

void
check_problem_text(const struct checklist *c, const struct inst_problem *p, struct fj_buf *b)
{
	if (p->message != NULL)
		fj_buf_puts(b, p->message);
	else
		msg_say(c->s->m, &p->err, b);
}

/* true: not all of it fits. */
static bool
draw_basis(struct checklist *c, struct grid *g, struct rect r)
{
	const struct check_row *row = check_current(c);
	struct inst_problem p;
	struct dossier *d = check_dossier(c);
	struct fj_buf b;
	bool cut;

	if (row == NULL || d == NULL || rect_empty(r))
		return false;
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	if (row->kind == CHECK_ITEM && check_answered(row) &&
	    inst_problem_at(dossier_inst(d, c->form), row->at, &p)) {
		check_problem_text(c, &p, &b);
		rect_cut_top(&r, grid_para(g, r, 0, STYLE_BAD, b.p));
		fj_buf_clear(&b);
	}
	if (row->kind == CHECK_REPEAT || row->kind == CHECK_INSTANCE)
		fj_buf_puts(&b, repeat_words(c, row));
	else
		basis_text(c, row, &b);
	while (b.n > 0 && b.p[b.n - 1] == '\n')
		b.p[--b.n] = '\0';
	cut = grid_para(g, r, 0, STYLE_NORMAL, b.p) > r.h;
	fj_buf_release(&b);
	return cut;
}

static void
draw_items(struct checklist *c, const struct msg *m, struct grid *g, struct rect r)
{
	search_draw(c->search, m, g, &r);
	list_draw(c->list, g, r, !c->edit.open);
}

static const char *
empty_words(const struct checklist *c)
{
	if (list_filter_text(c->list)[0] != '\0')
		return _(c->s->m, "No item has this word. Esc shows all.");
	switch (c->filter) {
	case CHECK_OPEN:
		return _(c->s->m, "Every item is answered. f shows all.");
	case CHECK_FAILED:
		return _(c->s->m, "No failed item. F shows all.");
	case CHECK_ALL:
		break;
	}
	return _(c->s->m, "This form is not on this machine: sync, or import the bundle again.");
}

static void
draw_beside(struct checklist *c, struct grid *g, struct rect *r)
{
	struct rect right = rect_cut_right(r, r->w * 2 / 5), line = rect_cut_right(r, 1);

	grid_vline(g, line.y, line.x, line.h, STYLE_BORDER);
	rect_cut_left(&right, 1);
	(void)draw_basis(c, g, right);
}

static void
draw_below(struct checklist *c, struct grid *g, struct rect *r)
{
	int h = c->basis == BASIS_TALL && !c->edit.open ? r->h - ITEMS_H : BASIS_H;
	struct rect low = rect_cut_bottom(r, h), line = rect_cut_top(&low, 1);

	grid_hline(g, line.y, line.x, line.w, STYLE_BORDER);
	rect_cut_left(&low, 1);
	if (draw_basis(c, g, low) && !c->edit.open)
		grid_right(g, line.y, line.x, line.w - 2, STYLE_KEY,
		    c->basis == BASIS_SHOWN ? _(c->s->m, " b: more ") : " ... ");
}

void
check_basis_next(struct checklist *c, struct ui *ui)
{
	struct rect r = grid_rect(ui_grid(ui));

	c->basis = c->basis == BASIS_HIDDEN ? BASIS_SHOWN : c->basis + 1;
	if (c->basis == BASIS_TALL && r.w >= WIDER)
		c->basis = BASIS_HIDDEN;
	ui_dirty(ui);
}

void
check_draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct checklist *c = self;
	bool wider = r.w >= WIDER;

	check_fresh(c);
	list_set_empty(c->list, empty_words(c));
	if (c->edit.open) {
		struct rect bottom = rect_cut_bottom(&r, r.h >= 16 ? EDIT_H : r.h / 2);

		check_edit_draw(c, g, bottom);
	}
	if (r.w >= WIDE) {
		struct rect left = rect_cut_left(&r, OUTLINE), line = rect_cut_left(&r, 1);

		draw_outline(c, g, left);
		grid_vline(g, line.y, line.x, line.h, STYLE_BORDER);
	}
	if (c->basis != BASIS_HIDDEN && wider)
		draw_beside(c, g, &r);
	else if (c->basis != BASIS_HIDDEN && r.h >= 14)
		draw_below(c, g, &r);
	draw_items(c, ui_msg(ui), g, r);
}

/* The section leads where no outline shows it. */
static void
title_section(struct checklist *c, struct dossier *d, struct fj_buf *b)
{
	const struct check_row *cur = check_current(c);
	struct inst_progress p;
	const struct inst_node *at;

	if (cur == NULL || cur->section >= c->nsection)
		return;
	at = c->section[cur->section];
	p = inst_progress(dossier_inst(d, c->form), at);
	fj_buf_printf(b, "%s %zu/%zu  ", inst_label(at, lang_of(c->s)),
	    p.answered, p.total);
}

void
check_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct checklist *c = self;
	struct dossier *d = check_dossier(c);
	const struct msg *m = ui_msg(ui);
	struct inst_progress p;

	if (d == NULL || c->form >= dossier_form_count(d) || dossier_inst(d, c->form) == NULL)
		return;
	if (grid_rect(ui_grid(ui)).w < WIDE)
		title_section(c, d, left);
	fj_buf_puts(left, visit_facts(dossier_visit(d))->subject);
	if (dossier_form_count(d) > 1)
		fj_buf_printf(left, "  %s", form_title(dossier_form(d, c->form), lang_of(c->s)));
	if (!dossier_form_trusted(d, c->form))
		fj_buf_printf(left, " [%s]", _(m, "unsigned form"));
	if (c->filter != CHECK_ALL)
		fj_buf_printf(right, "[%s] ", c->filter == CHECK_OPEN ? _(m, "unanswered") :
		    _(m, "failed only"));
	p = inst_progress(dossier_inst(d, c->form), NULL);
	msg_put(m, right, p.failed > 0 ? N_("{1}/{2} failed {3}") : N_("{1}/{2}"), "zzz",
	    p.answered, p.total, p.failed);
}
