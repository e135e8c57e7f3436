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
#include "hub/audit.h"
#include "hub/claims.h"
#include "hub/pull.h"
#include "hub/upload_internal.h"
#include "os/fs.h"

/* ---- names ---- */

char *
upload_part_path(const struct hub *h, const struct id *visit, const struct id *evidence)
{
	char v[ID_TEXT + 1], f[ID_TEXT + 1];

	id_format(visit, v);
	id_format(evidence, f);
	if (id_is_zero(visit))
		return xasprintf("%s/scratch/%s", h->evidence, f);
	return xasprintf("%s/part/%s.%s", h->evidence, v, f);
}

char *
upload_whole_path(const struct hub *h, const struct hash *sha256)
{
	char x[HASH_TEXT + 1];

	hash_format(sha256, x);
	return xasprintf("%s/%.2s/%s", h->evidence, x, x);
}

int64_t
upload_part_size(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

/* ---- who may ---- */

/*
 * The caller writes into the visit, or wrote the entry himself.  False: the
 * problem stands in r, or *rc says what failed.
 */
bool
upload_allowed(struct hub *h, const struct caller *c, const struct ask *a,
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
	char *part = upload_part_path(h, &u->visit, &u->evidence);

	upload_say(u, u->done ? u->size : upload_part_size(part), r);
	free(part);
}

/* ---- POST, HEAD, DELETE, list, receipt ---- */

static bool
empty_digests(const struct visit_file *f)
{
	struct hash a, b;

	digest_bytes(DIGEST_SHA256, "", 0, &a);
	digest_bytes(DIGEST_SM3, "", 0, &b);
	return hash_eq(&a, &f->sha256) && hash_eq(&b, &f->sm3);
}

/* An empty file is whole at once. */
static enum fj_rc
finish_empty(struct hub *h, struct stored_upload *u, struct fj_err *e)
{
	char *part = upload_part_path(h, &u->visit, &u->evidence);
	bool wrong = false;
	enum fj_rc rc;

	rc = fs_write(part, "", 0, 0600, e);
	if (rc == FJ_OK)
		rc = upload_finish(h, u, part, &wrong, e);
	free(part);
	return rc;
}

static const char *
create_problem(const struct visit_file *file, int64_t length)
{
	if (length != file->size)
		return "length-mismatch";
	if (length > LIMIT_EVIDENCE_BYTES)
		return "too-large";
	return length == 0 && !empty_digests(file) ? "digest-mismatch" : NULL;
}

enum fj_rc
upload_create(struct hub *h, const struct caller *c, const struct ask *a,
    int64_t length, struct reply *r, struct fj_err *e)
{
	char v[ID_TEXT + 1], f[ID_TEXT + 1], where[96];
	const char *problem;
	struct visit_file file;
	struct stored_upload u;
	enum fj_rc rc;

	if (!upload_allowed(h, c, a, &file, r, &rc, e))
		return rc;
	problem = create_problem(&file, length);
	upload_of_file(h, c, a, &file, &u);
	if (problem == NULL)
		rc = upload_make(h, &u, &problem, e);
	if (rc == FJ_OK && problem == NULL && u.size == 0 && !u.done)
		rc = finish_empty(h, &u, e);
	if (rc != FJ_OK)
		return rc;
	if (problem != NULL) {
		reply_problem(r, problem);
		return FJ_OK;
	}
	id_format(&a->one, v);
	id_format(&a->two, f);
	snprintf(where, sizeof(where), "/v1/visits/%s/evidence/%s", v, f);
	r->status = 201;
	reply_header(r, "Location", where);
	say_state(h, &u, r);
	return FJ_OK;
}

/* What is whole is receipted, and stays. */
enum fj_rc
upload_delete(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct visit_file file;
	struct stored_upload u;
	bool kept = false;
	enum fj_rc rc;

	if (!upload_allowed(h, c, a, &file, r, &rc, e))
		return rc;
	rc = hub_begin(h, e);
	if (rc != FJ_OK)
		return rc;
	rc = h->store->ops->upload_get(h->store, &a->one, &a->two, &u, e);
	kept = rc == FJ_OK && u.done;
	if (rc == FJ_OK && !kept)
		rc = upload_forget(h, &u, e);
	rc = hub_end(h, rc, e);
	if (rc == FJ_OK && kept)
		reply_problem(r, "kept");
	else if (rc == FJ_OK)
		r->status = 204;
	return rc;
}

enum fj_rc
upload_sync(const char *part, struct fj_err *e)
{
	int fd = open(part, O_RDONLY | O_CLOEXEC);
	enum fj_rc rc = FJ_OK;

	if (fd >= 0) {
		rc = fs_sync_fd(fd, part, e);
		/* It says so once: the bytes must come again. */
		if (rc != FJ_OK)
			(void)!fs_remove(part, NULL);
		close(fd);
	}
	return rc;
}

enum fj_rc
upload_head(struct hub *h, const struct caller *c, const struct ask *a,
    struct reply *r, struct fj_err *e)
{
	struct visit_file file;
	struct stored_upload u;
	enum fj_rc rc;
	char *part;

	if (!upload_allowed(h, c, a, &file, r, &rc, e))
		return rc;
	rc = h->store->ops->upload_get(h->store, &a->one, &a->two, &u, e);
	if (rc != FJ_OK)
		return rc;
	if (!u.done) {
		claims_break(h->claims, &a->one, &a->two);
		part = upload_part_path(h, &a->one, &a->two);
		rc = upload_sync(part, e);
		free(part);
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
	part = upload_part_path(l->h, &u->visit, &u->evidence);
	f->evidence = u->evidence;
	f->sha256 = u->sha256;
	f->size = (uint64_t)u->size;
	f->done = u->done;
	f->offset = (uint64_t)(u->done ? u->size : upload_part_size(part));
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

	if (!upload_allowed(h, c, a, &file, r, &rc, e))
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

/* "-N": the last N bytes. */
static int
range_suffix(const char *text, uint64_t size, uint64_t *from, uint64_t *n)
{
	if (!digits(&text, n) || *text != '\0')
		return 0;
	if (*n == 0 || size == 0)
		return -1;
	*from = *n > size ? 0 : size - *n;
	*n = size - *from;
	return 1;
}

/* "bytes=A-B", "bytes=A-", "bytes=-N".  -1 cannot be satisfied, 0 not ours to
 * read (answer all), 1 a span. */
static int
range_parse(const char *text, uint64_t size, uint64_t *from, uint64_t *n)
{
	uint64_t last = UINT64_MAX;

	if (text == NULL || strncmp(text, "bytes=", 6) != 0)
		return 0;
	text += 6;
	if (*text == '-')
		return range_suffix(text + 1, size, from, n);
	if (!digits(&text, from) || *text++ != '-')
		return 0;
	if (*text != '\0' && (!digits(&text, &last) || *text != '\0' || last < *from))
		return 0;
	if (*from >= size)
		return -1;
	*n = (last < size ? last + 1 : size) - *from;
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
	path = upload_whole_path(h, &u.sha256);
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
	audit_read(r, c, AUDIT_EVIDENCE, &a->one, &a->two);
	return FJ_OK;
}
