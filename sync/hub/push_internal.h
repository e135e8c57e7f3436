/* SPDX-License-Identifier: Apache-2.0 */
/* Private to push.c and push_prepare.c. */
#ifndef FJ_HUB_PUSH_INTERNAL_H
#define FJ_HUB_PUSH_INTERNAL_H

#include "hub/push.h"

/* One run as it came. */
struct push_run {
	struct run *run;		/* NULL: could not be read */
	const char *refused;		/* the reason; NULL: none yet */
	bool proven;			/* its signature holds under the key of its chain */
	bool light;			/* nothing in it decides who may see the visit */
	struct stored_entry *row;	/* run->n */
	bool *fresh;
	struct fj_buf frames;		/* what row[].frame points into */
};

struct push {
	struct id dev;			/* of the caller */
	struct push_run *run;
	size_t n;
	size_t bytes;

	/* Of one attempt to store it. */
	struct hub *h;
	const struct roster_person *person;
	struct push_answer answer;	/* results: n of them */
	struct receipt_entry *named;	/* heads that this request made durable */
	size_t nnamed;
	uint64_t *old;			/* positions of receipts given before */
	size_t nold;
	struct push_stream *stream;	/* that get a receipt, in its order */
	size_t nstream;
};

struct push_stream {
	struct id stream;
	enum stream_kind kind;
	bool grew;			/* entries were stored; else only named */
	bool heavy;			/* who may see it is to be computed anew */
};

const char *push_verify_problem(const struct fj_err *e);
/* The key that the hello of a chain in this stream proves; FJ_NOTFOUND. */
FJ_MUST enum fj_rc push_chain_key(struct hub *h, const struct id *stream,
    const struct id *dev, struct identity_public *out, struct fj_err *e);
/* Signature and links, but for the clock of the entry before. */
FJ_MUST enum fj_rc push_verify(const struct run *run, const struct identity_public *key,
    struct fj_err *e);

#endif
