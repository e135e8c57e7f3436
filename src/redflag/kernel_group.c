/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/kernel_group.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	FIRST = 256,
};

void
kgroups_init(struct kgroups *g, int parts)
{
	memset(g, 0, sizeof(*g));
	g->parts = parts;
	g->cap = FIRST;
	g->slots = FIRST * 2;
	g->key = xcalloc(g->cap * (size_t)parts, sizeof(*g->key));
	g->slot = xcalloc(g->slots, sizeof(*g->slot));
}

void
kgroups_release(struct kgroups *g)
{
	free(g->key);
	free(g->slot);
	memset(g, 0, sizeof(*g));
}

uint64_t
kgroup_hash(const int64_t *key, int parts)
{
	uint64_t h = 0x9e3779b97f4a7c15u;
	int i;

	for (i = 0; i < parts; i++) {
		h = (h ^ (uint64_t)key[i]) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	return h * 0xc4ceb9fe1a85ec53u;
}

int64_t
kgroup_real(double v)
{
	int64_t bits;

	v += 0.0;		/* -0 is 0 */
	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static uint32_t
slot_of(const struct kgroups *g, const int64_t *key)
{
	uint32_t j = (uint32_t)(kgroup_hash(key, g->parts) >> 32) & (g->slots - 1);

	while (g->slot[j] != 0 && memcmp(kgroups_key(g, g->slot[j] - 1), key,
	    (size_t)g->parts * sizeof(*key)) != 0)
		j = (j + 1) & (g->slots - 1);
	return j;
}

static void
grow(struct kgroups *g)
{
	uint32_t i;

	g->cap *= 2;
	g->key = xrealloc(g->key, (size_t)g->cap * (size_t)g->parts, sizeof(*g->key));
	g->slots *= 2;
	free(g->slot);
	g->slot = xcalloc(g->slots, sizeof(*g->slot));
	for (i = 0; i < g->n; i++)
		g->slot[slot_of(g, kgroups_key(g, i))] = i + 1;
}

uint32_t
kgroups_add(struct kgroups *g, const int64_t *key)
{
	uint32_t j = slot_of(g, key);

	if (g->slot[j] != 0)
		return g->slot[j] - 1;
	if (g->n == g->cap) {
		grow(g);
		j = slot_of(g, key);
	}
	memcpy(g->key + (size_t)g->n * (size_t)g->parts, key,
	    (size_t)g->parts * sizeof(*key));
	g->slot[j] = ++g->n;
	return g->n - 1;
}

void *
kgroups_room(const struct kgroups *g, void *v, uint32_t *cap, size_t size)
{
	if (g->n <= *cap)
		return v;
	*cap = *cap == 0 ? 256 : *cap * 2;
	return xrealloc(v, *cap, size);
}

uint32_t
kgroups_find(const struct kgroups *g, const int64_t *key)
{
	uint32_t j = slot_of(g, key);

	return g->slot[j] == 0 ? KGROUP_NONE : g->slot[j] - 1;
}
