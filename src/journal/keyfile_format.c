/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/keyfile_format.h"

#include <string.h>

static const char magic[4] = { 'F', 'J', 'K', '1' };

size_t
keyfile_head(const struct keyfile *f, uint8_t out[KEYFILE_HEAD_MAX])
{
	size_t n = f->pub.sign.n, size = 1 + 2 * n;

	memset(out, 0, KEYFILE_HEAD_MAX);
	memcpy(out, magic, sizeof(magic));
	out[4] = f->suite;
	out[5] = (uint8_t)f->cost;
	memcpy(out + 8, f->key_id.b, ID_LEN);
	memcpy(out + 24, f->salt, KDF_SALT);
	memcpy(out + 40, f->code_salt, KDF_SALT);
	out[KEYFILE_FIXED] = (uint8_t)(size >> 8);
	out[KEYFILE_FIXED + 1] = (uint8_t)size;
	out[KEYFILE_FIXED + 2] = f->pub.suite;
	memcpy(out + KEYFILE_FIXED + 3, f->pub.sign.b, n);
	memcpy(out + KEYFILE_FIXED + 3 + n, f->pub.kx.b, n);
	return KEYFILE_FIXED + 2 + size;
}

void
keyfile_encode(const struct keyfile *f, struct fj_buf *out)
{
	uint8_t head[KEYFILE_HEAD_MAX], count = 0;
	size_t start = out->n;
	struct hash h;
	int i;

	fj_buf_add(out, head, keyfile_head(f, head));
	for (i = 1; i <= KEYFILE_WRAPS; i++)
		if (f->wrap[i].n > 0)
			count++;
	fj_buf_u8(out, count);
	for (i = 1; i <= KEYFILE_WRAPS; i++) {
		if (f->wrap[i].n == 0)
			continue;
		fj_buf_u8(out, (uint8_t)i);
		fj_buf_u16(out, (uint16_t)f->wrap[i].n);
		fj_buf_add(out, f->wrap[i].b, f->wrap[i].n);
	}
	suite_hash(f->suite, out->p + start, out->n - start, &h);
	fj_buf_add(out, h.b, HASH_LEN);
}

static bool
decode_head(const uint8_t *p, size_t n, size_t *at, struct keyfile *f)
{
	size_t size, each = suite_public_len(f->suite);

	f->cost = p[5];
	memcpy(f->key_id.b, p + 8, ID_LEN);
	memcpy(f->salt, p + 24, KDF_SALT);
	memcpy(f->code_salt, p + 40, KDF_SALT);
	size = fj_get_u16(p + KEYFILE_FIXED);
	if (size != 1 + 2 * each || KEYFILE_FIXED + 2 + size > n ||
	    p[KEYFILE_FIXED + 2] != f->suite)
		return false;
	f->pub.suite = f->suite;
	f->pub.sign.n = f->pub.kx.n = each;
	memcpy(f->pub.sign.b, p + KEYFILE_FIXED + 3, each);
	memcpy(f->pub.kx.b, p + KEYFILE_FIXED + 3 + each, each);
	*at = KEYFILE_FIXED + 2 + size;
	return true;
}

static bool
decode_wraps(const uint8_t *p, size_t n, size_t at, struct keyfile *f)
{
	unsigned count;

	if (at >= n)
		return false;
	for (count = p[at++]; count > 0; count--) {
		uint8_t kind;
		size_t size;

		if (n - at < 3)
			return false;
		kind = p[at];
		size = fj_get_u16(p + at + 1);
		at += 3;
		if (kind < 1 || kind > KEYFILE_WRAPS || size == 0 ||
		    size > KEYFILE_WRAP_MAX || size > n - at || f->wrap[kind].n > 0)
			return false;
		f->wrap[kind].n = size;
		memcpy(f->wrap[kind].b, p + at, size);
		at += size;
	}
	return at == n;
}

enum fj_rc
keyfile_decode(const void *bytes, size_t n, const char *name, struct keyfile *out,
    struct fj_err *e)
{
	const uint8_t *p = bytes;
	struct hash h;
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	if (n < KEYFILE_FIXED + 2 + 1 + 1 + HASH_LEN || memcmp(p, magic, sizeof(magic)) != 0)
		return fj_fail(e, FJ_CORRUPT, "journal.keyfile", "s", name);
	out->suite = p[4];
	if (!suite_known(out->suite))
		return suite_check(out->suite, e);
	n -= HASH_LEN;
	suite_hash(out->suite, p, n, &h);
	if (memcmp(h.b, p + n, HASH_LEN) != 0 || !decode_head(p, n, &at, out) ||
	    !decode_wraps(p, n, at, out)) {
		memset(out, 0, sizeof(*out));
		return fj_fail(e, FJ_CORRUPT, "journal.keyfile", "s", name);
	}
	return FJ_OK;
}

/* AAD: header | kind, so that no field and no wrap can be exchanged, but without
 * what belongs to the other way in. */
static size_t
wrap_aad(const struct keyfile *f, enum wrap_kind kind, uint8_t out[KEYFILE_HEAD_MAX + 1])
{
	size_t n = keyfile_head(f, out);

	if (kind == WRAP_DEK_PASS || kind == WRAP_ID_PASS) {
		memset(out + 40, 0, KDF_SALT);
	} else {
		out[5] = 0;
		memset(out + 24, 0, KDF_SALT);
	}
	out[n] = (uint8_t)kind;
	return n + 1;
}

void
keyfile_seal(struct keyfile *f, enum wrap_kind kind, const struct secret *kek,
    const struct secret *s)
{
	uint8_t aad[KEYFILE_HEAD_MAX + 1];
	size_t naad = wrap_aad(f, kind, aad);
	struct wrap *w = &f->wrap[kind];
	struct aead *a = aead_new(f->suite, secret_peek(kek));

	FJ_BUG_IF(a == NULL ||
	    secret_len(s) + AEAD_NONCE + AEAD_TAG > KEYFILE_WRAP_MAX);
	crypto_random(w->b, AEAD_NONCE);
	aead_seal(a, w->b, aad, naad, secret_peek(s), secret_len(s), w->b + AEAD_NONCE);
	w->n = AEAD_NONCE + secret_len(s) + AEAD_TAG;
	aead_free(&a);
}

enum fj_rc
keyfile_unseal(const struct keyfile *f, enum wrap_kind kind, const struct secret *kek,
    struct secret **out, struct fj_err *e)
{
	uint8_t aad[KEYFILE_HEAD_MAX + 1];
	size_t naad = wrap_aad(f, kind, aad);
	const struct wrap *w = &f->wrap[kind];
	struct aead *a;
	enum fj_rc rc;

	*out = NULL;
	if (w->n < AEAD_NONCE + AEAD_TAG)
		return fj_fail(e, FJ_NOTFOUND, "journal.wrap", "d", (int)kind);
	a = aead_new(f->suite, secret_peek(kek));
	*out = secret_new(w->n - AEAD_NONCE - AEAD_TAG);
	rc = aead_open(a, w->b, aad, naad, w->b + AEAD_NONCE, w->n - AEAD_NONCE,
	    secret_bytes(*out), e);
	if (rc != FJ_OK)
		secret_free(out);
	aead_free(&a);
	return rc;
}
