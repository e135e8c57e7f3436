/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"

enum {
	AT_VERSION = 3,
	AT_SUITE = 4,
	AT_KIND = 5,
	AT_STREAM = 6,
	AT_DEV = 22,
	AT_SEQ = 38,
	AT_PREV = 46,
	AT_COUNT = 78,
};

size_t
run_size(const struct entry *entries, size_t n)
{
	size_t i, size = RUN_HEAD + ENTRY_SIG;

	for (i = 0; i < n; i++)
		size += RUN_ENTRY + entries[i].len;
	return size;
}

static bool
one_chain(const struct entry *entries, size_t n)
{
	struct chain_head head;
	size_t i;

	memset(&head, 0, sizeof(head));
	chain_advance(&head, &entries[0]);
	for (i = 1; i < n; i++) {
		if (entry_follows(&head, &entries[i], NULL) != FJ_OK ||
		    entries[i].kind != entries[0].kind ||
		    entries[i].suite != entries[0].suite ||
		    !id_eq(&entries[i].stream, &entries[0].stream))
			return false;
		chain_advance(&head, &entries[i]);
	}
	return true;
}

enum fj_rc
run_encode(const struct entry *entries, size_t n, const uint8_t sig[ENTRY_SIG],
    struct fj_buf *out, struct fj_err *e)
{
	size_t at = out->n, i;

	if (n == 0)
		return fj_fail(e, FJ_INVAL, "run.empty", "");
	if (n > LIMIT_RUN_ENTRIES)
		return fj_fail(e, FJ_LIMIT, "run.limit", "d", LIMIT_RUN_ENTRIES);
	if (!one_chain(entries, n))
		return fj_fail(e, FJ_CORRUPT, "run.chain", "l", (long long)entries[0].seq);
	fj_buf_add(out, "FJR", 3);
	fj_buf_u8(out, RUN_VERSION);
	fj_buf_u8(out, entries[0].suite);
	fj_buf_u8(out, (uint8_t)entries[0].kind);
	fj_buf_add(out, entries[0].stream.b, ID_LEN);
	fj_buf_add(out, entries[0].dev.b, ID_LEN);
	fj_buf_u64(out, entries[0].seq);
	fj_buf_add(out, entries[0].prev.b, HASH_LEN);
	fj_buf_u32(out, (uint32_t)n);
	for (i = 0; i < n; i++) {
		fj_buf_u64(out, entries[i].hlc);
		fj_buf_u32(out, (uint32_t)entries[i].len);
		fj_buf_add(out, entries[i].payload, entries[i].len);
	}
	fj_buf_add(out, sig, ENTRY_SIG);
	if (fj_buf_over(out)) {
		fj_buf_cut(out, at);
		return fj_fail(e, FJ_LIMIT, "run.limit", "z", out->max);
	}
	return FJ_OK;
}

static enum fj_rc
bad(struct fj_err *e, size_t offset)
{
	return fj_fail(e, FJ_CORRUPT, "run.frame", "z", offset);
}

static enum fj_rc
read_head(const uint8_t *p, size_t n, struct run *r, size_t *count, struct fj_err *e)
{
	if (n <= AT_VERSION || memcmp(p, "FJR", 3) != 0)
		return bad(e, 0);
	if (p[AT_VERSION] != RUN_VERSION)
		return fj_fail(e, p[AT_VERSION] > RUN_VERSION ? FJ_NEWER : FJ_CORRUPT,
		    "run.version", "d", p[AT_VERSION]);
	if (n < RUN_HEAD + ENTRY_SIG)
		return bad(e, n);
	r->suite = p[AT_SUITE];
	if (p[AT_KIND] < STREAM_VISIT || p[AT_KIND] > STREAM_ROSTER)
		return bad(e, AT_KIND);
	r->kind = (enum stream_kind)p[AT_KIND];
	memcpy(r->stream.b, p + AT_STREAM, ID_LEN);
	memcpy(r->dev.b, p + AT_DEV, ID_LEN);
	r->first = fj_get_u64(p + AT_SEQ);
	memcpy(r->prev.b, p + AT_PREV, HASH_LEN);
	*count = fj_get_u32(p + AT_COUNT);
	if (*count > LIMIT_RUN_ENTRIES)
		return fj_fail(e, FJ_LIMIT, "run.limit", "d", LIMIT_RUN_ENTRIES);
	if (*count == 0)
		return bad(e, AT_COUNT);
	if (r->first == 0 || r->first > UINT64_MAX - *count ||
	    (r->first == 1) != hash_is_zero(&r->prev))
		return bad(e, AT_SEQ);
	return FJ_OK;
}

/* Where things stand, before any hash is made: sizes first, so that a run of an
 * unknown suite can be passed over whole. */
static enum fj_rc
read_entries(const uint8_t *p, size_t n, size_t count, struct run *r, size_t *used,
    struct fj_err *e)
{
	size_t at = RUN_HEAD, i;

	r->entries = xcalloc(count, sizeof(*r->entries));
	r->n = count;
	for (i = 0; i < count; i++) {
		struct entry *en = &r->entries[i];

		if (n - at < RUN_ENTRY)
			return bad(e, at);
		en->suite = r->suite;
		en->kind = r->kind;
		en->stream = r->stream;
		en->dev = r->dev;
		en->seq = r->first + i;
		en->hlc = fj_get_u64(p + at);
		en->len = fj_get_u32(p + at + 8);
		if (en->len > LIMIT_PAYLOAD)
			return fj_fail(e, FJ_LIMIT, "run.limit", "d", LIMIT_PAYLOAD);
		at += RUN_ENTRY;
		if (en->len == 0 || en->len > n - at)
			return bad(e, at);
		en->payload = (const char *)p + at;
		at += en->len;
	}
	if (n - at < ENTRY_SIG)
		return bad(e, at);
	memcpy(r->sig, p + at, ENTRY_SIG);
	*used = at + ENTRY_SIG;
	return FJ_OK;
}

/* Frames again, byte for byte; each id is the prev of the next. */
static enum fj_rc
rebuild(struct run *r, struct fj_err *e)
{
	struct hash prev = r->prev;
	struct fj_buf frame;
	enum fj_rc rc = FJ_OK;
	size_t i;

	fj_buf_init(&frame, ENTRY_HEAD + LIMIT_PAYLOAD);
	for (i = 0; i < r->n && rc == FJ_OK; i++) {
		struct entry *en = &r->entries[i];

		fj_buf_clear(&frame);
		en->prev = prev;
		rc = entry_encode(en, &frame, e);
		prev = en->id;
		if (rc == FJ_OK && i > 0 && en->hlc <= r->entries[i - 1].hlc)
			rc = fj_fail(e, FJ_CORRUPT, "run.chain", "l", (long long)en->seq);
	}
	fj_buf_release(&frame);
	return rc;
}

enum fj_rc
run_decode(const void *p, size_t n, struct run **out, size_t *used, struct fj_err *e)
{
	struct run *r = xcalloc(1, sizeof(*r));
	size_t count = 0;
	enum fj_rc rc;

	*out = NULL;
	*used = 0;
	rc = read_head(p, n, r, &count, e);
	if (rc == FJ_OK)
		rc = read_entries(p, n, count, r, used, e);
	if (rc == FJ_OK)
		rc = rebuild(r, e);
	if (rc == FJ_OK)
		*out = r;
	else
		run_free(&r);
	return rc;
}

void
run_free(struct run **r)
{
	if (*r == NULL)
		return;
	free((*r)->entries);
	free(*r);
	*r = NULL;
}

enum fj_rc
run_verify(const struct run *r, const struct chain_head *before,
    const struct identity_public *key, struct chain_head *after, struct fj_err *e)
{
	return verify_run(before, r->entries, r->n, key, r->sig, after, e);
}
