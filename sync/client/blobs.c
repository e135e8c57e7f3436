/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the roster publishes (PROTOCOL.md section 7a): forms, packs of rules and data
 * are fetched by digest, over the newest older version that is held, and kept only when
 * the digest is the one that the hub key signed.
 *
 * Fetched is what new work would take, and what a visit held here names.  Registers of
 * subjects that concern us no more, and older ones, are dropped.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "client/internal.h"
#include "client/published.h"
#include "entry/payload.h"
#include "wire/blob.h"

struct blob_want {
	struct hash digest, base;
	bool has_base;
	enum item_kind kind;
	uint64_t size;
	char *name;			/* for what is said of it */
};

static enum fj_rc
put(struct client *c, enum item_kind kind, const struct hash *digest, const void *p,
    size_t n, struct fj_err *e)
{
	struct journal_kv kv = { published_space(kind), { digest->b, HASH_LEN }, { p, n } };

	return journal_put(c->env.journal, &kv, 1, e);
}

/* ---- what visits name ---- */

struct naming {
	struct map *digests;		/* NULL: not looked yet */
	struct id *stream;
	size_t n;
};

static void
name_one(struct naming *g, const struct json *of, const char *key)
{
	struct hash h;

	if (json_hash(of, key, &h))
		map_put(g->digests, h.b, HASH_LEN, g);
}

static bool
name_start(void *ctx, const struct entry *en)
{
	struct naming *g = ctx;
	struct json_doc *d = NULL;
	const struct json *row, *root;
	bool start;

	if (entry_payload(en, &d, NULL) != FJ_OK)
		return true;
	start = strcmp(payload_op(d), "visit.start") == 0;
	root = json_root(d);
	json_each(row, start ? json_get(root, "forms") : NULL)
		name_one(g, row, "digest");
	if (start) {
		name_one(g, json_get(root, "data"), "kinds");
		name_one(g, json_get(root, "data"), "clauses");
	}
	json_free(&d);
	return !start;
}

static bool
one_stream(void *ctx, const struct journal_stream *s)
{
	struct naming *g = ctx;

	if (s->kind != STREAM_VISIT)
		return true;
	g->stream = xrealloc(g->stream, g->n + 1, sizeof(*g->stream));
	g->stream[g->n++] = s->stream;
	return true;
}

static enum fj_rc
named_by_visits(struct client *c, struct naming *g, struct fj_err *e)
{
	struct journal_reader r = { name_start, NULL, g };
	enum fj_rc rc;
	size_t i;

	g->digests = map_new();
	rc = journal_streams(c->env.journal, one_stream, g, e);
	for (i = 0; rc == FJ_OK && i < g->n; i++)
		rc = journal_each(c->env.journal, &g->stream[i], 0, &r, NULL, e);
	free(g->stream);
	return rc;
}

/* ---- what is wanted ---- */

/* The newest older version that is here. */
static void
find_base(struct client *c, const struct roster_item *it, struct blob_want *w)
{
	const struct roster_item *o, *best = NULL;
	size_t i;

	for (i = 0; (o = roster_item_at(c->roster, i)) != NULL; i++)
		if (o->kind == it->kind && strcmp(o->name, it->name) == 0 &&
		    !hash_eq(&o->digest, &it->digest) &&
		    (best == NULL || o->order > best->order) &&
		    published_held(c->env.journal, o))
			best = o;
	w->has_base = best != NULL;
	if (best != NULL)
		w->base = best->digest;
}

static void
want(struct client *c, const struct roster_item *it)
{
	struct blob_want *w;

	c->blob = xrealloc(c->blob, c->nblob + 1, sizeof(*c->blob));
	w = &c->blob[c->nblob++];
	memset(w, 0, sizeof(*w));
	w->digest = it->digest;
	w->kind = it->kind;
	w->size = it->size;
	w->name = xstrdup(it->name);
	find_base(c, it, w);
}

void
blobs_free(struct client *c)
{
	while (c->nblob > 0)
		free(c->blob[--c->nblob].name);
	free(c->blob);
	c->blob = NULL;
	c->blob_at = 0;
}

static bool
is_register(const struct roster_item *it)
{
	return it->kind == ITEM_DATA && strncmp(it->name, "subjects-", 9) == 0;
}

/* Until then the older one is the base of the newer one's delta. */
static bool
newer_held(struct client *c, const struct roster_item *it)
{
	const struct roster_item *o;
	size_t i;

	for (i = 0; (o = roster_item_at(c->roster, i)) != NULL; i++)
		if (o->kind == it->kind && strcmp(o->name, it->name) == 0 &&
		    o->order > it->order && published_held(c->env.journal, o))
			return true;
	return false;
}

/* A register that is held and not wanted goes, once nothing needs it. */
static bool
is_over(struct client *c, const struct roster_item *it, const struct roster_person *me)
{
	return is_register(it) && (it->withdrawn || me == NULL ||
	    !roster_item_concerns(it, me) || newer_held(c, it));
}

static enum fj_rc
look_at(struct client *c, const struct roster_item *it, const struct roster_person *me,
    struct naming *g, struct fj_err *e)
{
	bool wanted = published_wanted(c->roster, it, me);
	bool held = published_held(c->env.journal, it);
	enum fj_rc rc = FJ_OK;

	if (held)
		return !wanted && is_over(c, it, me) ?
		    put(c, it->kind, &it->digest, NULL, 0, e) : FJ_OK;
	if (!wanted && !is_register(it) && g->digests == NULL)
		rc = named_by_visits(c, g, e);
	if (rc == FJ_OK && (wanted || (g->digests != NULL &&
	    map_get(g->digests, it->digest.b, HASH_LEN) != NULL)))
		want(c, it);
	return rc;
}

static enum fj_rc
look(struct client *c, const struct roster_person *me, struct fj_err *e)
{
	struct naming g = { NULL, NULL, 0 };
	const struct roster_item *it;
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && (it = roster_item_at(c->roster, i)) != NULL; i++)
		rc = look_at(c, it, me, &g, e);
	map_free(&g.digests, NULL);
	return rc;
}

/* ---- fetching ---- */

static void
give_up(struct client *c, const struct fj_err *why)
{
	struct fj_err flaw;

	(void)why;
	fj_fail(&flaw, FJ_CORRUPT, "sync.published", "s", c->blob[c->blob_at].name);
	run_flaw(c, &flaw);
}

static enum fj_rc
take(struct client *c, const struct blob_want *w, const struct fj_buf *body,
    struct fj_err *e)
{
	struct fj_buf base, got;
	struct hash digest;
	struct fj_err why;
	enum fj_rc rc = FJ_OK;

	fj_buf_init(&base, PUBLISHED_BYTES);
	fj_buf_init(&got, PUBLISHED_BYTES);
	if (w->has_base && published_get(c->env.journal, w->kind, &w->base, &base, NULL) != FJ_OK)
		fj_buf_clear(&base);
	if (blob_unpack(base.p, base.n, body->p, body->n, PUBLISHED_BYTES, &got, &why) == FJ_OK)
		suite_hash(SUITE_DEFAULT, got.p, got.n, &digest);
	else
		memset(&digest, 0, sizeof(digest));
	if (!hash_eq(&digest, &w->digest))
		give_up(c, &why);
	else
		rc = put(c, w->kind, &w->digest, got.p, got.n, e);
	fj_buf_release(&base);
	fj_buf_release(&got);
	return rc;
}

static void
blob_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct fj_err e;
	enum fj_rc rc = FJ_OK;

	/* Published and gone again, or not for us: nothing that stops the rest. */
	if (!(a->refused && a->status == 404)) {
		if (!run_answer(c, a))
			return;
		rc = take(c, &c->blob[c->blob_at], &a->body, &e);
	}
	if (rc != FJ_OK) {
		run_end(c, rc, &e);
		return;
	}
	c->blob_at++;
	run_later(c, blobs_step);
}

void
blobs_step(struct client *c)
{
	char digest[HASH_TEXT + 1], from[HASH_TEXT + 1];
	const struct blob_want *w;
	struct xfer_request r;
	char *path;

	if (c->blob_at >= c->nblob) {
		blobs_free(c);
		run_later(c, up_begin);
		return;
	}
	w = &c->blob[c->blob_at];
	hash_format(&w->digest, digest);
	hash_format(&w->base, from);
	path = xasprintf("/v1/blobs/%s?from=%s", digest, w->has_base ? from : "");
	r = run_request(c, "GET", path, WIRE_MEDIA_BLOB);
	run_ask(c, &r, blob_done, blobs_step);
	free(path);
}

void
blobs_begin(struct client *c)
{
	const struct roster_person *me;
	struct fj_err e;
	enum fj_rc rc;

	blobs_free(c);
	if (c->roster == NULL) {
		run_later(c, up_begin);
		return;
	}
	me = roster_owner(c->roster, journal_dev(c->env.journal));
	rc = look(c, me, &e);
	if (rc != FJ_OK)
		run_end(c, rc, &e);
	else
		blobs_step(c);
}
