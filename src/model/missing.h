/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a freeze still lacks, for this kind and outcome (forms/visit-kinds.json),
 * and what a frozen visit lacks to be sealed.  Each row has a sentence's code
 * and the place where it is mended.
 */
#ifndef FJ_MODEL_MISSING_H
#define FJ_MODEL_MISSING_H

#include <stddef.h>

#include "base/id.h"
#include "base/rc.h"
#include "entry/payload.h"
#include "model/view.h"
#include "model/visit.h"

enum missing_where {
	MISSING_VISIT = 0,
	MISSING_PATH,			/* form and path: an answer */
	MISSING_EVIDENCE_AT,		/* form and path: evidence to attach */
	MISSING_FINDING,		/* finding, field may be "" */
	MISSING_DISPUTE,		/* a disagreement; path is its place as text */
	MISSING_TEAM,			/* row of the team in member */
};

struct missing {
	enum missing_where where;
	const char *form, *path;	/* "" when none; path with {id} */
	const char *shown;		/* path with [n], for people */
	struct id finding;
	const char *field;
	int member;
	struct fj_err err;		/* code and arguments, for text/msg */
};

struct missing_list {
	struct missing *v;
	size_t n, cap;
	void *own;			/* storage of the strings */
};

/* Everything that stands between the open visit and a freeze.  at is the clock
 * for computed answers.  Zero the list first. */
void missing_freeze(const struct visit *v, const struct stamp *at,
    struct missing_list *out);
/* Everything that stands between this freeze and its seal. */
void missing_seal(const struct visit *v, const struct visit_freeze *f,
    struct missing_list *out);
/* What this finding lacks to be complete at its stage. */
void missing_finding(const struct visit *v, const struct view *w,
    const struct id *finding, struct missing_list *out);
/* What it would lack at that stage. */
void missing_finding_at(const struct visit *v, const struct view *w,
    const struct id *finding, enum finding_stage stage, struct missing_list *out);
void missing_release(struct missing_list *l);

#endif
