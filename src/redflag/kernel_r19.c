/* SPDX-License-Identifier: Apache-2.0 */
/* R19, one person on two attended instruments at one time.
 * 100,000 reports: SQL 0.50 s (two joins, a sort and a window over each run). */
#include <stdlib.h>

#include "redflag/kernel_lag.h"
#include "redflag/kernels.h"

struct r19 {
	struct kernel *k;
	struct ktable run, instrument, method;
	struct store_col from, to, sample, on, by, how, attended, field;
	const struct store_index *people, *instruments, *methods;
	struct kreport report;
	double slack;
};

static bool
tell(struct r19 *r, uint32_t before, uint32_t row)
{
	struct ktext src, d;
	double minutes = (double)(col_int(&r->to, before) - col_int(&r->from, row)) / 60.0;
	int twice;

	ktext_begin(&src);
	ktext_src(&src, &r->run, before);
	ktext_put(&src, ";");
	ktext_src(&src, &r->run, row);
	ktext_begin(&d);
	for (twice = 0; twice < 2; twice++) {
		ktext_put(&d, twice == 0 ? "" : " | ");
		ktext_word(&d, r->k, col_word(&r->by, row));
		ktext_put(&d, twice == 0 ? " 同时在 " : " on ");
		ktext_word(&d, r->k, col_word(&r->on, before));
		ktext_put(&d, twice == 0 ? " 和 " : " and ");
		ktext_word(&d, r->k, col_word(&r->on, row));
	}
	return kernel_hit(&r->report, col_word(&r->sample, row), ktext(&src), minutes,
	    ktext(&d)) && kernel_hit(&r->report, col_word(&r->sample, before), ktext(&src),
	    minutes, ktext(&d));
}

static bool
conflict(const struct r19 *r, uint32_t before, uint32_t row)
{
	int64_t to = col_int(&r->to, before), from = col_int(&r->from, row);
	uint32_t a = col_word(&r->sample, before), b = col_word(&r->sample, row);

	return to != STORE_NULL && from != STORE_NULL && a != 0 && b != 0 && a != b &&
	    col_word(&r->on, before) != col_word(&r->on, row) &&
	    (double)to > (double)from + r->slack;
}

/* How often the joins give this run. */
static uint32_t
times(const struct r19 *r, uint32_t row)
{
	uint32_t n = kernel_times(r->instruments, &r->attended, col_word(&r->on, row), 1,
	    false);

	return n == 0 ? 0 : n * kernel_times(r->methods, &r->field,
	    col_word(&r->how, row), 0, true);
}

/* The runs of one person: row[0..n). */
static bool
one_person(struct r19 *r, const uint32_t *row, uint32_t n, struct klag *l)
{
	uint32_t i;

	l->n = 0;
	for (i = 0; i < n; i++)
		klag_add(l, row + i, 1, times(r, row[i]));
	if (!klag_sort(l, &r->run, "started_at", "ended_at"))
		return false;
	for (i = 1; i < l->n && !kernel_tick(r->k, i); i++)
		if (conflict(r, l->row[i - 1], l->row[i]) &&
		    !tell(r, l->row[i - 1], l->row[i]))
			break;
	return true;
}

static bool
prepare(struct r19 *r)
{
	r->run = kernel_table(r->k->s, "test_run");
	r->instrument = kernel_table(r->k->s, "instrument");
	r->method = kernel_table(r->k->s, "method");
	r->from = kernel_col(&r->run, "started_at");
	r->to = kernel_col(&r->run, "ended_at");
	r->sample = kernel_col(&r->run, "sample_no");
	r->on = kernel_col(&r->run, "instrument_id");
	r->by = kernel_col(&r->run, "operator");
	r->how = kernel_col(&r->run, "method_no");
	r->attended = kernel_col(&r->instrument, "attended");
	r->field = kernel_col(&r->method, "field");
	r->people = kernel_index(&r->run, "operator", "started_at");
	r->instruments = kernel_index(&r->instrument, "instrument_id", NULL);
	r->methods = kernel_index(&r->method, "method_no", NULL);
	r->slack = kernel_param(r->k, "slack_s");
	return r->people != NULL && r->instruments != NULL && r->methods != NULL &&
	    kernel_reports(r->k, &r->report);
}

enum fj_rc
kernel_r19(struct kernel *k, struct fj_err *e)
{
	struct r19 r = {.k = k};
	struct klag l = {0};
	const uint32_t *row;
	uint32_t n, i, j;
	bool ok = true;

	if (!prepare(&r))
		return FJ_NOMEM;
	row = store_index_all(r.people, &n);
	for (i = 0; i < n && ok && !k->stopped; i = j) {
		for (j = i + 1; j < n && col_word(&r.by, row[j]) == col_word(&r.by, row[i]);)
			j++;
		ok = one_person(&r, row + i, j - i, &l);
	}
	klag_release(&l);
	if (k->stopped)
		return kernel_stopped(k, e);
	return ok ? FJ_OK : FJ_NOMEM;
}
