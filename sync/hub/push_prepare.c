/* SPDX-License-Identifier: Apache-2.0 */
/* What can be known of a push without the store's lock: that its runs are journals. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/push_internal.h"
#include "model/ops.h"

/* ---- keys and signatures ---- */

struct hello_find {
	struct identity_public *key;
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
		*f->key = hello->key;
		f->found = true;
	}
	free(hello);
	return false;
}

enum fj_rc
push_chain_key(struct hub *h, const struct id *stream, const struct id *dev,
    struct identity_public *out, struct fj_err *e)
{
	struct hello_find f = { out, false };
	enum fj_rc rc;

	rc = h->store->ops->entries_each(h->store, stream, dev, 0, hello_row, &f, e);
	if (rc == FJ_OK && !f.found)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.store-none", "s", "hello");
	return rc;
}

/*
 * A dev is made of the public keys, so the roster's row and the hello of the chain
 * can only say the same.  The entry before may be on its way still: what is known
 * of it here is what the run itself says; its clock is looked at by push_store.
 */
enum fj_rc
push_verify(const struct run *run, const struct identity_public *key, struct fj_err *e)
{
	struct chain_head before;

	if (run->first == 1)
		return run_verify(run, NULL, NULL, NULL, e);
	memset(&before, 0, sizeof(before));
	before.dev = run->dev;
	before.seq = run->first - 1;
	before.id = run->prev;
	return run_verify(run, &before, key, NULL, e);
}

const char *
push_verify_problem(const struct fj_err *e)
{
	if (strcmp(e->code, "entry.signature") == 0 ||
	    strcmp(e->code, "crypto.signature") == 0)
		return "run-signature";
	if (strncmp(e->code, "hello.", 6) == 0 || e->rc == FJ_DENIED)
		return "run-key";
	return "run-frame";
}

static void
prove(struct hub *h, struct push_run *p)
{
	const struct roster_device *d = roster_device(h->roster, &p->run->dev);
	struct identity_public key;
	struct fj_err why;

	if (p->run->first > 1) {
		if (d != NULL)
			key = d->key;
		else if (push_chain_key(h, &p->run->stream, &p->run->dev, &key, NULL) != FJ_OK)
			return;		/* its hello may be on its way: push_store asks again */
	}
	if (push_verify(p->run, &key, &why) == FJ_OK) {
		p->proven = true;
		return;
	}
	p->refused = push_verify_problem(&why);
}

/* ---- rows ---- */

/*
 * May this entry change who sees the visit?  Answers, findings and evidence do not
 * (model/authors.c); whatever is not plainly one of those is taken to do.
 */
static bool
is_light(const struct entry *en)
{
	static const char begin[] = "{\"op\":\"";
	const size_t n = sizeof(begin) - 1;
	enum visit_op op;
	const char *end;
	char name[32];

	if (en->len < n || memcmp(en->payload, begin, n) != 0)
		return false;
	end = memchr(en->payload + n, '"', en->len - n);
	if (end == NULL || (size_t)(end - en->payload) - n >= sizeof(name))
		return false;
	memcpy(name, en->payload + n, (size_t)(end - en->payload) - n);
	name[(size_t)(end - en->payload) - n] = '\0';
	op = op_parse(name);
	return op_is_content(op) || op == OP_COMMENT || op == OP_CLOCK;
}

static enum fj_rc
make_rows(struct push_run *p, struct fj_err *e)
{
	const struct run *run = p->run;
	size_t *at = xcalloc(run->n, sizeof(*at));
	enum fj_rc rc = FJ_OK;
	size_t i;

	fj_buf_init(&p->frames, run->n * ENTRY_HEAD + 2 * (size_t)LIMIT_BODY_BYTES);
	p->row = xcalloc(run->n, sizeof(*p->row));
	p->fresh = xcalloc(run->n, sizeof(*p->fresh));
	p->light = true;
	for (i = 0; rc == FJ_OK && i < run->n; i++) {
		struct stored_entry *st = &p->row[i];
		struct entry en = run->entries[i];

		at[i] = p->frames.n;
		rc = entry_encode(&en, &p->frames, e);
		st->stream = en.stream;
		st->dev = en.dev;
		st->seq = en.seq;
		st->hlc = en.hlc;
		st->id = en.id;
		st->prev = en.prev;
		st->len = p->frames.n - at[i];
		p->light = p->light && is_light(&en);
	}
	if (run->n > 0)
		p->row[run->n - 1].sig = run->sig;
	for (i = 0; rc == FJ_OK && i < run->n; i++)
		p->row[i].frame = p->frames.p + at[i];
	free(at);
	return rc;
}

static enum fj_rc
prepare_run(struct hub *h, struct push_run *p, const uint8_t *item, size_t n,
    struct fj_err *e)
{
	struct fj_err why;
	size_t used;
	enum fj_rc rc;

	fj_buf_init(&p->frames, 0);
	rc = run_decode(item, n, &p->run, &used, &why);
	if (rc == FJ_OK && used == n)
		prove(h, p);
	else
		p->refused = rc == FJ_LIMIT ? "too-large" : "run-frame";
	if (used != n)
		run_free(&p->run);
	return p->refused == NULL ? make_rows(p, e) : FJ_OK;
}

/* ---- the whole ---- */

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

struct push *
push_prepare(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct push *p = NULL;
	const uint8_t *item;
	struct items it;
	size_t count, n;
	enum fj_rc rc;

	if (!body_is_items(a, &count)) {
		reply_problem(r, "bad-request");
		return NULL;
	}
	if (count > WIRE_RUNS) {
		reply_problem(r, "too-large");
		return NULL;
	}
	p = xcalloc(1, sizeof(*p));
	p->dev = c->device->dev;
	p->bytes = a->nbody;
	p->run = xcalloc(count + 1, sizeof(*p->run));
	items_init(&it, a->body, a->nbody);
	while ((rc = items_next(&it, &item, &n, e)) == FJ_OK) {
		rc = prepare_run(h, &p->run[p->n++], item, n, e);
		if (rc != FJ_OK) {
			reply_failure(r, e);
			push_free(&p);
			return NULL;
		}
	}
	return p;
}

size_t
push_bytes(const struct push *p)
{
	return p->bytes;
}
