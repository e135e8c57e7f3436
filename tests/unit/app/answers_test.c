/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: one-shots in the same commit, undo, colleagues, a second process on
 * the same home, and failures that leave nothing. */
#include "fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/visit.h"

struct desk {
	struct id id;
	struct dossier *d;
};

static struct desk
begin(struct fix *f)
{
	struct desk k;

	k.id = visit_begin(f, f->jia.a, true);
	k.d = open_visit(f, f->jia.a, &k.id);
	return k;
}

static void
set_and_clear(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct inst_changes c = {0};
	size_t n = visit_entry_count(dossier_visit(k.d));

	well(f, set(f, k.d, "a", "一"));
	/* The trigger's answer came with it: two entries. */
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n + 2);
	assert_string_equal(value_of(k.d, "b"), "一!");
	assert_string_equal(value_of(k.d, "d"), "一-start");
	same_as_replay(f, k.d);
	well(f, set(f, k.d, "a", "一"));
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n + 2);
	well(f, dossier_clear(k.d, 0, node(k.d, "a"), NULL, &c, &f->e));
	assert_string_equal(value_of(k.d, "a"), "");
	same_as_replay(f, k.d);
	inst_changes_release(&c);
	dossier_close(&k.d);
}

static void
bad_values_are_refused(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	size_t n = visit_entry_count(dossier_visit(k.d));

	refused(f, set(f, k.d, "d", "x"), FJ_REFUSED, "app.not-a-question");
	refused(f, set(f, k.d, "v1", "basic"), FJ_INVAL, "form.value-choice");
	refused(f, set(f, k.d, "r", "x"), FJ_REFUSED, "app.not-a-question");
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n);
	same_as_replay(f, k.d);
	dossier_close(&k.d);
}

static void
undo_and_redo(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct fj_buf what;

	fj_buf_init(&what, 1024);
	refused(f, dossier_undo(k.d, &what, &f->e), FJ_NOTFOUND, "app.nothing-to-undo");
	refused(f, dossier_redo(k.d, &what, &f->e), FJ_NOTFOUND, "app.nothing-to-redo");
	well(f, set(f, k.d, "a", "1"));
	well(f, set(f, k.d, "a", "2"));
	well(f, dossier_undo(k.d, &what, &f->e));
	assert_string_equal(value_of(k.d, "a"), "1");
	assert_string_equal(what.p, "/data/a");
	well(f, dossier_undo(k.d, &what, &f->e));
	assert_string_equal(value_of(k.d, "a"), "");
	well(f, dossier_redo(k.d, &what, &f->e));
	assert_string_equal(value_of(k.d, "a"), "1");
	well(f, set(f, k.d, "a", "3"));
	refused(f, dossier_redo(k.d, &what, &f->e), FJ_NOTFOUND, "app.nothing-to-redo");
	same_as_replay(f, k.d);
	fj_buf_release(&what);
	dossier_close(&k.d);
}

static bool
count_drafts(void *ctx, const char *what, const char *text)
{
	(void)what;
	(void)text;
	++*(int *)ctx;
	return true;
}

static void
notes_and_their_drafts(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct fj_buf b;
	int n = 0;
	char *longer = xcalloc(1, 70000);

	fj_buf_init(&b, 1024);
	well(f, dossier_draft_put(k.d, "note:small:/data/v1", "半句", &f->e));
	well(f, dossier_draft_put(k.d, "note:small:/data/v2", "另半句", &f->e));
	dossier_drafts(k.d, count_drafts, &n);
	assert_int_equal(n, 2);
	assert_true(dossier_draft_get(k.d, "note:small:/data/v1", &b));
	assert_string_equal(b.p, "半句");
	well(f, dossier_note(k.d, 0, node(k.d, "v1"), "整句话", NULL, &f->e));
	assert_string_equal(dossier_note_text(k.d, 0, node(k.d, "v1")), "整句话");
	fj_buf_clear(&b);
	assert_false(dossier_draft_get(k.d, "note:small:/data/v1", &b));
	/* The same note again is no entry, and drops its draft too. */
	well(f, dossier_draft_put(k.d, "note:small:/data/v1", "x", &f->e));
	well(f, dossier_note(k.d, 0, node(k.d, "v1"), "整句话", NULL, &f->e));
	assert_false(dossier_draft_get(k.d, "note:small:/data/v1", &b));
	well(f, dossier_note(k.d, 0, node(k.d, "v1"), "", NULL, &f->e));
	assert_string_equal(dossier_note_text(k.d, 0, node(k.d, "v1")), "");
	memset(longer, 'x', 69999);
	refused(f, dossier_note(k.d, 0, node(k.d, "v1"), longer, NULL, &f->e), FJ_LIMIT,
	    "app.text-too-long");
	well(f, dossier_draft_put(k.d, "note:small:/data/v2", "", &f->e));
	n = 0;
	dossier_drafts(k.d, count_drafts, &n);
	assert_int_equal(n, 0);
	free(longer);
	fj_buf_release(&b);
	dossier_close(&k.d);
}

static void
instances(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct inst_changes c = {0};
	struct inst_node *one = NULL, *two = NULL;

	well(f, dossier_add(k.d, 0, node(k.d, "r"), &one, &c, &f->e));
	well(f, dossier_add(k.d, 0, node(k.d, "r"), &two, &c, &f->e));
	assert_string_equal(value_of(k.d, "/data/r[2]/no"), "BG-");
	well(f, set(f, k.d, "/data/r[2]/n", "7"));
	same_as_replay(f, k.d);
	refused(f, dossier_add(k.d, 0, node(k.d, "a"), &one, &c, &f->e), FJ_REFUSED,
	    "app.not-a-repeat");
	refused(f, dossier_remove(k.d, 0, node(k.d, "a"), NULL, &c, &f->e), FJ_REFUSED,
	    "app.not-an-instance");
	well(f, dossier_remove(k.d, 0, node(k.d, "/data/r[1]"), NULL, &c, &f->e));
	assert_string_equal(value_of(k.d, "/data/r[1]/n"), "7");
	same_as_replay(f, k.d);
	inst_changes_release(&c);
	dossier_close(&k.d);
}

static void
bulk_brings_its_one_shots(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct inst_node *both_items[2] = {node(k.d, "v1"), node(k.d, "v2")};
	size_t n = visit_entry_count(dossier_visit(k.d));

	refused(f, dossier_bulk(k.d, 0, both_items, 2, VERDICT_CONFORM, "x", &f->e), FJ_REFUSED,
	    "app.bulk-verdict");
	refused(f, dossier_bulk(k.d, 0, both_items, 2, VERDICT_NA, "", &f->e), FJ_INVAL,
	    "app.bulk-why");
	refused(f, dossier_bulk(k.d, 0, both_items, 0, VERDICT_NA, "x", &f->e), FJ_LIMIT,
	    "app.act-too-large");
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n);
	well(f, dossier_bulk(k.d, 0, both_items, 2, VERDICT_NA, "无此项", &f->e));
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n + 3);
	assert_string_equal(value_of(k.d, "w"), "v1 na");
	same_as_replay(f, k.d);
	dossier_close(&k.d);
}

/* ---- another process of the same workspace ---- */

static void
a_second_process_writes_between(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct app *other = app_beside(f, &f->jia);
	struct dossier *d2 = open_visit(f, other, &k.id);
	struct inst_node *at = node(k.d, "a");
	struct inst_changes c = {0};

	well(f, set(f, d2, "v2", "conform"));
	/* k.d has not looked: its act meets what came, computes anew, and the place
	 * given to it may still be read. */
	well(f, dossier_set(k.d, 0, at, "x", NULL, &c, &f->e));
	assert_true(inst_kind(at) == INST_LEAF);
	assert_string_equal(value_of(k.d, "a"), "x");
	assert_string_equal(value_of(k.d, "b"), "x!");
	assert_string_equal(value_of(k.d, "v2"), "conform");
	same_as_replay(f, k.d);
	/* And back: the same answer from the same person is replaced, no conflict. */
	well(f, set(f, d2, "a", "y"));
	assert_string_equal(value_of(d2, "a"), "y");
	same_as_replay(f, d2);
	inst_changes_release(&c);
	dossier_close(&d2);
	app_close(&other);
	dossier_close(&k.d);
}

static void
a_node_from_the_dossier_itself_names_the_value(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct app *other = app_beside(f, &f->jia);
	struct dossier *d2 = open_visit(f, other, &k.id);
	struct finding_field ff[2] = {{"title", "x"}, {"facts", NULL}};
	struct id finding = {{0}};

	well(f, set(f, k.d, "a", "这句话就是事实"));
	well(f, set(f, d2, "v2", "conform"));
	/* The value lives in a form that this very act makes anew. */
	ff[1].value = value_of(k.d, "a");
	well(f, dossier_finding_set(k.d, &finding, ff, 2, NULL, &f->e));
	assert_string_equal(view_field_text(visit_now(dossier_visit(k.d)), &finding, "facts"),
	    "这句话就是事实");
	dossier_close(&d2);
	app_close(&other);
	dossier_close(&k.d);
}

static void
refresh_sees_the_other_process(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct app *other = app_beside(f, &f->jia);
	struct dossier *d2 = open_visit(f, other, &k.id);
	const struct app_row *const *rows;
	bool changed;

	well(f, app_refresh(f->jia.a, &changed, &f->e));
	well(f, set(f, d2, "v1", "nonconform"));
	well(f, dossier_refresh(k.d, &changed, &f->e));
	assert_true(changed);
	assert_string_equal(value_of(k.d, "v1"), "nonconform");
	well(f, dossier_refresh(k.d, &changed, &f->e));
	assert_false(changed);
	well(f, app_refresh(f->jia.a, &changed, &f->e));
	assert_true(changed);
	assert_int_equal(app_rows(f->jia.a, &rows), 1);
	assert_int_equal(rows[0]->s.failed, 1);
	dossier_close(&d2);
	app_close(&other);
	dossier_close(&k.d);
}

/* ---- a colleague ---- */

static void
a_colleagues_answer_is_not_overwritten(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct dossier *yi;
	const struct view *w;
	bool changed;
	struct fj_buf at;

	carry(f, &f->jia, &f->yi, &k.id);
	yi = open_visit(f, f->yi.a, &k.id);
	assert_int_equal(dossier_my_row(yi), 1);
	well(f, set(f, k.d, "v1", "conform"));
	well(f, set(f, yi, "v1", "nonconform"));
	carry(f, &f->yi, &f->jia, &k.id);
	well(f, dossier_refresh(k.d, &changed, &f->e));
	w = visit_now(dossier_visit(k.d));
	assert_int_equal(view_dispute_count(w), 2);	/* v1, and what it triggers */
	refused(f, set(f, k.d, "v1", "na"), FJ_CONFLICT, "app.other-answered");
	assert_string_equal(f->e.arg[1], "检查员乙");
	assert_string_equal(f->e.arg[2], "nonconform");
	refused(f, dossier_resolve(k.d, "/data/nothing", NULL, "na", "why", &f->e), FJ_NOTFOUND,
	    "app.no-dispute");
	fj_buf_init(&at, 1024);
	target_format(view_dispute_at(w, 0), &at);
	well(f, dossier_resolve(k.d, at.p, NULL, view_dispute_at(w, 0)->open[0]->value,
	    "以原始记录为准", &f->e));
	assert_int_equal(view_dispute_count(visit_now(dossier_visit(k.d))), 1);
	/* By the prefix of an entry; the value is that entry's own. */
	w = visit_now(dossier_visit(k.d));
	{
		char hex[HASH_TEXT + 1];

		hash_format(&view_dispute_at(w, 0)->open[0]->id, hex);
		hex[16] = '\0';
		fj_buf_clear(&at);
		target_format(view_dispute_at(w, 0), &at);
		well(f, dossier_resolve(k.d, at.p, hex, NULL, "以原始记录为准", &f->e));
	}
	assert_int_equal(view_dispute_count(visit_now(dossier_visit(k.d))), 0);
	same_as_replay(f, k.d);
	fj_buf_release(&at);
	dossier_close(&yi);
	dossier_close(&k.d);
}

static void
with_a_reason_it_is_resolved(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct dossier *yi;
	bool changed;

	carry(f, &f->jia, &f->yi, &k.id);
	yi = open_visit(f, f->yi.a, &k.id);
	well(f, set(f, yi, "v2", "nonconform"));
	carry(f, &f->yi, &f->jia, &k.id);
	well(f, dossier_refresh(k.d, &changed, &f->e));
	refused(f, set(f, k.d, "v2", "conform"), FJ_CONFLICT, "app.other-answered");
	assert_string_equal(value_of(k.d, "v2"), "nonconform");
	well(f, set_why(f, k.d, "v2", "conform", "复核后符合"));
	assert_string_equal(value_of(k.d, "v2"), "conform");
	same_as_replay(f, k.d);
	dossier_close(&yi);
	dossier_close(&k.d);
}

/* ---- A2 ---- */

static void
nothing_stays_of_an_act_that_fails(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct rlimit old, none;
	size_t n;
	enum fj_rc rc;

	well(f, set(f, k.d, "a", "before"));
	n = visit_entry_count(dossier_visit(k.d));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	none = old;
	none.rlim_cur = 1;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	rc = set(f, k.d, "a", "after");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_not_equal(rc, FJ_OK);
	assert_string_equal(value_of(k.d, "a"), "before");
	assert_string_equal(value_of(k.d, "b"), "before!");
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n);
	same_as_replay(f, k.d);
	/* The same act goes through afterwards. */
	well(f, set(f, k.d, "a", "after"));
	assert_string_equal(value_of(k.d, "b"), "after!");
	same_as_replay(f, k.d);
	dossier_close(&k.d);
}

static void
evidence_that_finds_no_room(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	char *big = xcalloc(1, 3 << 20);
	char *path = file_with(f, "big.bin", big, 3 << 20);
	struct evidence_new ev = {.path = path};
	struct rlimit old, some;
	struct id out;
	enum fj_rc rc;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	some = old;
	some.rlim_cur = 1 << 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &some), 0);
	rc = dossier_evidence_add(k.d, &ev, &out, &f->e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_not_equal(rc, FJ_OK);
	assert_int_equal(view_evidence_count(visit_now(dossier_visit(k.d))), 0);
	well(f, dossier_evidence_add(k.d, &ev, &out, &f->e));
	assert_true(dossier_evidence_held(k.d, &out));
	free(big);
	free(path);
	dossier_close(&k.d);
}

/* today() and now() are the commit's: not those of when the visit was opened. */
static void
the_clock_is_the_commits(void **state)
{
	struct fix *f = *state;
	struct desk k;
	struct instant at;

	assert_true(instant_parse("2026-03-01T09:00:00.000+08:00", 29, &at));
	clock_freeze(&f->clock, at);
	k = begin(f);
	assert_string_equal(value_of(k.d, "clock"), "2026-03-01T09:00:00.000+08:00");
	well(f, set(f, k.d, "t", "2026-03-01T15:30:00.000+08:00"));
	assert_false(inst_valid(node(k.d, "t")));
	at.ms += (int64_t)7 * 3600 * 1000;
	clock_freeze(&f->clock, at);
	/* Nothing is written yet: the visit stands where its newest entry is. */
	assert_false(inst_valid(node(k.d, "t")));
	well(f, set(f, k.d, "t", "2026-03-01T15:31:00.000+08:00"));
	assert_true(inst_valid(node(k.d, "t")));
	assert_string_equal(value_of(k.d, "t_put"), "2026-03-01T16:00:00.000+08:00");
	assert_string_equal(value_of(k.d, "clock"), "2026-03-01T16:00:00.000+08:00");
	same_as_replay(f, k.d);
	at.ms += 3600 * 1000;
	clock_freeze(&f->clock, at);
	/* An act of another kind moves it as well; a refused one does not. */
	well(f, dossier_note(k.d, 0, node(k.d, "a"), "记", NULL, &f->e));
	assert_string_equal(value_of(k.d, "clock"), "2026-03-01T17:00:00.000+08:00");
	same_as_replay(f, k.d);
	at.ms += 3600 * 1000;
	clock_freeze(&f->clock, at);
	assert_int_not_equal(set(f, k.d, "v1", "basic"), FJ_OK);
	assert_string_equal(value_of(k.d, "clock"), "2026-03-01T17:00:00.000+08:00");
	same_as_replay(f, k.d);
	dossier_close(&k.d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(set_and_clear, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_values_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(the_clock_is_the_commits, setup, teardown),
		cmocka_unit_test_setup_teardown(undo_and_redo, setup, teardown),
		cmocka_unit_test_setup_teardown(notes_and_their_drafts, setup, teardown),
		cmocka_unit_test_setup_teardown(instances, setup, teardown),
		cmocka_unit_test_setup_teardown(bulk_brings_its_one_shots, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_process_writes_between, setup, teardown),
		cmocka_unit_test_setup_teardown(a_node_from_the_dossier_itself_names_the_value,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(refresh_sees_the_other_process, setup, teardown),
		cmocka_unit_test_setup_teardown(a_colleagues_answer_is_not_overwritten, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(with_a_reason_it_is_resolved, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_stays_of_an_act_that_fails, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(evidence_that_finds_no_room, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
