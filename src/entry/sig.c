/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/sig.h"

#include <string.h>

#include "entry/payload.h"

enum fj_rc
sign_with_identity(void *ctx, enum purpose purpose, const struct hash *h,
    uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	return identity_sign(ctx, purpose, h, sig, e);
}

void
roster_stream(const struct identity_public *root, struct id *out)
{
	static const char label[] = "feijian/1/roster";	/* with its NUL */
	const struct part part[] = {
		{label, sizeof(label)},
		{root->sign.b, root->sign.n},
	};
	struct hash h;

	suite_hash_parts(root->suite, part, 2, &h);
	memcpy(out->b, h.b, ID_LEN);
}

void
key_write(struct json_w *w, const struct identity_public *k)
{
	json_w_kint(w, "suite", k->suite);
	json_w_khex(w, "sign", k->sign.b, k->sign.n);
	json_w_khex(w, "kx", k->kx.b, k->kx.n);
}

enum fj_rc
key_read(const struct json *object, struct identity_public *out, struct fj_err *e)
{
	int64_t suite;

	memset(out, 0, sizeof(*out));
	if (!json_int(object, "suite", &suite) || suite < 1 || suite > UINT8_MAX)
		return fj_fail(e, FJ_INVAL, "entry.key", "s", "suite");
	if (!suite_known((uint8_t)suite))
		return fj_fail(e, FJ_NEWER, "entry.suite", "d", (int)suite);
	out->suite = (uint8_t)suite;
	out->sign.n = out->kx.n = suite_public_len(out->suite);
	if (!json_hex(object, "sign", out->sign.b, out->sign.n))
		return fj_fail(e, FJ_INVAL, "entry.key", "s", "sign");
	if (!json_hex(object, "kx", out->kx.b, out->kx.n))
		return fj_fail(e, FJ_INVAL, "entry.key", "s", "kx");
	return FJ_OK;
}

enum fj_rc
key_check(const struct identity_public *k, struct fj_err *e)
{
	char text[ID_TEXT + 1];
	struct id dev;

	if (!suite_known(k->suite))
		return fj_fail(e, FJ_NEWER, "entry.suite", "d", k->suite);
	if (pubkey_check_sign(k->suite, &k->sign, NULL) == FJ_OK &&
	    pubkey_check_kx(k->suite, &k->kx, NULL) == FJ_OK)
		return FJ_OK;
	identity_dev(k, &dev);
	id_format_short(&dev, text);
	return fj_fail(e, FJ_DENIED, "entry.weak-key", "s", text);
}

bool
key_eq(const struct identity_public *a, const struct identity_public *b)
{
	return a->suite == b->suite && pubkey_eq(&a->sign, &b->sign) &&
	    pubkey_eq(&a->kx, &b->kx);
}

enum fj_rc
entry_verify(const struct entry *en, const struct identity_public *k,
    const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	char dev[ID_TEXT + 1];

	if (en->suite == k->suite &&
	    crypto_verify(k->suite, &k->sign, PURPOSE_ENTRY, &en->id, sig, NULL) == FJ_OK)
		return FJ_OK;
	id_format_short(&en->dev, dev);
	return fj_fail(e, FJ_CORRUPT, "entry.signature", "sl", dev, (long long)en->seq);
}

enum fj_rc
entry_sign(const struct entry *en, sign_fn sign, void *ctx, uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	return sign(ctx, PURPOSE_ENTRY, &en->id, sig, e);
}

enum fj_rc
text_verify(const struct identity_public *k, enum purpose purpose, const void *text,
    size_t n, const uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	enum fj_rc rc = suite_check(k->suite, e);
	struct hash h;

	if (rc != FJ_OK)
		return rc;
	suite_hash(k->suite, text, n, &h);
	return crypto_verify(k->suite, &k->sign, purpose, &h, sig, e);
}

enum fj_rc
text_sign(sign_fn sign, void *ctx, uint8_t suite, enum purpose purpose, const void *text,
    size_t n, uint8_t sig[ENTRY_SIG], struct fj_err *e)
{
	enum fj_rc rc = suite_check(suite, e);
	struct hash h;

	if (rc != FJ_OK)
		return rc;
	suite_hash(suite, text, n, &h);
	return sign(ctx, purpose, &h, sig, e);
}
