/* SPDX-License-Identifier: Apache-2.0 */
/* A sheet as a table: its header understood, its blank rows gone. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "xform/xls_i.h"

enum {
	COLUMNS_MAX = 1000,
	PARTS = 3,
};

struct load {
	struct xlsform *f;
	struct xtable *t;
	const struct xalias_table *aliases;
	bool large;
};

bool
xflag(const char *s)
{
	static const char *const yes[] = {"yes", "Yes", "YES", "true", "True", "TRUE",
	    "true()", "1", "是", "x", "X"};
	size_t i;

	for (i = 0; s != NULL && i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcmp(s, yes[i]) == 0)
			return true;
	return false;
}

/* ---- the header ---- */

struct part {
	const char *s;
	size_t n;
};

/* "media::image::English (en)" by "::", else by ":" (but jr:count is one). */
static size_t
split(const char *s, struct part part[PARTS])
{
	const char *sep = strstr(s, "::") != NULL ? "::" : ":", *end;
	size_t n = 0, k = strlen(sep);

	for (;;) {
		end = n + 1 < PARTS ? strstr(s, sep) : NULL;
		if (end != NULL && k == 1 && n == 0 && end - s == 2 && memcmp(s, "jr", 2) == 0)
			end = NULL;
		part[n].s = s;
		part[n].n = end != NULL ? (size_t)(end - s) : strlen(s);
		xtrim(&part[n].s, &part[n].n);
		n++;
		if (end == NULL)
			return n;
		s = end + k;
	}
}

/* Lower case, _ for blanks: "Constraint  Message" is constraint_message. */
static const char *
normal(struct ximport *x, const struct part *p)
{
	char *out = xmem(x, p->n + 1), *o = out;
	size_t i;

	for (i = 0; i < p->n; i++) {
		char c = p->s[i];

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			c = '_';
		if (c == '_' && o > out && o[-1] == '_')
			continue;
		*o++ = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return out;
}

static const struct xalias *
alias(const struct xalias_table *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0)
			return &t->v[i];
	return NULL;
}

static bool
prefix(const char *s)
{
	return strcmp(s, "bind") == 0 || strcmp(s, "body") == 0 || strcmp(s, "control") == 0 ||
	    strcmp(s, "instance") == 0;
}

static void
column_read(struct load *l, struct xcol *c, const char *s)
{
	struct ximport *x = &l->f->x;
	struct part part[PARTS];
	const struct xalias *a;
	size_t n = split(s, part), lang = 1;
	const char *first = normal(x, &part[0]), *name = first;

	c->as_written = s;
	c->lang = -1;
	c->kind = C_OTHER;
	c->base = s;
	if (n > 1 && prefix(first)) {
		name = xmem_fmt(x, "%s::%s", strcmp(first, "control") == 0 ? "body" : first,
		    normal(x, &part[1]));
		lang = 2;
		c->kind = C_KEPT;
		c->base = xmem_fmt(x, "%s::%.*s", strcmp(first, "control") == 0 ? "body" :
		    first, (int)part[1].n, part[1].s);
	} else if (n > 1 && strcmp(first, "media") == 0) {
		name = normal(x, &part[1]);
		lang = 2;
	}
	a = alias(l->aliases, name);
	if (a != NULL) {
		c->base = a->canonical;
		c->kind = a->kind;
	}
	if (c->kind != C_TEXT)
		return;
	if (n > lang && part[lang].n > 0)
		c->lang = xlang_find(x, part[lang].s, part[lang].n);
	else
		x->langs.plain = true;
}

static bool
same_column(const struct xcol *a, const struct xcol *b)
{
	return a->lang == b->lang && strcmp(a->base, b->base) == 0;
}

static void
header(struct load *l, const struct sheet_row *r)
{
	struct ximport *x = &l->f->x;
	struct xtable *t = l->t;
	struct xplace at = {t->sheet, (int)r->number, 0};
	uint32_t i;
	int k;

	t->header = (int)r->number;
	t->col = xmem(x, (r->count + 1) * sizeof(*t->col));
	for (i = 0; i < r->count && i < COLUMNS_MAX; i++) {
		const char *s = r->cell[i].text;
		size_t n = strlen(s);
		struct xcol *c = &t->col[t->ncol];

		xtrim(&s, &n);
		c->column = at.column = (int)i + 1;
		c->dead = n == 0;
		t->ncol++;
		if (n == 0) {
			c->base = c->as_written = "";
			continue;
		}
		column_read(l, c, xmem_str(x, s, n));
		for (k = 0; k < t->ncol - 1 && !c->dead; k++) {
			if (t->col[k].dead || !same_column(&t->col[k], c))
				continue;
			xfault(x, at, FORM_ERROR, "xlsform.column-twice", "ss", c->as_written,
			    t->col[k].as_written);
			c->dead = true;
		}
	}
}

/* ---- rows ---- */

static void
no_header(struct load *l, const struct sheet_row *r, uint32_t i)
{
	struct xplace at = {l->t->sheet, (int)r->number, (int)i + 1};

	xfault(&l->f->x, at, FORM_WARNING, "xlsform.no-header", "s", r->cell[i].text);
}

static bool
row(void *ctx, const struct sheet_row *r)
{
	struct load *l = ctx;
	struct ximport *x = &l->f->x;
	struct xtable *t = l->t;
	struct xcell *cell;
	struct xrow *out;
	uint32_t i;
	int n = 0;

	if (t->col == NULL) {
		header(l, r);
		return true;
	}
	cell = xmem(x, (r->count + 1) * sizeof(*cell));
	for (i = 0; i < r->count; i++) {
		const char *s = r->cell[i].text;
		size_t len = strlen(s);

		xtrim(&s, &len);
		if (len == 0)
			continue;
		l->f->bytes += len;
		if (i >= (uint32_t)t->ncol || t->col[i].as_written[0] == '\0') {
			no_header(l, r, i);
			continue;
		}
		if (r->cell[i].kind == CELL_ERROR)
			xfault(x, (struct xplace){t->sheet, (int)r->number, (int)i + 1},
			    FORM_ERROR, "xlsform.cell-error", "s", s);
		cell[n].col = (int)i;
		cell[n++].s = xmem_str(x, s, len);
	}
	if (l->f->bytes > LIMIT_FORM_BYTES) {
		l->large = true;
		return false;
	}
	if (n == 0)
		return true;
	if (t->nrow == t->row_cap) {
		t->row_cap = t->row_cap ? 2 * t->row_cap : 64;
		t->row = xrealloc(t->row, t->row_cap, sizeof(*t->row));
	}
	out = &t->row[t->nrow++];
	out->number = (int)r->number;
	out->cell = cell;
	out->count = n;
	return true;
}

enum fj_rc
xtable_read(struct xlsform *f, const char *sheet, const struct xalias_table *aliases,
    struct xtable *t, struct fj_err *e)
{
	struct load l = {.f = f, .t = t, .aliases = aliases};
	int at = book_find_sheet(f->book, sheet);
	const char *name;
	enum fj_rc rc;

	if (at < 0)
		return FJ_OK;
	name = book_sheet_name(f->book, at);
	t->sheet = xmem_str(&f->x, name, strlen(name));
	rc = sheet_rows(f->book, at, 0, row, &l, e);
	if (rc == FJ_OK && l.large)
		rc = fj_fail(e, FJ_LIMIT, "xlsform.large", "sd", t->sheet, (int)LIMIT_FORM_BYTES);
	return rc;
}

void
xtable_release(struct xtable *t)
{
	free(t->row);
	t->row = NULL;
	t->nrow = t->row_cap = 0;
}

/* ---- cells ---- */

static const struct xcell *
cell_of(const struct xtable *t, const struct xrow *r, const char *base)
{
	int i;

	for (i = 0; i < r->count; i++) {
		const struct xcol *c = &t->col[r->cell[i].col];

		if (!c->dead && strcmp(c->base, base) == 0)
			return &r->cell[i];
	}
	return NULL;
}

const char *
xtable_get(const struct xtable *t, const struct xrow *r, const char *base)
{
	const struct xcell *c = cell_of(t, r, base);

	return c != NULL ? c->s : NULL;
}

struct xplace
xtable_cell_at(const struct xtable *t, const struct xrow *r, int col)
{
	return (struct xplace){t->sheet, r->number, t->col[col].column};
}

/* Of a blank cell: where it would stand; else the row. */
struct xplace
xtable_at(const struct xtable *t, const struct xrow *r, const char *base)
{
	const struct xcell *c = cell_of(t, r, base);
	int i;

	if (c != NULL)
		return xtable_cell_at(t, r, c->col);
	for (i = 0; i < t->ncol; i++)
		if (!t->col[i].dead && strcmp(t->col[i].base, base) == 0)
			return xtable_cell_at(t, r, i);
	return (struct xplace){t->sheet, r->number, 1};
}

void
xtable_text(const struct xtable *t, const struct xrow *r, const char *base,
    struct xtext *out)
{
	int i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < r->count; i++) {
		const struct xcol *c = &t->col[r->cell[i].col];
		struct xplace at = xtable_cell_at(t, r, r->cell[i].col);

		if (c->dead || strcmp(c->base, base) != 0)
			continue;
		if (!xtext_any(out))
			out->at = at;
		if (c->lang < 0) {
			out->plain = r->cell[i].s;
			out->at = at;
		} else {
			out->v[c->lang] = r->cell[i].s;
			out->at_lang[c->lang] = at;
		}
	}
}
