/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that run while registers are still being read; rows of one store in another. */
#include "unit/redflag/world.h"

#include "base/date.h"
#include "redflag/early.h"
#include "redflag/rule.h"

#define HEAD(id, tables, needs) "-- SPDX-License-Identifier: Apache-2.0\n-- id: " id \
	"\n-- version: 1\n-- title_zh: 试\n-- title_en: try\n-- grade: A" \
	"\n-- clauses: X1\n-- tables: " tables "\n-- needs: " needs "\n-- labs: all\n" \
	"-- pair: no\n-- false_alarms_zh: 无\n-- false_alarms_en: none\n" \
	"-- verify_zh: 看\n-- verify_en: look\n"

enum {
	REPORTS = 3000,
	ITEMS = 170000,		/* more than what is read at once anyway */
};

struct fix {
	struct world w;
	struct rule *rule[3];
	bool ran[3];
	int rows;		/* rules that were told of */
	size_t hits;
	bool stop;
};

static void
add_rule(struct fix *f, int i, const char *file, const char *text)
{
	struct rule_reader reader = {NULL, NULL, NULL, NULL};
	struct fj_err e;

	if (rule_read(file, text, strlen(text), &reader, &f->rule[i], &e) != FJ_OK)
		fail_msg("%s %s %s", e.code, e.arg[0], e.arg[1]);
}

static void
add_registers(struct world *w)
{
	struct fj_buf b;
	int i;

	fj_buf_init(&b, 32 << 20);
	fj_buf_puts(&b, "工号,姓名,岗位,入职日期,离职日期\nP001,员甲子,检测员,2020-01-02,\n"
	    "P002,员乙丑,检测员,2020-01-02,\n");
	world_add(w, "人员.csv", b.p);
	fj_buf_clear(&b);
	fj_buf_puts(&b, "报告编号,样品编号,委托单位,检测对象,检测结论,编制人,审核人,批准人,批准时间,签发时间,报告状态\n");
	for (i = 0; i < REPORTS; i++)
		fj_buf_printf(&b, "JC2024%06d,S%d,某厂,废水,合格,员甲子,P002,P002,2024-03-05 10:00:00,"
		    "2024-03-%02d 11:00:00,有效\n", i, i, i % 28 + 1);
	fj_buf_puts(&b, ",S1,某厂,废水,合格,P001,P001,P001,2024-03-05 10:00:00,,有效\n");
	world_add(w, "报告登记.csv", b.p);
	fj_buf_clear(&b);
	fj_buf_puts(&b, "报告编号,检测项目,检测方法,原始记录编号,检测结果,单项判定\n");
	for (i = 0; i < ITEMS; i++)
		fj_buf_printf(&b, "JC2024%06d,化学需氧量,HJ828-2017,R%07d,%d.5,合格\n", i / 60, i,
		    i % 90);
	world_add(w, "报告明细.csv", b.p);
	assert_true(b.n > 8 << 20);
	fj_buf_release(&b);
}

static void
fix_init(struct fix *f)
{
	struct fj_err e;

	memset(f, 0, sizeof(*f));
	world_init(&f->w);
	add_registers(&f->w);
	assert_int_equal(import_guess(f->w.im, &e), FJ_OK);
	add_rule(f, 0, "T01.sql", HEAD("T01", "report, person?", "report.report_no")
	    "SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, "
	    "1.0 AS measure, p.name AS detail FROM report r JOIN person p "
	    "ON p.person_id = r.compiled_by WHERE r.seq_no < 10\n");
	add_rule(f, 1, "T02.sql", HEAD("T02", "report_item", "report_item.report_no")
	    "SELECT 'report:'||r.report_no AS subject, r.report_no, 'report_item:'||r.src AS src, "
	    "1.0 AS measure, 'x' AS detail FROM report_item r WHERE r.run_no = 'R0000007'\n");
	add_rule(f, 2, "T03.sql", HEAD("T03", "report, method?", "report.report_no")
	    "SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, "
	    "1.0 AS measure, 'x' AS detail FROM report r LEFT JOIN method m "
	    "ON m.method_no = r.report_no WHERE r.seq_no = 3\n");
}

static void
fix_free(struct fix *f)
{
	int i;

	for (i = 0; i < 3; i++)
		rule_free(&f->rule[i]);
	world_free(&f->w);
}

static bool
on_row(void *ctx, const struct run_row *row, size_t done, size_t total)
{
	struct fix *f = ctx;

	(void)done;
	(void)total;
	f->rows++;
	f->hits += row->status == RUN_DONE ? row->hits : 1000;
	return true;
}

static bool
cancelled(void *ctx)
{
	const struct fix *f = ctx;

	return f->stop;
}

static enum fj_rc
load(struct fix *f, struct store *s, struct fj_err *e)
{
	struct run_options o = {.row = on_row, .cancelled = cancelled, .ctx = f};
	bool filled[SCHEMA_TABLES] = {false};

	filled[schema_find("method")] = true;
	return early_load(f->w.im, s, (const struct rule *const *)f->rule, 3, &o, filled, f->ran, e);
}

/* Every cell, in the order of the rows. */
static void
put_store(const struct store *s, struct fj_buf *b)
{
	uint32_t r;
	int t, c;

	for (t = 0; t < SCHEMA_TABLES; t++)
		for (r = 0; r < store_rows(s, t); r++) {
			fj_buf_printf(b, "%d %lld", t, (long long)store_src(s, t, r));
			for (c = 0; c < (int)schema_tables()[t].ncolumn; c++) {
				struct store_col k = store_col(s, t, c);
				const char *p = NULL;

				if (k.type == SCHEMA_KEY || k.type == SCHEMA_TEXT) {
					p = store_text(s, col_word(&k, r), NULL);
					fj_buf_printf(b, "|%s", p != NULL ? p : "");
				} else if (k.type == SCHEMA_REAL) {
					fj_buf_printf(b, "|%g", col_real(&k, r));
				} else {
					fj_buf_printf(b, "|%lld", (long long)col_int(&k, r));
				}
			}
			fj_buf_putc(b, '\n');
		}
}

/* What is small ran, what waits did not, and the store is the one of a plain import. */
static void
test_early(void **state)
{
	struct fix f, plain;
	struct fj_buf got, want;
	struct fj_err e;

	(void)state;
	fix_init(&f);
	fix_init(&plain);
	assert_int_equal(load(&f, f.w.store, &e), FJ_OK);
	assert_int_equal(store_seal(f.w.store, &e), FJ_OK);
	assert_true(f.ran[0]);
	assert_false(f.ran[1]);		/* its register is the large one */
	assert_false(f.ran[2]);		/* its table is filled afterwards */
	assert_int_equal(f.rows, 1);
	assert_int_equal(f.hits, 10);
	world_load(&plain.w);
	assert_string_equal(f.w.told.p, "R 3002 1 redflag.no-key\n");
	assert_string_equal(plain.w.told.p, f.w.told.p);
	assert_int_equal(import_source(f.w.im, 1)->rows, REPORTS);
	assert_int_equal(import_source(f.w.im, 2)->rows, ITEMS);
	fj_buf_init(&got, 64 << 20);
	fj_buf_init(&want, 64 << 20);
	put_store(f.w.store, &got);
	put_store(plain.w.store, &want);
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, got.n);
	fj_buf_release(&got);
	fj_buf_release(&want);
	fix_free(&f);
	fix_free(&plain);
}

/* A word to stop ends the rules; the caller's progress ends the import. */
static void
test_cancelled(void **state)
{
	struct fix f;
	struct fj_err e;

	(void)state;
	fix_init(&f);
	f.stop = true;
	f.w.cancel_after = 1;
	assert_int_equal(load(&f, f.w.store, &e), FJ_CANCELLED);
	assert_string_equal(e.code, "redflag.cancelled");
	assert_int_equal(f.rows, 0);
	assert_false(f.ran[0]);
	fix_free(&f);
}

/* The rows came into a store of their own, and the one where they belong is full. */
static void
test_no_room(void **state)
{
	struct store *s = store_new(40 << 10);
	struct fix f;
	struct fj_err e;

	(void)state;
	fix_init(&f);
	assert_int_equal(load(&f, s, &e), FJ_LIMIT);
	assert_string_equal(e.code, "redflag.memory");
	store_free(&s);
	fix_free(&f);
}

static struct store *
some_rows(uint32_t n)
{
	struct store *s = store_new(64 << 20);
	int t = schema_find("report"), no, c;
	struct store_in *in = store_in_new(s, t, 7, 0);
	char name[16];
	struct fj_err e;
	uint32_t i;

	no = schema_column(&schema_tables()[t], "report_no");
	c = schema_column(&schema_tables()[t], "seq_no");
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "N%u", (unsigned)(i / 2));
		store_word(in, no, name, strlen(name));
		store_int(in, c, (int64_t)i * 1000);
		store_row(in, i + 2);
	}
	assert_int_equal(store_in_end(&in, &e), FJ_OK);
	assert_int_equal(store_seal(s, &e), FJ_OK);
	return s;
}

static void
test_move(void **state)
{
	struct store *from = some_rows(1000), *to = store_new(64 << 20), *none = some_rows(1000),
	    *little = store_new(8 << 10);
	int t = schema_find("report");
	int64_t v;
	uint32_t row;
	struct fj_err e;

	(void)state;
	assert_int_equal(store_move(to, &from, &e), FJ_OK);
	assert_null(from);
	assert_int_equal(store_seal(to, &e), FJ_OK);
	assert_int_equal(store_rows(to, t), 1000);
	assert_int_equal(store_words(to), 500);
	assert_true(store_row_of(to, t, (int64_t)7 << 32 | 501, &row));
	assert_int_equal(row, 499);
	assert_string_equal(store_text(to, store_word_at(to, t,
	    schema_column(&schema_tables()[t], "report_no"), row), NULL), "N249");
	assert_true(store_int_at(to, t, schema_column(&schema_tables()[t], "seq_no"), row, &v));
	assert_int_equal(v, 499000);
	store_free(&to);
	assert_int_equal(store_move(little, &none, &e), FJ_LIMIT);
	assert_string_equal(e.code, "redflag.memory");
	assert_null(none);
	store_free(&little);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_early),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
