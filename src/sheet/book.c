/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE	/* madvise */
#include "sheet/sheet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "sheet/internal.h"

enum {
	READ_MAX = 256 << 20,	/* of what cannot be mapped */
	REST_FROM = 4 << 20,	/* smaller files stay in memory */
	REST_STEP = 16 << 20,
	FIRST_CELLS = 32,
};

enum fj_rc
sheet_fail(struct fj_err *e, enum fj_rc rc, const char *code, const char *sheet,
    uint32_t row, uint32_t column, const char *more)
{
	if (sheet[0] == '\0' && row > 0)
		sheet = "CSV";		/* its one sheet has no name to be said */
	return fj_fail(e, rc, code, "slls", sheet, (long long)row, (long long)column, more);
}

/* ---- opening ---- */

static bool
is_zip(const char *p, size_t n)
{
	return n >= 4 && memcmp(p, "PK\3\4", 4) == 0;
}

/* Formats that people hand over as a table and that are none of ours, by their
 * first bytes: each has its sentence. */
static enum fj_rc
check_strange(const char *p, size_t n, struct fj_err *e)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *what;
	} known[] = {
		{"\xd0\xcf\x11\xe0", 4, "xls, doc"},
		{"%PDF", 4, "PDF"},
		{"\xff\xfe", 2, "UTF-16"},
		{"\xfe\xff", 2, "UTF-16"},
		{"\x89PNG", 4, "PNG"},
		{"\xff\xd8\xff", 3, "JPEG"},
		{"\x1f\x8b", 2, "gzip"},
		{"Rar!", 4, "RAR"},
		{"7z\xbc\xaf", 4, "7z"},
		{"PK\5\6", 4, "zip"},
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (n >= known[i].n && memcmp(p, known[i].bytes, known[i].n) == 0)
			return sheet_fail(e, FJ_INVAL, "sheet.format", "", 0, 0, known[i].what);
	return FJ_OK;
}

static enum fj_rc
open_bytes(struct book *b, struct fj_err *e)
{
	enum fj_rc rc;

	if (is_zip(b->p, b->n)) {
		b->kind = BOOK_XLSX;
		return xlsx_open(b, e);
	}
	if (b->n >= 8 && memcmp(b->p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0) {
		b->kind = BOOK_XLS;
		return xls_open(b, e);
	}
	rc = check_strange(b->p, b->n, e);
	if (rc != FJ_OK)
		return rc;
	b->kind = BOOK_CSV;
	return csv_open(b, e);
}

static struct book *
book_new(const struct book_options *o)
{
	struct book *b = xcalloc(1, sizeof(*b));

	fj_buf_init(&b->own, READ_MAX);
	fj_buf_init(&b->records, LIMIT_XLS_BYTES);
	if (o != NULL)
		b->o = *o;
	return b;
}

enum fj_rc
book_open(const void *p, size_t n, const struct book_options *o, struct book **out,
    struct fj_err *e)
{
	struct book *b = book_new(o);
	enum fj_rc rc;

	b->p = p;
	b->n = n;
	rc = open_bytes(b, e);
	if (rc != FJ_OK)
		book_close(&b);
	*out = b;
	return rc;
}

static enum fj_rc
read_all(struct book *b, int fd, struct fj_err *e)
{
	char chunk[65536];
	ssize_t got;

	for (;;) {
		got = read(fd, chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return sheet_fail(e, FJ_IO, "sheet.read", "", 0, 0, strerror(errno));
		if (got == 0)
			break;
		fj_buf_add(&b->own, chunk, (size_t)got);
		if (fj_buf_over(&b->own))
			return sheet_fail(e, FJ_LIMIT, "sheet.size", "", 0, 0, "256 MiB");
	}
	b->p = b->own.p;
	b->n = b->own.n;
	return FJ_OK;
}

/* A file is mapped: registers of a gigabyte need no second copy.  One that shrinks
 * under the map ends the helper, which its parent says (P2 of app/helper.h). */
static enum fj_rc
take_fd(struct book *b, int fd, struct fj_err *e)
{
	struct stat st;
	void *map;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map != MAP_FAILED) {
			b->map = map;
			b->p = map;
			b->n = (size_t)st.st_size;
			return FJ_OK;
		}
	}
	return read_all(b, fd, e);
}

/* A mapped file was read to its end: its pages are not ours to keep; whoever reads it
 * again finds them where the system keeps them. */
static void
rest(struct book *b)
{
	if (b->map != NULL && b->n >= REST_FROM)
		(void)madvise(b->map, b->n, MADV_DONTNEED);
}

/* The same of a part that was read, so that two large files do not stand in memory. */
size_t
book_rest_before(const struct book *b, size_t from, size_t to)
{
	if (b->map == NULL || to - from < REST_STEP)
		return from;
	to -= to % REST_STEP;
	(void)madvise((char *)b->map + from, to - from, MADV_DONTNEED);
	return to;
}

enum fj_rc
book_open_fd(int fd, const struct book_options *o, struct book **out, struct fj_err *e)
{
	struct book *b = book_new(o);
	enum fj_rc rc = take_fd(b, fd, e);

	if (rc == FJ_OK)
		rc = open_bytes(b, e);
	if (rc == FJ_OK)
		rest(b);
	else
		book_close(&b);
	*out = b;
	return rc;
}

void
book_close(struct book **b)
{
	if (*b == NULL)
		return;
	xlsx_close(&(*b)->x);
	if ((*b)->map != NULL)
		munmap((*b)->map, (*b)->n);
	fj_buf_release(&(*b)->own);
	free((*b)->mark);
	fj_buf_release(&(*b)->records);
	free(*b);
	*b = NULL;
}

/* ---- what it is ---- */

enum book_kind
book_kind(const struct book *b)
{
	return b->kind;
}

enum book_encoding
book_encoding(const struct book *b)
{
	return b->encoding;
}

char
book_separator(const struct book *b)
{
	return b->separator;
}

size_t
book_bytes(const struct book *b)
{
	return b->n;
}

size_t
book_decode(const struct book *b, const char *raw, size_t n, struct fj_buf *out)
{
	return csv_decode(b, raw, n, out);
}

bool
book_raw_is_utf8(const struct book *b)
{
	return b->kind == BOOK_CSV && b->clean;
}

bool
book_1904(const struct book *b)
{
	return b->x != NULL && b->x->d1904;
}

int
book_sheets(const struct book *b)
{
	return b->x != NULL ? b->x->sheets : 1;
}

const char *
book_sheet_name(const struct book *b, int sheet)
{
	return b->x != NULL ? b->x->sheet[sheet].name : "";
}

bool
book_sheet_hidden(const struct book *b, int sheet)
{
	return b->x != NULL && b->x->sheet[sheet].hidden;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int
book_find_sheet(const struct book *b, const char *name)
{
	int i;

	for (i = 0; i < book_sheets(b); i++) {
		const char *a = book_sheet_name(b, i), *c = name;

		while (*a != '\0' && lower(*a) == lower(*c)) {
			a++;
			c++;
		}
		if (*a == '\0' && *c == '\0')
			return i;
	}
	return -1;
}

void
sheet_column_name(uint32_t column, char out[SHEET_COLUMN_NAME])
{
	char back[SHEET_COLUMN_NAME];
	int n = 0, i;

	for (; column > 0 && n < SHEET_COLUMN_NAME - 1; column = (column - 1) / 26)
		back[n++] = (char)('A' + (column - 1) % 26);
	for (i = 0; i < n; i++)
		out[i] = back[n - 1 - i];
	out[n] = '\0';
}

/* ---- one reading ---- */

void
reading_init(struct reading *r, struct book *b, int sheet, unsigned flags, sheet_row_fn fn,
    void *ctx)
{
	memset(r, 0, sizeof(*r));
	r->b = b;
	r->sheet = sheet;
	r->flags = flags;
	r->fn = fn;
	r->ctx = ctx;
	fj_buf_init(&r->text, (size_t)LIMIT_SHEET_CELL_BYTES * 64);
}

void
reading_release(struct reading *r)
{
	free(r->cell);
	free(r->at);
	fj_buf_release(&r->text);
}

static void
clear_cell(struct reading *r, size_t i)
{
	r->cell[i] = (struct sheet_cell){.text = "", .raw = "", .decimals = -1};
	r->at[i] = (struct cell_at){0, 0};
}

enum fj_rc
reading_cell(struct reading *r, uint32_t row, uint32_t column, struct sheet_cell **out,
    struct fj_err *e)
{
	if (column > LIMIT_SHEET_COLUMNS)
		return sheet_fail(e, FJ_LIMIT, "sheet.columns", book_sheet_name(r->b, r->sheet),
		    row, column, "16384");
	if (column > r->cap) {
		r->cap = r->cap == 0 ? FIRST_CELLS : r->cap * 2;
		if (r->cap < column)
			r->cap = column;
		r->cell = xrealloc(r->cell, r->cap, sizeof(*r->cell));
		r->at = xrealloc(r->at, r->cap, sizeof(*r->at));
	}
	if (r->count >= column)
		clear_cell(r, column - 1);	/* a second one of the same place counts alone */
	for (; r->count < column; r->count++)
		clear_cell(r, r->count);
	*out = &r->cell[column - 1];
	return FJ_OK;
}

void
reading_text_from(struct reading *r, struct sheet_cell *c, size_t from)
{
	c->len = (uint32_t)(r->text.n - from);
	r->at[c - r->cell].text = (uint32_t)from + 1;
	fj_buf_putc(&r->text, '\0');
}

void
reading_raw_from(struct reading *r, struct sheet_cell *c, size_t from)
{
	r->at[c - r->cell].raw = (uint32_t)from + 1;
	fj_buf_putc(&r->text, '\0');
}

void
reading_text(struct reading *r, struct sheet_cell *c, const char *p, size_t n)
{
	size_t from = r->text.n;

	fj_buf_add(&r->text, p, n);
	reading_text_from(r, c, from);
}

/* The buffer does not move any more. */
static void
point(struct reading *r)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		if (r->at[i].text != 0)
			r->cell[i].text = r->text.p + r->at[i].text - 1;
		if (r->at[i].raw != 0)
			r->cell[i].raw = r->text.p + r->at[i].raw - 1;
	}
}

enum fj_rc
reading_emit(struct reading *r, uint32_t number, struct fj_err *e)
{
	struct sheet_row row = {.sheet = r->sheet, .number = number};

	while (r->count > 0 && r->cell[r->count - 1].kind == CELL_EMPTY)
		r->count--;
	r->cells += r->count;
	if (r->cells > LIMIT_SHEET_CELLS)
		return sheet_fail(e, FJ_LIMIT, "sheet.cells", book_sheet_name(r->b, r->sheet),
		    number, 0, "500000000");
	if (fj_buf_over(&r->text))
		return sheet_fail(e, FJ_LIMIT, "sheet.row-size",
		    book_sheet_name(r->b, r->sheet), number, 0, "16 MiB");
	if (r->count > 0) {
		point(r);
		row.count = (uint32_t)r->count;
		row.cell = r->cell;
		r->enough = !r->fn(r->ctx, &row);
	}
	r->count = 0;
	fj_buf_clear(&r->text);
	return FJ_OK;
}

enum fj_rc
reading_fault(struct reading *r, const char *code, uint32_t row, uint32_t column, struct fj_err *e)
{
	struct fj_err f;

	(void)!sheet_fail(&f, FJ_INVAL, code, book_sheet_name(r->b, r->sheet), row, column, "");
	if (++r->faults > LIMIT_SHEET_FAULTS)
		return sheet_fail(e, FJ_LIMIT, "sheet.faults", book_sheet_name(r->b, r->sheet),
		    row, column, f.code);
	if (r->b->o.fault != NULL)
		r->b->o.fault(r->b->o.fault_ctx, &f);
	return FJ_OK;
}

enum fj_rc
sheet_rows(struct book *b, int sheet, unsigned flags, sheet_row_fn fn, void *ctx,
    struct fj_err *e)
{
	return sheet_rows_from(b, sheet, flags, 0, fn, ctx, e);
}

enum fj_rc
sheet_rows_from(struct book *b, int sheet, unsigned flags, uint32_t from, sheet_row_fn fn,
    void *ctx, struct fj_err *e)
{
	struct reading r;
	enum fj_rc rc;

	FJ_BUG_IF(sheet < 0 || sheet >= book_sheets(b));
	reading_init(&r, b, sheet, flags, fn, ctx);
	r.from = from;
	rc = b->kind == BOOK_CSV ? csv_rows(&r, e) : b->kind == BOOK_XLS ? xls_rows(&r, e) :
	    xlsx_rows(&r, e);
	reading_release(&r);
	rest(b);
	return rc;
}

enum fj_rc
sheet_merged(struct book *b, int sheet, const struct sheet_range **out, size_t *n,
    struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;

	FJ_BUG_IF(sheet < 0 || sheet >= book_sheets(b));
	*out = NULL;
	*n = 0;
	if (b->x == NULL)
		return FJ_OK;
	if (!b->x->sheet[sheet].merged_known)
		rc = b->kind == BOOK_XLS ? xls_merged(b, sheet, e) : xlsx_merged(b, sheet, e);
	if (rc == FJ_OK) {
		*out = b->x->sheet[sheet].merged;
		*n = b->x->sheet[sheet].merges;
	}
	return rc;
}
