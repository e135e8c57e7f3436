/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device may have: listing, entries, roster, published bytes, head of
 * the log (PROTOCOL.md sections 5 and 7).
 */
#ifndef FJ_HUB_PULL_H
#define FJ_HUB_PULL_H

#include "hub/auth.h"

FJ_MUST enum fj_rc pull_listing(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc pull_entries(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc pull_roster(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
/* blobs.c */
FJ_MUST enum fj_rc pull_blob(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc pull_head(struct hub *h, const struct caller *c,
    const struct ask *a, struct reply *r, struct fj_err *e);
FJ_MUST enum fj_rc pull_hub(struct hub *h, struct reply *r);

/* A whole number of a query; NULL is 0.  False: it is none. */
bool pull_number(const char *text, uint64_t *out);

/* Is the stream there for this caller?  False: not-found stands in r (or rc). */
bool pull_visible(struct hub *h, const struct caller *c, const struct id *stream,
    struct reply *r, enum fj_rc *rc, struct fj_err *e);

#endif
