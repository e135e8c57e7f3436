/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/law.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/hub.h"
#include "hub/publish.h"

struct table {
	struct hash digest;
	struct kinds *kinds;		/* one of both; neither: it could not be read */
	struct clauses *clauses;
};

struct law {
	struct table *v;
	size_t n;
	uint64_t row;			/* of the roster, when it was looked at */
};

struct law *
law_new(void)
{
	return xcalloc(1, sizeof(struct law));
}

void
law_free(struct law **lp)
{
	struct law *l = *lp;
	size_t i;

	*lp = NULL;
	if (l == NULL)
		return;
	for (i = 0; i < l->n; i++) {
		kinds_free(&l->v[i].kinds);
		clauses_free(&l->v[i].clauses);
	}
	free(l->v);
	free(l);
}

static const struct table *
find(const struct law *l, const struct hash *digest)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (hash_eq(&l->v[i].digest, digest))
			return &l->v[i];
	return NULL;
}

static void
take(struct law *l, const struct hash *digest, const struct fj_buf *b, bool kinds)
{
	struct table *t;

	l->v = xrealloc(l->v, l->n + 1, sizeof(*l->v));
	t = &l->v[l->n++];
	memset(t, 0, sizeof(*t));
	t->digest = *digest;
	if (kinds && kinds_load(b->p, b->n, &t->kinds, NULL) != FJ_OK)
		t->kinds = NULL;
	if (!kinds && clauses_load(b->p, b->n, &t->clauses, NULL) != FJ_OK)
		t->clauses = NULL;
}

static enum fj_rc
add(struct law *l, struct hub *h, const struct roster_item *it, bool kinds,
    struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, PUBLISH_BYTES);
	rc = h->store->ops->blob_get(h->store, &it->digest, &b, e);
	/* One that is not there will not come; a store that is busy is asked again. */
	if (rc == FJ_OK || rc == FJ_NOTFOUND) {
		take(l, &it->digest, &b, kinds);
		rc = FJ_OK;
	}
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
law_refresh(struct law *l, struct hub *h, struct fj_err *e)
{
	const struct roster_item *it;
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (l->row == h->roster_row)
		return FJ_OK;
	for (i = 0; rc == FJ_OK && (it = roster_item_at(h->roster, i)) != NULL; i++) {
		bool kinds = strcmp(it->name, "visit-kinds") == 0;

		if (it->kind == ITEM_DATA && (kinds || strcmp(it->name, "clauses") == 0) &&
		    find(l, &it->digest) == NULL)
			rc = add(l, h, it, kinds, e);
	}
	if (rc == FJ_OK)
		l->row = h->roster_row;
	return rc;
}

const struct kinds *
law_kinds(const struct law *l, const struct hash *digest)
{
	const struct table *t = find(l, digest);

	return t != NULL ? t->kinds : NULL;
}

const struct clauses *
law_clauses(const struct law *l, const struct hash *digest)
{
	const struct table *t = find(l, digest);

	return t != NULL ? t->clauses : NULL;
}
