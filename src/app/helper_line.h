/* SPDX-License-Identifier: Apache-2.0 */
/* One line that the helper said, behind a strict gate: P1 of app/helper.h. */
#ifndef FJ_APP_HELPER_LINE_H
#define FJ_APP_HELPER_LINE_H

#include "app/helper.h"

enum helper_said {
	HELPER_SAID_NOTHING,	/* that is in the protocol */
	HELPER_SAID_MORE,	/* an event, given to fn */
	HELPER_SAID_ENOUGH,	/* the same, and fn wants no more */
	HELPER_SAID_DONE,
	HELPER_SAID_ERROR,	/* the answer and *e are its own */
};

FJ_MUST enum fj_rc helper_line(const char *p, size_t n, helper_fn fn, void *ctx,
    enum helper_said *said, struct fj_err *e);

#endif
