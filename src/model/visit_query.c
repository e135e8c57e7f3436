/* SPDX-License-Identifier: Apache-2.0 */
/* What a settled visit answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/internal.h"

const struct id *
visit_id(const struct visit *v)
{
	return &v->id;
}

const struct model_env *
visit_env(const struct visit *v)
{
	return &v->env;
}

enum visit_state
visit_state(const struct visit *v)
{
	return v->state;
}

const char *
visit_state_id(enum visit_state s)
{
	static const char *const ids[] = {
		[VISIT_NONE] = "none", [VISIT_PLANNED] = "planned",
		[VISIT_OPEN] = "open", [VISIT_FROZEN] = "frozen",
		[VISIT_SEALED] = "sealed", [VISIT_RETURNED] = "returned",
		[VISIT_APPROVED] = "approved", [VISIT_CONTESTED] = "contested",
		[VISIT_CANCELLED] = "cancelled",
	};

	return ids[s];
}

int
visit_round(const struct visit *v)
{
	return v->round;
}

bool
visit_forked(const struct visit *v)
{
	return v->forked;
}

const struct visit_facts *
visit_facts(const struct visit *v)
{
	return &v->facts;
}

const struct view *
visit_now(const struct visit *v)
{
	return v->now;
}

const struct view *
visit_sealed(const struct visit *v, int round)
{
	size_t i;

	for (i = 0; i < v->freeze_count; i++)
		if (v->freezes[i]->pub.round == round && v->freezes[i]->pub.sealed)
			return v->freezes[i]->view;
	return NULL;
}

size_t
visit_freeze_count(const struct visit *v)
{
	return v->freeze_count;
}

const struct visit_freeze *
visit_freeze_at(const struct visit *v, size_t i)
{
	return i < v->freeze_count ? &v->freezes[i]->pub : NULL;
}

const struct visit_freeze *
visit_freeze_find(const struct visit *v, const struct hash *id)
{
	const struct vfreeze *f = freeze_by_id(v, id);

	return f ? &f->pub : NULL;
}

const struct visit_freeze *
visit_freeze_now(const struct visit *v)
{
	return v->now_freeze ? &v->now_freeze->pub : NULL;
}

const struct visit_freeze *
visit_freeze_sealed(const struct visit *v)
{
	return v->sealed_freeze ? &v->sealed_freeze->pub : NULL;
}

int
visit_approvals(const struct visit *v)
{
	return v->approved;
}

const struct visit_entry *
visit_approval(const struct visit *v, int level)
{
	if (level < 1 || level > LEVELS_MAX || v->approvals[level] == NULL)
		return NULL;
	return &v->approvals[level]->pub;
}

const struct visit_entry *
visit_return(const struct visit *v)
{
	return v->standing_return ? &v->standing_return->pub : NULL;
}

const struct visit_entry *
visit_assignment(const struct visit *v)
{
	return v->assign ? &v->assign->pub : NULL;
}

const char *
visit_escalated(const struct visit *v)
{
	return v->escalated;
}

/* ---- entries ---- */

size_t
visit_entry_count(const struct visit *v)
{
	return v->all.n;
}

const struct visit_entry *
visit_entry_at(const struct visit *v, size_t i)
{
	return i < v->all.n ? &v->all.v[i]->pub : NULL;
}

const struct visit_entry *
visit_entry_find(const struct visit *v, const struct hash *id)
{
	const struct vent *en = visit_vent(v, id);

	return en ? &en->pub : NULL;
}

static bool
has_prefix(const struct hash *id, const char *prefix, size_t n)
{
	char hex[HASH_TEXT + 1];
	struct id head;

	hash_format(id, hex);
	memcpy(head.b, id->b, sizeof(head.b));
	return (n <= HASH_TEXT && strncmp(hex, prefix, n) == 0) ||
	    (n <= ID_TEXT && id_has_prefix(&head, prefix));
}

enum fj_rc
visit_entry_prefix(const struct visit *v, const char *prefix,
    const struct visit_entry **out, struct fj_err *e)
{
	size_t n = strlen(prefix), i;
	const struct visit_entry *hit = NULL;
	char a[HASH_TEXT + 1], b[HASH_TEXT + 1];

	if (n < 4)
		return fj_fail(e, FJ_INVAL, "model.prefix-short", "s", prefix);
	for (i = 0; i < v->all.n; i++) {
		const struct visit_entry *en = &v->all.v[i]->pub;

		if (!has_prefix(&en->id, prefix, n))
			continue;
		if (hit != NULL) {
			hash_format(&hit->id, a);
			hash_format(&en->id, b);
			a[12] = b[12] = '\0';
			return fj_fail(e, FJ_AMBIGUOUS, "model.ambiguous", "sss",
			    prefix, a, b);
		}
		hit = en;
	}
	if (hit == NULL)
		return fj_fail(e, FJ_NOTFOUND, "model.no-entry", "s", prefix);
	*out = hit;
	return FJ_OK;
}

bool
visit_entry_reason(const struct visit *v, const struct visit_entry *en,
    struct fj_err *out)
{
	const struct vent *x = vent_of(en);

	(void)v;
	if (x->reason == NULL)
		return false;
	(void)fj_fail(out, en->status == ENTRY_WAITS ? FJ_STALE : FJ_REFUSED, x->reason,
	    "ss", en->op_name, x->reason_arg ? x->reason_arg : "");
	return true;
}

size_t
visit_count_status(const struct visit *v, enum entry_status s)
{
	size_t i, n = 0;

	for (i = 0; i < v->all.n; i++)
		n += v->all.v[i]->pub.status == s;
	return n;
}

size_t
visit_late(const struct visit *v, const struct visit_entry **out, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < v->all.n && n < max; i++)
		if (v->all.v[i]->pub.status == ENTRY_LATE)
			out[n++] = &v->all.v[i]->pub;
	return n;
}

bool
visit_head(const struct visit *v, const struct id *dev, struct chain_head *out)
{
	const struct vchain *c = map_get(v->head_by_dev, dev, sizeof(*dev));

	if (c == NULL)
		return false;
	out->dev = *dev;
	out->seq = c->head->pub.seq;
	out->hlc = c->head->pub.hlc;
	out->id = c->head->pub.id;
	return true;
}

int
visit_member_of(const struct visit *v, const char *cert, const char *name)
{
	return team_match(v->team, v->facts.team_count, cert, name);
}

/* ---- the state as text ---- */

static void
put_hash(struct fj_buf *b, const struct hash *h)
{
	char text[HASH_TEXT + 1];

	hash_format(h, text);
	fj_buf_add(b, text, 12);
}

static void
put_freeze(const struct visit *v, const struct vfreeze *f, struct fj_buf *b)
{
	int i;

	fj_buf_puts(b, "freeze ");
	put_hash(b, &f->en->pub.id);
	fj_buf_printf(b, " round=%d voided=%d sealed=%d overtaken=%d signs=", f->pub.round,
	    f->pub.voided, f->pub.sealed, f->pub.overtaken);
	for (i = 0; i < v->facts.team_count; i++)
		fj_buf_printf(b, "%d", (int)f->signs[i]);
	fj_buf_putc(b, '\n');
	view_digest_text(f->view, b);
}

void
visit_digest_text(const struct visit *v, struct fj_buf *b)
{
	size_t i;

	fj_buf_printf(b, "state %s round %d forked %d approved %d\n",
	    visit_state_id(v->state), v->round, v->forked, v->approved);
	for (i = 0; i < (size_t)v->facts.team_count; i++)
		fj_buf_printf(b, "member %s wrote=%d\n", v->team[i].name, v->team[i].wrote);
	for (i = 0; i < v->all.n; i++) {
		const struct vent *en = v->all.v[i];

		put_hash(b, &en->pub.id);
		fj_buf_printf(b, " %s %d %s %s%s%s\n", en->pub.op_name, (int)en->pub.status,
		    en->reason ? en->reason : "", en->reason_arg ? en->reason_arg : "",
		    en->pub.superseded ? " superseded" : "",
		    en->pub.forked ? " forked" : "");
	}
	for (i = 0; i < v->freeze_count; i++)
		put_freeze(v, v->freezes[i], b);
	view_digest_text(v->now, b);
}
