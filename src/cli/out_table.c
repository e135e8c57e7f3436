/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of text: columns as wide as their widest cell, counted in cells of a
 * terminal, so that Chinese lines up. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "cli/out.h"
#include "text/fit.h"

enum {
	TABLE_COLUMNS = 16,
	COLUMN_CELLS = 48,	/* wider cells are cut, but for the last column */
};

struct out_table {
	struct cli *c;
	int columns;
	char **cell;		/* row after row; the first row are the heads */
	size_t n, cap;
};

static void
put_cell(struct out_table *t, const char *text)
{
	struct fj_buf b;
	char *nl;

	fj_buf_init(&b, LIMIT_VALUE_BYTES * 2);
	sanitize(&b, text, strlen(text), true);
	while ((nl = strchr(b.p, '\n')) != NULL)
		*nl = ' ';
	if (t->n == t->cap) {
		t->cap = t->cap == 0 ? 64 : t->cap * 2;
		t->cell = xrealloc(t->cell, t->cap, sizeof(*t->cell));
	}
	t->cell[t->n++] = fj_buf_take(&b, NULL);
}

struct out_table *
out_table_new(struct cli *c, const char *const *heads, int columns)
{
	struct out_table *t = xcalloc(1, sizeof(*t));
	int i;

	FJ_BUG_IF(columns > TABLE_COLUMNS);
	t->c = c;
	t->columns = columns;
	for (i = 0; i < columns; i++)
		put_cell(t, msg_tr(c->msg, heads[i]));
	return t;
}

void
out_cell(struct out_table *t, const char *text)
{
	put_cell(t, text != NULL ? text : "");
}

void
out_cellf(struct out_table *t, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	put_cell(t, text);
}

static void
measure(const struct out_table *t, int *cells)
{
	size_t i;
	int col, w;

	for (i = 0; i < t->n; i++) {
		col = (int)(i % (size_t)t->columns);
		w = width_text(NULL, t->cell[i], strlen(t->cell[i]));
		if (w > COLUMN_CELLS)
			w = COLUMN_CELLS;
		if (w > cells[col])
			cells[col] = w;
	}
}

static void
print_row(const struct out_table *t, size_t first, const int *cells)
{
	struct fj_buf b;
	int i;

	fj_buf_init(&b, LIMIT_BODY_BYTES);
	for (i = 0; i < t->columns; i++) {
		const char *s = t->cell[first + (size_t)i];

		if (i + 1 == t->columns) {
			fj_buf_puts(&b, s);
		} else {
			fit_pad(&b, NULL, s, strlen(s), cells[i], false);
			fj_buf_puts(&b, "  ");
		}
	}
	while (b.n > 0 && b.p[b.n - 1] == ' ')
		fj_buf_cut(&b, b.n - 1);
	fprintf(t->c->out, "%s\n", b.p);
	fj_buf_release(&b);
}

void
out_table_end(struct out_table **tp, const char *none)
{
	struct out_table *t = *tp;
	int cells[TABLE_COLUMNS] = {0};
	size_t i;

	if (t->n == (size_t)t->columns) {
		cli_print(t->c, msg_tr(t->c->msg, none));
	} else {
		measure(t, cells);
		for (i = 0; i + (size_t)t->columns <= t->n; i += (size_t)t->columns)
			print_row(t, i, cells);
	}
	for (i = 0; i < t->n; i++)
		free(t->cell[i]);
	free(t->cell);
	free(t);
	*tp = NULL;
}
