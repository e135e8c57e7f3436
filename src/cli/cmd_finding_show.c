/* SPDX-License-Identifier: Apache-2.0 */
/* finding list, show. */
#include <stddef.h>

#include "cli/commands.h"
#include "cli/show.h"

int
cmd_finding_list(struct cli *c, int argc, char **argv)
{
	struct dossier *d;
	int x;

	d = out_visit_plain(c, "finding", "list", argc, argv, 1, &x);
	if (d == NULL)
		return x;
	return out_list(c, &d, show_finding_array, show_finding_table);
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

	d = out_visit_plain(c, "finding", "show", argc, argv, 2, &x);
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
