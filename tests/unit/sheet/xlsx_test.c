/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/xalloc.h"
#include "lib/stored_zip.h"

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define REL(id, type, to) "<Relationship Id='" id "' Type='" OFFICE type "' Target='" to "'/>"

enum {
	PARTS_MAX = 12,
};

/* Parts of a workbook; NULL: the usual one.  "-": it is not there. */
struct work {
	const char *top, *rels, *book, *styles, *strings, *sheet, *sheet2;
};

static const char usual_styles[] = "<styleSheet><numFmts>"
    "<numFmt numFmtId='170' formatCode='yyyy\"年\"m\"月\"d\"日\"'/>"
    "<numFmt numFmtId='171' formatCode='[$-409]h:mm AM/PM;@'/>"
    "<numFmt numFmtId='172' formatCode='#,##0.000_ '/>"
    "<numFmt numFmtId='173' formatCode='0.00%'/>"
    "<numFmt numFmtId='174' formatCode='[Red]\"day\"0'/>"
    "<numFmt numFmtId='175' formatCode='[h]:mm'/></numFmts>"
    "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='22'/><xf numFmtId='170'/>"
    "<xf numFmtId='171'/><xf numFmtId='172'/><xf numFmtId='173'/><xf numFmtId='174'/>"
    "<xf numFmtId='175'/><xf numFmtId='2'/></cellXfs></styleSheet>";

static void
make(const struct work *w, struct fj_buf *out)
{
	const struct {
		const char *name, *given, *usual;
	} all[] = {
		{"_rels/.rels", w->top,
		    "<Relationships>" REL("a", "officeDocument", "xl/workbook.xml")
		    "</Relationships>"},
		{"xl/_rels/workbook.xml.rels", w->rels, "<Relationships>"
		    REL("r1", "worksheet", "worksheets/s1.xml")
		    REL("r2", "worksheet", "/xl/worksheets/../worksheets2.xml")
		    REL("r3", "chartsheet", "chart.xml") REL("r4", "styles", "styles.xml")
		    REL("r5", "sharedStrings", "./sharedStrings.xml") "</Relationships>"},
		{"xl/workbook.xml", w->book, "<workbook><sheets><sheet name='甲' r:id='r1'/>"
		    "</sheets></workbook>"},
		{"xl/styles.xml", w->styles, usual_styles},
		{"xl/sharedStrings.xml", w->strings, "<sst><si><t>a</t></si><si><r><t>b</t></r>"
		    "<r><t xml:space='preserve'> c</t></r><rPh><t>no</t></rPh></si>"
		    "<si><t>x_x000A_y_x00zz_</t></si></sst>"},
		{"xl/worksheets/s1.xml", w->sheet, ""},
		{"xl/worksheets/../worksheets2.xml", w->sheet2, "-"},
	};
	struct zip_part part[PARTS_MAX];
	size_t i;
	int n = 0;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *p = all[i].given != NULL ? all[i].given : all[i].usual;

		if (strcmp(p, "-") != 0)
			part[n++] = (struct zip_part){all[i].name, (const uint8_t *)p, strlen(p), 0};
	}
	fj_buf_init(out, 64 << 20);
	zip_make(out, part, n);
}

static void
expect_work(const struct work *w, unsigned flags, const char *want)
{
	struct shown s = {.kinds = true};
	struct fj_buf b;

	make(w, &b);
	show(&s, b.p, b.n, NULL, 0, flags);
	assert_string_equal(s.b.p, want);
	fj_buf_release(&s.b);
	fj_buf_release(&b);
}

#define ROWS(x) "<worksheet><sheetData>" x "</sheetData></worksheet>"
#define ONE(x) ROWS("<row r='1'>" x "</row>")

static const struct {
	const char *sheet, *out;
} cases[] = {
	{ROWS(""), ""},
	{ONE("<c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c>"), "1|t:a||t:b c\n"},
	{ONE("<c t='s'><v>2</v></c>"), "1|t:x\ny_x00zz_\n"},
	{ROWS("<row><c><v>1</v></c></row><row><c/></row><row><c r='B3'><v>2</v></c></row>"),
	    "1|n:1\n3||n:2\n"},
	{ROWS("<row r='7'><c r='A7'><v>1</v></c></row><row><c><v>2</v></c></row>"),
	    "7|n:1\n8|n:2\n"},
	{ONE("<c t='inlineStr'><is><r><t>甲</t></r><r><t>乙</t></r><rPh><t>x</t></rPh></is></c>"),
	    "1|t:甲乙\n"},
	{ONE("<c t='str'><f>A1&amp;B1</f><v>sum</v></c><c><f>1+1</f><v>2</v></c>"),
	    "1|t:sum=|n:2=\n"},
	{ONE("<c t='b'><v>1</v></c><c t='b'><v>0</v></c><c t='e'><v>#DIV/0!</v></c>"),
	    "1|b:TRUE|b:FALSE|e:#DIV/0!\n"},
	{ONE("<c t='d'><v>2026-03-01T08:00:00</v></c>"), "1|d:2026-03-01T08:00:00\n"},
	/* Numbers as people wrote them. */
	{ONE("<c><v>0.30000000000000004</v></c><c><v>1.0</v></c><c><v>1E-3</v></c>"
	    "<c><v>1.5e+20</v></c><c><v>-0</v></c><c><v>100</v></c><c><v>12345678901234567</v></c>"),
	    "1|n:0.3(0.30000000000000004)|n:1(1.0)|n:0.001(1E-3)|n:150000000000000000000(1.5e+20)"
	    "|n:0(-0)|n:100|n:12345678901234568(12345678901234567)\n"},
	{ONE("<c s='9'><v>0.5</v></c><c s='5'><v>1</v></c><c s='6'><v>0.12</v></c><c s='7'><v>3</v></c>"
	    "<c s='99'><v>4</v></c>"), "1|n:0.5.2|n:1.3|n:0.12|n:3.0|n:4\n"},
	/* Days; 60 is the one that never was. */
	{ONE("<c s='1'><v>46082</v></c><c s='2'><v>46082.354166666664</v></c><c s='3'><v>46082</v></c>"
	    "<c s='4'><v>0.75</v></c><c s='1'><v>59</v></c><c s='1'><v>60</v></c><c s='1'><v>61</v></c>"
	    "<c s='1'><v>46082.5</v></c><c s='8'><v>0.0625</v></c><c s='1'><v>-1</v></c>"),
	    "1|d:2026-03-01(46082)|d:2026-03-01T08:30:00(46082.354166666664)|d:2026-03-01(46082)"
	    "|d:18:00:00(0.75)|d:1900-02-28(59)|d:1900-02-29(60)|d:1900-03-01(61)"
	    "|d:2026-03-01T12:00:00(46082.5)|d:01:30:00(0.0625)|n:-1\n"},
	/* What is wrong is told, and the rest is read. */
	{ONE("<c t='s'><v>9</v></c><c><v>1</v></c>"), "! sheet.string 1 1\n1||n:1\n"},
	{ONE("<c><v>x1</v></c><c><v>1</v></c>"), "! sheet.number 1 1\n1|t:x1|n:1\n"},
	{ONE("<c><v>1e999</v></c>"), "! sheet.number 1 1\n1|t:1e999\n"},
	{ONE("<c r='?1'><v>1</v></c>"), "sheet.reference 甲 1 1\n"},
	{ONE("<c r='A2'><v>1</v></c>"), "sheet.reference 甲 1 1\n"},
	{ONE("<c r='XFE1'><v>1</v></c>"), "sheet.columns 甲 1 16385\n"},
	{ONE("<c r='ZZZZZZZZZZZZ1'><v>1</v></c>"), "sheet.columns 甲 1 18278\n"},
	{ROWS("<row r='1048577'/>"), "sheet.rows 甲 1048577 0\n"},
	{ROWS("<row r='99999999999999999999'/>"), "sheet.rows 甲 9999999 0\n"},
	{"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>", "sheet.doctype 甲 0 0\n"},
	{ROWS("<row>"), "sheet.xml 甲 0 0\n"},
	{"", "sheet.xml 甲 0 0\n"},
	/* One place twice: the last one, whole. */
	{ONE("<c r='C1'><v>1.55</v></c><c r='C1' t='s'><v>0</v></c><c r='C0'><v>2</v></c>"
	    "<c r='C1' t='s'><v>0</v></c>"), "1|||t:a\n"},
	/* Elements of the same names outside the cells say nothing. */
	{"<worksheet><c><v>1</v></c><x:sheetData><x:row><x:c><x:v>5</x:v></x:c></x:row></x:sheetData>"
	    "<row><c><v>2</v></c></row></worksheet>", "1|n:5\n"},
};

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_work(&(struct work){.sheet = cases[i].sheet}, 0, cases[i].out);
}

#define BOOK(x) "<workbook>" x "</workbook>"
#define SHEET1 "<sheets><sheet name='甲' r:id='r1'/></sheets>"

static void
test_1904(void **state)
{
	(void)state;
	expect_work(&(struct work){.book = BOOK("<workbookPr date1904='1'/>" SHEET1),
	    .sheet = ONE("<c s='1'><v>44620</v></c><c s='1'><v>0</v></c>")}, 0,
	    "1|d:2026-03-01(44620)|d:1904-01-01(0)\n");
}

static void
test_merged(void **state)
{
	static const char sheet[] = "<worksheet><sheetData>"
	    "<row r='1'><c t='s'><v>0</v></c></row><row r='2'><c r='C2'><v>1</v></c></row>"
	    "<row r='3'><c r='A3'><v>2</v></c></row></sheetData><mergeCells>"
	    "<mergeCell ref='A1:B2'/><mergeCell ref='D1:D2'/><mergeCell ref='B1:A1'/>"
	    "<mergeCell ref='x'/></mergeCells></worksheet>";
	const struct sheet_range *r;
	struct book *book;
	struct fj_buf b;
	size_t n;

	(void)state;
	expect_work(&(struct work){.sheet = sheet}, 0, "1|t:a\n2|||n:1\n3|n:2\n");
	expect_work(&(struct work){.sheet = sheet}, SHEET_FILL,
	    "1|t:a|t:a^\n2|t:a^|t:a^|n:1\n3|n:2\n");
	make(&(struct work){.sheet = sheet}, &b);
	assert_int_equal(book_open(b.p, b.n, NULL, &book, NULL), FJ_OK);
	assert_int_equal(sheet_merged(book, 0, &r, &n, NULL), FJ_OK);
	assert_int_equal(n, 2);
	assert_int_equal(r[0].row, 1);
	assert_int_equal(r[0].last_row, 2);
	assert_int_equal(r[0].last_column, 2);
	assert_int_equal(r[1].column, 4);
	book_close(&book);
	fj_buf_release(&b);
}

static void
test_sheets(void **state)
{
	static const char book[] = BOOK("<sheets><sheet name='Survey' r:id='r1'/>"
	    "<sheet name='chart' r:id='r3'/><sheet name='b' state='hidden' r:id='r2'/></sheets>");
	struct shown s = {0};
	struct book *k;
	struct fj_buf b;

	(void)state;
	make(&(struct work){.book = book, .sheet = ONE("<c><v>1</v></c>"),
	    .sheet2 = ONE("<c><v>2</v></c>")}, &b);
	assert_int_equal(book_open(b.p, b.n, NULL, &k, NULL), FJ_OK);
	assert_int_equal(book_kind(k), BOOK_XLSX);
	assert_int_equal(book_sheets(k), 2);
	assert_int_equal(book_find_sheet(k, "survey"), 0);
	assert_int_equal(book_find_sheet(k, "surve"), -1);
	assert_false(book_sheet_hidden(k, 0));
	assert_true(book_sheet_hidden(k, 1));
	fj_buf_init(&s.b, 100);
	assert_int_equal(sheet_rows(k, 1, 0, show_row, &s, NULL), FJ_OK);
	assert_int_equal(sheet_rows(k, 0, 0, show_row, &s, NULL), FJ_OK);
	assert_int_equal(sheet_rows(k, 0, 0, show_row, &s, NULL), FJ_OK);
	assert_string_equal(s.b.p, "1|2\n1|1\n1|1\n");
	fj_buf_release(&s.b);
	book_close(&k);
	fj_buf_release(&b);
}

static const struct {
	struct work w;
	const char *out;
} strange[] = {
	{{.top = "-"}, "sheet.format  0 0\n"},
	{{.top = "<Relationships/>"}, "sheet.format  0 0\n"},
	{{.top = "<Relationships>" REL("a", "officeDocument", "word/document.xml")
	    "</Relationships>"}, "sheet.format  0 0\n"},
	{{.top = "<Relationships>" REL("a", "officeDocument", "xl/workbook.bin")
	    "</Relationships>"}, "sheet.format  0 0\n"},
	{{.rels = "-"}, "sheet.part  0 0\n"},
	{{.book = "-"}, "sheet.part  0 0\n"},
	{{.book = BOOK("")}, "sheet.none  0 0\n"},
	{{.book = BOOK("<sheets><sheet name='x' r:id='r2'/></sheets>")}, "sheet.part x 0 0\n"},
	{{.styles = "<a>"}, "sheet.xml  0 0\n"},
	{{.strings = "<sst><si>", .sheet = ROWS("")}, "sheet.xml  0 0\n"},
	{{.strings = "-", .styles = "-", .sheet = ONE("<c s='1'><v>1</v></c>")}, "1|n:1\n"},
};

static void
test_strange(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(strange) / sizeof(strange[0]); i++)
		expect_work(&strange[i].w, 0, strange[i].out);
}

static void
test_double_names(void **state)
{
	struct zip_part part[] = {
		{"a.xml", (const uint8_t *)"1", 1, 0}, {"A.xml", (const uint8_t *)"2", 1, 0},
	};
	struct shown s = {0};
	struct fj_buf b;

	(void)state;
	fj_buf_init(&b, 1000);
	zip_make(&b, part, 2);
	show(&s, b.p, b.n, NULL, 0, 0);
	assert_string_equal(s.b.p, "sheet.double  0 0\n");
	fj_buf_release(&s.b);
	fj_buf_release(&b);
}

/* A part made of head, n times unit and tail, and what reading it ends with. */
static void
expect_big(const char *head, const char *unit, size_t n, const char *tail, const char *code)
{
	struct shown s = {0};
	struct fj_buf sheet, b;
	size_t i;

	fj_buf_init(&sheet, 64 << 20);
	fj_buf_puts(&sheet, head);
	for (i = 0; i < n; i++)
		fj_buf_puts(&sheet, unit);
	fj_buf_puts(&sheet, tail);
	make(&(struct work){.sheet = sheet.p}, &b);
	show(&s, b.p, b.n, NULL, 0, SHEET_FILL);
	assert_non_null(strstr(s.b.p, code));
	fj_buf_release(&s.b);
	fj_buf_release(&sheet);
	fj_buf_release(&b);
}

static void
test_hostile(void **state)
{
	(void)state;
	expect_big("<worksheet><sheetData><row><c t='str'><v>", "xxxxxxxx",
	    LIMIT_SHEET_CELL_BYTES / 8 + 1, "</v></c></row></sheetData></worksheet>",
	    "sheet.cell-size 甲 1 1\n");
	expect_big("", "<a>", LIMIT_XML_DEPTH + 1, "", "sheet.depth 甲 0 0\n");
	expect_big("<worksheet a='", "xxxxxxxx", LIMIT_XML_TOKEN / 4, "'/>",
	    "sheet.token 甲 0 0\n");
	expect_big("<worksheet><mergeCells>", "<mergeCell ref='A1:XFD1048576'/>",
	    LIMIT_SHEET_MERGED + 1, "</mergeCells></worksheet>", "sheet.merged 甲 0 0\n");
	/* Faults without end. */
	expect_big("<worksheet><sheetData><row>", "<c t='s'><v>99</v></c>",
	    LIMIT_SHEET_FAULTS + 1, "</row></sheetData></worksheet>", "sheet.faults 甲 1 101\n");
}

/* Cut at each byte: a code, or the rows that are whole. */
static void
test_truncated(void **state)
{
	struct fj_buf b;
	size_t n;

	(void)state;
	make(&(struct work){.sheet = ONE("<c t='s'><v>0</v></c>")}, &b);
	for (n = 4; n < b.n; n++) {
		char *cut = xmemdup(b.p, n);
		struct shown s = {0};

		show(&s, cut, n, NULL, 0, 0);
		assert_int_equal(strncmp(s.b.p, "sheet.", 6), 0);
		fj_buf_release(&s.b);
		free(cut);
	}
	fj_buf_release(&b);
}

/* Each byte changed: nothing but rows or a code. */
static void
test_damaged(void **state)
{
	struct fj_buf b;
	size_t n;

	(void)state;
	make(&(struct work){.sheet = ONE("<c t='s'><v>0</v></c>")}, &b);
	for (n = 0; n < b.n; n++) {
		struct shown s = {0};

		b.p[n] ^= 0x55;
		show(&s, b.p, b.n, NULL, 0, SHEET_FILL);
		b.p[n] ^= 0x55;
		fj_buf_release(&s.b);
	}
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_1904),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_sheets),
		cmocka_unit_test(test_strange),
		cmocka_unit_test(test_double_names),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
