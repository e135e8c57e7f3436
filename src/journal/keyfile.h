/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key file HOME/keys: who may open the workspace.
 *
 *	offset	bytes	header
 *	0	4	"FJK1"
 *	4	1	suite
 *	5	1	cost of the KDF (log2 N; the program makes KDF_COST)
 *	6	2	zero
 *	8	16	key id: random, names the DEK
 *	24	16	salt of the passphrase
 *	40	16	salt of the recovery code
 *	56	2	size of the public half, then suite | sign pub | kx pub
 *	then	1	number of wraps, then each:
 *		1	kind: 1 DEK under the passphrase, 2 identity under the
 *			passphrase, 3 DEK under the owner's code, 4 identity under the
 *			owner's code, 5 DEK to the bureau's recovery key
 *		2	size
 *		n	nonce 12 | ciphertext | tag 16	(kind 5: as crypto_wrap makes)
 *	last	32	H of all before: tells damage from a wrong passphrase
 *
 * AAD of a wrap: the header up to and with the public half | kind; in it, for kinds 1
 * and 2 the salt of the code, for 3 and 4 the cost and the salt of the passphrase are
 * zeros, so that a new passphrase leaves the code as it is.  KEK = KDF(passphrase,
 * salt); for the code HKDF(its 26 characters, salt, "feijian/1/code"): 130 random bits.
 *
 * K1  the file is replaced whole (temporary, fsync, rename, fsync of the folder);
 *     the one before stays as keys.old until the new one was read back and opened.
 * K2  the bureau's wrap never opens the identity.
 * K3  a wrong passphrase changes nothing but the side record of failures
 *     (HOME/keys.wait), which only delays: from the 4th on 2, 4, 8 … at most 300 s.
 */
#ifndef FJ_JOURNAL_KEYFILE_H
#define FJ_JOURNAL_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rc.h"
#include "crypto/crypto.h"
#include "crypto/seal.h"

enum {
	KEYFILE_CODE = 26,	/* Crockford characters of the owner's recovery code */
	KEYFILE_CODE_TEXT = 32,	/* in groups: xxxxx-xxxxx-xxxxx-xxxxx-xxxxxx, with '\0' */
	KEYFILE_WAIT_FREE = 3,	/* failures without a delay: a slip of the finger */
	KEYFILE_WAIT_MAX = 300,
};

/* What an opened key file gives.  identity NULL: data only (a restored backup). */
struct keyring {
	struct secret *dek;
	struct identity *identity;
	struct id key_id;
};

void keyring_free(struct keyring *k);

bool keyfile_exists(const char *home);

/* New keys.  Fails when the file is there: FJ_REFUSED "journal.exists".
 * k->dek and identity given: they are kept (restore); NULL: made. */
FJ_MUST enum fj_rc keyfile_create(const char *home, uint8_t suite, int cost,
    const char *pass, size_t npass, struct keyring *k,
    char code[KEYFILE_CODE_TEXT], struct fj_err *e);

/* FJ_DENIED "journal.passphrase", FJ_BUSY "journal.wait" {seconds} (the KDF is not
 * run), FJ_CORRUPT "journal.keyfile" {path}, FJ_NOTFOUND "journal.none" {home}. */
FJ_MUST enum fj_rc keyfile_unlock(const char *home, const char *pass, size_t npass,
    int64_t now_ms, struct keyring *k, struct fj_err *e);
/* By the owner's code: FJ_DENIED "journal.code". */
FJ_MUST enum fj_rc keyfile_unlock_code(const char *home, const char *code,
    struct keyring *k, struct fj_err *e);

/* Wrap what k holds again under a new passphrase.  code != NULL: make a new
 * recovery code too (the old one opens nothing afterwards); demanded when k's
 * identity is not the one in the file. */
FJ_MUST enum fj_rc keyfile_rewrap(const char *home, const struct keyring *k, int cost,
    const char *pass, size_t npass, char *code, struct fj_err *e);
/* Wrap the DEK to the bureau's recovery key (root-signed; the caller checked). */
FJ_MUST enum fj_rc keyfile_set_bureau(const char *home, const struct keyring *k,
    const struct pubkey *bureau, struct fj_err *e);
bool keyfile_has_bureau(const char *home);
/* The bureau's side: the DEK alone, never an identity (K2). FJ_DENIED "crypto.unwrap". */
FJ_MUST enum fj_rc keyfile_open_bureau(const char *home, const struct identity *bureau,
    struct keyring *k, struct fj_err *e);
FJ_MUST enum fj_rc keyfile_cost(const char *home, int *cost, struct fj_err *e);
/* The public half of who the file belongs to. */
FJ_MUST enum fj_rc keyfile_public(const char *home, struct identity_public *out,
    struct fj_err *e);
/* The device was ended: passphrase and code wraps go; data stay for the bureau. */
FJ_MUST enum fj_rc keyfile_end(const char *home, struct fj_err *e);
/* The file without identity wraps (for a backup), appended to out. */
FJ_MUST enum fj_rc keyfile_without_identity(const char *home, struct fj_buf *out,
    struct fj_err *e);

#endif
