/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the store, as SQLite sees them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "db/source.h"
#include "redflag/store_internal.h"

enum {
	COLUMNS = 32,
	/* How a scan finds its rows: all of them; WAY_SRC + i: by term i, a src; WAY_KEY + i
	 * + SOURCE_TERMS * (c + 1): by term i and within it by the time column c, -1: none. */
	WAY_ALL = 0,
	WAY_GROUPS = 1,		/* all, those with the same word side by side */
	WAY_ONCE = 2,		/* one of each word */
	WAY_SRC = 3,
	WAY_KEY = WAY_SRC + SOURCE_TERMS,
};

struct sql_table {
	struct store *store;
	int table;
	int columns;			/* without src */
	struct store_col col[COLUMNS];
	struct source_column name[COLUMNS + 1];
	/* Indexes that were asked for already, by column and time column + 1. */
	_Atomic(const struct store_index *) index[COLUMNS][COLUMNS + 1];
};

struct store_sql {
	struct sql_table table[SCHEMA_TABLES];
};

static bool
is_word(const struct store_col *c)
{
	return c->type == SCHEMA_KEY || c->type == SCHEMA_TEXT;
}

static bool
is_time(const struct store_col *c)
{
	return c->type == SCHEMA_AT || c->type == SCHEMA_ON;
}

/* ---- planning ---- */

/* Share of the rows for which a term holds. */
static double
share(const struct sql_table *t, const struct source_term *w)
{
	uint32_t n;

	if (w->op == SOURCE_NE || w->op == SOURCE_NOTNULL)
		return 0.9;
	if (w->op == SOURCE_ISNULL)
		return 0.1;
	if (w->op != SOURCE_EQ)
		return 0.35;
	if (w->column >= t->columns)
		return 1.0 / (store_rows(t->store, t->table) + 1.0);
	n = store_distinct(t->store, t->table, w->column);
	return 1.0 / (n > 0 ? n : 1.0);
}

static bool
indexed(const struct sql_table *t, int column)
{
	return column < t->columns && t->col[column].type != SCHEMA_REAL;
}

/* The term whose index leaves the fewest rows; -1: none. */
static int
best_key(const struct sql_table *t, const struct source_term *w, int n)
{
	double least = 1.0, s;
	int i, best = -1;

	for (i = 0; i < n; i++) {
		if (w[i].op != SOURCE_EQ || !indexed(t, w[i].column))
			continue;
		s = share(t, &w[i]);
		if (best < 0 || s < least) {
			best = i;
			least = s;
		}
	}
	return best;
}

/* A time column that is bounded beside the key; -1: none, or few rows a key, which need
 * no sorting. */
static int
bounded_time(const struct sql_table *t, const struct source_wish *w, int key)
{
	uint32_t rows = store_rows(t->store, t->table);
	int i;

	if (store_distinct(t->store, t->table, w->term[key].column) >= rows / 16)
		return -1;
	for (i = 0; i < w->terms; i++) {
		int c = w->term[i].column;

		if (w->term[i].op >= SOURCE_GT && w->term[i].op <= SOURCE_LE &&
		    c < t->columns && is_time(&t->col[c]))
			return c;
	}
	return -1;
}

/* The term that asks for one src; -1. */
static int
src_term(const struct sql_table *t, const struct source_wish *w)
{
	int i;

	for (i = 0; i < w->terms; i++)
		if (w->term[i].op == SOURCE_EQ && w->term[i].column >= t->columns)
			return i;
	return -1;
}

/* Are words all that rows are to be grouped by?  Their indexes will do, which nobody needs
 * to sort. */
static bool
groups(const struct sql_table *t, const struct source_wish *w)
{
	int i;

	for (i = 0; i < w->orders; i++)
		if (w->order[i] >= t->columns || !is_word(&t->col[w->order[i]]))
			return false;
	return w->grouped;
}

static void
plan(void *table, const struct source_wish *w, struct source_plan *p)
{
	const struct sql_table *t = table;
	double rows = store_rows(t->store, t->table), looked = rows;
	int key = best_key(t, w->term, w->terms), by_src = src_term(t, w), i;

	p->rows = rows;
	for (i = 0; i < w->terms; i++)
		p->rows *= share(t, &w->term[i]);
	/* A key with few values is better read in an order that was wished. */
	if (key >= 0 && w->orders > 0 && share(t, &w->term[key]) > 0.02)
		key = -1;
	p->way = WAY_ALL;
	if (by_src >= 0) {
		looked = 1;
		p->way = WAY_SRC + by_src;
	} else if (key >= 0) {
		looked = rows * share(t, &w->term[key]);
		p->unique = looked <= 1.0 &&
		    store_distinct(t->store, t->table, w->term[key].column) == (uint32_t)rows;
		p->way = WAY_KEY + key + SOURCE_TERMS * (bounded_time(t, w, key) + 1);
	} else if (groups(t, w)) {
		p->ordered = true;
		p->way = w->once ? WAY_ONCE : WAY_GROUPS;
	} else {
		p->ordered = w->orders > 0;
	}
	/* A row that is passed over costs a tenth of one that is read. */
	p->cost = 2.0 + looked * 0.1 + p->rows;
}

/* ---- scanning ---- */

/* The first of row[0..n), sorted by column c, whose value is at least v. */
static uint32_t
first_from(const struct store_col *c, const uint32_t *row, uint32_t n, int64_t v)
{
	uint32_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (col_int(c, row[mid]) < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
narrow(const struct sql_table *t, struct source_scan *s, int by)
{
	int64_t least = INT64_MIN + 1, most = INT64_MAX;
	uint32_t from, to = s->n;
	int i;

	for (i = 0; i < s->tests; i++) {
		const struct source_test *q = &s->test[i];

		if (q->column != by || q->op < SOURCE_GT || q->op > SOURCE_LE)
			continue;
		least = q->least > least ? q->least : least;
		most = q->most < most ? q->most : most;
	}
	from = first_from(&t->col[by], s->row, s->n, least);
	if (most < INT64_MAX)
		to = first_from(&t->col[by], s->row, s->n, most + 1);
	s->row += from;
	s->n = to > from ? to - from : 0;
}

static const struct store_index *
index_of(struct sql_table *t, int key, int by)
{
	const struct store_index *x =
	    atomic_load_explicit(&t->index[key][by + 1], memory_order_acquire);

	if (x == NULL) {
		x = store_index(t->store, t->table, key, by);
		atomic_store_explicit(&t->index[key][by + 1], x, memory_order_release);
	}
	return x;
}

static enum fj_rc
start_by_key(struct sql_table *t, struct source_scan *s, const struct source_test *q,
    int by)
{
	const struct store_index *x = index_of(t, q->column, by);

	if (x == NULL)
		return FJ_NOMEM;
	s->row = store_index_rows(x, q->key, &s->n);
	if (by >= 0 && s->n > 0)
		narrow(t, s, by);
	return FJ_OK;
}

/* By src: one row, in a store whose rows are found by it. */
static void
start_by_src(const struct sql_table *t, struct source_scan *s, const struct source_test *q)
{
	s->n = q->least == q->most &&
	    store_row_of(t->store, t->table, q->least, &s->first) ? 1 : 0;
}

/* Words become their numbers.  false: one stands nowhere, so no row has it. */
static bool
find_words(const struct sql_table *t, struct source_scan *s)
{
	int i;

	for (i = 0; i < s->tests; i++) {
		struct source_test *q = &s->test[i];

		if (q->op != SOURCE_EQ && q->op != SOURCE_NE)
			continue;
		q->key = q->least;
		if (q->column < t->columns && is_word(&t->col[q->column])) {
			q->key = store_find(t->store, q->p, q->n);
			if (q->key == 0 && q->op == SOURCE_EQ)
				return false;
		}
	}
	return true;
}

/* All rows, in the order that was planned. */
static enum fj_rc
start_all(const struct sql_table *t, struct source_scan *s)
{
	s->n = store_rows(t->store, t->table);
	if (s->orders == 0 || s->n == 0)
		return FJ_OK;
	if (s->way == WAY_GROUPS)
		s->row = store_groups(t->store, t->table, s->order, s->orders);
	else if (s->way == WAY_ONCE)
		s->row = store_firsts(t->store, t->table, s->order, s->orders, &s->n);
	else
		s->row = store_order(t->store, t->table, s->order, s->orders);
	return s->row != NULL ? FJ_OK : FJ_NOMEM;
}

static enum fj_rc
start(void *table, struct source_scan *s)
{
	struct sql_table *t = table;
	int way = s->way - WAY_KEY;

	if (!find_words(t, s))
		return FJ_OK;
	if (way >= 0)
		return start_by_key(t, s, &s->test[way % SOURCE_TERMS],
		    way / SOURCE_TERMS - 1);
	if (s->way >= WAY_SRC) {
		start_by_src(t, s, &s->test[s->way - WAY_SRC]);
		return FJ_OK;
	}
	return start_all(t, s);
}

static bool
test_real(const struct source_test *q, double v)
{
	switch (q->op) {
	case SOURCE_EQ:
		return v <= q->r && v >= q->r;
	case SOURCE_NE:
		return v < q->r || v > q->r;
	case SOURCE_GT:
		return v > q->r;
	case SOURCE_GE:
		return v >= q->r;
	case SOURCE_LT:
		return v < q->r;
	case SOURCE_LE:
		return v <= q->r;
	case SOURCE_ISNULL:
		return isnan(v);
	case SOURCE_NOTNULL:
		break;
	}
	return !isnan(v);
}

static bool
test_int(const struct source_test *q, int64_t v)
{
	if (q->op == SOURCE_ISNULL)
		return v == STORE_NULL;
	if (v == STORE_NULL)
		return false;
	if (q->op == SOURCE_NOTNULL)
		return true;
	if (q->op == SOURCE_NE)
		return v != q->least;
	return v >= q->least && v <= q->most;
}

static bool
test_word(const struct source_test *q, uint32_t v)
{
	switch (q->op) {
	case SOURCE_EQ:
		return v == (uint32_t)q->key;
	case SOURCE_NE:
		return v != 0 && v != (uint32_t)q->key;
	case SOURCE_ISNULL:
		return v == 0;
	default:
		return v != 0;
	}
}

static bool
test(void *table, const struct source_scan *s, uint32_t row)
{
	const struct sql_table *t = table;
	int i;

	for (i = 0; i < s->tests; i++) {
		const struct source_test *q = &s->test[i];
		const struct store_col *c = &t->col[q->column];
		bool ok;

		if (q->column >= t->columns)
			ok = test_int(q, store_src(t->store, t->table, row));
		else if (is_word(c))
			ok = test_word(q, col_word(c, row));
		else if (c->type == SCHEMA_REAL)
			ok = test_real(q, col_real(c, row));
		else
			ok = test_int(q, col_int(c, row));
		if (!ok)
			return false;
	}
	return true;
}

static void
get(void *table, int column, uint32_t row, struct source_value *v)
{
	const struct sql_table *t = table;
	const struct store_col *c = &t->col[column];

	v->kind = SOURCE_NULL;
	if (column >= t->columns) {
		v->kind = SOURCE_I;
		v->i = store_src(t->store, t->table, row);
	} else if (is_word(c)) {
		v->p = store_text(t->store, col_word(c, row), &v->n);
		if (v->p != NULL)
			v->kind = SOURCE_S;
	} else if (c->type == SCHEMA_REAL) {
		v->r = col_real(c, row);
		if (!isnan(v->r))
			v->kind = SOURCE_R;
	} else {
		v->i = col_int(c, row);
		if (v->i != STORE_NULL)
			v->kind = SOURCE_I;
	}
}

/* ---- attaching ---- */

static const struct source_ops ops = {plan, start, test, get};

static void
describe(struct sql_table *t, struct store *s, int table)
{
	const struct schema_table *schema = &schema_tables()[table];
	int i;

	t->store = s;
	t->table = table;
	t->columns = (int)schema->ncolumn;
	FJ_BUG_IF(t->columns + 1 > SOURCE_COLUMNS);
	for (i = 0; i < t->columns; i++) {
		t->col[i] = store_col(s, table, i);
		t->name[i].name = schema->column[i].name;
		t->name[i].type = is_word(&t->col[i]) ? SOURCE_TEXT :
		    t->col[i].type == SCHEMA_REAL ? SOURCE_REAL : SOURCE_INT;
	}
	t->name[i].name = "src";
	t->name[i].type = SOURCE_INT;
}

enum fj_rc
store_attach(struct store *s, struct db *d, struct fj_err *e)
{
	struct source src = {.ops = &ops};
	enum fj_rc rc = FJ_OK;
	int i;

	FJ_BUG_IF(!s->sealed);
	pthread_mutex_lock(&s->lock);
	if (s->sql == NULL) {
		s->sql = xcalloc(1, sizeof(*s->sql));
		for (i = 0; i < SCHEMA_TABLES; i++)
			describe(&s->sql->table[i], s, i);
	}
	pthread_mutex_unlock(&s->lock);
	for (i = 0; i < SCHEMA_TABLES && rc == FJ_OK; i++) {
		src.name = schema_tables()[i].name;
		src.column = s->sql->table[i].name;
		src.columns = s->sql->table[i].columns + 1;
		src.table = &s->sql->table[i];
		rc = db_source_add(d, &src, e);
	}
	return rc;
}

void
store_sql_free(struct store *s)
{
	free(s->sql);
	s->sql = NULL;
}
