/* SPDX-License-Identifier: Apache-2.0 */
/* The set of entries of a visit: taking them in, and the short way for the
 * usual case, an append of one's own to an open visit. */
#include "model/visit.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/internal.h"

enum fj_rc
visit_new(const struct id *stream, const struct model_env *env, struct visit **out,
    struct fj_err *e)
{
	struct visit *v;

	if (env == NULL || env->kinds == NULL)
		return fj_fail(e, FJ_INVAL, "model.no-kinds", "");
	v = xcalloc(1, sizeof(*v));
	v->id = *stream;
	v->env = *env;
	v->by_id = map_new();
	visit_rebuild(v);
	*out = v;
	return FJ_OK;
}

void
visit_free(struct visit **v)
{
	if (*v == NULL)
		return;
	visit_drop_derived(*v);
	map_free(&(*v)->by_id, vent_free);
	ventlist_release(&(*v)->all);
	free(*v);
	*v = NULL;
}

void
visit_reset_env(struct visit *v, const struct model_env *env)
{
	v->env = *env;
	v->dirty = true;
}

/* ---- the short way ---- */

/* Is it the next content of the open round, after everything that is known? */
static bool
is_next_content(const struct visit *v, const struct vent *en)
{
	const struct vent *last = v->all.n > 0 ? v->all.v[v->all.n - 1] : NULL;

	if (v->dirty || v->forked || v->state != VISIT_OPEN)
		return false;
	if (en->fault != NULL || en->flags != 0 || !op_is_content(en->pub.op))
		return false;
	return en->pub.round == v->round && last != NULL && vent_cmp(last, en) < 0;
}

/* Does it extend everything that is known, in a state that it cannot change? */
static bool
extends_known(const struct visit *v, const struct vent *en)
{
	const struct vent *parent = visit_vent(v, &en->prev);

	if (!is_next_content(v, en) || parent == NULL || parent->chain == NULL)
		return false;
	if (parent->chain->head != parent || parent->pub.seq + 1 != en->pub.seq ||
	    !id_eq(&parent->pub.dev, &en->pub.dev))
		return false;
	return parent->chain->author.member >= 0 && !parent->chain->author.contradicted &&
	    map_get(v->wanted, &en->pub.id, sizeof(en->pub.id)) == NULL;
}

static void
extend(struct visit *v, struct vent *en)
{
	struct vent *parent = visit_vent(v, &en->prev);
	int i;

	en->parent = parent;
	en->chain = parent->chain;
	en->chain->head = en;
	en->pub.author = en->chain->author;
	en->pos = v->all.n;
	ventlist_add(&v->all, en);
	en->allowed = content_check(v, en);
	if (!en->allowed)
		return;
	vent_counts(en);
	view_extend(v->now, v, en);
	v->team[en->pub.author.member].wrote = true;
	for (i = 0; i < en->base_count; i++) {
		struct vent *old = visit_vent(v, &en->base[i]);

		if (old != NULL)
			old->pub.superseded = view_superseded(v->now, old);
	}
}

enum fj_rc
visit_add(struct visit *v, const struct entry *raw, unsigned flags, struct fj_err *e)
{
	struct vent *en;

	if (raw->kind != STREAM_VISIT || !id_eq(&raw->stream, &v->id))
		return fj_fail(e, FJ_INVAL, "model.stream", "");
	en = visit_vent(v, &raw->id);
	if (en != NULL) {
		if ((en->flags & flags) != en->flags) {
			en->flags &= flags;
			v->dirty = true;
		}
		return FJ_OK;
	}
	en = vent_new(raw, flags);
	(void)map_put(v->by_id, &en->pub.id, sizeof(en->pub.id), en);
	if (extends_known(v, en)) {
		extend(v, en);
	} else {
		ventlist_add(&v->all, en);
		v->dirty = true;
	}
	return FJ_OK;
}

void
visit_settle(struct visit *v)
{
	if (v->dirty)
		visit_rebuild(v);
}

bool
visit_pending(const struct visit *v)
{
	return v->dirty;
}
