/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dictionary of a store: words to numbers and back, filled by several threads.
 *
 * The bytes lie in one run of address space that never moves, each word behind a head
 * with its number: a pointer that came from here is known by its place, and no
 * look-up is needed for it.
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

uint32_t words_hash(const char *p, size_t n);
/* 0: no room left.  hash as words_hash says; *text: where the word stands now, for as
 * long as w does. */
uint32_t words_add(struct words *w, const char *p, size_t n, uint32_t hash,
    const char **text);
/* No words_add afterwards; then what follows. */
void words_seal(struct words *w);

const char *words_text(const struct words *w, uint32_t word, size_t *n);
uint32_t words_find(const struct words *w, const char *p, size_t n);	/* 0: none */
/* Numbers are below this. */
uint32_t words_end(const struct words *w);
size_t words_count(const struct words *w);
size_t words_bytes(const struct words *w);

#endif
