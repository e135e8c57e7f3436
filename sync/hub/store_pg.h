/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private to the files of the PostgreSQL store.  SQL by the rules of SYNC.md section
 * 6: what PostgreSQL, openGauss and KingbaseES have in common.  No upsert, no
 * RETURNING, no SERIAL, no LISTEN, no advisory locks; integers and bytes in binary;
 * what may be empty is NULL, since some of them take '' for it.
 *
 * PG1  a transaction holds the row 'writer' of fj_lock from its first statement:
 *      numbers that are read in it are given in the order of commits (T2, T3).
 * PG2  a commit counts as durable only when the server answered COMMIT without a
 *      warning: one that was told not to wait for its standby warns, and says
 *      COMMIT.  A server's statement_timeout does not hold for that wait, so it is
 *      held here, by hanging up: what is not confirmed then stays invisible.
 * PG3  outside of a transaction a lost connection is made again and the statement
 *      said again, once; inside, the transaction is lost: FJ_BUSY.
 *      Statements are prepared; where something between forgets them (pgbouncer in
 *      transaction mode), the first that is not known ends that for this handle.
 * PG4  neither password nor row contents reach an error's arguments.
 */
#ifndef FJ_HUB_STORE_PG_H
#define FJ_HUB_STORE_PG_H

#include <stdarg.h>

#include "base/map.h"
#include "hub/pq.h"
#include "hub/store.h"

enum {
	PG_PAGE = 500,			/* rows of one answer */
	PG_ROWS = 1000,			/* rows of one statement */
	PG_STATEMENT_BYTES = 8 << 20,
	PG_PREPARED_VALUES = 128,	/* statements with more are said in full */
};

struct pg_store {
	struct store base;
	struct pq q;
	struct pg_conn *c;		/* NULL: not connected */
	char *url;
	char *label;			/* host and database, for errors */
	bool reader;
	bool tx;			/* between begin and commit, or in a snapshot */
	bool warned;			/* a warning came since it was cleared */
	bool plain;			/* prepared statements get lost on the way */
	struct map *prepared;		/* SQL -> its name, of this connection */
	int64_t limit_ms;		/* of a statement, and of waiting for a commit */
};

static inline struct pg_store *
pg_of(struct store *s)
{
	return (struct pg_store *)(void *)s;
}

/* ---- values of a statement ---- */

struct pg_args {
	int n, most;
	const char **v;
	int *len, *format;
	unsigned *oid;
	uint8_t *num;			/* 8 bytes each, for integers */
};

void pg_args_init(struct pg_args *a, int most);
void pg_args_release(struct pg_args *a);
/* kinds: 'l' int64_t, 'b' const void * and size_t (empty: NULL), 't' const char *
 * (NULL or empty: NULL), 'I' const struct id *, 'H' const struct hash *.  Borrowed. */
void pg_args_add(struct pg_args *a, const char *kinds, ...);
void pg_args_addv(struct pg_args *a, const char *kinds, va_list ap);

/* ---- statements ---- */

struct pg_rows {
	const struct pq *q;
	struct pg_result *r;
	int n;
};

FJ_MUST enum fj_rc pg_open(struct pg_store *p, const char *url, struct fj_err *e);
void pg_shut(struct pg_store *p);
/* Connected, or FJ_BUSY "hub.store-lost". */
FJ_MUST enum fj_rc pg_ready(struct pg_store *p, struct fj_err *e);
/* Statements without values; several by ';' are one transaction. */
FJ_MUST enum fj_rc pg_exec(struct pg_store *p, const char *sql, struct fj_err *e);
FJ_MUST enum fj_rc pg_send(struct pg_store *p, const char *sql, const struct pg_args *a,
    struct pg_rows *out, struct fj_err *e);
FJ_MUST enum fj_rc pg_ask(struct store *s, struct fj_err *e, struct pg_rows *out,
    const char *sql, const char *kinds, ...);
/* changed may be NULL. */
FJ_MUST enum fj_rc pg_run(struct store *s, struct fj_err *e, int64_t *changed,
    const char *sql, const char *kinds, ...);
/* First column of the first row, 0 for NULL. */
FJ_MUST enum fj_rc pg_number(struct store *s, struct fj_err *e, int64_t *out,
    const char *sql);

void pg_rows_end(struct pg_rows *r);
int64_t pg_i64(const struct pg_rows *r, int row, int col);
bool pg_null(const struct pg_rows *r, int row, int col);
const void *pg_blob(const struct pg_rows *r, int row, int col, size_t *n);
/* Exactly n bytes copied out. */
bool pg_bytes(const struct pg_rows *r, int row, int col, void *out, size_t n);

enum fj_rc pg_none(struct fj_err *e, const char *what);
enum fj_rc pg_damaged(struct fj_err *e, const char *table);

enum fj_rc pg_begin(struct store *s, struct fj_err *e);
enum fj_rc pg_commit(struct store *s, struct fj_err *e);
void pg_rollback(struct store *s);
enum fj_rc pg_snapshot(struct store *s, struct fj_err *e);
void pg_snapshot_end(struct store *s);

/* Tables, their version and the lock row. */
FJ_MUST enum fj_rc pg_schema_make(struct pg_store *p, struct fj_err *e);
FJ_MUST enum fj_rc pg_schema_look(struct pg_store *p, struct fj_err *e);

/* ---- operations of the other files ---- */
enum fj_rc pg_entries_put(struct store *s, const struct stored_entry *en, size_t n,
    bool *fresh, struct fj_err *e);
enum fj_rc pg_entry_sign(struct store *s, const struct id *stream,
    const struct hash *id, const uint8_t sig[ENTRY_SIG], struct fj_err *e);
enum fj_rc pg_entry_find(struct store *s, const struct id *stream,
    const struct hash *id, struct chain_head *at, uint64_t *position,
    struct fj_err *e);
enum fj_rc pg_entry_get(struct store *s, const struct id *stream,
    const struct hash *id, struct fj_buf *frame, uint8_t sig[ENTRY_SIG],
    bool *has_sig, struct fj_err *e);
enum fj_rc pg_chain_head(struct store *s, const struct id *stream,
    const struct id *dev, struct chain_head *out, struct fj_err *e);
enum fj_rc pg_chain_forked(struct store *s, const struct id *stream,
    const struct id *dev, uint64_t seq, bool *forked, struct fj_err *e);
enum fj_rc pg_chains_each(struct store *s, const struct id *stream,
    bool (*fn)(void *ctx, const struct id *dev), void *ctx, struct fj_err *e);
enum fj_rc pg_entries_each(struct store *s, const struct id *stream,
    const struct id *dev, uint64_t after,
    bool (*fn)(void *ctx, const struct stored_entry *en), void *ctx,
    struct fj_err *e);
enum fj_rc pg_receipts_each(struct store *s, const struct id *stream,
    uint64_t after, bool (*fn)(void *ctx, uint64_t position), void *ctx,
    struct fj_err *e);
enum fj_rc pg_stream_put(struct store *s, const struct stored_stream *st,
    struct fj_err *e);
enum fj_rc pg_stream_get(struct store *s, const struct id *stream,
    enum stream_kind *kind, uint64_t *position, struct fj_buf *facts,
    struct fj_err *e);
enum fj_rc pg_streams_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, const struct stored_stream *st), void *ctx,
    struct fj_err *e);
enum fj_rc pg_upload_put(struct store *s, const struct stored_upload *u,
    struct fj_err *e);
enum fj_rc pg_upload_get(struct store *s, const struct id *visit,
    const struct id *evidence, struct stored_upload *out, struct fj_err *e);
enum fj_rc pg_uploads_each(struct store *s, const struct id *visit,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx,
    struct fj_err *e);
enum fj_rc pg_upload_drop(struct store *s, const struct id *visit,
    const struct id *evidence, struct fj_err *e);
enum fj_rc pg_uploads_expired(struct store *s, int64_t before_ms,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx,
    struct fj_err *e);
enum fj_rc pg_upload_sums(struct store *s, const struct id *visit,
    const struct id *dev, struct upload_sums *out, struct fj_err *e);
enum fj_rc pg_claim_take(struct store *s, const struct id *visit,
    const struct id *evidence, uint64_t *claim, struct fj_err *e);
enum fj_rc pg_claim_hold(struct store *s, const struct id *visit,
    const struct id *evidence, uint64_t claim, bool *held, struct fj_err *e);
enum fj_rc pg_claim_drop(struct store *s, const struct id *visit,
    const struct id *evidence, uint64_t claim, struct fj_err *e);
enum fj_rc pg_audit_put(struct store *s, const struct audit_row *row, size_t n,
    struct fj_err *e);
enum fj_rc pg_audit_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, const struct audit_row *row), void *ctx, struct fj_err *e);
enum fj_rc pg_audit_expire(struct store *s, int64_t before_ms, struct fj_err *e);

#endif
