/* SPDX-License-Identifier: Apache-2.0 */
/* Texts with answers in them, the name of a record, what was saved last, and
 * what people type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "form/form.h"

static const char definition[] =
    "{\"form\": \"f\", \"version\": \"1\", \"title\": \"t\", \"languages\": [\"zh\", \"en\"],"
    " \"instance_name\": \"concat(${who}, '/', count(${r}))\","
    " \"choices\": {\"c\": [{\"name\": \"a\", \"label\": {\"zh\": \"${who}的甲\", \"en\": \"A of ${who}\"}}]},"
    " \"children\": [{\"type\": \"text\", \"name\": \"who\", \"label\": \"w\","
    " \"default\": \"concat(${last-saved#who}, '!')\"},"
    " {\"type\": \"integer\", \"name\": \"n\", \"label\": {\"zh\": \"${who}几个\", \"en\": \"How many, ${ who }?\"},"
    " \"hint\": \"${n} ${count(${r}) + 1} {} $ ${\", \"constraint\": \". < 3\","
    " \"constraint_message\": \"${n} for ${who}\", \"required\": true, \"required_message\": \"${who}: how many\"},"
    " {\"type\": \"repeat\", \"name\": \"r\", \"label\": \"r\", \"instances\": 2, \"children\": ["
    "{\"type\": \"text\", \"name\": \"x\", \"label\": \"${x} of ${position(..)}\", \"default\": \"concat('x', position(..))\"}]},"
    " {\"type\": \"note\", \"name\": \"all\", \"label\": \"all: ${x}\"},"
    " {\"type\": \"select_one c\", \"name\": \"s\", \"label\": \"s\"}]}";

static const char *
saved(void *ctx, const char *name)
{
	return strcmp(name, "who") == 0 ? ctx : NULL;
}

struct fixture {
	struct form *f;
	struct inst *in;
	struct fj_buf b;
};

static void
setup(struct fixture *x, const char *last)
{
	struct form_env env = {.now = {1772600767000, 480}, .lang = "en"};
	struct fj_err e;

	fj_err_clear(&e);
	if (form_load(definition, strlen(definition), &x->f, NULL, &e) != FJ_OK)
		fail_msg("%s %s", e.code, e.arg[0]);
	if (last != NULL) {
		env.last_saved = saved;
		env.last_ctx = (void *)(uintptr_t)last;
	}
	x->in = inst_new(x->f, &env);
	assert_int_equal(inst_start(x->in, NULL, NULL), FJ_OK);
	fj_buf_init(&x->b, 4096);
}

static void
teardown(struct fixture *x)
{
	fj_buf_release(&x->b);
	inst_free(&x->in);
	form_free(&x->f);
}

static struct inst_node *
at(struct fixture *x, const char *path)
{
	struct inst_node *n = NULL;

	assert_int_equal(inst_find(x->in, path, &n, NULL), FJ_OK);
	return n;
}

static const char *
text(struct fixture *x, const char *path, enum inst_text which, const char *lang)
{
	return inst_text(at(x, path), which, lang);
}

static void
filled_in(void **state)
{
	const struct form_choice *const *c;
	struct fixture x;

	(void)state;
	setup(&x, "甲");
	assert_string_equal(inst_value(at(&x, "who")), "甲!");
	assert_string_equal(text(&x, "n", INST_T_LABEL, NULL), "How many, 甲!?");
	assert_string_equal(text(&x, "n", INST_T_LABEL, "zh"), "甲!几个");
	assert_string_equal(text(&x, "n", INST_T_HINT, NULL), " 3 {} $ ${");
	assert_string_equal(text(&x, "/data/r[2]/x", INST_T_LABEL, NULL), "x2 of 2");
	assert_string_equal(text(&x, "all", INST_T_LABEL, NULL), "all: x1, x2");
	assert_string_equal(text(&x, "n", INST_T_REQUIRED_MESSAGE, NULL), "甲!: how many");
	assert_string_equal(text(&x, "n", INST_T_GUIDANCE, NULL), "");
	assert_int_equal(inst_choices(x.in, at(&x, "s"), &c), 1);
	assert_string_equal(inst_choice_label(at(&x, "s"), c[0], "zh"), "甲!的甲");
	assert_string_equal(inst_label(at(&x, "s"), "zh"), "s");
	fj_buf_clear(&x.b);
	inst_title(x.in, &x.b);
	assert_string_equal(x.b.p, "甲!/2");
	teardown(&x);
	setup(&x, NULL);
	assert_string_equal(inst_value(at(&x, "who")), "!");
	teardown(&x);
}

/* Several problems at once keep their own words. */
static void
messages(void **state)
{
	struct inst_problems p = {0};
	struct inst_problem one, other;
	struct fixture x;

	(void)state;
	setup(&x, NULL);
	assert_true(inst_problem_at(x.in, at(&x, "n"), &one));
	assert_string_equal(one.message, "!: how many");
	assert_int_equal(inst_set(x.in, at(&x, "n"), "5", NULL, NULL), FJ_OK);
	assert_true(inst_problem_at(x.in, at(&x, "n"), &other));
	assert_string_equal(other.message, "5 for !");
	assert_string_equal(one.message, "!: how many");
	inst_validate(x.in, &p);
	assert_int_equal(p.n, 1);
	assert_ptr_equal(p.v[0].message, other.message);
	inst_problems_release(&p);
	teardown(&x);
}

static void
refers_to_nothing(void **state)
{
	static const char *const rows[] = {
		"{\"form\": \"f\", \"version\": \"1\", \"title\": \"t\", \"children\": [{\"type\": \"text\","
		" \"name\": \"a\", \"label\": \"see ${b}\"}]}",
		"{\"form\": \"f\", \"version\": \"1\", \"title\": \"t\", \"children\": [{\"type\": \"text\","
		" \"name\": \"a\", \"label\": \"a\", \"constraint_message\": \"see ${b}\"}]}",
		"{\"form\": \"f\", \"version\": \"1\", \"title\": \"t\", \"instance_name\": \"${b}\","
		" \"children\": [{\"type\": \"text\", \"name\": \"a\", \"label\": \"a\"}]}",
		"{\"form\": \"f\", \"version\": \"1\", \"title\": \"t\", \"children\": [{\"type\": \"text\","
		" \"name\": \"a\", \"label\": \"a\", \"default\": \"${last-saved#b}\"}]}",
	};
	struct form *f;
	struct fj_err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fj_err_clear(&e);
		assert_int_equal(form_load(rows[i], strlen(rows[i]), &f, NULL, &e), FJ_INVAL);
		assert_string_equal(e.code, "form.unknown-name");
		assert_string_equal(e.arg[0], "b");
	}
}

static void
what_people_type(void **state)
{
	static const char form[] =
	    "{\"form\": \"f\", \"version\": \"1\", \"children\": [{\"type\": \"time\", \"name\": \"t\","
	    " \"label\": \"t\"}, {\"type\": \"dateTime\", \"name\": \"m\", \"label\": \"m\"},"
	    " {\"type\": \"date\", \"name\": \"d\", \"label\": \"d\"},"
	    " {\"type\": \"text\", \"name\": \"x\", \"label\": \"x\"}]}";
	static const char *const rows[][3] = {
		{"t", "9:30", "09:30:00"},
		{"t", " 09:30 ", "09:30:00"},
		{"t", "09:30:15", "09:30:15"},
		{"t", "09:30+08:00", "09:30:00+08:00"},
		{"t", "noon", "noon"},
		{"t", "9", "9"},
		{"m", "2026-03-01 9:30", "2026-03-01T09:30:00"},
		{"m", "2026-3-1T09:30", "2026-03-01T09:30:00"},
		{"m", "2026-03-01", "2026-03-01T00:00:00"},
		{"m", "2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z"},
		{"m", "tomorrow", "tomorrow"},
		{"m", "2026-03-01 noon", "2026-03-01 noon"},
		{"m", "20260301 9:30", "2026-03-01T09:30:00"},
		{"d", "20260301", "2026-03-01"},
		{"d", " 2026/3/1 ", "2026-03-01"},
		{"d", "2026.03.01", "2026-03-01"},
		{"d", "2026年3月1日", "2026-03-01"},
		{"d", "2026-3-1", "2026-03-01"},
		{"d", "2026-02-30", "2026-02-30"},
		{"d", "2026/3", "2026/3"},
		{"d", "260301", "260301"},
		{"d", "2026-03-011", "2026-03-011"},
		{"x", "9:30", "9:30"},
	};
	struct form *f;
	struct fj_buf b;
	size_t i;

	(void)state;
	assert_int_equal(form_load(form, strlen(form), &f, NULL, NULL), FJ_OK);
	fj_buf_init(&b, 256);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		form_complete(form_find(f, rows[i][0]), rows[i][1], &b);
		assert_string_equal(b.p, rows[i][2]);
	}
	fj_buf_release(&b);
	form_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filled_in),
		cmocka_unit_test(messages),
		cmocka_unit_test(refers_to_nothing),
		cmocka_unit_test(what_people_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
