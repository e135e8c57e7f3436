/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/sealer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "os/fs.h"

static const char magic[4] = { 'F', 'J', 'E', '1' };

struct aead *
evidence_key(const struct journal *j, const struct id *id, const uint8_t salt[SALT_LEN])
{
	static const char use[] = "feijian/1/evidence/";
	uint8_t info[sizeof(use) - 1 + ID_LEN];
	struct secret *key = secret_new(suite_aead_key(SUITE_DEFAULT));
	struct aead *a;

	memcpy(info, use, sizeof(use) - 1);
	memcpy(info + sizeof(use) - 1, id->b, ID_LEN);
	suite_hkdf(SUITE_DEFAULT, secret_peek(j->ring.dek), secret_len(j->ring.dek), salt,
	    SALT_LEN, info, sizeof(info), secret_bytes(key), secret_len(key));
	a = aead_new(SUITE_DEFAULT, secret_peek(key));
	secret_free(&key);
	return a;
}

char *
evidence_path(const struct journal *j, const struct id *id, const char *suffix)
{
	char text[ID_TEXT + 1];

	id_format(id, text);
	return xasprintf("%s/evidence/%s.%s", j->home, text, suffix);
}

int64_t
evidence_chunks(int64_t plain)
{
	return plain == 0 ? 1 : (plain + CHUNK - 1) / CHUNK;
}

int64_t
evidence_file_size(int64_t plain)
{
	return EVIDENCE_HEAD + plain + evidence_chunks(plain) * AEAD_TAG;
}

static void
nonce_of(const uint8_t head[EVIDENCE_HEAD], uint32_t index, bool last,
    uint8_t out[AEAD_NONCE])
{
	memcpy(out, head + 6, 7);
	fj_put_u32(out + 7, index);
	out[11] = last ? 1 : 0;
}

static void
aad_of(const uint8_t head[EVIDENCE_HEAD], const struct id *id,
    uint8_t out[EVIDENCE_HEAD + ID_LEN])
{
	memcpy(out, head, EVIDENCE_HEAD);
	memcpy(out + EVIDENCE_HEAD, id->b, ID_LEN);
}

/* ---- writing ---- */

/* While its maker lives, nobody sweeps the file away. */
static void
hold(int fd)
{
	struct flock fl;

	memset(&fl, 0, sizeof(fl));
	fl.l_type = F_WRLCK;
	fl.l_whence = SEEK_SET;
	(void)fcntl(fd, F_SETLK, &fl);
}

static void
sealer_make(struct sealer *s, const struct journal *j, const struct id *id,
    const uint8_t salt[SALT_LEN], char *path, int64_t expect)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	s->path = path;
	s->id = *id;
	s->expect = expect;
	s->key = evidence_key(j, id, salt);
	s->plain = xmalloc(CHUNK);
	s->sealed = xmalloc(CHUNK_SEALED);
	s->sha256 = hasher_new(DIGEST_SHA256);
	s->sm3 = hasher_new(DIGEST_SM3);
}

enum fj_rc
sealer_create(struct sealer *s, const struct journal *j, const struct id *id,
    const uint8_t salt[SALT_LEN], char *path, int64_t expect, struct fj_err *e)
{
	sealer_make(s, j, id, salt, path, expect);
	memcpy(s->head, magic, sizeof(magic));
	s->head[4] = SUITE_DEFAULT;
	s->head[5] = CHUNK_LOG;
	crypto_random(s->head + 6, 7);
	s->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (s->fd < 0)
		return fj_fail_errno(e, "evidence.write", path);
	hold(s->fd);
	return fs_write_all(s->fd, path, s->head, EVIDENCE_HEAD, e);
}

static enum fj_rc
flush_chunk(struct sealer *s, bool last, struct fj_err *e)
{
	uint8_t nonce[AEAD_NONCE], aad[EVIDENCE_HEAD + ID_LEN];
	enum fj_rc rc;

	if (s->next == UINT32_MAX)
		return fj_fail(e, FJ_LIMIT, "evidence.too-large", "sl", s->path,
		    (long long)s->size);
	nonce_of(s->head, s->next, last, nonce);
	aad_of(s->head, &s->id, aad);
	aead_seal(s->key, nonce, aad, sizeof(aad), s->plain, s->fill, s->sealed);
	rc = fs_write_all(s->fd, s->path, s->sealed, s->fill + AEAD_TAG, e);
	s->next++;
	s->fill = 0;
	if (rc == FJ_OK && s->next % EVIDENCE_SYNC == 0)
		rc = fs_sync_fd(s->fd, s->path, e);
	return rc;
}

/* A full chunk waits until it is known not to be the last one. */
enum fj_rc
sealer_add(struct sealer *s, const void *p, size_t n, struct fj_err *e)
{
	const uint8_t *at = p;
	enum fj_rc rc = FJ_OK;

	hasher_add(s->sha256, p, n);
	hasher_add(s->sm3, p, n);
	while (rc == FJ_OK && n > 0) {
		size_t step;

		if (s->fill == CHUNK)
			rc = flush_chunk(s, false, e);
		step = CHUNK - s->fill < n ? CHUNK - s->fill : n;
		memcpy(s->plain + s->fill, at, step);
		s->fill += step;
		s->size += (int64_t)step;
		at += step;
		n -= step;
	}
	if (rc == FJ_OK && s->fill == CHUNK && s->expect > s->size)
		rc = flush_chunk(s, false, e);
	return rc;
}

enum fj_rc
sealer_finish(struct sealer *s, struct evidence_facts *out, struct fj_err *e)
{
	enum fj_rc rc = flush_chunk(s, true, e);

	if (rc == FJ_OK)
		rc = fs_sync_fd(s->fd, s->path, e);
	out->size = s->size;
	hasher_final(s->sha256, &out->sha256);
	hasher_final(s->sm3, &out->sm3);
	return rc;
}

void
sealer_close(struct sealer *s)
{
	if (s->path == NULL)
		return;
	if (s->fd >= 0)
		close(s->fd);
	aead_free(&s->key);
	hasher_free(&s->sha256);
	hasher_free(&s->sm3);
	fj_wipe(s->plain, CHUNK);
	free(s->plain);
	free(s->sealed);
	free(s->path);
	memset(s, 0, sizeof(*s));
}

/* ---- opening ---- */

static enum fj_rc
damaged(const struct opener *o, int64_t offset, struct fj_err *e)
{
	char text[ID_TEXT + 1];

	id_format_short(&o->id, text);
	return fj_fail(e, FJ_CORRUPT, "evidence.damaged", "sl", text, (long long)offset);
}

static bool
read_at(int fd, uint8_t *p, size_t n, int64_t at)
{
	while (n > 0) {
		ssize_t got = pread(fd, p, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
		at += got;
	}
	return true;
}

enum fj_rc
opener_open(struct opener *o, const struct journal *j, const struct id *id,
    const uint8_t salt[SALT_LEN], char *path, int64_t size, struct fj_err *e)
{
	memset(o, 0, sizeof(*o));
	o->path = path;
	o->id = *id;
	o->size = size;
	o->have = -1;
	o->key = evidence_key(j, id, salt);
	o->buf = xmalloc(CHUNK_SEALED);
	o->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (o->fd < 0)
		return fj_fail_errno(e, "evidence.read", path);
	if (!read_at(o->fd, o->head, EVIDENCE_HEAD, 0) ||
	    memcmp(o->head, magic, sizeof(magic)) != 0)
		return damaged(o, 0, e);
	if (o->head[4] != SUITE_DEFAULT)
		return suite_check(o->head[4], e) != FJ_OK ? FJ_NEWER : damaged(o, 4, e);
	return o->head[5] == CHUNK_LOG ? FJ_OK : damaged(o, 5, e);
}

enum fj_rc
opener_chunk(struct opener *o, int64_t index, struct fj_err *e)
{
	uint8_t nonce[AEAD_NONCE], aad[EVIDENCE_HEAD + ID_LEN];
	int64_t chunks = evidence_chunks(o->size), start = index * CHUNK;
	bool last = index == chunks - 1;
	size_t n;

	if (o->have == index)
		return FJ_OK;
	FJ_BUG_IF(index < 0 || index >= chunks);
	o->have = -1;
	n = last ? (size_t)(o->size - start) : CHUNK;
	if (!read_at(o->fd, o->buf, n + AEAD_TAG, EVIDENCE_HEAD + index * CHUNK_SEALED))
		return damaged(o, start, e);
	nonce_of(o->head, (uint32_t)index, last, nonce);
	aad_of(o->head, &o->id, aad);
	if (aead_open(o->key, nonce, aad, sizeof(aad), o->buf, n + AEAD_TAG, o->buf, NULL)
	    != FJ_OK)
		return damaged(o, start, e);
	o->have = index;
	o->fill = n;
	return FJ_OK;
}

void
opener_close(struct opener *o)
{
	if (o->path == NULL)
		return;
	if (o->fd >= 0)
		close(o->fd);
	aead_free(&o->key);
	fj_wipe(o->buf, CHUNK_SEALED);
	free(o->buf);
	free(o->path);
	memset(o, 0, sizeof(*o));
}
