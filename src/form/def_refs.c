/* SPDX-License-Identifier: Apache-2.0 */
/* What labels, hints and messages refer to must be there. */
#include <string.h>

#include "base/limits.h"
#include "form/form_i.h"

struct text_ref {
	struct def *d;
	const struct form_node *node;
};

static void
on_fault(void *ctx, bool error, const char *code, const char *a, size_t at)
{
	struct text_ref *t = ctx;
	struct fj_err e;

	(void)at;
	/* Several values stand side by side in a text. */
	if (!error || strcmp(code, "form.many") == 0)
		return;
	fj_err_clear(&e);
	(void)fj_fail(&e, FJ_INVAL, code, "ss", a, t->node->name);
	def_fault_at(t->d, t->node->line, t->node->column, true, &e);
}

static void
one_text(struct def *d, const struct form_node *n, const char *s)
{
	struct text_ref ctx = {d, n};
	const char *from;
	struct fj_buf expr;
	struct fj_err e;
	size_t at;

	fj_buf_init(&expr, LIMIT_EXPR_BYTES);
	while (text_next_ref(&s, &from, &expr)) {
		struct arena *a = arena_new(1 << 20);
		struct resolve r = {.form = d->f, .arena = a, .owner = n, .fault = on_fault,
		    .ctx = &ctx};
		struct expr *x;

		fj_err_clear(&e);
		if (expr_parse(a, expr.p, expr.n, false, &x, &at, &e) == FJ_OK)
			expr_resolve(&r, x);
		else
			def_fault_at(d, n->line, n->column, true, &e);
		arena_free(&a);
	}
	fj_buf_release(&expr);
}

static void
texts(struct def *d, const struct form_node *n, const struct form_texts *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strstr(t->v[i].s, "${") != NULL)
			one_text(d, n, t->v[i].s);
}

void
def_refs(struct def *d)
{
	size_t i, k;

	for (i = 0; i < d->f->nnode; i++) {
		const struct form_node *n = d->f->node[i];

		texts(d, n, &n->label);
		texts(d, n, &n->hint);
		texts(d, n, &n->guidance);
		texts(d, n, &n->how);
		texts(d, n, &n->evidence);
		texts(d, n, &n->constraint_message);
		texts(d, n, &n->required_message);
		for (k = 0; k < n->nrule; k++)
			texts(d, n, &n->rule[k].message);
	}
}
