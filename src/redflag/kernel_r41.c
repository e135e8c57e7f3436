/* SPDX-License-Identifier: Apache-2.0 */
/* R41, replicates of one operator that are too equal.
 * 100,000 reports: SQL 0.77 s (a sort of each raw value by three keys). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/kernel_group.h"
#include "redflag/kernel_util.h"
#include "redflag/kernels.h"

enum {
	ITEMS_MOST = 4096,	/* of a run; a file with more is left to the SQL */
};

/* Of one operator and item. */
struct tally {
	int64_t sets, same, src;
};

/* Values of one run. */
struct item {
	uint32_t param, n;
	double least, most;	/* NaN: none */
};

struct r41 {
	struct kernel *k;
	struct ktable value, run;
	struct store_col run_no, param, v, nd, by;
	const struct store_index *values, *runs;
	struct kgroups who;	/* operator, param */
	struct tally *tally;
	uint32_t cap;
	struct kgroups what;	/* param */
	struct item *item;	/* of the present run */
	uint32_t items;
};

static bool
prepare(struct r41 *r)
{
	r->value = kernel_table(r->k->s, "measurement");
	r->run = kernel_table(r->k->s, "test_run");
	r->run_no = kernel_col(&r->value, "run_no");
	r->param = kernel_col(&r->value, "param");
	r->v = kernel_col(&r->value, "value");
	r->nd = kernel_col(&r->value, "nd");
	r->by = kernel_col(&r->run, "operator");
	r->values = kernel_index(&r->value, "run_no", NULL);
	r->runs = kernel_index(&r->run, "run_no", NULL);
	return r->values != NULL && r->runs != NULL;
}

static void
add_value(struct r41 *r, uint32_t row)
{
	uint32_t param = col_word(&r->param, row), i;
	double v = col_real(&r->v, row);
	struct item *it;

	/* Few items a run; the last one most often. */
	for (i = r->items; i > 0 && r->item[i - 1].param != param;)
		i--;
	if (i == 0) {
		r->item = xrealloc(r->item, (size_t)r->items + 1, sizeof(*r->item));
		it = &r->item[r->items++];
		it->param = param;
		it->n = 0;
		it->least = it->most = NAN;
	} else {
		it = &r->item[i - 1];
	}
	it->n++;
	if (!isnan(v) && !(it->least <= v))
		it->least = v;
	if (!isnan(v) && !(it->most >= v))
		it->most = v;
}

static void
add_set(struct r41 *r, uint32_t by, const struct item *it, uint32_t times, int64_t src)
{
	int64_t key[2] = {by, it->param};
	uint32_t g, before = r->who.n;

	if ((uint64_t)it->n * times <= 1)
		return;
	g = kgroups_add(&r->who, key);
	r->tally = kgroups_room(&r->who, r->tally, &r->cap, sizeof(*r->tally));
	if (r->who.n > before) {
		memset(&r->tally[g], 0, sizeof(r->tally[g]));
		r->tally[g].src = src;
	}
	r->tally[g].sets++;
	/* Both NaN: not the same. */
	r->tally[g].same += it->least >= it->most;
	if (src < r->tally[g].src)
		r->tally[g].src = src;
}

/* The sets of one run for each of its operators: one, unless the number was used twice. */
static void
add_run(struct r41 *r, uint32_t run)
{
	uint32_t n, i, j, k;
	const uint32_t *row = store_index_rows(r->runs, run, &n);

	for (i = 0; i < n; i++) {
		uint32_t by = col_word(&r->by, row[i]), times = 0;
		int64_t src = kernel_src(&r->run, row[i]);

		for (j = 0; j < i && col_word(&r->by, row[j]) != by;)
			j++;
		if (by == 0 || j < i)
			continue;
		for (j = i; j < n; j++) {
			times += col_word(&r->by, row[j]) == by;
			if (col_word(&r->by, row[j]) == by && kernel_src(&r->run, row[j]) < src)
				src = kernel_src(&r->run, row[j]);
		}
		for (k = 0; k < r->items; k++)
			add_set(r, by, &r->item[k], times, src);
	}
}

static bool
add_all(struct r41 *r)
{
	uint32_t n, i;
	const uint32_t *row = store_index_all(r->values, &n);

	for (i = 0; i < n;) {
		uint32_t run = col_word(&r->run_no, row[i]);

		for (r->items = 0; i < n && col_word(&r->run_no, row[i]) == run; i++) {
			if (kernel_tick(r->k, i))
				return false;
			if (col_int(&r->nd, row[i]) == 0)
				add_value(r, row[i]);
			if (r->items > ITEMS_MOST)
				return false;
		}
		add_run(r, run);
	}
	return true;
}

static bool
tell(struct r41 *r, uint32_t i)
{
	const int64_t *key = kgroups_key(&r->who, i);
	const struct tally *t = &r->tally[i];
	struct ktext subject, src, d;

	ktext_begin(&subject);
	ktext_put(&subject, "person:");
	ktext_word(&subject, r->k, (uint32_t)key[0]);
	ktext_begin(&src);
	ktext_put(&src, "test_run:");
	ktext_int(&src, t->src);
	ktext_begin(&d);
	ktext_word(&d, r->k, (uint32_t)key[1]);
	ktext_put(&d, " ");
	ktext_int(&d, t->sets);
	ktext_put(&d, " 组平行样中 ");
	ktext_int(&d, t->same);
	ktext_put(&d, " 组完全相同 | ");
	ktext_word(&d, r->k, (uint32_t)key[1]);
	ktext_put(&d, " identical in ");
	ktext_int(&d, t->same);
	ktext_put(&d, " of ");
	ktext_int(&d, t->sets);
	return kernel_row(r->k, ktext(&subject), NULL, ktext(&src),
	    (double)t->same / (double)t->sets, ktext(&d));
}

static void
judge(struct r41 *r)
{
	double min_n = kernel_param(r->k, "min_n"), share = kernel_param(r->k, "share");
	double ratio = kernel_param(r->k, "ratio");
	struct tally *all = xcalloc((size_t)r->who.n + 1, sizeof(*all));
	uint32_t i;

	for (i = 0; i < r->who.n; i++) {
		struct tally *q = &all[kgroups_add(&r->what, kgroups_key(&r->who, i) + 1)];

		q->sets += r->tally[i].sets;
		q->same += r->tally[i].same;
	}
	for (i = 0; i < r->who.n; i++) {
		const int64_t *param = kgroups_key(&r->who, i) + 1;
		const struct tally *o = &r->tally[i], *q = &all[kgroups_find(&r->what, param)];

		if (*param != 0 && (double)o->sets >= min_n &&
		    (double)o->same > share * (double)o->sets &&
		    (double)o->same / (double)o->sets > ratio *
		    ((double)(q->same - o->same + 1) / (double)(q->sets - o->sets + 1)) &&
		    !tell(r, i))
			break;
	}
	free(all);
}

enum fj_rc
kernel_r41(struct kernel *k, struct fj_err *e)
{
	struct r41 r = {.k = k};

	if (!prepare(&r))
		return FJ_NOMEM;
	kgroups_init(&r.who, 2);
	kgroups_init(&r.what, 1);
	if (add_all(&r))
		judge(&r);
	kgroups_release(&r.who);
	kgroups_release(&r.what);
	free(r.tally);
	free(r.item);
	if (k->stopped)
		return kernel_stopped(k, e);
	return r.items > ITEMS_MOST ? FJ_NOMEM : FJ_OK;
}
