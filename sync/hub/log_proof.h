/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proofs of the log (PROTOCOL.md section 15).  Who asks names positions only, and is
 * told hashes only: of receipts and of roster entries, which tell nothing of a visit.
 *
 * H12  A proof is made from the leaves that are committed, and holds under the root
 *      of every head that was signed at that position.
 */
#ifndef FJ_HUB_LOG_PROOF_H
#define FJ_HUB_LOG_PROOF_H

#include "hub/auth.h"

/* Roots of full subtrees of 256 leaves and more, 64 bytes for each 256 leaves.  One for
 * all threads of a process; it grows when somebody asks.  The log only grows, so what
 * is in it stays right. */
struct log_tiles;

struct log_tiles *log_tiles_new(void);
void log_tiles_free(struct log_tiles **t);

/* GET /v1/log/proof?leaf=P&size=N */
FJ_MUST enum fj_rc log_answer_inclusion(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
/* GET /v1/log/consistency?from=M&to=N */
FJ_MUST enum fj_rc log_answer_consistency(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);

#endif
