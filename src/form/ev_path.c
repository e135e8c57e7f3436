/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation of resolved paths: sets of places, rows and columns. */
#include <math.h>
#include <string.h>

#include "base/xalloc.h"
#include "form/inst_i.h"

struct items {
	struct val_item *v;
	size_t n, cap;
};

static void
put(struct ev *ev, struct items *l, struct val_item item)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? 4 * l->cap : 8;
		struct val_item *v = scratch_alloc(ev->mem, cap * sizeof(*v));

		if (l->n > 0)
			memcpy(v, l->v, l->n * sizeof(*v));
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = item;
}

const struct inst_node *
node_up_to(const struct inst_node *n, const struct form_node *def)
{
	for (; n != NULL; n = n->parent)
		if (n->def == def && n->kind != INST_REPEAT)
			return n;
	return NULL;
}

static void
add_kid(struct ev *ev, struct items *out, const struct inst_node *kid)
{
	size_t i;

	if (kid->kind != INST_REPEAT) {
		put(ev, out, (struct val_item){.node = kid});
		return;
	}
	for (i = 0; i < kid->active; i++)
		put(ev, out, (struct val_item){.node = kid->kid[i]});
}

static void
children(struct ev *ev, struct items *out, const struct inst_node *n,
    const struct expr_step *s)
{
	size_t i;

	if (n == NULL || (n->kind != INST_GROUP && n->kind != INST_INSTANCE))
		return;
	if (s->def != NULL) {
		if (s->def->parent == n->def)
			add_kid(ev, out, n->kid[s->def->pos]);
		return;
	}
	for (i = 0; i < n->nkid; i++)
		if (s->name == NULL || strcmp(n->kid[i]->def->name, s->name) == 0)
			add_kid(ev, out, n->kid[i]);
}

/* In the tree of the language a repeat is only its instances. */
static const struct inst_node *
parent_of(const struct inst_node *n)
{
	n = n->parent;
	if (n != NULL && n->kind == INST_REPEAT)
		n = n->parent;
	return n;
}

static void
parents(struct ev *ev, struct items *out, const struct inst_node *n)
{
	n = n != NULL ? parent_of(n) : NULL;
	/* A set is in document order and of one depth: brothers stand together. */
	if (n == NULL || (out->n > 0 && out->v[out->n - 1].node == n))
		return;
	put(ev, out, (struct val_item){.node = n});
}

static void
column(struct ev *ev, struct items *out, const struct val_item *row, const char *name)
{
	const char *s;

	if (row->row == NULL || name == NULL)
		return;
	s = strcmp(name, "label") == 0 ? form_choice_label(row->row, ev->in->env.lang) :
	    form_choice_column(row->row, name);
	if (s != NULL)
		put(ev, out, (struct val_item){.text = s});
}

/* Keeps those for which every predicate holds; a number is a position. */
static void
filter(struct ev *ev, struct items *l, struct expr *const *pred, size_t npred)
{
	struct ev inner;
	size_t p, i, kept;

	for (p = 0; p < npred; p++) {
		for (i = kept = 0; i < l->n && !ev->failed; i++) {
			struct val v;
			bool keep;

			inner = *ev;
			inner.node = l->v[i].node;
			inner.row = l->v[i].row;
			inner.pos = i + 1;
			inner.last = l->n;
			v = ev_expr(&inner, pred[p]);
			if (v.kind == VAL_NUM)
				keep = number_same(v.num, (double)(i + 1));
			else if (v.kind == VAL_SET && v.n > 0 && v.set[0].text != NULL)
				keep = v.set[0].text[0] != '\0';
			else if (v.kind == VAL_SET && v.n > 0 && v.set[0].node != NULL)
				keep = v.set[0].node->kind != INST_LEAF ||
				    v.set[0].node->value[0] != '\0';
			else
				keep = val_to_bool(&v);
			ev->failed = inner.failed;
			ev->drawn = inner.drawn;
			if (inner.failed)
				ev->err = inner.err;
			if (keep)
				l->v[kept++] = l->v[i];
		}
		l->n = kept;
	}
}

static void
step(struct ev *ev, const struct expr_step *s, struct items *l, bool rows)
{
	struct items out = {0};
	size_t i;

	for (i = 0; !s->dead && i < l->n && ev_step(ev, 1); i++) {
		const struct val_item *it = &l->v[i];

		switch (s->axis) {
		case STEP_SELF:
			put(ev, &out, *it);
			break;
		case STEP_PARENT:
			parents(ev, &out, it->node);
			break;
		case STEP_CHILD:
			if (rows)
				column(ev, &out, it, s->name);
			else
				children(ev, &out, it->node, s);
			break;
		case STEP_ATTRIBUTE:
			break;
		}
	}
	*l = out;
	filter(ev, l, s->pred, s->npred);
}

/* instance('l')/root/item: two steps that only lead to the rows. */
static size_t
list_rows(struct ev *ev, const struct expr_path *p, struct items *l)
{
	const struct expr_step *s;
	const struct form_choice *row;
	struct rows rows;

	if (p->list == NULL || p->nstep < 2)
		return p->nstep;
	s = &p->step[1];
	rows_start(&rows, ev, p->list, s->npred > 0 ? s->pred[0] : NULL);
	while ((row = rows_pull(&rows)) != NULL)
		put(ev, l, (struct val_item){.row = row});
	filter(ev, l, p->step[1].pred, p->step[1].npred);
	return 2;
}

static void
start(struct ev *ev, const struct expr_path *p, struct items *l, bool *rows)
{
	const struct inst_node *n = NULL;

	*rows = false;
	switch (p->start) {
	case PATH_CONTEXT:
		if (ev->row != NULL) {
			put(ev, l, (struct val_item){.row = ev->row});
			*rows = true;
			return;
		}
		n = ev->node;
		break;
	case PATH_CURRENT:
		n = ev->owner;
		break;
	case PATH_ANCHOR:
		n = node_up_to(ev->owner, p->anchor);
		break;
	case PATH_ROOT:
	case PATH_NAME:
	case PATH_LIST:
		return;
	}
	if (n != NULL)
		put(ev, l, (struct val_item){.node = n});
}

struct val
ev_path(struct ev *ev, const struct expr_path *p)
{
	struct items l = {0};
	struct val v = {.kind = VAL_SET};
	size_t i = 0;
	bool rows;

	start(ev, p, &l, &rows);
	if (p->start == PATH_LIST) {
		rows = true;
		i = list_rows(ev, p, &l);
	}
	filter(ev, &l, p->pred, p->npred);
	for (; i < p->nstep && !ev->failed; i++)
		step(ev, &p->step[i], &l, rows);
	v.set = l.v;
	v.n = l.n;
	return v;
}

void
ev_start(struct ev *ev, struct inst_node *n)
{
	memset(ev, 0, sizeof(*ev));
	ev->in = n->in;
	ev->mem = &n->in->mem;
	ev->owner = ev->node = n;
	ev->steps = &n->in->steps;
}
