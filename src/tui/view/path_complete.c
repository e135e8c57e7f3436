/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/path_complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "os/env.h"
#include "os/fs.h"
#include "tui/widget/lineedit.h"

enum {
	SHOWN = 8,		/* candidates below the line */
};

struct path_view {
	char *title, *text;
	struct lineedit *line;
	struct fj_buf found;	/* candidates, one a line */
	size_t count;
	void (*done)(void *ctx, const char *path);
	void *ctx;
};

struct match {
	const char *dir, *stem;
	struct fj_buf *names;
	char common[LIMIT_NAME_BYTES + 2];
	size_t n;
};

/* "~/x" as the shell reads it. */
static char *
expand(const char *path)
{
	const char *home = env_get("HOME");

	if (path[0] == '~' && (path[1] == '/' || path[1] == '\0') && home != NULL)
		return xasprintf("%s%s", home, path + 1);
	return xstrdup(path);
}

static void
narrow(struct match *m, const char *name)
{
	size_t i = 0;

	if (m->n == 0) {
		size_t n = strlen(name) < LIMIT_NAME_BYTES ? strlen(name) : LIMIT_NAME_BYTES;

		memcpy(m->common, name, n);
		m->common[n] = '\0';
		return;
	}
	while (m->common[i] != '\0' && m->common[i] == name[i])
		i++;
	/* Never end inside a character. */
	while (i > 0 && ((unsigned char)m->common[i] & 0xc0) == 0x80)
		i--;
	m->common[i] = '\0';
}

static bool
one_name(void *ctx, const char *name)
{
	struct match *m = ctx;
	char *full, *shown;

	if (strncmp(name, m->stem, strlen(m->stem)) != 0 ||
	    (name[0] == '.' && m->stem[0] != '.'))
		return true;
	full = fs_join(m->dir, name);
	shown = xasprintf("%s%s", name, fs_is_dir(full) ? "/" : "");
	narrow(m, shown);
	if (m->n++ < SHOWN)
		fj_buf_printf(m->names, "%s\n", shown);
	free(full);
	free(shown);
	return true;
}

/* Replace what stands behind the last slash by what all candidates share. */
static void
complete(struct path_view *v)
{
	char *path = expand(lineedit_text(v->line)), *slash = strrchr(path, '/');
	char *dir = slash == NULL ? xstrdup(".") : slash == path ? xstrdup("/") :
	    xstrndup(path, (size_t)(slash - path));
	struct match m = {.dir = dir, .stem = slash != NULL ? slash + 1 : path,
	    .names = &v->found};

	fj_buf_clear(&v->found);
	if (fs_list(dir, one_name, &m, NULL) == FJ_OK && m.n > 0) {
		char *whole = xasprintf("%.*s%s", slash != NULL ? (int)(slash + 1 - path) : 0,
		    path, m.common);

		lineedit_set(v->line, whole);
		free(whole);
	}
	v->count = m.n;
	if (m.n < 2)
		fj_buf_clear(&v->found);
	free(dir);
	free(path);
}

static void
finish(struct path_view *v, struct ui *ui, bool given)
{
	void (*done)(void *ctx, const char *path) = v->done;
	void *ctx = v->ctx;
	char *path = given ? expand(lineedit_text(v->line)) : NULL;

	ui_close_self(ui, v);
	done(ctx, path);
	free(path);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct path_view *v = self;

	if (in->type == INPUT_KEY && in->key == K_TAB) {
		complete(v);
	} else if (in->type == INPUT_KEY && in->key == K_ENTER) {
		if (lineedit_text(v->line)[0] != '\0')
			finish(v, ui, true);
		return UI_HANDLED;
	} else if (in->type == INPUT_KEY && in->key == K_ESC) {
		finish(v, ui, false);
		return UI_HANDLED;
	} else if (lineedit_input(v->line, in) == EDIT_IGNORED) {
		return UI_IGNORED;
	}
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct path_view *v = self;
	struct rect line;
	struct fj_buf b;

	if (v->text != NULL) {
		struct rect top = rect_cut_top(&r, 2);

		grid_para(g, top, 0, STYLE_MUTED, v->text);
	}
	line = rect_cut_top(&r, 1);
	grid_para(g, r, 0, STYLE_MUTED, v->found.p);
	if (v->count > SHOWN && r.h > SHOWN) {
		fj_buf_init(&b, 256);
		msg_put(ui_msg(ui), &b, N_("{1} fit"), "z", v->count);
		grid_right(g, r.y + r.h - 1, r.x, r.w, STYLE_MUTED, b.p);
		fj_buf_release(&b);
	}
	lineedit_draw(v->line, g, line, true);
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	(void)ui;
	(void)right;
	fj_buf_puts(left, ((struct path_view *)self)->title);
}

static void
place(void *self, struct ui *ui, struct rect screen, int *h, int *w)
{
	(void)self;
	(void)ui;
	*h = SHOWN + 4;
	*w = screen.w - 8;
}

static bool
typing(const void *self)
{
	(void)self;
	return true;
}

static void
close_view(void *self)
{
	struct path_view *v = self;

	lineedit_free(&v->line);
	fj_buf_release(&v->found);
	free(v->title);
	free(v->text);
	free(v);
}

static const struct view_ops ops = {
	.name = "path",
	.draw = draw,
	.input = input,
	.title = title,
	.place = place,
	.close = close_view,
	.typing = typing,
};

void
path_prompt(struct ui *ui, const char *head, const char *text,
    void (*done)(void *ctx, const char *path), void *ctx)
{
	struct lineedit_opts o = {.max_bytes = 4096};
	struct path_view *v = xcalloc(1, sizeof(*v));

	v->title = xstrdup(head);
	v->text = xstrdup(text);
	v->line = lineedit_new(&o);
	fj_buf_init(&v->found, LIMIT_VALUE_BYTES);
	v->done = done;
	v->ctx = ctx;
	ui_push(ui, &ops, v);
}
