/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence files, sealed in chunks: HOME/evidence/ID.fje.
 *
 *	offset	bytes
 *	0	4	"FJE1"
 *	4	1	suite
 *	5	1	log2 of the chunk size, 18
 *	6	7	random prefix of the nonces
 *	13	…	chunks: 2^18 bytes (the last 0 … 2^18) sealed, + 16 bytes tag each
 * Nonce of chunk i: prefix 7 | i, 4 bytes | 1 when it is the last, else 0.
 * AAD: the 13 bytes | evidence id 16.  Key: HKDF(DEK, salt of the row in journal.db,
 * "feijian/1/evidence/" id).  A file of 0 bytes has one empty chunk.
 *
 * E1  a file is there under its name only when it is whole and durable; the entry
 *     that names it comes afterwards.
 * E2  no bytes are given out that did not pass their tag.
 * E3  size, SHA-256 and SM3 are of the bytes that were sealed, taken in the same pass.
 */
#ifndef FJ_JOURNAL_EVIDENCE_H
#define FJ_JOURNAL_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/rc.h"
#include "journal/journal.h"

struct evidence_facts {
	int64_t size;
	struct hash sha256;
	struct hash sm3;
};

/* done of total bytes (-1 unknown); false cancels: FJ_CANCELLED "evidence.cancelled". */
struct evidence_progress {
	bool (*step)(void *ctx, int64_t done, int64_t total);
	void *ctx;
};

/*
 * Seal a file; makes the id.  progress may be NULL.
 * FJ_NOTFOUND "evidence.open" {path, reason}, FJ_INVAL "evidence.not-file" {path},
 * FJ_STALE "evidence.changed" {path} (size or time moved, or it vanished, while it was
 * read), FJ_LIMIT "evidence.too-large" {path, max}, FJ_FULL.  Leaves nothing behind then.
 */
FJ_MUST enum fj_rc evidence_import(struct journal *j, const char *path,
    const struct evidence_progress *progress, struct id *id,
    struct evidence_facts *out, struct fj_err *e);
/* The same from bytes in memory (a printed PDF). */
FJ_MUST enum fj_rc evidence_import_bytes(struct journal *j, const void *p, size_t n,
    struct id *id, struct evidence_facts *out, struct fj_err *e);

/* Held whole? */
FJ_MUST enum fj_rc evidence_held(struct journal *j, const struct id *id, bool *held,
    struct evidence_facts *out, struct fj_err *e);
/* Remove a file that no entry names (an import whose commit failed). */
FJ_MUST enum fj_rc evidence_forget(struct journal *j, const struct id *id,
    struct fj_err *e);
/* Remove what interrupted imports left half made.  Never fails, and never takes away
 * a whole file. */
void evidence_sweep(struct journal *j);

/* ---- reading ---- */
struct evidence_reader;
/* FJ_NOTFOUND "evidence.none" {id}. */
FJ_MUST enum fj_rc evidence_open(struct journal *j, const struct id *id,
    struct evidence_reader **out, struct fj_err *e);
void evidence_close(struct evidence_reader **r);
const struct evidence_facts *evidence_facts(const struct evidence_reader *r);
/* Bytes from `at`; *got < n only at the end.  FJ_CORRUPT "evidence.damaged" {id, offset}. */
FJ_MUST enum fj_rc evidence_read(struct evidence_reader *r, int64_t at, void *p,
    size_t n, size_t *got, struct fj_err *e);
/* All of it, with the digests.  FJ_CORRUPT "evidence.damaged". */
FJ_MUST enum fj_rc evidence_verify(struct journal *j, const struct id *id,
    const struct evidence_progress *progress, struct fj_err *e);
/* Plain bytes out, verified: to a new file (FJ_REFUSED "os.exists"), or to a
 * descriptor (fs_memfd). */
FJ_MUST enum fj_rc evidence_extract(struct journal *j, const struct id *id,
    const char *to, const struct evidence_progress *progress, struct fj_err *e);
FJ_MUST enum fj_rc evidence_extract_fd(struct journal *j, const struct id *id, int fd,
    const struct evidence_progress *progress, struct fj_err *e);

/* ---- receiving: from the hub or a bundle, resumable ---- */
struct evidence_writer;
/* Size and digests as its entry says.  FJ_REFUSED "evidence.held": there is no need.  What is held already of an earlier attempt is
 * verified and kept: evidence_written tells from which offset to go on. */
FJ_MUST enum fj_rc evidence_receive(struct journal *j, const struct id *id,
    const struct evidence_facts *expect, struct evidence_writer **out,
    struct fj_err *e);
int64_t evidence_written(const struct evidence_writer *w);
/* Whole chunks stay for a next attempt; synced every 4 MiB and on close.
 * FJ_INVAL "evidence.too-long". */
FJ_MUST enum fj_rc evidence_write(struct evidence_writer *w, const void *p, size_t n,
    struct fj_err *e);
/* Checks size and digests, makes it held.  FJ_CORRUPT "evidence.digest" {id}: what was
 * received is dropped.  FJ_STALE "evidence.short" {id, have, want}: go on later. */
FJ_MUST enum fj_rc evidence_finish(struct evidence_writer **w, struct fj_err *e);
/* Stop for now; what came in whole chunks stays for the next time. */
void evidence_writer_close(struct evidence_writer **w);

#endif
