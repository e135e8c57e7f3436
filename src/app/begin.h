/* SPDX-License-Identifier: Apache-2.0 */
/* What a visit begins with and what an assignment plans: checked and made alike. */
#ifndef FJ_APP_BEGIN_H
#define FJ_APP_BEGIN_H

#include "app/internal.h"
#include "base/limits.h"

enum {
	BEGIN_FORMS = 16,
};

struct begin {
	struct command_start start;	/* points into the rest, and at the caller's strings */
	struct command_form form[BEGIN_FORMS];
	const struct form *compiled[BEGIN_FORMS];
	struct command_member team[LIMIT_TEAM];
	struct division division;
};

/* Kind, team, division, forms; neither the subject's code nor whether I am in the team. */
FJ_MUST enum fj_rc begin_prepare(struct app *a, const struct app_new_visit *v,
    struct begin *b, struct fj_err *e);
/* The first entry of mine into a stream, new or planned. */
FJ_MUST enum fj_rc visit_open_with(struct app *a, const struct id *id,
    const struct command *c, struct fj_err *e);

/* assign.c: fill in from the assignment what v leaves out, then begin. */
FJ_MUST enum fj_rc assign_take_over(struct app *a, const struct app_new_visit *v,
    struct id *out, enum fj_rc (*begin)(struct app *a, const struct app_new_visit *v,
    struct id *id, struct fj_err *e), struct fj_err *e);

#endif
