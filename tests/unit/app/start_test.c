/* SPDX-License-Identifier: Apache-2.0 */
/* The workspace and the beginning of a visit. */
#include "fixture.h"

static void
init_checks_the_person(void **state)
{
	static const struct {
		struct app_person p;
		const char *code;
	} bad[] = {
		{{.name = "", .org = "局", .division = "110108"}, "app.person-name"},
		{{.name = NULL, .org = "局", .division = "110108"}, "app.person-name"},
		{{.name = "检查员甲", .org = "", .division = "110108"}, "app.person-org"},
		{{.name = "检查员甲", .org = "局", .division = ""}, "app.person-division"},
	};
	struct fix *f = *state;
	char *home = fs_join(f->dir, "new");
	struct app *a = app_at(f, home);
	char code[APP_RECOVERY_CODE];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(f, app_init(a, &bad[i].p, PASS, code, &f->e), FJ_INVAL, bad[i].code);
	assert_false(app_exists(a));
	assert_false(fs_exists(home));
	refused(f, app_unlock(a, PASS, &f->e), FJ_NOTFOUND, "app.no-workspace");
	app_close(&a);
	free(home);
}

static void
init_twice_is_refused(void **state)
{
	struct fix *f = *state;
	struct app_person p = {.name = "检查员乙", .org = "局", .division = "110108"};
	char code[APP_RECOVERY_CODE];

	refused(f, app_init(f->jia.a, &p, PASS, code, &f->e), FJ_REFUSED, "journal.exists");
	assert_string_equal(app_me(f->jia.a)->name, "检查员甲");
}

static void
unlock_and_lock(void **state)
{
	struct fix *f = *state;
	struct app *a = app_at(f, f->jia.home);
	bool changed;

	assert_true(app_exists(a));
	assert_false(app_unlocked(a));
	refused(f, app_refresh(a, &changed, &f->e), FJ_DENIED, "app.locked");
	assert_int_equal(app_unlock(a, "wrong", &f->e), FJ_DENIED);
	assert_false(app_unlocked(a));
	assert_true(app_exists(a));
	app_close(&a);
	/* Nothing was wiped: the right one opens after the delay of the wrong one. */
	a = app_at(f, f->jia.home);
	while (app_unlock(a, PASS, &f->e) == FJ_BUSY)
		;
	assert_true(app_unlocked(a));
	assert_string_equal(app_me(a)->cert, "YS-0001");
	assert_string_equal(app_me(a)->division, "110108");
	assert_int_equal(app_standing(a), APP_NOT_ENROLLED);
	app_close(&a);
}

static void
lock_reaches_other_processes_and_dossiers_survive(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true);
	struct app *other = app_beside(f, &f->jia);
	struct dossier *d = open_visit(f, other, &id);
	bool changed;

	well(f, set(f, d, "a", "x"));
	app_lock(f->jia.a);
	assert_true(app_lock_seen(other));
	assert_false(app_unlocked(other));
	assert_true(visit_state(dossier_visit(d)) == VISIT_OPEN);
	refused(f, set(f, d, "a", "y"), FJ_DENIED, "app.locked");
	refused(f, dossier_refresh(d, &changed, &f->e), FJ_DENIED, "app.locked");
	well(f, app_unlock(other, PASS, &f->e));
	assert_string_equal(value_of(d, "a"), "x");
	well(f, set(f, d, "a", "y"));
	same_as_replay(f, d);
	dossier_close(&d);
	app_close(&other);
}

static void
passphrase_and_recovery(void **state)
{
	struct fix *f = *state;
	char code[APP_RECOVERY_CODE];
	struct app *a;

	well(f, app_passwd(f->yi.a, "xin-kou-ling", &f->e));
	app_close(&f->yi.a);
	a = app_at(f, f->yi.home);
	well(f, app_unlock(a, "xin-kou-ling", &f->e));
	app_close(&a);
	f->yi.a = app_at(f, f->yi.home);
	assert_int_not_equal(app_recover(f->yi.a, "0000", "third", code, &f->e), FJ_OK);
	well(f, app_recover(f->yi.a, f->yi.code, "third", code, &f->e));
	assert_true(app_unlocked(f->yi.a));
	assert_string_not_equal(code, f->yi.code);
}

static void
language_is_kept(void **state)
{
	struct fix *f = *state;
	struct app_options o = {.home = f->jia.home, .clock = &f->clock};
	struct app *a = NULL;

	well(f, app_set_lang(f->jia.a, "en", &f->e));
	assert_string_equal(app_lang(f->jia.a), "en");
	assert_int_equal(app_open(&o, &a, &f->e), FJ_OK);
	well(f, app_unlock(a, PASS, &f->e));
	if (env_get("FEIJIAN_LANG") == NULL)
		assert_string_equal(app_lang(a), "en");
	app_close(&a);
}

/* ---- refusals of a visit, one by one ---- */

static const struct app_member stranger[] = {
	{"检查员乙", "YS-0002"}, {"复核员丙", "YS-0003"},
};
static const struct app_member uncertified[] = {
	{"检查员甲", "YS-0001"}, {"检查员乙", ""},
};
static const struct app_member twice[] = {
	{"检查员甲", "YS-0001"}, {"检查员乙", "YS-0001"},
};
static const struct app_member nameless[] = {
	{"检查员甲", "YS-0001"}, {"", "YS-0002"},
};
static const char *const unknown_form[] = {"no-such-form"};
static const char *const same_form[] = {"flying-inspection", "flying-inspection"};

static const struct {
	struct app_new_visit v;
	const char *code;
} refusals[] = {
	{{.kind = "picnic", .subject_name = "某", .uscc = USCC, .team = both, .team_n = 2},
	    "app.kind"},
	{{.kind = "flying-inspection", .uscc = USCC, .team = both, .team_n = 2},
	    "app.subject-name"},
	{{.kind = "flying-inspection", .subject_name = "某", .team = both, .team_n = 2},
	    "app.no-uscc"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = USCC, .no_uscc = "个体",
	    .team = both, .team_n = 2}, "app.uscc-both"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = "91110108551385082X",
	    .team = both, .team_n = 2}, "app.uscc"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = USCC, .team = both,
	    .team_n = 1}, "app.team-size"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = USCC, .team = stranger,
	    .team_n = 2}, "app.team-me"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = USCC, .team = uncertified,
	    .team_n = 2}, "app.team-cert"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = USCC, .team = twice,
	    .team_n = 2}, "app.team-twice"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = USCC, .team = nameless,
	    .team_n = 2}, "app.team-name"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = USCC, .team = both,
	    .team_n = 2, .forms = unknown_form, .form_n = 1}, "app.form-unknown"},
	{{.kind = "flying-inspection", .subject_name = "某", .uscc = USCC, .team = both,
	    .team_n = 2, .forms = same_form, .form_n = 2}, "app.form-twice"},
};

static void
visit_refusals_leave_nothing(void **state)
{
	struct fix *f = *state;
	const struct app_row *const *rows;
	struct id id;
	bool changed;
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		fj_err_clear(&f->e);
		assert_int_not_equal(app_visit_new(f->jia.a, &refusals[i].v, &id, &f->e), FJ_OK);
		assert_string_equal(f->e.code, refusals[i].code);
		assert_true(id_is_zero(&id));
	}
	well(f, app_refresh(f->jia.a, &changed, &f->e));
	assert_int_equal(app_rows(f->jia.a, &rows), 0);
}

static void
visit_in_an_unknown_division(void **state)
{
	struct fix *f = *state;
	struct app_new_visit v = {.kind = "flying-inspection", .subject_name = "某",
	    .uscc = USCC, .team = both, .team_n = 2, .division = "没有这个地方"};
	struct id id;

	assert_int_not_equal(app_visit_new(f->jia.a, &v, &id, &f->e), FJ_OK);
}

static void
damaged_form_is_named(void **state)
{
	struct fix *f = *state;
	char *path = file_with(f, "bad.json", "{\"form\": 1,", 11);
	const char *forms[1] = {path};
	struct app_new_visit v = {.kind = "flying-inspection", .subject_name = "某",
	    .uscc = USCC, .team = both, .team_n = 2, .forms = forms, .form_n = 1};
	struct id id;

	assert_int_not_equal(app_visit_new(f->jia.a, &v, &id, &f->e), FJ_OK);
	assert_true(f->e.code[0] != '\0');
	free(path);
}

static void
visit_begins_with_its_defaults(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, true);
	struct dossier *d = open_visit(f, f->jia.a, &id);

	assert_string_equal(value_of(d, "c"), "start");
	assert_string_equal(value_of(d, "d"), "-start");
	assert_int_equal(dossier_my_row(d), 0);
	assert_false(dossier_form_trusted(d, 0));
	assert_string_equal(dossier_form_id(d, 0), "small");
	assert_int_equal(dossier_form_index(d, "none"), -1);
	same_as_replay(f, d);
	dossier_close(&d);
}

static void
find_by_prefix(void **state)
{
	struct fix *f = *state;
	struct id id = visit_begin(f, f->jia.a, false), got;
	char text[ID_TEXT + 1];

	id_format(&id, text);
	well(f, app_find(f->jia.a, text, &got, &f->e));
	assert_true(id_eq(&id, &got));
	text[4] = '\0';
	well(f, app_find(f->jia.a, text, &got, &f->e));
	text[3] = '\0';
	refused(f, app_find(f->jia.a, text, &got, &f->e), FJ_AMBIGUOUS, "app.short-id");
	refused(f, app_find(f->jia.a, "zzzzzzzz", &got, &f->e), FJ_NOTFOUND, "app.no-visit");
	memset(&got, 7, sizeof(got));
	{
		struct dossier *d = NULL;

		refused(f, dossier_open(f->jia.a, &got, &d, &f->e), FJ_NOTFOUND, "app.no-visit");
		assert_null(d);
	}
}

static void
home_from_the_environment(void **state)
{
	struct fix *f = *state;
	struct app_options o = {.clock = &f->clock};
	char *old_given = env_get("FEIJIAN_HOME") != NULL ? xstrdup(env_get("FEIJIAN_HOME")) : NULL;
	struct app *a = NULL;

	setenv("FEIJIAN_HOME", f->jia.home, 1);
	assert_int_equal(app_open(&o, &a, &f->e), FJ_OK);
	assert_string_equal(app_home(a), f->jia.home);
	app_close(&a);
	if (old_given != NULL)
		setenv("FEIJIAN_HOME", old_given, 1);
	else
		unsetenv("FEIJIAN_HOME");
	free(old_given);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(init_checks_the_person, setup, teardown),
		cmocka_unit_test_setup_teardown(init_twice_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(unlock_and_lock, setup, teardown),
		cmocka_unit_test_setup_teardown(lock_reaches_other_processes_and_dossiers_survive,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(passphrase_and_recovery, setup, teardown),
		cmocka_unit_test_setup_teardown(language_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(visit_refusals_leave_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(visit_in_an_unknown_division, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged_form_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(visit_begins_with_its_defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(find_by_prefix, setup, teardown),
		cmocka_unit_test_setup_teardown(home_from_the_environment, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
