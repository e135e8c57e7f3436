/* SPDX-License-Identifier: Apache-2.0 */
/* What a checklist looks like: outline, items, law and method. */
#include <string.h>

#include "base/limits.h"
#include "model/view.h"
#include "tui/view/checklist.h"

enum {
	WIDE = 96,		/* three panes from here on */
	OUTLINE = 26,
	BASIS_W = 36,
	BASIS_H = 7,
	EDIT_H = 6,
	VALUE_W = 26,		/* an answer beside its question */
};

/* Two cells, words rather than colours: 符 否 基 免 未. */
static const char *
mark_of(const struct checklist *c, const struct check_row *r, enum style *st)
{
	static const char *const zh[] = {"··", "符", "否", "基", "免", "未"};
	static const char *const en[] = {"··", "OK", "NO", "~~", "NA", "??"};
	static const enum style style[] = {STYLE_MUTED, STYLE_OK, STYLE_BAD, STYLE_WARN,
	    STYLE_MUTED, STYLE_MUTED};
	int key = form_node_type(inst_def(r->at)) == FORM_VERDICT ?
	    form_verdict_key(inst_value(r->at)) : 0;

	*st = style[key];
	if (key == 0 && form_node_type(inst_def(r->at)) != FORM_VERDICT) {
		*st = STYLE_OK;
		return check_answered(r) ? (msg_is_zh(c->s->m) ? "填" : "OK") :
		    inst_required(r->at) ? "··" : "  ";
	}
	return msg_is_zh(c->s->m) ? zh[key] : en[key];
}

/* The answer as people read it: labels of choices. */
static void
value_text(const struct checklist *c, const struct inst_node *at, struct fj_buf *b)
{
	const struct form_choice *const *v;
	const char *value = inst_value(at);
	size_t n = form_node_choices(inst_def(at), &v), i;
	bool any = false;

	for (i = 0; i < n; i++) {
		const char *name = form_choice_name(v[i]), *hit = strstr(value, name);
		size_t len = strlen(name);

		while (hit != NULL && !((hit == value || hit[-1] == ' ') &&
		    (hit[len] == '\0' || hit[len] == ' ')))
			hit = strstr(hit + 1, name);
		if (hit == NULL)
			continue;
		fj_buf_printf(b, "%s%s", any ? " " : "",
		    form_choice_label(v[i], app_lang(c->s->app)));
		any = true;
	}
	if (n == 0)
		fj_buf_puts(b, value);
}

static const struct target *
answer_of(struct checklist *c, const struct inst_node *at, bool note)
{
	struct dossier *d = check_dossier(c);
	const struct target *t;
	const struct view *w;
	struct fj_buf path;

	if (d == NULL)
		return NULL;
	w = visit_now(dossier_visit(d));
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(at, &path);
	t = note ? view_note(w, dossier_form_id(d, c->form), path.p) :
	    view_answer(w, dossier_form_id(d, c->form), path.p);
	fj_buf_release(&path);
	return t;
}

static size_t
evidence_for(struct checklist *c, const struct inst_node *at)
{
	struct dossier *d = check_dossier(c);
	struct fj_buf path;
	size_t n;

	if (d == NULL)
		return 0;
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(at, &path);
	n = view_evidence_for(visit_now(dossier_visit(d)), dossier_form_id(d, c->form), path.p, NULL);
	fj_buf_release(&path);
	return n;
}

/* Note, evidence, dispute, fault: small words at the right edge. */
static void
flags_text(struct checklist *c, const struct check_row *r, struct fj_buf *b)
{
	const struct target *note = answer_of(c, r->at, true);
	const struct target *t = answer_of(c, r->at, false);
	size_t n = evidence_for(c, r->at);
	bool zh = msg_is_zh(c->s->m);

	if (t != NULL && t->disagree)
		fj_buf_puts(b, zh ? "歧" : "D");
	if (check_answered(r) && !inst_valid(r->at))
		fj_buf_puts(b, "!");
	if (note != NULL && note->value != NULL)
		fj_buf_puts(b, zh ? "记" : "n");
	if (n > 0)
		fj_buf_printf(b, zh ? "证%zu" : "e%zu", n);
}

static void
draw_item(struct checklist *c, const struct check_row *r, struct grid *g, struct rect at,
    enum style st)
{
	enum style mark;
	const char *word = mark_of(c, r, &mark);
	bool verdict = form_node_type(inst_def(r->at)) == FORM_VERDICT;
	struct fj_buf b;
	int x = at.x, w;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	grid_text(g, at.y, x, 1, st, check_marked(c, r->id) ? "*" : " ");
	fj_buf_printf(&b, "%3d", r->number);
	grid_text(g, at.y, x + 1, 3, st == STYLE_NORMAL ? STYLE_MUTED : st, b.p);
	grid_text(g, at.y, x + 5, 2, st == STYLE_NORMAL ? mark : st, word);
	x += 8 + (r->depth > 1 ? 2 : 0);
	w = at.x + at.w - x;
	fj_buf_clear(&b);
	flags_text(c, r, &b);
	if (b.n > 0) {
		int used = grid_right(g, at.y, x, w, st == STYLE_NORMAL ? STYLE_ACCENT : st, b.p);

		w -= used + 1;
	}
	fj_buf_clear(&b);
	if (!verdict && check_answered(r) && w > 20) {
		int half = w / 2 < VALUE_W ? w / 2 : VALUE_W;

		value_text(c, r->at, &b);
		grid_fit(g, at.y, x + w - half, half, st, b.p);
		w -= half + 1;
	}
	grid_fit(g, at.y, x, w, st, form_node_label(inst_def(r->at), app_lang(c->s->app)));
	fj_buf_release(&b);
}

static void
draw_heading(struct checklist *c, const struct check_row *r, struct grid *g,
    struct rect at, enum style st)
{
	const char *label = form_node_label(inst_def(r->at), app_lang(c->s->app));
	struct inst_progress p;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	if (r->kind == CHECK_SECTION) {
		struct dossier *d = check_dossier(c);

		if (d != NULL) {
			p = inst_progress(dossier_inst(d, c->form), r->at);
			fj_buf_printf(&b, "%zu/%zu", p.answered, p.total);
		}
		grid_right(g, at.y, at.x, at.w, STYLE_MUTED, b.p);
		grid_fit(g, at.y, at.x, at.w - 9, st == STYLE_NORMAL ? STYLE_HEAD : st, label);
	} else if (r->kind == CHECK_REPEAT) {
		msg_put(c->s->m, &b, N_("{1}: {2} (a adds one)"), "sz", label, inst_count(r->at));
		grid_fit(g, at.y, at.x + 4, at.w - 4, st == STYLE_NORMAL ? STYLE_ACCENT : st, b.p);
	} else if (r->kind == CHECK_INSTANCE) {
		fj_buf_printf(&b, "%s ", label);
		inst_path(r->at, &b);
		/* Only the number in brackets is for people. */
		{
			const char *open = strrchr(b.p, '[');
			struct fj_buf t;

			fj_buf_init(&t, LIMIT_VALUE_BYTES);
			fj_buf_printf(&t, "%s %s", label, open != NULL ? open : "");
			grid_fit(g, at.y, at.x + 5, at.w - 5, st == STYLE_NORMAL ? STYLE_ACCENT : st, t.p);
			fj_buf_release(&t);
		}
	} else {
		value_text(c, r->at, &b);
		grid_fit(g, at.y, at.x + 8, at.w - 8 - VALUE_W, st == STYLE_NORMAL ? STYLE_MUTED : st, label);
		grid_right(g, at.y, at.x + 8, at.w - 8, st == STYLE_NORMAL ? STYLE_MUTED : st, b.p);
	}
	fj_buf_release(&b);
}

static size_t
row_count(void *ctx)
{
	return ((struct checklist *)ctx)->n;
}

static uint64_t
row_ident(void *ctx, size_t row)
{
	return ((struct checklist *)ctx)->row[row].id;
}

static void
row_draw(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct checklist *c = ctx;

	if (c->row[row].kind == CHECK_ITEM)
		draw_item(c, &c->row[row], g, r, st);
	else
		draw_heading(c, &c->row[row], g, r, st);
}

static bool
row_match(void *ctx, size_t row, const char *needle)
{
	struct checklist *c = ctx;
	const struct check_row *r = &c->row[row];

	return r->kind == CHECK_ITEM && (strstr(form_node_label(inst_def(r->at),
	    app_lang(c->s->app)), needle) != NULL ||
	    strcmp(form_node_name(inst_def(r->at)), needle) == 0);
}

static bool
row_skip(void *ctx, size_t row)
{
	struct checklist *c = ctx;

	return c->row[row].kind == CHECK_SECTION || c->row[row].kind == CHECK_SHOWN;
}

const struct list_ops check_list_ops = {
	row_count, row_ident, NULL, row_draw, row_match, row_skip,
};

/* ---- panes ---- */

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
		struct inst_progress p = inst_progress(dossier_inst(d, c->form), c->section[i].at);
		enum style st = i == at ? STYLE_SELECT_DIM : STYLE_NORMAL;
		struct fj_buf b;
		int used;

		fj_buf_init(&b, 256);
		if (p.failed > 0)
			fj_buf_printf(&b, "%s%zu ", msg_is_zh(c->s->m) ? "否" : "NO ", p.failed);
		fj_buf_printf(&b, "%zu/%zu", p.answered, p.total);
		if (st != STYLE_NORMAL)
			grid_fill(g, (struct rect){y, r.x, 1, r.w}, st);
		used = grid_right(g, y, r.x, r.w, st != STYLE_NORMAL ? st :
		    p.failed > 0 ? STYLE_BAD : STYLE_MUTED, b.p);
		grid_fit(g, y, r.x, r.w - used - 1, st,
		    form_node_label(inst_def(c->section[i].at), app_lang(c->s->app)));
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
basis_dispute(struct checklist *c, const struct check_row *r, struct fj_buf *b)
{
	const struct target *t = answer_of(c, r->at, false);
	int i;

	if (t == NULL || !t->disagree)
		return;
	fj_buf_printf(b, "%s\n", _(c->s->m, "Disagreement (= settles it):"));
	for (i = 0; i < t->open_count; i++)
		fj_buf_printf(b, "  %s: %s\n", t->open[i]->author.name,
		    t->open[i]->value != NULL ? t->open[i]->value : "");
}

/* Law first, then how to check, then what is attached. */
static void
basis_text(struct checklist *c, const struct check_row *r, struct fj_buf *b)
{
	const struct form_node *def = inst_def(r->at);
	const char *lang = app_lang(c->s->app);
	struct dossier *d = check_dossier(c);
	const char *const *clause;
	const struct target *note = answer_of(c, r->at, true);
	size_t n = form_node_clauses(def, &clause), i;

	basis_dispute(c, r, b);
	basis_line(b, "", form_node_label(def, lang));
	for (i = 0; d != NULL && i < n; i++) {
		const struct clause *cl = clauses_find(app_clauses(c->s->app), clause[i]);
		bool verified;

		fj_buf_printf(b, "%s ", cl != NULL ? cl->shown : clause[i]);
		dossier_clause_text(d, clause[i], NULL, b, &verified);
		fj_buf_printf(b, " %s\n", cl != NULL ? clause_title(cl, lang) : "");
	}
	basis_line(b, _(c->s->m, "How: "), form_node_how(def, lang));
	basis_line(b, "", form_node_hint(def, lang));
	basis_line(b, _(c->s->m, "Attach: "), form_node_evidence(def, lang));
	if (note != NULL)
		basis_line(b, _(c->s->m, "Note: "), note->value);
	if (form_node_type(def) == FORM_VERDICT || form_node_type(def) == FORM_SELECT_ONE) {
		fj_buf_puts(b, _(c->s->m, "Keys: "));
		check_choices_text(c, r, b);
		fj_buf_putc(b, '\n');
	}
}

static void
draw_basis(struct checklist *c, struct grid *g, struct rect r)
{
	const struct check_row *row = check_current(c);
	struct inst_problem p;
	struct dossier *d = check_dossier(c);
	struct fj_buf b;

	if (row == NULL || d == NULL || rect_empty(r))
		return;
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	if (row->kind == CHECK_ITEM && check_answered(row) &&
	    inst_problem_at(dossier_inst(d, c->form), row->at, &p)) {
		struct rect top = rect_cut_top(&r, 1);

		if (p.message != NULL)
			fj_buf_puts(&b, p.message);
		else
			msg_say(c->s->m, &p.err, &b);
		grid_fit(g, top.y, top.x, top.w, STYLE_BAD, b.p);
		fj_buf_clear(&b);
	}
	basis_text(c, row, &b);
	grid_para(g, r, 0, STYLE_NORMAL, b.p);
	fj_buf_release(&b);
}

static void
draw_items(struct checklist *c, const struct msg *m, struct grid *g, struct rect r)
{
	search_draw(c->search, m, g, &r);
	list_draw(c->list, g, r, !c->edit.open);
}

void
check_draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct checklist *c = self;
	const struct msg *m = ui_msg(ui);

	check_fresh(c);
	list_set_empty(c->list, c->filter == CHECK_OPEN ?
	    _(m, "Every item is answered. f shows all.") : c->filter == CHECK_FAILED ?
	    _(m, "No failed item. F shows all.") :
	    _(m, "This form is not on this machine: sync, or import the bundle again."));
	if (c->edit.open) {
		struct rect bottom = rect_cut_bottom(&r, r.h >= 16 ? EDIT_H : r.h / 2);

		check_edit_draw(c, g, bottom);
	}
	if (r.w >= WIDE) {
		struct rect left = rect_cut_left(&r, OUTLINE);
		struct rect line = rect_cut_left(&r, 1), right;

		draw_outline(c, g, left);
		grid_vline(g, line.y, line.x, line.h, STYLE_BORDER);
		if (c->basis) {
			right = rect_cut_right(&r, BASIS_W);
			line = rect_cut_right(&r, 1);
			grid_vline(g, line.y, line.x, line.h, STYLE_BORDER);
			rect_cut_left(&right, 1);
			draw_basis(c, g, right);
		}
	} else if (c->basis && r.h >= 14) {
		struct rect low = rect_cut_bottom(&r, BASIS_H);
		struct rect line = rect_cut_top(&low, 1);

		grid_hline(g, line.y, line.x, line.w, STYLE_BORDER);
		draw_basis(c, g, low);
	}
	draw_items(c, m, g, r);
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
	p = inst_progress(dossier_inst(d, c->form), NULL);
	fj_buf_puts(left, visit_facts(dossier_visit(d))->subject);
	if (!dossier_form_trusted(d, c->form))
		fj_buf_printf(left, " [%s]", _(m, "unsigned form"));
	msg_put(m, right, p.failed > 0 ? N_("{1}/{2} failed {3}") : N_("{1}/{2}"), "zzz",
	    p.answered, p.total, p.failed);
}
