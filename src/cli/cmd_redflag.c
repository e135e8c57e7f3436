/* SPDX-License-Identifier: Apache-2.0 */
/* redflag list, show, confirm, rule-out, reopen, draft, sample, stats. */
#include <stdlib.h>
#include <string.h>

#include "app/flags.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/out.h"

enum {
	SAMPLE_MAX = 10000,
};

static const char *
mark_id(enum redflag_mark m)
{
	return m == REDFLAG_CONFIRMED ? "confirmed" : m == REDFLAG_RULED_OUT ? "ruled-out" :
	    m == REDFLAG_DISPUTED ? "disputed" : "open";
}

static const char *
mark_word(struct cli *c, enum redflag_mark m)
{
	return m == REDFLAG_CONFIRMED ? _(c->msg, "confirmed") :
	    m == REDFLAG_RULED_OUT ? _(c->msg, "ruled out") :
	    m == REDFLAG_DISPUTED ? _(c->msg, "members differ") : "";
}

static const char *
title_of(struct cli *c, const struct redflag_rule *p)
{
	return strcmp(msg_lang(c->msg), "en") == 0 ? p->title_en : p->title_zh;
}

/* ---- list ---- */

struct filter {
	const char *rule, *grade, *mark, *report;
};

static bool
passes(const struct filter *f, const struct redflag_hit *h)
{
	return (f->rule == NULL || strcmp(f->rule, h->rule->id) == 0) &&
	    (f->grade == NULL || strchr(f->grade, h->rule->grade) != NULL) &&
	    (f->mark == NULL || strcmp(f->mark, mark_id(h->mark)) == 0) &&
	    (f->report == NULL || strcmp(f->report, h->report_no) == 0);
}

static void
hit_json(struct json_w *w, const struct redflag_hit *h)
{
	char grade[2] = {h->rule->grade, '\0'};
	int i;

	json_w_obj(w);
	out_kid(w, "id", &h->id);
	json_w_kstr(w, "rule", h->rule->id);
	json_w_kstr(w, "grade", grade);
	json_w_key(w, "clauses");
	json_w_arr(w);
	for (i = 0; i < h->rule->clauses; i++)
		json_w_str(w, h->rule->clause[i]);
	json_w_end(w);
	json_w_kstr(w, "subject", h->subject);
	json_w_kstr(w, "report_no", h->report_no);
	json_w_kstr(w, "src", h->src);
	json_w_kstr(w, "detail", h->detail);
	json_w_kstr(w, "mark", mark_id(h->mark));
	json_w_kstr(w, "why", h->why);
	json_w_kstr(w, "who", h->who);
	json_w_kbool(w, "drafted", h->drafted);
	json_w_end(w);
}

static void
list_json(struct cli *c, const struct flag_list *l, const struct filter *f)
{
	struct out_json j;
	size_t i;

	out_json_begin(&j);
	json_w_arr(&j.w);
	for (i = 0; i < flag_list_count(l); i++)
		if (passes(f, flag_list_at(l, i)))
			hit_json(&j.w, flag_list_at(l, i));
	json_w_end(&j.w);
	out_json_end(c, &j);
}

static void
list_text(struct cli *c, const struct flag_list *l, const struct filter *f)
{
	static const char *const heads[] = {N_("flag"), N_("grade"), N_("rule"), N_("state"),
	    N_("report"), N_("title")};
	struct out_table *t = out_table_new(c, heads, 6);
	char id[ID_SHOWN + 1];
	size_t i;

	for (i = 0; i < flag_list_count(l); i++) {
		const struct redflag_hit *h = flag_list_at(l, i);

		if (!passes(f, h))
			continue;
		id_format_short(&h->id, id);
		out_cell(t, id);
		out_cellf(t, "%c", h->rule->grade);
		out_cell(t, h->rule->id);
		out_cellf(t, "%s%s", mark_word(c, h->mark), h->drafted ? _(c->msg, ", drafted") : "");
		out_cell(t, h->report_no[0] != '\0' ? h->report_no : h->subject);
		out_cell(t, title_of(c, h->rule));
	}
	out_table_end(&t, N_("No red flags."));
}

int
cmd_redflag_list(struct cli *c, int argc, char **argv)
{
	struct filter f = {0};
	const struct opt opts[] = {
		{"--rule", OPT_STR, &f.rule}, {"--grade", OPT_STR, &f.grade},
		{"--state", OPT_STR, &f.mark}, {"--report", OPT_STR, &f.report},
	};
	struct flag_list *l = NULL;
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "redflag", "list", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_flags(d, NULL, &l, &e);
	if (rc == FJ_OK && c->json)
		list_json(c, l, &f);
	else if (rc == FJ_OK)
		list_text(c, l, &f);
	flag_list_free(&l);
	return out_done(c, &d, rc, &e);
}

/* ---- one flag ---- */

static enum fj_rc
find_flag(struct dossier *d, const char *prefix, struct flag_list **l,
    const struct redflag_hit **h, struct fj_err *e)
{
	enum fj_rc rc = dossier_flags(d, NULL, l, e);

	return rc == FJ_OK ? flag_list_find(*l, prefix, h, e) : rc;
}

static void
show_row(struct cli *c, const struct redflag_row *row)
{
	static const char *const heads[] = {N_("header"), N_("value"), N_("column")};
	struct out_table *t;
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_NAME_BYTES * 4);
	fj_buf_printf(&b, "\n%s %s:%u", row->file, row->sheet, row->row);
	cli_print(c, b.p);
	fj_buf_release(&b);
	t = out_table_new(c, heads, 3);
	for (i = 0; i < row->cells; i++) {
		out_cell(t, row->cell[i].header);
		out_cell(t, row->cell[i].text);
		out_cell(t, row->cell[i].column);
	}
	out_table_end(&t, "");
}

static void
show_head(struct cli *c, const struct redflag_hit *h)
{
	bool en = strcmp(msg_lang(c->msg), "en") == 0;
	char grade[2] = {h->rule->grade, '\0'};
	struct fj_buf b;
	int i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	cli_say(c, N_("{1}, grade {2}: {3}"), h->rule->id, grade, title_of(c, h->rule), NULL);
	out_field(c, N_("report"), h->report_no);
	out_field(c, N_("subject"), h->subject);
	redflag_detail(h, msg_lang(c->msg), &b);
	out_field(c, N_("arithmetic"), b.p);
	fj_buf_clear(&b);
	for (i = 0; i < h->rule->clauses; i++) {
		fj_buf_puts(&b, i > 0 ? ", " : "");
		fj_buf_puts(&b, h->rule->clause[i]);
	}
	out_field(c, N_("may support"), b.p);
	fj_buf_release(&b);
	if (h->rule->pair)
		out_field(c, N_("note"), _(c->msg, "one of these two; which one is not known"));
	out_field(c, N_("false alarms"), en ? h->rule->false_alarms_en : h->rule->false_alarms_zh);
	out_field(c, N_("to verify"), en ? h->rule->verify_en : h->rule->verify_zh);
	out_field(c, N_("state"), mark_word(c, h->mark));
	out_field(c, N_("by"), h->who);
	out_field(c, N_("reason"), h->why);
}

int
cmd_redflag_show(struct cli *c, int argc, char **argv)
{
	const struct redflag_hit *h = NULL;
	struct redflag_rows *rows = NULL;
	struct redflags *r = NULL;
	struct flag_list *l = NULL;
	struct out_json j;
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	size_t i;
	int x;

	d = out_visit_plain(c, "redflag", "show", argc, argv, 2, &x);
	if (d == NULL)
		return x;
	rc = find_flag(d, argv[1], &l, &h, &e);
	if (rc == FJ_OK && c->json) {
		out_json_begin(&j);
		hit_json(&j.w, h);
		out_json_end(c, &j);
	} else if (rc == FJ_OK) {
		show_head(c, h);
		rc = dossier_flag_rows(d, h, &r, &rows, &e);
		for (i = 0; rc == FJ_OK && i < redflag_rows_count(rows); i++)
			show_row(c, redflag_rows_at(rows, i));
	}
	redflag_rows_free(&rows);
	redflags_free(&r);
	flag_list_free(&l);
	return out_done(c, &d, rc, &e);
}

static int
mark(struct cli *c, const char *verb, enum redflag_mark m, int argc, char **argv)
{
	const char *why = NULL;
	const struct opt opts[] = {{"--why", OPT_STR, &why}};
	const struct redflag_hit *h = NULL;
	struct flag_list *l = NULL;
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "redflag", verb, OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if (why == NULL || why[0] == '\0')
		return cli_needs(c, "redflag", verb, "--why");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = find_flag(d, argv[1], &l, &h, &e);
	if (rc == FJ_OK)
		rc = dossier_flag_mark(d, h, m, why, &e);
	flag_list_free(&l);
	return out_acted(c, &d, rc, &e);
}

int
cmd_redflag_confirm(struct cli *c, int argc, char **argv)
{
	return mark(c, "confirm", REDFLAG_CONFIRMED, argc, argv);
}

int
cmd_redflag_rule_out(struct cli *c, int argc, char **argv)
{
	return mark(c, "rule-out", REDFLAG_RULED_OUT, argc, argv);
}

int
cmd_redflag_reopen(struct cli *c, int argc, char **argv)
{
	return mark(c, "reopen", REDFLAG_OPEN, argc, argv);
}

int
cmd_redflag_draft(struct cli *c, int argc, char **argv)
{
	const char *which = NULL;
	const struct opt opts[] = {{"--which", OPT_STR, &which}};
	const struct redflag_hit *h = NULL;
	struct flag_list *l = NULL;
	struct dossier *d;
	struct id finding;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "redflag", "draft", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if (which != NULL && strcmp(which, "1") != 0 && strcmp(which, "2") != 0)
		return cli_bad(c, "cli.redflag-which", which);
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = find_flag(d, argv[1], &l, &h, &e);
	if (rc == FJ_OK)
		rc = dossier_flag_draft(d, NULL, h, which != NULL ? which[0] - '0' : 0, &finding, &e);
	if (rc == FJ_OK)
		out_id(c, &finding);
	flag_list_free(&l);
	return out_done(c, &d, rc, &e);
}

/* ---- sample ---- */

static void
sample_out(struct cli *c, const struct redflag_sample *s, const char *seed)
{
	static const char *const heads[] = {N_("report"), "A", "B", "C", N_("rules")};
	struct out_table *t;
	struct out_json j;
	size_t i;

	if (c->json) {
		out_json_begin(&j);
		json_w_obj(&j.w);
		json_w_kint(&j.w, "n", (int64_t)s->n);
		json_w_kint(&j.w, "of", (int64_t)s->of);
		json_w_kstr(&j.w, "seed", seed);
		json_w_key(&j.w, "reports");
		json_w_arr(&j.w);
		for (i = 0; i < s->n; i++)
			json_w_str(&j.w, s->pull[i].report_no);
		json_w_end(&j.w);
		json_w_end(&j.w);
		out_json_end(c, &j);
		return;
	}
	t = out_table_new(c, heads, 5);
	for (i = 0; i < s->n; i++) {
		out_cell(t, s->pull[i].report_no);
		out_cellf(t, "%zu", s->pull[i].a);
		out_cellf(t, "%zu", s->pull[i].b);
		out_cellf(t, "%zu", s->pull[i].c);
		out_cell(t, s->pull[i].rules);
	}
	out_table_end(&t, N_("No report has a red flag."));
}

int
cmd_redflag_sample(struct cli *c, int argc, char **argv)
{
	const char *n = NULL, *seed = NULL;
	const struct opt opts[] = {{"--n", OPT_STR, &n}, {"--seed", OPT_STR, &seed}};
	struct redflag_sample s = {0};
	struct flag_list *l = NULL;
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	long count;
	char *end;
	int x;

	if (cli_opts(c, "redflag", "sample", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (n == NULL)
		return cli_needs(c, "redflag", "sample", "--n");
	count = strtol(n, &end, 10);
	if (*end != '\0' || count < 1 || count > SAMPLE_MAX)
		return cli_bad(c, "cli.redflag-n", n);
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_flags(d, NULL, &l, &e);
	if (rc == FJ_OK)
		rc = flag_list_sample(l, (size_t)count, seed, &s, &e);
	if (rc == FJ_OK)
		rc = dossier_flag_sample(d, &s, seed, &e);
	if (rc == FJ_OK)
		sample_out(c, &s, seed);
	redflag_sample_release(&s);
	flag_list_free(&l);
	return out_done(c, &d, rc, &e);
}

/* ---- rates ---- */

static void
rates_json(struct cli *c, const struct redflag_rate *r, size_t n)
{
	struct out_json j;
	size_t i;

	out_json_begin(&j);
	json_w_arr(&j.w);
	for (i = 0; i < n; i++) {
		json_w_obj(&j.w);
		json_w_kstr(&j.w, "rule", r[i].rule);
		json_w_kint(&j.w, "visits", (int64_t)r[i].runs);
		json_w_kint(&j.w, "hits", (int64_t)r[i].hits);
		json_w_kint(&j.w, "confirmed", (int64_t)r[i].confirmed);
		json_w_kint(&j.w, "ruled_out", (int64_t)r[i].ruled_out);
		json_w_kint(&j.w, "drafted", (int64_t)r[i].drafted);
		json_w_end(&j.w);
	}
	json_w_end(&j.w);
	out_json_end(c, &j);
}

int
cmd_redflag_stats(struct cli *c, int argc, char **argv)
{
	static const char *const heads[] = {N_("rule"), N_("visits"), N_("flags"), N_("confirmed"),
	    N_("ruled out"), N_("drafted"), N_("right")};
	struct redflag_rate *r = NULL;
	struct out_table *t;
	struct app *a;
	struct fj_err e;
	size_t n = 0, i;
	int x;

	if (cli_opts(c, "redflag", "stats", NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	if (app_redflag_rates(a, &r, &n, &e) != FJ_OK)
		return cli_fail(c, &e);
	if (c->json) {
		rates_json(c, r, n);
		free(r);
		return CLI_DONE;
	}
	t = out_table_new(c, heads, 7);
	for (i = 0; i < n; i++) {
		size_t known = r[i].confirmed + r[i].ruled_out;

		out_cell(t, r[i].rule);
		out_cellf(t, "%zu", r[i].runs);
		out_cellf(t, "%zu", r[i].hits);
		out_cellf(t, "%zu", r[i].confirmed);
		out_cellf(t, "%zu", r[i].ruled_out);
		out_cellf(t, "%zu", r[i].drafted);
		if (known > 0)
			out_cellf(t, "%zu %%", r[i].confirmed * 100 / known);
		else
			out_cell(t, "–");
	}
	out_table_end(&t, N_("No visit here was screened."));
	free(r);
	return CLI_DONE;
}
