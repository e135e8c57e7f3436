/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/lineedit.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "text/cluster.h"

struct lineedit {
	struct edit *e;
	size_t max;
	bool mask;
	bool (*accept)(uint32_t c);
	char *hint;
	size_t left;		/* first byte shown */
};

struct lineedit *
lineedit_new(const struct lineedit_opts *o)
{
	struct lineedit *le = xcalloc(1, sizeof(*le));

	le->max = o != NULL && o->max_bytes > 0 ? o->max_bytes : LIMIT_NAME_BYTES;
	le->mask = o != NULL && o->mask;
	le->accept = o != NULL ? o->accept : NULL;
	le->hint = o != NULL ? xstrdup(o->hint) : NULL;
	le->e = edit_new(le->max, le->mask);
	return le;
}

void
lineedit_free(struct lineedit **le)
{
	if (*le == NULL)
		return;
	edit_free(&(*le)->e);
	free((*le)->hint);
	free(*le);
	*le = NULL;
}

const char *
lineedit_text(const struct lineedit *le)
{
	return edit_text(le->e, NULL);
}

bool
lineedit_set(struct lineedit *le, const char *s)
{
	le->left = 0;
	return edit_set(le->e, s != NULL ? s : "", s != NULL ? strlen(s) : 0);
}

static bool
accepted(const struct lineedit *le, const char *p, size_t n)
{
	size_t i = 0, k;
	uint32_t c;

	for (; le->accept != NULL && i < n; i += k) {
		k = utf8_get(p + i, n - i, &c);
		if (k == 0 || !le->accept(c))
			return false;
	}
	return true;
}

static enum edit_answer
insert(struct lineedit *le, const char *p, size_t n, bool typed)
{
	if (!accepted(le, p, n) || !edit_insert(le->e, p, n, typed))
		return EDIT_REFUSED;
	return EDIT_CHANGED;
}

static enum edit_answer
paste(struct lineedit *le, const char *p, size_t n)
{
	enum edit_answer a;
	struct fj_buf b;

	if (le->mask)
		fj_buf_init_secret(&b, n + 1);
	else
		fj_buf_init(&b, n + 1);
	while (n > 0 && p[n - 1] == '\n')
		n--;
	edit_clean_paste(&b, p, n, false);
	a = insert(le, b.p, b.n, false);
	fj_buf_release(&b);
	return a;
}

enum edit_answer
lineedit_input(struct lineedit *le, const struct input *in)
{
	char out[4];
	size_t n;

	if (in->type == INPUT_PASTE)
		return paste(le, in->text, in->n);
	if (in->type != INPUT_KEY)
		return EDIT_IGNORED;
	if (key_is_text(in->key)) {
		n = utf8_put(in->key, out);
		return insert(le, out, n, true);
	}
	(void)edit_text(le->e, &n);
	switch (in->key) {
	case K_HOME:
	case K_C_HOME:
	case K_CTRL('a'):
		edit_move(le->e, 0);
		return EDIT_MOVED;
	case K_END:
	case K_C_END:
	case K_CTRL('e'):
		edit_move(le->e, n);
		return EDIT_MOVED;
	default:
		return edit_key(le->e, in->key);
	}
}

/* Cells from a to b as shown. */
static int
cells(const struct lineedit *le, const struct width *wd, size_t a, size_t b)
{
	const char *p = edit_text(le->e, NULL);

	if (le->mask)
		return (int)cluster_count(p + a, b - a);
	return width_text(wd, p + a, b - a);
}

/* Keep the caret in sight: a third of the line stays before it. */
static void
scroll(struct lineedit *le, const struct width *wd, int w)
{
	size_t n, caret = edit_caret(le->e);
	const char *p = edit_text(le->e, &n);

	if (le->left > n)
		le->left = 0;
	if (caret < le->left || cells(le, wd, le->left, caret) >= w) {
		le->left = caret;
		while (le->left > 0 && cells(le, wd, le->left, caret) < w * 2 / 3)
			le->left = cluster_prev(p, n, le->left);
	}
	while (le->left > 0) {
		size_t before = cluster_prev(p, n, le->left);

		if (cells(le, wd, before, n) >= w)
			break;
		le->left = before;
	}
}

void
lineedit_draw(struct lineedit *le, struct grid *g, struct rect r, bool focused)
{
	const struct width *wd = grid_width(g);
	enum style st = focused ? STYLE_INPUT_FOCUS : STYLE_INPUT;
	size_t n;
	const char *p = edit_text(le->e, &n);
	int i, k;

	if (rect_empty(r))
		return;
	r.h = 1;
	scroll(le, wd, r.w);
	grid_fill(g, r, st);
	if (n == 0 && le->hint != NULL)
		grid_fit(g, r.y, r.x, r.w, STYLE_MUTED, le->hint);
	else if (!focused && !le->mask)
		grid_fit(g, r.y, r.x, r.w, st, p);	/* from its beginning, with … */
	else if (le->mask)
		for (k = cells(le, wd, le->left, n), i = 0; i < k && i < r.w; i++)
			grid_text(g, r.y, r.x + i, 1, st, "*");
	else
		grid_textn(g, r.y, r.x, r.w, st, p + le->left, n - le->left);
	if (focused)
		grid_cursor(g, r.y, r.x + cells(le, wd, le->left, edit_caret(le->e)));
}
