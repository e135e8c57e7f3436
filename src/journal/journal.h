/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The workspace: everything durable of one person on one machine.
 *	HOME/keys		keyfile.h
 *	HOME/journal.db		entries, signatures, small facts; all sealed
 *	HOME/evidence/		evidence.h
 *	HOME/lock-epoch		touched by journal_lock: every process wipes its keys
 *	HOME/ballast		1 MiB, given back when the disk is full
 *
 * J1  an entry is never changed or removed.
 * J2  what journal_append or journal_receive answered FJ_OK for survives kill -9
 *     and a power cut.
 * J3  before COMMIT every new entry is read back, unsealed, hashed and compared,
 *     and its chain and signature checked; a difference rolls back.
 * J4  seq and prev are read inside BEGIN IMMEDIATE: two processes never fork a chain.
 * J5  a damaged row is named; all others stay readable.
 * J6  nothing decrypted is kept beyond a callback, but the facts about oneself.
 * J7  on disk in the clear: random ids, sequence numbers, padded sizes.
 *
 * Errors of all: FJ_DENIED "journal.locked" while locked, FJ_FULL, FJ_BUSY, FJ_IO and
 * FJ_CORRUPT from db/.
 */
#ifndef FJ_JOURNAL_JOURNAL_H
#define FJ_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/rc.h"
#include "crypto/crypto.h"
#include "entry/entry.h"
#include "journal/keyfile.h"
#include "os/clock.h"

struct journal;

/* ---- the workspace ---- */

/* Facts about oneself; strings may be NULL.  hello carries name, cert, org. */
struct journal_self {
	const char *name;
	const char *cert;
	const char *org;
	const char *division;
	const char *lang;
};

struct journal_init {
	const char *home;
	const char *pass;
	size_t npass;
	int cost;			/* 0: KDF_COST */
	struct journal_self self;
	const struct clock *clock;	/* borrowed for the journal's life */
};

/* Make and leave unlocked.  FJ_REFUSED "journal.exists" {home} when one is there,
 * "journal.passphrase-empty".  code: shown to the owner once. */
FJ_MUST enum fj_rc journal_create(const struct journal_init *in, struct journal **out,
    char code[KEYFILE_CODE_TEXT], struct fj_err *e);
/* Open locked.  FJ_NOTFOUND "journal.none" {home}; FJ_CORRUPT "journal.keys-missing"
 * {home}: sealed data whose key file is gone.  Never makes anything. */
FJ_MUST enum fj_rc journal_open(const char *home, const struct clock *clock,
    struct journal **out, struct fj_err *e);
/* FJ_DENIED "journal.passphrase", FJ_BUSY "journal.wait" {seconds}. */
FJ_MUST enum fj_rc journal_unlock(struct journal *j, const char *pass, size_t npass,
    struct fj_err *e);
/* Wipe the keys here and, when all, in every process of the workspace. */
void journal_lock(struct journal *j, bool all);
bool journal_is_locked(const struct journal *j);
/* Little room left and the ballast already given back: say it. */
bool journal_low_space(const struct journal *j);
/* Did another process ask for the lock?  Then the keys are wiped: true.  Ask at
 * least once a second, or watch journal_lock_path. */
bool journal_poll_lock(struct journal *j);
const char *journal_lock_path(const struct journal *j);
void journal_close(struct journal **j);
const char *journal_home(const struct journal *j);

FJ_MUST enum fj_rc journal_passwd(struct journal *j, const char *pass, size_t npass,
    struct fj_err *e);
/* Open by the owner's code and set a new passphrase; gives a new code. */
FJ_MUST enum fj_rc journal_recover(const char *home, const char *code,
    const char *pass, size_t npass, char new_code[KEYFILE_CODE_TEXT],
    struct fj_err *e);
FJ_MUST enum fj_rc journal_set_bureau_key(struct journal *j, const struct pubkey *kx,
    struct fj_err *e);
bool journal_has_bureau_key(const struct journal *j);
/* This device was ended: nobody but the bureau opens the data any more. */
FJ_MUST enum fj_rc journal_end_device(struct journal *j, struct fj_err *e);

/* Borrowed; live until the next set, lock or close.  name is never NULL. */
const struct journal_self *journal_self(const struct journal *j);
FJ_MUST enum fj_rc journal_set_self(struct journal *j, const struct journal_self *s,
    struct fj_err *e);
const struct identity_public *journal_public(const struct journal *j);
const struct id *journal_dev(const struct journal *j);
/* The dev whose chains this key carries on; NULL: none. */
const struct id *journal_continues(const struct journal *j);
/* The newest receipt or head of the log held: goes into each hello and freeze. */
FJ_MUST enum fj_rc journal_seen(struct journal *j, struct hash *out, bool *have,
    struct fj_err *e);
FJ_MUST enum fj_rc journal_set_seen(struct journal *j, const struct hash *h,
    struct fj_err *e);

/* For sessions, enrolment, bundles.  Never for PURPOSE_ENTRY: FJ_BUG. */
FJ_MUST enum fj_rc journal_sign(struct journal *j, enum purpose purpose,
    const struct hash *h, uint8_t sig[SIG_LEN], struct fj_err *e);
FJ_MUST enum fj_rc journal_unwrap(struct journal *j, const char *info, const void *p,
    size_t n, struct secret **out, struct fj_err *e);
/* A new identity that continues this one (rewind, fork): later appends start new
 * chains.  proof: the old key's signature (PURPOSE_DEVICE) over the new dev's hash
 * H(new dev bytes).  Gives a new recovery code. */
FJ_MUST enum fj_rc journal_renew(struct journal *j, const char *pass, size_t npass,
    uint8_t proof[SIG_LEN], char code[KEYFILE_CODE_TEXT], struct fj_err *e);

/* ---- writing ---- */

struct bytes {
	const void *p;
	size_t n;
};

/* One small fact written (or, value.p NULL, deleted) in the same transaction. */
struct journal_kv {
	const char *space;	/* "draft", "summary", "cursor", … of the caller */
	struct bytes key;
	struct bytes value;
};

struct journal_commit {
	enum stream_kind kind;
	struct id stream;
	const struct bytes *payload;	/* one JSON object each, with t, up, boot */
	size_t n;
	const struct journal_kv *kv;
	size_t nkv;
	/* Refuse (FJ_STALE "journal.moved") unless the stream still is at this version
	 * (journal_version); negative: do not ask. */
	int64_t expect;
	/* After the commit is durable: each new entry in order, hello included. */
	void (*each)(void *ctx, const struct entry *en);
	void *ctx;
};

/*
 * Append one commit to the own chain of the stream: stamps clocks, writes `hello`
 * first on a new chain, signs the last, seals, reads back, commits.
 * FJ_CORRUPT "entry.payload" (a payload that the gate refuses), FJ_REFUSED
 * "journal.hello", FJ_LIMIT, FJ_DENIED "journal.no-identity", FJ_CONFLICT "journal.forked" {stream}: this key has two
 * lines in the stream and may write no more until renewed.
 * FJ_STALE "journal.moved".  On FJ_FULL nothing was written; the ballast was given
 * back and the append tried once more before that.
 */
FJ_MUST enum fj_rc journal_append(struct journal *j, const struct journal_commit *c,
    struct fj_err *e);

struct journal_received {
	size_t added;
	size_t known;
	bool fork;		/* the chain has two lines now (or had) */
	int64_t version;	/* of the stream */
};

/*
 * A run of one chain, oldest first, with the signature over its last entry.  The
 * first either is entry 1 (hello) or follows a held one.  All or nothing.
 * FJ_STALE "journal.gap" {stream, dev, held seq, first seq}: pull from there.
 * FJ_CORRUPT "entry.signature", "entry.chain", "hello.*", "journal.kind",
 * "journal.run-mixed"; FJ_DENIED "entry.weak-key"; FJ_INVAL "journal.run-empty".
 */
FJ_MUST enum fj_rc journal_receive(struct journal *j, const struct entry *en, size_t n,
    const uint8_t sig[SIG_LEN], const struct journal_kv *kv, size_t nkv,
    struct journal_received *out, struct fj_err *e);

/* ---- reading ---- */

/* A row that cannot be read: where it is.  Return; the reading goes on. */
struct journal_damage {
	struct id stream;
	struct id dev;
	uint64_t seq;
	const char *what;	/* "seal", "hash", "chain", "signature", "stream", "fact",
				 * "evidence" (stream = its id), "file" */
};

/* No callback may write to the journal: collect first, write afterwards. */
struct journal_reader {
	bool (*entry)(void *ctx, const struct entry *en);	/* false: stop */
	void (*damage)(void *ctx, const struct journal_damage *d);	/* may be NULL */
	void *ctx;
};

/* Grows with every entry of the stream, 0 = no such stream.  By whichever process. */
FJ_MUST enum fj_rc journal_version(struct journal *j, const struct id *stream,
    int64_t *version, struct fj_err *e);
/* Has any process written anything since?  Compare with the last answer. */
int64_t journal_data_version(struct journal *j);
/* Entries that arrived after `since` (0: all), each chain in order.  *version = what
 * to ask with next time (may be NULL). */
FJ_MUST enum fj_rc journal_each(struct journal *j, const struct id *stream,
    int64_t since, const struct journal_reader *r, int64_t *version, struct fj_err *e);

struct journal_stream {
	enum stream_kind kind;
	struct id stream;
	int64_t version;
	int64_t entries;
};
FJ_MUST enum fj_rc journal_streams(struct journal *j,
    bool (*fn)(void *ctx, const struct journal_stream *s), void *ctx, struct fj_err *e);

/* The tips of all chains of a stream (one a dev; more when forked), by dev bytes.
 * Free with free(). */
FJ_MUST enum fj_rc journal_heads(struct journal *j, const struct id *stream,
    struct chain_head **out, size_t *n, struct fj_err *e);
/* One's own; seq 0: none yet. */
FJ_MUST enum fj_rc journal_own_head(struct journal *j, const struct id *stream,
    struct chain_head *out, struct fj_err *e);
FJ_MUST enum fj_rc journal_forked(struct journal *j, const struct id *stream,
    const struct id *dev, bool *forked, struct fj_err *e);
/* FJ_NOTFOUND "journal.entry". en->payload points into buf. */
FJ_MUST enum fj_rc journal_entry(struct journal *j, const struct id *stream,
    const struct hash *id, struct fj_buf *buf, struct entry *en, struct fj_err *e);
/* The first signature at or after seq in that chain.  FJ_NOTFOUND "journal.signature". */
FJ_MUST enum fj_rc journal_signature(struct journal *j, const struct id *stream,
    const struct id *dev, uint64_t seq, uint64_t *at, struct hash *id,
    uint8_t sig[SIG_LEN], struct fj_err *e);
/* The keys a chain was begun with (from its hello).  FJ_NOTFOUND "journal.chain". */
FJ_MUST enum fj_rc journal_chain_keys(struct journal *j, const struct id *stream,
    const struct id *dev, struct identity_public *out, struct fj_err *e);

/* A run ready for the wire: whole frames, ending where a commit ended. */
struct journal_run {
	struct fj_buf frames;
	struct entry *entry;		/* payloads point into frames */
	size_t n;
	uint8_t sig[SIG_LEN];
	bool more;			/* the chain goes on behind it */
};
/*
 * Entries seq from … of a chain; tip != NULL: of the line that ends there (forks).
 * Stops before max entries or bytes are passed, but gives at least one commit.
 * n = 0: nothing (signed) from there on.
 */
FJ_MUST enum fj_rc journal_run(struct journal *j, const struct id *stream,
    const struct id *dev, uint64_t from, const struct hash *tip, size_t max_entries,
    size_t max_bytes, struct journal_run *out, struct fj_err *e);
void journal_run_free(struct journal_run *r);

/* ---- small facts, sealed: drafts, summaries, cursors, receipts, roster cache ---- */

/* Appended to out.  FJ_NOTFOUND "journal.fact" {space}. */
FJ_MUST enum fj_rc journal_get(struct journal *j, const char *space, const void *key,
    size_t nkey, struct fj_buf *out, struct fj_err *e);
/* All in one transaction. */
FJ_MUST enum fj_rc journal_put(struct journal *j, const struct journal_kv *kv, size_t n,
    struct fj_err *e);
/* In no particular order; false stops. */
FJ_MUST enum fj_rc journal_facts(struct journal *j, const char *space,
    bool (*fn)(void *ctx, const struct bytes *key, const struct bytes *value),
    void *ctx, struct fj_err *e);

/* ---- care ---- */

struct journal_check {
	int64_t entries;
	int64_t signatures;
	int64_t chains;
	int64_t forks;
	int64_t facts;
	int64_t evidence;	/* files whose seals and digests hold */
	int64_t damaged;
};
/* Unseal, hash, chain, signatures of everything; damage() names each fault.
 * FJ_OK also with damage: look at out->damaged. */
FJ_MUST enum fj_rc journal_fsck(struct journal *j, bool with_evidence,
    const struct journal_reader *r, struct journal_check *out, struct fj_err *e);

/* One file (backup.h).  The identity does not travel.  Overwrites nothing. */
FJ_MUST enum fj_rc journal_backup(struct journal *j, const char *to, struct fj_err *e);
/* Into a new home, with the passphrase the backup was made under: a new identity that
 * continues the old one, a new recovery code.  FJ_CORRUPT "journal.backup" {file}. */
FJ_MUST enum fj_rc journal_restore(const char *file, const char *home,
    const char *pass, size_t npass, const struct clock *clock,
    char code[KEYFILE_CODE_TEXT], struct fj_err *e);

#endif
