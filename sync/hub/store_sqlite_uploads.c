/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store in SQLite: uploads and who writes to them.  Claims live in a file of
 * their own beside the store: they change while a transaction is open, and after a
 * power cut nobody holds one, so that file is never synced and can be lost.
 */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "hub/store_sqlite.h"

#define UPLOAD_COLUMNS "visit, evidence, sha256, sm3, size, done, position, dev," \
    " created, expires, scratch"

enum fj_rc
sqlite_upload_put(struct store *s, const struct stored_upload *u, struct fj_err *e)
{
	struct db *d = sqlite_of(s)->db;
	enum fj_rc rc;

	rc = db_run(d, e, "DELETE FROM upload WHERE visit = ?1 AND evidence = ?2", "II",
	    &u->visit, &u->evidence);
	if (rc != FJ_OK)
		return rc;
	return db_run(d, e, "INSERT INTO upload (" UPLOAD_COLUMNS ") VALUES (?1, ?2, ?3,"
	    " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", "IIHHlilIllI", &u->visit, &u->evidence,
	    &u->sha256, &u->sm3, u->size, (int)u->done, (int64_t)u->position, &u->dev,
	    u->created_ms, u->expires_ms, &u->scratch);
}

static bool
upload_row(struct stmt *st, struct stored_upload *u)
{
	memset(u, 0, sizeof(*u));
	u->size = stmt_i64(st, 4);
	u->done = stmt_int(st, 5) != 0;
	u->position = (uint64_t)stmt_i64(st, 6);
	u->created_ms = stmt_i64(st, 8);
	u->expires_ms = stmt_i64(st, 9);
	return stmt_bytes(st, 0, u->visit.b, ID_LEN) &&
	    stmt_bytes(st, 1, u->evidence.b, ID_LEN) &&
	    stmt_bytes(st, 2, u->sha256.b, HASH_LEN) &&
	    stmt_bytes(st, 3, u->sm3.b, HASH_LEN) &&
	    stmt_bytes(st, 7, u->dev.b, ID_LEN) &&
	    stmt_bytes(st, 10, u->scratch.b, ID_LEN);
}

enum fj_rc
sqlite_upload_get(struct store *s, const struct id *visit, const struct id *evidence,
    struct stored_upload *out, struct fj_err *e)
{
	struct stored_upload u;
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT " UPLOAD_COLUMNS " FROM upload"
	    " WHERE visit = ?1 AND evidence = ?2", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "II", visit, evidence);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && !row)
		rc = sqlite_none(e, "upload");
	if (rc == FJ_OK && !upload_row(st, &u))
		rc = sqlite_damaged(e, "upload");
	if (rc == FJ_OK)
		*out = u;
	stmt_done(&st);
	return rc;
}

/* Hands out the rows of a statement that is bound, and gives it back. */
static enum fj_rc
each_upload(struct stmt **st, bool (*fn)(void *ctx, const struct stored_upload *u),
    void *ctx, struct fj_err *e)
{
	bool row = false;
	enum fj_rc rc;

	while ((rc = stmt_step(*st, &row, e)) == FJ_OK && row) {
		struct stored_upload u;

		if (!upload_row(*st, &u)) {
			rc = sqlite_damaged(e, "upload");
			break;
		}
		if (!fn(ctx, &u))
			break;
	}
	stmt_done(st);
	return rc;
}

enum fj_rc
sqlite_uploads_each(struct store *s, const struct id *visit,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx, struct fj_err *e)
{
	struct stmt *st = NULL;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, visit == NULL ?
	    "SELECT " UPLOAD_COLUMNS " FROM upload ORDER BY visit, evidence" :
	    "SELECT " UPLOAD_COLUMNS " FROM upload WHERE visit = ?1 ORDER BY evidence", &st,
	    e);
	if (rc != FJ_OK)
		return rc;
	if (visit != NULL)
		stmt_bind(st, "I", visit);
	return each_upload(&st, fn, ctx, e);
}

enum fj_rc
sqlite_uploads_expired(struct store *s, int64_t before_ms,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx, struct fj_err *e)
{
	struct stmt *st = NULL;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT " UPLOAD_COLUMNS " FROM upload"
	    " WHERE done = 0 AND expires > 0 AND expires < ?1"
	    " ORDER BY expires, visit, evidence", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "l", before_ms);
	return each_upload(&st, fn, ctx, e);
}

enum fj_rc
sqlite_upload_sums(struct store *s, const struct id *visit, const struct id *dev,
    struct upload_sums *out, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = db_prepare(sqlite_of(s)->db, visit == NULL && dev == NULL ?
	    "SELECT done, count(*), sum(size) FROM upload GROUP BY done" : dev == NULL ?
	    "SELECT done, count(*), sum(size) FROM upload WHERE visit = ?1 GROUP BY done" :
	    visit == NULL ?
	    "SELECT done, count(*), sum(size) FROM upload WHERE dev = ?1 GROUP BY done" :
	    "SELECT done, count(*), sum(size) FROM upload WHERE visit = ?1 AND dev = ?2"
	    " GROUP BY done", &st, e);
	if (rc != FJ_OK)
		return rc;
	if (visit != NULL)
		stmt_bind(st, "I", visit);
	if (dev != NULL)
		stmt_bind_at(st, visit != NULL ? 2 : 1, "I", dev);
	while ((rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		bool done = stmt_int(st, 0) != 0;

		*(done ? &out->done : &out->open) = stmt_i64(st, 1);
		*(done ? &out->done_bytes : &out->open_bytes) = stmt_i64(st, 2);
	}
	stmt_done(&st);
	return rc;
}

/* ---- claims ---- */

static enum fj_rc
claims_db(struct store *s, struct db **out, struct fj_err *e)
{
	struct db_options o = { .mode = DB_CREATE, .durable_off = true };
	struct sqlite_store *q = sqlite_of(s);
	enum fj_rc rc = FJ_OK;
	char *path;

	if (q->claims == NULL) {
		path = xasprintf("%s-claims", q->path);
		rc = db_open(path, &o, &q->claims, e);
		free(path);
		if (rc == FJ_OK)
			rc = db_exec(q->claims, "CREATE TABLE IF NOT EXISTS claim (visit BLOB"
			    " NOT NULL, evidence BLOB NOT NULL, n INTEGER NOT NULL,"
			    " PRIMARY KEY (visit, evidence)) WITHOUT ROWID", e);
		if (rc != FJ_OK)
			db_close(&q->claims);
	}
	*out = q->claims;
	return rc;
}

enum fj_rc
sqlite_claim_take(struct store *s, const struct id *visit, const struct id *evidence,
    uint64_t *claim, struct fj_err *e)
{
	struct db *d;
	int64_t n;
	enum fj_rc rc;

	/* A random number is nobody's old one, also when the file was lost. */
	crypto_random(&n, sizeof(n));
	rc = claims_db(s, &d, e);
	if (rc == FJ_OK)
		rc = db_run(d, e, "INSERT OR REPLACE INTO claim (visit, evidence, n)"
		    " VALUES (?1, ?2, ?3)", "IIl", visit, evidence, n);
	if (rc == FJ_OK)
		*claim = (uint64_t)n;
	return rc;
}

enum fj_rc
sqlite_claim_hold(struct store *s, const struct id *visit, const struct id *evidence,
    uint64_t claim, bool *held, struct fj_err *e)
{
	bool found = false;
	struct db *d;
	int64_t n = 0;
	enum fj_rc rc;

	rc = claims_db(s, &d, e);
	if (rc == FJ_OK)
		rc = db_get_i64(d, e, &n, &found, "SELECT n FROM claim WHERE visit = ?1"
		    " AND evidence = ?2", "II", visit, evidence);
	if (rc == FJ_OK)
		*held = found && (uint64_t)n == claim;
	return rc;
}

enum fj_rc
sqlite_claim_drop(struct store *s, const struct id *visit, const struct id *evidence,
    uint64_t claim, struct fj_err *e)
{
	struct db *d;
	enum fj_rc rc;

	rc = claims_db(s, &d, e);
	if (rc == FJ_OK)
		rc = db_run(d, e, "DELETE FROM claim WHERE visit = ?1 AND evidence = ?2"
		    " AND n = ?3", "IIl", visit, evidence, (int64_t)claim);
	return rc;
}

enum fj_rc
sqlite_upload_drop(struct store *s, const struct id *visit, const struct id *evidence,
    struct fj_err *e)
{
	struct db *d;
	enum fj_rc rc;

	rc = db_run(sqlite_of(s)->db, e, "DELETE FROM upload WHERE visit = ?1"
	    " AND evidence = ?2", "II", visit, evidence);
	if (rc == FJ_OK)
		rc = claims_db(s, &d, e);
	if (rc == FJ_OK)
		rc = db_run(d, e, "DELETE FROM claim WHERE visit = ?1 AND evidence = ?2",
		    "II", visit, evidence);
	return rc;
}
