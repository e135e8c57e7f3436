/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite, the one way it is used here.
 *
 * D1  what db_commit acknowledged survives a power cut (synchronous=EXTRA, set
 *     before journal_mode=WAL; the folder is synced after the file was made).
 * D2  no plaintext reaches a temporary file (temp_store=MEMORY everywhere, also
 *     for databases in memory).
 * D3  a bind that failed makes the step fail; no NULL slips in for it.
 * D4  a statement that is in use is never handed out twice.
 *
 * A struct db belongs to one thread at a time.
 * Errors: FJ_BUSY "db.busy", FJ_FULL "db.full", FJ_CORRUPT "db.corrupt",
 * FJ_NOTFOUND "db.none", FJ_CONFLICT "db.constraint",
 * FJ_NOMEM "db.nomem", FJ_DENIED "db.denied", FJ_LIMIT "db.too-big", FJ_CANCELLED
 * "db.interrupted", else FJ_IO "db.failed";
 * arguments {file, SQLite's words}; e->sys = extended result code.
 */
#ifndef FJ_DB_DB_H
#define FJ_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct db;
struct stmt;

enum db_mode {
	DB_CREATE,		/* make it when it is not there (file 0600) */
	DB_EXISTING,		/* FJ_NOTFOUND "db.none" when not there */
	DB_READONLY,
	DB_IMMUTABLE,		/* read-only medium: no WAL, no locks */
	DB_MEMORY,		/* path is a label */
};

struct db_options {
	enum db_mode mode;
	int busy_ms;		/* wait for another's lock; 0: 5000; -1: not at all */
	const char *vfs;	/* NULL: the system's */
	bool durable_off;	/* only for databases that can be made again */
};

FJ_MUST enum fj_rc db_open(const char *path, const struct db_options *o,
    struct db **out, struct fj_err *e);
void db_close(struct db **d);
const char *db_path(const struct db *d);

/* Statements without results, several by ';'. */
FJ_MUST enum fj_rc db_exec(struct db *d, const char *sql, struct fj_err *e);

/*
 * A statement, from the cache when it was prepared before (by its text).  Give it
 * back with stmt_done on every path; after an error too.
 *
 * stmt_bind fills ?1 ?2 … by kinds, one letter each:
 *	'i' int	'l' int64_t	'b' const void *, size_t	't' const char *
 *	'T' const char *, size_t	'd' double	'n' NULL (takes no argument)
 *	'I' const struct id *	'H' const struct hash *
 * A NULL pointer for 't', 'T', 'b' is SQL NULL; an empty run elsewhere is an empty one.
 * Bytes are copied.  A failure is remembered and answered by stmt_step.
 */
FJ_MUST enum fj_rc db_prepare(struct db *d, const char *sql, struct stmt **out,
    struct fj_err *e);
/* The byte of the SQL at which the last db_prepare failed; -1: not known. */
int db_error_at(const struct db *d);
void stmt_bind(struct stmt *s, const char *kinds, ...);
void stmt_bind_at(struct stmt *s, int first, const char *kinds, ...);
/* The place of a parameter by its name with the colon; 0: none. */
int stmt_param(struct stmt *s, const char *name);
FJ_MUST enum fj_rc stmt_step(struct stmt *s, bool *row, struct fj_err *e);
void stmt_reset(struct stmt *s);		/* to bind and step again */
void stmt_done(struct stmt **s);

/* Columns of the present row, from 0; pointers live until the next step. */
int64_t stmt_i64(struct stmt *s, int col);
int stmt_int(struct stmt *s, int col);
bool stmt_is_null(struct stmt *s, int col);
const char *stmt_text(struct stmt *s, int col);		/* NULL for SQL NULL */
const void *stmt_blob(struct stmt *s, int col, size_t *n);	/* NULL when empty */
/* A blob of exactly n bytes copied out; false when it has another size. */
bool stmt_bytes(struct stmt *s, int col, void *out, size_t n);
double stmt_double(struct stmt *s, int col);
int stmt_columns(struct stmt *s);
const char *stmt_column_name(struct stmt *s, int col);

/* One statement at once: binds as above, expects no row. */
FJ_MUST enum fj_rc db_run(struct db *d, struct fj_err *e, const char *sql,
    const char *kinds, ...);
/* First column of the first row; none: FJ_OK and *found = false (found may be NULL,
 * *out then 0). */
FJ_MUST enum fj_rc db_get_i64(struct db *d, struct fj_err *e, int64_t *out,
    bool *found, const char *sql, const char *kinds, ...);

/* BEGIN IMMEDIATE: what is read afterwards cannot be changed by others. */
FJ_MUST enum fj_rc db_begin(struct db *d, struct fj_err *e);
/* When it fails the transaction was rolled back. */
FJ_MUST enum fj_rc db_commit(struct db *d, struct fj_err *e);
void db_rollback(struct db *d);			/* well when there is none */
bool db_in_transaction(const struct db *d);

/* Grows when another connection committed, and with changes of our own. */
int64_t db_data_version(struct db *d);
int64_t db_changes(struct db *d);
int64_t db_last_id(struct db *d);
FJ_MUST enum fj_rc db_version_get(struct db *d, int *version, struct fj_err *e);
FJ_MUST enum fj_rc db_version_set(struct db *d, int version, struct fj_err *e);

/* A consistent copy of a live database into a new file, synced. */
FJ_MUST enum fj_rc db_backup(struct db *d, const char *to, struct fj_err *e);
/* PRAGMA integrity_check; FJ_CORRUPT "db.corrupt" {file, first complaint}. */
FJ_MUST enum fj_rc db_check(struct db *d, struct fj_err *e);
/* Fold the write-ahead log back (closing does it too). */
FJ_MUST enum fj_rc db_checkpoint(struct db *d, struct fj_err *e);

#endif
