/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links: bundle.  First byte even: the rest is a whole file.  Odd: the rest is the
 * plaintext, sealed here under a fixed key behind a true header, so that the
 * records are reached.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"
#include "bundle/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
const char *__lsan_default_suppressions(void);

/* libcrypto keeps its random generators in the secure heap, where the leak check
 * does not look. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libcrypto";
}

struct file {
	struct fj_buf b;
	size_t at;
	size_t seen;
};

static enum fj_rc
in(void *ctx, void *p, size_t n, size_t *got, struct fj_err *e)
{
	struct file *f = ctx;

	(void)e;
	*got = f->b.n - f->at < n ? f->b.n - f->at : n;
	memcpy(p, f->b.p + f->at, *got);
	f->at += *got;
	return FJ_OK;
}

static enum fj_rc
opener(void *ctx, const void *wrap, size_t n, struct secret **key, struct fj_err *e)
{
	return identity_unwrap(ctx, BUNDLE_WRAP_INFO, wrap, n, key, e);
}

static enum fj_rc
bytes(void *ctx, const void *p, size_t n, struct fj_err *e)
{
	struct file *f = ctx;
	const uint8_t *b = p;
	size_t i;

	(void)e;
	for (i = 0; i < n; i++)
		f->seen += b[i];
	return FJ_OK;
}

static enum fj_rc
text(void *ctx, const char *p, size_t n, const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	((struct file *)ctx)->seen += sig[ENTRY_SIG - 1];
	return bytes(ctx, p, n, e);
}

static enum fj_rc
blob(void *ctx, const struct hash *d, const void *p, size_t n, struct fj_err *e)
{
	((struct file *)ctx)->seen += d->b[0];
	return bytes(ctx, p, n, e);
}

static struct identity *
fixed(void)
{
	struct identity *id = NULL;
	uint8_t raw[64];
	struct secret *s;

	memset(raw, 3, sizeof(raw));
	crypto_init();
	s = secret_from(raw, sizeof(raw));
	if (identity_import(SUITE_1, s, &id, NULL) != FJ_OK)
		abort();
	secret_free(&s);
	return id;
}

static void
seal_chunks(struct fj_buf *b, const struct secret *key, const uint8_t *p, size_t n)
{
	struct aead *a = aead_new(SUITE_1, secret_peek(key));
	uint8_t nonce[AEAD_NONCE];
	struct hash header;
	uint32_t number = 0;

	suite_hash(SUITE_1, b->p, b->n, &header);
	for (;;) {
		size_t k = n < CHUNK ? n : CHUNK;
		char *room = fj_buf_extend(b, k + AEAD_TAG);

		if (room == NULL)
			break;
		bundle_nonce((const uint8_t *)b->p + AT_PREFIX, number++, k == n, nonce);
		aead_seal(a, nonce, header.b, HASH_LEN, p, k, (uint8_t *)room);
		p += k;
		n -= k;
		if (n == 0)
			break;
	}
	fj_buf_puts(b, BUNDLE_TRAILER);
	aead_free(&a);
}

static void
seal(struct fj_buf *b, struct identity *id, const uint8_t *p, size_t n)
{
	const struct identity_public *pub = identity_pub(id);
	struct secret *key = secret_new(suite_aead_key(SUITE_1));
	uint8_t sig[ENTRY_SIG], zeros[PREFIX + 1] = {0};
	struct fj_buf wrap;
	struct id dev;

	identity_dev(pub, &dev);
	fj_buf_init(&wrap, WRAP_MOST);
	if (crypto_wrap(SUITE_1, &pub->kx, BUNDLE_WRAP_INFO, secret_peek(key),
	    secret_len(key), &wrap, NULL) != FJ_OK)
		abort();
	fj_buf_puts(b, "FJB");
	fj_buf_u8(b, BUNDLE_VERSION);
	fj_buf_u8(b, SUITE_1);
	fj_buf_u8(b, BUNDLE_CHUNK_LOG2);
	fj_buf_u16(b, 1);
	fj_buf_add(b, zeros, sizeof(zeros));
	fj_buf_add(b, pub->sign.b, pub->sign.n);
	fj_buf_add(b, pub->kx.b, pub->kx.n);
	fj_buf_add(b, dev.b, ID_LEN);
	fj_buf_u16(b, (uint16_t)wrap.n);
	fj_buf_add(b, wrap.p, wrap.n);
	if (text_sign(sign_with_identity, id, SUITE_1, PURPOSE_BUNDLE, b->p, b->n, sig,
	    NULL) != FJ_OK)
		abort();
	fj_buf_add(b, sig, sizeof(sig));
	seal_chunks(b, key, p, n);
	fj_buf_release(&wrap);
	secret_free(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct file f;
	struct bundle_handlers h = {
		&f, NULL, NULL, bytes, bytes, text, text, blob, NULL, bytes, NULL,
	};
	struct identity *id;
	struct id me;

	if (n < 1)
		return 0;
	id = fixed();
	memset(&f, 0, sizeof(f));
	fj_buf_init(&f.b, 8 << 20);
	if (p[0] % 2 == 0)
		fj_buf_add(&f.b, p + 1, n - 1);
	else
		seal(&f.b, id, p + 1, n - 1);
	identity_dev(identity_pub(id), &me);
	/* The end needs the sender's signature: what is made up here never has it. */
	if (bundle_read(in, &f, &me, opener, id, &h, NULL) == FJ_OK)
		abort();
	fj_buf_release(&f.b);
	identity_free(&id);
	return 0;
}
