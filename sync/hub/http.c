/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/http.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "hub/http_internal.h"
#include "os/fs.h"

enum {
	PEM_MAX = 1 << 20,
	CONN_MEMORY = 48 << 10,		/* header lines; a `have` has up to 32 KiB */
	STOP_STEP_MS = 20,
};

static const char tus_version[] = "1.0.0";

/* ---- sending ---- */

static void
log_request(const struct request *q)
{
	char line[256];

	if (q->w->o.log == NULL)
		return;
	snprintf(line, sizeof(line), "%s %d in=%llu out=%llu ms=%lld", q->name,
	    q->r.status, (unsigned long long)q->in,
	    (unsigned long long)(q->r.fd >= 0 ? q->r.length : q->r.body.n),
	    (long long)(clock_monotonic_ms() - q->begun));
	q->w->o.log(q->w->o.ctx, line);
}

static enum MHD_Result
send_reply(struct request *q, struct MHD_Connection *mc)
{
	struct MHD_Response *m;
	struct reply *r = &q->r;
	char number[24];
	size_t n;
	char *p;
	enum MHD_Result res;
	int i;

	log_request(q);
	if (r->fd >= 0) {
		m = MHD_create_response_from_fd_at_offset64(r->length, r->fd, r->from);
		if (m != NULL)
			r->fd = -1;
		conn_phase(q->w, q->conn, CONN_STREAM);
	} else {
		p = fj_buf_take(&r->body, &n);
		m = MHD_create_response_from_buffer(n, p != NULL ? p : xstrdup(""),
		    MHD_RESPMEM_MUST_FREE);
	}
	if (m == NULL)
		return MHD_NO;
	snprintf(number, sizeof(number), "%d", WIRE_PROTOCOL);
	MHD_add_response_header(m, "Feijian", number);
	MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
	if (r->media != NULL)
		MHD_add_response_header(m, "Content-Type", r->media);
	if (q->rt != NULL && strncmp(q->rt->path, "/v1/visits", 10) == 0)
		MHD_add_response_header(m, "Tus-Resumable", tus_version);
	if (r->status == 412)
		MHD_add_response_header(m, "Tus-Version", tus_version);
	for (i = 0; i < r->nheader; i++)
		MHD_add_response_header(m, r->header[i].name, r->header[i].value);
	res = MHD_queue_response(mc, (unsigned)r->status, m);
	MHD_destroy_response(m);
	return res;
}

/* ---- reading a request ---- */

static const char *
header(struct MHD_Connection *mc, const char *name)
{
	return MHD_lookup_connection_value(mc, MHD_HEADER_KIND, name);
}

static enum verb
verb_of(const char *method)
{
	static const struct {
		const char *name;
		enum verb v;
	} verbs[] = {
		{ "GET", VERB_GET }, { "HEAD", VERB_HEAD }, { "POST", VERB_POST },
		{ "PATCH", VERB_PATCH }, { "OPTIONS", VERB_OPTIONS },
	};
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(method, verbs[i].name) == 0)
			return verbs[i].v;
	return VERB_OTHER;
}

/* A whole number of at most 18 digits; -1 when it is none or not there. */
static int64_t
whole(const char *text)
{
	int64_t v = 0;
	size_t i;

	if (text == NULL || text[0] == '\0' || strlen(text) > 18)
		return -1;
	for (i = 0; text[i] != '\0'; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		v = v * 10 + (text[i] - '0');
	}
	return v;
}

static void
read_ask(struct request *q, struct MHD_Connection *mc)
{
	const union MHD_ConnectionInfo *info;
	const char *auth = header(mc, "Authorization");
	int64_t wait;

	if (auth != NULL && strncmp(auth, "Bearer ", 7) == 0)
		q->ask.bearer = auth + 7;
	q->ask.etag = header(mc, "If-None-Match");
	q->ask.cursor = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "cursor");
	q->ask.from = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "from");
	q->ask.have = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "have");
	q->ask.after = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "after");
	q->ask.receipts = MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND,
	    "receipts");
	wait = whole(MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, "wait"));
	q->ask.wait = wait < 0 ? 0 : wait > WIRE_WAIT_MAX ? WIRE_WAIT_MAX : (int)wait;
	q->wait_until = q->begun + q->ask.wait * 1000LL;
	info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info != NULL && info->client_addr != NULL)
		(void)getnameinfo(info->client_addr, info->client_addr->sa_family ==
		    AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
		    q->peer, sizeof(q->peer), NULL, 0, NI_NUMERICHOST);
	q->ask.peer = q->peer;
}

/* What can be refused before the body is read.  True: go on. */
static bool
acceptable(struct request *q, struct MHD_Connection *mc)
{
	const char *media = header(mc, "Content-Type");
	const char *tus = header(mc, "Tus-Resumable");
	int64_t length = whole(header(mc, "Content-Length"));
	struct id dev;

	if (q->rt->flags & ROUTE_TUS && (tus == NULL || strcmp(tus, tus_version) != 0))
		reply_problem(&q->r, "tus-version");
	else if (header(mc, "Content-Encoding") != NULL)
		reply_problem(&q->r, "media");
	else if (q->rt->media != NULL && (media == NULL ||
	    strncmp(media, q->rt->media, strlen(q->rt->media)) != 0))
		reply_problem(&q->r, "media");
	else if (!(q->rt->flags & ROUTE_STREAM) && length > (int64_t)q->body.max)
		reply_problem(&q->r, "too-large");
	/* No strangers' bodies in memory; the whole check comes with the body. */
	else if (q->rt->need != AUTH_NONE && (q->ask.bearer == NULL ||
	    !token_check(q->w->h, q->ask.bearer, hub_now_ms(q->w->h), &dev)))
		reply_problem(&q->r, "unauthorized");
	else
		return true;
	return false;
}

static void
answer_options(struct request *q)
{
	char max[24];

	snprintf(max, sizeof(max), "%lld", LIMIT_EVIDENCE_BYTES);
	q->r.status = 204;
	reply_header(&q->r, "Tus-Version", tus_version);
	reply_header(&q->r, "Tus-Resumable", tus_version);
	reply_header(&q->r, "Tus-Extension", "creation");
	reply_header(&q->r, "Tus-Max-Size", max);
}

static void
begin_upload(struct request *q, struct MHD_Connection *mc)
{
	int64_t offset = whole(header(mc, "Upload-Offset"));

	if (offset < 0) {
		reply_problem(&q->r, "bad-request");
		q->early = true;
		return;
	}
	q->upload = upload_begin(q->w->h, &q->ask, offset, &q->r);
	q->early = q->upload == NULL;
	conn_phase(q->w, q->conn, CONN_STREAM);
}

static struct request *
request_new(struct http *w, struct MHD_Connection *mc, const char *url,
    const char *method)
{
	const union MHD_ConnectionInfo *info;
	const char *other = header(mc, "X-HTTP-Method-Override");
	struct request *q = xcalloc(1, sizeof(*q));
	char allowed[64];

	q->w = w;
	atomic_fetch_add(&w->active, 1);
	q->begun = clock_monotonic_ms();
	info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	q->conn = info != NULL ? info->socket_context : NULL;
	reply_init(&q->r);
	q->verb = verb_of(other != NULL ? other : method);
	q->name = "-";
	conn_phase(w, q->conn, CONN_BODY);
	read_ask(q, mc);
	q->rt = route_find(q->verb, url, &q->ask, allowed);
	fj_buf_init(&q->body, q->rt != NULL && q->rt->flags & ROUTE_SMALL ?
	    WIRE_JSON_BYTES : LIMIT_BODY_BYTES);
	q->early = true;
	if (q->verb == VERB_OPTIONS) {
		answer_options(q);
	} else if (q->rt == NULL) {
		reply_problem(&q->r, allowed[0] != '\0' ? "bad-request" :
		    version_foreign(url) ? "other-version" : "not-found");
		if (allowed[0] != '\0') {
			q->r.status = 405;
			reply_header(&q->r, "Allow", allowed);
		}
	} else if (acceptable(q, mc)) {
		q->early = false;
		if (q->rt->flags & ROUTE_STREAM)
			begin_upload(q, mc);
	}
	if (q->rt != NULL)
		q->name = q->rt->path;
	return q;
}

/* ---- answering ---- */

/* Routes that need a header which struct ask does not carry. */
static void
run_special(struct request *q, struct MHD_Connection *mc)
{
	struct hub *h = q->w->h;
	struct caller c;
	struct fj_err e;
	enum fj_rc rc = FJ_OK;

	fj_err_clear(&e);
	if (q->rt->need == AUTH_NONE) {
		q->r.status = 200;
		q->r.media = "text/plain";
		fj_buf_puts(&q->r.body, "ok\n");
		return;
	}
	hub_lock(h);
	rc = hub_refresh(h, &e);
	if (rc == FJ_OK && auth_ask(h, &q->ask, q->rt->need, &c, &q->r)) {
		if (q->rt->verb == VERB_POST)
			rc = upload_create(h, &c, &q->ask, whole(header(mc, "Upload-Length")),
			    &q->r, &e);
		else
			rc = upload_get(h, &c, &q->ask, header(mc, "Range"), &q->r, &e);
	}
	if (rc != FJ_OK)
		reply_failure(&q->r, &e);
	hub_unlock(h);
}

/* The whole body is here: run it.  False: parked. */
static bool
run(struct request *q, struct MHD_Connection *mc)
{
	struct http *w = q->w;

	if (q->rt->flags & ROUTE_STREAM) {
		upload_end(&q->upload, &q->r);
	} else if (fj_buf_over(&q->body)) {
		reply_problem(&q->r, "too-large");
	} else if (q->rt->fn == NULL) {
		run_special(q, mc);
	} else {
		q->ask.body = q->body.p;
		q->ask.nbody = q->body.n;
		q->ask.last = w->stopping || clock_monotonic_ms() >= q->wait_until;
		route_run(w->h, q->rt, &q->ask, &q->r);
		if (q->r.park) {
			conn_phase(w, q->conn, CONN_PARKED);
			if (conn_park(w, mc)) {
				q->r.park = false;
				return false;
			}
			q->ask.last = true;
			q->r.park = false;
			route_run(w->h, q->rt, &q->ask, &q->r);
		}
	}
	conn_phase(w, q->conn, CONN_BODY);
	q->ran = true;
	/* Something was stored: whoever waits may have it. */
	if (q->verb == VERB_POST || q->verb == VERB_PATCH)
		conn_wake(w);
	return true;
}

static void
take_body(struct request *q, const char *p, size_t n)
{
	q->in += n;
	if (q->early)
		return;
	if (q->upload != NULL)
		(void)upload_data(q->upload, p, n);
	else
		fj_buf_add(&q->body, p, n);
}

static bool
has_body(struct MHD_Connection *mc)
{
	return whole(header(mc, "Content-Length")) > 0 ||
	    header(mc, "Transfer-Encoding") != NULL;
}

static enum MHD_Result
send_early(struct request *q, struct MHD_Connection *mc)
{
	q->ran = true;
	return send_reply(q, mc);
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
		/* An early answer ends the connection: only where a body would follow. */
		return q->early && has_body(mc) ? send_early(q, mc) : MHD_YES;
	}
	if (*size > 0) {
		take_body(q, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (q->ran)
		return MHD_YES;
	if (q->early)
		return send_early(q, mc);
	return run(q, mc) ? send_reply(q, mc) : MHD_YES;
}

static void
completed(void *cls, struct MHD_Connection *mc, void **state,
    enum MHD_RequestTerminationCode code)
{
	struct http *w = cls;
	struct request *q = *state;

	(void)mc;
	(void)code;
	if (q == NULL)
		return;
	*state = NULL;
	/* The connection died inside a PATCH: what came in is kept. */
	if (q->upload != NULL)
		upload_end(&q->upload, NULL);
	conn_phase(w, q->conn, CONN_IDLE);
	reply_release(&q->r);
	fj_buf_release(&q->body);
	free(q);
	atomic_fetch_sub(&w->active, 1);
}

/* ---- start and stop ---- */

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
	unsigned connections = (unsigned)(w->o.connections > 0 ? w->o.connections :
	    HTTP_CONNECTIONS);
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, w->key },
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, w->cert },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	return MHD_start_daemon(flags, 0, NULL, NULL, handle, w,
	    MHD_OPTION_LISTEN_SOCKET, w->listen_fd,
	    MHD_OPTION_CONNECTION_LIMIT, connections,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)HTTP_PER_ADDRESS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_SILENCE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONN_MEMORY,
	    MHD_OPTION_THREAD_POOL_SIZE, (unsigned)HTTP_THREADS,
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

enum fj_rc
http_start(struct hub *h, const struct http_options *o, struct http **out,
    struct fj_err *e)
{
	struct http *w = xcalloc(1, sizeof(*w));
	enum fj_rc rc = FJ_OK;

	w->h = h;
	w->o = *o;
	w->listen_fd = -1;
	atomic_init(&w->stopping, false);
	atomic_init(&w->active, 0);
	FJ_BUG_IF(pthread_mutex_init(&w->mutex, NULL) != 0);
	if (o->tls_cert != NULL) {
		rc = read_pem(o->tls_cert, &w->cert, e);
		if (rc == FJ_OK)
			rc = read_pem(o->tls_key, &w->key, e);
	}
	if (rc == FJ_OK)
		rc = listen_open(o->listen, w->cert != NULL, &w->listen_fd, w->address, e);
	if (rc == FJ_OK) {
		w->daemon = start_daemon(w);
		if (w->daemon == NULL)
			rc = fj_fail(e, FJ_IO, "hub.listen-failed", "ss", o->listen,
			    w->cert != NULL ? "TLS" : strerror(errno));
	}
	if (rc == FJ_OK)
		*out = w;
	else
		release(&w);
	return rc;
}

const char *
http_address(const struct http *w)
{
	return w->address;
}

void
http_tick(struct http *w)
{
	conn_sweep(w);
	/* Each looks for itself whether its time has come. */
	conn_wake(w);
}

void
http_stop(struct http **wp, int wait_s)
{
	const struct timespec step = { 0, STOP_STEP_MS * 1000000L };
	struct http *w = *wp;
	int64_t until;
	MHD_socket fd;

	if (w == NULL)
		return;
	*wp = NULL;
	until = clock_monotonic_ms() + wait_s * 1000LL;
	fd = MHD_quiesce_daemon(w->daemon);
	if (fd != MHD_INVALID_SOCKET)
		close(fd);
	w->listen_fd = -1;
	w->stopping = true;
	conn_wake(w);
	while (atomic_load(&w->active) > 0 && clock_monotonic_ms() < until)
		nanosleep(&step, NULL);
	MHD_stop_daemon(w->daemon);
	release(&w);
}
