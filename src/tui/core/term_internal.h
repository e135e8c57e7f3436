/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by term.c, term_input.c, term_probe.c, term_theme.c only. */
#ifndef FJ_TUI_CORE_TERM_INTERNAL_H
#define FJ_TUI_CORE_TERM_INTERNAL_H

#include <ncurses.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/buf.h"
#include "tui/core/term.h"

enum { TERM_PASTE_MAX = 1 << 20, TERM_NAME = 64 };

struct term {
	SCREEN *screen;
	struct width width;
	char name[TERM_NAME];
	bool fallback;
	bool mouse;
	bool console;		/* a real Linux console */
	bool suspended;
	int rows, cols;
	struct cell *front;	/* what ncurses was told last */
	bool all;		/* send all rows at the next paint */
	enum theme theme;
	attr_t attr[STYLE_COUNT];
	short pair[STYLE_COUNT];
	struct fj_buf paste;
	bool pasting;
	bool pasted;		/* the paste was handed out: clear it next time */
};

void term_keys_define(void);
void term_theme_apply(struct term *t);
/* 1 or 2 by the cursor's place after a character; 0: no answer in 300 ms.
 * Typed keys that came meanwhile are kept for term_read. */
int term_probe_ambiguous(void);

#endif
