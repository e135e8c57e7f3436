/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which registers come first: small ones all, and those of the tables of one rule, such
 * that most rules more can run for the fewest bytes.
 */
#include "redflag/early.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/rule.h"

enum {
	SMALL = 64,		/* this part of all bytes: a register that costs nothing */
	SHARE = 4,		/* most, of all bytes */
	LEAST = 8 << 20,	/* less than this in all is read at once anyway */
	MOST = 256 << 20,
};

struct early {
	const struct rule *const *rule;
	size_t n;
	const struct run_options *o;
	const bool *filled;
	struct import_first first;
	bool *ran;
};

static bool
is_within(const struct early *y, const struct rule *r, const bool table[SCHEMA_TABLES])
{
	int i;

	for (i = 0; i < r->tables; i++)
		if (!table[r->table[i].table] || y->filled[r->table[i].table])
			return false;
	return true;
}

/* Rules that these tables are enough for. */
static size_t
enough_for(const struct early *y, const bool table[SCHEMA_TABLES])
{
	size_t i, n = 0;

	for (i = 0; i < y->n; i++)
		n += is_within(y, y->rule[i], table);
	return n;
}

static void
small_tables(const struct import *im, uint64_t all, bool table[SCHEMA_TABLES])
{
	const bool none[SCHEMA_TABLES] = {false};
	uint64_t least = import_first_bytes(im, none, false);
	int t;

	memset(table, 0, SCHEMA_TABLES * sizeof(*table));
	for (t = 0; t < SCHEMA_TABLES; t++) {
		bool one[SCHEMA_TABLES] = {false};

		one[t] = true;
		table[t] = import_first_bytes(im, one, false) - least <= all / SMALL;
	}
}

/* false: nothing comes first. */
static bool
choose(struct early *y, const struct import *im)
{
	bool small[SCHEMA_TABLES] = {false}, with[SCHEMA_TABLES];
	uint64_t all = import_first_bytes(im, small, true), bytes;
	size_t least;
	double best = 0, worth;
	size_t i;
	int k;

	if (all == UINT64_MAX || all < LEAST)
		return false;
	small_tables(im, all, small);
	least = enough_for(y, small);
	for (i = 0; i < y->n; i++) {
		memcpy(with, small, sizeof(with));
		for (k = 0; k < y->rule[i]->tables; k++)
			with[y->rule[i]->table[k].table] = true;
		bytes = import_first_bytes(im, with, false);
		if (bytes > all / SHARE || bytes > MOST)
			continue;
		worth = (double)(enough_for(y, with) - least) / (double)(bytes + 1);
		if (worth <= best)
			continue;
		best = worth;
		memcpy(y->first.table, with, sizeof(with));
	}
	return best > 0;
}

static bool
on_row(void *ctx, const struct run_row *row, size_t done, size_t total)
{
	const struct early *y = ctx;
	size_t i;

	for (i = 0; i < y->n; i++)
		if (y->rule[i] == row->rule)
			y->ran[i] = true;
	return y->o->row(y->o->ctx, row, done, total);
}

static bool
is_cancelled(void *ctx)
{
	const struct early *y = ctx;

	return y->o->cancelled != NULL && y->o->cancelled(y->o->ctx);
}

/* What cannot run here runs with all the others. */
static void
run_early(void *ctx, struct store *s)
{
	struct early *y = ctx;
	struct run_options o = *y->o;
	const struct rule **now = xcalloc(y->n + 1, sizeof(const struct rule *));
	struct fj_err e;
	size_t i, n = 0;

	o.threads = 1;
	o.row = on_row;
	o.cancelled = is_cancelled;
	o.ctx = y;
	for (i = 0; i < y->n; i++)
		if (is_within(y, y->rule[i], y->first.table))
			now[n++] = y->rule[i];
	(void)!run_rules(s, now, n, &o, &e);
	free(now);
}

enum fj_rc
early_load(struct import *im, struct store *s, const struct rule *const *rule, size_t n,
    const struct run_options *o, const bool filled[SCHEMA_TABLES], bool *ran,
    struct fj_err *e)
{
	struct early y = {.rule = rule, .n = n, .o = o, .filled = filled, .ran = ran};

	memset(ran, 0, n * sizeof(*ran));
	y.first.run = run_early;
	y.first.ctx = &y;
	return import_run_first(im, s, choose(&y, im) ? &y.first : NULL, e);
}
