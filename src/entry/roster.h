/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roster: who may do what, built from entries alone (FORMAT.md section 4).
 *
 * R1  the answers depend on the set of entries and the anchor, never on the
 *     order of arrival.
 * R2  an entry counts only if its own signature verifies under the root (whose
 *     fingerprint is the anchor) or under a hub key that the root named, and if
 *     its kind is one that this author writes.
 * R3  the newest entry of a subject stands, in the order: root entry that first
 *     named the hub key, seq, entry id.
 * R4  a key of small order, and one that another device of the roster has
 *     already, never counts.
 * What is added early waits; what never counts is listed with its reason.
 */
#ifndef FJ_ENTRY_ROSTER_H
#define FJ_ENTRY_ROSTER_H

#include "entry/payload.h"
#include "entry/sig.h"

enum role {
	ROLE_INSPECTOR = 1 << 0,
	ROLE_REVIEWER = 1 << 1,
	ROLE_STAFF = 1 << 2,
	ROLE_SUPERVISOR = 1 << 3,
	ROLE_ADMIN = 1 << 4,
	ROLE_COUNT = 5,
};

enum {
	ROSTER_SCOPES = 64,		/* of one person */
	ITEM_SCOPES = 32,		/* of one item */
	SCOPE_TEXT = 6,
	ROSTER_ENTRIES = 200000,
	ROSTER_ROW_BYTES = 65536,	/* of one frame */
	ROSTER_BYTES = 256 << 20,	/* of all frames held */
};

enum end_mode { END_NONE = 0, END_RETIRED, END_LOST };
enum item_kind { ITEM_FORM = 1, ITEM_RULES, ITEM_DATA };

/* Rows are borrowed from the roster and stay as they are until the next
 * roster_add or roster_anchor. */
struct roster_person {
	struct id person;
	const char *name;
	const char *cert;		/* NULL: none */
	unsigned roles;
	int nscope;
	char scopes[ROSTER_SCOPES][SCOPE_TEXT + 1];
	bool disabled;
	struct hash entry;
};

struct roster_device {
	struct id dev;
	struct identity_public key;
	struct id person;
	bool has_continues;
	struct id continues;
	enum end_mode end;
	uint64_t end_position;		/* of the log */
	struct hash entry;
};

struct roster_hub {
	struct id dev;
	struct identity_public key;
	uint64_t epoch;			/* newest that the root gave it */
	uint64_t since;			/* seq of the root entry that first named it */
};

struct roster_recovery {
	uint8_t suite;
	struct pubkey kx;
};

/* Something published: bytes by digest.  A visit keeps the ones it began with, so a
 * withdrawn one stays known; only new work leaves it. */
struct roster_item {
	enum item_kind kind;
	const char *name, *version;
	struct hash digest;
	uint64_t size;
	struct id publisher;
	int nscope;			/* 0: for every division */
	char scopes[ITEM_SCOPES][SCOPE_TEXT + 1];
	const char *note;		/* what changed; NULL */
	bool has_before;
	struct hash before;		/* digest of the version that it replaces */
	bool withdrawn;
	uint64_t order;			/* of publishing: larger is newer (derived) */
};

struct roster_used {			/* recovery.used */
	struct id dev, by;
	const char *fingerprint;
};

struct roster;

/* anchor NULL: none yet; entries wait until roster_anchor. */
struct roster *roster_new(const struct hash *anchor);
void roster_free(struct roster **r);
void roster_anchor(struct roster *r, const struct hash *anchor);
/* Fingerprint of the root that a held hello of the stream claims to be, for the
 * eyes of a user: never an anchor by itself. */
bool roster_claimed_root(const struct roster *r, struct hash *out);

/*
 * One entry with its own signature, in any order; known ones change nothing.
 * FJ_OK also when it waits for its author's key.  FJ_CORRUPT "entry.*",
 * "roster.signature" {dev, seq}, "roster.stream"; FJ_DENIED "roster.author"
 * {op, dev}, "roster.row" {op, seq, what}; FJ_LIMIT; FJ_NEWER.  After an error
 * the roster answers as before.
 */
FJ_MUST enum fj_rc roster_add(struct roster *r, const void *frame, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e);

/*
 * The same for an entry that this workspace has verified and sealed itself: its
 * signature and the strength of its keys are not computed again (a tenth of the
 * time).  Author, order and keys taken are judged as ever.  Never for bytes that
 * came from outside.
 */
FJ_MUST enum fj_rc roster_add_own(struct roster *r, const void *frame, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e);

bool roster_anchored(const struct roster *r);	/* the root's hello is here */
const struct identity_public *roster_root(const struct roster *r);	/* NULL: not here */
uint64_t roster_seq(const struct roster *r, const struct id *dev);	/* newest held */
size_t roster_count(const struct roster *r);	/* entries that count */
size_t roster_waiting(const struct roster *r);	/* whose author is unknown yet */

/* Entries that never count and why. */
struct roster_fault {
	struct hash id;
	const char *code;		/* "roster.*" */
};
size_t roster_faults(const struct roster *r, const struct roster_fault **out);

/* NULL: not there. */
const struct roster_device *roster_device(const struct roster *r, const struct id *dev);
const struct roster_person *roster_person(const struct roster *r, const struct id *person);
const struct roster_person *roster_by_cert(const struct roster *r, const char *cert);
/* The person that a device belongs to. */
const struct roster_person *roster_owner(const struct roster *r, const struct id *dev);
const struct roster_hub *roster_hub(const struct roster *r, const struct id *dev);
const struct roster_recovery *roster_recovery(const struct roster *r);
const struct roster_item *roster_item(const struct roster *r, enum item_kind kind,
    const char *name, const char *version);
const struct roster_item *roster_item_by_digest(const struct roster *r,
    const struct hash *digest);
/* The newest of this name that stands for work in a division and is not withdrawn;
 * division NULL or "": only what is for all. */
const struct roster_item *roster_item_newest(const struct roster *r, enum item_kind kind,
    const char *name, const char *division);
/* Is it for work in this division (6 digits, or a wider one)? */
bool roster_item_for(const struct roster_item *it, const char *division);
/* May this person need it: does one of its divisions meet one of the scopes? */
bool roster_item_concerns(const struct roster_item *it, const struct roster_person *p);
/* Is this signing or key-exchange key another device's already?  (R4) */
bool roster_key_taken(const struct roster *r, const struct identity_public *k);
/* May a person do this at all: not disabled, has the role, a scope covers. */
bool roster_may(const struct roster_person *p, enum role role, const char *division);

/* Rows in a fixed order; NULL past the end. */
const struct roster_person *roster_person_at(const struct roster *r, size_t i);
const struct roster_device *roster_device_at(const struct roster *r, size_t i);
const struct roster_hub *roster_hub_at(const struct roster *r, size_t i);
const struct roster_item *roster_item_at(const struct roster *r, size_t i);
const struct roster_used *roster_used_at(const struct roster *r, size_t i);

/* Every entry that counts, in the order of R3 (root first), with its signature:
 * what a bundle carries and a hub serves.  Stop by answering false. */
void roster_each(const struct roster *r,
    bool (*fn)(void *ctx, const struct entry *en, const uint8_t sig[ENTRY_SIG]),
    void *ctx);

/*
 * Level by level: "33" covers "3301" and "330106"; "3301" covers "330106", not
 * "33".  A pair of zeros at the end is no level: "330000" is "33".  Anything
 * that is not 2, 4 or 6 digits covers nothing and is covered by nothing.
 */
bool scope_covers(const char *scope, const char *division);
bool scope_valid(const char *scope);

const char *role_name(enum role r);		/* "inspector", … */
unsigned role_parse(const char *name);		/* 0: none */
const char *end_mode_name(enum end_mode m);	/* "retired", "lost" */
const char *item_kind_name(enum item_kind k);	/* the op: "form", "rules", "data" */

#endif
