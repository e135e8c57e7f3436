/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protocol version 0: the messages of push and pull, shared by client and hub.
 * Pure: bytes in, structs out.  Runs are in run.h, refusals in problem.h,
 * enrolment and sessions in enrol.h.
 *
 * Push (POST body: runs, WIRE_MEDIA_RUNS), answer:
 *	{"results":[{"stream","dev","first","count","state","have"?,"problem"?}],
 *	 "receipt"?:{"text","sig"},"cursor"?}
 * Listing (GET), answer:
 *	{"cursor","epoch","more":bool,"roster":n,
 *	 "streams":[{"kind","stream","heads":[{"dev","seq","id"}]}],"gone":[stream]?}
 * Pull of a stream (POST): {"after":[{"dev","seq","id"}]}, answer: runs.
 * Signed texts:	{"text","sig"}
 */
#ifndef FJ_WIRE_WIRE_H
#define FJ_WIRE_WIRE_H

#include "entry/receipt.h"
#include "wire/enrol.h"
#include "wire/problem.h"
#include "wire/run.h"

#define WIRE_MEDIA_RUNS "application/vnd.feijian.runs"
#define WIRE_MEDIA_JSON "application/json"

enum {
	WIRE_CURSOR = 256,
	WIRE_RUNS = 256,		/* runs of one push */
	WIRE_STREAMS = 1000,		/* streams of one listing */
	WIRE_HEADS = 4096,		/* heads of one message */
	WIRE_WAIT_MAX = 60,		/* seconds of a long poll */
	WIRE_UPLOAD_CHUNK = 1 << 20,
};

/* ---- a signed text: receipt or head ---- */
struct signed_text {
	char *text;			/* owned; NULL: none */
	size_t n;
	uint8_t sig[ENTRY_SIG];
};
void signed_text_release(struct signed_text *s);
void signed_text_write(const struct signed_text *s, struct fj_buf *out);
FJ_MUST enum fj_rc signed_text_read(const char *body, size_t n, struct signed_text *out,
    struct fj_err *e);

/* ---- push ---- */
enum push_state {
	PUSH_STORED,		/* new, durable */
	PUSH_KNOWN,		/* was there already */
	PUSH_GAP,		/* `have` + 1 comes next */
	PUSH_FORK,		/* stored, and another entry stands at a known seq */
	PUSH_REFUSED,		/* problem says why */
};
const char *push_state_name(enum push_state s);

struct push_result {
	struct id stream, dev;
	uint64_t first, count;
	enum push_state state;
	bool has_have, has_problem;
	uint64_t have;			/* newest seq of the chain at the hub */
	struct problem problem;
};

struct push_answer {
	struct push_result *results;	/* owned; in the order of the runs */
	size_t n;
	struct signed_text receipt;	/* of what is durable */
	char cursor[WIRE_CURSOR];	/* "": none */
};
void push_answer_write(const struct push_answer *a, struct fj_buf *out);
FJ_MUST enum fj_rc push_answer_read(const char *body, size_t n, struct push_answer *out,
    struct fj_err *e);
void push_answer_release(struct push_answer *a);

/* ---- pull ---- */
struct wire_head {
	struct id dev;
	uint64_t seq;
	struct hash id;
};

struct wire_stream {
	enum stream_kind kind;
	struct id stream;
	struct wire_head *heads;	/* owned */
	size_t nhead;
};

struct listing {
	char cursor[WIRE_CURSOR];
	uint64_t epoch;
	bool more;
	uint64_t roster;		/* entries of the roster that the hub holds */
	struct wire_stream *streams;	/* owned */
	size_t n;
	struct id *gone;		/* owned: no longer visible to the caller */
	size_t ngone;
};
void listing_write(const struct listing *l, struct fj_buf *out);
FJ_MUST enum fj_rc listing_read(const char *body, size_t n, struct listing *out,
    struct fj_err *e);
void listing_release(struct listing *l);

void after_write(const struct wire_head *heads, size_t n, struct fj_buf *out);
/* *heads is owned by the caller (free). */
FJ_MUST enum fj_rc after_read(const char *body, size_t n, struct wire_head **heads,
    size_t *count, struct fj_err *e);

/* All readers: FJ_INVAL "wire.json" {line, column}, "wire.member" {member};
 * FJ_LIMIT "wire.limit" {member, limit}. */

#endif
