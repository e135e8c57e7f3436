/* SPDX-License-Identifier: Apache-2.0 */
/* A prompt for the path of a file; Tab completes names of files and folders. */
#ifndef FJ_TUI_VIEW_PATH_COMPLETE_H
#define FJ_TUI_VIEW_PATH_COMPLETE_H

#include "tui/core/ui.h"

/* done: as dialog_prompt; text may be NULL. */
void path_prompt(struct ui *ui, const char *title, const char *text,
    void (*done)(void *ctx, const char *path), void *ctx);

#endif
