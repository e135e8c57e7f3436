/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/http.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "hub/audit.h"
#include "hub/http_internal.h"
#include "os/fs.h"

enum {
	PEM_MAX = 1 << 20,
	CONN_MEMORY = 48 << 10,		/* header lines; a `have` has up to 32 KiB */
};

/* What GnuTLS calls normal still takes TLS 1.0 and 1.1 (RFC 8996). */
static const char tls_priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

int64_t
http_now(const struct http *w)
{
	return w->o.now != NULL ? w->o.now(w->o.ctx) : clock_monotonic_ms();
}

/* ---- what libmicrohttpd calls ---- */

static bool
has_body(struct MHD_Connection *mc)
{
	const char *n = MHD_lookup_connection_value(mc, MHD_HEADER_KIND, "Content-Length");

	return (n != NULL && strcmp(n, "0") != 0) ||
	    MHD_lookup_connection_value(mc, MHD_HEADER_KIND, "Transfer-Encoding") != NULL;
}

/* To a worker.  From here on the request is not this thread's until it is resumed. */
static void
hand_over(struct request *q, struct work *to, enum stage s,
    void (*run)(struct hub *view, struct work_item *it))
{
	q->item.run = run;
	atomic_store(&q->stage, s);
	conn_phase(q->w, q->conn, CONN_HELD);
	/* First suspended: it may be resumed before this returns. */
	MHD_suspend_connection(q->mc);
	if (work_put(to, &q->item))
		return;
	request_refuse(q);
	q->early = true;
	conn_phase(q->w, q->conn, CONN_BODY);
	atomic_store(&q->stage, s == STAGE_BEGIN ? STAGE_BEGUN : STAGE_DONE);
	MHD_resume_connection(q->mc);
}

/* Enough came in that the disk is to be waited for: not in this thread. */
static void
flush(struct request *q)
{
	q->item.run = run_flush;
	atomic_store(&q->stage, STAGE_BEGIN);
	conn_phase(q->w, q->conn, CONN_HELD);
	MHD_suspend_connection(q->mc);
	if (!work_put_always(q->w->files, &q->item))
		run_flush(NULL, &q->item);
}

/* Digests and disk, behind what comes in. */
static void
follow(struct request *q)
{
	struct work_item *it = upload_item(q->upload);

	if (it != NULL && !work_put_always(q->w->files, it))
		upload_refused(q->upload);
	if (upload_due(q->upload))
		flush(q);
}

/* The header lines are here, or were when the connection was suspended. */
static enum MHD_Result
headers_done(struct request *q, struct MHD_Connection *mc)
{
	/* An early answer ends the connection: only where a body would follow. */
	if (q->early)
		return has_body(mc) ? reply_send(q, mc) : MHD_YES;
	if (q->stage == STAGE_READ && q->rt->flags & ROUTE_STREAM)
		hand_over(q, q->w->work, STAGE_BEGIN, run_begin);
	return MHD_YES;
}

/* Everything is here. */
static enum MHD_Result
request_done(struct request *q, struct MHD_Connection *mc)
{
	if (q->early || q->stage == STAGE_DONE)
		return reply_send(q, mc);
	if (q->rt->fn == NULL && q->rt->need == AUTH_NONE) {
		hand_over(q, q->w->work, STAGE_RUN, run_health);
		return MHD_YES;
	}
	hand_over(q, q->rt->flags & ROUTE_STREAM ? q->w->files : q->w->work, STAGE_RUN,
	    run_whole);
	return MHD_YES;
}

static enum MHD_Result
handle(void *cls, struct MHD_Connection *mc, const char *url, const char *method,
    const char *version, const char *data, size_t *size, void **state)
{
	struct request *q = *state;

	(void)version;
	if (q == NULL) {
		q = request_new(cls, mc, url, method);
		*state = q;
		return headers_done(q, mc);
	}
	if (q->stage == STAGE_SENT)
		return MHD_YES;
	if (*size > 0) {
		request_body(q, data, *size);
		*size = 0;
		if (q->upload != NULL)
			follow(q);
		return frame_endless(q) ? MHD_NO : MHD_YES;
	}
	if (q->stage == STAGE_BEGUN && !q->begun_told) {
		q->begun_told = true;
		return headers_done(q, mc);
	}
	return request_done(q, mc);
}

static void
completed(void *cls, struct MHD_Connection *mc, void **state,
    enum MHD_RequestTerminationCode code)
{
	struct request *q = *state;

	(void)cls;
	(void)mc;
	(void)code;
	if (q == NULL)
		return;
	*state = NULL;
	conn_phase(q->w, q->conn, CONN_IDLE);
	if (q->upload == NULL) {
		request_free(q);
		return;
	}
	/* The connection died inside a PATCH: what came in is kept. */
	q->item.run = run_lost;
	if (!work_put_always(q->w->files, &q->item))
		run_lost(NULL, &q->item);
}

/* ---- start ---- */

static enum fj_rc
read_pem(const char *path, char **out, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init_secret(&b, PEM_MAX);
	rc = fs_read(path, &b, e);
	if (rc == FJ_OK && strstr(b.p, "-----BEGIN") == NULL)
		rc = fj_fail(e, FJ_INVAL, "hub.pem", "s", path);
	if (rc == FJ_OK)
		*out = fj_buf_take(&b, NULL);
	fj_buf_release(&b);
	return rc;
}

static struct MHD_Daemon *
start_daemon(struct http *w)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
	    MHD_USE_ITC | (w->cert != NULL ? MHD_USE_TLS : 0);
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, w->key },
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, w->cert },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	return MHD_start_daemon(flags, 0, NULL, NULL, handle, w,
	    MHD_OPTION_LISTEN_SOCKET, w->listen_fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)w->o.connections,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)w->o.per_address,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_SILENCE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONN_MEMORY,
	    MHD_OPTION_THREAD_POOL_SIZE, (unsigned)HTTP_THREADS,
	    MHD_OPTION_UNESCAPE_CALLBACK, frame_unescape, w,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, w,
	    MHD_OPTION_NOTIFY_CONNECTION, conn_notify, w,
	    MHD_OPTION_ARRAY, w->cert != NULL ? tls : none,
	    MHD_OPTION_END);
}

static void
release(struct http **wp)
{
	struct http *w = *wp;

	*wp = NULL;
	if (w->listen_fd >= 0)
		close(w->listen_fd);
	if (w->key != NULL)
		fj_wipe(w->key, strlen(w->key));
	free(w->key);
	free(w->cert);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}

static struct http *
http_new(struct hub *h, const struct http_options *o)
{
	struct http *w = xcalloc(1, sizeof(*w));

	w->h = h;
	w->o = *o;
	if (w->o.connections <= 0)
		w->o.connections = HTTP_CONNECTIONS;
	if (w->o.per_address <= 0)
		w->o.per_address = o->trusted != NULL ? w->o.connections : HTTP_PER_ADDRESS;
	if (w->o.least_free <= 0)
		w->o.least_free = HTTP_LEAST_FREE;
	w->memory_max = o->memory > 0 ? o->memory : HTTP_MEMORY;
	w->listen_fd = -1;
	w->notify.run = park_run;
	atomic_init(&w->generation, 1);
	FJ_BUG_IF(pthread_mutex_init(&w->mutex, NULL) != 0);
	return w;
}

enum fj_rc
http_start(struct hub *h, const struct http_options *o, struct http **out,
    struct fj_err *e)
{
	struct http *w = http_new(h, o);
	enum fj_rc rc = FJ_OK;

	if (o->tls_cert != NULL) {
		rc = read_pem(o->tls_cert, &w->cert, e);
		if (rc == FJ_OK)
			rc = read_pem(o->tls_key, &w->key, e);
	}
	if (rc == FJ_OK)
		rc = listen_open(o->listen, w->cert != NULL, &w->listen_fd, w->address, e);
	if (rc == FJ_OK)
		rc = work_start(h, o->workers, (size_t)w->o.connections, &w->work, e);
	if (rc == FJ_OK)
		rc = work_start(NULL, HTTP_FILES, (size_t)w->o.connections, &w->files, e);
	if (rc == FJ_OK) {
		hub_lock(h);
		w->seen_roster = h->roster_row;
		rc = h->store->ops->log_position(h->store, &w->seen, e);
		hub_unlock(h);
	}
	if (rc == FJ_OK) {
		commit_start(h);
		w->daemon = start_daemon(w);
		if (w->daemon == NULL)
			rc = fj_fail(e, FJ_IO, "hub.listen-failed", "ss", o->listen,
			    w->cert != NULL ? "TLS" : strerror(errno));
	}
	if (rc == FJ_OK) {
		*out = w;
	} else {
		work_stop(&w->work);
		work_stop(&w->files);
		commit_stop(h);
		release(&w);
	}
	return rc;
}

const char *
http_address(const struct http *w)
{
	return w->address;
}

static void
sweep(struct http *w)
{
	int64_t now = http_now(w);

	if (w->h->evidence == NULL || (w->swept != 0 && now - w->swept < HTTP_SWEEP_S * 1000LL) ||
	    atomic_exchange(&w->sweeping, true))
		return;
	w->swept = now;
	w->sweep.run = run_sweep;
	if (!work_put(w->files, &w->sweep))
		atomic_store(&w->sweeping, false);
}

void
http_tick(struct http *w)
{
	sweep(w);
	conn_sweep(w);
	park_tick(w);
	park_poke(w);
}

void
http_counts(struct http *w, struct http_counts *out)
{
	FJ_BUG_IF(pthread_mutex_lock(&w->mutex) != 0);
	out->connections = w->nconn;
	out->parked = w->nparked;
	FJ_BUG_IF(pthread_mutex_unlock(&w->mutex) != 0);
	out->active = atomic_load(&w->active);
	out->waiting = work_waiting(w->work) + work_waiting(w->files);
	out->memory = atomic_load(&w->memory);
	out->requests = atomic_load(&w->requests);
	out->refused = atomic_load(&w->refused);
}

/* ---- stop ---- */

bool
http_drain(struct http *w)
{
	MHD_socket fd;

	if (!atomic_exchange(&w->stopping, true)) {
		fd = MHD_quiesce_daemon(w->daemon);
		if (fd != MHD_INVALID_SOCKET)
			close(fd);
		w->listen_fd = -1;
	}
	park_tick(w);
	return atomic_load(&w->active) == 0;
}

void
http_stop(struct http **wp)
{
	struct http *w = *wp;

	if (w == NULL)
		return;
	*wp = NULL;
	(void)http_drain(w);
	/* What workers and writer hold is resumed by them; nothing may be suspended
	 * when the daemon ends. */
	work_end(w->work);
	work_end(w->files);
	commit_stop(w->h);
	audit_flush(w->h);
	MHD_stop_daemon(w->daemon);
	work_stop(&w->work);
	work_stop(&w->files);
	release(&w);
}
