/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Published bytes: kept as they are under their digest, and packed (wire/blob.h) under
 * keys that follow from digest and older version.  Packing is done once, when they are
 * published: no request computes.
 */
#ifndef FJ_HUB_BLOBS_H
#define FJ_HUB_BLOBS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/rc.h"
#include "entry/roster.h"

struct hub;

enum {
	BLOB_DELTAS = 4,		/* older versions that a delta is kept for */
};

/* Inside a transaction: the bytes of a new item, packed, and as deltas to the newest
 * older versions of its name. */
FJ_MUST enum fj_rc blobs_put(struct hub *h, const struct roster_item *it, const void *p,
    size_t n, struct fj_err *e);

#endif
