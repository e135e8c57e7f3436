/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains and their signatures.  A signature over entry n covers 1…n, so the
 * newest one is enough; all that are present can be checked as well.
 */
#ifndef FJ_ENTRY_CHAIN_H
#define FJ_ENTRY_CHAIN_H

#include "entry/hello.h"

struct entry_sig {
	uint64_t seq;
	uint8_t sig[ENTRY_SIG];
};

/*
 * A run: entries that follow `before` (NULL or seq 0: a new chain, whose first
 * entry must be a hello of `key`) and one signature over the last.  Nothing of
 * a run that fails is to be kept.  *after may be NULL.
 * FJ_CORRUPT "entry.chain", "entry.signature", "hello.*".
 */
FJ_MUST enum fj_rc verify_run(const struct chain_head *before,
    const struct entry *entries, size_t n, const struct identity_public *key,
    const uint8_t sig[ENTRY_SIG], struct chain_head *after, struct fj_err *e);

enum chain_depth {
	CHAIN_NEWEST,			/* the newest signature */
	CHAIN_FULL,			/* every signature that is there */
};

struct chain_report {
	struct hello hello;
	struct chain_head head;
	uint64_t covered;		/* newest seq under a verified signature */
	size_t checked;			/* signatures verified */
};

/*
 * A whole chain from its hello.  Entries above the newest signature are not
 * an error: report.covered says how far the proof goes.
 * FJ_CORRUPT "chain.unsigned" {dev}: no signature at all; "entry.signature"
 * {dev, seq}; "entry.chain"; "hello.*".
 */
FJ_MUST enum fj_rc verify_chain(const struct entry *entries, size_t n,
    const struct entry_sig *sigs, size_t nsig, enum chain_depth depth,
    struct chain_report *out, struct fj_err *e);

#endif
