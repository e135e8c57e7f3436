/* SPDX-License-Identifier: Apache-2.0 */
/* What came in, and whether it is the answer of a hub. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "client/call.h"
#include "wire/version.h"
#include "wire/zip.h"

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

/* What the body is, and how it is packed. */
static bool
about_body(struct call *c, const char *line, size_t n)
{
	const char *v;
	size_t len;

	if (header_is(line, n, "Content-Type", &v, &len))
		snprintf(c->media, sizeof(c->media), "%.*s", (int)len, v);
	else if (header_is(line, n, "Content-Encoding", &v, &len))
		snprintf(c->coding, sizeof(c->coding), "%.*s", (int)len, v);
	else if (header_is(line, n, ZIP_HEADER, &v, &len))
		snprintf(c->dictionary, sizeof(c->dictionary), "%.*s", (int)len, v);
	else
		return false;
	return true;
}

size_t
call_header(char *line, size_t size, size_t count, void *ctx)
{
	struct call *c = ctx;
	size_t n = size * count, len;
	const char *v;

	if (n >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		/* A new answer begins (after 100 Continue). */
		c->protocol = -1;
		c->media[0] = c->coding[0] = c->dictionary[0] = '\0';
	} else if (header_is(line, n, "Feijian", &v, &len)) {
		c->protocol = (int)number(v, len > 9 ? 0 : len);
	} else if (about_body(c, line, n)) {
		return n;
	} else if (header_is(line, n, "Feijian-More", &v, &len)) {
		c->a.more = len == 1 && *v == '1';
	} else if (header_is(line, n, "Feijian-Roster", &v, &len)) {
		c->a.roster = number(v, len);
	} else if (header_is(line, n, "Feijian-Receipt", &v, &len)) {
		c->a.receipt = number(v, len);
	} else if (header_is(line, n, "Feijian-Receipts", &v, &len)) {
		c->a.receipts = number(v, len);
	} else if (header_is(line, n, "Upload-Offset", &v, &len)) {
		c->a.offset = number(v, len);
	} else if (header_is(line, n, "Retry-After", &v, &len)) {
		c->a.retry_after = number(v, len);
	} else if (header_is(line, n, "Location", &v, &len)) {
		snprintf(c->a.location, sizeof(c->a.location), "%.*s", (int)len, v);
	}
	return n;
}

static bool
is_media(const struct call *c, const char *want)
{
	size_t n = strlen(want);

	return strncasecmp(c->media, want, n) == 0 &&
	    (c->media[n] == '\0' || c->media[n] == ';' || c->media[n] == ' ');
}

size_t
call_body(char *p, size_t size, size_t count, void *ctx)
{
	struct call *c = ctx;
	size_t n = size * count;
	long status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	if (c->r.sink != NULL && status >= 200 && status < 300) {
		/* Only a hub's bytes go into a file. */
		if ((c->protocol < 0 && !c->r.foreign) ||
		    (c->r.expect != NULL && !is_media(c, c->r.expect)))
			return n;
		if (!c->r.sink(c->r.ctx, p, n)) {
			c->sink_failed = true;
			return 0;
		}
		return n;
	}
	fj_buf_add(&c->a.body, p, n);
	return fj_buf_over(&c->a.body) ? 0 : n;
}

/* ---- judging ---- */

/* The proxy gave no way through.  It may be a portal that wants a login. */
static bool
judge_proxy(struct call *c)
{
	struct fj_err *e = &c->a.err;
	long code = 0;

	if (c->proxy[0] == '\0')
		return false;
	curl_easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &code);
	if (c->code == CURLE_COULDNT_RESOLVE_PROXY || c->code == CURLE_PROXY)
		fj_fail(e, FJ_OFFLINE, "sync.proxy-answer", "s", c->proxy);
	else if (c->code != CURLE_OK && code == 407)
		fj_fail(e, FJ_OFFLINE, "sync.proxy-login", "s", c->proxy);
	else if (c->code != CURLE_OK && code >= 300)
		fj_fail(e, FJ_OFFLINE, "sync.proxy-refused", "sd", c->proxy, (int)code);
	else
		return false;
	return true;
}

static enum fj_rc
judge_curl(struct call *c)
{
	struct fj_err *e = &c->a.err;
	const char *why = c->why[0] != '\0' ? c->why : curl_easy_strerror(c->code);

	if (judge_proxy(c))
		return FJ_OFFLINE;
	switch ((int)c->code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return fj_fail(e, FJ_DENIED, "sync.tls", "ss", c->url, why);
	case CURLE_OPERATION_TIMEDOUT:
		c->a.cut = true;
		return fj_fail(e, FJ_OFFLINE, "sync.slow", "s", c->url);
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		c->a.cut = true;
		return fj_fail(e, FJ_OFFLINE, "sync.no-answer", "ss", c->url, why);
	case CURLE_WRITE_ERROR:
		return fj_fail(e, FJ_OFFLINE, "sync.bad-answer", "s", c->url);
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		return fj_fail(e, FJ_OFFLINE, "sync.not-hub", "sd", c->url, 0);
	default:
		c->a.cut = true;
		return fj_fail(e, FJ_OFFLINE, "sync.cut", "ss", c->url, why);
	}
}

static enum fj_rc
judge_problem(struct call *c)
{
	struct answer *a = &c->a;

	a->refused = is_media(c, PROBLEM_MEDIA) &&
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

/* A body that came packed (PROTOCOL.md section 12) as what it says. */
static enum fj_rc
judge_packed(struct call *c)
{
	struct answer *a = &c->a;
	struct zip *z;
	struct fj_buf b;
	enum fj_rc rc;

	if (c->coding[0] == '\0' || c->r.sink != NULL || c->r.foreign)
		return FJ_OK;
	z = zip_new();
	fj_buf_init(&b, a->body.max);
	rc = zip_body(z, c->coding, c->dictionary[0] != '\0' ? c->dictionary : NULL,
	    a->body.p, a->body.n, a->body.max, &b, NULL);
	zip_free(&z);
	fj_buf_release(&a->body);
	a->body = b;
	return rc == FJ_OK ? FJ_OK :
	    fj_fail(&a->err, FJ_OFFLINE, "sync.bad-answer", "s", c->url);
}

/* Not an answer of a hub: whose, then? */
static enum fj_rc
judge_stranger(struct call *c)
{
	struct answer *a = &c->a;

	if (a->status == 407)
		return fj_fail(&a->err, FJ_OFFLINE, "sync.proxy-login", "s", c->proxy);
	/* 511: a network that says itself that it wants a login. */
	if ((a->status >= 200 && a->status < 400) || a->status == 511)
		return fj_fail(&a->err, FJ_OFFLINE, "sync.login-page", "s", c->url);
	return fj_fail(&a->err, FJ_OFFLINE, "sync.not-hub", "sd", c->url, (int)a->status);
}

enum fj_rc
call_judge(struct call *c)
{
	struct answer *a = &c->a;

	if (c->code != CURLE_OK && !c->sink_failed)
		return judge_curl(c);
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &a->status);
	if (c->r.foreign)
		c->protocol = WIRE_PROTOCOL;
	if (c->protocol < 0)
		return judge_stranger(c);
	if (c->protocol != WIRE_PROTOCOL)
		return fj_fail(&a->err, FJ_NEWER, "sync.other-version", "sd", c->url,
		    c->protocol);
	if (a->status >= 400)
		return judge_problem(c);
	if (a->status >= 300 || (c->r.expect != NULL && !is_media(c, c->r.expect)))
		return fj_fail(&a->err, FJ_OFFLINE, "sync.bad-answer", "s", c->url);
	if (c->sink_failed)
		return fj_fail(&a->err, FJ_CANCELLED, "sync.stopped", "");
	return judge_packed(c);
}
