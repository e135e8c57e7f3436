/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tui/core/action.h"
#include "tui/core/key.h"

static void
names(void **state)
{
	static const struct {
		const char *name;
		uint32_t key;
	} rows[] = {
		{"Enter", K_ENTER}, {"Esc", K_ESC}, {"Tab", K_TAB}, {"S-Tab", K_BACKTAB},
		{"Space", ' '}, {"C-s", 19}, {"C-\\", 28}, {"C-l", 12}, {"M-x", K_ALT | 'x'}, {"F1", K_F1},
		{"F12", K_F12}, {"PgDn", K_PGDN}, {"a", 'a'}, {"?", '?'}, {"检", 0x68c0}, {"BS", 127},
		{"C-Left", K_C_LEFT}, {"Del", K_DELETE},
	};
	char out[KEY_NAME];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(key_parse(rows[i].name, strlen(rows[i].name)), rows[i].key);
		key_format(rows[i].key, out);
		assert_string_equal(out, rows[i].name);
	}
	assert_int_equal(key_parse("F13", 3), K_NONE);
	assert_int_equal(key_parse("Foo", 3), K_NONE);
	assert_int_equal(key_parse("", 0), K_NONE);
	assert_int_equal(key_parse("F99999999", 9), K_NONE);
}

static void
folding(void **state)
{
	(void)state;
	assert_int_equal(key_fold(0xff11), '1');	/* １ */
	assert_int_equal(key_fold(0xff31), 'Q');	/* Ｑ */
	assert_int_equal(key_fold(0xff1f), '?');	/* ？ */
	assert_int_equal(key_fold(0xff1a), ':');	/* ： */
	assert_int_equal(key_fold(K_UP), K_UP);
	assert_int_equal(key_fold(0x4e2d), 0x4e2d);
	assert_true(key_in(0xff11, "Enter 1"));
	assert_true(key_in('q', "q Esc"));
	assert_true(key_in(K_ESC, "q  Esc"));
	assert_false(key_in('E', "Enter"));
	assert_true(key_is_text(0x68c0));
	assert_false(key_is_text(K_UP));
	assert_false(key_is_text(27));
	assert_false(key_is_text(K_ALT | 'x'));
	assert_false(key_is_text(0x9b));
}

static bool
never(const void *self)
{
	(void)self;
	return false;
}

static void
tables(void **state)
{
	static const struct action table[] = {
		{"a.off", "x", "l", "h", 0, NULL, never},
		{"a.one", "1 x", "l", "h", 0, NULL, NULL},
		{NULL, NULL, NULL, NULL, 0, NULL, NULL},
	};

	(void)state;
	assert_string_equal(action_find(table, NULL, 'x')->id, "a.one");
	assert_string_equal(action_find(table, NULL, 0xff11)->id, "a.one");
	assert_null(action_find(table, NULL, 'z'));
	assert_null(action_find(NULL, NULL, 'z'));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names), cmocka_unit_test(folding), cmocka_unit_test(tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
