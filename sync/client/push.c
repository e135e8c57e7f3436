/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries up.  What is to be sent is the difference between the journal's heads
 * and what the hub is known to hold (C5); findings, freezes and reviews first,
 * then the newest visit (C2); a refused chain is set aside (C4).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"

enum {
	GAPS_MOST = 2,
};

/* ---- planning ---- */

struct planning {
	struct client *c;
	struct id *visit;
	size_t n;
	bool frozen;
	struct fj_err *e;
};

static bool
plan_stream(void *ctx, const struct journal_stream *s)
{
	struct planning *p = ctx;

	if (s->kind != STREAM_VISIT)
		return true;
	p->visit = xrealloc(p->visit, p->n + 1, sizeof(*p->visit));
	p->visit[p->n++] = s->stream;
	return true;
}

static bool
begins(const struct entry *en, const char *op)
{
	static const char head[] = "{\"op\":\"";
	size_t n = sizeof(head) - 1, m = strlen(op);

	return en->len > n + m && memcmp(en->payload, head, n) == 0 &&
	    memcmp(en->payload + n, op, m) == 0;
}

static bool
seek_freeze(void *ctx, const struct entry *en)
{
	struct planning *p = ctx;

	p->frozen = p->frozen || begins(en, "freeze\"");
	return !p->frozen;
}

/* Findings, freezes, signatures, reviews. */
static bool
matters(const struct entry *en)
{
	static const char *const ops[] = {
		"finding.", "freeze\"", "sign\"", "party\"", "comment\"", "return\"",
		"approve\"", "reopen\"", "void\"", "outcome\"",
	};
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (begins(en, ops[i]))
			return true;
	return false;
}

static enum fj_rc
rank(struct client *c, struct chain_plan *p, uint64_t hlc, struct fj_err *e)
{
	struct journal_run run;
	enum fj_rc rc;
	size_t i;

	p->rank = hlc >> 1;
	rc = journal_run(c->env.journal, &p->stream, &p->dev, p->from, &p->tip,
	    LIMIT_RUN_ENTRIES, BATCH_LEAST, &run, e);
	if (rc != FJ_OK)
		return rc;
	for (i = 0; i < run.n; i++)
		if (matters(&run.entry[i])) {
			p->rank |= 1ULL << 63;
			break;
		}
	p->done = run.n == 0;
	journal_run_free(&run);
	return FJ_OK;
}

/* Was this chain refused, and nothing has changed since? */
static enum fj_rc
is_aside(struct client *c, const struct chain_plan *p, bool *yes, struct fj_err *e)
{
	struct client_aside a;
	enum fj_rc rc;

	rc = aside_get(c->env.journal, &p->stream, &p->dev, &a, yes, e);
	if (rc == FJ_OK && *yes)
		*yes = !c->o.retry_aside && p->last <= a.seq &&
		    clock_now(c->env.clock).ms - a.at.ms < ASIDE_MS;
	return rc;
}

static enum fj_rc
plan_chain(struct client *c, const struct id *visit, const struct chain_head *head,
    struct fj_err *e)
{
	struct chain_plan p;
	struct sent s;
	bool aside = false;
	enum fj_rc rc;

	memset(&p, 0, sizeof(p));
	rc = sent_get(c->env.journal, visit, &head->dev, &s, e);
	if (rc != FJ_OK)
		return rc;
	if (!c->offer_all && s.seq >= head->seq && (s.seq > head->seq ||
	    hash_eq(&s.id, &head->id)))
		return FJ_OK;
	p.stream = *visit;
	p.dev = head->dev;
	p.tip = head->id;
	p.last = head->seq;
	p.from = c->offer_all || s.seq >= head->seq ? 1 : s.seq + 1;
	rc = is_aside(c, &p, &aside, e);
	if (rc == FJ_OK && !aside)
		rc = rank(c, &p, head->hlc, e);
	if (rc != FJ_OK || aside || p.done)
		return rc;
	c->plan = xrealloc(c->plan, c->nplan + 1, sizeof(*c->plan));
	c->plan[c->nplan++] = p;
	c->st.entries_total += p.last - p.from + 1;
	return FJ_OK;
}

static int
by_rank(const void *a, const void *b)
{
	const struct chain_plan *x = a, *y = b;

	return x->rank > y->rank ? -1 : x->rank < y->rank;
}

static enum fj_rc
plan_visit(struct planning *p, const struct id *visit)
{
	struct journal_reader r = { seek_freeze, NULL, p };
	struct chain_head *head = NULL;
	enum fj_rc rc = FJ_OK;
	size_t i, n = 0;

	p->frozen = !p->c->o.sealed_only;
	if (!p->frozen)
		rc = journal_each(p->c->env.journal, visit, 0, &r, NULL, p->e);
	if (rc != FJ_OK || !p->frozen)
		return rc;
	rc = journal_heads(p->c->env.journal, visit, &head, &n, p->e);
	for (i = 0; rc == FJ_OK && i < n; i++)
		rc = plan_chain(p->c, visit, &head[i], p->e);
	free(head);
	return rc;
}

void
push_begin(struct client *c)
{
	struct planning p = { .c = c };
	struct fj_err e;
	enum fj_rc rc;
	size_t i;

	p.e = &e;
	c->nplan = 0;
	c->st.entries_done = c->st.entries_total = 0;
	rc = journal_streams(c->env.journal, plan_stream, &p, &e);
	for (i = 0; rc == FJ_OK && i < p.n; i++)
		rc = plan_visit(&p, &p.visit[i]);
	free(p.visit);
	if (rc != FJ_OK) {
		run_end(c, rc, &e);
		return;
	}
	if (c->nplan > 0)
		qsort(c->plan, c->nplan, sizeof(*c->plan), by_rank);
	run_phase(c, CLIENT_ENTRIES_UP);
	push_step(c);
}

/* ---- sending ---- */

static enum fj_rc
add_run(struct client *c, size_t i, struct fj_buf *body, bool *full, struct fj_err *e)
{
	struct chain_plan *p = &c->plan[i];
	struct journal_run run;
	enum fj_rc rc;
	size_t begun;

	rc = journal_run(c->env.journal, &p->stream, &p->dev, p->from, &p->tip,
	    LIMIT_RUN_ENTRIES, c->batch, &run, e);
	if (rc != FJ_OK)
		return rc;
	if (run.n == 0) {
		p->done = true;
	} else if (body->n > 0 && body->n + run_size(run.entry, run.n) > c->batch) {
		*full = true;
	} else {
		begun = item_begin(body);
		rc = run_encode(run.entry, run.n, run.sig, body, e);
		item_end(body, begun);
		c->flight[c->nflight].plan = i;
		c->flight[c->nflight].last = run.entry[run.n - 1].seq;
		c->flight[c->nflight].id = run.entry[run.n - 1].id;
		c->nflight++;
	}
	journal_run_free(&run);
	return rc;
}

/* One run of this chain may be too large for any request: nothing else can be. */
static void
put_aside(struct client *c, struct chain_plan *p, const char *problem)
{
	struct client_aside a;
	struct fj_err e;
	char code[64];

	memset(&a, 0, sizeof(a));
	a.stream = p->stream;
	a.dev = p->dev;
	a.seq = p->last;
	a.at = clock_now(c->env.clock);
	snprintf(code, sizeof(code), "sync.aside-%s", strcmp(problem, "not-yours") == 0 ?
	    "not-yours" : strcmp(problem, "too-large") == 0 ? "too-large" : "refused");
	fj_fail(&a.err, FJ_REFUSED, code, "s", problem);
	p->done = true;
	if (aside_put(c->env.journal, &a, &e) != FJ_OK)
		run_flaw(c, &e);
}

static void
name_flaw(struct client *c, const char *code, const struct id *stream)
{
	char text[ID_TEXT + 1];
	struct fj_err e;

	id_format_short(stream, text);
	fj_fail(&e, FJ_REFUSED, code, "s", text);
	run_flaw(c, &e);
}

/* The receipt has been kept already: does it cover what was sent? */
static enum fj_rc
covered(struct client *c, const struct flight *f, struct chain_plan *p,
    struct fj_err *e)
{
	struct sent s;
	enum fj_rc rc;

	rc = sent_get(c->env.journal, &p->stream, &p->dev, &s, e);
	if (rc == FJ_OK && (s.position == 0 || s.seq < f->last))
		rc = fj_fail(e, FJ_CORRUPT, "sync.receipt", "s", "missing");
	if (rc != FJ_OK)
		return rc;
	c->st.entries_done += f->last - p->from + 1;
	p->from = f->last + 1;
	p->done = p->from > p->last;
	return aside_drop(c->env.journal, &p->stream, &p->dev, e);
}

static enum fj_rc
take_result(struct client *c, const struct flight *f, const struct push_result *r,
    struct fj_err *e)
{
	struct chain_plan *p = &c->plan[f->plan];
	bool own = id_eq(&p->dev, journal_dev(c->env.journal));

	if (!id_eq(&r->stream, &p->stream) || !id_eq(&r->dev, &p->dev)) {
		if (r->state != PUSH_REFUSED)
			return fj_fail(e, FJ_CORRUPT, "sync.bad-answer", "s", c->hub.url);
	}
	if (own && r->has_id && r->have > p->last)
		name_flaw(c, "sync.rewound", &p->stream);
	switch (r->state) {
	case PUSH_FORK:
		if (own)
			name_flaw(c, "sync.forked", &p->stream);
		return covered(c, f, p, e);
	case PUSH_STORED:
	case PUSH_KNOWN:
		return covered(c, f, p, e);
	case PUSH_GAP:
		/* A hub that asks twice for the same is not asked a third time (C8). */
		if (++p->gaps > GAPS_MOST || r->have + 1 >= p->from) {
			put_aside(c, p, "gap");
			return FJ_OK;
		}
		if (p->from > r->have + 1)
			c->st.entries_total += p->from - r->have - 1;
		p->from = r->have + 1;
		return FJ_OK;
	case PUSH_REFUSED:
		put_aside(c, p, r->has_problem ? r->problem.name : "refused");
		return FJ_OK;
	}
	return FJ_OK;
}

static enum fj_rc
take_answer(struct client *c, const struct push_answer *pa, struct fj_err *e)
{
	struct receipts *s;
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (pa->n != c->nflight)
		return fj_fail(e, FJ_CORRUPT, "sync.bad-answer", "s", c->hub.url);
	s = receipts_new(c->env.journal);
	for (i = 0; rc == FJ_OK && i < pa->nreceipt; i++)
		rc = receipts_add(s, c->roster, &pa->receipts[i], e);
	if (rc == FJ_OK)
		rc = receipts_keep(s, NULL, e);
	receipts_free(&s);
	for (i = 0; rc == FJ_OK && i < pa->n; i++)
		rc = take_result(c, &c->flight[i], &pa->results[i], e);
	return rc;
}

static void
push_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct push_answer pa;
	struct fj_err e;
	enum fj_rc rc;

	if (a->refused && problem_react(&a->problem) == REACT_SMALLER) {
		if (c->nflight == 1 && c->batch <= BATCH_LEAST)
			put_aside(c, &c->plan[c->flight[0].plan], "too-large");
		c->batch = c->batch / 2 < BATCH_LEAST ? BATCH_LEAST : c->batch / 2;
		run_later(c, push_step);
		return;
	}
	if (a->rc == FJ_OFFLINE)
		c->batch = c->batch / 2 < BATCH_LEAST ? BATCH_LEAST : c->batch / 2;
	if (!run_answer(c, a))
		return;
	memset(&pa, 0, sizeof(pa));
	rc = push_answer_read(a->body.p, a->body.n, &pa, &e);
	if (rc != FJ_OK)
		fj_fail(&e, FJ_OFFLINE, "sync.bad-answer", "s", c->hub.url);
	else
		rc = take_answer(c, &pa, &e);
	push_answer_release(&pa);
	if (rc != FJ_OK) {
		run_end(c, e.rc, &e);
		return;
	}
	c->batch = c->batch * 2 > BATCH_MOST ? BATCH_MOST : c->batch * 2;
	run_phase(c, CLIENT_ENTRIES_UP);
	run_later(c, push_step);
}

/* Everything is up, or set aside. */
static void
push_over(struct client *c)
{
	if (c->drain)
		run_later(c, up_begin);
	else
		run_later(c, list_step);
}

void
push_step(struct client *c)
{
	struct xfer_request r;
	struct fj_buf body;
	struct fj_err e;
	bool full = false;
	enum fj_rc rc = FJ_OK;
	size_t i;

	c->nflight = 0;
	fj_buf_init(&body, 2 * LIMIT_BODY_BYTES);
	/* One run of a chain a request: the next one depends on its answer. */
	for (i = 0; rc == FJ_OK && i < c->nplan && c->nflight < WIRE_RUNS && !full; i++)
		if (!c->plan[i].done)
			rc = add_run(c, i, &body, &full, &e);
	if (rc != FJ_OK) {
		run_end(c, rc, &e);
	} else if (c->nflight == 0) {
		push_over(c);
	} else {
		c->st.item = c->plan[c->flight[0].plan].stream;
		r = run_request(c, "POST", "/v1/runs", WIRE_MEDIA_JSON);
		r.media = WIRE_MEDIA_RUNS;
		r.body = body.p;
		r.nbody = body.n;
		run_ask(c, &r, push_done);
	}
	fj_buf_release(&body);
}
