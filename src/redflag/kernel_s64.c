/* SPDX-License-Identifier: Apache-2.0 */
/* S64, more samples of a person in a day than one can do.
 * 100,000 reports: SQL 0.15 s; 1,000,000: 5.6 s (a sort of each run by two keys). */
#include <stdlib.h>

#include "base/xalloc.h"
#include "redflag/kernel_days.h"
#include "redflag/kernels.h"

struct s64 {
	struct kernel *k;
	struct ktable run;
	struct store_col at, by, sample;
	double most;
	uint32_t *word;			/* samples of the present day */
	uint32_t cap;
};

static int
by_word(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Different samples of the day. */
static uint32_t
samples(struct s64 *r, const struct kday *d)
{
	uint32_t i, different = 0;

	if (d->n > r->cap) {
		r->cap = d->n * 2;
		r->word = xrealloc(r->word, r->cap, sizeof(*r->word));
	}
	for (i = 0; i < d->n; i++)
		r->word[i] = col_word(&r->sample, d->row[i]);
	qsort(r->word, d->n, sizeof(*r->word), by_word);
	for (i = 0; i < d->n; i++)
		different += r->word[i] != 0 && (i == 0 || r->word[i] != r->word[i - 1]);
	return different;
}

static bool
tell(struct s64 *r, uint32_t person, const struct kday *d, uint32_t n)
{
	struct ktext subject, src, t;

	ktext_begin(&subject);
	ktext_put(&subject, "personday:");
	ktext_word(&subject, r->k, person);
	ktext_put(&subject, ":");
	ktext_int(&subject, d->day);
	kday_src(&src, &r->run, d);
	ktext_begin(&t);
	ktext_word(&t, r->k, person);
	ktext_put(&t, " 一日 ");
	ktext_int(&t, n);
	ktext_put(&t, " 个样品 | ");
	ktext_word(&t, r->k, person);
	ktext_put(&t, " ");
	ktext_int(&t, n);
	ktext_put(&t, " samples in a day");
	return kernel_row(r->k, ktext(&subject), NULL, ktext(&src), n, ktext(&t));
}

/* All days of the person of row[0..n). */
static bool
one_person(struct s64 *r, uint32_t person, const uint32_t *row, uint32_t n)
{
	uint32_t at = 0, different;
	struct kday d;

	while (kday_next(&r->run, &r->at, row, n, &at, &d)) {
		if (d.day == STORE_NULL || (double)d.n <= r->most)
			continue;
		different = samples(r, &d);
		if ((double)different > r->most && !tell(r, person, &d, different))
			return false;
	}
	return !kernel_stop(r->k);
}

enum fj_rc
kernel_s64(struct kernel *k, struct fj_err *e)
{
	struct s64 r = {.k = k, .run = kernel_table(k->s, "test_run"),
	    .most = kernel_param(k, "n")};
	const struct store_index *people = kernel_index(&r.run, "operator", "started_at");
	const uint32_t *row;
	uint32_t n, i, j;

	if (people == NULL)
		return FJ_NOMEM;
	r.at = kernel_col(&r.run, "started_at");
	r.by = kernel_col(&r.run, "operator");
	r.sample = kernel_col(&r.run, "sample_no");
	row = store_index_all(people, &n);
	for (i = 0; i < n; i = j) {
		for (j = i + 1; j < n && col_word(&r.by, row[j]) == col_word(&r.by, row[i]);)
			j++;
		if (!one_person(&r, col_word(&r.by, row[i]), row + i, j - i))
			break;
	}
	free(r.word);
	return k->stopped ? kernel_stopped(k, e) : FJ_OK;
}
