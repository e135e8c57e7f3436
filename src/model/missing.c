/* SPDX-License-Identifier: Apache-2.0 */
#include "model/missing.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "form/form.h"
#include "model/fill.h"
#include "model/internal.h"

enum { STRINGS_MAX = 8 << 20, LIST_MAX = 4096 };

static const char *
keep(struct missing_list *l, const char *s)
{
	char *copy;

	if (l->own == NULL)
		l->own = arena_new(STRINGS_MAX);
	copy = s ? arena_strndup(l->own, s, strlen(s)) : NULL;
	return copy ? copy : "";
}

/* A new row, to be given its error; NULL when there are enough. */
static struct missing *
row(struct missing_list *l, enum missing_where where)
{
	struct missing *m;

	if (l->n == LIST_MAX)
		return NULL;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 16;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	m = &l->v[l->n++];
	memset(m, 0, sizeof(*m));
	m->where = where;
	m->form = m->path = m->shown = m->field = "";
	m->member = -1;
	return m;
}

static void
row_visit(struct missing_list *l, const char *code, const char *arg)
{
	struct missing *m = row(l, MISSING_VISIT);

	if (m != NULL)
		(void)fj_fail(&m->err, FJ_REFUSED, code, "s", arg);
}

static void
row_finding(struct missing_list *l, const struct view *w, const struct id *id,
    const char *field, const char *code, const char *arg)
{
	struct missing *m = row(l, MISSING_FINDING);
	char shown[ID_SHOWN + 1];

	if (m == NULL)
		return;
	id_format_short(id, shown);
	m->finding = *id;
	m->field = keep(l, field);
	m->shown = keep(l, shown);
	(void)fj_fail(&m->err, FJ_REFUSED, code, "sss", shown,
	    view_field_text(w, id, "title"), arg);
}

/* ---- findings ---- */

static bool
has_text(const struct view *w, const struct id *id, const char *field)
{
	const char *s = view_field_text(w, id, field);

	return s[strspn(s, " \t\r\n")] != '\0';
}

static void
suspected_legs(struct missing_list *l, const struct view *w, const struct id *id,
    const struct finding_family *f)
{
	static const char *const plan[] = { "leg2.how", "leg2.by", "leg2.until" };
	size_t i;

	if (f->leg_alone)
		row_finding(l, w, id, "clauses", "model.finding-leg-alone", "");
	if (!f->untrue)
		return;
	if (!f->untruth_leg && !f->to_verify)
		row_finding(l, w, id, "leg2", "model.finding-leg2", "");
	for (i = 0; f->to_verify && i < 3; i++)
		if (!has_text(w, id, plan[i]))
			row_finding(l, w, id, plan[i], "model.finding-to-verify", plan[i]);
}

static void
suspected(struct missing_list *l, const struct visit *v, const struct view *w,
    const struct id *id)
{
	struct finding_family f = finding_family(w, id, v->clauses);
	char unknown[40];

	if (!has_text(w, id, "clauses"))
		row_finding(l, w, id, "clauses", "model.finding-clauses", "");
	if (f.unknown != NULL) {
		size_t n = strcspn(f.unknown, " ,;\t\n");

		n = n < sizeof(unknown) ? n : sizeof(unknown) - 1;
		memcpy(unknown, f.unknown, n);
		unknown[n] = '\0';
		row_finding(l, w, id, "clauses", "model.clause-unknown", unknown);
	}
	if (!has_text(w, id, "facts"))
		row_finding(l, w, id, "facts", "model.finding-facts", "");
	if (!has_text(w, id, "reports") && view_evidence_for(w, NULL, NULL, id) == 0)
		row_finding(l, w, id, "reports", "model.finding-reports", "");
	suspected_legs(l, w, id, &f);
}

/* The gap that a form's own words leave for what was seen: never on a paper. */
static const char blank[] = "\xef\xbc\xbf\xef\xbc\xbf";	/* ＿＿ */

void
missing_finding_at(const struct visit *v, const struct view *w, const struct id *id,
    enum finding_stage stage, struct missing_list *out)
{
	const struct finding *f = view_finding(w, id);

	if (f == NULL || f->withdrawn != NULL)
		return;
	if (!has_text(w, id, "title") && !has_text(w, id, "facts"))
		row_finding(out, w, id, "title", "model.finding-title", "");
	if (strstr(view_field_text(w, id, "facts"), blank) != NULL)
		row_finding(out, w, id, "facts", "model.finding-blank", "");
	if (stage >= STAGE_SUSPECTED)
		suspected(out, v, w, id);
}

void
missing_finding(const struct visit *v, const struct view *w, const struct id *id,
    struct missing_list *out)
{
	const struct finding *f = view_finding(w, id);

	if (f != NULL)
		missing_finding_at(v, w, id, f->stage, out);
}

/* ---- answers ---- */

struct look {
	struct missing_list *l;
	const struct view *w;
	const char *form;
	const char *lang;
	struct inst *in;
	unsigned require;
};

static struct missing *
row_at(struct look *k, enum missing_where where, const struct inst_node *at)
{
	struct missing *m = row(k->l, where);
	struct fj_buf b;

	if (m == NULL)
		return NULL;
	fj_buf_init(&b, FJ_ERR_ARG_MAX * 4);
	m->form = keep(k->l, k->form);
	inst_path_id(at, &b);
	m->path = keep(k->l, b.p);
	fj_buf_clear(&b);
	inst_path(at, &b);
	m->shown = keep(k->l, b.p);
	fj_buf_release(&b);
	return m;
}

/* One row about an item, by its full label; told: what follows it. */
static void
say_at(struct look *k, enum missing_where where, const struct inst_node *at,
    const char *code, const char *told)
{
	struct missing *m = row_at(k, where, at);
	struct fj_buf label;

	if (m == NULL)
		return;
	fj_buf_init(&label, LIMIT_LINE_BYTES);
	inst_full_label(at, k->lang, &label);
	(void)fj_fail(&m->err, FJ_REFUSED, code, "sss", m->shown, label.p, told);
	fj_buf_release(&label);
}

static void
look_problems(struct look *k)
{
	struct inst_problems p = { 0 };
	size_t i;

	inst_validate(k->in, &p);
	for (i = 0; i < p.n; i++) {
		const struct inst_problem *x = &p.v[i];
		bool required = x->kind == INST_P_REQUIRED;

		if (x->kind == INST_P_WARNING ||
		    !(k->require & (required ? REQUIRE_ANSWERS : REQUIRE_VALID)))
			continue;
		say_at(k, MISSING_PATH, x->at, required ? "model.missing-answer" :
		    "model.missing-valid", x->message ? x->message : "");
	}
	inst_problems_release(&p);
}

/* Is a piece of evidence linked to a finding that came from this item? */
static bool
finding_carries(const struct view *w, const char *path)
{
	size_t i;

	for (i = 0; i < view_finding_count(w); i++) {
		const struct finding *f = view_finding_at(w, i);

		if (f->withdrawn == NULL &&
		    strcmp(view_field_text(w, &f->id, "item"), path) == 0 &&
		    view_evidence_for(w, NULL, NULL, &f->id) > 0)
			return true;
	}
	return false;
}

/* With a verdict when it is the one that drafts a finding, with any other item
 * when it is answered (forms/README.md). */
static bool
evidence_due(const struct inst_node *at)
{
	const struct form_node *d = inst_def(at);
	const char *value = inst_value(at);

	if (inst_kind(at) != INST_LEAF || value[0] == '\0' ||
	    form_node_evidence(d, "en")[0] == '\0')
		return false;
	return form_node_type(d) != FORM_VERDICT ||
	    strcmp(value, form_node_finding_on(d)) == 0;
}

static void
look_evidence(struct look *k)
{
	const struct inst_node *at = NULL;
	struct fj_buf path;

	fj_buf_init(&path, FJ_ERR_ARG_MAX * 4);
	while ((at = inst_walk(k->in, at, NULL)) != NULL) {
		if (!evidence_due(at))
			continue;
		fj_buf_clear(&path);
		inst_path_id(at, &path);
		if (view_evidence_for(k->w, k->form, path.p, NULL) > 0 ||
		    finding_carries(k->w, path.p))
			continue;
		say_at(k, MISSING_EVIDENCE_AT, at, "model.missing-evidence",
		    inst_text(at, INST_T_EVIDENCE, k->lang));
	}
	fj_buf_release(&path);
}

static void
look_forms(const struct visit *v, const struct stamp *at, unsigned require,
    struct missing_list *out)
{
	int i;

	for (i = 0; i < v->facts.form_count; i++) {
		struct look k = { .l = out, .w = v->now, .form = v->forms[i].id,
		    .lang = "zh", .require = require };
		struct fj_err e = { 0 };
		struct missing *m;

		if (fill_form(v, v->now, k.form, at->t, k.lang, &k.in, NULL, &e) != FJ_OK) {
			m = row(out, MISSING_VISIT);
			if (m != NULL)
				m->err = e;
			continue;
		}
		if (require & (REQUIRE_ANSWERS | REQUIRE_VALID))
			look_problems(&k);
		if (require & REQUIRE_EVIDENCE)
			look_evidence(&k);
		inst_free(&k.in);
	}
}

/* ---- the rest ---- */

static void
look_disputes(const struct visit *v, struct missing_list *out)
{
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, FJ_ERR_ARG_MAX * 4);
	for (i = 0; i < view_dispute_count(v->now); i++) {
		const struct target *t = view_dispute_at(v->now, i);
		struct missing *m = row(out, MISSING_DISPUTE);

		if (m == NULL)
			break;
		fj_buf_clear(&b);
		target_format(t, &b);
		m->path = m->shown = keep(out, b.p);
		m->form = t->form ? keep(out, t->form) : "";
		m->finding = t->finding;
		m->field = t->field ? keep(out, t->field) : "";
		(void)fj_fail(&m->err, FJ_CONFLICT, "model.missing-dispute", "sss", b.p,
		    t->open_count > 0 ? t->open[0]->author.name : "",
		    t->open_count > 1 ? t->open[1]->author.name : "");
	}
	fj_buf_release(&b);
}

static size_t
evidence_standing(const struct view *w)
{
	size_t i, n = 0;

	for (i = 0; i < view_evidence_count(w); i++)
		n += view_evidence_at(w, i)->withdrawn == NULL;
	return n;
}

/* A paper is on record as evidence with use "paper" and its id as origin. */
static bool
paper_here(const struct view *w, const char *id)
{
	size_t i;

	for (i = 0; i < view_evidence_count(w); i++) {
		const struct evidence *ev = view_evidence_at(w, i);

		if (ev->withdrawn == NULL && ev->use != NULL && strcmp(ev->use, "paper") == 0 &&
		    ev->origin != NULL && strcmp(ev->origin, id) == 0)
			return true;
	}
	return false;
}

static void
look_papers(const struct visit *v, enum visit_outcome o, struct missing_list *out)
{
	const struct visit_kind *k = v->facts.kind;
	size_t i;

	for (i = 0; i < k->paper_count; i++)
		if (k->papers[i].when != PAPER_AFTER && (k->papers[i].outcomes & (1u << o)) &&
		    !paper_here(v->now, k->papers[i].id))
			row_visit(out, "model.missing-paper",
			    kinds_paper_title(v->kinds, k->papers[i].id, "zh"));
}

/* The person present for the party: the item `party_name` of a form. */
static bool
party_named(const struct visit *v)
{
	size_t i;

	for (i = 0; i < view_target_count(v->now); i++) {
		const struct target *t = view_target_at(v->now, i);
		const char *name = t->path ? strrchr(t->path, '/') : NULL;

		if (t->kind == TARGET_ANSWER && name != NULL &&
		    strcmp(name, "/party_name") == 0)
			return true;
	}
	return false;
}

static void
look_team(const struct visit *v, struct missing_list *out)
{
	const struct visit_kind *k = v->facts.kind;
	struct missing *m;
	int i, n = 0;

	for (i = 0; i < v->facts.team_count; i++)
		n += !k->certified || v->team[i].cert != NULL;
	if (n >= k->min_members)
		return;
	m = row(out, MISSING_TEAM);
	if (m != NULL)
		(void)fj_fail(&m->err, FJ_REFUSED, "model.missing-members", "dd", n,
		    k->min_members);
}

static void
look_findings(const struct visit *v, struct missing_list *out)
{
	size_t i;

	for (i = 0; i < view_finding_count(v->now); i++)
		missing_finding(v, v->now, &view_finding_at(v->now, i)->id, out);
}

void
missing_freeze(const struct visit *v, const struct stamp *at, struct missing_list *out)
{
	const struct visit_kind *k = v->facts.kind;
	enum visit_outcome o = view_outcome(v->now);
	const char *facts = view_outcome_facts(v->now);
	unsigned require;

	if (k == NULL) {
		row_visit(out, "model.kind-unknown", v->facts.kind_id);
		return;
	}
	look_team(v, out);
	look_disputes(v, out);
	if (o == OUTCOME_NONE || !k->outcome[o].known) {
		row_visit(out, "model.missing-outcome", "");
		/* Most visits are completed: what that demands is shown already. */
		o = OUTCOME_COMPLETED;
		if (!k->outcome[o].known)
			return;
	}
	require = k->outcome[o].require;
	if ((require & REQUIRE_FACTS) && facts[strspn(facts, " \t\r\n")] == '\0')
		row_visit(out, "model.missing-facts", outcome_id(o));
	/* the dump needs every definition, whatever the outcome asks */
	look_forms(v, at, require, out);
	if (require & REQUIRE_FINDINGS)
		look_findings(v, out);
	if ((require & REQUIRE_EVIDENCE_ANY) && evidence_standing(v->now) == 0)
		row_visit(out, "model.missing-evidence-any", outcome_id(o));
	if (require & REQUIRE_PAPERS)
		look_papers(v, o, out);
	if ((require & REQUIRE_PARTY) && !party_named(v))
		row_visit(out, "model.missing-party-name", "");
}

void
missing_seal(const struct visit *v, const struct visit_freeze *f,
    struct missing_list *out)
{
	int i;

	for (i = 0; i < v->facts.team_count; i++) {
		struct missing *m;

		if (f->signs[i] != SIGN_MISSING)
			continue;
		m = row(out, MISSING_TEAM);
		if (m == NULL)
			return;
		m->member = i;
		(void)fj_fail(&m->err, FJ_REFUSED, "model.missing-sign", "s", v->team[i].name);
	}
	if (f->party_asked && f->party == NULL)
		row_visit(out, "model.missing-party", "");
}

void
missing_release(struct missing_list *l)
{
	struct arena *a = l->own;

	free(l->v);
	arena_free(&a);
	memset(l, 0, sizeof(*l));
}
