/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the XForm importer: the places of the primary instance. */
#ifndef FJ_XFORM_XF_I_H
#define FJ_XFORM_XF_I_H

#include <stdint.h>

#include "base/json.h"
#include "sheet/xml.h"
#include "xform/import_i.h"

/* A place: an element of the primary instance with all that names it. */
struct xf_node {
	const char *name, *path;	/* /data/a/b */
	const struct xml_node *at;	/* in the instance */
	const struct xml_node *bind;	/* NULL: none; the same for the others */
	const struct xml_node *control;	/* input, select1.., group */
	const struct xml_node *repeat;	/* its <repeat> */
	const struct xml_node *first;	/* set when the form, or an instance, is new */
	const struct xml_node *preset;	/* another action that gives it its value */
	const struct xml_node *changed;	/* set when `triggers` change */
	const char *triggers;		/* "${a}, ${b}" */
	int instances;			/* of a repeat, templates not counted */
	size_t order;			/* in the body; 0: not there */
	size_t index;
	bool helper;			/* a count of ours, see export.h */
	struct xf_node *parent, *child, *last, *next;
};

struct xf_list {
	const char *id;
	const struct xml_node *instance;	/* secondary, or NULL */
	const struct xml_node *control;		/* with items of its own, or NULL */
	const char *file;			/* external: its name */
	const char *value, *label;		/* names of columns */
	bool used;				/* by an itemset */
};

struct xf {
	struct ximport x;
	const struct xml_node *root, *model, *body;
	const struct xml_node *primary;		/* the root of the primary instance */
	struct xf_node *top;
	struct map *by_path;			/* struct xf_node */
	struct map *by_name;			/* struct xf_node; the first of each */
	struct map *texts;			/* id -> struct xf_itext */
	struct map *lists;			/* id -> struct xf_list */
	struct xf_list **list;
	size_t nlist, list_cap;
	size_t norder;
};

enum xf_form {
	XF_LONG,		/* and the usual one */
	XF_SHORT,
	XF_GUIDANCE,
	XF_IMAGE,
	XF_AUDIO,
	XF_VIDEO,
	XF_BIG_IMAGE,
	XF_FORMS,
};

struct xf_itext {
	struct xtext *form[XF_FORMS];	/* NULL: none */
};

struct xplace xf_at(const struct xml_node *n);
bool xf_is(const struct xml_node *n, const char *name);
/* An attribute by its local name, in whatever namespace; NULL. */
const char *xf_attr(const struct xml_node *n, const char *name);
const char *xf_own(const struct xml_node *n, const char *name);	/* of ours */
/* The text of an element, trimmed; <output value="/data/x"/> is ${x}. */
const char *xf_text(struct xf *f, const struct xml_node *n);
/* A nodeset or ref as an absolute path; relative ones begin at context. */
const char *xf_path(struct xf *f, const char *ref, const struct xf_node *context);
struct xf_node *xf_find(const struct xf *f, const char *path);
/* An expression of the form in our dialect. */
const char *xf_expr(struct xf *f, const char *s);
bool xf_is_true(const char *expr);

/* ---- xf_itext.c ---- */
void xf_itext_read(struct xf *f);
/* What a <label>, <hint> says: its ref into itext, or its own text. */
void xf_label(struct xf *f, const struct xml_node *n, enum xf_form form, struct xtext *out);
/* The same of an attribute: jr:constraintMsg. */
void xf_message(struct xf *f, const struct xml_node *n, const char *attr, struct xtext *out);
const struct xf_itext *xf_itext_of(struct xf *f, const struct xml_node *n, const char *s);

/* ---- xf_tree.c ---- */
bool xf_tree(struct xf *f);
void xf_binds(struct xf *f);

/* ---- xf_body.c ---- */
void xf_body(struct xf *f);
void xf_actions(struct xf *f, const struct xml_node *in, const struct xf_node *context);

/* ---- xf_lists.c ---- */
void xf_lists_read(struct xf *f);
struct xf_list *xf_list_of(struct xf *f, const struct xf_node *n);
/* The predicate of an itemset, and randomize()'s seed; "" when there is none. */
void xf_itemset(struct xf *f, const struct xf_node *n, const char **list,
    const char **filter, const char **parameters);
void xf_lists_write(struct xf *f);
/* External files that only expressions name: csv-external, xml-external. */
void xf_externals_write(struct xf *f);

/* ---- xf_write.c ---- */
void xf_nodes_write(struct xf *f);

/* ---- members of one object, which own="…" may replace ---- */
struct xf_members {
	struct xf *f;
	struct json_doc *own;		/* NULL: none */
	struct xplace at;
};

void xf_members_begin(struct xf *f, struct xf_members *m, const struct xml_node *at);
void xf_member(struct xf_members *m, const char *key, struct xplace at, const char *s);
void xf_member_raw(struct xf_members *m, const char *key, struct xplace at, const char *json);
void xf_member_text(struct xf_members *m, const char *key, const struct xtext *t);
bool xf_member_kept(const struct xf_members *m, const char *key);
void xf_members_end(struct xf_members *m);

#endif
