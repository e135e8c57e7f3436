/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "text/fold.h"

enum { NEEDLE_MAX = 1024, WHEEL = 3 };

/*
 * Positions count shown rows; rows count all.  Without a filter they are the
 * same number.
 */
struct list {
	const struct list_ops *ops;
	void *ctx;
	size_t n;		/* positions */
	size_t *rows;		/* filter: row of a position */
	char *needle;		/* folded; NULL: no filter */
	char *typed;		/* as typed */
	size_t at;		/* selected position */
	uint64_t id;		/* selected id; 0: none */
	size_t top;		/* first position drawn */
	struct rect drawn;
	const char *empty;
	bool fresh;
};

static size_t
row_at(const struct list *l, size_t pos)
{
	return l->rows != NULL ? l->rows[pos] : pos;
}

static bool
skipped(const struct list *l, size_t pos)
{
	return l->ops->skip != NULL && l->ops->skip(l->ctx, row_at(l, pos));
}

static int
height(const struct list *l, size_t pos, int width)
{
	int h = l->ops->height != NULL ? l->ops->height(l->ctx, row_at(l, pos), width) : 1;

	return h > 0 ? h : 1;
}

struct list *
list_new(const struct list_ops *ops, void *ctx)
{
	struct list *l = xcalloc(1, sizeof(*l));

	l->ops = ops;
	l->ctx = ctx;
	return l;
}

void
list_free(struct list **l)
{
	if (*l == NULL)
		return;
	free((*l)->rows);
	free((*l)->needle);
	free((*l)->typed);
	free(*l);
	*l = NULL;
}

void
list_set_empty(struct list *l, const char *text)
{
	l->empty = text;
}

static void
fill(struct list *l)
{
	size_t all = l->ops->count(l->ctx), i;

	free(l->rows);
	l->rows = NULL;
	l->n = all;
	if (l->needle == NULL || l->ops->match == NULL)
		return;
	l->rows = xcalloc(all ? all : 1, sizeof(*l->rows));
	l->n = 0;
	for (i = 0; i < all; i++) {
		/* Headings would stand over nothing. */
		if (l->ops->skip != NULL && l->ops->skip(l->ctx, i))
			continue;
		if (l->ops->match(l->ctx, i, l->needle))
			l->rows[l->n++] = i;
	}
}

/* The nearest position from pos on that may be selected, downward first. */
static bool
nearest(const struct list *l, size_t pos, size_t *out)
{
	size_t i;

	if (l->n == 0)
		return false;
	if (pos >= l->n)
		pos = l->n - 1;
	for (i = pos; i < l->n; i++)
		if (!skipped(l, i)) {
			*out = i;
			return true;
		}
	for (i = pos; i > 0; i--)
		if (!skipped(l, i - 1)) {
			*out = i - 1;
			return true;
		}
	return false;
}

static bool
take(struct list *l, size_t pos)
{
	uint64_t id = l->ops->id(l->ctx, row_at(l, pos));
	bool moved = id != l->id;

	l->at = pos;
	l->id = id;
	return moved;
}

static bool
position_of(const struct list *l, uint64_t id, size_t *pos)
{
	size_t i;

	if (id == 0)
		return false;
	/* Mostly it has not moved. */
	if (l->at < l->n && l->ops->id(l->ctx, row_at(l, l->at)) == id) {
		*pos = l->at;
		return true;
	}
	for (i = 0; i < l->n; i++)
		if (l->ops->id(l->ctx, row_at(l, i)) == id) {
			*pos = i;
			return true;
		}
	return false;
}

void
list_refresh(struct list *l)
{
	size_t pos, below = l->at >= l->top ? l->at - l->top : 0;

	fill(l);
	l->fresh = true;
	/* The first time the view begins at the top. */
	if (l->id == 0)
		below = SIZE_MAX;
	if (!position_of(l, l->id, &pos) && !nearest(l, l->at, &pos)) {
		l->id = 0;
		l->at = l->top = 0;
		return;
	}
	(void)take(l, pos);
	l->top = pos > below ? pos - below : 0;
}

static void
ensure(struct list *l)
{
	if (!l->fresh)
		list_refresh(l);
}

bool
list_selected(struct list *l, size_t *row)
{
	ensure(l);
	if (l->id == 0)
		return false;
	*row = row_at(l, l->at);
	return true;
}

uint64_t
list_selected_id(struct list *l)
{
	ensure(l);
	return l->id;
}

bool
list_select(struct list *l, uint64_t id)
{
	size_t pos;

	ensure(l);
	if (!position_of(l, id, &pos) || skipped(l, pos))
		return false;
	(void)take(l, pos);
	return true;
}

bool
list_select_row(struct list *l, size_t row)
{
	ensure(l);
	return row < l->ops->count(l->ctx) && list_select(l, l->ops->id(l->ctx, row));
}

static bool
step(struct list *l, bool forward)
{
	size_t i = l->at;

	while (forward ? i + 1 < l->n : i > 0) {
		i = forward ? i + 1 : i - 1;
		if (!skipped(l, i))
			return take(l, i);
	}
	return false;
}

void
list_move(struct list *l, int delta)
{
	size_t pos;

	ensure(l);
	if (l->id == 0) {
		if (l->n == 0)
			return;
		if (delta < 0)
			l->top -= l->top < (size_t)-delta ? l->top : (size_t)-delta;
		else
			l->top += l->n - l->top > (size_t)delta ? (size_t)delta : l->n - l->top - 1;
		return;
	}
	if (delta == 1 || delta == -1) {
		(void)step(l, delta > 0);
		return;
	}
	pos = delta < 0 ? (l->at > (size_t)-delta ? l->at - (size_t)-delta : 0)
	    : (l->at + (size_t)delta < l->n ? l->at + (size_t)delta : l->n - 1);
	if (nearest(l, pos, &pos))
		(void)take(l, pos);
}

bool
list_find(struct list *l, bool forward, bool wrap, bool (*fits)(void *ctx, size_t row))
{
	size_t k, i;

	ensure(l);
	i = l->at;
	for (k = 0; k < l->n; k++) {
		if (forward ? i + 1 < l->n : i > 0)
			i = forward ? i + 1 : i - 1;
		else if (wrap)
			i = forward ? 0 : l->n - 1;
		else
			return false;
		if (!skipped(l, i) && fits(l->ctx, row_at(l, i))) {
			(void)take(l, i);
			return true;
		}
	}
	return false;
}

void
list_filter(struct list *l, const char *needle)
{
	struct fj_buf b;

	free(l->needle);
	free(l->typed);
	l->needle = l->typed = NULL;
	if (needle != NULL && needle[0] != '\0') {
		fj_buf_init(&b, NEEDLE_MAX);
		fold_text(&b, needle, strlen(needle));
		l->needle = xstrdup(b.p);
		l->typed = xstrdup(needle);
		fj_buf_release(&b);
	}
	list_refresh(l);
}

const char *
list_filter_text(const struct list *l)
{
	return l->typed != NULL ? l->typed : "";
}

size_t
list_shown(struct list *l)
{
	ensure(l);
	return l->n;
}

/* ---- input ---- */

static bool
click(struct list *l, const struct input *in)
{
	struct rect r = l->drawn;
	size_t pos = l->top;
	int y = r.y;

	if (!rect_has(r, in->y, in->x))
		return false;
	for (; pos < l->n && y < r.y + r.h; pos++) {
		y += height(l, pos, r.w);
		if (in->y < y) {
			if (!skipped(l, pos))
				(void)take(l, pos);
			return true;
		}
	}
	return true;
}

static bool
mouse(struct list *l, const struct input *in)
{
	switch (in->button) {
	case MOUSE_WHEEL_UP:
		list_move(l, -WHEEL);
		return true;
	case MOUSE_WHEEL_DOWN:
		list_move(l, WHEEL);
		return true;
	case MOUSE_LEFT:
		return click(l, in);
	default:
		return false;
	}
}

static bool
key(struct list *l, uint32_t k)
{
	int page = l->drawn.h > 1 ? l->drawn.h - 1 : 1;

	switch (key_fold(k)) {
	case K_UP:
	case 'k':
		list_move(l, -1);
		return true;
	case K_DOWN:
	case 'j':
		list_move(l, 1);
		return true;
	case K_PGUP:
		list_move(l, -page);
		return true;
	case K_PGDN:
		list_move(l, page);
		return true;
	case K_HOME:
	case 'g':
		list_move(l, -(int)(l->at + 1));
		return true;
	case K_END:
	case 'G':
		list_move(l, (int)(l->n - l->at));
		return true;
	default:
		return false;
	}
}

enum list_answer
list_input(struct list *l, const struct input *in)
{
	uint64_t before;
	bool used;

	ensure(l);
	before = l->id;
	if (in->type == INPUT_MOUSE)
		used = mouse(l, in);
	else
		used = in->type == INPUT_KEY && key(l, in->key);
	if (!used)
		return LIST_IGNORED;
	return l->id != before ? LIST_MOVED : LIST_HANDLED;
}

/* ---- drawing ---- */

/* Lines from the top to the selected row, that one included. */
static int
lines_to_selected(const struct list *l, int width)
{
	size_t pos;
	int used = 0;

	for (pos = l->top; pos <= l->at && pos < l->n; pos++)
		used += height(l, pos, width);
	return used;
}

/* One more row above, if its lines fit. */
static bool
one_up(struct list *l, struct rect r, int *used)
{
	int h = l->top > 0 ? height(l, l->top - 1, r.w) : 0;

	if (l->top == 0 || *used + h > r.h)
		return false;
	*used += h;
	l->top--;
	return true;
}

/* What is selected, and the first row that could show with it. */
static void
scroll_near(struct list *l, struct rect r)
{
	if (l->top >= l->n)
		l->top = 0;
	/* Nothing to select: only text that is read. */
	if (l->id == 0)
		l->at = l->top;
	if (l->at < l->top)
		l->top = l->at;
	/* Rows are one line high at least: further up none can be in sight. */
	if (l->at - l->top > (size_t)r.h)
		l->top = l->at - (size_t)r.h;
}

/* No empty lines below while rows are above. */
static void
fill_up(struct list *l, struct rect r, int used)
{
	size_t pos;

	for (pos = l->at + 1; pos < l->n && used < r.h; pos++)
		used += height(l, pos, r.w);
	while (one_up(l, r, &used))
		continue;
}

/* Move top so that the selected row lies inside, whole if it can be. */
static void
scroll(struct list *l, struct rect r)
{
	size_t pos;
	int used;

	scroll_near(l, r);
	used = lines_to_selected(l, r.w);
	while (used > r.h && l->top < l->at)
		used -= height(l, l->top++, r.w);
	/* So do notes right below, and a heading right above. */
	for (pos = l->at + 1; pos < l->n && skipped(l, pos); pos++)
		used += height(l, pos, r.w);
	while (used > r.h && l->top < l->at)
		used -= height(l, l->top++, r.w);
	used = lines_to_selected(l, r.w);
	for (pos = l->top; pos < l->at && skipped(l, pos); pos++)
		continue;
	while (pos == l->at && l->top > 0 && skipped(l, l->top - 1) && one_up(l, r, &used))
		continue;
	fill_up(l, r, used);
}

static void
draw_empty(const struct list *l, struct grid *g, struct rect r)
{
	if (l->empty != NULL)
		grid_para(g, rect_inset(r, 0, 1), 0, STYLE_MUTED, l->empty);
	grid_cursor(g, r.y, r.x);
}

void
list_draw(struct list *l, struct grid *g, struct rect r, bool focused)
{
	struct rect before, row;
	size_t pos;
	int y = r.y;

	ensure(l);
	l->drawn = r;
	if (rect_empty(r))
		return;
	if (l->n == 0) {
		draw_empty(l, g, r);
		return;
	}
	scroll(l, r);
	before = grid_clip(g, r);
	(void)grid_clip(g, rect_meet(before, r));
	for (pos = l->top; pos < l->n && y < r.y + r.h; pos++) {
		enum style st = STYLE_NORMAL;

		row = (struct rect){y, r.x, height(l, pos, r.w), r.w};
		if (pos == l->at && l->id != 0)
			st = focused ? STYLE_SELECT : STYLE_SELECT_DIM;
		if (st != STYLE_NORMAL)
			grid_fill(g, row, st);
		l->ops->draw(l->ctx, row_at(l, pos), g, row, st);
		if (pos == l->at && focused)
			grid_cursor(g, y, r.x);
		y += row.h;
	}
	(void)grid_clip(g, before);
}
