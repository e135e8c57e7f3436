/* SPDX-License-Identifier: Apache-2.0 */
/* A row of tabs: Left/Right or their digits choose; the current one is marked. */
#ifndef FJ_TUI_WIDGET_TABS_H
#define FJ_TUI_WIDGET_TABS_H

#include "text/msg.h"
#include "tui/core/grid.h"
#include "tui/core/key.h"

struct tabs {
	const char *const *label;	/* N_() */
	int n, current;
	bool keys;			/* Left and Right change it */
};

bool tabs_input(struct tabs *t, const struct input *in);	/* true: changed */
void tabs_draw(const struct tabs *t, const struct msg *m, struct grid *g, struct rect r);

#endif
