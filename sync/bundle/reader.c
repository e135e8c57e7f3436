/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "bundle/source.h"

struct reader {
	struct source source;
	const struct bundle_handlers *h;
	struct fj_buf data;		/* of the record at hand */
	unsigned type;
	uint64_t size;
	bool begun;			/* `about` has come */
};

static enum fj_rc
row(const struct reader *r, struct fj_err *e)
{
	return fj_fail(e, FJ_CORRUPT, "bundle.row", "d", (int)r->type);
}

/* ---- one record each ---- */

static enum fj_rc
about_members(const struct json *root, struct bundle_about *a, struct fj_err *e)
{
	const struct json *t = json_get(root, "t"), *visits = json_get(root, "visits"), *v;
	const char *name = json_name(root, "name", LIMIT_NAME_BYTES);
	int64_t version;

	if (!json_int(root, "bundle", &version) || version != BUNDLE_VERSION ||
	    json_text(t) == NULL || !instant_parse(t->text, t->len, &a->at.t) ||
	    name == NULL || visits == NULL || visits->type != JSON_ARRAY)
		return fj_fail(e, FJ_CORRUPT, "bundle.row", "d", REC_ABOUT);
	if (visits->count > BUNDLE_VISITS)
		return fj_fail(e, FJ_LIMIT, "bundle.limit", "d", REC_ABOUT);
	memcpy(a->name, name, strlen(name) + 1);
	a->visits = xcalloc((size_t)visits->count + 1, sizeof(*a->visits));
	json_each(v, visits)
		if (json_text(v) == NULL || !id_parse(v->text, v->len, &a->visits[a->nvisit++]))
			return fj_fail(e, FJ_CORRUPT, "bundle.row", "d", REC_ABOUT);
	return FJ_OK;
}

static enum fj_rc
take_about(struct reader *r, struct fj_err *e)
{
	struct bundle_about a;
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(&a, 0, sizeof(a));
	if (json_parse(r->data.p, r->data.n, &d, NULL) != FJ_OK)
		return row(r, e);
	rc = about_members(json_root(d), &a, e);
	if (rc == FJ_OK && r->h->about != NULL)
		rc = r->h->about(r->h->ctx, &a, e);
	free(a.visits);
	json_free(&d);
	return rc;
}

typedef enum fj_rc (*text_fn)(void *ctx, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e);

static enum fj_rc
take_text(struct reader *r, text_fn fn, struct fj_err *e)
{
	if (r->data.n <= ENTRY_SIG)
		return row(r, e);
	if (fn == NULL)
		return FJ_OK;
	return fn(r->h->ctx, r->data.p + ENTRY_SIG, r->data.n - ENTRY_SIG,
	    (const uint8_t *)r->data.p, e);
}

static enum fj_rc
wrong_digest(const uint8_t *p, size_t n, struct fj_err *e)
{
	char text[2 * ID_LEN + 1];

	hex_encode(p, n < ID_LEN ? n : ID_LEN, text);
	return fj_fail(e, FJ_CORRUPT, "bundle.digest", "s", text);
}

static enum fj_rc
take_blob(struct reader *r, struct fj_err *e)
{
	struct hash said, is;

	if (r->data.n < HASH_LEN)
		return row(r, e);
	memcpy(said.b, r->data.p, HASH_LEN);
	suite_hash(r->source.sender.key.suite, r->data.p + HASH_LEN, r->data.n - HASH_LEN,
	    &is);
	if (!hash_eq(&said, &is))
		return wrong_digest(said.b, HASH_LEN, e);
	if (r->h->blob == NULL)
		return FJ_OK;
	return r->h->blob(r->h->ctx, &said, r->data.p + HASH_LEN, r->data.n - HASH_LEN, e);
}

/* The bytes of a file go by in pieces; the digest is compared at its end. */
static enum fj_rc
stream_file(struct reader *r, uint64_t left, struct hasher *digest, struct fj_err *e)
{
	while (left > 0) {
		const uint8_t *p;
		size_t want = left < CHUNK ? (size_t)left : CHUNK, got;
		enum fj_rc rc = source_some(&r->source, want, &p, &got, e);

		if (rc != FJ_OK)
			return rc;
		hasher_add(r->source.records, p, got);
		hasher_add(digest, p, got);
		left -= got;
		if (r->h->evidence_data == NULL)
			continue;
		rc = r->h->evidence_data(r->h->ctx, p, got, e);
		if (rc != FJ_OK)
			return rc;
	}
	return FJ_OK;
}

static enum fj_rc
take_evidence(struct reader *r, struct fj_err *e)
{
	struct hasher *digest;
	struct hash said, is;
	struct id visit, evidence;
	char text[ID_TEXT + 1];
	uint8_t head[EVIDENCE_HEAD];
	enum fj_rc rc;

	if (r->size < EVIDENCE_HEAD)
		return row(r, e);
	if (r->size - EVIDENCE_HEAD > (uint64_t)LIMIT_EVIDENCE_BYTES)
		return fj_fail(e, FJ_LIMIT, "bundle.limit", "d", REC_EVIDENCE);
	rc = source_take(&r->source, head, sizeof(head), e);
	if (rc != FJ_OK)
		return rc;
	hasher_add(r->source.records, head, sizeof(head));
	memcpy(visit.b, head, ID_LEN);
	memcpy(evidence.b, head + ID_LEN, ID_LEN);
	memcpy(said.b, head + 2 * ID_LEN, HASH_LEN);
	if (r->h->evidence_begin != NULL)
		rc = r->h->evidence_begin(r->h->ctx, &visit, &evidence,
		    r->size - EVIDENCE_HEAD, &said, e);
	if (rc != FJ_OK)
		return rc;
	digest = hasher_new(DIGEST_SHA256);
	rc = stream_file(r, r->size - EVIDENCE_HEAD, digest, e);
	hasher_final(digest, &is);
	hasher_free(&digest);
	if (rc == FJ_OK && !hash_eq(&said, &is)) {
		id_format_short(&evidence, text);
		rc = fj_fail(e, FJ_CORRUPT, "bundle.digest", "s", text);
	}
	if (rc == FJ_OK && r->h->evidence_end != NULL)
		rc = r->h->evidence_end(r->h->ctx, e);
	return rc;
}

static enum fj_rc
take_end(struct reader *r, const struct hash *records, struct fj_err *e)
{
	const struct source *s = &r->source;
	struct hash end;
	char dev[ID_TEXT + 1];

	if (r->data.n != ENTRY_SIG)
		return row(r, e);
	bundle_end_hash(s->sender.key.suite, &s->header, records, &end);
	if (crypto_verify(s->sender.key.suite, &s->sender.key.sign, PURPOSE_BUNDLE, &end,
	    (const uint8_t *)r->data.p, NULL) == FJ_OK)
		return FJ_OK;
	id_format_short(&s->sender.dev, dev);
	return fj_fail(e, FJ_CORRUPT, "bundle.sender", "s", dev);
}

/* ---- the row of records ---- */

static enum fj_rc
pass_over(struct reader *r, struct fj_err *e)
{
	uint64_t left = r->size;

	while (left > 0) {
		const uint8_t *p;
		size_t want = left < CHUNK ? (size_t)left : CHUNK, got;
		enum fj_rc rc = source_some(&r->source, want, &p, &got, e);

		if (rc != FJ_OK)
			return rc;
		hasher_add(r->source.records, p, got);
		left -= got;
	}
	return FJ_OK;
}

/* The whole data of a record into memory, as it comes: a length that lies costs
 * nothing. */
static enum fj_rc
load(struct reader *r, struct fj_err *e)
{
	uint64_t left = r->size;

	if (r->size > record_most(r->type))
		return fj_fail(e, FJ_LIMIT, "bundle.limit", "d", (int)r->type);
	fj_buf_clear(&r->data);
	while (left > 0) {
		const uint8_t *p;
		size_t got;
		enum fj_rc rc = source_some(&r->source, (size_t)left, &p, &got, e);

		if (rc != FJ_OK)
			return rc;
		fj_buf_add(&r->data, p, got);
		left -= got;
	}
	if (r->type != REC_END)
		hasher_add(r->source.records, r->data.p, r->data.n);
	return FJ_OK;
}

static enum fj_rc
dispatch(struct reader *r, struct fj_err *e)
{
	switch (r->type) {
	case REC_ABOUT:
		return take_about(r, e);
	case REC_ROSTER:
		return r->h->roster == NULL ? FJ_OK :
		    r->h->roster(r->h->ctx, r->data.p, r->data.n, e);
	case REC_RUN:
		return r->h->run == NULL ? FJ_OK :
		    r->h->run(r->h->ctx, r->data.p, r->data.n, e);
	case REC_RECEIPT:
		return take_text(r, r->h->receipt, e);
	case REC_HEAD:
		return take_text(r, r->h->head, e);
	default:
		return take_blob(r, e);
	}
}

/* One record; *done after the end. */
static enum fj_rc
next_record(struct reader *r, bool *done, struct fj_err *e)
{
	uint8_t head[RECORD_HEAD];
	struct hash records;
	enum fj_rc rc = source_take(&r->source, head, sizeof(head), e);

	if (rc != FJ_OK)
		return rc;
	r->type = head[0];
	r->size = fj_get_u64(head + 1);
	if (r->type == 0 || (r->type == REC_ABOUT) == r->begun)
		return fj_fail(e, FJ_CORRUPT, "bundle.order", "d", (int)r->type);
	r->begun = true;
	if (r->type == REC_END) {
		hasher_peek(r->source.records, &records);
		*done = true;
		rc = load(r, e);
		return rc == FJ_OK ? take_end(r, &records, e) : rc;
	}
	hasher_add(r->source.records, head, sizeof(head));
	if (r->type >= REC_PASSED_OVER)
		return pass_over(r, e);
	if (r->type > REC_END)
		return fj_fail(e, FJ_NEWER, "bundle.record", "d", (int)r->type);
	if (r->type == REC_EVIDENCE)
		return take_evidence(r, e);
	rc = load(r, e);
	return rc == FJ_OK ? dispatch(r, e) : rc;
}

enum fj_rc
bundle_read(bundle_in_fn in, void *in_ctx, const struct id *me, bundle_open_fn open,
    void *open_ctx, const struct bundle_handlers *h, struct fj_err *e)
{
	struct reader r;
	bool done = false;
	enum fj_rc rc;

	memset(&r, 0, sizeof(r));
	r.h = h;
	fj_buf_init_secret(&r.data, HASH_LEN + LIMIT_FORM_BYTES);
	rc = source_open(&r.source, in, in_ctx, me, open, open_ctx, e);
	if (rc == FJ_OK && h->sender != NULL)
		rc = h->sender(h->ctx, &r.source.sender, e);
	while (rc == FJ_OK && !done)
		rc = next_record(&r, &done, e);
	if (rc == FJ_OK)
		rc = source_at_end(&r.source, e);
	source_close(&r.source);
	fj_buf_release(&r.data);
	return rc;
}
