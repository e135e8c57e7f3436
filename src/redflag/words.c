/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE	/* MAP_ANONYMOUS, MAP_NORESERVE */
#include "redflag/words.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/xalloc.h"

enum {
	SHARD_BITS = 6,
	SHARDS = 1 << SHARD_BITS,
	UNIT = 8,		/* heads stand at multiples of it */
	BLOCK = 1 << 15,	/* what a shard takes at once */
	FIRST_SLOTS = 256,
};

struct head {
	uint32_t word;
	uint32_t n;
};

struct slot {
	uint32_t hash;
	uint32_t word;		/* 0: free */
};

struct shard {
	pthread_mutex_t lock;
	struct slot *slot;
	uint32_t slots;		/* a power of two */
	uint32_t count;		/* numbers given, the unused 0 of shard 0 included */
	uint32_t *at;		/* unit of the head, by number >> SHARD_BITS */
	uint32_t cap;
	size_t from, to;	/* what is left of its block */
};

struct words {
	char *base;
	size_t max;
	atomic_size_t used;	/* of the run of bytes */
	atomic_size_t tables;	/* bytes of slots and places */
	struct shard shard[SHARDS];
	uint32_t *at;		/* after sealing: unit of the head by number */
	uint32_t end;
};

struct words *
words_new(size_t max)
{
	struct words *w = xcalloc(1, sizeof(*w));
	int i;

	w->max = max;
	w->base = mmap(NULL, max, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (w->base == MAP_FAILED) {
		free(w);
		return NULL;
	}
	for (i = 0; i < SHARDS; i++) {
		struct shard *s = &w->shard[i];

		pthread_mutex_init(&s->lock, NULL);
		s->slots = s->cap = FIRST_SLOTS;
		s->slot = xcalloc(s->slots, sizeof(*s->slot));
		s->at = xcalloc(s->cap, sizeof(*s->at));
	}
	w->shard[0].count = 1;		/* 0 is no word */
	return w;
}

void
words_free(struct words **w)
{
	int i;

	if (*w == NULL)
		return;
	for (i = 0; i < SHARDS; i++) {
		pthread_mutex_destroy(&(*w)->shard[i].lock);
		free((*w)->shard[i].slot);
		free((*w)->shard[i].at);
	}
	(void)munmap((*w)->base, (*w)->max);
	free((*w)->at);
	free(*w);
	*w = NULL;
}

uint32_t
words_hash(const char *p, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15u * (n + 1), x;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&x, p, 8);
		h = (h ^ x) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	x = 0;
	memcpy(&x, p, n);
	h = (h ^ x) * 0xff51afd7ed558ccdu;
	h ^= h >> 29;
	h *= 0xc4ceb9fe1a85ec53u;
	return (uint32_t)(h >> 32);
}

static struct head *
head_at(const struct words *w, uint32_t unit)
{
	return (struct head *)(void *)(w->base + (size_t)unit * UNIT);
}

static bool
is(const struct head *h, const char *p, size_t n)
{
	return h->n == n && memcmp(h + 1, p, n) == 0;
}

/* Room for size bytes; false: none left.  Under the shard's lock. */
static bool
take(struct words *w, struct shard *s, size_t size, uint32_t *unit)
{
	size_t want = size > BLOCK ? size : BLOCK, from;

	if (s->to - s->from < size) {
		from = atomic_fetch_add(&w->used, want);
		if (from + want > w->max) {
			atomic_fetch_sub(&w->used, want);
			return false;
		}
		s->from = from;
		s->to = from + want;
	}
	*unit = (uint32_t)(s->from / UNIT);
	s->from += size;
	return true;
}

static void
grow_slots(struct words *w, struct shard *s)
{
	uint32_t slots = s->slots * 2, i, j;
	struct slot *to = xcalloc(slots, sizeof(*to));

	atomic_fetch_add(&w->tables, s->slots * sizeof(*to));
	for (i = 0; i < s->slots; i++) {
		if (s->slot[i].word == 0)
			continue;
		for (j = (s->slot[i].hash >> SHARD_BITS) & (slots - 1); to[j].word != 0;)
			j = (j + 1) & (slots - 1);
		to[j] = s->slot[i];
	}
	free(s->slot);
	s->slot = to;
	s->slots = slots;
}

/* The slot of the word, or the free one where it belongs. */
static struct slot *
look(const struct words *w, const struct shard *s, const char *p, size_t n, uint32_t hash)
{
	uint32_t j = (hash >> SHARD_BITS) & (s->slots - 1);

	for (; s->slot[j].word != 0; j = (j + 1) & (s->slots - 1))
		if (s->slot[j].hash == hash &&
		    is(head_at(w, s->at[s->slot[j].word >> SHARD_BITS]), p, n))
			break;
	return &s->slot[j];
}

static uint32_t
put(struct words *w, struct shard *s, struct slot *to, const char *p, size_t n,
    uint32_t hash)
{
	size_t size = (sizeof(struct head) + n + 1 + UNIT - 1) / UNIT * UNIT;
	struct head *h;
	uint32_t unit;

	if (s->count >= UINT32_MAX >> SHARD_BITS || !take(w, s, size, &unit))
		return 0;
	if (s->count == s->cap) {
		s->at = xrealloc(s->at, (size_t)s->cap * 2, sizeof(*s->at));
		atomic_fetch_add(&w->tables, s->cap * sizeof(*s->at));
		s->cap *= 2;
	}
	s->at[s->count] = unit;
	h = head_at(w, unit);
	h->word = s->count << SHARD_BITS | (uint32_t)(s - w->shard);
	h->n = (uint32_t)n;
	memcpy(h + 1, p, n);
	((char *)(h + 1))[n] = '\0';
	to->hash = hash;
	to->word = h->word;
	s->count++;
	if (s->count * 3 > s->slots * 2)
		grow_slots(w, s);
	return h->word;
}

uint32_t
words_add(struct words *w, const char *p, size_t n, uint32_t hash, const char **text)
{
	struct shard *s = &w->shard[hash & (SHARDS - 1)];
	struct slot *to;
	uint32_t word;

	pthread_mutex_lock(&s->lock);
	to = look(w, s, p, n, hash);
	word = to->word != 0 ? to->word : put(w, s, to, p, n, hash);
	*text = word != 0 ? (const char *)(head_at(w, s->at[word >> SHARD_BITS]) + 1) : NULL;
	pthread_mutex_unlock(&s->lock);
	return word;
}

void
words_seal(struct words *w)
{
	uint32_t most = 1, i, k;

	for (i = 0; i < SHARDS; i++)
		if (w->shard[i].count > most)
			most = w->shard[i].count;
	w->end = most << SHARD_BITS;
	w->at = xcalloc(w->end, sizeof(*w->at));
	atomic_fetch_add(&w->tables, w->end * sizeof(*w->at));
	for (i = 0; i < SHARDS; i++)
		for (k = i == 0; k < w->shard[i].count; k++)
			w->at[k << SHARD_BITS | i] = w->shard[i].at[k] + 1;
}

const char *
words_text(const struct words *w, uint32_t word, size_t *n)
{
	const struct head *h;

	if (word == 0)
		return NULL;
	h = head_at(w, w->at[word] - 1);
	if (n != NULL)
		*n = h->n;
	return (const char *)(h + 1);
}

uint32_t
words_find(const struct words *w, const char *p, size_t n)
{
	size_t used = w->used, at = (size_t)(p - w->base);
	const struct head *h;
	uint32_t hash;

	/* A pointer of ours: the head before it says who it is. */
	if ((uintptr_t)p >= (uintptr_t)w->base + sizeof(*h) &&
	    (uintptr_t)p < (uintptr_t)w->base + used && at % UNIT == 0) {
		h = (const struct head *)(const void *)p - 1;
		if (h->word != 0 && h->word < w->end && h->n == n &&
		    w->at[h->word] != 0 && head_at(w, w->at[h->word] - 1) == h)
			return h->word;
	}
	hash = words_hash(p, n);
	return look(w, &w->shard[hash & (SHARDS - 1)], p, n, hash)->word;
}

uint32_t
words_end(const struct words *w)
{
	return w->end;
}

size_t
words_count(const struct words *w)
{
	size_t n = 0;
	int i;

	for (i = 0; i < SHARDS; i++)
		n += w->shard[i].count;
	return n - 1;
}

size_t
words_bytes(const struct words *w)
{
	return w->used + w->tables;
}
