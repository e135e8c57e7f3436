/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/suite.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Two contexts, so that sealing and reading back never set the key again. */
struct aead {
	EVP_CIPHER_CTX *seal;
	EVP_CIPHER_CTX *open;
};

struct aead *
aead_new(uint8_t suite, const void *key)
{
	const struct suite *s = suite_row(suite);
	EVP_CIPHER *cipher;
	struct aead *a;

	if (s == NULL)
		return NULL;
	a = xcalloc(1, sizeof(*a));
	cipher = EVP_CIPHER_fetch(NULL, s->cipher, NULL);
	a->seal = EVP_CIPHER_CTX_new();
	a->open = EVP_CIPHER_CTX_new();
	FJ_BUG_IF(cipher == NULL || a->seal == NULL || a->open == NULL ||
	    EVP_EncryptInit_ex2(a->seal, cipher, key, NULL, NULL) != 1 ||
	    EVP_DecryptInit_ex2(a->open, cipher, key, NULL, NULL) != 1);
	EVP_CIPHER_free(cipher);
	return a;
}

void
aead_free(struct aead **a)
{
	if (*a == NULL)
		return;
	EVP_CIPHER_CTX_free((*a)->seal);	/* both wipe the key schedule */
	EVP_CIPHER_CTX_free((*a)->open);
	free(*a);
	*a = NULL;
}

void
aead_seal(struct aead *a, const uint8_t nonce[AEAD_NONCE], const void *aad, size_t naad,
    const void *p, size_t n, uint8_t *out)
{
	int len = 0, tail = 0;
	uint8_t none[1] = { 0 };

	FJ_BUG_IF(n > INT_MAX || naad > INT_MAX);
	FJ_BUG_IF(EVP_EncryptInit_ex2(a->seal, NULL, NULL, nonce, NULL) != 1);
	if (naad > 0)
		FJ_BUG_IF(EVP_EncryptUpdate(a->seal, NULL, &len, aad, (int)naad) != 1);
	len = 0;
	if (n > 0)
		FJ_BUG_IF(EVP_EncryptUpdate(a->seal, out, &len, p, (int)n) != 1);
	FJ_BUG_IF((size_t)len != n);
	FJ_BUG_IF(EVP_EncryptFinal_ex(a->seal, none, &tail) != 1 || tail != 0);
	FJ_BUG_IF(EVP_CIPHER_CTX_ctrl(a->seal, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG,
	    out + n) != 1);
}

enum fj_rc
aead_open(struct aead *a, const uint8_t nonce[AEAD_NONCE], const void *aad, size_t naad,
    const void *p, size_t n, uint8_t *out, struct fj_err *e)
{
	uint8_t tag[AEAD_TAG], none[1] = { 0 };
	int len = 0, tail = 0;

	if (n < AEAD_TAG || n > INT_MAX || naad > INT_MAX)
		return fj_fail(e, FJ_CORRUPT, "crypto.seal", "");
	n -= AEAD_TAG;
	memcpy(tag, (const uint8_t *)p + n, AEAD_TAG);	/* out may be p */
	FJ_BUG_IF(EVP_DecryptInit_ex2(a->open, NULL, NULL, nonce, NULL) != 1);
	if (naad > 0)
		FJ_BUG_IF(EVP_DecryptUpdate(a->open, NULL, &len, aad, (int)naad) != 1);
	if (n > 0)
		FJ_BUG_IF(EVP_DecryptUpdate(a->open, out, &len, p, (int)n) != 1);
	FJ_BUG_IF(EVP_CIPHER_CTX_ctrl(a->open, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG, tag) != 1);
	if (EVP_DecryptFinal_ex(a->open, none, &tail) != 1) {
		if (n > 0)
			fj_wipe(out, n);
		return fj_fail(e, FJ_CORRUPT, "crypto.seal", "");
	}
	return FJ_OK;
}
