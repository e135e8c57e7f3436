/* SPDX-License-Identifier: Apache-2.0 */
#include "client/xfer.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "wire/version.h"

enum {
	USER_TIMEOUT_MS = 15000,	/* unacknowledged bytes: the link is gone */
	ANSWER_MAX = LIMIT_BODY_BYTES + 8192,
};

struct xfer {
	struct loop *loop;
	CURLM *multi;
	CURL *easy;
	char *url, *ca;
	uint64_t timer, finish;
	bool busy;
	struct xfer_request r;
	char *body;			/* copy */
	size_t sent;
	struct curl_slist *lines;
	struct answer a;
	int protocol;			/* of the Feijian header; -1 none */
	char media[128];
	bool sink_failed;
	char why[CURL_ERROR_SIZE];
	CURLcode code;
	xfer_done done;
	void *ctx;
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
	int events = 0;

	(void)easy;
	(void)per;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= LOOP_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= LOOP_WRITE;
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

/* ---- what comes in ---- */

static bool
header_is(const char *line, size_t n, const char *name, const char **value, size_t *len)
{
	size_t k = strlen(name);

	if (n <= k || line[k] != ':' || strncasecmp(line, name, k) != 0)
		return false;
	line += k + 1;
	n -= k + 1;
	while (n > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		n--;
	}
	while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n' || line[n - 1] == ' '))
		n--;
	*value = line;
	*len = n;
	return true;
}

static int64_t
number(const char *p, size_t n)
{
	int64_t v = 0;
	size_t i;

	if (n == 0 || n > 18)
		return -1;
	for (i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

static size_t
on_header(char *line, size_t size, size_t count, void *ctx)
{
	struct xfer *x = ctx;
	size_t n = size * count, len;
	const char *v;

	if (n >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		/* A new answer begins (after 100 Continue). */
		x->protocol = -1;
		x->media[0] = '\0';
	} else if (header_is(line, n, "Feijian", &v, &len)) {
		x->protocol = (int)number(v, len > 9 ? 0 : len);
	} else if (header_is(line, n, "Content-Type", &v, &len)) {
		snprintf(x->media, sizeof(x->media), "%.*s", (int)len, v);
	} else if (header_is(line, n, "Feijian-More", &v, &len)) {
		x->a.more = len == 1 && *v == '1';
	} else if (header_is(line, n, "Feijian-Roster", &v, &len)) {
		x->a.roster = number(v, len);
	} else if (header_is(line, n, "Feijian-Receipt", &v, &len)) {
		x->a.receipt = number(v, len);
	} else if (header_is(line, n, "Feijian-Receipts", &v, &len)) {
		x->a.receipts = number(v, len);
	} else if (header_is(line, n, "Upload-Offset", &v, &len)) {
		x->a.offset = number(v, len);
	} else if (header_is(line, n, "Retry-After", &v, &len)) {
		x->a.retry_after = number(v, len);
	}
	return n;
}

static bool
is_media(const struct xfer *x, const char *want)
{
	size_t n = strlen(want);

	return strncasecmp(x->media, want, n) == 0 &&
	    (x->media[n] == '\0' || x->media[n] == ';' || x->media[n] == ' ');
}

static size_t
on_body(char *p, size_t size, size_t count, void *ctx)
{
	struct xfer *x = ctx;
	size_t n = size * count;
	long status = 0;

	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	if (x->r.sink != NULL && status >= 200 && status < 300) {
		/* Only a hub's bytes go into a file. */
		if (x->protocol < 0 || (x->r.expect != NULL && !is_media(x, x->r.expect)))
			return n;
		if (!x->r.sink(x->r.ctx, p, n)) {
			x->sink_failed = true;
			return 0;
		}
		return n;
	}
	fj_buf_add(&x->a.body, p, n);
	return fj_buf_over(&x->a.body) ? 0 : n;
}

static size_t
on_read(char *p, size_t size, size_t count, void *ctx)
{
	struct xfer *x = ctx;
	size_t n = size * count, left;

	if (x->r.read != NULL) {
		n = x->r.read(x->r.ctx, p, n);
		return n == SIZE_MAX ? CURL_READFUNC_ABORT : n;
	}
	left = x->r.nbody - x->sent;
	if (n > left)
		n = left;
	memcpy(p, x->body + x->sent, n);
	x->sent += n;
	return n;
}

/* A reused connection that died before the first byte: only our own copy can be
 * given again; a file is asked for anew by HEAD. */
static int
on_seek(void *ctx, curl_off_t offset, int origin)
{
	struct xfer *x = ctx;

	if (x->r.read != NULL || origin != SEEK_SET || offset < 0 ||
	    (uint64_t)offset > x->r.nbody)
		return CURL_SEEKFUNC_FAIL;
	x->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static int
on_progress(void *ctx, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
	struct xfer *x = ctx;

	(void)dt;
	(void)ut;
	if (x->r.moved != NULL)
		x->r.moved(x->r.ctx, un, dn);
	return 0;
}

static int
on_socket_made(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	unsigned ms = USER_TIMEOUT_MS;

	(void)ctx;
	(void)purpose;
	/* Both only make things better; an old kernel goes on without. */
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3);
	return CURL_SOCKOPT_OK;
}

/* ---- judging ---- */

static enum fj_rc
judge_curl(struct xfer *x)
{
	struct fj_err *e = &x->a.err;
	const char *why = x->why[0] != '\0' ? x->why : curl_easy_strerror(x->code);

	switch ((int)x->code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return fj_fail(e, FJ_DENIED, "sync.tls", "ss", x->url, why);
	case CURLE_OPERATION_TIMEDOUT:
		return fj_fail(e, FJ_OFFLINE, "sync.slow", "s", x->url);
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return fj_fail(e, FJ_OFFLINE, "sync.no-answer", "ss", x->url, why);
	case CURLE_WRITE_ERROR:
		return fj_fail(e, FJ_OFFLINE, "sync.bad-answer", "s", x->url);
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		return fj_fail(e, FJ_OFFLINE, "sync.not-hub", "sd", x->url, 0);
	default:
		return fj_fail(e, FJ_OFFLINE, "sync.cut", "ss", x->url, why);
	}
}

static enum fj_rc
judge_problem(struct xfer *x)
{
	struct answer *a = &x->a;

	a->refused = is_media(x, PROBLEM_MEDIA) &&
	    problem_read(a->body.p, a->body.n, &a->problem, NULL) == FJ_OK;
	if (!a->refused) {
		/* HEAD has no body: the status stands for the type. */
		problem_init(&a->problem, a->status == 404 ? "not-found" :
		    a->status == 401 ? "unauthorized" : a->status == 409 ? "offset-mismatch" :
		    a->status >= 500 ? "internal" : "bad-request");
		a->problem.status = (int)a->status;
		a->refused = true;
	}
	if (a->problem.retry_after > a->retry_after)
		a->retry_after = a->problem.retry_after;
	return fj_fail(&a->err, FJ_REFUSED, "sync.problem", "ss", a->problem.name,
	    a->problem.detail);
}

static enum fj_rc
judge(struct xfer *x)
{
	struct answer *a = &x->a;

	if (x->code != CURLE_OK && !x->sink_failed)
		return judge_curl(x);
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &a->status);
	if (x->protocol < 0 && a->status >= 200 && a->status < 400)
		return fj_fail(&a->err, FJ_OFFLINE, "sync.login-page", "s", x->url);
	if (x->protocol < 0)
		return fj_fail(&a->err, FJ_OFFLINE, "sync.not-hub", "sd", x->url,
		    (int)a->status);
	if (x->protocol != WIRE_PROTOCOL)
		return fj_fail(&a->err, FJ_NEWER, "sync.other-version", "sd", x->url,
		    x->protocol);
	if (a->status >= 400)
		return judge_problem(x);
	if (a->status >= 300 || (x->r.expect != NULL && !is_media(x, x->r.expect)))
		return fj_fail(&a->err, FJ_OFFLINE, "sync.bad-answer", "s", x->url);
	if (x->sink_failed)
		return fj_fail(&a->err, FJ_CANCELLED, "sync.stopped", "");
	return FJ_OK;
}

static void
clear(struct xfer *x)
{
	curl_slist_free_all(x->lines);
	x->lines = NULL;
	free(x->body);
	x->body = NULL;
	x->busy = false;
}

static void
finish(void *ctx)
{
	struct xfer *x = ctx;
	struct answer a;

	x->finish = 0;
	x->a.rc = judge(x);
	clear(x);
	/* Ours from here: done may start the next one. */
	a = x->a;
	memset(&x->a, 0, sizeof(x->a));
	x->done(x->ctx, &a);
	fj_buf_release(&a.body);
}

static void
collect(struct xfer *x)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(x->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE || m->easy_handle != x->easy)
			continue;
		x->code = m->data.result;
		curl_multi_remove_handle(x->multi, x->easy);
		if (x->finish == 0)
			x->finish = loop_after(x->loop, 0, finish, x);
	}
}

/* ---- one request ---- */

static void
add_line(struct xfer *x, const char *line)
{
	struct curl_slist *more = curl_slist_append(x->lines, line);

	if (more != NULL)
		x->lines = more;
}

static void
set_body(struct xfer *x)
{
	const struct xfer_request *r = &x->r;
	bool has = r->body != NULL || r->read != NULL;

	if (strcmp(r->method, "HEAD") == 0) {
		curl_easy_setopt(x->easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (!has && strcmp(r->method, "GET") == 0)
		return;
	curl_easy_setopt(x->easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST, r->method);
	curl_easy_setopt(x->easy, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(x->easy, CURLOPT_READDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_SEEKFUNCTION, on_seek);
	curl_easy_setopt(x->easy, CURLOPT_SEEKDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)(r->read != NULL ?
	    r->length : (int64_t)r->nbody));
}

static void
set_headers(struct xfer *x)
{
	const struct xfer_request *r = &x->r;
	char *line;
	int i;

	/* Without it libcurl waits a second for 100 Continue. */
	add_line(x, "Expect:");
	if (r->media != NULL) {
		line = xasprintf("Content-Type: %s", r->media);
		add_line(x, line);
		free(line);
	}
	if (r->token != NULL) {
		line = xasprintf("Authorization: Bearer %s", r->token);
		add_line(x, line);
		fj_wipe(line, strlen(line));
		free(line);
	}
	for (i = 0; i < r->nheader; i++)
		add_line(x, r->header[i]);
	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->lines);
}

static void
set_security(struct xfer *x)
{
	struct curl_blob blob;

	curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(x->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(x->easy, CURLOPT_NOPROXY, "127.0.0.1,localhost,::1");
	curl_easy_setopt(x->easy, CURLOPT_SSL_VERIFYPEER, x->r.unverified ? 0L : 1L);
	curl_easy_setopt(x->easy, CURLOPT_SSL_VERIFYHOST, x->r.unverified ? 0L : 2L);
	curl_easy_setopt(x->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (x->ca != NULL) {
		blob.data = x->ca;
		blob.len = strlen(x->ca);
		blob.flags = CURL_BLOB_COPY;
		curl_easy_setopt(x->easy, CURLOPT_CAINFO_BLOB, &blob);
	}
}

static void
set_rest(struct xfer *x)
{
	CURL *c = x->easy;

	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)XFER_CONNECT_S);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, x->r.stall_s > 0 ? x->r.stall_s :
	    (long)XFER_STALL_S);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "feijian/0");
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->why);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, x);
	curl_easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, on_socket_made);
}

enum fj_rc
xfer_start(struct xfer *x, const struct xfer_request *r, xfer_done done, void *ctx,
    struct fj_err *e)
{
	char *url;

	FJ_BUG_IF(x->busy);
	x->r = *r;
	x->done = done;
	x->ctx = ctx;
	x->busy = true;
	x->sent = 0;
	x->sink_failed = false;
	x->protocol = -1;
	x->media[0] = x->why[0] = '\0';
	memset(&x->a, 0, sizeof(x->a));
	x->a.roster = x->a.offset = x->a.receipt = x->a.receipts = -1;
	x->a.retry_after = -1;
	fj_buf_init(&x->a.body, ANSWER_MAX);
	if (r->body != NULL)
		x->body = r->nbody > 0 ? xmemdup(r->body, r->nbody) : xstrdup("");
	curl_easy_reset(x->easy);
	url = xasprintf("%s%s", x->url, r->path);
	curl_easy_setopt(x->easy, CURLOPT_URL, url);
	free(url);
	set_body(x);
	set_headers(x);
	set_security(x);
	set_rest(x);
	if (curl_multi_add_handle(x->multi, x->easy) != CURLM_OK) {
		clear(x);
		fj_buf_release(&x->a.body);
		return fj_fail(e, FJ_NOMEM, "sync.curl", "");
	}
	return FJ_OK;
}

void
xfer_cancel(struct xfer *x)
{
	if (!x->busy)
		return;
	loop_cancel(x->loop, x->finish);
	x->finish = 0;
	curl_multi_remove_handle(x->multi, x->easy);
	clear(x);
	fj_buf_release(&x->a.body);
}

enum fj_rc
xfer_new(struct loop *loop, const char *url, const char *ca, struct xfer **out,
    struct fj_err *e)
{
	struct xfer *x = xcalloc(1, sizeof(*x));

	x->loop = loop;
	x->url = xstrdup(url);
	x->ca = xstrdup(ca);
	x->multi = curl_multi_init();
	x->easy = curl_easy_init();
	if (x->multi == NULL || x->easy == NULL) {
		xfer_free(&x);
		return fj_fail(e, FJ_NOMEM, "sync.curl", "");
	}
	curl_multi_setopt(x->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(x->multi, CURLMOPT_SOCKETDATA, x);
	curl_multi_setopt(x->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(x->multi, CURLMOPT_TIMERDATA, x);
	*out = x;
	return FJ_OK;
}

void
xfer_free(struct xfer **xp)
{
	struct xfer *x = *xp;

	*xp = NULL;
	if (x == NULL)
		return;
	xfer_cancel(x);
	if (x->easy != NULL)
		curl_easy_cleanup(x->easy);
	if (x->multi != NULL)
		curl_multi_cleanup(x->multi);
	loop_cancel(x->loop, x->timer);
	free(x->url);
	free(x->ca);
	free(x);
}
