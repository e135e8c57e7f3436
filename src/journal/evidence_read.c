/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence goes out: any range, every byte behind its tag. */
#include "journal/sealer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "os/fs.h"

struct evidence_reader {
	struct evidence_facts facts;
	struct opener o;
};

enum fj_rc
evidence_held(struct journal *j, const struct id *id, bool *held,
    struct evidence_facts *out, struct fj_err *e)
{
	struct evidence_row row;
	char *path;
	enum fj_rc rc = evidence_row_read(j, id, &row, e);

	*held = false;
	if (rc != FJ_OK)
		return rc;
	path = evidence_path(j, id, "fje");
	*held = row.state == EVIDENCE_HELD && fs_exists(path);
	free(path);
	if (out != NULL)
		*out = row.facts;
	return FJ_OK;
}

enum fj_rc
evidence_open(struct journal *j, const struct id *id, struct evidence_reader **out,
    struct fj_err *e)
{
	struct evidence_row row;
	struct evidence_reader *r;
	char text[ID_TEXT + 1];
	int64_t size = 0;
	enum fj_rc rc = evidence_row_read(j, id, &row, e);

	*out = NULL;
	if (rc != FJ_OK)
		return rc;
	id_format_short(id, text);
	if (row.state != EVIDENCE_HELD)
		return fj_fail(e, FJ_NOTFOUND, "evidence.none", "s", text);
	r = xcalloc(1, sizeof(*r));
	r->facts = row.facts;
	rc = opener_open(&r->o, j, id, row.salt, evidence_path(j, id, "fje"),
	    row.facts.size, e);
	if (rc == FJ_NOTFOUND)
		rc = fj_fail(e, FJ_NOTFOUND, "evidence.none", "s", text);
	if (rc == FJ_OK)
		rc = fs_size(r->o.path, &size, e);
	if (rc == FJ_OK && size != evidence_file_size(row.facts.size))
		rc = fj_fail(e, FJ_CORRUPT, "evidence.damaged", "sl", text,
		    (long long)(size < evidence_file_size(row.facts.size) ? size :
		    row.facts.size));
	if (rc != FJ_OK) {
		evidence_close(&r);
		return rc;
	}
	*out = r;
	return FJ_OK;
}

void
evidence_close(struct evidence_reader **r)
{
	if (*r == NULL)
		return;
	opener_close(&(*r)->o);
	free(*r);
	*r = NULL;
}

const struct evidence_facts *
evidence_facts(const struct evidence_reader *r)
{
	return &r->facts;
}

enum fj_rc
evidence_read(struct evidence_reader *r, int64_t at, void *p, size_t n, size_t *got,
    struct fj_err *e)
{
	uint8_t *out = p;
	enum fj_rc rc;

	*got = 0;
	if (at < 0 || at > r->facts.size)
		at = r->facts.size;
	while (n > 0 && at < r->facts.size) {
		size_t within = (size_t)(at % CHUNK), step;

		rc = opener_chunk(&r->o, at / CHUNK, e);
		if (rc != FJ_OK) {
			fj_wipe(p, *got);
			*got = 0;
			return rc;
		}
		step = r->o.fill - within < n ? r->o.fill - within : n;
		memcpy(out, r->o.buf + within, step);
		out += step;
		*got += step;
		at += (int64_t)step;
		n -= step;
	}
	return FJ_OK;
}

/* All chunks in order, into a sink (may be none), with digests compared at the end. */
static enum fj_rc
stream_out(struct evidence_reader *r, int fd, const char *name,
    const struct evidence_progress *progress, struct fj_err *e)
{
	struct hasher *sha256 = hasher_new(DIGEST_SHA256), *sm3 = hasher_new(DIGEST_SM3);
	int64_t i, chunks = evidence_chunks(r->facts.size), done = 0;
	struct hash a, b;
	char text[ID_TEXT + 1];
	enum fj_rc rc = FJ_OK;

	id_format_short(&r->o.id, text);
	for (i = 0; rc == FJ_OK && i < chunks; i++) {
		rc = opener_chunk(&r->o, i, e);
		if (rc != FJ_OK)
			break;
		hasher_add(sha256, r->o.buf, r->o.fill);
		hasher_add(sm3, r->o.buf, r->o.fill);
		if (fd >= 0)
			rc = fs_write_all(fd, name, r->o.buf, r->o.fill, e);
		done += (int64_t)r->o.fill;
		if (rc == FJ_OK && progress != NULL &&
		    !progress->step(progress->ctx, done, r->facts.size))
			rc = fj_fail(e, FJ_CANCELLED, "evidence.cancelled", "s", text);
	}
	hasher_final(sha256, &a);
	hasher_final(sm3, &b);
	if (rc == FJ_OK && (!hash_eq(&a, &r->facts.sha256) || !hash_eq(&b, &r->facts.sm3)))
		rc = fj_fail(e, FJ_CORRUPT, "evidence.digest", "s", text);
	hasher_free(&sha256);
	hasher_free(&sm3);
	return rc;
}

enum fj_rc
evidence_extract_fd(struct journal *j, const struct id *id, int fd,
    const struct evidence_progress *progress, struct fj_err *e)
{
	struct evidence_reader *r = NULL;
	enum fj_rc rc = evidence_open(j, id, &r, e);

	if (rc == FJ_OK)
		rc = stream_out(r, fd, "evidence", progress, e);
	evidence_close(&r);
	return rc;
}

enum fj_rc
evidence_verify(struct journal *j, const struct id *id,
    const struct evidence_progress *progress, struct fj_err *e)
{
	return evidence_extract_fd(j, id, -1, progress, e);
}

enum fj_rc
evidence_extract(struct journal *j, const struct id *id, const char *to,
    const struct evidence_progress *progress, struct fj_err *e)
{
	struct evidence_reader *r = NULL;
	int fd = -1;
	enum fj_rc rc = evidence_open(j, id, &r, e);

	if (rc != FJ_OK)
		return rc;
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		rc = fs_exists(to) ? fj_fail(e, FJ_REFUSED, "os.exists", "s", to) :
		    fj_fail_errno(e, "evidence.write", to);
		goto out;
	}
	rc = stream_out(r, fd, to, progress, e);
	if (rc == FJ_OK)
		rc = fs_sync_fd(fd, to, e);
	close(fd);
	if (rc == FJ_OK)
		rc = fs_sync_parent(to, e);
	else
		(void)!fs_remove(to, NULL);	/* nothing half is left to be taken for whole */
out:
	evidence_close(&r);
	return rc;
}
