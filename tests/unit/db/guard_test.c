/* SPDX-License-Identifier: Apache-2.0 */
/* GU1 to GU3 of db/guard.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "db/guard.h"

static const char *const tables[] = {"a", "b", NULL};

static struct db *
open_db(void)
{
	static const struct db_options o = {.mode = DB_MEMORY};
	struct db *d = NULL;

	assert_int_equal(db_open("t", &o, &d, NULL), FJ_OK);
	assert_int_equal(db_exec(d, "CREATE TABLE a(x INT, y REAL); CREATE TABLE b(z TEXT);"
	    "CREATE TABLE c(w INT); INSERT INTO a VALUES(1,1.5),(2,2.5); INSERT INTO b VALUES('p')",
	    NULL), FJ_OK);
	return d;
}

static void
read_of(void *ctx, const char *table, const char *column)
{
	fj_buf_printf(ctx, "%s.%s ", table, column);
}

static void
test_reads(void **state)
{
	struct db *d = open_db();
	struct guard *g = guard_new(d, tables);
	struct stmt *s = NULL;
	struct fj_buf b;
	bool row;

	(void)state;
	fj_buf_init(&b, 1000);
	guard_start(g, 0, NULL, NULL);
	assert_int_equal(db_prepare(d, "SELECT y*:k, (SELECT COUNT(*) FROM b) FROM a WHERE x>:from", &s, NULL), FJ_OK);
	guard_reads(g, read_of, &b);
	assert_non_null(strstr(b.p, "a.y "));
	assert_non_null(strstr(b.p, "a.x "));
	assert_non_null(strstr(b.p, "b."));
	assert_int_equal(stmt_param(s, ":none"), 0);
	stmt_bind_at(s, stmt_param(s, ":k"), "d", 2.0);
	stmt_bind_at(s, stmt_param(s, ":from"), "i", 1);
	assert_int_equal(stmt_step(s, &row, NULL), FJ_OK);
	assert_true(row && stmt_double(s, 0) > 4.9 && stmt_double(s, 0) < 5.1);
	assert_int_equal(stmt_int(s, 1), 1);
	stmt_done(&s);
	guard_start(g, 0, NULL, NULL);
	fj_buf_clear(&b);
	guard_reads(g, read_of, &b);
	assert_string_equal(b.p, "");
	guard_free(&g);
	guard_free(&g);
	fj_buf_release(&b);
	db_close(&d);
}

static const struct {
	const char *sql, *refused;
} refused[] = {
	{"SELECT w FROM c", "table c"},
	{"SELECT x FROM a WHERE EXISTS (SELECT 1 FROM c)", "table c"},
	{"SELECT hex(x) FROM a", "function hex"},
	{"SELECT group_concat(x) FROM a", "function group_concat"},
	{"PRAGMA user_version", "statement PRAGMA"},
	{"INSERT INTO a VALUES(1,1)", "statement INSERT"},
	{"CREATE INDEX i ON a(x)", "statement INSERT"},
	{"COMMIT", "statement BEGIN"},
};

static void
test_refused(void **state)
{
	struct db *d = open_db();
	struct guard *g = guard_new(d, tables);
	struct stmt *s = NULL;
	struct fj_err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		guard_start(g, 0, NULL, NULL);
		assert_string_equal(guard_refused(g), "");
		/* SQLite calls a function that is refused an error, the rest denied. */
		assert_true(db_prepare(d, refused[i].sql, &s, &e) != FJ_OK);
		assert_string_equal(guard_refused(g), refused[i].refused);
		stmt_done(&s);
	}
	assert_int_equal(db_prepare(d, "SELECT q FROM a", &s, &e), FJ_IO);
	assert_int_equal(db_error_at(d), 7);
	guard_free(&g);
	assert_int_equal(db_run(d, NULL, "INSERT INTO c VALUES(1)", ""), FJ_OK);
	db_close(&d);
}

static bool
third_time(void *ctx)
{
	return ++*(int *)ctx == 3;
}

#define LONG "SELECT COUNT(*) FROM a p, a q, a r, a s, a t, a u, a v, a w, a x, a y, a z, a b, a c, a d, a e, " \
	"a f, a g, a h, a i, a j, a k, a l, a m, a n, a o WHERE p.x+q.x+r.x+s.x=-1 OR o.x+n.x+m.x=99"

static void
test_ends(void **state)
{
	struct db *d = open_db();
	struct guard *g = guard_new(d, tables);
	struct stmt *s = NULL;
	bool row;
	int asked = 0;

	(void)state;
	assert_int_equal(db_prepare(d, LONG, &s, NULL), FJ_OK);
	guard_start(g, 30, NULL, NULL);
	assert_int_equal(stmt_step(s, &row, NULL), FJ_CANCELLED);
	assert_int_equal(guard_end(g), GUARD_TIME);
	stmt_reset(s);
	guard_start(g, 0, third_time, &asked);
	assert_int_equal(guard_end(g), GUARD_NOTHING);
	assert_int_equal(stmt_step(s, &row, NULL), FJ_CANCELLED);
	assert_int_equal(guard_end(g), GUARD_STOPPED);
	assert_int_equal(asked, 3);
	stmt_done(&s);
	guard_free(&g);
	db_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
