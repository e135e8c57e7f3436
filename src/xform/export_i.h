/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of export: the form as a tree of what is written, and the XML writer. */
#ifndef FJ_XFORM_EXPORT_I_H
#define FJ_XFORM_EXPORT_I_H

#include <stdbool.h>

#include "base/arena.h"
#include "xform/export.h"

enum {
	EXPORT_LANGS = 32,
};

enum xcontrol {
	XC_NONE,
	XC_INPUT,
	XC_SELECT1,
	XC_SELECT,
	XC_RANK,
	XC_RANGE,
	XC_UPLOAD,
	XC_TRIGGER,
	XC_GROUP,
	XC_REPEAT,
	XC_DATA,			/* csv-external: rows, no place */
};

/* What a type of ours is in an XForm. */
struct xtype {
	const char *word;		/* of the column type */
	enum xcontrol control;
	const char *bind;		/* type=, NULL: none */
	const char *more;		/* media type, or kind and parameter of jr:preload */
	bool ours;			/* ODK has no such type */
	bool plain;			/* import finds the type by itself */
};

/* A place of the form as it is written. */
struct xq {
	const struct form_node *n;	/* of a helper: the repeat that it counts */
	const struct json *at;		/* NULL: made by us (or_other, a count) */
	const struct xtype *type;
	const char *name, *path;
	const char *list;		/* id of its instance of choices, or NULL */
	const char *value_column, *label_column;	/* of a list from a file */
	const char *count;		/* of a repeat: jr:count, or NULL */
	bool helper;
	bool in_repeat;			/* below one */
	struct xq *parent, *child, *last, *next;
};

struct xport {
	const struct form *f;
	const struct json *root;
	xform_warn warn;
	void *ctx;
	struct fj_buf *out;
	struct arena *mem;
	struct xq *top;
	struct xq **by_name;		/* all places, for triggers */
	size_t nq, cap;
	const char *lang[EXPORT_LANGS];
	size_t nlang;
	const char *plain;		/* the language of texts without one */
	int depth;			/* of the XML written */
};

/* ---- XML ---- */
void xml_line(struct xport *x);					/* new line, indented */
void xml_open(struct xport *x, const char *name);		/* "<name" on its own line */
void xml_attr_add(struct xport *x, const char *name, const char *value); /* NULL: nothing */
void xml_attr_n(struct xport *x, const char *name, const char *value, size_t n);
void xml_body(struct xport *x);					/* ">" and one level deeper */
void xml_close(struct xport *x, const char *name);
void xml_empty(struct xport *x);				/* "/>" */
void xml_chars(struct fj_buf *out, const char *s, size_t n, bool attribute);

/* ---- the tree ---- */
bool xport_tree(struct xport *x);
struct xq *xport_find(const struct xport *x, const char *name, size_t n);
const struct xq *xport_walk(const struct xq *q);		/* document order */
void xport_warn(struct xport *x, const struct xq *q, const char *code, const char *a);
const struct xtype *xtype_of(const struct json *at);

/* ---- columns ---- */
/* A column of a question; also by its second name. NULL: it has none. */
const struct json *xq_column(const struct xq *q, const char *name);
/* The expression of a slot as XPath at q, appended; false: none. Warns of functions. */
bool xq_expr(struct xport *x, const struct xq *q, enum form_slot slot, struct fj_buf *out);
/* Any expression of ours at n as XPath; false when it cannot be read. */
bool xport_xpath(struct xport *x, const struct form_node *n, const char *expr,
    struct fj_buf *out);
/* Every trigger of q by name: fn for each. */
void xq_triggers(const struct xq *q, void (*fn)(void *ctx, const char *name, size_t n),
    void *ctx);
/* Calculation that runs on a change of its triggers only. */
bool xq_triggered(const struct xq *q);
/* The own="…" of a question, an item, the form; nothing when all is ODK's. */
void xq_own(struct xport *x, const struct xq *q);
void item_own(struct xport *x, const struct json *item);
void form_own(struct xport *x);

/* ---- texts ---- */
/* The text of a column in a language (of x->lang), or NULL. */
const struct json *text_in(const struct xport *x, const struct json *at, const char *column,
    const char *lang);
bool text_any(const struct xport *x, const struct json *at, const char *column);
void text_languages(struct xport *x);
void export_itext(struct xport *x);

/* ---- parts ---- */
void export_instance(struct xport *x);
void export_lists(struct xport *x);
/* Is s an element's name? */
bool xml_name_ok(const char *s);
/* Rows of a list: of choices, or of a file that the definition carries. */
const struct json *list_rows(const struct xport *x, const char *id, bool *file);
/* Does a select with or_other use the list? */
bool list_other(const struct xport *x, const char *id);
/* "cities.csv" is cities */
const char *file_stem(struct xport *x, const char *name, size_t n);
void export_binds(struct xport *x);
void export_body(struct xport *x);

#endif
