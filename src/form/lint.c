/* SPDX-License-Identifier: Apache-2.0 */
#include "form/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static void
say(struct lint *l, int line, int column, bool error, const char *code, const char *a,
    const char *b)
{
	struct fj_err e;

	fj_err_clear(&e);
	(void)fj_fail(&e, FJ_INVAL, code, "ss", a, b);
	def_fault_at(l->d, line, column, error, &e);
}

void
lint_error(struct lint *l, const struct json *at, const char *code, const char *a,
    const char *b)
{
	say(l, at->line, at->column, true, code, a, b);
}

void
lint_warn(struct lint *l, const struct json *at, const char *code, const char *a,
    const char *b)
{
	say(l, at->line, at->column, false, code, a, b);
}

void
lint_expr_say(struct lint *l, const struct expr_job *j, size_t offset, bool error,
    const char *code, const char *a, const char *b)
{
	say(l, j->at->line, def_column(j, offset), error, code, a, b);
}

const struct json *
lint_key(const struct lint *l, const struct form_node *n, const char *key)
{
	const struct json *at = l->at[n->index], *v = json_get(at, key);
	size_t k = strlen(key);

	if (v != NULL)
		return v;
	/* label::zh */
	json_each(v, at)
		if (strncmp(v->key, key, k) == 0 && strncmp(v->key + k, "::", 2) == 0)
			return v;
	return at;
}

bool
lint_list_has(const struct form_list *list, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (form_list_get(list, names[i], strlen(names[i])) != NULL)
			return true;
	return false;
}

const struct form_node *
lint_target(const struct expr *x)
{
	size_t i;

	if (x->kind != E_PATH || x->path->target == NULL || x->path->many ||
	    x->path->npred > 0)
		return NULL;
	for (i = 0; i < x->path->nstep; i++)
		if (x->path->step[i].npred > 0)
			return NULL;
	return x->path->target;
}

/* The children of a node stand in the order of their objects; one that has a
 * fault of its own has no node, and or_other adds one without an object. */
static void
pair(struct lint *l, const struct form_node *n, const struct json *children)
{
	const struct form_node *c = n->child, *k;
	const struct json *item;

	json_each(item, children) {
		for (k = c; k != NULL; k = k->next)
			if (k->line == item->line && k->column == item->column)
				break;
		if (k == NULL)
			continue;
		l->at[k->index] = item;
		pair(l, k, json_get(item, "children"));
		c = k->next;
	}
}

void
def_lint(struct def *d, const struct json *root)
{
	struct lint l = {.d = d, .f = d->f, .root = root};

	l.at = xcalloc(d->f->nnode, sizeof(*l.at));
	l.at[0] = root;
	pair(&l, d->f->root, json_get(root, "children"));
	lint_names(&l);
	lint_nodes(&l);
	lint_columns(&l);
	lint_texts(&l);
	lint_lists(&l);
	lint_exprs(&l);
	lint_relevant(&l);
	free(l.at);
}
