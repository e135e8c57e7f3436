/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/log_proof.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/hub_internal.h"
#include "hub/pull.h"
#include "wire/proof.h"

enum {
	TILE_BITS = 8,
	TILE = 1 << TILE_BITS,		/* leaves that are read again for a proof */
	LEVELS = MERKLE_PATH - TILE_BITS,
};

struct level {
	struct hash *h;
	size_t n, room;
};

struct log_tiles {
	pthread_mutex_t mutex;
	struct level level[LEVELS];	/* level[k]: roots over 2^(TILE_BITS + k) leaves */
};

/* One proof in the making, and the tile whose leaves were read last. */
struct making {
	struct log_tiles *tiles;
	struct store *store;
	struct fj_err *e;
	enum fj_rc rc;
	uint8_t suite;
	uint64_t size;
	uint64_t tile;
	size_t n;			/* leaves of it; 0: none read */
	struct hash leaf[TILE];
};

struct log_tiles *
log_tiles_new(void)
{
	struct log_tiles *t = xcalloc(1, sizeof(*t));

	FJ_BUG_IF(pthread_mutex_init(&t->mutex, NULL) != 0);
	return t;
}

void
log_tiles_free(struct log_tiles **tp)
{
	struct log_tiles *t = *tp;
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < LEVELS; i++)
		free(t->level[i].h);
	pthread_mutex_destroy(&t->mutex);
	free(t);
	*tp = NULL;
}

static void
level_add(struct level *l, const struct hash *h)
{
	if (l->n == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 64;
		l->h = xrealloc(l->h, l->room, sizeof(*l->h));
	}
	l->h[l->n++] = *h;
}

/* The next full tile, and what becomes full above it. */
static void
tile_add(struct log_tiles *t, uint8_t suite, const struct hash *root)
{
	struct hash h = *root;
	size_t k;

	for (k = 0; k < LEVELS; k++) {
		struct level *l = &t->level[k];

		level_add(l, &h);
		if (l->n % 2 != 0)
			return;
		merkle_node(suite, &l->h[l->n - 2], &l->h[l->n - 1], &h);
	}
}

/* Leaves in order; one that is missing ends the reading. */
struct growing {
	struct log_tiles *t;
	struct merkle m;
	uint64_t next;			/* position */
};

static bool
grow(void *ctx, uint64_t position, const struct hash *leaf)
{
	struct growing *g = ctx;
	struct hash root;

	if (position != g->next)
		return false;
	g->next++;
	merkle_add(&g->m, leaf);
	if (g->m.n == TILE) {
		merkle_root(&g->m, &root);
		tile_add(g->t, g->m.suite, &root);
		merkle_init(&g->m, g->m.suite);
	}
	return true;
}

static enum fj_rc
damaged(struct fj_err *e)
{
	return fj_fail(e, FJ_CORRUPT, "hub.store-damaged", "s", "log");
}

/* All full tiles below this many leaves. */
static enum fj_rc
tiles_upto(struct making *k)
{
	struct growing g = { .t = k->tiles };
	uint64_t end = k->size / TILE * TILE;
	enum fj_rc rc;

	g.next = (uint64_t)k->tiles->level[0].n * TILE + 1;
	if (g.next > end)
		return FJ_OK;
	merkle_init(&g.m, k->suite);
	rc = k->store->ops->leaves_each(k->store, g.next, end, grow, &g, k->e);
	return rc == FJ_OK && g.next != end + 1 ? damaged(k->e) : rc;
}

static bool
take_leaf(void *ctx, uint64_t position, const struct hash *leaf)
{
	struct making *k = ctx;

	if (k->n == TILE || position != k->tile * TILE + k->n + 1)
		return false;
	k->leaf[k->n++] = *leaf;
	return true;
}

/* Leaves from … to - 1, which are of one tile. */
static bool
leaves_root(struct making *k, uint64_t from, uint64_t to, struct hash *out)
{
	uint64_t tile = from / TILE, last = (tile + 1) * TILE, i;
	struct merkle m;

	if (k->n == 0 || k->tile != tile) {
		k->n = 0;
		k->tile = tile;
		if (last > k->size)
			last = k->size;
		k->rc = k->store->ops->leaves_each(k->store, tile * TILE + 1, last,
		    take_leaf, k, k->e);
		if (k->rc == FJ_OK && tile * TILE + k->n != last)
			k->rc = damaged(k->e);
		if (k->rc != FJ_OK)
			return false;
	}
	merkle_init(&m, k->suite);
	for (i = from; i < to; i++)
		merkle_add(&m, &k->leaf[i % TILE]);
	merkle_root(&m, out);
	return true;
}

/* The full subtrees of a range, largest first, then leaves that fill no tile. */
static bool
range_root(void *ctx, uint64_t from, uint64_t to, struct hash *out)
{
	struct making *k = ctx;
	struct hash part[LEVELS + 1];
	int n = 0, bit;

	for (bit = LEVELS - 1; bit >= 0; bit--) {
		uint64_t size = (uint64_t)1 << (bit + TILE_BITS);

		if (to - from < size)
			continue;
		FJ_BUG_IF(from % size != 0 || from / size >= k->tiles->level[bit].n);
		part[n++] = k->tiles->level[bit].h[from / size];
		from += size;
	}
	if (from < to && !leaves_root(k, from, to, &part[n++]))
		return false;
	*out = part[--n];
	while (n > 0)
		merkle_node(k->suite, &part[--n], out, out);
	return true;
}

static enum fj_rc
make(struct hub *h, uint8_t suite, struct log_proof *p, struct fj_err *e)
{
	struct making k = { .tiles = h->tiles, .store = h->store, .e = e };

	k.suite = suite;
	k.size = p->size;
	FJ_BUG_IF(pthread_mutex_lock(&k.tiles->mutex) != 0);
	k.rc = tiles_upto(&k);
	if (k.rc == FJ_OK)
		p->npath = p->kind == LOG_PROOF_INCLUSION ?
		    merkle_inclusion_ranges(range_root, &k, p->first - 1, p->size, p->path) :
		    merkle_consistency_ranges(range_root, &k, p->first, p->size, p->path);
	FJ_BUG_IF(pthread_mutex_unlock(&k.tiles->mutex) != 0);
	FJ_BUG_IF(k.rc == FJ_OK && p->npath < 0);
	return k.rc;
}

static enum fj_rc
answer(struct hub *h, enum log_proof_kind kind, const char *first, const char *size,
    struct reply *r, struct fj_err *e)
{
	struct log_proof p = { .kind = kind };
	struct merkle tree;
	enum fj_rc rc;

	if (!pull_number(first, &p.first) || !pull_number(size, &p.size) ||
	    p.first == 0 || p.first > p.size) {
		reply_problem(r, "bad-request");
		return FJ_OK;
	}
	rc = hub_tree_load(h->store, &tree, e);
	if (rc != FJ_OK)
		return rc;
	if (p.size > tree.n) {
		reply_problem(r, "not-found");
		return FJ_OK;
	}
	rc = make(h, tree.suite, &p, e);
	if (rc == FJ_OK) {
		log_proof_write(&p, &r->body);
		reply_json(r);
	}
	return rc;
}

enum fj_rc
log_answer_inclusion(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	(void)c;
	return answer(h, LOG_PROOF_INCLUSION, a->leaf, a->size, r, e);
}

enum fj_rc
log_answer_consistency(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	(void)c;
	return answer(h, LOG_PROOF_CONSISTENCY, a->from, a->to, r, e);
}
