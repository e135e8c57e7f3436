/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References become places of the definition once, at compile time: an anchor
 * (the deepest group or instance that holds both ends) and child steps below
 * it.  So ${x} and /data/rep/x mean "of this instance" inside the same repeat.
 */
#include <string.h>

#include "base/limits.h"
#include "form/form_i.h"

enum row_at {
	ROW_NONE,
	ROW_TOP,		/* instance('l') */
	ROW_ROOT,		/* /root */
	ROW_ROW,		/* /root/item */
	ROW_COLUMN,
};

/* Where a path stands in the definition. */
struct where {
	const struct form_node *node;
	const struct form_node *top;	/* the highest place touched */
	const struct form_list *list;
	enum row_at row;
	bool many, dead;
};

static void walk_expr(struct resolve *r, struct expr *x, const struct where *ctx, bool many);

bool
form_within(const struct form_node *n, const struct form_node *top)
{
	for (; n != NULL; n = n->parent)
		if (n == top)
			return true;
	return false;
}

const struct form_node *
form_anchor(const struct form_node *owner, const struct form_node *target)
{
	const struct form_node *a = target->parent;

	while (a != NULL && !form_within(owner, a))
		a = a->parent;
	return a != NULL ? a : target;
}

struct form_node *
form_child_named(const struct form_node *n, const char *name, size_t len)
{
	struct form_node *c;

	for (c = n->child; c != NULL; c = c->next)
		if (strlen(c->name) == len && memcmp(c->name, name, len) == 0)
			return c;
	return NULL;
}

static void
fault(struct resolve *r, bool error, const char *code, const char *a, size_t at)
{
	if (r->fault != NULL)
		r->fault(r->ctx, error, code, a, at);
}

static void
reads(struct resolve *r, const struct form_node *def, const struct form_node *anchor,
    bool structure)
{
	struct expr_read q = {def, anchor, structure};

	if (r->read != NULL && def != NULL && anchor != NULL)
		r->read(r->ctx, &q);
}

static void
die(struct resolve *r, struct where *w, struct expr_step *s, size_t at)
{
	if (!w->dead && s->name != NULL)
		fault(r, false, "form.unknown-path", s->name, at);
	w->dead = s->dead = true;
}

static bool
column_known(const struct form_list *l, const char *name)
{
	size_t i, k;

	if (strcmp(name, "name") == 0 || strcmp(name, "label") == 0 || l->n == 0)
		return true;
	for (i = 0; i < l->n; i++)
		for (k = 0; k < l->v[i]->ncolumn; k++)
			if (strcmp(l->v[i]->column[k].name, name) == 0)
				return true;
	return false;
}

static void
row_step(struct resolve *r, struct where *w, struct expr_step *s, size_t at)
{
	if (s->axis == STEP_SELF)
		return;
	if (s->axis != STEP_CHILD || s->name == NULL || w->row == ROW_COLUMN) {
		die(r, w, s, at);
		return;
	}
	w->row = (enum row_at)(w->row + 1);
	if (w->row == ROW_ROW && s->npred == 0)
		w->many = true;
	/* A name that no row has is empty, as in a list still without rows. */
	if (w->row == ROW_COLUMN && !column_known(w->list, s->name))
		fault(r, false, "form.unknown-column", s->name, at);
}

static void
child_step(struct resolve *r, struct where *w, struct expr_step *s, size_t at)
{
	const struct form_node *c;

	if (s->name == NULL) {
		for (c = w->node->child; c != NULL; c = c->next)
			reads(r, c, w->top, !node_is(c, T_VALUE));
		w->node = NULL;
		w->many = true;
		return;
	}
	c = s->def != NULL ? s->def : form_child_named(w->node, s->name, strlen(s->name));
	if (c == NULL) {
		die(r, w, s, at);
		return;
	}
	s->def = c;
	w->node = c;
	if (c->type->type == FORM_REPEAT) {
		reads(r, c, w->top, true);
		w->many = w->many || s->npred == 0;
	}
}

static void
predicates(struct resolve *r, struct expr **pred, size_t n, const struct where *w)
{
	size_t i;

	for (i = 0; i < n; i++)
		walk_expr(r, pred[i], w, true);
}

static void
one_step(struct resolve *r, struct where *w, struct expr_step *s, size_t at)
{
	if (w->dead) {
		s->dead = true;
	} else if (w->list != NULL) {
		row_step(r, w, s, at);
	} else if (s->axis != STEP_SELF && (w->node == NULL || s->axis == STEP_ATTRIBUTE)) {
		w->dead = s->dead = true;
	} else if (s->axis == STEP_PARENT) {
		if (w->node->parent == NULL) {
			s->name = "..";
			die(r, w, s, at);
		} else {
			w->node = w->node->parent;
			if (w->node->depth < w->top->depth)
				w->top = w->node;
		}
	} else if (s->axis == STEP_CHILD) {
		child_step(r, w, s, at);
	}
	predicates(r, s->pred, s->npred, w);
}

/* Replace the start by an anchor and n child steps from chain (top down). */
static bool
anchored(struct resolve *r, struct expr_path *p, const struct form_node *target,
    size_t keep_from)
{
	const struct form_node *n;
	size_t count = 0, rest = p->nstep - keep_from, i;
	struct expr_step *s;

	for (n = target; n != p->anchor; n = n->parent)
		count++;
	s = arena_alloc(r->arena, (count + rest + 1) * sizeof(*s));
	if (s == NULL)
		return false;
	for (n = target, i = count; i > 0; i--, n = n->parent) {
		s[i - 1].axis = STEP_CHILD;
		s[i - 1].name = n->name;
		s[i - 1].def = n;
	}
	if (rest > 0)
		memcpy(s + count, p->step + keep_from, rest * sizeof(*s));
	if (count > 0) {
		s[count - 1].pred = p->pred;
		s[count - 1].npred = p->npred;
		p->npred = 0;
	}
	p->step = s;
	p->nstep = count + rest;
	p->start = PATH_ANCHOR;
	return true;
}

static bool
start_name(struct resolve *r, struct expr_path *p, size_t at)
{
	const struct form_name *known = map_get(r->form->names, p->name, strlen(p->name));

	if (known == NULL || known->count > 1) {
		fault(r, true, known == NULL ? "form.unknown-name" : "form.ambiguous-name",
		    p->name, at);
		return false;
	}
	p->anchor = form_anchor(r->owner, known->node);
	/* A predicate is asked of all instances, not of this one. */
	return anchored(r, p, known->node, 0);
}

/* /data/..: the anchor is the deepest plain step that holds the owner too. */
static bool
start_root(struct resolve *r, struct expr_path *p, size_t at)
{
	const struct form_node *n = r->form->root, *c;
	size_t i = 1;

	if (p->step[0].axis != STEP_CHILD || p->step[0].name == NULL ||
	    strcmp(p->step[0].name, n->name) != 0) {
		fault(r, false, "form.unknown-path", p->step[0].name != NULL ?
		    p->step[0].name : "*", at);
		return false;
	}
	while (p->step[i - 1].npred == 0 && i + 1 < p->nstep) {
		struct expr_step *s = &p->step[i];

		if (s->axis != STEP_CHILD || s->name == NULL || s->npred > 0)
			break;
		c = form_child_named(n, s->name, strlen(s->name));
		if (c == NULL || !form_within(r->owner, c))
			break;
		n = c;
		i++;
	}
	p->anchor = n;
	p->pred = NULL;
	p->npred = 0;
	return anchored(r, p, n, i);
}

static bool
start(struct resolve *r, struct expr *x, const struct where *ctx, struct where *w)
{
	struct expr_path *p = x->path;

	*w = *ctx;
	w->many = false;
	switch (p->start) {
	case PATH_CONTEXT:
		return true;
	case PATH_CURRENT:
		*w = (struct where){.node = r->owner, .top = r->owner};
		return true;
	case PATH_LIST:
		p->list = form_list_find(r->form, p->name);
		if (p->list == NULL) {
			fault(r, true, "form.list-unknown", p->name, x->at);
			return false;
		}
		*w = (struct where){.list = p->list, .row = ROW_TOP, .top = r->owner};
		return true;
	case PATH_NAME:
		if (!start_name(r, p, x->at))
			return false;
		break;
	case PATH_ROOT:
		if (!start_root(r, p, x->at))
			return false;
		break;
	case PATH_ANCHOR:
		break;
	}
	*w = (struct where){.node = p->anchor, .top = p->anchor};
	return true;
}

static void
finish(struct resolve *r, struct expr *x, const struct where *w, bool many, bool structure)
{
	struct expr_path *p = x->path;

	p->many = w->many;
	p->row = w->list != NULL;
	p->target = w->dead || w->list != NULL ? NULL : w->node;
	if (p->target == NULL)
		return;
	if (structure && p->target->type->type == FORM_REPEAT && p->target->parent != NULL)
		reads(r, p->target, p->target->parent->depth < w->top->depth ?
		    p->target->parent : w->top, true);
	else if (!structure)
		reads(r, p->target, w->top, !node_is(p->target, T_VALUE));
	if (w->many && !many)
		fault(r, true, "form.many", p->target->name, x->at);
}

static void
walk_path(struct resolve *r, struct expr *x, const struct where *ctx, bool many,
    bool structure)
{
	struct expr_path *p = x->path;
	struct where w;
	size_t i;

	if (!start(r, x, ctx, &w)) {
		p->start = PATH_LIST;	/* of no list: empty, whatever steps follow */
		p->list = NULL;
		return;
	}
	predicates(r, p->pred, p->npred, &w);
	for (i = 0; i < p->nstep; i++)
		one_step(r, &w, &p->step[i], x->at);
	finish(r, x, &w, many, structure);
}

/* ---- functions whose arguments are places ---- */

static const struct form_node *
place(struct resolve *r, struct expr *x, const struct where *ctx)
{
	struct resolve mute = *r;

	if (x->kind != E_PATH) {
		fault(r, true, "form.not-place", "", x->at);
		return NULL;
	}
	mute.read = NULL;
	walk_path(&mute, x, ctx, true, true);
	return x->path->target;
}

/* indexed-repeat(field, repeat1, i1, ..): field of the instances told. */
static void
indexed(struct resolve *r, struct expr *x, const struct where *ctx)
{
	const struct form_node *field = place(r, x->arg[0], ctx), *outer = NULL, *rep;
	const struct form_node *anchor, *n;
	size_t i;

	for (i = 1; i < x->narg; i += 2) {
		rep = place(r, x->arg[i], ctx);
		if (rep != NULL && rep->type->type != FORM_REPEAT)
			fault(r, true, "form.not-repeat", rep->name, x->arg[i]->at);
		if (rep != NULL && (outer == NULL || rep->depth < outer->depth))
			outer = rep;
		if (i + 1 < x->narg)
			walk_expr(r, x->arg[i + 1], ctx, false);
	}
	if (field == NULL || outer == NULL)
		return;
	anchor = form_anchor(r->owner, outer);
	if (!form_within(field, outer)) {
		fault(r, true, "form.not-in-repeat", field->name, x->arg[0]->at);
		return;
	}
	x->arg[0]->path->anchor = anchor;
	for (n = field; n != anchor; n = n->parent)
		if (n->type->type == FORM_REPEAT)
			reads(r, n, anchor, true);
	reads(r, field, anchor, false);
}

/* pulldata('list', ..) of a list that is not in the form: its file is missing. */
static void
pulled(struct resolve *r, const struct expr *x)
{
	struct fj_buf file;

	if (x->arg[0]->kind != E_STR || form_list_find(r->form, x->arg[0]->str) != NULL)
		return;
	fj_buf_init(&file, LIMIT_NAME_BYTES);
	fj_buf_printf(&file, "%.200s.csv", x->arg[0]->str);
	fault(r, true, "form.file-missing", file.p, x->arg[0]->at);
	fj_buf_release(&file);
}

/* jr:choice-name(v, '${q}'): the second argument is a path in quotes. */
static void
choice_name(struct resolve *r, struct expr *x, const struct where *ctx)
{
	struct expr *path = NULL;
	struct fj_err e;
	size_t at;

	walk_expr(r, x->arg[0], ctx, false);
	if (x->arg[1]->kind == E_STR) {
		fj_err_clear(&e);
		if (expr_parse(r->arena, x->arg[1]->str, x->arg[1]->len, false, &path, &at,
		    &e) != FJ_OK || path->kind != E_PATH) {
			fault(r, true, "form.not-place", x->arg[1]->str, x->arg[1]->at);
			return;
		}
		path->at = x->arg[1]->at;
		x->arg[1] = path;
	}
	(void)place(r, x->arg[1], ctx);
}

static void
walk_call(struct resolve *r, struct expr *x, const struct where *ctx)
{
	unsigned flags = x->fn->flags;
	size_t i;

	r->flags |= flags & (FN_ONCE | FN_RANDOM | FN_CLOCK);
	if ((flags & FN_OWN) != 0 && x->narg == 0 && ctx->node != NULL)
		reads(r, ctx->node, ctx->top, false);
	if ((flags & FN_PLACE) != 0) {
		if (strcmp(x->fn->name, "indexed-repeat") == 0)
			indexed(r, x, ctx);
		else
			choice_name(r, x, ctx);
		return;
	}
	if (strcmp(x->fn->name, "pulldata") == 0)
		pulled(r, x);
	if (strcmp(x->fn->name, "last-saved") == 0 && x->arg[0]->kind == E_STR &&
	    map_get(r->form->names, x->arg[0]->str, x->arg[0]->len) == NULL)
		fault(r, true, "form.unknown-name", x->arg[0]->str, x->at);
	for (i = 0; i < x->narg; i++) {
		if ((flags & FN_STRUCT) != 0 && x->arg[i]->kind == E_PATH)
			walk_path(r, x->arg[i], ctx, true, true);
		else
			walk_expr(r, x->arg[i], ctx, (flags & (FN_SET | FN_BOOL)) != 0);
	}
}

static bool
compares(enum expr_kind k)
{
	return k == E_OR || k == E_AND || (k >= E_EQ && k <= E_GE) || k == E_UNION;
}

static bool
may_be_set(const struct expr *x)
{
	return x->kind == E_PATH || x->kind == E_UNION || x->kind == E_FAIL ||
	    (x->kind == E_CALL && (x->fn->flags & (FN_SET | FN_PLACE)) != 0);
}

static void
walk_expr(struct resolve *r, struct expr *x, const struct where *ctx, bool many)
{
	size_t i;

	if (x->kind == E_PATH) {
		walk_path(r, x, ctx, many, false);
	} else if (x->kind == E_CALL) {
		walk_call(r, x, ctx);
	} else {
		for (i = 0; i < x->narg; i++) {
			if (x->kind == E_UNION && !may_be_set(x->arg[i]))
				fault(r, true, "expr.not-set", "|", x->arg[i]->at);
			walk_expr(r, x->arg[i], ctx, compares(x->kind));
		}
	}
}

void
expr_resolve(struct resolve *r, struct expr *x)
{
	struct where ctx = {.node = r->owner, .top = r->owner};

	if (r->list != NULL) {
		ctx.list = r->list;
		ctx.row = ROW_ROW;
	}
	walk_expr(r, x, &ctx, true);
}

bool
expr_is_bare(const struct expr *x)
{
	return x->kind == E_PATH && x->path->target != NULL && node_is(x->path->target, T_VALUE);
}
