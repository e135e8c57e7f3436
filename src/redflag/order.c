/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
order_init(struct order *o, const struct store *s, int table, const int *c, int n)
{
	int columns = (int)schema_tables()[table].ncolumn, i;

	o->store = s;
	o->table = table;
	o->n = n;
	for (i = 0; i < n; i++) {
		o->src[i] = c[i] >= columns;
		if (!o->src[i])
			o->col[i] = store_col(s, table, c[i]);
	}
}

static int
compare_words(const struct store *s, uint32_t a, uint32_t b)
{
	if (a == b)
		return 0;
	if (a == 0 || b == 0)
		return a == 0 ? -1 : 1;
	return strcmp(store_text(s, a, NULL), store_text(s, b, NULL));
}

static int
compare_reals(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b) ? 0 : isnan(a) ? -1 : 1;
	return (a > b) - (a < b);
}

int
order_compare(const struct order *o, uint32_t a, uint32_t b)
{
	int i, d = 0;

	for (i = 0; i < o->n && d == 0; i++) {
		const struct store_col *c = &o->col[i];

		if (o->src[i]) {
			int64_t x = store_src(o->store, o->table, a);
			int64_t y = store_src(o->store, o->table, b);

			d = (x > y) - (x < y);
		} else if (c->type == SCHEMA_KEY || c->type == SCHEMA_TEXT) {
			d = compare_words(o->store, col_word(c, a), col_word(c, b));
		} else if (c->type == SCHEMA_REAL) {
			d = compare_reals(col_real(c, a), col_real(c, b));
		} else {
			int64_t x = col_int(c, a), y = col_int(c, b);

			d = (x > y) - (x < y);
		}
	}
	return d;
}

/* Two sorted runs, [from, mid) and [mid, to), into out. */
static void
merge(const struct order *o, const uint32_t *row, uint32_t from, uint32_t mid, uint32_t to,
    uint32_t *out)
{
	uint32_t i = from, j = mid, k = from;

	while (i < mid && j < to)
		out[k++] = order_compare(o, row[j], row[i]) < 0 ? row[j++] : row[i++];
	while (i < mid)
		out[k++] = row[i++];
	while (j < to)
		out[k++] = row[j++];
}

/* Where the run of rows that are in order already ends. */
static uint32_t
run_end(const struct order *o, const uint32_t *row, uint32_t from, uint32_t n)
{
	uint32_t i = from + 1;

	while (i < n && order_compare(o, row[i - 1], row[i]) <= 0)
		i++;
	return i < n ? i : n;
}

/* ---- one column of numbers: most of what is sorted ---- */

struct keyed {
	int64_t key;		/* NULL is the least */
	uint32_t row;
};

static uint32_t
keyed_end(const struct keyed *k, uint32_t from, uint32_t n)
{
	uint32_t i = from + 1;

	while (i < n && k[i - 1].key <= k[i].key)
		i++;
	return i < n ? i : n;
}

static void
merge_keyed(const struct keyed *k, uint32_t from, uint32_t mid, uint32_t to,
    struct keyed *out)
{
	uint32_t i = from, j = mid, at = from;

	while (i < mid && j < to)
		out[at++] = k[j].key < k[i].key ? k[j++] : k[i++];
	memcpy(out + at, k + i, (mid - i) * sizeof(*k));
	memcpy(out + at + (mid - i), k + j, (to - j) * sizeof(*k));
}

/* As order_sort, the numbers beside their rows. */
static bool
sort_numbers(const struct store_col *c, uint32_t *row, uint32_t n)
{
	struct keyed *both, *a, *b, *t;
	uint32_t i, from, mid, to;

	for (i = 1; i < n && col_int(c, row[i - 1]) <= col_int(c, row[i]);)
		i++;
	if (i >= n)
		return true;
	both = malloc((size_t)n * 2 * sizeof(*both));
	if (both == NULL)
		return false;
	a = both;
	b = both + n;
	for (i = 0; i < n; i++)
		a[i] = (struct keyed){col_int(c, row[i]), row[i]};
	for (; (mid = keyed_end(a, 0, n)) < n; t = a, a = b, b = t)
		for (from = 0; from < n; from = to, mid = from < n ? keyed_end(a, from, n) : n) {
			to = mid < n ? keyed_end(a, mid, n) : n;
			merge_keyed(a, from, mid, to, b);
		}
	for (i = 0; i < n; i++)
		row[i] = a[i].row;
	free(both);
	return true;
}

static bool
one_number(const struct order *o)
{
	return o->n == 1 && !o->src[0] && o->col[0].type != SCHEMA_KEY &&
	    o->col[0].type != SCHEMA_TEXT && o->col[0].type != SCHEMA_REAL;
}

/* Registers come nearly in order: runs are found, then merged two by two. */
bool
order_sort(const struct order *o, uint32_t *row, uint32_t n)
{
	uint32_t *other, *a = row, *b, *t, from, mid, to;

	if (n < 2)
		return true;
	if (one_number(o))
		return sort_numbers(&o->col[0], row, n);
	if (run_end(o, row, 0, n) == n)
		return true;
	other = malloc(n * sizeof(*other));
	if (other == NULL)
		return false;
	for (b = other; run_end(o, a, 0, n) < n; t = a, a = b, b = t)
		for (from = 0; from < n; from = to) {
			mid = run_end(o, a, from, n);
			to = mid < n ? run_end(o, a, mid, n) : n;
			merge(o, a, from, mid, to, b);
		}
	if (a != row)
		memcpy(row, a, n * sizeof(*row));
	free(other);
	return true;
}
