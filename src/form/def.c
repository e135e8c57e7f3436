/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to struct form (DESIGN section 6): reads all, tells every fault at once. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "form/form_i.h"

static const char *
string_of(struct def *d, const struct json *root, const char *key, const char *otherwise)
{
	const struct json *v = json_get(root, key);

	if (v == NULL)
		return otherwise;
	if (v->type != JSON_STRING && v->type != JSON_NUMBER) {
		def_fault(d, v, true, "form.not-text", "s", key);
		return otherwise;
	}
	return def_dup(d, v->text, v->len);
}

static void
languages(struct def *d, const struct json *v)
{
	const char **list;
	const struct json *item;

	if (v == NULL)
		return;
	list = def_alloc(d, (size_t)(v->count + 1) * sizeof(*list));
	if (v->type != JSON_ARRAY || list == NULL) {
		def_fault(d, v, true, "form.not-list", "s", "languages");
		return;
	}
	d->f->language = list;
	json_each(item, v)
		if (item->type == JSON_STRING)
			list[d->f->nlanguage++] = def_dup(d, item->text, item->len);
}

static void
sources(struct def *d, const struct json *v)
{
	struct form_source *list;
	const struct json *item;

	if (v == NULL)
		return;
	list = def_alloc(d, (size_t)(v->count + 1) * sizeof(*list));
	if (v->type != JSON_ARRAY || list == NULL) {
		def_fault(d, v, true, "form.not-list", "s", "sources");
		return;
	}
	d->f->source = list;
	json_each(item, v) {
		struct form_source *s = &list[d->f->nsource++];

		s->id = string_of(d, item, "id", "");
		s->title = string_of(d, item, "title", "");
		s->as_of = string_of(d, item, "as_of", "");
		if (s->id[0] == '\0')
			def_fault(d, item, true, "form.source", "", "");
	}
}

static const char *const top_keys[] = {"form", "version", "title", "root", "languages", "files", "itext",
    "default_language", "sources", "choices", "children", "instance_name", "style",
    "allow_choice_duplicates", "validate", "description", "min_version"};

const char *
def_top_key(size_t i)
{
	return i < sizeof(top_keys) / sizeof(top_keys[0]) ? top_keys[i] : NULL;
}

static void
unknown_keys(struct def *d, const struct json *root)
{
	const struct json *v;
	size_t i;

	json_each(v, root) {
		for (i = 0; i < sizeof(top_keys) / sizeof(top_keys[0]); i++)
			if (strcmp(top_keys[i], v->key) == 0)
				break;
		if (i == sizeof(top_keys) / sizeof(top_keys[0]) && strncmp(v->key, "x-", 2) != 0)
			def_fault(d, v, true, "form.unknown-key", "s", v->key);
	}
	/* A form that says it needs a newer language than this one. */
	v = json_get(root, "min_version");
	if (v != NULL && (v->text == NULL || strcmp(v->text, "1") != 0))
		def_fault(d, v, true, "form.newer", "s", v->text != NULL ? v->text : "");
}

static void
head(struct def *d, const struct json *root)
{
	struct form *f = d->f;
	const struct json *name = json_get(root, "root");

	f->id = string_of(d, root, "form", "");
	f->version = string_of(d, root, "version", "");
	f->title = def_texts(d, json_get(root, "title"), "");
	f->root_name = string_of(d, root, "root", "data");
	f->duplicates = json_is_true(root, "allow_choice_duplicates");
	languages(d, json_get(root, "languages"));
	f->default_language = string_of(d, root, "default_language",
	    f->nlanguage > 0 ? f->language[0] : "zh");
	sources(d, json_get(root, "sources"));
	if (f->id[0] == '\0')
		def_fault(d, root, true, "form.no-id", "s", "form");
	if (json_get(root, "version") == NULL)
		def_fault(d, root, true, "form.no-id", "s", "version");
	if (!form_name_ok(f->root_name, strlen(f->root_name)))
		def_fault(d, name != NULL ? name : root, true, "form.name", "s", f->root_name);
}

/* jr:itext('id'): {"itext": {"id": "text" or texts by language}} */
static void
itext(struct def *d, const struct json *v)
{
	const struct json *item;
	struct form_texts *t;

	if (v == NULL)
		return;
	if (v->type != JSON_OBJECT) {
		def_fault(d, v, true, "form.not-object", "s", "itext");
		return;
	}
	json_each(item, v) {
		t = def_alloc(d, sizeof(*t));
		if (t == NULL)
			return;
		*t = def_texts(d, item, "");
		(void)map_put(d->f->itext, item->key, strlen(item->key), t);
	}
}

/* What a record is called: an expression over the whole form. */
static void
instance_name(struct def *d, const struct json *v)
{
	struct expr_job *job;

	if (v == NULL || v->type == JSON_NULL)
		return;
	if (json_text(v) == NULL) {
		def_fault(d, v, true, "form.not-text", "s", "instance_name");
		return;
	}
	job = def_job(d, d->f->root, X_N, v, v->text, v->len);
	job->rule = &d->f->instance_name;
}

static void
root_node(struct def *d, const struct json *root)
{
	struct form_node *n = def_alloc(d, sizeof(*n));

	if (n == NULL)
		return;
	n->form = d->f;
	n->name = d->f->root_name;
	n->type = form_type_find("group", 5);
	n->label = d->f->title;
	n->finding = "";
	n->appearance = "";
	n->line = root->line;
	n->column = root->column;
	n->instances = -1;
	n->index = (unsigned)d->f->nnode++;
	d->f->root = n;
	if (json_get(root, "children") == NULL)
		def_fault(d, root, true, "form.no-id", "s", "children");
	def_nodes(d, n, json_get(root, "children"));
	instance_name(d, json_get(root, "instance_name"));
}

static void
index_nodes(struct def *d)
{
	struct form *f = d->f;
	const struct form_node *n;
	size_t i = 0;

	f->node = def_alloc(d, f->nnode * sizeof(*f->node));
	if (f->node == NULL)
		return;
	/* Nodes with a fault were counted but not linked: count again. */
	for (n = f->root; n != NULL; n = form_node_walk(n, NULL)) {
		f->node[i] = (struct form_node *)(uintptr_t)n;
		f->node[i]->index = (unsigned)i;
		i++;
	}
	f->nnode = i;
}

size_t
form_first_instances(const struct form_node *n)
{
	if (n->instances >= 0)
		return (size_t)n->instances;
	return n->x[X_REPEAT_COUNT] != NULL ? 0 : 1;
}

/* How many places one of each node makes when a form is opened. */
static void
count_places(struct def *d)
{
	struct form *f = d->f;
	size_t i;

	for (i = f->nnode; i-- > 0;) {
		struct form_node *n = f->node[i], *up = n->parent;
		struct json at = {.line = n->line, .column = n->column};
		size_t all;

		n->places++;
		all = n->type->type == FORM_REPEAT ? 1 + n->places * form_first_instances(n) :
		    n->places;
		if (all > LIMIT_INST_NODES) {
			def_fault(d, &at, true, "form.places", "s", n->name);
			return;
		}
		if (up != NULL)
			up->places += all;
	}
}

static void
read_all(struct def *d, const struct json *root)
{
	if (root->type != JSON_OBJECT) {
		def_fault(d, root, true, "form.not-object", "s", "");
		return;
	}
	head(d, root);
	unknown_keys(d, root);
	def_lists(d, json_get(root, "choices"));
	def_files(d, json_get(root, "files"));
	itext(d, json_get(root, "itext"));
	root_node(d, root);
	if (d->f->root == NULL || d->limit)
		return;
	index_nodes(d);
	if (!d->limit)
		def_compile(d);
	if (!d->limit)
		def_refs(d);
	if (!d->limit && d->faults->errors == 0)
		count_places(d);
	if (!d->limit && (d->faults->errors == 0 || d->lint != NULL))
		def_order(d);
	if (!d->limit && d->lint != NULL)
		def_lint(d, root);
}

static bool
list_free(void *ctx, const void *key, size_t n, void *v)
{
	struct form_list *l = v;

	(void)ctx;
	(void)key;
	(void)n;
	map_free(&l->by_name, NULL);
	return true;
}

static void
deps_free(struct form *f)
{
	size_t i;
	int a;

	for (i = 0; f->node != NULL && i < f->nnode; i++) {
		free(f->node[i]->trigger.v);
		for (a = 0; a < A_N; a++)
			free(f->node[i]->deps[a].v);
	}
}

void
form_free(struct form **fp)
{
	struct form *f = *fp;

	if (f == NULL)
		return;
	deps_free(f);
	map_each(f->lists, list_free, NULL);
	map_free(&f->lists, NULL);
	map_free(&f->names, NULL);
	map_free(&f->itext, NULL);
	arena_free(&f->arena);
	free(f);
	*fp = NULL;
}

static enum fj_rc
first_error(const struct form_faults *l, struct fj_err *e)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].severity != FORM_ERROR)
			continue;
		if (e != NULL)
			*e = l->v[i].err;
		return FJ_INVAL;
	}
	return fj_fail(e, FJ_INVAL, "form.faulty", "");
}

static int
by_place(const void *a, const void *b)
{
	const struct form_fault *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

static void
parse_fault(struct def *d, const struct fj_err *e)
{
	int line = 1, column = 1;

	if (e->narg >= 2) {
		line = (int)strtol(e->arg[0], NULL, 10);
		column = (int)strtol(e->arg[1], NULL, 10);
	}
	def_fault_at(d, line, column, true, e);
}

static enum fj_rc
load(const char *p, size_t n, const struct form_lint *lint, struct form **out,
    struct form_faults *faults, struct fj_err *e)
{
	struct form_faults own = {0};
	struct def d = {.faults = faults != NULL ? faults : &own, .lint = lint};
	struct json_doc *doc = NULL;
	struct fj_err je;
	enum fj_rc rc;

	*out = NULL;
	fj_err_clear(&je);
	if (n > LIMIT_FORM_BYTES) {
		rc = fj_fail(&je, FJ_LIMIT, "form.large", "d", (int)LIMIT_FORM_BYTES);
		def_fault_at(&d, 1, 1, true, &je);
		goto out;
	}
	rc = json_parse(p, n, &doc, &je);
	if (rc != FJ_OK) {
		parse_fault(&d, &je);
		goto out;
	}
	d.f = xcalloc(1, sizeof(*d.f));
	d.f->arena = arena_new(LIMIT_FORM_MEMORY);
	d.f->lists = map_new();
	d.f->names = map_new();
	d.f->itext = map_new();
	read_all(&d, json_root(doc));
	if (d.limit && d.faults->errors == 0)
		def_fault(&d, NULL, true, "form.memory", "");
	if (d.faults->n > 0)
		qsort(d.faults->v, d.faults->n, sizeof(*d.faults->v), by_place);
	if (d.faults->errors > 0) {
		rc = first_error(d.faults, &je);
		form_free(&d.f);
	}
	*out = d.f;
out:
	if (rc != FJ_OK && e != NULL)
		*e = je;
	json_free(&doc);
	free(d.jobs);
	free(d.texts);
	form_faults_release(&own);
	return rc;
}

enum fj_rc
form_load(const char *p, size_t n, struct form **out, struct form_faults *faults,
    struct fj_err *e)
{
	return load(p, n, NULL, out, faults, e);
}

enum fj_rc
form_check(const char *p, size_t n, const struct form_lint *lint,
    struct form_faults *faults, struct fj_err *e)
{
	static const struct form_lint none = {NULL, NULL};
	struct form *f;
	enum fj_rc rc = load(p, n, lint != NULL ? lint : &none, &f, faults, e);

	form_free(&f);
	return rc;
}
