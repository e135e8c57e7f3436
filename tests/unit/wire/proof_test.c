/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/entry/fixture.h"

#include "wire/proof.h"

#define H64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
round_trip(void **state)
{
	static const char want[] = "{\"from\":3,\"to\":7,\"path\":[\"" H64 "\",\"" H64 "\"]}";
	struct log_proof p, q;
	struct fj_buf b;

	(void)state;
	ok(log_proof_read(want, sizeof(want) - 1, LOG_PROOF_CONSISTENCY, &p, NULL));
	assert_int_equal(p.first, 3);
	assert_int_equal(p.size, 7);
	assert_int_equal(p.npath, 2);
	assert_int_equal(p.path[1].b[31], 0xff);
	fj_buf_init(&b, WIRE_PROOF_BYTES);
	log_proof_write(&p, &b);
	assert_string_equal(b.p, want);
	p.kind = LOG_PROOF_INCLUSION;
	p.npath = MERKLE_PATH;
	memset(p.path, 7, sizeof(p.path));
	fj_buf_clear(&b);
	log_proof_write(&p, &b);
	assert_false(fj_buf_over(&b));
	ok(log_proof_read(b.p, b.n, LOG_PROOF_INCLUSION, &q, NULL));
	assert_int_equal(q.npath, MERKLE_PATH);
	assert_memory_equal(p.path, q.path, sizeof(p.path));
	assert_int_equal(log_proof_read(b.p, b.n, LOG_PROOF_CONSISTENCY, &q, NULL), FJ_INVAL);
	fj_buf_release(&b);
}

static void
refused(void **state)
{
	static const struct {
		const char *text, *code, *arg;
	} row[] = {
		{ "[]", "wire.member", "leaf" },
		{ "{", "wire.json", NULL },
		{ "{\"size\":1,\"path\":[]}", "wire.member", "leaf" },
		{ "{\"leaf\":-1,\"size\":1,\"path\":[]}", "wire.member", "leaf" },
		{ "{\"leaf\":1.5,\"size\":1,\"path\":[]}", "wire.member", "leaf" },
		{ "{\"leaf\":1,\"path\":[]}", "wire.member", "size" },
		{ "{\"leaf\":1,\"size\":1}", "wire.member", "path" },
		{ "{\"leaf\":1,\"size\":1,\"path\":\"" H64 "\"}", "wire.member", "path" },
		{ "{\"leaf\":1,\"size\":1,\"path\":[1]}", "wire.member", "path" },
		{ "{\"leaf\":1,\"size\":1,\"path\":[\"00\"]}", "wire.member", "path" },
		{ "{\"leaf\":1,\"size\":1,\"path\":[\"" H64 "00\"]}", "wire.member", "path" },
	};
	struct log_proof p;
	struct fj_err e;
	struct fj_buf b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(log_proof_read(row[i].text, strlen(row[i].text),
		    LOG_PROOF_INCLUSION, &p, &e), FJ_INVAL);
		assert_string_equal(e.code, row[i].code);
		if (row[i].arg != NULL)
			assert_string_equal(e.arg[0], row[i].arg);
	}
	fj_buf_init(&b, 2 * WIRE_PROOF_BYTES);
	fj_buf_printf(&b, "{\"leaf\":1,\"size\":1,\"path\":[0");
	for (i = 0; i < MERKLE_PATH; i++)
		fj_buf_printf(&b, ",0");
	fj_buf_printf(&b, "]}");
	assert_int_equal(log_proof_read(b.p, b.n, LOG_PROOF_INCLUSION, &p, &e), FJ_LIMIT);
	for (i = 0; i < WIRE_PROOF_BYTES; i++)
		fj_buf_u8(&b, ' ');
	assert_int_equal(log_proof_read(b.p, b.n, LOG_PROOF_INCLUSION, &p, &e), FJ_LIMIT);
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(refused),
	};

	crypto_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
