/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the import share. */
#ifndef FJ_REDFLAG_IMPORT_INTERNAL_H
#define FJ_REDFLAG_IMPORT_INTERNAL_H

#include <pthread.h>

#include "base/arena.h"
#include "redflag/import.h"
#include "redflag/synonyms.h"

enum {
	PEEK_ROWS = 600,	/* of each source that are looked at before anything is read */
	PEEK_COLUMNS = 256,
	PEEK_BYTES = 48 << 20,
	HEADER_ROWS = 30,	/* among which the header is searched */
	FEEDS = 4,		/* tables that one source may feed */
	FIELDS = 20,		/* columns of the widest table, and room */
};

/* Names of one thing in several tables: columns whose values can be compared. */
enum entity {
	E_NONE,
	E_REPORT,
	E_SAMPLE,
	E_RUN,
	E_INSTRUMENT,
	E_PERSON,
	E_METHOD,
	E_PARAM,
	E_OBJECT,
	E_CLIENT,
	E_VIN,
	E_ROOM,
	E_MATERIAL,
	E_NAME,			/* of a person, where its number may stand elsewhere */
	ENTITIES,
};

enum spec_flags {
	SPEC_MUST = 1,		/* no row without it */
	SPEC_UNIQUE = 2,	/* a new value in (nearly) every row */
	SPEC_BOOL = 4,
	SPEC_PASS = 8,
	SPEC_STATUS = 16,
	SPEC_VIN = 32,
	SPEC_PLATE = 64,
	SPEC_METHOD = 128,
	SPEC_HEX = 256,
	SPEC_LAT = 512,
	SPEC_LON = 1024,
	SPEC_CLOCK = 2048,	/* minutes of the day */
	SPEC_DAY_END = 4096,	/* a day alone means its end */
	SPEC_MINUTES = 8192,	/* a length of time in minutes */
	SPEC_SMALL = 16384,	/* a small count */
	SPEC_ND = 32768,	/* has decimals and nd beside it */
	SPEC_ORDINAL = 65536,
	SPEC_MANY = 131072,	/* the same value in several rows */
};

struct spec {
	enum entity entity;
	int weight;		/* 1: for completeness, 2: rules live on it, 4: key */
	unsigned flags;
};

struct specs {
	struct spec of[SCHEMA_TABLES][FIELDS];
};
/* Of every column of the schema. */
void specs_init(struct specs *s);
/* Which of two columns of a table is earlier or lower: pairs, ends with -1. */
struct spec_order {
	int before, after;
};
/* Writes up to max of them, answers how many. */
int spec_orders(int table, struct spec_order *out, int max);

/* ---- what the values of a column look like ---- */

#define NO_TIME INT64_MIN

struct profile {
	uint32_t n;			/* cells with something */
	uint32_t distinct;
	/* shares of n */
	float at, on, clock, serial, integer, number, nd, boolean, pass, status, vin, plate,
	    hex, method, name, han, code;
	float no_date;			/* written as a day that there is not */
	float word;			/* the best of its heading for any column */
	float rising;			/* of the steps that are + 1 */
	double lo, hi;
	int decimals;
	bool midnight;			/* every time is 00:00:00 */
	bool day_first;			/* 31/12/2024 occurs */
	float maybe_day_first;
	float overlap[ENTITIES];	/* share of the values that name such things elsewhere */
	uint64_t *hash;			/* of the different values as keys, sorted */
	int64_t *time;			/* by kept row: seconds or NO_TIME */
	double *value;			/* by kept row: NaN when none */
};

struct kept_row {
	uint32_t number, count;
	const char **cell;
};

/* One column of a table, where it comes from. */
struct field {
	int at;				/* column in the file from 0; -1: none */
	int date_at;			/* column with the day, for a clock alone; -1 */
	float confidence;
	bool sure;
	uint8_t how;			/* enum field_how */
};

enum field_how {
	HOW_NONE,
	HOW_WORD,
	HOW_VALUE,
	HOW_BOTH,
	HOW_HAND,
};

struct feed {
	int table;
	float confidence;
	struct field field[FIELDS];
};

struct source {
	uint32_t number;
	const struct specs *specs;
	struct book *book;
	int sheet;
	struct arena *arena;		/* kept rows, headers */
	struct kept_row *kept;
	int rows;
	int columns;			/* of the header or the widest row */
	uint32_t first, last;		/* header rows in the file; 0: none */
	int data;			/* first kept row that is data */
	const char **header;		/* by column */
	struct heading *heading;
	struct heading *lower;		/* of the lower row of two alone */
	struct profile *profile;
	float *word;			/* of each column for each of the schema: heading_column */
	char *title;			/* what stands above the header, joined */
	uint64_t fingerprint;
	bool use, d1904, hand;
	int64_t offset;
	struct feed feed[FEEDS];
	int feeds;
	double second;			/* score of the next best table */
	int second_table;
	bool failed;
	int *unmapped, unmappeds;
	struct import_source out;
	uint64_t told;
};

struct import {
	struct import_options o;
	struct specs specs;
	struct source *source;
	size_t sources, cap;
	bool guessed;
	/* while it runs */
	pthread_mutex_t lock;
	uint64_t done, total;
	bool cancelled;
};

/* ---- steps ---- */

/* Reads the first rows, finds the header, takes the profile of every column. */
FJ_MUST enum fj_rc survey(struct import *im, struct source *s, struct fj_err *e);
void survey_release(struct source *s);
void find_header(struct import *im, struct source *s);
void take_profile(const struct import *im, const struct source *s, int column,
    struct profile *out);
void profile_release(struct profile *p);
/* Which share of p's values does q have too?  Of a sample of them. */
double profile_overlap(const struct profile *p, const struct profile *q);
uint64_t key_hash(const char *p, size_t n);

/* Tables and columns of all sources that have no mapping by hand. */
void guess_all(struct import *im);
void find_unmapped(struct source *s);

enum {
	SOURCE_NAME = 256,
};
/* The file, and the sheet where there are several. */
/* Does a table already take this column? */
bool source_uses(const struct source *s, int at);
void source_name(const struct source *s, char out[SOURCE_NAME]);
void import_tell(struct import *im, struct source *s, uint32_t row, uint32_t column,
    const struct fj_err *f, bool rejected);

#endif
