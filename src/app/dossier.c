/* SPDX-License-Identifier: Apache-2.0 */
/* An opened visit: loading, and staying in step with the journal. */
#include "app/dossier.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/xalloc.h"

/* ---- loading ---- */

struct load {
	struct visit *v;
	uint64_t hlc;
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
	return l->rc == FJ_OK;
}

enum fj_rc
visit_load(struct app *a, struct visit *v, const struct id *stream, int64_t *version,
    uint64_t *hlc, struct fj_err *e)
{
	struct load l = {.v = v, .hlc = *hlc, .e = e};
	struct journal_reader r = {load_entry, NULL, &l};
	int64_t now = *version;
	enum fj_rc rc = journal_each(a->j, stream, *version, &r, &now, e);

	if (rc == FJ_OK)
		rc = l.rc;
	visit_settle(v);
	*hlc = l.hlc;
	if (rc == FJ_OK)	/* else all of it is asked for again */
		*version = now;
	return rc;
}

/* ---- the filled forms ---- */

static void
free_forms(struct filled *f, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		inst_free(&f[i].inst);
	free(f);
}

/* Forms made anew bury the old ones: who holds a place in them may look at it
 * until the next act or refresh begins (D2). */
static void
bury_forms(struct dossier *d)
{
	struct grave *g;

	if (d->f == NULL)
		return;
	g = xcalloc(1, sizeof(*g));
	g->f = d->f;
	g->nf = d->nf;
	g->next = d->graves;
	d->graves = g;
	d->f = NULL;
	d->nf = 0;
}

void
dossier_forget_old(struct dossier *d)
{
	while (d->graves != NULL) {
		struct grave *g = d->graves;

		d->graves = g->next;
		free_forms(g->f, g->nf);
		free(g);
	}
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

	bury_forms(d);
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

/* A form whose computing stopped at a limit goes on with the next change. */
static void
set_clocks(struct dossier *d, struct instant now)
{
	struct inst_changes changes = {0};
	size_t i;

	for (i = 0; i < d->nf; i++)
		if (d->f[i].inst != NULL &&
		    inst_set_clock(d->f[i].inst, now, &changes, NULL) != FJ_OK)
			continue;
	inst_changes_release(&changes);
}

void
dossier_clock_now(struct dossier *d)
{
	set_clocks(d, clock_now(d->a->clock));
}

void
dossier_clock_kept(struct dossier *d)
{
	set_clocks(d, clock_of(d));
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
	bury_forms(d);
	dossier_forget_old(d);
	visit_free(&d->v);
	free(d);
	*dp = NULL;
}

enum fj_rc
dossier_take_in(struct dossier *d, bool *changed, struct fj_err *e)
{
	int64_t now = 0;
	enum fj_rc rc = app_need(d->a, e);

	*changed = false;
	if (rc == FJ_OK)
		rc = journal_version(d->a->j, &d->id, &now, e);
	if (rc != FJ_OK || now == d->version)
		return rc;
	*changed = true;
	return visit_load(d->a, d->v, &d->id, &d->version, &d->hlc, e);
}

enum fj_rc
dossier_refresh(struct dossier *d, bool *changed, struct fj_err *e)
{
	enum fj_rc rc;

	dossier_forget_old(d);
	rc = dossier_take_in(d, changed, e);
	if (*changed) {
		enum fj_rc again = dossier_refill(d, rc == FJ_OK ? e : NULL);

		rc = rc == FJ_OK ? again : rc;
	}
	return rc;
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
