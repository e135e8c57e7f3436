/* SPDX-License-Identifier: Apache-2.0 */
/* What certificates say; bytes that are none.  More: tests/e2e/check_config.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "crypto/cert.h"
#include "unit/crypto/cert_sample.h"

static void
looked_at(void **state)
{
	struct cert_facts f;
	struct fj_err e;

	(void)state;
	assert_int_equal(cert_look(sample_cert, strlen(sample_cert), sample_key,
	    strlen(sample_key), &f, &e), FJ_OK);
	assert_true(f.key_matches);
	assert_true(f.ends_s > 0);
	assert_string_equal(f.names, "hub.example 192.0.2.1");
	assert_int_equal(cert_look(sample_cert, strlen(sample_cert), other_key,
	    strlen(other_key), &f, &e), FJ_OK);
	assert_false(f.key_matches);
}

static void
none(void **state)
{
	struct cert_facts f;
	struct fj_err e;

	(void)state;
	assert_int_equal(cert_look("", 0, sample_key, strlen(sample_key), &f, &e), FJ_INVAL);
	assert_string_equal(e.code, "crypto.cert");
	assert_int_equal(cert_look(sample_cert, strlen(sample_cert) / 2, sample_key,
	    strlen(sample_key), &f, &e), FJ_INVAL);
	assert_string_equal(e.code, "crypto.cert");
	assert_int_equal(cert_look(sample_cert, strlen(sample_cert), sample_cert,
	    strlen(sample_cert), &f, &e), FJ_INVAL);
	assert_string_equal(e.code, "crypto.cert-key");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looked_at),
		cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
