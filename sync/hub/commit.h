/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one writer.  What waits for a commit goes into one transaction together:
 * one fsync, then every job of the group hears of it.
 *
 * G1  done is called exactly once for a job that was taken; with FJ_OK only after
 *     the transaction that holds it is durable (H1).
 * G2  no job fails because of another in its group: when one cannot be stored, the
 *     transaction is rolled back and each job is stored alone.  When the commit itself
 *     fails nothing of the group is stored and all of them hear of it.
 * G3  positions are given in the order of the jobs inside one transaction (H2).
 */
#ifndef FJ_HUB_COMMIT_H
#define FJ_HUB_COMMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "hub/hub.h"

struct commit;

struct commit_job {
	struct commit_job *next;	/* the queue's */
	/*
	 * Inside the transaction, hub_lock held.  Must leave nothing behind but in the
	 * store: it may be called a second time after a rollback.
	 */
	enum fj_rc (*store)(struct hub *h, struct commit_job *j, struct fj_err *e);
	/*
	 * After the commit or its failure (e is filled), without hub_lock.  head: the
	 * signed head of the log after the group, borrowed; NULL when rc is not FJ_OK.
	 * May free j.
	 */
	void (*done)(struct commit_job *j, enum fj_rc rc, const struct fj_err *e,
	    const struct envelope *head);
	size_t bytes;			/* counted against a group's share */
};

enum {
	COMMIT_GROUP_JOBS = 64,
	COMMIT_GROUP_BYTES = 8 << 20,
	COMMIT_WAITING = 1024,		/* jobs */
	COMMIT_SIZES = 7,		/* 1 … COMMIT_GROUP_JOBS by powers of two */
};

/* One group here and now; takes hub_lock.  jobs: a list by next. */
void commit_group(struct hub *h, struct commit_job *jobs);

/* A thread that does it.  From then on hub_commit goes through it. */
void commit_start(struct hub *h);
/* False: too many wait; nothing was taken.  Without the thread: done at once, so
 * without hub_lock. */
bool commit_put(struct hub *h, struct commit_job *j);
/* The same, and waits until done: for callers that may block (a worker), without
 * hub_lock.  store and bytes are j's; its done is not called.  head: a copy, to be
 * released; or NULL. */
FJ_MUST enum fj_rc commit_wait(struct hub *h, struct commit_job *j,
    struct envelope *head, struct fj_err *e);
/* Stores what waits, then ends the thread.  Well without one. */
void commit_stop(struct hub *h);

/* Of the thread, since it began.  Any thread, between commit_start and commit_stop. */
struct commit_counts {
	uint64_t groups, jobs;		/* that were stored */
	uint64_t size[COMMIT_SIZES];	/* groups of up to 1, 2, 4 … jobs */
	uint64_t ms;			/* spent on them */
	uint64_t failed;		/* groups of which nothing was stored */
	int64_t failing_ms;		/* monotonic: the newest was one of those; 0: not */
	size_t waiting;			/* jobs */
};
void commit_counts(struct hub *h, struct commit_counts *out);

#endif
