/* SPDX-License-Identifier: Apache-2.0 */
#include "client/line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "client/tcp.h"
#include "os/clock.h"

enum {
	TICK_MS = 200,
	PROBES = 4,
	PROBE_EVERY_MS = 1000,
	SPARE_MS = 5000,		/* a spare that nobody takes is closed */
	MEASURE_MS = 2000,		/* of a full link make one measurement */
	KEEP_IDLE_S = 3,
	KEEP_PATIENT_S = 15,
	KEEP_EVERY_S = 2,
};

struct line {
	int fd;
	int64_t born;
	struct sockaddr_storage to;
	socklen_t len;
	bool busy, patient, ready, shut;
	int64_t due_since;		/* monotonic; 0: nothing is to be acknowledged */
	int64_t quiet;			/* ms, of the last tick */
	struct tcp_seen seen;		/* of the last tick */
};

struct lines {
	struct loop *loop;
	struct pace *pace;
	struct line *v;
	size_t n;
	uint64_t tick;
	int sndbuf;			/* what the lines have now */

	int64_t measured_ms, carried;	/* of a full link, so far */
	int64_t ticked;			/* when the last tick was; 0: there was none */

	int probe[PROBES];
	size_t nprobe;
	int64_t probed;			/* when the last one began */
	struct sockaddr_storage to;	/* of the probes and of the spare */
	socklen_t len;
	int spare;			/* connected, for the next request; -1 */
	uint64_t spare_timer;

};

struct lines *
lines_new(struct loop *loop, struct pace *pace)
{
	struct lines *l = xcalloc(1, sizeof(*l));

	l->loop = loop;
	l->pace = pace;
	l->spare = -1;
	return l;
}

static struct line *
find(struct lines *l, int fd)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].fd == fd)
			return &l->v[i];
	return NULL;
}

/* ---- a spare connection beside a silent one (L1) ---- */

static void
probes_drop(struct lines *l)
{
	size_t i;

	for (i = 0; i < l->nprobe; i++) {
		loop_fd(l->loop, l->probe[i], 0, NULL, NULL);
		close(l->probe[i]);
	}
	l->nprobe = 0;
}

static void
spare_drop(void *ctx)
{
	struct lines *l = ctx;

	loop_cancel(l->loop, l->spare_timer);
	l->spare_timer = 0;
	if (l->spare >= 0)
		close(l->spare);
	l->spare = -1;
}

static void
give_up(struct line *n)
{
	n->shut = true;
	/* libcurl sees the end of it, and its request fails. */
	(void)!shutdown(n->fd, SHUT_RDWR);
}

/* Another connection stands: what has been silent for long enough is dead. */
static void
judge_silent(struct lines *l)
{
	int64_t dead = pace_dead_ms(l->pace);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].busy && !l->v[i].shut && l->v[i].quiet >= dead)
			give_up(&l->v[i]);
}

static void
probe_stands(struct lines *l, int fd)
{
	size_t i;

	for (i = 0; i < l->nprobe; i++)
		if (l->probe[i] == fd)
			l->probe[i] = l->probe[--l->nprobe];
	loop_fd(l->loop, fd, 0, NULL, NULL);
	probes_drop(l);
	spare_drop(l);
	l->spare = fd;
	l->spare_timer = loop_after(l->loop, SPARE_MS, spare_drop, l);
}

static void
on_probe(void *ctx, int fd, int events)
{
	struct lines *l = ctx;
	int err = 0;
	socklen_t n = sizeof(err);
	size_t i;

	(void)events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) == 0 && err == 0) {
		probe_stands(l, fd);
		return;
	}
	for (i = 0; i < l->nprobe; i++)
		if (l->probe[i] == fd)
			l->probe[i] = l->probe[--l->nprobe];
	loop_fd(l->loop, fd, 0, NULL, NULL);
	close(fd);
}

static int
socket_made(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);

	if (fd < 0)
		return -1;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
probe(struct lines *l, const struct line *n, int64_t now)
{
	int fd;

	if (l->spare >= 0 || (l->nprobe > 0 && now - l->probed < PROBE_EVERY_MS))
		return;
	if (l->nprobe == PROBES) {
		/* The oldest has waited long enough. */
		loop_fd(l->loop, l->probe[0], 0, NULL, NULL);
		close(l->probe[0]);
		l->nprobe--;
		memmove(l->probe, l->probe + 1, l->nprobe * sizeof(l->probe[0]));
	}
	fd = socket_made(n->to.ss_family, SOCK_STREAM, 0);
	if (fd < 0)
		return;
	l->probed = now;
	l->to = n->to;
	l->len = n->len;
	if (connect(fd, (const struct sockaddr *)&n->to, n->len) != 0 &&
	    errno != EINPROGRESS) {
		close(fd);
		return;
	}
	l->probe[l->nprobe++] = fd;
	loop_fd(l->loop, fd, LOOP_WRITE, on_probe, l);
}

/* ---- watching ---- */

static int64_t
quiet_of(struct line *n, const struct tcp_seen *s, int64_t now)
{
	int64_t since;

	if (!s->due) {
		n->due_since = 0;
		return 0;
	}
	if (n->due_since == 0)
		n->due_since = now;
	since = now - n->due_since;
	return s->connecting ? now - n->born : s->quiet_ms < since ? s->quiet_ms : since;
}

static void
learn(struct lines *l, struct line *n, const struct tcp_seen *s)
{
	if (!s->connecting && s->rtt_us > 0)
		pace_rtt(l->pace, s->rtt_us, s->least_rtt_us);
	pace_segments(l->pace, s->segments - n->seen.segments, s->again - n->seen.again);
}

/* One line; what it carried since the last tick. */
static int64_t
look(struct lines *l, struct line *n, int64_t now, bool *full, bool *silent)
{
	struct tcp_seen s;
	int64_t carried;

	if (!tcp_see(n->fd, &s))
		return 0;
	carried = (int64_t)(s.acked - n->seen.acked);
	learn(l, n, &s);
	n->seen = s;
	n->quiet = quiet_of(n, &s, now);
	*full = *full || s.full;
	if (n->quiet >= pace_doubt_ms(l->pace)) {
		*silent = true;
		probe(l, n, now);
	}
	if (n->quiet >= pace_stall_ms(l->pace))
		give_up(n);
	return carried;
}

/* SO_SNDBUF follows what was measured; small steps are left alone. */
static void
fit_buffers(struct lines *l)
{
	int want = pace_sndbuf(l->pace);
	size_t i;

	if (want == 0 || (want > l->sndbuf - l->sndbuf / 4 && want < l->sndbuf + l->sndbuf / 4))
		return;
	l->sndbuf = want;
	for (i = 0; i < l->n; i++)
		tcp_sndbuf(l->v[i].fd, want);
}

static void
measure(struct lines *l, int64_t ms, int64_t carried, bool full, bool silent)
{
	if (!full || silent) {
		l->measured_ms = l->carried = 0;
		return;
	}
	l->measured_ms += ms;
	l->carried += carried;
	if (l->measured_ms < MEASURE_MS)
		return;
	pace_carried(l->pace, l->carried, l->measured_ms);
	l->measured_ms = l->carried = 0;
	fit_buffers(l);
}

static void
on_tick(void *ctx)
{
	struct lines *l = ctx;
	int64_t now = clock_monotonic_ms(), carried = 0;
	bool full = false, silent = false, any = false;
	size_t i;

	for (i = 0; i < l->n; i++) {
		struct line *n = &l->v[i];

		if (!n->busy || n->shut)
			continue;
		any = true;
		carried += look(l, n, now, &full, &silent);
	}
	if (l->ticked > 0)
		measure(l, now - l->ticked, carried, full, silent);
	l->ticked = now;
	if (!silent)
		probes_drop(l);
	else if (l->spare >= 0)
		judge_silent(l);
	if (!any) {
		loop_cancel(l->loop, l->tick);
		l->tick = 0;
		l->ticked = l->measured_ms = l->carried = 0;
	}
}

/* ---- the sockets ---- */

static bool
same_address(const struct lines *l, const struct sockaddr *to, socklen_t len)
{
	return len == l->len && memcmp(&l->to, to, len) == 0;
}

int
lines_open(struct lines *l, int family, int type, int protocol,
    const struct sockaddr *to, socklen_t len)
{
	struct line *n;
	bool ready = l->spare >= 0 && same_address(l, to, len);
	int fd = ready ? l->spare : socket_made(family, type, protocol);

	if (fd < 0)
		return -1;
	if (ready) {
		l->spare = -1;
		spare_drop(l);
	}
	l->v = xrealloc(l->v, l->n + 1, sizeof(*l->v));
	n = &l->v[l->n++];
	memset(n, 0, sizeof(*n));
	n->fd = fd;
	n->ready = ready;
	n->born = clock_monotonic_ms();
	n->len = len <= sizeof(n->to) ? len : sizeof(n->to);
	memcpy(&n->to, to, n->len);
	return fd;
}

bool
lines_prepare(struct lines *l, int fd)
{
	struct line *n = find(l, fd);

	if (n == NULL)
		return false;
	l->pace->bbr = tcp_tune(fd, (unsigned)pace_stall_ms(l->pace));
	tcp_keepalive(fd, KEEP_IDLE_S, KEEP_EVERY_S);
	l->sndbuf = pace_sndbuf(l->pace);
	if (l->sndbuf > 0)
		tcp_sndbuf(fd, l->sndbuf);
	return n->ready;
}

void
lines_close(struct lines *l, int fd)
{
	struct line *n = find(l, fd);

	if (n != NULL)
		*n = l->v[--l->n];
	close(fd);
}

void
lines_busy(struct lines *l, int fd, bool patient)
{
	struct line *n = find(l, fd);

	/* Not ours: libcurl's own way to wake itself. */
	if (n == NULL)
		return;
	if (!n->busy || n->patient != patient) {
		n->due_since = 0;
		tcp_keepalive(fd, patient ? KEEP_PATIENT_S : KEEP_IDLE_S, KEEP_EVERY_S);
	}
	n->busy = true;
	n->patient = patient;
	if (l->tick == 0)
		l->tick = loop_every(l->loop, TICK_MS, on_tick, l);
}

void
lines_idle(struct lines *l, int fd)
{
	struct line *n = find(l, fd);

	if (n != NULL)
		n->busy = false;
}

void
lines_shut_idle(struct lines *l, int64_t older_than)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!l->v[i].busy && !l->v[i].shut && l->v[i].born < older_than) {
			l->v[i].shut = true;
			(void)!shutdown(l->v[i].fd, SHUT_RDWR);
		}
}

void
lines_free(struct lines **lp)
{
	struct lines *l = *lp;

	*lp = NULL;
	if (l == NULL)
		return;
	probes_drop(l);
	spare_drop(l);
	loop_cancel(l->loop, l->tick);
	free(l->v);
	free(l);
}
