/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dialogs: views on the stack with a result callback, called once, after the
 * dialog is gone from the stack (it may open the next one).  Texts are
 * translated already and copied.
 */
#ifndef FJ_TUI_WIDGET_DIALOG_H
#define FJ_TUI_WIDGET_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/core/ui.h"

/* done may be NULL. */
void dialog_message(struct ui *ui, const char *title, const char *text,
    void (*done)(void *ctx), void *ctx);

/*
 * Yes or no, asked with a key that is not the one that opened the question:
 * y (9), or o (8) when that was y or 9.  Esc and n (0) are no; Enter is
 * nothing.  With `word` the user types it (the visit's last four characters).
 */
struct confirm_opts {
	const char *title, *text;
	const char *yes;	/* what yes does, one word; NULL: "yes" */
	const char *word;	/* NULL: a key is enough */
	bool danger;		/* framed as a warning */
};
void dialog_confirm(struct ui *ui, const struct confirm_opts *o,
    void (*done)(void *ctx, bool yes), void *ctx);

struct prompt_opts {
	const char *title, *text;	/* text above the line; may be NULL */
	const char *initial;
	size_t max_bytes;
	bool mask;
	bool area;		/* several lines; C-s ends */
	bool required;		/* empty is refused */
	/* false: stay, with the sentence in why. */
	bool (*check)(void *ctx, const char *text, struct fj_buf *why);
};
/* text NULL: cancelled; borrowed for the call. */
void dialog_prompt(struct ui *ui, const struct prompt_opts *o,
    void (*done)(void *ctx, const char *text), void *ctx);

struct pick_item {
	const char *label;
	const char *note;	/* muted, on the right or below; may be NULL */
	uint32_t key;		/* chooses at once; 0: none */
	bool off;		/* shown, not to be chosen */
};
struct pick_opts {
	const char *title, *text;
	const struct pick_item *items;	/* copied with their texts */
	size_t n;
	size_t selected;
	bool filter;		/* typing filters; else / does */
	bool space;		/* Space chooses too: a list of boxes */
};
/* index -1: cancelled. */
void dialog_pick(struct ui *ui, const struct pick_opts *o,
    void (*done)(void *ctx, long index), void *ctx);

/* A long text to read; / searches. */
void dialog_pager(struct ui *ui, const char *title, const char *text);

/* Work under way; Esc asks on_cancel (NULL: cannot be cancelled). */
struct progress;
struct progress *dialog_progress(struct ui *ui, const char *title,
    void (*on_cancel)(void *ctx), void *ctx);
void progress_set(struct progress *p, const char *text, int64_t done, int64_t all);	/* all 0: unknown */
void progress_close(struct progress *p);

#endif
