/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private: one run as a row of steps.  A step either starts requests, whose answers
 * come to its *_done, or goes on to the next step; nothing here waits.
 *
 *	session -> roster -> push* -> listing -> entries* -> files up* -> files down*
 *	-> end [-> watch -> session …]
 * What needs no answer of the step before rides beside it: the hub's own page beside
 * the session, the roster beside the push (its receipts are judged after it), several
 * pushes of different chains, several files.
 *
 * A step whose answer was cut off by the link is done again (run_answer, redo): each
 * computes what it asks from what is durable.
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
#include "wire/version.h"
#include "wire/zip.h"

enum {
	BATCH_MOST = LIMIT_BODY_BYTES - (256 << 10),
	PARCELS = 2,			/* pushes at once */
	UPLOADS = 4,			/* files at once, those that wait for an answer too */
	FEATURES_MS = 86400000,		/* after which a hub is asked again what it can */
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
	bool flying;			/* a run of it has no answer yet */
};

struct flight {				/* a run that is on its way */
	size_t plan;
	uint64_t last;
	uint64_t findings;		/* entries of the run that are findings */
	struct hash id;
};

struct parcel {				/* one push */
	struct client *c;
	struct flight *flight;
	size_t n;
	size_t bytes;			/* as they travel */
	size_t raw;
	bool busy;
	char *held;			/* its answer, which waits for the roster */
	size_t nheld;
};

struct upload;

struct client {
	struct client_env env;
	struct pace pace;
	struct client_options o;
	struct client_hub hub;
	bool enrolled;
	struct xfer *x;
	unsigned features;		/* of the hub, as far as known */
	bool features_told;
	struct roster *roster;
	struct lock *lock;
	struct netwatch *net;
	struct client_state st;
	bool running, watching, resessioned, skewed, drain, anew;
	bool offer_all, offer_files;	/* what is receipted too: run_anew */
	int64_t skew_ms;		/* hub's clock minus ours, after clock-skew */
	char token[WIRE_TOKEN];
	int64_t token_until;		/* monotonic ms */
	uint64_t next, again;		/* timers */
	void (*step)(struct client *c);	/* what `next` does */
	void (*redo)(struct client *c);	/* the step whose answer is awaited */
	bool answered;			/* a hub spoke in this run */
	bool asking_roster;		/* beside the push */
	bool renewing;			/* a session beside the files */
	struct zip *zip;
	int64_t retry_after;		/* seconds asked for by the hub, or -1 */
	struct fj_err flaw;		/* named at the end though the run went on */

	struct chain_plan *plan;
	size_t nplan;
	struct parcel parcel[PARCELS];
	size_t ratio;			/* bytes of entries that make ten on the wire */

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
	int64_t *known;			/* of each file going up: up.c */
	struct upload *upload[UPLOADS];
	uint64_t pump;			/* timer: look which file may begin */
	bool phase_up;			/* files are going up */
	struct evidence_writer *writer;
	int64_t offset, down_from;	/* of the file that comes down: now, at the beginning */
	int64_t bytes_before;		/* of files that are through */
	struct fj_err sink_err;
	struct named_file fetch;	/* client_fetch; evidence zero: none */
	bool fetching;

	struct blob_want *blob;		/* published bytes to be fetched, blobs.c */
	size_t nblob, blob_at;

	struct enrol_run *enrol;
	enum fj_rc result;		/* of the last run */
};

/* Start a request of this run; a failure ends the run.  redo: the step that asks. */
void run_ask(struct client *c, const struct xfer_request *r, xfer_done done,
    void (*redo)(struct client *c));
/* A request with the token. */
struct xfer_request run_request(struct client *c, const char *method, const char *path,
    const char *expect);
/* The link cut this answer off: ms until it is asked for again, -1: no more. */
int64_t run_cut(struct client *c, const struct answer *a);
/* True: go on with this 2xx.  False: the run was ended or turned elsewhere, or the
 * step is done again. */
bool run_answer(struct client *c, struct answer *a);
void run_end(struct client *c, enum fj_rc rc, const struct fj_err *e);
void run_phase(struct client *c, enum client_phase p);
/* Do this at the next turn, so that a long run never starves the screen. */
void run_later(struct client *c, void (*fn)(struct client *c));
void run_after(struct client *c, int64_t ms, void (*fn)(struct client *c));
/* Whatever is under way stops, and the run goes on from this step. */
void run_again_from(struct client *c, void (*fn)(struct client *c));
/* The hub is another one, or an older state of itself: roster, listing and all entries
 * anew.  It stands until a run has come to its end, whatever happens in between (C5). */
FJ_MUST enum fj_rc run_anew(struct client *c, struct fj_err *e);
/* Named in the state at the end; the first one stays. */
void run_flaw(struct client *c, const struct fj_err *e);
/* Push without a pull before it: receipts are judged under the roster as held. */
void drain_begin(struct client *c);
/* The hub says that this device was ended: kept when the roster's keys prove it. */
void end_keep(struct client *c, const char *proof);
void run_received(struct client *c, const struct id *stream);

void run_begin(struct client *c);
bool run_has(const struct client *c, unsigned feature);
/* Said no to a feature that it had named: forgotten, asked for again. */
void run_without(struct client *c, unsigned feature);

/* What the hub can, as it was told last. */
void features_load(struct client *c);

void session_step(struct client *c);
/* Is the token good for another request?  False: a new one is on its way, and
 * up_pump is called when it is here. */
bool session_good(struct client *c);
void roster_step(struct client *c);
/* The roster beside the push; false: it has to come first. */
bool roster_beside(struct client *c);
void push_begin(struct client *c);
void push_step(struct client *c);
void push_roster_here(struct client *c);	/* what waited for it goes on */
void push_drop(struct client *c);
void list_step(struct client *c);
void entries_step(struct client *c);
void blobs_begin(struct client *c);
void blobs_step(struct client *c);
void blobs_free(struct client *c);
void up_begin(struct client *c);
void up_pump(struct client *c);
void up_drop(struct client *c);
void down_begin(struct client *c);
void down_step(struct client *c);
void watch_step(struct client *c);
/* The files of this way, most urgent first; false: the run is over. */
bool files_gather(struct client *c, bool up);
char *files_path(const struct named_file *f, const char *more);
/* Name what is wrong with one file. */
void files_flaw(struct client *c, const struct named_file *f, const char *code,
    const char *detail);
void files_close(struct client *c);

enum fj_rc client_sign(void *ctx, enum purpose purpose, const struct hash *h,
    uint8_t sig[ENTRY_SIG], struct fj_err *e);	/* ctx: struct journal */
/* A connection to a hub, as the policy has it. */
enum fj_rc client_open(struct client *c, const char *url, const char *ca,
    struct fj_err *e);
enum fj_rc client_connect(struct client *c, struct fj_err *e);

#endif
