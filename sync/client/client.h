/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The workspace's side of PROTOCOL.md: enrolment, sessions, one sync run or
 * watching, driven by the program's own loop.  Invariants C1–C8 of PROTOCOL.md
 * section 10 hold here; test names carry the numbers.
 *
 * Everything that is to be sent is computed from the journal and the receipts;
 * kept in the journal are only (spaces of sealed facts):
 *	"hub"		""			JSON: what was enrolled at (struct client_hub)
 *	"sync"		"cursor", "state"	the listing's cursor; last success, tries
 *	"sync"		"end"			hex: the signed end of this device, where it came alone
 *	"sync-sent"	stream | dev		newest receipted seq 8 | id 32 | position 8
 *	"sync-aside"	stream | dev		JSON: why the hub took it not, when, up to which seq
 *	"sync-file"	visit | evidence	"up" position 8: receipted at the hub
 *	"sync-receipts"	stream			epoch 8 | position 8: receipts were taken up to here
 *	"receipt"	epoch 8 | position 8	{"text","sig"} of every receipt held
 * The roster is held as a stream of the journal (kind STREAM_ROSTER).
 *
 * Error codes "sync.*": text/say/client.def has every one with its way out.
 */
#ifndef FJ_CLIENT_CLIENT_H
#define FJ_CLIENT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/rc.h"
#include "entry/roster.h"
#include "journal/journal.h"
#include "os/clock.h"

struct client;
struct loop;

/* ---- what is known without a connection ---- */

struct client_hub {
	char url[256];
	struct hash root;		/* pinned for good */
	struct id roster_stream;
	struct id hub, person;
	char name[LIMIT_NAME_BYTES + 1];	/* as certified */
	char cert[LIMIT_NAME_BYTES + 1];
	char division[SCOPE_TEXT + 1];
	char *ca;			/* PEM, owned; NULL: the system's */
};
/* FJ_REFUSED "sync.not-enrolled". */
FJ_MUST enum fj_rc client_hub_load(struct journal *j, struct client_hub *out,
    struct fj_err *e);
void client_hub_release(struct client_hub *h);

/* The roster as held, anchored at the pinned root.  Without enrolment (or before
 * the first sync): FJ_OK and *out = NULL. */
FJ_MUST enum fj_rc client_roster(struct journal *j, struct roster **out,
    struct fj_err *e);

/* Is an end of this device held that came alone?  client_roster judges it. */
bool client_end_known(struct journal *j);

/* What has no receipt yet. */
struct client_pending {
	uint64_t entries, chains, set_aside;
	uint64_t files;
	int64_t bytes;
};
FJ_MUST enum fj_rc client_pending(struct journal *j, struct client_pending *out,
    struct fj_err *e);

/* Has the hub receipted entry seq of this chain?  position may be NULL. */
bool client_receipted(struct journal *j, const struct id *stream, const struct id *dev,
    uint64_t seq, uint64_t *position);
/* Entries of the line that ends at this head which no receipt covers. */
uint64_t client_unsent(struct journal *j, const struct id *stream,
    const struct chain_head *head);
bool client_file_receipted(struct journal *j, const struct id *visit,
    const struct id *evidence);

struct client_aside {
	struct id stream, dev;
	uint64_t seq;			/* newest that was offered */
	struct instant at;
	struct fj_err err;		/* "sync.aside-*" */
};
FJ_MUST enum fj_rc client_asides(struct journal *j,
    bool (*fn)(void *ctx, const struct client_aside *a), void *ctx, struct fj_err *e);

/* ---- connecting ---- */

struct client_env {
	struct journal *journal;	/* unlocked; all borrowed */
	struct loop *loop;
	const struct clock *clock;
	/* After each step that moved the state (may be NULL). */
	void (*changed)(void *ctx);
	/* Entries of this stream, or a file of this visit, came in (may be NULL). */
	void (*received)(void *ctx, const struct id *stream);
	void *ctx;
};

FJ_MUST enum fj_rc client_new(const struct client_env *env, struct client **out,
    struct fj_err *e);
/* Ends a run that is under way; nothing durable is lost. */
void client_free(struct client **c);

struct client_enrol {
	const char *url;		/* https://host[:port], http:// to loopback only */
	const char *code;
	const char *ca_file;		/* PEM, or NULL */
	bool (*confirm)(void *ctx, const char *name, const char *cert);	/* or NULL */
	void *ctx;
};
/*
 * Turns the loop until it is done (some seconds).  FJ_DENIED "sync.code", "sync.reply";
 * FJ_CANCELLED "sync.not-me"; FJ_REFUSED "sync.enrolled" (at another hub),
 * "sync.plain-http"; FJ_INVAL "sync.url"; FJ_OFFLINE "sync.*".
 */
FJ_MUST enum fj_rc client_enrol(struct client *c, const struct client_enrol *en,
    struct fj_err *e);
/* A bearer token, 15 minutes. */
FJ_MUST enum fj_rc client_token(struct client *c, struct fj_buf *out, struct fj_err *e);

enum client_phase {
	CLIENT_NEVER = 0,	/* not enrolled */
	CLIENT_IDLE,
	CLIENT_CONNECTING,
	CLIENT_ENTRIES_UP,
	CLIENT_DOWN,
	CLIENT_EVIDENCE_UP,
	CLIENT_EVIDENCE_DOWN,
	CLIENT_WAITING,		/* failed; tried again at next_ms (watch) or by the user */
	CLIENT_REFUSED,		/* the hub said no for good */
};

struct client_state {
	enum client_phase phase;
	uint64_t entries_done, entries_total;
	int64_t bytes_done, bytes_total;
	uint64_t files_done, files_total;
	uint64_t up_entries, up_findings, up_files;	/* receipted since client_start */
	int64_t rate;			/* bytes a second upwards, as measured; 0: not known */
	int64_t skew_ms;		/* hub's clock minus ours, at the last session */
	struct id item;			/* visit or evidence that moves now; zero: none */
	struct instant last_ok;		/* ms 0: never */
	int64_t next_ms;		/* wall clock of the next try; 0: none */
	unsigned tries;			/* failures in a row */
	struct fj_err err;		/* of the last failure; rc FJ_OK: none */
};
void client_state(struct client *c, struct client_state *out);
/* What the last run left behind, when none is under way here. */
void client_last(struct journal *j, struct client_state *out);

struct client_options {
	bool metered;			/* entries only */
	bool sealed_only;		/* nothing of a visit before its freeze */
	bool watch;			/* go on: long poll, try again after failures */
	bool retry_aside;		/* offer again what was set aside */
	/* Should this file come down?  NULL: all up to CLIENT_SMALL bytes. */
	bool (*want)(void *ctx, const struct id *visit, const struct id *evidence,
	    int64_t size);
	void *ctx;
};

enum {
	CLIENT_SMALL = 16 << 20,
};

/* FJ_BUSY "sync.running" {path, pid}; FJ_REFUSED "sync.not-enrolled". */
FJ_MUST enum fj_rc client_start(struct client *c, const struct client_options *o,
    struct fj_err *e);
bool client_running(const struct client *c);
void client_stop(struct client *c);
/* The network is another one (netwatch.h calls it while a client watches): what waits
 * is tried now, what stands idle is not used again. */
void client_moved(struct client *c);
/* Start, turn the loop to the end of one run, answer its result. */
FJ_MUST enum fj_rc client_once(struct client *c, const struct client_options *o,
    struct fj_err *e);
/* Fetch one file at the next turn of a run, or in a run of its own. */
FJ_MUST enum fj_rc client_fetch(struct client *c, const struct id *visit,
    const struct id *evidence, struct fj_err *e);

#endif
