/* SPDX-License-Identifier: Apache-2.0 */
#include "app/syncing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/ended.h"
#include "app/internal.h"
#include "base/xalloc.h"
#include "client/client.h"
#include "client/policy.h"
#include "os/loop.h"

struct sync_run {
	struct client *client;
	struct loop *own;		/* of app_sync_once; NULL otherwise */
	void (*changed)(void *ctx);
	void *ctx;
};

static void
client_changed(void *ctx)
{
	struct app *a = ctx;

	if (a->sync != NULL && a->sync->changed != NULL)
		a->sync->changed(a->sync->ctx);
}

static enum fj_rc
run_new(struct app *a, struct loop *loop, void (*changed)(void *ctx), void *ctx,
    struct fj_err *e)
{
	struct client_env env = {.journal = a->j, .loop = loop, .clock = a->clock,
	    .changed = client_changed, .ctx = a};
	enum fj_rc rc = app_need(a, e);

	if (rc != FJ_OK)
		return rc;
	syncing_free(a);
	a->sync = xcalloc(1, sizeof(*a->sync));
	a->sync->changed = changed;
	a->sync->ctx = ctx;
	rc = client_new(&env, &a->sync->client, e);
	if (rc != FJ_OK)
		syncing_free(a);
	return rc;
}

/* What a run brought is told after it. */
static void
keep_arrived(struct app *a, struct client *c)
{
	struct client_state st;

	client_state(c, &st);
	a->arrived.entries = st.up_entries;
	a->arrived.findings = st.up_findings;
	a->arrived.files = st.up_files;
	a->arrived.skew_ms = st.skew_ms;
}

void
syncing_free(struct app *a)
{
	struct sync_run *s = a->sync;

	if (s == NULL)
		return;
	a->sync = NULL;
	if (s->client != NULL)
		keep_arrived(a, s->client);
	client_free(&s->client);
	loop_free(&s->own);
	free(s);
}

static uint64_t
unsent_entries(struct app *a, const struct id *visit)
{
	struct chain_head *head = NULL;
	uint64_t unsent = 0;
	size_t n = 0, i;

	if (journal_heads(a->j, visit, &head, &n, NULL) != FJ_OK)
		return 0;
	for (i = 0; i < n; i++)
		unsent += client_unsent(a->j, visit, &head[i]);
	free(head);
	return unsent;
}

/* One file that the hub holds: key visit | evidence. */
static bool
one_file(void *ctx, const struct bytes *key, const struct bytes *value)
{
	struct app *a = ctx;
	size_t i;

	(void)value;
	for (i = 0; key->n == 2 * ID_LEN && i < a->nrow; i++)
		if (memcmp(a->rows[i]->r.id.b, key->p, ID_LEN) == 0 &&
		    a->rows[i]->r.unsent_evidence > 0)
			a->rows[i]->r.unsent_evidence--;
	return true;
}

void
syncing_unsent(struct app *a)
{
	size_t i;

	if (a->roster == NULL)
		return;			/* not enrolled: nothing is anywhere else */
	for (i = 0; i < a->nrow; i++) {
		a->rows[i]->r.unsent = unsent_entries(a, &a->rows[i]->r.id);
		a->rows[i]->r.unsent_evidence = a->rows[i]->r.s.evidence;
	}
	if (journal_facts(a->j, "sync-file", one_file, a, NULL) != FJ_OK)
		return;			/* shown as unsent: the careful side */
}

/* ---- enrolment ---- */

struct ask {
	bool (*confirm)(void *ctx, const char *name);
	void *ctx;
};

static bool
confirm_name(void *ctx, const char *name, const char *cert)
{
	struct ask *ask = ctx;
	char *both = cert != NULL && cert[0] != '\0' ?
	    xasprintf("%s (%s)", name, cert) : xstrdup(name);
	bool yes = ask->confirm == NULL || ask->confirm(ask->ctx, both);

	free(both);
	return yes;
}

/* A client on a loop of its own, for what blocks. */
static enum fj_rc
run_alone(struct app *a, void (*changed)(void *ctx), void *ctx, struct fj_err *e)
{
	struct loop *loop = NULL;
	enum fj_rc rc = loop_new(&loop, e);

	if (rc != FJ_OK)
		return rc;
	rc = run_new(a, loop, changed, ctx, e);
	if (rc == FJ_OK)
		a->sync->own = loop;
	else
		loop_free(&loop);
	return rc;
}

enum fj_rc
app_enrol(struct app *a, const struct app_enrol *en,
    bool (*confirm)(void *ctx, const char *name), void *ctx, struct fj_err *e)
{
	struct ask ask = {confirm, ctx};
	struct client_enrol ce = {.url = en->url, .code = en->code, .ca_file = en->ca,
	    .confirm = confirm_name, .ctx = &ask};
	enum fj_rc rc = run_alone(a, NULL, NULL, e);

	if (rc == FJ_OK)
		rc = client_enrol(a->sync->client, &ce, e);
	syncing_free(a);
	if (rc == FJ_OK) {
		a->data_version = -1;
		rc = app_roster(a, e);
	}
	return rc;
}

enum fj_rc
app_token(struct app *a, struct fj_buf *out, struct fj_err *e)
{
	enum fj_rc rc = run_alone(a, NULL, NULL, e);

	if (rc == FJ_OK)
		rc = client_token(a->sync->client, out, e);
	syncing_free(a);
	return rc;
}

/* ---- runs ---- */

static enum sync_phase
phase_of(enum client_phase p)
{
	switch (p) {
	case CLIENT_NEVER:
		return SYNC_NEVER;
	case CLIENT_IDLE:
		return SYNC_IDLE;
	case CLIENT_CONNECTING:
		return SYNC_CONNECTING;
	case CLIENT_ENTRIES_UP:
		return SYNC_ENTRIES_UP;
	case CLIENT_DOWN:
		return SYNC_DOWN;
	case CLIENT_EVIDENCE_UP:
		return SYNC_EVIDENCE_UP;
	case CLIENT_EVIDENCE_DOWN:
		return SYNC_EVIDENCE_DOWN;
	case CLIENT_WAITING:
		return SYNC_WAITING;
	case CLIENT_REFUSED:
		return SYNC_REFUSED;
	}
	return SYNC_NEVER;
}

/* The client knows when, a screen shows how long. */
static int64_t
until(int64_t ms, int64_t now)
{
	return ms > now ? ms - now : 0;
}

static void
copy_state(const struct client_state *s, int64_t now, struct sync_state *out)
{
	out->phase = phase_of(s->phase);
	out->entries_done = s->entries_done;
	out->entries_total = s->entries_total;
	out->bytes_done = s->bytes_done;
	out->bytes_total = s->bytes_total;
	if (!id_is_zero(&s->item))
		id_format_short(&s->item, out->item);
	out->last_ok = s->last_ok;
	out->next_ms = until(s->next_ms, now);
	out->tries = s->tries;
	out->err = s->err;
	out->files_done = s->files_done;
	out->files_total = s->files_total;
	out->rate = s->rate;
}

/* Every visit is looked through for it: once for each state of the journal. */
static void
look_at_pending(struct app *a)
{
	int64_t version = journal_data_version(a->j);
	struct client_pending p;

	if (version == a->pending.version || client_pending(a->j, &p, NULL) != FJ_OK)
		return;
	a->pending.version = version;
	a->pending.entries = p.entries;
	a->pending.files = p.files;
	a->pending.bytes = p.bytes;
	a->pending.aside = p.set_aside;
}

static void
copy_policy(struct app *a, struct sync_state *out)
{
	struct client_policy p;

	client_policy_load(a->j, &p);
	out->paused = p.paused;
	out->metered = p.metered;
	out->sealed_only = p.sealed_only;
	proxy_shown(p.proxy, out->proxy);
	fj_wipe(&p, sizeof(p));
}

void
app_sync_state(struct app *a, struct sync_state *out)
{
	struct client_state state;
	struct client_hub hub;

	memset(out, 0, sizeof(*out));
	if (app_need(a, NULL) != FJ_OK)
		return;
	look_at_pending(a);
	out->unsent = a->pending.entries;
	out->unsent_evidence = a->pending.files;
	out->unsent_bytes = a->pending.bytes;
	out->quarantined = a->pending.aside;
	copy_policy(a, out);
	if (client_hub_load(a->j, &hub, NULL) != FJ_OK)
		return;
	snprintf(out->url, sizeof(out->url), "%s", hub.url);
	client_hub_release(&hub);
	if (a->sync != NULL)
		client_state(a->sync->client, &state);
	else
		client_last(a->j, &state);
	if (a->sync != NULL)
		keep_arrived(a, a->sync->client);
	copy_state(&state, clock_now(a->clock).ms, out);
	out->up_entries = a->arrived.entries;
	out->up_findings = a->arrived.findings;
	out->up_files = a->arrived.files;
	out->skew_ms = a->arrived.skew_ms;
}

static void
options_of(struct app *a, const struct sync_options *o, struct client_options *out)
{
	struct client_policy p;

	memset(out, 0, sizeof(*out));
	client_policy_load(a->j, &p);
	out->metered = o->metered || p.metered;
	out->sealed_only = o->sealed_only || p.sealed_only;
	out->watch = o->watch;
	out->retry_aside = o->retry;
	fj_wipe(&p, sizeof(p));
}

enum fj_rc
app_sync_start(struct app *a, struct loop *loop, const struct sync_options *o,
    void (*changed)(void *ctx), void *ctx, struct fj_err *e)
{
	struct client_options co;
	enum fj_rc rc = run_new(a, loop, changed, ctx, e);

	if (rc == FJ_OK) {
		options_of(a, o, &co);
		rc = client_start(a->sync->client, &co, e);
		if (rc != FJ_OK)
			syncing_free(a);
	}
	return rc;
}

bool
app_sync_running(const struct app *a)
{
	return a->sync != NULL && client_running(a->sync->client);
}

void
app_sync_stop(struct app *a)
{
	syncing_free(a);
}

enum fj_rc
app_sync_once(struct app *a, const struct sync_options *o, void (*changed)(void *ctx),
    void *ctx, struct fj_err *e)
{
	struct client_options co;
	struct fj_err ended;
	enum fj_rc rc = run_alone(a, changed, ctx, e);

	if (rc == FJ_OK) {
		options_of(a, o, &co);
		rc = client_once(a->sync->client, &co, e);
	}
	syncing_free(a);
	/* An end that came with it says more than how the run went. */
	if (app_end_settle(a, &ended) != FJ_OK) {
		rc = ended.rc;
		if (e != NULL)
			*e = ended;
	}
	return rc;
}

/* ---- what was set ---- */

bool
app_sync_paused(struct app *a)
{
	struct client_policy p;

	if (!app_unlocked(a))
		return false;
	client_policy_load(a->j, &p);
	return p.paused;
}

enum fj_rc
app_sync_pause(struct app *a, bool paused, struct fj_err *e)
{
	struct client_policy p;
	enum fj_rc rc = app_need(a, e);

	if (rc != FJ_OK)
		return rc;
	client_policy_load(a->j, &p);
	if (p.paused == paused)
		return FJ_OK;
	p.paused = paused;
	return client_policy_save(a->j, &p, e);
}

enum fj_rc
app_sync_policy(struct app *a, bool metered, bool sealed_only, struct fj_err *e)
{
	struct client_policy p;
	enum fj_rc rc = app_need(a, e);

	if (rc != FJ_OK)
		return rc;
	client_policy_load(a->j, &p);
	if (p.metered == metered && p.sealed_only == sealed_only)
		return FJ_OK;
	p.metered = metered;
	p.sealed_only = sealed_only;
	return client_policy_save(a->j, &p, e);
}

enum fj_rc
app_sync_proxy(struct app *a, const char *proxy, struct fj_err *e)
{
	struct client_policy p;
	enum fj_rc rc = app_need(a, e);

	if (rc != FJ_OK)
		return rc;
	client_policy_load(a->j, &p);
	rc = proxy_check(proxy, p.proxy, e);
	if (rc == FJ_OK)
		rc = client_policy_save(a->j, &p, e);
	fj_wipe(&p, sizeof(p));
	return rc;
}

/* ---- set aside ---- */

struct aside_walk {
	bool (*fn)(void *ctx, const struct sync_aside *one);
	void *ctx;
};

static bool
one_aside(void *ctx, const struct client_aside *from)
{
	struct aside_walk *w = ctx;
	struct sync_aside one = {.visit = from->stream, .dev = from->dev, .at = from->at,
	    .err = from->err};

	return w->fn(w->ctx, &one);
}

enum fj_rc
app_sync_asides(struct app *a, bool (*fn)(void *ctx, const struct sync_aside *one),
    void *ctx, struct fj_err *e)
{
	struct aside_walk w = {fn, ctx};
	enum fj_rc rc = app_need(a, e);

	return rc == FJ_OK ? client_asides(a->j, one_aside, &w, e) : rc;
}
