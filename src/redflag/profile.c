/* SPDX-License-Identifier: Apache-2.0 */
/* What the values of a column look like. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "redflag/import_internal.h"
#include "redflag/value.h"
#include "text/nfkc.h"

enum {
	OVERLAP_SAMPLE = 96,
};

struct counts {
	uint32_t at, on, clock, serial, no_date, integer, number, nd, boolean, pass, status, vin,
	    plate, hex, method, name, han, code, midnight, times, steps, either;
	bool had;
	double last;
};

uint64_t
key_hash(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325U;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3U;
	h ^= h >> 31;
	return h * 0x9e3779b97f4a7c15U | 1;
}

static bool
is_latin(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* 17 characters without I, O and Q; letters and digits both. */
static bool
is_vin(const char *p, size_t n)
{
	bool letter = false, number = false;
	size_t i;

	if (n != 17)
		return false;
	for (i = 0; i < n; i++) {
		if (!is_latin(p[i]))
			return false;
		letter |= p[i] >= 'A';
		number |= p[i] <= '9';
	}
	return letter && number;
}

/* A character of a province, a letter, five or six more. */
static bool
is_plate(const char *p, size_t n)
{
	size_t i;

	if (n < 9 || n > 13 || (unsigned char)p[0] < 0xe4 || !(p[3] >= 'A' && p[3] <= 'Z'))
		return false;
	for (i = 4; i < n; i++)
		if (!is_latin(p[i]) && (unsigned char)p[i] < 0x80 && p[i] != '-')
			return false;
	return true;
}

static bool
is_hex(const char *p, size_t n)
{
	bool letter = false;
	size_t i;

	if (n != 8 && n != 16 && n != 32 && n != 40 && n != 64)
		return false;
	for (i = 0; i < n; i++) {
		if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'A' && p[i] <= 'F')))
			return false;
		letter |= p[i] >= 'A';
	}
	return letter || n >= 16;
}

/* Letters, a number and mostly a year: GB/T 19857-2005, HJ 828-2017, DB61/T 1000-2020. */
static bool
is_method(const char *p, size_t n)
{
	static const char *const of[] = {"GB", "HJ", "JJ", "DB", "NY", "SN", "YY", "QB",
	    "JT", "JG", "SL", "CJ", "SB", "LY", "AQ", "GA", "WS", "DL", "ISO", "ASTM", "EPA",
	    "IEC", "HG", "SH", "SY", "T/", "EN", "BJS", "KJ", "QC", "CB"};
	size_t i, k;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		k = strlen(of[i]);
		if (n > k + 2 && strncmp(p, of[i], k) == 0)
			break;
	}
	if (i == sizeof(of) / sizeof(of[0]))
		return false;
	for (i = 0; i < n; i++)
		if (p[i] >= '0' && p[i] <= '9')
			return true;
	return false;
}

/* Only Chinese characters: how many? -1: others too. */
static int
only_han(const char *p, size_t n)
{
	size_t i = 0, k;
	uint32_t c;
	int count = 0;

	while (i < n) {
		k = utf8_get(p + i, n - i, &c);
		if (k == 0 || c < 0x3400 || c > 0x9fff)
			return -1;
		i += k;
		count++;
	}
	return count;
}

static void
count_shape(struct counts *c, const char *p, size_t n)
{
	int han = only_han(p, n);
	size_t i;

	c->vin += is_vin(p, n);
	c->plate += is_plate(p, n);
	c->hex += is_hex(p, n);
	c->method += is_method(p, n);
	c->name += han >= 2 && han <= 4;
	for (i = 0; i < n && (unsigned char)p[i] < 0x80; i++)
		;
	c->han += i < n;
	c->code += i == n;
}

static size_t
digits_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i;
}

/* What stands between year, month and day; 0: none of it. */
static size_t
date_mark(const char *p, bool point)
{
	static const char *const by[] = {"-", "/", "年", "月", "."};
	size_t k;

	for (k = 0; k < (point ? 5 : 4); k++)
		if (strncmp(p, by[k], strlen(by[k])) == 0)
			return strlen(by[k]);
	return 0;
}

/* 2026-13-45, 26.3.32, 2026年2月30日: written as a day, whether or not there is one;
 * 1.2.3 is a version. */
static bool
is_written_as_date(const char *p, size_t n)
{
	size_t at = 0, digits, mark, part;

	for (part = 0; part < 2; part++) {
		digits = digits_at(p + at, n - at);
		if (digits == 0 || digits > (part == 0 ? 4 : 2))
			return false;
		mark = date_mark(p + at + digits, part == 1 || digits > 1);
		if (mark == 0)
			return false;
		at += digits + mark;
	}
	digits = digits_at(p + at, n - at);
	return digits == 1 || digits == 2;
}

static void
count_time(struct counts *c, const char *p, size_t n, const struct source *s, int row,
    struct profile *out)
{
	struct value_time t;

	/* What begins with a letter is a code; English months are not worth the time. */
	if ((p[0] >= 'A' && p[0] <= 'Z' && n > 12) || n < 3 ||
	    !value_time(p, n, s->d1904 ? VALUE_1904 : 0, &t))
		return;
	if (t.parts & TIME_NUMBER) {
		c->serial++;
	} else if ((t.parts & (TIME_DATE | TIME_CLOCK)) == TIME_CLOCK) {
		c->clock++;
		return;
	} else if (t.parts & TIME_CLOCK) {
		c->at++;
	} else {
		c->on++;
	}
	c->times++;
	c->midnight += t.second == 0;
	c->either += (t.parts & TIME_EITHER) != 0;
	out->day_first |= (t.parts & TIME_DAY_FIRST) != 0;
	out->time[row] = t.day * 86400 + t.second;
}

/* 12.5mg/L is a number with a unit; V-EM-001, 3号 and 1号点 are not: they name something. */
static bool
is_quantity(const struct value_number *v)
{
	static const char *const names[] = {"号", "楼", "栋", "室", "层", "组", "线", "车间"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (v->rest && strncmp(v->unit, names[i], strlen(names[i])) == 0)
			return false;
	return !v->rest || v->unit[0] == '%' || (v->unit[0] >= 'A' && strlen(v->unit) <= 8) ||
	    ((unsigned char)v->unit[0] >= 0x80 && strlen(v->unit) <= 8);
}

static void
count_number(struct counts *c, const char *p, size_t n, int row, struct profile *out)
{
	struct value_number v;

	if (!value_number(p, n, &v) || !is_quantity(&v))
		return;
	c->number++;
	c->nd += v.nd;
	c->integer += v.decimals == 0 && !v.rest && !v.nd;
	if (v.decimals > out->decimals)
		out->decimals = v.decimals;
	if (c->number == 1 || v.v < out->lo)
		out->lo = v.v;
	if (c->number == 1 || v.v > out->hi)
		out->hi = v.v;
	if (c->had)
		c->steps += v.v - c->last > 0.5 && v.v - c->last < 1.5;
	c->had = true;
	c->last = v.v;
	out->value[row] = v.v;
}

static void
count_words(struct counts *c, const struct synonyms *y, const char *p, size_t n)
{
	if (n > 24)
		return;
	c->boolean += synonyms_value(y, WORDS_YES, p, n) || synonyms_value(y, WORDS_NO, p, n);
	c->pass += synonyms_value(y, WORDS_PASS, p, n) || synonyms_value(y, WORDS_FAIL, p, n);
	c->status += synonyms_value(y, WORDS_ISSUED, p, n) ||
	    synonyms_value(y, WORDS_VOID, p, n);
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
shares(struct profile *p, const struct counts *c)
{
	float n = p->n > 0 ? (float)p->n : 1;

	p->at = (float)c->at / n;
	p->on = (float)c->on / n;
	p->clock = (float)c->clock / n;
	p->serial = (float)c->serial / n;
	p->no_date = (float)c->no_date / n;
	p->integer = (float)c->integer / n;
	p->number = (float)c->number / n;
	p->nd = (float)c->nd / n;
	p->boolean = (float)c->boolean / n;
	p->pass = (float)c->pass / n;
	p->status = (float)c->status / n;
	p->vin = (float)c->vin / n;
	p->plate = (float)c->plate / n;
	p->hex = (float)c->hex / n;
	p->method = (float)c->method / n;
	p->name = (float)c->name / n;
	p->han = (float)c->han / n;
	p->code = (float)c->code / n;
	p->rising = (float)c->steps / n;
	p->midnight = c->times > 0 && c->midnight == c->times;
	p->maybe_day_first = (float)c->either / n;
}

/* Of a header of two rows, the lower one is what stands in the column. */
static bool
repeats_header(const struct source *s, const char *p, int column)
{
	const struct kept_row *low = s->data > 0 ? &s->kept[s->data - 1] : NULL;

	return column < s->columns && (strcmp(p, s->header[column]) == 0 ||
	    (low != NULL && column < (int)low->count && strcmp(p, low->cell[column]) == 0));
}

void
take_profile(const struct import *im, const struct source *s, int column, struct profile *out)
{
	const struct synonyms *y = im->o.synonyms;
	struct counts c = {0};
	size_t rows = (size_t)s->rows, hashes = 0, i, k;
	struct fj_buf b;
	int r;

	memset(out, 0, sizeof(*out));
	out->hash = xcalloc(rows + 1, sizeof(*out->hash));
	out->time = xcalloc(rows + 1, sizeof(*out->time));
	out->value = xcalloc(rows + 1, sizeof(*out->value));
	fj_buf_init(&b, 1 << 20);
	for (r = 0; r < s->rows; r++) {
		const struct kept_row *row = &s->kept[r];
		const char *p = column < (int)row->count ? row->cell[column] : "";

		out->time[r] = NO_TIME;
		out->value[r] = (double)NAN;
		if (r < s->data || p[0] == '\0')
			continue;
		fj_buf_clear(&b);
		nfkc_dense(&b, p, strlen(p));
		if (b.n == 0 || synonyms_value(y, WORDS_NULL, b.p, b.n))
			continue;
		/* A total or the header again is no value of the column. */
		if (repeats_header(s, p, column))
			continue;
		out->n++;
		out->hash[hashes++] = key_hash(b.p, b.n);
		c.nd += synonyms_value(y, WORDS_ND, b.p, b.n);
		count_words(&c, y, b.p, b.n);
		count_shape(&c, b.p, b.n);
		count_time(&c, p, strlen(p), s, r, out);
		c.no_date += out->time[r] == NO_TIME && is_written_as_date(p, strlen(p));
		count_number(&c, b.p, b.n, r, out);
	}
	fj_buf_release(&b);
	qsort(out->hash, hashes, sizeof(*out->hash), by_value);
	for (i = k = 0; i < hashes; i++)
		if (k == 0 || out->hash[i] != out->hash[k - 1])
			out->hash[k++] = out->hash[i];
	out->distinct = (uint32_t)k;
	shares(out, &c);
}

void
profile_release(struct profile *p)
{
	free(p->hash);
	free(p->time);
	free(p->value);
}

double
profile_overlap(const struct profile *p, const struct profile *q)
{
	/* The lowest hashes are as good a sample as any. */
	uint32_t n = p->distinct < OVERLAP_SAMPLE ? p->distinct : OVERLAP_SAMPLE, i, both = 0;

	if (n == 0 || q->distinct == 0)
		return 0;
	for (i = 0; i < n; i++)
		both += bsearch(&p->hash[i], q->hash, q->distinct, sizeof(*q->hash), by_value) !=
		    NULL;
	return (double)both / (double)n;
}
