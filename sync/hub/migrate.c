/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	ROW_MAX = 64 << 20,
	SHARE_ROWS = 1000,
	SHARE_BYTES = 8 << 20,
};

/* Copies into `to` what callbacks of the source hand out. */
struct copying {
	struct store *from, *to;
	struct stored_entry *en;	/* SHARE_ROWS, frames in `frames` */
	uint8_t (*sig)[ENTRY_SIG];
	bool *fresh;
	size_t *at;			/* of each frame in `frames` */
	size_t n;
	struct fj_buf frames;
	enum fj_rc rc;
	struct fj_err *e;
};

static bool
put_meta(void *ctx, const char *name, const void *p, size_t n)
{
	struct copying *c = ctx;

	c->rc = c->to->ops->meta_put(c->to, name, p, n, c->e);
	return c->rc == FJ_OK;
}

struct roster_row {
	struct copying *c;
	uint64_t row;
	struct fj_buf frame;
	uint8_t sig[ENTRY_SIG];
};

static bool
one_roster_row(void *ctx, uint64_t row, const void *frame, size_t n,
    const uint8_t *sig)
{
	struct roster_row *r = ctx;

	r->row = row;
	fj_buf_add(&r->frame, frame, n);
	memcpy(r->sig, sig, ENTRY_SIG);
	return false;
}

/* One at a time: the position of a row is asked of the source between them. */
static enum fj_rc
copy_roster(struct copying *c)
{
	struct roster_row r = { .c = c };
	uint64_t last = 0, at, position, row;
	enum fj_rc rc;

	fj_buf_init(&r.frame, ROW_MAX);
	rc = c->from->ops->roster_last(c->from, &last, c->e);
	for (at = 0; rc == FJ_OK && at < last; at++) {
		fj_buf_clear(&r.frame);
		rc = c->from->ops->roster_each(c->from, at, one_roster_row, &r, c->e);
		if (rc == FJ_OK)
			rc = c->from->ops->roster_position(c->from, at + 1, &position, c->e);
		if (rc == FJ_OK)
			rc = c->to->ops->roster_put(c->to, r.frame.p, r.frame.n, r.sig,
			    position, &row, c->e);
	}
	fj_buf_release(&r.frame);
	return rc;
}

static enum fj_rc
copy_log(struct copying *c)
{
	uint8_t sig[ENTRY_SIG];
	enum log_kind kind = LOG_RECEIPT;
	uint64_t last = 0, at;
	struct hash leaf;
	struct fj_buf text;
	enum fj_rc rc;

	fj_buf_init(&text, ROW_MAX);
	rc = c->from->ops->log_position(c->from, &last, c->e);
	for (at = 1; rc == FJ_OK && at <= last; at++) {
		fj_buf_clear(&text);
		rc = c->from->ops->log_get(c->from, at, &kind, &text, sig, &leaf, c->e);
		if (rc == FJ_OK)
			rc = c->to->ops->log_put(c->to, kind, text.p, text.n, sig, &leaf, at,
			    c->e);
	}
	fj_buf_release(&text);
	return rc;
}

static bool
put_invite(void *ctx, const struct stored_invite *in)
{
	struct copying *c = ctx;

	c->rc = c->to->ops->invite_put(c->to, in, c->e);
	return c->rc == FJ_OK;
}

/* ---- entries ---- */

static enum fj_rc
flush(struct copying *c)
{
	size_t i;
	enum fj_rc rc;

	for (i = 0; i < c->n; i++) {
		c->en[i].frame = c->frames.p + c->at[i];
		if (c->en[i].sig != NULL)
			c->en[i].sig = c->sig[i];
	}
	rc = c->to->ops->entries_put(c->to, c->en, c->n, c->fresh, c->e);
	c->n = 0;
	fj_buf_clear(&c->frames);
	return rc;
}

static bool
put_entry(void *ctx, const struct stored_entry *en)
{
	struct copying *c = ctx;

	if (c->n == SHARE_ROWS || (c->n > 0 && c->frames.n + en->len > SHARE_BYTES))
		c->rc = flush(c);
	if (c->rc != FJ_OK)
		return false;
	c->en[c->n] = *en;
	c->at[c->n] = c->frames.n;
	if (en->sig != NULL)
		memcpy(c->sig[c->n], en->sig, ENTRY_SIG);
	fj_buf_add(&c->frames, en->frame, en->len);
	c->n++;
	if (fj_buf_over(&c->frames))
		c->rc = fj_fail(c->e, FJ_LIMIT, "hub.too-large", "d", ROW_MAX);
	return c->rc == FJ_OK;
}

static enum fj_rc
copy_entries(struct copying *c)
{
	enum fj_rc rc;

	c->en = xcalloc(SHARE_ROWS, sizeof(*c->en));
	c->sig = xcalloc(SHARE_ROWS, sizeof(*c->sig));
	c->fresh = xcalloc(SHARE_ROWS, sizeof(*c->fresh));
	c->at = xcalloc(SHARE_ROWS, sizeof(*c->at));
	fj_buf_init(&c->frames, ROW_MAX);
	rc = c->from->ops->entries_each(c->from, NULL, NULL, 0, put_entry, c, c->e);
	if (rc == FJ_OK)
		rc = c->rc;
	if (rc == FJ_OK && c->n > 0)
		rc = flush(c);
	fj_buf_release(&c->frames);
	free(c->at);
	free(c->fresh);
	free(c->sig);
	free(c->en);
	return rc;
}

/* ---- the rest ---- */

static bool
put_stream(void *ctx, const struct stored_stream *st)
{
	struct copying *c = ctx;

	c->rc = c->to->ops->stream_put(c->to, st, c->e);
	return c->rc == FJ_OK;
}

static bool
put_upload(void *ctx, const struct stored_upload *u)
{
	struct copying *c = ctx;

	c->rc = c->to->ops->upload_put(c->to, u, c->e);
	return c->rc == FJ_OK;
}

static bool
put_audit(void *ctx, const struct audit_row *row)
{
	struct copying *c = ctx;

	c->rc = c->to->ops->audit_put(c->to, row, 1, c->e);
	return c->rc == FJ_OK;
}

static bool
put_blob(void *ctx, const struct hash *digest, const void *p, size_t n)
{
	struct copying *c = ctx;

	c->rc = c->to->ops->blob_put(c->to, digest, p, n, c->e);
	return c->rc == FJ_OK;
}

static enum fj_rc
copy_meta(struct copying *c)
{
	return c->from->ops->meta_each(c->from, put_meta, c, c->e);
}

static enum fj_rc
copy_invites(struct copying *c)
{
	return c->from->ops->invites_each(c->from, put_invite, c, c->e);
}

static enum fj_rc
copy_streams(struct copying *c)
{
	return c->from->ops->streams_each(c->from, 0, put_stream, c, c->e);
}

static enum fj_rc
copy_uploads(struct copying *c)
{
	return c->from->ops->uploads_each(c->from, NULL, put_upload, c, c->e);
}

static enum fj_rc
copy_audit(struct copying *c)
{
	return c->from->ops->audit_each(c->from, 0, put_audit, c, c->e);
}

static enum fj_rc
copy_blobs(struct copying *c)
{
	return c->from->ops->blobs_each(c->from, put_blob, c, c->e);
}

static enum fj_rc
copy_all(struct copying *c)
{
	static enum fj_rc (*const step[])(struct copying *) = { copy_meta, copy_roster,
	    copy_log, copy_invites, copy_entries, copy_streams, copy_uploads, copy_audit,
	    copy_blobs };
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < sizeof(step) / sizeof(step[0]); i++) {
		rc = step[i](c);
		if (rc == FJ_OK)
			rc = c->rc;
	}
	return rc;
}

static bool
picture_empty(const struct picture *p)
{
	int i;

	for (i = 0; i < PARTS; i++)
		if (p->rows[i] > 0)
			return false;
	return true;
}

static const char *
difference(const struct picture *a, const struct picture *b)
{
	static const char *const name[PARTS] = { "meta", "roster", "log", "invite", "entry",
	    "stream", "upload", "audit", "blob" };
	int i;

	for (i = 0; i < PARTS; i++)
		if (a->rows[i] != b->rows[i] || !hash_eq(&a->sum[i], &b->sum[i]))
			return name[i];
	return "root";
}

/* In the target's transaction: look, copy when it is empty, read back (MI1, MI3). */
static enum fj_rc
fill(struct store *from, struct store *to, const struct picture *want, struct fj_err *e)
{
	struct copying c = { .from = from, .to = to, .rc = FJ_OK, .e = e };
	struct picture have;
	enum fj_rc rc;

	rc = picture_take(to, &have, e);
	if (rc == FJ_OK && picture_eq(&have, want))
		return FJ_OK;
	if (rc == FJ_OK && !picture_empty(&have))
		return fj_fail(e, FJ_REFUSED, "hub.migrate-not-empty", "");
	if (rc == FJ_OK)
		rc = copy_all(&c);
	if (rc == FJ_OK)
		rc = picture_take(to, &have, e);
	if (rc == FJ_OK && !picture_eq(&have, want))
		rc = fj_fail(e, FJ_CORRUPT, "hub.migrate-differs", "s",
		    difference(&have, want));
	return rc;
}

static enum fj_rc
into(struct store *from, struct store *to, const struct picture *want, struct fj_err *e)
{
	enum fj_rc rc = to->ops->begin(to, e);

	if (rc != FJ_OK)
		return rc;
	rc = fill(from, to, want, e);
	if (rc == FJ_OK)
		return to->ops->commit(to, e);
	to->ops->rollback(to);
	return rc;
}

static enum fj_rc
open_target(const char *url, struct store **out, struct fj_err *e)
{
	enum fj_rc rc = store_open(url, false, out, e);

	return rc == FJ_NOTFOUND ? store_open(url, true, out, e) : rc;
}

enum fj_rc
store_migrate(const char *from, const char *to, struct picture *out, struct fj_err *e)
{
	struct store *a = NULL, *b = NULL;
	enum fj_rc rc;

	if (strcmp(from, to) == 0)
		return fj_fail(e, FJ_REFUSED, "hub.migrate-same", "");
	rc = store_open(from, false, &a, e);
	if (rc == FJ_OK)
		rc = open_target(to, &b, e);
	/* From here nothing new reaches the source (MI2). */
	if (rc == FJ_OK)
		rc = a->ops->begin(a, e);
	if (rc == FJ_OK) {
		rc = picture_take(a, out, e);
		if (rc == FJ_OK)
			rc = into(a, b, out, e);
		if (rc == FJ_OK)
			rc = a->ops->retire(a, e);
		if (rc == FJ_OK)
			rc = a->ops->commit(a, e);
		else
			a->ops->rollback(a);
	}
	store_close(&a);
	store_close(&b);
	return rc;
}
