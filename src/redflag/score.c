/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/score.h"

#include <math.h>

/* ---- by type ---- */

static double
dates(const struct profile *p)
{
	return (double)(p->at + p->on + p->serial);
}

/* Dates as text, or with a time of the day: no code and no amount. */
static double
plain_dates(const struct profile *p)
{
	return (double)(p->at + p->on) - (double)p->integer;
}

static void
fit_time(const struct profile *p, bool day, struct fit *f)
{
	double d = dates(p);

	/* Days that there never were: still this column, and its cells are told one by one. */
	if (d < 0.5 && d + (double)p->no_date >= 0.5) {
		f->value = 0.5;
		return;
	}
	if (d < 0.5) {
		f->value = p->clock > 0.5F && !day ? 0.45 : -1;
		return;
	}
	if (day)
		f->value = p->on > 0.6F || p->midnight ? 0.9 : p->serial > 0.6F ? 0.75 : 0.35;
	else
		f->value = p->at > 0.6F || (p->serial > 0.6F && p->decimals > 0) ? 0.9 : 0.55;
	f->proof = plain_dates(p) > 0.6 || p->decimals > 2 ? 0.3 : 0.1;
}

static void
fit_clock(const struct profile *p, double numbers, struct fit *f)
{
	if (p->clock > 0.5F) {
		f->value = 0.9;
		f->proof = 0.3;
	} else {
		f->value = numbers > 0.7 && p->lo >= 0 && p->hi <= 1440 ? 0.6 : -1;
	}
}

static void
fit_number(const struct profile *p, const struct spec *c, struct fit *f)
{
	double numbers = (double)p->number + (double)p->nd;

	if (c->flags & SPEC_CLOCK) {
		fit_clock(p, numbers, f);
		return;
	}
	if (numbers < 0.6 || plain_dates(p) > 0.6) {
		f->value = -1;
		return;
	}
	f->value = 0.6;
	f->proof = 0.1;
	if (c->flags & SPEC_SMALL)
		f->value = p->lo >= 0 && p->hi <= 200 ? 0.75 : 0.2;
	if (c->flags & SPEC_ND && (p->nd > 0 || p->decimals > 0))
		f->value = 0.8;
	/* A running number says nothing of what was measured. */
	if (!(c->flags & SPEC_ORDINAL) && p->rising > 0.9F)
		f->value = 0.1;
}

static void
fit_degrees(const struct profile *p, bool latitude, struct fit *f)
{
	double lo = latitude ? 3 : 73, hi = latitude ? 54 : 136;

	if (p->number < 0.7F) {
		f->value = -1;
		return;
	}
	f->value = p->lo >= lo && p->hi <= hi ? 0.7 : 0.1;
	if (p->decimals >= 4 && f->value > 0.5) {
		f->value = 0.95;
		f->proof = 0.6;
	}
}

static void
fit_words(double share, const struct profile *p, struct fit *f)
{
	if (share > 0.6) {
		f->value = 0.95;
		f->proof = p->integer > 0.6F ? 0.1 : 0.45;
	} else if (p->boolean + p->pass > 0.8F) {
		f->value = 0.6;
	} else {
		f->value = share > 0.2 ? 0.3 : p->integer > 0.9F && p->hi <= 2 ? 0.5 : -1;
	}
}

static void
fit_share(double share, double proof, struct fit *f)
{
	if (share > 0.6) {
		f->value = 1;
		f->proof = proof;
	} else {
		f->value = share > 0.2 ? 0.5 : -1;
	}
}

static bool
is_no_name(const struct profile *p)
{
	return plain_dates(p) + (double)p->no_date > 0.6 ||
	    (p->number > 0.9F && p->decimals > 1) || p->vin > 0.6F || p->plate > 0.6F ||
	    p->clock > 0.6F;
}

static void
fit_key(const struct profile *p, const struct spec *c, struct fit *f)
{
	f->value = is_no_name(p) ? -1 : 0.5;
	if (f->value < 0)
		return;
	switch (c->entity) {
	case E_NAME:
		f->value = p->name > 0.9F ? 0.85 : p->name > 0.6F ? 0.65 : 0.2;
		break;
	case E_PERSON:
		f->value = p->name > 0.6F || p->code > 0.6F ? 0.65 : 0.2;
		break;
	case E_REPORT:
	case E_RUN:
	case E_SAMPLE:
	case E_INSTRUMENT:
		f->value = p->name > 0.6F ? 0.1 : 0.5;
		break;
	case E_PARAM:
	case E_OBJECT:
		f->value = p->distinct > 20 && p->distinct > p->n / 2 ? 0.1 : 0.5;
		break;
	case E_CLIENT:
		f->value = p->han < 0.5F ? 0.2 : 0.5;
		break;
	default:
		break;
	}
}

/* 1, 2, 3 … counts the rows of a sheet: no instrument's runs, nor repetitions of one. */
static void
fit_ordinal(const struct profile *p, const struct spec *c, struct fit *f)
{
	if (dates(p) - (double)p->integer > 0.5 ||
	    (c->weight > 1 && p->n > 4 && p->rising > 0.75F && p->lo <= 1))
		f->value = -1;
	else
		f->value = p->integer > 0.7F ? 0.6 : 0.3;
}

static void
fit_type(const struct profile *p, int table, int column, const struct spec *c, struct fit *f)
{
	switch (schema_tables()[table].column[column].type) {
	case SCHEMA_AT:
	case SCHEMA_ON:
		fit_time(p, schema_tables()[table].column[column].type == SCHEMA_ON, f);
		break;
	case SCHEMA_INT:
		if (c->flags & SPEC_BOOL)
			fit_words((double)p->boolean, p, f);
		else if (c->flags & SPEC_PASS)
			fit_words((double)p->pass, p, f);
		else if (c->flags & SPEC_ORDINAL)
			fit_ordinal(p, c, f);
		else
			fit_number(p, c, f);
		break;
	case SCHEMA_REAL:
		if (c->flags & (SPEC_LAT | SPEC_LON))
			fit_degrees(p, (c->flags & SPEC_LAT) != 0, f);
		else
			fit_number(p, c, f);
		break;
	case SCHEMA_KEY:
	case SCHEMA_TEXT:
		if (c->flags & SPEC_VIN)
			fit_share((double)p->vin, 0.8, f);
		else if (c->flags & SPEC_PLATE)
			fit_share((double)p->plate, 0.8, f);
		else if (c->flags & SPEC_HEX)
			fit_share((double)p->hex, 0.7, f);
		else if (c->flags & SPEC_STATUS)
			fit_words((double)p->status, p, f);
		else if (c->flags & SPEC_PASS)
			fit_words((double)p->pass, p, f);
		else
			fit_key(p, c, f);
		if (c->flags & SPEC_METHOD && f->value >= 0) {
			f->value = p->method > 0.6F ? 0.95 : 0.3;
			f->proof = p->method > 0.6F ? 0.5 : 0;
		}
		break;
	}
}

/* ---- with the keys of the other tables ---- */

static void
fit_entity(const struct profile *p, const struct spec *c, struct fit *f)
{
	double best[2] = {0, 0}, own, other;	/* of others, its own */
	int t;

	if (f->value < 0 || p->distinct == 0 || (p->number > 0.9F && p->hi < 100))
		return;
	for (t = 1; t < ENTITIES; t++) {
		bool mine = t == (int)c->entity || (c->entity == E_PERSON && t == E_NAME);

		best[mine] = (double)p->overlap[t] > best[mine] ? (double)p->overlap[t] : best[mine];
	}
	own = best[1];
	other = best[0];
	if (c->entity != E_NONE && own > 0.3) {
		f->value = 0.6 + 0.4 * own;
		f->proof = 0.62 * own;
	} else if (other > 0.6 && p->distinct >= 3) {
		/* These are names of other things. */
		f->value *= 0.25;
		f->proof = 0;
	}
}

static void
fit_key_count(const struct profile *p, const struct spec *c, struct fit *f)
{
	if (f->value < 0 || p->n < 5)
		return;
	if (c->flags & SPEC_UNIQUE)
		f->value *= (double)p->distinct < 0.6 * (double)p->n ? 0.5 : 1;
	if (c->flags & SPEC_MANY && p->distinct == p->n && p->n > 50)
		f->value *= 0.7;
}

struct fit
score_column(const struct source *s, int at, int table, int column)
{
	const struct profile *p = &s->profile[at];
	const struct spec *c = &s->specs->of[table][column];
	struct fit f = {0};
	double both;

	f.word = (double)s->word[(at * SCHEMA_TABLES + table) * FIELDS + column];
	if (p->n == 0) {
		f.score = f.word > 0.5 ? f.word * 0.8 : 0;
		return f;
	}
	fit_type(p, table, column, c, &f);
	fit_entity(p, c, &f);
	fit_key_count(p, c, &f);
	/* The word alone is believed when it is the very one and few values stand there. */
	if (f.value < 0) {
		f.score = f.word > 0.9 && p->n < 3 ? 0.5 : 0;
		return f;
	}
	both = f.word >= 0.9 ? 0.82 * f.word + 0.18 * f.value : 0.66 * f.word + 0.34 * f.value;
	if (f.word < 0.3)
		both *= 0.8;
	/* The heading is the very word for something else. */
	if (f.word < 0.62 && p->word > 0.92F) {
		both *= 0.55;
		f.proof *= 0.6;
	}
	f.score = f.proof + 0.25 * f.word;
	f.score = f.score > 0.85 ? 0.85 : f.score;
	f.score = both > f.score ? both : f.score;
	return f;
}

double
score_order(const struct source *s, int a, int b)
{
	const struct profile *p = &s->profile[a], *q = &s->profile[b];
	bool times = dates(p) > 0.5 && dates(q) > 0.5;
	int r, n = 0, ok = 0;

	for (r = s->data; r < s->rows; r++) {
		if (times) {
			if (p->time[r] == NO_TIME || q->time[r] == NO_TIME)
				continue;
			ok += p->time[r] <= q->time[r];
		} else {
			if (isnan(p->value[r]) || isnan(q->value[r]))
				continue;
			ok += p->value[r] <= q->value[r];
		}
		n++;
	}
	return n > 0 ? (double)ok / n : -1;
}
