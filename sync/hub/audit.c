/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/audit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/commit.h"

enum {
	RECENT = 1024,
	PUT_AT_ONCE = 256,
};

struct note {
	int64_t time_ms;
	struct id person, dev, stream;
	const char *act;		/* constant */
	char detail[ID_TEXT + 1];
};

struct audit {
	pthread_mutex_t mutex;
	struct note *v;			/* not stored yet, oldest first */
	size_t n, room;
	size_t taken;			/* of them in the transaction under way */
	uint64_t lost;
	bool queued;
	struct hub *h;
	struct commit_job job;
	struct note recent[RECENT];	/* by hash */
};

struct audit *
audit_new(void)
{
	struct audit *a = xcalloc(1, sizeof(*a));

	FJ_BUG_IF(pthread_mutex_init(&a->mutex, NULL) != 0);
	return a;
}

void
audit_free(struct audit **ap)
{
	struct audit *a = *ap;

	*ap = NULL;
	if (a == NULL)
		return;
	pthread_mutex_destroy(&a->mutex);
	free(a->v);
	free(a);
}

void
audit_read(struct reply *r, const struct caller *c, const char *act,
    const struct id *stream, const struct id *evidence)
{
	r->read.act = act;
	r->read.person = c->person->person;
	r->read.dev = c->device->dev;
	r->read.stream = *stream;
	r->read.has_evidence = evidence != NULL;
	if (evidence != NULL)
		r->read.evidence = *evidence;
}

/* ---- the transaction ---- */

/* A piece at a time: rows point into notes, which may move when others are added. */
static size_t
piece(struct audit *a, struct note *out, size_t from)
{
	size_t n;

	FJ_BUG_IF(pthread_mutex_lock(&a->mutex) != 0);
	n = a->n > from ? a->n - from : 0;
	if (n > PUT_AT_ONCE)
		n = PUT_AT_ONCE;
	if (n > 0)
		memcpy(out, a->v + from, n * sizeof(*out));
	a->taken = from + n;
	FJ_BUG_IF(pthread_mutex_unlock(&a->mutex) != 0);
	return n;
}

static enum fj_rc
put_lost(struct hub *h, uint64_t lost, struct fj_err *e)
{
	char many[24];
	struct audit_row row = {.time_ms = hub_now_ms(h), .act = AUDIT_LOST, .detail = many};

	snprintf(many, sizeof(many), "%llu", (unsigned long long)lost);
	return h->store->ops->audit_put(h->store, &row, 1, e);
}

static enum fj_rc
store(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	struct audit *a = (struct audit *)(void *)((char *)j - offsetof(struct audit, job));
	struct note *notes = xcalloc(PUT_AT_ONCE, sizeof(*notes));
	struct audit_row *rows = xcalloc(PUT_AT_ONCE, sizeof(*rows));
	size_t from = 0, n, i;
	enum fj_rc rc = a->lost > 0 ? put_lost(h, a->lost, e) : FJ_OK;

	while (rc == FJ_OK && (n = piece(a, notes, from)) > 0) {
		for (i = 0; i < n; i++)
			rows[i] = (struct audit_row){.time_ms = notes[i].time_ms,
			    .person = notes[i].person, .dev = notes[i].dev,
			    .stream = notes[i].stream, .act = notes[i].act,
			    .detail = notes[i].detail};
		rc = h->store->ops->audit_put(h->store, rows, n, e);
		from += n;
	}
	free(rows);
	free(notes);
	return rc;
}

static void post(struct audit *a);

static void
done(struct commit_job *j, enum fj_rc rc, const struct fj_err *e,
    const struct envelope *head)
{
	struct audit *a = (struct audit *)(void *)((char *)j - offsetof(struct audit, job));
	bool again;

	(void)e;
	(void)head;
	FJ_BUG_IF(pthread_mutex_lock(&a->mutex) != 0);
	if (rc == FJ_OK) {
		a->n -= a->taken;
		memmove(a->v, a->v + a->taken, a->n * sizeof(*a->v));
		a->lost = 0;
	}
	a->taken = 0;
	a->queued = again = rc == FJ_OK && a->n > 0;
	FJ_BUG_IF(pthread_mutex_unlock(&a->mutex) != 0);
	if (again)
		post(a);
}

static void
post(struct audit *a)
{
	memset(&a->job, 0, sizeof(a->job));
	a->job.store = store;
	a->job.done = done;
	a->job.bytes = PUT_AT_ONCE * sizeof(struct note);
	if (commit_put(a->h, &a->job))
		return;
	/* Too many wait: the next read tries again. */
	FJ_BUG_IF(pthread_mutex_lock(&a->mutex) != 0);
	a->queued = false;
	FJ_BUG_IF(pthread_mutex_unlock(&a->mutex) != 0);
}

void
audit_flush(struct hub *h)
{
	struct audit *a = h->audit;
	bool first;

	FJ_BUG_IF(pthread_mutex_lock(&a->mutex) != 0);
	first = a->n > 0 && !a->queued;
	a->queued = a->queued || first;
	if (first)
		a->h = h;
	FJ_BUG_IF(pthread_mutex_unlock(&a->mutex) != 0);
	if (first)
		post(a);
}

/* ---- noting ---- */

static struct note *
slot_of(struct audit *a, const struct note *n)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < ID_LEN; i++)
		h = ((h ^ n->dev.b[i]) * 16777619u ^ n->stream.b[i]) * 16777619u;
	for (i = 0; n->detail[i] != '\0'; i++)
		h = (h ^ (uint8_t)n->detail[i]) * 16777619u;
	return &a->recent[h % RECENT];
}

static bool
is_again(struct audit *a, const struct note *n)
{
	struct note *s = slot_of(a, n);
	bool again = s->act == n->act && id_eq(&s->dev, &n->dev) &&
	    id_eq(&s->stream, &n->stream) && strcmp(s->detail, n->detail) == 0 &&
	    n->time_ms >= s->time_ms && n->time_ms - s->time_ms < AUDIT_AGAIN_MS;

	if (!again)
		*s = *n;
	return again;
}

static void
add(struct audit *a, const struct note *n)
{
	if (a->n == AUDIT_WAITING && a->taken == 0) {
		memmove(a->v, a->v + 1, (a->n - 1) * sizeof(*a->v));
		a->n--;
		a->lost++;
	}
	if (a->n == a->room) {
		a->room = a->room == 0 ? 64 : a->room * 2;
		a->v = xrealloc(a->v, a->room, sizeof(*a->v));
	}
	a->v[a->n++] = *n;
}

void
audit_note(struct hub *h, const struct reply *r)
{
	struct audit *a = hub_main(h)->audit;
	struct note n;
	bool first = false;

	if (a == NULL || r->read.act == NULL || r->status < 200 || r->status > 299)
		return;
	memset(&n, 0, sizeof(n));
	n.time_ms = hub_now_ms(h);
	n.person = r->read.person;
	n.dev = r->read.dev;
	n.stream = r->read.stream;
	n.act = r->read.act;
	if (r->read.has_evidence)
		id_format(&r->read.evidence, n.detail);
	FJ_BUG_IF(pthread_mutex_lock(&a->mutex) != 0);
	if (!is_again(a, &n)) {
		add(a, &n);
		first = !a->queued;
		a->queued = true;
		/* post reads it without the mutex: only when nobody else posts. */
		if (first)
			a->h = hub_main(h);
	}
	FJ_BUG_IF(pthread_mutex_unlock(&a->mutex) != 0);
	if (first)
		post(a);
}
