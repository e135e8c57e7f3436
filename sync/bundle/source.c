/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { CHUNK_ROOM = CHUNK + AEAD_TAG + TRAILER + 1 };

static enum fj_rc
truncated(const struct source *s, struct fj_err *e)
{
	return fj_fail(e, FJ_CORRUPT, "bundle.truncated", "l", (long long)s->number);
}

/* As many as there are, up to n: the callback may give less each time. */
static enum fj_rc
fill(struct source *s, uint8_t *p, size_t n, size_t *got, struct fj_err *e)
{
	*got = 0;
	while (*got < n) {
		size_t k = 0;
		enum fj_rc rc = s->in(s->in_ctx, p + *got, n - *got, &k, e);

		if (rc != FJ_OK)
			return rc;
		if (k == 0)
			break;
		*got += k;
	}
	return FJ_OK;
}

/* Header bytes: kept for the hash. */
static enum fj_rc
more(struct source *s, struct fj_buf *b, size_t n, const uint8_t **at, struct fj_err *e)
{
	char *room = fj_buf_extend(b, n);
	size_t got;
	enum fj_rc rc;

	if (room == NULL)
		return fj_fail(e, FJ_CORRUPT, "bundle.header", "");
	rc = fill(s, (uint8_t *)room, n, &got, e);
	if (rc != FJ_OK)
		return rc;
	*at = (const uint8_t *)room;
	return got == n ? FJ_OK : truncated(s, e);
}

static enum fj_rc
fixed(struct source *s, struct fj_buf *b, size_t *count, struct fj_err *e)
{
	const uint8_t *p;
	size_t n;
	struct identity_public *k = &s->sender.key;
	enum fj_rc rc = more(s, b, HEAD_FIXED, &p, e);

	if (b->n < 3 || memcmp(b->p, "FJB", 3) != 0)
		return fj_fail(e, FJ_INVAL, "bundle.format", "");
	if (rc != FJ_OK)
		return rc;
	if (p[AT_VERSION] != BUNDLE_VERSION)
		return fj_fail(e, FJ_NEWER, "bundle.version", "d", p[AT_VERSION]);
	if (!suite_known(p[AT_SUITE]))
		return fj_fail(e, FJ_NEWER, "entry.suite", "d", p[AT_SUITE]);
	*count = fj_get_u16(p + AT_COUNT);
	if (p[AT_LOG2] != BUNDLE_CHUNK_LOG2 || *count == 0 || *count > BUNDLE_RECEIVERS ||
	    p[HEAD_FIXED - 1] != 0)
		return fj_fail(e, FJ_CORRUPT, "bundle.header", "");
	k->suite = p[AT_SUITE];
	memcpy(s->prefix, p + AT_PREFIX, PREFIX);
	n = k->sign.n = k->kx.n = suite_public_len(k->suite);
	rc = more(s, b, 2 * n, &p, e);
	if (rc != FJ_OK)
		return rc;
	memcpy(k->sign.b, p, n);
	memcpy(k->kx.b, p + n, n);
	identity_dev(k, &s->sender.dev);
	return FJ_OK;
}

/* Look for the wrap that is for me; the rest only counts for the hash. */
static enum fj_rc
receivers(struct source *s, struct fj_buf *b, size_t count, const struct id *me,
    struct fj_buf *wrap, struct fj_err *e)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const uint8_t *p;
		enum fj_rc rc = more(s, b, ID_LEN + 2, &p, e);
		size_t len;
		bool mine;

		if (rc != FJ_OK)
			return rc;
		mine = memcmp(p, me->b, ID_LEN) == 0;
		len = fj_get_u16(p + ID_LEN);
		if (len == 0 || len > WRAP_MOST)
			return fj_fail(e, FJ_CORRUPT, "bundle.header", "");
		rc = more(s, b, len, &p, e);
		if (rc != FJ_OK)
			return rc;
		if (mine && wrap->n == 0)
			fj_buf_add(wrap, p, len);
	}
	return FJ_OK;
}

static enum fj_rc
signature(struct source *s, struct fj_buf *b, struct fj_err *e)
{
	const uint8_t *sig;
	size_t n = b->n;
	enum fj_rc rc = more(s, b, ENTRY_SIG, &sig, e);

	if (rc != FJ_OK)
		return rc;
	if (key_check(&s->sender.key, NULL) != FJ_OK ||
	    text_verify(&s->sender.key, PURPOSE_BUNDLE, b->p, n, sig, NULL) != FJ_OK)
		return fj_fail(e, FJ_CORRUPT, "bundle.header", "");
	suite_hash(s->sender.key.suite, b->p, b->n, &s->header);
	return FJ_OK;
}

static enum fj_rc
open_key(struct source *s, const struct fj_buf *wrap, const struct id *me,
    bundle_open_fn open, void *open_ctx, struct fj_err *e)
{
	struct secret *key = NULL;
	char dev[ID_TEXT + 1];

	id_format_short(me, dev);
	if (wrap->n == 0)
		return fj_fail(e, FJ_DENIED, "bundle.receiver", "s", dev);
	if (open(open_ctx, wrap->p, wrap->n, &key, NULL) != FJ_OK ||
	    secret_len(key) != suite_aead_key(s->sender.key.suite)) {
		secret_free(&key);
		return fj_fail(e, FJ_DENIED, "bundle.key", "s", dev);
	}
	s->aead = aead_new(s->sender.key.suite, secret_peek(key));
	secret_free(&key);
	return FJ_OK;
}

enum fj_rc
source_open(struct source *s, bundle_in_fn in, void *in_ctx, const struct id *me,
    bundle_open_fn open, void *open_ctx, struct fj_err *e)
{
	struct fj_buf head, wrap;
	size_t count = 0;
	enum fj_rc rc;

	memset(s, 0, sizeof(*s));
	s->in = in;
	s->in_ctx = in_ctx;
	fj_buf_init(&head, HEADER_MOST);
	fj_buf_init(&wrap, WRAP_MOST);
	rc = fixed(s, &head, &count, e);
	if (rc == FJ_OK)
		rc = receivers(s, &head, count, me, &wrap, e);
	if (rc == FJ_OK)
		rc = signature(s, &head, e);
	if (rc == FJ_OK)
		rc = open_key(s, &wrap, me, open, open_ctx, e);
	if (rc == FJ_OK) {
		s->records = hasher_new(suite_digest(s->sender.key.suite));
		s->chunk = xmalloc(CHUNK_ROOM);
		rc = fill(s, s->ahead, sizeof(s->ahead), &s->nahead, e);
	}
	fj_buf_release(&head);
	fj_buf_release(&wrap);
	return rc;
}

void
source_close(struct source *s)
{
	aead_free(&s->aead);
	hasher_free(&s->records);
	if (s->chunk != NULL)
		fj_wipe(s->chunk, CHUNK_ROOM);
	free(s->chunk);
	s->chunk = NULL;
}

/* Chunk bytes and what stands behind them are read: is this the last chunk, and
 * does it end as it should?  The trailer does not count as chunk. */
static enum fj_rc
find_end(struct source *s, size_t *got, struct fj_err *e)
{
	s->last = s->nahead <= TRAILER;
	if (!s->last)
		return FJ_OK;
	memcpy(s->chunk + *got, s->ahead, s->nahead);
	*got += s->nahead;
	s->nahead = 0;
	if (*got < AEAD_TAG + TRAILER ||
	    memcmp(s->chunk + *got - TRAILER, BUNDLE_TRAILER, TRAILER) != 0)
		return truncated(s, e);
	*got -= TRAILER;
	return FJ_OK;
}

static enum fj_rc
next_chunk(struct source *s, struct fj_err *e)
{
	uint8_t nonce[AEAD_NONCE];
	size_t got = 0, first = s->nahead;
	enum fj_rc rc;

	if (s->number == CHUNKS_MOST)
		return truncated(s, e);
	memcpy(s->chunk, s->ahead, first);
	rc = fill(s, s->chunk + first, CHUNK + AEAD_TAG - first, &got, e);
	if (rc == FJ_OK)
		rc = fill(s, s->ahead, sizeof(s->ahead), &s->nahead, e);
	got += first;
	if (rc == FJ_OK)
		rc = find_end(s, &got, e);
	if (rc != FJ_OK)
		return rc;
	bundle_nonce(s->prefix, s->number, s->last, nonce);
	if (got > CHUNK + AEAD_TAG || aead_open(s->aead, nonce, s->header.b, HASH_LEN,
	    s->chunk, got, s->chunk, NULL) != FJ_OK)
		return fj_fail(e, FJ_CORRUPT, "bundle.chunk", "l", (long long)s->number);
	s->number++;
	s->n = got - AEAD_TAG;
	s->at = 0;
	return FJ_OK;
}

enum fj_rc
source_some(struct source *s, size_t n, const uint8_t **p, size_t *got, struct fj_err *e)
{
	*got = 0;
	while (s->at == s->n) {
		enum fj_rc rc;

		if (s->last)
			return truncated(s, e);
		rc = next_chunk(s, e);
		if (rc != FJ_OK)
			return rc;
	}
	*got = s->n - s->at < n ? s->n - s->at : n;
	*p = s->chunk + s->at;
	s->at += *got;
	return FJ_OK;
}

enum fj_rc
source_take(struct source *s, void *p, size_t n, struct fj_err *e)
{
	uint8_t *out = p;

	while (n > 0) {
		const uint8_t *at;
		size_t got;
		enum fj_rc rc = source_some(s, n, &at, &got, e);

		if (rc != FJ_OK)
			return rc;
		memcpy(out, at, got);
		out += got;
		n -= got;
	}
	return FJ_OK;
}

enum fj_rc
source_at_end(struct source *s, struct fj_err *e)
{
	if (s->at != s->n || !s->last)
		return fj_fail(e, FJ_CORRUPT, "bundle.trailing", "l", (long long)s->number);
	return FJ_OK;
}
