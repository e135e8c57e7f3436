/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions as text: printing and parsing are inverse, for 10,000 random
 * ones; resolved ones print as they were written; XPath as tables say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form/expr.h"
#include "form/form.h"

enum {
	EXPRESSIONS = 10000,
};

struct gen {
	uint64_t state;
	struct fj_buf b;
};

static unsigned
draw(struct gen *g, unsigned n)
{
	g->state = g->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(g->state >> 33) % n;
}

static const char *
pick(struct gen *g, const char *const *v, unsigned n)
{
	return v[draw(g, n)];
}

static void expression(struct gen *g, int depth);

static void
predicates(struct gen *g, int depth)
{
	unsigned n = depth < 4 && draw(g, 4) == 0 ? 1 + draw(g, 2) : 0;

	while (n-- > 0) {
		fj_buf_putc(&g->b, '[');
		expression(g, depth + 1);
		fj_buf_putc(&g->b, ']');
	}
}

static void
steps(struct gen *g, int depth)
{
	static const char *const names[] = {"a", "div", "b.c-d", "项目", "and", "*", "..", ".",
	    "@id", "parent::x", "self::*", "child::or", "attribute::k", "parent::*", "jr:x"};
	unsigned n = 1 + draw(g, 3);

	while (n-- > 0) {
		fj_buf_puts(&g->b, pick(g, names, 15));
		predicates(g, depth);
		if (n > 0)
			fj_buf_puts(&g->b, draw(g, 3) ? "/" : " / ");
	}
}

static void
open_path(struct gen *g, int depth)
{
	static const char *const starts[] = {"/", "${a}", "${ b }", "current()",
	    "instance('l')", "instance(\"it's\")"};
	unsigned k = draw(g, 7);

	if (k == 6) {
		steps(g, depth);
		return;
	}
	fj_buf_puts(&g->b, starts[k]);
	if (k == 0) {
		steps(g, depth);
		return;
	}
	predicates(g, depth);
	if (draw(g, 2)) {
		fj_buf_putc(&g->b, '/');
		steps(g, depth);
	}
}

/* A path, at times in brackets with something behind them. */
static void
path(struct gen *g, int depth)
{
	if (draw(g, 5) > 0) {
		open_path(g, depth);
		return;
	}
	fj_buf_putc(&g->b, '(');
	open_path(g, depth);
	fj_buf_putc(&g->b, ')');
	predicates(g, depth);
	if (draw(g, 2)) {
		fj_buf_putc(&g->b, '/');
		steps(g, depth);
	}
}

static void
call(struct gen *g, int depth)
{
	const struct fn *v;
	size_t n = fn_table(&v);
	const struct fn *f = &v[draw(g, (unsigned)n)];
	int args = f->min + (int)draw(g, f->max < 0 ? 3 : (unsigned)(f->max - f->min + 1)), i;

	if (args > 6)
		args = f->min;
	fj_buf_printf(&g->b, "%s(", f->name);
	for (i = 0; i < args; i++) {
		fj_buf_puts(&g->b, i > 0 ? "," : "");
		expression(g, depth + 1);
	}
	fj_buf_putc(&g->b, ')');
}

static void
atom(struct gen *g, int depth)
{
	static const char *const atoms[] = {"0", "1.", ".5", "12.50", "99999999999999999999",
	    "'x'", "\"it's\"", "'\"'", "''", "'检'"};

	if (depth > 5 || draw(g, 3) == 0)
		fj_buf_puts(&g->b, pick(g, atoms, 10));
	else if (draw(g, 3) == 0)
		call(g, depth);
	else
		path(g, depth);
}

static void
expression(struct gen *g, int depth)
{
	static const char *const ops[] = {"or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-",
	    "*", "div", "mod", "|"};
	unsigned kind = depth > 6 ? 0 : draw(g, 10);

	if (kind < 4) {
		atom(g, depth);
	} else if (kind == 4) {
		fj_buf_puts(&g->b, draw(g, 2) ? "-" : "- ");
		expression(g, depth + 1);
	} else if (kind < 7) {
		fj_buf_putc(&g->b, '(');
		expression(g, depth + 1);
		fj_buf_putc(&g->b, ')');
	} else {
		expression(g, depth + 1);
		fj_buf_printf(&g->b, " %s%s", pick(g, ops, 14), draw(g, 2) ? " " : "  ");
		expression(g, depth + 1);
	}
}

/* ---- are two trees the same? ---- */

static bool same(const struct expr *a, const struct expr *b);

static bool
same_list(struct expr *const *a, size_t n, struct expr *const *b, size_t m)
{
	size_t i;

	for (i = 0; i < n && n == m; i++)
		if (!same(a[i], b[i]))
			return false;
	return n == m;
}

static bool
same_text(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static bool
same_path(const struct expr_path *a, const struct expr_path *b)
{
	size_t i;

	if (a->start != b->start || !same_text(a->name, b->name) || a->nstep != b->nstep ||
	    !same_list(a->pred, a->npred, b->pred, b->npred))
		return false;
	for (i = 0; i < a->nstep; i++)
		if (a->step[i].axis != b->step[i].axis ||
		    !same_text(a->step[i].name, b->step[i].name) ||
		    !same_list(a->step[i].pred, a->step[i].npred, b->step[i].pred,
		    b->step[i].npred))
			return false;
	return true;
}

static bool
same(const struct expr *a, const struct expr *b)
{
	if (a->kind != b->kind || a->fn != b->fn || a->len != b->len ||
	    !same_text(a->str, b->str) || !same_list(a->arg, a->narg, b->arg, b->narg))
		return false;
	return a->kind != E_PATH || same_path(a->path, b->path);
}

static void
parsing_undoes_printing(void **state)
{
	const uint64_t seed = 20260301;
	struct gen g = {.state = seed};
	struct fj_buf out, again;
	struct expr *x, *y;
	struct fj_err e;
	int n = 0, tries;
	size_t at;

	(void)state;
	fj_buf_init(&g.b, 1 << 20);
	fj_buf_init(&out, 1 << 20);
	fj_buf_init(&again, 1 << 20);
	for (tries = 0; n < EXPRESSIONS && tries < 20 * EXPRESSIONS; tries++) {
		struct arena *a = arena_new(16 << 20);

		fj_buf_clear(&g.b);
		fj_buf_clear(&out);
		fj_buf_clear(&again);
		expression(&g, 0);
		/* What binds tighter than | and too deep a nesting are refused. */
		if (expr_parse(a, g.b.p, g.b.n, false, &x, &at, &e) == FJ_OK) {
			n++;
			expr_print(x, NULL, 0, &out);
			if (expr_parse(a, out.p, out.n, false, &y, &at, &e) != FJ_OK || !same(x, y))
				fail_msg("seed %llu, try %d: %s\nprinted as %s",
				    (unsigned long long)seed, tries, g.b.p, out.p);
			expr_print(y, NULL, 0, &again);
			assert_string_equal(out.p, again.p);
			assert_true(out.n <= 2 * g.b.n + 2);
		}
		arena_free(&a);
	}
	print_message("%d expressions of %d, seed %llu\n", n, tries, (unsigned long long)seed);
	fj_buf_release(&g.b);
	fj_buf_release(&out);
	fj_buf_release(&again);
	assert_int_equal(n, EXPRESSIONS);
}

/* ---- tables ---- */

static void
brackets_where_needed(void **state)
{
	static const char *const cases[][2] = {
		{"((1 + 2)) * 3", "(1 + 2) * 3"},
		{"1 + (2 * 3)", "1 + 2 * 3"},
		{"(1 - 2) - 3", "1 - 2 - 3"},
		{"1 - (2 - 3)", "1 - (2 - 3)"},
		{"(${a}) = ('x')", "${a} = 'x'"},
		{"(1 or 2) and 3", "(1 or 2) and 3"},
		{"- - 5", "-(-5)"},
		{"-(1 + 2)", "-(1 + 2)"},
		{"(-1) * 2", "-1 * 2"},
		{"a|b", "a | b"},
		{"(${a}[1])[2]", "${a}[1][2]"},
		{"(a/b[1])[2]/c[3]", "a/b[1][2]/c[3]"},
		{"(instance('l')/root/item)[1]/x", "instance('l')/root/item[1]/x"},
		{"((/a/b))[1]/..", "/a/b[1]/.."},
		{"if((1),2,3)", "if(1, 2, 3)"},
		{"\"x\"", "'x'"},
		{"child::a/self::*/parent::*", "a/./.."},
	};
	struct fj_buf b;
	struct expr *x;
	struct fj_err e;
	size_t i, at;

	(void)state;
	fj_buf_init(&b, 1 << 16);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *a = arena_new(1 << 20);

		fj_buf_clear(&b);
		assert_int_equal(expr_parse(a, cases[i][0], strlen(cases[i][0]), false, &x, &at,
		    &e), FJ_OK);
		expr_print(x, NULL, 0, &b);
		assert_string_equal(b.p, cases[i][1]);
		arena_free(&a);
	}
	fj_buf_release(&b);
}

static const char definition[] =
    "{\"form\":\"f\",\"version\":\"1\",\"choices\":{\"l\":[{\"name\":\"p\",\"k\":\"1\"}]},"
    "\"children\":["
    "{\"type\":\"integer\",\"name\":\"a\",\"label\":\"a\",\"constraint\":\". > 0 and . < ${b}\"},"
    "{\"type\":\"integer\",\"name\":\"b\",\"label\":\"b\"},"
    "{\"type\":\"group\",\"name\":\"g\",\"label\":\"g\",\"relevant\":\"${a} != ''\","
    "\"children\":[{\"type\":\"text\",\"name\":\"t\",\"label\":\"t\",\"required\":\"yes\"}]},"
    "{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"r\",\"repeat_count\":\"${a}\",\"children\":["
    "{\"type\":\"integer\",\"name\":\"x\",\"label\":\"x\",\"default\":\"${b} + 1\"},"
    "{\"type\":\"select_one l\",\"name\":\"s\",\"label\":\"s\","
    "\"choice_filter\":\"k = ${x} or k = ${b}\"},"
    "{\"type\":\"group\",\"name\":\"h\",\"label\":\"h\",\"children\":["
    "{\"type\":\"calculate\",\"name\":\"c\",\"calculation\":"
    "\"${x} * 2 + position(../..) + count(${r}[x > ${x}])\"}]}]},"
    "{\"type\":\"calculate\",\"name\":\"d\",\"calculation\":\"sum(${x}) + sum(/data/r/h/c)\"},"
    "{\"type\":\"calculate\",\"name\":\"i\",\"calculation\":\"indexed-repeat(${x}, ${r}, 2)\"},"
    "{\"type\":\"calculate\",\"name\":\"j\",\"calculation\":\"jr:choice-name('p', '${s}')\"},"
    "{\"type\":\"text\",\"name\":\"v\",\"label\":\"v\",\"validate\":[{\"test\":\"${b} > 2\","
    "\"message\":\"m\",\"level\":\"warning\"}]}"
    "]}";

static const struct {
	const char *node;
	enum form_slot slot;
	const char *source, *xpath;
} printed[] = {
	{"a", FORM_SLOT_CONSTRAINT, ". > 0 and . < ${b}", ". > 0 and . < /data/b"},
	{"a", FORM_SLOT_RELEVANT, NULL, NULL},
	{"g", FORM_SLOT_RELEVANT, "${a} != ''", "/data/a != ''"},
	{"r", FORM_SLOT_REPEAT_COUNT, "${a}", "/data/a"},
	{"x", FORM_SLOT_DEFAULT, "${b} + 1", "/data/b + 1"},
	{"s", FORM_SLOT_CHOICE_FILTER, "k = ${x} or k = ${b}", "k = current()/../x or k = /data/b"},
	{"c", FORM_SLOT_CALCULATION, "${x} * 2 + position(../..) + count(${r}[x > ${x}])",
	    "../../x * 2 + position(../..) + count(/data/r[x > current()/../../x])"},
	{"d", FORM_SLOT_CALCULATION, "sum(${x}) + sum(/data/r/h/c)",
	    "coalesce(sum(/data/r/x[. != '']), 0) + coalesce(sum(/data/r/h/c[. != '']), 0)"},
	{"i", FORM_SLOT_CALCULATION, "indexed-repeat(${x}, ${r}, 2)",
	    "string(indexed-repeat(/data/r/x, /data/r, 2))"},
	{"j", FORM_SLOT_CALCULATION, "jr:choice-name('p', '${s}')", "jr:choice-name('p', '/data/r/s')"},
};

static void
columns(void **state)
{
	struct form_faults faults = {0};
	struct form *f = NULL;
	struct fj_buf b;
	struct fj_err e;
	size_t i;

	(void)state;
	fj_err_clear(&e);
	if (form_load(definition, strlen(definition), &f, &faults, &e) != FJ_OK)
		fail_msg("%s %s", e.code, e.arg[0]);
	fj_buf_init(&b, 1 << 16);
	for (i = 0; i < sizeof(printed) / sizeof(printed[0]); i++) {
		const struct form_node *n = form_find(f, printed[i].node);

		fj_buf_clear(&b);
		assert_int_equal(form_node_expr(n, printed[i].slot, FORM_PRINT_SOURCE, &b),
		    printed[i].source != NULL);
		if (printed[i].source == NULL)
			continue;
		assert_string_equal(b.p, printed[i].source);
		fj_buf_clear(&b);
		assert_true(form_node_expr(n, printed[i].slot, FORM_PRINT_XPATH, &b));
		assert_string_equal(b.p, printed[i].xpath);
	}
	fj_buf_clear(&b);
	assert_int_equal(form_node_rules(form_find(f, "v")), 1);
	assert_true(form_node_rule_expr(form_find(f, "v"), 0, FORM_PRINT_XPATH, &b));
	assert_string_equal(b.p, "/data/b > 2");
	assert_string_equal(form_node_rule_message(form_find(f, "v"), 0, "en"), "m");
	assert_true(form_node_rule_warning(form_find(f, "v"), 0));
	assert_false(form_node_rule_expr(form_find(f, "v"), 1, FORM_PRINT_XPATH, &b));
	fj_buf_clear(&b);
	assert_int_equal(form_expr_print(form_find(f, "c"), "${x}+${b}", FORM_PRINT_XPATH, &b, &e),
	    FJ_OK);
	assert_string_equal(b.p, "../../x + /data/b");
	assert_int_equal(form_expr_print(form_find(f, "c"), "${q}", FORM_PRINT_XPATH, &b, &e),
	    FJ_INVAL);
	assert_string_equal(e.code, "form.unknown-name");
	assert_int_equal(form_expr_print(form_find(f, "c"), "1 +", FORM_PRINT_XPATH, &b, &e), FJ_INVAL);
	assert_string_equal(e.code, "expr.end");
	fj_buf_release(&b);
	form_faults_release(&faults);
	form_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parsing_undoes_printing),
		cmocka_unit_test(brackets_where_needed),
		cmocka_unit_test(columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
