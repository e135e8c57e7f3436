/* SPDX-License-Identifier: Apache-2.0 */
/* Lock files by fcntl: the kernel frees them when the process dies. */
#ifndef FJ_OS_LOCK_H
#define FJ_OS_LOCK_H

#include "base/rc.h"

struct lock;

/* Does not wait.  FJ_BUSY "os.locked" {path, pid}; FJ_IO. */
FJ_MUST enum fj_rc lock_take(const char *path, struct lock **out, struct fj_err *e);
void lock_free(struct lock **l);

#endif
