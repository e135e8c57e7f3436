/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which entries go up.  What is to be sent is the difference between the journal's
 * heads and what the hub is known to hold (C5); findings, freezes and reviews first,
 * then the newest visit (C2); a refused chain is set aside (C4).
 */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"

enum {
	LOOK_BYTES = 16 << 10,		/* of a chain, to see whether it matters */
};

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
	    LIMIT_RUN_ENTRIES, LOOK_BYTES, &run, e);
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
	uint64_t from = 1;
	bool aside = false;
	enum fj_rc rc = FJ_OK;

	memset(&p, 0, sizeof(p));
	if (!c->offer_all)
		rc = sent_from(c->env.journal, visit, head, &from, e);
	if (rc != FJ_OK || from > head->seq)
		return rc;
	p.stream = *visit;
	p.dev = head->dev;
	p.tip = head->id;
	p.last = head->seq;
	p.from = from;
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
