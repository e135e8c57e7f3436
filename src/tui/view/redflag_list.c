/* SPDX-License-Identifier: Apache-2.0 */
/* The flags one by one, with filters; confirm, rule out, draft, one or many. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/xalloc.h"
#include "text/fold.h"
#include "tui/view/common.h"
#include "tui/view/redflag.h"
#include "tui/widget/dialog.h"
#include "tui/widget/list.h"
#include "tui/widget/search.h"
#include "tui/widget/table.h"

enum {
	DETAILS_H = 7,
	TEXT_SHOWN = 400,
};

struct flags {
	struct screening *sc;
	struct flag_filter f;
	char *name;			/* whom f.only is about; "" */
	struct map *only;		/* ids of f.only; NULL: all */
	struct map *picked;		/* ids marked by Space */
	struct list *list;
	struct search *search;
	size_t *row;			/* numbers of hits that are shown */
	size_t n;
	uint64_t gen;
	char **choice;			/* of the dialog that asks for a rule or clause */
	size_t nchoice;
	bool choosing_rule;
};

/* ---- which ones ---- */

static bool
has_clause(const struct redflag_rule *r, const char *clause)
{
	int i;

	for (i = 0; i < r->clauses; i++)
		if (strcmp(r->clause[i], clause) == 0)
			return true;
	return false;
}

static bool
fits(const struct flags *v, const struct redflag_hit *h)
{
	const struct flag_filter *f = &v->f;

	return (f->rule[0] == '\0' || strcmp(h->rule->id, f->rule) == 0) &&
	    (f->clause[0] == '\0' || has_clause(h->rule, f->clause)) &&
	    (f->grade == '\0' || h->rule->grade == f->grade) &&
	    (f->mark < 0 || (int)h->mark == f->mark) &&
	    (v->only == NULL || map_get(v->only, h->id.b, ID_LEN) != NULL);
}

/* Grade A first; the order of the rules within. */
static void
reload(struct flags *v)
{
	size_t i, n = screening_hits(v->sc);
	char grade;

	v->gen = v->sc->gen;
	v->n = 0;
	free(v->row);
	v->row = xcalloc(n, sizeof(*v->row));
	for (grade = 'A'; grade <= 'C'; grade++)
		for (i = 0; i < n; i++) {
			const struct redflag_hit *h = screening_hit(v->sc, i);

			if (h->rule->grade == grade && fits(v, h))
				v->row[v->n++] = i;
		}
	list_refresh(v->list);
	ui_dirty(v->sc->s->ui);
}

static const struct redflag_hit *
at(struct flags *v, size_t row)
{
	return screening_hit(v->sc, v->row[row]);
}

/* Hits move: rows are numbers of what was there at the last reload. */
static void
fresh(struct flags *v)
{
	screening_fresh(v->sc);
	if (v->gen != v->sc->gen)
		reload(v);
}

static const struct redflag_hit *
current(struct flags *v)
{
	size_t row;

	fresh(v);
	return list_selected(v->list, &row) && row < v->n ? at(v, row) : NULL;
}

/* ---- rows ---- */

static const struct column columns[] = {
	{"", 1, 0, false, 0},
	{N_("grade"), 5, 0, false, 5},
	{N_("rule"), 4, 0, false, 0},
	{N_("concerns"), 18, 1, false, 0},
	{N_("what"), 20, 3, false, 2},
	{N_("figure"), 9, 0, true, 4},
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static size_t
count(void *ctx)
{
	return ((struct flags *)ctx)->n;
}

static uint64_t
ident(void *ctx, size_t row)
{
	return id_number(&at(ctx, row)->id);
}

static void
what_text(const struct flags *v, const struct redflag_hit *h, struct fj_buf *b)
{
	struct fj_buf d;

	fj_buf_init(&d, LIMIT_VALUE_BYTES);
	redflag_detail(h, lang_of(v->sc->s), &d);
	one_line(b, d.p, TEXT_SHOWN);
	fj_buf_release(&d);
}

static bool
match(void *ctx, size_t row, const char *needle)
{
	struct flags *v = ctx;
	const struct redflag_hit *h = at(v, row);
	struct fj_buf b;
	bool is;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_printf(&b, "%s %s %s ", h->rule->id, rule_title(v->sc->s, h->rule), h->report_no);
	subject_words(v->sc->s->m, h, &b);
	fj_buf_putc(&b, ' ');
	what_text(v, h, &b);
	is = fold_contains(b.p, needle);
	fj_buf_release(&b);
	return is;
}

static void
figure(const struct redflag_hit *h, char *out, size_t n)
{
	if (isnan(h->measure))
		snprintf(out, n, "%s", "");
	else
		snprintf(out, n, "%.6g", h->measure);
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct flags *v = ctx;
	const struct redflag_hit *h = at(v, row);
	enum style own = st == STYLE_NORMAL ? mark_style(h->mark) : st;
	struct table t;
	struct fj_buf b;
	char text[32];

	table_fit(&t, columns, COLUMNS, r.w);
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	table_cell(&t, 0, g, r, own, map_get(v->picked, h->id.b, ID_LEN) != NULL ? "*" :
	    mark_sign(h->mark));
	snprintf(text, sizeof(text), "%c", h->rule->grade);
	table_cell(&t, 1, g, r, st == STYLE_NORMAL ? grade_style(h->rule->grade) : st, text);
	table_cell(&t, 2, g, r, own, h->rule->id);
	subject_words(v->sc->s->m, h, &b);
	table_cell(&t, 3, g, r, own, b.p);
	fj_buf_clear(&b);
	what_text(v, h, &b);
	table_cell(&t, 4, g, r, own, b.p);
	figure(h, text, sizeof(text));
	table_cell(&t, 5, g, r, own, text);
	fj_buf_release(&b);
}

static const struct list_ops rows = {count, ident, NULL, draw_row, match, NULL};

/* ---- acts ---- */

/* Those marked, in the order of the list; owned. */
static struct id *
picks(struct flags *v, size_t *n)
{
	struct id *id = xcalloc(map_count(v->picked), sizeof(*id));
	size_t i, hits = screening_hits(v->sc);

	*n = 0;
	for (i = 0; i < hits && *n < map_count(v->picked); i++) {
		const struct redflag_hit *h = screening_hit(v->sc, i);

		if (map_get(v->picked, h->id.b, ID_LEN) != NULL)
			id[(*n)++] = h->id;
	}
	return id;
}

static void
mark(struct flags *v, bool confirm)
{
	const struct redflag_hit *h = current(v);
	struct id *id;
	size_t n = 1;

	if (map_count(v->picked) > 0) {
		id = picks(v, &n);
		map_free(&v->picked, NULL);
		v->picked = map_new();
	} else if (h != NULL) {
		id = xmemdup(&h->id, sizeof(h->id));
	} else {
		return;
	}
	flags_mark(v->sc, id, n, confirm);
	free(id);
}

static void
confirm(void *self, struct ui *ui)
{
	(void)ui;
	mark(self, true);
}

static void
rule_out(void *self, struct ui *ui)
{
	(void)ui;
	mark(self, false);
}

static void
draft(void *self, struct ui *ui)
{
	struct flags *v = self;
	const struct redflag_hit *h = current(v);
	struct id id;

	(void)ui;
	if (h == NULL)
		return;
	id = h->id;
	flag_draft(v->sc, &id);
}

static void
open_one(void *self, struct ui *ui)
{
	struct flags *v = self;
	const struct redflag_hit *h = current(v);
	struct id id;

	(void)ui;
	if (h == NULL)
		return;
	id = h->id;
	view_redflag_hit_open(v->sc, &id);
}

static void
pick(void *self, struct ui *ui)
{
	struct flags *v = self;
	const struct redflag_hit *h = current(v);

	if (h == NULL)
		return;
	if (map_del(v->picked, h->id.b, ID_LEN) == NULL)
		map_put(v->picked, h->id.b, ID_LEN, v);
	list_move(v->list, 1);
	ui_dirty(ui);
}

/* All that are shown, also by the words of the search; again: none. */
static void
pick_all(void *self, struct ui *ui)
{
	struct flags *v = self;
	const char *needle;
	size_t i;

	fresh(v);
	if (map_count(v->picked) > 0) {
		map_free(&v->picked, NULL);
		v->picked = map_new();
		ui_dirty(ui);
		return;
	}
	needle = list_filter_text(v->list);
	for (i = 0; i < v->n; i++)
		if (needle[0] == '\0' || match(v, i, needle))
			map_put(v->picked, at(v, i)->id.b, ID_LEN, v);
	ui_dirty(ui);
}

/* ---- filters ---- */

static void
next_state(void *self, struct ui *ui)
{
	struct flags *v = self;

	(void)ui;
	v->f.mark = v->f.mark >= (int)REDFLAG_DISPUTED ? -1 : v->f.mark + 1;
	reload(v);
}

static void
next_grade(void *self, struct ui *ui)
{
	struct flags *v = self;

	(void)ui;
	v->f.grade = v->f.grade == '\0' ? 'A' : v->f.grade == 'C' ? '\0' : (char)(v->f.grade + 1);
	reload(v);
}

static void
forget_choices(struct flags *v)
{
	size_t i;

	for (i = 0; i < v->nchoice; i++)
		free(v->choice[i]);
	free(v->choice);
	v->choice = NULL;
	v->nchoice = 0;
}

static void
chosen(void *ctx, long i)
{
	struct flags *v = ctx;

	if (i >= 0 && (size_t)i < v->nchoice) {
		if (v->choosing_rule)
			snprintf(v->f.rule, sizeof(v->f.rule), "%s", v->choice[i]);
		else
			snprintf(v->f.clause, sizeof(v->f.clause), "%s", v->choice[i]);
		reload(v);
	}
	forget_choices(v);
}

static void
offer(struct flags *v, struct pick_item **item, const char *id, const char *label)
{
	size_t i;

	for (i = 0; i < v->nchoice; i++)
		if (strcmp(v->choice[i], id) == 0)
			return;
	v->choice = xrealloc(v->choice, v->nchoice + 1, sizeof(*v->choice));
	*item = xrealloc(*item, v->nchoice + 1, sizeof(**item));
	memset(&(*item)[v->nchoice], 0, sizeof(**item));
	(*item)[v->nchoice].label = label;
	(*item)[v->nchoice].note = id;
	v->choice[v->nchoice++] = xstrdup(id);
}

static void
ask(struct flags *v, bool rule)
{
	const struct session *s = v->sc->s;
	struct pick_opts o = {.title = rule ? _(s->m, "Which rule?") : _(s->m, "Which clause?"),
	    .filter = true};
	struct pick_item *item = NULL;
	size_t i;
	int k;

	v->choosing_rule = rule;
	forget_choices(v);
	offer(v, &item, "", _(s->m, "all"));
	for (i = 0; i < screening_rules(v->sc); i++) {
		const struct redflag_rule *r = screening_rule(v->sc, i);

		if (r->hits == 0)
			continue;
		if (rule)
			offer(v, &item, r->id, rule_title(s, r));
		for (k = 0; !rule && k < r->clauses; k++) {
			const struct clause *c = clauses_find(app_clauses(s->app), r->clause[k]);

			offer(v, &item, r->clause[k], c != NULL ? clause_title(c, lang_of(s)) : "");
		}
	}
	o.items = item;
	o.n = v->nchoice;
	dialog_pick(s->ui, &o, chosen, v);
	free(item);
}

static void
ask_rule(void *self, struct ui *ui)
{
	(void)ui;
	ask(self, true);
}

static void
ask_clause(void *self, struct ui *ui)
{
	(void)ui;
	ask(self, false);
}

static bool
narrowed(const void *self)
{
	const struct flag_filter *f = &((const struct flags *)self)->f;

	return f->rule[0] != '\0' || f->clause[0] != '\0' || f->grade != '\0' || f->mark >= 0 ||
	    f->nonly > 0;
}

static void
show_all(void *self, struct ui *ui)
{
	struct flags *v = self;

	(void)ui;
	free(v->f.only);
	map_free(&v->only, NULL);
	v->f = (struct flag_filter){.mark = -1};
	v->name[0] = '\0';
	reload(v);
}

static void
search(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct flags *)self)->search);
}

/* ---- drawing ---- */

static void
details(struct flags *v, const struct redflag_hit *h, struct grid *g, struct rect r)
{
	const struct session *s = v->sc->s;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_printf(&b, "%s %s  %s  ", h->rule->id, rule_title(s, h->rule),
	    grade_word(s->m, h->rule->grade));
	clauses_words(s, h->rule, &b);
	fj_buf_putc(&b, '\n');
	what_text(v, h, &b);
	fj_buf_printf(&b, "\n%s", mark_word(s->m, h->mark));
	if (h->who[0] != '\0')
		fj_buf_printf(&b, "  %s", h->who);
	if (h->why[0] != '\0') {
		fj_buf_puts(&b, "  ");
		one_line(&b, h->why, TEXT_SHOWN);
	}
	if (h->drafted)
		fj_buf_printf(&b, "  %s", _(s->m, "in a finding"));
	fj_buf_printf(&b, "\n%s%s", _(s->m, "On site: "), rule_verify(s, h->rule));
	grid_para(g, r, 0, STYLE_NORMAL, b.p);
	fj_buf_release(&b);
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct flags *v = self;
	const struct redflag_hit *h = current(v);
	bool caret = false;
	struct table t;
	int y = 0, x = 0;

	if (h != NULL && r.h >= 14) {
		struct rect low = rect_cut_bottom(&r, DETAILS_H);
		struct rect line = rect_cut_top(&low, 1);

		grid_hline(g, line.y, line.x, line.w, STYLE_BORDER);
		rect_cut_left(&low, 1);
		details(v, h, g, low);
	}
	table_fit(&t, columns, COLUMNS, r.w);
	table_head(&t, ui_msg(ui), g, rect_cut_top(&r, 1));
	list_set_empty(v->list, narrowed(v) || list_filter_text(v->list)[0] != '\0' ?
	    _(ui_msg(ui), "No flag like this. x shows all.") :
	    _(ui_msg(ui), "No flag yet."));
	search_draw(v->search, ui_msg(ui), g, &r);
	if (search_typing(v->search))
		caret = grid_cursor_get(g, &y, &x);
	list_draw(v->list, g, r, true);
	if (caret)
		grid_cursor(g, y, x);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct flags *v = self;

	fresh(v);
	if (!search_input(v->search, in) && list_input(v->list, in) == LIST_IGNORED)
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct flags *v = self;
	const struct msg *m = ui_msg(ui);

	fj_buf_puts(left, _(m, "Red flags"));
	if (v->name[0] != '\0')
		fj_buf_printf(left, "  %s", v->name);
	if (v->f.rule[0] != '\0')
		fj_buf_printf(left, "  [%s]", v->f.rule);
	if (v->f.clause[0] != '\0')
		fj_buf_printf(left, "  [%s]", v->f.clause);
	if (v->f.grade != '\0')
		fj_buf_printf(left, "  [%s]", grade_word(m, v->f.grade));
	if (v->f.mark >= 0)
		fj_buf_printf(left, "  [%s]", mark_word(m, (enum redflag_mark)v->f.mark));
	if (map_count(v->picked) > 0)
		fj_buf_printf(right, "* %zu  ", map_count(v->picked));
	fj_buf_printf(right, "%zu", list_shown(v->list));
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	reload(self);
}

static bool
typing(const void *self)
{
	return search_typing(((const struct flags *)self)->search);
}

static void
close_view(void *self)
{
	struct flags *v = self;

	forget_choices(v);
	search_free(&v->search);
	list_free(&v->list);
	map_free(&v->picked, NULL);
	map_free(&v->only, NULL);
	free(v->row);
	free(v->f.only);
	free(v->name);
	screening_unref(&v->sc);
	free(v);
}

static const struct action actions[] = {
	{"redflag-list.open", "Enter", N_("view"), N_("The rows of this flag side by side"), ACTION_FOOTER, open_one, NULL},
	{"redflag-list.confirm", "y 1", N_("confirm"), N_("It stands after a look at the records: why"), ACTION_FOOTER, confirm, NULL},
	{"redflag-list.rule-out", "n 2", N_("rule out"), N_("It has an honest explanation: which"), ACTION_FOOTER, rule_out, NULL},
	{"redflag-list.draft", "d 3", N_("draft finding"), N_("A draft finding with these rows as evidence"), ACTION_FOOTER, draft, NULL},
	{"redflag-list.pick", "Space", N_("mark"), N_("Mark several, to confirm or rule out at once"), 0, pick, NULL},
	{"redflag-list.pick-all", "* 0", N_("mark all"), N_("Mark all that are shown; again: none"), 0, pick_all, NULL},
	{"redflag-list.state", "f 4", N_("state"), N_("Only to be checked, confirmed, ruled out, disputed; all"), ACTION_FOOTER, next_state, NULL},
	{"redflag-list.grade", "a 5", N_("grade"), N_("Only grade A, B, C; all"), 0, next_grade, NULL},
	{"redflag-list.rule", "r 6", N_("rule"), N_("Only the flags of one rule"), 0, ask_rule, NULL},
	{"redflag-list.clause", "c 7", N_("clause"), N_("Only the flags that may support one clause"), 0, ask_clause, NULL},
	{"redflag-list.all", "x 8", N_("all"), N_("Without filters"), 0, show_all, narrowed},
	{"redflag-list.search", "/ C-f", N_("filter"), N_("Show only rows that match"), ACTION_FOOTER, search, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "redflag-list", .actions = actions, .draw = draw, .input = input,
	.title = title, .shown = shown, .close = close_view, .typing = typing,
};

void
view_redflag_list_open(struct screening *sc, const struct flag_filter *f, const char *name)
{
	struct flags *v = xcalloc(1, sizeof(*v));
	size_t i;

	v->sc = screening_ref(sc);
	v->f = *f;
	v->name = xstrdup(name);
	v->picked = map_new();
	if (f->nonly > 0)
		v->only = map_new();
	for (i = 0; i < f->nonly; i++)
		map_put(v->only, f->only[i].b, ID_LEN, v);
	v->list = list_new(&rows, v);
	v->search = search_new(v->list);
	reload(v);
	ui_push(sc->s->ui, &ops, v);
}
