/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of journal/ share; nobody else includes it. */
#ifndef FJ_JOURNAL_INTERNAL_H
#define FJ_JOURNAL_INTERNAL_H

#include <sys/types.h>

#include "db/db.h"
#include "journal/journal.h"

enum {
	JOURNAL_FORMAT = 1,		/* PRAGMA user_version */
	KID_LEN = 16,
	SALT_LEN = 16,
	PAD = 64,
	ROW_HEAD = 2 + AEAD_NONCE,	/* version, suite, nonce */
	FRAME_MAX = ENTRY_HEAD + (1 << 20),
	ROW_MAX = FRAME_MAX + 4 + PAD,
	FACT_MAX = 16 << 20,
	BALLAST = 1 << 20,
	EVIDENCE_RECEIVING = 1,		/* states in the evidence table */
	EVIDENCE_HELD = 2,
};

/* Names an entry or a fact on disk: HMAC under the index key, cut. */
struct kid {
	uint8_t b[KID_LEN];
};

struct journal {
	char *home;
	char *epoch_path;
	struct clock system;
	const struct clock *clock;
	struct db *db;
	uint64_t epoch;			/* of the lock file, as seen at unlock */

	bool unlocked;
	struct keyring ring;
	struct id dev;
	bool has_continues;
	struct id continues;
	struct secret *index_key;
	struct aead *fact_key;
	/* The stream used last: its key is made again for another. */
	bool stream_have;
	struct id stream;
	enum stream_kind stream_kind;
	struct aead *stream_key;
	char *self_text[5];
	struct journal_self self;
};

/* journal.c */
FJ_MUST enum fj_rc journal_need(const struct journal *j, struct fj_err *e);
FJ_MUST enum fj_rc journal_need_identity(const struct journal *j, struct fj_err *e);
FJ_MUST enum fj_rc journal_adopt(struct journal *j, struct keyring *ring,
    struct fj_err *e);
/* The key of a stream that was made inside is forgotten with the transaction. */
FJ_MUST enum fj_rc journal_begin(struct journal *j, struct fj_err *e);
FJ_MUST enum fj_rc journal_end(struct journal *j, enum fj_rc rc, struct fj_err *e);

/* schema.c */
FJ_MUST enum fj_rc schema_make(struct db *d, struct fj_err *e);
FJ_MUST enum fj_rc schema_check(struct db *d, struct fj_err *e);
/* Nothing worth keeping in it: left by an init that was cut. */
bool schema_is_blank(const char *path);

/* space.c: the ballast */
void ballast_keep(struct journal *j);
bool ballast_release(struct journal *j);	/* true: there was one */

/* row.c: sealed rows.  Padded, bound to their place by the AAD. */
void row_seal(struct aead *key, const struct part *aad, size_t naad, const void *p,
    size_t n, struct fj_buf *out);
FJ_MUST enum fj_rc row_open(struct aead *key, const struct part *aad, size_t naad,
    const void *p, size_t n, struct fj_buf *out, struct fj_err *e);
void kid_of(const struct journal *j, const char *what, const struct part *part, size_t n,
    struct kid *out);
void kid_of_entry(const struct journal *j, const struct hash *id, struct kid *out);
FJ_MUST enum fj_rc row_damaged(const struct id *stream, const struct id *dev,
    uint64_t seq, struct fj_err *e);

/* stream.c */
/* Have the key of the stream at hand; *there = false when it is not held. */
FJ_MUST enum fj_rc stream_use(struct journal *j, const struct id *stream, bool *there,
    struct fj_err *e);
/* The same; made when not held.  FJ_CORRUPT "journal.kind". */
FJ_MUST enum fj_rc stream_make(struct journal *j, const struct id *stream,
    enum stream_kind kind, struct fj_err *e);
FJ_MUST enum fj_rc stream_touch(struct journal *j, const struct id *stream,
    int64_t last, size_t added, struct fj_err *e);
void stream_forget(struct journal *j);

/* entries.c: rows of entries and signatures of the stream in use */
struct entry_row {
	int64_t n;
	struct id dev;
	uint64_t seq;
	struct kid kid;
};
/* The frame of a row into buf, decoded, its id and place checked.
 * FJ_CORRUPT "journal.damaged" {stream, dev, seq}. */
FJ_MUST enum fj_rc entry_row_open(struct journal *j, const struct entry_row *at,
    const void *sealed, size_t n, struct fj_buf *buf, struct entry *en,
    struct fj_err *e);
/* Columns n, dev, seq, kid, sealed from `col` on. */
FJ_MUST enum fj_rc entry_row_read(struct journal *j, struct stmt *s, int col,
    struct entry_row *at, struct fj_buf *buf, struct entry *en, struct fj_err *e);
FJ_MUST enum fj_rc entry_insert(struct journal *j, const struct entry *en,
    const void *frame, size_t n, int64_t *row, struct fj_err *e);
FJ_MUST enum fj_rc entry_known(struct journal *j, const struct hash *id, bool *known,
    struct fj_err *e);
FJ_MUST enum fj_rc sig_insert(struct journal *j, const struct entry *en,
    const uint8_t sig[SIG_LEN], struct fj_err *e);
FJ_MUST enum fj_rc sig_read(struct journal *j, const struct id *dev, uint64_t seq,
    const struct kid *kid, struct hash *id, uint8_t sig[SIG_LEN], bool *there,
    struct fj_err *e);
/* J3: the rows again from the database, against the frames. */
FJ_MUST enum fj_rc entries_confirm(struct journal *j, const struct chain_head *before,
    const struct entry *en, size_t n, const struct identity_public *key,
    struct fj_err *e);

/* chain.c */
FJ_MUST enum fj_rc chain_tip(struct journal *j, const struct id *stream,
    const struct id *dev, struct chain_head *out, struct fj_err *e);
FJ_MUST enum fj_rc chain_mark_fork(struct journal *j, const struct id *stream,
    const struct id *dev, struct fj_err *e);

/* fact.c */
FJ_MUST enum fj_rc facts_write(struct journal *j, const struct journal_kv *kv, size_t n,
    struct fj_err *e);
FJ_MUST enum fj_rc facts_check(struct journal *j, const struct journal_reader *r,
    struct journal_check *out, struct fj_err *e);

/* self.c */
FJ_MUST enum fj_rc self_load(struct journal *j, struct fj_err *e);
void self_drop(struct journal *j);
FJ_MUST enum fj_rc self_set_continues(struct journal *j, const struct id *new_dev,
    struct fj_err *e);

#endif
