/* SPDX-License-Identifier: Apache-2.0 */
#include "app/syncing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/ended.h"
#include "app/internal.h"
#include "base/xalloc.h"
#include "client/client.h"
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

void
syncing_free(struct app *a)
{
	struct sync_run *s = a->sync;

	if (s == NULL)
		return;
	a->sync = NULL;
	client_free(&s->client);
	loop_free(&s->own);
	free(s);
}

/* Receipts of a chain reach up to some seq: the highest, by halving. */
static uint64_t
receipted_up_to(struct app *a, const struct id *visit, const struct chain_head *head)
{
	uint64_t low = 0, high = head->seq;

	while (low < high) {
		uint64_t mid = high - (high - low) / 2;

		if (client_receipted(a->j, visit, &head->dev, mid, NULL))
			low = mid;
		else
			high = mid - 1;
	}
	return low;
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
		if (!client_receipted(a->j, visit, &head[i].dev, head[i].seq, NULL))
			unsent += head[i].seq - receipted_up_to(a, visit, &head[i]);
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
}

void
app_sync_state(struct app *a, struct sync_state *out)
{
	struct client_pending pending;
	struct client_state state;
	struct client_hub hub;

	memset(out, 0, sizeof(*out));
	if (app_need(a, NULL) != FJ_OK)
		return;
	if (client_pending(a->j, &pending, NULL) == FJ_OK) {
		out->unsent = pending.entries;
		out->unsent_evidence = pending.files;
		out->unsent_bytes = pending.bytes;
		out->quarantined = pending.set_aside;
	}
	if (client_hub_load(a->j, &hub, NULL) != FJ_OK)
		return;
	out->paused = app_sync_paused(a);
	snprintf(out->url, sizeof(out->url), "%s", hub.url);
	client_hub_release(&hub);
	if (a->sync != NULL)
		client_state(a->sync->client, &state);
	else
		client_last(a->j, &state);
	copy_state(&state, clock_now(a->clock).ms, out);
}

static void
options_of(const struct sync_options *o, struct client_options *out)
{
	memset(out, 0, sizeof(*out));
	out->metered = o->metered;
	out->sealed_only = o->sealed_only;
	out->watch = o->watch;
}

enum fj_rc
app_sync_start(struct app *a, struct loop *loop, const struct sync_options *o,
    void (*changed)(void *ctx), void *ctx, struct fj_err *e)
{
	struct client_options co;
	enum fj_rc rc = run_new(a, loop, changed, ctx, e);

	options_of(o, &co);
	if (rc == FJ_OK) {
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

	options_of(o, &co);
	if (rc == FJ_OK)
		rc = client_once(a->sync->client, &co, e);
	syncing_free(a);
	/* An end that came with it says more than how the run went. */
	if (app_end_settle(a, &ended) != FJ_OK) {
		rc = ended.rc;
		if (e != NULL)
			*e = ended;
	}
	return rc;
}

/* ---- paused ---- */

static const char prefs[] = "prefs";
static const char pause_key[] = "sync-paused";

bool
app_sync_paused(struct app *a)
{
	struct fj_buf b;
	bool paused;

	fj_buf_init(&b, 16);
	paused = app_unlocked(a) && journal_get(a->j, prefs, pause_key,
	    sizeof(pause_key) - 1, &b, NULL) == FJ_OK;
	fj_buf_release(&b);
	return paused;
}

enum fj_rc
app_sync_pause(struct app *a, bool paused, struct fj_err *e)
{
	struct journal_kv kv = {prefs, {pause_key, sizeof(pause_key) - 1}, {NULL, 0}};
	enum fj_rc rc = app_need(a, e);

	if (rc != FJ_OK || paused == app_sync_paused(a))
		return rc;
	if (paused) {
		kv.value.p = "1";
		kv.value.n = 1;
	}
	return journal_put(a->j, &kv, 1, e);
}
