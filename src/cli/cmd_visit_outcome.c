/* SPDX-License-Identifier: Apache-2.0 */
/* outcome; and the small acts with a reason: reopen, cancel, void. */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/out.h"

int
cmd_visit_outcome(struct cli *c, int argc, char **argv)
{
	const char *facts = NULL, *why = NULL;
	const struct opt opts[] = {
		{"--facts", OPT_STR, &facts}, {"--why", OPT_STR, &why},
	};
	enum visit_outcome o;
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "visit", "outcome", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	o = outcome_parse(argv[1]);
	if (o == OUTCOME_NONE)
		return cli_bad(c, "cli.outcome", argv[1]);
	if (facts == NULL)
		return cli_needs(c, "visit", "outcome", "--facts");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_outcome(d, o, facts, why, &e);
	return out_acted(c, &d, rc, &e);
}

/* An act on V that takes a reason and nothing else. */
static int
act_why(struct cli *c, const char *verb, int argc, char **argv,
    enum fj_rc (*act)(struct dossier *d, const char *why, struct fj_err *e))
{
	const char *why = NULL;
	const struct opt opts[] = {{"--why", OPT_STR, &why}};
	struct dossier *d;
	struct fj_err e;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "visit", verb, OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (why == NULL || why[0] == '\0')
		return cli_needs(c, "visit", verb, "--why");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = act(d, why, &e);
	return out_acted(c, &d, rc, &e);
}

int
cmd_visit_void(struct cli *c, int argc, char **argv)
{
	return act_why(c, "void", argc, argv, dossier_void);
}

int
cmd_visit_reopen(struct cli *c, int argc, char **argv)
{
	return act_why(c, "reopen", argc, argv, dossier_reopen);
}

int
cmd_visit_cancel(struct cli *c, int argc, char **argv)
{
	return act_why(c, "cancel", argc, argv, dossier_cancel);
}
