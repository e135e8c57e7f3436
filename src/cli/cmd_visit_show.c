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

	d = out_visit_plain(c, "visit", "show", argc, argv, 1, &x);
	if (d == NULL)
		return x;
	if (c->json)
		show_json(c, d);
	else
		show_text(c, d);
	return out_done(c, &d, FJ_OK, NULL);
}
