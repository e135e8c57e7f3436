/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/rows.h"

int
cmd_visit_list(struct cli *c, int argc, char **argv)
{
	struct app *a;
	int x;

	a = rows_app(c, "visit", "list", argc, argv, &x);
	if (a == NULL)
		return x;
	rows_print(c, a, NULL, NULL, N_("no visits yet; begin one with: feijian visit new"));
	return CLI_DONE;
}
