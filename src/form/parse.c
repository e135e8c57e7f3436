/* SPDX-License-Identifier: Apache-2.0 */
/* Recursive descent over the XPath 1.0 grammar (FORM-LANGUAGE 2.2). */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "form/expr.h"

struct parse {
	struct lex lex;
	struct arena *arena;
	struct fj_err *e;
	enum fj_rc rc;
	size_t fault_at;
	int depth;
	int nodes;
	bool lenient;
};

enum {
	LIST_MAX = 256,		/* arguments of a call */
	NODES_MAX = 4096,	/* of one tree: bounds the depth of evaluation too */
};

static struct expr *parse_or(struct parse *p);

static void *
fail(struct parse *p, enum fj_rc rc, const char *code, const char *text, size_t n)
{
	if (p->rc == FJ_OK) {
		p->rc = fj_fail(p->e, rc, code, "S", text, n);
		p->fault_at = p->lex.start;
	}
	return NULL;
}

static void *
syntax(struct parse *p)
{
	if (p->lex.tok == TOK_END)
		return fail(p, FJ_INVAL, "expr.end", "", 0);
	return fail(p, FJ_INVAL, "expr.syntax", p->lex.p + p->lex.start,
	    p->lex.at - p->lex.start);
}

static void *
take_memory(struct parse *p, size_t n)
{
	void *out = arena_alloc(p->arena, n);

	return out != NULL ? out : fail(p, FJ_LIMIT, "expr.size", "", 0);
}

static struct expr *
make(struct parse *p, enum expr_kind kind, size_t at)
{
	struct expr *x;

	if (++p->nodes > NODES_MAX)
		return fail(p, FJ_LIMIT, "expr.size", "", 0);
	x = take_memory(p, sizeof(*x));
	if (x != NULL) {
		x->kind = kind;
		x->at = at;
	}
	return x;
}

static struct expr *
make_args(struct parse *p, enum expr_kind kind, size_t at, struct expr **arg, size_t n)
{
	struct expr *x = make(p, kind, at);

	if (x == NULL || n == 0)
		return x;
	x->arg = take_memory(p, n * sizeof(struct expr *));
	if (x->arg == NULL)
		return NULL;
	memcpy(x->arg, arg, n * sizeof(struct expr *));
	x->narg = n;
	return x;
}

static bool
accept(struct parse *p, const char *op)
{
	if (p->rc != FJ_OK || !lex_is(&p->lex, op))
		return false;
	lex_next(&p->lex);
	return true;
}

static bool
expect(struct parse *p, const char *op)
{
	if (accept(p, op))
		return true;
	(void)syntax(p);
	return false;
}

/* [expr][expr].. */
static bool
predicates(struct parse *p, struct expr ***out, size_t *n)
{
	struct expr *list[LIST_MAX];

	*n = 0;
	*out = NULL;
	while (accept(p, "[")) {
		struct expr *x = parse_or(p);

		if (x == NULL || !expect(p, "]"))
			return false;
		if (*n == LIST_MAX)
			return fail(p, FJ_LIMIT, "expr.size", "", 0) != NULL;
		list[(*n)++] = x;
	}
	if (*n > 0) {
		*out = take_memory(p, *n * sizeof(struct expr *));
		if (*out == NULL)
			return false;
		memcpy(*out, list, *n * sizeof(struct expr *));
	}
	return p->rc == FJ_OK;
}

static bool
step_name(struct parse *p, struct expr_step *s)
{
	if (accept(p, "*"))
		return true;
	if (p->lex.tok != TOK_NAME)
		return syntax(p) != NULL;
	s->name = arena_strndup(p->arena, p->lex.text, p->lex.len);
	if (s->name == NULL)
		return fail(p, FJ_LIMIT, "expr.size", "", 0) != NULL;
	lex_next(&p->lex);
	return true;
}

static bool
axis_name(struct parse *p, struct expr_step *s)
{
	static const struct {
		const char *name;
		enum step_axis axis;
	} axes[] = {{"child", STEP_CHILD}, {"parent", STEP_PARENT}, {"self", STEP_SELF},
	    {"attribute", STEP_ATTRIBUTE}};
	size_t i;

	for (i = 0; i < sizeof(axes) / sizeof(axes[0]); i++) {
		if (strcmp(s->name, axes[i].name) == 0) {
			s->axis = axes[i].axis;
			s->name = NULL;
			return step_name(p, s);
		}
	}
	return fail(p, FJ_INVAL, "expr.unsupported", s->name, strlen(s->name)) != NULL;
}

static bool
step(struct parse *p, struct expr_step *s)
{
	memset(s, 0, sizeof(*s));
	if (accept(p, "..")) {
		s->axis = STEP_PARENT;
	} else if (accept(p, ".")) {
		s->axis = STEP_SELF;
	} else if (accept(p, "@")) {
		s->axis = STEP_ATTRIBUTE;
		if (!step_name(p, s))
			return false;
	} else {
		s->axis = STEP_CHILD;
		if (!step_name(p, s))
			return false;
		if (lex_is(&p->lex, "::") && s->name != NULL) {
			lex_next(&p->lex);
			if (!axis_name(p, s))
				return false;
		} else if (lex_is(&p->lex, "(")) {
			return syntax(p) != NULL;
		}
	}
	return predicates(p, &s->pred, &s->npred);
}

/* The rest of a path: step/step/.., the first one stands at the token. */
static bool
steps(struct parse *p, struct expr_path *path)
{
	struct expr_step list[LIMIT_EXPR_DEPTH];
	size_t n = 0;

	do {
		if (n == LIMIT_EXPR_DEPTH)
			return fail(p, FJ_LIMIT, "expr.depth", "", 0) != NULL;
		if (!step(p, &list[n++]))
			return false;
		if (lex_is(&p->lex, "//"))
			return fail(p, FJ_INVAL, "expr.unsupported", "//", 2) != NULL;
	} while (accept(p, "/"));
	path->step = take_memory(p, n * sizeof(*list));
	if (path->step == NULL)
		return false;
	memcpy(path->step, list, n * sizeof(*list));
	path->nstep = n;
	return true;
}

static struct expr *
make_path(struct parse *p, enum path_start start, size_t at)
{
	struct expr *x = make(p, E_PATH, at);

	if (x == NULL)
		return NULL;
	x->path = take_memory(p, sizeof(*x->path));
	if (x->path == NULL)
		return NULL;
	x->path->start = start;
	return x;
}

/* After a start that is a set: predicates, then perhaps steps. */
static struct expr *
path_tail(struct parse *p, struct expr *x)
{
	if (x == NULL || !predicates(p, &x->path->pred, &x->path->npred))
		return NULL;
	if (accept(p, "/") && !steps(p, x->path))
		return NULL;
	return p->rc == FJ_OK ? x : NULL;
}

/* ${last-saved#x} is last-saved('x'): what the record saved last says there. */
static struct expr *
last_saved(struct parse *p, size_t prefix)
{
	struct expr *x = make(p, E_STR, p->lex.start), *arg[1] = {x};

	if (x == NULL)
		return NULL;
	x->len = p->lex.len - prefix;
	x->str = arena_strndup(p->arena, p->lex.text + prefix, x->len);
	if (x->str == NULL)
		return fail(p, FJ_LIMIT, "expr.size", "", 0);
	x = make_args(p, E_CALL, p->lex.start, arg, 1);
	if (x != NULL)
		x->fn = fn_find("last-saved", strlen("last-saved"));
	lex_next(&p->lex);
	return x;
}

static struct expr *
reference(struct parse *p)
{
	static const char saved[] = "last-saved#";
	struct expr *x;

	if (p->lex.len > sizeof(saved) - 1 &&
	    memcmp(p->lex.text, saved, sizeof(saved) - 1) == 0) {
		return last_saved(p, sizeof(saved) - 1);
	}
	x = make_path(p, PATH_NAME, p->lex.start);
	if (x == NULL)
		return NULL;
	x->path->name = arena_strndup(p->arena, p->lex.text, p->lex.len);
	if (x->path->name == NULL)
		return fail(p, FJ_LIMIT, "expr.size", "", 0);
	lex_next(&p->lex);
	return path_tail(p, x);
}

/* instance('list') and current() start paths. */
static struct expr *
special_start(struct parse *p, const char *name, size_t n, struct expr **arg, size_t narg,
    size_t at)
{
	struct expr *x;

	if (n == 7 && memcmp(name, "current", 7) == 0 && narg == 0)
		return path_tail(p, make_path(p, PATH_CURRENT, at));
	if (n != 8 || memcmp(name, "instance", 8) != 0 || narg != 1 || arg[0]->kind != E_STR)
		return NULL;
	x = make_path(p, PATH_LIST, at);
	if (x == NULL)
		return NULL;
	x->path->name = arena_strndup(p->arena, arg[0]->str, arg[0]->len);
	return path_tail(p, x);
}

static struct expr *
call_of(struct parse *p, const char *name, size_t n, struct expr **arg, size_t narg,
    size_t at)
{
	const struct fn *fn = fn_find(name, n);
	bool arity = fn != NULL && narg >= (size_t)fn->min &&
	    (fn->max < 0 || narg <= (size_t)fn->max);
	struct expr *x;

	if (arity) {
		x = make_args(p, E_CALL, at, arg, narg);
		if (x != NULL)
			x->fn = fn;
		return x;
	}
	if (p->lenient) {
		x = make(p, E_FAIL, at);
		if (x == NULL)
			return NULL;
		x->str = arena_strndup(p->arena, name, n);
		x->num = fn == NULL ? 0 : 1;
		return x->str != NULL ? x : fail(p, FJ_LIMIT, "expr.size", "", 0);
	}
	(void)fail(p, FJ_INVAL, fn == NULL ? "expr.function" : "expr.arity", name, n);
	p->fault_at = at;
	return NULL;
}

static struct expr *
call(struct parse *p, const char *name, size_t n, size_t at)
{
	struct expr *arg[LIST_MAX], *x;
	size_t narg = 0;

	if (!expect(p, "("))
		return NULL;
	if (!accept(p, ")")) {
		do {
			if (narg == LIST_MAX)
				return fail(p, FJ_LIMIT, "expr.size", "", 0);
			arg[narg] = parse_or(p);
			if (arg[narg++] == NULL)
				return NULL;
		} while (accept(p, ","));
		if (!expect(p, ")"))
			return NULL;
	}
	x = special_start(p, name, n, arg, narg, at);
	if (x != NULL || p->rc != FJ_OK)
		return x;
	return call_of(p, name, n, arg, narg, at);
}

static struct expr *
literal(struct parse *p)
{
	struct expr *x = make(p, p->lex.tok == TOK_NUM ? E_NUM : E_STR, p->lex.start);

	if (x == NULL)
		return NULL;
	x->num = p->lex.num;
	x->len = p->lex.len;
	x->str = arena_strndup(p->arena, p->lex.text, p->lex.len);
	if (x->str == NULL)
		return fail(p, FJ_LIMIT, "expr.size", "", 0);
	lex_next(&p->lex);
	return x;
}

static struct expr *
relative(struct parse *p)
{
	size_t at = p->lex.start;
	struct lex save = p->lex;
	struct expr *x;

	if (p->lex.tok == TOK_NAME) {
		lex_next(&p->lex);
		if (lex_is(&p->lex, "("))
			return call(p, save.text, save.len, at);
		p->lex = save;
	}
	x = make_path(p, PATH_CONTEXT, at);
	return x != NULL && steps(p, x->path) ? x : NULL;
}

/* Two lists as one, in *a. */
static bool
join_lists(struct parse *p, struct expr ***a, size_t *na, struct expr **b, size_t nb)
{
	struct expr **v;

	if (nb == 0)
		return true;
	v = take_memory(p, (*na + nb) * sizeof(struct expr *));
	if (v == NULL)
		return false;
	if (*na > 0)
		memcpy(v, *a, *na * sizeof(struct expr *));
	memcpy(v + *na, b, nb * sizeof(struct expr *));
	*a = v;
	*na += nb;
	return true;
}

/* A predicate sees all that its path reaches, so one behind the bracket stands
 * as well inside it: (path[1])[2] is path[1][2], (a/b)[1]/c is a/b[1]/c. */
static bool
set_tail(struct parse *p, struct expr_path *path)
{
	struct expr_step *last = path->nstep > 0 ? &path->step[path->nstep - 1] : NULL, *all;
	struct expr_path rest = {0};
	struct expr **pred;
	size_t n;

	if (!predicates(p, &pred, &n) || (last != NULL ?
	    !join_lists(p, &last->pred, &last->npred, pred, n) :
	    !join_lists(p, &path->pred, &path->npred, pred, n)))
		return false;
	if (!accept(p, "/"))
		return p->rc == FJ_OK;
	if (!steps(p, &rest))
		return false;
	all = take_memory(p, (path->nstep + rest.nstep) * sizeof(*all));
	if (all == NULL)
		return false;
	if (path->nstep > 0)
		memcpy(all, path->step, path->nstep * sizeof(*all));
	memcpy(all + path->nstep, rest.step, rest.nstep * sizeof(*all));
	path->step = all;
	path->nstep += rest.nstep;
	return true;
}

/* ( expr ), and what may follow when it is a set. */
static struct expr *
bracket(struct parse *p)
{
	struct expr *x = parse_or(p);

	if (x == NULL || !expect(p, ")"))
		return NULL;
	if (!lex_is(&p->lex, "[") && !lex_is(&p->lex, "/"))
		return x;
	if (x->kind == E_PATH)
		return set_tail(p, x->path) ? x : NULL;
	return fail(p, FJ_INVAL, "expr.unsupported", "(..)/", 5);
}

static struct expr *
absolute(struct parse *p, size_t at)
{
	struct expr *x = make_path(p, PATH_ROOT, at);

	return x != NULL && steps(p, x->path) ? x : NULL;
}

static struct expr *
primary(struct parse *p)
{
	size_t at = p->lex.start;

	switch (p->lex.tok) {
	case TOK_NUM:
	case TOK_STR:
		return literal(p);
	case TOK_REF:
		return reference(p);
	case TOK_NAME:
		return relative(p);
	case TOK_END:
	case TOK_BAD:
		return syntax(p);
	case TOK_OP:
		break;
	}
	if (accept(p, "("))
		return bracket(p);
	if (lex_is(&p->lex, "//"))
		return fail(p, FJ_INVAL, "expr.unsupported", "//", 2);
	if (accept(p, "/"))
		return absolute(p, at);
	/* . .. @ and * begin a step. */
	if (strchr(".@*", p->lex.text[0]) != NULL)
		return relative(p);
	return syntax(p);
}

struct level {
	const char *op[4];
	enum expr_kind kind[4];
};

static const struct level levels[] = {
	{{"or"}, {E_OR}},
	{{"and"}, {E_AND}},
	{{"=", "!="}, {E_EQ, E_NE}},
	{{"<", "<=", ">", ">="}, {E_LT, E_LE, E_GT, E_GE}},
	{{"+", "-"}, {E_ADD, E_SUB}},
	{{"*", "div", "mod"}, {E_MUL, E_DIV, E_MOD}},
};

enum {
	LEVELS = sizeof(levels) / sizeof(levels[0]),
};

static struct expr *
unary(struct parse *p)
{
	size_t at = p->lex.start;
	int minus = 0;
	struct expr *x, *u;

	while (accept(p, "-"))
		minus++;
	x = primary(p);
	while (x != NULL && lex_is(&p->lex, "|")) {
		struct expr *arg[2] = {x, NULL};

		lex_next(&p->lex);
		arg[1] = primary(p);
		x = arg[1] != NULL ? make_args(p, E_UNION, at, arg, 2) : NULL;
	}
	if (x == NULL || minus == 0)
		return x;
	u = make_args(p, E_NEG, at, &x, 1);
	if (u == NULL || minus % 2 == 1)
		return u;
	return make_args(p, E_NEG, at, &u, 1);
}

static struct expr *
binary(struct parse *p, int level)
{
	struct expr *x;
	int i;

	if (level == LEVELS)
		return unary(p);
	x = binary(p, level + 1);
	for (i = 0; x != NULL && i < 4 && levels[level].op[i] != NULL; i++) {
		struct expr *arg[2] = {x, NULL};
		size_t at = p->lex.start;

		if (!accept(p, levels[level].op[i]))
			continue;
		arg[1] = binary(p, level + 1);
		x = arg[1] != NULL ? make_args(p, levels[level].kind[i], at, arg, 2) : NULL;
		i = -1;
	}
	return x;
}

static struct expr *
parse_or(struct parse *p)
{
	struct expr *x;

	if (p->rc != FJ_OK)
		return NULL;
	if (p->depth >= LIMIT_EXPR_DEPTH)
		return fail(p, FJ_LIMIT, "expr.depth", "", 0);
	p->depth++;
	x = binary(p, 0);
	p->depth--;
	return x;
}

enum fj_rc
expr_parse(struct arena *a, const char *s, size_t n, bool lenient, struct expr **out,
    size_t *at, struct fj_err *e)
{
	struct parse p = {.arena = a, .e = e, .lenient = lenient};
	struct expr *x;

	*out = NULL;
	*at = 0;
	if (n > LIMIT_EXPR_BYTES)
		return fj_fail(e, FJ_LIMIT, "expr.size", "s", "");
	lex_start(&p.lex, s, n);
	x = parse_or(&p);
	if (x != NULL && p.rc == FJ_OK && p.lex.tok != TOK_END)
		(void)syntax(&p);
	if (p.rc != FJ_OK) {
		*at = p.fault_at;
		return p.rc;
	}
	*out = x;
	return FJ_OK;
}
