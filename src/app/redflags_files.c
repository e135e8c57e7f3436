/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a screening: found, opened once, known by number. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/redflags_i.h"
#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "os/fs.h"

enum {
	PIECE = 1 << 20,
	FOLDER_NAMES = 2000,
};

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static bool
name_taken(const struct redflags *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->files; i++)
		if (strcmp(r->file[i].name, name) == 0)
			return true;
	return false;
}

/* fd is the session's from here on, also when it fails. */
static enum fj_rc
add(struct redflags *r, int fd, const char *path, const char *name, struct fj_err *e)
{
	struct session_file *f = &r->file[r->files];
	struct stat st;

	if (r->files == REDFLAGS_FILES) {
		close(fd);
		return fj_fail(e, FJ_LIMIT, "redflags.files", "d", REDFLAGS_FILES);
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return fj_fail(e, FJ_INVAL, "evidence.not-file", "s", path);
	}
	memset(f, 0, sizeof(*f));
	f->fd = fd;
	f->bytes = st.st_size;
	f->path = xstrdup(path);
	f->name = name_taken(r, name) ? xasprintf("%s#%d", name, (int)r->files + 1) :
	    xstrdup(name);
	r->files++;
	return FJ_OK;
}

enum fj_rc
session_add_fd(struct redflags *r, int fd, const char *name, struct fj_err *e)
{
	return add(r, fd, name, name, e);
}

static enum fj_rc
add_path(struct redflags *r, const char *path, struct fj_err *e)
{
	/* Not waiting for the other end of a named pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return fj_fail_errno(e, "os.read", path);
	(void)fcntl(fd, F_SETFL, 0);
	return add(r, fd, path, last_part(path), e);
}

/* ---- folders ---- */

struct folder {
	struct redflags *r;
	const char *path;
	int names;
	enum fj_rc rc;
	struct fj_err *e;
};

static bool
is_register(const char *name)
{
	static const char *const ends[] = {".csv", ".tsv", ".txt", ".xlsx", ".xls", NULL};
	size_t n = strlen(name), k;
	int i;

	/* What Excel leaves beside an open workbook, and what a system hides. */
	if (name[0] == '.' || name[0] == '~')
		return false;
	for (i = 0; ends[i] != NULL; i++) {
		size_t len = strlen(ends[i]);

		for (k = 0; n > len && k < len; k++) {
			char c = name[n - len + k];

			if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != ends[i][k])
				break;
		}
		if (n > len && k == len)
			return true;
	}
	return false;
}

static bool
one_name(void *ctx, const char *name)
{
	struct folder *f = ctx;
	char *path;

	if (++f->names > FOLDER_NAMES || !is_register(name))
		return f->names <= FOLDER_NAMES;
	path = fs_join(f->path, name);
	if (!fs_is_dir(path))
		f->rc = add_path(f->r, path, f->e);
	free(path);
	return f->rc == FJ_OK;
}

enum fj_rc
session_files(struct redflags *r, const char *const *path, size_t n, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < n; i++) {
		struct folder f = {.r = r, .path = path[i], .e = e};
		size_t before = r->files;

		if (!fs_is_dir(path[i])) {
			rc = add_path(r, path[i], e);
			continue;
		}
		rc = fs_list(path[i], one_name, &f, e);
		if (rc == FJ_OK)
			rc = f.rc;
		if (rc == FJ_OK && r->files == before)
			rc = fj_fail(e, FJ_NOTFOUND, "redflags.no-files", "s", path[i]);
	}
	return rc;
}

void
session_files_close(struct redflags *r)
{
	while (r->files > 0) {
		struct session_file *f = &r->file[--r->files];

		close(f->fd);
		free(f->path);
		free(f->name);
	}
}

/* ---- bytes ---- */

enum fj_rc
session_digest(int fd, const char *name, struct hash *out, struct fj_err *e)
{
	struct hasher *h = hasher_new(DIGEST_SHA256);
	char *piece = xmalloc(PIECE);
	enum fj_rc rc = FJ_OK;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, piece, PIECE, at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = fj_fail_errno(e, "os.read", name);
			break;
		}
		hasher_add(h, piece, (size_t)n);
		at += n;
	}
	hasher_final(h, out);
	hasher_free(&h);
	free(piece);
	return rc;
}

enum fj_rc
session_memory_set(int fd, const void *p, size_t n, struct fj_err *e)
{
	size_t at = 0;

	if (ftruncate(fd, 0) != 0)
		return fj_fail_errno(e, "os.write", "memory");
	while (at < n) {
		ssize_t got = pwrite(fd, (const char *)p + at, n - at, (off_t)at);

		if (got < 0 && errno != EINTR)
			return fj_fail_errno(e, "os.write", "memory");
		if (got > 0)
			at += (size_t)got;
	}
	return FJ_OK;
}

int
session_memory(const char *label, const void *p, size_t n, struct fj_err *e)
{
	int fd = fs_memfd(label);

	if (fd < 0) {
		(void)!fj_fail_errno(e, "os.write", "memory");
		return -1;
	}
	if (session_memory_set(fd, p, n, e) == FJ_OK)
		return fd;
	close(fd);
	return -1;
}
