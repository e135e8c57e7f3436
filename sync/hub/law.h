/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds and clauses that the hub has published, by digest: a visit is judged by those
 * that it was begun with, on a hub as on every device.
 */
#ifndef FJ_HUB_LAW_H
#define FJ_HUB_LAW_H

#include "base/id.h"
#include "model/clauses.h"
#include "model/kinds.h"

struct hub;
struct law;

struct law *law_new(void);
void law_free(struct law **l);
/* Reads what the roster has named since; asks the store.  One that cannot be read is
 * passed over: the tables of the program stand in for it.  When the store fails, the
 * next call goes on. */
FJ_MUST enum fj_rc law_refresh(struct law *l, struct hub *h, struct fj_err *e);
/* NULL: not published here. */
const struct kinds *law_kinds(const struct law *l, const struct hash *digest);
const struct clauses *law_clauses(const struct law *l, const struct hash *digest);

#endif
