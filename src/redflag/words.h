/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dictionary of a store: words to numbers and back, filled by several threads.
 *
 * The bytes lie in one run of address space that never moves, each word behind a head
 * with its number: a pointer that came from here is known by its place, and no
 * look-up is needed for it.
 *
 * Who adds has a place of its own (words_run), in which words lie and are numbered in
 * the order in which they came.  Registers of one laboratory name the same things in
 * nearly the same order, so the word behind the last one is most often the next one:
 * words_next finds it without a lock, a hash or a miss of the cache.
 */
#ifndef FJ_REDFLAG_WORDS_H
#define FJ_REDFLAG_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct words;

enum {
	WORD_MAX = 1 << 16,	/* bytes of one word; longer ones are cut */
};

/* max: bytes of all words.  NULL: no address space. */
struct words *words_new(size_t max);
void words_free(struct words **w);

/* Zeros at first; belongs to one thread at a time. */
struct words_run {
	size_t from, to;		/* bytes left of its block */
	size_t block;
	uint32_t number, end;		/* numbers left */
};

uint32_t words_hash(const char *p, size_t n);
/* 0: no room left.  hash as words_hash says; *text: where the word stands now, for as
 * long as w does. */
uint32_t words_add(struct words *w, struct words_run *run, const char *p, size_t n,
    uint32_t hash, const char **text);
/* A word with this hash will be asked for: its place comes nearer meanwhile. */
void words_soon(const struct words *w, uint32_t hash);
/* Is it the word that lies behind *text (of words_add)?  Then *text moves to it; 0: no. */
uint32_t words_next(const struct words *w, const char *p, size_t n, const char **text);
/* No words_add afterwards; then what follows. */
void words_seal(struct words *w);

const char *words_text(const struct words *w, uint32_t word, size_t *n);
uint32_t words_find(const struct words *w, const char *p, size_t n);	/* 0: none */
/* Numbers are below this. */
uint32_t words_end(const struct words *w);
size_t words_count(const struct words *w);
size_t words_bytes(const struct words *w);

#endif
