/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/claims.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "hub/store.h"
#include "os/clock.h"

/* Of the two locks door is taken first: those who only remember never wait for the
 * store, and memory changes in the order in which the store does. */
struct claims {
	pthread_mutex_t door;	/* of the store */
	pthread_mutex_t mutex;	/* of what is remembered */
	struct store *store;	/* NULL: not yet needed */
	char *url;
	struct map *held;	/* visit | evidence -> uint64_t */
};

struct key {
	uint8_t b[2 * ID_LEN];
};

static struct key
key_of(const struct id *visit, const struct id *evidence)
{
	struct key k;

	memcpy(k.b, visit->b, ID_LEN);
	memcpy(k.b + ID_LEN, evidence->b, ID_LEN);
	return k;
}

struct claims *
claims_new(const char *url)
{
	struct claims *c = xcalloc(1, sizeof(*c));

	FJ_BUG_IF(pthread_mutex_init(&c->door, NULL) != 0);
	FJ_BUG_IF(pthread_mutex_init(&c->mutex, NULL) != 0);
	c->url = xstrdup(url);
	c->held = map_new();
	return c;
}

void
claims_free(struct claims **c)
{
	if (*c != NULL) {
		store_close(&(*c)->store);
		map_free(&(*c)->held, free);
		pthread_mutex_destroy(&(*c)->mutex);
		pthread_mutex_destroy(&(*c)->door);
		free((*c)->url);
	}
	free(*c);
	*c = NULL;
}

static void
lock(pthread_mutex_t *m)
{
	FJ_BUG_IF(pthread_mutex_lock(m) != 0);
}

static void
unlock(pthread_mutex_t *m)
{
	FJ_BUG_IF(pthread_mutex_unlock(m) != 0);
}

/* With the door. */
static enum fj_rc
opened(struct claims *c, struct fj_err *e)
{
	return c->store != NULL ? FJ_OK : store_open_reader(c->url, &c->store, e);
}

/* With the door: the store's, and remembered. */
static enum fj_rc
take(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t *claim, struct fj_err *e)
{
	struct key k = key_of(visit, evidence);
	enum fj_rc rc;

	rc = opened(c, e);
	if (rc == FJ_OK)
		rc = c->store->ops->claim_take(c->store, visit, evidence, claim, e);
	if (rc != FJ_OK)
		return rc;
	lock(&c->mutex);
	free(map_put(c->held, k.b, sizeof(k.b), xmemdup(claim, sizeof(*claim))));
	unlock(&c->mutex);
	return FJ_OK;
}

enum fj_rc
claims_take(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t *claim, struct fj_err *e)
{
	enum fj_rc rc;

	lock(&c->door);
	rc = take(c, visit, evidence, claim, e);
	unlock(&c->door);
	return rc;
}

void
claims_forget(struct claims *c, const struct id *visit, const struct id *evidence)
{
	struct key k = key_of(visit, evidence);

	lock(&c->mutex);
	free(map_del(c->held, k.b, sizeof(k.b)));
	unlock(&c->mutex);
}

enum fj_rc
claims_break(struct claims *c, const struct id *visit, const struct id *evidence,
    struct fj_err *e)
{
	uint64_t claim;
	enum fj_rc rc;

	lock(&c->door);
	rc = take(c, visit, evidence, &claim, e);
	if (rc == FJ_OK) {
		claims_forget(c, visit, evidence);
		rc = c->store->ops->claim_drop(c->store, visit, evidence, claim, e);
	}
	unlock(&c->door);
	return rc;
}

/* False: lost.  True: nobody of this process took it over. */
static bool
is_here(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim)
{
	struct key k = key_of(visit, evidence);
	const uint64_t *v;
	bool yes;

	lock(&c->mutex);
	v = map_get(c->held, k.b, sizeof(k.b));
	yes = v != NULL && *v == claim;
	unlock(&c->mutex);
	return yes;
}

enum fj_rc
claims_hold(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim, bool *held, struct fj_err *e)
{
	enum fj_rc rc;

	*held = false;
	if (!is_here(c, visit, evidence, claim))
		return FJ_OK;
	lock(&c->door);
	rc = opened(c, e);
	if (rc == FJ_OK)
		rc = c->store->ops->claim_hold(c->store, visit, evidence, claim, held, e);
	unlock(&c->door);
	return rc;
}

bool
claims_still(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim, struct claim_watch *w, size_t n)
{
	int64_t now = clock_monotonic_ms();
	struct fj_err e;
	bool held;

	w->bytes += n;
	if (w->bytes < CLAIM_BYTES && now - w->ms < CLAIM_MS)
		return is_here(c, visit, evidence, claim);
	if (claims_hold(c, visit, evidence, claim, &held, &e) != FJ_OK)
		return true;
	w->bytes = 0;
	w->ms = now;
	return held;
}

void
claims_drop(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim)
{
	struct fj_err e;

	if (!is_here(c, visit, evidence, claim))
		return;
	lock(&c->door);
	if (is_here(c, visit, evidence, claim))
		claims_forget(c, visit, evidence);
	if (opened(c, &e) == FJ_OK)
		(void)!c->store->ops->claim_drop(c->store, visit, evidence, claim, &e);
	unlock(&c->door);
}
