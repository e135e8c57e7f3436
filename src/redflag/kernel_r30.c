/* SPDX-License-Identifier: Apache-2.0 */
/* R30, fewer replicates than the method requires.
 * Food, 100,000 reports: SQL 1.0 s (a sort of each raw value by five keys). */
#include <stdlib.h>

#include "base/xalloc.h"
#include "redflag/kernel_util.h"
#include "redflag/kernels.h"

#define BUILT_IN 9223372032559808512	/* src of what the program brings itself */

enum {
	ITEMS_MOST = 4096,	/* of a run; a file with more is left to the SQL */
};

struct item {
	uint32_t param, n;
};

struct r30 {
	struct kernel *k;
	struct ktable run, method, value;
	struct store_col run_no, sample, how, least, param;
	const struct store_index *methods, *values;
	struct kreport report;
	struct item *item;		/* of the present run */
	uint32_t items;
};

static bool
prepare(struct r30 *r)
{
	r->run = kernel_table(r->k->s, "test_run");
	r->method = kernel_table(r->k->s, "method");
	r->value = kernel_table(r->k->s, "measurement");
	r->run_no = kernel_col(&r->run, "run_no");
	r->sample = kernel_col(&r->run, "sample_no");
	r->how = kernel_col(&r->run, "method_no");
	r->least = kernel_col(&r->method, "min_replicates");
	r->param = kernel_col(&r->value, "param");
	r->methods = kernel_index(&r->method, "method_no", NULL);
	r->values = kernel_index(&r->value, "run_no", NULL);
	r->item = xcalloc(ITEMS_MOST + 1, sizeof(*r->item));
	return r->methods != NULL && r->values != NULL && kernel_reports(r->k, &r->report);
}

static bool
tell(struct r30 *r, uint32_t run, const struct item *it, uint32_t n, int64_t least, bool ours)
{
	struct ktext src, d;

	ktext_begin(&src);
	ktext_src(&src, &r->run, run);
	ktext_begin(&d);
	ktext_word(&d, r->k, it->param);
	ktext_put(&d, " 平行 ");
	ktext_int(&d, n);
	ktext_put(&d, " 次，应 ");
	ktext_int(&d, least);
	ktext_put(&d, ours ? "（内置参数，未经核对）" : "");
	ktext_put(&d, " | ");
	ktext_word(&d, r->k, it->param);
	ktext_put(&d, " replicates ");
	ktext_int(&d, n);
	ktext_put(&d, " of ");
	ktext_int(&d, least);
	ktext_put(&d, ours ? " (built-in, not verified)" : "");
	return kernel_hit(&r->report, col_word(&r->sample, run), ktext(&src), n, ktext(&d));
}

/* Values of each item of the run; false: too many items. */
static bool
count(struct r30 *r, uint32_t run)
{
	uint32_t n, i, j, param;
	const uint32_t *row = store_index_rows(r->values, run, &n);

	r->items = 0;
	for (i = 0; i < n; i++) {
		param = col_word(&r->param, row[i]);
		for (j = r->items; j > 0 && r->item[j - 1].param != param;)
			j--;
		if (j > 0) {
			r->item[j - 1].n++;
			continue;
		}
		if (r->items == ITEMS_MOST)
			return false;
		r->item[r->items++] = (struct item){param, 1};
	}
	return true;
}

/* For each different number that rows of the method ask for: method[0..n). */
static bool
judge(struct r30 *r, uint32_t run, const uint32_t *method, uint32_t n)
{
	uint32_t i, j, k, times;

	for (i = 0; i < n; i++) {
		int64_t least = col_int(&r->least, method[i]);
		bool ours = false;

		for (j = 0; j < i && col_int(&r->least, method[j]) != least;)
			j++;
		if (least == STORE_NULL || least <= 1 || j < i)
			continue;
		for (j = i, times = 0; j < n; j++)
			if (col_int(&r->least, method[j]) == least) {
				times++;
				ours = ours || kernel_src(&r->method, method[j]) >= BUILT_IN;
			}
		for (k = 0; k < r->items; k++)
			if ((int64_t)r->item[k].n * times < least && !tell(r, run, &r->item[k],
			    r->item[k].n * times, least, ours))
				return false;
	}
	return true;
}

static bool
asks(const struct r30 *r, const uint32_t *method, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (col_int(&r->least, method[i]) != STORE_NULL &&
		    col_int(&r->least, method[i]) > 1)
			return true;
	return false;
}

/* FJ_NOMEM: left to the SQL. */
static enum fj_rc
all_runs(struct r30 *r)
{
	uint32_t i, n;

	for (i = 0; i < r->run.rows && !kernel_tick(r->k, i); i++) {
		uint32_t how = col_word(&r->how, i), no = col_word(&r->run_no, i);
		const uint32_t *method;

		if (how == 0 || no == 0)
			continue;
		method = store_index_rows(r->methods, how, &n);
		if (!asks(r, method, n))
			continue;
		if (!count(r, no))
			return FJ_NOMEM;
		if (!judge(r, i, method, n))
			break;
	}
	return FJ_OK;
}

enum fj_rc
kernel_r30(struct kernel *k, struct fj_err *e)
{
	struct r30 r = {.k = k};
	enum fj_rc rc = prepare(&r) ? all_runs(&r) : FJ_NOMEM;

	free(r.item);
	return k->stopped ? kernel_stopped(k, e) : rc;
}
