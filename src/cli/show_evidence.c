/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "cli/show.h"
#include "text/human.h"

static void
links_text(const struct evidence *ev, struct fj_buf *b)
{
	char id[ID_SHOWN + 1];
	size_t i;

	for (i = 0; i < ev->link_count; i++) {
		if (i > 0)
			fj_buf_puts(b, ", ");
		if (ev->links[i].path != NULL) {
			fj_buf_puts(b, ev->links[i].path);
		} else {
			id_format_short(&ev->links[i].finding, id);
			fj_buf_puts(b, id);
		}
	}
}

static const char *
here(struct cli *c, struct dossier *d, const struct evidence *ev)
{
	if (ev->withdrawn != NULL)
		return _(c->msg, "withdrawn");
	return dossier_evidence_held(d, &ev->id) ? _(c->msg, "here") :
	    _(c->msg, "at the hub");
}

void
show_evidence_table(struct cli *c, struct dossier *d)
{
	static const char *const heads[] = {N_("Evidence"), N_("Kept where"), N_("Size"),
	    N_("How obtained"), N_("Made by"), N_("File"), N_("Belongs to")};
	const struct view *w = visit_now(dossier_visit(d));
	struct out_table *t = out_table_new(c, heads, 7);
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	for (i = 0; i < view_evidence_count(w); i++) {
		const struct evidence *ev = view_evidence_at(w, i);
		char id[ID_SHOWN + 1];

		id_format_short(&ev->id, id);
		out_cell(t, id);
		out_cell(t, here(c, d, ev));
		fj_buf_clear(&b);
		human_size(&b, ev->size);
		out_cell(t, b.p);
		out_cell(t, ev->how);
		out_cell(t, ev->by);
		out_cell(t, ev->name);
		fj_buf_clear(&b);
		links_text(ev, &b);
		out_cell(t, b.p);
	}
	out_table_end(&t, N_("no evidence"));
	fj_buf_release(&b);
}

void
show_evidence(struct cli *c, struct dossier *d)
{
	fputc('\n', c->out);
	show_evidence_table(c, d);
}

static void
json_links(struct json_w *w, const struct evidence *ev)
{
	size_t i;

	json_w_key(w, "for");
	json_w_arr(w);
	for (i = 0; i < ev->link_count; i++) {
		json_w_obj(w);
		if (ev->links[i].path != NULL) {
			json_w_kstr(w, "form", ev->links[i].form);
			json_w_kstr(w, "path", ev->links[i].path);
		} else {
			out_kid(w, "finding", &ev->links[i].finding);
		}
		json_w_end(w);
	}
	json_w_end(w);
}

void
show_evidence_array(struct cli *c, struct dossier *d, struct json_w *w)
{
	const struct view *v = visit_now(dossier_visit(d));
	size_t i;

	(void)c;
	json_w_arr(w);
	for (i = 0; i < view_evidence_count(v); i++) {
		const struct evidence *ev = view_evidence_at(v, i);

		json_w_obj(w);
		out_kid(w, "id", &ev->id);
		json_w_kstr(w, "name", ev->name);
		json_w_kint(w, "size", ev->size);
		json_w_kstr(w, "sha256", ev->sha256);
		json_w_kstr(w, "sm3", ev->sm3);
		json_w_kstr(w, "how", ev->how);
		json_w_kstr(w, "by", ev->by);
		json_w_kstr(w, "taken", ev->taken);
		json_w_kstr(w, "place", ev->place);
		json_w_kstr(w, "origin", ev->origin);
		json_w_kstr(w, "use", ev->use);
		json_links(w, ev);
		json_w_kbool(w, "held", dossier_evidence_held(d, &ev->id));
		json_w_kbool(w, "withdrawn", ev->withdrawn != NULL);
		if (ev->entry != NULL)
			out_kinstant(w, "at", ev->entry->at);
		json_w_end(w);
	}
	json_w_end(w);
}

void
show_evidence_json(struct cli *c, struct dossier *d, struct json_w *w)
{
	json_w_key(w, "evidence");
	show_evidence_array(c, d, w);
}
