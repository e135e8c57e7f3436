/* SPDX-License-Identifier: Apache-2.0 */
/* What both importers share: memory, faults with places, form_load's verdict. */
#include "xform/import_i.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"

enum {
	XFAULTS_MAX = 1000,
	XMEM_MAX = 512 << 20,		/* far above what bounded input can need */
};

void
xform_import_init(struct xform_import *im)
{
	memset(im, 0, sizeof(*im));
	fj_buf_init(&im->json, LIMIT_FORM_BYTES);
}

void
xform_import_release(struct xform_import *im)
{
	fj_buf_release(&im->json);
	free(im->faults.v);
	free(im->needed.v);
	memset(&im->faults, 0, sizeof(im->faults));
	memset(&im->needed, 0, sizeof(im->needed));
}

void
ximport_init(struct ximport *x, struct xform_import *im, const char *name)
{
	memset(x, 0, sizeof(*x));
	x->im = im;
	x->name = name;
	x->mem = arena_new(XMEM_MAX);
}

/* Input has limits, so memory has: running out is a defect. */
void *
xmem(struct ximport *x, size_t n)
{
	void *p = arena_alloc(x->mem, n > 0 ? n : 1);

	FJ_BUG_IF(p == NULL);
	return p;
}

const char *
xmem_str(struct ximport *x, const char *s, size_t n)
{
	char *p = arena_strndup(x->mem, s, n);

	FJ_BUG_IF(p == NULL);
	return p;
}

const char *
xmem_fmt(struct ximport *x, const char *format, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	FJ_BUG_IF(n < 0);
	p = xmem(x, (size_t)n + 1);
	va_start(ap, format);
	(void)vsnprintf(p, (size_t)n + 1, format, ap);
	va_end(ap);
	return p;
}

static void
put(struct xform_faults *l, struct xplace at, enum form_severity severity,
    const struct fj_err *e)
{
	struct xform_fault *q;
	const char *sheet = at.sheet != NULL ? at.sheet : "";
	size_t n = strlen(sheet);

	if (severity == FORM_ERROR)
		l->errors++;
	if (l->n >= XFAULTS_MAX)
		return;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 16;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	q = &l->v[l->n++];
	memset(q, 0, sizeof(*q));
	while (n >= sizeof(q->sheet) || utf8_valid(sheet, n) != n)
		n--;
	memcpy(q->sheet, sheet, n);
	q->row = at.row;
	q->column = at.column;
	q->severity = severity;
	q->err = *e;
}

static void
fault_put(struct ximport *x, struct xplace at, enum form_severity severity,
    const struct fj_err *e)
{
	put(&x->im->faults, at, severity, e);
}

void
xfault(struct ximport *x, struct xplace at, enum form_severity severity,
    const char *code, const char *kinds, ...)
{
	const char *a[3] = {"", "", ""};
	struct fj_err e;
	va_list ap;
	size_t i;

	va_start(ap, kinds);
	for (i = 0; i < 3 && kinds[i] != '\0'; i++)
		a[i] = va_arg(ap, const char *);
	va_end(ap);
	fj_err_clear(&e);
	(void)fj_fail(&e, FJ_INVAL, code, kinds, a[0], a[1], a[2]);
	fault_put(x, at, severity, &e);
}

void
xtrim(const char **s, size_t *n)
{
	for (;;) {
		if (*n > 0 && strchr(" \t\r\n", (*s)[*n - 1]) != NULL)
			--*n;
		else if (*n > 1 && memcmp(*s + *n - 2, "\xc2\xa0", 2) == 0)
			*n -= 2;
		else
			break;
	}
	for (;;) {
		if (*n > 0 && strchr(" \t\r\n", **s) != NULL) {
			++*s;
			--*n;
		} else if (*n > 1 && memcmp(*s, "\xc2\xa0", 2) == 0) {
			*s += 2;
			*n -= 2;
		} else {
			break;
		}
	}
}

/* One of “ ” ‘ ’ at p: the straight one, else '\0'. */
static char
curly(const char *p)
{
	if (strncmp(p, "\xe2\x80\x9c", 3) == 0 || strncmp(p, "\xe2\x80\x9d", 3) == 0)
		return '"';
	if (strncmp(p, "\xe2\x80\x98", 3) == 0 || strncmp(p, "\xe2\x80\x99", 3) == 0)
		return '\'';
	return '\0';
}

/*
 * Spreadsheet programs turn quotes into curly ones as one types.  Inside a
 * literal with straight quotes they are text and stay.
 */
const char *
xstraight(struct ximport *x, const char *s)
{
	char *out = xmem(x, strlen(s) + 1), *o = out, open = '\0', c;

	while (*s != '\0') {
		c = open == '\0' || open == 'c' || open == 'C' ? curly(s) : '\0';
		if (c != '\0') {
			if (open == '\0')
				open = c == '"' ? 'C' : 'c';
			else if ((open == 'C') == (c == '"'))
				open = '\0';
			else
				c = '\0';
		}
		if (c != '\0') {
			*o++ = c;
			s += 3;
			continue;
		}
		if (*s == '"' || *s == '\'') {
			if (open == '\0')
				open = *s;
			else if (open == *s)
				open = '\0';
		}
		*o++ = *s++;
	}
	return out;
}

/* ---- languages ---- */

struct known_lang {
	const char *name, *code;
};

static bool
same_word(const char *s, size_t n, const char *word)
{
	size_t i;

	if (strlen(word) != n)
		return false;
	for (i = 0; i < n; i++) {
		char c = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];

		if (c != word[i])
			return false;
	}
	return true;
}

const char *
xlang_code(struct ximport *x, const char *name, size_t n)
{
	static const struct known_lang known[] = {{"english", "en"}, {"英文", "en"},
	    {"英语", "en"}, {"chinese", "zh"}, {"中文", "zh"}, {"汉语", "zh"},
	    {"简体中文", "zh"}, {"中文简体", "zh"}, {"zh-cn", "zh"}, {"zh_cn", "zh"},
	    {"zh-hans", "zh"}, {"mandarin", "zh"}};
	const char *open = NULL, *s;
	size_t i, k;

	xtrim(&name, &n);
	if (n > 2 && name[n - 1] == ')')
		for (s = name; s < name + n; s++)
			if (*s == '(')
				open = s + 1;
	if (open != NULL) {
		k = (size_t)(name + n - 1 - open);
		s = open;
		xtrim(&s, &k);
		if (k > 0) {
			name = s;
			n = k;
		}
	}
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (same_word(name, n, known[i].name))
			return known[i].code;
	return xmem_str(x, name, n);
}

int
xlang_find(struct ximport *x, const char *name, size_t n)
{
	const char *code = xlang_code(x, name, n);
	size_t i;

	for (i = 0; i < x->langs.n; i++)
		if (strcmp(x->langs.v[i], code) == 0)
			return (int)i;
	if (x->langs.n == XLANG_MAX) {
		x->langs.full = true;
		return -1;
	}
	x->langs.v[x->langs.n++] = code;
	return (int)x->langs.n - 1;
}

/* ---- the end ---- */

static int
by_place(const void *a, const void *b)
{
	const struct xform_fault *p = a, *q = b;
	int c = strcmp(p->sheet, q->sheet);

	/* The questions first, whatever the alphabet says. */
	if (c != 0 && (strcmp(p->sheet, "survey") == 0 || strcmp(q->sheet, "survey") == 0))
		return strcmp(p->sheet, "survey") == 0 ? -1 : 1;
	if (c != 0)
		return c;
	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	if (p->column != q->column)
		return p->column < q->column ? -1 : 1;
	return strcmp(p->err.code, q->err.code);
}

/* One cause may be seen by the importer and by form_load: once is enough. */
static void
unique(struct xform_faults *l)
{
	size_t i, kept = 0;

	for (i = 0; i < l->n; i++) {
		if (kept > 0 && by_place(&l->v[kept - 1], &l->v[i]) == 0 &&
		    memcmp(l->v[kept - 1].err.arg, l->v[i].err.arg,
		    sizeof(l->v[i].err.arg)) == 0) {
			l->errors -= l->v[i].severity == FORM_ERROR;
			continue;
		}
		l->v[kept++] = l->v[i];
	}
	l->n = kept;
}

/* ---- form_load ---- */

/* Whoever asked for the import brings the files: here each is an empty list. */
static bool
empty_file(void *ctx, const char *name)
{
	struct fj_buf *b = ctx;

	fj_buf_puts(b, b->n > 0 ? ", " : "");
	xjson_str(b, name);
	fj_buf_puts(b, ": []");
	return true;
}

/* The definition with its files on the last line: no other line moves. */
static bool
with_files(const struct fj_buf *json, struct fj_buf *out)
{
	bool any;
	struct fj_buf files;
	size_t n = json->n;

	fj_buf_init(&files, LIMIT_FORM_BYTES);
	if (form_files_needed(json->p, json->n, empty_file, &files, NULL) != FJ_OK)
		fj_buf_clear(&files);
	while (n > 0 && json->p[n - 1] != '}')
		n--;
	fj_buf_add(out, json->p, n - 1);
	if (files.n > 0)
		fj_buf_printf(out, ", \"files\": {%s}", files.p);
	fj_buf_puts(out, "}\n");
	any = files.n > 0;
	fj_buf_release(&files);
	return any;
}

static struct xplace
place_of(const struct ximport *x, const struct form_fault *q)
{
	bool known = q->line >= 1 && (size_t)q->line <= x->nline;

	return known ? x->line[q->line - 1] : x->nline > 0 ? x->line[0] :
	    (struct xplace){"", 0, 0};
}

/* Where the files are asked for that are not there yet. */
static void
needed(struct ximport *x)
{
	struct form_faults faults = {0};
	struct form *f = NULL;
	size_t i;

	(void)!form_load(x->im->json.p, x->im->json.n, &f, &faults, NULL);
	for (i = 0; i < faults.n; i++)
		if (strcmp(faults.v[i].err.code, "form.file-missing") == 0)
			put(&x->im->needed, place_of(x, &faults.v[i]), FORM_ERROR,
			    &faults.v[i].err);
	form_free(&f);
	form_faults_release(&faults);
}

/* "a.calculation 6:3 > b.calculation 10:3": lines of the JSON become places. */
static void
cycle_places(const struct ximport *x, struct fj_err *e)
{
	struct fj_buf b;
	const char *s = e->arg[0];
	char *end = e->arg[0];
	size_t k;

	if (strcmp(e->code, "form.cycle") != 0 || e->narg < 1)
		return;
	fj_buf_init(&b, 4096);
	while (*s != '\0') {
		long line = *s >= '0' && *s <= '9' ? strtol(s, &end, 10) : 0;
		bool first = s == e->arg[0] || s[-1] == ' ';

		if (first && line >= 1 && *end == ':' && (size_t)line <= x->nline) {
			const struct xplace *at = &x->line[line - 1];

			fj_buf_printf(&b, at->sheet[0] != '\0' ? "%s!%d,%d" : "%s%d:%d",
			    at->sheet, at->row, at->column);
			s = end + 1 + strspn(end + 1, "0123456789");
		} else {
			fj_buf_putc(&b, *s++);
		}
	}
	k = b.n < FJ_ERR_ARG_MAX ? b.n : FJ_ERR_ARG_MAX - 1;
	while (k > 0 && utf8_valid(b.p, k) != k)
		k--;
	memcpy(e->arg[0], b.p, k);
	e->arg[0][k] = '\0';
	fj_buf_release(&b);
}

static void
load(struct ximport *x)
{
	struct form_faults faults = {0};
	struct fj_buf whole;
	struct xplace top = x->nline > 0 ? x->line[0] : (struct xplace){"", 0, 0};
	struct form *f = NULL;
	struct fj_err e;
	size_t i;

	if (fj_buf_over(&x->im->json)) {
		fj_err_clear(&e);
		(void)fj_fail(&e, FJ_LIMIT, "form.large", "d", (int)LIMIT_FORM_BYTES);
		fault_put(x, top, FORM_ERROR, &e);
		return;
	}
	fj_err_clear(&e);
	fj_buf_init(&whole, 2 * (size_t)LIMIT_FORM_BYTES);
	if (with_files(&x->im->json, &whole))
		needed(x);
	if (form_load(whole.p, whole.n, &f, &faults, &e) != FJ_OK && faults.errors == 0)
		fault_put(x, top, FORM_ERROR, &e);
	for (i = 0; i < faults.n; i++) {
		cycle_places(x, &faults.v[i].err);
		fault_put(x, place_of(x, &faults.v[i]), faults.v[i].severity, &faults.v[i].err);
	}
	fj_buf_release(&whole);
	form_free(&f);
	form_faults_release(&faults);
}

void
ximport_finish(struct ximport *x, bool check)
{
	struct xform_faults *l = &x->im->faults;

	if (check)
		load(x);
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_place);
	unique(l);
	arena_free(&x->mem);
	free(x->line);
	x->line = NULL;
}
