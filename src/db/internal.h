/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of db/ share; nobody else includes it. */
#ifndef FJ_DB_INTERNAL_H
#define FJ_DB_INTERNAL_H

#include <sqlite3.h>

#include "base/map.h"
#include "db/db.h"

struct db {
	sqlite3 *h;
	char *path;
	struct map *cache;	/* SQL text -> struct stmt */
	bool readonly;
	bool any_order;		/* source.h: groups may come in any order */
};

struct stmt {
	struct db *db;
	sqlite3_stmt *st;
	bool busy;
	bool cached;
	int bind_rc;		/* the first bind that failed */
};

/* The class of a SQLite result; d may be NULL when there is no handle. */
enum fj_rc db_error(sqlite3 *h, int code, const char *path, struct fj_err *e);

#endif
