/* SPDX-License-Identifier: Apache-2.0 */
/* card: who this workspace is, for bundles; token: for other tus tools. */
#include <stddef.h>

#include "app/app.h"
#include "app/syncing.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "os/env.h"
#include "os/fs.h"

int
cmd_card(struct cli *c, int argc, char **argv)
{
	const char *path = NULL;
	const struct opt opts[] = {{"-o", OPT_STR, &path}};
	char fingerprint[32];
	struct fj_buf card;
	struct fj_err e;
	struct app *a;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "card", NULL, OPTS(opts), argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	fj_buf_init(&card, LIMIT_PAYLOAD);
	rc = app_card(a, &card, &e);
	if (rc == FJ_OK && path != NULL)
		rc = fs_write(path, card.p, card.n, 0644, &e);
	if (rc == FJ_OK && path == NULL) {
		fwrite(card.p, 1, card.n, c->out);
		if (env_is_terminal(fileno(c->out)))
			fputc('\n', c->out);
	}
	fj_buf_release(&card);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	app_fingerprint(a, fingerprint);
	if (path != NULL)
		cli_say(c, N_("{1}: fingerprint {2}; compare it aloud with the receiver"),
		    path, fingerprint, NULL);
	return CLI_DONE;
}

int
cmd_token(struct cli *c, int argc, char **argv)
{
	struct fj_buf token;
	struct out_json j;
	struct fj_err e;
	struct app *a;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "token", NULL, NULL, 0, argc, argv, 0, 0) < 0)
		return CLI_USAGE;
	a = cli_app(c, &x);
	if (a == NULL)
		return x;
	fj_buf_init_secret(&token, 4096);
	rc = app_token(a, &token, &e);
	if (rc == FJ_OK && c->json) {
		out_json_begin(&j);
		json_w_obj(&j.w);
		json_w_kstr(&j.w, "token", token.p);
		json_w_end(&j.w);
		out_json_end(c, &j);
	} else if (rc == FJ_OK) {
		fprintf(c->out, "%s\n", token.p);
	}
	fj_buf_release(&token);
	return rc == FJ_OK ? CLI_DONE : cli_fail(c, &e);
}
