/* SPDX-License-Identifier: Apache-2.0 */
/* Red flags of a visit as a reviewer reads them: counts, not rows. */
#include <string.h>

#include "app/flags.h"
#include "cli/show.h"

void
show_flags(struct cli *c, struct dossier *d)
{
	static const char *const heads[] = {N_("rule"), N_("reports"), N_("flags"), N_("confirmed"),
	    N_("ruled out")};
	struct flag_run *runs;
	struct out_table *t;
	size_t n = dossier_flag_runs(d, &runs), i;
	bool any = false;

	for (i = 0; n > 0 && i < runs[0].counts; i++)
		any = any || runs[0].count[i].hits > 0;
	if (any) {
		fputc('\n', c->out);
		cli_say(c, N_("Red flags, screened by {1} (leads, never a verdict)"), runs[0].who, NULL);
		t = out_table_new(c, heads, 5);
		for (i = 0; i < runs[0].counts; i++) {
			const struct flag_count *k = &runs[0].count[i];

			if (k->hits == 0)
				continue;
			out_cell(t, k->rule);
			out_cellf(t, "%zu", k->reports);
			out_cellf(t, "%zu", k->hits);
			out_cellf(t, "%zu", k->confirmed);
			out_cellf(t, "%zu", k->ruled_out);
		}
		out_table_end(&t, "");
	}
	flag_runs_free(&runs, n);
}

void
show_flags_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	struct flag_run *runs;
	size_t n = dossier_flag_runs(d, &runs), i;

	(void)c;
	json_w_key(w, "flags");
	json_w_arr(w);
	for (i = 0; n > 0 && i < runs[0].counts; i++) {
		const struct flag_count *k = &runs[0].count[i];

		json_w_obj(w);
		json_w_kstr(w, "rule", k->rule);
		json_w_kbool(w, "run", k->run);
		json_w_kint(w, "hits", (int64_t)k->hits);
		json_w_kint(w, "reports", (int64_t)k->reports);
		json_w_kint(w, "confirmed", (int64_t)k->confirmed);
		json_w_kint(w, "ruled_out", (int64_t)k->ruled_out);
		json_w_end(w);
	}
	json_w_end(w);
	flag_runs_free(&runs, n);
}
