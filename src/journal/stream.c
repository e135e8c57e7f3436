/* SPDX-License-Identifier: Apache-2.0 */
/* Streams: each has a salt, and with it a key of its own. */
#include "journal/internal.h"

#include <string.h>

void
stream_forget(struct journal *j)
{
	aead_free(&j->stream_key);
	j->stream_have = false;
}

static struct aead *
key_of(const struct journal *j, const struct id *stream, const uint8_t salt[SALT_LEN])
{
	static const char use[] = "feijian/1/entry/";
	uint8_t info[sizeof(use) - 1 + ID_LEN];
	struct secret *key = secret_new(suite_aead_key(SUITE_DEFAULT));
	struct aead *a;

	memcpy(info, use, sizeof(use) - 1);
	memcpy(info + sizeof(use) - 1, stream->b, ID_LEN);
	suite_hkdf(SUITE_DEFAULT, secret_peek(j->ring.dek), secret_len(j->ring.dek), salt,
	    SALT_LEN, info, sizeof(info), secret_bytes(key), secret_len(key));
	a = aead_new(SUITE_DEFAULT, secret_peek(key));
	secret_free(&key);
	return a;
}

/* The sealed part of a stream's row is its kind. */
static enum fj_rc
open_kind(const struct id *stream, struct aead *key, const void *p, size_t n,
    enum stream_kind *kind, struct fj_err *e)
{
	struct part aad[2] = { { "stream", 6 }, { stream->b, ID_LEN } };
	struct fj_buf b;
	char text[ID_TEXT + 1];
	enum fj_rc rc;

	fj_buf_init(&b, 4 * PAD);
	rc = row_open(key, aad, 2, p, n, &b, e);
	if (rc == FJ_OK && b.n == 1)
		*kind = (enum stream_kind)b.p[0];
	else if (rc != FJ_NEWER) {
		id_format_short(stream, text);
		rc = fj_fail(e, FJ_CORRUPT, "journal.stream-damaged", "s", text);
	}
	fj_buf_release(&b);
	return rc;
}

static enum fj_rc
load(struct journal *j, const struct id *stream, bool *there, struct fj_err *e)
{
	uint8_t salt[SALT_LEN];
	struct stmt *s = NULL;
	const void *sealed;
	size_t n;
	enum fj_rc rc = db_prepare(j->db, "SELECT salt, sealed FROM stream WHERE id = ?1", &s,
	    e);

	*there = false;
	if (rc != FJ_OK)
		return rc;
	stmt_bind(s, "I", stream);
	rc = stmt_step(s, there, e);
	if (rc != FJ_OK || !*there)
		goto out;
	if (!stmt_bytes(s, 0, salt, SALT_LEN))
		memset(salt, 0, SALT_LEN);	/* the seal tells below */
	sealed = stmt_blob(s, 1, &n);
	j->stream_key = key_of(j, stream, salt);
	rc = open_kind(stream, j->stream_key, sealed, n, &j->stream_kind, e);
	if (rc == FJ_OK) {
		j->stream = *stream;
		j->stream_have = true;
	} else {
		stream_forget(j);
	}
out:
	stmt_done(&s);
	return rc;
}

enum fj_rc
stream_use(struct journal *j, const struct id *stream, bool *there, struct fj_err *e)
{
	if (j->stream_have && id_eq(&j->stream, stream)) {
		*there = true;
		return FJ_OK;
	}
	stream_forget(j);
	return load(j, stream, there, e);
}

enum fj_rc
stream_make(struct journal *j, const struct id *stream, enum stream_kind kind,
    struct fj_err *e)
{
	struct part aad[2] = { { "stream", 6 }, { stream->b, ID_LEN } };
	uint8_t salt[SALT_LEN], byte = (uint8_t)kind;
	struct fj_buf b;
	char text[ID_TEXT + 1];
	bool there = false;
	enum fj_rc rc = stream_use(j, stream, &there, e);

	if (rc != FJ_OK)
		return rc;
	if (there) {
		if (j->stream_kind == kind)
			return FJ_OK;
		id_format_short(stream, text);
		return fj_fail(e, FJ_CORRUPT, "journal.kind", "s", text);
	}
	crypto_random(salt, SALT_LEN);
	j->stream_key = key_of(j, stream, salt);
	fj_buf_init(&b, 4 * PAD);
	row_seal(j->stream_key, aad, 2, &byte, 1, &b);
	rc = db_run(j->db, e, "INSERT INTO stream(id, salt, sealed, last, entries)"
	    " VALUES(?1, ?2, ?3, 0, 0)", "Ibb", stream, salt, (size_t)SALT_LEN, b.p, b.n);
	fj_buf_release(&b);
	if (rc != FJ_OK) {
		stream_forget(j);
		return rc;
	}
	j->stream = *stream;
	j->stream_kind = kind;
	j->stream_have = true;
	return FJ_OK;
}

enum fj_rc
stream_touch(struct journal *j, const struct id *stream, int64_t last, size_t added,
    struct fj_err *e)
{
	if (added == 0)
		return FJ_OK;
	return db_run(j->db, e, "UPDATE stream SET last = ?2, entries = entries + ?3"
	    " WHERE id = ?1", "Ill", stream, last, (int64_t)added);
}

enum fj_rc
journal_version(struct journal *j, const struct id *stream, int64_t *version,
    struct fj_err *e)
{
	return db_get_i64(j->db, e, version, NULL, "SELECT last FROM stream WHERE id = ?1",
	    "I", stream);
}

int64_t
journal_data_version(struct journal *j)
{
	return db_data_version(j->db);
}

enum fj_rc
journal_streams(struct journal *j, bool (*fn)(void *ctx, const struct journal_stream *s),
    void *ctx, struct fj_err *e)
{
	struct stmt *s = NULL;
	bool row = false, go = true;
	enum fj_rc rc = journal_need(j, e);

	if (rc == FJ_OK)
		rc = db_prepare(j->db, "SELECT id, last, entries, salt, sealed FROM stream"
		    " ORDER BY id", &s, e);
	while (rc == FJ_OK && go && (rc = stmt_step(s, &row, e)) == FJ_OK && row) {
		struct journal_stream at;
		uint8_t salt[SALT_LEN];
		struct aead *key;
		const void *sealed;
		size_t n;

		at.version = stmt_i64(s, 1);
		at.entries = stmt_i64(s, 2);
		if (!stmt_bytes(s, 0, at.stream.b, ID_LEN) ||
		    !stmt_bytes(s, 3, salt, SALT_LEN))
			continue;	/* fsck names it */
		sealed = stmt_blob(s, 4, &n);
		key = key_of(j, &at.stream, salt);
		at.kind = STREAM_NONE;
		if (open_kind(&at.stream, key, sealed, n, &at.kind, NULL) == FJ_OK)
			go = fn(ctx, &at);
		aead_free(&key);
	}
	stmt_done(&s);
	return rc;
}
