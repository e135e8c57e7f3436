/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "wire/enrol.h"
#include "wire/reader.h"

enum fj_rc
session_request_make(const struct session_request *r, uint8_t suite, sign_fn sign,
    void *ctx, struct envelope *v, struct fj_err *e)
{
	struct fj_buf b;
	struct json_w w;
	enum fj_rc rc;

	memset(v, 0, sizeof(*v));
	fj_buf_init(&b, WIRE_JSON_BYTES);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kint(&w, "session", WIRE_PROTOCOL);
	json_w_kid(&w, "dev", &r->dev);
	json_w_kid(&w, "hub", &r->hub);
	write_time(&w, "time", r->time);
	json_w_khex(&w, "random", r->random, sizeof(r->random));
	json_w_end(&w);
	v->text = fj_buf_take(&b, &v->n);
	v->has_sig = true;
	rc = text_sign(sign, ctx, suite, PURPOSE_SESSION, v->text, v->n, v->sig, e);
	if (rc != FJ_OK)
		envelope_release(v);
	return rc;
}

enum fj_rc
session_request_read(const struct envelope *v, struct session_request *out,
    struct fj_err *e)
{
	const struct json *root;
	struct json_doc *d = NULL;
	uint64_t version;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_json(v->text, v->n, WIRE_JSON_BYTES, &d, e);
	if (rc != FJ_OK)
		return rc;
	root = json_root(d);
	if (!read_count(root, "session", &version))
		rc = read_member("session", e);
	else if (version != WIRE_PROTOCOL)
		rc = fj_fail(e, FJ_NEWER, "wire.protocol", "l", (long long)version);
	else if (!json_id(root, "dev", &out->dev))
		rc = read_member("dev", e);
	else if (!json_id(root, "hub", &out->hub))
		rc = read_member("hub", e);
	else if (!read_time(root, "time", &out->time))
		rc = read_member("time", e);
	else if (!json_hex(root, "random", out->random, sizeof(out->random)))
		rc = read_member("random", e);
	json_free(&d);
	return rc;
}

enum fj_rc
session_request_check(const struct envelope *v, const struct identity_public *key,
    struct fj_err *e)
{
	char text[ID_TEXT + 1];
	struct id dev;

	if (v->has_sig && text_verify(key, PURPOSE_SESSION, v->text, v->n, v->sig,
	    NULL) == FJ_OK)
		return FJ_OK;
	identity_dev(key, &dev);
	id_format_short(&dev, text);
	return fj_fail(e, FJ_DENIED, "session.signature", "s", text);
}

bool
session_in_time(const struct session_request *r, struct instant now)
{
	int64_t a = r->time.ms, b = now.ms;

	/* Compared without a difference that could overflow. */
	return a >= b ? a - SESSION_SKEW_MS <= b : b - SESSION_SKEW_MS <= a;
}

void
session_reply_write(const struct session_reply *r, struct fj_buf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kstr(&w, "token", r->token);
	write_time(&w, "expires", r->expires);
	write_time(&w, "time", r->time);
	json_w_kint(&w, "epoch", (int64_t)r->epoch);
	if (r->ended != END_NONE)
		json_w_kstr(&w, "ended", end_mode_name(r->ended));
	if (r->end[0] != '\0')
		json_w_kstr(&w, "end", r->end);
	json_w_end(&w);
}

enum fj_rc
session_reply_read(const char *body, size_t n, struct session_reply *out,
    struct fj_err *e)
{
	const struct json *root;
	const char *ended, *end;
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_json(body, n, WIRE_JSON_BYTES, &d, e);
	if (rc != FJ_OK)
		return rc;
	root = json_root(d);
	ended = json_str(root, "ended");
	end = json_str(root, "end");
	if (!read_text(root, "token", out->token, sizeof(out->token), true))
		rc = read_member("token", e);
	else if (!read_time(root, "expires", &out->expires))
		rc = read_member("expires", e);
	else if (!read_time(root, "time", &out->time))
		rc = read_member("time", e);
	else if (!read_count(root, "epoch", &out->epoch))
		rc = read_member("epoch", e);
	else if (ended != NULL && strcmp(ended, end_mode_name(END_RETIRED)) != 0)
		rc = read_member("ended", e);
	else if (ended != NULL)
		out->ended = END_RETIRED;
	/* One that is too long proves nothing: as if it were not there. */
	if (rc == FJ_OK && end != NULL && strlen(end) < sizeof(out->end))
		memcpy(out->end, end, strlen(end) + 1);
	json_free(&d);
	return rc;
}

void
hub_info_write(const struct hub_info *h, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_key(&w, "protocol");
	json_w_arr(&w);
	json_w_int(&w, WIRE_PROTOCOL);
	json_w_end(&w);
	json_w_key(&w, "features");
	json_w_arr(&w);
	for (i = 0; i < FEATURES; i++)
		if (h->features & 1u << i)
			json_w_str(&w, feature_name(i));
	json_w_end(&w);
	json_w_kid(&w, "hub", &h->hub);
	json_w_khash(&w, "root", &h->root);
	json_w_kint(&w, "epoch", (int64_t)h->epoch);
	write_time(&w, "time", h->time);
	json_w_end(&w);
}

/* The numbers as "1,2", as many as there is room for. */
static bool
read_protocols(const struct json *list, struct hub_info *out)
{
	const struct json *v;
	size_t n = 0;

	if (list == NULL)
		return false;
	json_each(v, list) {
		int64_t number;
		int k;

		if (!json_int_value(v, &number) || number < 0)
			return false;
		if (number == WIRE_PROTOCOL)
			out->speaks_ours = true;
		k = snprintf(out->protocols + n, sizeof(out->protocols) - n, "%s%lld",
		    n > 0 ? "," : "", (long long)number);
		if (k < 0 || (size_t)k >= sizeof(out->protocols) - n)
			out->protocols[n] = '\0';
		else
			n += (size_t)k;
	}
	return true;
}

static bool
read_features(const struct json *list, struct hub_info *out)
{
	const struct json *v;

	if (list == NULL)
		return true;
	if (list->type != JSON_ARRAY)
		return false;
	json_each(v, list) {
		if (json_text(v) == NULL)
			return false;
		out->features |= feature_find(v->text, v->len);
	}
	return true;
}

enum fj_rc
hub_info_read(const char *body, size_t n, struct hub_info *out, struct fj_err *e)
{
	const struct json *root;
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_json(body, n, WIRE_JSON_BYTES, &d, e);
	if (rc != FJ_OK)
		return rc;
	root = json_root(d);
	if (!read_protocols(read_array(root, "protocol"), out))
		rc = read_member("protocol", e);
	else if (!out->speaks_ours)
		rc = FJ_OK;		/* the other members are not ours to read */
	else if (!read_features(json_get(root, "features"), out))
		rc = read_member("features", e);
	else if (!json_id(root, "hub", &out->hub))
		rc = read_member("hub", e);
	else if (!json_hash(root, "root", &out->root))
		rc = read_member("root", e);
	else if (!read_count(root, "epoch", &out->epoch))
		rc = read_member("epoch", e);
	else if (!read_time(root, "time", &out->time))
		rc = read_member("time", e);
	json_free(&d);
	return rc;
}
