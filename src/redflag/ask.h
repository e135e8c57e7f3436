/* SPDX-License-Identifier: Apache-2.0 */
/* What a screen asks of a sealed store: the day of an instrument or a person, and what
 * a statistical rule saw. */
#ifndef FJ_REDFLAG_ASK_H
#define FJ_REDFLAG_ASK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/rc.h"
#include "redflag/store.h"

enum {
	ASK_BARS = 400,			/* of one day; later ones are left out */
};

/*
 * Tests on the day of this row of test_run, by start, on its instrument or (person) by
 * its operator: {"what":W,"day":D,"bars":[[LABEL,OTHER,FROM,TO,SRC],…]}.
 * FJ_NOTFOUND "redflag.no-timeline".
 */
FJ_MUST enum fj_rc ask_timeline(struct store *s, int64_t src, bool person, struct fj_buf *out,
    struct fj_err *e);

enum ask_dist {
	ASK_DIGITS,			/* last digits of measured values */
	ASK_LIMIT,			/* results around the upper limit, in hundredths of it */
	ASK_REPLICATES,			/* identical, different */
};
/*
 * Of one person, of the parameter with which detail begins, against all others; what is
 * expected has the same sum as what was seen:
 * {"kind":K,"param":P,"bins":[[LABEL,SEEN,EXPECTED],…]}.
 * FJ_NOTFOUND "redflag.no-dist".
 */
FJ_MUST enum fj_rc ask_distribution(struct store *s, enum ask_dist kind, const char *person,
    const char *detail, struct fj_buf *out, struct fj_err *e);

#endif
