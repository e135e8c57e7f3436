/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what in which state: one table; then the operation's own rules. */
#include "model/decide.h"

#include <string.h>

#include "entry/roster.h"
#include "model/decide_internal.h"

enum who {
	WHO_ANY,
	WHO_MEMBER,
	WHO_SUPERVISOR,
	WHO_PLANNER,			/* or a member */
	WHO_STARTER,			/* of the team that he names */
};

enum which_freeze {
	NO_FREEZE,
	FREEZE_NOW,
	FREEZE_SEALED,
};

#define BIT(s) (1u << (s))

enum {
	S_OPEN = BIT(VISIT_OPEN),
	S_FROZEN = BIT(VISIT_FROZEN),
	S_DECIDED = BIT(VISIT_SEALED) | BIT(VISIT_RETURNED) | BIT(VISIT_APPROVED) |
	    BIT(VISIT_CONTESTED),
	S_LATER = S_FROZEN | S_DECIDED,
	S_ANY = ~0,
};

static const struct rule {
	act_fn fn;
	enum who who;
	unsigned states;
	enum which_freeze freeze;
} rules[OP_COUNT] = {
	[OP_ASSIGN] = { decide_assign, WHO_SUPERVISOR, BIT(VISIT_NONE), NO_FREEZE },
	[OP_START] = { decide_start, WHO_STARTER,
	    BIT(VISIT_NONE) | BIT(VISIT_PLANNED), NO_FREEZE },
	[OP_CANCEL] = { decide_cancel, WHO_PLANNER, BIT(VISIT_PLANNED) | S_OPEN, NO_FREEZE },
	[OP_SET] = { decide_set, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_CLEAR] = { decide_clear, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_ADD] = { decide_add, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_REMOVE] = { decide_remove, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_RESOLVE] = { decide_resolve, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_RESERVATION] = { decide_reservation, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_FINDING_SET] = { decide_finding_set, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_FINDING_WITHDRAW] = { decide_finding_withdraw, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_FINDING_ESTABLISH] = { decide_finding_establish, WHO_SUPERVISOR, S_DECIDED,
	    FREEZE_SEALED },
	[OP_EVIDENCE_ADD] = { decide_evidence_add, WHO_MEMBER, S_OPEN | S_LATER, NO_FREEZE },
	[OP_EVIDENCE_LINK] = { decide_evidence_link, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_EVIDENCE_WITHDRAW] = { decide_evidence_withdraw, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_OUTCOME] = { decide_outcome, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_FLAG_RUN] = { decide_flag_run, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_FLAG_SET] = { decide_flag_set, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_FLAG_SAMPLE] = { decide_flag_sample, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_FREEZE] = { decide_freeze, WHO_MEMBER, S_OPEN, NO_FREEZE },
	[OP_VOID] = { decide_void, WHO_MEMBER, S_FROZEN, FREEZE_NOW },
	[OP_SIGN] = { decide_sign, WHO_MEMBER, S_FROZEN, FREEZE_NOW },
	[OP_UNSIGNED] = { decide_unsigned, WHO_MEMBER, S_FROZEN, FREEZE_NOW },
	[OP_PARTY] = { decide_party, WHO_MEMBER, S_FROZEN, FREEZE_NOW },
	[OP_PRINTED] = { decide_printed, WHO_MEMBER, S_LATER, NO_FREEZE },
	[OP_CORRECTION] = { decide_correction, WHO_MEMBER, S_LATER, NO_FREEZE },
	[OP_REOPEN] = { decide_reopen, WHO_MEMBER,
	    BIT(VISIT_SEALED) | BIT(VISIT_RETURNED) | BIT(VISIT_CONTESTED), FREEZE_SEALED },
	[OP_COMMENT] = { decide_comment, WHO_SUPERVISOR,
	    (unsigned)S_ANY & ~BIT(VISIT_NONE), NO_FREEZE },
	[OP_RETURN] = { decide_return, WHO_SUPERVISOR,
	    BIT(VISIT_SEALED) | BIT(VISIT_APPROVED) | BIT(VISIT_CONTESTED), FREEZE_SEALED },
	[OP_APPROVE] = { decide_approve, WHO_SUPERVISOR,
	    BIT(VISIT_SEALED) | BIT(VISIT_CONTESTED), FREEZE_SEALED },
	[OP_ESCALATE] = { decide_escalate, WHO_SUPERVISOR,
	    BIT(VISIT_SEALED) | BIT(VISIT_APPROVED) | BIT(VISIT_CONTESTED), FREEZE_SEALED },
	[OP_CLOCK] = { decide_clock, WHO_ANY, (unsigned)S_ANY, NO_FREEZE },
};

/* ---- helpers of all operations ---- */

bool
is_blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t\r\n")] == '\0';
}

void
act_begin(struct act *a)
{
	fj_buf_clear(a->out);
	payload_begin(&a->w, a->out, op_text(a->c->op), a->at);
	if (op_is_content(a->c->op) || a->c->op == OP_FREEZE)
		json_w_kint(&a->w, "round", a->v->round);
	if (a->freeze != NULL)
		json_w_khash(&a->w, "freeze", &a->freeze->en->pub.id);
}

void
act_base(struct act *a, const struct visit_entry *const *v, size_t n)
{
	char text[HASH_TEXT + 1];
	size_t i;

	if (n == 0)
		return;
	json_w_key(&a->w, "base");
	json_w_arr(&a->w);
	for (i = 0; i < n; i++) {
		hash_format(&v[i]->id, text);
		json_w_str(&a->w, text);
	}
	json_w_end(&a->w);
}

enum fj_rc
need_text(struct act *a, const char *text, const char *what, size_t max)
{
	if (is_blank(text))
		return fj_fail(a->e, FJ_INVAL, "model.need-text", "ss",
		    op_text(a->c->op), what);
	if (strlen(text) > max)
		return fj_fail(a->e, FJ_LIMIT, "model.text-long", "ssz",
		    op_text(a->c->op), what, max);
	return FJ_OK;
}

enum fj_rc
need_why(struct act *a)
{
	if (is_blank(a->c->why))
		return fj_fail(a->e, FJ_INVAL, "model.need-why", "s", op_text(a->c->op));
	return need_text(a, a->c->why, "why", LIMIT_REASON_BYTES);
}

const char *
reserved_word(const char *text)
{
	static const char *const words[] = {
		"虚假", "不实", "严重", "罚款", "处罚", "没收", "吊销",
	};
	size_t i;

	for (i = 0; text != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(text, words[i]) != NULL)
			return words[i];
	return NULL;
}

enum fj_rc
plain_facts(struct act *a, const char *text)
{
	const char *word = reserved_word(text);

	if (word != NULL)
		return fj_fail(a->e, FJ_REFUSED, "model.reserved-word", "s", word);
	return FJ_OK;
}

/* ---- who ---- */

static bool
supervises(const struct visit *v, const struct roster_person *p, int *rank)
{
	const char *division = v->facts.division;

	if (!(p->roles & ROLE_SUPERVISOR) || p->disabled)
		return false;
	if (division == NULL || division[0] == '\0')
		return p->nscope > 0;
	*rank = widest_scope(p, division);
	return *rank > 0;
}

static void
actor_resolve(const struct visit *v, const struct actor *x, struct visit_author *out)
{
	const struct roster_person *p =
	    v->env.roster ? roster_owner(v->env.roster, &x->dev) : NULL;

	memset(out, 0, sizeof(*out));
	out->name = x->name ? x->name : "";
	out->cert = is_blank(x->cert) ? NULL : x->cert;
	if (p != NULL) {
		out->name = p->name;
		out->cert = p->cert;
		out->certified = true;
		out->person = p->person;
	}
	out->member = team_match(v->team, v->facts.team_count, out->cert, out->name);
	out->supervisor = p != NULL && out->member < 0 && supervises(v, p, &out->rank);
}

static enum fj_rc
check_who(const struct visit *v, const struct visit_author *who, enum who need,
    struct fj_err *e)
{
	bool planner = v->assign != NULL && who->certified &&
	    id_eq(&who->person, &v->facts.planner);

	switch (need) {
	case WHO_ANY:
	case WHO_STARTER:
		return FJ_OK;
	case WHO_PLANNER:
		if (planner || who->member >= 0)
			return FJ_OK;
		break;
	case WHO_MEMBER:
		if (who->member >= 0)
			return FJ_OK;
		break;
	case WHO_SUPERVISOR:
		if (who->supervisor)
			return FJ_OK;
		if (who->member >= 0)
			return fj_fail(e, FJ_DENIED, "model.own-visit", "ss", "", who->name);
		return fj_fail(e, FJ_DENIED, "model.not-supervisor", "ss", "", who->name);
	}
	return fj_fail(e, FJ_DENIED, "model.not-member", "ss", "", who->name);
}

/* A key with two entries at one seq writes no more; a new one continues it. */
static enum fj_rc
check_fork(const struct visit *v, const struct actor *x, struct fj_err *e)
{
	size_t i;

	for (i = 0; v->forked && i < v->all.n; i++)
		if (v->all.v[i]->pub.forked && id_eq(&v->all.v[i]->pub.dev, &x->dev))
			return fj_fail(e, FJ_REFUSED, "model.forked", "");
	return FJ_OK;
}

static enum fj_rc
check_state(const struct visit *v, enum visit_op op, struct fj_err *e)
{
	if (!(rules[op].states & BIT(v->state)))
		return fj_fail(e, FJ_REFUSED, "model.state", "ss", op_text(op),
		    visit_state_id(v->state));
	if (op == OP_CANCEL && v->round > 1)
		return fj_fail(e, FJ_REFUSED, "model.cancel-sealed", "ss", op_text(op), "");
	return FJ_OK;
}

static enum fj_rc
check_all(const struct visit *v, const struct actor *x, enum visit_op op,
    struct visit_author *who, struct fj_err *e)
{
	enum fj_rc rc;

	if (op <= OP_UNKNOWN || op >= OP_COUNT || rules[op].fn == NULL)
		return fj_fail(e, FJ_INVAL, "model.op-unknown", "s", "");
	actor_resolve(v, x, who);
	rc = check_state(v, op, e);
	if (rc == FJ_OK)
		rc = check_who(v, who, rules[op].who, e);
	if (rc == FJ_OK)
		rc = check_fork(v, x, e);
	return rc;
}

bool
decide_may(const struct visit *v, const struct actor *actor, enum visit_op op,
    struct fj_err *why_not)
{
	struct visit_author who;

	return check_all(v, actor, op, &who, why_not) == FJ_OK;
}

static enum fj_rc
find_freeze(struct act *a)
{
	const struct visit *v = a->v;

	if (rules[a->c->op].freeze == NO_FREEZE)
		return FJ_OK;
	if (!hash_is_zero(&a->c->ref))
		a->freeze = freeze_by_id(v, &a->c->ref);
	else if (rules[a->c->op].freeze == FREEZE_NOW)
		a->freeze = v->now_freeze;
	else
		a->freeze = v->sealed_freeze;
	if (a->freeze == NULL)
		return fj_fail(a->e, FJ_NOTFOUND, "model.no-freeze", "s", op_text(a->c->op));
	if (a->freeze->pub.voided)
		return fj_fail(a->e, FJ_REFUSED, "model.voided", "s", op_text(a->c->op));
	if (rules[a->c->op].freeze == FREEZE_SEALED && !a->freeze->pub.sealed)
		return fj_fail(a->e, FJ_REFUSED, "model.not-sealed", "s", op_text(a->c->op));
	if (rules[a->c->op].freeze == FREEZE_NOW && a->freeze->pub.sealed)
		return fj_fail(a->e, FJ_REFUSED, "model.void-sealed", "s", op_text(a->c->op));
	if (a->freeze->pub.overtaken || a->freeze->pub.round > v->round)
		return fj_fail(a->e, FJ_REFUSED, "model.overtaken", "s", op_text(a->c->op));
	return FJ_OK;
}

enum fj_rc
decide(const struct visit *v, const struct actor *actor, const struct command *c,
    const struct stamp *at, struct fj_buf *payload, struct fj_err *e)
{
	struct act a = { .v = v, .actor = actor, .c = c, .at = at, .out = payload, .e = e };
	enum fj_rc rc;

	FJ_BUG_IF(v->dirty);
	fj_buf_clear(payload);
	rc = check_all(v, actor, c->op, &a.who, e);
	if (rc == FJ_OK)
		rc = find_freeze(&a);
	if (rc == FJ_OK)
		rc = rules[c->op].fn(&a);
	if (rc == FJ_OK && (fj_buf_over(payload) || payload->n > LIMIT_PAYLOAD))
		rc = fj_fail(e, FJ_LIMIT, "model.payload-long", "s", op_text(c->op));
	if (rc != FJ_OK)
		fj_buf_clear(payload);
	return rc;
}
