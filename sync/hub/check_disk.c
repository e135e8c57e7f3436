/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/check_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/id.h"
#include "base/xalloc.h"
#include "crypto/crypto.h"
#include "os/fs.h"

enum {
	DEPTH = 6,			/* devices below devices */
};

static const char mark[] = "feijian";

static enum fj_rc
bad(struct fj_err *e, const char *dir, const char *step, const char *reason)
{
	return fj_fail(e, FJ_IO, "hub.folder", "sss", dir, step, reason);
}

/* ---- another process ---- */

/* fn in a process of its own: what it answers, or -1. */
static int
elsewhere(int (*fn)(const char *path), const char *path)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn(path));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* 1: it could be made a second time. */
static int
makes(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd >= 0 || errno != EEXIST;
}

/* 0: it is there, with what was written. */
static int
reads(const char *path)
{
	char b[sizeof(mark)];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 || read(fd, b, sizeof(b)) != (ssize_t)sizeof(mark) ||
	    memcmp(b, mark, sizeof(mark)) != 0;
}

static int
misses(const char *path)
{
	return access(path, F_OK) == 0;
}

static int
locks(const char *path)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 || fcntl(fd, F_SETLK, &l) == 0;
}

/* ---- evidence ---- */

static enum fj_rc
check_new(const char *dir, const char *path, struct fj_err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum fj_rc rc = FJ_OK;

	if (fd < 0)
		return bad(e, dir, "open", strerror(errno));
	if (write(fd, mark, sizeof(mark)) != (ssize_t)sizeof(mark))
		rc = bad(e, dir, "write", strerror(errno));
	else if (fsync(fd) != 0)
		rc = bad(e, dir, "fsync", strerror(errno));
	close(fd);
	if (rc == FJ_OK && elsewhere(makes, path) != 0)
		rc = bad(e, dir, "O_EXCL", "-");
	if (rc == FJ_OK && elsewhere(reads, path) != 0)
		rc = bad(e, dir, "read", "-");
	return rc;
}

static enum fj_rc
check_rename(const char *dir, const char *from, const char *to, struct fj_err *e)
{
	if (rename(from, to) != 0)
		return bad(e, dir, "rename", strerror(errno));
	if (fs_sync_dir(dir, NULL) != FJ_OK)
		return bad(e, dir, "fsync", strerror(errno));
	if (elsewhere(reads, to) != 0 || elsewhere(misses, from) != 0)
		return bad(e, dir, "rename", "-");
	return FJ_OK;
}

static char *
new_name(const char *dir)
{
	char id[ID_TEXT + 1];
	struct id r;

	id_random(&r);
	id_format(&r, id);
	return xasprintf("%s/.check-%s", dir, id);
}

enum fj_rc
disk_check_evidence(const char *dir, struct fj_err *e)
{
	char *part = fs_join(dir, "part"), *from = new_name(part), *to = new_name(dir);
	struct stat a, b;
	enum fj_rc rc = FJ_OK;

	if (fs_mkdirs(part, NULL) != FJ_OK || stat(dir, &a) != 0 || stat(part, &b) != 0)
		rc = bad(e, dir, "mkdir", strerror(errno));
	else if (a.st_dev != b.st_dev)
		rc = bad(e, part, "rename", strerror(EXDEV));
	if (rc == FJ_OK)
		rc = check_new(dir, from, e);
	if (rc == FJ_OK)
		rc = check_rename(dir, from, to, e);
	unlink(from);
	unlink(to);
	free(part);
	free(from);
	free(to);
	return rc;
}

enum fj_rc
disk_check_locks(const char *dir, struct fj_err *e)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path = new_name(dir);
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum fj_rc rc = FJ_OK;

	if (fd < 0)
		rc = bad(e, dir, "open", strerror(errno));
	else if (fcntl(fd, F_SETLK, &l) != 0)
		rc = bad(e, dir, "lock", strerror(errno));
	else if (elsewhere(locks, path) != 0)
		rc = bad(e, dir, "lock", "-");
	if (fd >= 0)
		close(fd);
	unlink(path);
	free(path);
	return rc;
}

/* ---- what it stands on ---- */

bool
disk_is_remote(const char *path)
{
	static const unsigned long remote[] = {
		0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546,
	};
	struct statfs s;
	size_t i;

	if (statfs(path, &s) != 0)
		return false;
	for (i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
		if ((unsigned long)s.f_type == remote[i])
			return true;
	return false;
}

struct below {
	char *slaves;
	int depth, seen, encrypted;
};

static int device_encrypted(const char *sys, int depth);

static bool
look_below(void *ctx, const char *name)
{
	struct below *b = ctx;
	char *sys = fs_join(b->slaves, name);

	b->seen++;
	b->encrypted += device_encrypted(sys, b->depth - 1) == 1;
	free(sys);
	return true;
}

/* All that it consists of must be. */
static int
device_encrypted(const char *sys, int depth)
{
	char *uuid = xasprintf("%s/dm/uuid", sys);
	struct below b = { xasprintf("%s/slaves", sys), depth, 0, 0 };
	char text[8] = "";
	int yes = 0, fd = open(uuid, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		yes = read(fd, text, 6) == 6 && memcmp(text, "CRYPT-", 6) == 0;
		close(fd);
	}
	if (!yes && depth > 0 && fs_is_dir(b.slaves) &&
	    fs_list(b.slaves, look_below, &b, NULL) == FJ_OK)
		yes = b.seen > 0 && b.encrypted == b.seen;
	free(b.slaves);
	free(uuid);
	return yes;
}

int
disk_encrypted(const char *path)
{
	char sys[64];
	struct stat st;

	if (stat(path, &st) != 0 || major(st.st_dev) == 0)
		return -1;
	snprintf(sys, sizeof(sys), "/sys/dev/block/%u:%u", major(st.st_dev), minor(st.st_dev));
	return fs_is_dir(sys) ? device_encrypted(sys, DEPTH) : -1;
}
