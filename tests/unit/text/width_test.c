/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "text/cluster.h"
#include "text/fit.h"
#include "text/fold.h"
#include "text/width.h"

static const struct width one = {1}, two = {2};

static void
widths(void **state)
{
	static const struct {
		uint32_t c;
		int narrow, wide;	/* ambiguous 1, 2 */
	} rows[] = {
		{'a', 1, 1}, {0x4e2d, 2, 2}, {0x3000, 2, 2}, {0xff11, 2, 2},
		{0x20000, 2, 2}, {0x2ebf0, 2, 2}, {0x31350, 2, 2}, {0x323af, 2, 2},
		{0x2460, 1, 2}, {0x2026, 1, 2}, {0x2014, 1, 2}, {0xd7, 1, 2}, {0xb7, 1, 2},
		{0x2500, 1, 2}, {0xe9, 1, 2}, {0x301, 0, 0}, {0x200d, 0, 0}, {0xfe0f, 0, 0},
		{0x1f600, 2, 2}, {0xac00, 2, 2}, {0xad, 1, 2}, {0xe000, 1, 2}, {0x378, 1, 1},
		{0x7f, 1, 1}, {0x85, 1, 1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (width_char(&one, rows[i].c) != rows[i].narrow ||
		    (rows[i].c != 0xad && width_char(&two, rows[i].c) != rows[i].wide))
			fail_msg("U+%04X: %d %d", (unsigned)rows[i].c,
			    width_char(&one, rows[i].c), width_char(&two, rows[i].c));
		assert_int_equal(width_char(NULL, rows[i].c), rows[i].narrow);
	}
	assert_int_equal(width_text(&one, "检验abc", 9), 7);
	assert_int_equal(width_text(&one, "e\xcc\x81x", 4), 2);
	assert_int_equal(width_text(&one, "\xff\xff", 2), 2);
	assert_int_equal(width_text(&two, "①—", 6), 4);
	assert_int_equal(width_text(&one, "", 0), 0);
}

static void
clusters(void **state)
{
	/* Boundaries as utf8proc and libunistring put them. */
	static const struct {
		const char *s;
		size_t n;
	} rows[] = {
		{"abc", 3}, {"检验", 2}, {"e\xcc\x81", 1}, {"葛\xf3\xa0\x84\x80x", 2},
		{"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", 1},
		{"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 1}, {"1\xef\xb8\x8f\xe2\x83\xa3", 1},
		{"\xff\xfe", 2}, {"", 0}, {"\n\xcc\x81", 2},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].s), at = 0, k = 0, back = 0;

		if (cluster_count(rows[i].s, n) != rows[i].n)
			fail_msg("row %zu: %zu clusters", i, cluster_count(rows[i].s, n));
		while (at < n) {
			size_t next = cluster_next(rows[i].s, n, at);

			assert_true(next > at);
			assert_int_equal(cluster_prev(rows[i].s, n, next), at);
			at = next;
			k++;
		}
		for (; at > 0; back++)
			at = cluster_prev(rows[i].s, n, at);
		assert_int_equal(back, k);
	}
}

static void
fits(void **state)
{
	static const struct {
		const char *s, *cut, *tail;
		int cells;
	} rows[] = {
		{"检验检测", "检验检测", "检验检测", 8},
		{"检验检测", "检验检…", "…验检测", 7},
		{"检验检测", "检验…", "…检测", 6},
		{"检验检测", "…", "…", 1},
		{"检验检测", "…", "…", 2},
		{"abc", "abc", "abc", 3}, {"abcd", "ab…", "…cd", 3}, {"", "", "", 4}, {"abc", "", "", 0},
	};
	struct fj_buf b;
	size_t i;

	(void)state;
	fj_buf_init(&b, 1000);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].s);
		int used;

		fj_buf_clear(&b);
		used = fit_text(&b, &one, rows[i].s, n, rows[i].cells);
		assert_int_equal(used, width_text(&one, b.p, b.n));
		assert_string_equal(b.p, rows[i].cut);
		fj_buf_clear(&b);
		(void)fit_tail(&b, &one, rows[i].s, n, rows[i].cells);
		assert_string_equal(b.p, rows[i].tail);
		fj_buf_clear(&b);
		fit_pad(&b, &one, rows[i].s, n, rows[i].cells, i % 2 != 0);
		assert_int_equal(width_text(&one, b.p, b.n), rows[i].cells);
	}
	fj_buf_clear(&b);
	fit_pad(&b, &one, "7", 1, 4, true);
	assert_string_equal(b.p, "   7");
	/* Where "…" is two cells wide it still fits. */
	fj_buf_clear(&b);
	assert_true(fit_text(&b, &two, "检验检测", 12, 5) <= 5);
	assert_string_equal(b.p, "检…");
	fj_buf_release(&b);
}

static void
folds(void **state)
{
	struct fj_buf b;

	(void)state;
	assert_int_equal(fold_width(0xff11), '1');
	assert_int_equal(fold_width(0xff1f), '?');
	assert_int_equal(fold_width(0xff21), 'A');
	assert_int_equal(fold_width(0xff1a), ':');
	assert_int_equal(fold_width(0x3001), '/');
	assert_int_equal(fold_width(0x4e2d), 0x4e2d);
	fj_buf_init(&b, 1000);
	fold_text(&b, "ＢＧ－２０２４　检验Ä\xff", strlen("ＢＧ－２０２４　检验Ä\xff"));
	assert_string_equal(b.p, "bg-2024 检验ä\xff");
	fj_buf_clear(&b);
	fold_ascii(&b, "ＢＧ１", 9);
	assert_string_equal(b.p, "BG1");
	assert_true(fold_contains("报告 ＢＧ-2024", "bg-2"));
	assert_false(fold_contains("报告", "bg"));
	assert_true(fold_contains("x", ""));
	fj_buf_release(&b);
}

static void
shows_controls(void **state)
{
	static const char bad[] = "a\x1b[2J\n\x7f\xc2\x9b\xe2\x80\xae\xff检";
	struct fj_buf b;

	(void)state;
	fj_buf_init(&b, 1000);
	sanitize(&b, bad, strlen(bad), false);
	assert_string_equal(b.p, "a␛[2J␊␡<U+009B><U+202E>\xef\xbf\xbd检");
	fj_buf_clear(&b);
	sanitize(&b, "a\nb\tc", 5, true);
	assert_string_equal(b.p, "a\nb␉c");
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths), cmocka_unit_test(clusters), cmocka_unit_test(fits),
		cmocka_unit_test(folds), cmocka_unit_test(shows_controls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
