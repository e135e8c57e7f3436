/* SPDX-License-Identifier: Apache-2.0 */
/* Things and texts of one arena: apart, aligned, within the limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

enum {
	THINGS = 3000,
};

static void
nothing_overlaps(void **state)
{
	struct arena *a = arena_new(4 << 20);
	static char *text[THINGS];
	static unsigned char *thing[THINGS];
	char want[64];
	size_t i, k;

	(void)state;
	for (i = 0; i < THINGS; i++) {
		int n = snprintf(want, sizeof(want), "%.*s%zu", (int)(i % 40),
		    "0123456789012345678901234567890123456789", i);

		text[i] = arena_strndup(a, want, (size_t)n);
		thing[i] = arena_alloc(a, i % 97 + 1);
		assert_non_null(text[i]);
		assert_non_null(thing[i]);
		assert_int_equal((uintptr_t)thing[i] % _Alignof(long double), 0);
		for (k = 0; k <= i % 97; k++)
			assert_int_equal(thing[i][k], 0);
		memset(thing[i], (int)(i % 251) + 1, i % 97 + 1);
	}
	for (i = 0; i < THINGS; i++) {
		(void)snprintf(want, sizeof(want), "%.*s%zu", (int)(i % 40),
		    "0123456789012345678901234567890123456789", i);
		assert_string_equal(text[i], want);
		for (k = 0; k <= i % 97; k++)
			assert_int_equal(thing[i][k], (int)(i % 251) + 1);
	}
	arena_free(&a);
}

static void
the_limit_holds_for_texts(void **state)
{
	struct arena *a = arena_new(10000);
	size_t n = 0;

	(void)state;
	while (arena_strndup(a, "0123456789", 10) != NULL)
		n += 11;
	assert_true(n > 9000 && n <= 10000);
	assert_true(arena_used(a) <= 10000);
	assert_null(arena_strndup(a, "0123456789", 10));
	arena_free(&a);
}

static void
a_large_text_has_a_block_of_its_own(void **state)
{
	struct arena *a = arena_new(1 << 20);
	static char big[30000];
	char *one, *two, *small;

	(void)state;
	memset(big, 'x', sizeof(big));
	small = arena_strndup(a, "a", 1);
	one = arena_strndup(a, big, sizeof(big));
	two = arena_strndup(a, big, sizeof(big));
	assert_non_null(one);
	assert_non_null(two);
	assert_int_equal(strlen(one), sizeof(big));
	assert_int_equal(strlen(two), sizeof(big));
	assert_string_equal(small, "a");
	assert_string_equal(arena_strndup(a, "", 0), "");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_overlaps),
		cmocka_unit_test(the_limit_holds_for_texts),
		cmocka_unit_test(a_large_text_has_a_block_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
