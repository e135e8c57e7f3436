/* SPDX-License-Identifier: Apache-2.0 */
/* The expression language: tokens, tree, functions, evaluation. */
#ifndef FJ_FORM_EXPR_H
#define FJ_FORM_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/rc.h"
#include "form/value.h"

struct form;
struct form_node;
struct form_list;
struct inst;
struct expr;
struct ev;

/* ---- tokens ---- */

enum tok {
	TOK_END,
	TOK_NUM,
	TOK_STR,
	TOK_NAME,
	TOK_REF,		/* ${name}: text is the name */
	TOK_OP,			/* text is the operator, also and or div mod */
	TOK_BAD,
};

struct lex {
	const char *p;
	size_t n, at;
	bool operand;		/* the last token ended an operand */
	enum tok tok;		/* the current one */
	size_t start;		/* its place */
	const char *text;
	size_t len;
	double num;
};

void lex_start(struct lex *l, const char *p, size_t n);
void lex_next(struct lex *l);
bool lex_is(const struct lex *l, const char *op);

/* ---- tree ---- */

enum expr_kind {
	E_NUM,
	E_STR,
	E_OR,
	E_AND,
	E_EQ,
	E_NE,
	E_LT,
	E_LE,
	E_GT,
	E_GE,
	E_ADD,
	E_SUB,
	E_MUL,
	E_DIV,
	E_MOD,
	E_NEG,
	E_UNION,
	E_CALL,
	E_PATH,
	E_FAIL,			/* an unknown function: fails when evaluated */
};

enum path_start {
	PATH_CONTEXT,		/* relative to the context node */
	PATH_ROOT,		/* /data/.. */
	PATH_NAME,		/* ${name} */
	PATH_CURRENT,		/* current() */
	PATH_LIST,		/* instance('list') */
	PATH_ANCHOR,		/* resolved: climb from the owner to path->anchor */
};

enum step_axis {
	STEP_CHILD,
	STEP_SELF,
	STEP_PARENT,
	STEP_ATTRIBUTE,
};

struct expr_step {
	enum step_axis axis;
	const char *name;		/* NULL: any */
	const struct form_node *def;	/* of a resolved child step */
	struct expr **pred;
	size_t npred;
	bool dead;			/* names nothing: empty */
};

struct expr_path {
	enum path_start start;
	const char *name;		/* of PATH_NAME, PATH_LIST */
	const struct form_node *anchor;
	const struct form_list *list;
	struct expr **pred;		/* directly after the start */
	size_t npred;
	struct expr_step *step;
	size_t nstep;
	const struct form_node *target;	/* what it ends at, when known */
	bool many;			/* may be more than one place */
	bool row;			/* ends at rows or columns of a list */
};

struct fn;

struct expr {
	enum expr_kind kind;
	size_t at;			/* byte offset in the text */
	const struct fn *fn;
	struct expr **arg;
	size_t narg;
	double num;
	const char *str;
	size_t len;
	struct expr_path *path;
};

/*
 * FJ_INVAL: "expr.syntax", "expr.function", "expr.arity", "expr.unsupported";
 * FJ_LIMIT "expr.depth", "expr.size".  *at: the offset of the fault.
 * lenient: an unknown function or arity fails only when it is evaluated.
 */
FJ_MUST enum fj_rc expr_parse(struct arena *a, const char *s, size_t n, bool lenient,
    struct expr **out, size_t *at, struct fj_err *e);

/* ---- functions ---- */

enum {
	FN_STRUCT = 1,		/* reads only which places there are */
	FN_ONCE = 2,		/* reads what is stored at its own node */
	FN_RANDOM = 4,
	FN_BOOL = 8,		/* a boolean: no warning as a condition */
	FN_SET = 16,		/* takes sets: a set of many is no fault */
	FN_OWN = 32,		/* without arguments reads its own node */
	FN_PLACE = 64,		/* arguments are places, resolved at compile time */
	FN_CLOCK = 128,
};

struct fn {
	const char *name;
	int min, max;		/* arguments; max -1: any number */
	struct val (*call)(struct ev *ev, const struct expr *x);
	unsigned flags;
};

const struct fn *fn_find(const char *name, size_t n);
size_t fn_table(const struct fn **v);

/* ---- resolving ---- */

/* Told of each place that an expression reads. */
struct expr_read {
	const struct form_node *def;
	const struct form_node *anchor;	/* places below one instance of it */
	bool structure;			/* only which places there are */
};

struct resolve {
	struct form *form;
	struct arena *arena;
	const struct form_node *owner;
	const struct form_list *list;	/* a choice filter's rows are the context */
	void (*read)(void *ctx, const struct expr_read *r);
	/* code with up to two arguments, at a byte offset */
	void (*fault)(void *ctx, bool error, const char *code, const char *a, size_t at);
	void *ctx;
	unsigned flags;			/* of all functions met */
};

void expr_resolve(struct resolve *r, struct expr *x);
/* Is the value a node as it stands (a bare ${x}), so a text test? */
bool expr_is_bare(const struct expr *x);

/* ---- printing ---- */

enum {				/* how expr_print writes */
	PRINT_XPATH = 1,	/* places as an XForm names them; x must be resolved */
	PRINT_FILTER = 2,	/* x is a predicate: its context is not its owner */
};

/* Appends x with the fewest brackets that parse to the same tree. */
void expr_print(const struct expr *x, const struct form_node *owner, unsigned how,
    struct fj_buf *out);

/* ---- evaluating ---- */

struct ev {
	struct inst *in;
	struct scratch *mem;
	const struct inst_node *owner;	/* current() */
	const struct inst_node *node;	/* . */
	const struct form_choice *row;	/* . in a predicate over a list */
	size_t pos;			/* position() in a predicate, else 0 */
	size_t last;			/* last() there */
	unsigned long *steps;
	struct fj_err err;
	bool failed;
	bool fresh;			/* real randomness wanted */
	unsigned drawn;			/* random numbers so far */
};

struct val ev_expr(struct ev *ev, const struct expr *x);
struct val ev_atom(struct ev *ev, const struct expr *x);	/* never a set */
double ev_num(struct ev *ev, const struct expr *x);
bool ev_bool(struct ev *ev, const struct expr *x);
const char *ev_str(struct ev *ev, const struct expr *x, size_t *n);
struct val ev_item(struct ev *ev, const struct val_item *item);
struct val ev_path(struct ev *ev, const struct expr_path *p);
/* Fails with a code and up to two arguments; answers an empty text. */
struct val ev_fail(struct ev *ev, enum fj_rc rc, const char *code, const char *a);
bool ev_step(struct ev *ev, unsigned long n);		/* false: too many */
int ev_zone(const struct ev *ev);
struct val ev_place(struct ev *ev, const struct inst_node *n);	/* a set of one */
double ev_random(struct ev *ev);			/* [0,1) */
void ev_random_bytes(struct ev *ev, unsigned char *out, size_t n);

/* Every value of every argument from first on, sets expanded. */
struct ev_each {
	const struct expr *x;
	size_t arg, item;
	struct val set;
	bool in_set;
};
void ev_each_start(struct ev_each *it, const struct expr *x, size_t first);
bool ev_each_next(struct ev *ev, struct ev_each *it, struct val *out);

#endif
