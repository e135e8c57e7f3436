/* SPDX-License-Identifier: Apache-2.0 */
/* Everything looked at: seals, hashes, chains, signatures, facts, evidence. */
#include "journal/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "entry/hello.h"
#include "journal/evidence.h"

struct walk {
	struct journal *j;
	const struct journal_reader *r;
	struct journal_check *out;
	struct id stream;
	/* the chain at hand */
	struct id dev;
	bool begun, forked, has_key, last_signed;
	struct identity_public key;
	struct chain_head head;
	struct map *ids;		/* of a forked chain */
};

static void
damage(struct walk *w, const struct id *dev, uint64_t seq, const char *what)
{
	struct journal_damage d;

	w->out->damaged++;
	if (w->r == NULL || w->r->damage == NULL)
		return;
	memset(&d, 0, sizeof(d));
	d.stream = w->stream;
	if (dev != NULL)
		d.dev = *dev;
	d.seq = seq;
	d.what = what;
	w->r->damage(w->r->ctx, &d);
}

static void
chain_close(struct walk *w)
{
	if (w->begun && !w->last_signed)
		damage(w, &w->dev, w->head.seq, "signature");
	map_free(&w->ids, NULL);
	w->begun = false;
}

static void
chain_begin(struct walk *w, const struct id *dev)
{
	chain_close(w);
	w->begun = true;
	w->dev = *dev;
	w->forked = false;
	(void)!journal_forked(w->j, &w->stream, dev, &w->forked, NULL);
	w->has_key = false;
	w->last_signed = false;
	memset(&w->head, 0, sizeof(w->head));
	w->head.dev = *dev;
	w->ids = map_new();
	w->out->chains++;
	w->out->forks += w->forked;
}

static void
check_link(struct walk *w, const struct entry *en)
{
	if (w->forked) {
		if (en->seq > 1 && map_get(w->ids, en->prev.b, HASH_LEN) == NULL)
			damage(w, &w->dev, en->seq, "chain");
		(void)map_put(w->ids, en->id.b, HASH_LEN, w);
	} else if (entry_follows(&w->head, en, NULL) != FJ_OK) {
		damage(w, &w->dev, en->seq, "chain");
	}
	chain_advance(&w->head, en);
}

static void
check_signature(struct walk *w, const struct entry_row *at, const struct entry *en)
{
	uint8_t sig[SIG_LEN];
	struct hash id;
	bool there = false;
	enum fj_rc rc = sig_read(w->j, &at->dev, at->seq, &at->kid, &id, sig, &there, NULL);

	w->last_signed = there;
	if (rc == FJ_OK && !there)
		return;
	w->out->signatures++;
	if (rc != FJ_OK || !w->has_key || !hash_eq(&id, &en->id) ||
	    crypto_verify(w->key.suite, &w->key.sign, PURPOSE_ENTRY, &en->id, sig, NULL)
	    != FJ_OK)
		damage(w, &at->dev, at->seq, "signature");
}

static void
check_row(struct walk *w, struct stmt *s, struct fj_buf *buf, struct hello *h)
{
	struct entry_row at;
	struct entry en;
	enum fj_rc rc = entry_row_read(w->j, s, 0, &at, buf, &en, NULL);

	if (!w->begun || !id_eq(&w->dev, &at.dev))
		chain_begin(w, &at.dev);
	w->out->entries++;
	if (rc != FJ_OK) {
		damage(w, &at.dev, at.seq, "seal");
		return;
	}
	if (en.seq == 1 && hello_read(&en, h, NULL) == FJ_OK) {
		w->key = h->key;
		w->has_key = true;
	}
	check_link(w, &en);
	check_signature(w, &at, &en);
	if (w->r != NULL && w->r->entry != NULL)
		(void)w->r->entry(w->r->ctx, &en);
}

/* Rows that others should point to, but are gone. */
static enum fj_rc
check_missing(struct walk *w, int64_t rows, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct id dev;
	int64_t want = 0;
	bool row = false;
	enum fj_rc rc = db_get_i64(w->j->db, e, &want, NULL,
	    "SELECT entries FROM stream WHERE id = ?1", "I", &w->stream);

	if (rc == FJ_OK && want != rows)
		damage(w, NULL, 0, "chain");
	if (rc == FJ_OK)
		rc = db_prepare(w->j->db, "SELECT dev, seq FROM sig WHERE stream = ?1 AND"
		    " NOT EXISTS (SELECT 1 FROM entry WHERE entry.kid = sig.kid)", &s, e);
	if (rc == FJ_OK)
		stmt_bind(s, "I", &w->stream);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row)
		if (stmt_bytes(s, 0, dev.b, ID_LEN))
			damage(w, &dev, (uint64_t)stmt_i64(s, 1), "signature");
	stmt_done(&s);
	return rc;
}

static enum fj_rc
check_stream(struct walk *w, struct fj_err *e)
{
	struct hello *h;
	struct stmt *s = NULL;
	struct fj_buf buf;
	int64_t rows = 0;
	bool there = false, row = false;
	enum fj_rc rc = stream_use(w->j, &w->stream, &there, NULL);

	if (rc == FJ_CORRUPT || rc == FJ_NEWER || !there) {
		damage(w, NULL, 0, "stream");
		return FJ_OK;
	}
	h = xcalloc(1, sizeof(*h));
	fj_buf_init_secret(&buf, ROW_MAX);
	rc = db_prepare(w->j->db, "SELECT n, dev, seq, kid, sealed FROM entry WHERE"
	    " stream = ?1 ORDER BY dev, seq, n", &s, e);
	if (rc == FJ_OK)
		stmt_bind(s, "I", &w->stream);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row) {
		check_row(w, s, &buf, h);
		rows++;
	}
	chain_close(w);
	if (rc == FJ_OK)
		rc = check_missing(w, rows, e);
	stmt_done(&s);
	fj_buf_release(&buf);
	free(h);
	return rc;
}

static enum fj_rc
check_streams(struct walk *w, struct fj_err *e)
{
	struct stmt *s = NULL;
	bool row = false;
	enum fj_rc rc = db_prepare(w->j->db, "SELECT id FROM stream UNION"
	    " SELECT stream FROM entry ORDER BY 1", &s, e);

	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row)
		if (stmt_bytes(s, 0, w->stream.b, ID_LEN))
			rc = check_stream(w, e);
		else
			damage(w, NULL, 0, "stream");
	stmt_done(&s);
	return rc;
}

static enum fj_rc
check_evidence(struct walk *w, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct id id;
	bool row = false;
	enum fj_rc rc = db_prepare(w->j->db, "SELECT id FROM evidence WHERE state = ?1", &s,
	    e);

	if (rc == FJ_OK)
		stmt_bind(s, "i", EVIDENCE_HELD);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row) {
		enum fj_rc one;

		if (!stmt_bytes(s, 0, id.b, ID_LEN))
			continue;
		one = evidence_verify(w->j, &id, NULL, e);
		if (one == FJ_OK) {
			w->out->evidence++;
			continue;
		}
		w->stream = id;
		damage(w, NULL, 0, "evidence");
	}
	stmt_done(&s);
	return rc;
}

enum fj_rc
journal_fsck(struct journal *j, bool with_evidence, const struct journal_reader *r,
    struct journal_check *out, struct fj_err *e)
{
	struct walk w = { .j = j, .r = r, .out = out };
	enum fj_rc rc = journal_need(j, e);

	memset(out, 0, sizeof(*out));
	if (rc != FJ_OK)
		return rc;
	rc = db_check(j->db, e);
	if (rc == FJ_CORRUPT) {
		damage(&w, NULL, 0, "file");
		rc = FJ_OK;
	}
	if (rc == FJ_OK)
		rc = check_streams(&w, e);
	if (rc == FJ_OK)
		rc = facts_check(j, r, out, e);
	if (rc == FJ_OK && with_evidence)
		rc = check_evidence(&w, e);
	if (rc == FJ_CORRUPT) {		/* a page that SQLite itself cannot read */
		damage(&w, NULL, 0, "file");
		rc = FJ_OK;
	}
	if (rc == FJ_OK)
		fj_err_clear(e);
	return rc;
}
