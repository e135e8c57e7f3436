/* SPDX-License-Identifier: Apache-2.0 */
/* What the helper says is not believed: helpers that lie, die, hang and babble. */
#define _GNU_SOURCE	/* mkdtemp, setenv by name */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/helper.h"
#include "app/helper_find.h"
#include "app/helper_line.h"
#include "base/xalloc.h"
#include "os/fs.h"

struct heard {
	struct fj_buf b;
	int stop_at;		/* events; 0: never */
	int events;
};

static bool
hear(void *ctx, const struct helper_event *ev)
{
	struct heard *h = ctx;
	struct json_w w;
	int i;

	switch (ev->what) {
	case HELPER_PROGRESS:
		fj_buf_printf(&h->b, "%d/%d;", (int)ev->done, (int)ev->total);
		break;
	case HELPER_FAULT:
		fj_buf_printf(&h->b, "%s", ev->warning ? "warning " : "");
		fj_buf_printf(&h->b, "%s", ev->fault->code);
		for (i = 0; i < ev->fault->narg; i++)
			fj_buf_printf(&h->b, "(%s)", ev->fault->arg[i]);
		fj_buf_printf(&h->b, "@%s/%s:%u:%u;", ev->file != NULL ? ev->file : "-",
		    ev->sheet != NULL ? ev->sheet : "-", ev->row, ev->column);
		break;
	case HELPER_TEXT:
		fj_buf_add(&h->b, ev->text, ev->len);
		fj_buf_putc(&h->b, ';');
		break;
	case HELPER_ROW:
	case HELPER_RESULT:
		json_w_init(&w, &h->b);
		json_w_value(&w, ev->value);
		fj_buf_putc(&h->b, ';');
		break;
	}
	return ++h->events != h->stop_at;
}

static const struct {
	const char *line;
	enum helper_said said;
	const char *heard;		/* or the code of the error */
} lines[] = {
	{"{\"done\":true}", HELPER_SAID_DONE, ""},
	{"{\"progress\":[1,20]}", HELPER_SAID_MORE, "1/20;"},
	{"{\"text\":\"a\\nb\"}", HELPER_SAID_MORE, "a\nb;"},
	{"{\"row\":{\"a\":\"1\"}}", HELPER_SAID_MORE, "{\"a\":\"1\"};"},
	{"{\"result\":{}}", HELPER_SAID_MORE, "{};"},
	{"{\"fault\":{\"code\":\"sheet.quote\",\"args\":[\"x\",\"2\"],\"level\":\"warning\","
	    "\"sheet\":\"s\",\"row\":2,\"column\":3}}", HELPER_SAID_MORE,
	    "warning sheet.quote(x)(2)@-/s:2:3;"},
	{"{\"fault\":{\"code\":\"a.b\",\"args\":[],\"level\":\"error\",\"file\":\"f\"}}",
	    HELPER_SAID_MORE, "a.b@f/-:0:0;"},
	{"{\"error\":{\"class\":6,\"code\":\"sheet.zip\",\"args\":[\"\"]}}", HELPER_SAID_ERROR,
	    "sheet.zip"},
	{"{\"done\":false}", HELPER_SAID_NOTHING, ""},
	{"{\"done\":true,\"row\":{}}", HELPER_SAID_NOTHING, ""},
	{"{}", HELPER_SAID_NOTHING, ""},
	{"[]", HELPER_SAID_NOTHING, ""},
	{"", HELPER_SAID_NOTHING, ""},
	{"{\"row\":[]}", HELPER_SAID_NOTHING, ""},
	{"{\"row\":{}", HELPER_SAID_NOTHING, ""},
	{"{\"text\":1}", HELPER_SAID_NOTHING, ""},
	{"{\"other\":{}}", HELPER_SAID_NOTHING, ""},
	{"{\"progress\":[1]}", HELPER_SAID_NOTHING, ""},
	{"{\"progress\":[-1,2]}", HELPER_SAID_NOTHING, ""},
	{"{\"progress\":[1,2,3]}", HELPER_SAID_NOTHING, ""},
	{"{\"fault\":{\"code\":\"A b\",\"args\":[],\"level\":\"error\"}}", HELPER_SAID_NOTHING, ""},
	{"{\"fault\":{\"code\":\"a.b\",\"args\":[1],\"level\":\"error\"}}", HELPER_SAID_NOTHING, ""},
	{"{\"fault\":{\"code\":\"a.b\",\"args\":[],\"level\":\"odd\"}}", HELPER_SAID_NOTHING, ""},
	{"{\"fault\":{\"code\":\"a.b\",\"args\":[]}}", HELPER_SAID_NOTHING, ""},
	{"{\"fault\":{\"code\":\"a.b\",\"args\":[],\"level\":\"error\",\"row\":-1}}",
	    HELPER_SAID_NOTHING, ""},
	{"{\"fault\":{\"code\":\"a.b\",\"args\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"],"
	    "\"level\":\"error\"}}", HELPER_SAID_NOTHING, ""},
	{"{\"error\":{\"class\":0,\"code\":\"a.b\",\"args\":[]}}", HELPER_SAID_NOTHING, ""},
	{"{\"error\":{\"class\":99,\"code\":\"a.b\",\"args\":[]}}", HELPER_SAID_NOTHING, ""},
	{"{\"error\":{\"class\":6,\"code\":\"%s%n\",\"args\":[]}}", HELPER_SAID_NOTHING, ""},
};

static void
test_lines(void **state)
{
	enum helper_said said;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct heard h = {0};
		struct fj_err e = {0};
		enum fj_rc rc;

		fj_buf_init(&h.b, 10000);
		rc = helper_line(lines[i].line, strlen(lines[i].line), hear, &h, &said, &e);
		assert_int_equal(said, lines[i].said);
		assert_int_equal(rc != FJ_OK,
		    said == HELPER_SAID_ERROR || said == HELPER_SAID_NOTHING);
		assert_string_equal(said == HELPER_SAID_ERROR ? e.code : h.b.p, lines[i].heard);
		fj_buf_release(&h.b);
	}
}

/* ---- helpers that are scripts ---- */

static char folder[] = "/tmp/fj-helper-XXXXXX";

/* Owned path of a helper that does this. */
static char *
script(const char *does)
{
	char *path = xasprintf("%s/feijian-helper", folder);
	char *text = xasprintf("#!/bin/sh\n%s\n", does);

	(void)unlink(path);
	assert_int_equal(fs_write(path, text, strlen(text), 0700, NULL), FJ_OK);
	free(text);
	return path;
}

static enum fj_rc
run(const char *does, const struct helper_job *job, struct heard *h, struct fj_err *e)
{
	char *program = script(does);
	struct helper_job j = *job;
	enum fj_rc rc;

	j.program = program;
	fj_buf_init(&h->b, 1 << 20);
	rc = helper_run(&j, hear, h, e);
	free(program);
	return rc;
}

static const struct {
	const char *does;
	enum fj_rc rc;
	const char *code, *heard;
} helpers[] = {
	{"read l; echo '{\"text\":\"x\"}'; echo '{\"done\":true}'", FJ_OK, "", "x;"},
	{"echo '{\"done\":true}'; while :; do :; done", FJ_OK, "", ""},
	{"read l; echo '{\"row\":{}}'; exit 4", FJ_IO, "helper.died", "{};"},
	{"exit 3", FJ_IO, "helper.died", ""},
	{"kill -9 $$", FJ_IO, "helper.died", ""},
	{"exec >&-; while :; do :; done", FJ_IO, "helper.died", ""},
	{"echo '{\"done\":true'", FJ_CORRUPT, "helper.protocol", ""},
	{"echo; cat", FJ_CORRUPT, "helper.protocol", ""},
	{"printf '{\"done\":true}'", FJ_IO, "helper.died", ""},
	{"read l; echo '{\"error\":{\"class\":2,\"code\":\"sheet.bomb\",\"args\":[]}}'; while :; do :; done",
	    FJ_LIMIT, "sheet.bomb", ""},
	/* Lines without end. */
	{"exec cat /dev/zero", FJ_LIMIT, "helper.size", ""},
};

static void
test_helpers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++) {
		struct heard h = {0};
		struct fj_err e = {0};

		assert_int_equal(run(helpers[i].does, &(struct helper_job){.job = "x"}, &h, &e),
		    helpers[i].rc);
		assert_string_equal(e.code, helpers[i].code);
		assert_string_equal(h.b.p, helpers[i].heard);
		fj_buf_release(&h.b);
	}
}

static void
test_deadline(void **state)
{
	struct heard h = {0};
	struct fj_err e = {0};

	(void)state;
	assert_int_equal(run("while :; do :; done", &(struct helper_job){.job = "x",
	    .deadline_ms = 50}, &h, &e), FJ_LIMIT);
	assert_string_equal(e.code, "helper.deadline");
	fj_buf_release(&h.b);
}

static void
test_enough(void **state)
{
	struct heard h = {.stop_at = 2};
	struct fj_err e;

	(void)state;
	assert_int_equal(run("while :; do echo '{\"text\":\"x\"}'; done",
	    &(struct helper_job){.job = "x"}, &h, &e), FJ_CANCELLED);
	assert_string_equal(e.code, "helper.cancelled");
	assert_string_equal(h.b.p, "x;x;");
	fj_buf_release(&h.b);
}

static void
test_request(void **state)
{
	char *path = xasprintf("%s/in.txt", folder);
	struct helper_file file[] = {{.path = path}, {.path = path, .name = "甲"}};
	struct helper_job job = {.job = "x", .file = file, .files = 2,
	    .options = "{\"sheet\":1,\"deep\":{\"a\":[]}}"};
	struct heard h = {0};
	struct fj_err e = {0};

	(void)state;
	assert_int_equal(fs_write(path, "content", 7, 0600, NULL), FJ_OK);
	assert_int_equal(run("read l; printf '{\"row\":%s}\\n' \"$l\"; printf '{\"text\":\"%s\"}\n' \"$(cat <&4)\"; "
	    "echo '{\"done\":true}'", &job, &h, &e), FJ_OK);
	assert_string_equal(h.b.p, "{\"job\":\"x\",\"files\":[{\"fd\":3,\"name\":\"in.txt\"},"
	    "{\"fd\":4,\"name\":\"甲\"}],\"sheet\":1,\"deep\":{\"a\":[]}};content;");
	fj_buf_release(&h.b);
	free(path);
}

static void
test_refused(void **state)
{
	struct helper_file none = {.path = "/nonexistent/x"};
	char *big = xmalloc(70000);
	struct heard h = {0};
	struct fj_err e = {0};

	(void)state;
	assert_int_equal(run("", &(struct helper_job){.job = "x", .file = &none, .files = 1}, &h,
	    &e), FJ_NOTFOUND);
	fj_buf_release(&h.b);
	assert_int_equal(run("", &(struct helper_job){.job = "x", .options = "{"}, &h, &e), FJ_INVAL);
	fj_buf_release(&h.b);
	memset(big, ' ', 70000);
	memcpy(big, "{\"a\":\"", 6);
	memcpy(big + 69997, "\"}", 3);
	assert_int_equal(run("", &(struct helper_job){.job = "x", .options = big}, &h, &e), FJ_LIMIT);
	assert_string_equal(e.code, "helper.request");
	fj_buf_release(&h.b);
	free(big);
	assert_int_equal(run("", &(struct helper_job){.job = "x", .files = 73}, &h,
	    &e), FJ_LIMIT);
	assert_string_equal(e.code, "helper.files");
	fj_buf_release(&h.b);
	assert_int_equal(helper_run(&(struct helper_job){.job = "x", .program = "/nonexistent/h"},
	    hear, &h, &e), FJ_NOTFOUND);
	assert_string_equal(e.code, "helper.missing");
}

static void
test_find(void **state)
{
	char *path = script("exit 0"), *dots = xasprintf("::relative:%s", folder);
	char *got = helper_find_in(folder, NULL);

	(void)state;
	assert_string_equal(got, path);
	free(got);
	got = helper_find_in("/nonexistent", dots);
	assert_string_equal(got, path);
	free(got);
	/* Standing in the folder does not make it the helper. */
	assert_int_equal(chdir(folder), 0);
	assert_null(helper_find_in(NULL, ""));
	assert_null(helper_find_in(".", "::.:./"));
	assert_int_equal(chdir("/"), 0);
	assert_null(helper_find_in(NULL, NULL));
	free(path);
	free(dots);
}

/* In somebody's loop: steps do not wait. */
static void
test_steps(void **state)
{
	char *program = script("read l; echo '{\"progress\":[1,2]}'; while :; do :; done");
	struct helper_job j = {.job = "x", .program = program};
	struct heard h = {0};
	struct helper *k;
	struct fj_err e;
	bool over = false;

	(void)state;
	fj_buf_init(&h.b, 1000);
	assert_int_equal(helper_start(&j, hear, &h, &k, &e), FJ_OK);
	assert_true(helper_fd(k) >= 0);
	assert_true(helper_wait_ms(k) > 0);
	while (h.events == 0 && !over)
		assert_int_equal(helper_step(k, &over, &e), FJ_OK);
	assert_false(over);
	assert_string_equal(h.b.p, "1/2;");
	helper_free(&k);
	assert_null(k);
	helper_free(&k);
	fj_buf_release(&h.b);
	free(program);
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
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_helpers),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_enough),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
