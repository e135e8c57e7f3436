/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of module form: the compiled definition. */
#ifndef FJ_FORM_FORM_I_H
#define FJ_FORM_FORM_I_H

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "form/expr.h"
#include "form/form.h"

/* What is computed of a node; the order is that of one node's own. */
enum aspect {
	A_COUNT,		/* which instances a repeat has */
	A_RELEVANT,
	A_CHOICES,
	A_VALUE,		/* as readers see it */
	A_READ_ONLY,
	A_REQUIRED,
	A_VALID,
	A_N,
};

enum slot {
	X_RELEVANT,
	X_REQUIRED,
	X_READ_ONLY,
	X_CONSTRAINT,
	X_CALCULATION,
	X_DEFAULT,
	X_CHOICE_FILTER,
	X_REPEAT_COUNT,
	X_N,
};

struct form_text {
	const char *lang;	/* "" when written as a plain string */
	const char *s;
};

struct form_texts {
	const struct form_text *v;
	size_t n;
};

struct form_column {
	const char *name, *value;
};

struct form_choice {
	const struct form *form;
	const struct form_list *list;
	const char *name;
	struct form_texts label;
	int key;		/* of the column "key": 0 none, -1 not 1..5 */
	size_t index;
	const struct form_column *column;
	size_t ncolumn;
	int line, at_column;
};

struct form_list {
	const char *name;
	const char *file;		/* it came under "files"; else NULL */
	const struct form_choice **v;
	size_t n;
	struct map *by_name;
	bool verdict_checked;
};

/* When its source changes, aspect of def does, below the same anchor. */
struct dep {
	const struct form_node *def;
	const struct form_node *anchor;
	enum aspect aspect;
	bool order_only;	/* a place in the order, nothing to compute */
	bool late;		/* computed again after its turn: no place in the order */
};

struct dep_list {
	struct dep *v;
	size_t n, cap;
};

struct form_rule {
	const struct expr *test;
	struct form_texts message;
	bool warning;
};

struct form_type_row {
	const char *name;
	enum form_type type;
	unsigned flags;
	/* The normal form of a non-empty value; FJ_INVAL form.value-*. */
	enum fj_rc (*normal)(const struct form_node *n, const char *s, size_t len,
	    struct fj_buf *out, struct fj_err *e);
	/* May the stored value stand? NULL: yes. FJ_INVAL form.value-*. */
	enum fj_rc (*check)(const struct form_node *n, const char *s, struct fj_err *e);
};

enum {				/* of a type row */
	T_CONTROL = 1,		/* a person answers */
	T_LIST = 2,		/* a list is named after the type */
	T_GROUP = 4,
	T_VALUE = 8,
	T_FILE = 16,		/* the list is a file */
};

struct form_node {
	struct form *form;
	struct form_node *parent, *child, *last, *next;
	const struct form_type_row *type;
	const char *name;
	int line, column;
	unsigned index;			/* document order */
	unsigned pos;			/* among its siblings */
	unsigned nchild;
	int depth;
	struct form_texts label, hint, guidance, how, evidence;
	struct form_texts constraint_message, required_message;
	const char *const *clause;
	size_t nclause;
	bool key_item;
	bool internal;			/* of itself; form_node_internal asks above, too */
	const char *finding, *finding_on, *finding_kind;
	const char *appearance;
	const struct form_column *param;
	size_t nparam;
	struct form_list *list;
	struct expr *x[X_N];
	unsigned xflags[X_N];		/* FN_ONCE, FN_RANDOM.. of each */
	const char *fixed;		/* a default that is no expression */
	int64_t instances;		/* a repeat starts with; -1: as usual */
	size_t places;			/* that one of it makes at the start */
	const struct form_rule *rule;
	size_t nrule;
	bool triggered;			/* its calculation runs on a trigger only */
	struct dep_list trigger;	/* what a change of mine triggers */
	struct dep_list deps[A_N];
	unsigned rank[A_N];
};

struct form {
	struct arena *arena;
	const char *id, *version, *root_name;
	struct form_texts title;
	const char *const *language;
	size_t nlanguage;
	const char *default_language;
	const struct form_source *source;
	size_t nsource;
	struct form_node *root;
	struct form_node **node;	/* by index */
	size_t nnode;
	struct map *lists;		/* struct form_list */
	struct map *names;		/* struct form_name */
	struct form_rule instance_name;	/* its test */
	struct map *itext;		/* struct form_texts, for jr:itext() */
	bool duplicates;		/* allow_choice_duplicates */
	const struct form_calendar *calendar;
	struct vertex *order;		/* by rank */
	size_t norder;
};

struct vertex {
	struct form_node *def;
	enum aspect aspect;
};

struct form_name {
	struct form_node *node;
	size_t count;
};

/* ---- reading a definition ---- */

struct expr_job;		/* an expression still to be compiled */

struct def {
	struct form *f;
	struct form_faults *faults;
	struct expr_job *jobs;
	size_t njob, job_cap;
	struct text_at *texts;		/* those that refer to places */
	size_t ntext, text_cap;
	size_t ndep;
	bool limit;
	const struct form_lint *lint;	/* an author asks: tell everything */
};

struct text_at {
	const char *s;			/* the text, as it is kept */
	const struct json *at;		/* where it was written */
};

struct expr_job {
	struct form_node *node;
	enum slot slot;			/* X_N: a rule */
	struct form_rule *rule;
	const struct json *at;
	const char *text;
	size_t len;
	struct expr *x;
	bool trigger;			/* text is a list of ${} */
};

void def_fault(struct def *d, const struct json *at, bool error, const char *code,
    const char *kinds, ...);
void def_fault_at(struct def *d, int line, int column, bool error, const struct fj_err *e);
void *def_alloc(struct def *d, size_t n);	/* never NULL until limit is set */
const char *def_dup(struct def *d, const char *s, size_t n);
struct form_texts def_texts(struct def *d, const struct json *v, const char *lang);
/* Words that the form does not have, in the languages of a text that it has. */
struct form_texts def_own_words(struct def *d, const struct form_texts *like,
    const char *han, const char *latin);
void def_texts_add(struct def *d, struct form_texts *t, const char *lang, const struct json *v);
void def_lists(struct def *d, const struct json *choices);
size_t def_choice_columns(const struct json *at);	/* at most */
void def_choice_column(struct def *d, struct form_choice *c, struct form_column *col,
    const struct json *v);
void def_files(struct def *d, const struct json *files);
/* The list of a file; NULL: told that it is missing. */
struct form_list *def_file_list(struct def *d, const struct form_node *n, const char *file,
    const struct json *at);
struct form_list *def_external_list(struct def *d, const struct form_node *n,
    const char *name, const struct json *at);
void def_file_columns(struct def *d, struct form_node *n, const struct json *at);
void def_verdict_list(struct def *d, struct form_node *n, const struct json *at);
struct form_choice *def_choice_new(struct def *d, struct form_list *l, const char *name);
void def_nodes(struct def *d, struct form_node *parent, const struct json *children);
bool def_is_dynamic(const char *s, size_t n);
struct expr_job *def_job(struct def *d, struct form_node *n, enum slot slot,
    const struct json *at, const char *text, size_t len);
void def_refs(struct def *d);		/* in texts */
void def_compile(struct def *d);	/* parses and resolves all jobs */
int def_column(const struct expr_job *j, size_t at);	/* an offset in it as a column */
int def_text_column(const struct json *text, size_t at);
void def_lint(struct def *d, const struct json *root);
void def_order(struct def *d);		/* sorts; names cycles */
void dep_add(struct dep_list *l, struct dep d);

/* The next ${..} of a text: from its $ to *s; expr: what to evaluate. */
bool text_next_ref(const char **s, const char **from, struct fj_buf *expr);

size_t form_first_instances(const struct form_node *n);
const struct form_type_row *form_type_find(const char *name, size_t n);
/* Names that are known, by number; NULL past the last. */
const char *form_type_name(size_t i);
const char *def_top_key(size_t i);
const char *def_node_key(size_t i);
bool form_type_from_file(const char *name, size_t n);
/* For struct resolve: keeps the first error in ctx, a struct fj_err. */
void form_first_fault(void *ctx, bool error, const char *code, const char *a, size_t at);
bool form_name_ok(const char *s, size_t n);
const char *form_text(const struct form *f, const struct form_texts *t, const char *lang);
const struct form_choice *form_list_get(const struct form_list *l, const char *name, size_t n);
struct form_list *form_list_find(const struct form *f, const char *name);
/* Deepest group or instance that holds both, strictly above target. */
const struct form_node *form_anchor(const struct form_node *owner, const struct form_node *target);
bool form_within(const struct form_node *n, const struct form_node *top);
struct form_node *form_child_named(const struct form_node *n, const char *name, size_t len);
enum fj_rc form_normalise(const struct form_node *n, const char *s, struct fj_buf *out,
    struct fj_err *e);

#define node_is(n, bit) (((n)->type->flags & (bit)) != 0)

#endif
