/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one cell says: a time, a number, a word.  Text comes as it stands in the file
 * (UTF-8); full-width digits, blanks and Chinese forms are understood here.
 */
#ifndef FJ_REDFLAG_VALUE_H
#define FJ_REDFLAG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_time_parts {
	TIME_DATE = 1,		/* a day is said */
	TIME_CLOCK = 2,		/* a time of the day is said */
	TIME_NUMBER = 4,	/* it was a plain number: days of a spreadsheet */
	TIME_DAY_FIRST = 8,	/* 31/12/2024, as only the day can be */
	TIME_MONTH_FIRST = 16,	/* 12/31/2024 */
	TIME_EITHER = 32,	/* 3/4/2024: both would do */
};

enum value_time_flags {
	VALUE_1904 = 1,		/* numbers count from 1904 */
	VALUE_DAY_FIRST = 2,	/* 3/4/2024 is the third of April */
	VALUE_NO_NUMBERS = 4,	/* plain numbers are no dates */
	VALUE_CANONICAL = 8,	/* whole numbers are days or seconds since 1970, local civil time */
};

struct value_time {
	int64_t day;		/* since 1970-01-01 */
	int32_t second;		/* of the day, 0 to 86399 */
	unsigned parts;
};

/* Also 上午/下午, Excel serials, yyyymmdd[HHMM[SS]], seconds and milliseconds since 1970
 * (as UTC + 8 h), English months, Chinese numerals.  false: none of them, or no day of
 * the calendar, or before 1901 or after 2199. */
bool value_time(const char *p, size_t n, unsigned flags, struct value_time *out);

struct value_number {
	double v;		/* NaN when nothing was found but a mark */
	int decimals;		/* as written */
	bool nd;		/* ND, 未检出, <0.01, 0.01L: v is not to be used */
	bool rest;		/* text stood behind it: a unit */
	char unit[16];		/* that text, cut */
};

/* 1,234.5 ¥120.00 12.5mg/L 1.2×10^3 1.5E-3 <0.01 0.01L; words of ND are the caller's.
 * false: no number. */
bool value_number(const char *p, size_t n, struct value_number *out);
/* 34.295 or 34°17′42″N. */
bool value_degrees(const char *p, size_t n, double *out);
/* The last run of digits: "第2次", "S-000123"; A, B, 甲, 乙 as 1, 2.  false: none. */
bool value_ordinal(const char *p, size_t n, int64_t *out);

#endif
