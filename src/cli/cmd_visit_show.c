/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/show.h"

static void
show_text(struct cli *c, struct dossier *d)
{
	show_head(c, d);
	fputc('\n', c->out);
	show_progress(c, d);
	fputc('\n', c->out);
	show_finding_table(c, d);
	fputc('\n', c->out);
	show_evidence_table(c, d);
	fputc('\n', c->out);
	show_gaps(c, d);
}

static void
show_json(struct cli *c, struct dossier *d)
{
	struct out_json j;

	out_json_begin(&j);
	json_w_obj(&j.w);
	show_head_json(c, d, &j.w);
	show_progress_json(c, d, &j.w);
	show_findings_json(c, d, &j.w);
	show_evidence_json(c, d, &j.w);
	show_gaps_json(c, d, &j.w);
	json_w_end(&j.w);
	out_json_end(c, &j);
}

int
cmd_visit_show(struct cli *c, int argc, char **argv)
{
	struct dossier *d;
	int x;

	if (cli_opts(c, "visit", "show", NULL, 0, argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	if (c->json)
		show_json(c, d);
	else
		show_text(c, d);
	return out_done(c, &d, FJ_OK, NULL);
}
