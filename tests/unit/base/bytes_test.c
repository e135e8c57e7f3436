/* SPDX-License-Identifier: Apache-2.0 */
/* buf, arena, map, utf8, id, date, rc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/id.h"
#include "base/map.h"
#include "base/rc.h"
#include "base/utf8.h"
#include "base/xalloc.h"

/* ---- buf ---- */

static void
buf_reads_as_a_string(void **state)
{
	struct fj_buf b;
	size_t n;
	char *s;

	(void)state;
	fj_buf_init(&b, 100);
	assert_string_equal(b.p, "");
	fj_buf_puts(&b, "ab");
	fj_buf_putc(&b, 'c');
	fj_buf_printf(&b, "%d%s", 7, "x");
	fj_buf_add(&b, "", 0);
	assert_string_equal(b.p, "abc7x");
	fj_buf_cut(&b, 2);
	assert_string_equal(b.p, "ab");
	fj_buf_clear(&b);
	assert_string_equal(b.p, "");
	assert_int_equal(b.n, 0);
	fj_buf_puts(&b, "owned");
	s = fj_buf_take(&b, &n);
	assert_string_equal(s, "owned");
	assert_int_equal(n, 5);
	assert_string_equal(b.p, "");
	free(s);
	fj_buf_release(&b);
}

static void
buf_keeps_its_maximum(void **state)
{
	struct fj_buf b;

	(void)state;
	fj_buf_init(&b, 5);
	fj_buf_puts(&b, "12345");
	assert_false(fj_buf_over(&b));
	fj_buf_putc(&b, '6');
	assert_true(fj_buf_over(&b));
	assert_string_equal(b.p, "12345");
	fj_buf_printf(&b, "%s", "x");
	assert_null(fj_buf_extend(&b, 1));
	assert_string_equal(b.p, "12345");
	fj_buf_release(&b);
	fj_buf_init(&b, 5);
	fj_buf_printf(&b, "%s", "123456");
	assert_true(fj_buf_over(&b));
	assert_string_equal(b.p, "");
	/* B2: every later write is refused too. */
	fj_buf_putc(&b, 'x');
	assert_string_equal(b.p, "");
	fj_buf_release(&b);
}

static void
buf_integers_are_big_endian(void **state)
{
	static const unsigned char want[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	struct fj_buf b;
	unsigned char at[8];

	(void)state;
	fj_buf_init_secret(&b, 100);
	fj_buf_u8(&b, 1);
	fj_buf_u16(&b, 0x0203);
	fj_buf_u32(&b, 0x04050607);
	fj_buf_u64(&b, 0x08090a0b0c0d0e0fULL);
	assert_int_equal(b.n, sizeof(want));
	assert_memory_equal(b.p, want, sizeof(want));
	assert_int_equal(fj_get_u16(b.p + 1), 0x0203);
	assert_int_equal(fj_get_u32(b.p + 3), 0x04050607);
	assert_true(fj_get_u64(b.p + 7) == 0x08090a0b0c0d0e0fULL);
	fj_put_u32(at, 0xfffefdfc);
	assert_true(fj_get_u32(at) == 0xfffefdfc);
	fj_put_u64(at, UINT64_MAX - 1);
	assert_true(fj_get_u64(at) == UINT64_MAX - 1);
	fj_buf_release(&b);
}

/* ---- arena ---- */

static void
arena_is_aligned_zeroed_and_bounded(void **state)
{
	struct arena *a = arena_new(100000);
	size_t i, k;

	(void)state;
	for (i = 1; i < 100; i++) {
		unsigned char *p = arena_alloc(a, i);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % sizeof(long double), 0);
		for (k = 0; k < i; k++)
			assert_int_equal(p[k], 0);
		memset(p, 0xff, i);
	}
	assert_string_equal(arena_strndup(a, "检查员甲", 6), "检查");
	assert_true(arena_used(a) <= 100000);
	assert_non_null(arena_alloc(a, 50000));
	assert_null(arena_alloc(a, 60000));
	assert_null(arena_alloc(a, SIZE_MAX - 8));
	arena_free(&a);
	assert_null(a);
	arena_free(&a);
}

/* ---- map ---- */

static bool
sum(void *ctx, const void *key, size_t n, void *v)
{
	(void)key;
	(void)n;
	*(size_t *)ctx += *(size_t *)v;
	return true;
}

static bool
stop(void *ctx, const void *key, size_t n, void *v)
{
	(void)key;
	(void)n;
	(void)v;
	++*(size_t *)ctx;
	return false;
}

static void
map_puts_gets_and_forgets(void **state)
{
	enum { N = 3000 };
	static size_t values[N];
	struct map *m = map_new();
	size_t i, total = 0, seen = 0;
	char key[16];

	(void)state;
	for (i = 0; i < N; i++) {
		values[i] = i;
		snprintf(key, sizeof(key), "k%zu", i);
		assert_null(map_put(m, key, strlen(key), &values[i]));
	}
	assert_int_equal(map_count(m), N);
	assert_ptr_equal(map_put(m, "k7", 2, &values[8]), &values[7]);
	assert_ptr_equal(map_get(m, "k7", 2), &values[8]);
	assert_ptr_equal(map_put(m, "k7", 2, &values[7]), &values[8]);
	assert_null(map_get(m, "k7", 3));
	assert_null(map_get(m, "", 0));
	for (i = 0; i < N; i += 2) {
		snprintf(key, sizeof(key), "k%zu", i);
		assert_ptr_equal(map_del(m, key, strlen(key)), &values[i]);
		assert_null(map_del(m, key, strlen(key)));
	}
	assert_int_equal(map_count(m), N / 2);
	map_each(m, sum, &total);
	assert_int_equal(total, (size_t)N * N / 4);
	map_each(m, stop, &seen);
	assert_int_equal(seen, 1);
	/* Come and go for long: what was deleted makes room again. */
	for (i = 0; i < 100 * N; i++) {
		snprintf(key, sizeof(key), "x%zu", i);
		assert_null(map_put(m, key, strlen(key), &values[0]));
		assert_ptr_equal(map_del(m, key, strlen(key)), &values[0]);
	}
	assert_int_equal(map_count(m), N / 2);
	assert_ptr_equal(map_get(m, "k1", 2), &values[1]);
	map_free(&m, NULL);
	assert_null(m);
	m = map_new();
	assert_null(map_put(m, "owned", 5, xstrdup("value")));
	map_free(&m, free);
}

/* ---- utf8 ---- */

static const struct {
	const char *s;
	size_t len;
	uint32_t c;
} runes[] = {
	{"a", 1, 'a'}, {"\xc2\x80", 2, 0x80}, {"中", 3, 0x4e2d}, {"😀", 4, 0x1f600},
	{"\xf4\x8f\xbf\xbf", 4, 0x10ffff}, {"\x80", 0, 0xfffd}, {"\xc0\x80", 0, 0xfffd},
	{"\xc1\xbf", 0, 0xfffd}, {"\xe0\x80\x80", 0, 0xfffd}, {"\xed\xa0\x80", 0, 0xfffd},
	{"\xf0\x80\x80\x80", 0, 0xfffd}, {"\xf4\x90\x80\x80", 0, 0xfffd},
	{"\xf5\x80\x80\x80", 0, 0xfffd}, {"\xe4\xb8", 0, 0xfffd}, {"\xff", 0, 0xfffd},
};

static void
utf8_by_the_book(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(runes) / sizeof(runes[0]); i++) {
		uint32_t c = 0;
		char out[4];

		assert_int_equal(utf8_get(runes[i].s, strlen(runes[i].s), &c), runes[i].len);
		assert_int_equal(c, runes[i].c);
		if (runes[i].len > 0) {
			assert_int_equal(utf8_put(c, out), runes[i].len);
			assert_memory_equal(out, runes[i].s, runes[i].len);
		}
	}
	assert_int_equal(utf8_valid("检查\xff", 7), 6);
	assert_int_equal(utf8_valid("检查", 6), 6);
	assert_int_equal(utf8_valid("检查", 5), 3);
	assert_int_equal(utf8_count("检a查", 7), 3);
	assert_int_equal(utf8_count("\xff\xfe", 2), 2);
	assert_int_equal(utf8_len("", 0), 0);
}

/* ---- id ---- */

static void
ids_as_text(void **state)
{
	static const uint8_t raw[ID_LEN] = {0xff, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
	    0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee};
	struct id a, b;
	char text[ID_TEXT + 1], upper[ID_TEXT + 1];
	size_t i;

	(void)state;
	memcpy(a.b, raw, ID_LEN);
	id_format(&a, text);
	assert_int_equal(strlen(text), ID_TEXT);
	assert_true(id_parse(text, ID_TEXT, &b));
	assert_true(id_eq(&a, &b));
	for (i = 0; i <= ID_TEXT; i++)
		upper[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
	assert_true(id_parse(upper, ID_TEXT, &b));
	assert_true(id_eq(&a, &b));
	assert_false(id_parse(text, ID_TEXT - 1, &b));
	assert_true(id_has_prefix(&a, upper));
	upper[7] = '\0';
	assert_true(id_has_prefix(&a, upper));
	assert_true(id_has_prefix(&a, ""));
	assert_false(id_has_prefix(&a, "zzzz"));
	text[25] = 'u';
	assert_false(id_parse(text, ID_TEXT, &b));
	text[25] = '1';		/* the two spare bits are zero */
	assert_false(id_parse(text, ID_TEXT, &b));
	id_format_short(&a, text);
	assert_int_equal(strlen(text), ID_SHOWN);
	memset(&b, 0, sizeof(b));
	assert_true(id_is_zero(&b));
	assert_true(id_cmp(&b, &a) < 0 && id_cmp(&a, &b) > 0 && id_cmp(&a, &a) == 0);
	/* i l o are read as 1 1 0. */
	assert_true(id_parse("ooooooooooooooooooooooooo0", ID_TEXT, &b));
	assert_true(id_is_zero(&b));
	assert_true(id_parse("i0000000000000000000000000", ID_TEXT, &a));
	assert_true(id_parse("L0000000000000000000000000", ID_TEXT, &b));
	assert_true(id_eq(&a, &b) && a.b[0] == 0x08);
}

static void
hashes_and_hex(void **state)
{
	struct hash h, k;
	uint8_t out[4], five[5];
	char text[HASH_TEXT + 1];

	(void)state;
	memset(&h, 0xa5, sizeof(h));
	hash_format(&h, text);
	assert_true(hash_parse(text, HASH_TEXT, &k));
	assert_true(hash_eq(&h, &k) && hash_cmp(&h, &k) == 0 && !hash_is_zero(&k));
	assert_false(hash_parse(text, HASH_TEXT - 1, &k));
	text[3] = 'g';
	assert_false(hash_parse(text, HASH_TEXT, &k));
	assert_true(hex_decode("00FFa0", 6, out, 3));
	assert_int_equal(out[2], 0xa0);
	assert_false(hex_decode("00FFa", 5, out, 3));
	assert_true(crockford_decode("00-00 00-0o", 11, five, 5));
	assert_false(crockford_decode("0000000", 7, five, 5));
	assert_false(crockford_decode("000000000", 9, five, 5));
}

/* ---- date ---- */

static const struct {
	const char *text;
	bool ok;
	int64_t days;
} days[] = {
	{"1970-01-01", true, 0}, {"1969-12-31", true, -1}, {"2000-02-29", true, 11016},
	{"2026-03-01", true, 20513}, {"1900-02-29", false, 0}, {"2026-02-29", false, 0},
	{"2026-13-01", false, 0}, {"2026-00-01", false, 0}, {"2026-01-00", false, 0},
	{"2026-04-31", false, 0}, {"2026-4-01", false, 0}, {"2026-04-01 ", false, 0},
	{"20260401", false, 0}, {"2026/04/01", false, 0}, {"", false, 0}, {"２０２６-04-01", false, 0},
};

static void
days_by_the_calendar(void **state)
{
	size_t i;
	int64_t d;

	(void)state;
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		char text[DATE_TEXT + 1];

		d = 0;
		assert_int_equal(date_parse(days[i].text, strlen(days[i].text), &d), days[i].ok);
		if (!days[i].ok)
			continue;
		assert_true(d == days[i].days);
		date_format(d, text);
		assert_string_equal(text, days[i].text);
	}
	for (d = date_from_civil(1, 1, 1); d <= date_from_civil(9999, 12, 31); d += 37) {
		int y, m, day;

		date_to_civil(d, &y, &m, &day);
		assert_true(date_valid(y, m, day));
		assert_true(date_from_civil(y, m, day) == d);
	}
	assert_int_equal(date_weekday(0), 4);
	assert_int_equal(date_weekday(-1), 3);
	assert_int_equal(date_weekday(20513), 0);
}

static const struct {
	const char *text;
	bool ok;
	int64_t ms;
	int offset;
} instants[] = {
	{"1970-01-01T00:00:00Z", true, 0, 0},
	{"1970-01-01T08:00:00+08:00", true, 0, 480},
	{"2026-03-01T09:05:00.250+08:00", true, 1772327100250LL, 480},
	{"2026-03-01T09:05:00.2509+08:00", true, 1772327100250LL, 480},
	{"1969-12-31T23:59:59.999Z", true, -1, 0},
	{"2026-03-01T09:05:00-03:30", true, 1772368500000LL, -210},
	{"2026-03-01T09:05:00", false, 0, 0},
	{"2026-03-01 09:05:00Z", false, 0, 0},
	{"2026-03-01T24:00:00Z", false, 0, 0},
	{"2026-03-01T09:60:00Z", false, 0, 0},
	{"2026-02-30T09:00:00Z", false, 0, 0},
	{"2026-03-01T09:05:00+25:00", false, 0, 0},
	{"2026-03-01T09:05:00.Z", false, 0, 0},
	{"2026-03-01T09:05:00Zx", false, 0, 0},
};

static void
instants_by_rfc3339(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
		struct instant at = {0, 0}, again = {0, 0};
		char text[INSTANT_TEXT + 1];

		if (instant_parse(instants[i].text, strlen(instants[i].text), &at) !=
		    instants[i].ok)
			fail_msg("%s", instants[i].text);
		if (!instants[i].ok)
			continue;
		assert_true(at.ms == instants[i].ms && at.offset == instants[i].offset);
		instant_format(at, text);
		assert_true(instant_parse(text, strlen(text), &again));
		assert_true(again.ms == at.ms && again.offset == at.offset);
	}
	assert_true(instant_day((struct instant){0, 0}) == 0);
	assert_true(instant_day((struct instant){0, -1}) == -1);
	assert_true(instant_day((struct instant){86400000 - 1, 1}) == 1);
}

/* ---- rc ---- */

static void
failures_carry_their_arguments(void **state)
{
	struct fj_err e;
	char longer[600];
	size_t i;

	(void)state;
	assert_int_equal(fj_fail(&e, FJ_INVAL, "a.b", "sdlzS", "x", -1, -5000000000LL, (size_t)7,
	    "cut here", (size_t)3), FJ_INVAL);
	assert_int_equal(e.rc, FJ_INVAL);
	assert_string_equal(e.code, "a.b");
	assert_int_equal(e.narg, 5);
	assert_string_equal(e.arg[1], "-1");
	assert_string_equal(e.arg[2], "-5000000000");
	assert_string_equal(e.arg[3], "7");
	assert_string_equal(e.arg[4], "cut");
	fj_fail(&e, FJ_IO, "a.c", "s", (const char *)NULL);
	assert_string_equal(e.arg[0], "");
	assert_int_equal(fj_fail(NULL, FJ_BUSY, "a.d", "s", "x"), FJ_BUSY);
	/* Cut at a character, never inside one. */
	for (i = 0; i + 3 < sizeof(longer); i += 3)
		memcpy(longer + i, "中", 3);
	longer[i] = '\0';
	fj_fail(&e, FJ_IO, "a.e", "s", longer);
	assert_int_equal(strlen(e.arg[0]), 255);
	assert_int_equal(utf8_valid(e.arg[0], 255), 255);
	longer[0] = 'x';
	memmove(longer + 1, longer + 3, sizeof(longer) - 3);
	fj_fail(&e, FJ_IO, "a.e", "s", longer);
	assert_int_equal(utf8_valid(e.arg[0], strlen(e.arg[0])), strlen(e.arg[0]));
	fj_fail(&e, FJ_IO, "a.f", "dddddddd", 1, 2, 3, 4, 5, 6, 7, 8);
	assert_int_equal(e.narg, FJ_ERR_ARGS);
}

static void
errno_becomes_a_class(void **state)
{
	struct fj_err e;

	(void)state;
	errno = ENOSPC;
	assert_int_equal(fj_fail_errno(&e, "x.y", "file"), FJ_FULL);
	errno = EDQUOT;
	assert_int_equal(fj_fail_errno(&e, "x.y", "file"), FJ_FULL);
	errno = ENOENT;
	assert_int_equal(fj_fail_errno(&e, "x.y", "file"), FJ_NOTFOUND);
	errno = EACCES;
	assert_int_equal(fj_fail_errno(&e, "x.y", "file"), FJ_IO);
	assert_int_equal(e.sys, EACCES);
	assert_string_equal(e.arg[0], "file");
	assert_true(e.arg[1][0] != '\0');
	fj_err_clear(&e);
	assert_int_equal(e.rc, FJ_OK);
	fj_err_clear(NULL);
}

static void
strings_of_any_length(void **state)
{
	char *s = xasprintf("%0*d", 5000, 7), *t = xstrndup("检查", 3);

	(void)state;
	assert_int_equal(strlen(s), 5000);
	assert_string_equal(t, "检");
	assert_null(xstrdup(NULL));
	free(s);
	free(t);
	s = xcalloc(0, 0);
	assert_non_null(s);
	s = xrealloc(s, 0, 8);
	assert_non_null(s);
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_reads_as_a_string),
		cmocka_unit_test(buf_keeps_its_maximum),
		cmocka_unit_test(buf_integers_are_big_endian),
		cmocka_unit_test(arena_is_aligned_zeroed_and_bounded),
		cmocka_unit_test(map_puts_gets_and_forgets),
		cmocka_unit_test(utf8_by_the_book),
		cmocka_unit_test(ids_as_text),
		cmocka_unit_test(hashes_and_hex),
		cmocka_unit_test(days_by_the_calendar),
		cmocka_unit_test(instants_by_rfc3339),
		cmocka_unit_test(failures_carry_their_arguments),
		cmocka_unit_test(errno_becomes_a_class),
		cmocka_unit_test(strings_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
