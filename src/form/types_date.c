/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days, times and moments as they are kept: whole ISO 8601, so that every
 * engine of the language reads the same.  What people type is completed
 * before (form_complete).
 */
#include <stdio.h>
#include <string.h>

#include "form/types_i.h"

/* Do the bytes look like pattern?  0: a digit; anything else: itself. */
static bool
looks(const char *s, size_t n, const char *pattern)
{
	size_t i;

	for (i = 0; pattern[i] != '\0'; i++) {
		if (i >= n)
			return false;
		if (pattern[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != pattern[i])
			return false;
	}
	return true;
}

/* 00:00:00[.000][Z|+00:00] of an hour that exists; 24:00 does not. */
static bool
time_whole(const char *s, size_t n, bool *zone)
{
	double ms;
	int offset;

	return looks(s, n, "00:00:00") && time_parse(s, n, &ms, &offset, zone) &&
	    ms < 86400000.0 && memcmp(s + 6, "60", 2) != 0;
}

/* A date, also with a time that claims no zone: of one with a zone nobody
 * knows whose day is meant. */
enum fj_rc
type_day(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	const char *all = s, *t;
	struct val v;
	bool zone = false;

	type_trim(&s, &len);
	t = memchr(s, 'T', len);
	if (t != NULL && (!time_whole(t + 1, len - (size_t)(t + 1 - s), &zone) || zone))
		return type_bad(e, "form.value-date", n, all);
	if (t != NULL)
		len = (size_t)(t - s);
	if (!val_date_parse(s, len, 0, &v) || v.kind != VAL_DAY)
		return type_bad(e, "form.value-date", n, all);
	val_date_text(&v, out);
	return FJ_OK;
}

enum fj_rc
type_time(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	const char *all = s;
	bool zone;

	type_trim(&s, &len);
	if (!time_whole(s, len, &zone))
		return type_bad(e, "form.value-time", n, all);
	fj_buf_add(out, s, len);
	return FJ_OK;
}

enum fj_rc
type_moment(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	enum { DAY = 10 };
	const char *all = s;
	struct val v;
	bool zone;

	type_trim(&s, &len);
	if (!looks(s, len, "0000-00-00T") || !val_date_parse(s, len, 0, &v) ||
	    !time_whole(s + DAY + 1, len - DAY - 1, &zone))
		return type_bad(e, "form.value-datetime", n, all);
	fj_buf_add(out, s, len);
	return FJ_OK;
}

/* ---- what a person types ---- */

/* "9:30", "09:30", "09:30:15", each perhaps with a zone. */
static bool
complete_time(const char *s, size_t len, struct fj_buf *out)
{
	size_t hour = len > 1 && s[1] == ':' ? 1 : 2;
	double ms;
	int offset;
	bool zone;

	if (!time_parse(s, len, &ms, &offset, &zone) || len < hour + 3)
		return false;
	if (hour == 1)
		fj_buf_putc(out, '0');
	fj_buf_add(out, s, hour + 3);
	if (len == hour + 3 || s[hour + 3] != ':')
		fj_buf_puts(out, ":00");
	fj_buf_add(out, s + hour + 3, len - hour - 3);
	return true;
}

/* Up to most digits as a number; what separates them is passed over: - / . 年 月 日. */
static int
date_part(const char **s, const char *end, int most)
{
	static const char *const marks[] = {"-", "/", ".", "年", "月", "日"};
	int v = 0, n = 0;
	size_t i;

	for (; *s < end && n < most && **s >= '0' && **s <= '9'; (*s)++, n++)
		v = v * 10 + (**s - '0');
	for (i = 0; n > 0 && i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t k = strlen(marks[i]);

		if ((size_t)(end - *s) >= k && memcmp(*s, marks[i], k) == 0) {
			*s += k;
			break;
		}
	}
	return n > 0 ? v : -1;
}

/* 20260301, 2026/3/1, 2026.3.1, 2026年3月1日. */
static bool
complete_day(const char *s, size_t len, struct fj_buf *out)
{
	const char *end = s + len;
	int y = date_part(&s, end, 4), m = date_part(&s, end, 2), d = date_part(&s, end, 2);
	char text[40];
	struct val v;

	if (y < 1000 || m < 1 || d < 1 || s != end)
		return false;
	snprintf(text, sizeof(text), "%04d-%02d-%02d", y, m, d);
	if (!val_date_parse(text, strlen(text), 0, &v) || v.kind != VAL_DAY)
		return false;
	val_date_text(&v, out);
	return true;
}

static bool
complete_moment(const char *s, size_t len, struct fj_buf *out)
{
	size_t day;

	for (day = 0; day < len && s[day] != 'T' && s[day] != ' '; day++)
		;
	if (!complete_day(s, day, out))
		return false;
	fj_buf_putc(out, 'T');
	if (day == len) {
		fj_buf_puts(out, "00:00:00");
		return true;
	}
	while (day + 1 < len && s[day + 1] == ' ')
		day++;
	return complete_time(s + day + 1, len - day - 1, out);
}

void
form_complete(const struct form_node *n, const char *typed, struct fj_buf *out)
{
	const char *s = typed;
	size_t len = strlen(s);
	enum form_type type = n->type->type;
	bool done = false;

	fj_buf_clear(out);
	type_trim(&s, &len);
	if (type == FORM_TIME)
		done = complete_time(s, len, out);
	else if (type == FORM_DATE)
		done = complete_day(s, len, out);
	else if (type == FORM_DATETIME)
		done = complete_moment(s, len, out);
	if (!done) {
		fj_buf_clear(out);
		fj_buf_puts(out, typed);
	}
}
