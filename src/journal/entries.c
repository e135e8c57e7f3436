/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of entries and of signatures, sealed under the key of the stream in use. */
#include "journal/internal.h"

#include <string.h>

enum {
	SIG_PLAIN = HASH_LEN + SIG_LEN,
};

/* Stream, dev and seq are bound: a row put elsewhere does not open. */
struct place {
	uint8_t seq[8];
	struct part part[4];
};

static void
place(struct place *p, const char *what, const struct id *stream, const struct id *dev,
    uint64_t seq)
{
	fj_put_u64(p->seq, seq);
	p->part[0] = (struct part){ what, strlen(what) };
	p->part[1] = (struct part){ stream->b, ID_LEN };
	p->part[2] = (struct part){ dev->b, ID_LEN };
	p->part[3] = (struct part){ p->seq, 8 };
}

enum fj_rc
entry_row_open(struct journal *j, const struct entry_row *at, const void *sealed,
    size_t n, struct fj_buf *buf, struct entry *en, struct fj_err *e)
{
	struct place where;
	struct kid kid;
	enum fj_rc rc;

	place(&where, "entry", &j->stream, &at->dev, at->seq);
	rc = row_open(j->stream_key, where.part, 4, sealed, n, buf, e);
	if (rc == FJ_OK)
		rc = entry_decode(buf->p, buf->n, en, e);
	if (rc == FJ_OK) {
		kid_of_entry(j, &en->id, &kid);
		if (memcmp(kid.b, at->kid.b, KID_LEN) == 0 && en->seq == at->seq &&
		    id_eq(&en->dev, &at->dev) && id_eq(&en->stream, &j->stream))
			return FJ_OK;
		rc = FJ_CORRUPT;
	}
	return rc == FJ_NEWER ? rc : row_damaged(&j->stream, &at->dev, at->seq, e);
}

enum fj_rc
entry_row_read(struct journal *j, struct stmt *s, int col, struct entry_row *at,
    struct fj_buf *buf, struct entry *en, struct fj_err *e)
{
	const void *sealed;
	size_t n;

	memset(at, 0, sizeof(*at));
	at->n = stmt_i64(s, col);
	at->seq = (uint64_t)stmt_i64(s, col + 2);
	if (!stmt_bytes(s, col + 1, at->dev.b, ID_LEN) ||
	    !stmt_bytes(s, col + 3, at->kid.b, KID_LEN))
		return row_damaged(&j->stream, &at->dev, at->seq, e);
	sealed = stmt_blob(s, col + 4, &n);
	return entry_row_open(j, at, sealed, n, buf, en, e);
}

enum fj_rc
entry_insert(struct journal *j, const struct entry *en, const void *frame, size_t n,
    int64_t *row, struct fj_err *e)
{
	struct place where;
	struct fj_buf b;
	struct kid kid;
	enum fj_rc rc;

	fj_buf_init(&b, ROW_MAX + ROW_HEAD + AEAD_TAG);
	place(&where, "entry", &en->stream, &en->dev, en->seq);
	row_seal(j->stream_key, where.part, 4, frame, n, &b);
	kid_of_entry(j, &en->id, &kid);
	if (fj_buf_over(&b))
		rc = fj_fail(e, FJ_LIMIT, "journal.row-large", "z", n);
	else
		rc = db_run(j->db, e, "INSERT INTO entry(stream, dev, seq, kid, sealed)"
		    " VALUES(?1, ?2, ?3, ?4, ?5)", "IIlbb", &en->stream, &en->dev,
		    (int64_t)en->seq, kid.b, (size_t)KID_LEN, b.p, b.n);
	if (rc == FJ_OK && row != NULL)
		*row = db_last_id(j->db);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
entry_known(struct journal *j, const struct hash *id, bool *known, struct fj_err *e)
{
	struct kid kid;
	int64_t n;

	kid_of_entry(j, id, &kid);
	return db_get_i64(j->db, e, &n, known, "SELECT n FROM entry WHERE kid = ?1", "b",
	    kid.b, (size_t)KID_LEN);
}

enum fj_rc
sig_insert(struct journal *j, const struct entry *en, const uint8_t sig[SIG_LEN],
    struct fj_err *e)
{
	uint8_t plain[SIG_PLAIN];
	struct place where;
	struct fj_buf b;
	struct kid kid;
	enum fj_rc rc;

	fj_buf_init(&b, 512);
	memcpy(plain, en->id.b, HASH_LEN);
	memcpy(plain + HASH_LEN, sig, SIG_LEN);
	place(&where, "sig", &en->stream, &en->dev, en->seq);
	row_seal(j->stream_key, where.part, 4, plain, sizeof(plain), &b);
	kid_of_entry(j, &en->id, &kid);
	rc = db_run(j->db, e, "INSERT OR IGNORE INTO sig(stream, dev, seq, kid, sealed)"
	    " VALUES(?1, ?2, ?3, ?4, ?5)", "IIlbb", &en->stream, &en->dev,
	    (int64_t)en->seq, kid.b, (size_t)KID_LEN, b.p, b.n);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
sig_read(struct journal *j, const struct id *dev, uint64_t seq, const struct kid *kid,
    struct hash *id, uint8_t sig[SIG_LEN], bool *there, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct place where;
	struct fj_buf b;
	const void *sealed;
	size_t n;
	enum fj_rc rc = db_prepare(j->db, "SELECT sealed FROM sig WHERE stream = ?1 AND"
	    " dev = ?2 AND seq = ?3 AND kid = ?4", &s, e);

	*there = false;
	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&b, 512);
	stmt_bind(s, "IIlb", &j->stream, dev, (int64_t)seq, kid->b, (size_t)KID_LEN);
	rc = stmt_step(s, there, e);
	if (rc == FJ_OK && *there) {
		sealed = stmt_blob(s, 0, &n);
		place(&where, "sig", &j->stream, dev, seq);
		rc = row_open(j->stream_key, where.part, 4, sealed, n, &b, e);
		if (rc == FJ_OK && b.n == SIG_PLAIN) {
			memcpy(id->b, b.p, HASH_LEN);
			memcpy(sig, b.p + HASH_LEN, SIG_LEN);
		} else {
			rc = row_damaged(&j->stream, dev, seq, e);
		}
	}
	fj_buf_release(&b);
	stmt_done(&s);
	return rc;
}

static enum fj_rc
confirm_one(struct journal *j, const struct entry *want, struct fj_buf *buf,
    struct entry *got, struct fj_err *e)
{
	struct entry_row at;
	struct stmt *s = NULL;
	struct kid kid;
	bool row = false;
	enum fj_rc rc = db_prepare(j->db, "SELECT n, dev, seq, kid, sealed FROM entry"
	    " WHERE kid = ?1", &s, e);

	if (rc != FJ_OK)
		return rc;
	kid_of_entry(j, &want->id, &kid);
	stmt_bind(s, "b", kid.b, (size_t)KID_LEN);
	rc = stmt_step(s, &row, e);
	if (rc == FJ_OK)
		rc = row ? entry_row_read(j, s, 0, &at, buf, got, e) :
		    row_damaged(&want->stream, &want->dev, want->seq, e);
	if (rc == FJ_OK && (!hash_eq(&got->id, &want->id) || got->len != want->len ||
	    memcmp(got->payload, want->payload, got->len) != 0))
		rc = row_damaged(&want->stream, &want->dev, want->seq, e);
	stmt_done(&s);
	return rc;
}

enum fj_rc
entries_confirm(struct journal *j, const struct chain_head *before,
    const struct entry *en, size_t n, const struct identity_public *key, struct fj_err *e)
{
	struct chain_head head = *before;
	struct entry got;
	struct fj_buf buf;
	struct kid kid;
	struct hash id;
	uint8_t stored[SIG_LEN];
	bool there = false;
	enum fj_rc rc = FJ_OK;
	size_t i;

	fj_buf_init_secret(&buf, ROW_MAX);
	for (i = 0; rc == FJ_OK && i < n; i++) {
		rc = confirm_one(j, &en[i], &buf, &got, e);
		if (rc == FJ_OK)
			rc = entry_follows(&head, &got, e);
		if (rc == FJ_OK)
			chain_advance(&head, &got);
	}
	if (rc == FJ_OK && n > 0) {
		kid_of_entry(j, &head.id, &kid);
		rc = sig_read(j, &head.dev, head.seq, &kid, &id, stored, &there, e);
		if (rc == FJ_OK && (!there || !hash_eq(&id, &head.id)))
			rc = row_damaged(&j->stream, &head.dev, head.seq, e);
		if (rc == FJ_OK)	/* what is stored, not what was meant to be */
			rc = crypto_verify(key->suite, &key->sign, PURPOSE_ENTRY, &id,
			    stored, e);
	}
	fj_buf_release(&buf);
	return rc;
}
