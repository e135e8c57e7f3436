/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days and instants (proleptic Gregorian calendar).  A day is the number of
 * days since 1970-01-01 and has no zone; an instant is milliseconds since
 * 1970-01-01T00:00:00Z with the offset of the clock that wrote it.
 */
#ifndef FJ_BASE_DATE_H
#define FJ_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct instant {
	int64_t ms;
	int offset;		/* minutes east of UTC */
};

enum {
	DATE_TEXT = 10,		/* 2026-03-01 */
	INSTANT_TEXT = 29,	/* 2026-03-01T09:05:00.250+08:00 */
};

int64_t date_from_civil(int year, int month, int day);
void date_to_civil(int64_t days, int *year, int *month, int *day);
bool date_valid(int year, int month, int day);
int date_weekday(int64_t days);		/* 0 = Sunday */
bool date_parse(const char *s, size_t n, int64_t *days);	/* YYYY-MM-DD only */
void date_format(int64_t days, char *out);		/* DATE_TEXT + 1 bytes */

/* RFC 3339 with any fraction; 'Z' is offset 0.  Nothing else is taken. */
bool instant_parse(const char *s, size_t n, struct instant *out);
void instant_format(struct instant at, char *out);	/* INSTANT_TEXT + 1 bytes */
int64_t instant_day(struct instant at);			/* calendar day on its clock */

#endif
