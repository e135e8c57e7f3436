/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/suite.h"

const struct suite *
suite_row(uint8_t byte)
{
	static const struct suite *const rows[] = { &suite_one };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i]->byte == byte)
			return rows[i];
	return NULL;
}

const struct suite *
suite_must(uint8_t byte)
{
	const struct suite *s = suite_row(byte);

	FJ_BUG_IF(s == NULL);
	return s;
}

bool
suite_known(uint8_t suite)
{
	return suite_row(suite) != NULL;
}

enum fj_rc
suite_check(uint8_t suite, struct fj_err *e)
{
	if (suite_row(suite) == NULL)
		return fj_fail(e, FJ_NEWER, "crypto.suite", "d", (int)suite);
	return FJ_OK;
}

size_t
suite_public_len(uint8_t suite)
{
	return suite_must(suite)->public_len;
}

enum digest
suite_digest(uint8_t suite)
{
	return suite_must(suite)->digest;
}

size_t
suite_aead_key(uint8_t suite)
{
	return suite_must(suite)->aead_key;
}
