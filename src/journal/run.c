/* SPDX-License-Identifier: Apache-2.0 */
/* Runs for the wire: whole frames up to a place where a commit ended. */
#include "journal/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/xalloc.h"

void
journal_run_free(struct journal_run *r)
{
	fj_buf_release(&r->frames);
	free(r->entry);
	memset(r, 0, sizeof(*r));
}

/* ---- the line of a forked chain that ends at a tip ---- */

struct link {
	struct hash id, prev;
	uint64_t seq;
};

struct line {
	struct map *on;		/* ids on the line; NULL: the chain has one line */
};

static enum fj_rc
links_load(struct journal *j, const struct id *stream, const struct id *dev,
    struct link **out, size_t *n, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct entry_row at;
	struct entry en;
	struct fj_buf buf;
	size_t cap = 0;
	bool row = false;
	enum fj_rc rc = db_prepare(j->db, "SELECT n, dev, seq, kid, sealed FROM entry"
	    " WHERE stream = ?1 AND dev = ?2 ORDER BY seq, n", &s, e);

	fj_buf_init_secret(&buf, ROW_MAX);
	if (rc == FJ_OK)
		stmt_bind(s, "II", stream, dev);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row) {
		rc = entry_row_read(j, s, 0, &at, &buf, &en, e);
		if (rc != FJ_OK)
			break;
		if (*n == cap) {
			cap = cap > 0 ? 2 * cap : 64;
			*out = xrealloc(*out, cap, sizeof(**out));
		}
		(*out)[*n].id = en.id;
		(*out)[*n].prev = en.prev;
		(*out)[(*n)++].seq = en.seq;
	}
	stmt_done(&s);
	fj_buf_release(&buf);
	return rc;
}

/* From the tip (the longest line's without one) backwards. */
static enum fj_rc
line_find(struct journal *j, const struct id *stream, const struct id *dev,
    const struct hash *tip, struct line *out, struct fj_err *e)
{
	struct link *v = NULL;
	struct hash want;
	size_t n = 0, i;
	bool forked = false;
	enum fj_rc rc = journal_forked(j, stream, dev, &forked, e);

	out->on = NULL;
	if (rc != FJ_OK || !forked)
		return rc;
	rc = links_load(j, stream, dev, &v, &n, e);
	if (rc == FJ_OK && n > 0) {
		out->on = map_new();
		want = tip != NULL ? *tip : v[n - 1].id;
		for (i = n; i-- > 0;)
			if (hash_eq(&v[i].id, &want)) {
				(void)map_put(out->on, want.b, HASH_LEN, out->on);
				want = v[i].prev;
			}
	}
	free(v);
	return rc;
}

/* ---- filling ---- */

struct filling {
	struct journal_run *run;
	size_t cap;
	size_t good_n, good_bytes;	/* up to the last signature met */
	size_t max_entries, max_bytes;
};

static enum fj_rc
fill_one(struct journal *j, struct filling *f, const struct entry_row *at,
    const struct fj_buf *frame, const struct entry *en, struct fj_err *e)
{
	struct journal_run *r = f->run;
	uint8_t sig[SIG_LEN];
	struct hash id;
	bool there = false;
	enum fj_rc rc;

	if (r->n == f->cap) {
		f->cap = f->cap > 0 ? 2 * f->cap : 32;
		r->entry = xrealloc(r->entry, f->cap, sizeof(*r->entry));
	}
	fj_buf_add(&r->frames, frame->p, frame->n);
	if (fj_buf_over(&r->frames))
		return fj_fail(e, FJ_LIMIT, "journal.run-large", "z", r->frames.max);
	r->entry[r->n++] = *en;
	rc = sig_read(j, &at->dev, at->seq, &at->kid, &id, sig, &there, e);
	if (rc == FJ_OK && there) {
		memcpy(r->sig, sig, SIG_LEN);
		f->good_n = r->n;
		f->good_bytes = r->frames.n;
	}
	return rc;
}

static bool
full(const struct filling *f, size_t next)
{
	const struct journal_run *r = f->run;

	return f->good_n > 0 && (r->n + 1 > f->max_entries ||
	    r->frames.n + next > f->max_bytes);
}

static enum fj_rc
fill(struct journal *j, const struct id *stream, const struct id *dev, uint64_t from,
    const struct line *line, struct filling *f, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct entry_row at;
	struct entry en;
	struct fj_buf buf;
	bool row = false;
	enum fj_rc rc = db_prepare(j->db, "SELECT n, dev, seq, kid, sealed FROM entry"
	    " WHERE stream = ?1 AND dev = ?2 AND seq >= ?3 ORDER BY seq, n", &s, e);

	fj_buf_init_secret(&buf, ROW_MAX);
	if (rc == FJ_OK)
		stmt_bind(s, "IIl", stream, dev, (int64_t)from);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row) {
		rc = entry_row_read(j, s, 0, &at, &buf, &en, e);
		if (rc != FJ_OK)
			break;
		if (line->on != NULL && map_get(line->on, en.id.b, HASH_LEN) == NULL)
			continue;
		if (full(f, buf.n)) {
			f->run->more = true;
			break;
		}
		rc = fill_one(j, f, &at, &buf, &en, e);
	}
	/* Behind a damaged row nothing can be sent; what stands before it can. */
	if (rc == FJ_CORRUPT && f->good_n > 0) {
		fj_err_clear(e);
		rc = FJ_OK;
	}
	stmt_done(&s);
	fj_buf_release(&buf);
	return rc;
}

enum fj_rc
journal_run(struct journal *j, const struct id *stream, const struct id *dev,
    uint64_t from, const struct hash *tip, size_t max_entries, size_t max_bytes,
    struct journal_run *out, struct fj_err *e)
{
	struct filling f = { .run = out, .max_entries = max_entries,
	    .max_bytes = max_bytes };
	struct line line = { NULL };
	bool there = false;
	size_t i, at = 0;
	enum fj_rc rc = journal_need(j, e);

	memset(out, 0, sizeof(*out));
	fj_buf_init(&out->frames, (size_t)LIMIT_RUN_ENTRIES * FRAME_MAX);
	if (rc == FJ_OK)
		rc = stream_use(j, stream, &there, e);
	if (rc == FJ_OK && there)
		rc = line_find(j, stream, dev, tip, &line, e);
	if (rc == FJ_OK && there)
		rc = fill(j, stream, dev, from > 0 ? from : 1, &line, &f, e);
	map_free(&line.on, NULL);
	if (rc != FJ_OK) {
		journal_run_free(out);
		return rc;
	}
	if (out->n > f.good_n)
		out->n = f.good_n;
	fj_buf_cut(&out->frames, f.good_bytes);
	for (i = 0; i < out->n; i++) {		/* the buffer stands still now */
		out->entry[i].payload = out->frames.p + at + ENTRY_HEAD;
		at += ENTRY_HEAD + out->entry[i].len;
	}
	return FJ_OK;
}
