/* SPDX-License-Identifier: Apache-2.0 */
/* U1 to U3 of run.h. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "redflag/rule.h"
#include "redflag/run.h"
#include "redflag/store.h"

#define HEAD(id, grade) "-- SPDX-License-Identifier: Apache-2.0\n-- id: " id \
	"\n-- version: 1\n-- title_zh: 试\n-- title_en: try\n-- grade: " grade \
	"\n-- clauses: X1\n-- tables: report\n-- needs: report.report_no\n-- labs: all\n" \
	"-- pair: no\n-- false_alarms_zh: 无\n-- false_alarms_en: none\n" \
	"-- verify_zh: 看\n-- verify_en: look\n"
#define ROW(from) "SELECT 'report:'||r.report_no AS subject, r.report_no, " \
	"'report:'||r.src AS src, 1.0 AS measure, 'x' AS detail FROM " from "\n"

enum {
	REPORTS = 3000,
};

struct fix {
	struct store *s;
	struct rule *rule[8];
	size_t n;
};

static void
add(struct fix *f, const char *text)
{
	struct rule_reader reader = {NULL, NULL, NULL, NULL};
	const char *id = strstr(text, "-- id: ") + 7;
	char file[32];
	struct fj_err e;

	snprintf(file, sizeof(file), "%.*s.sql", (int)strcspn(id, "\n"), id);
	if (rule_read(file, text, strlen(text), &reader, &f->rule[f->n], &e) != FJ_OK)
		fail_msg("%s %s %s", e.code, e.arg[0], e.arg[1]);
	f->n++;
}

static int
setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));
	int t = schema_find("report"), no;
	struct store_in *in;
	struct fj_err e;
	uint32_t i;
	char name[16];

	f->s = store_new(0);
	in = store_in_new(f->s, t, 3, 0);
	no = schema_column(&schema_tables()[t], "report_no");
	for (i = 0; i < REPORTS; i++) {
		snprintf(name, sizeof(name), "R%u", (i * 7919) % (REPORTS / 2));
		store_word(in, no, name, strlen(name));
		store_row(in, i + 2);
	}
	assert_int_equal(store_in_end(&in, &e), FJ_OK);
	assert_int_equal(store_seal(f->s, &e), FJ_OK);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;

	while (f->n > 0)
		rule_free(&f->rule[--f->n]);
	store_free(&f->s);
	free(f);
	return 0;
}

struct seen {
	struct fj_buf b;
	size_t rows, hits;
	size_t stop_after;		/* rows; 0: never */
	bool cancel;
	bool sorted;
};

static bool
see(void *ctx, const struct run_row *row, size_t done, size_t total)
{
	struct seen *s = ctx;
	size_t i;

	s->rows++;
	s->hits += row->hits;
	assert_int_equal(done, s->rows);
	assert_true(done <= total);
	fj_buf_printf(&s->b, "%s %d %s %zu %zu\n", row->rule->id, (int)row->status,
	    row->why != NULL ? row->why->code : "-", row->hits, row->reports);
	for (i = 1; i < row->hits; i++)
		if (strcmp(row->hit[i - 1].subject, row->hit[i].subject) > 0 ||
		    (strcmp(row->hit[i - 1].subject, row->hit[i].subject) == 0 &&
		    strcmp(row->hit[i - 1].src, row->hit[i].src) >= 0))
			s->sorted = false;
	return s->stop_after == 0 || s->rows < s->stop_after;
}

static bool
cancelled(void *ctx)
{
	return ((struct seen *)ctx)->cancel;
}

static enum fj_rc
run(struct fix *f, struct run_options *o, struct seen *s, struct fj_err *e)
{
	fj_buf_init(&s->b, 1 << 20);
	s->rows = s->hits = 0;
	s->sorted = true;
	o->row = see;
	o->cancelled = cancelled;
	o->ctx = s;
	return run_rules(f->s, (const struct rule *const *)f->rule, f->n, o, e);
}

static void
cheap_contradictions_come_first(void **state)
{
	struct fix *f = *state;
	struct run_options o = {.threads = 1};
	struct seen s = {.cancel = false};
	struct fj_err e;

	add(f, HEAD("C-1", "C") ROW("report r"));
	add(f, HEAD("B-1", "B") ROW("report r WHERE r.report_no='R5'"));
	add(f, HEAD("A-1", "A") ROW("report r WHERE r.report_no<>'R5'"));
	assert_int_equal(run(f, &o, &s, &e), FJ_OK);
	assert_string_equal(s.b.p, "A-1 0 - 2998 1499\nB-1 0 - 2 1\nC-1 0 - 3000 1500\n");
	assert_true(s.sorted);
	fj_buf_release(&s.b);
}

static int
by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Lines of b in order. */
static void
sort_lines(struct fj_buf *b, struct fj_buf *out)
{
	char *line[64], *at = b->p;
	size_t n = 0, i;

	while (n < 64 && at != NULL && *at != '\0') {
		line[n++] = at;
		at = strchr(at, '\n');
		if (at != NULL)
			*at++ = '\0';
	}
	qsort(line, n, sizeof(*line), by_line);
	fj_buf_init(out, 1 << 20);
	for (i = 0; i < n; i++)
		fj_buf_printf(out, "%s\n", line[i]);
}

static void
threads_say_the_same(void **state)
{
	struct fix *f = *state;
	struct run_options one = {.threads = 1}, four = {.threads = 4};
	struct seen s = {.cancel = false}, t = {.cancel = false};
	struct fj_buf a, b;
	struct fj_err e;

	add(f, HEAD("A-1", "A") ROW("report r WHERE r.report_no='R9'"));
	add(f, HEAD("A-2", "A") ROW("report r WHERE r.report_no LIKE 'R1%'"));
	add(f, HEAD("B-1", "B") ROW("(SELECT report_no, min(src) AS src FROM report"
	    " GROUP BY report_no) r"));
	add(f, HEAD("B-2", "B") ROW("report r WHERE EXISTS (SELECT 1 FROM report q"
	    " WHERE q.report_no=r.report_no AND q.src<r.src)"));
	assert_int_equal(run(f, &one, &s, &e), FJ_OK);
	assert_int_equal(run(f, &four, &t, &e), FJ_OK);
	sort_lines(&s.b, &a);
	sort_lines(&t.b, &b);
	assert_string_equal(a.p, b.p);
	assert_int_equal(s.hits, t.hits);
	assert_true(s.sorted && t.sorted);
	fj_buf_release(&a);
	fj_buf_release(&b);
	fj_buf_release(&s.b);
	fj_buf_release(&t.b);
}

/* U3 */
static void
one_that_fails_stops_no_other(void **state)
{
	struct fix *f = *state;
	struct run_options o = {.threads = 2, .rule_ms = 30, .rows_max = 500};
	struct seen s = {.cancel = false};
	struct fj_err e;

	add(f, HEAD("A-1", "A") ROW("report r, report a, report b"
	    " WHERE a.src+b.src+r.src=1"));
	add(f, HEAD("A-2", "A") ROW("report r"));
	add(f, HEAD("A-3", "A") ROW("report r WHERE r.report_no='R9'"));
	add(f, "-- SPDX-License-Identifier: Apache-2.0\n-- id: A-4\n-- version: 1\n"
	    "-- title_zh: 试\n-- title_en: try\n-- grade: A\n-- clauses: X1\n"
	    "-- tables: report, fee\n-- needs: report.report_no, fee.fee_no\n-- labs: all\n"
	    "-- pair: no\n-- false_alarms_zh: 无\n-- false_alarms_en: none\n"
	    "-- verify_zh: 看\n-- verify_en: look\n"
	    ROW("report r WHERE r.report_no IN (SELECT fee_no FROM fee)"));
	assert_int_equal(run(f, &o, &s, &e), FJ_OK);
	assert_int_equal(s.rows, 4);
	assert_non_null(strstr(s.b.p, "A-1 2 rule.time 0 0\n"));
	assert_non_null(strstr(s.b.p, "A-2 2 rule.rows 0 0\n"));
	assert_non_null(strstr(s.b.p, "A-3 0 - 2 1\n"));
	assert_non_null(strstr(s.b.p, "A-4 1 rule.no-table 0 0\n"));
	fj_buf_release(&s.b);
}

static void
a_run_can_be_ended(void **state)
{
	struct fix *f = *state;
	struct run_options o = {.threads = 1};
	struct seen s = {.stop_after = 1};
	struct fj_err e;

	add(f, HEAD("A-1", "A") ROW("report r WHERE r.report_no='R9'"));
	add(f, HEAD("A-2", "A") ROW("report r, report a, report b WHERE a.src+b.src+r.src=1"));
	add(f, HEAD("B-1", "B") ROW("report r"));
	assert_int_equal(run(f, &o, &s, &e), FJ_CANCELLED);
	assert_string_equal(e.code, "redflag.cancelled");
	assert_int_equal(s.rows, 1);
	fj_buf_release(&s.b);
	s.stop_after = 0;
	s.cancel = true;
	assert_int_equal(run(f, &o, &s, &e), FJ_CANCELLED);
	assert_int_equal(s.rows, 0);
	fj_buf_release(&s.b);
}

static void
no_rules_no_rows(void **state)
{
	struct fix *f = *state;
	struct run_options o = {.threads = 2};
	struct seen s = {.cancel = false};
	struct fj_err e;

	assert_int_equal(run(f, &o, &s, &e), FJ_OK);
	assert_int_equal(s.rows, 0);
	fj_buf_release(&s.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cheap_contradictions_come_first, setup, teardown),
		cmocka_unit_test_setup_teardown(threads_say_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(one_that_fails_stops_no_other, setup, teardown),
		cmocka_unit_test_setup_teardown(a_run_can_be_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(no_rules_no_rows, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
