/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/merkle.h"

#include <string.h>

#include "crypto/crypto.h"

void
merkle_node(uint8_t suite, const struct hash *l, const struct hash *r, struct hash *out)
{
	static const uint8_t tag = 1;
	const struct part part[] = {{&tag, 1}, {l->b, HASH_LEN}, {r->b, HASH_LEN}};

	suite_hash_parts(suite, part, 3, out);
}

void
merkle_leaf(uint8_t suite, const void *data, size_t n, struct hash *out)
{
	static const uint8_t tag = 0;
	const struct part part[] = {{&tag, 1}, {data, n}};

	suite_hash_parts(suite, part, 2, out);
}

void
merkle_init(struct merkle *m, uint8_t suite)
{
	memset(m, 0, sizeof(*m));
	m->suite = suite;
}

void
merkle_add(struct merkle *m, const struct hash *leaf)
{
	uint64_t n = m->n++;
	struct hash h = *leaf;

	/* As in binary counting: each one bit below is a full subtree to join. */
	for (; n & 1; n >>= 1)
		merkle_node(m->suite, &m->peak[--m->npeak], &h, &h);
	m->peak[m->npeak++] = h;
}

void
merkle_root(const struct merkle *m, struct hash *out)
{
	int i = m->npeak;

	if (i == 0) {
		suite_hash(m->suite, "", 0, out);
		return;
	}
	*out = m->peak[--i];
	while (i > 0)
		merkle_node(m->suite, &m->peak[--i], out, out);
}

void
merkle_root_of(uint8_t suite, const struct hash *ids, size_t n, struct hash *out)
{
	struct merkle m;
	struct hash leaf;
	size_t i;

	merkle_init(&m, suite);
	for (i = 0; i < n; i++) {
		merkle_leaf(suite, ids[i].b, HASH_LEN, &leaf);
		merkle_add(&m, &leaf);
	}
	merkle_root(&m, out);
}

/* Where the proofs get the roots of ranges from. */
struct source {
	merkle_range_fn range;
	void *ctx;
	struct hash *path;
	int n;
};

/* Ranges made of leaves. */
struct by_leaf {
	uint8_t suite;
	merkle_leaf_fn leaf;
	void *ctx;
};

static bool
leaves_root(void *ctx, uint64_t from, uint64_t to, struct hash *out)
{
	const struct by_leaf *l = ctx;
	struct merkle m;
	struct hash leaf;

	merkle_init(&m, l->suite);
	for (; from < to; from++) {
		if (!l->leaf(l->ctx, from, &leaf))
			return false;
		merkle_add(&m, &leaf);
	}
	merkle_root(&m, out);
	return true;
}

/* The largest power of two below n, n >= 2. */
static uint64_t
split(uint64_t n)
{
	uint64_t k = 1;

	while (k < n - k)
		k <<= 1;
	return k;
}

static bool
path_add(struct source *s, uint64_t from, uint64_t to)
{
	return s->n < MERKLE_PATH && s->range(s->ctx, from, to, &s->path[s->n++]);
}

/* The siblings were met from the root down; a path is written from the leaf up. */
static void
turn(struct hash *path, int n)
{
	int i;

	for (i = 0; i < n / 2; i++) {
		struct hash h = path[i];

		path[i] = path[n - 1 - i];
		path[n - 1 - i] = h;
	}
}

int
merkle_inclusion_ranges(merkle_range_fn range, void *ctx, uint64_t index,
    uint64_t n, struct hash path[MERKLE_PATH])
{
	struct source s = {range, ctx, path, 0};
	uint64_t from = 0, to = n;

	if (index >= n)
		return -1;
	while (to - from > 1) {
		uint64_t mid = from + split(to - from);
		bool left = index < mid;

		if (!path_add(&s, left ? mid : from, left ? to : mid))
			return -1;
		if (left)
			to = mid;
		else
			from = mid;
	}
	turn(path, s.n);
	return s.n;
}

int
merkle_inclusion(uint8_t suite, merkle_leaf_fn leaf, void *ctx, uint64_t index,
    uint64_t n, struct hash path[MERKLE_PATH])
{
	struct by_leaf l = {suite, leaf, ctx};

	return merkle_inclusion_ranges(leaves_root, &l, index, n, path);
}

/* Levels at which the last node stands alone and goes up unchanged. */
static void
skip(uint64_t *fn, uint64_t *sn)
{
	while (!(*fn & 1) && *fn != 0) {
		*fn >>= 1;
		*sn >>= 1;
	}
}

bool
merkle_check_inclusion(uint8_t suite, const struct hash *leaf, uint64_t index,
    uint64_t n, const struct hash *path, int npath, const struct hash *root)
{
	uint64_t fn = index, sn = n - 1;
	struct hash r = *leaf;
	int i;

	if (index >= n)
		return false;
	for (i = 0; i < npath; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node(suite, &path[i], &r, &r);
			skip(&fn, &sn);
		} else {
			merkle_node(suite, &r, &path[i], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_eq(&r, root);
}

int
merkle_consistency_ranges(merkle_range_fn range, void *ctx, uint64_t m, uint64_t n,
    struct hash path[MERKLE_PATH])
{
	struct source s = {range, ctx, path, 0};
	uint64_t from = 0, to = n;

	if (m == 0 || m > n)
		return -1;
	while (to != m) {
		uint64_t mid = from + split(to - from);
		bool left = m <= mid;

		if (!path_add(&s, left ? mid : from, left ? to : mid))
			return -1;
		if (left)
			to = mid;
		else
			from = mid;
	}
	/* The subtree that ends at m is itself the old tree when it begins at 0. */
	if (from != 0 && !path_add(&s, from, to))
		return -1;
	turn(path, s.n);
	return s.n;
}

int
merkle_consistency(uint8_t suite, merkle_leaf_fn leaf, void *ctx, uint64_t m, uint64_t n,
    struct hash path[MERKLE_PATH])
{
	struct by_leaf l = {suite, leaf, ctx};

	return merkle_consistency_ranges(leaves_root, &l, m, n, path);
}

bool
merkle_check_consistency(uint8_t suite, uint64_t m, uint64_t n,
    const struct hash *old_root, const struct hash *new_root, const struct hash *path,
    int npath)
{
	uint64_t fn = m - 1, sn = n - 1;
	struct hash fr, sr;
	int i = 0;

	if (m == 0 || m > n)
		return false;
	if (m == n)
		return npath == 0 && hash_eq(old_root, new_root);
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	if (fn == 0)		/* m is a power of two: the old root begins the path */
		fr = sr = *old_root;
	else if (npath > 0)
		fr = sr = path[i++];
	else
		return false;
	for (; i < npath; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node(suite, &path[i], &fr, &fr);
			merkle_node(suite, &path[i], &sr, &sr);
			skip(&fn, &sn);
		} else {
			merkle_node(suite, &sr, &path[i], &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_eq(&fr, old_root) && hash_eq(&sr, new_root);
}
