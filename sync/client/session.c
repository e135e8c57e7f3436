/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, and what the hub says of itself beside the first one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"

/* ---- what the hub can ---- */

/* "features when": a number and the wall clock in ms. */
void
features_load(struct client *c)
{
	unsigned long long features;
	struct fj_buf b;
	char *end;
	int64_t age;

	c->features = 0;
	c->features_told = false;
	fj_buf_init(&b, 64);
	if (text_get(c->env.journal, "sync", "features", &b, NULL) == FJ_OK && b.n > 0) {
		features = strtoull(b.p, &end, 10);
		age = clock_now(c->env.clock).ms - strtoll(end, NULL, 10);
		c->features = (unsigned)features;
		/* A clock that was put back does not keep an old word for ever. */
		c->features_told = age >= 0 && age < FEATURES_MS;
	}
	fj_buf_release(&b);
}

static void
features_keep(struct client *c)
{
	char text[48];

	snprintf(text, sizeof(text), "%u %lld", c->features,
	    (long long)clock_now(c->env.clock).ms);
	/* Not kept: asked again next time. */
	(void)!text_put(c->env.journal, "sync", "features", text, NULL);
}

bool
run_has(const struct client *c, unsigned feature)
{
	return (c->features & feature) != 0;
}

void
run_without(struct client *c, unsigned feature)
{
	c->features &= ~feature;
	(void)!text_put(c->env.journal, "sync", "features", NULL, NULL);
}

/* An answer that is none leaves everything as it was: the plain way always works. */
static void
features_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct hub_info h;

	if (a->rc != FJ_OK || hub_info_read(a->body.p, a->body.n, &h, NULL) != FJ_OK)
		return;
	c->features = h.features;
	c->features_told = true;
	features_keep(c);
}

static void
features_ask(struct client *c)
{
	struct xfer_request r = run_request(c, "GET", "/v1/hub", WIRE_MEDIA_JSON);

	r.token = NULL;
	/* Not asked: as an answer that does not come. */
	(void)!xfer_start(c->x, &r, features_done, c, NULL, NULL);
}

/* ---- session ---- */

static void
session_over(struct client *c)
{
	if (c->drain)
		run_later(c, drain_begin);
	else if (roster_beside(c))
		run_later(c, push_begin);
	else
		run_later(c, roster_step);
}

static void
session_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	bool renewing = c->renewing;
	struct session_reply s;
	struct fj_err e;

	if (a->refused && problem_react(&a->problem) == REACT_CLOCK && !c->skewed &&
	    a->problem.has_time) {
		c->skewed = true;
		c->skew_ms = a->problem.time.ms - clock_now(c->env.clock).ms;
		run_later(c, c->redo);
		return;
	}
	if (!run_answer(c, a))
		return;
	if (session_reply_read(a->body.p, a->body.n, &s, &e) != FJ_OK) {
		fj_fail(&e, FJ_OFFLINE, "sync.bad-answer", "s", c->hub.url);
		run_end(c, e.rc, &e);
		return;
	}
	memcpy(c->token, s.token, sizeof(c->token));
	c->token_until = clock_monotonic_ms() + (SESSION_SECONDS - 60) * 1000LL;
	c->st.skew_ms = s.time.ms != 0 ? s.time.ms - clock_now(c->env.clock).ms : 0;
	c->drain = s.ended != END_NONE;
	if (c->drain)
		end_keep(c, s.end);
	fj_wipe(&s, sizeof(s));
	c->renewing = false;
	if (renewing)
		up_pump(c);
	else
		session_over(c);
}

static enum fj_rc
session_body(struct client *c, struct fj_buf *body, struct fj_err *e)
{
	struct session_request q;
	struct envelope v;
	enum fj_rc rc;

	memset(&q, 0, sizeof(q));
	memset(&v, 0, sizeof(v));
	q.dev = *journal_dev(c->env.journal);
	q.hub = c->hub.hub;
	q.time = clock_now(c->env.clock);
	q.time.ms += c->skew_ms;
	crypto_random(q.random, sizeof(q.random));
	rc = session_request_make(&q, journal_public(c->env.journal)->suite, client_sign,
	    c->env.journal, &v, e);
	if (rc == FJ_OK)
		envelope_write(&v, body);
	envelope_release(&v);
	return rc;
}

static void
session_ask(struct client *c, void (*redo)(struct client *c))
{
	struct xfer_request r;
	struct fj_buf body;
	struct fj_err e;
	enum fj_rc rc;

	fj_buf_init(&body, WIRE_JSON_BYTES);
	rc = session_body(c, &body, &e);
	if (rc == FJ_OK) {
		r = run_request(c, "POST", "/v1/session", WIRE_MEDIA_JSON);
		r.token = NULL;
		r.media = WIRE_MEDIA_JSON;
		r.body = body.p;
		r.nbody = body.n;
		run_ask(c, &r, session_done, redo);
	} else {
		run_end(c, rc, &e);
	}
	fj_buf_release(&body);
}

void
session_step(struct client *c)
{
	/* A retired device asks nothing that would tell of a harder end. */
	if (!c->drain && c->token[0] != '\0' && clock_monotonic_ms() < c->token_until) {
		session_over(c);
		return;
	}
	run_phase(c, CLIENT_CONNECTING);
	if (!c->features_told)
		features_ask(c);
	session_ask(c, session_step);
}

static void
session_renew(struct client *c)
{
	session_ask(c, session_renew);
}

bool
session_good(struct client *c)
{
	if (c->token[0] != '\0' && clock_monotonic_ms() < c->token_until)
		return true;
	if (!c->renewing) {
		c->renewing = true;
		session_renew(c);
	}
	return false;
}
