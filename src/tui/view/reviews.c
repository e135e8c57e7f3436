/* SPDX-License-Identifier: Apache-2.0 */
/* What waits for a supervisor. */
#include <stdlib.h>
#include <string.h>

#include "app/words.h"
#include "base/xalloc.h"
#include "text/human.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/views.h"

struct reviews {
	struct session *s;
	struct lines l;
};

/* Waiting ones first, then those under way, then the decided. */
static int
group_of(const struct app_row *r)
{
	switch (r->s.state) {
	case VISIT_SEALED:
	case VISIT_CONTESTED:
		return 0;
	case VISIT_APPROVED:
	case VISIT_CANCELLED:
		return 2;
	default:
		return 1;
	}
}

static void
row_text(const struct reviews *v, const struct app_row *r, struct fj_buf *b)
{
	const struct msg *m = v->s->m;

	fj_buf_puts(b, word_state(m, r->s.state));
	if (r->s.failed > 0)
		fj_buf_printf(b, "  %s%zu", _(m, "no "), r->s.failed);
	if (r->s.findings > 0)
		msg_put(m, b, "  findings {1}", "z", r->s.findings);
	if (r->s.late > 0)
		msg_put(m, b, "  late {1}", "z", r->s.late);
	fj_buf_puts(b, "  ");
	human_when(b, (struct instant){r->s.last, app_now(v->s->app).offset}, app_now(v->s->app));
}

static void
fill(struct reviews *v)
{
	static const char *const heads[] = {
		N_("Waiting for review"), N_("Under way: read and comment"), N_("Decided"),
	};
	const struct app_row *const *rows;
	size_t i, n = app_rows(v->s->app, &rows);
	char id[ID_SHOWN + 1];
	struct fj_buf b;
	int g;

	fj_buf_init(&b, 4096);
	lines_clear(&v->l);
	for (g = 0; g < 3; g++) {
		bool any = false;

		for (i = 0; i < n; i++) {
			if (group_of(rows[i]) != g)
				continue;
			if (!any)
				lines_head(&v->l, msg_tr(v->s->m, heads[g]));
			any = true;
			id_format_short(&rows[i]->id, id);
			fj_buf_clear(&b);
			row_text(v, rows[i], &b);
			lines_add(&v->l, id_number(&rows[i]->id),
			    rows[i]->s.state == VISIT_CONTESTED ? STYLE_BAD : STYLE_NORMAL, id,
			    rows[i]->s.subject, b.p);
		}
	}
	fj_buf_release(&b);
	lines_done(&v->l);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct reviews *v = self;

	fill(v);
	list_set_empty(v->l.list, _(ui_msg(ui), "Nothing to review. What teams send appears here after a sync."));
	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	(void)ui;
	return lines_input(&((struct reviews *)self)->l, in) ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct reviews *v = self;
	const struct app_row *const *rows;
	size_t i, n = app_rows(v->s->app, &rows), waiting = 0;

	fj_buf_puts(left, _(ui_msg(ui), "Review"));
	for (i = 0; i < n; i++)
		waiting += group_of(rows[i]) == 0;
	msg_put(ui_msg(ui), right, "{1} waiting", "z", waiting);
}

static void
open_one(void *self, struct ui *ui)
{
	struct reviews *v = self;
	struct id id;

	(void)ui;
	if (visit_numbered(v->s, lines_at(&v->l), &id))
		view_review_open(v->s, &id);
}

static void
search(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct reviews *)self)->l.search);
}

static void
shown(void *self, struct ui *ui)
{
	struct reviews *v = self;

	(void)ui;
	session_dossier_done(v->s);
	session_acted(v->s);
}

static bool
typing(const void *self)
{
	return lines_typing(&((const struct reviews *)self)->l);
}

static void
close_reviews(void *self)
{
	struct reviews *v = self;

	lines_release(&v->l);
	free(v);
}

static void
open_sync(void *self, struct ui *ui)
{
	(void)ui;
	view_sync_open(((struct reviews *)self)->s);
}

static void
open_rates(void *self, struct ui *ui)
{
	(void)ui;
	view_redflag_rates_open(((struct reviews *)self)->s);
}

static const struct action actions[] = {
	{"reviews.open", "Enter", N_("view"), N_("Read and decide on the selected visit"), ACTION_FOOTER, open_one, NULL},
	{"reviews.filter", "/ C-f", N_("filter"), N_("Show only visits that match"), ACTION_FOOTER, search, NULL},
	{"reviews.rates", "t F7", N_("rates"), N_("How often each rule was right, over all visits here"), 0, open_rates, NULL},
	{"reviews.sync", "s F5", N_("sync"), N_("What is safe where; sync with the hub"), 0, open_sync, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "reviews", .actions = actions, .draw = draw, .input = input, .title = title,
	.shown = shown, .close = close_reviews, .typing = typing,
};

void
view_reviews_open(struct session *s)
{
	struct reviews *v = xcalloc(1, sizeof(*v));

	v->s = s;
	lines_init(&v->l, 8);
	fill(v);
	ui_push(s->ui, &ops, v);
}
