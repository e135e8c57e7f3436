/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/entry/fixture.h"

#include "entry/merkle.h"

enum { MOST = 70 };

static struct hash
leaf_of(uint64_t i)
{
	struct hash h;
	uint8_t byte = (uint8_t)i;

	merkle_leaf(SUITE_1, &byte, 1, &h);
	return h;
}

static bool
get(void *ctx, uint64_t i, struct hash *out)
{
	(void)ctx;
	*out = leaf_of(i);
	return i < MOST;
}

/* The definition of RFC 9162, 2.1.1, without any cleverness. */
static struct hash
by_definition(uint64_t from, uint64_t to)
{
	uint8_t node[1 + 2 * HASH_LEN] = {1};
	struct hash h, l, r;
	uint64_t k = 1;

	if (to == from) {
		suite_hash(SUITE_1, "", 0, &h);
		return h;
	}
	if (to - from == 1)
		return leaf_of(from);
	while (2 * k < to - from)
		k *= 2;
	l = by_definition(from, from + k);
	r = by_definition(from + k, to);
	memcpy(node + 1, l.b, HASH_LEN);
	memcpy(node + 1 + HASH_LEN, r.b, HASH_LEN);
	suite_hash(SUITE_1, node, sizeof(node), &h);
	return h;
}

static void
roots(void **state)
{
	struct merkle m;
	struct hash root, want;
	uint64_t n;

	(void)state;
	merkle_init(&m, SUITE_1);
	for (n = 0; n <= MOST; n++) {
		merkle_root(&m, &root);
		want = by_definition(0, n);
		assert_true(hash_eq(&root, &want));
		if (n < MOST) {
			want = leaf_of(n);
			merkle_add(&m, &want);
		}
	}
}

static void
inclusion(void **state)
{
	struct hash path[MERKLE_PATH], root, leaf;
	uint64_t n, i;
	int len;

	(void)state;
	for (n = 1; n <= MOST; n++) {
		root = by_definition(0, n);
		for (i = 0; i < n; i++) {
			len = merkle_inclusion(SUITE_1, get, NULL, i, n, path);
			assert_true(len >= 0);
			leaf = leaf_of(i);
			assert_true(merkle_check_inclusion(SUITE_1, &leaf, i, n, path, len, &root));
			assert_false(merkle_check_inclusion(SUITE_1, &leaf, i + 1, n, path, len,
			    &root) && n > 1);
			leaf.b[0] ^= 1;
			assert_false(merkle_check_inclusion(SUITE_1, &leaf, i, n, path, len, &root));
			leaf = leaf_of(i);
			if (len > 0)
				assert_false(merkle_check_inclusion(SUITE_1, &leaf, i, n, path,
				    len - 1, &root));
		}
	}
	assert_int_equal(merkle_inclusion(SUITE_1, get, NULL, 3, 3, path), -1);
	assert_int_equal(merkle_inclusion(SUITE_1, get, NULL, 0, MOST + 1, path), -1);
	assert_false(merkle_check_inclusion(SUITE_1, &leaf, 0, 0, path, 0, &root));
}

static void
consistency(void **state)
{
	struct hash path[MERKLE_PATH], a, b;
	uint64_t n, m;
	int len;

	(void)state;
	for (n = 1; n <= MOST; n++) {
		b = by_definition(0, n);
		for (m = 1; m <= n; m++) {
			a = by_definition(0, m);
			len = merkle_consistency(SUITE_1, get, NULL, m, n, path);
			assert_true(len >= 0);
			assert_true(merkle_check_consistency(SUITE_1, m, n, &a, &b, path, len));
			a.b[0] ^= 1;
			assert_false(merkle_check_consistency(SUITE_1, m, n, &a, &b, path, len));
			a.b[0] ^= 1;
			b.b[0] ^= 1;
			assert_false(merkle_check_consistency(SUITE_1, m, n, &a, &b, path, len));
			b.b[0] ^= 1;
			if (len > 0)
				assert_false(merkle_check_consistency(SUITE_1, m, n, &a, &b, path,
				    len - 1));
		}
	}
	assert_int_equal(merkle_consistency(SUITE_1, get, NULL, 0, 3, path), -1);
	assert_int_equal(merkle_consistency(SUITE_1, get, NULL, 4, 3, path), -1);
	assert_false(merkle_check_consistency(SUITE_1, 0, 3, &a, &b, path, 0));
	assert_false(merkle_check_consistency(SUITE_1, 5, 3, &a, &b, path, 0));
}

static void
digest_of(const struct fj_buf *b, char out[HASH_TEXT + 1])
{
	struct hash h;

	digest_bytes(DIGEST_SHA256, b->p, b->n, &h);
	hash_format(&h, out);
}

/* tests/golden/entry/merkle.tsv, made without the program (merkle.py). */
static void
golden(void **state)
{
	FILE *f = fopen("tests/golden/entry/merkle.tsv", "r");
	struct hash path[MERKLE_PATH], root;
	struct fj_buf all[2];
	unsigned n = 0, line;
	char text[3][80], got[3][HASH_TEXT + 1];
	uint64_t m;
	int len;

	(void)state;
	assert_non_null(f);
	fj_buf_init(&all[0], 1 << 20);
	fj_buf_init(&all[1], 1 << 20);
	for (line = 1; fscanf(f, "%u %79s %79s %79s", &n, text[0], text[1], text[2]) == 4;
	    line++) {
		assert_int_equal(n, line);
		fj_buf_clear(&all[0]);
		fj_buf_clear(&all[1]);
		for (m = 0; m < n; m++) {
			len = merkle_inclusion(SUITE_1, get, NULL, m, n, path);
			fj_buf_add(&all[0], path, (size_t)len * HASH_LEN);
			len = merkle_consistency(SUITE_1, get, NULL, m + 1, n, path);
			fj_buf_add(&all[1], path, (size_t)len * HASH_LEN);
		}
		root = by_definition(0, n);
		hash_format(&root, got[0]);
		digest_of(&all[0], got[1]);
		digest_of(&all[1], got[2]);
		for (m = 0; m < 3; m++)
			assert_string_equal(got[m], text[m]);
	}
	assert_int_equal(line, MOST + 1);
	fj_buf_release(&all[0]);
	fj_buf_release(&all[1]);
	fclose(f);
}

/* M2: what was changed anywhere, cut, lengthened, or meant for another place. */
static void
wrong_ones_are_refused(void **state)
{
	struct hash path[MERKLE_PATH], a, b, leaf;
	uint64_t n = 53, m;
	int len, i;

	(void)state;
	b = by_definition(0, n);
	for (m = 1; m < n; m++) {
		a = by_definition(0, m);
		len = merkle_consistency(SUITE_1, get, NULL, m, n, path);
		for (i = 0; i < len; i++) {
			path[i].b[31] ^= 1;
			assert_false(merkle_check_consistency(SUITE_1, m, n, &a, &b, path, len));
			path[i].b[31] ^= 1;
		}
		path[len] = path[0];
		assert_false(merkle_check_consistency(SUITE_1, m, n, &a, &b, path, len + 1));
		assert_false(merkle_check_consistency(SUITE_1, m + 1, n, &a, &b, path, len));
		assert_false(merkle_check_consistency(SUITE_1, m, n, &b, &a, path, len));
		leaf = leaf_of(m);
		len = merkle_inclusion(SUITE_1, get, NULL, m, n, path);
		for (i = 0; i < len; i++) {
			path[i].b[0] ^= 128;
			assert_false(merkle_check_inclusion(SUITE_1, &leaf, m, n, path, len, &b));
			path[i].b[0] ^= 128;
		}
		path[len] = path[0];
		assert_false(merkle_check_inclusion(SUITE_1, &leaf, m, n, path, len + 1, &b));
		assert_false(merkle_check_inclusion(SUITE_1, &leaf, m - 1, n, path, len, &b));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots),
		cmocka_unit_test(inclusion),
		cmocka_unit_test(consistency),
		cmocka_unit_test(golden),
		cmocka_unit_test(wrong_ones_are_refused),
	};

	crypto_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
