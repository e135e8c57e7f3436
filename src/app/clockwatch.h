/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the wall clock run as the machine does?  A jump is told in the story of the
 * visit (entry `clock`, with the act it precedes) and blocks nothing.
 *
 * K1  within one boot the wall clock moves as far as the time since boot (sleep is
 *     counted there), give or take 2 s and 100 ppm.
 * K2  across a reboot only a step back, or more than 400 days forward, counts: how
 *     long the machine was off is not known.
 * K3  a jump is told once in a visit: each is compared with its own last act, one
 *     without acts of ours with the workspace's.
 * Kept in the journal: space "clock", key visit id or nothing, value wall ms 8 |
 * boot ms 8 | boot id 8.
 */
#ifndef FJ_APP_CLOCKWATCH_H
#define FJ_APP_CLOCKWATCH_H

#include <stdint.h>

#include "app/app.h"
#include "os/clock.h"

struct clock_point {
	int64_t wall, boot;			/* ms */
	char boot_id[CLOCK_BOOT_TEXT + 1];
};

enum clock_jump { CLOCK_STEADY = 0, CLOCK_BACK, CLOCK_FORWARD };

/* Pure.  ms: how far, never negative. */
enum clock_jump clockwatch_judge(const struct clock_point *last,
    const struct clock_point *now, int64_t *ms);

/* The jump that the last act told, once: "app.clock-back", "app.clock-forward"
 * {seconds}.  false: none, or said already. */
bool app_clock_warning(struct app *a, struct fj_err *out);

#endif
