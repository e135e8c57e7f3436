/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A read-only table that lives outside SQLite and is asked for rows by SQL.
 *
 * The owner plans and filters; this file speaks with SQLite: types of the columns,
 * comparisons as SQLite makes them (affinity, NULL), row after row without copying.
 * The table has no entry in sqlite_master; its name is known to the authorizer.
 */
#ifndef FJ_DB_SOURCE_H
#define FJ_DB_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "db/db.h"

enum source_type {
	SOURCE_TEXT,
	SOURCE_INT,
	SOURCE_REAL,
};

struct source_column {
	const char *name;
	enum source_type type;
};

enum source_kind {
	SOURCE_NULL,
	SOURCE_I,
	SOURCE_R,
	SOURCE_S,
};

/* A cell. */
struct source_value {
	enum source_kind kind;
	int64_t i;
	double r;
	const char *p;		/* UTF-8; lives as long as the table */
	size_t n;
};

enum source_op {
	SOURCE_EQ,
	SOURCE_NE,
	SOURCE_GT,
	SOURCE_GE,
	SOURCE_LT,
	SOURCE_LE,
	SOURCE_ISNULL,
	SOURCE_NOTNULL,
};

enum {
	SOURCE_TERMS = 8,	/* conditions that one scan is given */
	SOURCE_ORDERS = 6,
	SOURCE_COLUMNS = 32,
};

struct source_term {
	int column;
	enum source_op op;
};

/* What SQLite wants to do with a table in one place of a query. */
struct source_wish {
	const struct source_term *term;		/* those that can be used there */
	int terms;
	const int *order;			/* ascending; 0 of them: in any order */
	int orders;
	bool grouped;		/* rows alike in all of order side by side do, too */
	bool once;		/* and of these, one */
};

/* What the owner answers. */
struct source_plan {
	double rows;		/* estimated, of one scan */
	double cost;		/* of one scan; reading a row costs 1 */
	bool ordered;		/* rows will come as wished */
	bool unique;		/* at most one row */
	int way;		/* the owner's own: start() is given it */
};

/* A term with its value, as SQLite compares: NULL equals nothing, a column of words is
 * compared as text, one of numbers as numbers; "never" and "always" are said here, so
 * that the owner needs no rules of SQLite. */
struct source_test {
	int column;
	enum source_op op;
	bool never;
	/* Columns of words: EQ and NE. */
	const char *p;		/* lives until start() returned */
	size_t n;
	/* Of integers: least <= value <= most; NE: value != least. */
	int64_t least, most;
	/* Of reals: the number. */
	double r;
	/* The owner's own, set by start(). */
	int64_t key;
};

/* One scan: rows of the table in the order in which they come. */
struct source_scan {
	/* in */
	struct source_test test[SOURCE_TERMS];
	int tests;
	int order[SOURCE_ORDERS];		/* set when plan said ordered */
	int orders;
	int way;				/* as plan() said */
	/* out: row[0..n) or, when row is NULL, first … first + n - 1.  Each goes through
	 * test() before SQLite sees it. */
	const uint32_t *row;
	uint32_t first, n;
};

struct source_ops {
	void (*plan)(void *table, const struct source_wish *w, struct source_plan *p);
	/* FJ_NOMEM when an index has no room. */
	enum fj_rc (*start)(void *table, struct source_scan *scan);
	/* Do all terms hold for the row? */
	bool (*test)(void *table, const struct source_scan *scan, uint32_t row);
	void (*get)(void *table, int column, uint32_t row, struct source_value *v);
};

struct source {
	const char *name;
	const struct source_column *column;
	int columns;
	const struct source_ops *ops;
	void *table;			/* the owner's; outlives the connection */
};

/* For one connection.  src is copied (its strings and columns are not). */
FJ_MUST enum fj_rc db_source_add(struct db *d, const struct source *src,
    struct fj_err *e);
/* Statements prepared from now on have no ORDER BY but in windows: groups may come in any
 * order.  (SQLite 3.40 says this to a table even when GROUP BY is to give the order, too.) */
void db_source_any_order(struct db *d, bool any);

enum { DB_REAL_TEXT = 40 };
/* A number as SQLite turns it into text. */
void db_real_text(double v, char out[DB_REAL_TEXT]);

#endif
