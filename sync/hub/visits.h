/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Visits as the model sees them, loaded on demand and kept for a while; and the
 * summary of each beside its stream, by which every query is guarded.
 */
#ifndef FJ_HUB_VISITS_H
#define FJ_HUB_VISITS_H

#include <stdbool.h>

#include "base/id.h"
#include "base/rc.h"
#include "entry/roster.h"
#include "model/summary.h"
#include "model/visit.h"

struct hub;
struct visits;

FJ_MUST enum fj_rc visits_new(struct hub *h, struct visits **out, struct fj_err *e);
void visits_free(struct visits **v);

/* Forget one (a transaction was rolled back), or NULL: all (the roster moved). */
void visits_forget(struct visits *v, const struct id *stream);

/*
 * The summary text to store beside the stream, of the entries that the store holds
 * now; inside a transaction also of those put in it.  push.c does not ask after
 * entries that cannot change who may see the visit, so what else a stored summary
 * counts (answers, findings, evidence) may lag behind.
 */
FJ_MUST enum fj_rc visits_summary(struct visits *v, const struct id *stream,
    struct fj_buf *out, struct fj_err *e);

/* may_see and may_write over the stored summary.  A stream that is no visit or
 * whose summary cannot be read is seen by nobody. */
bool visits_may_see(const char *facts, const struct roster_person *p);
/* visits_may_see for listings: remembers what it answered to whom about which facts. */
bool visits_lists(struct visits *v, const struct id *stream, const char *facts,
    const struct roster_person *p);
bool visits_may_write(const char *facts, const struct roster_person *p);

/* The evidence that an entry of a member names; false: none does. */
struct visit_file {
	struct hash sha256, sm3;
	int64_t size;
	struct id dev;			/* who wrote the entry */
};
FJ_MUST enum fj_rc visits_file(struct visits *v, const struct id *stream,
    const struct id *evidence, struct visit_file *out, bool *found, struct fj_err *e);

#endif
