/* SPDX-License-Identifier: Apache-2.0 */
/* What labels, hints and messages refer to must be there. */
#include <string.h>

#include "base/limits.h"
#include "form/form_i.h"

struct text_ref {
	struct def *d;
	const struct form_node *node;
	int line, column;
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
	def_fault_at(t->d, t->line, t->column, true, &e);
}

/* Texts are read in the order in which their places were kept, or nearly so. */
static const struct json *
written(const struct def *d, const char *s, size_t *next)
{
	size_t i;

	for (i = 0; i < d->ntext; i++) {
		const struct text_at *t = &d->texts[(*next + i) % d->ntext];

		if (t->s == s) {
			*next += i + 1;
			return t->at;
		}
	}
	return NULL;
}

static void
one_text(struct def *d, const struct form_node *n, const char *s, size_t *next)
{
	struct text_ref ctx = {d, n, n->line, n->column};
	const struct json *place = written(d, s, next);
	const char *from, *whole = s;
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
		if (place != NULL) {
			ctx.line = place->line;
			ctx.column = def_text_column(place, (size_t)(from - whole));
		}
		if (expr_parse(a, expr.p, expr.n, false, &x, &at, &e) == FJ_OK)
			expr_resolve(&r, x);
		else
			def_fault_at(d, ctx.line, ctx.column, true, &e);
		arena_free(&a);
	}
	fj_buf_release(&expr);
}

static void
texts(struct def *d, const struct form_node *n, const struct form_texts *t, size_t *next)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strstr(t->v[i].s, "${") != NULL)
			one_text(d, n, t->v[i].s, next);
}

void
def_refs(struct def *d)
{
	size_t i, k, next = 0;

	for (i = 0; i < d->f->nnode; i++) {
		const struct form_node *n = d->f->node[i];

		texts(d, n, &n->label, &next);
		texts(d, n, &n->hint, &next);
		texts(d, n, &n->guidance, &next);
		texts(d, n, &n->how, &next);
		texts(d, n, &n->evidence, &next);
		texts(d, n, &n->constraint_message, &next);
		texts(d, n, &n->required_message, &next);
		for (k = 0; k < n->nrule; k++)
			texts(d, n, &n->rule[k].message, &next);
	}
}
