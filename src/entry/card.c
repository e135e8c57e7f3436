/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/card.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

enum { CARD_VERSION = 1 };

static void
card_hash(const struct hello *h, struct hash *out)
{
	static const char label[] = "feijian/1/card";		/* with its NUL */
	const struct part part[] = {
		{label, sizeof(label)},
		{&h->key.suite, 1},
		{h->key.sign.b, h->key.sign.n},
		{h->key.kx.b, h->key.kx.n},
		{h->name, strlen(h->name) + 1},
		{h->cert, strlen(h->cert) + 1},
		{h->org, strlen(h->org) + 1},
	};

	suite_hash_parts(h->key.suite, part, sizeof(part) / sizeof(part[0]), out);
}

enum fj_rc
card_write(const struct hello *h, sign_fn sign, void *ctx, struct fj_buf *out,
    struct fj_err *e)
{
	uint8_t sig[ENTRY_SIG];
	struct json_w w;
	struct hash c;
	enum fj_rc rc;

	rc = key_check(&h->key, e);
	if (rc != FJ_OK)
		return rc;
	card_hash(h, &c);
	rc = sign(ctx, PURPOSE_DEVICE, &c, sig, e);
	if (rc != FJ_OK)
		return rc;
	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kint(&w, "card", CARD_VERSION);
	key_write(&w, &h->key);
	json_w_kstr(&w, "name", h->name);
	if (h->cert[0] != '\0')
		json_w_kstr(&w, "cert", h->cert);
	if (h->org[0] != '\0')
		json_w_kstr(&w, "org", h->org);
	json_w_khex(&w, "sig", sig, sizeof(sig));
	json_w_end(&w);
	fj_buf_putc(out, '\n');
	return FJ_OK;
}

static enum fj_rc
format(const char *member, struct fj_err *e)
{
	return fj_fail(e, FJ_INVAL, "card.format", "s", member);
}

static bool
text(const struct json *root, const char *key, char *out, bool must)
{
	const char *s = json_name(root, key, LIMIT_NAME_BYTES);

	if (s != NULL)
		memcpy(out, s, strlen(s) + 1);
	return s != NULL || (!must && json_get(root, key) == NULL);
}

static enum fj_rc
members(const struct json *root, struct hello *out, uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	struct fj_err why;
	int64_t version;
	enum fj_rc rc;

	if (!json_int(root, "card", &version) || version < 1)
		return format("card", e);
	if (version > CARD_VERSION)
		return fj_fail(e, FJ_NEWER, "card.version", "l", (long long)version);
	rc = key_read(root, &out->key, &why);
	if (rc == FJ_INVAL)
		return format(why.arg[0], e);
	if (rc != FJ_OK)
		return fj_fail(e, rc, why.code, "s", why.arg[0]);
	if (!text(root, "name", out->name, true))
		return format("name", e);
	if (!text(root, "cert", out->cert, false))
		return format("cert", e);
	if (!text(root, "org", out->org, false))
		return format("org", e);
	if (!json_hex(root, "sig", sig, ENTRY_SIG))
		return format("sig", e);
	return FJ_OK;
}

enum fj_rc
card_read(const char *p, size_t n, struct hello *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	uint8_t sig[ENTRY_SIG];
	struct hash c;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	if (n > CARD_BYTES)
		return fj_fail(e, FJ_LIMIT, "card.size", "d", CARD_BYTES);
	if (json_parse(p, n, &d, NULL) != FJ_OK)
		return format("{", e);
	rc = members(json_root(d), out, sig, e);
	if (rc == FJ_OK)
		rc = key_check(&out->key, e);
	if (rc == FJ_OK) {
		card_hash(out, &c);
		if (crypto_verify(out->key.suite, &out->key.sign, PURPOSE_DEVICE, &c, sig,
		    NULL) != FJ_OK)
			rc = fj_fail(e, FJ_CORRUPT, "card.signature", "s", out->name);
	}
	json_free(&d);
	return rc;
}

void
card_fingerprint(const struct hello *h, char out[CARD_FINGERPRINT + 1])
{
	struct hash c;
	char digits[21];
	size_t i, at = 0, k;

	/* Long division of the first 12 bytes by ten, twenty times. */
	card_hash(h, &c);
	for (k = 20; k-- > 0;) {
		unsigned rest = 0;

		for (i = 0; i < 12; i++) {
			unsigned v = rest << 8 | c.b[i];

			c.b[i] = (uint8_t)(v / 10);
			rest = v % 10;
		}
		digits[k] = (char)('0' + rest);
	}
	for (i = 0; i < 20; i++) {
		if (i > 0 && i % 4 == 0)
			out[at++] = ' ';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}
