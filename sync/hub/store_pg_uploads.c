/* SPDX-License-Identifier: Apache-2.0 */
/* The PostgreSQL store: uploads, who writes to them, the audit log. */
#include <string.h>

#include "crypto/crypto.h"
#include "hub/store_pg.h"

#define UPLOAD_COLUMNS "visit, evidence, sha256, sm3, size, done, pos, dev, created," \
    " expires, scratch"

/* ---- uploads ---- */

enum fj_rc
pg_upload_put(struct store *s, const struct stored_upload *u, struct fj_err *e)
{
	int64_t changed = 0;
	enum fj_rc rc;

	rc = pg_run(s, e, &changed, "UPDATE fj_upload SET sha256 = $3, sm3 = $4, size = $5,"
	    " done = $6, pos = $7, dev = $8, created = $9, expires = $10, scratch = $11"
	    " WHERE visit = $1 AND evidence = $2", "IIHHlllIllI", &u->visit, &u->evidence,
	    &u->sha256, &u->sm3, u->size, (int64_t)u->done, (int64_t)u->position, &u->dev,
	    u->created_ms, u->expires_ms, &u->scratch);
	if (rc != FJ_OK || changed > 0)
		return rc;
	return pg_run(s, e, NULL, "INSERT INTO fj_upload (" UPLOAD_COLUMNS ") VALUES"
	    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", "IIHHlllIllI", &u->visit,
	    &u->evidence, &u->sha256, &u->sm3, u->size, (int64_t)u->done,
	    (int64_t)u->position, &u->dev, u->created_ms, u->expires_ms, &u->scratch);
}

static bool
upload_row(const struct pg_rows *r, int i, struct stored_upload *u)
{
	memset(u, 0, sizeof(*u));
	u->size = pg_i64(r, i, 4);
	u->done = pg_i64(r, i, 5) != 0;
	u->position = (uint64_t)pg_i64(r, i, 6);
	u->created_ms = pg_i64(r, i, 8);
	u->expires_ms = pg_i64(r, i, 9);
	return pg_bytes(r, i, 0, u->visit.b, ID_LEN) &&
	    pg_bytes(r, i, 1, u->evidence.b, ID_LEN) &&
	    pg_bytes(r, i, 2, u->sha256.b, HASH_LEN) &&
	    pg_bytes(r, i, 3, u->sm3.b, HASH_LEN) &&
	    pg_bytes(r, i, 7, u->dev.b, ID_LEN) &&
	    pg_bytes(r, i, 10, u->scratch.b, ID_LEN);
}

enum fj_rc
pg_upload_get(struct store *s, const struct id *visit, const struct id *evidence,
    struct stored_upload *out, struct fj_err *e)
{
	struct stored_upload u;
	struct pg_rows r;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT " UPLOAD_COLUMNS " FROM fj_upload WHERE visit = $1"
	    " AND evidence = $2", "II", visit, evidence);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, "upload");
	if (rc == FJ_OK && !upload_row(&r, 0, &u))
		rc = pg_damaged(e, "upload");
	if (rc == FJ_OK)
		*out = u;
	pg_rows_end(&r);
	return rc;
}

static enum fj_rc
each_upload(enum fj_rc rc, struct pg_rows *r,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx, struct fj_err *e)
{
	int i;

	for (i = 0; rc == FJ_OK && i < r->n; i++) {
		struct stored_upload u;

		if (!upload_row(r, i, &u))
			rc = pg_damaged(e, "upload");
		else if (!fn(ctx, &u))
			break;
	}
	pg_rows_end(r);
	return rc;
}

enum fj_rc
pg_uploads_each(struct store *s, const struct id *visit,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;

	if (visit == NULL)
		rc = pg_ask(s, e, &r, "SELECT " UPLOAD_COLUMNS " FROM fj_upload"
		    " ORDER BY visit, evidence", "");
	else
		rc = pg_ask(s, e, &r, "SELECT " UPLOAD_COLUMNS " FROM fj_upload"
		    " WHERE visit = $1 ORDER BY evidence", "I", visit);
	return each_upload(rc, &r, fn, ctx, e);
}

enum fj_rc
pg_uploads_expired(struct store *s, int64_t before_ms,
    bool (*fn)(void *ctx, const struct stored_upload *u), void *ctx, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT " UPLOAD_COLUMNS " FROM fj_upload WHERE done = 0"
	    " AND expires > 0 AND expires < $1 ORDER BY expires, visit, evidence", "l",
	    before_ms);
	return each_upload(rc, &r, fn, ctx, e);
}

#define SUMS "SELECT done, count(*), CAST(sum(size) AS BIGINT) FROM fj_upload"

enum fj_rc
pg_upload_sums(struct store *s, const struct id *visit, const struct id *dev,
    struct upload_sums *out, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;
	int i;

	memset(out, 0, sizeof(*out));
	if (visit != NULL && dev != NULL)
		rc = pg_ask(s, e, &r, SUMS " WHERE visit = $1 AND dev = $2 GROUP BY done",
		    "II", visit, dev);
	else if (visit != NULL)
		rc = pg_ask(s, e, &r, SUMS " WHERE visit = $1 GROUP BY done", "I", visit);
	else if (dev != NULL)
		rc = pg_ask(s, e, &r, SUMS " WHERE dev = $1 GROUP BY done", "I", dev);
	else
		rc = pg_ask(s, e, &r, SUMS " GROUP BY done", "");
	for (i = 0; rc == FJ_OK && i < r.n; i++) {
		bool done = pg_i64(&r, i, 0) != 0;

		*(done ? &out->done : &out->open) = pg_i64(&r, i, 1);
		*(done ? &out->done_bytes : &out->open_bytes) = pg_i64(&r, i, 2);
	}
	pg_rows_end(&r);
	return rc;
}

enum fj_rc
pg_upload_drop(struct store *s, const struct id *visit, const struct id *evidence,
    struct fj_err *e)
{
	enum fj_rc rc;

	rc = pg_run(s, e, NULL, "DELETE FROM fj_upload WHERE visit = $1 AND evidence = $2",
	    "II", visit, evidence);
	if (rc != FJ_OK)
		return rc;
	return pg_run(s, e, NULL, "DELETE FROM fj_claim WHERE visit = $1"
	    " AND evidence = $2", "II", visit, evidence);
}

/* ---- claims ---- */

enum fj_rc
pg_claim_take(struct store *s, const struct id *visit, const struct id *evidence,
    uint64_t *claim, struct fj_err *e)
{
	int64_t changed = 0, n;
	enum fj_rc rc = FJ_OK;
	bool raced = true;

	/* A random number is nobody's old one. */
	crypto_random(&n, sizeof(n));
	while (rc == FJ_OK && changed == 0 && raced) {
		rc = pg_run(s, e, &changed, "UPDATE fj_claim SET n = $3 WHERE visit = $1"
		    " AND evidence = $2", "IIl", visit, evidence, n);
		if (rc != FJ_OK || changed > 0)
			break;
		rc = pg_run(s, e, NULL, "INSERT INTO fj_claim (visit, evidence, n)"
		    " VALUES ($1, $2, $3)", "IIl", visit, evidence, n);
		/* Another was first: change that row. */
		raced = rc == FJ_CONFLICT;
		if (raced)
			rc = FJ_OK;
	}
	if (rc == FJ_OK)
		*claim = (uint64_t)n;
	return rc;
}

enum fj_rc
pg_claim_hold(struct store *s, const struct id *visit, const struct id *evidence,
    uint64_t claim, bool *held, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT n FROM fj_claim WHERE visit = $1 AND evidence = $2",
	    "II", visit, evidence);
	if (rc == FJ_OK)
		*held = r.n > 0 && (uint64_t)pg_i64(&r, 0, 0) == claim;
	pg_rows_end(&r);
	return rc;
}

enum fj_rc
pg_claim_drop(struct store *s, const struct id *visit, const struct id *evidence,
    uint64_t claim, struct fj_err *e)
{
	return pg_run(s, e, NULL, "DELETE FROM fj_claim WHERE visit = $1 AND evidence = $2"
	    " AND n = $3", "IIl", visit, evidence, (int64_t)claim);
}

/* ---- the audit log ---- */

enum fj_rc
pg_audit_put(struct store *s, const struct audit_row *row, size_t n, struct fj_err *e)
{
	int64_t last = 0;
	enum fj_rc rc;
	size_t i;

	rc = pg_number(s, e, &last, "SELECT max(n) FROM fj_audit");
	for (i = 0; rc == FJ_OK && i < n; i++) {
		last = row[i].n != 0 ? (int64_t)row[i].n : last + 1;
		rc = pg_run(s, e, NULL, "INSERT INTO fj_audit (n, at, person, dev, stream,"
		    " act, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)", "llIIItt", last,
		    row[i].time_ms, &row[i].person, &row[i].dev, &row[i].stream,
		    row[i].act, row[i].detail);
	}
	return rc;
}

static bool
audit_row(const struct pg_rows *r, int i, struct audit_row *v)
{
	size_t n;

	memset(v, 0, sizeof(*v));
	v->n = (uint64_t)pg_i64(r, i, 0);
	v->time_ms = pg_i64(r, i, 1);
	v->act = pg_blob(r, i, 5, &n);
	v->detail = pg_blob(r, i, 6, &n);
	return pg_bytes(r, i, 2, v->person.b, ID_LEN) &&
	    pg_bytes(r, i, 3, v->dev.b, ID_LEN) && pg_bytes(r, i, 4, v->stream.b, ID_LEN);
}

enum fj_rc
pg_audit_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, const struct audit_row *row), void *ctx, struct fj_err *e)
{
	bool more = true;
	struct pg_rows r;
	enum fj_rc rc = FJ_OK;
	int i;

	while (rc == FJ_OK && more) {
		rc = pg_ask(s, e, &r, "SELECT n, at, person, dev, stream, act, detail"
		    " FROM fj_audit WHERE n > $1 ORDER BY n LIMIT $2", "ll", (int64_t)after,
		    (int64_t)PG_PAGE);
		more = rc == FJ_OK && r.n == PG_PAGE;
		for (i = 0; rc == FJ_OK && i < r.n; i++) {
			struct audit_row v;

			if (!audit_row(&r, i, &v)) {
				rc = pg_damaged(e, "audit");
			} else if (!fn(ctx, &v)) {
				more = false;
				break;
			}
			after = v.n;
		}
		pg_rows_end(&r);
	}
	return rc;
}

enum fj_rc
pg_audit_expire(struct store *s, int64_t before_ms, struct fj_err *e)
{
	return pg_run(s, e, NULL, "DELETE FROM fj_audit WHERE at < $1 AND"
	    " n < (SELECT max(n) FROM fj_audit)", "l", before_ms);
}
