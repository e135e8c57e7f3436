/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, care of the workspace, damage. */
#include "fixture.h"

#include "db/db.h"
#include "journal/journal.h"

/* ---- rows ---- */

static void
rows_of_a_stale_or_damaged_summary(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true);
	struct dossier *d = open_visit(f, f->jia.a, &id);
	const struct app_row *const *rows;
	struct journal *j = NULL;
	struct journal_kv kv = {"summary", {id.b, ID_LEN}, {"no summary", 10}};
	struct app *other;
	bool changed;

	well(f, app_refresh(f->jia.a, &changed, &f->e));
	assert_int_equal(app_rows(f->jia.a, &rows), 1);
	assert_int_equal(rows[0]->s.failed, 0);
	/* An answer and then no refresh, as after a crash: the kept one lags. */
	well(f, set(f, d, "v1", "nonconform"));
	other = app_beside(f, &f->jia);
	well(f, app_refresh(other, &changed, &f->e));
	assert_int_equal(app_rows(other, &rows), 1);
	assert_int_equal(rows[0]->s.failed, 1);
	assert_string_equal(rows[0]->s.subject, "某检测有限公司");
	app_close(&other);
	well(f, journal_open(f->jia.home, &f->clock, &j, &f->e));
	well(f, journal_unlock(j, PASS, strlen(PASS), &f->e));
	well(f, journal_put(j, &kv, 1, &f->e));
	journal_close(&j);
	other = app_beside(f, &f->jia);
	well(f, app_refresh(other, &changed, &f->e));
	assert_int_equal(app_rows(other, &rows), 1);
	assert_int_equal(rows[0]->s.failed, 1);
	app_close(&other);
	dossier_close(&d);
}

static void
rows_newest_first(void **state)
{
	struct fix *f = *state;
	const struct app_row *const *rows;
	struct id first, second;
	bool changed;

	clock_freeze(&f->clock, (struct instant){1795392000000LL, 480});
	first = visit_begin(f, f->jia.a, true);
	clock_freeze(&f->clock, (struct instant){1795392060000LL, 480});
	second = visit_begin(f, f->jia.a, true);
	well(f, app_refresh(f->jia.a, &changed, &f->e));
	assert_true(changed);
	assert_int_equal(app_rows(f->jia.a, &rows), 2);
	assert_true(id_eq(&rows[0]->id, &second));
	assert_true(id_eq(&rows[1]->id, &first));
	well(f, app_refresh(f->jia.a, &changed, &f->e));
	assert_false(changed);
}

/* ---- today ---- */

static void
the_day_moves_on_under_an_open_visit(void **state)
{
	static const char form[] = "{\"form\":\"day\",\"version\":\"1\",\"title\":\"t\","
	    "\"root\":\"data\",\"languages\":[\"zh\"],\"choices\":{},\"children\":["
	    "{\"type\":\"text\",\"name\":\"a\",\"label\":\"a\"},"
	    "{\"type\":\"calculate\",\"name\":\"t\",\"calculation\":\"today()\"}]}";
	struct fix *f = *state;
	char *path = file_with(f, "day.json", form, strlen(form));
	const char *forms[1] = {path};
	struct app_new_visit v = {.kind = "flying-inspection", .forms = forms, .form_n = 1,
	    .subject_name = "某", .uscc = USCC, .team = both, .team_n = 2};
	struct dossier *d;
	struct id id;

	clock_freeze(&f->clock, (struct instant){1795392000000LL, 480});
	well(f, app_visit_new(f->jia.a, &v, &id, &f->e));
	d = open_visit(f, f->jia.a, &id);
	assert_string_equal(value_of(d, "t"), "2026-11-23");
	clock_freeze(&f->clock, (struct instant){1795392000000LL + 86400000, 480});
	well(f, set(f, d, "a", "x"));
	assert_string_equal(value_of(d, "t"), "2026-11-24");
	same_as_replay(f, d);
	dossier_close(&d);
	free(path);
}

/* ---- fsck, damage ---- */

static void
count_finding(void *ctx, const struct app_finding_of_fsck *k)
{
	size_t *n = ctx;

	n[k->ok]++;
	assert_true(k->err.code[0] != '\0');
}

static void
fsck_of_a_sound_home(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true);
	size_t n[2] = {0}, bad = 9;

	(void)id;
	well(f, app_fsck(f->jia.a, count_finding, n, &bad, &f->e));
	assert_int_equal(bad, 0);
	assert_int_equal(n[false], 0);
	assert_true(n[true] >= 4);
}

/* The last byte of the newest sealed entry of the visit. */
static void
damage_newest(struct fix *f, const struct id *id)
{
	struct db_options o = {.mode = DB_EXISTING};
	struct stmt *s = NULL;
	struct db *db = NULL;
	char *path = fs_join(f->jia.home, "journal.db");
	bool row;

	well(f, db_open(path, &o, &db, &f->e));
	well(f, db_prepare(db, "UPDATE entry SET sealed = substr(sealed, 1,"
	    " length(sealed) - 1) || x'00' WHERE stream = ?1 AND n ="
	    " (SELECT max(n) FROM entry WHERE stream = ?1)", &s, &f->e));
	stmt_bind(s, "I", id);
	well(f, stmt_step(s, &row, &f->e));
	stmt_done(&s);
	db_close(&db);
	free(path);
}

static void
a_damaged_entry_is_named_and_the_rest_reads(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true), whole = visit_begin(f, f->jia.a, true);
	struct dossier *d = open_visit(f, f->jia.a, &id);
	const struct app_row *const *rows;
	size_t n[2] = {0}, bad = 0;
	bool changed;

	well(f, set(f, d, "v1", "conform"));
	well(f, set(f, d, "v2", "conform"));
	dossier_close(&d);
	app_close(&f->jia.a);
	damage_newest(f, &id);
	f->jia.a = app_beside(f, &f->jia);
	well(f, app_fsck(f->jia.a, count_finding, n, &bad, &f->e));
	assert_true(bad >= 1);
	assert_true(n[false] >= 1);
	well(f, app_refresh(f->jia.a, &changed, &f->e));
	assert_int_equal(app_rows(f->jia.a, &rows), 2);
	d = open_visit(f, f->jia.a, &id);
	assert_string_equal(value_of(d, "v1"), "conform");
	assert_string_equal(value_of(d, "v2"), "");
	n[0] = n[1] = 0;
	{
		struct dossier *w = open_visit(f, f->jia.a, &whole);

		well(f, set(f, w, "v2", "conform"));
		dossier_close(&w);
	}
	dossier_close(&d);
}

static void
damage_of_what_the_hub_said_locks_nothing(void **state)
{
	static const char text[] = "{\"op\":\"noise\",\"t\":\"2026-03-01T09:00:00.000+08:00\","
	    "\"up\":1,\"boot\":\"00000000\"}";
	struct fix *f = *state;
	struct bytes b = {text, sizeof(text) - 1};
	struct journal_commit c = {.kind = STREAM_ROSTER, .stream = {{7}}, .payload = &b,
	    .n = 1, .expect = -1};
	struct journal_kv kv = {"hub", {"", 0}, {"no facts", 8}};
	struct id id = visit_begin(f, f->jia.a, true);
	struct journal *j = NULL;
	struct dossier *d;

	app_close(&f->jia.a);
	well(f, journal_open(f->jia.home, &f->clock, &j, &f->e));
	well(f, journal_unlock(j, PASS, strlen(PASS), &f->e));
	well(f, journal_append(j, &c, &f->e));
	well(f, journal_put(j, &kv, 1, &f->e));
	journal_close(&j);
	f->jia.a = app_beside(f, &f->jia);
	d = open_visit(f, f->jia.a, &id);
	well(f, set(f, d, "a", "x"));
	assert_int_equal(app_standing(f->jia.a), APP_NOT_ENROLLED);
	dossier_close(&d);
}

static void
count_check(void *ctx, const struct verify_check *c)
{
	size_t *n = ctx;

	n[c->result]++;
}

static void
verify_finds_the_damage(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true);
	struct dossier *d;
	size_t n[4] = {0}, failures = 0;

	app_close(&f->jia.a);
	damage_newest(f, &id);
	f->jia.a = app_beside(f, &f->jia);
	d = open_visit(f, f->jia.a, &id);
	well(f, dossier_verify(d, true, NULL, count_check, n, &failures, &f->e));
	assert_true(failures >= 1);
	assert_int_equal(n[VERIFY_FAIL], failures);
	dossier_close(&d);
}

/* ---- backup, restore ---- */

static void
backup_and_restore(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true);
	struct dossier *d = open_visit(f, f->jia.a, &id);
	char *path = fs_join(f->dir, "copy.fjbackup"), *home = fs_join(f->dir, "restored");
	char *noise = file_with(f, "noise", "noise noise noise", 17);
	char code[APP_RECOVERY_CODE];
	struct id before, after;
	struct app *a;

	well(f, set(f, d, "a", "保存的话"));
	well(f, app_backup(f->jia.a, path, &f->e));
	assert_int_not_equal(app_backup(f->jia.a, path, &f->e), FJ_OK);
	dossier_close(&d);
	refused(f, app_restore(f->jia.a, path, PASS, code, &f->e), FJ_REFUSED, "journal.exists");
	a = app_at(f, home);
	assert_int_not_equal(app_restore(a, noise, PASS, code, &f->e), FJ_OK);
	assert_int_not_equal(app_restore(a, path, "wrong", code, &f->e), FJ_OK);
	assert_false(app_exists(a));
	well(f, app_restore(a, path, PASS, code, &f->e));
	assert_true(app_unlocked(a));
	assert_string_equal(app_me(a)->name, "检查员甲");
	/* A key of its own that goes on with the same visit. */
	app_my_dev(f->jia.a, &before);
	app_my_dev(a, &after);
	assert_false(id_eq(&before, &after));
	d = open_visit(f, a, &id);
	assert_string_equal(value_of(d, "a"), "保存的话");
	well(f, set(f, d, "a", "新的话"));
	assert_string_equal(value_of(d, "a"), "新的话");
	same_as_replay(f, d);
	dossier_close(&d);
	app_close(&a);
	free(path);
	free(home);
	free(noise);
}

/* ---- the rest ---- */

static void
doctor_says_something_of_each(void **state)
{
	struct fix *f = *state;
	struct app_check c[APP_CHECKS];
	size_t n = app_doctor(f->jia.a, c), i;

	assert_true(n >= 6 && n <= APP_CHECKS);
	for (i = 0; i < n; i++) {
		assert_non_null(c[i].what);
		assert_true(c[i].err.code[0] != '\0');
	}
}

static void
sync_without_a_hub(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true);
	struct sync_state s;
	struct sync_options o = {0};
	struct fj_buf b;

	(void)id;
	fj_buf_init(&b, 4096);
	app_sync_state(f->jia.a, &s);
	assert_int_equal(s.phase, SYNC_NEVER);
	assert_true(s.unsent > 0);
	refused(f, app_sync_once(f->jia.a, &o, NULL, NULL, &f->e), FJ_REFUSED,
	    "sync.not-enrolled");
	assert_int_not_equal(app_token(f->jia.a, &b, &f->e), FJ_OK);
	assert_false(app_sync_running(f->jia.a));
	app_lock(f->jia.a);
	app_sync_state(f->jia.a, &s);
	assert_int_equal(s.phase, SYNC_NEVER);
	refused(f, app_sync_once(f->jia.a, &o, NULL, NULL, &f->e), FJ_DENIED, "app.locked");
	fj_buf_release(&b);
}

static void
shipped_forms_are_named(void **state)
{
	struct fix *f = *state;
	size_t n = app_form_count(f->jia.a), i, found = 0;
	char id[64];

	for (i = 0; i < n; i++) {
		app_form_id(f->jia.a, i, id);
		assert_true(id[0] != '\0');
		found += strcmp(id, "flying-inspection") == 0;
	}
	assert_int_equal(found, 1);
	app_form_id(f->jia.a, n, id);
	assert_string_equal(id, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_of_a_stale_or_damaged_summary, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(rows_newest_first, setup, teardown),
		cmocka_unit_test_setup_teardown(the_day_moves_on_under_an_open_visit, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(fsck_of_a_sound_home, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_entry_is_named_and_the_rest_reads,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(damage_of_what_the_hub_said_locks_nothing, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(verify_finds_the_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(backup_and_restore, setup, teardown),
		cmocka_unit_test_setup_teardown(doctor_says_something_of_each, setup, teardown),
		cmocka_unit_test_setup_teardown(sync_without_a_hub, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_forms_are_named, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
