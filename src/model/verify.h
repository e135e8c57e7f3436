/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the record prove what it says?  From entries alone, with the facts that
 * only the holder of the keys and receipts can establish passed in.
 */
#ifndef FJ_MODEL_VERIFY_H
#define FJ_MODEL_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rc.h"
#include "model/visit.h"

enum verify_result {
	VERIFY_OK = 1,
	VERIFY_FAIL,
	VERIFY_ABSENT,			/* cannot be known from what is here */
};

struct verify_check {
	enum verify_result result;
	int round;			/* 0: of the whole visit */
	struct fj_err err;		/* code "verify.*" and arguments, for text/msg */
};

struct verify_list {
	struct verify_check *v;
	size_t n, cap;
	size_t failed, absent;
};

/* What was established about one chain outside. */
struct verify_chain_fact {
	struct id dev;
	uint64_t covered;		/* newest seq under a verified signature */
	uint64_t checked;		/* signatures verified */
	bool failed;			/* one did not verify, or the chain is broken */
	const char *why;		/* code of that failure, or NULL */
};

/* What a receipt says about one entry. */
struct verify_receipt_fact {
	struct hash entry;
	struct instant not_after;	/* the hub's time */
	uint64_t position;
};

/* What was established about one piece of evidence. */
struct verify_evidence_fact {
	struct id evidence;
	bool here;			/* its bytes are held */
	bool matches;			/* and have the size and digests named */
};

struct verify_facts {
	const struct verify_chain_fact *chains;
	size_t chain_count;
	const struct verify_receipt_fact *receipts;
	size_t receipt_count;
	const struct verify_evidence_fact *evidence;
	size_t evidence_count;
	bool full;			/* `--full`: every entry's time, every file */
};

/* Zero the list first.  The visit is settled. */
void verify_visit(const struct visit *v, const struct verify_facts *facts,
    struct verify_list *out);
void verify_release(struct verify_list *l);

#endif
