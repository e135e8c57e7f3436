/* SPDX-License-Identifier: Apache-2.0 */
/* One cell of a register into the store. */
#ifndef FJ_REDFLAG_CELL_H
#define FJ_REDFLAG_CELL_H

#include <pthread.h>

#include "base/map.h"
#include "redflag/import_internal.h"

enum cell_as {
	AS_KEY,			/* a number of a thing: no blanks inside */
	AS_WORDS,		/* a key of words: client, item, object */
	AS_TEXT,
	AS_METHOD,
	AS_PERSON,
	AS_INSTRUMENT,
	AS_TIME,
	AS_DAY,
	AS_INT,
	AS_ORDINAL,
	AS_DECIMALS,
	AS_BOOL,
	AS_PASS,
	AS_STATUS,
	AS_AUTHORITY,
	AS_TABLE,
	AS_ACTION,
	AS_OUTCOME,		/* 合格 or 不合格 as words */
	AS_REAL,
	AS_VALUE,		/* with decimals and nd */
	AS_DEGREES,
	AS_CLOCK,
	AS_MINUTES,
};

struct cell_plan {
	int at, date_at;
	int column;
	int part;		/* of several names in one cell */
	enum cell_as as;
	unsigned flags;		/* enum value_time_flags */
	bool day_end;		/* a day alone is its last second */
	bool midnight;		/* all times of the column are 00:00:00: days alone */
	double scale;
	int decimals, nd;	/* columns beside a value; -1 */
};

/* Other names of things: of staff and instruments. */
struct aliases {
	struct map *person, *instrument;	/* dense name to struct alias */
};

struct alias {
	char *id;		/* NULL: two things have this name */
};

/* Words that were normalised lately. */
enum {
	MEMO_SLOTS = 4096,
	MEMO_BYTES = 72,
};

struct memo {
	uint8_t raw_n, out_n, as, part;
	char raw[MEMO_BYTES], out[MEMO_BYTES];
};

/* What one thread needs. */
struct cells {
	struct import *im;
	struct source *s;
	const struct aliases *aliases;
	struct memo *memo;
	struct fj_buf b, text;
	bool raw;		/* cells are bytes of the file */
	bool utf8;		/* and these are UTF-8 */
	int64_t date_key;	/* last day parsed: its ten bytes */
	char date_text[10];
	int64_t date_day;
};

enum cell_answer {
	CELL_GOOD,
	CELL_NOTHING,		/* empty, or a mark for it */
	CELL_WRONG,		/* told by the caller */
	CELL_TWO,		/* the name of two people */
};

void cells_init(struct cells *c, struct import *im, struct source *s,
    const struct aliases *a);
void cells_release(struct cells *c);
/* Text of a cell as UTF-8; lives until the next call. */
const char *cells_text(struct cells *c, const struct sheet_cell *cell, size_t *n);
/* Normalised as a key. */
enum cell_answer cells_word(struct cells *c, const struct cell_plan *p,
    const struct sheet_cell *cell, const char **out, size_t *n);
/* Any cell into its column. */
enum cell_answer cells_store(struct cells *c, const struct cell_plan *p,
    const struct sheet_cell *cell, const struct sheet_cell *day, struct store_in *in);

void alias_add(struct map *m, const char *name, size_t n, const char *id, size_t idn);
void aliases_release(struct aliases *a);

#endif
