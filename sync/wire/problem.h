/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals: RFC 9457 problems (PROTOCOL.md section 8).  `type` is
 * "urn:feijian:problem:" and a name of the table; the client acts by the type,
 * never by the text, and by the status class where it does not know the type.
 */
#ifndef FJ_WIRE_PROBLEM_H
#define FJ_WIRE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/json.h"

#define PROBLEM_PREFIX "urn:feijian:problem:"
#define PROBLEM_MEDIA "application/problem+json"

/* What the client does. */
enum reaction {
	REACT_LATER,		/* wait (Retry-After, back-off), then the same again */
	REACT_WAIT_HOUR,	/* the operator must act: wait an hour, show */
	REACT_STOP,		/* stop and show: a fault of the program, or a refusal */
	REACT_UPDATE,		/* other version: stop, show "update" */
	REACT_SESSION,		/* a new session, once */
	REACT_CLOCK,		/* a session with the hub's time, once; flag the clock */
	REACT_NEW_CODE,		/* ask for a new code */
	REACT_ENROL,		/* never enrolled there: enrol */
	REACT_ENDED,		/* by `mode`: retired = push on, pull no more; lost = lock */
	REACT_DROP,		/* drop this step; evidence: the entry first, then create */
	REACT_ANEW,		/* forget the cursor, offer everything */
	REACT_FROM,		/* send this chain from `have` + 1 */
	REACT_OFFSET,		/* HEAD, go on from there */
	REACT_ENTRY_FIRST,	/* push the entry that names it, then again */
	REACT_STOP_FILE,	/* this file stops, shown; the rest goes on */
	REACT_FILE_AGAIN,	/* check the file, start it again once, then show */
	REACT_SET_ASIDE,	/* this chain is set aside and shown; the rest goes on */
	REACT_SMALLER,		/* smaller batches; a single run: set aside */
};

struct problem_type {
	const char *name;	/* "offset-mismatch", … */
	int status;		/* HTTP status it comes with; 0: only inside a result */
	enum reaction reaction;
	const char *title;	/* short English, for logs and foreign clients */
};

const struct problem_type *problem_at(size_t i);	/* NULL past the end */
const struct problem_type *problem_find(const char *name);	/* or the whole type */
/* For a type that this version does not know. */
enum reaction problem_reaction(int status);

enum { PROBLEM_TEXT = 512, PROBLEM_NAME = 64, PROBLEM_END = 1536 };

/* Numbers that are not there are -1, texts "". */
struct problem {
	const struct problem_type *type;	/* NULL: unknown here; name says it */
	char name[PROBLEM_NAME];
	int status;
	char detail[PROBLEM_TEXT];
	bool has_time;
	struct instant time;			/* the hub's: clock-skew */
	char mode[16];				/* ended-device */
	char end[PROBLEM_END];			/* ended-device: hex of the roster entry | sig */
	char supported[32];			/* other-version: "1,2" */
	int64_t have, epoch, offset, limit, retry_after;
};

/* name is of the table; other-version says at once what is supported. */
void problem_init(struct problem *p, const char *name);
/* What the client does about it. */
enum reaction problem_react(const struct problem *p);
void problem_write(const struct problem *p, struct fj_buf *out);
void problem_write_value(const struct problem *p, struct json_w *w);
/* FJ_CORRUPT "wire.problem": not one; then go by the status alone. */
FJ_MUST enum fj_rc problem_read(const char *text, size_t n, struct problem *out,
    struct fj_err *e);
bool problem_read_value(const struct json *v, struct problem *out);

#endif
