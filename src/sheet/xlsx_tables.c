/* SPDX-License-Identifier: Apache-2.0 */
/* The two tables that cells of a workbook point into: styles and shared strings. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "sheet/internal.h"

/* ---- styles ---- */

struct formats {
	struct xlsx *x;
	struct own_format {
		long id;
		struct xlsx_style style;
	} *own;
	size_t n;
	bool in_cells;		/* inside cellXfs */
	bool many;
};

static struct xlsx_style
find_style(const struct formats *f, long id)
{
	size_t i;

	for (i = f->n; i > 0; i--)
		if (f->own[i - 1].id == id)
			return f->own[i - 1].style;
	return id >= 0 && id < 1000 ? xlsx_builtin((int)id) : (struct xlsx_style){0, -1};
}

static void
styles_start(void *ctx, const char *name, const char **attr)
{
	const char *id = part_attr(attr, "numFmtId"), *code = part_attr(attr, "formatCode");
	struct formats *f = ctx;
	struct xlsx *x = f->x;

	if (strcmp(name, "cellXfs") == 0) {
		f->in_cells = true;
	} else if (strcmp(name, "numFmt") == 0 && id != NULL && code != NULL) {
		f->many = f->many || f->n == 1000;
		if (f->many)
			return;
		f->own = xrealloc(f->own, f->n + 1, sizeof(*f->own));
		f->own[f->n].id = strtol(id, NULL, 10);
		f->own[f->n++].style = xlsx_format(code);
	} else if (f->in_cells && strcmp(name, "xf") == 0) {
		f->many = f->many || x->styles == LIMIT_SHEET_STYLES;
		if (f->many)
			return;
		if (x->styles % 64 == 0)
			x->style = xrealloc(x->style, x->styles + 64, sizeof(*x->style));
		x->style[x->styles++] = find_style(f, id != NULL ? strtol(id, NULL, 10) : 0);
	}
}

static void
styles_end(void *ctx, const char *name)
{
	struct formats *f = ctx;

	if (strcmp(name, "cellXfs") == 0)
		f->in_cells = false;
}

static enum fj_rc
styles_state(void *ctx, bool *enough, struct fj_err *e)
{
	const struct formats *f = ctx;

	*enough = false;
	return f->many ? sheet_fail(e, FJ_LIMIT, "sheet.styles", "", 0, 0, "65536") : FJ_OK;
}

enum fj_rc
xlsx_styles(struct book *b, const char *part, struct fj_err *e)
{
	struct formats f = {.x = b->x};
	struct part_handlers h = {.start = styles_start, .end = styles_end,
	    .state = styles_state, .ctx = &f};
	enum fj_rc rc = part_parse(b, part, "", &h, e);

	free(f.own);
	return rc;
}

/* ---- shared strings ---- */

struct strings {
	struct xlsx *x;
	struct fj_buf now;	/* the one being read */
	size_t cap;
	int phonetic;		/* depth inside rPh: how it is read aloud */
	bool in_text;
	bool many;
};

static void
keep_string(struct strings *s)
{
	struct xlsx *x = s->x;

	if (x->string_count + 2 > s->cap) {
		s->cap = s->cap == 0 ? 256 : s->cap * 2;
		x->string = xrealloc(x->string, s->cap, sizeof(*x->string));
	}
	x->string[x->string_count++] = x->strings.n;
	xlsx_unescape(s->now.p, s->now.n, &x->strings);
	fj_buf_putc(&x->strings, '\0');
	x->string[x->string_count] = x->strings.n;
	s->many = fj_buf_over(&s->now) || fj_buf_over(&x->strings) ||
	    x->string_count > LIMIT_SHEET_STRINGS;
	fj_buf_clear(&s->now);
}

static void
strings_start(void *ctx, const char *name, const char **attr)
{
	struct strings *s = ctx;

	(void)attr;
	if (strcmp(name, "si") == 0) {
		fj_buf_clear(&s->now);
	} else if (strcmp(name, "rPh") == 0) {
		s->phonetic++;
	} else if (strcmp(name, "t") == 0) {
		s->in_text = s->phonetic == 0;
	}
}

static void
strings_text(void *ctx, const char *p, size_t n)
{
	struct strings *s = ctx;

	if (s->in_text)
		fj_buf_add(&s->now, p, n);
}

static void
strings_end(void *ctx, const char *name)
{
	struct strings *s = ctx;

	if (strcmp(name, "t") == 0) {
		s->in_text = false;
	} else if (strcmp(name, "rPh") == 0) {
		s->phonetic -= s->phonetic > 0;
	} else if (strcmp(name, "si") == 0 && !s->many) {
		keep_string(s);
	}
}

static enum fj_rc
strings_state(void *ctx, bool *enough, struct fj_err *e)
{
	const struct strings *s = ctx;

	*enough = false;
	return s->many ? sheet_fail(e, FJ_LIMIT, "sheet.strings", "", 0, 0,
	    "10000000; 256 KiB; 512 MiB") : FJ_OK;
}

enum fj_rc
xlsx_strings(struct book *b, struct fj_err *e)
{
	struct strings s = {.x = b->x};
	struct part_handlers h = {.start = strings_start, .end = strings_end,
	    .text = strings_text, .state = strings_state, .ctx = &s};
	enum fj_rc rc;

	if (b->x->strings_known)
		return FJ_OK;
	b->x->strings_known = true;
	b->x->string_count = 0;
	fj_buf_clear(&b->x->strings);
	if (b->x->strings_part == NULL || !part_exists(b->x, b->x->strings_part))
		return FJ_OK;
	fj_buf_init(&s.now, LIMIT_SHEET_CELL_BYTES);
	rc = part_parse(b, b->x->strings_part, "", &h, e);
	fj_buf_release(&s.now);
	if (rc != FJ_OK)
		b->x->strings_known = false;
	return rc;
}
