/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of one rule, kept until it ended, then put in order. */
#ifndef FJ_REDFLAG_RUN_HITS_H
#define FJ_REDFLAG_RUN_HITS_H

#include "redflag/rule.h"
#include "redflag/run.h"

struct hits {
	struct run_hit *hit;
	size_t n, cap;
	struct arena *arena;		/* the texts */
	size_t most;
	bool over;			/* more than most, or than memory allows */
};

void hits_init(struct hits *h, size_t most);
void hits_release(struct hits *h);
void hits_clear(struct hits *h);
/* A rule_hit_fn; ctx: struct hits.  false: over. */
bool hits_add(void *ctx, const struct rule_hit *hit);
/* U1 of run.h. */
void hits_sort(struct hits *h);
/* Different report_no. */
size_t hits_reports(const struct hits *h);

#endif
