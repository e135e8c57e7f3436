/* SPDX-License-Identifier: Apache-2.0 */
/* The side record of failed passphrases: it delays, and never refuses for good. */
#ifndef FJ_JOURNAL_KEYWAIT_H
#define FJ_JOURNAL_KEYWAIT_H

#include <stdint.h>

/* Seconds still to wait; 0: try. */
int keywait_left(const char *home, int64_t now_ms);
void keywait_failed(const char *home, int64_t now_ms);
void keywait_clear(const char *home);

#endif
