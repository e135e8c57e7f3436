/* SPDX-License-Identifier: Apache-2.0 */
/* T1 to T4 of store.h, and its tables against SQLite's own over the same rows. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "db/db.h"
#include "db/source.h"
#include "redflag/store.h"

static int
column(const char *table, const char *name)
{
	return schema_column(&schema_tables()[schema_find(table)], name);
}

static struct store_in *
into(struct store *s, const char *table, uint32_t file, uint32_t part)
{
	return store_in_new(s, schema_find(table), file, part);
}

static void
ended(struct store_in **in)
{
	struct fj_err e;

	assert_int_equal(store_in_end(in, &e), FJ_OK);
	assert_null(*in);
}

static void
sealed(struct store *s)
{
	struct fj_err e;

	assert_int_equal(store_seal(s, &e), FJ_OK);
}

/* ---- words ---- */

static void
words_are_numbers(void **state)
{
	struct store *s = store_new(0);
	uint32_t a = store_intern(s, "报告1", strlen("报告1")), b;
	char longest[70000], name[16];
	uint32_t many[5000], i;
	size_t n;

	(void)state;
	memset(longest, 'x', sizeof(longest));
	b = store_intern(s, longest, sizeof(longest));
	assert_int_equal(store_intern(s, "", 0), 0);
	assert_int_not_equal(a, 0);
	assert_int_equal(store_intern(s, "报告1", strlen("报告1")), a);
	assert_int_not_equal(store_intern(s, "报告1 ", strlen("报告1 ")), a);
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "N%u", i);
		many[i] = store_intern(s, name, strlen(name));
	}
	sealed(s);
	assert_string_equal(store_text(s, a, &n), "报告1");
	assert_int_equal(n, strlen("报告1"));
	assert_null(store_text(s, 0, NULL));
	(void)store_text(s, b, &n);
	assert_int_equal(n, 1 << 16);
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "N%u", i);
		assert_string_equal(store_text(s, many[i], NULL), name);
		assert_int_equal(store_find(s, name, strlen(name)), many[i]);
	}
	/* By its own bytes, and by bytes within them. */
	assert_int_equal(store_find(s, store_text(s, a, NULL), strlen("报告1")), a);
	assert_int_equal(store_find(s, store_text(s, b, NULL) + 8, 100), 0);
	assert_int_equal(store_find(s, "N5000", 5), 0);
	assert_int_equal(store_words(s), 5003);
	store_free(&s);
	assert_null(s);
}

/* ---- columns ---- */

static void
cells_come_back(void **state)
{
	static const int64_t value[] = {0, 1, -1, 127, -128, 32767, 40000, -2147483648LL,
	    20240101000123LL, INT64_MAX};
	struct store *s = store_new(0);
	struct store_in *in = into(s, "test_run", 7, 0);
	int seq = column("test_run", "seq_no"), at = column("test_run", "started_at");
	int no = column("test_run", "run_no"), t = schema_find("test_run");
	size_t i;
	int64_t v;

	(void)state;
	store_word(in, no, "dropped", 7);
	store_drop(in);
	for (i = 0; i < sizeof(value) / sizeof(value[0]); i++) {
		store_int(in, seq, value[i]);
		if (i % 2 == 0)
			store_int(in, at, 1704067200 + (int64_t)i);
		store_word(in, no, "R", i == 3 ? 0 : 1);
		store_row(in, (uint32_t)i * 2 + 5);
	}
	ended(&in);
	sealed(s);
	assert_int_equal(store_rows(s, t), sizeof(value) / sizeof(value[0]));
	for (i = 0; i < sizeof(value) / sizeof(value[0]); i++) {
		assert_true(store_int_at(s, t, seq, (uint32_t)i, &v));
		assert_int_equal(v, value[i]);
		assert_int_equal(store_int_at(s, t, at, (uint32_t)i, &v), i % 2 == 0);
		assert_int_equal(store_word_at(s, t, no, (uint32_t)i) == 0, i == 3);
		assert_int_equal(store_src(s, t, (uint32_t)i), (7LL << 32) + (int64_t)i * 2 + 5);
	}
	assert_true(store_has(s, t, seq));
	assert_false(store_has(s, t, column("test_run", "operator")));
	assert_int_equal(store_rows(s, schema_find("fee")), 0);
	store_free(&s);
}

static void
reals_and_holes(void **state)
{
	struct store *s = store_new(0);
	struct store_in *in = into(s, "measurement", 1, 0);
	int t = schema_find("measurement"), c = column("measurement", "value");
	uint32_t i;
	double v;

	(void)state;
	for (i = 0; i < 200; i++) {
		if (i > 100)
			store_real(in, c, i % 3 == 0 ? NAN : i / 8.0);
		store_row(in, i + 1);
	}
	ended(&in);
	sealed(s);
	assert_false(store_real_at(s, t, c, 5, &v));
	assert_false(store_real_at(s, t, c, 102, &v));
	assert_true(store_real_at(s, t, c, 103, &v));
	assert_true(v > 12.87 && v < 12.88);
	store_free(&s);
}

/* T2: whatever ends first. */
static void
parts_stand_in_their_order(void **state)
{
	struct store *s = store_new(0);
	struct store_in *c = into(s, "fee", 2, 0), *b = into(s, "fee", 1, 1);
	struct store_in *a = into(s, "fee", 1, 0), *none = into(s, "fee", 1, 2);
	int t = schema_find("fee"), no = column("fee", "fee_no"), paid = column("fee", "paid_at");
	const char *want[] = {"A", "B1", "B2", "C"};
	uint32_t row, i;
	int64_t v;

	(void)state;
	store_word(c, no, "C", 1);
	store_int(c, paid, 5000000000);		/* wider than the others' */
	store_row(c, 9);
	ended(&c);
	store_word(b, no, "B1", 2);
	store_row(b, 30);
	store_word(b, no, "B2", 2);
	store_row(b, 20);			/* not ascending */
	ended(&b);
	store_word(a, no, "A", 1);
	store_int(a, paid, 77);
	store_row(a, 3);
	ended(&a);
	ended(&none);
	sealed(s);
	for (i = 0; i < 4; i++)
		assert_string_equal(store_text(s, store_word_at(s, t, no, i), NULL), want[i]);
	assert_true(store_int_at(s, t, paid, 0, &v) && v == 77);
	assert_false(store_int_at(s, t, paid, 1, &v));
	assert_true(store_int_at(s, t, paid, 3, &v) && v == 5000000000);
	assert_true(store_row_of(s, t, (1LL << 32) | 20, &row) && row == 2);
	assert_true(store_row_of(s, t, (2LL << 32) | 9, &row) && row == 3);
	assert_false(store_row_of(s, t, (2LL << 32) | 8, &row));
	assert_false(store_row_of(s, t, (3LL << 32) | 9, &row));
	store_free(&s);
}

/* T4: words, then columns. */
static void
memory_has_an_end(void **state)
{
	struct store *s = store_new(4 << 20);
	struct store_in *in = into(s, "report", 1, 0);
	struct fj_err e;
	char name[200];
	uint32_t i;

	(void)state;
	for (i = 0; i < 40000; i++) {
		snprintf(name, sizeof(name), "%0180u", i);
		store_word(in, 0, name, strlen(name));
		store_row(in, i + 1);
	}
	assert_int_equal(store_in_end(&in, &e), FJ_LIMIT);
	assert_string_equal(e.code, "redflag.memory");
	assert_string_equal(e.arg[0], "4");
	assert_true(store_bytes(s) <= 4 << 20);
	store_free(&s);
	s = store_new(4 << 20);
	in = into(s, "measurement", 1, 0);
	for (i = 0; i < 2000000; i++) {
		store_real(in, column("measurement", "value"), i);
		store_row(in, i + 1);
	}
	assert_int_equal(store_in_end(&in, &e), FJ_LIMIT);
	sealed(s);
	assert_int_equal(store_rows(s, schema_find("measurement")), 0);
	store_free(&s);
}

/* ---- indexes ---- */

static struct store *
numbers(void)
{
	struct store *s = store_new(0);
	struct store_in *in = into(s, "test_run", 1, 0);
	uint32_t i;

	for (i = 0; i < 300; i++) {
		/* Far apart: a table of keys; rows of a key come with falling times. */
		store_int(in, column("test_run", "seq_no"), (int64_t)(i % 10) * 1000000000000LL);
		if (i % 7 != 0)
			store_int(in, column("test_run", "started_at"), 100000 - i);
		store_row(in, i + 1);
	}
	ended(&in);
	sealed(s);
	return s;
}

static void
keys_far_apart(void **state)
{
	struct store *s = numbers();
	int t = schema_find("test_run"), at = column("test_run", "started_at");
	const struct store_index *x = store_index(s, t, column("test_run", "seq_no"), at);
	const uint32_t *row;
	uint32_t n, i;
	int64_t before, v;

	(void)state;
	assert_non_null(x);
	row = store_index_rows(x, 3000000000000LL, &n);
	assert_int_equal(n, 30);
	assert_false(store_int_at(s, t, at, row[0], &before));	/* NULL comes first */
	for (i = 0, before = INT64_MIN; i < n; i++)
		if (store_int_at(s, t, at, row[i], &v)) {
			assert_true(v > before);
			before = v;
		}
	(void)store_index_rows(x, 5, &n);
	assert_int_equal(n, 0);
	(void)store_index_all(x, &n);
	assert_int_equal(n, 300);
	assert_ptr_equal(x, store_index(s, t, column("test_run", "seq_no"), at));
	store_free(&s);
}

/* ---- as SQLite sees them ---- */

enum {
	ROWS = 700,
};

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*seed >> 33) % below);
}

struct twin {
	struct store *s;
	struct db *d;
	struct store_in *in;
	uint64_t seed;
};

static void
twin_word(struct twin *w, const char *table, const char *c, uint32_t row, const char *prefix,
    uint32_t of)
{
	char text[32], sql[200];
	struct fj_err e;

	if (draw(&w->seed, 12) == 0)
		return;
	snprintf(text, sizeof(text), "%s%u", prefix, draw(&w->seed, of));
	store_word(w->in, column(table, c), text, strlen(text));
	snprintf(sql, sizeof(sql), "UPDATE %s_n SET %s=?1 WHERE src=?2", table, c);
	assert_int_equal(db_run(w->d, &e, sql, "tl", text, (int64_t)(1LL << 32 | row)), FJ_OK);
}

static void
twin_number(struct twin *w, const char *table, const char *c, uint32_t row, int64_t v,
    bool real)
{
	char sql[200];
	struct fj_err e;

	if (draw(&w->seed, 12) == 0)
		return;
	snprintf(sql, sizeof(sql), "UPDATE %s_n SET %s=?1 WHERE src=?2", table, c);
	if (real) {
		store_real(w->in, column(table, c), (double)v / 8);
		assert_int_equal(db_run(w->d, &e, sql, "dl", (double)v / 8,
		    (int64_t)(1LL << 32 | row)), FJ_OK);
	} else {
		store_int(w->in, column(table, c), v);
		assert_int_equal(db_run(w->d, &e, sql, "ll", v, (int64_t)(1LL << 32 | row)),
		    FJ_OK);
	}
}

static void
twin_rows(struct twin *w, const char *table)
{
	struct fj_err e;
	char sql[120];
	uint32_t i;

	w->in = into(w->s, table, 1, 0);
	for (i = 1; i <= ROWS; i++) {
		snprintf(sql, sizeof(sql), "INSERT INTO %s_n(src) VALUES(%lld)", table,
		    (long long)(1LL << 32 | i));
		assert_int_equal(db_exec(w->d, sql, &e), FJ_OK);
		if (strcmp(table, "report") == 0) {
			twin_word(w, table, "report_no", i, "R", 500);
			twin_word(w, table, "sample_no", i, "S", 300);
			twin_word(w, table, "series", i, "J", 3);
			twin_number(w, table, "seq_no", i, draw(&w->seed, 900), false);
			twin_number(w, table, "issued_at", i, 1000000 + draw(&w->seed, 999), false);
			twin_number(w, table, "conclusion", i, draw(&w->seed, 2), false);
		} else {
			twin_word(w, table, "report_no", i, "R", 500);
			twin_word(w, table, "param", i, "P", 5);
			twin_number(w, table, "value", i, draw(&w->seed, 99), true);
			twin_number(w, table, "nd", i, draw(&w->seed, 2), false);
		}
		store_row(w->in, i);
	}
	ended(&w->in);
}

static struct twin
twins(uint64_t seed)
{
	struct twin w = {.s = store_new(0), .seed = seed};
	const struct db_options o = {.mode = DB_MEMORY};
	struct fj_err e;

	assert_int_equal(db_open("twins", &o, &w.d, &e), FJ_OK);
	assert_int_equal(db_exec(w.d, "CREATE TABLE report_n(report_no TEXT, sample_no TEXT,"
	    " series TEXT, seq_no INTEGER, issued_at INTEGER, conclusion INTEGER,"
	    " src INTEGER PRIMARY KEY); CREATE TABLE report_item_n(report_no TEXT, param TEXT,"
	    " value REAL, nd INTEGER, src INTEGER PRIMARY KEY)", &e), FJ_OK);
	twin_rows(&w, "report");
	twin_rows(&w, "report_item");
	sealed(w.s);
	assert_int_equal(store_attach(w.s, w.d, &e), FJ_OK);
	return w;
}

/* @ stands for "" or "_n". */
static const char *const query[] = {
	"SELECT count(*) FROM report@",
	"SELECT src, report_no, seq_no FROM report@ WHERE report_no='R7'",
	"SELECT src FROM report@ WHERE report_no=7 OR report_no='nowhere'",
	"SELECT src FROM report@ WHERE report_no<>'R7' AND conclusion<>1 ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no=7 OR seq_no='12' OR seq_no=3.0 ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no>890.5 ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no>=890.5 AND seq_no<895.5 ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no<=3.5 ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no=3.5 OR seq_no<>3.5 ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no<'a' AND seq_no>880 ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no>'a'",
	"SELECT src FROM report@ WHERE seq_no=x'31' OR report_no=x'5237'",
	"SELECT src FROM report@ WHERE seq_no>NULL OR report_no=NULL",
	"SELECT src FROM report@ WHERE report_no IS NULL ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no IS NULL AND report_no IS NOT NULL ORDER BY src",
	"SELECT src FROM report@ WHERE seq_no IN (1,2,3,'x',NULL) ORDER BY src",
	"SELECT src FROM report@ WHERE series IN ('J1','J2') AND conclusion=1 ORDER BY src",
	"SELECT src FROM report@ WHERE report_no LIKE 'R1%' ORDER BY src",
	"SELECT src FROM report@ WHERE report_no>'R3' AND report_no<'R4' ORDER BY src",
	"SELECT src FROM report@ WHERE src=4294967300 OR src>4294967990 ORDER BY src",
	"SELECT src, report_no FROM report@ ORDER BY report_no, src",
	"SELECT src FROM report@ ORDER BY series, seq_no, src",
	"SELECT src FROM report@ WHERE conclusion=1 ORDER BY seq_no, report_no, src",
	"SELECT src FROM report@ ORDER BY series DESC, src DESC",
	"SELECT series, count(*), min(seq_no), max(report_no) FROM report@ GROUP BY series"
	    " ORDER BY series",
	"SELECT report_no, count(*) FROM report@ GROUP BY report_no HAVING count(*)>1"
	    " ORDER BY report_no",
	"SELECT DISTINCT sample_no FROM report@ ORDER BY 1",
	"SELECT count(*), max(x) FROM (SELECT DISTINCT report_no AS x FROM report@)",
	"SELECT count(*) FROM (SELECT DISTINCT series FROM report@ WHERE seq_no>800)",
	"SELECT count(*) FROM (SELECT DISTINCT series, conclusion FROM report@)",
	"SELECT count(*) FROM (SELECT DISTINCT param FROM report_item@ WHERE param IS NOT NULL)",
	"SELECT sum(c*c), count(*) FROM (SELECT count(*) AS c FROM report@ GROUP BY report_no)",
	"SELECT sum(c*c), count(*) FROM (SELECT count(*) AS c FROM report@"
	    " GROUP BY series, report_no)",
	"SELECT count(*), max(series||report_no) FROM (SELECT DISTINCT report_no, series"
	    " FROM report@)",
	"SELECT report_no, count(*) AS c FROM report@ GROUP BY report_no ORDER BY c, report_no"
	    " LIMIT 9",
	"SELECT r.src, (SELECT series FROM report@ GROUP BY series ORDER BY series) FROM report@ r"
	    " ORDER BY r.src",
	"SELECT src, lag(seq_no) OVER (PARTITION BY series ORDER BY issued_at, src)"
	    " FROM report@ ORDER BY src",
	"SELECT r.src, i.src FROM report@ r JOIN report_item@ i ON i.report_no=r.report_no"
	    " AND i.value>5.5 ORDER BY 1, 2",
	"SELECT r.src, i.src FROM report@ r LEFT JOIN report_item@ i ON i.report_no=r.report_no"
	    " AND i.param='P2' ORDER BY 1, 2",
	"SELECT r.src FROM report@ r WHERE NOT EXISTS (SELECT 1 FROM report_item@ i"
	    " WHERE i.report_no=r.report_no AND i.nd=0) ORDER BY 1",
	"SELECT a.src, b.src FROM report@ a JOIN report@ b ON b.series=a.series"
	    " AND b.issued_at BETWEEN a.issued_at-3 AND a.issued_at+2.5 AND b.src<>a.src"
	    " ORDER BY 1, 2",
	"SELECT a.src, b.src FROM report@ a JOIN report@ b ON (b.report_no=a.report_no OR"
	    " b.report_no=a.sample_no) ORDER BY 1, 2",
	"SELECT src FROM report_item@ WHERE value=1.5 OR value<>1.5 ORDER BY src",
	"SELECT src FROM report_item@ WHERE value>=3 AND value<=4.125 AND nd=0 ORDER BY src",
	"SELECT src FROM report_item@ WHERE value<1 OR value='2.5' OR value<'x' ORDER BY src",
	"SELECT param, avg(value), sum(nd) FROM report_item@ GROUP BY param ORDER BY param",
	"SELECT src FROM report_item@ WHERE value IS NULL ORDER BY src",
	"SELECT src FROM report_item@ ORDER BY value, src",
	"SELECT min(src), max(src), count(DISTINCT report_no) FROM report_item@",
	"SELECT src FROM report@ WHERE seq_no>690 AND series='J1' COLLATE NOCASE ORDER BY src",
	"SELECT value||'', typeof(value), typeof(nd), typeof(param) FROM report_item@"
	    " ORDER BY src",
};

static void
ask(struct db *d, const char *sql, const char *which, struct fj_buf *out)
{
	struct stmt *st;
	struct fj_err e;
	struct fj_buf q;
	bool row;
	int i;

	fj_buf_init(&q, 4096);
	for (; *sql != '\0'; sql++)
		if (*sql == '@')
			fj_buf_puts(&q, which);
		else
			fj_buf_putc(&q, *sql);
	fj_buf_init(out, 1 << 22);
	db_source_any_order(d, strstr(q.p, "ORDER") == NULL);
	if (db_prepare(d, q.p, &st, &e) != FJ_OK)
		fail_msg("%s: %s", q.p, e.arg[1]);
	while (stmt_step(st, &row, &e) == FJ_OK && row) {
		for (i = 0; i < stmt_columns(st); i++)
			fj_buf_printf(out, "%s|", stmt_text(st, i) != NULL ? stmt_text(st, i) : "-");
		fj_buf_putc(out, '\n');
	}
	stmt_done(&st);
	fj_buf_release(&q);
}

static void
tables_answer_as_sqlite_does(void **state)
{
	struct fj_buf a, b;
	struct twin w;
	uint64_t seed;
	size_t i;

	(void)state;
	for (seed = 1; seed <= 3; seed++) {
		w = twins(seed);
		for (i = 0; i < sizeof(query) / sizeof(query[0]); i++) {
			ask(w.d, query[i], "_n", &a);
			ask(w.d, query[i], "", &b);
			if (strcmp(a.p, b.p) != 0)
				fail_msg("%s\nSQLite: %.300s\nhere: %.300s", query[i], a.p, b.p);
			fj_buf_release(&a);
			fj_buf_release(&b);
		}
		db_close(&w.d);
		store_free(&w.s);
	}
}

/* A table that nobody loaded answers, too, and none can be written. */
static void
tables_are_there_and_read_only(void **state)
{
	const struct db_options o = {.mode = DB_MEMORY};
	struct store *s = store_new(0);
	struct db *d;
	struct fj_err e;
	int64_t n;
	int i;
	char sql[100];

	(void)state;
	sealed(s);
	assert_int_equal(db_open("empty", &o, &d, &e), FJ_OK);
	assert_int_equal(store_attach(s, d, &e), FJ_OK);
	for (i = 0; i < SCHEMA_TABLES; i++) {
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE src>0",
		    schema_tables()[i].name);
		assert_int_equal(db_get_i64(d, &e, &n, NULL, sql, ""), FJ_OK);
		assert_int_equal(n, 0);
	}
	assert_int_not_equal(db_exec(d, "DELETE FROM report", &e), FJ_OK);
	assert_int_not_equal(db_exec(d, "INSERT INTO fee(fee_no) VALUES('x')", &e), FJ_OK);
	db_close(&d);
	store_free(&s);
}

static void
numbers_become_text_as_in_sql(void **state)
{
	static const double v[] = {0, 1, -1.5, 120, 0.1, 1e-5, 1e20, 3.14159265358979,
	    0.30000000000000004, 1234567.25, -0.00012};
	const struct db_options o = {.mode = DB_MEMORY};
	char text[DB_REAL_TEXT];
	struct stmt *st;
	struct db *d;
	struct fj_err e;
	bool row;
	size_t i;

	(void)state;
	assert_int_equal(db_open("text", &o, &d, &e), FJ_OK);
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		assert_int_equal(db_prepare(d, "SELECT ?1||''", &st, &e), FJ_OK);
		stmt_bind(st, "d", v[i]);
		assert_int_equal(stmt_step(st, &row, &e), FJ_OK);
		db_real_text(v[i], text);
		assert_string_equal(stmt_text(st, 0), text);
		stmt_done(&st);
	}
	db_close(&d);
}

/* ---- threads ---- */

struct reader {
	struct store *s;
	const void *seen[4];
};

static void *
read_all(void *arg)
{
	struct reader *r = arg;
	int t = schema_find("test_run"), c = column("test_run", "seq_no");

	r->seen[0] = store_index(r->s, t, c, -1);
	r->seen[1] = store_order(r->s, t, &c, 1);
	r->seen[2] = store_index(r->s, t, c, column("test_run", "started_at"));
	r->seen[3] = (const void *)(uintptr_t)store_distinct(r->s, t, c);
	return NULL;
}

static void
threads_share_what_is_built(void **state)
{
	struct reader r[4];
	pthread_t id[4];
	struct store *s = numbers();
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		memset(&r[i], 0, sizeof(r[i]));
		r[i].s = s;
		assert_int_equal(pthread_create(&id[i], NULL, read_all, &r[i]), 0);
	}
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_join(id[i], NULL), 0);
	for (i = 1; i < 4; i++)
		assert_memory_equal(r[i].seen, r[0].seen, sizeof(r[0].seen));
	store_free(&s);
}

struct writer {
	struct store *s;
	uint32_t number;
};

static void *
write_all(void *arg)
{
	const struct writer *w = arg;
	struct store_in *in = into(w->s, "fee", 1, w->number);
	struct fj_err e;
	char name[24];
	uint32_t i;

	for (i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "F%u", i * 7 % 2000);
		store_word(in, 0, name, strlen(name));
		store_row(in, w->number * 3000 + i + 1);
	}
	return store_in_end(&in, &e) == FJ_OK ? arg : NULL;
}

static void
threads_load_the_same(void **state)
{
	struct store *s = store_new(0);
	struct writer w[4];
	pthread_t id[4];
	char name[24];
	uint32_t i;
	void *ok;

	(void)state;
	for (i = 0; i < 4; i++) {
		w[i] = (struct writer){s, i};
		assert_int_equal(pthread_create(&id[i], NULL, write_all, &w[i]), 0);
	}
	for (i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(id[i], &ok), 0);
		assert_non_null(ok);
	}
	sealed(s);
	assert_int_equal(store_rows(s, schema_find("fee")), 12000);
	assert_int_equal(store_words(s), 2000);
	for (i = 0; i < 12000; i++) {
		snprintf(name, sizeof(name), "F%u", i % 3000 * 7 % 2000);
		assert_string_equal(store_text(s, store_word_at(s, schema_find("fee"), 0, i),
		    NULL), name);
	}
	store_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_numbers),
		cmocka_unit_test(cells_come_back),
		cmocka_unit_test(reals_and_holes),
		cmocka_unit_test(parts_stand_in_their_order),
		cmocka_unit_test(memory_has_an_end),
		cmocka_unit_test(keys_far_apart),
		cmocka_unit_test(tables_answer_as_sqlite_does),
		cmocka_unit_test(tables_are_there_and_read_only),
		cmocka_unit_test(numbers_become_text_as_in_sql),
		cmocka_unit_test(threads_share_what_is_built),
		cmocka_unit_test(threads_load_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
