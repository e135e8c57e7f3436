/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form as it is written: its places with their types in ODK's words, the
 * texts of or_other, and a node for each count that is no plain reference.
 */
#include <string.h>

#include "base/limits.h"
#include "xform/export_i.h"

static const struct xtype types[] = {
	{"group", XC_GROUP, NULL, NULL, false, true},
	{"repeat", XC_REPEAT, NULL, NULL, false, true},
	{"text", XC_INPUT, "string", NULL, false, true},
	{"integer", XC_INPUT, "int", NULL, false, true},
	{"int", XC_INPUT, "int", NULL, false, true},
	{"decimal", XC_INPUT, "decimal", NULL, false, true},
	{"range", XC_RANGE, "int", NULL, false, true},
	{"select_one", XC_SELECT1, "string", NULL, false, true},
	{"select_multiple", XC_SELECT, "string", NULL, false, true},
	{"select_one_from_file", XC_SELECT1, "string", NULL, false, true},
	{"select_multiple_from_file", XC_SELECT, "string", NULL, false, true},
	{"select_one_external", XC_SELECT1, "string", NULL, false, true},
	{"rank", XC_RANK, "odk:rank", NULL, false, true},
	{"verdict", XC_SELECT1, "string", NULL, false, false},
	{"date", XC_INPUT, "date", NULL, false, true},
	{"time", XC_INPUT, "time", NULL, false, true},
	{"datetime", XC_INPUT, "dateTime", NULL, false, true},
	{"dateTime", XC_INPUT, "dateTime", NULL, false, true},
	{"note", XC_INPUT, "string", NULL, false, false},
	{"acknowledge", XC_TRIGGER, "string", NULL, false, true},
	{"trigger", XC_TRIGGER, "string", NULL, false, true},
	{"geopoint", XC_INPUT, "geopoint", NULL, false, true},
	{"geotrace", XC_INPUT, "geotrace", NULL, false, true},
	{"geoshape", XC_INPUT, "geoshape", NULL, false, true},
	{"start-geopoint", XC_NONE, "geopoint", NULL, false, false},
	{"background-geopoint", XC_NONE, "geopoint", NULL, false, false},
	{"image", XC_UPLOAD, "binary", "image/*", false, true},
	{"audio", XC_UPLOAD, "binary", "audio/*", false, true},
	{"video", XC_UPLOAD, "binary", "video/*", false, true},
	{"file", XC_UPLOAD, "binary", "application/*", false, true},
	{"background-audio", XC_NONE, "binary", NULL, true, false},
	{"osm", XC_UPLOAD, "binary", "osm/*", false, false},
	{"barcode", XC_INPUT, "barcode", NULL, false, true},
	{"calculate", XC_NONE, "string", NULL, false, false},
	{"hidden", XC_NONE, "string", NULL, false, false},
	{"start", XC_NONE, "dateTime", "timestamp start", false, false},
	{"end", XC_NONE, "dateTime", "timestamp end", false, false},
	{"today", XC_NONE, "date", "date today", false, false},
	{"deviceid", XC_NONE, "string", "property deviceid", false, false},
	{"username", XC_NONE, "string", "property username", false, false},
	{"phonenumber", XC_NONE, "string", "property phonenumber", false, false},
	{"email", XC_NONE, "string", "property email", false, false},
	{"audit", XC_NONE, "binary", NULL, true, false},
	{"csv-external", XC_DATA, NULL, "csv", false, true},
	{"xml-external", XC_DATA, NULL, "xml", false, true},
	{"finding", XC_INPUT, "string", NULL, true, false},
	{"uscc", XC_INPUT, "string", NULL, true, false},
	{"subject", XC_INPUT, "string", NULL, true, false},
	{"measurement", XC_INPUT, "string", NULL, true, false},
	{"signature", XC_UPLOAD, "binary", "image/*", false, false},
};

/* A type that this table does not know is a text to ODK. */
static const struct xtype other_type = {"", XC_INPUT, "string", NULL, true, false};

const struct xtype *
xtype_of(const struct json *at)
{
	const char *s = json_str(at, "type");
	size_t i, n = s != NULL ? strcspn(s, " \t") : 0;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].word) == n && memcmp(types[i].word, s, n) == 0)
			return &types[i];
	return &other_type;
}

static const char *
joined(struct xport *x, const char *a, const char *sep, const char *b)
{
	size_t n = strlen(a) + strlen(sep) + strlen(b);
	char *s = arena_alloc(x->mem, n + 1);

	if (s == NULL)
		return NULL;
	memcpy(s, a, strlen(a));
	memcpy(s + strlen(a), sep, strlen(sep));
	memcpy(s + strlen(a) + strlen(sep), b, strlen(b) + 1);
	return s;
}

static bool
keep(struct xport *x, struct xq *q)
{
	struct xq **v;

	if (x->nq == x->cap) {
		x->cap = x->cap > 0 ? 2 * x->cap : 256;
		v = arena_alloc(x->mem, x->cap * sizeof(*v));
		if (v == NULL)
			return false;
		if (x->nq > 0)
			memcpy(v, x->by_name, x->nq * sizeof(*v));
		x->by_name = v;
	}
	x->by_name[x->nq++] = q;
	return true;
}

static struct xq *
q_new(struct xport *x, struct xq *parent, const char *name, const struct json *at)
{
	struct xq *q = arena_alloc(x->mem, sizeof(*q));

	if (q == NULL || name == NULL || !keep(x, q))
		return NULL;
	q->at = at;
	q->name = name;
	q->parent = parent;
	q->path = joined(x, parent != NULL ? parent->path : "", "/", name);
	if (q->path == NULL)
		return NULL;
	if (parent != NULL) {
		q->in_repeat = parent->in_repeat || parent->type->control == XC_REPEAT;
		if (parent->last != NULL)
			parent->last->next = q;
		else
			parent->child = q;
		parent->last = q;
	}
	return q;
}

struct xq *
xport_find(const struct xport *x, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < x->nq; i++)
		if (strlen(x->by_name[i]->name) == n && !x->by_name[i]->helper &&
		    memcmp(x->by_name[i]->name, name, n) == 0)
			return x->by_name[i];
	return NULL;
}

const struct xq *
xport_walk(const struct xq *q)
{
	if (q->child != NULL)
		return q->child;
	while (q != NULL && q->next == NULL)
		q = q->parent;
	return q != NULL ? q->next : NULL;
}

/* A single reference may stand in jr:count itself. */
static bool
is_path(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strchr("()[]+*|=<>!,'\" \t\r\n", s[i]) != NULL)
			return false;
	return n > 0 && (s[0] == '/' || s[0] == '.');
}

/* The node that carries a count stands before its repeat: ODK's engine needs the
 * count when it makes the repeat.  Its name is one that nothing else has. */
static const char *
count_node(struct xport *x, struct xq *parent, const struct form_node *repeat)
{
	const char *name = joined(x, form_node_name(repeat), "_", "count");
	struct xq *q;

	while (name != NULL && form_find(x->f, name) != NULL)
		name = joined(x, name, "_", "");
	q = q_new(x, parent, name, NULL);
	if (q == NULL)
		return NULL;
	q->n = repeat;
	q->helper = true;
	q->type = xtype_of(NULL);
	/* An absolute path inside of a repeat is the first instance's to ODK. */
	return q->in_repeat ? joined(x, "..", "/", name) : q->path;
}

/* jr:count of a repeat; "" when it has none, NULL when memory is out. */
static const char *
count_of(struct xport *x, struct xq *parent, const struct form_node *repeat)
{
	const char *count = "";
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_EXPR_BYTES * 4);
	if (form_node_expr(repeat, FORM_SLOT_REPEAT_COUNT, FORM_PRINT_XPATH, &b))
		count = is_path(b.p, b.n) ? arena_strndup(x->mem, b.p, b.n) :
		    count_node(x, parent, repeat);
	fj_buf_release(&b);
	return count;
}

const char *
file_stem(struct xport *x, const char *name, size_t n)
{
	size_t k = n;

	while (k > 0 && name[k - 1] != '.')
		k--;
	return arena_strndup(x->mem, name, k > 1 ? k - 1 : n);
}

/* The list of a select: a name, or the stem of the file; *other: or_other is said. */
static void
list_of(struct xport *x, struct xq *q, bool *other)
{
	const char *s = json_str(q->at, "type"), *p;
	size_t n;

	*other = false;
	if (q->type->control == XC_DATA)
		q->list = q->name;
	if (s == NULL || (q->type->control != XC_SELECT1 && q->type->control != XC_SELECT &&
	    q->type->control != XC_RANK))
		return;
	s += strcspn(s, " \t");
	s += strspn(s, " \t");
	n = strcspn(s, " \t");
	if (n == 0)
		return;
	q->value_column = "name";
	if (strstr(q->type->word, "_from_file") != NULL) {
		q->list = file_stem(x, s, n);
		p = form_node_parameter(q->n, "value");
		q->value_column = p != NULL ? p : "name";
		p = form_node_parameter(q->n, "label");
		q->label_column = p != NULL ? p : "label";
	} else {
		q->list = arena_strndup(x->mem, s, n);
	}
	s += n;
	s += strspn(s, " \t");
	*other = strcmp(s, "or_other") == 0;
}

static bool
other_node(struct xport *x, struct xq *of)
{
	struct xq *q = q_new(x, of->parent, joined(x, of->name, "_", "other"), NULL);

	if (q == NULL)
		return false;
	q->type = &types[2];
	q->n = form_find(x->f, q->path);
	return q->n != NULL;
}

static bool children(struct xport *x, struct xq *parent, const struct json *list);

static bool
question(struct xport *x, struct xq *parent, const struct json *at)
{
	const struct xtype *type = xtype_of(at);
	const char *name = json_str(at, "name"), *count = "";
	const struct form_node *n;
	struct xq *q;
	bool other;

	if (name == NULL)
		return true;
	n = form_find(x->f, joined(x, parent->path, "/", name));
	if (n != NULL && type->control == XC_REPEAT)
		count = count_of(x, parent, n);
	q = count != NULL ? q_new(x, parent, name, at) : NULL;
	if (q == NULL)
		return false;
	q->type = type;
	q->n = n;
	if (n == NULL)
		q->type = type->control == XC_DATA ? type : &other_type;
	q->count = count[0] != '\0' ? count : NULL;
	list_of(x, q, &other);
	if (other && !other_node(x, q))
		return false;
	return children(x, q, json_get(at, "children"));
}

static bool
children(struct xport *x, struct xq *parent, const struct json *list)
{
	const struct json *item;

	json_each(item, list)
		if (!question(x, parent, item))
			return false;
	return true;
}

bool
xport_tree(struct xport *x)
{
	static const struct xtype top = {"", XC_GROUP, NULL, NULL, false, true};
	const struct form_node *root = form_root(x->f);

	x->top = q_new(x, NULL, form_node_name(root), NULL);
	if (x->top == NULL)
		return false;
	x->top->type = &top;
	x->top->n = root;
	return children(x, x->top, json_get(x->root, "children"));
}
