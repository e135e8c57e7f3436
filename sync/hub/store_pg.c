/* SPDX-License-Identifier: Apache-2.0 */
/* The store in a PostgreSQL database: the function table, small facts, roster, log. */
#include "hub/store_pg.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static void
pg_close(struct store *s)
{
	pg_shut(pg_of(s));
	free(pg_of(s));
}

/* ---- meta ---- */

static enum fj_rc
pg_meta_put(struct store *s, const char *name, const void *p, size_t n,
    struct fj_err *e)
{
	int64_t changed = 0;
	enum fj_rc rc;

	rc = pg_run(s, e, &changed, "UPDATE fj_meta SET body = $2 WHERE name = $1", "tb",
	    name, p, n);
	if (rc != FJ_OK || changed > 0)
		return rc;
	return pg_run(s, e, NULL, "INSERT INTO fj_meta (name, body) VALUES ($1, $2)", "tb",
	    name, p, n);
}

static enum fj_rc
pg_meta_get(struct store *s, const char *name, struct fj_buf *out, struct fj_err *e)
{
	struct pg_rows r;
	const void *p;
	size_t n;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT body FROM fj_meta WHERE name = $1", "t", name);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, name);
	if (rc == FJ_OK) {
		p = pg_blob(&r, 0, 0, &n);
		fj_buf_add(out, p, n);
	}
	pg_rows_end(&r);
	return rc;
}

static enum fj_rc
pg_meta_each(struct store *s,
    bool (*fn)(void *ctx, const char *name, const void *p, size_t n), void *ctx,
    struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;
	int i;

	rc = pg_ask(s, e, &r, "SELECT name, body FROM fj_meta", "");
	for (i = 0; rc == FJ_OK && i < r.n; i++) {
		size_t nname, n;
		const char *name = pg_blob(&r, i, 0, &nname);
		const void *p = pg_blob(&r, i, 1, &n);

		if (!fn(ctx, name, p, n))
			break;
	}
	pg_rows_end(&r);
	return rc;
}

/* ---- roster ---- */

static enum fj_rc
pg_roster_last(struct store *s, uint64_t *row, struct fj_err *e)
{
	int64_t n = 0;
	enum fj_rc rc = pg_number(s, e, &n, "SELECT max(n) FROM fj_roster");

	if (rc == FJ_OK)
		*row = (uint64_t)n;
	return rc;
}

static enum fj_rc
pg_roster_put(struct store *s, const void *frame, size_t n,
    const uint8_t sig[ENTRY_SIG], uint64_t position, uint64_t *row, struct fj_err *e)
{
	uint64_t last;
	enum fj_rc rc = pg_roster_last(s, &last, e);

	if (rc == FJ_OK)
		rc = pg_run(s, e, NULL, "INSERT INTO fj_roster (n, frame, sig, pos) VALUES"
		    " ($1, $2, $3, $4)", "lbbl", (int64_t)last + 1, frame, n, sig,
		    (size_t)ENTRY_SIG, (int64_t)position);
	if (rc == FJ_OK && row != NULL)
		*row = last + 1;
	return rc;
}

static enum fj_rc
pg_roster_position(struct store *s, uint64_t row, uint64_t *position, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT pos FROM fj_roster WHERE n = $1", "l", (int64_t)row);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, "roster");
	if (rc == FJ_OK)
		*position = (uint64_t)pg_i64(&r, 0, 0);
	pg_rows_end(&r);
	return rc;
}

static enum fj_rc
pg_roster_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, uint64_t row, const void *frame, size_t n,
    const uint8_t *sig), void *ctx, struct fj_err *e)
{
	bool more = true;
	struct pg_rows r;
	enum fj_rc rc = FJ_OK;
	int i;

	while (rc == FJ_OK && more) {
		rc = pg_ask(s, e, &r, "SELECT n, frame, sig FROM fj_roster WHERE n > $1"
		    " ORDER BY n LIMIT $2", "ll", (int64_t)after, (int64_t)PG_PAGE);
		more = rc == FJ_OK && r.n == PG_PAGE;
		for (i = 0; rc == FJ_OK && i < r.n; i++) {
			uint8_t sig[ENTRY_SIG];
			const void *frame;
			size_t n;

			after = (uint64_t)pg_i64(&r, i, 0);
			frame = pg_blob(&r, i, 1, &n);
			if (n == 0 || !pg_bytes(&r, i, 2, sig, sizeof(sig))) {
				rc = pg_damaged(e, "roster");
			} else if (!fn(ctx, after, frame, n, sig)) {
				more = false;
				break;
			}
		}
		pg_rows_end(&r);
	}
	return rc;
}

/* ---- log ---- */

static enum fj_rc
pg_log_position(struct store *s, uint64_t *position, struct fj_err *e)
{
	int64_t n = 0;
	enum fj_rc rc = pg_number(s, e, &n, "SELECT max(pos) FROM fj_log");

	if (rc == FJ_OK)
		*position = (uint64_t)n;
	return rc;
}

static enum fj_rc
pg_log_put(struct store *s, enum log_kind kind, const void *text, size_t n,
    const uint8_t *sig, const struct hash *leaf, uint64_t position, struct fj_err *e)
{
	return pg_run(s, e, NULL, "INSERT INTO fj_log (pos, kind, body, sig, leaf) VALUES"
	    " ($1, $2, $3, $4, $5)", "llbbH", (int64_t)position, (int64_t)kind, text, n,
	    sig, (size_t)ENTRY_SIG, leaf);
}

static enum fj_rc
pg_log_get(struct store *s, uint64_t position, enum log_kind *kind,
    struct fj_buf *text, uint8_t sig[ENTRY_SIG], struct hash *leaf, struct fj_err *e)
{
	struct pg_rows r;
	const void *p;
	size_t n;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT kind, body, sig, leaf FROM fj_log WHERE pos = $1",
	    "l", (int64_t)position);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, "log");
	if (rc == FJ_OK) {
		p = pg_blob(&r, 0, 1, &n);
		if (n == 0 || !pg_bytes(&r, 0, 2, sig, ENTRY_SIG) ||
		    !pg_bytes(&r, 0, 3, leaf->b, HASH_LEN)) {
			rc = pg_damaged(e, "log");
		} else {
			*kind = (enum log_kind)pg_i64(&r, 0, 0);
			fj_buf_add(text, p, n);
		}
	}
	pg_rows_end(&r);
	return rc;
}

static enum fj_rc
pg_leaves_each(struct store *s, uint64_t from, uint64_t to,
    bool (*fn)(void *ctx, uint64_t position, const struct hash *leaf), void *ctx,
    struct fj_err *e)
{
	bool more = true;
	struct pg_rows r;
	enum fj_rc rc = FJ_OK;
	int i;

	if (to > INT64_MAX)
		to = INT64_MAX;
	while (rc == FJ_OK && more) {
		rc = pg_ask(s, e, &r, "SELECT pos, leaf FROM fj_log WHERE pos >= $1"
		    " AND pos <= $2 ORDER BY pos LIMIT $3", "lll", (int64_t)from,
		    (int64_t)to, (int64_t)PG_PAGE);
		more = rc == FJ_OK && r.n == PG_PAGE;
		for (i = 0; rc == FJ_OK && i < r.n; i++) {
			uint64_t at = (uint64_t)pg_i64(&r, i, 0);
			struct hash leaf;

			if (!pg_bytes(&r, i, 1, leaf.b, HASH_LEN)) {
				rc = pg_damaged(e, "log");
			} else if (!fn(ctx, at, &leaf)) {
				more = false;
				break;
			}
			from = at + 1;
		}
		pg_rows_end(&r);
	}
	return rc;
}

/* ---- invitations ---- */

static enum fj_rc
pg_invite_put(struct store *s, const struct stored_invite *in, struct fj_err *e)
{
	int64_t changed = 0;
	enum fj_rc rc;

	rc = pg_run(s, e, &changed, "UPDATE fj_invite SET person = $2, k1 = $3, k2 = $4,"
	    " expires = $5, wrong = $6, dev = $7 WHERE lookup = $1", "tIHHllI", in->lookup,
	    &in->person, &in->k1, &in->k2, in->expires_ms, (int64_t)in->wrong, &in->dev);
	if (rc != FJ_OK || changed > 0)
		return rc;
	return pg_run(s, e, NULL, "INSERT INTO fj_invite (lookup, person, k1, k2, expires,"
	    " wrong, dev) VALUES ($1, $2, $3, $4, $5, $6, $7)", "tIHHllI", in->lookup,
	    &in->person, &in->k1, &in->k2, in->expires_ms, (int64_t)in->wrong, &in->dev);
}

static bool
invite_row(const struct pg_rows *r, int i, struct stored_invite *in)
{
	size_t n;
	const char *lookup = pg_blob(r, i, 0, &n);

	memset(in, 0, sizeof(*in));
	if (n >= sizeof(in->lookup))
		return false;
	memcpy(in->lookup, lookup, n);
	in->expires_ms = pg_i64(r, i, 4);
	in->wrong = (int)pg_i64(r, i, 5);
	return pg_bytes(r, i, 1, in->person.b, ID_LEN) &&
	    pg_bytes(r, i, 2, in->k1.b, HASH_LEN) &&
	    pg_bytes(r, i, 3, in->k2.b, HASH_LEN) && pg_bytes(r, i, 6, in->dev.b, ID_LEN);
}

#define INVITES "SELECT lookup, person, k1, k2, expires, wrong, dev FROM fj_invite"

static enum fj_rc
pg_invite_get(struct store *s, const char *lookup, struct stored_invite *out,
    struct fj_err *e)
{
	struct stored_invite in;
	struct pg_rows r;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, INVITES " WHERE lookup = $1", "t", lookup);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, "invite");
	if (rc == FJ_OK && !invite_row(&r, 0, &in))
		rc = pg_damaged(e, "invite");
	if (rc == FJ_OK)
		*out = in;
	fj_wipe(&in, sizeof(in));
	pg_rows_end(&r);
	return rc;
}

static enum fj_rc
pg_invites_each(struct store *s,
    bool (*fn)(void *ctx, const struct stored_invite *in), void *ctx, struct fj_err *e)
{
	struct stored_invite in;
	struct pg_rows r;
	enum fj_rc rc;
	int i;

	rc = pg_ask(s, e, &r, INVITES, "");
	for (i = 0; rc == FJ_OK && i < r.n; i++)
		if (!invite_row(&r, i, &in))
			rc = pg_damaged(e, "invite");
		else if (!fn(ctx, &in))
			break;
	fj_wipe(&in, sizeof(in));
	pg_rows_end(&r);
	return rc;
}

static enum fj_rc
pg_invite_expire(struct store *s, int64_t before_ms, struct fj_err *e)
{
	return pg_run(s, e, NULL, "DELETE FROM fj_invite WHERE expires < $1", "l",
	    before_ms);
}

/* ---- blobs ---- */

static enum fj_rc
pg_blob_put(struct store *s, const struct hash *digest, const void *p, size_t n,
    struct fj_err *e)
{
	bool found;
	struct pg_rows r;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT 1 FROM fj_blob WHERE digest = $1", "H", digest);
	found = r.n > 0;
	pg_rows_end(&r);
	if (rc != FJ_OK || found)
		return rc;
	return pg_run(s, e, NULL, "INSERT INTO fj_blob (digest, body) VALUES ($1, $2)",
	    "Hb", digest, p, n);
}

static enum fj_rc
pg_blob_get(struct store *s, const struct hash *digest, struct fj_buf *out,
    struct fj_err *e)
{
	struct pg_rows r;
	const void *p;
	size_t n;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT body FROM fj_blob WHERE digest = $1", "H", digest);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, "blob");
	if (rc == FJ_OK) {
		p = pg_blob(&r, 0, 0, &n);
		fj_buf_add(out, p, n);
	}
	pg_rows_end(&r);
	return rc;
}

/* One by one: a blob may be large. */
static enum fj_rc
pg_blobs_each(struct store *s,
    bool (*fn)(void *ctx, const struct hash *digest, const void *p, size_t n), void *ctx,
    struct fj_err *e)
{
	bool more = true;
	struct hash at;
	struct pg_rows r;
	enum fj_rc rc = FJ_OK;

	memset(&at, 0, sizeof(at));
	while (rc == FJ_OK && more) {
		rc = pg_ask(s, e, &r, "SELECT digest, body FROM fj_blob WHERE digest > $1"
		    " ORDER BY digest LIMIT 1", "H", &at);
		more = rc == FJ_OK && r.n > 0;
		if (more) {
			size_t n;
			const void *p = pg_blob(&r, 0, 1, &n);

			if (!pg_bytes(&r, 0, 0, at.b, HASH_LEN))
				rc = pg_damaged(e, "blob");
			else
				more = fn(ctx, &at, p, n);
		}
		pg_rows_end(&r);
	}
	return rc;
}

/* ---- figures ---- */

static enum fj_rc
pg_stats(struct store *s, struct store_stats *out, struct fj_err *e)
{
	struct store_stats v;
	const struct {
		const char *sql;
		int64_t *to;
	} q[] = {
		{ "SELECT count(*) FROM fj_stream", &v.streams },
		{ "SELECT count(*) FROM fj_entry", &v.entries },
		{ "SELECT count(*) FROM fj_entry WHERE seq = 1", &v.chains },
		{ "SELECT count(*) FROM fj_upload", &v.uploads },
		{ "SELECT count(*) FROM fj_upload WHERE done = 1", &v.uploads_done },
		{ "SELECT CAST(sum(size) AS BIGINT) FROM fj_upload WHERE done = 1",
		    &v.evidence_bytes },
		{ "SELECT count(*) FROM fj_roster", &v.roster },
		{ "SELECT count(*) FROM fj_blob", &v.blobs },
		{ "SELECT max(pos) FROM fj_log", &v.position },
	};
	enum fj_rc rc = FJ_OK;
	size_t i;

	memset(&v, 0, sizeof(v));
	for (i = 0; rc == FJ_OK && i < sizeof(q) / sizeof(q[0]); i++)
		rc = pg_number(s, e, q[i].to, q[i].sql);
	if (rc == FJ_OK)
		*out = v;
	return rc;
}

/* A setting with which a receipt would be no promise. */
static enum fj_rc
check_setting(struct store *s, const char *name, const char *sql, struct fj_err *e)
{
	int64_t bad = 0;
	enum fj_rc rc = pg_number(s, e, &bad, sql);

	if (rc == FJ_OK && bad != 0)
		rc = fj_fail(e, FJ_REFUSED, "hub.pg-unsafe", "ss", pg_of(s)->label, name);
	return rc;
}

/* Pages are the server's matter (data checksums, amcheck); here: T1 and T3. */
static enum fj_rc
pg_check(struct store *s, struct fj_err *e)
{
	int64_t odd = 0;
	enum fj_rc rc;

	rc = check_setting(s, "fsync", "SELECT count(*) WHERE current_setting('fsync')"
	    " = 'off'", e);
	if (rc == FJ_OK)
		rc = check_setting(s, "full_page_writes", "SELECT count(*) WHERE"
		    " current_setting('full_page_writes') = 'off'", e);
	if (rc == FJ_OK)
		rc = pg_number(s, e, &odd, "SELECT count(*) - max(pos) FROM fj_log");
	if (rc == FJ_OK && odd != 0)
		rc = pg_damaged(e, "log");
	if (rc == FJ_OK)
		rc = pg_number(s, e, &odd, "SELECT count(*) - max(n) FROM fj_roster");
	if (rc == FJ_OK && odd != 0)
		rc = pg_damaged(e, "roster");
	return rc;
}

/* A standby that confirms each commit is the second copy. */
static enum fj_rc
pg_safe_through(struct store *s, uint64_t *position, struct fj_err *e)
{
	int64_t confirmed = 0;
	struct fj_buf b;
	enum fj_rc rc;

	*position = 0;
	rc = pg_number(s, e, &confirmed, "SELECT count(*) WHERE"
	    " current_setting('synchronous_standby_names') <> ''");
	if (rc == FJ_OK && confirmed != 0)
		return pg_log_position(s, position, e);
	fj_buf_init(&b, 64);
	if (rc == FJ_OK)
		rc = pg_meta_get(s, "safe-through", &b, e);
	if (rc == FJ_OK && b.n == 8)
		*position = fj_get_u64(b.p);
	fj_buf_release(&b);
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

static enum fj_rc
pg_backup(struct store *s, const char *path, struct fj_err *e)
{
	(void)path;
	return fj_fail(e, FJ_REFUSED, "hub.pg-backup", "s", pg_of(s)->label);
}

static enum fj_rc
pg_retire(struct store *s, struct fj_err *e)
{
	return pg_run(s, e, NULL, "UPDATE fj_lock SET n = 1 WHERE name = 'writer'", "");
}

static const struct store_ops pg_ops = {
	.close = pg_close,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.snapshot = pg_snapshot,
	.snapshot_end = pg_snapshot_end,
	.meta_put = pg_meta_put,
	.meta_get = pg_meta_get,
	.meta_each = pg_meta_each,
	.roster_put = pg_roster_put,
	.roster_last = pg_roster_last,
	.roster_position = pg_roster_position,
	.roster_each = pg_roster_each,
	.log_put = pg_log_put,
	.log_position = pg_log_position,
	.log_get = pg_log_get,
	.leaves_each = pg_leaves_each,
	.invite_put = pg_invite_put,
	.invite_get = pg_invite_get,
	.invites_each = pg_invites_each,
	.invite_expire = pg_invite_expire,
	.entries_put = pg_entries_put,
	.entry_sign = pg_entry_sign,
	.entry_find = pg_entry_find,
	.entry_get = pg_entry_get,
	.chain_head = pg_chain_head,
	.chain_forked = pg_chain_forked,
	.chains_each = pg_chains_each,
	.entries_each = pg_entries_each,
	.receipts_each = pg_receipts_each,
	.stream_put = pg_stream_put,
	.stream_get = pg_stream_get,
	.streams_each = pg_streams_each,
	.upload_put = pg_upload_put,
	.upload_get = pg_upload_get,
	.uploads_each = pg_uploads_each,
	.upload_drop = pg_upload_drop,
	.uploads_expired = pg_uploads_expired,
	.upload_sums = pg_upload_sums,
	.claim_take = pg_claim_take,
	.claim_hold = pg_claim_hold,
	.claim_drop = pg_claim_drop,
	.audit_put = pg_audit_put,
	.audit_each = pg_audit_each,
	.audit_expire = pg_audit_expire,
	.blob_put = pg_blob_put,
	.blob_get = pg_blob_get,
	.blobs_each = pg_blobs_each,
	.stats = pg_stats,
	.check = pg_check,
	.safe_through = pg_safe_through,
	.backup = pg_backup,
	.retire = pg_retire,
};

static enum fj_rc
open_store(const char *url, bool create, bool reader, struct store **out,
    struct fj_err *e)
{
	struct pg_store *p = xcalloc(1, sizeof(*p));
	enum fj_rc rc;

	*out = NULL;
	p->base.ops = &pg_ops;
	p->reader = reader;
	rc = pg_open(p, url, e);
	if (rc == FJ_OK)
		rc = create ? pg_schema_make(p, e) : pg_schema_look(p, e);
	if (rc != FJ_OK)
		pg_close(&p->base);
	else
		*out = &p->base;
	return rc;
}

enum fj_rc
store_pg_open(const char *url, bool create, struct store **out, struct fj_err *e)
{
	return open_store(url, create, false, out, e);
}

enum fj_rc
store_pg_open_reader(const char *url, struct store **out, struct fj_err *e)
{
	return open_store(url, false, true, out, e);
}
