/* SPDX-License-Identifier: Apache-2.0 */
/* Begin a visit: everything is checked before the first entry is made. */
#include <stdlib.h>
#include <string.h>

#include "app/begin.h"
#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"


static bool
given(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static enum fj_rc
check_subject(const struct app_new_visit *v, struct fj_err *e)
{
	if (!given(v->subject_name))
		return fj_fail(e, FJ_INVAL, "app.subject-name", "");
	if (given(v->uscc) && given(v->no_uscc))
		return fj_fail(e, FJ_INVAL, "app.uscc-both", "");
	if (!given(v->uscc) && !given(v->no_uscc))
		return fj_fail(e, FJ_INVAL, "app.no-uscc", "");
	if (given(v->uscc) && !form_uscc_ok(v->uscc, strlen(v->uscc)))
		return fj_fail(e, FJ_INVAL, "app.uscc", "s", v->uscc);
	return FJ_OK;
}

static bool
is_me(const struct app *a, const struct app_member *m)
{
	if (given(m->cert) && given(a->me.cert))
		return strcmp(m->cert, a->me.cert) == 0;
	return !given(m->cert) && !given(a->me.cert) && strcmp(m->name, a->me.name) == 0;
}

static enum fj_rc
check_member(const struct visit_kind *k, const struct app_new_visit *v, size_t i,
    struct fj_err *e)
{
	const struct app_member *m = &v->team[i];
	size_t j;

	if (!given(m->name))
		return fj_fail(e, FJ_INVAL, "app.team-name", "z", i + 1);
	if (k->certified && !given(m->cert))
		return fj_fail(e, FJ_INVAL, "app.team-cert", "s", m->name);
	for (j = 0; j < i; j++) {
		const struct app_member *o = &v->team[j];

		if (given(m->cert) ? given(o->cert) && strcmp(m->cert, o->cert) == 0 :
		    strcmp(m->name, o->name) == 0)
			return fj_fail(e, FJ_INVAL, "app.team-twice", "ss", o->name, m->name);
	}
	return FJ_OK;
}

static enum fj_rc
check_team(const struct visit_kind *k, const struct app_new_visit *v, struct fj_err *e)
{
	size_t i;
	enum fj_rc rc;

	if (v->team_n > LIMIT_TEAM)
		return fj_fail(e, FJ_LIMIT, "app.team-large", "d", LIMIT_TEAM);
	for (i = 0; i < v->team_n; i++) {
		rc = check_member(k, v, i, e);
		if (rc != FJ_OK)
			return rc;
	}
	if (v->team_n < (size_t)k->min_members)
		return fj_fail(e, FJ_INVAL, "app.team-size", "dz", k->min_members, v->team_n);
	return FJ_OK;
}

static enum fj_rc
check_me(const struct app *a, const struct app_new_visit *v, struct fj_err *e)
{
	size_t i;

	for (i = 0; i < v->team_n; i++)
		if (is_me(a, &v->team[i]))
			return FJ_OK;
	return fj_fail(e, FJ_INVAL, "app.team-me", "ss", a->me.name, a->me.cert);
}

static enum fj_rc
pick_forms(struct app *a, const struct visit_kind *k, const struct app_new_visit *v,
    struct begin *b, struct fj_err *e)
{
	const char *const *ids = v->form_n > 0 ? v->forms : k->forms;
	size_t n = v->form_n > 0 ? v->form_n : k->form_count, i;
	enum fj_rc rc;

	if (n == 0)
		return fj_fail(e, FJ_INVAL, "app.form-none", "s", k->id);
	if (n > BEGIN_FORMS)
		return fj_fail(e, FJ_LIMIT, "app.form-many", "d", BEGIN_FORMS);
	for (i = 0; i < n; i++) {
		size_t j;

		rc = shelf_pick(a, ids[i], b->division.code, &b->form[i], &b->compiled[i], e);
		if (rc != FJ_OK)
			return rc;
		for (j = 0; j < i; j++)
			if (strcmp(b->form[j].id, b->form[i].id) == 0)
				return fj_fail(e, FJ_INVAL, "app.form-twice", "s", b->form[i].id);
	}
	b->start.forms = b->form;
	b->start.form_count = n;
	return FJ_OK;
}

enum fj_rc
begin_prepare(struct app *a, const struct app_new_visit *v, struct begin *b,
    struct fj_err *e)
{
	const struct visit_kind *k = kinds_find(shelf_kinds(a->shelf), v->kind);
	enum fj_rc rc;
	size_t i;

	if (k == NULL)
		return fj_fail(e, FJ_INVAL, "app.kind", "s", v->kind);
	rc = check_team(k, v, e);
	if (rc == FJ_OK)
		rc = divisions_find(shelf_divisions(a->shelf), given(v->division) ?
		    v->division : a->me.division, &b->division, e);
	if (rc == FJ_OK)
		rc = pick_forms(a, k, v, b, e);
	if (rc != FJ_OK)
		return rc;
	for (i = 0; i < v->team_n; i++) {
		b->team[i].name = v->team[i].name;
		b->team[i].cert = v->team[i].cert;
	}
	b->start.kind = v->kind;
	b->start.subject = v->subject_name;
	b->start.uscc = v->uscc;
	b->start.no_uscc = v->no_uscc;
	b->start.cma = v->cma;
	b->start.address = v->address;
	b->start.division = b->division.code;
	b->start.place = v->place;
	b->start.campaigns = v->campaigns;
	b->start.follows = v->follows;
	b->start.team = b->team;
	b->start.team_count = v->team_n;
	shelf_digests(a->shelf, &b->start.kinds, &b->start.clauses);
	return FJ_OK;
}

/* The first entry of somebody into a stream: new, or (version > 0) planned. */
enum fj_rc
visit_open_with(struct app *a, const struct id *id, const struct command *c,
    struct fj_err *e)
{
	struct model_env env = app_env(a);
	struct journal_commit commit = {.kind = STREAM_VISIT, .stream = *id, .n = 1};
	struct actor me;
	struct stamp at;
	struct visit *v = NULL;
	struct fj_buf payload;
	struct bytes bytes;
	uint64_t hlc = 0;
	enum fj_rc rc;

	fj_buf_init(&payload, LIMIT_PAYLOAD);
	app_actor(a, &me);
	app_stamp(a, &at);
	rc = visit_new(id, &env, &v, e);
	if (rc == FJ_OK)
		rc = visit_load(a, v, id, &commit.expect, &hlc, e);
	if (rc == FJ_OK)
		rc = decide(v, &me, c, &at, &payload, e);
	if (rc == FJ_OK) {
		bytes.p = payload.p;
		bytes.n = payload.n;
		commit.payload = &bytes;
		rc = journal_append(a->j, &commit, e);
		a->data_version = -1;
	}
	visit_free(&v);
	fj_buf_release(&payload);
	return rc;
}

/* What the form starts with: defaults are answers, so they are entries. */
static enum fj_rc
append_defaults(struct dossier *d, size_t form, struct fj_err *e)
{
	struct inst_changes changes = {0};
	struct command *c = xcalloc(ACT_MAX, sizeof(*c));
	struct fj_buf *paths = xcalloc(ACT_MAX, sizeof(*paths));
	enum fj_rc rc = inst_start(d->f[form].inst, &changes, e);
	size_t i, n = 0;

	for (i = 0; rc == FJ_OK && i < changes.n && n < ACT_MAX; i++) {
		const struct inst_node *at = changes.v[i].at;

		if ((changes.v[i].what & INST_ONE_SHOT) == 0 ||
		    inst_kind(at) != INST_LEAF || inst_stored(at)[0] == '\0')
			continue;
		fj_buf_init(&paths[n], LIMIT_VALUE_BYTES);
		inst_path_id(at, &paths[n]);
		c[n].op = OP_SET;
		c[n].form = dossier_form_id(d, form);
		c[n].path = paths[n].p;
		c[n].value = inst_stored(at);
		c[n].automatic = "default";
		n++;
	}
	if (rc == FJ_OK && n > 0)
		rc = dossier_act(d, c, n, NULL, 0, e);
	for (i = 0; i < n; i++)
		fj_buf_release(&paths[i]);
	free(paths);
	free(c);
	inst_changes_release(&changes);
	return rc;
}

/* Into *id, which is new or planned. */
static enum fj_rc
begin_visit(struct app *a, const struct app_new_visit *v, struct id *id, struct fj_err *e)
{
	struct begin *b = xcalloc(1, sizeof(*b));
	struct command c = {.op = OP_START, .start = &b->start};
	struct dossier *d = NULL;
	enum fj_rc rc = begin_prepare(a, v, b, e);
	size_t i;

	if (rc == FJ_OK)
		rc = check_me(a, v, e);
	if (rc == FJ_OK)
		rc = visit_open_with(a, id, &c, e);
	if (rc != FJ_OK)
		memset(id, 0, sizeof(*id));
	if (rc == FJ_OK)
		rc = dossier_open(a, id, &d, e);
	for (i = 0; rc == FJ_OK && i < d->nf; i++)
		if (d->f[i].inst != NULL)
			rc = append_defaults(d, i, e);
	dossier_close(&d);
	free(b);
	return rc;
}

enum fj_rc
app_visit_new(struct app *a, const struct app_new_visit *v, struct id *out,
    struct fj_err *e)
{
	enum fj_rc rc = app_need(a, e);

	if (rc != FJ_OK)
		return rc;
	if (v->planned != NULL)
		return assign_take_over(a, v, out, begin_visit, e);
	rc = check_subject(v, e);
	if (rc != FJ_OK)
		return rc;
	id_random(out);
	return begin_visit(a, v, out, e);
}
