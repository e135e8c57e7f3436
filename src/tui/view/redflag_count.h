/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts over the hits of a screening: by clause, by grade, by state.  What was ruled
 * out counts in no number of reports.  And who, what and when: the people, instruments
 * and days of the rows behind the hits, asked from the helper step by step.
 */
#ifndef FJ_TUI_VIEW_REDFLAG_COUNT_H
#define FJ_TUI_VIEW_REDFLAG_COUNT_H

#include "tui/view/redflag.h"

struct flag_tally {
	char clause[16];		/* of flag_by_clause */
	char grade;			/* of flag_by_grade */
	size_t hits;
	size_t reports;			/* different ones, grades A and B */
	size_t reports_a;		/* by grade A alone */
	size_t confirmed, ruled_out;
};

/* Most reports of grade A first; owned, free() it. */
size_t flag_by_clause(const struct screening *sc, struct flag_tally **out);
/* A, B, C; for these `reports` are those of that grade. */
void flag_by_grade(const struct screening *sc, struct flag_tally out[3]);

enum group_kind {
	GROUP_PERSON,
	GROUP_INSTRUMENT,
	GROUP_DAY,
	GROUP_KINDS,
};

struct group {
	enum group_kind kind;
	char *name;
	struct id *hit;			/* without repeats */
	size_t n;
};

struct groups;

/* Begins to ask in the session's loop; the screening must be able to (screening_can_ask). */
struct groups *groups_new(struct screening *sc);
void groups_free(struct groups **g);
void groups_progress(const struct groups *g, size_t *done, size_t *all);
/* Most hits first within a kind; i from 0, NULL past the end. */
const struct group *groups_at(const struct groups *g, enum group_kind k, size_t i);

#endif
