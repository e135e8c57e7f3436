/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"

struct claims {
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

	c->held = map_new();
	return c;
}

void
claims_free(struct claims **c)
{
	if (*c != NULL)
		map_free(&(*c)->held, free);
	free(*c);
	*c = NULL;
}

uint64_t
claims_take(struct claims *c, const struct id *visit, const struct id *evidence)
{
	struct key k = key_of(visit, evidence);
	uint64_t v = ++c->last;

	free(map_put(c->held, k.b, sizeof(k.b), xmemdup(&v, sizeof(v))));
	return v;
}

bool
claims_hold(const struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim)
{
	struct key k = key_of(visit, evidence);
	const uint64_t *v = map_get(c->held, k.b, sizeof(k.b));

	return v != NULL && *v == claim;
}

void
claims_drop(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim)
{
	struct key k = key_of(visit, evidence);

	if (claims_hold(c, visit, evidence, claim))
		free(map_del(c->held, k.b, sizeof(k.b)));
}
