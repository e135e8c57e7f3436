/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store in one SQLite file.  SQL that travels: plain types, explicit primary
 * keys, no upsert, no triggers, numbers given by us (SYNC.md section 6).
 */
#include "hub/store_sqlite.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* ---- transactions, meta ---- */

static void
sq_close(struct store *s)
{
	struct sqlite_store *q = sqlite_of(s);

	db_close(&q->claims);
	db_close(&q->db);
	free(q->path);
	free(q);
}

static enum fj_rc
sq_begin(struct store *s, struct fj_err *e)
{
	enum fj_rc rc;

	if (sqlite_of(s)->reader)
		return fj_fail(e, FJ_REFUSED, "hub.store-reader", "");
	rc = db_begin(sqlite_of(s)->db, e);
	if (rc == FJ_OK)
		rc = sqlite_moved(sqlite_of(s)->db, e);
	if (rc != FJ_OK)
		db_rollback(sqlite_of(s)->db);
	return rc;
}

static enum fj_rc
sq_commit(struct store *s, struct fj_err *e)
{
	return db_commit(sqlite_of(s)->db, e);
}

static void
sq_rollback(struct store *s)
{
	db_rollback(sqlite_of(s)->db);
}

static enum fj_rc
sq_snapshot(struct store *s, struct fj_err *e)
{
	int64_t n;
	enum fj_rc rc;

	if (!sqlite_of(s)->reader)
		return fj_fail(e, FJ_REFUSED, "hub.store-reader", "");
	rc = db_run(sqlite_of(s)->db, e, "BEGIN", "");
	/* The moment is that of the first read. */
	if (rc == FJ_OK)
		rc = db_get_i64(sqlite_of(s)->db, e, &n, NULL,
		    "SELECT max(position) FROM log", "");
	if (rc != FJ_OK)
		db_rollback(sqlite_of(s)->db);
	return rc;
}

static void
sq_snapshot_end(struct store *s)
{
	if (sqlite_of(s)->reader)
		db_rollback(sqlite_of(s)->db);
}

enum fj_rc
sqlite_none(struct fj_err *e, const char *what)
{
	return fj_fail(e, FJ_NOTFOUND, "hub.store-none", "s", what);
}

enum fj_rc
sqlite_damaged(struct fj_err *e, const char *table)
{
	return fj_fail(e, FJ_CORRUPT, "hub.store-damaged", "s", table);
}

static enum fj_rc
sq_meta_put(struct store *s, const char *name, const void *p, size_t n,
    struct fj_err *e)
{
	struct db *d = sqlite_of(s)->db;
	enum fj_rc rc;

	rc = db_run(d, e, "DELETE FROM meta WHERE name = ?1", "t", name);
	if (rc != FJ_OK)
		return rc;
	return db_run(d, e, "INSERT INTO meta (name, value) VALUES (?1, ?2)", "tb",
	    name, n > 0 ? p : "", n);
}

static enum fj_rc
sq_meta_get(struct store *s, const char *name, struct fj_buf *out, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;
	const void *p;
	size_t n;

	rc = db_prepare(sqlite_of(s)->db, "SELECT value FROM meta WHERE name = ?1",
	    &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "t", name);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && !row)
		rc = sqlite_none(e, name);
	if (rc == FJ_OK) {
		p = stmt_blob(st, 0, &n);
		if (p != NULL)
			fj_buf_add(out, p, n);
	}
	stmt_done(&st);
	return rc;
}

static enum fj_rc
sq_meta_each(struct store *s,
    bool (*fn)(void *ctx, const char *name, const void *p, size_t n), void *ctx,
    struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT name, value FROM meta", &st, e);
	while (rc == FJ_OK && (rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		size_t n;
		const char *name = stmt_text(st, 0);
		const void *p = stmt_blob(st, 1, &n);

		if (!fn(ctx, name, p != NULL ? p : "", n))
			break;
	}
	stmt_done(&st);
	return rc;
}

/* ---- roster ---- */

static enum fj_rc
sq_roster_last(struct store *s, uint64_t *row, struct fj_err *e)
{
	int64_t n;
	enum fj_rc rc;

	rc = db_get_i64(sqlite_of(s)->db, e, &n, NULL, "SELECT max(n) FROM roster", "");
	if (rc == FJ_OK)
		*row = (uint64_t)n;
	return rc;
}

static enum fj_rc
sq_roster_put(struct store *s, const void *frame, size_t n,
    const uint8_t sig[ENTRY_SIG], uint64_t position, uint64_t *row, struct fj_err *e)
{
	uint64_t last;
	enum fj_rc rc;

	rc = sq_roster_last(s, &last, e);
	if (rc != FJ_OK)
		return rc;
	rc = db_run(sqlite_of(s)->db, e,
	    "INSERT INTO roster (n, frame, sig, position) VALUES (?1, ?2, ?3, ?4)",
	    "lbbl", (int64_t)last + 1, frame, n, sig, (size_t)ENTRY_SIG,
	    (int64_t)position);
	if (rc == FJ_OK && row != NULL)
		*row = last + 1;
	return rc;
}

static enum fj_rc
sq_roster_position(struct store *s, uint64_t row, uint64_t *position, struct fj_err *e)
{
	bool found = false;
	int64_t n = 0;
	enum fj_rc rc;

	rc = db_get_i64(sqlite_of(s)->db, e, &n, &found,
	    "SELECT position FROM roster WHERE n = ?1", "l", (int64_t)row);
	if (rc == FJ_OK && !found)
		rc = sqlite_none(e, "roster");
	if (rc == FJ_OK)
		*position = (uint64_t)n;
	return rc;
}

static enum fj_rc
sq_roster_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, uint64_t row, const void *frame, size_t n,
    const uint8_t *sig), void *ctx, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db,
	    "SELECT n, frame, sig FROM roster WHERE n > ?1 ORDER BY n", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "l", (int64_t)after);
	while ((rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		uint8_t sig[ENTRY_SIG];
		const void *p;
		size_t n;

		p = stmt_blob(st, 1, &n);
		if (p == NULL || !stmt_bytes(st, 2, sig, sizeof(sig))) {
			rc = sqlite_damaged(e, "roster");
			break;
		}
		if (!fn(ctx, (uint64_t)stmt_i64(st, 0), p, n, sig))
			break;
	}
	stmt_done(&st);
	return rc;
}

/* ---- log ---- */

static enum fj_rc
sq_log_position(struct store *s, uint64_t *position, struct fj_err *e)
{
	int64_t n;
	enum fj_rc rc;

	rc = db_get_i64(sqlite_of(s)->db, e, &n, NULL, "SELECT max(position) FROM log",
	    "");
	if (rc == FJ_OK)
		*position = (uint64_t)n;
	return rc;
}

static enum fj_rc
sq_log_put(struct store *s, enum log_kind kind, const void *text, size_t n,
    const uint8_t *sig, const struct hash *leaf, uint64_t position, struct fj_err *e)
{
	return db_run(sqlite_of(s)->db, e,
	    "INSERT INTO log (position, kind, body, sig, leaf) VALUES (?1, ?2, ?3, ?4, ?5)",
	    "libbH", (int64_t)position, (int)kind, text, n, sig, (size_t)ENTRY_SIG, leaf);
}

static enum fj_rc
sq_log_get(struct store *s, uint64_t position, enum log_kind *kind,
    struct fj_buf *text, uint8_t sig[ENTRY_SIG], struct hash *leaf, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;
	const void *p;
	size_t n;

	rc = db_prepare(sqlite_of(s)->db,
	    "SELECT kind, body, sig, leaf FROM log WHERE position = ?1", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "l", (int64_t)position);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && !row)
		rc = sqlite_none(e, "log");
	if (rc == FJ_OK) {
		p = stmt_blob(st, 1, &n);
		if (p == NULL || !stmt_bytes(st, 2, sig, ENTRY_SIG) ||
		    !stmt_bytes(st, 3, leaf->b, HASH_LEN)) {
			rc = sqlite_damaged(e, "log");
		} else {
			*kind = (enum log_kind)stmt_int(st, 0);
			fj_buf_add(text, p, n);
		}
	}
	stmt_done(&st);
	return rc;
}

static enum fj_rc
sq_leaves_each(struct store *s, uint64_t from, uint64_t to,
    bool (*fn)(void *ctx, uint64_t position, const struct hash *leaf), void *ctx,
    struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT position, leaf FROM log"
	    " WHERE position >= ?1 AND position <= ?2 ORDER BY position", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "ll", (int64_t)from, to > INT64_MAX ? INT64_MAX : (int64_t)to);
	while ((rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		struct hash leaf;

		if (!stmt_bytes(st, 1, leaf.b, HASH_LEN)) {
			rc = sqlite_damaged(e, "log");
			break;
		}
		if (!fn(ctx, (uint64_t)stmt_i64(st, 0), &leaf))
			break;
	}
	stmt_done(&st);
	return rc;
}

/* ---- invitations ---- */

static enum fj_rc
sq_invite_put(struct store *s, const struct stored_invite *in, struct fj_err *e)
{
	struct db *d = sqlite_of(s)->db;
	enum fj_rc rc;

	rc = db_run(d, e, "DELETE FROM invite WHERE lookup = ?1", "t", in->lookup);
	if (rc != FJ_OK)
		return rc;
	return db_run(d, e, "INSERT INTO invite (lookup, person, k1, k2, expires, wrong,"
	    " dev) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", "tIHHliI", in->lookup,
	    &in->person, &in->k1, &in->k2, in->expires_ms, in->wrong, &in->dev);
}

static bool
invite_row(struct stmt *st, struct stored_invite *in)
{
	const char *lookup = stmt_text(st, 0);

	memset(in, 0, sizeof(*in));
	if (lookup == NULL || strlen(lookup) >= sizeof(in->lookup))
		return false;
	memcpy(in->lookup, lookup, strlen(lookup));
	in->expires_ms = stmt_i64(st, 4);
	in->wrong = stmt_int(st, 5);
	return stmt_bytes(st, 1, in->person.b, ID_LEN) &&
	    stmt_bytes(st, 2, in->k1.b, HASH_LEN) &&
	    stmt_bytes(st, 3, in->k2.b, HASH_LEN) && stmt_bytes(st, 6, in->dev.b, ID_LEN);
}

#define INVITES "SELECT lookup, person, k1, k2, expires, wrong, dev FROM invite"

static enum fj_rc
sq_invite_get(struct store *s, const char *lookup, struct stored_invite *out,
    struct fj_err *e)
{
	struct stored_invite in;
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, INVITES " WHERE lookup = ?1", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "t", lookup);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && !row)
		rc = sqlite_none(e, "invite");
	if (rc == FJ_OK && !invite_row(st, &in))
		rc = sqlite_damaged(e, "invite");
	if (rc == FJ_OK)
		*out = in;
	fj_wipe(&in, sizeof(in));
	stmt_done(&st);
	return rc;
}

static enum fj_rc
sq_invites_each(struct store *s,
    bool (*fn)(void *ctx, const struct stored_invite *in), void *ctx, struct fj_err *e)
{
	struct stored_invite in;
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, INVITES, &st, e);
	while (rc == FJ_OK && (rc = stmt_step(st, &row, e)) == FJ_OK && row)
		if (!invite_row(st, &in))
			rc = sqlite_damaged(e, "invite");
		else if (!fn(ctx, &in))
			break;
	fj_wipe(&in, sizeof(in));
	stmt_done(&st);
	return rc;
}

static enum fj_rc
sq_invite_expire(struct store *s, int64_t before_ms, struct fj_err *e)
{
	return db_run(sqlite_of(s)->db, e, "DELETE FROM invite WHERE expires < ?1", "l",
	    before_ms);
}

/* ---- the audit log ---- */

static enum fj_rc
sq_audit_put(struct store *s, const struct audit_row *row, size_t n, struct fj_err *e)
{
	struct db *d = sqlite_of(s)->db;
	int64_t last = 0;
	enum fj_rc rc;
	size_t i;

	rc = db_get_i64(d, e, &last, NULL, "SELECT max(n) FROM audit", "");
	for (i = 0; rc == FJ_OK && i < n; i++) {
		last = row[i].n != 0 ? (int64_t)row[i].n : last + 1;
		rc = db_run(d, e, "INSERT INTO audit (n, at, person, dev, stream, act,"
		    " detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", "llIIItt", last,
		    row[i].time_ms, &row[i].person, &row[i].dev, &row[i].stream,
		    row[i].act, row[i].detail);
	}
	return rc;
}

static enum fj_rc
sq_audit_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, const struct audit_row *row), void *ctx, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT n, at, person, dev, stream, act, detail"
	    " FROM audit WHERE n > ?1 ORDER BY n", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "l", (int64_t)after);
	while ((rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		struct audit_row v;

		memset(&v, 0, sizeof(v));
		v.n = (uint64_t)stmt_i64(st, 0);
		v.time_ms = stmt_i64(st, 1);
		v.act = stmt_text(st, 5);
		v.detail = stmt_text(st, 6);
		if (v.act == NULL || v.detail == NULL ||
		    !stmt_bytes(st, 2, v.person.b, ID_LEN) ||
		    !stmt_bytes(st, 3, v.dev.b, ID_LEN) ||
		    !stmt_bytes(st, 4, v.stream.b, ID_LEN)) {
			rc = sqlite_damaged(e, "audit");
			break;
		}
		if (!fn(ctx, &v))
			break;
	}
	stmt_done(&st);
	return rc;
}

/* The newest row stays: the next number follows it. */
static enum fj_rc
sq_audit_expire(struct store *s, int64_t before_ms, struct fj_err *e)
{
	return db_run(sqlite_of(s)->db, e, "DELETE FROM audit WHERE at < ?1 AND"
	    " n < (SELECT max(n) FROM audit)", "l", before_ms);
}

/* ---- blobs, figures ---- */

static enum fj_rc
sq_blob_put(struct store *s, const struct hash *digest, const void *p, size_t n,
    struct fj_err *e)
{
	struct db *d = sqlite_of(s)->db;
	bool found = false;
	int64_t one;
	enum fj_rc rc;

	rc = db_get_i64(d, e, &one, &found, "SELECT 1 FROM blob WHERE digest = ?1", "H",
	    digest);
	if (rc != FJ_OK || found)
		return rc;
	return db_run(d, e, "INSERT INTO blob (digest, bytes) VALUES (?1, ?2)", "Hb",
	    digest, p, n);
}

static enum fj_rc
sq_blob_get(struct store *s, const struct hash *digest, struct fj_buf *out,
    struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;
	const void *p;
	size_t n;

	rc = db_prepare(sqlite_of(s)->db, "SELECT bytes FROM blob WHERE digest = ?1", &st,
	    e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "H", digest);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && !row)
		rc = sqlite_none(e, "blob");
	if (rc == FJ_OK && (p = stmt_blob(st, 0, &n)) != NULL)
		fj_buf_add(out, p, n);
	stmt_done(&st);
	return rc;
}

static enum fj_rc
sq_blobs_each(struct store *s,
    bool (*fn)(void *ctx, const struct hash *digest, const void *p, size_t n), void *ctx,
    struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT digest, bytes FROM blob ORDER BY digest",
	    &st, e);
	while (rc == FJ_OK && (rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		struct hash digest;
		size_t n;
		const void *p = stmt_blob(st, 1, &n);

		if (!stmt_bytes(st, 0, digest.b, HASH_LEN))
			rc = sqlite_damaged(e, "blob");
		else if (!fn(ctx, &digest, p != NULL ? p : "", n))
			break;
	}
	stmt_done(&st);
	return rc;
}

static enum fj_rc
sq_stats(struct store *s, struct store_stats *out, struct fj_err *e)
{
	struct store_stats v;
	const struct {
		const char *sql;
		int64_t *to;
	} q[] = {
		{ "SELECT count(*) FROM stream", &v.streams },
		{ "SELECT count(*) FROM entry", &v.entries },
		{ "SELECT count(*) FROM entry WHERE seq = 1", &v.chains },
		{ "SELECT count(*) FROM upload", &v.uploads },
		{ "SELECT count(*) FROM upload WHERE done = 1", &v.uploads_done },
		{ "SELECT sum(size) FROM upload WHERE done = 1", &v.evidence_bytes },
		{ "SELECT count(*) FROM roster", &v.roster },
		{ "SELECT count(*) FROM blob", &v.blobs },
		{ "SELECT max(position) FROM log", &v.position },
	};
	enum fj_rc rc = FJ_OK;
	size_t i;

	memset(&v, 0, sizeof(v));
	for (i = 0; rc == FJ_OK && i < sizeof(q) / sizeof(q[0]); i++)
		rc = db_get_i64(sqlite_of(s)->db, e, q[i].to, NULL, q[i].sql, "");
	if (rc == FJ_OK)
		*out = v;
	return rc;
}

static enum fj_rc
sq_check(struct store *s, struct fj_err *e)
{
	return db_check(sqlite_of(s)->db, e);
}

static enum fj_rc
sq_safe_through(struct store *s, uint64_t *position, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, 64);
	rc = sq_meta_get(s, "safe-through", &b, e);
	*position = rc == FJ_OK && b.n == 8 ? fj_get_u64(b.p) : 0;
	fj_buf_release(&b);
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

static enum fj_rc
sq_backup(struct store *s, const char *path, struct fj_err *e)
{
	return db_backup(sqlite_of(s)->db, path, e);
}

static enum fj_rc
sq_retire(struct store *s, struct fj_err *e)
{
	return db_run(sqlite_of(s)->db, e, "CREATE TABLE moved (n INTEGER NOT NULL"
	    " PRIMARY KEY)", "");
}

const struct store_ops sqlite_ops = {
	.close = sq_close,
	.begin = sq_begin,
	.commit = sq_commit,
	.rollback = sq_rollback,
	.snapshot = sq_snapshot,
	.snapshot_end = sq_snapshot_end,
	.meta_put = sq_meta_put,
	.meta_get = sq_meta_get,
	.meta_each = sq_meta_each,
	.roster_put = sq_roster_put,
	.roster_last = sq_roster_last,
	.roster_position = sq_roster_position,
	.roster_each = sq_roster_each,
	.log_put = sq_log_put,
	.log_position = sq_log_position,
	.log_get = sq_log_get,
	.leaves_each = sq_leaves_each,
	.invite_put = sq_invite_put,
	.invite_get = sq_invite_get,
	.invites_each = sq_invites_each,
	.invite_expire = sq_invite_expire,
	.entries_put = sqlite_entries_put,
	.entry_sign = sqlite_entry_sign,
	.entry_find = sqlite_entry_find,
	.entry_get = sqlite_entry_get,
	.chain_head = sqlite_chain_head,
	.chain_forked = sqlite_chain_forked,
	.chains_each = sqlite_chains_each,
	.entries_each = sqlite_entries_each,
	.receipts_each = sqlite_receipts_each,
	.stream_put = sqlite_stream_put,
	.stream_get = sqlite_stream_get,
	.streams_each = sqlite_streams_each,
	.upload_put = sqlite_upload_put,
	.upload_get = sqlite_upload_get,
	.uploads_each = sqlite_uploads_each,
	.upload_drop = sqlite_upload_drop,
	.uploads_expired = sqlite_uploads_expired,
	.upload_sums = sqlite_upload_sums,
	.claim_take = sqlite_claim_take,
	.claim_hold = sqlite_claim_hold,
	.claim_drop = sqlite_claim_drop,
	.audit_put = sq_audit_put,
	.audit_each = sq_audit_each,
	.audit_expire = sq_audit_expire,
	.blob_put = sq_blob_put,
	.blob_get = sq_blob_get,
	.blobs_each = sq_blobs_each,
	.stats = sq_stats,
	.check = sq_check,
	.safe_through = sq_safe_through,
	.backup = sq_backup,
	.retire = sq_retire,
};
