/* SPDX-License-Identifier: Apache-2.0 */
/* Days of instruments and persons, and distributions, over a store made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "redflag/ask.h"

#define DAY 86400LL

static struct store *s;

static void
word(struct store_in *in, const char *table, const char *column, const char *text)
{
	store_word(in, schema_column(&schema_tables()[schema_find(table)], column), text,
	    strlen(text));
}

static void
number(struct store_in *in, const char *table, const char *column, int64_t v)
{
	store_int(in, schema_column(&schema_tables()[schema_find(table)], column), v);
}

static void
real(struct store_in *in, const char *table, const char *column, double v)
{
	store_real(in, schema_column(&schema_tables()[schema_find(table)], column), v);
}

struct test {
	const char *run, *sample, *instrument, *operator;
	int64_t from, to;
};

static const struct test tests_of[] = {
	{"R1", "S1", "E1", "P1", 20000 * DAY + 36000, 20000 * DAY + 39600},
	{"R2", "S2", "E1", "P2", 20000 * DAY + 32400, 20000 * DAY + 32000},	/* ends before it begins */
	{"R3", "", "E2", "P1", 20000 * DAY + 37000, 20000 * DAY + 40000},
	{"R4", "S4", "E1", "P1", 20001 * DAY, 20001 * DAY + 60},
};

static void
put_values(void)
{
	struct store_in *in = store_in_new(s, schema_find("measurement"), 2, 0),
	    *items = store_in_new(s, schema_find("report_item"), 3, 0);
	uint32_t row;

	for (row = 1; row <= 8; row++) {
		word(in, "measurement", "run_no", row <= 4 ? "R1" : "R2");
		word(in, "measurement", "param", "化学 需氧量");
		real(in, "measurement", "value", row <= 4 ? 1.5 : 1.0 + row / 10.0);
		number(in, "measurement", "decimals", 1);
		number(in, "measurement", "nd", 0);
		store_row(in, row);
	}
	assert_int_equal(store_in_end(&in, NULL), FJ_OK);
	for (row = 1; row <= 3; row++) {
		word(items, "report_item", "run_no", row < 3 ? "R1" : "R2");
		word(items, "report_item", "param", "氨氮");
		real(items, "report_item", "value", row == 1 ? 100 : row == 2 ? 99.2 : 105);
		real(items, "report_item", "limit_hi", 100);
		number(items, "report_item", "nd", 0);
		store_row(items, row);
	}
	assert_int_equal(store_in_end(&items, NULL), FJ_OK);
}

static int
set_up(void **state)
{
	struct store_in *in;
	uint32_t i;

	(void)state;
	s = store_new(0);
	in = store_in_new(s, schema_find("test_run"), 1, 0);
	for (i = 0; i < sizeof(tests_of) / sizeof(tests_of[0]); i++) {
		word(in, "test_run", "run_no", tests_of[i].run);
		word(in, "test_run", "sample_no", tests_of[i].sample);
		word(in, "test_run", "instrument_id", tests_of[i].instrument);
		word(in, "test_run", "operator", tests_of[i].operator);
		number(in, "test_run", "started_at", tests_of[i].from);
		number(in, "test_run", "ended_at", tests_of[i].to);
		store_row(in, i + 2);
	}
	word(in, "test_run", "run_no", "R5");		/* no time, nobody */
	store_row(in, 9);
	if (store_in_end(&in, NULL) != FJ_OK)
		return -1;
	put_values();
	return store_seal(s, NULL) == FJ_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	store_free(&s);
	return 0;
}

static void
test_timeline(void **state)
{
	struct fj_buf b;

	(void)state;
	fj_buf_init(&b, 10000);
	assert_int_equal(ask_timeline(s, (1LL << 32) | 2, false, &b, NULL), FJ_OK);
	assert_string_equal(b.p, "{\"what\":\"E1\",\"day\":20000,\"bars\":["
	    "[\"S2\",\"P2\",1728032400,1728032400,\"test_run:4294967299\"],"
	    "[\"S1\",\"P1\",1728036000,1728039600,\"test_run:4294967298\"]]}");
	fj_buf_clear(&b);
	assert_int_equal(ask_timeline(s, (1LL << 32) | 2, true, &b, NULL), FJ_OK);
	assert_string_equal(b.p, "{\"what\":\"P1\",\"day\":20000,\"bars\":["
	    "[\"S1\",\"E1\",1728036000,1728039600,\"test_run:4294967298\"],"
	    "[\"R3\",\"E2\",1728037000,1728040000,\"test_run:4294967300\"]]}");
	fj_buf_clear(&b);
	assert_int_equal(ask_timeline(s, (1LL << 32) | 9, true, &b, NULL), FJ_NOTFOUND);
	assert_int_equal(ask_timeline(s, (7LL << 32) | 2, true, &b, NULL), FJ_NOTFOUND);
	fj_buf_release(&b);
}

static void
test_distribution(void **state)
{
	struct fj_buf b;

	(void)state;
	fj_buf_init(&b, 10000);
	/* The longest parameter with which the words begin has a blank in it. */
	assert_int_equal(ask_distribution(s, ASK_DIGITS, "P1", "化学 需氧量 chi2", &b, NULL), FJ_OK);
	assert_string_equal(b.p, "{\"kind\":\"digits\",\"param\":\"化学 需氧量\",\"bins\":["
	    "[\"0\",0,0],[\"1\",0,0],[\"2\",0,0],[\"3\",0,0],[\"4\",0,0],[\"5\",4,1],"
	    "[\"6\",0,1],[\"7\",0,1],[\"8\",0,1],[\"9\",0,0]]}");
	fj_buf_clear(&b);
	assert_int_equal(ask_distribution(s, ASK_REPLICATES, "P1", "化学 需氧量", &b, NULL), FJ_OK);
	assert_string_equal(b.p, "{\"kind\":\"replicates\",\"param\":\"化学 需氧量\",\"bins\":["
	    "[\"=\",1,0],[\"≠\",0,1]]}");
	fj_buf_clear(&b);
	assert_int_equal(ask_distribution(s, ASK_LIMIT, "P1", "氨氮 2 just below", &b, NULL), FJ_OK);
	assert_non_null(strstr(b.p, "[\"1.00\",2,0]"));
	assert_non_null(strstr(b.p, "[\"1.05\",0,2]"));
	assert_int_equal(ask_distribution(s, ASK_DIGITS, "P9", "氨氮", &b, NULL), FJ_NOTFOUND);
	assert_int_equal(ask_distribution(s, ASK_DIGITS, "P1", "总磷", &b, NULL), FJ_NOTFOUND);
	fj_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timeline), cmocka_unit_test(test_distribution),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
