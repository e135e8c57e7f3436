/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private to the roster: what the entries that count say, in their order.
 * Authority (root, hub keys) is kept with every entry; the rest is made again
 * at the first question after a change.
 */
#ifndef FJ_ENTRY_ROSTER_STATE_H
#define FJ_ENTRY_ROSTER_STATE_H

#include "base/map.h"
#include "entry/roster_row.h"

struct rows {
	struct row **v;
	size_t n, cap;
};

/* Derived rows; persons, items and used stand inside the rows themselves. */
struct roster_view {
	struct row **sorted;		/* those that count, in the order of R3 */
	size_t nsorted;
	struct map *persons, *certs;	/* -> struct roster_person */
	struct map *devices;		/* -> struct roster_device, owned */
	struct map *keys;		/* public key bytes -> struct id of its dev, in a row */
	struct map *items, *digests;	/* -> struct roster_item */
	const struct roster_recovery *recovery;
	const struct roster_person **person_list;
	const struct roster_device **device_list;
	const struct roster_item **item_list;
	const struct roster_used **used_list;
	size_t nperson, ndevice, nitem, nused;
	uint64_t norder;		/* items applied so far */
	struct roster_fault *faults;
	size_t nfault;
};

/* rows: all held; those that count are read, the faulty ones listed. */
struct roster_view *view_new(const struct rows *rows, const struct roster_hub *hubs,
    size_t nhub);
void view_free(struct roster_view **v);

#endif
