/* SPDX-License-Identifier: Apache-2.0 */
/* Workbooks of Excel 97: rows, formats, dates; damage of every kind is an answer. */
#include "unit/sheet/rows.h"

static char *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p = malloc(1 << 20);

	assert_non_null(f);
	assert_non_null(p);
	*n = fread(p, 1, 1 << 20, f);
	fclose(f);
	return p;
}

/* tests/golden/sheet/register.xls is made by tests/lib/xls.py. */
static void
test_rows(void **state)
{
	struct shown s = {.kinds = true};
	size_t n;
	char *p = slurp("tests/golden/sheet/register.xls", &n);

	(void)state;
	show(&s, p, n, NULL, 0, 0);
	assert_string_equal(s.b.p,
	    "1|t:设备编号|t:名称|t:读数|t:日期|t:时间\n"
	    "2|t:E-1|t:天平|n:0.5.2|d:2024-03-04(45355)|d:2024-03-04T08:05:06(45355.336875000001)\n"
	    "3|t:E-2|t:酸度计|n:-12.0|d:2024-02-29(45351)|d:2024-12-31T23:59:59(45657.999988425923)\n"
	    "5|t:=||n:7.0\n");
	fj_buf_release(&s.b);
	memset(&s, 0, sizeof(s));
	show(&s, p, n, NULL, 1, 0);
	assert_string_equal(s.b.p, "1|a|b\n2|1|𠮷野\n");
	fj_buf_release(&s.b);
	free(p);
}

static void
test_names(void **state)
{
	struct book *b;
	struct fj_err e;
	size_t n;
	char *p = slurp("tests/golden/sheet/register.xls", &n);

	(void)state;
	assert_int_equal(book_open(p, n, NULL, &b, &e), FJ_OK);
	assert_int_equal(book_kind(b), BOOK_XLS);
	assert_int_equal(book_sheets(b), 2);
	assert_string_equal(book_sheet_name(b, 0), "设备");
	assert_int_equal(book_find_sheet(b, "二"), 1);
	assert_false(book_1904(b));
	book_close(&b);
	free(p);
}

/* Whatever is cut or changed: rows or a code, and nothing read outside the bytes. */
static void
test_damage(void **state)
{
	size_t n, i;
	char *p = slurp("tests/golden/sheet/register.xls", &n);

	(void)state;
	for (i = 0; i < n; i += 7) {
		struct shown s = {0};
		char *cut = malloc(i + 1);

		memcpy(cut, p, i);
		show(&s, cut, i, NULL, 0, 0);
		fj_buf_release(&s.b);
		free(cut);
	}
	for (i = 0; i < n; i++) {
		struct shown s = {0};
		char was = p[i];

		p[i] = (char)(was ^ (i % 3 == 0 ? 0xff : i % 3 == 1 ? 0x80 : 1));
		show(&s, p, n, NULL, 0, SHEET_FILL);
		fj_buf_release(&s.b);
		p[i] = was;
	}
	free(p);
}

static void
expect_code(const void *p, size_t n, const char *code)
{
	struct book *b;
	struct fj_err e;

	assert_int_not_equal(book_open(p, n, NULL, &b, &e), FJ_OK);
	assert_string_equal(e.code, code);
}

static void
test_refused(void **state)
{
	size_t n;
	char *p = slurp("tests/golden/sheet/register.xls", &n);
	char was;

	(void)state;
	expect_code(p, 100, "sheet.cfb");
	/* FORMAT, the third record, becomes FILEPASS: a password. */
	assert_memory_equal(p + 512 + 20 + 6 + 6, "\x1e\x04", 2);
	p[512 + 32] = 0x2f;
	p[512 + 33] = 0;
	expect_code(p, n, "sheet.encrypted");
	p[512 + 32] = 0x1e;
	p[512 + 33] = 4;
	was = p[512 + 5];
	p[512 + 5] = 5;		/* BIFF5 */
	expect_code(p, n, "sheet.format");
	p[512 + 5] = was;
	p[44] = 0;		/* no table of sectors */
	expect_code(p, n, "sheet.cfb");
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
