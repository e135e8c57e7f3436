/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "journal/keyfile_format.h"
#include "journal/sealer.h"
#include "os/fs.h"

enum {
	STEP = 1 << 16,
};

struct pack {
	struct journal *j;
	int fd;
	const char *name;
	struct hasher *h;
	char *step;
};

static enum fj_rc
put(struct pack *p, const void *bytes, size_t n, struct fj_err *e)
{
	hasher_add(p->h, bytes, n);
	return fs_write_all(p->fd, p->name, bytes, n, e);
}

static enum fj_rc
put_record(struct pack *p, uint8_t kind, const struct id *id, int64_t size,
    struct fj_err *e)
{
	uint8_t head[BACKUP_RECORD] = { kind };

	if (id != NULL)
		memcpy(head + 1, id->b, ID_LEN);
	fj_put_u64(head + 1 + ID_LEN, (uint64_t)size);
	return put(p, head, sizeof(head), e);
}

static enum fj_rc
put_file(struct pack *p, uint8_t kind, const struct id *id, const char *path,
    struct fj_err *e)
{
	int64_t size = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum fj_rc rc;

	if (fd < 0)
		return fj_fail_errno(e, "os.read", path);
	rc = fs_size(path, &size, e);
	if (rc == FJ_OK)
		rc = put_record(p, kind, id, size, e);
	while (rc == FJ_OK && size > 0) {
		size_t want = size < STEP ? (size_t)size : STEP;
		ssize_t n = read(fd, p->step, want);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = fj_fail_errno(e, "os.read", path);
		else if (n == 0)	/* shorter than it was a moment ago */
			rc = fj_fail(e, FJ_STALE, "evidence.changed", "s", path);
		else
			rc = put(p, p->step, (size_t)n, e);
		size -= n > 0 ? n : 0;
	}
	close(fd);
	return rc;
}

static enum fj_rc
put_keys(struct pack *p, struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	fj_buf_init(&b, KEYFILE_MAX);
	rc = keyfile_without_identity(p->j->home, &b, e);
	if (rc == FJ_OK)
		rc = put_record(p, BACKUP_KEYS, NULL, (int64_t)b.n, e);
	if (rc == FJ_OK)
		rc = put(p, b.p, b.n, e);
	fj_buf_release(&b);
	return rc;
}

/* The copy of the database came first: every file that it names is there. */
static enum fj_rc
put_evidence(struct pack *p, struct db *copy, struct fj_err *e)
{
	struct stmt *s = NULL;
	struct id id;
	bool row = false;
	enum fj_rc rc = db_prepare(copy, "SELECT id FROM evidence WHERE state = ?1", &s, e);

	if (rc == FJ_OK)
		stmt_bind(s, "i", EVIDENCE_HELD);
	while (rc == FJ_OK && (rc = stmt_step(s, &row, e)) == FJ_OK && row) {
		char *path;

		if (!stmt_bytes(s, 0, id.b, ID_LEN))
			continue;
		path = evidence_path(p->j, &id, "fje");
		if (fs_exists(path))
			rc = put_file(p, BACKUP_EVIDENCE, &id, path, e);
		free(path);
	}
	stmt_done(&s);
	return rc;
}

static enum fj_rc
pack_all(struct pack *p, const char *db_copy, struct fj_err *e)
{
	struct db_options o = { .mode = DB_IMMUTABLE };
	const uint8_t head[BACKUP_HEAD] = { 'F', 'J', 'B', '1', SUITE_DEFAULT };
	uint8_t end[1 + HASH_LEN] = { BACKUP_END };
	struct db *copy = NULL;
	struct hash h;
	enum fj_rc rc = put(p, head, sizeof(head), e);

	if (rc == FJ_OK)
		rc = put_keys(p, e);
	if (rc == FJ_OK)
		rc = db_backup(p->j->db, db_copy, e);
	if (rc == FJ_OK)
		rc = put_file(p, BACKUP_DB, NULL, db_copy, e);
	if (rc == FJ_OK)
		rc = db_open(db_copy, &o, &copy, e);
	if (rc == FJ_OK)
		rc = put_evidence(p, copy, e);
	db_close(&copy);
	hasher_final(p->h, &h);
	memcpy(end + 1, h.b, HASH_LEN);
	if (rc == FJ_OK)
		rc = fs_write_all(p->fd, p->name, end, sizeof(end), e);
	if (rc == FJ_OK)
		rc = fs_sync_fd(p->fd, p->name, e);
	return rc;
}

enum fj_rc
journal_backup(struct journal *j, const char *to, struct fj_err *e)
{
	struct pack p = { .j = j, .fd = -1, .name = to };
	char *tmp, *db_copy;
	enum fj_rc rc = journal_need(j, e);

	if (rc != FJ_OK)
		return rc;
	if (fs_exists(to))
		return fj_fail(e, FJ_REFUSED, "os.exists", "s", to);
	tmp = xasprintf("%s.tmp.XXXXXX", to);
	db_copy = xasprintf("%s/backup-%ld.db", j->home, (long)getpid());
	p.h = hasher_new(suite_digest(SUITE_DEFAULT));
	p.step = xmalloc(STEP);
	(void)!fs_remove(db_copy, NULL);
	p.fd = mkstemp(tmp);
	if (p.fd < 0)
		rc = fj_fail_errno(e, "os.write", to);
	else
		rc = pack_all(&p, db_copy, e);
	if (p.fd >= 0)
		close(p.fd);
	if (rc == FJ_OK)
		rc = fs_rename(tmp, to, e);
	if (rc != FJ_OK && p.fd >= 0)
		(void)!fs_remove(tmp, NULL);
	(void)!fs_remove(db_copy, NULL);
	hasher_free(&p.h);
	free(p.step);
	free(tmp);
	free(db_copy);
	return rc;
}
