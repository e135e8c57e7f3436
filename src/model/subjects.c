/* SPDX-License-Identifier: Apache-2.0 */
#include "model/subjects.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "entry/roster.h"
#include "form/form.h"
#include "model/divisions.h"

enum { NAME, USCC, CMA, DIVISION, ADDRESS, VISITED, COLUMNS };

static const char *const names[COLUMNS] = {
	"name", "uscc", "cma", "division", "address", "visited",
};

struct subjects {
	char *text;			/* cut into strings */
	struct subject *v;
	size_t n, room;
};

static enum fj_rc
bad(struct fj_err *e, int line, const char *what)
{
	return fj_fail(e, FJ_INVAL, "model.subjects", "ds", line, what);
}

static bool
day_ok(const char *s)
{
	static const char shape[] = "dddd-dd-dd";
	size_t i;

	for (i = 0; shape[i] != '\0'; i++)
		if (shape[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != shape[i])
			return false;
	return s[i] == '\0';
}

/* The column that is wrong; NULL: none. */
static const char *
wrong(const char *const v[COLUMNS])
{
	int i;

	for (i = 0; i < COLUMNS; i++)
		if (strlen(v[i]) > LIMIT_NAME_BYTES)
			return names[i];
	if (v[NAME][0] == '\0')
		return names[NAME];
	if (v[USCC][0] != '\0' && !form_uscc_ok(v[USCC], strlen(v[USCC])))
		return names[USCC];
	if (!division_code_ok(v[DIVISION]))
		return names[DIVISION];
	return v[VISITED][0] != '\0' && !day_ok(v[VISITED]) ? names[VISITED] : NULL;
}

/* ---- the file ---- */

static void
add(struct subjects *s, const char *const v[COLUMNS])
{
	struct subject *r;

	if (s->n == s->room) {
		s->room = s->room == 0 ? 64 : s->room * 2;
		s->v = xrealloc(s->v, s->room, sizeof(*s->v));
	}
	r = &s->v[s->n++];
	r->name = v[NAME];
	r->uscc = v[USCC];
	r->cma = v[CMA];
	r->division = v[DIVISION];
	r->address = v[ADDRESS];
	r->visited = v[VISITED];
}

/* Cuts a line at its tabs; false: not so many. */
static bool
cut_line(char *line, const char *v[COLUMNS])
{
	int i;

	for (i = 0; i < COLUMNS; i++) {
		char *tab = strchr(line, '\t');

		if ((tab == NULL) != (i + 1 == COLUMNS))
			return false;
		v[i] = line;
		if (tab != NULL) {
			*tab = '\0';
			line = tab + 1;
		}
	}
	return true;
}

static bool
is_head(const char *const v[COLUMNS])
{
	int i;

	for (i = 0; i < COLUMNS; i++)
		if (strcmp(v[i], names[i]) != 0)
			return false;
	return true;
}

static enum fj_rc
read_lines(struct subjects *s, struct fj_err *e)
{
	const char *v[COLUMNS], *what;
	char *line = s->text;
	int number = 0;

	while (*line != '\0') {
		char *end = line + strcspn(line, "\n");
		char *next = *end == '\n' ? end + 1 : end;

		*end = '\0';
		number++;
		if (!cut_line(line, v))
			return bad(e, number, "");
		if (number == 1 && !is_head(v))
			return bad(e, number, names[0]);
		what = number > 1 ? wrong(v) : NULL;
		if (what != NULL)
			return bad(e, number, what);
		if (s->n == SUBJECTS_MAX)
			return fj_fail(e, FJ_LIMIT, "model.subjects-many", "d", SUBJECTS_MAX);
		if (number > 1)
			add(s, v);
		line = next;
	}
	return number > 0 ? FJ_OK : bad(e, 1, names[0]);
}

enum fj_rc
subjects_load(const char *p, size_t n, struct subjects **out, struct fj_err *e)
{
	struct subjects *s;
	enum fj_rc rc;

	*out = NULL;
	if (memchr(p, '\0', n) != NULL || utf8_valid(p, n) != n)
		return bad(e, 1, "UTF-8");
	s = xcalloc(1, sizeof(*s));
	s->text = xstrndup(p, n);
	rc = read_lines(s, e);
	if (rc == FJ_OK)
		*out = s;
	else
		subjects_free(&s);
	return rc;
}

void
subjects_free(struct subjects **sp)
{
	struct subjects *s = *sp;

	*sp = NULL;
	if (s == NULL)
		return;
	free(s->text);
	free(s->v);
	free(s);
}

size_t
subjects_count(const struct subjects *s)
{
	return s != NULL ? s->n : 0;
}

const struct subject *
subjects_at(const struct subjects *s, size_t i)
{
	return i < subjects_count(s) ? &s->v[i] : NULL;
}

const struct subject *
subjects_by_uscc(const struct subjects *s, const char *uscc)
{
	size_t i;

	for (i = 0; i < subjects_count(s); i++)
		if (strcmp(s->v[i].uscc, uscc) == 0)
			return &s->v[i];
	return NULL;
}

/* ---- from a CSV ---- */

struct csv {
	const char *p, *end;
	int line;
	struct fj_buf *text;		/* fields, each with its terminator */
};

/* Does the field go on at c->p?  A doubled quote is passed over to its second. */
static bool
csv_goes_on(struct csv *c, bool quoted)
{
	if (!quoted)
		return *c->p != ',' && *c->p != '\n' && *c->p != '\r';
	if (*c->p != '"')
		return true;
	if (c->p + 1 < c->end && c->p[1] == '"') {
		c->p++;
		return true;
	}
	return false;
}

/* To the field's end; a quote outside of quotes and a control character are wrong. */
static bool
csv_value(struct csv *c, bool quoted)
{
	for (; c->p < c->end && csv_goes_on(c, quoted); c->p++) {
		if ((unsigned char)*c->p < ' ' || (!quoted && *c->p == '"'))
			return false;
		fj_buf_putc(c->text, *c->p);
	}
	if (quoted && c->p == c->end)
		return false;
	c->p += quoted;
	return true;
}

/* The next field, unquoted, into c->text.  *last: the record ends behind it. */
static bool
csv_field(struct csv *c, bool *last)
{
	bool quoted = c->p < c->end && *c->p == '"';

	c->p += quoted;
	if (!csv_value(c, quoted))
		return false;
	fj_buf_putc(c->text, '\0');
	if (fj_buf_over(c->text))
		return false;
	if (c->p < c->end && *c->p == '\r')
		c->p++;
	*last = c->p == c->end || *c->p == '\n';
	if (!*last && *c->p != ',')
		return false;
	c->p += c->p < c->end;
	return true;
}

enum { CSV_COLUMNS = 32 };

struct import {
	struct csv c;
	int column[CSV_COLUMNS];	/* which of ours; -1: none */
	int ncolumn;
	const char *division;
	struct subjects rows;		/* strings are kept in piece */
	char **piece;
	size_t npiece;
};

static int
column_of(const char *name)
{
	int i;

	for (i = 0; i < COLUMNS; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

static enum fj_rc
csv_head(struct import *im, struct fj_err *e)
{
	bool last = false, name = false;

	while (!last) {
		size_t at = im->c.text->n;
		int k;

		if (im->ncolumn == CSV_COLUMNS || !csv_field(&im->c, &last))
			return bad(e, 1, names[0]);
		k = column_of(im->c.text->p + at);
		if (k < 0)
			return bad(e, 1, im->c.text->p + at);
		name = name || k == NAME;
		im->column[im->ncolumn++] = k;
	}
	im->c.line = 2;
	return name ? FJ_OK : bad(e, 1, names[NAME]);
}

static enum fj_rc
csv_record(struct import *im, struct fj_err *e)
{
	size_t at[COLUMNS];
	const char *v[COLUMNS], *what;
	bool last = false, given[COLUMNS] = {false};
	int i;

	fj_buf_clear(im->c.text);
	for (i = 0; !last; i++) {
		size_t start = im->c.text->n;

		if (i == im->ncolumn || !csv_field(&im->c, &last))
			return bad(e, im->c.line, i < im->ncolumn ? names[im->column[i]] : "");
		at[im->column[i]] = start;
		given[im->column[i]] = true;
	}
	if (i == 1 && im->c.text->n == 1)
		return FJ_OK;			/* an empty line */
	if (i != im->ncolumn)
		return bad(e, im->c.line, names[im->column[i]]);
	im->piece = xrealloc(im->piece, im->npiece + 1, sizeof(*im->piece));
	im->piece[im->npiece] = xmemdup(im->c.text->p, im->c.text->n);
	for (i = 0; i < COLUMNS; i++)
		v[i] = given[i] ? im->piece[im->npiece] + at[i] : "";
	im->npiece++;
	if (v[DIVISION][0] == '\0')
		v[DIVISION] = im->division;
	what = wrong(v);
	if (what == NULL && !scope_covers(im->division, v[DIVISION]))
		what = names[DIVISION];
	if (what != NULL)
		return bad(e, im->c.line, what);
	if (im->rows.n == SUBJECTS_MAX)
		return fj_fail(e, FJ_LIMIT, "model.subjects-many", "d", SUBJECTS_MAX);
	add(&im->rows, v);
	return FJ_OK;
}

static int
order(const void *a, const void *b)
{
	const struct subject *x = a, *y = b;
	int c = strcmp(x->uscc, y->uscc);

	return c != 0 ? c : strcmp(x->name, y->name);
}

static void
write_rows(const struct import *im, struct fj_buf *out)
{
	size_t i;
	int k;

	for (k = 0; k < COLUMNS; k++)
		fj_buf_printf(out, "%s%c", names[k], k + 1 < COLUMNS ? '\t' : '\n');
	for (i = 0; i < im->rows.n; i++) {
		const struct subject *s = &im->rows.v[i];

		fj_buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\n", s->name, s->uscc, s->cma,
		    s->division, s->address, s->visited);
	}
}

enum fj_rc
subjects_from_csv(const char *p, size_t n, const char *division, struct fj_buf *out,
    struct fj_err *e)
{
	struct import im = {.division = division};
	struct fj_buf text;
	enum fj_rc rc;
	size_t i;

	if (memchr(p, '\0', n) != NULL || utf8_valid(p, n) != n)
		return bad(e, 1, "UTF-8");
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	im.c = (struct csv){p, p + n, 1, &text};
	rc = csv_head(&im, e);
	for (; rc == FJ_OK && im.c.p < im.c.end; im.c.line++)
		rc = csv_record(&im, e);
	if (rc == FJ_OK && im.rows.n > 1)
		qsort(im.rows.v, im.rows.n, sizeof(*im.rows.v), order);
	if (rc == FJ_OK)
		write_rows(&im, out);
	for (i = 0; i < im.npiece; i++)
		free(im.piece[i]);
	free(im.piece);
	free(im.rows.v);
	fj_buf_release(&text);
	return rc;
}
