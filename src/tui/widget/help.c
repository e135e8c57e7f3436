/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/help.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "text/fold.h"
#include "tui/widget/list.h"
#include "tui/widget/search.h"

enum { ROWS = 128 };

struct help {
	const struct action *row[ROWS];
	size_t n, own;			/* the first `own` belong to the view below */
	void *below;
	struct ui *ui;
	bool palette;
	struct list *list;
	struct search *search;
};

static size_t
count(void *ctx)
{
	return ((struct help *)ctx)->n;
}

static uint64_t
row_id(void *ctx, size_t row)
{
	(void)ctx;
	return row + 1;
}

static bool
match(void *ctx, size_t row, const char *needle)
{
	struct help *d = ctx;
	const struct action *a = d->row[row];
	const struct msg *m = ui_msg(d->ui);

	return fold_contains(msg_tr(m, a->label), needle) ||
	    fold_contains(msg_tr(m, a->help), needle) || fold_contains(a->id, needle);
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct help *d = ctx;
	const struct action *a = d->row[row];
	const struct msg *m = ui_msg(d->ui);
	int kw = r.w / 4 > 18 ? 18 : r.w / 4, lw = 14;
	bool plain = st == STYLE_NORMAL;

	grid_fit(g, r.y, r.x + 1, kw - 1, plain ? STYLE_KEY : st, a->keys);
	grid_fit(g, r.y, r.x + kw + 1, lw, plain ? STYLE_ACCENT : st, msg_tr(m, a->label));
	grid_fit(g, r.y, r.x + kw + lw + 2, r.w - kw - lw - 3, st, msg_tr(m, a->help));
}

static const struct list_ops rows = {
	.count = count, .id = row_id, .draw = draw_row, .match = match,
};

static void
close_help(void *self)
{
	struct help *d = self;

	search_free(&d->search);
	list_free(&d->list);
	free(d);
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct help *d = self;

	(void)right;
	fj_buf_puts(left, d->palette ? _(ui_msg(ui), "Commands") : _(ui_msg(ui), "Keys of this screen"));
}

static void
place(void *self, struct ui *ui, struct rect screen, int *h, int *w)
{
	struct help *d = self;

	(void)ui;
	*w = screen.w < 76 ? screen.w : 76;
	*h = (int)d->n + 2;
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct help *d = self;
	int y, x;
	bool caret;

	list_set_empty(d->list, _(ui_msg(ui), "Nothing matches"));
	if (!search_typing(d->search)) {
		struct rect foot = rect_cut_bottom(&r, 1);

		grid_fit(g, foot.y, foot.x, foot.w, STYLE_MUTED,
		    _(ui_msg(ui), "With the mouse: hold Shift to mark text for the clipboard"));
	}
	search_draw(d->search, ui_msg(ui), g, &r);
	caret = search_typing(d->search) && grid_cursor_get(g, &y, &x);
	list_draw(d->list, g, r, true);
	if (caret)
		grid_cursor(g, y, x);
}

static void
run(void *self, struct ui *ui)
{
	struct help *d = self;
	const struct action *a;
	void *on;
	size_t row;

	if (!list_selected(d->list, &row))
		return;
	a = d->row[row];
	on = row < d->own ? d->below : ui;
	/* The view below stays until the turn ends, whatever the action does. */
	ui_close_self(ui, d);
	if (a->enabled == NULL || row >= d->own || a->enabled(on))
		a->run(on, ui);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct help *d = self;

	if (in->type == INPUT_KEY && in->key == K_ENTER) {
		run(d, ui);
		return UI_HANDLED;
	}
	if (d->palette && in->type == INPUT_KEY && in->key == K_ESC)
		return UI_IGNORED;
	if (search_input(d->search, in))
		return UI_HANDLED;
	return list_input(d->list, in) != LIST_IGNORED ? UI_HANDLED : UI_IGNORED;
}

static void
open_search(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct help *)self)->search);
}

static bool
typing(const void *self)
{
	return search_typing(((const struct help *)self)->search);
}

static const struct action actions[] = {
	{"help.run", "Enter", N_("run"), N_("Do the selected one"), ACTION_FOOTER, run, NULL},
	{"help.search", "/", N_("filter"), N_("Show only what matches"), ACTION_FOOTER, open_search, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops help_ops = {
	.name = "help", .actions = actions, .draw = draw, .input = input, .title = title,
	.close = close_help, .place = place, .typing = typing,
};

static void
add(struct help *d, const struct action *table, const void *self, bool own)
{
	const struct action *a;

	for (a = table; a != NULL && a->id != NULL && d->n < ROWS; a++)
		if (!(a->flags & ACTION_HIDDEN) &&
		    (!own || a->enabled == NULL || a->enabled(self)))
			d->row[d->n++] = a;
}

void
help_open(struct ui *ui, bool palette)
{
	struct help *d;
	void *below = NULL;
	const struct view_ops *ops = ui_top(ui, &below);

	if (ops == &help_ops)
		return;
	d = xcalloc(1, sizeof(*d));
	d->ui = ui;
	d->below = below;
	d->palette = palette;
	if (ops != NULL)
		add(d, ops->actions, below, true);
	d->own = d->n;
	add(d, ui_global_actions(), ui, false);
	d->list = list_new(&rows, d);
	d->search = search_new(d->list);
	if (palette)
		search_open(d->search);
	ui_push(ui, &help_ops, d);
}
