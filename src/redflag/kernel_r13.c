/* SPDX-License-Identifier: Apache-2.0 */
/* R13, more runs of an instrument in a day than it can do.
 * 100,000 reports: SQL 0.11 s; 1,000,000: 5.4 s (a sort of each run by two keys). */
#include "redflag/kernel_days.h"
#include "redflag/kernels.h"

struct r13 {
	struct kernel *k;
	struct ktable run, instrument;
	struct store_col at, id, capacity, concurrency;
	const struct store_index *runs;
	double factor;
};

static bool
tell(struct r13 *r, uint32_t instrument, const struct kday *d)
{
	int64_t capacity = col_int(&r->capacity, instrument);
	struct ktext subject, src, t;

	ktext_begin(&subject);
	ktext_put(&subject, "instday:");
	ktext_word(&subject, r->k, col_word(&r->id, instrument));
	ktext_put(&subject, ":");
	ktext_int(&subject, d->day);
	kday_src(&src, &r->run, d);
	ktext_begin(&t);
	ktext_int(&t, d->n);
	ktext_put(&t, " 次，日能力 ");
	ktext_int(&t, capacity);
	ktext_put(&t, " | ");
	ktext_int(&t, d->n);
	ktext_put(&t, " runs, capacity ");
	ktext_int(&t, capacity);
	return kernel_row(r->k, ktext(&subject), NULL, ktext(&src),
	    (double)d->n / (double)capacity, ktext(&t));
}

static void
one_instrument(struct r13 *r, uint32_t instrument)
{
	int64_t capacity = col_int(&r->capacity, instrument);
	uint32_t word = col_word(&r->id, instrument), n, at = 0;
	const uint32_t *row;
	struct kday d;

	if (word == 0 || capacity == STORE_NULL || capacity <= 0 ||
	    col_int(&r->concurrency, instrument) != 1)
		return;
	row = store_index_rows(r->runs, word, &n);
	while (!kernel_stop(r->k) && kday_next(&r->run, &r->at, row, n, &at, &d))
		if ((double)d.n > (double)capacity * r->factor && !tell(r, instrument, &d))
			return;
}

enum fj_rc
kernel_r13(struct kernel *k, struct fj_err *e)
{
	struct r13 r = {.k = k, .run = kernel_table(k->s, "test_run"),
	    .instrument = kernel_table(k->s, "instrument"),
	    .factor = kernel_param(k, "factor")};
	uint32_t i;

	r.at = kernel_col(&r.run, "started_at");
	r.id = kernel_col(&r.instrument, "instrument_id");
	r.capacity = kernel_col(&r.instrument, "capacity_day");
	r.concurrency = kernel_col(&r.instrument, "concurrency");
	r.runs = kernel_index(&r.run, "instrument_id", "started_at");
	if (r.runs == NULL)
		return FJ_NOMEM;
	for (i = 0; i < r.instrument.rows && !k->stopped; i++)
		one_instrument(&r, i);
	return k->stopped ? kernel_stopped(k, e) : FJ_OK;
}
