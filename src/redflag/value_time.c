/* SPDX-License-Identifier: Apache-2.0 */
/* Every form in which registers write a day and a time. */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "redflag/value.h"
#include "text/nfkc.h"

enum {
	TEXT_MAX = 96,
	PARTS = 8,
	YEAR_MIN = 1901,
	YEAR_MAX = 2199,
	DAY_S = 86400,
	EPOCH_1900 = 25569,	/* 1970-01-01 as a spreadsheet's serial */
	FROM_1904 = 1462,
	UTC8 = 8 * 3600,
};

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
two(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static int
four(const char *p)
{
	return two(p) * 100 + two(p + 2);
}

static bool
set_day(struct value_time *t, int64_t y, int64_t m, int64_t d)
{
	if (y < YEAR_MIN || y > YEAR_MAX || !date_valid((int)y, (int)m, (int)d))
		return false;
	t->day = date_from_civil((int)y, (int)m, (int)d);
	t->parts |= TIME_DATE;
	return true;
}

/* 24:00:00 is the end of the day. */
static bool
set_clock(struct value_time *t, int64_t h, int64_t m, int64_t s)
{
	if (h == 24 && m == 0 && s == 0) {
		h = 23;
		m = s = 59;
	}
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
		return false;
	t->second = (int32_t)(h * 3600 + m * 60 + s);
	t->parts |= TIME_CLOCK;
	return true;
}

static bool
set_seconds(struct value_time *t, double days)
{
	double day = floor(days), s = floor((days - day) * DAY_S + 0.5);

	if (s >= DAY_S) {
		s = 0;
		day += 1;
	}
	t->day = (int64_t)day;
	t->second = (int32_t)s;
	t->parts |= TIME_DATE;
	return true;
}

/* ---- the usual form, fast: 2024-03-04[ 08:05[:06]] ---- */

static bool
digits_at(const char *p, const char *at)
{
	for (; *at != '\0'; at++)
		if (!digit(p[*at - 'a']))
			return false;
	return true;
}

static bool
usual_clock(const char *p, size_t n, struct value_time *t)
{
	if ((p[10] != ' ' && p[10] != 'T') || p[13] != ':' || !digits_at(p, "lmop"))
		return false;
	if (n == 16)
		return set_clock(t, two(p + 11), two(p + 14), 0);
	return p[16] == ':' && digits_at(p, "rs") &&
	    set_clock(t, two(p + 11), two(p + 14), two(p + 17));
}

static bool
usual(const char *p, size_t n, struct value_time *t)
{
	int y, m, d;

	if ((n != 10 && n != 16 && n != 19) || p[4] != p[7] || strchr("-/.", p[4]) == NULL ||
	    !digits_at(p, "abcdfgij"))
		return false;
	y = four(p);
	m = two(p + 5);
	d = two(p + 8);
	if (!set_day(t, y, m, d))
		return false;
	return n == 10 || usual_clock(p, n, t);
}

/* ---- digits alone ---- */

static bool
long_digits(const char *p, size_t n, struct value_time *t)
{
	int64_t v = 0;
	size_t i;

	for (i = 0; i < n && i < 14; i++)
		v = v * 10 + (p[i] - '0');
	if ((n == 10 || n == 13) && p[0] == '1') {	/* since 1970; 19…: years long past */
		v = (n == 13 ? v / 1000 : v) + UTC8;
		t->day = v / DAY_S;
		t->second = (int32_t)(v % DAY_S);
		t->parts = TIME_DATE | TIME_CLOCK;
		return true;
	}
	if (n != 8 && n != 10 && n != 12 && n != 14)
		return false;
	if (!set_day(t, four(p), two(p + 4), two(p + 6)))
		return false;
	return n == 8 || set_clock(t, two(p + 8), n > 10 ? two(p + 10) : 0,
	    n > 12 ? two(p + 12) : 0);
}

static bool
serial(const char *p, size_t n, unsigned flags, struct value_time *t)
{
	double v = 0, unit = 1;
	bool point = false;
	size_t i;

	if (flags & VALUE_NO_NUMBERS)
		return false;
	for (i = 0; i < n; i++) {
		if (p[i] == '.' && !point) {
			point = true;
		} else if (!digit(p[i])) {
			return false;
		} else if (point) {
			unit /= 10;
			v += (p[i] - '0') * unit;
		} else {
			v = v * 10 + (p[i] - '0');
		}
	}
	if (flags & VALUE_1904)
		v += FROM_1904;
	if (v < 15000 || v >= 80000)
		return false;
	t->parts = TIME_NUMBER;
	/* As 1/86400 of a day has no end in decimals, so a whole number is a day alone. */
	if (point && v > floor(v))
		t->parts |= TIME_CLOCK;
	return set_seconds(t, v - EPOCH_1900);
}

/* As the schema counts: up to five digits are days, nine and ten are seconds. */
static bool
canonical(const char *p, size_t n, struct value_time *t)
{
	int64_t v = 0;
	size_t i;

	if (n > 10 || (n > 5 && n < 9))
		return false;
	for (i = 0; i < n; i++) {
		if (!digit(p[i]))
			return false;
		v = v * 10 + (p[i] - '0');
	}
	t->day = n <= 5 ? v : v / DAY_S;
	t->second = n <= 5 ? 0 : (int32_t)(v % DAY_S);
	t->parts = n <= 5 ? TIME_DATE : TIME_DATE | TIME_CLOCK;
	return true;
}

static bool
digits_only(const char *p, size_t n, unsigned flags, struct value_time *t)
{
	size_t i, whole = 0;
	int points = 0;

	for (i = 0; i < n; i++) {
		if (p[i] == '.')
			points++;
		else if (!digit(p[i]))
			return false;
		whole += points == 0;
	}
	if (points > 1)
		return false;
	if (whole <= 5)
		return serial(p, n, flags, t);
	/* yyyymmddHHMMSS.0 */
	for (i = whole + 1; points == 1 && i < n; i++)
		if (p[i] != '0')
			return false;
	return long_digits(p, whole, t);
}

/* ---- Chinese numerals ---- */

/* 二〇二四年三月十四日 with digits in their place; 二十 is 20, 十四 is 14. */
static size_t
numerals(const char *p, size_t n, char *out, size_t max)
{
	static const char *const chars[] = {"\xe3\x80\x87", "\xe4\xb8\x80", "\xe4\xba\x8c",
	    "\xe4\xb8\x89", "\xe5\x9b\x9b", "\xe4\xba\x94", "\xe5\x85\xad", "\xe4\xb8\x83",
	    "\xe5\x85\xab", "\xe4\xb9\x9d", "\xe5\x8d\x81", "\xe9\x9b\xb6", "\xe2\x97\x8b"};
	size_t i = 0, k = 0, c;

	while (i < n && k + 3 < max) {
		for (c = 0; c < 13; c++)
			if (n - i >= 3 && memcmp(p + i, chars[c], 3) == 0)
				break;
		if (c == 13) {
			out[k++] = p[i++];
			continue;
		}
		i += 3;
		if (c != 10) {
			out[k++] = (char)('0' + (c > 10 ? 0 : c));
			continue;
		}
		/* Ten: after a digit nothing, alone 1; before no digit 0. */
		if (k == 0 || !digit(out[k - 1]))
			out[k++] = '1';
		for (c = 1; c < 10; c++)
			if (n - i >= 3 && memcmp(p + i, chars[c], 3) == 0)
				break;
		if (c == 10)
			out[k++] = '0';
	}
	out[k] = '\0';
	return k;
}

/* ---- any other form: numbers and what stands behind each ---- */

struct part {
	int64_t v;
	int digits;
	char after;		/* 'Y' 'M' 'D' 'h' 'm' 's' : / - . , ' ' or 0 */
};

struct scan {
	struct part part[PARTS];
	int n;
	bool pm, am, utc;
	int month;		/* said in English, after part `month_at` */
	int month_at;
};

static const struct {
	const char *word;
	char as;
} marks[] = {
	{"\xe5\xb9\xb4", 'Y'}, {"\xe6\x9c\x88", 'M'}, {"\xe6\x97\xa5", 'D'},
	{"\xe5\x8f\xb7", 'D'}, {"\xe6\x97\xb6", 'h'}, {"\xe7\x82\xb9", 'h'},
	{"\xe5\x88\x86", 'm'}, {"\xe7\xa7\x92", 's'},
	{"\xe4\xb8\x8b\xe5\x8d\x88", 'p'}, {"\xe6\x99\x9a\xe4\xb8\x8a", 'p'},
	{"\xe4\xb8\x8a\xe5\x8d\x88", 'a'}, {"\xe5\x87\x8c\xe6\x99\xa8", 'a'},
	{"\xe4\xb8\xad\xe5\x8d\x88", 'p'}, {"PM", 'p'}, {"AM", 'a'}, {"T", ' '}, {"Z", 'z'},
};

static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

/* Weekdays and brackets around them say nothing that the date does not. */
static size_t
passed(const char *p)
{
	static const char *const words[] = {"\xe6\x98\x9f\xe6\x9c\x9f", "\xe5\x91\xa8",
	    "\xe7\xa4\xbc\xe6\x8b\x9c"};
	size_t i, k;

	if (*p == '(' || *p == ')' || *p == ',' || *p == '\'')
		return 1;
	for (i = 0; i < 3; i++) {
		k = strlen(words[i]);
		if (strncmp(p, words[i], k) == 0)
			return digit(p[k]) ? k + 1 : strlen(p + k) >= 3 ? k + 3 : k;
	}
	return 0;
}

static size_t
english_month(struct scan *s, const char *p)
{
	size_t i, k = 3;

	for (i = 0; i < 12; i++)
		if (strncmp(p, months + i * 3, 3) == 0)
			break;
	if (i == 12 || s->month != 0)
		return 0;
	s->month = (int)i + 1;
	s->month_at = s->n;
	while (p[k] >= 'A' && p[k] <= 'Z')
		k++;
	return k;
}

/* A mark behind the last number; 0 when p stands at none. */
static size_t
take_mark(struct scan *s, const char *p)
{
	struct part *last = s->n > 0 ? &s->part[s->n - 1] : NULL;
	size_t i, k;

	if (strchr(":/-. ", *p) != NULL) {
		if (last != NULL && (last->after == 0 || last->after == ' '))
			last->after = *p;
		return 1;
	}
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		k = strlen(marks[i].word);
		if (strncmp(p, marks[i].word, k) != 0)
			continue;
		s->pm |= marks[i].as == 'p';
		s->am |= marks[i].as == 'a';
		s->utc |= marks[i].as == 'z';
		if (last != NULL && (last->after == 0 || last->after == ' ') &&
		    strchr("paz", marks[i].as) == NULL)
			last->after = marks[i].as;
		return k;
	}
	k = english_month(s, p);
	return k != 0 ? k : passed(p);
}

static bool
scan_parts(struct scan *s, const char *p)
{
	memset(s, 0, sizeof(*s));
	while (*p != '\0') {
		struct part *q = &s->part[s->n];
		size_t k;

		if (!digit(*p)) {
			/* +08:00 is where the clock hangs: civil time is what counts. */
			if (*p == '+' && s->n >= 5)
				return true;
			k = take_mark(s, p);
			if (k == 0)
				return false;
			p += k;
			continue;
		}
		if (s->n == PARTS)
			return false;
		for (; digit(*p) && q->digits < 15; p++, q->digits++)
			q->v = q->v * 10 + (*p - '0');
		if (digit(*p))
			return false;
		s->n++;
	}
	return true;
}

/* Two digits of a year are this century. */
static int64_t
year_of(const struct part *p)
{
	return p->digits <= 2 ? 2000 + p->v : p->v;
}

/* a/b/yyyy: which is the day? */
static bool
day_or_month(const struct scan *s, unsigned flags, struct value_time *t)
{
	int64_t a = s->part[0].v, b = s->part[1].v, y = year_of(&s->part[2]);

	if (a > 12) {
		t->parts |= TIME_DAY_FIRST;
		return set_day(t, y, b, a);
	}
	if (b > 12) {
		t->parts |= TIME_MONTH_FIRST;
		return set_day(t, y, a, b);
	}
	t->parts |= TIME_EITHER;
	return flags & VALUE_DAY_FIRST ? set_day(t, y, b, a) : set_day(t, y, a, b);
}

/* 4 Mar 2024, Mar 4 2024, 2024 Mar 4 */
static bool
english_date(const struct scan *s, struct value_time *t)
{
	const struct part *p = s->part;

	if (s->n < 2)
		return false;
	if (p[0].digits == 4)
		return set_day(t, p[0].v, s->month, p[1].v);
	return set_day(t, year_of(&p[1]), s->month, p[0].v);
}

/* The date of a scan; *used parts. */
static bool
take_date(const struct scan *s, unsigned flags, struct value_time *t, int *used)
{
	const struct part *p = s->part;

	*used = 3;
	if (s->month != 0) {
		*used = 2;
		return english_date(s, t);
	}
	if (p[0].digits == 8 && p[0].after == ' ') {
		*used = 1;
		return set_day(t, p[0].v / 10000, p[0].v / 100 % 100, p[0].v % 100);
	}
	if (s->n < 3)
		return false;
	if (p[0].after == ':' || p[0].after == 'h')
		return false;
	if (p[0].digits == 4 || p[0].after == 'Y')
		return set_day(t, year_of(&p[0]), p[1].v, p[2].v);
	if (p[2].digits == 4 || (p[0].digits <= 2 && p[0].v <= 12 && p[2].digits == 2))
		return day_or_month(s, flags, t);
	if (p[0].digits == 2)
		return set_day(t, 2000 + p[0].v, p[1].v, p[2].v);
	return false;
}

static bool
take_clock(const struct scan *s, int from, struct value_time *t)
{
	const struct part *p = &s->part[from];
	int n = s->n - from;
	int64_t h, m, sec;

	if (n == 0)
		return true;
	h = p[0].v;
	m = n > 1 ? p[1].v : 0;
	sec = n > 2 ? p[2].v : 0;
	if (n == 1 && p[0].digits > 2) {	/* 080506, 0805 */
		if (p[0].digits != 4 && p[0].digits != 6)
			return false;
		h *= p[0].digits == 4 ? 100 : 1;
		sec = h % 100;
		m = h / 100 % 100;
		h /= 10000;
	}
	if (s->pm && h < 12)
		h += 12;
	if (s->am && h == 12)
		h = 0;
	return set_clock(t, h, m, sec);
}

static bool
any_form(const char *p, unsigned flags, struct value_time *t)
{
	struct scan s;
	int used = 0;

	if (!scan_parts(&s, p) || s.n == 0)
		return false;
	if (!take_date(&s, flags, t, &used)) {
		/* No date: a time of the day? */
		t->parts = 0;
		if ((s.part[0].after != ':' && s.part[0].after != 'h') || s.n > 4)
			return false;
		return take_clock(&s, 0, t);
	}
	if (!take_clock(&s, used, t))
		return false;
	if (s.utc && (t->parts & TIME_CLOCK)) {
		t->second += UTC8;
		t->day += t->second / DAY_S;
		t->second %= DAY_S;
	}
	return true;
}

/* Any form, once it is in its compatibility form. */
static bool
folded(const char *p, size_t n, unsigned flags, struct value_time *out)
{
	char text[TEXT_MAX];
	struct fj_buf b;
	size_t i;

	fj_buf_init(&b, (size_t)TEXT_MAX * 20);
	nfkc_key(&b, p, n);
	i = numerals(b.p, b.n, text, sizeof(text));
	fj_buf_release(&b);
	if (i > 0 && digits_only(text, i, flags, out))
		return true;
	memset(out, 0, sizeof(*out));
	return i > 0 && any_form(text, flags, out);
}

bool
value_time(const char *p, size_t n, unsigned flags, struct value_time *out)
{
	memset(out, 0, sizeof(*out));
	while (n > 0 && (unsigned char)p[0] <= ' ') {
		p++;
		n--;
	}
	while (n > 0 && (unsigned char)p[n - 1] <= ' ')
		n--;
	if (flags & VALUE_CANONICAL && n > 2 && canonical(p, n, out))
		return true;
	if (n < 3 || n >= TEXT_MAX)
		return false;
	if (usual(p, n, out))
		return true;
	memset(out, 0, sizeof(*out));
	if (digit(p[0]) && digits_only(p, n, flags, out))
		return true;
	memset(out, 0, sizeof(*out));
	if (folded(p, n, flags, out))
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}
