/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "app/app.h"
#include "cli/commands.h"
#include "cli/out.h"

static const char *
state_id(int state)
{
	return state == APP_CHECK_OK ? "ok" : state == APP_CHECK_WARN ? "warn" : "bad";
}

static const char *
state_word(struct cli *c, int state)
{
	if (state == APP_CHECK_OK)
		return _(c->msg, "OK");
	return state == APP_CHECK_WARN ? _(c->msg, "LOOK") : _(c->msg, "BAD");
}

static void
print_text(struct cli *c, const struct app_check *k, size_t n)
{
	static const char *const heads[] = {N_("Result"), N_("Checked"), N_("What was found")};
	struct out_table *t = out_table_new(c, heads, 3);
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, 8192);
	for (i = 0; i < n; i++) {
		fj_buf_clear(&b);
		msg_say(c->msg, &k[i].err, &b);
		out_cell(t, state_word(c, (int)k[i].state));
		out_cell(t, k[i].what);
		out_cell(t, b.p);
	}
	out_table_end(&t, N_("nothing was checked"));
	fj_buf_release(&b);
}

static void
print_json(struct cli *c, const struct app_check *k, size_t n)
{
	struct out_json j;
	size_t i;

	out_json_begin(&j);
	json_w_arr(&j.w);
	for (i = 0; i < n; i++) {
		json_w_obj(&j.w);
		json_w_kstr(&j.w, "what", k[i].what);
		json_w_kstr(&j.w, "state", state_id((int)k[i].state));
		out_kerr(c, &j.w, &k[i].err);
		json_w_end(&j.w);
	}
	json_w_end(&j.w);
	out_json_end(c, &j);
}

int
cmd_doctor(struct cli *c, int argc, char **argv)
{
	struct app_check checks[APP_CHECKS];
	struct app *a;
	size_t i, n;
	int x;

	if (cli_opts(c, "doctor", NULL, NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app_locked(c, &x);
	if (a == NULL)
		return x;
	n = app_doctor(a, checks);
	if (c->json)
		print_json(c, checks, n);
	else
		print_text(c, checks, n);
	for (i = 0; i < n; i++)
		if (checks[i].state == APP_CHECK_BAD)
			return CLI_NO;
	return CLI_DONE;
}
