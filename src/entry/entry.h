/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of an entry: bytes in, fields out, and back (FORMAT.md section 2).
 * Nothing here knows what an operation means; model/ does.
 *
 * N1  entry_encode of what entry_decode read gives the same bytes.
 * N2  an id is the hash of exactly the bytes that were first written.
 * N3  entry_follows holds only for seq + 1, prev = id, same stream, dev and
 *     suite, and a later hybrid clock.
 */
#ifndef FJ_ENTRY_ENTRY_H
#define FJ_ENTRY_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/json.h"
#include "base/rc.h"

enum {
	ENTRY_VERSION = 1,
	ENTRY_HEAD = 90,		/* bytes before the payload */
	ENTRY_SIG = 64,
};

enum stream_kind {
	STREAM_NONE = 0,
	STREAM_VISIT = 1,
	STREAM_DIVISION = 2,
	STREAM_ROSTER = 3,
};

/* One entry, decoded.  payload is borrowed from the bytes it was read from. */
struct entry {
	uint8_t suite;
	enum stream_kind kind;
	struct id stream;
	struct id dev;
	uint64_t seq;
	uint64_t hlc;
	struct hash prev;
	const char *payload;
	size_t len;
	struct hash id;			/* set by decode and by encode */
};

/* Where a chain stands.  seq 0: nothing yet. */
struct chain_head {
	struct id dev;
	uint64_t seq;
	uint64_t hlc;
	struct hash id;
};

/* Append the frame to b and set en->id.  FJ_LIMIT. */
FJ_MUST enum fj_rc entry_encode(struct entry *en, struct fj_buf *b, struct fj_err *e);

/* Exactly one frame.  FJ_CORRUPT "entry.frame", FJ_NEWER "entry.version",
 * "entry.suite", FJ_LIMIT. The payload has not passed the JSON gate yet. */
FJ_MUST enum fj_rc entry_decode(const void *p, size_t n, struct entry *out,
    struct fj_err *e);

/* N3.  FJ_CORRUPT "entry.chain" {dev, seq}. */
FJ_MUST enum fj_rc entry_follows(const struct chain_head *head,
    const struct entry *en, struct fj_err *e);
void chain_advance(struct chain_head *head, const struct entry *en);

/* A hybrid clock after `last` and not before wall_ms. */
uint64_t hlc_next(uint64_t last, int64_t wall_ms);
int64_t hlc_ms(uint64_t hlc);

#endif
