/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "text/human.h"
#include "text/mo.h"
#include "text/msg.h"

/* A catalogue of three rows, keys sorted as msgfmt does. */
static const char *const pairs[][2] = {
	{"", "Content-Type: text/plain; charset=UTF-8\n"},
	{"just now", "刚刚"},
	{"{1} ago", "{1}前"},
	{"{1} hours", "{1} 小时"},
	{"{1} of {2} files", "共 {2} 个文件，已完成 {1} 个"},
};
enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

static void
put(unsigned char *p, uint32_t v, int big)
{
	int i;

	for (i = 0; i < 4; i++)
		p[big ? 3 - i : i] = (unsigned char)(v >> (8 * i));
}

static size_t
catalogue(unsigned char *out, int big)
{
	uint32_t at = 28 + PAIRS * 16, i, k;

	memset(out, 0, 2048);
	put(out, 0x950412de, big);
	put(out + 8, PAIRS, big);
	put(out + 12, 28, big);
	put(out + 16, 28 + PAIRS * 8, big);
	for (k = 0; k < 2; k++)
		for (i = 0; i < PAIRS; i++) {
			uint32_t n = (uint32_t)strlen(pairs[i][k]);

			put(out + 28 + (k * PAIRS + i) * 8, n, big);
			put(out + 28 + (k * PAIRS + i) * 8 + 4, at, big);
			memcpy(out + at, pairs[i][k], n + 1);
			at += n + 1;
		}
	return at;
}

static void
translates(void **state)
{
	unsigned char mo[2048];
	struct fj_err e;
	struct msg *m;
	int big;

	(void)state;
	for (big = 0; big < 2; big++) {
		size_t n = catalogue(mo, big);

		assert_int_equal(msg_new("zh_CN.UTF-8", mo, n, &m, &e), FJ_OK);
		assert_true(msg_is_zh(m));
		assert_string_equal(_(m, "just now"), "刚刚");
		assert_string_equal(_(m, "not there"), "not there");
		assert_string_equal(_(m, ""), "");
		msg_free(&m);
	}
	assert_int_equal(msg_new("en", NULL, 0, &m, &e), FJ_OK);
	assert_string_equal(_(m, "just now"), "just now");
	assert_string_equal(msg_lang(m), "en");
	msg_free(&m);
	assert_string_equal(_(NULL, "x"), "x");
	assert_string_equal(msg_lang_of(NULL), "en");
	assert_string_equal(msg_lang_of("de"), "en");
}

/* Every cut and many flips of a catalogue are refused or harmless. */
static void
damaged(void **state)
{
	unsigned char mo[2048], bad[2048];
	size_t n = catalogue(mo, 0), i;
	struct fj_err e;
	struct msg *m;
	struct mo one;

	(void)state;
	for (i = 0; i < n; i++) {
		unsigned char *cut = xmemdup(mo, i ? i : 1);

		assert_false(mo_open(&one, cut, i));
		free(cut);
	}
	for (i = 0; i < 28 + PAIRS * 16; i++) {
		memcpy(bad, mo, n);
		bad[i] ^= 0x81;
		if (mo_open(&one, bad, n))
			(void)mo_find(&one, "just now");
	}
	memcpy(bad, mo, n);
	bad[0] = 'x';
	assert_int_equal(msg_new("zh", bad, n, &m, &e), FJ_CORRUPT);
	assert_string_equal(e.code, "msg.catalogue");
	assert_string_equal(_(m, "just now"), "just now");
	msg_free(&m);
}

static void
formats(void **state)
{
	unsigned char mo[2048];
	const char *arg[] = {"A", "{1}"};
	struct fj_buf b;
	struct fj_err e;
	struct msg *m;

	(void)state;
	fj_buf_init(&b, 4096);
	msg_format(&b, "{2} {1} {3} {{x} {", 2, arg);
	assert_string_equal(b.p, "{1} A {3} {x} {");
	assert_int_equal(msg_new("zh", mo, catalogue(mo, 0), &m, &e), FJ_OK);
	fj_buf_clear(&b);
	msg_put(m, &b, "{1} of {2} files", "zd", (size_t)3, 8);
	assert_string_equal(b.p, "共 8 个文件，已完成 3 个");
	fj_buf_clear(&b);
	msg_put(NULL, &b, "{1} {2} {3}", "slS", "%s", -5LL, "abc", (size_t)2);
	assert_string_equal(b.p, "%s -5 ab");
	msg_free(&m);
	fj_buf_release(&b);
}

static void
says(void **state)
{
	struct fj_buf b;
	struct fj_err e;
	const char *code, *text;
	size_t i;

	(void)state;
	fj_buf_init(&b, 8192);
	fj_fail(&e, FJ_REFUSED, "term.dumb", "s", "du\x1bmb");
	msg_say(NULL, &e, &b);
	assert_non_null(strstr(b.p, "\"du␛mb\""));
	fj_buf_clear(&b);
	fj_fail(&e, FJ_BUSY, "no.such-code", "sd", "file", 3);
	msg_say(NULL, &e, &b);
	assert_string_equal(b.p, "In use by another process; try again (no.such-code: file, 3)");
	fj_buf_clear(&b);
	fj_err_clear(&e);
	e.rc = (enum fj_rc)99;
	msg_say(NULL, &e, &b);
	assert_string_equal(b.p, "Internal error (?)");
	/* The table: no code twice, no empty sentence. */
	assert_true(msg_template_count() > 3);
	for (i = 0; (text = msg_template_at(i, &code)) != NULL; i++) {
		/* "area.what"; read_only alone is a word of the drive protocol. */
		assert_true(text[0] != '\0' && (strchr(code, '.') != NULL ||
		    strcmp(code, "read_only") == 0));
		if (msg_template(code) != text)
			fail_msg("%s stands twice", code);
	}
	fj_buf_release(&b);
}

static void
people(void **state)
{
	unsigned char mo[2048];
	struct instant now = {1772334300000, 480}, at = now;
	struct fj_buf b;
	struct fj_err e;
	struct msg *zh;
	static const struct {
		int64_t n;
		const char *number, *size;
	} rows[] = {
		{0, "0", "0 B"}, {999, "999", "999 B"}, {1023, "1,023", "1023 B"},
		{1024, "1,024", "1.0 KB"}, {831488, "831,488", "812 KB"},
		{3355443, "3,355,443", "3.2 MB"}, {-1204, "-1,204", "0 B"},
		{1LL << 36, "68,719,476,736", "64 GB"}, {1048575, "1,048,575", "1.0 MB"},
	};
	size_t i;

	(void)state;
	assert_int_equal(msg_new("zh", mo, catalogue(mo, 0), &zh, &e), FJ_OK);
	fj_buf_init(&b, 400);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fj_buf_clear(&b);
		human_number(&b, rows[i].n);
		assert_string_equal(b.p, rows[i].number);
		fj_buf_clear(&b);
		human_size(&b, rows[i].n);
		assert_string_equal(b.p, rows[i].size);
	}
#define IS(call, want) (fj_buf_clear(&b), call, assert_string_equal(b.p, want))
	IS(human_ago(zh, &b, now, now), "刚刚");
	at.ms = now.ms - 36 * 3600 * 1000LL;
	IS(human_ago(zh, &b, at, now), "36 小时前");
	IS(human_ago(NULL, &b, at, now), "36 hours ago");
	IS(human_ago(NULL, &b, now, at), "in 36 hours");
	IS(human_span(NULL, &b, 60), "1 minute");
	IS(human_span(NULL, &b, 86400 * 9), "9 days");
	IS(human_day(zh, &b, instant_day(now)), "2026年3月1日");
	IS(human_day(NULL, &b, instant_day(now)), "1 Mar 2026");
	IS(human_time(&b, now), "2026-03-01 11:05");
	IS(human_when(&b, now, now), "11:05");
	IS(human_when(&b, at, now), "02-27 23:05");
	at.ms -= 400LL * 86400 * 1000;
	IS(human_when(&b, at, now), "2025-01-23 23:05");
#undef IS
	msg_free(&zh);
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(translates), cmocka_unit_test(damaged), cmocka_unit_test(formats),
		cmocka_unit_test(says), cmocka_unit_test(people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
