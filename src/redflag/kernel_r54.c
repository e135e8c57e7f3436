/* SPDX-License-Identifier: Apache-2.0 */
/* R54, run numbers against the clock of a single-channel instrument.
 * 100,000 reports: SQL 0.44 s (a sort and a window over each run). */
#include <stdlib.h>

#include "redflag/kernel_lag.h"
#include "redflag/kernels.h"

struct r54 {
	struct kernel *k;
	struct ktable run;
	struct store_col seq, sample;
	struct kreport report;
	double jump;
	struct knone none;
};

static bool
tell(struct r54 *r, uint32_t instrument, const uint32_t *at)
{
	struct ktext src, d;
	int64_t before = col_int(&r->seq, at[-1]), seq = col_int(&r->seq, at[0]);
	int64_t after = col_int(&r->seq, at[1]);

	ktext_begin(&src);
	ktext_src(&src, &r->run, at[0]);
	ktext_put(&src, ";");
	ktext_src(&src, &r->run, at[1]);
	ktext_begin(&d);
	ktext_word(&d, r->k, instrument);
	ktext_put(&d, " 序号 ");
	ktext_int(&d, seq);
	ktext_put(&d, " 排在 ");
	ktext_int(&d, before);
	ktext_put(&d, " 与 ");
	ktext_int(&d, after);
	ktext_put(&d, " 之间 | run ");
	ktext_int(&d, seq);
	ktext_put(&d, " stands between ");
	ktext_int(&d, before);
	ktext_put(&d, " and ");
	ktext_int(&d, after);
	ktext_put(&d, " on ");
	ktext_word(&d, r->k, instrument);
	return kernel_hit(&r->report, col_word(&r->sample, at[0]), ktext(&src),
	    (double)(seq - after), ktext(&d));
}

static bool
out_of_order(const struct r54 *r, const uint32_t *at)
{
	int64_t before = col_int(&r->seq, at[-1]), seq = col_int(&r->seq, at[0]);
	int64_t after = col_int(&r->seq, at[1]);

	return before != STORE_NULL && seq != STORE_NULL && after != STORE_NULL &&
	    after > before && (double)(seq - after) > r->jump &&
	    kernel_is_sample(&r->none, col_word(&r->sample, at[0]));
}

static void
one_instrument(struct r54 *r, uint32_t instrument, const struct klag *l)
{
	uint32_t i;

	for (i = 1; i + 1 < l->n && !kernel_tick(r->k, i); i++)
		if (out_of_order(r, l->row + i) && !tell(r, instrument, l->row + i))
			return;
}

static void
columns(struct r54 *r)
{
	r->seq = kernel_col(&r->run, "seq_no");
	r->sample = kernel_col(&r->run, "sample_no");
	knone_init(&r->none, r->k);
}

enum fj_rc
kernel_r54(struct kernel *k, struct fj_err *e)
{
	struct r54 r = {.k = k, .run = kernel_table(k->s, "test_run"),
	    .jump = kernel_param(k, "jump")};
	const struct store_index *by = kernel_index(&r.run, "instrument_id", "started_at");
	struct klag l = {0};
	struct kinstrument *in;
	uint32_t n, i, rows;
	bool ok = true;

	if (by == NULL || !kernel_reports(k, &r.report))
		return FJ_NOMEM;
	columns(&r);
	in = kernel_instruments(k, "concurrency", "", 1, &n);
	for (i = 0; i < n && ok && !k->stopped; i++) {
		const uint32_t *row = store_index_rows(by, in[i].word, &rows);

		l.n = 0;
		klag_add(&l, row, rows, in[i].times);
		ok = klag_sort(&l, &r.run, "started_at", "seq_no");
		if (ok)
			one_instrument(&r, in[i].word, &l);
	}
	klag_release(&l);
	free(in);
	if (k->stopped)
		return kernel_stopped(k, e);
	return ok ? FJ_OK : FJ_NOMEM;
}
