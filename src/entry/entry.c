/* SPDX-License-Identifier: Apache-2.0 */
#include "entry/entry.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/crypto.h"

/* Offsets of the frame, FORMAT.md section 2. */
enum {
	AT_VERSION = 3,
	AT_SUITE = 4,
	AT_KIND = 5,
	AT_STREAM = 6,
	AT_DEV = 22,
	AT_SEQ = 38,
	AT_HLC = 46,
	AT_PREV = 54,
	AT_LEN = 86,
	HLC_COUNTER = 16,		/* bits */
};

enum fj_rc
entry_encode(struct entry *en, struct fj_buf *b, struct fj_err *e)
{
	size_t at = b->n;

	if (!suite_known(en->suite))
		return fj_fail(e, FJ_NEWER, "entry.suite", "d", en->suite);
	if (en->len == 0 || en->len > LIMIT_PAYLOAD)
		return fj_fail(e, FJ_LIMIT, "entry.size", "zd", en->len, LIMIT_PAYLOAD);
	fj_buf_add(b, "FJE", 3);
	fj_buf_u8(b, ENTRY_VERSION);
	fj_buf_u8(b, en->suite);
	fj_buf_u8(b, (uint8_t)en->kind);
	fj_buf_add(b, en->stream.b, ID_LEN);
	fj_buf_add(b, en->dev.b, ID_LEN);
	fj_buf_u64(b, en->seq);
	fj_buf_u64(b, en->hlc);
	fj_buf_add(b, en->prev.b, HASH_LEN);
	fj_buf_u32(b, (uint32_t)en->len);
	fj_buf_add(b, en->payload, en->len);
	if (fj_buf_over(b)) {
		fj_buf_cut(b, at);
		return fj_fail(e, FJ_LIMIT, "entry.size", "zz", en->len, b->max);
	}
	suite_hash(en->suite, b->p + at, b->n - at, &en->id);
	return FJ_OK;
}

static enum fj_rc
bad(struct fj_err *e, int offset)
{
	return fj_fail(e, FJ_CORRUPT, "entry.frame", "d", offset);
}

/* Seq counts from 1, and only entry 1 has nothing before it. */
static bool
place_ok(const struct entry *en)
{
	return en->seq != 0 && (en->seq == 1) == hash_is_zero(&en->prev);
}

enum fj_rc
entry_decode(const void *p, size_t n, struct entry *out, struct fj_err *e)
{
	const uint8_t *f = p;

	memset(out, 0, sizeof(*out));
	if (n <= AT_VERSION || memcmp(f, "FJE", 3) != 0)
		return bad(e, 0);
	if (f[AT_VERSION] != ENTRY_VERSION)
		return fj_fail(e, f[AT_VERSION] > ENTRY_VERSION ? FJ_NEWER : FJ_CORRUPT,
		    "entry.version", "d", f[AT_VERSION]);
	if (n <= ENTRY_HEAD)
		return bad(e, AT_LEN);
	out->suite = f[AT_SUITE];
	if (!suite_known(out->suite))
		return fj_fail(e, FJ_NEWER, "entry.suite", "d", out->suite);
	if (f[AT_KIND] < STREAM_VISIT || f[AT_KIND] > STREAM_ROSTER)
		return bad(e, AT_KIND);
	out->kind = (enum stream_kind)f[AT_KIND];
	memcpy(out->stream.b, f + AT_STREAM, ID_LEN);
	memcpy(out->dev.b, f + AT_DEV, ID_LEN);
	out->seq = fj_get_u64(f + AT_SEQ);
	out->hlc = fj_get_u64(f + AT_HLC);
	memcpy(out->prev.b, f + AT_PREV, HASH_LEN);
	out->len = fj_get_u32(f + AT_LEN);
	if (out->len > LIMIT_PAYLOAD)
		return fj_fail(e, FJ_LIMIT, "entry.size", "zd", out->len, LIMIT_PAYLOAD);
	if (out->len == 0 || out->len != n - ENTRY_HEAD)
		return bad(e, AT_LEN);
	if (!place_ok(out))
		return bad(e, AT_SEQ);
	out->payload = (const char *)f + ENTRY_HEAD;
	suite_hash(out->suite, f, n, &out->id);
	return FJ_OK;
}

static enum fj_rc
broken(const struct entry *en, struct fj_err *e)
{
	char dev[ID_TEXT + 1];

	id_format_short(&en->dev, dev);
	return fj_fail(e, FJ_CORRUPT, "entry.chain", "sl", dev, (long long)en->seq);
}

enum fj_rc
entry_follows(const struct chain_head *head, const struct entry *en, struct fj_err *e)
{
	if (head->seq == 0) {
		if (en->seq != 1 || !hash_is_zero(&en->prev))
			return broken(en, e);
		return FJ_OK;
	}
	if (!id_eq(&head->dev, &en->dev) || head->seq == UINT64_MAX ||
	    en->seq != head->seq + 1 || !hash_eq(&head->id, &en->prev) ||
	    en->hlc <= head->hlc)
		return broken(en, e);
	return FJ_OK;
}

void
chain_advance(struct chain_head *head, const struct entry *en)
{
	head->dev = en->dev;
	head->seq = en->seq;
	head->hlc = en->hlc;
	head->id = en->id;
}

uint64_t
hlc_next(uint64_t last, int64_t wall_ms)
{
	const int64_t most = ((int64_t)1 << (64 - HLC_COUNTER)) - 1;
	uint64_t wall;

	if (wall_ms < 0)
		wall_ms = 0;
	if (wall_ms > most)
		wall_ms = most;
	wall = (uint64_t)wall_ms << HLC_COUNTER;
	if (wall > last)
		return wall;
	return last == UINT64_MAX ? last : last + 1;
}

int64_t
hlc_ms(uint64_t hlc)
{
	return (int64_t)(hlc >> HLC_COUNTER);
}
