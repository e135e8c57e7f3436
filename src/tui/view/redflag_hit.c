/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One flag: what it says, the clause it may support and what that still lacks, how to
 * verify on site, and its rows side by side as seized, with what the rule compares.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "text/wrap.h"
#include "tui/view/common.h"
#include "tui/view/redflag.h"
#include "tui/view/redflag_time.h"
#include "tui/widget/list.h"

enum {
	CARD_LEAST = 34,		/* cells of a row beside another */
	LABEL_MOST = 16,
	TIMES_MOST = 12,
	CARD_HEAD = -1,
};

enum hit_row_kind {
	HIT_TEXT,
	HIT_CARDS,			/* line `line` of the cards from `card` on */
};

struct hit_row {
	enum hit_row_kind kind;
	enum style style;
	char *text;
	size_t card;
	int line;
};

struct hit_view {
	struct screening *sc;
	struct id id;
	struct list *list;
	struct hit_row *row;
	size_t n;
	struct redflag_rows *rows;	/* as seized; NULL: not asked yet */
	bool asked, whole;		/* whole: unmapped columns too */
	size_t beside;			/* cards in a band */
	const struct width *wd;
	int width;			/* that the rows were made for */
	uint64_t gen;
};

static const struct redflag_hit *
hit(const struct hit_view *v)
{
	return screening_find(v->sc, &v->id);
}

/* ---- what the rule compares ---- */

enum weight {
	PLAIN,
	SAME,		/* compared, and another row says the same: what links them */
	HOT,		/* compared, and it differs or stands alone */
};

static bool
compared(const struct redflag_hit *h, const char *table, const char *column)
{
	const char *at = h->rule->needs, *dot;
	size_t nt = strlen(table), nc = strlen(column);

	if (at == NULL || nc == 0)
		return false;
	for (; *at != '\0'; at += strcspn(at, " "), at += *at == ' ' ? 1 : 0) {
		dot = strchr(at, '.');
		if (dot != NULL && (size_t)(dot - at) == nt && memcmp(at, table, nt) == 0 &&
		    strcspn(dot + 1, " ") == nc && memcmp(dot + 1, column, nc) == 0)
			return true;
	}
	return false;
}

static bool
elsewhere(const struct hit_view *v, const struct redflag_hit *h, size_t card, const char *text)
{
	size_t i, k;

	for (i = 0; i < redflag_rows_count(v->rows); i++) {
		const struct redflag_row *r = redflag_rows_at(v->rows, i);

		for (k = 0; i != card && k < r->cells; k++)
			if (compared(h, r->table, r->cell[k].column) && strcmp(r->cell[k].text, text) == 0)
				return true;
	}
	return false;
}

static enum weight
weigh(const struct hit_view *v, const struct redflag_hit *h, size_t card,
    const struct redflag_cell *c)
{
	const struct redflag_row *r = redflag_rows_at(v->rows, card);

	if (!compared(h, r->table, c->column))
		return PLAIN;
	return c->text[0] != '\0' && elsewhere(v, h, card, c->text) ? SAME : HOT;
}

static bool
shown_cell(const struct hit_view *v, const struct redflag_cell *c)
{
	return v->whole || c->column[0] != '\0';
}

/* The i-th shown cell of a card; NULL past its end. */
static const struct redflag_cell *
cell_at(const struct hit_view *v, size_t card, int i)
{
	const struct redflag_row *r = redflag_rows_at(v->rows, card);
	size_t k;

	for (k = 0; k < r->cells; k++)
		if (shown_cell(v, &r->cell[k]) && i-- == 0)
			return &r->cell[k];
	return NULL;
}

static int
card_lines(const struct hit_view *v, size_t card)
{
	const struct redflag_row *r = redflag_rows_at(v->rows, card);
	int n = 0;
	size_t k;

	for (k = 0; k < r->cells; k++)
		n += shown_cell(v, &r->cell[k]) ? 1 : 0;
	return n;
}

/* ---- rows of the list ---- */

static struct hit_row *
add_row(struct hit_view *v)
{
	v->row = xrealloc(v->row, v->n + 1, sizeof(*v->row));
	memset(&v->row[v->n], 0, sizeof(*v->row));
	return &v->row[v->n++];
}

static void
add_text(struct hit_view *v, enum style st, const char *text)
{
	struct wrap w = {0};
	size_t i;

	wrap_text(&w, v->wd, text, strlen(text), v->width - 2 > 4 ? v->width - 2 : 4);
	for (i = 0; i < w.n; i++) {
		struct hit_row *r = add_row(v);

		r->style = st;
		r->text = xstrndup(text + w.line[i].off, w.line[i].len);
	}
	wrap_release(&w);
}

static void
add_labelled(struct hit_view *v, enum style st, const char *label, const char *text)
{
	char *both;

	if (text == NULL || text[0] == '\0')
		return;
	both = xasprintf("%s%s", label, text);
	add_text(v, st, both);
	free(both);
}

static void
what_rows(struct hit_view *v, const struct redflag_hit *h)
{
	const struct session *s = v->sc->s;
	struct fj_buf b, d;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_init(&d, LIMIT_VALUE_BYTES);
	fj_buf_printf(&b, "%s %s  %s", h->rule->id, rule_title(s, h->rule), grade_word(s->m, h->rule->grade));
	add_text(v, STYLE_HEAD, b.p);
	fj_buf_clear(&b);
	subject_words(s->m, h, &b);
	redflag_detail(h, lang_of(s), &d);
	if (!isnan(h->measure))
		fj_buf_printf(&b, ":  %.6g  %s", h->measure, d.p);
	else
		fj_buf_printf(&b, ":  %s", d.p);
	add_text(v, grade_style(h->rule->grade), b.p);
	fj_buf_clear(&b);
	fj_buf_puts(&b, mark_word(s->m, h->mark));
	if (h->who[0] != '\0')
		fj_buf_printf(&b, "  %s", h->who);
	if (h->why[0] != '\0')
		fj_buf_printf(&b, "  %s", h->why);
	if (h->drafted)
		fj_buf_printf(&b, "  %s", _(s->m, "in a finding"));
	add_text(v, mark_style(h->mark), b.p);
	fj_buf_release(&b);
	fj_buf_release(&d);
}

static void
law_rows(struct hit_view *v, const struct redflag_hit *h)
{
	const struct session *s = v->sc->s;
	struct dossier *d = session_dossier(v->sc->s, &v->sc->visit);
	struct fj_buf b;
	int i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	for (i = 0; i < h->rule->clauses; i++) {
		const struct clause *c = clauses_find(app_clauses(s->app), h->rule->clause[i]);
		bool verified;

		fj_buf_clear(&b);
		fj_buf_printf(&b, "%s%s ", _(s->m, "May support: "), c != NULL ? c->shown : h->rule->clause[i]);
		if (c != NULL)
			fj_buf_printf(&b, "%s  ", clause_title(c, lang_of(s)));
		if (c != NULL && d != NULL)
			dossier_clause_text(d, h->rule->clause[i], NULL, &b, &verified);
		add_text(v, STYLE_NORMAL, b.p);
	}
	fj_buf_release(&b);
	if (rule_needs_leg2(s, h->rule))
		add_text(v, STYLE_WARN, _(s->m, "B items stand on two legs. Ask for the second: are the data or results wrong, or can they not be re-verified? Measure again, look for the retained sample, try to recompute."));
	if (h->rule->pair)
		add_text(v, STYLE_WARN, _(s->m, "One of these two: the rule does not know which."));
	add_labelled(v, STYLE_NORMAL, _(s->m, "On site: "), rule_verify(s, h->rule));
	add_labelled(v, STYLE_MUTED, _(s->m, "Can be honest: "), rule_false_alarms(s, h->rule));
}

/* ---- the arithmetic of times ---- */

struct time_of {
	int64_t at;
	bool clock;
	const char *column, *table, *text;
	uint32_t row;
};

static bool
time_column(const char *name)
{
	size_t n = strlen(name);

	return strcmp(name, "at") == 0 || (n > 3 && (strcmp(name + n - 3, "_at") == 0 ||
	    strcmp(name + n - 3, "_on") == 0));
}

static int
by_time(const void *a, const void *b)
{
	const struct time_of *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static size_t
hot_times(const struct hit_view *v, const struct redflag_hit *h, struct time_of out[TIMES_MOST])
{
	size_t i, k, n = 0;

	for (i = 0; i < redflag_rows_count(v->rows); i++) {
		const struct redflag_row *r = redflag_rows_at(v->rows, i);

		for (k = 0; k < r->cells && n < TIMES_MOST; k++) {
			const struct redflag_cell *c = &r->cell[k];

			if (!compared(h, r->table, c->column) || !time_column(c->column) ||
			    !seized_time(c->text, &out[n].at, &out[n].clock))
				continue;
			out[n].column = c->column;
			out[n].table = r->table;
			out[n].text = c->text;
			out[n++].row = r->row;
		}
	}
	qsort(out, n, sizeof(*out), by_time);
	return n;
}

/* In the order of time, with what lies between: the contradiction can be read off. */
static void
time_rows(struct hit_view *v, const struct redflag_hit *h)
{
	const struct session *s = v->sc->s;
	struct time_of t[TIMES_MOST];
	size_t i, n = hot_times(v, h, t);
	struct fj_buf b;

	if (n < 2)
		return;
	add_text(v, STYLE_HEAD, _(s->m, "In the order of time"));
	fj_buf_init(&b, 4096);
	for (i = 0; i < n; i++) {
		fj_buf_clear(&b);
		one_line(&b, t[i].text, 40);
		fj_buf_printf(&b, "  %s  (%s ", column_word(s->m, t[i].column), table_word(s->m, t[i].table));
		msg_put(s->m, &b, N_("row {1}"), "l", (long long)t[i].row);
		fj_buf_putc(&b, ')');
		if (i > 0 && t[i].clock && t[i - 1].clock) {
			fj_buf_puts(&b, "  +");
			span_words(s->m, t[i].at - t[i - 1].at, &b);
		}
		add_text(v, STYLE_NORMAL, b.p);
	}
	fj_buf_release(&b);
}

/* ---- cards ---- */

static void
card_rows(struct hit_view *v)
{
	const struct msg *m = v->sc->s->m;
	size_t n = redflag_rows_count(v->rows), from, i;

	v->beside = v->width / CARD_LEAST > 1 ? (size_t)(v->width / CARD_LEAST) : 1;
	if (v->beside > n)
		v->beside = n > 0 ? n : 1;
	add_text(v, STYLE_HEAD, v->whole ? _(m, "Rows as seized, all columns (! compared, = the same elsewhere)") :
	    _(m, "Rows as seized (! compared, = the same elsewhere)"));
	for (from = 0; from < n; from += v->beside) {
		int most = 0, line;

		for (i = from; i < n && i < from + v->beside; i++)
			most = card_lines(v, i) > most ? card_lines(v, i) : most;
		for (line = CARD_HEAD; line < most; line++) {
			struct hit_row *r = add_row(v);

			r->kind = HIT_CARDS;
			r->card = from;
			r->line = line;
		}
		add_text(v, STYLE_NORMAL, " ");
	}
}

static void
ask(struct hit_view *v, const struct redflag_hit *h)
{
	struct fj_err e;

	if (v->asked || h->src[0] == '\0')
		return;
	if (!screening_can_ask(v->sc)) {
		screening_reread(v->sc);
		return;
	}
	v->asked = true;
	if (redflags_rows(v->sc->r, h->src, &v->rows, &e) != FJ_OK) {
		v->rows = NULL;
		ui_fail(v->sc->s->ui, &e);
	}
}

static void
no_rows(struct hit_view *v)
{
	const struct msg *m = v->sc->s->m;

	add_text(v, STYLE_HEAD, _(m, "Rows as seized"));
	if (screening_busy(v->sc))
		add_text(v, STYLE_ACCENT, v->sc->again ?
		    _(m, "Reading the registers again, to show rows…") :
		    _(m, "They come when all rules ended."));
	else
		add_text(v, STYLE_MUTED, _(m, "The rows cannot be shown now; the flag names them:"));
}

static void
forget(struct hit_view *v)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		free(v->row[i].text);
	v->n = 0;
}

static void
fill(struct hit_view *v, const struct width *wd, int width)
{
	const struct redflag_hit *h = hit(v);

	v->gen = v->sc->gen;
	v->wd = wd;
	v->width = width;
	forget(v);
	if (h == NULL) {
		add_text(v, STYLE_WARN, _(v->sc->s->m, "This flag is not in the newest run."));
	} else {
		what_rows(v, h);
		ask(v, h);
		if (v->rows != NULL)
			time_rows(v, h);
		law_rows(v, h);
		if (v->rows != NULL)
			card_rows(v);
		else
			no_rows(v);
		if (v->rows == NULL)
			add_text(v, STYLE_MUTED, h->src);
	}
	v->gen = v->sc->gen;
	list_refresh(v->list);
}

/* ---- drawing ---- */

static size_t
count(void *ctx)
{
	return ((struct hit_view *)ctx)->n;
}

static uint64_t
ident(void *ctx, size_t row)
{
	(void)ctx;
	return row + 1;
}

static void
draw_head(const struct hit_view *v, size_t card, struct grid *g, struct rect r, enum style st)
{
	const struct redflag_row *row = redflag_rows_at(v->rows, card);
	struct fj_buf b;

	fj_buf_init(&b, 4096);
	fj_buf_printf(&b, "%s  ", table_word(v->sc->s->m, row->table));
	msg_put(v->sc->s->m, &b, N_("row {1}"), "l", (long long)row->row);
	fj_buf_printf(&b, "  %s%s%s", row->file, row->sheet[0] != '\0' ? " " : "", row->sheet);
	grid_fit(g, r.y, r.x, r.w, st == STYLE_NORMAL ? STYLE_ACCENT : st, b.p);
	fj_buf_release(&b);
}

static void
draw_cell(const struct hit_view *v, const struct redflag_hit *h, size_t card, int line,
    struct grid *g, struct rect r, enum style st)
{
	const struct redflag_cell *c = cell_at(v, card, line);
	int label = r.w / 2 - 2 < LABEL_MOST ? r.w / 2 - 2 : LABEL_MOST;
	enum weight w;
	struct fj_buf b;

	if (c == NULL)
		return;
	w = weigh(v, h, card, c);
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	one_line(&b, c->header[0] != '\0' ? c->header : column_word(v->sc->s->m, c->column), 200);
	grid_text(g, r.y, r.x, 1, st == STYLE_NORMAL && w == HOT ? STYLE_BAD : st, w == HOT ? "!" : w == SAME ? "=" : " ");
	grid_fit(g, r.y, r.x + 2, label, st == STYLE_NORMAL ? STYLE_MUTED : st, b.p);
	fj_buf_clear(&b);
	one_line(&b, c->text, 1000);
	grid_fit(g, r.y, r.x + label + 3, r.w - label - 3, st != STYLE_NORMAL ? st :
	    w == HOT ? STYLE_BAD : w == SAME ? STYLE_ACCENT : STYLE_NORMAL, b.p);
	fj_buf_release(&b);
}

static void
draw_cards(const struct hit_view *v, const struct hit_row *row, struct grid *g, struct rect r,
    enum style st)
{
	const struct redflag_hit *h = hit(v);
	int w = r.w / (int)v->beside;
	size_t i;

	for (i = 0; h != NULL && i < v->beside && row->card + i < redflag_rows_count(v->rows); i++) {
		struct rect one = {r.y, r.x + (int)i * w, 1, w - 1};

		if (row->line == CARD_HEAD)
			draw_head(v, row->card + i, g, one, st);
		else
			draw_cell(v, h, row->card + i, row->line, g, one, st);
	}
}

static void
draw_row(void *ctx, size_t at, struct grid *g, struct rect r, enum style st)
{
	struct hit_view *v = ctx;
	const struct hit_row *row = &v->row[at];

	rect_cut_left(&r, 1);
	if (row->kind == HIT_CARDS)
		draw_cards(v, row, g, r, st);
	else
		grid_text(g, r.y, r.x, r.w, st == STYLE_NORMAL ? row->style : st, row->text);
}

static const struct list_ops rows = {count, ident, NULL, draw_row, NULL, NULL};

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct hit_view *v = self;

	(void)ui;
	screening_fresh(v->sc);
	if (v->gen != v->sc->gen || v->width != r.w)
		fill(v, grid_width(g), r.w);
	list_draw(v->list, g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct hit_view *v = self;

	if (list_input(v->list, in) == LIST_IGNORED)
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct hit_view *v = self;
	const struct redflag_hit *h = hit(v);
	char id[ID_SHOWN + 1];

	fj_buf_puts(left, _(ui_msg(ui), "Red flag"));
	if (h == NULL)
		return;
	id_format_short(&h->id, id);
	fj_buf_printf(left, "  %s  ", id);
	subject_words(ui_msg(ui), h, left);
	fj_buf_puts(right, mark_word(ui_msg(ui), h->mark));
}

/* ---- acts ---- */

static void
confirm(void *self, struct ui *ui)
{
	struct hit_view *v = self;

	(void)ui;
	flags_mark(v->sc, &v->id, 1, true);
}

static void
rule_out(void *self, struct ui *ui)
{
	struct hit_view *v = self;

	(void)ui;
	flags_mark(v->sc, &v->id, 1, false);
}

static void
draft(void *self, struct ui *ui)
{
	struct hit_view *v = self;

	(void)ui;
	flag_draft(v->sc, &v->id);
}

static void
look(struct hit_view *v, bool person)
{
	if (!screening_can_ask(v->sc)) {
		ui_say(v->sc->s->ui, STYLE_WARN, _(v->sc->s->m, "The registers are still being read."));
		return;
	}
	view_redflag_look_open(v->sc, &v->id, person);
}

static void
look_instrument(void *self, struct ui *ui)
{
	(void)ui;
	look(self, false);
}

static void
look_person(void *self, struct ui *ui)
{
	(void)ui;
	look(self, true);
}

static void
toggle_whole(void *self, struct ui *ui)
{
	struct hit_view *v = self;

	v->whole = !v->whole;
	v->width = -1;
	ui_dirty(ui);
}

static void
close_view(void *self)
{
	struct hit_view *v = self;

	forget(v);
	free(v->row);
	list_free(&v->list);
	redflag_rows_free(&v->rows);
	screening_unref(&v->sc);
	free(v);
}

static const struct action actions[] = {
	{"redflag-hit.confirm", "y 1", N_("confirm"), N_("It stands after a look at the records: why"), ACTION_FOOTER, confirm, NULL},
	{"redflag-hit.rule-out", "n 2", N_("rule out"), N_("It has an honest explanation: which"), ACTION_FOOTER, rule_out, NULL},
	{"redflag-hit.draft", "d 3", N_("draft finding"), N_("A draft finding with these rows as evidence"), ACTION_FOOTER, draft, NULL},
	{"redflag-hit.instrument", "t 4", N_("plot"), N_("The instrument's day as a plot; for statistics the distribution"), ACTION_FOOTER, look_instrument, NULL},
	{"redflag-hit.person", "w 5", N_("person's day"), N_("The person's day as a plot"), 0, look_person, NULL},
	{"redflag-hit.whole", "a 6", N_("all columns"), N_("Columns without a use too, or only those that are mapped"), ACTION_FOOTER, toggle_whole, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "redflag-hit", .actions = actions, .draw = draw, .input = input,
	.title = title, .close = close_view,
};

void
view_redflag_hit_open(struct screening *sc, const struct id *id)
{
	struct hit_view *v = xcalloc(1, sizeof(*v));

	v->sc = screening_ref(sc);
	v->id = *id;
	v->list = list_new(&rows, v);
	v->width = -1;
	v->beside = 1;
	ui_push(sc->s->ui, &ops, v);
}
