/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a checklist, from the filled form. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "tui/view/checklist.h"

/* Ids of rows: of the place, not of its position (FNV-1a, never 0). */
static uint64_t
row_id(const struct inst_node *at)
{
	struct fj_buf b;
	uint64_t h = 0xcbf29ce484222325ULL;
	size_t i;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	inst_path_id(at, &b);
	for (i = 0; i < b.n; i++)
		h = (h ^ (unsigned char)b.p[i]) * 0x100000001b3ULL;
	fj_buf_release(&b);
	return h != 0 ? h : 1;
}

static enum check_kind
kind_of(const struct inst_node *at, const struct inst_node *root)
{
	const struct form_node *def = inst_def(at);

	switch (inst_kind(at)) {
	case INST_GROUP:
		return inst_parent(at) == root ? CHECK_SECTION : 0;
	case INST_REPEAT:
		return CHECK_REPEAT;
	case INST_INSTANCE:
		return CHECK_INSTANCE;
	case INST_LEAF:
		break;
	}
	if (form_node_has_control(def) && form_node_type(def) != FORM_NOTE)
		return CHECK_ITEM;
	return form_node_label(def, "zh")[0] != '\0' ? CHECK_SHOWN : 0;
}

bool
check_answered(const struct check_row *r)
{
	return inst_value(r->at)[0] != '\0';
}

bool
check_failed(const struct check_row *r)
{
	return r->kind == CHECK_ITEM && form_node_type(inst_def(r->at)) == FORM_VERDICT &&
	    form_verdict_key(inst_value(r->at)) == VERDICT_NONCONFORM;
}

static bool
wanted(const struct checklist *c, const struct check_row *r)
{
	if (c->filter == CHECK_ALL || r->kind == CHECK_SECTION)
		return true;
	if (r->kind != CHECK_ITEM)
		return false;
	return c->filter == CHECK_OPEN ? !check_answered(r) : check_failed(r);
}

static int
depth_of(const struct inst_node *at, const struct inst_node *root)
{
	int depth = 0;

	for (at = inst_parent(at); at != NULL && at != root; at = inst_parent(at))
		depth++;
	return depth;
}

/* Headings that a filter leaves with nothing below them go. */
static void
drop_bare_heading(struct checklist *c)
{
	if (c->filter != CHECK_ALL && c->n > 0 && c->row[c->n - 1].kind == CHECK_SECTION)
		c->n--;
}

/* A group inside of a section has no heading: its first row names it. */
static const struct inst_node *
group_of(const struct inst_node *at, const struct inst_node *root)
{
	const struct inst_node *up = inst_parent(at);

	return inst_kind(at) == INST_LEAF && up != NULL && inst_kind(up) == INST_GROUP &&
	    up != root && inst_parent(up) != root ? up : NULL;
}

static void
add_row(struct checklist *c, struct check_row *r)
{
	if (r->kind == CHECK_SECTION)
		drop_bare_heading(c);
	r->leads = r->group != NULL && (c->n == 0 || c->row[c->n - 1].group != r->group);
	c->row = xrealloc(c->row, c->n + 1, sizeof(*c->row));
	c->row[c->n++] = *r;
}

static void
add_section(struct checklist *c, const struct inst_node *at)
{
	c->section = xrealloc(c->section, c->nsection + 1, sizeof(*c->section));
	c->section[c->nsection++] = at;
}

struct dossier *
check_dossier(struct checklist *c)
{
	return session_dossier(c->s, &c->visit);
}

void
check_rows(struct checklist *c)
{
	struct dossier *d = check_dossier(c);
	struct inst *in = d != NULL && c->form < dossier_form_count(d) ?
	    dossier_inst(d, c->form) : NULL;
	const struct inst_node *root, *at;
	int number = 0;

	c->serial = session_serial(c->s);
	c->n = 0;
	c->nsection = 0;
	if (in == NULL) {
		list_refresh(c->list);
		return;
	}
	root = inst_root(in);
	for (at = root; (at = inst_walk(in, at, NULL)) != NULL;) {
		struct check_row r = {.kind = kind_of(at, root), .at = at};

		if (r.kind == CHECK_SECTION || c->nsection == 0)
			add_section(c, at);
		if (r.kind == 0)
			continue;
		r.section = c->nsection - 1;
		r.depth = depth_of(at, root);
		r.group = group_of(at, root);
		r.number = r.kind == CHECK_ITEM ? ++number : 0;
		r.id = row_id(at);
		if (wanted(c, &r))
			add_row(c, &r);
	}
	drop_bare_heading(c);
	list_refresh(c->list);
}

void
check_fresh(struct checklist *c)
{
	if (c->serial != session_serial(c->s))
		check_rows(c);
}

const struct check_row *
check_current(struct checklist *c)
{
	size_t row;

	check_fresh(c);
	return list_selected(c->list, &row) && row < c->n ? &c->row[row] : NULL;
}

struct inst_node *
check_node(struct checklist *c, struct dossier *d, const struct inst_node *at)
{
	struct inst_node *out = NULL;
	struct fj_buf path;
	struct fj_err e;

	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(at, &path);
	if (inst_find(dossier_inst(d, c->form), path.p, &out, &e) != FJ_OK) {
		ui_fail(c->s->ui, &e);
		out = NULL;
	}
	fj_buf_release(&path);
	return out;
}

bool
check_select_path(struct checklist *c, const char *path)
{
	struct dossier *d = check_dossier(c);
	struct inst_node *at;

	if (d == NULL || c->form >= dossier_form_count(d) ||
	    dossier_inst(d, c->form) == NULL ||
	    inst_find(dossier_inst(d, c->form), path, &at, NULL) != FJ_OK)
		return false;
	return list_select(c->list, row_id(at));
}

/* ---- the next one to answer ---- */

static bool
is_open(void *ctx, size_t row)
{
	const struct checklist *c = ctx;

	return row < c->n && c->row[row].kind == CHECK_ITEM && !check_answered(&c->row[row]);
}

void
check_first_open(struct checklist *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (is_open(c, i)) {
			list_select_row(c->list, i);
			return;
		}
}

/* With a filter on, the answered row is gone and the next one stands there already. */
void
check_next_open(struct checklist *c)
{
	size_t row;

	if (list_selected(c->list, &row) && is_open(c, row))
		return;
	if (!list_find(c->list, true, true, is_open))
		ui_say(c->s->ui, STYLE_OK, _(c->s->m, "Every item is answered"));
}

static bool
is_item(void *ctx, size_t row)
{
	const struct checklist *c = ctx;

	return row < c->n && c->row[row].kind == CHECK_ITEM;
}

void
check_advance(struct checklist *c, enum check_advance how)
{
	if (how == ADVANCE_ROW)
		(void)list_find(c->list, true, false, is_item);
	else if (how == ADVANCE_OPEN)
		check_next_open(c);
}

void
check_place(struct checklist *c, const struct inst_node *at, struct check_place *out)
{
	struct dossier *d = check_dossier(c);
	const struct view *w;
	const char *form;
	struct fj_buf path;

	memset(out, 0, sizeof(*out));
	if (d == NULL)
		return;
	w = visit_now(dossier_visit(d));
	form = dossier_form_id(d, c->form);
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path_id(at, &path);
	out->answer = view_answer(w, form, path.p);
	out->note = view_note(w, form, path.p);
	out->evidence = view_evidence_for(w, form, path.p, NULL);
	fj_buf_release(&path);
}

/* ---- marks ---- */

bool
check_marked(const struct checklist *c, uint64_t id)
{
	size_t i;

	for (i = 0; i < c->nmark; i++)
		if (c->mark[i] == id)
			return true;
	return false;
}

void
check_unmark(struct checklist *c)
{
	c->nmark = 0;
}

void
check_choices_text(struct checklist *c, const struct check_row *r, struct fj_buf *b)
{
	struct dossier *d = check_dossier(c);
	const struct form_choice *const *v;
	size_t n, i;

	if (d == NULL)
		return;
	n = inst_choices(dossier_inst(d, c->form), r->at, &v);
	for (i = 0; i < n; i++) {
		int key = form_choice_key(v[i]);

		/* No line ends between the key and its word. */
		fj_buf_printf(b, "%s%d\u00a0%s", i > 0 ? "  " : "", key > 0 ? key : (int)i + 1,
		    inst_choice_label(r->at, v[i], lang_of(c->s)));
	}
}
