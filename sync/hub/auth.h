/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks: sessions, tokens, and the roster's row at this very request.
 * A token is dev | expiry | MAC in Crockford characters: any process with the
 * hub's key folder takes it, and nothing is kept.
 */
#ifndef FJ_HUB_AUTH_H
#define FJ_HUB_AUTH_H

#include "hub/hub.h"
#include "hub/reply.h"

enum {
	TOKEN_BYTES = ID_LEN + 8 + HASH_LEN,
	TOKEN_TEXT = (8 * TOKEN_BYTES + 4) / 5,
};

/* What a route asks of the caller. */
enum auth_need {
	AUTH_NONE,
	AUTH_PUSH,		/* retired devices too */
	AUTH_PULL,
};

struct caller {
	const struct roster_device *device;
	const struct roster_person *person;	/* not disabled */
};

void token_make(const struct hub *h, const struct id *dev, int64_t expires_ms,
    char out[TOKEN_TEXT + 1]);
bool token_check(const struct hub *h, const char *token, int64_t now_ms, struct id *dev);

/* True: go on.  False: the problem stands in r. */
bool auth_ask(struct hub *h, const struct ask *a, enum auth_need need,
    struct caller *out, struct reply *r);

/* POST /v1/session */
FJ_MUST enum fj_rc auth_session(struct hub *h, const struct ask *a, struct reply *r,
    struct fj_err *e);

#endif
