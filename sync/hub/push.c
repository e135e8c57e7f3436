/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/push.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/visits.h"

struct push {
	struct hub *h;
	const struct caller *c;
	struct push_answer answer;
	size_t room;
	struct receipt_entry *named;	/* heads that this request made durable */
	size_t nnamed;
	uint64_t *old;			/* positions of receipts given before */
	size_t nold;
	struct id *slot;		/* streams that get a receipt, in its order */
	size_t nslot;
	struct id *touched;		/* streams that grew */
	enum stream_kind *kind;
	size_t ntouched;
};

static struct push_result *
result_add(struct push *p)
{
	struct push_result *res;

	if (p->answer.n == p->room) {
		p->room = p->room == 0 ? 16 : p->room * 2;
		p->answer.results = xrealloc(p->answer.results, p->room,
		    sizeof(*p->answer.results));
	}
	res = &p->answer.results[p->answer.n++];
	memset(res, 0, sizeof(*res));
	return res;
}

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

static void
touch(struct push *p, const struct run *run)
{
	size_t i;

	for (i = 0; i < p->ntouched; i++)
		if (id_eq(&p->touched[i], &run->stream))
			return;
	p->touched = xrealloc(p->touched, p->ntouched + 1, sizeof(*p->touched));
	p->kind = xrealloc(p->kind, p->ntouched + 1, sizeof(*p->kind));
	p->kind[p->ntouched] = run->kind;
	p->touched[p->ntouched++] = run->stream;
}

/* A stream has its own receipt in a request (H9): whoever may see the one visit
 * may hold it.  nslot: none yet, the next one would be its. */
static size_t
slot_of(const struct push *p, const struct id *stream)
{
	size_t i;

	for (i = 0; i < p->nslot; i++)
		if (id_eq(&p->slot[i], stream))
			break;
	return i;
}

static uint64_t
position_of(const struct push *p, const struct id *stream)
{
	return hub_next_position(p->h) + slot_of(p, stream);
}

static void
name_head(struct push *p, const struct run *run)
{
	const struct entry *last = &run->entries[run->n - 1];
	struct receipt_entry *row;

	p->named = xrealloc(p->named, p->nnamed + 1, sizeof(*p->named));
	row = &p->named[p->nnamed++];
	row->stream = run->stream;
	row->dev = run->dev;
	row->seq = last->seq;
	row->id = last->id;
	if (slot_of(p, &run->stream) < p->nslot)
		return;
	p->slot = xrealloc(p->slot, p->nslot + 1, sizeof(*p->slot));
	p->slot[p->nslot++] = run->stream;
}

/*
 * A chain of one's own person may always be pushed; another's into a stream
 * that is new here or that the caller may see.
 */
static enum fj_rc
allowed(struct push *p, const struct run *run, bool *yes, struct fj_err *e)
{
	struct store *s = p->h->store;
	const struct roster_person *owner = roster_owner(p->h->roster, &run->dev);
	struct fj_buf facts;
	enum stream_kind kind;
	enum fj_rc rc;
	size_t i;

	*yes = run->kind == STREAM_VISIT;
	if (!*yes)
		return FJ_OK;
	if (id_eq(&run->dev, &p->c->device->dev) ||
	    (owner != NULL && id_eq(&owner->person, &p->c->person->person)))
		return FJ_OK;
	for (i = 0; i < p->ntouched; i++)
		if (id_eq(&p->touched[i], &run->stream))
			break;
	fj_buf_init(&facts, LIMIT_BODY_BYTES);
	rc = s->ops->stream_get(s, &run->stream, &kind, NULL, &facts, e);
	if (rc == FJ_OK && i < p->ntouched) {
		/* It grew in this very request: what is stored is not the newest. */
		fj_buf_clear(&facts);
		rc = visits_summary(p->h->visits, &run->stream, &facts, e);
	}
	if (rc == FJ_OK)
		*yes = visits_may_see(facts.p, p->c->person);
	else if (rc == FJ_NOTFOUND)
		rc = FJ_OK;
	fj_buf_release(&facts);
	return rc;
}

struct hello_find {
	struct identity_public key;
	bool found;
};

static bool
hello_row(void *ctx, const struct stored_entry *st)
{
	struct hello_find *f = ctx;
	struct hello *hello = xcalloc(1, sizeof(*hello));
	struct entry en;

	if (entry_decode(st->frame, st->len, &en, NULL) == FJ_OK &&
	    hello_read(&en, hello, NULL) == FJ_OK) {
		f->key = hello->key;
		f->found = true;
	}
	free(hello);
	return false;
}

/* What the run stands on: the entry before it and the key of its chain. */
static enum fj_rc
footing(struct push *p, const struct run *run, struct chain_head *before,
    struct hello_find *key, bool *gap, struct fj_err *e)
{
	struct store *s = p->h->store;
	enum fj_rc rc;

	*gap = false;
	key->found = false;
	memset(before, 0, sizeof(*before));
	before->dev = run->dev;
	if (run->first == 1)
		return FJ_OK;
	rc = s->ops->entry_find(s, &run->stream, &run->prev, before, NULL, e);
	if (rc == FJ_NOTFOUND || (rc == FJ_OK && (before->seq + 1 != run->first ||
	    !id_eq(&before->dev, &run->dev)))) {
		*gap = true;
		return FJ_OK;
	}
	if (rc != FJ_OK)
		return rc;
	return s->ops->entries_each(s, &run->stream, &run->dev, 0, hello_row, key, e);
}

static const char *
verify_problem(const struct fj_err *e)
{
	if (strcmp(e->code, "entry.signature") == 0 ||
	    strcmp(e->code, "crypto.signature") == 0)
		return "run-signature";
	if (strncmp(e->code, "hello.", 6) == 0 || e->rc == FJ_DENIED)
		return "run-key";
	return "run-frame";
}

/* Store the entries of a run that verified.  *fresh: how many were new. */
static enum fj_rc
store_run(struct push *p, const struct run *run, size_t *fresh, struct fj_err *e)
{
	struct store *s = p->h->store;
	struct fj_buf frame;
	enum fj_rc rc = FJ_OK;
	size_t i;

	*fresh = 0;
	fj_buf_init(&frame, ENTRY_HEAD + LIMIT_PAYLOAD);
	for (i = 0; rc == FJ_OK && i < run->n; i++) {
		struct entry en = run->entries[i];
		struct stored_entry st;
		bool is_new = false;

		fj_buf_clear(&frame);
		rc = entry_encode(&en, &frame, e);
		if (rc != FJ_OK)
			break;
		memset(&st, 0, sizeof(st));
		st.stream = en.stream;
		st.dev = en.dev;
		st.seq = en.seq;
		st.hlc = en.hlc;
		st.id = en.id;
		st.prev = en.prev;
		st.frame = frame.p;
		st.len = frame.n;
		st.sig = i + 1 == run->n ? run->sig : NULL;
		st.position = position_of(p, &en.stream);
		rc = s->ops->entries_put(s, &st, 1, &is_new, e);
		if (rc == FJ_OK && !is_new && st.sig != NULL)
			rc = s->ops->entry_sign(s, &st.stream, &st.id, st.sig, e);
		if (rc == FJ_OK && is_new) {
			(*fresh)++;
			visits_add(p->h->visits, &en);
		}
	}
	fj_buf_release(&frame);
	return rc;
}

/* A run that is a journal: store it and say how it stands. */
static enum fj_rc
take_run(struct push *p, const struct run *run, struct push_result *res,
    struct fj_err *e)
{
	struct store *s = p->h->store;
	const struct entry *last = &run->entries[run->n - 1];
	struct chain_head head;
	uint64_t position;
	bool forked = false;
	size_t fresh;
	enum fj_rc rc;

	rc = s->ops->chain_head(s, &run->stream, &run->dev, &head, e);
	if (rc == FJ_OK)
		rc = store_run(p, run, &fresh, e);
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
		if (rc == FJ_OK && head.seq > last->seq)
			name_head(p, run);
		return rc;
	}
	/* Something new at or below the old head stands beside it. */
	forked = last->seq - fresh + 1 <= head.seq;
	res->state = forked ? PUSH_FORK : PUSH_STORED;
	name_head(p, run);
	touch(p, run);
	return FJ_OK;
}

static enum fj_rc
judge_run(struct push *p, const struct run *run, struct push_result *res,
    struct fj_err *e)
{
	struct store *s = p->h->store;
	struct chain_head before, head;
	struct hello_find key;
	struct fj_err why;
	bool yes, gap;
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
	rc = footing(p, run, &before, &key, &gap, e);
	if (rc != FJ_OK)
		return rc;
	if (gap)
		res->state = PUSH_GAP;
	else if (run_verify(run, run->first == 1 ? NULL : &before,
	    key.found ? &key.key : NULL, NULL, &why) != FJ_OK)
		refuse(res, verify_problem(&why));
	else
		rc = take_run(p, run, res, e);
	if (rc == FJ_OK)
		rc = s->ops->chain_head(s, &run->stream, &run->dev, &head, e);
	if (rc == FJ_OK && head.seq > 0) {
		res->have = head.seq;
		res->has_id = true;
		res->id = head.id;
	}
	return rc;
}

static enum fj_rc
each_run(struct push *p, const struct ask *a, struct fj_err *e)
{
	struct items it;
	const uint8_t *item;
	size_t n, used;
	enum fj_rc rc;

	items_init(&it, a->body, a->nbody);
	while ((rc = items_next(&it, &item, &n, e)) == FJ_OK) {
		struct push_result *res = result_add(p);
		struct run *run = NULL;
		struct fj_err why;

		rc = run_decode(item, n, &run, &used, &why);
		if (rc == FJ_LIMIT)
			refuse(res, "too-large");
		else if (rc != FJ_OK || used != n)
			refuse(res, "run-frame");
		else
			rc = judge_run(p, run, res, e);
		if (run == NULL || used != n)
			rc = FJ_OK;
		run_free(&run);
		if (rc != FJ_OK)
			return rc;
	}
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

static enum fj_rc
stamp_streams(struct push *p, struct fj_err *e)
{
	struct store *s = p->h->store;
	enum fj_rc rc = FJ_OK;
	struct fj_buf facts;
	size_t i;

	fj_buf_init(&facts, LIMIT_BODY_BYTES);
	for (i = 0; rc == FJ_OK && i < p->ntouched; i++) {
		struct stored_stream st;

		fj_buf_clear(&facts);
		rc = visits_summary(p->h->visits, &p->touched[i], &facts, e);
		if (rc != FJ_OK)
			break;
		memset(&st, 0, sizeof(st));
		st.stream = p->touched[i];
		st.kind = p->kind[i];
		st.position = position_of(p, &st.stream);
		st.facts = facts.p;
		rc = s->ops->stream_put(s, &st, e);
	}
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

	p->answer.receipts = xcalloc(p->nold + p->nslot + 1, sizeof(*p->answer.receipts));
	for (i = 0; rc == FJ_OK && i < p->nold; i++) {
		rc = hub_receipt_at(p->h, p->old[i],
		    &p->answer.receipts[p->answer.nreceipt], e);
		if (rc == FJ_OK)
			p->answer.nreceipt++;
	}
	for (i = 0; rc == FJ_OK && i < p->nslot; i++)
		rc = slot_receipt(p, &p->slot[i], e);
	return rc;
}

static bool
body_is_items(const struct ask *a, size_t *count)
{
	struct items it;
	const uint8_t *item;
	size_t n;
	enum fj_rc rc;

	*count = 0;
	items_init(&it, a->body, a->nbody);
	while ((rc = items_next(&it, &item, &n, NULL)) == FJ_OK)
		(*count)++;
	return rc == FJ_NOTFOUND;
}

enum fj_rc
push_runs(struct hub *h, const struct caller *c, const struct ask *a, struct reply *r,
    struct fj_err *e)
{
	struct push p;
	size_t count, i;
	enum fj_rc rc;

	if (!body_is_items(a, &count)) {
		reply_problem(r, "bad-request");
		return FJ_OK;
	}
	if (count > WIRE_RUNS) {
		reply_problem(r, "too-large");
		return FJ_OK;
	}
	memset(&p, 0, sizeof(p));
	p.h = h;
	p.c = c;
	rc = hub_begin(h, e);
	if (rc == FJ_OK) {
		rc = each_run(&p, a, e);
		if (rc == FJ_OK)
			rc = stamp_streams(&p, e);
		if (rc == FJ_OK)
			rc = receipts(&p, e);
		rc = hub_end(h, rc, e);
		for (i = 0; rc != FJ_OK && i < p.ntouched; i++)
			visits_forget(h->visits, &p.touched[i]);
	}
	if (rc == FJ_OK)
		rc = hub_head(h, &p.answer.head, e);
	if (rc == FJ_OK) {
		push_answer_write(&p.answer, &r->body);
		reply_json(r);
	}
	push_answer_release(&p.answer);
	free(p.named);
	free(p.old);
	free(p.slot);
	free(p.touched);
	free(p.kind);
	return rc;
}
