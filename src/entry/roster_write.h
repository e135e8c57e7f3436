/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payloads of roster entries: what feijian-hub writes.  The row structs are
 * those of roster.h; `entry` and derived fields are not looked at.
 */
#ifndef FJ_ENTRY_ROSTER_WRITE_H
#define FJ_ENTRY_ROSTER_WRITE_H

#include "entry/roster.h"

/* By the root. */
void roster_write_hub_key(const struct identity_public *hub, uint64_t epoch,
    const struct stamp *at, struct fj_buf *out);
void roster_write_recovery(const struct roster_recovery *k, const struct stamp *at,
    struct fj_buf *out);
/* By a hub key. */
void roster_write_person(const struct roster_person *p, const struct stamp *at,
    struct fj_buf *out);
void roster_write_device(const struct roster_device *d, const struct stamp *at,
    struct fj_buf *out);
void roster_write_end(const struct id *dev, enum end_mode mode, uint64_t position,
    const struct stamp *at, struct fj_buf *out);
void roster_write_item(const struct roster_item *it, const struct stamp *at,
    struct fj_buf *out);
void roster_write_used(const struct roster_used *u, const struct stamp *at,
    struct fj_buf *out);

#endif
