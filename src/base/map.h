/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash map from byte strings to pointers.  Keys are copied; values belong to
 * the caller.  Seeded by address-free FNV-1a with a final mix; growth at 2/3.
 */
#ifndef FJ_BASE_MAP_H
#define FJ_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map;

struct map *map_new(void);
/* free_value may be NULL. */
void map_free(struct map **m, void (*free_value)(void *));
void *map_get(const struct map *m, const void *key, size_t n);	/* NULL: none */
/* Answers the value that stood there before, or NULL.  v must not be NULL. */
void *map_put(struct map *m, const void *key, size_t n, void *v);
void *map_del(struct map *m, const void *key, size_t n);
size_t map_count(const struct map *m);
/* In no particular order; stop by answering false. */
void map_each(const struct map *m,
    bool (*fn)(void *ctx, const void *key, size_t n, void *v), void *ctx);

#endif
