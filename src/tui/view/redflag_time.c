/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/redflag_time.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

enum {
	PARTS = 6,
	DAY = 86400,
	EXCEL_EPOCH = 25569,		/* 1970-01-01 */
	EXCEL_FIRST = 20000,		/* 1954 */
	EXCEL_LAST = 80000,		/* 2119 */
};

static bool
excel(const char *s, int64_t *seconds, bool *clock)
{
	char *end;
	double v;

	if (strspn(s, "0123456789") != 5)
		return false;
	v = strtod(s, &end);
	if (*end != '\0' || !(v > EXCEL_FIRST && v < EXCEL_LAST))
		return false;
	*seconds = (int64_t)((v - EXCEL_EPOCH) * DAY + 0.5);
	*clock = *seconds % DAY != 0;
	return true;
}

/* The numbers of a text; digits that stand together are cut as yyyymmddhhmmss. */
static int
numbers(const char *s, int part[PARTS])
{
	int n = 0, digits = 0;

	for (; n < PARTS; s++) {
		if (!isdigit((unsigned char)*s)) {
			n += digits > 0 ? 1 : 0;
			digits = 0;
			if (*s == '\0' || (*s == '.' && n >= 5))
				break;
			continue;
		}
		if (digits == (n == 0 ? 4 : 2)) {
			digits = 0;
			if (++n == PARTS)
				break;
		}
		part[n] = part[n] * 10 + (*s - '0');
		digits++;
	}
	return n;
}

bool
seized_time(const char *text, int64_t *seconds, bool *clock)
{
	int part[PARTS] = {0}, n;

	if (excel(text, seconds, clock))
		return true;
	n = numbers(text, part);
	if (n < 3 || part[0] < 1950 || part[0] > 2200 || !date_valid(part[0], part[1], part[2]) ||
	    part[3] > 24 || part[4] > 59 || part[5] > 60)
		return false;
	*seconds = date_from_civil(part[0], part[1], part[2]) * DAY + part[3] * 3600 +
	    part[4] * 60 + part[5];
	*clock = n > 3;
	return true;
}
