/* SPDX-License-Identifier: Apache-2.0 */
/* A rule compiled over empty registers: what reading alone does not show. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "db/guard.h"
#include "redflag/rule_internal.h"
#include "redflag/schema.h"

struct look {
	const struct rule *r;
	const struct rule_reader *reader;
	struct db *d;
	struct guard *g;
	int faults;
	bool read[SCHEMA_TABLES];
	bool column[SCHEMA_TABLES][32];
};

enum fj_rc
rule_empty_tables(struct db *d, struct fj_err *e)
{
	static const char *const types[] = {
		[SCHEMA_KEY] = "TEXT", [SCHEMA_TEXT] = "TEXT", [SCHEMA_INT] = "INT",
		[SCHEMA_REAL] = "REAL", [SCHEMA_AT] = "INT", [SCHEMA_ON] = "INT",
	};
	const struct schema_table *t = schema_tables();
	struct fj_buf b;
	enum fj_rc rc;
	size_t k;
	int i;

	fj_buf_init(&b, 1 << 20);
	for (i = 0; i < SCHEMA_TABLES; i++) {
		fj_buf_printf(&b, "CREATE TABLE %s(", t[i].name);
		for (k = 0; k < t[i].ncolumn; k++)
			fj_buf_printf(&b, "\"%s\" %s,", t[i].column[k].name,
			    types[t[i].column[k].type]);
		fj_buf_puts(&b, "src INT);");
	}
	rc = db_exec(d, b.p, e);
	fj_buf_release(&b);
	return rc;
}

/* at: byte of the SQL; -1: its beginning. */
static void
fault(struct look *k, int at, const struct fj_err *f)
{
	struct rule_fault out = {.line = k->r->sql_line, .column = 1, .f = f};
	const char *p = k->r->sql, *end = p + (at > 0 ? at : 0);

	for (; p < end && *p != '\0'; p++) {
		if (*p == '\n') {
			out.line++;
			out.column = 1;
		} else if ((*p & 0xc0) != 0x80) {
			out.column++;
		}
	}
	k->faults++;
	if (k->reader->fault != NULL)
		k->reader->fault(k->reader->fault_ctx, &out);
}

static void
complain(struct look *k, const char *code, const char *a, const char *b)
{
	struct fj_err f;

	fj_err_clear(&f);
	(void)fj_fail(&f, FJ_INVAL, code, b != NULL ? "ss" : "s", a, b);
	fault(k, -1, &f);
}

static void
seen(void *ctx, const char *table, const char *column)
{
	struct look *k = ctx;
	int t = schema_find(table), c;

	if (t < 0)
		return;
	k->read[t] = true;
	c = schema_column(&schema_tables()[t], column);
	if (c >= 0)
		k->column[t][c] = true;
}

static void
columns(struct look *k, struct stmt *s)
{
	static const char *const want[] = {"subject", "report_no", "src", "measure", "detail"};
	int i, n = stmt_columns(s);
	char number[12];

	for (i = 0; i < 5; i++) {
		snprintf(number, sizeof(number), "%d", i + 1);
		if (i >= n || strcasecmp(stmt_column_name(s, i), want[i]) != 0)
			complain(k, "rule.columns", number, want[i]);
	}
	if (n > 5)
		complain(k, "rule.more-columns", stmt_column_name(s, 5), NULL);
}

static void
tables(struct look *k)
{
	const struct schema_table *t = schema_tables();
	const struct rule *r = k->r;
	int i, j;

	for (i = 0; i < SCHEMA_TABLES; i++) {
		for (j = 0; j < r->tables && r->table[j].table != i; j++)
			;
		if (k->read[i] && j == r->tables)
			complain(k, "rule.table-unlisted", t[i].name, NULL);
		if (!k->read[i] && j < r->tables)
			complain(k, "rule.table-unread", t[i].name, NULL);
	}
	for (j = 0; j < r->needs; j++)
		if (k->read[r->need[j].table] && !k->column[r->need[j].table][r->need[j].column])
			complain(k, "rule.need-unread", t[r->need[j].table].name,
			    t[r->need[j].table].column[r->need[j].column].name);
}

/* Compiles one SELECT; *ok: it may be run. */
static void
compile(struct look *k, const char *sql, bool main)
{
	struct stmt *s = NULL;
	struct fj_err of, f;
	bool row = false;
	enum fj_rc rc;

	fj_err_clear(&of);
	fj_err_clear(&f);
	guard_start(k->g, 5000, NULL, NULL);
	rc = db_prepare(k->d, sql, &s, &of);
	if (rc != FJ_OK) {
		int at = main ? db_error_at(k->d) : -1;

		(void)rule_failed(k->r, k->g, rc, &of, &f);
		fault(k, at, &f);
		return;
	}
	guard_reads(k->g, seen, k);
	if (main)
		columns(k, s);
	rc = stmt_step(s, &row, &of);
	if (rc != FJ_OK) {
		(void)rule_failed(k->r, k->g, rc, &of, &f);
		fault(k, -1, &f);
	} else if (row) {
		complain(k, "rule.rows-of-nothing", k->r->id, NULL);
	}
	stmt_done(&s);
	if (main && k->faults == 0)
		tables(k);
}

int
rule_check(const struct rule *r, const struct rule_reader *reader, struct fj_err *e)
{
	static const struct rule_reader none = {0};
	const struct db_options o = {.mode = DB_MEMORY};
	struct look k = {.r = r, .reader = reader != NULL ? reader : &none};
	enum fj_rc rc;

	rc = db_open("rule", &o, &k.d, e);
	if (rc == FJ_OK)
		rc = rule_empty_tables(k.d, e);
	if (rc == FJ_OK) {
		k.g = rule_guard(k.d);
		if (r->when[0] != '\0')
			compile(&k, r->when, false);
		compile(&k, r->sql, true);
		guard_free(&k.g);
	}
	db_close(&k.d);
	return rc == FJ_OK ? k.faults : -1;
}
