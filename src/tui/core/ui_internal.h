/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by ui.c and ui_draw.c only. */
#ifndef FJ_TUI_CORE_UI_INTERNAL_H
#define FJ_TUI_CORE_UI_INTERNAL_H

#include "tui/core/ui.h"

struct view {
	const struct view_ops *ops;
	void *self;
};

struct ui {
	struct ui_opts o;
	struct term *term;
	struct grid *grid;
	struct view *view[32];
	size_t n;
	struct view *dead;		/* off the stack, close() still due */
	size_t ndead, dead_cap;
	bool clearing;			/* views are told of their end: no pushes */
	bool dirty, quitting;
	uint32_t last_key;
	struct fj_buf say, mark;
	enum style say_style, mark_style;
	uint64_t turn_end;
	char *idle_fifo;
};

void ui_flush_dead(struct ui *ui);
void ui_hang_up(struct ui *ui);

#endif
