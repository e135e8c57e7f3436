/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and questions. */
#include "tui/widget/dialog.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "text/fold.h"
#include "text/wrap.h"
#include "tui/widget/dialog_internal.h"
#include "tui/widget/lineedit.h"

enum { SENTENCE_MAX = 8192 };

int
dialog_lines(const struct grid *g, const char *text, int w)
{
	struct wrap wr = {0};
	int n;

	if (text == NULL || text[0] == '\0')
		return 0;
	wrap_text(&wr, grid_width(g), text, strlen(text), w);
	n = (int)wr.n;
	wrap_release(&wr);
	return n;
}

int
dialog_width(const struct grid *g, const char *text, int room)
{
	int most = 0, w;

	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "\n");

		w = width_text(grid_width(g), text, n);
		if (w > most)
			most = w;
		text += n + (text[n] == '\n');
	}
	w = most + 1 < DIALOG_LEAST ? DIALOG_LEAST : most + 1;
	if (w > DIALOG_WIDTH)
		w = DIALOG_WIDTH;
	return w < room ? w : room;
}

/* ---- message ---- */

struct message {
	char *title, *text;
	void (*done)(void *ctx);
	void *ctx;
};

static void
message_end(struct message *d, struct ui *ui)
{
	void (*done)(void *ctx) = d->done;

	d->done = NULL;
	ui_close_self(ui, d);
	if (done != NULL)
		done(d->ctx);
}

static void
message_cancelled(void *self, struct ui *ui)
{
	struct message *d = self;

	(void)ui;
	if (d->done != NULL)
		d->done(d->ctx);
	d->done = NULL;
}

static void
message_close(void *self)
{
	struct message *d = self;

	free(d->title);
	free(d->text);
	free(d);
}

static void
message_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)ui;
	(void)right;
	fj_buf_puts(left, ((struct message *)self)->title);
}

static void
message_place(void *self, struct ui *ui, struct rect screen, int *h, int *w)
{
	struct message *d = self;

	*w = dialog_width(ui_grid(ui), d->text, screen.w);
	*h = dialog_lines(ui_grid(ui), d->text, *w);
}

static void
message_draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	(void)ui;
	grid_para(g, r, 0, STYLE_NORMAL, ((struct message *)self)->text);
}

static void
message_ok(void *self, struct ui *ui)
{
	message_end(self, ui);
}

static bool
message_back(void *self, struct ui *ui)
{
	message_end(self, ui);
	return true;
}

static const struct action message_actions[] = {
	{"message.ok", "Enter Space", N_("all right"), N_("Close the message"), ACTION_FOOTER, message_ok, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops message_ops = {
	.name = "message", .actions = message_actions, .draw = message_draw,
	.title = message_title, .back = message_back, .close = message_close,
	.cancelled = message_cancelled, .place = message_place,
};

void
dialog_message(struct ui *ui, const char *title, const char *text, void (*done)(void *ctx),
    void *ctx)
{
	struct message *d = xcalloc(1, sizeof(*d));

	d->title = xstrdup(title != NULL ? title : "");
	d->text = xstrdup(text != NULL ? text : "");
	d->done = done;
	d->ctx = ctx;
	ui_push(ui, &message_ops, d);
}

/* ---- confirm ---- */

struct confirm {
	char *title, *text, *yes, *word;
	struct lineedit *line;		/* with a word to type */
	bool other;			/* o and 8 in place of y and 9 */
	bool danger;
	void (*done)(void *ctx, bool yes);
	void *ctx;
};

static void
confirm_end(struct confirm *d, struct ui *ui, bool yes)
{
	void (*done)(void *ctx, bool yes) = d->done;

	d->done = NULL;
	ui_close_self(ui, d);
	if (done != NULL)
		done(d->ctx, yes);
}

static void
confirm_cancelled(void *self, struct ui *ui)
{
	struct confirm *d = self;

	(void)ui;
	if (d->done != NULL)
		d->done(d->ctx, false);
	d->done = NULL;
}

static void
confirm_close(void *self)
{
	struct confirm *d = self;

	free(d->title);
	free(d->text);
	free(d->yes);
	free(d->word);
	lineedit_free(&d->line);
	free(d);
}

static void
confirm_title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)ui;
	(void)right;
	fj_buf_puts(left, ((struct confirm *)self)->title);
}

static void
confirm_place(void *self, struct ui *ui, struct rect screen, int *h, int *w)
{
	struct confirm *d = self;

	*w = dialog_width(ui_grid(ui), d->text, screen.w);
	if (*w < 40 && screen.w >= 40)
		*w = 40;
	*h = dialog_lines(ui_grid(ui), d->text, *w) + (d->word != NULL ? 3 : 2);
}

/* "y yes   n no" */
static void
confirm_keys(const struct confirm *d, const struct msg *m, struct grid *g, int y, struct rect r)
{
	int x = r.x, end = r.x + r.w;

	x += grid_text(g, y, x, end - x, STYLE_KEY, d->word != NULL ? "Enter" : d->other ? "o/8" : "y/9");
	x += 1 + grid_fit(g, y, x + 1, end - x - 1, d->danger ? STYLE_WARN : STYLE_NORMAL,
	    d->yes != NULL ? d->yes : _(m, "yes"));
	x += 3;
	x += grid_text(g, y, x, end - x, STYLE_KEY, d->word != NULL ? "Esc" : "n/0");
	grid_fit(g, y, x + 1, end - x - 1, STYLE_NORMAL, _(m, "no"));
}

static void
confirm_draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct confirm *d = self;
	struct rect line;
	struct fj_buf ask;

	rect_cut_top(&r, grid_para(g, r, 0, d->danger ? STYLE_WARN : STYLE_NORMAL, d->text));
	line = rect_cut_bottom(&r, 1);
	confirm_keys(d, ui_msg(ui), g, line.y, line);
	grid_cursor(g, line.y, line.x);
	if (d->line == NULL)
		return;
	line = rect_cut_top(&r, 1);
	fj_buf_init(&ask, 256);
	msg_put(ui_msg(ui), &ask, "Type {1} to go on:", "s", d->word);
	rect_cut_left(&line, 1 + grid_fit(g, line.y, line.x, line.w * 2 / 3, STYLE_ACCENT, ask.p));
	fj_buf_release(&ask);
	lineedit_draw(d->line, g, line, true);
}

/* The word counts in any case and width: an IME may be on. */
static bool
word_matches(const struct confirm *d)
{
	struct fj_buf a, b;
	bool same;

	fj_buf_init(&a, SENTENCE_MAX);
	fj_buf_init(&b, SENTENCE_MAX);
	fold_text(&a, d->word, strlen(d->word));
	fold_text(&b, lineedit_text(d->line), strlen(lineedit_text(d->line)));
	same = a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
	fj_buf_release(&a);
	fj_buf_release(&b);
	return same;
}

static enum ui_answer
confirm_input(void *self, struct ui *ui, const struct input *in)
{
	struct confirm *d = self;

	if (d->line == NULL)
		return UI_IGNORED;
	if (in->type == INPUT_KEY && in->key == K_ENTER) {
		if (word_matches(d))
			confirm_end(d, ui, true);
		else
			ui_say(ui, STYLE_BAD, _(ui_msg(ui), "This is not what was asked for"));
		return UI_HANDLED;
	}
	return lineedit_input(d->line, in) != EDIT_IGNORED ? UI_HANDLED : UI_IGNORED;
}

static void
confirm_yes(void *self, struct ui *ui)
{
	confirm_end(self, ui, true);
}

static void
confirm_no(void *self, struct ui *ui)
{
	confirm_end(self, ui, false);
}

static bool
confirm_back(void *self, struct ui *ui)
{
	confirm_end(self, ui, false);
	return true;
}

static bool
asks_y(const void *self)
{
	const struct confirm *d = self;

	return d->word == NULL && !d->other;
}

static bool
asks_o(const void *self)
{
	const struct confirm *d = self;

	return d->word == NULL && d->other;
}

static bool
asks_key(const void *self)
{
	return ((const struct confirm *)self)->word == NULL;
}

static bool
confirm_typing(const void *self)
{
	return ((const struct confirm *)self)->line != NULL;
}

static const struct action confirm_actions[] = {
	{"confirm.yes", "y 9", N_("yes"), N_("Do it"), ACTION_FOOTER, confirm_yes, asks_y},
	{"confirm.yes", "o 8", N_("yes"), N_("Do it"), ACTION_FOOTER, confirm_yes, asks_o},
	{"confirm.no", "n 0", N_("no"), N_("Leave it"), ACTION_FOOTER, confirm_no, asks_key},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops confirm_ops = {
	.name = "confirm", .actions = confirm_actions, .draw = confirm_draw,
	.input = confirm_input, .title = confirm_title, .back = confirm_back,
	.close = confirm_close, .cancelled = confirm_cancelled,
	.place = confirm_place, .typing = confirm_typing,
};

void
dialog_confirm(struct ui *ui, const struct confirm_opts *o, void (*done)(void *ctx, bool yes),
    void *ctx)
{
	struct confirm *d = xcalloc(1, sizeof(*d));
	uint32_t opener = ui_last_key(ui);

	d->title = xstrdup(o->title != NULL ? o->title : "");
	d->text = xstrdup(o->text != NULL ? o->text : "");
	d->yes = xstrdup(o->yes);
	d->word = xstrdup(o->word);
	d->danger = o->danger;
	d->other = opener == 'y' || opener == 'Y' || opener == '9';
	if (o->word != NULL)
		d->line = lineedit_new(NULL);
	d->done = done;
	d->ctx = ctx;
	ui_push(ui, &confirm_ops, d);
}
