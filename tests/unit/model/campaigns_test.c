/* SPDX-License-Identifier: Apache-2.0 */
/* Codes of campaigns: how they are written, kept and shown. */
#include "unit/model/story.h"

static void
test_tidy(void **state)
{
	static const struct {
		const char *text, *tidy, *code;
	} rows[] = {
		{ NULL, "", NULL }, { "", "", NULL }, { " ,，、 ", "", NULL },
		{ "ZJLJ", "ZJLJ", NULL }, { "zjlj QFXD", "ZJLJ QFXD", NULL },
		{ "ZJLJ，qfxd、2-B", "", "model.campaign" },
		{ "ZJLJ，qfxd、B-2", "ZJLJ QFXD B-2", NULL },
		{ "A", "", "model.campaign" }, { "ABCDEFGHIJKLM", "", "model.campaign" },
		{ "质监利剑", "", "model.campaign" }, { "A_B", "", "model.campaign" },
		{ "AB ab", "", "model.campaign-twice" },
		{ "AA AB AC AD AE AF AG AH", "AA AB AC AD AE AF AG AH", NULL },
		{ "AA AB AC AD AE AF AG AH AI", "", "model.campaign-many" },
		{ "AAAAAAAAAAA1 AAAAAAAAAAA2 AAAAAAAAAAA3 AAAAAAAAAAA4 AAAAAAAAAAA5 "
		  "AAAAAAAAAAA6 AAAAAAAAAAA7 AAAAAAAAAAA8",
		  "AAAAAAAAAAA1 AAAAAAAAAAA2 AAAAAAAAAAA3 AAAAAAAAAAA4 AAAAAAAAAAA5 "
		  "AAAAAAAAAAA6 AAAAAAAAAAA7 AAAAAAAAAAA8", NULL },
	};
	char out[CAMPAIGN_TEXT];
	struct fj_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum fj_rc rc = campaigns_tidy(rows[i].text, out, &err);

		if (rows[i].code == NULL) {
			assert_int_equal(rc, FJ_OK);
			assert_string_equal(out, rows[i].tidy);
		} else {
			assert_int_not_equal(rc, FJ_OK);
			assert_string_equal(err.code, rows[i].code);
		}
	}
}

static void
read_back(const char *json, const char *want)
{
	struct json_doc *doc = NULL;
	char out[CAMPAIGN_TEXT];

	ok(json_parse(json, strlen(json), &doc, NULL));
	campaigns_read(json_root(doc), out);
	assert_string_equal(out, want);
	json_free(&doc);
}

/* An entry may hold anything: what is not well formed is passed over. */
static void
test_read(void **state)
{
	(void)state;
	campaigns_read(NULL, (char[CAMPAIGN_TEXT]){ 0 });
	read_back("[\"ZJLJ\",\"QFXD\"]", "ZJLJ QFXD");
	read_back("[\"zjlj\",1,null,\"\",\"ZJLJ\",\"ZJLJ\",\"A B\"]", "ZJLJ");
	read_back("{\"a\":\"ZJLJ\"}", "");
	read_back("\"ZJLJ\"", "");
	read_back("[\"AAAAAAAAAAA1\",\"AAAAAAAAAAA2\",\"AAAAAAAAAAA3\",\"AAAAAAAAAAA4\","
	    "\"AAAAAAAAAAA5\",\"AAAAAAAAAAA6\",\"AAAAAAAAAAA7\",\"AAAAAAAAAAA8\",\"AAAAAAAAAAA9\"]",
	    "AAAAAAAAAAA1 AAAAAAAAAAA2 AAAAAAAAAAA3 AAAAAAAAAAA4 AAAAAAAAAAA5 AAAAAAAAAAA6 "
	    "AAAAAAAAAAA7 AAAAAAAAAAA8");
}

static const char table[] =
"{\"campaigns\":[{\"code\":\"AA\",\"title\":{\"zh\":\"甲\",\"en\":\"first\"}},"
"{\"code\":\"BB\",\"title\":{\"zh\":\"乙\",\"en\":\"second\"}}]}";

static void
test_say(void **state)
{
	struct campaigns *c = NULL;
	struct fj_buf b;

	(void)state;
	ok(campaigns_load(table, strlen(table), &c, NULL));
	assert_int_equal(campaigns_count(c), 2);
	assert_int_equal(campaigns_count(NULL), 0);
	assert_null(campaigns_at(c, 2));
	assert_string_equal(campaign_title(campaigns_find(c, "BB"), "en"), "second");
	fj_buf_init(&b, 1024);
	campaigns_say(c, "BB XX AA", "zh", &b);
	assert_string_equal(b.p, "BB 乙，XX，AA 甲");
	fj_buf_clear(&b);
	campaigns_say(NULL, "BB", "en", &b);
	assert_string_equal(b.p, "BB");
	fj_buf_release(&b);
	assert_true(campaigns_has("BB XX AA", "XX"));
	assert_false(campaigns_has("BB XX AA", "X"));
	assert_false(campaigns_has("", "AA"));
	campaigns_free(&c);
	campaigns_free(&c);
}

static void
test_bad_tables(void **state)
{
	static const char *const bad[] = {
		"{}", "{\"campaigns\":{}}", "{\"campaigns\":[{}]}",
		"{\"campaigns\":[{\"code\":\"a\",\"title\":{\"zh\":\"a\",\"en\":\"a\"}}]}",
		"{\"campaigns\":[{\"code\":\"AA\",\"title\":{\"zh\":\"a\"}}]}",
		"{\"campaigns\":[{\"code\":\"AA\",\"title\":{\"zh\":\"a\",\"en\":\"a\"}},"
		"{\"code\":\"AA\",\"title\":{\"zh\":\"a\",\"en\":\"a\"}}]}",
	};
	struct campaigns *c = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		fails(campaigns_load(bad[i], strlen(bad[i]), &c, e), FJ_INVAL, "model.campaigns");
	assert_null(c);
}

static struct world w;
static struct replica jia, yi;

static int
set_up(void **state)
{
	(void)state;
	world_open(&w);
	replica_open(&jia, &w, JIA);
	replica_open(&yi, &w, YI);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	visit_free(&jia.v);
	visit_free(&yi.v);
	world_close(&w);
	return 0;
}

/* On the start entry: everybody who holds it knows, lists included. */
static void
test_on_a_visit(void **state)
{
	struct command_start *s = story_start(&w, "k", 2);
	struct summary a, back;
	struct fj_buf text;

	(void)state;
	s->campaigns = "zjlj zjlj";
	refused(&jia, "model.campaign-twice", .op = OP_START, .start = s);
	s->campaigns = "zjlj，秋风";
	refused(&jia, "model.campaign", .op = OP_START, .start = s);
	s->campaigns = "zjlj, qfxd";
	does(&jia, .op = OP_START, .start = s);
	pass(&jia, &yi);
	assert_string_equal(visit_facts(yi.v)->campaigns, "ZJLJ QFXD");
	summary_of(yi.v, &a);
	fj_buf_init(&text, 65536);
	summary_write(&a, &text);
	ok(summary_parse(text.p, text.n, &back, NULL));
	assert_string_equal(back.campaigns, "ZJLJ QFXD");
	fj_buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tidy), cmocka_unit_test(test_read),
		cmocka_unit_test(test_say), cmocka_unit_test(test_bad_tables),
		cmocka_unit_test_setup_teardown(test_on_a_visit, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
