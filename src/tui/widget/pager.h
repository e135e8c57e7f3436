/* SPDX-License-Identifier: Apache-2.0 */
/* Text to read: wrapped, scrolled.  Lines beginning with "# " are heads. */
#ifndef FJ_TUI_WIDGET_PAGER_H
#define FJ_TUI_WIDGET_PAGER_H

#include "tui/core/grid.h"
#include "tui/core/key.h"

struct pager;

struct pager *pager_new(const char *text);	/* copied */
void pager_free(struct pager **p);
void pager_set(struct pager *p, const char *text);	/* keeps the place */
bool pager_input(struct pager *p, const struct input *in);
void pager_draw(struct pager *p, struct grid *g, struct rect r, bool focused);
bool pager_find(struct pager *p, const char *needle);	/* next line with it */

#endif
