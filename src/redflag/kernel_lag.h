/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a table beside the row before them, as LAG() and LEAD() see them. */
#ifndef FJ_REDFLAG_KERNEL_LAG_H
#define FJ_REDFLAG_KERNEL_LAG_H

#include "redflag/kernel_util.h"

/* Rows of one partition, in order.  A row that a join multiplied stands there as often. */
struct klag {
	uint32_t *row;
	uint32_t n, cap;
};

void klag_release(struct klag *l);
/* row[0..n), each `times` times. */
void klag_add(struct klag *l, const uint32_t *row, uint32_t n, uint32_t times);
/* By two columns, then src.  false: no memory. */
bool klag_sort(struct klag *l, const struct ktable *t, const char *first,
    const char *second);

/* Instruments with a column of the given value, each with the number of its rows. */
struct kinstrument {
	uint32_t word;
	uint32_t times;
};
/* Owned array; a word appears once.  more: "" or a second column with the same value. */
struct kinstrument *kernel_instruments(struct kernel *k, const char *column,
    const char *more, int64_t value, uint32_t *n);
/* Runs of single-channel instruments whose number does not stand between those of their
 * neighbours in time, which agree: true at the row.  Owned; NULL: no memory. */
bool *kernel_strays(struct kernel *k, const struct ktable *run, double jump);
/* How often a word stands in `key` of the rows for which a whole-number column is the value;
 * null_too: NULL counts as the value. */
uint32_t kernel_times(const struct store_index *x,
    const struct store_col *c, uint32_t word, int64_t value, bool null_too);

#endif
