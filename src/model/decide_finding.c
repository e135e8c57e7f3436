/* SPDX-License-Identifier: Apache-2.0 */
/* Findings and evidence. */
#include <string.h>

#include "base/date.h"
#include "model/decide_internal.h"
#include "model/missing.h"

enum field_kind { FIELD_TEXT, FIELD_FACTS, FIELD_CLAUSES, FIELD_DAY, FIELD_STAGE, FIELD_LEG };

static const struct {
	const char *name;
	enum field_kind kind;
} fields[] = {
	{ "title", FIELD_FACTS }, { "item", FIELD_TEXT }, { "clauses", FIELD_CLAUSES },
	{ "reports", FIELD_TEXT }, { "facts", FIELD_FACTS }, { "act_day", FIELD_DAY },
	{ "statement", FIELD_TEXT }, { "stage", FIELD_STAGE }, { "leg2", FIELD_LEG },
	{ "leg2.facts", FIELD_FACTS }, { "leg2.how", FIELD_TEXT }, { "leg2.by", FIELD_TEXT },
	{ "leg2.until", FIELD_DAY }, { "flags", FIELD_TEXT },
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static enum fj_rc
bad_value(struct act *a)
{
	return fj_fail(a->e, FJ_INVAL, "model.value", "ss", a->c->field, a->c->value);
}

static enum fj_rc
check_clauses(struct act *a)
{
	const char *s = a->c->value;

	while (*s != '\0') {
		size_t n;
		char id[32];

		s += strspn(s, " ,;\t\n");
		n = strcspn(s, " ,;\t\n");
		if (n == 0)
			break;
		if (n >= sizeof(id))
			return bad_value(a);
		memcpy(id, s, n);
		id[n] = '\0';
		if (clauses_find(a->v->clauses, id) == NULL)
			return fj_fail(a->e, FJ_INVAL, "model.clause-unknown", "sss", "", "", id);
		s += n;
	}
	return FJ_OK;
}

/* lead -> suspected: everything that the stage asks must be there already. */
static enum fj_rc
check_stage(struct act *a)
{
	struct missing_list l = { 0 };
	enum fj_rc rc = FJ_OK;

	if (strcmp(a->c->value, "established") == 0)
		return fj_fail(a->e, FJ_REFUSED, "model.establish-supervisor", "");
	if (strcmp(a->c->value, "lead") == 0)
		return FJ_OK;
	if (strcmp(a->c->value, "suspected") != 0)
		return bad_value(a);
	if (view_finding(a->v->now, &a->c->object) == NULL)
		return fj_fail(a->e, FJ_NOTFOUND, "model.no-finding", "ss", "finding.set", "");
	missing_finding_at(a->v, a->v->now, &a->c->object, STAGE_SUSPECTED, &l);
	if (l.n > 0) {
		rc = FJ_REFUSED;
		if (a->e != NULL)
			*a->e = l.v[0].err;
	}
	missing_release(&l);
	return rc;
}

static enum fj_rc
check_field(struct act *a, enum field_kind kind)
{
	int64_t day;

	switch (kind) {
	case FIELD_TEXT:
		return FJ_OK;
	case FIELD_FACTS:
		return plain_facts(a, a->c->value);
	case FIELD_CLAUSES:
		return check_clauses(a);
	case FIELD_DAY:
		return a->c->value[0] == '\0' ||
		    date_parse(a->c->value, strlen(a->c->value), &day) ? FJ_OK : bad_value(a);
	case FIELD_STAGE:
		return check_stage(a);
	case FIELD_LEG:
		return strcmp(a->c->value, "wrong") == 0 || a->c->value[0] == '\0' ||
		    strcmp(a->c->value, "unverifiable") == 0 ||
		    strcmp(a->c->value, "to-verify") == 0 ? FJ_OK : bad_value(a);
	}
	return FJ_OK;
}

/* A service visit judges nothing: what it passes on stays a lead and cites no
 * clause. */
static bool
clue_allows(const struct visit_kind *k, const struct command *c)
{
	if (k == NULL || k->findings || c->field == NULL)
		return true;
	if (strcmp(c->field, "stage") == 0)
		return c->value != NULL && strcmp(c->value, "lead") == 0;
	return strcmp(c->field, "clauses") != 0 && strncmp(c->field, "leg2", 4) != 0;
}

static enum fj_rc
check_finding(struct act *a, bool must_exist)
{
	const struct finding *f = view_finding(a->v->now, &a->c->object);
	const struct visit_kind *k = a->v->facts.kind;
	char id[ID_SHOWN + 1];

	id_format_short(&a->c->object, id);
	if (k != NULL && !k->findings && !k->clue)
		return fj_fail(a->e, FJ_REFUSED, "model.kind-no-findings", "s",
		    a->v->facts.kind_id);
	if (!clue_allows(k, a->c))
		return fj_fail(a->e, FJ_REFUSED, "model.kind-clue", "s", a->v->facts.kind_id);
	if (id_is_zero(&a->c->object) || (must_exist && f == NULL))
		return fj_fail(a->e, FJ_NOTFOUND, "model.no-finding", "ss",
		    op_text(a->c->op), id);
	if (f != NULL && f->withdrawn != NULL)
		return fj_fail(a->e, FJ_REFUSED, "model.finding-withdrawn", "s", id);
	return FJ_OK;
}

enum fj_rc
decide_finding_set(struct act *a)
{
	const struct target *t;
	struct standing s;
	size_t i;
	enum fj_rc rc = check_finding(a, false);

	if (rc != FJ_OK)
		return rc;
	for (i = 0; i < FIELDS; i++)
		if (a->c->field != NULL && strcmp(fields[i].name, a->c->field) == 0)
			break;
	if (i == FIELDS)
		return fj_fail(a->e, FJ_INVAL, "model.field", "s",
		    a->c->field ? a->c->field : "");
	if (a->c->value == NULL)
		return fj_fail(a->e, FJ_INVAL, "model.need-text", "ss", "finding.set", "value");
	if (strlen(a->c->value) > LIMIT_VALUE_BYTES)
		return fj_fail(a->e, FJ_LIMIT, "model.text-long", "ssz", "finding.set",
		    a->c->field, (size_t)LIMIT_VALUE_BYTES);
	rc = check_field(a, fields[i].kind);
	if (rc != FJ_OK)
		return rc;
	t = view_field(a->v->now, &a->c->object, a->c->field);
	standing_of(a, t, &s);
	rc = may_set(a, t, &s, a->c->value);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kid(&a->w, "finding", &a->c->object);
	json_w_kstr(&a->w, "field", a->c->field);
	json_w_kstr(&a->w, "value", a->c->value);
	if (!is_blank(a->c->why))
		json_w_kstr(&a->w, "why", a->c->why);
	act_base(a, s.own, s.own_count);
	json_w_end(&a->w);
	return FJ_OK;
}

enum fj_rc
decide_finding_withdraw(struct act *a)
{
	enum fj_rc rc = check_finding(a, true);

	if (rc == FJ_OK)
		rc = need_why(a);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kid(&a->w, "finding", &a->c->object);
	json_w_kstr(&a->w, "why", a->c->why);
	json_w_end(&a->w);
	return FJ_OK;
}

enum fj_rc
decide_finding_establish(struct act *a)
{
	const struct view *w = a->freeze->view;
	const struct finding *f = view_finding(w, &a->c->object);
	char id[ID_SHOWN + 1];
	enum fj_rc rc = need_why(a);

	id_format_short(&a->c->object, id);
	if (rc != FJ_OK)
		return rc;
	if (f == NULL || f->withdrawn != NULL)
		return fj_fail(a->e, FJ_NOTFOUND, "model.no-finding", "ss",
		    op_text(a->c->op), id);
	if (f->stage < STAGE_SUSPECTED)
		return fj_fail(a->e, FJ_REFUSED, "model.establish-lead", "s", id);
	if (strcmp(view_field_text(w, &f->id, "leg2"), "to-verify") == 0)
		return fj_fail(a->e, FJ_REFUSED, "model.establish-to-verify", "s", id);
	act_begin(a);
	json_w_kid(&a->w, "finding", &a->c->object);
	json_w_kstr(&a->w, "why", a->c->why);
	json_w_end(&a->w);
	return FJ_OK;
}

/* ---- evidence ---- */

static bool
form_here(const struct visit *v, const char *form)
{
	int i;

	for (i = 0; form != NULL && i < v->facts.form_count; i++)
		if (strcmp(v->forms[i].id, form) == 0)
			return true;
	return false;
}

static enum fj_rc
check_links(struct act *a)
{
	size_t i;

	for (i = 0; i < a->c->on_count; i++) {
		const struct command_on *on = &a->c->on[i];
		char id[ID_SHOWN + 1];

		if (on->path != NULL) {
			if (on->path[0] != '/')
				return fj_fail(a->e, FJ_INVAL, "model.path", "s", on->path);
			if (!form_here(a->v, on->form))
				return fj_fail(a->e, FJ_NOTFOUND, "model.form-unknown", "s",
				    on->form ? on->form : "");
		} else if (view_finding(a->v->now, &on->finding) == NULL) {
			id_format_short(&on->finding, id);
			return fj_fail(a->e, FJ_NOTFOUND, "model.no-finding", "ss",
			    op_text(a->c->op), id);
		}
	}
	return FJ_OK;
}

static void
put_links(struct act *a)
{
	size_t i;

	json_w_key(&a->w, "for");
	json_w_arr(&a->w);
	for (i = 0; i < a->c->on_count; i++) {
		const struct command_on *on = &a->c->on[i];

		json_w_obj(&a->w);
		if (on->path != NULL) {
			json_w_kstr(&a->w, "form", on->form);
			json_w_kstr(&a->w, "path", on->path);
		} else {
			json_w_kid(&a->w, "finding", &on->finding);
		}
		json_w_end(&a->w);
	}
	json_w_end(&a->w);
}

enum fj_rc
decide_evidence_add(struct act *a)
{
	const struct command_evidence *ev = a->c->evidence;
	bool paper = ev != NULL && ev->use != NULL && strcmp(ev->use, "paper") == 0;
	enum fj_rc rc;

	if (a->v->state != VISIT_OPEN && !paper)
		return fj_fail(a->e, FJ_REFUSED, "model.state", "ss", op_text(a->c->op),
		    visit_state_id(a->v->state));
	if (ev == NULL || id_is_zero(&a->c->object) || ev->size < 0 ||
	    ev->size > LIMIT_EVIDENCE_BYTES)
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", "evidence", "size");
	rc = need_text(a, ev->name, "name", LIMIT_NAME_BYTES);
	if (rc == FJ_OK)
		rc = need_text(a, ev->how, "how", LIMIT_REASON_BYTES);
	if (rc == FJ_OK)
		rc = check_links(a);
	if (rc == FJ_OK && view_evidence(a->v->now, &a->c->object) != NULL)
		rc = fj_fail(a->e, FJ_REFUSED, "model.evidence-known", "s", ev->name);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kid(&a->w, "evidence", &a->c->object);
	json_w_kstr(&a->w, "name", ev->name);
	json_w_kint(&a->w, "size", ev->size);
	json_w_khash(&a->w, "sha256", &ev->sha256);
	json_w_khash(&a->w, "sm3", &ev->sm3);
	json_w_kstr(&a->w, "how", ev->how);
	json_w_kstr(&a->w, "by", is_blank(ev->by) ? a->who.name : ev->by);
	json_w_kstr(&a->w, "taken", ev->taken);
	json_w_kstr(&a->w, "place", ev->place);
	json_w_kstr(&a->w, "origin", ev->origin);
	json_w_kstr(&a->w, "use", ev->use);
	put_links(a);
	json_w_end(&a->w);
	return FJ_OK;
}

static enum fj_rc
check_evidence(struct act *a)
{
	const struct evidence *ev = view_evidence(a->v->now, &a->c->object);
	char id[ID_SHOWN + 1];

	id_format_short(&a->c->object, id);
	if (ev == NULL)
		return fj_fail(a->e, FJ_NOTFOUND, "model.no-evidence", "ss",
		    op_text(a->c->op), id);
	if (ev->withdrawn != NULL)
		return fj_fail(a->e, FJ_REFUSED, "model.evidence-withdrawn", "s", id);
	return FJ_OK;
}

enum fj_rc
decide_evidence_link(struct act *a)
{
	enum fj_rc rc = check_evidence(a);

	if (rc == FJ_OK && a->c->on_count == 0)
		rc = fj_fail(a->e, FJ_INVAL, "model.need-text", "ss", "evidence.link", "for");
	if (rc == FJ_OK)
		rc = check_links(a);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kid(&a->w, "evidence", &a->c->object);
	put_links(a);
	json_w_end(&a->w);
	return FJ_OK;
}

enum fj_rc
decide_evidence_withdraw(struct act *a)
{
	enum fj_rc rc = check_evidence(a);

	if (rc == FJ_OK)
		rc = need_why(a);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kid(&a->w, "evidence", &a->c->object);
	json_w_kstr(&a->w, "why", a->c->why);
	json_w_end(&a->w);
	return FJ_OK;
}
