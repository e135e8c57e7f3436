/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE	/* memfd_create */
#include "os/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/xalloc.h"

enum {
	STEP = 65536,
};

char *
fs_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	return xasprintf("%s%s%s", dir, n > 0 && dir[n - 1] == '/' ? "" : "/", name);
}

bool
fs_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool
fs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum fj_rc
fs_size(const char *path, int64_t *size, struct fj_err *e)
{
	struct stat st;

	*size = 0;
	if (stat(path, &st) != 0)
		return fj_fail_errno(e, "os.read", path);
	*size = st.st_size;
	return FJ_OK;
}

enum fj_rc
fs_mkdirs(const char *path, struct fj_err *e)
{
	char *copy = xstrdup(path), *at;
	enum fj_rc rc = FJ_OK;

	for (at = copy + 1; rc == FJ_OK && copy[0] != '\0'; at++) {
		char c = *at;

		if (c != '/' && c != '\0')
			continue;
		*at = '\0';
		if (mkdir(copy, 0700) != 0) {
			int why = errno;

			if (!fs_is_dir(copy)) {
				errno = why;
				rc = fj_fail_errno(e, "os.mkdir", copy);
			}
		} else {
			rc = fs_sync_parent(copy, e);
		}
		*at = c;
		if (c == '\0')
			break;
	}
	free(copy);
	return rc;
}

enum fj_rc
fs_read_fd(int fd, const char *name, struct fj_buf *out, struct fj_err *e)
{
	char chunk[4096];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fj_fail_errno(e, "os.read", name);
		if (n == 0)
			break;
		fj_buf_add(out, chunk, (size_t)n);
		if (fj_buf_over(out))
			return fj_fail(e, FJ_LIMIT, "os.too-large", "sz", name, out->max);
	}
	if (out->secret)
		fj_wipe(chunk, sizeof(chunk));
	return FJ_OK;
}

enum fj_rc
fs_read(const char *path, struct fj_buf *out, struct fj_err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum fj_rc rc;

	if (fd < 0)
		return fj_fail_errno(e, "os.read", path);
	rc = fs_read_fd(fd, path, out, e);
	close(fd);
	return rc;
}

enum fj_rc
fs_write_all(int fd, const char *name, const void *p, size_t n, struct fj_err *e)
{
	const char *at = p;

	while (n > 0) {
		ssize_t done = write(fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fj_fail_errno(e, "os.write", name);
		at += done;
		n -= (size_t)done;
	}
	return FJ_OK;
}

enum fj_rc
fs_sync_fd(int fd, const char *name, struct fj_err *e)
{
	if (fsync(fd) != 0)
		return fj_fail_errno(e, "os.sync", name);
	return FJ_OK;
}

enum fj_rc
fs_sync_dir(const char *dir, struct fj_err *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum fj_rc rc;

	if (fd < 0)
		return fj_fail_errno(e, "os.sync", dir);
	rc = fs_sync_fd(fd, dir, e);
	close(fd);
	return rc;
}

enum fj_rc
fs_sync_parent(const char *path, struct fj_err *e)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	enum fj_rc rc;

	if (slash == NULL)
		dir = xstrdup(".");
	else if (slash == path)
		dir = xstrdup("/");
	else
		dir = xstrndup(path, (size_t)(slash - path));
	rc = fs_sync_dir(dir, e);
	free(dir);
	return rc;
}

enum fj_rc
fs_rename(const char *from, const char *to, struct fj_err *e)
{
	if (rename(from, to) != 0)
		return fj_fail_errno(e, "os.rename", to);
	return fs_sync_parent(to, e);
}

enum fj_rc
fs_remove(const char *path, struct fj_err *e)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return fj_fail_errno(e, "os.remove", path);
	return FJ_OK;
}

/* A new file beside path, written and synced; the caller names or unlinks it. */
static enum fj_rc
write_beside(const char *path, const void *p, size_t n, mode_t mode, char **tmp,
    struct fj_err *e)
{
	enum fj_rc rc;
	int fd;

	*tmp = xasprintf("%s.tmp.XXXXXX", path);
	fd = mkstemp(*tmp);
	if (fd < 0) {
		rc = fj_fail_errno(e, "os.write", path);
		free(*tmp);
		*tmp = NULL;
		return rc;
	}
	rc = fs_write_all(fd, path, p, n, e);
	if (rc == FJ_OK && fchmod(fd, mode) != 0)
		rc = fj_fail_errno(e, "os.write", path);
	if (rc == FJ_OK)
		rc = fs_sync_fd(fd, path, e);
	if (close(fd) != 0 && rc == FJ_OK)
		rc = fj_fail_errno(e, "os.write", path);
	if (rc != FJ_OK) {
		(void)unlink(*tmp);
		free(*tmp);
		*tmp = NULL;
	}
	return rc;
}

enum fj_rc
fs_write(const char *path, const void *p, size_t n, mode_t mode, struct fj_err *e)
{
	char *tmp = NULL;
	enum fj_rc rc = write_beside(path, p, n, mode, &tmp, e);

	if (rc != FJ_OK)
		return rc;
	if (rename(tmp, path) != 0) {
		rc = fj_fail_errno(e, "os.rename", path);
		(void)unlink(tmp);
	} else {
		rc = fs_sync_parent(path, e);
	}
	free(tmp);
	return rc;
}

/* link() fails when the name is taken, rename() would replace it. */
enum fj_rc
fs_write_new(const char *path, const void *p, size_t n, mode_t mode, struct fj_err *e)
{
	char *tmp = NULL;
	enum fj_rc rc;

	if (fs_exists(path))
		return fj_fail(e, FJ_REFUSED, "os.exists", "s", path);
	rc = write_beside(path, p, n, mode, &tmp, e);
	if (rc != FJ_OK)
		return rc;
	if (link(tmp, path) != 0) {
		int why = errno;

		if (why == EEXIST) {
			rc = fj_fail(e, FJ_REFUSED, "os.exists", "s", path);
		} else if (rename(tmp, path) != 0) {	/* FAT has no links */
			rc = fj_fail_errno(e, "os.rename", path);
		} else {
			rc = fs_sync_parent(path, e);
		}
	} else {
		rc = fs_sync_parent(path, e);
	}
	(void)unlink(tmp);
	free(tmp);
	return rc;
}

static enum fj_rc
copy_bytes(int in, const char *from, int out, const char *to, struct fj_err *e)
{
	char *chunk = xmalloc(STEP);
	enum fj_rc rc = FJ_OK;

	for (;;) {
		ssize_t n = read(in, chunk, STEP);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = fj_fail_errno(e, "os.read", from);
		if (n <= 0)
			break;
		rc = fs_write_all(out, to, chunk, (size_t)n, e);
		if (rc != FJ_OK)
			break;
	}
	free(chunk);
	return rc;
}

enum fj_rc
fs_copy(const char *from, const char *to, mode_t mode, struct fj_err *e)
{
	char *tmp = xasprintf("%s.tmp.XXXXXX", to);
	enum fj_rc rc = FJ_OK;
	int in = -1, out = -1;

	in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0) {
		rc = fj_fail_errno(e, "os.read", from);
		goto out;
	}
	out = mkstemp(tmp);
	if (out < 0) {
		rc = fj_fail_errno(e, "os.write", to);
		goto out;
	}
	rc = copy_bytes(in, from, out, to, e);
	if (rc == FJ_OK && fchmod(out, mode) != 0)
		rc = fj_fail_errno(e, "os.write", to);
	if (rc == FJ_OK)
		rc = fs_sync_fd(out, to, e);
	if (rc == FJ_OK)
		rc = fs_rename(tmp, to, e);
	if (rc != FJ_OK)
		(void)unlink(tmp);
out:
	if (out >= 0)
		close(out);
	if (in >= 0)
		close(in);
	free(tmp);
	return rc;
}

uint64_t
fs_stamp(const char *path)
{
	struct stat st;
	uint64_t part[6], h = UINT64_C(14695981039346656037);
	size_t i;

	if (stat(path, &st) != 0)
		return 0;
	part[0] = (uint64_t)st.st_ino;
	part[1] = (uint64_t)st.st_size;
	part[2] = (uint64_t)st.st_mtim.tv_sec;
	part[3] = (uint64_t)st.st_mtim.tv_nsec;
	part[4] = (uint64_t)st.st_ctim.tv_sec;
	part[5] = (uint64_t)st.st_ctim.tv_nsec;
	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		h = (h ^ part[i]) * UINT64_C(1099511628211);
	return h | 1;
}

int64_t
fs_free_bytes(const char *path)
{
	struct statvfs v;

	if (statvfs(path, &v) != 0)
		return -1;
	return (int64_t)v.f_bavail * (int64_t)v.f_frsize;
}

int
fs_memfd(const char *label)
{
	return memfd_create(label, MFD_CLOEXEC);
}

enum fj_rc
fs_read_secret_line(const char *path, struct fj_buf *out, struct fj_err *e)
{
	struct stat st;
	enum fj_rc rc;
	char *end;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return fj_fail_errno(e, "os.read", path);
	if (fstat(fd, &st) != 0)
		rc = fj_fail_errno(e, "os.read", path);
	else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
		rc = fj_fail(e, FJ_DENIED, "os.secret-owner", "s", path);
	else if ((st.st_mode & 077) != 0)
		rc = fj_fail(e, FJ_DENIED, "os.secret-mode", "s", path);
	else
		rc = fs_read_fd(fd, path, out, e);
	close(fd);
	if (rc != FJ_OK)
		return rc;
	end = memchr(out->p, '\n', out->n);
	if (end != NULL)
		fj_buf_cut(out, (size_t)(end - out->p));
	if (out->n > 0 && out->p[out->n - 1] == '\r')
		fj_buf_cut(out, out->n - 1);
	return FJ_OK;
}
