/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/auth.h"

#include <stdio.h>
#include <string.h>

#include "hub/end_proof.h"
#include "hub/rates.h"

static void
token_mac(const struct hub *h, const uint8_t *head, struct hash *out)
{
	static const char label[] = "feijian/1/token";
	struct part part[2] = {
		{ label, sizeof(label) },
		{ head, ID_LEN + 8 },
	};

	suite_hmac(SUITE_1, secret_peek(h->keys.tokens), secret_len(h->keys.tokens), part,
	    2, out);
}

void
token_make(const struct hub *h, const struct id *dev, int64_t expires_ms,
    char out[TOKEN_TEXT + 1])
{
	uint8_t b[TOKEN_BYTES];
	struct hash mac;

	memcpy(b, dev->b, ID_LEN);
	fj_put_u64(b + ID_LEN, (uint64_t)expires_ms);
	token_mac(h, b, &mac);
	memcpy(b + ID_LEN + 8, mac.b, HASH_LEN);
	crockford_encode(b, sizeof(b), out);
}

bool
token_check(const struct hub *h, const char *token, int64_t now_ms, struct id *dev)
{
	uint8_t b[TOKEN_BYTES];
	struct hash mac;

	if (strlen(token) != TOKEN_TEXT || !crockford_decode(token, TOKEN_TEXT, b, sizeof(b)))
		return false;
	token_mac(h, b, &mac);
	if (!crypto_equal(mac.b, b + ID_LEN + 8, HASH_LEN))
		return false;
	if ((int64_t)fj_get_u64(b + ID_LEN) <= now_ms)
		return false;
	memcpy(dev->b, b, ID_LEN);
	return true;
}

static bool
no(struct reply *r, const char *problem)
{
	reply_problem(r, problem);
	return false;
}

/* The device and its person, or the reason why not. */
static bool
look_up(struct hub *h, const struct id *dev, struct caller *out, struct reply *r)
{
	struct problem p;

	out->device = roster_device(h->roster, dev);
	out->person = roster_owner(h->roster, dev);
	/* Disabled: an account's end must not make the device destroy its keys. */
	if (out->device == NULL || out->person == NULL || out->person->disabled)
		return no(r, "unknown-device");
	if (out->device->end == END_LOST) {
		problem_init(&p, "ended-device");
		snprintf(p.mode, sizeof(p.mode), "%s", end_mode_name(END_LOST));
		end_proof(h, dev, p.end);
		reply_problem_of(r, &p);
		return false;
	}
	return true;
}

bool
auth_ask(struct hub *h, const struct ask *a, enum auth_need need, struct caller *out,
    struct reply *r)
{
	struct problem p;
	struct id dev;
	int wait;

	memset(out, 0, sizeof(*out));
	if (need == AUTH_NONE)
		return true;
	if (a->bearer == NULL || !token_check(h, a->bearer, hub_now_ms(h), &dev))
		return no(r, "unauthorized");
	if (!look_up(h, &dev, out, r))
		return false;
	wait = rates_ask(h->rates, dev.b, ID_LEN, RATE_DEVICE, clock_monotonic_ms());
	if (wait > 0) {
		problem_init(&p, "rate");
		p.retry_after = wait;
		reply_problem_of(r, &p);
		return false;
	}
	if (need == AUTH_PULL && out->device->end != END_NONE) {
		problem_init(&p, "ended-device");
		snprintf(p.mode, sizeof(p.mode), "%s", end_mode_name(out->device->end));
		end_proof(h, &dev, p.end);
		reply_problem_of(r, &p);
		return false;
	}
	return true;
}

static void
say_skew(struct hub *h, struct reply *r)
{
	struct problem p;

	problem_init(&p, "clock-skew");
	p.has_time = true;
	p.time = clock_now(&h->clock);
	reply_problem_of(r, &p);
}

static void
say_session(struct hub *h, const struct caller *c, struct reply *r)
{
	struct session_reply out;

	memset(&out, 0, sizeof(out));
	out.time = clock_now(&h->clock);
	out.expires = out.time;
	out.expires.ms += SESSION_SECONDS * 1000LL;
	out.epoch = h->epoch;
	out.ended = c->device->end;
	if (out.ended != END_NONE)
		end_proof(h, &c->device->dev, out.end);
	token_make(h, &c->device->dev, out.expires.ms, out.token);
	session_reply_write(&out, &r->body);
	reply_json(r);
}

enum fj_rc
auth_session(struct hub *h, const struct ask *a, struct reply *r, struct fj_err *e)
{
	struct session_request q;
	struct envelope v;
	struct caller c;
	enum fj_rc rc;

	memset(&v, 0, sizeof(v));
	rc = envelope_read(a->body, a->nbody, &v, e);
	if (rc == FJ_OK)
		rc = session_request_read(&v, &q, e);
	if (rc == FJ_NEWER)
		reply_problem(r, "other-version");
	else if (rc != FJ_OK || !v.has_sig)
		reply_problem(r, "bad-request");
	else if (!look_up(h, &q.dev, &c, r))
		;
	else if (session_request_check(&v, &c.device->key, NULL) != FJ_OK ||
	    !id_eq(&q.hub, &h->dev))
		reply_problem(r, "unauthorized");
	else if (!session_in_time(&q, clock_now(&h->clock)))
		say_skew(h, r);
	else
		say_session(h, &c, r);
	envelope_release(&v);
	return FJ_OK;
}
