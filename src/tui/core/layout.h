/* SPDX-License-Identifier: Apache-2.0 */
/* Rectangles of cells.  Pure; never negative sizes. */
#ifndef FJ_TUI_CORE_LAYOUT_H
#define FJ_TUI_CORE_LAYOUT_H

#include <stdbool.h>

struct rect {
	int y, x, h, w;
};

struct rect rect_cut_top(struct rect *r, int h);	/* takes it away from r */
struct rect rect_cut_bottom(struct rect *r, int h);
struct rect rect_cut_left(struct rect *r, int w);
struct rect rect_cut_right(struct rect *r, int w);
struct rect rect_inset(struct rect r, int dy, int dx);
struct rect rect_center(struct rect in, int h, int w);	/* shrunk to fit */
struct rect rect_meet(struct rect a, struct rect b);
bool rect_has(struct rect r, int y, int x);
bool rect_empty(struct rect r);

#endif
