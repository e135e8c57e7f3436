/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of the state machine, and every refusal. */
#include "unit/model/story.h"

static struct world w;
static struct replica jia, yi, ding, bing, wu, stranger;

static int
set_up(void **state)
{
	(void)state;
	world_open(&w);
	replica_open(&jia, &w, JIA);
	replica_open(&yi, &w, YI);
	replica_open(&ding, &w, DING);
	replica_open(&bing, &w, BING);
	replica_open(&wu, &w, WU);
	replica_open(&stranger, &w, STRANGER);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	visit_free(&jia.v);
	visit_free(&yi.v);
	visit_free(&ding.v);
	visit_free(&bing.v);
	visit_free(&wu.v);
	visit_free(&stranger.v);
	world_close(&w);
	return 0;
}

static void
start(const char *kind, int members)
{
	does(&jia, .op = OP_START, .start = story_start(&w, kind, members));
	pass(&jia, &yi);
}

static void
fill_absent(struct replica *r)
{
	does(r, .op = OP_OUTCOME, .value = "absent", .facts = "大门上锁");
}

/* Frozen by jia, with yi having everything. */
static void
frozen(const char *kind, int members)
{
	start(kind, members);
	fill_absent(&jia);
	does(&jia, .op = OP_FREEZE);
	pass(&jia, &yi);
}

static void
sealed(const char *kind)
{
	frozen(kind, 2);
	does(&yi, .op = OP_SIGN);
	pass(&yi, &jia);
	pass(&yi, &bing);
	pass(&yi, &wu);
	assert_int_equal(state_of(&jia), VISIT_SEALED);
}

static void
test_open_to_sealed(void **state)
{
	(void)state;
	assert_int_equal(state_of(&jia), VISIT_NONE);
	start("k", 2);
	assert_int_equal(state_of(&jia), VISIT_OPEN);
	assert_int_equal(visit_round(jia.v), 1);
	assert_string_equal(visit_facts(jia.v)->subject, "某检测有限公司");
	does(&jia, SET("/data/a", "conform"));
	does(&yi, SET("/data/b", "备注"));
	pass(&yi, &jia);
	refused(&jia, "model.freeze-missing", .op = OP_FREEZE);
	does(&jia, .op = OP_OUTCOME, .value = "completed");
	does(&jia, .op = OP_FREEZE);
	assert_int_equal(state_of(&jia), VISIT_FROZEN);
	refused(&jia, "model.state", SET("/data/b", "x"));
	pass(&jia, &yi);
	refused(&yi, "model.not-signer", .op = OP_PARTY, .value = "signed");
	does(&yi, .op = OP_SIGN);
	refused(&yi, "model.signed-already", .op = OP_SIGN);
	assert_int_equal(state_of(&yi), VISIT_FROZEN);
	refused(&yi, "model.need-why", .op = OP_PARTY, .value = "refused");
	does(&yi, .op = OP_PARTY, .value = "refused", .why = "不签");
	assert_int_equal(state_of(&yi), VISIT_SEALED);
	pass(&yi, &jia);
	assert_int_equal(state_of(&jia), VISIT_SEALED);
	assert_non_null(visit_sealed(jia.v, 1));
	refused(&jia, "model.state", .op = OP_VOID, .why = "x");
}

static void
test_review_round(void **state)
{
	(void)state;
	sealed("k");
	refused(&jia, "model.own-visit", .op = OP_APPROVE, .value = "correct");
	refused(&stranger, "model.state", .op = OP_COMMENT, .text = "x");
	pass(&jia, &stranger);
	refused(&stranger, "model.not-supervisor", .op = OP_COMMENT, .text = "x");
	refused(&stranger, "model.not-member", .op = OP_REOPEN, .why = "x");
	does(&bing, .op = OP_COMMENT, .text = "看一下");
	refused(&bing, "model.need-why", .op = OP_RETURN, .value = "addendum");
	refused(&bing, "model.value", .op = OP_RETURN, .value = "x", .why = "y");
	does(&bing, .op = OP_RETURN, .value = "addendum", .why = "写清楚");
	assert_int_equal(state_of(&bing), VISIT_RETURNED);
	refused(&bing, "model.state", .op = OP_APPROVE, .value = "correct");
	pass(&bing, &jia);
	does(&jia, .op = OP_REOPEN, .why = "补正");
	assert_int_equal(state_of(&jia), VISIT_OPEN);
	assert_int_equal(visit_round(jia.v), 2);
	refused(&jia, "model.need-why-sealed", .op = OP_OUTCOME, .value = "absent", .facts = "y");
	does(&jia, .op = OP_OUTCOME, .value = "absent", .facts = "改", .why = "更正");
	does(&jia, .op = OP_FREEZE);
	pass(&jia, &yi);
	does(&yi, .op = OP_SIGN);
	assert_int_equal(state_of(&yi), VISIT_SEALED);
	assert_string_equal(view_outcome_facts(visit_sealed(yi.v, 1)), "大门上锁");
	assert_string_equal(view_outcome_facts(visit_sealed(yi.v, 2)), "改");
	pass(&yi, &bing);
	refused(&bing, "model.value", .op = OP_APPROVE, .value = "good");
	does(&bing, .op = OP_APPROVE, .value = "no-action");
	assert_int_equal(state_of(&bing), VISIT_APPROVED);
	refused(&bing, "model.not-higher", .op = OP_RETURN, .value = "evidence", .why = "x");
	pass(&bing, &wu);
	does(&wu, .op = OP_RETURN, .value = "evidence", .why = "再查");
	assert_int_equal(state_of(&wu), VISIT_RETURNED);
	pass(&wu, &jia);
	does(&jia, .op = OP_REOPEN, .why = "补充取证");
	assert_int_equal(visit_round(jia.v), 3);
}

static void
test_two_levels(void **state)
{
	(void)state;
	sealed("two");
	does(&bing, .op = OP_APPROVE, .value = "case");
	assert_int_equal(state_of(&bing), VISIT_SEALED);
	assert_int_equal(visit_approvals(bing.v), 1);
	refused(&bing, "model.one-level", .op = OP_APPROVE, .value = "case");
	pass(&bing, &jia);
	refused(&jia, "model.decided", .op = OP_REOPEN, .why = "x");
	refused(&bing, "model.escalate-to", .op = OP_ESCALATE, .value = "11");
	does(&bing, .op = OP_ESCALATE, .value = "33");
	assert_string_equal(visit_escalated(bing.v), "33");
	pass(&bing, &wu);
	does(&wu, .op = OP_APPROVE, .value = "case");
	assert_int_equal(state_of(&wu), VISIT_APPROVED);
	refused(&wu, "model.state", .op = OP_APPROVE, .value = "case");
}

static void
test_void_and_again(void **state)
{
	(void)state;
	frozen("k", 2);
	refused(&yi, "model.need-why", .op = OP_VOID);
	does(&yi, .op = OP_VOID, .why = "写错");
	assert_int_equal(state_of(&yi), VISIT_OPEN);
	assert_int_equal(visit_round(yi.v), 1);
	does(&yi, SET("/data/b", "改正"));
	does(&yi, .op = OP_FREEZE);
	pass(&yi, &jia);
	does(&jia, .op = OP_SIGN);
	assert_int_equal(state_of(&jia), VISIT_SEALED);
}

static void
test_unsigned_member(void **state)
{
	struct command_member m = { "检查员乙", "A2" }, self = { "检查员甲", "A1" };

	(void)state;
	frozen("k", 2);
	refused(&yi, "model.not-signer", .op = OP_UNSIGNED, .member = &self, .why = "x");
	refused(&jia, "model.unsigned-member", .op = OP_UNSIGNED, .member = &self, .why = "x");
	refused(&jia, "model.need-why", .op = OP_UNSIGNED, .member = &m);
	does(&jia, .op = OP_UNSIGNED, .member = &m, .why = "住院");
	assert_int_equal(state_of(&jia), VISIT_SEALED);
	assert_int_equal(visit_freeze_now(jia.v)->signed_count, 1);
	pass(&jia, &bing);
	refused(&bing, "model.need-accept", .op = OP_APPROVE, .value = "correct");
	does(&bing, .op = OP_APPROVE, .value = "correct", .why = "情况属实");
	assert_int_equal(state_of(&bing), VISIT_APPROVED);
}

static void
test_cancel(void **state)
{
	(void)state;
	start("k", 2);
	refused(&jia, "model.need-why", .op = OP_CANCEL);
	does(&jia, .op = OP_CANCEL, .why = "误建");
	assert_int_equal(state_of(&jia), VISIT_CANCELLED);
	refused(&jia, "model.state", SET("/data/b", "x"));
}

static void
test_assign(void **state)
{
	(void)state;
	refused(&jia, "model.not-supervisor", .op = OP_ASSIGN, .start = story_start(&w, "k", 2));
	does(&bing, .op = OP_ASSIGN, .start = story_start(&w, "k", 2), .from = "2026-03-01",
	    .until = "2026-03-05");
	assert_int_equal(state_of(&bing), VISIT_PLANNED);
	pass(&bing, &jia);
	pass(&bing, &ding);
	refused(&ding, "model.not-assigned", .op = OP_START, .start = story_start(&w, "k", 3));
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	assert_int_equal(state_of(&jia), VISIT_OPEN);
	assert_non_null(visit_assignment(jia.v));
	does(&bing, .op = OP_CANCEL, .why = "改期");
	assert_int_equal(state_of(&bing), VISIT_CANCELLED);
}

/* `cancel` of a plan; then a start that did not know of it. */
static void
test_start_refusals(void **state)
{
	struct command_start *s = story_start(&w, "k", 2);

	(void)state;
	s->team_count = 1;
	refused(&jia, "model.team-small", .op = OP_START, .start = s);
	s = story_start(&w, "nonsense", 2);
	refused(&jia, "model.kind-unknown", .op = OP_START, .start = s);
	s = story_start(&w, "k", 2);
	s->uscc = "123";
	refused(&jia, "model.uscc", .op = OP_START, .start = s);
	s = story_start(&w, "k", 2);
	s->no_uscc = NULL;
	refused(&jia, "model.uscc-missing", .op = OP_START, .start = s);
	s = story_start(&w, "k", 2);
	s->division = "33010";
	refused(&jia, "model.division-code", .op = OP_START, .start = s);
	s = story_start(&w, "k", 2);
	s->form_count = 0;
	refused(&jia, "model.no-form", .op = OP_START, .start = s);
	s = story_start(&w, "k", 2);
	s->subject = " ";
	refused(&jia, "model.need-text", .op = OP_START, .start = s);
	refused(&ding, "model.not-member", .op = OP_START, .start = story_start(&w, "k", 2));
	refused(&jia, "model.state", SET("/data/b", "x"));
}

static void
test_disagreement(void **state)
{
	const struct target *t;
	struct hash theirs;

	(void)state;
	start("k", 2);
	does(&jia, SET("/data/a", "conform"));
	does(&yi, SET("/data/a", "nonconform"));
	pass(&yi, &jia);
	pass(&jia, &yi);
	assert_int_equal(view_dispute_count(visit_now(jia.v)), 1);
	t = view_answer(visit_now(jia.v), "f", "/data/a");
	assert_true(t->disagree);
	assert_int_equal(t->open_count, 2);
	does(&jia, .op = OP_OUTCOME, .value = "absent", .facts = "x");
	refused(&jia, "model.freeze-missing", .op = OP_FREEZE);
	refused(&jia, "model.others-value", SET("/data/a", "conform"));
	refused(&jia, "model.need-why", .op = OP_RESOLVE, .form = "f", .path = "/data/a",
	    .value = "conform");
	t = view_answer(visit_now(jia.v), "f", "/data/a");
	theirs = t->open[1]->id;
	does(&jia, .op = OP_RESOLVE, .form = "f", .path = "/data/a", .has_take = true,
	    .take = theirs, .why = "同意");
	t = view_answer(visit_now(jia.v), "f", "/data/a");
	assert_false(t->disagree);
	assert_int_equal(t->open_count, 1);
	pass(&jia, &yi);
	theirs = view_answer(visit_now(yi.v), "f", "/data/a")->entry->id;
	refused(&jia, "model.own-resolve", .op = OP_RESERVATION, .ref = theirs, .text = "x");
	does(&yi, .op = OP_RESERVATION, .ref = theirs, .text = "保留意见");
	{
		const struct visit_entry *list[4];

		assert_int_equal(view_reservations(visit_now(yi.v), &theirs, list, 4), 1);
	}
	does(&yi, .op = OP_OUTCOME, .value = "absent", .facts = "x");
	does(&yi, .op = OP_FREEZE);
}

#define FLAG(id, val, reason) .op = OP_FLAG_SET, .object = (id), .value = (val), .why = (reason), \
	.text = "{\"rule\":\"R01\",\"subject\":\"report:1\",\"src\":[]}"

static void
test_flags(void **state)
{
	struct id flag = fresh_id(&w), run = fresh_id(&w), f = fresh_id(&w);
	char text[ID_TEXT + 1];

	(void)state;
	start("k", 2);
	refused(&jia, "model.no-flag-run", .op = OP_FLAG_SAMPLE, .object = run, .text = "{}");
	refused(&jia, "model.need-text", .op = OP_FLAG_RUN, .object = run);
	refused(&jia, "model.value", .op = OP_FLAG_RUN, .object = run, .text = "{\"round\":9}");
	does(&jia, .op = OP_FLAG_RUN, .object = run, .text = "{\"lab\":\"env\"}");
	assert_string_equal(json_str(view_flag_run_at(visit_now(jia.v), 0)->body, "lab"), "env");
	does(&jia, .op = OP_FLAG_SAMPLE, .object = run, .text = "{\"n\":2}");
	assert_non_null(view_flag_sample_at(visit_now(jia.v), 0));
	assert_null(view_flag_sample_at(visit_now(jia.v), 1));
	refused(&jia, "model.need-why", FLAG(flag, "confirmed", " "));
	refused(&jia, "model.value", FLAG(flag, "true", "x"));
	assert_null(view_flag(visit_now(jia.v), &flag));
	does(&jia, FLAG(flag, "ruled-out", "补录"));
	does(&jia, FLAG(flag, "confirmed", "没有原始记录"));
	does(&yi, FLAG(flag, "ruled-out", "纸质记录"));
	pass(&jia, &yi);
	pass(&yi, &jia);
	assert_true(view_flag(visit_now(yi.v), &flag)->disagree);
	assert_string_equal(json_str(view_flag_body(visit_now(yi.v), &flag), "rule"), "R01");
	assert_ptr_equal(view_flag_at(visit_now(yi.v), 0), view_flag(visit_now(yi.v), &flag));
	assert_null(view_flag_at(visit_now(yi.v), 1));
	refused(&jia, "model.others-value", FLAG(flag, "open", "x"));
	fill_absent(&jia);
	refused(&jia, "model.freeze-missing", .op = OP_FREEZE);
	refused(&jia, "model.value", .op = OP_RESOLVE, .flag = true, .object = flag,
	    .value = "maybe", .why = "x");
	does(&jia, .op = OP_RESOLVE, .flag = true, .object = flag, .value = "confirmed",
	    .why = "现场核对");
	assert_false(view_flag(visit_now(jia.v), &flag)->disagree);
	assert_string_equal(view_flag(visit_now(jia.v), &flag)->value, "confirmed");
	assert_non_null(view_flag_body(visit_now(jia.v), &flag));
	assert_null(view_flag_finding(visit_now(jia.v), &flag));
	id_format(&flag, text);
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "flags", .value = text);
	assert_true(id_eq(&view_flag_finding(visit_now(jia.v), &flag)->id, &f));
	does(&jia, .op = OP_FINDING_WITHDRAW, .object = f, .why = "重复");
	assert_null(view_flag_finding(visit_now(jia.v), &flag));
	does(&jia, .op = OP_FREEZE);
	refused(&jia, "model.state", FLAG(flag, "open", "x"));
}

static void
test_findings(void **state)
{
	struct id f = fresh_id(&w), g = fresh_id(&w), ev = fresh_id(&w);
	struct command_on on = { .finding = f };
	struct command_evidence e = { .name = "照片.jpg", .how = "现场拍摄", .size = 5 };

	(void)state;
	start("k", 2);
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "title", .value = "校准过期");
	refused(&jia, "model.field", .op = OP_FINDING_SET, .object = f, .field = "x", .value = "");
	refused(&jia, "model.reserved-word", .op = OP_FINDING_SET, .object = f,
	    .field = "facts", .value = "出具虚假报告");
	refused(&jia, "model.clause-unknown", .op = OP_FINDING_SET, .object = f,
	    .field = "clauses", .value = "B1 Q7");
	refused(&jia, "model.finding-clauses", .op = OP_FINDING_SET, .object = f,
	    .field = "stage", .value = "suspected");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "clauses", .value = "B*");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "facts", .value = "天平过期");
	refused(&jia, "model.finding-reports", .op = OP_FINDING_SET, .object = f,
	    .field = "stage", .value = "suspected");
	does(&jia, .op = OP_EVIDENCE_ADD, .object = ev, .evidence = &e, .on = &on, .on_count = 1);
	refused(&jia, "model.finding-leg-alone", .op = OP_FINDING_SET, .object = f,
	    .field = "stage", .value = "suspected");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "clauses", .value = "B1 B*");
	refused(&jia, "model.finding-leg2", .op = OP_FINDING_SET, .object = f,
	    .field = "stage", .value = "suspected");
	refused(&jia, "model.value", .op = OP_FINDING_SET, .object = f, .field = "leg2",
	    .value = "maybe");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "leg2", .value = "to-verify");
	refused(&jia, "model.finding-to-verify", .op = OP_FINDING_SET, .object = f,
	    .field = "stage", .value = "suspected");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "leg2.how", .value = "复测");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "leg2.by", .value = "检查员乙");
	refused(&jia, "model.value", .op = OP_FINDING_SET, .object = f, .field = "leg2.until",
	    .value = "soon");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "leg2.until",
	    .value = "2026-04-01");
	refused(&jia, "model.establish-supervisor", .op = OP_FINDING_SET, .object = f,
	    .field = "stage", .value = "established");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "stage", .value = "suspected");
	assert_int_equal(view_finding(visit_now(jia.v), &f)->stage, STAGE_SUSPECTED);
	/* a false report stands on X1 alone */
	does(&jia, .op = OP_FINDING_SET, .object = g, .field = "title", .value = "无原始记录");
	does(&jia, .op = OP_FINDING_SET, .object = g, .field = "clauses", .value = "X1");
	does(&jia, .op = OP_FINDING_SET, .object = g, .field = "facts", .value = "未见记录");
	does(&jia, .op = OP_FINDING_SET, .object = g, .field = "reports", .value = "R-1");
	does(&jia, .op = OP_FINDING_SET, .object = g, .field = "stage", .value = "suspected");
	fill_absent(&jia);
	does(&jia, .op = OP_FREEZE);
	pass(&jia, &yi);
	does(&yi, .op = OP_SIGN);
	pass(&yi, &bing);
	refused(&jia, "model.state", .op = OP_FINDING_WITHDRAW, .object = f, .why = "x");
	refused(&bing, "model.establish-to-verify", .op = OP_FINDING_ESTABLISH, .object = f,
	    .why = "x");
	refused(&bing, "model.need-why", .op = OP_FINDING_ESTABLISH, .object = g);
	does(&bing, .op = OP_FINDING_ESTABLISH, .object = g, .why = "证据充分");
	assert_int_equal(view_finding(visit_now(bing.v), &g)->stage, STAGE_ESTABLISHED);
	assert_int_equal(view_finding(visit_sealed(bing.v, 1), &g)->stage, STAGE_SUSPECTED);
}

static void
test_evidence(void **state)
{
	struct id ev = fresh_id(&w), paper = fresh_id(&w), nothing = fresh_id(&w);
	struct command_on on = { .form = "f", .path = "/data/a" };
	struct command_on bad = { .form = "g", .path = "/data/a" };
	struct command_evidence e = { .name = "照片.jpg", .how = "现场拍摄", .size = 5 };
	struct command_evidence p = { .name = "笔录.pdf", .how = "打印", .size = 9,
	    .use = "paper" };

	(void)state;
	start("k", 2);
	does(&jia, SET("/data/a", "nonconform"));
	does(&jia, .op = OP_OUTCOME, .value = "completed");
	{
		struct missing_list l = { 0 };
		struct stamp at = fixed_stamp(3);

		missing_freeze(jia.v, &at, &l);
		assert_int_equal(l.n, 1);
		assert_string_equal(l.v[0].err.code, "model.missing-evidence");
		assert_string_equal(l.v[0].path, "/data/a");
		missing_release(&l);
	}
	refused(&jia, "model.form-unknown", .op = OP_EVIDENCE_ADD, .object = ev,
	    .evidence = &e, .on = &bad, .on_count = 1);
	does(&jia, .op = OP_EVIDENCE_ADD, .object = ev, .evidence = &e);
	refused(&jia, "model.evidence-known", .op = OP_EVIDENCE_ADD, .object = ev, .evidence = &e);
	refused(&jia, "model.no-evidence", .op = OP_EVIDENCE_LINK, .object = nothing, .on = &on,
	    .on_count = 1);
	does(&jia, .op = OP_EVIDENCE_LINK, .object = ev, .on = &on, .on_count = 1);
	assert_int_equal(view_evidence_for(visit_now(jia.v), "f", "/data/a", NULL), 1);
	refused(&jia, "model.need-why", .op = OP_EVIDENCE_WITHDRAW, .object = ev);
	does(&jia, .op = OP_FREEZE);
	refused(&jia, "model.state", .op = OP_EVIDENCE_ADD, .object = nothing, .evidence = &e);
	does(&jia, .op = OP_EVIDENCE_ADD, .object = paper, .evidence = &p);
	assert_non_null(view_evidence(visit_now(jia.v), &paper));
	assert_null(view_evidence(visit_freeze_now(jia.v)->view, &paper));
	does(&jia, .op = OP_PRINTED, .text = "record", .number = 1, .object = paper);
	does(&jia, .op = OP_PARTY, .value = "signed", .text = "某人", .objects = &paper,
	    .object_count = 1);
	refused(&jia, "model.party-already", .op = OP_PARTY, .value = "signed");
	does(&jia, .op = OP_CORRECTION, .document = "record", .number = 1, .text = "手改一字");
	pass(&jia, &yi);
	does(&yi, .op = OP_SIGN);
	assert_int_equal(state_of(&yi), VISIT_SEALED);
}

static void
test_instances(void **state)
{
	struct id a = fresh_id(&w), b = fresh_id(&w);
	char text[ID_TEXT + 1], pa[64], pb[64], no[80];
	struct view_instance list[4];
	struct inst *in = NULL;
	struct fj_buf dump;
	struct instant at = { 0, 480 };
	size_t strange = 9;

	(void)state;
	id_format(&a, text);
	snprintf(pa, sizeof(pa), "/data/r{%s}", text);
	snprintf(no, sizeof(no), "%s/no", pa);
	id_format(&b, text);
	snprintf(pb, sizeof(pb), "/data/r{%s}", text);
	start("k", 2);
	does(&jia, .op = OP_ADD, .form = "f", .path = "/data/r", .object = a);
	does(&jia, .op = OP_SET, .form = "f", .path = no, .value = "R-1");
	does(&jia, .op = OP_ADD, .form = "f", .path = "/data/r", .object = b);
	pass(&jia, &yi);
	assert_int_equal(view_instances(visit_now(yi.v), "f", "/data/r", list, 4), 2);
	ok(fill_form(yi.v, visit_now(yi.v), "f", at, "zh", &in, &strange, NULL));
	assert_int_equal(strange, 0);
	fj_buf_init(&dump, 4096);
	inst_digest_lines(in, &dump);
	assert_non_null(strstr(dump.p, "R-1"));
	fj_buf_release(&dump);
	inst_free(&in);
	refused(&yi, "model.others-value", .op = OP_REMOVE, .form = "f", .path = pa);
	does(&jia, .op = OP_REMOVE, .form = "f", .path = pb);
	assert_true(view_removed(visit_now(jia.v), "f", pb));
	assert_int_equal(view_instances(visit_now(jia.v), "f", "/data/r", list, 4), 1);
	/* removal against an edit that knew nothing of it */
	does(&jia, .op = OP_REMOVE, .form = "f", .path = pa);
	does(&yi, .op = OP_SET, .form = "f", .path = no, .value = "R-2", .beside = true);
	pass(&yi, &jia);
	assert_false(view_removed(visit_now(jia.v), "f", pa));
	assert_int_equal(view_dispute_count(visit_now(jia.v)), 1);
	does(&jia, .op = OP_RESOLVE, .form = "f", .path = pa, .value = "removed", .why = "重复");
	assert_true(view_removed(visit_now(jia.v), "f", pa));
	assert_int_equal(view_dispute_count(visit_now(jia.v)), 0);
}

static void
test_clear_and_note(void **state)
{
	(void)state;
	start("k", 2);
	refused(&jia, "model.nothing-there", .op = OP_CLEAR, .form = "f", .path = "/data/b");
	refused(&jia, "model.path", .op = OP_SET, .form = "f", .path = "b", .value = "x");
	refused(&jia, "model.form-unknown", .op = OP_SET, .form = "g", .path = "/b", .value = "x");
	refused(&jia, "model.need-text", SET("/data/b", ""));
	does(&jia, SET("/data/b", "x"));
	does(&jia, SET("/data/b", "备注"), .note = true);
	assert_string_equal(view_note(visit_now(jia.v), "f", "/data/b")->value, "备注");
	pass(&jia, &yi);
	refused(&yi, "model.others-value", .op = OP_CLEAR, .form = "f", .path = "/data/b");
	does(&jia, .op = OP_CLEAR, .form = "f", .path = "/data/b");
	assert_null(view_answer(visit_now(jia.v), "f", "/data/b")->value);
}

/* What a form computed once gives way to what a person wrote. */
static void
test_default_gives_way(void **state)
{
	(void)state;
	start("k", 2);
	does(&jia, SET("/data/b", "默认"), .automatic = "default");
	pass(&jia, &yi);
	does(&yi, SET("/data/b", "写的"));
	assert_int_equal(view_dispute_count(visit_now(yi.v)), 0);
	assert_string_equal(view_answer(visit_now(yi.v), "f", "/data/b")->value, "写的");
}

static void
test_missing_list(void **state)
{
	struct missing_list l = { 0 };
	struct stamp at = fixed_stamp(3);

	(void)state;
	start("k", 2);
	missing_freeze(jia.v, &at, &l);
	/* the outcome, and what a completed visit would lack */
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].err.code, "model.missing-outcome");
	missing_release(&l);
	does(&jia, SET("/data/c", "12"));
	does(&jia, .op = OP_OUTCOME, .value = "completed");
	missing_freeze(jia.v, &at, &l);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].err.code, "model.missing-answer");
	assert_string_equal(l.v[0].path, "/data/a");
	assert_string_equal(l.v[1].err.code, "model.missing-valid");
	missing_release(&l);
	does(&jia, .op = OP_OUTCOME, .value = "refused");
	missing_freeze(jia.v, &at, &l);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].err.code, "model.missing-facts");
	assert_string_equal(l.v[1].err.code, "model.missing-evidence-any");
	missing_release(&l);
}

static void
test_missing_papers(void **state)
{
	struct missing_list l = { 0 };
	struct stamp at = fixed_stamp(3);

	(void)state;
	start("two", 2);
	does(&jia, .op = OP_OUTCOME, .value = "stopped");
	missing_freeze(jia.v, &at, &l);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].err.code, "model.missing-paper");
	assert_string_equal(l.v[1].err.code, "model.missing-party-name");
	missing_release(&l);
}

static void
test_missing_seal(void **state)
{
	struct missing_list l = { 0 };

	(void)state;
	start("k", 3);
	does(&jia, SET("/data/a", "conform"));
	does(&jia, .op = OP_OUTCOME, .value = "completed");
	does(&jia, .op = OP_FREEZE);
	missing_seal(jia.v, visit_freeze_now(jia.v), &l);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.v[0].member, 1);
	assert_string_equal(l.v[2].err.code, "model.missing-party");
	missing_release(&l);
}

static void
test_one_member_kind(void **state)
{
	struct id f = fresh_id(&w);

	(void)state;
	does(&jia, .op = OP_START, .start = story_start(&w, "one", 1));
	refused(&jia, "model.kind-no-findings", .op = OP_FINDING_SET, .object = f,
	    .field = "title", .value = "x");
	does(&jia, .op = OP_OUTCOME, .value = "completed");
	does(&jia, .op = OP_FREEZE);
	assert_int_equal(state_of(&jia), VISIT_SEALED);
	does(&jia, .op = OP_REOPEN, .why = "补充");
	assert_int_equal(visit_round(jia.v), 2);
}

/* A service visit passes on a clue; it suspects nobody and cites no law. */
static void
test_service_kind(void **state)
{
	struct id f = fresh_id(&w);

	(void)state;
	does(&jia, .op = OP_START, .start = story_start(&w, "service", 1));
	refused(&jia, "model.kind-clue", .op = OP_FINDING_SET, .object = f,
	    .field = "clauses", .value = "X1");
	refused(&jia, "model.kind-clue", .op = OP_FINDING_SET, .object = f,
	    .field = "leg2", .value = "wrong");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "reports", .value = "1");
	does(&jia, .op = OP_OUTCOME, .value = "completed");
	refused(&jia, "model.freeze-missing", .op = OP_FREEZE);
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "title", .value = "证书编号查不到");
	does(&jia, .op = OP_FINDING_SET, .object = f, .field = "stage", .value = "lead");
	refused(&jia, "model.kind-clue", .op = OP_FINDING_SET, .object = f,
	    .field = "stage", .value = "suspected");
	does(&jia, .op = OP_FREEZE);
	assert_int_equal(state_of(&jia), VISIT_SEALED);
}

#define t(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(test_open_to_sealed), t(test_review_round), t(test_two_levels),
		t(test_void_and_again), t(test_unsigned_member), t(test_cancel),
		t(test_assign), t(test_start_refusals), t(test_disagreement),
		t(test_flags),
		t(test_findings), t(test_evidence), t(test_instances),
		t(test_clear_and_note), t(test_default_gives_way), t(test_missing_list),
		t(test_missing_papers), t(test_missing_seal), t(test_one_member_kind),
		t(test_service_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
