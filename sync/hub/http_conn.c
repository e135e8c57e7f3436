/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlines that libmicrohttpd does not have: it counts silence only, so a
 * client that sends a byte now and then would hold a connection for ever.
 */
#include <stdlib.h>
#include <sys/socket.h>

#include "base/xalloc.h"
#include "hub/http_internal.h"

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

void
conn_notify(void *cls, struct MHD_Connection *mc, void **ctx,
    enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	struct http *w = cls;
	struct conn *c;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CONNECTION_FD);
		c = xcalloc(1, sizeof(*c));
		c->fd = info != NULL ? info->connect_fd : -1;
		c->phase = CONN_HEAD;
		c->since = clock_monotonic_ms();
		lock(w);
		c->next = w->conns;
		c->link = &w->conns;
		if (c->next != NULL)
			c->next->link = &c->next;
		w->conns = c;
		unlock(w);
		*ctx = c;
		return;
	}
	c = *ctx;
	if (c == NULL)
		return;
	/* Before the descriptor is closed: the sweep can never meet another's. */
	lock(w);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	unlock(w);
	free(c);
	*ctx = NULL;
}

void
conn_phase(struct http *w, struct conn *c, enum conn_phase phase)
{
	if (c == NULL)
		return;
	lock(w);
	c->phase = phase;
	c->since = clock_monotonic_ms();
	unlock(w);
}

static int64_t
allowance(enum conn_phase phase)
{
	switch (phase) {
	case CONN_HEAD:
		return HTTP_HEADER_S * 1000LL;
	case CONN_IDLE:
		return (HTTP_SILENCE_S + HTTP_HEADER_S) * 1000LL;
	case CONN_BODY:
		return HTTP_BODY_S * 1000LL;
	case CONN_STREAM:
	case CONN_PARKED:
		break;
	}
	return INT64_MAX;
}

void
conn_sweep(struct http *w)
{
	int64_t now = clock_monotonic_ms();
	struct conn *c;

	lock(w);
	for (c = w->conns; c != NULL; c = c->next)
		if (now - c->since > allowance(c->phase) && c->fd >= 0)
			shutdown(c->fd, SHUT_RDWR);
	unlock(w);
}

bool
conn_park(struct http *w, struct MHD_Connection *mc)
{
	struct parked *p;
	bool yes;

	lock(w);
	yes = w->nparked < HTTP_PARKED && !w->stopping;
	if (yes) {
		p = xcalloc(1, sizeof(*p));
		p->mc = mc;
		p->next = w->parked;
		w->parked = p;
		w->nparked++;
		/* Inside the lock: a wake-up cannot come before it. */
		MHD_suspend_connection(mc);
	}
	unlock(w);
	return yes;
}

void
conn_wake(struct http *w)
{
	struct parked *p, *next;

	lock(w);
	p = w->parked;
	w->parked = NULL;
	w->nparked = 0;
	for (; p != NULL; p = next) {
		next = p->next;
		MHD_resume_connection(p->mc);
		free(p);
	}
	unlock(w);
}
