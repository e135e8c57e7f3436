/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite as it is used here: D2 to D4, classes of errors, copies.  D1 is powercut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/id.h"
#include "base/xalloc.h"
#include "db/db.h"
#include "os/env.h"
#include "os/fs.h"

struct fix {
	char *dir;
	char *path;
	struct db *d;
	struct fj_err e;
};

static int
setup(void **state)
{
	const char *base = env_get("TMPDIR");
	struct fix *f = xcalloc(1, sizeof(*f));
	struct db_options o = { .mode = DB_CREATE };

	f->dir = xasprintf("%s/fj-test-XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	f->path = fs_join(f->dir, "t 100%?.db");
	assert_int_equal(db_open(f->path, &o, &f->d, &f->e), FJ_OK);
	assert_int_equal(db_exec(f->d, "CREATE TABLE t(id INTEGER PRIMARY KEY NOT NULL,"
	    " b BLOB NOT NULL, x TEXT)", &f->e), FJ_OK);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;

	db_close(&f->d);
	assert_int_equal(fs_remove_tree(f->dir, NULL), FJ_OK);
	free(f->dir);
	free(f->path);
	free(f);
	return 0;
}

static void
pragmas_stand(void **state)
{
	static const struct {
		const char *sql;
		int64_t want;
	} cases[] = {
		{ "PRAGMA synchronous", 3 }, { "PRAGMA temp_store", 2 },
		{ "PRAGMA wal_autocheckpoint", 64 }, { "PRAGMA journal_size_limit", 262144 },
		{ "PRAGMA cell_size_check", 1 }, { "PRAGMA trusted_schema", 0 },
		{ "PRAGMA foreign_keys", 1 }, { "PRAGMA mmap_size", 0 },
	};
	struct fix *f = *state;
	struct db_options o = { .mode = DB_MEMORY };
	struct db *m = NULL;
	struct stat st;
	int64_t v;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(db_get_i64(f->d, &f->e, &v, NULL, cases[i].sql, ""), FJ_OK);
		if (v != cases[i].want)
			fail_msg("%s is %lld", cases[i].sql, (long long)v);
	}
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	/* no string in double quotes passes for a column */
	assert_int_equal(db_exec(f->d, "SELECT \"nothing\"", &f->e), FJ_IO);
	assert_int_equal(db_open("label", &o, &m, &f->e), FJ_OK);
	assert_int_equal(db_get_i64(m, &f->e, &v, NULL, "PRAGMA temp_store", ""), FJ_OK);
	assert_int_equal(v, 2);		/* D2 */
	db_close(&m);
}

static void
binds_and_columns(void **state)
{
	struct fix *f = *state;
	struct id id = { { 7 } };
	struct hash h = { { 8 } };
	struct stmt *s = NULL, *t = NULL;
	bool row = false, found = true;
	uint8_t out[32];
	int64_t v;
	size_t n;

	assert_int_equal(db_run(f->d, &f->e, "INSERT INTO t VALUES(?1, ?2, ?3)", "lbt",
	    (int64_t)1, "\0x", (size_t)2, "中文"), FJ_OK);
	assert_int_equal(db_run(f->d, &f->e, "INSERT INTO t VALUES(?1, ?2, ?3)", "lbt",
	    (int64_t)2, "", (size_t)0, NULL), FJ_OK);
	assert_int_equal(db_run(f->d, &f->e, "INSERT INTO t VALUES(?1, ?2, ?3)", "iIT", 3,
	    &id, "abc", (size_t)2), FJ_OK);
	assert_int_equal(db_run(f->d, &f->e, "INSERT INTO t VALUES(?1, ?2, ?3)", "iHn", 4,
	    &h), FJ_OK);
	assert_int_equal(db_changes(f->d), 1);
	assert_int_equal(db_last_id(f->d), 4);
	/* D3: a NULL where there must be none, and twice the same key */
	assert_int_equal(db_run(f->d, &f->e, "INSERT INTO t VALUES(?1, ?2, NULL)", "in", 5),
	    FJ_CONFLICT);
	assert_string_equal(f->e.code, "db.constraint");
	assert_int_equal(db_run(f->d, &f->e, "INSERT INTO t VALUES(?1, ?2, ?3, ?4)", "", 5),
	    FJ_IO);
	assert_string_equal(f->e.code, "db.failed");
	assert_int_equal(db_prepare(f->d, "SELECT id, b, x FROM t ORDER BY id", &s, &f->e),
	    FJ_OK);
	assert_int_equal(stmt_step(s, &row, &f->e), FJ_OK);
	assert_true(row);
	assert_memory_equal(stmt_blob(s, 1, &n), "\0x", 2);
	assert_int_equal(n, 2);
	assert_string_equal(stmt_text(s, 2), "中文");
	assert_int_equal(stmt_columns(s), 3);
	assert_string_equal(stmt_column_name(s, 2), "x");
	/* D4: the same text again while the first is in use */
	assert_int_equal(db_prepare(f->d, "SELECT id, b, x FROM t ORDER BY id", &t, &f->e),
	    FJ_OK);
	assert_ptr_not_equal(s, t);
	assert_int_equal(stmt_step(t, &row, &f->e), FJ_OK);
	assert_int_equal(stmt_i64(t, 0), 1);
	stmt_done(&t);
	assert_int_equal(stmt_step(s, &row, &f->e), FJ_OK);
	assert_int_equal(stmt_int(s, 0), 2);
	assert_null(stmt_blob(s, 1, &n));
	assert_true(stmt_bytes(s, 1, out, 0));
	assert_true(stmt_is_null(s, 2));
	assert_int_equal(stmt_step(s, &row, &f->e), FJ_OK);
	assert_true(stmt_bytes(s, 1, out, ID_LEN));
	assert_false(stmt_bytes(s, 1, out, HASH_LEN));
	assert_string_equal(stmt_text(s, 2), "ab");
	stmt_done(&s);
	assert_int_equal(db_get_i64(f->d, &f->e, &v, &found, "SELECT id FROM t WHERE id = ?1",
	    "i", 99), FJ_OK);
	assert_false(found);
}

static void
locked_is_busy(void **state)
{
	struct fix *f = *state;
	struct db_options o = { .mode = DB_EXISTING, .busy_ms = -1 };
	struct db *other = NULL;
	int64_t before;

	assert_int_equal(db_open(f->path, &o, &other, &f->e), FJ_OK);
	before = db_data_version(other);
	assert_int_equal(db_begin(f->d, &f->e), FJ_OK);
	assert_true(db_in_transaction(f->d));
	assert_int_equal(db_begin(other, &f->e), FJ_BUSY);
	assert_string_equal(f->e.code, "db.busy");
	assert_int_equal(db_run(f->d, &f->e, "INSERT INTO t VALUES(1, x'00', NULL)", ""),
	    FJ_OK);
	assert_int_equal(db_commit(f->d, &f->e), FJ_OK);
	assert_int_not_equal(db_data_version(other), before);
	assert_int_equal(db_begin(other, &f->e), FJ_OK);
	db_rollback(other);
	db_rollback(other);
	assert_false(db_in_transaction(other));
	db_close(&other);
}

static void
what_is_not_a_database(void **state)
{
	struct fix *f = *state;
	struct db_options o = { .mode = DB_EXISTING };
	struct db *d = NULL;
	char *path = fs_join(f->dir, "other"), text[5000];

	assert_int_equal(db_open(path, &o, &d, &f->e), FJ_NOTFOUND);
	assert_string_equal(f->e.code, "db.none");
	memset(text, 'x', sizeof(text));
	assert_int_equal(fs_write(path, text, sizeof(text), 0600, &f->e), FJ_OK);
	assert_int_equal(db_open(path, &o, &d, &f->e), FJ_CORRUPT);
	assert_string_equal(f->e.code, "db.corrupt");
	o.mode = DB_CREATE;
	assert_int_equal(db_open(path, &o, &d, &f->e), FJ_CORRUPT);
	assert_int_equal(db_open("/nowhere/at/all.db", &o, &d, &f->e), FJ_NOTFOUND);
	assert_string_equal(f->e.code, "db.create");
	free(path);
}

static void
copies_and_read_only(void **state)
{
	struct fix *f = *state;
	struct db_options ro = { .mode = DB_READONLY }, im = { .mode = DB_IMMUTABLE };
	struct db *d = NULL;
	char *copy = fs_join(f->dir, "copy #1.db");
	int64_t v;
	int version;

	assert_int_equal(db_run(f->d, &f->e, "INSERT INTO t VALUES(1, x'00', NULL)", ""),
	    FJ_OK);
	assert_int_equal(db_version_set(f->d, 3, &f->e), FJ_OK);
	assert_int_equal(db_backup(f->d, copy, &f->e), FJ_OK);
	assert_int_equal(db_backup(f->d, copy, &f->e), FJ_REFUSED);
	assert_int_equal(db_open(copy, &im, &d, &f->e), FJ_OK);
	assert_int_equal(db_get_i64(d, &f->e, &v, NULL, "SELECT count(*) FROM t", ""), FJ_OK);
	assert_int_equal(v, 1);
	assert_int_equal(db_version_get(d, &version, &f->e), FJ_OK);
	assert_int_equal(version, 3);
	assert_int_equal(db_check(d, &f->e), FJ_OK);
	assert_int_equal(db_run(d, &f->e, "DELETE FROM t", ""), FJ_DENIED);
	db_close(&d);
	assert_int_equal(db_open(copy, &ro, &d, &f->e), FJ_OK);
	assert_int_equal(db_run(d, &f->e, "DELETE FROM t", ""), FJ_DENIED);
	assert_string_equal(f->e.code, "db.denied");
	db_close(&d);
	assert_int_equal(db_checkpoint(f->d, &f->e), FJ_OK);
	free(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(pragmas_stand), T(binds_and_columns), T(locked_is_busy),
		T(what_is_not_a_database), T(copies_and_read_only),
#undef T
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
