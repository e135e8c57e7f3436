/* SPDX-License-Identifier: Apache-2.0 */
/* Is the hub fit for work?  What a balancer or a monitor asks. */
#include <string.h>

#include "base/xalloc.h"
#include "hub/http_internal.h"
#include "os/fs.h"

static const char well[] = "ok";

void
http_space(const struct http *w, int64_t *evidence, int64_t *store)
{
	const char *url = w->h->url;

	*evidence = w->h->evidence != NULL ? fs_free_bytes(w->h->evidence) : -1;
	*store = strncmp(url, "sqlite:", 7) == 0 ? fs_free_bytes(url + 7) : -1;
}

const char *
http_health(const struct http *w, struct store *s)
{
	struct commit_counts c;
	int64_t evidence, store;
	uint64_t position;

	if (w->stopping)
		return "stopping";
	if (s == NULL || s->ops->log_position(s, &position, NULL) != FJ_OK)
		return "store";
	http_space(w, &evidence, &store);
	if (evidence < 0 && w->h->evidence != NULL)
		return "evidence";
	if (store < 0 && strncmp(w->h->url, "sqlite:", 7) == 0)
		return "store";
	/* Not for long: without work it would never be seen to succeed. */
	commit_counts(w->h, &c);
	if (c.failing_ms != 0 && clock_monotonic_ms() - c.failing_ms < HTTP_WRITER_MS)
		return "writer";
	if ((evidence >= 0 && evidence < w->o.least_free) ||
	    (store >= 0 && store < w->o.least_free))
		return "disk";
	return well;
}

/* Anybody may ask: the store is looked at once a second at most. */
static const char *
recent(struct http *w, struct hub *view)
{
	int64_t now = http_now(w);
	const char *found = atomic_load(&w->health);

	if (found != NULL && !w->stopping && now - atomic_load(&w->health_ms) < HTTP_HEALTH_MS)
		return found;
	hub_lock(view);
	found = http_health(w, view->store);
	hub_unlock(view);
	atomic_store(&w->health_ms, now);
	atomic_store(&w->health, found);
	return found;
}

void
run_health(struct hub *view, struct work_item *it)
{
	struct request *q = (struct request *)(void *)it;
	const char *found = recent(q->w, view);
	struct MHD_Connection *mc = q->mc;

	q->r.status = strcmp(found, well) == 0 ? 200 : 503;
	q->r.media = "text/plain";
	if (q->r.status == 503)
		reply_header_u64(&q->r, "Retry-After", HTTP_RETRY_S);
	fj_buf_printf(&q->r.body, "%s\n", found);
	conn_phase(q->w, q->conn, CONN_BODY);
	atomic_store(&q->stage, STAGE_DONE);
	MHD_resume_connection(mc);
}
