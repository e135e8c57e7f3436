/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text being edited: UTF-8 with a caret between clusters, undo and redo.
 * Knows no screen.  lineedit and textarea stand on it.
 *
 * E1  the text is always valid UTF-8 within max bytes; the caret stands at a
 *     cluster boundary.
 * E2  an insertion goes in whole or not at all.
 */
#ifndef FJ_TUI_WIDGET_EDIT_H
#define FJ_TUI_WIDGET_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct edit;

/* What an editor did with an input. */
enum edit_answer {
	EDIT_IGNORED = 0,
	EDIT_MOVED,		/* handled, text unchanged */
	EDIT_CHANGED,
	EDIT_REFUSED,		/* handled, too long: nothing inserted */
};

struct edit *edit_new(size_t max_bytes, bool secret);	/* secret: wiped, no undo */
void edit_free(struct edit **e);
const char *edit_text(const struct edit *e, size_t *n);	/* terminated; n may be NULL */
size_t edit_caret(const struct edit *e);
/* Replace all; caret at the end; forgets undo.  false: too long or not UTF-8. */
bool edit_set(struct edit *e, const char *p, size_t n);
/* At the caret.  typed: part of a run that one undo takes back. */
bool edit_insert(struct edit *e, const char *p, size_t n, bool typed);
bool edit_delete(struct edit *e, size_t from, size_t to);	/* one undo step */
bool edit_backspace(struct edit *e);
bool edit_delete_next(struct edit *e);
void edit_move(struct edit *e, size_t to);	/* set back to a cluster boundary */
bool edit_left(struct edit *e);
bool edit_right(struct edit *e);
size_t edit_word_left(const struct edit *e);	/* offsets */
size_t edit_word_right(const struct edit *e);
bool edit_undo(struct edit *e);
bool edit_redo(struct edit *e);
/* Keys that lineedit and textarea share: Left, Right, words, deletions, undo. */
enum edit_answer edit_key(struct edit *e, uint32_t key);
/* A paste without what no text should hold; newlines as blanks for one line. */
void edit_clean_paste(struct fj_buf *out, const char *p, size_t n, bool lines);

#endif
