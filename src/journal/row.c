/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sealed row: version 1 | suite 1 | nonce 12 | ciphertext | tag 16; the plaintext is
 * length 4 | bytes | zeros to a multiple of 64.
 */
#include "journal/internal.h"

#include <string.h>

enum {
	ROW_VERSION = 1,
	AAD_MAX = 128,
};

static size_t
join(const struct part *aad, size_t naad, const uint8_t head[2], uint8_t out[AAD_MAX])
{
	size_t n = 2, i;

	memcpy(out, head, 2);
	for (i = 0; i < naad; i++) {
		FJ_BUG_IF(aad[i].n > AAD_MAX - n);
		memcpy(out + n, aad[i].p, aad[i].n);
		n += aad[i].n;
	}
	return n;
}

void
row_seal(struct aead *key, const struct part *aad, size_t naad, const void *p, size_t n,
    struct fj_buf *out)
{
	uint8_t head[2] = { ROW_VERSION, SUITE_DEFAULT }, bound[AAD_MAX];
	size_t plain = (4 + n + PAD - 1) / PAD * PAD;
	size_t nbound = join(aad, naad, head, bound);
	uint8_t *at = (uint8_t *)fj_buf_extend(out, ROW_HEAD + plain + AEAD_TAG);
	uint8_t *text;

	if (at == NULL)
		return;
	memcpy(at, head, 2);
	crypto_random(at + 2, AEAD_NONCE);
	text = at + ROW_HEAD;
	fj_put_u32(text, (uint32_t)n);
	if (n > 0)
		memcpy(text + 4, p, n);
	memset(text + 4 + n, 0, plain - 4 - n);
	aead_seal(key, at + 2, bound, nbound, text, plain, text);
}

enum fj_rc
row_open(struct aead *key, const struct part *aad, size_t naad, const void *p, size_t n,
    struct fj_buf *out, struct fj_err *e)
{
	const uint8_t *at = p;
	uint8_t bound[AAD_MAX];
	size_t nbound, size;
	char *text;
	enum fj_rc rc;

	fj_buf_clear(out);
	if (n < ROW_HEAD + AEAD_TAG + 4)
		return fj_fail(e, FJ_CORRUPT, "crypto.seal", "");
	if (at[0] == 0 || at[1] == 0)
		return fj_fail(e, FJ_CORRUPT, "crypto.seal", "");
	if (at[0] != ROW_VERSION || at[1] != SUITE_DEFAULT)
		return fj_fail(e, FJ_NEWER, "journal.row-newer", "dd", at[0], at[1]);
	nbound = join(aad, naad, at, bound);
	text = fj_buf_extend(out, n - ROW_HEAD - AEAD_TAG);
	if (text == NULL)
		return fj_fail(e, FJ_LIMIT, "journal.row-large", "z", n);
	rc = aead_open(key, at + 2, bound, nbound, at + ROW_HEAD, n - ROW_HEAD,
	    (uint8_t *)text, e);
	if (rc == FJ_OK) {
		size = fj_get_u32(text);
		if (size > out->n - 4) {
			rc = fj_fail(e, FJ_CORRUPT, "crypto.seal", "");
		} else {
			memmove(out->p, out->p + 4, size);
			fj_buf_cut(out, size);
			return FJ_OK;
		}
	}
	fj_buf_clear(out);
	return rc;
}

void
kid_of(const struct journal *j, const char *what, const struct part *part, size_t n,
    struct kid *out)
{
	struct part all[4];
	struct hash h;
	size_t i;

	FJ_BUG_IF(n > 3);
	all[0].p = what;
	all[0].n = strlen(what) + 1;
	for (i = 0; i < n; i++)
		all[i + 1] = part[i];
	suite_hmac(SUITE_DEFAULT, secret_peek(j->index_key), secret_len(j->index_key), all,
	    n + 1, &h);
	memcpy(out->b, h.b, KID_LEN);
}

void
kid_of_entry(const struct journal *j, const struct hash *id, struct kid *out)
{
	struct part part = { id->b, HASH_LEN };

	kid_of(j, "entry", &part, 1, out);
}

enum fj_rc
row_damaged(const struct id *stream, const struct id *dev, uint64_t seq, struct fj_err *e)
{
	char s[ID_SHOWN + 1], d[ID_SHOWN + 1];

	id_format_short(stream, s);
	id_format_short(dev, d);
	return fj_fail(e, FJ_CORRUPT, "journal.damaged", "ssl", s, d, (long long)seq);
}
