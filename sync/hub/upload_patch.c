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
#include "hub/upload_header.h"
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
	int chunk;			/* a checked request's bytes, or -1 */
	int64_t base;			/* where they go */
	enum digest alg;
	struct hash sum;		/* what they are said to be */
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
static enum fj_rc
settle(struct hub *h, const char *part, const struct hash *sha256,
    struct fj_err *e)
{
	char *to = upload_whole_path(h, sha256), *dir = xstrdup(to);
	enum fj_rc rc;

	*strrchr(dir, '/') = '\0';
	rc = fs_is_dir(dir) ? FJ_OK : fs_mkdirs(dir, e);
	if (rc == FJ_OK)
		rc = fs_sync_dir(h->evidence, e);
	/* The part stays until the row says done: a crash between the two loses no
	 * offset.  Without links it moves. */
	if (rc == FJ_OK && link(part, to) != 0 && errno != EEXIST)
		rc = fs_rename(part, to, e);
	if (rc == FJ_OK)
		rc = fs_sync_dir(dir, e);
	free(dir);
	free(to);
	return rc;
}

/* Row, receipt, and the stream's change, inside a transaction. */
static enum fj_rc
record(struct hub *h, struct stored_upload *u, struct fj_err *e)
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
	return record(h, ((struct record_job *)(void *)j)->u, e);
}

/* All bytes are here: without hub_lock, so that others go on while it hashes. */
enum fj_rc
upload_finish(struct hub *h, struct stored_upload *u, const char *part, bool *wrong,
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
	rc = settle(h, part, &u->sha256, e);
	if (rc == FJ_OK)
		rc = commit_wait(hub_main(h), &job.job, NULL, e);
	return rc == FJ_OK ? fs_remove(part, e) : rc;
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

static bool
fail(struct reply *r, const char *path)
{
	struct fj_err e;

	fj_fail_errno(&e, "os.write", path);
	reply_failure(r, &e);
	return false;
}

/* A checked request's bytes stay apart, in a file without a name, until they are
 * known to be right (U4). */
static bool
open_chunk(struct upload *u, const struct ask *a, struct reply *r)
{
	char *path;
	bool ok;

	u->chunk = -1;
	if (a->checksum == NULL)
		return true;
	if (!upload_checksum_read(a->checksum, &u->alg, &u->sum)) {
		reply_problem(r, "bad-request");
		return false;
	}
	path = xasprintf("%s.XXXXXX", u->part);
	u->chunk = mkstemp(path);
	ok = u->chunk >= 0 ? unlink(path) == 0 : fail(r, path);
	free(path);
	return ok;
}

static void
release(struct upload *u)
{
	if (u->fd >= 0)
		close(u->fd);
	if (u->chunk >= 0)
		close(u->chunk);
	free(u->part);
	free(u);
}

static struct upload *
open_part(struct hub *h, const struct ask *a, const struct stored_upload *row,
    int64_t offset, struct reply *r)
{
	struct upload *u = xcalloc(1, sizeof(*u));
	int64_t have;

	/* What follows comes in other threads than this view's. */
	u->h = hub_main(h);
	u->row = *row;
	u->offset = u->base = offset;
	u->part = upload_part_path(h, &row->visit, &row->evidence);
	u->fd = u->chunk = -1;
	have = upload_part_size(u->part);
	/* From here on the one who wrote before writes no more. */
	if (offset == have) {
		u->claim = claims_take(h->claims, &row->visit, &row->evidence);
		have = upload_part_size(u->part);
	}
	if (offset != have) {
		say_offset(r, have);
	} else if (open_chunk(u, a, r)) {
		u->fd = open(u->part, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (u->fd < 0)
			(void)fail(r, u->part);
	}
	if (u->fd >= 0)
		return u;
	claims_drop(h->claims, &row->visit, &row->evidence, u->claim);
	release(u);
	return NULL;
}

/* The row; of a file of a visit that is begun at 0 it is made here. */
static enum fj_rc
find_row(struct hub *h, const struct caller *c, const struct ask *a, int64_t offset,
    struct stored_upload *row, struct reply *r, struct fj_err *e)
{
	struct visit_file file;
	const char *problem = NULL;
	enum fj_rc rc;

	if (a->scratch)
		return scratch_row(h, c, a, row, e);
	if (!upload_allowed(h, c, a, &file, r, &rc, e))
		return rc;
	rc = h->store->ops->upload_get(h->store, &a->one, &a->two, row, e);
	if (rc == FJ_OK)
		return row->done ? FJ_OK : upload_renew(h, row, e);
	if (rc != FJ_NOTFOUND || offset != 0)
		return rc;
	upload_of_file(h, c, a, &file, row);
	if (row->size == 0 || row->size > LIMIT_EVIDENCE_BYTES)
		problem = "not-found";
	rc = problem == NULL ? upload_make(h, row, &problem, e) : FJ_OK;
	if (problem != NULL)
		reply_problem(r, problem);
	return rc;
}

struct upload *
upload_begin(struct hub *h, const struct ask *a, int64_t offset, struct reply *r)
{
	struct upload *u = NULL;
	struct stored_upload row;
	struct caller c;
	struct fj_err e;
	enum fj_rc rc;

	fj_err_clear(&e);
	hub_lock(h);
	rc = hub_refresh(h, &e);
	if (rc == FJ_OK && auth_ask(h, a, a->scratch ? AUTH_PULL : AUTH_PUSH, &c, r)) {
		rc = find_row(h, &c, a, offset, &row, r, &e);
		if (rc == FJ_OK && r->status == 0) {
			if (row.done)
				say_offset(r, row.size);
			else
				u = open_part(h, a, &row, offset, r);
		}
	}
	hub_unlock(h);
	if (rc != FJ_OK)
		reply_failure(r, &e);
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
		ssize_t w = u->chunk >= 0 ?
		    pwrite(u->chunk, at, n, (off_t)(u->offset - u->base)) :
		    pwrite(u->fd, at, n, (off_t)u->offset);

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
	return u->unsynced >= SYNC_EVERY && u->chunk < 0;
}

void
upload_flush(struct upload *u)
{
	if (fdatasync(u->fd) != 0 && u->problem == NULL)
		u->problem = "internal";
	u->unsynced = 0;
}

/* ---- a checked request ---- */

/* The bytes of the request are what they were said to be: into the part. */
static bool
take_chunk(struct upload *u)
{
	struct hasher *h = hasher_new(u->alg);
	char *room = xmalloc(HASH_CHUNK);
	int64_t n = u->offset - u->base, at;
	struct hash got;
	ssize_t k = 1;
	bool right;

	for (at = 0; at < n && (k = pread(u->chunk, room, HASH_CHUNK, (off_t)at)) > 0; at += k)
		hasher_add(h, room, (size_t)k);
	hasher_final(h, &got);
	hasher_free(&h);
	right = k > 0 && hash_eq(&got, &u->sum);
	if (!right)
		u->problem = k > 0 ? "checksum-mismatch" : "internal";
	for (at = 0; right && at < n; at += k) {
		k = pread(u->chunk, room, HASH_CHUNK, (off_t)at);
		if (k <= 0 || pwrite(u->fd, room, (size_t)k, (off_t)(u->base + at)) != k) {
			u->problem = "internal";
			break;
		}
	}
	free(room);
	return u->problem == NULL;
}

/* ---- the end ---- */

static void
answer_end(struct upload *u, bool whole, struct reply *r)
{
	bool wrong = false;
	struct fj_err e;

	fj_err_clear(&e);
	if (whole && upload_finish(u->h, &u->row, u->part, &wrong, &e) != FJ_OK) {
		reply_failure(r, &e);
		return;
	}
	if (wrong) {
		reply_problem(r, "digest-mismatch");
		return;
	}
	r->status = 204;
	upload_say(&u->row, u->offset, r);
}

/* Nobody took it over, and all of what it should be is there. */
static bool
is_whole(struct upload *u)
{
	if (u->problem != NULL || id_is_zero(&u->row.visit) || u->offset != u->row.size)
		return false;
	if (claims_hold(u->h->claims, &u->row.visit, &u->row.evidence, u->claim))
		return true;
	/* A finished upload is nobody's to take over any more. */
	u->problem = "offset-mismatch";
	return false;
}

void
upload_end(struct upload **up, struct reply *r)
{
	struct upload *u = *up;
	struct reply unheard;
	bool whole;

	*up = NULL;
	reply_init(&unheard);
	/* Of a checked request that was cut nothing counts. */
	if (u->chunk >= 0 && (r == NULL || u->problem != NULL || !take_chunk(u)))
		u->offset = u->base;
	if (r == NULL)
		r = &unheard;
	if (fsync(u->fd) != 0 && u->problem == NULL)
		u->problem = "internal";
	whole = is_whole(u);
	if (u->problem != NULL)
		reply_problem(r, u->problem);
	else
		answer_end(u, whole, r);
	claims_drop(u->h->claims, &u->row.visit, &u->row.evidence, u->claim);
	reply_release(&unheard);
	release(u);
}
