/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/table.h"

#include <string.h>

/* Cells that the columns still there need, blanks between them included. */
static int
need(const struct table *t)
{
	int i, sum = 0, shown = 0;

	for (i = 0; i < t->n; i++)
		if (t->w[i] > 0) {
			sum += t->w[i];
			shown++;
		}
	return shown > 0 ? sum + shown - 1 : 0;
}

/* The column to go next, or -1. */
static int
least(const struct table *t)
{
	int i, best = -1;

	for (i = 0; i < t->n; i++)
		if (t->w[i] > 0 && t->col[i].drop > 0 &&
		    (best < 0 || t->col[i].drop > t->col[best].drop))
			best = i;
	return best;
}

static void
share(struct table *t, int left)
{
	int i, sum = 0;

	for (i = 0; i < t->n; i++)
		if (t->w[i] > 0)
			sum += t->col[i].grow;
	for (i = 0; i < t->n && sum > 0; i++) {
		int part;

		if (t->w[i] == 0 || t->col[i].grow == 0)
			continue;
		part = left * t->col[i].grow / sum;
		t->w[i] += part;
		left -= part;
		sum -= t->col[i].grow;
	}
}

void
table_fit(struct table *t, const struct column *col, int n, int width)
{
	int i, x = 0, out;

	t->col = col;
	t->n = n < TABLE_COLUMNS ? n : TABLE_COLUMNS;
	for (i = 0; i < t->n; i++)
		t->w[i] = col[i].width > 0 ? col[i].width : 1;
	while (need(t) > width && (out = least(t)) >= 0)
		t->w[out] = 0;
	if (need(t) < width)
		share(t, width - need(t));
	for (i = 0; i < t->n; i++) {
		t->x[i] = x;
		if (t->w[i] == 0)
			continue;
		if (x + t->w[i] > width)
			t->w[i] = x < width ? width - x : 0;
		x += t->w[i] + 1;
	}
}

void
table_head(const struct table *t, const struct msg *m, struct grid *g, struct rect r)
{
	int i;

	for (i = 0; i < t->n; i++)
		table_cell(t, i, g, r, STYLE_HEAD, msg_tr(m, t->col[i].title));
}

void
table_cell(const struct table *t, int i, struct grid *g, struct rect r, enum style st,
    const char *text)
{
	if (i >= t->n || t->w[i] == 0 || text == NULL)
		return;
	if (t->col[i].right)
		grid_right(g, r.y, r.x + t->x[i], t->w[i], st, text);
	else
		grid_fit(g, r.y, r.x + t->x[i], t->w[i], st, text);
}
