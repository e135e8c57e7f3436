/* SPDX-License-Identifier: Apache-2.0 */
/* One's own commits. */
#include "journal/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "entry/hello.h"

/* What one commit writes: hello, when the chain is new, and the payloads. */
struct batch {
	struct entry *en;
	size_t n;
	struct fj_buf hello;
	struct fj_buf frames;
	struct chain_head before;
	uint8_t sig[SIG_LEN];
	int64_t last;
};

static void
batch_release(struct batch *b)
{
	fj_buf_release(&b->hello);
	fj_buf_release(&b->frames);
	free(b->en);
	memset(b, 0, sizeof(*b));
}

static void
stamp_now(const struct journal *j, struct stamp *at)
{
	memset(at, 0, sizeof(*at));
	at->t = clock_now(j->clock);
	at->up = clock_boot_ms();
	clock_boot_id(at->boot);
}

static void
copy_name(char out[LIMIT_NAME_BYTES + 1], const char *s)
{
	if (s != NULL)
		snprintf(out, LIMIT_NAME_BYTES + 1, "%s", s);
}

static enum fj_rc
write_hello(struct journal *j, struct fj_buf *out, struct fj_err *e)
{
	struct hello *h = xcalloc(1, sizeof(*h));
	struct stamp at;
	enum fj_rc rc = journal_seen(j, &h->seen, &h->has_seen, e);

	if (rc == FJ_OK) {
		h->key = *identity_pub(j->ring.identity);
		copy_name(h->name, j->self.name);
		copy_name(h->cert, j->self.cert);
		copy_name(h->org, j->self.org);
		h->has_continues = j->has_continues;
		h->continues = j->continues;
		stamp_now(j, &at);
		hello_write(h, &at, out);
	}
	free(h);
	return rc;
}

/* Frames one behind the other; their payloads stay where the caller has them. */
static enum fj_rc
encode(struct journal *j, const struct journal_commit *c, struct batch *b,
    struct fj_err *e)
{
	struct chain_head head = b->before;
	int64_t now = clock_now(j->clock).ms;
	size_t i, hello = b->before.seq == 0 ? 1 : 0;
	enum fj_rc rc = FJ_OK;

	b->n = hello + c->n;
	b->en = xcalloc(b->n, sizeof(*b->en));
	if (hello > 0)
		rc = write_hello(j, &b->hello, e);
	for (i = 0; rc == FJ_OK && i < b->n; i++) {
		struct entry *en = &b->en[i];
		bool first = i < hello;

		en->suite = SUITE_DEFAULT;
		en->kind = c->kind;
		en->stream = c->stream;
		en->dev = j->dev;
		en->seq = head.seq + 1;
		en->hlc = hlc_next(head.hlc, now);
		en->prev = head.id;
		en->payload = first ? b->hello.p : c->payload[i - hello].p;
		en->len = first ? b->hello.n : c->payload[i - hello].n;
		rc = entry_encode(en, &b->frames, e);
		if (rc == FJ_OK)
			chain_advance(&head, en);
	}
	return rc;
}

static enum fj_rc
insert(struct journal *j, struct batch *b, struct fj_err *e)
{
	const char *at = b->frames.p;
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < b->n; i++) {
		size_t n = ENTRY_HEAD + b->en[i].len;

		rc = entry_insert(j, &b->en[i], at, n, &b->last, e);
		at += n;
	}
	if (rc == FJ_OK)
		rc = identity_sign(j->ring.identity, PURPOSE_ENTRY, &b->en[b->n - 1].id,
		    b->sig, e);
	if (rc == FJ_OK)
		rc = sig_insert(j, &b->en[b->n - 1], b->sig, e);
	return rc;
}

/* J4: everything the commit stands on is read under the write lock. */
static enum fj_rc
check_ground(struct journal *j, const struct journal_commit *c, struct fj_err *e)
{
	char text[ID_TEXT + 1];
	int64_t version;
	bool forked = false;
	enum fj_rc rc = FJ_OK;

	id_format_short(&c->stream, text);
	if (c->expect >= 0) {
		rc = journal_version(j, &c->stream, &version, e);
		if (rc == FJ_OK && version != c->expect)
			rc = fj_fail(e, FJ_STALE, "journal.moved", "s", text);
	}
	if (rc == FJ_OK)
		rc = journal_forked(j, &c->stream, &j->dev, &forked, e);
	if (rc == FJ_OK && forked)
		rc = fj_fail(e, FJ_CONFLICT, "journal.forked", "s", text);
	return rc;
}

static enum fj_rc
transact(struct journal *j, const struct journal_commit *c, struct batch *b,
    struct fj_err *e)
{
	enum fj_rc rc = journal_begin(j, e);

	if (rc != FJ_OK)
		return rc;
	rc = check_ground(j, c, e);
	if (rc == FJ_OK)
		rc = stream_make(j, &c->stream, c->kind, e);
	if (rc == FJ_OK)
		rc = chain_tip(j, &c->stream, &j->dev, &b->before, e);
	if (rc == FJ_OK)
		rc = encode(j, c, b, e);
	if (rc == FJ_OK)
		rc = insert(j, b, e);
	if (rc == FJ_OK)
		rc = stream_touch(j, &c->stream, b->last, b->n, e);
	if (rc == FJ_OK)
		rc = facts_write(j, c->kv, c->nkv, e);
	if (rc == FJ_OK)
		rc = entries_confirm(j, &b->before, b->en, b->n,
		    identity_pub(j->ring.identity), e);
	return journal_end(j, rc, e);
}

/* A payload that no reader would believe is not written. */
static enum fj_rc
check_payload(const struct journal_commit *c, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < c->n; i++) {
		struct entry en = { .payload = c->payload[i].p, .len = c->payload[i].n };
		struct json_doc *doc = NULL;

		if (en.len == 0 || en.len > LIMIT_PAYLOAD)
			return fj_fail(e, FJ_LIMIT, "entry.size", "zd", en.len,
			    LIMIT_PAYLOAD);
		rc = entry_payload(&en, &doc, e);
		if (rc == FJ_OK && strcmp(payload_op(doc), "hello") == 0)
			rc = fj_fail(e, FJ_REFUSED, "journal.hello", "");
		json_free(&doc);
	}
	return rc;
}

static void
batch_init(struct batch *b)
{
	memset(b, 0, sizeof(*b));
	fj_buf_init(&b->hello, LIMIT_PAYLOAD);
	fj_buf_init(&b->frames, (size_t)LIMIT_RUN_ENTRIES * FRAME_MAX);
}

enum fj_rc
journal_append(struct journal *j, const struct journal_commit *c, struct fj_err *e)
{
	struct batch b;
	enum fj_rc rc = journal_need_identity(j, e);
	size_t i;

	if (rc != FJ_OK)
		return rc;
	if (c->n == 0 || c->n >= LIMIT_RUN_ENTRIES)
		return fj_fail(e, FJ_LIMIT, "journal.commit", "zd", c->n,
		    LIMIT_RUN_ENTRIES - 1);
	rc = check_payload(c, e);
	if (rc != FJ_OK)
		return rc;
	batch_init(&b);
	rc = transact(j, c, &b, e);
	if (rc == FJ_FULL && ballast_release(j)) {
		batch_release(&b);
		batch_init(&b);
		rc = transact(j, c, &b, e);
	}
	for (i = 0; rc == FJ_OK && c->each != NULL && i < b.n; i++)
		c->each(c->ctx, &b.en[i]);
	batch_release(&b);
	return rc;
}
