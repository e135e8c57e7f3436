/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/claims.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/rc.h"
#include "base/xalloc.h"

struct claims {
	pthread_mutex_t mutex;
	struct map *held;	/* visit | evidence -> uint64_t */
	uint64_t last;
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
claims_new(void)
{
	struct claims *c = xcalloc(1, sizeof(*c));

	FJ_BUG_IF(pthread_mutex_init(&c->mutex, NULL) != 0);
	c->held = map_new();
	return c;
}

void
claims_free(struct claims **c)
{
	if (*c != NULL) {
		map_free(&(*c)->held, free);
		pthread_mutex_destroy(&(*c)->mutex);
	}
	free(*c);
	*c = NULL;
}

static void
lock(struct claims *c)
{
	FJ_BUG_IF(pthread_mutex_lock(&c->mutex) != 0);
}

static void
unlock(struct claims *c)
{
	FJ_BUG_IF(pthread_mutex_unlock(&c->mutex) != 0);
}

uint64_t
claims_take(struct claims *c, const struct id *visit, const struct id *evidence)
{
	struct key k = key_of(visit, evidence);
	uint64_t v;

	lock(c);
	v = ++c->last;
	free(map_put(c->held, k.b, sizeof(k.b), xmemdup(&v, sizeof(v))));
	unlock(c);
	return v;
}

void
claims_break(struct claims *c, const struct id *visit, const struct id *evidence)
{
	struct key k = key_of(visit, evidence);

	lock(c);
	free(map_del(c->held, k.b, sizeof(k.b)));
	unlock(c);
}

bool
claims_hold(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim)
{
	struct key k = key_of(visit, evidence);
	const uint64_t *v;
	bool yes;

	lock(c);
	v = map_get(c->held, k.b, sizeof(k.b));
	yes = v != NULL && *v == claim;
	unlock(c);
	return yes;
}

void
claims_drop(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim)
{
	struct key k = key_of(visit, evidence);
	const uint64_t *v;

	lock(c);
	v = map_get(c->held, k.b, sizeof(k.b));
	if (v != NULL && *v == claim)
		free(map_del(c->held, k.b, sizeof(k.b)));
	unlock(c);
}
