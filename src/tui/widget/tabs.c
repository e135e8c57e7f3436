/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/tabs.h"

bool
tabs_input(struct tabs *t, const struct input *in)
{
	int to = t->current;

	if (in->type != INPUT_KEY || !t->keys || t->n == 0)
		return false;
	if (in->key == K_LEFT)
		to = (t->current + t->n - 1) % t->n;
	else if (in->key == K_RIGHT)
		to = (t->current + 1) % t->n;
	if (to == t->current)
		return false;
	t->current = to;
	return true;
}

void
tabs_draw(const struct tabs *t, const struct msg *m, struct grid *g, struct rect r)
{
	int i, x = r.x, end = r.x + r.w;

	for (i = 0; i < t->n && x < end; i++) {
		bool on = i == t->current;

		/* The brackets say it without colour. */
		x += grid_text(g, r.y, x, end - x, STYLE_ACCENT, on ? "[" : " ");
		x += grid_fit(g, r.y, x, end - x, on ? STYLE_ACCENT : STYLE_NORMAL,
		    msg_tr(m, t->label[i]));
		x += grid_text(g, r.y, x, end - x, STYLE_ACCENT, on ? "] " : "  ");
	}
}
