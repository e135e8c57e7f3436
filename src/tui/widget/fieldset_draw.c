/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tui/widget/fieldset_internal.h"

#include "text/wrap.h"

enum { AREA_ROWS = 4, LEAST_VALUE = 16, MOST_LABEL = 24 };

static int
text_lines(const struct width *wd, const char *s, int w)
{
	struct wrap wr = {0};
	int n;

	wrap_text(&wr, wd, s, strlen(s), w);
	n = (int)wr.n;
	wrap_release(&wr);
	return n;
}

/* Labels stand in a column as wide as the widest of them, within reason. */
static int
label_width(const struct fieldset *fs, const struct width *wd, int width)
{
	int i, most = 0;

	for (i = 0; i < fs->n; i++) {
		const char *s = fs->slot[i].f.label;
		int w;

		if (s == NULL || fs->slot[i].f.kind == FIELD_NOTE ||
		    fs->slot[i].f.kind == FIELD_BUTTON || fieldset_is_hidden(fs, i))
			continue;
		s = msg_tr(fs->m, s);
		w = width_text(wd, s, strlen(s)) + (fs->slot[i].f.required ? 1 : 0);
		if (w > most)
			most = w;
	}
	if (most > MOST_LABEL)
		most = MOST_LABEL;
	if (most + 2 + LEAST_VALUE > width)
		most = width - 2 - LEAST_VALUE;
	return most > 0 ? most : 0;
}

static int
slot_rows(const struct fieldset *fs, int i, const struct width *wd, int width, int lw)
{
	const struct slot *s = &fs->slot[i];
	int rows = 1;

	if (fieldset_is_hidden(fs, i))
		return 0;
	if (s->f.kind == FIELD_NOTE)
		return text_lines(wd, msg_tr(fs->m, s->f.label), width);
	if (s->f.kind == FIELD_AREA)
		rows = s->f.rows > 0 ? s->f.rows : AREA_ROWS;
	if (s->error != NULL)
		rows += text_lines(wd, s->error, width - lw - 2);
	return rows;
}

static void
draw_choice(const struct fieldset *fs, const struct slot *s, struct grid *g, struct rect r,
    bool focused)
{
	const char *v = fieldset_slot_value(s);
	int i, x = r.x, end = r.x + r.w, on_x = r.x;

	for (i = 0; s->f.choices != NULL && s->f.choices[i].name != NULL && x < end; i++) {
		bool on = strcmp(s->f.choices[i].name, v) == 0;
		enum style st = on && focused ? STYLE_SELECT : on ? STYLE_ACCENT : STYLE_NORMAL;

		if (on)
			on_x = x;
		x += grid_text(g, r.y, x, end - x, st, on ? "[" : " ");
		x += grid_fit(g, r.y, x, end - x, st, msg_tr(fs->m, s->f.choices[i].label));
		x += grid_text(g, r.y, x, end - x, st, on ? "]" : " ");
	}
	if (focused)
		grid_cursor(g, r.y, on_x);
}

static void
draw_value(struct fieldset *fs, struct slot *s, struct grid *g, struct rect r, bool focused)
{
	enum style st = focused ? STYLE_SELECT : STYLE_NORMAL;
	const char *v = fieldset_slot_value(s);

	if (focused)
		grid_cursor(g, r.y, r.x);
	switch (s->f.kind) {
	case FIELD_TEXT:
	case FIELD_SECRET:
		lineedit_draw(s->line, g, r, focused);
		break;
	case FIELD_AREA:
		grid_vline(g, r.y, r.x, r.h, focused ? STYLE_ACCENT : STYLE_BORDER);
		r.x += 1;
		r.w -= 1;
		textarea_draw(s->area, g, r, focused);
		break;
	case FIELD_CHOICE:
		draw_choice(fs, s, g, r, focused);
		break;
	case FIELD_CHECK:
		grid_text(g, r.y, r.x, 3, st, v[0] != '\0' ? "[x]" : "[ ]");
		break;
	case FIELD_PICK:
		if (v[0] == '\0' && s->f.hint != NULL)
			grid_fit(g, r.y, r.x, r.w - 2, focused ? st : STYLE_MUTED,
			    msg_tr(fs->m, s->f.hint));
		else
			grid_fit(g, r.y, r.x, r.w - 2, st, s->shown != NULL ? s->shown : v);
		grid_text(g, r.y, r.x + r.w - 1, 1, STYLE_MUTED, ">");
		break;
	case FIELD_BUTTON:
	case FIELD_NOTE:
		break;
	}
}

static void
draw_button(const struct fieldset *fs, const struct slot *s, struct grid *g, struct rect r,
    bool focused)
{
	enum style st = focused ? STYLE_SELECT : STYLE_ACCENT;
	int x = r.x;

	x += grid_text(g, r.y, x, r.w, st, "[ ");
	x += grid_fit(g, r.y, x, r.w - 4, st, msg_tr(fs->m, s->f.label));
	grid_text(g, r.y, x, 2, st, " ]");
	if (focused)
		grid_cursor(g, r.y, r.x);
}

static void
draw_slot(struct fieldset *fs, struct slot *s, struct grid *g, struct rect r, int lw,
    bool focused)
{
	struct rect v = r;

	s->drawn = r;
	if (s->f.kind == FIELD_NOTE) {
		grid_para(g, r, 0, STYLE_MUTED, msg_tr(fs->m, s->f.label));
		return;
	}
	v.x += lw + 2;
	v.w -= lw + 2;
	if (s->f.kind == FIELD_BUTTON) {
		draw_button(fs, s, g, v, focused);
	} else {
		int used = s->f.label == NULL ? 0 : grid_fit(g, r.y, r.x, lw,
		    focused ? STYLE_ACCENT : STYLE_NORMAL, msg_tr(fs->m, s->f.label));

		if (s->f.required)
			grid_text(g, r.y, r.x + used, 1, STYLE_WARN, "*");
		v.h = s->f.kind != FIELD_AREA ? 1 : s->f.rows > 0 ? s->f.rows : AREA_ROWS;
		draw_value(fs, s, g, v, focused);
	}
	if (s->error != NULL) {
		v.y = r.y + (s->f.kind == FIELD_AREA ? v.h : 1);
		v.h = r.y + r.h - v.y;
		grid_para(g, v, 0, STYLE_BAD, s->error);
	}
}

/* Where the focused field begins and ends, counted from the first line. */
static void
scroll(struct fieldset *fs, const struct width *wd, struct rect r, int lw)
{
	int i, y = 0, from = 0, to = 1, all;

	for (i = 0; i < fs->n; i++) {
		int rows = slot_rows(fs, i, wd, r.w, lw);

		if (i == fs->at) {
			from = y;
			to = y + rows;
		}
		y += rows;
	}
	all = y;
	if (to > fs->top + r.h)
		fs->top = to - r.h;
	if (from < fs->top)
		fs->top = from;
	if (fs->top + r.h > all)
		fs->top = all > r.h ? all - r.h : 0;
}

void
fieldset_draw(struct fieldset *fs, struct grid *g, struct rect r, bool focused)
{
	const struct width *wd = grid_width(g);
	int i, y, lw = label_width(fs, wd, r.w);
	struct rect before;

	if (rect_empty(r))
		return;
	scroll(fs, wd, r, lw);
	before = grid_clip(g, r);
	(void)grid_clip(g, rect_meet(before, r));
	if (focused)
		grid_cursor(g, r.y, r.x);
	y = r.y - fs->top;
	for (i = 0; i < fs->n; i++) {
		struct rect row = {y, r.x, slot_rows(fs, i, wd, r.w, lw), r.w};

		y += row.h;
		fs->slot[i].drawn = (struct rect){0, 0, 0, 0};
		if (row.h > 0 && row.y + row.h > r.y && row.y < r.y + r.h)
			draw_slot(fs, &fs->slot[i], g, row, lw, focused && i == fs->at);
	}
	(void)grid_clip(g, before);
}
