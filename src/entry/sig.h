/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys as members of a payload, and signatures with a purpose (FORMAT.md
 * section 2).  The keys themselves and the verifying are crypto/'s.
 */
#ifndef FJ_ENTRY_SIG_H
#define FJ_ENTRY_SIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "base/json.h"
#include "base/rc.h"
#include "crypto/crypto.h"
#include "entry/entry.h"

/* Whoever holds a private key signs through this: no key passes by here. */
typedef enum fj_rc (*sign_fn)(void *ctx, enum purpose purpose, const struct hash *h,
    uint8_t sig[ENTRY_SIG], struct fj_err *e);
/* A sign_fn whose ctx is a struct identity. */
enum fj_rc sign_with_identity(void *ctx, enum purpose purpose, const struct hash *h,
    uint8_t sig[ENTRY_SIG], struct fj_err *e);

/* First 16 bytes of H("feijian/1/roster\0" | sign): the stream of a roster. */
void roster_stream(const struct identity_public *root, struct id *out);

/* Members suite, sign, kx.  key_read: lengths and form only, suite known. */
void key_write(struct json_w *w, const struct identity_public *k);
FJ_MUST enum fj_rc key_read(const struct json *object, struct identity_public *out,
    struct fj_err *e);	/* FJ_INVAL "entry.key" {member}; FJ_NEWER "entry.suite" */
/* No key of small order.  FJ_DENIED "entry.weak-key" {dev}. */
FJ_MUST enum fj_rc key_check(const struct identity_public *k, struct fj_err *e);
bool key_eq(const struct identity_public *a, const struct identity_public *b);

/* FJ_CORRUPT "entry.signature" {dev, seq}. */
FJ_MUST enum fj_rc entry_verify(const struct entry *en, const struct identity_public *k,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e);
FJ_MUST enum fj_rc entry_sign(const struct entry *en, sign_fn sign, void *ctx,
    uint8_t sig[ENTRY_SIG], struct fj_err *e);
/* Over H(text): receipts, heads, requests.  What crypto_verify answers. */
FJ_MUST enum fj_rc text_verify(const struct identity_public *k, enum purpose purpose,
    const void *text, size_t n, const uint8_t sig[ENTRY_SIG], struct fj_err *e);
FJ_MUST enum fj_rc text_sign(sign_fn sign, void *ctx, uint8_t suite,
    enum purpose purpose, const void *text, size_t n, uint8_t sig[ENTRY_SIG],
    struct fj_err *e);

#endif
