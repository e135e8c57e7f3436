/* SPDX-License-Identifier: Apache-2.0 */
#include "client/heads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "wire/proof.h"

/* The hub's log is not what it signed before.  Two heads that it signed itself are kept,
 * so that who asks may see both, and everything held here is offered again. */
static enum fj_rc
heads_differ(struct client *c, const char *code, const struct envelope *now,
    struct fj_err *e)
{
	struct fj_err flaw;
	struct fj_buf b;
	enum fj_rc rc;

	fj_fail(&flaw, FJ_REFUSED, code, "s", c->hub.url);
	run_flaw(c, &flaw);
	fj_buf_init(&b, 2 * WIRE_JSON_BYTES);
	rc = text_get(c->env.journal, "sync", "head-signed", &b, e);
	if (rc == FJ_OK)
		rc = text_put(c->env.journal, "sync", "head-before", b.p, e);
	fj_buf_clear(&b);
	envelope_write(now, &b);
	if (rc == FJ_OK)
		rc = text_put(c->env.journal, "sync", "head-after", b.p, e);
	fj_buf_release(&b);
	return rc == FJ_OK ? run_anew(c, e) : rc;
}

/* The newest position that is proved: by a head, or by a receipt (seen). */
static enum fj_rc
known_head(struct client *c, uint64_t *epoch, uint64_t *position, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;
	char *end;

	*epoch = *position = 0;
	fj_buf_init(&b, 64);
	rc = text_get(c->env.journal, "sync", "head", &b, e);
	if (rc == FJ_OK && b.n > 0) {
		*epoch = strtoull(b.p, &end, 10);
		*position = *end == '.' ? strtoull(end + 1, NULL, 10) : 0;
	}
	fj_buf_clear(&b);
	if (rc == FJ_OK)
		rc = text_get(c->env.journal, "sync", "seen", &b, e);
	if (rc == FJ_OK && b.n == RECEIPTS_UPTO && fj_get_u64(b.p) == *epoch &&
	    fj_get_u64(b.p + 8) > *position)
		*position = fj_get_u64(b.p + 8);
	fj_buf_release(&b);
	return rc;
}

static enum fj_rc
put_head(struct client *c, const char *key, const struct envelope *v, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, 2 * WIRE_JSON_BYTES);
	envelope_write(v, &b);
	rc = text_put(c->env.journal, "sync", key, b.p, e);
	fj_buf_release(&b);
	return rc;
}

static enum fj_rc
keep_head(struct client *c, const struct envelope *v, const struct tree_head *head,
    struct fj_err *e)
{
	char text[64];
	enum fj_rc rc;

	snprintf(text, sizeof(text), "%llu.%llu", (unsigned long long)head->epoch,
	    (unsigned long long)head->position);
	rc = put_head(c, "head-signed", v, e);
	return rc == FJ_OK ? text_put(c->env.journal, "sync", "head", text, e) : rc;
}

/* A head that was believed, or is to be proved; false: none, or it cannot be read. */
static bool
get_head(struct client *c, const char *key, struct envelope *v, struct tree_head *out)
{
	struct fj_buf b;
	bool is;

	memset(v, 0, sizeof(*v));
	fj_buf_init(&b, 2 * WIRE_JSON_BYTES);
	is = text_get(c->env.journal, "sync", key, &b, NULL) == FJ_OK && b.n > 0 &&
	    envelope_read(b.p, b.n, v, NULL) == FJ_OK &&
	    tree_head_parse(v->text, v->n, out, NULL) == FJ_OK;
	fj_buf_release(&b);
	return is;
}

/* Beside the one that was believed: is there something to be proved, or disproved? */
static enum fj_rc
compare(struct client *c, const struct envelope *v, const struct tree_head *head,
    enum head_verdict *out, struct fj_err *e)
{
	struct tree_head old;
	struct envelope before;
	enum fj_rc rc = FJ_OK;

	if (get_head(c, "head-signed", &before, &old) && old.epoch == head->epoch &&
	    id_eq(&old.hub, &head->hub) && old.suite == head->suite && old.position > 0) {
		if (old.position == head->position && !hash_eq(&old.root, &head->root)) {
			*out = HEAD_AGAIN;
			rc = heads_differ(c, "sync.log-split", v, e);
		} else if (old.position < head->position && run_has(c, FEATURE_PROOFS)) {
			*out = HEAD_ASK;
			rc = put_head(c, "head-next", v, e);
		}
	}
	envelope_release(&before);
	return rc;
}

enum fj_rc
heads_see(struct client *c, const struct envelope *v, enum head_verdict *out,
    struct fj_err *e)
{
	struct tree_head head;
	uint64_t epoch, position;
	enum fj_rc rc;

	*out = HEAD_KEPT;
	if (v->text == NULL)
		return FJ_OK;
	if (!v->has_sig || tree_head_verify(c->roster, v->text, v->n, v->sig, &head,
	    NULL) != FJ_OK)
		return fj_fail(e, FJ_CORRUPT, "sync.receipt", "s", "head");
	rc = known_head(c, &epoch, &position, e);
	if (rc == FJ_OK && !c->anew) {
		if (head.epoch == epoch && head.position < position) {
			*out = HEAD_AGAIN;
			rc = heads_differ(c, "sync.hub-rewound", v, e);
		} else {
			rc = compare(c, v, &head, out, e);
		}
	}
	return rc == FJ_OK && *out != HEAD_ASK ? keep_head(c, v, &head, e) : rc;
}

/* ---- the proof ---- */

static bool
proved(const struct answer *a, const struct tree_head *old, const struct tree_head *now)
{
	struct log_proof p;

	return a->rc == FJ_OK &&
	    log_proof_read(a->body.p, a->body.n, LOG_PROOF_CONSISTENCY, &p, NULL) == FJ_OK &&
	    merkle_check_consistency(now->suite, old->position, now->position, &old->root,
	    &now->root, p.path, p.npath);
}

/* The hub has no such proof, though it signed both heads. */
static bool
unproved(const struct answer *a)
{
	return a->refused && (a->status == 400 || a->status == 404);
}

static void
proof_done(void *ctx, struct answer *a)
{
	struct client *c = ctx;
	struct tree_head old, now;
	struct envelope before, next;
	bool good = true, both;
	struct fj_err e;
	enum fj_rc rc = FJ_OK;

	if (!unproved(a) && !run_answer(c, a))
		return;
	both = get_head(c, "head-signed", &before, &old);
	if (get_head(c, "head-next", &next, &now) && both) {
		good = proved(a, &old, &now);
		if (!good)
			rc = heads_differ(c, "sync.log-split", &next, &e);
		if (rc == FJ_OK)
			rc = keep_head(c, &next, &now, &e);
	}
	if (rc == FJ_OK)
		rc = text_put(c->env.journal, "sync", "head-next", NULL, &e);
	envelope_release(&before);
	envelope_release(&next);
	if (rc != FJ_OK)
		run_end(c, rc, &e);
	else
		run_later(c, good ? entries_step : roster_step);
}

void
heads_step(struct client *c)
{
	struct envelope before, next;
	struct tree_head old, now;
	struct xfer_request r;
	bool both;
	char *path;

	both = get_head(c, "head-signed", &before, &old);
	both = get_head(c, "head-next", &next, &now) && both;
	envelope_release(&before);
	envelope_release(&next);
	if (!both) {
		entries_step(c);
		return;
	}
	path = xasprintf("/v1/log/consistency?from=%llu&to=%llu",
	    (unsigned long long)old.position, (unsigned long long)now.position);
	r = run_request(c, "GET", path, WIRE_MEDIA_JSON);
	run_ask(c, &r, proof_done, heads_step);
	free(path);
}
