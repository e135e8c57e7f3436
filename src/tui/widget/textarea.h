/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several lines of Chinese or English: wrapped by cells, real newlines in the
 * text.  Keys as in lineedit, and Enter, Up, Down, PgUp, PgDn, C-Home, C-End.
 * Esc, Tab and C-s are left to the host.
 */
#ifndef FJ_TUI_WIDGET_TEXTAREA_H
#define FJ_TUI_WIDGET_TEXTAREA_H

#include "tui/core/grid.h"
#include "tui/core/key.h"
#include "tui/widget/edit.h"

struct textarea;

struct textarea_opts {
	size_t max_bytes;	/* 0: LIMIT_VALUE_BYTES */
	bool read_only;
	const char *hint;	/* copied; may be NULL */
};

struct textarea *textarea_new(const struct textarea_opts *o);	/* o may be NULL */
void textarea_free(struct textarea **ta);
const char *textarea_text(const struct textarea *ta, size_t *n);	/* n may be NULL */
bool textarea_set(struct textarea *ta, const char *p, size_t n);
/* To the next run of this character behind the caret, else the first: it is taken
 * out, and what is typed stands in its place.  false: there is none. */
bool textarea_fill_next(struct textarea *ta, const char *gap);
enum edit_answer textarea_input(struct textarea *ta, const struct input *in);
void textarea_draw(struct textarea *ta, struct grid *g, struct rect r, bool focused);

#endif
