/* SPDX-License-Identifier: Apache-2.0 */
/* The raw values of a sample, for the rules that compare samples (R34, R36). */
#ifndef FJ_REDFLAG_KERNEL_VECTOR_H
#define FJ_REDFLAG_KERNEL_VECTOR_H

#include "redflag/kernel_util.h"

struct kvector {
	struct kernel *k;
	struct ktable value, run, sample;
	struct store_col param, v, decimals, nd, rep;	/* of value */
	struct store_col run_no, sample_no;		/* of run */
	const struct store_index *values;		/* by run_no */
	const struct store_index *runs;			/* by sample_no */
	double digits;		/* that two samples must share: grows with their number */
};

/* false: no memory. */
bool kvector_init(struct kvector *x, struct kernel *k);

/* The sample with the next runs of row[*at..n): its word, and the run after it. */
uint32_t kvector_next(const struct kvector *x, const uint32_t *row, uint32_t n,
    uint32_t *at);
/* Values of a run. */
const uint32_t *kvector_values(const struct kvector *x, uint32_t run, uint32_t *n);

/* The value times 10,000 and the square that belongs to it. */
int64_t kvector_whole(double v);
int64_t kvector_square(int64_t whole);

#endif
