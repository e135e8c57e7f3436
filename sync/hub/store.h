/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hub keeps, as a function table: SQLite now, PostgreSQL later, both held
 * to tests/contract/store_contract.c.  The store decides nothing.
 *
 * T1  what commit acknowledged survives a power cut.
 * T2  one writer: what is read between begin and commit or rollback cannot be
 *     changed by another process.  Every *_put needs it.
 * T3  positions of the log are 1, 2, 3 … in the order of commits, without gaps.
 * T4  bytes come back as they were put.
 * T5  putting what is there already changes nothing (entries by stream and id,
 *     blobs by digest); it is said by the answer, not by an error.
 *
 * A struct store belongs to one thread at a time.  Callbacks must not call the
 * store; answering false stops.  Borrowed bytes live until the callback returns.
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

	/* Small facts by name.  get: FJ_NOTFOUND "hub.store-none". */
	enum fj_rc (*meta_put)(struct store *s, const char *name, const void *p,
	    size_t n, struct fj_err *e);
	enum fj_rc (*meta_get)(struct store *s, const char *name, struct fj_buf *out,
	    struct fj_err *e);

	/* Rows of the roster, numbered from 1. */
	enum fj_rc (*roster_put)(struct store *s, const void *frame, size_t n,
	    const uint8_t sig[ENTRY_SIG], uint64_t position, uint64_t *row,
	    struct fj_err *e);
	enum fj_rc (*roster_last)(struct store *s, uint64_t *row, struct fj_err *e);
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

	enum fj_rc (*invite_put)(struct store *s, const struct stored_invite *in,
	    struct fj_err *e);		/* new, or changes the one of this look-up */
	enum fj_rc (*invite_get)(struct store *s, const char *lookup,
	    struct stored_invite *out, struct fj_err *e);
	enum fj_rc (*invite_expire)(struct store *s, int64_t before_ms, struct fj_err *e);

	/* Entries.  put answers in *fresh whether it was new. */
	enum fj_rc (*entry_put)(struct store *s, const struct stored_entry *en,
	    bool *fresh, struct fj_err *e);
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
	 * chains, by dev. */
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
	enum fj_rc (*uploads_each)(struct store *s, const struct id *visit,
	    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx,
	    struct fj_err *e);

	enum fj_rc (*blob_put)(struct store *s, const struct hash *digest,
	    const void *p, size_t n, struct fj_err *e);
	enum fj_rc (*blob_get)(struct store *s, const struct hash *digest,
	    struct fj_buf *out, struct fj_err *e);

	enum fj_rc (*stats)(struct store *s, struct store_stats *out, struct fj_err *e);
	enum fj_rc (*check)(struct store *s, struct fj_err *e);
};

/* Each implementation embeds it as its first member. */
struct store {
	const struct store_ops *ops;
};

/*
 * "sqlite:PATH".  create: FJ_REFUSED "hub.store-exists" when there is one; else
 * FJ_NOTFOUND "hub.store-missing".  "postgresql://…": FJ_REFUSED "hub.store-later".
 * FJ_INVAL "hub.store-url"; FJ_NEWER "hub.store-newer".
 */
FJ_MUST enum fj_rc store_open(const char *url, bool create, struct store **out,
    struct fj_err *e);
void store_close(struct store **s);

FJ_MUST enum fj_rc store_sqlite_open(const char *path, bool create,
    struct store **out, struct fj_err *e);


#endif
