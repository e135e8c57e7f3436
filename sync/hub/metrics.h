/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of a hub in the text format of Prometheus.  Labels are methods, templates of
 * routes and classes of status: no name, division, visit, code or token can be one.
 */
#ifndef FJ_HUB_METRICS_H
#define FJ_HUB_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "hub/commit.h"
#include "hub/http.h"
#include "hub/routes.h"

struct metrics;

struct metrics *metrics_new(void);
void metrics_free(struct metrics **m);

/* An answer goes out.  rt NULL: a path that is no route.  polled: it may have waited
 * because it was asked to, so that its time says nothing.  Any thread. */
void metrics_request(struct metrics *m, const struct route *rt, int status, bool polled,
    int64_t ms, uint64_t in, uint64_t out);

/* What is read at the moment of asking.  -1: not known. */
struct metrics_now {
	struct http_counts http;
	struct commit_counts commit;
	struct upload_sums uploads;
	bool healthy, store_up;
	uint64_t store_errors;		/* of looking; those of commits are in commit */
	uint64_t position, safe;	/* of the log */
	int64_t free_evidence, free_store;	/* bytes */
	int64_t resident;		/* bytes */
	int64_t begun_ms;		/* when the hub began, since 1970 */
	int64_t cpu_ms;
};
void metrics_text(const struct metrics *m, const struct metrics_now *now,
    struct fj_buf *out);

#endif
