/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule: a header of comments and one SELECT over the registers, in one file of
 * forms/redflags/ (its README.md says the format) or of a bureau's own folder.
 *
 * RU1 a rule that was read is complete: every member below is set, its clauses and
 *     tables are known, its parameters are those that its SQL uses.
 * RU2 its SQL runs under db/guard.h: a SELECT over the registers, in its time, with
 *     a bounded number of rows; whatever else it asks for is refused by a code.
 * RU3 what is missing for it (a table, a column) is said; it is then not run, and
 *     that is never "no flags".
 */
#ifndef FJ_REDFLAG_RULE_H
#define FJ_REDFLAG_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "db/db.h"

enum {
	RULE_BYTES = 64 << 10,		/* one file */
	RULE_MAX = 400,			/* rules of a run */
	RULE_CLAUSES = 8,
	RULE_TABLES = 12,
	RULE_NEEDS = 40,
	RULE_PARAMS = 16,
	RULE_TEXT_MAX = 4096,		/* bytes of one text of a row */
	RULE_HEAP = 1 << 30,		/* what SQLite may use for all rules together */
};

enum rule_lab {
	RULE_VEHICLE = 1,
	RULE_ENV = 2,
	RULE_FOOD = 4,
	RULE_ANY_LAB = 7,
};

/* -1 as table: none.  Columns are numbers in schema.h; src is no need. */
struct rule_table {
	int table;
	bool optional;			/* without it the rule says less, but runs */
};

struct rule_need {
	int table, column;
	bool or_next;			/* this one or the next one */
};

struct rule_param {
	const char *name;
	double value;			/* the default */
	bool whole;			/* a whole number */
	const char *meaning_zh, *meaning_en;
};

/* For reading; lives until rule_free. */
struct rule {
	const char *file;		/* base name */
	const char *id;			/* "R03"; one of a bureau: "BJ-01" */
	int version;
	const char *title_zh, *title_en;
	char grade;			/* 'A', 'B', 'C' */
	const char *clause[RULE_CLAUSES];
	int clauses;
	struct rule_table table[RULE_TABLES];
	int tables;
	struct rule_need need[RULE_NEEDS];
	int needs;
	struct rule_param param[RULE_PARAMS];
	int params;
	const char *when;		/* SELECT that must give a row, else not run; "": none */
	unsigned labs;			/* of enum rule_lab */
	bool pair;			/* says "one of these two" */
	const char *kernel;		/* "": the SQL alone */
	const char *false_alarms_zh, *false_alarms_en;
	const char *verify_zh, *verify_en;	/* how to verify on site */
	const char *sql;
	int sql_line;			/* of the file */
	struct arena *arena;
};

/* ---- reading ---- */

/* A fault of a file: 1-based; f has code "rule.…" and arguments. */
struct rule_fault {
	int line, column;
	const struct fj_err *f;
};
typedef void (*rule_fault_fn)(void *ctx, const struct rule_fault *fault);

/* Which clause IDs there are; NULL: all that look like one. */
typedef bool (*rule_clause_fn)(void *ctx, const char *id);

struct rule_reader {
	rule_clause_fn clause;
	void *clause_ctx;
	rule_fault_fn fault;		/* may be NULL */
	void *fault_ctx;
};

/* FJ_INVAL "rule.faults" {file, number, first fault's line}: the file has faults, each
 * was given to fault(). */
FJ_MUST enum fj_rc rule_read(const char *file, const char *p, size_t n,
    const struct rule_reader *reader, struct rule **out, struct fj_err *e);
void rule_free(struct rule **r);

/* Many files in one text, as a parent gives a bureau's own rules to the helper: each
 * begins with a line "-- file: NAME".  fn answers false to stop. */
bool rule_split(const char *p, size_t n,
    bool (*fn)(void *ctx, const char *name, const char *text, size_t len), void *ctx);

/* What reading alone cannot see: the SQL is compiled over empty registers.  Faults go
 * to reader->fault; their number is the answer (-1: e says why it could not). */
int rule_check(const struct rule *r, const struct rule_reader *reader,
    struct fj_err *e);

/* ---- parameters ---- */

struct rule_values;

struct rule_values *rule_values_new(void);
void rule_values_free(struct rule_values **v);
/* FJ_NOTFOUND "rule.no-param" {id, name} when rule r has none of that name. */
FJ_MUST enum fj_rc rule_values_set(struct rule_values *v, const struct rule *r,
    const char *name, double value, struct fj_err *e);
/* The value in force; v may be NULL.  A name that the rule lacks is a fault of the
 * program. */
double rule_value(const struct rule *r, const struct rule_values *v, const char *name);

/* ---- running ---- */

/* Has the column a value in any row?  column -1: has the table a row? */
typedef bool (*rule_has_fn)(void *ctx, int table, int column);

/* FJ_OK when the rule can run; FJ_REFUSED "rule.no-table" {table}, "rule.no-column"
 * {table, column}, "rule.no-columns" {table, column, table, column}. */
FJ_MUST enum fj_rc rule_ready(const struct rule *r, rule_has_fn has, void *ctx,
    struct fj_err *e);

/* NULL where SQL said NULL; measure NaN.  Dies with the call.  detail holds two sentences,
 * "Chinese | English": rule_detail. */
struct rule_hit {
	const char *subject, *report_no, *src;
	double measure;
	const char *detail;
};
/* false ends the rule: FJ_CANCELLED "rule.stopped". */
typedef bool (*rule_hit_fn)(void *ctx, const struct rule_hit *h);

struct guard;

struct rule_limits {
	uint32_t ms;			/* 0: 120 s */
	uint32_t rows;			/* 0: 200,000 */
	bool (*stop)(void *ctx);	/* asked now and then; may be NULL */
	void *ctx;
};

/* For a connection that has the tables of schema.h: rules run only over these. */
struct guard *rule_guard(struct db *d);

/* What rule_ready cannot know: FJ_REFUSED "rule.no-rows" {id, its `when`}; errors as
 * rule_run. */
FJ_MUST enum fj_rc rule_when(const struct rule *r, struct db *d, struct guard *g,
    struct fj_err *e);

/* The SQL over d, in whatever order it gives its rows.  g: rule_guard(d).
 * FJ_LIMIT "rule.time" {id, seconds}, "rule.rows" {id, most}, "rule.memory" {id};
 * FJ_DENIED "rule.refused" {id, what}; FJ_CANCELLED "rule.stopped" {id};
 * FJ_INVAL "rule.sql" {id, SQLite's words}, "rule.row" {id, what}: not such a row. */
FJ_MUST enum fj_rc rule_run(const struct rule *r, struct db *d, struct guard *g,
    const struct rule_values *v, const struct rule_limits *limits, rule_hit_fn fn,
    void *ctx, struct fj_err *e);

/* The half of a detail in one language: *n bytes, not terminated; all of it when it is
 * in one language only. */
const char *rule_detail(const char *detail, bool zh, size_t *n);

/* ---- words of a src: "table:123;table:456" ---- */

/* The next one of *at; false at the end or when it is none. */
bool rule_src_next(const char **at, int *table, int64_t *src);

#endif
