/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/pager.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "text/fold.h"
#include "text/wrap.h"

enum { NEEDLE_MAX = 1024, WHEEL = 3 };

struct pager {
	char *text;
	struct wrap wrap;
	int width, h;
	size_t top;
};

struct pager *
pager_new(const char *text)
{
	struct pager *p = xcalloc(1, sizeof(*p));

	p->text = xstrdup(text != NULL ? text : "");
	p->h = 1;
	return p;
}

void
pager_free(struct pager **p)
{
	if (*p == NULL)
		return;
	free((*p)->text);
	wrap_release(&(*p)->wrap);
	free(*p);
	*p = NULL;
}

void
pager_set(struct pager *p, const char *text)
{
	free(p->text);
	p->text = xstrdup(text != NULL ? text : "");
	p->width = 0;
}

static size_t
last_top(const struct pager *p)
{
	return p->wrap.n > (size_t)p->h ? p->wrap.n - (size_t)p->h : 0;
}

static void
scroll(struct pager *p, long by)
{
	long to = (long)p->top + by;

	p->top = to < 0 ? 0 : (size_t)to;
	if (p->top > last_top(p))
		p->top = last_top(p);
}

static bool
wheel(struct pager *p, enum mouse_button button)
{
	if (button != MOUSE_WHEEL_UP && button != MOUSE_WHEEL_DOWN)
		return false;
	scroll(p, button == MOUSE_WHEEL_UP ? -WHEEL : WHEEL);
	return true;
}

bool
pager_input(struct pager *p, const struct input *in)
{
	long page = p->h > 1 ? p->h - 1 : 1;

	if (in->type == INPUT_MOUSE)
		return wheel(p, in->button);
	if (in->type != INPUT_KEY)
		return false;
	if (key_in(in->key, "Up k"))
		scroll(p, -1);
	else if (key_in(in->key, "Down j"))
		scroll(p, 1);
	else if (key_in(in->key, "PgUp"))
		scroll(p, -page);
	else if (key_in(in->key, "PgDn Space"))
		scroll(p, page);
	else if (key_in(in->key, "Home g"))
		p->top = 0;
	else if (key_in(in->key, "End G"))
		p->top = last_top(p);
	else
		return false;
	return true;
}

void
pager_draw(struct pager *p, struct grid *g, struct rect r, bool focused)
{
	size_t i;

	if (rect_empty(r))
		return;
	if (p->width != r.w - 1) {
		p->width = r.w - 1;
		wrap_text(&p->wrap, grid_width(g), p->text, strlen(p->text), p->width);
	}
	p->h = r.h;
	scroll(p, 0);
	for (i = 0; i < (size_t)r.h && p->top + i < p->wrap.n; i++) {
		const struct wrap_line *l = &p->wrap.line[p->top + i];
		const char *s = p->text + l->off;
		bool head = l->len > 2 && s[0] == '#' && s[1] == ' ';

		grid_textn(g, r.y + (int)i, r.x, p->width, head ? STYLE_HEAD : STYLE_NORMAL,
		    head ? s + 2 : s, head ? l->len - 2 : l->len);
	}
	if (p->top > 0)
		grid_text(g, r.y, r.x + r.w - 1, 1, STYLE_MUTED, "^");
	if (p->top < last_top(p))
		grid_text(g, r.y + r.h - 1, r.x + r.w - 1, 1, STYLE_MUTED, "v");
	if (focused)
		grid_cursor(g, r.y, r.x);
}

bool
pager_find(struct pager *p, const char *needle)
{
	struct fj_buf b;
	size_t i;
	bool found = false;

	fj_buf_init(&b, NEEDLE_MAX);
	fold_text(&b, needle, strlen(needle));
	for (i = 1; i <= p->wrap.n && !found; i++) {
		size_t at = (p->top + i) % p->wrap.n;
		char *line = xstrndup(p->text + p->wrap.line[at].off, p->wrap.line[at].len);

		found = fold_contains(line, b.p);
		free(line);
		if (found)
			p->top = at;
	}
	fj_buf_release(&b);
	return found;
}
