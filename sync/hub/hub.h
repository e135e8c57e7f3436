/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hub: store, keys, roster, log and evidence folder held together.  Everything
 * that decides is here and in the files beside it; http.c only translates.
 *
 * The hub itself writes: its functions are called with hub_lock held, unless their
 * header says otherwise.  A view (hub_view) reads: it has its own handle of the
 * store, roster and visits, belongs to one thread, and waits for no commit; whatever
 * only reads takes either of the two as `h`.  Writing through a view is a bug: take
 * hub_main.  Rows of the roster are borrowed until the lock is released, or until
 * the next hub_refresh of the view.
 * Other processes (admin verbs, other hubs) may write at the same time: hub_begin
 * brings roster and tree up to what the store holds.
 */
#ifndef FJ_HUB_HUB_H
#define FJ_HUB_HUB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/map.h"
#include "base/rc.h"
#include "entry/merkle.h"
#include "entry/receipt.h"
#include "entry/roster.h"
#include "hub/keys.h"
#include "hub/store.h"
#include "os/clock.h"
#include "wire/wire.h"

struct zip;
struct visits;
struct audit;
struct claims;
struct commit;
struct log_tiles;
struct rates;
struct sums_cache;

/* How much evidence the hub takes; bytes and milliseconds.  0: no such limit. */
struct upload_limits {
	int64_t device;			/* unfinished, of one device */
	int64_t visit;			/* of one visit, unfinished too */
	int64_t total;			/* of all */
	int64_t reserve;		/* of the disk, kept free */
	int64_t scratch;		/* of one device, unfinished or not */
	int64_t life_ms;		/* of what is unfinished, from when it last moved on */
	int64_t scratch_life_ms;
};

struct hub_options {
	const char *store;		/* URL */
	const char *evidence;		/* folder; may be NULL for admin verbs */
	const char *keys;		/* folder */
	const char *ca_file;		/* PEM handed out at enrolment, or NULL */
	struct clock clock;
	const struct upload_limits *limits;	/* NULL: upload_limits_default */
};

struct hub {
	struct store *store;
	struct hub_keys keys;
	struct id dev;			/* of the hub key */
	struct roster *roster;
	uint64_t roster_row;		/* newest row that roster holds */
	struct chain_head chain;	/* of the hub key's roster chain */
	struct id roster_stream;
	struct hash root;		/* fingerprint */
	uint64_t epoch;
	struct merkle tree;
	char *evidence;
	char *ca;
	struct clock clock;
	struct visits *visits;		/* loaded visits, see visits.h */
	struct claims *claims;		/* who writes to which upload */
	struct upload_limits limits;
	struct sums_cache *sums;	/* digests of files that came in part */
	struct rates *rates;
	struct log_tiles *tiles;	/* for proofs of the log; shared by views */
	struct audit *audit;		/* who read what; of the hub itself alone */
	void *mutex;
	struct zip *zip;		/* of a view */
	struct hub *main;		/* of a view: what it is a view of; else NULL */
	struct commit *commit;		/* the writer's thread, or NULL (commit.h) */
	char *url;			/* of the store */
	_Atomic uint64_t proven;	/* rows of the roster that this process verified */
	bool tree_moved;		/* inside a transaction: to be saved by hub_end */
};

void upload_limits_default(struct upload_limits *l);

FJ_MUST enum fj_rc hub_open(const struct hub_options *o, struct hub **out,
    struct fj_err *e);
void hub_close(struct hub **h);

/* A view for one thread; hub_close closes it, before the hub.  Shares keys, claims
 * and rates.  Needs hub_lock of h for the call. */
FJ_MUST enum fj_rc hub_view(struct hub *h, struct hub **out, struct fj_err *e);
/* What writes: h itself, or what it is a view of. */
struct hub *hub_main(struct hub *h);
/* Of a view its own lock, which nobody else waits for. */
void hub_lock(struct hub *h);
void hub_unlock(struct hub *h);

struct hub_init {
	struct hub_options o;
	const char *pass;		/* of root and recovery key */
	size_t npass;
	int cost;			/* 0: KDF_COST */
};
/* Keys, store, roster of the root, evidence folder.  Refuses when any is there. */
FJ_MUST enum fj_rc hub_create(const struct hub_init *in, struct hash *root,
    struct fj_err *e);

/* Roster and tree as the store has them now.  Cheap when nothing changed. */
FJ_MUST enum fj_rc hub_refresh(struct hub *h, struct fj_err *e);

/* A write transaction, refreshed; hub_end commits when rc is FJ_OK, else rolls
 * back and forgets what memory knew of it.  Answers the final result. */
FJ_MUST enum fj_rc hub_begin(struct hub *h, struct fj_err *e);
FJ_MUST enum fj_rc hub_end(struct hub *h, enum fj_rc rc, struct fj_err *e);

/* ---- the log; inside a transaction ---- */
/* Position that the next leaf gets. */
uint64_t hub_next_position(const struct hub *h);
/* One leaf; text is what the leaf hashes. */
FJ_MUST enum fj_rc hub_log(struct hub *h, enum log_kind kind, const void *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e);
/* Sign and log a receipt; r->hub, epoch, position, time, roster, suite are filled. */
FJ_MUST enum fj_rc hub_receipt(struct hub *h, struct receipt *r,
    struct envelope *out, struct fj_err *e);
/* The signed head of the log as it stands. */
FJ_MUST enum fj_rc hub_head(struct hub *h, struct envelope *out, struct fj_err *e);
/* A receipt by its position: FJ_NOTFOUND. */
FJ_MUST enum fj_rc hub_receipt_at(struct hub *h, uint64_t position,
    struct envelope *out, struct fj_err *e);

/* ---- the roster; inside a transaction ---- */
/* Append a payload to the hub key's chain.  Seen by all after hub_end. */
FJ_MUST enum fj_rc hub_roster_add(struct hub *h, const struct fj_buf *payload,
    struct fj_err *e);
/* Stamp of now, for payloads. */
void hub_stamp(const struct hub *h, struct stamp *out);
int64_t hub_now_ms(const struct hub *h);

#endif
