/* SPDX-License-Identifier: Apache-2.0 */
/* subject list: what the bureau's register knows. */
#include <stdlib.h>

#include "app/app.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "model/subjects.h"

static void
as_json(struct json_w *w, const struct subject *s)
{
	json_w_obj(w);
	json_w_kstr(w, "name", s->name);
	json_w_kstr(w, "uscc", s->uscc);
	json_w_kstr(w, "cma", s->cma);
	json_w_kstr(w, "division", s->division);
	json_w_kstr(w, "address", s->address);
	json_w_kstr(w, "visited", s->visited);
	json_w_end(w);
}

static void
print(struct cli *c, const struct subject *const *found, size_t n)
{
	static const char *const heads[] = {N_("Subject"), N_("USCC"), N_("CMA number"),
	    N_("Division"), N_("Last visit")};
	struct out_table *t;
	struct out_json j;
	size_t i;

	if (c->json) {
		out_json_begin(&j);
		json_w_arr(&j.w);
		for (i = 0; i < n; i++)
			as_json(&j.w, found[i]);
		json_w_end(&j.w);
		out_json_end(c, &j);
		return;
	}
	t = out_table_new(c, heads, 5);
	for (i = 0; i < n; i++) {
		out_cell(t, found[i]->name);
		out_cell(t, found[i]->uscc);
		out_cell(t, found[i]->cma);
		out_cell(t, found[i]->division);
		out_cell(t, found[i]->visited);
	}
	out_table_end(&t, N_("no such subject in the bureau's registers held here"));
}

int
cmd_subject_list(struct cli *c, int argc, char **argv)
{
	const struct subject **found;
	struct app *a;
	size_t n;
	int words, x;

	words = cli_opts(c, "subject", "list", NULL, 0, argc, argv, 0, 1);
	if (words < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	found = xcalloc(SUBJECTS_MAX, sizeof(*found));
	n = app_subjects(a, words > 0 ? argv[0] : "", found, SUBJECTS_MAX);
	print(c, found, n);
	free(found);
	return CLI_DONE;
}
