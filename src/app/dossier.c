/* SPDX-License-Identifier: Apache-2.0 */
/* An opened visit: loading, staying in step with the journal, one act. */
#include "app/dossier.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"

enum {
	TRIES = 8,		/* of an act when another process writes meanwhile */
};

/* ---- loading ---- */

struct load {
	struct visit *v;
	uint64_t hlc;
	const struct id *mine;	/* count what is not of this dev */
	size_t others;
	enum fj_rc rc;
	struct fj_err *e;
};

static bool
load_entry(void *ctx, const struct entry *en)
{
	struct load *l = ctx;

	l->rc = visit_add(l->v, en, 0, l->e);
	if (en->hlc > l->hlc)
		l->hlc = en->hlc;
	if (l->mine != NULL && !id_eq(&en->dev, l->mine))
		l->others++;
	return l->rc == FJ_OK;
}

static enum fj_rc
take_in(struct app *a, struct load *l, const struct id *stream, int64_t *version,
    struct fj_err *e)
{
	struct journal_reader r = {load_entry, NULL, l};
	enum fj_rc rc = journal_each(a->j, stream, *version, &r, version, e);

	if (rc == FJ_OK)
		rc = l->rc;
	visit_settle(l->v);
	return rc;
}

enum fj_rc
visit_load(struct app *a, struct visit *v, const struct id *stream, int64_t *version,
    uint64_t *hlc, struct fj_err *e)
{
	struct load l = {.v = v, .hlc = *hlc, .e = e};
	enum fj_rc rc = take_in(a, &l, stream, version, e);

	*hlc = l.hlc;
	return rc;
}

/* ---- the filled forms ---- */

static void
drop_forms(struct dossier *d)
{
	size_t i;

	for (i = 0; i < d->nf; i++)
		inst_free(&d->f[i].inst);
	free(d->f);
	d->f = NULL;
	d->nf = 0;
}

/* The clock of what is computed: the freeze's when one stands. */
static struct instant
clock_of(const struct dossier *d)
{
	const struct visit_freeze *f = visit_freeze_now(d->v);

	return f != NULL ? f->entry->at : fill_clock(d->v);
}

enum fj_rc
dossier_refill(struct dossier *d, struct fj_err *e)
{
	const struct visit_facts *facts = visit_facts(d->v);
	enum fj_rc rc = FJ_OK;
	int i;

	drop_forms(d);
	if (facts->form_count <= 0)
		return FJ_OK;
	d->f = xcalloc((size_t)facts->form_count, sizeof(*d->f));
	d->nf = (size_t)facts->form_count;
	for (i = 0; rc == FJ_OK && i < facts->form_count; i++) {
		d->f[i].form = facts->forms[i].form;
		if (d->f[i].form != NULL)
			rc = fill_form(d->v, visit_now(d->v), facts->forms[i].id,
			    clock_of(d), d->a->lang, &d->f[i].inst, NULL, e);
	}
	return rc;
}

enum fj_rc
dossier_open(struct app *a, const struct id *visit, struct dossier **out,
    struct fj_err *e)
{
	struct model_env env;
	struct dossier *d;
	enum fj_rc rc = app_need(a, e);

	if (rc == FJ_OK)
		rc = app_roster(a, e);
	if (rc != FJ_OK)
		return rc;
	d = xcalloc(1, sizeof(*d));
	d->a = a;
	d->id = *visit;
	d->next = a->dossiers;
	a->dossiers = d;
	env = app_env(a);
	rc = visit_new(visit, &env, &d->v, e);
	if (rc == FJ_OK)
		rc = visit_load(a, d->v, visit, &d->version, &d->hlc, e);
	if (rc == FJ_OK && visit_entry_count(d->v) == 0) {
		char text[ID_TEXT + 1];

		id_format_short(visit, text);
		rc = fj_fail(e, FJ_NOTFOUND, "app.no-visit", "s", text);
	}
	if (rc == FJ_OK)
		rc = dossier_refill(d, e);
	if (rc == FJ_OK)
		*out = d;
	else
		dossier_close(&d);
	return rc;
}

static void
unlink_dossier(struct dossier *d)
{
	struct dossier **at = &d->a->dossiers;

	while (*at != NULL && *at != d)
		at = &(*at)->next;
	if (*at != NULL)
		*at = d->next;
}

void
dossier_close(struct dossier **dp)
{
	struct dossier *d = *dp;
	size_t i;

	if (d == NULL)
		return;
	unlink_dossier(d);
	for (i = 0; i < d->nundo; i++) {
		free(d->undo[i].path);
		free(d->undo[i].value);
		free(d->undo[i].after);
	}
	free(d->undo);
	drop_forms(d);
	visit_free(&d->v);
	free(d);
	*dp = NULL;
}

enum fj_rc
dossier_refresh(struct dossier *d, bool *changed, struct fj_err *e)
{
	int64_t now = 0;
	enum fj_rc rc = app_need(d->a, e);

	*changed = false;
	if (rc == FJ_OK)
		rc = journal_version(d->a->j, &d->id, &now, e);
	if (rc != FJ_OK || now == d->version)
		return rc;
	rc = visit_load(d->a, d->v, &d->id, &d->version, &d->hlc, e);
	if (rc == FJ_OK)
		rc = dossier_refill(d, e);
	*changed = rc == FJ_OK;
	return rc;
}

/* ---- one act ---- */

static enum fj_rc
decide_all(struct dossier *d, const struct command *c, size_t n, struct fj_buf *payloads,
    struct bytes *bytes, struct fj_err *e)
{
	struct actor me;
	struct stamp at;
	enum fj_rc rc = FJ_OK;
	size_t i;

	app_actor(d->a, &me);
	app_stamp(d->a, &at);
	for (i = 0; rc == FJ_OK && i < n; i++) {
		fj_buf_init(&payloads[i], LIMIT_PAYLOAD);
		rc = decide(d->v, &me, &c[i], &at, &payloads[i], e);
		bytes[i].p = payloads[i].p;
		bytes[i].n = payloads[i].n;
	}
	for (; i < n; i++)
		fj_buf_init(&payloads[i], LIMIT_PAYLOAD);
	return rc;
}

static enum fj_rc
append(struct dossier *d, const struct bytes *payload, size_t n,
    const struct journal_kv *kv, size_t nkv, struct fj_err *e)
{
	struct journal_commit commit = {.kind = STREAM_VISIT, .stream = d->id,
	    .payload = payload, .n = n, .kv = kv, .nkv = nkv, .expect = d->version};

	return journal_append(d->a->j, &commit, e);
}

/* After our own commit: read on from where we were, so that what another
 * process slipped in behind it is not missed. */
static enum fj_rc
catch_up(struct dossier *d, bool *foreign, struct fj_err *e)
{
	struct load l = {.v = d->v, .hlc = d->hlc, .mine = journal_dev(d->a->j), .e = e};
	enum fj_rc rc = take_in(d->a, &l, &d->id, &d->version, e);

	/* SQLite's data_version does not move by our own commits. */
	d->a->data_version = -1;
	d->hlc = l.hlc;
	*foreign = l.others > 0;
	return rc;
}

static enum fj_rc
try_act(struct dossier *d, const struct command *c, size_t n, const struct journal_kv *kv,
    size_t nkv, struct fj_err *e)
{
	struct fj_buf *payloads = xcalloc(n, sizeof(*payloads));
	struct bytes *bytes = xcalloc(n, sizeof(*bytes));
	bool foreign = false;
	enum fj_rc rc;
	size_t i;

	rc = decide_all(d, c, n, payloads, bytes, e);
	if (rc == FJ_OK)
		rc = append(d, bytes, n, kv, nkv, e);
	if (rc == FJ_OK)
		rc = catch_up(d, &foreign, e);
	if (rc == FJ_OK && foreign)
		rc = dossier_refill(d, e);
	for (i = 0; i < n; i++)
		fj_buf_release(&payloads[i]);
	free(payloads);
	free(bytes);
	return rc;
}

enum fj_rc
dossier_act(struct dossier *d, const struct command *c, size_t n,
    const struct journal_kv *kv, size_t nkv, struct fj_err *e)
{
	enum fj_rc rc = FJ_STALE;
	bool changed;
	int i;

	FJ_BUG_IF(n == 0 || n > ACT_MAX);
	for (i = 0; i < TRIES && rc == FJ_STALE; i++) {
		rc = dossier_refresh(d, &changed, e);
		if (rc == FJ_OK)
			rc = try_act(d, c, n, kv, nkv, e);
	}
	if (rc != FJ_OK && app_unlocked(d->a) && dossier_refill(d, NULL) != FJ_OK)
		return rc;
	return rc;
}

enum fj_rc
dossier_act1(struct dossier *d, const struct command *c, struct fj_err *e)
{
	return dossier_act(d, c, 1, NULL, 0, e);
}

/* ---- what the faces ask ---- */

struct app *
dossier_app(const struct dossier *d)
{
	return d->a;
}

const struct id *
dossier_id(const struct dossier *d)
{
	return &d->id;
}

const struct visit *
dossier_visit(const struct dossier *d)
{
	return d->v;
}

int
dossier_my_row(const struct dossier *d)
{
	return visit_member_of(d->v, d->a->me.cert, d->a->me.name);
}

size_t
dossier_form_count(const struct dossier *d)
{
	return d->nf;
}

const char *
dossier_form_id(const struct dossier *d, size_t i)
{
	return visit_facts(d->v)->forms[i].id;
}

const struct form *
dossier_form(const struct dossier *d, size_t i)
{
	return d->f[i].form;
}

struct inst *
dossier_inst(const struct dossier *d, size_t i)
{
	return d->f[i].inst;
}

bool
dossier_form_trusted(const struct dossier *d, size_t i)
{
	const struct hash *digest = &visit_facts(d->v)->forms[i].digest;

	return shelf_shipped(d->a->shelf, digest) || (d->a->roster != NULL &&
	    roster_item_by_digest(d->a->roster, digest) != NULL);
}

int
dossier_form_index(const struct dossier *d, const char *form_id)
{
	size_t i;

	for (i = 0; i < d->nf; i++)
		if (strcmp(dossier_form_id(d, i), form_id) == 0)
			return (int)i;
	return -1;
}
