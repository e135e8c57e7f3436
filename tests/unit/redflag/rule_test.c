/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules: reading, checking (tests/golden/redflag/check: a file and the faults it has),
 * and what a hostile one gets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/guard.h"
#include "redflag/rule.h"
#include "redflag/rule_internal.h"
#include "redflag/schema.h"

#define CHECK "tests/golden/redflag/check"
#define RULES "forms/redflags"

static void
slurp(const char *dir, const char *name, struct fj_buf *b)
{
	char path[512], block[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("%s cannot be read", path);
	fj_buf_clear(b);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		fj_buf_add(b, block, n);
	fclose(f);
}

static int
is_sql(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 4 && strcmp(d->d_name + n - 4, ".sql") == 0;
}

static bool
clause(void *ctx, const char *id)
{
	(void)ctx;
	return strcmp(id, "X9") != 0;
}

static void
note(void *ctx, const struct rule_fault *q)
{
	struct fj_buf *b = ctx;
	int i;

	fj_buf_printf(b, "%d:%d: %s", q->line, q->column, q->f->code);
	for (i = 0; i < q->f->narg; i++)
		fj_buf_printf(b, "%s%s", i > 0 ? " / " : ": ", q->f->arg[i]);
	fj_buf_putc(b, '\n');
}

/* Reads and checks; the faults as lines. */
static struct rule *
look(const char *file, const char *p, size_t n, struct fj_buf *faults)
{
	struct rule_reader reader = {clause, NULL, note, faults};
	struct rule *r = NULL;
	struct fj_err e;

	fj_buf_clear(faults);
	if (rule_read(file, p, n, &reader, &r, &e) == FJ_OK)
		assert_true(rule_check(r, &reader, &e) >= 0);
	return r;
}

static void
test_golden_faults(void **state)
{
	struct dirent **list;
	struct fj_buf text, want, faults;
	int i, n = scandir(CHECK, &list, is_sql, alphasort);
	char name[300];
	struct rule *r;

	(void)state;
	assert_true(n > 30);
	fj_buf_init(&text, RULE_BYTES);
	fj_buf_init(&want, RULE_BYTES);
	fj_buf_init(&faults, RULE_BYTES);
	for (i = 0; i < n; i++) {
		slurp(CHECK, list[i]->d_name, &text);
		snprintf(name, sizeof(name), "%.250s.faults", list[i]->d_name);
		slurp(CHECK, name, &want);
		r = look(list[i]->d_name, text.p, text.n, &faults);
		if (strcmp(faults.p, want.p) != 0)
			fail_msg("%s\nhas:\n%swants:\n%s", list[i]->d_name, faults.p, want.p);
		rule_free(&r);
		free(list[i]);
	}
	free(list);
	fj_buf_release(&text);
	fj_buf_release(&want);
	fj_buf_release(&faults);
}

static void
test_shipped(void **state)
{
	struct dirent **list;
	struct fj_buf text, faults;
	int i, n = scandir(RULES, &list, is_sql, alphasort);
	struct rule *r;

	(void)state;
	assert_true(n >= 70);
	fj_buf_init(&text, RULE_BYTES);
	fj_buf_init(&faults, RULE_BYTES);
	for (i = 0; i < n; i++) {
		slurp(RULES, list[i]->d_name, &text);
		r = look(list[i]->d_name, text.p, text.n, &faults);
		if (r == NULL || faults.n > 0)
			fail_msg("%s: %s", list[i]->d_name, faults.p);
		assert_true(r->needs > 0 && r->tables > 0 && r->clauses > 0);
		rule_free(&r);
		free(list[i]);
	}
	free(list);
	fj_buf_release(&text);
	fj_buf_release(&faults);
}

/* ---- hostile SQL ---- */

/* A rule of this SQL, past reading: as if its words had not been looked at. */
static struct rule
bare(const char *sql)
{
	struct rule r = {.id = "T", .file = "T.sql", .sql = sql, .when = "", .kernel = ""};

	return r;
}

static bool
count(void *ctx, const struct rule_hit *h)
{
	(void)h;
	++*(size_t *)ctx;
	return true;
}

static enum fj_rc
run(const char *sql, const struct rule_limits *limits, size_t *n, struct fj_err *e)
{
	static const struct db_options o = {.mode = DB_MEMORY};
	struct rule r = bare(sql);
	struct guard *g;
	struct db *d = NULL;
	enum fj_rc rc;

	*n = 0;
	fj_err_clear(e);
	assert_int_equal(db_open("t", &o, &d, NULL), FJ_OK);
	assert_int_equal(rule_empty_tables(d, NULL), FJ_OK);
	assert_int_equal(db_exec(d, "INSERT INTO report(report_no,status,src) "
	    "VALUES('A1','issued',1),('A2','issued',2),('A3','void',3);"
	    "CREATE TABLE secret(x)", NULL), FJ_OK);
	g = rule_guard(d);
	rc = rule_run(&r, d, g, NULL, limits, count, n, e);
	guard_free(&g);
	db_close(&d);
	return rc;
}

#define ROW "'s' AS subject, report_no, 'report:'||src AS src, 1 AS measure, 'd' AS detail"

static const struct {
	const char *sql;
	const char *code, *arg;
} hostile[] = {
	{"ATTACH DATABASE '/tmp/x' AS x", "rule.refused", "statement ATTACH"},
	{"DETACH DATABASE main", "rule.refused", "statement DETACH"},
	{"PRAGMA writable_schema=1", "rule.refused", "statement PRAGMA"},
	{"PRAGMA database_list", "rule.refused", "statement PRAGMA"},
	{"SELECT load_extension('x')," ROW " FROM report", "rule.refused", "function load_extension"},
	{"SELECT " ROW " FROM report WHERE randomblob(1000000000) IS NULL", "rule.refused", "function randomblob"},
	{"SELECT " ROW " FROM report WHERE zeroblob(1000000000) IS NULL", "rule.refused", "function zeroblob"},
	{"SELECT " ROW " FROM report WHERE printf('%1000000000d',1) IS NULL", "rule.refused", "function printf"},
	{"SELECT " ROW " FROM report WHERE random()=1", "rule.refused", "function random"},
	{"SELECT " ROW " FROM report WHERE CURRENT_TIMESTAMP>1", "rule.refused", "function current_timestamp"},
	{"SELECT " ROW " FROM report WHERE datetime('now')>1", "rule.refused", "function datetime"},
	{"SELECT " ROW " FROM report WHERE replace(report_no,'A',report_no)=1", "rule.refused", "function replace"},
	{"SELECT " ROW " FROM report WHERE json_extract('{}','$.a')=1", "rule.refused", "function json_extract"},
	{"SELECT " ROW " FROM report WHERE sqlite_version()=1", "rule.refused", "function sqlite_version"},
	{"SELECT name,sql,type,1,2 FROM sqlite_master", "rule.refused", "table sqlite_master"},
	{"SELECT name,sql,type,1,2 FROM sqlite_schema", "rule.refused", NULL},
	{"SELECT name,sql,type,1,2 FROM sqlite_temp_master", "rule.refused", NULL},
	{"SELECT x,x,x,x,x FROM secret", "rule.refused", "table secret"},
	{"SELECT " ROW " FROM report WHERE EXISTS (SELECT 1 FROM secret)", "rule.refused", "table secret"},
	{"SELECT name,1,2,3,4 FROM pragma_table_info('report')", "rule.refused", NULL},
	{"SELECT value,1,2,3,4 FROM json_each('[1,2]')", "rule.refused", NULL},
	{"SELECT name,1,2,3,4 FROM dbstat", "rule.refused", NULL},
	{"SELECT sql,1,2,3,4 FROM sqlite_stmt", "rule.refused", NULL},
	{"INSERT INTO report(report_no) VALUES('x')", "rule.refused", "statement INSERT"},
	{"UPDATE report SET report_no='x'", "rule.refused", "statement UPDATE"},
	{"DELETE FROM report", "rule.refused", "statement DELETE"},
	{"REPLACE INTO report(report_no) VALUES('x')", "rule.refused", "statement INSERT"},
	{"CREATE TABLE x(a)", "rule.refused", NULL},
	{"CREATE TEMP TABLE x(a)", "rule.refused", NULL},
	{"CREATE TEMP VIEW x AS SELECT 1", "rule.refused", NULL},
	{"CREATE VIRTUAL TABLE x USING fts5(a)", "rule.refused", NULL},
	{"DROP TABLE report", "rule.refused", NULL},
	{"ALTER TABLE report RENAME TO x", "rule.refused", NULL},
	{"VACUUM", "rule.row", "columns"},
	{"VACUUM INTO '/tmp/x'", "rule.row", "columns"},
	{"REINDEX", NULL, NULL},
	{"ANALYZE", "rule.refused", NULL},
	{"BEGIN", "rule.refused", "statement BEGIN"},
	{"SAVEPOINT x", "rule.refused", "statement SAVEPOINT"},
	{"EXPLAIN SELECT 1", "rule.row", "columns"},
	{"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x,x,x,x,x FROM c", "rule.refused", "statement WITH RECURSIVE"},
	{"WITH c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x,x,x,x,x FROM c", "rule.refused", "statement WITH RECURSIVE"},
	{"SELECT 1", "rule.row", "columns"},
	{"SELECT NULL,1,'report:1',1,1", "rule.row", "subject"},
	{"SELECT 's',1,NULL,1,1", "rule.row", "src"},
	{"SELECT 's',1,'nowhere:1',1,1", "rule.row", "src"},
	{"SELECT 's',1,'report:x',1,1", "rule.row", "src"},
	{"SELECT 's',1,'report:99999999999999999999',1,1", "rule.row", "src"},
	{"SELECT 's',1,'report:1;',1,1", NULL, NULL},
	{"SELECT nothing", "rule.sql", NULL},
	{"", "rule.row", "columns"},
};

static void
test_hostile(void **state)
{
	const struct rule_limits limits = {.ms = 5000};
	struct fj_err e;
	enum fj_rc rc;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		rc = run(hostile[i].sql, &limits, &n, &e);
		if (hostile[i].code == NULL)
			continue;
		if (rc == FJ_OK || strcmp(e.code, hostile[i].code) != 0 ||
		    (hostile[i].arg != NULL && strcmp(e.arg[1], hostile[i].arg) != 0))
			fail_msg("%s: %d %s %s", hostile[i].sql, rc, e.code, e.arg[1]);
	}
	/* The control: what a rule may. */
	assert_int_equal(run("SELECT " ROW " FROM report WHERE status='issued'", &limits, &n, &e), FJ_OK);
	assert_int_equal(n, 2);
}

static bool
at_once(void *ctx)
{
	(void)ctx;
	return true;
}

/* A join that never ends: 3^20 rows of three. */
#define FOREVER "SELECT 's', a.report_no, 'report:1', 1, 'd' FROM report a, report b, report c, report d, " \
	"report f, report g, report h, report i, report j, report k, report l, report m, report n, report o, " \
	"report p, report q, report r, report s, report t, report u "

static void
test_limits(void **state)
{
	struct rule_limits limits = {.ms = 50};
	struct fj_err e;
	size_t n;

	(void)state;
	assert_int_equal(run(FOREVER "WHERE a.report_no='none'||u.report_no", &limits, &n, &e), FJ_LIMIT);
	assert_string_equal(e.code, "rule.time");
	limits.stop = at_once;
	limits.ms = 60000;
	assert_int_equal(run(FOREVER "WHERE a.report_no='none'||u.report_no", &limits, &n, &e), FJ_CANCELLED);
	assert_string_equal(e.code, "rule.stopped");
	limits.stop = NULL;
	limits.rows = 1000;
	assert_int_equal(run(FOREVER, &limits, &n, &e), FJ_LIMIT);
	assert_string_equal(e.code, "rule.rows");
	assert_string_equal(e.arg[1], "1000");
	assert_int_equal(n, 1000);
	/* A text beyond what a connection may make. */
	assert_int_equal(run("SELECT 's', 1, 'report:1', 1, substr('x',1)||"
	    "(SELECT report_no FROM report)||upper(lower(subject)) FROM report", &limits, &n, &e), FJ_INVAL);
	assert_string_equal(e.code, "rule.sql");
}

static void
test_heap(void **state)
{
	const struct rule_limits limits = {.ms = 60000};
	struct fj_err e;
	size_t n;

	(void)state;
	guard_heap(3 << 20);
	assert_int_equal(run("SELECT 's', NULL, 'report:1', COUNT(*), 'd' FROM (SELECT DISTINCT "
	    "a.src*59049+b.src*19683+c.src*6561+d.src*2187+f.src*729+g.src*243+h.src*81+i.src*27+j.src*9+k.src*3+l.src AS x, "
	    "a.report_no||b.report_no||c.report_no||d.report_no||f.report_no||g.report_no||h.report_no||i.report_no AS y "
	    "FROM report a, report b, report c, report d, report f, report g, report h, report i, report j, report k, report l)",
	    &limits, &n, &e), FJ_LIMIT);
	guard_heap(0);
	assert_string_equal(e.code, "rule.memory");
}

/* ---- small things ---- */

static const char good[] =
	"-- id: T-1\n-- version: 3\n-- title_zh: 甲\n-- title_en: a\n-- grade: B\n-- clauses: X1\n"
	"-- tables: report, sample?\n-- needs: report.report_no, report.issued_at|report.approved_at\n"
	"-- labs: env, food\n-- pair: yes\n-- kernel: t1\n-- param: k=3: 三 | three\n-- param: f=0.5: 半 | half\n"
	"-- false_alarms_zh: 无\n-- false_alarms_en: none\n-- verify_zh: 看\n-- verify_en: look\n"
	"SELECT 'report:'||r.report_no AS subject, r.report_no, 'report:'||r.src AS src, :f AS measure, :k AS detail\n"
	"FROM report r LEFT JOIN sample s ON s.sample_no=r.sample_no WHERE r.issued_at IS NOT NULL OR r.approved_at>0;\n";

static bool
has_but(void *ctx, int table, int column)
{
	const int *without = ctx;

	return !(without[0] == table && without[1] == column) &&
	    !(without[2] == table && without[3] == column);
}

static void
test_read(void **state)
{
	struct rule *r = NULL;
	struct rule_values *v = rule_values_new();
	struct fj_buf faults;
	struct fj_err e;
	int report = schema_find("report");
	int issued = schema_column(&schema_tables()[report], "issued_at");
	int approved = schema_column(&schema_tables()[report], "approved_at");
	int all[4] = {-2, 0, -2, 0}, table[4] = {report, -1, -2, 0}, key[4] = {report, 0, -2, 0};
	int one[4] = {report, issued, -2, 0}, both[4] = {report, issued, report, approved};
	int sample[4] = {schema_find("sample"), -1, -2, 0};

	(void)state;
	fj_buf_init(&faults, 4096);
	r = look("T-1.sql", good, sizeof(good) - 1, &faults);
	assert_string_equal(faults.p, "");
	assert_int_equal(r->version, 3);
	assert_int_equal(r->labs, RULE_ENV | RULE_FOOD);
	assert_true(r->pair && r->table[1].optional && !r->table[0].optional);
	assert_string_equal(r->kernel, "t1");
	assert_true(r->param[0].whole && !r->param[1].whole);
	assert_string_equal(r->param[0].meaning_en, "three");

	assert_true(fabs(rule_value(r, NULL, "k") - 3) < 1e-9);
	assert_int_equal(rule_values_set(v, r, "k", 7, &e), FJ_OK);
	assert_int_equal(rule_values_set(v, r, "k", 8, &e), FJ_OK);
	assert_int_equal(rule_values_set(v, r, "none", 8, &e), FJ_NOTFOUND);
	assert_string_equal(e.code, "rule.no-param");
	assert_true(fabs(rule_value(r, v, "k") - 8) < 1e-9);
	assert_true(fabs(rule_value(r, v, "f") - 0.5) < 1e-9);

	assert_int_equal(rule_ready(r, has_but, all, &e), FJ_OK);
	assert_int_equal(rule_ready(r, has_but, sample, &e), FJ_OK);
	assert_int_equal(rule_ready(r, has_but, one, &e), FJ_OK);
	assert_int_equal(rule_ready(r, has_but, table, &e), FJ_REFUSED);
	assert_string_equal(e.code, "rule.no-table");
	assert_int_equal(rule_ready(r, has_but, key, &e), FJ_REFUSED);
	assert_string_equal(e.code, "rule.no-column");
	assert_int_equal(rule_ready(r, has_but, both, &e), FJ_REFUSED);
	assert_string_equal(e.code, "rule.no-columns");
	rule_values_free(&v);
	rule_values_free(&v);
	rule_free(&r);
	rule_free(&r);
	fj_buf_release(&faults);
}

/* Cut or changed anywhere: faults or a rule, never more. */
static void
test_cut(void **state)
{
	struct fj_buf faults;
	char text[sizeof(good)];
	struct rule *r;
	size_t i;

	(void)state;
	fj_buf_init(&faults, 65536);
	for (i = 0; i < sizeof(good) - 1; i++) {
		r = look("T-1.sql", good, i, &faults);
		rule_free(&r);
		memcpy(text, good, sizeof(good));
		text[i] = "'\n-:|(\"\0\xff"[i % 9];
		r = look("T-1.sql", text, sizeof(good) - 1, &faults);
		rule_free(&r);
	}
	fj_buf_release(&faults);
}

static void
test_too_big(void **state)
{
	char *big = malloc(RULE_BYTES + 1);
	struct rule *r;
	struct fj_err e;

	(void)state;
	memset(big, '-', RULE_BYTES + 1);
	assert_int_equal(rule_read("x.sql", big, RULE_BYTES + 1, NULL, &r, &e), FJ_LIMIT);
	assert_string_equal(e.code, "rule.too-big");
	assert_int_equal(rule_read("x.sql", "", 0, NULL, &r, &e), FJ_INVAL);
	assert_string_equal(e.code, "rule.faults");
	free(big);
}

static bool
gather(void *ctx, const char *name, const char *text, size_t len)
{
	fj_buf_printf(ctx, "[%s]", name);
	fj_buf_add(ctx, text, len);
	return strcmp(name, "stop.sql") != 0;
}

static void
test_split(void **state)
{
	static const char text[] = "-- file: a.sql\nx\ny\n-- file: b.sql\n-- file:c.sql\nz";
	struct fj_buf b;

	(void)state;
	fj_buf_init(&b, 1000);
	assert_true(rule_split(text, sizeof(text) - 1, gather, &b));
	assert_string_equal(b.p, "[a.sql]x\ny\n[b.sql][c.sql]z");
	fj_buf_clear(&b);
	assert_false(rule_split("x\n-- file: a.sql\n", 17, gather, &b));
	assert_false(rule_split("-- file: stop.sql\n1\n-- file: b.sql\n", 34, gather, &b));
	assert_true(rule_split("", 0, gather, &b));
	fj_buf_release(&b);
}

static void
test_words(void **state)
{
	const char *at = "test_run:12;sample:4294967297", *bad = "sample:1;;";
	int64_t src;
	size_t n;
	int t;

	(void)state;
	assert_true(rule_src_next(&at, &t, &src));
	assert_int_equal(t, schema_find("test_run"));
	assert_int_equal(src, 12);
	assert_true(rule_src_next(&at, &t, &src));
	assert_int_equal(src, 4294967297);
	assert_false(rule_src_next(&at, &t, &src));
	assert_true(rule_src_next(&bad, &t, &src));
	assert_false(rule_src_next(&bad, &t, &src));
	assert_memory_equal(rule_detail("甲 | a", true, &n), "甲", 3);
	assert_int_equal(n, 3);
	assert_string_equal(rule_detail("甲 | a", false, &n), "a");
	assert_string_equal(rule_detail("a", false, &n), "a");
	assert_int_equal(n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_faults), cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_hostile), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_heap), cmocka_unit_test(test_read),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_too_big),
		cmocka_unit_test(test_split), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
