/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of methods into a store: ME1 to ME3, and lists that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "redflag/methods.h"
#include "redflag/schema.h"

static const char list[] =
	"{\"version\":\"1\",\"methods\":[\n"
	"{\"method_no\":\"M1\",\"name\":\"甲\",\"min_minutes\":60.5,\"min_replicates\":2,\"withdrawn_on\":\"2019-05-01\",\"source\":\"S\",\"verified\":false},\n"
	"{\"method_no\":\"M3\",\"hold_minutes\":30},\n"
	"{\"method_no\":\"M2\",\"hold_minutes\":30,\"verified\":true}],\n"
	"\"required_items\":[{\"object\":\"水\",\"param\":\"氨氮\"},{\"object\":\"水\",\"param\":\"无此项\"}]}";

static struct store *
with_words(void)
{
	struct store *s = store_new(0);
	struct store_in *in = store_in_new(s, schema_find("report_item"), 1, 0);
	const struct schema_table *t = &schema_tables()[schema_find("report_item")];

	store_word(in, schema_column(t, "report_no"), "水", strlen("水"));
	store_word(in, schema_column(t, "param"), "氨氮", strlen("氨氮"));
	store_row(in, 2);
	assert_int_equal(store_in_end(&in, NULL), FJ_OK);
	assert_true(store_intern(s, "M1", 2) != 0 && store_intern(s, "M2", 2) != 0);
	assert_true(store_intern(s, "M", 1) != 0 && store_intern(s, "HJ828-2017", 10) != 0);
	return s;
}

static void
test_fill(void **state)
{
	int m = schema_find("method"), q = schema_find("required_item");
	const struct schema_table *t = &schema_tables()[m];
	struct store *s = with_words();
	struct methods_found found;
	uint32_t row;
	int64_t v;
	double d;

	(void)state;
	assert_int_equal(methods_fill(s, true, true, list, sizeof(list) - 1, &found, NULL), FJ_OK);
	assert_int_equal(found.methods, 2);
	assert_int_equal(found.required, 1);
	assert_int_equal(store_seal(s, NULL), FJ_OK);
	assert_int_equal(store_rows(s, m), 2);
	assert_int_equal(store_rows(s, q), 1);
	assert_true(store_row_of(s, m, ((int64_t)METHODS_UNVERIFIED << 32) | 1, &row));
	assert_true(store_real_at(s, m, schema_column(t, "min_minutes"), row, &d));
	assert_true(d > 60.4 && d < 60.6);
	assert_true(store_int_at(s, m, schema_column(t, "withdrawn_on"), row, &v));
	assert_int_equal(v, 18017);
	assert_false(store_int_at(s, m, schema_column(t, "hold_minutes"), row, &v));
	assert_true(store_row_of(s, m, ((int64_t)METHODS_VERIFIED << 32) | 1, &row));
	/* What rules compare with. */
	assert_int_equal((int64_t)METHODS_UNVERIFIED << 32, 9223372032559808512);
	assert_true(store_src(s, m, row) < 9223372032559808512);
	store_free(&s);
}

static void
test_never_beside(void **state)
{
	struct store *s = with_words();
	struct methods_found found;

	(void)state;
	assert_int_equal(methods_fill(s, false, false, list, sizeof(list) - 1, &found, NULL), FJ_OK);
	assert_int_equal(found.methods + found.required, 0);
	assert_int_equal(store_seal(s, NULL), FJ_OK);
	assert_int_equal(store_rows(s, schema_find("method")), 0);
	store_free(&s);
}

static void
test_wrong(void **state)
{
	static const struct {
		const char *text, *code, *what;
	} cases[] = {
		{"{\"methods\":[{\"method_no\":5}]}", "redflag.methods", "method_no"},
		{"{\"methods\":[{\"name\":\"a\"}]}", "redflag.methods", "method_no"},
		{"{\"methods\":[{\"method_no\":\"M\",\"min_minutes\":\"x\"}]}", "redflag.methods", "min_minutes"},
		{"{\"methods\":[{\"method_no\":\"M\",\"min_replicates\":1.5}]}", "redflag.methods", "min_replicates"},
		{"{\"methods\":[{\"method_no\":\"M\",\"withdrawn_on\":\"2019-5-1\"}]}", "redflag.methods", "withdrawn_on"},
		{"{\"methods\":[5]}", "redflag.methods", "method_no"},
		{"{\"methods\":", NULL, NULL},
	};
	struct methods_found found;
	struct store *s;
	struct fj_err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s = with_words();
		assert_int_equal(methods_fill(s, true, true, cases[i].text, strlen(cases[i].text), &found, &e), FJ_INVAL);
		if (cases[i].code != NULL) {
			assert_string_equal(e.code, cases[i].code);
			assert_string_equal(e.arg[1], cases[i].what);
		}
		store_free(&s);
	}
}

/* The shipped list: every row has its source, and is well-formed. */
static void
test_shipped(void **state)
{
	struct store *s = with_words();
	struct methods_found found;
	struct fj_buf b;
	char block[4096];
	size_t n;
	FILE *f = fopen("forms/redflags/methods.json", "rb");

	(void)state;
	assert_non_null(f);
	fj_buf_init(&b, METHODS_BYTES);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		fj_buf_add(&b, block, n);
	fclose(f);
	assert_int_equal(methods_fill(s, true, true, b.p, b.n, &found, NULL), FJ_OK);
	assert_int_equal(found.methods, 1);
	assert_int_equal(found.required, 0);
	store_free(&s);
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fill), cmocka_unit_test(test_never_beside),
		cmocka_unit_test(test_wrong), cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
