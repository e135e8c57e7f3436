/* SPDX-License-Identifier: Apache-2.0 */
/* Columns over a list: widths that fit, the least important dropped first. */
#ifndef FJ_TUI_WIDGET_TABLE_H
#define FJ_TUI_WIDGET_TABLE_H

#include <stdbool.h>

#include "text/msg.h"
#include "tui/core/grid.h"

enum { TABLE_COLUMNS = 16 };

struct column {
	const char *title;	/* N_() */
	int width;		/* cells wanted, at least */
	int grow;		/* share of what is left over; 0: fixed */
	bool right;		/* numbers */
	int drop;		/* the highest goes first when narrow; 0: never */
};

struct table {
	const struct column *col;
	int n;
	int x[TABLE_COLUMNS], w[TABLE_COLUMNS];	/* w 0: dropped */
};

/* One blank between columns. */
void table_fit(struct table *t, const struct column *col, int n, int width);
void table_head(const struct table *t, const struct msg *m, struct grid *g, struct rect r);
void table_cell(const struct table *t, int i, struct grid *g, struct rect r,
    enum style st, const char *text);

#endif
