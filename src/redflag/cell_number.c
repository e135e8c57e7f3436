/* SPDX-License-Identifier: Apache-2.0 */
/* Cells that are times, numbers and answers of yes or no. */
#include <math.h>
#include <string.h>

#include "redflag/cell.h"
#include "redflag/value.h"
#include "text/nfkc.h"

enum {
	DAY_S = 86400,
	HOUR_MIN = 60,
	DAY_MIN = 1440,
};

static bool
is_nothing(struct cells *c, const char *text, size_t n)
{
	while (n > 0 && (unsigned char)text[0] <= ' ') {
		text++;
		n--;
	}
	if (n == 0)
		return true;
	if ((text[0] >= '0' && text[0] <= '9') || n > 32)
		return false;
	fj_buf_clear(&c->b);
	nfkc_dense(&c->b, text, n);
	return c->b.n == 0 || synonyms_value(c->im->o.synonyms, WORDS_NULL, c->b.p, c->b.n);
}

static bool
digits(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

/* 2024-03-04 08:05:06 with the day of the row before: most rows share it. */
static bool
same_day(struct cells *c, const char *p, size_t n, struct value_time *t)
{
	int h, m, s;

	if (n != 19 || memcmp(p, c->date_text, 10) != 0 || p[13] != ':' || p[16] != ':' ||
	    !digits(p + 11, 2) || !digits(p + 14, 2) || !digits(p + 17, 2))
		return false;
	h = (p[11] - '0') * 10 + p[12] - '0';
	m = (p[14] - '0') * 10 + p[15] - '0';
	s = (p[17] - '0') * 10 + p[18] - '0';
	if (h > 23 || m > 59 || s > 59)
		return false;
	t->day = c->date_day;
	t->second = h * 3600 + m * 60 + s;
	t->parts = TIME_DATE | TIME_CLOCK;
	return true;
}

static enum cell_answer
read_time(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    struct value_time *t)
{
	const char *text;
	size_t n;

	if (cell->len == 0)
		return CELL_NOTHING;
	if (same_day(c, cell->text, cell->len, t))
		return CELL_GOOD;
	text = cells_text(c, cell, &n);
	if (value_time(text, n, p->flags, t)) {
		if (n == 19 && (t->parts & TIME_CLOCK) && text[4] == '-') {
			memcpy(c->date_text, text, 10);
			c->date_day = t->day;
		}
		return CELL_GOOD;
	}
	return is_nothing(c, text, n) ? CELL_NOTHING : CELL_WRONG;
}

static enum cell_answer
store_time(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    const struct sheet_cell *day, struct store_in *in)
{
	struct value_time t, d;
	enum cell_answer got = read_time(c, p, cell, &t);

	if (got != CELL_GOOD)
		return got;
	if (!(t.parts & TIME_DATE)) {
		if (day == NULL || read_time(c, p, day, &d) != CELL_GOOD ||
		    !(d.parts & TIME_DATE))
			return CELL_WRONG;
		t.day = d.day;
		t.parts |= TIME_DATE;
	}
	if (p->as == AS_DAY) {
		store_int(in, p->column, t.day);
		return CELL_GOOD;
	}
	if (p->day_end && (!(t.parts & TIME_CLOCK) || (p->midnight && t.second == 0)))
		t.second = DAY_S - 1;
	store_int(in, p->column, t.day * DAY_S + t.second +
	    (t.parts & TIME_CLOCK ? c->s->offset : 0));
	return CELL_GOOD;
}

/* ---- numbers ---- */

static bool
is_nd(struct cells *c, const char *text, size_t n)
{
	if (n > 64)
		return false;
	fj_buf_clear(&c->b);
	nfkc_dense(&c->b, text, n);
	return synonyms_value(c->im->o.synonyms, WORDS_ND, c->b.p, c->b.n);
}

/* Digits and a point, as most are. */
static bool
quick_number(const char *p, size_t n, double *v, int *decimals)
{
	static const double tens[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
	    1e11, 1e12, 1e13, 1e14, 1e15};
	uint64_t whole = 0;
	size_t i, point = n;

	if (n == 0 || n > 15)
		return false;
	for (i = 0; i < n; i++) {
		if (p[i] == '.' && point == n)
			point = i;
		else if (p[i] >= '0' && p[i] <= '9')
			whole = whole * 10 + (uint64_t)(p[i] - '0');
		else
			return false;
	}
	if (n == 1 && point == 0)
		return false;
	*decimals = point == n ? 0 : (int)(n - point - 1);
	*v = (double)whole / tens[*decimals];
	return true;
}

static enum cell_answer
read_number(struct cells *c, const struct sheet_cell *cell, struct value_number *v)
{
	const char *text;
	size_t n;

	memset(v, 0, sizeof(*v));
	if (cell->len == 0)
		return CELL_NOTHING;
	if (!quick_number(cell->text, cell->len, &v->v, &v->decimals)) {
		text = cells_text(c, cell, &n);
		if (is_nd(c, text, n)) {
			v->nd = true;
			return CELL_GOOD;
		}
		if (!value_number(text, n, v))
			return is_nothing(c, text, n) ? CELL_NOTHING : CELL_WRONG;
	}
	if (cell->kind == CELL_NUMBER && cell->decimals >= 0)
		v->decimals = cell->decimals;
	return CELL_GOOD;
}

static enum cell_answer
store_value(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    struct store_in *in)
{
	struct value_number v;
	enum cell_answer got = read_number(c, cell, &v);

	if (got != CELL_GOOD)
		return got;
	if (p->nd >= 0)
		store_int(in, p->nd, v.nd);
	if (p->decimals >= 0)
		store_int(in, p->decimals, v.nd ? 0 : v.decimals);
	if (!v.nd)
		store_real(in, p->column, v.v);
	return CELL_GOOD;
}

/* 24h, 2天, 30min, or by the unit of the heading. */
static double
minutes(const struct value_number *v, double scale)
{
	static const struct {
		const char *unit;
		double min;
	} units[] = {
		{"H", HOUR_MIN}, {"\xe5\xb0\x8f\xe6\x97\xb6", HOUR_MIN}, {"\xe6\x97\xb6", HOUR_MIN},
		{"D", DAY_MIN}, {"\xe5\xa4\xa9", DAY_MIN}, {"\xe6\x97\xa5", DAY_MIN},
		{"S", 1.0 / 60}, {"\xe7\xa7\x92", 1.0 / 60}, {"M", 1}, {"\xe5\x88\x86", 1},
	};
	size_t i;

	for (i = 0; v->rest && i < sizeof(units) / sizeof(units[0]); i++)
		if (strncmp(v->unit, units[i].unit, strlen(units[i].unit)) == 0)
			return v->v * units[i].min;
	return v->v * scale;
}

static enum cell_answer
store_number(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    struct store_in *in)
{
	struct value_number v;
	enum cell_answer got = read_number(c, cell, &v);

	if (got != CELL_GOOD || v.nd)
		return got;
	switch (p->as) {
	case AS_INT:
		store_int(in, p->column, (int64_t)llround(v.v));
		break;
	case AS_DECIMALS:
		store_int(in, p->column, p->decimals > 0 ? v.decimals : (int64_t)llround(v.v));
		break;
	case AS_MINUTES:
		v.v = minutes(&v, p->scale);
		if (p->decimals >= 0)
			store_int(in, p->column, (int64_t)llround(v.v));
		else
			store_real(in, p->column, v.v);
		break;
	default:
		store_real(in, p->column, v.v);
		break;
	}
	return CELL_GOOD;
}

static enum cell_answer
store_clock(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    struct store_in *in)
{
	struct value_number v;
	struct value_time t;
	const char *text;
	enum cell_answer got;
	size_t n;

	text = cells_text(c, cell, &n);
	if (value_time(text, n, VALUE_NO_NUMBERS, &t) && (t.parts & TIME_CLOCK)) {
		store_int(in, p->column, t.second / 60);
		return CELL_GOOD;
	}
	got = read_number(c, cell, &v);
	if (got != CELL_GOOD)
		return got;
	/* A part of the day, hours, or minutes. */
	if (v.v < 1 && v.decimals > 0)
		v.v *= DAY_MIN;
	else if (v.v <= 24)
		v.v *= HOUR_MIN;
	if (v.v < 0 || v.v > DAY_MIN)
		return CELL_WRONG;
	store_int(in, p->column, (int64_t)llround(v.v));
	return CELL_GOOD;
}

/* ---- answers ---- */

static bool
holds(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(text, *words) != NULL)
			return true;
	return false;
}

/* 1, 0, or -1: neither.  A sentence that says whether it passed is an answer too. */
static int
answer_of(const struct synonyms *y, bool pass, const char *p, size_t n)
{
	/* 不合 不符 超标; 合格 符合 */
	static const char *const failed[] = {"\xe4\xb8\x8d\xe5\x90\x88",
	    "\xe4\xb8\x8d\xe7\xac\xa6", "\xe8\xb6\x85\xe6\xa0\x87", NULL};
	static const char *const passed[] = {"\xe5\x90\x88\xe6\xa0\xbc",
	    "\xe7\xac\xa6\xe5\x90\x88", NULL};

	if (synonyms_value(y, pass ? WORDS_FAIL : WORDS_NO, p, n))
		return 0;
	if (synonyms_value(y, pass ? WORDS_PASS : WORDS_YES, p, n))
		return 1;
	if (pass && holds(p, failed))
		return 0;
	return pass && holds(p, passed) ? 1 : -1;
}

static enum cell_answer
store_answer(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    struct store_in *in)
{
	const struct synonyms *y = c->im->o.synonyms;
	const char *text;
	int answer;
	size_t n;

	if (cell->len == 0)
		return CELL_NOTHING;
	if (cell->len == 1 && (cell->text[0] == '0' || cell->text[0] == '1')) {
		store_int(in, p->column, cell->text[0] - '0');
		return CELL_GOOD;
	}
	text = cells_text(c, cell, &n);
	fj_buf_clear(&c->b);
	nfkc_dense(&c->b, text, n);
	if (c->b.n == 0 || synonyms_value(y, WORDS_NULL, c->b.p, c->b.n))
		return CELL_NOTHING;
	answer = answer_of(y, p->as == AS_PASS, c->b.p, c->b.n);
	if (answer < 0)
		return CELL_WRONG;
	store_int(in, p->column, answer);
	return CELL_GOOD;
}

static enum cell_answer
store_other(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    struct store_in *in)
{
	const char *text;
	int64_t whole;
	double v;
	size_t n;

	if (cell->len == 0)
		return CELL_NOTHING;
	text = cells_text(c, cell, &n);
	if (p->as == AS_ORDINAL && value_ordinal(text, n, &whole)) {
		store_int(in, p->column, whole);
		return CELL_GOOD;
	}
	if (p->as == AS_DEGREES && value_degrees(text, n, &v)) {
		store_real(in, p->column, v);
		return CELL_GOOD;
	}
	return is_nothing(c, text, n) ? CELL_NOTHING : CELL_WRONG;
}

enum cell_answer
cells_store(struct cells *c, const struct cell_plan *p, const struct sheet_cell *cell,
    const struct sheet_cell *day, struct store_in *in)
{
	enum cell_answer got;
	const char *word;
	size_t n;

	switch (p->as) {
	case AS_TIME:
	case AS_DAY:
		return store_time(c, p, cell, day, in);
	case AS_VALUE:
		return store_value(c, p, cell, in);
	case AS_INT:
	case AS_DECIMALS:
	case AS_REAL:
	case AS_MINUTES:
		return store_number(c, p, cell, in);
	case AS_CLOCK:
		return cell->len == 0 ? CELL_NOTHING : store_clock(c, p, cell, in);
	case AS_BOOL:
	case AS_PASS:
		return store_answer(c, p, cell, in);
	case AS_ORDINAL:
	case AS_DEGREES:
		return store_other(c, p, cell, in);
	default:
		got = cells_word(c, p, cell, &word, &n);
		if (got == CELL_GOOD || got == CELL_TWO)
			store_word(in, p->column, word, n);
		return got;
	}
}
