/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May this person do this now, and if so: the payload to append.  Bases are
 * computed here.  A refusal says which state, role, reason or member is wrong;
 * it never leaves a half-written payload.
 *
 * The visit must be settled and must know everything that the caller holds.
 */
#ifndef FJ_MODEL_DECIDE_H
#define FJ_MODEL_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/id.h"
#include "entry/payload.h"
#include "model/ops.h"
#include "model/visit.h"

/* Who acts: the key, and what its hello says or will say. */
struct actor {
	struct id dev;
	const char *name;
	const char *cert;		/* NULL or "": none */
};

struct command_form {
	const char *id, *version;
	struct hash digest;
};

struct command_member {
	const char *name;
	const char *cert;		/* NULL or "" : none */
};

struct command_start {
	const char *kind;
	const char *subject, *uscc, *no_uscc, *cma, *address;	/* NULL or "": none */
	const char *division, *place;
	const char *campaigns;		/* codes, model/campaigns.h; NULL or "": none */
	const struct id *follows;	/* NULL */
	const struct command_member *team;
	size_t team_count;
	const struct command_form *forms;
	size_t form_count;
	struct hash kinds, clauses;	/* digests of the data */
};

struct command_evidence {
	const char *name, *how, *by;
	const char *taken, *place, *origin, *use;	/* NULL: none */
	int64_t size;
	struct hash sha256, sm3;
};

struct command_on {			/* one place, of the three kinds */
	const char *form, *path;	/* NULL: not a path */
	struct id finding, evidence;	/* zero: not these */
};

/*
 * One command; which members an operation reads:
 *	OP_START	start
 *	OP_CANCEL	why
 *	OP_SET		form path value [note] [automatic] [why] [beside]
 *	OP_CLEAR	form path [note] [why]
 *	OP_ADD		form path object = the instance
 *	OP_REMOVE	form path (of the instance, with {id}) [why]
 *	OP_RESOLVE	form path value [note], or object = finding and field,
 *			or object and flag = true, or outcome = true; take instead of
 *			value; why
 *	OP_RESERVATION	ref = the resolve, text
 *	OP_FINDING_SET	object field value [why]; stage goes through here too
 *	OP_FINDING_WITHDRAW	object why
 *	OP_FINDING_ESTABLISH	object why
 *	OP_EVIDENCE_ADD	object evidence on on_count
 *	OP_EVIDENCE_LINK	object on on_count
 *	OP_EVIDENCE_WITHDRAW	object why
 *	OP_OUTCOME	value facts
 *	OP_FLAG_RUN	object = the run, text = what is recorded of it, as a JSON object whose
 *			members join the payload
 *	OP_FLAG_SET	object = the flag, value = confirmed ruled-out open, why, text = the
 *			same for rule, subject, report_no, src, detail [flag]
 *	OP_FLAG_SAMPLE	object = the run, text = the same for n, of, seed, reports
 *	OP_FREEZE	[seen] zone
 *	OP_VOID		why [ref]
 *	OP_SIGN		[ref]
 *	OP_UNSIGNED	member why [ref]
 *	OP_PARTY	value = signed refused absent, [text = name] [why] [witness]
 *			objects object_count = papers [ref]
 *	OP_PRINTED	text = document, number, object = evidence
 *	OP_CORRECTION	text, document, number = page
 *	OP_REOPEN	why
 *	OP_COMMENT	text on [must]
 *	OP_RETURN	value = addendum | evidence, why, on on_count
 *	OP_APPROVE	value = disposition [why = accept] [level]
 *	OP_ESCALATE	value = division
 *	OP_CLOCK	value = back | forward, number = ms
 *	OP_ASSIGN	start (team, subject, kind, division) from until approver
 * ref zero: the freeze of the present state.
 */
struct command {
	enum visit_op op;
	const char *form, *path, *value, *why, *text, *facts, *field;
	const char *automatic, *witness, *document, *from, *until;
	bool note, outcome, must;
	bool flag;			/* object is a red flag (OP_RESOLVE) */
	bool beside;			/* a differing value beside a colleague's is meant */
	struct id object, approver;
	struct hash ref, take, seen;
	bool has_take, has_seen;
	int level;			/* 0: the next one */
	int zone;			/* minutes; of the freeze */
	int64_t number;
	const struct command_start *start;
	const struct command_evidence *evidence;
	const struct command_member *member;
	const struct command_on *on;
	size_t on_count;
	const struct id *objects;
	size_t object_count;
};

/*
 * FJ_OK: payload (emptied first) holds the entry's payload.
 * FJ_REFUSED "model.state" {op, state}, "model.role-*", "model.freeze-missing"
 * {count, first} (ask missing_list for all) …; FJ_CONFLICT "model.others-value"
 * {path, name, value}; FJ_DENIED "model.not-member" {name}, "model.not-supervisor";
 * FJ_INVAL "model.need-why" {op}, "model.value" …; FJ_NOTFOUND "model.no-finding" …
 */
FJ_MUST enum fj_rc decide(const struct visit *v, const struct actor *actor,
    const struct command *c, const struct stamp *at, struct fj_buf *payload,
    struct fj_err *e);

/* The same question without an answer in bytes: is the act open to him now?
 * For footers and lists of what can be done. */
bool decide_may(const struct visit *v, const struct actor *actor, enum visit_op op,
    struct fj_err *why_not);

/* Words that papers for the party never carry; NULL when text has none. */
const char *reserved_word(const char *text);

#endif
