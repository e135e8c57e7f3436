/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical registers: which tables and columns a rule may speak of.
 *
 * Times are seconds since 1970-01-01 00:00 of the agency's own civil time (no
 * zone; China has no daylight saving), dates are days since then on the same
 * clock.  Keys are compared for equality only and come normalised: NFKC,
 * trimmed, Latin letters in upper case.  Every table has one more column, src:
 * (number of the file << 32) | physical row in the file as it was taken.
 *
 * A column that the export does not have is NULL in every row.
 */
#ifndef FJ_REDFLAG_SCHEMA_H
#define FJ_REDFLAG_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

enum schema_type {
	SCHEMA_KEY,		/* names a thing: report number, sample number, person */
	SCHEMA_TEXT,		/* other words */
	SCHEMA_INT,
	SCHEMA_REAL,
	SCHEMA_AT,		/* time */
	SCHEMA_ON,		/* date */
};

struct schema_column {
	const char *name;
	enum schema_type type;
};

struct schema_table {
	const char *name;
	const struct schema_column *column;	/* without src */
	size_t ncolumn;
};

enum {
	SCHEMA_TABLES = 28,
};

/* In the order of loading: what others name comes first. */
const struct schema_table *schema_tables(void);		/* SCHEMA_TABLES of them */
/* -1: none. */
int schema_find(const char *table);
int schema_column(const struct schema_table *t, const char *column);

#endif
