/* SPDX-License-Identifier: Apache-2.0 */
/* What a process that holds keys does to itself. */
#ifndef FJ_OS_HARDEN_H
#define FJ_OS_HARDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No core files, no reading of our memory by others of this user; SIGPIPE and SIGXFSZ
 * are ignored, so that write() answers EPIPE and EFBIG.  Answers false when the system
 * gave less than asked for (doctor says so). */
bool harden_process(void);
/* Is there a swap area that is not on zram or dm-crypt?  doctor warns. */
bool harden_swap_in_clear(void);
/* Give back pages of program and libraries that only the start needed. */
void harden_drop_start(void);
/* Give freed memory back to the system. */
void harden_trim(void);
/* Resident memory of this process in KiB; -1 unknown. */
int64_t harden_resident_kib(void);

#endif
