/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs: entries as they travel (FORMAT.md section 8).
 *	FJR | version 1 | suite | kind | stream 16 | dev 16 | first seq 8 |
 *	prev 32 | count 4 | count x (hybrid clock 8 | length 4 | payload) |
 *	signature 64 over the last entry
 * The receiver rebuilds the frames byte for byte.  Bodies carry several runs, each
 * with its length before it (items.h).
 *
 * W1  run_decode of what run_encode wrote gives the same frames and ids.
 * W2  decoding believes nothing: the signature is checked by run_verify or by
 *     the journal, under the key of the chain's hello.
 */
#ifndef FJ_WIRE_RUN_H
#define FJ_WIRE_RUN_H

#include "entry/chain.h"

enum {
	RUN_VERSION = 1,
	RUN_HEAD = 82,			/* bytes before the first entry */
	RUN_ENTRY = 12,			/* bytes of an entry beside its payload */
};

struct run {
	uint8_t suite;
	enum stream_kind kind;
	struct id stream, dev;
	uint64_t first;			/* seq of entries[0] */
	struct hash prev;		/* id of the entry before, or zeros */
	struct entry *entries;		/* payloads borrowed from the bytes read */
	size_t n;
	uint8_t sig[ENTRY_SIG];
};

/* Bytes that run_encode will append. */
size_t run_size(const struct entry *entries, size_t n);
/*
 * Append one run: entries of one chain without a gap, sig over the last.
 * FJ_INVAL "run.empty", FJ_CORRUPT "entry.chain", FJ_LIMIT "run.limit" {limit}.
 */
FJ_MUST enum fj_rc run_encode(const struct entry *entries, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_buf *out, struct fj_err *e);

/*
 * One run from the front of p; *used says where the next begins.  The bytes must
 * live as long as the run.  FJ_CORRUPT "run.frame" {offset}; FJ_NEWER
 * "run.version", "entry.suite" (then *used is set too, if the run is whole, so that
 * it can be passed over and kept); FJ_LIMIT "run.limit" {limit}.
 */
FJ_MUST enum fj_rc run_decode(const void *p, size_t n, struct run **out, size_t *used,
    struct fj_err *e);
void run_free(struct run **r);

/* before NULL: a new chain, whose key is that of its hello. */
FJ_MUST enum fj_rc run_verify(const struct run *r, const struct chain_head *before,
    const struct identity_public *key, struct chain_head *after, struct fj_err *e);

#endif
