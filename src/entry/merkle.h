/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merkle trees of RFC 9162, with the hash of a suite: leaf H(0x00 | data),
 * node H(0x01 | left | right), the empty tree H("").
 *
 * M1  the root depends on the leaves and their order alone, however they were
 *     added.
 * M2  an inclusion or consistency proof that merkle_check_* takes is one that
 *     the functions beside them could have made.
 */
#ifndef FJ_ENTRY_MERKLE_H
#define FJ_ENTRY_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/rc.h"

enum { MERKLE_PATH = 64 };

/* A tree that only grows: the roots of its full subtrees, largest first. */
struct merkle {
	uint8_t suite;
	int npeak;
	uint64_t n;			/* leaves */
	struct hash peak[MERKLE_PATH];
};

void merkle_leaf(uint8_t suite, const void *data, size_t n, struct hash *out);
void merkle_init(struct merkle *m, uint8_t suite);
void merkle_add(struct merkle *m, const struct hash *leaf);	/* a leaf hash */
void merkle_root(const struct merkle *m, struct hash *out);
/* The parent of two; out may be one of them. */
void merkle_node(uint8_t suite, const struct hash *l, const struct hash *r,
    struct hash *out);
/* The root over ids, as a freeze has it: leaf H(0x00 | id). */
void merkle_root_of(uint8_t suite, const struct hash *ids, size_t n, struct hash *out);

/*
 * Root of the leaves from … to - 1, at least one; false: not there (the proof fails).
 * For who keeps the roots of subtrees: a proof asks for few ranges, each begins at a
 * multiple of the power of two that is not below its length.
 */
typedef bool (*merkle_range_fn)(void *ctx, uint64_t from, uint64_t to, struct hash *out);
int merkle_inclusion_ranges(merkle_range_fn range, void *ctx, uint64_t index, uint64_t n,
    struct hash path[MERKLE_PATH]);
int merkle_consistency_ranges(merkle_range_fn range, void *ctx, uint64_t m, uint64_t n,
    struct hash path[MERKLE_PATH]);

/* How to get leaf hash i; false: not there (the proof fails). */
typedef bool (*merkle_leaf_fn)(void *ctx, uint64_t i, struct hash *out);

/* Path of leaf `index` in the tree of the first n leaves; answers its length, -1
 * when index >= n or a leaf is not there. */
int merkle_inclusion(uint8_t suite, merkle_leaf_fn leaf, void *ctx, uint64_t index,
    uint64_t n, struct hash path[MERKLE_PATH]);
bool merkle_check_inclusion(uint8_t suite, const struct hash *leaf, uint64_t index,
    uint64_t n, const struct hash *path, int npath, const struct hash *root);

/* Proof that the tree of n leaves begins with the tree of m leaves, 0 < m <= n. */
int merkle_consistency(uint8_t suite, merkle_leaf_fn leaf, void *ctx, uint64_t m,
    uint64_t n, struct hash path[MERKLE_PATH]);
bool merkle_check_consistency(uint8_t suite, uint64_t m, uint64_t n,
    const struct hash *old_root, const struct hash *new_root,
    const struct hash *path, int npath);

#endif
