/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a view; only view.c and view_query.c include it. */
#ifndef FJ_MODEL_VIEW_INTERNAL_H
#define FJ_MODEL_VIEW_INTERNAL_H

#include "model/internal.h"

struct vslot {
	struct vent *en;
	bool superseded;
};

struct vtarget {
	struct target pub;
	const char *key;		/* of the entry that made it */
	struct vslot *slots;		/* canonical order */
	size_t slot_count, slot_cap;
	const struct visit_entry **open;
	bool stale;			/* a mark changed, open not yet */
	bool gone;			/* an instance that was removed */
};

struct view {
	struct map *by_key;
	struct vtarget **targets;	/* by key */
	size_t target_count, target_cap;
	struct vtarget **shown, **disputes;
	size_t shown_count, dispute_count;
	struct finding *findings;	/* by id */
	size_t finding_count;
	struct evidence *evidence;	/* by id; without entry: its add is not here */
	struct evidence_link **links;
	size_t evidence_count;
	struct ventlist withdrawals, evidence_ops, reservations, establish;
	struct ventlist flag_runs, flag_samples;	/* canonical */
	size_t entry_count;
};

struct vtarget *view_target(const struct view *w, const char *key);

#endif
