/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/hello.h"

#include <string.h>

void
hello_write(const struct hello *h, const struct stamp *at, struct fj_buf *out)
{
	struct json_w w;

	payload_begin(&w, out, "hello", at);
	key_write(&w, &h->key);
	json_w_kstr(&w, "name", h->name);
	if (h->cert[0] != '\0')
		json_w_kstr(&w, "cert", h->cert);
	if (h->org[0] != '\0')
		json_w_kstr(&w, "org", h->org);
	if (h->has_seen)
		json_w_khash(&w, "seen", &h->seen);
	if (h->has_continues)
		json_w_kid(&w, "continues", &h->continues);
	json_w_end(&w);
}

static enum fj_rc
member(const struct entry *en, const char *name, struct fj_err *e)
{
	char dev[ID_TEXT + 1];

	id_format_short(&en->dev, dev);
	return fj_fail(e, FJ_CORRUPT, "hello.member", "ss", dev, name);
}

/* A text member into a fixed array; a missing one is "" where that is allowed. */
static bool
take_text(const struct json *root, const char *key, char out[LIMIT_NAME_BYTES + 1],
    bool must)
{
	const char *s = json_name(root, key, LIMIT_NAME_BYTES);

	out[0] = '\0';
	if (s == NULL)
		return !must && json_get(root, key) == NULL;
	memcpy(out, s, strlen(s) + 1);
	return true;
}

static enum fj_rc
members(const struct entry *en, const struct json *root, struct hello *out,
    struct fj_err *e)
{
	struct fj_err why;
	enum fj_rc rc = key_read(root, &out->key, &why);

	if (rc == FJ_INVAL)
		return member(en, why.arg[0], e);
	if (rc != FJ_OK)
		return fj_fail(e, rc, why.code, "s", why.arg[0]);
	if (!take_text(root, "name", out->name, true))
		return member(en, "name", e);
	if (!take_text(root, "cert", out->cert, false))
		return member(en, "cert", e);
	if (!take_text(root, "org", out->org, false))
		return member(en, "org", e);
	out->has_seen = json_hash(root, "seen", &out->seen);
	if (!out->has_seen && json_get(root, "seen") != NULL)
		return member(en, "seen", e);
	out->has_continues = json_id(root, "continues", &out->continues);
	if (!out->has_continues && json_get(root, "continues") != NULL)
		return member(en, "continues", e);
	return FJ_OK;
}

enum fj_rc
hello_read(const struct entry *en, struct hello *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	char text[ID_TEXT + 1];
	struct id dev;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	id_format_short(&en->dev, text);
	rc = entry_payload(en, &d, e);
	if (rc != FJ_OK)
		return rc;
	if (en->seq != 1 || strcmp(payload_op(d), "hello") != 0) {
		rc = fj_fail(e, FJ_CORRUPT, "hello.missing", "s", text);
		goto out;
	}
	rc = members(en, json_root(d), out, e);
	if (rc != FJ_OK)
		goto out;
	identity_dev(&out->key, &dev);
	if (!id_eq(&dev, &en->dev) || out->key.suite != en->suite) {
		rc = fj_fail(e, FJ_CORRUPT, "hello.dev", "s", text);
		goto out;
	}
	rc = key_check(&out->key, e);
out:
	json_free(&d);
	return rc;
}
