/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of rules, cheap ones of grade A in front, taken from both ends: the first
 * thread takes the next cheap one, so that flags are on the screen at once, the others
 * the next dear one, so that none of these is left alone at the end.
 */
#include "redflag/run.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/xalloc.h"
#include "db/guard.h"
#include "redflag/kernel.h"
#include "redflag/rule.h"
#include "redflag/run_hits.h"

enum {
	THREADS = 2,
	THREADS_MAX = 8,
	ROWS_MAX = 200000,
	RULE_MS = 120000,
};

struct turn {
	const struct rule *rule;
	double cost;
};

struct work {
	struct store *s;
	const struct run_options *o;
	struct turn *turn;
	size_t front, back, total;	/* what is left: [front, back) */
	size_t done;
	bool ended;			/* cancelled, or somebody said enough */
	pthread_mutex_t take;		/* of the numbers above */
	pthread_mutex_t tell;		/* of the callbacks */
};

struct hand {
	struct work *w;
	bool dear;			/* takes from the dear end */
	enum fj_rc rc;			/* it could not even begin */
	struct fj_err e;
};

static uint32_t
ms_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)((uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000);
}

/* Rows that it reads; less when a kernel does; later when it is no contradiction. */
static double
cost_of(const struct store *s, const struct rule *r)
{
	double cost = 1;
	int i;

	for (i = 0; i < r->tables; i++)
		cost += store_rows(s, r->table[i].table);
	if (kernel_find(r) != NULL)
		cost /= 4;
	return r->grade == 'A' ? cost : r->grade == 'B' ? cost * 2 : cost * 4;
}

static int
by_cost(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->cost < y->cost || x->cost > y->cost)
		return x->cost < y->cost ? -1 : 1;
	return strcmp(x->rule->id, y->rule->id);
}

/* ---- one rule ---- */

static bool
has(void *ctx, int table, int column)
{
	const struct store *s = ctx;

	return column < 0 ? store_rows(s, table) > 0 : store_has(s, table, column);
}

static bool
stopped(void *ctx)
{
	struct work *w = ctx;
	bool end;

	pthread_mutex_lock(&w->take);
	end = w->ended;
	pthread_mutex_unlock(&w->take);
	if (end || w->o->cancelled == NULL)
		return end;
	pthread_mutex_lock(&w->tell);
	end = w->o->cancelled(w->o->ctx);
	pthread_mutex_unlock(&w->tell);
	if (end) {
		pthread_mutex_lock(&w->take);
		w->ended = true;
		pthread_mutex_unlock(&w->take);
	}
	return end;
}

static enum fj_rc
too_many(const struct work *w, const struct rule *r, struct fj_err *e)
{
	return fj_fail(e, FJ_LIMIT, "rule.rows", "sd", r->id,
	    (int)(w->o->rows_max > 0 ? w->o->rows_max : ROWS_MAX));
}

/* By its kernel; FJ_NOMEM: let the SQL do it. */
static enum fj_rc
by_kernel(struct work *w, const struct rule *r, struct hits *h, struct fj_err *e)
{
	kernel_fn fn = w->o->no_kernels ? NULL : kernel_find(r);
	struct kernel k = {.s = w->s, .rule = r, .values = w->o->values, .stop = stopped,
	    .stop_ctx = w, .hit = hits_add, .hit_ctx = h};
	enum fj_rc rc;

	if (fn == NULL)
		return FJ_NOMEM;
	rc = fn(&k, e);
	if (rc == FJ_NOMEM)
		hits_clear(h);
	return h->over ? too_many(w, r, e) : rc;
}

static enum fj_rc
by_sql(struct work *w, const struct rule *r, struct db *d, struct guard *g, struct hits *h,
    struct fj_err *e)
{
	struct rule_limits limits = {
		.ms = w->o->rule_ms > 0 ? w->o->rule_ms : RULE_MS,
		.rows = w->o->rows_max > 0 ? w->o->rows_max : ROWS_MAX,
		.stop = stopped,
		.ctx = w,
	};
	enum fj_rc rc = rule_run(r, d, g, w->o->values, &limits, hits_add, h, e);

	return h->over ? too_many(w, r, e) : rc;
}

static void
tell(struct work *w, struct run_row *row)
{
	bool more;

	pthread_mutex_lock(&w->tell);
	w->done++;
	more = w->o->row(w->o->ctx, row, w->done, w->total);
	pthread_mutex_unlock(&w->tell);
	if (!more) {
		pthread_mutex_lock(&w->take);
		w->ended = true;
		pthread_mutex_unlock(&w->take);
	}
}

static void
run_one(struct work *w, const struct rule *r, struct db *d, struct guard *g)
{
	struct run_row row = {.rule = r};
	struct hits h;
	struct fj_err e = {0};
	uint32_t from = ms_now();
	enum fj_rc rc;

	hits_init(&h, w->o->rows_max > 0 ? w->o->rows_max : ROWS_MAX);
	rc = rule_ready(r, has, w->s, &e);
	if (rc == FJ_OK)
		rc = rule_when(r, d, g, &e);
	row.status = rc == FJ_OK ? RUN_DONE : RUN_NOT_RUN;
	if (rc == FJ_OK) {
		rc = by_kernel(w, r, &h, &e);
		row.kernel = rc != FJ_NOMEM;
		if (rc == FJ_NOMEM)
			rc = by_sql(w, r, d, g, &h, &e);
		if (rc != FJ_OK)
			row.status = RUN_FAILED;
	}
	if (row.status == RUN_DONE) {
		hits_sort(&h);
		row.hit = h.hit;
		row.hits = h.n;
		row.reports = hits_reports(&h);
	} else {
		row.why = &e;
	}
	row.ms = ms_now() - from;
	/* What was cut short by the end of all is no result. */
	if (!(rc == FJ_CANCELLED && stopped(w)))
		tell(w, &row);
	hits_release(&h);
}

/* ---- the hands ---- */

static const struct rule *
next(struct work *w, bool dear)
{
	const struct rule *r = NULL;

	pthread_mutex_lock(&w->take);
	if (!w->ended && w->front < w->back)
		r = w->turn[dear ? --w->back : w->front++].rule;
	pthread_mutex_unlock(&w->take);
	return r;
}

static void *
work(void *arg)
{
	struct hand *hand = arg;
	const struct db_options o = {.mode = DB_MEMORY};
	struct db *d = NULL;
	struct guard *g = NULL;
	const struct rule *r;

	hand->rc = db_open("registers", &o, &d, &hand->e);
	if (hand->rc == FJ_OK)
		hand->rc = store_attach(hand->w->s, d, &hand->e);
	if (hand->rc == FJ_OK) {
		g = rule_guard(d);
		while (!stopped(hand->w) && (r = next(hand->w, hand->dear)) != NULL)
			run_one(hand->w, r, d, g);
	}
	guard_free(&g);
	db_close(&d);
	return NULL;
}

/* The caller's thread is the first hand.  A thread that does not start is no harm. */
static void
all_hands(struct work *w, struct hand *hand, int n)
{
	pthread_t id[THREADS_MAX];
	bool runs[THREADS_MAX] = {false};
	int i;

	for (i = 0; i < n; i++) {
		hand[i].w = w;
		hand[i].dear = i > 0;
	}
	for (i = 1; i < n; i++)
		runs[i] = pthread_create(&id[i], NULL, work, &hand[i]) == 0;
	(void)work(&hand[0]);
	for (i = 1; i < n; i++)
		if (runs[i])
			(void)pthread_join(id[i], NULL);
}

static struct turn *
line_up(const struct store *s, const struct rule *const *rule, size_t n)
{
	struct turn *turn = xcalloc(n + 1, sizeof(*turn));
	size_t i;

	for (i = 0; i < n; i++) {
		turn[i].rule = rule[i];
		turn[i].cost = cost_of(s, rule[i]);
	}
	if (n > 1)
		qsort(turn, n, sizeof(*turn), by_cost);
	return turn;
}

enum fj_rc
run_rules(struct store *s, const struct rule *const *rule, size_t n,
    const struct run_options *o, struct fj_err *e)
{
	struct work w = {.s = s, .o = o, .back = n, .total = n};
	struct hand hand[THREADS_MAX] = {{0}};
	int threads = o->threads <= 0 ? THREADS :
	    o->threads > THREADS_MAX ? THREADS_MAX : o->threads;
	enum fj_rc rc = FJ_OK;

	guard_heap(RULE_HEAP);
	w.turn = line_up(s, rule, n);
	pthread_mutex_init(&w.take, NULL);
	pthread_mutex_init(&w.tell, NULL);
	all_hands(&w, hand, threads);
	if (w.ended) {
		rc = fj_fail(e, FJ_CANCELLED, "redflag.cancelled", "");
	} else if (w.done < w.total) {
		/* Nobody could open a connection. */
		rc = hand[0].rc;
		if (e != NULL)
			*e = hand[0].e;
	}
	pthread_mutex_destroy(&w.take);
	pthread_mutex_destroy(&w.tell);
	free(w.turn);
	return rc;
}
