/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All keys of the screen on top, from its action table: a list to search;
 * Enter runs the selected one.  The palette is the same list with the filter
 * open.  Goes into ui_opts.help.
 */
#ifndef FJ_TUI_WIDGET_HELP_H
#define FJ_TUI_WIDGET_HELP_H

#include "tui/core/ui.h"

void help_open(struct ui *ui, bool palette);

#endif
