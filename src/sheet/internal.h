/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers share. */
#ifndef FJ_SHEET_INTERNAL_H
#define FJ_SHEET_INTERNAL_H

#include <zip.h>

#include "base/buf.h"
#include "sheet/sheet.h"

/* ---- one reading: rows go out, limits are kept ---- */

struct reading {
	struct book *b;
	int sheet;
	unsigned flags;
	sheet_row_fn fn;
	void *ctx;
	uint64_t cells;			/* so far, empty ones too */
	int faults;
	bool enough;			/* the caller wants no more */
	uint32_t from;			/* rows before this are not wanted */
	struct sheet_cell *cell;
	struct cell_at {
		uint32_t text, raw;	/* 1 + where it stands in text; 0: it is elsewhere */
	} *at;
	size_t count, cap;
	struct fj_buf text;		/* what the cells of this row point into */
};

void reading_init(struct reading *r, struct book *b, int sheet, unsigned flags, sheet_row_fn fn,
    void *ctx);
void reading_release(struct reading *r);
/* The cell of a column (1-based), those before it empty; FJ_LIMIT "sheet.columns". */
FJ_MUST enum fj_rc reading_cell(struct reading *r, uint32_t row, uint32_t column,
    struct sheet_cell **out, struct fj_err *e);
/* A copy of p as the text of a cell that reading_cell gave. */
void reading_text(struct reading *r, struct sheet_cell *c, const char *p, size_t n);
/* What was appended to r->text since `from` is its text, or its raw number. */
void reading_text_from(struct reading *r, struct sheet_cell *c, size_t from);
void reading_raw_from(struct reading *r, struct sheet_cell *c, size_t from);
/* The row is whole: hand it out and begin the next.  FJ_LIMIT "sheet.cells". */
FJ_MUST enum fj_rc reading_emit(struct reading *r, uint32_t number, struct fj_err *e);
/* Tell of something mended; FJ_LIMIT "sheet.faults" when there are too many. */
FJ_MUST enum fj_rc reading_fault(struct reading *r, const char *code, uint32_t row,
    uint32_t column, struct fj_err *e);

/* ---- a workbook ---- */

struct xlsx_style {
	uint8_t date;			/* STYLE_… */
	int8_t decimals;
};

enum {
	STYLE_DAY = 1,			/* shows a day */
	STYLE_TIME = 2,			/* shows a time */
};

struct xlsx_sheet {
	char *name;
	char *part;			/* entry of the zip */
	bool hidden;
	bool merged_known;
	struct sheet_range *merged;
	size_t merges;
	size_t offset;			/* .xls: of its records */
};

struct xlsx {
	zip_t *zip;
	uint64_t inflated;		/* of all that was read so far */
	bool d1904;
	struct xlsx_sheet *sheet;
	int sheets;
	struct xlsx_style *style;	/* by index of cellXfs */
	size_t styles;
	char *strings_part;		/* NULL: none */
	bool strings_known;
	struct fj_buf strings;		/* terminated, one after another */
	size_t *string;			/* where each begins; one more than there are */
	size_t string_count;
};

struct book {
	enum book_kind kind;
	const char *p;			/* the bytes: borrowed, mapped or owned */
	size_t n;
	void *map;			/* to be unmapped */
	struct fj_buf own;
	struct book_options o;
	/* CSV */
	enum book_encoding encoding;
	char separator;
	bool clean;			/* all of it is UTF-8 */
	bool mixed;			/* GB18030 with cells of UTF-8 */
	size_t start;			/* after a mark and a sep= line */
	uint32_t start_line;
	struct csv_mark {		/* where some records begin, ascending */
		size_t at;
		uint32_t line;
	} *mark;
	size_t marks, marks_cap;
	struct xlsx *x;			/* of .xls too */
	struct fj_buf records;		/* .xls: the stream of the workbook */
};

/* [from, to) of a mapped file was read and is not needed soon; answers the new from (a
 * multiple of a page as the old one). */
size_t book_rest_before(const struct book *b, size_t from, size_t to);

FJ_MUST enum fj_rc csv_open(struct book *b, struct fj_err *e);
FJ_MUST enum fj_rc csv_rows(struct reading *r, struct fj_err *e);
size_t csv_decode(const struct book *b, const char *p, size_t n, struct fj_buf *out);

FJ_MUST enum fj_rc xlsx_open(struct book *b, struct fj_err *e);
void xlsx_close(struct xlsx **x);
FJ_MUST enum fj_rc xlsx_rows(struct reading *r, struct fj_err *e);
FJ_MUST enum fj_rc xlsx_merged(struct book *b, int sheet, struct fj_err *e);
FJ_MUST enum fj_rc xlsx_strings(struct book *b, struct fj_err *e);
FJ_MUST enum fj_rc xlsx_styles(struct book *b, const char *part, struct fj_err *e);

/* The number of a cell as text: as written where that is 15 digits or fewer, else the
 * 15 that the writer showed; never an exponent.  Answers false when it is no number. */
bool xlsx_number(const char *p, size_t n, struct fj_buf *out, double *value);
/* Appends ISO text; false when the serial is no day of the calendar. */
bool xlsx_date(double serial, bool d1904, int style, struct fj_buf *out);
/* What a number format shows. */
struct xlsx_style xlsx_format(const char *code);
struct xlsx_style xlsx_builtin(int id);
/* Text in which _x000D_ stands for the character. */
void xlsx_unescape(const char *p, size_t n, struct fj_buf *out);

/* ---- .xls ---- */

/* A stream of a compound file, by its name, whole.  FJ_NOTFOUND when it has none of
 * that name, FJ_CORRUPT "sheet.cfb" {…, what}, FJ_LIMIT "sheet.cfb-size". */
FJ_MUST enum fj_rc cfb_stream(const char *p, size_t n, const char *name, struct fj_buf *out,
    struct fj_err *e);
FJ_MUST enum fj_rc xls_open(struct book *b, struct fj_err *e);
FJ_MUST enum fj_rc xls_rows(struct reading *r, struct fj_err *e);
FJ_MUST enum fj_rc xls_merged(struct book *b, int sheet, struct fj_err *e);

/* Numbers as .xls stores them. */
static inline uint32_t
le16(const void *at)
{
	const unsigned char *p = at;

	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t
le32(const void *at)
{
	const unsigned char *p = at;

	return le16(p) | le16(p + 2) << 16;
}

/* ---- one part of the zip through expat ---- */

struct part_handlers {
	/* name without its prefix; attr: name, value, … NULL, names as written */
	void (*start)(void *ctx, const char *name, const char **attr);
	void (*end)(void *ctx, const char *name);
	void (*text)(void *ctx, const char *p, size_t n);	/* may be NULL */
	/* FJ_OK goes on; else this answer ends the reading (enough is no failure) */
	enum fj_rc (*state)(void *ctx, bool *enough, struct fj_err *e);
	void *ctx;
};

/* FJ_NOTFOUND "sheet.part" {sheet, row, column, name}. */
FJ_MUST enum fj_rc part_parse(struct book *b, const char *name, const char *sheet,
    const struct part_handlers *h, struct fj_err *e);
bool part_exists(const struct xlsx *x, const char *name);
/* The value of an attribute, by its local name; NULL. */
const char *part_attr(const char **attr, const char *name);

/* ---- errors: one shape ---- */

enum fj_rc sheet_fail(struct fj_err *e, enum fj_rc rc, const char *code, const char *sheet,
    uint32_t row, uint32_t column, const char *more);

#endif
