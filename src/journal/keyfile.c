/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/keyfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/xalloc.h"
#include "journal/keyfile_format.h"
#include "journal/keywait.h"
#include "os/fs.h"

void
keyring_free(struct keyring *k)
{
	secret_free(&k->dek);
	identity_free(&k->identity);
	memset(k, 0, sizeof(*k));
}

static enum fj_rc
load_one(const char *path, struct keyfile *f, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, KEYFILE_MAX);
	rc = fs_read(path, &b, e);
	if (rc == FJ_LIMIT)
		rc = fj_fail(e, FJ_CORRUPT, "journal.keyfile", "s", path);
	if (rc == FJ_OK)
		rc = keyfile_decode(b.p, b.n, path, f, e);
	fj_buf_release(&b);
	return rc;
}

/* A damaged file is passed over for the one before, when that is still there. */
static enum fj_rc
load(const char *home, struct keyfile *f, struct fj_err *e)
{
	char *path = fs_join(home, "keys"), *old = fs_join(home, "keys.old");
	enum fj_rc rc = load_one(path, f, e);

	if ((rc == FJ_CORRUPT || rc == FJ_NOTFOUND) && fs_exists(old) &&
	    load_one(old, f, NULL) == FJ_OK) {
		fj_err_clear(e);
		rc = FJ_OK;
	}
	if (rc == FJ_NOTFOUND)
		rc = fj_fail(e, FJ_NOTFOUND, "journal.none", "s", home);
	free(path);
	free(old);
	return rc;
}

bool
keyfile_exists(const char *home)
{
	char *path = fs_join(home, "keys"), *old = fs_join(home, "keys.old");
	bool there = fs_exists(path) || fs_exists(old);

	free(path);
	free(old);
	return there;
}

/* ---- the two key encryption keys ---- */

static enum fj_rc
kek_pass(const struct keyfile *f, const char *pass, size_t n, struct secret **out,
    struct fj_err *e)
{
	enum fj_rc rc;

	*out = secret_new(suite_aead_key(f->suite));
	rc = suite_kdf(f->suite, pass, n, f->salt, f->cost, *out, e);
	if (rc != FJ_OK)
		secret_free(out);
	return rc;
}

/* The code as it was made, however it was typed; false: not 26 characters. */
static bool
code_plain(const char *code, char out[KEYFILE_CODE + 1])
{
	static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
	size_t n = 0;

	for (; *code != '\0'; code++) {
		char c = *code;

		if (c == '-' || c == ' ')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == 'o')
			c = '0';
		if (c == 'i' || c == 'l')
			c = '1';
		if (n == KEYFILE_CODE || strchr(alphabet, c) == NULL)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == KEYFILE_CODE;
}

static bool
kek_code(const struct keyfile *f, const char *code, struct secret **out)
{
	static const char info[] = "feijian/1/code";
	char plain[KEYFILE_CODE + 1];
	bool ok = code_plain(code, plain);

	*out = NULL;
	if (ok) {
		*out = secret_new(suite_aead_key(f->suite));
		suite_hkdf(f->suite, plain, KEYFILE_CODE, f->code_salt, KDF_SALT, info,
		    sizeof(info) - 1, secret_bytes(*out), secret_len(*out));
	}
	fj_wipe(plain, sizeof(plain));
	return ok;
}

static void
code_make(char out[KEYFILE_CODE_TEXT])
{
	char plain[KEYFILE_CODE + 1];
	int i, at = 0;

	crypto_random_code(plain, KEYFILE_CODE);
	for (i = 0; i < KEYFILE_CODE; i++) {
		if (i > 0 && i % 5 == 0 && i < 25)
			out[at++] = '-';
		out[at++] = plain[i];
	}
	out[at] = '\0';
	fj_wipe(plain, sizeof(plain));
}

/* ---- writing ---- */

static void
fill(struct keyfile *f, const struct keyring *k, enum wrap_kind dek, enum wrap_kind id,
    const struct secret *kek)
{
	struct secret *raw;

	keyfile_seal(f, dek, kek, k->dek);
	f->wrap[id].n = 0;
	if (k->identity == NULL)
		return;
	raw = identity_export(k->identity);
	keyfile_seal(f, id, kek, raw);
	secret_free(&raw);
}

/* What stands on the disk opens with kek to what we hold. */
static enum fj_rc
read_back(const char *path, const struct keyring *k, const struct secret *kek,
    struct fj_err *e)
{
	struct keyfile f;
	struct secret *dek = NULL;
	enum fj_rc rc = load_one(path, &f, e);

	if (rc == FJ_OK && kek != NULL)
		rc = keyfile_unseal(&f, WRAP_DEK_PASS, kek, &dek, e);
	if (rc == FJ_OK && kek != NULL && (secret_len(dek) != secret_len(k->dek) ||
	    !crypto_equal(secret_peek(dek), secret_peek(k->dek), secret_len(dek))))
		rc = fj_fail(e, FJ_CORRUPT, "journal.keyfile", "s", path);
	secret_free(&dek);
	return rc;
}

/* K1: the old file keeps a second name until the new one was read back. */
static enum fj_rc
replace(const char *home, const struct keyfile *f, const struct keyring *k,
    const struct secret *kek, struct fj_err *e)
{
	char *path = fs_join(home, "keys"), *old = fs_join(home, "keys.old");
	struct fj_buf b;
	enum fj_rc rc = FJ_OK;

	fj_buf_init(&b, KEYFILE_MAX);
	keyfile_encode(f, &b);
	FJ_BUG_IF(fj_buf_over(&b));
	if (fs_exists(path))
		rc = fs_copy(path, old, 0600, e);
	if (rc == FJ_OK)
		rc = fs_write(path, b.p, b.n, 0600, e);
	if (rc == FJ_OK) {
		rc = read_back(path, k, kek, e);
		if (rc != FJ_OK && fs_exists(old))
			(void)!fs_rename(old, path, NULL);
	}
	if (rc == FJ_OK)
		rc = fs_remove(old, e);
	fj_buf_release(&b);
	free(path);
	free(old);
	return rc;
}

static enum fj_rc
ring_complete(struct keyring *k, uint8_t suite, struct fj_err *e)
{
	if (k->dek == NULL) {
		k->dek = secret_random(DEK_LEN);
		id_random(&k->key_id);
	}
	return k->identity != NULL ? FJ_OK : identity_new(suite, &k->identity, e);
}

enum fj_rc
keyfile_create(const char *home, uint8_t suite, int cost, const char *pass, size_t npass,
    struct keyring *k, char code[KEYFILE_CODE_TEXT], struct fj_err *e)
{
	char *path = fs_join(home, "keys");
	struct secret *kek = NULL, *kek2 = NULL;
	struct keyfile f;
	struct fj_buf b;
	enum fj_rc rc;

	memset(&f, 0, sizeof(f));
	fj_buf_init(&b, KEYFILE_MAX);
	if (keyfile_exists(home)) {
		rc = fj_fail(e, FJ_REFUSED, "journal.exists", "s", home);
		goto out;
	}
	rc = ring_complete(k, suite, e);
	if (rc != FJ_OK)
		goto out;
	f.suite = suite;
	f.cost = cost;
	f.key_id = k->key_id;
	f.pub = *identity_pub(k->identity);
	crypto_random(f.salt, KDF_SALT);
	crypto_random(f.code_salt, KDF_SALT);
	code_make(code);
	rc = kek_pass(&f, pass, npass, &kek, e);
	if (rc != FJ_OK)
		goto out;
	FJ_BUG_IF(!kek_code(&f, code, &kek2));
	fill(&f, k, WRAP_DEK_PASS, WRAP_ID_PASS, kek);
	fill(&f, k, WRAP_DEK_CODE, WRAP_ID_CODE, kek2);
	keyfile_encode(&f, &b);
	rc = fs_write_new(path, b.p, b.n, 0600, e);
	if (rc == FJ_REFUSED)
		rc = fj_fail(e, FJ_REFUSED, "journal.exists", "s", home);
	if (rc == FJ_OK)
		rc = read_back(path, k, kek, e);
out:
	secret_free(&kek2);
	secret_free(&kek);
	fj_buf_release(&b);
	free(path);
	return rc;
}

/* ---- opening ---- */

static enum fj_rc
open_wraps(const struct keyfile *f, enum wrap_kind dek, enum wrap_kind id,
    const struct secret *kek, struct keyring *k, struct fj_err *e)
{
	struct secret *raw = NULL;
	enum fj_rc rc = keyfile_unseal(f, dek, kek, &k->dek, e);

	k->key_id = f->key_id;
	if (rc == FJ_OK && f->wrap[id].n > 0) {
		rc = keyfile_unseal(f, id, kek, &raw, e);
		if (rc == FJ_OK)
			rc = identity_import(f->suite, raw, &k->identity, e);
		secret_free(&raw);
	}
	if (rc != FJ_OK)
		keyring_free(k);
	return rc;
}

/* What an interrupted change of passphrase left behind. */
static void
sweep(const char *home)
{
	char *path = fs_join(home, "keys"), *old = fs_join(home, "keys.old");
	struct keyfile f;

	if (fs_exists(old) && load_one(path, &f, NULL) == FJ_OK)
		(void)!fs_remove(old, NULL);
	free(path);
	free(old);
}

enum fj_rc
keyfile_unlock(const char *home, const char *pass, size_t npass, int64_t now_ms,
    struct keyring *k, struct fj_err *e)
{
	struct secret *kek = NULL;
	struct keyfile f;
	int left;
	enum fj_rc rc;

	memset(k, 0, sizeof(*k));
	rc = load(home, &f, e);
	if (rc != FJ_OK)
		return rc;
	if (f.wrap[WRAP_DEK_PASS].n == 0)
		return fj_fail(e, FJ_DENIED, "journal.ended", "s", home);
	left = keywait_left(home, now_ms);
	if (left > 0)
		return fj_fail(e, FJ_BUSY, "journal.wait", "d", left);
	rc = kek_pass(&f, pass, npass, &kek, e);
	if (rc != FJ_OK)
		return rc;
	rc = open_wraps(&f, WRAP_DEK_PASS, WRAP_ID_PASS, kek, k, e);
	secret_free(&kek);
	if (rc == FJ_OK) {
		keywait_clear(home);
		sweep(home);
	} else if (rc == FJ_CORRUPT) {
		keywait_failed(home, now_ms);
		rc = fj_fail(e, FJ_DENIED, "journal.passphrase", "");
	}
	return rc;
}

enum fj_rc
keyfile_unlock_code(const char *home, const char *code, struct keyring *k,
    struct fj_err *e)
{
	struct secret *kek = NULL;
	struct keyfile f;
	enum fj_rc rc;

	memset(k, 0, sizeof(*k));
	rc = load(home, &f, e);
	if (rc != FJ_OK)
		return rc;
	if (f.wrap[WRAP_DEK_CODE].n == 0)
		return fj_fail(e, FJ_DENIED, "journal.ended", "s", home);
	if (!kek_code(&f, code, &kek))
		return fj_fail(e, FJ_DENIED, "journal.code", "");
	rc = open_wraps(&f, WRAP_DEK_CODE, WRAP_ID_CODE, kek, k, e);
	secret_free(&kek);
	return rc == FJ_CORRUPT ? fj_fail(e, FJ_DENIED, "journal.code", "") : rc;
}

/* ---- changing ---- */

static bool
same_identity(const struct keyfile *f, const struct keyring *k)
{
	const struct identity_public *pub;

	if (k->identity == NULL)
		return true;
	pub = identity_pub(k->identity);
	return pubkey_eq(&f->pub.sign, &pub->sign) && pubkey_eq(&f->pub.kx, &pub->kx);
}

enum fj_rc
keyfile_rewrap(const char *home, const struct keyring *k, int cost, const char *pass,
    size_t npass, char *code, struct fj_err *e)
{
	struct secret *kek = NULL, *kek2 = NULL;
	struct keyfile f;
	enum fj_rc rc = load(home, &f, e);

	if (rc != FJ_OK)
		return rc;
	FJ_BUG_IF(code == NULL && !same_identity(&f, k));
	if (k->identity != NULL)
		f.pub = *identity_pub(k->identity);
	f.cost = cost;
	crypto_random(f.salt, KDF_SALT);
	rc = kek_pass(&f, pass, npass, &kek, e);
	if (rc != FJ_OK)
		return rc;
	if (code != NULL) {
		crypto_random(f.code_salt, KDF_SALT);
		code_make(code);
		FJ_BUG_IF(!kek_code(&f, code, &kek2));
		fill(&f, k, WRAP_DEK_CODE, WRAP_ID_CODE, kek2);
	}
	fill(&f, k, WRAP_DEK_PASS, WRAP_ID_PASS, kek);
	rc = replace(home, &f, k, kek, e);
	secret_free(&kek2);
	secret_free(&kek);
	if (rc == FJ_OK)
		keywait_clear(home);
	return rc;
}

/* The key id names what is wrapped: a wrap of another workspace is not taken. */
static void
bureau_info(const struct id *key_id, char *out, size_t n)
{
	char text[ID_TEXT + 1];

	id_format(key_id, text);
	snprintf(out, n, "dek/%s", text);
}

enum fj_rc
keyfile_set_bureau(const char *home, const struct keyring *k, const struct pubkey *bureau,
    struct fj_err *e)
{
	struct keyfile f;
	struct fj_buf b;
	char info[48];
	enum fj_rc rc = load(home, &f, e);

	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&b, KEYFILE_WRAP_MAX);
	bureau_info(&k->key_id, info, sizeof(info));
	rc = crypto_wrap(f.suite, bureau, info, secret_peek(k->dek), secret_len(k->dek), &b,
	    e);
	if (rc == FJ_OK) {
		f.wrap[WRAP_DEK_BUREAU].n = b.n;
		memcpy(f.wrap[WRAP_DEK_BUREAU].b, b.p, b.n);
		rc = replace(home, &f, k, NULL, e);
	}
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
keyfile_open_bureau(const char *home, const struct identity *bureau, struct keyring *k,
    struct fj_err *e)
{
	struct keyfile f;
	char info[48];
	enum fj_rc rc = load(home, &f, e);

	memset(k, 0, sizeof(*k));
	if (rc != FJ_OK)
		return rc;
	if (f.wrap[WRAP_DEK_BUREAU].n == 0)
		return fj_fail(e, FJ_NOTFOUND, "journal.wrap", "d", (int)WRAP_DEK_BUREAU);
	bureau_info(&f.key_id, info, sizeof(info));
	k->key_id = f.key_id;
	return identity_unwrap(bureau, info, f.wrap[WRAP_DEK_BUREAU].b,
	    f.wrap[WRAP_DEK_BUREAU].n, &k->dek, e);
}

bool
keyfile_has_bureau(const char *home)
{
	struct keyfile f;

	return load(home, &f, NULL) == FJ_OK && f.wrap[WRAP_DEK_BUREAU].n > 0;
}

enum fj_rc
keyfile_public(const char *home, struct identity_public *out, struct fj_err *e)
{
	struct keyfile f;
	enum fj_rc rc = load(home, &f, e);

	if (rc == FJ_OK)
		*out = f.pub;
	return rc;
}

enum fj_rc
keyfile_cost(const char *home, int *cost, struct fj_err *e)
{
	struct keyfile f;
	enum fj_rc rc = load(home, &f, e);

	if (rc == FJ_OK)
		*cost = f.cost;
	return rc;
}

enum fj_rc
keyfile_end(const char *home, struct fj_err *e)
{
	struct keyring none;
	struct keyfile f;
	enum fj_rc rc = load(home, &f, e);
	int i;

	if (rc != FJ_OK)
		return rc;
	memset(&none, 0, sizeof(none));
	for (i = WRAP_DEK_PASS; i <= WRAP_ID_CODE; i++)
		f.wrap[i].n = 0;
	return replace(home, &f, &none, NULL, e);
}

enum fj_rc
keyfile_without_identity(const char *home, struct fj_buf *out, struct fj_err *e)
{
	struct keyfile f;
	enum fj_rc rc = load(home, &f, e);

	if (rc != FJ_OK)
		return rc;
	f.wrap[WRAP_ID_PASS].n = 0;
	f.wrap[WRAP_ID_CODE].n = 0;
	keyfile_encode(&f, out);
	if (fj_buf_over(out))
		return fj_fail(e, FJ_LIMIT, "journal.keyfile", "s", home);
	return FJ_OK;
}
