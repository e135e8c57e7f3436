/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A visit: the meaning of a set of entries.  Pure: no file, clock or SQL.
 *
 * The state is a function of the *set* of entries and of the roster, never of
 * the order in which they came, of clocks or of the hub (S4).  Frames are
 * trusted here: signatures and chains are checked by the one who receives.
 * The table of states and the invariants S1–S5 are in model/README.md.
 *
 * visit_add copies what it needs.  Everything that is answered lives until the
 * next visit_add, visit_settle or visit_free.
 */
#ifndef FJ_MODEL_VISIT_H
#define FJ_MODEL_VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/id.h"
#include "base/json.h"
#include "base/rc.h"
#include "entry/entry.h"
#include "model/campaigns.h"
#include "model/clauses.h"
#include "model/kinds.h"
#include "model/ops.h"

struct form;
struct roster;
struct visit;
struct view;

/* What a visit may ask.  All of it is borrowed and outlives the visit. */
struct model_env {
	const struct kinds *kinds;
	const struct clauses *clauses;
	const struct roster *roster;	/* NULL: not enrolled */
	/* The compiled form with this digest; NULL: not here. */
	const struct form *(*form)(void *ctx, const struct hash *digest);
	/* The tables that a visit was begun with, by digest; NULL, or answering NULL:
	 * the ones above, by which visits begin now. */
	const struct kinds *(*kinds_of)(void *ctx, const struct hash *digest);
	const struct clauses *(*clauses_of)(void *ctx, const struct hash *digest);
	void *ctx;
};

enum visit_state {
	VISIT_NONE = 0,			/* nothing that opens it is here yet */
	VISIT_PLANNED,
	VISIT_OPEN,
	VISIT_FROZEN,
	VISIT_SEALED,
	VISIT_RETURNED,
	VISIT_APPROVED,
	VISIT_CONTESTED,
	VISIT_CANCELLED,
};

enum entry_status {
	ENTRY_COUNTS = 1,
	ENTRY_LATE,			/* of a frozen round, not under its freeze */
	ENTRY_INERT,
	ENTRY_WAITS,
};

enum visit_add_flags {
	VISIT_AFTER_LOSS = 1 << 0,	/* came after its device was reported lost */
};

/* Who wrote: by the roster, or claimed by the hello of the chain. */
struct visit_author {
	const char *name;		/* "" when nothing is known */
	const char *cert;		/* may be NULL */
	bool certified;			/* a roster row for the key is held */
	bool contradicted;		/* the roster says somebody else */
	struct id person;		/* zero unless certified */
	int member;			/* row of the team, -1 none */
	bool supervisor;		/* role and scope, and not a member (S5) */
	int rank;			/* digits of the widest scope that covers; 0 none */
};

struct visit_entry {
	struct hash id;
	struct id dev;
	uint64_t seq, hlc;
	enum visit_op op;
	const char *op_name;		/* as written */
	struct instant at;		/* testimony */
	int round;			/* 0: carries none */
	struct visit_author author;
	enum entry_status status;
	bool superseded;		/* in what counts now */
	bool forked;			/* another entry has the same dev and seq */
	/* What the operation says; NULL or zero where it has no such member. */
	const char *form, *path, *value, *why, *text, *facts;
	const char *field;		/* of a finding; "note" of an answer */
	const char *automatic;		/* default, trigger, once */
	struct id object;		/* finding, evidence, instance */
	struct hash ref;		/* freeze, or what a reservation is about */
	const struct json *body;	/* whole payload; only for ops that are not content,
					 * and evidence.*; else NULL */
};

struct visit_member {
	const char *name;
	const char *cert;		/* may be NULL */
	bool wrote;			/* has content in the visit */
};

struct visit_form {
	const char *id, *version;
	struct hash digest;
	const struct form *form;	/* NULL: not here */
};

/* Facts of visit.start (of assign while planned). */
struct visit_facts {
	const char *kind_id;
	const struct visit_kind *kind;	/* NULL: unknown here */
	const char *subject, *uscc, *no_uscc, *cma, *address;
	const char *division, *place;
	char campaigns[CAMPAIGN_TEXT];	/* codes parted by blanks; "" none */
	const char *follows;		/* visit id as text, or NULL */
	const char *from, *until;	/* of the assignment */
	struct id planner, approver;	/* persons; zero: none */
	const struct visit_member *team;
	int team_count;
	const struct visit_form *forms;
	int form_count;
};

enum sign_how {
	SIGN_MISSING = 0,
	SIGN_SIGNED,
	SIGN_UNSIGNED,			/* recorded by a signer as unable */
};

struct visit_freeze {
	const struct visit_entry *entry;	/* entry->id is the seal id */
	int round;
	bool voided;
	bool sealed;
	bool overtaken;			/* a later round was sealed */
	const enum sign_how *signs;	/* by row of the team */
	int signed_count;
	bool party_asked;
	const struct visit_entry *party;	/* NULL: none */
	enum visit_outcome outcome;	/* of the visit, under this freeze */
	const struct view *view;	/* what it fixed: never changes (S1) */
};

FJ_MUST enum fj_rc visit_new(const struct id *stream, const struct model_env *env,
    struct visit **out, struct fj_err *e);
void visit_free(struct visit **v);

/*
 * FJ_OK also for an entry that is already there and for one that will have no
 * effect.  FJ_INVAL "model.stream" when it is of another stream; a payload
 * that fails the gate is kept as inert ("model.payload").
 * An append that extends everything known is settled at once (O(1)); anything
 * else waits for visit_settle.
 */
FJ_MUST enum fj_rc visit_add(struct visit *v, const struct entry *en, unsigned flags,
    struct fj_err *e);
/* Brings the state up to date; cheap when nothing is pending. */
void visit_settle(struct visit *v);
bool visit_pending(const struct visit *v);
/* The roster or the forms changed: everything is computed anew. */
void visit_reset_env(struct visit *v, const struct model_env *env);

/* ---- answers; all need a settled visit ---- */
const struct id *visit_id(const struct visit *v);
const struct model_env *visit_env(const struct visit *v);
enum visit_state visit_state(const struct visit *v);
const char *visit_state_id(enum visit_state s);		/* "open" … */
int visit_round(const struct visit *v);
bool visit_forked(const struct visit *v);
const struct visit_facts *visit_facts(const struct visit *v);

/* What counts now: of the open round, or what the freeze fixed. */
const struct view *visit_now(const struct visit *v);
/* What the freeze of round n fixed; NULL when none is sealed (S1). */
const struct view *visit_sealed(const struct visit *v, int round);

size_t visit_freeze_count(const struct visit *v);
const struct visit_freeze *visit_freeze_at(const struct visit *v, size_t i);
const struct visit_freeze *visit_freeze_find(const struct visit *v, const struct hash *id);
/* The one that screens show: of the present round; NULL when open. */
const struct visit_freeze *visit_freeze_now(const struct visit *v);
/* The newest sealed one, on which supervisors decide; NULL. */
const struct visit_freeze *visit_freeze_sealed(const struct visit *v);

/* Decisions that stand on the newest sealed freeze. */
int visit_approvals(const struct visit *v);		/* levels approved */
const struct visit_entry *visit_approval(const struct visit *v, int level);
const struct visit_entry *visit_return(const struct visit *v);	/* NULL */
const struct visit_entry *visit_assignment(const struct visit *v);
/* Division to which the review was last escalated; NULL. */
const char *visit_escalated(const struct visit *v);

/* Every entry, in canonical order: hybrid clock, then id. */
size_t visit_entry_count(const struct visit *v);
const struct visit_entry *visit_entry_at(const struct visit *v, size_t i);
const struct visit_entry *visit_entry_find(const struct visit *v, const struct hash *id);
/* By prefix of the hex id or of the first 8 Crockford characters (≥ 4).
 * FJ_NOTFOUND "model.no-entry", FJ_AMBIGUOUS "model.ambiguous". */
FJ_MUST enum fj_rc visit_entry_prefix(const struct visit *v, const char *prefix,
    const struct visit_entry **out, struct fj_err *e);
/* Code and arguments of why it has no effect or waits; false: it counts. */
bool visit_entry_reason(const struct visit *v, const struct visit_entry *en,
    struct fj_err *out);
size_t visit_count_status(const struct visit *v, enum entry_status s);
/* Ids of late entries of rounds that are frozen, canonical order. */
size_t visit_late(const struct visit *v, const struct visit_entry **out, size_t max);

/* Head of a chain (the longest branch); false: no such chain. */
bool visit_head(const struct visit *v, const struct id *dev, struct chain_head *out);
/* The row of the team for these; -1. */
int visit_member_of(const struct visit *v, const char *cert, const char *name);

/* The settled state as text, one fact a line: same set, same bytes (S4). */
void visit_digest_text(const struct visit *v, struct fj_buf *b);

#endif
