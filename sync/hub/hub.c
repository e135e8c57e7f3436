/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/hub.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/audit.h"
#include "hub/claims.h"
#include "hub/commit.h"
#include "hub/hub_internal.h"
#include "hub/log_proof.h"
#include "hub/rates.h"
#include "hub/upload_sums.h"
#include "hub/visits.h"
#include "os/fs.h"
#include "wire/zip.h"

enum {
	CA_MAX = 32 << 10,
	META_MAX = 8192,
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

enum fj_rc
hub_read_meta(struct hub *h, struct fj_err *e)
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

void
hub_mutex_new(struct hub *h)
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
	if (o->limits != NULL)
		h->limits = *o->limits;
	else
		upload_limits_default(&h->limits);
	h->url = xstrdup(o->store);
	hub_mutex_new(h);
	rc = keys_open(o->keys, &h->keys, e);
	if (rc == FJ_OK)
		identity_dev(identity_pub(h->keys.identity), &h->dev);
	if (rc == FJ_OK)
		rc = store_open(o->store, false, &h->store, e);
	if (rc == FJ_OK)
		rc = hub_read_meta(h, e);
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
		h->sums = sums_cache_new();
		h->rates = rates_new();
		h->tiles = log_tiles_new();
		h->audit = audit_new();
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
	commit_stop(h);
	zip_free(&h->zip);
	visits_free(&h->visits);
	roster_free(&h->roster);
	store_close(&h->store);
	if (h->main == NULL) {
		claims_free(&h->claims);
		sums_cache_free(&h->sums);
		rates_free(&h->rates);
		log_tiles_free(&h->tiles);
		audit_free(&h->audit);
		keys_close(&h->keys);
		free(h->evidence);
		free(h->ca);
		free(h->url);
	}
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

	/* A row that does not count any more is the roster's matter: it lists it.  What
	 * the hub has verified its views need not verify once more. */
	if (r->h->main != NULL && row <= atomic_load(&r->h->main->proven))
		(void)!roster_add_own(r->h->roster, frame, n, sig, NULL);
	else
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
	if (r.changed && h->main == NULL)
		atomic_store(&h->proven, h->roster_row);
	return rc;
}

/* A backup was put in place under a hub that runs: what it holds in memory may be of
 * rows that are no more, and its receipts would be of the epoch before. */
static enum fj_rc
same_epoch(struct hub *h, struct fj_err *e)
{
	uint64_t epoch = 0;
	enum fj_rc rc = meta_u64(h->store, "epoch", &epoch, e);

	if (rc == FJ_OK && epoch != h->epoch)
		rc = fj_fail(e, FJ_BUSY, "hub.epoch-moved", "l", (long long)epoch);
	return rc;
}

enum fj_rc
hub_begin(struct hub *h, struct fj_err *e)
{
	enum fj_rc rc;

	FJ_BUG_IF(h->main != NULL);
	rc = h->store->ops->begin(h->store, e);
	if (rc != FJ_OK)
		return rc;
	h->tree_moved = false;
	rc = same_epoch(h, e);
	if (rc == FJ_OK)
		rc = hub_refresh(h, e);
	if (rc == FJ_OK)
		rc = hub_tree_load(h->store, &h->tree, e);
	if (rc != FJ_OK)
		h->store->ops->rollback(h->store);
	return rc;
}

enum fj_rc
hub_end(struct hub *h, enum fj_rc rc, struct fj_err *e)
{
	struct fj_err later;

	if (rc == FJ_OK && h->tree_moved)
		rc = hub_tree_save(h->store, &h->tree, e);
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

/* ---- time ---- */

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
