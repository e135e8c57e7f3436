/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plots in cells: spans of time in lanes, bars beside what is expected.  Signs say
 * what colours say: '=' a span, '#' one that matters, 'X' where such a one and another
 * of its lane lie over each other, '|' an instant.
 */
#ifndef FJ_TUI_WIDGET_PLOT_H
#define FJ_TUI_WIDGET_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/core/grid.h"

struct plot_span {
	int lane;
	int64_t from, to;	/* civil seconds, base/date.h's day 0; to <= from: an instant */
	bool hot;
};

struct plot_time {
	const char *const *lane;	/* labels */
	int lanes;
	const struct plot_span *span;
	size_t n;
	int64_t from, to;	/* what is shown; to > from */
	int top;		/* first lane shown */
	int selected;		/* lane; -1: none */
};

/* The axis is the first row, a lane each one below; answers the lanes that it had
 * room for. */
int plot_time(struct grid *g, struct rect r, const struct plot_time *p);
/* A window that holds all hot spans with a margin; all spans when none is hot. */
void plot_time_window(const struct plot_span *span, size_t n, int64_t *from, int64_t *to);

struct plot_bar {
	const char *label;
	double value;		/* not negative */
	double expected;	/* negative: not said */
	const char *text;	/* right of the bar; may be NULL */
	bool hot;
};

/* One a row, `top` left out; '|' stands where the expected value is.  Answers the
 * rows drawn. */
int plot_bars(struct grid *g, struct rect r, const struct plot_bar *bar, size_t n, size_t top);

#endif
