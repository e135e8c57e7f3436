/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "app/app.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/team.h"
#include "model/subjects.h"

static int
begin(struct cli *c, struct app *a, struct app_new_visit *v,
    const struct opt_list *members)
{
	struct team team;
	struct fj_err e;
	struct id id;
	enum fj_rc rc;

	team_split(members, &team);
	v->team = team.member;
	v->team_n = team.n;
	rc = app_visit_new(a, v, &id, &e);
	team_release(&team);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	out_id(c, &id);
	return CLI_DONE;
}

/* Several words are several codes. */
static int
begin_campaigns(struct cli *c, struct app *a, struct app_new_visit *v,
    const struct opt_list *members, const struct opt_list *campaigns)
{
	struct fj_buf b;
	int i, x;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	for (i = 0; i < campaigns->n; i++)
		fj_buf_printf(&b, "%s ", campaigns->v[i]);
	v->campaigns = b.p;
	x = begin(c, a, v, members);
	fj_buf_release(&b);
	return x;
}

/* Of one subject of the bureau's register: what the line leaves out. */
static void
complete(struct app *a, struct app_new_visit *v)
{
	const struct subject *s = app_subject(a, v->uscc != NULL ? v->uscc :
	    v->subject_name != NULL ? v->subject_name : "");

	if (s == NULL)
		return;
	if (v->subject_name == NULL)
		v->subject_name = s->name;
	if (v->uscc == NULL && v->no_uscc == NULL && s->uscc[0] != '\0')
		v->uscc = s->uscc;
	if (v->cma == NULL && s->cma[0] != '\0')
		v->cma = s->cma;
	if (v->address == NULL && s->address[0] != '\0')
		v->address = s->address;
	if (v->division == NULL)
		v->division = s->division;
}

/* What must be on the line; NULL when all is there. */
static const char *
lacking(const struct app_new_visit *v, const struct opt_list *members)
{
	if (v->kind == NULL)
		return "--kind";
	if ((v->subject_name == NULL && v->uscc == NULL) ||
	    (v->subject_name != NULL && v->subject_name[0] == '\0'))
		return "--subject-name";
	return members->n == 0 ? "--member" : NULL;
}

int
cmd_visit_new(struct cli *c, int argc, char **argv)
{
	struct app_new_visit v = {0};
	struct opt_list forms = {0}, members = {0}, campaigns = {0};
	const char *follows = NULL, *missing;
	const struct opt opts[] = {
		{"--kind", OPT_STR, &v.kind}, {"--form", OPT_WORDS, &forms},
		{"--subject-name", OPT_STR, &v.subject_name}, {"--uscc", OPT_STR, &v.uscc},
		{"--no-uscc", OPT_STR, &v.no_uscc}, {"--cma", OPT_STR, &v.cma},
		{"--address", OPT_STR, &v.address}, {"--place", OPT_STR, &v.place},
		{"--division", OPT_STR, &v.division}, {"--follows", OPT_STR, &follows},
		{"--member", OPT_WORDS, &members}, {"--campaign", OPT_WORDS, &campaigns},
	};
	struct fj_err e;
	struct id before;
	struct app *a;
	int x;

	if (cli_opts(c, "visit", "new", OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	if (v.uscc != NULL && v.no_uscc != NULL)
		return cli_bad(c, "cli.either", "--uscc, --no-uscc");
	missing = lacking(&v, &members);
	if (missing != NULL)
		return cli_needs(c, "visit", "new", missing);
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	complete(a, &v);
	if (v.subject_name == NULL)
		return cli_needs(c, "visit", "new", "--subject-name");
	if (v.uscc == NULL && v.no_uscc == NULL)
		return cli_bad(c, "cli.either", "--uscc, --no-uscc");
	if (follows != NULL) {
		if (app_find(a, follows, &before, &e) != FJ_OK)
			return cli_fail(c, &e);
		v.follows = &before;
	}
	v.forms = forms.v;
	v.form_n = (size_t)forms.n;
	return begin_campaigns(c, a, &v, &members, &campaigns);
}
