/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence from elsewhere, into ID.part, over as many attempts as it takes.  What an
 * earlier attempt left is opened chunk by chunk; when its tail is torn the good part
 * is sealed into a new file, so that no nonce ever serves two plaintexts.
 */
#include "journal/sealer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "os/fs.h"

struct evidence_writer {
	struct journal *j;
	struct evidence_row row;
	struct sealer s;
};

static bool
facts_eq(const struct evidence_facts *a, const struct evidence_facts *b)
{
	return a->size == b->size && hash_eq(&a->sha256, &b->sha256) &&
	    hash_eq(&a->sm3, &b->sm3);
}

/* Copy what opens of the old file into the new one. */
static enum fj_rc
carry_over(struct evidence_writer *w, struct opener *old, struct fj_err *e)
{
	int64_t i, chunks = evidence_chunks(w->row.facts.size);
	enum fj_rc rc = FJ_OK;

	/* The last chunk is left to the sender: it is what finish waits for. */
	for (i = 0; rc == FJ_OK && i < chunks - 1; i++) {
		if (opener_chunk(old, i, NULL) != FJ_OK)
			break;
		rc = sealer_add(&w->s, old->buf, old->fill, e);
	}
	return rc;
}

/* Go on in the same file: only when it ends exactly behind a whole chunk. */
static bool
resume_in_place(struct evidence_writer *w, struct opener *old, int64_t size)
{
	int64_t chunks = evidence_chunks(w->row.facts.size), have, i;

	if (size < EVIDENCE_HEAD || (size - EVIDENCE_HEAD) % CHUNK_SEALED != 0)
		return false;
	have = (size - EVIDENCE_HEAD) / CHUNK_SEALED;
	if (have >= chunks)
		return false;
	for (i = 0; i < have; i++) {
		if (opener_chunk(old, i, NULL) != FJ_OK)
			return false;
		hasher_add(w->s.sha256, old->buf, old->fill);
		hasher_add(w->s.sm3, old->buf, old->fill);
	}
	memcpy(w->s.head, old->head, EVIDENCE_HEAD);
	w->s.next = (uint32_t)have;
	w->s.size = have * CHUNK;
	return true;
}

/* Exchange the fresh sealer's file for the old one, opened at its end. */
static enum fj_rc
reopen(struct evidence_writer *w, const char *part, struct fj_err *e)
{
	int fd = open(part, O_RDWR | O_APPEND | O_CLOEXEC);

	if (fd < 0)
		return fj_fail_errno(e, "evidence.write", part);
	(void)!fs_remove(w->s.path, NULL);
	close(w->s.fd);
	w->s.fd = fd;
	free(w->s.path);
	w->s.path = xstrdup(part);
	return FJ_OK;
}

static enum fj_rc
begin(struct evidence_writer *w, const struct id *id, struct fj_err *e)
{
	char *part = evidence_path(w->j, id, "part");
	struct opener old;
	int64_t size = 0;
	enum fj_rc rc = sealer_create(&w->s, w->j, id, w->row.salt,
	    evidence_path(w->j, id, "next"), w->row.facts.size, e);

	memset(&old, 0, sizeof(old));
	if (rc == FJ_OK && opener_open(&old, w->j, id, w->row.salt, xstrdup(part),
	    w->row.facts.size, NULL) == FJ_OK && fs_size(part, &size, NULL) == FJ_OK) {
		if (resume_in_place(w, &old, size)) {
			rc = reopen(w, part, e);
			goto out;
		}
		hasher_free(&w->s.sha256);	/* may hold half of a try */
		hasher_free(&w->s.sm3);
		w->s.sha256 = hasher_new(DIGEST_SHA256);
		w->s.sm3 = hasher_new(DIGEST_SM3);
		rc = carry_over(w, &old, e);
		if (rc == FJ_OK)
			rc = fs_sync_fd(w->s.fd, w->s.path, e);
	}
	if (rc == FJ_OK)
		rc = fs_rename(w->s.path, part, e);
	if (rc == FJ_OK) {
		free(w->s.path);
		w->s.path = xstrdup(part);
	}
out:
	opener_close(&old);
	free(part);
	return rc;
}

enum fj_rc
evidence_receive(struct journal *j, const struct id *id,
    const struct evidence_facts *expect, struct evidence_writer **out, struct fj_err *e)
{
	struct evidence_writer *w;
	struct evidence_row row;
	char text[ID_TEXT + 1];
	bool held = false;
	enum fj_rc rc = evidence_held(j, id, &held, NULL, e);

	*out = NULL;
	if (rc == FJ_CORRUPT)	/* a damaged row: received again from the start */
		memset(&row, 0, sizeof(row));
	else if (rc == FJ_OK)
		rc = evidence_row_read(j, id, &row, e);
	if (rc != FJ_OK && rc != FJ_CORRUPT)
		return rc;
	id_format_short(id, text);
	if (held)
		return fj_fail(e, FJ_REFUSED, "evidence.held", "s", text);
	if (expect->size < 0 || expect->size > LIMIT_EVIDENCE_BYTES)
		return fj_fail(e, FJ_LIMIT, "evidence.too-large", "sl", text,
		    (long long)LIMIT_EVIDENCE_BYTES);
	if (row.state != EVIDENCE_RECEIVING || !facts_eq(&row.facts, expect)) {
		row.state = EVIDENCE_RECEIVING;
		row.facts = *expect;
		crypto_random(row.salt, SALT_LEN);
		rc = evidence_row_write(j, id, &row, e);
		if (rc != FJ_OK)
			return rc;
	}
	w = xcalloc(1, sizeof(*w));
	w->j = j;
	w->row = row;
	rc = begin(w, id, e);
	if (rc != FJ_OK) {
		evidence_writer_close(&w);
		return rc;
	}
	*out = w;
	return FJ_OK;
}

int64_t
evidence_written(const struct evidence_writer *w)
{
	return w->s.size;
}

enum fj_rc
evidence_write(struct evidence_writer *w, const void *p, size_t n, struct fj_err *e)
{
	char text[ID_TEXT + 1];

	if ((int64_t)n > w->row.facts.size - w->s.size) {
		id_format_short(&w->s.id, text);
		return fj_fail(e, FJ_INVAL, "evidence.too-long", "sl", text,
		    (long long)w->row.facts.size);
	}
	return sealer_add(&w->s, p, n, e);
}

static enum fj_rc
finish(struct evidence_writer *w, struct fj_err *e)
{
	struct evidence_facts got;
	char text[ID_TEXT + 1], *final;
	enum fj_rc rc = sealer_finish(&w->s, &got, e);

	if (rc != FJ_OK)
		return rc;
	id_format_short(&w->s.id, text);
	if (!facts_eq(&got, &w->row.facts)) {
		(void)!fs_remove(w->s.path, NULL);
		(void)!evidence_row_drop(w->j, &w->s.id, NULL);
		return fj_fail(e, FJ_CORRUPT, "evidence.digest", "s", text);
	}
	final = evidence_path(w->j, &w->s.id, "fje");
	rc = fs_rename(w->s.path, final, e);
	if (rc == FJ_OK) {
		w->row.state = EVIDENCE_HELD;
		rc = evidence_row_write(w->j, &w->s.id, &w->row, e);
	}
	free(final);
	return rc;
}

enum fj_rc
evidence_finish(struct evidence_writer **w, struct fj_err *e)
{
	struct evidence_writer *at = *w;
	char text[ID_TEXT + 1];
	enum fj_rc rc = journal_need(at->j, e);

	id_format_short(&at->s.id, text);
	if (rc == FJ_OK && at->s.size < at->row.facts.size)
		rc = fj_fail(e, FJ_STALE, "evidence.short", "sll", text,
		    (long long)at->s.size, (long long)at->row.facts.size);
	else if (rc == FJ_OK)
		rc = finish(at, e);
	evidence_writer_close(w);
	return rc;
}

void
evidence_writer_close(struct evidence_writer **w)
{
	if (*w == NULL)
		return;
	if ((*w)->s.path != NULL && (*w)->s.fd >= 0)
		(void)!fs_sync_fd((*w)->s.fd, (*w)->s.path, NULL);
	sealer_close(&(*w)->s);
	free(*w);
	*w = NULL;
}
