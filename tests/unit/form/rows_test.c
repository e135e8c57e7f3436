/* SPDX-License-Identifier: Apache-2.0 */
/* A filter that finds its rows by a hash lets through what asking every row would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form/form.h"

static const struct form_env env = {.now = {1772600767000, 480}, .lang = "en"};

enum {
	ROWS = 1000,
};

/* Lists of ROWS rows: k of 17 values, some without, some empty; n a number. */
static struct form *
made(void)
{
	struct fj_buf b;
	struct form *f = NULL;
	struct fj_err e;
	int i;

	fj_buf_init(&b, 1 << 20);
	fj_buf_puts(&b, "{\"form\":\"f\",\"version\":\"1\",\"choices\":{\"l\":[");
	for (i = 0; i < ROWS; i++) {
		fj_buf_printf(&b, "%s{\"name\":\"r%d\",\"label\":\"L%d\",\"n\":\"%d.0\"",
		    i > 0 ? "," : "", i, i % 3, i % 5);
		if (i % 11 != 0)
			fj_buf_printf(&b, ",\"k\":\"%s%d\"", i % 7 == 0 ? "" : "键", i % 17);
		fj_buf_puts(&b, i % 13 == 0 ? ",\"z\":\"\"}" : "}");
	}
	fj_buf_puts(&b, "]},\"children\":["
	    "{\"type\":\"text\",\"name\":\"q\",\"label\":\"q\"},"
	    "{\"type\":\"integer\",\"name\":\"i\",\"label\":\"i\"},"
	    "{\"type\":\"select_one l\",\"name\":\"s\",\"label\":\"s\",\"choice_filter\":"
	    "\"k = ${q} and n != 3\"},"
	    "{\"type\":\"select_multiple l\",\"name\":\"t\",\"label\":\"t\",\"choice_filter\":"
	    "\"not(not(k = ${q})) and n != 3\"}]}");
	fj_err_clear(&e);
	if (form_load(b.p, b.n, &f, NULL, &e) != FJ_OK)
		fail_msg("%s %s", e.code, e.arg[0]);
	fj_buf_release(&b);
	return f;
}

/* Each predicate, and the same said so that no hash helps. */
static const char *const predicates[][2] = {
	{"k = ${q}", "not(not(k = ${q}))"},
	{"${q} = k", "not(not(${q} = k))"},
	{"k = ${q} and n < 3", "n < 3 and k = ${q}"},
	{"k = concat(${q}, '')", "not(k != concat(${q}, ''))"},
	{"k = ${i}", "not(not(k = ${i}))"},
	{"n = 2", "not(n != 2)"},
	{"n = '2.0'", "not(not(n = '2.0'))"},
	{"label = 'L1'", "not(not(label = 'L1'))"},
	{"name = concat('r', ${i})", "not(not(name = concat('r', ${i})))"},
	{"k = ${q} and position() < 100", "position() < 100 and k = ${q}"},
	{"k = k", "not(not(k = k))"},
	{"z = ''", "not(not(z = ''))"},
	{"nope = ''", "not(not(nope = ''))"},
	{"k = instance('l')/root/item[name = 'r5']/k", "not(not(k = instance('l')/root/item[name = 'r5']/k))"},
	{"k = current()/../q", "not(not(k = current()/../q))"},
};

static void
rows_of(struct inst *in, const char *predicate, struct fj_buf *out)
{
	char expr[512];
	struct inst_node *at;
	struct inst_eval v;
	struct fj_err e;

	assert_int_equal(inst_find(in, "/data/q", &at, &e), FJ_OK);
	snprintf(expr, sizeof(expr), "join(' ', instance('l')/root/item[%s]/name)", predicate);
	fj_err_clear(&e);
	if (inst_eval(in, expr, at, &v, &e) != FJ_OK)
		fail_msg("%s: %s %s", predicate, e.code, e.arg[0]);
	fj_buf_clear(out);
	fj_buf_printf(out, "%zu %s", v.count, v.count > 0 ? v.text[0] : "");
	inst_eval_release(&v);
}

static void
put(struct inst *in, const char *path, const char *value)
{
	struct inst_node *at;
	struct fj_err e;

	assert_int_equal(inst_find(in, path, &at, &e), FJ_OK);
	assert_int_equal(inst_set(in, at, value, NULL, &e), FJ_OK);
}

static void
same_rows(void **state)
{
	static const char *const words[] = {"", "键3", "3", "键16", "0", "7", "none"};
	static const char *const numbers[] = {"", "3", "7", "12"};
	const struct form_choice *const *v, *const *w;
	struct form *f = made();
	struct inst *in = inst_new(f, &env);
	struct inst_node *s, *t;
	struct fj_buf a, b;
	struct fj_err e;
	size_t i, k, p, n;

	(void)state;
	fj_buf_init(&a, 1 << 20);
	fj_buf_init(&b, 1 << 20);
	assert_int_equal(inst_start(in, NULL, &e), FJ_OK);
	assert_int_equal(inst_find(in, "s", &s, &e), FJ_OK);
	assert_int_equal(inst_find(in, "t", &t, &e), FJ_OK);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		put(in, "/data/q", words[i]);
		for (k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
			put(in, "/data/i", numbers[k]);
			for (p = 0; p < sizeof(predicates) / sizeof(predicates[0]); p++) {
				rows_of(in, predicates[p][0], &a);
				rows_of(in, predicates[p][1], &b);
				assert_string_equal(a.p, b.p);
			}
		}
		n = inst_choices(in, s, &v);
		assert_int_equal(n, inst_choices(in, t, &w));
		if (n > 0)
			assert_memory_equal(v, w, n * sizeof(*v));
	}
	fj_buf_release(&a);
	fj_buf_release(&b);
	inst_free(&in);
	form_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
