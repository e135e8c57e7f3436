/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/textarea.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "text/cluster.h"
#include "text/wrap.h"

struct textarea {
	struct edit *e;
	bool read_only;
	char *hint;
	struct wrap wrap;
	struct width width;
	int cells;		/* of a line; one column stays free for the caret */
	int rows;		/* last drawn */
	bool stale;		/* wrap is out of date */
	size_t top;		/* first line shown */
	int goal;		/* column that Up and Down keep; -1: none */
};

struct textarea *
textarea_new(const struct textarea_opts *o)
{
	struct textarea *ta = xcalloc(1, sizeof(*ta));

	ta->e = edit_new(o != NULL && o->max_bytes > 0 ? o->max_bytes : LIMIT_VALUE_BYTES, false);
	ta->read_only = o != NULL && o->read_only;
	ta->hint = o != NULL ? xstrdup(o->hint) : NULL;
	ta->width.ambiguous = 1;
	ta->cells = 76;
	ta->rows = 4;
	ta->stale = true;
	ta->goal = -1;
	return ta;
}

void
textarea_free(struct textarea **ta)
{
	if (*ta == NULL)
		return;
	edit_free(&(*ta)->e);
	wrap_release(&(*ta)->wrap);
	free((*ta)->hint);
	free(*ta);
	*ta = NULL;
}

const char *
textarea_text(const struct textarea *ta, size_t *n)
{
	return edit_text(ta->e, n);
}

bool
textarea_fill_next(struct textarea *ta, const char *gap)
{
	const char *text = edit_text(ta->e, NULL);
	const char *at = strstr(text + edit_caret(ta->e), gap);
	size_t one = strlen(gap), from, to;

	if (at == NULL)
		at = strstr(text, gap);
	if (at == NULL || one == 0 || ta->read_only)
		return false;
	from = to = (size_t)(at - text);
	while (strncmp(text + to, gap, one) == 0)
		to += one;
	edit_move(ta->e, from);
	(void)edit_delete(ta->e, from, to);
	ta->stale = true;
	ta->goal = -1;
	return true;
}

bool
textarea_set(struct textarea *ta, const char *p, size_t n)
{
	ta->stale = true;
	ta->goal = -1;
	return edit_set(ta->e, p, n);
}

static void
rewrap(struct textarea *ta)
{
	size_t n;
	const char *p = edit_text(ta->e, &n);

	if (!ta->stale)
		return;
	wrap_text(&ta->wrap, &ta->width, p, n, ta->cells);
	ta->stale = false;
}

/* Line and column of the caret. */
static size_t
where(struct textarea *ta, int *col)
{
	const char *p = edit_text(ta->e, NULL);
	size_t caret = edit_caret(ta->e), row;

	rewrap(ta);
	row = wrap_find(&ta->wrap, caret);
	*col = width_text(&ta->width, p + ta->wrap.line[row].off, caret - ta->wrap.line[row].off);
	return row;
}

/* Last place of the line that still belongs to it. */
static size_t
line_last(const struct textarea *ta, size_t row)
{
	const struct wrap_line *l = &ta->wrap.line[row];
	size_t n;
	const char *p = edit_text(ta->e, &n);

	if (!l->hard && l->len > 0)
		return cluster_prev(p, n, l->off + l->len);
	return l->off + l->len;
}

static void
go_to(struct textarea *ta, size_t row, int goal)
{
	const struct wrap_line *l = &ta->wrap.line[row];
	size_t n, i = l->off, end = line_last(ta, row);
	const char *p = edit_text(ta->e, &n);
	int used = 0;

	while (i < end) {
		size_t next = cluster_next(p, n, i);
		int w = width_cluster(&ta->width, p + i, next - i);

		if (used + w > goal)
			break;
		used += w;
		i = next;
	}
	edit_move(ta->e, i < end ? i : end);
}

static void
vertical(struct textarea *ta, int by)
{
	int col;
	size_t row = where(ta, &col), to;

	if (ta->goal < 0)
		ta->goal = col;
	if (by < 0)
		to = row > (size_t)-by ? row - (size_t)-by : 0;
	else
		to = row + (size_t)by < ta->wrap.n ? row + (size_t)by : ta->wrap.n - 1;
	if (to != row)
		go_to(ta, to, ta->goal);
}

static bool
move_key(struct textarea *ta, uint32_t key)
{
	int col, page = ta->rows > 1 ? ta->rows - 1 : 1;
	size_t row, n;

	(void)edit_text(ta->e, &n);
	switch (key) {
	case K_UP:
		vertical(ta, -1);
		return true;
	case K_DOWN:
		vertical(ta, 1);
		return true;
	case K_PGUP:
		vertical(ta, -page);
		return true;
	case K_PGDN:
		vertical(ta, page);
		return true;
	default:
		break;
	}
	row = where(ta, &col);
	switch (key) {
	case K_HOME:
	case K_CTRL('a'):
		edit_move(ta->e, ta->wrap.line[row].off);
		break;
	case K_END:
	case K_CTRL('e'):
		edit_move(ta->e, line_last(ta, row));
		break;
	case K_C_HOME:
		edit_move(ta->e, 0);
		break;
	case K_C_END:
		edit_move(ta->e, n);
		break;
	default:
		return false;
	}
	ta->goal = -1;
	return true;
}

static enum edit_answer
insert(struct textarea *ta, const char *p, size_t n, bool typed)
{
	ta->goal = -1;
	ta->stale = true;
	return edit_insert(ta->e, p, n, typed) ? EDIT_CHANGED : EDIT_REFUSED;
}

static enum edit_answer
paste(struct textarea *ta, const char *p, size_t n)
{
	enum edit_answer a;
	struct fj_buf b;

	fj_buf_init(&b, n + 1);
	edit_clean_paste(&b, p, n, true);
	a = insert(ta, b.p, b.n, false);
	fj_buf_release(&b);
	return a;
}

enum edit_answer
textarea_input(struct textarea *ta, const struct input *in)
{
	enum edit_answer a;
	char out[4];

	if (in->type == INPUT_PASTE)
		return ta->read_only ? EDIT_IGNORED : paste(ta, in->text, in->n);
	if (in->type != INPUT_KEY)
		return EDIT_IGNORED;
	if (move_key(ta, in->key))
		return EDIT_MOVED;
	if (ta->read_only && in->key != K_LEFT && in->key != K_RIGHT)
		return EDIT_IGNORED;
	if (key_is_text(in->key))
		return insert(ta, out, utf8_put(in->key, out), true);
	if (in->key == K_ENTER)
		return insert(ta, "\n", 1, true);
	a = edit_key(ta->e, in->key);
	if (a != EDIT_IGNORED) {
		ta->goal = -1;
		ta->stale = true;
	}
	return a;
}

static void
set_shape(struct textarea *ta, const struct width *wd, int cells)
{
	if (cells < 1)
		cells = 1;
	if (ta->cells != cells || ta->width.ambiguous != wd->ambiguous)
		ta->stale = true;
	ta->cells = cells;
	ta->width = *wd;
	rewrap(ta);
}

static void
scroll(struct textarea *ta, size_t row, size_t h)
{
	if (row < ta->top)
		ta->top = row;
	if (row >= ta->top + h)
		ta->top = row - h + 1;
	if (ta->top + h > ta->wrap.n)
		ta->top = ta->wrap.n > h ? ta->wrap.n - h : 0;
}

void
textarea_draw(struct textarea *ta, struct grid *g, struct rect r, bool focused)
{
	const char *p = edit_text(ta->e, NULL);
	size_t row, n, i;
	int col;

	if (rect_empty(r))
		return;
	set_shape(ta, grid_width(g), r.w - 1);
	ta->rows = r.h;
	row = where(ta, &col);
	scroll(ta, row, (size_t)r.h);
	(void)edit_text(ta->e, &n);
	grid_fill(g, r, STYLE_NORMAL);
	for (i = 0; i < (size_t)r.h && ta->top + i < ta->wrap.n; i++) {
		const struct wrap_line *l = &ta->wrap.line[ta->top + i];

		grid_textn(g, r.y + (int)i, r.x, r.w - 1, STYLE_NORMAL, p + l->off, l->len);
	}
	if (n == 0 && ta->hint != NULL)
		grid_fit(g, r.y, r.x, r.w - 1, STYLE_MUTED, ta->hint);
	if (ta->top > 0)
		grid_text(g, r.y, r.x + r.w - 1, 1, STYLE_MUTED, "^");
	if (ta->top + (size_t)r.h < ta->wrap.n)
		grid_text(g, r.y + r.h - 1, r.x + r.w - 1, 1, STYLE_MUTED, "v");
	if (focused)
		grid_cursor(g, r.y + (int)(row - ta->top), r.x + (col < r.w ? col : r.w - 1));
}
