/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worker threads behind one bounded queue: what may wait for a disk or computes for
 * long is done here, never in the threads that parse HTTP.  Each worker has a
 * view of the hub of its own (hub.h) and hands it to what it runs.
 *
 * Q1  an item that was taken runs exactly once, also when work_stop came after it.
 * Q2  items are begun in the order in which they came.
 */
#ifndef FJ_HUB_WORK_H
#define FJ_HUB_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "hub/hub.h"

struct work;

struct work_item {
	struct work_item *next;		/* the queue's */
	void (*run)(struct hub *view, struct work_item *it);	/* may free it */
};

/* threads 0: as many as there are processors, 2 … 8.  h NULL: workers without a view.
 * What hub_view answers. */
FJ_MUST enum fj_rc work_start(struct hub *h, int threads, size_t most,
    struct work **out, struct fj_err *e);
/* False: full or stopping; nothing was taken. */
bool work_put(struct work *w, struct work_item *it);
/* The same for what must not be refused: the second half of an item that ran.  False
 * only when all threads have ended; never in a worker. */
bool work_put_always(struct work *w, struct work_item *it);
size_t work_waiting(struct work *w);
/* Runs what waits, then ends the threads; work_put* answer false from then on. */
void work_end(struct work *w);
/* The same, and gives it back.  Well on NULL. */
void work_stop(struct work **w);

#endif
