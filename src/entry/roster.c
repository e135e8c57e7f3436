/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/roster_state.h"

struct roster {
	bool anchored;
	struct hash anchor;
	struct rows rows;
	size_t bytes;			/* of all frames */
	struct map *known;		/* id | signature -> row */
	struct map *good;		/* id -> row whose signature verified */
	bool has_root;
	struct identity_public root;
	struct id root_dev, stream;
	struct roster_hub *hubs;	/* by the root entry that named them first */
	size_t nhub;
	struct roster_view **view;	/* made at the first question */
};

enum { KNOWN_KEY = HASH_LEN + ENTRY_SIG };

struct roster *
roster_new(const struct hash *anchor)
{
	struct roster *r = xcalloc(1, sizeof(*r));

	r->known = map_new();
	r->good = map_new();
	r->view = xcalloc(1, sizeof(*r->view));
	if (anchor != NULL) {
		r->anchored = true;
		r->anchor = *anchor;
	}
	return r;
}

void
roster_free(struct roster **r)
{
	struct roster *v = *r;
	size_t i;

	if (v == NULL)
		return;
	view_free(v->view);
	free(v->view);
	for (i = 0; i < v->rows.n; i++)
		row_free(&v->rows.v[i]);
	free(v->rows.v);
	free(v->hubs);
	map_free(&v->known, NULL);
	map_free(&v->good, NULL);
	free(v);
	*r = NULL;
}

static const struct roster_view *
view(const struct roster *r)
{
	if (*r->view == NULL)
		*r->view = view_new(&r->rows, r->hubs, r->nhub);
	return *r->view;
}

/* ---- authority: the root by its fingerprint, hub keys by the root ---- */

static const struct roster_hub *
find_hub(const struct roster *r, const struct id *dev)
{
	size_t i;

	for (i = 0; i < r->nhub; i++)
		if (id_eq(&r->hubs[i].dev, dev))
			return &r->hubs[i];
	return NULL;
}

/* The key that dev writes with; NULL: nobody of authority, as far as known. */
static const struct identity_public *
author_key(const struct roster *r, const struct id *dev, uint64_t *rank)
{
	const struct roster_hub *h;

	*rank = 0;
	if (!r->has_root)
		return NULL;
	if (id_eq(dev, &r->root_dev))
		return &r->root;
	h = find_hub(r, dev);
	if (h == NULL)
		return NULL;
	*rank = h->since;
	return &h->key;
}

/* Is this hello the root's own?  Its stream, its fingerprint, its signature. */
static bool
is_root_hello(const struct roster *r, const struct row *row)
{
	struct hash fp;
	struct id stream;

	if (row->op != ROW_HELLO || !r->anchored)
		return false;
	identity_root(row->u.hello.suite, &row->u.hello.sign, &fp);
	roster_stream(&row->u.hello, &stream);
	return hash_eq(&fp, &r->anchor) && id_eq(&stream, &row->en.stream) &&
	    entry_verify(&row->en, &row->u.hello, row->sig, NULL) == FJ_OK;
}

/* One root key with two kx keys is two devs: the smaller one is the root. */
static bool
take_root(struct roster *r, const struct row *row)
{
	if (!is_root_hello(r, row))
		return false;
	if (r->has_root && id_cmp(&r->root_dev, &row->en.dev) <= 0)
		return false;
	r->has_root = true;
	r->root = row->u.hello;
	r->root_dev = row->en.dev;
	r->stream = row->en.stream;
	return true;
}

static int
hub_order(const void *a, const void *b)
{
	const struct roster_hub *x = a, *y = b;

	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	return id_cmp(&x->dev, &y->dev);
}

/* All hub.key entries of the root that count; the newest of a dev gives the epoch. */
static void
find_hubs(struct roster *r)
{
	struct roster_hub *h;
	uint64_t *newest = xcalloc(r->rows.n + 1, sizeof(*newest));
	size_t i, k;

	free(r->hubs);
	r->hubs = xcalloc(r->rows.n + 1, sizeof(*r->hubs));
	r->nhub = 0;
	for (i = 0; i < r->rows.n; i++) {
		const struct row *row = r->rows.v[i];

		if (row->op != ROW_HUB_KEY || row->state != ROW_COUNTS ||
		    !id_eq(&row->en.dev, &r->root_dev))
			continue;
		for (k = 0; k < r->nhub; k++)
			if (id_eq(&r->hubs[k].dev, &row->u.hub.dev))
				break;
		h = &r->hubs[k];
		if (k == r->nhub) {
			*h = row->u.hub;
			newest[r->nhub++] = row->en.seq;
			continue;
		}
		if (row->en.seq < h->since)
			h->since = row->en.seq;
		if (row->en.seq > newest[k] ||
		    (row->en.seq == newest[k] && row->u.hub.epoch > h->epoch)) {
			newest[k] = row->en.seq;
			h->epoch = row->u.hub.epoch;
		}
	}
	free(newest);
	qsort(r->hubs, r->nhub, sizeof(*r->hubs), hub_order);
}

/* Decide about one row as far as the authority known now allows. */
static void
judge(struct roster *r, struct row *row)
{
	const struct identity_public *key = author_key(r, &row->en.dev, &row->rank);
	bool root;

	row->state = ROW_WAITS;
	if (key == NULL)
		return;
	row->state = ROW_FAULTY;
	if (!row->verified && entry_verify(&row->en, key, row->sig, NULL) != FJ_OK)
		return;
	row->verified = true;
	root = id_eq(&row->en.dev, &r->root_dev);
	if (!id_eq(&row->en.stream, &r->stream) ||
	    !(root ? row_by_root(row->op) : row_by_hub(row->op)))
		return;
	if (map_get(r->good, row->en.id.b, HASH_LEN) == NULL)
		map_put(r->good, row->en.id.b, HASH_LEN, row);
	/* The same entry twice, with two signatures that both verify, counts once. */
	if (map_get(r->good, row->en.id.b, HASH_LEN) == row)
		row->state = ROW_COUNTS;
}

/* The authority changed: root first, then whom it named, then their rows. */
static void
judge_all(struct roster *r)
{
	size_t i;

	map_free(&r->good, NULL);
	r->good = map_new();
	r->nhub = 0;
	for (i = 0; i < r->rows.n; i++)
		judge(r, r->rows.v[i]);
	find_hubs(r);
	for (i = 0; i < r->rows.n; i++)
		if (r->has_root && !id_eq(&r->rows.v[i]->en.dev, &r->root_dev))
			judge(r, r->rows.v[i]);
	view_free(r->view);
}

void
roster_anchor(struct roster *r, const struct hash *anchor)
{
	size_t i;

	r->anchored = true;
	r->anchor = *anchor;
	r->has_root = false;
	for (i = 0; i < r->rows.n; i++)
		take_root(r, r->rows.v[i]);
	judge_all(r);
}

/* ---- adding ---- */

static void
known_key(const struct row *row, uint8_t out[KNOWN_KEY])
{
	memcpy(out, row->en.id.b, HASH_LEN);
	memcpy(out + HASH_LEN, row->sig, ENTRY_SIG);
}

static void
keep(struct roster *r, struct row *row)
{
	uint8_t key[KNOWN_KEY];

	if (r->rows.n == r->rows.cap) {
		r->rows.cap = r->rows.cap != 0 ? 2 * r->rows.cap : 64;
		r->rows.v = xrealloc(r->rows.v, r->rows.cap, sizeof(struct row *));
	}
	r->rows.v[r->rows.n++] = row;
	r->bytes += row->nframe;
	known_key(row, key);
	map_put(r->known, key, sizeof(key), row);
}

/* Why a row whose author is known does not count. */
static enum fj_rc
refuse(const struct roster *r, const struct row *row, struct fj_err *e)
{
	struct json_doc *d = NULL;
	char dev[ID_TEXT + 1];
	enum fj_rc rc;

	id_format_short(&row->en.dev, dev);
	if (!row->verified)
		return fj_fail(e, FJ_CORRUPT, "roster.signature", "sl", dev,
		    (long long)row->en.seq);
	if (!id_eq(&row->en.stream, &r->stream))
		return fj_fail(e, FJ_CORRUPT, "roster.stream", "l", (long long)row->en.seq);
	rc = entry_payload(&row->en, &d, e);
	if (rc == FJ_OK)
		rc = fj_fail(e, FJ_DENIED, "roster.author", "ss", payload_op(d), dev);
	json_free(&d);
	return rc;
}

static bool
held(const struct roster *r, const struct row *row)
{
	uint8_t key[KNOWN_KEY];

	known_key(row, key);
	return map_get(r->good, row->en.id.b, HASH_LEN) != NULL ||
	    map_get(r->known, key, sizeof(key)) != NULL;
}

static enum fj_rc
add(struct roster *r, const void *frame, size_t n, const uint8_t sig[ENTRY_SIG], bool own,
    struct fj_err *e)
{
	struct row *row = NULL;
	enum fj_rc rc = row_read(frame, n, sig, own, &row, e);

	if (rc != FJ_OK)
		return rc;
	if (held(r, row))
		goto out;
	if (r->rows.n == ROSTER_ENTRIES || r->bytes + n > ROSTER_BYTES) {
		rc = fj_fail(e, FJ_LIMIT, "roster.full", "d", ROSTER_ENTRIES);
		goto out;
	}
	if (take_root(r, row)) {
		keep(r, row);
		judge_all(r);
		return FJ_OK;
	}
	judge(r, row);
	if (row->state == ROW_FAULTY) {
		rc = refuse(r, row, e);
		goto out;
	}
	keep(r, row);
	if (row->op == ROW_HUB_KEY && row->state == ROW_COUNTS)
		judge_all(r);
	else
		view_free(r->view);
	return FJ_OK;
out:
	row_free(&row);
	return rc;
}

enum fj_rc
roster_add(struct roster *r, const void *frame, size_t n, const uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	return add(r, frame, n, sig, false, e);
}

enum fj_rc
roster_add_own(struct roster *r, const void *frame, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	return add(r, frame, n, sig, true, e);
}

/* ---- answers ---- */

bool
roster_claimed_root(const struct roster *r, struct hash *out)
{
	size_t i;

	for (i = 0; i < r->rows.n; i++) {
		const struct row *row = r->rows.v[i];
		struct id stream;

		if (row->op != ROW_HELLO)
			continue;
		roster_stream(&row->u.hello, &stream);
		if (!id_eq(&stream, &row->en.stream) ||
		    entry_verify(&row->en, &row->u.hello, row->sig, NULL) != FJ_OK)
			continue;
		identity_root(row->u.hello.suite, &row->u.hello.sign, out);
		return true;
	}
	return false;
}

bool
roster_anchored(const struct roster *r)
{
	return r->has_root;
}

const struct identity_public *
roster_root(const struct roster *r)
{
	return r->has_root ? &r->root : NULL;
}

uint64_t
roster_seq(const struct roster *r, const struct id *dev)
{
	uint64_t seq = 0;
	size_t i;

	for (i = 0; i < r->rows.n; i++)
		if (r->rows.v[i]->state == ROW_COUNTS &&
		    id_eq(&r->rows.v[i]->en.dev, dev) && r->rows.v[i]->en.seq > seq)
			seq = r->rows.v[i]->en.seq;
	return seq;
}

size_t
roster_count(const struct roster *r)
{
	return view(r)->nsorted;
}

size_t
roster_waiting(const struct roster *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->rows.n; i++)
		n += r->rows.v[i]->state == ROW_WAITS;
	return n;
}

size_t
roster_faults(const struct roster *r, const struct roster_fault **out)
{
	const struct roster_view *v = view(r);

	*out = v->faults;
	return v->nfault;
}

const struct roster_device *
roster_device(const struct roster *r, const struct id *dev)
{
	return map_get(view(r)->devices, dev->b, ID_LEN);
}

const struct roster_person *
roster_person(const struct roster *r, const struct id *person)
{
	return map_get(view(r)->persons, person->b, ID_LEN);
}

const struct roster_person *
roster_by_cert(const struct roster *r, const char *cert)
{
	return map_get(view(r)->certs, cert, strlen(cert));
}

const struct roster_person *
roster_owner(const struct roster *r, const struct id *dev)
{
	const struct roster_device *d = roster_device(r, dev);

	return d != NULL ? roster_person(r, &d->person) : NULL;
}

const struct roster_hub *
roster_hub(const struct roster *r, const struct id *dev)
{
	return find_hub(r, dev);
}

const struct roster_recovery *
roster_recovery(const struct roster *r)
{
	return view(r)->recovery;
}

const struct roster_item *
roster_item(const struct roster *r, enum item_kind kind, const char *name,
    const char *version)
{
	const struct roster_view *v = view(r);
	size_t i;

	for (i = 0; i < v->nitem; i++)
		if (v->item_list[i]->kind == kind &&
		    strcmp(v->item_list[i]->name, name) == 0 &&
		    strcmp(v->item_list[i]->version, version) == 0)
			return v->item_list[i];
	return NULL;
}

bool
roster_item_for(const struct roster_item *it, const char *division)
{
	int i;

	for (i = 0; i < it->nscope; i++)
		if (division != NULL && scope_covers(it->scopes[i], division))
			return true;
	return it->nscope == 0;
}

bool
roster_item_concerns(const struct roster_item *it, const struct roster_person *p)
{
	int i, k;

	for (i = 0; i < it->nscope; i++)
		for (k = 0; k < p->nscope; k++)
			if (scope_covers(it->scopes[i], p->scopes[k]) ||
			    scope_covers(p->scopes[k], it->scopes[i]))
				return true;
	return it->nscope == 0;
}

const struct roster_item *
roster_item_newest(const struct roster *r, enum item_kind kind, const char *name,
    const char *division)
{
	const struct roster_view *v = view(r);
	const struct roster_item *best = NULL;
	size_t i;

	for (i = 0; i < v->nitem; i++) {
		const struct roster_item *it = v->item_list[i];

		if (it->kind == kind && !it->withdrawn && strcmp(it->name, name) == 0 &&
		    roster_item_for(it, division) &&
		    (best == NULL || it->order > best->order))
			best = it;
	}
	return best;
}

const struct roster_item *
roster_item_by_digest(const struct roster *r, const struct hash *digest)
{
	return map_get(view(r)->digests, digest->b, HASH_LEN);
}

bool
roster_key_taken(const struct roster *r, const struct identity_public *k)
{
	const struct roster_view *v = view(r);
	const struct id *sign = map_get(v->keys, k->sign.b, k->sign.n);
	const struct id *kx = map_get(v->keys, k->kx.b, k->kx.n);
	struct id dev;

	identity_dev(k, &dev);
	return (sign != NULL && !id_eq(sign, &dev)) || (kx != NULL && !id_eq(kx, &dev));
}

const struct roster_person *
roster_person_at(const struct roster *r, size_t i)
{
	return i < view(r)->nperson ? view(r)->person_list[i] : NULL;
}

const struct roster_device *
roster_device_at(const struct roster *r, size_t i)
{
	return i < view(r)->ndevice ? view(r)->device_list[i] : NULL;
}

const struct roster_hub *
roster_hub_at(const struct roster *r, size_t i)
{
	return i < r->nhub ? &r->hubs[i] : NULL;
}

const struct roster_item *
roster_item_at(const struct roster *r, size_t i)
{
	return i < view(r)->nitem ? view(r)->item_list[i] : NULL;
}

const struct roster_used *
roster_used_at(const struct roster *r, size_t i)
{
	return i < view(r)->nused ? view(r)->used_list[i] : NULL;
}

void
roster_each(const struct roster *r,
    bool (*fn)(void *ctx, const struct entry *en, const uint8_t sig[ENTRY_SIG]),
    void *ctx)
{
	const struct roster_view *v = view(r);
	size_t i;

	for (i = 0; i < v->nsorted; i++)
		if (!fn(ctx, &v->sorted[i]->en, v->sorted[i]->sig))
			return;
}
