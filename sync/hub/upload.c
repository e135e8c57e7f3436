/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "hub/claims.h"
#include "hub/pull.h"
#include "hub/visits.h"
#include "os/fs.h"

enum {
	HASH_CHUNK = 1 << 18,
	SYNC_EVERY = 16 << 20,		/* bytes; bounds what a cut can undo */
};

#define SPACE_RESERVE (256LL << 20)

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

/* ---- names ---- */

static char *
part_path(const struct hub *h, const struct id *visit, const struct id *evidence)
{
	char v[ID_TEXT + 1], f[ID_TEXT + 1];

	id_format(visit, v);
	id_format(evidence, f);
	return xasprintf("%s/part/%s.%s", h->evidence, v, f);
}

static char *
whole_path(const struct hub *h, const struct hash *sha256)
{
	char x[HASH_TEXT + 1];

	hash_format(sha256, x);
	return xasprintf("%s/%.2s/%s", h->evidence, x, x);
}

static int64_t
part_size(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

/* ---- who may ---- */

/*
 * The caller writes into the visit, or wrote the entry himself.  False: the
 * problem stands in r, or *rc says what failed.
 */
static bool
may_upload(struct hub *h, const struct caller *c, const struct ask *a,
    struct visit_file *file, struct reply *r, enum fj_rc *rc, struct fj_err *e)
{
	enum stream_kind kind;
	struct fj_buf facts;
	bool member = false, found = false;

	fj_buf_init(&facts, LIMIT_BODY_BYTES);
	*rc = h->store->ops->stream_get(h->store, &a->one, &kind, NULL, &facts, e);
	if (*rc == FJ_OK)
		member = visits_may_write(facts.p, c->person);
	fj_buf_release(&facts);
	if (*rc == FJ_NOTFOUND)
		*rc = FJ_OK;
	if (*rc == FJ_OK)
		*rc = visits_file(h->visits, &a->one, &a->two, file, &found, e);
	if (*rc != FJ_OK)
		return false;
	if (found && (member || id_eq(&file->dev, &c->device->dev)))
		return true;
	reply_problem(r, member ? "entry-first" : "not-found");
	return false;
}

static void
say_state(struct hub *h, const struct stored_upload *u, struct reply *r)
{
	char *part = part_path(h, &u->visit, &u->evidence);

	reply_header_u64(r, "Upload-Offset", (uint64_t)(u->done ? u->size :
	    part_size(part)));
	if (u->done)
		reply_header_u64(r, "Feijian-Receipt", u->position);
	free(part);
}

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
settle_file(struct hub *h, const char *part, const struct hash *sha256,
    struct fj_err *e)
{
	char *to = whole_path(h, sha256), *dir = xstrdup(to);
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

/* Row, receipt, and the stream's change: one transaction.  Needs hub_lock. */
static enum fj_rc
record_done(struct hub *h, struct stored_upload *u, struct fj_err *e)
{
	struct store *s = h->store;
	struct receipt_evidence file;
	struct receipt rec;
	struct envelope v;
	struct fj_buf facts;
	struct stored_stream st;
	enum fj_rc rc;

	rc = hub_begin(h, e);
	if (rc != FJ_OK)
		return rc;
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
	rc = hub_end(h, rc, e);
	envelope_release(&v);
	fj_buf_release(&facts);
	return rc;
}

/* All bytes are here: without hub_lock, so that others go on while it hashes. */
static enum fj_rc
finish(struct hub *h, struct stored_upload *u, const char *part, bool *wrong,
    struct fj_err *e)
{
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
	rc = settle_file(h, part, &u->sha256, e);
	if (rc != FJ_OK)
		return rc;
	hub_lock(h);
	rc = record_done(h, u, e);
	hub_unlock(h);
	return rc;
}

/* ---- POST, HEAD, list, receipt ---- */

/* The row of a new upload; an empty file is whole at once. */
static enum fj_rc
create_row(struct hub *h, const struct ask *a, const struct visit_file *file,
    struct stored_upload *u, struct fj_err *e)
{
	char *part, *dir;
	enum fj_rc rc;

	memset(u, 0, sizeof(*u));
	u->visit = a->one;
	u->evidence = a->two;
	u->sha256 = file->sha256;
	u->sm3 = file->sm3;
	u->size = file->size;
	dir = xasprintf("%s/part", h->evidence);
	rc = fs_mkdirs(dir, e);
	free(dir);
	if (rc == FJ_OK)
		rc = hub_begin(h, e);
	if (rc != FJ_OK)
		return rc;
	rc = hub_end(h, h->store->ops->upload_put(h->store, u, e), e);
	if (rc != FJ_OK || u->size > 0)
		return rc;
	part = part_path(h, &u->visit, &u->evidence);
	rc = fs_write(part, "", 0, 0600, e);
	if (rc == FJ_OK)
		rc = settle_file(h, part, &u->sha256, e);
	if (rc == FJ_OK)
		rc = record_done(h, u, e);
	free(part);
	return rc;
}

static bool
empty_digests(const struct visit_file *f)
{
	struct hash a, b;

	digest_bytes(DIGEST_SHA256, "", 0, &a);
	digest_bytes(DIGEST_SM3, "", 0, &b);
	return hash_eq(&a, &f->sha256) && hash_eq(&b, &f->sm3);
}

enum fj_rc
upload_create(struct hub *h, const struct caller *c, const struct ask *a,
    int64_t length, struct reply *r, struct fj_err *e)
{
	char v[ID_TEXT + 1], f[ID_TEXT + 1], where[96];
	struct visit_file file;
	struct stored_upload u;
	int64_t space;
	enum fj_rc rc;

	if (!may_upload(h, c, a, &file, r, &rc, e))
		return rc;
	if (length != file.size) {
		reply_problem(r, "length-mismatch");
		return FJ_OK;
	}
	if (length > LIMIT_EVIDENCE_BYTES) {
		reply_problem(r, "too-large");
		return FJ_OK;
	}
	if (length == 0 && !empty_digests(&file)) {
		reply_problem(r, "digest-mismatch");
		return FJ_OK;
	}
	space = fs_free_bytes(h->evidence);
	if (space >= 0 && space < length + SPACE_RESERVE) {
		reply_problem(r, "full");
		return FJ_OK;
	}
	rc = h->store->ops->upload_get(h->store, &a->one, &a->two, &u, e);
	if (rc == FJ_NOTFOUND)
		rc = create_row(h, a, &file, &u, e);
	if (rc != FJ_OK)
		return rc;
	id_format(&a->one, v);
	id_format(&a->two, f);
	snprintf(where, sizeof(where), "/v0/visits/%s/evidence/%s", v, f);
	r->status = 201;
	reply_header(r, "Location", where);
	say_state(h, &u, r);
	return FJ_OK;
}

/* An offset is told only when the bytes before it are on the disk (U3). */
static enum fj_rc
sync_part(const struct hub *h, const struct stored_upload *u, struct fj_err *e)
{
	char *part = part_path(h, &u->visit, &u->evidence);
	int fd = open(part, O_RDONLY | O_CLOEXEC);
	enum fj_rc rc = FJ_OK;

	if (fd >= 0) {
		rc = fs_sync_fd(fd, part, e);
		close(fd);
	}
	free(part);
	return rc;
}

enum fj_rc
upload_head(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct visit_file file;
	struct stored_upload u;
	enum fj_rc rc;

	if (!may_upload(h, c, a, &file, r, &rc, e))
		return rc;
	rc = h->store->ops->upload_get(h->store, &a->one, &a->two, &u, e);
	if (rc != FJ_OK)
		return rc;
	if (!u.done) {
		claims_take(h->claims, &a->one, &a->two);
		rc = sync_part(h, &u, e);
		if (rc != FJ_OK)
			return rc;
	}
	r->status = 200;
	say_state(h, &u, r);
	reply_header_u64(r, "Upload-Length", (uint64_t)u.size);
	reply_header(r, "Cache-Control", "no-store");
	return FJ_OK;
}

struct file_list {
	struct hub *h;
	struct wire_file *file;
	size_t n;
};

static bool
list_row(void *ctx, const struct stored_upload *u)
{
	struct file_list *l = ctx;
	struct wire_file *f;
	char *part;

	if (l->n == WIRE_FILES)
		return false;
	l->file = xrealloc(l->file, l->n + 1, sizeof(*l->file));
	f = &l->file[l->n++];
	part = part_path(l->h, &u->visit, &u->evidence);
	f->evidence = u->evidence;
	f->sha256 = u->sha256;
	f->size = (uint64_t)u->size;
	f->done = u->done;
	f->offset = (uint64_t)(u->done ? u->size : part_size(part));
	free(part);
	return true;
}

enum fj_rc
upload_list(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct file_list l = { h, NULL, 0 };
	enum fj_rc rc;

	if (!pull_visible(h, c, &a->one, r, &rc, e))
		return rc;
	rc = h->store->ops->uploads_each(h->store, &a->one, list_row, &l, e);
	if (rc == FJ_OK) {
		files_write(l.file, l.n, &r->body);
		reply_json(r);
	}
	free(l.file);
	return rc;
}

enum fj_rc
upload_receipt(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct visit_file file;
	struct stored_upload u;
	struct envelope v;
	enum fj_rc rc;

	if (!may_upload(h, c, a, &file, r, &rc, e))
		return rc;
	rc = h->store->ops->upload_get(h->store, &a->one, &a->two, &u, e);
	if (rc == FJ_OK && !u.done)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.not-found", "");
	if (rc != FJ_OK)
		return rc;
	memset(&v, 0, sizeof(v));
	rc = hub_receipt_at(h, u.position, &v, e);
	if (rc == FJ_OK) {
		signed_write("receipt", &v, &r->body);
		reply_json(r);
	}
	envelope_release(&v);
	return rc;
}

/* ---- GET ---- */

static bool
digits(const char **p, uint64_t *out)
{
	char *end;

	if (**p < '0' || **p > '9')
		return false;
	errno = 0;
	*out = strtoull(*p, &end, 10);
	*p = end;
	return errno == 0;
}

/* "bytes=A-B", "bytes=A-", "bytes=-N".  -1 cannot be satisfied, 0 not ours to
 * read (answer all), 1 a span. */
static int
range_parse(const char *text, uint64_t size, uint64_t *from, uint64_t *n)
{
	uint64_t last = size - 1;

	if (text == NULL || strncmp(text, "bytes=", 6) != 0)
		return 0;
	text += 6;
	if (*text == '-') {
		text++;
		if (!digits(&text, n) || *text != '\0')
			return 0;
		if (*n == 0 || size == 0)
			return -1;
		*from = *n > size ? 0 : size - *n;
		*n = size - *from;
		return 1;
	}
	if (!digits(&text, from) || *text++ != '-')
		return 0;
	if (*text != '\0' && (!digits(&text, &last) || *text != '\0' || last < *from))
		return 0;
	if (*from >= size)
		return -1;
	if (last > size - 1)
		last = size - 1;
	*n = last - *from + 1;
	return 1;
}

enum fj_rc
upload_get(struct hub *h, const struct caller *c, const struct ask *a,
    const char *range, struct reply *r, struct fj_err *e)
{
	struct stored_upload u;
	uint64_t from, n;
	char text[96];
	enum fj_rc rc;
	char *path;
	int how;

	if (!pull_visible(h, c, &a->one, r, &rc, e))
		return rc;
	rc = h->store->ops->upload_get(h->store, &a->one, &a->two, &u, e);
	if (rc == FJ_OK && !u.done)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.not-found", "");
	if (rc != FJ_OK)
		return rc;
	how = range_parse(range, (uint64_t)u.size, &from, &n);
	if (how < 0) {
		snprintf(text, sizeof(text), "bytes */%lld", (long long)u.size);
		r->status = 416;
		reply_header(r, "Content-Range", text);
		return FJ_OK;
	}
	path = whole_path(h, &u.sha256);
	r->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0)
		rc = fj_fail_errno(e, "os.read", path);
	free(path);
	if (rc != FJ_OK)
		return rc == FJ_NOTFOUND ? fj_fail(e, FJ_CORRUPT, "hub.file-lost", "") : rc;
	r->status = how > 0 ? 206 : 200;
	r->from = how > 0 ? from : 0;
	r->length = how > 0 ? n : (uint64_t)u.size;
	r->media = "application/octet-stream";
	if (how > 0) {
		snprintf(text, sizeof(text), "bytes %llu-%llu/%lld",
		    (unsigned long long)from, (unsigned long long)(from + n - 1),
		    (long long)u.size);
		reply_header(r, "Content-Range", text);
	}
	reply_header(r, "Accept-Ranges", "bytes");
	return FJ_OK;
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
	char *part = part_path(h, &row->visit, &row->evidence);
	int64_t have = part_size(part);
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
	u->h = h;
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
	    !may_upload(h, &c, a, &file, r, &rc, &e)) {
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
	hub_lock(u->h);
	mine = claims_hold(u->h->claims, &u->row.visit, &u->row.evidence, u->claim);
	hub_unlock(u->h);
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
	if (u->unsynced >= SYNC_EVERY) {
		if (fdatasync(u->fd) != 0)
			u->problem = "internal";
		u->unsynced = 0;
	}
	return u->problem == NULL;
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
	hub_lock(u->h);
	if (whole && !claims_hold(u->h->claims, &u->row.visit, &u->row.evidence, u->claim)) {
		u->problem = "offset-mismatch";
		whole = false;
	}
	hub_unlock(u->h);
	if (u->problem != NULL)
		reply_problem(r, u->problem);
	else
		answer_end(u, whole, r);
	hub_lock(u->h);
	claims_drop(u->h->claims, &u->row.visit, &u->row.evidence, u->claim);
	hub_unlock(u->h);
	reply_release(&unheard);
	free(u->part);
	free(u);
}
