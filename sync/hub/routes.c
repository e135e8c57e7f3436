/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/routes.h"

#include <string.h>

#include "hub/audit.h"
#include "hub/enrol.h"
#include "hub/log_proof.h"
#include "hub/pull.h"
#include "hub/push.h"
#include "hub/upload.h"

static enum fj_rc
do_hub(struct hub *h, const struct caller *c, const struct ask *a, struct reply *r,
    struct fj_err *e)
{
	(void)c;
	(void)a;
	(void)e;
	return pull_hub(h, r);
}

static enum fj_rc
do_enrol(struct hub *h, const struct caller *c, const struct ask *a, struct reply *r,
    struct fj_err *e)
{
	(void)c;
	return enrol_answer(h, a, r, e);
}

static enum fj_rc
do_session(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	(void)c;
	return auth_session(h, a, r, e);
}

static const struct route table[] = {
	{ VERB_GET, "/healthz", AUTH_NONE, 0, NULL, NULL },
	{ VERB_GET, "/v1/hub", AUTH_NONE, 0, NULL, do_hub },
	{ VERB_POST, "/v1/enrol", AUTH_NONE, ROUTE_SMALL | ROUTE_WRITES, WIRE_MEDIA_JSON,
	    do_enrol },
	{ VERB_POST, "/v1/session", AUTH_NONE, ROUTE_SMALL, WIRE_MEDIA_JSON, do_session },
	{ VERB_GET, "/v1/roster", AUTH_PULL, 0, NULL, pull_roster },
	{ VERB_POST, "/v1/runs", AUTH_PUSH, ROUTE_PUSH, WIRE_MEDIA_RUNS, NULL },
	{ VERB_GET, "/v1/streams", AUTH_PULL, 0, NULL, pull_listing },
	{ VERB_GET, "/v1/streams/{I}/entries", AUTH_PULL, 0, NULL, pull_entries },
	{ VERB_GET, "/v1/blobs/{H}", AUTH_PULL, 0, NULL, pull_blob },
	{ VERB_GET, "/v1/head", AUTH_PUSH, 0, NULL, pull_head },
	{ VERB_GET, "/v1/log/proof", AUTH_PUSH, 0, NULL, log_answer_inclusion },
	{ VERB_GET, "/v1/log/consistency", AUTH_PUSH, 0, NULL, log_answer_consistency },
	{ VERB_GET, "/v1/visits/{I}/evidence", AUTH_PULL, 0, NULL, upload_list },
	{ VERB_GET, "/v1/visits/{I}/evidence/{I}/receipt", AUTH_PUSH, 0, NULL,
	    upload_receipt },
	{ VERB_POST, "/v1/visits/{I}/evidence/{I}", AUTH_PUSH, ROUTE_TUS, NULL, NULL },
	{ VERB_HEAD, "/v1/visits/{I}/evidence/{I}", AUTH_PUSH, ROUTE_TUS, NULL,
	    upload_head },
	{ VERB_PATCH, "/v1/visits/{I}/evidence/{I}", AUTH_PUSH, ROUTE_TUS | ROUTE_STREAM,
	    "application/offset+octet-stream", NULL },
	{ VERB_GET, "/v1/visits/{I}/evidence/{I}", AUTH_PULL, 0, NULL, NULL },
	{ VERB_DELETE, "/v1/visits/{I}/evidence/{I}", AUTH_PUSH, ROUTE_TUS | ROUTE_WRITES,
	    NULL, upload_delete },
	{ VERB_POST, "/v1/files", AUTH_PULL, ROUTE_TUS | ROUTE_SMALL | ROUTE_SCRATCH, NULL,
	    NULL },
	{ VERB_HEAD, "/v1/files/{I}", AUTH_PULL, ROUTE_TUS | ROUTE_SCRATCH, NULL,
	    scratch_head },
	{ VERB_PATCH, "/v1/files/{I}", AUTH_PULL, ROUTE_TUS | ROUTE_STREAM | ROUTE_SCRATCH,
	    "application/offset+octet-stream", NULL },
	{ VERB_DELETE, "/v1/files/{I}", AUTH_PULL, ROUTE_TUS | ROUTE_WRITES | ROUTE_SCRATCH,
	    NULL, scratch_delete },
};

const struct route *
route_at(size_t i)
{
	return i < sizeof(table) / sizeof(table[0]) ? &table[i] : NULL;
}

/* One segment of the path against one of the pattern. */
static bool
segment(const char *pat, size_t npat, const char *s, size_t n, struct ask *a, int *ids)
{
	if (npat == 3 && memcmp(pat, "{I}", 3) == 0)
		return id_parse(s, n, (*ids)++ == 0 ? &a->one : &a->two);
	if (npat == 3 && memcmp(pat, "{H}", 3) == 0)
		return hash_parse(s, n, &a->digest);
	return npat == n && memcmp(pat, s, n) == 0;
}

static bool
matches(const char *pat, const char *path, struct ask *a)
{
	int ids = 0;

	for (;;) {
		size_t np, n;

		if (*pat != '/' || *path != '/')
			return false;
		np = strcspn(pat + 1, "/");
		n = strcspn(path + 1, "/");
		if (!segment(pat + 1, np, path + 1, n, a, &ids))
			return false;
		pat += np + 1;
		path += n + 1;
		if (*pat == '\0' || *path == '\0')
			return *pat == *path;
	}
}

const char *
verb_name(enum verb v)
{
	switch ((int)v) {
	case VERB_GET:
		return "GET";
	case VERB_HEAD:
		return "HEAD";
	case VERB_POST:
		return "POST";
	case VERB_PATCH:
		return "PATCH";
	case VERB_DELETE:
		return "DELETE";
	default:
		return "OPTIONS";
	}
}

const struct route *
route_find(enum verb v, const char *path, struct ask *a, char allowed[64])
{
	const struct route *rt;
	size_t i, n = 0;

	allowed[0] = '\0';
	for (i = 0; (rt = route_at(i)) != NULL; i++) {
		const char *name = verb_name(rt->verb);

		if (!matches(rt->path, path, a))
			continue;
		if (rt->verb == v)
			return rt;
		if (n + strlen(name) + 3 < 64) {
			if (n > 0) {
				memcpy(allowed + n, ", ", 2);
				n += 2;
			}
			memcpy(allowed + n, name, strlen(name) + 1);
			n += strlen(name);
		}
	}
	return NULL;
}

/* Locked, refreshed and authorised; false: the answer stands in r. */
static bool
enter(struct hub *h, const struct route *rt, const struct ask *a, struct caller *c,
    struct reply *r)
{
	struct fj_err e;

	hub_lock(h);
	if (hub_refresh(h, &e) != FJ_OK) {
		reply_failure(r, &e);
		return false;
	}
	return auth_ask(h, a, rt->need, c, r);
}

struct push *
route_push(struct hub *h, const struct route *rt, const struct ask *a, struct reply *r)
{
	struct push *p = NULL;
	struct caller c;
	struct fj_err e;

	if (enter(h, rt, a, &c, r))
		p = push_prepare(h, &c, a, r, &e);
	hub_unlock(h);
	return p;
}

struct push_job {
	struct commit_job job;
	struct push *push;
};

static enum fj_rc
store_push(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	return push_store(h, ((struct push_job *)(void *)j)->push, e);
}

static void
push_now(struct hub *h, struct push *p, struct reply *r)
{
	struct push_job job = { { NULL, store_push, NULL, push_bytes(p) }, p };
	struct envelope head;
	struct fj_err e;
	enum fj_rc rc;

	memset(&head, 0, sizeof(head));
	rc = commit_wait(h, &job.job, &head, &e);
	push_answer(p, rc, &e, &head, r);
	envelope_release(&head);
}

void
route_run(struct hub *h, const struct route *rt, const struct ask *a, struct reply *r)
{
	struct push *p;
	struct caller c;
	struct fj_err e;

	if (rt->flags & ROUTE_PUSH) {
		p = route_push(h, rt, a, r);
		if (p != NULL)
			push_now(h, p, r);
		push_free(&p);
		return;
	}
	if (rt->flags & ROUTE_WRITES)
		h = hub_main(h);
	if (enter(h, rt, a, &c, r) && rt->fn(h, &c, a, r, &e) != FJ_OK)
		reply_failure(r, &e);
	hub_unlock(h);
	audit_note(h, r);
}
