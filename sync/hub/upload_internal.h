/* SPDX-License-Identifier: Apache-2.0 */
/* Private to upload*.c. */
#ifndef FJ_HUB_UPLOAD_INTERNAL_H
#define FJ_HUB_UPLOAD_INTERNAL_H

#include "hub/upload.h"
#include "hub/visits.h"

/* Scratch uploads have the visit zero.  Paths are to be freed. */
char *upload_part_path(const struct hub *h, const struct id *visit,
    const struct id *evidence);
char *upload_whole_path(const struct hub *h, const struct hash *sha256);
char *upload_metadata_path(const struct hub *h, const struct id *scratch);
int64_t upload_part_size(const char *path);	/* 0 when it is not there */

/*
 * The caller writes into the visit, or wrote the entry himself.  False: the
 * problem stands in r, or *rc says what failed.
 */
bool upload_allowed(struct hub *h, const struct caller *c, const struct ask *a,
    struct visit_file *file, struct reply *r, enum fj_rc *rc, struct fj_err *e);

/*
 * The row of an upload that may be there already; u is what is to be, then what is.
 * Checks what the hub has room for: *problem is its name, or NULL.  Durable.
 * Without hub_lock of the hub itself.
 */
FJ_MUST enum fj_rc upload_make(struct hub *h, struct stored_upload *u,
    const char **problem, struct fj_err *e);
/* It has moved on: so it lives on. */
FJ_MUST enum fj_rc upload_renew(struct hub *h, struct stored_upload *u,
    struct fj_err *e);
/* What a new upload of a visit is. */
void upload_of_file(const struct hub *h, const struct caller *c, const struct ask *a,
    const struct visit_file *file, struct stored_upload *out);

/* Upload-Offset, and Upload-Expires or the receipt. */
void upload_say(const struct stored_upload *u, int64_t offset,
    struct reply *r);

/* An offset is told only when the bytes before it are on the disk (U3). */
FJ_MUST enum fj_rc upload_sync(const char *part, struct fj_err *e);

/* The row of a scratch upload of this caller: FJ_NOTFOUND. */
FJ_MUST enum fj_rc scratch_row(struct hub *h, const struct caller *c,
    const struct ask *a, struct stored_upload *out, struct fj_err *e);

/* All bytes are in the part: verified, settled, receipted.  *wrong: they were other
 * bytes, and are gone.  Without hub_lock. */
FJ_MUST enum fj_rc upload_finish(struct hub *h, struct stored_upload *u,
    const char *part, bool *wrong, struct fj_err *e);
/* Row, file and metadata of an upload that is not whole; inside a transaction. */
FJ_MUST enum fj_rc upload_forget(struct hub *h, const struct stored_upload *u,
    struct fj_err *e);

#endif
