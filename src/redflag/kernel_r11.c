/* SPDX-License-Identifier: Apache-2.0 */
/* R11, two tests at one time on a single-channel instrument.
 * 100,000 reports: SQL 0.42 s (a sort and a window over each run). */
#include <stdlib.h>

#include "redflag/kernel_lag.h"
#include "redflag/kernels.h"

struct r11 {
	struct kernel *k;
	struct ktable run;
	struct store_col from, to, sample;
	struct kreport report;
	struct knone none;
	double slack;
	bool *odd;		/* runs whose number is out of order */
};

/* The report of one of the two; decided: only of this. */
static bool
tell(struct r11 *r, uint32_t instrument, const uint32_t *at, uint32_t named, bool decided)
{
	struct ktext src, detail;
	double minutes = (double)(col_int(&r->to, at[-1]) - col_int(&r->from, at[0])) / 60.0;

	ktext_begin(&src);
	ktext_src(&src, &r->run, at[-1]);
	ktext_put(&src, ";");
	ktext_src(&src, &r->run, at[0]);
	ktext_begin(&detail);
	ktext_word(&detail, r->k, instrument);
	ktext_put(&detail, " 重叠分钟数");
	ktext_put(&detail, decided ? "；本份的运行序号与时间倒置" : "");
	ktext_put(&detail, " | minutes of overlap on ");
	ktext_word(&detail, r->k, instrument);
	ktext_put(&detail, decided ? "; this one's run number is out of order" : "");
	return kernel_hit(&r->report, col_word(&r->sample, named), ktext(&src), minutes,
	    ktext(&detail));
}

static bool
tell_pair(struct r11 *r, uint32_t instrument, const uint32_t *at)
{
	bool odd = r->odd[at[0]], before = r->odd[at[-1]];

	return (before > odd || tell(r, instrument, at, at[0], odd > before)) &&
	    (odd > before || tell(r, instrument, at, at[-1], before > odd));
}

static bool
overlaps(const struct r11 *r, uint32_t before, uint32_t row)
{
	int64_t to = col_int(&r->to, before), from = col_int(&r->from, row);
	uint32_t a = col_word(&r->sample, before), b = col_word(&r->sample, row);

	return to != STORE_NULL && from != STORE_NULL && a != 0 && b != 0 && a != b &&
	    (double)to > (double)from + r->slack;
}

static bool
one_instrument(struct r11 *r, uint32_t instrument, const struct klag *l)
{
	uint32_t i;

	for (i = 1; i < l->n; i++) {
		if (kernel_tick(r->k, i))
			return false;
		if (overlaps(r, l->row[i - 1], l->row[i]) &&
		    !tell_pair(r, instrument, l->row + i))
			return false;
	}
	return true;
}

enum fj_rc
kernel_r11(struct kernel *k, struct fj_err *e)
{
	struct r11 r = {.k = k, .run = kernel_table(k->s, "test_run"),
	    .slack = kernel_param(k, "slack_s")};
	const struct store_index *by = kernel_index(&r.run, "instrument_id", "started_at");
	struct klag l = {0};
	struct kinstrument *in;
	uint32_t n, i, j, rows;
	bool ok = true;

	if (by == NULL || !kernel_reports(k, &r.report) ||
	    (r.odd = kernel_strays(k, &r.run, kernel_param(k, "jump"))) == NULL)
		return FJ_NOMEM;
	r.from = kernel_col(&r.run, "started_at");
	r.to = kernel_col(&r.run, "ended_at");
	r.sample = kernel_col(&r.run, "sample_no");
	knone_init(&r.none, k);
	in = kernel_instruments(k, "concurrency", "", 1, &n);
	for (i = 0; i < n && ok && !k->stopped; i++) {
		const uint32_t *row = store_index_rows(by, in[i].word, &rows);

		l.n = 0;
		for (j = 0; j < rows; j++)
			if (kernel_is_sample(&r.none, col_word(&r.sample, row[j])))
				klag_add(&l, row + j, 1, in[i].times);
		ok = klag_sort(&l, &r.run, "started_at", "ended_at");
		if (ok)
			(void)one_instrument(&r, in[i].word, &l);
	}
	klag_release(&l);
	free(in);
	free(r.odd);
	if (k->stopped)
		return kernel_stopped(k, e);
	return ok ? FJ_OK : FJ_NOMEM;
}
