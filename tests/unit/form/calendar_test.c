/* SPDX-License-Identifier: Apache-2.0 */
/* Holidays: counted across years, worked weekends, years that are not known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "form/form.h"

static const char data[] =
    "{\"version\": \"1\", \"years\": {"
    "\"2025\": {\"off\": [\"2025-12-31\"], \"work\": []},"
    "\"2026\": {\"off\": [\"2026-01-01\", \"2026-01-02\", \"2026-01-03\"], \"work\": [\"2026-01-04\"]}}}";

static struct form_calendar *
load(const char *text)
{
	struct form_calendar *c;
	struct fj_err e;

	fj_err_clear(&e);
	if (form_calendar_load(text, strlen(text), &c, &e) != FJ_OK)
		fail_msg("%s %s", e.code, e.arg[0]);
	return c;
}

static int64_t
day(const char *s)
{
	int64_t d;

	assert_true(date_parse(s, strlen(s), &d));
	return d;
}

static void
working_days(void **state)
{
	static const struct {
		const char *day;
		bool yes;
	} rows[] = {
		{"2025-12-30", true},
		{"2025-12-31", false},		/* a Wednesday off */
		{"2026-01-03", false},		/* a Saturday */
		{"2026-01-04", true},		/* a Sunday that is worked */
		{"2026-01-05", true},
		{"2026-01-10", false},
	};
	struct form_calendar *c = load(data);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (form_calendar_working(c, day(rows[i].day)) != rows[i].yes)
			fail_msg("%s", rows[i].day);
	assert_true(form_calendar_working(NULL, day("2026-01-01")));
	assert_false(form_calendar_working(NULL, day("2026-01-04")));
	assert_true(form_calendar_knows(c, 2025));
	assert_false(form_calendar_knows(c, 2027));
	assert_false(form_calendar_knows(c, -5));
	assert_false(form_calendar_knows(NULL, 2026));
	form_calendar_free(&c);
	assert_null(c);
}

static void
counting(void **state)
{
	static const struct {
		const char *from;
		int n;
		const char *to;
		bool known;
	} rows[] = {
		{"2025-12-30", 1, "2026-01-04", true},
		{"2025-12-30", 2, "2026-01-05", true},
		{"2026-01-05", -2, "2025-12-30", true},
		{"2026-01-03", 0, "2026-01-03", true},
		{"2026-12-31", 1, "2027-01-01", false},
		{"2030-03-01", 0, "2030-03-01", false},
		{"2024-12-31", 1, "2025-01-01", false},
	};
	struct form_calendar *c = load(data);
	char text[DATE_TEXT + 1];
	bool known;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		date_format(form_calendar_add(c, day(rows[i].from), rows[i].n, &known), text);
		if (strcmp(text, rows[i].to) != 0 || known != rows[i].known)
			fail_msg("%s %+d: %s %d", rows[i].from, rows[i].n, text, known);
	}
	form_calendar_free(&c);
}

static void
faults(void **state)
{
	static const char *const bad[][2] = {
		{"{}", "calendar.shape"},
		{"{\"years\": []}", "calendar.shape"},
		{"{\"years\": {\"2026\": 1}}", "calendar.shape"},
		{"{\"years\": {\"x\": {}}}", "calendar.shape"},
		{"{\"years\": {\"1066\": {}}}", "calendar.shape"},
		{"{\"years\": {\"2026\": {\"off\": [\"2026-02-30\"]}}}", "calendar.date"},
		{"{\"years\": {\"2026\": {\"work\": [\"2025-12-31\"]}}}", "calendar.date"},
		{"{\"years\": {\"2026\": {\"off\": [7]}}}", "calendar.date"},
		{"{", "json.end"},
	};
	struct form_calendar *c;
	struct fj_err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fj_err_clear(&e);
		if (form_calendar_load(bad[i][0], strlen(bad[i][0]), &c, &e) != FJ_INVAL ||
		    c != NULL || (i < 8 && strcmp(e.code, bad[i][1]) != 0))
			fail_msg("%s: %s", bad[i][0], e.code);
	}
}

static void
unknown_years_are_told(void **state)
{
	static const char text[] =
	    "{\"form\": \"f\", \"version\": \"1\", \"children\": [{\"type\": \"date\", \"name\": \"d\","
	    " \"label\": \"d\"}, {\"type\": \"calculate\", \"name\": \"due\", \"calculation\":"
	    " \"working-day(${d}, 2)\"}]}";
	struct form_env env = {.now = {1772600767000, 480}, .lang = "en"};
	struct form_calendar *c = load(data);
	struct inst_problems p = {0};
	struct inst_node *d, *due;
	struct inst *in;
	struct form *f;

	(void)state;
	assert_int_equal(form_load(text, strlen(text), &f, NULL, NULL), FJ_OK);
	form_use_calendar(f, c);
	in = inst_new(f, &env);
	assert_int_equal(inst_start(in, NULL, NULL), FJ_OK);
	assert_int_equal(inst_find(in, "d", &d, NULL), FJ_OK);
	assert_int_equal(inst_find(in, "due", &due, NULL), FJ_OK);
	assert_int_equal(inst_set(in, d, "2025-12-30", NULL, NULL), FJ_OK);
	assert_string_equal(inst_value(due), "2026-01-05");
	assert_false(inst_calendar_unknown(in));
	assert_int_equal(inst_set(in, d, "2027-01-01", NULL, NULL), FJ_OK);
	assert_string_equal(inst_value(due), "2027-01-05");
	assert_true(inst_calendar_unknown(in));
	inst_validate(in, &p);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.errors, 0);
	assert_string_equal(p.v[0].err.code, "form.calendar-unknown");
	inst_problems_release(&p);
	inst_free(&in);
	form_free(&f);
	form_calendar_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(working_days),
		cmocka_unit_test(counting),
		cmocka_unit_test(faults),
		cmocka_unit_test(unknown_years_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
