/* SPDX-License-Identifier: Apache-2.0 */
/* Looking after a database: its version, a copy, a check, the log folded back. */
#include "db/internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "os/fs.h"

enum fj_rc
db_version_get(struct db *d, int *version, struct fj_err *e)
{
	int64_t v;
	enum fj_rc rc = db_get_i64(d, e, &v, NULL, "PRAGMA user_version", "");

	*version = (int)v;
	return rc;
}

enum fj_rc
db_version_set(struct db *d, int version, struct fj_err *e)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", version);
	return db_exec(d, sql, e);
}

static enum fj_rc
copy_pages(struct db *d, sqlite3 *to, const char *path, struct fj_err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", d->h, "main");
	int code;

	if (b == NULL)
		return db_error(to, sqlite3_errcode(to), path, e);
	code = sqlite3_backup_step(b, -1);	/* all under one read lock: consistent */
	if (code == SQLITE_DONE)
		code = SQLITE_OK;
	if (sqlite3_backup_finish(b) != SQLITE_OK && code == SQLITE_OK)
		code = sqlite3_errcode(to);
	if (code == SQLITE_OK)	/* one file, without a log beside it */
		code = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	return code == SQLITE_OK ? FJ_OK : db_error(to, code, path, e);
}

enum fj_rc
db_backup(struct db *d, const char *to, struct fj_err *e)
{
	sqlite3 *h = NULL;
	enum fj_rc rc;
	int fd, code;

	fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fs_exists(to) ? fj_fail(e, FJ_REFUSED, "os.exists", "s", to) :
		    fj_fail_errno(e, "db.create", to);
	code = sqlite3_open_v2(to, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	rc = code == SQLITE_OK ? copy_pages(d, h, to, e) : db_error(h, code, to, e);
	(void)sqlite3_close(h);
	if (rc == FJ_OK)
		rc = fs_sync_fd(fd, to, e);
	if (rc == FJ_OK)
		rc = fs_sync_parent(to, e);
	close(fd);
	if (rc != FJ_OK)
		(void)unlink(to);
	return rc;
}

enum fj_rc
db_check(struct db *d, struct fj_err *e)
{
	struct stmt *s = NULL;
	bool row = false;
	enum fj_rc rc = db_prepare(d, "PRAGMA integrity_check(1)", &s, e);

	if (rc == FJ_OK)
		rc = stmt_step(s, &row, e);
	if (rc == FJ_OK && row && stmt_text(s, 0) != NULL &&
	    strcmp(stmt_text(s, 0), "ok") != 0)
		rc = fj_fail(e, FJ_CORRUPT, "db.corrupt", "ss", d->path, stmt_text(s, 0));
	stmt_done(&s);
	return rc;
}

enum fj_rc
db_checkpoint(struct db *d, struct fj_err *e)
{
	int code = sqlite3_wal_checkpoint_v2(d->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
	    NULL);

	if (code == SQLITE_OK)
		return FJ_OK;
	return db_error(d->h, code, d->path, e);
}
