/* SPDX-License-Identifier: Apache-2.0 */
/* Lists kept outside: which ones are missing, how they are packed, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "form/form.h"

#define FORM(files, children) \
	"{\"form\": \"f\", \"version\": \"1\", \"title\": \"t\"," files "\"children\": [" children "]}"
#define CITY "{\"type\": \"select_one_from_file cities.csv\", \"name\": \"c\", \"label\": \"c\"}"

static bool
join(void *ctx, const char *name)
{
	struct fj_buf *b = ctx;

	fj_buf_printf(b, "%s ", name);
	return strcmp(name, "stop.csv") != 0;
}

static void
what_is_needed(void **state)
{
	static const char *const rows[][2] = {
		{FORM("", CITY), "cities.csv "},
		{FORM("\"files\": {\"cities.csv\": []},", CITY), ""},
		{FORM("", CITY "," CITY), "cities.csv "},
		{FORM("", "{\"type\": \"group\", \"name\": \"g\", \"children\": [" CITY "]}"),
		    "cities.csv "},
		{FORM("", "{\"type\": \"csv-external\", \"name\": \"x\"},"
		    "{\"type\": \"xml-external\", \"name\": \"y\"}"), "x.csv y.xml "},
		{FORM("", "{\"type\": \"calculate\", \"name\": \"p\", \"calculation\":"
		    " \"concat(pulldata('fruit','a','b','c'), pulldata( \\\"nuts\\\" ,'a','b','c'))\"}"),
		    "fruit.csv nuts.csv "},
		{FORM("\"choices\": {\"fruit\": [{\"name\": \"a\", \"label\": \"a\"}]},",
		    "{\"type\": \"calculate\", \"name\": \"p\", \"calculation\":"
		    " \"pulldata('fruit','a','b','c')\"}"), ""},
		{FORM("", "{\"type\": \"text\", \"name\": \"p\", \"appearance\":"
		    " \"minimal search('towns')\"}"), "towns.csv "},
		{FORM("", "{\"type\": \"select_one_external L\", \"name\": \"p\"}"), "itemsets.csv "},
		{FORM("", "{\"type\": \"csv-external\", \"name\": \"stop\"}," CITY), "stop.csv "},
		{FORM("", "{\"type\": \"select_multiple_from_file a.xml\", \"name\": \"p\"},"
		    "{\"type\": \"rank_from_file b.geojson\", \"name\": \"q\"}"), "a.xml b.geojson "},
		{"[]", ""},
		{"{\"children\": [1, {\"type\": 3}]}", ""},
	};
	struct fj_buf b;
	size_t i;

	(void)state;
	fj_buf_init(&b, 4096);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fj_buf_clear(&b);
		assert_int_equal(form_files_needed(rows[i][0], strlen(rows[i][0]), join, &b, NULL),
		    FJ_OK);
		assert_string_equal(b.p, rows[i][1]);
	}
	assert_int_equal(form_files_needed("{", 1, join, &b, NULL), FJ_INVAL);
	fj_buf_release(&b);
}

static void
faults(void **state)
{
	static const char *const rows[][2] = {
		{FORM("", CITY), "form.file-missing"},
		{FORM("", "{\"type\": \"csv-external\", \"name\": \"x\"}"), "form.file-missing"},
		{FORM("", "{\"type\": \"select_one_external L\", \"name\": \"p\", \"label\": \"p\"}"),
		    "form.file-missing"},
		{FORM("", "{\"type\": \"calculate\", \"name\": \"p\", \"calculation\":"
		    " \"pulldata('fruit','a','b','c')\"}"), "form.file-missing"},
		{FORM("\"files\": [],", CITY), "form.not-object"},
		{FORM("\"files\": {\"cities.csv\": {}},", CITY), "form.file-rows"},
		{FORM("\"files\": {\"cities.csv\": [[]]},", CITY), "form.file-rows"},
		{FORM("\"files\": {\"cities.csv\": [], \"cities.xml\": []},", CITY),
		    "form.file-twice"},
		{FORM("\"files\": {\"cities.csv\": [{\"name\": \"a\"}]},",
		    "{\"type\": \"select_one_from_file cities.csv\", \"name\": \"c\", \"label\": \"c\","
		    " \"parameters\": \"value=code\"}"), "form.file-column"},
		{FORM("\"files\": {\"cities.csv\": [{\"name\": \"a\"}]},",
		    "{\"type\": \"select_one_from_file cities.csv\", \"name\": \"c\", \"label\": \"c\","
		    " \"parameters\": \"label=title\"}"), "form.file-column"},
	};
	struct form *f;
	struct fj_err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fj_err_clear(&e);
		assert_int_equal(form_load(rows[i][0], strlen(rows[i][0]), &f, NULL, &e), FJ_INVAL);
		if (strcmp(e.code, rows[i][1]) != 0)
			fail_msg("%s: %s", rows[i][0], e.code);
		assert_null(f);
	}
}

/* A file that several ask for is told missing once. */
static void
missing_once(void **state)
{
	static const char text[] = FORM("", CITY ", {\"type\": \"select_multiple_from_file"
	    " cities.csv\", \"name\": \"d\", \"label\": \"d\", \"choice_filter\": \"x = 1\"}");
	struct form_faults faults_found = {0};
	struct form *f;

	(void)state;
	assert_int_equal(form_load(text, strlen(text), &f, &faults_found, NULL), FJ_INVAL);
	assert_int_equal(faults_found.errors, 1);
	assert_string_equal(faults_found.v[0].err.arg[0], "cities.csv");
	form_faults_release(&faults_found);
}

static void
same_file_by_other_columns(void **state)
{
	static const char text[] = FORM("\"files\": {\"s.csv\": [{\"code\": \"1\", \"zh\": \"甲\","
	    " \"name\": \"a\", \"label\": \"A\"}, {\"code\": \"2\", \"name\": \"b\", \"label\": \"B\"}]},",
	    "{\"type\": \"select_one_from_file s.csv\", \"name\": \"x\", \"label\": \"x\"},"
	    "{\"type\": \"select_one_from_file s.csv\", \"name\": \"y\", \"label\": \"y\","
	    " \"parameters\": \"value=code, label=zh\"},"
	    "{\"type\": \"select_one_from_file s.csv\", \"name\": \"z\", \"label\": \"z\","
	    " \"parameters\": \"value=code; label=zh\"}");
	const struct form_choice *const *x, *const *y, *const *z;
	struct form *f;

	(void)state;
	assert_int_equal(form_load(text, strlen(text), &f, NULL, NULL), FJ_OK);
	assert_int_equal(form_node_choices(form_find(f, "x"), &x), 2);
	assert_int_equal(form_node_choices(form_find(f, "y"), &y), 2);
	assert_int_equal(form_node_choices(form_find(f, "z"), &z), 2);
	assert_string_equal(form_choice_name(x[0]), "a");
	assert_string_equal(form_choice_name(y[0]), "1");
	assert_string_equal(form_choice_label(y[0], "zh"), "甲");
	assert_string_equal(form_choice_label(y[1], "zh"), "");
	assert_ptr_equal(y, z);
	form_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_needed),
		cmocka_unit_test(faults),
		cmocka_unit_test(missing_once),
		cmocka_unit_test(same_file_by_other_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
