/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a key file (table in keyfile.h) and its fields.  Of journal/ only. */
#ifndef FJ_JOURNAL_KEYFILE_FORMAT_H
#define FJ_JOURNAL_KEYFILE_FORMAT_H

#include "journal/keyfile.h"

enum {
	KEYFILE_FIXED = 56,
	KEYFILE_HEAD_MAX = KEYFILE_FIXED + 2 + 1 + 2 * KEY_MAX,
	KEYFILE_WRAP_MAX = 384,
	KEYFILE_WRAPS = 5,
	KEYFILE_MAX = 4096,
	DEK_LEN = 32,
};

enum wrap_kind {
	WRAP_DEK_PASS = 1,
	WRAP_ID_PASS = 2,
	WRAP_DEK_CODE = 3,
	WRAP_ID_CODE = 4,
	WRAP_DEK_BUREAU = 5,
};

struct wrap {
	size_t n;		/* 0: not there */
	uint8_t b[KEYFILE_WRAP_MAX];
};

struct keyfile {
	uint8_t suite;
	int cost;
	struct id key_id;
	uint8_t salt[KDF_SALT];
	uint8_t code_salt[KDF_SALT];
	struct identity_public pub;
	struct wrap wrap[KEYFILE_WRAPS + 1];	/* by kind */
};

/* Header with the public half: the AAD of the wraps.  Answers its size. */
size_t keyfile_head(const struct keyfile *f, uint8_t out[KEYFILE_HEAD_MAX]);
void keyfile_encode(const struct keyfile *f, struct fj_buf *out);
/* FJ_CORRUPT "journal.keyfile" {name}, FJ_NEWER "crypto.suite". */
FJ_MUST enum fj_rc keyfile_decode(const void *p, size_t n, const char *name,
    struct keyfile *out, struct fj_err *e);

/* Seal s under a key encryption key; open it again (FJ_CORRUPT: another key). */
void keyfile_seal(struct keyfile *f, enum wrap_kind kind, const struct secret *kek,
    const struct secret *s);
FJ_MUST enum fj_rc keyfile_unseal(const struct keyfile *f, enum wrap_kind kind,
    const struct secret *kek, struct secret **out, struct fj_err *e);

#endif
