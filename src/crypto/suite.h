/* SPDX-License-Identifier: Apache-2.0 */
/* The function table behind the suite byte; a key device would be one more row.
 * Of this folder only. */
#ifndef FJ_CRYPTO_SUITE_H
#define FJ_CRYPTO_SUITE_H

#include <openssl/evp.h>

#include "crypto/crypto.h"
#include "crypto/seal.h"

enum key_use {
	KEY_SIGN,
	KEY_KX,
};

enum {
	SHARED_LEN = 32,
};

struct suite {
	uint8_t byte;
	enum digest digest;
	size_t public_len;
	size_t private_len;
	size_t aead_key;
	const char *cipher;

	EVP_PKEY *(*generate)(enum key_use use);
	bool (*public_of)(EVP_PKEY *k, struct pubkey *out);
	bool (*private_of)(EVP_PKEY *k, uint8_t *out, size_t n);
	EVP_PKEY *(*load_private)(enum key_use use, const uint8_t *p, size_t n);
	bool (*weak)(enum key_use use, const struct pubkey *k);
	bool (*sign)(EVP_PKEY *k, const uint8_t *p, size_t n, uint8_t sig[SIG_LEN]);
	bool (*verify)(const struct pubkey *k, const uint8_t *p, size_t n,
	    const uint8_t sig[SIG_LEN]);
	bool (*agree)(EVP_PKEY *mine, const struct pubkey *theirs,
	    uint8_t shared[SHARED_LEN]);
	bool (*kdf)(const void *pass, size_t npass, const uint8_t *salt, int cost,
	    uint8_t *out, size_t n);
};

const struct suite *suite_row(uint8_t byte);	/* NULL: unknown */
const struct suite *suite_must(uint8_t byte);	/* unknown is a broken invariant */
extern const struct suite suite_one;
const EVP_MD *digest_md(enum digest d);

#endif
