/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "text/regex.h"

static void
matches(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool yes;
	} cases[] = {
		{"b", "abc", false},
		{".b.", "abc", true},
		{"^abc$", "abc", true},
		{"a|ab", "ab", true},
		{"", "", true},
		{"\\p{Han}{2}", "检验", true},
		{"\\p{Han}+", "检a", false},
		{"[0-9]{3}", "123\n", false},
		{".", "字", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool yes = false;

		assert_int_equal(regex_full_match(cases[i].pattern, cases[i].text,
		    strlen(cases[i].text), &yes, NULL), FJ_OK);
		if (yes != cases[i].yes)
			fail_msg("%s on %s", cases[i].pattern, cases[i].text);
	}
}

static void
refuses(void **state)
{
	static const char many[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	struct fj_err e;
	bool yes = true;

	(void)state;
	fj_err_clear(&e);
	assert_int_equal(regex_full_match("a(b", "a", 1, &yes, &e), FJ_INVAL);
	assert_string_equal(e.code, "text.regex");
	assert_string_equal(e.arg[1], "3");
	assert_false(yes);
	assert_int_equal(regex_full_match("(a+)+", many, strlen(many), &yes, &e), FJ_LIMIT);
	assert_string_equal(e.code, "text.regex-steps");
	assert_int_equal(regex_full_match("\\C", "a", 1, &yes, &e), FJ_INVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
