/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "text/wrap.h"

static const struct width one = {1};

/* Lines joined by "/" after a soft and "|" after a hard break. */
static void
goldens(void **state)
{
	static const struct {
		const char *text, *want;
		int cells;
	} rows[] = {
		{"", "", 10},
		{"检验检测机构", "检验/检测/机构", 4},
		{"检验检测机构", "检验/检测/机构", 5},
		{"一二三，四五", "一二/三，四/五", 6},		/* no line begins with ， */
		{"一二三四（五）", "一二三四/（五）", 10},	/* none ends with （ */
		{"第《办法》条", "第/《办/法》/条", 5},
		{"a b c", "a b c", 10},
		{"report BG-2024 ok", "report /BG-2024 /ok", 9},
		{"abcdefghij", "abcd/efgh/ij", 4},
		{"一\n\n二\n", "一||二|", 10},
		{"一二\n三", "一二|三", 4},
		{"检验 报告", "检验 /报告", 4},
		{"1，2，3，4，5", "1，/2，/3，/4，5", 4},
		{"\xff\xff\xff", "\xff\xff/\xff", 2},
		{"中", "中", 1},
	};
	struct wrap w = {0};
	struct fj_buf b;
	size_t i, k;

	(void)state;
	fj_buf_init(&b, 1000);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fj_buf_clear(&b);
		wrap_text(&w, &one, rows[i].text, strlen(rows[i].text), rows[i].cells);
		for (k = 0; k < w.n; k++) {
			fj_buf_add(&b, rows[i].text + w.line[k].off, w.line[k].len);
			if (k + 1 < w.n)
				fj_buf_putc(&b, w.line[k].hard ? '|' : '/');
		}
		assert_string_equal(b.p, rows[i].want);
	}
	fj_buf_release(&b);
	wrap_release(&w);
}

/* Lines cover the text without gap, none is too wide, every offset is found. */
static void
covers(void **state)
{
	static const char *const part[] = {"检", "，", "（", "a", "Z9", " ", "\n", "e\xcc\x81",
	    "①", "）", "…", "\xff", "𠀀"};
	struct wrap w = {0};
	int round;

	(void)state;
	srandom(7);
	for (round = 0; round < 3000; round++) {
		char text[400] = "";
		size_t n, at = 0, k;
		int cells = 2 + (int)(random() % 30), parts = (int)(random() % 60);

		while (parts-- > 0)
			strncat(text, part[(size_t)random() % (sizeof(part) / sizeof(part[0]))], 8);
		n = strlen(text);
		wrap_text(&w, &one, text, n, cells);
		for (k = 0; k < w.n; k++) {
			int used = width_text(&one, text + w.line[k].off, w.line[k].len);

			assert_int_equal(w.line[k].off, at);
			/* One blank may hang over. */
			assert_true(used <= cells || (used == cells + 1 &&
			    text[w.line[k].off + w.line[k].len - 1] == ' '));
			assert_true(w.line[k].len > 0 || w.line[k].hard);
			at += w.line[k].len;
			if (k + 1 < w.n && w.line[k].hard)
				assert_int_equal(text[at++], '\n');
			assert_int_equal(wrap_find(&w, w.line[k].off), k);
		}
		assert_int_equal(at, n);
	}
	wrap_release(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens), cmocka_unit_test(covers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
