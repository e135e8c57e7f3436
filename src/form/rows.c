/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a list that a predicate may let through.  When it begins with
 * column = something that is the same for every row, a hash of that column
 * gives the few rows worth asking; the predicate itself is still asked of each.
 */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "form/inst_i.h"

enum {
	FEW = 64,		/* rows of which a hash is not worth it */
};

#define NONE ((size_t)UINT32_MAX)

/* Of one column of one list: chains of rows with the same hash, in list order. */
struct list_index {
	struct list_index *next_index;
	const struct form_list *list;
	char *column;		/* its own copy: an expression may go away */
	uint32_t mask;
	uint32_t *head, *next;
};

void
rows_forget(struct inst *in)
{
	while (in->indexes != NULL) {
		struct list_index *x = in->indexes;

		in->indexes = x->next_index;
		free(x->column);
		free(x->head);
		free(x->next);
		free(x);
	}
}

static uint32_t
hash_of(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h ^ h >> 15;
}

/* A row without the column compares as an empty text. */
static const char *
cell(const struct form_choice *row, const char *column)
{
	const char *s = form_choice_column(row, column);

	return s != NULL ? s : "";
}

static struct list_index *
index_make(const struct form_list *l, const char *column)
{
	struct list_index *x = xcalloc(1, sizeof(*x));
	size_t i;

	x->list = l;
	x->column = xstrdup(column);
	for (x->mask = 63; x->mask < l->n;)
		x->mask = 2 * x->mask + 1;
	x->head = xcalloc((size_t)x->mask + 1, sizeof(*x->head));
	x->next = xcalloc(l->n, sizeof(*x->next));
	memset(x->head, 0xff, ((size_t)x->mask + 1) * sizeof(*x->head));
	for (i = l->n; i-- > 0;) {
		uint32_t *at = &x->head[hash_of(cell(l->v[i], column)) & x->mask];

		x->next[i] = *at;
		*at = (uint32_t)i;
	}
	return x;
}

static const struct list_index *
index_of(struct inst *in, const struct form_list *l, const char *column)
{
	struct list_index *x;

	for (x = in->indexes; x != NULL; x = x->next_index)
		if (x->list == l && strcmp(x->column, column) == 0)
			return x;
	x = index_make(l, column);
	x->next_index = in->indexes;
	in->indexes = x;
	return x;
}

const struct form_choice *
rows_first(struct inst *in, const struct form_list *l, const char *column, const char *value)
{
	const struct list_index *x = l->n >= FEW ? index_of(in, l, column) : NULL;
	size_t i;

	for (i = x != NULL ? x->head[hash_of(value) & x->mask] : 0; i < l->n;
	    i = x != NULL ? x->next[i] : i + 1) {
		const char *s = form_choice_column(l->v[i], column);

		if (s != NULL && strcmp(s, value) == 0)
			return l->v[i];
	}
	return NULL;
}

/* Is x a column of the row, as it stands? (A label depends on the language.) */
static const char *
column_of(const struct expr *x)
{
	const struct expr_step *s;

	if (x->kind != E_PATH || x->path->start != PATH_CONTEXT || x->path->npred > 0 ||
	    x->path->nstep != 1)
		return NULL;
	s = &x->path->step[0];
	if (s->axis != STEP_CHILD || s->npred > 0 || s->dead || s->name == NULL ||
	    strcmp(s->name, "label") == 0)
		return NULL;
	return s->name;
}

static bool
is_position(const struct expr *x)
{
	return x->kind == E_CALL && x->narg == 0 && (strcmp(x->fn->name, "position") == 0 ||
	    strcmp(x->fn->name, "last") == 0);
}

/* Does x say the same for every row?  Predicates in it have rows of their own. */
static bool
constant(const struct expr *x)
{
	size_t i;

	if (x->kind == E_PATH)
		return x->path->start != PATH_CONTEXT;
	if (x->kind == E_CALL && (is_position(x) || (x->fn->flags &
	    (FN_OWN | FN_ONCE | FN_RANDOM | FN_PLACE)) != 0))
		return false;
	for (i = 0; i < x->narg; i++)
		if (!constant(x->arg[i]))
			return false;
	return x->kind != E_FAIL;
}

static bool
asks_position(const struct expr *x)
{
	size_t i;

	if (is_position(x))
		return true;
	for (i = 0; i < x->narg; i++)
		if (asks_position(x->arg[i]))
			return true;
	return false;
}

/* The comparison that is asked first of every row. */
static const struct expr *
first_asked(const struct expr *x)
{
	while (x->kind == E_AND)
		x = x->arg[0];
	return x;
}

/* The text that the column must be; NULL: anything but a text, so no hash. */
static const char *
wanted(const struct ev *ev, const struct expr *x)
{
	struct ev inner = *ev;
	struct val v = ev_expr(&inner, x);

	if (!inner.failed && v.kind == VAL_SET && v.n <= 1)
		v = v.n == 0 ? val_str("") : ev_item(&inner, &v.set[0]);
	if (inner.failed || v.kind != VAL_STR || memchr(v.s, '\0', v.n) != NULL)
		return NULL;
	return scratch_dup(inner.mem, v.s, v.n);
}

void
rows_start(struct rows *r, struct ev *ev, const struct form_list *l, const struct expr *pred)
{
	const struct expr *x, *other;
	const char *column;

	*r = (struct rows){.list = l};
	if (l == NULL || l->n < FEW || pred == NULL || asks_position(pred))
		return;
	x = first_asked(pred);
	if (x->kind != E_EQ)
		return;
	column = column_of(x->arg[0]);
	other = x->arg[1];
	if (column == NULL) {
		column = column_of(x->arg[1]);
		other = x->arg[0];
	}
	if (column == NULL || !constant(other))
		return;
	r->value = wanted(ev, other);
	if (r->value == NULL)
		return;
	r->column = column;
	r->index = index_of(ev->in, l, column);
	r->at = r->index->head[hash_of(r->value) & r->index->mask];
}

const struct form_choice *
rows_pull(struct rows *r)
{
	const struct form_choice *row;

	if (r->list == NULL)
		return NULL;
	if (r->index == NULL)
		return r->at < r->list->n ? r->list->v[r->at++] : NULL;
	while (r->at != NONE) {
		row = r->list->v[r->at];
		r->at = r->index->next[r->at];
		if (strcmp(cell(row, r->column), r->value) == 0)
			return row;
	}
	return NULL;
}
