/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of the visit: planned, open, frozen, sealed, and what supervisors
 * decided on the newest sealed freeze.  Approve and return that do not know of
 * each other contest it; an entry whose base names both decides.
 */
#include <string.h>

#include "entry/payload.h"
#include "model/internal.h"

static bool
usable(const struct visit *v, const struct vfreeze *f)
{
	return f->pub.round <= v->round && !f->pub.voided;
}

/* The freeze of round r that screens show: sealed before signed by more before
 * canonical order. */
static struct vfreeze *
freeze_shown(const struct visit *v, int r, bool sealed_only)
{
	struct vfreeze *best = NULL;
	size_t i;

	for (i = 0; i < v->freeze_count; i++) {
		struct vfreeze *f = v->freezes[i];

		if (f->pub.round != r || !usable(v, f) || (sealed_only && !f->pub.sealed))
			continue;
		if (best == NULL || f->pub.sealed > best->pub.sealed ||
		    (f->pub.sealed == best->pub.sealed &&
		    f->pub.signed_count > best->pub.signed_count))
			best = f;
	}
	return best;
}

static int
sealed_in_round(const struct visit *v, int r)
{
	size_t i;
	int n = 0;

	for (i = 0; i < v->freeze_count; i++)
		n += v->freezes[i]->pub.round == r && v->freezes[i]->pub.sealed;
	return n;
}

/* ---- single decisions ---- */

static bool
on_freeze(const struct visit *v, const struct vent *en, const struct vfreeze *f)
{
	const struct vent *approve;

	if (en->has_ref)
		return hash_eq(&en->pub.ref, &f->en->pub.id);
	approve = en->has_ref2 ? visit_vent(v, &en->ref2) : NULL;
	return approve != NULL && hash_eq(&approve->pub.ref, &f->en->pub.id);
}

static bool
bases_held(struct visit *v, struct vent *en)
{
	int i;

	for (i = 0; i < en->base_count; i++) {
		if (visit_vent(v, &en->base[i]) == NULL) {
			vent_waits(v, en, "model.wait-base", &en->base[i]);
			return false;
		}
	}
	return true;
}

static bool
known_disposition(const char *s)
{
	static const char *const all[] = { "no-action", "correct", "case", "transfer" };
	size_t i;

	for (i = 0; s != NULL && i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(s, all[i]) == 0)
			return true;
	return false;
}

static int
levels(const struct visit *v)
{
	const struct visit_kind *k = v->facts.kind;

	if (k == NULL || k->levels < 1)
		return 1;
	return k->levels < LEVELS_MAX ? k->levels : LEVELS_MAX;
}

static int
level_of(const struct vent *en)
{
	int64_t level = 0;

	(void)json_int(en->pub.body, "level", &level);
	return level > 0 && level <= LEVELS_MAX ? (int)level : 0;
}

static const char *
approve_fault(const struct visit *v, const struct vent *en, const struct vfreeze *f)
{
	int min = v->facts.kind ? v->facts.kind->min_members : 2;
	int level = level_of(en);

	if (!known_disposition(json_str(en->pub.body, "disposition")) || level == 0 ||
	    level > levels(v))
		return "model.payload";
	if (f->pub.signed_count < min && (en->pub.why == NULL || en->pub.why[0] == '\0'))
		return "model.need-accept";
	return NULL;
}

/* ---- all decisions on one freeze ---- */

struct court {
	struct visit *v;
	struct vfreeze *f;
	struct ventlist returns, approvals;
};

static void
court_collect(struct court *c)
{
	size_t i;

	for (i = 0; i < c->v->all.n; i++) {
		struct vent *en = c->v->all.v[i];
		const char *fault;

		if (!en->allowed || !on_freeze(c->v, en, c->f) || !bases_held(c->v, en))
			continue;
		if (en->pub.op == OP_RETURN) {
			ventlist_add(&c->returns, en);
		} else if (en->pub.op == OP_APPROVE) {
			fault = approve_fault(c->v, en, c->f);
			if (fault != NULL)
				vent_inert(en, fault, en->pub.op_name);
			else
				ventlist_add(&c->approvals, en);
		}
	}
}

/* A return of an approval: from a higher level than the one who approved. */
static void
court_returns_of_approvals(struct court *c)
{
	size_t i;

	for (i = 0; i < c->returns.n; ) {
		struct vent *ret = c->returns.v[i];
		const struct vent *app = ret->has_ref2 ? visit_vent(c->v, &ret->ref2) : NULL;
		const struct visit_author *a = &ret->pub.author;

		if (app != NULL && (app->pub.op != OP_APPROVE ||
		    a->rank >= app->pub.author.rank ||
		    same_person(a, &app->pub.author))) {
			vent_inert(ret, "model.not-higher", a->name);
			c->returns.v[i] = c->returns.v[--c->returns.n];
			continue;
		}
		i++;
	}
}

static bool
settled_by(const struct ventlist *l, const struct vent *en)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct vent *by = l->v[i];

		if (vent_base_has(by, &en->pub.id) ||
		    (by->has_ref2 && hash_eq(&by->ref2, &en->pub.id)))
			return true;
	}
	return false;
}

/* Those that no other one replaces. */
static void
court_standing(const struct court *c, const struct ventlist *from, struct ventlist *out)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		if (!settled_by(&c->returns, from->v[i]) &&
		    !settled_by(&c->approvals, from->v[i]))
			ventlist_add(out, from->v[i]);
}

/* One person decides one level; the lowest of his stands. */
static bool
other_level_same_person(const struct visit *v, const struct vent *en, int level)
{
	int l;

	for (l = 1; l < level; l++)
		if (v->approvals[l] != NULL &&
		    same_person(&v->approvals[l]->pub.author, &en->pub.author))
			return true;
	return false;
}

static bool
same_disposition(const struct vent *a, const struct vent *b)
{
	return strcmp(json_str(a->pub.body, "disposition"),
	    json_str(b->pub.body, "disposition")) == 0;
}

/* Fills v->approvals; true when two of one level differ. */
static bool
court_levels(const struct court *c, const struct ventlist *standing)
{
	struct visit *v = c->v;
	bool differ = false;
	int level;
	size_t i;

	for (level = 1; level <= levels(v); level++) {
		for (i = 0; i < standing->n; i++) {
			struct vent *en = standing->v[i];

			if (level_of(en) != level)
				continue;
			if (other_level_same_person(v, en, level)) {
				vent_inert(en, "model.one-level", en->pub.author.name);
				continue;
			}
			if (v->approvals[level] == NULL)
				v->approvals[level] = en;
			else if (!same_disposition(v->approvals[level], en))
				differ = true;
			vent_counts(en);
		}
	}
	for (level = 1; level <= levels(v) && v->approvals[level] != NULL; level++)
		v->approved = level;
	return differ;
}

static void
court_statuses(struct court *c)
{
	size_t i;

	for (i = 0; i < c->returns.n; i++)
		vent_counts(c->returns.v[i]);
	for (i = 0; i < c->approvals.n; i++)
		if (c->approvals.v[i]->pub.status == 0)
			vent_counts(c->approvals.v[i]);
}

static enum visit_state
court_decide(struct visit *v, struct vfreeze *f)
{
	struct court c = { .v = v, .f = f };
	struct ventlist returns = { 0 }, approvals = { 0 };
	enum visit_state state = VISIT_SEALED;
	bool differ;

	court_collect(&c);
	court_returns_of_approvals(&c);
	court_standing(&c, &c.returns, &returns);
	court_standing(&c, &c.approvals, &approvals);
	differ = court_levels(&c, &approvals);
	court_statuses(&c);
	v->standing_return = returns.n > 0 ? returns.v[0] : NULL;
	if (differ || (returns.n > 0 && approvals.n > 0))
		state = VISIT_CONTESTED;
	else if (returns.n > 0)
		state = VISIT_RETURNED;
	else if (v->approved == levels(v))
		state = VISIT_APPROVED;
	ventlist_release(&returns);
	ventlist_release(&approvals);
	ventlist_release(&c.returns);
	ventlist_release(&c.approvals);
	return state;
}

/* ---- acts on freezes that are no longer, or not yet, to be decided ---- */

static void
rest_status(struct visit *v, struct vent *en)
{
	const struct vent *app = en->has_ref2 ? visit_vent(v, &en->ref2) : NULL;
	const struct hash *ref = en->has_ref ? &en->pub.ref : app ? &app->pub.ref : NULL;
	const struct vfreeze *f = ref ? freeze_by_id(v, ref) : NULL;

	if (f == NULL && en->has_ref2 && app == NULL)
		vent_waits(v, en, "model.wait-base", &en->ref2);
	else if (f == NULL && ref != NULL && visit_vent(v, ref) == NULL)
		vent_waits(v, en, "model.wait-freeze", ref);
	else if (f == NULL)
		vent_inert(en, "model.no-freeze", NULL);
	else if (!f->pub.sealed)
		vent_inert(en, "model.not-sealed", NULL);
	else if (en->pub.op == OP_RETURN)
		vent_counts(en);	/* it led to the round after */
	else if (f->pub.overtaken)
		vent_inert(en, "model.overtaken", NULL);
	else
		vent_inert(en, "model.contested-freeze", NULL);
}

static void
establish_status(struct visit *v, struct vent *en)
{
	const struct vfreeze *f = freeze_by_id(v, &en->pub.ref);
	const struct finding *x;

	if (f == NULL || !f->pub.sealed) {
		rest_status(v, en);
		return;
	}
	x = view_finding(f->view, &en->pub.object);
	if (x == NULL || x->withdrawn != NULL) {
		vent_inert(en, "model.no-finding", NULL);
	} else if (x->stage < STAGE_SUSPECTED) {
		vent_inert(en, "model.establish-lead", NULL);
	} else if (strcmp(view_field_text(f->view, &x->id, "leg2"), "to-verify") == 0) {
		vent_inert(en, "model.establish-to-verify", NULL);
	} else {
		vent_counts(en);
		ventlist_add(&v->establish, en);
	}
}

static void
escalate_status(struct visit *v, struct vent *en)
{
	const struct vfreeze *f = freeze_by_id(v, &en->pub.ref);
	const char *to = json_str(en->pub.body, "to");

	if (f == NULL || !f->pub.sealed || to == NULL) {
		rest_status(v, en);
		return;
	}
	vent_counts(en);
	if (v->sealed_freeze != NULL && f == v->sealed_freeze)
		v->escalated = to;
}

static void
acts_rest(struct visit *v)
{
	size_t i;

	for (i = 0; i < v->all.n; i++) {
		struct vent *en = v->all.v[i];

		if (!en->allowed || en->pub.status != 0)
			continue;
		if (en->pub.op == OP_RETURN || en->pub.op == OP_APPROVE)
			rest_status(v, en);
		else if (en->pub.op == OP_FINDING_ESTABLISH)
			establish_status(v, en);
		else if (en->pub.op == OP_ESCALATE)
			escalate_status(v, en);
	}
}

/* ---- the state ---- */

static const struct vent *
cancel_of(const struct visit *v)
{
	size_t i;

	for (i = 0; i < v->all.n; i++)
		if (v->all.v[i]->allowed && v->all.v[i]->pub.op == OP_CANCEL)
			return v->all.v[i];
	return NULL;
}

static void
cancels_status(struct visit *v, bool sealed)
{
	size_t i;

	for (i = 0; i < v->all.n; i++) {
		struct vent *en = v->all.v[i];

		if (!en->allowed || en->pub.op != OP_CANCEL)
			continue;
		if (sealed)
			vent_inert(en, "model.cancel-sealed", NULL);
		else
			vent_counts(en);
	}
}

/* Was the round after `sealed` opened because of a return? */
static bool
reopened_by_return(const struct visit *v, int sealed)
{
	size_t i;

	for (i = 0; i < v->all.n; i++) {
		const struct vent *en = v->all.v[i];
		const struct vfreeze *f;

		if (!en->allowed || en->pub.op != OP_REOPEN || !en->has_ref2 ||
		    en->pub.status != ENTRY_COUNTS)
			continue;
		f = freeze_by_id(v, &en->pub.ref);
		if (f != NULL && f->pub.round == sealed)
			return true;
	}
	return false;
}

/* An approval against a reopen that knew nothing of it: the approval stands,
 * what was begun waits until a higher level returns the visit. */
static void
approval_holds(struct visit *v, int sealed)
{
	size_t i;

	v->round = sealed;
	v->state = VISIT_APPROVED;
	v->now_freeze = v->sealed_freeze;
	for (i = 0; i < v->all.n; i++) {
		struct vent *en = v->all.v[i];

		if (en->allowed && en->pub.op == OP_REOPEN &&
		    hash_eq(&en->pub.ref, &v->sealed_freeze->en->pub.id))
			vent_inert(en, "model.reopen-approved", NULL);
		if (en->allowed && en->pub.op == OP_FREEZE && en->pub.round > sealed)
			vent_waits(v, en, "model.wait-approved", NULL);
	}
}

static void
decide_sealed(struct visit *v, int sealed)
{
	enum visit_state decided;
	size_t i;

	for (i = 0; i < v->freeze_count; i++)
		v->freezes[i]->pub.overtaken = v->freezes[i]->pub.round < sealed;
	v->sealed_freeze = freeze_shown(v, sealed, true);
	if (sealed_in_round(v, sealed) > 1) {
		if (v->round == sealed)
			v->state = VISIT_CONTESTED;
		return;
	}
	decided = court_decide(v, v->sealed_freeze);
	if (v->round == sealed)
		v->state = decided;
	else if (decided == VISIT_APPROVED && !reopened_by_return(v, sealed))
		approval_holds(v, sealed);
}

void
decisions_apply(struct visit *v)
{
	int sealed = v->round;

	if (v->start == NULL) {
		v->state = v->assign ? VISIT_PLANNED : VISIT_NONE;
	} else {
		v->now_freeze = freeze_shown(v, v->round, false);
		v->state = v->now_freeze ? VISIT_FROZEN : VISIT_OPEN;
		while (sealed > 0 && sealed_in_round(v, sealed) == 0)
			sealed--;
		if (sealed > 0)
			decide_sealed(v, sealed);
	}
	acts_rest(v);
	cancels_status(v, sealed > 0 && v->start != NULL);
	if (cancel_of(v) != NULL && (v->state == VISIT_PLANNED || sealed == 0))
		v->state = VISIT_CANCELLED;
}
