/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the roster: one entry, read. */
#ifndef FJ_ENTRY_ROSTER_ROW_H
#define FJ_ENTRY_ROSTER_ROW_H

#include "entry/hello.h"
#include "entry/roster.h"

enum row_op {
	ROW_OTHER = 0,			/* by a newer version: kept, no effect */
	ROW_HELLO,
	ROW_HUB_KEY,
	ROW_RECOVERY,
	ROW_PERSON,
	ROW_DEVICE,
	ROW_END,
	ROW_ITEM,
	ROW_USED,
};

struct row_end {
	struct id dev;
	enum end_mode mode;
	uint64_t position;
};

enum row_state {
	ROW_WAITS,			/* the author's key is not known yet */
	ROW_COUNTS,
	ROW_FAULTY,
};

struct row {
	enum row_op op;
	enum row_state state;
	bool verified;			/* its signature, once and for all */
	bool own;			/* verified and sealed by this workspace before */
	uint64_t rank;			/* 0 root; else root seq that named the hub key */
	char *frame;
	size_t nframe;
	struct entry en;		/* payload points into frame */
	uint8_t sig[ENTRY_SIG];
	union {				/* strings inside are owned */
		struct identity_public hello;
		struct roster_hub hub;
		struct roster_recovery recovery;
		struct roster_person person;
		struct roster_device device;
		struct row_end end;
		struct roster_item item;
		struct roster_used used;
	} u;
};

/* Read one frame.  FJ_CORRUPT "entry.*"; FJ_DENIED "roster.row" {op, seq, member}. */
FJ_MUST enum fj_rc row_read(const void *frame, size_t n, const uint8_t sig[ENTRY_SIG],
    bool own, struct row **out, struct fj_err *e);
void row_free(struct row **r);
/* Does the root write this op, or a hub key? */
bool row_by_root(enum row_op op);
bool row_by_hub(enum row_op op);

#endif
