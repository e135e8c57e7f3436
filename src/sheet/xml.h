/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small XML document as a tree, from foreign bytes: namespaces resolved, lines
 * and columns kept, DOCTYPE refused (so there are no entities but the five and
 * numbers), size, depth, nodes and attributes limited.
 */
#ifndef FJ_SHEET_XML_H
#define FJ_SHEET_XML_H

#include <stddef.h>

#include "base/rc.h"

struct xml_attr {
	const char *ns;			/* "" without a prefix */
	const char *name;
	const char *value;
	const struct xml_attr *next;
};

#define XML_XMLNS "http://www.w3.org/2000/xmlns/"

/* An element, or a run of text between elements (name NULL). */
struct xml_node {
	const char *ns;			/* the namespace's URI, "" for none */
	const char *name;		/* local; NULL: text */
	const char *prefix;		/* as written, "" for none */
	const char *text;		/* of a run of text; "" for elements */
	int line, column;		/* 1-based, of its first character */
	const struct xml_attr *attr;	/* then the prefixes that it declares: ns XML_XMLNS */
	const struct xml_node *parent;
	const struct xml_node *child;	/* first */
	const struct xml_node *next;	/* sibling */
};

struct xml_doc;

/* FJ_INVAL "xml.syntax" {line, column, what}, "xml.doctype" {line, column};
 * FJ_LIMIT "xml.limit" {line, column, what}.  p may go away afterwards. */
FJ_MUST enum fj_rc xml_parse(const void *p, size_t n, struct xml_doc **out,
    struct fj_err *e);
void xml_free(struct xml_doc **d);
const struct xml_node *xml_root(const struct xml_doc *d);

/* The first child element, or the next sibling, of that name; ns NULL: any.  Take NULL
 * and answer NULL. */
const struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name);
const struct xml_node *xml_next(const struct xml_node *n, const char *ns, const char *name);
/* The first child, or next sibling, that is an element. */
const struct xml_node *xml_first(const struct xml_node *n);
const struct xml_node *xml_sibling(const struct xml_node *n);
/* NULL when there is none; ns "" is the usual one (no prefix). */
const char *xml_attr(const struct xml_node *n, const char *ns, const char *name);
/* The URI that a prefix means at n ("" for the default one), NULL when undeclared. */
const char *xml_prefix_uri(const struct xml_node *n, const char *prefix);

#endif
