/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/enrol.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/roster_write.h"
#include "hub/rates.h"

enum {
	LOOKUP_TRIES = 64,
};

/* ---- invitations ---- */

static enum fj_rc
invite_store(struct hub *h, struct stored_invite *in, char code[INVITE_TEXT + 1],
    struct fj_err *e)
{
	struct store *s = h->store;
	struct stored_invite old;
	struct enrol_keys k;
	char raw[INVITE_TEXT + 1];
	enum fj_rc rc = FJ_OK;
	int i;

	rc = s->ops->invite_expire(s, hub_now_ms(h), e);
	for (i = 0; rc == FJ_OK && i < LOOKUP_TRIES; i++) {
		crypto_random_code(raw, INVITE_TEXT);
		FJ_BUG_IF(!invite_normalise(raw, code));
		memcpy(in->lookup, code, INVITE_LOOKUP);
		in->lookup[INVITE_LOOKUP] = '\0';
		rc = s->ops->invite_get(s, in->lookup, &old, NULL);
		if (rc == FJ_NOTFOUND)
			break;
	}
	if (rc == FJ_OK)
		rc = fj_fail(e, FJ_BUSY, "hub.invites-full", "");
	if (rc == FJ_NOTFOUND) {
		enrol_keys_derive(SUITE_DEFAULT, code, &k);
		memcpy(in->k1.b, k.k1, HASH_LEN);
		memcpy(in->k2.b, k.k2, HASH_LEN);
		rc = s->ops->invite_put(s, in, e);
		fj_wipe(&k, sizeof(k));
	}
	fj_wipe(raw, sizeof(raw));
	return rc;
}

enum fj_rc
enrol_invite(struct hub *h, const struct id *person, char code[INVITE_TEXT + 1],
    struct fj_err *e)
{
	const struct roster_person *p;
	struct stored_invite in;
	char text[ID_TEXT + 1];
	enum fj_rc rc;

	rc = hub_begin(h, e);
	if (rc != FJ_OK)
		return rc;
	id_format(person, text);
	memset(&in, 0, sizeof(in));
	in.person = *person;
	in.expires_ms = hub_now_ms(h) + INVITE_HOURS * 3600000LL;
	p = roster_person(h->roster, person);
	if (p == NULL)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.no-person", "s", text);
	else if (p->disabled)
		rc = fj_fail(e, FJ_REFUSED, "hub.person-disabled", "s", text);
	else
		rc = invite_store(h, &in, code, e);
	fj_wipe(&in, sizeof(in));
	return hub_end(h, rc, e);
}

/* ---- the answer ---- */

struct excerpt {
	const struct hub *h;
	const struct id *person, *dev;
	struct fj_buf b;
};

/* Root's chain, hello of each hub key, and the rows of this person and device. */
static bool
excerpt_row(void *ctx, const struct entry *en, const uint8_t sig[ENTRY_SIG])
{
	struct excerpt *x = ctx;
	struct json_doc *d = NULL;
	struct entry copy = *en;
	struct fj_buf frame;
	struct id who;
	bool take = en->seq == 1 || roster_hub(x->h->roster, &en->dev) == NULL;

	if (!take && entry_payload(en, &d, NULL) == FJ_OK) {
		const struct json *o = json_root(d);

		take = (json_id(o, "person", &who) && id_eq(&who, x->person) &&
		    strcmp(payload_op(d), "person") == 0) ||
		    (json_id(o, "dev", &who) && id_eq(&who, x->dev));
	}
	json_free(&d);
	if (!take)
		return true;
	fj_buf_init(&frame, ENTRY_HEAD + LIMIT_PAYLOAD);
	if (entry_encode(&copy, &frame, NULL) == FJ_OK)
		items_add_entry(&x->b, frame.p, frame.n, sig);
	fj_buf_release(&frame);
	return true;
}

static void
copy_text(char *to, size_t room, const char *from)
{
	size_t n = from != NULL ? strlen(from) : 0;

	if (n >= room)
		n = room - 1;
	memcpy(to, from != NULL ? from : "", n);
	to[n] = '\0';
}

static enum fj_rc
say_enrolled(struct hub *h, const struct enrol_request *q, const struct envelope *v,
    const struct enrol_keys *k, struct reply *r, struct fj_err *e)
{
	struct enrol_reply *out = xcalloc(1, sizeof(*out));
	const struct roster_person *p;
	struct envelope answer;
	struct excerpt x;
	enum fj_rc rc;

	memset(&answer, 0, sizeof(answer));
	identity_dev(&q->who.key, &out->device);
	p = roster_owner(h->roster, &out->device);
	if (p == NULL || roster_root(h->roster) == NULL) {
		free(out);
		return fj_fail(e, FJ_CORRUPT, "hub.store-damaged", "s", "roster");
	}
	out->hub = h->dev;
	out->person = p->person;
	out->epoch = h->epoch;
	out->root_suite = roster_root(h->roster)->suite;
	out->root_sign = roster_root(h->roster)->sign;
	out->root = h->root;
	copy_text(out->name, sizeof(out->name), p->name);
	copy_text(out->cert, sizeof(out->cert), p->cert);
	out->roles = p->roles;
	out->nscope = p->nscope;
	memcpy(out->scopes, p->scopes, sizeof(out->scopes));
	out->ca = h->ca;
	x.h = h;
	x.person = &out->person;
	x.dev = &out->device;
	fj_buf_init(&x.b, LIMIT_BODY_BYTES / 4);
	roster_each(h->roster, excerpt_row, &x);
	out->roster = x.b.p;
	out->nroster = x.b.n;
	rc = enrol_reply_make(out, SUITE_DEFAULT, k, v, &answer, e);
	if (rc == FJ_OK) {
		envelope_write(&answer, &r->body);
		reply_json(r);
	}
	fj_buf_release(&x.b);
	envelope_release(&answer);
	free(out);
	return rc;
}

/* Is this key free, and the old one of `continues` of the same person? */
static bool
key_allowed(struct hub *h, const struct enrol_request *q, const struct id *person)
{
	const struct roster_device *old;

	if (roster_key_taken(h->roster, &q->who.key))
		return false;
	if (!q->who.has_continues)
		return true;
	old = roster_device(h->roster, &q->who.continues);
	return old == NULL || id_eq(&old->person, person);
}

/* Row of the device, and the invitation marked as used: one transaction. */
static enum fj_rc
enrol_device(struct hub *h, const struct enrol_request *q, struct stored_invite *in,
    struct fj_err *e)
{
	struct roster_device d;
	struct stamp at;
	struct fj_buf b;
	enum fj_rc rc;

	memset(&d, 0, sizeof(d));
	identity_dev(&q->who.key, &d.dev);
	d.key = q->who.key;
	d.person = in->person;
	d.has_continues = q->who.has_continues;
	d.continues = q->who.continues;
	hub_stamp(h, &at);
	fj_buf_init(&b, LIMIT_PAYLOAD);
	roster_write_device(&d, &at, &b);
	rc = hub_roster_add(h, &b, e);
	fj_buf_release(&b);
	in->dev = d.dev;
	if (rc == FJ_OK)
		rc = h->store->ops->invite_put(h->store, in, e);
	return rc;
}

enum outcome { ENROLLED, AGAIN, INVALID, USED, FAILED };

/* Inside a transaction; a wrong MAC is written down too. */
static enum outcome
judge(struct hub *h, const struct envelope *v, const struct enrol_request *q,
    struct stored_invite *in, struct enrol_keys *k, enum fj_rc *rc, struct fj_err *e)
{
	const struct roster_person *p;
	struct fj_err why;
	struct id dev;

	*rc = h->store->ops->invite_get(h->store, q->lookup, in, e);
	if (*rc == FJ_NOTFOUND) {
		*rc = FJ_OK;
		return INVALID;
	}
	if (*rc != FJ_OK)
		return FAILED;
	if (in->wrong >= INVITE_WRONG_MAX || in->expires_ms <= hub_now_ms(h))
		return INVALID;
	memcpy(k->k1, in->k1.b, HASH_LEN);
	memcpy(k->k2, in->k2.b, HASH_LEN);
	if (enrol_request_check(v, q, k, &why) != FJ_OK) {
		if (strcmp(why.code, "enrol.code") == 0) {
			in->wrong++;
			*rc = h->store->ops->invite_put(h->store, in, e);
		}
		return *rc == FJ_OK ? INVALID : FAILED;
	}
	identity_dev(&q->who.key, &dev);
	if (!id_is_zero(&in->dev))
		return id_eq(&in->dev, &dev) ? AGAIN : USED;
	p = roster_person(h->roster, &in->person);
	if (p == NULL || p->disabled)
		return INVALID;
	if (!key_allowed(h, q, &in->person))
		return USED;
	*rc = enrol_device(h, q, in, e);
	return *rc == FJ_OK ? ENROLLED : FAILED;
}

static enum fj_rc
enrol_checked(struct hub *h, const struct envelope *v, const struct enrol_request *q,
    struct reply *r, struct fj_err *e)
{
	struct stored_invite in;
	struct enrol_keys k;
	enum outcome how = FAILED;
	enum fj_rc rc;

	memset(&k, 0, sizeof(k));
	rc = hub_begin(h, e);
	if (rc != FJ_OK)
		return rc;
	how = judge(h, v, q, &in, &k, &rc, e);
	rc = hub_end(h, rc, e);
	if (rc == FJ_OK && (how == ENROLLED || how == AGAIN))
		rc = say_enrolled(h, q, v, &k, r, e);
	else if (rc == FJ_OK)
		reply_problem(r, how == USED ? "code-used" : "code-invalid");
	fj_wipe(&k, sizeof(k));
	fj_wipe(&in, sizeof(in));
	return rc;
}

enum fj_rc
enrol_answer(struct hub *h, const struct ask *a, struct reply *r, struct fj_err *e)
{
	struct enrol_request *q;
	struct envelope v;
	struct problem p;
	enum fj_rc rc;
	int wait;

	wait = rates_ask(h->rates, a->peer, strlen(a->peer), RATE_ENROL,
	    clock_monotonic_ms());
	if (wait > 0) {
		problem_init(&p, "rate");
		p.retry_after = wait;
		reply_problem_of(r, &p);
		return FJ_OK;
	}
	memset(&v, 0, sizeof(v));
	q = xcalloc(1, sizeof(*q));
	rc = envelope_read(a->body, a->nbody, &v, e);
	if (rc == FJ_OK)
		rc = enrol_request_read(&v, q, e);
	if (rc == FJ_OK && v.has_mac && v.has_sig) {
		rc = enrol_checked(h, &v, q, r, e);
	} else {
		reply_problem(r, rc == FJ_NEWER ? "other-version" : "bad-request");
		rc = FJ_OK;
	}
	envelope_release(&v);
	free(q);
	return rc;
}
