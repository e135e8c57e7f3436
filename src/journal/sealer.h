/* SPDX-License-Identifier: Apache-2.0 */
/* The chunks of an evidence file (table in evidence.h).  Of journal/ only. */
#ifndef FJ_JOURNAL_SEALER_H
#define FJ_JOURNAL_SEALER_H

#include "journal/evidence.h"
#include "journal/internal.h"

enum {
	CHUNK_LOG = 18,
	CHUNK = 1 << CHUNK_LOG,
	CHUNK_SEALED = CHUNK + AEAD_TAG,
	EVIDENCE_HEAD = 13,
	EVIDENCE_SYNC = 16,		/* chunks between two syncs */
};

struct aead *evidence_key(const struct journal *j, const struct id *id,
    const uint8_t salt[SALT_LEN]);
char *evidence_path(const struct journal *j, const struct id *id, const char *suffix);
/* Plain size to size of the file, and to its number of chunks. */
int64_t evidence_file_size(int64_t plain);
int64_t evidence_chunks(int64_t plain);

/* ---- the row ---- */
struct evidence_row {
	int state;			/* 0: none */
	uint8_t salt[SALT_LEN];
	struct evidence_facts facts;
};
FJ_MUST enum fj_rc evidence_row_read(struct journal *j, const struct id *id,
    struct evidence_row *out, struct fj_err *e);
FJ_MUST enum fj_rc evidence_row_write(struct journal *j, const struct id *id,
    const struct evidence_row *row, struct fj_err *e);
FJ_MUST enum fj_rc evidence_row_drop(struct journal *j, const struct id *id,
    struct fj_err *e);

/* ---- writing ---- */
struct sealer {
	int fd;
	char *path;
	struct id id;
	uint8_t head[EVIDENCE_HEAD];
	struct aead *key;
	uint32_t next;			/* chunk to be written */
	uint8_t *plain;			/* CHUNK */
	uint8_t *sealed;		/* CHUNK_SEALED */
	size_t fill;
	int64_t size;			/* plain bytes taken in */
	int64_t expect;			/* -1: unknown until finish */
	struct hasher *sha256, *sm3;
};

/* A new file at path, locked as long as it is open.  Takes path. */
FJ_MUST enum fj_rc sealer_create(struct sealer *s, const struct journal *j,
    const struct id *id, const uint8_t salt[SALT_LEN], char *path, int64_t expect,
    struct fj_err *e);
FJ_MUST enum fj_rc sealer_add(struct sealer *s, const void *p, size_t n,
    struct fj_err *e);
/* The last chunk, and the facts; synced, not renamed. */
FJ_MUST enum fj_rc sealer_finish(struct sealer *s, struct evidence_facts *out,
    struct fj_err *e);
void sealer_close(struct sealer *s);

/* ---- opening chunks ---- */
struct opener {
	int fd;
	char *path;
	struct id id;
	uint8_t head[EVIDENCE_HEAD];
	struct aead *key;
	int64_t size;			/* plain, as the row says */
	uint8_t *buf;			/* CHUNK_SEALED */
	int64_t have;			/* chunk opened in buf; -1 none */
	size_t fill;
};

/* Takes path.  FJ_NOTFOUND, FJ_CORRUPT "evidence.damaged" {id, offset}. */
FJ_MUST enum fj_rc opener_open(struct opener *o, const struct journal *j,
    const struct id *id, const uint8_t salt[SALT_LEN], char *path, int64_t size,
    struct fj_err *e);
FJ_MUST enum fj_rc opener_chunk(struct opener *o, int64_t index, struct fj_err *e);
void opener_close(struct opener *o);

#endif
