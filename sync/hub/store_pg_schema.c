/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PostgreSQL store: its tables.  Each is made by a statement of its own that may
 * be said again; the row 'schema' comes last, and its key lets one maker win.
 * The first column of a key is what rows would be spread by.
 */
#include <string.h>

#include "hub/store_pg.h"

enum {
	SCHEMA = 1,
	MAKERS = 16,
};

static const char *const schema[] = {
	"CREATE TABLE IF NOT EXISTS fj_lock (name TEXT NOT NULL, n BIGINT NOT NULL,"
	    " PRIMARY KEY (name))",
	"CREATE TABLE IF NOT EXISTS fj_meta (name TEXT NOT NULL, body BYTEA,"
	    " PRIMARY KEY (name))",
	"CREATE TABLE IF NOT EXISTS fj_roster (n BIGINT NOT NULL, frame BYTEA NOT NULL,"
	    " sig BYTEA NOT NULL, pos BIGINT NOT NULL, PRIMARY KEY (n))",
	"CREATE TABLE IF NOT EXISTS fj_log (pos BIGINT NOT NULL, kind BIGINT NOT NULL,"
	    " body BYTEA NOT NULL, sig BYTEA NOT NULL, leaf BYTEA NOT NULL,"
	    " PRIMARY KEY (pos))",
	"CREATE TABLE IF NOT EXISTS fj_invite (lookup TEXT NOT NULL, person BYTEA NOT NULL,"
	    " k1 BYTEA NOT NULL, k2 BYTEA NOT NULL, expires BIGINT NOT NULL,"
	    " wrong BIGINT NOT NULL, dev BYTEA NOT NULL, PRIMARY KEY (lookup))",
	"CREATE TABLE IF NOT EXISTS fj_entry (stream BYTEA NOT NULL, id BYTEA NOT NULL,"
	    " dev BYTEA NOT NULL, seq BIGINT NOT NULL, hlc BIGINT NOT NULL,"
	    " prev BYTEA NOT NULL, frame BYTEA NOT NULL, sig BYTEA, pos BIGINT NOT NULL,"
	    " PRIMARY KEY (stream, id))",
	"CREATE INDEX IF NOT EXISTS fj_entry_chain ON fj_entry (stream, dev, seq, id)",
	"CREATE TABLE IF NOT EXISTS fj_stream (stream BYTEA NOT NULL, kind BIGINT NOT NULL,"
	    " pos BIGINT NOT NULL, facts TEXT, PRIMARY KEY (stream))",
	"CREATE INDEX IF NOT EXISTS fj_stream_changed ON fj_stream (pos, stream)",
	"CREATE TABLE IF NOT EXISTS fj_upload (visit BYTEA NOT NULL,"
	    " evidence BYTEA NOT NULL, sha256 BYTEA NOT NULL, sm3 BYTEA NOT NULL,"
	    " size BIGINT NOT NULL, done BIGINT NOT NULL, pos BIGINT NOT NULL,"
	    " dev BYTEA NOT NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL,"
	    " scratch BYTEA NOT NULL, PRIMARY KEY (visit, evidence))",
	"CREATE INDEX IF NOT EXISTS fj_upload_of ON fj_upload (dev, done, size)",
	"CREATE INDEX IF NOT EXISTS fj_upload_ends ON fj_upload (done, expires)",
	"CREATE TABLE IF NOT EXISTS fj_claim (visit BYTEA NOT NULL,"
	    " evidence BYTEA NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (visit, evidence))",
	"CREATE TABLE IF NOT EXISTS fj_audit (n BIGINT NOT NULL, at BIGINT NOT NULL,"
	    " person BYTEA NOT NULL, dev BYTEA NOT NULL, stream BYTEA NOT NULL,"
	    " act TEXT, detail TEXT, PRIMARY KEY (n))",
	"CREATE TABLE IF NOT EXISTS fj_blob (digest BYTEA NOT NULL, body BYTEA,"
	    " PRIMARY KEY (digest))",
};

/* The row of the version; 0: no such table, or no such row. */
static enum fj_rc
version(struct pg_store *p, int64_t *out, struct fj_err *e)
{
	enum fj_rc rc;

	*out = 0;
	rc = pg_number(&p->base, e, out, "SELECT n FROM fj_lock WHERE name = 'schema'");
	return rc == FJ_NOTFOUND ? FJ_OK : rc;
}

enum fj_rc
pg_schema_look(struct pg_store *p, struct fj_err *e)
{
	int64_t v, moved = 0;
	enum fj_rc rc = version(p, &v, e);

	if (rc == FJ_OK && v == 0)
		rc = fj_fail(e, FJ_NOTFOUND, "hub.store-missing", "s", p->label);
	if (rc == FJ_OK && v > SCHEMA)
		rc = fj_fail(e, FJ_NEWER, "hub.store-newer", "sd", p->label, (int)v);
	if (rc == FJ_OK && !p->reader)
		rc = pg_number(&p->base, e, &moved,
		    "SELECT n FROM fj_lock WHERE name = 'writer'");
	if (rc == FJ_OK && moved != 0)
		rc = fj_fail(e, FJ_REFUSED, "hub.store-moved", "s", p->label);
	return rc;
}

/* Two makers at once meet in the catalogue, whatever IF NOT EXISTS says: the same
 * statement again then finds the table. */
static enum fj_rc
make(struct pg_store *p, const char *sql, struct fj_err *e)
{
	enum fj_rc rc = FJ_CONFLICT;
	int try;

	for (try = 0; rc == FJ_CONFLICT && try < MAKERS; try++)
		rc = pg_exec(p, sql, e);
	return rc;
}

enum fj_rc
pg_schema_make(struct pg_store *p, struct fj_err *e)
{
	struct fj_err none;
	int64_t v;
	size_t i;
	enum fj_rc rc = version(p, &v, e);

	if (rc == FJ_OK && v != 0)
		return fj_fail(e, FJ_REFUSED, "hub.store-exists", "s", p->label);
	for (i = 0; rc == FJ_OK && i < sizeof(schema) / sizeof(schema[0]); i++)
		rc = make(p, schema[i], e);
	if (rc != FJ_OK)
		return rc;
	rc = pg_run(&p->base, &none, NULL, "INSERT INTO fj_lock (name, n) VALUES"
	    " ('writer', 0)", "");
	if (rc != FJ_OK && rc != FJ_CONFLICT) {
		if (e != NULL)
			*e = none;
		return rc;
	}
	rc = pg_run(&p->base, e, NULL, "INSERT INTO fj_lock (name, n) VALUES"
	    " ('schema', $1)", "l", (int64_t)SCHEMA);
	if (rc == FJ_CONFLICT)
		rc = fj_fail(e, FJ_REFUSED, "hub.store-exists", "s", p->label);
	return rc;
}
