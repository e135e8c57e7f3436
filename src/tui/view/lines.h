/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of made-up rows, for screens that show facts and acts one under the
 * other: heads, notes, rows to choose.  Rows are made anew when things change;
 * the selection follows their ids.
 */
#ifndef FJ_TUI_VIEW_LINES_H
#define FJ_TUI_VIEW_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/core/ui.h"
#include "tui/widget/list.h"
#include "tui/widget/search.h"

struct line {
	uint64_t id;		/* not 0; what the host knows it by */
	char *left, *text, *right;
	enum style style;	/* of the text; the rest follows */
	bool head, note;	/* never selected; a note is wrapped */
	bool sub;		/* a note that belongs to the row above */
	bool off;		/* muted: not possible now */
};

struct lines {
	struct list *list;
	struct search *search;
	struct line *v;
	size_t n, cap;
	int left_w;		/* cells of the left column; 0: none */
	uint64_t next_note;
	const struct width *wd;	/* of the last draw */
};

void lines_init(struct lines *l, int left_w);
void lines_release(struct lines *l);
/* Begin anew; then add; then lines_done. */
void lines_clear(struct lines *l);
void lines_head(struct lines *l, const char *text);
void lines_note(struct lines *l, enum style st, const char *text);
void lines_sub(struct lines *l, enum style st, const char *text);
void lines_blank(struct lines *l);
/* Texts are copied; left and right may be NULL. */
struct line *lines_add(struct lines *l, uint64_t id, enum style st, const char *left,
    const char *text, const char *right);
void lines_done(struct lines *l);
uint64_t lines_at(struct lines *l);		/* 0: none */
const struct line *lines_line(struct lines *l);	/* NULL: none */
void lines_draw(struct lines *l, const struct msg *m, struct grid *g, struct rect r,
    bool focused);
bool lines_input(struct lines *l, const struct input *in);
bool lines_typing(const struct lines *l);

#endif
