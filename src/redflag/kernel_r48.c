/* SPDX-License-Identifier: Apache-2.0 */
/* R48, gaps in the run numbers of an instrument.
 * 100,000 reports: SQL 0.18 s (a window over each run). */
#include "redflag/kernel_lag.h"
#include "redflag/kernels.h"

enum {
	DAY = 86400,
};

struct r48 {
	struct kernel *k;
	struct ktable run;
	struct store_col on, seq, at;
	const struct store_index *by_instrument, *by_seq;
	double most, near;
};

/* Is the number used on the instrument, some days before or after? */
static bool
stands(const struct r48 *r, uint32_t instrument, int64_t seq, int64_t at)
{
	uint32_t n, i;
	const uint32_t *row = store_index_rows(r->by_seq, seq, &n);

	for (i = 0; i < n && at != STORE_NULL; i++) {
		int64_t t = col_int(&r->at, row[i]);

		if (col_word(&r->on, row[i]) == instrument && t != STORE_NULL &&
		    (double)t >= (double)at - r->near && (double)t <= (double)at + r->near)
			return true;
	}
	return false;
}

static bool
tell(struct r48 *r, uint32_t row, int64_t before, int64_t missing)
{
	struct ktext subject, src, d;

	ktext_begin(&subject);
	ktext_put(&subject, "instseq:");
	ktext_word(&subject, r->k, col_word(&r->on, row));
	ktext_put(&subject, ":");
	ktext_int(&subject, before);
	ktext_begin(&src);
	ktext_src(&src, &r->run, row);
	ktext_begin(&d);
	ktext_int(&d, before);
	ktext_put(&d, " 之后缺 ");
	ktext_int(&d, missing);
	ktext_put(&d, " 次 | ");
	ktext_int(&d, missing);
	ktext_put(&d, " runs missing after ");
	ktext_int(&d, before);
	return kernel_row(r->k, ktext(&subject), NULL, ktext(&src), (double)missing,
	    ktext(&d));
}

static void
one_instrument(struct r48 *r, const struct klag *l)
{
	uint32_t i;

	for (i = 1; i < l->n && !kernel_tick(r->k, i); i++) {
		uint32_t row = l->row[i];
		int64_t before = col_int(&r->seq, l->row[i - 1]);
		int64_t missing = col_int(&r->seq, row) - before - 1;

		if (missing > 0 && (double)missing <= r->most &&
		    !stands(r, col_word(&r->on, row), before + 1, col_int(&r->at, row)) &&
		    !tell(r, row, before, missing))
			return;
	}
}

enum fj_rc
kernel_r48(struct kernel *k, struct fj_err *e)
{
	struct r48 r = {.k = k, .run = kernel_table(k->s, "test_run"),
	    .most = kernel_param(k, "max_gap"), .near = kernel_param(k, "near_days") * DAY};
	struct klag l = {0};
	const uint32_t *row;
	uint32_t n, i;
	bool ok = true;

	r.by_instrument = kernel_index(&r.run, "instrument_id", "started_at");
	r.by_seq = kernel_index(&r.run, "seq_no", NULL);
	if (r.by_instrument == NULL || r.by_seq == NULL)
		return FJ_NOMEM;
	r.on = kernel_col(&r.run, "instrument_id");
	r.seq = kernel_col(&r.run, "seq_no");
	r.at = kernel_col(&r.run, "started_at");
	row = store_index_all(r.by_instrument, &n);
	for (i = 0; i < n && ok && !k->stopped;) {
		uint32_t instrument = col_word(&r.on, row[i]);

		for (l.n = 0; i < n && col_word(&r.on, row[i]) == instrument; i++)
			if (col_int(&r.seq, row[i]) != STORE_NULL)
				klag_add(&l, row + i, 1, 1);
		ok = klag_sort(&l, &r.run, "started_at", "seq_no");
		if (ok)
			one_instrument(&r, &l);
	}
	klag_release(&l);
	if (k->stopped)
		return kernel_stopped(k, e);
	return ok ? FJ_OK : FJ_NOMEM;
}
