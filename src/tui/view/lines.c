/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "text/fold.h"
#include "text/wrap.h"

/* Heads and notes need ids too; hosts use small ones or hashes below this. */
#define NOTE_ID (UINT64_MAX / 2)

static size_t
count(void *ctx)
{
	return ((struct lines *)ctx)->n;
}

static uint64_t
line_id(void *ctx, size_t row)
{
	return ((struct lines *)ctx)->v[row].id;
}

static bool
skip(void *ctx, size_t row)
{
	const struct line *v = &((struct lines *)ctx)->v[row];

	return v->head || v->note;
}

static bool
match(void *ctx, size_t row, const char *needle)
{
	const struct line *v = &((struct lines *)ctx)->v[row];

	return !v->head && !v->note &&
	    ((v->left != NULL && fold_contains(v->left, needle)) ||
	    fold_contains(v->text, needle) ||
	    (v->right != NULL && fold_contains(v->right, needle)));
}

static int
note_indent(const struct lines *l, const struct line *v)
{
	return v->sub ? l->left_w + 4 : 2;
}

static int
note_width(const struct lines *l, const struct line *v, int width)
{
	int w = width - 1 - note_indent(l, v);

	return w > 2 ? w : 2;
}

static int
height(void *ctx, size_t row, int width)
{
	struct lines *l = ctx;
	const struct line *v = &l->v[row];
	struct wrap w = {0};
	int n;

	if (!v->note || v->text[0] == '\0' || width < 4)
		return 1;
	wrap_text(&w, l->wd, v->text, strlen(v->text), note_width(l, v, width));
	n = (int)w.n;
	wrap_release(&w);
	return n;
}

/* The right text is cut to three fifths only where the left one needs the room. */
static int
right_width(const struct width *wd, const char *text, int w, int room)
{
	int free_cells = room - 2 - width_text(wd, text, strlen(text));
	int most = free_cells > room * 3 / 5 ? free_cells : room * 3 / 5;

	return w < most ? w : most;
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct lines *l = ctx;
	const struct line *v = &l->v[row];
	bool plain = st == STYLE_NORMAL;
	int x = r.x + 2, end = r.x + r.w - 1, w;
	enum style own = v->off ? STYLE_MUTED : v->style;

	if (v->head) {
		grid_fit(g, r.y, r.x + 1, r.w - 2, STYLE_HEAD, v->text);
		return;
	}
	if (v->note) {
		grid_para(g, (struct rect){r.y, r.x + note_indent(l, v), r.h,
		    note_width(l, v, r.w)}, 0, own, v->text);
		return;
	}
	if (v->left != NULL && l->left_w > 0)
		grid_fit(g, r.y, x, l->left_w, plain ? STYLE_MUTED : st, v->left);
	if (l->left_w > 0)
		x += l->left_w + 1;
	if (v->right != NULL && v->right[0] != '\0') {
		w = width_text(grid_width(g), v->right, strlen(v->right));
		w = right_width(grid_width(g), v->text, w, end - x);
		grid_fit(g, r.y, end - w, w, plain ? (v->off ? STYLE_MUTED : STYLE_ACCENT) : st,
		    v->right);
		end -= w + 2;
	}
	grid_fit(g, r.y, x, end - x, plain ? own : st, v->text);
}

static const struct list_ops ops = {
	.count = count, .id = line_id, .height = height, .draw = draw_row, .match = match,
	.skip = skip,
};

void
lines_init(struct lines *l, int left_w)
{
	memset(l, 0, sizeof(*l));
	l->left_w = left_w;
	l->list = list_new(&ops, l);
	l->search = search_new(l->list);
}

static void
forget(struct lines *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		free(l->v[i].left);
		free(l->v[i].text);
		free(l->v[i].right);
	}
	l->n = 0;
}

void
lines_release(struct lines *l)
{
	search_free(&l->search);
	list_free(&l->list);
	forget(l);
	free(l->v);
	memset(l, 0, sizeof(*l));
}

void
lines_clear(struct lines *l)
{
	forget(l);
	l->next_note = NOTE_ID;
}

struct line *
lines_add(struct lines *l, uint64_t id, enum style st, const char *left,
    const char *text, const char *right)
{
	struct line *v;

	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 32;
		l->v = xrealloc(l->v, l->cap, sizeof(l->v[0]));
	}
	v = &l->v[l->n++];
	memset(v, 0, sizeof(*v));
	v->id = id;
	v->left = xstrdup(left);
	v->text = xstrdup(text != NULL ? text : "");
	v->right = xstrdup(right);
	v->style = st;
	return v;
}

void
lines_head(struct lines *l, const char *text)
{
	lines_add(l, l->next_note++, STYLE_HEAD, NULL, text, NULL)->head = true;
}

void
lines_note(struct lines *l, enum style st, const char *text)
{
	lines_add(l, l->next_note++, st, NULL, text, NULL)->note = true;
}

void
lines_sub(struct lines *l, enum style st, const char *text)
{
	struct line *v = lines_add(l, l->next_note++, st, NULL, text, NULL);

	v->note = v->sub = true;
}

void
lines_blank(struct lines *l)
{
	lines_note(l, STYLE_NORMAL, "");
}

void
lines_done(struct lines *l)
{
	list_refresh(l->list);
}

uint64_t
lines_at(struct lines *l)
{
	return list_selected_id(l->list);
}

const struct line *
lines_line(struct lines *l)
{
	size_t row;

	return list_selected(l->list, &row) ? &l->v[row] : NULL;
}

void
lines_draw(struct lines *l, const struct msg *m, struct grid *g, struct rect r,
    bool focused)
{
	bool caret = false;
	int y = 0, x = 0;

	l->wd = grid_width(g);
	search_draw(l->search, m, g, &r);
	if (search_typing(l->search))
		caret = grid_cursor_get(g, &y, &x);
	list_draw(l->list, g, r, focused);
	if (caret)
		grid_cursor(g, y, x);
}

bool
lines_input(struct lines *l, const struct input *in)
{
	return search_input(l->search, in) || list_input(l->list, in) != LIST_IGNORED;
}

bool
lines_typing(const struct lines *l)
{
	return search_typing(l->search);
}
