/* SPDX-License-Identifier: Apache-2.0 */
/* The definition as JSON, one member a line; each line knows where it is from. */
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "xform/import_i.h"

void
xjson_str(struct fj_buf *out, const char *s)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_str(&w, s);
}

/* A new line that is from the place `at`. */
static void
line(struct ximport *x, const char *key, struct xplace at)
{
	struct fj_buf *b = &x->im->json;
	uint64_t bit = (uint64_t)1 << x->depth;
	int i;

	if (x->depth > 0) {
		fj_buf_puts(b, (x->comma & bit) != 0 ? ",\n" : "\n");
		x->comma |= bit;
	}
	if (x->nline == x->line_cap) {
		x->line_cap = x->line_cap ? 2 * x->line_cap : 256;
		x->line = xrealloc(x->line, x->line_cap, sizeof(*x->line));
	}
	x->line[x->nline++] = at;
	for (i = 0; i < x->depth; i++)
		fj_buf_putc(b, ' ');
	if (key != NULL) {
		xjson_str(b, key);
		fj_buf_puts(b, ": ");
	}
}

static void
open_level(struct ximport *x, const char *key, struct xplace at, bool array)
{
	uint64_t bit;

	line(x, key, at);
	FJ_BUG_IF(x->depth == 62);
	bit = (uint64_t)1 << ++x->depth;
	x->comma &= ~bit;
	x->array = array ? x->array | bit : x->array & ~bit;
	fj_buf_putc(&x->im->json, array ? '[' : '{');
}

void
xout_obj(struct ximport *x, const char *key, struct xplace at)
{
	open_level(x, key, at, false);
}

void
xout_arr(struct ximport *x, const char *key, struct xplace at)
{
	open_level(x, key, at, true);
}

/* The bracket stands on the last line, so that it needs no place of its own. */
void
xout_end(struct ximport *x)
{
	bool array = (x->array & ((uint64_t)1 << x->depth)) != 0;

	FJ_BUG_IF(x->depth == 0);
	x->depth--;
	fj_buf_putc(&x->im->json, array ? ']' : '}');
	if (x->depth == 0)
		fj_buf_putc(&x->im->json, '\n');
}

void
xout_str(struct ximport *x, const char *key, struct xplace at, const char *s)
{
	line(x, key, at);
	xjson_str(&x->im->json, s);
}

void
xout_raw(struct ximport *x, const char *key, struct xplace at, const char *json)
{
	line(x, key, at);
	fj_buf_puts(&x->im->json, json);
}

/* ---- texts by language ---- */

bool
xtext_any(const struct xtext *t)
{
	size_t i;

	if (t->plain != NULL)
		return true;
	for (i = 0; i < XLANG_MAX; i++)
		if (t->v[i] != NULL)
			return true;
	return false;
}

static bool
only_plain(const struct xtext *t)
{
	size_t i;

	for (i = 0; i < XLANG_MAX; i++)
		if (t->v[i] != NULL)
			return false;
	return true;
}

/*
 * A text without a language among others that have one belongs to the first
 * language of the form, unless that one is there too.
 */
void
xout_text(struct ximport *x, const char *key, const struct xtext *t)
{
	size_t i;

	if (!xtext_any(t))
		return;
	if (only_plain(t)) {
		xout_str(x, key, t->at, t->plain);
		return;
	}
	xout_obj(x, key, t->at);
	for (i = 0; i < x->langs.n; i++) {
		if (t->v[i] != NULL)
			xout_str(x, x->langs.v[i], t->at_lang[i], t->v[i]);
		else if (i == 0 && t->plain != NULL)
			xout_str(x, x->langs.v[0], t->at, t->plain);
	}
	xout_end(x);
}

void
xtext_inline(struct ximport *x, const struct xtext *t, struct fj_buf *out)
{
	const char *s, *sep = "";
	size_t i;

	if (only_plain(t)) {
		xjson_str(out, t->plain != NULL ? t->plain : "");
		return;
	}
	fj_buf_putc(out, '{');
	for (i = 0; i < x->langs.n; i++) {
		s = t->v[i] != NULL ? t->v[i] : i == 0 ? t->plain : NULL;
		if (s == NULL)
			continue;
		fj_buf_puts(out, sep);
		xjson_str(out, x->langs.v[i]);
		fj_buf_puts(out, ": ");
		xjson_str(out, s);
		sep = ", ";
	}
	fj_buf_putc(out, '}');
}
