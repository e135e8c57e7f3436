/* SPDX-License-Identifier: Apache-2.0 */
/* Key pairs: signatures with a purpose, and short secrets sealed to a key. */
#include "crypto/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	MESSAGE_MAX = 64,
	INFO_MAX = 128,
};

struct identity {
	struct identity_public pub;
	const struct suite *suite;
	EVP_PKEY *sign;
	EVP_PKEY *kx;
};

bool
pubkey_eq(const struct pubkey *a, const struct pubkey *b)
{
	return a->n == b->n && memcmp(a->b, b->b, a->n) == 0;
}

static enum fj_rc
check(uint8_t suite, enum key_use use, const struct pubkey *k, struct fj_err *e)
{
	const struct suite *s = suite_row(suite);

	if (s == NULL)
		return suite_check(suite, e);
	if (k->n != s->public_len || s->weak(use, k))
		return fj_fail(e, FJ_DENIED, "crypto.key", "");
	return FJ_OK;
}

enum fj_rc
pubkey_check_sign(uint8_t suite, const struct pubkey *k, struct fj_err *e)
{
	return check(suite, KEY_SIGN, k, e);
}

enum fj_rc
pubkey_check_kx(uint8_t suite, const struct pubkey *k, struct fj_err *e)
{
	return check(suite, KEY_KX, k, e);
}

enum fj_rc
pubkey_parse(uint8_t suite, const char *hex, struct pubkey *out, struct fj_err *e)
{
	const struct suite *s = suite_row(suite);

	memset(out, 0, sizeof(*out));
	if (s == NULL)
		return suite_check(suite, e);
	if (hex == NULL || !hex_decode(hex, strlen(hex), out->b, s->public_len)) {
		memset(out, 0, sizeof(*out));
		return fj_fail(e, FJ_INVAL, "crypto.key-text", "z", 2 * s->public_len);
	}
	out->n = s->public_len;
	return FJ_OK;
}

void
pubkey_format(const struct pubkey *k, char *out)
{
	hex_encode(k->b, k->n, out);
}

void
identity_dev(const struct identity_public *pub, struct id *out)
{
	struct part part[4] = {
		{ "feijian/1/dev", sizeof("feijian/1/dev") },
		{ &pub->suite, 1 },
		{ pub->sign.b, pub->sign.n },
		{ pub->kx.b, pub->kx.n },
	};
	struct hash h;

	suite_hash_parts(pub->suite, part, 4, &h);
	memcpy(out->b, h.b, ID_LEN);
}

void
identity_root(uint8_t suite, const struct pubkey *sign, struct hash *out)
{
	struct part part[3] = {
		{ "feijian/1/root", sizeof("feijian/1/root") },
		{ &suite, 1 },
		{ sign->b, sign->n },
	};

	suite_hash_parts(suite, part, 3, out);
}

/* "feijian/1/" purpose "\0" | hash: one signature never serves two purposes. */
static size_t
message(enum purpose purpose, const struct hash *h, uint8_t out[MESSAGE_MAX])
{
	static const char *const names[] = {
		[PURPOSE_ENTRY] = "entry",
		[PURPOSE_SESSION] = "session",
		[PURPOSE_DEVICE] = "device",
		[PURPOSE_RECEIPT] = "receipt",
		[PURPOSE_TREE] = "tree",
		[PURPOSE_BUNDLE] = "bundle",
	};
	char text[MESSAGE_MAX - HASH_LEN];
	size_t n;

	FJ_BUG_IF((size_t)purpose >= sizeof(names) / sizeof(names[0]));
	n = (size_t)snprintf(text, sizeof(text), "feijian/1/%s", names[purpose]) + 1;
	memcpy(out, text, n);
	memcpy(out + n, h->b, HASH_LEN);
	return n + HASH_LEN;
}

enum fj_rc
crypto_verify(uint8_t suite, const struct pubkey *sign, enum purpose purpose,
    const struct hash *h, const uint8_t sig[SIG_LEN], struct fj_err *e)
{
	const struct suite *s = suite_row(suite);
	uint8_t msg[MESSAGE_MAX];
	size_t n;

	if (s == NULL)
		return suite_check(suite, e);
	n = message(purpose, h, msg);
	if (!s->verify(sign, msg, n, sig))
		return fj_fail(e, FJ_DENIED, "crypto.signature", "");
	return FJ_OK;
}

static struct identity *
adopt(const struct suite *s, EVP_PKEY *sign, EVP_PKEY *kx)
{
	struct identity *id = xcalloc(1, sizeof(*id));

	id->suite = s;
	id->sign = sign;
	id->kx = kx;
	id->pub.suite = s->byte;
	if (sign != NULL && kx != NULL && s->public_of(sign, &id->pub.sign) &&
	    s->public_of(kx, &id->pub.kx))
		return id;
	identity_free(&id);
	return NULL;
}

enum fj_rc
identity_new(uint8_t suite, struct identity **out, struct fj_err *e)
{
	const struct suite *s = suite_row(suite);

	*out = NULL;
	crypto_init();
	if (s == NULL)
		return suite_check(suite, e);
	*out = adopt(s, s->generate(KEY_SIGN), s->generate(KEY_KX));
	if (*out == NULL)
		return fj_fail(e, FJ_NOMEM, "crypto.generate", "");
	return FJ_OK;
}

void
identity_free(struct identity **id)
{
	if (*id == NULL)
		return;
	EVP_PKEY_free((*id)->sign);
	EVP_PKEY_free((*id)->kx);
	free(*id);
	*id = NULL;
}

const struct identity_public *
identity_pub(const struct identity *id)
{
	return &id->pub;
}

enum fj_rc
identity_sign(const struct identity *id, enum purpose purpose, const struct hash *h,
    uint8_t sig[SIG_LEN], struct fj_err *e)
{
	uint8_t msg[MESSAGE_MAX];
	size_t n = message(purpose, h, msg);

	if (!id->suite->sign(id->sign, msg, n, sig)) {
		memset(sig, 0, SIG_LEN);
		return fj_fail(e, FJ_NOMEM, "crypto.sign", "");
	}
	return FJ_OK;
}

struct secret *
identity_export(const struct identity *id)
{
	size_t n = id->suite->private_len;
	struct secret *s = secret_new(2 * n);

	FJ_BUG_IF(!id->suite->private_of(id->sign, secret_bytes(s), n) ||
	    !id->suite->private_of(id->kx, secret_bytes(s) + n, n));
	return s;
}

enum fj_rc
identity_import(uint8_t suite, const struct secret *s, struct identity **out,
    struct fj_err *e)
{
	const struct suite *row = suite_row(suite);
	size_t n;

	*out = NULL;
	crypto_init();
	if (row == NULL)
		return suite_check(suite, e);
	n = row->private_len;
	if (secret_len(s) == 2 * n)
		*out = adopt(row, row->load_private(KEY_SIGN, secret_peek(s), n),
		    row->load_private(KEY_KX, secret_peek(s) + n, n));
	if (*out == NULL)
		return fj_fail(e, FJ_CORRUPT, "crypto.identity", "");
	return FJ_OK;
}

/* The key of a wrap binds both public keys and what it is for. */
static struct aead *
wrap_key(const struct suite *s, const uint8_t *shared, const struct pubkey *ephemeral,
    const struct pubkey *to, const char *info)
{
	char text[INFO_MAX];
	uint8_t salt[2 * KEY_MAX];
	struct secret *key = secret_new(s->aead_key);
	struct aead *a;
	int n;

	memcpy(salt, ephemeral->b, ephemeral->n);
	memcpy(salt + ephemeral->n, to->b, to->n);
	n = snprintf(text, sizeof(text), "feijian/1/wrap/%s", info);
	FJ_BUG_IF(n < 0 || (size_t)n >= sizeof(text));
	suite_hkdf(s->byte, shared, SHARED_LEN, salt, ephemeral->n + to->n, text,
	    (size_t)n, secret_bytes(key), s->aead_key);
	a = aead_new(s->byte, secret_bytes(key));
	secret_free(&key);
	return a;
}

enum fj_rc
crypto_wrap(uint8_t suite, const struct pubkey *kx, const char *info, const void *p,
    size_t n, struct fj_buf *out, struct fj_err *e)
{
	const struct suite *s = suite_row(suite);
	struct secret *shared = NULL;
	struct aead *a = NULL;
	struct pubkey ephemeral;
	EVP_PKEY *mine = NULL;
	enum fj_rc rc = FJ_OK;
	uint8_t *at;

	if (s == NULL)
		return suite_check(suite, e);
	crypto_init();
	shared = secret_new(SHARED_LEN);
	mine = s->generate(KEY_KX);
	if (mine == NULL || !s->public_of(mine, &ephemeral)) {
		rc = fj_fail(e, FJ_NOMEM, "crypto.generate", "");
		goto out;
	}
	if (!s->agree(mine, kx, secret_bytes(shared))) {
		rc = fj_fail(e, FJ_DENIED, "crypto.key", "");
		goto out;
	}
	at = (uint8_t *)fj_buf_extend(out, s->public_len + AEAD_NONCE + n + AEAD_TAG);
	if (at == NULL) {
		rc = fj_fail(e, FJ_LIMIT, "crypto.wrap", "z", n);
		goto out;
	}
	a = wrap_key(s, secret_peek(shared), &ephemeral, kx, info);
	memcpy(at, ephemeral.b, s->public_len);
	crypto_random(at + s->public_len, AEAD_NONCE);
	aead_seal(a, at + s->public_len, NULL, 0, p, n, at + s->public_len + AEAD_NONCE);
out:
	aead_free(&a);
	EVP_PKEY_free(mine);
	secret_free(&shared);
	return rc;
}

enum fj_rc
identity_unwrap(const struct identity *id, const char *info, const void *p, size_t n,
    struct secret **out, struct fj_err *e)
{
	const struct suite *s = id->suite;
	size_t head = s->public_len + AEAD_NONCE;
	const uint8_t *at = p;
	struct secret *shared = NULL;
	struct pubkey ephemeral = { .n = s->public_len };
	struct aead *a = NULL;
	enum fj_rc rc = FJ_DENIED;

	*out = NULL;
	if (n < head + AEAD_TAG)
		return fj_fail(e, FJ_DENIED, "crypto.unwrap", "");
	memcpy(ephemeral.b, at, s->public_len);
	shared = secret_new(SHARED_LEN);
	if (s->agree(id->kx, &ephemeral, secret_bytes(shared))) {
		a = wrap_key(s, secret_peek(shared), &ephemeral, &id->pub.kx, info);
		*out = secret_new(n - head - AEAD_TAG);
		rc = aead_open(a, at + s->public_len, NULL, 0, at + head, n - head,
		    secret_bytes(*out), NULL);
	}
	if (rc != FJ_OK) {
		secret_free(out);
		rc = fj_fail(e, FJ_DENIED, "crypto.unwrap", "");
	}
	aead_free(&a);
	secret_free(&shared);
	return rc;
}
