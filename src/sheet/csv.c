/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Separated values.  The file is split as bytes: in UTF-8 and GB18030 no byte of a
 * longer character equals a separator, a quote or a line end.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "sheet/internal.h"

enum {
	GUESS_BYTES = 65536,
	GUESS_LINES = 20,
	DAMAGE = 20,		/* good characters for one bad byte: damaged, not foreign */
	MARK_EVERY = 4096,	/* records */
	PART_FROM = 4 << 20,	/* bytes that are worth a thread */
};

/* ---- opening ---- */

/* How much of the bytes is UTF-8: characters of three bytes or more, and bytes that
 * are none.  A character that is cut off at the end says nothing. */
static void
census(const char *p, size_t n, uint64_t *wide, uint64_t *bad)
{
	size_t i = 0;

	*wide = *bad = 0;
	while (i < n) {
		size_t step;

		if ((unsigned char)p[i] < 0x80) {
			i++;
			continue;
		}
		step = utf8_len(p + i, n - i);
		if (step == 0)
			*bad += n - i > 3;
		else if (step > 2)
			++*wide;
		i += step != 0 ? step : 1;
	}
}

struct look {
	const char *p;
	size_t n;
	bool valid;		/* all of it is UTF-8 */
	uint64_t wide, bad;	/* else: census */
};

static void *
look(void *ctx)
{
	struct look *l = ctx;

	l->valid = utf8_valid(l->p, l->n) == l->n;
	if (!l->valid)
		census(l->p, l->n, &l->wide, &l->bad);
	return NULL;
}

/* A large file is looked at by two threads, parted at the end of a line. */
static void
look_at_all(const struct book *b, struct look half[2])
{
	const char *end = b->n < PART_FROM ? NULL : memchr(b->p + b->n / 2, '\n', b->n - b->n / 2);
	size_t first = end != NULL ? (size_t)(end - b->p) : b->n;
	pthread_t other;
	bool runs;

	half[0] = (struct look){.p = b->p, .n = first};
	half[1] = (struct look){.p = b->p + first, .n = b->n - first};
	runs = half[1].n > 0 && pthread_create(&other, NULL, look, &half[1]) == 0;
	(void)look(&half[0]);
	if (runs)
		(void)pthread_join(other, NULL);
	else
		(void)look(&half[1]);
}

static enum fj_rc
find_encoding(struct book *b, struct fj_err *e)
{
	struct look half[2];
	uint64_t wide, bad;
	int i;

	b->encoding = BOOK_UTF8;
	look_at_all(b, half);
	b->clean = half[0].valid && half[1].valid;
	if (b->clean)
		return FJ_OK;
	for (i = 0; i < 2; i++)
		if (half[i].valid)
			census(half[i].p, half[i].n, &half[i].wide, &half[i].bad);
	wide = half[0].wide + half[1].wide;
	bad = half[0].bad + half[1].bad;
	if (wide > bad * DAMAGE)
		return FJ_OK;
	if (b->o.gb == NULL)
		return sheet_fail(e, FJ_INVAL, "sheet.encoding", "", 0, 0, "GB18030");
	b->encoding = BOOK_GB18030;
	b->mixed = wide > bad / 10;
	return FJ_OK;
}

static uint32_t
lines(const char *p, size_t n)
{
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < n; i++)
		count += p[i] == '\n' || (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n'));
	return count;
}

/* In how many of the first lines does c stand equally often, and how often? */
static int
score(const char *p, size_t n, char c)
{
	int count[GUESS_LINES] = {0}, line = 0, best = 0, i, j;
	bool quoted = false;
	size_t at;

	for (at = 0; at < n && line < GUESS_LINES; at++) {
		if (p[at] == '"')
			quoted = !quoted;
		else if (!quoted && p[at] == c)
			count[line]++;
		else if (!quoted && p[at] == '\n')
			line++;
	}
	for (i = 0; i < GUESS_LINES; i++) {
		int same = 0;

		for (j = 0; count[i] > 0 && j < GUESS_LINES; j++)
			same += count[j] == count[i];
		if (same * 1000 + count[i] > best && same > 0)
			best = same * 1000 + count[i];
	}
	return best;
}

static char
guess(const char *p, size_t n)
{
	static const char try[] = ",;\t";
	int best = 0, i;
	char found = ',';

	if (n > GUESS_BYTES)
		n = GUESS_BYTES;
	for (i = 0; try[i] != '\0'; i++) {
		int got = score(p, n, try[i]);

		if (got > best) {
			best = got;
			found = try[i];
		}
	}
	return found;
}

/* "sep=;" in the first line is how spreadsheets tell each other. */
static void
take_sep_line(struct book *b)
{
	const char *p = b->p + b->start;
	size_t n = b->n - b->start;

	if (n < 6 || memcmp(p, "sep=", 4) != 0 || (p[5] != '\n' && p[5] != '\r') ||
	    p[4] == '"')
		return;
	b->separator = p[4];
	b->start += n > 6 && p[5] == '\r' && p[6] == '\n' ? 7 : 6;
	b->start_line++;
}

enum fj_rc
csv_open(struct book *b, struct fj_err *e)
{
	const char *nul = b->n > 0 ? memchr(b->p, '\0', b->n) : NULL;

	b->start_line = 1;
	if (nul != NULL)
		return sheet_fail(e, FJ_INVAL, "sheet.binary", "",
		    1 + lines(b->p, (size_t)(nul - b->p)), 0, "");
	if (b->n >= 3 && memcmp(b->p, "\xef\xbb\xbf", 3) == 0)
		b->start = 3;
	take_sep_line(b);
	if (b->o.separator != '\0')
		b->separator = b->o.separator;
	else if (b->separator == '\0')
		b->separator = guess(b->p + b->start, b->n - b->start);
	return find_encoding(b, e);
}

/* ---- splitting ---- */

struct csv {
	struct reading *r;
	const struct book *b;
	const char *p, *end;
	uint32_t line, row;	/* of p; where the record began */
	uint32_t column;
	bool over[256];		/* ends a field that is not quoted */
};

/* All characters of three bytes or more, as Chinese is? */
static bool
looks_utf8(const char *p, size_t n)
{
	size_t i = 0, step;

	while (i < n) {
		step = utf8_len(p + i, n - i);
		if (step == 0 || step == 2)
			return false;
		i += step;
	}
	return true;
}

static bool
ascii(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && (unsigned char)p[i] < 0x80; i++)
		;
	return i == n;
}

/* In a file of UTF-8: bytes that are not its damage, but two Chinese characters or more
 * of another encoding. */
static bool
looks_gb(const char *p, size_t n)
{
	size_t i, high = 0;

	for (i = 0; i < n; i++)
		high += (unsigned char)p[i] >= 0x80;
	return high >= 4;
}

/* UTF-8 with what is none of it replaced. */
static void
add_damaged(struct fj_buf *out, const char *p, size_t n)
{
	size_t i = 0, step;

	while (i < n) {
		step = utf8_len(p + i, n - i);
		if (step == 0)
			fj_buf_puts(out, "\xef\xbf\xbd");
		else
			fj_buf_add(out, p + i, step);
		i += step != 0 ? step : 1;
	}
}

size_t
csv_decode(const struct book *b, const char *p, size_t n, struct fj_buf *out)
{
	size_t from = out->n, bad = 1;

	if (b->encoding == BOOK_UTF8 ? utf8_valid(p, n) == n : b->mixed && looks_utf8(p, n)) {
		fj_buf_add(out, p, n);
		return 0;
	}
	if (b->o.gb != NULL && (b->encoding == BOOK_GB18030 || looks_gb(p, n)))
		bad = gb18030_decode(b->o.gb, p, n, out);
	if (bad > 0 && b->encoding == BOOK_UTF8) {
		fj_buf_cut(out, from);
		add_damaged(out, p, n);
	}
	return bad;
}

static enum fj_rc
put_foreign(struct csv *c, struct sheet_cell *cell, const char *p, size_t n, struct fj_err *e)
{
	size_t from = c->r->text.n;
	size_t bad = csv_decode(c->b, p, n, &c->r->text);

	reading_text_from(c->r, cell, from);
	return bad == 0 ? FJ_OK : reading_fault(c->r, "sheet.bytes", c->row, c->column, e);
}

static enum fj_rc
put(struct csv *c, const char *p, size_t n, struct fj_err *e)
{
	struct sheet_cell *cell;
	enum fj_rc rc;

	c->column++;
	if (n > LIMIT_SHEET_CELL_BYTES)
		return sheet_fail(e, FJ_LIMIT, "sheet.cell-size", "", c->row, c->column, "256 KiB");
	rc = reading_cell(c->r, c->row, c->column, &cell, e);
	if (rc != FJ_OK || n == 0)
		return rc;
	cell->kind = CELL_TEXT;
	if (c->r->flags & SHEET_RAW) {
		cell->text = p;
		cell->len = (uint32_t)n;
	} else if (c->b->clean || ascii(p, n)) {
		reading_text(c->r, cell, p, n);
	} else {
		rc = put_foreign(c, cell, p, n, e);
	}
	return rc;
}

static const char *
plain_end(const struct csv *c, const char *p)
{
	while (p < c->end && !c->over[(unsigned char)*p])
		p++;
	return p;
}

/* The quote that closes the field which begins at p (after its quote); NULL: none in
 * reach.  *doubled: quotes stand in it. */
static const char *
closing(const struct csv *c, const char *p, bool *doubled)
{
	const char *end = c->end;

	if ((size_t)(end - p) > LIMIT_SHEET_CELL_BYTES)
		end = p + LIMIT_SHEET_CELL_BYTES;
	*doubled = false;
	while ((p = p < end ? memchr(p, '"', (size_t)(end - p)) : NULL) != NULL) {
		if (p + 1 >= c->end || p[1] != '"')
			return p;
		*doubled = true;
		p += 2;
	}
	return NULL;
}

/* A quoted field that has quotes in it, or text after its end. */
static enum fj_rc
put_joined(struct csv *c, const char *p, const char *close, const char *stop,
    struct fj_err *e)
{
	struct fj_buf joined;
	enum fj_rc rc;

	fj_buf_init(&joined, (size_t)LIMIT_SHEET_CELL_BYTES * 2);
	for (; p < close; p++) {
		fj_buf_putc(&joined, *p);
		p += *p == '"';
	}
	fj_buf_add(&joined, close + 1, (size_t)(stop - close - 1));
	if (fj_buf_over(&joined)) {
		rc = sheet_fail(e, FJ_LIMIT, "sheet.cell-size", "", c->row, c->column + 1,
		    "256 KiB");
	} else {
		rc = put(c, joined.p, joined.n, e);
		/* The row outlives this buffer, and raw text is not copied by put. */
		if (rc == FJ_OK && (c->r->flags & SHEET_RAW) && joined.n > 0)
			reading_text(c->r, &c->r->cell[c->column - 1], joined.p, joined.n);
	}
	fj_buf_release(&joined);
	return rc;
}

static enum fj_rc
quoted(struct csv *c, struct fj_err *e)
{
	const char *p = c->p + 1, *close, *stop;
	bool doubled;
	enum fj_rc rc;

	close = closing(c, p, &doubled);
	if (close == NULL) {
		/* It would swallow the rest: the quote is taken for a character. */
		rc = reading_fault(c->r, "sheet.quote", c->row, c->column + 1, e);
		stop = plain_end(c, c->p);
		if (rc == FJ_OK)
			rc = put(c, c->p, (size_t)(stop - c->p), e);
		c->p = stop;
		return rc;
	}
	stop = plain_end(c, close + 1);
	c->line += lines(p, (size_t)(close - p));
	if (doubled || stop > close + 1)
		rc = put_joined(c, p, close, stop, e);
	else
		rc = put(c, p, (size_t)(close - p), e);
	c->p = stop;
	return rc;
}

static enum fj_rc
field(struct csv *c, struct fj_err *e)
{
	const char *p = c->p;

	if (p < c->end && *p == '"')
		return quoted(c, e);
	c->p = plain_end(c, p);
	return put(c, p, (size_t)(c->p - p), e);
}

static enum fj_rc
record(struct csv *c, struct fj_err *e)
{
	enum fj_rc rc;

	c->row = c->line;
	c->column = 0;
	for (;;) {
		rc = field(c, e);
		if (rc != FJ_OK || c->p >= c->end || *c->p != c->b->separator)
			break;
		c->p++;
	}
	if (rc != FJ_OK)
		return rc;
	if (c->p < c->end) {
		c->p += c->p + 1 < c->end && c->p[0] == '\r' && c->p[1] == '\n' ? 2 : 1;
		c->line++;
	}
	return reading_emit(c->r, c->row, e);
}

/* ---- marks: to be near any row without reading what is before it ---- */

/* A record begins here; one of some is remembered, the first time it is met. */
static void
set_mark(struct book *b, const struct csv *c)
{
	size_t at = (size_t)(c->p - b->p);

	if (b->marks > 0 && at <= b->mark[b->marks - 1].at)
		return;
	if (b->marks == b->marks_cap) {
		b->marks_cap = b->marks_cap == 0 ? 64 : b->marks_cap * 2;
		b->mark = xrealloc(b->mark, b->marks_cap, sizeof(*b->mark));
	}
	b->mark[b->marks++] = (struct csv_mark){.at = at, .line = c->line};
}

/* To the last mark that is not behind the row. */
static void
go_near(struct csv *c, uint32_t row)
{
	size_t lo = 0, hi = c->b->marks, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (c->b->mark[mid].line <= row)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return;
	c->p = c->b->p + c->b->mark[lo - 1].at;
	c->line = c->b->mark[lo - 1].line;
}

static enum fj_rc
too_many(const struct csv *c, uint64_t most, struct fj_err *e)
{
	char number[24];

	(void)snprintf(number, sizeof(number), "%llu", (unsigned long long)most);
	return sheet_fail(e, FJ_LIMIT, "sheet.rows", "", c->line, 0, number);
}

enum fj_rc
csv_rows(struct reading *r, struct fj_err *e)
{
	struct csv c = {.r = r, .b = r->b, .p = r->b->p + r->b->start,
	    .end = r->b->p + r->b->n, .line = r->b->start_line};
	uint64_t count = 0, most = r->b->o.rows_max > 0 ? r->b->o.rows_max : LIMIT_SHEET_ROWS;
	size_t done = 0;
	enum fj_rc rc = FJ_OK;

	c.over['\n'] = c.over['\r'] = c.over[(unsigned char)r->b->separator] = true;
	go_near(&c, r->from);
	while (rc == FJ_OK && c.p < c.end && !r->enough) {
		if (++count > most)
			return too_many(&c, most, e);
		if (count % MARK_EVERY == 0) {
			set_mark(r->b, &c);
			done = book_rest_before(c.b, done, (size_t)(c.p - c.b->p));
		}
		rc = record(&c, e);
	}
	return rc;
}
