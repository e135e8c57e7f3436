/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/work.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"

enum {
	LEAST = 2,
	MOST = 8,
};

struct worker {
	struct work *w;
	struct hub *view;
	pthread_t thread;
	bool started;
};

struct work {
	pthread_mutex_t mutex;
	pthread_cond_t more;
	struct work_item *first, **last;
	size_t n, most;
	bool stopping;
	struct worker worker[MOST];
	int threads, alive;
};

static void
lock(struct work *w)
{
	FJ_BUG_IF(pthread_mutex_lock(&w->mutex) != 0);
}

static void
unlock(struct work *w)
{
	FJ_BUG_IF(pthread_mutex_unlock(&w->mutex) != 0);
}

static struct work_item *
take(struct work *w)
{
	struct work_item *it;

	lock(w);
	while (w->first == NULL && !w->stopping)
		FJ_BUG_IF(pthread_cond_wait(&w->more, &w->mutex) != 0);
	it = w->first;
	if (it != NULL) {
		w->first = it->next;
		if (w->first == NULL)
			w->last = &w->first;
		w->n--;
	} else {
		w->alive--;
	}
	unlock(w);
	return it;
}

static void *
worker(void *arg)
{
	struct worker *k = arg;
	struct work_item *it;

	while ((it = take(k->w)) != NULL)
		it->run(k->view, it);
	return NULL;
}

static int
thread_count(int asked)
{
	long n = asked > 0 ? asked : sysconf(_SC_NPROCESSORS_ONLN);

	return n < LEAST && asked <= 0 ? LEAST : n > MOST ? MOST : n < 1 ? 1 : (int)n;
}

enum fj_rc
work_start(struct hub *h, int threads, size_t most, struct work **out, struct fj_err *e)
{
	struct work *w = xcalloc(1, sizeof(*w));
	enum fj_rc rc = FJ_OK;
	int i;

	w->last = &w->first;
	w->most = most;
	w->threads = thread_count(threads);
	FJ_BUG_IF(pthread_mutex_init(&w->mutex, NULL) != 0 ||
	    pthread_cond_init(&w->more, NULL) != 0);
	if (h != NULL)
		hub_lock(h);
	for (i = 0; rc == FJ_OK && i < w->threads; i++) {
		w->worker[i].w = w;
		if (h != NULL)
			rc = hub_view(h, &w->worker[i].view, e);
	}
	if (h != NULL)
		hub_unlock(h);
	w->alive = rc == FJ_OK ? w->threads : 0;
	for (i = 0; rc == FJ_OK && i < w->threads; i++) {
		FJ_BUG_IF(pthread_create(&w->worker[i].thread, NULL, worker,
		    &w->worker[i]) != 0);
		w->worker[i].started = true;
	}
	if (rc == FJ_OK)
		*out = w;
	else
		work_stop(&w);
	return rc;
}

static bool
append(struct work *w, struct work_item *it, bool always)
{
	bool yes;

	it->next = NULL;
	lock(w);
	yes = always ? w->alive > 0 : w->n < w->most && !w->stopping;
	if (yes) {
		*w->last = it;
		w->last = &it->next;
		w->n++;
		FJ_BUG_IF(pthread_cond_signal(&w->more) != 0);
	}
	unlock(w);
	return yes;
}

bool
work_put(struct work *w, struct work_item *it)
{
	return append(w, it, false);
}

bool
work_put_always(struct work *w, struct work_item *it)
{
	return append(w, it, true);
}

size_t
work_waiting(struct work *w)
{
	size_t n;

	lock(w);
	n = w->n;
	unlock(w);
	return n;
}

void
work_end(struct work *w)
{
	int i;

	lock(w);
	w->stopping = true;
	FJ_BUG_IF(pthread_cond_broadcast(&w->more) != 0);
	unlock(w);
	for (i = 0; i < w->threads; i++) {
		if (w->worker[i].started)
			FJ_BUG_IF(pthread_join(w->worker[i].thread, NULL) != 0);
		w->worker[i].started = false;
		hub_close(&w->worker[i].view);
	}
}

void
work_stop(struct work **wp)
{
	struct work *w = *wp;

	*wp = NULL;
	if (w == NULL)
		return;
	work_end(w);
	pthread_cond_destroy(&w->more);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}
