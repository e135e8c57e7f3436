/* SPDX-License-Identifier: Apache-2.0 */
#include "db/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/xalloc.h"
#include "db/internal.h"

enum {
	PROGRESS_OPS = 2000,		/* steps of SQLite's machine between two looks */
	ASK_MS = 40,			/* the owner is asked no more often */
};

struct read {
	const char *table;		/* of the list that the owner gave */
	char *column;
};

struct guard {
	struct db *d;
	const char *const *table;
	struct read *read;
	size_t reads, room;
	uint64_t end, ask;		/* ms; end 0: none */
	bool (*stop)(void *ctx);
	void *ctx;
	enum guard_end why;
	char refused[128];
};

/* Those that give the same answer every time and cost no more than their arguments.
 * group_concat is none: its order is not promised. */
static const char *const functions[] = {
	"abs", "avg", "ceil", "ceiling", "coalesce", "count", "cume_dist", "dense_rank",
	"first_value", "floor", "glob", "ifnull", "iif", "instr", "lag", "last_value", "lead",
	"length", "like", "lower", "ltrim", "max", "min", "nth_value", "ntile", "nullif",
	"percent_rank", "rank", "round", "row_number", "rtrim", "sign", "sqrt", "substr",
	"substring", "sum", "total", "trim", "typeof", "upper", NULL,
};

static const struct {
	int action;
	const char *word;
} actions[] = {
	{SQLITE_ATTACH, "ATTACH"}, {SQLITE_DETACH, "DETACH"}, {SQLITE_PRAGMA, "PRAGMA"},
	{SQLITE_INSERT, "INSERT"}, {SQLITE_UPDATE, "UPDATE"}, {SQLITE_DELETE, "DELETE"},
	{SQLITE_TRANSACTION, "BEGIN"}, {SQLITE_SAVEPOINT, "SAVEPOINT"},
	{SQLITE_RECURSIVE, "WITH RECURSIVE"}, {SQLITE_ANALYZE, "ANALYZE"},
	{SQLITE_REINDEX, "REINDEX"}, {SQLITE_ALTER_TABLE, "ALTER TABLE"},
	{SQLITE_CREATE_TABLE, "CREATE TABLE"}, {SQLITE_CREATE_VIEW, "CREATE VIEW"},
	{SQLITE_CREATE_TEMP_TABLE, "CREATE TABLE"}, {SQLITE_CREATE_TEMP_VIEW, "CREATE VIEW"},
	{SQLITE_CREATE_VTABLE, "CREATE VIRTUAL TABLE"}, {SQLITE_CREATE_INDEX, "CREATE INDEX"},
	{SQLITE_DROP_TABLE, "DROP TABLE"}, {SQLITE_DROP_VTABLE, "DROP TABLE"},
};

static const struct {
	int limit, value;
} limits[] = {
	{SQLITE_LIMIT_LENGTH, 1 << 20}, {SQLITE_LIMIT_SQL_LENGTH, 128 << 10},
	{SQLITE_LIMIT_COLUMN, 200}, {SQLITE_LIMIT_EXPR_DEPTH, 200},
	{SQLITE_LIMIT_COMPOUND_SELECT, 20}, {SQLITE_LIMIT_VDBE_OP, 100000},
	{SQLITE_LIMIT_FUNCTION_ARG, 20}, {SQLITE_LIMIT_ATTACHED, 0},
	{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200}, {SQLITE_LIMIT_VARIABLE_NUMBER, 64},
	{SQLITE_LIMIT_TRIGGER_DEPTH, 1}, {SQLITE_LIMIT_WORKER_THREADS, 0},
};

static uint64_t
ms_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static const char *
listed(const char *const *list, const char *name)
{
	for (; *list != NULL; list++)
		if (sqlite3_stricmp(*list, name) == 0)
			return *list;
	return NULL;
}

static int
refuse(struct guard *g, const char *kind, const char *what)
{
	/* The first one of a statement: what follows comes of it. */
	if (g->refused[0] == '\0')
		snprintf(g->refused, sizeof(g->refused), "%s %.90s", kind, what);
	return SQLITE_DENY;
}

static void
remember(struct guard *g, const char *table, const char *column)
{
	size_t i;

	for (i = 0; i < g->reads; i++)
		if (g->read[i].table == table && strcmp(g->read[i].column, column) == 0)
			return;
	if (g->reads == g->room) {
		g->room = g->room * 2 + 16;
		g->read = xrealloc(g->read, g->room, sizeof(*g->read));
	}
	g->read[g->reads].table = table;
	g->read[g->reads++].column = xstrdup(column);
}

static int
authorize(void *ctx, int action, const char *p, const char *q, const char *base,
    const char *trigger)
{
	struct guard *g = ctx;
	const char *table;
	size_t i;

	(void)base;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
		return SQLITE_OK;
	case SQLITE_READ:
		table = listed(g->table, p != NULL ? p : "");
		if (table == NULL)
			return refuse(g, "table", p != NULL ? p : "");
		remember(g, table, q != NULL ? q : "");
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return listed(functions, q != NULL ? q : "") != NULL ? SQLITE_OK :
		    refuse(g, "function", q != NULL ? q : "");
	default:
		for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
			if (actions[i].action == action)
				return refuse(g, "statement", actions[i].word);
		return refuse(g, "statement", "other");
	}
}

static int
look(void *ctx)
{
	struct guard *g = ctx;
	uint64_t now;

	if (g->end == 0 && g->stop == NULL)
		return 0;
	now = ms_now();
	if (g->end != 0 && now >= g->end) {
		g->why = GUARD_TIME;
		return 1;
	}
	if (g->stop == NULL || now < g->ask)
		return 0;
	g->ask = now + ASK_MS;
	if (!g->stop(g->ctx))
		return 0;
	g->why = GUARD_STOPPED;
	return 1;
}

struct guard *
guard_new(struct db *d, const char *const *tables)
{
	struct guard *g = xcalloc(1, sizeof(*g));
	size_t i;

	g->d = d;
	g->table = tables;
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)sqlite3_limit(d->h, limits[i].limit, limits[i].value);
	(void)sqlite3_db_config(d->h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	(void)sqlite3_set_authorizer(d->h, authorize, g);
	sqlite3_progress_handler(d->h, PROGRESS_OPS, look, g);
	return g;
}

static void
forget(struct guard *g)
{
	size_t i;

	for (i = 0; i < g->reads; i++)
		free(g->read[i].column);
	g->reads = 0;
}

void
guard_free(struct guard **g)
{
	if (*g == NULL)
		return;
	(void)sqlite3_set_authorizer((*g)->d->h, NULL, NULL);
	sqlite3_progress_handler((*g)->d->h, 0, NULL, NULL);
	forget(*g);
	free((*g)->read);
	free(*g);
	*g = NULL;
}

void
guard_start(struct guard *g, uint32_t ms, bool (*stop)(void *ctx), void *ctx)
{
	uint64_t now = ms_now();

	forget(g);
	g->end = ms > 0 ? now + ms : 0;
	g->ask = 0;
	g->stop = stop;
	g->ctx = ctx;
	g->why = GUARD_NOTHING;
	g->refused[0] = '\0';
}

enum guard_end
guard_end(const struct guard *g)
{
	return g->why;
}

const char *
guard_refused(const struct guard *g)
{
	return g->refused;
}

void
guard_reads(const struct guard *g,
    void (*fn)(void *ctx, const char *table, const char *column), void *ctx)
{
	size_t i;

	for (i = 0; i < g->reads; i++)
		fn(ctx, g->read[i].table, g->read[i].column);
}

void
guard_heap(int64_t bytes)
{
	(void)sqlite3_hard_heap_limit64(bytes);
}
