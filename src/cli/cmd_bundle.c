/* SPDX-License-Identifier: Apache-2.0 */
/* bundle export and import: the way without a network. */
#include <stddef.h>
#include <stdio.h>

#include "app/syncing.h"
#include "cli/commands.h"
#include "cli/out.h"

int
cmd_bundle_export(struct cli *c, int argc, char **argv)
{
	struct opt_list cards = {0};
	const char *to = NULL;
	const struct opt opts[] = {
		{"-o", OPT_STR, &to}, {"--to", OPT_WORDS, &cards},
	};
	struct id visits[OPT_LIST_MAX];
	struct fj_err e;
	struct app *a;
	enum fj_rc rc = FJ_OK;
	int i, n, x;

	n = cli_opts(c, "bundle", "export", OPTS(opts), argc, argv, 1, OPT_LIST_MAX);
	if (n < 0)
		return CLI_USAGE;
	if (to == NULL)
		return cli_needs(c, "bundle", "export", "-o");
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	for (i = 0; i < n && rc == FJ_OK; i++)
		rc = app_find(a, argv[i], &visits[i], &e);
	if (rc == FJ_OK)
		rc = app_bundle_export(a, visits, (size_t)n, to, cards.v, (size_t)cards.n, &e);
	return rc == FJ_OK ? CLI_DONE : cli_fail(c, &e);
}

static void
tell(struct cli *c, const struct app_bundle_result *r)
{
	char visits[24], entries[24], known[24], evidence[24];
	struct out_json j;

	if (c->json) {
		out_json_begin(&j);
		json_w_obj(&j.w);
		json_w_kint(&j.w, "visits", (int64_t)r->visits);
		json_w_kint(&j.w, "entries", (int64_t)r->entries);
		json_w_kint(&j.w, "known", (int64_t)r->known);
		json_w_kint(&j.w, "evidence", (int64_t)r->evidence);
		json_w_kstr(&j.w, "sender", r->sender);
		json_w_kbool(&j.w, "sender_certified", r->sender_certified);
		json_w_end(&j.w);
		out_json_end(c, &j);
		return;
	}
	snprintf(visits, sizeof(visits), "%zu", r->visits);
	snprintf(entries, sizeof(entries), "%zu", r->entries);
	snprintf(known, sizeof(known), "%zu", r->known);
	snprintf(evidence, sizeof(evidence), "%zu", r->evidence);
	cli_say(c, r->sender_certified ?
	    N_("From {1} (certified): {2} visits, {3} new entries, {4} known already, {5} files of evidence") :
	    N_("From {1} (claimed, not certified): {2} visits, {3} new entries, {4} known already, {5} files of evidence"),
	    r->sender, visits, entries, known, evidence, NULL);
}

int
cmd_bundle_import(struct cli *c, int argc, char **argv)
{
	struct app_bundle_result r = {0};
	struct fj_err e;
	struct app *a;
	int x;

	if (cli_opts(c, "bundle", "import", NULL, 0, argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	if (app_bundle_import(a, argv[0], &r, &e) != FJ_OK)
		return cli_fail(c, &e);
	tell(c, &r);
	return CLI_DONE;
}
