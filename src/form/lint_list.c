/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of choices: unused ones, names that cannot be chosen together. */
#include <string.h>

#include "form/lint.h"

struct uses {
	const struct form_list *list;
	bool any, several;		/* at all; where names stand side by side */
};

static bool expr_uses(const struct expr *x, const struct form_list *list);

static bool
all_use(struct expr *const *v, size_t n, const struct form_list *list)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (expr_uses(v[i], list))
			return true;
	return false;
}

/* instance('list'), and a list that a function takes by its name. */
static bool
expr_uses(const struct expr *x, const struct form_list *list)
{
	size_t i;

	if (x->kind == E_CALL && x->narg > 0 && x->arg[0]->kind == E_STR &&
	    strcmp(x->arg[0]->str, list->name) == 0)
		return true;
	if (x->kind == E_PATH) {
		if (x->path->list == list || all_use(x->path->pred, x->path->npred, list))
			return true;
		for (i = 0; i < x->path->nstep; i++)
			if (all_use(x->path->step[i].pred, x->path->step[i].npred, list))
				return true;
	}
	return all_use(x->arg, x->narg, list);
}

static struct uses
uses_of(const struct lint *l, const struct form_list *list)
{
	struct uses u = {list, false, false};
	size_t i;

	for (i = 0; i < l->f->nnode; i++) {
		const struct form_node *n = l->f->node[i];

		if (n->list != list)
			continue;
		u.any = true;
		u.several = u.several || n->type->type == FORM_SELECT_MULTIPLE ||
		    n->type->type == FORM_RANK;
	}
	for (i = 0; !u.any && i < l->d->njob; i++)
		u.any = l->d->jobs[i].x != NULL && expr_uses(l->d->jobs[i].x, list);
	return u;
}

static bool
has_label(const struct json *row)
{
	const struct json *v;

	json_each(v, row)
		if (strncmp(v->key, "label", 5) == 0)
			return true;
	return false;
}

static void
one(struct lint *l, const struct json *at)
{
	const struct form_list *list = form_list_find(l->f, at->key);
	const struct json *row, *name;
	struct uses u;

	if (list == NULL)
		return;
	u = uses_of(l, list);
	/* Broken expressions may be the ones that use it. */
	if (!u.any && l->d->faults->errors == 0)
		lint_warn(l, at, "form.list-unused", at->key, "");
	json_each(row, at) {
		name = json_get(row, "name");
		if (json_text(name) == NULL)
			continue;
		if (u.several && strpbrk(name->text, " \t\r\n") != NULL)
			lint_error(l, name, "form.choice-space", at->key, name->text);
		if (!has_label(row) && u.any)
			lint_warn(l, row, "form.choice-label", name->text, at->key);
	}
}

void
lint_lists(struct lint *l)
{
	const struct json *list;

	json_each(list, json_get(l->root, "choices"))
		if (list->type == JSON_ARRAY && list->key != NULL)
			one(l, list);
}
