/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of one sheet of a workbook. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "sheet/internal.h"
#include "sheet/merge.h"

enum {
	LAST_ROW = 1048576,
};

struct reader {
	struct reading *r;
	struct xlsx *x;
	const char *sheet;
	struct merge *merge;	/* NULL: ranges are not filled */
	uint32_t row, column;
	struct fj_buf value;
	unsigned long style;
	char type;		/* of the cell: n s b e t(str) i(nlineStr) d */
	bool in_data, in_cell, in_value, in_inline, formula;
	int phonetic;
	enum fj_rc rc;
	struct fj_err err;
};

/* ---- where a cell stands ---- */

/* "AB12" or "12"; parts that are missing stay as they were.  false: no reference. */
static bool
reference(const char *s, uint32_t *column, uint32_t *row)
{
	uint32_t c = 0, r = 0;

	if (s == NULL)
		return true;
	for (; *s == '$' || (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z'); s++)
		if (*s != '$' && c <= LIMIT_SHEET_COLUMNS)
			c = c * 26 + (uint32_t)((*s & ~0x20) - 'A' + 1);
	for (; *s >= '0' && *s <= '9'; s++)
		if (r <= LAST_ROW)
			r = r * 10 + (uint32_t)(*s - '0');
	if (*s != '\0')
		return false;
	if (c != 0)
		*column = c;
	if (r != 0)
		*row = r;
	return true;
}

static void
stop(struct reader *x, enum fj_rc rc, const char *code, const char *more)
{
	x->rc = sheet_fail(&x->err, rc, code, x->sheet, x->row, x->column, more);
}

static void
start_row(struct reader *x, const char **attr)
{
	uint32_t none = 0;

	x->column = 0;
	x->row++;
	if (!reference(part_attr(attr, "r"), &none, &x->row) || none != 0)
		stop(x, FJ_INVAL, "sheet.reference", part_attr(attr, "r"));
	else if (x->row > LAST_ROW)
		stop(x, FJ_LIMIT, "sheet.rows", "1048576");
}

static char
type_of(const char *t)
{
	if (t == NULL)
		return 'n';
	return strcmp(t, "str") == 0 ? 't' : t[0];
}

static void
start_cell(struct reader *x, const char **attr)
{
	const char *at = part_attr(attr, "r"), *style = part_attr(attr, "s");
	uint32_t row = x->row;

	x->column++;
	if (!reference(at, &x->column, &row) || row != x->row) {
		stop(x, FJ_INVAL, "sheet.reference", at);
		return;
	}
	if (x->column > LIMIT_SHEET_COLUMNS) {
		stop(x, FJ_LIMIT, "sheet.columns", "16384");
		return;
	}
	x->in_cell = true;
	x->formula = false;
	x->type = type_of(part_attr(attr, "t"));
	x->style = style != NULL ? strtoul(style, NULL, 10) : 0;
	x->phonetic = 0;
	fj_buf_clear(&x->value);
}

/* ---- what it holds ---- */

static void
put_text(struct reader *x, struct sheet_cell *c, enum cell_kind kind)
{
	size_t from = x->r->text.n;

	if (x->value.n == 0)
		return;
	c->kind = (uint8_t)kind;
	xlsx_unescape(x->value.p, x->value.n, &x->r->text);
	reading_text_from(x->r, c, from);
}

static void
put_shared(struct reader *x, struct sheet_cell *c)
{
	unsigned long i = 0;
	size_t k;

	for (k = 0; k < x->value.n; k++) {
		if (x->value.p[k] < '0' || x->value.p[k] > '9' || i > LIMIT_SHEET_STRINGS)
			break;
		i = i * 10 + (unsigned long)(x->value.p[k] - '0');
	}
	if (x->value.n == 0)
		return;
	if (k < x->value.n || i >= x->x->string_count) {
		x->rc = reading_fault(x->r, "sheet.string", x->row, x->column, &x->err);
		return;
	}
	c->text = x->x->strings.p + x->x->string[i];
	c->len = (uint32_t)(x->x->string[i + 1] - x->x->string[i] - 1);
	c->kind = c->len > 0 ? CELL_TEXT : CELL_EMPTY;
}

static void
put_number(struct reader *x, struct sheet_cell *c)
{
	struct xlsx_style style = {0, -1};
	struct fj_buf *out = &x->r->text;
	size_t from = out->n, raw;
	double value;

	if (x->value.n == 0)
		return;
	if (x->style < x->x->styles)
		style = x->x->style[x->style];
	if (!xlsx_number(x->value.p, x->value.n, out, &value)) {
		x->rc = reading_fault(x->r, "sheet.number", x->row, x->column, &x->err);
		put_text(x, c, CELL_TEXT);
		return;
	}
	c->kind = CELL_NUMBER;
	c->decimals = style.decimals;
	reading_text_from(x->r, c, from);
	raw = out->n;
	if (style.date != 0 && xlsx_date(value, x->x->d1904, style.date, out)) {
		c->kind = CELL_DATE;
		reading_text_from(x->r, c, raw);
		raw = out->n;
	}
	fj_buf_add(out, x->value.p, x->value.n);
	reading_raw_from(x->r, c, raw);
}

static void
put(struct reader *x, struct sheet_cell *c)
{
	c->formula = x->formula;
	switch (x->type) {
	case 's':
		put_shared(x, c);
		break;
	case 'b':
		if (x->value.n == 0)
			break;
		c->kind = CELL_BOOL;
		reading_text(x->r, c, x->value.p[0] == '0' ? "FALSE" : "TRUE",
		    x->value.p[0] == '0' ? 5 : 4);
		break;
	case 'e':
		put_text(x, c, CELL_ERROR);
		break;
	case 'd':
		put_text(x, c, CELL_DATE);
		break;
	case 't':
	case 'i':
		put_text(x, c, CELL_TEXT);
		break;
	default:
		put_number(x, c);
	}
}

static void
end_cell(struct reader *x)
{
	struct sheet_cell *c;

	x->in_cell = false;
	if (fj_buf_over(&x->value)) {
		stop(x, FJ_LIMIT, "sheet.cell-size", "256 KiB");
		return;
	}
	/* One that is only coloured is none. */
	if (x->value.n == 0)
		return;
	x->rc = reading_cell(x->r, x->row, x->column, &c, &x->err);
	if (x->rc == FJ_OK)
		put(x, c);
}

static void
end_row(struct reader *x)
{
	if (x->merge != NULL)
		x->rc = merge_fill(x->merge, x->r, x->row, &x->err);
	if (x->rc == FJ_OK)
		x->rc = reading_emit(x->r, x->row, &x->err);
}

/* ---- expat ---- */

static void
on_start(void *ctx, const char *name, const char **attr)
{
	struct reader *x = ctx;

	if (x->rc != FJ_OK || x->r->enough)
		return;
	if (!x->in_data) {
		x->in_data = strcmp(name, "sheetData") == 0;
	} else if (!x->in_cell) {
		if (strcmp(name, "c") == 0 && x->row > 0)
			start_cell(x, attr);
		else if (strcmp(name, "row") == 0)
			start_row(x, attr);
	} else if (strcmp(name, "v") == 0) {
		x->in_value = true;
	} else if (strcmp(name, "f") == 0) {
		x->formula = true;
	} else if (strcmp(name, "is") == 0) {
		x->in_inline = true;
	} else if (strcmp(name, "rPh") == 0) {
		x->phonetic++;
	} else if (strcmp(name, "t") == 0) {
		x->in_value = x->in_inline && x->phonetic == 0;
	}
}

static void
on_text(void *ctx, const char *p, size_t n)
{
	struct reader *x = ctx;

	if (x->in_value)
		fj_buf_add(&x->value, p, n);
}

static void
on_end(void *ctx, const char *name)
{
	struct reader *x = ctx;

	if (!x->in_data || x->rc != FJ_OK || x->r->enough)
		return;
	if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		x->in_value = false;
	else if (strcmp(name, "is") == 0)
		x->in_inline = false;
	else if (strcmp(name, "rPh") == 0)
		x->phonetic -= x->phonetic > 0;
	else if (x->in_cell && strcmp(name, "c") == 0)
		end_cell(x);
	else if (!x->in_cell && strcmp(name, "row") == 0 && x->row > 0)
		end_row(x);
	else if (strcmp(name, "sheetData") == 0)
		x->in_data = false;
}

static enum fj_rc
on_state(void *ctx, bool *enough, struct fj_err *e)
{
	struct reader *x = ctx;

	*enough = x->r->enough;
	if (x->rc != FJ_OK && e != NULL)
		*e = x->err;
	return x->rc;
}

enum fj_rc
xlsx_rows(struct reading *r, struct fj_err *e)
{
	const struct xlsx_sheet *s = &r->b->x->sheet[r->sheet];
	struct reader x = {.r = r, .x = r->b->x, .sheet = s->name};
	struct part_handlers h = {.start = on_start, .end = on_end, .text = on_text,
	    .state = on_state, .ctx = &x};
	enum fj_rc rc = xlsx_strings(r->b, e);

	if (rc == FJ_OK && (r->flags & SHEET_FILL) && !s->merged_known)
		rc = xlsx_merged(r->b, r->sheet, e);
	if (rc != FJ_OK)
		return rc;
	if ((r->flags & SHEET_FILL) && s->merges > 0)
		x.merge = merge_new(s->merged, s->merges);
	fj_buf_init(&x.value, LIMIT_SHEET_CELL_BYTES);
	rc = part_parse(r->b, s->part, s->name, &h, e);
	fj_buf_release(&x.value);
	merge_free(&x.merge);
	return rc;
}

/* ---- merged ranges ---- */

struct ranges {
	struct xlsx_sheet *s;
	bool many;
};

static void
ranges_start(void *ctx, const char *name, const char **attr)
{
	const char *ref = part_attr(attr, "ref"), *colon;
	struct sheet_range at = {0};
	struct ranges *r = ctx;
	char *first;

	if (strcmp(name, "mergeCell") != 0 || ref == NULL || r->many)
		return;
	colon = strchr(ref, ':');
	if (colon == NULL)
		return;
	first = xstrndup(ref, (size_t)(colon - ref));
	if (reference(first, &at.column, &at.row) &&
	    reference(colon + 1, &at.last_column, &at.last_row) && at.row > 0 &&
	    at.column > 0 && at.last_row >= at.row && at.last_column >= at.column &&
	    at.last_column <= LIMIT_SHEET_COLUMNS && at.last_row <= LAST_ROW) {
		if (r->s->merges % 16 == 0)
			r->s->merged = xrealloc(r->s->merged, r->s->merges + 16, sizeof(at));
		r->s->merged[r->s->merges++] = at;
		r->many = r->s->merges == LIMIT_SHEET_MERGED;
	}
	free(first);
}

static void
ranges_end(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
}

static enum fj_rc
ranges_state(void *ctx, bool *enough, struct fj_err *e)
{
	const struct ranges *r = ctx;

	*enough = false;
	return r->many ? sheet_fail(e, FJ_LIMIT, "sheet.merged", r->s->name, 0, 0, "100000") :
	    FJ_OK;
}

enum fj_rc
xlsx_merged(struct book *b, int sheet, struct fj_err *e)
{
	struct ranges r = {.s = &b->x->sheet[sheet]};
	struct part_handlers h = {.start = ranges_start, .end = ranges_end,
	    .state = ranges_state, .ctx = &r};
	enum fj_rc rc;

	r.s->merges = 0;
	rc = part_parse(b, r.s->part, r.s->name, &h, e);
	r.s->merged_known = rc == FJ_OK;
	return rc;
}
