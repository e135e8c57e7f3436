/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stack of views over one terminal and one loop.
 *
 * A turn: all waiting input -> top view's input() -> its action table -> the
 * global table; then one draw pass of what is visible.  Nothing waits: a
 * dialog is a view with a result callback.
 *
 * The screen: header (title left, status right), the body that views draw,
 * one line of messages, one line of keys.  Popups (ops->place) are drawn over
 * the view below, in a frame.
 *
 * V1  only draw() draws, only in the rectangle it gets.
 * V2  a view that was closed gets no call any more; close() is its last.
 * V3  draw() leaves the cursor on the caret or the selected row (grid_cursor).
 */
#ifndef FJ_TUI_CORE_UI_H
#define FJ_TUI_CORE_UI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/rc.h"
#include "os/loop.h"
#include "text/msg.h"
#include "tui/core/action.h"
#include "tui/core/grid.h"
#include "tui/core/key.h"

struct term;
struct ui;
struct view;

enum ui_answer {
	UI_IGNORED = 0,		/* try the action table, then the global keys */
	UI_HANDLED,
};

struct view_ops {
	const char *name;	/* "visits": for tests and logs */
	const struct action *actions;	/* may be NULL */
	void (*draw)(void *self, struct ui *ui, struct grid *g, struct rect r);
	/* Widgets first; may be NULL.  Sees every key before the table. */
	enum ui_answer (*input)(void *self, struct ui *ui, const struct input *in);
	/* Header: left and right text; for a popup left is the frame's title. */
	void (*title)(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right);
	/* q and Esc.  true: the view dealt with it (asked something); false or
	 * NULL: it is closed; the last view ends the program. */
	bool (*back)(void *self, struct ui *ui);
	/* The view is on top again (after a dialog or another view); may be NULL. */
	void (*shown)(void *self, struct ui *ui);
	/* Taken off the stack by something else (lock, home, the view below):
	 * a dialog tells its owner "cancelled" here.  Pushing is refused
	 * meanwhile.  May be NULL. */
	void (*cancelled)(void *self, struct ui *ui);
	/* Frees self; the last call, at the end of the turn. */
	void (*close)(void *self);
	/* Popups: the wanted size of the inside within the screen; NULL: full view. */
	void (*place)(void *self, struct ui *ui, struct rect screen, int *h, int *w);
	/* Text is being typed: printable keys never reach tables; may be NULL. */
	bool (*typing)(const void *self);
};

struct ui_opts {
	struct loop *loop;
	struct term *term;	/* NULL: only the grid (tests); then rows and cols */
	const struct msg *msg;
	int rows, cols;
	int ambiguous;		/* without a terminal: 1 or 2 */
	/* Ctrl-\ and F12: lock at once.  May be NULL. */
	void (*panic)(void *ctx, struct ui *ui);
	/* On the header of every screen, left of the right text; may be NULL:
	 * appends to b ("DEMO", "offline 36 h"). */
	void (*badge)(void *ctx, struct fj_buf *b);
	/* ? and F1 (palette false), : (true): help_open of tui/widget/help.h. */
	void (*help)(struct ui *ui, bool palette);
	/* SIGTERM, SIGHUP, SIGINT or the terminal is gone: NULL is ui_quit. */
	void (*hangup)(void *ctx, struct ui *ui);
	/* After any input: idle lock timers. */
	void (*activity)(void *ctx);
	void *ctx;
};

struct ui *ui_new(const struct ui_opts *o);
void ui_free(struct ui **ui);			/* closes all views */

/* self belongs to the view from now on (ops->close). */
struct view *ui_push(struct ui *ui, const struct view_ops *ops, void *self);
/* Close a view wherever it is on the stack, with everything above it. */
void ui_close(struct ui *ui, struct view *v);
/* Close the view that owns self. */
void ui_close_self(struct ui *ui, const void *self);
void ui_replace(struct ui *ui, const struct view_ops *ops, void *self);	/* pop and push */
/* Close all but the first view. */
void ui_home(struct ui *ui);
void ui_clear(struct ui *ui);			/* close all: lock */
size_t ui_depth(const struct ui *ui);
const struct view_ops *ui_top(const struct ui *ui, void **self);	/* NULL: none */
void ui_quit(struct ui *ui);			/* loop_stop at the end of the turn */

const struct msg *ui_msg(const struct ui *ui);
void ui_set_msg(struct ui *ui, const struct msg *m);	/* language changed */
void ui_dirty(struct ui *ui);			/* something to repaint */

/* The message line; copied; stays until the next key or ui_say. */
void ui_say(struct ui *ui, enum style st, const char *text);
void ui_fail(struct ui *ui, const struct fj_err *e);	/* msg_say, STYLE_BAD */
/* Kept across keys until it is replaced or cleared by "" (…, 已存). */
void ui_mark(struct ui *ui, enum style st, const char *text);

/* One input as if it came from the terminal; tests and the palette use it. */
void ui_input(struct ui *ui, const struct input *in);
/* The key that is being dealt with: a dialog asks with a different one. */
uint32_t ui_last_key(const struct ui *ui);
/* The draw pass, if dirty; tests then read the grid. */
void ui_draw(struct ui *ui);
/* The same within a turn ("…" before a write): closed views live on, with the
 * texts that their callbacks were given. */
void ui_paint(struct ui *ui);
const struct grid *ui_grid(const struct ui *ui);
void ui_resize(struct ui *ui, int rows, int cols);	/* tests; the terminal does it itself */
/* Keys that work everywhere; run with self = the ui. */
const struct action *ui_global_actions(void);

#endif
