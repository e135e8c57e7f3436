/* SPDX-License-Identifier: Apache-2.0 */
/* What a store holds, as digests (migrate.h). */
#include <string.h>

#include "crypto/crypto.h"
#include "entry/merkle.h"
#include "hub/migrate.h"

enum {
	ROW_MAX = 64 << 20,
	META_MAX = 1 << 20,
	TREE_HEAD = 9,			/* suite | leaves 8 | peaks */
};

struct taking {
	struct store *s;
	struct picture *p;
	struct fj_buf row;
	struct merkle tree;
	enum fj_rc rc;
	struct fj_err *e;
};

/* The row in t->row counts.  Sums of hashes: no order, and rows are told apart by
 * their keys. */
static bool
count_row(struct taking *t, enum picture_part part)
{
	struct hash h;
	size_t i;

	if (fj_buf_over(&t->row)) {
		t->rc = fj_fail(t->e, FJ_LIMIT, "hub.too-large", "d", ROW_MAX);
		return false;
	}
	digest_bytes(DIGEST_SHA256, t->row.p, t->row.n, &h);
	for (i = 0; i < HASH_LEN; i++)
		t->p->sum[part].b[i] ^= h.b[i];
	t->p->rows[part]++;
	fj_buf_clear(&t->row);
	return true;
}

static void
add_bytes(struct taking *t, const void *p, size_t n)
{
	fj_buf_u64(&t->row, n);
	fj_buf_add(&t->row, p, n);
}

static bool
bad(struct taking *t, const char *what, unsigned long long which)
{
	t->rc = fj_fail(t->e, FJ_CORRUPT, "hub.migrate-damaged", "sl", what,
	    (long long)which);
	return false;
}

/* ---- rows ---- */

static bool
take_meta(void *ctx, const char *name, const void *p, size_t n)
{
	struct taking *t = ctx;

	add_bytes(t, name, strlen(name));
	add_bytes(t, p, n);
	return count_row(t, PART_META);
}

static bool
take_roster(void *ctx, uint64_t row, const void *frame, size_t n, const uint8_t *sig)
{
	struct taking *t = ctx;
	struct entry en;

	if (entry_decode(frame, n, &en, t->e) != FJ_OK)
		return bad(t, "roster", row);
	fj_buf_u64(&t->row, row);
	add_bytes(t, frame, n);
	add_bytes(t, sig, ENTRY_SIG);
	return count_row(t, PART_ROSTER);
}

static bool
take_invite(void *ctx, const struct stored_invite *in)
{
	struct taking *t = ctx;

	add_bytes(t, in->lookup, strlen(in->lookup));
	add_bytes(t, in->person.b, ID_LEN);
	add_bytes(t, in->k1.b, HASH_LEN);
	add_bytes(t, in->k2.b, HASH_LEN);
	fj_buf_u64(&t->row, (uint64_t)in->expires_ms);
	fj_buf_u64(&t->row, (uint64_t)in->wrong);
	add_bytes(t, in->dev.b, ID_LEN);
	return count_row(t, PART_INVITE);
}

static bool
take_entry(void *ctx, const struct stored_entry *v)
{
	struct taking *t = ctx;
	struct entry en;

	if (entry_decode(v->frame, v->len, &en, t->e) != FJ_OK ||
	    !hash_eq(&en.id, &v->id) || !id_eq(&en.stream, &v->stream) ||
	    !id_eq(&en.dev, &v->dev) || en.seq != v->seq || en.hlc != v->hlc ||
	    !hash_eq(&en.prev, &v->prev))
		return bad(t, "entry", t->p->rows[PART_ENTRY] + 1);
	add_bytes(t, v->frame, v->len);
	add_bytes(t, v->sig, v->sig != NULL ? (size_t)ENTRY_SIG : (size_t)0);
	fj_buf_u64(&t->row, v->position);
	return count_row(t, PART_ENTRY);
}

static bool
take_stream(void *ctx, const struct stored_stream *v)
{
	struct taking *t = ctx;

	add_bytes(t, v->stream.b, ID_LEN);
	fj_buf_u64(&t->row, (uint64_t)v->kind);
	fj_buf_u64(&t->row, v->position);
	add_bytes(t, v->facts, strlen(v->facts));
	return count_row(t, PART_STREAM);
}

static bool
take_upload(void *ctx, const struct stored_upload *u)
{
	struct taking *t = ctx;

	add_bytes(t, u->visit.b, ID_LEN);
	add_bytes(t, u->evidence.b, ID_LEN);
	add_bytes(t, u->sha256.b, HASH_LEN);
	add_bytes(t, u->sm3.b, HASH_LEN);
	fj_buf_u64(&t->row, (uint64_t)u->size);
	fj_buf_u8(&t->row, u->done);
	fj_buf_u64(&t->row, u->position);
	add_bytes(t, u->dev.b, ID_LEN);
	fj_buf_u64(&t->row, (uint64_t)u->created_ms);
	fj_buf_u64(&t->row, (uint64_t)u->expires_ms);
	add_bytes(t, u->scratch.b, ID_LEN);
	return count_row(t, PART_UPLOAD);
}

static bool
take_audit(void *ctx, const struct audit_row *v)
{
	struct taking *t = ctx;

	fj_buf_u64(&t->row, v->n);
	fj_buf_u64(&t->row, (uint64_t)v->time_ms);
	add_bytes(t, v->person.b, ID_LEN);
	add_bytes(t, v->dev.b, ID_LEN);
	add_bytes(t, v->stream.b, ID_LEN);
	add_bytes(t, v->act, strlen(v->act));
	add_bytes(t, v->detail, strlen(v->detail));
	return count_row(t, PART_AUDIT);
}

static bool
take_blob(void *ctx, const struct hash *digest, const void *p, size_t n)
{
	struct taking *t = ctx;

	add_bytes(t, digest->b, HASH_LEN);
	add_bytes(t, p, n);
	return count_row(t, PART_BLOB);
}

/* ---- the log ---- */

/* The suite of the tree that the hub keeps; 0: it keeps none yet. */
static enum fj_rc
kept_tree(struct taking *t, struct fj_buf *b)
{
	enum fj_rc rc = t->s->ops->meta_get(t->s, "tree", b, t->e);

	if (rc == FJ_NOTFOUND)
		return FJ_OK;
	if (rc == FJ_OK && (b->n < TREE_HEAD || !suite_known((uint8_t)b->p[0])))
		rc = fj_fail(t->e, FJ_CORRUPT, "hub.migrate-damaged", "sl", "tree", 0LL);
	return rc;
}

static enum fj_rc
take_log(struct taking *t, uint64_t last)
{
	uint8_t sig[ENTRY_SIG], suite = t->tree.suite;
	enum log_kind kind = LOG_RECEIPT;
	struct hash leaf, made;
	struct fj_buf text;
	uint64_t at;
	enum fj_rc rc = FJ_OK;

	fj_buf_init(&text, ROW_MAX);
	for (at = 1; rc == FJ_OK && at <= last; at++) {
		fj_buf_clear(&text);
		rc = t->s->ops->log_get(t->s, at, &kind, &text, sig, &leaf, t->e);
		if (rc == FJ_NOTFOUND) {
			(void)bad(t, "log", at);
			rc = t->rc;
		}
		if (rc != FJ_OK)
			break;
		merkle_leaf(suite, text.p, text.n, &made);
		if (!hash_eq(&made, &leaf)) {
			(void)bad(t, "log", at);
			rc = t->rc;
			break;
		}
		merkle_add(&t->tree, &leaf);
		fj_buf_u64(&t->row, at);
		fj_buf_u64(&t->row, (uint64_t)kind);
		add_bytes(t, text.p, text.n);
		add_bytes(t, sig, sizeof(sig));
		if (!count_row(t, PART_LOG))
			rc = t->rc;
	}
	fj_buf_release(&text);
	return rc;
}

/* The log, and that the kept tree is the one of its leaves. */
static enum fj_rc
take_tree(struct taking *t)
{
	struct fj_buf kept;
	uint64_t last = 0;
	size_t i;
	enum fj_rc rc;

	fj_buf_init(&kept, META_MAX);
	rc = kept_tree(t, &kept);
	if (rc == FJ_OK)
		rc = t->s->ops->log_position(t->s, &last, t->e);
	if (rc == FJ_OK && kept.n == 0 && last > 0)
		rc = fj_fail(t->e, FJ_CORRUPT, "hub.migrate-damaged", "sl", "tree", 0LL);
	if (rc == FJ_OK && kept.n > 0) {
		merkle_init(&t->tree, (uint8_t)kept.p[0]);
		rc = take_log(t, last);
	}
	if (rc == FJ_OK && kept.n > 0) {
		bool same = fj_get_u64(kept.p + 1) == last &&
		    kept.n == TREE_HEAD + (size_t)t->tree.npeak * HASH_LEN;

		for (i = 0; same && i < (size_t)t->tree.npeak; i++)
			same = memcmp(kept.p + TREE_HEAD + i * HASH_LEN, t->tree.peak[i].b,
			    HASH_LEN) == 0;
		if (!same)
			rc = fj_fail(t->e, FJ_CORRUPT, "hub.migrate-damaged", "sl", "tree",
			    (long long)last);
		merkle_root(&t->tree, &t->p->root);
	}
	fj_buf_release(&kept);
	return rc;
}

/* Each row's position counts too. */
static enum fj_rc
take_roster_positions(struct taking *t)
{
	uint64_t row, position;
	enum fj_rc rc = FJ_OK;

	for (row = 1; rc == FJ_OK && row <= t->p->rows[PART_ROSTER]; row++) {
		rc = t->s->ops->roster_position(t->s, row, &position, t->e);
		fj_buf_u64(&t->row, row);
		fj_buf_u64(&t->row, position);
		(void)count_row(t, PART_ROSTER);
		t->p->rows[PART_ROSTER]--;
	}
	return rc;
}

static enum fj_rc
all_meta(struct taking *t)
{
	return t->s->ops->meta_each(t->s, take_meta, t, t->e);
}

static enum fj_rc
all_roster(struct taking *t)
{
	return t->s->ops->roster_each(t->s, 0, take_roster, t, t->e);
}

static enum fj_rc
all_invites(struct taking *t)
{
	return t->s->ops->invites_each(t->s, take_invite, t, t->e);
}

static enum fj_rc
all_entries(struct taking *t)
{
	return t->s->ops->entries_each(t->s, NULL, NULL, 0, take_entry, t, t->e);
}

static enum fj_rc
all_streams(struct taking *t)
{
	return t->s->ops->streams_each(t->s, 0, take_stream, t, t->e);
}

static enum fj_rc
all_uploads(struct taking *t)
{
	return t->s->ops->uploads_each(t->s, NULL, take_upload, t, t->e);
}

static enum fj_rc
all_audit(struct taking *t)
{
	return t->s->ops->audit_each(t->s, 0, take_audit, t, t->e);
}

static enum fj_rc
all_blobs(struct taking *t)
{
	return t->s->ops->blobs_each(t->s, take_blob, t, t->e);
}

enum fj_rc
picture_take(struct store *s, struct picture *out, struct fj_err *e)
{
	static enum fj_rc (*const step[])(struct taking *) = { all_meta, all_roster,
	    take_roster_positions, take_tree, all_invites, all_entries, all_streams,
	    all_uploads, all_audit, all_blobs };
	struct taking t = { .s = s, .p = out, .rc = FJ_OK, .e = e };
	enum fj_rc rc = FJ_OK;
	size_t i;

	memset(out, 0, sizeof(*out));
	fj_buf_init(&t.row, ROW_MAX);
	for (i = 0; rc == FJ_OK && i < sizeof(step) / sizeof(step[0]); i++) {
		rc = step[i](&t);
		if (rc == FJ_OK)
			rc = t.rc;
	}
	fj_buf_release(&t.row);
	return rc;
}

bool
picture_eq(const struct picture *a, const struct picture *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}
