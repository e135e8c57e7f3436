/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	BLOCK = 8192,
};

union align {
	long long ll;
	double d;
	void *p;
	long double ld;
};

struct block {
	struct block *next;
	size_t used, size;
	union align at[];
};

struct arena {
	struct block *head;
	size_t used, max;
};

struct arena *
arena_new(size_t max)
{
	struct arena *a = xcalloc(1, sizeof(*a));

	a->max = max;
	return a;
}

void
arena_free(struct arena **a)
{
	if (*a == NULL)
		return;
	while ((*a)->head != NULL) {
		struct block *b = (*a)->head;

		(*a)->head = b->next;
		free(b);
	}
	free(*a);
	*a = NULL;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	size_t unit = sizeof(union align);
	struct block *b = a->head;
	void *out;

	if (n > a->max || a->used > a->max - n)
		return NULL;
	n = (n + unit - 1) / unit * unit;
	if (b == NULL || b->size - b->used < n) {
		size_t size = n > BLOCK / 4 ? n : BLOCK;

		b = xcalloc(1, sizeof(*b) + size);
		b->size = size;
		/* A block for one large thing goes behind, so that the rest of
		 * the current block is still used. */
		if (a->head != NULL && size == n) {
			b->next = a->head->next;
			a->head->next = b;
		} else {
			b->next = a->head;
			a->head = b;
		}
	}
	out = (char *)b->at + b->used;
	b->used += n;
	a->used += n;
	return out;
}

/* Texts need no alignment: they fill a block from its end. */
static char *
at_end(struct arena *a, size_t n)
{
	struct block *b = a->head;

	if (b == NULL || b->size - b->used < n || n > a->max || a->used > a->max - n)
		return NULL;
	b->size -= n;
	a->used += n;
	return (char *)b->at + b->size;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *out = at_end(a, n + 1);

	if (out == NULL)
		out = arena_alloc(a, n + 1);
	if (out != NULL && n > 0)
		memcpy(out, s, n);
	return out;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
