/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Suite 1: SHA-256, Ed25519, X25519, AES-256-GCM, scrypt.
 *
 * Private keys come in as PKCS#8: libcrypto puts those into the secure heap, but
 * raw imports into the ordinary one.  Ed25519 keys of small order verify any
 * message with one constant signature: they are refused by their list.
 */
#include "crypto/suite.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/x509.h>

enum {
	RAW = 32,
	PKCS8_HEAD = 16,
};

static const char *
algorithm(enum key_use use)
{
	return use == KEY_SIGN ? "ED25519" : "X25519";
}

static EVP_PKEY *
one_generate(enum key_use use)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, algorithm(use));
}

static bool
one_public_of(EVP_PKEY *k, struct pubkey *out)
{
	memset(out, 0, sizeof(*out));
	out->n = RAW;
	return EVP_PKEY_get_raw_public_key(k, out->b, &out->n) == 1 && out->n == RAW;
}

static bool
one_private_of(EVP_PKEY *k, uint8_t *out, size_t n)
{
	return EVP_PKEY_get_raw_private_key(k, out, &n) == 1 && n == RAW;
}

static EVP_PKEY *
one_load_private(enum key_use use, const uint8_t *p, size_t n)
{
	static const uint8_t head[PKCS8_HEAD] = {
		0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65,
		0x70, 0x04, 0x22, 0x04, 0x20,
	};
	struct secret *der;
	const uint8_t *at;
	EVP_PKEY *k;

	if (n != RAW)
		return NULL;
	der = secret_new(PKCS8_HEAD + RAW);
	memcpy(secret_bytes(der), head, PKCS8_HEAD);
	secret_bytes(der)[11] = use == KEY_SIGN ? 0x70 : 0x6e;	/* 1.3.101.112, .110 */
	memcpy(secret_bytes(der) + PKCS8_HEAD, p, RAW);
	at = secret_bytes(der);
	k = d2i_AutoPrivateKey(NULL, &at, PKCS8_HEAD + RAW);
	secret_free(&der);
	if (k != NULL && !EVP_PKEY_is_a(k, algorithm(use))) {
		EVP_PKEY_free(k);
		k = NULL;
	}
	return k;
}

/* Orders 1, 2, 4, 8 of edwards25519, also unreduced; the sign bit is not looked at. */
static bool
ed25519_small(const uint8_t key[RAW])
{
	static const uint8_t odd[][RAW] = {
		{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
		  0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
		  0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
		{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
		  0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
		  0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
	};
	uint8_t y[RAW];
	size_t i, same = 0;

	memcpy(y, key, RAW);
	y[RAW - 1] &= 0x7f;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (memcmp(y, odd[i], RAW) == 0)
			return true;
	if (y[0] <= 1) {			/* 0, 1 */
		for (i = 1; i < RAW; i++)
			same += y[i] == 0;
		return same == RAW - 1;
	}
	if (y[0] < 0xec || y[0] > 0xee)		/* p - 1, p, p + 1 */
		return false;
	for (i = 1; i < RAW - 1; i++)
		same += y[i] == 0xff;
	return same == RAW - 2 && y[RAW - 1] == 0x7f;
}

static bool
one_agree(EVP_PKEY *mine, const struct pubkey *theirs, uint8_t shared[SHARED_LEN])
{
	EVP_PKEY *peer = NULL;
	EVP_PKEY_CTX *ctx = NULL;
	size_t n = SHARED_LEN;
	bool ok = false;

	if (theirs->n != RAW)
		return false;
	peer = EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL, theirs->b, RAW);
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, mine, NULL);
	if (peer == NULL || ctx == NULL)
		goto out;
	ok = EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
	    EVP_PKEY_derive(ctx, shared, &n) == 1 && n == SHARED_LEN;
out:
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return ok;
}

/* X25519 of a small-order point is zero, which libcrypto answers as an error. */
static bool
one_weak(enum key_use use, const struct pubkey *k)
{
	struct secret *shared;
	EVP_PKEY *mine;
	bool weak;

	if (k->n != RAW)
		return true;
	if (use == KEY_SIGN)
		return ed25519_small(k->b);
	shared = secret_new(SHARED_LEN);
	mine = one_generate(KEY_KX);
	weak = mine == NULL || !one_agree(mine, k, secret_bytes(shared));
	EVP_PKEY_free(mine);
	secret_free(&shared);
	return weak;
}

static bool
one_sign(EVP_PKEY *k, const uint8_t *p, size_t n, uint8_t sig[SIG_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = SIG_LEN;
	bool ok;

	ok = ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, k) == 1 &&
	    EVP_DigestSign(ctx, sig, &len, p, n) == 1 && len == SIG_LEN;
	EVP_MD_CTX_free(ctx);
	return ok;
}

static bool
one_verify(const struct pubkey *k, const uint8_t *p, size_t n, const uint8_t sig[SIG_LEN])
{
	EVP_PKEY *key = NULL;
	EVP_MD_CTX *ctx = NULL;
	bool ok = false;

	if (k->n != RAW || ed25519_small(k->b))
		return false;
	key = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, k->b, RAW);
	ctx = EVP_MD_CTX_new();
	if (key == NULL || ctx == NULL)
		goto out;
	ok = EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, sig, SIG_LEN, p, n) == 1;
out:
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok;
}

static bool
one_kdf(const void *pass, size_t npass, const uint8_t *salt, int cost, uint8_t *out,
    size_t n)
{
	uint64_t work = UINT64_C(1) << cost;

	/* 128 r N bytes, and as much again of slack in libcrypto's own count. */
	return EVP_PBE_scrypt(pass, npass, salt, KDF_SALT, work, 8, 1,
	    work * 1024 + (UINT64_C(16) << 20), out, n) == 1;
}

const struct suite suite_one = {
	.byte = SUITE_1,
	.digest = DIGEST_SHA256,
	.public_len = RAW,
	.private_len = RAW,
	.aead_key = 32,
	.cipher = "AES-256-GCM",
	.generate = one_generate,
	.public_of = one_public_of,
	.private_of = one_private_of,
	.load_private = one_load_private,
	.weak = one_weak,
	.sign = one_sign,
	.verify = one_verify,
	.agree = one_agree,
	.kdf = one_kdf,
};
