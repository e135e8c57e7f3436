/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Red flags: a run that is recorded, what a member makes of a flag, reports that are to
 * be pulled.  Leads, on no paper; so reserved words are no matter here.
 */
#include <string.h>

#include "model/decide_internal.h"

/* The members of an object (text of the command) behind those of the payload; what the
 * payload has already is not written twice. */
static enum fj_rc
put_members(struct act *a, const char *const *own)
{
	struct json_doc *d = NULL;
	const struct json *m;
	enum fj_rc rc;
	int i;

	if (a->c->text == NULL)
		return fj_fail(a->e, FJ_INVAL, "model.need-text", "ss", op_text(a->c->op), "text");
	rc = json_parse(a->c->text, strlen(a->c->text), &d, a->e);
	if (rc != FJ_OK)
		return rc;
	json_each(m, json_root(d)) {
		for (i = 0; own[i] != NULL && m->key != NULL && strcmp(own[i], m->key) != 0; i++)
			continue;
		if (m->key == NULL || own[i] != NULL)
			rc = fj_fail(a->e, FJ_INVAL, "model.value", "ss", op_text(a->c->op),
			    m->key != NULL ? m->key : "");
		if (rc != FJ_OK)
			break;
		json_w_key(&a->w, m->key);
		json_w_value(&a->w, m);
	}
	json_free(&d);
	return rc;
}

static enum fj_rc
flag_act(struct act *a)
{
	static const char *const own[] = {"op", "t", "up", "boot", "round", "id", "base", NULL};
	enum fj_rc rc;

	if (id_is_zero(&a->c->object))
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", op_text(a->c->op), "id");
	act_begin(a);
	json_w_kid(&a->w, "id", &a->c->object);
	rc = put_members(a, own);
	json_w_end(&a->w);
	return rc;
}

enum fj_rc
decide_flag_run(struct act *a)
{
	const struct visit_kind *k = a->v->facts.kind;

	/* Where there can be no finding there is nothing to screen for. */
	if (k != NULL && !k->findings && !k->clue)
		return fj_fail(a->e, FJ_REFUSED, "model.kind-no-findings", "s",
		    a->v->facts.kind_id);
	return flag_act(a);
}

static bool
run_is_here(const struct act *a)
{
	const struct visit_entry *en;
	size_t i;

	for (i = 0; (en = view_flag_run_at(a->v->now, i)) != NULL; i++)
		if (id_eq(&en->object, &a->c->object))
			return true;
	return false;
}

enum fj_rc
decide_flag_sample(struct act *a)
{
	if (!run_is_here(a))
		return fj_fail(a->e, FJ_NOTFOUND, "model.no-flag-run", "s", op_text(a->c->op));
	return flag_act(a);
}

enum fj_rc
decide_flag_set(struct act *a)
{
	static const char *const own[] = {"op", "t", "up", "boot", "round", "flag", "value", "why",
	    "base", NULL};
	const struct target *t;
	struct standing s;
	enum fj_rc rc = need_why(a);

	if (rc != FJ_OK)
		return rc;
	if (id_is_zero(&a->c->object) || a->c->value == NULL || !flag_value(a->c->value))
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", "flag",
		    a->c->value != NULL ? a->c->value : "");
	t = view_flag(a->v->now, &a->c->object);
	standing_of(a, t, &s);
	rc = may_set(a, t, &s, a->c->value);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kid(&a->w, "flag", &a->c->object);
	json_w_kstr(&a->w, "value", a->c->value);
	json_w_kstr(&a->w, "why", a->c->why);
	rc = put_members(a, own);
	act_base(a, s.own, s.own_count);
	json_w_end(&a->w);
	return rc;
}
