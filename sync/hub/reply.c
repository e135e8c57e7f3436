/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"

void
reply_init(struct reply *r)
{
	memset(r, 0, sizeof(*r));
	/* A run that was stored must fit into an answer, length and all. */
	fj_buf_init(&r->body, LIMIT_BODY_BYTES + 4096);
	r->fd = -1;
}

void
reply_release(struct reply *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	free(r->metadata);
	r->metadata = NULL;
	fj_buf_release(&r->body);
}

void
reply_header(struct reply *r, const char *name, const char *value)
{
	struct reply_header *h;

	FJ_BUG_IF(r->nheader == REPLY_HEADERS);
	h = &r->header[r->nheader++];
	h->name = name;
	snprintf(h->value, sizeof(h->value), "%s", value);
}

void
reply_header_u64(struct reply *r, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	reply_header(r, name, text);
}

void
reply_json(struct reply *r)
{
	r->status = 200;
	r->media = "application/json";
}

void
reply_problem_of(struct reply *r, const struct problem *p)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->nheader = 0;
	r->park = false;
	fj_buf_clear(&r->body);
	r->body.over = false;
	r->status = p->status > 0 ? p->status : 400;
	r->media = PROBLEM_MEDIA;
	if (p->retry_after >= 0)
		reply_header_u64(r, "Retry-After", (uint64_t)p->retry_after);
	problem_write(p, &r->body);
}

void
reply_problem(struct reply *r, const char *name)
{
	struct problem p;

	problem_init(&p, name);
	reply_problem_of(r, &p);
}

void
reply_failure(struct reply *r, const struct fj_err *e)
{
	struct problem p;

	switch ((int)e->rc) {
	case FJ_NOTFOUND:
		problem_init(&p, "not-found");
		break;
	case FJ_FULL:
		problem_init(&p, "full");
		break;
	case FJ_BUSY:
		problem_init(&p, "retry-later");
		p.retry_after = 5;
		break;
	case FJ_LIMIT:
		problem_init(&p, "too-large");
		break;
	default:
		problem_init(&p, "internal");
		break;
	}
	reply_problem_of(r, &p);
}
