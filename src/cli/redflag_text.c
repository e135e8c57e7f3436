/* SPDX-License-Identifier: Apache-2.0 */
/* A screening for people: reports by clause first, then by grade, then what was not
 * run and why, then what was read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/lawdata.h"
#include "base/limits.h"
#include "cli/out.h"
#include "cli/redflag_out.h"
#include "text/human.h"

enum {
	FAULTS_SHOWN = 20,
};

static const char *
title_of(struct cli *c, const struct redflag_rule *p)
{
	return strcmp(msg_lang(c->msg), "en") == 0 ? p->title_en : p->title_zh;
}

static void
number(char out[24], uint64_t v)
{
	struct fj_buf b;

	fj_buf_init(&b, 24);
	human_number(&b, (int64_t)v);
	snprintf(out, 24, "%s", b.p);
	fj_buf_release(&b);
}

static void
heading(struct cli *c, const char *english)
{
	fputc('\n', c->out);
	cli_print(c, msg_tr(c->msg, english));
}

/* ---- head ---- */

static void
head(struct cli *c, const struct redflags *r)
{
	char sources[24], rows[24], rules[24], run[24], hits[24], seconds[24];
	uint64_t all = 0;
	size_t i, n = 0;

	for (i = 0; i < redflags_sources(r); i++)
		all += redflags_source(r, i)->rows;
	for (i = 0; i < redflags_rules(r); i++)
		n += redflags_rule(r, i)->status == REDFLAG_RUN;
	number(sources, redflags_sources(r));
	number(rows, all);
	number(rules, redflags_rules(r));
	number(run, n);
	number(hits, redflags_hits(r));
	snprintf(seconds, sizeof(seconds), "%.2f", redflags_ms(r) / 1000.0);
	cli_say(c, N_("{1} registers, {2} rows; {3} of {4} rules run; {5} red flags; {6} s"), sources,
	    rows, run, rules, hits, seconds, NULL);
}

/* The packs that the hub published: which version joined, and which did not. */
static void
bureau(struct cli *c, const struct redflags *r)
{
	struct fj_buf why;
	char rules[24];
	size_t i;

	for (i = 0; i < redflags_bureaus(r); i++) {
		const struct redflag_bureau *p = redflags_bureau(r, i);

		if (p->why.rc == FJ_OK) {
			number(rules, p->rules);
			cli_say(c, N_("Rules of the bureau: {1}, version {2}, {3} rules"), p->name,
			    p->version, rules, NULL);
			continue;
		}
		fj_buf_init(&why, 4096);
		msg_say(c->msg, &p->why, &why);
		cli_say(c, N_("Rules of the bureau not used: {1}, version {2}: {3}"), p->name,
		    p->version, why.p, NULL);
		fj_buf_release(&why);
	}
}

/* ---- clauses ---- */

static void
clauses(struct cli *c, const struct redflags *r)
{
	static const char *const heads[] = {N_("clause"), N_("reports (A)"), N_("reports (A, B)"),
	    N_("flags"), N_("rules"), ""};
	const char *grave = _(c->msg, "10 or more: gravity of the case");
	struct redflag_clause *list;
	struct clauses *law = NULL;
	struct out_table *t;
	size_t n = redflags_clauses(r, &list), i;

	if (lawdata_clauses(&law, NULL) != FJ_OK)
		law = NULL;
	heading(c, N_("Different reports by clause"));
	t = out_table_new(c, heads, 6);
	for (i = 0; i < n; i++) {
		const struct clause *k = law != NULL ? clauses_find(law, list[i].clause) : NULL;
		const char *title = k != NULL ? clause_title(k, msg_lang(c->msg)) : "";

		out_cell(t, list[i].clause);
		out_cellf(t, "%zu", list[i].reports_a);
		out_cellf(t, "%zu", list[i].reports);
		out_cellf(t, "%zu", list[i].hits);
		out_cellf(t, "%d", list[i].rules);
		if (list[i].serious)
			out_cellf(t, "%s  [%s]", title, grave);
		else
			out_cell(t, title);
	}
	out_table_end(&t, N_("No red flags."));
	clauses_free(&law);
	free(list);
}

/* ---- grades ---- */

static void
grade(struct cli *c, const struct redflags *r, char which, const char *english)
{
	static const char *const heads[] = {N_("rule"), N_("reports"), N_("flags"), N_("title")};
	struct out_table *t = NULL;
	size_t i;

	for (i = 0; i < redflags_rules(r); i++) {
		const struct redflag_rule *p = redflags_rule(r, i);

		if (p->grade != which || p->hits == 0)
			continue;
		if (t == NULL) {
			heading(c, english);
			t = out_table_new(c, heads, 4);
		}
		out_cell(t, p->id);
		out_cellf(t, "%zu", p->reports);
		out_cellf(t, "%zu", p->hits);
		out_cellf(t, "%s%s%s", title_of(c, p), p->pair ? _(c->msg, " (one of these two)") : "",
		    p->own ? _(c->msg, " (a rule of the bureau)") : "");
	}
	if (t != NULL)
		out_table_end(&t, "");
}

/* ---- not run ---- */

static void
not_run(struct cli *c, const struct redflags *r)
{
	bool any = false;
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	for (i = 0; i < redflags_rules(r); i++) {
		const struct redflag_rule *p = redflags_rule(r, i);

		if (p->status == REDFLAG_RUN)
			continue;
		if (!any)
			heading(c, N_("Not run: nothing is known here"));
		any = true;
		fj_buf_clear(&b);
		fj_buf_printf(&b, "  %s  ", p->id);
		fj_buf_printf(&b, "%s: ", title_of(c, p));
		msg_say(c->msg, &p->why, &b);
		cli_print(c, b.p);
	}
	fj_buf_release(&b);
}

/* Beside a list of hits alone: no line of a rule could mean none or not run. */
void
redflag_out_not_run(struct cli *c, const struct redflags *r)
{
	FILE *was = c->out;
	struct fj_buf ids;
	size_t i;

	fj_buf_init(&ids, LIMIT_VALUE_BYTES);
	for (i = 0; i < redflags_rules(r); i++)
		if (redflags_rule(r, i)->status != REDFLAG_RUN)
			fj_buf_printf(&ids, "%s%s", ids.n > 0 ? " " : "", redflags_rule(r, i)->id);
	c->out = c->err;
	if (ids.n > 0)
		cli_say(c, N_("Not run, so nothing is known: {1}. Why: the same command with --json."),
		    ids.p, NULL);
	c->out = was;
	fj_buf_release(&ids);
}

/* ---- import ---- */

static void
import(struct cli *c, const struct redflags *r)
{
	static const char *const heads[] = {N_("file"), N_("table"), N_("rows"), N_("rejected"),
	    N_("cells left empty"), N_("columns without a place")};
	struct out_table *t;
	struct fj_buf b;
	char text[24];
	size_t i, k;

	heading(c, N_("Registers"));
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	t = out_table_new(c, heads, 6);
	for (i = 0; i < redflags_sources(r); i++) {
		const struct redflag_source *s = redflags_source(r, i);

		out_cellf(t, "%s%s%s", s->file, s->sheet[0] != '\0' ? " " : "", s->sheet);
		out_cell(t, s->table[0] != '\0' ? s->table : _(c->msg, "not read"));
		number(text, s->rows);
		out_cell(t, text);
		number(text, s->rejected);
		out_cell(t, text);
		number(text, s->cells);
		out_cell(t, text);
		fj_buf_clear(&b);
		for (k = 0; k < s->nunmapped; k++) {
			fj_buf_puts(&b, k > 0 ? ", " : "");
			fj_buf_puts(&b, s->unmapped[k]);
		}
		out_cell(t, b.n > 0 ? b.p : "");
	}
	out_table_end(&t, N_("Nothing was read."));
	fj_buf_release(&b);
}

/* "file 表 row 12 column 3: sentence" */
void
redflag_out_faults(struct cli *c, const struct redflags *r, size_t most, bool err)
{
	FILE *was = c->out;
	struct fj_buf b;
	char left[24];
	size_t i;

	if (redflags_faults(r) == 0)
		return;
	if (err)
		c->out = c->err;
	else
		heading(c, N_("Left out or mended"));
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	for (i = 0; i < redflags_faults(r) && i < most; i++) {
		const struct redflag_fault *f = redflags_fault(r, i);

		fj_buf_clear(&b);
		fj_buf_printf(&b, "  %s", f->file);
		if (f->sheet[0] != '\0')
			fj_buf_printf(&b, " %s", f->sheet);
		if (f->row > 0)
			fj_buf_printf(&b, ":%u", f->row);
		if (f->column > 0)
			fj_buf_printf(&b, ":%u", f->column);
		fj_buf_puts(&b, ": ");
		msg_say(c->msg, &f->err, &b);
		cli_print(c, b.p);
	}
	if (redflags_faults(r) > most) {
		number(left, redflags_faults(r) - most);
		cli_say(c, N_("  and {1} more (--json lists them)"), left, NULL);
	}
	fj_buf_release(&b);
	c->out = was;
}

void
redflag_out_text(struct cli *c, const struct redflags *r)
{
	struct redflag_pack pack;

	redflags_pack(r, &pack);
	head(c, r);
	bureau(c, r);
	if (!pack.trusted)
		cli_print(c, _(c->msg, "The bureau's rules are not published by the hub: unsigned."));
	clauses(c, r);
	grade(c, r, 'A', N_("Grade A: honest records cannot contain this, but for clocks and typing errors"));
	grade(c, r, 'B', N_("Grade B: needs an explanation"));
	grade(c, r, 'C', N_("Grade C: a pointer where to look, never the ground of a finding by itself"));
	not_run(c, r);
	import(c, r);
	redflag_out_faults(c, r, FAULTS_SHOWN, false);
	fputc('\n', c->out);
	cli_print(c, _(c->msg, "A red flag is a lead, never a verdict: confirm it or rule it out, with a reason."));
}
