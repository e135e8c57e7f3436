/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolment: one exchange that proves both sides by the code, so it may run over
 * TLS that does not verify (PROTOCOL.md section 3).  Everything after needs TLS
 * that does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"
#include "os/fs.h"

struct enrol_run {
	const struct client_enrol *in;
	struct client_hub hub;
	struct enrol_keys keys;
	struct envelope request;
	uint8_t suite;
	bool over;
	enum fj_rc rc;
	struct fj_err e;
};

static enum fj_rc
make_request(struct client *c, struct enrol_run *er, struct fj_err *e)
{
	const struct journal_self *self = journal_self(c->env.journal);
	struct enrol_request *q = xcalloc(1, sizeof(*q));
	char code[INVITE_TEXT + 1];
	enum fj_rc rc;

	if (!invite_normalise(er->in->code, code)) {
		free(q);
		return fj_fail(e, FJ_INVAL, "sync.code-form", "");
	}
	memcpy(q->lookup, code, INVITE_LOOKUP);
	q->who.key = *journal_public(c->env.journal);
	er->suite = q->who.key.suite;
	snprintf(q->who.name, sizeof(q->who.name), "%s", self->name);
	snprintf(q->who.cert, sizeof(q->who.cert), "%s", self->cert != NULL ? self->cert :
	    "");
	snprintf(q->who.org, sizeof(q->who.org), "%s", self->org != NULL ? self->org : "");
	if (journal_continues(c->env.journal) != NULL) {
		q->who.has_continues = true;
		q->who.continues = *journal_continues(c->env.journal);
	}
	crypto_random(q->random, sizeof(q->random));
	enrol_keys_derive(er->suite, code, &er->keys);
	rc = enrol_request_make(q, &er->keys, client_sign, c->env.journal, &er->request, e);
	fj_wipe(code, sizeof(code));
	free(q);
	return rc;
}

/* MAC, root, roster and our own row in it: then the hub is who gave the code. */
static enum fj_rc
take_reply(struct client *c, struct enrol_run *er, const struct answer *a,
    struct fj_err *e)
{
	struct enrol_reply *p = xcalloc(1, sizeof(*p));
	struct identity_public root;
	struct roster *r = NULL;
	struct envelope v;
	enum fj_rc rc;

	memset(&v, 0, sizeof(v));
	rc = envelope_read(a->body.p, a->body.n, &v, e);
	if (rc == FJ_OK)
		rc = enrol_reply_open(&v, er->suite, &er->keys, &er->request, p, e);
	if (rc == FJ_OK)
		rc = enrol_reply_roster(p, journal_public(c->env.journal), &r, e);
	if (rc != FJ_OK) {
		rc = fj_fail(e, FJ_DENIED, "sync.reply", "s", er->hub.url);
	} else {
		root = *roster_root(r);
		roster_stream(&root, &er->hub.roster_stream);
		er->hub.root = p->root;
		er->hub.hub = p->hub;
		er->hub.person = p->person;
		snprintf(er->hub.name, sizeof(er->hub.name), "%s", p->name);
		snprintf(er->hub.cert, sizeof(er->hub.cert), "%s", p->cert);
		if (p->nscope > 0)
			snprintf(er->hub.division, sizeof(er->hub.division), "%s",
			    p->scopes[0]);
		if (er->hub.ca == NULL)
			er->hub.ca = xstrdup(p->ca);
	}
	roster_free(&r);
	envelope_release(&v);
	enrol_reply_release(p);
	free(p);
	return rc;
}

static void
enrol_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct enrol_run *er = c->enrol;

	er->over = true;
	if (a->rc == FJ_OK) {
		er->rc = take_reply(c, er, a, &er->e);
		return;
	}
	er->rc = a->rc;
	er->e = a->err;
	if (a->refused && strcmp(a->problem.name, "code-used") == 0)
		er->rc = fj_fail(&er->e, FJ_DENIED, "sync.code-used", "");
	else if (a->refused && strcmp(a->problem.name, "code-invalid") == 0)
		er->rc = fj_fail(&er->e, FJ_DENIED, "sync.code", "");
	else if (a->refused && problem_react(&a->problem) == REACT_LATER)
		er->rc = fj_fail(&er->e, FJ_OFFLINE, "sync.later", "ss", er->hub.url,
		    a->problem.name);
}

static enum fj_rc
exchange(struct client *c, struct enrol_run *er, struct fj_err *e)
{
	struct xfer_request r;
	struct fj_buf body;
	enum fj_rc rc;

	rc = client_open(c, er->hub.url, er->hub.ca, e);
	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&body, WIRE_JSON_BYTES);
	envelope_write(&er->request, &body);
	memset(&r, 0, sizeof(r));
	r.method = "POST";
	r.path = "/v1/enrol";
	r.media = r.expect = WIRE_MEDIA_JSON;
	r.body = body.p;
	r.nbody = body.n;
	r.ctx = c;
	/* With a CA in hand it is used; without one the MACs prove the hub. */
	r.unverified = er->hub.ca == NULL;
	rc = xfer_start(c->x, &r, enrol_done, c, NULL, e);
	fj_buf_release(&body);
	while (rc == FJ_OK && !er->over)
		rc = loop_once(c->env.loop, -1, e);
	if (rc == FJ_OK && er->rc != FJ_OK) {
		rc = er->rc;
		if (e != NULL)
			*e = er->e;
	}
	return rc;
}

static enum fj_rc
read_ca(struct enrol_run *er, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	if (er->in->ca_file == NULL)
		return FJ_OK;
	fj_buf_init(&b, WIRE_JSON_BYTES);
	rc = fs_read(er->in->ca_file, &b, e);
	if (rc == FJ_OK)
		er->hub.ca = fj_buf_take(&b, NULL);
	fj_buf_release(&b);
	return rc;
}

/* Another root than the pinned one is another hub, whatever its address (C7). */
static enum fj_rc
pin(struct client *c, struct enrol_run *er, struct fj_err *e)
{
	const struct client_enrol *in = er->in;

	if (c->enrolled && !hash_eq(&c->hub.root, &er->hub.root))
		return fj_fail(e, FJ_REFUSED, "sync.enrolled", "s", c->hub.url);
	if (in->confirm != NULL && !in->confirm(in->ctx, er->hub.name, er->hub.cert))
		return fj_fail(e, FJ_CANCELLED, "sync.not-me", "s", er->hub.name);
	return hub_save(c->env.journal, &er->hub, e);
}

enum fj_rc
client_enrol(struct client *c, const struct client_enrol *in, struct fj_err *e)
{
	struct enrol_run er;
	enum fj_rc rc;

	if (c->running)
		return fj_fail(e, FJ_BUSY, "sync.running", "s", "-");
	memset(&er, 0, sizeof(er));
	er.in = in;
	rc = url_check(in->url, er.hub.url, e);
	if (rc == FJ_OK)
		rc = read_ca(&er, e);
	if (rc == FJ_OK)
		rc = make_request(c, &er, e);
	if (rc == FJ_OK) {
		xfer_free(&c->x);
		c->enrol = &er;
		rc = exchange(c, &er, e);
		c->enrol = NULL;
	}
	if (rc == FJ_OK)
		rc = pin(c, &er, e);
	fj_wipe(&er.keys, sizeof(er.keys));
	envelope_release(&er.request);
	client_hub_release(&er.hub);
	if (client_connect(c, NULL) == FJ_OK)
		c->st.phase = CLIENT_IDLE;
	return rc;
}
