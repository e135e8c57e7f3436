/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/enrol.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "wire/items.h"
#include "wire/reader.h"

/* The first member says what the text is, and of which protocol. */
static enum fj_rc
protocol(const struct json *root, const char *kind, struct fj_err *e)
{
	uint64_t v;

	if (!read_count(root, kind, &v))
		return read_member(kind, e);
	if (v != WIRE_PROTOCOL)
		return fj_fail(e, FJ_NEWER, "wire.protocol", "l", (long long)v);
	return FJ_OK;
}

static void
take_text(struct fj_buf *b, struct envelope *v)
{
	memset(v, 0, sizeof(*v));
	v->text = fj_buf_take(b, &v->n);
}

/* ---- request ---- */

static void
write_request(const struct enrol_request *r, struct fj_buf *b)
{
	struct json_w w;

	json_w_init(&w, b);
	json_w_obj(&w);
	json_w_kint(&w, "enrol", WIRE_PROTOCOL);
	json_w_kstr(&w, "lookup", r->lookup);
	key_write(&w, &r->who.key);
	json_w_kstr(&w, "name", r->who.name);
	if (r->who.cert[0] != '\0')
		json_w_kstr(&w, "cert", r->who.cert);
	if (r->who.org[0] != '\0')
		json_w_kstr(&w, "org", r->who.org);
	if (r->who.has_continues)
		json_w_kid(&w, "continues", &r->who.continues);
	json_w_khex(&w, "random", r->random, sizeof(r->random));
	json_w_end(&w);
}

static void
request_mac(uint8_t suite, const struct enrol_keys *k, const struct envelope *v,
    struct hash *out)
{
	const struct part part[] = {{v->text, v->n}};

	suite_hmac(suite, k->k1, sizeof(k->k1), part, 1, out);
}

enum fj_rc
enrol_request_make(const struct enrol_request *r, const struct enrol_keys *k,
    sign_fn sign, void *ctx, struct envelope *v, struct fj_err *e)
{
	struct fj_buf b;
	struct hash mac;
	enum fj_rc rc = suite_check(r->who.key.suite, e);

	memset(v, 0, sizeof(*v));
	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&b, WIRE_JSON_BYTES);
	write_request(r, &b);
	take_text(&b, v);
	request_mac(r->who.key.suite, k, v, &mac);
	memcpy(v->mac, mac.b, HASH_LEN);
	v->has_mac = v->has_sig = true;
	rc = text_sign(sign, ctx, r->who.key.suite, PURPOSE_DEVICE, v->text, v->n, v->sig, e);
	if (rc != FJ_OK)
		envelope_release(v);
	return rc;
}

enum fj_rc
enrol_request_read(const struct envelope *v, struct enrol_request *out, struct fj_err *e)
{
	const struct json *root;
	struct json_doc *d = NULL;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_json(v->text, v->n, WIRE_JSON_BYTES, &d, e);
	if (rc != FJ_OK)
		return rc;
	root = json_root(d);
	rc = protocol(root, "enrol", e);
	if (rc == FJ_OK && key_read(root, &out->who.key, NULL) != FJ_OK)
		rc = read_member("sign", e);
	if (rc != FJ_OK)
		goto out;
	out->who.has_continues = json_id(root, "continues", &out->who.continues);
	if (!read_text(root, "lookup", out->lookup, sizeof(out->lookup), true) ||
	    strlen(out->lookup) != INVITE_LOOKUP)
		rc = read_member("lookup", e);
	else if (!read_text(root, "name", out->who.name, sizeof(out->who.name), true))
		rc = read_member("name", e);
	else if (!read_text(root, "cert", out->who.cert, sizeof(out->who.cert), false))
		rc = read_member("cert", e);
	else if (!read_text(root, "org", out->who.org, sizeof(out->who.org), false))
		rc = read_member("org", e);
	else if (!out->who.has_continues && json_get(root, "continues") != NULL)
		rc = read_member("continues", e);
	else if (!json_hex(root, "random", out->random, sizeof(out->random)))
		rc = read_member("random", e);
out:
	json_free(&d);
	return rc;
}

enum fj_rc
enrol_request_check(const struct envelope *v, const struct enrol_request *r,
    const struct enrol_keys *k, struct fj_err *e)
{
	struct hash mac;
	enum fj_rc rc = suite_check(r->who.key.suite, e);

	if (rc != FJ_OK)
		return rc;
	request_mac(r->who.key.suite, k, v, &mac);
	if (!v->has_mac || !crypto_equal(mac.b, v->mac, HASH_LEN))
		return fj_fail(e, FJ_DENIED, "enrol.code", "");
	rc = key_check(&r->who.key, e);
	if (rc != FJ_OK)
		return rc;
	if (!v->has_sig || text_verify(&r->who.key, PURPOSE_DEVICE, v->text, v->n, v->sig,
	    NULL) != FJ_OK)
		return fj_fail(e, FJ_DENIED, "enrol.proof", "");
	return FJ_OK;
}

/* ---- reply ---- */

static void
reply_mac(uint8_t suite, const struct enrol_keys *k, const struct envelope *request,
    const struct envelope *reply, struct hash *out)
{
	const struct part part[] = {
		{request->text, request->n},
		{"", 1},		/* a NUL, which no text holds: one border */
		{reply->text, reply->n},
	};

	suite_hmac(suite, k->k2, sizeof(k->k2), part, 3, out);
}

static void
write_hex(struct json_w *w, const uint8_t *p, size_t n)
{
	char *text = xmalloc(2 * n + 1);

	hex_encode(p, n, text);
	json_w_str(w, text);
	free(text);
}

static enum fj_rc
write_roster(struct json_w *w, const struct enrol_reply *r, struct fj_err *e)
{
	const uint8_t *item, *frame, *sig;
	struct items it;
	size_t n, nframe;
	enum fj_rc rc;

	json_w_key(w, "roster");
	json_w_arr(w);
	items_init(&it, r->roster, r->nroster);
	while ((rc = items_next(&it, &item, &n, e)) == FJ_OK) {
		rc = items_split_entry(item, n, &frame, &nframe, &sig, e);
		if (rc != FJ_OK)
			return rc;
		json_w_arr(w);
		write_hex(w, frame, nframe);
		write_hex(w, sig, ENTRY_SIG);
		json_w_end(w);
	}
	json_w_end(w);
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

static enum fj_rc
write_reply(const struct enrol_reply *r, struct fj_buf *b, struct fj_err *e)
{
	struct json_w w;
	enum fj_rc rc;
	int i;

	json_w_init(&w, b);
	json_w_obj(&w);
	json_w_kint(&w, "enrolled", WIRE_PROTOCOL);
	json_w_kid(&w, "hub", &r->hub);
	json_w_kint(&w, "epoch", (int64_t)r->epoch);
	json_w_key(&w, "root");
	json_w_obj(&w);
	json_w_kint(&w, "suite", r->root_suite);
	json_w_khex(&w, "sign", r->root_sign.b, r->root_sign.n);
	json_w_khash(&w, "fingerprint", &r->root);
	json_w_end(&w);
	json_w_kid(&w, "device", &r->device);
	json_w_kid(&w, "person", &r->person);
	json_w_kstr(&w, "name", r->name);
	if (r->cert[0] != '\0')
		json_w_kstr(&w, "cert", r->cert);
	if (r->org[0] != '\0')
		json_w_kstr(&w, "org", r->org);
	json_w_key(&w, "roles");
	json_w_arr(&w);
	for (i = 0; i < ROLE_COUNT; i++)
		if (r->roles & 1u << i)
			json_w_str(&w, role_name((enum role)(1u << i)));
	json_w_end(&w);
	json_w_key(&w, "scopes");
	json_w_arr(&w);
	for (i = 0; i < r->nscope; i++)
		json_w_str(&w, r->scopes[i]);
	json_w_end(&w);
	rc = write_roster(&w, r, e);
	json_w_kstr(&w, "ca", r->ca);
	json_w_end(&w);
	return rc;
}

enum fj_rc
enrol_reply_make(const struct enrol_reply *r, uint8_t suite, const struct enrol_keys *k,
    const struct envelope *request, struct envelope *v, struct fj_err *e)
{
	struct fj_buf b;
	struct hash mac;
	enum fj_rc rc = suite_check(suite, e);

	memset(v, 0, sizeof(*v));
	if (rc != FJ_OK)
		return rc;
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	rc = write_reply(r, &b, e);
	if (rc == FJ_OK && fj_buf_over(&b))
		rc = fj_fail(e, FJ_LIMIT, "wire.limit", "sd", "roster", LIMIT_BODY_BYTES);
	if (rc != FJ_OK) {
		fj_buf_release(&b);
		return rc;
	}
	take_text(&b, v);
	reply_mac(suite, k, request, v, &mac);
	memcpy(v->mac, mac.b, HASH_LEN);
	v->has_mac = true;
	return FJ_OK;
}

/* One [frame hex, signature hex] as an item. */
static bool
read_roster_row(const struct json *row, struct fj_buf *b)
{
	const struct json *frame = row->child;
	uint8_t sig[ENTRY_SIG];
	size_t at, n;
	char *room;

	if (row->type != JSON_ARRAY || row->count != 2 || json_text(frame) == NULL ||
	    json_text(frame->next) == NULL ||
	    !hex_decode(frame->next->text, frame->next->len, sig, sizeof(sig)))
		return false;
	n = frame->len / 2;
	at = item_begin(b);
	room = fj_buf_extend(b, n);
	if (room == NULL || !hex_decode(frame->text, frame->len, (uint8_t *)room, n))
		return false;
	fj_buf_add(b, sig, sizeof(sig));
	item_end(b, at);
	return !fj_buf_over(b);
}

static enum fj_rc
read_roster(const struct json *root, struct enrol_reply *out, struct fj_err *e)
{
	const struct json *list = read_array(root, "roster"), *row;
	struct fj_buf b;

	if (list == NULL)
		return read_member("roster", e);
	fj_buf_init(&b, LIMIT_BODY_BYTES);
	json_each(row, list) {
		if (!read_roster_row(row, &b)) {
			fj_buf_release(&b);
			return read_member("roster", e);
		}
	}
	out->roster = fj_buf_take(&b, &out->nroster);
	return FJ_OK;
}

static enum fj_rc
read_root(const struct json *root, struct enrol_reply *out, struct fj_err *e)
{
	const struct json *v = json_get(root, "root");
	struct hash computed;
	uint64_t suite;

	if (!read_count(v, "suite", &suite) || suite > UINT8_MAX ||
	    !json_hash(v, "fingerprint", &out->root))
		return read_member("root", e);
	if (!suite_known((uint8_t)suite))
		return fj_fail(e, FJ_NEWER, "entry.suite", "d", (int)suite);
	out->root_suite = (uint8_t)suite;
	out->root_sign.n = suite_public_len(out->root_suite);
	if (!json_hex(v, "sign", out->root_sign.b, out->root_sign.n))
		return read_member("root", e);
	identity_root(out->root_suite, &out->root_sign, &computed);
	if (!hash_eq(&computed, &out->root))
		return fj_fail(e, FJ_CORRUPT, "enrol.root", "");
	return FJ_OK;
}

static enum fj_rc
read_rights(const struct json *root, struct enrol_reply *out, struct fj_err *e)
{
	const struct json *list = read_array(root, "roles"), *v;

	if (list == NULL)
		return read_member("roles", e);
	json_each(v, list)
		out->roles |= role_parse(json_text(v));
	list = read_array(root, "scopes");
	if (list == NULL || list->count > ROSTER_SCOPES)
		return read_member("scopes", e);
	json_each(v, list) {
		if (!scope_valid(json_text(v)))
			return read_member("scopes", e);
		memcpy(out->scopes[out->nscope++], v->text, v->len + 1);
	}
	return FJ_OK;
}

static enum fj_rc
read_ids(const struct json *root, struct enrol_reply *out, struct fj_err *e)
{
	if (!json_id(root, "hub", &out->hub))
		return read_member("hub", e);
	if (!read_count(root, "epoch", &out->epoch))
		return read_member("epoch", e);
	if (!json_id(root, "device", &out->device))
		return read_member("device", e);
	if (!json_id(root, "person", &out->person))
		return read_member("person", e);
	return FJ_OK;
}

static enum fj_rc
read_names(const struct json *root, struct enrol_reply *out, struct fj_err *e)
{
	if (!read_text(root, "name", out->name, sizeof(out->name), true))
		return read_member("name", e);
	if (!read_text(root, "cert", out->cert, sizeof(out->cert), false))
		return read_member("cert", e);
	if (!read_text(root, "org", out->org, sizeof(out->org), false))
		return read_member("org", e);
	out->ca = xstrdup(json_str(root, "ca"));
	return FJ_OK;
}

static enum fj_rc
read_reply(const struct json *root, struct enrol_reply *out, struct fj_err *e)
{
	enum fj_rc rc = protocol(root, "enrolled", e);

	if (rc == FJ_OK)
		rc = read_ids(root, out, e);
	if (rc == FJ_OK)
		rc = read_names(root, out, e);
	if (rc == FJ_OK)
		rc = read_root(root, out, e);
	if (rc == FJ_OK)
		rc = read_rights(root, out, e);
	if (rc == FJ_OK)
		rc = read_roster(root, out, e);
	return rc;
}

enum fj_rc
enrol_reply_open(const struct envelope *v, uint8_t suite, const struct enrol_keys *k,
    const struct envelope *request, struct enrol_reply *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	struct hash mac;
	enum fj_rc rc = suite_check(suite, e);

	memset(out, 0, sizeof(*out));
	if (rc != FJ_OK)
		return rc;
	reply_mac(suite, k, request, v, &mac);
	if (!v->has_mac || !crypto_equal(mac.b, v->mac, HASH_LEN))
		return fj_fail(e, FJ_DENIED, "enrol.reply", "");
	rc = read_json(v->text, v->n, LIMIT_BODY_BYTES, &d, e);
	if (rc == FJ_OK)
		rc = read_reply(json_root(d), out, e);
	json_free(&d);
	if (rc != FJ_OK)
		enrol_reply_release(out);
	return rc;
}

void
enrol_reply_release(struct enrol_reply *r)
{
	free(r->roster);
	free(r->ca);
	memset(r, 0, sizeof(*r));
}

enum fj_rc
enrol_reply_roster(const struct enrol_reply *r, const struct identity_public *me,
    struct roster **out, struct fj_err *e)
{
	const struct roster_device *row;
	const uint8_t *item, *frame, *sig;
	struct roster *roster = roster_new(&r->root);
	char text[ID_TEXT + 1];
	struct items it;
	struct id dev;
	size_t n, nframe;
	enum fj_rc rc;

	*out = NULL;
	items_init(&it, r->roster, r->nroster);
	while ((rc = items_next(&it, &item, &n, e)) == FJ_OK) {
		rc = items_split_entry(item, n, &frame, &nframe, &sig, e);
		if (rc == FJ_OK)
			rc = roster_add(roster, frame, nframe, sig, e);
		if (rc != FJ_OK)
			break;
	}
	if (rc != FJ_NOTFOUND)
		goto out;
	rc = FJ_OK;
	identity_dev(me, &dev);
	id_format_short(&dev, text);
	row = roster_device(roster, &dev);
	if (row == NULL || !key_eq(&row->key, me) || row->end != END_NONE ||
	    !id_eq(&row->person, &r->person) || !id_eq(&dev, &r->device) ||
	    roster_hub(roster, &r->hub) == NULL)
		rc = fj_fail(e, FJ_DENIED, "enrol.uncertified", "s", text);
out:
	if (rc == FJ_OK)
		*out = roster;
	else
		roster_free(&roster);
	return rc;
}
