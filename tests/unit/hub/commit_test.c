/* SPDX-License-Identifier: Apache-2.0 */
/* Workers (Q1, Q2) and the one writer (G1–G3), with stores that fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <pthread.h>
#include <cmocka.h>

#include "hub/commit.h"
#include "hub/push.h"
#include "hub/routes.h"
#include "hub/work.h"
#include "unit/hub/little_hub.h"

/* ---- a store whose commit or bulk put fails as often as is said ---- */

static struct store_ops faulty;
static enum fj_rc (*true_commit)(struct store *s, struct fj_err *e);
static enum fj_rc (*true_put)(struct store *s, const struct stored_entry *en, size_t n,
    bool *fresh, struct fj_err *e);
static int commits_fail;
static struct id put_fails;		/* entries of this stream */

static enum fj_rc
commit_or_not(struct store *s, struct fj_err *e)
{
	if (commits_fail > 0) {
		commits_fail--;
		s->ops->rollback(s);
		return fj_fail(e, FJ_IO, "db.failed", "ss", "hub.db", "disk I/O error");
	}
	return true_commit(s, e);
}

static enum fj_rc
put_or_not(struct store *s, const struct stored_entry *en, size_t n, bool *fresh,
    struct fj_err *e)
{
	if (n > 0 && id_eq(&en[0].stream, &put_fails))
		return fj_fail(e, FJ_LIMIT, "db.too-big", "ss", "hub.db", "too big");
	return true_put(s, en, n, fresh, e);
}

static void
make_faulty(struct hub *h)
{
	faulty = *h->store->ops;
	true_commit = faulty.commit;
	true_put = faulty.entries_put;
	faulty.commit = commit_or_not;
	faulty.entries_put = put_or_not;
	h->store->ops = &faulty;
	commits_fail = 0;
	memset(&put_fails, 0, sizeof(put_fails));
}

/* ---- pushes as jobs ---- */

struct one {
	struct commit_job job;		/* first */
	struct fj_buf body;
	struct push *push;
	struct reply r;
	struct id visit;
	atomic_int told;
};

static enum fj_rc
store_one(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	return push_store(h, ((struct one *)(void *)j)->push, e);
}

static void
one_done(struct commit_job *j, enum fj_rc rc, const struct fj_err *e,
    const struct envelope *head)
{
	struct one *o = (struct one *)(void *)j;

	push_answer(o->push, rc, e, head, &o->r);
	atomic_fetch_add(&o->told, 1);
}

static void
one_make(struct little_hub *w, struct one *o, int d)
{
	struct chain_head head;
	struct ask a;
	char allowed[64];

	memset(o, 0, sizeof(*o));
	memset(&head, 0, sizeof(head));
	memset(&a, 0, sizeof(a));
	id_random(&o->visit);
	fj_buf_init(&o->body, 1 << 20);
	little_run(w, &w->d[d], &w->d[(d + 1) % LITTLE_DEVICES], &o->visit, 4, &head,
	    &o->body);
	a.bearer = w->d[d].token;
	a.body = o->body.p;
	a.nbody = o->body.n;
	reply_init(&o->r);
	o->push = route_push(w->h, route_find(VERB_POST, "/v1/runs", &a, allowed), &a, &o->r);
	assert_non_null(o->push);
	o->job.store = store_one;
	o->job.done = one_done;
	o->job.bytes = push_bytes(o->push);
}

static void
one_free(struct one *o)
{
	push_free(&o->push);
	reply_release(&o->r);
	fj_buf_release(&o->body);
}

static bool
stored(struct little_hub *w, const struct one *o)
{
	struct fj_err e;

	return w->h->store->ops->stream_get(w->h->store, &o->visit, NULL, NULL, NULL, &e) ==
	    FJ_OK;
}

static uint64_t
position(struct little_hub *w)
{
	uint64_t n;
	struct fj_err e;

	OK(w->h->store->ops->log_position(w->h->store, &n, &e));
	return n;
}

static void
chain_up(struct one *o, int n)
{
	int i;

	for (i = 0; i < n; i++)
		o[i].job.next = i + 1 < n ? &o[i + 1].job : NULL;
}

static int
setup(void **state)
{
	struct little_hub *w = little_new();

	make_faulty(w->h);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	little_free(*state);
	return 0;
}

/* ---- groups ---- */

static void
a_group_is_one_transaction(void **state)
{
	struct little_hub *w = *state;
	uint64_t before = position(w);
	struct one o[3];
	int i;

	for (i = 0; i < 3; i++)
		one_make(w, &o[i], i);
	chain_up(o, 3);
	/* Would fail a second commit. */
	commit_group(w->h, &o[0].job);
	assert_int_equal(position(w), before + 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(o[i].told, 1);
		assert_int_equal(o[i].r.status, 200);
		assert_non_null(strstr(o[i].r.body.p, "\"stored\""));
		assert_true(stored(w, &o[i]));
		one_free(&o[i]);
	}
}

/* H1: nothing is acknowledged that is not stored. */
static void
a_failed_commit_is_nobodys_receipt(void **state)
{
	struct little_hub *w = *state;
	uint64_t before = position(w);
	struct one o[3];
	int i;

	for (i = 0; i < 3; i++)
		one_make(w, &o[i], i);
	chain_up(o, 3);
	commits_fail = 1;
	commit_group(w->h, &o[0].job);
	assert_int_equal(position(w), before);
	for (i = 0; i < 3; i++) {
		assert_int_equal(o[i].told, 1);
		assert_int_equal(o[i].r.status, 503);
		assert_null(strstr(o[i].r.body.p, "receipt"));
		assert_false(stored(w, &o[i]));
		reply_release(&o[i].r);
		reply_init(&o[i].r);
	}
	/* The same again is taken, with the positions that were not used. */
	chain_up(o, 3);
	commit_group(w->h, &o[0].job);
	assert_int_equal(position(w), before + 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(o[i].r.status, 200);
		one_free(&o[i]);
	}
}

/* G2  H10. */
static void
one_that_cannot_be_stored_fails_alone(void **state)
{
	struct little_hub *w = *state;
	struct one o[4];
	int i;

	for (i = 0; i < 4; i++)
		one_make(w, &o[i], i);
	chain_up(o, 4);
	put_fails = o[2].visit;
	commit_group(w->h, &o[0].job);
	for (i = 0; i < 4; i++) {
		assert_int_equal(o[i].told, 1);
		assert_int_equal(o[i].r.status, i == 2 ? 413 : 200);
		assert_int_equal(stored(w, &o[i]), i != 2);
		one_free(&o[i]);
	}
	memset(&put_fails, 0, sizeof(put_fails));
}

/* ---- the thread ---- */

static void
everything_that_was_taken_is_told(void **state)
{
	struct little_hub *w = *state;
	enum { N = 40 };
	struct one *o = xcalloc(N, sizeof(*o));
	int i;

	for (i = 0; i < N; i++)
		one_make(w, &o[i], i % LITTLE_DEVICES);
	commit_start(w->h);
	for (i = 0; i < N; i++)
		assert_true(commit_put(w->h, &o[i].job));
	commit_stop(w->h);
	for (i = 0; i < N; i++) {
		assert_int_equal(o[i].told, 1);
		assert_int_equal(o[i].r.status, 200);
		assert_true(stored(w, &o[i]));
		one_free(&o[i]);
	}
	free(o);
}

static void
waiting_for_the_writer(void **state)
{
	struct little_hub *w = *state;
	struct envelope head;
	struct fj_err e;
	struct one o;
	int i;

	for (i = 0; i < 2; i++) {
		if (i == 1)
			commit_start(w->h);
		one_make(w, &o, i);
		memset(&head, 0, sizeof(head));
		OK(commit_wait(w->h, &o.job, &head, &e));
		assert_true(head.has_sig);
		assert_int_equal(o.told, 0);
		assert_true(stored(w, &o));
		envelope_release(&head);
		one_free(&o);
	}
	commit_stop(w->h);
}

/* ---- workers ---- */

struct counted {
	struct work_item item;		/* first */
	struct work *work;
	atomic_int *sum;
	struct counted *more;
	bool roster;
};

static void
count_one(struct hub *view, struct work_item *it)
{
	struct counted *c = (struct counted *)(void *)it;
	struct fj_err e;

	/* A view reads while the hub writes. */
	if (hub_refresh(view, &e) == FJ_OK && view->main != NULL)
		c->roster = roster_count(view->roster) > 0;
	if (c->more != NULL)
		FJ_BUG_IF(!work_put_always(c->work, &c->more->item));
	atomic_fetch_add(c->sum, 1);
}

static void
every_item_runs_once(void **state)
{
	struct little_hub *w = *state;
	enum { N = 200 };
	struct counted c[N], more[N];
	struct work *work = NULL;
	struct fj_err e;
	atomic_int sum;
	int i;

	atomic_init(&sum, 0);
	OK(work_start(w->h, 3, N, &work, &e));
	memset(c, 0, sizeof(c));
	memset(more, 0, sizeof(more));
	for (i = 0; i < N; i++) {
		c[i].item.run = more[i].item.run = count_one;
		c[i].sum = more[i].sum = &sum;
		c[i].work = work;
		c[i].more = &more[i];
	}
	for (i = 0; i < N; i++)
		assert_true(work_put(work, &c[i].item));
	work_end(work);
	assert_int_equal(sum, 2 * N);
	assert_true(c[N - 1].roster && more[N - 1].roster);
	assert_false(work_put(work, &c[0].item));
	assert_false(work_put_always(work, &c[0].item));
	work_stop(&work);
}

/* One worker that is held: the queue fills, and says so. */
struct held {
	struct work_item item;
	pthread_mutex_t *gate;
	atomic_int *runs;
};

static void
hold(struct hub *view, struct work_item *it)
{
	struct held *g = (struct held *)(void *)it;

	(void)view;
	atomic_fetch_add(g->runs, 1);
	pthread_mutex_lock(g->gate);
	pthread_mutex_unlock(g->gate);
}

static void
a_full_queue_refuses(void **state)
{
	struct little_hub *w = *state;
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	struct work *work = NULL;
	struct held g[4];
	struct fj_err e;
	atomic_int runs;
	int i;

	atomic_init(&runs, 0);
	OK(work_start(w->h, 1, 2, &work, &e));
	for (i = 0; i < 4; i++) {
		memset(&g[i], 0, sizeof(g[i]));
		g[i].item.run = hold;
		g[i].gate = &gate;
		g[i].runs = &runs;
	}
	pthread_mutex_lock(&gate);
	assert_true(work_put(work, &g[0].item));
	while (atomic_load(&runs) == 0)
		;
	assert_true(work_put(work, &g[1].item));
	assert_true(work_put(work, &g[2].item));
	assert_int_equal(work_waiting(work), 2);
	assert_false(work_put(work, &g[3].item));
	pthread_mutex_unlock(&gate);
	work_stop(&work);
	assert_int_equal(runs, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_is_one_transaction),
		cmocka_unit_test(a_failed_commit_is_nobodys_receipt),
		cmocka_unit_test(one_that_cannot_be_stored_fails_alone),
		cmocka_unit_test(everything_that_was_taken_is_told),
		cmocka_unit_test(waiting_for_the_writer),
		cmocka_unit_test(every_item_runs_once),
		cmocka_unit_test(a_full_queue_refuses),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
