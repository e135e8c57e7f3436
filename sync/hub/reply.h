/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked and what is answered, without HTTP: http.c fills the first and
 * sends the second.
 */
#ifndef FJ_HUB_REPLY_H
#define FJ_HUB_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/json.h"
#include "base/rc.h"
#include "wire/problem.h"

enum {
	REPLY_HEADERS = 8,
};

struct ask {
	struct id one, two;		/* of the path */
	struct hash digest;
	const char *bearer;		/* token, or NULL */
	const char *cursor, *have, *after, *receipts;	/* of the query, or NULL */
	const char *from;		/* the same: digest of an older version, or position */
	const char *to, *leaf, *size;	/* the same: positions */
	int wait;			/* seconds */
	const char *etag;		/* If-None-Match, or NULL */
	const char *checksum, *metadata;	/* Upload-Checksum, Upload-Metadata, or NULL */
	bool scratch;			/* an upload of no visit; its id is `one` */
	const char *peer;		/* address, for the rate of enrolments */
	const char *body;
	size_t nbody;
	bool last;			/* a long poll: answer now, whatever there is */
};

struct reply_header {
	const char *name;		/* constant */
	char value[128];
};

struct reply_read {			/* what it gives out, for the audit log (audit.h) */
	const char *act;		/* constant; NULL: nothing that is noted */
	struct id person, dev, stream, evidence;
	bool has_evidence;
};

struct reply {
	int status;
	const char *media;		/* constant; NULL: no body */
	struct fj_buf body;
	struct reply_header header[REPLY_HEADERS];
	int nheader;
	int fd;				/* a file instead of body, or -1 */
	uint64_t from, length;		/* of it */
	bool park;			/* nothing to say yet: ask again later */
	struct reply_read read;
	char *metadata;			/* Upload-Metadata, or NULL; the reply's */
};

void reply_init(struct reply *r);
void reply_release(struct reply *r);
void reply_header(struct reply *r, const char *name, const char *value);
void reply_header_u64(struct reply *r, const char *name, uint64_t value);
void reply_json(struct reply *r);		/* 200, the body is JSON */

/* A problem of the table; what was in r before goes. */
void reply_problem(struct reply *r, const char *name);
/* The same with members set by the caller. */
void reply_problem_of(struct reply *r, const struct problem *p);
/* What a failure below becomes: full, retry-later, internal, not-found. */
void reply_failure(struct reply *r, const struct fj_err *e);

#endif
