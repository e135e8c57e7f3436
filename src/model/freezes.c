/* SPDX-License-Identifier: Apache-2.0 */
/* Freezes, who signed them, which are sealed, and which round that opens. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/payload.h"
#include "model/internal.h"

bool
freeze_covers(const struct vfreeze *f, const struct vent *en)
{
	return en->pos < f->cover_n && ((f->cover[en->pos / 8] >> (en->pos % 8)) & 1);
}

bool
freeze_holds(const struct visit *v, const struct vfreeze *f, const struct vent *en)
{
	const struct vent *old;
	int i;

	if (en->pub.round > f->pub.round || !freeze_covers(f, en))
		return false;
	for (i = 0; i < en->base_count; i++) {
		old = visit_vent(v, &en->base[i]);
		if (old == NULL || !freeze_covers(f, old))
			return false;
	}
	if (en->pub.op != OP_RESERVATION)
		return true;
	old = visit_vent(v, &en->pub.ref);
	return old != NULL && freeze_covers(f, old);
}

struct vfreeze *
freeze_by_id(const struct visit *v, const struct hash *id)
{
	size_t i;

	for (i = 0; i < v->freeze_count; i++)
		if (hash_eq(&v->freezes[i]->en->pub.id, id))
			return v->freezes[i];
	return NULL;
}

static void
cover_branch(struct vfreeze *f, const struct vent *head)
{
	for (; head != NULL && !freeze_covers(f, head); head = head->parent)
		f->cover[head->pos / 8] |= (unsigned char)(1u << (head->pos % 8));
}

/* The heads that a freeze names; false: the status of the freeze is set. */
static bool
cover_heads(struct visit *v, struct vfreeze *f)
{
	const struct json *heads = json_get(f->en->pub.body, "heads"), *row;
	bool own = false;

	json_each(row, heads) {
		struct hash id;
		struct id dev;
		struct vent *head;

		if (!json_hash(row, "id", &id) || !json_id(row, "dev", &dev)) {
			vent_inert(f->en, "model.payload", "freeze");
			return false;
		}
		head = visit_vent(v, &id);
		if (head == NULL || head->chain == NULL) {
			vent_waits(v, f->en, "model.wait-heads", &id);
			return false;
		}
		if (!id_eq(&head->pub.dev, &dev)) {
			vent_inert(f->en, "model.freeze-heads", NULL);
			return false;
		}
		if (id_eq(&dev, &f->en->pub.dev)) {
			own = true;
			if (head != f->en->parent) {
				vent_inert(f->en, "model.freeze-heads", NULL);
				return false;
			}
		}
		cover_branch(f, head);
	}
	/* Whoever wrote nothing before has only his hello before the freeze. */
	if (!own && f->en->pub.seq != 2) {
		vent_inert(f->en, "model.freeze-heads", NULL);
		return false;
	}
	return true;
}

static void
freeze_view(struct visit *v, struct vfreeze *f)
{
	size_t i;

	f->view = model_view_new();
	for (i = 0; i < v->all.n; i++) {
		struct vent *en = v->all.v[i];

		if (en->allowed && op_is_content(en->pub.op) && freeze_holds(v, f, en))
			view_put(f->view, en);
	}
	view_link(f->view, v);
}

static void
freeze_free(struct vfreeze *f)
{
	model_view_free(&f->view);
	free(f->cover);
	free(f);
}

static void
freeze_take(struct visit *v, struct vent *en)
{
	struct vfreeze *f = xcalloc(1, sizeof(*f));
	const struct visit_kind *kind = v->facts.kind;

	f->en = en;
	f->cover = xcalloc(v->all.n / 8 + 1, 1);
	f->cover_n = v->all.n;
	f->pub.entry = &en->pub;
	f->pub.round = en->pub.round;
	if (!cover_heads(v, f)) {
		freeze_free(f);
		return;
	}
	freeze_view(v, f);
	if (view_dispute_count(f->view) > 0) {
		vent_inert(en, "model.freeze-disputes", NULL);
		freeze_free(f);
		return;
	}
	f->pub.view = f->view;
	f->pub.signs = f->signs;
	f->pub.outcome = view_outcome(f->view);
	f->pub.party_asked = kind == NULL || kind->outcome[f->pub.outcome].party;
	f->signs[en->pub.author.member] = SIGN_SIGNED;
	v->freezes = xrealloc(v->freezes, v->freeze_count + 1, sizeof(struct vfreeze *));
	v->freezes[v->freeze_count++] = f;
}

/* The freeze that an act is about; NULL: the status of the act is set. */
static struct vfreeze *
freeze_of(struct visit *v, struct vent *en)
{
	struct vfreeze *f = freeze_by_id(v, &en->pub.ref);
	const struct vent *named;

	if (f != NULL)
		return f;
	named = visit_vent(v, &en->pub.ref);
	if (named == NULL)
		vent_waits(v, en, "model.wait-freeze", &en->pub.ref);
	else if (named->pub.status == ENTRY_WAITS)
		vent_waits(v, en, "model.wait-freeze", NULL);
	else
		vent_inert(en, "model.no-freeze", NULL);
	return NULL;
}

/* ---- signatures ---- */

/* Did somebody of the team void it?  Whether or not the freeze itself is whole
 * here: a signature must not lose its effect by what arrives later (S1). */
static bool
has_void(const struct visit *v, const struct hash *freeze)
{
	size_t i;

	for (i = 0; i < v->all.n; i++) {
		const struct vent *en = v->all.v[i];

		if (en->pub.op == OP_VOID && en->pub.author.member >= 0 &&
		    en->fault == NULL && hash_eq(&en->pub.ref, freeze))
			return true;
	}
	return false;
}

/* Another freeze of the round that this entry signs or is, still standing.
 * *missing: it signs one that is not here. */
static bool
signs_other(const struct visit *v, const struct vfreeze *f, const struct vent *en,
    const struct hash **missing)
{
	const struct hash *id = en->pub.op == OP_SIGN ? &en->pub.ref : &en->pub.id;
	const struct vent *other;

	if ((en->pub.op != OP_SIGN && en->pub.op != OP_FREEZE) || en->fault != NULL ||
	    hash_eq(id, &f->en->pub.id))
		return false;
	other = visit_vent(v, id);
	if (other == NULL) {
		*missing = id;
		return false;
	}
	return other->pub.op == OP_FREEZE && other->pub.round == f->pub.round &&
	    !has_void(v, id);
}

/* What the signer wrote on this chain between the head that the freeze names
 * and his signature (S2), and what he signed or voided before. */
static const char *
sign_fault(const struct visit *v, const struct vfreeze *f, const struct vent *sign,
    const struct hash **missing)
{
	const struct vent *en;
	bool covered = false;

	for (en = sign->parent; en != NULL; en = en->parent) {
		covered |= freeze_covers(f, en);
		if (!covered && op_is_content(en->pub.op) && !vent_is_paper(en))
			return "model.sign-head";
		if (en->pub.op == OP_VOID && hash_eq(&en->pub.ref, &f->en->pub.id))
			return "model.sign-voided";
		if (signs_other(v, f, en, missing))
			return "model.sign-twice";
	}
	return NULL;
}

static void
act_sign(struct visit *v, struct vent *en)
{
	struct vfreeze *f = freeze_of(v, en);
	const struct hash *missing = NULL;
	const char *fault;

	if (f == NULL)
		return;
	fault = sign_fault(v, f, en, &missing);
	if (fault != NULL) {
		vent_inert(en, fault, en->pub.author.name);
		return;
	}
	if (missing != NULL) {
		vent_waits(v, en, "model.wait-freeze", missing);
		return;
	}
	f->signs[en->pub.author.member] = SIGN_SIGNED;
	vent_counts(en);
}

static bool
signer(const struct vfreeze *f, const struct vent *en)
{
	return f->signs[en->pub.author.member] == SIGN_SIGNED;
}

static void
act_unsigned(struct visit *v, struct vent *en)
{
	struct vfreeze *f = freeze_of(v, en);
	const struct json *m = json_get(en->pub.body, "member");
	int row;

	if (f == NULL)
		return;
	row = team_match(v->team, v->facts.team_count, json_str(m, "cert"),
	    json_str(m, "name"));
	if (!signer(f, en))
		vent_inert(en, "model.not-signer", en->pub.author.name);
	else if (row < 0 || row == en->pub.author.member)
		vent_inert(en, "model.unsigned-member", json_str(m, "name"));
	else {
		if (f->signs[row] == SIGN_MISSING)
			f->signs[row] = SIGN_UNSIGNED;
		vent_counts(en);
	}
}

static bool
party_well_formed(const struct vent *en)
{
	const char *outcome = json_str(en->pub.body, "outcome");

	if (outcome == NULL)
		return false;
	if (strcmp(outcome, "signed") == 0)
		return true;
	return (strcmp(outcome, "refused") == 0 || strcmp(outcome, "absent") == 0) &&
	    en->pub.why != NULL && en->pub.why[0] != '\0';
}

static void
act_party(struct visit *v, struct vent *en)
{
	struct vfreeze *f = freeze_of(v, en);

	if (f == NULL)
		return;
	if (!party_well_formed(en)) {
		vent_inert(en, "model.payload", "party");
	} else if (!signer(f, en)) {
		vent_inert(en, "model.not-signer", en->pub.author.name);
	} else {
		if (f->pub.party == NULL)
			f->pub.party = &en->pub;
		vent_counts(en);
	}
}

/* ---- seal ---- */

static void
seal_check(struct visit *v, struct vfreeze *f)
{
	int i;

	f->pub.sealed = !f->pub.party_asked || f->pub.party != NULL;
	for (i = 0; i < v->facts.team_count; i++) {
		f->pub.signed_count += f->signs[i] == SIGN_SIGNED;
		if (f->signs[i] == SIGN_MISSING)
			f->pub.sealed = false;
	}
	f->pub.voided = f->void_entry && !f->pub.sealed;
}

static void
acts_pass(struct visit *v, enum visit_op op, void (*act)(struct visit *, struct vent *))
{
	size_t i;

	for (i = 0; i < v->all.n; i++)
		if (v->all.v[i]->allowed && v->all.v[i]->pub.op == op)
			act(v, v->all.v[i]);
}

static void
act_void(struct visit *v, struct vent *en)
{
	struct vfreeze *f = freeze_of(v, en);

	if (f != NULL)
		f->void_entry = true;
}

/* After the seals are known: a void of what is sealed has no effect. */
static void
act_void_status(struct visit *v, struct vent *en)
{
	const struct vfreeze *f = freeze_by_id(v, &en->pub.ref);

	if (f == NULL)
		return;
	if (f->pub.sealed)
		vent_inert(en, "model.void-sealed", NULL);
	else
		vent_counts(en);
}

void
freezes_collect(struct visit *v)
{
	size_t i;

	for (i = 0; i < v->all.n; i++)
		if (v->all.v[i]->allowed && v->all.v[i]->pub.op == OP_FREEZE)
			freeze_take(v, v->all.v[i]);
	acts_pass(v, OP_VOID, act_void);
	acts_pass(v, OP_SIGN, act_sign);
	acts_pass(v, OP_UNSIGNED, act_unsigned);
	acts_pass(v, OP_PARTY, act_party);
	for (i = 0; i < v->freeze_count; i++)
		seal_check(v, v->freezes[i]);
	acts_pass(v, OP_VOID, act_void_status);
}

/* ---- rounds ---- */

/* Is there a reopen that leads on from round r?  Their statuses are set. */
static bool
round_reopened(struct visit *v, int r)
{
	bool reopened = false;
	size_t i;

	for (i = 0; i < v->all.n; i++) {
		struct vent *en = v->all.v[i];
		const struct vfreeze *f;
		const struct vent *ret;

		if (!en->allowed || en->pub.op != OP_REOPEN)
			continue;
		f = freeze_by_id(v, &en->pub.ref);
		if (f == NULL || f->pub.round != r || !f->pub.sealed)
			continue;
		ret = en->has_ref2 ? visit_vent(v, &en->ref2) : NULL;
		if (en->has_ref2 && ret == NULL) {
			vent_waits(v, en, "model.wait-base", &en->ref2);
			continue;
		}
		if (ret != NULL && (ret->pub.op != OP_RETURN || !ret->allowed)) {
			vent_inert(en, "model.reopen-return", NULL);
			continue;
		}
		vent_counts(en);
		reopened = true;
	}
	return reopened;
}

static bool
round_sealed(const struct visit *v, int r)
{
	size_t i;

	for (i = 0; i < v->freeze_count; i++)
		if (v->freezes[i]->pub.round == r && v->freezes[i]->pub.sealed)
			return true;
	return false;
}

static void
freeze_status(struct visit *v, struct vfreeze *f)
{
	if (f->pub.round > v->round)
		vent_waits(v, f->en, "model.wait-round", NULL);
	else if (!f->pub.sealed && f->pub.round < v->round)
		vent_inert(f->en, "model.round-closed", NULL);
	else if (f->pub.voided)
		vent_inert(f->en, "model.voided", NULL);
	else
		vent_counts(f->en);
}

/* A reopen of something that is not sealed, or not there. */
static void
reopen_rest(struct visit *v, struct vent *en)
{
	if (en->pub.status == 0 && freeze_of(v, en) != NULL)
		vent_inert(en, "model.not-sealed", NULL);
}

void
freezes_rounds(struct visit *v)
{
	size_t i;

	v->round = v->start != NULL;
	while (v->round > 0 && round_sealed(v, v->round) && round_reopened(v, v->round))
		v->round++;
	for (i = 0; i < v->freeze_count; i++)
		freeze_status(v, v->freezes[i]);
	acts_pass(v, OP_REOPEN, reopen_rest);
}
