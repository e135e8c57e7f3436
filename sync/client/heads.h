/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private: the newest head of the hub's log that was believed, and how the next one is
 * judged.  Kept as facts of the space "sync": "head-signed" the head, "head" its epoch
 * and position, "head-next" one whose proof is still to come.
 *
 * C10  A head of the same epoch takes the place of the one before only when the hub
 *      proves that its log went on from it (feature "proofs"); else both are kept as
 *      proof, it is named, and everything held is offered again.
 */
#ifndef FJ_CLIENT_HEADS_H
#define FJ_CLIENT_HEADS_H

#include "client/internal.h"

enum head_verdict {
	HEAD_KEPT,
	HEAD_AGAIN,			/* back to the beginning of the run */
	HEAD_ASK,			/* heads_step, which goes on with entries_step */
};

FJ_MUST enum fj_rc heads_see(struct client *c, const struct envelope *v,
    enum head_verdict *out, struct fj_err *e);
void heads_step(struct client *c);

#endif
