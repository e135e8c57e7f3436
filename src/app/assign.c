/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Assignments: a supervisor plans a visit for a team; a member begins it.  The stream
 * is the same, so the plan and the visit are one story.
 */
#include <stdlib.h>
#include <string.h>

#include "app/begin.h"
#include "base/xalloc.h"
#include "model/subjects.h"
#include "text/fold.h"

static bool
given(const char *s)
{
	return s != NULL && s[0] != '\0';
}

/* ---- planning ---- */

static bool
is_called(const struct roster_person *p, const char *text)
{
	return strcmp(p->name, text) == 0 || (strlen(text) >= 4 &&
	    id_has_prefix(&p->person, text));
}

/* By certificate number, else by name or id when only one fits. */
static const struct roster_person *
find_person(const struct roster *r, const char *text)
{
	const struct roster_person *p = roster_by_cert(r, text), *one = NULL;
	size_t i;

	if (p != NULL)
		return p;
	for (i = 0; (p = roster_person_at(r, i)) != NULL; i++) {
		if (p->disabled || !is_called(p, text))
			continue;
		if (one != NULL)
			return NULL;
		one = p;
	}
	return one;
}

static bool
in_team(const struct roster_person *p, const struct app_new_visit *v)
{
	size_t i;

	for (i = 0; i < v->team_n; i++)
		if (given(v->team[i].cert) ? p->cert != NULL &&
		    strcmp(v->team[i].cert, p->cert) == 0 :
		    strcmp(v->team[i].name, p->name) == 0)
			return true;
	return false;
}

/* Who is named can approve it: a supervisor there, and not of the team. */
static enum fj_rc
find_approver(const struct app *a, const struct app_assign *as, const char *division,
    struct id *out, struct fj_err *e)
{
	const struct roster_person *p;

	if (!given(as->approver))
		return FJ_OK;
	p = find_person(a->roster, as->approver);
	if (p == NULL || !roster_may(p, ROLE_SUPERVISOR, division) ||
	    in_team(p, &as->visit))
		return fj_fail(e, FJ_REFUSED, "app.approver", "s", as->approver);
	*out = p->person;
	return FJ_OK;
}

enum fj_rc
app_assign(struct app *a, const struct app_assign *as, struct id *out, struct fj_err *e)
{
	struct begin *b;
	struct command c = {.op = OP_ASSIGN, .from = as->from, .until = as->until};
	enum fj_rc rc = app_need(a, e);

	if (rc == FJ_OK)
		rc = app_roster(a, e);
	if (rc == FJ_OK && a->roster == NULL)
		rc = fj_fail(e, FJ_REFUSED, "app.not-enrolled", "");
	if (rc == FJ_OK && !given(as->visit.subject_name))
		rc = fj_fail(e, FJ_INVAL, "app.subject-name", "");
	if (rc != FJ_OK)
		return rc;
	b = xcalloc(1, sizeof(*b));
	rc = begin_prepare(a, &as->visit, b, e);
	if (rc == FJ_OK)
		rc = find_approver(a, as, b->division.code, &c.approver, e);
	if (rc == FJ_OK) {
		c.start = &b->start;
		id_random(out);
		rc = visit_open_with(a, out, &c, e);
	}
	free(b);
	return rc;
}

const char *
app_person_name(const struct app *a, const struct id *person)
{
	const struct roster_person *p = a->roster != NULL && !id_is_zero(person) ?
	    roster_person(a->roster, person) : NULL;

	return p != NULL ? p->name : "";
}

bool
app_outside(const struct app *a, const struct app_row *r)
{
	const struct roster_person *me = a->roster != NULL ?
	    roster_owner(a->roster, journal_dev(a->j)) : NULL;

	return me != NULL && !may_see(&r->s, me, true);
}

bool
app_planned_by_me(const struct app *a, const struct summary *s)
{
	const struct roster_person *me = a->roster != NULL ?
	    roster_owner(a->roster, journal_dev(a->j)) : NULL;

	return me != NULL && !id_is_zero(&s->planner) && id_eq(&s->planner, &me->person);
}

/* ---- beginning what was planned ---- */

struct plan {
	struct app_new_visit v;
	const char *form[BEGIN_FORMS];
	struct app_member team[LIMIT_TEAM];
};

static void
take(const char **to, const char *from)
{
	if (!given(*to))
		*to = from;
}

/* The strings live in the dossier. */
static void
fill_in(struct plan *p, const struct visit_facts *f)
{
	int i;

	take(&p->v.kind, f->kind_id);
	take(&p->v.subject_name, f->subject);
	take(&p->v.division, f->division);
	take(&p->v.cma, f->cma);
	take(&p->v.address, f->address);
	take(&p->v.place, f->place);
	if (!given(p->v.uscc) && !given(p->v.no_uscc)) {
		p->v.uscc = f->uscc;
		p->v.no_uscc = given(f->uscc) ? NULL : f->no_uscc;
	}
	for (i = 0; p->v.form_n == 0 && i < f->form_count && i < BEGIN_FORMS; i++)
		p->form[i] = f->forms[i].id;
	if (p->v.form_n == 0) {
		p->v.forms = p->form;
		p->v.form_n = (size_t)i;
	}
	for (i = 0; p->v.team_n == 0 && i < f->team_count; i++)
		p->team[i] = (struct app_member){f->team[i].name,
		    f->team[i].cert != NULL ? f->team[i].cert : ""};
	if (p->v.team_n == 0) {
		p->v.team = p->team;
		p->v.team_n = (size_t)i;
	}
}

enum fj_rc
assign_take_over(struct app *a, const struct app_new_visit *v, struct id *out,
    enum fj_rc (*begin)(struct app *a, const struct app_new_visit *v, struct id *id,
    struct fj_err *e), struct fj_err *e)
{
	struct plan p = {.v = *v};
	struct dossier *d = NULL;
	struct actor me;
	enum fj_rc rc = dossier_open(a, v->planned, &d, e);

	if (rc != FJ_OK)
		return rc;
	app_actor(a, &me);
	*out = *v->planned;
	fill_in(&p, visit_facts(d->v));
	if (!decide_may(d->v, &me, OP_START, e))
		rc = e != NULL ? e->rc : FJ_REFUSED;
	else if (!given(p.v.uscc) && !given(p.v.no_uscc))
		rc = fj_fail(e, FJ_INVAL, "app.no-uscc", "");
	else
		rc = begin(a, &p.v, out, e);
	dossier_close(&d);
	return rc;
}

/* ---- subjects ---- */

struct seek {
	const char *text;
	const struct subject **out;
	size_t n, max;
};

static bool
one_subject(void *ctx, const struct subject *s)
{
	struct seek *k = ctx;

	if (k->text[0] == '\0' || fold_contains(s->name, k->text) || fold_contains(s->uscc, k->text) ||
	    fold_contains(s->cma, k->text))
		k->out[k->n++] = s;
	return k->n < k->max;
}

size_t
app_subjects(struct app *a, const char *text, const struct subject **out, size_t max)
{
	struct seek k = {.out = out, .max = max};
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fold_text(&b, text, strlen(text));
	k.text = b.n > 0 ? b.p : "";
	if (max > 0 && app_unlocked(a))
		shelf_subjects_of(a, one_subject, &k);
	fj_buf_release(&b);
	return k.n;
}

bool
app_has_subjects(struct app *a)
{
	const struct subject *one;

	return app_subjects(a, "", &one, 1) > 0;
}

struct exact {
	const char *text;
	const struct subject *one;
	size_t n;
};

static bool
one_exact(void *ctx, const struct subject *s)
{
	struct exact *x = ctx;

	if (strcmp(s->name, x->text) != 0 && strcmp(s->uscc, x->text) != 0)
		return true;
	x->one = s;
	return ++x->n < 2;
}

const struct subject *
app_subject(struct app *a, const char *name_or_code)
{
	struct exact x = {.text = name_or_code};

	if (name_or_code[0] != '\0' && app_unlocked(a))
		shelf_subjects_of(a, one_exact, &x);
	return x.n == 1 ? x.one : NULL;
}
