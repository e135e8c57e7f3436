/* SPDX-License-Identifier: Apache-2.0 */
/* D1 by a disk that loses power at every operation, from the file's making on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "db/db.h"
#include "fault/crashvfs.h"

enum { ROWS = 30 };

/* Answers how many rows were acknowledged. */
static int64_t
work(bool off)
{
	struct db_options o = { .mode = DB_CREATE, .vfs = "crash", .durable_off = off };
	struct db *d = NULL;
	int64_t acked = 0, i;
	uint8_t blob[700];

	memset(blob, 0x5a, sizeof(blob));
	if (db_open("t.db", &o, &d, NULL) == FJ_OK && db_exec(d, "CREATE TABLE IF NOT EXISTS"
	    " t(i INTEGER PRIMARY KEY NOT NULL, b BLOB NOT NULL)", NULL) == FJ_OK)
		for (i = 1; i <= ROWS; i++) {
			if (db_begin(d, NULL) != FJ_OK)
				break;
			if (db_run(d, NULL, "INSERT INTO t VALUES(?1, ?2)", "lb", i, blob,
			    (size_t)(100 + i * 20)) != FJ_OK ||
			    db_commit(d, NULL) != FJ_OK) {
				db_rollback(d);
				break;
			}
			acked = i;
		}
	db_close(&d);
	return acked;
}

/* Rows that are there and whole; -1: not to be opened or not intact. */
static int64_t
look(void)
{
	struct db_options o = { .mode = DB_CREATE, .vfs = "crash" };
	struct db *d = NULL;
	int64_t n = -1, top = 0;

	if (db_open("t.db", &o, &d, NULL) != FJ_OK)
		return -1;
	if (db_exec(d, "CREATE TABLE IF NOT EXISTS t(i INTEGER PRIMARY KEY NOT NULL,"
	    " b BLOB NOT NULL)", NULL) != FJ_OK || db_check(d, NULL) != FJ_OK ||
	    db_get_i64(d, NULL, &n, NULL, "SELECT count(*) FROM t WHERE length(b) ="
	    " 100 + i * 20", "") != FJ_OK ||
	    db_get_i64(d, NULL, &top, NULL, "SELECT max(i) FROM t", "") != FJ_OK || n != top)
		n = -1;
	db_close(&d);
	return n;
}

static void
series(int cuts, bool off, unsigned lie, int *bad)
{
	struct cv *cv = xcalloc(1, sizeof(*cv));
	long total;
	int i;

	cv_install(cv);
	(void)work(off);
	total = cv->ops;
	*bad = 0;
	for (i = 0; i < cuts; i++) {
		int64_t acked, have;

		cv_reset(cv);
		cv->random = 0x9e3779b97f4a7c15u * (uint64_t)(i + 1);
		(void)cv_rand(cv);
		cv->crash_at = 1 + (long)(cv_rand(cv) % (uint32_t)total);
		cv->lie = lie;
		acked = work(off);
		if (!cv->crashed)
			cv_power_cut(cv);
		cv_reboot(cv);
		have = look();
		if (have < acked)
			++*bad;
	}
	cv_reset(cv);
	(void)sqlite3_vfs_unregister(&cv->vfs);
	free(cv);
}

static void
what_was_committed_survives(void **state)
{
	int bad;

	(void)state;
	series(cv_cuts(2000), false, 0, &bad);
	assert_int_equal(bad, 0);
}

static void
control_without_syncs_loses(void **state)
{
	int bad;

	(void)state;
	series(200, true, 0, &bad);
	print_message("control, no syncs: %d of 200 lost\n", bad);
	assert_true(bad > 20);
}

static void
control_of_a_lying_disk_loses(void **state)
{
	int bad;

	(void)state;
	series(200, false, 30, &bad);
	print_message("control, lying disk: %d of 200 lost\n", bad);
	assert_true(bad > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_committed_survives),
		cmocka_unit_test(control_without_syncs_loses),
		cmocka_unit_test(control_of_a_lying_disk_loses),
	};

	return cmocka_run_group_tests_name("powercut", tests, NULL, NULL);
}
