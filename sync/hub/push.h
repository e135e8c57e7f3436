/* SPDX-License-Identifier: Apache-2.0 */
/* POST /v1/runs (PROTOCOL.md section 6): one transaction, one receipt. */
#ifndef FJ_HUB_PUSH_H
#define FJ_HUB_PUSH_H

#include "hub/auth.h"

FJ_MUST enum fj_rc push_runs(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e);

#endif
