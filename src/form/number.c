/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form/form.h"
#include "form/value.h"

enum {
	DIGITS = 17,		/* enough for any double */
	NUMBER_MAX = 400,	/* bytes of the longest plain decimal */
};

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Up to 15 digits and perhaps a point: the quotient of two exact numbers, so as
 * right as strtod, and most of what people write. */
static bool
parse_short(const char *s, size_t n, double *out)
{
	static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
	    1e11, 1e12, 1e13, 1e14, 1e15};
	uint64_t whole = 0;
	size_t i, decimals = 0, minus = n > 0 && s[0] == '-';
	bool point = false;

	if (n == minus || n > 15 || (n == minus + 1 && s[minus] == '.'))
		return false;
	for (i = minus; i < n; i++) {
		if (s[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s[i] < '0' || s[i] > '9')
			return false;
		whole = whole * 10 + (uint64_t)(s[i] - '0');
		decimals += point;
	}
	*out = (double)whole / tens[decimals];
	if (minus)
		*out = -*out;
	return true;
}

double
number_parse(const char *s, size_t n)
{
	double quick;
	char text[NUMBER_MAX];
	size_t i = 0, k = 0, digits = 0, points = 0;

	while (n > 0 && blank(s[n - 1]))
		n--;
	while (i < n && blank(s[i]))
		i++;
	if (n - i >= sizeof(text))
		return NAN;
	if (parse_short(s + i, n - i, &quick))
		return quick;
	for (; i < n; i++) {
		char c = s[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if (c == '.' && points == 0)
			points++;
		else if (c != '-' || k != 0)
			return NAN;
		text[k++] = c;
	}
	text[k] = '\0';
	return digits > 0 ? strtod(text, NULL) : NAN;
}

/* v = 0.d1 d2 d3.. * 10^exp with the fewest digits that read back as v. */
static int
shortest(double v, char digits[DIGITS + 1], int *exp)
{
	char text[40];
	int p, n = 0;
	const char *c;

	for (p = 0; p < DIGITS; p++) {
		snprintf(text, sizeof(text), "%.*e", p, v);
		if (strtod(text, NULL) == v)
			break;
	}
	for (c = text; *c != '\0' && *c != 'e'; c++)
		if (*c >= '0' && *c <= '9' && n < DIGITS)
			digits[n++] = *c;
	digits[n] = '\0';
	*exp = (*c == 'e' ? (int)strtol(c + 1, NULL, 10) : 0) + 1;
	return n;
}

/* Write 0.digits * 10^exp as a plain decimal. */
static void
plain(const char *digits, int n, int exp, struct fj_buf *out)
{
	int i;

	while (n > 0 && digits[n - 1] == '0')
		n--;
	if (n == 0) {
		fj_buf_putc(out, '0');
		return;
	}
	if (exp <= 0) {
		fj_buf_puts(out, "0.");
		for (i = exp; i < 0; i++)
			fj_buf_putc(out, '0');
		fj_buf_add(out, digits, (size_t)n);
		return;
	}
	for (i = 0; i < exp; i++)
		fj_buf_putc(out, i < n ? digits[i] : '0');
	if (n > exp) {
		fj_buf_putc(out, '.');
		fj_buf_add(out, digits + exp, (size_t)(n - exp));
	}
}

static void
whole_text(uint64_t v, struct fj_buf *out)
{
	char text[20];
	size_t i = sizeof(text);

	do {
		text[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	fj_buf_add(out, text + i, sizeof(text) - i);
}

void
number_text(double v, struct fj_buf *out)
{
	char text[40], digits[DIGITS + 1];
	int n = 0, exp;
	const char *c;

	if (isnan(v)) {
		fj_buf_puts(out, "NaN");
		return;
	}
	if (v < 0)
		fj_buf_putc(out, '-');
	v = fabs(v);
	if (isinf(v)) {
		fj_buf_puts(out, "Infinity");
		return;
	}
	if (v == floor(v) && v <= 9007199254740992.0) {
		whole_text((uint64_t)v, out);
		return;
	}
	snprintf(text, sizeof(text), "%.14e", v);
	for (c = text; *c != '\0' && *c != 'e'; c++)
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	exp = (*c == 'e' ? (int)strtol(c + 1, NULL, 10) : 0) + 1;
	plain(digits, n, exp, out);
}

void
form_number_text(double v, struct fj_buf *out)
{
	number_text(v, out);
}

/* Does the half (or more) that is cut off push the last kept digit up? */
static bool
rounds_up(const char *digits, int n, int keep, bool half_even)
{
	int i;

	if (keep < 0 || keep >= n || digits[keep] < '5')
		return false;
	if (!half_even || digits[keep] > '5')
		return true;
	for (i = keep + 1; i < n; i++)
		if (digits[i] != '0')
			return true;
	return keep > 0 && (digits[keep - 1] - '0') % 2 == 1;
}

double
number_round(double v, int n, bool half_even)
{
	char digits[DIGITS + 1], kept[DIGITS + 2], text[64];
	int count, exp, keep, i;

	if (!isfinite(v) || v == 0)
		return v;
	count = shortest(fabs(v), digits, &exp);
	if (n > 400 || exp + n >= count)
		return v;
	if (n < -400)
		return 0;
	keep = exp + n;
	kept[0] = '0';
	memcpy(kept + 1, digits, (size_t)count + 1);
	if (keep < 0)
		return 0;
	kept[1 + keep] = '\0';
	if (rounds_up(digits, count, keep, half_even)) {
		for (i = keep; kept[i] == '9'; i--)
			kept[i] = '0';
		kept[i]++;
	}
	snprintf(text, sizeof(text), "%s0.%se%d", v < 0 ? "-" : "", kept, exp + 1);
	v = strtod(text, NULL);
	return v == 0 ? 0 : v;
}

bool
number_same(double a, double b)
{
	double d, m;

	if (a == b)
		return true;
	if (!isfinite(a) || !isfinite(b))
		return false;
	d = fabs(a - b);
	m = fmax(fabs(a), fabs(b));
	return d <= 1e-12 * fmax(m, 1);
}
