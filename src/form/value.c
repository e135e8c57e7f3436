/* SPDX-License-Identifier: Apache-2.0 */
#include "form/value.h"

#include <math.h>
#include <string.h>

struct val
val_bool(bool b)
{
	struct val v = {.kind = VAL_BOOL, .truth = b};

	return v;
}

struct val
val_num(double d)
{
	struct val v = {.kind = VAL_NUM, .num = d};

	return v;
}

struct val
val_strn(const char *s, size_t n)
{
	struct val v = {.kind = VAL_STR, .s = s, .n = n};

	return v;
}

struct val
val_str(const char *s)
{
	return val_strn(s, strlen(s));
}

struct val
val_day(double days)
{
	struct val v = {.kind = VAL_DAY, .num = days};

	return v;
}

struct val
val_instant(double ms, int offset)
{
	struct val v = {.kind = VAL_INSTANT, .num = ms, .offset = offset};

	return v;
}

double
val_to_num(const struct val *v)
{
	switch (v->kind) {
	case VAL_BOOL:
		return v->truth ? 1 : 0;
	case VAL_NUM:
	case VAL_DAY:
		return v->num;
	case VAL_INSTANT:
		return v->num / 86400000.0;
	case VAL_STR:
		return number_parse(v->s, v->n);
	case VAL_SET:
		break;
	}
	return NAN;
}

bool
val_to_bool(const struct val *v)
{
	switch (v->kind) {
	case VAL_BOOL:
		return v->truth;
	case VAL_NUM:
		return !isnan(v->num) && v->num != 0;
	case VAL_DAY:
	case VAL_INSTANT:
		return true;
	case VAL_STR:
	case VAL_SET:
		break;
	}
	return v->n > 0;
}

const char *
val_to_str(struct scratch *m, const struct val *v, size_t *n)
{
	struct fj_buf b;
	const char *s = "";
	size_t len = 0;

	fj_buf_init(&b, 512);
	switch (v->kind) {
	case VAL_BOOL:
		s = v->truth ? "true" : "false";
		len = strlen(s);
		break;
	case VAL_STR:
		s = v->s;
		len = v->n;
		break;
	case VAL_NUM:
		number_text(v->num, &b);
		break;
	case VAL_DAY:
	case VAL_INSTANT:
		val_date_text(v, &b);
		break;
	case VAL_SET:
		break;
	}
	if (b.n > 0) {
		len = b.n;
		s = scratch_dup(m, b.p, b.n);
	}
	fj_buf_release(&b);
	if (n != NULL)
		*n = len;
	return s;
}

/* ---- dates ---- */

/* One to max digits; false when there is none. */
static bool
digits(const char *s, size_t n, size_t *at, size_t min, size_t max, int *out)
{
	size_t k = 0;

	for (*out = 0; k < max && *at < n && s[*at] >= '0' && s[*at] <= '9'; k++, ++*at)
		*out = *out * 10 + (s[*at] - '0');
	return k >= min;
}

static bool
take(const char *s, size_t n, size_t *at, char c)
{
	if (*at >= n || s[*at] != c)
		return false;
	++*at;
	return true;
}

static bool
zone_parse(const char *s, size_t n, size_t *at, int *offset, bool *has)
{
	int h, m = 0, sign;

	*has = false;
	if (*at >= n)
		return true;
	*has = true;
	*offset = 0;
	if (take(s, n, at, 'Z'))
		return true;
	sign = s[*at] == '-' ? -1 : 1;
	if (s[*at] != '+' && s[*at] != '-')
		return false;
	++*at;
	if (!digits(s, n, at, 2, 2, &h))
		return false;
	(void)take(s, n, at, ':');
	if (*at < n && !digits(s, n, at, 2, 2, &m))
		return false;
	*offset = sign * (h * 60 + m);
	return h <= 14 && m < 60;
}

bool
time_parse(const char *s, size_t n, double *ms, int *offset, bool *has_zone)
{
	size_t at = 0;
	int h, m, sec = 0, frac = 0, scale = 100;

	if (!digits(s, n, &at, 1, 2, &h) || !take(s, n, &at, ':') ||
	    !digits(s, n, &at, 2, 2, &m))
		return false;
	if (take(s, n, &at, ':')) {
		if (!digits(s, n, &at, 2, 2, &sec))
			return false;
		if (take(s, n, &at, '.'))
			for (; at < n && s[at] >= '0' && s[at] <= '9'; at++, scale /= 10)
				frac += scale * (s[at] - '0');
	}
	if (h > 24 || m > 59 || sec > 60 || !zone_parse(s, n, &at, offset, has_zone))
		return false;
	*ms = ((h * 60.0 + m) * 60 + sec) * 1000 + frac;
	return at == n;
}

bool
val_date_parse(const char *s, size_t n, int zone, struct val *out)
{
	size_t at = 0;
	int y, m, d, offset = zone;
	double ms;
	bool has;

	if (!digits(s, n, &at, 4, 4, &y) || !take(s, n, &at, '-') ||
	    !digits(s, n, &at, 1, 2, &m) || !take(s, n, &at, '-') ||
	    !digits(s, n, &at, 1, 2, &d) || !date_valid(y, m, d))
		return false;
	if (at == n) {
		*out = val_day((double)date_from_civil(y, m, d));
		return true;
	}
	if (!take(s, n, &at, 'T') && !take(s, n, &at, ' '))
		return false;
	if (!time_parse(s + at, n - at, &ms, &offset, &has))
		return false;
	if (!has)
		offset = zone;
	*out = val_instant((double)date_from_civil(y, m, d) * 86400000.0 + ms -
	    offset * 60000.0, offset);
	return true;
}

bool
val_is_date(const struct val *v, int zone, struct val *out)
{
	if (v->kind == VAL_DAY || v->kind == VAL_INSTANT) {
		*out = *v;
		return true;
	}
	return v->kind == VAL_STR && val_date_parse(v->s, v->n, zone, out);
}

double
val_date_ms(const struct val *v, int zone)
{
	if (v->kind == VAL_INSTANT)
		return v->num;
	return v->num * 86400000.0 - zone * 60000.0;
}

void
val_date_text(const struct val *v, struct fj_buf *out)
{
	char text[INSTANT_TEXT + 1];
	struct instant at;

	if (v->kind == VAL_DAY && fabs(v->num) < 3e6) {
		date_format((int64_t)floor(v->num), text);
		fj_buf_puts(out, text);
	} else if (v->kind == VAL_INSTANT && fabs(v->num) < 2.6e14) {
		at.ms = (int64_t)floor(v->num);
		at.offset = v->offset;
		instant_format(at, text);
		fj_buf_puts(out, text);
	}
}
