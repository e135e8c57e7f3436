/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals: RFC 9457 problems, media type application/problem+json.  `type` is
 * "urn:feijian:problem:" and a name of this table; the client acts by the type,
 * never by the text, and by the status alone where the type is unknown to it.
 */
#ifndef FJ_WIRE_PROBLEM_H
#define FJ_WIRE_PROBLEM_H

#include "base/buf.h"
#include "base/date.h"
#include "base/json.h"

#define PROBLEM_PREFIX "urn:feijian:problem:"
#define PROBLEM_MEDIA "application/problem+json"

/* What the client does; one for each type. */
enum reaction {
	REACT_LATER,		/* wait (Retry-After, back-off), then the same again */
	REACT_SESSION,		/* open a session, then the same again */
	REACT_CLOCK,		/* open a session with the hub's time, then again */
	REACT_SET_ASIDE,	/* this one thing is set aside and shown; the rest goes on */
	REACT_FROM,		/* send this chain from `have` + 1 */
	REACT_NEW_KEY,		/* this key writes no more: continue under a new one */
	REACT_LIST_ANEW,	/* forget the cursor, list from the start, offer all held */
	REACT_OFFSET,		/* ask for the offset (HEAD), then go on from it */
	REACT_CREATE,		/* create the upload anew */
	REACT_FIRST_ENTRY,	/* send the entry that names this evidence, then again */
	REACT_SMALLER,		/* the same in smaller requests */
	REACT_ENROL,		/* a new invite is needed: tell, and stop */
	REACT_DRAIN,		/* retired: push what is held, pull nothing, then end */
	REACT_END,		/* lost: remove the keys, stop */
	REACT_UPGRADE,		/* this program is too old: tell, and stop */
	REACT_STOP,		/* tell the user, stop this sync */
};

struct problem_type {
	const char *name;	/* "chain-gap", … */
	int status;		/* HTTP status it comes with */
	enum reaction reaction;
	const char *title;	/* short English, for logs and foreign clients */
};

/* In a fixed order; NULL past the end. */
const struct problem_type *problem_at(size_t i);
const struct problem_type *problem_find(const char *name);	/* or full type; NULL */
/* The reaction to a status whose type is not in the table. */
enum reaction problem_reaction(int status);
const char *reaction_name(enum reaction r);

enum { PROBLEM_TEXT = 512 };

/* A problem on the wire.  Members that are not there: has_* false, "" or -1. */
struct problem {
	const struct problem_type *type;	/* NULL: unknown to this version */
	char name[64];
	int status;
	char detail[PROBLEM_TEXT];
	bool has_have, has_time, has_epoch;
	uint64_t have;				/* seq the hub has of the chain */
	struct instant time;			/* the hub's */
	uint64_t epoch;
	int64_t offset;				/* of an upload */
	int64_t retry_after;			/* seconds */
	int64_t limit;				/* the limit that was passed */
};

void problem_init(struct problem *p, const char *name);	/* type and status */
void problem_write(const struct problem *p, struct fj_buf *out);
/* As a value inside another message. */
void problem_write_value(const struct problem *p, struct json_w *w);
/* FJ_CORRUPT "wire.problem": not one; the caller then goes by the status. */
FJ_MUST enum fj_rc problem_parse(const char *text, size_t n, struct problem *out,
    struct fj_err *e);
bool problem_read_value(const struct json *v, struct problem *out);

#endif
