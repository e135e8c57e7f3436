/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/receipt.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "entry/merkle.h"

static void
write_time(struct json_w *w, struct instant at)
{
	char t[INSTANT_TEXT + 1];

	instant_format(at, t);
	json_w_kstr(w, "time", t);
}

static void
write_id(struct json_w *w, const struct id *v)
{
	char text[ID_TEXT + 1];

	id_format(v, text);
	json_w_str(w, text);
}

static void
write_hash(struct json_w *w, const struct hash *v)
{
	char text[HASH_TEXT + 1];

	hash_format(v, text);
	json_w_str(w, text);
}

void
receipt_write(const struct receipt *r, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kint(&w, "receipt", 1);
	json_w_kint(&w, "suite", r->suite);
	json_w_kid(&w, "hub", &r->hub);
	json_w_kint(&w, "epoch", (int64_t)r->epoch);
	json_w_kint(&w, "position", (int64_t)r->position);
	write_time(&w, r->time);
	json_w_kint(&w, "roster", (int64_t)r->roster);
	json_w_key(&w, "entries");
	json_w_arr(&w);
	for (i = 0; i < r->nentry; i++) {
		json_w_arr(&w);
		write_id(&w, &r->entries[i].stream);
		write_id(&w, &r->entries[i].dev);
		json_w_int(&w, (int64_t)r->entries[i].seq);
		write_hash(&w, &r->entries[i].id);
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_key(&w, "evidence");
	json_w_arr(&w);
	for (i = 0; i < r->nevidence; i++) {
		json_w_arr(&w);
		write_id(&w, &r->evidence[i].visit);
		write_id(&w, &r->evidence[i].evidence);
		write_hash(&w, &r->evidence[i].sha256);
		write_hash(&w, &r->evidence[i].sm3);
		json_w_int(&w, (int64_t)r->evidence[i].size);
		json_w_end(&w);
	}
	json_w_end(&w);
	json_w_end(&w);
}

void
tree_head_write(const struct tree_head *h, struct fj_buf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kint(&w, "head", 1);
	json_w_kint(&w, "suite", h->suite);
	json_w_kid(&w, "hub", &h->hub);
	json_w_kint(&w, "epoch", (int64_t)h->epoch);
	json_w_kint(&w, "position", (int64_t)h->position);
	json_w_kint(&w, "safe_through", (int64_t)h->safe_through);
	json_w_khash(&w, "root", &h->root);
	write_time(&w, h->time);
	json_w_end(&w);
}

void
receipt_hash(uint8_t suite, const char *text, size_t n, struct hash *out)
{
	merkle_leaf(suite, text, n, out);
}

static enum fj_rc
missing(const char *member, struct fj_err *e)
{
	return fj_fail(e, FJ_CORRUPT, "receipt.member", "s", member);
}

static bool
count(const struct json *v, uint64_t *out)
{
	int64_t n;

	if (!json_int_value(v, &n) || n < 0)
		return false;
	*out = (uint64_t)n;
	return true;
}

static bool
kcount(const struct json *object, const char *key, uint64_t *out)
{
	const struct json *v = json_get(object, key);

	return v != NULL && count(v, out);
}

/* What receipts and heads have in common; kind names the member that says "1". */
struct common {
	uint8_t suite;
	struct id hub;
	uint64_t epoch, position;
	struct instant time;
};

static enum fj_rc
parse_common(const char *text, size_t n, const char *kind, struct common *c,
    struct json_doc **doc, struct fj_err *e)
{
	const struct json *root, *t;
	struct fj_err why;
	uint64_t v;

	memset(&why, 0, sizeof(why));
	if (json_parse(text, n, doc, &why) != FJ_OK)
		return fj_fail(e, why.rc == FJ_LIMIT ? FJ_LIMIT : FJ_CORRUPT,
		    "receipt.json", "ss", why.arg[0], why.arg[1]);
	root = json_root(*doc);
	if (!kcount(root, kind, &v) || v == 0)
		return missing(kind, e);
	if (v != 1)
		return fj_fail(e, FJ_NEWER, "receipt.version", "l", (long long)v);
	if (!kcount(root, "suite", &v) || v == 0 || v > UINT8_MAX)
		return missing("suite", e);
	if (!suite_known((uint8_t)v))
		return fj_fail(e, FJ_NEWER, "entry.suite", "l", (long long)v);
	c->suite = (uint8_t)v;
	if (!json_id(root, "hub", &c->hub))
		return missing("hub", e);
	if (!kcount(root, "epoch", &c->epoch))
		return missing("epoch", e);
	if (!kcount(root, "position", &c->position))
		return missing("position", e);
	t = json_get(root, "time");
	if (json_text(t) == NULL || !instant_parse(t->text, t->len, &c->time))
		return missing("time", e);
	return FJ_OK;
}

static bool
take_id(const struct json *v, struct id *out)
{
	return json_text(v) != NULL && id_parse(v->text, v->len, out);
}

static bool
take_hash(const struct json *v, struct hash *out)
{
	return json_text(v) != NULL && hash_parse(v->text, v->len, out);
}

/* [stream, dev, seq, id] */
static bool
entry_row(const struct json *row, struct receipt_entry *out)
{
	const struct json *v = row->child;

	if (row->type != JSON_ARRAY || row->count != 4)
		return false;
	if (!take_id(v, &out->stream) || !take_id(v->next, &out->dev))
		return false;
	v = v->next->next;
	return count(v, &out->seq) && take_hash(v->next, &out->id);
}

/* [visit, evidence, sha256, sm3, size] */
static bool
evidence_row(const struct json *row, struct receipt_evidence *out)
{
	const struct json *v = row->child;

	if (row->type != JSON_ARRAY || row->count != 5)
		return false;
	if (!take_id(v, &out->visit) || !take_id(v->next, &out->evidence))
		return false;
	v = v->next->next;
	return take_hash(v, &out->sha256) && take_hash(v->next, &out->sm3) &&
	    count(v->next->next, &out->size);
}

static enum fj_rc
rows(const struct json *root, struct receipt *out, struct fj_err *e)
{
	const struct json *a = json_get(root, "entries"), *b = json_get(root, "evidence");
	const struct json *v;

	if (a == NULL || a->type != JSON_ARRAY)
		return missing("entries", e);
	if (b == NULL || b->type != JSON_ARRAY)
		return missing("evidence", e);
	if (a->count > RECEIPT_ROWS || b->count > RECEIPT_ROWS)
		return fj_fail(e, FJ_LIMIT, "receipt.rows", "d", RECEIPT_ROWS);
	out->entries = xcalloc((size_t)a->count + 1, sizeof(*out->entries));
	out->evidence = xcalloc((size_t)b->count + 1, sizeof(*out->evidence));
	json_each(v, a)
		if (!entry_row(v, &out->entries[out->nentry++]))
			return missing("entries", e);
	json_each(v, b)
		if (!evidence_row(v, &out->evidence[out->nevidence++]))
			return missing("evidence", e);
	return FJ_OK;
}

enum fj_rc
receipt_parse(const char *text, size_t n, struct receipt *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	struct common c;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = parse_common(text, n, "receipt", &c, &d, e);
	if (rc != FJ_OK)
		goto out;
	out->suite = c.suite;
	out->hub = c.hub;
	out->epoch = c.epoch;
	out->position = c.position;
	out->time = c.time;
	if (!kcount(json_root(d), "roster", &out->roster)) {
		rc = missing("roster", e);
		goto out;
	}
	rc = rows(json_root(d), out, e);
	receipt_hash(c.suite, text, n, &out->hash);
out:
	json_free(&d);
	if (rc != FJ_OK)
		receipt_release(out);
	return rc;
}

void
receipt_release(struct receipt *r)
{
	free(r->entries);
	free(r->evidence);
	memset(r, 0, sizeof(*r));
}

enum fj_rc
tree_head_parse(const char *text, size_t n, struct tree_head *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	struct common c;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	rc = parse_common(text, n, "head", &c, &d, e);
	if (rc != FJ_OK)
		goto out;
	out->suite = c.suite;
	out->hub = c.hub;
	out->epoch = c.epoch;
	out->position = c.position;
	out->time = c.time;
	if (!kcount(json_root(d), "safe_through", &out->safe_through))
		rc = missing("safe_through", e);
	else if (!json_hash(json_root(d), "root", &out->root))
		rc = missing("root", e);
	receipt_hash(c.suite, text, n, &out->hash);
out:
	json_free(&d);
	return rc;
}

static enum fj_rc
signed_by(const struct roster *r, const struct id *hub, uint64_t position,
    enum purpose purpose, const char *text, size_t n, const uint8_t sig[ENTRY_SIG],
    struct fj_err *e)
{
	const struct roster_hub *h = roster_hub(r, hub);
	char dev[ID_TEXT + 1];

	id_format_short(hub, dev);
	if (h == NULL)
		return fj_fail(e, FJ_NOTFOUND, "receipt.hub", "s", dev);
	if (text_verify(&h->key, purpose, text, n, sig, NULL) != FJ_OK)
		return fj_fail(e, FJ_CORRUPT, "receipt.signature", "sl", dev,
		    (long long)position);
	return FJ_OK;
}

enum fj_rc
receipt_verify(const struct roster *r, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct receipt *out, struct fj_err *e)
{
	enum fj_rc rc = receipt_parse(text, n, out, e);

	if (rc == FJ_OK)
		rc = signed_by(r, &out->hub, out->position, PURPOSE_RECEIPT, text, n, sig, e);
	if (rc != FJ_OK)
		receipt_release(out);
	return rc;
}

enum fj_rc
tree_head_verify(const struct roster *r, const char *text, size_t n,
    const uint8_t sig[ENTRY_SIG], struct tree_head *out, struct fj_err *e)
{
	enum fj_rc rc = tree_head_parse(text, n, out, e);

	if (rc == FJ_OK)
		rc = signed_by(r, &out->hub, out->position, PURPOSE_TREE, text, n, sig, e);
	return rc;
}
