/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/core/ui.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/core/term.h"
#include "tui/core/ui_internal.h"

enum { SAY_MAX = 4096 };

void
ui_flush_dead(struct ui *ui)
{
	/* close() may close more: take one at a time, the top ones came first. */
	while (ui->ndead > 0) {
		struct view v = ui->dead[0];

		memmove(ui->dead, ui->dead + 1, --ui->ndead * sizeof(ui->dead[0]));
		if (v.ops->close != NULL)
			v.ops->close(v.self);
	}
}

static void
bury(struct ui *ui, const struct view *v)
{
	if (ui->ndead == ui->dead_cap) {
		ui->dead_cap = ui->dead_cap ? ui->dead_cap * 2 : 8;
		ui->dead = xrealloc(ui->dead, ui->dead_cap, sizeof(ui->dead[0]));
	}
	ui->dead[ui->ndead++] = *v;
	ui->dirty = true;
}

/* Take views off until n are left; the ones above `own` are told. */
static void
cut_stack(struct ui *ui, size_t n, const struct view *own)
{
	bool before = ui->clearing;

	while (ui->n > n) {
		struct view *v = ui->view[--ui->n];

		if (v != own && v->ops->cancelled != NULL) {
			ui->clearing = true;
			v->ops->cancelled(v->self, ui);
			ui->clearing = before;
		}
		bury(ui, v);
		free(v);
	}
}

static void
tell_shown(struct ui *ui)
{
	struct view *v = ui->n > 0 ? ui->view[ui->n - 1] : NULL;

	if (v != NULL && !ui->clearing && v->ops->shown != NULL)
		v->ops->shown(v->self, ui);
}

/* ---- start and end ---- */

static void
on_turn_end(void *ctx)
{
	ui_draw(ctx);
}

static void
on_tty(void *ctx, int fd, int events)
{
	struct ui *ui = ctx;
	struct input in;
	bool any = false;

	(void)fd;
	while (ui->term != NULL && !ui->quitting && term_read(ui->term, &in)) {
		any = true;
		ui_input(ui, &in);
	}
	if ((events & LOOP_ERROR) != 0 && !any)
		ui_hang_up(ui);
}

static void
read_waiting(void *ctx)
{
	on_tty(ctx, -1, 0);
}

static void
on_resize(void *ctx)
{
	struct ui *ui = ctx;
	int rows, cols;

	if (!term_resized(ui->term))
		return;
	term_size(ui->term, &rows, &cols);
	grid_resize(ui->grid, rows, cols);
	ui->dirty = true;
}

static void
on_end(void *ctx)
{
	ui_hang_up(ctx);
}

static void
on_stop(void *ctx)
{
	struct ui *ui = ctx;

	term_suspend(ui->term);
	raise(SIGSTOP);
	term_resume(ui->term);
	on_resize(ui);
	ui->dirty = true;
}

static void
on_continue(void *ctx)
{
	struct ui *ui = ctx;

	term_resume(ui->term);
	on_resize(ui);
	ui->dirty = true;
}

void
ui_hang_up(struct ui *ui)
{
	if (ui->o.hangup != NULL)
		ui->o.hangup(ui->o.ctx, ui);
	else
		ui_quit(ui);
}

static void
watch_terminal(struct ui *ui)
{
	loop_fd(ui->o.loop, term_fd(ui->term), LOOP_READ, on_tty, ui);
	loop_signal(ui->o.loop, SIGWINCH, on_resize, ui);
	loop_signal(ui->o.loop, SIGTERM, on_end, ui);
	loop_signal(ui->o.loop, SIGHUP, on_end, ui);
	loop_signal(ui->o.loop, SIGINT, on_end, ui);
	loop_signal(ui->o.loop, SIGTSTP, on_stop, ui);
	loop_signal(ui->o.loop, SIGCONT, on_continue, ui);
}

static void
forget_terminal(struct ui *ui)
{
	static const int signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};
	size_t i;

	loop_fd(ui->o.loop, term_fd(ui->term), 0, NULL, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		loop_signal(ui->o.loop, signals[i], NULL, NULL);
}

struct ui *
ui_new(const struct ui_opts *o)
{
	struct ui *ui = xcalloc(1, sizeof(*ui));
	struct width wd = {o->ambiguous == 2 ? 2 : 1};
	int rows = o->rows > 0 ? o->rows : 24, cols = o->cols > 0 ? o->cols : 80;

	ui->o = *o;
	ui->term = o->term;
	if (ui->term != NULL) {
		wd = *term_width(ui->term);
		term_size(ui->term, &rows, &cols);
	}
	ui->grid = grid_new(&wd, rows, cols);
	fj_buf_init(&ui->say, SAY_MAX);
	fj_buf_init(&ui->mark, SAY_MAX);
	ui->idle_fifo = xstrdup(getenv("FEIJIAN_TEST_IDLE"));
	ui->dirty = true;
	if (o->loop != NULL) {
		ui->turn_end = loop_turn_end(o->loop, on_turn_end, ui);
		if (ui->term != NULL) {
			watch_terminal(ui);
			/* Keys that came before the loop began (the probe). */
			loop_after(o->loop, 0, read_waiting, ui);
		}
	}
	return ui;
}

void
ui_free(struct ui **uip)
{
	struct ui *ui = *uip;

	if (ui == NULL)
		return;
	ui_clear(ui);
	ui_flush_dead(ui);
	if (ui->o.loop != NULL) {
		loop_turn_end_cancel(ui->o.loop, ui->turn_end);
		if (ui->term != NULL)
			forget_terminal(ui);
	}
	free(ui->dead);
	free(ui->idle_fifo);
	grid_free(&ui->grid);
	fj_buf_release(&ui->say);
	fj_buf_release(&ui->mark);
	free(ui);
	*uip = NULL;
}

/* ---- the stack ---- */

struct view *
ui_push(struct ui *ui, const struct view_ops *ops, void *self)
{
	struct view *v = xcalloc(1, sizeof(*v));

	v->ops = ops;
	v->self = self;
	if (ui->clearing || ui->n == sizeof(ui->view) / sizeof(ui->view[0])) {
		if (ops->cancelled != NULL && !ui->clearing) {
			ui->clearing = true;
			ops->cancelled(self, ui);
			ui->clearing = false;
		}
		bury(ui, v);
		free(v);
		return NULL;
	}
	ui->view[ui->n++] = v;
	ui->dirty = true;
	return v;
}

void
ui_close(struct ui *ui, struct view *v)
{
	size_t i;

	for (i = 0; i < ui->n; i++)
		if (ui->view[i] == v) {
			cut_stack(ui, i, v);
			tell_shown(ui);
			return;
		}
}

void
ui_close_self(struct ui *ui, const void *self)
{
	size_t i;

	for (i = ui->n; i > 0; i--)
		if (ui->view[i - 1]->self == self) {
			ui_close(ui, ui->view[i - 1]);
			return;
		}
}

void
ui_replace(struct ui *ui, const struct view_ops *ops, void *self)
{
	if (ui->n > 0)
		cut_stack(ui, ui->n - 1, ui->view[ui->n - 1]);
	ui_push(ui, ops, self);
}

void
ui_home(struct ui *ui)
{
	if (ui->n < 2)
		return;
	cut_stack(ui, 1, NULL);
	tell_shown(ui);
}

void
ui_clear(struct ui *ui)
{
	cut_stack(ui, 0, NULL);
	fj_buf_clear(&ui->say);
	fj_buf_clear(&ui->mark);
}

size_t
ui_depth(const struct ui *ui)
{
	return ui->n;
}

const struct view_ops *
ui_top(const struct ui *ui, void **self)
{
	if (ui->n == 0)
		return NULL;
	if (self != NULL)
		*self = ui->view[ui->n - 1]->self;
	return ui->view[ui->n - 1]->ops;
}

void
ui_quit(struct ui *ui)
{
	ui->quitting = true;
	if (ui->o.loop != NULL)
		loop_stop(ui->o.loop);
}

/* ---- what views ask for ---- */

const struct msg *
ui_msg(const struct ui *ui)
{
	return ui->o.msg;
}

void
ui_set_msg(struct ui *ui, const struct msg *m)
{
	ui->o.msg = m;
	ui->dirty = true;
}

void
ui_dirty(struct ui *ui)
{
	ui->dirty = true;
}

void
ui_say(struct ui *ui, enum style st, const char *text)
{
	fj_buf_clear(&ui->say);
	fj_buf_puts(&ui->say, text);
	ui->say_style = st;
	ui->dirty = true;
}

void
ui_fail(struct ui *ui, const struct fj_err *e)
{
	fj_buf_clear(&ui->say);
	msg_say(ui->o.msg, e, &ui->say);
	ui->say_style = STYLE_BAD;
	ui->dirty = true;
}

void
ui_mark(struct ui *ui, enum style st, const char *text)
{
	fj_buf_clear(&ui->mark);
	fj_buf_puts(&ui->mark, text);
	ui->mark_style = st;
	ui->dirty = true;
}

uint32_t
ui_last_key(const struct ui *ui)
{
	return ui->last_key;
}

const struct grid *
ui_grid(const struct ui *ui)
{
	return ui->grid;
}

void
ui_resize(struct ui *ui, int rows, int cols)
{
	grid_resize(ui->grid, rows, cols);
	ui->dirty = true;
}

/* ---- input ---- */

static void
redraw(void *self, struct ui *ui)
{
	(void)self;
	if (ui->term != NULL)
		term_redraw(ui->term);
	ui->dirty = true;
}

static void
next_theme(void *self, struct ui *ui)
{
	(void)self;
	if (ui->term != NULL)
		term_set_theme(ui->term, (term_theme(ui->term) + 1) % THEME_COUNT);
	ui->dirty = true;
}

static void
panic(void *self, struct ui *ui)
{
	(void)self;
	if (ui->o.panic != NULL)
		ui->o.panic(ui->o.ctx, ui);
}

static void
help(void *self, struct ui *ui)
{
	(void)self;
	if (ui->o.help != NULL)
		ui->o.help(ui, false);
}

static void
palette(void *self, struct ui *ui)
{
	(void)self;
	if (ui->o.help != NULL)
		ui->o.help(ui, true);
}

static void
back(void *self, struct ui *ui)
{
	struct view *v = ui->n > 0 ? ui->view[ui->n - 1] : NULL;

	(void)self;
	if (v == NULL || (v->ops->back != NULL && v->ops->back(v->self, ui)))
		return;
	if (ui->n > 1)
		ui_close(ui, v);
	else if (ui->last_key == K_ESC && !(v->ops->typing != NULL && v->ops->typing(v->self)))
		/* One Esc too many must not end the program; where q is text it must. */
		ui_say(ui, STYLE_MUTED, msg_tr(ui->o.msg, N_("Press q to leave the program")));
	else
		ui_quit(ui);
}

static const struct action global_actions[] = {
	{"ui.help", "? F1", N_("help"), N_("All keys of this screen"), ACTION_FOOTER, help, NULL},
	{"ui.back", "q Esc", N_("back"), N_("Back to the screen before"), ACTION_FOOTER, back, NULL},
	{"ui.palette", ":", N_("commands"), N_("Find a command by its name"), 0, palette, NULL},
	{"ui.redraw", "C-l", N_("redraw"), N_("Draw the screen again"), 0, redraw, NULL},
	{"ui.theme", "C-t", N_("theme"), N_("Colours, outdoor, or no colours"), 0, next_theme, NULL},
	{"ui.lock", "F12 C-\\", N_("lock"), N_("Lock at once"), 0, panic, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

const struct action *
ui_global_actions(void)
{
	return global_actions;
}

static void
key_input(struct ui *ui, struct view *v, uint32_t key)
{
	const struct action *a;

	/* Locking and redrawing must not depend on what a view does. */
	if (key == K_CTRL('\\') || key == K_F12 || key == K_CTRL('l') || key == K_CTRL('t')) {
		a = action_find(global_actions, ui, key);
		if (a != NULL)
			a->run(ui, ui);
		return;
	}
	if (v != NULL) {
		struct input in = input_key(key);

		if (v->ops->input != NULL && v->ops->input(v->self, ui, &in) == UI_HANDLED)
			return;
		if (key_is_text(key) && v->ops->typing != NULL && v->ops->typing(v->self))
			return;
		a = action_find(v->ops->actions, v->self, key);
		if (a != NULL) {
			a->run(v->self, ui);
			return;
		}
	}
	a = action_find(global_actions, ui, key);
	if (a != NULL)
		a->run(ui, ui);
}

void
ui_input(struct ui *ui, const struct input *in)
{
	struct view *v = ui->n > 0 ? ui->view[ui->n - 1] : NULL;

	ui->dirty = true;
	if (in->type != INPUT_KEY || in->key != K_CTRL('l'))
		fj_buf_clear(&ui->say);
	if (ui->o.activity != NULL)
		ui->o.activity(ui->o.ctx);
	if (in->type == INPUT_KEY) {
		ui->last_key = key_fold(in->key);
		key_input(ui, v, in->key);
	} else if (v != NULL && v->ops->input != NULL) {
		ui->last_key = K_NONE;
		(void)v->ops->input(v->self, ui, in);
	}
}
