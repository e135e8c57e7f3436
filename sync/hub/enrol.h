/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invitations and enrolment (PROTOCOL.md section 3).  The hub keeps what is made
 * of the code (K1, K2), never the code.
 */
#ifndef FJ_HUB_ENROL_H
#define FJ_HUB_ENROL_H

#include "hub/hub.h"
#include "hub/reply.h"

enum {
	INVITE_WRONG_MAX = 5,
	INVITE_HOURS = 24,
};

/* A new code for one person; shown once.  FJ_NOTFOUND "hub.no-person" {id};
 * FJ_REFUSED "hub.person-disabled" {id}. */
FJ_MUST enum fj_rc enrol_invite(struct hub *h, const struct id *person,
    char code[INVITE_TEXT + 1], struct fj_err *e);

/* POST /v1/enrol */
FJ_MUST enum fj_rc enrol_answer(struct hub *h, const struct ask *a, struct reply *r,
    struct fj_err *e);

#endif
