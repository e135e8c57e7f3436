/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked: header lines and bodies, and what is refused before they are read. */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "hub/http_internal.h"
#include "hub/peer.h"
#include "hub/upload_header.h"
#include "wire/version.h"
#include "wire/zip.h"

static const char tus_version[] = "1.0.0";

static const char *
header(struct MHD_Connection *mc, const char *name)
{
	return MHD_lookup_connection_value(mc, MHD_HEADER_KIND, name);
}

static const char *
argument(struct MHD_Connection *mc, const char *name)
{
	return MHD_lookup_connection_value(mc, MHD_GET_ARGUMENT_KIND, name);
}

static enum verb
verb_of(const char *method)
{
	static const struct {
		const char *name;
		enum verb v;
	} verbs[] = {
		{ "GET", VERB_GET }, { "HEAD", VERB_HEAD }, { "POST", VERB_POST },
		{ "PATCH", VERB_PATCH }, { "DELETE", VERB_DELETE },
		{ "OPTIONS", VERB_OPTIONS },
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

/* Proxies add a line of their own: the last counts. */
static enum MHD_Result
take_forwarded(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
	const char **last = ctx;

	(void)kind;
	if (strcasecmp(name, "X-Forwarded-For") == 0)
		*last = value;
	return MHD_YES;
}

static void
read_peer(struct request *q, struct MHD_Connection *mc)
{
	const union MHD_ConnectionInfo *info;
	const char *forwarded = NULL;
	char socket[PEER_TEXT] = "";

	info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info != NULL && info->client_addr != NULL)
		(void)getnameinfo(info->client_addr, info->client_addr->sa_family ==
		    AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
		    socket, sizeof(socket), NULL, 0, NI_NUMERICHOST);
	if (q->w->o.trusted != NULL)
		(void)MHD_get_connection_values(mc, MHD_HEADER_KIND, take_forwarded, &forwarded);
	peer_of(q->w->o.trusted, socket, forwarded, q->peer);
	q->ask.peer = q->peer;
}

static void
read_ask(struct request *q, struct MHD_Connection *mc)
{
	const char *auth = header(mc, "Authorization");
	int64_t wait;

	if (auth != NULL && strncmp(auth, "Bearer ", 7) == 0)
		q->ask.bearer = auth + 7;
	q->ask.etag = header(mc, "If-None-Match");
	q->ask.checksum = header(mc, "Upload-Checksum");
	q->ask.metadata = header(mc, "Upload-Metadata");
	q->tus = header(mc, "Tus-Resumable") != NULL;
	q->ask.cursor = argument(mc, "cursor");
	q->ask.have = argument(mc, "have");
	q->ask.after = argument(mc, "after");
	q->ask.from = argument(mc, "from");
	q->ask.to = argument(mc, "to");
	q->ask.leaf = argument(mc, "leaf");
	q->ask.size = argument(mc, "size");
	q->ask.receipts = argument(mc, "receipts");
	wait = whole(argument(mc, "wait"));
	q->ask.wait = wait < 0 ? 0 : wait > WIRE_WAIT_MAX ? WIRE_WAIT_MAX : (int)wait;
	q->wait_until = q->begun + q->ask.wait * 1000LL;
	q->coding = header(mc, "Content-Encoding");
	q->dictionary = header(mc, ZIP_HEADER);
	q->packs = zip_accepted(header(mc, "Accept-Encoding"), q->dictionary);
	q->range = header(mc, "Range");
	q->number = whole(header(mc, q->verb == VERB_PATCH ? "Upload-Offset" :
	    "Upload-Length"));
	read_peer(q, mc);
}

/* The problem that the header lines alone have; NULL: none. */
static const char *
header_problem(const struct request *q, struct MHD_Connection *mc)
{
	const char *media = header(mc, "Content-Type");
	const char *tus = header(mc, "Tus-Resumable");
	bool stream = q->rt->flags & ROUTE_STREAM;
	int number;

	if (q->rt->flags & ROUTE_TUS && (tus == NULL || strcmp(tus, tus_version) != 0))
		return "tus-version";
	if (q->coding != NULL &&
	    (stream || zip_said(q->coding, q->dictionary, &number) == ZIP_OTHER))
		return "media";
	if (q->rt->media != NULL && (media == NULL ||
	    strncmp(media, q->rt->media, strlen(q->rt->media)) != 0))
		return "media";
	if (!stream && whole(header(mc, "Content-Length")) > (int64_t)q->body.max)
		return "too-large";
	return stream && q->number < 0 ? "bad-request" : NULL;
}

/* No strangers' bodies in memory; the whole check comes with the body. */
static bool
is_somebody(struct request *q)
{
	return q->rt->need == AUTH_NONE || (q->ask.bearer != NULL &&
	    token_check(q->w->h, q->ask.bearer, hub_now_ms(q->w->h), &q->dev));
}

/* What can be refused before the body is read.  True: go on. */
static bool
acceptable(struct request *q, struct MHD_Connection *mc)
{
	const char *problem = header_problem(q, mc);

	if (problem == NULL && !is_somebody(q))
		problem = "unauthorized";
	if (problem != NULL) {
		reply_problem(&q->r, problem);
		return false;
	}
	if (atomic_load(&q->w->memory) > q->w->memory_max) {
		request_refuse(q);
		return false;
	}
	return true;
}

static void
answer_options(struct request *q, const char *url)
{
	bool scratch = strncmp(url, "/v1/files", 9) == 0;

	q->r.status = 204;
	reply_header(&q->r, "Tus-Version", tus_version);
	reply_header(&q->r, "Tus-Extension", "creation,checksum,expiration,termination");
	reply_header(&q->r, "Tus-Checksum-Algorithm", UPLOAD_ALGORITHMS);
	reply_header_u64(&q->r, "Tus-Max-Size", (uint64_t)(scratch ?
	    q->w->h->limits.scratch : LIMIT_EVIDENCE_BYTES));
}

static void
route(struct request *q, struct MHD_Connection *mc, const char *url)
{
	char allowed[64];

	q->rt = route_find(q->verb, url, &q->ask, allowed);
	q->body.max = q->rt != NULL && q->rt->flags & ROUTE_SMALL ? WIRE_JSON_BYTES :
	    LIMIT_BODY_BYTES;
	q->name = q->rt != NULL ? q->rt->path : "-";
	q->ask.scratch = q->rt != NULL && q->rt->flags & ROUTE_SCRATCH;
	if (q->verb == VERB_OPTIONS) {
		answer_options(q, url);
	} else if (q->rt == NULL) {
		reply_problem(&q->r, allowed[0] != '\0' ? "bad-request" :
		    version_foreign(url) ? "other-version" : "not-found");
		if (allowed[0] != '\0') {
			q->r.status = 405;
			reply_header(&q->r, "Allow", allowed);
		}
	} else if (acceptable(q, mc)) {
		q->early = false;
	}
}

struct request *
request_new(struct http *w, struct MHD_Connection *mc, const char *url,
    const char *method)
{
	const union MHD_ConnectionInfo *info;
	const char *other = header(mc, "X-HTTP-Method-Override");
	struct request *q = xcalloc(1, sizeof(*q));

	q->w = w;
	q->mc = mc;
	atomic_fetch_add(&w->active, 1);
	atomic_fetch_add(&w->requests, 1);
	q->begun = http_now(w);
	info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	q->conn = info != NULL ? info->socket_context : NULL;
	reply_init(&q->r);
	fj_buf_init(&q->body, 0);
	q->verb = verb_of(other != NULL ? other : method);
	conn_phase(w, q->conn, CONN_BODY);
	read_ask(q, mc);
	q->early = true;
	q->name = "-";
	if (frame_clear(mc)) {
		route(q, mc, url);
	} else {
		reply_problem(&q->r, "bad-request");
		reply_header(&q->r, "Connection", "close");
	}
	return q;
}

void
request_free(struct request *q)
{
	struct http *w = q->w;

	push_free(&q->push);
	reply_release(&q->r);
	fj_buf_release(&q->body);
	atomic_fetch_sub(&w->memory, q->charged);
	free(q);
	atomic_fetch_sub(&w->active, 1);
}

void
request_refuse(struct request *q)
{
	struct problem p;

	atomic_fetch_add(&q->w->refused, 1);
	problem_init(&p, "retry-later");
	p.retry_after = HTTP_RETRY_S;
	reply_problem_of(&q->r, &p);
}

/* It holds so many bytes now. */
bool
request_charge(struct request *q, size_t now)
{
	size_t sum;

	if (now >= q->charged)
		sum = atomic_fetch_add(&q->w->memory, now - q->charged) + now - q->charged;
	else
		sum = atomic_fetch_sub(&q->w->memory, q->charged - now) - (q->charged - now);
	q->charged = now;
	return sum <= q->w->memory_max;
}

void
request_body(struct request *q, const char *p, size_t n)
{
	q->in += n;
	if (q->early)
		return;
	if (q->upload != NULL) {
		conn_count(q->w, q->conn, n);
		(void)upload_data(q->upload, p, n);
		return;
	}
	fj_buf_add(&q->body, p, n);
	if (!request_charge(q, q->body.cap)) {
		request_refuse(q);
		q->early = true;
		fj_buf_release(&q->body);
		(void)request_charge(q, 0);
	}
}
