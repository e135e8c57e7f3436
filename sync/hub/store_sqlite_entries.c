/* SPDX-License-Identifier: Apache-2.0 */
/* The store in SQLite: entries, streams, receipts. */
#include <string.h>

#include "hub/store_sqlite.h"

#define ENTRY_COLUMNS "stream, dev, seq, hlc, id, prev, frame, sig, position"

/* ---- entries ---- */

enum fj_rc
sqlite_entry_find(struct store *s, const struct id *stream, const struct hash *id,
    struct chain_head *at, uint64_t *position, struct fj_err *e)
{
	struct chain_head h;
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT dev, seq, hlc, position FROM entry"
	    " WHERE stream = ?1 AND id = ?2", &st, e);
	if (rc != FJ_OK)
		return rc;
	memset(&h, 0, sizeof(h));
	stmt_bind(st, "IH", stream, id);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && !row)
		rc = sqlite_none(e, "entry");
	if (rc == FJ_OK) {
		h.seq = (uint64_t)stmt_i64(st, 1);
		h.hlc = (uint64_t)stmt_i64(st, 2);
		h.id = *id;
		if (!stmt_bytes(st, 0, h.dev.b, ID_LEN))
			rc = sqlite_damaged(e, "entry");
	}
	if (rc == FJ_OK && at != NULL)
		*at = h;
	if (rc == FJ_OK && position != NULL)
		*position = (uint64_t)stmt_i64(st, 3);
	stmt_done(&st);
	return rc;
}

enum fj_rc
sqlite_entry_get(struct store *s, const struct id *stream, const struct hash *id,
    struct fj_buf *frame, uint8_t sig[ENTRY_SIG], bool *has_sig, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;
	const void *p;
	size_t n;

	rc = db_prepare(sqlite_of(s)->db, "SELECT frame, sig FROM entry"
	    " WHERE stream = ?1 AND id = ?2", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "IH", stream, id);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && !row)
		rc = sqlite_none(e, "entry");
	if (rc == FJ_OK) {
		p = stmt_blob(st, 0, &n);
		*has_sig = !stmt_is_null(st, 1);
		if (p == NULL || (*has_sig && !stmt_bytes(st, 1, sig, ENTRY_SIG)))
			rc = sqlite_damaged(e, "entry");
		else
			fj_buf_add(frame, p, n);
	}
	stmt_done(&st);
	return rc;
}

enum fj_rc
sqlite_entries_put(struct store *s, const struct stored_entry *en, size_t n,
    bool *fresh, struct fj_err *e)
{
	struct db *d = sqlite_of(s)->db;
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;
	size_t i;

	rc = db_prepare(d, "INSERT INTO entry (" ENTRY_COLUMNS ") VALUES"
	    " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	    " ON CONFLICT (stream, id) DO NOTHING", &st, e);
	for (i = 0; rc == FJ_OK && i < n; i++) {
		const struct stored_entry *v = &en[i];

		stmt_reset(st);
		stmt_bind(st, "IIllHHbbl", &v->stream, &v->dev, (int64_t)v->seq,
		    (int64_t)v->hlc, &v->id, &v->prev, v->frame, v->len, v->sig,
		    v->sig != NULL ? (size_t)ENTRY_SIG : (size_t)0, (int64_t)v->position);
		rc = stmt_step(st, &row, e);
		fresh[i] = rc == FJ_OK && db_changes(d) > 0;
	}
	stmt_done(&st);
	return rc;
}

enum fj_rc
sqlite_entry_sign(struct store *s, const struct id *stream, const struct hash *id,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	return db_run(sqlite_of(s)->db, e, "UPDATE entry SET sig = ?3"
	    " WHERE stream = ?1 AND id = ?2 AND sig IS NULL", "IHb", stream, id, sig,
	    (size_t)ENTRY_SIG);
}

enum fj_rc
sqlite_chain_head(struct store *s, const struct id *stream, const struct id *dev,
    struct chain_head *out, struct fj_err *e)
{
	struct chain_head h;
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	memset(&h, 0, sizeof(h));
	h.dev = *dev;
	rc = db_prepare(sqlite_of(s)->db, "SELECT seq, hlc, id FROM entry WHERE stream = ?1"
	    " AND dev = ?2 ORDER BY seq DESC, id LIMIT 1", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "II", stream, dev);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && row) {
		h.seq = (uint64_t)stmt_i64(st, 0);
		h.hlc = (uint64_t)stmt_i64(st, 1);
		if (!stmt_bytes(st, 2, h.id.b, HASH_LEN))
			rc = sqlite_damaged(e, "entry");
	}
	stmt_done(&st);
	if (rc == FJ_OK)
		*out = h;
	return rc;
}

enum fj_rc
sqlite_chain_forked(struct store *s, const struct id *stream, const struct id *dev,
    uint64_t seq, bool *forked, struct fj_err *e)
{
	int64_t rows, last;
	enum fj_rc rc;

	if (seq > 0) {
		rc = db_get_i64(sqlite_of(s)->db, e, &rows, NULL, "SELECT count(*) FROM"
		    " entry WHERE stream = ?1 AND dev = ?2 AND seq = ?3", "IIl", stream, dev,
		    (int64_t)seq);
		last = 1;
	} else {
		rc = db_get_i64(sqlite_of(s)->db, e, &rows, NULL, "SELECT count(*) FROM"
		    " entry WHERE stream = ?1 AND dev = ?2", "II", stream, dev);
		if (rc == FJ_OK)
			rc = db_get_i64(sqlite_of(s)->db, e, &last, NULL, "SELECT max(seq)"
			    " FROM entry WHERE stream = ?1 AND dev = ?2", "II", stream, dev);
	}
	if (rc == FJ_OK)
		*forked = rows > last;
	return rc;
}

enum fj_rc
sqlite_chains_each(struct store *s, const struct id *stream,
    bool (*fn)(void *ctx, const struct id *dev), void *ctx, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT DISTINCT dev FROM entry WHERE stream = ?1"
	    " ORDER BY dev", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "I", stream);
	while ((rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		struct id dev;

		if (!stmt_bytes(st, 0, dev.b, ID_LEN)) {
			rc = sqlite_damaged(e, "entry");
			break;
		}
		if (!fn(ctx, &dev))
			break;
	}
	stmt_done(&st);
	return rc;
}

/* The present row; sig is copied to `room`, since NULL must stay visible. */
static bool
entry_row(struct stmt *st, struct stored_entry *en, uint8_t room[ENTRY_SIG])
{
	memset(en, 0, sizeof(*en));
	en->seq = (uint64_t)stmt_i64(st, 2);
	en->hlc = (uint64_t)stmt_i64(st, 3);
	en->position = (uint64_t)stmt_i64(st, 8);
	en->frame = stmt_blob(st, 6, &en->len);
	if (!stmt_is_null(st, 7)) {
		if (!stmt_bytes(st, 7, room, ENTRY_SIG))
			return false;
		en->sig = room;
	}
	return en->frame != NULL && stmt_bytes(st, 0, en->stream.b, ID_LEN) &&
	    stmt_bytes(st, 1, en->dev.b, ID_LEN) &&
	    stmt_bytes(st, 4, en->id.b, HASH_LEN) &&
	    stmt_bytes(st, 5, en->prev.b, HASH_LEN);
}

enum fj_rc
sqlite_entries_each(struct store *s, const struct id *stream, const struct id *dev,
    uint64_t after, bool (*fn)(void *ctx, const struct stored_entry *en), void *ctx,
    struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, stream == NULL ?
	    "SELECT " ENTRY_COLUMNS " FROM entry ORDER BY stream, dev, seq, id" :
	    dev != NULL ?
	    "SELECT " ENTRY_COLUMNS " FROM entry WHERE stream = ?1 AND seq > ?2"
	    " AND dev = ?3 ORDER BY seq, id" :
	    "SELECT " ENTRY_COLUMNS " FROM entry WHERE stream = ?1 AND seq > ?2"
	    " ORDER BY dev, seq, id", &st, e);
	if (rc != FJ_OK)
		return rc;
	if (stream != NULL)
		stmt_bind(st, "Il", stream, (int64_t)after);
	if (stream != NULL && dev != NULL)
		stmt_bind_at(st, 3, "I", dev);
	while ((rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		struct stored_entry en;
		uint8_t sig[ENTRY_SIG];

		if (!entry_row(st, &en, sig)) {
			rc = sqlite_damaged(e, "entry");
			break;
		}
		if (!fn(ctx, &en))
			break;
	}
	stmt_done(&st);
	return rc;
}

/* ---- streams ---- */

enum fj_rc
sqlite_stream_put(struct store *s, const struct stored_stream *in, struct fj_err *e)
{
	struct db *d = sqlite_of(s)->db;
	enum fj_rc rc;

	rc = db_run(d, e, "DELETE FROM stream WHERE stream = ?1", "I", &in->stream);
	if (rc != FJ_OK)
		return rc;
	return db_run(d, e, "INSERT INTO stream (stream, kind, position, facts)"
	    " VALUES (?1, ?2, ?3, ?4)", "Iilt", &in->stream, (int)in->kind,
	    (int64_t)in->position, in->facts != NULL ? in->facts : "");
}

enum fj_rc
sqlite_stream_get(struct store *s, const struct id *stream, enum stream_kind *kind,
    uint64_t *position, struct fj_buf *facts, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;
	const char *text;

	rc = db_prepare(sqlite_of(s)->db,
	    "SELECT kind, position, facts FROM stream WHERE stream = ?1", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "I", stream);
	rc = stmt_step(st, &row, e);
	if (rc == FJ_OK && !row)
		rc = sqlite_none(e, "stream");
	if (rc == FJ_OK) {
		if (kind != NULL)
			*kind = (enum stream_kind)stmt_int(st, 0);
		if (position != NULL)
			*position = (uint64_t)stmt_i64(st, 1);
		text = stmt_text(st, 2);
		if (facts != NULL && text != NULL)
			fj_buf_puts(facts, text);
	}
	stmt_done(&st);
	return rc;
}

enum fj_rc
sqlite_streams_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, const struct stored_stream *st), void *ctx,
    struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT stream, kind, position, facts FROM stream"
	    " WHERE position > ?1 ORDER BY position, stream", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "l", (int64_t)after);
	while ((rc = stmt_step(st, &row, e)) == FJ_OK && row) {
		struct stored_stream v;

		memset(&v, 0, sizeof(v));
		v.kind = (enum stream_kind)stmt_int(st, 1);
		v.position = (uint64_t)stmt_i64(st, 2);
		v.facts = stmt_text(st, 3);
		if (v.facts == NULL || !stmt_bytes(st, 0, v.stream.b, ID_LEN)) {
			rc = sqlite_damaged(e, "stream");
			break;
		}
		if (!fn(ctx, &v))
			break;
	}
	stmt_done(&st);
	return rc;
}

/* ---- receipts ---- */

enum fj_rc
sqlite_receipts_each(struct store *s, const struct id *stream, uint64_t after,
    bool (*fn)(void *ctx, uint64_t position), void *ctx, struct fj_err *e)
{
	struct stmt *st = NULL;
	bool row = false;
	enum fj_rc rc;

	rc = db_prepare(sqlite_of(s)->db, "SELECT position FROM entry WHERE stream = ?1"
	    " AND position > ?2 UNION SELECT position FROM upload WHERE visit = ?1"
	    " AND done = 1 AND position > ?2 ORDER BY 1", &st, e);
	if (rc != FJ_OK)
		return rc;
	stmt_bind(st, "Il", stream, (int64_t)after);
	while ((rc = stmt_step(st, &row, e)) == FJ_OK && row)
		if (!fn(ctx, (uint64_t)stmt_i64(st, 0)))
			break;
	stmt_done(&st);
	return rc;
}
