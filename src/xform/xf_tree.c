/* SPDX-License-Identifier: Apache-2.0 */
/* The primary instance as a tree of places; binds find theirs. */
#include <string.h>

#include "base/limits.h"
#include "xform/xf_i.h"

static bool
is_template(const struct xml_node *n)
{
	return xf_attr(n, "template") != NULL;
}

/* meta is the record's, not the questionnaire's. */
static bool
is_meta(const struct xf_node *parent, const struct xml_node *n)
{
	return parent->parent == NULL && strcmp(n->name, "meta") == 0;
}

static bool
has_text(struct xf *f, const struct xml_node *n)
{
	const struct xml_node *c;

	for (c = xml_first(n); c != NULL; c = xml_sibling(c))
		if (has_text(f, c))
			return true;
	return xml_first(n) == NULL && xf_text(f, n)[0] != '\0';
}

static struct xf_node *
node_new(struct xf *f, struct xf_node *parent, const struct xml_node *n)
{
	struct xf_node *q = xmem(&f->x, sizeof(*q));

	q->name = n->name;
	q->at = n;
	q->parent = parent;
	q->path = xmem_fmt(&f->x, "%s/%s", parent != NULL ? parent->path : "", n->name);
	q->index = map_count(f->by_path);
	if (map_get(f->by_path, q->path, strlen(q->path)) == NULL)
		(void)map_put(f->by_path, q->path, strlen(q->path), q);
	if (map_get(f->by_name, q->name, strlen(q->name)) == NULL)
		(void)map_put(f->by_name, q->name, strlen(q->name), q);
	if (parent != NULL && parent->last != NULL)
		parent->last->next = q;
	else if (parent != NULL)
		parent->child = q;
	if (parent != NULL)
		parent->last = q;
	return q;
}

static struct xf_node *
sibling_named(const struct xf_node *parent, const char *name)
{
	struct xf_node *q;

	for (q = parent->child; q != NULL; q = q->next)
		if (strcmp(q->name, name) == 0)
			return q;
	return NULL;
}

static bool
children(struct xf *f, struct xf_node *parent, int depth)
{
	const struct xml_node *c;
	struct xf_node *q;

	if (depth > LIMIT_FORM_DEPTH) {
		xfault(&f->x, xf_at(parent->at), FORM_ERROR, "form.too-deep", "s", parent->name);
		return false;
	}
	for (c = xml_first(parent->at); c != NULL; c = xml_sibling(c)) {
		if (is_meta(parent, c))
			continue;
		q = sibling_named(parent, c->name);
		if (q != NULL) {
			q->instances += !is_template(c);
			if (has_text(f, c))
				xfault(&f->x, xf_at(c), FORM_WARNING, "xform.instance-values",
				    "s", q->name);
			continue;
		}
		if (map_count(f->by_path) >= LIMIT_FORM_NODES) {
			xfault(&f->x, xf_at(c), FORM_ERROR, "form.too-many", "s", parent->name);
			return false;
		}
		q = node_new(f, parent, c);
		q->instances = is_template(c) ? 0 : 1;
		if (!children(f, q, depth + 1))
			return false;
	}
	return true;
}

bool
xf_tree(struct xf *f)
{
	f->top = node_new(f, NULL, f->primary);
	return children(f, f->top, 0);
}

/* ---- binds ---- */

static bool
in_meta(const struct xf *f, const char *path)
{
	size_t n = strlen(f->top->path);

	return strncmp(path, f->top->path, n) == 0 && strncmp(path + n, "/meta", 5) == 0 &&
	    (path[n + 5] == '/' || path[n + 5] == '\0');
}

void
xf_binds(struct xf *f)
{
	const struct xml_node *b;
	const char *ref;
	struct xf_node *q;

	for (b = xml_first(f->model); b != NULL; b = xml_sibling(b)) {
		if (!xf_is(b, "bind"))
			continue;
		ref = xf_attr(b, "nodeset") != NULL ? xf_attr(b, "nodeset") : xf_attr(b, "ref");
		if (ref == NULL) {
			xfault(&f->x, xf_at(b), FORM_ERROR, "xform.no-ref", "s", b->name);
			continue;
		}
		ref = xf_path(f, ref, NULL);
		q = xf_find(f, ref);
		if (q == NULL && !in_meta(f, ref))
			xfault(&f->x, xf_at(b), FORM_ERROR, "xform.place", "ss", ref, b->name);
		else if (q != NULL && q->bind != NULL)
			xfault(&f->x, xf_at(b), FORM_ERROR, "xform.bind-twice", "s", ref);
		else if (q != NULL) {
			q->bind = b;
			q->helper = xf_own(b, "helper") != NULL;
		}
	}
}
