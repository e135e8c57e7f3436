/* SPDX-License-Identifier: Apache-2.0 */
/* finding list, show, withdraw. */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/show.h"

int
cmd_finding_list(struct cli *c, int argc, char **argv)
{
	struct dossier *d;
	struct out_json j;
	int x;

	if (cli_opts(c, "finding", "list", NULL, 0, argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	if (c->json) {
		out_json_begin(&j);
		show_finding_array(c, d, &j.w);
		out_json_end(c, &j);
	} else {
		show_finding_table(c, d);
	}
	return out_done(c, &d, FJ_OK, NULL);
}

int
cmd_finding_show(struct cli *c, int argc, char **argv)
{
	const struct finding *f;
	struct dossier *d;
	struct out_json j;
	struct fj_err e;
	struct id id;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "finding", "show", NULL, 0, argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_find_finding(d, argv[1], &id, &e);
	if (rc != FJ_OK)
		return out_done(c, &d, rc, &e);
	f = view_finding(visit_now(dossier_visit(d)), &id);
	FJ_BUG_IF(f == NULL);
	if (c->json) {
		out_json_begin(&j);
		json_w_obj(&j.w);
		show_finding_json(c, d, f, &j.w);
		json_w_end(&j.w);
		out_json_end(c, &j);
	} else {
		show_finding(c, d, f);
	}
	return out_done(c, &d, FJ_OK, NULL);
}

int
cmd_finding_withdraw(struct cli *c, int argc, char **argv)
{
	const char *why = NULL;
	const struct opt opts[] = {{"--why", OPT_STR, &why}};
	struct dossier *d;
	struct fj_err e;
	struct id id;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "finding", "withdraw", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if (why == NULL || why[0] == '\0')
		return cli_needs(c, "finding", "withdraw", "--why");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_find_finding(d, argv[1], &id, &e);
	if (rc == FJ_OK)
		rc = dossier_finding_withdraw(d, &id, why, &e);
	return out_acted(c, &d, rc, &e);
}
