/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/rates.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/rc.h"
#include "base/xalloc.h"

enum {
	MINUTE_MS = 60000,
	BUCKETS = 20000,	/* then all begin anew: memory stays bounded */
};

/* left is in requests * MINUTE_MS, so that nothing is lost by rounding. */
struct bucket {
	int64_t left, at;
};

struct rates {
	pthread_mutex_t mutex;
	struct map *by;
};

struct rates *
rates_new(void)
{
	struct rates *r = xcalloc(1, sizeof(*r));

	FJ_BUG_IF(pthread_mutex_init(&r->mutex, NULL) != 0);
	r->by = map_new();
	return r;
}

void
rates_free(struct rates **r)
{
	if (*r != NULL) {
		map_free(&(*r)->by, free);
		pthread_mutex_destroy(&(*r)->mutex);
	}
	free(*r);
	*r = NULL;
}

static int
ask(struct rates *r, const void *key, size_t n, int per_minute, int64_t now)
{
	struct bucket *b = map_get(r->by, key, n);
	int64_t full = (int64_t)per_minute * MINUTE_MS;

	if (b == NULL) {
		if (map_count(r->by) >= BUCKETS) {
			map_free(&r->by, free);
			r->by = map_new();
		}
		b = xcalloc(1, sizeof(*b));
		b->left = full;
		b->at = now;
		map_put(r->by, key, n, b);
	}
	if (now > b->at) {
		int64_t grown = now - b->at > MINUTE_MS ? full :
		    (now - b->at) * per_minute;

		b->left = b->left + grown > full ? full : b->left + grown;
		b->at = now;
	}
	if (b->left >= MINUTE_MS) {
		b->left -= MINUTE_MS;
		return 0;
	}
	return 1 + (int)((MINUTE_MS - b->left) / per_minute / 1000);
}

int
rates_ask(struct rates *r, const void *key, size_t n, int per_minute, int64_t now)
{
	int wait;

	FJ_BUG_IF(pthread_mutex_lock(&r->mutex) != 0);
	wait = ask(r, key, n, per_minute, now);
	FJ_BUG_IF(pthread_mutex_unlock(&r->mutex) != 0);
	return wait;
}
