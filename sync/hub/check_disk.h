/* SPDX-License-Identifier: Apache-2.0 */
/* What check-config asks of folders: does the file system keep what the hub relies on? */
#ifndef FJ_HUB_CHECK_DISK_H
#define FJ_HUB_CHECK_DISK_H

#include <stdbool.h>

#include "base/rc.h"

/*
 * In dir, and in dir/part when that is there or can be made: a new file is one for all
 * processes (O_EXCL), is seen by another at once, renames from part into dir as a whole
 * and on one file system, can be made durable.  What it makes it removes.
 * FJ_IO "hub.folder" {dir, step, reason}.
 */
FJ_MUST enum fj_rc disk_check_evidence(const char *dir, struct fj_err *e);

/* Does a lock that one process holds keep another out?  FJ_IO "hub.folder". */
FJ_MUST enum fj_rc disk_check_locks(const char *dir, struct fj_err *e);

/* NFS, SMB, 9P or FUSE. */
bool disk_is_remote(const char *path);

/* 1: below it is dm-crypt; 0: it is not; -1: cannot be seen from here. */
int disk_encrypted(const char *path);

#endif
