/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers out of foreign files into the store: what each sheet is (guessed by its
 * words and its values, or told by a mapping), then every row of it.
 *
 * M1  a source is one sheet of one file (a CSV has one).  Sources are numbered from 1 in
 *     the order of the files and of the sheets in them; that number is the upper half of
 *     src, the row of the sheet as in the file the lower half.
 * M2  a column of the schema comes from at most one column of a source; a source may
 *     feed several tables (a flat register): each of them then has one row for each
 *     different key, that of its first appearance; several sources may feed one table.
 * M3  every row of the file is loaded, skipped (blank, repeated header, total, page
 *     foot) or rejected with a place and a reason; the three counts add up.
 * M4  a cell that cannot be what its column is becomes NULL and is told; the row stays.
 *     A row without its key, or longer than its header, is rejected.
 * M5  the same files and mapping give the same store whatever the number of threads.
 *
 * The mapping as JSON, in both directions (docs: forms/redflags/README.md):
 *	{"mapping":1,"sources":[{
 *	  "source":1,"file":"a.xlsx","sheet":"报告","fingerprint":"16 hex digits",
 *	  "encoding":"GB18030","separator":",",	(of a CSV)
 *	  "header":[3,4],			first and last row of the header, [0,0] none
 *	  "clock_offset_s":0,			added to every time of this source
 *	  "date1904":false,			numbers that are days count from 1904
 *	  "use":true,				false: the source is not read
 *	  "tables":[{"table":"report","confidence":0.97,"columns":[
 *	      {"column":"report_no","at":1,"header":"报告编号","confidence":1,
 *	       "sure":true,"how":"word|value|both|hand|none","samples":["JC1","JC2"]}],
 *	    "missing":["reviewed_by"]}],
 *	  "unmapped":[{"at":7,"header":"备注","samples":[…]}]}]}
 * `at` is the column in the file, from 1.  "sure" false: ask the inspector.  tables []:
 * nothing fits; the source is told and not read.
 * Back in (import_take): each source is found by its file name and sheet, else by its
 * fingerprint (which depends on the header's words only, so a mapping remembered for an
 * agency fits next month's export); its columns by `at` when the header there has the
 * same words, else by `header`.  Members left out keep the guess.  "tables" replaces all
 * tables of the guess.  confidence, samples, missing and unmapped are not read.
 * A source of the mapping that no file has is passed over.
 */
#ifndef FJ_REDFLAG_IMPORT_H
#define FJ_REDFLAG_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/rc.h"
#include "redflag/store.h"
#include "sheet/sheet.h"
#include "text/gb18030.h"

struct synonyms;
struct import;

enum {
	IMPORT_SOURCES = 512,
	IMPORT_FAULTS = 200,		/* told of one source; all are counted */
};

/* The synonyms (forms/redflags/synonyms.json); FJ_INVAL "redflag.synonyms" {line, what}. */
FJ_MUST enum fj_rc synonyms_new(const char *json, size_t n, struct synonyms **out,
    struct fj_err *e);
void synonyms_free(struct synonyms **w);

/* Where a fault is; file and sheet live as long as the import. */
struct import_place {
	const char *file, *sheet;
	uint32_t source;
	uint32_t row, column;		/* 0: not said */
};

struct import_options {
	const struct synonyms *synonyms;	/* outlives the import */
	/* Of what is mended or left out, in the order of sources and rows; f: "redflag.*" or
	 * "sheet.*".  rejected: the row stands in no table.  May be NULL. */
	void (*fault)(void *ctx, const struct import_place *at, const struct fj_err *f,
	    bool rejected);
	/* Bytes (of CSV) or rows done; false cancels.  Called by one thread at a time. */
	bool (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
	int threads;			/* 0: 2 */
};

struct import *import_new(const struct import_options *o);
void import_free(struct import **im);
/* A file: its book stays the caller's and outlives the import.
 * FJ_LIMIT "redflag.sources" {most}. */
FJ_MUST enum fj_rc import_add(struct import *im, const char *name, struct book *b,
    struct fj_err *e);

/* Looks at the first rows of every source and guesses.  Files that cannot be read are
 * told and have no tables. */
FJ_MUST enum fj_rc import_guess(struct import *im, struct fj_err *e);
/* A mapping over the guess.  FJ_INVAL "redflag.map" {line, column, what}: a table,
 * column or header that there is not; nothing has changed then. */
FJ_MUST enum fj_rc import_take(struct import *im, const struct json *map, struct fj_err *e);
/* The mapping as above. */
void import_write(const struct import *im, struct fj_buf *out);
/* One source of it (from 0), as an object: a mapping of a hundred files does not fit a line. */
void import_write_source(const struct import *im, size_t i, struct fj_buf *out);

/* Loads everything into a store that is not sealed yet.  FJ_CANCELLED "redflag.cancelled";
 * FJ_LIMIT of the store.  A source that cannot be read to its end is told; its rows up
 * to there stand. */
FJ_MUST enum fj_rc import_run(struct import *im, struct store *s, struct fj_err *e);

/* What is wanted at once: the sources of some tables (and those that name staff and
 * instruments) come first, into a store of their own, sealed; run is called with it while
 * other threads read the rest.  Then its rows go where all others are. */
struct import_first {
	bool table[SCHEMA_TABLES];
	void (*run)(void *ctx, struct store *s);
	void *ctx;
};
/* import_run; first may be NULL. */
FJ_MUST enum fj_rc import_run_first(struct import *im, struct store *s,
    const struct import_first *first, struct fj_err *e);
/* Bytes of the files that import_run_first reads before it calls run; all: of all that
 * are read.  UINT64_MAX: one of them is no CSV, which is not read so fast. */
uint64_t import_first_bytes(const struct import *im, const bool table[SCHEMA_TABLES],
    bool all);

/* ---- what came of it ---- */

struct import_source {
	const char *file, *sheet;
	uint32_t number;		/* M1 */
	int tables;
	struct {
		int table;
		uint64_t rows;		/* loaded into it */
	} table[4];
	uint64_t rows;			/* rows of the file that were loaded */
	uint64_t skipped, rejected;
	uint64_t cells;			/* that became NULL though something stood there */
	int unmapped;			/* columns that have values and no place */
};

size_t import_sources(const struct import *im);
const struct import_source *import_source(const struct import *im, size_t i);
/* Header of an unmapped column (i from 0). */
const char *import_unmapped(const struct import *im, size_t source, int i);
/* {"source":1,"file":F,"sheet":S,"table":"report","tables":[{"table":T,"rows":N}],"rows":N,
 *  "rejected":N,"skipped":N,"cells":N,"unmapped":["备注"]}; table "" when none. */
void import_report(const struct import *im, size_t i, struct fj_buf *out);

/* The cells of a row as they stand in the file (src as in M1), with the header's words:
 * {"source":1,"file":F,"sheet":S,"row":R,"cells":[{"at":1,"header":H,"text":T,
 *  "column":"report_no"}]}.  FJ_NOTFOUND "redflag.row" {source, row}. */
FJ_MUST enum fj_rc import_row(struct import *im, int64_t src, struct fj_buf *out,
    struct fj_err *e);

#endif
