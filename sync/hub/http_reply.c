/* SPDX-License-Identifier: Apache-2.0 */
/* What is answered. */
#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/http_internal.h"
#include "hub/metrics.h"
#include "wire/zip.h"

static const char tus_version[] = "1.0.0";

static void
log_request(const struct request *q)
{
	uint64_t out = q->r.fd >= 0 ? q->r.length : q->r.body.n;
	int64_t ms = http_now(q->w) - q->begun;
	char line[256];

	if (q->w->o.metrics != NULL)
		metrics_request(q->w->o.metrics, q->rt, q->r.status, q->ask.wait > 0, ms, q->in,
		    out);
	if (q->w->o.log == NULL)
		return;
	snprintf(line, sizeof(line), "%s %s %d in=%llu out=%llu ms=%lld",
	    verb_name(q->verb), q->name, q->r.status, (unsigned long long)q->in,
	    (unsigned long long)out, (long long)ms);
	q->w->o.log(q->w->o.ctx, q->r.status, line);
}

static bool
has_header(const struct reply *r, const char *name)
{
	int i;

	for (i = 0; i < r->nheader; i++)
		if (strcmp(r->header[i].name, name) == 0)
			return true;
	return false;
}

void
reply_pack(struct hub *view, struct request *q)
{
	struct reply *r = &q->r;
	struct fj_buf b;

	if (!q->packs || r->fd >= 0 || r->body.n < ZIP_LEAST || r->status >= 300 ||
	    has_header(r, "Content-Encoding") || r->nheader + 2 > REPLY_HEADERS)
		return;
	fj_buf_init(&b, r->body.n - 1);
	if (zip_pack(view->zip, ZIP_DICTIONARY, ZIP_FAST, r->body.p, r->body.n, &b,
	    NULL) == FJ_OK) {
		fj_buf_release(&r->body);
		r->body = b;
		reply_header(r, "Content-Encoding", ZIP_CODING);
		reply_header(r, ZIP_HEADER, ZIP_NUMBER);
	} else {
		fj_buf_release(&b);
	}
}

static void
add_headers(const struct request *q, struct MHD_Response *m)
{
	const struct reply *r = &q->r;
	char number[24];
	int i;

	snprintf(number, sizeof(number), "%d", WIRE_PROTOCOL);
	MHD_add_response_header(m, "Feijian", number);
	MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
	if (q->w->stopping)
		MHD_add_response_header(m, "Connection", "close");
	if (r->media != NULL)
		MHD_add_response_header(m, "Content-Type", r->media);
	if (q->verb != VERB_OPTIONS && (q->tus || (q->rt != NULL &&
	    (q->rt->flags & ROUTE_TUS || strncmp(q->rt->path, "/v1/visits", 10) == 0))))
		MHD_add_response_header(m, "Tus-Resumable", tus_version);
	if (r->status == 412)
		MHD_add_response_header(m, "Tus-Version", tus_version);
	if (r->metadata != NULL)
		MHD_add_response_header(m, "Upload-Metadata", r->metadata);
	for (i = 0; i < r->nheader; i++)
		MHD_add_response_header(m, r->header[i].name, r->header[i].value);
}

static struct MHD_Response *
response(struct request *q)
{
	struct MHD_Response *m;
	struct reply *r = &q->r;
	size_t n;
	char *p;

	if (r->fd >= 0) {
		m = MHD_create_response_from_fd_at_offset64(r->length, r->fd, r->from);
		if (m != NULL)
			r->fd = -1;
		return m;
	}
	p = fj_buf_take(&r->body, &n);
	return MHD_create_response_from_buffer(n, p != NULL ? p : xstrdup(""),
	    MHD_RESPMEM_MUST_FREE);
}

enum MHD_Result
reply_send(struct request *q, struct MHD_Connection *mc)
{
	struct MHD_Response *m;
	enum MHD_Result res;
	bool file;

	/* The body is no longer needed; the answer counts until it was read. */
	fj_buf_release(&q->body);
	if (!request_charge(q, q->r.body.cap) && q->r.status < 300) {
		request_refuse(q);
		(void)request_charge(q, q->r.body.cap);
	}
	log_request(q);
	file = q->r.fd >= 0;
	m = response(q);
	if (m == NULL)
		return MHD_NO;
	conn_phase(q->w, q->conn, file ? CONN_FILE : CONN_BODY);
	add_headers(q, m);
	res = MHD_queue_response(mc, (unsigned)q->r.status, m);
	MHD_destroy_response(m);
	q->stage = STAGE_SENT;
	return res;
}
