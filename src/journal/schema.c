/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of journal.db.  In the clear are random ids, numbers and padded sizes; a
 * column that could be NULL hides a bind that failed, so none can.
 */
#include "journal/internal.h"

#include "os/fs.h"

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS stream("
    " id BLOB NOT NULL PRIMARY KEY, salt BLOB NOT NULL, sealed BLOB NOT NULL,"
    " last INTEGER NOT NULL, entries INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS entry("
    " n INTEGER PRIMARY KEY NOT NULL, stream BLOB NOT NULL, dev BLOB NOT NULL,"
    " seq INTEGER NOT NULL, kid BLOB NOT NULL, sealed BLOB NOT NULL);"
    "CREATE UNIQUE INDEX IF NOT EXISTS entry_kid ON entry(kid);"
    "CREATE INDEX IF NOT EXISTS entry_chain ON entry(stream, dev, seq);"
    "CREATE TABLE IF NOT EXISTS sig("
    " stream BLOB NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL,"
    " kid BLOB NOT NULL, sealed BLOB NOT NULL,"
    " PRIMARY KEY(stream, dev, seq, kid)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS fork("
    " stream BLOB NOT NULL, dev BLOB NOT NULL,"
    " PRIMARY KEY(stream, dev)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS fact("
    " kid BLOB NOT NULL PRIMARY KEY, space BLOB NOT NULL,"
    " sealed BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS fact_space ON fact(space);"
    "CREATE TABLE IF NOT EXISTS evidence("
    " id BLOB NOT NULL PRIMARY KEY, state INTEGER NOT NULL, salt BLOB NOT NULL,"
    " sealed BLOB NOT NULL) WITHOUT ROWID;";

enum fj_rc
schema_make(struct db *d, struct fj_err *e)
{
	enum fj_rc rc = db_begin(d, e);

	if (rc != FJ_OK)
		return rc;
	rc = db_exec(d, tables, e);
	if (rc == FJ_OK)
		rc = db_version_set(d, JOURNAL_FORMAT, e);
	if (rc == FJ_OK)
		return db_commit(d, e);
	db_rollback(d);
	return rc;
}

enum fj_rc
schema_check(struct db *d, struct fj_err *e)
{
	int version = 0;
	enum fj_rc rc = db_version_get(d, &version, e);

	if (rc != FJ_OK)
		return rc;
	if (version > JOURNAL_FORMAT)
		return fj_fail(e, FJ_NEWER, "journal.newer", "sdd", db_path(d), version,
		    JOURNAL_FORMAT);
	if (version < 1)
		return fj_fail(e, FJ_CORRUPT, "journal.not-ours", "s", db_path(d));
	return FJ_OK;
}

bool
schema_is_blank(const char *path)
{
	struct db_options o = { .mode = DB_EXISTING };
	struct db *d = NULL;
	int64_t rows = 1;
	int version = 1;
	bool blank = false;

	if (db_open(path, &o, &d, NULL) != FJ_OK)
		return false;
	if (db_version_get(d, &version, NULL) == FJ_OK) {
		/* One fact: who is to own it. */
		if (version == 0)
			blank = db_get_i64(d, NULL, &rows, NULL,
			    "SELECT count(*) FROM sqlite_schema", "") == FJ_OK && rows == 0;
		else
			blank = db_get_i64(d, NULL, &rows, NULL,
			    "SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM"
			    " evidence) + max(0, (SELECT count(*) FROM fact) - 1)", "")
			    == FJ_OK && rows == 0;
	}
	db_close(&d);
	return blank;
}
