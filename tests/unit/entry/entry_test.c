/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/entry/fixture.h"

#include "base/limits.h"

static void
frame_round_trip(void **state)
{
	struct writer w;
	struct entry en;
	struct fj_buf again;

	(void)state;
	writer_open(&w, 1, STREAM_VISIT, fixed_id(40));
	write_hello(&w, "检查员甲", "A-001");
	ok(entry_decode(w.frame.p, w.frame.n, &en, NULL));
	assert_true(hash_eq(&en.id, &w.en.id));
	fj_buf_init(&again, 1 << 20);
	ok(entry_encode(&en, &again, NULL));
	assert_int_equal(again.n, w.frame.n);
	assert_memory_equal(again.p, w.frame.p, again.n);
	fj_buf_release(&again);
	writer_close(&w);
}

static void
frame_damage(void **state)
{
	struct { size_t at; uint8_t byte; enum fj_rc rc; const char *code; } bad[] = {
		{0, 'X', FJ_CORRUPT, "entry.frame"},
		{3, 2, FJ_NEWER, "entry.version"},
		{3, 0, FJ_CORRUPT, "entry.version"},
		{4, 9, FJ_NEWER, "entry.suite"},
		{5, 0, FJ_CORRUPT, "entry.frame"},
		{5, 4, FJ_CORRUPT, "entry.frame"},
		{45, 0, FJ_CORRUPT, "entry.frame"},	/* seq 0 */
		{45, 2, FJ_CORRUPT, "entry.frame"},	/* seq 2 without prev */
		{54, 1, FJ_CORRUPT, "entry.frame"},	/* prev of entry 1 */
		{86, 1, FJ_LIMIT, "entry.size"},
		{89, 7, FJ_CORRUPT, "entry.frame"},
	};
	struct writer w;
	struct entry en;
	size_t i;

	(void)state;
	writer_open(&w, 1, STREAM_VISIT, fixed_id(40));
	write_hello(&w, "检查员甲", NULL);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char old = w.frame.p[bad[i].at];

		w.frame.p[bad[i].at] = (char)bad[i].byte;
		fails(entry_decode(w.frame.p, w.frame.n, &en, e), bad[i].rc, bad[i].code);
		w.frame.p[bad[i].at] = old;
	}
	for (i = 0; i < w.frame.n; i++)
		assert_int_not_equal(entry_decode(w.frame.p, i, &en, NULL), FJ_OK);
	fails(entry_decode(w.frame.p, w.frame.n - 1, &en, e), FJ_CORRUPT, "entry.frame");
	w.en.len = 0;
	fails(entry_encode(&w.en, &w.payload, e), FJ_LIMIT, "entry.size");
	w.en.len = LIMIT_PAYLOAD + 1;
	fails(entry_encode(&w.en, &w.payload, e), FJ_LIMIT, "entry.size");
	w.en.suite = 7;
	fails(entry_encode(&w.en, &w.payload, e), FJ_NEWER, "entry.suite");
	writer_close(&w);
}

static void
follows(void **state)
{
	struct writer w;
	struct chain_head head, none;
	struct entry good, en;

	(void)state;
	writer_open(&w, 1, STREAM_VISIT, fixed_id(40));
	memset(&none, 0, sizeof(none));
	write_hello(&w, "检查员甲", NULL);
	ok(entry_follows(&none, &w.en, NULL));
	head = w.head;
	write_text(&w, "{\"op\":\"cancel\",\"why\":\"改期\"}");
	good = w.en;
	ok(entry_follows(&head, &good, NULL));
	fails(entry_follows(&none, &good, e), FJ_CORRUPT, "entry.chain");
	en = good, en.seq++;
	fails(entry_follows(&head, &en, e), FJ_CORRUPT, "entry.chain");
	en = good, en.prev.b[0] ^= 1;
	fails(entry_follows(&head, &en, e), FJ_CORRUPT, "entry.chain");
	en = good, en.dev.b[0] ^= 1;
	fails(entry_follows(&head, &en, e), FJ_CORRUPT, "entry.chain");
	en = good, en.hlc = head.hlc;
	fails(entry_follows(&head, &en, e), FJ_CORRUPT, "entry.chain");
	head.seq = UINT64_MAX;
	en = good, en.seq = 0;
	fails(entry_follows(&head, &en, e), FJ_CORRUPT, "entry.chain");
	writer_close(&w);
}

static void
hybrid_clock(void **state)
{
	uint64_t a = hlc_next(0, 1000);

	(void)state;
	assert_int_equal(hlc_ms(a), 1000);
	assert_true(hlc_next(a, 1000) == a + 1);
	assert_true(hlc_next(a, -5) == a + 1);
	assert_true(hlc_next(a, 1001) > a + 1);
	assert_true(hlc_next(UINT64_MAX, 1) == UINT64_MAX);
	assert_true(hlc_next(0, INT64_MAX) > 0);
}

static void
gate(void **state)
{
	static const char *const bad[] = {
		"", "[]", "{}", "{\"op\":1}", "{\"op\":\"\"}", "{\"op\":\"set\",\"op\":\"set\"}",
		"{\"op\":\"set\"} ", "{\"op\":\"set\"}x", "{\"op\":\"\\u0000\"}",
		"{\"op\":\"\xff\"}", "{\"op\":\"set\",\"x\":01}",
	};
	struct json_doc *d = NULL;
	struct stamp at;
	struct entry en;
	size_t i;

	(void)state;
	memset(&en, 0, sizeof(en));
	en.seq = 3;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (strcmp(bad[i], "{\"op\":\"set\"} ") == 0)
			continue;	/* white space after the value is grammar */
		en.payload = bad[i];
		en.len = strlen(bad[i]);
		fails(entry_payload(&en, &d, e), FJ_CORRUPT, "entry.payload");
		assert_null(d);
	}
	en.payload = "{\"op\":\"set\",\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":7,"
	    "\"boot\":\"0a1b2c3d\"}";
	en.len = strlen(en.payload);
	ok(entry_payload(&en, &d, NULL));
	assert_string_equal(payload_op(d), "set");
	assert_true(payload_stamp(d, &at));
	assert_int_equal(at.up, 7);
	assert_string_equal(at.boot, "0a1b2c3d");
	json_free(&d);
	en.payload = "{\"op\":\"x\",\"boot\":\"0a1b2c3\"}";
	en.len = strlen(en.payload);
	ok(entry_payload(&en, &d, NULL));
	assert_false(payload_stamp(d, &at));
	json_free(&d);
}

static void
hello_checks(void **state)
{
	struct writer w;
	struct hello h;
	struct fj_buf text;
	struct stamp at = fixed_stamp(0);
	struct entry en;

	(void)state;
	writer_open(&w, 1, STREAM_VISIT, fixed_id(40));
	memset(&h, 0, sizeof(h));
	h.key = *w.pub;
	strcpy(h.name, "检查员甲");
	strcpy(h.cert, "A-001");
	strcpy(h.org, "甲市市场监督管理局");
	h.has_seen = true;
	h.seen.b[3] = 9;
	h.has_continues = true;
	h.continues = fixed_id(3);
	hello_write(&h, &at, &w.payload);
	write_entry(&w);
	memset(&h, 0, sizeof(h));
	ok(hello_read(&w.en, &h, NULL));
	assert_string_equal(h.org, "甲市市场监督管理局");
	assert_true(h.has_seen && h.seen.b[3] == 9 && h.has_continues);
	assert_true(key_eq(&h.key, w.pub));

	en = w.en, en.dev.b[0] ^= 1;
	fails(hello_read(&en, &h, e), FJ_CORRUPT, "hello.dev");
	en = w.en, en.seq = 2;
	fails(hello_read(&en, &h, e), FJ_CORRUPT, "hello.missing");
	fj_buf_init(&text, 4096);
	fj_buf_puts(&text, "{\"op\":\"hello\",\"suite\":1,\"sign\":\"00\"}");
	en = w.en, en.payload = text.p, en.len = text.n;
	fails(hello_read(&en, &h, e), FJ_CORRUPT, "hello.member");
	fj_buf_clear(&text);
	fj_buf_puts(&text, "{\"op\":\"hello\",\"suite\":9}");
	en.payload = text.p, en.len = text.n;
	fails(hello_read(&en, &h, e), FJ_NEWER, "entry.suite");
	fj_buf_release(&text);
	writer_close(&w);
}

/* A key that verifies anything: one byte and zeros. */
static void
weak_key(void **state)
{
	struct identity_public k;
	struct writer w;
	struct hello h;
	struct stamp at = fixed_stamp(0);
	struct entry en;

	(void)state;
	writer_open(&w, 1, STREAM_VISIT, fixed_id(40));
	k = *w.pub;
	memset(k.sign.b, 0, k.sign.n);
	k.sign.b[0] = 1;
	fails(key_check(&k, e), FJ_DENIED, "entry.weak-key");
	memset(&h, 0, sizeof(h));
	h.key = k;
	strcpy(h.name, "x");
	hello_write(&h, &at, &w.payload);
	write_entry(&w);
	en = w.en;
	identity_dev(&k, &en.dev);
	fails(hello_read(&en, &h, e), FJ_DENIED, "entry.weak-key");
	k = *w.pub;
	memset(k.kx.b, 0, k.kx.n);
	fails(key_check(&k, e), FJ_DENIED, "entry.weak-key");
	writer_close(&w);
}

enum { LONG = 6 };

struct chain {
	struct writer w;
	char *frames[LONG];
	struct entry en[LONG];
	struct entry_sig sig[LONG];
};

static void
make_chain(struct chain *c)
{
	int i;

	writer_open(&c->w, 1, STREAM_VISIT, fixed_id(40));
	for (i = 0; i < LONG; i++) {
		if (i == 0)
			write_hello(&c->w, "检查员甲", "A-001");
		else
			write_text(&c->w, "{\"op\":\"comment\",\"text\":\"x\"}");
		c->frames[i] = xmemdup(c->w.frame.p, c->w.frame.n);
		ok(entry_decode(c->frames[i], c->w.frame.n, &c->en[i], NULL));
		c->sig[i].seq = (uint64_t)i + 1;
		memcpy(c->sig[i].sig, c->w.sig, ENTRY_SIG);
	}
}

static void
free_chain(struct chain *c)
{
	int i;

	for (i = 0; i < LONG; i++)
		free(c->frames[i]);
	writer_close(&c->w);
}

static void
chains(void **state)
{
	struct chain c;
	struct chain_report r;
	struct chain_head head, after;
	struct entry_sig none = {99, {0}};

	(void)state;
	make_chain(&c);
	ok(verify_chain(c.en, LONG, c.sig, LONG, CHAIN_FULL, &r, NULL));
	assert_int_equal(r.checked, LONG);
	assert_int_equal(r.covered, LONG);
	ok(verify_chain(c.en, LONG, c.sig, 3, CHAIN_NEWEST, &r, NULL));
	assert_int_equal(r.checked, 1);
	assert_int_equal(r.covered, 3);
	fails(verify_chain(c.en, LONG, NULL, 0, CHAIN_FULL, &r, e), FJ_CORRUPT,
	    "chain.unsigned");
	fails(verify_chain(c.en, LONG, &none, 1, CHAIN_FULL, &r, e), FJ_CORRUPT,
	    "chain.unsigned");
	c.sig[1].sig[0] ^= 1;
	ok(verify_chain(c.en, LONG, c.sig, LONG, CHAIN_NEWEST, &r, NULL));
	fails(verify_chain(c.en, LONG, c.sig, LONG, CHAIN_FULL, &r, e), FJ_CORRUPT,
	    "entry.signature");
	c.sig[1].sig[0] ^= 1;

	ok(verify_run(NULL, c.en, 3, c.w.pub, c.sig[2].sig, &head, NULL));
	assert_int_equal(head.seq, 3);
	ok(verify_run(&head, c.en + 3, 3, c.w.pub, c.sig[5].sig, &after, NULL));
	fails(verify_run(&head, c.en + 4, 2, c.w.pub, c.sig[5].sig, &after, e), FJ_CORRUPT,
	    "entry.chain");
	fails(verify_run(&head, c.en + 3, 2, c.w.pub, c.sig[5].sig, &after, e), FJ_CORRUPT,
	    "entry.signature");
	c.en[4].stream.b[0] ^= 1;
	fails(verify_run(&head, c.en + 3, 3, c.w.pub, c.sig[5].sig, &after, e), FJ_CORRUPT,
	    "entry.chain");
	free_chain(&c);
}

/* A chain of one key given under another. */
static void
wrong_key(void **state)
{
	struct chain c;
	struct identity *other = fixed_identity(99);

	(void)state;
	make_chain(&c);
	fails(verify_run(NULL, c.en, 2, identity_pub(other), c.sig[1].sig, NULL, e),
	    FJ_CORRUPT, "hello.dev");
	fails(entry_verify(&c.en[0], identity_pub(other), c.sig[0].sig, e), FJ_CORRUPT,
	    "entry.signature");
	identity_free(&other);
	free_chain(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame_round_trip),
		cmocka_unit_test(frame_damage),
		cmocka_unit_test(follows),
		cmocka_unit_test(hybrid_clock),
		cmocka_unit_test(gate),
		cmocka_unit_test(hello_checks),
		cmocka_unit_test(weak_key),
		cmocka_unit_test(chains),
		cmocka_unit_test(wrong_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
