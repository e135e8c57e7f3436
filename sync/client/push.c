/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries up, in parcels of what the link carries in a moment; several at once where
 * their chains differ, in order within a chain (C2).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"

enum {
	GAPS_MOST = 2,
};

/* Bytes of entries that make one batch of the link when they are packed. */
static size_t
batch_raw(const struct client *c)
{
	size_t n = pace_batch(&c->pace) * c->ratio / 10;

	return n > BATCH_MOST ? BATCH_MOST : n;
}

static uint64_t
findings_in(const struct journal_run *run)
{
	static const char head[] = "{\"op\":\"finding\"";
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < run->n; i++)
		n += run->entry[i].len >= sizeof(head) - 1 &&
		    memcmp(run->entry[i].payload, head, sizeof(head) - 1) == 0;
	return n;
}

static enum fj_rc
add_run(struct client *c, struct parcel *q, size_t i, struct fj_buf *body, bool *full,
    struct fj_err *e)
{
	size_t most = batch_raw(c);
	struct chain_plan *p = &c->plan[i];
	struct journal_run run;
	enum fj_rc rc;
	size_t begun;

	rc = journal_run(c->env.journal, &p->stream, &p->dev, p->from, &p->tip,
	    LIMIT_RUN_ENTRIES, most, &run, e);
	if (rc != FJ_OK)
		return rc;
	if (run.n == 0) {
		p->done = true;
	} else if (body->n > 0 && body->n + run_size(run.entry, run.n) > most) {
		*full = true;
	} else {
		begun = item_begin(body);
		rc = run_encode(run.entry, run.n, run.sig, body, e);
		item_end(body, begun);
		q->flight[q->n].plan = i;
		q->flight[q->n].last = run.entry[run.n - 1].seq;
		q->flight[q->n].id = run.entry[run.n - 1].id;
		q->flight[q->n].findings = findings_in(&run);
		q->n++;
		p->flying = true;
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
	bool forked = false, tip = true;
	struct sent s;
	enum fj_rc rc;

	rc = sent_get(c->env.journal, &p->stream, &p->dev, &s, e);
	/* Of two lines the common mark tells one. */
	if (rc == FJ_OK && !hash_eq(&s.id, &f->id))
		rc = journal_forked(c->env.journal, &p->stream, &p->dev, &forked, e);
	if (rc == FJ_OK && forked)
		rc = sent_tip(c->env.journal, &p->stream, &p->dev, &f->id, &tip, e);
	if (rc == FJ_OK && (s.position == 0 || !tip || (!forked && s.seq < f->last)))
		rc = fj_fail(e, FJ_CORRUPT, "sync.receipt", "s", "missing");
	if (rc != FJ_OK)
		return rc;
	c->st.entries_done += f->last - p->from + 1;
	c->st.up_entries += f->last - p->from + 1;
	c->st.up_findings += f->findings;
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
take_answer(struct parcel *q, const struct push_answer *pa, struct fj_err *e)
{
	struct client *c = q->c;
	struct receipts *s;
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (pa->n != q->n)
		return fj_fail(e, FJ_CORRUPT, "sync.bad-answer", "s", c->hub.url);
	s = receipts_new(c->env.journal);
	for (i = 0; rc == FJ_OK && i < pa->nreceipt; i++)
		rc = receipts_add(s, c->roster, &pa->receipts[i], e);
	if (rc == FJ_OK)
		rc = receipts_keep(s, NULL, e);
	receipts_free(&s);
	for (i = 0; rc == FJ_OK && i < pa->n; i++)
		rc = take_result(c, &q->flight[i], &pa->results[i], e);
	return rc;
}

/* The parcel is free, and its chains are. */
static void
parcel_over(struct parcel *q)
{
	size_t i;

	for (i = 0; i < q->n; i++)
		q->c->plan[q->flight[i].plan].flying = false;
	free(q->held);
	q->held = NULL;
	q->n = 0;
	q->busy = false;
}

void
push_drop(struct client *c)
{
	size_t i;

	for (i = 0; i < PARCELS; i++) {
		struct parcel *q = &c->parcel[i];

		if (q->busy)
			parcel_over(q);
		free(q->flight);
		q->flight = NULL;
	}
}

/* What came back for a parcel, under the roster as it is now. */
static void
parcel_answer(struct parcel *q, const char *body, size_t n)
{
	struct client *c = q->c;
	struct push_answer pa;
	struct fj_err e;
	enum fj_rc rc;

	memset(&pa, 0, sizeof(pa));
	rc = push_answer_read(body, n, &pa, &e);
	if (rc != FJ_OK)
		fj_fail(&e, FJ_OFFLINE, "sync.bad-answer", "s", c->hub.url);
	else
		rc = take_answer(q, &pa, &e);
	push_answer_release(&pa);
	if (rc != FJ_OK) {
		run_end(c, e.rc, &e);
		return;
	}
	parcel_over(q);
	run_phase(c, CLIENT_ENTRIES_UP);
	run_later(c, push_step);
}

void
push_roster_here(struct client *c)
{
	struct parcel *q;
	size_t i, n;
	char *body;

	run_later(c, push_step);
	for (i = 0; i < PARCELS && c->running; i++) {
		q = &c->parcel[i];
		body = q->held;
		n = q->nheld;
		q->held = NULL;
		if (body != NULL)
			parcel_answer(q, body, n);
		free(body);
	}
}

/* The hub wants less of it, or cannot read how it was packed. */
static bool
push_again(struct parcel *q, const struct answer *a)
{
	struct client *c = q->c;
	enum reaction how = problem_react(&a->problem);

	if (!a->refused)
		return false;
	if (strcmp(a->problem.name, "media") == 0 && run_has(c, FEATURE_ZSTD_1)) {
		run_without(c, FEATURE_ZSTD_1);
		return true;
	}
	if (how != REACT_SMALLER)
		return false;
	if (q->n == 1 && pace_batch(&c->pace) <= PACE_BATCH_LEAST)
		put_aside(c, &c->plan[q->flight[0].plan], "too-large");
	pace_batch_cut(&c->pace);
	return true;
}

static void
push_done(void *ctx, struct answer *a)
{
	struct parcel *q = ctx;
	struct client *c = q->c;
	int64_t ms;

	if (push_again(q, a)) {
		parcel_over(q);
		run_later(c, push_step);
		return;
	}
	if (a->cut) {
		/* Whether it arrived is not known: the same again, which the hub knows
		 * or stores, in smaller pieces. */
		pace_batch_cut(&c->pace);
		ms = run_cut(c, a);
		if (ms >= 0) {
			parcel_over(q);
			run_after(c, ms, push_step);
			return;
		}
	}
	if (!run_answer(c, a))
		return;
	pace_batch_done(&c->pace, q->bytes, a->took_ms);
	if (c->asking_roster)
		q->held = fj_buf_take(&a->body, &q->nheld);
	else
		parcel_answer(q, a->body.p, a->body.n);
}

/* ---- one request ---- */

/* Packed where the hub reads it; the ratio tells how much the next one may take. */
static enum fj_rc
parcel_pack(struct parcel *q, const struct fj_buf *raw, struct fj_buf *packed,
    struct xfer_request *r, struct fj_err *e)
{
	struct client *c = q->c;
	enum fj_rc rc;

	r->body = raw->p;
	r->nbody = raw->n;
	q->raw = q->bytes = raw->n;
	if (!run_has(c, FEATURE_ZSTD_1) || raw->n < ZIP_LEAST)
		return FJ_OK;
	if (c->zip == NULL)
		c->zip = zip_new();
	rc = zip_pack(c->zip, ZIP_DICTIONARY, pace_slow(&c->pace) || c->pace.rate == 0 ?
	    ZIP_SMALL : ZIP_FAST, raw->p, raw->n, packed, e);
	if (rc != FJ_OK || packed->n >= raw->n)
		return rc;
	r->body = packed->p;
	r->nbody = q->bytes = packed->n;
	r->header[r->nheader++] = "Content-Encoding: " ZIP_CODING;
	r->header[r->nheader++] = ZIP_HEADER ": " ZIP_NUMBER;
	c->ratio = raw->n * 10 / packed->n;
	return FJ_OK;
}

static enum fj_rc
parcel_send(struct parcel *q, const struct fj_buf *raw, struct fj_err *e)
{
	struct client *c = q->c;
	struct xfer_request r = run_request(c, "POST", "/v1/runs", WIRE_MEDIA_JSON);
	struct fj_buf packed;
	enum fj_rc rc;

	fj_buf_init(&packed, 2 * LIMIT_BODY_BYTES);
	c->st.item = c->plan[q->flight[0].plan].stream;
	r.media = WIRE_MEDIA_RUNS;
	rc = parcel_pack(q, raw, &packed, &r, e);
	if (rc == FJ_OK)
		rc = xfer_start(c->x, &r, push_done, q, NULL, e);
	q->busy = rc == FJ_OK;
	fj_buf_release(&packed);
	return rc;
}

/* Fill and send one parcel; *any false: there is nothing (more) to send now. */
static enum fj_rc
parcel_begin(struct client *c, struct parcel *q, bool *any, struct fj_err *e)
{
	struct fj_buf body;
	bool full = false;
	enum fj_rc rc = FJ_OK;
	size_t i;

	q->c = c;
	q->n = 0;
	if (q->flight == NULL)
		q->flight = xcalloc(WIRE_RUNS, sizeof(*q->flight));
	fj_buf_init(&body, 2 * LIMIT_BODY_BYTES);
	/* One run of a chain at a time: the next one depends on its answer. */
	for (i = 0; rc == FJ_OK && i < c->nplan && q->n < WIRE_RUNS && !full; i++)
		if (!c->plan[i].done && !c->plan[i].flying)
			rc = add_run(c, q, i, &body, &full, e);
	*any = q->n > 0;
	if (rc == FJ_OK && *any)
		rc = parcel_send(q, &body, e);
	fj_buf_release(&body);
	return rc;
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
	struct fj_err e;
	bool any = true, busy = false;
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < PARCELS; i++) {
		if (!c->parcel[i].busy && any)
			rc = parcel_begin(c, &c->parcel[i], &any, &e);
		busy = busy || c->parcel[i].busy;
	}
	if (rc != FJ_OK)
		run_end(c, rc, &e);
	else if (!busy && !c->asking_roster)
		push_over(c);
}
