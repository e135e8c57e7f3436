/* SPDX-License-Identifier: Apache-2.0 */
/* PATCH of an upload: bytes in, and what makes a whole file of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "hub/claims.h"
#include "hub/commit.h"
#include "hub/upload_internal.h"
#include "os/fs.h"

enum {
	HASH_CHUNK = 1 << 18,
	SYNC_EVERY = 16 << 20,		/* bytes; bounds what a cut can undo */
};

struct upload {
	struct hub *h;
	struct stored_upload row;
	uint64_t claim;
	int fd;
	char *part;
	int64_t offset;
	int64_t unsynced;
	const char *problem;		/* NULL: well */
};

/* ---- finishing ---- */

static enum fj_rc
digests(const char *path, struct hash *sha256, struct hash *sm3, struct fj_err *e)
{
	struct hasher *a = hasher_new(DIGEST_SHA256), *b = hasher_new(DIGEST_SM3);
	char *room = xmalloc(HASH_CHUNK);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum fj_rc rc = FJ_OK;
	ssize_t n = -1;

	while (fd >= 0 && ((n = read(fd, room, HASH_CHUNK)) > 0 ||
	    (n < 0 && errno == EINTR))) {
		if (n > 0) {
			hasher_add(a, room, (size_t)n);
			hasher_add(b, room, (size_t)n);
		}
	}
	if (fd < 0 || n < 0)
		rc = fj_fail_errno(e, "os.read", path);
	if (fd >= 0)
		close(fd);
	hasher_final(a, sha256);
	hasher_final(b, sm3);
	hasher_free(&a);
	hasher_free(&b);
	free(room);
	return rc;
}

/* The part becomes the file of its digest; one that is there already is as good. */
enum fj_rc
upload_settle(struct hub *h, const char *part, const struct hash *sha256,
    struct fj_err *e)
{
	char *to = upload_whole_path(h, sha256), *dir = xstrdup(to);
	enum fj_rc rc;

	*strrchr(dir, '/') = '\0';
	rc = fs_mkdirs(dir, e);
	if (rc == FJ_OK)
		rc = fs_sync_dir(h->evidence, e);
	if (rc == FJ_OK && fs_exists(to))
		rc = fs_remove(part, e);
	else if (rc == FJ_OK)
		rc = fs_rename(part, to, e);
	if (rc == FJ_OK)
		rc = fs_sync_dir(dir, e);
	free(dir);
	free(to);
	return rc;
}

/* Row, receipt, and the stream's change, inside a transaction. */
enum fj_rc
upload_record(struct hub *h, struct stored_upload *u, struct fj_err *e)
{
	struct store *s = h->store;
	struct receipt_evidence file;
	struct receipt rec;
	struct envelope v;
	struct fj_buf facts;
	struct stored_stream st;
	enum fj_rc rc;

	memset(&v, 0, sizeof(v));
	memset(&rec, 0, sizeof(rec));
	memset(&st, 0, sizeof(st));
	fj_buf_init(&facts, LIMIT_BODY_BYTES);
	file.visit = u->visit;
	file.evidence = u->evidence;
	file.sha256 = u->sha256;
	file.sm3 = u->sm3;
	file.size = (uint64_t)u->size;
	rec.evidence = &file;
	rec.nevidence = 1;
	u->done = true;
	u->position = hub_next_position(h);
	st.stream = u->visit;
	st.position = u->position;
	rc = s->ops->stream_get(s, &u->visit, &st.kind, NULL, &facts, e);
	st.facts = facts.p;
	if (rc == FJ_OK)
		rc = s->ops->stream_put(s, &st, e);
	if (rc == FJ_OK)
		rc = s->ops->upload_put(s, u, e);
	if (rc == FJ_OK)
		rc = hub_receipt(h, &rec, &v, e);
	envelope_release(&v);
	fj_buf_release(&facts);
	return rc;
}

struct record_job {
	struct commit_job job;
	struct stored_upload *u;
};

static enum fj_rc
store_record(struct hub *h, struct commit_job *j, struct fj_err *e)
{
	return upload_record(h, ((struct record_job *)(void *)j)->u, e);
}

/* All bytes are here: without hub_lock, so that others go on while it hashes. */
static enum fj_rc
finish(struct hub *h, struct stored_upload *u, const char *part, bool *wrong,
    struct fj_err *e)
{
	struct record_job job = { { NULL, store_record, NULL, 0 }, u };
	struct hash sha256, sm3;
	enum fj_rc rc;

	*wrong = false;
	rc = digests(part, &sha256, &sm3, e);
	if (rc != FJ_OK)
		return rc;
	if (!hash_eq(&sha256, &u->sha256) || !hash_eq(&sm3, &u->sm3)) {
		*wrong = true;
		return fs_remove(part, e);
	}
	rc = upload_settle(h, part, &u->sha256, e);
	if (rc != FJ_OK)
		return rc;
	return commit_wait(h, &job.job, NULL, e);
}

/* ---- PATCH ---- */

static void
say_offset(struct reply *r, int64_t offset)
{
	struct problem p;

	problem_init(&p, "offset-mismatch");
	p.offset = offset;
	reply_problem_of(r, &p);
	reply_header_u64(r, "Upload-Offset", (uint64_t)offset);
}

static struct upload *
open_part(struct hub *h, const struct stored_upload *row, int64_t offset,
    struct reply *r)
{
	struct upload *u = NULL;
	char *part = upload_part_path(h, &row->visit, &row->evidence);
	int64_t have = upload_part_size(part);
	int fd;

	if (offset != have) {
		say_offset(r, have);
		free(part);
		return NULL;
	}
	fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		struct fj_err e;

		fj_fail_errno(&e, "os.write", part);
		reply_failure(r, &e);
		free(part);
		return NULL;
	}
	u = xcalloc(1, sizeof(*u));
	/* What follows comes in other threads than this view's. */
	u->h = hub_main(h);
	u->row = *row;
	u->claim = claims_take(h->claims, &row->visit, &row->evidence);
	u->fd = fd;
	u->part = part;
	u->offset = offset;
	return u;
}

struct upload *
upload_begin(struct hub *h, const struct ask *a, int64_t offset, struct reply *r)
{
	struct upload *u = NULL;
	struct stored_upload row;
	struct visit_file file;
	struct caller c;
	struct fj_err e;
	enum fj_rc rc;

	fj_err_clear(&e);
	hub_lock(h);
	if (!auth_ask(h, a, AUTH_PUSH, &c, r) ||
	    !upload_allowed(h, &c, a, &file, r, &rc, &e)) {
		if (r->status == 0)
			reply_failure(r, &e);
		hub_unlock(h);
		return NULL;
	}
	rc = h->store->ops->upload_get(h->store, &a->one, &a->two, &row, &e);
	if (rc != FJ_OK)
		reply_failure(r, &e);
	else if (row.done)
		say_offset(r, row.size);
	else
		u = open_part(h, &row, offset, r);
	hub_unlock(h);
	return u;
}

bool
upload_data(struct upload *u, const void *p, size_t n)
{
	const char *at = p;
	bool mine;

	if (u->problem != NULL)
		return false;
	mine = claims_hold(u->h->claims, &u->row.visit, &u->row.evidence, u->claim);
	if (!mine) {
		u->problem = "offset-mismatch";
		return false;
	}
	if ((uint64_t)u->offset + n > (uint64_t)u->row.size) {
		u->problem = "too-large";
		n = (size_t)(u->row.size - u->offset);
	}
	while (n > 0) {
		ssize_t w = pwrite(u->fd, at, n, (off_t)u->offset);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0) {
			u->problem = w < 0 && (errno == ENOSPC || errno == EDQUOT) ? "full" :
			    "internal";
			return false;
		}
		at += w;
		n -= (size_t)w;
		u->offset += w;
		u->unsynced += w;
	}
	return u->problem == NULL;
}

bool
upload_due(const struct upload *u)
{
	return u->unsynced >= SYNC_EVERY;
}

void
upload_flush(struct upload *u)
{
	if (fdatasync(u->fd) != 0 && u->problem == NULL)
		u->problem = "internal";
	u->unsynced = 0;
}

static void
answer_end(struct upload *u, bool whole, struct reply *r)
{
	bool wrong = false;
	struct fj_err e;

	fj_err_clear(&e);
	if (whole && finish(u->h, &u->row, u->part, &wrong, &e) != FJ_OK) {
		reply_failure(r, &e);
		return;
	}
	if (wrong) {
		reply_problem(r, "digest-mismatch");
		return;
	}
	r->status = 204;
	reply_header_u64(r, "Upload-Offset", (uint64_t)u->offset);
	if (u->row.done)
		reply_header_u64(r, "Feijian-Receipt", u->row.position);
}

void
upload_end(struct upload **up, struct reply *r)
{
	struct upload *u = *up;
	struct reply unheard;
	bool whole;

	*up = NULL;
	reply_init(&unheard);
	if (r == NULL)
		r = &unheard;
	if (fsync(u->fd) != 0 && u->problem == NULL)
		u->problem = "internal";
	close(u->fd);
	whole = u->problem == NULL && u->offset == u->row.size;
	/* A finished upload is nobody's to take over any more. */
	if (whole && !claims_hold(u->h->claims, &u->row.visit, &u->row.evidence, u->claim)) {
		u->problem = "offset-mismatch";
		whole = false;
	}
	if (u->problem != NULL)
		reply_problem(r, u->problem);
	else
		answer_end(u, whole, r);
	claims_drop(u->h->claims, &u->row.visit, &u->row.evidence, u->claim);
	reply_release(&unheard);
	free(u->part);
	free(u);
}
