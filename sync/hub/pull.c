/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/pull.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "hub/visits.h"

enum {
	ROSTER_PAGE = 2 << 20,		/* bytes of an answer */
};

/* ---- cursor: epoch.position.roster ---- */

struct cursor {
	uint64_t epoch, position, roster;
};

static bool
cursor_parse(const char *text, struct cursor *out)
{
	uint64_t v[3];
	int i;

	for (i = 0; i < 3; i++) {
		char *end;

		if (*text < '0' || *text > '9')
			return false;
		errno = 0;
		v[i] = strtoull(text, &end, 10);
		if (errno != 0 || *end != (i < 2 ? '.' : '\0'))
			return false;
		text = end + 1;
	}
	out->epoch = v[0];
	out->position = v[1];
	out->roster = v[2];
	return true;
}

/* Did the caller's own row change after roster row n?  Then more may be visible. */
struct row_seek {
	const struct id *person;
	bool found;
};

static bool
seek_row(void *ctx, uint64_t row, const void *frame, size_t n, const uint8_t *sig)
{
	struct row_seek *k = ctx;
	struct json_doc *d = NULL;
	struct entry en;
	struct id who;

	(void)row;
	(void)sig;
	if (entry_decode(frame, n, &en, NULL) == FJ_OK &&
	    entry_payload(&en, &d, NULL) == FJ_OK)
		k->found = json_id(json_root(d), "person", &who) &&
		    id_eq(&who, k->person);
	json_free(&d);
	return !k->found;
}

/* ---- listing ---- */

struct listing_walk {
	struct hub *h;
	const struct caller *c;
	struct listing *l;
	uint64_t position;
};

static bool
list_row(void *ctx, const struct stored_stream *st)
{
	struct listing_walk *w = ctx;

	if (w->l->n == WIRE_STREAMS) {
		w->l->more = true;
		return false;
	}
	w->position = st->position;
	if (st->kind == STREAM_VISIT && visits_lists(w->h->visits, &st->stream, st->facts,
	    w->c->person)) {
		w->l->streams[w->l->n].stream = st->stream;
		w->l->streams[w->l->n].position = st->position;
		w->l->n++;
	}
	return true;
}

static enum fj_rc
list_from(struct hub *h, const struct caller *c, struct cursor *at, struct listing *l,
    struct fj_err *e)
{
	struct row_seek seek = { &c->person->person, false };
	struct listing_walk w;
	enum fj_rc rc = FJ_OK;

	if (at->roster < h->roster_row)
		rc = h->store->ops->roster_each(h->store, at->roster, seek_row, &seek, e);
	if (rc != FJ_OK)
		return rc;
	if (seek.found)
		at->position = 0;
	w.h = h;
	w.c = c;
	w.l = l;
	w.position = at->position;
	l->streams = xcalloc(WIRE_STREAMS, sizeof(*l->streams));
	rc = h->store->ops->streams_each(h->store, at->position, list_row, &w, e);
	l->epoch = h->epoch;
	l->roster = h->roster_row;
	snprintf(l->cursor, sizeof(l->cursor), "%llu.%llu.%llu",
	    (unsigned long long)h->epoch, (unsigned long long)w.position,
	    (unsigned long long)h->roster_row);
	return rc;
}

enum fj_rc
pull_listing(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct cursor at = { 0, 0, 0 };
	struct listing l;
	bool moved;
	enum fj_rc rc;

	at.epoch = h->epoch;
	if (a->cursor != NULL && (!cursor_parse(a->cursor, &at) || at.epoch != h->epoch)) {
		struct problem p;

		problem_init(&p, "epoch-changed");
		p.epoch = (int64_t)h->epoch;
		reply_problem_of(r, &p);
		return FJ_OK;
	}
	memset(&l, 0, sizeof(l));
	moved = a->cursor == NULL || at.roster < h->roster_row;
	rc = list_from(h, c, &at, &l, e);
	if (rc == FJ_OK && l.n == 0 && !l.more && !moved && a->wait > 0 && !a->last) {
		r->park = true;
		listing_release(&l);
		return FJ_OK;
	}
	if (rc == FJ_OK)
		rc = hub_head(h, &l.head, e);
	if (rc == FJ_OK) {
		listing_write(&l, &r->body);
		reply_json(r);
	}
	listing_release(&l);
	return rc;
}

bool
pull_visible(struct hub *h, const struct caller *c, const struct id *stream,
    struct reply *r, enum fj_rc *rc, struct fj_err *e)
{
	enum stream_kind kind;
	struct fj_buf facts;
	bool yes = false;

	fj_buf_init(&facts, LIMIT_BODY_BYTES);
	*rc = h->store->ops->stream_get(h->store, stream, &kind, NULL, &facts, e);
	if (*rc == FJ_OK)
		yes = kind == STREAM_VISIT && visits_may_see(facts.p, c->person);
	if (*rc == FJ_NOTFOUND)
		*rc = FJ_OK;
	if (*rc == FJ_OK && !yes)
		reply_problem(r, "not-found");
	fj_buf_release(&facts);
	return yes;
}

/* ---- roster, head ---- */

struct roster_page {
	struct fj_buf *b;
	uint64_t last;
	bool more;
};

static bool
roster_row(void *ctx, uint64_t row, const void *frame, size_t n, const uint8_t *sig)
{
	struct roster_page *p = ctx;

	if (p->b->n > 0 && p->b->n + n + ENTRY_SIG + 4 > ROSTER_PAGE) {
		p->more = true;
		return false;
	}
	items_add_entry(p->b, frame, n, sig);
	p->last = row;
	return true;
}

bool
pull_number(const char *text, uint64_t *out)
{
	char *end;

	if (text == NULL) {
		*out = 0;
		return true;
	}
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *out <= INT64_MAX;
}

enum fj_rc
pull_roster(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct roster_page p = { &r->body, 0, false };
	uint64_t after;
	enum fj_rc rc;

	(void)c;
	if (!pull_number(a->after, &after)) {
		reply_problem(r, "bad-request");
		return FJ_OK;
	}
	p.last = after;
	rc = h->store->ops->roster_each(h->store, after, roster_row, &p, e);
	if (rc != FJ_OK)
		return rc;
	r->status = 200;
	r->media = WIRE_MEDIA_ROSTER;
	reply_header_u64(r, "Feijian-Roster", p.last);
	if (p.more)
		reply_header(r, "Feijian-More", "1");
	return FJ_OK;
}

enum fj_rc
pull_head(struct hub *h, const struct caller *c, const struct ask *a, struct reply *r,
    struct fj_err *e)
{
	struct envelope head;
	enum fj_rc rc;

	(void)c;
	(void)a;
	memset(&head, 0, sizeof(head));
	rc = hub_head(h, &head, e);
	if (rc == FJ_OK) {
		signed_write("head", &head, &r->body);
		reply_json(r);
	}
	envelope_release(&head);
	return rc;
}

enum fj_rc
pull_hub(struct hub *h, struct reply *r)
{
	struct hub_info i;

	memset(&i, 0, sizeof(i));
	i.speaks_ours = true;
	snprintf(i.protocols, sizeof(i.protocols), "%d", WIRE_PROTOCOL);
	i.hub = h->dev;
	i.root = h->root;
	i.epoch = h->epoch;
	i.time = clock_now(&h->clock);
	i.features |= FEATURE_ZSTD_1 | FEATURE_WORK;
	i.features |= FEATURE_IMPLICIT | FEATURE_TUS | FEATURE_PROOFS;
	hub_info_write(&i, &r->body);
	reply_json(r);
	return FJ_OK;
}
