/* SPDX-License-Identifier: Apache-2.0 */
/* Beginning, planning and giving up a visit. */
#include <string.h>

#include "base/date.h"
#include "form/form.h"
#include "model/decide_internal.h"
#include "model/divisions.h"

static enum fj_rc
check_subject(struct act *a, const struct command_start *s)
{
	enum fj_rc rc = need_text(a, s->subject, "subject", LIMIT_NAME_BYTES);

	if (rc != FJ_OK)
		return rc;
	if (!is_blank(s->uscc) && !form_uscc_ok(s->uscc, strlen(s->uscc)))
		return fj_fail(a->e, FJ_INVAL, "model.uscc", "s", s->uscc);
	if (is_blank(s->uscc) && is_blank(s->no_uscc))
		return fj_fail(a->e, FJ_INVAL, "model.uscc-missing", "");
	if (s->division == NULL || !division_code_ok(s->division))
		return fj_fail(a->e, FJ_INVAL, "model.division-code", "s",
		    s->division ? s->division : "");
	return FJ_OK;
}

static bool
same_row(const struct command_member *a, const struct command_member *b)
{
	if (!is_blank(a->cert) && !is_blank(b->cert))
		return strcmp(a->cert, b->cert) == 0;
	return is_blank(a->cert) && is_blank(b->cert) && strcmp(a->name, b->name) == 0;
}

static enum fj_rc
check_team(struct act *a, const struct command_start *s, const struct visit_kind *k)
{
	size_t i, j;

	if (s->team_count > LIMIT_TEAM)
		return fj_fail(a->e, FJ_LIMIT, "model.team-large", "d", LIMIT_TEAM);
	for (i = 0; i < s->team_count; i++) {
		enum fj_rc rc = need_text(a, s->team[i].name, "member", LIMIT_NAME_BYTES);

		if (rc != FJ_OK)
			return rc;
		if (k->certified && is_blank(s->team[i].cert))
			return fj_fail(a->e, FJ_REFUSED, "model.team-cert", "s",
			    s->team[i].name);
		for (j = 0; j < i; j++)
			if (same_row(&s->team[i], &s->team[j]))
				return fj_fail(a->e, FJ_INVAL, "model.team-twice", "s",
				    s->team[i].name);
	}
	if (s->team_count < (size_t)k->min_members)
		return fj_fail(a->e, FJ_REFUSED, "model.team-small", "sd", k->id,
		    k->min_members);
	return FJ_OK;
}

static bool
in_team(const struct act *a, const struct command_start *s)
{
	size_t i;

	for (i = 0; i < s->team_count; i++) {
		if (!is_blank(s->team[i].cert)) {
			if (!is_blank(a->who.cert) && strcmp(s->team[i].cert, a->who.cert) == 0)
				return true;
		} else if (strcmp(s->team[i].name, a->who.name) == 0) {
			return true;
		}
	}
	return false;
}

static enum fj_rc
check_me(struct act *a, const struct command_start *s)
{
	if (!in_team(a, s))
		return fj_fail(a->e, FJ_DENIED, "model.not-member", "ss",
		    op_text(a->c->op), a->who.name);
	if (a->v->assign != NULL && a->v->facts.team_count > 0 && a->who.member < 0)
		return fj_fail(a->e, FJ_DENIED, "model.not-assigned", "ss",
		    op_text(a->c->op), a->who.name);
	return FJ_OK;
}

static void
put_team(struct act *a, const struct command_start *s)
{
	size_t i;

	json_w_key(&a->w, "team");
	json_w_arr(&a->w);
	for (i = 0; i < s->team_count; i++) {
		json_w_obj(&a->w);
		json_w_kstr(&a->w, "name", s->team[i].name);
		if (!is_blank(s->team[i].cert))
			json_w_kstr(&a->w, "cert", s->team[i].cert);
		json_w_end(&a->w);
	}
	json_w_end(&a->w);
}

static void
put_given(struct act *a, const char *key, const char *s)
{
	if (!is_blank(s))
		json_w_kstr(&a->w, key, s);
}

static void
put_subject(struct act *a, const struct command_start *s)
{
	json_w_key(&a->w, "subject");
	json_w_obj(&a->w);
	json_w_kstr(&a->w, "name", s->subject);
	put_given(a, "uscc", s->uscc);
	put_given(a, "no_uscc", s->no_uscc);
	put_given(a, "cma", s->cma);
	put_given(a, "address", s->address);
	json_w_end(&a->w);
	json_w_kstr(&a->w, "division", s->division);
	put_team(a, s);
}

static void
put_forms(struct act *a, const struct command_start *s)
{
	size_t i;

	json_w_key(&a->w, "forms");
	json_w_arr(&a->w);
	for (i = 0; i < s->form_count; i++) {
		json_w_obj(&a->w);
		json_w_kstr(&a->w, "id", s->forms[i].id);
		json_w_kstr(&a->w, "version", s->forms[i].version);
		json_w_khash(&a->w, "digest", &s->forms[i].digest);
		json_w_end(&a->w);
	}
	json_w_end(&a->w);
	json_w_key(&a->w, "data");
	json_w_obj(&a->w);
	json_w_khash(&a->w, "kinds", &s->kinds);
	json_w_khash(&a->w, "clauses", &s->clauses);
	json_w_end(&a->w);
}

static enum fj_rc
check_forms(struct act *a, const struct command_start *s)
{
	size_t i, j;

	if (s->form_count == 0)
		return fj_fail(a->e, FJ_INVAL, "model.no-form", "s", s->kind);
	for (i = 0; i < s->form_count; i++) {
		for (j = 0; j < i; j++)
			if (strcmp(s->forms[i].id, s->forms[j].id) == 0)
				return fj_fail(a->e, FJ_INVAL, "model.form-twice", "s",
				    s->forms[i].id);
	}
	return FJ_OK;
}

enum fj_rc
decide_start(struct act *a)
{
	const struct command_start *s = a->c->start;
	const struct visit_kind *k =
	    s && s->kind ? kinds_find(a->v->env.kinds, s->kind) : NULL;
	char campaigns[CAMPAIGN_TEXT];
	enum fj_rc rc;

	if (k == NULL)
		return fj_fail(a->e, FJ_INVAL, "model.kind-unknown", "s",
		    s && s->kind ? s->kind : "");
	rc = check_subject(a, s);
	if (rc == FJ_OK)
		rc = check_team(a, s, k);
	if (rc == FJ_OK)
		rc = check_forms(a, s);
	if (rc == FJ_OK)
		rc = campaigns_tidy(s->campaigns, campaigns, a->e);
	if (rc == FJ_OK)
		rc = check_me(a, s);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "kind", s->kind);
	put_subject(a, s);
	put_forms(a, s);
	put_given(a, "place", s->place);
	if (campaigns[0] != '\0')
		campaigns_write(&a->w, campaigns);
	if (s->follows != NULL)
		json_w_kid(&a->w, "follows", s->follows);
	json_w_end(&a->w);
	return FJ_OK;
}

/* The code may be left to the team: on site it is known. */
static enum fj_rc
check_target(struct act *a, const struct command_start *s)
{
	enum fj_rc rc = need_text(a, s->subject, "subject", LIMIT_NAME_BYTES);

	if (rc == FJ_OK && !is_blank(s->uscc) && !form_uscc_ok(s->uscc, strlen(s->uscc)))
		rc = fj_fail(a->e, FJ_INVAL, "model.uscc", "s", s->uscc);
	if (rc == FJ_OK && (s->division == NULL || !division_code_ok(s->division)))
		rc = fj_fail(a->e, FJ_INVAL, "model.division-code", "s",
		    s->division ? s->division : "");
	return rc;
}

/* Whoever plans does it where a scope of his covers the place. */
static enum fj_rc
check_planner(struct act *a, const struct command_start *s)
{
	const struct roster_person *p = a->who.certified ?
	    roster_person(a->v->env.roster, &a->who.person) : NULL;

	if (p == NULL || !roster_may(p, ROLE_SUPERVISOR, s->division))
		return fj_fail(a->e, FJ_DENIED, "model.not-supervisor", "ss",
		    op_text(a->c->op), a->who.name);
	return FJ_OK;
}

static enum fj_rc
check_window(struct act *a)
{
	const char *from = a->c->from, *until = a->c->until;
	int64_t first = INT64_MIN, last = INT64_MAX;

	if ((!is_blank(from) && !date_parse(from, strlen(from), &first)) ||
	    (!is_blank(until) && !date_parse(until, strlen(until), &last)) || first > last)
		return fj_fail(a->e, FJ_INVAL, "model.window", "ss", from ? from : "",
		    until ? until : "");
	return FJ_OK;
}

enum fj_rc
decide_assign(struct act *a)
{
	const struct command_start *s = a->c->start;
	const struct visit_kind *k =
	    s && s->kind ? kinds_find(a->v->env.kinds, s->kind) : NULL;
	enum fj_rc rc;

	if (k == NULL)
		return fj_fail(a->e, FJ_INVAL, "model.kind-unknown", "s",
		    s && s->kind ? s->kind : "");
	rc = check_target(a, s);
	if (rc == FJ_OK)
		rc = check_team(a, s, k);
	if (rc == FJ_OK)
		rc = check_planner(a, s);
	if (rc == FJ_OK)
		rc = check_window(a);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "kind", s->kind);
	put_subject(a, s);
	put_given(a, "place", s->place);
	if (s->form_count > 0)
		put_forms(a, s);
	put_given(a, "from", a->c->from);
	put_given(a, "until", a->c->until);
	if (!id_is_zero(&a->c->approver))
		json_w_kid(&a->w, "approver", &a->c->approver);
	json_w_end(&a->w);
	return FJ_OK;
}

enum fj_rc
decide_cancel(struct act *a)
{
	enum fj_rc rc = need_why(a);

	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "why", a->c->why);
	json_w_end(&a->w);
	return FJ_OK;
}

enum fj_rc
decide_clock(struct act *a)
{
	const char *kind = a->c->value;

	if (kind == NULL || (strcmp(kind, "back") != 0 && strcmp(kind, "forward") != 0))
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", "clock", kind ? kind : "");
	act_begin(a);
	json_w_kstr(&a->w, "kind", kind);
	json_w_kint(&a->w, "ms", a->c->number);
	json_w_end(&a->w);
	return FJ_OK;
}
