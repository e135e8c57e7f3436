/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/hub.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/hello.h"
#include "entry/roster_write.h"
#include "hub/claims.h"
#include "hub/rates.h"
#include "hub/visits.h"
#include "os/fs.h"

enum {
	CA_MAX = 32 << 10,
	META_MAX = 8192,
	SCHEMA_EPOCH_FIRST = 1,
};

/* ---- meta ---- */

static enum fj_rc
meta_u64(struct store *s, const char *name, uint64_t *out, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, META_MAX);
	rc = s->ops->meta_get(s, name, &b, e);
	if (rc == FJ_OK && b.n != 8)
		rc = fj_fail(e, FJ_CORRUPT, "hub.store-damaged", "s", "meta");
	if (rc == FJ_OK)
		*out = fj_get_u64(b.p);
	fj_buf_release(&b);
	return rc;
}

static enum fj_rc
meta_put_u64(struct store *s, const char *name, uint64_t v, struct fj_err *e)
{
	uint8_t b[8];

	fj_put_u64(b, v);
	return s->ops->meta_put(s, name, b, sizeof(b), e);
}

/* The tree: suite | leaves 8 | peaks of 32 bytes. */
static enum fj_rc
tree_load(struct store *s, struct merkle *m, struct fj_err *e)
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

static enum fj_rc
tree_save(struct store *s, const struct merkle *m, struct fj_err *e)
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

/* ---- open and close ---- */

static enum fj_rc
read_ca(struct hub *h, const char *path, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	if (path == NULL)
		return FJ_OK;
	fj_buf_init(&b, CA_MAX);
	rc = fs_read(path, &b, e);
	if (rc == FJ_OK)
		h->ca = fj_buf_take(&b, NULL);
	fj_buf_release(&b);
	return rc;
}

static enum fj_rc
read_meta(struct hub *h, struct fj_err *e)
{
	struct store *s = h->store;
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, META_MAX);
	rc = meta_u64(s, "epoch", &h->epoch, e);
	if (rc == FJ_OK)
		rc = s->ops->meta_get(s, "root", &b, e);
	if (rc == FJ_OK && b.n != HASH_LEN + ID_LEN)
		rc = fj_fail(e, FJ_CORRUPT, "hub.store-damaged", "s", "meta");
	if (rc == FJ_OK) {
		memcpy(h->root.b, b.p, HASH_LEN);
		memcpy(h->roster_stream.b, b.p + HASH_LEN, ID_LEN);
		h->roster = roster_new(&h->root);
		h->chain.dev = h->dev;
	}
	fj_buf_release(&b);
	return rc;
}

static void
mutex_new(struct hub *h)
{
	pthread_mutex_t *m = xcalloc(1, sizeof(*m));

	FJ_BUG_IF(pthread_mutex_init(m, NULL) != 0);
	h->mutex = m;
}

enum fj_rc
hub_open(const struct hub_options *o, struct hub **out, struct fj_err *e)
{
	struct hub *h = xcalloc(1, sizeof(*h));
	enum fj_rc rc;

	h->clock = o->clock;
	mutex_new(h);
	rc = keys_open(o->keys, &h->keys, e);
	if (rc == FJ_OK)
		identity_dev(identity_pub(h->keys.identity), &h->dev);
	if (rc == FJ_OK)
		rc = store_open(o->store, false, &h->store, e);
	if (rc == FJ_OK)
		rc = read_meta(h, e);
	if (rc == FJ_OK)
		rc = hub_refresh(h, e);
	if (rc == FJ_OK && roster_hub(h->roster, &h->dev) == NULL)
		rc = fj_fail(e, FJ_DENIED, "hub.keys-other", "s", o->keys);
	if (rc == FJ_OK)
		rc = read_ca(h, o->ca_file, e);
	if (rc == FJ_OK && o->evidence != NULL) {
		h->evidence = xstrdup(o->evidence);
		rc = fs_mkdirs(o->evidence, e);
	}
	if (rc == FJ_OK)
		rc = visits_new(h, &h->visits, e);
	if (rc == FJ_OK) {
		h->claims = claims_new();
		h->rates = rates_new();
		*out = h;
	} else {
		hub_close(&h);
	}
	return rc;
}

void
hub_close(struct hub **hp)
{
	struct hub *h = *hp;

	*hp = NULL;
	if (h == NULL)
		return;
	visits_free(&h->visits);
	claims_free(&h->claims);
	rates_free(&h->rates);
	roster_free(&h->roster);
	store_close(&h->store);
	keys_close(&h->keys);
	free(h->evidence);
	free(h->ca);
	pthread_mutex_destroy(h->mutex);
	free(h->mutex);
	free(h);
}

void
hub_lock(struct hub *h)
{
	FJ_BUG_IF(pthread_mutex_lock(h->mutex) != 0);
}

void
hub_unlock(struct hub *h)
{
	FJ_BUG_IF(pthread_mutex_unlock(h->mutex) != 0);
}

/* ---- what other processes wrote ---- */

struct refresh {
	struct hub *h;
	struct fj_err *e;
	enum fj_rc rc;
	bool changed;
};

static bool
refresh_row(void *ctx, uint64_t row, const void *frame, size_t n, const uint8_t *sig)
{
	struct refresh *r = ctx;
	struct entry en;

	/* A row that does not count any more is the roster's matter: it lists it. */
	(void)!roster_add(r->h->roster, frame, n, sig, NULL);
	r->rc = entry_decode(frame, n, &en, r->e);
	if (r->rc != FJ_OK)
		return false;
	if (id_eq(&en.dev, &r->h->dev))
		chain_advance(&r->h->chain, &en);
	r->h->roster_row = row;
	r->changed = true;
	return true;
}

enum fj_rc
hub_refresh(struct hub *h, struct fj_err *e)
{
	struct refresh r = { h, e, FJ_OK, false };
	enum fj_rc rc;

	rc = h->store->ops->roster_each(h->store, h->roster_row, refresh_row, &r, e);
	if (rc == FJ_OK)
		rc = r.rc;
	if (r.changed && h->visits != NULL)
		visits_forget(h->visits, NULL);
	return rc;
}

enum fj_rc
hub_begin(struct hub *h, struct fj_err *e)
{
	enum fj_rc rc;

	rc = h->store->ops->begin(h->store, e);
	if (rc != FJ_OK)
		return rc;
	rc = hub_refresh(h, e);
	if (rc == FJ_OK)
		rc = tree_load(h->store, &h->tree, e);
	if (rc != FJ_OK)
		h->store->ops->rollback(h->store);
	return rc;
}

enum fj_rc
hub_end(struct hub *h, enum fj_rc rc, struct fj_err *e)
{
	struct fj_err later;

	if (rc == FJ_OK)
		rc = h->store->ops->commit(h->store, e);
	else
		h->store->ops->rollback(h->store);
	if (rc != FJ_OK)
		return rc;
	/* Takes up roster rows of this transaction; a failure here shows again at
	 * the next request and must not unsay the commit. */
	(void)!hub_refresh(h, &later);
	return FJ_OK;
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
	return tree_save(h->store, &h->tree, e);
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

	rc = tree_load(h->store, &h->tree, e);
	if (rc != FJ_OK)
		return rc;
	memset(&t, 0, sizeof(t));
	t.suite = h->tree.suite;
	t.hub = h->dev;
	t.epoch = h->epoch;
	t.position = h->tree.n;
	t.time = clock_now(&h->clock);
	merkle_root(&h->tree, &t.root);
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

/* ---- roster ---- */

int64_t
hub_now_ms(const struct hub *h)
{
	return clock_now(&h->clock).ms;
}

void
hub_stamp(const struct hub *h, struct stamp *out)
{
	out->t = clock_now(&h->clock);
	out->up = clock_boot_ms();
	clock_boot_id(out->boot);
}

/* One roster entry of `id` behind *head: encode, sign, store, log. */
static enum fj_rc
roster_append(struct hub *h, const struct identity *id, struct chain_head *head,
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
	rc = roster_append(h, h->keys.identity, &head, payload, e);
	return rc;
}

/* ---- init ---- */

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
	rc = roster_append(h, id, head, &b, e);
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
		rc = roster_append(h, root, &head, &b, e);
	}
	if (rc == FJ_OK) {
		rk.suite = identity_pub(recovery)->suite;
		rk.kx = identity_pub(recovery)->kx;
		fj_buf_clear(&b);
		roster_write_recovery(&rk, &at, &b);
		rc = roster_append(h, root, &head, &b, e);
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
	h->epoch = SCHEMA_EPOCH_FIRST;
	mutex_new(h);
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
