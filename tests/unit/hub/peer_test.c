/* SPDX-License-Identifier: Apache-2.0 */
/* PX1: whose X-Forwarded-For counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "hub/peer.h"

static void
addresses(void **state)
{
	static const struct {
		const char *trusted, *socket, *forwarded, *want;
	} t[] = {
		{ NULL, "127.0.0.1", "10.0.0.9", "127.0.0.1" },
		{ "127.0.0.1", "127.0.0.1", NULL, "127.0.0.1" },
		{ "127.0.0.1", "127.0.0.1", "10.0.0.9", "10.0.0.9" },
		{ "127.0.0.1", "192.0.2.1", "10.0.0.9", "192.0.2.1" },
		/* What stands before the proxy's own was written by whoever asked. */
		{ "127.0.0.1", "127.0.0.1", "1.2.3.4, 10.0.0.9", "10.0.0.9" },
		{ "127.0.0.1,10.0.0.2", "127.0.0.1", "1.2.3.4, 10.0.0.9, 10.0.0.2", "10.0.0.9" },
		{ "127.0.0.1", "127.0.0.1", "10.0.0.9:4711", "10.0.0.9" },
		{ "127.0.0.1", "127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1" },
		{ "127.0.0.1", "127.0.0.1", "2001:DB8:0::1", "2001:db8::1" },
		{ "127.0.0.1", "::ffff:127.0.0.1", "10.0.0.9", "10.0.0.9" },
		{ "::1", "::1", "10.0.0.9", "10.0.0.9" },
		{ "127.0.0.1, ::1", "::1", "10.0.0.9", "10.0.0.9" },
		{ "127.0.0.1", "127.0.0.1", "10.0.0.9, unknown", "127.0.0.1" },
		{ "127.0.0.1", "127.0.0.1", "", "127.0.0.1" },
		{ "127.0.0.1", "127.0.0.1", ",", "127.0.0.1" },
		{ "127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1" },
		{ "127.0.0.1", "127.0.0.1", "1111111111111111111111111111111111111111111111111111"
		    "11111111111111111111111111111111", "127.0.0.1" },
	};
	char out[PEER_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		peer_of(t[i].trusted, t[i].socket, t[i].forwarded, out);
		if (strcmp(out, t[i].want) != 0)
			fail_msg("row %zu: %s", i, out);
	}
}

static void
lists(void **state)
{
	(void)state;
	assert_true(peer_trusted_valid("127.0.0.1"));
	assert_true(peer_trusted_valid("127.0.0.1, ::1,10.1.2.3"));
	assert_false(peer_trusted_valid(""));
	assert_false(peer_trusted_valid("localhost"));
	assert_false(peer_trusted_valid("10.0.0.0/8"));
	assert_false(peer_trusted_valid("127.0.0.1,"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
