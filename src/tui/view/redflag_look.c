/* SPDX-License-Identifier: Apache-2.0 */
/* Plots: an instrument's or a person's day, and what a statistical rule saw. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/redflag.h"
#include "tui/widget/plot.h"

enum look_mode {
	LOOK_INSTRUMENT,
	LOOK_PERSON,
	LOOK_DIST,
	LOOK_MODES,
};

enum {
	DAY = 86400,
	FAR = 4000 * 365,		/* days */
	WINDOW_LEAST = 2 * 3600,	/* what stands beside is seen too */
};

struct look_view {
	struct screening *sc;
	struct id id;
	enum look_mode mode;
	bool statistical;		/* its rule has a distribution */
	bool there;			/* there is something to plot */
	struct fj_err why;		/* if not */
	struct redflag_timeline day;
	struct redflag_dist dist;
	struct plot_span *span;		/* two a bar: its lane, and all in lane 0 */
	const char **lane;
	size_t bars;
	int at, top;			/* lane selected; first shown */
	int64_t from, to;		/* window */
	struct plot_bar *bin;
};

static void
forget(struct look_view *v)
{
	redflag_timeline_release(&v->day);
	redflag_dist_release(&v->dist);
	memset(&v->day, 0, sizeof(v->day));
	memset(&v->dist, 0, sizeof(v->dist));
	free(v->span);
	free(v->lane);
	free(v->bin);
	v->span = NULL;
	v->lane = NULL;
	v->bin = NULL;
	v->bars = 0;
	v->at = v->top = 0;
	v->there = false;
}

/* "test_run:12" in "test_run:1;test_run:12". */
static bool
names_row(const char *src, const char *one)
{
	size_t n = strlen(one);
	const char *p;

	for (p = src; n > 0 && (p = strstr(p, one)) != NULL; p += n)
		if ((p == src || p[-1] == ';') && (p[n] == ';' || p[n] == '\0'))
			return true;
	return false;
}

static void
take_day(struct look_view *v, const struct redflag_hit *h)
{
	size_t i, n = v->day.bars, k = 0;

	v->span = xcalloc(2 * n + 1, sizeof(*v->span));
	v->lane = xcalloc(n + 1, sizeof(*v->lane));
	v->lane[0] = v->day.what;
	for (i = 0; i < n; i++) {
		const struct redflag_bar *b = &v->day.bar[i];
		bool hot = names_row(h->src, b->src);
		/* A helper's word: nothing so far away is drawn. */
		bool sane = b->from > -(int64_t)FAR * DAY && b->from < (int64_t)FAR * DAY &&
		    b->to > -(int64_t)FAR * DAY && b->to < (int64_t)FAR * DAY;

		if (!sane)
			continue;
		v->span[k++] = (struct plot_span){0, b->from, b->to, hot};
		v->span[k++] = (struct plot_span){(int)i + 1, b->from, b->to, hot};
	}
	for (i = 0; i < n; i++)
		v->lane[i + 1] = v->day.bar[i].label;
	v->bars = k;
	plot_time_window(v->span, k, &v->from, &v->to);
	if (v->to - v->from < WINDOW_LEAST) {
		v->from -= (WINDOW_LEAST - (v->to - v->from)) / 2;
		v->to = v->from + WINDOW_LEAST;
	}
	for (i = 0; i < n; i++)
		if (names_row(h->src, v->day.bar[i].src)) {
			v->at = (int)i + 1;
			break;
		}
}

static void
take_dist(struct look_view *v)
{
	size_t i;

	v->bin = xcalloc(v->dist.bins, sizeof(*v->bin));
	for (i = 0; i < v->dist.bins; i++) {
		const struct redflag_bin *b = &v->dist.bin[i];

		v->bin[i].label = b->label;
		v->bin[i].value = b->seen > 0 ? b->seen : 0;
		v->bin[i].expected = b->expected;
		/* Half as many again as the others is what one should look at. */
		v->bin[i].hot = b->expected >= 0 && b->seen > b->expected * 1.5 && b->seen > 5;
	}
}

static void
load(struct look_view *v, enum look_mode mode)
{
	const struct redflag_hit *h = screening_find(v->sc, &v->id);
	enum fj_rc rc = FJ_OK;

	forget(v);
	v->mode = mode;
	fj_err_clear(&v->why);
	if (h == NULL || !screening_can_ask(v->sc))
		return;
	if (mode == LOOK_DIST)
		rc = redflags_dist(v->sc->r, h, &v->dist, &v->why);
	else
		rc = redflags_timeline(v->sc->r, h, mode == LOOK_PERSON, &v->day, &v->why);
	v->there = rc == FJ_OK;
	if (v->there && mode == LOOK_DIST)
		take_dist(v);
	else if (v->there)
		take_day(v, h);
	ui_dirty(v->sc->s->ui);
}

/* ---- drawing ---- */

static void
clock_text(int64_t t, struct fj_buf *b)
{
	int64_t day = t >= 0 ? t / DAY : -((-t + DAY - 1) / DAY), in = t - day * DAY;

	fj_buf_printf(b, "%02d:%02d:%02d", (int)(in / 3600), (int)(in % 3600 / 60), (int)(in % 60));
}

static void
bar_text(const struct look_view *v, struct fj_buf *b)
{
	const struct msg *m = v->sc->s->m;
	const struct redflag_bar *bar;

	if (v->at < 1 || (size_t)v->at > v->day.bars) {
		msg_put(m, b, N_("{1} tests of this day; Down goes through them"), "z", v->day.bars);
		return;
	}
	bar = &v->day.bar[v->at - 1];
	fj_buf_printf(b, "%s  %s  ", bar->label, bar->other);
	clock_text(bar->from, b);
	fj_buf_puts(b, " - ");
	clock_text(bar->to, b);
	if (bar->to > bar->from) {
		fj_buf_puts(b, "  ");
		span_words(m, bar->to - bar->from, b);
	}
}

static void
draw_day(struct look_view *v, struct grid *g, struct rect r)
{
	const struct msg *m = v->sc->s->m;
	struct rect low = r.h >= 5 ? rect_cut_bottom(&r, 2) : (struct rect){0, 0, 0, 0};
	struct plot_time p = {.lane = v->lane, .lanes = (int)v->day.bars + 1, .span = v->span,
	    .n = v->bars, .from = v->from, .to = v->to, .selected = v->at};
	int fit = r.h - 1;
	struct fj_buf b;

	if (v->at < v->top)
		v->top = v->at;
	if (fit > 0 && v->at >= v->top + fit)
		v->top = v->at - fit + 1;
	p.top = v->top;
	plot_time(g, r, &p);
	grid_cursor(g, r.y + 1 + v->at - v->top, r.x);
	if (low.h == 0)
		return;
	fj_buf_init(&b, 4096);
	bar_text(v, &b);
	grid_fit(g, low.y, low.x, low.w, STYLE_NORMAL, b.p);
	grid_fit(g, low.y + 1, low.x, low.w, STYLE_MUTED,
	    _(m, "= test  # of this flag  X both at once  | an instant"));
	fj_buf_release(&b);
}

static const char *
dist_words(const struct msg *m, const char *kind)
{
	if (strcmp(kind, "digits") == 0)
		return _(m, "Last digits of this person's values; | what those of the others would give");
	if (strcmp(kind, "limit") == 0)
		return _(m, "Results as a share of the limit; | what those of the others would give");
	return _(m, "Replicates that are identical; | what those of the others would give");
}

static void
draw_dist(struct look_view *v, struct grid *g, struct rect r)
{
	const struct msg *m = v->sc->s->m;
	struct fj_buf *text = xcalloc(v->dist.bins, sizeof(*text));
	size_t i;

	grid_para(g, rect_cut_top(&r, 2), 0, STYLE_MUTED, dist_words(m, v->dist.kind));
	for (i = 0; i < v->dist.bins; i++) {
		fj_buf_init(&text[i], 128);
		fj_buf_printf(&text[i], "%.6g", v->dist.bin[i].seen);
		if (v->dist.bin[i].expected >= 0)
			fj_buf_printf(&text[i], " | %.1f", v->dist.bin[i].expected);
		v->bin[i].text = text[i].p;
	}
	if (v->top > 0 && (size_t)v->top + (size_t)r.h > v->dist.bins)
		v->top = v->dist.bins > (size_t)r.h ? (int)(v->dist.bins - (size_t)r.h) : 0;
	plot_bars(g, r, v->bin, v->dist.bins, (size_t)v->top);
	grid_cursor(g, r.y, r.x);
	for (i = 0; i < v->dist.bins; i++)
		fj_buf_release(&text[i]);
	free(text);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct look_view *v = self;
	struct fj_buf b;

	rect_cut_left(&r, 1);
	rect_cut_right(&r, 1);
	if (v->there && v->mode == LOOK_DIST) {
		draw_dist(v, g, r);
	} else if (v->there) {
		draw_day(v, g, r);
	} else {
		fj_buf_init(&b, 4096);
		if (v->why.code[0] != '\0')
			msg_say(ui_msg(ui), &v->why, &b);
		grid_para(g, r, 0, STYLE_MUTED, b.p);
		grid_cursor(g, r.y, r.x);
		fj_buf_release(&b);
	}
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct look_view *v = self;
	const struct msg *m = ui_msg(ui);
	const struct redflag_hit *h = screening_find(v->sc, &v->id);
	char day[DATE_TEXT + 1];

	if (h != NULL)
		fj_buf_printf(left, "%s  ", h->rule->id);
	fj_buf_puts(left, v->mode == LOOK_DIST ? _(m, "Distribution") :
	    v->mode == LOOK_PERSON ? _(m, "A person's day") : _(m, "An instrument's day"));
	if (v->there && v->mode != LOOK_DIST) {
		date_format(v->day.day, day);
		fj_buf_printf(left, "  %s", v->day.what);
		fj_buf_puts(right, day);
	}
}

/* ---- keys ---- */

static void
zoom(struct look_view *v, int by)
{
	int64_t mid = v->from + (v->to - v->from) / 2, half = (v->to - v->from) / 2;

	half = by > 0 ? half / 2 : half * 2;
	if (half < 60 || half > 40LL * DAY)
		return;
	v->from = mid - half;
	v->to = mid + half;
}

static void
pan(struct look_view *v, int by)
{
	int64_t step = (v->to - v->from) / 4;

	if (llabs(v->from + by * step) > (int64_t)FAR * DAY)
		return;
	v->from += by * step;
	v->to += by * step;
}

static void
move(struct look_view *v, int by)
{
	int last = v->mode == LOOK_DIST ? (int)v->dist.bins - 1 : (int)v->day.bars;
	int *at = v->mode == LOOK_DIST ? &v->top : &v->at;

	*at += by;
	*at = *at > last ? last : *at;
	*at = *at < 0 ? 0 : *at;
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct look_view *v = self;
	uint32_t key = in->type == INPUT_KEY ? key_fold(in->key) : K_NONE;

	if (!v->there)
		return UI_IGNORED;
	if (key == K_DOWN || key == 'j')
		move(v, 1);
	else if (key == K_UP || key == 'k')
		move(v, -1);
	else if (key == K_PGDN)
		move(v, 10);
	else if (key == K_PGUP)
		move(v, -10);
	else if (v->mode != LOOK_DIST && (key == K_LEFT || key == K_RIGHT))
		pan(v, key == K_RIGHT ? 1 : -1);
	else
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
next_mode(void *self, struct ui *ui)
{
	struct look_view *v = self;

	(void)ui;
	load(v, (enum look_mode)((v->mode + 1) % (v->statistical ? LOOK_MODES : LOOK_DIST)));
}

static void
zoom_in(void *self, struct ui *ui)
{
	zoom(self, 1);
	ui_dirty(ui);
}

static void
zoom_out(void *self, struct ui *ui)
{
	zoom(self, -1);
	ui_dirty(ui);
}

static void
zoom_day(void *self, struct ui *ui)
{
	struct look_view *v = self;

	v->from = (int64_t)v->day.day * DAY;
	v->to = v->from + DAY;
	ui_dirty(ui);
}

static bool
is_day(const void *self)
{
	const struct look_view *v = self;

	return v->there && v->mode != LOOK_DIST;
}

static void
close_view(void *self)
{
	struct look_view *v = self;

	forget(v);
	screening_unref(&v->sc);
	free(v);
}

static const struct action actions[] = {
	{"redflag-look.next", "Tab t", N_("other plot"), N_("The instrument's day, the person's day, the distribution"), ACTION_FOOTER, next_mode, NULL},
	{"redflag-look.in", "+ =", N_("closer"), N_("A shorter time; Left and Right move it"), ACTION_FOOTER, zoom_in, is_day},
	{"redflag-look.out", "-", N_("wider"), N_("A longer time"), ACTION_FOOTER, zoom_out, is_day},
	{"redflag-look.day", "0", N_("whole day"), N_("From midnight to midnight"), ACTION_FOOTER, zoom_day, is_day},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "redflag-look", .actions = actions, .draw = draw, .input = input,
	.title = title, .close = close_view,
};

void
view_redflag_look_open(struct screening *sc, const struct id *id, bool person)
{
	static const char *const rules[] = {"R39", "R40", "R41"};
	const struct redflag_hit *h = screening_find(sc, id);
	struct look_view *v = xcalloc(1, sizeof(*v));
	size_t i;

	v->sc = screening_ref(sc);
	v->id = *id;
	for (i = 0; h != NULL && i < sizeof(rules) / sizeof(rules[0]); i++)
		v->statistical = v->statistical || strcmp(h->rule->id, rules[i]) == 0;
	load(v, person ? LOOK_PERSON : v->statistical ? LOOK_DIST : LOOK_INSTRUMENT);
	ui_push(sc->s->ui, &ops, v);
}
