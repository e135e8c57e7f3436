/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A finding from an item: one item has one that stands, so d leads back to it.
 * A key that slipped must not leave a finding on an item that did not fail.
 */
#include <string.h>

#include "base/limits.h"
#include "tui/view/checklist.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

static bool
standing(struct dossier *d, const char *path, struct id *out)
{
	const struct view *w = visit_now(dossier_visit(d));
	size_t n = view_finding_count(w), i;

	for (i = 0; i < n; i++) {
		const struct finding *f = view_finding_at(w, i);

		if (f->withdrawn == NULL && strcmp(view_field_text(w, &f->id, "item"), path) == 0) {
			*out = f->id;
			return true;
		}
	}
	return false;
}

void
check_finding_at(struct checklist *c, const char *path)
{
	struct dossier *d = check_dossier(c);
	struct inst_node *at = NULL;
	struct id id;
	struct fj_err e;
	enum fj_rc rc;

	if (d == NULL)
		return;
	if (!standing(d, path, &id)) {
		session_keeping(c->s);
		rc = inst_find(dossier_inst(d, c->form), path, &at, &e);
		if (rc == FJ_OK)
			rc = dossier_finding_draft(d, c->form, at, &id, &e);
		if (!session_kept(c->s, rc, &e))
			return;
		session_acted(c->s);
		check_rows(c);
	}
	view_finding_open(c->s, &c->visit, &id);
}

static void
of_current(struct checklist *c)
{
	const struct check_row *r = check_current(c);
	struct fj_buf path;

	if (r == NULL)
		return;
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(r->at, &path);
	check_finding_at(c, path.p);
	fj_buf_release(&path);
}

static void
really(void *ctx, bool yes)
{
	if (yes)
		of_current(ctx);
}

/* Judged, and neither failed nor met only basically; or not judged yet. */
static bool
unlikely(struct checklist *c, struct dossier *d, const struct check_row *r)
{
	struct fj_buf path;
	struct id id;
	bool stands;
	int key;

	if (form_node_type(inst_def(r->at)) != FORM_VERDICT || dossier_clues_only(d))
		return false;
	key = form_verdict_key(inst_value(r->at));
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(r->at, &path);
	stands = standing(check_dossier(c), path.p, &id);
	fj_buf_release(&path);
	return !stands && key != VERDICT_NONCONFORM && key != VERDICT_BASIC;
}

void
check_finding(struct checklist *c)
{
	const struct check_row *r = check_current(c);
	struct dossier *d = check_dossier(c);
	struct confirm_opts o = {.title = _(c->s->m, "A finding from this item?"),
	    .yes = _(c->s->m, "draft it")};
	struct fj_buf text;

	if (r == NULL || d == NULL || r->kind != CHECK_ITEM)
		return;
	if (!unlikely(c, d, r)) {
		of_current(c);
		return;
	}
	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	inst_full_label(r->at, lang_of(c->s), &text);
	fj_buf_printf(&text, "\n%s", check_answered(r) ?
	    _(c->s->m, "It was not judged as failed.") :
	    _(c->s->m, "It is not answered yet."));
	o.text = text.p;
	dialog_confirm(c->s->ui, &o, really, c);
	fj_buf_release(&text);
}
