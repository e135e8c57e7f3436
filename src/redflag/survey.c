/* SPDX-License-Identifier: Apache-2.0 */
/* The first rows of a source: kept, their header found. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/import_internal.h"
#include "redflag/value.h"
#include "text/nfkc.h"

struct keep {
	struct source *s;
	bool full;
};

static bool
on_row(void *ctx, const struct sheet_row *row)
{
	struct keep *k = ctx;
	struct source *s = k->s;
	struct kept_row *to = &s->kept[s->rows];
	uint32_t i, count = row->count < PEEK_COLUMNS ? row->count : PEEK_COLUMNS;

	to->number = row->number;
	to->count = count;
	to->cell = arena_alloc(s->arena, (size_t)count * sizeof(*to->cell));
	for (i = 0; to->cell != NULL && i < count; i++) {
		to->cell[i] = arena_strndup(s->arena, row->cell[i].text, row->cell[i].len);
		if (to->cell[i] == NULL)
			to->cell = NULL;
	}
	if (to->cell == NULL) {
		k->full = true;
		return false;
	}
	if ((int)count > s->columns)
		s->columns = (int)count;
	return ++s->rows < PEEK_ROWS;
}

/* ---- the header ---- */

struct row_look {
	int filled, different, numbers, words;
	double known;
};

static const char *
cell_at(const struct source *s, int row, int column)
{
	const struct kept_row *r = &s->kept[row];

	return column < (int)r->count ? r->cell[column] : "";
}

static bool
looks_number(const char *p)
{
	struct value_number v;
	struct value_time t;
	size_t n = strlen(p);

	if (value_time(p, n, VALUE_NO_NUMBERS, &t))
		return true;
	return value_number(p, n, &v) && !v.rest;
}

static struct row_look
look(struct import *im, const struct source *s, int row)
{
	struct row_look l = {0};
	const char *before = "";
	struct heading h;
	int c;

	for (c = 0; c < s->columns; c++) {
		const char *p = cell_at(s, row, c);

		if (p[0] == '\0')
			continue;
		l.filled++;
		if (strcmp(p, before) == 0)
			continue;
		before = p;
		l.different++;
		if (looks_number(p)) {
			l.numbers++;
			continue;
		}
		if (strlen(p) > 90)
			continue;
		heading_init(&h, im->o.synonyms, p, strlen(p));
		l.words++;
		l.known += heading_known(&h);
		heading_release(&h);
	}
	return l;
}

static double
header_score(const struct row_look *l, int width)
{
	if (l->different < 2 || l->filled * 2 < width)
		return -1;
	return l->known + 0.3 * l->words - 1.5 * l->numbers;
}

static bool
repeats(const struct source *s, int row)
{
	int a, b;

	for (a = 0; a < s->columns; a++)
		for (b = a + 1; b < s->columns && cell_at(s, row, a)[0] != '\0'; b++)
			if (strcmp(cell_at(s, row, a), cell_at(s, row, b)) == 0)
				return true;
	return false;
}

static bool
are_words(const struct row_look *l)
{
	return l->numbers == 0 && l->known >= 0.4 * l->words;
}

/* Do rows r and r + 1 make one header?  Either the upper one leaves cells to the lower
 * one, or it spans several of its. */
static bool
is_double(struct import *im, const struct source *s, int r, int width)
{
	struct row_look up, low;
	int c, filled = 0;

	if (r < 0 || r + 1 >= s->rows)
		return false;
	up = look(im, s, r);
	low = look(im, s, r + 1);
	if (up.different < 2 || (low.different < 2 && low.known < 0.9 * low.different) ||
	    !are_words(&up) || !are_words(&low))
		return false;
	for (c = 0; c < s->columns; c++)
		filled += cell_at(s, r, c)[0] != '\0' || cell_at(s, r + 1, c)[0] != '\0';
	if (filled * 10 < width * 7)
		return false;
	/* A title adds no column; a header over a row of words leaves no gap.  Where the same
	 * heading stands twice in the lower row, the upper one tells them apart. */
	return low.filled < filled || (up.filled == filled && up.different < filled) ||
	    (up.known >= 0.6 * up.words && repeats(s, r + 1));
}

static bool
is_span(const struct source *s, int r, int c, const char **up)
{
	int left = c;

	*up = cell_at(s, r, c);
	if ((*up)[0] != '\0')
		return true;
	while (left > 0 && cell_at(s, r, left)[0] == '\0' && cell_at(s, r + 1, left)[0] != '\0')
		left--;
	if (cell_at(s, r, left)[0] == '\0' || cell_at(s, r + 1, left)[0] == '\0')
		return false;
	*up = cell_at(s, r, left);
	return true;
}

static const char *
joined(const struct source *s, int r, int c)
{
	const char *up, *low = cell_at(s, r + 1, c);
	char *both, *made;

	if (low[0] == '\0')
		return cell_at(s, r, c);
	if (!is_span(s, r, c, &up) || strcmp(up, low) == 0)
		return low;
	both = xasprintf("%s%s", up, low);
	made = arena_strndup(s->arena, both, strlen(both));
	free(both);
	return made != NULL ? made : low;
}

static void
set_header(struct import *im, struct source *s, int row, bool two)
{
	struct fj_buf words;
	int c;

	s->data = row < 0 ? 0 : row + 1 + two;
	s->first = row < 0 ? 0 : s->kept[row].number;
	s->last = row < 0 ? 0 : s->kept[row + two].number;
	fj_buf_init(&words, 1 << 20);
	for (c = 0; c < s->columns; c++) {
		s->header[c] = row < 0 ? "" : two ? joined(s, row, c) : cell_at(s, row, c);
		heading_release(&s->heading[c]);
		heading_init(&s->heading[c], im->o.synonyms, s->header[c],
		    strlen(s->header[c]));
		heading_release(&s->lower[c]);
		if (two && cell_at(s, row + 1, c)[0] != '\0')
			heading_init(&s->lower[c], im->o.synonyms, cell_at(s, row + 1, c),
			    strlen(cell_at(s, row + 1, c)));
		fj_buf_puts(&words, s->heading[c].norm);
		fj_buf_putc(&words, '\n');
	}
	s->fingerprint = key_hash(words.p, words.n);
	fj_buf_release(&words);
}

static void
set_title(struct source *s, int row)
{
	struct fj_buf b;
	int r, c;

	fj_buf_init(&b, 4096);
	for (r = 0; r < row; r++)
		for (c = 0; c < s->columns; c++)
			if (cell_at(s, r, c)[0] != '\0') {
				fj_buf_puts(&b, cell_at(s, r, c));
				fj_buf_putc(&b, ' ');
				break;
			}
	free(s->title);
	s->title = fj_buf_take(&b, NULL);
}

/* Cells that most of the rows fill. */
static int
usual_width(const struct source *s)
{
	int count[PEEK_COLUMNS + 1] = {0}, r, best = 0, k;

	for (r = 0; r < s->rows; r++)
		count[s->kept[r].count]++;
	for (k = 1; k <= PEEK_COLUMNS; k++)
		if (count[k] > 0 && count[k] >= count[best])
			best = k;
	return best;
}

void
find_header(struct import *im, struct source *s)
{
	int width = usual_width(s), most = s->rows < HEADER_ROWS ? s->rows : HEADER_ROWS;
	int r, found = -1;
	double best = 0, got;
	bool two = false;

	for (r = 0; r < most; r++) {
		struct row_look l = look(im, s, r);

		got = header_score(&l, width);
		if (got > best + 0.01) {
			best = got;
			found = r;
		}
	}
	if (found >= 0) {
		if (is_double(im, s, found, width)) {
			two = true;
		} else if (is_double(im, s, found - 1, width)) {
			two = true;
			found--;
		}
	}
	set_header(im, s, found, two);
	set_title(s, found < 0 ? 0 : found);
}

static void
take_words(const struct synonyms *y, struct source *s, int at)
{
	int t, c;

	for (t = 0; t < SCHEMA_TABLES; t++)
		for (c = 0; c < (int)schema_tables()[t].ncolumn; c++) {
			float got = (float)heading_column(&s->heading[at], y, t, c);

			/* The upper row may be a group that says nothing of the column. */
			if (s->lower[at].norm != NULL) {
				float low = (float)heading_column(&s->lower[at], y, t, c) * 0.98F;

				got = low > got ? low : got;
			}
			s->word[(at * SCHEMA_TABLES + t) * FIELDS + c] = got;
			if (got > s->profile[at].word)
				s->profile[at].word = got;
		}
}

/* ---- all of it ---- */

enum fj_rc
survey(struct import *im, struct source *s, struct fj_err *e)
{
	unsigned flags = book_kind(s->book) == BOOK_CSV ? 0 : SHEET_FILL;
	struct keep k = {.s = s};
	char place[SOURCE_NAME];
	enum fj_rc rc;
	int c;

	s->arena = arena_new(PEEK_BYTES);
	s->kept = xcalloc(PEEK_ROWS, sizeof(*s->kept));
	rc = sheet_rows(s->book, s->sheet, flags, on_row, &k, e);
	/* What came before the failure is right: it is looked at all the same. */
	if (s->rows == 0) {
		source_name(s, place);
		return rc != FJ_OK ? rc : fj_fail(e, FJ_INVAL, "redflag.empty", "s", place);
	}
	s->header = xcalloc((size_t)s->columns, sizeof(*s->header));
	s->heading = xcalloc((size_t)s->columns, sizeof(*s->heading));
	s->lower = xcalloc((size_t)s->columns, sizeof(*s->lower));
	s->profile = xcalloc((size_t)s->columns, sizeof(*s->profile));
	s->d1904 = book_1904(s->book);
	find_header(im, s);
	s->word = xcalloc((size_t)s->columns * SCHEMA_TABLES * FIELDS, sizeof(*s->word));
	for (c = 0; c < s->columns; c++) {
		take_profile(im, s, c, &s->profile[c]);
		take_words(im->o.synonyms, s, c);
	}
	return FJ_OK;
}

void
survey_release(struct source *s)
{
	int c;

	for (c = 0; s->heading != NULL && c < s->columns; c++)
		heading_release(&s->heading[c]);
	for (c = 0; s->lower != NULL && c < s->columns; c++)
		heading_release(&s->lower[c]);
	for (c = 0; s->profile != NULL && c < s->columns; c++)
		profile_release(&s->profile[c]);
	free(s->heading);
	free(s->lower);
	free(s->profile);
	free(s->word);
	free(s->header);
	free(s->kept);
	free(s->title);
	free(s->unmapped);
	arena_free(&s->arena);
}
