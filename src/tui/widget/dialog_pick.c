/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing one of several. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "text/fold.h"
#include "tui/widget/dialog.h"
#include "tui/widget/dialog_internal.h"
#include "tui/widget/list.h"
#include "tui/widget/search.h"

struct item {
	char *label, *note;
	uint32_t key;
	bool off;
};

struct pick {
	char *title, *text;
	struct item *item;
	size_t n;
	bool keys;		/* some item has a key */
	struct list *list;
	struct search *search;
	bool filter;		/* typing filters from the start */
	bool space;		/* Space is Enter */
	void (*done)(void *ctx, long index);
	void *ctx;
};

static size_t
count(void *ctx)
{
	return ((struct pick *)ctx)->n;
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
	struct item *it = &((struct pick *)ctx)->item[row];

	return fold_contains(it->label, needle) ||
	    (it->note != NULL && fold_contains(it->note, needle));
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct pick *d = ctx;
	struct item *it = &d->item[row];
	int x = r.x + 1, end = r.x + r.w, used;

	if (d->keys) {
		char name[KEY_NAME] = "";

		if (it->key != K_NONE)
			key_format(it->key, name);
		grid_text(g, r.y, x, 5, st == STYLE_NORMAL ? STYLE_KEY : st, name);
		x += 6;
	}
	if (it->off && st == STYLE_NORMAL)
		st = STYLE_MUTED;
	used = grid_fit(g, r.y, x, end - x, st, it->label);
	if (it->note != NULL && end - x - used > 4)
		grid_right(g, r.y, x + used + 2, end - x - used - 3,
		    st == STYLE_NORMAL ? STYLE_MUTED : st, it->note);
}

static const struct list_ops rows = {
	.count = count, .id = row_id, .draw = draw_row, .match = match,
};

static void
end(struct pick *d, struct ui *ui, long index)
{
	void (*done)(void *ctx, long index) = d->done;

	d->done = NULL;
	ui_close_self(ui, d);
	if (done != NULL)
		done(d->ctx, index);
}

static void
cancelled(void *self, struct ui *ui)
{
	struct pick *d = self;

	(void)ui;
	if (d->done != NULL)
		d->done(d->ctx, -1);
	d->done = NULL;
}

static void
close_pick(void *self)
{
	struct pick *d = self;
	size_t i;

	for (i = 0; i < d->n; i++) {
		free(d->item[i].label);
		free(d->item[i].note);
	}
	free(d->item);
	free(d->title);
	free(d->text);
	search_free(&d->search);
	list_free(&d->list);
	free(d);
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)ui;
	(void)right;
	fj_buf_puts(left, ((struct pick *)self)->title);
}

static void
place(void *self, struct ui *ui, struct rect screen, int *h, int *w)
{
	struct pick *d = self;
	const struct width *wd = grid_width(ui_grid(ui));
	int most = 0, lines;
	size_t i;

	for (i = 0; i < d->n; i++) {
		int k = width_text(wd, d->item[i].label, strlen(d->item[i].label)) + 3;

		if (d->item[i].note != NULL)
			k += width_text(wd, d->item[i].note, strlen(d->item[i].note)) + 3;
		if (k > most)
			most = k;
	}
	*w = dialog_width(ui_grid(ui), d->text, screen.w);
	if (most + (d->keys ? 6 : 0) > *w)
		*w = most + (d->keys ? 6 : 0);
	if (*w > screen.w)
		*w = screen.w;
	lines = dialog_lines(ui_grid(ui), d->text, *w);
	*h = (int)(d->n < 200 ? d->n : 200) + lines + (lines > 0 ? 1 : 0) + 1;
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct pick *d = self;

	if (d->text != NULL && d->text[0] != '\0') {
		rect_cut_top(&r, grid_para(g, r, 0, STYLE_NORMAL, d->text));
		if (r.h > (int)d->n)
			rect_cut_top(&r, 1);
	}
	list_set_empty(d->list, _(ui_msg(ui), "Nothing matches"));
	search_draw(d->search, ui_msg(ui), g, &r);
	if (search_typing(d->search)) {
		int y, x;
		bool on = grid_cursor_get(g, &y, &x);

		list_draw(d->list, g, r, true);
		if (on)
			grid_cursor(g, y, x);	/* the caret, not the row */
		return;
	}
	list_draw(d->list, g, r, true);
}

static void
choose(void *self, struct ui *ui)
{
	struct pick *d = self;
	size_t row;

	if (!list_selected(d->list, &row))
		return;
	if (d->item[row].off)
		ui_say(ui, STYLE_WARN, _(ui_msg(ui), "This one cannot be chosen now"));
	else
		end(d, ui, (long)row);
}

static bool
by_key(struct pick *d, struct ui *ui, uint32_t key)
{
	size_t i;

	key = key_fold(key);
	if (d->space && key == ' ') {
		choose(d, ui);
		return true;
	}
	for (i = 0; i < d->n; i++)
		if (d->item[i].key != K_NONE && d->item[i].key == key && !d->item[i].off) {
			end(d, ui, (long)i);
			return true;
		}
	return false;
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct pick *d = self;

	/* Type, Enter: the selected one is taken, without a second Enter. */
	if (search_typing(d->search) && in->type == INPUT_KEY && in->key == K_ENTER &&
	    list_shown(d->list) > 0) {
		choose(d, ui);
		return UI_HANDLED;
	}
	/* Where typing filters from the start, Esc with nothing typed is "done". */
	if (d->filter && in->type == INPUT_KEY && in->key == K_ESC &&
	    list_filter_text(d->list)[0] == '\0') {
		end(d, ui, -1);
		return UI_HANDLED;
	}
	if (search_input(d->search, in))
		return UI_HANDLED;
	if (in->type == INPUT_KEY && !search_typing(d->search) && by_key(d, ui, in->key))
		return UI_HANDLED;
	return list_input(d->list, in) != LIST_IGNORED ? UI_HANDLED : UI_IGNORED;
}

static void
open_search(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct pick *)self)->search);
}

static bool
back(void *self, struct ui *ui)
{
	end(self, ui, -1);
	return true;
}

static bool
typing(const void *self)
{
	return search_typing(((const struct pick *)self)->search);
}

static const struct action actions[] = {
	{"pick.choose", "Enter", N_("choose"), N_("Take the selected one"), ACTION_FOOTER, choose, NULL},
	{"pick.search", "/", N_("filter"), N_("Show only what matches"), ACTION_FOOTER, open_search, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops pick_ops = {
	.name = "pick", .actions = actions, .draw = draw, .input = input, .title = title,
	.back = back, .close = close_pick, .cancelled = cancelled, .place = place,
	.typing = typing,
};

void
dialog_pick(struct ui *ui, const struct pick_opts *o, void (*done)(void *ctx, long index),
    void *ctx)
{
	struct pick *d = xcalloc(1, sizeof(*d));
	size_t i;

	d->title = xstrdup(o->title != NULL ? o->title : "");
	d->text = xstrdup(o->text);
	d->n = o->n;
	d->item = xcalloc(o->n + 1, sizeof(*d->item));
	for (i = 0; i < o->n; i++) {
		d->item[i].label = xstrdup(o->items[i].label != NULL ? o->items[i].label : "");
		d->item[i].note = xstrdup(o->items[i].note);
		d->item[i].key = o->items[i].key;
		d->item[i].off = o->items[i].off;
		d->keys = d->keys || o->items[i].key != K_NONE;
	}
	d->list = list_new(&rows, d);
	d->search = search_new(d->list);
	(void)list_select_row(d->list, o->selected);
	d->filter = o->filter;
	d->space = o->space;
	if (o->filter)
		search_open(d->search);
	d->done = done;
	d->ctx = ctx;
	ui_push(ui, &pick_ops, d);
}
