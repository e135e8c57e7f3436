/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private: one run as a row of steps.  A step either starts one request, whose
 * answer comes to its *_done, or goes on to the next step; nothing here waits.
 *
 *	session -> roster -> push* -> listing -> entries* -> files up* -> files down*
 *	-> end [-> watch -> session …]
 */
#ifndef FJ_CLIENT_INTERNAL_H
#define FJ_CLIENT_INTERNAL_H

#include "client/client.h"
#include "client/facts.h"
#include "client/receipts.h"
#include "client/xfer.h"
#include "journal/evidence.h"
#include "os/lock.h"
#include "os/loop.h"

enum {
	BATCH_LEAST = 16 << 10,
	BATCH_FIRST = 128 << 10,
	BATCH_MOST = LIMIT_BODY_BYTES - (256 << 10),
	BACKOFF_FIRST_MS = 2000,
	BACKOFF_MOST_MS = 300000,
	WATCH_WAIT_S = 20,
	ASIDE_MS = 86400000,
};

struct chain_plan {
	struct id stream, dev;
	uint64_t from;			/* seq to begin with */
	struct hash tip;
	uint64_t last;			/* seq of the tip */
	uint64_t rank;			/* larger first */
	int gaps;
	bool done;
};

struct flight {				/* a run that is on its way */
	size_t plan;
	uint64_t last;
	struct hash id;
};

struct client {
	struct client_env env;
	struct client_options o;
	struct client_hub hub;
	bool enrolled;
	struct xfer *x;
	struct roster *roster;
	struct lock *lock;
	struct client_state st;
	bool running, watching, resessioned, skewed, drain, offer_all, anew;
	int64_t skew_ms;		/* hub's clock minus ours, after clock-skew */
	char token[WIRE_TOKEN];
	int64_t token_until;		/* monotonic ms */
	uint64_t next, again;		/* timers */
	void (*step)(struct client *c);	/* what `next` does */
	int64_t retry_after;		/* seconds asked for by the hub, or -1 */
	struct fj_err flaw;		/* named at the end though the run went on */

	struct chain_plan *plan;
	size_t nplan;
	struct flight flight[WIRE_RUNS];
	size_t nflight, batch;

	struct id *stream;		/* to be asked for entries */
	size_t nstream, at;
	char cursor[WIRE_CURSOR];
	bool more_streams;
	uint64_t epoch;			/* of the listing */
	struct receipts *got;		/* of the stream that is pulled */
	uint64_t receipts_upto;		/* position up to which they are here */
	bool receipts_asked;		/* receipts_upto is of this stream */

	struct named_file *file;	/* up or down */
	size_t nfile, file_at;
	int file_tries;
	struct evidence_reader *reader;
	struct evidence_writer *writer;
	int64_t offset;			/* of the file that moves */
	int64_t bytes_before;		/* of files that are through */
	struct fj_err sink_err;
	struct named_file fetch;	/* client_fetch; evidence zero: none */
	bool fetching;

	struct enrol_run *enrol;
	enum fj_rc result;		/* of the last run */
};

/* Start a request of this run; a failure ends the run. */
void run_ask(struct client *c, const struct xfer_request *r, xfer_done done);
/* A request with the token. */
struct xfer_request run_request(struct client *c, const char *method, const char *path,
    const char *expect);
/* True: go on with this 2xx.  False: the run was ended or turned elsewhere. */
bool run_answer(struct client *c, struct answer *a);
void run_end(struct client *c, enum fj_rc rc, const struct fj_err *e);
void run_phase(struct client *c, enum client_phase p);
/* Do this at the next turn, so that a long run never starves the screen. */
void run_later(struct client *c, void (*fn)(struct client *c));
/* Named in the state at the end; the first one stays. */
void run_flaw(struct client *c, const struct fj_err *e);
/* Push without a pull before it: receipts are judged under the roster as held. */
void drain_begin(struct client *c);
/* The hub says that this device was ended: kept when the roster's keys prove it. */
void end_keep(struct client *c, const char *proof);
void run_received(struct client *c, const struct id *stream);

void session_step(struct client *c);
void roster_step(struct client *c);
void push_begin(struct client *c);
void push_step(struct client *c);
void list_step(struct client *c);
void entries_step(struct client *c);
void up_begin(struct client *c);
void up_step(struct client *c);
void down_begin(struct client *c);
void down_step(struct client *c);
void watch_step(struct client *c);
void files_close(struct client *c);

enum fj_rc client_sign(void *ctx, enum purpose purpose, const struct hash *h,
    uint8_t sig[ENTRY_SIG], struct fj_err *e);	/* ctx: struct journal */
enum fj_rc client_connect(struct client *c, struct fj_err *e);

#endif
