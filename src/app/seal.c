/* SPDX-License-Identifier: Apache-2.0 */
/* Outcome, freeze, signatures, the party, the seal, and the next round. */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "model/missing.h"

enum fj_rc
dossier_outcome(struct dossier *d, enum visit_outcome o, const char *facts,
    const char *why, struct fj_err *e)
{
	struct command c = {.op = OP_OUTCOME, .value = outcome_id(o), .facts = facts,
	    .why = why};
	const struct target *t = view_outcome_target(visit_now(d->v));
	int i, me = dossier_my_row(d);
	enum fj_rc rc = app_need(d->a, e);

	if (rc != FJ_OK)
		return rc;
	if (o == OUTCOME_NONE)
		return fj_fail(e, FJ_INVAL, "app.outcome", "");
	/* A colleague's different outcome is settled, not overwritten. */
	for (i = 0; t != NULL && why != NULL && i < t->open_count; i++)
		if (t->open[i]->author.member != me) {
			c.op = OP_RESOLVE;
			c.outcome = true;
		}
	return dossier_act1(d, &c, e);
}

/* The model lists in one language everywhere; people read in theirs. */
static void
gap_in_words(struct dossier *d, struct dossier_gap *g)
{
	int form = g->form[0] != '\0' ? dossier_form_index(d, g->form) : -1;
	struct inst *in = form >= 0 ? dossier_inst(d, (size_t)form) : NULL;
	const char *told = g->err.arg[2];
	struct inst_problem p;
	struct inst_node *at;
	struct fj_err e;
	struct fj_buf label;

	if (in == NULL || g->err.narg != 3 || inst_find(in, g->at, &at, NULL) != FJ_OK)
		return;
	if (strcmp(g->err.code, "model.missing-evidence") == 0)
		told = inst_text(at, INST_T_EVIDENCE, d->a->lang);
	else if (strcmp(g->err.code, "model.missing-valid") == 0) {
		if (!inst_problem_at(in, at, &p))
			return;
		if (p.message == NULL) {	/* not the form's words: its type's */
			g->err = p.err;
			return;
		}
		told = p.message;
	} else if (strcmp(g->err.code, "model.missing-answer") != 0)
		return;
	fj_buf_init(&label, LIMIT_LINE_BYTES);
	inst_full_label(at, d->a->lang, &label);
	(void)fj_fail(&e, g->err.rc, g->err.code, "sss", g->err.arg[0], label.p, told);
	g->err = e;
	fj_buf_release(&label);
}

size_t
dossier_gaps(struct dossier *d, struct dossier_gap **out)
{
	struct missing_list l = {0};
	struct stamp at;
	size_t i, n;

	app_stamp(d->a, &at);
	missing_freeze(d->v, &at, &l);
	n = l.n;
	*out = xcalloc(n + 1, sizeof(**out));
	for (i = 0; i < n; i++) {
		struct dossier_gap *g = &(*out)[i];

		g->err = l.v[i].err;
		snprintf(g->at, sizeof(g->at), "%s", l.v[i].path);
		snprintf(g->form, sizeof(g->form), "%s", l.v[i].form);
		g->finding = l.v[i].finding;
		gap_in_words(d, g);
	}
	missing_release(&l);
	return n;
}

enum fj_rc
dossier_freeze(struct dossier *d, struct hash *seal_id, struct fj_err *e)
{
	struct command c = {.op = OP_FREEZE};
	const struct visit_freeze *f;
	enum fj_rc rc;

	c.zone = app_now(d->a).offset;
	rc = journal_seen(d->a->j, &c.seen, &c.has_seen, e);
	if (rc == FJ_OK)
		rc = dossier_act1(d, &c, e);
	if (rc != FJ_OK)
		return rc;
	f = visit_freeze_now(d->v);
	if (f == NULL)
		return fj_fail(e, FJ_CONFLICT, "app.freeze-overtaken", "");
	*seal_id = f->entry->id;
	return dossier_refill(d, e);
}

enum fj_rc
dossier_void(struct dossier *d, const char *why, struct fj_err *e)
{
	struct command c = {.op = OP_VOID, .why = why};
	enum fj_rc rc = dossier_act1(d, &c, e);

	return rc == FJ_OK ? dossier_refill(d, e) : rc;
}

enum fj_rc
dossier_sign(struct dossier *d, struct fj_err *e)
{
	struct command c = {.op = OP_SIGN};

	return dossier_act1(d, &c, e);
}

enum fj_rc
dossier_unsigned(struct dossier *d, const char *member, const char *why, struct fj_err *e)
{
	const struct visit_facts *facts = visit_facts(d->v);
	struct command_member m;
	struct command c = {.op = OP_UNSIGNED, .member = &m, .why = why};
	int row = visit_member_of(d->v, member, member), i;

	for (i = 0; row < 0 && i < facts->team_count; i++)
		if (strcmp(facts->team[i].name, member) == 0)
			row = i;
	if (row < 0)
		return fj_fail(e, FJ_NOTFOUND, "app.no-member", "s", member);
	m.name = facts->team[row].name;
	m.cert = facts->team[row].cert;
	return dossier_act1(d, &c, e);
}

enum fj_rc
dossier_party(struct dossier *d, const struct party_new *p, struct fj_err *e)
{
	static const char *const outcomes[] = {"", "signed", "refused", "absent"};
	struct command c = {.op = OP_PARTY, .value = outcomes[p->outcome], .text = p->name,
	    .why = p->why, .witness = p->witness};
	struct id paper;
	struct actor me;
	struct stamp at;
	struct fj_buf sketch;
	bool changed;
	enum fj_rc rc = dossier_refresh(d, &changed, e);

	if (rc != FJ_OK)
		return rc;
	/* All but the scan is checked before the scan becomes evidence. */
	app_actor(d->a, &me);
	app_stamp(d->a, &at);
	fj_buf_init(&sketch, LIMIT_PAYLOAD);
	rc = decide(d->v, &me, &c, &at, &sketch, e);
	fj_buf_release(&sketch);
	if (rc == FJ_OK && p->scan != NULL) {
		struct evidence_new n = {.path = p->scan, .how = "scan", .use = "paper"};

		rc = dossier_evidence_add(d, &n, &paper, e);
		c.objects = &paper;
		c.object_count = 1;
	}
	return rc == FJ_OK ? dossier_act1(d, &c, e) : rc;
}

enum fj_rc
dossier_reopen(struct dossier *d, const char *why, struct fj_err *e)
{
	struct command c = {.op = OP_REOPEN, .why = why};
	enum fj_rc rc = dossier_act1(d, &c, e);

	return rc == FJ_OK ? dossier_refill(d, e) : rc;
}

enum fj_rc
dossier_cancel(struct dossier *d, const char *why, struct fj_err *e)
{
	struct command c = {.op = OP_CANCEL, .why = why};

	return dossier_act1(d, &c, e);
}

/* The first 130 bits, in groups: xxxxx-xxxxx-xxxxx-xxxxx-xxxxxx. */
void
dossier_code(const struct hash *seal_id, char out[40])
{
	char text[64];
	size_t i, k = 0;

	crockford_encode(seal_id->b, 17, text);
	for (i = 0; i < 26; i++) {
		if (i > 0 && i % 5 == 0 && i < 25)
			out[k++] = '-';
		out[k++] = text[i];
	}
	out[k] = '\0';
}

/* ---- disagreements ---- */

/* The disagreement that is written so. */
static const struct target *
dispute_at(const struct dossier *d, const char *at)
{
	const struct view *w = visit_now(d->v);
	const struct target *found = NULL;
	struct fj_buf b;
	size_t i, n = strlen(at);

	fj_buf_init(&b, FJ_ERR_ARG_MAX * 8);
	for (i = 0; found == NULL && i < view_dispute_count(w); i++) {
		fj_buf_clear(&b);
		target_format(view_dispute_at(w, i), &b);
		/* Whole, or the last name of a path when nothing else was given. */
		if (strcmp(b.p, at) == 0 || (b.n > n + 1 && strchr(at, '/') == NULL &&
		    strcmp(b.p + b.n - n, at) == 0 && b.p[b.n - n - 1] == '/'))
			found = view_dispute_at(w, i);
	}
	fj_buf_release(&b);
	return found;
}

static void
target_command(const struct target *t, struct command *c)
{
	c->form = t->form;
	c->path = t->path;
	c->note = t->kind == TARGET_NOTE;
	c->outcome = t->kind == TARGET_OUTCOME;
	c->flag = t->kind == TARGET_FLAG;
	if (c->flag)
		c->object = t->finding;
	if (t->kind == TARGET_FIELD) {
		c->object = t->finding;
		c->field = t->field;
	}
}

enum fj_rc
dossier_resolve(struct dossier *d, const char *at, const char *take, const char *value,
    const char *why, struct fj_err *e)
{
	struct command c = {.op = OP_RESOLVE, .value = value, .why = why};
	const struct visit_entry *en;
	const struct target *t;
	bool changed;
	enum fj_rc rc = dossier_refresh(d, &changed, e);

	if (rc != FJ_OK)
		return rc;
	t = dispute_at(d, at);
	if (t == NULL)
		return fj_fail(e, FJ_NOTFOUND, "app.no-dispute", "s", at);
	target_command(t, &c);
	if (take != NULL) {
		rc = visit_entry_prefix(d->v, take, &en, e);
		if (rc != FJ_OK)
			return rc;
		c.take = en->id;
		c.has_take = true;
		c.value = en->value;
		c.facts = en->facts;
	}
	rc = dossier_act1(d, &c, e);
	return rc == FJ_OK ? dossier_refill(d, e) : rc;
}

enum fj_rc
dossier_reserve(struct dossier *d, const struct hash *resolve, const char *text,
    struct fj_err *e)
{
	struct command c = {.op = OP_RESERVATION, .ref = *resolve, .text = text};

	return dossier_act1(d, &c, e);
}
