/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/blobs.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/crypto.h"
#include "hub/publish.h"
#include "hub/pull.h"
#include "wire/blob.h"

/* Never the digest of anything published: another purpose is hashed in front. */
static void
packed_key(const struct hash *digest, const struct hash *old, struct hash *out)
{
	static const char purpose[] = "feijian/1/packed-blob";
	uint8_t b[sizeof(purpose) + 2 * HASH_LEN];

	memset(b, 0, sizeof(b));
	memcpy(b, purpose, sizeof(purpose));
	memcpy(b + sizeof(purpose), digest->b, HASH_LEN);
	if (old != NULL)
		memcpy(b + sizeof(purpose) + HASH_LEN, old->b, HASH_LEN);
	suite_hash(SUITE_DEFAULT, b, sizeof(b), out);
}

/* ---- when published ---- */

static enum fj_rc
put_packed(struct hub *h, const struct roster_item *it, const struct roster_item *old,
    const void *p, size_t n, struct fj_err *e)
{
	struct store *s = h->store;
	struct fj_buf before, packed;
	struct hash key;
	enum fj_rc rc = FJ_OK;

	fj_buf_init(&before, PUBLISH_BYTES);
	fj_buf_init(&packed, PUBLISH_BYTES + 1);
	if (old != NULL)
		rc = s->ops->blob_get(s, &old->digest, &before, e);
	if (rc == FJ_OK) {
		blob_pack(before.p, before.n, p, n, &packed);
		packed_key(&it->digest, old != NULL ? &old->digest : NULL, &key);
		rc = s->ops->blob_put(s, &key, packed.p, packed.n, e);
	}
	fj_buf_release(&before);
	fj_buf_release(&packed);
	return rc;
}

/* The newest of the same kind and name that was published before `before`. */
static const struct roster_item *
older(const struct hub *h, const struct roster_item *it, uint64_t before)
{
	const struct roster_item *best = NULL, *o;
	size_t i;

	for (i = 0; (o = roster_item_at(h->roster, i)) != NULL; i++)
		if (o->kind == it->kind && strcmp(o->name, it->name) == 0 &&
		    !hash_eq(&o->digest, &it->digest) && o->order < before &&
		    (best == NULL || o->order > best->order))
			best = o;
	return best;
}

enum fj_rc
blobs_put(struct hub *h, const struct roster_item *it, const void *p, size_t n,
    struct fj_err *e)
{
	const struct roster_item *old = NULL;
	uint64_t before = UINT64_MAX;
	enum fj_rc rc;
	int i;

	rc = h->store->ops->blob_put(h->store, &it->digest, p, n, e);
	if (rc == FJ_OK)
		rc = put_packed(h, it, NULL, p, n, e);
	for (i = 0; rc == FJ_OK && i < BLOB_DELTAS; i++) {
		old = older(h, it, before);
		if (old == NULL)
			break;
		before = old->order;
		rc = put_packed(h, it, old, p, n, e);
	}
	return rc;
}

/* ---- when asked ---- */

/* Forms and rules are for whoever works; data say what is where: for its divisions. */
static bool
may_have(const struct hub *h, const struct caller *c, const struct hash *digest)
{
	const struct roster_item *it = roster_item_by_digest(h->roster, digest);

	return it != NULL && (it->kind != ITEM_DATA || roster_item_concerns(it, c->person));
}

/* Packed over the older version, else packed, else FJ_NOTFOUND. */
static enum fj_rc
get_packed(struct hub *h, const struct ask *a, struct reply *r, struct fj_err *e)
{
	struct hash old, key;
	enum fj_rc rc = FJ_NOTFOUND;

	if (hash_parse(a->from, strlen(a->from), &old)) {
		packed_key(&a->digest, &old, &key);
		rc = h->store->ops->blob_get(h->store, &key, &r->body, e);
	}
	if (rc == FJ_NOTFOUND) {
		packed_key(&a->digest, NULL, &key);
		rc = h->store->ops->blob_get(h->store, &key, &r->body, e);
	}
	return rc;
}

static enum fj_rc
get_plain(struct hub *h, const struct ask *a, struct reply *r, struct fj_err *e)
{
	if (a->from != NULL)
		fj_buf_u8(&r->body, BLOB_PLAIN);
	return h->store->ops->blob_get(h->store, &a->digest, &r->body, e);
}

enum fj_rc
pull_blob(struct hub *h, const struct caller *c, const struct ask *a, struct reply *r,
    struct fj_err *e)
{
	char tag[HASH_TEXT + 3];
	enum fj_rc rc = FJ_NOTFOUND;

	if (!may_have(h, c, &a->digest)) {
		reply_problem(r, "not-found");
		return FJ_OK;
	}
	tag[0] = '"';
	hash_format(&a->digest, tag + 1);
	tag[HASH_TEXT + 1] = '"';
	tag[HASH_TEXT + 2] = '\0';
	if (a->from == NULL)
		reply_header(r, "ETag", tag);
	if (a->from == NULL && a->etag != NULL && strcmp(a->etag, tag) == 0) {
		r->status = 304;
		return FJ_OK;
	}
	r->body.max = PUBLISH_BYTES + 2;
	if (a->from != NULL)
		rc = get_packed(h, a, r, e);
	if (rc == FJ_NOTFOUND)
		rc = get_plain(h, a, r, e);
	if (rc != FJ_OK)
		return rc;
	r->status = 200;
	r->media = a->from != NULL ? WIRE_MEDIA_BLOB : "application/octet-stream";
	return FJ_OK;
}
