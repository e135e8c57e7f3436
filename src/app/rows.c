/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of visits, from sealed summaries.  A summary carries the version of
 * the stream that it was computed from: one that lags behind (a crash, a sync)
 * is computed anew, so that an answer costs one commit and not two.
 * Kept in the journal: space "summary", key visit, value version 8 | JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"

static const char space[] = "summary";

void
rows_free(struct app *a)
{
	size_t i;

	for (i = 0; i < a->nrow; i++)
		free(a->rows[i]);
	free(a->rows);
	free(a->shown);
	a->rows = NULL;
	a->shown = NULL;
	a->nrow = 0;
	a->data_version = -1;
}

static struct row *
row_of(struct app *a, const struct id *id)
{
	size_t i;

	for (i = 0; i < a->nrow; i++)
		if (id_eq(&a->rows[i]->r.id, id))
			return a->rows[i];
	return NULL;
}

static struct row *
row_new(struct app *a, const struct id *id)
{
	struct row *r = xcalloc(1, sizeof(*r));

	r->r.id = *id;
	r->version = -1;
	a->rows = xrealloc(a->rows, a->nrow + 1, sizeof(struct row *));
	a->rows[a->nrow++] = r;
	return r;
}

/* The kept summary, if it is of this version. */
static bool
from_kept(struct app *a, struct row *r, int64_t version)
{
	struct fj_buf b;
	bool ok;

	fj_buf_init(&b, LIMIT_PAYLOAD);
	ok = journal_get(a->j, space, r->r.id.b, ID_LEN, &b, NULL) == FJ_OK && b.n > 8 &&
	    (int64_t)fj_get_u64(b.p) == version &&
	    summary_parse(b.p + 8, b.n - 8, &r->r.s, NULL) == FJ_OK;
	fj_buf_release(&b);
	return ok;
}

static const struct dossier *
opened(const struct app *a, const struct id *id, int64_t version)
{
	const struct dossier *d;

	for (d = a->dossiers; d != NULL; d = d->next)
		if (id_eq(&d->id, id) && d->version == version)
			return d;
	return NULL;
}

static enum fj_rc
keep(struct app *a, const struct row *r, int64_t version, struct fj_err *e)
{
	struct journal_kv kv = {space, {r->r.id.b, ID_LEN}, {NULL, 0}};
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, LIMIT_PAYLOAD);
	fj_buf_u64(&b, (uint64_t)version);
	summary_write(&r->r.s, &b);
	kv.value.p = b.p;
	kv.value.n = b.n;
	rc = journal_put(a->j, &kv, 1, e);
	fj_buf_release(&b);
	return rc;
}

/* By the opened visit, else by a replay. */
static enum fj_rc
compute(struct app *a, struct row *r, int64_t version, struct fj_err *e)
{
	const struct dossier *d = opened(a, &r->r.id, version);
	struct model_env env = app_env(a);
	struct visit *v = NULL;
	int64_t since = 0;
	uint64_t hlc = 0;
	enum fj_rc rc;

	if (d != NULL) {
		summary_of(d->v, &r->r.s);
		return keep(a, r, version, e);
	}
	rc = visit_new(&r->r.id, &env, &v, e);
	if (rc == FJ_OK)
		rc = visit_load(a, v, &r->r.id, &since, &hlc, e);
	if (rc == FJ_OK) {
		summary_of(v, &r->r.s);
		rc = keep(a, r, version, e);
	}
	visit_free(&v);
	return rc;
}

static bool
one_stream(void *ctx, const struct journal_stream *s)
{
	struct app *a = ctx;
	struct row *r;

	if (s->kind != STREAM_VISIT)
		return true;
	r = row_of(a, &s->stream);
	if (r == NULL)
		r = row_new(a, &s->stream);
	r->seen = true;
	r->wanted = s->version;	/* computed later: this walk holds a statement open */
	return true;
}

static enum fj_rc
row_renew(struct app *a, struct row *r, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;

	if (r->version == r->wanted)
		return FJ_OK;
	if (!from_kept(a, r, r->wanted))
		rc = compute(a, r, r->wanted, e);
	if (rc == FJ_OK)
		r->version = r->wanted;
	return rc;
}

static int
newest_first(const void *pa, const void *pb)
{
	const struct row *a = *(struct row *const *)pa, *b = *(struct row *const *)pb;

	if (a->r.s.begun != b->r.s.begun)
		return a->r.s.begun > b->r.s.begun ? -1 : 1;
	return id_cmp(&a->r.id, &b->r.id);
}

static void
arrange(struct app *a)
{
	size_t i, n = 0;

	for (i = 0; i < a->nrow; i++) {
		if (a->rows[i]->seen)
			a->rows[n++] = a->rows[i];
		else
			free(a->rows[i]);
	}
	a->nrow = n;
	if (n > 1)
		qsort(a->rows, n, sizeof(struct row *), newest_first);
	a->shown = xrealloc(a->shown, n, sizeof(*a->shown));
	for (i = 0; i < n; i++)
		a->shown[i] = &a->rows[i]->r;
}

enum fj_rc
app_refresh(struct app *a, bool *changed, struct fj_err *e)
{
	size_t i;
	enum fj_rc rc = app_need(a, e);

	*changed = false;
	if (rc != FJ_OK)
		return rc;
	if (journal_data_version(a->j) == a->data_version)
		return FJ_OK;
	rc = app_roster(a, e);
	for (i = 0; i < a->nrow; i++)
		a->rows[i]->seen = false;
	if (rc == FJ_OK)
		rc = journal_streams(a->j, one_stream, a, e);
	for (i = 0; rc == FJ_OK && i < a->nrow; i++)
		if (a->rows[i]->seen)
			rc = row_renew(a, a->rows[i], e);
	/* After a failure the list stays as it was, as far as it had been made. */
	for (i = 0; rc != FJ_OK && i < a->nrow; i++)
		a->rows[i]->seen = a->rows[i]->version >= 0;
	arrange(a);
	if (rc == FJ_OK)
		syncing_unsent(a);
	/* What we kept ourselves moved the version too. */
	a->data_version = rc == FJ_OK ? journal_data_version(a->j) : -1;
	*changed = true;
	return rc;
}

size_t
app_rows(struct app *a, const struct app_row *const **rows)
{
	*rows = a->shown;
	return a->nrow;
}

enum fj_rc
app_find(struct app *a, const char *prefix, struct id *out, struct fj_err *e)
{
	struct fj_buf names;
	bool changed;
	size_t i, n = 0;
	enum fj_rc rc = app_refresh(a, &changed, e);

	if (rc != FJ_OK)
		return rc;
	if (strlen(prefix) < 4)
		return fj_fail(e, FJ_AMBIGUOUS, "app.short-id", "s", prefix);
	fj_buf_init(&names, FJ_ERR_ARG_MAX - 1);
	for (i = 0; i < a->nrow; i++) {
		char text[ID_TEXT + 1];

		if (!id_has_prefix(&a->rows[i]->r.id, prefix))
			continue;
		*out = a->rows[i]->r.id;
		id_format_short(out, text);
		fj_buf_printf(&names, "%s%s", n++ > 0 ? " " : "", text);
	}
	if (n == 0)
		rc = fj_fail(e, FJ_NOTFOUND, "app.no-visit", "s", prefix);
	else if (n > 1)
		rc = fj_fail(e, FJ_AMBIGUOUS, "app.ambiguous-visit", "ss", prefix, names.p);
	fj_buf_release(&names);
	return rc;
}
