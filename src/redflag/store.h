/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers in memory: typed columns of the tables of schema.h over one
 * dictionary of words.  Loaded once by several threads, then sealed and only read.
 *
 * T1  every word (SCHEMA_KEY, SCHEMA_TEXT) is a number; equal words have equal
 *     numbers; 0 is NULL.  Words that the caller gives are normalised already.
 * T2  rows stand in the order of their files and parts, whatever thread came first.
 * T3  src of a row is (file << 32) | its row number in that file.
 * T4  what does not fit the memory that was granted is an answer: FJ_LIMIT
 *     "redflag.memory" {MiB}; later calls on the same loading answer it again.
 */
#ifndef FJ_REDFLAG_STORE_H
#define FJ_REDFLAG_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "redflag/schema.h"

struct store;
struct store_in;

enum {
	STORE_ROWS_MAX = 100000000,	/* of one table */
};

/* max: bytes of memory for columns, words and indexes; 0: 1600 MiB. */
struct store *store_new(size_t max);
void store_free(struct store **s);

/* ---- loading ---- */

/* Rows of one table out of one file.  A file that is read in pieces by several threads
 * has a loading for each, numbered part 0, 1, … in the order of the file; a file of
 * several sheets numbers them on.  Each loading belongs to one thread at a time. */
struct store_in *store_in_new(struct store *s, int table, uint32_t file, uint32_t part);
/* Cells of the next row, in any order; c: number of the column in the schema; what is
 * not set is NULL.  The last one wins.  p need not be terminated; n = 0: NULL. */
void store_word(struct store_in *in, int c, const char *p, size_t n);	/* KEY, TEXT */
void store_int(struct store_in *in, int c, int64_t v);		/* INT, AT, ON */
void store_real(struct store_in *in, int c, double v);		/* REAL; NaN: NULL */
/* The row ends; row is its number in the file (the first is 1). */
void store_row(struct store_in *in, uint32_t row);
/* Drops the cells set since the last row. */
void store_drop(struct store_in *in);
/* Gives the rows to the store and frees in.  FJ_LIMIT "redflag.memory" {MiB},
 * "redflag.rows" {table, most}: then none of these rows stand in the store. */
FJ_MUST enum fj_rc store_in_end(struct store_in **in, struct fj_err *e);

/* A word as store_word keeps it; 0 for n = 0 or no memory left. */
uint32_t store_intern(struct store *s, const char *p, size_t n);

/* Loading is over.  Once; not while a loading is open. */
FJ_MUST enum fj_rc store_seal(struct store *s, struct fj_err *e);
/* The rows of a sealed store as loadings of one that is not; *from is freed whatever
 * comes of it.  FJ_LIMIT "redflag.memory" {MiB}. */
FJ_MUST enum fj_rc store_move(struct store *to, struct store **from, struct fj_err *e);

/* ---- reading, by any thread ---- */

uint32_t store_rows(const struct store *s, int table);
/* Is any row of the column set? */
bool store_has(const struct store *s, int table, int c);
size_t store_words(const struct store *s);
size_t store_bytes(const struct store *s);		/* memory in use */

/* Terminated; NULL for 0.  n may be NULL. */
const char *store_text(const struct store *s, uint32_t word, size_t *n);
/* Number of a word; 0: it stands nowhere. */
uint32_t store_find(const struct store *s, const char *p, size_t n);

int64_t store_src(const struct store *s, int table, uint32_t row);
/* The row with this src; false: none. */
bool store_row_of(const struct store *s, int table, int64_t src, uint32_t *row);
uint32_t store_word_at(const struct store *s, int table, int c, uint32_t row);
/* false: NULL. */
bool store_int_at(const struct store *s, int table, int c, uint32_t row, int64_t *v);
bool store_real_at(const struct store *s, int table, int c, uint32_t row, double *v);

/* A column as it lies in memory, for what runs over all of it (kernels). */
struct store_col {
	enum schema_type type;
	uint8_t width;			/* bytes of an integer: 1, 2, 4 or 8 */
	const void *p;			/* uint32_t words, intN_t or double; NULL: all NULL */
	uint32_t rows;
};
struct store_col store_col(const struct store *s, int table, int c);
#define STORE_NULL INT64_MIN
/* Words of a column; never of another type. */
static inline uint32_t
col_word(const struct store_col *c, uint32_t row)
{
	return c->p == NULL ? 0 : ((const uint32_t *)c->p)[row];
}
/* NULL is STORE_NULL. */
static inline int64_t
col_int(const struct store_col *c, uint32_t row)
{
	if (c->p == NULL)
		return STORE_NULL;
	switch (c->width) {
	case 1: {
		int8_t v = ((const int8_t *)c->p)[row];

		return v == INT8_MIN ? STORE_NULL : v;
	}
	case 2: {
		int16_t v = ((const int16_t *)c->p)[row];

		return v == INT16_MIN ? STORE_NULL : v;
	}
	case 4: {
		int32_t v = ((const int32_t *)c->p)[row];

		return v == INT32_MIN ? STORE_NULL : v;
	}
	default:
		return ((const int64_t *)c->p)[row];
	}
}
/* NULL is a NaN. */
static inline double
col_real(const struct store_col *c, uint32_t row)
{
	return c->p == NULL ? (double)__builtin_nanf("") : ((const double *)c->p)[row];
}

/* ---- indexes, built when first asked for, kept ---- */

/* Rows by a word or integer column and, within equal ones, by a time (or -1: by row).
 * NULLs are left out. */
struct store_index;
/* NULL: no memory left. */
const struct store_index *store_index(struct store *s, int table, int key, int by);
/* The rows with this key: *n of them, sorted by `by`, then row. */
const uint32_t *store_index_rows(const struct store_index *x, int64_t key, uint32_t *n);
/* All rows that have a key, grouped by it in no particular order of keys. */
const uint32_t *store_index_all(const struct store_index *x, uint32_t *n);

/* All rows sorted by up to 6 columns as SQLite would: NULL first, words by their
 * bytes, then row number; c = number of columns of the table means src. */
enum { STORE_ORDER_MAX = 6 };
const uint32_t *store_order(struct store *s, int table, const int *c, int n);

/* All rows, those with the same words of some columns side by side; NULL is one, too. */
const uint32_t *store_groups(struct store *s, int table, const int *c, int n);
/* The first row of each such group: *rows of them. */
const uint32_t *store_firsts(struct store *s, int table, const int *c, int n,
    uint32_t *rows);

/* How many different values a column has (words exactly, others estimated). */
uint32_t store_distinct(struct store *s, int table, int c);

/* ---- as tables of SQLite ---- */

struct db;
/* Each table of the schema under its name, column src last, for this connection.
 * Loaded ones and empty ones alike.  The store must outlive d. */
FJ_MUST enum fj_rc store_attach(struct store *s, struct db *d, struct fj_err *e);

#endif
