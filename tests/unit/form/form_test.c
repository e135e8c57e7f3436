/* SPDX-License-Identifier: Apache-2.0 */
/* The public face of module form: reading a definition, reports, loading, walking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "form/expr.h"
#include "form/form.h"
#include "snapshot.h"

static const char definition[] =
    "{\"form\": \"f\", \"version\": \"2\",\n"
    " \"title\": {\"zh\": \"检查\", \"en\": \"Check\"}, \"languages\": [\"zh\", \"en\"],\n"
    " \"sources\": [{\"id\": \"O39\", \"title\": \"办法\", \"as_of\": \"2025-03-18\"}],\n"
    " \"choices\": {\"v\": [{\"name\": \"conform\", \"label\": {\"zh\": \"符合\", \"en\": \"Yes\"},"
    " \"key\": 1}, {\"name\": \"nonconform\", \"label\": \"不符合\", \"key\": 2},"
    " {\"name\": \"na\", \"label\": \"不适用\", \"key\": 4}]},\n"
    " \"children\": [\n"
    "  {\"type\": \"group\", \"name\": \"staff\", \"label\": \"人员\", \"children\": [\n"
    "   {\"type\": \"verdict v\", \"name\": \"s1\", \"label\": {\"zh\": \"甲\", \"en\": \"A\"},"
    " \"hint\": \"h\", \"clause\": [\"G5\", \"G6\"], \"key_item\": true, \"how\": \"看\","
    " \"evidence\": {\"zh\": \"照片\"}, \"finding\": {\"kind\": \"B1\"}, \"required\": \"yes\"},\n"
    "   {\"type\": \"verdict v\", \"name\": \"s2\", \"label\": \"乙\", \"finding\": \"X2\","
    " \"relevant\": \"${s1} != 'na'\"},\n"
    "   {\"type\": \"text\", \"name\": \"why\", \"label\": \"w\", \"appearance\": \"multiline\","
    " \"parameters\": \"rows=3\", \"trigger\": \"${s1}\", \"calculation\": \"concat('t', ${s1})\"}]},\n"
    "  {\"type\": \"repeat\", \"name\": \"rep\", \"label\": \"r\", \"instances\": 1, \"children\": ["
    "{\"type\": \"text\", \"name\": \"no\", \"label\": \"n\", \"default\": \"once('d')\"}]},\n"
    "  {\"type\": \"calculate\", \"name\": \"sum\", \"calculation\": \"count(${rep})\"}]}";

static const struct form_env env = {.now = {1772600767000, 480}, .lang = "en"};

static struct form *
load(const char *text)
{
	struct form *f;
	struct fj_err e;

	fj_err_clear(&e);
	if (form_load(text, strlen(text), &f, NULL, &e) != FJ_OK)
		fail_msg("%s %s", e.code, e.arg[0]);
	return f;
}

static struct inst_node *
at(struct inst *in, const char *path)
{
	struct inst_node *n = NULL;

	assert_int_equal(inst_find(in, path, &n, NULL), FJ_OK);
	return n;
}

static unsigned
what(const struct inst_changes *c, const struct inst_node *n)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->v[i].at == n)
			return c->v[i].what;
	return 0;
}

static void
reading(void **state)
{
	struct form *f = load(definition);
	const struct form_node *s1 = form_find(f, "/data/staff/s1"), *n;
	const struct form_choice *const *choice;
	const struct form_source *source;
	const char *const *v;
	struct fj_buf b;
	size_t count = 0;

	(void)state;
	assert_string_equal(form_id(f), "f");
	assert_string_equal(form_version(f), "2");
	assert_string_equal(form_title(f, "en"), "Check");
	assert_string_equal(form_title(f, "fr"), "检查");
	assert_int_equal(form_languages(f, &v), 2);
	assert_int_equal(form_sources(f, &source), 1);
	assert_string_equal(source[0].as_of, "2025-03-18");
	assert_non_null(s1);
	assert_ptr_equal(s1, form_find(f, "s1"));
	assert_null(form_find(f, "/data/nothing"));
	assert_null(form_find(f, "nothing"));
	assert_int_equal(form_node_type(s1), FORM_VERDICT);
	assert_string_equal(form_node_label(s1, "en"), "A");
	assert_string_equal(form_node_hint(s1, "en"), "h");
	assert_string_equal(form_node_how(s1, "en"), "看");
	assert_string_equal(form_node_evidence(s1, "en"), "照片");
	assert_string_equal(form_node_finding(s1), "{\"kind\":\"B1\"}");
	assert_string_equal(form_node_finding_kind(s1), "B1");
	assert_string_equal(form_node_finding_on(s1), "nonconform");
	assert_string_equal(form_node_finding_kind(form_find(f, "s2")), "X2");
	assert_true(form_node_key_item(s1));
	assert_int_equal(form_node_clauses(s1, &v), 2);
	assert_string_equal(v[1], "G6");
	assert_int_equal(form_node_choices(s1, &choice), 3);
	assert_int_equal(form_choice_key(choice[2]), VERDICT_NA);
	assert_string_equal(form_choice_label(choice[0], "en"), "Yes");
	assert_string_equal(form_choice_column(choice[0], "key"), "1");
	assert_null(form_choice_column(choice[0], "colour"));
	n = form_find(f, "why");
	assert_string_equal(form_node_parameter(n, "rows"), "3");
	assert_string_equal(form_node_appearance(n), "multiline");
	assert_false(form_node_calculated(n));
	assert_true(form_node_calculated(form_find(f, "sum")));
	assert_int_equal(form_node_line(s1), 7);
	for (n = form_root(f); n != NULL; n = form_node_walk(n, NULL))
		count++;
	assert_int_equal(count, form_node_count(f));
	fj_buf_init(&b, 100);
	form_node_path(s1, &b);
	assert_string_equal(b.p, "/data/staff/s1");
	fj_buf_release(&b);
	form_free(&f);
	assert_null(f);
}

static void
faults_have_places(void **state)
{
	static const char text[] = "{\"form\":\"f\",\"version\":\"1\",\n"
	    " \"children\":[{\"type\":\"text\",\"name\":\"a\",\"label\":\"字\",\n"
	    "   \"relevant\": \"1 + nope(2)\", \"colour\": 1}]}";
	struct form_faults q = {0};
	struct form *f;
	struct fj_err e;

	(void)state;
	assert_int_equal(form_load(text, strlen(text), &f, &q, &e), FJ_INVAL);
	assert_null(f);
	assert_int_equal(q.n, 2);
	assert_int_equal(q.errors, 2);
	assert_string_equal(q.v[0].err.code, "expr.function");
	assert_string_equal(q.v[0].err.arg[0], "nope");
	assert_int_equal(q.v[0].line, 3);
	assert_int_equal(q.v[0].column, 21);
	assert_string_equal(q.v[1].err.code, "form.unknown-key");
	assert_int_equal(q.v[1].column, 41);
	assert_string_equal(e.code, "expr.function");
	form_faults_release(&q);
	assert_int_equal(form_load("{", 1, &f, &q, &e), FJ_INVAL);
	assert_int_equal(q.errors, 1);
	form_faults_release(&q);
	assert_int_equal(form_load("[]", 2, &f, &q, &e), FJ_INVAL);
	assert_string_equal(e.code, "form.not-object");
	form_faults_release(&q);
}

static void
larger_than_allowed(void **state)
{
	char *text = malloc(LIMIT_FORM_BYTES + 2);
	struct form *f;
	struct fj_err e;
	struct fj_buf b;
	int i;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', LIMIT_FORM_BYTES + 1);
	assert_int_equal(form_load(text, LIMIT_FORM_BYTES + 1, &f, NULL, &e), FJ_LIMIT);
	assert_string_equal(e.code, "form.large");
	free(text);
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	fj_buf_puts(&b, "{\"form\":\"f\",\"version\":\"1\",\"children\":[");
	for (i = 0; i < LIMIT_FORM_NODES; i++)
		fj_buf_printf(&b, "%s{\"type\":\"calculate\",\"name\":\"n%d\"}", i > 0 ? "," : "", i);
	fj_buf_puts(&b, "]}");
	assert_int_equal(form_load(b.p, b.n, &f, NULL, &e), FJ_INVAL);
	assert_string_equal(e.code, "form.too-many");
	fj_buf_clear(&b);
	fj_buf_puts(&b, "{\"form\":\"f\",\"version\":\"1\",\"children\":[");
	for (i = 0; i < 11; i++)
		fj_buf_printf(&b, "{\"type\":\"group\",\"name\":\"n%d\",\"children\":[", i);
	for (i = 0; i < 11; i++)
		fj_buf_puts(&b, "]}");
	fj_buf_puts(&b, "]}");
	assert_int_equal(form_load(b.p, b.n, &f, NULL, &e), FJ_OK);
	form_free(&f);
	fj_buf_release(&b);
}

static void
changes_are_told(void **state)
{
	struct form *f = load(definition);
	struct inst *in = inst_new(f, &env);
	struct inst_changes c = {0};
	struct inst_node *made;
	struct fj_err e;

	(void)state;
	assert_int_equal(inst_start(in, &c, &e), FJ_OK);
	assert_int_equal(what(&c, at(in, "/data/rep[1]/no")), INST_VALUE | INST_ONE_SHOT);
	assert_int_equal(what(&c, at(in, "why")), 0);
	assert_int_equal(inst_set(in, at(in, "s1"), "na", &c, &e), FJ_OK);
	assert_int_equal(what(&c, at(in, "s1")), INST_VALUE | INST_VALID);
	assert_int_equal(what(&c, at(in, "s2")), INST_RELEVANT);
	assert_int_equal(what(&c, at(in, "why")), INST_VALUE | INST_ONE_SHOT);
	assert_string_equal(inst_value(at(in, "why")), "tna");
	assert_int_equal(c.n, 3);
	assert_int_equal(inst_set(in, at(in, "s1"), "na", &c, &e), FJ_OK);
	assert_int_equal(c.n, 0);
	assert_int_equal(inst_set(in, at(in, "s1"), "maybe", &c, &e), FJ_INVAL);
	assert_int_equal(c.n, 0);
	assert_string_equal(inst_value(at(in, "s1")), "na");
	assert_int_equal(inst_add(in, at(in, "rep"), "00000000000000000000000014", 5, &made, &c,
	    &e), FJ_OK);
	assert_true(what(&c, at(in, "rep")) & INST_COUNT);
	assert_int_equal(what(&c, at(in, "sum")), INST_VALUE);
	assert_int_equal(what(&c, inst_child(made, 0)), INST_VALUE | INST_ONE_SHOT);
	assert_string_equal(inst_value(inst_child(made, 0)), "d");
	assert_int_equal(inst_remove(in, made, &c, &e), FJ_OK);
	assert_int_equal(what(&c, at(in, "sum")), INST_VALUE);
	inst_changes_release(&c);
	inst_free(&in);
	form_free(&f);
}

static void
loading_in_any_order(void **state)
{
	static const char one[] = "00000000000000000000000014";
	static const char two[] = "00000000000000000000000018";
	struct form *f = load(definition);
	struct inst *a = inst_new(f, &env), *b = inst_new(f, &env);
	struct fj_buf x, y;
	struct fj_err e;

	(void)state;
	assert_int_equal(inst_load_add(a, "/data/rep", one, 9, &e), FJ_OK);
	assert_int_equal(inst_load_add(a, "/data/rep", two, 3, &e), FJ_OK);
	assert_int_equal(inst_load_value(a, "/data/rep{00000000000000000000000014}/no", "n", &e),
	    FJ_OK);
	assert_int_equal(inst_load_value(a, "/data/staff/s1", "conform", &e), FJ_OK);
	assert_int_equal(inst_load_remove(a, "/data/rep{#1}", &e), FJ_OK);
	assert_int_equal(inst_recompute(a, NULL, &e), FJ_OK);
	assert_int_equal(inst_load_value(b, "/data/staff/s1", "conform", &e), FJ_OK);
	assert_int_equal(inst_load_remove(b, "/data/rep{#1}", &e), FJ_OK);
	assert_int_equal(inst_load_add(b, "/data/rep", two, 3, &e), FJ_OK);
	assert_int_equal(inst_load_add(b, "/data/rep", one, 9, &e), FJ_OK);
	assert_int_equal(inst_load_value(b, "/data/rep{00000000000000000000000014}/no", "n", &e),
	    FJ_OK);
	assert_int_equal(inst_recompute(b, NULL, &e), FJ_OK);
	snapshot(a, &x);
	snapshot(b, &y);
	assert_string_equal(x.p, y.p);
	assert_string_equal(inst_id(inst_child(at(a, "rep"), 0)), two);
	assert_string_equal(inst_value(at(a, "/data/rep[2]/no")), "n");
	assert_int_equal(inst_load_value(a, "/data/rep{#7}/no", "n", &e), FJ_NOTFOUND);
	assert_int_equal(inst_load_remove(a, "/data/staff", &e), FJ_REFUSED);
	fj_buf_clear(&x);
	inst_path(at(a, "/data/rep{00000000000000000000000014}/no"), &x);
	assert_string_equal(x.p, "/data/rep[2]/no");
	fj_buf_clear(&x);
	inst_path_id(at(a, "/data/rep[2]/no"), &x);
	assert_string_equal(x.p, "/data/rep{00000000000000000000000014}/no");
	fj_buf_release(&x);
	fj_buf_release(&y);
	inst_free(&a);
	inst_free(&b);
	form_free(&f);
}

/* Answers bring the instances that a count made; a blank count keeps those. */
static void
loading_counted_repeats(void **state)
{
	static const char text[] = "{\"form\":\"f\",\"version\":\"1\",\"children\":["
	    "{\"type\":\"integer\",\"name\":\"n\"},"
	    "{\"type\":\"repeat\",\"name\":\"r\",\"repeat_count\":\"${n}\",\"children\":["
	    "{\"type\":\"text\",\"name\":\"t\"}]}]}";
	struct form *f = load(text);
	struct inst *in = inst_new(f, &env);
	struct fj_err e;

	(void)state;
	assert_int_equal(inst_load_value(in, "/data/r{#3}/t", "x", &e), FJ_OK);
	assert_int_equal(inst_load_value(in, "/data/r{#99999}/t", "x", &e), FJ_NOTFOUND);
	assert_int_equal(inst_load_value(in, "/data/r{00000000000000000000000014}/t", "x", &e),
	    FJ_NOTFOUND);
	assert_int_equal(inst_recompute(in, NULL, &e), FJ_OK);
	assert_int_equal(inst_count(at(in, "r")), 3);
	assert_int_equal(inst_load_value(in, "/data/n", "1", &e), FJ_OK);
	assert_int_equal(inst_recompute(in, NULL, &e), FJ_OK);
	assert_int_equal(inst_count(at(in, "r")), 1);
	assert_int_equal(inst_set(in, at(in, "n"), "4", NULL, &e), FJ_OK);
	assert_int_equal(inst_count(at(in, "r")), 4);
	assert_string_equal(inst_value(at(in, "/data/r[3]/t")), "x");
	inst_free(&in);
	form_free(&f);
}

static void
walking_and_progress(void **state)
{
	struct form *f = load(definition);
	struct inst *in = inst_new(f, &env);
	struct inst_progress p;
	const struct inst_node *n = NULL;
	struct fj_err e;
	size_t count = 0;

	(void)state;
	assert_int_equal(inst_start(in, NULL, &e), FJ_OK);
	p = inst_progress(in, at(in, "staff"));
	assert_int_equal(p.total, 3);
	assert_int_equal(p.answered, 0);
	assert_int_equal(p.required_open, 1);
	assert_int_equal(inst_set(in, at(in, "s1"), "nonconform", NULL, &e), FJ_OK);
	p = inst_progress(in, NULL);
	assert_int_equal(p.failed, 1);
	assert_int_equal(p.by_verdict[VERDICT_NONCONFORM], 1);
	assert_int_equal(p.answered, 3);
	assert_int_equal(p.required_open, 0);
	assert_int_equal(inst_set(in, at(in, "s1"), "na", NULL, &e), FJ_OK);
	while ((n = inst_walk(in, n, NULL)) != NULL) {
		assert_true(inst_relevant(n));
		count++;
	}
	assert_int_equal(count, 8);	/* all but s2 */
	inst_free(&in);
	form_free(&f);
}

/* A calculation draws the same on every machine; what happens once does not. */
static void
randomness(void **state)
{
	static const char text[] = "{\"form\":\"f\",\"version\":\"1\",\"children\":["
	    "{\"type\":\"calculate\",\"name\":\"a\",\"calculation\":\"random()\"},"
	    "{\"type\":\"calculate\",\"name\":\"b\",\"calculation\":\"uuid()\"}]}";
	struct form *f = load(text);
	struct form_env other = env;
	struct inst *in[3];
	struct fj_err e;
	int i;

	(void)state;
	other.uuid.b[0] = 1;
	for (i = 0; i < 3; i++) {
		in[i] = inst_new(f, i < 2 ? &env : &other);
		assert_int_equal(inst_start(in[i], NULL, &e), FJ_OK);
	}
	assert_string_equal(inst_value(at(in[0], "a")), inst_value(at(in[1], "a")));
	assert_string_equal(inst_value(at(in[0], "b")), inst_value(at(in[1], "b")));
	assert_string_not_equal(inst_value(at(in[0], "b")), inst_value(at(in[2], "b")));
	for (i = 0; i < 3; i++)
		inst_free(&in[i]);
	form_free(&f);
}

/* Too many steps are an answer; the next call goes on. */
static void
steps_are_bounded(void **state)
{
	static const char text[] = "{\"form\":\"f\",\"version\":\"1\",\"children\":["
	    "{\"type\":\"repeat\",\"name\":\"r\",\"instances\":1500,\"children\":["
	    "{\"type\":\"calculate\",\"name\":\"v\",\"calculation\":\"count(/data/r[position() > 0])\"}]}]}";
	struct form *f = load(text);
	struct inst *in = inst_new(f, &env);
	struct fj_err e;

	(void)state;
	assert_int_equal(inst_start(in, NULL, &e), FJ_LIMIT);
	assert_string_equal(e.code, "form.steps");
	assert_int_equal(inst_remove(in, at(in, "/data/r[1500]"), NULL, &e), FJ_LIMIT);
	inst_free(&in);
	form_free(&f);
}

static void
the_table_of_functions(void **state)
{
	const struct fn *v;
	size_t n = fn_table(&v), i;

	(void)state;
	for (i = 0; i < n; i++) {
		assert_ptr_equal(fn_find(v[i].name, strlen(v[i].name)), &v[i]);
		assert_true(i == 0 || strcmp(v[i - 1].name, v[i].name) < 0);
	}
	assert_null(fn_find("coun", 4));
	assert_null(fn_find("counts", 6));
	assert_true(n > 70);
}

static void
verdicts_and_codes(void **state)
{
	int i;

	(void)state;
	for (i = VERDICT_CONFORM; i <= VERDICT_UNCHECKED; i++)
		assert_int_equal(form_verdict_key(form_verdict_name(i)), i);
	assert_null(form_verdict_name(0));
	assert_null(form_verdict_name(6));
	assert_int_equal(form_verdict_key("符合"), 0);
	assert_true(form_uscc_ok("91350100M000100Y43", 18));
	assert_false(form_uscc_ok("91350100M000100Y44", 18));
	assert_false(form_uscc_ok("91350100I000100Y43", 18));
	assert_false(form_uscc_ok("", 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(faults_have_places),
		cmocka_unit_test(larger_than_allowed),
		cmocka_unit_test(changes_are_told),
		cmocka_unit_test(loading_in_any_order),
		cmocka_unit_test(loading_counted_repeats),
		cmocka_unit_test(walking_and_progress),
		cmocka_unit_test(randomness),
		cmocka_unit_test(steps_are_bounded),
		cmocka_unit_test(the_table_of_functions),
		cmocka_unit_test(verdicts_and_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
