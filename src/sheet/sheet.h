/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables out of foreign files: bytes in, rows out.  Runs in feijian-helper, so it
 * opens nothing: the caller gives bytes or a descriptor.
 *
 * H1  a row comes dense: cell[i] stands in column i + 1, up to the last one that is
 *     not empty; rows without any value do not come, numbers are those of the file.
 * H2  text is valid UTF-8 and terminated, unless SHEET_RAW asked for the bytes of the
 *     file (not terminated); it lives until the callback returns.
 * H3  whatever the bytes are, the answer is rows or a code, within the limits of
 *     base/limits.h: bombs, DOCTYPE, entities and double names are refused.
 * H4  rows that came before a failure were right.
 *
 * Failures: FJ_INVAL, FJ_LIMIT, FJ_CORRUPT with "sheet.*" {sheet, row, column, more};
 * sheet "" and row or column 0 where there is none.
 */
#ifndef FJ_SHEET_SHEET_H
#define FJ_SHEET_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "text/gb18030.h"

struct book;

enum book_kind {
	BOOK_CSV,
	BOOK_XLSX,
	BOOK_XLS,		/* Excel 97 to 2003 */
};

enum book_encoding {
	BOOK_UTF8,
	BOOK_GB18030,
};

enum cell_kind {
	CELL_EMPTY = 0,
	CELL_TEXT,		/* all of a CSV */
	CELL_NUMBER,		/* as written, 15 digits at most, no exponent: 1, 0.05 */
	CELL_DATE,		/* 2026-03-01, 2026-03-01T08:30:00 or 08:30:00 */
	CELL_BOOL,		/* TRUE, FALSE */
	CELL_ERROR,		/* #N/A and others */
};

struct sheet_cell {
	const char *text;	/* never NULL */
	uint32_t len;
	uint8_t kind;		/* enum cell_kind */
	int8_t decimals;	/* that the number format shows; -1: not said */
	bool formula;		/* what was computed when the file was written */
	bool merged;		/* repeated from the first cell of its range */
	const char *raw;	/* the number as in the file (dates: the serial); "" for others */
};

struct sheet_row {
	int sheet;			/* as in book_sheet_name */
	uint32_t number;		/* 1-based, as in the file; of a CSV: its first line */
	uint32_t count;
	const struct sheet_cell *cell;
};

/* false: enough. */
typedef bool (*sheet_row_fn)(void *ctx, const struct sheet_row *row);

struct book_options {
	struct gb18030 *gb;	/* borrowed; NULL: what is not UTF-8 is refused */
	char separator;		/* of a CSV; 0: guessed out of , ; tab */
	uint64_t rows_max;	/* lines of a CSV; 0: LIMIT_SHEET_ROWS */
	/* What was mended (a quote that never ends: "sheet.quote"; bytes of no encoding:
	 * "sheet.bytes"), while rows are read; may be NULL. */
	void (*fault)(void *ctx, const struct fj_err *f);
	void *fault_ctx;
};

enum sheet_flags {
	SHEET_RAW = 1,		/* CSV: the bytes of the file, see book_encoding */
	SHEET_FILL = 2,		/* a merged range has its value in each cell */
};

/* p stays the caller's, unchanged until book_close.  "sheet.format": neither. */
FJ_MUST enum fj_rc book_open(const void *p, size_t n, const struct book_options *o,
    struct book **out, struct fj_err *e);
/* The same of all that fd holds (mapped, else read).  fd stays the caller's. */
FJ_MUST enum fj_rc book_open_fd(int fd, const struct book_options *o, struct book **out,
    struct fj_err *e);
void book_close(struct book **b);

enum book_kind book_kind(const struct book *b);
enum book_encoding book_encoding(const struct book *b);
char book_separator(const struct book *b);		/* 0 unless CSV */
size_t book_bytes(const struct book *b);		/* of the file */
/* Appends what SHEET_RAW gave as UTF-8; answers how many bytes were no character. */
size_t book_decode(const struct book *b, const char *raw, size_t n, struct fj_buf *out);
/* Is what SHEET_RAW gives UTF-8 already? */
bool book_raw_is_utf8(const struct book *b);
bool book_1904(const struct book *b);
int book_sheets(const struct book *b);			/* a CSV has one, named "" */
const char *book_sheet_name(const struct book *b, int sheet);
bool book_sheet_hidden(const struct book *b, int sheet);
/* By name, letter case ignored in ASCII; -1. */
int book_find_sheet(const struct book *b, const char *name);

/* Each row of one sheet, in the order of the file; may be called again. */
FJ_MUST enum fj_rc sheet_rows(struct book *b, int sheet, unsigned flags, sheet_row_fn fn,
    void *ctx, struct fj_err *e);

/* The same from row `from` on; some before it may come too.  Of a CSV that was read once
 * it begins near the row, of others at the first. */
FJ_MUST enum fj_rc sheet_rows_from(struct book *b, int sheet, unsigned flags, uint32_t from,
    sheet_row_fn fn, void *ctx, struct fj_err *e);

struct sheet_range {
	uint32_t row, column;		/* first, 1-based */
	uint32_t last_row, last_column;
};

/* Merged ranges of a sheet (read when first asked for), in the order of the file. */
FJ_MUST enum fj_rc sheet_merged(struct book *b, int sheet, const struct sheet_range **out,
    size_t *n, struct fj_err *e);

enum {
	SHEET_COLUMN_NAME = 8,
};
/* 1: A, 27: AA. */
void sheet_column_name(uint32_t column, char out[SHEET_COLUMN_NAME]);

#endif
