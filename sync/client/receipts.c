/* SPDX-License-Identifier: Apache-2.0 */
/* Believing receipts (C1, C9). */
#include "client/receipts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	KEY = 16,			/* epoch 8 | position 8 */
};

struct one {
	struct receipt rec;
	uint8_t key[KEY];
	char *text;			/* as it is kept */
	size_t n;
	bool *done;			/* rows: entries, then evidence */
	bool written;			/* the text is in the journal */
};

struct receipts {
	struct journal *j;
	struct one *v;
	size_t n;
	bool bad;			/* one proved nothing */
	struct id visit;		/* whose files are in file */
	struct named_file *file;
	size_t nfile;
};

/* Facts to be written together. */
struct proof {
	struct journal_kv *kv;		/* keys and values owned */
	size_t n;
};

static enum fj_rc
lies(struct fj_err *e, const char *what)
{
	return fj_fail(e, FJ_CORRUPT, "sync.receipt", "s", what);
}

/* ---- the set ---- */

struct receipts *
receipts_new(struct journal *j)
{
	struct receipts *s = xcalloc(1, sizeof(*s));

	s->j = j;
	return s;
}

void
receipts_free(struct receipts **sp)
{
	struct receipts *s = *sp;
	size_t i;

	*sp = NULL;
	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++) {
		receipt_release(&s->v[i].rec);
		free(s->v[i].text);
		free(s->v[i].done);
	}
	free(s->v);
	free(s->file);
	free(s);
}

enum fj_rc
receipts_add(struct receipts *s, const struct roster *r, const struct envelope *v,
    struct fj_err *e)
{
	struct receipt rec;
	struct fj_buf text;
	struct one *o;

	memset(&rec, 0, sizeof(rec));
	if (r == NULL || !v->has_sig || v->text == NULL ||
	    receipt_verify(r, v->text, v->n, v->sig, &rec, e) != FJ_OK) {
		s->bad = true;
		return lies(e, "signature");
	}
	s->v = xrealloc(s->v, s->n + 1, sizeof(*s->v));
	o = &s->v[s->n++];
	memset(o, 0, sizeof(*o));
	o->rec = rec;
	fj_put_u64(o->key, rec.epoch);
	fj_put_u64(o->key + 8, rec.position);
	o->done = xcalloc(rec.nentry + rec.nevidence + 1, sizeof(*o->done));
	fj_buf_init(&text, 2 * LIMIT_BODY_BYTES);
	envelope_write(v, &text);
	o->text = fj_buf_take(&text, &o->n);
	return FJ_OK;
}

/* ---- facts ---- */

static void
fact(struct proof *p, const char *space, const void *key, size_t nkey,
    const void *value, size_t n)
{
	struct journal_kv *kv;

	p->kv = xrealloc(p->kv, p->n + 1, sizeof(*p->kv));
	kv = &p->kv[p->n++];
	kv->space = space;
	kv->key.p = xmemdup(key, nkey);
	kv->key.n = nkey;
	kv->value.p = xmemdup(value, n);
	kv->value.n = n;
}

static void
proof_release(struct proof *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free((void *)(uintptr_t)p->kv[i].key.p);
		free((void *)(uintptr_t)p->kv[i].value.p);
	}
	free(p->kv);
}

/* The text itself, once. */
static void
fact_text(struct proof *p, struct receipts *s, struct one *o)
{
	struct fj_buf had;

	if (o->written)
		return;
	o->written = true;
	fj_buf_init(&had, 2 * LIMIT_BODY_BYTES);
	if (journal_get(s->j, "receipt", o->key, KEY, &had, NULL) != FJ_OK)
		fact(p, "receipt", o->key, KEY, o->text, o->n);
	fj_buf_release(&had);
}

/* What stands for this chain among the facts of this proof. */
static uint64_t
proved_seq(const struct proof *p, const struct chain_key *k)
{
	size_t i;

	for (i = p->n; i > 0; i--)
		if (strcmp(p->kv[i - 1].space, "sync-sent") == 0 &&
		    memcmp(p->kv[i - 1].key.p, k->b, CHAIN_KEY) == 0)
			return fj_get_u64(p->kv[i - 1].value.p);
	return 0;
}

static void
fact_tip(struct proof *p, const struct receipt_entry *row, const struct hash *id,
    uint64_t position)
{
	struct tip_key k = tip_key(&row->stream, &row->dev, id);
	uint8_t value[8];

	fj_put_u64(value, position);
	fact(p, "sync-tip", k.b, sizeof(k.b), value, sizeof(value));
}

/* Of a chain with two lines: each end that the hub holds has a mark of its own, the one
 * that the common mark stood for too. */
static enum fj_rc
fact_tips(struct proof *p, struct receipts *s, const struct receipt_entry *row,
    const struct sent *old, uint64_t position, struct fj_err *e)
{
	bool two = old->position > 0 && old->seq == row->seq && !hash_eq(&old->id, &row->id);
	enum fj_rc rc = FJ_OK;

	if (!two)
		rc = journal_forked(s->j, &row->stream, &row->dev, &two, e);
	if (rc != FJ_OK || !two)
		return rc;
	fact_tip(p, row, &row->id, position);
	if (old->position > 0 && !hash_eq(&old->id, &row->id))
		fact_tip(p, row, &old->id, old->position);
	return FJ_OK;
}

/* The chain is at the hub up to here, unless it is known further. */
static enum fj_rc
fact_sent(struct proof *p, struct receipts *s, const struct receipt_entry *row,
    uint64_t position, struct fj_err *e)
{
	struct chain_key k = chain_key(&row->stream, &row->dev);
	uint8_t value[SENT_BYTES];
	struct sent old, now;
	enum fj_rc rc;

	rc = sent_get(s->j, &row->stream, &row->dev, &old, e);
	if (rc == FJ_OK)
		rc = fact_tips(p, s, row, &old, position, e);
	if (rc != FJ_OK || (old.position > 0 && old.seq > row->seq) ||
	    proved_seq(p, &k) > row->seq)
		return rc;
	now.seq = row->seq;
	now.id = row->id;
	now.position = position;
	sent_encode(&now, value);
	fact(p, "sync-sent", k.b, CHAIN_KEY, value, SENT_BYTES);
	return FJ_OK;
}

/* ---- rows against what is held ---- */

enum row_state { ROW_ABSENT, ROW_HELD, ROW_LIES };

/* An entry that a receipt names must be one that we hold, at that seq. */
static enum fj_rc
look_entry(struct receipts *s, const struct receipt_entry *row, enum row_state *out,
    struct fj_err *e)
{
	struct fj_buf b;
	struct entry en;
	enum fj_rc rc;

	*out = ROW_ABSENT;
	fj_buf_init(&b, ENTRY_HEAD + LIMIT_PAYLOAD);
	rc = journal_entry(s->j, &row->stream, &row->id, &b, &en, e);
	if (rc == FJ_OK)
		*out = en.seq == row->seq && id_eq(&en.dev, &row->dev) ? ROW_HELD : ROW_LIES;
	fj_buf_release(&b);
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

static void
add_file(void *ctx, const struct named_file *f)
{
	struct receipts *s = ctx;

	s->file = xrealloc(s->file, s->nfile + 1, sizeof(*s->file));
	s->file[s->nfile++] = *f;
}

static enum fj_rc
look_file(struct receipts *s, const struct receipt_evidence *row, enum row_state *out,
    struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (!id_eq(&s->visit, &row->visit)) {
		s->visit = row->visit;
		s->nfile = 0;
		rc = files_each(s->j, &row->visit, add_file, s, e);
	}
	*out = ROW_ABSENT;
	for (i = 0; rc == FJ_OK && i < s->nfile && *out != ROW_HELD; i++) {
		const struct named_file *f = &s->file[i];

		if (id_eq(&f->evidence, &row->evidence))
			*out = hash_eq(&f->want.sha256, &row->sha256) &&
			    hash_eq(&f->want.sm3, &row->sm3) &&
			    (uint64_t)f->want.size == row->size ? ROW_HELD : ROW_LIES;
	}
	return rc;
}

/* First every row, then what they prove: of a receipt that lies in one row
 * nothing is believed. */
static enum fj_rc
look(struct receipts *s, struct one *o, enum row_state *state, bool *lie,
    struct fj_err *e)
{
	size_t i, n = o->rec.nentry;
	enum fj_rc rc = FJ_OK;

	*lie = false;
	for (i = 0; rc == FJ_OK && i < n + o->rec.nevidence; i++) {
		if (o->done[i])
			continue;
		rc = i < n ? look_entry(s, &o->rec.entries[i], &state[i], e) :
		    look_file(s, &o->rec.evidence[i - n], &state[i], e);
		*lie = *lie || state[i] == ROW_LIES;
	}
	return rc;
}

static enum fj_rc
prove(struct receipts *s, struct one *o, struct proof *p, bool *lie, struct fj_err *e)
{
	size_t i, n = o->rec.nentry, all = n + o->rec.nevidence;
	enum row_state *state = xcalloc(all + 1, sizeof(*state));
	uint8_t position[8];
	enum fj_rc rc;

	fj_put_u64(position, o->rec.position);
	rc = look(s, o, state, lie, e);
	for (i = 0; rc == FJ_OK && !*lie && i < all; i++) {
		if (o->done[i] || state[i] != ROW_HELD)
			continue;
		o->done[i] = true;
		fact_text(p, s, o);
		if (i < n) {
			rc = fact_sent(p, s, &o->rec.entries[i], o->rec.position, e);
		} else {
			struct chain_key k = chain_key(&o->rec.evidence[i - n].visit,
			    &o->rec.evidence[i - n].evidence);

			fact(p, "sync-file", k.b, CHAIN_KEY, position, sizeof(position));
		}
	}
	free(state);
	return rc;
}

/* ---- keeping ---- */

bool
receipts_whole(const struct receipts *s)
{
	size_t i, k;

	for (i = 0; i < s->n; i++)
		for (k = 0; k < s->v[i].rec.nentry + s->v[i].rec.nevidence; k++)
			if (!s->v[i].done[k])
				return false;
	return !s->bad;
}

/* Later entries say that they saw the newest one: never an older one again. */
static enum fj_rc
seen_newest(struct receipts *s, struct fj_err *e)
{
	const struct one *newest = NULL;
	uint8_t at[KEY] = { 0 };
	struct fj_buf b;
	enum fj_rc rc;
	size_t i;

	fj_buf_init(&b, 64);
	rc = journal_get(s->j, "sync", "seen", 4, &b, e);
	if (rc == FJ_OK && b.n == KEY)
		memcpy(at, b.p, KEY);
	fj_buf_release(&b);
	if (rc != FJ_OK && rc != FJ_NOTFOUND)
		return rc;
	for (i = 0; i < s->n; i++)
		if (s->v[i].written && memcmp(s->v[i].key, at, KEY) > 0) {
			newest = &s->v[i];
			memcpy(at, newest->key, KEY);
		}
	if (newest == NULL)
		return FJ_OK;
	rc = journal_set_seen(s->j, &newest->rec.hash, e);
	if (rc == FJ_OK) {
		struct journal_kv kv = { "sync", { "seen", 4 }, { at, KEY } };

		rc = journal_put(s->j, &kv, 1, e);
	}
	return rc;
}

enum fj_rc
receipts_keep(struct receipts *s, const struct journal_kv *more, struct fj_err *e)
{
	struct proof p = { NULL, 0 };
	bool lie = false, one;
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < s->n; i++) {
		rc = prove(s, &s->v[i], &p, &one, e);
		lie = lie || one;
	}
	s->bad = s->bad || lie;
	if (rc == FJ_OK && more != NULL && receipts_whole(s))
		fact(&p, more->space, more->key.p, more->key.n, more->value.p, more->value.n);
	if (rc == FJ_OK && p.n > 0)
		rc = journal_put(s->j, p.kv, p.n, e);
	if (rc == FJ_OK)
		rc = seen_newest(s, e);
	if (rc == FJ_OK && lie)
		rc = lies(e, "entry");
	/* The next page may bring further files. */
	memset(&s->visit, 0, sizeof(s->visit));
	proof_release(&p);
	return rc;
}

enum fj_rc
receipts_upto(struct journal *j, const struct id *stream, uint64_t epoch,
    uint64_t *position, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	*position = 0;
	fj_buf_init(&b, 64);
	rc = journal_get(j, "sync-receipts", stream->b, ID_LEN, &b, e);
	if (rc == FJ_OK && b.n == RECEIPTS_UPTO && fj_get_u64(b.p) == epoch)
		*position = fj_get_u64(b.p + 8);
	fj_buf_release(&b);
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

/* Does this row name an entry of the run? */
static bool
in_run(const struct receipt_entry *row, const struct run *run)
{
	return id_eq(&row->stream, &run->stream) && id_eq(&row->dev, &run->dev) &&
	    row->seq >= run->first && row->seq - run->first < run->n &&
	    hash_eq(&row->id, &run->entries[row->seq - run->first].id);
}

/* What the receipts say of the run; done: it is in the journal now. */
static enum fj_rc
each_in_run(struct receipts *s, const struct run *run, struct proof *p, bool done,
    struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		struct one *o = &s->v[i];

		for (k = 0; rc == FJ_OK && k < o->rec.nentry; k++) {
			if (!in_run(&o->rec.entries[k], run))
				continue;
			if (done) {
				o->done[k] = true;
				continue;
			}
			fact_text(p, s, o);
			rc = fact_sent(p, s, &o->rec.entries[k], o->rec.position, e);
		}
	}
	return rc;
}

enum fj_rc
receipts_receive(struct receipts *s, const struct run *run,
    struct journal_received *got, struct fj_err *e)
{
	struct proof p = { NULL, 0 };
	enum fj_rc rc;
	size_t i;

	rc = each_in_run(s, run, &p, false, e);
	if (rc == FJ_OK)
		rc = journal_receive(s->j, run->entries, run->n, run->sig, p.kv, p.n, got, e);
	if (rc == FJ_OK)
		rc = each_in_run(s, run, NULL, true, e);
	/* Written with the run or not at all: receipts_keep looks at it again. */
	for (i = 0; rc != FJ_OK && i < s->n; i++)
		s->v[i].written = false;
	proof_release(&p);
	return rc;
}

enum fj_rc
receipt_keep(struct journal *j, const struct roster *r, const struct envelope *v,
    struct fj_err *e)
{
	struct receipts *s = receipts_new(j);
	enum fj_rc rc = receipts_add(s, r, v, e);

	if (rc == FJ_OK)
		rc = receipts_keep(s, NULL, e);
	receipts_free(&s);
	return rc;
}
