/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receipts and heads of the hub's log (FORMAT.md section 7): JSON texts whose
 * exact bytes are signed and kept.
 */
#ifndef FJ_ENTRY_RECEIPT_H
#define FJ_ENTRY_RECEIPT_H

#include "entry/roster.h"

enum { RECEIPT_ROWS = 100000 };

struct receipt_entry {
	struct id stream, dev;
	uint64_t seq;
	struct hash id;
};

struct receipt_evidence {
	struct id visit, evidence;
	struct hash sha256, sm3;
	uint64_t size;
};

struct receipt {
	uint8_t suite;
	struct id hub;			/* dev of the hub key */
	uint64_t epoch, position;
	struct instant time;
	uint64_t roster;		/* seq of the hub's roster chain */
	struct receipt_entry *entries;
	size_t nentry;
	struct receipt_evidence *evidence;
	size_t nevidence;
	struct hash hash;		/* set by parse: leaf H(0x00 | text) */
};

struct tree_head {
	uint8_t suite;
	struct id hub;
	uint64_t epoch, position, safe_through;
	struct hash root;
	struct instant time;
	struct hash hash;		/* set by parse: leaf H(0x00 | text) */
};

void receipt_write(const struct receipt *r, struct fj_buf *out);
/* FJ_CORRUPT "receipt.member" {member}, "receipt.json"; FJ_NEWER; FJ_LIMIT.
 * Freed by receipt_release. */
FJ_MUST enum fj_rc receipt_parse(const char *text, size_t n, struct receipt *out,
    struct fj_err *e);
void receipt_release(struct receipt *r);
void receipt_hash(uint8_t suite, const char *text, size_t n, struct hash *out);

void tree_head_write(const struct tree_head *h, struct fj_buf *out);
FJ_MUST enum fj_rc tree_head_parse(const char *text, size_t n, struct tree_head *out,
    struct fj_err *e);

/*
 * Parse and believe only what a hub key of the roster signed.
 * FJ_NOTFOUND "receipt.hub" {hub}: that key is not in the roster (yet);
 * FJ_CORRUPT "receipt.signature" {hub, position}; and what parse answers.
 */
FJ_MUST enum fj_rc receipt_verify(const struct roster *r, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct receipt *out, struct fj_err *e);
FJ_MUST enum fj_rc tree_head_verify(const struct roster *r, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct tree_head *out, struct fj_err *e);

#endif
