/* SPDX-License-Identifier: Apache-2.0 */
/* The recovery code: shown once, then its end is asked back with the code hidden. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "text/fold.h"
#include "tui/view/common.h"
#include "tui/view/views.h"
#include "tui/widget/lineedit.h"

struct code {
	struct session *s;
	char text[APP_RECOVERY_CODE];
	struct lineedit *line;
	bool asking;
	bool wrong;
};

/* Letters and digits alone, lower case, the last four of them. */
static void
last_four(const char *text, char out[5])
{
	size_t n = strlen(text), k = 4;

	memcpy(out, "\0\0\0\0", 5);
	while (n > 0 && k > 0)
		if (isalnum((unsigned char)text[--n]))
			out[--k] = (char)tolower((unsigned char)text[n]);
}

static bool
alike(const struct code *v)
{
	char want[5], got[5];
	struct fj_buf b;
	bool same;

	fj_buf_init_secret(&b, 256);
	fold_text(&b, lineedit_text(v->line), strlen(lineedit_text(v->line)));
	last_four(v->text, want);
	last_four(b.p, got);
	same = memcmp(want, got, 4) == 0;
	fj_wipe(want, sizeof(want));
	fj_buf_release(&b);
	return same;
}

/* With a blank between all characters of a group: large, and easy to copy. */
static void
draw_code(const struct code *v, struct grid *g, struct rect r, int y)
{
	size_t i, n = strlen(v->text);
	int per_row = r.w - 8 < (int)n * 2 + 8 ? ((int)n + 1) / 2 : (int)n, used = 0;
	int x = r.x + 4;

	for (i = 0; i < n; i++) {
		grid_textn(g, y, x, 2, STYLE_HEAD, v->text + i, 1);
		x += 2;
		if (++used >= per_row && !isalnum((unsigned char)v->text[i])) {
			y += 2;
			x = r.x + 4;
			used = 0;
		}
	}
}

static void
draw_ask(struct code *v, const struct msg *m, struct grid *g, struct rect r)
{
	const char *ask = _(m, "Last four characters: ");
	int w = width_text(grid_width(g), ask, strlen(ask));

	grid_text(g, r.y + 2, r.x + 2, r.w - 4, STYLE_NORMAL, ask);
	lineedit_draw(v->line, g, (struct rect){r.y + 2, r.x + 2 + w, 1, 10}, true);
	if (v->wrong)
		grid_fit(g, r.y + 4, r.x + 2, r.w - 4, STYLE_BAD,
		    _(m, "That is not the end of the code. Esc shows it again."));
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct code *v = self;
	const struct msg *m = ui_msg(ui);
	struct rect in = rect_inset(r, 1, 2);
	int n = grid_para(g, in, 0, STYLE_NORMAL, v->asking ?
	    _(m, "To be sure that it is written down:") :
	    _(m, "Recovery code: the only way back when the passphrase is forgotten. It is shown this once; write it on paper and keep it away from this machine."));

	(void)rect_cut_top(&in, n + 1);
	if (v->asking) {
		draw_ask(v, m, g, in);
		return;
	}
	draw_code(v, g, in, in.y + 1);
	grid_cursor(g, in.y + 1, in.x + 4);
}

static void
go_on(void *self, struct ui *ui)
{
	struct code *v = self;

	(void)ui;
	if (!v->asking) {
		v->asking = true;
	} else if (alike(v)) {
		session_enter(v->s);
	} else {
		v->wrong = true;
	}
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct code *v = self;

	(void)ui;
	if (!v->asking || lineedit_input(v->line, in) == EDIT_IGNORED)
		return UI_IGNORED;
	v->wrong = false;
	return UI_HANDLED;
}

/* There is no way round it but to write it down. */
static bool
back(void *self, struct ui *ui)
{
	struct code *v = self;

	if (!v->asking)
		ui_say(ui, STYLE_WARN, _(ui_msg(ui), "Write the code down first; Enter goes on."));
	v->asking = false;
	(void)lineedit_set(v->line, "");
	v->wrong = false;
	return true;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)self;
	(void)right;
	fj_buf_puts(left, _(ui_msg(ui), "Recovery code"));
}

static bool
typing(const void *self)
{
	return ((const struct code *)self)->asking;
}

static void
close_code(void *self)
{
	struct code *v = self;

	lineedit_free(&v->line);
	fj_wipe(v->text, sizeof(v->text));
	free(v);
}

static const struct action actions[] = {
	{"code.next", "Enter", N_("written down"), N_("The code is written down: go on"), ACTION_FOOTER, go_on, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "code", .actions = actions, .draw = draw, .input = input, .title = title,
	.back = back, .close = close_code, .typing = typing,
};

void
view_code_open(struct session *s, const char *code)
{
	struct code *v = xcalloc(1, sizeof(*v));
	size_t n = strlen(code);

	v->s = s;
	memcpy(v->text, code, n < sizeof(v->text) ? n : sizeof(v->text) - 1);
	v->line = lineedit_new(&(struct lineedit_opts){.max_bytes = 32});
	ui_push(s->ui, &ops, v);
}
