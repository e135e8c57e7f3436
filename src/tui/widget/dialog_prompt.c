/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for a text: one line or several. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/widget/dialog.h"
#include "tui/widget/dialog_internal.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/textarea.h"

enum { AREA_ROWS = 8, WHY_MAX = 1024 };

struct prompt {
	char *title, *text, *why;
	struct lineedit *line;
	struct textarea *area;
	bool required;
	bool (*check)(void *ctx, const char *text, struct fj_buf *why);
	void (*done)(void *ctx, const char *text);
	void *ctx;
};

static const char *
value_of(const struct prompt *d)
{
	return d->line != NULL ? lineedit_text(d->line) : textarea_text(d->area, NULL);
}

static void
end(struct prompt *d, struct ui *ui, const char *text)
{
	void (*done)(void *ctx, const char *text) = d->done;

	d->done = NULL;
	ui_close_self(ui, d);
	if (done != NULL)
		done(d->ctx, text);
}

static void
cancelled(void *self, struct ui *ui)
{
	struct prompt *d = self;

	(void)ui;
	if (d->done != NULL)
		d->done(d->ctx, NULL);
	d->done = NULL;
}

static void
close_prompt(void *self)
{
	struct prompt *d = self;

	free(d->title);
	free(d->text);
	free(d->why);
	lineedit_free(&d->line);
	textarea_free(&d->area);
	free(d);
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)ui;
	(void)right;
	fj_buf_puts(left, ((struct prompt *)self)->title);
}

static void
place(void *self, struct ui *ui, struct rect screen, int *h, int *w)
{
	struct prompt *d = self;

	*w = DIALOG_WIDTH < screen.w ? DIALOG_WIDTH : screen.w;
	*h = dialog_lines(ui_grid(ui), d->text, *w) + dialog_lines(ui_grid(ui), d->why, *w) +
	    (d->line != NULL ? 1 : AREA_ROWS);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct prompt *d = self;

	(void)ui;
	if (d->text != NULL && d->text[0] != '\0')
		rect_cut_top(&r, grid_para(g, r, 0, STYLE_NORMAL, d->text));
	if (d->why != NULL) {
		struct rect bottom = rect_cut_bottom(&r, dialog_lines(g, d->why, r.w));

		grid_para(g, bottom, 0, STYLE_BAD, d->why);
	}
	if (d->line != NULL)
		lineedit_draw(d->line, g, r, true);
	else
		textarea_draw(d->area, g, r, true);
}

static void
refuse(struct prompt *d, const char *why)
{
	free(d->why);
	d->why = xstrdup(why);
}

static void
accept(void *self, struct ui *ui)
{
	struct prompt *d = self;
	const char *text = value_of(d);
	struct fj_buf why;

	if (d->required && text[strspn(text, " \n")] == '\0') {
		refuse(d, _(ui_msg(ui), "Please fill this in"));
		return;
	}
	fj_buf_init(&why, WHY_MAX);
	if (d->check != NULL && !d->check(d->ctx, text, &why))
		refuse(d, why.p);
	else
		end(d, ui, text);
	fj_buf_release(&why);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct prompt *d = self;
	enum edit_answer a;

	if (in->type == INPUT_KEY && in->key == K_CTRL('s')) {
		accept(d, ui);
		return UI_HANDLED;
	}
	if (in->type == INPUT_KEY && in->key == K_ENTER && d->line != NULL) {
		accept(d, ui);
		return UI_HANDLED;
	}
	a = d->line != NULL ? lineedit_input(d->line, in) : textarea_input(d->area, in);
	if (a == EDIT_CHANGED && d->why != NULL) {
		free(d->why);
		d->why = NULL;
	}
	if (a == EDIT_REFUSED)
		ui_say(ui, STYLE_WARN, _(ui_msg(ui), "Too long, or a character that does not belong here"));
	return a != EDIT_IGNORED ? UI_HANDLED : UI_IGNORED;
}

static void
cancel(void *self, struct ui *ui)
{
	end(self, ui, NULL);
}

static bool
back(void *self, struct ui *ui)
{
	cancel(self, ui);
	return true;
}

static bool
typing(const void *self)
{
	(void)self;
	return true;
}

static bool
is_line(const void *self)
{
	return ((const struct prompt *)self)->line != NULL;
}

static bool
is_area(const void *self)
{
	return !is_line(self);
}

static const struct action actions[] = {
	{"prompt.accept", "Enter", N_("done"), N_("Take the text"), ACTION_FOOTER, accept, is_line},
	{"prompt.accept", "C-s", N_("done"), N_("Take the text"), ACTION_FOOTER, accept, is_area},
	{"prompt.accept", "C-s", N_("done"), N_("Take the text"), ACTION_HIDDEN, accept, NULL},
	{"prompt.cancel", "Esc", N_("cancel"), N_("Leave without a text"), ACTION_FOOTER, cancel, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops prompt_ops = {
	.name = "prompt", .actions = actions, .draw = draw, .input = input, .title = title,
	.back = back, .close = close_prompt, .cancelled = cancelled, .place = place,
	.typing = typing,
};

void
dialog_prompt(struct ui *ui, const struct prompt_opts *o,
    void (*done)(void *ctx, const char *text), void *ctx)
{
	struct prompt *d = xcalloc(1, sizeof(*d));
	const char *initial = o->initial != NULL ? o->initial : "";

	d->title = xstrdup(o->title != NULL ? o->title : "");
	d->text = xstrdup(o->text);
	d->required = o->required;
	d->check = o->check;
	d->done = done;
	d->ctx = ctx;
	if (o->area) {
		d->area = textarea_new(&(struct textarea_opts){.max_bytes = o->max_bytes});
		(void)textarea_set(d->area, initial, strlen(initial));
	} else {
		d->line = lineedit_new(&(struct lineedit_opts){
		    .max_bytes = o->max_bytes, .mask = o->mask});
		(void)lineedit_set(d->line, initial);
	}
	ui_push(ui, &prompt_ops, d);
}
