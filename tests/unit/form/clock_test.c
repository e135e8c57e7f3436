/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of a filled form goes on: incremental equals full (F1); and what is
 * marked as internal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "form/form.h"

static const char definition[] =
    "{\"form\": \"f\", \"version\": \"1\", \"title\": \"t\", \"languages\": [\"en\"],"
    " \"choices\": {\"c\": [{\"name\": \"y2026\", \"label\": \"6\"}, {\"name\": \"y2027\", \"label\": \"7\"}]},"
    " \"children\": [{\"type\": \"date\", \"name\": \"d\", \"label\": \"d\", \"default\": \"today()\", \"constraint\": \". >= today()\"},"
    " {\"type\": \"calculate\", \"name\": \"y\", \"calculation\": \"format-date(today(), '%Y')\"},"
    " {\"type\": \"calculate\", \"name\": \"y2\", \"calculation\": \"${y} * 2\"},"
    " {\"type\": \"calculate\", \"name\": \"still\", \"calculation\": \"1 + 1\"},"
    " {\"type\": \"text\", \"name\": \"rel\", \"label\": \"r\", \"relevant\": \"${y} = 2027\"},"
    " {\"type\": \"select_one c\", \"name\": \"s\", \"label\": \"s\", \"choice_filter\": \"name = concat('y', format-date(now(), '%Y'))\"},"
    " {\"type\": \"repeat\", \"name\": \"r\", \"label\": \"r\", \"repeat_count\": \"number(format-date(today(), '%Y')) - 2025\", \"children\": ["
    "{\"type\": \"text\", \"name\": \"x\", \"label\": \"x\", \"required\": \"today() > '2026-12-31'\"}]},"
    " {\"type\": \"group\", \"name\": \"office\", \"label\": \"o\", \"x-internal\": true, \"children\": ["
    "{\"type\": \"note\", \"name\": \"inner\", \"label\": \"i\"}]},"
    " {\"type\": \"note\", \"name\": \"own\", \"label\": \"i\", \"x-internal\": true},"
    " {\"type\": \"note\", \"name\": \"open\", \"label\": \"i\", \"x-internal\": false}]}";

static const struct instant in_2026 = {1772600767000, 480}, in_2027 = {1804136767000, 480};

static struct form *
form_here(void)
{
	struct form *f = NULL;
	struct fj_err e;

	fj_err_clear(&e);
	if (form_load(definition, strlen(definition), &f, NULL, &e) != FJ_OK)
		fail_msg("%s %s", e.code, e.arg[0]);
	return f;
}

static struct inst *
inst_at(const struct form *f, struct instant now)
{
	struct form_env env = {.now = now, .lang = "en"};

	return inst_new(f, &env);
}

static struct inst_node *
at(struct inst *in, const char *path)
{
	struct inst_node *n = NULL;

	assert_int_equal(inst_find(in, path, &n, NULL), FJ_OK);
	return n;
}

static bool
told(const struct inst_changes *c, const struct inst_node *n, unsigned what)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->v[i].at == n && (c->v[i].what & what) != 0)
			return true;
	return false;
}

static void
what_reads_it_follows(void **state)
{
	struct form *f = form_here();
	struct inst *in = inst_at(f, in_2026);
	struct inst_changes c = {0};
	const struct form_choice *const *v;

	(void)state;
	assert_int_equal(inst_start(in, &c, NULL), FJ_OK);
	assert_string_equal(inst_value(at(in, "d")), "2026-03-04");
	assert_int_equal(inst_set_clock(in, in_2026, &c, NULL), FJ_OK);
	assert_int_equal(c.n, 0);
	assert_int_equal(inst_set_clock(in, in_2027, &c, NULL), FJ_OK);
	assert_string_equal(inst_value(at(in, "y")), "2027");
	assert_string_equal(inst_value(at(in, "y2")), "4054");
	assert_true(inst_relevant(at(in, "rel")));
	assert_int_equal(inst_count(at(in, "r")), 2);
	assert_true(inst_required(at(in, "/data/r[2]/x")));
	assert_int_equal(inst_choices(in, at(in, "s"), &v), 1);
	assert_string_equal(form_choice_name(v[0]), "y2027");
	/* What was answered stays, and is judged by the new day. */
	assert_string_equal(inst_value(at(in, "d")), "2026-03-04");
	assert_false(inst_valid(at(in, "d")));
	assert_true(told(&c, at(in, "d"), INST_VALID));
	assert_false(told(&c, at(in, "d"), INST_ONE_SHOT | INST_VALUE));
	assert_false(told(&c, at(in, "still"), ~0U));
	inst_changes_release(&c);
	inst_free(&in);
	form_free(&f);
}

static void
the_same_as_in_full(void **state)
{
	struct form *f = form_here();
	struct inst *a = inst_at(f, in_2026), *b = inst_at(f, in_2027);
	struct fj_buf x, y;

	(void)state;
	fj_buf_init(&x, 1 << 16);
	fj_buf_init(&y, 1 << 16);
	assert_int_equal(inst_load_value(a, "/data/d", "2026-05-01", NULL), FJ_OK);
	assert_int_equal(inst_load_value(b, "/data/d", "2026-05-01", NULL), FJ_OK);
	assert_int_equal(inst_recompute(a, NULL, NULL), FJ_OK);
	assert_int_equal(inst_recompute(b, NULL, NULL), FJ_OK);
	assert_int_equal(inst_set_clock(a, in_2027, NULL, NULL), FJ_OK);
	inst_digest_lines(a, &x);
	inst_digest_lines(b, &y);
	assert_string_equal(x.p, y.p);
	assert_int_equal(inst_valid(at(a, "d")), inst_valid(at(b, "d")));
	assert_int_equal(inst_set_clock(a, in_2026, NULL, NULL), FJ_OK);
	assert_true(inst_valid(at(a, "d")));
	assert_int_equal(inst_count(at(a, "r")), 1);
	fj_buf_release(&x);
	fj_buf_release(&y);
	inst_free(&a);
	inst_free(&b);
	form_free(&f);
}

static void
internal_is_inherited(void **state)
{
	struct form *f = form_here();

	(void)state;
	assert_true(form_node_internal(form_find(f, "office")));
	assert_true(form_node_internal(form_find(f, "inner")));
	assert_true(form_node_internal(form_find(f, "own")));
	assert_false(form_node_internal(form_find(f, "open")));
	assert_false(form_node_internal(form_find(f, "d")));
	assert_false(form_node_internal(form_root(f)));
	form_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_reads_it_follows),
		cmocka_unit_test(the_same_as_in_full),
		cmocka_unit_test(internal_is_inherited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
