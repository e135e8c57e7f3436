/* SPDX-License-Identifier: Apache-2.0 */
/* How the visit ended. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/common.h"
#include "tui/view/draft.h"
#include "tui/view/page.h"
#include "tui/view/views.h"
#include "tui/widget/dialog.h"

struct outcome {
	struct session *s;
	struct id id;
	struct page *page;
	enum visit_outcome known[OUTCOME_COUNT];
	size_t known_n;
	struct field fields[5];
	struct draft *draft;
	bool conflict;		/* a colleague recorded another one: a reason is due */
};

static bool
no_conflict(void *ctx, const struct fieldset *fs)
{
	(void)fs;
	return !((struct outcome *)ctx)->conflict;
}

/* Only what the kind of visit knows. */
static void
find_known(struct outcome *v, const struct visit_kind *k)
{
	enum visit_outcome o;

	for (o = OUTCOME_COMPLETED; o < OUTCOME_COUNT; o++)
		if (k == NULL || k->outcome[o].known)
			v->known[v->known_n++] = o;
}

static void
put_outcome(struct outcome *v, enum visit_outcome o)
{
	fieldset_set(v->page->fs, "outcome", outcome_id(o),
	    kinds_outcome_title(app_kinds(v->s->app), o, lang_of(v->s)));
	fieldset_error(v->page->fs, "outcome", NULL);
}

static void
picked(void *ctx, long i)
{
	struct outcome *v = ctx;

	if (i < 0 || (size_t)i >= v->known_n)
		return;
	put_outcome(v, v->known[i]);
	fieldset_focus(v->page->fs, "facts");
}

static void
pick(struct page *p, const char *field)
{
	struct outcome *v = p->own;
	struct pick_item items[OUTCOME_COUNT];
	size_t i;

	(void)field;
	for (i = 0; i < v->known_n; i++)
		items[i] = (struct pick_item){kinds_outcome_title(app_kinds(p->s->app),
		    v->known[i], lang_of(p->s)), NULL, '1' + (uint32_t)i, false};
	dialog_pick(p->s->ui, &(struct pick_opts){.title = _(p->s->m, "Outcome of the visit"),
	    .items = items, .n = v->known_n}, picked, v);
}

static const char *
text_of(void *self)
{
	return page_value(((struct outcome *)self)->page, "facts");
}

static void
done(struct page *p)
{
	struct outcome *v = p->own;
	struct dossier *d = session_dossier(p->s, &v->id);
	const char *why = page_value(p, "why");
	struct fj_err e;
	enum fj_rc rc;

	if (d == NULL)
		return;
	session_keeping(p->s);
	rc = dossier_outcome(d, outcome_parse(page_value(p, "outcome")), page_value(p, "facts"),
	    why[0] != '\0' ? why : NULL, &e);
	if (rc == FJ_CONFLICT && !v->conflict) {
		v->conflict = true;
		page_error(p, "why", &e);
	}
	if (!session_kept(p->s, rc, &e))
		return;
	draft_drop(v->draft);
	page_close(p);
}

static void
changed(struct page *p, const char *field)
{
	struct outcome *v = p->own;

	if (strcmp(field, "facts") == 0)
		draft_touch(v->draft);
}

static void
release(void *own)
{
	struct outcome *v = own;

	draft_free(&v->draft);
	free(v);
}

static void
status(struct page *p, struct fj_buf *b)
{
	visit_name(p->s, &((struct outcome *)p->own)->id, b);
}

static const struct page_ops ops = {
	.name = "outcome", .title = N_("Outcome of the visit"), .done = done,
	.pick = pick, .changed = changed, .release = release, .status = status,
};

static void
make_fields(struct outcome *v)
{
	v->fields[0] = (struct field){.name = "n", .kind = FIELD_NOTE,
	    .label = N_("Every outcome can be frozen and sealed. Facts: what happened, when, who was there; no judgement.")};
	v->fields[1] = (struct field){.name = "outcome", .label = N_("Outcome"),
	    .kind = FIELD_PICK, .required = true, .hint = N_("Enter: choose")};
	v->fields[2] = (struct field){.name = "facts", .label = N_("Facts"),
	    .kind = FIELD_AREA, .rows = 6, .max_bytes = LIMIT_REASON_BYTES};
	v->fields[3] = (struct field){.name = "why", .label = N_("Reason for the change"),
	    .kind = FIELD_TEXT, .hidden = no_conflict};
	v->fields[4] = (struct field){.name = "ok", .label = N_("Record the outcome"),
	    .kind = FIELD_BUTTON};
}

void
view_outcome_open(struct session *s, const struct id *visit)
{
	struct dossier *d = session_dossier(s, visit);
	struct outcome *v;
	enum visit_outcome now;
	struct fj_buf b;

	if (d == NULL)
		return;
	v = xcalloc(1, sizeof(*v));
	v->s = s;
	v->id = *visit;
	find_known(v, visit_facts(dossier_visit(d))->kind);
	make_fields(v);
	now = view_outcome(visit_now(dossier_visit(d)));
	v->page = page_open(s, &ops, v->fields, 5, v);
	if (now != OUTCOME_NONE)
		put_outcome(v, now);
	fieldset_set(v->page->fs, "facts", view_outcome_facts(visit_now(dossier_visit(d))), NULL);
	v->draft = draft_new(s, visit, "facts", text_of, v);
	fj_buf_init(&b, LIMIT_REASON_BYTES + 1);
	if (draft_found(v->draft, &b)) {
		fieldset_set(v->page->fs, "facts", b.p, NULL);
		fieldset_focus(v->page->fs, "facts");
		ui_say(s->ui, STYLE_WARN, _(s->m, "Unfinished text found again"));
	}
	fj_buf_release(&b);
}
