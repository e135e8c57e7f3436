/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle: entries, roster, receipts and evidence in one file, sealed to its
 * receivers and signed by its sender.  For a USB stick instead of a network.
 *
 * offset	bytes
 * 0	3	FJB
 * 3	1	version, 1
 * 4	1	suite
 * 5	1	log2 of the chunk, 16
 * 6	2	number of receivers r, 1 … 64
 * 8	7	prefix of the nonces, random
 * 15	1	zero
 * 16	n	sender: sign pub, kx pub (n = twice the suite's public key)
 *	r x	receiver: dev 16 | length of the wrap 2 | wrap of the bundle's key
 *	64	signature of the sender over H(all before), purpose `bundle`
 *	then chunks: AEAD(key, nonce = prefix 7 | counter 4 | last 1,
 *		AAD = H(header with its signature)) of at most 2^16 bytes, tag 16;
 *		every chunk but the last is full; last = 1 in the last alone
 *	4	FJBE, so that a file cut short is told from a damaged one
 *
 * The wrap is crypto_wrap with info "feijian/1/bundle".  What the chunks hold is a
 * row of records: type 1 | length 8 | data.
 *	1 about		JSON {"bundle":1,"t","name","visits":[id]}, first
 *	2 roster	run of one entry (sync/wire)
 *	3 run		run
 *	4 receipt	signature 64 | text
 *	5 head		signature 64 | text
 *	6 evidence	visit 16 | evidence 16 | sha256 32 | the file
 *	7 blob		digest 32 | bytes of a published form, rules or data
 *	8 end		signature 64 of the sender over H("feijian/1/bundle\0" |
 *			H(header with its signature) | H(all records before)), purpose
 *			`bundle`; last
 * Types from 128 are passed over; others that are not here are "newer".
 *
 * U1  nothing that the reader hands out is to be believed before bundle_read
 *     answers FJ_OK: until then it may be undone by the caller's transaction.
 * U2  no byte of a bundle ever becomes a file name.
 * U3  each damage has its own code: see bundle_read.
 */
#ifndef FJ_BUNDLE_BUNDLE_H
#define FJ_BUNDLE_BUNDLE_H

#include "crypto/seal.h"
#include "entry/chain.h"
#include "entry/payload.h"

enum {
	BUNDLE_VERSION = 1,
	BUNDLE_CHUNK_LOG2 = 16,
	BUNDLE_RECEIVERS = 64,
	BUNDLE_VISITS = 1000,
};
#define BUNDLE_WRAP_INFO "feijian/1/bundle"

/* Bytes out; an error ends the writing and is handed on. */
typedef enum fj_rc (*bundle_out_fn)(void *ctx, const void *p, size_t n,
    struct fj_err *e);
/* Up to n bytes in; *got 0: the end. */
typedef enum fj_rc (*bundle_in_fn)(void *ctx, void *p, size_t n, size_t *got,
    struct fj_err *e);

struct bundle_about {
	struct stamp at;		/* t only */
	char name[LIMIT_NAME_BYTES + 1];	/* of the sender, as he says */
	struct id *visits;
	size_t nvisit;
};

/* ---- writing ---- */
struct bundle_w;

/*
 * Receivers by their public keys (from the roster or a card); the sender is not
 * added by itself.  FJ_INVAL "bundle.receivers" {max}; FJ_DENIED "entry.weak-key".
 */
FJ_MUST enum fj_rc bundle_write_begin(const struct identity_public *sender,
    sign_fn sign, void *sign_ctx, const struct identity_public *receivers, size_t n,
    const struct bundle_about *about, bundle_out_fn out, void *out_ctx,
    struct bundle_w **w, struct fj_err *e);
/* Bytes as run_encode made them. */
FJ_MUST enum fj_rc bundle_add_roster(struct bundle_w *w, const void *run, size_t n,
    struct fj_err *e);
FJ_MUST enum fj_rc bundle_add_run(struct bundle_w *w, const void *run, size_t n,
    struct fj_err *e);
FJ_MUST enum fj_rc bundle_add_receipt(struct bundle_w *w, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e);
FJ_MUST enum fj_rc bundle_add_head(struct bundle_w *w, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e);
FJ_MUST enum fj_rc bundle_add_blob(struct bundle_w *w, const struct hash *digest,
    const void *p, size_t n, struct fj_err *e);
/* Exactly `size` bytes between begin and end.  FJ_INVAL "bundle.size" {evidence}. */
FJ_MUST enum fj_rc bundle_evidence_begin(struct bundle_w *w, const struct id *visit,
    const struct id *evidence, uint64_t size, const struct hash *sha256,
    struct fj_err *e);
FJ_MUST enum fj_rc bundle_evidence_data(struct bundle_w *w, const void *p, size_t n,
    struct fj_err *e);
FJ_MUST enum fj_rc bundle_evidence_end(struct bundle_w *w, struct fj_err *e);
/* Without this the file has no end and is refused by every reader. */
FJ_MUST enum fj_rc bundle_finish(struct bundle_w *w, struct fj_err *e);
void bundle_w_free(struct bundle_w **w);

/* ---- reading ---- */
struct bundle_sender {
	struct id dev;
	struct identity_public key;
};

/*
 * Each may be NULL: that kind is passed over.  An error ends the reading and is
 * handed on.  Pointers live only during the call.
 */
struct bundle_handlers {
	void *ctx;
	/* May refuse a sender whom no roster and no card knows. */
	enum fj_rc (*sender)(void *ctx, const struct bundle_sender *s, struct fj_err *e);
	enum fj_rc (*about)(void *ctx, const struct bundle_about *a, struct fj_err *e);
	enum fj_rc (*roster)(void *ctx, const void *run, size_t n, struct fj_err *e);
	enum fj_rc (*run)(void *ctx, const void *run, size_t n, struct fj_err *e);
	enum fj_rc (*receipt)(void *ctx, const char *text, size_t n,
	    const uint8_t sig[ENTRY_SIG], struct fj_err *e);
	enum fj_rc (*head)(void *ctx, const char *text, size_t n,
	    const uint8_t sig[ENTRY_SIG], struct fj_err *e);
	enum fj_rc (*blob)(void *ctx, const struct hash *digest, const void *p, size_t n,
	    struct fj_err *e);		/* the digest has been checked */
	enum fj_rc (*evidence_begin)(void *ctx, const struct id *visit,
	    const struct id *evidence, uint64_t size, const struct hash *sha256,
	    struct fj_err *e);
	enum fj_rc (*evidence_data)(void *ctx, const void *p, size_t n, struct fj_err *e);
	enum fj_rc (*evidence_end)(void *ctx, struct fj_err *e);	/* digest checked */
};

/* Opens the wrap that is addressed to dev (identity_unwrap, or the journal's). */
typedef enum fj_rc (*bundle_open_fn)(void *ctx, const void *wrap, size_t n,
    struct secret **key, struct fj_err *e);

/*
 * Read one bundle to its end.
 * FJ_INVAL "bundle.format": no bundle;  FJ_NEWER "bundle.version" {n}, "entry.suite",
 *   "bundle.record" {type};
 * FJ_CORRUPT "bundle.header": the header was changed, or its signature is not
 *   the sender's;
 * FJ_DENIED "bundle.receiver" {dev}: sealed to others;  "bundle.key" {dev}: the wrap
 *   for this key does not open;
 * FJ_CORRUPT "bundle.chunk" {number}: bytes were changed or chunks moved;
 * FJ_CORRUPT "bundle.truncated" {number}: the file ends early;
 * FJ_CORRUPT "bundle.trailing": sealed content stands after the end record;
 * FJ_CORRUPT "bundle.order" {type}, "bundle.row" {type}: records out of place or shape;
 * FJ_CORRUPT "bundle.digest" {id}: evidence or blob that is not what it says;
 * FJ_CORRUPT "bundle.sender" {dev}: the content is not what the sender signed;
 * FJ_LIMIT "bundle.limit" {type}.
 */
FJ_MUST enum fj_rc bundle_read(bundle_in_fn in, void *in_ctx, const struct id *me,
    bundle_open_fn open, void *open_ctx, const struct bundle_handlers *h,
    struct fj_err *e);

#endif
