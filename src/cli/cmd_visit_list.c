/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/rows.h"

static bool
of_campaign(void *ctx, const struct app_row *r)
{
	return campaigns_has(r->s.campaigns, ctx);
}

/* Those that were assigned, with what became of them. */
static bool
of_plan(void *ctx, const struct app_row *r)
{
	(void)ctx;
	return !id_is_zero(&r->s.planner);
}

int
cmd_visit_list(struct cli *c, int argc, char **argv)
{
	const char *campaign = NULL;
	bool planned = false;
	const struct opt opts[] = {{"--campaign", OPT_STR, &campaign},
	    {"--planned", OPT_FLAG, &planned}};
	char code[CAMPAIGN_TEXT];
	struct fj_err e;
	struct app *a;
	bool changed;
	int x;

	if (cli_opts(c, "visit", "list", OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	if (campaigns_tidy(campaign, code, &e) != FJ_OK)
		return cli_fail(c, &e);
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	if (app_refresh(a, &changed, &e) != FJ_OK)
		return cli_fail(c, &e);
	if (planned) {
		rows_planned(c, a, of_plan, NULL);
		return CLI_DONE;
	}
	rows_print(c, a, code[0] != '\0' ? of_campaign : NULL, code,
	    code[0] != '\0' ? N_("no visits of this campaign") :
	    N_("no visits yet; begin one with: feijian visit new"));
	return CLI_DONE;
}
