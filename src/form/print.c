/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions back as text: in our own dialect, so that the text parses to the
 * same tree, or as the XPath of an XForm.  A resolved ${x} still knows its
 * name; how far up its anchor stands decides between ../x and /data/x.
 */
#include <string.h>

#include "base/limits.h"
#include "form/form_i.h"

struct print {
	struct fj_buf *out;
	const struct form_node *owner;
	bool xpath;
	bool filter;		/* inside a predicate: . is not the owner */
};

enum {
	PREC_UNARY = 7,
	PREC_UNION = 8,
	PREC_ATOM = 9,
};

static const struct {
	const char *op;
	int prec;
} binary[] = {
	[E_OR] = {"or", 1},
	[E_AND] = {"and", 2},
	[E_EQ] = {"=", 3},
	[E_NE] = {"!=", 3},
	[E_LT] = {"<", 4},
	[E_LE] = {"<=", 4},
	[E_GT] = {">", 4},
	[E_GE] = {">=", 4},
	[E_ADD] = {"+", 5},
	[E_SUB] = {"-", 5},
	[E_MUL] = {"*", 6},
	[E_DIV] = {"div", 6},
	[E_MOD] = {"mod", 6},
	[E_UNION] = {"|", PREC_UNION},
};

static void print_expr(const struct print *p, const struct expr *x, int least);

static int
precedence(const struct expr *x)
{
	if (x->kind == E_NEG)
		return PREC_UNARY;
	if (x->kind < sizeof(binary) / sizeof(binary[0]) && binary[x->kind].op != NULL)
		return binary[x->kind].prec;
	return PREC_ATOM;
}

/* The language has no escapes: the quote that the text does not hold. */
static void
quoted(const struct print *p, const char *s, size_t n)
{
	char q = n > 0 && memchr(s, '\'', n) != NULL ? '"' : '\'';

	fj_buf_putc(p->out, q);
	fj_buf_add(p->out, s, n);
	fj_buf_putc(p->out, q);
}

static void
predicates(const struct print *p, struct expr *const *pred, size_t n)
{
	struct print inner = *p;
	size_t i;

	inner.filter = true;
	for (i = 0; i < n; i++) {
		fj_buf_putc(p->out, '[');
		print_expr(&inner, pred[i], 0);
		fj_buf_putc(p->out, ']');
	}
}

static void
print_step(const struct print *p, const struct expr_step *s)
{
	switch (s->axis) {
	case STEP_SELF:
		fj_buf_puts(p->out, s->name != NULL ? "self::" : ".");
		break;
	case STEP_PARENT:
		/* A dead ../ is named after itself by the resolver. */
		if (s->name == NULL || strcmp(s->name, "..") == 0) {
			fj_buf_puts(p->out, "..");
			predicates(p, s->pred, s->npred);
			return;
		}
		fj_buf_puts(p->out, "parent::");
		break;
	case STEP_ATTRIBUTE:
		fj_buf_putc(p->out, '@');
		break;
	case STEP_CHILD:
		break;
	}
	if (s->name != NULL)
		fj_buf_puts(p->out, s->name);
	else if (s->axis == STEP_CHILD || s->axis == STEP_ATTRIBUTE)
		fj_buf_putc(p->out, '*');
	predicates(p, s->pred, s->npred);
}

static void
steps(const struct print *p, const struct expr_path *path, size_t from, bool slash)
{
	size_t i;

	for (i = from; i < path->nstep; i++) {
		if (slash || i > from)
			fj_buf_putc(p->out, '/');
		print_step(p, &path->step[i]);
	}
}

static bool
in_repeat(const struct form_node *n)
{
	for (; n != NULL; n = n->parent)
		if (n->type->type == FORM_REPEAT)
			return true;
	return false;
}

/* The way up from the owner to the anchor, if it stays inside a repeat. */
static void
anchor_start(const struct print *p, const struct expr_path *path)
{
	int up = p->owner->depth - path->anchor->depth, i;

	if (!in_repeat(path->anchor)) {
		form_node_path(path->anchor, p->out);
		steps(p, path, 0, true);
		return;
	}
	if (p->filter)
		fj_buf_puts(p->out, up > 0 ? "current()/" : "current()");
	for (i = 0; i < up; i++)
		fj_buf_puts(p->out, i > 0 ? "/.." : "..");
	if (up == 0 && !p->filter)
		fj_buf_putc(p->out, '.');
	steps(p, path, 0, true);
}

/* How many steps the resolver put before those that were written. */
static size_t
steps_made(const struct expr_path *path)
{
	size_t i;

	for (i = 0; i < path->nstep; i++)
		if (path->step[i].def != NULL && strcmp(path->step[i].def->name, path->name) == 0)
			return i + 1;
	return 0;
}

static void
anchored(const struct print *p, const struct expr_path *path)
{
	size_t made;

	if (p->xpath) {
		anchor_start(p, path);
		return;
	}
	if (path->name == NULL) {
		form_node_path(path->anchor, p->out);
		steps(p, path, 0, true);
		return;
	}
	made = steps_made(path);
	fj_buf_printf(p->out, "${%s}", path->name);
	if (made > 0)
		predicates(p, path->step[made - 1].pred, path->step[made - 1].npred);
	steps(p, path, made, true);
}

static void
print_path(const struct print *p, const struct expr_path *path)
{
	switch (path->start) {
	case PATH_CONTEXT:
		steps(p, path, 0, false);
		return;
	case PATH_ROOT:
		steps(p, path, 0, true);
		return;
	case PATH_ANCHOR:
		anchored(p, path);
		return;
	case PATH_NAME:
		fj_buf_printf(p->out, "${%s}", path->name);
		break;
	case PATH_CURRENT:
		fj_buf_puts(p->out, "current()");
		break;
	case PATH_LIST:
		if (path->name == NULL) {	/* a root that is none: empty */
			steps(p, path, 0, true);
			return;
		}
		fj_buf_puts(p->out, "instance(");
		quoted(p, path->name, strlen(path->name));
		fj_buf_putc(p->out, ')');
		break;
	}
	predicates(p, path->pred, path->npred);
	steps(p, path, 0, true);
}

/* A place as an argument: a place that is known is told whole. */
static void
place(const struct print *p, const struct expr *x)
{
	if (p->xpath && x->kind == E_PATH && x->path->target != NULL &&
	    x->path->start == PATH_ANCHOR)
		form_node_path(x->path->target, p->out);
	else
		print_expr(p, x, 0);
}

/* A place of indexed-repeat(): below the instance that holds all of them. */
static void
place_below(const struct print *p, const struct expr *call, const struct expr *x)
{
	const struct form_node *anchor = call->arg[0]->kind == E_PATH ?
	    call->arg[0]->path->anchor : NULL;
	struct fj_buf path;
	size_t skip;
	int up;

	if (!p->xpath || anchor == NULL || !in_repeat(anchor) || x->kind != E_PATH ||
	    x->path->target == NULL || !form_within(x->path->target, anchor)) {
		place(p, x);
		return;
	}
	fj_buf_init(&path, 1 << 16);
	form_node_path(anchor, &path);
	skip = path.n;
	fj_buf_clear(&path);
	form_node_path(x->path->target, &path);
	if (p->filter)
		fj_buf_puts(p->out, "current()/");
	for (up = p->owner->depth - anchor->depth; up > 0; up--)
		fj_buf_puts(p->out, up > 1 ? "../" : "..");
	fj_buf_puts(p->out, path.p + (path.n > skip ? skip : path.n));
	fj_buf_release(&path);
}

/* The second of jr:choice-name stands in quotes, and is a path once resolved. */
static void
place_in_quotes(const struct print *p, const struct expr *x)
{
	struct print inner = *p;
	struct fj_buf b;

	if (x->kind != E_PATH || x->path->target == NULL) {
		print_expr(p, x, 0);
		return;
	}
	fj_buf_init(&b, LIMIT_EXPR_BYTES);
	inner.out = &b;
	place(&inner, x);
	quoted(p, b.p != NULL ? b.p : "", b.n);
	fj_buf_release(&b);
}

static bool
of_many(const struct expr *x)
{
	return x->kind == E_PATH && x->path->many && !x->path->row;
}

/*
 * Where ODK's functions mean something else by the same name: regex() searches
 * there, and sum(), max() and min() of a set with a blank are no number.
 */
static void
argument_odk(const struct print *p, const struct expr *x, size_t i)
{
	const struct expr *arg = x->arg[i];
	bool pattern = i == 1 && strcmp(x->fn->name, "regex") == 0;
	bool skips = strcmp(x->fn->name, "sum") == 0 || strcmp(x->fn->name, "max") == 0 ||
	    strcmp(x->fn->name, "min") == 0;

	if (pattern && arg->kind == E_STR) {
		char q = memchr(arg->str, '\'', arg->len) != NULL ? '"' : '\'';

		fj_buf_printf(p->out, "%c^(?:", q);
		fj_buf_add(p->out, arg->str, arg->len);
		fj_buf_printf(p->out, ")$%c", q);
		return;
	}
	if (pattern)
		fj_buf_puts(p->out, "concat('^(?:', ");
	print_expr(p, arg, 0);
	if (pattern)
		fj_buf_puts(p->out, ", ')$')");
	if (skips && of_many(arg))
		fj_buf_puts(p->out, "[. != '']");
}

/* There, a sum of none is no number, and a blank of indexed-repeat() equals nothing. */
static const char *
call_odk(const struct print *p, const struct expr *x)
{
	if (p->xpath && strcmp(x->fn->name, "sum") == 0 && of_many(x->arg[0]))
		return "coalesce";
	if (p->xpath && strcmp(x->fn->name, "indexed-repeat") == 0)
		return "string";
	return NULL;
}

static void
print_call(const struct print *p, const struct expr *x)
{
	bool places = (x->fn->flags & FN_PLACE) != 0;
	bool indexed = places && x->narg > 2;
	const char *around = call_odk(p, x);
	size_t i;

	if (around != NULL)
		fj_buf_printf(p->out, "%s(", around);
	fj_buf_printf(p->out, "%s(", x->fn->name);
	for (i = 0; i < x->narg; i++) {
		if (i > 0)
			fj_buf_puts(p->out, ", ");
		if (indexed && (i == 0 || i % 2 == 1))
			place_below(p, x, x->arg[i]);
		else if (places && !indexed && i == 1)
			place_in_quotes(p, x->arg[i]);
		else if (p->xpath)
			argument_odk(p, x, i);
		else
			print_expr(p, x->arg[i], 0);
	}
	fj_buf_putc(p->out, ')');
	if (around != NULL)
		fj_buf_puts(p->out, strcmp(around, "coalesce") == 0 ? ", 0)" : ")");
}

static void
print_operator(const struct print *p, const struct expr *x, int prec)
{
	if (x->kind == E_NEG) {
		fj_buf_putc(p->out, '-');
		print_expr(p, x->arg[0], PREC_UNION);
		return;
	}
	print_expr(p, x->arg[0], prec);
	fj_buf_printf(p->out, " %s ", binary[x->kind].op);
	print_expr(p, x->arg[1], prec + 1);
}

/* least: what binds weaker than this needs brackets. */
static void
print_expr(const struct print *p, const struct expr *x, int least)
{
	int prec = precedence(x);

	if (prec < least)
		fj_buf_putc(p->out, '(');
	if (prec < PREC_ATOM)
		print_operator(p, x, prec);
	else if (x->kind == E_NUM)
		fj_buf_add(p->out, x->str, x->len);
	else if (x->kind == E_STR)
		quoted(p, x->str, x->len);
	else if (x->kind == E_PATH)
		print_path(p, x->path);
	else if (x->kind == E_CALL)
		print_call(p, x);
	else
		fj_buf_printf(p->out, "%s()", x->str);
	if (prec < least)
		fj_buf_putc(p->out, ')');
}

void
expr_print(const struct expr *x, const struct form_node *owner, unsigned how,
    struct fj_buf *out)
{
	struct print p = {.out = out, .owner = owner, .xpath = (how & PRINT_XPATH) != 0,
	    .filter = (how & PRINT_FILTER) != 0};

	print_expr(&p, x, 0);
}

/* ---- of a definition ---- */

bool
form_node_expr(const struct form_node *n, enum form_slot slot, enum form_print mode,
    struct fj_buf *out)
{
	static const enum slot of[FORM_SLOTS] = {
		[FORM_SLOT_RELEVANT] = X_RELEVANT,
		[FORM_SLOT_REQUIRED] = X_REQUIRED,
		[FORM_SLOT_READ_ONLY] = X_READ_ONLY,
		[FORM_SLOT_CONSTRAINT] = X_CONSTRAINT,
		[FORM_SLOT_CALCULATION] = X_CALCULATION,
		[FORM_SLOT_DEFAULT] = X_DEFAULT,
		[FORM_SLOT_CHOICE_FILTER] = X_CHOICE_FILTER,
		[FORM_SLOT_REPEAT_COUNT] = X_REPEAT_COUNT,
	};
	const struct expr *x = n->x[of[slot]];

	if (x == NULL)
		return false;
	expr_print(x, n, (mode == FORM_PRINT_XPATH ? PRINT_XPATH : 0u) |
	    (slot == FORM_SLOT_CHOICE_FILTER ? PRINT_FILTER : 0u), out);
	return true;
}

size_t
form_node_rules(const struct form_node *n)
{
	return n->nrule;
}

bool
form_node_rule_expr(const struct form_node *n, size_t i, enum form_print mode,
    struct fj_buf *out)
{
	if (i >= n->nrule || n->rule[i].test == NULL)
		return false;
	expr_print(n->rule[i].test, n, mode == FORM_PRINT_XPATH ? PRINT_XPATH : 0, out);
	return true;
}

const char *
form_node_rule_message(const struct form_node *n, size_t i, const char *lang)
{
	return i < n->nrule ? form_text(n->form, &n->rule[i].message, lang) : "";
}

bool
form_node_rule_warning(const struct form_node *n, size_t i)
{
	return i < n->nrule && n->rule[i].warning;
}

enum fj_rc
form_expr_print(const struct form_node *n, const char *expr, enum form_print mode,
    struct fj_buf *out, struct fj_err *e)
{
	struct arena *a = arena_new(1 << 20);
	struct fj_err fault;
	struct resolve r = {.form = n->form, .arena = a, .owner = n, .fault = form_first_fault,
	    .ctx = &fault};
	struct expr *x;
	enum fj_rc rc;
	size_t at;

	fj_err_clear(&fault);
	rc = expr_parse(a, expr, strlen(expr), false, &x, &at, e);
	if (rc != FJ_OK)
		goto out;
	expr_resolve(&r, x);
	if (fault.rc != FJ_OK) {
		rc = fault.rc;
		if (e != NULL)
			*e = fault;
		goto out;
	}
	expr_print(x, n, mode == FORM_PRINT_XPATH ? PRINT_XPATH : 0, out);
out:
	arena_free(&a);
	return rc;
}
