/* SPDX-License-Identifier: Apache-2.0 */
/* Texts under a MAC or a signature, and the code of an invitation. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "wire/enrol.h"
#include "wire/reader.h"

void
envelope_write_value(const struct envelope *v, struct json_w *w)
{
	json_w_obj(w);
	json_w_key(w, "text");
	json_w_strn(w, v->text, v->n);
	if (v->has_mac)
		json_w_khex(w, "mac", v->mac, sizeof(v->mac));
	if (v->has_sig)
		json_w_khex(w, "sig", v->sig, sizeof(v->sig));
	json_w_end(w);
}

void
envelope_write(const struct envelope *v, struct fj_buf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	envelope_write_value(v, &w);
}

bool
envelope_read_value(const struct json *v, struct envelope *out)
{
	const struct json *text = json_get(v, "text");

	memset(out, 0, sizeof(*out));
	if (json_text(text) == NULL || text->len == 0)
		return false;
	out->has_mac = json_hex(v, "mac", out->mac, sizeof(out->mac));
	out->has_sig = json_hex(v, "sig", out->sig, sizeof(out->sig));
	if ((!out->has_mac && json_get(v, "mac") != NULL) ||
	    (!out->has_sig && json_get(v, "sig") != NULL))
		return false;
	out->text = xstrndup(text->text, text->len);
	out->n = text->len;
	return true;
}

enum fj_rc
envelope_read(const char *body, size_t n, struct envelope *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_json(body, n, LIMIT_BODY_BYTES, &d, e);
	if (rc == FJ_OK && !envelope_read_value(json_root(d), out))
		rc = read_member("text", e);
	json_free(&d);
	return rc;
}

void
envelope_release(struct envelope *v)
{
	free(v->text);
	memset(v, 0, sizeof(*v));
}

bool
invite_normalise(const char *code, char out[INVITE_TEXT + 1])
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	size_t n = 0;

	for (; *code != '\0'; code++) {
		char c = *code;

		if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c == 'O')
			c = '0';
		else if (c == 'I' || c == 'L')
			c = '1';
		if (n == INVITE_TEXT || strchr(letters, c) == NULL)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == INVITE_TEXT;
}

void
invite_show(const char *code, char out[INVITE_SHOWN + 1])
{
	size_t i, n = 0;

	for (i = 0; i < INVITE_TEXT && code[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			out[n++] = '-';
		out[n++] = code[i];
	}
	out[n] = '\0';
}

void
enrol_keys_derive(uint8_t suite, const char *code, struct enrol_keys *out)
{
	static const char label[] = "feijian/1/enrol";
	char salt[sizeof(label) - 1 + INVITE_LOOKUP];

	FJ_BUG_IF(strlen(code) != INVITE_TEXT);
	memcpy(salt, label, sizeof(label) - 1);
	memcpy(salt + sizeof(label) - 1, code, INVITE_LOOKUP);
	suite_hkdf(suite, code + INVITE_LOOKUP, INVITE_SECRET, salt, sizeof(salt),
	    "request", strlen("request"), out->k1, sizeof(out->k1));
	suite_hkdf(suite, code + INVITE_LOOKUP, INVITE_SECRET, salt, sizeof(salt),
	    "reply", strlen("reply"), out->k2, sizeof(out->k2));
}
