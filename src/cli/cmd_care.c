/* SPDX-License-Identifier: Apache-2.0 */
/* fsck, backup, restore. */
#include <stddef.h>
#include <stdio.h>

#include "app/app.h"
#include "cli/commands.h"
#include "cli/out.h"

struct walking {
	struct cli *c;
	struct out_json j;
};

static void
found(void *ctx, const struct app_finding_of_fsck *f)
{
	struct walking *w = ctx;
	struct fj_buf b;

	if (w->c->json) {
		json_w_obj(&w->j.w);
		json_w_kbool(&w->j.w, "ok", f->ok);
		out_kerr(w->c, &w->j.w, &f->err);
		json_w_end(&w->j.w);
		return;
	}
	fj_buf_init(&b, 65536);
	fj_buf_puts(&b, f->ok ? "OK    " : "BAD   ");
	msg_say(w->c->msg, &f->err, &b);
	cli_print(w->c, b.p);
	fj_buf_release(&b);
}

int
cmd_fsck(struct cli *c, int argc, char **argv)
{
	struct walking w = {.c = c};
	size_t bad = 0;
	struct fj_err e;
	struct app *a;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "fsck", NULL, NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	if (c->json) {
		out_json_begin(&w.j);
		json_w_arr(&w.j.w);
	}
	rc = app_fsck(a, found, &w, &bad, &e);
	if (c->json) {
		json_w_end(&w.j.w);
		out_json_end(c, &w.j);
	}
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	if (!c->json && bad == 0)
		cli_say(c, N_("Everything in this workspace reads back and holds."), NULL);
	return bad > 0 ? CLI_NO : CLI_DONE;
}

int
cmd_backup(struct cli *c, int argc, char **argv)
{
	const char *to = NULL;
	const struct opt opts[] = {{"-o", OPT_STR, &to}};
	struct fj_err e;
	struct app *a;
	int x;

	if (cli_opts(c, "backup", NULL, OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	if (to == NULL)
		return cli_needs(c, "backup", NULL, "-o");
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	if (app_backup(a, to, &e) != FJ_OK)
		return cli_fail(c, &e);
	if (!c->json)
		cli_say(c, N_("{1}: written, without the signing key. It opens with this workspace's passphrase: feijian restore {1}"),
		    to, NULL);
	return CLI_DONE;
}

int
cmd_restore(struct cli *c, int argc, char **argv)
{
	char code[APP_RECOVERY_CODE];
	struct fj_buf pass;
	struct fj_err e;
	struct id dev;
	struct app *a;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "restore", NULL, NULL, 0, argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	a = cli_app_locked(c, &x);
	if (a == NULL)
		return x;
	if (app_exists(a)) {
		fj_fail(&e, FJ_REFUSED, "cli.workspace-exists", "s", app_home(a));
		return cli_fail(c, &e);
	}
	fj_buf_init_secret(&pass, 4096);
	rc = cli_passphrase(c, cli_passphrase_file(c), false, &pass, &e);
	if (rc == FJ_OK)
		rc = app_restore(a, argv[0], pass.p, code, &e);
	fj_buf_release(&pass);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	cli_show_recovery(c, code);
	fj_wipe(code, sizeof(code));
	app_my_dev(a, &dev);
	out_id(c, &dev);
	return CLI_DONE;
}
