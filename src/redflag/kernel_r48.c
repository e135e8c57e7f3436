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
	const struct store_index *by_instrument;
	double most, near;
};

static bool
near(const struct r48 *r, uint32_t a, uint32_t b)
{
	int64_t x = col_int(&r->at, a), y = col_int(&r->at, b);

	return x != STORE_NULL && y != STORE_NULL && (double)y >= (double)x - r->near &&
	    (double)y <= (double)x + r->near;
}

/* The next number after that of l->row[i], used within some days of it: its row, the first
 * one if it was used twice.  false: none follows so soon. */
static bool
follows(const struct r48 *r, const struct klag *l, uint32_t i, uint32_t *next)
{
	int64_t own = col_int(&r->seq, l->row[i]), seq;
	uint32_t j;

	for (j = i + 1; j < l->n; j++) {
		seq = col_int(&r->seq, l->row[j]);
		if ((double)(seq - own) > r->most + 1)
			return false;
		if (seq > own && near(r, l->row[i], l->row[j])) {
			*next = l->row[j];
			return true;
		}
	}
	return false;
}

static bool
tell(struct r48 *r, uint32_t row, uint32_t next)
{
	int64_t before = col_int(&r->seq, row);
	int64_t missing = col_int(&r->seq, next) - before - 1;
	struct ktext subject, src, d;

	ktext_begin(&subject);
	ktext_put(&subject, "instseq:");
	ktext_word(&subject, r->k, col_word(&r->on, row));
	ktext_put(&subject, ":");
	ktext_int(&subject, before);
	ktext_begin(&src);
	ktext_src(&src, &r->run, row);
	ktext_put(&src, ";");
	ktext_src(&src, &r->run, next);
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

/* Rows in the order of their numbers. */
static void
one_instrument(struct r48 *r, const struct klag *l)
{
	uint32_t i, next;

	for (i = 0; i < l->n && !kernel_tick(r->k, i); i++)
		if (follows(r, l, i, &next) &&
		    col_int(&r->seq, next) > col_int(&r->seq, l->row[i]) + 1 &&
		    !tell(r, l->row[i], next))
			return;
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
	if (r.by_instrument == NULL)
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
		ok = klag_sort(&l, &r.run, "seq_no", "seq_no");
		if (ok)
			one_instrument(&r, &l);
	}
	klag_release(&l);
	if (k->stopped)
		return kernel_stopped(k, e);
	return ok ? FJ_OK : FJ_NOMEM;
}
