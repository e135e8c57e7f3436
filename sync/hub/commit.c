/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/commit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/visits.h"

struct commit {
	struct hub *h;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t more;
	struct commit_job *first, **last;
	size_t n;
	bool stopping;
	struct commit_counts counts;	/* waiting is n */
};

/* ---- figures ---- */

static void
count(struct hub *h, const struct commit_job *jobs, bool stored, int64_t ms)
{
	struct commit *c = h->commit;
	size_t n = 0, at = 0;

	if (c == NULL)
		return;
	for (; jobs != NULL; jobs = jobs->next)
		n++;
	while (at + 1 < COMMIT_SIZES && n > (size_t)1 << at)
		at++;
	FJ_BUG_IF(pthread_mutex_lock(&c->mutex) != 0);
	c->counts.failing_ms = stored ? 0 : clock_monotonic_ms();
	if (stored) {
		c->counts.groups++;
		c->counts.jobs += n;
		c->counts.size[at]++;
		c->counts.ms += (uint64_t)ms;
	} else {
		c->counts.failed++;
	}
	FJ_BUG_IF(pthread_mutex_unlock(&c->mutex) != 0);
}

void
commit_counts(struct hub *h, struct commit_counts *out)
{
	struct commit *c = h->commit;

	memset(out, 0, sizeof(*out));
	if (c == NULL)
		return;
	FJ_BUG_IF(pthread_mutex_lock(&c->mutex) != 0);
	*out = c->counts;
	out->waiting = c->n;
	FJ_BUG_IF(pthread_mutex_unlock(&c->mutex) != 0);
}

/* ---- a group ---- */

/* All jobs in one transaction; *failed: the one that could not be stored. */
static enum fj_rc
together(struct hub *h, struct commit_job *jobs, bool *failed, struct fj_err *e)
{
	struct commit_job *j;
	enum fj_rc rc;

	*failed = false;
	rc = hub_begin(h, e);
	if (rc != FJ_OK)
		return rc;
	for (j = jobs; j != NULL && rc == FJ_OK; j = j->next) {
		rc = j->store(h, j, e);
		*failed = rc != FJ_OK;
	}
	rc = hub_end(h, rc, e);
	if (rc != FJ_OK)
		visits_forget(h->visits, NULL);
	return rc;
}

static void
tell(struct commit_job *jobs, enum fj_rc rc, const struct fj_err *e,
    const struct envelope *head)
{
	struct commit_job *j, *next;

	for (j = jobs; j != NULL; j = next) {
		next = j->next;
		j->done(j, rc, e, rc == FJ_OK ? head : NULL);
	}
}

/* The head is signed after the commit; one that cannot be signed is a failure of
 * what asked for it, though it is stored: it asks again and hears "known". */
static void
one_group(struct hub *h, struct commit_job *jobs)
{
	struct envelope head;
	struct commit_job *j, *next;
	struct fj_err e;
	enum fj_rc rc;
	bool failed;
	int64_t begun = clock_monotonic_ms();

	memset(&head, 0, sizeof(head));
	fj_err_clear(&e);
	hub_lock(h);
	rc = together(h, jobs, &failed, &e);
	if (rc == FJ_OK)
		rc = hub_head(h, &head, &e);
	hub_unlock(h);
	/* A job that cannot be stored says nothing about the writer. */
	if (!failed)
		count(h, jobs, rc == FJ_OK, clock_monotonic_ms() - begun);
	if (rc == FJ_OK || !failed || jobs->next == NULL) {
		tell(jobs, rc, &e, &head);
	} else {
		for (j = jobs; j != NULL; j = next) {
			next = j->next;
			j->next = NULL;
			one_group(h, j);
		}
	}
	envelope_release(&head);
}

void
commit_group(struct hub *h, struct commit_job *jobs)
{
	if (jobs != NULL)
		one_group(h, jobs);
}

/* ---- the thread ---- */

/* What waits, up to a group's share; NULL: the end. */
static struct commit_job *
next_group(struct commit *c)
{
	struct commit_job *jobs, **end;
	size_t n = 0, bytes = 0;

	FJ_BUG_IF(pthread_mutex_lock(&c->mutex) != 0);
	while (c->first == NULL && !c->stopping)
		FJ_BUG_IF(pthread_cond_wait(&c->more, &c->mutex) != 0);
	jobs = c->first;
	end = &jobs;
	while (*end != NULL && n < COMMIT_GROUP_JOBS &&
	    (n == 0 || bytes + (*end)->bytes <= COMMIT_GROUP_BYTES)) {
		bytes += (*end)->bytes;
		n++;
		end = &(*end)->next;
	}
	c->first = *end;
	*end = NULL;
	if (c->first == NULL)
		c->last = &c->first;
	c->n -= n;
	FJ_BUG_IF(pthread_mutex_unlock(&c->mutex) != 0);
	return jobs;
}

static void *
writer(void *arg)
{
	struct commit *c = arg;
	struct commit_job *jobs;

	while ((jobs = next_group(c)) != NULL)
		commit_group(c->h, jobs);
	return NULL;
}

void
commit_start(struct hub *h)
{
	struct commit *c = xcalloc(1, sizeof(*c));

	FJ_BUG_IF(h->main != NULL || h->commit != NULL);
	c->h = h;
	c->last = &c->first;
	FJ_BUG_IF(pthread_mutex_init(&c->mutex, NULL) != 0 ||
	    pthread_cond_init(&c->more, NULL) != 0);
	h->commit = c;
	FJ_BUG_IF(pthread_create(&c->thread, NULL, writer, c) != 0);
}

void
commit_stop(struct hub *h)
{
	struct commit *c = h->commit;

	if (c == NULL)
		return;
	FJ_BUG_IF(pthread_mutex_lock(&c->mutex) != 0);
	c->stopping = true;
	FJ_BUG_IF(pthread_cond_signal(&c->more) != 0);
	FJ_BUG_IF(pthread_mutex_unlock(&c->mutex) != 0);
	FJ_BUG_IF(pthread_join(c->thread, NULL) != 0);
	h->commit = NULL;
	pthread_cond_destroy(&c->more);
	pthread_mutex_destroy(&c->mutex);
	free(c);
}

/* ---- callers ---- */

static bool
append(struct commit *c, struct commit_job *j, size_t most)
{
	bool yes;

	FJ_BUG_IF(pthread_mutex_lock(&c->mutex) != 0);
	yes = c->n < most && !c->stopping;
	if (yes) {
		*c->last = j;
		c->last = &j->next;
		c->n++;
		FJ_BUG_IF(pthread_cond_signal(&c->more) != 0);
	}
	FJ_BUG_IF(pthread_mutex_unlock(&c->mutex) != 0);
	return yes;
}

bool
commit_put(struct hub *h, struct commit_job *j)
{
	h = hub_main(h);
	j->next = NULL;
	if (h->commit != NULL)
		return append(h->commit, j, COMMIT_WAITING);
	commit_group(h, j);
	return true;
}

struct waiting {
	struct commit_job job;
	struct commit_job *theirs;
	pthread_mutex_t mutex;
	pthread_cond_t over;
	bool is_over;
	struct envelope *head;
	enum fj_rc rc;
	struct fj_err e;
};

static enum fj_rc
store_theirs(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	struct waiting *w = (struct waiting *)(void *)j;

	return w->theirs->store(h, w->theirs, e);
}

static void
wake(struct commit_job *j, enum fj_rc rc, const struct fj_err *e,
    const struct envelope *head)
{
	struct waiting *w = (struct waiting *)(void *)j;

	FJ_BUG_IF(pthread_mutex_lock(&w->mutex) != 0);
	if (head != NULL && w->head != NULL) {
		*w->head = *head;
		w->head->text = xmemdup(head->text, head->n + 1);
	}
	w->rc = rc;
	w->e = *e;
	w->is_over = true;
	FJ_BUG_IF(pthread_cond_signal(&w->over) != 0);
	FJ_BUG_IF(pthread_mutex_unlock(&w->mutex) != 0);
}

enum fj_rc
commit_wait(struct hub *h, struct commit_job *j, struct envelope *head,
    struct fj_err *e)
{
	struct waiting w;

	memset(&w, 0, sizeof(w));
	w.job.store = store_theirs;
	w.job.done = wake;
	w.job.bytes = j->bytes;
	w.theirs = j;
	w.head = head;
	FJ_BUG_IF(pthread_mutex_init(&w.mutex, NULL) != 0 ||
	    pthread_cond_init(&w.over, NULL) != 0);
	if (!commit_put(h, &w.job)) {
		w.rc = fj_fail(&w.e, FJ_BUSY, "hub.queue-full", "");
	} else {
		FJ_BUG_IF(pthread_mutex_lock(&w.mutex) != 0);
		while (!w.is_over)
			FJ_BUG_IF(pthread_cond_wait(&w.over, &w.mutex) != 0);
		FJ_BUG_IF(pthread_mutex_unlock(&w.mutex) != 0);
	}
	pthread_cond_destroy(&w.over);
	pthread_mutex_destroy(&w.mutex);
	if (e != NULL)
		*e = w.e;
	return w.rc;
}
