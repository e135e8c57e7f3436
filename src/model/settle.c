/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the set of entries to the state, in fixed steps:
 *	chains, start, facts, authors     who speaks (authors.c)
 *	permission                        who may, on which base (here)
 *	freezes and rounds                what is fixed, what is open (freezes.c)
 *	decisions                         what supervisors made of it (decisions.c)
 *	content                           what counts now (here)
 * Each step reads only what the earlier ones answered, never an order of
 * arrival or a clock.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/internal.h"

void
vent_counts(struct vent *en)
{
	en->pub.status = ENTRY_COUNTS;
	en->reason = NULL;
}

static void
set_reason(struct vent *en, enum entry_status status, const char *code, const char *arg)
{
	en->pub.status = status;
	en->reason = code;
	free(en->reason_arg);
	en->reason_arg = xstrdup(arg);
	en->allowed = false;
}

void
vent_inert(struct vent *en, const char *code, const char *arg)
{
	set_reason(en, ENTRY_INERT, code, arg);
}

void
vent_waits(struct visit *v, struct vent *en, const char *code, const struct hash *missing)
{
	char text[HASH_TEXT + 1];

	if (missing != NULL) {
		hash_format(missing, text);
		text[16] = '\0';
		(void)map_put(v->wanted, missing, sizeof(*missing), v);
	}
	set_reason(en, ENTRY_WAITS, code, missing ? text : NULL);
}

struct vent *
visit_vent(const struct visit *v, const struct hash *id)
{
	return map_get(v->by_id, id, sizeof(*id));
}

/* ---- permission ---- */

static bool
chain_sound(struct vent *en)
{
	const struct visit_author *a = &en->pub.author;

	if (a->contradicted)
		vent_inert(en, "model.contradicted", a->name);
	else if (en->chain->ended_lost && (en->flags & VISIT_AFTER_LOSS))
		vent_inert(en, "model.after-loss", a->name);
	else
		return true;
	return false;
}

static bool
member_wrote(struct visit *v, struct vent *en)
{
	const struct visit_author *a = &en->pub.author;

	if (!chain_sound(en))
		return false;
	if (a->member >= 0)
		return true;
	if (a->certified)
		vent_inert(en, "model.not-member", a->name);
	else
		vent_waits(v, en, "model.wait-person", NULL);
	return false;
}

static bool
supervisor_wrote(struct visit *v, struct vent *en)
{
	const struct visit_author *a = &en->pub.author;

	if (!chain_sound(en))
		return false;
	if (a->member >= 0)
		vent_inert(en, "model.own-visit", a->name);
	else if (!a->certified)
		vent_waits(v, en, "model.wait-person", NULL);
	else if (!a->supervisor)
		vent_inert(en, "model.not-supervisor", a->name);
	else
		return true;
	return false;
}

static bool
is_planner(const struct visit *v, const struct vent *en)
{
	return v->assign != NULL && en->pub.author.certified &&
	    id_eq(&en->pub.author.person, &v->facts.planner);
}

/* Is the base entry about the same target (an instance: also what is below)? */
static bool
base_fits(const struct vent *en, const struct vent *old)
{
	const char *path;
	size_t n, form;

	if (old->key == NULL || en->key == NULL)
		return false;
	if (strcmp(en->key, old->key) == 0)
		return true;
	if (en->key[0] != 'c' || old->key[0] > 'c' || en->pub.op == OP_ADD)
		return false;
	/* keys differ in their first letter only, then the path goes on */
	form = strlen(en->pub.form) + 2;
	path = en->key + form + 1;
	n = strlen(path);
	return strncmp(en->key + 1, old->key + 1, form) == 0 &&
	    strncmp(path, old->key + form + 1, n) == 0;
}

/* A value of a sealed round is changed only with a reason. */
static bool
needs_reason(const struct vent *en, const struct vent *old)
{
	return old->pub.round < en->pub.round && en->pub.why == NULL &&
	    en->pub.automatic == NULL && same_person(&en->pub.author, &old->pub.author);
}

bool
content_check(struct visit *v, struct vent *en)
{
	int i;

	for (i = 0; i < en->base_count; i++) {
		const struct vent *old = visit_vent(v, &en->base[i]);

		if (old == NULL) {
			vent_waits(v, en, "model.wait-base", &en->base[i]);
			return false;
		}
		if (!base_fits(en, old)) {
			vent_inert(en, "model.base-target", NULL);
			return false;
		}
		if (needs_reason(en, old)) {
			vent_inert(en, "model.need-why-sealed", NULL);
			return false;
		}
	}
	if (en->pub.op == OP_RESERVATION) {
		const struct vent *about = visit_vent(v, &en->pub.ref);

		if (about == NULL) {
			vent_waits(v, en, "model.wait-base", &en->pub.ref);
			return false;
		}
		if (about->pub.op != OP_RESOLVE) {
			vent_inert(en, "model.base-target", NULL);
			return false;
		}
	}
	return true;
}

static void
permit_start(struct visit *v, struct vent *en)
{
	if (en->pub.status != 0)
		return;
	if (en == v->assign || en == v->start) {
		en->allowed = true;
		vent_counts(en);
	} else {
		vent_inert(en, en->pub.op == OP_START ? "model.other-start" :
		    "model.other-assign", NULL);
	}
}

static void
permit_act(struct visit *v, struct vent *en)
{
	switch (en->pub.op) {
	case OP_COMMENT:
	case OP_RETURN:
	case OP_APPROVE:
	case OP_ESCALATE:
	case OP_FINDING_ESTABLISH:
		en->allowed = supervisor_wrote(v, en);
		break;
	case OP_CANCEL:
		en->allowed = is_planner(v, en) ? chain_sound(en) : member_wrote(v, en);
		break;
	default:
		en->allowed = member_wrote(v, en);
		if (en->allowed && op_is_content(en->pub.op))
			en->allowed = content_check(v, en);
	}
}

static void
permit(struct visit *v, struct vent *en)
{
	if (en->chain == NULL)
		return;
	if (en->fault != NULL) {
		vent_inert(en, en->fault, en->pub.op_name);
		return;
	}
	switch (en->pub.op) {
	case OP_HELLO:
		if (en->pub.seq != 1) {
			vent_inert(en, "model.chain", NULL);
			break;
		}
		/* fall through */
	case OP_CLOCK:
		en->allowed = true;
		vent_counts(en);
		break;
	case OP_ASSIGN:
	case OP_START:
		permit_start(v, en);
		break;
	default:
		if (v->start == NULL && !(en->pub.op == OP_CANCEL && v->assign != NULL))
			vent_waits(v, en, "model.wait-start", NULL);
		else
			permit_act(v, en);
	}
}

/* ---- content ---- */

static bool
frozen_now(const struct visit *v)
{
	return v->now_freeze != NULL;
}

/* Does it belong to what counts now? */
static bool
counts_now(const struct visit *v, const struct vent *en)
{
	if (!frozen_now(v))
		return en->pub.round <= v->round;
	return freeze_holds(v, v->now_freeze, en) ||
	    (vent_is_paper(en) && en->pub.round <= v->now_freeze->pub.round);
}

static void
content_status(struct visit *v, struct vent *en)
{
	char round[16];

	if (counts_now(v, en)) {
		vent_counts(en);
		view_put(v->now, en);
	} else if (en->pub.round > v->round) {
		snprintf(round, sizeof(round), "%d", en->pub.round);
		vent_waits(v, en, v->state == VISIT_APPROVED ? "model.wait-approved" :
		    "model.wait-round", NULL);
		en->reason_arg = xstrdup(round);
	} else {
		en->pub.status = ENTRY_LATE;
		en->reason = "model.late";
	}
}

static void
content_settle(struct visit *v)
{
	size_t i;

	v->now = model_view_new();
	for (i = 0; i < v->all.n; i++) {
		struct vent *en = v->all.v[i];

		if (!en->allowed || !op_is_content(en->pub.op))
			continue;
		content_status(v, en);
		if (en->pub.author.member >= 0)
			v->team[en->pub.author.member].wrote = true;
	}
	view_link(v->now, v);
	for (i = 0; i < v->all.n; i++)
		if (v->all.v[i]->key != NULL)
			v->all.v[i]->pub.superseded =
			    view_superseded(v->now, v->all.v[i]);
}

/* Acts that have no rule of their own beyond who may write them. */
static void
other_status(struct visit *v, struct vent *en)
{
	switch (en->pub.op) {
	case OP_COMMENT:
		vent_counts(en);
		break;
	case OP_PRINTED:
	case OP_CORRECTION:
		if (v->freeze_count > 0)
			vent_counts(en);
		else
			vent_inert(en, "model.not-frozen", NULL);
		break;
	default:
		break;
	}
}

/* ---- whole ---- */

void
visit_drop_derived(struct visit *v)
{
	size_t i;

	for (i = 0; i < v->chain_count; i++) {
		free(v->chains[i]->name);
		free(v->chains[i]->cert);
		free(v->chains[i]);
	}
	free(v->chains);
	for (i = 0; i < v->freeze_count; i++) {
		model_view_free(&v->freezes[i]->view);
		free(v->freezes[i]->cover);
		free(v->freezes[i]);
	}
	free(v->freezes);
	free(v->team);
	free(v->forms);
	model_view_free(&v->now);
	map_free(&v->head_by_dev, NULL);
	map_free(&v->wanted, NULL);
	ventlist_release(&v->establish);
	v->chains = NULL;
	v->freezes = NULL;
	v->team = NULL;
	v->forms = NULL;
	v->chain_count = v->freeze_count = 0;
	v->assign = v->start = NULL;
	v->now_freeze = v->sealed_freeze = NULL;
	v->standing_return = NULL;
	v->escalated = NULL;
	v->approved = 0;
	v->forked = false;
	v->state = VISIT_NONE;
	v->round = 0;
	memset(v->approvals, 0, sizeof(v->approvals));
	memset(&v->facts, 0, sizeof(v->facts));
}

static int
canonical(const void *a, const void *b)
{
	return vent_cmp(*(struct vent *const *)a, *(struct vent *const *)b);
}

static void
entry_reset(struct vent *en, size_t pos)
{
	en->pub.status = 0;
	en->pub.superseded = false;
	en->pub.forked = false;
	memset(&en->pub.author, 0, sizeof(en->pub.author));
	en->pub.author.member = -1;
	en->pub.author.name = "";
	en->parent = NULL;
	en->chain = NULL;
	en->allowed = false;
	en->reason = NULL;
	free(en->reason_arg);
	en->reason_arg = NULL;
	en->pos = pos;
}

void
visit_rebuild(struct visit *v)
{
	size_t i;

	visit_drop_derived(v);
	v->head_by_dev = map_new();
	v->wanted = map_new();
	if (v->all.n > 1)
		qsort(v->all.v, v->all.n, sizeof(struct vent *), canonical);
	for (i = 0; i < v->all.n; i++)
		entry_reset(v->all.v[i], i);
	chains_connect(v);
	start_choose(v);
	facts_fill(v);
	authors_resolve(v);
	for (i = 0; i < v->all.n; i++)
		permit(v, v->all.v[i]);
	freezes_collect(v);
	freezes_rounds(v);
	decisions_apply(v);
	content_settle(v);
	view_establish(v->now, v);
	for (i = 0; i < v->all.n; i++)
		if (v->all.v[i]->allowed && v->all.v[i]->pub.status == 0)
			other_status(v, v->all.v[i]);
	v->dirty = false;
}
