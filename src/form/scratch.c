/* SPDX-License-Identifier: Apache-2.0 */
#include "form/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	BLOCK = 16384,
};

union align {
	long long ll;
	double d;
	void *p;
};

struct scratch_block {
	struct scratch_block *next;
	size_t used, size;
	union align at[];
};

void *
scratch_alloc(struct scratch *m, size_t n)
{
	struct scratch_block *b = m->now;
	void *out;

	n = (n + sizeof(union align) - 1) / sizeof(union align) * sizeof(union align);
	if (b == NULL || b->size - b->used < n) {
		size_t size = n > BLOCK ? n : BLOCK;

		b = xmalloc(sizeof(*b) + size);
		b->size = size;
		b->used = 0;
		b->next = NULL;
		if (m->now != NULL)
			m->now->next = b;
		else
			m->first = b;
		m->now = b;
	}
	out = (char *)b->at + b->used;
	b->used += n;
	m->total += n;
	return out;
}

char *
scratch_dup(struct scratch *m, const char *s, size_t n)
{
	char *out = scratch_alloc(m, n + 1);

	if (n > 0)
		memcpy(out, s, n);
	out[n] = '\0';
	return out;
}

static void
drop_after(struct scratch_block *b)
{
	while (b != NULL) {
		struct scratch_block *next = b->next;

		free(b);
		b = next;
	}
}

void
scratch_reset(struct scratch *m)
{
	m->total = m->charged = 0;
	m->now = m->first;
	if (m->first == NULL)
		return;
	drop_after(m->first->next);
	m->first->next = NULL;
	m->first->used = 0;
}

void
scratch_release(struct scratch *m)
{
	drop_after(m->first);
	m->first = m->now = NULL;
	m->total = 0;
}
