/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a stream: each chain in order, damage named, the rest given out. */
#include "journal/internal.h"

#include <string.h>

static void
report(const struct journal_reader *r, const struct id *stream, const struct id *dev,
    uint64_t seq, const char *what)
{
	struct journal_damage d;

	if (r->damage == NULL)
		return;
	d.stream = *stream;
	d.dev = *dev;
	d.seq = seq;
	d.what = what;
	r->damage(r->ctx, &d);
}

/* Is a row missing before this one?  Forked chains are told apart by fsck. */
static void
watch_gap(struct journal *j, const struct journal_reader *r, const struct id *stream,
    const struct entry_row *at, struct entry_row *prev, bool whole)
{
	bool same = id_eq(&prev->dev, &at->dev) && prev->seq > 0, forked = false;
	uint64_t expect = same ? prev->seq + 1 : 1;

	if ((same || whole) && at->seq > expect &&
	    journal_forked(j, stream, &at->dev, &forked, NULL) == FJ_OK && !forked)
		report(r, stream, &at->dev, expect, "chain");
	*prev = *at;
}

/* One walk over the rows of a stream. */
struct each {
	struct journal *j;
	const struct id *stream;
	const struct journal_reader *r;
	struct fj_buf buf;
	struct entry_row prev;
	int64_t newest;
	bool whole;
};

/* Answers false when the reader has enough. */
static bool
each_row(struct each *w, struct stmt *s)
{
	struct entry_row at = { .n = stmt_i64(s, 0), .seq = (uint64_t)stmt_i64(s, 2) };
	struct entry en;
	bool there = false;
	enum fj_rc rc = stream_use(w->j, w->stream, &there, NULL);

	if (rc == FJ_OK)	/* a callback may have read another stream */
		rc = entry_row_read(w->j, s, 0, &at, &w->buf, &en, NULL);
	watch_gap(w->j, w->r, w->stream, &at, &w->prev, w->whole);
	if (at.n > w->newest)
		w->newest = at.n;
	if (rc == FJ_OK)
		return w->r->entry(w->r->ctx, &en);
	report(w->r, w->stream, &at.dev, at.seq, "seal");
	return true;
}

enum fj_rc
journal_each(struct journal *j, const struct id *stream, int64_t since,
    const struct journal_reader *r, int64_t *version, struct fj_err *e)
{
	struct each w = { .j = j, .stream = stream, .r = r, .newest = since,
	    .whole = since == 0 };
	struct stmt *s = NULL;
	bool there = false, row = false;
	enum fj_rc rc = journal_need(j, e);

	if (version != NULL)
		*version = since;
	if (rc == FJ_OK)
		rc = stream_use(j, stream, &there, e);
	if (rc != FJ_OK || !there)
		return rc;
	fj_buf_init_secret(&w.buf, ROW_MAX);
	rc = db_prepare(j->db, "SELECT n, dev, seq, kid, sealed FROM entry WHERE stream = ?1"
	    " AND n > ?2 ORDER BY dev, seq, n", &s, e);
	if (rc == FJ_OK)
		stmt_bind(s, "Il", stream, since);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row)
		if (!each_row(&w, s))
			break;
	if (version != NULL)
		*version = w.newest;
	stmt_done(&s);
	fj_buf_release(&w.buf);
	return rc;
}

enum fj_rc
journal_entry(struct journal *j, const struct id *stream, const struct hash *id,
    struct fj_buf *buf, struct entry *en, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct entry_row at;
	struct kid kid;
	bool there = false, row = false;
	enum fj_rc rc = journal_need(j, e);

	if (rc == FJ_OK)
		rc = stream_use(j, stream, &there, e);
	if (rc == FJ_OK && there) {
		kid_of_entry(j, id, &kid);
		rc = db_prepare(j->db, "SELECT n, dev, seq, kid, sealed FROM entry"
		    " WHERE kid = ?1 AND stream = ?2", &s, e);
	}
	if (rc == FJ_OK && there) {
		stmt_bind(s, "bI", kid.b, (size_t)KID_LEN, stream);
		rc = stmt_step(s, &row, e);
	}
	if (rc == FJ_OK && !row)
		rc = fj_fail(e, FJ_NOTFOUND, "journal.entry", "");
	else if (rc == FJ_OK)
		rc = entry_row_read(j, s, 0, &at, buf, en, e);
	stmt_done(&s);
	return rc;
}

enum fj_rc
journal_signature(struct journal *j, const struct id *stream, const struct id *dev,
    uint64_t seq, uint64_t *at, struct hash *id, uint8_t sig[SIG_LEN], struct fj_err *e)
{
	struct stmt *s = NULL;
	struct kid kid;
	bool there = false, row = false;
	enum fj_rc rc = journal_need(j, e);

	if (rc == FJ_OK)
		rc = stream_use(j, stream, &there, e);
	if (rc == FJ_OK && there)
		rc = db_prepare(j->db, "SELECT seq, kid FROM sig WHERE stream = ?1 AND"
		    " dev = ?2 AND seq >= ?3 ORDER BY seq LIMIT 1", &s, e);
	if (rc == FJ_OK && there) {
		stmt_bind(s, "IIl", stream, dev, (int64_t)seq);
		rc = stmt_step(s, &row, e);
	}
	if (rc == FJ_OK && !row)
		rc = fj_fail(e, FJ_NOTFOUND, "journal.signature", "");
	if (rc == FJ_OK) {
		*at = (uint64_t)stmt_i64(s, 0);
		if (!stmt_bytes(s, 1, kid.b, KID_LEN))
			memset(kid.b, 0, KID_LEN);
		rc = sig_read(j, dev, *at, &kid, id, sig, &there, e);
	}
	if (rc == FJ_OK && !there)
		rc = row_damaged(stream, dev, *at, e);
	stmt_done(&s);
	return rc;
}
