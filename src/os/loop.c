/* SPDX-License-Identifier: Apache-2.0 */
#include "os/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"

enum { SIGNALS = 65 };

struct watch {
	int fd, events;
	loop_fd_fn fn;
	void *ctx;
};

struct timer {
	uint64_t id;		/* 0: free slot */
	int64_t due, every;	/* every 0: once */
	loop_fn fn;
	void *ctx;
};

/* A step of work or a turn-end function. */
struct job {
	uint64_t id;
	loop_work_fn work;
	loop_fn fn;
	void *ctx;
};

struct jobs {
	struct job *job;
	size_t n, cap;
};

struct loop {
	struct watch *watch;
	size_t nwatch, watch_cap;
	struct pollfd *poll;
	size_t poll_cap;
	struct timer *timer;
	size_t ntimer, timer_cap;
	struct jobs work, turn_end;
	uint64_t last_id;
	struct {
		loop_fn fn;
		void *ctx;
		struct sigaction old;
		bool set;
	} sig[SIGNALS];
	int pipe[2];
	bool owns_signals;
	bool stop;
};

/* The write end, for the handler: a signal belongs to the process, and so does
 * this.  -1: no loop owns signals. */
static volatile sig_atomic_t signal_fd = -1;

static void
on_signal(int signo)
{
	int saved = errno;
	unsigned char c = (unsigned char)signo;

	if (signal_fd >= 0 && write((int)signal_fd, &c, 1) < 0) {
		/* The pipe is full: the loop is awake anyway. */
	}
	errno = saved;
}

static enum fj_rc
open_pipe(int fd[2], struct fj_err *e)
{
	int i;

	if (pipe(fd) != 0)
		return fj_fail_errno(e, "loop.pipe", "pipe");
	for (i = 0; i < 2; i++) {
		if (fcntl(fd[i], F_SETFD, FD_CLOEXEC) == 0 &&
		    fcntl(fd[i], F_SETFL, O_NONBLOCK) == 0)
			continue;
		(void)fj_fail_errno(e, "loop.pipe", "fcntl");
		close(fd[0]);
		close(fd[1]);
		return FJ_IO;
	}
	return FJ_OK;
}

enum fj_rc
loop_new(struct loop **out, struct fj_err *e)
{
	struct loop *l = xcalloc(1, sizeof(*l));
	enum fj_rc rc;

	*out = NULL;
	l->pipe[0] = l->pipe[1] = -1;
	if (signal_fd < 0) {
		rc = open_pipe(l->pipe, e);
		if (rc != FJ_OK) {
			free(l);
			return rc;
		}
		l->owns_signals = true;
		signal_fd = l->pipe[1];
	}
	*out = l;
	return FJ_OK;
}

void
loop_free(struct loop **lp)
{
	struct loop *l = *lp;
	int i;

	if (l == NULL)
		return;
	for (i = 1; i < SIGNALS; i++)
		if (l->sig[i].set)
			loop_signal(l, i, NULL, NULL);
	if (l->owns_signals) {
		signal_fd = -1;
		close(l->pipe[0]);
		close(l->pipe[1]);
	}
	free(l->watch);
	free(l->poll);
	free(l->timer);
	free(l->work.job);
	free(l->turn_end.job);
	free(l);
	*lp = NULL;
}

/* ---- descriptors ---- */

static struct watch *
find_watch(struct loop *l, int fd)
{
	size_t i;

	for (i = 0; i < l->nwatch; i++)
		if (l->watch[i].fd == fd)
			return &l->watch[i];
	return NULL;
}

void
loop_fd(struct loop *l, int fd, int events, loop_fd_fn fn, void *ctx)
{
	struct watch *w = find_watch(l, fd);

	if (events == 0) {
		if (w != NULL)
			*w = l->watch[--l->nwatch];
		return;
	}
	if (w == NULL) {
		if (l->nwatch == l->watch_cap) {
			l->watch_cap = l->watch_cap ? l->watch_cap * 2 : 8;
			l->watch = xrealloc(l->watch, l->watch_cap, sizeof(*l->watch));
		}
		w = &l->watch[l->nwatch++];
	}
	w->fd = fd;
	w->events = events;
	w->fn = fn;
	w->ctx = ctx;
}

/* ---- timers ---- */

int64_t
loop_now(const struct loop *l)
{
	struct timespec ts;

	(void)l;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static uint64_t
add_timer(struct loop *l, int64_t ms, int64_t every, loop_fn fn, void *ctx)
{
	struct timer *t = NULL;
	size_t i;

	for (i = 0; i < l->ntimer && t == NULL; i++)
		if (l->timer[i].id == 0)
			t = &l->timer[i];
	if (t == NULL) {
		if (l->ntimer == l->timer_cap) {
			l->timer_cap = l->timer_cap ? l->timer_cap * 2 : 8;
			l->timer = xrealloc(l->timer, l->timer_cap, sizeof(*l->timer));
		}
		t = &l->timer[l->ntimer++];
	}
	t->id = ++l->last_id;
	t->due = loop_now(l) + (ms > 0 ? ms : 0);
	t->every = every;
	t->fn = fn;
	t->ctx = ctx;
	return t->id;
}

uint64_t
loop_after(struct loop *l, int64_t ms, loop_fn fn, void *ctx)
{
	return add_timer(l, ms, 0, fn, ctx);
}

uint64_t
loop_every(struct loop *l, int64_t ms, loop_fn fn, void *ctx)
{
	return add_timer(l, ms, ms > 0 ? ms : 1, fn, ctx);
}

void
loop_cancel(struct loop *l, uint64_t id)
{
	size_t i;

	if (id == 0)
		return;
	for (i = 0; i < l->ntimer; i++)
		if (l->timer[i].id == id)
			l->timer[i].id = 0;
	while (l->ntimer > 0 && l->timer[l->ntimer - 1].id == 0)
		l->ntimer--;
}

/* ms until the next timer; -1: none. */
static int64_t
next_due(const struct loop *l)
{
	int64_t best = -1, now = loop_now(l);
	size_t i;

	for (i = 0; i < l->ntimer; i++) {
		int64_t left = l->timer[i].due - now;

		if (l->timer[i].id == 0)
			continue;
		if (left < 0)
			left = 0;
		if (best < 0 || left < best)
			best = left;
	}
	return best;
}

/* In order of their time; only what was due when the turn began. */
static void
run_timers(struct loop *l)
{
	int64_t now = loop_now(l);
	uint64_t newest = l->last_id;

	while (!l->stop) {
		struct timer *t = NULL, run;
		size_t i;

		for (i = 0; i < l->ntimer; i++)
			if (l->timer[i].id != 0 && l->timer[i].id <= newest &&
			    l->timer[i].due <= now &&
			    (t == NULL || l->timer[i].due < t->due))
				t = &l->timer[i];
		if (t == NULL)
			return;
		run = *t;
		if (t->every > 0)
			t->due = now + t->every;
		else
			loop_cancel(l, t->id);
		run.fn(run.ctx);
	}
}

/* ---- work and turn-end ---- */

static uint64_t
add_job(struct loop *l, struct jobs *s, loop_work_fn work, loop_fn fn, void *ctx)
{
	struct job *j;

	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 4;
		s->job = xrealloc(s->job, s->cap, sizeof(*s->job));
	}
	j = &s->job[s->n++];
	j->id = ++l->last_id;
	j->work = work;
	j->fn = fn;
	j->ctx = ctx;
	return j->id;
}

static void
cancel_job(struct jobs *s, uint64_t id)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->job[i].id == id && id != 0) {
			memmove(&s->job[i], &s->job[i + 1], (s->n - i - 1) * sizeof(s->job[0]));
			s->n--;
			return;
		}
}

uint64_t
loop_work(struct loop *l, loop_work_fn fn, void *ctx)
{
	return add_job(l, &l->work, fn, NULL, ctx);
}

void
loop_work_cancel(struct loop *l, uint64_t id)
{
	cancel_job(&l->work, id);
}

uint64_t
loop_turn_end(struct loop *l, loop_fn fn, void *ctx)
{
	return add_job(l, &l->turn_end, NULL, fn, ctx);
}

void
loop_turn_end_cancel(struct loop *l, uint64_t id)
{
	cancel_job(&l->turn_end, id);
}

/* Run each job once; jobs may add and cancel any, so go by id upward. */
static void
run_jobs(struct jobs *s)
{
	uint64_t done = 0;

	for (;;) {
		struct job j;
		size_t i = 0;

		while (i < s->n && s->job[i].id <= done)
			i++;
		if (i == s->n)
			return;
		j = s->job[i];
		done = j.id;
		if (j.work == NULL)
			j.fn(j.ctx);
		else if (!j.work(j.ctx))
			cancel_job(s, j.id);
	}
}

/* ---- signals ---- */

void
loop_signal(struct loop *l, int signo, loop_fn fn, void *ctx)
{
	struct sigaction sa;

	if (signo <= 0 || signo >= SIGNALS || !l->owns_signals)
		return;
	if (fn == NULL) {
		if (l->sig[signo].set)
			sigaction(signo, &l->sig[signo].old, NULL);
		l->sig[signo].set = false;
		l->sig[signo].fn = NULL;
		return;
	}
	l->sig[signo].fn = fn;
	l->sig[signo].ctx = ctx;
	if (l->sig[signo].set)
		return;
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	sa.sa_flags = SA_RESTART;
	sigemptyset(&sa.sa_mask);
	sigaction(signo, &sa, &l->sig[signo].old);
	l->sig[signo].set = true;
}

static void
run_signals(struct loop *l)
{
	bool seen[SIGNALS] = {false};
	unsigned char c[64];
	ssize_t n, i;
	int s;

	while ((n = read(l->pipe[0], c, sizeof(c))) > 0)
		for (i = 0; i < n; i++)
			if (c[i] < SIGNALS)
				seen[c[i]] = true;
	for (s = 1; s < SIGNALS; s++)
		if (seen[s] && l->sig[s].fn != NULL)
			l->sig[s].fn(l->sig[s].ctx);
}

/* ---- the turn ---- */

static short
to_poll(int events)
{
	return (short)((events & LOOP_READ ? POLLIN : 0) | (events & LOOP_WRITE ? POLLOUT : 0));
}

static int
from_poll(short revents)
{
	int events = 0;

	if (revents & (POLLIN | POLLPRI))
		events |= LOOP_READ;
	if (revents & POLLOUT)
		events |= LOOP_WRITE;
	if (revents & (POLLERR | POLLHUP | POLLNVAL))
		events |= LOOP_ERROR;
	return events;
}

static size_t
fill_poll(struct loop *l)
{
	size_t i, n = 0;

	if (l->poll_cap < l->nwatch + 1) {
		l->poll_cap = l->nwatch + 16;
		l->poll = xrealloc(l->poll, l->poll_cap, sizeof(*l->poll));
	}
	if (l->owns_signals)
		l->poll[n++] = (struct pollfd){.fd = l->pipe[0], .events = POLLIN};
	for (i = 0; i < l->nwatch; i++)
		l->poll[n++] = (struct pollfd){
		    .fd = l->watch[i].fd, .events = to_poll(l->watch[i].events)};
	return n;
}

static int
wait_ms(const struct loop *l, int64_t ms)
{
	int64_t due = next_due(l);

	if (l->work.n > 0)
		return 0;
	if (due >= 0 && (ms < 0 || due < ms))
		ms = due;
	return ms > 3600000 ? 3600000 : (int)ms;
}

enum fj_rc
loop_once(struct loop *l, int64_t ms, struct fj_err *e)
{
	size_t n = fill_poll(l), i;
	int got = poll(l->poll, (nfds_t)n, wait_ms(l, ms));

	if (got < 0 && errno != EINTR && errno != EAGAIN)
		return fj_fail_errno(e, "loop.poll", "poll");
	if (got <= 0)
		for (i = 0; i < n; i++)
			l->poll[i].revents = 0;
	i = 0;
	if (l->owns_signals) {
		/* After EINTR poll reports nothing: look all the same. */
		run_signals(l);
		i = 1;
	}
	for (; i < n && got > 0; i++) {
		/* Handlers may have changed the table: look the row up again. */
		struct watch *w = l->poll[i].revents ? find_watch(l, l->poll[i].fd) : NULL;
		int events = from_poll(l->poll[i].revents);

		if (w != NULL && (events & (w->events | LOOP_ERROR)) != 0)
			w->fn(w->ctx, w->fd, events);
	}
	run_timers(l);
	run_jobs(&l->work);
	run_jobs(&l->turn_end);
	return FJ_OK;
}

enum fj_rc
loop_run(struct loop *l, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;

	l->stop = false;
	while (rc == FJ_OK && !l->stop)
		rc = loop_once(l, -1, e);
	return rc;
}

void
loop_stop(struct loop *l)
{
	l->stop = true;
}

bool
loop_stopped(const struct loop *l)
{
	return l->stop;
}
