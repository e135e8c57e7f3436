/* SPDX-License-Identifier: Apache-2.0 */
/* verify --file: the proof of every visit in a bundle, without taking it in. */
#include <stdlib.h>
#include <string.h>

#include "app/bundles.h"
#include "app/proof.h"
#include "app/syncing.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "wire/run.h"

struct sealed_visit {
	struct id id;
	struct visit *v;
	struct proof *p;
	struct sealed_visit *next;
};

struct reading {
	struct app *a;
	struct sealed_visit *cases;
	struct id visit, evidence;	/* of the file that is read */
};

static struct sealed_visit *
case_of(struct reading *r, const struct id *id)
{
	struct model_env env = app_env(r->a);
	struct sealed_visit *c;

	for (c = r->cases; c != NULL; c = c->next)
		if (id_eq(&c->id, id))
			return c;
	c = xcalloc(1, sizeof(*c));
	c->id = *id;
	if (visit_new(id, &env, &c->v, NULL) != FJ_OK) {
		free(c);
		return NULL;
	}
	c->p = proof_new(r->a->roster);
	c->next = r->cases;
	r->cases = c;
	return c;
}

static enum fj_rc
read_run(void *ctx, const void *p, size_t n, struct fj_err *e)
{
	struct reading *r = ctx;
	struct run *run = NULL;
	struct sealed_visit *c = NULL;
	size_t used, i;
	enum fj_rc rc = run_decode(p, n, &run, &used, e);

	if (rc == FJ_OK && run->kind == STREAM_VISIT)
		c = case_of(r, &run->stream);
	for (i = 0; rc == FJ_OK && c != NULL && i < run->n; i++) {
		proof_entry(c->p, &run->entries[i]);
		rc = visit_add(c->v, &run->entries[i], 0, e);
	}
	if (rc == FJ_OK && c != NULL)
		proof_signature(c->p, &run->entries[run->n - 1], run->sig);
	run_free(&run);
	return rc;
}

static enum fj_rc
read_receipt(void *ctx, const char *text, size_t n, const uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	struct reading *r = ctx;
	struct sealed_visit *c;

	(void)e;
	for (c = r->cases; c != NULL; c = c->next)
		proof_receipt(c->p, &c->id, text, n, sig);
	return FJ_OK;
}

static enum fj_rc
read_evidence_begin(void *ctx, const struct id *visit, const struct id *evidence,
    uint64_t size, const struct hash *sha256, struct fj_err *e)
{
	struct reading *r = ctx;
	struct sealed_visit *c = case_of(r, visit);
	const struct evidence *ev;
	char text[HASH_TEXT + 1];

	(void)e;
	if (c == NULL)
		return FJ_OK;
	visit_settle(c->v);
	ev = view_evidence(visit_now(c->v), evidence);
	hash_format(sha256, text);
	/* bundle_read checks that the bytes have this digest before it ends well. */
	if (ev != NULL)
		proof_evidence(c->p, evidence, true, ev->sha256 != NULL &&
		    strcmp(ev->sha256, text) == 0 && ev->size == (long long)size);
	return FJ_OK;
}

enum fj_rc
app_bundle_verify(struct app *a, const char *path, bool full, const struct hash *root,
    void (*fn)(void *ctx, const struct verify_check *c), void *ctx, size_t *failures,
    struct fj_err *e)
{
	struct reading r = {.a = a};
	struct bundle_handlers h = {.ctx = &r, .run = read_run, .receipt = read_receipt,
	    .evidence_begin = read_evidence_begin};
	enum fj_rc rc = bundle_file_read(a, path, &h, e);

	*failures = 0;
	while (r.cases != NULL) {
		struct sealed_visit *c = r.cases;

		r.cases = c->next;
		visit_settle(c->v);
		if (rc == FJ_OK)
			*failures += proof_report(c->p, c->v, full, root, fn, ctx);
		proof_free(&c->p);
		visit_free(&c->v);
		free(c);
	}
	return rc;
}
