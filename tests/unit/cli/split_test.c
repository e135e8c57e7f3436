/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of batch into words, and words back into lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "cli/split.h"

static const struct {
	const char *line;
	int n;			/* -1: refused */
	const char *word[4];
} cases[] = {
	{"", 0, {NULL}},
	{"   \t ", 0, {NULL}},
	{"# a remark", 0, {NULL}},
	{"visit list", 2, {"visit", "list"}},
	{"a  b\tc", 3, {"a", "b", "c"}},
	{"'a b' \"c d\"", 2, {"a b", "c d"}},
	{"a'b c'd", 1, {"ab cd"}},
	{"'' \"\"", 2, {"", ""}},
	{"a\\ b \\'", 2, {"a b", "'"}},
	{"'\\' x", 2, {"\\", "x"}},
	{"\"it's \\\"so\\\"\"", 1, {"it's \"so\""}},
	{"--why 漏项；重来 # why", 2, {"--why", "漏项；重来"}},
	{"a#b", 1, {"a#b"}},
	{"'open", -1, {NULL}},
	{"\"open", -1, {NULL}},
	{"end\\", 1, {"end\\"}},
};

static void
lines_into_words(void **state)
{
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char **argv;
		int n = split_line(cases[i].line, &argv);

		assert_int_equal(n, cases[i].n);
		if (n < 0)
			continue;
		for (k = 0; k < n; k++)
			assert_string_equal(argv[k], cases[i].word[k]);
		assert_null(argv[n]);
		split_free(&argv, n);
	}
}

static void
words_come_back(void **state)
{
	static const char *const words[] = {"", "plain", "a b", "it's", "\"", "\\", "#x",
	    "$HOME", "检查 员", "a\nb", "--opt=v"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct fj_buf b;
		char **argv;

		fj_buf_init(&b, 4096);
		split_quote(&b, words[i]);
		assert_int_equal(split_line(b.p, &argv), 1);
		assert_string_equal(argv[0], words[i]);
		split_free(&argv, 1);
		fj_buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_into_words),
		cmocka_unit_test(words_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
