/* SPDX-License-Identifier: Apache-2.0 */
/* The PostgreSQL store: entries, streams, receipts. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "hub/store_pg.h"

#define ENTRY_COLUMNS "stream, dev, seq, hlc, id, prev, frame, sig, pos"

enum {
	ENTRY_VALUES = 9,
	SQL_MAX = 1 << 20,
};

/* ---- many at once ---- */

struct key {
	uint8_t b[ID_LEN + HASH_LEN];
};

static struct key
key_of(const struct id *stream, const struct hash *id)
{
	struct key k;

	memcpy(k.b, stream->b, ID_LEN);
	memcpy(k.b + ID_LEN, id->b, HASH_LEN);
	return k;
}

/* "($1,$2),($3,$4)…" */
static void
tuples(struct fj_buf *sql, size_t rows, int columns)
{
	size_t i, at = 1;
	int c;

	for (i = 0; i < rows; i++) {
		fj_buf_puts(sql, i == 0 ? "(" : ",(");
		for (c = 0; c < columns; c++)
			fj_buf_printf(sql, c == 0 ? "$%zu" : ",$%zu", at++);
		fj_buf_putc(sql, ')');
	}
}

/* fresh[i] = false for what the store holds.  place: key -> its bool. */
static enum fj_rc
strike_known(struct pg_store *p, const struct stored_entry *en, size_t n,
    const struct map *place, struct fj_err *e)
{
	struct fj_buf sql;
	struct pg_rows r;
	struct pg_args a;
	enum fj_rc rc;
	size_t i;
	int row;

	fj_buf_init(&sql, SQL_MAX);
	fj_buf_puts(&sql, "SELECT e.stream, e.id FROM (VALUES ");
	tuples(&sql, n, 2);
	fj_buf_puts(&sql, ") AS v (stream, id) JOIN fj_entry e"
	    " ON e.stream = v.stream AND e.id = v.id");
	pg_args_init(&a, (int)n * 2);
	for (i = 0; i < n; i++)
		pg_args_add(&a, "IH", &en[i].stream, &en[i].id);
	rc = pg_send(p, sql.p, &a, &r, e);
	for (row = 0; rc == FJ_OK && row < r.n; row++) {
		struct key k;
		bool *is_new;

		if (!pg_bytes(&r, row, 0, k.b, ID_LEN) ||
		    !pg_bytes(&r, row, 1, k.b + ID_LEN, HASH_LEN))
			rc = pg_damaged(e, "entry");
		else if ((is_new = map_get(place, k.b, sizeof(k.b))) != NULL)
			*is_new = false;
	}
	pg_rows_end(&r);
	pg_args_release(&a);
	fj_buf_release(&sql);
	return rc;
}

static enum fj_rc
insert_fresh(struct pg_store *p, const struct stored_entry *en, size_t n,
    const bool *fresh, struct fj_err *e)
{
	struct fj_buf sql;
	struct pg_rows r;
	struct pg_args a;
	enum fj_rc rc = FJ_OK;
	size_t i, rows = 0;

	pg_args_init(&a, (int)n * ENTRY_VALUES);
	for (i = 0; i < n; i++)
		if (fresh[i]) {
			const struct stored_entry *v = &en[i];

			pg_args_add(&a, "IIllHHbbl", &v->stream, &v->dev, (int64_t)v->seq,
			    (int64_t)v->hlc, &v->id, &v->prev, v->frame, v->len, v->sig,
			    v->sig != NULL ? (size_t)ENTRY_SIG : (size_t)0,
			    (int64_t)v->position);
			rows++;
		}
	if (rows > 0) {
		fj_buf_init(&sql, SQL_MAX);
		fj_buf_puts(&sql, "INSERT INTO fj_entry (" ENTRY_COLUMNS ") VALUES ");
		tuples(&sql, rows, ENTRY_VALUES);
		rc = pg_send(p, sql.p, &a, &r, e);
		pg_rows_end(&r);
		fj_buf_release(&sql);
	}
	pg_args_release(&a);
	return rc;
}

/* As many as one statement takes. */
static size_t
share(const struct stored_entry *en, size_t n)
{
	size_t i, bytes = 0;

	for (i = 0; i < n && i < PG_ROWS; i++) {
		bytes += en[i].len + 256;
		if (i > 0 && bytes > PG_STATEMENT_BYTES)
			break;
	}
	return i;
}

enum fj_rc
pg_entries_put(struct store *s, const struct stored_entry *en, size_t n, bool *fresh,
    struct fj_err *e)
{
	struct map *place = map_new();
	enum fj_rc rc = FJ_OK;
	size_t i, k;

	for (i = 0; i < n; i++) {
		struct key key = key_of(&en[i].stream, &en[i].id);

		fresh[i] = map_get(place, key.b, sizeof(key.b)) == NULL;
		if (fresh[i])
			(void)map_put(place, key.b, sizeof(key.b), &fresh[i]);
	}
	for (i = 0; rc == FJ_OK && i < n; i += k) {
		k = share(en + i, n - i);
		rc = strike_known(pg_of(s), en + i, k, place, e);
		if (rc == FJ_OK)
			rc = insert_fresh(pg_of(s), en + i, k, fresh + i, e);
	}
	map_free(&place, NULL);
	return rc;
}

/* ---- one ---- */

enum fj_rc
pg_entry_sign(struct store *s, const struct id *stream, const struct hash *id,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	return pg_run(s, e, NULL, "UPDATE fj_entry SET sig = $3 WHERE stream = $1"
	    " AND id = $2 AND sig IS NULL", "IHb", stream, id, sig, (size_t)ENTRY_SIG);
}

enum fj_rc
pg_entry_find(struct store *s, const struct id *stream, const struct hash *id,
    struct chain_head *at, uint64_t *position, struct fj_err *e)
{
	struct chain_head h;
	struct pg_rows r;
	enum fj_rc rc;

	memset(&h, 0, sizeof(h));
	h.id = *id;
	rc = pg_ask(s, e, &r, "SELECT dev, seq, hlc, pos FROM fj_entry WHERE stream = $1"
	    " AND id = $2", "IH", stream, id);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, "entry");
	if (rc == FJ_OK && !pg_bytes(&r, 0, 0, h.dev.b, ID_LEN))
		rc = pg_damaged(e, "entry");
	if (rc == FJ_OK) {
		h.seq = (uint64_t)pg_i64(&r, 0, 1);
		h.hlc = (uint64_t)pg_i64(&r, 0, 2);
		if (at != NULL)
			*at = h;
		if (position != NULL)
			*position = (uint64_t)pg_i64(&r, 0, 3);
	}
	pg_rows_end(&r);
	return rc;
}

enum fj_rc
pg_entry_get(struct store *s, const struct id *stream, const struct hash *id,
    struct fj_buf *frame, uint8_t sig[ENTRY_SIG], bool *has_sig, struct fj_err *e)
{
	struct pg_rows r;
	const void *p;
	size_t n;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT frame, sig FROM fj_entry WHERE stream = $1"
	    " AND id = $2", "IH", stream, id);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, "entry");
	if (rc == FJ_OK) {
		p = pg_blob(&r, 0, 0, &n);
		*has_sig = !pg_null(&r, 0, 1);
		if (n == 0 || (*has_sig && !pg_bytes(&r, 0, 1, sig, ENTRY_SIG)))
			rc = pg_damaged(e, "entry");
		else
			fj_buf_add(frame, p, n);
	}
	pg_rows_end(&r);
	return rc;
}

/* ---- chains ---- */

enum fj_rc
pg_chain_head(struct store *s, const struct id *stream, const struct id *dev,
    struct chain_head *out, struct fj_err *e)
{
	struct chain_head h;
	struct pg_rows r;
	enum fj_rc rc;

	memset(&h, 0, sizeof(h));
	h.dev = *dev;
	rc = pg_ask(s, e, &r, "SELECT seq, hlc, id FROM fj_entry WHERE stream = $1"
	    " AND dev = $2 ORDER BY seq DESC, id LIMIT 1", "II", stream, dev);
	if (rc == FJ_OK && r.n > 0) {
		h.seq = (uint64_t)pg_i64(&r, 0, 0);
		h.hlc = (uint64_t)pg_i64(&r, 0, 1);
		if (!pg_bytes(&r, 0, 2, h.id.b, HASH_LEN))
			rc = pg_damaged(e, "entry");
	}
	if (rc == FJ_OK)
		*out = h;
	pg_rows_end(&r);
	return rc;
}

enum fj_rc
pg_chain_forked(struct store *s, const struct id *stream, const struct id *dev,
    uint64_t seq, bool *forked, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;

	if (seq > 0)
		rc = pg_ask(s, e, &r, "SELECT count(*), CAST(1 AS BIGINT) FROM fj_entry"
		    " WHERE stream = $1 AND dev = $2 AND seq = $3", "IIl", stream, dev,
		    (int64_t)seq);
	else
		rc = pg_ask(s, e, &r, "SELECT count(*), max(seq) FROM fj_entry"
		    " WHERE stream = $1 AND dev = $2", "II", stream, dev);
	if (rc == FJ_OK)
		*forked = pg_i64(&r, 0, 0) > pg_i64(&r, 0, 1);
	pg_rows_end(&r);
	return rc;
}

enum fj_rc
pg_chains_each(struct store *s, const struct id *stream,
    bool (*fn)(void *ctx, const struct id *dev), void *ctx, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;
	int i;

	rc = pg_ask(s, e, &r, "SELECT DISTINCT dev FROM fj_entry WHERE stream = $1"
	    " ORDER BY dev", "I", stream);
	for (i = 0; rc == FJ_OK && i < r.n; i++) {
		struct id dev;

		if (!pg_bytes(&r, i, 0, dev.b, ID_LEN))
			rc = pg_damaged(e, "entry");
		else if (!fn(ctx, &dev))
			break;
	}
	pg_rows_end(&r);
	return rc;
}

static bool
entry_row(const struct pg_rows *r, int i, struct stored_entry *en,
    uint8_t room[ENTRY_SIG])
{
	memset(en, 0, sizeof(*en));
	en->seq = (uint64_t)pg_i64(r, i, 2);
	en->hlc = (uint64_t)pg_i64(r, i, 3);
	en->position = (uint64_t)pg_i64(r, i, 8);
	en->frame = pg_blob(r, i, 6, &en->len);
	if (!pg_null(r, i, 7)) {
		if (!pg_bytes(r, i, 7, room, ENTRY_SIG))
			return false;
		en->sig = room;
	}
	return en->len > 0 && pg_bytes(r, i, 0, en->stream.b, ID_LEN) &&
	    pg_bytes(r, i, 1, en->dev.b, ID_LEN) &&
	    pg_bytes(r, i, 4, en->id.b, HASH_LEN) &&
	    pg_bytes(r, i, 5, en->prev.b, HASH_LEN);
}

/* Where the next page begins: behind the last row handed out. */
struct place {
	struct id stream, dev;
	int64_t seq;
	struct hash id;
};

static enum fj_rc
entries_page(struct store *s, const struct id *stream, const struct id *dev,
    uint64_t after, const struct place *at, struct pg_rows *r, struct fj_err *e)
{
	if (stream == NULL)
		return pg_ask(s, e, r, "SELECT " ENTRY_COLUMNS " FROM fj_entry WHERE"
		    " (stream, dev, seq, id) > ($1, $2, $3, $4)"
		    " ORDER BY stream, dev, seq, id LIMIT $5", "IIlHl", &at->stream,
		    &at->dev, at->seq, &at->id, (int64_t)PG_PAGE);
	if (dev == NULL)
		return pg_ask(s, e, r, "SELECT " ENTRY_COLUMNS " FROM fj_entry WHERE"
		    " stream = $1 AND seq > $2 AND (dev, seq, id) > ($3, $4, $5)"
		    " ORDER BY dev, seq, id LIMIT $6", "IlIlHl", stream, (int64_t)after,
		    &at->dev, at->seq, &at->id, (int64_t)PG_PAGE);
	return pg_ask(s, e, r, "SELECT " ENTRY_COLUMNS " FROM fj_entry WHERE"
	    " stream = $1 AND dev = $2 AND seq > $3 AND (seq, id) > ($4, $5)"
	    " ORDER BY seq, id LIMIT $6", "IIllHl", stream, dev, (int64_t)after, at->seq,
	    &at->id, (int64_t)PG_PAGE);
}

enum fj_rc
pg_entries_each(struct store *s, const struct id *stream, const struct id *dev,
    uint64_t after, bool (*fn)(void *ctx, const struct stored_entry *en), void *ctx,
    struct fj_err *e)
{
	bool more = true;
	struct pg_rows r;
	struct place at;
	enum fj_rc rc = FJ_OK;
	int i;

	memset(&at, 0, sizeof(at));
	at.seq = -1;
	while (rc == FJ_OK && more) {
		rc = entries_page(s, stream, dev, after, &at, &r, e);
		more = rc == FJ_OK && r.n == PG_PAGE;
		for (i = 0; rc == FJ_OK && i < r.n; i++) {
			uint8_t sig[ENTRY_SIG];
			struct stored_entry en;

			if (!entry_row(&r, i, &en, sig)) {
				rc = pg_damaged(e, "entry");
			} else if (!fn(ctx, &en)) {
				more = false;
				break;
			} else {
				at.stream = en.stream;
				at.dev = en.dev;
				at.seq = (int64_t)en.seq;
				at.id = en.id;
			}
		}
		pg_rows_end(&r);
	}
	return rc;
}

/* ---- streams ---- */

enum fj_rc
pg_stream_put(struct store *s, const struct stored_stream *in, struct fj_err *e)
{
	int64_t changed = 0;
	enum fj_rc rc;

	rc = pg_run(s, e, &changed, "UPDATE fj_stream SET kind = $2, pos = $3, facts = $4"
	    " WHERE stream = $1", "Illt", &in->stream, (int64_t)in->kind,
	    (int64_t)in->position, in->facts);
	if (rc != FJ_OK || changed > 0)
		return rc;
	return pg_run(s, e, NULL, "INSERT INTO fj_stream (stream, kind, pos, facts)"
	    " VALUES ($1, $2, $3, $4)", "Illt", &in->stream, (int64_t)in->kind,
	    (int64_t)in->position, in->facts);
}

enum fj_rc
pg_stream_get(struct store *s, const struct id *stream, enum stream_kind *kind,
    uint64_t *position, struct fj_buf *facts, struct fj_err *e)
{
	struct pg_rows r;
	const void *p;
	size_t n;
	enum fj_rc rc;

	rc = pg_ask(s, e, &r, "SELECT kind, pos, facts FROM fj_stream WHERE stream = $1",
	    "I", stream);
	if (rc == FJ_OK && r.n == 0)
		rc = pg_none(e, "stream");
	if (rc == FJ_OK) {
		if (kind != NULL)
			*kind = (enum stream_kind)pg_i64(&r, 0, 0);
		if (position != NULL)
			*position = (uint64_t)pg_i64(&r, 0, 1);
		p = pg_blob(&r, 0, 2, &n);
		if (facts != NULL)
			fj_buf_add(facts, p, n);
	}
	pg_rows_end(&r);
	return rc;
}

enum fj_rc
pg_streams_each(struct store *s, uint64_t after,
    bool (*fn)(void *ctx, const struct stored_stream *st), void *ctx,
    struct fj_err *e)
{
	int64_t pos = after > INT64_MAX ? INT64_MAX : (int64_t)after;
	bool more = true;
	struct pg_rows r;
	struct id last;
	enum fj_rc rc = FJ_OK;
	int i;

	memset(&last, 0xff, sizeof(last));
	while (rc == FJ_OK && more) {
		rc = pg_ask(s, e, &r, "SELECT stream, kind, pos, facts FROM fj_stream"
		    " WHERE (pos, stream) > ($1, $2) ORDER BY pos, stream LIMIT $3", "lIl",
		    pos, &last, (int64_t)PG_PAGE);
		more = rc == FJ_OK && r.n == PG_PAGE;
		for (i = 0; rc == FJ_OK && i < r.n; i++) {
			struct stored_stream v;
			size_t n;

			memset(&v, 0, sizeof(v));
			v.kind = (enum stream_kind)pg_i64(&r, i, 1);
			v.position = (uint64_t)pg_i64(&r, i, 2);
			/* libpq ends every value with a zero byte. */
			v.facts = pg_blob(&r, i, 3, &n);
			if (!pg_bytes(&r, i, 0, v.stream.b, ID_LEN)) {
				rc = pg_damaged(e, "stream");
			} else if (!fn(ctx, &v)) {
				more = false;
				break;
			}
			pos = (int64_t)v.position;
			last = v.stream;
		}
		pg_rows_end(&r);
	}
	return rc;
}

enum fj_rc
pg_receipts_each(struct store *s, const struct id *stream, uint64_t after,
    bool (*fn)(void *ctx, uint64_t position), void *ctx, struct fj_err *e)
{
	struct pg_rows r;
	enum fj_rc rc;
	int i;

	rc = pg_ask(s, e, &r, "SELECT pos FROM fj_entry WHERE stream = $1 AND pos > $2"
	    " UNION SELECT pos FROM fj_upload WHERE visit = $1 AND done = 1 AND pos > $2"
	    " ORDER BY 1", "Il", stream, (int64_t)after);
	for (i = 0; rc == FJ_OK && i < r.n; i++)
		if (!fn(ctx, (uint64_t)pg_i64(&r, i, 0)))
			break;
	pg_rows_end(&r);
	return rc;
}
