/* SPDX-License-Identifier: Apache-2.0 */
/* A long text to read, and work under way. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/widget/dialog.h"
#include "tui/widget/dialog_internal.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/pager.h"

/* ---- pager ---- */

struct reader {
	char *title;
	struct pager *pager;
	struct lineedit *find;
	bool finding;
};

static void
reader_close(void *self)
{
	struct reader *d = self;

	free(d->title);
	pager_free(&d->pager);
	lineedit_free(&d->find);
	free(d);
}

static void
reader_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)ui;
	(void)right;
	fj_buf_puts(left, ((struct reader *)self)->title);
}

static void
reader_draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct reader *d = self;
	struct rect row;

	(void)ui;
	if (!d->finding) {
		pager_draw(d->pager, g, rect_inset(r, 0, 1), true);
		return;
	}
	row = rect_cut_bottom(&r, 1);
	pager_draw(d->pager, g, rect_inset(r, 0, 1), false);
	grid_text(g, row.y, row.x, 1, STYLE_KEY, "/");
	rect_cut_left(&row, 1);
	lineedit_draw(d->find, g, row, true);
}

static void
find_next(void *self, struct ui *ui)
{
	struct reader *d = self;

	if (!pager_find(d->pager, lineedit_text(d->find)))
		ui_say(ui, STYLE_WARN, _(ui_msg(ui), "Nothing matches"));
}

static enum ui_answer
reader_input(void *self, struct ui *ui, const struct input *in)
{
	struct reader *d = self;

	if (!d->finding)
		return pager_input(d->pager, in) ? UI_HANDLED : UI_IGNORED;
	if (in->type == INPUT_KEY && (in->key == K_ESC || in->key == K_ENTER)) {
		d->finding = false;
		if (in->key == K_ENTER)
			find_next(d, ui);
		return UI_HANDLED;
	}
	return lineedit_input(d->find, in) != EDIT_IGNORED ? UI_HANDLED : UI_IGNORED;
}

static void
open_find(void *self, struct ui *ui)
{
	(void)ui;
	((struct reader *)self)->finding = true;
}

static bool
reader_typing(const void *self)
{
	return ((const struct reader *)self)->finding;
}

static const struct action reader_actions[] = {
	{"reader.find", "/", N_("find"), N_("Find a text"), ACTION_FOOTER, open_find, NULL},
	{"reader.next", "n", N_("next"), N_("Find the same again"), ACTION_FOOTER, find_next, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops reader_ops = {
	.name = "reader", .actions = reader_actions, .draw = reader_draw,
	.input = reader_input, .title = reader_title, .close = reader_close,
	.typing = reader_typing,
};

void
dialog_pager(struct ui *ui, const char *title, const char *text)
{
	struct reader *d = xcalloc(1, sizeof(*d));

	d->title = xstrdup(title != NULL ? title : "");
	d->pager = pager_new(text);
	d->find = lineedit_new(NULL);
	ui_push(ui, &reader_ops, d);
}

/* ---- progress ---- */

/* Owned by its maker until progress_close and by the stack until the view
 * goes: whichever is last frees it. */
struct progress {
	struct ui *ui;
	char *title, *text;
	int64_t done, all;
	void (*on_cancel)(void *ctx);
	void *ctx;
	bool held, shown;
};

static void
progress_drop(struct progress *p)
{
	if (p->held || p->shown)
		return;
	free(p->title);
	free(p->text);
	free(p);
}

static void
progress_gone(void *self)
{
	struct progress *p = self;

	p->shown = false;
	progress_drop(p);
}

static void
progress_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)ui;
	(void)right;
	fj_buf_puts(left, ((struct progress *)self)->title);
}

static void
progress_place(void *self, struct ui *ui, struct rect screen, int *h, int *w)
{
	(void)self;
	(void)ui;
	*w = DIALOG_WIDTH < screen.w ? DIALOG_WIDTH : screen.w;
	*h = 3;
}

static void
progress_draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct progress *p = self;

	grid_fit(g, r.y, r.x, r.w, STYLE_NORMAL, p->text);
	if (p->all > 0)
		grid_bar(g, r.y + 1, r.x, r.w, STYLE_ACCENT, p->done, p->all);
	if (p->on_cancel != NULL)
		grid_fit(g, r.y + 2, r.x, r.w, STYLE_MUTED, _(ui_msg(ui), "Esc stops it"));
}

static bool
progress_back(void *self, struct ui *ui)
{
	struct progress *p = self;

	(void)ui;
	if (p->on_cancel != NULL)
		p->on_cancel(p->ctx);
	return true;
}

static const struct view_ops progress_ops = {
	.name = "progress", .draw = progress_draw, .title = progress_title,
	.back = progress_back, .close = progress_gone, .place = progress_place,
};

struct progress *
dialog_progress(struct ui *ui, const char *title, void (*on_cancel)(void *ctx), void *ctx)
{
	struct progress *p = xcalloc(1, sizeof(*p));

	p->ui = ui;
	p->title = xstrdup(title != NULL ? title : "");
	p->text = xstrdup("");
	p->on_cancel = on_cancel;
	p->ctx = ctx;
	p->held = p->shown = true;
	ui_push(ui, &progress_ops, p);
	return p;
}

void
progress_set(struct progress *p, const char *text, int64_t done, int64_t all)
{
	char *copy = xstrdup(text != NULL ? text : "");

	free(p->text);
	p->text = copy;
	p->done = done;
	p->all = all;
	if (p->shown)
		ui_dirty(p->ui);
}

void
progress_close(struct progress *p)
{
	p->held = false;
	if (p->shown)
		ui_close_self(p->ui, p);
	else
		progress_drop(p);
}
