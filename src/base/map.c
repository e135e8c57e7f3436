/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct slot {
	uint64_t hash;
	void *key;		/* NULL: free */
	size_t n;
	void *v;		/* NULL with a key: deleted */
};

struct map {
	struct slot *slots;
	size_t cap, used, live;
};

static uint64_t
hash_of(const void *key, size_t n)
{
	const unsigned char *p = key;
	uint64_t h = 0xcbf29ce484222325ULL;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3ULL;
	h ^= h >> 32;
	return h * 0x9e3779b97f4a7c15ULL;
}

struct map *
map_new(void)
{
	struct map *m = xcalloc(1, sizeof(*m));

	m->cap = 16;
	m->slots = xcalloc(m->cap, sizeof(*m->slots));
	return m;
}

void
map_free(struct map **mp, void (*free_value)(void *))
{
	struct map *m = *mp;
	size_t i;

	if (m == NULL)
		return;
	for (i = 0; i < m->cap; i++) {
		if (m->slots[i].v != NULL && free_value != NULL)
			free_value(m->slots[i].v);
		free(m->slots[i].key);
	}
	free(m->slots);
	free(m);
	*mp = NULL;
}

/* The slot of the key, or the free one where it would go. */
static struct slot *
find(const struct map *m, const void *key, size_t n, uint64_t h)
{
	size_t i = (size_t)(h >> 20) & (m->cap - 1);

	for (;; i = (i + 1) & (m->cap - 1)) {
		struct slot *s = &m->slots[i];

		if (s->key == NULL)
			return s;
		if (s->hash == h && s->n == n && memcmp(s->key, key, n) == 0)
			return s;
	}
}

static void
rehash(struct map *m)
{
	struct slot *old = m->slots;
	size_t cap = m->cap, i;

	m->cap = m->live * 2 >= cap ? cap * 2 : cap;
	m->slots = xcalloc(m->cap, sizeof(*m->slots));
	m->used = m->live;
	for (i = 0; i < cap; i++) {
		if (old[i].v != NULL)
			*find(m, old[i].key, old[i].n, old[i].hash) = old[i];
		else
			free(old[i].key);
	}
	free(old);
}

void *
map_get(const struct map *m, const void *key, size_t n)
{
	return find(m, key, n, hash_of(key, n))->v;
}

void *
map_put(struct map *m, const void *key, size_t n, void *v)
{
	uint64_t h = hash_of(key, n);
	struct slot *s = find(m, key, n, h);
	void *before;

	if (s->key == NULL) {
		if ((m->used + 1) * 3 > m->cap * 2) {
			rehash(m);
			s = find(m, key, n, h);
		}
		s->key = xmemdup(key, n);
		s->n = n;
		s->hash = h;
		m->used++;
	}
	before = s->v;
	if (before == NULL)
		m->live++;
	s->v = v;
	return before;
}

void *
map_del(struct map *m, const void *key, size_t n)
{
	struct slot *s = find(m, key, n, hash_of(key, n));
	void *before = s->v;

	if (before != NULL) {
		s->v = NULL;
		m->live--;
	}
	return before;
}

size_t
map_count(const struct map *m)
{
	return m->live;
}

void
map_each(const struct map *m,
    bool (*fn)(void *ctx, const void *key, size_t n, void *v), void *ctx)
{
	size_t i;

	for (i = 0; i < m->cap; i++)
		if (m->slots[i].v != NULL &&
		    !fn(ctx, m->slots[i].key, m->slots[i].n, m->slots[i].v))
			return;
}
