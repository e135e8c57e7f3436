/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include <stdio.h>
#include <string.h>

/* Era arithmetic: 400 years are 146,097 days; a year starts in March, so that
 * the leap day comes last. */
int64_t
date_from_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void
date_to_civil(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

bool
date_valid(int year, int month, int day)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= length[month - 1] + (month == 2 && leap ? 1 : 0);
}

int
date_weekday(int64_t days)
{
	int w = (int)((days + 4) % 7);

	return w < 0 ? w + 7 : w;
}

/* Exactly count digits. */
static bool
digits(const char *s, size_t n, size_t at, size_t count, int *out)
{
	size_t i;

	if (at + count > n)
		return false;
	*out = 0;
	for (i = at; i < at + count; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*out = *out * 10 + (s[i] - '0');
	}
	return true;
}

bool
date_parse(const char *s, size_t n, int64_t *days)
{
	int y, m, d;

	if (n != DATE_TEXT || s[4] != '-' || s[7] != '-' ||
	    !digits(s, n, 0, 4, &y) || !digits(s, n, 5, 2, &m) ||
	    !digits(s, n, 8, 2, &d) || !date_valid(y, m, d))
		return false;
	*days = date_from_civil(y, m, d);
	return true;
}

void
date_format(int64_t days, char *out)
{
	int y, m, d;

	date_to_civil(days, &y, &m, &d);
	snprintf(out, DATE_TEXT + 1, "%04u-%02u-%02u", (unsigned)y % 10000,
	    (unsigned)m % 100, (unsigned)d % 100);
}

static bool
parse_offset(const char *s, size_t n, size_t at, int *out)
{
	int h, m;

	if (at + 1 == n && s[at] == 'Z') {
		*out = 0;
		return true;
	}
	if (at + 6 != n || (s[at] != '+' && s[at] != '-') || s[at + 3] != ':' ||
	    !digits(s, n, at + 1, 2, &h) || !digits(s, n, at + 4, 2, &m) ||
	    h > 18 || m > 59)
		return false;
	*out = (h * 60 + m) * (s[at] == '-' ? -1 : 1);
	return true;
}

/* hh:mm:ss from at, as milliseconds of the day. */
static bool
parse_time(const char *s, size_t n, size_t at, int64_t *ms)
{
	int h, m, sec;

	if (n < at + 8 || s[at + 2] != ':' || s[at + 5] != ':' ||
	    !digits(s, n, at, 2, &h) || !digits(s, n, at + 3, 2, &m) ||
	    !digits(s, n, at + 6, 2, &sec) || h > 23 || m > 59 || sec > 60)
		return false;
	*ms = ((int64_t)(h * 60 + m) * 60 + sec) * 1000;
	return true;
}

/* After the dot; what is finer than a millisecond is dropped. */
static bool
parse_fraction(const char *s, size_t n, size_t *at, int64_t *ms)
{
	size_t from = *at;
	int scale = 100;

	for (; *at < n && s[*at] >= '0' && s[*at] <= '9'; ++*at, scale /= 10)
		*ms += (s[*at] - '0') * scale;
	return *at > from;
}

bool
instant_parse(const char *s, size_t n, struct instant *out)
{
	int64_t days, ms;
	size_t at = 19;

	if (n < 20 || !date_parse(s, 10, &days) || s[10] != 'T' || !parse_time(s, n, 11, &ms))
		return false;
	if (s[at] == '.') {
		at++;
		if (!parse_fraction(s, n, &at, &ms))
			return false;
	}
	if (!parse_offset(s, n, at, &out->offset))
		return false;
	out->ms = days * 86400000 + ms - (int64_t)out->offset * 60000;
	return true;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

int64_t
instant_day(struct instant at)
{
	return floor_div(at.ms + (int64_t)at.offset * 60000, 86400000);
}

void
instant_format(struct instant at, char *out)
{
	int64_t local = at.ms + (int64_t)at.offset * 60000;
	int64_t day = floor_div(local, 86400000);
	unsigned rest = (unsigned)(local - day * 86400000);
	unsigned off = (unsigned)(at.offset < 0 ? -at.offset : at.offset);
	char date[DATE_TEXT + 1];

	date_format(day, date);
	snprintf(out, INSTANT_TEXT + 1, "%sT%02u:%02u:%02u.%03u%c%02u:%02u", date,
	    rest / 3600000 % 24, rest / 60000 % 60, rest / 1000 % 60, rest % 1000,
	    at.offset < 0 ? '-' : '+', off / 60 % 100, off % 60);
}
