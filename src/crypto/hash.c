/* SPDX-License-Identifier: Apache-2.0 */
/* Digests, HMAC and HKDF.  libcrypto fails here only without memory. */
#include "crypto/suite.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/xalloc.h"

struct hasher {
	EVP_MD_CTX *ctx;
	const EVP_MD *md;
};

const EVP_MD *
digest_md(enum digest d)
{
	return d == DIGEST_SM3 ? EVP_sm3() : d == DIGEST_SHA1 ? EVP_sha1() : EVP_sha256();
}

/* n bytes came out; a shorter digest is filled up. */
static void
fill_up(struct hash *out, unsigned n)
{
	FJ_BUG_IF(n > HASH_LEN);
	memset(out->b + n, 0, HASH_LEN - n);
}

struct hasher *
hasher_new(enum digest d)
{
	struct hasher *h = xcalloc(1, sizeof(*h));

	h->ctx = EVP_MD_CTX_new();
	h->md = digest_md(d);
	FJ_BUG_IF(h->ctx == NULL || EVP_DigestInit_ex(h->ctx, h->md, NULL) != 1);
	return h;
}

void
hasher_add(struct hasher *h, const void *p, size_t n)
{
	if (n > 0)
		FJ_BUG_IF(EVP_DigestUpdate(h->ctx, p, n) != 1);
}

void
hasher_peek(const struct hasher *h, struct hash *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned n = 0;

	FJ_BUG_IF(ctx == NULL || EVP_MD_CTX_copy_ex(ctx, h->ctx) != 1 ||
	    EVP_DigestFinal_ex(ctx, out->b, &n) != 1);
	fill_up(out, n);
	EVP_MD_CTX_free(ctx);
}

void
hasher_final(struct hasher *h, struct hash *out)
{
	unsigned n = 0;

	FJ_BUG_IF(EVP_DigestFinal_ex(h->ctx, out->b, &n) != 1 ||
	    EVP_DigestInit_ex(h->ctx, h->md, NULL) != 1);
	fill_up(out, n);
}

void
hasher_free(struct hasher **h)
{
	if (*h == NULL)
		return;
	EVP_MD_CTX_free((*h)->ctx);
	free(*h);
	*h = NULL;
}

void
digest_bytes(enum digest d, const void *p, size_t n, struct hash *out)
{
	unsigned len = 0;

	FJ_BUG_IF(EVP_Digest(p, n, out->b, &len, digest_md(d), NULL) != 1);
	fill_up(out, len);
}

void
suite_hash(uint8_t suite, const void *p, size_t n, struct hash *out)
{
	digest_bytes(suite_must(suite)->digest, p, n, out);
}

void
suite_hash_parts(uint8_t suite, const struct part *part, size_t n, struct hash *out)
{
	struct hasher *h = hasher_new(suite_must(suite)->digest);
	size_t i;

	for (i = 0; i < n; i++)
		hasher_add(h, part[i].p, part[i].n);
	hasher_final(h, out);
	hasher_free(&h);
}

/* libcrypto takes parameters as void *, and reads them only. */
static OSSL_PARAM
param(OSSL_PARAM out, const void *p)
{
	memcpy(&out.data, &p, sizeof(p));
	return out;
}

static OSSL_PARAM
digest_param(uint8_t suite, const char *key)
{
	const char *name = suite_must(suite)->digest == DIGEST_SM3 ? "SM3" : "SHA256";
	OSSL_PARAM out = OSSL_PARAM_construct_utf8_string(key, NULL, strlen(name));

	return param(out, name);
}

static OSSL_PARAM
octets(const char *key, const void *p, size_t n)
{
	return param(OSSL_PARAM_construct_octet_string(key, NULL, n), p);
}

void
suite_hmac(uint8_t suite, const void *key, size_t nkey, const struct part *part,
    size_t n, struct hash *out)
{
	OSSL_PARAM params[2];
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
	size_t i, len = 0;

	params[0] = digest_param(suite, OSSL_MAC_PARAM_DIGEST);
	params[1] = OSSL_PARAM_construct_end();
	FJ_BUG_IF(ctx == NULL || EVP_MAC_init(ctx, key, nkey, params) != 1);
	for (i = 0; i < n; i++)
		if (part[i].n > 0)
			FJ_BUG_IF(EVP_MAC_update(ctx, part[i].p, part[i].n) != 1);
	FJ_BUG_IF(EVP_MAC_final(ctx, out->b, &len, HASH_LEN) != 1 || len != HASH_LEN);
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
}

void
suite_hkdf(uint8_t suite, const void *key, size_t nkey, const void *salt, size_t nsalt,
    const void *info, size_t ninfo, void *out, size_t n)
{
	OSSL_PARAM params[5];
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	size_t i = 0;

	params[i++] = digest_param(suite, OSSL_KDF_PARAM_DIGEST);
	params[i++] = octets(OSSL_KDF_PARAM_KEY, key, nkey);
	if (nsalt > 0)
		params[i++] = octets(OSSL_KDF_PARAM_SALT, salt, nsalt);
	if (ninfo > 0)
		params[i++] = octets(OSSL_KDF_PARAM_INFO, info, ninfo);
	params[i] = OSSL_PARAM_construct_end();
	FJ_BUG_IF(ctx == NULL || EVP_KDF_derive(ctx, out, n, params) != 1);
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

bool
crypto_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
