/* SPDX-License-Identifier: Apache-2.0 */
/* Times as registers write them, and what is none. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/date.h"
#include "tui/view/redflag_time.h"

static void
times(void **state)
{
	static const struct {
		const char *text;
		int h, m, s;		/* of 2026-03-01; h -1: no time of day */
	} c[] = {
		{"2026-03-01 08:05:09", 8, 5, 9}, {"2026/3/1 8:05", 8, 5, 0},
		{"2026年3月1日 8时5分", 8, 5, 0}, {"20260301080509", 8, 5, 9},
		{"2026-03-01", -1, 0, 0}, {"20260301", -1, 0, 0}, {"2026.3.1", -1, 0, 0},
		{"46082", -1, 0, 0}, {"46082.5", 12, 0, 0}, {"2026-03-01T08:05:09.250", 8, 5, 9},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		int64_t want = date_from_civil(2026, 3, 1) * 86400, got;
		bool clock;

		if (c[i].h >= 0)
			want += c[i].h * 3600 + c[i].m * 60 + c[i].s;
		if (!seized_time(c[i].text, &got, &clock))
			fail_msg("not read: %s", c[i].text);
		if (got != want || clock != (c[i].h >= 0))
			fail_msg("%s: %lld, wanted %lld", c[i].text, (long long)got, (long long)want);
	}
}

static void
others(void **state)
{
	static const char *const c[] = {
		"", "JC2026-0001", "2026-13-01", "12.5", "2026", "2026-03", "0.00046082", "检查员甲",
		"9999999999999999999999", "2026-03-01 25:00", "460821", "1e5",
	};
	int64_t got;
	size_t i;
	bool clock;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		if (seized_time(c[i], &got, &clock))
			fail_msg("read as a time: %s", c[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(times), cmocka_unit_test(others)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
