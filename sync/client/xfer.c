/* SPDX-License-Identifier: Apache-2.0 */
#include "client/xfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "client/call.h"
#include "client/policy.h"
#include "os/clock.h"
#include "wire/zip.h"

enum {
	ANSWER_MAX = LIMIT_BODY_BYTES + 8192,
	UPLOAD_BUFFER = 64 << 10,
	UPLOAD_BUFFER_SLOW = 16 << 10,
};

struct xfer {
	struct loop *loop;
	struct pace *pace;
	struct lines *lines;
	CURLM *multi;
	CURLSH *share;			/* TLS sessions, so that a new connection is cheap */
	char *url, *ca;
	char proxy[PROXY_TEXT];		/* as the policy has it */
	char proxy_name[PROXY_TEXT];	/* without what is secret; "" none */
	uint64_t timer, finish, last;
	int64_t cut;			/* monotonic, of the last one; 0: none */
	struct call *calls;		/* used ones and free ones */
};

/* ---- the loop ---- */

static void collect(struct xfer *x);

static void
on_fd(void *ctx, int fd, int events)
{
	struct xfer *x = ctx;
	int what = 0, running;

	what |= events & LOOP_READ ? CURL_CSELECT_IN : 0;
	what |= events & LOOP_WRITE ? CURL_CSELECT_OUT : 0;
	what |= events & LOOP_ERROR ? CURL_CSELECT_ERR : 0;
	curl_multi_socket_action(x->multi, fd, what, &running);
	collect(x);
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *per)
{
	struct xfer *x = ctx;
	char *mine = NULL;
	int events = 0;

	(void)per;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= LOOP_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= LOOP_WRITE;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &mine);
	if (events == 0)
		lines_idle(x->lines, fd);
	else
		lines_busy(x->lines, fd, mine != NULL && ((struct call *)(void *)mine)->r.patient);
	loop_fd(x->loop, fd, events, on_fd, x);
	return 0;
}

static void
on_time(void *ctx)
{
	struct xfer *x = ctx;
	int running;

	x->timer = 0;
	curl_multi_socket_action(x->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(x);
}

static int
on_timer(CURLM *m, long ms, void *ctx)
{
	struct xfer *x = ctx;

	(void)m;
	loop_cancel(x->loop, x->timer);
	x->timer = ms < 0 ? 0 : loop_after(x->loop, ms, on_time, x);
	return 0;
}

/* ---- the sockets ---- */

static curl_socket_t
on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct xfer *x = ctx;
	int fd;

	(void)purpose;
	fd = lines_open(x->lines, to->family, to->socktype, to->protocol, &to->addr,
	    (socklen_t)to->addrlen);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int
on_made(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	struct xfer *x = ctx;

	(void)purpose;
	return lines_prepare(x->lines, fd) ? CURL_SOCKOPT_ALREADY_CONNECTED : CURL_SOCKOPT_OK;
}

static int
on_close(void *ctx, curl_socket_t fd)
{
	struct xfer *x = ctx;

	lines_close(x->lines, fd);
	return 0;
}

/* ---- what goes out ---- */

static size_t
on_read(char *p, size_t size, size_t count, void *ctx)
{
	struct call *c = ctx;
	size_t n = size * count, left;

	/* What is given at once becomes one record of TLS, which is lost whole when the
	 * link is cut inside it. */
	if (c->slow && n > PACE_RECORD)
		n = PACE_RECORD;
	if (c->r.read != NULL) {
		n = c->r.read(c->r.ctx, p, n);
		return n == SIZE_MAX ? CURL_READFUNC_ABORT : n;
	}
	left = c->r.nbody - c->sent;
	if (n > left)
		n = left;
	memcpy(p, c->body + c->sent, n);
	c->sent += n;
	return n;
}

/* A reused connection that died before the first byte: only our own copy can be
 * given again; a file is asked for anew by HEAD. */
static int
on_seek(void *ctx, curl_off_t offset, int origin)
{
	struct call *c = ctx;

	if (c->r.read != NULL || origin != SEEK_SET || offset < 0 ||
	    (uint64_t)offset > c->r.nbody)
		return CURL_SEEKFUNC_FAIL;
	c->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static int
on_progress(void *ctx, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
	struct call *c = ctx;

	(void)dt;
	(void)ut;
	c->a.up = un;
	if (c->r.moved != NULL)
		c->r.moved(c->r.ctx, un, dn);
	return 0;
}

/* ---- ends ---- */

static void
clear(struct call *c)
{
	curl_slist_free_all(c->lines);
	c->lines = NULL;
	free(c->body);
	c->body = NULL;
	c->id = 0;
	c->over = false;
}

/* After a cut every connection of before is suspect: one that nobody uses now would
 * be found dead by the next request only after a round trip, or never. */
static void
after_cut(struct xfer *x, const struct answer *a)
{
	if (!a->cut)
		return;
	x->cut = clock_monotonic_ms();
	lines_shut_idle(x->lines, x->cut);
}

static void
finish_one(struct xfer *x, struct call *c)
{
	xfer_done done = c->done;
	void *ctx = c->ctx;
	struct answer a;

	c->a.rc = call_judge(c);
	c->a.took_ms = clock_monotonic_ms() - c->a.began;
	after_cut(x, &c->a);
	clear(c);
	/* Ours from here: done may start the next one. */
	a = c->a;
	memset(&c->a, 0, sizeof(c->a));
	done(ctx, &a);
	fj_buf_release(&a.body);
}

static struct call *
finished(struct xfer *x)
{
	struct call *c, *first = NULL;

	for (c = x->calls; c != NULL; c = c->next)
		if (c->id != 0 && c->over && (first == NULL || c->id < first->id))
			first = c;
	return first;
}

static void
finish(void *ctx)
{
	struct xfer *x = ctx;
	struct call *c = finished(x);

	x->finish = 0;
	if (c == NULL)
		return;
	/* One a turn: its done may drop others, or all of them. */
	if (finished(x) != NULL)
		x->finish = loop_after(x->loop, 0, finish, x);
	finish_one(x, c);
}

static void
collect(struct xfer *x)
{
	struct call *c;
	char *mine;
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(x->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		mine = NULL;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &mine);
		c = (struct call *)(void *)mine;
		c->code = m->data.result;
		c->over = true;
		curl_multi_remove_handle(x->multi, c->easy);
	}
	if (finished(x) != NULL && x->finish == 0)
		x->finish = loop_after(x->loop, 0, finish, x);
}

/* ---- one request ---- */

static void
add_line(struct call *c, const char *line)
{
	struct curl_slist *more = curl_slist_append(c->lines, line);

	if (more != NULL)
		c->lines = more;
}

static void
set_body(struct call *c)
{
	const struct xfer_request *r = &c->r;
	bool has = r->body != NULL || r->read != NULL;

	if (strcmp(r->method, "HEAD") == 0) {
		curl_easy_setopt(c->easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (!has && strcmp(r->method, "GET") == 0)
		return;
	curl_easy_setopt(c->easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c->easy, CURLOPT_CUSTOMREQUEST, r->method);
	curl_easy_setopt(c->easy, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(c->easy, CURLOPT_READDATA, c);
	curl_easy_setopt(c->easy, CURLOPT_SEEKFUNCTION, on_seek);
	curl_easy_setopt(c->easy, CURLOPT_SEEKDATA, c);
	curl_easy_setopt(c->easy, CURLOPT_UPLOAD_BUFFERSIZE, c->slow ?
	    (long)UPLOAD_BUFFER_SLOW : (long)UPLOAD_BUFFER);
	curl_easy_setopt(c->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)(r->read != NULL ?
	    r->length : (int64_t)r->nbody));
}

static void
set_headers(struct call *c)
{
	const struct xfer_request *r = &c->r;
	char *line;
	int i;

	/* Without it libcurl waits a second for 100 Continue. */
	add_line(c, "Expect:");
	if (r->media != NULL) {
		line = xasprintf("Content-Type: %s", r->media);
		add_line(c, line);
		free(line);
	}
	if (r->token != NULL) {
		line = xasprintf("Authorization: Bearer %s", r->token);
		add_line(c, line);
		fj_wipe(line, strlen(line));
		free(line);
	}
	for (i = 0; i < r->nheader; i++)
		add_line(c, r->header[i]);
	if (!r->foreign && r->sink == NULL && strcmp(r->method, "GET") == 0) {
		add_line(c, "Accept-Encoding: " ZIP_CODING);
		add_line(c, ZIP_HEADER ": " ZIP_NUMBER);
	}
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->lines);
}

static void
set_security(struct call *c)
{
	const char *ca = c->x->ca;
	struct curl_blob blob;

	curl_easy_setopt(c->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c->easy, CURLOPT_SSL_VERIFYPEER, c->r.unverified ? 0L : 1L);
	curl_easy_setopt(c->easy, CURLOPT_SSL_VERIFYHOST, c->r.unverified ? 0L : 2L);
	curl_easy_setopt(c->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca != NULL) {
		blob.data = c->x->ca;
		blob.len = strlen(ca);
		blob.flags = CURL_BLOB_COPY;
		curl_easy_setopt(c->easy, CURLOPT_CAINFO_BLOB, &blob);
	}
}

static void
set_proxy(struct call *c)
{
	struct xfer *x = c->x;
	char exempt[1024];

	proxy_exempt(exempt, sizeof(exempt));
	curl_easy_setopt(c->easy, CURLOPT_NOPROXY, exempt);
	/* Basic only over what the person wrote; a proxy never sees the hub's token. */
	curl_easy_setopt(c->easy, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
	curl_easy_setopt(c->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (strcmp(x->proxy, "none") == 0)
		curl_easy_setopt(c->easy, CURLOPT_PROXY, "");
	else if (x->proxy[0] != '\0')
		curl_easy_setopt(c->easy, CURLOPT_PROXY, x->proxy);
	c->proxy = x->proxy_name;
}

static void
set_sockets(struct call *c)
{
	struct xfer *x = c->x;

	curl_easy_setopt(c->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(c->easy, CURLOPT_OPENSOCKETDATA, x);
	curl_easy_setopt(c->easy, CURLOPT_SOCKOPTFUNCTION, on_made);
	curl_easy_setopt(c->easy, CURLOPT_SOCKOPTDATA, x);
	curl_easy_setopt(c->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(c->easy, CURLOPT_CLOSESOCKETDATA, x);
	curl_easy_setopt(c->easy, CURLOPT_SHARE, x->share);
}

static void
set_rest(struct call *c)
{
	CURL *easy = c->easy;

	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)XFER_CONNECT_S);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, c->r.stall_s > 0 ? c->r.stall_s :
	    (long)XFER_STALL_S);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "feijian/1");
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->why);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, call_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, c);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, call_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, c);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, c);
}

static struct call *
call_free(struct xfer *x)
{
	struct call *c;

	for (c = x->calls; c != NULL; c = c->next)
		if (c->id == 0)
			return c;
	c = xcalloc(1, sizeof(*c));
	c->easy = curl_easy_init();
	if (c->easy == NULL) {
		free(c);
		return NULL;
	}
	c->x = x;
	c->url = x->url;
	c->next = x->calls;
	x->calls = c;
	return c;
}

static void
call_begin(struct call *c, const struct xfer_request *r)
{
	c->id = ++c->x->last;
	c->r = *r;
	c->sent = 0;
	c->sink_failed = c->over = false;
	c->slow = pace_slow(c->x->pace);
	c->protocol = -1;
	c->media[0] = c->why[0] = '\0';
	memset(&c->a, 0, sizeof(c->a));
	c->a.roster = c->a.offset = c->a.receipt = c->a.receipts = -1;
	c->a.retry_after = -1;
	c->a.began = clock_monotonic_ms();
	fj_buf_init(&c->a.body, ANSWER_MAX);
	if (r->body != NULL)
		c->body = r->nbody > 0 ? xmemdup(r->body, r->nbody) : xstrdup("");
}

enum fj_rc
xfer_start(struct xfer *x, const struct xfer_request *r, xfer_done done, void *ctx,
    uint64_t *call, struct fj_err *e)
{
	struct call *c = call_free(x);
	char *url;

	if (c == NULL)
		return fj_fail(e, FJ_NOMEM, "sync.curl", "");
	call_begin(c, r);
	c->done = done;
	c->ctx = ctx;
	curl_easy_reset(c->easy);
	url = xasprintf("%s%s", x->url, r->path);
	curl_easy_setopt(c->easy, CURLOPT_URL, url);
	free(url);
	set_body(c);
	set_headers(c);
	set_security(c);
	set_proxy(c);
	set_sockets(c);
	set_rest(c);
	if (curl_multi_add_handle(x->multi, c->easy) != CURLM_OK) {
		fj_buf_release(&c->a.body);
		clear(c);
		return fj_fail(e, FJ_NOMEM, "sync.curl", "");
	}
	if (call != NULL)
		*call = c->id;
	return FJ_OK;
}

static void
drop(struct call *c)
{
	if (!c->over)
		curl_multi_remove_handle(c->x->multi, c->easy);
	clear(c);
	fj_buf_release(&c->a.body);
}

void
xfer_drop(struct xfer *x, uint64_t call)
{
	struct call *c;

	for (c = x->calls; c != NULL; c = c->next)
		if (call != 0 && c->id == call) {
			drop(c);
			return;
		}
}

void
xfer_cancel(struct xfer *x)
{
	struct call *c;

	loop_cancel(x->loop, x->finish);
	x->finish = 0;
	for (c = x->calls; c != NULL; c = c->next)
		if (c->id != 0)
			drop(c);
}

/* ---- life ---- */

static void
set_multi(struct xfer *x)
{
	curl_multi_setopt(x->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(x->multi, CURLMOPT_SOCKETDATA, x);
	curl_multi_setopt(x->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(x->multi, CURLMOPT_TIMERDATA, x);
	curl_multi_setopt(x->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)XFER_CONNECTIONS);
	curl_multi_setopt(x->multi, CURLMOPT_MAXCONNECTS, (long)XFER_CONNECTIONS);
	curl_multi_setopt(x->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	curl_share_setopt(x->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

enum fj_rc
xfer_new(struct loop *loop, const char *url, const char *ca, struct pace *pace,
    struct xfer **out, struct fj_err *e)
{
	struct xfer *x = xcalloc(1, sizeof(*x));

	x->loop = loop;
	x->pace = pace;
	x->url = xstrdup(url);
	x->ca = xstrdup(ca);
	x->lines = lines_new(loop, pace);
	xfer_proxy(x, "");
	x->multi = curl_multi_init();
	x->share = curl_share_init();
	if (x->multi == NULL || x->share == NULL) {
		xfer_free(&x);
		return fj_fail(e, FJ_NOMEM, "sync.curl", "");
	}
	set_multi(x);
	*out = x;
	return FJ_OK;
}

void
xfer_proxy(struct xfer *x, const char *proxy)
{
	snprintf(x->proxy, sizeof(x->proxy), "%s", proxy);
	proxy_shown(strcmp(proxy, "none") == 0 ? "" : proxy[0] != '\0' ? proxy :
	    proxy_environment(), x->proxy_name);
}

void
xfer_moved(struct xfer *x)
{
	x->cut = clock_monotonic_ms();
	lines_shut_idle(x->lines, x->cut);
}

void
xfer_free(struct xfer **xp)
{
	struct xfer *x = *xp;
	struct call *c, *next;

	*xp = NULL;
	if (x == NULL)
		return;
	xfer_cancel(x);
	for (c = x->calls; c != NULL; c = next) {
		next = c->next;
		curl_easy_cleanup(c->easy);
		free(c);
	}
	if (x->multi != NULL)
		curl_multi_cleanup(x->multi);
	if (x->share != NULL)
		curl_share_cleanup(x->share);
	loop_cancel(x->loop, x->timer);
	lines_free(&x->lines);
	fj_wipe(x->proxy, sizeof(x->proxy));
	free(x->url);
	free(x->ca);
	free(x);
}
