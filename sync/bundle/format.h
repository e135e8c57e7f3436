/* SPDX-License-Identifier: Apache-2.0 */
/* Private to bundle/: what writer and reader have in common. */
#ifndef FJ_BUNDLE_FORMAT_H
#define FJ_BUNDLE_FORMAT_H

#include "bundle/bundle.h"
#include "crypto/crypto.h"

enum {
	CHUNK = 1 << BUNDLE_CHUNK_LOG2,
	PREFIX = 7,
	HEAD_FIXED = 16,
	AT_VERSION = 3,
	AT_SUITE = 4,
	AT_LOG2 = 5,
	AT_COUNT = 6,
	AT_PREFIX = 8,
	RECORD_HEAD = 9,
	EVIDENCE_HEAD = 2 * ID_LEN + HASH_LEN,
	WRAP_MOST = 1024,		/* bytes of one wrap */
	HEADER_MOST = HEAD_FIXED + 2 * KEY_MAX + BUNDLE_RECEIVERS * (ID_LEN + 2 + WRAP_MOST) +
	    ENTRY_SIG,
	CHUNKS_MOST = 1 << 30,
	TRAILER = 4,
};

enum record {
	REC_ABOUT = 1,
	REC_ROSTER,
	REC_RUN,
	REC_RECEIPT,
	REC_HEAD,
	REC_EVIDENCE,
	REC_BLOB,
	REC_END,
	REC_PASSED_OVER = 128,		/* from here on: not for this version */
};

#define BUNDLE_TRAILER "FJBE"

/* What the sender signs at the end: header and every record before. */
void bundle_end_hash(uint8_t suite, const struct hash *header, const struct hash *records,
    struct hash *out);
void bundle_nonce(const uint8_t prefix[PREFIX], uint32_t number, bool last,
    uint8_t out[AEAD_NONCE]);
/* Longest data of a record that is kept in memory; 0: streamed or unknown. */
uint64_t record_most(unsigned type);

#endif
