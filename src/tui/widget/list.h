/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows from callbacks, known by 64-bit ids.  The selection and the scroll
 * position follow the ids, so rows may come and go above them.  Nothing is
 * copied but, while a filter is on, the numbers of the rows that match.
 *
 * Keys: Up/k Down/j PgUp PgDn Home/g End/G; the mouse selects, never acts.
 */
#ifndef FJ_TUI_WIDGET_LIST_H
#define FJ_TUI_WIDGET_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/core/grid.h"
#include "tui/core/key.h"

struct list;

/* row: 0 .. count - 1 of all rows, filtered or not. */
struct list_ops {
	size_t (*count)(void *ctx);
	uint64_t (*id)(void *ctx, size_t row);	/* not 0; unique */
	int (*height)(void *ctx, size_t row, int width);	/* NULL: 1 */
	/* st: the style of the row (STYLE_NORMAL or a selection); r is filled with it. */
	void (*draw)(void *ctx, size_t row, struct grid *g, struct rect r, enum style st);
	/* Filter: needle is folded (text/fold.h).  NULL: no filter. */
	bool (*match)(void *ctx, size_t row, const char *needle);
	bool (*skip)(void *ctx, size_t row);	/* a heading: never selected; NULL: none */
};

enum list_answer {
	LIST_IGNORED = 0,
	LIST_HANDLED,
	LIST_MOVED,		/* another row is selected */
};

struct list *list_new(const struct list_ops *ops, void *ctx);
void list_free(struct list **l);

enum list_answer list_input(struct list *l, const struct input *in);
void list_draw(struct list *l, struct grid *g, struct rect r, bool focused);
/* Rows changed: call once after any change, before input or draw. */
void list_refresh(struct list *l);

bool list_selected(struct list *l, size_t *row);	/* false: empty */
uint64_t list_selected_id(struct list *l);		/* 0: none */
bool list_select(struct list *l, uint64_t id);
bool list_select_row(struct list *l, size_t row);
void list_move(struct list *l, int delta);
/* The next row after the selected one (wrapping when wrap) that fits. */
bool list_find(struct list *l, bool forward, bool wrap,
    bool (*fits)(void *ctx, size_t row));

/* NULL or "": all rows.  Keeps the selection if it still matches. */
void list_filter(struct list *l, const char *needle);
const char *list_filter_text(const struct list *l);
size_t list_shown(struct list *l);		/* rows that match */
/* What an empty list says; translated; borrowed. */
void list_set_empty(struct list *l, const char *text);

#endif
