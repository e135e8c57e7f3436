/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/push.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/push_internal.h"
#include "hub/visits.h"

enum {
	RETRY_S = 5,
};

static void
refuse(struct push_result *res, const char *problem)
{
	res->state = PUSH_REFUSED;
	res->has_problem = true;
	problem_init(&res->problem, problem);
}

static void
remember_old(struct push *p, uint64_t position)
{
	size_t i;

	for (i = 0; i < p->nold; i++)
		if (p->old[i] == position)
			return;
	p->old = xrealloc(p->old, p->nold + 1, sizeof(*p->old));
	p->old[p->nold++] = position;
}

/* A stream has its own receipt in a request (H9): whoever may see the one visit
 * may hold it.  nstream: none yet, the next one would be its. */
static size_t
slot_of(const struct push *p, const struct id *stream)
{
	size_t i;

	for (i = 0; i < p->nstream; i++)
		if (id_eq(&p->stream[i].stream, stream))
			break;
	return i;
}

static uint64_t
position_of(const struct push *p, const struct id *stream)
{
	return hub_next_position(p->h) + slot_of(p, stream);
}

/* The head of the run goes into its stream's receipt. */
static struct push_stream *
name_head(struct push *p, const struct run *run)
{
	const struct entry *last = &run->entries[run->n - 1];
	size_t slot = slot_of(p, &run->stream);
	struct receipt_entry *row;

	p->named = xrealloc(p->named, p->nnamed + 1, sizeof(*p->named));
	row = &p->named[p->nnamed++];
	row->stream = run->stream;
	row->dev = run->dev;
	row->seq = last->seq;
	row->id = last->id;
	if (slot == p->nstream) {
		p->stream = xrealloc(p->stream, p->nstream + 1, sizeof(*p->stream));
		memset(&p->stream[slot], 0, sizeof(p->stream[slot]));
		p->stream[slot].stream = run->stream;
		p->stream[slot].kind = run->kind;
		p->nstream++;
	}
	return &p->stream[slot];
}

/*
 * A chain of one's own person may always be pushed; another's into a stream
 * that is new here or that the caller may see.
 */
static enum fj_rc
allowed(struct push *p, const struct run *run, bool *yes, struct fj_err *e)
{
	struct store *s = p->h->store;
	const struct roster_person *owner;
	struct fj_buf facts;
	size_t slot;
	enum fj_rc rc;

	*yes = run->kind == STREAM_VISIT;
	if (!*yes || id_eq(&run->dev, &p->dev))
		return FJ_OK;
	owner = roster_owner(p->h->roster, &run->dev);
	if (owner != NULL && id_eq(&owner->person, &p->person->person))
		return FJ_OK;
	fj_buf_init(&facts, LIMIT_BODY_BYTES);
	rc = s->ops->stream_get(s, &run->stream, NULL, NULL, &facts, e);
	slot = slot_of(p, &run->stream);
	if (rc == FJ_OK && slot < p->nstream && p->stream[slot].heavy) {
		/* It grew in this very request: what is stored is not the newest. */
		fj_buf_clear(&facts);
		rc = visits_summary(p->h->visits, &run->stream, &facts, e);
	}
	if (rc == FJ_OK)
		*yes = visits_may_see(facts.p, p->person);
	else if (rc == FJ_NOTFOUND)
		rc = FJ_OK;
	fj_buf_release(&facts);
	return rc;
}

/* Is the entry before the run here, and does the run follow it?  head: the newest
 * of the chain, which it nearly always is. */
static enum fj_rc
footing(struct push *p, const struct run *run, const struct chain_head *head, bool *gap,
    bool *follows, struct fj_err *e)
{
	struct store *s = p->h->store;
	struct chain_head before = *head;
	enum fj_rc rc = FJ_OK;

	*gap = false;
	*follows = true;
	if (run->first == 1)
		return FJ_OK;
	if (head->seq == 0 || !hash_eq(&head->id, &run->prev))
		rc = s->ops->entry_find(s, &run->stream, &run->prev, &before, NULL, e);
	if (rc == FJ_NOTFOUND || (rc == FJ_OK && (before.seq + 1 != run->first ||
	    !id_eq(&before.dev, &run->dev)))) {
		*gap = true;
		return FJ_OK;
	}
	*follows = rc == FJ_OK && run->entries[0].hlc > before.hlc;
	return rc;
}

/* The hello of its chain came after the run was looked at. */
static enum fj_rc
prove_late(struct push *p, const struct push_run *pr, struct push_result *res,
    struct fj_err *e)
{
	struct identity_public key;
	struct fj_err why;
	enum fj_rc rc;

	rc = push_chain_key(p->h, &pr->run->stream, &pr->run->dev, &key, e);
	if (rc == FJ_NOTFOUND)
		refuse(res, "run-key");
	else if (rc == FJ_OK && push_verify(pr->run, &key, &why) != FJ_OK)
		refuse(res, push_verify_problem(&why));
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

/* A run that is a journal: store it and say how it stands. */
static enum fj_rc
take_run(struct push *p, struct push_run *pr, const struct chain_head *head,
    struct push_result *res, struct fj_err *e)
{
	struct store *s = p->h->store;
	const struct run *run = pr->run;
	const struct entry *last = &run->entries[run->n - 1];
	uint64_t position = position_of(p, &run->stream);
	struct push_stream *st;
	size_t fresh = 0, i;
	enum fj_rc rc;

	for (i = 0; i < run->n; i++)
		pr->row[i].position = position;
	rc = s->ops->entries_put(s, pr->row, run->n, pr->fresh, e);
	for (i = 0; i < run->n; i++)
		fresh += pr->fresh[i];
	if (rc == FJ_OK && !pr->fresh[run->n - 1])
		rc = s->ops->entry_sign(s, &run->stream, &last->id, run->sig, e);
	if (rc != FJ_OK)
		return rc;
	if (fresh == 0) {
		res->state = PUSH_KNOWN;
		rc = s->ops->entry_find(s, &run->stream, &last->id, NULL, &position, e);
		if (rc == FJ_OK)
			remember_old(p, position);
		/* The receipt of then may name a later entry, which a workspace that
		 * holds less (a bundle, a restored one) cannot hold against its own:
		 * a new receipt names the one that was offered. */
		if (rc == FJ_OK && head->seq > last->seq)
			(void)name_head(p, run);
		return rc;
	}
	/* Something new at or below the old head stands beside it. */
	res->state = last->seq - fresh + 1 <= head->seq ? PUSH_FORK : PUSH_STORED;
	st = name_head(p, run);
	st->grew = true;
	st->heavy = st->heavy || !pr->light || res->state == PUSH_FORK;
	return FJ_OK;
}

/* Where the chain stands at the hub, after the run was judged. */
static enum fj_rc
say_head(struct push *p, const struct run *run, struct chain_head *head,
    struct push_result *res, struct fj_err *e)
{
	struct store *s = p->h->store;
	const struct entry *last = &run->entries[run->n - 1];
	enum fj_rc rc = FJ_OK;

	if (res->state == PUSH_STORED) {
		head->seq = last->seq;
		head->id = last->id;
	} else if (res->state == PUSH_FORK) {
		rc = s->ops->chain_head(s, &run->stream, &run->dev, head, e);
	}
	if (rc == FJ_OK && head->seq > 0) {
		res->have = head->seq;
		res->has_id = true;
		res->id = head->id;
	}
	return rc;
}

/* What may be pushed and stands on what is here is taken. */
static enum fj_rc
stand_run(struct push *p, struct push_run *pr, const struct chain_head *head,
    struct push_result *res, struct fj_err *e)
{
	bool gap, follows;
	enum fj_rc rc;

	rc = footing(p, pr->run, head, &gap, &follows, e);
	if (rc != FJ_OK)
		return rc;
	if (gap) {
		res->state = PUSH_GAP;
		return FJ_OK;
	}
	if (pr->refused != NULL || !follows)
		refuse(res, pr->refused != NULL ? pr->refused : "run-frame");
	else if (!pr->proven)
		rc = prove_late(p, pr, res, e);
	return rc == FJ_OK && !res->has_problem ? take_run(p, pr, head, res, e) : rc;
}

static enum fj_rc
judge_run(struct push *p, struct push_run *pr, struct push_result *res,
    struct fj_err *e)
{
	struct store *s = p->h->store;
	const struct run *run = pr->run;
	struct chain_head head;
	bool yes;
	enum fj_rc rc;

	res->stream = run->stream;
	res->dev = run->dev;
	rc = allowed(p, run, &yes, e);
	if (rc != FJ_OK)
		return rc;
	if (!yes) {
		refuse(res, "not-yours");
		return FJ_OK;
	}
	rc = s->ops->chain_head(s, &run->stream, &run->dev, &head, e);
	if (rc == FJ_OK)
		rc = stand_run(p, pr, &head, res, e);
	return rc == FJ_OK ? say_head(p, run, &head, res, e) : rc;
}

/* ---- streams and receipts ---- */

/* The stream moved: its position, and who may see it where that can have changed. */
static enum fj_rc
stamp_stream(struct push *p, const struct push_stream *ps, struct fj_err *e)
{
	struct store *s = p->h->store;
	struct stored_stream st;
	struct fj_buf facts;
	bool heavy = ps->heavy;
	enum fj_rc rc = FJ_OK;

	memset(&st, 0, sizeof(st));
	st.stream = ps->stream;
	st.kind = ps->kind;
	st.position = position_of(p, &ps->stream);
	fj_buf_init(&facts, LIMIT_BODY_BYTES);
	if (!heavy) {
		rc = s->ops->stream_get(s, &ps->stream, NULL, NULL, &facts, e);
		heavy = rc == FJ_NOTFOUND || (rc == FJ_OK && facts.n == 0);
	}
	if (heavy) {
		fj_buf_clear(&facts);
		rc = visits_summary(p->h->visits, &ps->stream, &facts, e);
	}
	st.facts = facts.p;
	if (rc == FJ_OK)
		rc = s->ops->stream_put(s, &st, e);
	fj_buf_release(&facts);
	return rc;
}

/* The receipt of one slot: its rows of those named. */
static enum fj_rc
slot_receipt(struct push *p, const struct id *stream, struct fj_err *e)
{
	struct receipt rec;
	enum fj_rc rc;
	size_t i;

	memset(&rec, 0, sizeof(rec));
	rec.entries = xcalloc(p->nnamed, sizeof(*rec.entries));
	for (i = 0; i < p->nnamed; i++)
		if (id_eq(&p->named[i].stream, stream))
			rec.entries[rec.nentry++] = p->named[i];
	rc = hub_receipt(p->h, &rec, &p->answer.receipts[p->answer.nreceipt], e);
	if (rc == FJ_OK)
		p->answer.nreceipt++;
	free(rec.entries);
	return rc;
}

static enum fj_rc
receipts(struct push *p, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	p->answer.receipts = xcalloc(p->nold + p->nstream + 1, sizeof(*p->answer.receipts));
	for (i = 0; rc == FJ_OK && i < p->nold; i++) {
		rc = hub_receipt_at(p->h, p->old[i],
		    &p->answer.receipts[p->answer.nreceipt], e);
		if (rc == FJ_OK)
			p->answer.nreceipt++;
	}
	for (i = 0; rc == FJ_OK && i < p->nstream; i++)
		rc = slot_receipt(p, &p->stream[i].stream, e);
	return rc;
}

/* ---- the whole ---- */

/* What an attempt left. */
static void
forget(struct push *p)
{
	push_answer_release(&p->answer);
	memset(&p->answer, 0, sizeof(p->answer));
	free(p->named);
	free(p->old);
	free(p->stream);
	p->named = NULL;
	p->old = NULL;
	p->stream = NULL;
	p->nnamed = p->nold = p->nstream = 0;
}

enum fj_rc
push_store(struct hub *h, struct push *p, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	forget(p);
	p->h = h;
	p->person = roster_owner(h->roster, &p->dev);
	/* It was somebody when it was asked; then its row went away. */
	if (p->person == NULL)
		return fj_fail(e, FJ_BUSY, "hub.roster-moved", "");
	p->answer.results = xcalloc(p->n + 1, sizeof(*p->answer.results));
	p->answer.n = p->n;
	for (i = 0; rc == FJ_OK && i < p->n; i++) {
		if (p->run[i].run == NULL)
			refuse(&p->answer.results[i], p->run[i].refused);
		else
			rc = judge_run(p, &p->run[i], &p->answer.results[i], e);
	}
	for (i = 0; rc == FJ_OK && i < p->nstream; i++)
		if (p->stream[i].grew)
			rc = stamp_stream(p, &p->stream[i], e);
	if (rc == FJ_OK)
		rc = receipts(p, e);
	return rc;
}

void
push_answer(struct push *p, enum fj_rc rc, const struct fj_err *e,
    const struct envelope *head, struct reply *r)
{
	/* Whether it is stored or not: to send it again is always right. */
	if (rc == FJ_IO || rc == FJ_CONFLICT || rc == FJ_OFFLINE || rc == FJ_NOMEM) {
		struct problem again;

		problem_init(&again, "retry-later");
		again.retry_after = RETRY_S;
		reply_problem_of(r, &again);
		return;
	}
	if (rc != FJ_OK) {
		reply_failure(r, e);
		return;
	}
	p->answer.head = *head;		/* lent for the writing */
	push_answer_write(&p->answer, &r->body);
	memset(&p->answer.head, 0, sizeof(p->answer.head));
	reply_json(r);
}

void
push_free(struct push **pp)
{
	struct push *p = *pp;
	size_t i;

	*pp = NULL;
	if (p == NULL)
		return;
	forget(p);
	for (i = 0; i < p->n; i++) {
		run_free(&p->run[i].run);
		free(p->run[i].row);
		free(p->run[i].fresh);
		fj_buf_release(&p->run[i].frames);
	}
	free(p->run);
	free(p);
}
