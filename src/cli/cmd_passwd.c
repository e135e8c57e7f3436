/* SPDX-License-Identifier: Apache-2.0 */
/* passwd and recover: a new passphrase, by the old one or by the owner's code. */
#include <stddef.h>

#include "app/app.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "os/fs.h"
#include "os/prompt.h"

static int
changed(struct cli *c)
{
	struct out_json j;

	if (c->json) {
		out_json_begin(&j);
		json_w_obj(&j.w);
		json_w_kbool(&j.w, "ok", true);
		json_w_end(&j.w);
		out_json_end(c, &j);
	} else {
		cli_say(c, N_("The passphrase is changed."), NULL);
	}
	return CLI_DONE;
}

int
cmd_passwd(struct cli *c, int argc, char **argv)
{
	const char *file = NULL;
	const struct opt opts[] = {{"--new-passphrase-file", OPT_STR, &file}};
	struct fj_buf pass;
	struct fj_err e;
	struct app *a;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "passwd", NULL, OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	fj_buf_init_secret(&pass, 4096);
	rc = cli_passphrase(c, file, true, &pass, &e);
	if (rc == FJ_OK)
		rc = app_passwd(a, pass.p, &e);
	fj_buf_release(&pass);
	return rc == FJ_OK ? changed(c) : cli_fail(c, &e);
}

static enum fj_rc
read_code(struct cli *c, const char *file, struct fj_buf *code, struct fj_err *e)
{
	enum fj_rc rc;

	if (file != NULL)
		return fs_read_secret_line(file, code, e);
	rc = prompt_line(_(c->msg, "Recovery code: "), false, code, e);
	if (rc == FJ_REFUSED)
		return fj_fail(e, FJ_NOTFOUND, "cli.no-terminal-code", "");
	return rc;
}

int
cmd_recover(struct cli *c, int argc, char **argv)
{
	const char *file = NULL, *code_file = NULL;
	const struct opt opts[] = {
		{"--new-passphrase-file", OPT_STR, &file},
		{"--code-file", OPT_STR, &code_file},
	};
	char fresh[APP_RECOVERY_CODE];
	struct fj_buf pass, code;
	struct fj_err e;
	struct app *a;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "recover", NULL, OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app_locked(c, &x);
	if (a == NULL)
		return x;
	if (!app_exists(a)) {
		fj_fail(&e, FJ_NOTFOUND, "cli.no-workspace", "s", app_home(a));
		return cli_fail(c, &e);
	}
	fj_buf_init_secret(&pass, 4096);
	fj_buf_init_secret(&code, 4096);
	rc = read_code(c, code_file, &code, &e);
	if (rc == FJ_OK)
		rc = cli_passphrase(c, file, true, &pass, &e);
	if (rc == FJ_OK)
		rc = app_recover(a, code.p, pass.p, fresh, &e);
	fj_buf_release(&pass);
	fj_buf_release(&code);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	/* a code that was typed somewhere is spent: the next one */
	cli_show_recovery(c, fresh);
	fj_wipe(fresh, sizeof(fresh));
	return changed(c);
}
