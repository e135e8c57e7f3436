/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a compiled definition. */
#include "form/form.h"

#include <string.h>

#include "form/form_i.h"

const char *
form_id(const struct form *f)
{
	return f->id;
}

const char *
form_version(const struct form *f)
{
	return f->version;
}

const char *
form_title(const struct form *f, const char *lang)
{
	return form_text(f, &f->title, lang);
}

size_t
form_languages(const struct form *f, const char *const **v)
{
	*v = f->language;
	return f->nlanguage;
}

size_t
form_sources(const struct form *f, const struct form_source **v)
{
	*v = f->source;
	return f->nsource;
}

const struct form_node *
form_root(const struct form *f)
{
	return f->root;
}

size_t
form_node_count(const struct form *f)
{
	return f->nnode;
}

const struct form_node *
form_find(const struct form *f, const char *path)
{
	const struct form_node *n = NULL;
	const struct form_name *known;
	size_t k;

	if (path[0] != '/') {
		known = map_get(f->names, path, strlen(path));
		return known != NULL && known->count == 1 ? known->node : NULL;
	}
	while (*path == '/') {
		path++;
		k = strcspn(path, "/");
		if (n == NULL)
			n = strlen(f->root->name) == k && memcmp(path, f->root->name, k) == 0 ?
			    f->root : NULL;
		else
			n = form_child_named(n, path, k);
		if (n == NULL)
			return NULL;
		path += k;
	}
	return n;
}

enum form_type
form_node_type(const struct form_node *n)
{
	return n->type->type;
}

const char *
form_node_name(const struct form_node *n)
{
	return n->name;
}

const char *
form_node_label(const struct form_node *n, const char *lang)
{
	return form_text(n->form, &n->label, lang);
}

const char *
form_node_hint(const struct form_node *n, const char *lang)
{
	return form_text(n->form, &n->hint, lang);
}

const char *
form_node_guidance(const struct form_node *n, const char *lang)
{
	return form_text(n->form, &n->guidance, lang);
}

const char *
form_node_how(const struct form_node *n, const char *lang)
{
	return form_text(n->form, &n->how, lang);
}

const char *
form_node_evidence(const struct form_node *n, const char *lang)
{
	return form_text(n->form, &n->evidence, lang);
}

const char *
form_node_constraint_message(const struct form_node *n, const char *lang)
{
	return form_text(n->form, &n->constraint_message, lang);
}

const char *
form_node_required_message(const struct form_node *n, const char *lang)
{
	return form_text(n->form, &n->required_message, lang);
}

const char *
form_node_finding(const struct form_node *n)
{
	return n->finding;
}

const char *
form_node_finding_on(const struct form_node *n)
{
	if (n->finding_on != NULL)
		return n->finding_on;
	return n->type->type == FORM_VERDICT ? form_verdict_name(VERDICT_NONCONFORM) : "";
}

const char *
form_node_finding_kind(const struct form_node *n)
{
	return n->finding_kind != NULL ? n->finding_kind : "";
}

size_t
form_node_clauses(const struct form_node *n, const char *const **v)
{
	*v = n->clause;
	return n->nclause;
}

bool
form_node_key_item(const struct form_node *n)
{
	return n->key_item;
}

bool
form_node_internal(const struct form_node *n)
{
	while (n != NULL && !n->internal)
		n = n->parent;
	return n != NULL;
}

bool
form_node_has_control(const struct form_node *n)
{
	return node_is(n, T_CONTROL);
}

bool
form_node_calculated(const struct form_node *n)
{
	return n->x[X_CALCULATION] != NULL && !n->triggered;
}

bool
form_node_counted(const struct form_node *n)
{
	return n->x[X_REPEAT_COUNT] != NULL;
}

const char *
form_node_appearance(const struct form_node *n)
{
	return n->appearance;
}

const char *
form_node_parameter(const struct form_node *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->nparam; i++)
		if (strcmp(n->param[i].name, name) == 0)
			return n->param[i].value;
	return NULL;
}

const struct form_node *
form_node_walk(const struct form_node *n, const struct form_node *top)
{
	if (n->child != NULL)
		return n->child;
	while (n != NULL && n != top) {
		if (n->next != NULL)
			return n->next;
		n = n->parent;
	}
	return NULL;
}

const struct form_node *
form_node_parent(const struct form_node *n)
{
	return n->parent;
}

const struct form_node *
form_node_next(const struct form_node *n)
{
	return n->next;
}

void
form_node_path(const struct form_node *n, struct fj_buf *out)
{
	if (n->parent != NULL)
		form_node_path(n->parent, out);
	fj_buf_putc(out, '/');
	fj_buf_puts(out, n->name);
}

int
form_node_line(const struct form_node *n)
{
	return n->line;
}

size_t
form_node_choices(const struct form_node *n, const struct form_choice *const **v)
{
	*v = n->list != NULL ? n->list->v : NULL;
	return n->list != NULL ? n->list->n : 0;
}

const char *
form_choice_name(const struct form_choice *c)
{
	return c->name;
}

const char *
form_choice_label(const struct form_choice *c, const char *lang)
{
	return form_text(c->form, &c->label, lang);
}

int
form_choice_key(const struct form_choice *c)
{
	return c->key > 0 ? c->key : 0;
}

const char *
form_choice_column(const struct form_choice *c, const char *column)
{
	size_t i;

	if (strcmp(column, "name") == 0)
		return c->name;
	for (i = 0; i < c->ncolumn; i++)
		if (strcmp(c->column[i].name, column) == 0)
			return c->column[i].value;
	return NULL;
}
