/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/visit_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/flags.h"
#include "app/words.h"
#include "text/human.h"
#include "tui/view/common.h"

enum { TEXT_MAX = 65536, FORM_ROWS = 1000, SECTIONS = 1000 };

/* ---- head ---- */

static void
fact(const struct msg *m, struct fj_buf *b, const char *label, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	if (b->n > 0)
		fj_buf_puts(b, "  ");
	fj_buf_printf(b, "%s %s", msg_tr(m, label), value);
}

static void
team_text(const struct session *s, const struct visit *v, struct fj_buf *b)
{
	const struct visit_facts *f = visit_facts(v);
	const struct visit_freeze *fr = visit_freeze_now(v);
	int i;

	fj_buf_puts(b, _(s->m, "Team"));
	for (i = 0; i < f->team_count; i++) {
		fj_buf_printf(b, "%s%s", i == 0 ? " " : msg_is_zh(s->m) ? "、" : ", ", f->team[i].name);
		if (f->team[i].cert != NULL && f->team[i].cert[0] != '\0')
			fj_buf_printf(b, "(%s)", f->team[i].cert);
		if (fr != NULL && fr->signs != NULL)
			fj_buf_printf(b, "[%s]", word_sign(s->m, fr->signs[i]));
	}
}

static void
state_text(const struct session *s, const struct visit *v, struct fj_buf *b)
{
	fj_buf_printf(b, "%s %s", _(s->m, "State"), word_state(s->m, visit_state(v)));
	if (visit_round(v) > 1)
		msg_put(s->m, b, ", round {1}", "d", visit_round(v));
}

void
visit_head_rows(struct session *s, struct dossier *d, struct lines *l)
{
	const struct visit *v = dossier_visit(d);
	const struct visit_facts *f = visit_facts(v);
	const struct app_row *row = visit_row(s, dossier_id(d));
	const struct msg *m = s->m;
	struct fj_buf b;

	fj_buf_init(&b, TEXT_MAX);
	fact(m, &b, N_("USCC"), f->uscc);
	fact(m, &b, N_("No USCC:"), f->no_uscc);
	fact(m, &b, N_("CMA"), f->cma);
	fact(m, &b, N_("Division"), division_name(s, f->division));
	fact(m, &b, N_("Address"), f->address);
	/* The whole name, wrapped: nowhere else it stands uncut. */
	lines_note(l, STYLE_HEAD, f->subject != NULL ? f->subject : "");
	lines_note(l, STYLE_NORMAL, b.p);
	fj_buf_clear(&b);
	fact(m, &b, N_("Kind"), kind_name(s, f->kind_id != NULL ? f->kind_id : ""));
	fj_buf_puts(&b, "  ");
	campaigns_say(app_campaigns(s->app), f->campaigns, lang_of(s), &b);
	fj_buf_puts(&b, f->campaigns[0] != '\0' ? "  " : "");
	team_text(s, v, &b);
	lines_note(l, STYLE_NORMAL, b.p);
	fj_buf_clear(&b);
	state_text(s, v, &b);
	if (row != NULL) {
		fj_buf_printf(&b, "  %s ", _(m, "Next:"));
		next_sentence(s, &row->s, &b);
	}
	lines_note(l, STYLE_ACCENT, b.p);
	if (visit_forked(v))
		lines_note(l, STYLE_BAD, _(m, "One of the keys wrote two different entries with the same number (forked)."));
	fj_buf_release(&b);
}

/* ---- what supervisors said ---- */

void
visit_comment_rows(struct session *s, struct dossier *d, struct lines *l)
{
	const struct visit *v = dossier_visit(d);
	struct fj_buf b;
	bool any = false;
	size_t i;

	fj_buf_init(&b, TEXT_MAX);
	for (i = 0; i < visit_entry_count(v); i++) {
		const struct visit_entry *en = visit_entry_at(v, i);

		if (en->status == ENTRY_INERT || (en->op != OP_COMMENT && en->op != OP_RETURN &&
		    en->op != OP_APPROVE))
			continue;
		if (!any)
			lines_head(l, _(s->m, "Review"));
		any = true;
		fj_buf_clear(&b);
		human_time(&b, en->at);
		fj_buf_printf(&b, "  %s  ", en->author.name);
		word_entry(s->m, d, en, &b);
		lines_note(l, en->op == OP_RETURN ? STYLE_BAD :
		    en->op == OP_APPROVE ? STYLE_OK : STYLE_WARN, b.p);
	}
	fj_buf_release(&b);
}

/* ---- forms ---- */

static bool
is_section(const struct inst_node *n)
{
	return inst_relevant(n) && (inst_kind(n) == INST_GROUP || inst_kind(n) == INST_REPEAT);
}

static void
progress_text(const struct session *s, struct inst_progress p, struct fj_buf *b)
{
	fj_buf_printf(b, "%zu/%zu", p.answered, p.total);
	if (p.failed > 0)
		fj_buf_printf(b, "  %s %zu", _(s->m, "non-conforming"), p.failed);
	if (p.required_open > 0)
		fj_buf_printf(b, "  %s %zu", _(s->m, "required"), p.required_open);
	if (p.invalid > p.required_open)
		fj_buf_printf(b, "  %s %zu", _(s->m, "invalid"), p.invalid - p.required_open);
}

static void
progress_row(const struct session *s, struct lines *l, uint64_t id, const char *left,
    const char *label, struct inst_progress p)
{
	struct fj_buf b;

	fj_buf_init(&b, 1024);
	progress_text(s, p, &b);
	lines_add(l, id, p.total > 0 && p.answered == p.total ? STYLE_OK : STYLE_NORMAL,
	    left, label, b.p);
	fj_buf_release(&b);
}

static uint64_t
form_row_id(size_t form, size_t section)
{
	return FORM_ROWS + form * SECTIONS + section;
}

static void
form_rows(struct session *s, struct dossier *d, size_t form, struct lines *l)
{
	struct inst *in = dossier_inst(d, form);
	const struct inst_node *n;
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, TEXT_MAX);
	if (in == NULL) {
		fj_buf_printf(&b, "%s: %s", dossier_form_id(d, form),
		    _(s->m, "the definition of this form is not on this machine; sync, or import the bundle again"));
		lines_note(l, STYLE_BAD, b.p);
		fj_buf_release(&b);
		return;
	}
	fj_buf_puts(&b, form_title(dossier_form(d, form), lang_of(s)));
	if (!dossier_form_trusted(d, form))
		fj_buf_printf(&b, " (%s)", _(s->m, "unsigned form"));
	progress_row(s, l, form_row_id(form, 0), form == 0 ? "c" : "", b.p, inst_progress(in, NULL));
	for (i = 0; (n = inst_child(inst_root(in), i)) != NULL && i + 1 < SECTIONS; i++) {
		if (!is_section(n))
			continue;
		fj_buf_clear(&b);
		fj_buf_printf(&b, "   %s", inst_label(n, lang_of(s)));
		progress_row(s, l, form_row_id(form, i + 1), NULL, b.p, inst_progress(in, n));
	}
	fj_buf_release(&b);
}

bool
visit_row_place(struct dossier *d, uint64_t row, size_t *form, struct fj_buf *path)
{
	const struct inst_node *n;
	size_t section;

	if (row < FORM_ROWS || row - FORM_ROWS >= dossier_form_count(d) * SECTIONS)
		return false;
	*form = (row - FORM_ROWS) / SECTIONS;
	section = (row - FORM_ROWS) % SECTIONS;
	if (dossier_inst(d, *form) == NULL)
		return false;
	if (section > 0 &&
	    (n = inst_child(inst_root(dossier_inst(d, *form)), section - 1)) != NULL)
		inst_path_id(n, path);
	return true;
}

/* ---- the ways on ---- */

static void
count_row(struct lines *l, uint64_t id, const char *left, const char *label, size_t n,
    enum style st)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", n);
	lines_add(l, id, st, left, label, number);
}

static bool
count_draft(void *ctx, const char *what, const char *text)
{
	(void)what;
	(void)text;
	++*(size_t *)ctx;
	return true;
}

static void
freeze_row(struct session *s, struct dossier *d, struct lines *l)
{
	const struct visit *v = dossier_visit(d);
	const struct visit_freeze *f = visit_freeze_now(v);
	struct dossier_gap *g = NULL;
	struct fj_buf b;
	size_t n = 0;
	enum style st = STYLE_NORMAL;

	fj_buf_init(&b, TEXT_MAX);
	if (visit_state(v) == VISIT_OPEN) {
		n = dossier_gaps(d, &g);
		if (n > 0)
			msg_put(s->m, &b, "{1} missing", "z", n);
		else
			fj_buf_puts(&b, _(s->m, "nothing is missing"));
		st = n > 0 ? STYLE_NORMAL : STYLE_OK;
	} else if (f != NULL && !f->sealed) {
		msg_put(s->m, &b, "signed by {1} of {2}", "dd", f->signed_count,
		    visit_facts(v)->team_count);
		st = STYLE_WARN;
	} else {
		fj_buf_puts(&b, word_state(s->m, visit_state(v)));
	}
	lines_add(l, VISIT_ROW_FREEZE, st, "z", _(s->m, "Freeze, sign, seal"), b.p);
	free(g);
	fj_buf_release(&b);
}

static void
outcome_row(struct session *s, struct dossier *d, struct lines *l)
{
	enum visit_outcome o = view_outcome(visit_now(dossier_visit(d)));

	lines_add(l, VISIT_ROW_OUTCOME, STYLE_NORMAL, "o", _(s->m, "Outcome"),
	    o != OUTCOME_NONE ? kinds_outcome_title(app_kinds(s->app), o, lang_of(s)) :
	    _(s->m, "not recorded yet"));
}

bool
visit_may_screen(const struct session *s, const struct dossier *d)
{
	const char *id = visit_facts(dossier_visit(d))->kind_id;
	const struct visit_kind *k = id != NULL ? kinds_find(app_kinds(s->app), id) : NULL;

	return k == NULL || k->findings || k->clue;
}

/* Of the newest run: what was looked at. */
static void
flags_row(struct session *s, struct dossier *d, struct lines *l)
{
	struct flag_run *runs;
	size_t n, i, judged = 0;
	struct fj_buf b;

	if (!visit_may_screen(s, d))
		return;
	n = dossier_flag_runs(d, &runs);
	fj_buf_init(&b, 1024);
	for (i = 0; n > 0 && i < runs[0].counts; i++)
		judged += runs[0].count[i].confirmed + runs[0].count[i].ruled_out;
	if (n > 0)
		msg_put(s->m, &b, "{1} flags, {2} looked at", "zz", runs[0].hits, judged);
	else
		fj_buf_puts(&b, _(s->m, "the registers are not screened yet"));
	lines_add(l, VISIT_ROW_FLAGS, STYLE_NORMAL, "v", _(s->m, "Red flags in the registers"), b.p);
	flag_runs_free(&runs, n);
	fj_buf_release(&b);
}

static void
way_rows(struct session *s, struct dossier *d, struct lines *l)
{
	const struct visit *v = dossier_visit(d);
	const struct app_row *row = visit_row(s, dossier_id(d));
	size_t disputes = view_dispute_count(visit_now(v)), drafts = 0;

	dossier_drafts(d, count_draft, &drafts);
	count_row(l, VISIT_ROW_FINDINGS, "f", dossier_clues_only(d) ? _(s->m, "Clues") : _(s->m, "Findings"),
	    row != NULL ? row->s.findings : view_finding_count(visit_now(v)), STYLE_NORMAL);
	count_row(l, VISIT_ROW_EVIDENCE, "e", _(s->m, "Evidence"),
	    row != NULL ? row->s.evidence : view_evidence_count(visit_now(v)), STYLE_NORMAL);
	flags_row(s, d, l);
	if (disputes > 0)
		count_row(l, VISIT_ROW_DISPUTES, "d", _(s->m, "Disagreements"), disputes, STYLE_BAD);
	outcome_row(s, d, l);
	freeze_row(s, d, l);
	lines_add(l, VISIT_ROW_RECORD, STYLE_NORMAL, "t", _(s->m, "On-site record as text"), NULL);
	if (drafts > 0)
		count_row(l, VISIT_ROW_DRAFTS, "a", _(s->m, "Half-written texts"), drafts, STYLE_WARN);
	count_row(l, VISIT_ROW_STORY, "l", _(s->m, "Story"), visit_entry_count(v), STYLE_NORMAL);
}

void
visit_rows(struct session *s, struct dossier *d, struct lines *l)
{
	size_t i;

	visit_head_rows(s, d, l);
	visit_comment_rows(s, d, l);
	lines_head(l, _(s->m, "Work"));
	way_rows(s, d, l);
	lines_head(l, _(s->m, "Checklists"));
	for (i = 0; i < dossier_form_count(d); i++)
		form_rows(s, d, i, l);
}
