/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal: the only place that includes <ncurses.h>.  There is one in a
 * process, as ncurses has it.  Whole changed rows of a grid go out; keys,
 * pastes and clicks come in.
 *
 * T1  however the process ends (exit, signal, abort), the terminal is given
 *     back: own modes off, normal screen, cursor visible.
 * T2  ncurses and text/width agree on every character (term.c defines wcwidth,
 *     which libncursesw then calls).
 */
#ifndef FJ_TUI_CORE_TERM_H
#define FJ_TUI_CORE_TERM_H

#include <stdbool.h>

#include "base/rc.h"
#include "text/width.h"
#include "tui/core/grid.h"
#include "tui/core/key.h"

struct term;

enum theme {
	THEME_COLOUR = 0,
	THEME_OUTDOOR,		/* bold and reverse only, for the sun */
	THEME_MONO,		/* attributes, no colour (NO_COLOR) */
	THEME_COUNT,
};

struct term_opts {
	bool mouse;
	int ambiguous;		/* 0: ask the terminal (300 ms at most), 1, 2 */
	enum theme theme;
};

/*
 * FJ_REFUSED "term.not-a-terminal" (stdin or stdout), "term.dumb" (no cursor
 * addressing); FJ_IO "term.start".  An unknown TERM is tried as xterm-256color.
 */
FJ_MUST enum fj_rc term_start(const struct term_opts *o, struct term **out,
    struct fj_err *e);
void term_stop(struct term **t);

int term_fd(const struct term *t);
const struct width *term_width(const struct term *t);
void term_size(const struct term *t, int *rows, int *cols);

/* The next waiting input; false: none.  Never blocks (but for ESCDELAY). */
bool term_read(struct term *t, struct input *in);
/* Send what changed since the last paint; one write. */
void term_paint(struct term *t, const struct grid *g);
void term_redraw(struct term *t);		/* the next paint sends all */
bool term_resized(struct term *t);		/* after SIGWINCH; true: size is new */

enum theme term_theme(const struct term *t);
void term_set_theme(struct term *t, enum theme theme);

/* Give the terminal away (SIGTSTP, an editor) and take it back. */
void term_suspend(struct term *t);
void term_resume(struct term *t);

#endif
