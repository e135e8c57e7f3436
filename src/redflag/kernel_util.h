/* SPDX-License-Identifier: Apache-2.0 */
/* What kernels share: columns by name, the report of a sample, rows as the SQL words
 * them, growing lists. */
#ifndef FJ_REDFLAG_KERNEL_UTIL_H
#define FJ_REDFLAG_KERNEL_UTIL_H

#include "redflag/kernel.h"

enum {
	KERNEL_TEXT = 4096,
	KERNEL_STOP_EACH = 1 << 16,	/* rows between two questions */
};

/* A table of the store. */
struct ktable {
	struct store *s;
	int table;
	uint32_t rows;
};
struct ktable kernel_table(struct store *s, const char *name);
int kernel_column(const struct ktable *t, const char *name);
struct store_col kernel_col(const struct ktable *t, const char *name);
/* By key column; by: NULL or a time column.  NULL: no memory. */
const struct store_index *kernel_index(const struct ktable *t, const char *key,
    const char *by);
int64_t kernel_src(const struct ktable *t, uint32_t row);
uint32_t kernel_word(const struct kernel *k, const char *text);

double kernel_param(const struct kernel *k, const char *name);
/* Is it time to end? */
bool kernel_stop(struct kernel *k);
enum fj_rc kernel_stopped(struct kernel *k, struct fj_err *e);
/* Asked for every row of a long run. */
static inline bool
kernel_tick(struct kernel *k, uint32_t row)
{
	return (row & (KERNEL_STOP_EACH - 1)) == 0 && kernel_stop(k);
}

/* What is run beside samples: blanks, standards, controls, calibrations. */
enum {
	KNONE_WORDS = 4,
};
struct knone {
	uint32_t word[KNONE_WORDS];
};
void knone_init(struct knone *n, const struct kernel *k);
/* sample_no NOT IN (those). */
bool kernel_is_sample(const struct knone *n, uint32_t word);

/* LEFT JOIN report p ON p.sample_no = sample AND p.status = 'issued': a row for each,
 * or one without a number. */
struct kreport {
	struct kernel *k;
	struct ktable table;
	struct store_col no, status;
	const struct store_index *by_sample;
	uint32_t issued;		/* the word */
};
/* false: no memory. */
bool kernel_reports(struct kernel *k, struct kreport *r);
/* false: enough. */
bool kernel_hit(const struct kreport *r, uint32_t sample, const char *src, double measure,
    const char *detail);
/* A row of its own. */
bool kernel_row(struct kernel *k, const char *subject, const char *report_no,
    const char *src, double measure, const char *detail);

/* Text as SQL joins it by ||: one NULL makes all of it NULL. */
struct ktext {
	char p[KERNEL_TEXT];
	size_t n;
	bool null;
};
void ktext_begin(struct ktext *t);
void ktext_put(struct ktext *t, const char *s);		/* NULL: NULL */
void ktext_int(struct ktext *t, int64_t v);		/* STORE_NULL: NULL */
void ktext_real(struct ktext *t, double v);		/* as SQLite writes it; NaN: NULL */
void ktext_word(struct ktext *t, const struct kernel *k, uint32_t word);
/* table:src */
void ktext_src(struct ktext *t, const struct ktable *table, uint32_t row);
const char *ktext(const struct ktext *t);		/* NULL when NULL */

/* SQLite's ROUND(v) as a whole number. */
int64_t kernel_round(double v);
/* 10 to the power of decimals, 4 for more of them or NULL. */
double kernel_scale(int64_t decimals);
/* ROUND(value * scale) of both. */
int64_t kernel_digits(double value, int64_t decimals);

/* Rows of a size sorted by a comparison with a context. */
void kernel_sort(void *base, size_t n, size_t size,
    int (*compare)(const void *a, const void *b, void *ctx), void *ctx);

#endif
