/* SPDX-License-Identifier: Apache-2.0 */
/* PATCH of an upload: bytes in, and what makes a whole file of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "hub/claims.h"
#include "hub/commit.h"
#include "hub/upload_header.h"
#include "hub/upload_internal.h"
#include "hub/upload_sums.h"
#include "os/fs.h"

enum {
	HASH_CHUNK = 1 << 18,
};

struct upload {
	struct hub *h;
	struct stored_upload row;
	uint64_t claim;
	int fd;
	char *part;
	int64_t offset;
	struct sums *sums;		/* NULL: of no visit, nobody asks for its digest */
	bool contested;			/* another one may still write to the part */
	const char *problem;		/* NULL: well */
	int chunk;			/* a checked request's bytes, or -1 */
	int64_t base;			/* where they go */
	enum digest alg;
	struct hash sum;		/* what they are said to be */
};

/* ---- finishing ---- */

/*
 * Another writer that was overtaken may still hold the part, of this process or of
 * another one: what is verified must be a file that nobody else can reach.
 */
static enum fj_rc
copy_apart(const char *part, struct fj_err *e)
{
	char *copy = xasprintf("%s.own", part);
	enum fj_rc rc;

	rc = fs_copy(part, copy, 0600, e);
	if (rc == FJ_OK)
		rc = fs_rename(copy, part, e);
	free(copy);
	return rc;
}

/* By reading all of it. */
static bool
digests(int fd, struct hash *sha256, struct hash *sm3)
{
	struct sums *s = sums_begin(NULL, fd, 0);
	struct stat st;
	bool well = fstat(fd, &st) == 0;

	if (well) {
		sums_written(s, st.st_size);
		well = sums_final(s, sha256, sm3);
	}
	sums_end(&s, NULL);
	return well;
}

static bool
same_file(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino;
}

/*
 * The part gets the name of its digest too, and keeps its own until the row says done:
 * a crash between the two loses no offset.  Somebody may have ended this upload and
 * begun another under the same name meanwhile: what was verified is fd.
 */
static enum fj_rc
name_it(const char *part, int fd, const char *to, struct fj_err *e)
{
	if (!same_file(fd, part))
		return fj_fail(e, FJ_BUSY, "hub.store-busy", "");
	if (link(part, to) == 0) {
		if (same_file(fd, to))
			return FJ_OK;
		unlink(to);
		return fj_fail(e, FJ_BUSY, "hub.store-busy", "");
	}
	/* One that is there already is as good; a disk without links moves it. */
	return errno == EEXIST ? FJ_OK : fs_rename(part, to, e);
}

/* The part becomes the file of its digest (U1). */
static enum fj_rc
settle(struct hub *h, const char *part, int fd, const struct hash *sha256,
    struct fj_err *e)
{
	char *to = upload_whole_path(h, sha256), *dir = xstrdup(to);
	enum fj_rc rc;

	*strrchr(dir, '/') = '\0';
	rc = fs_is_dir(dir) ? FJ_OK : fs_mkdirs(dir, e);
	if (rc == FJ_OK)
		rc = fs_sync_dir(h->evidence, e);
	if (rc == FJ_OK)
		rc = name_it(part, fd, to, e);
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
	struct stored_upload *u = ((struct record_job *)(void *)j)->u, was;
	enum fj_rc rc;

	/* Two that ended it at once, maybe in two processes: one receipt. */
	rc = h->store->ops->upload_get(h->store, &u->visit, &u->evidence, &was, e);
	if (rc == FJ_OK && was.done) {
		*u = was;
		return FJ_OK;
	}
	return rc == FJ_OK || rc == FJ_NOTFOUND ? record(h, u, e) : rc;
}

/* The digests are known: is it what the entry says?  Then it is stored. */
static enum fj_rc
finish_as(struct hub *h, struct stored_upload *u, const char *part, int fd,
    const struct hash *sha256, const struct hash *sm3, bool *wrong, struct fj_err *e)
{
	struct record_job job = { { NULL, store_record, NULL, 0 }, u };
	enum fj_rc rc;

	*wrong = !hash_eq(sha256, &u->sha256) || !hash_eq(sm3, &u->sm3);
	if (*wrong)
		return same_file(fd, part) ? fs_remove(part, e) : FJ_OK;
	rc = settle(h, part, fd, &u->sha256, e);
	if (rc == FJ_OK)
		rc = commit_wait(hub_main(h), &job.job, NULL, e);
	return rc == FJ_OK ? fs_remove(part, e) : rc;
}

/* All bytes are here: without hub_lock, so that others go on while it hashes. */
enum fj_rc
upload_finish(struct hub *h, struct stored_upload *u, const char *part, bool *wrong,
    struct fj_err *e)
{
	int fd = open(part, O_RDONLY | O_CLOEXEC);
	struct hash sha256, sm3;
	enum fj_rc rc;

	*wrong = false;
	if (fd < 0 || !digests(fd, &sha256, &sm3))
		rc = fj_fail_errno(e, "os.read", part);
	else
		rc = finish_as(h, u, part, fd, &sha256, &sm3, wrong, e);
	if (fd >= 0)
		close(fd);
	return rc;
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
	sums_end(&u->sums, u->row.done ? NULL : u->h->sums);
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
		u->fd = open(u->part, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (u->fd < 0)
			(void)fail(r, u->part);
	}
	if (u->fd >= 0) {
		u->contested = flock(u->fd, LOCK_EX | LOCK_NB) != 0;
		if (!id_is_zero(&row->visit))
			u->sums = sums_begin(h->sums, u->fd, offset);
		return u;
	}
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
	}
	if (u->sums != NULL && u->chunk < 0)
		sums_written(u->sums, u->offset);
	return u->problem == NULL;
}

struct work_item *
upload_item(struct upload *u)
{
	return u->sums != NULL ? sums_item(u->sums) : NULL;
}

void
upload_refused(struct upload *u)
{
	sums_refused(u->sums);
}

bool
upload_due(const struct upload *u)
{
	return u->sums != NULL && sums_due(u->sums);
}

void
upload_flush(struct upload *u)
{
	if (!sums_flush(u->sums) && u->problem == NULL)
		u->problem = "internal";
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
	if (u->sums != NULL && u->problem == NULL)
		sums_written(u->sums, u->offset);
	return u->problem == NULL;
}

/* ---- the end ---- */

static enum fj_rc
finish(struct upload *u, bool *wrong, struct fj_err *e)
{
	struct hash sha256, sm3;
	enum fj_rc rc;

	if (u->contested) {
		rc = copy_apart(u->part, e);
		return rc == FJ_OK ? upload_finish(u->h, &u->row, u->part, wrong, e) : rc;
	}
	if (!sums_final(u->sums, &sha256, &sm3))
		return fj_fail_errno(e, "os.read", u->part);
	return finish_as(u->h, &u->row, u->part, u->fd, &sha256, &sm3, wrong, e);
}

static void
answer_end(struct upload *u, bool whole, struct reply *r)
{
	bool wrong = false;
	struct fj_err e;

	fj_err_clear(&e);
	if (whole && finish(u, &wrong, &e) != FJ_OK) {
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

/*
 * Everything is on the disk.  A disk that could not write bytes may have let go of them
 * and says so once: then they must come again, whatever a later sync says.
 */
static void
settle_bytes(struct upload *u)
{
	bool well = fsync(u->fd) == 0 && (u->sums == NULL || !sums_failed(u->sums));

	if (well)
		return;
	if (same_file(u->fd, u->part))
		(void)!fs_remove(u->part, NULL);
	if (u->problem == NULL)
		u->problem = "internal";
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
	settle_bytes(u);
	whole = is_whole(u);
	if (u->problem != NULL)
		reply_problem(r, u->problem);
	else
		answer_end(u, whole, r);
	claims_drop(u->h->claims, &u->row.visit, &u->row.evidence, u->claim);
	reply_release(&unheard);
	release(u);
}
