/* SPDX-License-Identifier: Apache-2.0 */
/* evidence add, list, link, extract. */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/show.h"

int
cmd_evidence_add(struct cli *c, int argc, char **argv)
{
	struct evidence_new ev = {0};
	struct opt_list targets = {0};
	const struct opt opts[] = {
		{"--for", OPT_LIST, &targets}, {"--how", OPT_STR, &ev.how},
		{"--origin", OPT_STR, &ev.origin}, {"--place", OPT_STR, &ev.place},
		{"--taken", OPT_STR, &ev.taken}, {"--use", OPT_STR, &ev.use},
	};
	struct dossier *d;
	struct fj_err e;
	struct id id;
	enum fj_rc rc = FJ_OK;
	int i, n, x;

	n = cli_opts(c, "evidence", "add", OPTS(opts), argc, argv, 2, -1);
	if (n < 0)
		return CLI_USAGE;
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	ev.target = targets.v;
	ev.target_n = (size_t)targets.n;
	/* each file is an act of its own: what was printed is kept */
	for (i = 1; i < n && rc == FJ_OK; i++) {
		ev.path = argv[i];
		rc = dossier_evidence_add(d, &ev, &id, &e);
		if (rc == FJ_OK) {
			out_id(c, &id);
			fflush(c->out);
		}
	}
	return out_done(c, &d, rc, &e);
}

int
cmd_evidence_list(struct cli *c, int argc, char **argv)
{
	struct dossier *d;
	int x;

	d = out_visit_plain(c, "evidence", "list", argc, argv, 1, &x);
	if (d == NULL)
		return x;
	return out_list(c, &d, show_evidence_array, show_evidence_table);
}

int
cmd_evidence_link(struct cli *c, int argc, char **argv)
{
	struct opt_list targets = {0};
	const struct opt opts[] = {{"--for", OPT_WORDS, &targets}};
	struct dossier *d;
	struct fj_err e;
	struct id id;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "evidence", "link", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if (targets.n == 0)
		return cli_needs(c, "evidence", "link", "--for");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_find_evidence(d, argv[1], &id, &e);
	if (rc == FJ_OK)
		rc = dossier_evidence_link(d, &id, targets.v, (size_t)targets.n, &e);
	return out_acted(c, &d, rc, &e);
}

int
cmd_evidence_extract(struct cli *c, int argc, char **argv)
{
	const char *to = NULL;
	const struct opt opts[] = {{"-o", OPT_STR, &to}};
	struct dossier *d;
	struct fj_err e;
	struct id id;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "evidence", "extract", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if (to == NULL)
		return cli_needs(c, "evidence", "extract", "-o");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_find_evidence(d, argv[1], &id, &e);
	if (rc == FJ_OK)
		rc = dossier_evidence_extract(d, &id, to, &e);
	return out_done(c, &d, rc, &e);
}
