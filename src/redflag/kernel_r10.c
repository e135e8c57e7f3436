/* SPDX-License-Identifier: Apache-2.0 */
/* R10, issue times out of order with the numbers.
 * 100,000 reports: SQL 0.29 s (the mean of each frame is added up anew). */
#include <stdlib.h>

#include "base/xalloc.h"
#include "redflag/kernel_util.h"
#include "redflag/kernels.h"

enum {
	DAY = 86400,
};

struct r10 {
	struct kernel *k;
	struct ktable report;
	struct store_col no, at;
	double days;
	int64_t each;		/* neighbours on each side */
	int64_t *sum;		/* of issued_at of the rows before */
	uint32_t *count;	/* of those that have one */
};

static bool
tell(struct r10 *r, uint32_t row, double near)
{
	struct ktext subject, src;
	const char *no = store_text(r->k->s, col_word(&r->no, row), NULL);

	ktext_begin(&subject);
	ktext_put(&subject, "report:");
	ktext_put(&subject, no);
	ktext_begin(&src);
	ktext_src(&src, &r->report, row);
	return kernel_row(r->k, ktext(&subject), no, ktext(&src),
	    (near - (double)col_int(&r->at, row)) / 86400.0,
	    "早于相邻编号的天数 | days before the neighbouring numbers");
}

/* The reports of one series, by number. */
static void
one_series(struct r10 *r, const uint32_t *row, uint32_t n)
{
	uint32_t i;

	r->sum[0] = 0;
	r->count[0] = 0;
	for (i = 0; i < n; i++) {
		int64_t at = col_int(&r->at, row[i]);

		r->sum[i + 1] = r->sum[i] + (at == STORE_NULL ? 0 : at);
		r->count[i + 1] = r->count[i] + (at != STORE_NULL);
	}
	for (i = 0; i < n && !kernel_tick(r->k, i); i++) {
		uint32_t from = (int64_t)i > r->each ? i - (uint32_t)r->each : 0;
		uint32_t to = (int64_t)(n - i - 1) > r->each ? i + (uint32_t)r->each + 1 : n;
		int64_t at = col_int(&r->at, row[i]), sum;
		uint32_t count = r->count[to] - r->count[from];
		double near;

		if (at == STORE_NULL || count < 2)
			continue;
		sum = r->sum[to] - r->sum[from] - at;
		near = (double)sum / (double)(count - 1);
		if (near - (double)at > r->days * DAY && !tell(r, row[i], near))
			return;
	}
}

static bool
all_series(struct r10 *r)
{
	int c[3];
	struct store_col series = kernel_col(&r->report, "series");
	struct store_col status = kernel_col(&r->report, "status");
	uint32_t issued = kernel_word(r->k, "issued"), i, n;
	const uint32_t *all;
	uint32_t *row;

	c[0] = kernel_column(&r->report, "series");
	c[1] = kernel_column(&r->report, "seq_no");
	c[2] = (int)schema_tables()[r->report.table].ncolumn;
	all = store_order(r->k->s, r->report.table, c, 3);
	if (all == NULL)
		return false;
	row = xcalloc((size_t)r->report.rows + 1, sizeof(*row));
	for (i = 0; i < r->report.rows && !r->k->stopped;) {
		uint32_t word = col_word(&series, all[i]);

		for (n = 0; i < r->report.rows && col_word(&series, all[i]) == word; i++)
			if (issued != 0 && col_word(&status, all[i]) == issued)
				row[n++] = all[i];
		one_series(r, row, n);
	}
	free(row);
	return true;
}

enum fj_rc
kernel_r10(struct kernel *k, struct fj_err *e)
{
	struct r10 r = {.k = k, .report = kernel_table(k->s, "report"),
	    .days = kernel_param(k, "days"), .each = (int64_t)kernel_param(k, "k")};
	bool ok;

	r.no = kernel_col(&r.report, "report_no");
	r.at = kernel_col(&r.report, "issued_at");
	r.sum = xcalloc((size_t)r.report.rows + 1, sizeof(*r.sum));
	r.count = xcalloc((size_t)r.report.rows + 1, sizeof(*r.count));
	ok = all_series(&r);
	free(r.sum);
	free(r.count);
	if (k->stopped)
		return kernel_stopped(k, e);
	return ok ? FJ_OK : FJ_NOMEM;
}
