/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection for SQL of strangers: it may read the named tables, and nothing else.
 *
 * GU1 prepared is only a SELECT over the named tables with functions of the list;
 *     no recursion, no PRAGMA, ATTACH, virtual table of SQLite's own, no writing.
 * GU2 running ends when its time is over or the owner says so.
 * GU3 texts, statements and expressions have small limits; the process's heap for
 *     SQLite has one when guard_heap was called.
 *
 * What was prepared before guard_new stays usable.  One guard a connection.
 */
#ifndef FJ_DB_GUARD_H
#define FJ_DB_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "db/db.h"

struct guard;

/* tables: names ending with NULL; outlive the guard. */
struct guard *guard_new(struct db *d, const char *const *tables);
void guard_free(struct guard **g);		/* the connection is free again */

/* From now on: ms of time (0: none), and stop(ctx) asked now and then (may be NULL). */
void guard_start(struct guard *g, uint32_t ms, bool (*stop)(void *ctx), void *ctx);

enum guard_end {
	GUARD_NOTHING,
	GUARD_TIME,		/* FJ_CANCELLED "db.interrupted": its time was over */
	GUARD_STOPPED,		/* the same, the owner said so */
};
enum guard_end guard_end(const struct guard *g);
/* What the last prepare was refused for, as "function randomblob", "table x",
 * "statement ATTACH"; "" when nothing was. */
const char *guard_refused(const struct guard *g);

/* The columns that statements prepared since guard_start may read; a rowid or a
 * mere count(*) is column "". */
void guard_reads(const struct guard *g,
    void (*fn)(void *ctx, const char *table, const char *column), void *ctx);

/* Of this process: bytes that SQLite may use in all; 0: no limit. */
void guard_heap(int64_t bytes);

#endif
