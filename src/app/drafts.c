/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drafts: half-typed text, sealed and as durable as an entry, but outside the
 * chain; never synced; gone with the commit that takes the text.
 * Key: visit id (16 bytes) | what.
 */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/limits.h"
#include "base/xalloc.h"

static const char space[] = "draft";

static void
draft_key(const struct dossier *d, const char *what, struct fj_buf *b)
{
	fj_buf_clear(b);
	fj_buf_add(b, d->id.b, ID_LEN);
	fj_buf_puts(b, what);
}

struct journal_kv
dossier_draft_kv(const struct dossier *d, const char *what, struct fj_buf *b)
{
	struct journal_kv kv = {space, {NULL, 0}, {NULL, 0}};

	draft_key(d, what, b);
	kv.key.p = b->p;
	kv.key.n = b->n;
	return kv;
}

enum fj_rc
dossier_draft_put(struct dossier *d, const char *what, const char *text, struct fj_err *e)
{
	struct journal_kv kv;
	struct fj_buf key;
	enum fj_rc rc = app_need(d->a, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&key, LIMIT_VALUE_BYTES);
	kv = dossier_draft_kv(d, what, &key);
	if (text[0] != '\0') {
		kv.value.p = text;
		kv.value.n = strlen(text);
	}
	rc = journal_put(d->a->j, &kv, 1, e);
	fj_buf_release(&key);
	return rc;
}

bool
dossier_draft_get(struct dossier *d, const char *what, struct fj_buf *out)
{
	struct fj_buf key;
	bool found;

	fj_buf_init(&key, LIMIT_VALUE_BYTES);
	draft_key(d, what, &key);
	found = journal_get(d->a->j, space, key.p, key.n, out, NULL) == FJ_OK;
	fj_buf_release(&key);
	return found;
}

struct draft_walk {
	const struct dossier *d;
	bool (*fn)(void *ctx, const char *what, const char *text);
	void *ctx;
};

static bool
one_draft(void *ctx, const struct bytes *key, const struct bytes *value)
{
	struct draft_walk *w = ctx;
	char *what, *text;
	bool go_on;

	if (key->n <= ID_LEN || memcmp(key->p, w->d->id.b, ID_LEN) != 0)
		return true;
	what = xstrndup((const char *)key->p + ID_LEN, key->n - ID_LEN);
	text = xstrndup(value->p, value->n);
	go_on = w->fn(w->ctx, what, text);
	fj_wipe(text, value->n);
	free(what);
	free(text);
	return go_on;
}

void
dossier_drafts(struct dossier *d, bool (*fn)(void *ctx, const char *what, const char *text),
    void *ctx)
{
	struct draft_walk w = {d, fn, ctx};

	/* A draft that cannot be read is named by fsck; the others are offered. */
	if (journal_facts(d->a->j, space, one_draft, &w, NULL) != FJ_OK)
		return;
}
