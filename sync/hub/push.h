/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /v1/runs (PROTOCOL.md section 6) in three steps, so that nobody waits for what
 * another's runs cost: prepare decodes, hashes and verifies without any lock; store
 * judges and stores inside the transaction of a group (commit.h); answer says it.
 */
#ifndef FJ_HUB_PUSH_H
#define FJ_HUB_PUSH_H

#include "hub/auth.h"
#include "hub/commit.h"

struct push;

/* h: a view, or the hub under hub_lock.  NULL: the problem stands in r.  a->body is
 * borrowed until push_free. */
struct push *push_prepare(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e);
void push_free(struct push **p);
/* What it takes of a group's share. */
size_t push_bytes(const struct push *p);

/* Inside the transaction; again after a rollback. */
FJ_MUST enum fj_rc push_store(struct hub *h, struct push *p, struct fj_err *e);
/* rc and e of the commit; head: borrowed. */
void push_answer(struct push *p, enum fj_rc rc, const struct fj_err *e,
    const struct envelope *head, struct reply *r);

#endif
