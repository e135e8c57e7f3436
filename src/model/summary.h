/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lists, search and access need of a visit, without its entries: a small
 * JSON object that is kept sealed beside the journal.
 */
#ifndef FJ_MODEL_SUMMARY_H
#define FJ_MODEL_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/rc.h"
#include "entry/roster.h"
#include "model/visit.h"

struct summary_member {
	char name[LIMIT_NAME_BYTES + 1];
	char cert[LIMIT_NAME_BYTES + 1];	/* "" = none */
};

struct summary {
	struct id visit;
	enum visit_state state;
	int round;
	bool started, forked;
	char subject[LIMIT_NAME_BYTES + 1];
	char uscc[32], cma[64];
	char kind[64];
	char division[8];
	char outcome[16];
	char campaigns[CAMPAIGN_TEXT];	/* codes parted by blanks */
	struct id planner, approver;	/* zero: none */
	char from[12], until[12];	/* days of the assignment; "" */
	struct summary_member team[LIMIT_TEAM];
	int team_count;
	size_t answered, total, failed;	/* of all forms that are here */
	size_t findings, suspected, evidence, disputes, late, comments, waits;
	int64_t begun, last;		/* ms, as the clocks said */
	struct hash seal;		/* newest sealed freeze; zero: none */
	char next[48];			/* code of the next act: "model.next-*" */
};

/* Computed from a settled visit.  Forms that are not here count nothing. */
void summary_of(const struct visit *v, struct summary *out);
void summary_write(const struct summary *s, struct fj_buf *out);
/* FJ_CORRUPT "model.summary". */
FJ_MUST enum fj_rc summary_parse(const char *p, size_t n, struct summary *out,
    struct fj_err *e);

/*
 * The one predicate that guards every query, count, feed and export.
 * p: the roster row of the one who asks.  receipted: the hub holds the start.
 *	member of the team, planner, approver: always;
 *	supervisor: once the start is receipted, when a scope covers the division;
 *	everybody else, and everybody disabled: never.
 */
bool may_see(const struct summary *s, const struct roster_person *p, bool receipted);
/* May he write into it (team member; supervisor who may see)? */
bool may_write(const struct summary *s, const struct roster_person *p, bool receipted);

#endif
