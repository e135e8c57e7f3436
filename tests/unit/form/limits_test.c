/* SPDX-License-Identifier: Apache-2.0 */
/* tier: test */
/*
 * Hostile definitions and answers: each bound is made to happen and is told
 * by its code; nothing crashes, and what a bound lets through ends soon.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "form/form.h"

static const struct form_env env = {.now = {1772600767000, 480}, .lang = "en"};

/* ---- making forms ---- */

static void
again(struct fj_buf *b, const char *s, size_t n)
{
	while (n-- > 0)
		fj_buf_puts(b, s);
}

static void
head(struct fj_buf *b)
{
	fj_buf_init(b, 16 << 20);
	fj_buf_puts(b, "{\"form\":\"f\",\"version\":\"1\",\"children\":[");
}

static void
calculate(struct fj_buf *b, const char *name, const char *expr)
{
	fj_buf_printf(b, "%s{\"type\":\"calculate\",\"name\":\"%s\",\"calculation\":\"%s\"}",
	    b->p[b->n - 1] == '[' ? "" : ",", name, expr);
}

/* One calculation v, made of before, n times middle, and after. */
static void
one(struct fj_buf *b, const char *before, const char *middle, size_t n, const char *after)
{
	head(b);
	fj_buf_puts(b, "{\"type\":\"calculate\",\"name\":\"v\",\"calculation\":\"");
	fj_buf_puts(b, before);
	again(b, middle, n);
	fj_buf_puts(b, after);
	fj_buf_puts(b, "\"}]}");
}

static void
too_large(struct fj_buf *b)
{
	head(b);
	again(b, "                                                                ", 1 << 18);
	fj_buf_puts(b, "]}");
}

static void
too_many_nodes(struct fj_buf *b)
{
	char name[32];
	int i;

	head(b);
	for (i = 0; i <= LIMIT_FORM_NODES; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		calculate(b, name, "1");
	}
	fj_buf_puts(b, "]}");
}

static void
nested(struct fj_buf *b, int levels)
{
	int i;

	head(b);
	for (i = 0; i < levels; i++)
		fj_buf_printf(b, "{\"type\":\"group\",\"name\":\"g%d\",\"label\":\"x\","
		    "\"children\":[", i);
	fj_buf_puts(b, "{\"type\":\"text\",\"name\":\"t\",\"label\":\"x\"}");
	again(b, "]}", (size_t)levels);
	fj_buf_puts(b, "]}");
}

static void
too_deep(struct fj_buf *b)
{
	nested(b, LIMIT_FORM_DEPTH + 1);
}

static void
too_deep_json(struct fj_buf *b)
{
	head(b);
	fj_buf_puts(b, "{\"type\":\"text\",\"name\":\"t\",\"x-a\":");
	again(b, "[", 100000);
	again(b, "]", 100000);
	fj_buf_puts(b, "}]}");
}

static void
too_many_values(struct fj_buf *b)
{
	head(b);
	fj_buf_puts(b, "{\"type\":\"text\",\"name\":\"t\",\"x-a\":[0");
	again(b, ",0", LIMIT_JSON_NODES);
	fj_buf_puts(b, "]}]}");
}

static void
long_expression(struct fj_buf *b)
{
	one(b, "1", " ", LIMIT_EXPR_BYTES, "");
}

static void
many_operators(struct fj_buf *b)
{
	one(b, "1", "+1", 5000, "");
}

static void
many_minuses(struct fj_buf *b)
{
	one(b, "", "-", 16000, "1");
}

static void
deep_brackets(struct fj_buf *b)
{
	one(b, "", "(", 8000, "1");
}

static void
deep_calls(struct fj_buf *b)
{
	one(b, "", "not(", 4000, "1");
}

static void
deep_predicates(struct fj_buf *b)
{
	one(b, "", "*[", 8000, "1");
}

static void
long_path(struct fj_buf *b)
{
	one(b, "..", "/..", 5000, "");
}

static void
many_arguments(struct fj_buf *b)
{
	one(b, "concat(1", ",1", 5000, ")");
}

static void
many_predicates(struct fj_buf *b)
{
	one(b, "../*", "[1]", 5000, "");
}

/* 20,000 nodes that all read all others. */
static void
all_read_all(struct fj_buf *b)
{
	char name[32];
	int i;

	head(b);
	for (i = 0; i < LIMIT_FORM_NODES - 10; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		calculate(b, name, "count(../*)");
	}
	fj_buf_puts(b, "]}");
}

/* As many references as an expression holds, in every node, all backwards. */
static void
many_references(struct fj_buf *b)
{
	char name[32];
	struct fj_buf x;
	int i, k;

	head(b);
	fj_buf_init(&x, LIMIT_EXPR_BYTES);
	for (i = 0; i < 3000; i++) {
		fj_buf_clear(&x);
		fj_buf_puts(&x, "0");
		for (k = i > 900 ? i - 900 : 0; k < i; k++)
			fj_buf_printf(&x, "+${n%d}", k);
		snprintf(name, sizeof(name), "n%d", i);
		calculate(b, name, x.p);
		if (b->n > (7 << 20))
			break;
	}
	fj_buf_release(&x);
	fj_buf_puts(b, "]}");
}

/* Counts that read what they count, by way of another node, more than are let. */
static void
many_counts(struct fj_buf *b)
{
	int i;

	head(b);
	for (i = 0; i < 4000; i++)
		fj_buf_printf(b, "%s{\"type\":\"calculate\",\"name\":\"c%d\",\"calculation\":"
		    "\"sum(${n%d}) + 1\"},{\"type\":\"repeat\",\"name\":\"r%d\",\"label\":\"x\","
		    "\"repeat_count\":\"${c%d}\",\"children\":[{\"type\":\"integer\","
		    "\"name\":\"n%d\",\"label\":\"x\"}]}", i > 0 ? "," : "", i, i, i, i, i);
	fj_buf_puts(b, "]}");
}

static void
long_cycle(struct fj_buf *b)
{
	char name[32], expr[32];
	int i;

	head(b);
	for (i = 0; i < 19000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		snprintf(expr, sizeof(expr), "${n%d}", (i + 1) % 19000);
		calculate(b, name, expr);
	}
	fj_buf_puts(b, "]}");
}

static void
instances_of_instances(struct fj_buf *b)
{
	int i;

	head(b);
	for (i = 0; i < 3; i++)
		fj_buf_printf(b, "{\"type\":\"repeat\",\"name\":\"r%d\",\"label\":\"x\","
		    "\"instances\":%d,\"children\":[", i, LIMIT_REPEAT_COUNT);
	fj_buf_puts(b, "{\"type\":\"text\",\"name\":\"t\",\"label\":\"x\"}]}]}]}]}");
}

static void
many_instances(struct fj_buf *b)
{
	head(b);
	fj_buf_printf(b, "{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"x\",\"instances\":%d,"
	    "\"children\":[]}]}", LIMIT_REPEAT_COUNT + 1);
}

static const struct {
	void (*make)(struct fj_buf *b);
	const char *code;
	enum fj_rc rc;
} refused[] = {
	{too_large, "form.large", FJ_LIMIT},
	{too_many_nodes, "form.too-many", FJ_INVAL},
	{too_deep, "form.too-deep", FJ_INVAL},
	{too_deep_json, "json.depth", FJ_INVAL},
	{too_many_values, "json.nodes", FJ_INVAL},
	{long_expression, "expr.size", FJ_INVAL},
	{many_operators, "expr.size", FJ_INVAL},
	{deep_brackets, "expr.depth", FJ_INVAL},
	{deep_calls, "expr.depth", FJ_INVAL},
	{deep_predicates, "expr.depth", FJ_INVAL},
	{long_path, "expr.depth", FJ_INVAL},
	{many_arguments, "expr.size", FJ_INVAL},
	{many_predicates, "expr.size", FJ_INVAL},
	{all_read_all, "form.memory", FJ_INVAL},
	{many_references, "expr.size", FJ_INVAL},
	{long_cycle, "form.cycle", FJ_INVAL},
	{many_counts, "form.cycle", FJ_INVAL},
	{instances_of_instances, "form.places", FJ_INVAL},
	{many_instances, "form.instances", FJ_INVAL},
};

static double
seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void
definitions(void **state)
{
	size_t i, k, failed = 0;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct form_faults faults = {0};
		struct form *f = NULL;
		struct fj_err e;
		struct fj_buf b;
		double start;
		bool told = false;
		enum fj_rc rc;

		refused[i].make(&b);
		fj_err_clear(&e);
		start = seconds();
		rc = form_load(b.p, b.n, &f, &faults, &e);
		for (k = 0; k < faults.n; k++)
			told = told || strcmp(faults.v[k].err.code, refused[i].code) == 0;
		print_message("%-18s %-14s %zu faults, %.3f s\n", refused[i].code,
		    rc == FJ_OK ? "taken" : e.code, faults.n, seconds() - start);
		if (rc == FJ_OK || !told)
			print_error("case %zu: wanted %s\n", i, refused[i].code);
		failed += rc == FJ_OK || !told;
		form_faults_release(&faults);
		form_free(&f);
		fj_buf_release(&b);
	}
	assert_int_equal(failed, 0);
}

/* ---- evaluating ---- */

/* What a and b are set to; which codes come of it: of the call, and of v. */
struct hostile {
	const char *children;
	const char *a;
	const char *call;	/* NULL: it succeeds */
	const char *problem;	/* NULL: v has none */
};

#define TEXT(name) "{\"type\":\"text\",\"name\":\"" name "\",\"label\":\"x\"}"
#define CALC(name, x) ",{\"type\":\"calculate\",\"name\":\"" name "\",\"calculation\":\"" x "\"}"
#define REP(n, kids) ",{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"x\",\"instances\":" n \
	",\"children\":[" kids "]}"
#define KB "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct hostile hostile[] = {
	/* a regular expression that tries every way */
	{TEXT("a") CALC("v", "regex(${a}, '(a+)+')"),
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", NULL, "text.regex-steps"},
	/* the same in every instance */
	{TEXT("a") REP("20000", "{\"type\":\"calculate\",\"name\":\"x\",\"calculation\":"
	    "\"regex(${a}, '(a+)+')\"}") CALC("v", "1"),
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "form.steps", NULL},
	{TEXT("a") ",{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"x\",\"repeat_count\":\"${a}\","
	    "\"children\":[" TEXT("t") "]}" CALC("v", "count(${r})"), "1000000000", NULL, NULL},
	{TEXT("a") ",{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"x\",\"repeat_count\":\"1 div 0\","
	    "\"children\":[" TEXT("t") "]}" CALC("v", "count(${r})"), "1", NULL, NULL},
	/* a count that counts itself */
	{TEXT("a") ",{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"x\","
	    "\"repeat_count\":\"count(${r}) + 1\",\"children\":[" TEXT("t") "]}"
	    CALC("v", "count(${r})"), "1", "form.cycle", NULL},
	{TEXT("a") ",{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"x\","
	    "\"repeat_count\":\"count(${t}) * 2 + 1\",\"children\":["
	    "{\"type\":\"calculate\",\"name\":\"t\",\"calculation\":\"position(..) + count(${r})\"}]}"
	    CALC("v", "count(${r})"), "1", NULL, NULL},
	/* doubling texts, one after the other and in one expression */
	{TEXT("a") CALC("c", "concat(${a}, ${a}, ${a}, ${a}, ${a}, ${a}, ${a}, ${a})")
	    CALC("d", "concat(${c}, ${c}, ${c}, ${c}, ${c}, ${c}, ${c}, ${c})")
	    CALC("e", "concat(${d}, ${d}, ${d}, ${d}, ${d}, ${d}, ${d}, ${d})")
	    CALC("g", "concat(${e}, ${e}, ${e}, ${e}, ${e}, ${e}, ${e}, ${e})")
	    CALC("v", "string-length(${g})"), KB KB KB KB, NULL, NULL},
	{TEXT("a") REP("20000", "{\"type\":\"calculate\",\"name\":\"x\",\"calculation\":\"string-length("
	    "concat(${a},${a},${a},${a},${a},${a},${a},${a},${a},${a},${a},${a},${a},${a},${a}))\"}")
	    CALC("v", "1"), "@60000", "form.steps", NULL},
	/* sets of sets */
	{TEXT("a") REP("20000", TEXT("t")) CALC("v", "count(/data/r[count(/data/r[. != '1']) > 1])"),
	    "1", NULL, "expr.steps"},
	{TEXT("a") REP("20000", TEXT("t")) CALC("v", "count(/data/r/t/../../r/t/..)"), "1", NULL, NULL},
	{TEXT("a") REP("20000", "{\"type\":\"calculate\",\"name\":\"x\",\"calculation\":"
	    "\"count(${r}) + count(/data/r/../r)\"}") CALC("v", "1"), "1", "form.steps", NULL},
	{TEXT("a") REP("20000", "{\"type\":\"calculate\",\"name\":\"x\",\"calculation\":"
	    "\"count(/data/r/x/.. | /data/r/x)\"}") CALC("v", "1"), "1", "form.cycle", NULL},
	{TEXT("a") REP("20000", TEXT("t")) CALC("v", "/data/r/t = /data/r[t != ${a}]/t"), "1", NULL, NULL},
	{TEXT("a") REP("20000", TEXT("t")) CALC("v", "string-length(join(${a}, randomize(${t}, 5)))"),
	    KB, NULL, "expr.text"},
	/* giant numbers */
	{TEXT("a") CALC("v", "round(${a}, 999999999) + round(1.5, -999999999) + int(${a}) + pow(${a}, 999)"),
	    "99999999999999999999999999999999999999999999999999999999999999999999", NULL, NULL},
	{TEXT("a") CALC("v", "substr('abc', -${a}, ${a}) = selected-at('a b', ${a})"), "1" KB, NULL, NULL},
	{TEXT("a") CALC("v", "concat(substr('abc', ${a}), selected-at('a b', ${a}), string(pow(10, 300)))"),
	    "99999999999999999999", NULL, NULL},
	{TEXT("a") CALC("v", "string(date(pow(10, 300)))"), "1", NULL, NULL},
	{TEXT("a") CALC("v", "format-date(${a} * 99999999999999, '%Y-%m-%d')"), "99999999", NULL, NULL},
	{TEXT("a") CALC("v", "uuid(${a})"), "99999999999", NULL, NULL},
	{TEXT("a") REP("3", TEXT("t")) CALC("v", "concat(indexed-repeat(${t}, ${r}, ${a}), /data/r[number(${a})]/t)"),
	    "18446744073709551617", NULL, NULL},
};

static void
value_of(const char *a, struct fj_buf *out)
{
	size_t n;

	fj_buf_init(out, 1 << 20);
	n = a[0] == '@' ? (size_t)strtoul(a + 1, NULL, 10) : 0;
	if (n > 0)
		again(out, "x", n);
	else
		fj_buf_puts(out, a);
}

static bool
check(const struct hostile *h, size_t i)
{
	struct inst_problem p = {.err = {.code = ""}};
	struct inst_node *a, *v;
	struct form *f = NULL;
	struct inst *in = NULL;
	struct fj_buf b, value;
	struct fj_err e;
	double start = seconds();
	enum fj_rc rc;
	bool right;

	head(&b);
	fj_buf_puts(&b, h->children);
	fj_buf_puts(&b, "]}");
	value_of(h->a, &value);
	fj_err_clear(&e);
	rc = form_load(b.p, b.n, &f, NULL, &e);
	if (rc == FJ_OK) {
		in = inst_new(f, &env);
		rc = inst_start(in, NULL, &e);
	}
	if (rc == FJ_OK || strcmp(e.code, "form.steps") == 0) {
		assert_int_equal(inst_find(in, "/data/a", &a, NULL), FJ_OK);
		assert_int_equal(inst_find(in, "/data/v", &v, NULL), FJ_OK);
		fj_err_clear(&e);
		rc = inst_set(in, a, value.p, NULL, &e);
		(void)inst_problem_at(in, v, &p);
		print_message("%2zu v = %.40s\n", i, inst_value(v));
	}
	print_message("%2zu %s %s, %.3f s\n", i, rc == FJ_OK ? "-" : e.code, p.err.code, seconds() - start);
	right = strcmp(rc == FJ_OK ? "" : e.code, h->call != NULL ? h->call : "") == 0 &&
	    strcmp(p.err.code, h->problem != NULL ? h->problem : "") == 0;
	if (!right)
		print_error("case %zu: wanted %s, %s\n", i, h->call != NULL ? h->call : "-",
		    h->problem != NULL ? h->problem : "-");
	inst_free(&in);
	form_free(&f);
	fj_buf_release(&b);
	fj_buf_release(&value);
	return right;
}

static void
answers(void **state)
{
	size_t i, failed = 0;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		failed += !check(&hostile[i], i);
	assert_int_equal(failed, 0);
}

/* Allowed, and not to be slow: signs cancel, a name may be long. */
static void
taken(void **state)
{
	struct form *f = NULL;
	struct fj_err e;
	struct fj_buf b;

	(void)state;
	many_minuses(&b);
	fj_err_clear(&e);
	assert_int_equal(form_load(b.p, b.n, &f, NULL, &e), FJ_OK);
	form_free(&f);
	fj_buf_release(&b);
	nested(&b, 9);
	assert_int_equal(form_load(b.p, b.n, &f, NULL, &e), FJ_OK);
	form_free(&f);
	fj_buf_release(&b);
}

/* As a journal brings them: instances and answers by id, then one computing. */
static void
ten_thousand_instances(void **state)
{
	enum {
		MANY = 10000,
	};
	static const char text[] = "{\"form\":\"f\",\"version\":\"1\",\"children\":["
	    "{\"type\":\"repeat\",\"name\":\"r\",\"label\":\"x\",\"instances\":0,\"children\":["
	    "{\"type\":\"integer\",\"name\":\"n\",\"label\":\"x\"},"
	    "{\"type\":\"calculate\",\"name\":\"c\",\"calculation\":\"${n} + position(..)\"}]}"
	    CALC("v", "sum(${c})") "]}";
	struct form *f = NULL;
	struct inst_node *n;
	struct inst *in;
	struct fj_err e;
	char path[64];
	double start;
	int i;

	(void)state;
	assert_int_equal(form_load(text, strlen(text), &f, NULL, &e), FJ_OK);
	in = inst_new(f, &env);
	start = seconds();
	for (i = 1; i <= MANY; i++) {
		snprintf(path, sizeof(path), "#%d", i);
		assert_int_equal(inst_load_add(in, "/data/r", path, 0, &e), FJ_OK);
		assert_int_equal(inst_load_add(in, "/data/r", path, 0, &e), FJ_REFUSED);
		snprintf(path, sizeof(path), "/data/r{#%d}/n", i);
		assert_int_equal(inst_load_value(in, path, "1", &e), FJ_OK);
	}
	assert_int_equal(inst_recompute(in, NULL, &e), FJ_OK);
	print_message("%d instances: %.3f s\n", MANY, seconds() - start);
	assert_int_equal(inst_find(in, "/data/v", &n, &e), FJ_OK);
	assert_string_equal(inst_value(n), "50015000");
	assert_int_equal(inst_find(in, "/data/r[1]", &n, &e), FJ_OK);
	assert_int_equal(inst_remove(in, n, NULL, &e), FJ_OK);
	assert_int_equal(inst_find(in, "/data/r{#1}", &n, &e), FJ_NOTFOUND);
	assert_int_equal(inst_find(in, "/data/r{#2}/c", &n, &e), FJ_OK);
	assert_string_equal(inst_value(n), "2");
	inst_free(&in);
	form_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(definitions),
		cmocka_unit_test(answers),
		cmocka_unit_test(taken),
		cmocka_unit_test(ten_thousand_instances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
