/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "/" over a list: filters while typing, arrows move meanwhile, Enter keeps,
 * Esc clears.  One row at the bottom of the list while it is open or kept.
 */
#ifndef FJ_TUI_WIDGET_SEARCH_H
#define FJ_TUI_WIDGET_SEARCH_H

#include "tui/core/ui.h"
#include "tui/widget/list.h"

struct search;

struct search *search_new(struct list *l);	/* borrows the list */
void search_free(struct search **s);
void search_open(struct search *s);
bool search_typing(const struct search *s);
/* Give every input here first: true when it was used. */
bool search_input(struct search *s, const struct input *in);
/* Takes its row from the bottom of r when there is something to show. */
void search_draw(struct search *s, const struct msg *m, struct grid *g, struct rect *r);

#endif
