/* SPDX-License-Identifier: Apache-2.0 */
/* R35, one raw file behind different samples.
 * 100,000 reports: SQL 0.19 s (a sort of each run by the digest of its file). */
#include "redflag/kernel_util.h"
#include "redflag/kernels.h"

struct r35 {
	struct kernel *k;
	struct ktable run;
	struct store_col hash, sample;
	const struct store_index *by_hash, *by_sample;
	struct kreport report;
};

static int
by_word(const void *a, const void *b, void *ctx)
{
	const uint32_t *x = a, *y = b;
	const struct store_col *c = ctx;
	uint32_t p = col_word(c, *x), q = col_word(c, *y);

	return (p > q) - (p < q);
}

/* Different samples of row[0..n); 1 when there are not two. */
static uint32_t
samples(struct r35 *r, const uint32_t *row, uint32_t n, uint32_t *sorted)
{
	uint32_t i, different = 0, last = 0;

	for (i = 1; i < n && col_word(&r->sample, row[i]) == col_word(&r->sample, row[0]);)
		i++;
	if (i >= n)
		return 1;
	for (i = 0; i < n; i++)
		sorted[i] = row[i];
	kernel_sort(sorted, n, sizeof(*sorted), by_word, &r->sample);
	for (i = 0; i < n; i++) {
		uint32_t word = col_word(&r->sample, sorted[i]);

		different += word != 0 && word != last;
		last = word;
	}
	return different;
}

static bool
tell(struct r35 *r, uint32_t row, uint32_t different)
{
	struct ktext src, d;

	ktext_begin(&src);
	ktext_src(&src, &r->run, row);
	ktext_begin(&d);
	ktext_put(&d, "原始文件 ");
	ktext_word(&d, r->k, col_word(&r->hash, row));
	ktext_put(&d, " 用于 ");
	ktext_int(&d, different);
	ktext_put(&d, " 个样品 | raw file ");
	ktext_word(&d, r->k, col_word(&r->hash, row));
	ktext_put(&d, " in ");
	ktext_int(&d, different);
	ktext_put(&d, " samples");
	return kernel_hit(&r->report, col_word(&r->sample, row), ktext(&src), different,
	    ktext(&d));
}

static bool
one_file(struct r35 *r, const uint32_t *row, uint32_t n, uint32_t *room)
{
	uint32_t different = n > 1 ? samples(r, row, n, room) : 1, i;

	for (i = 0; i < n && different > 1; i++)
		if (!tell(r, row[i], different))
			return false;
	return true;
}

enum fj_rc
kernel_r35(struct kernel *k, struct fj_err *e)
{
	struct r35 r = {.k = k, .run = kernel_table(k->s, "test_run")};
	uint32_t n, i, j;
	const uint32_t *row;
	struct fj_buf room;

	r.hash = kernel_col(&r.run, "raw_hash");
	r.sample = kernel_col(&r.run, "sample_no");
	r.by_hash = kernel_index(&r.run, "raw_hash", NULL);
	if (r.by_hash == NULL || !kernel_reports(k, &r.report))
		return FJ_NOMEM;
	row = store_index_all(r.by_hash, &n);
	fj_buf_init(&room, ((size_t)n + 1) * sizeof(*row));
	for (i = 0; i < n && !kernel_tick(k, i); i = j) {
		for (j = i + 1; j < n && col_word(&r.hash, row[j]) == col_word(&r.hash, row[i]);)
			j++;
		fj_buf_clear(&room);
		if (j - i > 1 && !one_file(&r, row + i, j - i,
		    (uint32_t *)(void *)fj_buf_extend(&room, (j - i) * sizeof(*row))))
			break;
	}
	fj_buf_release(&room);
	return k->stopped ? kernel_stopped(k, e) : FJ_OK;
}
