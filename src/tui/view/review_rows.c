/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/review_rows.h"

#include <stdlib.h>
#include <string.h>

#include "app/words.h"
#include "base/xalloc.h"
#include "text/human.h"
#include "tui/view/common.h"
#include "tui/view/visit_rows.h"

enum { TEXT_MAX = 1 << 17 };

struct making {
	struct session *s;
	struct dossier *d;
	struct lines *l;
	struct review_rows old, *now;
	struct fj_buf b, on;
};

struct review_place *
review_at(struct review_rows *r, uint64_t row)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->v[i].row == row)
			return &r->v[i];
	return NULL;
}

void
review_release(struct review_rows *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		free(r->v[i].on);
	free(r->v);
	memset(r, 0, sizeof(*r));
}

/* Remember the place of a row, with the mark that it had. */
static const char *
place(struct making *k, uint64_t row, enum review_kind kind, const struct id *id,
    size_t form, const char *on)
{
	struct review_place *was = review_at(&k->old, row), *p;

	k->now->v = xrealloc(k->now->v, k->now->n + 1, sizeof(k->now->v[0]));
	p = &k->now->v[k->now->n++];
	*p = (struct review_place){.row = row, .kind = kind, .form = form, .on = xstrdup(on),
	    .marked = was != NULL && was->marked};
	if (id != NULL)
		p->id = *id;
	return p->marked ? "*" : "";
}

static void
finding_rows(struct making *k)
{
	const struct view *w = visit_now(dossier_visit(k->d));
	const struct msg *m = k->s->m;
	size_t i, n = view_finding_count(w);
	char id[ID_TEXT + 1];

	lines_head(k->l, _(m, "Findings"));
	for (i = 0; i < n; i++) {
		const struct finding *f = view_finding_at(w, i);
		uint64_t row = id_number(&f->id);
		const char *mark;

		if (f->withdrawn != NULL)
			continue;
		id_format(&f->id, id);
		mark = place(k, row, REVIEW_FINDING, &f->id, 0, id);
		lines_add(k->l, row, f->stage == STAGE_SUSPECTED ? STYLE_BAD : STYLE_NORMAL, mark,
		    view_field_text(w, &f->id, "title"), word_stage(m, f->stage));
		if (view_field_text(w, &f->id, "facts")[0] != '\0')
			lines_sub(k->l, STYLE_MUTED, view_field_text(w, &f->id, "facts"));
	}
	if (n == 0)
		lines_note(k->l, STYLE_MUTED, _(m, "No finding."));
}

/* Answers that failed: what the eye should meet first. */
static void
failed_rows(struct making *k, size_t form)
{
	struct inst *in = dossier_inst(k->d, form);
	const char *lang = lang_of(k->s);
	const struct inst_node *at;

	if (in == NULL)
		return;
	for (at = inst_walk(in, NULL, NULL); at != NULL; at = inst_walk(in, at, NULL)) {
		const char *note, *mark;
		uint64_t row;

		if (inst_kind(at) != INST_LEAF || form_node_type(inst_def(at)) != FORM_VERDICT ||
		    form_verdict_key(inst_value(at)) != VERDICT_NONCONFORM)
			continue;
		fj_buf_clear(&k->on);
		inst_path_id(at, &k->on);
		row = text_number(k->on.p);
		mark = place(k, row, REVIEW_ITEM, NULL, form, k->on.p);
		lines_add(k->l, row, STYLE_WARN, mark, inst_label(at, lang),
		    _(k->s->m, "does not conform"));
		note = dossier_note_text(k->d, form, at);
		if (note[0] != '\0')
			lines_sub(k->l, STYLE_MUTED, note);
	}
}

static void
evidence_rows(struct making *k)
{
	const struct view *w = visit_now(dossier_visit(k->d));
	const struct msg *m = k->s->m;
	size_t i, n = view_evidence_count(w);
	char id[ID_TEXT + 1];

	lines_head(k->l, _(m, "Evidence"));
	for (i = 0; i < n; i++) {
		const struct evidence *ev = view_evidence_at(w, i);
		uint64_t row = id_number(&ev->id);
		const char *mark;

		if (ev->withdrawn != NULL)
			continue;
		id_format(&ev->id, id);
		mark = place(k, row, REVIEW_EVIDENCE, &ev->id, 0, id);
		fj_buf_clear(&k->b);
		human_size(&k->b, ev->size);
		if (!dossier_evidence_held(k->d, &ev->id))
			fj_buf_printf(&k->b, "  %s", _(m, "still at the hub"));
		lines_add(k->l, row, STYLE_NORMAL, mark, ev->name, k->b.p);
	}
	if (n == 0)
		lines_note(k->l, STYLE_MUTED, _(m, "No evidence."));
}

static void
freeze_rows(struct making *k)
{
	const struct visit *v = dossier_visit(k->d);
	const struct msg *m = k->s->m;
	size_t i, n = visit_freeze_count(v);
	char code[40];

	lines_head(k->l, _(m, "Freezes"));
	for (i = 0; i < n; i++) {
		const struct visit_freeze *f = visit_freeze_at(v, i);

		fj_buf_clear(&k->b);
		dossier_code(&f->entry->id, code);
		msg_put(m, &k->b, "Round {1}, code {2}, signed by {3} of {4}", "dsdd", f->round, code,
		    f->signed_count, visit_facts(v)->team_count);
		fj_buf_printf(&k->b, "  %s", f->voided ? _(m, "taken back") : f->sealed ?
		    _(m, "sealed") : _(m, "not sealed yet"));
		lines_note(k->l, f->sealed && !f->voided ? STYLE_OK : STYLE_MUTED, k->b.p);
	}
	if (n == 0)
		lines_note(k->l, STYLE_MUTED, _(m, "Not frozen yet: comments only."));
	n = visit_count_status(v, ENTRY_LATE);
	if (n > 0) {
		fj_buf_clear(&k->b);
		msg_put(m, &k->b, "{1} entries came after the seal; an approval names each of them.", "z", n);
		lines_note(k->l, STYLE_WARN, k->b.p);
	}
}

static void
progress_rows(struct making *k)
{
	size_t i;

	for (i = 0; i < dossier_form_count(k->d); i++) {
		struct inst *in = dossier_inst(k->d, i);
		struct inst_progress p;

		if (in == NULL)
			continue;
		p = inst_progress(in, NULL);
		fj_buf_clear(&k->b);
		fj_buf_printf(&k->b, "%s  %zu/%zu", form_title(dossier_form(k->d, i), lang_of(k->s)),
		    p.answered, p.total);
		lines_head(k->l, k->b.p);
		failed_rows(k, i);
		if (p.failed == 0)
			lines_note(k->l, STYLE_MUTED, _(k->s->m, "No item failed."));
	}
}

void
review_fill(struct session *s, struct dossier *d, struct lines *l, struct review_rows *r)
{
	struct making k = {.s = s, .d = d, .l = l, .old = *r, .now = r};

	memset(r, 0, sizeof(*r));
	fj_buf_init(&k.b, TEXT_MAX);
	fj_buf_init(&k.on, TEXT_MAX);
	visit_head_rows(s, d, l);
	visit_comment_rows(s, d, l);
	finding_rows(&k);
	progress_rows(&k);
	evidence_rows(&k);
	freeze_rows(&k);
	fj_buf_release(&k.b);
	fj_buf_release(&k.on);
	review_release(&k.old);
}
