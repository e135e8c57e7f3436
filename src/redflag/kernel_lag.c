/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/kernel_lag.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "redflag/order.h"

void
klag_release(struct klag *l)
{
	free(l->row);
	l->row = NULL;
	l->n = l->cap = 0;
}

void
klag_add(struct klag *l, const uint32_t *row, uint32_t n, uint32_t times)
{
	uint32_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < times; j++) {
			if (l->n == l->cap) {
				l->cap = l->cap == 0 ? 1024 : l->cap * 2;
				l->row = xrealloc(l->row, l->cap, sizeof(*l->row));
			}
			l->row[l->n++] = row[i];
		}
}

bool
klag_sort(struct klag *l, const struct ktable *t, const char *first, const char *second)
{
	int c[3];
	struct order o;

	c[0] = kernel_column(t, first);
	c[1] = kernel_column(t, second);
	c[2] = (int)schema_tables()[t->table].ncolumn;
	order_init(&o, t->s, t->table, c, 3);
	return order_sort(&o, l->row, l->n);
}

struct kinstrument *
kernel_instruments(struct kernel *k, const char *column, const char *more, int64_t value,
    uint32_t *n)
{
	struct ktable t = kernel_table(k->s, "instrument");
	struct store_col id = kernel_col(&t, "instrument_id");
	struct store_col a = kernel_col(&t, column);
	struct store_col b = kernel_col(&t, more[0] != '\0' ? more : column);
	struct kinstrument *in = xcalloc((size_t)t.rows + 1, sizeof(*in));
	uint32_t i, j;

	*n = 0;
	for (i = 0; i < t.rows; i++) {
		uint32_t word = col_word(&id, i);

		if (word == 0 || col_int(&a, i) != value || col_int(&b, i) != value)
			continue;
		for (j = 0; j < *n && in[j].word != word;)
			j++;
		in[j].word = word;
		in[j].times++;
		*n += j == *n;
	}
	return in;
}

uint32_t
kernel_times(const struct store_index *x,
    const struct store_col *c, uint32_t word, int64_t value, bool null_too)
{
	uint32_t n = 0, i, times = 0;
	const uint32_t *row = word != 0 ? store_index_rows(x, word, &n) : NULL;

	for (i = 0; i < n; i++) {
		int64_t v = col_int(c, row[i]);

		times += v == value || (null_too && v == STORE_NULL);
	}
	return times;
}

static bool
strays(const struct store_col *seq, const uint32_t *at, double jump)
{
	int64_t before = col_int(seq, at[-1]), own = col_int(seq, at[0]);
	int64_t after = col_int(seq, at[1]);

	return before != STORE_NULL && own != STORE_NULL && after != STORE_NULL &&
	    after > before &&
	    ((double)(own - after) > jump || (double)(before - own) > jump);
}

bool *
kernel_strays(struct kernel *k, const struct ktable *run, double jump)
{
	const struct store_index *by = kernel_index(run, "instrument_id", "started_at");
	struct store_col seq = kernel_col(run, "seq_no");
	bool *odd = xcalloc((size_t)run->rows + 1, sizeof(*odd)), ok = by != NULL;
	struct klag l = {0};
	struct kinstrument *in;
	uint32_t n, rows, i, j;

	in = kernel_instruments(k, "concurrency", "", 1, &n);
	for (i = 0; i < n && ok && !kernel_stop(k); i++) {
		const uint32_t *row = store_index_rows(by, in[i].word, &rows);

		l.n = 0;
		klag_add(&l, row, rows, 1);
		ok = klag_sort(&l, run, "started_at", "ended_at");
		for (j = 1; ok && j + 1 < l.n; j++)
			odd[l.row[j]] = strays(&seq, l.row + j, jump);
	}
	klag_release(&l);
	free(in);
	if (!ok) {
		free(odd);
		return NULL;
	}
	return odd;
}
