/* SPDX-License-Identifier: Apache-2.0 */
/* A request in a worker, from its whole body to its answer. */
#include <string.h>

#include "hub/audit.h"
#include "hub/http_internal.h"
#include "wire/zip.h"

/* Back to libmicrohttpd's thread, which sends it (or goes on reading). */
static void
give_back(struct request *q, enum stage s)
{
	struct MHD_Connection *mc = q->mc;

	conn_phase(q->w, q->conn, s == STAGE_BEGUN ? CONN_STREAM : CONN_BODY);
	atomic_store(&q->stage, s);
	MHD_resume_connection(mc);
}

static void
finish(struct hub *view, struct request *q)
{
	if (view != NULL)
		reply_pack(view, q);
	give_back(q, STAGE_DONE);
}

/* ---- uploads ---- */

void
run_begin(struct hub *view, struct work_item *it)
{
	struct request *q = (struct request *)(void *)it;

	q->upload = upload_begin(view, &q->ask, q->number, &q->r);
	q->early = q->upload == NULL;
	give_back(q, STAGE_BEGUN);
}

/* The disk is waited for here; meanwhile nothing more is read of this connection. */
void
run_flush(struct hub *view, struct work_item *it)
{
	struct request *q = (struct request *)(void *)it;

	(void)view;
	upload_flush(q->upload);
	give_back(q, STAGE_BEGUN);
}

void
run_lost(struct hub *view, struct work_item *it)
{
	struct request *q = (struct request *)(void *)it;

	(void)view;
	upload_end(&q->upload, NULL);
	request_free(q);
}

void
run_sweep(struct hub *view, struct work_item *it)
{
	struct http *w = (struct http *)(void *)((char *)it - offsetof(struct http, sweep));
	struct fj_err e;
	size_t n;

	(void)view;
	/* A failure shows again at the next sweep. */
	(void)!upload_sweep(w->h, &n, &e);
	atomic_store(&w->sweeping, false);
}

/* Routes that need a header which struct ask does not carry. */
static enum fj_rc
special(struct hub *h, const struct caller *c, struct request *q, struct fj_err *e)
{
	if (q->rt->verb == VERB_GET)
		return upload_get(h, c, &q->ask, q->range, &q->r, e);
	if (q->rt->flags & ROUTE_SCRATCH)
		return scratch_create(h, c, &q->ask, q->number, &q->r, e);
	return upload_create(h, c, &q->ask, q->number, &q->r, e);
}

static void
run_special(struct hub *view, struct request *q)
{
	struct caller c;
	struct fj_err e;
	enum fj_rc rc;

	fj_err_clear(&e);
	hub_lock(view);
	rc = hub_refresh(view, &e);
	if (rc == FJ_OK && auth_ask(view, &q->ask, q->rt->need, &c, &q->r))
		rc = special(view, &c, q, &e);
	if (rc != FJ_OK)
		reply_failure(&q->r, &e);
	hub_unlock(view);
	audit_note(view, &q->r);
}

/* ---- pushes ---- */

static enum fj_rc
store_job(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	struct request *q = (struct request *)(void *)((char *)j -
	    offsetof(struct request, job));

	return push_store(h, q->push, e);
}

static void
run_packed(struct hub *view, struct work_item *it)
{
	finish(view, (struct request *)(void *)it);
}

static void
job_done(struct commit_job *j, enum fj_rc rc, const struct fj_err *e,
    const struct envelope *head)
{
	struct request *q = (struct request *)(void *)((char *)j -
	    offsetof(struct request, job));

	push_answer(q->push, rc, e, head, &q->r);
	if (rc == FJ_OK)
		park_poke(q->w);
	q->item.run = run_packed;
	/* Packing is not the writer's work; without workers it goes as it is. */
	if (!q->packs || !work_put_always(q->w->work, &q->item))
		finish(NULL, q);
}

/* False: the answer is there already. */
static bool
run_push(struct hub *view, struct request *q)
{
	q->push = route_push(view, q->rt, &q->ask, &q->r);
	if (q->push == NULL)
		return false;
	q->job.store = store_job;
	q->job.done = job_done;
	q->job.bytes = push_bytes(q->push);
	if (commit_put(q->w->h, &q->job))
		return true;
	request_refuse(q);
	return false;
}

/* ---- the whole ---- */

/* The body as the route wants it.  False: the problem stands in r. */
static bool
unpack(struct hub *view, struct request *q)
{
	struct fj_buf b;
	struct fj_err e;
	enum fj_rc rc;

	if (fj_buf_over(&q->body)) {
		reply_problem(&q->r, "too-large");
		return false;
	}
	if (q->coding != NULL) {
		fj_buf_init(&b, q->body.max);
		rc = zip_body(view->zip, q->coding, q->dictionary, q->body.p, q->body.n,
		    q->body.max, &b, &e);
		fj_buf_release(&q->body);
		q->body = b;
		q->coding = NULL;
		if (rc != FJ_OK) {
			reply_problem(&q->r, rc == FJ_LIMIT ? "too-large" :
			    rc == FJ_INVAL ? "media" : "bad-request");
			return false;
		}
		if (!request_charge(q, q->body.cap)) {
			request_refuse(q);
			return false;
		}
	}
	q->ask.body = q->body.p;
	q->ask.nbody = q->body.n;
	return true;
}

/* True: somebody else has it now (the writer, or it is parked). */
static bool
run_route(struct hub *view, struct request *q)
{
	struct http *w = q->w;

	if (q->rt->flags & ROUTE_STREAM) {
		upload_end(&q->upload, &q->r);
		park_poke(w);
		return false;
	}
	if (!unpack(view, q))
		return false;
	if (q->rt->flags & ROUTE_PUSH)
		return run_push(view, q);
	if (q->rt->fn == NULL) {
		run_special(view, q);
		return false;
	}
	q->generation = atomic_load(&w->generation);
	q->ask.last = w->stopping || http_now(w) >= q->wait_until;
	route_run(view, q->rt, &q->ask, &q->r);
	if (q->r.park) {
		q->r.park = false;
		park(q);
		return true;
	}
	if (q->rt->flags & ROUTE_WRITES)
		park_poke(w);
	return false;
}

void
run_whole(struct hub *view, struct work_item *it)
{
	struct request *q = (struct request *)(void *)it;

	if (!run_route(view, q))
		finish(view, q);
}
