/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and days as a workbook writes them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "sheet/internal.h"

enum {
	WRITTEN = 64,		/* no writer needs more for a double */
	EXPANDED = 512,		/* 1e-300 without its exponent */
	DIGITS = 15,		/* what a spreadsheet shows of a number */
	DAY_SECONDS = 86400,
	LAST_SERIAL = 2958466,	/* 10000-01-01 */
};

/* 1.50 is 1.5, 1. is 1: the zeros are the format's, not the number's. */
static size_t
trim(char *s, size_t n)
{
	if (memchr(s, '.', n) == NULL)
		return n;
	while (n > 0 && s[n - 1] == '0')
		n--;
	if (n > 0 && s[n - 1] == '.')
		n--;
	return n;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
skip_digits(const char *s)
{
	while (is_digit(*s))
		s++;
	return s;
}

/* digits: the significant ones; plain: neither '+' nor an exponent. */
static bool
number_shape(const char *s, int *digits, bool *plain)
{
	bool leading = true;
	int any = 0;

	*digits = 0;
	*plain = *s != '+';
	s += *s == '-' || *s == '+';
	for (; is_digit(*s) || *s == '.'; s++) {
		any += *s != '.';
		leading = leading && (*s == '0' || *s == '.');
		*digits += !leading && *s != '.';
	}
	if (any > 0 && (*s == 'e' || *s == 'E')) {
		*plain = false;
		s += s[1] == '-' || s[1] == '+' ? 2 : 1;
		return is_digit(*s) && *skip_digits(s) == '\0';
	}
	return any > 0 && *s == '\0';
}

bool
xlsx_number(const char *p, size_t n, struct fj_buf *out, double *value)
{
	char s[EXPANDED];
	int digits, decimals;
	bool plain;

	if (n == 0 || n >= WRITTEN)
		return false;
	memcpy(s, p, n);
	s[n] = '\0';
	if (!number_shape(s, &digits, &plain))
		return false;
	*value = strtod(s, NULL);
	if (!isfinite(*value))
		return false;
	if (!plain || digits > DIGITS || s[0] == '.' || s[n - 1] == '.') {
		decimals = *value == 0 ? 0 : DIGITS - 1 - (int)floor(log10(fabs(*value)));
		if (decimals < 0)
			decimals = 0;
		n = (size_t)snprintf(s, sizeof(s), "%.*f", decimals, *value);
		if (n >= sizeof(s))
			return false;
	}
	n = trim(s, n);
	if (n == 2 && s[0] == '-' && s[1] == '0')
		fj_buf_putc(out, '0');
	else
		fj_buf_add(out, s, n);
	return true;
}

bool
xlsx_date(double serial, bool d1904, int style, struct fj_buf *out)
{
	int64_t days, seconds;
	char day[DATE_TEXT + 1] = "1900-02-29";

	if (!(serial >= 0) || serial >= LAST_SERIAL)
		return false;
	days = (int64_t)floor(serial);
	seconds = llround((serial - (double)days) * DAY_SECONDS);
	if (seconds == DAY_SECONDS) {
		days++;
		seconds = 0;
	}
	if (!(style & STYLE_TIME) || seconds != 0 || days != 0 || (style & STYLE_DAY)) {
		if (d1904)
			date_format(date_from_civil(1904, 1, 1) + days, day);
		else if (days != 60)	/* the day that the 1900 system invented */
			date_format(date_from_civil(1899, 12, days < 60 ? 31 : 30) + days, day);
	}
	if (style == STYLE_TIME && days == 0) {
		fj_buf_printf(out, "%02d:%02d:%02d", (int)(seconds / 3600),
		    (int)(seconds / 60 % 60), (int)(seconds % 60));
		return true;
	}
	fj_buf_puts(out, day);
	if ((style & STYLE_TIME) || seconds != 0)
		fj_buf_printf(out, "T%02d:%02d:%02d", (int)(seconds / 3600),
		    (int)(seconds / 60 % 60), (int)(seconds % 60));
	return true;
}

/* ---- number formats ---- */

struct xlsx_style
xlsx_builtin(int id)
{
	static const struct {
		int from, to;
		struct xlsx_style style;
	} known[] = {
		{1, 1, {0, 0}}, {2, 2, {0, 2}}, {3, 3, {0, 0}}, {4, 4, {0, 2}},
		{14, 17, {STYLE_DAY, -1}}, {18, 21, {STYLE_TIME, -1}},
		{22, 22, {STYLE_DAY | STYLE_TIME, -1}}, {27, 31, {STYLE_DAY, -1}},
		{32, 35, {STYLE_TIME, -1}}, {36, 36, {STYLE_DAY, -1}}, {37, 38, {0, 0}},
		{39, 40, {0, 2}}, {45, 47, {STYLE_TIME, -1}}, {50, 54, {STYLE_DAY, -1}},
		{55, 56, {STYLE_TIME, -1}}, {57, 58, {STYLE_DAY, -1}},
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (id >= known[i].from && id <= known[i].to)
			return known[i].style;
	return (struct xlsx_style){0, -1};
}

/* The next character of the code that means something; quoted text, escapes, padding
 * and colours are passed over.  [h], [m] and [s] count time. */
static char
next_sign(const char **s)
{
	const char *end;

	for (;; ++*s) {
		switch (**s) {
		case '"':
			end = strchr(*s + 1, '"');
			break;
		case '\\':
		case '_':
		case '*':
			end = (*s)[1] != '\0' ? *s + 1 : NULL;
			break;
		case '[':
			if (strchr("hHmMsS", (*s)[1]) != NULL && (*s)[1] != '\0' &&
			    ((*s)[2] == ']' || (*s)[2] == (*s)[1]))
				return *(*s += 1);
			end = strchr(*s, ']');
			break;
		default:
			return **s;
		}
		if (end == NULL)
			return '\0';
		*s = end;
	}
}

/* What the signs of a format's first part have shown so far. */
struct signs {
	bool day, time, month, point, digits;
	int decimals;
};

static void
take_sign(struct signs *g, char c)
{
	switch (c) {
	case 'y': case 'Y': case 'd': case 'D':
		g->day = true;
		break;
	case 'h': case 'H': case 's': case 'S':
		g->time = true;
		break;
	case 'm': case 'M':
		g->month = true;
		break;
	case '0': case '#': case '?':
		g->digits = true;
		g->decimals += g->point;
		break;
	case '.':
		g->point = true;
		break;
	case '%': case 'E':		/* scaled: its decimals are not the number's */
		g->decimals = INT8_MAX;
		break;
	default:
		break;
	}
}

/* What the signs say together. */
static struct xlsx_style
conclude(const struct signs *g)
{
	struct xlsx_style style = {0, -1};

	if (g->day || (g->month && !g->time))
		style.date |= STYLE_DAY;
	if (g->time)
		style.date |= STYLE_TIME;
	if (style.date == 0 && g->digits && g->decimals < 30)
		style.decimals = (int8_t)g->decimals;
	return style;
}

struct xlsx_style
xlsx_format(const char *code)
{
	struct signs g = {0};
	char c;

	if (strcmp(code, "General") == 0 || strcmp(code, "@") == 0)
		return (struct xlsx_style){0, -1};
	while ((c = next_sign(&code)) != '\0' && c != ';') {
		take_sign(&g, c);
		/* AM/PM has an M that is none. */
		code += (c == 'A' || c == 'a') && (code[1] == 'M' || code[1] == 'm') ? 2 : 1;
	}
	return conclude(&g);
}

/* ---- text ---- */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void
xlsx_unescape(const char *p, size_t n, struct fj_buf *out)
{
	size_t i = 0, k, len;
	char enc[4];

	while (i < n) {
		const char *u = memchr(p + i, '_', n - i);
		uint32_t c = 0;

		if (u == NULL) {
			fj_buf_add(out, p + i, n - i);
			return;
		}
		fj_buf_add(out, p + i, (size_t)(u - p) - i);
		i = (size_t)(u - p);
		for (k = 0; n - i >= 7 && u[1] == 'x' && u[6] == '_' && k < 4; k++) {
			if (hex(u[2 + k]) < 0)
				break;
			c = c * 16 + (uint32_t)hex(u[2 + k]);
		}
		if (k < 4) {
			fj_buf_putc(out, '_');
			i++;
			continue;
		}
		if (c == 0 || (c >= 0xd800 && c <= 0xdfff))
			c = 0xfffd;
		len = utf8_put(c, enc);
		fj_buf_add(out, enc, len);
		i += 7;
	}
}
