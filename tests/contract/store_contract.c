/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "contract/store_contract.h"

#define OK(call) assert_int_equal((call), FJ_OK)

static struct id
an_id(uint8_t n)
{
	struct id v;

	memset(v.b, n, ID_LEN);
	return v;
}

static struct hash
a_hash(uint8_t n)
{
	struct hash v;

	memset(v.b, n, HASH_LEN);
	return v;
}

void
contract_meta(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct fj_buf b;
	struct fj_err e;

	fj_buf_init(&b, 100);
	assert_int_equal(s->ops->meta_get(s, "x", &b, &e), FJ_NOTFOUND);
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "x", "\0\1\2", 3, &e));
	OK(s->ops->meta_put(s, "x", "ab\0", 3, &e));
	OK(s->ops->meta_put(s, "empty", "", 0, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->meta_get(s, "x", &b, &e));
	assert_int_equal(b.n, 3);
	assert_memory_equal(b.p, "ab\0", 3);
	fj_buf_clear(&b);
	OK(s->ops->meta_get(s, "empty", &b, &e));
	assert_int_equal(b.n, 0);
	fj_buf_release(&b);
	store_close(&s);
}

void
contract_transactions(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx), *t;
	struct fj_buf b;
	struct fj_err e;

	fj_buf_init(&b, 100);
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "gone", "x", 1, &e));
	s->ops->rollback(s);
	assert_int_equal(s->ops->meta_get(s, "gone", &b, &e), FJ_NOTFOUND);
	/* Others see nothing of an open transaction. */
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "later", "x", 1, &e));
	t = k->open_again(k->ctx);
	assert_int_equal(t->ops->meta_get(t, "later", &b, &e), FJ_NOTFOUND);
	OK(s->ops->commit(s, &e));
	OK(t->ops->meta_get(t, "later", &b, &e));
	fj_buf_release(&b);
	store_close(&t);
	store_close(&s);
}

struct rows {
	int n;
	uint64_t last;
	int stop;
};

static bool
roster_row(void *ctx, uint64_t row, const void *frame, size_t n, const uint8_t *sig)
{
	struct rows *r = ctx;

	assert_int_equal(n, 3);
	assert_memory_equal(frame, "fra", 3);
	assert_int_equal(sig[0], 9);
	assert_true(row > r->last);
	r->last = row;
	return ++r->n != r->stop;
}

void
contract_roster(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	uint8_t sig[ENTRY_SIG];
	struct rows r = { 0, 0, 0 };
	uint64_t row = 0, i;
	struct fj_err e;

	memset(sig, 9, sizeof(sig));
	OK(s->ops->roster_last(s, &row, &e));
	assert_int_equal(row, 0);
	OK(s->ops->begin(s, &e));
	for (i = 1; i <= 5; i++) {
		OK(s->ops->roster_put(s, "fra", 3, sig, i, &row, &e));
		assert_int_equal(row, i);
	}
	OK(s->ops->commit(s, &e));
	OK(s->ops->roster_last(s, &row, &e));
	assert_int_equal(row, 5);
	OK(s->ops->roster_each(s, 2, roster_row, &r, &e));
	assert_int_equal(r.n, 3);
	memset(&r, 0, sizeof(r));
	r.stop = 2;
	OK(s->ops->roster_each(s, 0, roster_row, &r, &e));
	assert_int_equal(r.n, 2);
	store_close(&s);
}

void
contract_log(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct hash leaf = a_hash(7), got;
	uint8_t sig[ENTRY_SIG], back[ENTRY_SIG];
	enum log_kind kind;
	uint64_t at = 9;
	struct fj_buf b;
	struct fj_err e;

	memset(sig, 3, sizeof(sig));
	fj_buf_init(&b, 1000);
	OK(s->ops->log_position(s, &at, &e));
	assert_int_equal(at, 0);
	OK(s->ops->begin(s, &e));
	OK(s->ops->log_put(s, LOG_RECEIPT, "text", 4, sig, &leaf, 1, &e));
	/* A position is never given twice (T3). */
	assert_int_not_equal(s->ops->log_put(s, LOG_ROSTER, "other", 5, sig, &leaf, 1, &e),
	    FJ_OK);
	s->ops->rollback(s);
	OK(s->ops->begin(s, &e));
	OK(s->ops->log_put(s, LOG_RECEIPT, "text", 4, sig, &leaf, 1, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->log_position(s, &at, &e));
	assert_int_equal(at, 1);
	OK(s->ops->log_get(s, 1, &kind, &b, back, &got, &e));
	assert_int_equal(kind, LOG_RECEIPT);
	assert_string_equal(b.p, "text");
	assert_memory_equal(back, sig, sizeof(sig));
	assert_true(hash_eq(&got, &leaf));
	assert_int_equal(s->ops->log_get(s, 2, &kind, &b, back, &got, &e), FJ_NOTFOUND);
	fj_buf_release(&b);
	store_close(&s);
}

void
contract_invites(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct stored_invite in, got;
	struct fj_err e;

	memset(&in, 0, sizeof(in));
	memcpy(in.lookup, "ABCD", 5);
	in.person = an_id(1);
	in.k1 = a_hash(2);
	in.k2 = a_hash(3);
	in.expires_ms = 5000;
	assert_int_equal(s->ops->invite_get(s, "ABCD", &got, &e), FJ_NOTFOUND);
	OK(s->ops->begin(s, &e));
	OK(s->ops->invite_put(s, &in, &e));
	in.wrong = 4;
	in.dev = an_id(8);
	OK(s->ops->invite_put(s, &in, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->invite_get(s, "ABCD", &got, &e));
	assert_memory_equal(&got, &in, sizeof(in));
	OK(s->ops->begin(s, &e));
	OK(s->ops->invite_expire(s, 5000, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->invite_get(s, "ABCD", &got, &e));
	OK(s->ops->begin(s, &e));
	OK(s->ops->invite_expire(s, 5001, &e));
	OK(s->ops->commit(s, &e));
	assert_int_equal(s->ops->invite_get(s, "ABCD", &got, &e), FJ_NOTFOUND);
	store_close(&s);
}

static struct stored_entry
an_entry(uint8_t stream, uint8_t dev, uint64_t seq, uint8_t id)
{
	struct stored_entry en;

	memset(&en, 0, sizeof(en));
	en.stream = an_id(stream);
	en.dev = an_id(dev);
	en.seq = seq;
	en.hlc = 1ULL << 63 | seq;
	en.id = a_hash(id);
	en.prev = a_hash((uint8_t)(id - 1));
	en.frame = "frame\0x";
	en.len = 7;
	en.position = seq * 10;
	return en;
}

static void
put(struct store *s, struct stored_entry en, bool fresh)
{
	struct fj_err e;
	bool got = !fresh;

	OK(s->ops->entries_put(s, &en, 1, &got, &e));
	assert_int_equal(got, fresh);
}

static bool
entry_row(void *ctx, const struct stored_entry *en)
{
	struct rows *r = ctx;

	assert_memory_equal(en->frame, "frame\0x", 7);
	r->last = r->last * 10 + en->seq;
	return ++r->n != r->stop;
}

static bool
any_entry(void *ctx, const struct stored_entry *en)
{
	struct rows *r = ctx;

	r->last = en->seq;
	return ++r->n != r->stop;
}

static bool
dev_row(void *ctx, const struct id *dev)
{
	struct rows *r = ctx;

	r->last = r->last * 10 + dev->b[0];
	r->n++;
	return true;
}

void
contract_entries(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct id stream = an_id(1), dev = an_id(2), none = an_id(9);
	uint8_t sig[ENTRY_SIG], back[ENTRY_SIG];
	struct rows r = { 0, 0, 0 };
	struct chain_head head;
	struct stored_entry en;
	struct hash id;
	struct fj_buf b;
	struct fj_err e;
	uint64_t position;
	bool has;

	memset(sig, 5, sizeof(sig));
	fj_buf_init(&b, 100);
	OK(s->ops->begin(s, &e));
	put(s, an_entry(1, 2, 1, 11), true);
	put(s, an_entry(1, 2, 2, 12), true);
	put(s, an_entry(1, 2, 2, 12), false);
	en = an_entry(1, 2, 3, 13);
	en.sig = sig;
	put(s, en, true);
	put(s, an_entry(1, 3, 1, 21), true);
	put(s, an_entry(4, 3, 1, 11), true);
	OK(s->ops->commit(s, &e));
	OK(s->ops->chain_head(s, &stream, &dev, &head, &e));
	assert_int_equal(head.seq, 3);
	assert_true(head.hlc == (1ULL << 63 | 3));
	OK(s->ops->chain_head(s, &stream, &none, &head, &e));
	assert_int_equal(head.seq, 0);
	id = a_hash(12);
	OK(s->ops->entry_find(s, &stream, &id, &head, &position, &e));
	assert_int_equal(head.seq, 2);
	assert_int_equal(position, 20);
	OK(s->ops->entry_get(s, &stream, &id, &b, back, &has, &e));
	assert_false(has);
	OK(s->ops->begin(s, &e));
	OK(s->ops->entry_sign(s, &stream, &id, sig, &e));
	OK(s->ops->commit(s, &e));
	fj_buf_clear(&b);
	OK(s->ops->entry_get(s, &stream, &id, &b, back, &has, &e));
	assert_true(has);
	assert_int_equal(b.n, 7);
	assert_memory_equal(back, sig, sizeof(sig));
	id = a_hash(99);
	assert_int_equal(s->ops->entry_find(s, &stream, &id, &head, &position, &e),
	    FJ_NOTFOUND);
	OK(s->ops->entries_each(s, &stream, &dev, 1, entry_row, &r, &e));
	assert_int_equal(r.last, 23);
	memset(&r, 0, sizeof(r));
	OK(s->ops->entries_each(s, &stream, NULL, 0, entry_row, &r, &e));
	assert_int_equal(r.last, 1231);
	memset(&r, 0, sizeof(r));
	OK(s->ops->chains_each(s, &stream, dev_row, &r, &e));
	assert_int_equal(r.last, 23);
	fj_buf_release(&b);
	store_close(&s);
}

void
contract_forks(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct id stream = an_id(1), dev = an_id(2);
	struct fj_err e;
	bool forked = true;

	OK(s->ops->begin(s, &e));
	put(s, an_entry(1, 2, 1, 11), true);
	put(s, an_entry(1, 2, 2, 12), true);
	OK(s->ops->commit(s, &e));
	OK(s->ops->chain_forked(s, &stream, &dev, 0, &forked, &e));
	assert_false(forked);
	OK(s->ops->begin(s, &e));
	put(s, an_entry(1, 2, 2, 42), true);
	OK(s->ops->commit(s, &e));
	OK(s->ops->chain_forked(s, &stream, &dev, 0, &forked, &e));
	assert_true(forked);
	OK(s->ops->chain_forked(s, &stream, &dev, 2, &forked, &e));
	assert_true(forked);
	OK(s->ops->chain_forked(s, &stream, &dev, 1, &forked, &e));
	assert_false(forked);
	store_close(&s);
}

static bool
stream_row(void *ctx, const struct stored_stream *st)
{
	struct rows *r = ctx;

	r->last = r->last * 10 + st->stream.b[0];
	return ++r->n != r->stop;
}

void
contract_streams(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct stored_stream st;
	struct rows r = { 0, 0, 0 };
	enum stream_kind kind;
	uint64_t position;
	struct fj_buf b;
	struct fj_err e;
	uint8_t i;

	fj_buf_init(&b, 100);
	memset(&st, 0, sizeof(st));
	st.kind = STREAM_VISIT;
	st.facts = "{\"a\":\"检查\"}";
	OK(s->ops->begin(s, &e));
	for (i = 1; i <= 3; i++) {
		st.stream = an_id(i);
		st.position = i;
		OK(s->ops->stream_put(s, &st, &e));
	}
	st.stream = an_id(1);
	st.position = 9;
	OK(s->ops->stream_put(s, &st, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->streams_each(s, 0, stream_row, &r, &e));
	assert_int_equal(r.last, 231);
	memset(&r, 0, sizeof(r));
	OK(s->ops->streams_each(s, 3, stream_row, &r, &e));
	assert_int_equal(r.last, 1);
	OK(s->ops->stream_get(s, &st.stream, &kind, &position, &b, &e));
	assert_int_equal(kind, STREAM_VISIT);
	assert_int_equal(position, 9);
	assert_string_equal(b.p, st.facts);
	st.stream = an_id(77);
	assert_int_equal(s->ops->stream_get(s, &st.stream, NULL, NULL, NULL, &e),
	    FJ_NOTFOUND);
	fj_buf_release(&b);
	store_close(&s);
}

static bool
upload_row(void *ctx, const struct stored_upload *u)
{
	struct rows *r = ctx;

	r->last = r->last * 10 + u->evidence.b[0];
	r->n++;
	return true;
}

void
contract_uploads(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct stored_upload u, got;
	struct rows r = { 0, 0, 0 };
	struct fj_err e;

	memset(&u, 0, sizeof(u));
	u.visit = an_id(1);
	u.evidence = an_id(2);
	u.sha256 = a_hash(3);
	u.sm3 = a_hash(4);
	u.size = 1LL << 36;
	OK(s->ops->begin(s, &e));
	OK(s->ops->upload_put(s, &u, &e));
	u.done = true;
	u.position = 12;
	OK(s->ops->upload_put(s, &u, &e));
	u.evidence = an_id(1);
	OK(s->ops->upload_put(s, &u, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->upload_get(s, &u.visit, &u.evidence, &got, &e));
	assert_memory_equal(&got, &u, sizeof(u));
	OK(s->ops->uploads_each(s, &u.visit, upload_row, &r, &e));
	assert_int_equal(r.last, 12);
	u.evidence = an_id(9);
	assert_int_equal(s->ops->upload_get(s, &u.visit, &u.evidence, &got, &e),
	    FJ_NOTFOUND);
	store_close(&s);
}

static bool
receipt_row(void *ctx, uint64_t position)
{
	struct rows *r = ctx;

	r->last = r->last * 100 + position;
	r->n++;
	return true;
}

/* Positions of entries and of whole files of one stream, each once, in order. */
void
contract_receipts(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct id stream = an_id(1);
	struct rows r = { 0, 0, 0 };
	struct stored_upload u;
	struct stored_entry en;
	struct fj_err e;
	uint8_t i;

	memset(&u, 0, sizeof(u));
	u.visit = stream;
	OK(s->ops->begin(s, &e));
	for (i = 1; i <= 4; i++) {
		en = an_entry(i < 4 ? 1 : 2, 2, i, (uint8_t)(10 + i));
		en.position = i < 3 ? 20 : 10;
		put(s, en, true);
	}
	u.evidence = an_id(1);
	u.position = 15;
	u.done = true;
	OK(s->ops->upload_put(s, &u, &e));
	u.evidence = an_id(2);
	u.position = 16;
	u.done = false;
	OK(s->ops->upload_put(s, &u, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->receipts_each(s, &stream, 0, receipt_row, &r, &e));
	assert_int_equal(r.last, 101520);
	memset(&r, 0, sizeof(r));
	OK(s->ops->receipts_each(s, &stream, 15, receipt_row, &r, &e));
	assert_int_equal(r.last, 20);
	stream = an_id(9);
	memset(&r, 0, sizeof(r));
	OK(s->ops->receipts_each(s, &stream, 0, receipt_row, &r, &e));
	assert_int_equal(r.n, 0);
	store_close(&s);
}

void
contract_blobs(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct hash d = a_hash(6);
	struct fj_buf b;
	struct fj_err e;

	fj_buf_init(&b, 100);
	OK(s->ops->begin(s, &e));
	OK(s->ops->blob_put(s, &d, "bytes", 5, &e));
	OK(s->ops->blob_put(s, &d, "bytes", 5, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->blob_get(s, &d, &b, &e));
	assert_string_equal(b.p, "bytes");
	d = a_hash(7);
	assert_int_equal(s->ops->blob_get(s, &d, &b, &e), FJ_NOTFOUND);
	fj_buf_release(&b);
	store_close(&s);
}

/* More than a page and a statement hold, with some known, some twice, large ones,
 * several streams: fresh says it exactly, and all of them come back in order. */
void
contract_bulk(const struct store_contract *k)
{
	enum { MANY = 2300 };
	struct store *s = k->open_store(k->ctx);
	struct stored_entry *en = calloc(MANY, sizeof(*en));
	char *large = calloc(1, 1 << 20);
	bool *fresh = calloc(MANY, sizeof(bool));
	struct rows r = { 0, 0, 0 };
	struct id stream = an_id(1), dev = an_id(2);
	struct store_stats st;
	struct fj_err e;
	size_t i;

	memset(large, 0xfe, 1 << 20);
	for (i = 0; i < MANY; i++) {
		en[i] = an_entry((uint8_t)(1 + i % 3), 2, 1 + i / 3, 0);
		fj_put_u64(en[i].id.b, i);
	}
	for (i = 0; i < 20; i++) {
		en[i * 7].frame = large;
		en[i * 7].len = 1 << 20;
	}
	en[40] = en[39];
	OK(s->ops->begin(s, &e));
	OK(s->ops->entries_put(s, en, 0, fresh, &e));
	OK(s->ops->entries_put(s, en + 10, 5, fresh, &e));
	OK(s->ops->entries_put(s, en, MANY, fresh, &e));
	OK(s->ops->commit(s, &e));
	for (i = 0; i < MANY; i++)
		assert_int_equal(fresh[i], (i < 10 || i >= 15) && i != 40);
	OK(s->ops->stats(s, &st, &e));
	assert_int_equal(st.entries, MANY - 1);
	OK(s->ops->entries_each(s, &stream, &dev, 0, any_entry, &r, &e));
	assert_int_equal(r.n, MANY / 3 + 1);
	assert_int_equal(r.last, MANY / 3 + 1);
	memset(&r, 0, sizeof(r));
	OK(s->ops->entries_each(s, &stream, NULL, 700, any_entry, &r, &e));
	assert_int_equal(r.n, MANY / 3 + 1 - 700);
	memset(&r, 0, sizeof(r));
	r.stop = 501;
	OK(s->ops->entries_each(s, NULL, NULL, 0, any_entry, &r, &e));
	assert_int_equal(r.n, 501);
	r.n = r.stop = 0;
	OK(s->ops->entries_each(s, NULL, NULL, 0, any_entry, &r, &e));
	assert_int_equal(r.n, MANY - 1);
	free(fresh);
	free(large);
	free(en);
	store_close(&s);
}

/* T2 and T3: handles that race, one writer; a number read inside is nobody else's, and
 * who follows the changes by their positions meanwhile misses none. */
enum {
	RACERS = 3,
	EACH = 30,
};

struct racer {
	const struct store_contract *k;
	uint8_t n;
	int left;
	atomic_int *running;
};

static enum fj_rc
one_change(struct store *s, struct racer *r, struct fj_err *e)
{
	struct stored_stream st = { .kind = STREAM_VISIT, .facts = "{}" };
	struct hash leaf = a_hash(1);
	uint8_t sig[ENTRY_SIG] = { 0 };
	uint64_t at;
	enum fj_rc rc = s->ops->begin(s, e);

	if (rc != FJ_OK)
		return rc;
	rc = s->ops->log_position(s, &at, e);
	st.stream = an_id(r->n);
	st.stream.b[1] = (uint8_t)r->left;
	st.position = at + 1;
	if (rc == FJ_OK)
		rc = s->ops->log_put(s, LOG_RECEIPT, "x", 1, sig, &leaf, at + 1, e);
	if (rc == FJ_OK)
		rc = s->ops->stream_put(s, &st, e);
	if (rc == FJ_OK)
		return s->ops->commit(s, e);
	s->ops->rollback(s);
	return rc;
}

static void *
race(void *ctx)
{
	struct racer *r = ctx;
	struct store *s = r->k->open_again(r->k->ctx);
	struct fj_err e;

	while (r->left > 0)
		if (one_change(s, r, &e) == FJ_OK)
			r->left--;
	store_close(&s);
	(void)atomic_fetch_sub(r->running, 1);
	return NULL;
}

struct follower {
	uint64_t cursor;
	int seen;
	bool in_order;
};

static bool
follow(void *ctx, const struct stored_stream *st)
{
	struct follower *f = ctx;

	f->in_order = f->in_order && st->position == f->cursor + 1;
	f->cursor = st->position;
	f->seen++;
	return true;
}

static bool
next_leaf(void *ctx, uint64_t position, const struct hash *leaf)
{
	struct rows *r = ctx;

	(void)leaf;
	assert_int_equal(position, r->last + 1);
	r->last = position;
	return ++r->n != r->stop;
}

/* H2: commit-ordered positions, nothing is skipped. */
void
contract_order(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx), *t = k->open_reader(k->ctx);
	struct follower f = { 0, 0, true };
	struct racer r[RACERS];
	struct rows rows = { 0, 0, 0 };
	pthread_t thread[RACERS];
	atomic_int running = RACERS;
	bool last = false;
	struct fj_err e;
	uint8_t i;

	for (i = 0; i < RACERS; i++) {
		r[i] = (struct racer){ k, i, EACH, &running };
		assert_int_equal(pthread_create(&thread[i], NULL, race, &r[i]), 0);
	}
	while (!last) {
		last = atomic_load(&running) == 0;
		OK(t->ops->streams_each(t, f.cursor, follow, &f, &e));
	}
	for (i = 0; i < RACERS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(f.seen, RACERS * EACH);
	assert_true(f.in_order);
	OK(s->ops->leaves_each(s, 1, UINT64_MAX, next_leaf, &rows, &e));
	assert_int_equal(rows.n, RACERS * EACH);
	OK(s->ops->check(s, &e));
	store_close(&t);
	store_close(&s);
}

void
contract_leaves(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct rows r = { 0, 0, 0 };
	struct hash leaf = a_hash(9);
	uint8_t sig[ENTRY_SIG] = { 1 };
	struct fj_err e;
	uint64_t i;

	OK(s->ops->begin(s, &e));
	for (i = 1; i <= 600; i++)
		OK(s->ops->log_put(s, LOG_RECEIPT, "x", 1, sig, &leaf, i, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->leaves_each(s, 1, 600, next_leaf, &r, &e));
	assert_int_equal(r.n, 600);
	memset(&r, 0, sizeof(r));
	r.last = 99;
	OK(s->ops->leaves_each(s, 100, 120, next_leaf, &r, &e));
	assert_int_equal(r.n, 21);
	memset(&r, 0, sizeof(r));
	r.last = 9;
	r.stop = 3;
	OK(s->ops->leaves_each(s, 10, 600, next_leaf, &r, &e));
	assert_int_equal(r.n, 3);
	memset(&r, 0, sizeof(r));
	OK(s->ops->leaves_each(s, 601, 700, next_leaf, &r, &e));
	assert_int_equal(r.n, 0);
	store_close(&s);
}

static struct stored_upload
an_upload(uint8_t visit, uint8_t evidence, uint8_t dev, int64_t size)
{
	struct stored_upload u;

	memset(&u, 0, sizeof(u));
	u.visit = an_id(visit);
	u.evidence = an_id(evidence);
	u.dev = an_id(dev);
	u.size = size;
	return u;
}

void
contract_expiry(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct stored_upload u, got;
	struct rows r = { 0, 0, 0 };
	struct id visit = an_id(1), evidence = an_id(3);
	struct fj_err e;
	uint8_t i;

	OK(s->ops->begin(s, &e));
	for (i = 1; i <= 5; i++) {
		u = an_upload(1, i, 7, 10);
		u.created_ms = 1000;
		u.expires_ms = i == 5 ? 0 : 6000 - i * 1000;
		u.scratch = an_id((uint8_t)(100 + i));
		u.done = i == 2;
		OK(s->ops->upload_put(s, &u, &e));
	}
	OK(s->ops->commit(s, &e));
	OK(s->ops->upload_get(s, &visit, &evidence, &got, &e));
	assert_int_equal(got.created_ms, 1000);
	assert_int_equal(got.expires_ms, 3000);
	assert_int_equal(got.scratch.b[0], 103);
	assert_int_equal(got.dev.b[0], 7);
	/* The oldest first; not what is done, not what never ends, not the moment itself. */
	OK(s->ops->uploads_expired(s, 5000, upload_row, &r, &e));
	assert_int_equal(r.last, 43);
	OK(s->ops->begin(s, &e));
	OK(s->ops->upload_drop(s, &visit, &evidence, &e));
	OK(s->ops->upload_drop(s, &visit, &evidence, &e));
	s->ops->rollback(s);
	OK(s->ops->upload_get(s, &visit, &evidence, &got, &e));
	OK(s->ops->begin(s, &e));
	OK(s->ops->upload_drop(s, &visit, &evidence, &e));
	OK(s->ops->commit(s, &e));
	assert_int_equal(s->ops->upload_get(s, &visit, &evidence, &got, &e), FJ_NOTFOUND);
	store_close(&s);
}

static void
sums(struct store *s, const struct id *visit, const struct id *dev, int64_t open,
    int64_t open_bytes, int64_t done, int64_t done_bytes)
{
	struct upload_sums got;
	struct fj_err e;

	OK(s->ops->upload_sums(s, visit, dev, &got, &e));
	assert_int_equal(got.open, open);
	assert_int_equal(got.open_bytes, open_bytes);
	assert_int_equal(got.done, done);
	assert_int_equal(got.done_bytes, done_bytes);
}

void
contract_sums(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct id v1 = an_id(1), v2 = an_id(2), d1 = an_id(11), d2 = an_id(12), no = an_id(99);
	struct stored_upload u;
	struct fj_err e;
	uint8_t i;

	sums(s, NULL, NULL, 0, 0, 0, 0);
	OK(s->ops->begin(s, &e));
	for (i = 0; i < 8; i++) {
		u = an_upload((uint8_t)(1 + i / 4), i, (uint8_t)(11 + i % 2), 1LL << (30 + i));
		u.done = i % 4 == 3;
		OK(s->ops->upload_put(s, &u, &e));
	}
	OK(s->ops->commit(s, &e));
	sums(s, NULL, NULL, 6, 0x77LL << 30, 2, 0x88LL << 30);
	sums(s, &v1, NULL, 3, 7LL << 30, 1, 8LL << 30);
	sums(s, NULL, &d1, 4, 0x55LL << 30, 0, 0);
	sums(s, &v2, &d2, 1, 0x20LL << 30, 1, 0x80LL << 30);
	sums(s, &no, NULL, 0, 0, 0, 0);
	store_close(&s);
}

void
contract_claims(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx), *t = k->open_reader(k->ctx);
	struct id visit = an_id(1), evidence = an_id(2), other = an_id(3);
	uint64_t a = 0, b = 0, c = 0;
	struct fj_err e;
	bool held = true;

	OK(s->ops->claim_hold(s, &visit, &evidence, 0, &held, &e));
	assert_false(held);
	OK(s->ops->claim_take(s, &visit, &evidence, &a, &e));
	OK(t->ops->claim_hold(t, &visit, &evidence, a, &held, &e));
	assert_true(held);
	/* Another's, while a transaction is open: it does not wait, and wins. */
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "x", "y", 1, &e));
	OK(t->ops->claim_take(t, &visit, &evidence, &b, &e));
	assert_true(a != b);
	OK(s->ops->commit(s, &e));
	OK(s->ops->claim_hold(s, &visit, &evidence, a, &held, &e));
	assert_false(held);
	OK(t->ops->claim_take(t, &visit, &other, &c, &e));
	/* Dropping what is not held drops nothing. */
	OK(s->ops->claim_drop(s, &visit, &evidence, a, &e));
	OK(t->ops->claim_hold(t, &visit, &evidence, b, &held, &e));
	assert_true(held);
	OK(t->ops->claim_drop(t, &visit, &evidence, b, &e));
	OK(t->ops->claim_hold(t, &visit, &evidence, b, &held, &e));
	assert_false(held);
	OK(s->ops->begin(s, &e));
	OK(s->ops->upload_drop(s, &visit, &other, &e));
	OK(s->ops->commit(s, &e));
	OK(t->ops->claim_hold(t, &visit, &other, c, &held, &e));
	assert_false(held);
	store_close(&t);
	store_close(&s);
}

static bool
audit_row(void *ctx, const struct audit_row *row)
{
	struct rows *r = ctx;

	assert_int_equal(row->n, r->last + 1);
	assert_int_equal(row->time_ms, (int64_t)row->n * 10);
	assert_int_equal(row->person.b[0], 1);
	assert_int_equal(row->dev.b[0], 2);
	assert_int_equal(row->stream.b[0], 0);
	assert_string_equal(row->act, "read");
	assert_string_equal(row->detail, row->n % 2 == 0 ? "" : "{\"n\":\"值\"}");
	r->last = row->n;
	return ++r->n != r->stop;
}

static void
put_audit(struct store *s, int64_t from, size_t n)
{
	struct audit_row *row = calloc(n, sizeof(*row));
	struct fj_err e;
	size_t i;

	for (i = 0; i < n; i++) {
		row[i].time_ms = (from + (int64_t)i) * 10;
		row[i].person = an_id(1);
		row[i].dev = an_id(2);
		row[i].act = "read";
		row[i].detail = (from + (int64_t)i) % 2 == 0 ? "" : "{\"n\":\"值\"}";
	}
	OK(s->ops->begin(s, &e));
	OK(s->ops->audit_put(s, row, n, &e));
	OK(s->ops->commit(s, &e));
	free(row);
}

void
contract_audit(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct rows r = { 0, 0, 0 };
	struct fj_err e;

	put_audit(s, 1, 550);
	put_audit(s, 551, 2);
	OK(s->ops->audit_each(s, 0, audit_row, &r, &e));
	assert_int_equal(r.n, 552);
	/* Old ones go; a number is never given again, also when all of them went. */
	OK(s->ops->begin(s, &e));
	OK(s->ops->audit_expire(s, 100000, &e));
	OK(s->ops->commit(s, &e));
	put_audit(s, 553, 1);
	memset(&r, 0, sizeof(r));
	r.last = 551;
	OK(s->ops->audit_each(s, 0, audit_row, &r, &e));
	assert_int_equal(r.n, 2);
	store_close(&s);
}

/* T6 */
void
contract_readers(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx), *t = k->open_reader(k->ctx);
	struct store_stats st;
	struct rows r = { 0, 0, 0 };
	struct fj_buf b;
	struct fj_err e;

	fj_buf_init(&b, 100);
	assert_int_equal(t->ops->begin(t, &e), FJ_REFUSED);
	assert_string_equal(e.code, "hub.store-reader");
	assert_int_equal(s->ops->snapshot(s, &e), FJ_REFUSED);
	/* While a writer is inside it reads what was there before, at once. */
	OK(s->ops->begin(s, &e));
	put(s, an_entry(1, 2, 1, 11), true);
	OK(s->ops->meta_put(s, "m", "1", 1, &e));
	OK(t->ops->stats(t, &st, &e));
	assert_int_equal(st.entries, 0);
	assert_int_equal(t->ops->meta_get(t, "m", &b, &e), FJ_NOTFOUND);
	OK(s->ops->commit(s, &e));
	OK(t->ops->meta_get(t, "m", &b, &e));
	/* One moment between snapshot and its end. */
	OK(t->ops->snapshot(t, &e));
	OK(s->ops->begin(s, &e));
	put(s, an_entry(1, 2, 2, 12), true);
	OK(s->ops->meta_put(s, "m", "2", 1, &e));
	OK(s->ops->commit(s, &e));
	OK(t->ops->entries_each(t, NULL, NULL, 0, any_entry, &r, &e));
	assert_int_equal(r.n, 1);
	fj_buf_clear(&b);
	OK(t->ops->meta_get(t, "m", &b, &e));
	assert_string_equal(b.p, "1");
	t->ops->snapshot_end(t);
	t->ops->snapshot_end(t);
	fj_buf_clear(&b);
	OK(t->ops->meta_get(t, "m", &b, &e));
	assert_string_equal(b.p, "2");
	fj_buf_release(&b);
	store_close(&t);
	store_close(&s);
}

static bool
meta_seen(void *ctx, const char *name, const void *p, size_t n)
{
	struct rows *r = ctx;

	r->last += strlen(name) * 100 + n + (n > 0 ? ((const uint8_t *)p)[0] : 0);
	r->n++;
	return true;
}

static bool
invite_seen(void *ctx, const struct stored_invite *in)
{
	struct rows *r = ctx;

	assert_int_equal(in->k1.b[0], 2);
	r->last = r->last * 10 + (uint64_t)(in->lookup[0] - 'A');
	r->n++;
	return true;
}

static bool
blob_seen(void *ctx, const struct hash *digest, const void *p, size_t n)
{
	struct rows *r = ctx;

	assert_int_equal(n, digest->b[0]);
	assert_true(n == 0 || ((const uint8_t *)p)[n - 1] == 'z');
	r->last = r->last * 10 + digest->b[0];
	r->n++;
	return true;
}

/* What a copy of the whole store needs. */
void
contract_everything(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct stored_invite in;
	struct stored_upload u;
	struct rows r = { 0, 0, 0 };
	uint8_t sig[ENTRY_SIG] = { 9 };
	struct hash d;
	struct fj_err e;
	uint64_t row = 0, position = 0;

	memset(&in, 0, sizeof(in));
	in.k1 = a_hash(2);
	OK(s->ops->begin(s, &e));
	OK(s->ops->meta_put(s, "ab", "\5", 1, &e));
	OK(s->ops->meta_put(s, "c", "", 0, &e));
	memcpy(in.lookup, "BCDE", 5);
	OK(s->ops->invite_put(s, &in, &e));
	d = a_hash(3);
	OK(s->ops->blob_put(s, &d, "xyz", 3, &e));
	d = a_hash(1);
	OK(s->ops->blob_put(s, &d, "z", 1, &e));
	u = an_upload(2, 1, 3, 4);
	OK(s->ops->upload_put(s, &u, &e));
	u = an_upload(1, 2, 3, 4);
	OK(s->ops->upload_put(s, &u, &e));
	OK(s->ops->roster_put(s, "fra", 3, sig, 77, &row, &e));
	OK(s->ops->commit(s, &e));
	OK(s->ops->meta_each(s, meta_seen, &r, &e));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.last, 306);
	memset(&r, 0, sizeof(r));
	OK(s->ops->invites_each(s, invite_seen, &r, &e));
	assert_int_equal(r.n, 1);
	assert_int_equal(r.last, 1);
	memset(&r, 0, sizeof(r));
	OK(s->ops->blobs_each(s, blob_seen, &r, &e));
	assert_int_equal(r.last, 13);
	memset(&r, 0, sizeof(r));
	OK(s->ops->uploads_each(s, NULL, upload_row, &r, &e));
	assert_int_equal(r.last, 21);
	OK(s->ops->roster_position(s, row, &position, &e));
	assert_int_equal(position, 77);
	assert_int_equal(s->ops->roster_position(s, 2, &position, &e), FJ_NOTFOUND);
	store_close(&s);
}

/* Retired by one, for all; who has it open reads on and writes nothing more. */
void
contract_retired(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx), *t = k->open_again(k->ctx);
	struct fj_buf b;
	struct fj_err e;

	fj_buf_init(&b, 100);
	OK(s->ops->begin(s, &e));
	OK(s->ops->retire(s, &e));
	s->ops->rollback(s);
	OK(t->ops->begin(t, &e));
	OK(t->ops->meta_put(t, "a", "1", 1, &e));
	OK(t->ops->commit(t, &e));
	OK(s->ops->begin(s, &e));
	OK(s->ops->retire(s, &e));
	OK(s->ops->commit(s, &e));
	assert_int_equal(t->ops->begin(t, &e), FJ_REFUSED);
	assert_string_equal(e.code, "hub.store-moved");
	assert_int_equal(t->ops->begin(t, &e), FJ_REFUSED);
	OK(t->ops->meta_get(t, "a", &b, &e));
	assert_string_equal(b.p, "1");
	fj_buf_release(&b);
	store_close(&t);
	store_close(&s);
}

void
contract_durable(const struct store_contract *k)
{
	struct store *s = k->open_store(k->ctx);
	struct id stream = an_id(1), dev = an_id(2);
	struct chain_head head;
	struct store_stats st;
	struct fj_err e;

	OK(s->ops->begin(s, &e));
	put(s, an_entry(1, 2, 1, 11), true);
	OK(s->ops->commit(s, &e));
	store_close(&s);
	s = k->open_again(k->ctx);
	OK(s->ops->chain_head(s, &stream, &dev, &head, &e));
	assert_int_equal(head.seq, 1);
	OK(s->ops->stats(s, &st, &e));
	assert_int_equal(st.entries, 1);
	assert_int_equal(st.chains, 1);
	OK(s->ops->check(s, &e));
	store_close(&s);
}
