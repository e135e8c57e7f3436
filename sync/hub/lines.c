/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v1/streams/{S}/entries: what is not at or before the caller's heads, as
 * runs.  A chain with a fork has several lines; each is sent from where it
 * leaves what was sent or is held already.  Only ids are loaded for that; the
 * bytes of entries follow one by one, so memory does not grow with a chain.
 *
 * With `receipts=N`: before the runs the receipts of the stream with a position
 * above N (H9), oldest first.  They are looked up before the entries, so that no
 * receipt is told whose head this answer, or the next one, does not bring.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "hub/audit.h"
#include "hub/pull.h"

enum {
	RUN_BYTES = LIMIT_BODY_BYTES - (64 << 10),	/* of several put together */
	CHAIN_MAX = 200000,		/* entries of one chain that are looked at */
};

struct node {
	uint64_t seq;
	struct hash id, prev;
	size_t len;			/* of the frame */
	bool sent;			/* or held by the caller */
	bool has_sig;
	bool parent;			/* of another node here */
};

struct chain {
	struct node *node;
	size_t n, room;
	struct map *by_id;		/* id -> node index + 1 */
	bool over;
};

struct pulling {
	struct hub *h;
	struct id stream;
	struct have *have;
	size_t nhave;
	struct reply *r;
	bool more;
	struct id *devs;
	size_t ndev;
};

/* ---- receipts ---- */

struct told {
	uint64_t *position;
	size_t n;
};

static bool
receipt_row(void *ctx, uint64_t position)
{
	struct told *t = ctx;

	t->position = xrealloc(t->position, t->n + 1, sizeof(*t->position));
	t->position[t->n++] = position;
	return true;
}

/* Names it this stream alone?  Another's visits are nobody's to learn from it. */
static bool
of_stream(const struct envelope *v, const struct id *stream)
{
	struct receipt rec;
	bool only = true;
	size_t i;

	if (receipt_parse(v->text, v->n, &rec, NULL) != FJ_OK)
		return false;
	for (i = 0; i < rec.nentry; i++)
		only = only && id_eq(&rec.entries[i].stream, stream);
	for (i = 0; i < rec.nevidence; i++)
		only = only && id_eq(&rec.evidence[i].visit, stream);
	receipt_release(&rec);
	return only;
}

static enum fj_rc
send_receipts(struct pulling *p, uint64_t after, struct fj_err *e)
{
	struct told t = { NULL, 0 };
	uint64_t upto = after;
	enum fj_rc rc;
	size_t i;

	rc = p->h->store->ops->receipts_each(p->h->store, &p->stream, after, receipt_row,
	    &t, e);
	for (i = 0; rc == FJ_OK && i < t.n && !p->more; i++) {
		struct envelope v;

		memset(&v, 0, sizeof(v));
		rc = hub_receipt_at(p->h, t.position[i], &v, e);
		if (rc == FJ_NOTFOUND) {
			rc = FJ_OK;
			continue;
		}
		if (rc != FJ_OK)
			break;
		/* 2 n: the text is a JSON string here. */
		p->more = p->r->body.n > 0 &&
		    p->r->body.n + 2 * v.n > WIRE_RECEIPT_BYTES;
		if (!p->more) {
			upto = t.position[i];
			if (of_stream(&v, &p->stream))
				items_add_receipt(&p->r->body, &v);
		}
		envelope_release(&v);
	}
	free(t.position);
	reply_header_u64(p->r, "Feijian-Receipts", upto);
	return rc;
}

/* ---- lines ---- */

static bool
dev_row(void *ctx, const struct id *dev)
{
	struct pulling *p = ctx;

	p->devs = xrealloc(p->devs, p->ndev + 1, sizeof(*p->devs));
	p->devs[p->ndev++] = *dev;
	return true;
}

static bool
node_row(void *ctx, const struct stored_entry *en)
{
	struct chain *c = ctx;
	struct node *v;

	if (c->n == CHAIN_MAX) {
		c->over = true;
		return false;
	}
	if (c->n == c->room) {
		c->room = c->room == 0 ? 256 : c->room * 2;
		c->node = xrealloc(c->node, c->room, sizeof(*c->node));
	}
	v = &c->node[c->n++];
	memset(v, 0, sizeof(*v));
	v->seq = en->seq;
	v->id = en->id;
	v->prev = en->prev;
	v->len = en->len;
	v->has_sig = en->sig != NULL;
	return true;
}

static struct node *
node_of(const struct chain *c, const struct hash *id)
{
	void *at = map_get(c->by_id, id->b, HASH_LEN);

	return at != NULL ? &c->node[(uintptr_t)at - 1] : NULL;
}

/* Mark what is at or before the caller's heads; find who has children. */
static void
mark(struct chain *c, const struct pulling *p, const struct id *dev)
{
	struct node *v;
	size_t i, k;

	c->by_id = map_new();
	for (i = 0; i < c->n; i++)
		map_put(c->by_id, c->node[i].id.b, HASH_LEN, (void *)(uintptr_t)(i + 1));
	for (i = 0; i < c->n; i++) {
		for (k = 0; k < p->nhave; k++)
			if (id_eq(&p->have[k].dev, dev) &&
			    p->have[k].seq == c->node[i].seq &&
			    have_matches(&p->have[k], &c->node[i].id))
				for (v = &c->node[i]; v != NULL && !v->sent;
				    v = node_of(c, &v->prev))
					v->sent = true;
		v = node_of(c, &c->node[i].prev);
		if (v != NULL)
			v->parent = true;
	}
}

/* One run from line[0 .. n): encode and append. */
static enum fj_rc
send_run(struct pulling *p, struct node *const *line, size_t n, struct fj_err *e)
{
	struct entry *en = xcalloc(n, sizeof(*en));
	struct store *s = p->h->store;
	uint8_t sig[ENTRY_SIG];
	struct fj_buf frames;
	size_t *at = xcalloc(n, sizeof(*at));
	bool has_sig = false;
	enum fj_rc rc = FJ_OK;
	size_t i, begun;

	fj_buf_init(&frames, 2 * LIMIT_BODY_BYTES);
	for (i = 0; rc == FJ_OK && i < n; i++) {
		at[i] = frames.n;
		rc = s->ops->entry_get(s, &p->stream, &line[i]->id, &frames, sig, &has_sig,
		    e);
	}
	for (i = 0; rc == FJ_OK && i < n; i++)
		rc = entry_decode(frames.p + at[i],
		    (i + 1 < n ? at[i + 1] : frames.n) - at[i], &en[i], e);
	if (rc == FJ_OK && !has_sig)
		rc = fj_fail(e, FJ_CORRUPT, "hub.store-damaged", "s", "entry");
	if (rc == FJ_OK) {
		begun = item_begin(&p->r->body);
		rc = run_encode(en, n, sig, &p->r->body, e);
		item_end(&p->r->body, begun);
	}
	fj_buf_release(&frames);
	free(at);
	free(en);
	return rc;
}

/* A line, oldest first, in runs that end where a signature is. */
static enum fj_rc
send_line(struct pulling *p, struct node *const *line, size_t n, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t at = 0;

	while (rc == FJ_OK && at < n && !p->more) {
		size_t i, end = at, bytes = RUN_HEAD + ENTRY_SIG + 4, take = 0;

		for (i = at; i < n && i - at < LIMIT_RUN_ENTRIES; i++) {
			bytes += line[i]->len - ENTRY_HEAD + RUN_ENTRY;
			/* What was pushed as one run has one signature: it goes as one. */
			if (bytes > (take > 0 ? RUN_BYTES : LIMIT_BODY_BYTES))
				break;
			if (line[i]->has_sig) {
				end = i + 1;
				take = bytes;
			}
		}
		if (end == at)
			break;		/* no signature yet: not to be sent */
		if (p->r->body.n > 0 && p->r->body.n + take > LIMIT_BODY_BYTES) {
			p->more = true;
			break;
		}
		rc = send_run(p, line + at, end - at, e);
		at = end;
	}
	return rc;
}

/* The line that ends at tip, back to what was sent. */
static enum fj_rc
send_tip(struct pulling *p, struct chain *c, struct node *tip, struct fj_err *e)
{
	struct node **line = xcalloc(c->n, sizeof(*line));
	struct node *v;
	size_t n = 0, i;
	enum fj_rc rc;

	for (v = tip; v != NULL && !v->sent; v = node_of(c, &v->prev)) {
		v->sent = true;
		line[n++] = v;
	}
	for (i = 0; i < n / 2; i++) {
		v = line[i];
		line[i] = line[n - 1 - i];
		line[n - 1 - i] = v;
	}
	rc = send_line(p, line, n, e);
	free(line);
	return rc;
}

static enum fj_rc
send_chain(struct pulling *p, const struct id *dev, struct fj_err *e)
{
	struct store *s = p->h->store;
	struct chain c;
	enum fj_rc rc;
	size_t i;

	memset(&c, 0, sizeof(c));
	rc = s->ops->entries_each(s, &p->stream, dev, 0, node_row, &c, e);
	if (rc == FJ_OK && c.over)
		rc = fj_fail(e, FJ_LIMIT, "hub.too-large", "d", CHAIN_MAX);
	if (rc == FJ_OK)
		mark(&c, p, dev);
	/* The longest line first: the others leave it somewhere. */
	for (i = c.n; rc == FJ_OK && i > 0 && !p->more; i--)
		if (!c.node[i - 1].parent && !c.node[i - 1].sent)
			rc = send_tip(p, &c, &c.node[i - 1], e);
	map_free(&c.by_id, NULL);
	free(c.node);
	return rc;
}

enum fj_rc
pull_entries(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct pulling p;
	uint64_t after;
	size_t told = 0;		/* bytes of receipts */
	bool later;
	enum fj_rc rc = FJ_OK;
	size_t i;

	memset(&p, 0, sizeof(p));
	p.h = h;
	p.stream = a->one;
	p.r = r;
	if (!pull_visible(h, c, &a->one, r, &rc, e))
		return rc;
	if (!pull_number(a->receipts, &after) || (a->have != NULL &&
	    have_read(a->have, strlen(a->have), &p.have, &p.nhave, NULL) != FJ_OK)) {
		reply_problem(r, "bad-request");
		return FJ_OK;
	}
	if (a->receipts != NULL)
		rc = send_receipts(&p, after, e);
	later = p.more;
	told = r->body.n;
	p.more = false;
	if (rc == FJ_OK)
		rc = h->store->ops->chains_each(h->store, &a->one, dev_row, &p, e);
	for (i = 0; rc == FJ_OK && i < p.ndev && !p.more; i++)
		rc = send_chain(&p, &p.devs[i], e);
	if (rc == FJ_OK) {
		r->status = 200;
		r->media = WIRE_MEDIA_RUNS;
		if (r->body.n > told)
			audit_read(r, c, AUDIT_ENTRIES, &a->one, NULL);
		if (p.more || later)
			reply_header(r, "Feijian-More", "1");
	}
	free(p.have);
	free(p.devs);
	return rc;
}
