/* SPDX-License-Identifier: Apache-2.0 */
/* form check, form drive: definitions without any workspace. */
#include <string.h>

#include "app/lawdata.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/form_file.h"
#include "os/fs.h"

struct check {
	struct cli *c;
	struct clauses *clauses;
	struct json_w *w;		/* NULL: as text */
	bool cases, law;
};

static bool
clause_known(void *ctx, const char *id)
{
	return clauses_find(ctx, id) != NULL;
}

static int
worse(int a, int b)
{
	return a > b ? a : b;
}

/* What the flags ask of a form that has no errors. */
static int
beyond(struct check *k, const char *file, const struct fj_buf *b)
{
	struct form *f = NULL;
	struct fj_err e;
	int code = CLI_DONE;

	fj_err_clear(&e);
	if (k->cases && form_load(b->p, b->n, &f, NULL, &e) != FJ_OK)
		code = cli_fail(k->c, &e);
	else if (k->cases)
		code = form_cases(k->c, file, f, k->w);
	form_free(&f);
	if (k->law)
		code = worse(code, form_law(k->c, file, b->p, b->n, k->w));
	return code;
}

static int
check_bytes(struct check *k, const char *file, const struct fj_buf *b)
{
	struct form_lint lint = {clause_known, k->clauses};
	struct form_faults faults = {0};
	struct fj_err e;
	enum fj_rc rc;
	int code = CLI_DONE;
	size_t i;

	fj_err_clear(&e);
	rc = form_check(b->p, b->n, &lint, &faults, &e);
	for (i = 0; i < faults.n; i++)
		form_tell(k->c, file, &faults.v[i], k->w);
	if (rc != FJ_OK) {
		code = faults.errors > 0 ? CLI_NO : cli_fail(k->c, &e);
	} else {
		if (k->w == NULL)
			cli_say(k->c, N_("{1}: in order"), file, (const char *)NULL);
		code = beyond(k, file, b);
	}
	form_faults_release(&faults);
	return code;
}

static bool
has_end(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

/* The data that stand beside the forms in forms/: a shell's * brings them along. */
static bool
is_data(const char *file)
{
	static const char *const names[] = {
	    "campaigns.json", "clauses.json", "form.schema.json", "holidays.json", "lists.json", "visit-kinds.json"};
	const char *slash = strrchr(file, '/');
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(slash == NULL ? file : slash + 1, names[i]) == 0)
			return true;
	return false;
}

static int
check_one(struct check *k, const char *file)
{
	struct fj_buf b;
	struct fj_err e;
	int code;

	/* forms/NAME.cases beside forms/NAME.json: what a shell's * brings along. */
	if (has_end(file, ".cases") && fs_is_dir(file))
		return CLI_DONE;
	fj_err_clear(&e);
	if (form_file_read(k->c, file, &b, &e) != FJ_OK)
		code = cli_fail(k->c, &e);
	else
		code = is_data(file) ? CLI_DONE : check_bytes(k, file, &b);
	fj_buf_release(&b);
	return code;
}

int
cmd_form_check(struct cli *c, int argc, char **argv)
{
	struct check k = {.c = c};
	const struct opt opts[] = {{"--cases", OPT_FLAG, &k.cases}, {"--law", OPT_FLAG, &k.law}};
	struct fj_buf b;
	struct json_w w;
	struct fj_err e;
	int i, n, code = CLI_DONE;

	n = cli_opts(c, "form", "check", OPTS(opts), argc, argv, 1, -1);
	if (n < 0)
		return CLI_USAGE;
	fj_err_clear(&e);
	if (lawdata_clauses(&k.clauses, &e) != FJ_OK)
		return cli_fail(c, &e);
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	json_w_init(&w, &b);
	json_w_arr(&w);
	k.w = c->json ? &w : NULL;
	for (i = 0; i < n; i++)
		code = worse(code, check_one(&k, argv[i]));
	json_w_end(&w);
	if (c->json)
		cli_json_line(c, &b);
	fj_buf_release(&b);
	clauses_free(&k.clauses);
	return code;
}

int
cmd_form_drive(struct cli *c, int argc, char **argv)
{
	struct loose loose = {0};
	struct form *f = NULL;
	struct fj_err e;
	int code;

	if (cli_opts(c, "form", "drive", NULL, 0, argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	fj_err_clear(&e);
	code = form_file_load(c, argv[0], &f);
	if (code == CLI_DONE)
		code = loose_start(c, &loose, f, NULL, &e) == FJ_OK ?
		    drive_run(c, &loose_ops, &loose) : cli_fail(c, &e);
	loose_end(&loose);
	form_free(&f);
	return code;
}
