/* SPDX-License-Identifier: Apache-2.0 */
/* finding withdraw, evidence withdraw: the same act on two kinds of things. */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/out.h"

struct withdrawal {
	const char *verb;
	enum fj_rc (*find)(const struct dossier *d, const char *prefix, struct id *out,
	    struct fj_err *e);
	enum fj_rc (*act)(struct dossier *d, const struct id *id, const char *why,
	    struct fj_err *e);
};

static int
withdraw(struct cli *c, const struct withdrawal *w, int argc, char **argv)
{
	const char *why = NULL;
	const struct opt opts[] = {{"--why", OPT_STR, &why}};
	struct dossier *d;
	struct fj_err e;
	struct id id;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, w->verb, "withdraw", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if (why == NULL || why[0] == '\0')
		return cli_needs(c, w->verb, "withdraw", "--why");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = w->find(d, argv[1], &id, &e);
	if (rc == FJ_OK)
		rc = w->act(d, &id, why, &e);
	return out_acted(c, &d, rc, &e);
}

int
cmd_finding_withdraw(struct cli *c, int argc, char **argv)
{
	static const struct withdrawal w = {"finding", dossier_find_finding,
	    dossier_finding_withdraw};

	return withdraw(c, &w, argc, argv);
}

int
cmd_evidence_withdraw(struct cli *c, int argc, char **argv)
{
	static const struct withdrawal w = {"evidence", dossier_find_evidence,
	    dossier_evidence_withdraw};

	return withdraw(c, &w, argc, argv);
}
