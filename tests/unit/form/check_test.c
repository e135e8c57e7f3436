/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_check, fault by fault: tests/golden/form/faults/CODE.json makes CODE
 * happen, and expected.txt there has every line `CODE.json:LINE:COLUMN: CODE`
 * in order.  What only a large form can make happen is made here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "form/form.h"
#include "form/words.h"

static const char dir[] = "tests/golden/form/faults/";
/* Codes that big_forms() makes happen. */
static const char *const big[] = {"expr.size", "form.large", "form.memory", "form.places",
    "form.too-deep", "form.too-many", "json.nodes"};

static bool
clause(void *ctx, const char *id)
{
	(void)ctx;
	return strcmp(id, "B99") != 0;
}

static const struct form_lint lint = {clause, NULL};

static bool
read_file(const char *name, struct fj_buf *out)
{
	char path[256], part[4096];
	FILE *in;
	size_t n;

	fj_buf_init(out, LIMIT_FORM_BYTES);
	(void)snprintf(path, sizeof(path), "%s%s", dir, name);
	in = fopen(path, "rb");
	if (in == NULL)
		return false;
	while ((n = fread(part, 1, sizeof(part), in)) > 0)
		fj_buf_add(out, part, n);
	fclose(in);
	return true;
}

static bool
is_big(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(big) / sizeof(big[0]); i++)
		if (strcmp(big[i], code) == 0)
			return true;
	return false;
}

static bool
severity_ok(const struct form_word *w, const struct form_fault *q)
{
	return strcmp(w->takes, q->severity == FORM_ERROR ? "error" : "warning") == 0;
}

/* Appends the lines of one file; does the code of its name stand among them? */
static bool
check_file(const struct form_word *w, struct fj_buf *lines)
{
	struct form_faults faults = {0};
	struct fj_buf b;
	struct fj_err e;
	char name[128];
	bool seen = false;
	size_t i;

	(void)snprintf(name, sizeof(name), "%s.json", w->name);
	assert_true(read_file(name, &b));
	fj_err_clear(&e);
	if ((form_check(b.p, b.n, &lint, &faults, &e) == FJ_OK) != (faults.errors == 0))
		fail_msg("%s: %s, but %zu errors", name, e.code, faults.errors);
	for (i = 0; i < faults.n; i++) {
		const struct form_fault *q = &faults.v[i];

		fj_buf_printf(lines, "%s:%d:%d: %s\n", name, q->line, q->column, q->err.code);
		if (strcmp(q->err.code, w->name) == 0 && severity_ok(w, q))
			seen = true;
	}
	form_faults_release(&faults);
	fj_buf_release(&b);
	return seen;
}

static void
every_code_has_a_case(void **state)
{
	struct fj_buf lines, want;
	struct form_word w;
	size_t i;

	(void)state;
	fj_buf_init(&lines, 1 << 20);
	for (i = 0; form_word(FORM_WORDS_FAULTS, i, &w); i++)
		if (!is_big(w.name) && !check_file(&w, &lines))
			fail_msg("%s%s.json does not make its code happen", dir, w.name);
	assert_true(read_file("expected.txt", &want));
	assert_string_equal(lines.p, want.p);
	fj_buf_release(&want);
	fj_buf_release(&lines);
}

/* ---- what only size makes happen ---- */

static void
gives(const struct fj_buf *b, const char *code)
{
	struct form_faults faults = {0};
	struct fj_err e;
	bool seen = false;
	size_t i;

	assert_false(fj_buf_over(b));
	fj_err_clear(&e);
	assert_true(form_check(b->p, b->n, NULL, &faults, &e) != FJ_OK);
	for (i = 0; i < faults.n; i++)
		seen = seen || strcmp(faults.v[i].err.code, code) == 0;
	if (!seen)
		fail_msg("%s did not happen, but %s", code, e.code);
	form_faults_release(&faults);
}

static void
begin(struct fj_buf *b)
{
	fj_buf_init(b, 2 * LIMIT_FORM_BYTES);
	fj_buf_puts(b, "{\"form\":\"f\",\"version\":\"1\",\"children\":[");
}

static void
end(struct fj_buf *b, const char *tail, const char *code)
{
	fj_buf_puts(b, tail);
	gives(b, code);
	fj_buf_release(b);
}

static void
big_forms(void **state)
{
	struct fj_buf b;
	int i;

	(void)state;
	begin(&b);
	for (i = 0; i < LIMIT_FORM_BYTES; i++)
		fj_buf_putc(&b, ' ');
	end(&b, "]}", "form.large");

	begin(&b);
	for (i = 0; i <= LIMIT_FORM_NODES; i++)
		fj_buf_printf(&b, "%s{\"type\":\"text\",\"name\":\"a%d\"}", i > 0 ? "," : "", i);
	end(&b, "]}", "form.too-many");

	begin(&b);
	for (i = 0; i < LIMIT_JSON_NODES / 2; i++)
		fj_buf_puts(&b, i > 0 ? ",[1]" : "[1]");
	end(&b, "]}", "json.nodes");

	begin(&b);
	fj_buf_puts(&b, "{\"type\":\"calculate\",\"name\":\"c\",\"calculation\":\"1");
	for (i = 0; i < LIMIT_EXPR_BYTES; i++)
		fj_buf_puts(&b, " ");
	end(&b, "\"}]}", "expr.size");
}

/* Repeats in repeats: a few places that make too many. */
static void
too_many_places(void **state)
{
	struct fj_buf b;
	int i;

	(void)state;
	begin(&b);
	for (i = 0; i < 4; i++)
		fj_buf_printf(&b, "{\"type\":\"repeat\",\"name\":\"r%d\",\"instances\":2000,"
		    "\"children\":[", i);
	fj_buf_puts(&b, "{\"type\":\"text\",\"name\":\"a\"}");
	end(&b, "]}]}]}]}]}", "form.places");
}

/* JSON's own depth ends below that of groups, so only a hand-made tree gets there. */
static void
too_deep(void **state)
{
	struct fj_buf b;
	int i;

	(void)state;
	begin(&b);
	for (i = 0; i < LIMIT_FORM_DEPTH + 1; i++)
		fj_buf_printf(&b, "{\"type\":\"group\",\"name\":\"g%d\",\"children\":[", i);
	fj_buf_puts(&b, "{\"type\":\"text\",\"name\":\"a\"}");
	for (i = 0; i < LIMIT_FORM_DEPTH + 1; i++)
		fj_buf_puts(&b, "]}");
	end(&b, "]}", 2 * (LIMIT_FORM_DEPTH + 1) + 2 > LIMIT_JSON_DEPTH ? "json.depth" :
	    "form.too-deep");
}

/* Parameters need room before they are counted. */
static void
too_much_memory(void **state)
{
	struct fj_buf b;
	int i;

	(void)state;
	begin(&b);
	fj_buf_puts(&b, "{\"type\":\"text\",\"name\":\"a\",\"parameters\":\"a=1");
	for (i = 0; i < 6 << 20; i++)
		fj_buf_putc(&b, ' ');
	end(&b, "\"}]}", "form.memory");
}

/* ---- what is in order ---- */

static void
no_fault(void **state)
{
	static const char text[] =
	    "{\"form\": \"f\", \"version\": \"1\", \"title\": {\"zh\": \"表\", \"en\": \"F\"},\n"
	    " \"languages\": [\"zh\", \"en\"],\n"
	    " \"choices\": {\"yn\": [{\"name\": \"yes\", \"label\": {\"zh\": \"是\", \"en\": \"Y\"}},\n"
	    "  {\"name\": \"no\", \"label\": {\"zh\": \"否\", \"en\": \"N\"}}]},\n"
	    " \"children\": [{\"type\": \"select_one yn\", \"name\": \"a\", \"label\": \"a\",\n"
	    "   \"required\": true, \"default\": \"yes\", \"finding\": {\"on\": \"no\"}},\n"
	    "  {\"type\": \"integer\", \"name\": \"n\", \"label\": \"n\", \"clause\": [\"B1\"],\n"
	    "   \"relevant\": \"${a} = 'yes' or ${a} = ''\",\n"
	    "   \"constraint\": \". > 0 and regex(., '[0-9]+') and . != ''\"},\n"
	    "  {\"type\": \"date\", \"name\": \"d\", \"label\": \"d\",\n"
	    "   \"constraint\": \". > '2020-01-01' and . <= today()\"},\n"
	    "  {\"type\": \"calculate\", \"name\": \"c\",\n"
	    "   \"calculation\": \"(${a} = 'yes') + ${n} * 2\"}]}";
	struct form_faults faults = {0};
	struct fj_err e;

	(void)state;
	fj_err_clear(&e);
	if (form_check(text, sizeof(text) - 1, &lint, &faults, &e) != FJ_OK || faults.n > 0)
		fail_msg("%d:%d %s", faults.v[0].line, faults.v[0].column, faults.v[0].err.code);
	form_faults_release(&faults);
}

/* A circle longer than a sentence holds tells how many are left out. */
static void
long_circle(void **state)
{
	struct form_faults faults = {0};
	struct fj_buf b;
	struct fj_err e;
	int i;

	(void)state;
	begin(&b);
	for (i = 0; i < 200; i++)
		fj_buf_printf(&b, "%s\n{\"type\":\"calculate\",\"name\":\"c%d\",\"calculation\":"
		    "\"${c%d}\"}", i > 0 ? "," : "", i, (i + 1) % 200);
	fj_buf_puts(&b, "]}");
	fj_err_clear(&e);
	assert_int_equal(form_check(b.p, b.n, NULL, &faults, &e), FJ_INVAL);
	assert_string_equal(e.code, "form.cycle");
	assert_int_equal(e.narg, 5);
	assert_non_null(strstr(e.arg[0], ".calculation "));
	assert_non_null(strstr(e.arg[4], " > ... ("));
	form_faults_release(&faults);
	fj_buf_release(&b);
}

static void
words_are_whole(void **state)
{
	const char *gap = form_words_gap();
	struct form_word w;
	int which;
	size_t i;

	(void)state;
	if (gap != NULL)
		fail_msg("src/form/words.def and the compiler differ about %s", gap);
	for (which = FORM_WORDS_TYPES; which < FORM_WORDS_FAULTS; which++)
		for (i = 0; form_word((enum form_words)which, i, &w); i++)
			if (w.en[0] == '\0' || w.zh[0] == '\0')
				fail_msg("%s has no meaning", w.name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_case),
		cmocka_unit_test(big_forms),
		cmocka_unit_test(too_many_places),
		cmocka_unit_test(too_deep),
		cmocka_unit_test(too_much_memory),
		cmocka_unit_test(no_fault),
		cmocka_unit_test(long_circle),
		cmocka_unit_test(words_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
