/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "bundle/format.h"

struct bundle_w {
	struct identity_public sender;
	sign_fn sign;
	void *sign_ctx;
	bundle_out_fn out;
	void *out_ctx;
	struct aead *aead;
	uint8_t prefix[PREFIX];
	struct hash header;
	struct hasher *records;		/* all plaintext so far */
	uint8_t *chunk;			/* CHUNK plaintext, then room for the tag */
	size_t n;
	uint32_t number;
	bool in_evidence;
	struct id evidence;
	uint64_t left;			/* bytes of evidence still to come */
	enum fj_rc failed;		/* once a write failed, all later ones do */
};

static enum fj_rc
flush_chunk(struct bundle_w *w, bool last, struct fj_err *e)
{
	uint8_t nonce[AEAD_NONCE];
	enum fj_rc rc;

	if (w->number == CHUNKS_MOST)
		return fj_fail(e, FJ_LIMIT, "bundle.limit", "s", "size");
	bundle_nonce(w->prefix, w->number++, last, nonce);
	aead_seal(w->aead, nonce, w->header.b, HASH_LEN, w->chunk, w->n, w->chunk);
	rc = w->out(w->out_ctx, w->chunk, w->n + AEAD_TAG, e);
	w->n = 0;
	return rc;
}

/* A full chunk goes out only when more follows: the last one is marked. */
static enum fj_rc
put(struct bundle_w *w, const void *p, size_t n, struct fj_err *e)
{
	const uint8_t *at = p;

	if (w->failed != FJ_OK)
		return fj_fail(e, w->failed, "bundle.failed", "");
	while (n > 0) {
		size_t k;

		if (w->n == CHUNK) {
			w->failed = flush_chunk(w, false, e);
			if (w->failed != FJ_OK)
				return w->failed;
		}
		k = CHUNK - w->n < n ? CHUNK - w->n : n;
		memcpy(w->chunk + w->n, at, k);
		w->n += k;
		at += k;
		n -= k;
	}
	return FJ_OK;
}

/* What the end signature covers goes through here. */
static enum fj_rc
put_signed(struct bundle_w *w, const void *p, size_t n, struct fj_err *e)
{
	hasher_add(w->records, p, n);
	return put(w, p, n, e);
}

static enum fj_rc
record_head(struct bundle_w *w, enum record type, uint64_t n, struct fj_err *e)
{
	uint8_t head[RECORD_HEAD];

	if (w->in_evidence)
		return fj_fail(e, FJ_INVAL, "bundle.size", "s", "");
	head[0] = (uint8_t)type;
	fj_put_u64(head + 1, n);
	return put_signed(w, head, sizeof(head), e);
}

static enum fj_rc
record(struct bundle_w *w, enum record type, const void *a, size_t na, const void *b,
    size_t nb, struct fj_err *e)
{
	enum fj_rc rc;

	if (na + nb > record_most(type))
		return fj_fail(e, FJ_LIMIT, "bundle.limit", "d", (int)type);
	rc = record_head(w, type, na + nb, e);
	if (rc == FJ_OK)
		rc = put_signed(w, a, na, e);
	if (rc == FJ_OK)
		rc = put_signed(w, b, nb, e);
	return rc;
}

static enum fj_rc
write_about(struct bundle_w *w, const struct bundle_about *about, struct fj_err *e)
{
	char t[INSTANT_TEXT + 1], visit[ID_TEXT + 1];
	struct fj_buf b;
	struct json_w j;
	enum fj_rc rc;
	size_t i;

	fj_buf_init(&b, (size_t)record_most(REC_ABOUT));
	instant_format(about->at.t, t);
	json_w_init(&j, &b);
	json_w_obj(&j);
	json_w_kint(&j, "bundle", BUNDLE_VERSION);
	json_w_kstr(&j, "t", t);
	json_w_kstr(&j, "name", about->name);
	json_w_key(&j, "visits");
	json_w_arr(&j);
	for (i = 0; i < about->nvisit; i++) {
		id_format(&about->visits[i], visit);
		json_w_str(&j, visit);
	}
	json_w_end(&j);
	json_w_end(&j);
	rc = record(w, REC_ABOUT, b.p, b.n, NULL, 0, e);
	fj_buf_release(&b);
	return rc;
}

/* dev | length | the bundle's key wrapped to this receiver */
static enum fj_rc
add_receiver(struct fj_buf *b, const struct identity_public *to, const struct secret *key,
    struct fj_err *e)
{
	struct fj_buf wrap;
	struct id dev;
	enum fj_rc rc = key_check(to, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&wrap, WRAP_MOST);
	rc = crypto_wrap(to->suite, &to->kx, BUNDLE_WRAP_INFO, secret_peek(key),
	    secret_len(key), &wrap, e);
	if (rc == FJ_OK) {
		identity_dev(to, &dev);
		fj_buf_add(b, dev.b, ID_LEN);
		fj_buf_u16(b, (uint16_t)wrap.n);
		fj_buf_add(b, wrap.p, wrap.n);
	}
	fj_buf_release(&wrap);
	return rc;
}

static enum fj_rc
write_header(struct bundle_w *w, const struct identity_public *receivers, size_t n,
    const struct secret *key, struct fj_err *e)
{
	uint8_t sig[ENTRY_SIG];
	struct fj_buf b;
	enum fj_rc rc = FJ_OK;
	size_t i;

	fj_buf_init(&b, HEADER_MOST);
	fj_buf_add(&b, "FJB", 3);
	fj_buf_u8(&b, BUNDLE_VERSION);
	fj_buf_u8(&b, w->sender.suite);
	fj_buf_u8(&b, BUNDLE_CHUNK_LOG2);
	fj_buf_u16(&b, (uint16_t)n);
	fj_buf_add(&b, w->prefix, PREFIX);
	fj_buf_u8(&b, 0);
	fj_buf_add(&b, w->sender.sign.b, w->sender.sign.n);
	fj_buf_add(&b, w->sender.kx.b, w->sender.kx.n);
	for (i = 0; i < n && rc == FJ_OK; i++)
		rc = add_receiver(&b, &receivers[i], key, e);
	if (rc == FJ_OK)
		rc = text_sign(w->sign, w->sign_ctx, w->sender.suite, PURPOSE_BUNDLE, b.p,
		    b.n, sig, e);
	if (rc == FJ_OK) {
		fj_buf_add(&b, sig, sizeof(sig));
		suite_hash(w->sender.suite, b.p, b.n, &w->header);
		rc = w->out(w->out_ctx, b.p, b.n, e);
	}
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
bundle_write_begin(const struct identity_public *sender, sign_fn sign, void *sign_ctx,
    const struct identity_public *receivers, size_t n, const struct bundle_about *about,
    bundle_out_fn out, void *out_ctx, struct bundle_w **out_w, struct fj_err *e)
{
	struct secret *key;
	struct bundle_w *w;
	enum fj_rc rc = suite_check(sender->suite, e);

	*out_w = NULL;
	if (rc != FJ_OK)
		return rc;
	if (n == 0 || n > BUNDLE_RECEIVERS)
		return fj_fail(e, FJ_INVAL, "bundle.receivers", "d", BUNDLE_RECEIVERS);
	if (about->nvisit > BUNDLE_VISITS)
		return fj_fail(e, FJ_LIMIT, "bundle.limit", "s", "visits");
	w = xcalloc(1, sizeof(*w));
	w->sender = *sender;
	w->sign = sign;
	w->sign_ctx = sign_ctx;
	w->out = out;
	w->out_ctx = out_ctx;
	w->chunk = xmalloc(CHUNK + AEAD_TAG);
	w->records = hasher_new(suite_digest(sender->suite));
	crypto_random(w->prefix, PREFIX);
	key = secret_random(suite_aead_key(sender->suite));
	w->aead = aead_new(sender->suite, secret_peek(key));
	rc = write_header(w, receivers, n, key, e);
	secret_free(&key);
	if (rc == FJ_OK)
		rc = write_about(w, about, e);
	if (rc == FJ_OK)
		*out_w = w;
	else
		bundle_w_free(&w);
	return rc;
}

enum fj_rc
bundle_add_roster(struct bundle_w *w, const void *run, size_t n, struct fj_err *e)
{
	return record(w, REC_ROSTER, run, n, NULL, 0, e);
}

enum fj_rc
bundle_add_run(struct bundle_w *w, const void *run, size_t n, struct fj_err *e)
{
	return record(w, REC_RUN, run, n, NULL, 0, e);
}

enum fj_rc
bundle_add_receipt(struct bundle_w *w, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	return record(w, REC_RECEIPT, sig, ENTRY_SIG, text, n, e);
}

enum fj_rc
bundle_add_head(struct bundle_w *w, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	return record(w, REC_HEAD, sig, ENTRY_SIG, text, n, e);
}

enum fj_rc
bundle_add_blob(struct bundle_w *w, const struct hash *digest, const void *p, size_t n,
    struct fj_err *e)
{
	return record(w, REC_BLOB, digest->b, HASH_LEN, p, n, e);
}

static enum fj_rc
wrong_size(const struct bundle_w *w, struct fj_err *e)
{
	char text[ID_TEXT + 1];

	id_format_short(&w->evidence, text);
	return fj_fail(e, FJ_INVAL, "bundle.size", "s", text);
}

enum fj_rc
bundle_evidence_begin(struct bundle_w *w, const struct id *visit,
    const struct id *evidence, uint64_t size, const struct hash *sha256, struct fj_err *e)
{
	uint8_t head[EVIDENCE_HEAD];
	enum fj_rc rc;

	if (size > (uint64_t)LIMIT_EVIDENCE_BYTES)
		return fj_fail(e, FJ_LIMIT, "bundle.limit", "d", REC_EVIDENCE);
	memcpy(head, visit->b, ID_LEN);
	memcpy(head + ID_LEN, evidence->b, ID_LEN);
	memcpy(head + 2 * ID_LEN, sha256->b, HASH_LEN);
	rc = record_head(w, REC_EVIDENCE, EVIDENCE_HEAD + size, e);
	if (rc == FJ_OK)
		rc = put_signed(w, head, sizeof(head), e);
	w->in_evidence = rc == FJ_OK;
	w->evidence = *evidence;
	w->left = size;
	return rc;
}

enum fj_rc
bundle_evidence_data(struct bundle_w *w, const void *p, size_t n, struct fj_err *e)
{
	if (!w->in_evidence || n > w->left)
		return wrong_size(w, e);
	w->left -= n;
	return put_signed(w, p, n, e);
}

enum fj_rc
bundle_evidence_end(struct bundle_w *w, struct fj_err *e)
{
	if (!w->in_evidence || w->left != 0)
		return wrong_size(w, e);
	w->in_evidence = false;
	return FJ_OK;
}

enum fj_rc
bundle_finish(struct bundle_w *w, struct fj_err *e)
{
	uint8_t head[RECORD_HEAD], sig[ENTRY_SIG];
	struct hash records, end;
	enum fj_rc rc;

	if (w->in_evidence)
		return wrong_size(w, e);
	hasher_peek(w->records, &records);
	bundle_end_hash(w->sender.suite, &w->header, &records, &end);
	rc = w->sign(w->sign_ctx, PURPOSE_BUNDLE, &end, sig, e);
	if (rc != FJ_OK)
		return rc;
	head[0] = REC_END;
	fj_put_u64(head + 1, ENTRY_SIG);
	rc = put(w, head, sizeof(head), e);
	if (rc == FJ_OK)
		rc = put(w, sig, sizeof(sig), e);
	if (rc == FJ_OK)
		rc = flush_chunk(w, true, e);
	if (rc == FJ_OK)
		rc = w->out(w->out_ctx, BUNDLE_TRAILER, TRAILER, e);
	return rc;
}

void
bundle_w_free(struct bundle_w **w)
{
	struct bundle_w *old = *w;

	if (old == NULL)
		return;
	aead_free(&old->aead);
	hasher_free(&old->records);
	if (old->chunk != NULL)
		fj_wipe(old->chunk, CHUNK + AEAD_TAG);
	free(old->chunk);
	free(old);
	*w = NULL;
}
