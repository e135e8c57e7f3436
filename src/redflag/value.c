/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "text/nfkc.h"

enum {
	TEXT_MAX = 128,		/* longer cells are no numbers */
};

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A copy that ends: ASCII as it is, other text in its compatibility form. */
static bool
plain(const char *p, size_t n, char *out, size_t *len)
{
	struct fj_buf b;
	size_t i;

	while (n > 0 && (unsigned char)p[0] <= ' ') {
		p++;
		n--;
	}
	while (n > 0 && (unsigned char)p[n - 1] <= ' ')
		n--;
	if (n == 0 || n >= TEXT_MAX)
		return false;
	for (i = 0; i < n && (unsigned char)p[i] < 0x80; i++)
		out[i] = p[i] >= 'a' && p[i] <= 'z' ? (char)(p[i] - 'a' + 'A') : p[i];
	if (i < n) {
		fj_buf_init(&b, (size_t)TEXT_MAX * 32);
		nfkc_key(&b, p, n);
		if (b.n >= TEXT_MAX)
			b.n = 0;
		memcpy(out, b.p, b.n);
		i = b.n;
		fj_buf_release(&b);
	}
	out[i] = '\0';
	*len = i;
	return i > 0;
}

/* ---- numbers ---- */

static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A comma before three digits. */
static bool
is_grouping(const char *p)
{
	return p[0] == ',' && digit(p[1]) && digit(p[2]) && digit(p[3]) && !digit(p[4]);
}

/* Digits with one point; commas between digits are passed over. */
static const char *
scan_digits(const char *p, double *v, int *decimals, bool *any)
{
	uint64_t whole = 0;
	int used = 0, dropped = 0, after = -1;

	*any = false;
	for (;; p++) {
		if (digit(*p)) {
			*any = true;
			if (used < 18) {
				whole = whole * 10 + (uint64_t)(*p - '0');
				used += whole > 0;
				after += after >= 0;
			} else {
				dropped += after < 0;
			}
		} else if (*p == '.' && after < 0 && (digit(p[1]) || *any)) {
			after = 0;
		} else if (!(*any && after < 0 && is_grouping(p))) {
			break;
		}
	}
	*decimals = after > 0 ? after : 0;
	*v = (double)whole;
	if (*decimals > 0)
		*v /= tens[*decimals > 22 ? 22 : *decimals];
	if (dropped > 0)
		*v *= pow(10, dropped);
	return p;
}

/* E-3, ×10^3, *10-3 */
static const char *
scan_exponent(const char *p, double *v)
{
	const char *at = p;
	bool minus;
	int ten = 0, k;

	if (*at == 'E') {
		at++;
	} else {
		if (memcmp(at, "\xc3\x97", 2) == 0)
			at += 2;
		else if (*at == '*' || *at == 'X')
			at++;
		else
			return p;
		if (strncmp(at, "10", 2) != 0)
			return p;
		at += 2;
		at += *at == '^';
	}
	minus = *at == '-';
	at += *at == '-' || *at == '+';
	if (!digit(*at))
		return p;
	for (k = 0; digit(*at) && k < 3; at++, k++)
		ten = ten * 10 + (*at - '0');
	*v *= pow(10, minus ? -ten : ten);
	return at;
}

/* What stands before a number: a sign, a currency, "less than". */
static const char *
scan_before(const char *p, bool *minus, bool *nd)
{
	static const struct {
		const char *mark;
		int what;		/* 1: minus, 2: less than */
	} before[] = {
		{"<", 2}, {"\xe2\x89\xa4", 2}, {"\xe5\xb0\x8f\xe4\xba\x8e", 2},
		{"\xe4\xbd\x8e\xe4\xba\x8e", 2}, {">", 0}, {"\xe2\x89\xa5", 0}, {"=", 0},
		{"~", 0}, {"\xe7\xba\xa6", 0}, {"+", 0}, {"-", 1}, {"\xe2\x88\x92", 1},
		{"\xc2\xa5", 0}, {"\xef\xbf\xa5", 0}, {"$", 0}, {"RMB", 0}, {" ", 0},
	};
	size_t i, k;

	*minus = *nd = false;
	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		k = strlen(before[i].mark);
		if (strncmp(p, before[i].mark, k) != 0)
			continue;
		*minus |= before[i].what == 1;
		*nd |= before[i].what == 2;
		p += k;
		i = (size_t)-1;
	}
	return p;
}

bool
value_number(const char *p, size_t n, struct value_number *out)
{
	char text[TEXT_MAX];
	const char *at;
	bool minus, any;
	size_t len;

	memset(out, 0, sizeof(*out));
	if (!plain(p, n, text, &len))
		return false;
	at = scan_before(text, &minus, &out->nd);
	at = scan_digits(at, &out->v, &out->decimals, &any);
	if (!any)
		return false;
	at = scan_exponent(at, &out->v);
	if (minus)
		out->v = -out->v;
	while (*at == ' ')
		at++;
	/* The detection limit with an L: below it (HJ 630). */
	if (at[0] == 'L' && at[1] == '\0') {
		out->nd = true;
	} else if (*at != '\0') {
		out->rest = true;
		len = strlen(at);
		len = len < sizeof(out->unit) ? len : sizeof(out->unit) - 1;
		memcpy(out->unit, at, len);
	}
	return true;
}

bool
value_degrees(const char *p, size_t n, double *out)
{
	char text[TEXT_MAX], *at = text;
	double part[3] = {0}, v;
	int k = 0, decimals;
	bool any, minus;
	size_t len;

	if (!plain(p, n, text, &len))
		return false;
	while (*at != '\0' && k < 3) {
		if (!digit(*at)) {
			at++;
			continue;
		}
		at += scan_digits(at, &v, &decimals, &any) - at;
		part[k++] = v;
	}
	minus = strchr(text, 'S') != NULL || strchr(text, 'W') != NULL || text[0] == '-';
	*out = part[0] + part[1] / 60 + part[2] / 3600;
	if (minus)
		*out = -*out;
	return k > 0 && fabs(*out) <= 180 && part[1] < 60 && part[2] < 60;
}

/* A, B; 甲, 乙, 丙 */
static bool
letter_ordinal(const char *text, int64_t *out)
{
	static const char *const letters[] = {"\xe7\x94\xb2", "\xe4\xb9\x99", "\xe4\xb8\x99"};
	size_t i;

	if (text[0] >= 'A' && text[0] <= 'D' && text[1] == '\0') {
		*out = text[0] - 'A' + 1;
		return true;
	}
	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (strstr(text, letters[i]) != NULL) {
			*out = (int64_t)i + 1;
			return true;
		}
	return false;
}

bool
value_ordinal(const char *p, size_t n, int64_t *out)
{
	char text[TEXT_MAX];
	size_t len, from, i;

	if (!plain(p, n, text, &len))
		return false;
	/* 1.0 out of a spreadsheet. */
	if (len > 2 && strcmp(text + len - 2, ".0") == 0)
		text[len -= 2] = '\0';
	while (len > 0 && !digit(text[len - 1]))
		len--;
	for (from = len; from > 0 && digit(text[from - 1]) && len - from < 18;)
		from--;
	if (from < len) {
		*out = 0;
		for (i = from; i < len; i++)
			*out = *out * 10 + (text[i] - '0');
		return true;
	}
	return letter_ordinal(text, out);
}
