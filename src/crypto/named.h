/* SPDX-License-Identifier: Apache-2.0 */
/* Digests that forms ask for by name; nothing here protects anything. */
#ifndef FJ_CRYPTO_NAMED_H
#define FJ_CRYPTO_NAMED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NAMED_DIGEST_MAX = 64,
};

/* MD5, SHA-1, SHA-256, SHA-384, SHA-512, SM3; 0: unknown name. */
size_t digest_named(const char *name, const void *p, size_t n,
    uint8_t out[NAMED_DIGEST_MAX]);
/* Does an Ed25519 signature over p verify under a 32-byte key? */
bool ed25519_verify(const uint8_t key[32], const uint8_t sig[64], const void *p, size_t n);

#endif
