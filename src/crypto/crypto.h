/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cryptography by suites (entry/FORMAT.md section 1).  Every envelope carries
 * a suite byte; every function here that depends on it takes it, and finds the
 * row of the function table (suite.h) behind it.  Only this folder sees libcrypto.
 *
 * C1  an unknown suite is FJ_NEWER "crypto.suite", never a guess.  Functions that
 *     answer nothing (hashing) demand that suite_known() was asked before.
 * C2  a failed check gives no output: what it would have filled is zeroed.
 * C3  secrets live in the secure heap (seal.h) and are wiped when they go.
 */
#ifndef FJ_CRYPTO_CRYPTO_H
#define FJ_CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/rc.h"

enum {
	SUITE_1 = 1,		/* SHA-256, Ed25519, X25519, AES-256-GCM, scrypt */
	SUITE_DEFAULT = SUITE_1,
	SIG_LEN = 64,
	KEY_MAX = 64,		/* a public key: suite 1 has 32 bytes */
	WRAP_OVERHEAD_MAX = KEY_MAX + 12 + 16,
};

/* Once, early: makes the secure heap.  Safe to call again. */
void crypto_init(void);

bool suite_known(uint8_t suite);
FJ_MUST enum fj_rc suite_check(uint8_t suite, struct fj_err *e);
size_t suite_public_len(uint8_t suite);		/* bytes of a public key */

/* ---- hashes ---- */
enum digest {
	DIGEST_SHA256,
	DIGEST_SM3,
	DIGEST_SHA1,		/* for checks against accidents alone: 20 bytes, then zeros */
};
enum digest suite_digest(uint8_t suite);

struct part {
	const void *p;
	size_t n;
};

/* H of the suite over one run of bytes, or over parts one after another. */
void suite_hash(uint8_t suite, const void *p, size_t n, struct hash *out);
void suite_hash_parts(uint8_t suite, const struct part *part, size_t n,
    struct hash *out);

/* Bit by bit; for evidence two of them run side by side. */
struct hasher;
struct hasher *hasher_new(enum digest d);
void hasher_add(struct hasher *h, const void *p, size_t n);
void hasher_peek(const struct hasher *h, struct hash *out);	/* so far */
void hasher_final(struct hasher *h, struct hash *out);	/* and starts anew */
void hasher_free(struct hasher **h);
void digest_bytes(enum digest d, const void *p, size_t n, struct hash *out);

/* HMAC with the suite's hash. */
void suite_hmac(uint8_t suite, const void *key, size_t nkey,
    const struct part *part, size_t n, struct hash *out);
/* HKDF (RFC 5869) with the suite's hash; n <= 255 * 32. */
void suite_hkdf(uint8_t suite, const void *key, size_t nkey, const void *salt,
    size_t nsalt, const void *info, size_t ninfo, void *out, size_t n);

bool crypto_equal(const void *a, const void *b, size_t n);	/* constant time */

/* ---- random ---- */
void crypto_random(void *p, size_t n);		/* never fails: ends the process */
void id_random(struct id *out);
/* n Crockford characters of 5 random bits each; out has n + 1 bytes. */
void crypto_random_code(char *out, size_t n);

/* ---- identities ---- */
struct pubkey {
	size_t n;
	uint8_t b[KEY_MAX];
};

struct identity_public {
	uint8_t suite;
	struct pubkey sign;
	struct pubkey kx;
};

bool pubkey_eq(const struct pubkey *a, const struct pubkey *b);
/* Length, and not of small order.  FJ_DENIED "crypto.key", FJ_NEWER. */
FJ_MUST enum fj_rc pubkey_check_sign(uint8_t suite, const struct pubkey *k,
    struct fj_err *e);
FJ_MUST enum fj_rc pubkey_check_kx(uint8_t suite, const struct pubkey *k,
    struct fj_err *e);
/* From 2n hex digits; no other check.  FJ_INVAL "crypto.key-text". */
FJ_MUST enum fj_rc pubkey_parse(uint8_t suite, const char *hex, struct pubkey *out,
    struct fj_err *e);
void pubkey_format(const struct pubkey *k, char *out);	/* 2 * KEY_MAX + 1 bytes */

/* dev = first 16 bytes of H("feijian/1/dev\0" | suite | sign pub | kx pub). */
void identity_dev(const struct identity_public *pub, struct id *out);
/* H("feijian/1/root\0" | suite | sign pub): what a device pins. */
void identity_root(uint8_t suite, const struct pubkey *sign, struct hash *out);

enum purpose {
	PURPOSE_ENTRY,
	PURPOSE_SESSION,
	PURPOSE_DEVICE,
	PURPOSE_RECEIPT,
	PURPOSE_TREE,
	PURPOSE_BUNDLE,
};

/* FJ_DENIED "crypto.signature" when it does not verify; also for small orders. */
FJ_MUST enum fj_rc crypto_verify(uint8_t suite, const struct pubkey *sign,
    enum purpose purpose, const struct hash *h, const uint8_t sig[SIG_LEN],
    struct fj_err *e);

/* The private halves of one key pair for signing and one for key exchange. */
struct identity;
struct secret;

FJ_MUST enum fj_rc identity_new(uint8_t suite, struct identity **out, struct fj_err *e);
void identity_free(struct identity **id);
const struct identity_public *identity_pub(const struct identity *id);
FJ_MUST enum fj_rc identity_sign(const struct identity *id, enum purpose purpose,
    const struct hash *h, uint8_t sig[SIG_LEN], struct fj_err *e);
/* Both private keys as bytes for a key file, and back.  FJ_CORRUPT "crypto.identity". */
struct secret *identity_export(const struct identity *id);
FJ_MUST enum fj_rc identity_import(uint8_t suite, const struct secret *s,
    struct identity **out, struct fj_err *e);

/*
 * Seal a short secret to a public key: ephemeral key | nonce | ciphertext | tag.
 * The key comes from HKDF that binds both public keys and `info`.
 * unwrap: FJ_DENIED "crypto.unwrap".
 */
FJ_MUST enum fj_rc crypto_wrap(uint8_t suite, const struct pubkey *kx, const char *info,
    const void *p, size_t n, struct fj_buf *out, struct fj_err *e);
FJ_MUST enum fj_rc identity_unwrap(const struct identity *id, const char *info,
    const void *p, size_t n, struct secret **out, struct fj_err *e);

#endif
