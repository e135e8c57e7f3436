/* SPDX-License-Identifier: Apache-2.0 */
/* The store in SQLite: its tables, and how a file is opened. */
#include <string.h>

#include "base/xalloc.h"
#include "hub/store_sqlite.h"

enum {
	SCHEMA = 2,
};

/* What version 2 added. */
static const char *const upgrade_2[] = {
	"ALTER TABLE upload ADD COLUMN dev BLOB NOT NULL"
	    " DEFAULT (x'00000000000000000000000000000000')",
	"ALTER TABLE upload ADD COLUMN created INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE upload ADD COLUMN expires INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE upload ADD COLUMN scratch BLOB NOT NULL"
	    " DEFAULT (x'00000000000000000000000000000000')",
	"CREATE INDEX upload_of ON upload (dev, done, size)",
	"CREATE INDEX upload_ends ON upload (done, expires)",
	"CREATE TABLE audit (n INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL,"
	    " person BLOB NOT NULL, dev BLOB NOT NULL, stream BLOB NOT NULL,"
	    " act TEXT NOT NULL, detail TEXT NOT NULL)",
};

/* Version 1; upgrade_2 follows in new files too. */
static const char schema_sql[] =
    "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL);"
    "CREATE TABLE roster (n INTEGER NOT NULL PRIMARY KEY, frame BLOB NOT NULL,"
    " sig BLOB NOT NULL, position INTEGER NOT NULL);"
    "CREATE TABLE log (position INTEGER NOT NULL PRIMARY KEY, kind INTEGER NOT NULL,"
    " body BLOB NOT NULL, sig BLOB NOT NULL, leaf BLOB NOT NULL);"
    "CREATE TABLE invite (lookup TEXT NOT NULL PRIMARY KEY, person BLOB NOT NULL,"
    " k1 BLOB NOT NULL, k2 BLOB NOT NULL, expires INTEGER NOT NULL,"
    " wrong INTEGER NOT NULL, dev BLOB NOT NULL);"
    "CREATE TABLE entry (stream BLOB NOT NULL, id BLOB NOT NULL, dev BLOB NOT NULL,"
    " seq INTEGER NOT NULL, hlc INTEGER NOT NULL, prev BLOB NOT NULL,"
    " frame BLOB NOT NULL, sig BLOB, position INTEGER NOT NULL,"
    " PRIMARY KEY (stream, id));"
    "CREATE INDEX entry_chain ON entry (stream, dev, seq, id);"
    "CREATE TABLE stream (stream BLOB NOT NULL PRIMARY KEY, kind INTEGER NOT NULL,"
    " position INTEGER NOT NULL, facts TEXT NOT NULL);"
    "CREATE INDEX stream_changed ON stream (position, stream);"
    "CREATE TABLE upload (visit BLOB NOT NULL, evidence BLOB NOT NULL,"
    " sha256 BLOB NOT NULL, sm3 BLOB NOT NULL, size INTEGER NOT NULL,"
    " done INTEGER NOT NULL, position INTEGER NOT NULL,"
    " PRIMARY KEY (visit, evidence));"
    "CREATE TABLE blob (digest BLOB NOT NULL PRIMARY KEY, bytes BLOB NOT NULL);";

enum fj_rc
sqlite_moved(struct db *d, struct fj_err *e)
{
	bool found = false;
	int64_t one;
	enum fj_rc rc;

	rc = db_get_i64(d, e, &one, &found, "SELECT 1 FROM sqlite_master WHERE"
	    " type = 'table' AND name = 'moved'", "");
	if (rc == FJ_OK && found)
		rc = fj_fail(e, FJ_REFUSED, "hub.store-moved", "s", db_path(d));
	return rc;
}

static enum fj_rc
check_version(struct db *d, const char *path, bool create, int *version,
    struct fj_err *e)
{
	enum fj_rc rc;

	rc = db_version_get(d, version, e);
	if (rc != FJ_OK)
		return rc;
	if (*version > SCHEMA)
		return fj_fail(e, FJ_NEWER, "hub.store-newer", "sd", path, *version);
	if (*version == SCHEMA && create)
		return fj_fail(e, FJ_REFUSED, "hub.store-exists", "s", path);
	if (*version == 0 && !create)
		return fj_fail(e, FJ_NOTFOUND, "hub.store-missing", "s", path);
	return FJ_OK;
}

static enum fj_rc
upgrade(struct db *d, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i;

	for (i = 0; rc == FJ_OK && i < sizeof(upgrade_2) / sizeof(upgrade_2[0]); i++)
		rc = db_exec(d, upgrade_2[i], e);
	return rc == FJ_OK ? db_version_set(d, SCHEMA, e) : rc;
}

/* Make the tables in a new file, the new ones in an old file.  One that is as it
 * should be is only looked at: opening must not wait for a writer. */
static enum fj_rc
prepare(struct db *d, const char *path, bool create, struct fj_err *e)
{
	int version;
	enum fj_rc rc;

	rc = check_version(d, path, create, &version, e);
	if (rc != FJ_OK || version == SCHEMA)
		return rc;
	rc = db_begin(d, e);
	if (rc != FJ_OK)
		return rc;
	rc = check_version(d, path, create, &version, e);
	if (rc == FJ_OK && version == 0)
		rc = db_exec(d, schema_sql, e);
	if (rc == FJ_OK && version < SCHEMA)
		rc = upgrade(d, e);
	if (rc == FJ_OK)
		return db_commit(d, e);
	db_rollback(d);
	return rc;
}

static struct store *
new_store(struct db *d, const char *path, bool reader)
{
	struct sqlite_store *q = xcalloc(1, sizeof(*q));

	q->base.ops = &sqlite_ops;
	q->db = d;
	q->path = xstrdup(path);
	q->reader = reader;
	return &q->base;
}

/* A hub has memory, and commits of many pages: folding the log back after each
 * would cost more than they do; folding it back seldom holds one of them up. */
static enum fj_rc
widen(struct db *d, bool reader, struct fj_err *e)
{
	return db_exec(d, reader ? "PRAGMA cache_size=-8192" : "PRAGMA cache_size=-32768;"
	    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864", e);
}

enum fj_rc
store_sqlite_open(const char *path, bool create, struct store **out, struct fj_err *e)
{
	struct db_options o = { .mode = create ? DB_CREATE : DB_EXISTING };
	struct db *d = NULL;
	enum fj_rc rc;

	*out = NULL;
	rc = db_open(path, &o, &d, e);
	if (rc == FJ_NOTFOUND)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.store-missing", "s", path);
	if (rc == FJ_OK)
		rc = prepare(d, path, create, e);
	if (rc == FJ_OK)
		rc = sqlite_moved(d, e);
	if (rc == FJ_OK)
		rc = widen(d, false, e);
	if (rc != FJ_OK) {
		db_close(&d);
		return rc;
	}
	*out = new_store(d, path, false);
	return FJ_OK;
}

enum fj_rc
store_sqlite_open_reader(const char *path, struct store **out, struct fj_err *e)
{
	struct db_options o = { .mode = DB_READONLY };
	struct db *d = NULL;
	int version;
	enum fj_rc rc;

	*out = NULL;
	rc = db_open(path, &o, &d, e);
	if (rc == FJ_NOTFOUND)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.store-missing", "s", path);
	if (rc == FJ_OK)
		rc = check_version(d, path, false, &version, e);
	if (rc == FJ_OK && version < SCHEMA)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.store-missing", "s", path);
	if (rc == FJ_OK)
		rc = widen(d, true, e);
	if (rc != FJ_OK) {
		db_close(&d);
		return rc;
	}
	*out = new_store(d, path, true);
	return FJ_OK;
}
