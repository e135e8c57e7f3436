/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proofs of the log (PROTOCOL.md section 15): positions and a path of hashes.  Pure.
 * Readers answer as those of wire.h.
 */
#ifndef FJ_WIRE_PROOF_H
#define FJ_WIRE_PROOF_H

#include "base/buf.h"
#include "entry/merkle.h"

enum { WIRE_PROOF_BYTES = 8192 };	/* of the whole answer */

enum log_proof_kind {
	LOG_PROOF_INCLUSION,		/* {"leaf":P,"size":N,"path":[hash…]} */
	LOG_PROOF_CONSISTENCY,		/* {"from":M,"to":N,"path":[hash…]} */
};

struct log_proof {
	enum log_proof_kind kind;
	uint64_t first;			/* leaf or from; positions begin at 1 */
	uint64_t size;			/* size or to */
	struct hash path[MERKLE_PATH];
	int npath;
};
void log_proof_write(const struct log_proof *p, struct fj_buf *out);
FJ_MUST enum fj_rc log_proof_read(const char *body, size_t n, enum log_proof_kind kind,
    struct log_proof *out, struct fj_err *e);

#endif
