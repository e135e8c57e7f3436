/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for things that die together: a loaded form, a parsed document.
 * Allocation never fails while below max; above it arena_alloc answers NULL
 * and the owner reports FJ_LIMIT.
 */
#ifndef FJ_BASE_ARENA_H
#define FJ_BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(size_t max);
void arena_free(struct arena **a);
void *arena_alloc(struct arena *a, size_t n);	/* zeroed, aligned for any type */
char *arena_strndup(struct arena *a, const char *s, size_t n);
size_t arena_used(const struct arena *a);

#endif
