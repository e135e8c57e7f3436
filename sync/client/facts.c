/* SPDX-License-Identifier: Apache-2.0 */
#include "client/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/payload.h"

enum {
	FACT_MAX = 1 << 20,
};

/* ---- keys and texts ---- */

struct chain_key
chain_key(const struct id *stream, const struct id *dev)
{
	struct chain_key k;

	memcpy(k.b, stream->b, ID_LEN);
	memcpy(k.b + ID_LEN, dev->b, ID_LEN);
	return k;
}

static enum fj_rc
put(struct journal *j, const char *space, const void *key, size_t nkey,
    const void *value, size_t n, struct fj_err *e)
{
	struct journal_kv kv = { space, { key, nkey }, { value, n } };

	return journal_put(j, &kv, 1, e);
}

enum fj_rc
text_get(struct journal *j, const char *space, const char *key, struct fj_buf *out,
    struct fj_err *e)
{
	enum fj_rc rc = journal_get(j, space, key, strlen(key), out, e);

	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

enum fj_rc
text_put(struct journal *j, const char *space, const char *key, const char *value,
    struct fj_err *e)
{
	return put(j, space, key, strlen(key), value, value != NULL ? strlen(value) : 0, e);
}

/* ---- what the hub holds ---- */

void
sent_encode(const struct sent *s, uint8_t out[SENT_BYTES])
{
	fj_put_u64(out, s->seq);
	memcpy(out + 8, s->id.b, HASH_LEN);
	fj_put_u64(out + 8 + HASH_LEN, s->position);
}

struct tip_key
tip_key(const struct id *stream, const struct id *dev, const struct hash *id)
{
	struct tip_key k;

	memcpy(k.b, stream->b, ID_LEN);
	memcpy(k.b + ID_LEN, dev->b, ID_LEN);
	memcpy(k.b + 2 * ID_LEN, id->b, HASH_LEN);
	return k;
}

enum fj_rc
sent_tip(struct journal *j, const struct id *stream, const struct id *dev,
    const struct hash *id, bool *yes, struct fj_err *e)
{
	struct tip_key k = tip_key(stream, dev, id);
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, 64);
	rc = journal_get(j, "sync-tip", k.b, sizeof(k.b), &b, e);
	*yes = rc == FJ_OK;
	fj_buf_release(&b);
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

/* Does the line that ends at this tip go through the entry of the mark? */
static enum fj_rc
passes(struct journal *j, const struct id *stream, const struct chain_head *head,
    const struct sent *s, bool *yes, struct fj_err *e)
{
	struct journal_run run;
	enum fj_rc rc;

	*yes = true;
	rc = journal_run(j, stream, &head->dev, s->seq, &head->id, 1, 1, &run, e);
	if (rc != FJ_OK)
		return rc;
	*yes = run.n > 0 && hash_eq(&run.entry[0].id, &s->id);
	journal_run_free(&run);
	return FJ_OK;
}

enum fj_rc
sent_from(struct journal *j, const struct id *stream, const struct chain_head *head,
    uint64_t *from, struct fj_err *e)
{
	bool forked = false, yes = false;
	struct sent s;
	enum fj_rc rc;

	rc = sent_get(j, stream, &head->dev, &s, e);
	*from = s.seq + 1;
	if (rc != FJ_OK || s.seq == 0 || (s.seq == head->seq && hash_eq(&s.id, &head->id)))
		return rc;
	rc = journal_forked(j, stream, &head->dev, &forked, e);
	if (rc != FJ_OK || !forked)
		return rc;
	rc = sent_tip(j, stream, &head->dev, &head->id, &yes, e);
	if (rc == FJ_OK && yes) {
		*from = head->seq + 1;
		return FJ_OK;
	}
	if (rc == FJ_OK && s.seq < head->seq)
		rc = passes(j, stream, head, &s, &yes, e);
	if (!yes)
		*from = 1;
	return rc;
}

enum fj_rc
sent_get(struct journal *j, const struct id *stream, const struct id *dev,
    struct sent *out, struct fj_err *e)
{
	struct chain_key k = chain_key(stream, dev);
	struct fj_buf b;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	fj_buf_init(&b, FACT_MAX);
	rc = journal_get(j, "sync-sent", k.b, sizeof(k.b), &b, e);
	if (rc == FJ_OK && b.n == SENT_BYTES) {
		out->seq = fj_get_u64(b.p);
		memcpy(out->id.b, b.p + 8, HASH_LEN);
		out->position = fj_get_u64(b.p + 8 + HASH_LEN);
	}
	fj_buf_release(&b);
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

bool
client_receipted(struct journal *j, const struct id *stream, const struct id *dev,
    uint64_t seq, uint64_t *position)
{
	struct sent s;

	if (sent_get(j, stream, dev, &s, NULL) != FJ_OK || s.seq < seq || s.position == 0)
		return false;
	if (position != NULL)
		*position = s.position;
	return true;
}

uint64_t
client_unsent(struct journal *j, const struct id *stream, const struct chain_head *head)
{
	uint64_t from;

	/* Not known: shown as unsent. */
	if (sent_from(j, stream, head, &from, NULL) != FJ_OK)
		return head->seq;
	return head->seq + 1 - from;
}

bool
client_file_receipted(struct journal *j, const struct id *visit,
    const struct id *evidence)
{
	struct chain_key k = chain_key(visit, evidence);
	struct fj_buf b;
	bool yes;

	fj_buf_init(&b, FACT_MAX);
	yes = journal_get(j, "sync-file", k.b, sizeof(k.b), &b, NULL) == FJ_OK;
	fj_buf_release(&b);
	return yes;
}

/* ---- the hub ---- */

enum fj_rc
hub_save(struct journal *j, const struct client_hub *h, struct fj_err *e)
{
	struct fj_buf b;
	struct json_w w;
	enum fj_rc rc;

	fj_buf_init(&b, FACT_MAX);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kstr(&w, "url", h->url);
	json_w_khash(&w, "root", &h->root);
	json_w_kid(&w, "stream", &h->roster_stream);
	json_w_kid(&w, "hub", &h->hub);
	json_w_kid(&w, "person", &h->person);
	json_w_kstr(&w, "name", h->name);
	if (h->cert[0] != '\0')
		json_w_kstr(&w, "cert", h->cert);
	if (h->division[0] != '\0')
		json_w_kstr(&w, "division", h->division);
	json_w_kstr(&w, "ca", h->ca);
	json_w_end(&w);
	rc = put(j, "hub", "", 0, b.p, b.n, e);
	fj_buf_release(&b);
	return rc;
}

static void
copy(char *to, size_t room, const char *from)
{
	snprintf(to, room, "%s", from != NULL ? from : "");
}

enum fj_rc
client_hub_load(struct journal *j, struct client_hub *out, struct fj_err *e)
{
	struct json_doc *d = NULL;
	const struct json *o;
	struct fj_buf b;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	fj_buf_init(&b, FACT_MAX);
	rc = journal_get(j, "hub", "", 0, &b, e);
	if (rc == FJ_NOTFOUND)
		rc = fj_fail(e, FJ_REFUSED, "sync.not-enrolled", "");
	if (rc == FJ_OK)
		rc = json_parse(b.p, b.n, &d, e);
	o = rc == FJ_OK ? json_root(d) : NULL;
	if (rc == FJ_OK && (!json_hash(o, "root", &out->root) ||
	    !json_id(o, "stream", &out->roster_stream) || !json_id(o, "hub", &out->hub) ||
	    !json_id(o, "person", &out->person)))
		rc = fj_fail(e, FJ_CORRUPT, "sync.facts", "s", "hub");
	if (rc == FJ_OK) {
		copy(out->url, sizeof(out->url), json_str(o, "url"));
		copy(out->name, sizeof(out->name), json_str(o, "name"));
		copy(out->cert, sizeof(out->cert), json_str(o, "cert"));
		copy(out->division, sizeof(out->division), json_str(o, "division"));
		out->ca = xstrdup(json_str(o, "ca"));
	}
	json_free(&d);
	fj_buf_release(&b);
	return rc;
}

void
client_hub_release(struct client_hub *h)
{
	free(h->ca);
	h->ca = NULL;
}

/* ---- the roster ---- */

struct roster_load {
	struct journal *j;
	struct roster *r;
};

static bool
roster_entry(void *ctx, const struct entry *en)
{
	struct roster_load *l = ctx;
	struct entry copy_of = *en;
	uint8_t sig[SIG_LEN];
	struct fj_buf frame;
	struct hash id;
	uint64_t at;

	/* One entry a commit: each has its own signature, or it does not count. */
	if (journal_signature(l->j, &en->stream, &en->dev, en->seq, &at, &id, sig,
	    NULL) != FJ_OK || at != en->seq)
		return true;
	fj_buf_init(&frame, ENTRY_HEAD + LIMIT_PAYLOAD);
	if (entry_encode(&copy_of, &frame, NULL) == FJ_OK)
		(void)!roster_add(l->r, frame.p, frame.n, sig, NULL);
	fj_buf_release(&frame);
	return true;
}

enum fj_rc
client_roster(struct journal *j, struct roster **out, struct fj_err *e)
{
	struct journal_reader reader = { roster_entry, NULL, NULL };
	struct roster_load l = { j, NULL };
	struct client_hub h;
	enum fj_rc rc;

	*out = NULL;
	rc = client_hub_load(j, &h, e);
	if (rc == FJ_REFUSED)
		return FJ_OK;
	if (rc != FJ_OK)
		return rc;
	l.r = roster_new(&h.root);
	reader.ctx = &l;
	rc = journal_each(j, &h.roster_stream, 0, &reader, NULL, e);
	client_hub_release(&h);
	if (rc == FJ_OK && roster_anchored(l.r)) {
		end_join(j, l.r);
		*out = l.r;
	} else {
		roster_free(&l.r);
	}
	return rc;
}

/* ---- set aside ---- */

enum fj_rc
aside_put(struct journal *j, const struct client_aside *a, struct fj_err *e)
{
	struct chain_key k = chain_key(&a->stream, &a->dev);
	char at[INSTANT_TEXT + 1];
	struct fj_buf b;
	struct json_w w;
	enum fj_rc rc;

	instant_format(a->at, at);
	fj_buf_init(&b, FACT_MAX);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kid(&w, "stream", &a->stream);
	json_w_kid(&w, "dev", &a->dev);
	json_w_kint(&w, "seq", (int64_t)a->seq);
	json_w_kstr(&w, "at", at);
	json_w_kstr(&w, "code", a->err.code);
	json_w_kstr(&w, "detail", a->err.narg > 0 ? a->err.arg[0] : "");
	json_w_end(&w);
	rc = put(j, "sync-aside", k.b, sizeof(k.b), b.p, b.n, e);
	fj_buf_release(&b);
	return rc;
}

enum fj_rc
aside_drop(struct journal *j, const struct id *stream, const struct id *dev,
    struct fj_err *e)
{
	struct chain_key k = chain_key(stream, dev);

	return put(j, "sync-aside", k.b, sizeof(k.b), NULL, 0, e);
}

static bool
aside_parse(const char *p, size_t n, struct client_aside *out)
{
	struct json_doc *d = NULL;
	const struct json *o;
	int64_t seq;
	bool ok;

	memset(out, 0, sizeof(*out));
	if (json_parse(p, n, &d, NULL) != FJ_OK)
		return false;
	o = json_root(d);
	ok = json_id(o, "stream", &out->stream) && json_id(o, "dev", &out->dev) &&
	    json_int(o, "seq", &seq) && json_str(o, "at") != NULL &&
	    instant_parse(json_str(o, "at"), strlen(json_str(o, "at")), &out->at) &&
	    json_str(o, "code") != NULL;
	if (ok) {
		out->seq = (uint64_t)seq;
		fj_fail(&out->err, FJ_REFUSED, json_str(o, "code"), "s",
		    json_str(o, "detail"));
	}
	json_free(&d);
	return ok;
}

enum fj_rc
aside_get(struct journal *j, const struct id *stream, const struct id *dev,
    struct client_aside *out, bool *found, struct fj_err *e)
{
	struct chain_key k = chain_key(stream, dev);
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, FACT_MAX);
	rc = journal_get(j, "sync-aside", k.b, sizeof(k.b), &b, e);
	*found = rc == FJ_OK && aside_parse(b.p, b.n, out);
	fj_buf_release(&b);
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

struct aside_walk {
	bool (*fn)(void *ctx, const struct client_aside *a);
	void *ctx;
};

static bool
aside_fact(void *ctx, const struct bytes *key, const struct bytes *value)
{
	struct aside_walk *w = ctx;
	struct client_aside a;

	(void)key;
	return !aside_parse(value->p, value->n, &a) || w->fn(w->ctx, &a);
}

enum fj_rc
client_asides(struct journal *j, bool (*fn)(void *ctx, const struct client_aside *a),
    void *ctx, struct fj_err *e)
{
	struct aside_walk w = { fn, ctx };

	return journal_facts(j, "sync-aside", aside_fact, &w, e);
}
