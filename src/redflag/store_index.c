/* SPDX-License-Identifier: Apache-2.0 */
/* Indexes of the store: rows by a key, rows in an order, different values. */
#define _GNU_SOURCE	/* qsort_r */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/order.h"
#include "redflag/store_internal.h"

enum {
	DIRECT_EACH = 8,	/* places for keys that a row may cost */
	DIRECT_MORE = 1024,
};

/* Groups of rows: the rows of group g are row[start[g]] … row[start[g + 1] - 1]. */
struct store_index {
	struct store *store;
	int64_t least;		/* direct: group = key - least */
	uint32_t groups;
	uint32_t *start;	/* groups + 1 */
	uint32_t *row;
	uint32_t rows;
	/* Keys too far apart for that: a table of them, slots a power of two. */
	int64_t *key;
	uint32_t *group;	/* by slot; UINT32_MAX: free */
	uint32_t slots;
};

void
store_index_free(struct store_index *x)
{
	if (x == NULL)
		return;
	free(x->start);
	free(x->row);
	free(x->key);
	free(x->group);
	free(x);
}

static int64_t
key_at(const struct store_col *c, uint32_t row)
{
	uint32_t w;

	if (c->type != SCHEMA_KEY && c->type != SCHEMA_TEXT)
		return col_int(c, row);
	w = col_word(c, row);
	return w == 0 ? STORE_NULL : (int64_t)w;
}

static uint32_t
slot_of(const struct store_index *x, int64_t key)
{
	uint32_t j = (uint32_t)(((uint64_t)key * 0x9e3779b97f4a7c15u) >> 32) & (x->slots - 1);

	while (x->group[j] != UINT32_MAX && x->key[j] != key)
		j = (j + 1) & (x->slots - 1);
	return j;
}

/* UINT32_MAX: none. */
static uint32_t
group_of(const struct store_index *x, int64_t key)
{
	if (key == STORE_NULL)
		return UINT32_MAX;
	if (x->slots > 0)
		return x->group[slot_of(x, key)];
	return key < x->least || key - x->least >= x->groups ? UINT32_MAX :
	    (uint32_t)(key - x->least);
}

/* Numbers for the keys, in the order in which they appear. */
static bool
number_keys(struct store_index *x, const struct store_col *c)
{
	uint32_t i, j;

	for (x->slots = 1024; x->slots < x->rows * 2u && x->slots < 1u << 31;)
		x->slots *= 2;
	x->key = store_alloc(x->store, x->slots, sizeof(*x->key));
	x->group = store_alloc(x->store, x->slots, sizeof(*x->group));
	if (x->key == NULL || x->group == NULL)
		return false;
	memset(x->group, 0xff, x->slots * sizeof(*x->group));
	for (i = 0; i < c->rows; i++) {
		int64_t key = key_at(c, i);

		if (key == STORE_NULL)
			continue;
		j = slot_of(x, key);
		if (x->group[j] == UINT32_MAX) {
			x->key[j] = key;
			x->group[j] = x->groups++;
		}
	}
	return true;
}

/* How groups are found: by distance, or by a table. */
static bool
plan_groups(struct store_index *x, const struct store_col *c)
{
	int64_t least = INT64_MAX, most = INT64_MIN, key;
	uint32_t i;

	for (i = 0; i < c->rows; i++) {
		key = key_at(c, i);
		if (key == STORE_NULL)
			continue;
		x->rows++;
		least = key < least ? key : least;
		most = key > most ? key : most;
	}
	if (x->rows == 0)
		return true;
	x->least = least;
	if ((uint64_t)most - (uint64_t)least >= (uint64_t)x->rows * DIRECT_EACH + DIRECT_MORE)
		return number_keys(x, c);
	x->groups = (uint32_t)(most - least) + 1;
	return true;
}

static bool
fill_groups(struct store_index *x, const struct store_col *c)
{
	uint32_t i, g, at = 0;

	x->start = store_alloc(x->store, (size_t)x->groups + 1, sizeof(*x->start));
	x->row = store_alloc(x->store, x->rows, sizeof(*x->row));
	if (x->start == NULL || x->row == NULL)
		return false;
	memset(x->start, 0, ((size_t)x->groups + 1) * sizeof(*x->start));
	for (i = 0; i < c->rows; i++)
		if ((g = group_of(x, key_at(c, i))) != UINT32_MAX)
			x->start[g]++;
	for (g = 0; g <= x->groups; g++) {
		uint32_t n = x->start[g];

		x->start[g] = at;
		at += n;
	}
	for (i = 0; i < c->rows; i++)
		if ((g = group_of(x, key_at(c, i))) != UINT32_MAX)
			x->row[x->start[g]++] = i;
	/* Each start stands at its group's end now: that is the next one's start. */
	memmove(x->start + 1, x->start, x->groups * sizeof(*x->start));
	x->start[0] = 0;
	return true;
}

static bool
sort_groups(struct store_index *x, const struct order *o)
{
	uint32_t g;

	for (g = 0; g < x->groups; g++)
		if (!order_sort(o, x->row + x->start[g], x->start[g + 1] - x->start[g]))
			return false;
	return true;
}

static struct store_index *
build_index(struct store *s, int table, int key, int by)
{
	struct store_index *x = xcalloc(1, sizeof(*x));
	struct store_col c = store_col(s, table, key);
	struct order o;

	x->store = s;
	if (!plan_groups(x, &c) || !fill_groups(x, &c))
		goto fail;
	if (by >= 0) {
		order_init(&o, s, table, &by, 1);
		if (!sort_groups(x, &o))
			goto fail;
	}
	return x;
fail:
	store_index_free(x);
	return NULL;
}

const uint32_t *
store_index_rows(const struct store_index *x, int64_t key, uint32_t *n)
{
	uint32_t g = group_of(x, key);

	if (g == UINT32_MAX) {
		*n = 0;
		return NULL;
	}
	*n = x->start[g + 1] - x->start[g];
	return x->row + x->start[g];
}

const uint32_t *
store_index_all(const struct store_index *x, uint32_t *n)
{
	*n = x->rows;
	return x->row;
}

/* ---- orders ---- */

/* A word by its first bytes that are not those of all. */
struct named {
	uint64_t head;
	uint32_t word, group;
};

static int
by_name(const void *a, const void *b, void *ctx)
{
	const struct named *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return strcmp(store_text(ctx, x->word, NULL), store_text(ctx, y->word, NULL));
}

/* How many bytes all of them begin with. */
static size_t
common_start(const struct store *s, const struct named *g, uint32_t n)
{
	const char *first = store_text(s, g[0].word, NULL), *p;
	size_t common = strlen(first), k;
	uint32_t i;

	for (i = 1; i < n && common > 0; i++) {
		p = store_text(s, g[i].word, NULL);
		for (k = 0; k < common && p[k] == first[k];)
			k++;
		common = k;
	}
	return common;
}

/* Names of numbers begin alike: what tells them apart fits eight bytes most often, and
 * the sort does not go to the words. */
static void
sort_named(struct store *s, struct named *g, uint32_t n)
{
	size_t common, k, len;
	uint32_t i;

	if (n < 2)
		return;
	common = common_start(s, g, n);
	for (i = 0; i < n; i++) {
		const char *p = store_text(s, g[i].word, &len);

		for (k = common, g[i].head = 0; k < common + 8; k++)
			g[i].head = g[i].head << 8 | (k < len ? (unsigned char)p[k] : 0);
	}
	qsort_r(g, n, sizeof(*g), by_name, s);
}

/* The rows in the order of the words of column c, within equal ones by row. */
static bool
order_words(struct store *s, int table, int c, uint32_t *out)
{
	const struct store_index *x = store_index(s, table, c, -1);
	struct store_col k = store_col(s, table, c);
	struct named *g;
	uint32_t i, j, n = 0, at = 0;

	if (x == NULL)
		return false;
	g = xcalloc((size_t)x->groups + 1, sizeof(*g));
	for (i = 0; i < x->groups; i++)
		if (x->start[i] < x->start[i + 1]) {
			g[n].group = i;
			g[n++].word = col_word(&k, x->row[x->start[i]]);
		}
	sort_named(s, g, n);
	for (i = 0; i < k.rows; i++)
		if (col_word(&k, i) == 0)
			out[at++] = i;
	for (i = 0; i < n; i++)
		for (j = x->start[g[i].group]; j < x->start[g[i].group + 1]; j++)
			out[at++] = x->row[j];
	free(g);
	return true;
}

/* Sorts the runs of equal words of column c by what o says. */
static bool
sort_runs(const struct store_col *k, const struct order *o, uint32_t *row)
{
	uint32_t i, j;

	for (i = 0; i < k->rows; i = j) {
		for (j = i + 1; j < k->rows && col_word(k, row[j]) == col_word(k, row[i]);)
			j++;
		if (!order_sort(o, row + i, j - i))
			return false;
	}
	return true;
}

static uint32_t *
build_order(struct store *s, int table, const int *c, int n)
{
	uint32_t rows = s->table[table].rows, i;
	uint32_t *row = store_alloc(s, rows, sizeof(*row));
	struct store_col k;
	struct order o;
	bool ok = row != NULL, words = n > 0 && (size_t)c[0] < s->table[table].schema->ncolumn;

	if (ok && words) {
		k = store_col(s, table, c[0]);
		words = k.type == SCHEMA_KEY || k.type == SCHEMA_TEXT;
	}
	if (ok && words) {
		order_init(&o, s, table, c + 1, n - 1);
		ok = order_words(s, table, c[0], row) &&
		    (n == 1 || sort_runs(&k, &o, row));
	} else if (ok) {
		for (i = 0; i < rows; i++)
			row[i] = i;
		order_init(&o, s, table, c, n);
		ok = order_sort(&o, row, rows);
	}
	if (!ok) {
		store_give(s, row, rows, sizeof(*row));
		row = NULL;
	}
	return row;
}

/* ---- groups ---- */

/* The rows of from, those with the same word of a column side by side (NULL first), and
 * within these as they came; from: NULL for all. */
static void
group_by(const struct store_index *x, const struct store_col *c, const uint32_t *from,
    uint32_t *to)
{
	uint32_t *next = xcalloc((size_t)x->groups + 1, sizeof(*next));
	uint32_t i, g, row, nulls = 0, without = c->rows - x->rows;

	memcpy(next, x->start, ((size_t)x->groups + 1) * sizeof(*next));
	for (i = 0; i < c->rows; i++) {
		row = from != NULL ? from[i] : i;
		g = group_of(x, key_at(c, row));
		if (g == UINT32_MAX)
			to[nulls++] = row;
		else
			to[without + next[g]++] = row;
	}
	free(next);
}

static uint32_t *
build_groups(struct store *s, int table, const int *c, int n)
{
	uint32_t rows = s->table[table].rows, *from = NULL, *to;

	/* By the last column first: each later step keeps what the one before it did. */
	while (n-- > 0) {
		const struct store_index *x = store_index(s, table, c[n], -1);
		struct store_col k = store_col(s, table, c[n]);

		to = x != NULL ? store_alloc(s, rows, sizeof(*to)) : NULL;
		if (to != NULL)
			group_by(x, &k, from, to);
		store_give(s, from, rows, sizeof(*from));
		if (to == NULL)
			return NULL;
		from = to;
	}
	return from;
}

static bool
alike(const struct store *s, int table, const struct kept *k, uint32_t a, uint32_t b)
{
	int i;

	for (i = 0; i < k->n; i++)
		if (store_word_at(s, table, k->c[i], a) != store_word_at(s, table, k->c[i], b))
			return false;
	return true;
}

static uint32_t *
build_firsts(struct store *s, struct kept *k)
{
	const uint32_t *all = store_groups(s, k->table, k->c, k->n);
	uint32_t rows = s->table[k->table].rows, *row, i;

	row = all != NULL ? store_alloc(s, rows, sizeof(*row)) : NULL;
	if (row == NULL)
		return NULL;
	for (i = 0; i < rows; i++)
		if (i == 0 || !alike(s, k->table, k, all[i], all[i - 1]))
			row[k->rows++] = all[i];
	return row;
}

/* ---- what was built is kept ---- */

static bool
same(const struct kept *k, const struct kept *want)
{
	return k->kind == want->kind && k->table == want->table && k->n == want->n &&
	    memcmp(k->c, want->c, (size_t)k->n * sizeof(k->c[0])) == 0;
}

static void *
build(struct store *s, struct kept *k)
{
	switch (k->kind) {
	case KEPT_ORDER:
		return build_order(s, k->table, k->c, k->n);
	case KEPT_GROUPS:
		return build_groups(s, k->table, k->c, k->n);
	case KEPT_FIRSTS:
		return build_firsts(s, k);
	case KEPT_INDEX:
		break;
	}
	return build_index(s, k->table, k->c[0], k->c[1]);
}

/* What was asked for; built by whoever asks first, outside of the lock, while others
 * who want the very same wait. */
static const struct kept *
keep(struct store *s, const struct kept *want)
{
	struct kept *k;
	void *p;

	pthread_mutex_lock(&s->lock);
	for (k = s->kept; k != NULL && !same(k, want);)
		k = k->next;
	if (k != NULL) {
		while (!k->ready)
			pthread_cond_wait(&s->built, &s->lock);
		pthread_mutex_unlock(&s->lock);
		return k;
	}
	k = xmemdup(want, sizeof(*want));
	k->next = s->kept;
	s->kept = k;
	pthread_mutex_unlock(&s->lock);
	p = build(s, k);
	pthread_mutex_lock(&s->lock);
	k->p = p;
	k->ready = true;
	pthread_cond_broadcast(&s->built);
	pthread_mutex_unlock(&s->lock);
	return k;
}

const struct store_index *
store_index(struct store *s, int table, int key, int by)
{
	struct kept want = {.kind = KEPT_INDEX, .table = table, .n = 2, .c = {key, by}};

	return keep(s, &want)->p;
}

const uint32_t *
store_order(struct store *s, int table, const int *c, int n)
{
	struct kept want = {.kind = KEPT_ORDER, .table = table, .n = n};

	FJ_BUG_IF(n > STORE_ORDER_MAX);
	memcpy(want.c, c, (size_t)n * sizeof(*c));
	return keep(s, &want)->p;
}

const uint32_t *
store_groups(struct store *s, int table, const int *c, int n)
{
	struct kept want = {.kind = KEPT_GROUPS, .table = table, .n = n};

	FJ_BUG_IF(n > STORE_ORDER_MAX);
	memcpy(want.c, c, (size_t)n * sizeof(*c));
	return keep(s, &want)->p;
}

const uint32_t *
store_firsts(struct store *s, int table, const int *c, int n, uint32_t *rows)
{
	struct kept want = {.kind = KEPT_FIRSTS, .table = table, .n = n};
	const struct kept *k;

	FJ_BUG_IF(n > STORE_ORDER_MAX);
	memcpy(want.c, c, (size_t)n * sizeof(*c));
	k = keep(s, &want);
	*rows = k->rows;
	return k->p;
}

/* ---- different values ---- */

static uint32_t
count_words(const struct store *s, const struct store_col *c)
{
	size_t bits = (size_t)words_end(s->words) + 1;
	uint8_t *seen = xcalloc(bits / 8 + 1, 1);
	uint32_t i, n = 0;

	for (i = 0; i < c->rows; i++) {
		uint32_t w = col_word(c, i);
		uint8_t bit = (uint8_t)(1u << (w & 7));

		n += w != 0 && (seen[w >> 3] & bit) == 0;
		seen[w >> 3] |= bit;
	}
	free(seen);
	return n;
}

/* Times and counters differ in most rows, the rest has few values. */
static uint32_t
guess(const struct store_col *c)
{
	uint32_t i, step = c->rows / 1024 + 1, changes = 0, looked = 0;
	int64_t last = STORE_NULL;

	if (c->type == SCHEMA_REAL)
		return c->rows / 4 + 1;
	for (i = 0; i < c->rows; i += step, looked++) {
		int64_t v = col_int(c, i);

		changes += v != last;
		last = v;
	}
	return c->width <= 1 ? 4 : (uint32_t)((uint64_t)c->rows * changes / (looked + 1)) + 1;
}

uint32_t
store_distinct(struct store *s, int table, int c)
{
	struct store_col k = store_col(s, table, c);
	uint32_t *at = &s->table[table].distinct[c], n;

	pthread_mutex_lock(&s->lock);
	if (*at == UINT32_MAX)
		*at = k.p == NULL ? 0 : k.type == SCHEMA_KEY || k.type == SCHEMA_TEXT ?
		    count_words(s, &k) : guess(&k);
	n = *at;
	pthread_mutex_unlock(&s->lock);
	return n;
}
