/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rules say: by clause (different reports first), by rule, by person,
 * instrument and day, and what came of the import.  Fills while the rules run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "text/human.h"
#include "tui/view/common.h"
#include "tui/view/lines.h"
#include "tui/view/redflag.h"
#include "tui/view/redflag_count.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"
#include "tui/widget/tabs.h"

enum {
	TAB_CLAUSE,
	TAB_RULE,
	TAB_WHO,
	TAB_IMPORT,
	TABS,
};

enum {
	ROW_ALL = 1,
	ROW_PULL,
	ROW_STATE,			/* + enum redflag_mark */
	ROW_GRADE = 10,			/* + 0..2 */
	ROW_CLAUSE = 100,
	ROW_RULE = 1000,
	ROW_GROUP = 10000,
	GROUPS_SHOWN = 40,		/* of a kind */
	FAULTS_SHOWN = 200,
};

struct summary_view {
	struct screening *sc;
	struct lines l;
	struct tabs tabs;
	struct flag_tally *clause;
	size_t nclause;
	struct groups *groups;
	uint64_t gen;
	size_t group_done;
};

static const char *const tab_labels[TABS] = {
	N_("clauses"), N_("rules"), N_("who and when"), N_("import"),
};

/* ---- the head of every tab ---- */

static void
progress_note(struct summary_view *v)
{
	const struct msg *m = v->sc->s->m;
	enum redflags_state st = screening_state(v->sc);
	uint64_t done = 0, total = 0;
	struct fj_buf b;

	if (v->sc->stopped)
		lines_note(&v->l, STYLE_WARN, _(m, "Stopped: some rules did not run, and this run is not kept. o begins anew."));
	if (st == REDFLAGS_FAILED && !v->sc->stopped) {
		lines_note(&v->l, STYLE_BAD, v->sc->again ?
		    _(m, "The registers could not be read again: the flags stand, their rows cannot be shown.") :
		    _(m, "The screening broke off; what is below is what came before. o begins anew."));
		return;
	}
	if (!screening_busy(v->sc))
		return;
	redflags_progress(v->sc->r, &done, &total);
	fj_buf_init(&b, 1024);
	if (v->sc->again)
		fj_buf_puts(&b, _(m, "Reading the registers again, to show rows…"));
	else if (st == REDFLAGS_RUNNING)
		msg_put(m, &b, N_("Rules {1} of {2}; S stops"), "ll", (long long)done, (long long)total);
	else
		fj_buf_puts(&b, _(m, "Reading the rows; S stops…"));
	if (st != REDFLAGS_RUNNING && total > 0)
		fj_buf_printf(&b, " %llu%%", (unsigned long long)(done * 100 / total));
	lines_note(&v->l, STYLE_ACCENT, b.p);
	fj_buf_release(&b);
}

/* ---- by clause ---- */

static void
tally_text(const struct msg *m, const struct flag_tally *f, bool grade, struct fj_buf *b)
{
	if (grade)
		msg_put(m, b, N_("{1} reports, {2} flags"), "zz", f->reports, f->hits);
	else
		msg_put(m, b, N_("{1} reports (A {2}), {3} flags"), "zzz", f->reports, f->reports_a,
		    f->hits);
	if (f->confirmed > 0)
		fj_buf_printf(b, " +%zu", f->confirmed);
	if (f->ruled_out > 0)
		fj_buf_printf(b, " -%zu", f->ruled_out);
}

static void
clause_row(struct summary_view *v, size_t i)
{
	const struct session *s = v->sc->s;
	const struct flag_tally *f = &v->clause[i];
	const struct clause *c = clauses_find(app_clauses(s->app), f->clause);
	bool many = c != NULL && c->family == CLAUSE_FALSE && f->reports_a >= REDFLAGS_SERIOUS;
	struct fj_buf b, right;

	fj_buf_init(&b, 4096);
	fj_buf_init(&right, 512);
	if (many)
		fj_buf_puts(&b, "! ");
	fj_buf_puts(&b, c != NULL ? clause_title(c, lang_of(s)) : "");
	tally_text(s->m, f, false, &right);
	lines_add(&v->l, ROW_CLAUSE + i, many ? STYLE_BAD : STYLE_NORMAL, c != NULL ? c->shown : f->clause,
	    b.p, right.p);
	fj_buf_release(&b);
	fj_buf_release(&right);
}

static void
grade_rows(struct summary_view *v)
{
	const struct msg *m = v->sc->s->m;
	struct flag_tally f[3];
	struct fj_buf b;
	size_t i;

	lines_head(&v->l, _(m, "By grade"));
	flag_by_grade(v->sc, f);
	fj_buf_init(&b, 512);
	for (i = 0; i < 3; i++) {
		fj_buf_clear(&b);
		tally_text(m, &f[i], true, &b);
		lines_add(&v->l, ROW_GRADE + i, grade_style(f[i].grade), NULL,
		    grade_word(m, f[i].grade), b.p);
	}
	fj_buf_release(&b);
}

static void
state_rows(struct summary_view *v)
{
	const struct msg *m = v->sc->s->m;
	size_t count[4] = {0}, i, n = screening_hits(v->sc);
	char number[24];

	for (i = 0; i < n; i++)
		count[screening_hit(v->sc, i)->mark]++;
	lines_head(&v->l, _(m, "What was made of them"));
	for (i = 0; i < 4; i++) {
		if (count[i] == 0 && i != REDFLAG_OPEN && i != REDFLAG_CONFIRMED)
			continue;
		snprintf(number, sizeof(number), "%zu", count[i]);
		lines_add(&v->l, ROW_STATE + i, mark_style((enum redflag_mark)i),
		    mark_sign((enum redflag_mark)i), mark_word(m, (enum redflag_mark)i), number);
	}
	if (n > 0)
		lines_add(&v->l, ROW_PULL, STYLE_NORMAL, "p", _(m, "Reports to pull from the archive"), NULL);
}

static void
clause_tab(struct summary_view *v)
{
	const struct msg *m = v->sc->s->m;
	char number[24];
	size_t i;

	free(v->clause);
	v->nclause = flag_by_clause(v->sc, &v->clause);
	lines_note(&v->l, STYLE_MUTED, _(m, "A flag is a lead: it says where to look, not what was done. It is on no paper for the party."));
	lines_head(&v->l, _(m, "Different reports by the clause that a flag may support"));
	for (i = 0; i < v->nclause && i < ROW_RULE - ROW_CLAUSE; i++)
		clause_row(v, i);
	for (i = 0; i < v->nclause; i++)
		if (v->clause[i].reports_a >= REDFLAGS_SERIOUS) {
			lines_sub(&v->l, STYLE_MUTED, _(m, "! from 10 false reports (2 in key fields such as motor vehicles) a case can be serious, once they are proven."));
			break;
		}
	snprintf(number, sizeof(number), "%zu", screening_hits(v->sc));
	lines_add(&v->l, ROW_ALL, STYLE_NORMAL, "l", screening_hits(v->sc) == 0 && !v->sc->stopped &&
	    screening_state(v->sc) == REDFLAGS_READY ?
	    _(m, "No flag; see under rules which of them ran") : _(m, "All flags"), number);
	grade_rows(v);
	state_rows(v);
}

/* ---- by rule ---- */

struct judged {
	size_t confirmed, ruled_out;
};

/* What was made of the flags of each rule, in one pass: hits come by rule. */
static struct judged *
judge_rules(const struct screening *sc)
{
	size_t i, at = 0, n = screening_rules(sc), hits = n > 0 ? screening_hits(sc) : 0;
	struct judged *j = xcalloc(n, sizeof(*j));

	for (i = 0; i < hits; i++) {
		const struct redflag_hit *h = screening_hit(sc, i);
		size_t tries;

		for (tries = 0; tries < n && screening_rule(sc, at) != h->rule; tries++)
			at = (at + 1) % n;
		j[at].confirmed += h->mark == REDFLAG_CONFIRMED ? 1 : 0;
		j[at].ruled_out += h->mark == REDFLAG_RULED_OUT ? 1 : 0;
	}
	return j;
}

static void
rule_row(struct summary_view *v, size_t i, const struct redflag_rule *r, const struct judged *j)
{
	const struct msg *m = v->sc->s->m;
	struct fj_buf b, right;

	fj_buf_init(&b, 4096);
	fj_buf_init(&right, 512);
	fj_buf_puts(&b, rule_title(v->sc->s, r));
	if (r->own)
		fj_buf_printf(&b, " (%s)", _(m, "the bureau's"));
	if (r->status == REDFLAG_WAITS)
		fj_buf_puts(&right, "…");
	else
		msg_put(m, &right, N_("{1} flags, {2} reports"), "zz", r->hits, r->reports);
	if (j->confirmed > 0)
		fj_buf_printf(&right, " +%zu", j->confirmed);
	if (j->ruled_out > 0)
		fj_buf_printf(&right, " -%zu", j->ruled_out);
	lines_add(&v->l, ROW_RULE + i, r->hits > 0 ? grade_style(r->grade) : STYLE_NORMAL, r->id, b.p,
	    right.p)->off = r->hits == 0;
	fj_buf_release(&b);
	fj_buf_release(&right);
}

/* Those with flags, or the others. */
static void
grade_of_rules(struct summary_view *v, const struct judged *j, char grade, bool flags)
{
	size_t i, n = screening_rules(v->sc);

	for (i = 0; i < n; i++) {
		const struct redflag_rule *r = screening_rule(v->sc, i);

		if (r->grade == grade && r->status != REDFLAG_NOT_RUN && (r->hits > 0) == flags)
			rule_row(v, i, r, &j[i]);
	}
}

static void
not_run_row(struct summary_view *v, size_t i, const struct redflag_rule *r)
{
	struct fj_buf b;

	lines_add(&v->l, ROW_RULE + i, STYLE_WARN, r->id, rule_title(v->sc->s, r),
	    _(v->sc->s->m, "not run"));
	fj_buf_init(&b, 4096);
	if (r->why.code[0] != '\0')
		msg_say(v->sc->s->m, &r->why, &b);
	if (b.n > 0)
		lines_sub(&v->l, STYLE_MUTED, b.p);
	fj_buf_release(&b);
}

static void
rule_tab(struct summary_view *v)
{
	const struct msg *m = v->sc->s->m;
	size_t i, n = screening_rules(v->sc), missing = 0;
	struct judged *j = judge_rules(v->sc);
	char grade;

	for (i = 0; i < n; i++)
		missing += screening_rule(v->sc, i)->status == REDFLAG_NOT_RUN ? 1 : 0;
	for (grade = 'A'; grade <= 'C'; grade++) {
		lines_head(&v->l, grade_word(m, grade));
		grade_of_rules(v, j, grade, true);
		grade_of_rules(v, j, grade, false);
	}
	free(j);
	if (missing == 0)
		return;
	lines_head(&v->l, _(m, "Not run: that is not “no flags”"));
	for (i = 0; i < n; i++)
		if (screening_rule(v->sc, i)->status == REDFLAG_NOT_RUN)
			not_run_row(v, i, screening_rule(v->sc, i));
}

/* ---- who and when ---- */

static void
group_rows(struct summary_view *v, enum group_kind k, const char *head)
{
	const struct group *g;
	char number[24];
	size_t i;

	if (groups_at(v->groups, k, 0) == NULL)
		return;
	lines_head(&v->l, head);
	for (i = 0; i < GROUPS_SHOWN && (g = groups_at(v->groups, k, i)) != NULL; i++) {
		snprintf(number, sizeof(number), "%zu", g->n);
		lines_add(&v->l, ROW_GROUP + (uint64_t)k * GROUPS_SHOWN + i, STYLE_NORMAL, NULL, g->name, number);
	}
}

static void
who_tab(struct summary_view *v)
{
	const struct msg *m = v->sc->s->m;
	size_t done, all;
	struct fj_buf b;

	if (v->groups == NULL && screening_can_ask(v->sc))
		v->groups = groups_new(v->sc);
	if (v->groups == NULL) {
		if (!screening_busy(v->sc) && v->sc->r == NULL)
			lines_note(&v->l, STYLE_ACCENT, _(m, "Enter reads the registers again: people, instruments and days stand in their rows."));
		else if (screening_busy(v->sc))
			lines_note(&v->l, STYLE_MUTED, _(m, "Comes when all rules ended."));
		return;
	}
	groups_progress(v->groups, &done, &all);
	if (done < all) {
		fj_buf_init(&b, 512);
		msg_put(m, &b, N_("Reading the rows of {1} flags…"), "z", all);
		lines_note(&v->l, STYLE_ACCENT, b.p);
		fj_buf_release(&b);
		return;
	}
	lines_note(&v->l, STYLE_MUTED, _(m, "As they stand in the rows of the flags. Being named is no accusation."));
	group_rows(v, GROUP_PERSON, _(m, "People"));
	group_rows(v, GROUP_INSTRUMENT, _(m, "Instruments"));
	group_rows(v, GROUP_DAY, _(m, "Days"));
}

/* ---- import ---- */

static void
source_rows(struct summary_view *v, const struct redflag_source *src)
{
	const struct msg *m = v->sc->s->m;
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_printf(&b, "%s%s%s", src->file, src->sheet[0] != '\0' ? "  " : "", src->sheet);
	lines_note(&v->l, STYLE_NORMAL, b.p);
	fj_buf_clear(&b);
	if (src->table[0] == '\0')
		fj_buf_puts(&b, _(m, "not a register that rules know: it is not read"));
	else
		msg_put(m, &b, N_("{1}: {2} rows, {3} rejected, {4} passed over, {5} cells left empty"), "sllll",
		    table_word(m, src->table), (long long)src->rows, (long long)src->rejected,
		    (long long)src->skipped, (long long)src->cells);
	for (i = 0; i < src->nunmapped; i++)
		fj_buf_printf(&b, "%s%s%s", i == 0 ? "\n" : ", ",
		    i == 0 ? _(m, "Columns without a use: ") : "", src->unmapped[i]);
	lines_sub(&v->l, src->rejected > 0 || src->table[0] == '\0' ? STYLE_WARN : STYLE_MUTED, b.p);
	fj_buf_release(&b);
}

static void
fault_rows(struct summary_view *v)
{
	const struct msg *m = v->sc->s->m;
	size_t i, n = redflags_faults(v->sc->r);
	struct fj_buf b;

	if (n == 0)
		return;
	lines_head(&v->l, _(m, "Left out or mended"));
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	for (i = 0; i < n && i < FAULTS_SHOWN; i++) {
		const struct redflag_fault *f = redflags_fault(v->sc->r, i);

		fj_buf_clear(&b);
		fj_buf_printf(&b, "%s%s%s", f->file, f->sheet[0] != '\0' ? " " : "", f->sheet);
		if (f->row > 0)
			fj_buf_printf(&b, ":%u", f->row);
		if (f->column > 0)
			fj_buf_printf(&b, ":%u", f->column);
		fj_buf_puts(&b, "  ");
		msg_say(m, &f->err, &b);
		lines_note(&v->l, f->rejected ? STYLE_WARN : STYLE_MUTED, b.p);
	}
	fj_buf_release(&b);
}

/* A pack that the hub published: joined, or why not. */
static void
bureau_row(struct summary_view *v, const struct redflag_bureau *p)
{
	const struct msg *m = v->sc->s->m;
	struct fj_buf b, why;

	fj_buf_init(&b, 8192);
	fj_buf_init(&why, 4096);
	if (p->why.rc != FJ_OK)
		msg_say(m, &p->why, &why);
	if (p->why.rc == FJ_OK)
		msg_put(m, &b, "Rules of the bureau: {1}, version {2}, {3} rules", "ssz", p->name,
		    p->version, p->rules);
	else
		msg_put(m, &b, "Rules of the bureau not used: {1}, version {2}: {3}", "sss", p->name,
		    p->version, why.p);
	lines_note(&v->l, p->why.rc == FJ_OK ? STYLE_MUTED : STYLE_WARN, b.p);
	fj_buf_release(&why);
	fj_buf_release(&b);
}

static void
import_tab(struct summary_view *v)
{
	const struct msg *m = v->sc->s->m;
	struct redflag_pack p;
	char hex[HASH_TEXT + 1];
	struct fj_buf b;
	size_t i;

	if (v->sc->r == NULL) {
		lines_note(&v->l, STYLE_ACCENT, _(m, "Enter reads the registers again, from the evidence."));
		return;
	}
	redflags_pack(v->sc->r, &p);
	hash_format(&p.digest, hex);
	fj_buf_init(&b, 1024);
	msg_put(m, &b, N_("Rules {1}: {2}, of them {3} of the bureau; digest {4}"), "szzs", p.version, p.rules,
	    p.own, hex);
	lines_note(&v->l, p.trusted ? STYLE_MUTED : STYLE_WARN, b.p);
	fj_buf_release(&b);
	for (i = 0; i < redflags_bureaus(v->sc->r); i++)
		bureau_row(v, redflags_bureau(v->sc->r, i));
	if (!p.trusted)
		lines_note(&v->l, STYLE_WARN, _(m, "Some of these rules are not published by the bureau (unsigned)."));
	lines_head(&v->l, _(m, "Registers"));
	for (i = 0; i < redflags_sources(v->sc->r); i++)
		source_rows(v, redflags_source(v->sc->r, i));
	fault_rows(v);
}

static void
fill(struct summary_view *v)
{
	static void (*const tab[TABS])(struct summary_view *) = {
		clause_tab, rule_tab, who_tab, import_tab,
	};

	v->gen = v->sc->gen;
	lines_clear(&v->l);
	progress_note(v);
	tab[v->tabs.current](v);
	lines_done(&v->l);
	ui_dirty(v->sc->s->ui);
}

/* ---- ways on ---- */

static void
list_of(struct summary_view *v, const struct flag_filter *f, const char *name)
{
	view_redflag_list_open(v->sc, f, name);
}

static void
open_all(void *self, struct ui *ui)
{
	struct flag_filter f = {.mark = -1};

	(void)ui;
	list_of(self, &f, "");
}

static void
open_group(struct summary_view *v, size_t at)
{
	struct flag_filter f = {.mark = -1};
	const struct group *g = v->groups == NULL ? NULL :
	    groups_at(v->groups, (enum group_kind)(at / GROUPS_SHOWN), at % GROUPS_SHOWN);

	if (g == NULL)
		return;
	f.only = xmalloc(g->n * sizeof(*f.only));
	memcpy(f.only, g->hit, g->n * sizeof(*f.only));
	f.nonly = g->n;
	list_of(v, &f, g->name);
}

static void
open_rule(struct summary_view *v, size_t i)
{
	struct flag_filter f = {.mark = -1};

	if (i >= screening_rules(v->sc))
		return;
	snprintf(f.rule, sizeof(f.rule), "%s", screening_rule(v->sc, i)->id);
	list_of(v, &f, "");
}

static void
pull(void *self, struct ui *ui)
{
	(void)ui;
	view_redflag_pull_open(((struct summary_view *)self)->sc);
}

static void
reread(struct summary_view *v)
{
	screening_reread(v->sc);
	fill(v);
}

/* Rows that stand for a clause, a grade, a state. */
static void
open_some(struct summary_view *v, uint64_t at)
{
	struct flag_filter f = {.mark = -1};

	if (at >= ROW_CLAUSE && at - ROW_CLAUSE < v->nclause)
		snprintf(f.clause, sizeof(f.clause), "%s", v->clause[at - ROW_CLAUSE].clause);
	else if (at >= ROW_GRADE && at < ROW_GRADE + 3)
		f.grade = (char)('A' + at - ROW_GRADE);
	else if (at >= ROW_STATE && at < ROW_STATE + 4)
		f.mark = (int)(at - ROW_STATE);
	else
		return;
	list_of(v, &f, "");
}

static void
choose(void *self, struct ui *ui)
{
	struct summary_view *v = self;
	uint64_t at = lines_at(&v->l);

	if (at == 0 && v->sc->r == NULL && v->tabs.current >= TAB_WHO)
		reread(v);
	else if (at == ROW_ALL)
		open_all(self, ui);
	else if (at == ROW_PULL)
		pull(self, ui);
	else if (at >= ROW_GROUP && at < ROW_GROUP + GROUP_KINDS * GROUPS_SHOWN)
		open_group(v, at - ROW_GROUP);
	else if (at >= ROW_RULE && at < ROW_GROUP)
		open_rule(v, at - ROW_RULE);
	else
		open_some(v, at);
}

static void
stop(void *self, struct ui *ui)
{
	(void)ui;
	screening_stop(((struct summary_view *)self)->sc);
}

static bool
may_stop(const void *self)
{
	return screening_busy(((const struct summary_view *)self)->sc);
}

static void
other(void *self, struct ui *ui)
{
	struct summary_view *v = self;
	struct session *s = v->sc->s;
	struct id visit = v->sc->visit;

	ui_close_self(ui, v);
	view_redflag_source_open(s, &visit);
}

static void
rates(void *self, struct ui *ui)
{
	(void)ui;
	view_redflag_rates_open(((struct summary_view *)self)->sc->s);
}

static void
filter(void *self, struct ui *ui)
{
	(void)ui;
	search_open(((struct summary_view *)self)->l.search);
}

/* A run that is under way is not lost by a key pressed too often. */
static void
leave_sure(void *ctx, bool yes)
{
	struct summary_view *v = ctx;

	if (yes)
		ui_close_self(v->sc->s->ui, v);
}

static bool
back(void *self, struct ui *ui)
{
	struct summary_view *v = self;
	const struct msg *m = ui_msg(ui);

	if (!screening_busy(v->sc) || v->sc->again)
		return false;
	dialog_confirm(ui, &(struct confirm_opts){.title = _(m, "Leave"),
	    .text = _(m, "The rules are still running. Leaving ends them and keeps nothing of this run."),
	    .yes = _(m, "leave")}, leave_sure, v);
	return true;
}

/* ---- the view ---- */

static void
draw(void *self, struct ui *ui, struct grid *g, struct rect r)
{
	struct summary_view *v = self;

	screening_fresh(v->sc);
	if (v->gen != v->sc->gen)
		fill(v);
	tabs_draw(&v->tabs, ui_msg(ui), g, rect_cut_top(&r, 1));
	lines_draw(&v->l, ui_msg(ui), g, r, true);
}

static enum ui_answer
input(void *self, struct ui *ui, const struct input *in)
{
	struct summary_view *v = self;

	if (!lines_typing(&v->l) && tabs_input(&v->tabs, in)) {
		fill(v);
		return UI_HANDLED;
	}
	if (!lines_input(&v->l, in))
		return UI_IGNORED;
	ui_dirty(ui);
	return UI_HANDLED;
}

static void
title(void *self, struct ui *ui, struct fj_buf *left, struct fj_buf *right)
{
	struct summary_view *v = self;

	fj_buf_printf(left, "%s  ", _(ui_msg(ui), "Red flags"));
	visit_name(v->sc->s, &v->sc->visit, left);
	human_number(right, (int64_t)screening_hits(v->sc));
}

static void
shown(void *self, struct ui *ui)
{
	(void)ui;
	fill(self);
}

static bool
typing(const void *self)
{
	return lines_typing(&((const struct summary_view *)self)->l);
}

static void
close_view(void *self)
{
	struct summary_view *v = self;

	groups_free(&v->groups);
	lines_release(&v->l);
	free(v->clause);
	screening_unref(&v->sc);
	free(v);
}

static const struct action actions[] = {
	{"redflag.choose", "Enter", N_("view"), N_("The flags of this row"), ACTION_FOOTER, choose, NULL},
	{"redflag.all", "l F2", N_("all flags"), N_("The list of all flags"), ACTION_FOOTER, open_all, NULL},
	{"redflag.pull", "p F3", N_("pull"), N_("Reports to pull from the archive"), ACTION_FOOTER, pull, NULL},
	{"redflag.stop", "S C-x", N_("stop"), N_("End the rules that still run"), ACTION_FOOTER, stop, may_stop},
	{"redflag.other", "o F6", N_("other registers"), N_("Screen other registers, or these anew"), ACTION_FOOTER, other, NULL},
	{"redflag.rates", "t F7", N_("rates"), N_("How often each rule was right, over all visits here"), 0, rates, NULL},
	{"redflag.filter", "/ C-f", N_("filter"), N_("Show only rows that match"), 0, filter, NULL},
	{NULL, NULL, NULL, NULL, 0, NULL, NULL},
};

static const struct view_ops ops = {
	.name = "redflag", .actions = actions, .draw = draw, .input = input, .title = title,
	.back = back, .shown = shown, .close = close_view, .typing = typing,
};

void
view_redflag_sum_open(struct screening *sc)
{
	struct summary_view *v = xcalloc(1, sizeof(*v));

	v->sc = screening_ref(sc);
	v->tabs = (struct tabs){tab_labels, TABS, 0, true};
	lines_init(&v->l, 7);		/* "P2.12.6" */
	fill(v);
	ui_push(sc->s->ui, &ops, v);
}

void
view_redflag_open(struct session *s, const struct id *visit)
{
	struct dossier *d = session_dossier(s, visit);
	struct screening *sc;
	struct flag_run *runs;
	size_t n;

	if (d == NULL)
		return;
	n = dossier_flag_runs(d, &runs);
	flag_runs_free(&runs, n);
	if (n == 0) {
		view_redflag_source_open(s, visit);
		return;
	}
	sc = screening_recorded(s, visit);
	if (sc != NULL)
		view_redflag_sum_open(sc);
	else	/* why was said: still at the hub, or damaged */
		view_redflag_source_open(s, visit);
	screening_unref(&sc);
}
