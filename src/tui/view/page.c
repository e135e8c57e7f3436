/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/page.h"

#include <stdlib.h>

#include "base/xalloc.h"

enum { PAGE_WIDTH = 92 };

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct page *p = self;
	struct rect in = rect_inset(r, r.h > 14 ? 1 : 0, 2);

	(void)ui;
	if (in.w > PAGE_WIDTH)
		in.w = PAGE_WIDTH;
	fieldset_draw(p->fs, g, in, true);
}

void
page_done(void *self, struct ui *ui)
{
	struct page *p = self;

	(void)ui;
	if (fieldset_check(p->fs))
		p->ops->done(p);
}

static void
page_next(void *self, struct ui *ui)
{
	struct page *p = self;
	struct input in = input_key(K_TAB);

	fieldset_input(p->fs, &in);
	ui_dirty(ui);
}

static void
page_back(void *self, struct ui *ui)
{
	struct page *p = self;

	if (p->ops->back != NULL && p->ops->back(p))
		return;
	if (ui_depth(ui) == 1)
		ui_quit(ui);
	else
		page_close(p);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct page *p = self;
	/* Before the input: the field that it goes to. */
	const char *at = fieldset_current(p->fs);

	switch (fieldset_input(p->fs, in)) {
	case FIELDS_IGNORED:
		return UI_IGNORED;
	case FIELDS_CHANGED:
		if (p->ops->changed != NULL)
			p->ops->changed(p, at);
		break;
	case FIELDS_PICK:
		if (p->ops->pick != NULL)
			p->ops->pick(p, at);
		break;
	case FIELDS_DONE:
		page_done(p, ui);
		break;
	case FIELDS_HANDLED:
		break;
	}
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct page *p = self;

	fj_buf_puts(left, msg_tr(ui_msg(ui), p->ops->title));
	if (p->ops->status != NULL)
		p->ops->status(p, right);
}

static bool
back(void *self, struct ui *ui)
{
	struct page *p = self;

	(void)ui;
	return p->ops->back != NULL && p->ops->back(p);
}

static void
shown(void *self, struct ui *ui)
{
	struct page *p = self;

	(void)ui;
	if (p->ops->shown != NULL)
		p->ops->shown(p);
}

static bool
typing(const void *self)
{
	return fieldset_typing(((const struct page *)self)->fs);
}

/* The ops of the view are part of the page: its name and table are the host's. */
struct framed {
	struct page page;
	struct view_ops view;
};

static void
close_page(void *self)
{
	struct page *p = self;

	fieldset_free(&p->fs);
	if (p->ops->release != NULL)
		p->ops->release(p->own);
	free(p);
}

static const struct action actions[] = {
	{"page.done", "C-s", N_("done"), N_("Check all fields and go on"), ACTION_FOOTER, page_done, NULL},
	{"page.next", "Tab", N_("next field"), N_("To the next field; Shift-Tab goes back"), ACTION_FOOTER, page_next, NULL},
	{"page.back", "Esc", N_("back"), N_("Back to the screen before"), ACTION_FOOTER | ACTION_HIDDEN, page_back, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

struct page *
page_open(struct session *s, const struct page_ops *ops, const struct field *f, int n,
    void *own)
{
	struct framed *fr = xcalloc(1, sizeof(*fr));
	struct page *p = &fr->page;

	p->s = s;
	p->ops = ops;
	p->own = own;
	p->fs = fieldset_new(s->m, f, n, own);
	fr->view = (struct view_ops){
		.name = ops->name, .actions = ops->actions != NULL ? ops->actions : actions,
		.draw = draw, .input = input, .title = title, .back = back, .shown = shown,
		.close = close_page, .typing = typing,
	};
	ui_push(s->ui, &fr->view, p);
	return p;
}

const char *
page_value(const struct page *p, const char *name)
{
	return fieldset_value(p->fs, name);
}

void
page_error(struct page *p, const char *field, const struct fj_err *e)
{
	struct fj_buf b;

	fj_buf_init(&b, 4096);
	msg_say(p->s->m, e, &b);
	fieldset_error(p->fs, field, b.p);
	fj_buf_release(&b);
	ui_dirty(p->s->ui);
}

void
page_close(struct page *p)
{
	ui_close_self(p->s->ui, p);
}
