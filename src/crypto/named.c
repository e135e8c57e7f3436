/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/named.h"

#include <openssl/evp.h>
#include <string.h>

size_t
digest_named(const char *name, const void *p, size_t n, uint8_t out[NAMED_DIGEST_MAX])
{
	static const char *const known[] = {"MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512",
	    "SM3"};
	const char *fetch = NULL;
	unsigned len = 0;
	EVP_MD *md;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], name) == 0)
			fetch = i == 1 ? "SHA1" : known[i];
	if (fetch == NULL)
		return 0;
	md = EVP_MD_fetch(NULL, fetch, NULL);
	if (md == NULL)
		return 0;
	if (EVP_Digest(p, n, out, &len, md, NULL) != 1)
		len = 0;
	EVP_MD_free(md);
	return len;
}

bool
ed25519_verify(const uint8_t key[32], const uint8_t sig[64], const void *p, size_t n)
{
	EVP_PKEY *k = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, 32);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	ok = k != NULL && ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k) == 1 &&
	    EVP_DigestVerify(ctx, sig, 64, p, n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(k);
	return ok;
}
