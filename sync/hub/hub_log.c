/* SPDX-License-Identifier: Apache-2.0 */
/* The log of receipts and of the roster, its tree, and what is signed of it. */
#include <stdlib.h>
#include <string.h>

#include "hub/hub_internal.h"

enum {
	META_MAX = 8192,
};

/* The tree: suite | leaves 8 | peaks of 32 bytes. */
enum fj_rc
hub_tree_load(struct store *s, struct merkle *m, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;
	size_t i;

	fj_buf_init(&b, META_MAX);
	rc = s->ops->meta_get(s, "tree", &b, e);
	if (rc == FJ_OK && (b.n < 9 || (b.n - 9) % HASH_LEN != 0 ||
	    (b.n - 9) / HASH_LEN > MERKLE_PATH))
		rc = fj_fail(e, FJ_CORRUPT, "hub.store-damaged", "s", "meta");
	if (rc == FJ_OK) {
		merkle_init(m, (uint8_t)b.p[0]);
		m->n = fj_get_u64(b.p + 1);
		m->npeak = (int)((b.n - 9) / HASH_LEN);
		for (i = 0; i < (size_t)m->npeak; i++)
			memcpy(m->peak[i].b, b.p + 9 + i * HASH_LEN, HASH_LEN);
	}
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
hub_tree_save(struct store *s, const struct merkle *m, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;
	int i;

	fj_buf_init(&b, META_MAX);
	fj_buf_u8(&b, m->suite);
	fj_buf_u64(&b, m->n);
	for (i = 0; i < m->npeak; i++)
		fj_buf_add(&b, m->peak[i].b, HASH_LEN);
	rc = s->ops->meta_put(s, "tree", b.p, b.n, e);
	fj_buf_release(&b);
	return rc;
}

/* ---- log ---- */

uint64_t
hub_next_position(const struct hub *h)
{
	return h->tree.n + 1;
}

enum fj_rc
hub_log(struct hub *h, enum log_kind kind, const void *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	struct hash leaf;
	enum fj_rc rc;

	merkle_leaf(h->tree.suite, text, n, &leaf);
	rc = h->store->ops->log_put(h->store, kind, text, n, sig, &leaf,
	    hub_next_position(h), e);
	if (rc != FJ_OK)
		return rc;
	merkle_add(&h->tree, &leaf);
	h->tree_moved = true;
	return FJ_OK;
}

static enum fj_rc
sign_text(struct hub *h, enum purpose purpose, struct fj_buf *b,
    struct envelope *out, struct fj_err *e)
{
	enum fj_rc rc;

	if (fj_buf_over(b))
		return fj_fail(e, FJ_LIMIT, "hub.too-large", "d", LIMIT_BODY_BYTES);
	rc = text_sign(sign_with_identity, h->keys.identity, SUITE_DEFAULT, purpose, b->p,
	    b->n, out->sig, e);
	if (rc == FJ_OK) {
		out->text = fj_buf_take(b, &out->n);
		out->has_sig = true;
	}
	return rc;
}

enum fj_rc
hub_receipt(struct hub *h, struct receipt *r, struct envelope *out, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	r->suite = SUITE_DEFAULT;
	r->hub = h->dev;
	r->epoch = h->epoch;
	r->position = hub_next_position(h);
	r->time = clock_now(&h->clock);
	r->roster = h->chain.seq;
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	receipt_write(r, &b);
	rc = sign_text(h, PURPOSE_RECEIPT, &b, out, e);
	if (rc == FJ_OK)
		rc = hub_log(h, LOG_RECEIPT, out->text, out->n, out->sig, e);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
hub_head(struct hub *h, struct envelope *out, struct fj_err *e)
{
	struct tree_head t;
	struct fj_buf b;
	enum fj_rc rc;

	rc = hub_tree_load(h->store, &h->tree, e);
	if (rc != FJ_OK)
		return rc;
	memset(&t, 0, sizeof(t));
	t.suite = h->tree.suite;
	t.hub = h->dev;
	t.epoch = h->epoch;
	t.position = h->tree.n;
	t.time = clock_now(&h->clock);
	merkle_root(&h->tree, &t.root);
	rc = h->store->ops->safe_through(h->store, &t.safe_through, e);
	if (rc != FJ_OK)
		return rc;
	if (t.safe_through > t.position)
		t.safe_through = t.position;
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	tree_head_write(&t, &b);
	rc = sign_text(h, PURPOSE_TREE, &b, out, e);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
hub_receipt_at(struct hub *h, uint64_t position, struct envelope *out,
    struct fj_err *e)
{
	enum log_kind kind;
	struct hash leaf;
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	rc = h->store->ops->log_get(h->store, position, &kind, &b, out->sig, &leaf, e);
	if (rc == FJ_OK && kind != LOG_RECEIPT)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.store-none", "s", "receipt");
	if (rc == FJ_OK) {
		out->text = fj_buf_take(&b, &out->n);
		out->has_sig = true;
	}
	fj_buf_release(&b);
	return rc;
}

/* One roster entry of `id` behind *head: encode, sign, store, log. */
enum fj_rc
hub_roster_append(struct hub *h, const struct identity *id, struct chain_head *head,
    const struct fj_buf *payload, struct fj_err *e)
{
	uint8_t sig[ENTRY_SIG];
	struct entry en;
	struct fj_buf b;
	enum fj_rc rc;

	memset(&en, 0, sizeof(en));
	en.suite = identity_pub(id)->suite;
	en.kind = STREAM_ROSTER;
	en.stream = h->roster_stream;
	en.dev = head->dev;
	en.seq = head->seq + 1;
	en.hlc = hlc_next(head->hlc, hub_now_ms(h));
	en.prev = head->id;
	en.payload = payload->p;
	en.len = payload->n;
	fj_buf_init(&b, ENTRY_HEAD + LIMIT_PAYLOAD);
	rc = entry_encode(&en, &b, e);
	if (rc == FJ_OK)
		rc = entry_sign(&en, sign_with_identity, (void *)(uintptr_t)id, sig, e);
	if (rc == FJ_OK)
		rc = h->store->ops->roster_put(h->store, b.p, b.n, sig,
		    hub_next_position(h), NULL, e);
	if (rc == FJ_OK)
		rc = hub_log(h, LOG_ROSTER, b.p, b.n, sig, e);
	if (rc == FJ_OK)
		chain_advance(head, &en);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
hub_roster_add(struct hub *h, const struct fj_buf *payload, struct fj_err *e)
{
	struct chain_head head = h->chain;
	enum fj_rc rc;

	if (fj_buf_over(payload))
		return fj_fail(e, FJ_LIMIT, "hub.too-large", "d", LIMIT_PAYLOAD);
	/* Not h->chain itself: hub_refresh advances it once the row is committed.
	 * Within one transaction the chain grows by one entry only. */
	FJ_BUG_IF(h->chain.seq == 0);
	rc = hub_roster_append(h, h->keys.identity, &head, payload, e);
	return rc;
}
