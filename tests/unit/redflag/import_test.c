/* SPDX-License-Identifier: Apache-2.0 */
/* Registers as people export them: what is understood, skipped, told and rejected. */
#include "unit/redflag/world.h"

#include "base/date.h"

#define IS(table, column, row, want) \
	assert_string_equal(world_cell(&w, table, column, row), want)

static const char person[] =
    "工号,姓名,岗位,入职日期,离职日期\n"
    "P001,员甲子,检测员,2020-01-02,\n"
    "P002,员乙丑,检测员,2020-01-02,\n"
    "P003,员丙寅,授权签字人,2020-01-02,\n"
    "P004,员丁卯,采样员,2020-01-02,\n"
    "P005,员丁卯,采样员,2021-01-02,\n";

static const char report[] =
    "报告编号,样品编号,委托单位,检测对象,检测结论,编制人,审核人,批准人,批准时间,签发时间,报告状态\n"
    "SP检字〔2024〕000123号,S1,某厂,废水,合格,P001,P002,P003,2024-03-05 10:00:00,2024-03-05,有效\n"
    "JC2024-0000002,S2,某厂,废水,不合格,P001,P002,P003,2024-03-05 10:00:00,2024-03-05 11:00:00,作废\n"
    "JC2024000789,S3,某厂,废水,符合,P001,P002,P003,2024-03-05 10:00:00,2024/3/5 11:00,\n";

static void
test_plain(void **state)
{
	struct world w;
	char want[32];

	(void)state;
	world_init(&w);
	world_add(&w, "人员.csv", person);
	world_add(&w, "报告登记.csv", report);
	world_run(&w);
	assert_string_equal(w.told.p, "");
	assert_int_equal(world_rows(&w, "person"), 5);
	assert_int_equal(world_rows(&w, "report"), 3);
	IS("report", "series", 0, "SP检字〔2024〕");
	IS("report", "seq_no", 0, "123");
	IS("report", "series", 1, "JC2024");
	IS("report", "seq_no", 1, "2");
	IS("report", "series", 2, "JC2024");
	IS("report", "seq_no", 2, "789");
	IS("report", "conclusion", 0, "1");
	IS("report", "conclusion", 1, "0");
	IS("report", "conclusion", 2, "1");
	IS("report", "status", 1, "void");
	IS("report", "status", 2, "issued");
	/* A day alone is its end: the report was not issued before noon. */
	snprintf(want, sizeof(want), "%lld",
	    (long long)date_from_civil(2024, 3, 5) * 86400 + 86399);
	IS("report", "issued_at", 0, want);
	assert_int_equal(store_src(w.store, schema_find("report"), 1), (int64_t)2 << 32 | 3);
	world_free(&w);
}

/* Titles above, the header again, totals, page feet, blank rows: skipped, and counted. */
static void
test_skipped(void **state)
{
	static const char text[] =
	    "某市某检测有限公司设备台账,,,\n"
	    "打印日期：2026年3月1日,,,第1页\n"
	    "序号,设备编号,设备名称,购置日期\n"
	    "1,E-1,天平,2020-01-01\n"
	    ",,,\n"
	    "序号,设备编号,设备名称,购置日期\n"
	    "2,E-2,酸度计,2020-01-01\n"
	    "第2页共2页,,,\n"
	    "合计,2,,\n"
	    "制表人：,检查员甲,,\n";
	struct world w;
	const struct import_source *s;

	(void)state;
	world_init(&w);
	world_add(&w, "x.csv", text);
	world_run(&w);
	s = import_source(w.im, 0);
	assert_int_equal(s->tables, 1);
	assert_string_equal(schema_tables()[s->table[0].table].name, "instrument");
	assert_int_equal(s->rows, 2);
	assert_int_equal(s->rejected, 0);
	assert_int_equal(s->skipped, 7);
	IS("instrument", "instrument_id", 1, "E-2");
	assert_string_equal(w.told.p, "");
	world_free(&w);
}

/* Bad cells become NULL and are told; bad rows are rejected; the rest is read. */
static void
test_bad_rows(void **state)
{
	static const char text[] =
	    "样品编号,委托单位,样品类别,采样时间,收样时间,收样人,样品数量\n"
	    "S1,某厂,废水,2024-02-30 08:00:00,2024-03-04 09:00:00,P001,500\n"
	    "S2,某厂,废水,2024-03-04 08:00:00,昨天,P001,一瓶\n"
	    ",某厂,废水,2024-03-04 08:00:00,2024-03-04 09:00:00,P001,500\n"
	    "S4,某,厂,废水,2024-03-04 08:00:00,2024-03-04 09:00:00,P001,500\n"
	    "S5,某厂,废水,2024-03-04 08:00:00,2024-03-04 09:00:00,P001,ND\n";
	struct world w;
	const struct import_source *s;

	(void)state;
	world_init(&w);
	world_add(&w, "收样登记.csv", text);
	world_run(&w);
	s = import_source(w.im, 0);
	assert_string_equal(w.told.p,
	    "F 2 4 redflag.date\n"
	    "F 3 5 redflag.date\n"
	    "F 3 7 redflag.number\n"
	    "R 4 1 redflag.no-key\n"
	    "R 5 8 redflag.long-row\n");
	assert_int_equal(s->rows, 3);
	assert_int_equal(s->rejected, 2);
	assert_int_equal(s->cells, 3);
	assert_int_equal(s->skipped, 1);
	IS("sample", "collected_at", 0, "");
	IS("sample", "sample_no", 2, "S5");
	world_free(&w);
}

/* Days that there never were stay in their column, and each is told. */
static void
test_no_such_day(void **state)
{
	static const char text[] =
	    "报告编号,样品编号,委托单位,编制,批准,签发时间\n"
	    "BG-1,S1,某厂,检验员甲,2026-03-05 10:00,2026-13-45 25:10\n"
	    "BG-2,S2,某厂,检验员甲,2026-03-05 10:00,2026年2月30日\n"
	    "BG-3,S3,某厂,检验员乙,2026-03-05 10:00,26.0.10\n";
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "报告登记.csv", text);
	world_run(&w);
	assert_string_equal(w.told.p, "F 2 6 redflag.date\nF 3 6 redflag.date\n"
	    "F 4 6 redflag.date\n");
	IS("report", "approved_by", 0, "");
	IS("report", "issued_at", 0, "");
	IS("report", "report_no", 2, "BG-3");
	world_free(&w);
}

static void
test_no_table(void **state)
{
	struct fj_err e;
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "菜单.csv", "菜名,口味,辣度\n红烧肉,咸,微辣\n青菜,淡,不辣\n");
	world_add(&w, "空.csv", "");
	world_add(&w, "空行.csv", "\n\n,,\n");
	assert_int_equal(import_guess(w.im, &e), FJ_OK);
	world_load(&w);
	assert_string_equal(w.told.p,
	    "F 0 0 redflag.empty\nF 0 0 redflag.empty\nF 1 0 redflag.unknown-table\n");
	assert_int_equal(import_source(w.im, 0)->tables, 0);
	world_free(&w);
}

/* Bombs and damage: told by row, what stood before is read. */
static void
test_bombs(void **state)
{
	struct fj_buf b;
	struct world w;
	int i;

	(void)state;
	world_init(&w);
	fj_buf_init(&b, 4 << 20);
	fj_buf_puts(&b, person);
	for (i = 0; i < 20000; i++)
		fj_buf_putc(&b, ',');
	fj_buf_puts(&b, "1\nP009,员壬子,检测员,2020-01-02,\n");
	world_add_bytes(&w, "列.csv", b.p, b.n);
	fj_buf_clear(&b);
	fj_buf_puts(&b, report);
	for (i = 0; i < 300; i++)
		fj_buf_puts(&b, "JC2024-0000009,\"S9,\n");
	world_add_bytes(&w, "引号.csv", b.p, b.n);
	world_run(&w);
	assert_int_equal(world_rows(&w, "person"), 5);
	assert_true(world_rows(&w, "report") >= 3);
	assert_non_null(strstr(w.told.p, "sheet.columns"));
	fj_buf_release(&b);
	world_free(&w);
}

/* Names for numbers; two in a cell; one that two people have. */
static void
test_names(void **state)
{
	static const char sample[] =
	    "样品编号,委托单位,样品类别,采样开始时间,采样人,收样时间,收样人\n"
	    "S1,甲厂,废水,2024-03-04 08:00:00,员甲子、员乙丑,2024-03-04 09:00:00,员丙寅\n"
	    "S2,甲厂,废水,2024-03-04 08:00:00,员乙丑(P002),2024-03-04 09:00:00,员丁卯\n"
	    "S3,甲厂,废水,2024-03-04 08:00:00,员乙丑/员甲子,2024-03-04 09:00:00,P003\n";
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "收样.csv", sample);
	world_add(&w, "花名册.csv", person);
	world_run(&w);
	IS("sample", "sampler1", 0, "P001");
	IS("sample", "sampler2", 0, "P002");
	IS("sample", "received_by", 0, "P003");
	IS("sample", "sampler1", 1, "P002");
	IS("sample", "received_by", 1, "员丁卯");
	IS("sample", "sampler1", 2, "P002");
	IS("sample", "sampler2", 2, "P001");
	IS("sample", "received_by", 2, "P003");
	assert_string_equal(w.told.p, "F 3 7 redflag.two-names\n");
	world_free(&w);
}

/* One register with everything: each table gets its rows once. */
static void
test_flat(void **state)
{
	static const char text[] =
	    "报告编号,样品编号,委托单位,样品类别,采样时间,收样时间,收样人,检测项目,检测方法,检测结果,标准限值,单项判定,检测结论,编制人,审核人,批准人,签发时间\n"
	    "R1,S1,甲厂,废水,2024-03-04 08:00,2024-03-04 09:00,P001,氨氮,HJ 535-2009,0.50,25,合格,合格,P001,P002,P003,2024-03-06 10:00\n"
	    "R1,S1,甲厂,废水,2024-03-04 08:00,2024-03-04 09:00,P001,总磷,GB 11893-1989,ND,0.5,合格,合格,P001,P002,P003,2024-03-06 10:00\n"
	    "R2,S2,乙厂,废水,2024-03-05 08:00,2024-03-05 09:00,P001,氨氮,HJ 535—2009,＜0.01,25,合格,合格,P001,P002,P003,2024-03-06 11:00\n"
	    "R2,S2,乙厂,废水,2024-03-05 08:00,2024-03-05 09:00,P001,总磷,GB 11893-1989,0.1,0.5,合格,合格,P001,P002,P003,2024-03-06 11:00\n";
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "台账.csv", text);
	world_run(&w);
	assert_int_equal(world_rows(&w, "report"), 2);
	assert_int_equal(world_rows(&w, "sample"), 2);
	assert_int_equal(world_rows(&w, "report_item"), 4);
	IS("report_item", "value", 0, "0.5");
	IS("report_item", "decimals", 0, "2");
	IS("report_item", "nd", 0, "0");
	IS("report_item", "nd", 1, "1");
	IS("report_item", "value", 1, "");
	IS("report_item", "nd", 2, "1");
	IS("report_item", "method_no", 2, "HJ535-2009");
	IS("report_item", "subcontract", 0, "0");
	IS("report", "approved_by", 1, "P003");
	IS("sample", "client", 1, "乙厂");
	assert_int_equal(import_source(w.im, 0)->unmapped, 0);
	world_free(&w);
}

/* Two files of one register are one table; the heading twice is told. */
static void
test_two_files(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "收费1月.csv", "收费单号,样品编号,收费时间,金额\nF1,S1,2024-01-02 10:00:00,120\n");
	world_add(&w, "收费2月.csv",
	    "收费单号;样品编号;收费时间;金额;金额\nF2;S2;2024-02-02 10:00:00;130;1\nF3;S3;20240203;\"1,300\";1\n");
	world_run(&w);
	assert_int_equal(world_rows(&w, "fee"), 3);
	IS("fee", "amount", 1, "130");
	IS("fee", "amount", 2, "1300");
	IS("fee", "fee_no", 0, "F1");
	assert_string_equal(w.told.p, "F 1 5 redflag.double-header\n");
	assert_int_equal(store_src(w.store, schema_find("fee"), 2), (int64_t)2 << 32 | 3);
	world_free(&w);
}

/* Headings that say nothing: the values and the other registers do. */
static void
test_values_speak(void **state)
{
	static const char run[] =
	    "甲列,乙列,检测方法,仪器,开始,完毕,丁列\n"
	    "R0001,S0001,HJ535-2009,E-1,45355.40,45355.50,P001\n"
	    "R0002,S0002,HJ535-2009,E-1,45355.60,45355.70,P002\n"
	    "R0003,S0003,HJ535-2009,E-2,45356.40,45356.50,P001\n"
	    "R0004,S0004,HJ535-2009,E-2,45356.60,45356.70,P002\n";
	static const char sample[] =
	    "样品编号,委托单位,样品类别,收样时间\n"
	    "S0001,甲厂,废水,2024-03-04 09:00:00\nS0002,甲厂,废水,2024-03-04 09:00:00\n"
	    "S0003,甲厂,废水,2024-03-04 09:00:00\nS0004,甲厂,废水,2024-03-04 09:00:00\n";
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "检测过程.csv", run);
	world_add(&w, "收样.csv", sample);
	world_add(&w, "人员.csv", person);
	world_run(&w);
	assert_int_equal(world_rows(&w, "test_run"), 4);
	IS("test_run", "run_no", 0, "R0001");
	IS("test_run", "sample_no", 0, "S0001");
	IS("test_run", "operator", 1, "P002");
	IS("test_run", "instrument_id", 2, "E-2");
	world_free(&w);
}

/* A clock beside a day; minutes from hours; resolution from a step. */
static void
test_units(void **state)
{
	static const char run[] =
	    "原始记录编号,样品编号,检测日期,开始时间,结束时间,检测人\n"
	    "R1,S1,2024-03-04,08:00,09:30,P001\nR2,S2,2024-03-04,10:00,11:30,P001\n"
	    "R3,S3,2024-03-05,10:00,11:30,P001\n";
	static const char method[] =
	    "标准编号,标准名称,实施日期,最短检测时间(h),保存时限,是否强制\n"
	    "HJ 505-2009,五日,2015-01-01,120,24h,是\nGB/T 1-2000,一,2015-01-01,0.5,2天,否\n";
	static const char instrument[] =
	    "设备编号,设备名称,分辨力,量程下限,量程上限\nE-1,天平,0.0001,0,200\nE-2,秤,1,0,1000\n";
	struct world w;
	char want[32];

	(void)state;
	world_init(&w);
	world_add(&w, "检测过程.csv", run);
	world_add(&w, "方法.csv", method);
	world_add(&w, "设备.csv", instrument);
	world_run(&w);
	snprintf(want, sizeof(want), "%lld", (long long)date_from_civil(2024, 3, 4) * 86400 + 34200);
	IS("test_run", "ended_at", 0, want);
	IS("method", "method_no", 0, "HJ505-2009");
	IS("method", "min_minutes", 0, "7200");
	IS("method", "hold_minutes", 0, "1440");
	IS("method", "hold_minutes", 1, "2880");
	IS("method", "mandatory", 1, "0");
	IS("instrument", "decimals", 0, "4");
	IS("instrument", "decimals", 1, "0");
	world_free(&w);
}

static void
test_gb18030(void **state)
{
	/* 工号,姓名,入职日期 / P001,员甲,2020-01-02 */
	static const char text[] = "\xb9\xa4\xba\xc5,\xd0\xd5\xc3\xfb,\xc8\xeb\xd6\xb0\xc8\xd5\xc6\xda\r\n"
	    "P001,\xd4\xb1\xbc\xd7,2020-01-02\r\nP002,\xd4\xb1\xbc\xd7,2020-01-02\r\n";
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "a.csv", text);
	world_run(&w);
	assert_int_equal(world_rows(&w, "person"), 2);
	IS("person", "name", 1, "员甲");
	IS("person", "person_id", 1, "P002");
	world_free(&w);
}

static void
test_row_as_seized(void **state)
{
	struct fj_buf b;
	struct fj_err e;
	struct world w;

	(void)state;
	world_init(&w);
	fj_buf_init(&b, 1 << 16);
	world_add(&w, "人员.csv", person);
	world_run(&w);
	assert_int_equal(import_row(w.im, (int64_t)1 << 32 | 3, &b, &e), FJ_OK);
	assert_non_null(strstr(b.p, "{\"at\":2,\"header\":\"姓名\",\"text\":\"员乙丑\",\"column\":\"name\"}"));
	assert_int_equal(import_row(w.im, (int64_t)1 << 32 | 99, &b, &e), FJ_NOTFOUND);
	assert_string_equal(e.code, "redflag.row");
	assert_int_equal(import_row(w.im, (int64_t)9 << 32 | 1, &b, &e), FJ_NOTFOUND);
	fj_buf_release(&b);
	world_free(&w);
}

/* A register of more lines than are read: told with its row; what came before stands, and
 * so do the other registers. */
static void
test_too_many_rows(void **state)
{
	struct book_options o = {.rows_max = 4};
	struct world w;
	struct fj_err e;

	(void)state;
	world_init(&w);
	assert_int_equal(book_open(person, sizeof(person) - 1, &o, &w.book[0], &e), FJ_OK);
	assert_int_equal(import_add(w.im, "人员.csv", w.book[0], &e), FJ_OK);
	w.books = 1;
	world_add(&w, "报告登记.csv", report);
	world_run(&w);
	assert_string_equal(w.told.p, "F 5 0 sheet.rows\n");
	assert_int_equal(world_rows(&w, "person"), 3);
	assert_int_equal(world_rows(&w, "report"), 3);
	world_free(&w);
}

/* ---- the mapping, out and in ---- */

static enum fj_rc
take(struct world *w, const char *json, struct fj_err *e)
{
	struct json_doc *d;
	enum fj_rc rc;

	assert_int_equal(json_parse(json, strlen(json), &d, e), FJ_OK);
	rc = import_take(w->im, json_root(d), e);
	json_free(&d);
	return rc;
}

/* A file in the schema's own words holds what the schema counts in; the same words over
 * days of a spreadsheet hold those. */
static void
test_canonical(void **state)
{
	struct world w;
	char want[32];

	(void)state;
	world_init(&w);
	world_add(&w, "calibration.csv",
	    "instrument_id,kind,cert_no,done_on,valid_to_on,result,src\n"
	    "E-1,检定,JL1,19432,19796,合格,1\nE-2,检定,JL2,19500,,合格,2\n");
	world_add(&w, "report.csv",
	    "report_no,sample_no,client,object,conclusion,approved_by,approved_at,issued_at\n"
	    "JC2024-001,S1,某厂,废水,1,P001,1709539506,1709539600\n");
	world_add(&w, "person.csv",
	    "person_id,name,role,hired_on,left_on\nP001,员甲子,检测员,44197,45355\n");
	world_run(&w);
	assert_string_equal(w.told.p, "");
	IS("calibration", "done_on", 0, "19432");
	IS("calibration", "valid_to_on", 0, "19796");
	IS("calibration", "valid_to_on", 1, "");
	IS("report", "approved_at", 0, "1709539506");
	IS("report", "issued_at", 0, "1709539600");
	snprintf(want, sizeof(want), "%lld", (long long)date_from_civil(2024, 3, 4));
	IS("person", "left_on", 0, want);
	world_free(&w);
}

/* Groups above a full row of headings: 编码 under 报告 is not that under 样品. */
static void
test_groups_of_headings(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "台账.csv",
	    "检验台账,,,,,\n"
	    "报告,,,样品,,\n"
	    "编码,签发人,签发日期,编码,委托单位,收样时间\n"
	    "JC2024-0001,员甲子,2024-03-05 10:00:00,S0001,某厂,2024-03-04 09:00:00\n"
	    "JC2024-0002,员甲子,2024-03-05 11:00:00,S0002,某厂,2024-03-04 10:00:00\n"
	    "JC2024-0003,员甲子,2024-03-05 12:00:00,S0003,某厂,2024-03-04 11:00:00\n");
	world_run(&w);
	assert_string_equal(w.told.p, "");
	assert_int_equal(world_rows(&w, "report"), 3);
	assert_int_equal(world_rows(&w, "sample"), 3);
	IS("report", "report_no", 2, "JC2024-0003");
	IS("report", "sample_no", 2, "S0003");
	IS("sample", "sample_no", 0, "S0001");
	world_free(&w);
}

/* The numbers of a sheet's rows are no numbers of an instrument's runs. */
static void
test_row_numbers(void **state)
{
	struct world w;
	struct fj_buf b;
	int i;

	(void)state;
	world_init(&w);
	fj_buf_init(&b, 1 << 16);
	fj_buf_puts(&b, "顺序,原始记录编号,样品编号,检测方法,仪器编号,开始时间,结束时间,检测人\n");
	for (i = 1; i <= 9; i++)
		fj_buf_printf(&b, "%d,R00%d,S00%d,HJ828-2017,E-%d,2024-03-04 0%d:00:00,"
		    "2024-03-04 0%d:30:00,P001\n", i, i, i, i % 2, i, i);
	world_add(&w, "检测过程.csv", b.p);
	fj_buf_release(&b);
	world_run(&w);
	assert_int_equal(world_rows(&w, "test_run"), 9);
	IS("test_run", "run_no", 8, "R009");
	IS("test_run", "seq_no", 8, "");
	world_free(&w);
}

static void
test_mapping_back(void **state)
{
	struct fj_buf out, again;
	struct fj_err e;
	struct world w;
	char want[32];

	(void)state;
	world_init(&w);
	world_add(&w, "dir/检测过程.csv",
	    "原始记录编号,样品编号,开始时间,结束时间,检测人\nR1,S1,2024-03-04 08:00:00,2024-03-04 09:00:00,P001\n");
	assert_int_equal(import_guess(w.im, &e), FJ_OK);
	fj_buf_init(&out, 1 << 20);
	fj_buf_init(&again, 1 << 20);
	import_write(w.im, &out);
	assert_int_equal(take(&w, out.p, &e), FJ_OK);
	import_write(w.im, &again);
	assert_string_equal(out.p, again.p);
	/* By hand: the file is named without its folder, one column is another, the clock
	 * is 7 minutes slow. */
	assert_int_equal(take(&w, "{\"mapping\":1,\"sources\":[{\"file\":\"检测过程.csv\","
	    "\"clock_offset_s\":420,\"tables\":[{\"table\":\"test_run\",\"columns\":["
	    "{\"column\":\"run_no\",\"header\":\"原始记录编号\"},"
	    "{\"column\":\"sample_no\",\"at\":2},"
	    "{\"column\":\"started_at\",\"at\":1,\"header\":\"开始时间\"}]}]},"
	    "{\"file\":\"不在.csv\",\"tables\":[]}]}", &e), FJ_OK);
	world_load(&w);
	snprintf(want, sizeof(want), "%lld",
	    (long long)date_from_civil(2024, 3, 4) * 86400 + 28800 + 420);
	IS("test_run", "started_at", 0, want);
	IS("test_run", "operator", 0, "");
	assert_int_equal(import_source(w.im, 0)->unmapped, 2);
	assert_string_equal(import_unmapped(w.im, 0, 1), "检测人");
	fj_buf_release(&out);
	fj_buf_release(&again);
	world_free(&w);
}

/* What was confirmed once fits the next export by its header. */
static void
test_mapping_remembered(void **state)
{
	static const char text[] = "子,丑,寅\nX1,Y1,2024-03-04 08:00:00\nX2,Y2,2024-03-04 08:00:00\n";
	struct fj_err e;
	struct fj_buf b;
	struct world w;
	char *json;

	(void)state;
	world_init(&w);
	fj_buf_init(&b, 1 << 20);
	world_add(&w, "三月.csv", text);
	assert_int_equal(import_guess(w.im, &e), FJ_OK);
	assert_int_equal(take(&w, "{\"mapping\":1,\"sources\":[{\"file\":\"三月.csv\",\"tables\":["
	    "{\"table\":\"seal_use\",\"columns\":[{\"column\":\"report_no\",\"at\":2},"
	    "{\"column\":\"seal_no\",\"at\":1},{\"column\":\"used_at\",\"at\":3}]}]}]}", &e), FJ_OK);
	import_write(w.im, &b);
	json = fj_buf_take(&b, NULL);
	world_free(&w);

	world_init(&w);
	world_add(&w, "四月.csv", text);
	assert_int_equal(import_guess(w.im, &e), FJ_OK);
	assert_int_equal(take(&w, json, &e), FJ_OK);
	world_load(&w);
	assert_int_equal(world_rows(&w, "seal_use"), 2);
	IS("seal_use", "report_no", 0, "Y1");
	free(json);
	world_free(&w);
}

static void
test_mapping_wrong(void **state)
{
	static const char *const wrong[] = {
		"{}", "{\"mapping\":2,\"sources\":[]}", "{\"mapping\":1}",
		"{\"mapping\":1,\"sources\":{}}",
		"{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"tables\":[{\"table\":\"nothing\"}]}]}",
		"{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"tables\":[{\"table\":\"person\"}]}]}",
		"{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"tables\":[{\"table\":\"person\","
		    "\"columns\":[{\"column\":\"person_id\",\"at\":99}]}]}]}",
		"{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"tables\":[{\"table\":\"person\","
		    "\"columns\":[{\"column\":\"wages\",\"at\":1}]}]}]}",
		"{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"tables\":[{\"table\":\"person\","
		    "\"columns\":[{\"column\":\"person_id\",\"header\":\"没有\"}]}]}]}",
		"{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"clock_offset_s\":\"5\"}]}",
		"{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"clock_offset_s\":99999999}]}",
		"{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"tables\":["
		    "{\"table\":\"person\",\"columns\":[{\"column\":\"person_id\",\"at\":1}]},"
		    "{\"table\":\"person\",\"columns\":[{\"column\":\"person_id\",\"at\":1}]}]}]}",
	};
	struct fj_buf before, after;
	struct fj_err e;
	struct world w;
	size_t i;

	(void)state;
	world_init(&w);
	fj_buf_init(&before, 1 << 20);
	fj_buf_init(&after, 1 << 20);
	world_add(&w, "a.csv", person);
	assert_int_equal(import_guess(w.im, &e), FJ_OK);
	import_write(w.im, &before);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (take(&w, wrong[i], &e) != FJ_INVAL)
			fail_msg("%s is taken", wrong[i]);
		assert_string_equal(e.code, "redflag.map");
	}
	import_write(w.im, &after);
	assert_string_equal(before.p, after.p);
	fj_buf_release(&before);
	fj_buf_release(&after);
	world_free(&w);
}

static void
test_use_and_cancel(void **state)
{
	struct fj_err e;
	struct world w;

	(void)state;
	world_init(&w);
	world_add(&w, "a.csv", person);
	assert_int_equal(import_guess(w.im, &e), FJ_OK);
	assert_int_equal(take(&w, "{\"mapping\":1,\"sources\":[{\"file\":\"a.csv\",\"use\":false}]}", &e),
	    FJ_OK);
	world_load(&w);
	assert_int_equal(world_rows(&w, "person"), 0);
	world_free(&w);

	world_init(&w);
	w.cancel_after = 1;
	world_add(&w, "a.csv", person);
	assert_int_equal(import_guess(w.im, &e), FJ_OK);
	assert_int_equal(import_run(w.im, w.store, &e), FJ_CANCELLED);
	assert_string_equal(e.code, "redflag.cancelled");
	world_free(&w);
}

static void
test_synonyms_wrong(void **state)
{
	static const char *const wrong[] = {
		"{}", "{\"concepts\":{}}", "{\"concepts\":{\"a\":1},\"values\":{}}",
		"{\"concepts\":{\"a\":[1]},\"values\":{}}",
		"{\"concepts\":{},\"tables\":{\"nothing\":{}},\"values\":{}}",
		"{\"concepts\":{},\"tables\":{\"person\":{\"names\":[\"x\"],\"columns\":{\"wages\":[]}}},\"values\":{}}",
		"{\"concepts\":{},\"tables\":{\"person\":{\"names\":[2],\"columns\":{}}},\"values\":{}}",
	};
	struct synonyms *y;
	struct fj_err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(synonyms_new(wrong[i], strlen(wrong[i]), &y, &e), FJ_INVAL);
		assert_string_equal(e.code, "redflag.synonyms");
		assert_null(y);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_bad_rows),
		cmocka_unit_test(test_no_such_day),
		cmocka_unit_test(test_no_table),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_flat),
		cmocka_unit_test(test_two_files),
		cmocka_unit_test(test_values_speak),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_gb18030),
		cmocka_unit_test(test_row_as_seized),
		cmocka_unit_test(test_too_many_rows),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_groups_of_headings),
		cmocka_unit_test(test_row_numbers),
		cmocka_unit_test(test_mapping_back),
		cmocka_unit_test(test_mapping_remembered),
		cmocka_unit_test(test_mapping_wrong),
		cmocka_unit_test(test_use_and_cancel),
		cmocka_unit_test(test_synonyms_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
