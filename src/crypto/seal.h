/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets, sealing under a secret key (AEAD), and keys from passphrases.
 * Suite 1: AES-256-GCM, 32-byte keys, scrypt.
 */
#ifndef FJ_CRYPTO_SEAL_H
#define FJ_CRYPTO_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

/* Bytes in the secure heap (locked in memory where the system lets us, never in
 * a core file).  Wiped by secret_free. */
struct secret;

struct secret *secret_new(size_t n);			/* zeros */
struct secret *secret_from(const void *p, size_t n);
struct secret *secret_random(size_t n);
void secret_free(struct secret **s);
uint8_t *secret_bytes(struct secret *s);
const uint8_t *secret_peek(const struct secret *s);
size_t secret_len(const struct secret *s);

/* ---- AEAD with a kept context: one key, many nonces ---- */
enum {
	AEAD_NONCE = 12,
	AEAD_TAG = 16,
	AEAD_KEY_MAX = 48,
};

struct aead;

size_t suite_aead_key(uint8_t suite);			/* bytes of a key; 32 */
/* NULL only for an unknown suite. */
struct aead *aead_new(uint8_t suite, const void *key);
void aead_free(struct aead **a);
/* out has n + AEAD_TAG bytes and may be p.  The caller never repeats a nonce. */
void aead_seal(struct aead *a, const uint8_t nonce[AEAD_NONCE], const void *aad,
    size_t naad, const void *p, size_t n, uint8_t *out);
/* n counts the tag; out has n - AEAD_TAG bytes and may be p.
 * FJ_CORRUPT "crypto.seal": changed, cut, moved or under another key. */
FJ_MUST enum fj_rc aead_open(struct aead *a, const uint8_t nonce[AEAD_NONCE],
    const void *aad, size_t naad, const void *p, size_t n, uint8_t *out,
    struct fj_err *e);

/*
 * A key of n bytes from a passphrase.  cost = log2 of the work (scrypt N); the
 * program makes KDF_COST, tests may write less into the key file's header.
 * The memory (2^cost KiB) is given back to the system before it returns.
 * FJ_LIMIT "crypto.cost" outside KDF_COST_MIN..MAX, FJ_NOMEM "crypto.kdf".
 */
enum {
	KDF_COST = 16,
	KDF_COST_MIN = 4,
	KDF_COST_MAX = 20,
	KDF_SALT = 16,
};
FJ_MUST enum fj_rc suite_kdf(uint8_t suite, const void *pass, size_t npass,
    const uint8_t salt[KDF_SALT], int cost, struct secret *out, struct fj_err *e);

#endif
