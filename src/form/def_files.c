/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists kept outside: packed under "files", they are lists like the others,
 * named as instance() and pulldata() name them: the file without its ending.
 * parameters value= and label= say which columns are name and label.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "form/form_i.h"

/* "cities" of "cities.csv". */
static size_t
stem(const char *file)
{
	const char *dot = strrchr(file, '.');

	return dot != NULL && dot > file ? (size_t)(dot - file) : strlen(file);
}

static bool
ends(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && strcmp(s + n - k, end) == 0;
}

/* A file's row needs no name; without one it is found by its columns only. */
static void
row(struct def *d, struct form_list *l, struct form_choice *c, const struct json *at)
{
	const struct json *v;
	struct form_column *col = def_alloc(d, def_choice_columns(at) * sizeof(*col));

	c->form = d->f;
	c->list = l;
	c->line = at->line;
	c->at_column = at->column;
	c->name = "";
	c->column = col;
	if (at->type != JSON_OBJECT || col == NULL) {
		if (at->type != JSON_OBJECT)
			def_fault(d, at, true, "form.file-rows", "s", l->file);
		return;
	}
	json_each(v, at) {
		if (strcmp(v->key, "name") == 0 && v->text != NULL)
			c->name = def_dup(d, v->text, v->len);
		else
			def_choice_column(d, c, &col[c->ncolumn], v);
	}
}

static void
by_name(struct form_list *l, struct form_choice *c)
{
	if (c->name[0] != '\0' && form_list_get(l, c->name, strlen(c->name)) == NULL)
		(void)map_put(l->by_name, c->name, strlen(c->name), c);
}

static struct form_list *
list_new(struct def *d, const char *key, size_t n, const char *file, size_t rows,
    struct form_choice **row_out)
{
	struct form_list *l = def_alloc(d, sizeof(*l));
	const struct form_choice **v = def_alloc(d, (rows + 1) * sizeof(*v));
	size_t i;

	*row_out = def_alloc(d, (rows + 1) * sizeof(**row_out));
	if (l == NULL || v == NULL || *row_out == NULL)
		return NULL;
	l->name = def_dup(d, key, n);
	l->file = file;
	l->by_name = map_new();
	l->v = v;
	l->n = rows;
	for (i = 0; i < rows; i++) {
		v[i] = &(*row_out)[i];
		(*row_out)[i].index = i;
	}
	(void)map_put(d->f->lists, l->name, strlen(l->name), l);
	return l;
}

static void
one_file(struct def *d, const struct json *at)
{
	const struct json *item;
	struct form_choice *rows;
	struct form_list *l;
	const char *file = def_dup(d, at->key, strlen(at->key));
	size_t i = 0, n = stem(file);

	if (at->type != JSON_ARRAY) {
		def_fault(d, at, true, "form.file-rows", "s", file);
		return;
	}
	if (map_get(d->f->lists, file, n) != NULL) {
		def_fault(d, at, true, "form.file-twice", "s", file);
		return;
	}
	l = list_new(d, file, n, file, (size_t)at->count, &rows);
	if (l == NULL)
		return;
	json_each(item, at) {
		row(d, l, &rows[i], item);
		by_name(l, &rows[i++]);
	}
}

void
def_files(struct def *d, const struct json *files)
{
	const struct json *item;

	if (files == NULL)
		return;
	if (files->type != JSON_OBJECT) {
		def_fault(d, files, true, "form.not-object", "s", "files");
		return;
	}
	json_each(item, files)
		one_file(d, item);
}

static struct form_list *
packed(const struct def *d, const char *file)
{
	struct form_list *l = map_get(d->f->lists, file, stem(file));

	return l != NULL && l->file != NULL && strcmp(l->file, file) == 0 ? l : NULL;
}

struct form_list *
def_file_list(struct def *d, const struct form_node *n, const char *file,
    const struct json *at)
{
	struct form_list *l = packed(d, file);
	struct form_choice *none;

	if (l != NULL)
		return l;
	def_fault(d, at, true, "form.file-missing", "ss", file, n->name);
	/* Told once: what else asks for it finds an empty list. */
	if (file[0] == '\0' || map_get(d->f->lists, file, stem(file)) != NULL)
		return NULL;
	return list_new(d, file, stem(file), def_dup(d, file, strlen(file)), 0, &none);
}

/* Legacy: the rows of itemsets.csv whose list_name says so. */
struct form_list *
def_external_list(struct def *d, const struct form_node *n, const char *name,
    const struct json *at)
{
	struct form_list *all = def_file_list(d, n, "itemsets.csv", at), *l;
	struct form_choice *rows;
	size_t i, count = 0;

	if (all == NULL)
		return NULL;
	l = list_new(d, name, strlen(name), all->file, all->n, &rows);
	for (i = 0; l != NULL && i < all->n; i++) {
		const char *of = form_choice_column(all->v[i], "list_name");

		if (of == NULL || strcmp(of, name) != 0)
			continue;
		rows[count] = *all->v[i];
		rows[count].list = l;
		rows[count].index = count;
		by_name(l, &rows[count++]);
	}
	if (l != NULL)
		l->n = count;
	return l;
}

/* ---- other columns as name and label ---- */

static bool
has_column(const struct form_list *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (form_choice_column(l->v[i], name) != NULL)
			return true;
	return l->n == 0;
}

/* Rows with the text of column as their label; NULL: as they are. */
static struct form_texts
label_of(struct def *d, const struct form_choice *c, const char *column)
{
	struct form_texts t = {NULL, 0};
	struct form_text *one;
	const char *s;

	if (column == NULL || strcmp(column, "label") == 0)
		return c->label;
	s = form_choice_column(c, column);
	one = s != NULL ? def_alloc(d, sizeof(*one)) : NULL;
	if (one != NULL) {
		one->lang = "";
		one->s = s;
		t.v = one;
		t.n = 1;
	}
	return t;
}

static struct form_list *
derived(struct def *d, const struct form_list *from, const char *value, const char *label)
{
	struct form_choice *rows;
	struct form_list *l;
	struct fj_buf key;
	size_t i;

	fj_buf_init(&key, 4 * LIMIT_NAME_BYTES);
	fj_buf_printf(&key, "%s?value=%s&label=%s", from->file, value, label != NULL ? label : "");
	l = map_get(d->f->lists, key.p, key.n);
	if (l == NULL)
		l = list_new(d, key.p, key.n, from->file, from->n, &rows);
	else
		rows = NULL;
	fj_buf_release(&key);
	for (i = 0; l != NULL && rows != NULL && i < from->n; i++) {
		const char *s = form_choice_column(from->v[i], value);

		rows[i] = *from->v[i];
		rows[i].list = l;
		rows[i].name = s != NULL ? s : "";
		rows[i].label = label_of(d, from->v[i], label);
		by_name(l, &rows[i]);
	}
	return l;
}

static bool
differs(const char *asked, const char *usual)
{
	return asked != NULL && strcmp(asked, usual) != 0;
}

static const char *
lacks(const struct form_list *l, const char *value, const char *label)
{
	if (value != NULL && !has_column(l, value))
		return value;
	return differs(label, "label") && !has_column(l, label) ? label : NULL;
}

/* A GeoJSON file's features are named by id and shown by title. */
void
def_file_columns(struct def *d, struct form_node *n, const struct json *at)
{
	const char *value = form_node_parameter(n, "value");
	const char *label = form_node_parameter(n, "label"), *bad;
	struct form_list *l = n->list;

	if (l == NULL || l->file == NULL)
		return;
	if (ends(l->file, ".geojson")) {
		value = value == NULL && has_column(l, "id") ? "id" : value;
		label = label == NULL && has_column(l, "title") ? "title" : label;
	}
	bad = lacks(l, value, label);
	if (bad != NULL)
		def_fault(d, at, true, "form.file-column", "ss", l->file, bad);
	else if (differs(value, "name") || differs(label, "label"))
		n->list = derived(d, l, value != NULL ? value : "name", label);
}

/* ---- what is missing ---- */

struct needed {
	const struct json *files, *choices;
	struct map *told;
	bool (*fn)(void *ctx, const char *name);
	void *ctx;
	bool stop;
};

static void
need(struct needed *q, const char *name, size_t n)
{
	char *file = xstrndup(name, n);

	if (!q->stop && n > 0 && n < LIMIT_NAME_BYTES && json_get(q->files, file) == NULL &&
	    map_get(q->told, name, n) == NULL) {
		(void)map_put(q->told, name, n, q);
		q->stop = !q->fn(q->ctx, file);
	}
	free(file);
}

/* pulldata('list', ..), search('list', ..): a list of the form, or list.csv. */
static void
need_of_call(struct needed *q, const char *text, const char *call)
{
	const char *s = text, *end;
	struct fj_buf b;

	while (!q->stop && (s = strstr(s, call)) != NULL) {
		s += strlen(call);
		s += strspn(s, " \t\r\n(");
		if (*s != '\'' && *s != '"')
			continue;
		end = strchr(s + 1, *s);
		if (end == NULL)
			return;
		fj_buf_init(&b, LIMIT_NAME_BYTES);
		fj_buf_add(&b, s + 1, (size_t)(end - s - 1));
		if (b.n > 0 && !fj_buf_over(&b) && json_get(q->choices, b.p) == NULL) {
			fj_buf_puts(&b, ".csv");
			need(q, b.p, b.n);
		}
		fj_buf_release(&b);
		s = end;
	}
}

static void
need_of_item(struct needed *q, const struct json *item)
{
	const char *type = json_str(item, "type"), *name = json_str(item, "name"), *file;
	const struct json *v;
	size_t k = type != NULL ? strcspn(type, " \t") : 0;
	struct fj_buf b;

	if (k > 0 && (form_type_from_file(type, k))) {
		file = type + k + strspn(type + k, " \t");
		need(q, file, strcspn(file, " \t"));
	} else if (type != NULL && name != NULL && (strcmp(type, "csv-external") == 0 ||
	    strcmp(type, "xml-external") == 0)) {
		fj_buf_init(&b, LIMIT_NAME_BYTES);
		fj_buf_printf(&b, "%s.%.3s", name, type);
		need(q, b.p, b.n);
		fj_buf_release(&b);
	} else if (k == strlen("select_one_external") &&
	    memcmp(type, "select_one_external", k) == 0) {
		file = type + k + strspn(type + k, " \t");
		if (json_get(q->choices, file) == NULL)
			need(q, "itemsets.csv", strlen("itemsets.csv"));
	}
	json_each(v, item)
		if (json_text(v) != NULL && !q->stop) {
			need_of_call(q, v->text, "pulldata(");
			if (strcmp(v->key, "appearance") == 0)
				need_of_call(q, v->text, "search(");
		}
}

static void
need_of_children(struct needed *q, const struct json *children, int depth)
{
	const struct json *item;

	if (children == NULL || children->type != JSON_ARRAY || depth > LIMIT_FORM_DEPTH)
		return;
	json_each(item, children) {
		if (q->stop || item->type != JSON_OBJECT)
			continue;
		need_of_item(q, item);
		need_of_children(q, json_get(item, "children"), depth + 1);
	}
}

enum fj_rc
form_files_needed(const char *p, size_t n, bool (*fn)(void *ctx, const char *name),
    void *ctx, struct fj_err *e)
{
	struct needed q = {.fn = fn, .ctx = ctx};
	struct json_doc *doc = NULL;
	enum fj_rc rc = n > LIMIT_FORM_BYTES ?
	    fj_fail(e, FJ_LIMIT, "form.large", "d", (int)LIMIT_FORM_BYTES) :
	    json_parse(p, n, &doc, e);

	if (rc != FJ_OK)
		return rc;
	q.files = json_get(json_root(doc), "files");
	q.choices = json_get(json_root(doc), "choices");
	q.told = map_new();
	need_of_children(&q, json_get(json_root(doc), "children"), 0);
	map_free(&q.told, NULL);
	json_free(&doc);
	return FJ_OK;
}
