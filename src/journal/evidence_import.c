/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence comes in: one pass seals and digests, and the source must stand still. */
#include "journal/sealer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "os/fs.h"

enum {
	STEP = 1 << 16,
};

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* By its name too: a file that was replaced or taken away is not the one shown. */
static enum fj_rc
check_still(int fd, const char *path, const char *name, const struct stat *before,
    int64_t size, struct fj_err *e)
{
	struct stat after;

	if (fstat(fd, &after) != 0 || !same_file(before, &after) || after.st_nlink == 0 ||
	    (int64_t)after.st_size != size)
		return fj_fail(e, FJ_STALE, "evidence.changed", "s", name);
	if (path != NULL && (stat(path, &after) != 0 || !same_file(before, &after)))
		return fj_fail(e, FJ_STALE, "evidence.changed", "s", name);
	return FJ_OK;
}

static enum fj_rc
pour(int fd, const char *name, const struct evidence_progress *progress, int64_t total,
    struct sealer *s, struct fj_err *e)
{
	uint8_t *step = xmalloc(STEP);
	enum fj_rc rc = FJ_OK;

	for (;;) {
		ssize_t n = read(fd, step, STEP);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = fj_fail_errno(e, "evidence.read", name);
		if (n <= 0)
			break;
		rc = sealer_add(s, step, (size_t)n, e);
		if (rc == FJ_OK && s->size > LIMIT_EVIDENCE_BYTES)
			rc = fj_fail(e, FJ_LIMIT, "evidence.too-large", "sl", name,
			    (long long)LIMIT_EVIDENCE_BYTES);
		if (rc == FJ_OK && progress != NULL &&
		    !progress->step(progress->ctx, s->size, total))
			rc = fj_fail(e, FJ_CANCELLED, "evidence.cancelled", "s", name);
		if (rc != FJ_OK)
			break;
	}
	fj_wipe(step, STEP);
	free(step);
	return rc;
}

/* E1: the name, then the row, then (the caller's) entry. */
static enum fj_rc
settle(struct journal *j, struct sealer *s, const struct evidence_row *row,
    struct fj_err *e)
{
	char *final = evidence_path(j, &s->id, "fje");
	enum fj_rc rc = fs_rename(s->path, final, e);

	if (rc == FJ_OK) {
		rc = evidence_row_write(j, &s->id, row, e);
		if (rc != FJ_OK)
			(void)!fs_remove(final, NULL);
	}
	free(final);
	return rc;
}

struct source {
	int fd;				/* -1: bytes */
	const char *path;		/* NULL: no name to watch */
	const char *name;
	const void *p;
	size_t n;
	struct stat before;
};

static enum fj_rc
take(struct journal *j, const struct source *from, const struct evidence_progress *progress,
    struct id *id, struct evidence_facts *out, struct fj_err *e)
{
	struct evidence_row row = { .state = EVIDENCE_HELD };
	struct sealer s;
	enum fj_rc rc;

	id_random(id);
	crypto_random(row.salt, SALT_LEN);
	rc = sealer_create(&s, j, id, row.salt, evidence_path(j, id, "tmp"), -1, e);
	if (rc == FJ_OK && from->fd < 0)
		rc = sealer_add(&s, from->p, from->n, e);
	else if (rc == FJ_OK)
		rc = pour(from->fd, from->name, progress, from->before.st_size, &s, e);
	if (rc == FJ_OK)
		rc = sealer_finish(&s, &row.facts, e);
	if (rc == FJ_OK && from->fd >= 0)
		rc = check_still(from->fd, from->path, from->name, &from->before,
		    row.facts.size, e);
	if (rc == FJ_OK)
		rc = settle(j, &s, &row, e);
	if (rc != FJ_OK)
		(void)!fs_remove(s.path, NULL);
	sealer_close(&s);
	*out = row.facts;
	return rc;
}

static enum fj_rc
import_file(struct journal *j, int fd, const char *path, const char *name,
    const struct evidence_progress *progress, struct id *id, struct evidence_facts *out,
    struct fj_err *e)
{
	struct source from = { .fd = fd, .path = path, .name = name };

	if (fstat(fd, &from.before) != 0)
		return fj_fail_errno(e, "evidence.open", name);
	if (!S_ISREG(from.before.st_mode))
		return fj_fail(e, FJ_INVAL, "evidence.not-file", "s", name);
	if (from.before.st_size > LIMIT_EVIDENCE_BYTES)
		return fj_fail(e, FJ_LIMIT, "evidence.too-large", "sl", name,
		    (long long)LIMIT_EVIDENCE_BYTES);
	return take(j, &from, progress, id, out, e);
}

enum fj_rc
evidence_import(struct journal *j, const char *path,
    const struct evidence_progress *progress, struct id *id, struct evidence_facts *out,
    struct fj_err *e)
{
	enum fj_rc rc = journal_need(j, e);
	int fd;

	if (rc != FJ_OK)
		return rc;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fj_fail_errno(e, "evidence.open", path);
	rc = import_file(j, fd, path, path, progress, id, out, e);
	close(fd);
	return rc;
}

enum fj_rc
evidence_import_bytes(struct journal *j, const void *p, size_t n, struct id *id,
    struct evidence_facts *out, struct fj_err *e)
{
	struct source from = { .fd = -1, .p = p, .n = n };
	enum fj_rc rc = journal_need(j, e);

	return rc != FJ_OK ? rc : take(j, &from, NULL, id, out, e);
}

enum fj_rc
evidence_forget(struct journal *j, const struct id *id, struct fj_err *e)
{
	char *path = evidence_path(j, id, "fje"), *part = evidence_path(j, id, "part");
	enum fj_rc rc = evidence_row_drop(j, id, e);

	if (rc == FJ_OK)
		rc = fs_remove(path, e);
	if (rc == FJ_OK)
		rc = fs_remove(part, e);
	free(path);
	free(part);
	return rc;
}

/* ---- leftovers ---- */

static bool
in_use(const char *path)
{
	struct flock fl;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool used = true;

	if (fd < 0)
		return true;
	memset(&fl, 0, sizeof(fl));
	fl.l_type = F_WRLCK;
	fl.l_whence = SEEK_SET;
	if (fcntl(fd, F_GETLK, &fl) == 0)
		used = fl.l_type != F_UNLCK;
	close(fd);
	return used;
}

/* Of an import or a resumption that was cut.  A whole ID.fje is never taken away here,
 * also when no row tells of it: the row may be what is damaged. */
static bool
sweep_one(void *ctx, const char *name)
{
	struct journal *j = ctx;
	struct id id;
	char *dir, *path;

	if (strlen(name) <= ID_TEXT || !id_parse(name, ID_TEXT, &id))
		return true;
	if (strcmp(name + ID_TEXT, ".tmp") != 0 && strcmp(name + ID_TEXT, ".next") != 0)
		return true;
	dir = fs_join(j->home, "evidence");
	path = fs_join(dir, name);
	if (!in_use(path))
		(void)!fs_remove(path, NULL);
	free(path);
	free(dir);
	return true;
}

void
evidence_sweep(struct journal *j)
{
	char *dir = fs_join(j->home, "evidence");

	(void)!fs_list(dir, sweep_one, j, NULL);
	free(dir);
}
