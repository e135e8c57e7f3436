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
	BLOCK_FIRST = 1 << 9,	/* what a run takes at once, twice as much each time */
	BLOCK_MOST = 1 << 15,
	NUMBERS = 64,		/* the same, of numbers */
	FIRST_SLOTS = 256,
	HUGE = 2 << 20,		/* a page of the larger kind */
	WORD_LEAST = 16,	/* bytes of a word and its head */
};

struct head {
	_Atomic uint32_t word;	/* set last: until then the place is empty */
	uint32_t n;
};

struct slot {
	uint32_t hash;
	uint32_t unit;		/* of the head; 0: free */
};

struct shard {
	pthread_mutex_t lock;
	struct slot *_Atomic slot;
	_Atomic uint32_t slots;	/* a power of two */
	uint32_t count;
};

struct words {
	char *base;
	size_t max;
	atomic_size_t used;	/* of the run of bytes */
	atomic_size_t tables;	/* bytes of slots and places */
	_Atomic uint32_t number;	/* given to runs */
	struct shard shard[SHARDS];
	uint32_t *at;		/* unit of the head by number, in address space of its own */
	uint32_t end;
};

/* Address space that becomes memory where it is written to; NULL: none. */
static void *
space(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Numbers that are given at most: of the words that fit, and what runs leave over. */
static size_t
most_numbers(const struct words *w)
{
	return w->max / WORD_LEAST + (1 << 20);
}

struct words *
words_new(size_t max)
{
	struct words *w = xcalloc(1, sizeof(*w));
	int i;

	w->max = max;
	w->base = space(max);
	w->at = w->base != NULL ? space(most_numbers(w) * sizeof(*w->at)) : NULL;
	if (w->at == NULL) {
		if (w->base != NULL)
			(void)munmap(w->base, max);
		free(w);
		return NULL;
	}
	(void)madvise(w->base, max, MADV_HUGEPAGE);
	w->used = UNIT;		/* unit 0 is no place */
	w->number = 1;		/* 0 is no word */
	for (i = 0; i < SHARDS; i++) {
		struct shard *s = &w->shard[i];

		pthread_mutex_init(&s->lock, NULL);
		s->slots = FIRST_SLOTS;
		s->slot = xcalloc(s->slots, sizeof(*s->slot));
	}
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
	}
	(void)munmap((*w)->base, (*w)->max);
	(void)munmap((*w)->at, most_numbers(*w) * sizeof(*(*w)->at));
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

static size_t
size_of(size_t n)
{
	return (sizeof(struct head) + n + 1 + UNIT - 1) / UNIT * UNIT;
}

/* Room for size bytes; false: none left. */
static bool
take(struct words *w, struct words_run *r, size_t size, uint32_t *unit)
{
	size_t want, from;

	if (r->to - r->from < size) {
		r->block = r->block == 0 ? BLOCK_FIRST :
		    r->block < BLOCK_MOST ? r->block * 2 : r->block;
		want = size > r->block ? size : r->block;
		from = atomic_fetch_add(&w->used, want);
		if (from + want > w->max) {
			atomic_fetch_sub(&w->used, want);
			return false;
		}
		r->from = from;
		r->to = from + want;
	}
	*unit = (uint32_t)(r->from / UNIT);
	r->from += size;
	return true;
}

/* false: none left. */
static bool
take_number(struct words *w, struct words_run *r, uint32_t *number)
{
	if (r->number == r->end) {
		r->number = atomic_fetch_add(&w->number, NUMBERS);
		if (r->number + (size_t)NUMBERS > most_numbers(w)) {
			atomic_fetch_sub(&w->number, NUMBERS);
			r->number = r->end = 0;
			return false;
		}
		r->end = r->number + NUMBERS;
	}
	*number = r->number++;
	return true;
}

/* Large ones in large pages, if the system has them: a slot is anywhere, and finding its
 * page would cost as much as reading it. */
static struct slot *
new_slots(uint32_t n)
{
	size_t size = n * sizeof(struct slot);
	struct slot *to = NULL;

	if (size < HUGE || posix_memalign((void **)&to, HUGE, size) != 0)
		return xcalloc(n, sizeof(*to));
	(void)madvise(to, size, MADV_HUGEPAGE);
	memset(to, 0, size);
	return to;
}

static void
grow_slots(struct words *w, struct shard *s)
{
	uint32_t old = s->slots, slots = old * 2, i, j;
	struct slot *from = s->slot, *to = new_slots(slots);

	atomic_fetch_add(&w->tables, old * sizeof(*to));
	for (i = 0; i < old; i++) {
		if (from[i].unit == 0)
			continue;
		for (j = (from[i].hash >> SHARD_BITS) & (slots - 1); to[j].unit != 0;)
			j = (j + 1) & (slots - 1);
		to[j] = from[i];
	}
	free(from);
	s->slot = to;
	s->slots = slots;
}

/* The slot of the word, or the free one where it belongs. */
static struct slot *
look(const struct words *w, const struct shard *s, const char *p, size_t n, uint32_t hash)
{
	uint32_t mask = atomic_load_explicit(&s->slots, memory_order_relaxed) - 1;
	struct slot *slot = atomic_load_explicit(&s->slot, memory_order_relaxed);
	uint32_t j = (hash >> SHARD_BITS) & mask;

	for (; slot[j].unit != 0; j = (j + 1) & mask)
		if (slot[j].hash == hash && is(head_at(w, slot[j].unit), p, n))
			break;
	return &slot[j];
}

/* The unit of the word; 0: no room. */
static uint32_t
put(struct words *w, struct shard *s, struct words_run *run, struct slot *to, const char *p,
    size_t n, uint32_t hash)
{
	struct head *h;
	uint32_t unit, number;

	if (!take_number(w, run, &number) || !take(w, run, size_of(n), &unit))
		return 0;
	h = head_at(w, unit);
	h->n = (uint32_t)n;
	memcpy(h + 1, p, n);
	((char *)(h + 1))[n] = '\0';
	w->at[number] = unit;
	atomic_store_explicit(&h->word, number, memory_order_release);
	to->hash = hash;
	to->unit = unit;
	s->count++;
	atomic_fetch_add_explicit(&w->tables, sizeof(*w->at), memory_order_relaxed);
	if (s->count * 3 > s->slots * 2)
		grow_slots(w, s);
	return unit;
}

uint32_t
words_add(struct words *w, struct words_run *run, const char *p, size_t n, uint32_t hash,
    const char **text)
{
	struct shard *s = &w->shard[hash & (SHARDS - 1)];
	struct slot *to;
	uint32_t unit;

	pthread_mutex_lock(&s->lock);
	to = look(w, s, p, n, hash);
	unit = to->unit != 0 ? to->unit : put(w, s, run, to, p, n, hash);
	pthread_mutex_unlock(&s->lock);
	*text = unit != 0 ? (const char *)(head_at(w, unit) + 1) : NULL;
	return unit != 0 ? head_at(w, unit)->word : 0;
}

/* What it reads may have grown meanwhile: then it brings the wrong place near, no harm. */
void
words_soon(const struct words *w, uint32_t hash)
{
	const struct shard *s = &w->shard[hash & (SHARDS - 1)];
	uint32_t mask = atomic_load_explicit(&s->slots, memory_order_relaxed) - 1;
	struct slot *slot = atomic_load_explicit(&s->slot, memory_order_relaxed);

	__builtin_prefetch((const char *)slot + (size_t)((hash >> SHARD_BITS) & mask) *
	    sizeof(*slot), 1);
}

uint32_t
words_next(const struct words *w, const char *p, size_t n, const char **text)
{
	const struct head *h = (const struct head *)(const void *)*text - 1;
	size_t at = (size_t)((const char *)h - w->base) + size_of(h->n);
	uint32_t word;

	if (at >= w->max)
		return 0;
	h = head_at(w, (uint32_t)(at / UNIT));
	word = atomic_load_explicit(&h->word, memory_order_acquire);
	if (word == 0 || !is(h, p, n))
		return 0;
	*text = (const char *)(h + 1);
	return word;
}

void
words_seal(struct words *w)
{
	w->end = w->number;
}

const char *
words_text(const struct words *w, uint32_t word, size_t *n)
{
	const struct head *h;

	if (word == 0)
		return NULL;
	h = head_at(w, w->at[word]);
	if (n != NULL)
		*n = h->n;
	return (const char *)(h + 1);
}

uint32_t
words_find(const struct words *w, const char *p, size_t n)
{
	size_t used = w->used, at = (size_t)(p - w->base);
	const struct head *h;
	uint32_t hash, unit;

	/* A pointer of ours: the head before it says who it is. */
	if ((uintptr_t)p >= (uintptr_t)w->base + sizeof(*h) &&
	    (uintptr_t)p < (uintptr_t)w->base + used && at % UNIT == 0) {
		h = (const struct head *)(const void *)p - 1;
		if (h->word != 0 && h->word < w->end && h->n == n &&
		    w->at[h->word] != 0 && head_at(w, w->at[h->word]) == h)
			return h->word;
	}
	hash = words_hash(p, n);
	unit = look(w, &w->shard[hash & (SHARDS - 1)], p, n, hash)->unit;
	return unit != 0 ? head_at(w, unit)->word : 0;
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
	return n;
}

size_t
words_bytes(const struct words *w)
{
	return w->used + w->tables;
}
