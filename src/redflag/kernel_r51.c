/* SPDX-License-Identifier: Apache-2.0 */
/* R51, many runs of one day with the same length.
 * 100,000 reports: SQL 0.18 s (a sort of each run by three keys). */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/kernel_group.h"
#include "redflag/kernel_lag.h"
#include "redflag/kernels.h"

enum {
	DAY = 86400,
	KEY = 2,		/* day, length */
};

struct tally {
	int64_t count, first, last;	/* first, last: src */
};

struct r51 {
	struct kernel *k;
	struct ktable run;
	struct store_col from, to;
	struct kgroups days;
	struct tally *tally;
	uint32_t cap;
	double n;
};

static void
add(struct r51 *r, uint32_t row)
{
	int64_t from = col_int(&r->from, row), to = col_int(&r->to, row);
	int64_t key[KEY] = {STORE_NULL, STORE_NULL}, src = kernel_src(&r->run, row);
	uint32_t g, before = r->days.n;

	if (to == STORE_NULL)
		return;
	if (from != STORE_NULL) {
		key[0] = (from - from % DAY) / DAY;
		key[1] = to - from;
	}
	g = kgroups_add(&r->days, key);
	r->tally = kgroups_room(&r->days, r->tally, &r->cap, sizeof(*r->tally));
	if (r->days.n > before)
		r->tally[g] = (struct tally){0, src, src};
	r->tally[g].count++;
	r->tally[g].first = src < r->tally[g].first ? src : r->tally[g].first;
	r->tally[g].last = src > r->tally[g].last ? src : r->tally[g].last;
}

static bool
tell(struct r51 *r, uint32_t instrument, uint32_t g)
{
	const struct tally *t = &r->tally[g];
	struct ktext subject, src, d;
	int64_t length = kgroups_key(&r->days, g)[1];

	ktext_begin(&subject);
	ktext_put(&subject, "instrument:");
	ktext_word(&subject, r->k, instrument);
	ktext_begin(&src);
	ktext_put(&src, "test_run:");
	ktext_int(&src, t->first);
	ktext_put(&src, ";test_run:");
	ktext_int(&src, t->last);
	ktext_begin(&d);
	ktext_put(&d, "同日 ");
	ktext_int(&d, t->count);
	ktext_put(&d, " 次检测均为 ");
	ktext_int(&d, length);
	ktext_put(&d, " 秒 | ");
	ktext_int(&d, t->count);
	ktext_put(&d, " runs of ");
	ktext_int(&d, length);
	ktext_put(&d, " s on one day");
	return kernel_row(r->k, ktext(&subject), NULL, ktext(&src), (double)t->count,
	    ktext(&d));
}

static void
one_instrument(struct r51 *r, const struct kinstrument *in, const uint32_t *row, uint32_t n)
{
	uint32_t i, j;

	kgroups_init(&r->days, KEY);
	for (i = 0; i < n && !kernel_tick(r->k, i); i++)
		add(r, row[i]);
	for (i = 0; i < r->days.n && !r->k->stopped; i++)
		for (j = 0; (double)r->tally[i].count >= r->n && j < in->times; j++)
			if (!tell(r, in->word, i))
				break;
	kgroups_release(&r->days);
}

enum fj_rc
kernel_r51(struct kernel *k, struct fj_err *e)
{
	struct r51 r = {.k = k, .run = kernel_table(k->s, "test_run"),
	    .n = kernel_param(k, "n")};
	const struct store_index *by = kernel_index(&r.run, "instrument_id", "started_at");
	struct kinstrument *in;
	uint32_t n, i, rows;

	if (by == NULL)
		return FJ_NOMEM;
	r.from = kernel_col(&r.run, "started_at");
	r.to = kernel_col(&r.run, "ended_at");
	in = kernel_instruments(k, "attended", "concurrency", 1, &n);
	for (i = 0; i < n && !k->stopped; i++) {
		const uint32_t *row = store_index_rows(by, in[i].word, &rows);

		one_instrument(&r, &in[i], row, rows);
	}
	free(r.tally);
	free(in);
	return k->stopped ? kernel_stopped(k, e) : FJ_OK;
}
