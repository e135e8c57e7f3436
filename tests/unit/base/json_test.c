/* SPDX-License-Identifier: Apache-2.0 */
/* The strict gate: what it refuses and where; what it lets through; the writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/xalloc.h"

static const struct {
	const char *text;
	const char *code;
	const char *line, *column;
} bad[] = {
	{"", "json.value", "1", "1"},
	{"   ", "json.value", "1", "4"},
	{"x", "json.value", "1", "1"},
	{"nul", "json.value", "1", "1"},
	{"tru e", "json.value", "1", "1"},
	{"{", "json.key", "1", "2"},
	{"{\"a\"", "json.colon", "1", "5"},
	{"{\"a\" 1}", "json.colon", "1", "6"},
	{"{\"a\":}", "json.value", "1", "6"},
	{"{\"a\":1 \"b\":2}", "json.comma", "1", "8"},
	{"{\"a\":1,}", "json.key", "1", "8"},
	{"{a:1}", "json.key", "1", "2"},
	{"[1,]", "json.value", "1", "4"},
	{"[1 2]", "json.comma", "1", "4"},
	{"[1", "json.comma", "1", "3"},
	{"{}{}", "json.trailing", "1", "3"},
	{"1 2", "json.trailing", "1", "3"},
	{"[\n1,\n  x]", "json.value", "3", "3"},
	{"{\"标题\": x}", "json.value", "1", "8"},
	{"01", "json.number", "1", "2"},
	{"-", "json.number", "1", "2"},
	{"1.", "json.number", "1", "3"},
	{".5", "json.value", "1", "1"},
	{"1e", "json.number", "1", "3"},
	{"+1", "json.value", "1", "1"},
	{"0x10", "json.trailing", "1", "2"},
	{"NaN", "json.value", "1", "1"},
	{"\"a", "json.string-open", "1", "3"},
	{"\"a\nb\"", "json.control", "1", "3"},
	{"\"a\tb\"", "json.control", "1", "3"},
	{"\"\\x\"", "json.escape", "1", "3"},
	{"\"\\u12\"", "json.escape", "1", "6"},
	{"\"\\u0000\"", "json.escape", "1", "8"},
	{"\"\\ud800\"", "json.escape", "1", "8"},
	{"\"\\ud800\\u0041\"", "json.escape", "1", "14"},
	{"\"\\udc00\"", "json.escape", "1", "8"},
	{"\"\xff\"", "json.utf8", "1", "2"},
	{"\"\xc0\x80\"", "json.utf8", "1", "2"},
	{"\"\xed\xa0\x80\"", "json.utf8", "1", "2"},
	{"\"\xe6\xa0\"", "json.utf8", "1", "2"},
	{"{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", "json.duplicate", "1", "23"},
	{"{\"a\":1,\"\\u0061\":2}", "json.duplicate", "1", "17"},
	{"'a'", "json.value", "1", "1"},
	{"// no\n1", "json.value", "1", "1"},
	{"\xef\xbb\xbf{}", "json.value", "1", "1"},
};

static void
refuses_and_points(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct json_doc *d = NULL;
		struct fj_err e;
		enum fj_rc rc = json_parse(bad[i].text, strlen(bad[i].text), &d, &e);

		if (rc != FJ_INVAL || strcmp(e.code, bad[i].code) != 0 ||
		    strcmp(e.arg[0], bad[i].line) != 0 || strcmp(e.arg[1], bad[i].column) != 0)
			fail_msg("case %zu %s: %d %s at %s:%s", i, bad[i].text, (int)rc, e.code,
			    e.arg[0], e.arg[1]);
		assert_null(d);
	}
}

static void
refuses_nul_inside(void **state)
{
	struct json_doc *d = NULL;
	struct fj_err e;

	(void)state;
	assert_int_equal(json_parse("\"a\0b\"", 5, &d, &e), FJ_INVAL);
	assert_string_equal(e.code, "json.utf8");
	assert_int_equal(json_parse("{}\0", 3, &d, &e), FJ_INVAL);
}

static void
depth_has_a_limit(void **state)
{
	struct json_doc *d = NULL;
	struct fj_err e;
	char text[2 * (LIMIT_JSON_DEPTH + 1)];

	(void)state;
	memset(text, '[', LIMIT_JSON_DEPTH);
	memset(text + LIMIT_JSON_DEPTH, ']', LIMIT_JSON_DEPTH);
	assert_int_equal(json_parse(text, 2 * LIMIT_JSON_DEPTH, &d, &e), FJ_OK);
	json_free(&d);
	memset(text, '[', sizeof(text));
	assert_int_equal(json_parse(text, sizeof(text), &d, &e), FJ_LIMIT);
	assert_string_equal(e.code, "json.depth");
}

static void
values_have_a_limit(void **state)
{
	size_t n = 2 * ((size_t)LIMIT_JSON_NODES + 2), i;
	char *text = xmalloc(n);
	struct json_doc *d = NULL;
	struct fj_err e;

	(void)state;
	text[0] = '[';
	for (i = 1; i < n - 1; i += 2) {
		text[i] = '1';
		text[i + 1] = ',';
	}
	text[n - 1] = ']';
	assert_int_equal(json_parse(text, n, &d, &e), FJ_LIMIT);
	assert_string_equal(e.code, "json.nodes");
	free(text);
}

static void
reads_values_and_places(void **state)
{
	static const char text[] = "{\"id\": 9007199254740993,\n \"名\": \"a\\u4e2d\\ud83d\\ude00\\n\","
	    "\n \"list\": [true, null, -0.5e3], \"yes\": true, \"deep\": {\"k\": \"v\"}}";
	struct json_doc *d = NULL;
	const struct json *root, *v;
	struct fj_err e;
	int64_t n = 0;
	double x = 0;
	int count = 0;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &d, &e), FJ_OK);
	root = json_root(d);
	assert_true(json_int(root, "id", &n));
	assert_true(n == 9007199254740993);
	assert_string_equal(json_str(root, "名"), "a中😀\n");
	v = json_get(root, "list");
	assert_int_equal(v->line, 3);
	assert_int_equal(v->column, 10);
	assert_int_equal(v->count, 3);
	json_each(root, json_get(json_root(d), "list"))
		count++;
	assert_int_equal(count, 3);
	assert_true(json_double_value(v->child->next->next, &x));
	assert_true(x == -500.0);
	assert_false(json_int_value(v->child->next->next, &n));
	root = json_root(d);
	assert_true(json_is_true(root, "yes"));
	assert_false(json_is_true(root, "id"));
	assert_null(json_str(root, "id"));
	assert_null(json_str(root, "none"));
	assert_null(json_str(NULL, "none"));
	assert_null(json_get(v, "k"));
	assert_false(json_int(root, "名", &n));
	assert_string_equal(json_str(json_get(root, "deep"), "k"), "v");
	json_free(&d);
	assert_null(d);
}

static void
integers_are_exact_or_none(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t v;
	} cases[] = {
		{"0", true, 0}, {"-0", true, 0}, {"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN}, {"9223372036854775808", false, 0},
		{"1.0", false, 0}, {"1e3", false, 0}, {"99999999999999999999999", false, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_doc *d = NULL;
		int64_t v = 0;

		assert_int_equal(json_parse(cases[i].text, strlen(cases[i].text), &d, NULL), FJ_OK);
		assert_int_equal(json_int_value(json_root(d), &v), cases[i].ok);
		if (cases[i].ok)
			assert_true(v == cases[i].v);
		json_free(&d);
	}
}

static void
writes(void **state)
{
	struct fj_buf b;
	struct json_w w;

	(void)state;
	fj_buf_init(&b, 4096);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kstr(&w, "op", "set");
	json_w_kstr(&w, "none", NULL);
	json_w_kint(&w, "n", INT64_MIN);
	json_w_kbool(&w, "no", false);
	json_w_key(&w, "list");
	json_w_arr(&w);
	json_w_null(&w);
	json_w_double(&w, 0.5);
	json_w_str(&w, "\"\\\n\x01 中/\x7f");
	json_w_strn(&w, "a\xff" "b", 3);
	json_w_raw(&w, "{\"x\":1}");
	json_w_obj(&w);
	json_w_end(&w);
	json_w_end(&w);
	json_w_end(&w);
	assert_string_equal(b.p, "{\"op\":\"set\",\"n\":-9223372036854775808,\"no\":false,"
	    "\"list\":[null,0.5,\"\\\"\\\\\\n\\u0001 中/\x7f\",\"a\xef\xbf\xbd" "b\",{\"x\":1},{}]}");
	fj_buf_release(&b);
}

static void
written_again_is_the_same(void **state)
{
	static const char text[] = "{\"b\":1.50,\"a\":[1,\"x\\\"\",{\"t\":true,\"n\":null}],\"e\":{}}";
	struct json_doc *d = NULL;
	struct fj_buf b;
	struct json_w w;

	(void)state;
	fj_buf_init(&b, 4096);
	assert_int_equal(json_parse(text, strlen(text), &d, NULL), FJ_OK);
	json_w_init(&w, &b);
	json_w_value(&w, json_root(d));
	assert_string_equal(b.p, text);
	json_free(&d);
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_and_points),
		cmocka_unit_test(refuses_nul_inside),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(values_have_a_limit),
		cmocka_unit_test(reads_values_and_places),
		cmocka_unit_test(integers_are_exact_or_none),
		cmocka_unit_test(writes),
		cmocka_unit_test(written_again_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
