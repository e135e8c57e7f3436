/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/assign.h"

#include <math.h>
#include <string.h>

#include "redflag/score.h"

#define LEAST 0.42		/* of a score that is taken */
#define SURE 0.75		/* of one that nobody need look at */
#define PLACE 0.03		/* the order of columns in a register is mostly the usual one */

enum {
	ORDERS = 16,
};

struct board {
	const struct source *s;
	int table, columns;		/* of the schema */
	double score[FIELDS][PEEK_COLUMNS];
	double word[FIELDS][PEEK_COLUMNS];
	double value[FIELDS][PEEK_COLUMNS];
	bool taken[PEEK_COLUMNS];
	int at[FIELDS];
	struct spec_order order[ORDERS];
	int orders;
};

static void
fill_board(struct board *b, const bool *taken)
{
	int c, h;

	b->columns = (int)schema_tables()[b->table].ncolumn;
	b->orders = spec_orders(b->table, b->order, ORDERS);
	for (h = 0; h < b->s->columns; h++)
		b->taken[h] = taken != NULL && taken[h];
	for (c = 0; c < b->columns; c++) {
		b->at[c] = -1;
		for (h = 0; h < b->s->columns; h++) {
			struct fit f = score_column(b->s, h, b->table, c);

			/* A running number or a remark is nothing else. */
			if (f.word < 0.9 && assign_ignores(b->s, h))
				f = (struct fit){.value = -1};
			b->score[c][h] = f.score;
			b->word[c][h] = f.word;
			b->value[c][h] = f.value;
		}
	}
}

static double
placed(const struct board *b, int c, int h)
{
	double a = b->columns > 1 ? (double)c / (b->columns - 1) : 0;
	double x = b->s->columns > 1 ? (double)h / (b->s->columns - 1) : 0;

	return PLACE * (1 - fabs(a - x));
}

static void
greedy(struct board *b)
{
	for (;;) {
		double best = 0, got;
		int c, h, bc = -1, bh = -1;

		for (c = 0; c < b->columns; c++)
			for (h = 0; h < b->s->columns && b->at[c] < 0; h++) {
				if (b->taken[h] || b->score[c][h] < LEAST)
					continue;
				got = b->score[c][h] + placed(b, c, h);
				if (got > best) {
					best = got;
					bc = c;
					bh = h;
				}
			}
		if (bc < 0)
			return;
		b->at[bc] = bh;
		b->taken[bh] = true;
	}
}

/* ---- columns that contradict each other change places ---- */

static double
total(const struct board *b)
{
	double sum = 0, ok;
	int c, i;

	for (c = 0; c < b->columns; c++)
		if (b->at[c] >= 0)
			sum += b->score[c][b->at[c]] + placed(b, c, b->at[c]);
	for (i = 0; i < b->orders; i++) {
		int x = b->at[b->order[i].before], y = b->at[b->order[i].after];

		if (x < 0 || y < 0)
			continue;
		ok = score_order(b->s, x, y);
		if (ok >= 0)
			sum += ok > 0.9 ? 0.08 : ok < 0.5 ? -0.8 : -0.1;
	}
	return sum;
}

static bool
in_order(const struct board *b, int c)
{
	int i;

	for (i = 0; i < b->orders; i++)
		if (b->order[i].before == c || b->order[i].after == c)
			return true;
	return false;
}

static bool
can_stand(const struct board *b, int c, int h)
{
	return h < 0 || b->score[c][h] > LEAST || b->value[c][h] > 0.5;
}

static bool
swap_two(struct board *b, int c, int d, double *now)
{
	int x = b->at[c], y = b->at[d];
	double got;

	if (x == y || !can_stand(b, c, y) || !can_stand(b, d, x))
		return false;
	b->at[c] = y;
	b->at[d] = x;
	got = total(b);
	if (got > *now + 0.001) {
		*now = got;
		return true;
	}
	b->at[c] = x;
	b->at[d] = y;
	return false;
}

static void
improve(struct board *b)
{
	double now = total(b);
	int round, c, d;
	bool any = true;

	for (round = 0; round < 6 && any; round++) {
		any = false;
		for (c = 0; c < b->columns; c++)
			for (d = c + 1; d < b->columns; d++)
				if (in_order(b, c) || in_order(b, d))
					any |= swap_two(b, c, d, &now);
	}
}

/* ---- a key whose heading says nothing ---- */

static bool
looks_key(const struct profile *p, unsigned flags)
{
	if (p->n < 3 || p->code < 0.8F || (p->number > 0.9F && p->hi < 10000) || p->name > 0.5F)
		return false;
	if (flags & SPEC_UNIQUE)
		return (double)p->distinct > 0.95 * p->n;
	return !(flags & SPEC_MANY) || p->distinct < p->n;
}

/* The leftmost column that looks like one. */
static void
find_keys(struct board *b)
{
	int c, h;

	for (c = 0; c < b->columns; c++) {
		const struct spec *p = &b->s->specs->of[b->table][c];

		if (!(p->flags & SPEC_MUST) || b->at[c] >= 0 || p->flags & (SPEC_VIN | SPEC_METHOD) ||
		    schema_tables()[b->table].column[c].type != SCHEMA_KEY)
			continue;
		for (h = 0; h < b->s->columns && b->at[c] < 0; h++)
			if (!b->taken[h] && b->value[c][h] >= 0.3 &&
			    b->s->profile[h].word < 0.9F && looks_key(&b->s->profile[h], p->flags)) {
				b->at[c] = h;
				b->taken[h] = true;
				if (b->score[c][h] < LEAST)
					b->score[c][h] = LEAST;
			}
	}
}

/* ---- what it comes to ---- */

bool
assign_ignores(const struct source *s, int at)
{
	static const char *const words[] = {"\xe5\xba\x8f\xe5\x8f\xb7", "\xe5\xa4\x87\xe6\xb3\xa8",
	    "\xe8\xaf\xb4\xe6\x98\x8e", "\xe8\x81\x94\xe7\xb3\xbb\xe7\x94\xb5\xe8\xaf\x9d",
	    "\xe7\x94\xb5\xe8\xaf\x9d", "\xe5\x8d\x95\xe4\xbd\x8d", "\xe9\x99\x84\xe6\xb3\xa8",
	    "\xe8\xae\xa1\xe9\x87\x8f\xe5\x8d\x95\xe4\xbd\x8d", "REMARK", "ROWNUM", "INDEX",
	    "UNIT", "NOTE"};
	const char *h = s->heading[at].norm;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(h, words[i]) == 0)
			return true;
	return h[0] == '\0' && s->profile[at].n == 0;
}

static enum field_how
how_of(const struct board *b, int c, int h)
{
	bool word = b->word[c][h] > 0.6, value = b->value[c][h] > 0.5;

	return word && value ? HOW_BOTH : word ? HOW_WORD : HOW_VALUE;
}

/* A staff list without numbers: the names are the keys. */
static void
stand_in(struct board *b, struct feed *f)
{
	static const struct {
		const char *table, *key, *by;
	} stands[] = {
		{"person", "person_id", "name"},
		{"instrument", "instrument_id", "serial_no"},
		{"test_run", "run_no", "sample_no"},
	};
	const struct schema_table *t = &schema_tables()[b->table];
	size_t i;

	for (i = 0; i < sizeof(stands) / sizeof(stands[0]); i++) {
		int c, d;

		if (strcmp(t->name, stands[i].table) != 0)
			continue;
		c = schema_column(t, stands[i].key);
		d = schema_column(t, stands[i].by);
		if (f->field[c].at >= 0 || f->field[d].at < 0)
			continue;
		f->field[c] = f->field[d];
		f->field[c].confidence *= 0.6F;
		f->field[c].sure = false;
	}
}

static void
to_feed(struct board *b, struct feed *f)
{
	int c;

	memset(f, 0, sizeof(*f));
	f->table = b->table;
	for (c = 0; c < FIELDS; c++) {
		struct field *d = &f->field[c];

		d->at = d->date_at = -1;
		if (c >= b->columns || b->at[c] < 0)
			continue;
		d->at = b->at[c];
		d->confidence = (float)b->score[c][d->at];
		d->sure = d->confidence >= (float)SURE;
		d->how = (uint8_t)how_of(b, c, d->at);
	}
	stand_in(b, f);
}

static double
name_score(const struct import *im, const struct source *s, int table)
{
	const struct synonyms *y = im->o.synonyms;
	const char *base = strrchr(s->out.file, '/'), *dot;
	double best, got;

	base = base != NULL ? base + 1 : s->out.file;
	dot = strrchr(base, '.');
	best = heading_table(y, table, base, dot != NULL ? (size_t)(dot - base) : strlen(base));
	got = heading_table(y, table, s->out.sheet, strlen(s->out.sheet));
	best = got > best ? got : best;
	got = s->title != NULL ? heading_table(y, table, s->title, strlen(s->title)) : 0;
	return got > best ? got : best;
}

/* How much of the source the table explains, and how much of the table is there. */
static void
weigh(const struct import *im, const struct board *b, struct attempt *a)
{
	double explained = 0, columns = 0, have = 0, all = 0;
	const struct source *s = b->s;
	int c, h;

	a->possible = true;
	for (h = 0; h < s->columns; h++)
		columns += assign_ignores(s, h) ? 0.15 : s->profile[h].n == 0 ? 0.5 : 1;
	for (c = 0; c < b->columns; c++) {
		const struct spec *p = &b->s->specs->of[b->table][c];
		const struct field *f = &a->feed.field[c];

		all += p->weight;
		if (f->at >= 0) {
			double w = s->profile[f->at].n == 0 ? 0.5 : 1;

			explained += w * (double)f->confidence;
			have += p->weight * (double)f->confidence;
		} else if (p->flags & SPEC_MUST) {
			a->possible = false;
		}
	}
	explained = columns > 0 ? explained / columns : 0;
	a->score = 0.45 * (explained > 1 ? 1 : explained) + 0.4 * have / all +
	    0.25 * name_score(im, s, b->table);
	if (!a->possible)
		a->score *= 0.5;
	a->feed.confidence = (float)(a->score > 1 ? 1 : a->score);
}

void
assign(const struct import *im, const struct source *s, int table, const bool *taken,
    struct attempt *out)
{
	struct board b;		/* large; fill_board writes what is used */

	b.s = s;
	b.table = table;
	fill_board(&b, taken);
	greedy(&b);
	improve(&b);
	find_keys(&b);
	to_feed(&b, &out->feed);
	weigh(im, &b, out);
}

/* ---- columns of which only the values speak ---- */

bool
source_uses(const struct source *s, int at)
{
	int k, c;

	for (k = 0; k < s->feeds; k++)
		for (c = 0; c < FIELDS; c++)
			if (s->feed[k].field[c].at == at)
				return true;
	return false;
}

/* Do the orders with what is assigned already hold?  *any: there is one. */
static bool
orders_hold(const struct board *b, const struct feed *f, int c, int at, bool *any)
{
	int i;

	*any = false;
	for (i = 0; i < b->orders; i++) {
		bool first = b->order[i].before == c;
		int other = first ? b->order[i].after : b->order[i].before;
		double ok;

		if ((!first && b->order[i].after != c) || f->field[other].at < 0)
			continue;
		ok = first ? score_order(b->s, at, f->field[other].at) :
		    score_order(b->s, f->field[other].at, at);
		if (ok >= 0 && ok < 0.95)
			return false;
		*any |= ok >= 0.95;
	}
	return true;
}

/* Could at stand for c by its values? */
static bool
could_be(const struct board *b, const struct feed *f, int c, int at, bool *any)
{
	return !source_uses(b->s, at) && !assign_ignores(b->s, at) && b->s->profile[at].n >= 3 &&
	    b->value[c][at] >= 0.5 && orders_hold(b, f, c, at, any);
}

static bool
is_time(const struct board *b, int c)
{
	enum schema_type t = schema_tables()[b->table].column[c].type;

	return t == SCHEMA_AT || t == SCHEMA_ON;
}

/* One free column with such values, and one place for it: they belong together. */
static bool
only_one(const struct board *b, const struct feed *f, int c, int at)
{
	int d, h, n = 0;
	bool any;

	if (b->value[c][at] < (is_time(b, c) ? 0.5 : 0.78))
		return false;
	for (h = 0; h < b->s->columns; h++)
		n += could_be(b, f, c, h, &any);
	for (d = 0; d < b->columns && n == 1; d++)
		if (d != c && f->field[d].at < 0 && b->s->specs->of[b->table][d].weight > 1 &&
		    could_be(b, f, d, at, &any) && b->value[d][at] > b->value[c][at] - 0.1)
			n++;
	return n == 1;
}

void
assign_rest(const struct source *s, struct feed *f)
{
	struct board b;
	int c, h;

	b.s = s;
	b.table = f->table;
	fill_board(&b, NULL);
	for (c = 0; c < b.columns; c++) {
		int best = -1;
		double most = 0.6, got;

		if (f->field[c].at >= 0 || s->specs->of[f->table][c].weight < 2)
			continue;
		for (h = 0; h < s->columns; h++) {
			bool any;

			if (!could_be(&b, f, c, h, &any))
				continue;
			got = b.value[c][h] * 0.5 + b.word[c][h] + (any ? 0.3 : 0) + placed(&b, c, h) +
			    (only_one(&b, f, c, h) ? 0.3 : 0);
			if (got > most) {
				most = got;
				best = h;
			}
		}
		if (best >= 0)
			f->field[c] = (struct field){.at = best, .date_at = -1, .how = HOW_VALUE,
			    .confidence = (float)(0.25 + 0.2 * most)};
	}
}
