/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dependency graph: a vertex is an aspect of a definition node.  What is
 * implied by the tree is added to what the expressions read, then all is
 * sorted once; a cycle is told with every member.
 */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "form/form_i.h"

void
dep_add(struct dep_list *l, struct dep d)
{
	size_t i;

	for (i = l->n > 64 ? l->n - 64 : 0; i < l->n; i++)
		if (l->v[i].def == d.def && l->v[i].aspect == d.aspect &&
		    l->v[i].anchor == d.anchor && l->v[i].order_only == d.order_only)
			return;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 4;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n++] = d;
}

static void
own(struct form_node *n, enum aspect from, enum aspect to)
{
	struct dep d = {.def = n, .anchor = n, .aspect = to};

	dep_add(&n->deps[from], d);
}

static void
inherit(struct form_node *parent, struct form_node *child, enum aspect a)
{
	struct dep d = {.def = child, .anchor = parent, .aspect = a};

	dep_add(&parent->deps[a], d);
}

/* All below a repeat comes after its instances are known. */
static void
below(struct form_node *parent, struct form_node *child)
{
	struct dep d = {.def = child, .anchor = parent, .order_only = true};

	d.aspect = A_COUNT;
	dep_add(&parent->deps[A_COUNT], d);
	d.def = child;
	d.aspect = A_RELEVANT;
	dep_add(&child->deps[A_COUNT], (struct dep){.def = child, .anchor = child,
	    .aspect = A_RELEVANT, .order_only = true});
	if (node_is(child, T_VALUE)) {
		d.aspect = A_CHOICES;
		dep_add(&parent->deps[A_COUNT], d);
		d.aspect = A_VALUE;
		dep_add(&parent->deps[A_COUNT], d);
	}
}

static void
implied(struct form_node *n)
{
	struct form_node *c;

	if (node_is(n, T_VALUE)) {
		own(n, A_RELEVANT, A_VALUE);
		own(n, A_RELEVANT, A_VALID);
		own(n, A_CHOICES, A_VALUE);
		own(n, A_VALUE, A_VALID);
		own(n, A_REQUIRED, A_VALID);
	}
	for (c = n->child; c != NULL; c = c->next) {
		inherit(n, c, A_RELEVANT);
		inherit(n, c, A_READ_ONLY);
		below(n, c);
	}
}

/* ---- the sort: depth first without recursion, in reverse finishing order ---- */

enum {
	AGAIN_MAX = 100,	/* orders begun anew: each is as long as the form */
};

enum colour {
	WHITE,
	GREY,
	BLACK,
};

struct frame {
	unsigned at;
	size_t next;
};

struct sort {
	struct def *d;
	unsigned char *colour;
	struct frame *stack;
	size_t depth;
	unsigned *order;
	size_t norder;
	unsigned char *told;		/* stands in a cycle that was told */
	size_t again_left;		/* how often may still be begun anew */
	bool again;			/* an edge was left out: the order is void */
};

static unsigned
vertex_of(const struct form_node *n, enum aspect a)
{
	return n->index * A_N + (unsigned)a;
}

static const char *
aspect_name(enum aspect a)
{
	static const char *const names[A_N] = {"repeat_count", "relevant", "choice_filter",
	    "value", "read_only", "required", "constraint"};

	return names[a];
}

enum {
	CHAIN_ARGS = 5,
};

/* Where the expression stands that makes it; what has none of its own: the item. */
static void
place_of(const struct sort *s, unsigned v, int *line, int *column)
{
	static const enum slot made_by[A_N] = {X_REPEAT_COUNT, X_RELEVANT, X_CHOICE_FILTER,
	    X_CALCULATION, X_READ_ONLY, X_REQUIRED, X_CONSTRAINT};
	const struct form_node *n = s->d->f->node[v / A_N];
	size_t i;

	*line = n->line;
	*column = n->column;
	for (i = 0; i < s->d->njob; i++) {
		const struct expr_job *j = &s->d->jobs[i];

		if (j->node == n && j->slot == made_by[v % A_N] && !j->trigger) {
			*line = j->at->line;
			*column = def_column(j, 0);
			return;
		}
	}
}

/* "a.calculation 3:5" */
static void
member(const struct sort *s, unsigned v, struct fj_buf *b)
{
	const struct form_node *n = s->d->f->node[v / A_N];
	enum aspect a = (enum aspect)(v % A_N);
	int line, column;

	place_of(s, v, &line, &column);
	fj_buf_printf(b, "%s.%s %d:%d", n->name, a == A_VALUE && n->x[X_CALCULATION] != NULL ?
	    "calculation" : aspect_name(a), line, column);
}

/* Into the first argument with room; when all are full, how many are left. */
static void
chain(struct fj_buf *b, size_t *k, const struct fj_buf *one, size_t left)
{
	if (*k + 1 < CHAIN_ARGS && b[*k].n + one->n >= FJ_ERR_ARG_MAX - 1)
		(*k)++;
	if (*k + 1 == CHAIN_ARGS && b[*k].n + one->n >= FJ_ERR_ARG_MAX - 40) {
		fj_buf_printf(&b[*k], " > ... (%zu)", left);
		*k = CHAIN_ARGS;
	}
	if (*k < CHAIN_ARGS)
		fj_buf_add(&b[*k], one->p, one->n);
}

/* All of a circle, each with its place. */
static void
cycle_fault(struct sort *s, size_t from, unsigned back)
{
	struct fj_buf b[CHAIN_ARGS], one;
	struct fj_err e;
	int line, column;
	size_t i, k = 0;

	for (i = 0; i < CHAIN_ARGS; i++)
		fj_buf_init(&b[i], FJ_ERR_ARG_MAX - 1);
	fj_buf_init(&one, 2 * FJ_ERR_ARG_MAX);
	for (i = from; i <= s->depth && k < CHAIN_ARGS; i++) {
		fj_buf_clear(&one);
		fj_buf_puts(&one, i > from ? " > " : "");
		member(s, i < s->depth ? s->stack[i].at : back, &one);
		chain(b, &k, &one, s->depth - i);
	}
	fj_err_clear(&e);
	(void)fj_fail(&e, FJ_INVAL, "form.cycle", "sssss", b[0].p, b[1].p, b[2].p, b[3].p,
	    b[4].p);
	place_of(s, back, &line, &column);
	def_fault_at(s->d, line, column, true, &e);
	for (i = 0; i < CHAIN_ARGS; i++)
		fj_buf_release(&b[i]);
	fj_buf_release(&one);
}

/*
 * A repeat may ask for one more because of how many there are: a value outside
 * of it that its count reads is then looked at again when it changed, until
 * nothing changes.  That edge has no place in the order.
 */
static bool
left_out(struct sort *s, size_t from)
{
	struct form *f = s->d->f;
	size_t i;

	if (s->again_left == 0)
		return false;
	for (i = from; i < s->depth; i++) {
		unsigned v = s->stack[i].at;
		struct dep *d = &f->node[v / A_N]->deps[v % A_N].v[s->stack[i].next - 1];

		if (d->aspect != A_COUNT || d->order_only || v % A_N != A_VALUE ||
		    form_within(f->node[v / A_N], d->def))
			continue;
		d->late = true;
		s->again = true;
		s->again_left--;
		return true;
	}
	return false;
}

static void
cycle(struct sort *s, unsigned back)
{
	size_t i, from;

	for (from = s->depth; from > 1 && s->stack[from - 1].at != back; from--)
		;
	from--;
	if (left_out(s, from))
		return;
	for (i = from; i < s->depth; i++)
		if (s->told[s->stack[i].at])
			return;
	for (i = from; i < s->depth; i++)
		s->told[s->stack[i].at] = 1;
	cycle_fault(s, from, back);
}

static void
visit(struct sort *s, unsigned start)
{
	struct form *f = s->d->f;

	s->stack[0] = (struct frame){start, 0};
	s->depth = 1;
	s->colour[start] = GREY;
	while (s->depth > 0) {
		struct frame *top = &s->stack[s->depth - 1];
		const struct dep_list *l =
		    &f->node[top->at / A_N]->deps[top->at % A_N];
		unsigned to;

		if (top->next == l->n) {
			s->colour[top->at] = BLACK;
			s->order[s->norder++] = top->at;
			s->depth--;
			continue;
		}
		to = vertex_of(l->v[top->next].def, l->v[top->next].aspect);
		if (l->v[top->next++].late)
			continue;
		if (s->colour[to] == GREY) {
			cycle(s, to);
		} else if (s->colour[to] == WHITE) {
			s->colour[to] = GREY;
			s->stack[s->depth++] = (struct frame){to, 0};
		}
	}
}

void
def_order(struct def *d)
{
	struct form *f = d->f;
	size_t count = f->nnode * A_N, i;
	struct sort s = {.d = d, .again_left = AGAIN_MAX};

	for (i = 0; i < f->nnode; i++)
		implied(f->node[i]);
	f->order = def_alloc(d, count * sizeof(*f->order));
	if (f->order == NULL)
		return;
	s.colour = xcalloc(count, 1);
	s.told = xcalloc(count, 1);
	s.stack = xcalloc(count, sizeof(*s.stack));
	s.order = xcalloc(count, sizeof(*s.order));
	/* Backwards, so that independent vertices come out in document order. */
	do {
		s.again = false;
		s.norder = 0;
		memset(s.colour, WHITE, count);
		for (i = count; i-- > 0 && !s.again;)
			if (s.colour[i] == WHITE)
				visit(&s, (unsigned)i);
	} while (s.again);
	for (i = 0; i < s.norder; i++) {
		unsigned v = s.order[s.norder - 1 - i];
		struct form_node *n = f->node[v / A_N];

		f->order[i] = (struct vertex){n, (enum aspect)(v % A_N)};
		n->rank[v % A_N] = (unsigned)i;
	}
	f->norder = s.norder;
	free(s.colour);
	free(s.told);
	free(s.stack);
	free(s.order);
}
