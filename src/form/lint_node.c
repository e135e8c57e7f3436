/* SPDX-License-Identifier: Apache-2.0 */
/* Names that differ by case only, groups without content, columns without effect. */
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "form/lint.h"

static void
name_case(struct lint *l, struct map *seen, struct form_node *n)
{
	struct form_node *other;
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, 512);
	fj_buf_printf(&b, "%u/", n->parent->index);
	for (i = 0; n->name[i] != '\0'; i++)
		fj_buf_putc(&b, n->name[i] >= 'A' && n->name[i] <= 'Z' ?
		    (char)(n->name[i] - 'A' + 'a') : n->name[i]);
	other = map_get(seen, b.p, b.n);
	if (other == NULL)
		(void)map_put(seen, b.p, b.n, n);
	else if (strcmp(other->name, n->name) != 0)
		lint_warn(l, lint_key(l, n, "name"), "form.name-case", n->name, other->name);
	fj_buf_release(&b);
}

void
lint_names(struct lint *l)
{
	struct map *seen = map_new();
	size_t i;

	for (i = 1; i < l->f->nnode; i++) {
		struct form_node *n = l->f->node[i];

		if (l->at[i] == NULL)
			continue;
		name_case(l, seen, n);
		if (n->depth == 1 && strcmp(n->name, "meta") == 0)
			lint_error(l, lint_key(l, n, "name"), "form.name-reserved", n->name, "");
	}
	map_free(&seen, NULL);
}

static bool
has(const struct lint *l, const struct form_node *n, const char *key)
{
	return lint_key(l, n, key) != l->at[n->index];
}

/* A column that this type of question does nothing with. */
static void
idle(struct lint *l, const struct form_node *n, const char *key)
{
	if (has(l, n, key))
		lint_warn(l, lint_key(l, n, key), "form.idle", key, n->name);
}

static void
idle_columns(struct lint *l, const struct form_node *n)
{
	bool note = n->type->type == FORM_NOTE;

	if (!node_is(n, T_CONTROL)) {
		idle(l, n, "constraint");
		if (!note)
			idle(l, n, "required");
		if (!node_is(n, T_GROUP))
			idle(l, n, "read_only");
		idle(l, n, "evidence");
	}
	if (node_is(n, T_GROUP)) {
		idle(l, n, "calculation");
		idle(l, n, "default");
	}
	if (n->type->type != FORM_REPEAT)
		idle(l, n, "instances");
	if (!has(l, n, "constraint"))
		idle(l, n, "constraint_message");
	if (!has(l, n, "required"))
		idle(l, n, "required_message");
}

static bool
literal_true(const struct form_node *n, enum slot s)
{
	const struct expr *x = n->x[s];

	return x != NULL && x->kind == E_CALL && strcmp(x->fn->name, "true") == 0;
}

static void
one(struct lint *l, const struct form_node *n)
{
	const struct json *at = l->at[n->index];

	idle_columns(l, n);
	if (node_is(n, T_GROUP) && n->child == NULL)
		lint_warn(l, at, "form.group-empty", n->name, "");
	if (n->type->type == FORM_CALCULATE && !has(l, n, "calculation") && !has(l, n, "default"))
		lint_warn(l, at, "form.no-calculation", n->name, "");
	if (n->x[X_REPEAT_COUNT] != NULL && has(l, n, "instances"))
		lint_warn(l, lint_key(l, n, "instances"), "form.instances-counted", n->name, "");
	if (literal_true(n, X_READ_ONLY) && literal_true(n, X_REQUIRED) &&
	    n->x[X_CALCULATION] == NULL && n->x[X_DEFAULT] == NULL && n->fixed == NULL)
		lint_warn(l, lint_key(l, n, "required"), "form.required-read-only", n->name, "");
}

void
lint_nodes(struct lint *l)
{
	size_t i;

	if (l->f->root->child == NULL && l->d->faults->errors == 0)
		lint_warn(l, lint_key(l, l->f->root, "children"), "form.group-empty",
		    l->f->root->name, "");
	for (i = 1; i < l->f->nnode; i++)
		if (l->at[i] != NULL)
			one(l, l->f->node[i]);
}
