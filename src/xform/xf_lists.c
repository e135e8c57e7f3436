/* SPDX-License-Identifier: Apache-2.0 */
/* Choices: secondary instances, external files, items written in the body. */
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "xform/xf_i.h"

#include <stdlib.h>

static struct xf_list *
list_new(struct xf *f, const char *id)
{
	struct xf_list *l = xmem(&f->x, sizeof(*l));

	l->id = id;
	l->value = "name";
	l->label = "label";
	if (f->nlist == f->list_cap) {
		f->list_cap = f->list_cap ? 2 * f->list_cap : 16;
		f->list = xrealloc(f->list, f->list_cap, sizeof(struct xf_list *));
	}
	f->list[f->nlist++] = l;
	(void)map_put(f->lists, id, strlen(id), l);
	return l;
}

/* jr://file-csv/cities.csv is cities.csv; folders are not followed. */
static const char *
file_name(const char *src)
{
	const char *slash = strrchr(src, '/');

	return slash != NULL ? slash + 1 : src;
}

/* Expressions find a list by the name of its file. */
static void
external(struct xf *f, struct xf_list *l, const char *src)
{
	const char *dot;

	l->file = file_name(src);
	dot = strrchr(l->file, '.');
	if (dot == NULL || (size_t)(dot - l->file) != strlen(l->id) ||
	    memcmp(l->file, l->id, strlen(l->id)) != 0)
		xfault(&f->x, xf_at(l->instance), FORM_WARNING, "xform.instance-file", "ss",
		    l->id, l->file);
}

void
xf_lists_read(struct xf *f)
{
	const struct xml_node *n;
	const char *id, *src;
	struct xf_list *l;

	for (n = xml_first(f->model); n != NULL; n = xml_sibling(n)) {
		if (!xf_is(n, "instance") || (xml_first(n) != NULL && xml_first(n) == f->primary))
			continue;
		id = xf_attr(n, "id");
		src = xf_attr(n, "src");
		if (id == NULL || id[0] == '\0') {
			xfault(&f->x, xf_at(n), FORM_ERROR, "xform.instance-id", "");
			continue;
		}
		if (strcmp(id, "__last-saved") == 0)
			continue;
		if (map_get(f->lists, id, strlen(id)) != NULL) {
			xfault(&f->x, xf_at(n), FORM_ERROR, "xform.instance-twice", "s", id);
			continue;
		}
		l = list_new(f, id);
		l->instance = n;
		if (src != NULL && src[0] != '\0')
			external(f, l, src);
	}
}

/* ---- itemset ---- */

struct piece {
	const char *s;
	size_t n;
};

/* What stands between s and the bracket that closes it; quotes are respected. */
static size_t
inside(const char *s, size_t n)
{
	size_t i;
	int depth = 0;
	char quote = '\0';

	for (i = 0; i < n; i++) {
		if (quote != '\0') {
			quote = s[i] == quote ? '\0' : quote;
		} else if (s[i] == '\'' || s[i] == '"') {
			quote = s[i];
		} else if (s[i] == '(' || s[i] == '[') {
			depth++;
		} else if (s[i] == ')' || s[i] == ']') {
			if (depth == 0)
				return i;
			depth--;
		} else if (s[i] == ',' && depth == 0) {
			return i;
		}
	}
	return n;
}

/* randomize(nodeset, seed): the two; else the nodeset alone. */
static void
randomized(struct piece *set, struct piece *seed, bool *yes)
{
	size_t k;

	*yes = set->n > 10 && memcmp(set->s, "randomize(", 10) == 0;
	*seed = (struct piece){"", 0};
	if (!*yes)
		return;
	set->s += 10;
	set->n -= 10;
	k = inside(set->s, set->n);
	if (k < set->n && set->s[k] == ',') {
		seed->s = set->s + k + 1;
		seed->n = inside(seed->s, set->n - k - 1);
		xtrim(&seed->s, &seed->n);
	}
	set->n = k;
	xtrim(&set->s, &set->n);
}

/* The id in instance('id'), and what stands after it. */
static bool
instance_id(const struct piece *set, struct piece *id, struct piece *rest)
{
	const char *end;

	if (set->n < 12 || memcmp(set->s, "instance(", 9) != 0 ||
	    (set->s[9] != '\'' && set->s[9] != '"'))
		return false;
	id->s = set->s + 10;
	end = memchr(id->s, set->s[9], set->n - 10);
	if (end == NULL || (size_t)(end + 1 - set->s) >= set->n || end[1] != ')')
		return false;
	id->n = (size_t)(end - id->s);
	rest->s = end + 2;
	rest->n = set->n - (size_t)(end + 2 - set->s);
	return true;
}

/* All predicates of /root/item[a][b], joined by and. */
static const char *
predicates(struct xf *f, const struct piece *rest)
{
	const char *s = rest->s, *end = rest->s + rest->n, *out = "", *open;
	size_t k;

	while ((open = memchr(s, '[', (size_t)(end - s))) != NULL) {
		k = inside(open + 1, (size_t)(end - open - 1));
		out = out[0] == '\0' ? xmem_str(&f->x, open + 1, k) :
		    xmem_fmt(&f->x, "(%s) and (%.*s)", out, (int)k, open + 1);
		s = open + 1 + k;
		if (s < end)
			s++;
	}
	return xf_expr(f, out);
}

static const struct xml_node *
itemset_of(const struct xf_node *n)
{
	return n->control != NULL ? xml_child(n->control, NULL, "itemset") : NULL;
}

/* value and label columns of a list are those that its itemset names. */
static void
columns(struct xf *f, struct xf_list *l, const struct xml_node *itemset)
{
	const struct xml_node *v = xml_child(itemset, NULL, "value");
	const struct xml_node *t = xml_child(itemset, NULL, "label");
	const char *s = v != NULL ? xf_attr(v, "ref") : NULL;
	size_t k;

	if (s != NULL)
		l->value = s;
	s = t != NULL ? xf_attr(t, "ref") : NULL;
	if (s == NULL)
		return;
	if (strncmp(s, "jr:itext(", 9) == 0) {
		k = strlen(s) - 9;
		l->label = xmem_str(&f->x, s + 9, k > 0 && s[8 + k] == ')' ? k - 1 : k);
	} else {
		l->label = s;
	}
}

static struct xf_list *
own_items(struct xf *f, const struct xf_node *n)
{
	const char *id = n->name;
	struct xf_list *l;
	int i;

	for (i = 2; (l = map_get(f->lists, id, strlen(id))) != NULL; i++) {
		if (l->control == n->control)
			return l;
		id = xmem_fmt(&f->x, "%s_%d", n->name, i);
	}
	l = list_new(f, id);
	l->control = n->control;
	return l;
}

/* The list of a select, NULL after a fault. */
struct xf_list *
xf_list_of(struct xf *f, const struct xf_node *n)
{
	const struct xml_node *itemset = itemset_of(n);
	const char *set;
	struct piece p, id = {"", 0}, rest = {"", 0}, seed;
	struct xf_list *l = NULL;
	bool random;

	if (itemset == NULL)
		return own_items(f, n);
	set = xf_attr(itemset, "nodeset");
	p = (struct piece){set != NULL ? set : "", set != NULL ? strlen(set) : 0};
	xtrim(&p.s, &p.n);
	randomized(&p, &seed, &random);
	if (instance_id(&p, &id, &rest))
		l = map_get(f->lists, id.s, id.n);
	if (l == NULL)
		xfault(&f->x, xf_at(itemset), FORM_ERROR, "xform.itemset", "ss", n->path,
		    set != NULL ? set : "");
	else
		columns(f, l, itemset);
	if (l != NULL)
		l->used = true;
	return l;
}

void
xf_itemset(struct xf *f, const struct xf_node *n, const char **list, const char **filter,
    const char **parameters)
{
	const struct xml_node *itemset = itemset_of(n);
	const struct xf_list *l = xf_list_of(f, n);
	struct piece p, id, rest, seed = {"", 0};
	const char *set = itemset != NULL ? xf_attr(itemset, "nodeset") : NULL;
	bool random = false;

	*list = l != NULL ? (l->file != NULL ? l->file : l->id) : NULL;
	*filter = *parameters = "";
	if (set != NULL && l != NULL) {
		p = (struct piece){set, strlen(set)};
		xtrim(&p.s, &p.n);
		randomized(&p, &seed, &random);
		if (instance_id(&p, &id, &rest))
			*filter = predicates(f, &rest);
	}
	if (random)
		*parameters = seed.n == 0 ? "randomize=true" :
		    xmem_fmt(&f->x, "randomize=true seed=%.*s", (int)seed.n, seed.s);
	if (l != NULL && l->file != NULL && (strcmp(l->value, "name") != 0 ||
	    strcmp(l->label, "label") != 0))
		*parameters = xmem_fmt(&f->x, "%s%svalue=%s label=%s", *parameters,
		    (*parameters)[0] != '\0' ? " " : "", l->value, l->label);
}

/* ---- writing ---- */

static void
member(struct fj_buf *b, const char *key)
{
	fj_buf_puts(b, b->n > 1 ? ", " : "");
	xjson_str(b, key);
	fj_buf_puts(b, ": ");
}

static bool
replaced(const struct xf_members *m, const char *key)
{
	return !xf_member_kept(m, key);
}

/* The members of own="…" of an item, on the item's line. */
static void
own_inline(const struct xf_members *m, struct fj_buf *b)
{
	const struct json *v;
	struct json_w w;

	json_each(v, m->own != NULL ? json_root(m->own) : NULL) {
		if (v->type == JSON_NULL)
			continue;
		member(b, v->key);
		json_w_init(&w, b);
		json_w_value(&w, v);
	}
}

static void
label_inline(struct xf *f, const struct xtext *t, struct fj_buf *b)
{
	if (!xtext_any(t))
		return;
	member(b, "label");
	xtext_inline(&f->x, t, b);
}

/* <item><name>a</name><itextId>…</itextId><col>…</col></item> */
static void
row(struct xf *f, const struct xf_list *l, const struct xml_node *item, struct fj_buf *b)
{
	const struct xml_node *c, *v = xml_child(item, NULL, l->value);
	const char *id;
	const struct xf_itext *t;
	struct xtext label = {0};
	struct xf_members m;

	xf_members_begin(f, &m, item);
	fj_buf_clear(b);
	fj_buf_putc(b, '{');
	if (!replaced(&m, "name")) {
		member(b, "name");
		xjson_str(b, v != NULL ? xf_text(f, v) : "");
	}
	c = xml_child(item, NULL, l->label);
	if (c == NULL)
		c = xml_child(item, NULL, "itextId");
	if (c != NULL) {
		id = xf_text(f, c);
		t = map_get(f->texts, id, strlen(id));
		if (t != NULL && t->form[XF_LONG] != NULL)
			label = *t->form[XF_LONG];
		else if (t == NULL && strcmp(c->name, "itextId") != 0)
			label.plain = id;
	}
	if (!replaced(&m, "label"))
		label_inline(f, &label, b);
	for (c = xml_first(item); c != NULL; c = xml_sibling(c)) {
		if (strcmp(c->name, "name") == 0 || strcmp(c->name, "label") == 0 ||
		    strcmp(c->name, "itextId") == 0 || replaced(&m, c->name))
			continue;
		member(b, c->name);
		xjson_str(b, xf_text(f, c));
	}
	own_inline(&m, b);
	fj_buf_putc(b, '}');
	json_free(&m.own);
	xout_raw(&f->x, NULL, xf_at(item), b->p);
}

/* <item><label>…</label><value>a</value></item> in the control. */
static void
item(struct xf *f, const struct xml_node *n, struct fj_buf *b)
{
	const struct xml_node *v = xml_child(n, NULL, "value");
	struct xtext label;

	if (v == NULL) {
		xfault(&f->x, xf_at(n), FORM_ERROR, "xform.item-value", "");
		return;
	}
	fj_buf_clear(b);
	fj_buf_putc(b, '{');
	member(b, "name");
	xjson_str(b, xf_text(f, v));
	xf_label(f, xml_child(n, NULL, "label"), XF_LONG, &label);
	label_inline(f, &label, b);
	fj_buf_putc(b, '}');
	xout_raw(&f->x, NULL, xf_at(n), b->p);
}

static void
list_write(struct xf *f, const struct xf_list *l, struct fj_buf *b)
{
	const struct xml_node *n;

	xout_arr(&f->x, l->id, xf_at(l->control != NULL ? l->control : l->instance));
	if (l->control != NULL) {
		for (n = xml_first(l->control); n != NULL; n = xml_sibling(n))
			if (xf_is(n, "item"))
				item(f, n, b);
	} else {
		for (n = xml_first(xml_first(l->instance)); n != NULL; n = xml_sibling(n))
			row(f, l, n, b);
	}
	xout_end(&f->x);
}

void
xf_lists_write(struct xf *f)
{
	struct fj_buf b;
	size_t i;
	bool any = false;

	fj_buf_init(&b, LIMIT_FORM_BYTES);
	for (i = 0; i < f->nlist; i++) {
		if (f->list[i]->file != NULL)
			continue;
		if (!any)
			xout_obj(&f->x, "choices", xf_at(f->model));
		any = true;
		list_write(f, f->list[i], &b);
	}
	if (any)
		xout_end(&f->x);
	fj_buf_release(&b);
}

void
xf_externals_write(struct xf *f)
{
	const char *dot;
	size_t i;

	for (i = 0; i < f->nlist; i++) {
		const struct xf_list *l = f->list[i];

		dot = l->file != NULL && !l->used ? strrchr(l->file, '.') : NULL;
		if (dot == NULL || (strcmp(dot, ".csv") != 0 && strcmp(dot, ".xml") != 0))
			continue;
		xout_obj(&f->x, NULL, xf_at(l->instance));
		xout_str(&f->x, "type", xf_at(l->instance), xmem_fmt(&f->x, "%s-external", dot + 1));
		xout_str(&f->x, "name", xf_at(l->instance),
		    xmem_str(&f->x, l->file, (size_t)(dot - l->file)));
		xout_end(&f->x);
	}
}
