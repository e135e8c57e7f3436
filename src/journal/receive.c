/* SPDX-License-Identifier: Apache-2.0 */
/* Other people's commits, and one's own coming back. */
#include "journal/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "entry/chain.h"

/* A run is of one chain of one stream. */
static enum fj_rc
check_shape(const struct entry *en, size_t n, struct fj_err *e)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (!id_eq(&en[i].stream, &en[0].stream) || en[i].kind != en[0].kind ||
		    !id_eq(&en[i].dev, &en[0].dev) || en[i].suite != en[0].suite)
			return fj_fail(e, FJ_CORRUPT, "journal.run-mixed", "z", i + 1);
	return n > 0 ? FJ_OK : fj_fail(e, FJ_INVAL, "journal.run-empty", "");
}

static enum fj_rc
gap(struct journal *j, const struct entry *first, struct fj_err *e)
{
	struct chain_head tip;
	char stream[ID_TEXT + 1], dev[ID_TEXT + 1];
	enum fj_rc rc = chain_tip(j, &first->stream, &first->dev, &tip, e);

	if (rc != FJ_OK)
		return rc;
	id_format(&first->stream, stream);
	id_format(&first->dev, dev);
	return fj_fail(e, FJ_STALE, "journal.gap", "ssll", stream, dev,
	    (long long)tip.seq, (long long)first->seq);
}

/* The entry that the run follows, and the key of the chain. */
static enum fj_rc
find_ground(struct journal *j, const struct entry *first, struct chain_head *before,
    struct identity_public *key, struct fj_err *e)
{
	struct hello *h;
	struct entry held;
	struct fj_buf buf;
	enum fj_rc rc;

	memset(before, 0, sizeof(*before));
	before->dev = first->dev;
	if (first->seq == 1) {
		h = xcalloc(1, sizeof(*h));
		rc = hello_read(first, h, e);
		*key = h->key;
		free(h);
		return rc;
	}
	fj_buf_init_secret(&buf, ROW_MAX);
	rc = journal_entry(j, &first->stream, &first->prev, &buf, &held, e);
	if (rc == FJ_OK && id_eq(&held.dev, &first->dev)) {
		chain_advance(before, &held);
		rc = journal_chain_keys(j, &first->stream, &first->dev, key, e);
	} else if (rc == FJ_OK || rc == FJ_NOTFOUND) {
		rc = gap(j, first, e);
	}
	fj_buf_release(&buf);
	return rc;
}

static enum fj_rc
insert_new(struct journal *j, const struct entry *en, struct journal_received *out,
    struct fj_err *e)
{
	struct entry copy = *en;
	struct fj_buf frame;
	int64_t other = 0;
	bool taken = false;
	enum fj_rc rc;

	rc = db_get_i64(j->db, e, &other, &taken, "SELECT n FROM entry WHERE stream = ?1"
	    " AND dev = ?2 AND seq = ?3", "IIl", &en->stream, &en->dev, (int64_t)en->seq);
	if (rc == FJ_OK && taken) {
		out->fork = true;
		rc = chain_mark_fork(j, &en->stream, &en->dev, e);
	}
	fj_buf_init(&frame, FRAME_MAX);
	if (rc == FJ_OK)
		rc = entry_encode(&copy, &frame, e);
	if (rc == FJ_OK && !hash_eq(&copy.id, &en->id))
		rc = fj_fail(e, FJ_CORRUPT, "journal.run-mixed", "d", 1);
	if (rc == FJ_OK)
		rc = entry_insert(j, en, frame.p, frame.n, &out->version, e);
	if (rc == FJ_OK)
		out->added++;
	fj_buf_release(&frame);
	return rc;
}

static enum fj_rc
store(struct journal *j, const struct entry *en, size_t n, const uint8_t sig[SIG_LEN],
    struct journal_received *out, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < n; i++) {
		bool known = false;

		rc = entry_known(j, &en[i].id, &known, e);
		if (rc == FJ_OK && known)
			out->known++;
		else if (rc == FJ_OK)
			rc = insert_new(j, &en[i], out, e);
	}
	if (rc == FJ_OK)
		rc = sig_insert(j, &en[n - 1], sig, e);
	if (rc == FJ_OK)
		rc = stream_touch(j, &en[0].stream, out->version, out->added, e);
	return rc;
}

static enum fj_rc
transact(struct journal *j, const struct entry *en, size_t n, const uint8_t sig[SIG_LEN],
    const struct journal_kv *kv, size_t nkv, struct journal_received *out,
    struct fj_err *e)
{
	struct chain_head before;
	struct identity_public key;
	bool forked = false;
	enum fj_rc rc = journal_begin(j, e);

	memset(out, 0, sizeof(*out));
	if (rc != FJ_OK)
		return rc;
	rc = stream_make(j, &en[0].stream, en[0].kind, e);
	if (rc == FJ_OK)
		rc = find_ground(j, &en[0], &before, &key, e);
	if (rc == FJ_OK)
		rc = verify_run(&before, en, n, &key, sig, NULL, e);
	if (rc == FJ_OK)
		rc = store(j, en, n, sig, out, e);
	if (rc == FJ_OK)
		rc = facts_write(j, kv, nkv, e);
	if (rc == FJ_OK)
		rc = entries_confirm(j, &before, en, n, &key, e);
	if (rc == FJ_OK)
		rc = journal_forked(j, &en[0].stream, &en[0].dev, &forked, e);
	out->fork = out->fork || forked;
	if (rc == FJ_OK && out->version == 0)
		rc = journal_version(j, &en[0].stream, &out->version, e);
	return journal_end(j, rc, e);
}

enum fj_rc
journal_receive(struct journal *j, const struct entry *en, size_t n,
    const uint8_t sig[SIG_LEN], const struct journal_kv *kv, size_t nkv,
    struct journal_received *out, struct fj_err *e)
{
	struct journal_received unused;
	enum fj_rc rc = journal_need(j, e);

	if (out == NULL)
		out = &unused;
	memset(out, 0, sizeof(*out));
	if (rc == FJ_OK)
		rc = check_shape(en, n, e);
	if (rc != FJ_OK)
		return rc;
	rc = transact(j, en, n, sig, kv, nkv, out, e);
	if (rc == FJ_FULL && ballast_release(j))
		rc = transact(j, en, n, sig, kv, nkv, out, e);
	return rc;
}
