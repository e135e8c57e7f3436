/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/search.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "tui/widget/lineedit.h"

struct search {
	struct list *list;
	struct lineedit *line;
	bool typing;
};

struct search *
search_new(struct list *l)
{
	struct search *s = xcalloc(1, sizeof(*s));

	s->list = l;
	s->line = lineedit_new(NULL);
	return s;
}

void
search_free(struct search **s)
{
	if (*s == NULL)
		return;
	lineedit_free(&(*s)->line);
	free(*s);
	*s = NULL;
}

void
search_open(struct search *s)
{
	s->typing = true;
}

bool
search_typing(const struct search *s)
{
	return s->typing;
}

static void
clear(struct search *s)
{
	s->typing = false;
	(void)lineedit_set(s->line, "");
	list_filter(s->list, NULL);
}

/* Home and End are of the list as long as there is nothing to move in. */
static bool
is_move(const struct search *s, const struct input *in)
{
	if (in->type == INPUT_KEY && (in->key == K_HOME || in->key == K_END))
		return lineedit_text(s->line)[0] == '\0';
	return in->type == INPUT_MOUSE || (in->type == INPUT_KEY &&
	    (in->key == K_UP || in->key == K_DOWN || in->key == K_PGUP || in->key == K_PGDN));
}

bool
search_input(struct search *s, const struct input *in)
{
	bool esc = in->type == INPUT_KEY && in->key == K_ESC;

	if (!s->typing) {
		/* Esc first takes a filter away that was kept. */
		if (!esc || list_filter_text(s->list)[0] == '\0')
			return false;
		clear(s);
		return true;
	}
	if (esc) {
		clear(s);
		return true;
	}
	if (in->type == INPUT_KEY && in->key == K_ENTER) {
		s->typing = false;
		return true;
	}
	if (is_move(s, in))
		return list_input(s->list, in) != LIST_IGNORED;
	switch (lineedit_input(s->line, in)) {
	case EDIT_IGNORED:
		return false;
	case EDIT_CHANGED:
		list_filter(s->list, lineedit_text(s->line));
		return true;
	case EDIT_MOVED:
	case EDIT_REFUSED:
		break;
	}
	return true;
}

void
search_draw(struct search *s, const struct msg *m, struct grid *g, struct rect *r)
{
	struct rect row;
	struct fj_buf b;
	int used;

	if (!s->typing && list_filter_text(s->list)[0] == '\0')
		return;
	row = rect_cut_bottom(r, 1);
	fj_buf_init(&b, 128);
	msg_put(m, &b, N_("matches: {1}"), "z", list_shown(s->list));
	grid_fill(g, row, STYLE_NORMAL);
	used = width_text(grid_width(g), b.p, b.n);
	grid_right(g, row.y, row.x, row.w - 1, STYLE_MUTED, b.p);
	fj_buf_release(&b);
	grid_text(g, row.y, row.x, 1, STYLE_KEY, "/");
	row.x += 1;
	row.w -= used + 3;
	lineedit_draw(s->line, g, row, s->typing);
}
