/* SPDX-License-Identifier: Apache-2.0 */
/* Every form of a day, a time and a number that registers are written in. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "redflag/value.h"

#define CLOCK (TIME_DATE | TIME_CLOCK)

static const struct time_case {
	const char *text;
	unsigned flags;
	const char *day;	/* NULL: a clock alone; "": refused */
	int second;
	unsigned parts;		/* at least */
} times[] = {
	{"2024-03-04", 0, "2024-03-04", 0, TIME_DATE},
	{"2024-03-04 08:05:06", 0, "2024-03-04", 29106, CLOCK},
	{" 2024-03-04 08:05 ", 0, "2024-03-04", 29100, CLOCK},
	{"2024-03-04T08:05:06", 0, "2024-03-04", 29106, CLOCK},
	{"2024-03-04T08:05:06.250+08:00", 0, "2024-03-04", 29106, CLOCK},
	{"2024-03-04T00:05:06Z", 0, "2024-03-04", 29106, CLOCK},
	{"2024-03-04T20:00:00Z", 0, "2024-03-05", 14400, CLOCK},
	{"2024/3/4", 0, "2024-03-04", 0, TIME_DATE},
	{"2024/3/4 8:05:06", 0, "2024-03-04", 29106, CLOCK},
	{"2024.3.4", 0, "2024-03-04", 0, TIME_DATE},
	{"2024.03.04", 0, "2024-03-04", 0, TIME_DATE},
	{"2024年3月4日", 0, "2024-03-04", 0, TIME_DATE},
	{"2024年3月4日 8时", 0, "2024-03-04", 28800, CLOCK},
	{"2024年3月4日8时05分6秒", 0, "2024-03-04", 29106, CLOCK},
	{"2024年03月04日 8点30分", 0, "2024-03-04", 30600, CLOCK},
	{"2024年3月4日 下午3:05", 0, "2024-03-04", 54300, CLOCK},
	{"2024/3/4 3:05 PM", 0, "2024-03-04", 54300, CLOCK},
	{"2024/3/4 12:05 AM", 0, "2024-03-04", 300, CLOCK},
	{"2024-03-04 星期一 08:05", 0, "2024-03-04", 29100, CLOCK},
	{"2024-03-04(周一)", 0, "2024-03-04", 0, TIME_DATE},
	{"２０２４年３月４日", 0, "2024-03-04", 0, TIME_DATE},
	{"２０２４－０３－０４　０８：０５", 0, "2024-03-04", 29100, CLOCK},
	{"二〇二四年三月四日", 0, "2024-03-04", 0, TIME_DATE},
	{"二○二四年十二月二十一日", 0, "2024-12-21", 0, TIME_DATE},
	{"二〇二四年十月三十日", 0, "2024-10-30", 0, TIME_DATE},
	{"20240304", 0, "2024-03-04", 0, TIME_DATE},
	{"202403040805", 0, "2024-03-04", 29100, CLOCK},
	{"20240304080506", 0, "2024-03-04", 29106, CLOCK},
	{"20240304 080506", 0, "2024-03-04", 29106, CLOCK},
	{"20240304 08:05", 0, "2024-03-04", 29100, CLOCK},
	{"24-03-04", 0, "2024-03-04", 0, TIME_DATE},
	{"3/4/2024", 0, "2024-03-04", 0, TIME_DATE | TIME_EITHER},
	{"3/4/2024", VALUE_DAY_FIRST, "2024-04-03", 0, TIME_DATE | TIME_EITHER},
	{"31/12/2024", 0, "2024-12-31", 0, TIME_DATE | TIME_DAY_FIRST},
	{"12/31/2024 8:05", 0, "2024-12-31", 29100, CLOCK | TIME_MONTH_FIRST},
	{"4-Mar-2024", 0, "2024-03-04", 0, TIME_DATE},
	{"Mar 4, 2024", 0, "2024-03-04", 0, TIME_DATE},
	{"45355", 0, "2024-03-04", 0, TIME_DATE | TIME_NUMBER},
	{"45355.33687500", 0, "2024-03-04", 29106, CLOCK | TIME_NUMBER},
	{"43893", VALUE_1904, "2024-03-04", 0, TIME_DATE | TIME_NUMBER},
	{"1709510706", 0, "2024-03-04", 29106, CLOCK},
	{"1709510706123", 0, "2024-03-04", 29106, CLOCK},
	{"19786", VALUE_CANONICAL, "2024-03-04", 0, TIME_DATE},
	{"1709539506", VALUE_CANONICAL, "2024-03-04", 29106, CLOCK},
	{"999999999", VALUE_CANONICAL, "2001-09-09", 6399, CLOCK},
	{"2024-03-04", VALUE_CANONICAL, "2024-03-04", 0, TIME_DATE},
	{"20240304", VALUE_CANONICAL, "2024-03-04", 0, TIME_DATE},
	{"2024-03-04 24:00:00", 0, "2024-03-04", 86399, CLOCK},
	{"2000-02-29", 0, "2000-02-29", 0, TIME_DATE},
	{"08:05", 0, NULL, 29100, TIME_CLOCK},
	{"8时05分", 0, NULL, 29100, TIME_CLOCK},
	{"08:05:06", 0, NULL, 29106, TIME_CLOCK},
	{"45355", VALUE_NO_NUMBERS, "", 0, 0},
	{"2024-02-30", 0, "", 0, 0},
	{"2023年2月29日", 0, "", 0, 0},
	{"2024-13-01", 0, "", 0, 0},
	{"2024-03-04 25:00", 0, "", 0, 0},
	{"1850-01-01", 0, "", 0, 0},
	{"2024年3月", 0, "", 0, 0},
	{"", 0, "", 0, 0},
	{"合格", 0, "", 0, 0},
	{"V-EM-001", 0, "", 0, 0},
	{"12345678901234567890", 0, "", 0, 0},
	{"GB5009.12-2017", 0, "", 0, 0},
	{"----", 0, "", 0, 0},
};

static void
test_times(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const struct time_case *c = &times[i];
		struct value_time t;
		char day[DATE_TEXT + 1];
		bool ok = value_time(c->text, strlen(c->text), c->flags, &t);

		if (c->day != NULL && c->day[0] == '\0') {
			if (ok)
				fail_msg("%s is taken for a time", c->text);
			continue;
		}
		if (!ok)
			fail_msg("%s is not understood", c->text);
		if (t.second != c->second || (t.parts & c->parts) != c->parts)
			fail_msg("%s: second %d, parts %u", c->text, (int)t.second, t.parts);
		if (c->day == NULL) {
			assert_false(t.parts & TIME_DATE);
			continue;
		}
		date_format(t.day, day);
		assert_string_equal(day, c->day);
	}
}

static const struct number_case {
	const char *text;
	double v;
	int decimals;
	bool nd, ok;
} numbers[] = {
	{"0.50", 0.5, 2, false, true}, {"12", 12, 0, false, true}, {"-3.2", -3.2, 1, false, true},
	{"+3", 3, 0, false, true}, {"1,234.5", 1234.5, 1, false, true},
	{"１２．５", 12.5, 1, false, true}, {"12.5mg/L", 12.5, 1, false, true},
	{"¥120.00", 120, 2, false, true}, {"120元", 120, 0, false, true},
	{"1.2×10^3", 1200, 1, false, true}, {"1.5E-3", 0.0015, 1, false, true},
	{"1.2*10-2", 0.012, 1, false, true}, {"<0.01", 0.01, 2, true, true},
	{"＜0.01", 0.01, 2, true, true}, {"0.01L", 0.01, 2, true, true},
	{"小于0.05", 0.05, 2, true, true}, {">100", 100, 0, false, true},
	{".5", 0.5, 1, false, true}, {"50%", 50, 0, false, true},
	{"123456789012345678901234567890", 1.23456789012345678e29, 0, false, true},
	{"0.000000000000000000000001", 0, 24, false, true},
	{"ND", 0, 0, false, false}, {"", 0, 0, false, false}, {"合格", 0, 0, false, false},
	{"-", 0, 0, false, false}, {".", 0, 0, false, false},
};

static void
test_numbers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct number_case *c = &numbers[i];
		struct value_number v;
		bool ok = value_number(c->text, strlen(c->text), &v);

		if (ok != c->ok)
			fail_msg("%s: %d", c->text, ok);
		if (!ok)
			continue;
		if (fabs(v.v - c->v) > 1e-9 * fabs(c->v) + 1e-20 || v.nd != c->nd ||
		    v.decimals != c->decimals)
			fail_msg("%s: %g %d %d", c->text, v.v, v.decimals, v.nd);
	}
}

static void
test_degrees_and_ordinals(void **state)
{
	double d;
	int64_t n;

	(void)state;
	assert_true(value_degrees("34.29502", 8, &d));
	assert_true(fabs(d - 34.29502) < 1e-9);
	assert_true(value_degrees("34°17′42″N", strlen("34°17′42″N"), &d));
	assert_true(fabs(d - 34.295) < 1e-6);
	assert_false(value_degrees("200", 3, &d));
	assert_false(value_degrees("东", 3, &d));
	assert_true(value_ordinal("第2次", strlen("第2次"), &n));
	assert_int_equal(n, 2);
	assert_true(value_ordinal("S-000123", 8, &n));
	assert_int_equal(n, 123);
	assert_true(value_ordinal("平行乙", strlen("平行乙"), &n));
	assert_int_equal(n, 2);
	assert_true(value_ordinal("B", 1, &n));
	assert_int_equal(n, 2);
	assert_true(value_ordinal("7.0", 3, &n));
	assert_int_equal(n, 7);
	assert_false(value_ordinal("无", strlen("无"), &n));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_degrees_and_ordinals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
