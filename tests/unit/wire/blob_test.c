/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/blob.h"

enum { LINES = 2000, MOST = 1 << 20 };

/* Like a form: lines that look alike and differ; `changed` of them are of this version. */
static void
version(struct fj_buf *b, int changed, int number)
{
	unsigned r = 7;
	int i;

	fj_buf_init(b, MOST);
	for (i = 0; i < LINES; i++) {
		r = r * 1103515245 + 12345;
		fj_buf_printf(b, "{\"type\":\"verdict\",\"name\":\"s%d\",\"label\":\"检查项 %u\"}\n",
		    i, i % (LINES / changed) == 0 ? r + (unsigned)number : r);
	}
}

static void
there_and_back(const struct fj_buf *old, const struct fj_buf *new, enum blob_how how,
    size_t most)
{
	struct fj_buf wire, got;

	fj_buf_init(&wire, MOST);
	fj_buf_init(&got, MOST);
	blob_pack(old ? old->p : NULL, old ? old->n : 0, new->p, new->n, &wire);
	print_message("# blob: %zu bytes as %d: %zu\n", new->n, (int)how, wire.n);
	assert_int_equal((uint8_t)wire.p[0], how);
	assert_true(wire.n <= most);
	assert_int_equal(blob_unpack(old ? old->p : NULL, old ? old->n : 0, wire.p, wire.n,
	    new->n, &got, NULL), FJ_OK);
	assert_int_equal(got.n, new->n);
	assert_memory_equal(got.p, new->p, new->n);
	fj_buf_release(&wire);
	fj_buf_release(&got);
}

static void
round_trips(void **state)
{
	struct fj_buf one, two, same, tiny;

	(void)state;
	version(&one, 3, 1);
	version(&two, 3, 2);
	version(&same, 3, 2);
	fj_buf_init(&tiny, 64);
	fj_buf_puts(&tiny, "a1");
	there_and_back(NULL, &one, BLOB_PACKED, one.n / 5);
	there_and_back(&one, &two, BLOB_DELTA, 300);
	there_and_back(&same, &two, BLOB_DELTA, 100);
	there_and_back(NULL, &tiny, BLOB_PLAIN, 3);
	there_and_back(&one, &tiny, BLOB_PLAIN, 3);
	fj_buf_release(&one);
	fj_buf_release(&two);
	fj_buf_release(&same);
	fj_buf_release(&tiny);
}

static void
refused(const void *old, size_t nold, const void *p, size_t n, size_t max,
    enum fj_rc want, const char *code)
{
	struct fj_buf got;
	struct fj_err e;

	fj_buf_init(&got, MOST);
	assert_int_equal(blob_unpack(old, nold, p, n, max, &got, &e), want);
	assert_string_equal(e.code, code);
	assert_int_equal(got.n, 0);
	fj_buf_release(&got);
}

static void
refusals(void **state)
{
	struct fj_buf one, two, wire;
	size_t i;

	(void)state;
	version(&one, 3, 1);
	version(&two, 3, 2);
	fj_buf_init(&wire, MOST);
	blob_pack(one.p, one.n, two.p, two.n, &wire);
	refused(NULL, 0, "", 0, 10, FJ_CORRUPT, "wire.blob");
	refused(NULL, 0, "\x03x", 2, 10, FJ_CORRUPT, "wire.blob");
	refused(NULL, 0, wire.p, wire.n, MOST, FJ_CORRUPT, "wire.blob");
	refused(one.p, one.n, wire.p, wire.n, two.n - 1, FJ_LIMIT, "wire.blob-large");
	refused(one.p, one.n, "\x00""abc", 4, 2, FJ_LIMIT, "wire.blob-large");
	for (i = 1; i < wire.n; i++)
		refused(one.p, one.n, wire.p, i, two.n, FJ_CORRUPT, "wire.blob");
	/* Over other bytes it ends, in an error or in bytes that no digest fits. */
	for (i = 1; i < wire.n; i++) {
		struct fj_buf got;

		wire.p[i] = (char)(wire.p[i] ^ 0x10);
		fj_buf_init(&got, MOST);
		if (blob_unpack(one.p, one.n, wire.p, wire.n, MOST, &got, NULL) == FJ_OK)
			assert_true(got.n <= MOST);
		fj_buf_release(&got);
		wire.p[i] = (char)(wire.p[i] ^ 0x10);
	}
	fj_buf_release(&one);
	fj_buf_release(&two);
	fj_buf_release(&wire);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
