/* SPDX-License-Identifier: Apache-2.0 */
/* Told when the routes or addresses of this machine change (rtnetlink). */
#ifndef FJ_OS_NETWATCH_H
#define FJ_OS_NETWATCH_H

#include "base/rc.h"
#include "os/loop.h"

struct netwatch;

enum {
	NETWATCH_SETTLE_MS = 400,	/* a new network comes in several messages */
};

/* moved: once for what changes within NETWATCH_SETTLE_MS.  FJ_IO "os.netwatch" where the
 * kernel tells nothing: go without it. */
FJ_MUST enum fj_rc netwatch_new(struct loop *loop, loop_fn moved, void *ctx,
    struct netwatch **out, struct fj_err *e);
void netwatch_free(struct netwatch **w);

#endif
