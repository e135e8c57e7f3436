/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole store into another one, and what two stores have in common.
 *
 * MI1  all or nothing: the target is one transaction, read back before its commit.
 * MI2  nothing is lost: while it runs the source is held by its writer's lock, and
 *      when the target is durable the source is retired: it commits nothing more,
 *      also for a hub that serves it.
 * MI3  run again after it was stopped anywhere, it finishes: a target that holds the
 *      same already only has its source retired.
 *
 * The evidence folder and the keys stay where they are.  Claims are not copied.
 */
#ifndef FJ_HUB_MIGRATE_H
#define FJ_HUB_MIGRATE_H

#include "base/id.h"
#include "hub/store.h"

enum picture_part {
	PART_META,
	PART_ROSTER,
	PART_LOG,
	PART_INVITE,
	PART_ENTRY,
	PART_STREAM,
	PART_UPLOAD,
	PART_AUDIT,
	PART_BLOB,
	PARTS,
};

/* All that a store holds, in digests that do not depend on the order of rows. */
struct picture {
	uint64_t rows[PARTS];
	struct hash sum[PARTS];
	struct hash root;		/* RFC 9162, of the leaves */
};

/*
 * Reads everything.  Every entry's name is the hash of its bytes, every leaf that of
 * its text, the positions 1 … n, and the tree that the hub kept has the same root:
 * else FJ_CORRUPT "hub.migrate-damaged" {what, which}.
 */
FJ_MUST enum fj_rc picture_take(struct store *s, struct picture *out, struct fj_err *e);
bool picture_eq(const struct picture *a, const struct picture *b);

/*
 * to is made when it is not there.  FJ_REFUSED "hub.migrate-not-empty" {to},
 * "hub.migrate-same"; FJ_CORRUPT "hub.migrate-differs" {what}.
 */
FJ_MUST enum fj_rc store_migrate(const char *from, const char *to, struct picture *out,
    struct fj_err *e);

#endif
