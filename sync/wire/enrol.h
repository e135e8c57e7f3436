/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolment and sessions.  What is protected by a MAC or a signature travels as
 * a JSON text inside a JSON string: its exact bytes are the truth, as everywhere.
 *
 *	POST /v0/enrol    {"request":text,"proof":hex,"mac":hex}
 *	  request         {"v":0,"lookup":4 chars,"suite","sign","kx","name","cert"?,"org"?,
 *	                   "continues"?,"time","random"}
 *	  proof           signature of H(request), purpose `device`
 *	  mac             HMAC(K1, request)
 *	answer            {"reply":text,"mac":hex}
 *	  reply           {"v":0,"root":hash,"hub":dev,"person":id,"name","cert"?,"org"?,
 *	                   "division"?,"recovery"?:{suite,kx},"ca"?:PEM,"time","roster":hex of runs}
 *	  mac             HMAC(K2, H(request) | reply)
 *	POST /v0/session  {"request":text,"sig":hex}
 *	  request         {"v":0,"dev","hub","time","random"}
 *	  sig             signature of H(request), purpose `session`
 *	answer            {"token":text,"expires","time","hub","epoch","roster":seq,"min":n?}
 *
 * An invite code is 24 Crockford characters: 4 to look it up, 20 of secret.
 * K1, K2 = HKDF(the 20 characters in lower case, salt = the 4, info =
 * "feijian/1/enrol/request", "feijian/1/enrol/reply").  The hub keeps K1 and K2 sealed,
 * never the code; the code never crosses the wire.
 */
#ifndef FJ_WIRE_ENROL_H
#define FJ_WIRE_ENROL_H

#include "entry/roster.h"

enum {
	WIRE_PROTOCOL = 0,
	INVITE_TEXT = 24,
	INVITE_LOOKUP = 4,
	INVITE_SECRET = 20,
	INVITE_SHOWN = 29,	/* in groups of four */
	WIRE_RANDOM = 16,
	WIRE_TOKEN = 512,
	WIRE_CA_BYTES = 65536,
	SESSION_SECONDS = 900,
	SESSION_SKEW_MS = 300000,	/* farther off: clock-skew */
};

struct enrol_keys {
	uint8_t k1[HASH_LEN];
	uint8_t k2[HASH_LEN];
};

/* Blanks and dashes are passed over, o i l read as 0 1 1.  out has 25 bytes. */
bool invite_normalise(const char *code, char out[INVITE_TEXT + 1]);
/* "abcd-efgh-…"; out has 30 bytes. */
void invite_show(const char *code, char out[INVITE_SHOWN + 1]);
/* code as invite_normalise left it.  Wipe keys after use. */
void enrol_keys_derive(uint8_t suite, const char *code, struct enrol_keys *out);

struct enrol_request {
	char lookup[INVITE_LOOKUP + 1];
	struct hello who;		/* key, name, cert, org, continues */
	struct instant time;
	uint8_t random[WIRE_RANDOM];
};

/* An envelope that was read: text is owned. */
struct enrol_envelope {
	char *text;
	size_t n;
	uint8_t proof[ENTRY_SIG];	/* of a request; zeros in a reply */
	uint8_t mac[HASH_LEN];
};

/* The whole body, and the request text, which the answer's MAC covers. */
FJ_MUST enum fj_rc enrol_request_write(const struct enrol_request *r,
    const struct enrol_keys *k, sign_fn sign, void *ctx, struct fj_buf *body,
    struct fj_buf *text, struct fj_err *e);
/* FJ_INVAL "wire.member" {member}, FJ_LIMIT, FJ_NEWER "wire.protocol". */
FJ_MUST enum fj_rc enrol_envelope_read(const char *body, size_t n, bool request,
    struct enrol_envelope *out, struct fj_err *e);
void enrol_envelope_release(struct enrol_envelope *v);
/* Before the MAC is known to be right, for its look-up alone. */
FJ_MUST enum fj_rc enrol_request_read(const struct enrol_envelope *v,
    struct enrol_request *out, struct fj_err *e);
/* FJ_DENIED "enrol.code": wrong MAC (counts against the code);
 * FJ_DENIED "enrol.proof": no possession of the key. */
FJ_MUST enum fj_rc enrol_request_check(const struct enrol_envelope *v,
    const struct enrol_request *r, const struct enrol_keys *k, struct fj_err *e);

struct enrol_reply {
	struct hash root;		/* fingerprint: the anchor */
	struct id hub, person;
	char name[LIMIT_NAME_BYTES + 1];
	char cert[LIMIT_NAME_BYTES + 1];
	char org[LIMIT_NAME_BYTES + 1];
	char division[SCOPE_TEXT + 1];
	bool has_recovery;
	struct roster_recovery recovery;
	char *ca;			/* owned; NULL: none */
	struct instant time;
	char *roster;			/* owned bytes: runs of one entry each */
	size_t nroster;
};

/* request: the text that came in. */
FJ_MUST enum fj_rc enrol_reply_write(const struct enrol_reply *r, uint8_t suite,
    const struct enrol_keys *k, const char *request, size_t nrequest,
    struct fj_buf *body, struct fj_err *e);
/* Check, then parse.  FJ_DENIED "enrol.reply": not from a hub that knows the code. */
FJ_MUST enum fj_rc enrol_reply_read(const char *body, size_t n, uint8_t suite,
    const struct enrol_keys *k, const char *request, size_t nrequest,
    struct enrol_reply *out, struct fj_err *e);
void enrol_reply_release(struct enrol_reply *r);

struct session_request {
	struct id dev, hub;
	struct instant time;
	uint8_t random[WIRE_RANDOM];
};

FJ_MUST enum fj_rc session_request_write(const struct session_request *r, uint8_t suite,
    sign_fn sign, void *ctx, struct fj_buf *body, struct fj_err *e);
/* Parse; text and sig are for session_request_check, once the key is known. */
FJ_MUST enum fj_rc session_request_read(const char *body, size_t n,
    struct session_request *out, struct enrol_envelope *v, struct fj_err *e);
FJ_MUST enum fj_rc session_request_check(const struct enrol_envelope *v,
    const struct identity_public *key, struct fj_err *e);

struct session_reply {
	char token[WIRE_TOKEN];
	struct instant expires, time;
	struct id hub;
	uint64_t epoch;
	uint64_t roster;		/* entries of the roster that the hub holds */
	int min;			/* oldest protocol it speaks */
};

void session_reply_write(const struct session_reply *r, struct fj_buf *out);
FJ_MUST enum fj_rc session_reply_read(const char *body, size_t n,
    struct session_reply *out, struct fj_err *e);

#endif
