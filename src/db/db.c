/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "db/internal.h"
#include "os/fs.h"

enum {
	BUSY_MS = 5000,
};

static const struct {
	int sqlite;
	enum fj_rc rc;
	const char *code;
} classes[] = {
	{ SQLITE_BUSY, FJ_BUSY, "db.busy" },
	{ SQLITE_LOCKED, FJ_BUSY, "db.busy" },
	{ SQLITE_FULL, FJ_FULL, "db.full" },
	{ SQLITE_CORRUPT, FJ_CORRUPT, "db.corrupt" },
	{ SQLITE_NOTADB, FJ_CORRUPT, "db.corrupt" },
	{ SQLITE_CONSTRAINT, FJ_CONFLICT, "db.constraint" },
	{ SQLITE_NOMEM, FJ_NOMEM, "db.nomem" },
	{ SQLITE_AUTH, FJ_DENIED, "db.denied" },
	{ SQLITE_PERM, FJ_DENIED, "db.denied" },
	{ SQLITE_READONLY, FJ_DENIED, "db.denied" },
	{ SQLITE_TOOBIG, FJ_LIMIT, "db.too-big" },
	{ SQLITE_INTERRUPT, FJ_CANCELLED, "db.interrupted" },
};

static bool
means_full(int sys)
{
	/* EDQUOT, EFBIG: a quota or a limit of the process; SQLite calls these I/O. */
	return sys == ENOSPC || sys == EDQUOT || sys == EFBIG;
}

/* What the system said last about the database or the log beside it. */
static bool
no_space(sqlite3 *h)
{
	sqlite3_file *log = NULL;
	int sys = 0;

	if (h == NULL)
		return false;
	if (means_full(sqlite3_system_errno(h)))
		return true;
	if (sqlite3_file_control(h, "main", SQLITE_FCNTL_LAST_ERRNO, &sys) == SQLITE_OK &&
	    means_full(sys))
		return true;
	return sqlite3_file_control(h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) ==
	    SQLITE_OK && log != NULL && log->pMethods != NULL &&
	    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &sys) == SQLITE_OK &&
	    means_full(sys);
}

enum fj_rc
db_error(sqlite3 *h, int code, const char *path, struct fj_err *e)
{
	enum fj_rc rc = FJ_IO;
	const char *name = "db.failed";
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].sqlite == (code & 0xff)) {
			rc = classes[i].rc;
			name = classes[i].code;
		}
	if ((code & 0xff) == SQLITE_IOERR && no_space(h)) {
		rc = FJ_FULL;
		name = "db.full";
	}
	fj_fail(e, rc, name, "ss", path, h != NULL ? sqlite3_errmsg(h) :
	    sqlite3_errstr(code));
	if (e != NULL)
		e->sys = code;
	return rc;
}

/* An empty file of ours, and the folder synced, before SQLite sees it (D1). */
static enum fj_rc
make_file(const char *path, struct fj_err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum fj_rc rc;

	if (fd < 0)
		return errno == EEXIST ? FJ_OK : fj_fail_errno(e, "db.create", path);
	rc = fs_sync_fd(fd, path, e);
	close(fd);
	return rc == FJ_OK ? fs_sync_parent(path, e) : rc;
}

/* file:PATH?immutable=1 with what a URI cannot hold escaped. */
static char *
immutable_uri(const char *path)
{
	static const char hex[] = "0123456789ABCDEF";
	char *out = xmalloc(3 * strlen(path) + sizeof("file:?immutable=1"));
	char *at = out;

	memcpy(at, "file:", 5);
	at += 5;
	for (; *path != '\0'; path++) {
		unsigned char c = (unsigned char)*path;

		if (c == '%' || c == '?' || c == '#' || c <= ' ' || c >= 0x7f) {
			*at++ = '%';
			*at++ = hex[c >> 4];
			*at++ = hex[c & 15];
		} else {
			*at++ = (char)c;
		}
	}
	memcpy(at, "?immutable=1", sizeof("?immutable=1"));
	return out;
}

static enum fj_rc
open_handle(struct db *d, const struct db_options *o, struct fj_err *e)
{
	int flags = SQLITE_OPEN_NOMUTEX, code;
	char *uri = NULL;
	const char *name = d->path;

	switch (o->mode) {
	case DB_CREATE:
		flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
		break;
	case DB_EXISTING:
		flags |= SQLITE_OPEN_READWRITE;
		break;
	case DB_READONLY:
		flags |= SQLITE_OPEN_READONLY;
		break;
	case DB_IMMUTABLE:
		flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
		name = uri = immutable_uri(d->path);
		break;
	case DB_MEMORY:
		flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
		name = ":memory:";
		break;
	}
	code = sqlite3_open_v2(name, &d->h, flags, o->vfs);
	free(uri);
	return code == SQLITE_OK ? FJ_OK : db_error(d->h, code, d->path, e);
}

/* The order is part of it: EXTRA before WAL, or a stale rollback journal of the
 * file's making can empty the new database after a power cut. */
static enum fj_rc
configure(struct db *d, const struct db_options *o, struct fj_err *e)
{
	enum fj_rc rc;

	(void)sqlite3_extended_result_codes(d->h, 1);
	(void)sqlite3_busy_timeout(d->h, o->busy_ms < 0 ? 0 :
	    o->busy_ms > 0 ? o->busy_ms : BUSY_MS);
	(void)sqlite3_db_config(d->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(d->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(d->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(d->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	rc = db_exec(d, "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON;"
	    "PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-1024", e);
	if (rc != FJ_OK || o->mode == DB_MEMORY || d->readonly)
		return rc;
	rc = db_exec(d, o->durable_off ? "PRAGMA synchronous=OFF" :
	    "PRAGMA synchronous=EXTRA", e);
	if (rc == FJ_OK)
		rc = db_exec(d, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=64;"
		    "PRAGMA journal_size_limit=262144", e);
	return rc;
}

static enum fj_rc
confirm_wal(struct db *d, struct fj_err *e)
{
	struct stmt *s = NULL;
	bool row = false;
	enum fj_rc rc = db_prepare(d, "PRAGMA journal_mode", &s, e);

	if (rc == FJ_OK)
		rc = stmt_step(s, &row, e);
	if (rc == FJ_OK && (!row || stmt_text(s, 0) == NULL ||
	    strcmp(stmt_text(s, 0), "wal") != 0))
		rc = fj_fail(e, FJ_IO, "db.no-wal", "s", d->path);
	stmt_done(&s);
	return rc;
}

enum fj_rc
db_open(const char *path, const struct db_options *o, struct db **out, struct fj_err *e)
{
	bool own_vfs = o->vfs == NULL;
	struct db *d;
	enum fj_rc rc = FJ_OK;

	*out = NULL;
	if (o->mode != DB_CREATE && o->mode != DB_MEMORY && own_vfs && !fs_exists(path))
		return fj_fail(e, FJ_NOTFOUND, "db.none", "s", path);
	if (o->mode == DB_CREATE && own_vfs)
		rc = make_file(path, e);
	if (rc != FJ_OK)
		return rc;
	d = xcalloc(1, sizeof(*d));
	d->path = xstrdup(path);
	d->cache = map_new();
	d->readonly = o->mode == DB_READONLY || o->mode == DB_IMMUTABLE;
	rc = open_handle(d, o, e);
	if (rc == FJ_OK)
		rc = configure(d, o, e);
	if (rc == FJ_OK && o->mode != DB_MEMORY && !d->readonly)
		rc = confirm_wal(d, e);
	if (rc != FJ_OK) {
		db_close(&d);
		return rc;
	}
	*out = d;
	return FJ_OK;
}

static void
free_cached(void *p)
{
	struct stmt *s = p;

	sqlite3_finalize(s->st);
	free(s);
}

void
db_close(struct db **d)
{
	if (*d == NULL)
		return;
	map_free(&(*d)->cache, free_cached);
	(void)sqlite3_close_v2((*d)->h);
	free((*d)->path);
	free(*d);
	*d = NULL;
}

const char *
db_path(const struct db *d)
{
	return d->path;
}

enum fj_rc
db_exec(struct db *d, const char *sql, struct fj_err *e)
{
	int code = sqlite3_exec(d->h, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? FJ_OK : db_error(d->h, code, d->path, e);
}

enum fj_rc
db_begin(struct db *d, struct fj_err *e)
{
	return db_run(d, e, "BEGIN IMMEDIATE", "");
}

enum fj_rc
db_commit(struct db *d, struct fj_err *e)
{
	enum fj_rc rc = db_run(d, e, "COMMIT", "");

	if (rc != FJ_OK)
		db_rollback(d);
	return rc;
}

void
db_rollback(struct db *d)
{
	/* Some failures roll back by themselves. */
	if (db_in_transaction(d))
		(void)sqlite3_exec(d->h, "ROLLBACK", NULL, NULL, NULL);
}

bool
db_in_transaction(const struct db *d)
{
	return sqlite3_get_autocommit(d->h) == 0;
}

int64_t
db_data_version(struct db *d)
{
	int64_t v = -1;

	/* The pragma moves by other connections only; ours are counted by SQLite.
	 * Both only grow, so the sum moves with either. */
	(void)!db_get_i64(d, NULL, &v, NULL, "PRAGMA data_version", "");
	return v + sqlite3_total_changes64(d->h);
}

int64_t
db_changes(struct db *d)
{
	return sqlite3_changes64(d->h);
}

int64_t
db_last_id(struct db *d)
{
	return sqlite3_last_insert_rowid(d->h);
}
