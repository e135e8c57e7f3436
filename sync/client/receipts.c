/* SPDX-License-Identifier: Apache-2.0 */
/* Believing receipts, and what they have not covered yet. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/facts.h"
#include "entry/payload.h"
#include "journal/evidence.h"

enum {
	KV_MAX = 2 * WIRE_RUNS + 2,
};

/* What one receipt proves, as facts to be written together. */
struct proof {
	struct journal_kv kv[KV_MAX];
	size_t n;
	struct chain_key key[KV_MAX];
	uint8_t value[KV_MAX][SENT_BYTES];
};

static enum fj_rc
lies(struct fj_err *e, const char *what)
{
	return fj_fail(e, FJ_CORRUPT, "sync.receipt", "s", what);
}

static void
prove(struct proof *p, const char *space, struct chain_key key, size_t nvalue)
{
	p->key[p->n] = key;
	p->kv[p->n].space = space;
	p->kv[p->n].key.p = p->key[p->n].b;
	p->kv[p->n].key.n = CHAIN_KEY;
	p->kv[p->n].value.p = p->value[p->n];
	p->kv[p->n].value.n = nvalue;
	p->n++;
}

/* An entry that a receipt names must be one that we hold, at that seq. */
static enum fj_rc
prove_entry(struct journal *j, struct proof *p, const struct receipt_entry *row,
    uint64_t position, struct fj_err *e)
{
	struct sent s, old;
	struct fj_buf b;
	struct entry en;
	enum fj_rc rc;

	fj_buf_init(&b, ENTRY_HEAD + LIMIT_PAYLOAD);
	rc = journal_entry(j, &row->stream, &row->id, &b, &en, e);
	fj_buf_release(&b);
	/* Another's chain of an older push: nothing of ours is said. */
	if (rc == FJ_NOTFOUND)
		return FJ_OK;
	if (rc != FJ_OK)
		return rc;
	if (en.seq != row->seq || !id_eq(&en.dev, &row->dev))
		return lies(e, "seq");
	rc = sent_get(j, &row->stream, &row->dev, &old, e);
	if (rc != FJ_OK || (old.position > 0 && old.seq > row->seq) || p->n >= KV_MAX - 2)
		return rc;
	s.seq = row->seq;
	s.id = row->id;
	s.position = position;
	sent_encode(&s, p->value[p->n]);
	prove(p, "sync-sent", chain_key(&row->stream, &row->dev), SENT_BYTES);
	return FJ_OK;
}

struct file_seek {
	const struct receipt_evidence *row;
	bool found, equal;
};

static void
seek_file(void *ctx, const struct named_file *f)
{
	struct file_seek *s = ctx;

	if (!id_eq(&f->evidence, &s->row->evidence))
		return;
	s->found = true;
	s->equal = s->equal || (hash_eq(&f->want.sha256, &s->row->sha256) &&
	    hash_eq(&f->want.sm3, &s->row->sm3) &&
	    (uint64_t)f->want.size == s->row->size);
}

static enum fj_rc
prove_file(struct journal *j, struct proof *p, const struct receipt_evidence *row,
    uint64_t position, struct fj_err *e)
{
	struct file_seek s = { row, false, false };
	enum fj_rc rc;

	rc = files_each(j, &row->visit, seek_file, &s, e);
	if (rc != FJ_OK || !s.found || p->n >= KV_MAX - 2)
		return rc;
	if (!s.equal)
		return lies(e, "digest");
	fj_put_u64(p->value[p->n], position);
	prove(p, "sync-file", chain_key(&row->visit, &row->evidence), 8);
	return FJ_OK;
}

enum fj_rc
receipt_keep(struct journal *j, const struct roster *r, const struct envelope *v,
    struct fj_err *e)
{
	struct proof *p = NULL;
	struct receipt rec;
	uint8_t key[16];
	struct fj_buf text;
	enum fj_rc rc;
	size_t i;

	if (r == NULL || !v->has_sig || v->text == NULL)
		return lies(e, "signature");
	memset(&rec, 0, sizeof(rec));
	if (receipt_verify(r, v->text, v->n, v->sig, &rec, e) != FJ_OK)
		return lies(e, "signature");
	fj_buf_init(&text, 2 * LIMIT_BODY_BYTES);
	p = xcalloc(1, sizeof(*p));
	rc = FJ_OK;
	for (i = 0; rc == FJ_OK && i < rec.nentry; i++)
		rc = prove_entry(j, p, &rec.entries[i], rec.position, e);
	for (i = 0; rc == FJ_OK && i < rec.nevidence; i++)
		rc = prove_file(j, p, &rec.evidence[i], rec.position, e);
	if (rc == FJ_OK && p->n > 0) {
		fj_put_u64(key, rec.epoch);
		fj_put_u64(key + 8, rec.position);
		envelope_write(v, &text);
		p->kv[p->n].space = "receipt";
		p->kv[p->n].key.p = key;
		p->kv[p->n].key.n = sizeof(key);
		p->kv[p->n].value.p = text.p;
		p->kv[p->n].value.n = text.n;
		rc = journal_put(j, p->kv, p->n + 1, e);
		if (rc == FJ_OK)
			rc = journal_set_seen(j, &rec.hash, e);
	}
	fj_buf_release(&text);
	free(p);
	receipt_release(&rec);
	return rc;
}

/* ---- files that entries name ---- */

struct file_walk {
	void (*fn)(void *ctx, const struct named_file *f);
	void *ctx;
};

static bool
file_entry(void *ctx, const struct entry *en)
{
	static const char op[] = "\"evidence.add\"";
	struct file_walk *w = ctx;
	struct json_doc *d = NULL;
	struct named_file f;
	const struct json *o;
	size_t i, last = en->len >= sizeof(op) - 1 ? en->len - (sizeof(op) - 1) : 0;

	/* Cheap look before the gate: most entries are answers. */
	for (i = 0; i < last && memcmp(en->payload + i, op, sizeof(op) - 1) != 0; i++)
		;
	if (i >= last || entry_payload(en, &d, NULL) != FJ_OK)
		return true;
	o = json_root(d);
	memset(&f, 0, sizeof(f));
	f.visit = en->stream;
	f.dev = en->dev;
	f.seq = en->seq;
	if (strcmp(payload_op(d), "evidence.add") == 0 &&
	    json_id(o, "evidence", &f.evidence) && json_int(o, "size", &f.want.size) &&
	    f.want.size >= 0 && json_hash(o, "sha256", &f.want.sha256) &&
	    json_hash(o, "sm3", &f.want.sm3))
		w->fn(w->ctx, &f);
	json_free(&d);
	return true;
}

enum fj_rc
files_each(struct journal *j, const struct id *visit,
    void (*fn)(void *ctx, const struct named_file *f), void *ctx, struct fj_err *e)
{
	struct file_walk w = { fn, ctx };
	struct journal_reader r = { file_entry, NULL, &w };

	return journal_each(j, visit, 0, &r, NULL, e);
}

/* ---- pending ---- */

struct pending_walk {
	struct journal *j;
	struct client_pending *p;
	struct fj_err *e;
	enum fj_rc rc;
	struct id *visit;
	size_t n;
};

static bool
pending_stream(void *ctx, const struct journal_stream *s)
{
	struct pending_walk *w = ctx;

	if (s->kind != STREAM_VISIT)
		return true;
	w->visit = xrealloc(w->visit, w->n + 1, sizeof(*w->visit));
	w->visit[w->n++] = s->stream;
	return true;
}

static enum fj_rc
pending_chains(struct pending_walk *w, const struct id *visit)
{
	struct chain_head *head = NULL;
	struct client_aside a;
	bool found;
	struct sent s;
	enum fj_rc rc;
	size_t i, n;

	rc = journal_heads(w->j, visit, &head, &n, w->e);
	for (i = 0; rc == FJ_OK && i < n; i++) {
		rc = sent_get(w->j, visit, &head[i].dev, &s, w->e);
		if (rc != FJ_OK || s.seq >= head[i].seq)
			continue;
		w->p->entries += head[i].seq - s.seq;
		w->p->chains++;
		rc = aside_get(w->j, visit, &head[i].dev, &a, &found, w->e);
		if (found)
			w->p->set_aside++;
	}
	free(head);
	return rc;
}

static void
pending_file(void *ctx, const struct named_file *f)
{
	struct pending_walk *w = ctx;
	struct evidence_facts facts;
	bool held = false;

	if (client_file_receipted(w->j, &f->visit, &f->evidence) ||
	    evidence_held(w->j, &f->evidence, &held, &facts, NULL) != FJ_OK || !held)
		return;
	w->p->files++;
	w->p->bytes += f->want.size;
}

enum fj_rc
client_pending(struct journal *j, struct client_pending *out, struct fj_err *e)
{
	struct pending_walk w = { j, out, e, FJ_OK, NULL, 0 };
	enum fj_rc rc;
	size_t i;

	memset(out, 0, sizeof(*out));
	rc = journal_streams(j, pending_stream, &w, e);
	for (i = 0; rc == FJ_OK && i < w.n; i++) {
		rc = pending_chains(&w, &w.visit[i]);
		if (rc == FJ_OK)
			rc = files_each(j, &w.visit[i], pending_file, &w, e);
	}
	free(w.visit);
	return rc;
}
