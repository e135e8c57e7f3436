/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/subjects.h"

#define HEAD "name\tuscc\tcma\tdivision\taddress\tvisited\n"
#define CODE "91110108551385082Q"

static void
reads(void **state)
{
	static const char text[] = HEAD "乙\t\t2\t330106\t\t\n甲\t" CODE "\t1\t3301\t路\t2026-03-01\n";
	struct subjects *s = NULL;

	(void)state;
	assert_int_equal(subjects_load(text, strlen(text), &s, NULL), FJ_OK);
	assert_int_equal(subjects_count(s), 2);
	assert_string_equal(subjects_at(s, 0)->name, "乙");
	assert_string_equal(subjects_by_uscc(s, CODE)->name, "甲");
	assert_null(subjects_by_uscc(s, "x"));
	assert_null(subjects_at(s, 2));
	assert_int_equal(subjects_count(NULL), 0);
	subjects_free(&s);
}

static void
faults(void **state)
{
	static const struct {
		const char *text, *line, *what;
	} rows[] = {
		{ "", "1", "name" }, { "name\n", "1", "" },
		{ "nam\tuscc\tcma\tdivision\taddress\tvisited\n", "1", "name" },
		{ HEAD "\t\t\t3301\t\t\n", "2", "name" },
		{ HEAD "甲\t91110108551385082X\t\t3301\t\t\n", "2", "uscc" },
		{ HEAD "甲\t\t\t331\t\t\n", "2", "division" },
		{ HEAD "甲\t\t\t3301\t\t2026-3-1\n", "2", "visited" },
		{ HEAD "甲\t\t\t3301\t\t\n乙\t\n", "3", "" },
		{ HEAD "\xff\t\t\t3301\t\t\n", "1", "UTF-8" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct subjects *s = NULL;
		struct fj_err e;

		assert_int_equal(subjects_load(rows[i].text, strlen(rows[i].text), &s, &e), FJ_INVAL);
		assert_string_equal(e.code, "model.subjects");
		assert_string_equal(e.arg[0], rows[i].line);
		assert_string_equal(e.arg[1], rows[i].what);
	}
}

static void
imported(const char *csv, const char *want, const char *line, const char *what)
{
	struct fj_buf out;
	struct fj_err e;
	enum fj_rc rc;

	fj_buf_init(&out, 1 << 20);
	rc = subjects_from_csv(csv, strlen(csv), "3301", &out, &e);
	if (want != NULL) {
		assert_int_equal(rc, FJ_OK);
		assert_string_equal(out.p, want);
	} else {
		assert_int_equal(rc, FJ_INVAL);
		assert_string_equal(e.arg[0], line);
		assert_string_equal(e.arg[1], what);
	}
	fj_buf_release(&out);
}

static void
csv(void **state)
{
	(void)state;
	imported("\xef\xbb\xbfuscc,name\r\n" CODE ",乙\r\n,甲\r\n", HEAD "甲\t\t\t3301\t\t\n"
	    "乙\t" CODE "\t\t3301\t\t\n", NULL, NULL);
	imported("name,address,division\n\"甲,乙\",\"a \"\"b\"\"\",330106\n\n", HEAD
	    "甲,乙\t\t\t330106\ta \"b\"\t\n", NULL, NULL);
	imported("name\n", HEAD, NULL, NULL);
	imported("uscc\n" CODE "\n", NULL, "1", "name");
	imported("name,telephone\n甲,1\n", NULL, "1", "telephone");
	imported("name,division\n甲,3302\n", NULL, "2", "division");
	imported("name,division\n甲\n", NULL, "2", "division");
	imported("name,division\n甲,3301,x\n", NULL, "2", "");
	imported("name\n\"甲\n", NULL, "2", "name");
	imported("name\n甲\"\n", NULL, "2", "name");
	imported("name\n甲\t乙\n", NULL, "2", "name");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(faults),
		cmocka_unit_test(csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
