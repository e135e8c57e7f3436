/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sticks, cards and discs that are mounted now: what the list of mounts says lies
 * below /media, /run/media or /mnt.
 */
#ifndef FJ_OS_MEDIA_H
#define FJ_OS_MEDIA_H

#include <stdbool.h>
#include <stddef.h>

struct media {
	const char *path;	/* where it is mounted */
	const char *device;	/* "/dev/sdb1" */
	const char *type;	/* "vfat" */
};

/* mounts: the list to read, as /proc/self/mounts has it; NULL: that one.  One call a
 * medium, in the list's order; stop by answering false.  No list: none. */
void media_list(const char *mounts, bool (*fn)(void *ctx, const struct media *m), void *ctx);

#endif
