/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/rows.h"

int
cmd_visit_list(struct cli *c, int argc, char **argv)
{
	struct app *a;
	struct fj_err e;
	bool changed;
	int x;

	if (cli_opts(c, "visit", "list", NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	if (app_refresh(a, &changed, &e) != FJ_OK)
		return cli_fail(c, &e);
	rows_print(c, a, NULL, NULL, N_("no visits yet; begin one with: feijian visit new"));
	return CLI_DONE;
}
