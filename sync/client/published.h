/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the roster publishes and this workspace holds: facts "form" (forms) and "blob"
 * (packs of rules, data), keyed by digest.  A sync brings them; their digests were
 * compared with the roster's before they were kept.
 */
#ifndef FJ_CLIENT_PUBLISHED_H
#define FJ_CLIENT_PUBLISHED_H

#include "base/buf.h"
#include "entry/roster.h"
#include "journal/journal.h"

enum {
	PUBLISHED_BYTES = 8 << 20,
};

/* Of the journal's facts. */
const char *published_space(enum item_kind kind);
/* Appended.  FJ_NOTFOUND: not here. */
FJ_MUST enum fj_rc published_get(struct journal *j, enum item_kind kind,
    const struct hash *digest, struct fj_buf *out, struct fj_err *e);
/* The newest that stands for work in a division and is here: one that has not come yet
 * leaves the one before it.  NULL: none. */
const struct roster_item *published_newest(struct journal *j, const struct roster *r,
    enum item_kind kind, const char *name, const char *division);
bool published_held(struct journal *j, const struct roster_item *it);
/* Would new work of this person take it somewhere? */
bool published_wanted(const struct roster *r, const struct roster_item *it,
    const struct roster_person *me);

#endif
