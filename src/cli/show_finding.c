/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "app/words.h"
#include "base/limits.h"
#include "cli/show.h"

static const char *const field_names[] = {"title", "item", "clauses", "reports", "facts",
	"act_day", "statement", "leg2", "leg2.facts", "leg2.how", "leg2.by", "leg2.until"};
enum {
	FIELD_NAMES = sizeof(field_names) / sizeof(field_names[0]),
};

static const char *
stage_of(struct cli *c, const struct finding *f)
{
	return f->withdrawn != NULL ? _(c->msg, "withdrawn") : word_stage(c->msg, f->stage);
}

void
show_finding_table(struct cli *c, struct dossier *d)
{
	static const char *const heads[] = {N_("Finding"), N_("Stage"), N_("Clauses"),
	    N_("Evidence"), N_("Title")};
	const struct view *w = visit_now(dossier_visit(d));
	struct out_table *t = out_table_new(c, heads, 5);
	size_t i;

	for (i = 0; i < view_finding_count(w); i++) {
		const struct finding *f = view_finding_at(w, i);
		char id[ID_SHOWN + 1];

		id_format_short(&f->id, id);
		out_cell(t, id);
		out_cell(t, stage_of(c, f));
		out_cell(t, view_field_text(w, &f->id, "clauses"));
		out_cellf(t, "%zu", view_evidence_for(w, NULL, NULL, &f->id));
		out_cell(t, view_field_text(w, &f->id, "title"));
	}
	out_table_end(&t, N_("no findings"));
}

/* One id of a list separated by blanks or commas; false at its end. */
static bool
next_clause(const char **p, char *out, size_t max)
{
	size_t n = 0;

	while (**p == ' ' || **p == ',' || **p == '\n')
		(*p)++;
	while (**p != '\0' && strchr(" ,\n", **p) == NULL) {
		if (n + 1 < max)
			out[n++] = **p;
		(*p)++;
	}
	out[n] = '\0';
	return n > 0;
}

static void
show_clauses(struct cli *c, struct dossier *d, const struct finding *f, const char *list)
{
	const struct clauses *all = app_clauses(dossier_app(d));
	struct fj_buf text, line;
	char id[64];
	bool verified;

	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	fj_buf_init(&line, LIMIT_VALUE_BYTES * 2);
	while (next_clause(&list, id, sizeof(id))) {
		const struct clause *cl = clauses_find(all, id);

		fj_buf_clear(&text);
		fj_buf_clear(&line);
		dossier_clause_text(d, id, &f->id, &text, &verified);
		fj_buf_printf(&line, "  %s  %s", id, text.p);
		if (cl != NULL)
			fj_buf_printf(&line, "  %s", clause_title(cl, msg_lang(c->msg)));
		if (!verified)
			fj_buf_printf(&line, "  (%s)",
			    _(c->msg, "article not verified: to be filled in by hand"));
		cli_print(c, line.p);
	}
	fj_buf_release(&text);
	fj_buf_release(&line);
}

static void
show_finding_evidence(struct cli *c, const struct view *w, const struct id *finding)
{
	size_t i, k;

	for (i = 0; i < view_evidence_count(w); i++) {
		const struct evidence *ev = view_evidence_at(w, i);

		for (k = 0; k < ev->link_count; k++) {
			char id[ID_SHOWN + 1];

			if (ev->links[k].path != NULL || !id_eq(&ev->links[k].finding, finding))
				continue;
			id_format_short(&ev->id, id);
			fprintf(c->out, "  %s  ", id);
			cli_print(c, ev->name);
		}
	}
}

void
show_finding(struct cli *c, struct dossier *d, const struct finding *f)
{
	const struct view *w = visit_now(dossier_visit(d));
	char id[ID_TEXT + 1];
	size_t i;

	id_format(&f->id, id);
	out_field(c, N_("Finding"), id);
	out_field(c, N_("Stage"), stage_of(c, f));
	for (i = 0; i < FIELD_NAMES; i++) {
		const char *text = view_field_text(w, &f->id, field_names[i]);

		if (text[0] == '\0')
			continue;
		if (strcmp(field_names[i], "clauses") == 0) {
			out_field(c, N_("Clauses"), " ");
			show_clauses(c, d, f, text);
		} else {
			const char *label = word_field(NULL, field_names[i]);

			out_field(c, label, text);
		}
	}
	if (view_evidence_for(w, NULL, NULL, &f->id) > 0) {
		out_field(c, N_("Evidence"), " ");
		show_finding_evidence(c, w, &f->id);
	}
	if (f->withdrawn != NULL)
		out_field(c, N_("Withdrawn because"), f->withdrawn->why);
	if (f->established != NULL)
		out_field(c, N_("Established because"), f->established->why);
	if (f->disagree)
		cli_print(c, _(c->msg, "There is a disagreement in this finding; see: feijian visit conflicts"));
}

void
show_findings(struct cli *c, struct dossier *d)
{
	const struct view *w = visit_now(dossier_visit(d));
	size_t i;

	for (i = 0; i < view_finding_count(w); i++) {
		fputc('\n', c->out);
		show_finding(c, d, view_finding_at(w, i));
	}
}

/* ---- JSON ---- */

static void
json_clauses(struct cli *c, struct dossier *d, const struct finding *f, const char *list,
    struct json_w *w)
{
	struct fj_buf text;
	char id[64];
	bool verified;

	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	json_w_key(w, "clauses");
	json_w_arr(w);
	while (next_clause(&list, id, sizeof(id))) {
		const struct clause *cl = clauses_find(app_clauses(dossier_app(d)), id);

		fj_buf_clear(&text);
		dossier_clause_text(d, id, &f->id, &text, &verified);
		json_w_obj(w);
		json_w_kstr(w, "id", id);
		json_w_kstr(w, "article", text.p);
		json_w_kbool(w, "verified", verified);
		if (cl != NULL)
			json_w_kstr(w, "title", clause_title(cl, msg_lang(c->msg)));
		json_w_end(w);
	}
	json_w_end(w);
	fj_buf_release(&text);
}

/* Ids of the evidence that is linked to a finding. */
static void
json_linked(struct json_w *w, const struct view *v, const struct id *finding)
{
	char text[ID_TEXT + 1];
	size_t i, k;

	json_w_key(w, "evidence");
	json_w_arr(w);
	for (i = 0; i < view_evidence_count(v); i++) {
		const struct evidence *ev = view_evidence_at(v, i);

		for (k = 0; k < ev->link_count; k++) {
			if (ev->links[k].path == NULL && id_eq(&ev->links[k].finding, finding)) {
				id_format(&ev->id, text);
				json_w_str(w, text);
			}
		}
	}
	json_w_end(w);
}

void
show_finding_json(struct cli *c, struct dossier *d, const struct finding *f,
    struct json_w *w)
{
	const struct view *v = visit_now(dossier_visit(d));
	size_t i;

	out_kid(w, "id", &f->id);
	json_w_kstr(w, "stage", stage_id(f->stage));
	json_w_kbool(w, "withdrawn", f->withdrawn != NULL);
	json_w_kbool(w, "disagree", f->disagree);
	for (i = 0; i < FIELD_NAMES; i++) {
		const char *text = view_field_text(v, &f->id, field_names[i]);

		if (strcmp(field_names[i], "clauses") == 0)
			json_clauses(c, d, f, text, w);
		else if (text[0] != '\0')
			json_w_kstr(w, field_names[i], text);
	}
	json_linked(w, v, &f->id);
	if (f->first != NULL) {
		json_w_kstr(w, "by", f->first->author.name);
		out_kinstant(w, "at", f->first->at);
	}
}

void
show_finding_array(struct cli *c, struct dossier *d, struct json_w *w)
{
	const struct view *v = visit_now(dossier_visit(d));
	size_t i;

	json_w_arr(w);
	for (i = 0; i < view_finding_count(v); i++) {
		json_w_obj(w);
		show_finding_json(c, d, view_finding_at(v, i), w);
		json_w_end(w);
	}
	json_w_end(w);
}

void
show_findings_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	json_w_key(w, "findings");
	show_finding_array(c, d, w);
}
