/* SPDX-License-Identifier: Apache-2.0 */
/* What supervisors do. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/roster.h"
#include "model/decide_internal.h"

static void
put_on(struct act *a, const struct command_on *on)
{
	json_w_obj(&a->w);
	if (on->path != NULL) {
		json_w_kstr(&a->w, "form", on->form);
		json_w_kstr(&a->w, "path", on->path);
	} else if (!id_is_zero(&on->finding)) {
		json_w_kid(&a->w, "finding", &on->finding);
	} else {
		json_w_kid(&a->w, "evidence", &on->evidence);
	}
	json_w_end(&a->w);
}

static enum fj_rc
check_on(struct act *a)
{
	size_t i;

	for (i = 0; i < a->c->on_count; i++) {
		const struct command_on *on = &a->c->on[i];
		char id[ID_SHOWN + 1];

		if (on->path != NULL)
			continue;
		if (!id_is_zero(&on->finding)) {
			id_format_short(&on->finding, id);
			if (view_finding(a->v->now, &on->finding) == NULL)
				return fj_fail(a->e, FJ_NOTFOUND, "model.no-finding", "ss",
				    op_text(a->c->op), id);
		} else {
			id_format_short(&on->evidence, id);
			if (view_evidence(a->v->now, &on->evidence) == NULL)
				return fj_fail(a->e, FJ_NOTFOUND, "model.no-evidence", "ss",
				    op_text(a->c->op), id);
		}
	}
	return FJ_OK;
}

enum fj_rc
decide_comment(struct act *a)
{
	enum fj_rc rc = need_text(a, a->c->text, "text", LIMIT_REASON_BYTES);

	if (rc == FJ_OK)
		rc = check_on(a);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "text", a->c->text);
	if (a->c->on_count > 0) {
		json_w_key(&a->w, "on");
		put_on(a, &a->c->on[0]);
	}
	if (a->c->must)
		json_w_kbool(&a->w, "must", true);
	json_w_end(&a->w);
	return FJ_OK;
}

/* All decisions that stand on the freeze: whoever names them all decides. */
static size_t
standing_decisions(const struct act *a, const struct visit_entry **out, size_t max)
{
	const struct visit *v = a->v;
	size_t i, k, n = 0;

	for (i = 0; i < v->all.n && n < max; i++) {
		const struct vent *en = v->all.v[i];
		bool replaced = false;

		if ((en->pub.op != OP_APPROVE && en->pub.op != OP_RETURN) ||
		    en->pub.status != ENTRY_COUNTS ||
		    !hash_eq(&en->pub.ref, &a->freeze->en->pub.id))
			continue;
		for (k = 0; k < v->all.n; k++)
			replaced |= v->all.v[k]->pub.status == ENTRY_COUNTS &&
			    (v->all.v[k]->pub.op == OP_APPROVE ||
			    v->all.v[k]->pub.op == OP_RETURN) &&
			    vent_base_has(v->all.v[k], &en->pub.id);
		if (!replaced)
			out[n++] = &en->pub;
	}
	return n;
}

/* In a contest the new decision names every one that it settles. */
static void
put_contest(struct act *a)
{
	const struct visit_entry *standing[LIMIT_TEAM * 4];

	if (a->v->state == VISIT_CONTESTED)
		act_base(a, standing, standing_decisions(a, standing,
		    sizeof(standing) / sizeof(standing[0])));
}

static enum fj_rc
check_contest(struct act *a)
{
	const struct visit_entry *one;

	if (a->v->state == VISIT_CONTESTED && standing_decisions(a, &one, 1) == 0)
		return fj_fail(a->e, FJ_REFUSED, "model.contested-freeze", "s",
		    op_text(a->c->op));
	return FJ_OK;
}

/* ---- return ---- */

static enum fj_rc
check_higher(struct act *a, const struct visit_entry **approve)
{
	*approve = visit_approval(a->v, a->v->approved);
	if (*approve == NULL || a->who.rank >= (*approve)->author.rank ||
	    same_person(&a->who, &(*approve)->author))
		return fj_fail(a->e, FJ_DENIED, "model.not-higher", "ss",
		    op_text(a->c->op), a->who.name);
	return FJ_OK;
}

enum fj_rc
decide_return(struct act *a)
{
	const struct visit_entry *approve = NULL;
	const char *kind = a->c->value;
	size_t i;
	enum fj_rc rc = need_why(a);

	if (rc == FJ_OK)
		rc = check_contest(a);
	if (rc == FJ_OK && (kind == NULL ||
	    (strcmp(kind, "addendum") != 0 && strcmp(kind, "evidence") != 0)))
		rc = fj_fail(a->e, FJ_INVAL, "model.value", "ss", "return", kind ? kind : "");
	if (rc == FJ_OK)
		rc = check_on(a);
	if (rc == FJ_OK && a->v->state == VISIT_APPROVED)
		rc = check_higher(a, &approve);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kstr(&a->w, "kind", kind);
	json_w_kstr(&a->w, "why", a->c->why);
	if (approve != NULL)
		json_w_khash(&a->w, "approve", &approve->id);
	if (a->c->on_count > 0) {
		json_w_key(&a->w, "items");
		json_w_arr(&a->w);
		for (i = 0; i < a->c->on_count; i++)
			put_on(a, &a->c->on[i]);
		json_w_end(&a->w);
	}
	put_contest(a);
	json_w_end(&a->w);
	return FJ_OK;
}

/* ---- approve ---- */

static int
level_asked(const struct act *a)
{
	return a->c->level > 0 ? a->c->level :
	    a->v->state == VISIT_CONTESTED ? 1 : a->v->approved + 1;
}

static enum fj_rc
check_approve(struct act *a)
{
	const struct visit_kind *k = a->v->facts.kind;
	const char *d = a->c->value ? a->c->value : "";
	int level = level_asked(a), l;

	if (strcmp(d, "no-action") != 0 && strcmp(d, "correct") != 0 &&
	    strcmp(d, "case") != 0 && strcmp(d, "transfer") != 0)
		return fj_fail(a->e, FJ_INVAL, "model.value", "ss", "disposition", d);
	if (level > (k ? k->levels : 1))
		return fj_fail(a->e, FJ_INVAL, "model.level", "d", level);
	for (l = 1; l <= LEVELS_MAX && a->v->state != VISIT_CONTESTED; l++)
		if (a->v->approvals[l] != NULL &&
		    same_person(&a->v->approvals[l]->pub.author, &a->who))
			return fj_fail(a->e, FJ_REFUSED, "model.one-level", "ss", "approve",
			    a->who.name);
	if (a->freeze->pub.signed_count < (k ? k->min_members : 2) && is_blank(a->c->why))
		return fj_fail(a->e, FJ_REFUSED, "model.need-accept", "sd", "approve",
		    a->freeze->pub.signed_count);
	return FJ_OK;
}

static void
put_late(struct act *a)
{
	size_t n = a->v->all.n, i;
	const struct visit_entry **late = xcalloc(n + 1, sizeof(*late));
	char text[HASH_TEXT + 1];

	n = visit_late(a->v, late, n);
	json_w_key(&a->w, "late");
	json_w_arr(&a->w);
	for (i = 0; i < n; i++) {
		hash_format(&late[i]->id, text);
		json_w_str(&a->w, text);
	}
	json_w_end(&a->w);
	free(late);
}

enum fj_rc
decide_approve(struct act *a)
{
	enum fj_rc rc = check_contest(a);

	if (rc == FJ_OK)
		rc = check_approve(a);
	if (rc != FJ_OK)
		return rc;
	act_begin(a);
	json_w_kint(&a->w, "level", level_asked(a));
	json_w_kstr(&a->w, "disposition", a->c->value);
	if (!is_blank(a->c->why))
		json_w_kstr(&a->w, "accept", a->c->why);
	put_late(a);
	put_contest(a);
	json_w_end(&a->w);
	return FJ_OK;
}

enum fj_rc
decide_escalate(struct act *a)
{
	const char *to = a->c->value ? a->c->value : "";

	if (!scope_valid(to) || !scope_covers(to, a->v->facts.division))
		return fj_fail(a->e, FJ_INVAL, "model.escalate-to", "ss", to,
		    a->v->facts.division);
	act_begin(a);
	json_w_kstr(&a->w, "to", to);
	if (!is_blank(a->c->why))
		json_w_kstr(&a->w, "why", a->c->why);
	json_w_end(&a->w);
	return FJ_OK;
}
