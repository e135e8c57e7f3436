/* SPDX-License-Identifier: Apache-2.0 */
/* Reports to pull from the archive: worst first, or a random choice that can be
 * repeated; and how often each rule was right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/redflag.h"
#include "tui/widget/dialog.h"

enum { PULL_FIRST = 20, PULL_MOST = 1000 };

struct pull_view {
	struct screening *sc;
	struct lines l;
	struct flag_list *list;
	struct redflag_sample sample;
	bool have, kept;
	size_t n;
	char *seed;			/* NULL: worst first */
};

static void
fill(struct pull_view *v)
{
	const struct msg *m = v->sc->s->m;
	struct fj_buf b;
	size_t i;

	lines_clear(&v->l);
	fj_buf_init(&b, 4096);
	if (v->have) {
		if (v->seed != NULL)
			msg_put(m, &b, N_("{1} of {2} reports with flags, by chance with the word “{3}”: the same word gives the same reports everywhere."), "zzs", v->sample.n, v->sample.of, v->seed);
		else
			msg_put(m, &b, N_("{1} of {2} reports with flags, worst first."), "zz", v->sample.n, v->sample.of);
		lines_note(&v->l, STYLE_MUTED, b.p);
		if (v->kept)
			lines_note(&v->l, STYLE_OK, _(m, "This choice and how it was made are kept in the visit."));
	}
	for (i = 0; v->have && i < v->sample.n; i++) {
		const struct redflag_pull *p = &v->sample.pull[i];
		char no[24];

		fj_buf_clear(&b);
		fj_buf_printf(&b, "A %zu  B %zu  C %zu  %s", p->a, p->b, p->c, p->rules);
		snprintf(no, sizeof(no), "%zu", i + 1);
		lines_add(&v->l, i + 1, p->a > 0 ? STYLE_BAD : STYLE_NORMAL, no, p->report_no, b.p);
	}
	if (v->have && v->sample.n == 0)
		lines_note(&v->l, STYLE_MUTED, _(m, "No flag names a report."));
	fj_buf_release(&b);
	lines_done(&v->l);
	ui_dirty(v->sc->s->ui);
}

static void
forget(struct pull_view *v)
{
	if (v->have)
		redflag_sample_release(&v->sample);
	v->have = false;
}

static void
choose(struct pull_view *v)
{
	struct fj_err e;

	forget(v);
	v->kept = false;
	if (v->list != NULL) {
		v->have = flag_list_sample(v->list, v->n, v->seed, &v->sample, &e) == FJ_OK;
		if (!v->have)
			ui_fail(v->sc->s->ui, &e);
	}
	fill(v);
}

static bool
a_number(void *ctx, const char *text, struct fj_buf *why)
{
	struct pull_view *v = ctx;
	char *end;
	long n = strtol(text, &end, 10);

	if (*end == '\0' && n >= 1 && n <= PULL_MOST)
		return true;
	fj_buf_puts(why, _(v->sc->s->m, "A number from 1 to 1000"));
	return false;
}

static void
number_given(void *ctx, const char *text)
{
	struct pull_view *v = ctx;

	if (text == NULL)
		return;
	v->n = (size_t)strtol(text, NULL, 10);
	choose(v);
}

static void
how_many(void *self, struct ui *ui)
{
	struct pull_view *v = self;
	char now[24];

	snprintf(now, sizeof(now), "%zu", v->n);
	dialog_prompt(ui, &(struct prompt_opts){.title = _(ui_msg(ui), "How many reports?"), .initial = now,
	    .max_bytes = 8, .required = true, .check = a_number}, number_given, v);
}

static void
seed_given(void *ctx, const char *text)
{
	struct pull_view *v = ctx;

	if (text == NULL)
		return;
	free(v->seed);
	v->seed = text[0] != '\0' ? xstrdup(text) : NULL;
	choose(v);
}

static void
by_chance(void *self, struct ui *ui)
{
	struct pull_view *v = self;
	const struct msg *m = ui_msg(ui);

	dialog_prompt(ui, &(struct prompt_opts){.title = _(m, "By chance"),
	    .text = _(m, "A word that both sides may know, such as the day. Empty: worst first."),
	    .initial = v->seed, .max_bytes = 64}, seed_given, v);
}

static void
keep(void *self, struct ui *ui)
{
	struct pull_view *v = self;
	struct dossier *d = session_dossier(v->sc->s, &v->sc->visit);
	struct fj_err e;

	(void)ui;
	if (d == NULL || !v->have || v->sample.n == 0)
		return;
	session_keeping(v->sc->s);
	v->kept = session_kept(v->sc->s, dossier_flag_sample(d, &v->sample, v->seed, &e), &e);
	if (v->kept)
		session_acted(v->sc->s);
	fill(v);
}

static void
open_one(void *self, struct ui *ui)
{
	struct pull_view *v = self;
	struct flag_filter f = {.mark = -1};
	uint64_t at = lines_at(&v->l);
	const char *report;
	size_t i;

	(void)ui;
	if (!v->have || at < 1 || at > v->sample.n)
		return;
	report = v->sample.pull[at - 1].report_no;
	for (i = 0; i < screening_hits(v->sc); i++) {
		const struct redflag_hit *h = screening_hit(v->sc, i);

		if (strcmp(h->report_no, report) != 0)
			continue;
		f.only = xrealloc(f.only, f.nonly + 1, sizeof(*f.only));
		f.only[f.nonly++] = h->id;
	}
	view_redflag_list_open(v->sc, &f, report);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	lines_draw(&((struct pull_view *)self)->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct pull_view *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct pull_view *v = self;

	fj_buf_printf(left, "%s  ", _(ui_msg(ui), "Reports to pull"));
	visit_name(v->sc->s, &v->sc->visit, left);
	if (v->have)
		fj_buf_printf(right, "%zu/%zu", v->sample.n, v->sample.of);
}

static void
close_view(void *self)
{
	struct pull_view *v = self;

	forget(v);
	flag_list_free(&v->list);
	lines_release(&v->l);
	free(v->seed);
	screening_unref(&v->sc);
	free(v);
}

static const struct action actions[] = {
	{"redflag-pull.open", "Enter", N_("view"), N_("The flags of this report"), ACTION_FOOTER, open_one, NULL},
	{"redflag-pull.number", "n 1", N_("how many"), N_("How many reports"), ACTION_FOOTER, how_many, NULL},
	{"redflag-pull.chance", "s 2", N_("by chance"), N_("A random choice by a word, or worst first"), ACTION_FOOTER, by_chance, NULL},
	{"redflag-pull.keep", "C-s 3", N_("keep"), N_("The choice and how it was made become part of the visit"), ACTION_FOOTER, keep, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "redflag-pull", .actions = actions, .draw = draw, .input = input,
	.title = title, .close = close_view,
};

void
view_redflag_pull_open(struct screening *sc)
{
	struct dossier *d = session_dossier(sc->s, &sc->visit);
	struct flag_list *list;
	struct pull_view *v;
	struct id newest = {{0}};
	struct fj_err e;

	if (d == NULL)
		return;
	if (screening_busy(sc) && !sc->again) {
		ui_say(sc->s->ui, STYLE_WARN, _(sc->s->m, "The rules are still running; choose when all ended."));
		return;
	}
	if (dossier_flags(d, &newest, &list, &e) != FJ_OK) {
		ui_fail(sc->s->ui, &e);
		return;
	}
	v = xcalloc(1, sizeof(*v));
	v->sc = screening_ref(sc);
	v->list = list;
	v->n = PULL_FIRST;
	lines_init(&v->l, 4);
	choose(v);
	ui_push(sc->s->ui, &ops, v);
}
