/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of choices; the verdicts and their fixed keys. */
#include <stdlib.h>
#include <string.h>

#include "form/form_i.h"

static const char *const verdicts[] = {NULL, "conform", "nonconform", "basic", "na",
    "unchecked"};

enum {
	VERDICTS = sizeof(verdicts) / sizeof(verdicts[0]),
};

const char *
form_verdict_name(int key)
{
	return key > 0 && key < VERDICTS ? verdicts[key] : NULL;
}

int
form_verdict_key(const char *name)
{
	int i;

	for (i = 1; i < VERDICTS; i++)
		if (strcmp(verdicts[i], name) == 0)
			return i;
	return 0;
}

const struct form_choice *
form_list_get(const struct form_list *l, const char *name, size_t n)
{
	return map_get(l->by_name, name, n);
}

struct form_list *
form_list_find(const struct form *f, const char *name)
{
	return map_get(f->lists, name, strlen(name));
}

static const char *
scalar(struct def *d, const struct json *v)
{
	switch (v->type) {
	case JSON_STRING:
	case JSON_NUMBER:
		return def_dup(d, v->text, v->len);
	case JSON_BOOL:
		return v->truth ? "true" : "false";
	default:
		break;
	}
	return NULL;
}

/* Rows stand side by side and have mostly the same columns: one name for all. */
static const char *
column_name(struct def *d, const struct form_choice *c, const struct json *v)
{
	const struct form_choice *before = c->index > 0 ? c - 1 : NULL;

	if (before != NULL && before->ncolumn > c->ncolumn &&
	    strcmp(before->column[c->ncolumn].name, v->key) == 0)
		return before->column[c->ncolumn].name;
	return def_dup(d, v->key, strlen(v->key));
}

/* How many keys of a row may be columns. */
size_t
def_choice_columns(const struct json *at)
{
	const struct json *v;
	size_t n = 0;

	json_each(v, at)
		if (v->key != NULL && strcmp(v->key, "name") != 0 && strcmp(v->key, "label") != 0)
			n++;
	return n + 1;
}

/* Any other key of a choice is a column, for filters and instance(). */
void
def_choice_column(struct def *d, struct form_choice *c, struct form_column *col,
    const struct json *v)
{
	int64_t key;

	if (strncmp(v->key, "label", 5) == 0 && (v->key[5] == '\0' || v->key[5] == ':')) {
		def_texts_add(d, &c->label, v->key[5] == ':' ? v->key + 5 +
		    strspn(v->key + 5, ":") : "", v);
		return;
	}
	if (strcmp(v->key, "name") == 0)
		return;
	if (strcmp(v->key, "key") == 0)
		c->key = json_int_value(v, &key) && key >= 1 && key <= 5 ? (int)key : -1;
	col->name = column_name(d, c, v);
	col->value = scalar(d, v);
	if (col->value == NULL && strncmp(v->key, "x-", 2) != 0 && v->type != JSON_NULL)
		def_fault(d, v, true, "form.not-text", "s", v->key);
	if (col->value != NULL)
		c->ncolumn++;
}

struct form_choice *
def_choice_new(struct def *d, struct form_list *l, const char *name)
{
	struct form_choice *c = def_alloc(d, sizeof(*c));
	const struct form_choice **v = def_alloc(d, (l->n + 1) * sizeof(*v));

	if (c == NULL || v == NULL)
		return NULL;
	if (l->n > 0)
		memcpy(v, l->v, l->n * sizeof(*v));
	c->form = d->f;
	c->list = l;
	c->name = name;
	c->index = l->n;
	v[l->n++] = c;
	l->v = v;
	if (map_get(l->by_name, name, strlen(name)) == NULL)
		(void)map_put(l->by_name, name, strlen(name), c);
	return c;
}

static void
choice(struct def *d, struct form_list *l, struct form_choice *c, const struct json *at)
{
	const struct json *v, *name = json_get(at, "name");
	struct form_column *col;

	c->form = d->f;
	c->list = l;
	c->line = at->line;
	c->at_column = at->column;
	if (at->type != JSON_OBJECT || name == NULL ||
	    (c->name = scalar(d, name)) == NULL || c->name[0] == '\0') {
		def_fault(d, at, true, "form.choice-name", "s", l->name);
		c->name = "";
		return;
	}
	if (form_list_get(l, c->name, strlen(c->name)) != NULL) {
		if (!d->f->duplicates)
			def_fault(d, name, true, "form.choice-twice", "ss", l->name, c->name);
	} else {
		(void)map_put(l->by_name, c->name, strlen(c->name), c);
	}
	col = def_alloc(d, def_choice_columns(at) * sizeof(*col));
	if (col == NULL)
		return;
	c->column = col;
	json_each(v, at)
		def_choice_column(d, c, &col[c->ncolumn], v);
}

static void
list(struct def *d, const struct json *at)
{
	struct form_list *l = def_alloc(d, sizeof(*l));
	struct form_choice *rows = def_alloc(d, (size_t)at->count * sizeof(*rows));
	const struct form_choice **v = def_alloc(d, (size_t)at->count * sizeof(*v));
	const struct json *item;

	if (l == NULL || rows == NULL || v == NULL)
		return;
	l->name = def_dup(d, at->key, strlen(at->key));
	l->by_name = map_new();
	l->v = v;
	(void)map_put(d->f->lists, l->name, strlen(l->name), l);
	if (at->type != JSON_ARRAY) {
		def_fault(d, at, true, "form.not-list", "s", at->key);
		return;
	}
	json_each(item, at) {
		rows[l->n].index = l->n;
		v[l->n] = &rows[l->n];
		choice(d, l, &rows[l->n], item);
		l->n++;
	}
}

void
def_lists(struct def *d, const struct json *choices)
{
	const struct json *item;

	if (choices == NULL)
		return;
	if (choices->type != JSON_OBJECT) {
		def_fault(d, choices, true, "form.not-object", "s", "choices");
		return;
	}
	json_each(item, choices)
		list(d, item);
}

/* Name and key of a verdict belong together, everywhere the same. */
void
def_verdict_list(struct def *d, struct form_node *n, const struct json *at)
{
	struct form_list *l = n->list;
	size_t i;

	if (l->verdict_checked)
		return;
	l->verdict_checked = true;
	if (l->n == 0)
		def_fault(d, at, true, "form.list-empty", "s", l->name);
	for (i = 0; i < l->n; i++) {
		const struct form_choice *c = l->v[i];
		struct json place = {.line = c->line, .column = c->at_column};
		const char *want = form_verdict_name(c->key);

		if (want == NULL)
			def_fault(d, &place, true, "form.verdict-key", "ss", l->name, c->name);
		else if (strcmp(want, c->name) != 0)
			def_fault(d, &place, true, "form.verdict-pair", "ss", c->name, want);
	}
}
