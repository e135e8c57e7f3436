/* SPDX-License-Identifier: Apache-2.0 */
/* form check, form drive: definitions without any workspace. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/drive.h"
#include "cli/line.h"

/* FILE: what was found, with its place; or one object of a JSON array. */
static void
tell(struct cli *c, const char *file, const struct form_fault *q, struct json_w *w)
{
	struct fj_buf b, line;
	bool error = q->severity == FORM_ERROR;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	fj_buf_init(&line, LIMIT_VALUE_BYTES);
	msg_say(c->msg, &q->err, &b);
	if (w != NULL) {
		json_w_obj(w);
		json_w_kstr(w, "file", file);
		json_w_kint(w, "line", q->line);
		json_w_kint(w, "column", q->column);
		json_w_kstr(w, "severity", error ? "error" : "warning");
		json_w_kstr(w, "error", q->err.code);
		json_w_kstr(w, "message", b.p);
		json_w_end(w);
	} else {
		fj_buf_printf(&line, "%s:%d:%d: %s: %s [%s]", file, q->line, q->column,
		    error ? _(c->msg, "error") : _(c->msg, "warning"), b.p, q->err.code);
		cli_print(c, line.p);
	}
	fj_buf_release(&b);
	fj_buf_release(&line);
}

static enum fj_rc
read_form(struct cli *c, const char *file, struct form **f, struct form_faults *faults,
    struct fj_err *e)
{
	struct fj_buf b;
	enum fj_rc rc;

	*f = NULL;
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	rc = line_read_all(c->in, file, &b, e);
	if (rc == FJ_OK)
		rc = form_load(b.p, b.n, f, faults, e);
	fj_buf_release(&b);
	return rc;
}

static int
check_one(struct cli *c, const char *file, struct json_w *w)
{
	struct form_faults faults = {0};
	struct form *f;
	struct fj_err e;
	enum fj_rc rc;
	int code = CLI_DONE;
	size_t i;

	fj_err_clear(&e);
	rc = read_form(c, file, &f, &faults, &e);
	for (i = 0; i < faults.n; i++)
		tell(c, file, &faults.v[i], w);
	if (rc != FJ_OK)
		code = faults.errors > 0 ? CLI_NO : cli_fail(c, &e);
	else if (w == NULL)
		cli_say(c, N_("{1}: in order"), file, (const char *)NULL);
	form_free(&f);
	form_faults_release(&faults);
	return code;
}

int
cmd_form_check(struct cli *c, int argc, char **argv)
{
	struct fj_buf b;
	struct json_w w;
	int i, n, one, code = CLI_DONE;

	n = cli_opts(c, "form", "check", NULL, 0, argc, argv, 1, -1);
	if (n < 0)
		return CLI_USAGE;
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	json_w_init(&w, &b);
	json_w_arr(&w);
	for (i = 0; i < n; i++) {
		one = check_one(c, argv[i], c->json ? &w : NULL);
		code = one > code ? one : code;
	}
	json_w_end(&w);
	if (c->json)
		cli_json_line(c, &b);
	fj_buf_release(&b);
	return code;
}

/* ---- drive ---- */

struct loose {
	struct inst *in;
};

static struct inst *
loose_inst(void *ctx)
{
	return ((struct loose *)ctx)->in;
}

static enum fj_rc
loose_set(void *ctx, struct inst_node *at, const char *value, struct inst_changes *c,
    struct fj_err *e)
{
	return inst_set(((struct loose *)ctx)->in, at, value, c, e);
}

static enum fj_rc
loose_clear(void *ctx, struct inst_node *at, struct inst_changes *c, struct fj_err *e)
{
	return inst_clear(((struct loose *)ctx)->in, at, c, e);
}

static enum fj_rc
loose_add(void *ctx, struct inst_node *repeat, struct inst_node **made,
    struct inst_changes *c, struct fj_err *e)
{
	return inst_add(((struct loose *)ctx)->in, repeat, "", 0, made, c, e);
}

static enum fj_rc
loose_remove(void *ctx, struct inst_node *instance, struct inst_changes *c,
    struct fj_err *e)
{
	return inst_remove(((struct loose *)ctx)->in, instance, c, e);
}

/* A loose form has no journal: a note is checked, and nothing keeps it. */
static enum fj_rc
loose_note(void *ctx, struct inst_node *at, const char *text, struct fj_err *e)
{
	(void)ctx;
	(void)at;
	(void)text;
	(void)e;
	return FJ_OK;
}

int
cmd_form_drive(struct cli *c, int argc, char **argv)
{
	static const struct drive_ops ops = {loose_inst, loose_set, loose_clear, loose_add,
	    loose_remove, loose_note, NULL};
	struct loose loose = {0};
	struct form_env env = {.lang = c->lang};
	struct form_faults faults = {0};
	struct form *f;
	struct fj_err e;
	enum fj_rc rc;
	size_t i;
	int code;

	if (cli_opts(c, "form", "drive", NULL, 0, argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	fj_err_clear(&e);
	rc = read_form(c, argv[0], &f, &faults, &e);
	if (rc != FJ_OK) {
		for (i = 0; i < faults.n; i++)
			tell(c, argv[0], &faults.v[i], NULL);
		code = cli_fail(c, &e);
		goto out;
	}
	/* The wall clock of this machine: its zone counts, also under --now. */
	env.now = clock_now(c->clock);
	env.now.offset = clock_offset_at(env.now.ms);
	loose.in = inst_new(f, &env);
	rc = inst_start(loose.in, NULL, &e);
	code = rc == FJ_OK ? drive_run(c, &ops, &loose) : cli_fail(c, &e);
out:
	inst_free(&loose.in);
	form_free(&f);
	form_faults_release(&faults);
	return code;
}
