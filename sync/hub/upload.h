/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence on the hub (PROTOCOL.md section 9).
 *	EVIDENCE/part/VISIT.ID		bytes so far; its size is the offset
 *	EVIDENCE/ab/abcd…		whole files by their SHA-256
 *	EVIDENCE/scratch/ID		bytes so far of an upload of no visit
 *	EVIDENCE/scratch/ID.meta	its Upload-Metadata
 * U1  a file is under its digest only when digest and size were verified and file
 *     and folder are synced; its row says done only afterwards.
 * U2  of two writers of one upload the newer one wins; the older stores nothing
 *     from then on.
 * U3  an offset that was acknowledged is on the disk.
 * U4  of a request with a checksum either all bytes count or none.
 *
 * The functions of routes are called with hub_lock of a view held; upload_delete and
 * scratch_delete with that of the hub.  upload_begin, _data and _end take it
 * themselves, for moments only.
 */
#ifndef FJ_HUB_UPLOAD_H
#define FJ_HUB_UPLOAD_H

#include "hub/auth.h"

struct upload;
struct work_item;

FJ_MUST enum fj_rc upload_create(struct hub *h, const struct caller *c,
    const struct ask *a, int64_t length, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc upload_delete(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc upload_head(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc upload_list(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc upload_receipt(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
/* range: "bytes=…" or NULL; one span. */
FJ_MUST enum fj_rc upload_get(struct hub *h, const struct caller *c,
    const struct ask *a, const char *range, struct reply *r, struct fj_err *e);

/* Uploads of no visit; their id is a->one. */
FJ_MUST enum fj_rc scratch_create(struct hub *h, const struct caller *c,
    const struct ask *a, int64_t length, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc scratch_head(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc scratch_delete(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);

/* Drops what has expired, and files that no row names any more (older than an hour).
 * *n: so many.  Through the writer, without hub_lock. */
FJ_MUST enum fj_rc upload_sweep(struct hub *h, size_t *n, struct fj_err *e);

/* PATCH in three steps.  NULL: the answer stands in r. */
struct upload *upload_begin(struct hub *h, const struct ask *a, int64_t offset,
    struct reply *r);
/* False: store no more (taken over, too much, disk); upload_end says why. */
bool upload_data(struct upload *u, const void *p, size_t n);
/* To be put into a queue of threads that may wait for disks, or NULL; _refused: none
 * took it. */
struct work_item *upload_item(struct upload *u);
void upload_refused(struct upload *u);
/* So much came in since it was on the disk that upload_flush is to be called, where
 * waiting for a disk holds up nobody else. */
bool upload_due(const struct upload *u);
void upload_flush(struct upload *u);
/* Synced; the last bytes: verified and receipted.  r may be NULL (the connection
 * died: what came in stays). */
void upload_end(struct upload **u, struct reply *r);

#endif
