/* SPDX-License-Identifier: Apache-2.0 */
#include "client/published.h"

#include <string.h>

const char *
published_space(enum item_kind kind)
{
	return kind == ITEM_FORM ? "form" : "blob";
}

enum fj_rc
published_get(struct journal *j, enum item_kind kind, const struct hash *digest,
    struct fj_buf *out, struct fj_err *e)
{
	return journal_get(j, published_space(kind), digest->b, HASH_LEN, out, e);
}

bool
published_held(struct journal *j, const struct roster_item *it)
{
	struct fj_buf b;
	bool yes;

	fj_buf_init(&b, PUBLISHED_BYTES);
	yes = published_get(j, it->kind, &it->digest, &b, NULL) == FJ_OK;
	fj_buf_release(&b);
	return yes;
}

const struct roster_item *
published_newest(struct journal *j, const struct roster *r, enum item_kind kind,
    const char *name, const char *division)
{
	const struct roster_item *it, *best = NULL;
	size_t i;

	for (i = 0; (it = roster_item_at(r, i)) != NULL; i++)
		if (it->kind == kind && !it->withdrawn && strcmp(it->name, name) == 0 &&
		    roster_item_for(it, division) && (best == NULL || it->order > best->order) &&
		    published_held(j, it))
			best = it;
	return best;
}

static bool
same_scopes(const struct roster_item *a, const struct roster_item *b)
{
	return a->nscope == b->nscope &&
	    memcmp(a->scopes, b->scopes, sizeof(a->scopes[0]) * (size_t)a->nscope) == 0;
}

/* New work would take another one wherever it would take this one. */
static bool
superseded(const struct roster *r, const struct roster_item *it)
{
	const struct roster_item *o;
	size_t i;

	for (i = 0; (o = roster_item_at(r, i)) != NULL; i++)
		if (o->kind == it->kind && !o->withdrawn && o->order > it->order &&
		    strcmp(o->name, it->name) == 0 &&
		    (o->nscope == 0 || same_scopes(o, it)))
			return true;
	return false;
}

bool
published_wanted(const struct roster *r, const struct roster_item *it,
    const struct roster_person *me)
{
	return !it->withdrawn && me != NULL && roster_item_concerns(it, me) &&
	    !superseded(r, it);
}
