/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the dialog_*.c files only. */
#ifndef FJ_TUI_WIDGET_DIALOG_INTERNAL_H
#define FJ_TUI_WIDGET_DIALOG_INTERNAL_H

#include "tui/core/ui.h"

enum { DIALOG_WIDTH = 60, DIALOG_LEAST = 24 };

/* Lines of a text at that width; 0 for NULL and "". */
int dialog_lines(const struct grid *g, const char *text, int w);
/* A width between DIALOG_LEAST and DIALOG_WIDTH that suits the text. */
int dialog_width(const struct grid *g, const char *text, int room);

#endif
