/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often one caller may ask: buckets by device, and one for enrolment by
 * address, in memory.  Any thread.
 */
#ifndef FJ_HUB_RATES_H
#define FJ_HUB_RATES_H

#include <stddef.h>
#include <stdint.h>

struct rates;

enum {
	RATE_DEVICE = 1200,	/* requests a minute */
	RATE_ENROL = 120,	/* a minute and address */
};

struct rates *rates_new(void);
void rates_free(struct rates **r);
/* 0: go on; else seconds to wait.  now: monotonic ms. */
int rates_ask(struct rates *r, const void *key, size_t n, int per_minute, int64_t now);

#endif
