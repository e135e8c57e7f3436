/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/keys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "os/fs.h"

enum {
	TOKEN_SECRET = 32,
	HEAD = 4 + 1,
	SEAL_HEAD = 4 + 1 + 1 + KDF_SALT,
	KEY_FILE_MAX = 4096,
};

static const char hub_magic[] = "FJH1", root_magic[] = "FJR1";

static enum fj_rc
read_file(const char *path, const char *magic, struct fj_buf *b, struct fj_err *e)
{
	struct stat st;
	enum fj_rc rc;

	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		return fj_fail(e, FJ_DENIED, "hub.keys-mode", "s", path);
	rc = fs_read(path, b, e);
	if (rc == FJ_NOTFOUND)
		return fj_fail(e, FJ_NOTFOUND, "hub.keys-missing", "s", path);
	if (rc != FJ_OK)
		return rc;
	if (b->n < HEAD || memcmp(b->p, magic, 4) != 0)
		return fj_fail(e, FJ_CORRUPT, "hub.keys-damaged", "s", path);
	return suite_check((uint8_t)b->p[4], e);
}

enum fj_rc
keys_open(const char *dir, struct hub_keys *out, struct fj_err *e)
{
	char *path = fs_join(dir, "hub.key");
	struct hub_keys k = { NULL, NULL };
	struct secret *s = NULL;
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init_secret(&b, KEY_FILE_MAX);
	rc = read_file(path, hub_magic, &b, e);
	if (rc == FJ_OK && b.n <= HEAD + TOKEN_SECRET)
		rc = fj_fail(e, FJ_CORRUPT, "hub.keys-damaged", "s", path);
	if (rc == FJ_OK) {
		k.tokens = secret_from(b.p + HEAD, TOKEN_SECRET);
		s = secret_from(b.p + HEAD + TOKEN_SECRET, b.n - HEAD - TOKEN_SECRET);
		rc = identity_import((uint8_t)b.p[4], s, &k.identity, e);
		if (rc == FJ_CORRUPT)
			rc = fj_fail(e, FJ_CORRUPT, "hub.keys-damaged", "s", path);
	}
	if (rc == FJ_OK)
		*out = k;
	else
		keys_close(&k);
	secret_free(&s);
	fj_buf_release(&b);
	free(path);
	return rc;
}

void
keys_close(struct hub_keys *k)
{
	identity_free(&k->identity);
	secret_free(&k->tokens);
}

static enum fj_rc
write_new(const char *path, const struct fj_buf *b, struct fj_err *e)
{
	enum fj_rc rc;

	rc = fs_write_new(path, b->p, b->n, 0600, e);
	if (rc == FJ_REFUSED)
		return fj_fail(e, FJ_REFUSED, "hub.keys-exist", "s", path);
	return rc;
}

enum fj_rc
keys_make(const char *dir, struct hub_keys *out, struct fj_err *e)
{
	char *path = fs_join(dir, "hub.key");
	struct hub_keys k = { NULL, NULL };
	struct secret *s = NULL;
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init_secret(&b, KEY_FILE_MAX);
	rc = identity_new(SUITE_DEFAULT, &k.identity, e);
	if (rc == FJ_OK) {
		k.tokens = secret_random(TOKEN_SECRET);
		s = identity_export(k.identity);
		fj_buf_add(&b, hub_magic, 4);
		fj_buf_u8(&b, SUITE_DEFAULT);
		fj_buf_add(&b, secret_peek(k.tokens), TOKEN_SECRET);
		fj_buf_add(&b, secret_peek(s), secret_len(s));
		rc = write_new(path, &b, e);
	}
	if (rc == FJ_OK)
		*out = k;
	else
		keys_close(&k);
	secret_free(&s);
	fj_buf_release(&b);
	free(path);
	return rc;
}

static struct aead *
sealer(const uint8_t *head, const char *pass, size_t npass, enum fj_rc *rc,
    struct fj_err *e)
{
	uint8_t suite = head[4];
	struct secret *key = secret_new(suite_aead_key(suite));
	struct aead *a = NULL;

	*rc = suite_kdf(suite, pass, npass, head + 6, head[5], key, e);
	if (*rc == FJ_OK)
		a = aead_new(suite, secret_peek(key));
	secret_free(&key);
	return a;
}

enum fj_rc
keys_seal(const char *dir, const char *name, const struct identity *id,
    const char *pass, size_t npass, int cost, struct fj_err *e)
{
	char *path = fs_join(dir, name);
	struct secret *s = identity_export(id);
	struct identity *again = NULL;
	struct aead *a = NULL;
	uint8_t salt[KDF_SALT], nonce[AEAD_NONCE];
	struct fj_buf b;
	enum fj_rc rc;
	char *room;

	fj_buf_init(&b, KEY_FILE_MAX);
	if (npass < KEYS_PASS_LEAST) {
		rc = fj_fail(e, FJ_REFUSED, "hub.passphrase-short", "d", KEYS_PASS_LEAST);
		goto out;
	}
	crypto_random(salt, sizeof(salt));
	crypto_random(nonce, sizeof(nonce));
	fj_buf_add(&b, root_magic, 4);
	fj_buf_u8(&b, identity_pub(id)->suite);
	fj_buf_u8(&b, (uint8_t)cost);
	fj_buf_add(&b, salt, sizeof(salt));
	a = sealer((const uint8_t *)b.p, pass, npass, &rc, e);
	if (rc != FJ_OK)
		goto out;
	fj_buf_add(&b, nonce, sizeof(nonce));
	room = fj_buf_extend(&b, secret_len(s) + AEAD_TAG);
	FJ_BUG_IF(room == NULL);
	aead_seal(a, nonce, b.p, SEAL_HEAD, secret_peek(s), secret_len(s),
	    (uint8_t *)room);
	rc = write_new(path, &b, e);
	if (rc == FJ_OK)
		rc = keys_unseal(path, pass, npass, &again, e);
out:
	identity_free(&again);
	aead_free(&a);
	secret_free(&s);
	fj_buf_release(&b);
	free(path);
	return rc;
}

enum fj_rc
keys_unseal(const char *path, const char *pass, size_t npass, struct identity **out,
    struct fj_err *e)
{
	struct secret *s = NULL;
	struct aead *a = NULL;
	struct fj_buf b;
	enum fj_rc rc;
	const uint8_t *p;
	size_t n;

	fj_buf_init(&b, KEY_FILE_MAX);
	rc = read_file(path, root_magic, &b, e);
	if (rc != FJ_OK)
		goto out;
	if (b.n <= SEAL_HEAD + AEAD_NONCE + AEAD_TAG) {
		rc = fj_fail(e, FJ_CORRUPT, "hub.keys-damaged", "s", path);
		goto out;
	}
	p = (const uint8_t *)b.p;
	a = sealer(p, pass, npass, &rc, e);
	if (rc != FJ_OK)
		goto out;
	n = b.n - SEAL_HEAD - AEAD_NONCE;
	s = secret_new(n - AEAD_TAG);
	rc = aead_open(a, p + SEAL_HEAD, p, SEAL_HEAD, p + SEAL_HEAD + AEAD_NONCE, n,
	    secret_bytes(s), e);
	if (rc != FJ_OK) {
		rc = fj_fail(e, FJ_DENIED, "hub.passphrase", "s", path);
		goto out;
	}
	rc = identity_import(p[4], s, out, e);
out:
	aead_free(&a);
	secret_free(&s);
	fj_buf_release(&b);
	return rc;
}
