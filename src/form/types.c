/* SPDX-License-Identifier: Apache-2.0 */
/* The question types, a row each (FORM-LANGUAGE 2.4). */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "form/types_i.h"

enum fj_rc
type_bad(struct fj_err *e, const char *code, const struct form_node *n, const char *s)
{
	return fj_fail(e, FJ_INVAL, code, "ss", n->name, s);
}

void
type_trim(const char **s, size_t *len)
{
	while (*len > 0 && strchr(" \t\r\n", (*s)[*len - 1]) != NULL)
		--*len;
	while (*len > 0 && strchr(" \t\r\n", **s) != NULL) {
		++*s;
		--*len;
	}
}

static enum fj_rc
as_it_is(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	(void)n;
	(void)e;
	fj_buf_add(out, s, len);
	return FJ_OK;
}

static enum fj_rc
trimmed(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	type_trim(&s, &len);
	return as_it_is(n, s, len, out, e);
}

/* Minus and digits without leading zeros; the fraction is cut off.  32 bits, as
 * every engine of this language has them: longer numbers are codes, so text. */
static enum fj_rc
integer(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	const char *all = s;
	size_t i, whole;
	bool minus;
	double v = trunc(number_parse(s, len));

	if (isnan(v) || v < INT32_MIN || v > INT32_MAX)
		return type_bad(e, "form.value-integer", n, all);
	type_trim(&s, &len);
	minus = *s == '-';
	if (minus) {
		s++;
		len--;
	}
	for (whole = 0; whole < len && s[whole] != '.'; whole++)
		;
	for (i = 0; i + 1 < whole && s[i] == '0'; i++)
		;
	if (whole == i || (whole == i + 1 && s[i] == '0')) {
		fj_buf_putc(out, '0');
		return FJ_OK;
	}
	if (minus)
		fj_buf_putc(out, '-');
	fj_buf_add(out, s + i, whole - i);
	return FJ_OK;
}

/* Digits as typed (1.50 stays: it is a measured value), leading zeros gone. */
static enum fj_rc
decimal(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	const char *all = s;

	if (isnan(number_parse(s, len)))
		return type_bad(e, "form.value-decimal", n, all);
	type_trim(&s, &len);
	if (*s == '-') {
		fj_buf_putc(out, '-');
		s++;
		len--;
	}
	while (len > 1 && s[0] == '0' && s[1] != '.') {
		s++;
		len--;
	}
	if (*s == '.')
		fj_buf_putc(out, '0');
	if (s[len - 1] == '.')
		len--;
	fj_buf_add(out, s, len);
	return FJ_OK;
}

static bool
whole_range(const struct form_node *n)
{
	static const char *const names[] = {"start", "end", "step"};
	size_t i;

	for (i = 0; i < 3; i++) {
		const char *p = form_node_parameter(n, names[i]);

		if (p != NULL && strchr(p, '.') != NULL)
			return false;
	}
	return true;
}

static double
param_number(const struct form_node *n, const char *name)
{
	const char *p = form_node_parameter(n, name);

	return p != NULL ? number_parse(p, strlen(p)) : NAN;
}

/* Outside of its ends there is nothing; between its steps it is told. */
static enum fj_rc
range(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	double v = number_parse(s, len);
	double a = param_number(n, "start"), b = param_number(n, "end");

	if (v < fmin(a, b) || v > fmax(a, b))
		return type_bad(e, "form.value-range", n, s);
	return whole_range(n) ? integer(n, s, len, out, e) : decimal(n, s, len, out, e);
}

static enum fj_rc
range_check(const struct form_node *n, const char *s, struct fj_err *e)
{
	double v = number_parse(s, strlen(s));
	double a = param_number(n, "start"), b = param_number(n, "end");
	double lo = fmin(a, b), hi = fmax(a, b), step = param_number(n, "step");

	if (v < lo || v > hi)
		return type_bad(e, "form.value-range", n, s);
	if (step > 0 && !number_same(fmod(v - lo + step / 2, step), step / 2))
		return type_bad(e, "form.value-range", n, s);
	return FJ_OK;
}

static enum fj_rc
one_of(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	const char *all = s;

	type_trim(&s, &len);
	if (n->list != NULL && form_list_get(n->list, s, len) == NULL)
		return type_bad(e, "form.value-choice", n, all);
	fj_buf_add(out, s, len);
	return FJ_OK;
}

/* The next word of *s; answers its length. */
size_t
type_word(const char **s, size_t *left)
{
	size_t k = 0;

	while (*left > 0 && strchr(" \t\r\n", **s) != NULL) {
		++*s;
		--*left;
	}
	while (k < *left && strchr(" \t\r\n", (*s)[k]) == NULL)
		k++;
	return k;
}

static bool
has_word(const char *s, size_t len, const char *name)
{
	size_t k, n = strlen(name);

	for (; (k = type_word(&s, &len)) > 0; s += k, len -= k)
		if (k == n && memcmp(s, name, n) == 0)
			return true;
	return false;
}

static enum fj_rc
all_in_list(const struct form_node *n, const char *s, size_t len, struct fj_err *e)
{
	const char *all = s;
	size_t k;

	for (; (k = type_word(&s, &len)) > 0; s += k, len -= k)
		if (form_list_get(n->list, s, k) == NULL)
			return type_bad(e, "form.value-choice", n, all);
	return FJ_OK;
}

/* In the order of the list, each once. */
static enum fj_rc
several_of(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	enum fj_rc rc;
	size_t i, from = out->n;

	if (n->list == NULL)
		return as_it_is(n, s, len, out, e);
	rc = all_in_list(n, s, len, e);
	for (i = 0; rc == FJ_OK && i < n->list->n; i++) {
		if (!has_word(s, len, n->list->v[i]->name))
			continue;
		if (out->n > from)
			fj_buf_putc(out, ' ');
		fj_buf_puts(out, n->list->v[i]->name);
	}
	return rc;
}

/* In the order given, each once. */
static enum fj_rc
ranked(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	const char *all = s;
	size_t k, from = out->n;
	enum fj_rc rc = n->list != NULL ? all_in_list(n, s, len, e) : FJ_OK;

	if (rc != FJ_OK)
		return rc;
	for (; (k = type_word(&s, &len)) > 0; s += k, len -= k) {
		char *one = strndup(s, k);
		bool twice = one != NULL && has_word(out->p + from, out->n - from, one);

		free(one);
		if (twice)
			return type_bad(e, "form.value-choice", n, all);
		if (out->n > from)
			fj_buf_putc(out, ' ');
		fj_buf_add(out, s, k);
	}
	return FJ_OK;
}

static enum fj_rc
acknowledge(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	const char *all = s;

	type_trim(&s, &len);
	if (len == 2 && memcmp(s, "OK", 2) == 0)
		fj_buf_puts(out, "OK");
	else if (len == 4 && memcmp(s, "true", 4) == 0)
		fj_buf_puts(out, "OK");
	else
		return type_bad(e, "form.value-acknowledge", n, all);
	return FJ_OK;
}

static enum fj_rc
uscc(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	size_t i;

	(void)n;
	(void)e;
	type_trim(&s, &len);
	for (i = 0; i < len; i++)
		fj_buf_putc(out, s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] - 32) : s[i]);
	return FJ_OK;
}

static enum fj_rc
uscc_check(const struct form_node *n, const char *s, struct fj_err *e)
{
	return form_uscc_ok(s, strlen(s)) ? FJ_OK : type_bad(e, "form.value-uscc", n, s);
}

/* A number as measured and its unit: 12.50 mg/L; the form may name the unit. */
static enum fj_rc
measurement(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	const char *all = s, *unit = form_node_parameter(n, "unit");
	size_t k;

	type_trim(&s, &len);
	for (k = 0; k < len && strchr("-.0123456789", s[k]) != NULL; k++)
		;
	if (k == 0 || decimal(n, s, k, out, NULL) != FJ_OK)
		return type_bad(e, "form.value-measurement", n, all);
	s += k;
	len -= k;
	type_trim(&s, &len);
	if (len == 0 && unit != NULL) {
		s = unit;
		len = strlen(unit);
	}
	if (len > 0) {
		fj_buf_putc(out, ' ');
		fj_buf_add(out, s, len);
	}
	return FJ_OK;
}

/* Yuan with two places; what is finer is no sum of money. */
static enum fj_rc
money(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	size_t from = out->n, places;
	const char *point;
	enum fj_rc rc = decimal(n, s, len, out, e);

	if (rc != FJ_OK)
		return rc;
	point = strchr(out->p + from, '.');
	places = point != NULL ? strlen(point + 1) : 0;
	if (places > 2)
		return type_bad(e, "form.value-money", n, s);
	fj_buf_puts(out, point == NULL ? ".00" : places == 1 ? "0" : "");
	return FJ_OK;
}

/* GB 11643: 17 digits and a check character, ISO 7064 MOD 11-2. */
static enum fj_rc
idcard_check(const struct form_node *n, const char *s, struct fj_err *e)
{
	enum { DIGITS = 17 };
	static const char check[] = "10X98765432";
	unsigned sum = 0, weight;
	size_t i;

	if (strlen(s) != DIGITS + 1)
		return type_bad(e, "form.value-idcard", n, s);
	for (i = DIGITS, weight = 2; i-- > 0; weight = weight * 2 % 11) {
		if (s[i] < '0' || s[i] > '9')
			return type_bad(e, "form.value-idcard", n, s);
		sum += (unsigned)(s[i] - '0') * weight;
	}
	return s[DIGITS] == check[sum % 11] ? FJ_OK : type_bad(e, "form.value-idcard", n, s);
}

#define Q (T_CONTROL | T_VALUE)

static const struct form_type_row rows[] = {
	{"group", FORM_GROUP, T_GROUP, NULL, NULL},
	{"repeat", FORM_REPEAT, T_GROUP, NULL, NULL},
	{"text", FORM_TEXT, Q, as_it_is, NULL},
	{"integer", FORM_INTEGER, Q, integer, NULL},
	{"int", FORM_INTEGER, Q, integer, NULL},
	{"decimal", FORM_DECIMAL, Q, decimal, NULL},
	{"range", FORM_RANGE, Q, range, range_check},
	{"select_one", FORM_SELECT_ONE, Q | T_LIST, one_of, NULL},
	{"select_multiple", FORM_SELECT_MULTIPLE, Q | T_LIST, several_of, NULL},
	{"rank", FORM_RANK, Q | T_LIST, ranked, NULL},
	{"select_one_from_file", FORM_SELECT_ONE, Q | T_LIST | T_FILE, one_of, NULL},
	{"select_multiple_from_file", FORM_SELECT_MULTIPLE, Q | T_LIST | T_FILE, several_of, NULL},
	{"rank_from_file", FORM_RANK, Q | T_LIST | T_FILE, ranked, NULL},
	{"select_one_external", FORM_SELECT_ONE, Q | T_LIST, one_of, NULL},
	{"verdict", FORM_VERDICT, Q | T_LIST, one_of, NULL},
	{"date", FORM_DATE, Q, type_day, NULL},
	{"time", FORM_TIME, Q, type_time, NULL},
	{"datetime", FORM_DATETIME, Q, type_moment, NULL},
	{"dateTime", FORM_DATETIME, Q, type_moment, NULL},
	{"note", FORM_NOTE, T_VALUE, as_it_is, NULL},
	{"acknowledge", FORM_ACKNOWLEDGE, Q, acknowledge, NULL},
	{"trigger", FORM_ACKNOWLEDGE, Q, acknowledge, NULL},
	{"geopoint", FORM_GEOPOINT, Q, type_point, NULL},
	{"geotrace", FORM_GEOTRACE, Q, type_trace, NULL},
	{"geoshape", FORM_GEOSHAPE, Q, type_shape, NULL},
	{"start-geopoint", FORM_META, T_VALUE, type_point, NULL},
	{"background-geopoint", FORM_META, T_VALUE, type_point, NULL},
	{"image", FORM_FILE, Q, trimmed, NULL},
	{"audio", FORM_FILE, Q, trimmed, NULL},
	{"video", FORM_FILE, Q, trimmed, NULL},
	{"file", FORM_FILE, Q, trimmed, NULL},
	{"background-audio", FORM_META, T_VALUE, trimmed, NULL},
	{"osm", FORM_FILE, Q, trimmed, NULL},
	{"barcode", FORM_BARCODE, Q, as_it_is, NULL},
	{"calculate", FORM_CALCULATE, T_VALUE, as_it_is, NULL},
	{"hidden", FORM_HIDDEN, T_VALUE, as_it_is, NULL},
	{"start", FORM_META, T_VALUE, as_it_is, NULL},
	{"end", FORM_META, T_VALUE, as_it_is, NULL},
	{"today", FORM_META, T_VALUE, as_it_is, NULL},
	{"deviceid", FORM_META, T_VALUE, as_it_is, NULL},
	{"username", FORM_META, T_VALUE, as_it_is, NULL},
	{"phonenumber", FORM_META, T_VALUE, as_it_is, NULL},
	{"email", FORM_META, T_VALUE, as_it_is, NULL},
	{"simserial", FORM_META, T_VALUE, as_it_is, NULL},
	{"subscriberid", FORM_META, T_VALUE, as_it_is, NULL},
	{"audit", FORM_META, T_VALUE, as_it_is, NULL},
	{"finding", FORM_FINDING, Q, as_it_is, NULL},
	{"uscc", FORM_USCC, Q, uscc, uscc_check},
	{"idcard", FORM_TEXT, Q, uscc, idcard_check},
	{"money", FORM_DECIMAL, Q, money, NULL},
	{"subject", FORM_SUBJECT, Q, as_it_is, NULL},
	{"measurement", FORM_MEASUREMENT, Q, measurement, NULL},
	{"signature", FORM_SIGNATURE, Q, trimmed, NULL},
};

const char *
form_type_name(size_t i)
{
	return i < sizeof(rows) / sizeof(rows[0]) ? rows[i].name : NULL;
}

const struct form_type_row *
form_type_find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strlen(rows[i].name) == n && memcmp(rows[i].name, name, n) == 0)
			return &rows[i];
	return NULL;
}

bool
form_type_from_file(const char *name, size_t n)
{
	const struct form_type_row *row = form_type_find(name, n);

	return row != NULL && (row->flags & T_FILE) != 0;
}

enum fj_rc
form_normalise(const struct form_node *n, const char *s, struct fj_buf *out, struct fj_err *e)
{
	size_t len = strlen(s);
	enum fj_rc rc;

	fj_buf_clear(out);
	if (n->type->normal == NULL)
		return fj_fail(e, FJ_REFUSED, "form.not-a-question", "s", n->name);
	if (len > LIMIT_VALUE_BYTES)
		return fj_fail(e, FJ_LIMIT, "form.value-long", "sd", n->name,
		    (int)LIMIT_VALUE_BYTES);
	if (utf8_valid(s, len) != len)
		return fj_fail(e, FJ_INVAL, "form.value-utf8", "s", n->name);
	if (len == 0)
		return FJ_OK;
	if (strspn(s, " \t\r\n") == len && n->type->normal != as_it_is)
		return FJ_OK;
	rc = n->type->normal(n, s, len, out, e);
	if (rc != FJ_OK)
		fj_buf_clear(out);
	return rc;
}
