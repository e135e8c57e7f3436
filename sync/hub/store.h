/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hub keeps, as a function table: SQLite or PostgreSQL, both held to
 * tests/contract/store_contract.c.  The store decides nothing.
 *
 * T1  what commit acknowledged survives a power cut.
 * T2  one writer: what is read between begin and commit or rollback cannot be
 *     changed by another process.  Every *_put, *_drop and *_expire needs it.
 * T3  positions of the log are 1, 2, 3 … in the order of commits, without gaps.
 * T4  bytes come back as they were put.
 * T5  putting what is there already changes nothing (entries by stream and id,
 *     blobs by digest); it is said by the answer, not by an error.
 * T6  a reader (store_open_reader) never waits for a writer and never sees half
 *     of a transaction.  It has every operation that needs no transaction, the
 *     claims, and snapshots; its begin answers FJ_REFUSED "hub.store-reader".
 *
 * A struct store belongs to one thread at a time.  Callbacks must not call the
 * store; answering false stops.  Borrowed bytes live until the callback returns.
 *
 * FJ_BUSY "hub.store-busy" or "hub.store-lost" from any operation: the transaction
 * is gone (rollback it), ask again later.  From commit the outcome is not known:
 * what was put may be there.  Everything that is put can be put again.
 */
#ifndef FJ_HUB_STORE_H
#define FJ_HUB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/rc.h"
#include "entry/entry.h"

struct store;

struct stored_entry {
	struct id stream, dev;
	uint64_t seq, hlc;
	struct hash id, prev;
	const void *frame;
	size_t len;
	const uint8_t *sig;		/* ENTRY_SIG bytes, or NULL: not the end of a run */
	uint64_t position;		/* of the receipt that covers it */
};

struct stored_stream {
	struct id stream;
	enum stream_kind kind;
	uint64_t position;		/* of its newest change */
	const char *facts;		/* JSON, see visits.h; "" when not computed */
};

struct stored_invite {
	char lookup[5];
	struct id person;
	struct hash k1, k2;
	int64_t expires_ms;
	int wrong;			/* MACs so far */
	struct id dev;			/* zero: not used yet */
};

struct stored_upload {
	struct id visit, evidence;
	struct hash sha256, sm3;
	int64_t size;
	bool done;
	uint64_t position;		/* of the receipt, once done */
	struct id dev;			/* who made it; its quota */
	int64_t created_ms, expires_ms;	/* expires 0: never */
	struct id scratch;		/* names the partial file; zero: none yet */
};

struct upload_sums {
	int64_t open, open_bytes, done, done_bytes;	/* bytes: of declared sizes */
};

/* Who read or did what.  Strings: plain ASCII or JSON; never NULL when put. */
struct audit_row {
	uint64_t n;			/* given by the store: 1, 2, 3 … */
	int64_t time_ms;
	struct id person, dev, stream;	/* zero: none */
	const char *act;
	const char *detail;
};

struct store_stats {
	int64_t streams, entries, chains, uploads, uploads_done, evidence_bytes,
	    roster, blobs, position;
};

enum log_kind {
	LOG_RECEIPT = 1,
	LOG_ROSTER = 2,
};

struct store_ops {
	void (*close)(struct store *s);
	enum fj_rc (*begin)(struct store *s, struct fj_err *e);
	enum fj_rc (*commit)(struct store *s, struct fj_err *e);
	void (*rollback)(struct store *s);

	/* Reads between them see one moment.  On a reader only; end always works. */
	enum fj_rc (*snapshot)(struct store *s, struct fj_err *e);
	void (*snapshot_end)(struct store *s);

	/* Small facts by name.  get: FJ_NOTFOUND "hub.store-none". */
	enum fj_rc (*meta_put)(struct store *s, const char *name, const void *p,
	    size_t n, struct fj_err *e);
	enum fj_rc (*meta_get)(struct store *s, const char *name, struct fj_buf *out,
	    struct fj_err *e);
	enum fj_rc (*meta_each)(struct store *s,
	    bool (*fn)(void *ctx, const char *name, const void *p, size_t n), void *ctx,
	    struct fj_err *e);

	/* Rows of the roster, numbered from 1. */
	enum fj_rc (*roster_put)(struct store *s, const void *frame, size_t n,
	    const uint8_t sig[ENTRY_SIG], uint64_t position, uint64_t *row,
	    struct fj_err *e);
	enum fj_rc (*roster_last)(struct store *s, uint64_t *row, struct fj_err *e);
	/* The position it was put with. */
	enum fj_rc (*roster_position)(struct store *s, uint64_t row, uint64_t *position,
	    struct fj_err *e);
	enum fj_rc (*roster_each)(struct store *s, uint64_t after,
	    bool (*fn)(void *ctx, uint64_t row, const void *frame, size_t n,
	    const uint8_t *sig), void *ctx, struct fj_err *e);

	/* The log.  position: of the newest leaf, 0 when empty. */
	enum fj_rc (*log_put)(struct store *s, enum log_kind kind, const void *text,
	    size_t n, const uint8_t *sig, const struct hash *leaf, uint64_t position,
	    struct fj_err *e);
	enum fj_rc (*log_position)(struct store *s, uint64_t *position, struct fj_err *e);
	enum fj_rc (*log_get)(struct store *s, uint64_t position, enum log_kind *kind,
	    struct fj_buf *text, uint8_t sig[ENTRY_SIG], struct hash *leaf,
	    struct fj_err *e);

	/* Leaves with from <= position <= to, ascending. */
	enum fj_rc (*leaves_each)(struct store *s, uint64_t from, uint64_t to,
	    bool (*fn)(void *ctx, uint64_t position, const struct hash *leaf),
	    void *ctx, struct fj_err *e);

	enum fj_rc (*invite_put)(struct store *s, const struct stored_invite *in,
	    struct fj_err *e);		/* new, or changes the one of this look-up */
	enum fj_rc (*invite_get)(struct store *s, const char *lookup,
	    struct stored_invite *out, struct fj_err *e);
	enum fj_rc (*invites_each)(struct store *s,
	    bool (*fn)(void *ctx, const struct stored_invite *in), void *ctx,
	    struct fj_err *e);
	enum fj_rc (*invite_expire)(struct store *s, int64_t before_ms, struct fj_err *e);

	/* Entries, any number at once.  fresh[i]: whether en[i] was new; of two alike
	 * in one call the first is. */
	enum fj_rc (*entries_put)(struct store *s, const struct stored_entry *en,
	    size_t n, bool *fresh, struct fj_err *e);
	enum fj_rc (*entry_sign)(struct store *s, const struct id *stream,
	    const struct hash *id, const uint8_t sig[ENTRY_SIG], struct fj_err *e);
	/* Where it stands, and the position of its receipt (may be NULL); FJ_NOTFOUND. */
	enum fj_rc (*entry_find)(struct store *s, const struct id *stream,
	    const struct hash *id, struct chain_head *at, uint64_t *position,
	    struct fj_err *e);
	/* The frame, appended; and its signature when it has one. */
	enum fj_rc (*entry_get)(struct store *s, const struct id *stream,
	    const struct hash *id, struct fj_buf *frame, uint8_t sig[ENTRY_SIG],
	    bool *has_sig, struct fj_err *e);
	/* The newest entry of a chain; seq 0 when there is none. */
	enum fj_rc (*chain_head)(struct store *s, const struct id *stream,
	    const struct id *dev, struct chain_head *out, struct fj_err *e);
	/* More than one entry at this seq, or at any (seq 0)? */
	enum fj_rc (*chain_forked)(struct store *s, const struct id *stream,
	    const struct id *dev, uint64_t seq, bool *forked, struct fj_err *e);
	enum fj_rc (*chains_each)(struct store *s, const struct id *stream,
	    bool (*fn)(void *ctx, const struct id *dev), void *ctx, struct fj_err *e);
	/* Entries of one chain with seq > after, by seq, then id; dev NULL: of all
	 * chains, by dev; stream NULL (and dev, and after 0): of all streams. */
	enum fj_rc (*entries_each)(struct store *s, const struct id *stream,
	    const struct id *dev, uint64_t after,
	    bool (*fn)(void *ctx, const struct stored_entry *en), void *ctx,
	    struct fj_err *e);

	/* Positions > after of the receipts that name entries or whole files of this
	 * stream, ascending, each once. */
	enum fj_rc (*receipts_each)(struct store *s, const struct id *stream,
	    uint64_t after, bool (*fn)(void *ctx, uint64_t position), void *ctx,
	    struct fj_err *e);

	/* Streams.  put makes or changes kind, position and facts. */
	enum fj_rc (*stream_put)(struct store *s, const struct stored_stream *st,
	    struct fj_err *e);
	enum fj_rc (*stream_get)(struct store *s, const struct id *stream,
	    enum stream_kind *kind, uint64_t *position, struct fj_buf *facts,
	    struct fj_err *e);
	/* With position > after, oldest change first. */
	enum fj_rc (*streams_each)(struct store *s, uint64_t after,
	    bool (*fn)(void *ctx, const struct stored_stream *st), void *ctx,
	    struct fj_err *e);

	enum fj_rc (*upload_put)(struct store *s, const struct stored_upload *u,
	    struct fj_err *e);
	enum fj_rc (*upload_get)(struct store *s, const struct id *visit,
	    const struct id *evidence, struct stored_upload *out, struct fj_err *e);
	/* visit NULL: of all. */
	enum fj_rc (*uploads_each)(struct store *s, const struct id *visit,
	    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx,
	    struct fj_err *e);

	/* Well when there is none; drops its claim too. */
	enum fj_rc (*upload_drop)(struct store *s, const struct id *visit,
	    const struct id *evidence, struct fj_err *e);
	/* Not done, with 0 < expires_ms < before_ms, the oldest first. */
	enum fj_rc (*uploads_expired)(struct store *s, int64_t before_ms,
	    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx,
	    struct fj_err *e);
	/* Of one visit, one device, both; NULL: of any. */
	enum fj_rc (*upload_sums)(struct store *s, const struct id *visit,
	    const struct id *dev, struct upload_sums *out, struct fj_err *e);

	/*
	 * Who writes to which upload, across threads and processes: a claim is a
	 * number that holds until a newer one is taken.  Outside of transactions, of
	 * a reader too, never waits for begin … commit.
	 */
	enum fj_rc (*claim_take)(struct store *s, const struct id *visit,
	    const struct id *evidence, uint64_t *claim, struct fj_err *e);
	enum fj_rc (*claim_hold)(struct store *s, const struct id *visit,
	    const struct id *evidence, uint64_t claim, bool *held, struct fj_err *e);
	enum fj_rc (*claim_drop)(struct store *s, const struct id *visit,
	    const struct id *evidence, uint64_t claim, struct fj_err *e);

	/* The audit log.  put: a row with n 0 gets the next number. */
	enum fj_rc (*audit_put)(struct store *s, const struct audit_row *row, size_t n,
	    struct fj_err *e);
	enum fj_rc (*audit_each)(struct store *s, uint64_t after,
	    bool (*fn)(void *ctx, const struct audit_row *row), void *ctx,
	    struct fj_err *e);
	enum fj_rc (*audit_expire)(struct store *s, int64_t before_ms, struct fj_err *e);

	enum fj_rc (*blob_put)(struct store *s, const struct hash *digest,
	    const void *p, size_t n, struct fj_err *e);
	enum fj_rc (*blob_get)(struct store *s, const struct hash *digest,
	    struct fj_buf *out, struct fj_err *e);

	enum fj_rc (*blobs_each)(struct store *s,
	    bool (*fn)(void *ctx, const struct hash *digest, const void *p, size_t n),
	    void *ctx, struct fj_err *e);

	enum fj_rc (*stats)(struct store *s, struct store_stats *out, struct fj_err *e);
	enum fj_rc (*check)(struct store *s, struct fj_err *e);

	/* The position up to which a second copy holds the log: what a read-back backup
	 * was noted with, or all of it where a standby confirms each commit. */
	enum fj_rc (*safe_through)(struct store *s, uint64_t *position, struct fj_err *e);
	/* A consistent copy of a live store in a new file, synced; FJ_REFUSED
	 * "hub.pg-backup" where that is the database's matter. */
	enum fj_rc (*backup)(struct store *s, const char *path, struct fj_err *e);
	/* Moved to another store: from this commit on begin and store_open answer
	 * FJ_REFUSED "hub.store-moved". */
	enum fj_rc (*retire)(struct store *s, struct fj_err *e);
};

/* Each implementation embeds it as its first member. */
struct store {
	const struct store_ops *ops;
};

/*
 * "sqlite:PATH", or a libpq URL "postgresql://…" whose password is never told.
 * create: FJ_REFUSED "hub.store-exists" when there is one; else FJ_NOTFOUND
 * "hub.store-missing".  FJ_INVAL "hub.store-url"; FJ_NEWER "hub.store-newer".
 */
FJ_MUST enum fj_rc store_open(const char *url, bool create, struct store **out,
    struct fj_err *e);
/* A handle of its own for a thread that reads (T6); the store must be there. */
FJ_MUST enum fj_rc store_open_reader(const char *url, struct store **out,
    struct fj_err *e);
void store_close(struct store **s);

FJ_MUST enum fj_rc store_sqlite_open(const char *path, bool create,
    struct store **out, struct fj_err *e);
FJ_MUST enum fj_rc store_sqlite_open_reader(const char *path, struct store **out,
    struct fj_err *e);
FJ_MUST enum fj_rc store_pg_open(const char *url, bool create, struct store **out,
    struct fj_err *e);
FJ_MUST enum fj_rc store_pg_open_reader(const char *url, struct store **out,
    struct fj_err *e);

#endif
