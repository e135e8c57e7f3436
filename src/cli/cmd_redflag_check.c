/* SPDX-License-Identifier: Apache-2.0 */
/* redflag check: the faults of rules, found by the helper. */
#include <string.h>

#include "app/helper.h"
#include "app/lawdata.h"
#include "base/limits.h"
#include "cli/commands.h"

enum {
	AT_ONCE = 64,			/* files of one helper */
};

struct check {
	struct cli *c;
	struct json_w *w;		/* NULL: as text */
	bool bad[AT_ONCE];
	char **file;
	int files;
};

static void
mark(struct check *k, const char *file)
{
	int i;

	for (i = 0; file != NULL && i < k->files; i++)
		if (strcmp(k->file[i], file) == 0)
			k->bad[i] = true;
}

static void
as_json(struct check *k, const struct helper_event *ev, const char *message)
{
	json_w_obj(k->w);
	json_w_kstr(k->w, "file", ev->file);
	json_w_kint(k->w, "line", ev->row);
	json_w_kint(k->w, "column", ev->column);
	json_w_kstr(k->w, "severity", "error");
	json_w_kstr(k->w, "code", ev->fault->code);
	json_w_kstr(k->w, "message", message);
	json_w_end(k->w);
}

static bool
hear(void *ctx, const struct helper_event *ev)
{
	struct check *k = ctx;
	struct fj_buf message, line;

	if (ev->what != HELPER_FAULT)
		return true;
	fj_buf_init(&message, LIMIT_VALUE_BYTES);
	msg_say(k->c->msg, ev->fault, &message);
	mark(k, ev->file);
	if (k->w != NULL) {
		as_json(k, ev, message.p);
	} else {
		fj_buf_init(&line, LIMIT_VALUE_BYTES);
		fj_buf_printf(&line, "%s:%u:%u: %s: %s", ev->file != NULL ? ev->file : "",
		    ev->row, ev->column, ev->fault->code, message.p);
		cli_print(k->c, line.p);
		fj_buf_release(&line);
	}
	fj_buf_release(&message);
	return true;
}

/* {"clauses":[…]} for the helper. */
static enum fj_rc
options(struct fj_buf *b, struct fj_err *e)
{
	struct clauses *all = NULL;
	enum fj_rc rc = lawdata_clauses(&all, e);

	if (rc == FJ_OK)
		lawdata_clause_ids(all, b);
	clauses_free(&all);
	return rc;
}

static int
some(struct check *k, const char *clauses)
{
	struct helper_file file[AT_ONCE];
	struct helper_job job = {.job = "rulecheck", .file = file, .files = k->files,
	    .options = clauses};
	int i, code = CLI_DONE;
	struct fj_err e;

	memset(k->bad, 0, sizeof(k->bad));
	for (i = 0; i < k->files; i++)
		file[i] = (struct helper_file){.path = k->file[i], .fd = -1, .name = k->file[i]};
	fj_err_clear(&e);
	if (helper_run(&job, hear, k, &e) != FJ_OK)
		return cli_fail(k->c, &e);
	for (i = 0; i < k->files; i++) {
		if (k->bad[i])
			code = CLI_NO;
		else if (k->w == NULL)
			cli_say(k->c, N_("{1}: in order"), k->file[i], (const char *)NULL);
	}
	return code;
}

int
cmd_redflag_check(struct cli *c, int argc, char **argv)
{
	struct check k = {.c = c};
	struct fj_buf clauses, out;
	struct json_w w;
	struct fj_err e;
	int i, n, one, code = CLI_DONE;

	n = cli_opts(c, "redflag", "check", NULL, 0, argc, argv, 1, -1);
	if (n < 0)
		return CLI_USAGE;
	fj_err_clear(&e);
	fj_buf_init(&clauses, LIMIT_VALUE_BYTES);
	fj_buf_init(&out, LIMIT_FORM_BYTES);
	json_w_init(&w, &out);
	json_w_arr(&w);
	k.w = c->json ? &w : NULL;
	if (options(&clauses, &e) != FJ_OK)
		code = cli_fail(c, &e);
	for (i = 0; code != CLI_COULD_NOT && i < n; i += AT_ONCE) {
		k.file = argv + i;
		k.files = n - i < AT_ONCE ? n - i : AT_ONCE;
		one = some(&k, clauses.p);
		code = one > code ? one : code;
	}
	json_w_end(&w);
	if (c->json)
		cli_json_line(c, &out);
	fj_buf_release(&clauses);
	fj_buf_release(&out);
	return code;
}
