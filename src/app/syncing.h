/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The workspace and its hub: enrolment, one sync run, what is safe where; and
 * the way without a network, bundles.
 */
#ifndef FJ_APP_SYNCING_H
#define FJ_APP_SYNCING_H

#include "app/app.h"
#include "model/verify.h"

struct loop;

struct app_enrol {
	const char *url;	/* https://host:port, or http:// to loopback only */
	const char *code;	/* 24 characters, blanks and '-' ignored */
	const char *ca;		/* file of a private CA, or NULL */
};
/*
 * Blocks (some seconds at most).  certified gets the name the hub certifies; then
 * confirm(ctx, name) is asked "is this you?" (NULL: yes).  FJ_DENIED "sync.code",
 * FJ_OFFLINE, FJ_CANCELLED when confirm says no (the code is used up all the same).
 */
FJ_MUST enum fj_rc app_enrol(struct app *a, const struct app_enrol *en,
    bool (*confirm)(void *ctx, const char *name), void *ctx, struct fj_err *e);
/* Paused by the person: nothing syncs by itself until it is taken back; kept. */
bool app_sync_paused(struct app *a);
FJ_MUST enum fj_rc app_sync_pause(struct app *a, bool paused, struct fj_err *e);
/* Entries only; nothing of a visit before its freeze.  Kept, for every program of the
 * workspace. */
FJ_MUST enum fj_rc app_sync_policy(struct app *a, bool metered, bool sealed_only,
    struct fj_err *e);
/* "none", "environment" or a URL; kept.  FJ_INVAL "sync.proxy". */
FJ_MUST enum fj_rc app_sync_proxy(struct app *a, const char *proxy, struct fj_err *e);

/* What the hub does not take: it stays here whole. */
struct sync_aside {
	struct id visit, dev;
	struct instant at;
	struct fj_err err;
};
FJ_MUST enum fj_rc app_sync_asides(struct app *a,
    bool (*fn)(void *ctx, const struct sync_aside *one), void *ctx, struct fj_err *e);
/* A bearer token, 15 minutes. */
FJ_MUST enum fj_rc app_token(struct app *a, struct fj_buf *out, struct fj_err *e);

enum sync_phase {
	SYNC_NEVER = 0,		/* not enrolled */
	SYNC_IDLE,		/* nothing under way; see last_ok, last_err */
	SYNC_CONNECTING,
	SYNC_ENTRIES_UP,
	SYNC_DOWN,
	SYNC_EVIDENCE_UP,
	SYNC_EVIDENCE_DOWN,
	SYNC_WAITING,		/* failed, will be tried again at next_ms */
	SYNC_REFUSED,		/* the hub said no for good; err says what to do */
};

struct sync_state {
	enum sync_phase phase;
	uint64_t entries_done, entries_total;
	int64_t bytes_done, bytes_total;	/* evidence */
	char item[32];				/* short id of what moves now */
	struct instant last_ok;			/* ms 0: never */
	int64_t next_ms;		/* until the next try; 0: none, or now */
	unsigned tries;
	struct fj_err err;			/* of the last failure; rc FJ_OK: none */
	uint64_t quarantined;			/* chains that the hub refuses */
	uint64_t unsent, unsent_evidence;	/* without a receipt */
	int64_t unsent_bytes;
	char url[256];
	bool paused, metered, sealed_only;	/* by the person: kept */
	char proxy[256];			/* as it may be shown; "": the environment's */
	uint64_t files_done, files_total;	/* of the evidence that moves */
	uint64_t up_entries, up_findings, up_files;	/* receipted by the last run here */
	int64_t rate;				/* bytes a second; 0: not known */
	int64_t skew_ms;			/* the hub's clock minus ours */
};

struct sync_options {
	bool metered;		/* entries only */
	bool sealed_only;
	bool watch;		/* go on: poll, and try again after failures */
	bool retry;		/* offer again what the hub refused */
};

/* Now, without doing anything. */
void app_sync_state(struct app *a, struct sync_state *out);
/*
 * One run on the given loop; changed(ctx) is called after each step that moves
 * the state or brings entries.  FJ_BUSY "sync.running" {pid} when another process
 * of the workspace syncs; FJ_REFUSED "sync.not-enrolled".  The run ends by itself
 * (not with watch) or by app_sync_stop.
 */
FJ_MUST enum fj_rc app_sync_start(struct app *a, struct loop *loop,
    const struct sync_options *o, void (*changed)(void *ctx), void *ctx, struct fj_err *e);
bool app_sync_running(const struct app *a);
void app_sync_stop(struct app *a);
/* The same, blocking on a loop of its own: the command line. */
FJ_MUST enum fj_rc app_sync_once(struct app *a, const struct sync_options *o,
    void (*changed)(void *ctx), void *ctx, struct fj_err *e);

/* ---- bundles ---- */
/* to: card files; every team member and the hub that the roster knows is always
 * a receiver.  FJ_REFUSED "app.no-receiver". */
FJ_MUST enum fj_rc app_bundle_export(struct app *a, const struct id *visits, size_t n,
    const char *path, const char *const *cards, size_t card_n, struct fj_err *e);
struct app_bundle_result {
	size_t visits, entries, known, evidence;
	char sender[256];
	bool sender_certified;
};
FJ_MUST enum fj_rc app_bundle_import(struct app *a, const char *path,
    struct app_bundle_result *out, struct fj_err *e);
/* Prove a bundle file without importing it (verify --file). */
FJ_MUST enum fj_rc app_bundle_verify(struct app *a, const char *path, bool full,
    const struct hash *root, void (*fn)(void *ctx, const struct verify_check *c), void *ctx,
    size_t *failures, struct fj_err *e);

#endif
