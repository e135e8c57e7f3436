/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Long polls that wait.  What was stored, here or by another process on the same
 * store, is read once in a worker; those are woken whose caller may see it (L1).
 */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/http_internal.h"
#include "model/summary.h"

enum {
	AGAIN = 3,		/* times a poll is run anew because something was stored */
};

static void
lock(struct http *w)
{
	FJ_BUG_IF(pthread_mutex_lock(&w->mutex) != 0);
}

static void
unlock(struct http *w)
{
	FJ_BUG_IF(pthread_mutex_unlock(&w->mutex) != 0);
}

/* Out of the list; needs the mutex.  It is run by whoever took it. */
static void
wake(struct http *w, struct request **at)
{
	struct request *q = *at;

	*at = q->next_parked;
	w->nparked--;
	q->again = 0;
	q->item.run = run_whole;
	FJ_BUG_IF(!work_put_always(w->work, &q->item));
}

/* The poll had nothing to say.  What was stored while it looked, it may have missed:
 * then it looks again, a few times; then the next tick wakes it. */
void
park(struct request *q)
{
	struct http *w = q->w;
	bool again;

	lock(w);
	again = w->stopping || (q->generation != atomic_load(&w->generation) &&
	    q->again < AGAIN);
	if (!again) {
		if (q->generation != atomic_load(&w->generation))
			q->generation = 0;
		q->next_parked = w->parked;
		w->parked = q;
		w->nparked++;
	}
	unlock(w);
	if (again) {
		q->again++;
		q->item.run = run_whole;
		FJ_BUG_IF(!work_put_always(w->work, &q->item));
	}
}

/* Who looked before this may have missed something. */
static void
next_generation(struct http *w)
{
	/* 0 means "in doubt" to a parked poll. */
	if (atomic_fetch_add(&w->generation, 1) + 1 == 0)
		atomic_fetch_add(&w->generation, 1);
}

void
park_poke(struct http *w)
{
	next_generation(w);
	atomic_store(&w->news, true);
	if (!atomic_exchange(&w->notify_waits, true) &&
	    !work_put_always(w->work, &w->notify))
		atomic_store(&w->notify_waits, false);
}

void
park_tick(struct http *w)
{
	int64_t now = http_now(w);
	struct request **at;

	lock(w);
	for (at = &w->parked; *at != NULL; ) {
		if (w->stopping || (*at)->generation == 0 || now >= (*at)->wait_until)
			wake(w, at);
		else
			at = &(*at)->next_parked;
	}
	unlock(w);
}

/* ---- who is concerned ---- */

struct news {
	struct http *w;
	struct hub *view;
	struct summary *s;
};

static void
wake_all(struct http *w)
{
	lock(w);
	while (w->parked != NULL)
		wake(w, &w->parked);
	unlock(w);
}

static bool
stream_moved(void *ctx, const struct stored_stream *st)
{
	struct news *n = ctx;
	struct request **at;

	if (st->kind != STREAM_VISIT || st->facts[0] == '\0' ||
	    summary_parse(st->facts, strlen(st->facts), n->s, NULL) != FJ_OK)
		return true;
	lock(n->w);
	for (at = &n->w->parked; *at != NULL; ) {
		if (may_see(n->s, roster_owner(n->view->roster, &(*at)->dev), n->s->started))
			wake(n->w, at);
		else
			at = &(*at)->next_parked;
	}
	unlock(n->w);
	return true;
}

static bool
nobody_waits(struct http *w)
{
	bool yes;

	lock(w);
	yes = w->nparked == 0;
	unlock(w);
	return yes;
}

static enum fj_rc
tell(struct http *w, struct hub *view, struct fj_err *e)
{
	struct news n = { w, view, NULL };
	uint64_t upto = 0;
	enum fj_rc rc;

	rc = hub_refresh(view, e);
	if (rc == FJ_OK)
		rc = view->store->ops->log_position(view->store, &upto, e);
	if (rc != FJ_OK)
		return rc;
	/* What is taken as told below was perhaps stored after a poll looked that is not
	 * parked yet, and before it is poked: such a poll must look again. */
	next_generation(w);
	if (view->roster_row != w->seen_roster) {
		w->seen_roster = view->roster_row;
		wake_all(w);
	}
	if (!nobody_waits(w)) {
		n.s = xcalloc(1, sizeof(*n.s));
		rc = view->store->ops->streams_each(view->store, w->seen, stream_moved, &n,
		    e);
		free(n.s);
	}
	if (rc == FJ_OK)
		w->seen = upto;
	return rc;
}

void
park_run(struct hub *view, struct work_item *it)
{
	struct http *w = (struct http *)(void *)((char *)it - offsetof(struct http, notify));
	struct fj_err e;

	/* A store that does not answer now does at the next tick. */
	while (atomic_exchange(&w->news, false))
		(void)!tell(w, view, &e);
	atomic_store(&w->notify_waits, false);
	/* Somebody came between the two. */
	if (atomic_load(&w->news) && !atomic_exchange(&w->notify_waits, true) &&
	    !work_put_always(w->work, &w->notify))
		atomic_store(&w->notify_waits, false);
}
