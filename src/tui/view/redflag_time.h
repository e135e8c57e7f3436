/* SPDX-License-Identifier: Apache-2.0 */
/* Times in cells as seized, for showing only: the rules have their own import. */
#ifndef FJ_TUI_VIEW_REDFLAG_TIME_H
#define FJ_TUI_VIEW_REDFLAG_TIME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * 2026-03-01 8:05, 2026/3/1, 2026年3月1日 8时5分, 20260301080500, 46082.34 (Excel):
 * seconds since 1970 on the agency's clock.  *clock: it has a time of day.
 */
bool seized_time(const char *text, int64_t *seconds, bool *clock);

#endif
