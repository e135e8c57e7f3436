/* SPDX-License-Identifier: Apache-2.0 */
/* The files that entries name, and what no receipt has covered yet. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/facts.h"
#include "entry/payload.h"
#include "journal/evidence.h"

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
	uint64_t from;
	bool found;
	enum fj_rc rc;
	size_t i, n;

	rc = journal_heads(w->j, visit, &head, &n, w->e);
	for (i = 0; rc == FJ_OK && i < n; i++) {
		rc = sent_from(w->j, visit, &head[i], &from, w->e);
		if (rc != FJ_OK || from > head[i].seq)
			continue;
		w->p->entries += head[i].seq - from + 1;
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
