/* SPDX-License-Identifier: Apache-2.0 */
/* How far the forms are, and what a freeze still lacks. */
#include <stdlib.h>
#include <string.h>

#include "cli/show.h"

static void
progress_row(struct out_table *t, const char *label, struct inst_progress p)
{
	out_cell(t, label);
	out_cellf(t, "%zu/%zu", p.answered, p.total);
	out_cellf(t, "%zu", p.failed);
	out_cellf(t, "%zu", p.required_open);
	out_cellf(t, "%zu", p.invalid);
}

static bool
is_section(const struct inst_node *n)
{
	return inst_relevant(n) && (inst_kind(n) == INST_GROUP || inst_kind(n) == INST_REPEAT);
}

static void
form_rows(struct cli *c, struct dossier *d, size_t form, struct out_table *t)
{
	struct inst *in = dossier_inst(d, form);
	const char *lang = msg_lang(c->msg);
	const struct inst_node *n;
	size_t i;

	if (in == NULL)
		return;
	progress_row(t, form_title(dossier_form(d, form), lang), inst_progress(in, NULL));
	for (i = 0; (n = inst_child(inst_root(in), i)) != NULL; i++) {
		struct fj_buf label;

		if (!is_section(n))
			continue;
		fj_buf_init(&label, 65536);
		fj_buf_printf(&label, "  %s", inst_label(n, lang));
		progress_row(t, label.p, inst_progress(in, n));
		fj_buf_release(&label);
	}
}

void
show_progress(struct cli *c, struct dossier *d)
{
	static const char *const heads[] = {N_("Section"), N_("Answered"), N_("Does not conform"),
	    N_("Required and open"), N_("Not valid")};
	struct out_table *t = out_table_new(c, heads, 5);
	size_t i;

	for (i = 0; i < dossier_form_count(d); i++) {
		form_rows(c, d, i, t);
		if (dossier_inst(d, i) == NULL) {
			out_cell(t, dossier_form_id(d, i));
			out_cell(t, _(c->msg, "not on this machine"));
			out_cell(t, "");
			out_cell(t, "");
			out_cell(t, "");
		} else if (!dossier_form_trusted(d, i)) {
			out_cell(t, dossier_form_id(d, i));
			out_cell(t, _(c->msg, "unsigned form"));
			out_cell(t, "");
			out_cell(t, "");
			out_cell(t, "");
		}
	}
	out_table_end(&t, N_("no form"));
}

static void
json_progress(struct json_w *w, struct inst_progress p)
{
	json_w_kint(w, "answered", (int64_t)p.answered);
	json_w_kint(w, "total", (int64_t)p.total);
	json_w_kint(w, "failed", (int64_t)p.failed);
	json_w_kint(w, "required_open", (int64_t)p.required_open);
	json_w_kint(w, "invalid", (int64_t)p.invalid);
}

static void
json_sections(struct cli *c, struct inst *in, struct json_w *w)
{
	const struct inst_node *n;
	size_t i;

	json_w_key(w, "sections");
	json_w_arr(w);
	for (i = 0; (n = inst_child(inst_root(in), i)) != NULL; i++) {
		if (!is_section(n))
			continue;
		json_w_obj(w);
		json_w_kstr(w, "name", form_node_name(inst_def(n)));
		json_w_kstr(w, "label", inst_label(n, msg_lang(c->msg)));
		json_progress(w, inst_progress(in, n));
		json_w_end(w);
	}
	json_w_end(w);
}

void
show_progress_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	size_t i;

	json_w_key(w, "progress");
	json_w_arr(w);
	for (i = 0; i < dossier_form_count(d); i++) {
		struct inst *in = dossier_inst(d, i);

		json_w_obj(w);
		json_w_kstr(w, "form", dossier_form_id(d, i));
		json_w_kbool(w, "here", in != NULL);
		json_w_kbool(w, "trusted", dossier_form_trusted(d, i));
		if (in != NULL) {
			json_progress(w, inst_progress(in, NULL));
			json_sections(c, in, w);
		}
		json_w_end(w);
	}
	json_w_end(w);
}

/* ---- gaps ---- */

void
show_gap_list(struct cli *c, FILE *to, const struct dossier_gap *g, size_t n)
{
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, 65536);
	for (i = 0; i < n; i++) {
		fj_buf_clear(&b);
		fj_buf_puts(&b, "  - ");
		msg_say(c->msg, &g[i].err, &b);
		fprintf(to, "%s\n", b.p);
	}
	fj_buf_release(&b);
}

void
show_gap_array(struct cli *c, struct json_w *w, const struct dossier_gap *g, size_t n)
{
	size_t i;

	json_w_key(w, "gaps");
	json_w_arr(w);
	for (i = 0; i < n; i++) {
		json_w_obj(w);
		out_kerr(c, w, &g[i].err);
		if (g[i].form[0] != '\0')
			json_w_kstr(w, "form", g[i].form);
		if (g[i].at[0] != '\0')
			json_w_kstr(w, "at", g[i].at);
		out_kid(w, "finding", &g[i].finding);
		json_w_end(w);
	}
	json_w_end(w);
}

void
show_gaps(struct cli *c, struct dossier *d)
{
	struct dossier_gap *g;
	char number[24];
	size_t n;

	if (visit_state(dossier_visit(d)) != VISIT_OPEN)
		return;
	n = dossier_gaps(d, &g);
	snprintf(number, sizeof(number), "%zu", n);
	if (n == 0)
		cli_say(c, N_("Nothing is missing: it can be frozen."), NULL);
	else
		cli_say(c, N_("Missing for the freeze: {1}"), number, NULL);
	show_gap_list(c, c->out, g, n);
	free(g);
}

void
show_gaps_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	struct dossier_gap *g = NULL;
	size_t n = 0;

	if (visit_state(dossier_visit(d)) == VISIT_OPEN)
		n = dossier_gaps(d, &g);
	show_gap_array(c, w, g, n);
	free(g);
}
