/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line to type in.  Pastes come in one step with newlines as blanks.
 * Keys: arrows, Home/C-a, End/C-e, C-Left/Right, Backspace, Delete, C-w word,
 * C-u to the start, C-k to the end, C-z undo, C-y redo.
 */
#ifndef FJ_TUI_WIDGET_LINEEDIT_H
#define FJ_TUI_WIDGET_LINEEDIT_H

#include "tui/core/grid.h"
#include "tui/core/key.h"
#include "tui/widget/edit.h"

struct lineedit;

struct lineedit_opts {
	size_t max_bytes;	/* 0: LIMIT_NAME_BYTES */
	bool mask;		/* a passphrase: dots, wiped, no undo */
	/* Which characters may be typed; NULL: all. */
	bool (*accept)(uint32_t c);
	const char *hint;	/* shown muted while empty; copied; may be NULL */
};

struct lineedit *lineedit_new(const struct lineedit_opts *o);	/* o may be NULL */
void lineedit_free(struct lineedit **le);
const char *lineedit_text(const struct lineedit *le);
bool lineedit_set(struct lineedit *le, const char *s);
enum edit_answer lineedit_input(struct lineedit *le, const struct input *in);
/* The first row of r; places the cursor when focused. */
void lineedit_draw(struct lineedit *le, struct grid *g, struct rect r, bool focused);

#endif
