/* SPDX-License-Identifier: Apache-2.0 */
/* The list of visits: home. */
#include <stdlib.h>
#include <string.h>

#include "app/words.h"
#include "base/xalloc.h"
#include "text/fold.h"
#include "text/human.h"
#include "tui/view/common.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"
#include "tui/widget/list.h"
#include "tui/widget/search.h"
#include "tui/widget/table.h"
#include "tui/widget/tabs.h"

enum { SHOW_ALL, SHOW_OPEN, SHOW_FROZEN, SHOW_SEALED, SHOW_UNSENT, SHOW_PLANNED, SHOWS };
enum sort { BY_CHANGE, BY_SUBJECT, BY_STATE, SORTS };

struct visits {
	struct session *s;
	struct list *list;
	struct search *search;
	const struct app_row **row;	/* shown ones; made anew before each use */
	size_t n;
	struct tabs tabs;
	enum sort sort;
};

static const char *const tab_labels[SHOWS] = {
	N_("all"), N_("open"), N_("to be signed"), N_("sealed"), N_("not sent"), N_("planned"),
};
static const char *const sort_labels[SORTS] = {
	N_("newest change first"), N_("by subject"), N_("by state"),
};

enum { C_ID, C_SUBJECT, C_KIND, C_DONE, C_STATE, C_FOUND, C_EVIDENCE, C_SENT, C_LAST };
static const struct column columns[] = {
	[C_ID] = {N_("Visit"), 8, 0, false, 5},
	[C_SUBJECT] = {N_("Subject"), 24, 3, false, 0},
	[C_KIND] = {N_("Kind"), 12, 1, false, 6},
	[C_DONE] = {N_("Progress"), 11, 0, false, 2},
	[C_STATE] = {N_("State"), 10, 0, false, 0},
	[C_FOUND] = {N_("Findings"), 8, 0, true, 7},
	[C_EVIDENCE] = {N_("Evidence"), 8, 0, true, 8},
	[C_SENT] = {N_("Sync"), 8, 0, false, 3},
	[C_LAST] = {N_("Changed"), 11, 0, false, 4},
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* ---- which rows, in which order ---- */

static bool
wanted(const struct session *s, const struct app_row *r, int show)
{
	switch (show) {
	case SHOW_OPEN:
		return r->s.state == VISIT_OPEN || r->s.state == VISIT_PLANNED ||
		    r->s.state == VISIT_RETURNED;
	case SHOW_FROZEN:
		return r->s.state == VISIT_FROZEN;
	case SHOW_SEALED:
		return r->s.state == VISIT_SEALED || r->s.state == VISIT_APPROVED ||
		    r->s.state == VISIT_CONTESTED;
	case SHOW_UNSENT:
		return row_mine(s, r) && r->unsent + r->unsent_evidence > 0;
	case SHOW_PLANNED:	/* whoever planned one sees what became of it */
		return r->s.state == VISIT_PLANNED || app_planned_by_me(s->app, &r->s);
	default:
		return true;
	}
}

static int
by_subject(const void *a, const void *b)
{
	const struct app_row *const *x = a, *const *y = b;
	int c = strcmp((*x)->s.subject, (*y)->s.subject);

	return c != 0 ? c : id_cmp(&(*x)->id, &(*y)->id);
}

static int
by_state(const void *a, const void *b)
{
	const struct app_row *const *x = a, *const *y = b;

	if ((*x)->s.state != (*y)->s.state)
		return (*x)->s.state < (*y)->s.state ? -1 : 1;
	return (*x)->s.last > (*y)->s.last ? -1 : (*x)->s.last < (*y)->s.last;
}

static int
by_change(const void *a, const void *b)
{
	const struct app_row *const *x = a, *const *y = b;

	return (*x)->s.last > (*y)->s.last ? -1 : (*x)->s.last < (*y)->s.last;
}

static void
refresh(struct visits *v)
{
	static int (*const orders[SORTS])(const void *, const void *) = {
		by_change, by_subject, by_state,
	};
	const struct app_row *const *rows;
	size_t i, n = app_rows(v->s->app, &rows);

	v->row = xrealloc(v->row, n + 1, sizeof(v->row[0]));
	v->n = 0;
	for (i = 0; i < n; i++)
		if (wanted(v->s, rows[i], v->tabs.current))
			v->row[v->n++] = rows[i];
	qsort(v->row, v->n, sizeof(v->row[0]), orders[v->sort]);
	list_refresh(v->list);
}

static const struct app_row *
selected(struct visits *v)
{
	size_t row;

	refresh(v);
	return list_selected(v->list, &row) ? v->row[row] : NULL;
}

/* ---- rows of the list ---- */

static size_t
count(void *ctx)
{
	return ((struct visits *)ctx)->n;
}

static uint64_t
row_id(void *ctx, size_t row)
{
	return id_number(&((struct visits *)ctx)->row[row]->id);
}

static bool
match_campaign(const struct visits *v, const struct app_row *r, const char *needle)
{
	struct fj_buf b;
	bool yes;

	fj_buf_init(&b, 4096);
	campaigns_say(app_campaigns(v->s->app), r->s.campaigns, lang_of(v->s), &b);
	yes = b.n > 0 && fold_contains(b.p, needle);
	fj_buf_release(&b);
	return yes;
}

static bool
match(void *ctx, size_t row, const char *needle)
{
	struct visits *v = ctx;
	const struct app_row *r = v->row[row];
	char id[ID_SHOWN + 1];

	id_format_short(&r->id, id);
	return fold_contains(r->s.subject, needle) || fold_contains(id, needle) ||
	    fold_contains(kind_name(v->s, r->s.kind), needle) || match_campaign(v, r, needle) ||
	    fold_contains(r->s.uscc, needle) || fold_contains(r->s.cma, needle) ||
	    fold_contains(word_state(v->s->m, r->s.state), needle);
}

static enum style
state_style(enum visit_state st)
{
	switch (st) {
	case VISIT_SEALED:
	case VISIT_APPROVED:
		return STYLE_OK;
	case VISIT_RETURNED:
	case VISIT_CONTESTED:
		return STYLE_BAD;
	case VISIT_FROZEN:
		return STYLE_WARN;
	default:
		return STYLE_NORMAL;
	}
}

static void
sent_text(const struct visits *v, const struct app_row *r, struct fj_buf *b)
{
	if (app_standing(v->s->app) == APP_NOT_ENROLLED)
		fj_buf_puts(b, _(v->s->m, "here"));
	else if (r->unsent + r->unsent_evidence == 0 || !row_mine(v->s, r))
		fj_buf_puts(b, _(v->s->m, "at hub"));
	else if (r->unsent_evidence > 0)
		fj_buf_printf(b, "↑%llu+%llu", (unsigned long long)r->unsent,
		    (unsigned long long)r->unsent_evidence);
	else
		fj_buf_printf(b, "↑%llu", (unsigned long long)r->unsent);
}

static void
done_text(const struct visits *v, const struct app_row *r, struct fj_buf *b)
{
	fj_buf_printf(b, "%zu/%zu", r->s.answered, r->s.total);
	if (r->s.failed > 0)
		fj_buf_printf(b, " %s%zu", _(v->s->m, "no "), r->s.failed);
}

static void
cell(const struct table *t, int i, struct grid *g, struct rect r, enum style st,
    enum style own, struct fj_buf *b)
{
	table_cell(t, i, g, r, st == STYLE_NORMAL ? own : st, b->p);
	fj_buf_clear(b);
}

static void
draw_row(void *ctx, size_t row, struct grid *g, struct rect r, enum style st)
{
	struct visits *v = ctx;
	const struct app_row *a = v->row[row];
	struct instant now = app_now(v->s->app);
	char id[ID_SHOWN + 1];
	struct table t;
	struct fj_buf b;

	table_fit(&t, columns, COLUMNS, r.w);
	fj_buf_init(&b, 8192);
	id_format_short(&a->id, id);
	fj_buf_puts(&b, id);
	cell(&t, C_ID, g, r, st, STYLE_MUTED, &b);
	fj_buf_puts(&b, a->s.subject);
	cell(&t, C_SUBJECT, g, r, st, STYLE_NORMAL, &b);
	fj_buf_puts(&b, kind_name(v->s, a->s.kind));
	cell(&t, C_KIND, g, r, st, STYLE_NORMAL, &b);
	done_text(v, a, &b);
	cell(&t, C_DONE, g, r, st, a->s.failed > 0 ? STYLE_WARN : STYLE_NORMAL, &b);
	fj_buf_puts(&b, word_state(v->s->m, a->s.state));
	if (a->s.disputes > 0)
		fj_buf_puts(&b, " !");
	cell(&t, C_STATE, g, r, st, state_style(a->s.state), &b);
	fj_buf_printf(&b, "%zu", a->s.findings);
	cell(&t, C_FOUND, g, r, st, STYLE_NORMAL, &b);
	fj_buf_printf(&b, "%zu", a->s.evidence);
	cell(&t, C_EVIDENCE, g, r, st, STYLE_NORMAL, &b);
	sent_text(v, a, &b);
	cell(&t, C_SENT, g, r, st, a->unsent > 0 && row_mine(v->s, a) ? STYLE_WARN :
	    STYLE_MUTED, &b);
	human_when(&b, (struct instant){a->s.last, now.offset}, now);
	cell(&t, C_LAST, g, r, st, STYLE_MUTED, &b);
	fj_buf_release(&b);
}

static const struct list_ops rows = {
	.count = count, .id = row_id, .draw = draw_row, .match = match,
};

/* ---- the selected one, below ---- */

static void
detail_team(const struct app_row *r, bool zh, struct fj_buf *b)
{
	int i;

	for (i = 0; i < r->s.team_count; i++)
		fj_buf_printf(b, "%s%s", i == 0 ? "" : zh ? "、" : ", ", r->s.team[i].name);
}

static void
detail(struct visits *v, struct grid *g, struct rect r)
{
	const struct msg *m = v->s->m;
	const struct app_row *a = selected(v);
	struct fj_buf b;

	if (a == NULL)
		return;
	grid_hline(g, r.y, r.x, r.w, STYLE_BORDER);
	fj_buf_init(&b, 8192);
	fj_buf_printf(&b, "%s  %s  %s  ", a->s.subject, kind_name(v->s, a->s.kind),
	    division_name(v->s, a->s.division));
	detail_team(a, msg_is_zh(m), &b);
	fj_buf_puts(&b, "  ");
	campaigns_say(app_campaigns(v->s->app), a->s.campaigns, lang_of(v->s), &b);
	grid_fit(g, r.y + 1, r.x + 1, r.w - 2, STYLE_NORMAL, b.p);
	fj_buf_clear(&b);
	if (!id_is_zero(&a->s.planner)) {
		msg_put(m, &b, "planned by {1}, {2}..{3}", "sss",
		    app_person_name(v->s->app, &a->s.planner), a->s.from, a->s.until);
		fj_buf_puts(&b, "  ");
	}
	fj_buf_printf(&b, "%s ", _(m, "Next:"));
	next_sentence(v->s, &a->s, &b);
	if (a->s.disputes > 0)
		msg_put(m, &b, "  {1} disagreements open", "z", a->s.disputes);
	if (a->s.late > 0)
		msg_put(m, &b, "  {1} entries after the seal", "z", a->s.late);
	if (a->s.comments > 0)
		msg_put(m, &b, "  {1} comments", "z", a->s.comments);
	grid_fit(g, r.y + 2, r.x + 1, r.w - 2, STYLE_ACCENT, b.p);
	fj_buf_release(&b);
}

/* ---- the screen ---- */

static void
draw_head(struct visits *v, struct grid *g, struct rect *r)
{
	const struct msg *m = v->s->m;
	struct rect line = rect_cut_top(r, 1), sort;

	sort = rect_cut_right(&line, line.w > 60 ? 26 : 0);
	tabs_draw(&v->tabs, m, g, line);
	if (sort.w > 0)
		grid_right(g, sort.y, sort.x, sort.w - 1, STYLE_MUTED, msg_tr(m, sort_labels[v->sort]));
}

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct visits *v = self;
	const struct msg *m = ui_msg(ui);
	struct rect low = {0}, head;
	bool caret = false;
	struct table t;
	int y = 0, x = 0;

	refresh(v);
	draw_head(v, g, &r);
	if (r.h >= 12)
		low = rect_cut_bottom(&r, 3);
	head = rect_cut_top(&r, 1);
	table_fit(&t, columns, COLUMNS, head.w);
	table_head(&t, m, g, head);
	list_set_empty(v->list, v->tabs.current == SHOW_ALL ?
	    _(m, "No visit yet. Press c to begin one.") :
	    _(m, "No visit in this list. Press 1 for all."));
	search_draw(v->search, m, g, &r);
	if (search_typing(v->search))
		caret = grid_cursor_get(g, &y, &x);
	list_draw(v->list, g, r, true);
	if (caret)
		grid_cursor(g, y, x);
	if (low.h > 0 && v->n > 0) {
		caret = grid_cursor_get(g, &y, &x);
		detail(v, g, low);
		if (caret)
			grid_cursor(g, y, x);
	}
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct visits *v = self;

	(void)ui;
	refresh(v);
	if (search_input(v->search, in))
		return UI_HANDLED;
	if (tabs_input(&v->tabs, in)) {
		refresh(v);
		return UI_HANDLED;
	}
	if (in->type == INPUT_KEY && (in->key == K_TAB ||
	    (key_fold(in->key) >= '1' && key_fold(in->key) < '1' + SHOWS))) {
		v->tabs.current = in->key == K_TAB ? (v->tabs.current + 1) % SHOWS :
		    (int)(key_fold(in->key) - '1');
		refresh(v);
		return UI_HANDLED;
	}
	return list_input(v->list, in) != LIST_IGNORED ? UI_HANDLED : UI_IGNORED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct visits *v = self;
	const struct msg *m = ui_msg(ui);

	fj_buf_printf(left, "%s  %s", _(m, "feijian"), _(m, "visits"));
	if (v->s->demo == NULL)
		fj_buf_puts(right, app_me(v->s->app)->name);
}

static bool
typing(const void *self)
{
	return search_typing(((const struct visits *)self)->search);
}

static void
shown(void *self, struct ui *ui)
{
	struct visits *v = self;

	(void)ui;
	session_dossier_done(v->s);
	session_acted(v->s);
}

static void
close_visits(void *self)
{
	struct visits *v = self;

	search_free(&v->search);
	list_free(&v->list);
	free(v->row);
	free(v);
}

/* ---- acts ---- */

static struct session *
session_of(void *self)
{
	return ((struct visits *)self)->s;
}

static void
open_one(void *self, struct ui *ui)
{
	const struct app_row *r = selected(self);
	struct id id;

	if (r == NULL) {
		ui_say(ui, STYLE_MUTED, _(ui_msg(ui), "No visit yet. Press c to begin one."));
		return;
	}
	id = r->id;
	if (r->s.state == VISIT_PLANNED && row_mine(session_of(self), r))
		view_start_open(session_of(self), &id);
	else if (app_is_supervisor(session_of(self)->app) && !row_mine(session_of(self), r) &&
	    r->s.state != VISIT_PLANNED)
		view_review_open(session_of(self), &id);
	else
		view_visit_open(session_of(self), &id);
}

static void
new_one(void *self, struct ui *ui)
{
	(void)ui;
	view_new_open(session_of(self));
}

static void
plan_one(void *self, struct ui *ui)
{
	(void)ui;
	view_assign_open(session_of(self));
}

static void
filter(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct visits *)self)->search);
}

static void
sort_next(void *self, struct ui *ui)
{
	struct visits *v = self;

	v->sort = (enum sort)((v->sort + 1) % SORTS);
	refresh(v);
	ui_say(ui, STYLE_MUTED, msg_tr(v->s->m, sort_labels[v->sort]));
}

static void
open_sync(void *self, struct ui *ui)
{
	(void)ui;
	view_sync_open(session_of(self));
}

static void
open_reviews(void *self, struct ui *ui)
{
	(void)ui;
	view_reviews_open(session_of(self));
}

static bool
may_review(const void *self)
{
	return app_is_supervisor(((const struct visits *)self)->s->app);
}

static void
open_log(void *self, struct ui *ui)
{
	const struct app_row *r = selected(self);
	struct id id;

	(void)ui;
	if (r == NULL)
		return;
	id = r->id;
	view_log_open(session_of(self), &id);
}

static void
open_settings(void *self, struct ui *ui)
{
	(void)ui;
	view_settings_open(session_of(self));
}

static void
open_doctor(void *self, struct ui *ui)
{
	(void)ui;
	view_doctor_open(session_of(self));
}

static void
open_about(void *self, struct ui *ui)
{
	(void)ui;
	view_about_open(session_of(self));
}

static void
change_person(void *self, struct ui *ui)
{
	struct session *s = session_of(self);
	struct fj_err e;

	say_busy(s, N_("Opening …"));
	if (session_demo(s, (s->person + 1) % 3, &e) != FJ_OK)
		ui_fail(ui, &e);
}

static bool
is_demo(const void *self)
{
	return ((const struct visits *)self)->s->demo != NULL;
}

static const struct action actions[] = {
	{"visits.open", "Enter", N_("view"), N_("Open the selected visit"), ACTION_FOOTER, open_one, NULL},
	{"visits.new", "c Insert", N_("new"), N_("Begin a new visit"), ACTION_FOOTER, new_one, NULL},
	{"visits.person", "w C-p", N_("next person"), N_("Demo: go on as the next of the three people"), ACTION_FOOTER, change_person, is_demo},
	{"visits.plan", "a C-a", N_("plan"), N_("Plan a visit for a team; they see it at their next sync"), ACTION_FOOTER, plan_one, may_review},
	{"visits.review", "r C-r", N_("review"), N_("Visits that wait for review"), ACTION_FOOTER, open_reviews, may_review},
	{"visits.sync", "s F5", N_("sync"), N_("What is safe where; sync with the hub"), ACTION_FOOTER, open_sync, NULL},
	{"visits.filter", "/ C-f", N_("filter"), N_("Show only visits that match"), ACTION_FOOTER, filter, NULL},
	{"visits.sort", "o C-o", N_("sort"), N_("Another order of the list"), ACTION_FOOTER, sort_next, NULL},
	{"visits.log", "l F6", N_("story"), N_("Every entry of the selected visit"), 0, open_log, NULL},
	{"visits.settings", "p F9", N_("settings"), N_("Language, passphrase, backup, bundles, card"), ACTION_FOOTER, open_settings, NULL},
	{"visits.doctor", "D F8", N_("check"), N_("Check this machine"), 0, open_doctor, NULL},
	{"visits.about", "A F10", N_("about"), N_("What this program is and what it keeps"), 0, open_about, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "visits", .actions = actions, .draw = draw, .input = input, .title = title,
	.shown = shown, .close = close_visits, .typing = typing,
};

void
view_visits_open(struct session *s)
{
	struct visits *v = xcalloc(1, sizeof(*v));

	v->s = s;
	v->tabs = (struct tabs){tab_labels, SHOWS, 0, true};
	v->list = list_new(&rows, v);
	v->search = search_new(v->list);
	refresh(v);
	ui_push(s->ui, &ops, v);
}
