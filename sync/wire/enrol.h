/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolment and sessions (PROTOCOL.md sections 3 and 4).  What a MAC or a
 * signature protects travels as a JSON text inside a JSON string: its exact
 * bytes are the truth, as everywhere.
 *
 * N1  the code and what is made of its secret never stand in a message.
 * N2  nothing of a request or reply is to be believed before its check.
 */
#ifndef FJ_WIRE_ENROL_H
#define FJ_WIRE_ENROL_H

#include "entry/hello.h"
#include "entry/roster.h"
#include "wire/problem.h"
#include "wire/version.h"

enum {
	WIRE_JSON_BYTES = 65536,	/* body of enrol and session requests */
	INVITE_TEXT = 24,
	INVITE_LOOKUP = 4,
	INVITE_SECRET = 20,
	INVITE_SHOWN = 29,		/* in groups of four with dashes */
	WIRE_RANDOM = 16,
	WIRE_TOKEN = 512,
	SESSION_SECONDS = 900,
	SESSION_SKEW_MS = 300000,	/* farther off: clock-skew */
};

/* ---- envelope {"text","mac"?,"sig"?} ---- */
struct envelope {
	char *text;			/* owned */
	size_t n;
	bool has_mac, has_sig;
	uint8_t mac[HASH_LEN];
	uint8_t sig[ENTRY_SIG];
};
void envelope_write(const struct envelope *v, struct fj_buf *out);
/* The same as a value inside another message. */
void envelope_write_value(const struct envelope *v, struct json_w *w);
FJ_MUST enum fj_rc envelope_read(const char *body, size_t n, struct envelope *out,
    struct fj_err *e);
bool envelope_read_value(const struct json *v, struct envelope *out);
void envelope_release(struct envelope *v);

/* ---- the code ---- */
struct enrol_keys {
	uint8_t k1[HASH_LEN];
	uint8_t k2[HASH_LEN];
};
/* 24 upper-case characters; blanks and dashes are passed over, o i l are 0 1 1. */
bool invite_normalise(const char *code, char out[INVITE_TEXT + 1]);
void invite_show(const char *code, char out[INVITE_SHOWN + 1]);
/* code as invite_normalise left it.  The caller wipes the keys. */
void enrol_keys_derive(uint8_t suite, const char *code, struct enrol_keys *out);

/* ---- enrol ---- */
struct enrol_request {
	char lookup[INVITE_LOOKUP + 1];
	struct hello who;		/* key, name, cert, org, continues */
	uint8_t random[WIRE_RANDOM];
};
/* Writes the text; MAC and signature come from k and sign.  v is released by the
 * caller, who keeps it: the reply's MAC covers its text. */
FJ_MUST enum fj_rc enrol_request_make(const struct enrol_request *r,
    const struct enrol_keys *k, sign_fn sign, void *ctx, struct envelope *v,
    struct fj_err *e);
/* Only to find the code by `lookup`: believe nothing yet. */
FJ_MUST enum fj_rc enrol_request_read(const struct envelope *v,
    struct enrol_request *out, struct fj_err *e);
/* FJ_DENIED "enrol.code": wrong MAC, counts against the code;
 * FJ_DENIED "enrol.proof": the key is not held;  "entry.weak-key". */
FJ_MUST enum fj_rc enrol_request_check(const struct envelope *v,
    const struct enrol_request *r, const struct enrol_keys *k, struct fj_err *e);

struct enrol_reply {
	struct id hub, device, person;
	uint64_t epoch;
	uint8_t root_suite;
	struct pubkey root_sign;
	struct hash root;		/* fingerprint: read() has compared it with the key */
	char name[LIMIT_NAME_BYTES + 1];
	char cert[LIMIT_NAME_BYTES + 1];
	char org[LIMIT_NAME_BYTES + 1];
	unsigned roles;
	int nscope;
	char scopes[ROSTER_SCOPES][SCOPE_TEXT + 1];
	char *roster;			/* owned: items as in items.h */
	size_t nroster;
	char *ca;			/* owned PEM; NULL: none */
};
FJ_MUST enum fj_rc enrol_reply_make(const struct enrol_reply *r, uint8_t suite,
    const struct enrol_keys *k, const struct envelope *request, struct envelope *v,
    struct fj_err *e);
/* MAC first, then parse, then root key against fingerprint.  FJ_DENIED "enrol.reply":
 * not from a hub that knows the code; FJ_CORRUPT "enrol.root". */
FJ_MUST enum fj_rc enrol_reply_open(const struct envelope *v, uint8_t suite,
    const struct enrol_keys *k, const struct envelope *request,
    struct enrol_reply *out, struct fj_err *e);
void enrol_reply_release(struct enrol_reply *r);
/*
 * The roster of a reply put into a roster anchored at its root, and the row of
 * one's own key found in it: the same person, the same keys, not ended.
 * FJ_DENIED "enrol.uncertified" {dev}; and what roster_add answers.
 */
FJ_MUST enum fj_rc enrol_reply_roster(const struct enrol_reply *r,
    const struct identity_public *me, struct roster **out, struct fj_err *e);

/* ---- session ---- */
struct session_request {
	struct id dev, hub;
	struct instant time;
	uint8_t random[WIRE_RANDOM];
};
FJ_MUST enum fj_rc session_request_make(const struct session_request *r, uint8_t suite,
    sign_fn sign, void *ctx, struct envelope *v, struct fj_err *e);
FJ_MUST enum fj_rc session_request_read(const struct envelope *v,
    struct session_request *out, struct fj_err *e);
/* FJ_DENIED "session.signature" {dev}. */
FJ_MUST enum fj_rc session_request_check(const struct envelope *v,
    const struct identity_public *key, struct fj_err *e);
bool session_in_time(const struct session_request *r, struct instant now);

struct session_reply {
	char token[WIRE_TOKEN];
	struct instant expires, time;
	uint64_t epoch;
	enum end_mode ended;		/* END_NONE or END_RETIRED */
	char end[PROBLEM_END];		/* its proof, as in the problem; or "" */
};
void session_reply_write(const struct session_reply *r, struct fj_buf *out);
FJ_MUST enum fj_rc session_reply_read(const char *body, size_t n,
    struct session_reply *out, struct fj_err *e);

/* ---- GET /v1/hub ---- */
struct hub_info {
	bool speaks_ours;		/* WIRE_PROTOCOL is in `protocol` */
	char protocols[32];		/* "1" or "1,2" */
	unsigned features;		/* enum wire_feature; names not known are passed over */
	struct id hub;
	struct hash root;
	uint64_t epoch;
	struct instant time;
};
void hub_info_write(const struct hub_info *h, struct fj_buf *out);
FJ_MUST enum fj_rc hub_info_read(const char *body, size_t n, struct hub_info *out,
    struct fj_err *e);

/* All readers: FJ_INVAL "wire.json" {line, column}, "wire.member" {member}; FJ_LIMIT
 * "wire.limit" {member, limit}; FJ_NEWER "wire.protocol" {n}. */

#endif
