/* SPDX-License-Identifier: Apache-2.0 */
/* Types of what is compared and calculated, as far as the definition tells. */
#include <math.h>
#include <string.h>

#include "form/lint.h"
#include "text/regex.h"

enum ty {
	TY_ANY,
	TY_TRUTH,
	TY_NUMBER,		/* a question that holds a number, or a calculation */
	TY_CHOICE,		/* a question with a list */
	TY_PLACE,		/* a group or a repeat: has no value */
};

struct at {
	struct lint *l;
	const struct expr_job *j;
};

static void check(const struct at *c, const struct expr *x);

static void
error(const struct at *c, const struct expr *x, const char *code, const char *a, const char *b)
{
	lint_expr_say(c->l, c->j, x->at, true, code, a, b);
}

static void
warn(const struct at *c, const struct expr *x, const char *code, const char *a, const char *b)
{
	lint_expr_say(c->l, c->j, x->at, false, code, a, b);
}

static bool
named(const struct expr *x, const char *const *names, size_t n)
{
	size_t i;

	if (x->kind != E_CALL)
		return false;
	for (i = 0; i < n; i++)
		if (strcmp(x->fn->name, names[i]) == 0)
			return true;
	return false;
}
#define NAMED(x, list) named(x, list, sizeof(list) / sizeof((list)[0]))

static bool
is_truth(const struct expr *x)
{
	static const char *const calls[] = {"contains", "starts-with", "ends-with", "selected",
	    "geofence", "intersects"};

	return (x->kind >= E_OR && x->kind <= E_GE) || NAMED(x, calls) ||
	    (x->kind == E_CALL && (x->fn->flags & FN_BOOL) != 0);
}

static enum ty
type_of(const struct expr *x)
{
	const struct form_node *n = x->kind == E_PATH ? x->path->target : NULL;

	if (is_truth(x))
		return TY_TRUTH;
	if (x->kind >= E_ADD && x->kind <= E_NEG)
		return TY_NUMBER;
	if (n == NULL)
		return TY_ANY;
	if (node_is(n, T_GROUP))
		return TY_PLACE;
	if (n->list != NULL)
		return TY_CHOICE;
	return n->type->type == FORM_INTEGER || n->type->type == FORM_DECIMAL ||
	    n->type->type == FORM_RANGE ? TY_NUMBER : TY_ANY;
}

static bool
is_number(const char *s, size_t n)
{
	return !isnan(number_parse(s, n));
}

static bool
is_day(const char *s, size_t n)
{
	struct val v;
	double ms;
	bool zone;
	int offset;

	return val_date_parse(s, n, 0, &v) || time_parse(s, n, &ms, &offset, &zone);
}

/* No choice of the list reads as a number: calculating with it is always blank. */
static bool
words_only(const struct form_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (is_number(list->v[i]->name, strlen(list->v[i]->name)))
			return false;
	return list->n > 0;
}

static void
place_has_no_value(const struct at *c, const struct expr *x)
{
	error(c, x, "form.type-place", x->path->target->name, "");
}

static void
operand(const struct at *c, const struct expr *x)
{
	if (x->kind == E_STR && x->len > 0 && !is_number(x->str, x->len) &&
	    !is_day(x->str, x->len))
		error(c, x, "form.type-number", x->str, "");
	else if (type_of(x) == TY_PLACE)
		place_has_no_value(c, x);
	else if (type_of(x) == TY_CHOICE && words_only(x->path->target->list))
		error(c, x, "form.type-number", x->path->target->name, "");
}

/* An answer compared with a word that is no choice of its list. */
static void
choice_word(const struct at *c, const struct expr *q, const struct expr *word)
{
	const struct form_node *n = lint_target(q);

	if (n == NULL && q->kind == E_PATH && type_of(q) == TY_CHOICE)
		n = q->path->target;
	if (n == NULL || n->list == NULL || n->list->n == 0 || word->kind != E_STR ||
	    word->len == 0)
		return;
	/* Verdicts are counted over items whose lists offer different ones. */
	if (n->type->type == FORM_VERDICT && form_verdict_key(word->str) > 0)
		return;
	if (form_list_get(n->list, word->str, word->len) == NULL)
		warn(c, word, "form.choice-unknown", word->str, n->list->name);
}

static void
equal_sides(const struct at *c, const struct expr *x, const struct expr *a,
    const struct expr *b)
{
	enum ty t = type_of(a);

	if (t == TY_PLACE && a->kind == E_PATH) {
		place_has_no_value(c, a);
		return;
	}
	if (b->kind != E_STR || b->len == 0)
		return;
	if (t == TY_TRUTH)
		warn(c, b, "form.compare-truth", b->str, "");
	else if (t == TY_NUMBER && !is_number(b->str, b->len) && !is_day(b->str, b->len))
		warn(c, b, "form.compare-number", b->str, "");
	else if (t == TY_CHOICE && a->path->target->type->type == FORM_SELECT_MULTIPLE)
		warn(c, x, "form.multiple-equal", a->path->target->name, b->str);
	if (t == TY_CHOICE)
		choice_word(c, a, b);
}

static void
ordered(const struct at *c, const struct expr *x)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		const struct expr *a = x->arg[i];

		if (a->kind == E_STR && !is_number(a->str, a->len) && !is_day(a->str, a->len))
			error(c, a, "form.compare-text", a->str, "");
		else if (type_of(a) == TY_PLACE)
			place_has_no_value(c, a);
		else if (type_of(a) == TY_CHOICE && words_only(a->path->target->list))
			error(c, a, "form.compare-text", a->path->target->name, "");
	}
}

/* A part of a condition that is an answer by itself: holds for "no" and "0" too. */
static void
condition(const struct at *c, const struct expr *x)
{
	if (x->kind == E_PATH && !x->path->many && expr_is_bare(x))
		warn(c, x, "form.bare-condition", "", "");
}

static void
checklist(const struct at *c, const struct expr *x)
{
	static const char *const yes[] = {"yes", "true", "1", "OK"};
	bool weighted = strcmp(x->fn->name, "weighted-checklist") == 0;
	size_t i;

	for (i = 2; i < x->narg; i += weighted ? 2 : 1) {
		const struct form_node *n = lint_target(x->arg[i]);

		if (n != NULL && n->list != NULL && n->list->n > 0 &&
		    !lint_list_has(n->list, yes, sizeof(yes) / sizeof(yes[0])))
			warn(c, x->arg[i], "form.checklist", n->name, n->list->name);
	}
}

static void
pattern(const struct at *c, const struct expr *x)
{
	struct fj_err e;
	bool yes;

	if (x->kind != E_STR)
		return;
	fj_err_clear(&e);
	if (regex_full_match(x->str, "", 0, &yes, &e) == FJ_INVAL)
		def_fault_at(c->l->d, c->j->at->line, def_column(c->j, x->at), true, &e);
}

/* What the first argument must be. */
static void
first_argument(const struct at *c, const struct expr *x, const struct expr *a)
{
	static const char *const sets[] = {"count", "randomize", "position"};
	static const char *const numbers[] = {"abs", "round", "round-even", "int", "pow",
	    "sqrt", "exp", "exp10", "log", "log10", "sin", "cos", "tan"};
	static const char *const days[] = {"date", "date-time", "format-date",
	    "format-date-time", "decimal-date-time", "working-day"};
	static const char *const truths[] = {"not", "if"};

	if (NAMED(x, sets) && a->kind != E_PATH && a->kind != E_UNION && a->kind != E_CALL)
		lint_expr_say(c->l, c->j, a->at, true, "expr.not-set", x->fn->name, "");
	else if (NAMED(x, numbers))
		operand(c, a);
	else if (NAMED(x, days) && a->kind == E_STR && a->len > 0 &&
	    !is_day(a->str, a->len) && !is_number(a->str, a->len))
		error(c, a, "expr.date", a->str, "");
	else if (NAMED(x, truths))
		condition(c, a);
}

static void
call(const struct at *c, const struct expr *x)
{
	static const char *const lists[] = {"checklist", "weighted-checklist"};
	static const char *const members[] = {"selected"};
	static const char *const patterns[] = {"regex"};

	if (x->narg == 0)
		return;
	first_argument(c, x, x->arg[0]);
	if (NAMED(x, lists))
		checklist(c, x);
	else if (NAMED(x, members))
		choice_word(c, x->arg[0], x->arg[1]);
	else if (NAMED(x, patterns))
		pattern(c, x->arg[1]);
}

static void
operator(const struct at *c, const struct expr *x)
{
	size_t i;

	switch (x->kind) {
	case E_OR:
	case E_AND:
		condition(c, x->arg[0]);
		condition(c, x->arg[1]);
		break;
	case E_EQ:
	case E_NE:
		equal_sides(c, x, x->arg[0], x->arg[1]);
		equal_sides(c, x, x->arg[1], x->arg[0]);
		break;
	case E_LT:
	case E_LE:
	case E_GT:
	case E_GE:
		ordered(c, x);
		break;
	case E_ADD:
	case E_SUB:
	case E_MUL:
	case E_DIV:
	case E_MOD:
	case E_NEG:
		for (i = 0; i < x->narg; i++)
			operand(c, x->arg[i]);
		break;
	case E_CALL:
		call(c, x);
		break;
	default:
		break;
	}
}

static void
all(const struct at *c, struct expr *const *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		check(c, v[i]);
}

static void
check(const struct at *c, const struct expr *x)
{
	size_t i;

	operator(c, x);
	all(c, x->arg, x->narg);
	if (x->kind != E_PATH)
		return;
	all(c, x->path->pred, x->path->npred);
	for (i = 0; i < x->path->nstep; i++)
		all(c, x->path->step[i].pred, x->path->step[i].npred);
}

void
lint_exprs(struct lint *l)
{
	size_t i;

	for (i = 0; i < l->d->njob; i++) {
		struct at c = {l, &l->d->jobs[i]};

		if (c.j->x != NULL)
			check(&c, c.j->x);
	}
}
