/* SPDX-License-Identifier: Apache-2.0 */
/* The runs of one instrument or person, day by day. */
#ifndef FJ_REDFLAG_KERNEL_DAYS_H
#define FJ_REDFLAG_KERNEL_DAYS_H

#include "redflag/kernel_util.h"

/* Of rows sorted by a time. */
struct kday {
	int64_t day;			/* STORE_NULL: without a time */
	const uint32_t *row;
	uint32_t n;
	int64_t first, last;		/* least and greatest src */
};

/* The next day of row[*at..n); false: none is left. */
bool kday_next(const struct ktable *t, const struct store_col *time, const uint32_t *row,
    uint32_t n, uint32_t *at, struct kday *d);
/* table:first;table:last */
void kday_src(struct ktext *to, const struct ktable *t, const struct kday *d);

#endif
