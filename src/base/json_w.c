/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void
json_w_init(struct json_w *w, struct fj_buf *b)
{
	memset(w, 0, sizeof(*w));
	w->b = b;
}

static void
before(struct json_w *w)
{
	uint64_t bit = (uint64_t)1 << w->depth;

	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->comma & bit)
		fj_buf_putc(w->b, ',');
	w->comma |= bit;
}

static void
open_level(struct json_w *w, bool array)
{
	uint64_t bit;

	before(w);
	FJ_BUG_IF(w->depth == 62);
	bit = (uint64_t)1 << ++w->depth;
	w->comma &= ~bit;
	w->array = array ? w->array | bit : w->array & ~bit;
	fj_buf_putc(w->b, array ? '[' : '{');
}

void
json_w_obj(struct json_w *w)
{
	open_level(w, false);
}

void
json_w_arr(struct json_w *w)
{
	open_level(w, true);
}

void
json_w_end(struct json_w *w)
{
	uint64_t bit = (uint64_t)1 << w->depth--;

	fj_buf_putc(w->b, w->array & bit ? ']' : '}');
}

static void
quoted(struct json_w *w, const char *s, size_t n)
{
	size_t i = 0, from = 0;

	fj_buf_putc(w->b, '"');
	while (i < n) {
		unsigned char c = (unsigned char)s[i];
		size_t step = c < 0x80 ? 1 : utf8_len(s + i, n - i);

		if (step != 0 && c >= 0x20 && c != '"' && c != '\\') {
			i += step;
			continue;
		}
		fj_buf_add(w->b, s + from, i - from);
		if (step == 0)
			fj_buf_puts(w->b, "\xef\xbf\xbd");
		else if (c == '\n')
			fj_buf_puts(w->b, "\\n");
		else if (c == '\t')
			fj_buf_puts(w->b, "\\t");
		else if (c < 0x20)
			fj_buf_printf(w->b, "\\u%04x", c);
		else
			fj_buf_printf(w->b, "\\%c", c);
		from = ++i;
	}
	fj_buf_add(w->b, s + from, n - from);
	fj_buf_putc(w->b, '"');
}

void
json_w_key(struct json_w *w, const char *key)
{
	before(w);
	quoted(w, key, strlen(key));
	fj_buf_putc(w->b, ':');
	w->after_key = true;
}

void
json_w_strn(struct json_w *w, const char *s, size_t n)
{
	before(w);
	quoted(w, s, n);
}

void
json_w_str(struct json_w *w, const char *s)
{
	json_w_strn(w, s, strlen(s));
}

void
json_w_int(struct json_w *w, int64_t v)
{
	before(w);
	fj_buf_printf(w->b, "%lld", (long long)v);
}

/* The shortest text that reads back as the same double. */
void
json_w_double(struct json_w *w, double v)
{
	char text[40];
	int digits;

	if (isnan(v) || isinf(v)) {
		json_w_str(w, isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity");
		return;
	}
	before(w);
	for (digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	fj_buf_puts(w->b, text);
}

void
json_w_bool(struct json_w *w, bool v)
{
	json_w_raw(w, v ? "true" : "false");
}

void
json_w_null(struct json_w *w)
{
	json_w_raw(w, "null");
}

void
json_w_raw(struct json_w *w, const char *text)
{
	before(w);
	fj_buf_puts(w->b, text);
}

void
json_w_value(struct json_w *w, const struct json *v)
{
	const struct json *c;

	switch (v->type) {
	case JSON_STRING:
		json_w_strn(w, v->text, v->len);
		return;
	case JSON_NUMBER:
		json_w_raw(w, v->text);
		return;
	case JSON_BOOL:
		json_w_bool(w, v->truth);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	case JSON_NONE:
	case JSON_NULL:
		json_w_null(w);
		return;
	}
	open_level(w, v->type == JSON_ARRAY);
	json_each(c, v) {
		if (c->key != NULL)
			json_w_key(w, c->key);
		json_w_value(w, c);
	}
	json_w_end(w);
}

void
json_w_kstr(struct json_w *w, const char *key, const char *s)
{
	if (s == NULL)
		return;
	json_w_key(w, key);
	json_w_str(w, s);
}

void
json_w_kint(struct json_w *w, const char *key, int64_t v)
{
	json_w_key(w, key);
	json_w_int(w, v);
}

void
json_w_kbool(struct json_w *w, const char *key, bool v)
{
	json_w_key(w, key);
	json_w_bool(w, v);
}
