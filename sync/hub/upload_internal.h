/* SPDX-License-Identifier: Apache-2.0 */
/* Private to upload.c and upload_patch.c. */
#ifndef FJ_HUB_UPLOAD_INTERNAL_H
#define FJ_HUB_UPLOAD_INTERNAL_H

#include "hub/upload.h"
#include "hub/visits.h"

char *upload_part_path(const struct hub *h, const struct id *visit,
    const struct id *evidence);
char *upload_whole_path(const struct hub *h, const struct hash *sha256);
int64_t upload_part_size(const char *path);	/* 0 when it is not there */

/*
 * The caller writes into the visit, or wrote the entry himself.  False: the
 * problem stands in r, or *rc says what failed.
 */
bool upload_allowed(struct hub *h, const struct caller *c, const struct ask *a,
    struct visit_file *file, struct reply *r, enum fj_rc *rc, struct fj_err *e);

/* The part becomes the file of its digest, durable (U1). */
enum fj_rc upload_settle(struct hub *h, const char *part, const struct hash *sha256,
    struct fj_err *e);
/* Row, receipt and the stream's change, inside a transaction; leaves u as done even
 * when that fails: it goes to no one then. */
enum fj_rc upload_record(struct hub *h, struct stored_upload *u, struct fj_err *e);

#endif
