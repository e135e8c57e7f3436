/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backup becomes a workspace: taken apart beside the new home, opened there, given
 * a new identity, and only then renamed into place as a whole.
 */
#include "journal/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "journal/internal.h"
#include "os/fs.h"

enum {
	STEP = 1 << 16,
};

static enum fj_rc
bad(const char *file, struct fj_err *e)
{
	return fj_fail(e, FJ_CORRUPT, "journal.backup", "s", file);
}

static bool
read_full(int fd, void *p, size_t n)
{
	uint8_t *at = p;

	while (n > 0) {
		ssize_t got = read(fd, at, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

/* First pass: the digest at the end holds for everything before it. */
static enum fj_rc
check_digest(int fd, const char *file, int64_t size, struct fj_err *e)
{
	struct hasher *h = hasher_new(suite_digest(SUITE_DEFAULT));
	uint8_t *step = xmalloc(STEP), end[1 + HASH_LEN];
	int64_t left = size - (int64_t)sizeof(end);
	struct hash got;
	bool ok = left >= BACKUP_HEAD;

	while (ok && left > 0) {
		size_t n = left < STEP ? (size_t)left : STEP;

		ok = read_full(fd, step, n);
		hasher_add(h, step, ok ? n : 0);
		left -= (int64_t)n;
	}
	ok = ok && read_full(fd, end, sizeof(end));
	hasher_final(h, &got);
	ok = ok && end[0] == BACKUP_END && memcmp(end + 1, got.b, HASH_LEN) == 0;
	hasher_free(&h);
	free(step);
	return ok ? FJ_OK : bad(file, e);
}

static enum fj_rc
unpack_one(int fd, const char *file, const char *to, int64_t size, struct fj_err *e)
{
	uint8_t *step = xmalloc(STEP);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum fj_rc rc = FJ_OK;

	if (out < 0)
		rc = fj_fail_errno(e, "os.write", to);
	while (rc == FJ_OK && size > 0) {
		size_t n = size < STEP ? (size_t)size : STEP;

		rc = read_full(fd, step, n) ? fs_write_all(out, to, step, n, e) :
		    bad(file, e);
		size -= (int64_t)n;
	}
	if (rc == FJ_OK)
		rc = fs_sync_fd(out, to, e);
	if (out >= 0)
		close(out);
	free(step);
	return rc;
}

/* Where a record goes; NULL for a kind that is not ours. */
static char *
target(const char *dir, uint8_t kind, const struct id *id)
{
	char text[ID_TEXT + 1];

	if (kind == BACKUP_KEYS)
		return fs_join(dir, "keys");
	if (kind == BACKUP_DB)
		return fs_join(dir, "journal.db");
	if (kind != BACKUP_EVIDENCE)
		return NULL;
	id_format(id, text);
	return xasprintf("%s/evidence/%s.fje", dir, text);
}

static enum fj_rc
unpack_all(int fd, const char *file, const char *dir, int64_t size, struct fj_err *e)
{
	uint8_t head[BACKUP_RECORD];
	int64_t left = size - BACKUP_HEAD - 1 - HASH_LEN;
	enum fj_rc rc = FJ_OK;

	if (lseek(fd, 0, SEEK_SET) != 0 || !read_full(fd, head, BACKUP_HEAD) ||
	    memcmp(head, "FJB1", 4) != 0)
		return bad(file, e);
	if (head[4] != SUITE_DEFAULT)
		return suite_check(head[4], e) != FJ_OK ? FJ_NEWER : bad(file, e);
	while (rc == FJ_OK && left > 0) {
		struct id id;
		uint64_t n;
		char *to;

		if (left < BACKUP_RECORD || !read_full(fd, head, BACKUP_RECORD))
			return bad(file, e);
		left -= BACKUP_RECORD;
		memcpy(id.b, head + 1, ID_LEN);
		n = fj_get_u64(head + 1 + ID_LEN);
		if (n > (uint64_t)left)
			return bad(file, e);
		to = target(dir, head[0], &id);
		rc = to != NULL ? unpack_one(fd, file, to, (int64_t)n, e) : bad(file, e);
		free(to);
		left -= (int64_t)n;
	}
	return rc;
}

static enum fj_rc
unpack(const char *file, const char *dir, struct fj_err *e)
{
	char *evidence = fs_join(dir, "evidence");
	int64_t size = 0;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	enum fj_rc rc = fd < 0 ? fj_fail_errno(e, "os.read", file) : fs_size(file, &size, e);

	if (rc == FJ_OK)
		rc = check_digest(fd, file, size, e);
	if (rc == FJ_OK)
		rc = fs_remove_tree(dir, e);
	if (rc == FJ_OK)
		rc = fs_mkdirs(evidence, e);
	if (rc == FJ_OK)
		rc = unpack_all(fd, file, dir, size, e);
	if (rc == FJ_OK)
		rc = fs_sync_dir(evidence, e);
	if (rc == FJ_OK)
		rc = fs_sync_dir(dir, e);
	if (fd >= 0)
		close(fd);
	free(evidence);
	return rc;
}

/* Open with the passphrase it was made under, and go on under a new key. */
static enum fj_rc
renew(const char *dir, const char *pass, size_t npass, const struct clock *clock,
    char *code, struct fj_err *e)
{
	struct journal *j = NULL;
	enum fj_rc rc = journal_open(dir, clock, &j, e);

	if (rc == FJ_OK)
		rc = journal_unlock(j, pass, npass, e);
	if (rc == FJ_OK)
		rc = journal_renew(j, pass, npass, NULL, code, e);
	journal_close(&j);
	return rc;
}

enum fj_rc
journal_restore(const char *file, const char *home, const char *pass, size_t npass,
    const struct clock *clock, char code[KEYFILE_CODE_TEXT], struct fj_err *e)
{
	char *bare = xstrdup(home), *dir;
	size_t n = strlen(bare);
	enum fj_rc rc = FJ_OK;

	while (n > 1 && bare[n - 1] == '/')
		bare[--n] = '\0';
	dir = xasprintf("%s.restoring", bare);
	crypto_init();
	if (keyfile_exists(bare))
		rc = fj_fail(e, FJ_REFUSED, "journal.exists", "s", bare);
	else if (!fs_dir_empty(bare))
		rc = fj_fail(e, FJ_REFUSED, "journal.home-not-empty", "s", bare);
	if (rc == FJ_OK)
		rc = unpack(file, dir, e);
	if (rc == FJ_OK)
		rc = renew(dir, pass, npass, clock, code, e);
	if (rc == FJ_OK)
		rc = fs_rename(dir, bare, e);
	else if (rc != FJ_REFUSED)
		(void)!fs_remove_tree(dir, NULL);
	free(dir);
	free(bare);
	return rc;
}
