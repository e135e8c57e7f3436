/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/payload.h"

#include <string.h>

/* Hex of what is longer than this is never written by json_w_khex. */
enum { HEX_MOST = 128 };

enum fj_rc
entry_payload(const struct entry *en, struct json_doc **out, struct fj_err *e)
{
	struct fj_err why;
	struct json_doc *d = NULL;
	char dev[ID_TEXT + 1];
	const char *op;

	*out = NULL;
	memset(&why, 0, sizeof(why));
	if (json_parse(en->payload, en->len, &d, &why) == FJ_OK) {
		op = json_str(json_root(d), "op");
		if (op != NULL && op[0] != '\0') {
			*out = d;
			return FJ_OK;
		}
		json_free(&d);
	}
	id_format_short(&en->dev, dev);
	return fj_fail(e, FJ_CORRUPT, "entry.payload", "slss", dev, (long long)en->seq,
	    why.narg > 0 ? why.arg[0] : "1", why.narg > 1 ? why.arg[1] : "1");
}

const char *
payload_op(const struct json_doc *d)
{
	return json_str(json_root(d), "op");
}

bool
payload_stamp(const struct json_doc *d, struct stamp *out)
{
	const struct json *root = json_root(d);
	const struct json *t = json_get(root, "t"), *boot = json_get(root, "boot");
	uint8_t bytes[BOOT_TEXT / 2];

	memset(out, 0, sizeof(*out));
	if (json_text(t) == NULL || !instant_parse(t->text, t->len, &out->t) ||
	    !json_int(root, "up", &out->up) || json_text(boot) == NULL ||
	    !hex_decode(boot->text, boot->len, bytes, sizeof(bytes)))
		return false;
	hex_encode(bytes, sizeof(bytes), out->boot);
	return true;
}

void
payload_begin(struct json_w *w, struct fj_buf *b, const char *op, const struct stamp *at)
{
	char t[INSTANT_TEXT + 1];

	instant_format(at->t, t);
	json_w_init(w, b);
	json_w_obj(w);
	json_w_kstr(w, "op", op);
	json_w_kstr(w, "t", t);
	json_w_kint(w, "up", at->up);
	json_w_kstr(w, "boot", at->boot);
}

void
json_w_kid(struct json_w *w, const char *key, const struct id *v)
{
	char text[ID_TEXT + 1];

	id_format(v, text);
	json_w_kstr(w, key, text);
}

void
json_w_khash(struct json_w *w, const char *key, const struct hash *v)
{
	json_w_khex(w, key, v->b, HASH_LEN);
}

void
json_w_khex(struct json_w *w, const char *key, const uint8_t *p, size_t n)
{
	char text[2 * HEX_MOST + 1];

	FJ_BUG_IF(n > HEX_MOST);
	hex_encode(p, n, text);
	json_w_kstr(w, key, text);
}

bool
json_id(const struct json *object, const char *key, struct id *out)
{
	const struct json *v = json_get(object, key);

	return json_text(v) != NULL && id_parse(v->text, v->len, out);
}

bool
json_hash(const struct json *object, const char *key, struct hash *out)
{
	return json_hex(object, key, out->b, HASH_LEN);
}

bool
json_hex(const struct json *object, const char *key, uint8_t *out, size_t n)
{
	const struct json *v = json_get(object, key);

	return json_text(v) != NULL && hex_decode(v->text, v->len, out, n);
}

const char *
json_name(const struct json *object, const char *key, size_t max)
{
	const struct json *v = json_get(object, key);

	if (json_text(v) == NULL || v->len == 0 || v->len > max)
		return NULL;
	return v->text;
}
