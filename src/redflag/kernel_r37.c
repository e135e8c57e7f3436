/* SPDX-License-Identifier: Apache-2.0 */
/* R37, reported values that are not the mean of the raw ones.
 * 100,000 reports: SQL 0.40 s (a join and a sort of each item by five keys). */
#include <math.h>

#include "redflag/kernel_util.h"
#include "redflag/kernels.h"

struct r37 {
	struct kernel *k;
	struct ktable item, value;
	struct store_col no, param, run, v, decimals, nd;	/* of item */
	struct store_col raw_param, raw;
	const struct store_index *values;	/* by run_no */
	double ulp;
};

static bool
prepare(struct r37 *r)
{
	r->item = kernel_table(r->k->s, "report_item");
	r->value = kernel_table(r->k->s, "measurement");
	r->no = kernel_col(&r->item, "report_no");
	r->param = kernel_col(&r->item, "param");
	r->run = kernel_col(&r->item, "run_no");
	r->v = kernel_col(&r->item, "value");
	r->decimals = kernel_col(&r->item, "decimals");
	r->nd = kernel_col(&r->item, "nd");
	r->raw_param = kernel_col(&r->value, "param");
	r->raw = kernel_col(&r->value, "value");
	r->values = kernel_index(&r->value, "run_no", NULL);
	r->ulp = kernel_param(r->k, "ulp");
	return r->values != NULL;
}

/* NaN: no raw value. */
static double
mean(const struct r37 *r, uint32_t run, uint32_t param)
{
	uint32_t n = 0, i, count = 0;
	const uint32_t *row = run != 0 ? store_index_rows(r->values, run, &n) : NULL;
	double sum = 0;

	for (i = 0; i < n && param != 0; i++) {
		double v = col_real(&r->raw, row[i]);

		if (col_word(&r->raw_param, row[i]) != param || isnan(v))
			continue;
		sum += v;
		count++;
	}
	return count > 0 ? sum / (double)count : (double)NAN;
}

static double
unit(int64_t decimals)
{
	static const double unit[] = {1.0, 0.1, 0.01, 0.001};

	return decimals >= 0 && decimals <= 3 ? unit[decimals] : 0.0001;
}

static bool
tell(struct r37 *r, uint32_t row, double raw)
{
	struct ktext subject, src, d;
	const char *no = store_text(r->k->s, col_word(&r->no, row), NULL);
	double v = col_real(&r->v, row);

	ktext_begin(&subject);
	ktext_put(&subject, "report:");
	ktext_put(&subject, no);
	ktext_begin(&src);
	ktext_src(&src, &r->item, row);
	ktext_begin(&d);
	ktext_word(&d, r->k, col_word(&r->param, row));
	ktext_put(&d, " 报告值 ");
	ktext_real(&d, v);
	ktext_put(&d, "，原始均值 ");
	ktext_real(&d, raw);
	ktext_put(&d, " | ");
	ktext_word(&d, r->k, col_word(&r->param, row));
	ktext_put(&d, " reported ");
	ktext_real(&d, v);
	ktext_put(&d, ", raw mean ");
	ktext_real(&d, raw);
	return kernel_row(r->k, ktext(&subject), no, ktext(&src), v - raw, ktext(&d));
}

enum fj_rc
kernel_r37(struct kernel *k, struct fj_err *e)
{
	struct r37 r = {.k = k};
	uint32_t i;

	if (!prepare(&r))
		return FJ_NOMEM;
	for (i = 0; i < r.item.rows && !kernel_tick(k, i); i++) {
		double v = col_real(&r.v, i), raw;

		if (col_int(&r.nd, i) != 0 || isnan(v))
			continue;
		raw = mean(&r, col_word(&r.run, i), col_word(&r.param, i));
		if (!isnan(raw) && fabs(v - raw) > r.ulp * unit(col_int(&r.decimals, i)) &&
		    !tell(&r, i, raw))
			break;
	}
	return k->stopped ? kernel_stopped(k, e) : FJ_OK;
}
