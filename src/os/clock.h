/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks, as an object: --now and tests fix the wall clock. */
#ifndef FJ_OS_CLOCK_H
#define FJ_OS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"

/* fixed: wall stands at `wall` plus what the monotonic clock ran since. */
struct clock {
	bool fixed;
	struct instant wall;
	int64_t fixed_at;	/* clock_monotonic_ms() when it was fixed */
};

enum {
	CLOCK_BOOT_TEXT = 8,
};

void clock_init(struct clock *c);			/* the system's */
void clock_fix(struct clock *c, struct instant at);
/* Stand still at `at` (tests). */
void clock_freeze(struct clock *c, struct instant at);

struct instant clock_now(const struct clock *c);	/* wall, with the zone's offset */
int64_t clock_boot_ms(void);		/* since boot, sleep counted */
int64_t clock_monotonic_ms(void);
/* 8 hex digits that change with each boot; CLOCK_BOOT_TEXT + 1 bytes. */
void clock_boot_id(char *out);
/* Minutes east of UTC of the system's zone at an instant. */
int clock_offset_at(int64_t ms);

#endif
