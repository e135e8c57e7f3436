/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/widget/plot.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

enum {
	LABEL_MAX = 24,
	LABEL_MIN = 6,
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400,
};

static int
label_room(const struct grid *g, const char *const *label, size_t n, int w)
{
	int most = LABEL_MIN, room = w / 3 < LABEL_MAX ? w / 3 : LABEL_MAX;
	size_t i;

	for (i = 0; i < n; i++) {
		int cells = width_text(grid_width(g), label[i], strlen(label[i]));

		if (cells > most)
			most = cells;
	}
	return most < room ? most : room;
}

/* ---- time ---- */

/* The cell of a time; may lie outside. */
static int64_t
cell_of(const struct plot_time *p, int w, int64_t t)
{
	int64_t span = p->to - p->from, at = t - p->from;

	/* Far away is only "outside": no overflow below. */
	if (at < -span)
		at = -span;
	if (at > 2 * span)
		at = 2 * span;
	at *= w;
	return at >= 0 ? at / span : -((-at + span - 1) / span);
}

static void
mark(struct grid *g, int y, struct rect r, int64_t from, int64_t to, char sign, enum style st)
{
	char s[2] = {sign, '\0'};
	int64_t i;

	if (to < from)
		to = from;
	for (i = from < 0 ? 0 : from; i <= to && i < r.w; i++)
		grid_text(g, y, r.x + (int)i, 1, st, s);
}

/* The last cell that a span touches. */
static int64_t
last_cell(const struct plot_time *p, int w, int64_t to)
{
	return cell_of(p, w, to - 1);
}

static void
draw_span(struct grid *g, int y, struct rect r, const struct plot_time *p,
    const struct plot_span *s)
{
	enum style st = s->hot ? STYLE_BAD : STYLE_ACCENT;
	int64_t from = cell_of(p, r.w, s->from);

	if (s->to <= s->from)
		mark(g, y, r, from, from, '|', st);
	else
		mark(g, y, r, from, last_cell(p, r.w, s->to), s->hot ? '#' : '=', st);
}

static void
draw_overlap(struct grid *g, int y, struct rect r, const struct plot_time *p,
    const struct plot_span *a, const struct plot_span *b)
{
	int64_t from = a->from > b->from ? a->from : b->from;
	int64_t to = a->to < b->to ? a->to : b->to;

	if (from < to)
		mark(g, y, r, cell_of(p, r.w, from), last_cell(p, r.w, to), 'X', STYLE_BAD);
}

static void
draw_lane(struct grid *g, int y, struct rect r, const struct plot_time *p, int lane)
{
	size_t i, k;
	int hot;

	/* What matters lies above what does not. */
	for (hot = 0; hot < 2; hot++)
		for (i = 0; i < p->n; i++)
			if (p->span[i].lane == lane && p->span[i].hot == (hot == 1))
				draw_span(g, y, r, p, &p->span[i]);
	for (i = 0; i < p->n; i++) {
		if (p->span[i].lane != lane || !p->span[i].hot)
			continue;
		for (k = 0; k < p->n; k++)
			if (k != i && p->span[k].lane == lane && (k > i || !p->span[k].hot))
				draw_overlap(g, y, r, p, &p->span[i], &p->span[k]);
	}
}

/* The smallest step whose labels do not touch. */
static int64_t
tick_step(const struct plot_time *p, int w, int label)
{
	static const int64_t step[] = {MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE,
	    30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY,
	    30 * DAY, 90 * DAY, 365 * DAY, 3650 * DAY};
	size_t i, n = sizeof(step) / sizeof(step[0]);
	int64_t span = p->to - p->from;

	for (i = 0; i + 1 < n; i++)
		if (step[i] * w >= span * (label + 2))
			break;
	return step[i];
}

static void
tick_label(int64_t t, int64_t step, char *out, size_t n)
{
	int64_t day = t >= 0 ? t / DAY : -((-t + DAY - 1) / DAY), in = t - day * DAY;
	char text[DATE_TEXT + 1];

	date_format(day, text);
	if (step < DAY && in != 0)
		snprintf(out, n, "%02d:%02d", (int)(in / HOUR), (int)(in % HOUR / MINUTE));
	else
		snprintf(out, n, "%s", step >= 365 * DAY ? text : text + 5);
}

static void
draw_axis(struct grid *g, struct rect r, const struct plot_time *p)
{
	enum { TICK = 5 };
	int64_t step = tick_step(p, r.w, TICK), t = p->from / step * step;
	char label[16];

	for (; t < p->to; t += step) {
		int64_t x = cell_of(p, r.w, t);

		if (t < p->from || x + TICK > r.w)
			continue;
		tick_label(t, step, label, sizeof(label));
		grid_text(g, r.y, r.x + (int)x, r.w - (int)x, STYLE_MUTED, label);
	}
}

int
plot_time(struct grid *g, struct rect r, const struct plot_time *p)
{
	int label = label_room(g, p->lane, (size_t)(p->lanes > 0 ? p->lanes : 0), r.w), i;
	struct rect field = r;

	rect_cut_left(&field, label + 1);
	if (p->to <= p->from || field.w < 2 || field.h < 1)
		return 0;
	draw_axis(g, field, p);
	for (i = 0; i < field.h - 1 && p->top + i < p->lanes; i++) {
		int y = r.y + 1 + i, lane = p->top + i;
		enum style st = lane == p->selected ? STYLE_SELECT : STYLE_NORMAL;

		if (st != STYLE_NORMAL)
			grid_fill(g, (struct rect){y, r.x, 1, label}, st);
		grid_fit(g, y, r.x, label, st, p->lane[lane]);
		draw_lane(g, y, field, p, lane);
	}
	return i;
}

void
plot_time_window(const struct plot_span *span, size_t n, int64_t *from, int64_t *to)
{
	int64_t a = INT64_MAX, b = INT64_MIN, margin;
	bool hot = false;
	size_t i;

	for (i = 0; i < n; i++)
		hot = hot || span[i].hot;
	for (i = 0; i < n; i++) {
		int64_t end = span[i].to > span[i].from ? span[i].to : span[i].from;

		if (hot && !span[i].hot)
			continue;
		a = span[i].from < a ? span[i].from : a;
		b = end > b ? end : b;
	}
	if (a > b)
		a = b = 0;
	margin = (b - a) / 8 > 5 * MINUTE ? (b - a) / 8 : 5 * MINUTE;
	*from = a - margin;
	*to = b + margin;
}

/* ---- bars ---- */

static double
largest(const struct plot_bar *bar, size_t n)
{
	double most = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		most = bar[i].value > most ? bar[i].value : most;
		most = bar[i].expected > most ? bar[i].expected : most;
	}
	return most;
}

static int
scaled(double v, double most, int w)
{
	double x = most > 0 ? v / most * w : 0;

	if (!(x > 0))
		return 0;
	return x >= w ? w : x < 1 ? 1 : (int)(x + 0.5);
}

static void
draw_bar(struct grid *g, struct rect r, const struct plot_bar *b, double most)
{
	int cells = scaled(b->value, most, r.w), at = scaled(b->expected, most, r.w), i;
	enum style st = b->hot ? STYLE_BAD : STYLE_ACCENT;

	for (i = 0; i < cells; i++)
		grid_text(g, r.y, r.x + i, 1, st, b->hot ? "#" : "=");
	if (b->expected >= 0)
		grid_text(g, r.y, r.x + (at > 0 ? at - 1 : 0), 1, STYLE_NORMAL, "|");
}

int
plot_bars(struct grid *g, struct rect r, const struct plot_bar *bar, size_t n, size_t top)
{
	const struct width *wd = grid_width(g);
	double most = largest(bar, n);
	int label = LABEL_MIN, text = 0, i;
	size_t k;

	for (k = 0; k < n; k++) {
		int l = width_text(wd, bar[k].label, strlen(bar[k].label));
		int t = bar[k].text != NULL ? width_text(wd, bar[k].text, strlen(bar[k].text)) : 0;

		label = l > label ? l : label;
		text = t > text ? t : text;
	}
	label = label > r.w / 3 ? r.w / 3 : label;
	text = text > r.w / 3 ? r.w / 3 : text;
	for (i = 0; i < r.h && top + (size_t)i < n; i++) {
		const struct plot_bar *b = &bar[top + (size_t)i];
		struct rect field = {r.y + i, r.x + label + 1, 1, r.w - label - text - 2};

		grid_fit(g, r.y + i, r.x, label, b->hot ? STYLE_BAD : STYLE_NORMAL, b->label);
		if (field.w > 0)
			draw_bar(g, field, b, most);
		if (b->text != NULL)
			grid_right(g, r.y + i, r.x + r.w - text, text, STYLE_MUTED, b->text);
	}
	return i;
}
