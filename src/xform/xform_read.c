/* SPDX-License-Identifier: Apache-2.0 */
/* ODK XForm: model and body of an XML file become one definition. */
#include <stdlib.h>
#include <string.h>

#include "xform/xf_i.h"

/* The first element of that name anywhere below n. */
static const struct xml_node *
deep(const struct xml_node *n, const char *name, int depth)
{
	const struct xml_node *c, *found;

	if (xf_is(n, name))
		return n;
	for (c = depth > 0 ? xml_first(n) : NULL; c != NULL; c = xml_sibling(c)) {
		found = deep(c, name, depth - 1);
		if (found != NULL)
			return found;
	}
	return NULL;
}

/* The primary instance is the first one. */
static enum fj_rc
parts(struct xf *f, struct fj_err *e)
{
	const struct xml_node *instance;

	f->model = deep(f->root, "model", 4);
	f->body = deep(f->root, "body", 2);
	if (f->model == NULL)
		return fj_fail(e, FJ_INVAL, "xform.no-model", "s", f->root->name);
	instance = xml_child(f->model, NULL, "instance");
	f->primary = xml_first(instance);
	if (f->primary == NULL)
		return fj_fail(e, FJ_INVAL, "xform.no-instance", "d", f->model->line);
	if (f->body == NULL)
		return fj_fail(e, FJ_INVAL, "xform.no-body", "d", f->root->line);
	return FJ_OK;
}

/* meta/instanceName is calculated by a bind: the title of a record. */
static const struct xml_node *
instance_name(struct xf *f)
{
	const char *want = xmem_fmt(&f->x, "/%s/meta/instanceName", f->primary->name);
	const struct xml_node *b;

	for (b = xml_first(f->model); b != NULL; b = xml_sibling(b))
		if (xf_is(b, "bind") && xf_attr(b, "nodeset") != NULL &&
		    strcmp(xf_attr(b, "nodeset"), want) == 0)
			return b;
	return NULL;
}

static const char *
file_stem(struct xf *f)
{
	const char *s = f->x.name, *slash = strrchr(s, '/'), *dot;

	s = slash != NULL ? slash + 1 : s;
	dot = strrchr(s, '.');
	return dot != NULL && dot > s ? xmem_str(&f->x, s, (size_t)(dot - s)) :
	    s[0] != '\0' ? s : "form";
}

static void
languages(struct xf *f, struct xf_members *m)
{
	struct xplace at = xf_at(f->model);
	size_t i;

	if (f->x.langs.n == 0)
		return;
	if (xf_member_kept(m, "languages")) {
		xout_arr(&f->x, "languages", at);
		for (i = 0; i < f->x.langs.n; i++)
			xout_str(&f->x, NULL, at, f->x.langs.v[i]);
		xout_end(&f->x);
	}
	xf_member(m, "default_language", at, f->x.langs.v[0]);
}

static void
head(struct xf *f, struct xf_members *m)
{
	const struct xml_node *title = deep(f->root, "title", 3), *b = instance_name(f);
	const char *id = xf_attr(f->primary, "id"), *version = xf_attr(f->primary, "version");
	const char *s = title != NULL ? xf_text(f, title) : "";
	const char *style = xf_attr(f->body, "class");

	if (id == NULL || id[0] == '\0')
		id = file_stem(f);
	xf_member(m, "form", xf_at(f->primary), id);
	xf_member(m, "version", xf_at(f->primary), version != NULL ? version : "");
	xf_member(m, "title", xf_at(title != NULL ? title : f->root), s[0] != '\0' ? s : id);
	xf_member(m, "root", xf_at(f->primary), f->primary->name);
	languages(f, m);
	if (b != NULL && xf_attr(b, "calculate") != NULL)
		xf_member(m, "instance_name", xf_at(b), xf_expr(f, xf_attr(b, "calculate")));
	if (style != NULL)
		xf_member(m, "style", xf_at(f->body), style);
}

/* Lists are known before they are written: columns are named by itemsets. */
static void
meet_lists(struct xf *f, const struct xf_node *n)
{
	const struct xf_node *c;

	if (xf_is(n->control, "select") || xf_is(n->control, "select1") ||
	    xf_is(n->control, "rank"))
		(void)xf_list_of(f, n);
	for (c = n->child; c != NULL; c = c->next)
		meet_lists(f, c);
}

static void
write_all(struct xf *f)
{
	struct xf_members m;

	xout_obj(&f->x, NULL, xf_at(f->root));
	xf_members_begin(f, &m, f->model);
	head(f, &m);
	if (xf_member_kept(&m, "choices"))
		xf_lists_write(f);
	xf_nodes_write(f);
	xf_members_end(&m);
	xout_end(&f->x);
}

static void
read_all(struct xf *f)
{
	/* Names first: texts refer to them. */
	bool whole = xf_tree(f);

	xf_itext_read(f);
	xf_binds(f);
	xf_lists_read(f);
	xf_body(f);
	xf_actions(f, f->model, f->top);
	meet_lists(f, f->top);
	if (whole)
		write_all(f);
}

enum fj_rc
xform_from_xml(const char *p, size_t n, const char *name, struct xform_import *im,
    struct fj_err *e)
{
	struct xml_doc *doc = NULL;
	struct xf f;
	enum fj_rc rc;

	memset(&f, 0, sizeof(f));
	rc = xml_parse(p, n, &doc, e);
	if (rc != FJ_OK)
		return rc;
	f.root = xml_root(doc);
	ximport_init(&f.x, im, name);
	f.by_path = map_new();
	f.by_name = map_new();
	f.texts = map_new();
	f.lists = map_new();
	rc = parts(&f, e);
	if (rc == FJ_OK)
		read_all(&f);
	map_free(&f.by_path, NULL);
	map_free(&f.by_name, NULL);
	map_free(&f.texts, NULL);
	map_free(&f.lists, NULL);
	free(f.list);
	ximport_finish(&f.x, rc == FJ_OK && im->json.n > 0);
	xml_free(&doc);
	return rc;
}
