/* SPDX-License-Identifier: Apache-2.0 */
/* Findings, evidence, freeze, signatures, party, seal, proof: two workspaces
 * and bundles between them. */
#include "fixture.h"

#include "base/date.h"

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

/* ---- findings ---- */

static const struct {
	struct finding_field f;
	enum fj_rc rc;
	const char *code;
} bad_fields[] = {
	{{"colour", "red"}, FJ_INVAL, "app.finding-field"},
	{{"act_day", "2026-02-30"}, FJ_INVAL, "app.finding-day"},
	{{"leg2.until", "tomorrow"}, FJ_INVAL, "app.finding-day"},
	{{"clauses", "B2 ZZ9"}, FJ_INVAL, "app.clause"},
};

static void
finding_fields_are_checked(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct id id = {{0}};
	size_t i, n = visit_entry_count(dossier_visit(k.d));

	for (i = 0; i < sizeof(bad_fields) / sizeof(bad_fields[0]); i++) {
		refused(f, dossier_finding_set(k.d, &id, &bad_fields[i].f, 1, NULL, &f->e),
		    bad_fields[i].rc, bad_fields[i].code);
		assert_true(id_is_zero(&id));
	}
	refused(f, dossier_finding_set(k.d, &id, NULL, 0, NULL, &f->e), FJ_INVAL,
	    "app.finding-empty");
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n);
	dossier_close(&k.d);
}

static void
finding_from_an_item(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct finding_field suspected = {"stage", "suspected"};
	const struct view *w;
	struct fj_buf b;
	struct id id, got;
	bool verified;
	char text[ID_TEXT + 1];

	fj_buf_init(&b, 4096);
	well(f, set(f, k.d, "v1", "nonconform"));
	well(f, dossier_note(k.d, 0, node(k.d, "v1"), "2号仪器过期", NULL, &f->e));
	well(f, dossier_finding_draft(k.d, 0, node(k.d, "v1"), &id, &f->e));
	w = visit_now(dossier_visit(k.d));
	assert_string_equal(view_field_text(w, &id, "facts"), "2号仪器过期");
	assert_string_equal(view_field_text(w, &id, "clauses"), "B2");
	assert_string_equal(view_field_text(w, &id, "item"), "/data/v1");
	assert_string_equal(view_field_text(w, &id, "stage"), "lead");
	/* Without the second leg it stays a lead; what was refused left nothing. */
	assert_int_not_equal(dossier_finding_set(k.d, &id, &suspected, 1, NULL, &f->e), FJ_OK);
	assert_string_equal(view_field_text(visit_now(dossier_visit(k.d)), &id, "stage"), "lead");
	id_format(&id, text);
	well(f, dossier_find_finding(k.d, text, &got, &f->e));
	assert_true(id_eq(&id, &got));
	refused(f, dossier_find_finding(k.d, "zzzz", &got, &f->e), FJ_NOTFOUND, "app.no-finding");
	refused(f, dossier_find_finding(k.d, "z", &got, &f->e), FJ_AMBIGUOUS, "app.short-id");
	dossier_clause_text(k.d, "B2", &id, &b, &verified);
	assert_non_null(strstr(b.p, verified ? "第十四条" : "第__条"));
	fj_buf_clear(&b);
	dossier_clause_text(k.d, "nonsense", &id, &b, &verified);
	assert_false(verified);
	assert_string_equal(b.p, "nonsense");
	refused(f, dossier_finding_withdraw(k.d, &id, "", &f->e), FJ_INVAL, "model.need-why");
	well(f, dossier_finding_withdraw(k.d, &id, "误记", &f->e));
	same_as_replay(f, k.d);
	fj_buf_release(&b);
	dossier_close(&k.d);
}

static void
a_refused_stage_keeps_the_fields(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	const struct finding_field ff[] = {{"title", "题"}, {"facts", "事实"},
	    {"clauses", "B2"}, {"stage", "suspected"}};
	struct id id = {{0}};

	assert_int_not_equal(dossier_finding_set(k.d, &id, ff, 4, NULL, &f->e), FJ_OK);
	assert_false(id_is_zero(&id));
	assert_string_equal(view_field_text(visit_now(dossier_visit(k.d)), &id, "facts"), "事实");
	same_as_replay(f, k.d);
	dossier_close(&k.d);
}

/* ---- evidence ---- */

static void
evidence_in_and_out(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	char *path = file_with(f, "照片.txt", "证据内容", 12);
	char *to = fs_join(f->dir, "out.txt"), *none = fs_join(f->dir, "none");
	const char *at[1] = {"v1"}, *nowhere[1] = {"/data/nowhere"};
	struct evidence_new ev = {.path = path, .how = "拍照", .target = at, .target_n = 1};
	struct fj_buf b;
	struct id id, got;
	char text[ID_TEXT + 1];
	const char *self[1] = {text};

	fj_buf_init(&b, 100);
	well(f, dossier_evidence_add(k.d, &ev, &id, &f->e));
	assert_true(dossier_evidence_held(k.d, &id));
	assert_int_equal(view_evidence_count(visit_now(dossier_visit(k.d))), 1);
	well(f, dossier_evidence_extract(k.d, &id, to, &f->e));
	well(f, fs_read(to, &b, &f->e));
	assert_string_equal(b.p, "证据内容");
	id_format(&id, text);
	well(f, dossier_find_evidence(k.d, text, &got, &f->e));
	refused(f, dossier_find_evidence(k.d, "zzzzz", &got, &f->e), FJ_NOTFOUND,
	    "app.no-evidence");
	ev.path = none;
	assert_int_equal(dossier_evidence_add(k.d, &ev, &got, &f->e), FJ_NOTFOUND);
	ev.path = path;
	ev.target = nowhere;
	refused(f, dossier_evidence_add(k.d, &ev, &got, &f->e), FJ_NOTFOUND, "app.no-place");
	refused(f, dossier_evidence_link(k.d, &id, self, 1, &f->e), FJ_INVAL, "app.evidence-for");
	refused(f, dossier_evidence_link(k.d, &id, at, 65, &f->e), FJ_LIMIT, "app.targets");
	at[0] = "v2";
	well(f, dossier_evidence_link(k.d, &id, at, 1, &f->e));
	well(f, dossier_evidence_withdraw(k.d, &id, "拍错了", &f->e));
	same_as_replay(f, k.d);
	fj_buf_release(&b);
	free(path);
	free(to);
	free(none);
	dossier_close(&k.d);
}

/* ---- freeze, sign, party, seal ---- */

static void
add_file(struct fix *f, struct dossier *d, const char *name)
{
	char *path = file_with(f, name, name, strlen(name));
	struct evidence_new ev = {.path = path};
	struct id id;

	well(f, dossier_evidence_add(d, &ev, &id, &f->e));
	free(path);
}

static void
count_check(void *ctx, const struct verify_check *c)
{
	size_t *n = ctx;

	n[c->result]++;
}

/* A refused inspection, frozen by 甲, known to 乙. */
static struct hash
freeze_refused(struct fix *f, struct desk *k)
{
	struct dossier_gap *gaps;
	struct hash seal;
	size_t n;

	refused(f, dossier_outcome(k->d, OUTCOME_NONE, "x", NULL, &f->e), FJ_INVAL, "app.outcome");
	n = dossier_gaps(k->d, &gaps);
	assert_true(n > 0);
	free(gaps);
	assert_int_not_equal(dossier_freeze(k->d, &seal, &f->e), FJ_OK);
	well(f, dossier_outcome(k->d, OUTCOME_REFUSED, "当事人拒绝开门", NULL, &f->e));
	n = dossier_gaps(k->d, &gaps);
	assert_int_equal(n, 1);		/* some piece of evidence */
	free(gaps);
	add_file(f, k->d, "门口照片.txt");
	well(f, dossier_freeze(k->d, &seal, &f->e));
	return seal;
}

static void
freeze_sign_party_seal(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct hash seal = freeze_refused(f, &k);
	char *scan = file_with(f, "scan.txt", "签字页", 9);
	struct party_new p = {.outcome = PARTY_REFUSED, .scan = scan};
	struct dossier *yi;
	struct fj_buf b;
	char code[40];
	size_t failures = 99, n, results[4] = {0};
	bool changed;

	assert_int_not_equal(set(f, k.d, "a", "late"), FJ_OK);
	assert_string_equal(value_of(k.d, "a"), "");
	assert_int_not_equal(dossier_sign(k.d, &f->e), FJ_OK);
	carry(f, &f->jia, &f->yi, &k.id);
	yi = open_visit(f, f->yi.a, &k.id);
	well(f, dossier_sign(yi, &f->e));
	carry(f, &f->yi, &f->jia, &k.id);
	/* Refused without a reason: nothing is recorded, the scan is no evidence. */
	n = visit_entry_count(dossier_visit(yi));
	refused(f, dossier_party(k.d, &p, &f->e), FJ_INVAL, "model.need-why");
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n);
	p.why = "拒绝签字";
	well(f, dossier_party(k.d, &p, &f->e));
	assert_int_equal(visit_state(dossier_visit(k.d)), VISIT_SEALED);
	assert_int_not_equal(dossier_void(k.d, "x", &f->e), FJ_OK);
	carry(f, &f->jia, &f->yi, &k.id);
	well(f, dossier_refresh(yi, &changed, &f->e));
	assert_int_equal(visit_state(dossier_visit(yi)), VISIT_SEALED);
	dossier_code(&seal, code);
	assert_int_equal(strlen(code), 30);
	fj_buf_init(&b, 1 << 20);
	dossier_record_text(k.d, "zh", &b);
	assert_non_null(strstr(b.p, code));
	assert_null(strstr(b.p, "虚假"));
	fj_buf_release(&b);
	well(f, dossier_verify(k.d, true, NULL, count_check, results, &failures, &f->e));
	assert_int_equal(failures, 0);
	assert_int_equal(results[VERIFY_FAIL], 0);
	assert_true(results[VERIFY_OK] > 0);
	well(f, dossier_verify(yi, false, &seal, count_check, results, &failures, &f->e));
	assert_int_equal(failures, 1);	/* asked for a root: none is here */
	same_as_replay(f, k.d);
	same_as_replay(f, yi);
	dossier_close(&yi);
	free(scan);
	dossier_close(&k.d);
}

static void
void_and_unsigned_and_reopen(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct hash seal = freeze_refused(f, &k), again;
	struct party_new p = {.outcome = PARTY_ABSENT, .why = "无人在场"};

	well(f, dossier_void(k.d, "重来", &f->e));
	assert_int_equal(visit_state(dossier_visit(k.d)), VISIT_OPEN);
	well(f, set(f, k.d, "a", "又一句"));
	well(f, dossier_freeze(k.d, &again, &f->e));
	assert_false(hash_eq(&seal, &again));
	refused(f, dossier_unsigned(k.d, "没有这人", "病假", &f->e), FJ_NOTFOUND, "app.no-member");
	/* The name lives in the visit that the act moves on. */
	well(f, dossier_unsigned(k.d, visit_facts(dossier_visit(k.d))->team[1].name, "病假",
	    &f->e));
	well(f, dossier_party(k.d, &p, &f->e));
	assert_int_equal(visit_state(dossier_visit(k.d)), VISIT_SEALED);
	well(f, dossier_reopen(k.d, "补充", &f->e));
	assert_int_equal(visit_round(dossier_visit(k.d)), 2);
	well(f, set_why(f, k.d, "a", "第二轮", "补正"));
	same_as_replay(f, k.d);
	dossier_close(&k.d);
}

static void
cancel_ends_it(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);

	refused(f, dossier_cancel(k.d, "", &f->e), FJ_INVAL, "model.need-why");
	well(f, dossier_cancel(k.d, "建错了", &f->e));
	assert_int_equal(visit_state(dossier_visit(k.d)), VISIT_CANCELLED);
	assert_int_not_equal(set(f, k.d, "a", "x"), FJ_OK);
	assert_string_equal(value_of(k.d, "a"), "");
	dossier_close(&k.d);
}

static void
an_inspector_does_not_review(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	size_t n = visit_entry_count(dossier_visit(k.d));
	const char *on[1] = {"v1"};

	assert_int_not_equal(dossier_comment(k.d, "v1", "意见", false, &f->e), FJ_OK);
	assert_int_not_equal(dossier_return(k.d, false, "退回", on, 1, &f->e), FJ_OK);
	refused(f, dossier_return(k.d, false, "退回", on, 65, &f->e), FJ_LIMIT, "app.targets");
	assert_int_not_equal(dossier_approve(k.d, "no-action", NULL, &f->e), FJ_OK);
	assert_int_equal(visit_entry_count(dossier_visit(k.d)), n);
	dossier_close(&k.d);
}

/* ---- bundles ---- */

static void
bundles_carry_everything_once(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	struct app_bundle_result r;
	struct dossier *yi;
	const struct evidence *ev;

	add_file(f, k.d, "现场.txt");
	well(f, set(f, k.d, "a", "x"));
	r = carry(f, &f->jia, &f->yi, &k.id);
	assert_int_equal(r.visits, 1);
	assert_int_equal(r.evidence, 1);
	assert_int_equal(r.known, 0);
	assert_string_equal(r.sender, "检查员甲");
	assert_false(r.sender_certified);
	yi = open_visit(f, f->yi.a, &k.id);
	/* The form came along: it is no shipped one. */
	assert_non_null(dossier_form(yi, 0));
	assert_string_equal(value_of(yi, "b"), "x!");
	ev = view_evidence_at(visit_now(dossier_visit(yi)), 0);
	assert_true(dossier_evidence_held(yi, &ev->id));
	r = carry(f, &f->jia, &f->yi, &k.id);
	assert_int_equal(r.entries, 0);
	assert_int_equal(r.evidence, 0);
	assert_true(r.known > 0);
	dossier_close(&yi);
	dossier_close(&k.d);
}

static void
bundles_to_nobody_and_of_nothing(void **state)
{
	struct fix *f = *state;
	struct desk k = begin(f);
	char *path = fs_join(f->dir, "x.fjb"), *card, *bad;
	char *folder = fs_join(f->dir, "folder"), *part = fs_join(f->dir, "folder.part");
	struct app_bundle_result r;
	struct id strange = {{9}};
	size_t failures, results[4] = {0};
	const char *cards[1];

	refused(f, app_bundle_export(f->jia.a, &k.id, 1, path, NULL, 0, &f->e), FJ_REFUSED,
	    "app.no-receiver");
	refused(f, app_bundle_export(f->jia.a, &strange, 1, path, NULL, 0, &f->e), FJ_NOTFOUND,
	    "app.no-visit");
	assert_false(fs_exists(path));
	assert_int_equal(app_bundle_import(f->yi.a, path, &r, &f->e), FJ_NOTFOUND);
	bad = file_with(f, "bad.fjb", "no bundle at all", 16);
	assert_int_not_equal(app_bundle_import(f->yi.a, bad, &r, &f->e), FJ_OK);
	cards[0] = bad;
	assert_int_not_equal(app_bundle_export(f->jia.a, &k.id, 1, path, cards, 1, &f->e), FJ_OK);
	card = card_of(f, &f->yi, "yi.card");
	cards[0] = card;
	well(f, app_bundle_export(f->jia.a, &k.id, 1, path, cards, 1, &f->e));
	/* Onto a folder it cannot go: nothing half done is left beside it. */
	well(f, fs_mkdirs(folder, &f->e));
	assert_int_not_equal(app_bundle_export(f->jia.a, &k.id, 1, folder, cards, 1, &f->e), FJ_OK);
	assert_false(fs_exists(part));
	/* Not for 甲 himself: nobody certified him, so he is no receiver. */
	assert_int_not_equal(app_bundle_import(f->jia.a, path, &r, &f->e), FJ_OK);
	well(f, app_bundle_verify(f->yi.a, path, true, NULL, count_check, results, &failures,
	    &f->e));
	assert_int_equal(failures, 0);
	free(card);
	free(bad);
	free(path);
	free(folder);
	free(part);
	dossier_close(&k.d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finding_fields_are_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(finding_from_an_item, setup, teardown),
		cmocka_unit_test_setup_teardown(a_refused_stage_keeps_the_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_in_and_out, setup, teardown),
		cmocka_unit_test_setup_teardown(freeze_sign_party_seal, setup, teardown),
		cmocka_unit_test_setup_teardown(void_and_unsigned_and_reopen, setup, teardown),
		cmocka_unit_test_setup_teardown(cancel_ends_it, setup, teardown),
		cmocka_unit_test_setup_teardown(an_inspector_does_not_review, setup, teardown),
		cmocka_unit_test_setup_teardown(bundles_carry_everything_once, setup, teardown),
		cmocka_unit_test_setup_teardown(bundles_to_nobody_and_of_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
