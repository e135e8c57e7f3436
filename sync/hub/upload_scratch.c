/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scratch uploads: of no visit, for foreign tools of tus.  They belong to the device
 * that made them, live for a day, count against a small share of their own, and are
 * never read (PROTOCOL.md section 9).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/claims.h"
#include "hub/upload_header.h"
#include "hub/upload_internal.h"
#include "os/fs.h"

char *
upload_metadata_path(const struct hub *h, const struct id *scratch)
{
	char f[ID_TEXT + 1];

	id_format(scratch, f);
	return xasprintf("%s/scratch/%s.meta", h->evidence, f);
}

enum fj_rc
scratch_row(struct hub *h, const struct caller *c, const struct ask *a,
    struct stored_upload *out, struct fj_err *e)
{
	struct id none;
	enum fj_rc rc;

	memset(&none, 0, sizeof(none));
	rc = h->store->ops->upload_get(h->store, &none, &a->one, out, e);
	if (rc == FJ_OK && (!id_eq(&out->dev, &c->device->dev) ||
	    out->expires_ms <= hub_now_ms(h)))
		rc = fj_fail(e, FJ_NOTFOUND, "hub.not-found", "");
	return rc;
}

/* Metadata and an empty part: what is there before the row is. */
static enum fj_rc
put_files(const struct hub *h, const struct stored_upload *u, const char *metadata,
    struct fj_err *e)
{
	char *dir = xasprintf("%s/scratch", h->evidence);
	char *meta = upload_metadata_path(h, &u->evidence);
	enum fj_rc rc;

	rc = fs_is_dir(dir) ? FJ_OK : fs_mkdirs(dir, e);
	if (rc == FJ_OK && metadata != NULL)
		rc = fs_write(meta, metadata, strlen(metadata), 0600, e);
	free(meta);
	free(dir);
	return rc;
}

static const char *
create_problem(const struct hub *h, const struct ask *a, int64_t length)
{
	if (length < 0 || (a->metadata != NULL && !upload_metadata_good(a->metadata)))
		return "bad-request";
	return length > h->limits.scratch ? "too-large" : NULL;
}

enum fj_rc
scratch_create(struct hub *h, const struct caller *c, const struct ask *a,
    int64_t length, struct reply *r, struct fj_err *e)
{
	const char *problem = create_problem(h, a, length);
	char f[ID_TEXT + 1], where[64];
	struct stored_upload u;
	enum fj_rc rc = FJ_OK;

	memset(&u, 0, sizeof(u));
	id_random(&u.evidence);
	u.size = length;
	u.dev = c->device->dev;
	u.created_ms = hub_now_ms(h);
	u.expires_ms = u.created_ms + h->limits.scratch_life_ms;
	if (problem == NULL)
		rc = put_files(h, &u, a->metadata, e);
	if (problem == NULL && rc == FJ_OK)
		rc = upload_make(h, &u, &problem, e);
	if (rc != FJ_OK)
		return rc;
	if (problem != NULL) {
		reply_problem(r, problem);
		return FJ_OK;
	}
	id_format(&u.evidence, f);
	snprintf(where, sizeof(where), "/v1/files/%s", f);
	r->status = 201;
	reply_header(r, "Location", where);
	upload_say(&u, 0, r);
	return FJ_OK;
}

static enum fj_rc
say_metadata(const struct hub *h, const struct stored_upload *u, struct reply *r,
    struct fj_err *e)
{
	char *path = upload_metadata_path(h, &u->evidence);
	struct fj_buf b;
	enum fj_rc rc = FJ_OK;

	fj_buf_init(&b, UPLOAD_METADATA);
	if (fs_exists(path))
		rc = fs_read(path, &b, e);
	if (rc == FJ_OK && b.n > 0)
		r->metadata = fj_buf_take(&b, NULL);
	fj_buf_release(&b);
	free(path);
	return rc;
}

enum fj_rc
scratch_head(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct stored_upload u;
	enum fj_rc rc;
	char *part;

	rc = scratch_row(h, c, a, &u, e);
	if (rc == FJ_OK)
		rc = say_metadata(h, &u, r, e);
	if (rc != FJ_OK)
		return rc;
	claims_break(h->claims, &u.visit, &u.evidence);
	part = upload_part_path(h, &u.visit, &u.evidence);
	rc = upload_sync(part, e);
	r->status = 200;
	upload_say(&u, upload_part_size(part), r);
	reply_header_u64(r, "Upload-Length", (uint64_t)u.size);
	reply_header(r, "Cache-Control", "no-store");
	free(part);
	return rc;
}

enum fj_rc
scratch_delete(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct stored_upload u;
	enum fj_rc rc;

	rc = hub_begin(h, e);
	if (rc != FJ_OK)
		return rc;
	rc = scratch_row(h, c, a, &u, e);
	if (rc == FJ_OK)
		rc = upload_forget(h, &u, e);
	rc = hub_end(h, rc, e);
	if (rc == FJ_OK)
		r->status = 204;
	return rc;
}
