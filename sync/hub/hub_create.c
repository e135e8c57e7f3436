/* SPDX-License-Identifier: Apache-2.0 */
/* A hub that was not there before: keys, store, the first rows of its roster. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/hello.h"
#include "entry/roster_write.h"
#include "hub/hub_internal.h"
#include "os/fs.h"

enum {
	EPOCH_FIRST = 1,
};

static enum fj_rc
meta_put_u64(struct store *s, const char *name, uint64_t v, struct fj_err *e)
{
	uint8_t b[8];

	fj_put_u64(b, v);
	return s->ops->meta_put(s, name, b, sizeof(b), e);
}

static enum fj_rc
put_hello(struct hub *h, const struct identity *id, const char *name,
    struct chain_head *head, struct fj_err *e)
{
	struct hello *hello = xcalloc(1, sizeof(*hello));
	struct stamp at;
	struct fj_buf b;
	enum fj_rc rc;

	hub_stamp(h, &at);
	hello->key = *identity_pub(id);
	fj_buf_init(&b, LIMIT_PAYLOAD);
	fj_buf_puts(&b, name);
	memcpy(hello->name, b.p, b.n + 1);
	fj_buf_clear(&b);
	hello_write(hello, &at, &b);
	memset(head, 0, sizeof(*head));
	identity_dev(&hello->key, &head->dev);
	rc = hub_roster_append(h, id, head, &b, e);
	fj_buf_release(&b);
	free(hello);
	return rc;
}

static enum fj_rc
put_first_rows(struct hub *h, const struct identity *root,
    const struct identity *recovery, struct fj_err *e)
{
	struct roster_recovery rk;
	struct chain_head head;
	struct stamp at;
	struct fj_buf b;
	enum fj_rc rc;

	hub_stamp(h, &at);
	fj_buf_init(&b, LIMIT_PAYLOAD);
	rc = put_hello(h, root, "root", &head, e);
	if (rc == FJ_OK) {
		roster_write_hub_key(identity_pub(h->keys.identity), h->epoch, &at, &b);
		rc = hub_roster_append(h, root, &head, &b, e);
	}
	if (rc == FJ_OK) {
		rk.suite = identity_pub(recovery)->suite;
		rk.kx = identity_pub(recovery)->kx;
		fj_buf_clear(&b);
		roster_write_recovery(&rk, &at, &b);
		rc = hub_roster_append(h, root, &head, &b, e);
	}
	if (rc == FJ_OK)
		rc = put_hello(h, h->keys.identity, "hub", &head, e);
	fj_buf_release(&b);
	return rc;
}

static enum fj_rc
fill_store(struct hub *h, const struct identity *root, const struct identity *recovery,
    struct fj_err *e)
{
	struct store *s = h->store;
	uint8_t meta[HASH_LEN + ID_LEN];
	enum fj_rc rc;

	rc = s->ops->begin(s, e);
	if (rc != FJ_OK)
		return rc;
	memcpy(meta, h->root.b, HASH_LEN);
	memcpy(meta + HASH_LEN, h->roster_stream.b, ID_LEN);
	rc = meta_put_u64(s, "epoch", h->epoch, e);
	if (rc == FJ_OK)
		rc = s->ops->meta_put(s, "root", meta, sizeof(meta), e);
	if (rc == FJ_OK)
		rc = put_first_rows(h, root, recovery, e);
	if (rc == FJ_OK)
		rc = hub_tree_save(s, &h->tree, e);
	if (rc == FJ_OK)
		return s->ops->commit(s, e);
	s->ops->rollback(s);
	return rc;
}

enum fj_rc
hub_create(const struct hub_init *in, struct hash *root_fp, struct fj_err *e)
{
	struct identity *root = NULL, *recovery = NULL;
	struct hub *h = xcalloc(1, sizeof(*h));
	int cost = in->cost != 0 ? in->cost : KDF_COST;
	enum fj_rc rc;

	h->clock = in->o.clock;
	h->epoch = EPOCH_FIRST;
	hub_mutex_new(h);
	merkle_init(&h->tree, SUITE_DEFAULT);
	rc = fs_mkdirs(in->o.keys, e);
	if (rc == FJ_OK && in->o.evidence != NULL)
		rc = fs_mkdirs(in->o.evidence, e);
	if (rc == FJ_OK)
		rc = identity_new(SUITE_DEFAULT, &root, e);
	if (rc == FJ_OK)
		rc = identity_new(SUITE_DEFAULT, &recovery, e);
	/* The sealed ones first: a passphrase that is too short leaves nothing. */
	if (rc == FJ_OK)
		rc = keys_seal(in->o.keys, "root.key", root, in->pass, in->npass, cost, e);
	if (rc == FJ_OK)
		rc = keys_seal(in->o.keys, "recovery.key", recovery, in->pass, in->npass,
		    cost, e);
	if (rc == FJ_OK)
		rc = keys_make(in->o.keys, &h->keys, e);
	if (rc == FJ_OK)
		rc = store_open(in->o.store, true, &h->store, e);
	if (rc == FJ_OK) {
		identity_dev(identity_pub(h->keys.identity), &h->dev);
		identity_root(SUITE_DEFAULT, &identity_pub(root)->sign, &h->root);
		roster_stream(identity_pub(root), &h->roster_stream);
		rc = fill_store(h, root, recovery, e);
	}
	if (rc == FJ_OK)
		*root_fp = h->root;
	identity_free(&root);
	identity_free(&recovery);
	hub_close(&h);
	return rc;
}
