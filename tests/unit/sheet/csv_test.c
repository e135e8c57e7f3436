/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/utf8.h"
#include "base/xalloc.h"

/* 编号,值 and so on, as GB18030. */
#define GB_NUMBER "\xb1\xe0\xba\xc5"
#define GB_TONG "\xcd\xa8"

static const struct {
	const char *in, *out;
} cases[] = {
	{"", ""},
	{"\n\n", ""},
	{"a", "1|a\n"},
	{"a,b\n1,2\n", "1|a|b\n2|1|2\n"},
	{"a,b\r\n1,2\r\n", "1|a|b\n2|1|2\n"},
	{"a,b\r1,2\r", "1|a|b\n2|1|2\n"},
	{"\xef\xbb\xbf" "a,b\n", "1|a|b\n"},
	{"a;b\n1;2,5\n", "1|a|b\n2|1|2,5\n"},
	{"a\tb\n1,5\t2\n", "1|a|b\n2|1,5|2\n"},
	{"sep=;\na;b,c\n", "2|a|b,c\n"},
	{"sep=|\r\na|b\r\n", "2|a|b\n"},
	{"a,b\n,\n1,\n", "1|a|b\n3|1\n"},
	{",,x\n", "1|||x\n"},
	{"\"a,b\",\"c\"\"d\"\n", "1|a,b|c\"d\n"},
	{"\"\",\"\"\"\"\n", "1||\"\n"},
	{"\"a\nb\",c\nd\n", "1|a\nb|c\n3|d\n"},
	{"\"a\r\nb\r\nc\"\r\nd\r\n", "1|a\r\nb\r\nc\n4|d\n"},
	{"a\"b,c\n", "1|a\"b|c\n"},
	{"\"a\"b,c\n", "1|ab|c\n"},
	{"\"a\"\"b\"c,d\n", "1|a\"bc|d\n"},
	{"a,\"b", "! sheet.quote 1 2\n1|a|\"b\n"},
	{"a,\"b,c\nd,e\n", "! sheet.quote 1 2\n1|a|\"b|c\n2|d|e\n"},
	{"编号,值\n甲,乙\n", "1|编号|值\n2|甲|乙\n"},
	/* Cut inside a character: the rest is still UTF-8. */
	{"编号编号编号编号编号编号编号编号编号编号编号,\xe7\x94", "! sheet.bytes 1 2\n1|编号编号编号编号编号编号编号编号编号编号编号|\xef\xbf\xbd\xef\xbf\xbd\n"},
	{GB_NUMBER ",x\n" GB_TONG ",1\n", "1|编号|x\n2|通|1\n"},
	/* Files put together: a cell of UTF-8 among GB18030 and the other way round. */
	{GB_NUMBER "\n编号\n", "1|编号\n2|编号\n"},
	{"\x81\x30\x81\x30,\x80\n", NULL},
	{"a\0b", NULL},
	{"\xff\xfe" "a", "sheet.format  0 0\n"},
	{"%PDF-1.4", "sheet.format  0 0\n"},
	{"\xd0\xcf\x11\xe0", "sheet.format  0 0\n"},
};

static void
test_cases(void **state)
{
	struct gb18030 *gb;
	size_t i;

	(void)state;
	assert_int_equal(gb18030_new(&gb, NULL), FJ_OK);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct shown s = {0};

		show(&s, cases[i].in, strlen(cases[i].in), gb, 0, 0);
		if (cases[i].out != NULL)
			assert_string_equal(s.b.p, cases[i].out);
		fj_buf_release(&s.b);
	}
	gb18030_free(&gb);
}

static void
test_raw(void **state)
{
	static const char in[] = GB_NUMBER ",\"x\"\"" GB_TONG "\"\n";
	struct shown s = {0};
	struct gb18030 *gb;

	(void)state;
	assert_int_equal(gb18030_new(&gb, NULL), FJ_OK);
	show(&s, in, sizeof(in) - 1, gb, 0, SHEET_RAW);
	assert_string_equal(s.b.p, "1|" GB_NUMBER "|x\"" GB_TONG "\n");
	fj_buf_release(&s.b);
	gb18030_free(&gb);
}

static void
test_refused(void **state)
{
	struct shown s = {0};
	struct book *b;
	struct fj_err e;

	(void)state;
	show(&s, "a\nb\nc\0d", 7, NULL, 0, 0);
	assert_string_equal(s.b.p, "sheet.binary CSV 3 0\n");
	fj_buf_release(&s.b);
	assert_int_equal(book_open(GB_NUMBER, 4, NULL, &b, &e), FJ_INVAL);
	assert_string_equal(e.code, "sheet.encoding");
	assert_null(b);
}

static void
test_asked_separator(void **state)
{
	struct book_options o = {.separator = '|'};
	struct shown s = {0};
	struct book *b;

	(void)state;
	assert_int_equal(book_open("a,b|c\n", 6, &o, &b, NULL), FJ_OK);
	assert_int_equal(book_separator(b), '|');
	assert_int_equal(book_kind(b), BOOK_CSV);
	assert_int_equal(book_encoding(b), BOOK_UTF8);
	assert_int_equal(book_sheets(b), 1);
	assert_int_equal(book_find_sheet(b, ""), 0);
	assert_int_equal(book_find_sheet(b, "x"), -1);
	assert_false(book_1904(b));
	assert_false(book_sheet_hidden(b, 0));
	fj_buf_init(&s.b, 100);
	assert_int_equal(sheet_rows(b, 0, 0, show_row, &s, NULL), FJ_OK);
	assert_string_equal(s.b.p, "1|a,b|c\n");
	fj_buf_release(&s.b);
	book_close(&b);
}

/* n times c, and a tail. */
static char *
many(const char *unit, size_t times, const char *tail)
{
	size_t n = strlen(unit), i;
	char *p = xmalloc(n * times + strlen(tail) + 1);

	for (i = 0; i < times; i++)
		memcpy(p + i * n, unit, n);
	memcpy(p + n * times, tail, strlen(tail) + 1);
	return p;
}

static void
expect_end(char *in, const char *end)
{
	struct shown s = {0};
	size_t n;

	show(&s, in, strlen(in), NULL, 0, 0);
	n = strlen(end);
	assert_true(s.b.n >= n);
	assert_string_equal(s.b.p + s.b.n - n, end);
	fj_buf_release(&s.b);
	free(in);
}

static void
test_hostile(void **state)
{
	(void)state;
	expect_end(many("1,", 1000000, "\n"), "sheet.columns CSV 1 16385\n");
	expect_end(many("x", LIMIT_SHEET_CELL_BYTES + 1, "\n"), "sheet.cell-size CSV 1 1\n");
	/* A quote that swallows too much is a character; what follows is read. */
	expect_end(many("\"x\n", 1, "y\nz\n"), "! sheet.quote 1 1\n1|\"x\n2|y\n3|z\n");
	/* One that closes too far away, too. */
	{
		char *lines = many("x\n", LIMIT_SHEET_CELL_BYTES, "\"\n");

		expect_end(xasprintf("\"%s", lines), "! sheet.quote 262145 1\n262145|\"\n");
		free(lines);
	}
}

static void
test_too_many_faults(void **state)
{
	/* GB18030 with a byte that is none of it in each line. */
	char *in = many("\xb1\xe0\xff\n", LIMIT_SHEET_FAULTS + 1, "");
	struct shown s = {0};
	struct gb18030 *gb;

	(void)state;
	assert_int_equal(gb18030_new(&gb, NULL), FJ_OK);
	show(&s, in, strlen(in), gb, 0, 0);
	assert_int_equal(s.rows, LIMIT_SHEET_FAULTS);
	assert_non_null(strstr(s.b.p, "! sheet.bytes 1 1\n1|编\xef\xbf\xbd\n"));
	assert_non_null(strstr(s.b.p, "sheet.faults CSV 101 1\n"));
	fj_buf_release(&s.b);
	gb18030_free(&gb);
	free(in);
}

static void
test_enough(void **state)
{
	struct shown s = {.stop_at = 2};

	(void)state;
	show(&s, "a\nb\nc\n", 6, NULL, 0, 0);
	assert_string_equal(s.b.p, "1|a\n2|b\n");
	fj_buf_release(&s.b);
}

/* Whatever byte it is cut at, rows that were whole are the same. */
static void
test_truncated(void **state)
{
	static const char in[] = "编号,值\n\"a\nb\",\"c\"\"\"\r\n甲;乙,丙\n";
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(in); n++) {
		char *cut = xmemdup(in, n + 1);
		struct shown s = {0};
		struct gb18030 *gb;

		assert_int_equal(gb18030_new(&gb, NULL), FJ_OK);
		show(&s, cut, n, gb, 0, 0);
		if (n > 11)
			assert_int_equal(strncmp(s.b.p, "1|编号|值\n", 13), 0);
		assert_int_equal(utf8_valid(s.b.p, s.b.n), s.b.n);
		fj_buf_release(&s.b);
		gb18030_free(&gb);
		free(cut);
	}
}

static void
test_names(void **state)
{
	static const struct {
		uint32_t n;
		const char *name;
	} names[] = {{1, "A"}, {26, "Z"}, {27, "AA"}, {702, "ZZ"}, {703, "AAA"},
	    {16384, "XFD"}, {0, ""}};
	char out[SHEET_COLUMN_NAME];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		sheet_column_name(names[i].n, out);
		assert_string_equal(out, names[i].name);
	}
}

/* Lines after the most are not read; those before stand. */
static void
test_too_many_rows(void **state)
{
	struct shown s = {0};
	struct book_options o = {.rows_max = 3};
	struct book *b;
	struct fj_err e;

	(void)state;
	fj_buf_init(&s.b, 1 << 16);
	assert_int_equal(book_open("a\nb\nc\nd\ne\n", 10, &o, &b, &e), FJ_OK);
	assert_int_equal(sheet_rows(b, 0, 0, show_row, &s, &e), FJ_LIMIT);
	assert_string_equal(s.b.p, "1|a\n2|b\n3|c\n");
	assert_string_equal(e.code, "sheet.rows");
	assert_string_equal(e.arg[1], "4");
	assert_string_equal(e.arg[3], "3");
	book_close(&b);
	fj_buf_release(&s.b);
}

enum {
	MANY = 20000,
};

/* Every third record has a line end in it: numbers are those of lines. */
static void
put_records(struct fj_buf *b)
{
	int i;

	for (i = 0; i < MANY; i++)
		fj_buf_printf(b, i % 3 == 0 ? "%d,\"x\ny\"\n" : "%d,z\n", i);
}

/* From any row on it is as from the first, and little comes before it. */
static void
test_from(void **state)
{
	static const uint32_t from[] = {1, 2, 4096, 5461, 5462, 5463, 12000, 26666, 26667, 90000};
	struct fj_buf in;
	struct shown all = {0}, some;
	struct book *b;
	struct fj_err e;
	size_t i;

	(void)state;
	fj_buf_init(&in, 1 << 20);
	put_records(&in);
	fj_buf_init(&all.b, 4 << 20);
	assert_int_equal(book_open(in.p, in.n, NULL, &b, &e), FJ_OK);
	assert_int_equal(sheet_rows(b, 0, 0, show_row, &all, &e), FJ_OK);
	assert_int_equal(all.rows, MANY);
	for (i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		some = (struct shown){0};
		fj_buf_init(&some.b, 4 << 20);
		assert_int_equal(sheet_rows_from(b, 0, 0, from[i], show_row, &some, &e), FJ_OK);
		assert_true(some.b.n > 0 && some.b.n <= all.b.n);
		assert_string_equal(some.b.p, all.b.p + all.b.n - some.b.n);
		assert_true(strtoul(some.b.p, NULL, 10) <= from[i]);
		/* At most the records of one step before it. */
		assert_true(from[i] >= MANY || from[i] - strtoul(some.b.p, NULL, 10) < 3 * 4096);
		fj_buf_release(&some.b);
	}
	book_close(&b);
	fj_buf_release(&all.b);
	fj_buf_release(&in);
}

/* A large file is looked at in two parts: what either of them is decides. */
static void
test_large(void **state)
{
	static const struct {
		int at;			/* of 100 parts, where the line stands */
		const char *line;
		int encoding;		/* -1: refused */
	} files[] = {
		{10, "\xb1\xe0\xba\xc5\n", BOOK_GB18030},
		{90, "\xb1\xe0\xba\xc5\n", BOOK_GB18030},
		{10, "编号\n", BOOK_UTF8},
		{90, "编号\n", BOOK_UTF8},
		{10, "\xb1\xe0\xba\xc5\n", -1},
		{90, "\xb1\xe0\xba\xc5\n", -1},
	};
	struct book_options o = {.gb = NULL};
	struct gb18030 *gb;
	struct book *b;
	struct fj_buf in;
	struct fj_err e;
	size_t i;
	int k;

	(void)state;
	assert_int_equal(gb18030_new(&gb, NULL), FJ_OK);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		fj_buf_init(&in, 16 << 20);
		for (k = 0; k < 500000; k++)
			fj_buf_puts(&in, k == files[i].at * 5000 ? files[i].line : "123456789,1\n");
		o.gb = files[i].encoding < 0 ? NULL : gb;
		assert_int_equal(book_open(in.p, in.n, &o, &b, &e),
		    files[i].encoding < 0 ? FJ_INVAL : FJ_OK);
		if (b != NULL)
			assert_int_equal(book_encoding(b), files[i].encoding);
		book_close(&b);
		fj_buf_release(&in);
	}
	gb18030_free(&gb);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_asked_separator),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_too_many_faults),
		cmocka_unit_test(test_enough),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_too_many_rows),
		cmocka_unit_test(test_from),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
