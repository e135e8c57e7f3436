/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the files of the SQLite store. */
#ifndef FJ_HUB_STORE_SQLITE_H
#define FJ_HUB_STORE_SQLITE_H

#include "db/db.h"
#include "hub/store.h"

struct sqlite_store {
	struct store base;
	struct db *db;
	struct db *claims;		/* beside it; opened when asked for */
	char *path;
	bool reader;
};

static inline struct sqlite_store *
sqlite_of(struct store *s)
{
	return (struct sqlite_store *)(void *)s;
}

extern const struct store_ops sqlite_ops;

/* FJ_REFUSED "hub.store-moved" when it was retired. */
FJ_MUST enum fj_rc sqlite_moved(struct db *d, struct fj_err *e);

enum fj_rc sqlite_none(struct fj_err *e, const char *what);
enum fj_rc sqlite_damaged(struct fj_err *e, const char *table);

enum fj_rc sqlite_entries_put(struct store *s, const struct stored_entry *en,
    size_t n, bool *fresh, struct fj_err *e);
enum fj_rc sqlite_entry_sign(struct store *s, const struct id *stream,
    const struct hash *id, const uint8_t sig[ENTRY_SIG], struct fj_err *e);
enum fj_rc sqlite_entry_find(struct store *s, const struct id *stream,
    const struct hash *id, struct chain_head *at, uint64_t *position,
    struct fj_err *e);
enum fj_rc sqlite_entry_get(struct store *s, const struct id *stream,
    const struct hash *id, struct fj_buf *frame, uint8_t sig[ENTRY_SIG],
    bool *has_sig, struct fj_err *e);
enum fj_rc sqlite_chain_head(struct store *s, const struct id *stream,
    const struct id *dev, struct chain_head *out, struct fj_err *e);
enum fj_rc sqlite_chain_forked(struct store *s, const struct id *stream,
    const struct id *dev, uint64_t seq, bool *forked, struct fj_err *e);
enum fj_rc sqlite_chains_each(struct store *s, const struct id *stream,
    bool (*fn)(void *ctx, const struct id *dev), void *ctx, struct fj_err *e);
enum fj_rc sqlite_entries_each(struct store *s, const struct id *stream,
    const struct id *dev, uint64_t after,
    bool (*fn)(void *ctx, const struct stored_entry *en), void *ctx,
    struct fj_err *e);
enum fj_rc sqlite_receipts_each(struct store *s, const struct id *stream,
    uint64_t after, bool (*fn)(void *ctx, uint64_t position), void *ctx,
    struct fj_err *e);
enum fj_rc sqlite_stream_put(struct store *s, const struct stored_stream *in,
    struct fj_err *e);
enum fj_rc sqlite_stream_get(struct store *s, const struct id *stream,
    enum stream_kind *kind, uint64_t *position, struct fj_buf *facts,
    struct fj_err *e);
enum fj_rc sqlite_streams_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, const struct stored_stream *st), void *ctx,
    struct fj_err *e);
enum fj_rc sqlite_upload_put(struct store *s, const struct stored_upload *u,
    struct fj_err *e);
enum fj_rc sqlite_upload_get(struct store *s, const struct id *visit,
    const struct id *evidence, struct stored_upload *out, struct fj_err *e);
enum fj_rc sqlite_uploads_each(struct store *s, const struct id *visit,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx,
    struct fj_err *e);
enum fj_rc sqlite_upload_drop(struct store *s, const struct id *visit,
    const struct id *evidence, struct fj_err *e);
enum fj_rc sqlite_uploads_expired(struct store *s, int64_t before_ms,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx,
    struct fj_err *e);
enum fj_rc sqlite_upload_sums(struct store *s, const struct id *visit,
    const struct id *dev, struct upload_sums *out, struct fj_err *e);
enum fj_rc sqlite_claim_take(struct store *s, const struct id *visit,
    const struct id *evidence, uint64_t *claim, struct fj_err *e);
enum fj_rc sqlite_claim_hold(struct store *s, const struct id *visit,
    const struct id *evidence, uint64_t claim, bool *held, struct fj_err *e);
enum fj_rc sqlite_claim_drop(struct store *s, const struct id *visit,
    const struct id *evidence, uint64_t claim, struct fj_err *e);

#endif
