/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of keys of a hub.
 *	hub.key		in the clear, 0600: the hub's identity and the secret of its
 *			tokens; the hub must start without a person
 *			"FJH1" | suite | tokens 32 | identity
 *	root.key	sealed by a passphrase of its own, to be moved away
 *	recovery.key	the same, another identity (opens data, never signs)
 *			"FJR1" | suite | cost | salt 16 | nonce 12 | sealed identity;
 *			the first 22 bytes are the AAD
 *
 * K1  a file is there under its name only when it is whole and durable.
 * K2  nothing here is ever replaced: making keys where there are keys is refused.
 */
#ifndef FJ_HUB_KEYS_H
#define FJ_HUB_KEYS_H

#include <stddef.h>

#include "base/rc.h"
#include "crypto/crypto.h"
#include "crypto/seal.h"

struct hub_keys {
	struct identity *identity;
	struct secret *tokens;
};

/* FJ_NOTFOUND "hub.keys-missing" {path}, FJ_DENIED "hub.keys-mode" {path},
 * FJ_CORRUPT "hub.keys-damaged" {path}, FJ_NEWER. */
FJ_MUST enum fj_rc keys_open(const char *dir, struct hub_keys *out, struct fj_err *e);
void keys_close(struct hub_keys *k);

/* New identity and token secret.  FJ_REFUSED "hub.keys-exist" {path}. */
FJ_MUST enum fj_rc keys_make(const char *dir, struct hub_keys *out, struct fj_err *e);

/* Seal an identity under a passphrase as dir/name, and read it back.
 * FJ_REFUSED "hub.passphrase-short" {least}, "hub.keys-exist". */
FJ_MUST enum fj_rc keys_seal(const char *dir, const char *name,
    const struct identity *id, const char *pass, size_t npass, int cost,
    struct fj_err *e);
/* FJ_DENIED "hub.passphrase" {path}: wrong, or the file was changed. */
FJ_MUST enum fj_rc keys_unseal(const char *path, const char *pass, size_t npass,
    struct identity **out, struct fj_err *e);

enum {
	KEYS_PASS_LEAST = 12,		/* bytes */
};

#endif
