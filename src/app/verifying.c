/* SPDX-License-Identifier: Apache-2.0 */
/* verify V: the proof of a visit from the journal. */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/proof.h"
#include "base/json.h"
#include "base/limits.h"

struct walk {
	struct app *a;
	struct proof *p;
	bool full;
};

/* The signature over exactly this entry, if there is one. */
static bool
signature_at(struct journal *j, const struct entry *en, uint8_t sig[SIG_LEN])
{
	struct hash id;
	uint64_t at;

	return journal_signature(j, &en->stream, &en->dev, en->seq, &at, &id, sig,
	    NULL) == FJ_OK && at == en->seq && hash_eq(&id, &en->id);
}

static bool
one_entry(void *ctx, const struct entry *en)
{
	struct walk *w = ctx;
	uint8_t sig[SIG_LEN];

	proof_entry(w->p, en);
	if (w->full && signature_at(w->a->j, en, sig))
		proof_signature(w->p, en, sig);
	return true;
}

static void
one_damage(void *ctx, const struct journal_damage *d)
{
	struct walk *w = ctx;

	proof_damage(w->p, &d->dev, d->what);
}

/* Without --full the newest signature of each chain covers all before it. */
static void
newest_signatures(struct walk *w, const struct id *stream)
{
	struct chain_head *head = NULL;
	struct fj_buf b;
	size_t n = 0, i;

	if (journal_heads(w->a->j, stream, &head, &n, NULL) != FJ_OK)
		return;
	fj_buf_init(&b, ENTRY_HEAD + LIMIT_PAYLOAD);
	for (i = 0; i < n; i++) {
		struct entry en;
		uint8_t sig[SIG_LEN];

		fj_buf_clear(&b);
		if (journal_entry(w->a->j, stream, &head[i].id, &b, &en, NULL) == FJ_OK &&
		    signature_at(w->a->j, &en, sig))
			proof_signature(w->p, &en, sig);
	}
	fj_buf_release(&b);
	free(head);
}

struct receipt_walk {
	struct proof *p;
	const struct id *visit;
};

bool
kept_receipt_read(const struct bytes *value, struct kept_receipt *out)
{
	out->doc = NULL;
	if (json_parse(value->p, value->n, &out->doc, NULL) != FJ_OK)
		return false;
	out->text = json_str(json_root(out->doc), "text");
	if (out->text != NULL && json_hex(json_root(out->doc), "sig", out->sig, ENTRY_SIG))
		return true;
	json_free(&out->doc);
	return false;
}

static bool
one_receipt(void *ctx, const struct bytes *key, const struct bytes *value)
{
	struct receipt_walk *w = ctx;
	struct kept_receipt r;

	(void)key;
	if (kept_receipt_read(value, &r)) {
		proof_receipt(w->p, w->visit, r.text, strlen(r.text), r.sig);
		json_free(&r.doc);
	}
	return true;
}

/* Whole files are read with --full; otherwise only that they are here. */
static void
check_evidence(struct walk *w, const struct visit *v)
{
	const struct view *view = visit_now(v);
	size_t i;

	for (i = 0; i < view_evidence_count(view); i++) {
		const struct evidence *ev = view_evidence_at(view, i);
		struct evidence_facts f;
		bool held = false, matches;
		char sha[HASH_TEXT + 1], sm3[HASH_TEXT + 1];

		if (evidence_held(w->a->j, &ev->id, &held, &f, NULL) != FJ_OK || !held) {
			proof_evidence(w->p, &ev->id, false, false);
			continue;
		}
		hash_format(&f.sha256, sha);
		hash_format(&f.sm3, sm3);
		matches = f.size == ev->size && ev->sha256 != NULL && ev->sm3 != NULL &&
		    strcmp(sha, ev->sha256) == 0 && strcmp(sm3, ev->sm3) == 0;
		if (matches && w->full)
			matches = evidence_verify(w->a->j, &ev->id, NULL, NULL) == FJ_OK;
		proof_evidence(w->p, &ev->id, true, matches);
	}
}

enum fj_rc
dossier_verify(struct dossier *d, bool full, const struct hash *root,
    void (*fn)(void *ctx, const struct verify_check *c), void *ctx, size_t *failures,
    struct fj_err *e)
{
	struct walk w = {d->a, NULL, full};
	struct receipt_walk rw;
	struct journal_reader r = {one_entry, one_damage, &w};
	bool changed;
	enum fj_rc rc = dossier_refresh(d, &changed, e);

	if (rc != FJ_OK)
		return rc;
	w.p = proof_new(d->a->roster);
	rc = journal_each(d->a->j, &d->id, 0, &r, NULL, e);
	if (rc == FJ_OK && !full)
		newest_signatures(&w, &d->id);
	rw.p = w.p;
	rw.visit = &d->id;
	if (rc == FJ_OK)
		rc = journal_facts(d->a->j, "receipt", one_receipt, &rw, e);
	if (rc == FJ_OK) {
		check_evidence(&w, d->v);
		*failures = proof_report(w.p, d->v, full, root, fn, ctx);
	}
	proof_free(&w.p);
	return rc;
}
