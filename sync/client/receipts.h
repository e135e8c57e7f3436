/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private: receipts of one answer, or of one stream while it is pulled.  What they
 * prove is written together with them, and only for entries and files that the
 * journal holds under exactly the ids they name (C1, C9).
 */
#ifndef FJ_CLIENT_RECEIPTS_H
#define FJ_CLIENT_RECEIPTS_H

#include "client/facts.h"

struct receipts;

enum {
	RECEIPTS_UPTO = 16,		/* epoch 8 | position 8, of space "sync-receipts" */
};

struct receipts *receipts_new(struct journal *j);
void receipts_free(struct receipts **s);

/* Under the roster's hub keys.  FJ_CORRUPT "sync.receipt" {what}: left out. */
FJ_MUST enum fj_rc receipts_add(struct receipts *s, const struct roster *r,
    const struct envelope *v, struct fj_err *e);
/* journal_receive, and in its transaction what they say of this run. */
FJ_MUST enum fj_rc receipts_receive(struct receipts *s, const struct run *run,
    struct journal_received *got, struct fj_err *e);
/*
 * All that is proved by what is held now, in one transaction; again after more has
 * arrived.  more (or NULL) is written with it if every row of every receipt has been
 * found.  FJ_CORRUPT "sync.receipt": one lies about what is held; the others stand.
 */
FJ_MUST enum fj_rc receipts_keep(struct receipts *s, const struct journal_kv *more,
    struct fj_err *e);
bool receipts_whole(const struct receipts *s);

/* One alone: receipts_add and receipts_keep. */
FJ_MUST enum fj_rc receipt_keep(struct journal *j, const struct roster *r,
    const struct envelope *v, struct fj_err *e);

/* Up to which position a stream's receipts were taken; 0: none in this epoch. */
FJ_MUST enum fj_rc receipts_upto(struct journal *j, const struct id *stream,
    uint64_t epoch, uint64_t *position, struct fj_err *e);

#endif
