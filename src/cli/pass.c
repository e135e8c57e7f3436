/* SPDX-License-Identifier: Apache-2.0 */
/* Where a passphrase comes from: a file of the user's own, or the terminal. */
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "cli/commands.h"
#include "os/env.h"
#include "os/fs.h"
#include "os/prompt.h"

/* Without a terminal the way out is a file: say so. */
static enum fj_rc
ask(struct cli *c, const char *question, struct fj_buf *out, struct fj_err *e)
{
	struct fj_buf q;
	enum fj_rc rc;

	fj_buf_init(&q, 4096);
	fj_buf_puts(&q, msg_tr(c->msg, question));
	fj_buf_puts(&q, msg_is_zh(c->msg) ? "：" : ": ");
	rc = prompt_line(q.p, true, out, e);
	fj_buf_release(&q);
	if (rc == FJ_REFUSED)
		return fj_fail(e, FJ_NOTFOUND, "cli.no-terminal", "");
	return rc;
}

enum fj_rc
cli_passphrase(struct cli *c, const char *file, bool confirm, struct fj_buf *out,
    struct fj_err *e)
{
	struct fj_buf again;
	enum fj_rc rc;

	if (file != NULL) {
		rc = fs_read_secret_line(file, out, e);
		if (rc == FJ_OK && out->n == 0)
			rc = fj_fail(e, FJ_INVAL, "cli.passphrase-empty", "s", file);
		return rc;
	}
	rc = ask(c, confirm ? N_("New passphrase") : N_("Passphrase"), out, e);
	if (rc != FJ_OK || !confirm)
		return rc;
	fj_buf_init_secret(&again, 4096);
	rc = ask(c, N_("The new passphrase again"), &again, e);
	if (rc == FJ_OK && (again.n != out->n || memcmp(again.p, out->p, out->n) != 0))
		rc = fj_fail(e, FJ_INVAL, "cli.passphrase-differs", "");
	fj_buf_release(&again);
	return rc;
}

const char *
cli_passphrase_file(const struct cli *c)
{
	return c->passphrase_file != NULL ? c->passphrase_file :
	    env_get("FEIJIAN_PASSPHRASE_FILE");
}

enum fj_rc
cli_unlock(struct cli *c, struct fj_err *e)
{
	struct fj_buf pass;
	enum fj_rc rc;

	if (!app_exists(c->app))
		return fj_fail(e, FJ_NOTFOUND, "cli.no-workspace", "s", app_home(c->app));
	fj_buf_init_secret(&pass, 4096);
	rc = cli_passphrase(c, cli_passphrase_file(c), false, &pass, e);
	if (rc == FJ_OK)
		rc = app_unlock(c->app, pass.p, e);
	fj_buf_release(&pass);
	return rc;
}
