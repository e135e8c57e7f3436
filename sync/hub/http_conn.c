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

static void
conn_open(struct http *w, struct MHD_Connection *mc, void **ctx)
{
	const union MHD_ConnectionInfo *info;
	struct conn *c = xcalloc(1, sizeof(*c));

	info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CONNECTION_FD);
	c->fd = info != NULL ? info->connect_fd : -1;
	c->phase = CONN_HEAD;
	c->since = http_now(w);
	lock(w);
	c->next = w->conns;
	c->link = &w->conns;
	if (c->next != NULL)
		c->next->link = &c->next;
	w->conns = c;
	w->nconn++;
	unlock(w);
	*ctx = c;
}

void
conn_notify(void *cls, struct MHD_Connection *mc, void **ctx,
    enum MHD_ConnectionNotificationCode code)
{
	struct http *w = cls;
	struct conn *c;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		conn_open(w, mc, ctx);
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
	w->nconn--;
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
	c->since = http_now(w);
	c->in = 0;
	unlock(w);
}

void
conn_count(struct http *w, struct conn *c, size_t n)
{
	if (c == NULL)
		return;
	lock(w);
	c->in += n;
	unlock(w);
}

/* Has its time come?  A window of evidence that held enough is followed by another. */
static bool
is_over(struct conn *c, int64_t now)
{
	int64_t ms = now - c->since;

	switch (c->phase) {
	case CONN_HEAD:
		return ms > HTTP_HEADER_S * 1000LL;
	case CONN_IDLE:
		/* Silence may last, then header lines may come slowly. */
		return ms > (HTTP_SILENCE_S + HTTP_HEADER_S) * 1000LL;
	case CONN_BODY:
		return ms > HTTP_BODY_S * 1000LL;
	case CONN_STREAM:
		if (ms <= HTTP_RATE_S * 1000LL)
			return false;
		if (c->in < HTTP_RATE_BYTES)
			return true;
		c->since = now;
		c->in = 0;
		return false;
	case CONN_FILE:
	case CONN_HELD:
		break;
	}
	return false;
}

void
conn_sweep(struct http *w)
{
	int64_t now = http_now(w);
	struct conn *c;

	lock(w);
	for (c = w->conns; c != NULL; c = c->next)
		if (is_over(c, now) && c->fd >= 0)
			shutdown(c->fd, SHUT_RDWR);
	unlock(w);
}
