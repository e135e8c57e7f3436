/* SPDX-License-Identifier: Apache-2.0 */
/* Z1-Z3 of zip.h: round trips with figures, the shipped dictionary, what is refused. */
#include "unit/entry/fixture.h"

#include <zstd.h>

#include "base/limits.h"
#include "crypto/suite.h"
#include "embed/embed.h"
#include "wire/items.h"
#include "wire/run.h"
#include "wire/zip.h"

enum { MOST = 1 << 22, BOMB = 8 << 20 };

/* Answers as somebody at work gives them: one body of n entries. */
static void
body_of(size_t n, struct fj_buf *out)
{
	static const char *const notes[] = { "原始记录与报告编号一致", "仪器使用记录缺少开机时间",
		"现场询问后确认为笔误，已拍照", "样品流转单无接收人签名", "环境温湿度记录齐全" };
	struct writer w;
	struct entry *en = xcalloc(n, sizeof(*en));
	char **frame = xcalloc(n, sizeof(*frame)), text[512];
	uint32_t r = 9;
	size_t i, at;

	writer_open(&w, 1, STREAM_VISIT, fixed_id(40));
	for (i = 0; i < n; i++) {
		r = r * 1664525 + 1013904223;
		snprintf(text, sizeof(text), "{\"op\":\"set\",\"t\":\"2026-03-01T09:%02u:%02u.%03u+08:00\","
		    "\"up\":%u,\"boot\":\"0a1b2c3d\",\"round\":1,\"form\":\"flying-inspection\","
		    "\"path\":\"/data/s%u/q%u\",\"value\":\"%s\"%s}", (unsigned)(i / 60 % 60), (unsigned)(i % 60),
		    r >> 22 & 511, 5000 + (unsigned)i * 7919, r >> 28, r >> 24 & 15,
		    r & 1024 ? notes[r >> 11 & 3] : "yes", r & 1024 ? ",\"part\":\"note\"" : "");
		if (i == 0)
			write_hello(&w, "检查员甲", "A-001");
		else
			write_text(&w, text);
		frame[i] = xmemdup(w.frame.p, w.frame.n);
		ok(entry_decode(frame[i], w.frame.n, &en[i], NULL));
	}
	fj_buf_init(out, MOST);
	at = item_begin(out);
	ok(run_encode(en, n, w.sig, out, NULL));
	item_end(out, at);
	for (i = 0; i < n; i++)
		free(frame[i]);
	free(frame);
	free(en);
	writer_close(&w);
}

static size_t
packed(struct zip *z, int dictionary, enum zip_effort effort, const struct fj_buf *raw)
{
	struct fj_buf p, got;
	size_t n;

	fj_buf_init(&p, MOST);
	fj_buf_init(&got, MOST);
	ok(zip_pack(z, dictionary, effort, raw->p, raw->n, &p, NULL));
	ok(zip_unpack(z, dictionary, p.p, p.n, raw->n, &got, NULL));
	assert_int_equal(got.n, raw->n);
	assert_memory_equal(got.p, raw->p, raw->n);
	n = p.n;
	fj_buf_release(&p);
	fj_buf_release(&got);
	return n;
}

/* Z1, with the figures of 1, 10, 100 and 312 entries. */
static void
round_trips(void **state)
{
	static const size_t sizes[] = { 1, 10, 100, 312 };
	struct zip *z = zip_new();
	struct fj_buf raw;
	size_t i, small, fast, plain;

	(void)state;
	for (i = 0; i < 4; i++) {
		body_of(sizes[i], &raw);
		small = packed(z, ZIP_DICTIONARY, ZIP_SMALL, &raw);
		fast = packed(z, ZIP_DICTIONARY, ZIP_FAST, &raw);
		plain = packed(z, ZIP_NONE, ZIP_FAST, &raw);
		print_message("# zip: %zu entries, %zu bytes: small %zu, fast %zu, without dictionary %zu\n",
		    sizes[i], raw.n, small, fast, plain);
		assert_true(small < raw.n && fast < raw.n && small <= plain);
		fj_buf_release(&raw);
	}
	fj_buf_init(&raw, MOST);
	(void)packed(z, ZIP_DICTIONARY, ZIP_FAST, &raw);
	(void)packed(z, ZIP_NONE, ZIP_SMALL, &raw);
	fj_buf_release(&raw);
	zip_free(&z);
	assert_null(z);
	zip_free(&z);
}

/* The dictionary that is embedded is the one that the code and the document name. */
static void
the_dictionary(void **state)
{
	const struct embed_file *f = embed_find("dictionary-1");
	char hex[2 * HASH_LEN + 1];
	struct hash h;
	size_t i;

	(void)state;
	assert_non_null(f);
	assert_true(f->n <= 32 << 10);
	crypto_init();
	digest_bytes(DIGEST_SHA256, f->p, f->n, &h);
	for (i = 0; i < HASH_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", h.b[i]);
	assert_string_equal(hex, ZIP_DICTIONARY_SHA256);
	assert_int_equal(ZSTD_getDictID_fromDict(f->p, f->n), ZIP_ID);
	assert_int_equal(atol(ZIP_NUMBER), ZIP_DICTIONARY);
}

static void
refused(struct zip *z, int dictionary, const void *p, size_t n, size_t max, enum fj_rc rc,
    const char *code)
{
	struct fj_buf got;

	fj_buf_init(&got, MOST);
	fj_buf_puts(&got, "before");
	fails(zip_unpack(z, dictionary, p, n, max, &got, e), rc, code);
	assert_int_equal(got.n, 6);
	assert_memory_equal(got.p, "before", 6);
	fj_buf_release(&got);
}

/* Every cut and every changed byte: an error, or what was packed (Z2). */
static void
damage(void **state)
{
	struct zip *z = zip_new();
	struct fj_buf raw, p, got;
	size_t i;

	(void)state;
	body_of(3, &raw);
	fj_buf_init(&p, MOST);
	ok(zip_pack(z, ZIP_DICTIONARY, ZIP_FAST, raw.p, raw.n, &p, NULL));
	for (i = 0; i < p.n; i++)
		refused(z, ZIP_DICTIONARY, p.p, i, MOST, FJ_CORRUPT, "zip.frame");
	fj_buf_add(&p, "x", 1);
	refused(z, ZIP_DICTIONARY, p.p, p.n, MOST, FJ_CORRUPT, "zip.frame");
	fj_buf_cut(&p, p.n - 1);
	for (i = 0; i < p.n; i++) {
		p.p[i] ^= 0x10;
		fj_buf_init(&got, MOST);
		if (zip_unpack(z, ZIP_DICTIONARY, p.p, p.n, MOST, &got, NULL) != FJ_OK)
			assert_int_equal(got.n, 0);
		fj_buf_release(&got);
		p.p[i] ^= 0x10;
	}
	/* Z3: under no dictionary, or one that was not named. */
	refused(z, ZIP_NONE, p.p, p.n, MOST, FJ_CORRUPT, "zip.frame");
	fj_buf_release(&p);
	fj_buf_release(&raw);
	zip_free(&z);
}

/* A frame that does not say how long it is, and one that is only to be skipped. */
static void
other_frames(void **state)
{
	static const uint8_t skip[] = { 0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 7 };
	struct zip *z = zip_new();
	ZSTD_CCtx *c = ZSTD_createCCtx();
	char text[200], frame[400];
	size_t n;

	(void)state;
	memset(text, 'a', sizeof(text));
	ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
	n = ZSTD_compress2(c, frame, sizeof(frame), text, sizeof(text));
	assert_false(ZSTD_isError(n));
	refused(z, ZIP_NONE, frame, n, MOST, FJ_CORRUPT, "zip.frame");
	refused(z, ZIP_NONE, skip, sizeof(skip), MOST, FJ_CORRUPT, "zip.frame");
	refused(z, ZIP_NONE, "", 0, MOST, FJ_CORRUPT, "zip.frame");
	ZSTD_freeCCtx(c);
	zip_free(&z);
}

/* Z2: refused by what it says, before one byte is decoded. */
static void
bombs(void **state)
{
	struct zip *z = zip_new();
	struct fj_buf p, small;
	char *zeros = xcalloc(1, BOMB);

	(void)state;
	fj_buf_init(&p, MOST);
	ok(zip_pack(z, ZIP_NONE, ZIP_FAST, zeros, BOMB, &p, NULL));
	assert_true(p.n < 2000);
	refused(z, ZIP_NONE, p.p, p.n, BOMB, FJ_LIMIT, "zip.limit");	/* the ratio */
	fj_buf_clear(&p);
	ok(zip_pack(z, ZIP_NONE, ZIP_FAST, zeros, ZIP_SLACK, &p, NULL));
	refused(z, ZIP_NONE, p.p, p.n, ZIP_SLACK - 1, FJ_LIMIT, "zip.limit");
	fj_buf_init(&small, ZIP_SLACK - 1);
	fails(zip_unpack(z, ZIP_NONE, p.p, p.n, MOST, &small, e), FJ_LIMIT, "zip.limit");
	assert_int_equal(small.n, 0);
	fj_buf_release(&small);
	fj_buf_init(&small, 10);
	fj_buf_puts(&small, "before");
	fails(zip_pack(z, ZIP_NONE, ZIP_FAST, zeros, BOMB, &small, e), FJ_LIMIT, "zip.limit");
	assert_int_equal(small.n, 6);
	fj_buf_release(&small);
	fj_buf_release(&p);
	free(zeros);
	zip_free(&z);
}

static void
header_lines(void **state)
{
	static const struct {
		const char *coding, *dictionary;
		enum zip_said said;
		int number;
	} said[] = {
		{ NULL, NULL, ZIP_IDENTITY, ZIP_NONE }, { "identity", NULL, ZIP_IDENTITY, ZIP_NONE },
		{ NULL, "1", ZIP_IDENTITY, ZIP_NONE }, { "zstd", NULL, ZIP_PACKED, ZIP_NONE },
		{ "ZSTD", "1", ZIP_PACKED, ZIP_DICTIONARY }, { "zstd", "2", ZIP_OTHER, ZIP_DICTIONARY },
		{ "gzip", NULL, ZIP_OTHER, ZIP_NONE }, { "zstd, gzip", "1", ZIP_OTHER, ZIP_NONE },
		{ "", NULL, ZIP_OTHER, ZIP_NONE },
	};
	static const struct {
		const char *accept, *dictionary;
		bool yes;
	} accepts[] = {
		{ "zstd", "1", true }, { "gzip, zstd;q=0.5", "1", true }, { "gzip,\tZSTD ; q=1", "1", true },
		{ "zstd;q=0", "1", false }, { "zstd;q=0.000", "1", false }, { "zstdx", "1", false },
		{ "zstd", NULL, false }, { "zstd", "2", false }, { NULL, "1", false }, { "", "1", false },
		{ "gzip", "1", false }, { ",,zstd", "1", true },
	};
	size_t i;
	int number;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		assert_int_equal(zip_said(said[i].coding, said[i].dictionary, &number), said[i].said);
		assert_int_equal(number, said[i].number);
	}
	for (i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++)
		assert_int_equal(zip_accepted(accepts[i].accept, accepts[i].dictionary), accepts[i].yes);
}

static void
bodies(void **state)
{
	struct zip *z = zip_new();
	struct fj_buf p, got;

	(void)state;
	fj_buf_init(&p, MOST);
	fj_buf_init(&got, 8);
	ok(zip_pack(z, ZIP_DICTIONARY, ZIP_FAST, "abc", 3, &p, NULL));
	ok(zip_body(z, "zstd", "1", p.p, p.n, 3, &got, NULL));
	ok(zip_body(z, NULL, NULL, "def", 3, 3, &got, NULL));
	assert_int_equal(got.n, 6);
	assert_memory_equal(got.p, "abcdef", 6);
	fails(zip_body(z, NULL, NULL, "abc", 3, 2, &got, e), FJ_LIMIT, "zip.limit");
	fails(zip_body(z, NULL, NULL, "abc", 3, 3, &got, e), FJ_LIMIT, "zip.limit");
	assert_int_equal(got.n, 6);
	fails(zip_body(z, "br", NULL, "abc", 3, 3, &got, e), FJ_INVAL, "zip.coding");
	fails(zip_body(z, "zstd", "9", p.p, p.n, 3, &got, e), FJ_INVAL, "zip.coding");
	fails(zip_body(z, "zstd", NULL, p.p, p.n, 3, &got, e), FJ_CORRUPT, "zip.frame");
	fails(zip_body(z, "zstd", "1", p.p, p.n, 2, &got, e), FJ_LIMIT, "zip.limit");
	fj_buf_release(&p);
	fj_buf_release(&got);
	zip_free(&z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips),
		cmocka_unit_test(the_dictionary),
		cmocka_unit_test(damage),
		cmocka_unit_test(other_frames),
		cmocka_unit_test(bombs),
		cmocka_unit_test(header_lines),
		cmocka_unit_test(bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
