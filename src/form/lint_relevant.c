/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions that never hold, by themselves or against those of the groups above. */
#include <string.h>

#include "form/lint.h"
#include "form/value.h"

enum fold {
	NO = 0,
	YES = 1,
	UNKNOWN = 2,
};

enum {
	WANTS_MAX = 64,
};

/* x = 'text', as one of the conditions that must hold together. */
struct want {
	const struct form_node *of;
	const char *text;
};

struct wants {
	struct want v[WANTS_MAX];
	size_t n;
};

static bool
literal(const struct expr *x)
{
	return x->kind == E_NUM || x->kind == E_STR;
}

static enum fold
compare(const struct expr *x)
{
	const struct expr *a = x->arg[0], *b = x->arg[1];
	double p, q;
	bool yes;

	if (!literal(a) || !literal(b))
		return UNKNOWN;
	if (a->kind == E_STR && b->kind == E_STR && (x->kind == E_EQ || x->kind == E_NE))
		return (strcmp(a->str, b->str) == 0) == (x->kind == E_EQ) ? YES : NO;
	p = a->kind == E_NUM ? a->num : number_parse(a->str, a->len);
	q = b->kind == E_NUM ? b->num : number_parse(b->str, b->len);
	switch (x->kind) {
	case E_EQ:
		yes = number_same(p, q);
		break;
	case E_NE:
		yes = !number_same(p, q);
		break;
	case E_LT:
		yes = p < q;
		break;
	case E_LE:
		yes = p <= q;
		break;
	case E_GT:
		yes = p > q;
		break;
	default:
		yes = p >= q;
		break;
	}
	return yes ? YES : NO;
}

/* What a condition is whatever the answers are. */
static enum fold
fold(const struct expr *x)
{
	enum fold a, b;

	switch (x->kind) {
	case E_CALL:
		if (strcmp(x->fn->name, "true") == 0)
			return YES;
		if (strcmp(x->fn->name, "false") == 0)
			return NO;
		if (strcmp(x->fn->name, "not") != 0)
			return UNKNOWN;
		a = fold(x->arg[0]);
		return a == UNKNOWN ? a : a == YES ? NO : YES;
	case E_AND:
		a = fold(x->arg[0]);
		b = fold(x->arg[1]);
		return a == NO || b == NO ? NO : a == YES && b == YES ? YES : UNKNOWN;
	case E_OR:
		a = fold(x->arg[0]);
		b = fold(x->arg[1]);
		return a == YES || b == YES ? YES : a == NO && b == NO ? NO : UNKNOWN;
	case E_EQ:
	case E_NE:
	case E_LT:
	case E_LE:
	case E_GT:
	case E_GE:
		return compare(x);
	default:
		return UNKNOWN;
	}
}

static void
want(struct wants *w, const struct expr *a, const struct expr *b)
{
	const struct form_node *of = lint_target(a);

	if (of == NULL || b->kind != E_STR || b->len == 0 || w->n == WANTS_MAX)
		return;
	w->v[w->n++] = (struct want){of, b->str};
}

static void
collect(struct wants *w, const struct expr *x)
{
	const struct form_node *of;

	if (x->kind == E_AND) {
		collect(w, x->arg[0]);
		collect(w, x->arg[1]);
	} else if (x->kind == E_EQ) {
		want(w, x->arg[0], x->arg[1]);
		want(w, x->arg[1], x->arg[0]);
	} else if (x->kind == E_CALL && strcmp(x->fn->name, "selected") == 0) {
		of = lint_target(x->arg[0]);
		if (of != NULL && of->type->type == FORM_SELECT_ONE)
			want(w, x->arg[0], x->arg[1]);
	}
}

static const struct form_node *
contradiction(const struct wants *w)
{
	size_t i, k;

	for (i = 0; i < w->n; i++)
		for (k = 0; k < i; k++)
			if (w->v[i].of == w->v[k].of && strcmp(w->v[i].text, w->v[k].text) != 0)
				return w->v[i].of;
	return NULL;
}

static const struct expr_job *
job_of(const struct lint *l, const struct form_node *n, enum slot slot)
{
	size_t i;

	for (i = 0; i < l->d->njob; i++)
		if (l->d->jobs[i].node == n && l->d->jobs[i].slot == slot &&
		    l->d->jobs[i].x != NULL)
			return &l->d->jobs[i];
	return NULL;
}

/* The node that makes n never relevant: itself, or one above; or NULL. */
static const struct form_node *
never(const struct form_node *n, const struct form_node **against)
{
	struct wants w = {.n = 0};
	const struct form_node *up;

	*against = NULL;
	for (up = n; up != NULL; up = up->parent) {
		if (up->x[X_RELEVANT] == NULL)
			continue;
		if (fold(up->x[X_RELEVANT]) == NO)
			return up;
		collect(&w, up->x[X_RELEVANT]);
	}
	*against = contradiction(&w);
	return *against != NULL ? n : NULL;
}

static void
one(struct lint *l, const struct form_node *n)
{
	const struct form_node *against, *by = never(n, &against);
	const struct expr_job *j, *required;

	if (by == NULL)
		return;
	j = job_of(l, n, X_RELEVANT);
	if (by == n && j != NULL && against == NULL)
		lint_expr_say(l, j, j->x->at, false, "form.never-relevant", n->name, "");
	else if (by == n && j != NULL)
		lint_expr_say(l, j, j->x->at, false, "form.never-both", n->name, against->name);
	required = job_of(l, n, X_REQUIRED);
	if (required != NULL && node_is(n, T_VALUE) && fold(required->x) != NO)
		lint_expr_say(l, required, required->x->at, false, "form.required-never",
		    n->name, by->name);
}

void
lint_relevant(struct lint *l)
{
	size_t i;

	for (i = 1; i < l->f->nnode; i++)
		one(l, l->f->node[i]);
}
