/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/pretty.h"

#include <stdbool.h>

static bool
nests(const struct json *v)
{
	return (v->type == JSON_ARRAY || v->type == JSON_OBJECT) && v->count > 0;
}

/* An array of plain values, or an object whose members are no more than that. */
static bool
on_one_line(const struct json *v)
{
	const struct json *m, *k;

	json_each(m, v) {
		if (nests(m) && m->type == JSON_OBJECT)
			return false;
		json_each(k, m)
			if (nests(k))
				return false;
	}
	return true;
}

static void
indent(struct fj_buf *out, int depth)
{
	fj_buf_putc(out, '\n');
	while (depth-- > 0)
		fj_buf_puts(out, "  ");
}

static void
put(const struct json *v, struct fj_buf *out, int depth)
{
	const struct json *m;
	struct json_w w;

	if (!nests(v) || on_one_line(v)) {
		json_w_init(&w, out);
		json_w_value(&w, v);
		return;
	}
	fj_buf_putc(out, v->type == JSON_ARRAY ? '[' : '{');
	json_each(m, v) {
		indent(out, depth + 1);
		if (m->key != NULL) {
			json_w_init(&w, out);
			json_w_str(&w, m->key);
			fj_buf_puts(out, ": ");
		}
		put(m, out, depth + 1);
		if (m->next != NULL)
			fj_buf_putc(out, ',');
	}
	indent(out, depth);
	fj_buf_putc(out, v->type == JSON_ARRAY ? ']' : '}');
}

void
pretty_json(const struct json *v, struct fj_buf *out)
{
	if (v == NULL)
		return;
	put(v, out, 0);
	fj_buf_putc(out, '\n');
}
