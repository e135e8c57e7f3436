/* SPDX-License-Identifier: Apache-2.0 */
/* visit assign: plan one for a team; visit start: begin what was planned. */
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/team.h"

/* FROM..TO, either may be empty.  false: no such shape. */
static bool
split_window(const char *text, char **from, char **until)
{
	const char *dots = strstr(text, "..");

	if (dots == NULL)
		return false;
	*from = xstrndup(text, (size_t)(dots - text));
	*until = xstrdup(dots + 2);
	return true;
}

/* What must be on the line; NULL when all is there. */
static const char *
lacking(const struct app_new_visit *v, const struct opt_list *members)
{
	if (v->kind == NULL)
		return "--kind";
	if (v->subject_name == NULL || v->subject_name[0] == '\0')
		return "--subject-name";
	return members->n == 0 ? "--member" : NULL;
}

static int
assign(struct cli *c, struct app_assign *as, const struct opt_list *members)
{
	struct team team;
	struct fj_err e;
	struct app *a;
	struct id id;
	enum fj_rc rc;
	int x;

	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	team_split(members, &team);
	as->visit.team = team.member;
	as->visit.team_n = team.n;
	rc = app_assign(a, as, &id, &e);
	team_release(&team);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	out_id(c, &id);
	return CLI_DONE;
}

int
cmd_visit_assign(struct cli *c, int argc, char **argv)
{
	struct app_assign as = {0};
	struct opt_list forms = {0}, members = {0};
	const char *window = NULL, *missing;
	const struct opt opts[] = {
		{"--kind", OPT_STR, &as.visit.kind}, {"--form", OPT_WORDS, &forms},
		{"--subject-name", OPT_STR, &as.visit.subject_name},
		{"--subject", OPT_STR, &as.visit.subject_name},
		{"--uscc", OPT_STR, &as.visit.uscc}, {"--no-uscc", OPT_STR, &as.visit.no_uscc},
		{"--cma", OPT_STR, &as.visit.cma}, {"--address", OPT_STR, &as.visit.address},
		{"--place", OPT_STR, &as.visit.place}, {"--division", OPT_STR, &as.visit.division},
		{"--member", OPT_WORDS, &members}, {"--team", OPT_WORDS, &members},
		{"--window", OPT_STR, &window}, {"--approver", OPT_STR, &as.approver},
	};
	char *from = NULL, *until = NULL;
	int x;

	if (cli_opts(c, "visit", "assign", OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	missing = lacking(&as.visit, &members);
	if (missing != NULL)
		return cli_needs(c, "visit", "assign", missing);
	if (window != NULL && !split_window(window, &from, &until))
		return cli_bad(c, "cli.window", window);
	as.visit.forms = forms.v;
	as.visit.form_n = (size_t)forms.n;
	as.from = from;
	as.until = until;
	x = assign(c, &as, &members);
	free(from);
	free(until);
	return x;
}

int
cmd_visit_start(struct cli *c, int argc, char **argv)
{
	struct app_new_visit v = {0};
	struct opt_list forms = {0};
	const struct opt opts[] = {
		{"--form", OPT_WORDS, &forms}, {"--uscc", OPT_STR, &v.uscc},
		{"--no-uscc", OPT_STR, &v.no_uscc}, {"--cma", OPT_STR, &v.cma},
		{"--address", OPT_STR, &v.address}, {"--place", OPT_STR, &v.place},
	};
	struct id planned, id;
	struct fj_err e;
	struct app *a;
	int x;

	if (cli_opts(c, "visit", "start", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (v.uscc != NULL && v.no_uscc != NULL)
		return cli_bad(c, "cli.either", "--uscc, --no-uscc");
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	v.forms = forms.v;
	v.form_n = (size_t)forms.n;
	v.planned = &planned;
	if (app_find(a, argv[0], &planned, &e) != FJ_OK ||
	    app_visit_new(a, &v, &id, &e) != FJ_OK)
		return cli_fail(c, &e);
	out_id(c, &id);
	return CLI_DONE;
}
