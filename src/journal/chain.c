/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where chains stand.  A chain without a fork has one row a seq, so its tip is the
 * row of the greatest seq.  Forked chains are marked when the second line comes in;
 * their tips are the entries that no other names as its prev.
 */
#include "journal/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "entry/hello.h"

struct heads {
	struct chain_head *v;
	size_t n, cap;
};

static void
heads_add(struct heads *h, const struct entry *en)
{
	if (h->n == h->cap) {
		h->cap = h->cap > 0 ? 2 * h->cap : 8;
		h->v = xrealloc(h->v, h->cap, sizeof(*h->v));
	}
	memset(&h->v[h->n], 0, sizeof(*h->v));
	chain_advance(&h->v[h->n++], en);
}

enum fj_rc
chain_mark_fork(struct journal *j, const struct id *stream, const struct id *dev,
    struct fj_err *e)
{
	return db_run(j->db, e, "INSERT OR IGNORE INTO fork(stream, dev) VALUES(?1, ?2)",
	    "II", stream, dev);
}

enum fj_rc
journal_forked(struct journal *j, const struct id *stream, const struct id *dev,
    bool *forked, struct fj_err *e)
{
	int64_t one;

	return db_get_i64(j->db, e, &one, forked, "SELECT 1 FROM fork WHERE stream = ?1"
	    " AND dev = ?2", "II", stream, dev);
}

enum fj_rc
chain_tip(struct journal *j, const struct id *stream, const struct id *dev,
    struct chain_head *out, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct entry_row at;
	struct entry en;
	struct fj_buf buf;
	bool row = false;
	enum fj_rc rc = db_prepare(j->db, "SELECT n, dev, seq, kid, sealed FROM entry"
	    " WHERE stream = ?1 AND dev = ?2 ORDER BY seq DESC LIMIT 1", &s, e);

	memset(out, 0, sizeof(*out));
	out->dev = *dev;
	if (rc != FJ_OK)
		return rc;
	fj_buf_init_secret(&buf, ROW_MAX);
	stmt_bind(s, "II", stream, dev);
	rc = stmt_step(s, &row, e);
	if (rc == FJ_OK && row) {
		rc = entry_row_read(j, s, 0, &at, &buf, &en, e);
		if (rc == FJ_OK)
			chain_advance(out, &en);
	}
	fj_buf_release(&buf);
	stmt_done(&s);
	return rc;
}

/* All tips of a forked chain. */
static enum fj_rc
fork_tips(struct journal *j, const struct id *stream, const struct id *dev,
    struct heads *out, struct fj_err *e)
{
	struct heads all = { NULL, 0, 0 };
	struct map *followed = map_new();
	struct stmt *s = NULL;
	struct entry_row at;
	struct entry en;
	struct fj_buf buf;
	bool row = false;
	size_t i;
	enum fj_rc rc = db_prepare(j->db, "SELECT n, dev, seq, kid, sealed FROM entry"
	    " WHERE stream = ?1 AND dev = ?2 ORDER BY seq, n", &s, e);

	fj_buf_init_secret(&buf, ROW_MAX);
	if (rc == FJ_OK)
		stmt_bind(s, "II", stream, dev);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row) {
		rc = entry_row_read(j, s, 0, &at, &buf, &en, e);
		if (rc != FJ_OK)
			break;
		heads_add(&all, &en);
		(void)map_put(followed, en.prev.b, HASH_LEN, followed);
	}
	for (i = 0; rc == FJ_OK && i < all.n; i++) {
		if (map_get(followed, all.v[i].id.b, HASH_LEN) != NULL)
			continue;
		if (out->n == out->cap) {
			out->cap = out->cap > 0 ? 2 * out->cap : 8;
			out->v = xrealloc(out->v, out->cap, sizeof(*out->v));
		}
		out->v[out->n++] = all.v[i];
	}
	fj_buf_release(&buf);
	stmt_done(&s);
	map_free(&followed, NULL);
	free(all.v);
	return rc;
}

static enum fj_rc
add_dev(struct journal *j, const struct id *stream, const struct id *dev,
    struct heads *out, struct fj_err *e)
{
	struct chain_head tip;
	bool forked = false;
	enum fj_rc rc = journal_forked(j, stream, dev, &forked, e);

	if (rc != FJ_OK || forked)
		return rc != FJ_OK ? rc : fork_tips(j, stream, dev, out, e);
	rc = chain_tip(j, stream, dev, &tip, e);
	if (rc == FJ_OK && tip.seq > 0) {
		if (out->n == out->cap) {
			out->cap = out->cap > 0 ? 2 * out->cap : 8;
			out->v = xrealloc(out->v, out->cap, sizeof(*out->v));
		}
		out->v[out->n++] = tip;
	}
	return rc;
}

enum fj_rc
journal_heads(struct journal *j, const struct id *stream, struct chain_head **out,
    size_t *n, struct fj_err *e)
{
	struct heads h = { NULL, 0, 0 };
	struct stmt *s = NULL;
	struct id dev;
	bool there = false, row = false;
	enum fj_rc rc = journal_need(j, e);

	*out = NULL;
	*n = 0;
	if (rc == FJ_OK)
		rc = stream_use(j, stream, &there, e);
	if (rc != FJ_OK || !there)
		return rc;
	rc = db_prepare(j->db, "SELECT DISTINCT dev FROM entry WHERE stream = ?1"
	    " ORDER BY dev", &s, e);
	if (rc == FJ_OK)
		stmt_bind(s, "I", stream);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row)
		if (stmt_bytes(s, 0, dev.b, ID_LEN))
			rc = add_dev(j, stream, &dev, &h, e);
	stmt_done(&s);
	if (rc != FJ_OK) {
		free(h.v);
		return rc;
	}
	*out = h.v;
	*n = h.n;
	return FJ_OK;
}

enum fj_rc
journal_own_head(struct journal *j, const struct id *stream, struct chain_head *out,
    struct fj_err *e)
{
	bool there = false;
	enum fj_rc rc = journal_need(j, e);

	memset(out, 0, sizeof(*out));
	out->dev = j->dev;
	if (rc == FJ_OK)
		rc = stream_use(j, stream, &there, e);
	return rc != FJ_OK || !there ? rc : chain_tip(j, stream, &j->dev, out, e);
}

enum fj_rc
journal_chain_keys(struct journal *j, const struct id *stream, const struct id *dev,
    struct identity_public *out, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct entry_row at;
	struct entry en;
	struct hello *h = NULL;
	struct fj_buf buf;
	bool there = false, row = false;
	enum fj_rc rc = journal_need(j, e);

	memset(out, 0, sizeof(*out));
	fj_buf_init_secret(&buf, ROW_MAX);
	if (rc == FJ_OK)
		rc = stream_use(j, stream, &there, e);
	if (rc == FJ_OK && there)
		rc = db_prepare(j->db, "SELECT n, dev, seq, kid, sealed FROM entry WHERE"
		    " stream = ?1 AND dev = ?2 AND seq = 1 ORDER BY n LIMIT 1", &s, e);
	if (rc == FJ_OK && there) {
		stmt_bind(s, "II", stream, dev);
		rc = stmt_step(s, &row, e);
	}
	if (rc == FJ_OK && !row)
		rc = fj_fail(e, FJ_NOTFOUND, "journal.chain", "");
	if (rc == FJ_OK)
		rc = entry_row_read(j, s, 0, &at, &buf, &en, e);
	if (rc == FJ_OK) {
		h = xcalloc(1, sizeof(*h));
		rc = hello_read(&en, h, e);
	}
	if (rc == FJ_OK)
		*out = h->key;
	free(h);
	stmt_done(&s);
	fj_buf_release(&buf);
	return rc;
}
