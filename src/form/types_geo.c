/* SPDX-License-Identifier: Apache-2.0 */
/* Positions: degrees and metres as decimals, 0 written 0.0, so that the same
 * place is the same text whoever wrote it. */
#include <math.h>
#include <string.h>

#include "form/types_i.h"

/* 38.50 is 38.5, 7 is 7.0, -.5 is -0.5. */
static void
coordinate(const char *s, size_t len, struct fj_buf *out)
{
	const char *point;
	size_t whole, fraction;

	if (*s == '-') {
		fj_buf_putc(out, '-');
		s++;
		len--;
	}
	while (len > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9') {
		s++;
		len--;
	}
	point = memchr(s, '.', len);
	whole = point != NULL ? (size_t)(point - s) : len;
	fraction = point != NULL ? len - whole - 1 : 0;
	while (fraction > 0 && s[whole + fraction] == '0')
		fraction--;
	if (whole == 0)
		fj_buf_putc(out, '0');
	fj_buf_add(out, s, whole);
	fj_buf_putc(out, '.');
	if (fraction == 0)
		fj_buf_putc(out, '0');
	else
		fj_buf_add(out, s + whole + 1, fraction);
}

/* lat lon [alt [acc]] */
static bool
position(const char *s, size_t len, struct fj_buf *out)
{
	double v[4];
	size_t k, count = 0;

	for (; (k = type_word(&s, &len)) > 0; s += k, len -= k) {
		if (count == 4)
			return false;
		v[count] = number_parse(s, k);
		if (isnan(v[count++]))
			return false;
		if (count > 1)
			fj_buf_putc(out, ' ');
		coordinate(s, k, out);
	}
	return count >= 2 && fabs(v[0]) <= 90 && fabs(v[1]) <= 180;
}

enum fj_rc
type_point(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	return position(s, len, out) ? FJ_OK : type_bad(e, "form.value-geo", n, s);
}

/* Answers how many there are; 0: one of them is none. */
static size_t
positions(const char *s, size_t len, struct fj_buf *out)
{
	size_t count = 0;
	const char *end;

	while (len > 0 && strchr("; \t\r\n", s[len - 1]) != NULL)
		len--;
	while (len > 0) {
		end = memchr(s, ';', len);
		if (count++ > 0)
			fj_buf_putc(out, ';');
		if (!position(s, end != NULL ? (size_t)(end - s) : len, out))
			return 0;
		if (end == NULL)
			break;
		len -= (size_t)(end + 1 - s);
		s = end + 1;
	}
	return count;
}

enum fj_rc
type_trace(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	return positions(s, len, out) >= 2 ? FJ_OK : type_bad(e, "form.value-geo-line", n, s);
}

/* A shape ends where it began. */
enum fj_rc
type_shape(const struct form_node *n, const char *s, size_t len, struct fj_buf *out,
    struct fj_err *e)
{
	size_t from = out->n, first;
	const char *last;

	if (positions(s, len, out) < 3)
		return type_bad(e, "form.value-geo-shape", n, s);
	first = strcspn(out->p + from, ";");
	last = strrchr(out->p + from, ';') + 1;
	if (strlen(last) != first || memcmp(last, out->p + from, first) != 0)
		return type_bad(e, "form.value-geo-shape", n, s);
	return FJ_OK;
}
