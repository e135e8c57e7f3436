/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workbooks of Excel 97 to 2003 (BIFF8, MS-XLS): what of them is a table.  Cells may
 * stand in any order in the file; they are gathered, sorted and handed out as rows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "sheet/internal.h"
#include "sheet/merge.h"

enum {
	BIFF8 = 0x0600,
	BOF = 0x809,
	END = 0x0a,
	FILEPASS = 0x2f,
	DATEMODE = 0x22,
	BOUNDSHEET = 0x85,
	FORMAT = 0x41e,
	XF = 0xe0,
	SST = 0xfc,
	CONTINUE = 0x3c,
	LABELSST = 0xfd,
	LABEL = 0x204,
	RSTRING = 0xd6,
	NUMBER = 0x203,
	RK = 0x27e,
	MULRK = 0xbd,
	BOOLERR = 0x205,
	FORMULA = 0x06,
	STRING = 0x207,
	MERGED = 0xe5,
	FORMATS = 4096,
	ROWS = 65536,
	COLUMNS = 256,
	CELLS = 32 << 20,
};

static double
f64(const void *at)
{
	uint64_t bits = (uint64_t)le32(at) | (uint64_t)le32((const char *)at + 4) << 32;
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static enum fj_rc
bad(struct fj_err *e, const char *what)
{
	return sheet_fail(e, FJ_CORRUPT, "sheet.cfb", "", 0, 0, what);
}

/* ---- records ---- */

struct record {
	uint32_t type, n;
	const char *p;
};

/* false: the stream ends. */
static bool
next_record(const struct fj_buf *b, size_t *at, struct record *r)
{
	if (*at + 4 > b->n)
		return false;
	r->type = le16(b->p + *at);
	r->n = le16(b->p + *at + 2);
	r->p = b->p + *at + 4;
	if (*at + 4 + r->n > b->n)
		return false;
	*at += 4 + r->n;
	return true;
}

/* ---- text ---- */

static void
put_unit(struct fj_buf *out, uint32_t *high, uint32_t c)
{
	char s[4];

	if (c >= 0xd800 && c < 0xdc00) {
		*high = c;
		return;
	}
	if (c >= 0xdc00 && c < 0xe000) {
		c = *high != 0 ? 0x10000 + ((*high - 0xd800) << 10) + (c - 0xdc00) : 0xfffd;
	} else if (c == 0) {
		c = ' ';
	}
	*high = 0;
	fj_buf_add(out, s, utf8_put(c, s));
}

/* Characters of one run: 8 or 16 bits each. */
static void
put_units(struct fj_buf *out, uint32_t *high, const char *p, size_t n, bool wide)
{
	size_t i;

	for (i = 0; i < n; i++)
		put_unit(out, high, wide ? le16(p + i * 2) : (unsigned char)p[i]);
}

/* A short text within a record: its length has one or two bytes. */
static void
short_text(struct fj_buf *out, const char *p, size_t n, bool two)
{
	size_t head = two ? 3 : 2, count;
	uint32_t high = 0;
	bool wide;

	if (n < head)
		return;
	count = two ? le16(p) : (unsigned char)p[0];
	wide = (p[head - 1] & 1) != 0;
	if (count > (n - head) >> wide)
		count = (n - head) >> wide;
	put_units(out, &high, p + head, count, wide);
}

/* The shared strings run on over records; a text that is cut goes on with a new mark of
 * its width. */
struct shared {
	const struct fj_buf *b;
	size_t at;			/* of the next record */
	struct record r;
	size_t i;			/* in r */
	bool over;
};

static void
need(struct shared *s, size_t n)
{
	if (s->over || s->i + n <= s->r.n)
		return;
	if (s->i < s->r.n || !next_record(s->b, &s->at, &s->r) || s->r.type != CONTINUE ||
	    s->r.n < n)
		s->over = true;
	s->i = 0;
}

static void
skip(struct shared *s, size_t n)
{
	while (n > 0 && !s->over) {
		size_t k = s->r.n - s->i < n ? s->r.n - s->i : n;

		s->i += k;
		n -= k;
		if (n > 0)
			need(s, 1);
	}
}

static void
long_text(struct shared *s, struct fj_buf *out)
{
	uint32_t count, runs = 0, extra = 0, high = 0;
	unsigned flags;

	need(s, 3);
	if (s->over)
		return;
	count = le16(s->r.p + s->i);
	flags = (unsigned char)s->r.p[s->i + 2];
	s->i += 3;
	if (flags & 8) {
		need(s, 2);
		runs = s->over ? 0 : le16(s->r.p + s->i);
		s->i += 2;
	}
	if (flags & 4) {
		need(s, 4);
		extra = s->over ? 0 : le32(s->r.p + s->i);
		s->i += 4;
	}
	while (count > 0 && !s->over) {
		bool wide = (flags & 1) != 0;
		size_t have = (s->r.n - s->i) >> wide, k = have < count ? have : count;

		put_units(out, &high, s->r.p + s->i, k, wide);
		s->i += k << wide;
		count -= (uint32_t)k;
		if (count > 0) {
			s->i = s->r.n;
			need(s, 1);
			flags = s->over ? 0 : (unsigned char)s->r.p[s->i++];
		}
	}
	skip(s, (size_t)runs * 4 + extra);
}

static enum fj_rc
read_strings(struct xlsx *x, const struct fj_buf *b, size_t after, const struct record *r,
    struct fj_err *e)
{
	struct shared s = {.b = b, .at = after, .r = *r, .i = 8};
	size_t count, k;

	if (r->n < 8 || x->string != NULL)
		return bad(e, "SST");
	count = le32(r->p + 4);
	/* Each takes three bytes at least. */
	if (count > b->n / 3)
		count = b->n / 3;
	if (count > LIMIT_SHEET_STRINGS)
		return sheet_fail(e, FJ_LIMIT, "sheet.strings", "", 0, 0, "10000000");
	x->string = xcalloc(count + 1, sizeof(*x->string));
	for (k = 0; k < count && !s.over; k++) {
		x->string[k] = x->strings.n;
		long_text(&s, &x->strings);
		fj_buf_putc(&x->strings, '\0');
	}
	x->string_count = k;
	x->string[k] = x->strings.n;
	return fj_buf_over(&x->strings) ?
	    sheet_fail(e, FJ_LIMIT, "sheet.strings", "", 0, 0, "512 MiB") : FJ_OK;
}

/* ---- the workbook ---- */

struct formats {
	struct xlsx_style style[FORMATS];
	bool known[FORMATS];
};

static void
take_format(struct formats *f, const struct record *r)
{
	uint32_t id = r->n >= 2 ? le16(r->p) : FORMATS;
	struct fj_buf b;

	if (id >= FORMATS)
		return;
	fj_buf_init(&b, 1 << 20);
	short_text(&b, r->p + 2, r->n - 2, true);
	f->style[id] = xlsx_format(b.p);
	f->known[id] = true;
	fj_buf_release(&b);
}

static void
take_xf(struct xlsx *x, const struct formats *f, const struct record *r)
{
	uint32_t id = r->n >= 4 ? le16(r->p + 2) : 0;

	if (x->styles == LIMIT_SHEET_STYLES)
		return;
	if (x->styles % 256 == 0)
		x->style = xrealloc(x->style, x->styles + 256, sizeof(*x->style));
	x->style[x->styles++] = id < FORMATS && f->known[id] ? f->style[id] :
	    xlsx_builtin((int)id);
}

static enum fj_rc
take_sheet(struct xlsx *x, const struct record *r, struct fj_err *e)
{
	struct xlsx_sheet *s;
	struct fj_buf b;

	if (r->n < 8 || r->p[5] != 0)		/* charts and macros are no tables */
		return FJ_OK;
	if (x->sheets == LIMIT_SHEET_SHEETS)
		return sheet_fail(e, FJ_LIMIT, "sheet.sheets", "", 0, 0, "256");
	x->sheet = xrealloc(x->sheet, (size_t)x->sheets + 1, sizeof(*x->sheet));
	s = &x->sheet[x->sheets++];
	memset(s, 0, sizeof(*s));
	s->offset = le32(r->p);
	s->hidden = r->p[4] != 0;
	fj_buf_init(&b, 1 << 16);
	short_text(&b, r->p + 6, r->n - 6, false);
	s->name = fj_buf_take(&b, NULL);
	return FJ_OK;
}

static enum fj_rc
globals(struct book *b, struct formats *f, struct fj_err *e)
{
	struct xlsx *x = b->x;
	enum fj_rc rc = FJ_OK;
	struct record r;
	size_t at = 0;

	if (!next_record(&b->records, &at, &r) || r.type != BOF || r.n < 4)
		return bad(e, "BOF");
	if (le16(r.p) != BIFF8)
		return sheet_fail(e, FJ_INVAL, "sheet.format", "", 0, 0, "xls (Excel 5, 95)");
	while (rc == FJ_OK && next_record(&b->records, &at, &r) && r.type != END) {
		switch (r.type) {
		case FILEPASS:
			return sheet_fail(e, FJ_INVAL, "sheet.encrypted", "", 0, 0, "xls");
		case DATEMODE:
			x->d1904 = r.n >= 2 && le16(r.p) == 1;
			break;
		case FORMAT:
			take_format(f, &r);
			break;
		case XF:
			take_xf(x, f, &r);
			break;
		case BOUNDSHEET:
			rc = take_sheet(x, &r, e);
			break;
		case SST:
			rc = read_strings(x, &b->records, at, &r, e);
			break;
		default:
			break;
		}
	}
	if (rc == FJ_OK && x->sheets == 0)
		rc = sheet_fail(e, FJ_INVAL, "sheet.none", "", 0, 0, "");
	return rc;
}

enum fj_rc
xls_open(struct book *b, struct fj_err *e)
{
	struct formats *f;
	enum fj_rc rc;

	rc = cfb_stream(b->p, b->n, "Workbook", &b->records, e);
	if (rc == FJ_NOTFOUND)
		rc = sheet_fail(e, FJ_INVAL, "sheet.format", "", 0, 0, "xls (Excel 5, 95), doc");
	if (rc != FJ_OK)
		return rc;
	f = xcalloc(1, sizeof(*f));
	b->x = xcalloc(1, sizeof(*b->x));
	fj_buf_init(&b->x->strings, LIMIT_SHEET_STRING_BYTES);
	rc = globals(b, f, e);
	free(f);
	return rc;
}

/* ---- cells ---- */

struct found {
	uint32_t row;
	uint16_t column, style;
	uint8_t kind;			/* a letter: n number, s shared, t text, b bool, e error */
	bool formula;
	size_t at;			/* of a text in text, of a shared string; a bool */
	double v;
};

struct gather {
	struct found *cell;
	size_t n, cap;
	struct fj_buf text;
	struct sheet_range *range;
	size_t ranges;
	bool too_many;
};

static struct found *
add(struct gather *g, uint32_t row, uint32_t column, uint32_t style, char kind)
{
	struct found *c;

	if (g->n == CELLS || column >= COLUMNS) {
		g->too_many |= g->n == CELLS;
		return NULL;
	}
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? 1024 : g->cap * 2;
		g->cell = xrealloc(g->cell, g->cap, sizeof(*g->cell));
	}
	c = &g->cell[g->n++];
	*c = (struct found){.row = row, .column = (uint16_t)column, .style = (uint16_t)style,
	    .kind = (uint8_t)kind};
	return c;
}

/* 30 bits of an integer or of the upper half of a double; a hundredth of it. */
static double
rk(uint32_t v)
{
	double d;

	if (v & 2) {
		d = (double)((int32_t)(v & 0xfffffffcU) / 4);
	} else {
		uint64_t bits = (uint64_t)(v & 0xfffffffcU) << 32;

		memcpy(&d, &bits, sizeof(d));
	}
	return v & 1 ? d / 100 : d;
}

static void
add_number(struct gather *g, uint32_t row, uint32_t column, uint32_t style, double v)
{
	struct found *c = isfinite(v) ? add(g, row, column, style, 'n') : NULL;

	if (c != NULL)
		c->v = v;
}

static void
add_text(struct gather *g, uint32_t row, uint32_t column, const char *p, size_t n)
{
	struct found *c = add(g, row, column, 0, 't');

	if (c == NULL)
		return;
	c->at = g->text.n;
	short_text(&g->text, p, n, true);
	fj_buf_putc(&g->text, '\0');
}

static const char *
error_text(unsigned code)
{
	switch (code) {
	case 0x00:
		return "#NULL!";
	case 0x07:
		return "#DIV/0!";
	case 0x0f:
		return "#VALUE!";
	case 0x17:
		return "#REF!";
	case 0x1d:
		return "#NAME?";
	case 0x24:
		return "#NUM!";
	default:
		return "#N/A";
	}
}

static void
add_answer(struct gather *g, const struct record *r, unsigned value, bool error)
{
	struct found *c = add(g, le16(r->p), le16(r->p + 2), 0, error ? 'e' : 'b');

	if (c != NULL)
		c->at = value;
}

static void
take_formula(struct gather *g, const struct record *r, size_t at, const struct fj_buf *b)
{
	size_t before = g->n;
	struct record s;

	if (r->n < 14)
		return;
	if (le16(r->p + 12) != 0xffff)
		add_number(g, le16(r->p), le16(r->p + 2), le16(r->p + 4), f64(r->p + 6));
	else if (r->p[6] == 1 || r->p[6] == 2)
		add_answer(g, r, (unsigned char)r->p[8], r->p[6] == 2);
	else if (r->p[6] == 0)
		/* The text is in the next record of its kind. */
		while (next_record(b, &at, &s) && s.type != FORMULA && s.type != END)
			if (s.type == STRING) {
				add_text(g, le16(r->p), le16(r->p + 2), s.p, s.n);
				break;
			}
	if (g->n > before)
		g->cell[g->n - 1].formula = true;
}

static void
take_ranges(struct gather *g, const struct record *r)
{
	size_t n = r->n >= 2 ? le16(r->p) : 0, i;

	if (n > (r->n - 2) / 8)
		n = (r->n - 2) / 8;
	if (n == 0 || g->ranges + n > LIMIT_SHEET_MERGED)
		return;
	g->range = xrealloc(g->range, g->ranges + n, sizeof(*g->range));
	for (i = 0; i < n; i++) {
		const char *p = r->p + 2 + i * 8;

		g->range[g->ranges++] = (struct sheet_range){le16(p) + 1, le16(p + 4) + 1,
		    le16(p + 2) + 1, le16(p + 6) + 1};
	}
}

static void
take_cells(struct gather *g, const struct record *r, size_t at, const struct fj_buf *b)
{
	struct found *c;
	uint32_t i;

	if (r->n < 6)
		return;
	switch (r->type) {
	case LABELSST:
		c = r->n >= 10 ? add(g, le16(r->p), le16(r->p + 2), 0, 's') : NULL;
		if (c != NULL)
			c->at = le32(r->p + 6);
		break;
	case LABEL:
	case RSTRING:
		add_text(g, le16(r->p), le16(r->p + 2), r->p + 6, r->n - 6);
		break;
	case NUMBER:
		if (r->n >= 14)
			add_number(g, le16(r->p), le16(r->p + 2), le16(r->p + 4), f64(r->p + 6));
		break;
	case RK:
		if (r->n >= 10)
			add_number(g, le16(r->p), le16(r->p + 2), le16(r->p + 4), rk(le32(r->p + 6)));
		break;
	case MULRK:
		for (i = 0; 4 + i * 6 + 6 <= r->n - 2; i++)
			add_number(g, le16(r->p), le16(r->p + 2) + i, le16(r->p + 4 + i * 6),
			    rk(le32(r->p + 6 + i * 6)));
		break;
	case BOOLERR:
		if (r->n >= 8)
			add_answer(g, r, (unsigned char)r->p[6], r->p[7] != 0);
		break;
	case FORMULA:
		take_formula(g, r, at, b);
		break;
	case MERGED:
		take_ranges(g, r);
		break;
	default:
		break;
	}
}

static int
by_place(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

static enum fj_rc
gather(const struct book *b, int sheet, struct gather *g, struct fj_err *e)
{
	const char *name = b->x->sheet[sheet].name;
	size_t at = b->x->sheet[sheet].offset;
	struct record r;
	int depth = 0;

	memset(g, 0, sizeof(*g));
	fj_buf_init(&g->text, LIMIT_SHEET_STRING_BYTES);
	if (at >= b->records.n || !next_record(&b->records, &at, &r) || r.type != BOF)
		return sheet_fail(e, FJ_CORRUPT, "sheet.cfb", name, 0, 0, "BOF");
	/* A chart within the sheet has a beginning and an end of its own. */
	while (next_record(&b->records, &at, &r) && !(r.type == END && depth == 0)) {
		depth += r.type == BOF;
		depth -= r.type == END;
		if (depth == 0)
			take_cells(g, &r, at, &b->records);
	}
	if (g->too_many || fj_buf_over(&g->text))
		return sheet_fail(e, FJ_LIMIT, "sheet.cells", name, 0, 0, "33554432");
	if (g->n > 0)
		qsort(g->cell, g->n, sizeof(*g->cell), by_place);
	return FJ_OK;
}

static void
gather_release(struct gather *g)
{
	free(g->cell);
	free(g->range);
	fj_buf_release(&g->text);
}

/* ---- rows ---- */

static void
put_number(struct reading *r, struct sheet_cell *c, const struct found *f)
{
	struct xlsx_style style = {0, -1};
	struct fj_buf *out = &r->text;
	char written[40];
	size_t from = out->n, raw;
	double v;

	if (f->style < r->b->x->styles)
		style = r->b->x->style[f->style];
	(void)snprintf(written, sizeof(written), "%.17g", f->v);
	if (!xlsx_number(written, strlen(written), out, &v))
		return;
	c->kind = CELL_NUMBER;
	c->decimals = style.decimals;
	reading_text_from(r, c, from);
	raw = out->n;
	if (style.date != 0 && xlsx_date(v, r->b->x->d1904, style.date, out)) {
		c->kind = CELL_DATE;
		reading_text_from(r, c, raw);
		raw = out->n;
	}
	fj_buf_puts(out, written);
	reading_raw_from(r, c, raw);
}

static enum fj_rc
put(struct reading *r, const struct gather *g, const struct found *f, struct fj_err *e)
{
	const struct xlsx *x = r->b->x;
	struct sheet_cell *c;
	enum fj_rc rc = reading_cell(r, f->row + 1, (uint32_t)f->column + 1, &c, e);
	const char *p = NULL;

	if (rc != FJ_OK)
		return rc;
	c->formula = f->formula;
	switch (f->kind) {
	case 'n':
		put_number(r, c, f);
		return FJ_OK;
	case 's':
		if (f->at >= x->string_count)
			return reading_fault(r, "sheet.string", f->row + 1,
			    (uint32_t)f->column + 1, e);
		p = x->strings.p + x->string[f->at];
		break;
	case 't':
		p = g->text.p + f->at;
		break;
	case 'b':
		p = f->at != 0 ? "TRUE" : "FALSE";
		break;
	default:
		p = error_text((unsigned)f->at);
		break;
	}
	if (p[0] == '\0')
		return FJ_OK;
	c->kind = f->kind == 'b' ? CELL_BOOL : f->kind == 'e' ? CELL_ERROR : CELL_TEXT;
	reading_text(r, c, p, strlen(p));
	return FJ_OK;
}

static enum fj_rc
emit_row(struct reading *r, struct merge *m, uint32_t number, struct fj_err *e)
{
	enum fj_rc rc = m != NULL ? merge_fill(m, r, number, e) : FJ_OK;

	return rc == FJ_OK ? reading_emit(r, number, e) : rc;
}

enum fj_rc
xls_rows(struct reading *r, struct fj_err *e)
{
	struct merge *m = NULL;
	struct gather g;
	enum fj_rc rc = gather(r->b, r->sheet, &g, e);
	size_t i;

	if (rc == FJ_OK && (r->flags & SHEET_FILL) && g.ranges > 0)
		m = merge_new(g.range, g.ranges);
	for (i = 0; i < g.n && rc == FJ_OK && !r->enough; i++) {
		/* Of two cells in one place the last one counts. */
		if (i + 1 < g.n && by_place(&g.cell[i], &g.cell[i + 1]) == 0)
			continue;
		rc = put(r, &g, &g.cell[i], e);
		if (rc == FJ_OK && (i + 1 == g.n || g.cell[i + 1].row != g.cell[i].row))
			rc = emit_row(r, m, g.cell[i].row + 1, e);
	}
	merge_free(&m);
	gather_release(&g);
	return rc;
}

enum fj_rc
xls_merged(struct book *b, int sheet, struct fj_err *e)
{
	struct xlsx_sheet *s = &b->x->sheet[sheet];
	struct gather g;
	enum fj_rc rc = gather(b, sheet, &g, e);

	if (rc == FJ_OK) {
		s->merged = g.range;
		s->merges = g.ranges;
		s->merged_known = true;
		g.range = NULL;
	}
	gather_release(&g);
	return rc;
}
