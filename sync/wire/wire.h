/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protocol version 1 (PROTOCOL.md): messages of push, pull and evidence, shared
 * by client and hub.  Pure: bytes in, structs out.  Runs: run.h; bodies of
 * items: items.h; refusals: problem.h; enrolment and sessions: enrol.h.
 *
 * All readers: FJ_INVAL "wire.json" {line, column}, "wire.member" {member};
 * FJ_LIMIT "wire.limit" {member, limit}.
 */
#ifndef FJ_WIRE_WIRE_H
#define FJ_WIRE_WIRE_H

#include "entry/receipt.h"
#include "wire/enrol.h"
#include "wire/items.h"
#include "wire/problem.h"
#include "wire/run.h"

enum {
	WIRE_CURSOR = 256,
	WIRE_RUNS = 256,		/* runs of one push */
	WIRE_STREAMS = 500,		/* streams of a page of the listing */
	WIRE_RECEIPTS = 1024,		/* of one answer */
	WIRE_HEADS = 512,		/* of one `have` */
	WIRE_HAVE_BYTES = 32768,	/* of one `have` in a URL */
	WIRE_WAIT_MAX = 25,		/* seconds */
	WIRE_FILES = 100000,		/* evidence of one visit */
	WIRE_ID16 = 8,			/* bytes of an id that `have` carries */
	WIRE_RECEIPT_BYTES = 1 << 20,	/* of receipts in one answer with runs */
};

/* A signed text (receipt, head) is an envelope with sig. */

/* ---- push ---- */
enum push_state { PUSH_STORED, PUSH_KNOWN, PUSH_GAP, PUSH_FORK, PUSH_REFUSED };
const char *push_state_name(enum push_state s);

struct push_result {
	enum push_state state;
	struct id stream, dev;
	uint64_t have;			/* newest seq of the chain at the hub; 0: none */
	bool has_id;
	struct hash id;			/* of that entry */
	bool has_problem;
	struct problem problem;
};

struct push_answer {
	struct push_result *results;	/* owned; in the order of the runs */
	size_t n;
	struct envelope *receipts;	/* owned */
	size_t nreceipt;
	struct envelope head;		/* text NULL: none */
};
void push_answer_write(const struct push_answer *a, struct fj_buf *out);
FJ_MUST enum fj_rc push_answer_read(const char *body, size_t n, struct push_answer *out,
    struct fj_err *e);
void push_answer_release(struct push_answer *a);

/* ---- pull ---- */
struct listed {
	struct id stream;
	uint64_t position;
};

struct listing {
	char cursor[WIRE_CURSOR];
	bool more;
	uint64_t epoch;
	uint64_t roster;		/* number of the newest roster row */
	struct listed *streams;		/* owned */
	size_t n;
	struct envelope head;		/* text NULL: none */
};
void listing_write(const struct listing *l, struct fj_buf *out);
FJ_MUST enum fj_rc listing_read(const char *body, size_t n, struct listing *out,
    struct fj_err *e);
void listing_release(struct listing *l);

/* `have`: dev.seq.id16 joined by commas. */
struct have {
	struct id dev;
	uint64_t seq;
	uint8_t id[WIRE_ID16];		/* first bytes of the id at seq */
};
void have_write(const struct chain_head *heads, size_t n, struct fj_buf *out);
/* "" is none.  *out is owned by the caller (free). */
FJ_MUST enum fj_rc have_read(const char *text, size_t n, struct have **out, size_t *count,
    struct fj_err *e);
bool have_matches(const struct have *h, const struct hash *id);

/* ---- {"head":signed text}, {"receipt":signed text} ---- */
void signed_write(const char *member, const struct envelope *v, struct fj_buf *out);
FJ_MUST enum fj_rc signed_read(const char *body, size_t n, const char *member,
    struct envelope *out, struct fj_err *e);

/* ---- evidence of a visit at the hub ---- */
struct wire_file {
	struct id evidence;
	struct hash sha256;
	uint64_t size, offset;
	bool done;
};
void files_write(const struct wire_file *f, size_t n, struct fj_buf *out);
/* *out is owned by the caller (free). */
FJ_MUST enum fj_rc files_read(const char *body, size_t n, struct wire_file **out,
    size_t *count, struct fj_err *e);

#endif
