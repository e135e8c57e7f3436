/* SPDX-License-Identifier: Apache-2.0 */
/* The data of the law inside the program, for work that has no workspace. */
#ifndef FJ_APP_LAWDATA_H
#define FJ_APP_LAWDATA_H

#include "base/buf.h"
#include "base/rc.h"
#include "form/form.h"
#include "model/clauses.h"

/* Freed with clauses_free.  FJ_BUG app.embedded: the program was built without. */
FJ_MUST enum fj_rc lawdata_clauses(struct clauses **out, struct fj_err *e);
/* Holidays for working-day(); freed with form_calendar_free. */
FJ_MUST enum fj_rc lawdata_calendar(struct form_calendar **out, struct fj_err *e);
/* The digest by which a form is known, as 64 hex digits. */
void lawdata_digest(const void *p, size_t n, char out[65]);
/* {"clauses":[ID…]}: the option of the helper's job "rulecheck", appended. */
void lawdata_clause_ids(const struct clauses *all, struct fj_buf *out);

#endif

