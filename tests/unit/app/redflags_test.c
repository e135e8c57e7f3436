/* SPDX-License-Identifier: Apache-2.0 */
/* A screening with helpers that lie, die, babble and fall silent (RF1), and one that
 * keeps to the protocol. */
#define _GNU_SOURCE	/* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/flags.h"
#include "app/redflags.h"
#include "base/xalloc.h"
#include "os/fs.h"

static char folder[] = "/tmp/fj-redflags-XXXXXX";

#define RULE(id, grade) "{\"row\":{\"rule\":{\"id\":\"" id "\",\"version\":1,\"title_zh\":\"规则\"," \
	"\"title_en\":\"rule\",\"grade\":\"" grade "\",\"clauses\":[\"X1\"],\"pair\":false,\"own\":false," \
	"\"needs\":\"\",\"false_alarms_zh\":\"\",\"false_alarms_en\":\"\",\"verify_zh\":\"\",\"verify_en\":\"\"}}}\n"
#define MAP "{\"row\":{\"map\":{\"source\":1,\"file\":\"r.csv\",\"sheet\":\"\",\"fingerprint\":\"ab\"," \
	"\"tables\":[{\"table\":\"report\",\"columns\":[{\"column\":\"report_no\",\"at\":1,\"sure\":false}]}]}}}\n"
#define STATE(s) "{\"row\":{\"state\":\"" s "\"}}\n"
#define SOURCE "{\"row\":{\"source\":{\"source\":1,\"file\":\"r.csv\",\"sheet\":\"\",\"table\":\"report\"," \
	"\"rows\":2,\"rejected\":1,\"skipped\":0,\"cells\":0,\"unmapped\":[\"备注\"]}}}\n"
#define FAULT "{\"fault\":{\"code\":\"redflag.row\",\"args\":[\"1\",\"2\"],\"level\":\"error\",\"file\":\"r.csv\"," \
	"\"row\":3}}\n"
#define HITS(rule, rows) "{\"row\":{\"hits\":{\"rule\":\"" rule "\",\"rows\":[" rows "]}}}\n"
#define HIT "[\"report:1\",\"1\",\"report:4294967298;report:4294967299\",1.5,\"零 | zero\"]"
#define ENDED(rule, n) "{\"row\":{\"ended\":{\"rule\":\"" rule "\",\"run\":true,\"hits\":" n ",\"reports\":1,\"ms\":2}}}\n"
#define NOT_RUN(rule) "{\"row\":{\"ended\":{\"rule\":\"" rule "\",\"run\":false,\"code\":\"rule.no-table\"," \
	"\"args\":[\"fee\"],\"hits\":0,\"reports\":0,\"ms\":0}}}\n"
#define RESULT "{\"result\":{\"lab\":\"env\",\"ms\":7}}\n"
#define MAPPED RULE("R01", "A") RULE("R09", "B") MAP STATE("mapped")
#define RUNNING MAPPED STATE("loading") FAULT SOURCE STATE("running")
#define READY RUNNING HITS("R01", HIT) ENDED("R01", "1") NOT_RUN("R09") RESULT

static char *
helper(const char *lines, const char *then)
{
	char *path = xasprintf("%s/helper", folder), *data = xasprintf("%s/lines", folder);
	char *text = xasprintf("#!/bin/sh\nread l\ncat '%s'\n%s\n", data, then);

	(void)unlink(path);
	assert_int_equal(fs_write(data, lines, strlen(lines), 0600, NULL), FJ_OK);
	assert_int_equal(fs_write(path, text, strlen(text), 0700, NULL), FJ_OK);
	free(text);
	free(data);
	return path;
}

static struct redflags *
begin(const char *lines, const char *then, bool go)
{
	char *program = helper(lines, then), *file = xasprintf("%s/r.csv", folder);
	const char *path[] = {file};
	struct redflags_options o = {.path = path, .paths = 1, .go = go, .program = program};
	struct redflags *r = NULL;

	assert_int_equal(fs_write(file, "a,b\n1,2\n", 8, 0600, NULL), FJ_OK);
	assert_int_equal(redflags_new(NULL, &o, &r, NULL), FJ_OK);
	assert_int_equal(redflags_files(r), 1);
	assert_int_equal(redflags_start(r, NULL), FJ_OK);
	free(program);
	free(file);
	return r;
}

#define STAY "cat > /dev/null"

static void
test_honest(void **state)
{
	struct redflag_src src[4];
	struct redflag_clause *clauses;
	const struct redflag_hit *h;
	const struct redflag_rule *rule;
	struct redflags *r = begin(READY, STAY, true);
	struct fj_buf b;

	(void)state;
	assert_int_equal(redflags_wait(r, REDFLAGS_READY, NULL), FJ_OK);
	assert_int_equal(redflags_state(r), REDFLAGS_READY);
	assert_int_equal(redflags_rules(r), 2);
	assert_int_equal(redflags_hits(r), 1);
	assert_int_equal(redflags_ms(r), 7);
	assert_string_equal(redflags_lab(r), "env");
	h = redflags_hit(r, 0);
	assert_null(redflags_hit(r, 1));
	assert_string_equal(h->rule->id, "R01");
	assert_int_equal(redflag_hit_src(h, src, 4), 2);
	assert_string_equal(src[1].table, "report");
	assert_int_equal(src[1].source, 1);
	assert_int_equal(src[1].row, 3);
	fj_buf_init(&b, 100);
	redflag_detail(h, "en", &b);
	assert_string_equal(b.p, "zero");
	fj_buf_clear(&b);
	redflag_detail(h, "zh", &b);
	assert_string_equal(b.p, "零");
	fj_buf_release(&b);
	rule = redflags_rule(r, 1);
	assert_int_equal(rule->status, REDFLAG_NOT_RUN);
	assert_string_equal(rule->why.code, "rule.no-table");
	assert_int_equal(redflags_sources(r), 1);
	assert_int_equal(redflags_source(r, 0)->rejected, 1);
	assert_string_equal(redflags_source(r, 0)->unmapped[0], "备注");
	assert_int_equal(redflags_faults(r), 1);
	assert_true(redflags_fault(r, 0)->rejected);
	assert_int_equal(redflags_clauses(r, &clauses), 1);
	assert_string_equal(clauses[0].clause, "X1");
	assert_int_equal(clauses[0].reports_a, 1);
	assert_false(clauses[0].serious);
	free(clauses);
	redflags_free(&r);
	redflags_free(&r);
}

static const struct {
	const char *what, *lines, *then;
	const char *code;		/* of the failure */
} liars[] = {
	{"dies at once", "", "exit 3", "helper.died"},
	{"dies in the middle", RUNNING HITS("R01", HIT), "exit 0", "helper.died"},
	{"says done and was not", MAPPED "{\"done\":true}\n", STAY, "helper.died"},
	{"gives up", MAPPED "{\"error\":{\"class\":2,\"code\":\"redflag.memory\",\"args\":[\"1600\"]}}\n",
	    STAY, "redflag.memory"},
	{"no JSON", RUNNING "{\"row\":\n", STAY, "helper.protocol"},
	{"a row of no kind", RUNNING "{\"row\":{\"odd\":{}}}\n", STAY, "helper.protocol"},
	{"two kinds in a row", RUNNING "{\"row\":{\"state\":\"running\",\"rule\":{}}}\n", STAY, "helper.protocol"},
	{"a text", RUNNING "{\"text\":\"x\"}\n", STAY, "helper.protocol"},
	{"a state too early", RULE("R01", "A") STATE("running"), STAY, "helper.protocol"},
	{"a state once more", RUNNING STATE("loading"), STAY, "helper.protocol"},
	{"no such state", MAPPED STATE("gone"), STAY, "helper.protocol"},
	{"a rule late", RUNNING RULE("R02", "A"), STAY, "helper.protocol"},
	{"a rule twice", RULE("R01", "A") RULE("R01", "A"), STAY, "helper.protocol"},
	{"no such grade", RULE("R01", "D"), STAY, "helper.protocol"},
	{"a rule with a path for a name", RULE("../R01", "A"), STAY, "helper.protocol"},
	{"hits of no rule", RUNNING HITS("R77", HIT), STAY, "helper.protocol"},
	{"hits too early", MAPPED HITS("R01", HIT), STAY, "helper.protocol"},
	{"hits after the end of the rule", RUNNING ENDED("R01", "0") HITS("R01", HIT), STAY, "helper.protocol"},
	{"a hit with four cells", RUNNING HITS("R01", "[\"a\",\"b\",\"c\",1]"), STAY, "helper.protocol"},
	{"a hit with six", RUNNING HITS("R01", "[\"a\",\"b\",\"c\",1,\"d\",\"e\"]"), STAY, "helper.protocol"},
	{"a hit of numbers", RUNNING HITS("R01", "[1,2,3,4,5]"), STAY, "helper.protocol"},
	{"a measure of letters", RUNNING HITS("R01", "[\"a\",\"b\",\"c\",\"d\",\"e\"]"), STAY, "helper.protocol"},
	{"a hit that is none", RUNNING HITS("R01", "1"), STAY, "helper.protocol"},
	{"more counted than told", RUNNING HITS("R01", HIT) ENDED("R01", "2"), STAY, "helper.protocol"},
	{"fewer counted than told", RUNNING HITS("R01", HIT) ENDED("R01", "0"), STAY, "helper.protocol"},
	{"a negative number", RUNNING ENDED("R01", "-1"), STAY, "helper.protocol"},
	{"a rule that ends twice", RUNNING NOT_RUN("R09") NOT_RUN("R09"), STAY, "helper.protocol"},
	{"not run without a reason", RUNNING "{\"row\":{\"ended\":{\"rule\":\"R09\",\"run\":false,\"hits\":0,"
	    "\"reports\":0,\"ms\":0}}}\n", STAY, "helper.protocol"},
	{"a reason that is no code", RUNNING "{\"row\":{\"ended\":{\"rule\":\"R09\",\"run\":false,\"code\":\"%s%n\","
	    "\"args\":[],\"hits\":0,\"reports\":0,\"ms\":0}}}\n", STAY, "helper.protocol"},
	{"a source without a name", MAPPED STATE("loading") "{\"row\":{\"source\":{\"source\":1}}}\n", STAY,
	    "helper.protocol"},
	{"sources out of order", RULE("R01", "A") "{\"row\":{\"map\":{\"source\":9}}}\n", STAY, "helper.protocol"},
	{"an answer without a question", RUNNING "{\"row\":{\"answer\":{\"n\":5}}}\n", STAY, "helper.protocol"},
	{"a result too early", MAPPED RESULT, STAY, "helper.protocol"},
	{"a result of letters", RUNNING "{\"result\":{\"lab\":\"env\",\"ms\":\"x\"}}\n", STAY, "helper.protocol"},
	{"a laboratory with a long name", RUNNING "{\"result\":{\"lab\":\"environmentenvironment\",\"ms\":1}}\n",
	    STAY, "helper.protocol"},
	{"lines without end", RUNNING, "exec tr '\\0' x < /dev/zero", "helper.size"},
};

static void
test_liars(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(liars) / sizeof(liars[0]); i++) {
		struct redflags *r = begin(liars[i].lines, liars[i].then, true);
		struct fj_err e = {0};

		if (redflags_wait(r, REDFLAGS_READY, &e) == FJ_OK)
			fail_msg("%s: believed", liars[i].what);
		if (strcmp(e.code, liars[i].code) != 0)
			fail_msg("%s: %s", liars[i].what, e.code);
		assert_int_equal(redflags_state(r), REDFLAGS_FAILED);
		assert_int_equal(redflags_fd(r), -1);
		/* And the same answer once more. */
		assert_int_not_equal(redflags_wait(r, REDFLAGS_READY, &e), FJ_OK);
		redflags_free(&r);
	}
}

/* One that falls silent is ended by whoever watches it; a mapping waits as long as the
 * inspector looks at it. */
static void
test_silent(void **state)
{
	struct redflags *r = begin(MAPPED, STAY, false);
	struct fj_err e;

	(void)state;
	assert_int_equal(redflags_wait(r, REDFLAGS_MAPPED, &e), FJ_OK);
	assert_true(redflags_wait_ms(r) < 0);
	assert_int_equal(redflags_map_unsure(r), 1);
	assert_non_null(json_get(redflags_map(r), "sources"));
	assert_int_equal(redflags_run(r, &e), FJ_OK);
	assert_int_equal(redflags_run(r, &e), FJ_BUSY);
	assert_true(redflags_wait_ms(r) > 0);
	redflags_stop(r);
	assert_int_equal(redflags_state(r), REDFLAGS_FAILED);
	assert_int_equal(redflags_wait(r, REDFLAGS_READY, &e), FJ_CANCELLED);
	assert_string_equal(e.code, "redflags.stopped");
	redflags_free(&r);
}

#define READ_ASK "read a; "

static const struct {
	const char *what, *says, *code;
} answers[] = {
	{"nothing to tell", "{\"row\":{\"answered\":{\"n\":1,\"code\":\"redflag.row\",\"args\":[\"1\",\"9\"]}}}",
	    "redflag.row"},
	{"another number", "{\"row\":{\"answered\":{\"n\":2}}}", "helper.protocol"},
	{"a row without cells", "{\"row\":{\"answer\":{\"n\":1,\"table\":\"report\",\"row\":{\"source\":1,\"row\":2}}}}\n"
	    "{\"row\":{\"answered\":{\"n\":1}}}", "helper.protocol"},
	{"a cell before the first", "{\"row\":{\"answer\":{\"n\":1,\"table\":\"report\",\"row\":{\"source\":1,\"row\":2,"
	    "\"cells\":[{\"at\":0}]}}}}\n{\"row\":{\"answered\":{\"n\":1}}}", "helper.protocol"},
	{"a long table", "{\"row\":{\"answer\":{\"n\":1,\"table\":\"a-name-that-is-longer-than-any\",\"row\":{\"source\":1,"
	    "\"row\":2,\"cells\":[]}}}}\n{\"row\":{\"answered\":{\"n\":1}}}", "helper.protocol"},
};

static void
test_answers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		char *then = xasprintf(READ_ASK "cat <<'E'\n%s\nE\n" STAY, answers[i].says);
		struct redflags *r = begin(READY, then, true);
		struct redflag_rows *rows = NULL;
		struct fj_err e = {0};

		assert_int_equal(redflags_wait(r, REDFLAGS_READY, &e), FJ_OK);
		if (redflags_rows(r, redflags_hit(r, 0)->src, &rows, &e) == FJ_OK)
			fail_msg("%s: believed", answers[i].what);
		if (strcmp(e.code, answers[i].code) != 0)
			fail_msg("%s: %s", answers[i].what, e.code);
		assert_null(rows);
		redflags_free(&r);
		free(then);
	}
}

static void
test_rows(void **state)
{
	struct redflags *r = begin(READY, READ_ASK "printf '%s\\n' "
	    "'{\"row\":{\"answer\":{\"n\":1,\"table\":\"report\",\"row\":{\"source\":1,\"file\":\"r.csv\",\"sheet\":\"\",\"row\":2,"
	    "\"cells\":[{\"at\":1,\"header\":\"编号\",\"text\":\"1\",\"column\":\"report_no\"}]}}}}' "
	    "'{\"row\":{\"answered\":{\"n\":1}}}'; " STAY, true);
	struct redflag_timeline t;
	struct redflag_dist dist;
	struct redflag_rows *rows;
	struct fj_err e;

	(void)state;
	assert_int_equal(redflags_rows(r, "report:1", &rows, &e), FJ_BUSY);
	assert_int_equal(redflags_wait(r, REDFLAGS_READY, &e), FJ_OK);
	assert_int_equal(redflags_rows(r, redflags_hit(r, 0)->src, &rows, &e), FJ_OK);
	assert_int_equal(redflag_rows_count(rows), 1);
	assert_string_equal(redflag_rows_at(rows, 0)->cell[0].header, "编号");
	assert_string_equal(redflag_rows_at(rows, 0)->cell[0].column, "report_no");
	redflag_rows_free(&rows);
	/* Of this hit there is neither. */
	assert_int_equal(redflags_timeline(r, redflags_hit(r, 0), true, &t, &e), FJ_NOTFOUND);
	assert_int_equal(redflags_dist(r, redflags_hit(r, 0), &dist, &e), FJ_NOTFOUND);
	redflags_free(&r);
}

static void
test_options(void **state)
{
	const char *none[] = {"/nonexistent/x.csv"}, *here[] = {folder}, *odd[] = {"/dev/null"};
	struct redflags_options o = {.path = none, .paths = 1};
	struct redflags *r = NULL;
	struct fj_err e;

	(void)state;
	assert_int_equal(redflags_new(NULL, &o, &r, &e), FJ_NOTFOUND);
	o.path = odd;
	assert_int_equal(redflags_new(NULL, &o, &r, &e), FJ_INVAL);
	o.path = here;
	o.lab = "ship";
	assert_int_equal(redflags_new(NULL, &o, &r, &e), FJ_INVAL);
	assert_string_equal(e.code, "redflags.lab");
	o.lab = NULL;
	o.map = "{";
	assert_int_equal(redflags_new(NULL, &o, &r, &e), FJ_INVAL);
	assert_string_equal(e.code, "redflags.map");
	o.map = NULL;
	o.rules_dir = "/nonexistent";
	assert_int_equal(redflags_new(NULL, &o, &r, &e), FJ_INVAL);
	assert_string_equal(e.code, "redflags.rules-dir");
	assert_null(r);
	assert_string_equal(redflags_table(0), "agency");
	assert_null(redflags_table(1000));
	assert_non_null(redflags_column("report", 0));
	assert_null(redflags_column("report", 1000));
	assert_null(redflags_column("odd", 0));
}

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return fs_remove_tree(folder, NULL) == FJ_OK ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest), cmocka_unit_test(test_liars),
		cmocka_unit_test(test_silent), cmocka_unit_test(test_answers),
		cmocka_unit_test(test_rows), cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
