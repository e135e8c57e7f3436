/* SPDX-License-Identifier: Apache-2.0 */
#include "sheet/xml.h"

#include <expat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/xalloc.h"

enum {
	CHUNK = 65536,
	SEPARATOR = '\x01',	/* between namespace, name and prefix; no XML character */
};

struct xml_doc {
	struct arena *a;
	struct xml_node *root;
};

struct build {
	XML_Parser x;
	struct xml_doc *d;
	struct xml_node *open;		/* innermost element */
	struct xml_node **last;		/* last child of each open level */
	struct fj_buf text;		/* run between tags */
	int text_line, text_column;
	struct xml_attr *pending;	/* namespaces declared by the next element */
	int depth, nodes;
	const char *refused;		/* what, or "doctype" */
};

static void
refuse(struct build *b, const char *what)
{
	if (b->refused == NULL)
		b->refused = what;
	(void)XML_StopParser(b->x, XML_FALSE);
}

static void *
take(struct build *b, size_t n)
{
	void *p = arena_alloc(b->d->a, n);

	if (p == NULL)
		refuse(b, "memory");
	return p;
}

static const char *
keep(struct build *b, const char *s, size_t n)
{
	const char *p = arena_strndup(b->d->a, s, n);

	if (p == NULL) {
		refuse(b, "memory");
		return "";
	}
	return p;
}

/* "uri\1local\1prefix", "uri\1local" or "local". */
static void
split(struct build *b, const char *s, const char **ns, const char **name, const char **prefix)
{
	const char *first = strchr(s, SEPARATOR), *second;

	*ns = *prefix = "";
	if (first == NULL) {
		*name = keep(b, s, strlen(s));
		return;
	}
	*ns = keep(b, s, (size_t)(first - s));
	second = strchr(first + 1, SEPARATOR);
	if (second == NULL) {
		*name = keep(b, first + 1, strlen(first + 1));
		return;
	}
	*name = keep(b, first + 1, (size_t)(second - first - 1));
	*prefix = keep(b, second + 1, strlen(second + 1));
}

static void
add_node(struct build *b, struct xml_node *n)
{
	if (++b->nodes > LIMIT_XML_NODES)
		refuse(b, "nodes");
	n->parent = b->open;
	if (b->open == NULL)
		b->d->root = n;
	else if (b->last[b->depth] == NULL)
		b->open->child = n;
	else
		b->last[b->depth]->next = n;
	b->last[b->depth] = n;
}

static void
flush(struct build *b)
{
	struct xml_node *n;

	if (b->text.n == 0 || b->open == NULL)
		return;
	n = take(b, sizeof(*n));
	if (n != NULL) {
		n->ns = n->prefix = "";
		n->text = keep(b, b->text.p, b->text.n);
		n->line = b->text_line;
		n->column = b->text_column;
		add_node(b, n);
	}
	fj_buf_clear(&b->text);
}

static void
add_attrs(struct build *b, struct xml_node *n, const XML_Char **attr)
{
	const struct xml_attr **end = &n->attr;
	struct xml_attr *a;
	const char *prefix;

	for (; *attr != NULL && b->refused == NULL; attr += 2) {
		if (++b->nodes > LIMIT_XML_NODES)
			refuse(b, "nodes");
		a = take(b, sizeof(*a));
		if (a == NULL)
			return;
		split(b, attr[0], &a->ns, &a->name, &prefix);
		a->value = keep(b, attr[1], strlen(attr[1]));
		*end = a;
		end = &a->next;
	}
	*end = b->pending;	/* the declarations of prefixes, as xmlns attributes */
	b->pending = NULL;
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **attr)
{
	struct build *b = ctx;
	struct xml_node *n;

	flush(b);
	if (b->depth + 1 >= LIMIT_XML_DEPTH) {
		refuse(b, "depth");
		return;
	}
	n = take(b, sizeof(*n));
	if (n == NULL)
		return;
	split(b, name, &n->ns, &n->name, &n->prefix);
	n->text = "";
	n->line = (int)XML_GetCurrentLineNumber(b->x);
	n->column = (int)XML_GetCurrentColumnNumber(b->x) + 1;
	add_attrs(b, n, attr);
	add_node(b, n);
	b->open = n;
	b->last[++b->depth] = NULL;
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct build *b = ctx;

	(void)name;
	flush(b);
	if (b->open == NULL || b->refused != NULL)
		return;
	/* A node is const to readers only. */
	memcpy(&b->open, &b->open->parent, sizeof(b->open));
	b->depth--;
}

static void XMLCALL
on_text(void *ctx, const XML_Char *s, int n)
{
	struct build *b = ctx;

	if (b->open == NULL || b->refused != NULL)
		return;
	if (b->text.n == 0) {
		b->text_line = (int)XML_GetCurrentLineNumber(b->x);
		b->text_column = (int)XML_GetCurrentColumnNumber(b->x) + 1;
	}
	fj_buf_add(&b->text, s, (size_t)n);
}

static void XMLCALL
on_namespace(void *ctx, const XML_Char *prefix, const XML_Char *uri)
{
	struct build *b = ctx;
	struct xml_attr *a = take(b, sizeof(*a));

	if (++b->nodes > LIMIT_XML_NODES)
		refuse(b, "nodes");
	if (a == NULL)
		return;
	a->ns = XML_XMLNS;
	a->name = prefix != NULL ? keep(b, prefix, strlen(prefix)) : "";
	a->value = uri != NULL ? keep(b, uri, strlen(uri)) : "";
	a->next = b->pending;
	b->pending = a;
}

static void XMLCALL
on_doctype(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public,
    int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	refuse(ctx, "doctype");
}

static enum fj_rc
fail(struct build *b, struct fj_err *e)
{
	int line = (int)XML_GetCurrentLineNumber(b->x);
	int column = (int)XML_GetCurrentColumnNumber(b->x) + 1;

	if (b->refused == NULL)
		return fj_fail(e, FJ_INVAL, "xml.syntax", "dds", line, column,
		    XML_ErrorString(XML_GetErrorCode(b->x)));
	if (strcmp(b->refused, "doctype") == 0)
		return fj_fail(e, FJ_INVAL, "xml.doctype", "dd", line, column);
	return fj_fail(e, FJ_LIMIT, "xml.limit", "dds", line, column, b->refused);
}

static enum fj_rc
feed(struct build *b, const char *p, size_t n, struct fj_err *e)
{
	size_t at = 0;

	do {
		size_t step = n - at < CHUNK ? n - at : CHUNK;
		XML_Index seen;

		if (XML_Parse(b->x, p + at, (int)step, at + step == n) == XML_STATUS_ERROR)
			return fail(b, e);
		at += step;
		seen = XML_GetCurrentByteIndex(b->x);
		if (seen >= 0 && at > (size_t)seen + LIMIT_XML_TOKEN + CHUNK) {
			b->refused = "token";
			return fail(b, e);
		}
	} while (at < n);
	return FJ_OK;
}

enum fj_rc
xml_parse(const void *p, size_t n, struct xml_doc **out, struct fj_err *e)
{
	struct build b = {.d = xcalloc(1, sizeof(*b.d))};
	enum fj_rc rc;

	*out = NULL;
	b.d->a = arena_new((size_t)LIMIT_XML_BYTES * 8);
	b.last = xcalloc(LIMIT_XML_DEPTH + 1, sizeof(*b.last));
	fj_buf_init(&b.text, LIMIT_XML_BYTES);
	b.x = XML_ParserCreateNS(NULL, SEPARATOR);
	if (b.x == NULL) {
		rc = fj_fail(e, FJ_NOMEM, "xml.limit", "dds", 0, 0, "memory");
	} else if (n > LIMIT_XML_BYTES) {
		rc = fj_fail(e, FJ_LIMIT, "xml.limit", "dds", 0, 0, "size");
	} else {
		XML_SetUserData(b.x, &b);
		XML_SetReturnNSTriplet(b.x, 1);
		XML_SetElementHandler(b.x, on_start, on_end);
		XML_SetCharacterDataHandler(b.x, on_text);
		XML_SetStartNamespaceDeclHandler(b.x, on_namespace);
		XML_SetStartDoctypeDeclHandler(b.x, on_doctype);
		rc = feed(&b, p, n, e);
	}
	if (b.x != NULL)
		XML_ParserFree(b.x);
	fj_buf_release(&b.text);
	free(b.last);
	if (rc != FJ_OK)
		xml_free(&b.d);
	*out = b.d;
	return rc;
}

void
xml_free(struct xml_doc **d)
{
	if (*d == NULL)
		return;
	arena_free(&(*d)->a);
	free(*d);
	*d = NULL;
}

const struct xml_node *
xml_root(const struct xml_doc *d)
{
	return d->root;
}

/* ---- finding ---- */

static const struct xml_node *
match(const struct xml_node *n, const char *ns, const char *name)
{
	for (; n != NULL; n = n->next)
		if (n->name != NULL && (name == NULL || strcmp(n->name, name) == 0) &&
		    (ns == NULL || strcmp(n->ns, ns) == 0))
			return n;
	return NULL;
}

const struct xml_node *
xml_child(const struct xml_node *n, const char *ns, const char *name)
{
	return n != NULL ? match(n->child, ns, name) : NULL;
}

const struct xml_node *
xml_next(const struct xml_node *n, const char *ns, const char *name)
{
	return n != NULL ? match(n->next, ns, name) : NULL;
}

const struct xml_node *
xml_first(const struct xml_node *n)
{
	return xml_child(n, NULL, NULL);
}

const struct xml_node *
xml_sibling(const struct xml_node *n)
{
	return xml_next(n, NULL, NULL);
}

const char *
xml_attr(const struct xml_node *n, const char *ns, const char *name)
{
	const struct xml_attr *a;

	for (a = n != NULL ? n->attr : NULL; a != NULL; a = a->next)
		if (strcmp(a->ns, ns) == 0 && strcmp(a->name, name) == 0)
			return a->value;
	return NULL;
}

const char *
xml_prefix_uri(const struct xml_node *n, const char *prefix)
{
	const char *uri = NULL;

	for (; n != NULL && uri == NULL; n = n->parent)
		uri = xml_attr(n, XML_XMLNS, prefix);
	return uri != NULL || prefix[0] != '\0' ? uri : "";
}
