/* SPDX-License-Identifier: Apache-2.0 */
/* R19, one person on two attended instruments at one time.
 * 100,000 reports: SQL 0.50 s (two joins, a sort and a window over each run). */
#include <stdlib.h>

#include "base/xalloc.h"
#include "redflag/kernel_lag.h"
#include "redflag/kernels.h"

struct r19 {
	struct kernel *k;
	struct ktable run, instrument, method;
	struct store_col from, to, sample, on, by, how, attended, field;
	const struct store_index *people, *instruments, *methods;
	struct kreport report;
	double slack;
	bool *odd;		/* runs whose number is out of order */
	uint32_t *against;	/* how many runs this one contradicts */
};

enum why {
	EITHER,
	BY_NUMBER,
	BY_COUNT,
};

/* The report of one of the two, and why only of this. */
static bool
tell(struct r19 *r, const uint32_t *at, uint32_t named, enum why why)
{
	static const char *const because[2][3] = {
		{"", "；本份的运行序号与时间倒置", "；本份与前后两条都矛盾"},
		{"", "; this one's run number is out of order",
		"; this one contradicts the run before and the one after"},
	};
	uint32_t before = at[-1], row = at[0];
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
		ktext_put(&d, because[twice][why]);
	}
	return kernel_hit(&r->report, col_word(&r->sample, named), ktext(&src), minutes,
	    ktext(&d));
}

/* Is a named beside b, and b beside a? */
static bool
tell_pair(struct r19 *r, const uint32_t *at)
{
	uint32_t a = at[0], b = at[-1];
	int number = r->odd[a] - r->odd[b];
	int count = (r->against[a] > r->against[b]) - (r->against[a] < r->against[b]);
	int first = number != 0 ? number : count;
	enum why why = number != 0 ? BY_NUMBER : count != 0 ? BY_COUNT : EITHER;

	return (first < 0 || tell(r, at, a, why)) && (first > 0 || tell(r, at, b, why));
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
		if (conflict(r, l->row[i - 1], l->row[i])) {
			r->against[l->row[i - 1]]++;
			r->against[l->row[i]]++;
		}
	for (i = 1; i < l->n && !r->k->stopped; i++)
		if (conflict(r, l->row[i - 1], l->row[i]) && !tell_pair(r, l->row + i))
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
	if (r->people == NULL || r->instruments == NULL || r->methods == NULL ||
	    !kernel_reports(r->k, &r->report))
		return false;
	r->odd = kernel_strays(r->k, &r->run, kernel_param(r->k, "jump"));
	r->against = xcalloc((size_t)r->run.rows + 1, sizeof(*r->against));
	return r->odd != NULL;
}

enum fj_rc
kernel_r19(struct kernel *k, struct fj_err *e)
{
	struct r19 r = {.k = k};
	struct klag l = {0};
	const uint32_t *row;
	uint32_t n, i, j;
	bool ok;

	ok = prepare(&r);
	row = ok ? store_index_all(r.people, &n) : NULL;
	for (i = 0; ok && i < n && !k->stopped; i = j) {
		for (j = i + 1; j < n && col_word(&r.by, row[j]) == col_word(&r.by, row[i]);)
			j++;
		ok = one_person(&r, row + i, j - i, &l);
	}
	klag_release(&l);
	free(r.odd);
	free(r.against);
	if (k->stopped)
		return kernel_stopped(k, e);
	return ok ? FJ_OK : FJ_NOMEM;
}
