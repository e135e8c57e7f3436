/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who writes to which upload: a newer HEAD or PATCH takes over from a half-open one,
 * whichever process of the hub it comes to.  A claim is a row of the store; it holds as
 * long as no newer one was taken.  What was taken here is remembered, so that most
 * bytes need not ask the store; this is a handle of the store of its own, for any
 * thread, inside transactions of others too.
 */
#ifndef FJ_HUB_CLAIMS_H
#define FJ_HUB_CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "base/rc.h"

struct claims;

enum {
	CLAIM_BYTES = 1 << 18,
	CLAIM_MS = 500,
};

/* When the store was asked last; zero: never. */
struct claim_watch {
	size_t bytes;		/* since then */
	int64_t ms;		/* monotonic */
};

/* The store is opened when it is first needed. */
struct claims *claims_new(const char *url);
void claims_free(struct claims **c);
FJ_MUST enum fj_rc claims_take(struct claims *c, const struct id *visit,
    const struct id *evidence, uint64_t *claim, struct fj_err *e);
/* Whoever writes to it writes no more. */
FJ_MUST enum fj_rc claims_break(struct claims *c, const struct id *visit,
    const struct id *evidence, struct fj_err *e);
/* The same, where the store's upload_drop takes care of its row. */
void claims_forget(struct claims *c, const struct id *visit, const struct id *evidence);
/* Nobody took it over.  Asks the store. */
FJ_MUST enum fj_rc claims_hold(struct claims *c, const struct id *visit,
    const struct id *evidence, uint64_t claim, bool *held, struct fj_err *e);
/*
 * The same for each n bytes of many: a takeover in this process shows at once, one in
 * another within CLAIM_BYTES or CLAIM_MS.  A store that cannot be asked is asked again
 * at the next bytes; meanwhile it holds.
 */
bool claims_still(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim, struct claim_watch *w, size_t n);
/* Only this one.  A row that cannot be dropped now is taken over by the next. */
void claims_drop(struct claims *c, const struct id *visit, const struct id *evidence,
    uint64_t claim);

#endif
