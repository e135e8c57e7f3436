/* SPDX-License-Identifier: Apache-2.0 */
/* Data files, identities, forks, ended devices, summaries, access, verification. */
#include "unit/model/story.h"

#include "model/divisions.h"

static struct world w;
static struct replica jia, yi, bing;

static int
set_up(void **state)
{
	(void)state;
	world_open(&w);
	replica_open(&jia, &w, JIA);
	replica_open(&yi, &w, YI);
	replica_open(&bing, &w, BING);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	visit_free(&jia.v);
	visit_free(&yi.v);
	visit_free(&bing.v);
	world_close(&w);
	return 0;
}

static void
sealed(void)
{
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	does(&jia, .op = OP_OUTCOME, .value = "absent", .facts = "锁门");
	does(&jia, .op = OP_FREEZE);
	pass(&jia, &yi);
	does(&yi, .op = OP_SIGN);
	pass(&yi, &jia);
}

/* ---- data ---- */

static char *
read_file(const char *name, size_t *n)
{
	FILE *f = fopen(name, "rb");
	char *p = xmalloc(8 << 20);

	if (f == NULL) {
		free(p);
		return NULL;
	}
	*n = fread(p, 1, 8 << 20, f);
	fclose(f);
	return p;
}

static void
test_shipped_data(void **state)
{
	struct kinds *k = NULL;
	struct clauses *c = NULL;
	struct divisions *d = NULL;
	struct division row;
	size_t n;
	char *p = read_file("forms/visit-kinds.json", &n);

	(void)state;
	assert_non_null(p);
	ok(kinds_load(p, n, &k, NULL));
	free(p);
	assert_int_equal(kinds_find(k, "flying-inspection")->min_members, 2);
	assert_true(kinds_find(k, "flying-inspection")->outcome[OUTCOME_COMPLETED].party);
	assert_string_equal(kinds_outcome_title(k, OUTCOME_ABSENT, "zh"), "无人在场");
	assert_string_equal(kinds_paper_title(k, "record", "zh"), "现场检查笔录");
	assert_int_equal(kinds_count(k), 18);
	assert_true(kinds_find(k, "brand-cultivation")->clue);
	assert_false(kinds_find(k, "brand-cultivation")->findings);
	assert_int_equal(kinds_find(k, "brand-cultivation")->min_members, 1);
	kinds_free(&k);
	p = read_file("forms/clauses.json", &n);
	ok(clauses_load(p, n, &c, NULL));
	free(p);
	assert_int_equal(clauses_find(c, "B1")->family, CLAUSE_UNTRUE);
	assert_int_equal(clauses_find(c, "X1")->family, CLAUSE_FALSE);
	assert_true(clauses_find(c, "B*")->second_leg);
	assert_string_equal(clauses_on(c, "B1", date_from_civil(2024, 1, 1)).article,
	    "第十三条第（一）项");
	assert_null(clauses_on(c, "B1", date_from_civil(2025, 6, 1)).article);
	clauses_free(&c);
	p = read_file("forms/divisions.csv", &n);
	ok(divisions_load(p, n, &d, NULL));
	free(p);
	assert_true(divisions_count(d) > 3000);
	ok(divisions_find(d, "110000", &row, NULL));
	assert_true(row.known);
	ok(divisions_find(d, "11", &row, NULL));
	assert_string_equal(row.name, "北京市");
	ok(divisions_find(d, "999999", &row, NULL));
	assert_false(row.known);
	fails(divisions_find(d, "没有这个地方", &row, e), FJ_NOTFOUND, "model.division-unknown");
	fails(divisions_find(d, "市辖区", &row, e), FJ_AMBIGUOUS, "model.division-ambiguous");
	divisions_free(&d);
}

static void
test_bad_data(void **state)
{
	static const char *const bad[] = {
		"{\"kinds\":[]}", "{\"kinds\":[{}]}",
		"{\"kinds\":[{\"id\":\"a\",\"outcomes\":{\"x\":{}}}]}",
		"{\"kinds\":[{\"id\":\"a\",\"outcomes\":{\"absent\":{\"require\":[\"x\"]}}}]}",
		"{\"kinds\":[{\"id\":\"a\"},{\"id\":\"a\"}]}",
		"{\"kinds\":[{\"id\":\"a\",\"members\":{\"min\":99}}]}",
		"{\"kinds\":[{\"id\":\"a\",\"papers\":[{}]}]}",
		"{\"kinds\":[{\"id\":\"a\",\"findings\":true,\"clue\":true}]}",
	};
	struct kinds *k = NULL;
	struct clauses *c = NULL;
	struct divisions *d = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		fails(kinds_load(bad[i], strlen(bad[i]), &k, e), FJ_INVAL, "model.kinds");
	fails(clauses_load("{}", 2, &c, e), FJ_INVAL, "model.clauses");
	fails(clauses_load("{\"clauses\":{\"A\":{}}}", 20, &c, e), FJ_INVAL, "model.clauses");
	fails(divisions_load("code,name\n12345,x\n", 18, &d, e), FJ_INVAL, "model.divisions");
}

static void
test_article_by_day(void **state)
{
	struct clause_article a;

	(void)state;
	assert_string_equal(clauses_on(w.clauses, "B1", date_from_civil(2025, 3, 17)).article,
	    "13");
	assert_null(clauses_on(w.clauses, "B1", date_from_civil(2025, 3, 18)).article);
	a = clauses_on(w.clauses, "B1", date_from_civil(2026, 1, 1));
	assert_string_equal(a.liability, "27");
	assert_true(a.verified);
	assert_null(clauses_on(w.clauses, "none", 0).article);
	assert_null(clauses_on(w.clauses, "none", 0).instrument);
	assert_string_equal(clauses_on(w.clauses, "G1", 0).instrument, "o");
	/* one law took the place of another: the row names the one of its day */
	a = clauses_on(w.clauses, "EV", date_from_civil(2026, 8, 14));
	assert_string_equal(a.instrument, "old");
	assert_string_equal(a.article, "54");
	a = clauses_on(w.clauses, "EV", date_from_civil(2026, 8, 15));
	assert_string_equal(a.instrument, "new");
	assert_string_equal(a.article, "225");
}

/* Every operation as entry/ has it for an example is one that is read here. */
static void
test_every_operation_is_read(void **state)
{
	struct json_doc *doc = NULL;
	const struct json *row;
	size_t n, seen = 0;
	char *p = read_file("tests/golden/entry/ops.json", &n);

	(void)state;
	assert_non_null(p);
	ok(json_parse(p, n, &doc, NULL));
	free(p);
	json_each(row, json_root(doc)) {
		struct fj_buf b;
		struct json_w jw;
		struct entry en = { .seq = 2, .hlc = 1 };
		struct vent *x;

		fj_buf_init(&b, 65536);
		json_w_init(&jw, &b);
		json_w_value(&jw, json_get(row, "payload"));
		en.payload = b.p;
		en.len = b.n;
		x = vent_new(&en, 0);
		if (x->fault != NULL)
			fail_msg("%s: %s", json_str(row, "op"), x->fault);
		seen |= (size_t)1 << x->pub.op;
		vent_free(x);
		fj_buf_release(&b);
	}
	json_free(&doc);
	/* all but hello, which has vectors of its own */
	assert_int_equal(seen, ((size_t)1 << OP_COUNT) - 4);
}

/* ---- identities ---- */

static void
test_claimed_then_contradicted(void **state)
{
	struct model_env without = w.env;
	struct visit *v;
	size_t i;

	(void)state;
	/* yi's key says in its hello that it is jia's */
	w.who[YI].name = "检查员甲";
	w.who[YI].cert = "A1";
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	pass(&jia, &yi);
	append_text(&yi, "{\"op\":\"set\",\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":1,"
	    "\"boot\":\"0a1b2c3d\",\"round\":1,\"form\":\"f\",\"path\":\"/data/b\",\"value\":\"x\"}");
	visit_settle(yi.v);
	assert_null(view_answer(visit_now(yi.v), "f", "/data/b"));
	assert_int_equal(visit_count_status(yi.v, ENTRY_INERT), 1);
	without.roster = NULL;
	ok(visit_new(&w.stream, &without, &v, NULL));
	for (i = 0; i < w.n; i++)
		ok(visit_add(v, &w.log[i].en, 0, NULL));
	visit_settle(v);
	assert_string_equal(view_answer(visit_now(v), "f", "/data/b")->value, "x");
	assert_false(visit_entry_at(v, visit_entry_count(v) - 1)->author.certified);
	visit_reset_env(v, &w.env);
	visit_settle(v);
	assert_null(view_answer(visit_now(v), "f", "/data/b"));
	visit_free(&v);
}

static void
test_supervisor_waits_for_roster(void **state)
{
	struct model_env without = w.env;
	struct visit *v;
	size_t i;

	(void)state;
	sealed();
	pass(&jia, &bing);
	does(&bing, .op = OP_APPROVE, .value = "correct");
	without.roster = NULL;
	ok(visit_new(&w.stream, &without, &v, NULL));
	for (i = 0; i < w.n; i++)
		ok(visit_add(v, &w.log[i].en, 0, NULL));
	visit_settle(v);
	assert_int_equal(visit_state(v), VISIT_SEALED);
	assert_int_equal(visit_count_status(v, ENTRY_WAITS), 1);
	visit_reset_env(v, &w.env);
	visit_settle(v);
	assert_int_equal(visit_state(v), VISIT_APPROVED);
	visit_free(&v);
}

static void
test_fork_is_named(void **state)
{
	struct chain_head head;
	const struct logged *l;
	struct fj_buf b;

	(void)state;
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	assert_true(visit_head(jia.v, &jia.who->dev, &head));
	does(&jia, SET("/data/b", "x"));
	fj_buf_init(&b, 4096);
	fj_buf_puts(&b, "{\"op\":\"set\",\"t\":\"2026-03-01T09:00:00.000+08:00\",\"up\":1,"
	    "\"boot\":\"0a1b2c3d\",\"round\":1,\"form\":\"f\",\"path\":\"/data/b\",\"value\":\"y\"}");
	l = world_write(&w, jia.who, &head, newest_of(jia.v), &b);
	fj_buf_release(&b);
	ok(visit_add(jia.v, &l->en, 0, NULL));
	visit_settle(jia.v);
	assert_true(visit_forked(jia.v));
	assert_int_equal(view_dispute_count(visit_now(jia.v)), 1);
	refused(&jia, "model.forked", SET("/data/c", "1"));
}

static void
test_frame_of_another_visit(void **state)
{
	struct id other = fixed_id(3);
	struct visit *v;

	(void)state;
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	ok(visit_new(&other, &w.env, &v, NULL));
	fails(visit_add(v, &w.log[0].en, 0, e), FJ_INVAL, "model.stream");
	visit_free(&v);
}

static void
test_entry_by_prefix(void **state)
{
	const struct visit_entry *en = NULL;
	char hex[HASH_TEXT + 1];

	(void)state;
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	hash_format(&visit_entry_at(jia.v, 1)->id, hex);
	hex[10] = '\0';
	ok(visit_entry_prefix(jia.v, hex, &en, NULL));
	assert_ptr_equal(en, visit_entry_at(jia.v, 1));
	fails(visit_entry_prefix(jia.v, "abc", &en, e), FJ_INVAL, "model.prefix-short");
	fails(visit_entry_prefix(jia.v, "zzzzzzzz", &en, e), FJ_NOTFOUND, "model.no-entry");
}

/* ---- summary and access ---- */

static void
test_summary_round_trip(void **state)
{
	static struct summary a, b;
	struct fj_buf text;

	(void)state;
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	does(&jia, SET("/data/a", "nonconform"));
	summary_of(jia.v, &a);
	assert_int_equal(a.state, VISIT_OPEN);
	assert_int_equal(a.failed, 1);
	assert_int_equal(a.team_count, 2);
	fj_buf_init(&text, 65536);
	summary_write(&a, &text);
	ok(summary_parse(text.p, text.n, &b, NULL));
	assert_memory_equal(&a, &b, sizeof(a));
	fj_buf_release(&text);
	fails(summary_parse("{}", 2, &b, e), FJ_CORRUPT, "model.summary");
	fails(summary_parse("x", 1, &b, e), FJ_CORRUPT, "model.summary");
}

static void
test_may_see(void **state)
{
	static struct summary s;
	const struct roster_person *p = roster_by_cert(w.roster, "A1");
	const struct roster_person *boss = roster_by_cert(w.roster, "S1");
	const struct roster_person *third = roster_by_cert(w.roster, "A3");
	struct roster_person gone;

	(void)state;
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	summary_of(jia.v, &s);
	assert_true(may_see(&s, p, false));
	assert_false(may_see(&s, boss, false));
	assert_true(may_see(&s, boss, true));
	assert_false(may_see(&s, third, true));
	assert_false(may_see(&s, NULL, true));
	gone = *p;
	gone.disabled = true;
	assert_false(may_see(&s, &gone, true));
	snprintf(s.division, sizeof(s.division), "110101");
	assert_false(may_see(&s, boss, true));
	assert_true(may_write(&s, p, true));
}

/* ---- verification ---- */

static enum verify_result
result_of(const struct verify_list *l, const char *code)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i].err.code, code) == 0)
			return l->v[i].result;
	return 0;
}

static void
test_verify(void **state)
{
	struct verify_list l = { 0 };
	struct verify_chain_fact chains[2] = { { .covered = 99 }, { .covered = 99 } };
	struct verify_facts facts = { .chains = chains, .chain_count = 2, .full = true };

	(void)state;
	sealed();
	chains[0].dev = w.who[JIA].dev;
	chains[1].dev = w.who[YI].dev;
	verify_visit(jia.v, &facts, &l);
	assert_int_equal(l.failed, 0);
	assert_int_equal(result_of(&l, "verify.sealed"), VERIFY_OK);
	assert_int_equal(result_of(&l, "verify.root"), VERIFY_OK);
	assert_int_equal(result_of(&l, "verify.dump"), VERIFY_OK);
	assert_int_equal(result_of(&l, "verify.heads"), VERIFY_OK);
	assert_int_equal(result_of(&l, "verify.evidence-list"), VERIFY_OK);
	assert_int_equal(result_of(&l, "verify.time-claimed"), VERIFY_ABSENT);
	verify_release(&l);
	chains[1].failed = true;
	chains[0].covered = 1;
	verify_visit(jia.v, &facts, &l);
	assert_int_equal(result_of(&l, "verify.chain-broken"), VERIFY_FAIL);
	assert_int_equal(result_of(&l, "verify.chain-unsigned"), VERIFY_FAIL);
	verify_release(&l);
}

/* A freeze that says something else than its entries is found out. */
static void
test_verify_lying_freeze(void **state)
{
	struct verify_list l = { 0 };
	struct verify_facts facts = { .full = false };
	char json[1200], dev[ID_TEXT + 1], id[HASH_TEXT + 1];
	struct chain_head head;

	(void)state;
	does(&jia, .op = OP_START, .start = story_start(&w, "k", 2));
	does(&jia, .op = OP_OUTCOME, .value = "absent", .facts = "锁门");
	assert_true(visit_head(jia.v, &jia.who->dev, &head));
	id_format(&head.dev, dev);
	hash_format(&head.id, id);
	snprintf(json, sizeof(json), "{\"op\":\"freeze\",\"t\":\"2026-03-01T09:00:00.000+08:00\","
	    "\"up\":1,\"boot\":\"0a1b2c3d\",\"round\":1,\"heads\":[{\"dev\":\"%s\",\"seq\":3,"
	    "\"id\":\"%s\"}],\"count\":9,\"root\":\"%064d\",\"evidence\":{\"digest\":\"%064d\"},"
	    "\"dump\":\"%064d\"}", dev, id, 0, 0, 0);
	append_text(&jia, json);
	verify_visit((visit_settle(jia.v), jia.v), &facts, &l);
	assert_int_equal(result_of(&l, "verify.heads-differ"), VERIFY_FAIL);
	assert_int_equal(result_of(&l, "verify.root-differs"), VERIFY_FAIL);
	assert_int_equal(result_of(&l, "verify.evidence-list-differs"), VERIFY_FAIL);
	assert_int_equal(result_of(&l, "verify.dump-differs"), VERIFY_FAIL);
	assert_int_equal(result_of(&l, "verify.chain-unknown"), VERIFY_ABSENT);
	verify_release(&l);
}

#define t(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(test_shipped_data), t(test_bad_data), t(test_article_by_day),
		t(test_every_operation_is_read),
		t(test_claimed_then_contradicted), t(test_supervisor_waits_for_roster),
		t(test_fork_is_named), t(test_frame_of_another_visit), t(test_entry_by_prefix),
		t(test_summary_round_trip), t(test_may_see), t(test_verify),
		t(test_verify_lying_freeze),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
