/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every source is.  First by words and by what values look like; then again with
 * the keys of those that are known well, so that a column "经办" with staff numbers and a
 * column "单据" with sample numbers are understood by what stands in them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/assign.h"
#include "redflag/score.h"

#define BELIEVED 0.42		/* of a table: less is none at all */
#define KNOWN_WELL 0.72		/* of a column whose keys may explain others */
#define CLEAR 0.8		/* of a column that makes another table in the same source */
#define FAINT 0.6		/* of a column that was taken by its values alone: it may be given back */

enum {
	PASSES = 3,
	WITNESSES = 5,		/* columns that stand for all of one entity */
};

struct witness {
	const struct profile *p;
	const struct source *s;
	double weight;
};

struct witnesses {
	struct witness of[ENTITIES][WITNESSES];
	int n[ENTITIES];
};

/* ---- keys of what is known ---- */

static void
add_witness(struct witnesses *w, enum entity t, const struct source *s, int at, double weight)
{
	struct witness *slot = NULL;
	int i;

	if (w->n[t] < WITNESSES) {
		slot = &w->of[t][w->n[t]++];
	} else {
		for (i = 0; i < WITNESSES; i++)
			if (slot == NULL || w->of[t][i].weight < slot->weight)
				slot = &w->of[t][i];
		if (slot->weight >= weight)
			return;
	}
	*slot = (struct witness){&s->profile[at], s, weight};
}

static void
collect(const struct import *im, struct witnesses *w)
{
	size_t i;
	int k, c;

	memset(w, 0, sizeof(*w));
	for (i = 0; i < im->sources; i++) {
		const struct source *s = &im->source[i];

		for (k = 0; k < s->feeds; k++)
			for (c = 0; c < (int)schema_tables()[s->feed[k].table].ncolumn; c++) {
				const struct field *f = &s->feed[k].field[c];
				const struct spec *p = &s->specs->of[s->feed[k].table][c];

				if (p->entity == E_NONE || f->at < 0 ||
				    (f->confidence < (float)KNOWN_WELL && f->how != HOW_HAND &&
				    !((p->flags & SPEC_MUST) && s->feed[k].confidence > 0.55F)) ||
				    s->profile[f->at].distinct < 2)
					continue;
				add_witness(w, p->entity, s, f->at,
				    (double)s->profile[f->at].distinct *
				    (p->flags & SPEC_UNIQUE ? 4 : 1));
			}
	}
}

/* Numbers and times name nothing. */
static bool
can_name(const struct profile *p)
{
	return p->distinct > 0 && p->at + p->on < 0.6F + p->integer &&
	    !(p->number > 0.9F && p->decimals > 0);
}

static void
compare_all(struct import *im, const struct witnesses *w)
{
	size_t i;
	int c, t, k;

	for (i = 0; i < im->sources; i++) {
		struct source *s = &im->source[i];

		for (c = 0; s->profile != NULL && c < s->columns; c++) {
			struct profile *p = &s->profile[c];

			memset(p->overlap, 0, sizeof(p->overlap));
			for (t = 1; can_name(p) && t < ENTITIES; t++)
				for (k = 0; k < w->n[t]; k++) {
					double got;

					if (w->of[t][k].p == p || w->of[t][k].s == s)
						continue;
					got = profile_overlap(p, w->of[t][k].p);
					if (got > (double)p->overlap[t])
						p->overlap[t] = (float)got;
				}
		}
	}
}

/* ---- tables ---- */

static void
best_table(const struct import *im, struct source *s)
{
	struct attempt a, best = {.score = -1};
	int t;

	s->second = 0;
	s->second_table = -1;
	for (t = 0; t < SCHEMA_TABLES; t++) {
		assign(im, s, t, NULL, &a);
		if (a.score > best.score) {
			if (best.score > s->second) {
				s->second = best.score;
				s->second_table = best.feed.table;
			}
			best = a;
		} else if (a.score > s->second) {
			s->second = a.score;
			s->second_table = t;
		}
	}
	s->feeds = best.possible && best.score >= BELIEVED;
	s->feed[0] = best.feed;
}

static bool
is_open(const struct source *s)
{
	return s->profile != NULL && !s->hand && !s->failed;
}

/* Two registers of different shape for one table: the weaker may be another. */
static void
settle(struct import *im)
{
	size_t i, j;

	for (i = 0; i < im->sources; i++) {
		struct source *s = &im->source[i];
		bool weaker = false, claimed = false;
		struct attempt a;

		if (!is_open(s) || s->feeds == 0 || s->second_table < 0)
			continue;
		for (j = 0; j < im->sources; j++) {
			const struct source *o = &im->source[j];

			if (j == i || o->feeds == 0)
				continue;
			weaker |= o->feed[0].table == s->feed[0].table &&
			    o->fingerprint != s->fingerprint &&
			    o->feed[0].confidence > s->feed[0].confidence + 0.02F;
			claimed |= o->feed[0].table == s->second_table;
		}
		if (!weaker || claimed || s->second < 0.8 * (double)s->feed[0].confidence)
			continue;
		assign(im, s, s->second_table, NULL, &a);
		if (a.possible)
			s->feed[0] = a.feed;
	}
}

/* ---- a flat register: more tables in one source ---- */

static bool
is_link(enum entity e)
{
	return e != E_NONE && e != E_PERSON && e != E_NAME;
}

static bool
is_faint(const struct field *f)
{
	return f->how == HOW_VALUE && f->confidence < (float)FAINT;
}

/* All that use the column do so only because its values would do. */
static bool
used_faintly(const struct source *s, int at)
{
	int k, c;

	for (k = 0; k < s->feeds; k++)
		for (c = 0; c < FIELDS; c++)
			if (s->feed[k].field[c].at == at && !is_faint(&s->feed[k].field[c]))
				return false;
	return true;
}

/* The words of a column weigh more than that a column of another table had room for it. */
static void
give_back(struct source *s, const struct feed *f)
{
	int k, c, h;

	for (c = 0; c < FIELDS; c++)
		for (k = 0; k < s->feeds && f->field[c].at >= 0; k++)
			for (h = 0; h < FIELDS; h++)
				if (s->feed[k].field[h].at == f->field[c].at &&
				    is_faint(&s->feed[k].field[h]))
					s->feed[k].field[h].at = -1;
}

/* No other source has this table. */
static bool
is_alone(const struct import *im, const struct source *s, int table)
{
	size_t i;
	int k;

	for (i = 0; i < im->sources; i++)
		for (k = 0; k < im->source[i].feeds; k++)
			if (&im->source[i] != s && im->source[i].feed[k].table == table)
				return false;
	return true;
}

/* Columns of the attempt that nothing has used yet; those that two tables cannot share
 * are taken out of it. */
static int
fresh(const struct source *s, struct feed *f)
{
	int c, n = 0;

	for (c = 0; c < (int)schema_tables()[f->table].ncolumn; c++) {
		struct field *d = &f->field[c];

		if (d->at < 0)
			continue;
		if (source_uses(s, d->at) && (d->how == HOW_VALUE || d->confidence < (float)CLEAR ||
		    !used_faintly(s, d->at))) {
			if (!is_link(s->specs->of[f->table][c].entity))
				d->at = -1;
		} else if (d->confidence >= (float)CLEAR && s->profile[d->at].n > 0) {
			n += 1 + (s->specs->of[f->table][c].weight > 1);
		} else {
			d->at = -1;
		}
	}
	return n;
}

static bool
key_is_there(const struct source *s, const struct feed *f)
{
	int c;

	for (c = 0; c < (int)schema_tables()[f->table].ncolumn; c++)
		if ((s->specs->of[f->table][c].flags & SPEC_MUST) && f->field[c].at < 0)
			return false;
	return true;
}

static void
split_flat(const struct import *im, struct source *s)
{
	static const char *const parts[] = {"report", "sample", "report_item", "test_run",
	    "measurement", "vehicle", "fee", "seal_use"};
	size_t i;

	for (;;) {
		struct attempt a, best = {.score = 0};
		int most = 2, n;

		for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
			int t = schema_find(parts[i]), k;

			for (k = 0; k < s->feeds && s->feed[k].table != t; k++)
				;
			if (k < s->feeds)
				continue;
			assign(im, s, t, NULL, &a);
			n = fresh(s, &a.feed);
			/* One column that rules live on is enough where nothing else has it. */
			n += n == 2 && is_alone(im, s, t);
			if (n > most && key_is_there(s, &a.feed)) {
				most = n;
				best = a;
			}
		}
		if (best.score <= 0 || s->feeds == FEEDS)
			return;
		give_back(s, &best.feed);
		s->feed[s->feeds++] = best.feed;
	}
}

/* A column with a clock alone takes its day from a column of days. */
static void
find_days(struct source *s)
{
	int k, c, h;

	for (k = 0; k < s->feeds; k++)
		for (c = 0; c < (int)schema_tables()[s->feed[k].table].ncolumn; c++) {
			struct field *f = &s->feed[k].field[c];

			if (schema_tables()[s->feed[k].table].column[c].type != SCHEMA_AT ||
			    f->at < 0 || s->profile[f->at].clock < 0.5F)
				continue;
			/* The nearest to the left, else the first. */
			for (h = 0; h < s->columns; h++)
				if (s->profile[h].on > 0.6F && (h < f->at || f->date_at < 0))
					f->date_at = h;
		}
}

void
find_unmapped(struct source *s)
{
	int h, k, c;

	free(s->unmapped);
	s->unmapped = xcalloc((size_t)s->columns + 1, sizeof(*s->unmapped));
	s->unmappeds = 0;
	for (h = 0; h < s->columns; h++) {
		bool day = false;

		for (k = 0; k < s->feeds; k++)
			for (c = 0; c < FIELDS; c++)
				day |= s->feed[k].field[c].date_at == h;
		if (!day && !source_uses(s, h) && s->profile[h].n > 0)
			s->unmapped[s->unmappeds++] = h;
	}
	s->out.unmapped = s->unmappeds;
}

void
guess_all(struct import *im)
{
	struct witnesses w;
	size_t i;
	int pass;

	for (pass = 0; pass < PASSES; pass++) {
		if (pass > 0) {
			collect(im, &w);
			compare_all(im, &w);
		}
		for (i = 0; i < im->sources; i++)
			if (is_open(&im->source[i]))
				best_table(im, &im->source[i]);
		settle(im);
	}
	for (i = 0; i < im->sources; i++) {
		struct source *s = &im->source[i];

		if (is_open(s) && s->feeds > 0) {
			split_flat(im, s);
			assign_rest(s, &s->feed[0]);
			find_days(s);
		}
		if (s->profile != NULL)
			find_unmapped(s);
	}
}
