/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a pack over a sealed store: two threads, cheap ones of grade A first.
 *
 * U1  the rows of one rule come at once, when it ended, sorted by subject, report_no,
 *     src, measure, detail; the same whatever the number of threads and whether a
 *     kernel or the SQL made them.
 * U2  the callback is never called by two threads at a time; what it gets dies with
 *     the call.
 * U3  a rule that fails (time, memory, rows, its own SQL) is a row with a reason; the
 *     others run on.
 */
#ifndef FJ_REDFLAG_RUN_H
#define FJ_REDFLAG_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "redflag/store.h"

struct rule;		/* redflag/rule.h */

/* A row of a rule; NULL where SQL said NULL. */
struct run_hit {
	const char *subject;
	const char *report_no;
	const char *src;		/* "table:src;table:src" */
	double measure;			/* NaN: NULL */
	const char *detail;
};

enum run_status {
	RUN_DONE,
	RUN_NOT_RUN,		/* a table or column that it needs is missing */
	RUN_FAILED,		/* its SQL, time, memory, rows */
};

/* A rule ended. */
struct run_row {
	const struct rule *rule;
	enum run_status status;
	const struct fj_err *why;	/* NULL when done */
	const struct run_hit *hit;
	size_t hits;
	size_t reports;			/* different report_no of its hits */
	uint32_t ms;
	bool kernel;			/* a kernel made the rows */
};

struct run_options {
	int threads;			/* 0: 2 */
	bool no_kernels;		/* the SQL for all (tests, --sql) */
	uint32_t rule_ms;		/* most time of one rule; 0: 120 s */
	uint32_t rows_max;		/* most rows of one rule; 0: 200,000 */
	/* Parameter values over the defaults; may be NULL.  As in rule.h. */
	const struct rule_values *values;
	/* Asked some times a second by each thread: true ends the run.  May be NULL. */
	bool (*cancelled)(void *ctx);
	/* A rule ended; done of total.  false ends the run. */
	bool (*row)(void *ctx, const struct run_row *row, size_t done, size_t total);
	void *ctx;
};

/* All rules, whatever lab: the caller chooses which.  FJ_CANCELLED "redflag.cancelled". */
FJ_MUST enum fj_rc run_rules(struct store *s, const struct rule *const *rule, size_t n,
    const struct run_options *o, struct fj_err *e);

#endif
