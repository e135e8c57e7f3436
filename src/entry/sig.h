/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys of a device, and signatures with a purpose: always over
 * "feijian/1/" purpose "\0" | 32-byte hash.
 */
#ifndef FJ_ENTRY_SIG_H
#define FJ_ENTRY_SIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "base/json.h"
#include "base/rc.h"
#include "entry/entry.h"

enum { DEV_KEY = 32 };			/* bytes of each public key, suite 1 */

/* The public half of a device, a hub key or a root. */
struct dev_key {
	uint8_t suite;
	uint8_t sign[DEV_KEY];
	uint8_t kx[DEV_KEY];
};

enum sig_purpose {
	SIG_ENTRY,
	SIG_SESSION,
	SIG_DEVICE,
	SIG_RECEIPT,
	SIG_TREE,
	SIG_BUNDLE,
};

const char *sig_purpose_name(enum sig_purpose p);	/* "entry", … */

/* Whoever holds a private key signs through this: no key passes by here. */
typedef enum fj_rc (*sign_fn)(void *ctx, const char *purpose, const struct hash *h,
    uint8_t sig[ENTRY_SIG], struct fj_err *e);

/* First 16 bytes of H("feijian/1/dev\0" | suite | sign | kx). */
void dev_of(const struct dev_key *k, struct id *out);
/* H("feijian/1/root\0" | suite | sign): the only anchor. */
void root_fingerprint(const struct dev_key *root, struct hash *out);
/* First 16 bytes of H("feijian/1/roster\0" | sign): the stream of a roster. */
void roster_stream(const struct dev_key *root, struct id *out);

/* FJ_NEWER "entry.suite"; FJ_DENIED "entry.weak-key": a key of small order. */
FJ_MUST enum fj_rc dev_key_check(const struct dev_key *k, struct fj_err *e);
bool dev_key_eq(const struct dev_key *a, const struct dev_key *b);
/* Members suite, sign, kx. */
void dev_key_write(struct json_w *w, const struct dev_key *k);
bool dev_key_parse(const struct json *object, struct dev_key *out);

/* FJ_CORRUPT "sig.wrong" {purpose}; FJ_NEWER "entry.suite". */
FJ_MUST enum fj_rc sig_verify(const struct dev_key *k, enum sig_purpose purpose,
    const struct hash *h, const uint8_t sig[ENTRY_SIG], struct fj_err *e);
/* Over H(text): receipts, heads, requests. */
FJ_MUST enum fj_rc sig_verify_text(const struct dev_key *k, enum sig_purpose purpose,
    const void *text, size_t n, const uint8_t sig[ENTRY_SIG], struct fj_err *e);
FJ_MUST enum fj_rc sig_make_text(sign_fn sign, void *ctx, uint8_t suite,
    enum sig_purpose purpose, const void *text, size_t n, uint8_t sig[ENTRY_SIG],
    struct fj_err *e);

#endif
