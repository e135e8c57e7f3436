/* SPDX-License-Identifier: Apache-2.0 */
/* The draw pass: header, body, popups, messages, keys. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "text/fit.h"
#include "tui/core/term.h"
#include "tui/core/ui_internal.h"

enum {
	LEAST_ROWS = 10,
	LEAST_COLS = 38,
	TITLE_MAX = 2048,
	STATUS_MAX = 4,
};

/* Where badge and the view's own words would take more than half the line, the
 * badge is cut first; long words of the view are cut by the caller. */
static void
header_right(struct ui *ui, const struct fj_buf *own, int room, struct fj_buf *out)
{
	const struct width *wd = grid_width(ui->grid);
	int words = width_text(wd, own->p, own->n), left = room - words - 2;
	struct fj_buf badge;

	fj_buf_init(&badge, TITLE_MAX);
	if (ui->o.badge != NULL)
		ui->o.badge(ui->o.ctx, &badge);
	if (words == 0 || words + 2 > room / 2)
		left = room;
	fit_text(out, wd, badge.p, badge.n, left);
	if (own->n > 0 && out->n > 0)
		fj_buf_puts(out, "  ");
	fj_buf_add(out, own->p, own->n);
	fj_buf_release(&badge);
}

static void
draw_header(struct ui *ui, struct view *v, struct rect r)
{
	struct fj_buf left, own, right;
	int w;

	fj_buf_init(&left, TITLE_MAX);
	fj_buf_init(&own, TITLE_MAX);
	fj_buf_init(&right, TITLE_MAX);
	if (v->ops->title != NULL)
		v->ops->title(v->self, ui, &left, &own);
	header_right(ui, &own, r.w / 2, &right);
	grid_fill(ui->grid, r, STYLE_TITLE);
	w = width_text(grid_width(ui->grid), right.p, right.n);
	if (w > r.w / 2)
		w = r.w / 2;
	grid_fit(ui->grid, r.y, r.x + r.w - 1 - w, w, STYLE_TITLE, right.p);
	grid_fit(ui->grid, r.y, r.x + 1, r.w - w - 4, STYLE_TITLE, left.p);
	fj_buf_release(&left);
	fj_buf_release(&own);
	fj_buf_release(&right);
}

/* A sentence is never cut while there are rows: its way out stands at its end. */
static int
status_rows(struct ui *ui, struct rect all)
{
	struct rect nowhere = {all.y, all.x + 1, 0, all.w - 2};
	int n = ui->say.n > 0 ? grid_para(ui->grid, nowhere, 0, STYLE_NORMAL, ui->say.p) : 1;
	int most = all.h / 4 < STATUS_MAX ? all.h / 4 : STATUS_MAX;

	return n < 1 ? 1 : n > most ? most : n;
}

/* The mark gives way to a message that does not fit beside it. */
static void
draw_status(struct ui *ui, struct rect r)
{
	const struct width *wd = grid_width(ui->grid);
	int x = r.x + 1, room = r.w - 2;
	int mark = width_text(wd, ui->mark.p, ui->mark.n) + 2;
	int say = width_text(wd, ui->say.p, ui->say.n);

	if (r.h > 1) {
		grid_fill(ui->grid, r, STYLE_NORMAL);
		(void)grid_para(ui->grid, rect_inset(r, 0, 1), 0, ui->say_style, ui->say.p);
		return;
	}
	if (ui->mark.n > 0 && (say == 0 || mark + say <= room)) {
		grid_fit(ui->grid, r.y, x, room, ui->mark_style, ui->mark.p);
		x += mark;
		room -= mark;
	}
	if (say > 0)
		grid_fit(ui->grid, r.y, x, room, ui->say_style, ui->say.p);
}

/* "Enter open": answers the cells it took with the two blanks behind, 0 when
 * there is no room. */
static int
draw_key(struct ui *ui, const struct action *a, int y, int x, int end, bool measure)
{
	char name[KEY_NAME];
	const char *label = msg_tr(ui->o.msg, ui->n == 1 && strcmp(a->id, "ui.back") == 0 ?
	    N_("quit") : a->label);
	size_t n = strcspn(a->keys, " ");
	int kw, lw;

	key_format(key_parse(a->keys, n), name);
	kw = width_text(grid_width(ui->grid), name, strlen(name));
	lw = width_text(grid_width(ui->grid), label, strlen(label));
	if (x + kw + 1 + lw > end)
		return 0;
	if (!measure) {
		grid_text(ui->grid, y, x, kw, STYLE_KEY, name);
		grid_text(ui->grid, y, x + kw + 1, lw, STYLE_NORMAL, label);
	}
	return kw + 1 + lw + 2;
}

/* Is the action one to show, now? */
static bool
in_footer(const struct action *a, const void *self, bool typing)
{
	if (!(a->flags & ACTION_FOOTER) || (a->enabled != NULL && !a->enabled(self)))
		return false;
	return !typing || !key_is_text(key_parse(a->keys, strcspn(a->keys, " ")));
}

static const struct action leave = {
	"ui.back", "Esc", N_("back"), N_("Back to the screen before"), 0, NULL, NULL,
};

static void
draw_footer(struct ui *ui, struct view *v, struct rect r)
{
	const struct action *a;
	int x = r.x + 1, end = r.x + r.w, tail = 0, w;
	bool typing = v->ops->typing != NULL && v->ops->typing(v->self);

	/* The global ones keep their place at the end. */
	for (a = ui_global_actions(); a->id != NULL && !typing; a++)
		if (a->flags & ACTION_FOOTER)
			tail += draw_key(ui, a, r.y, 0, 1000, true);
	for (a = v->ops->actions; a != NULL && a->id != NULL; a++) {
		if (!in_footer(a, v->self, typing))
			continue;
		w = draw_key(ui, a, r.y, x, end - tail, false);
		if (w == 0)
			break;
		x += w;
	}
	for (a = ui_global_actions(); a->id != NULL && !typing; a++)
		if (a->flags & ACTION_FOOTER)
			x += draw_key(ui, a, r.y, x, end, false);
	/* While letters are text, the way out is Esc. */
	if (typing && action_find(v->ops->actions, v->self, K_ESC) == NULL)
		(void)draw_key(ui, &leave, r.y, x, end, false);
}

static void
draw_popup(struct ui *ui, struct view *v, struct rect screen)
{
	struct rect box, before;
	struct fj_buf title, right;
	int h = 0, w = 0;

	v->ops->place(v->self, ui, rect_inset(screen, 1, 2), &h, &w);
	box = rect_center(screen, h + 2, w + 4);
	fj_buf_init(&title, TITLE_MAX);
	fj_buf_init(&right, TITLE_MAX);
	if (v->ops->title != NULL)
		v->ops->title(v->self, ui, &title, &right);
	box = grid_box(ui->grid, box, STYLE_BORDER, title.p);
	fj_buf_release(&title);
	fj_buf_release(&right);
	box = rect_inset(box, 0, 1);
	before = grid_clip(ui->grid, box);
	grid_cursor(ui->grid, box.y, box.x);
	v->ops->draw(v->self, ui, ui->grid, box);
	(void)grid_clip(ui->grid, before);
}

static void
draw_views(struct ui *ui)
{
	struct rect all = grid_rect(ui->grid), body = all, head, foot, status, before;
	size_t i = ui->n, first;

	while (i > 0 && ui->view[i - 1]->ops->place != NULL)
		i--;
	first = i > 0 ? i - 1 : 0;
	head = rect_cut_top(&body, 1);
	foot = rect_cut_bottom(&body, 1);
	status = rect_cut_bottom(&body, status_rows(ui, all));
	if (ui->view[first]->ops->place == NULL) {
		draw_header(ui, ui->view[first], head);
		before = grid_clip(ui->grid, body);
		grid_cursor(ui->grid, body.y, body.x);
		ui->view[first]->ops->draw(ui->view[first]->self, ui, ui->grid, body);
		(void)grid_clip(ui->grid, before);
	}
	for (i = first; i < ui->n; i++)
		if (ui->view[i]->ops->place != NULL)
			draw_popup(ui, ui->view[i], body);
	draw_status(ui, status);
	draw_footer(ui, ui->view[ui->n - 1], foot);
}

/* A test waits until the program has drawn and nothing more is to come. */
static void
tell_idle(const struct ui *ui)
{
	int fd;

	if (ui->idle_fifo == NULL)
		return;
	fd = open(ui->idle_fifo, O_WRONLY | O_NONBLOCK);
	if (fd < 0)
		return;
	if (write(fd, "i", 1) < 0) {
		/* Nobody reads: no test waits. */
	}
	close(fd);
}

void
ui_draw(struct ui *ui)
{
	ui_flush_dead(ui);
	ui_paint(ui);
}

void
ui_paint(struct ui *ui)
{
	struct rect all = grid_rect(ui->grid);

	if (!ui->dirty || ui->quitting)
		return;
	ui->dirty = false;
	grid_clear(ui->grid);
	if (all.h < LEAST_ROWS || all.w < LEAST_COLS) {
		grid_fit(ui->grid, 0, 0, all.w, STYLE_WARN,
		    msg_tr(ui->o.msg, N_("The window is too small")));
		grid_cursor(ui->grid, 0, 0);
	} else if (ui->n > 0) {
		draw_views(ui);
	}
	if (ui->term != NULL)
		term_paint(ui->term, ui->grid);
	tell_idle(ui);
}
