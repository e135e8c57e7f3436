/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event loop: poll() over descriptors, timers on the monotonic clock,
 * signals through a pipe, work in steps.  No UI in it.
 *
 * A turn: poll; signals; descriptors; timers due; one step of each work;
 * then every turn-end function (the UI paints there).  Handlers may add and
 * remove anything, themselves included.  Not for use from several threads.
 */
#ifndef FJ_OS_LOOP_H
#define FJ_OS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"

struct loop;

enum {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
	LOOP_ERROR = 4,		/* hang-up or error; always reported */
};

typedef void (*loop_fn)(void *ctx);
typedef void (*loop_fd_fn)(void *ctx, int fd, int events);
typedef bool (*loop_work_fn)(void *ctx);	/* true: more to do */

/* One loop at a time may own signals; a second one is made without them. */
FJ_MUST enum fj_rc loop_new(struct loop **out, struct fj_err *e);
void loop_free(struct loop **l);	/* gives signals their old handlers back */

/* Watch fd; again with other events changes it; events 0 forgets it.  Fits
 * CURLMOPT_SOCKETFUNCTION. */
void loop_fd(struct loop *l, int fd, int events, loop_fd_fn fn, void *ctx);

/* Timers; ids are never 0 and never used again.  Cancelling 0 or one that is
 * over is allowed. */
uint64_t loop_after(struct loop *l, int64_t ms, loop_fn fn, void *ctx);
uint64_t loop_every(struct loop *l, int64_t ms, loop_fn fn, void *ctx);
void loop_cancel(struct loop *l, uint64_t timer);

/* While work is pending the loop polls without waiting. */
uint64_t loop_work(struct loop *l, loop_work_fn fn, void *ctx);
void loop_work_cancel(struct loop *l, uint64_t work);

/* At the end of each turn, in order of addition. */
uint64_t loop_turn_end(struct loop *l, loop_fn fn, void *ctx);
void loop_turn_end_cancel(struct loop *l, uint64_t id);

/* SIGWINCH SIGTERM SIGHUP SIGINT SIGCONT SIGTSTP SIGCHLD …; fn NULL gives the
 * default back.  Runs in the loop, not in the handler. */
void loop_signal(struct loop *l, int signo, loop_fn fn, void *ctx);

/* One turn, waiting at most ms (-1: until something happens). */
FJ_MUST enum fj_rc loop_once(struct loop *l, int64_t ms, struct fj_err *e);
/* Turns until loop_stop. */
FJ_MUST enum fj_rc loop_run(struct loop *l, struct fj_err *e);
void loop_stop(struct loop *l);
bool loop_stopped(const struct loop *l);
int64_t loop_now(const struct loop *l);		/* monotonic ms, of now */

#endif
