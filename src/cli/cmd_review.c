/* SPDX-License-Identifier: Apache-2.0 */
/* review list, show, comment, return, approve. */
#include <string.h>

#include "cli/commands.h"
#include "cli/rows.h"
#include "cli/show.h"

/* Mine by certificate number; without one, by name: I may not decide there. */
static bool
in_team(const struct app_person *me, const struct summary *s)
{
	int i;

	for (i = 0; i < s->team_count; i++) {
		const struct summary_member *m = &s->team[i];

		if (m->cert[0] != '\0' && me->cert != NULL && me->cert[0] != '\0' ?
		    strcmp(m->cert, me->cert) == 0 : strcmp(m->name, me->name) == 0)
			return true;
	}
	return false;
}

static bool
waits_for_me(void *ctx, const struct app_row *r)
{
	const struct app *a = ctx;

	return (r->s.state == VISIT_SEALED || r->s.state == VISIT_CONTESTED) &&
	    !in_team(app_me(a), &r->s);
}

int
cmd_review_list(struct cli *c, int argc, char **argv)
{
	struct app *a;
	struct fj_err e;
	int x;

	a = rows_app(c, "review", "list", argc, argv, &x);
	if (a == NULL)
		return x;
	if (!app_is_supervisor(a)) {
		fj_fail(&e, FJ_DENIED, "cli.not-supervisor", "");
		return cli_fail(c, &e);
	}
	rows_print(c, a, waits_for_me, a, N_("nothing waits for a decision of yours"));
	return CLI_DONE;
}

int
cmd_review_show(struct cli *c, int argc, char **argv)
{
	struct dossier *d;
	struct out_json j;
	int x;

	d = out_visit_plain(c, "review", "show", argc, argv, 1, &x);
	if (d == NULL)
		return x;
	if (c->json) {
		out_json_begin(&j);
		json_w_obj(&j.w);
		show_head_json(c, d, &j.w);
		show_progress_json(c, d, &j.w);
		show_findings_json(c, d, &j.w);
		show_evidence_json(c, d, &j.w);
		show_flags_json(c, d, &j.w);
		show_failed_json(c, d, &j.w);
		show_answers_json(c, d, &j.w);
		show_decisions_json(c, d, &j.w);
		json_w_end(&j.w);
		out_json_end(c, &j);
	} else {
		show_head(c, d);
		show_findings(c, d);
		show_evidence(c, d);
		show_flags(c, d);
		show_failed(c, d);
		show_answers(c, d);
		show_decisions(c, d);
	}
	return out_done(c, &d, FJ_OK, NULL);
}

int
cmd_review_comment(struct cli *c, int argc, char **argv)
{
	const char *on = NULL, *text = NULL;
	bool must = false;
	const struct opt opts[] = {
		{"--on", OPT_STR, &on}, {"--text", OPT_STR, &text},
		{"--must", OPT_FLAG, &must},
	};
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "review", "comment", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (text == NULL || text[0] == '\0')
		return cli_needs(c, "review", "comment", "--text");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_comment(d, on, text, must, &e);
	return out_acted(c, &d, rc, &e);
}

int
cmd_review_return(struct cli *c, int argc, char **argv)
{
	const char *kind = NULL, *why = NULL;
	struct opt_list on = {0};
	const struct opt opts[] = {
		{"--kind", OPT_STR, &kind}, {"--why", OPT_STR, &why},
		{"--on", OPT_WORDS, &on},
	};
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "review", "return", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (kind == NULL)
		return cli_needs(c, "review", "return", "--kind");
	if (strcmp(kind, "addendum") != 0 && strcmp(kind, "evidence") != 0)
		return cli_bad(c, "cli.return-kind", kind);
	if (why == NULL || why[0] == '\0')
		return cli_needs(c, "review", "return", "--why");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_return(d, strcmp(kind, "evidence") == 0, why, on.v, (size_t)on.n, &e);
	return out_acted(c, &d, rc, &e);
}

int
cmd_review_approve(struct cli *c, int argc, char **argv)
{
	static const char *const known[] = {"no-action", "correct", "case", "transfer"};
	const char *disposition = NULL, *accept = NULL;
	const struct opt opts[] = {
		{"--disposition", OPT_STR, &disposition}, {"--accept", OPT_STR, &accept},
	};
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	size_t i;
	int x;

	if (cli_opts(c, "review", "approve", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (disposition == NULL)
		return cli_needs(c, "review", "approve", "--disposition");
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(disposition, known[i]) == 0)
			break;
	if (i == sizeof(known) / sizeof(known[0]))
		return cli_bad(c, "cli.disposition", disposition);
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_approve(d, disposition, accept, &e);
	return out_acted(c, &d, rc, &e);
}
