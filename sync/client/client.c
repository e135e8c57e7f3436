/* SPDX-License-Identifier: Apache-2.0 */
/* The run: beginning, sessions, ends, back-off, watching. */
#include "client/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/internal.h"
#include "client/policy.h"
#include "os/fs.h"
#include "os/netwatch.h"

enum fj_rc
client_sign(void *ctx, enum purpose purpose, const struct hash *h,
    uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	return journal_sign(ctx, purpose, h, sig, e);
}

/* ---- state ---- */

static void
changed(struct client *c)
{
	if (c->env.changed != NULL)
		c->env.changed(c->env.ctx);
}

void
run_phase(struct client *c, enum client_phase p)
{
	c->st.phase = p;
	changed(c);
}

void
run_received(struct client *c, const struct id *stream)
{
	if (c->env.received != NULL)
		c->env.received(c->env.ctx, stream);
}

void
run_flaw(struct client *c, const struct fj_err *e)
{
	if (c->flaw.rc == FJ_OK)
		c->flaw = *e;
}

static void
state_save(struct client *c)
{
	char at[INSTANT_TEXT + 1];
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, 4096);
	json_w_init(&w, &b);
	json_w_obj(&w);
	if (c->st.last_ok.ms != 0) {
		instant_format(c->st.last_ok, at);
		json_w_kstr(&w, "last", at);
	}
	json_w_kint(&w, "tries", (int64_t)c->st.tries);
	json_w_kint(&w, "next", c->st.next_ms);
	json_w_end(&w);
	/* Only shown: when it cannot be kept, nothing that counts is lost. */
	(void)!text_put(c->env.journal, "sync", "state", b.p, NULL);
	fj_buf_release(&b);
}

static void
state_load(struct journal *j, struct client_state *st)
{
	struct json_doc *d = NULL;
	const char *last;
	struct fj_buf b;
	int64_t n;

	fj_buf_init(&b, 4096);
	if (text_get(j, "sync", "state", &b, NULL) == FJ_OK && b.n > 0 &&
	    json_parse(b.p, b.n, &d, NULL) == FJ_OK) {
		last = json_str(json_root(d), "last");
		if (last != NULL)
			(void)instant_parse(last, strlen(last), &st->last_ok);
		if (json_int(json_root(d), "tries", &n))
			st->tries = (unsigned)n;
		if (json_int(json_root(d), "next", &n))
			st->next_ms = n;
	}
	json_free(&d);
	fj_buf_release(&b);
}

void
client_state(struct client *c, struct client_state *out)
{
	*out = c->st;
	out->rate = c->pace.rate;
}

void
client_last(struct journal *j, struct client_state *out)
{
	struct client_hub hub;

	memset(out, 0, sizeof(*out));
	out->phase = CLIENT_NEVER;
	if (client_hub_load(j, &hub, NULL) == FJ_OK) {
		out->phase = CLIENT_IDLE;
		client_hub_release(&hub);
	}
	state_load(j, out);
}

/* ---- life ---- */

enum fj_rc
client_open(struct client *c, const char *url, const char *ca, struct fj_err *e)
{
	struct client_policy p;
	enum fj_rc rc = xfer_new(c->env.loop, url, ca, &c->pace, &c->x, e);

	client_policy_load(c->env.journal, &p);
	if (rc == FJ_OK)
		xfer_proxy(c->x, p.proxy);
	fj_wipe(&p, sizeof(p));
	return rc;
}

enum fj_rc
client_connect(struct client *c, struct fj_err *e)
{
	xfer_free(&c->x);
	client_hub_release(&c->hub);
	c->enrolled = false;
	if (client_hub_load(c->env.journal, &c->hub, e) != FJ_OK)
		return FJ_REFUSED;
	c->enrolled = true;
	features_load(c);
	return client_open(c, c->hub.url, c->hub.ca, e);
}

enum fj_rc
client_new(const struct client_env *env, struct client **out, struct fj_err *e)
{
	struct client *c = xcalloc(1, sizeof(*c));
	enum fj_rc rc;

	c->env = *env;
	c->retry_after = -1;
	c->ratio = 10;
	pace_load(&c->pace, env->journal);
	rc = client_connect(c, e);
	if (rc == FJ_REFUSED)
		rc = FJ_OK;
	c->st.phase = c->enrolled ? CLIENT_IDLE : CLIENT_NEVER;
	state_load(c->env.journal, &c->st);
	if (rc == FJ_OK)
		*out = c;
	else
		client_free(&c);
	return rc;
}

void
client_free(struct client **cp)
{
	struct client *c = *cp;

	*cp = NULL;
	if (c == NULL)
		return;
	client_stop(c);
	xfer_free(&c->x);
	client_hub_release(&c->hub);
	roster_free(&c->roster);
	receipts_free(&c->got);
	blobs_free(c);
	fj_wipe(c->token, sizeof(c->token));
	free(c->plan);
	free(c->stream);
	free(c->file);
	free(c->known);
	zip_free(&c->zip);
	free(c);
}

/* ---- asking ---- */

struct xfer_request
run_request(struct client *c, const char *method, const char *path, const char *expect)
{
	struct xfer_request r;

	memset(&r, 0, sizeof(r));
	r.method = method;
	r.path = path;
	r.expect = expect;
	r.token = c->token;
	r.ctx = c;
	return r;
}

void
run_ask(struct client *c, const struct xfer_request *r, xfer_done done,
    void (*redo)(struct client *c))
{
	struct fj_err e;

	c->redo = redo;
	if (xfer_start(c->x, r, done, c, NULL, &e) != FJ_OK)
		run_end(c, e.rc, &e);
}

static void
later_due(void *ctx)
{
	struct client *c = ctx;

	c->next = 0;
	c->step(c);
}

void
run_after(struct client *c, int64_t ms, void (*fn)(struct client *c))
{
	loop_cancel(c->env.loop, c->next);
	c->step = fn;
	c->next = loop_after(c->env.loop, ms, later_due, c);
}

void
run_later(struct client *c, void (*fn)(struct client *c))
{
	run_after(c, 0, fn);
}

/* Everything that is under way stops: the run ends, or begins again. */
static void
run_quiet(struct client *c)
{
	loop_cancel(c->env.loop, c->next);
	c->next = 0;
	if (c->x != NULL)
		xfer_cancel(c->x);
	push_drop(c);
	up_drop(c);
	files_close(c);
	c->watching = c->asking_roster = c->renewing = c->phase_up = false;
}

void
run_again_from(struct client *c, void (*fn)(struct client *c))
{
	run_quiet(c);
	run_later(c, fn);
}

enum fj_rc
run_anew(struct client *c, struct fj_err *e)
{
	static const char *const gone[] = { "cursor", "roster" };
	struct journal_kv kv[3];
	size_t i;

	c->anew = c->offer_all = c->offer_files = true;
	for (i = 0; i < 2; i++) {
		kv[i].space = "sync";
		kv[i].key.p = gone[i];
		kv[i].key.n = strlen(gone[i]);
		kv[i].value.p = NULL;
		kv[i].value.n = 0;
	}
	kv[2].space = "sync";
	kv[2].key.p = "offer-all";
	kv[2].key.n = 9;
	kv[2].value.p = "1";
	kv[2].value.n = 1;
	return journal_put(c->env.journal, kv, 3, e);
}

/* A problem of the hub, by its one reaction. */
static void
react(struct client *c, struct answer *a)
{
	struct fj_err e = a->err;
	const char *name = a->problem.name;

	switch (problem_react(&a->problem)) {
	case REACT_SESSION:
		if (!c->resessioned) {
			c->resessioned = true;
			c->token[0] = '\0';
			run_again_from(c, session_step);
			return;
		}
		fj_fail(&e, FJ_DENIED, "sync.session", "");
		break;
	case REACT_ENROL:
		fj_fail(&e, FJ_REFUSED, "sync.unknown-device", "s", c->hub.url);
		break;
	case REACT_ENDED:
		end_keep(c, a->problem.end);
		if (strcmp(a->problem.mode, "retired") == 0 && !c->drain) {
			c->drain = true;
			run_again_from(c, drain_begin);
			return;
		}
		fj_fail(&e, FJ_REFUSED, "sync.ended", "s", a->problem.mode);
		break;
	case REACT_ANEW:
		if (!c->anew) {
			if (run_anew(c, &e) == FJ_OK) {
				run_again_from(c, roster_step);
				return;
			}
		}
		break;
	case REACT_UPDATE:
		fj_fail(&e, FJ_NEWER, "sync.other-version", "ss", c->hub.url,
		    a->problem.supported);
		break;
	case REACT_WAIT_HOUR:
		c->retry_after = 3600;
		fj_fail(&e, FJ_OFFLINE, "sync.hub-full", "s", c->hub.url);
		break;
	case REACT_LATER:
		c->retry_after = a->retry_after;
		fj_fail(&e, FJ_OFFLINE, "sync.later", "ss", c->hub.url, name);
		break;
	default:
		break;
	}
	run_end(c, e.rc, &e);
}

int64_t
run_cut(struct client *c, const struct answer *a)
{
	int64_t ms;

	if (!a->cut)
		return -1;
	ms = pace_cut(&c->pace, a->began, clock_monotonic_ms());
	/* Where no hub was found at all there is nothing to go on with. */
	return !c->answered && c->pace.fails > 1 ? -1 : ms;
}

bool
run_answer(struct client *c, struct answer *a)
{
	int64_t ms;

	if (a->rc == FJ_OK) {
		c->answered = true;
		/* A token that was taken may run out again. */
		if (c->token[0] != '\0')
			c->resessioned = false;
		pace_progress(&c->pace);
		return true;
	}
	ms = run_cut(c, a);
	if (ms >= 0)
		run_after(c, ms, c->redo);
	else if (a->refused)
		react(c, a);
	else
		run_end(c, a->rc, &a->err);
	return false;
}

/* ---- beginning and end of a run ---- */

/* An earlier run began to offer everything and did not come to its end: '1' entries and
 * files, 'f' the files. */
static void
offering_load(struct client *c)
{
	struct fj_buf b;
	char what = '\0';

	fj_buf_init(&b, 16);
	if (text_get(c->env.journal, "sync", "offer-all", &b, NULL) == FJ_OK && b.n > 0)
		what = b.p[0];
	fj_buf_release(&b);
	c->offer_all = what == '1';
	c->offer_files = what != '\0';
}

/* A run is through; a metered one has left the files out, and one of sealed visits only
 * has left out more than that. */
static void
offering_over(struct client *c)
{
	if (!c->offer_files && !c->offer_all)
		return;
	if (!c->o.sealed_only)
		(void)!text_put(c->env.journal, "sync", "offer-all", c->o.metered ? "f" : NULL,
		    NULL);
}

void
run_begin(struct client *c)
{
	c->again = 0;
	c->watching = c->resessioned = c->skewed = c->anew = false;
	offering_load(c);
	c->answered = false;
	pace_progress(&c->pace);
	c->retry_after = -1;
	c->flaw.rc = FJ_OK;
	c->st.entries_done = c->st.entries_total = 0;
	c->st.bytes_done = c->st.bytes_total = 0;
	memset(&c->st.item, 0, sizeof(c->st.item));
	session_step(c);
}

static void
run_again(void *ctx)
{
	run_begin(ctx);
}

/* Full jitter, so that a county's laptops do not come back together. */
static int64_t
backoff_ms(const struct client *c)
{
	int64_t s;

	if (c->retry_after < 0)
		return 500 + pace_jitter(BACKOFF_FIRST_MS, c->st.tries - 1, BACKOFF_MOST_MS);
	s = c->retry_after < 1 ? 1 : c->retry_after > 3600 ? 3600 : c->retry_after;
	/* Not all at the same second. */
	return s * 1000 + pace_jitter(1000, 0, 1000);
}

static void
let_go(struct client *c)
{
	loop_cancel(c->env.loop, c->again);
	c->again = 0;
	c->running = c->watching = false;
	netwatch_free(&c->net);
	lock_free(&c->lock);
}

static void
ended_badly(struct client *c, enum fj_rc rc)
{
	bool later = rc == FJ_OFFLINE || rc == FJ_BUSY || rc == FJ_CORRUPT || rc == FJ_IO ||
	    rc == FJ_FULL || rc == FJ_STALE ||
	    /* Another certificate may be that of a login page. */
	    strcmp(c->st.err.code, "sync.tls") == 0;
	int64_t ms;

	c->token[0] = '\0';
	c->st.tries++;
	ms = backoff_ms(c);
	c->st.next_ms = later ? clock_now(c->env.clock).ms + ms : 0;
	if (later && c->o.watch) {
		c->again = loop_after(c->env.loop, ms, run_again, c);
	} else {
		let_go(c);
	}
	state_save(c);
	run_phase(c, later ? CLIENT_WAITING : CLIENT_REFUSED);
}

void
run_end(struct client *c, enum fj_rc rc, const struct fj_err *e)
{
	bool through = rc == FJ_OK;

	if (rc == FJ_OK && c->flaw.rc != FJ_OK) {
		rc = c->flaw.rc;
		e = &c->flaw;
	}
	run_quiet(c);
	pace_save(&c->pace, c->env.journal);
	if (through)
		offering_over(c);
	c->result = rc;
	memset(&c->st.item, 0, sizeof(c->st.item));
	if (rc != FJ_OK) {
		c->st.err = *e;
		ended_badly(c, rc);
		return;
	}
	fj_err_clear(&c->st.err);
	c->st.last_ok = clock_now(c->env.clock);
	c->st.tries = 0;
	c->st.next_ms = 0;
	state_save(c);
	if (c->o.watch) {
		run_phase(c, CLIENT_IDLE);
		watch_step(c);
	} else {
		let_go(c);
		run_phase(c, CLIENT_IDLE);
	}
}

/* ---- watching ---- */

static void
watch_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct listing l;

	c->watching = false;
	memset(&l, 0, sizeof(l));
	if (a->rc == FJ_OK && listing_read(a->body.p, a->body.n, &l, NULL) == FJ_OK &&
	    l.n == 0 && !l.more && strcmp(l.cursor, c->cursor) == 0)
		watch_step(c);
	else
		run_begin(c);
	listing_release(&l);
}

void
watch_step(struct client *c)
{
	struct xfer_request r;
	char *path;

	if (c->drain) {
		let_go(c);
		return;
	}
	if (clock_monotonic_ms() >= c->token_until) {
		run_begin(c);
		return;
	}
	path = xasprintf("/v1/streams?cursor=%s&wait=%d", c->cursor, WATCH_WAIT_S);
	r = run_request(c, "GET", path, WIRE_MEDIA_JSON);
	c->watching = true;
	r.patient = true;
	r.stall_s = WATCH_WAIT_S + XFER_STALL_S;
	run_ask(c, &r, watch_done, watch_step);
	free(path);
}

void
client_moved(struct client *c)
{
	if (!c->running)
		return;
	xfer_moved(c->x);
	if (c->again != 0) {
		loop_cancel(c->env.loop, c->again);
		run_begin(c);
	} else if (c->watching) {
		run_again_from(c, watch_step);
	}
}

static void
moved(void *ctx)
{
	client_moved(ctx);
}

/* ---- the outside ---- */

enum fj_rc
client_start(struct client *c, const struct client_options *o, struct fj_err *e)
{
	char *path;
	enum fj_rc rc;

	if (c->running) {
		/* Asked again while it waits: now, and anew. */
		if (c->watching || c->again != 0) {
			loop_cancel(c->env.loop, c->again);
			run_quiet(c);
			run_begin(c);
		}
		return FJ_OK;
	}
	rc = client_connect(c, e);
	if (rc != FJ_OK)
		return rc;
	path = fs_join(journal_home(c->env.journal), "sync-lock");
	rc = lock_take(path, &c->lock, e);
	if (rc == FJ_BUSY && e != NULL) {
		struct fj_err held = *e;

		fj_fail(e, FJ_BUSY, "sync.running", "s", held.narg > 1 ? held.arg[1] : "?");
	}
	free(path);
	if (rc != FJ_OK)
		return rc;
	if (o != NULL)
		c->o = *o;
	else
		memset(&c->o, 0, sizeof(c->o));
	c->running = true;
	c->st.up_entries = c->st.up_findings = c->st.up_files = 0;
	/* Where the kernel tells nothing the timer is left. */
	if (c->o.watch)
		(void)!netwatch_new(c->env.loop, moved, c, &c->net, NULL);
	c->result = FJ_OK;
	run_begin(c);
	return FJ_OK;
}

bool
client_running(const struct client *c)
{
	return c->running;
}

void
client_stop(struct client *c)
{
	if (!c->running)
		return;
	run_quiet(c);
	pace_save(&c->pace, c->env.journal);
	let_go(c);
	run_phase(c, CLIENT_IDLE);
}

enum fj_rc
client_once(struct client *c, const struct client_options *o, struct fj_err *e)
{
	struct client_options once;
	enum fj_rc rc;

	memset(&once, 0, sizeof(once));
	if (o != NULL)
		once = *o;
	once.watch = false;
	rc = client_start(c, &once, e);
	while (rc == FJ_OK && c->running)
		rc = loop_once(c->env.loop, -1, e);
	if (rc == FJ_OK && c->result != FJ_OK) {
		rc = c->result;
		if (e != NULL)
			*e = c->st.err;
	}
	return rc;
}

enum fj_rc
client_token(struct client *c, struct fj_buf *out, struct fj_err *e)
{
	struct client_options o;
	enum fj_rc rc;

	memset(&o, 0, sizeof(o));
	o.metered = true;
	rc = client_once(c, &o, e);
	/* A run that met a problem later on has its session all the same. */
	if (c->token[0] == '\0')
		return rc != FJ_OK ? rc : fj_fail(e, FJ_OFFLINE, "sync.session", "");
	fj_buf_puts(out, c->token);
	return FJ_OK;
}
