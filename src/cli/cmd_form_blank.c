/* SPDX-License-Identifier: Apache-2.0 */
/* form blank: a form as text to be printed and filled in by hand. */
#include <string.h>

#include "app/lawdata.h"
#include "base/limits.h"
#include "cli/blank.h"
#include "cli/commands.h"
#include "cli/form_file.h"

int
cmd_form_blank(struct cli *c, int argc, char **argv)
{
	struct blank b = {.lang = c->lang};
	struct form *f = NULL;
	struct fj_buf bytes, out;
	struct fj_err e;
	char digest[65];
	int code;

	if (cli_opts(c, "form", "blank", NULL, 0, argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	fj_err_clear(&e);
	fj_buf_init(&out, 2 * LIMIT_FORM_BYTES);
	if (form_file_read(c, argv[0], &bytes, &e) != FJ_OK) {
		code = cli_fail(c, &e);
	} else if ((code = form_bytes_load(c, argv[0], &bytes, &f)) == CLI_DONE) {
		lawdata_digest(bytes.p, bytes.n, digest);
		b.form = f;
		b.digest = digest;
		b.page.msg = c->msg;
		blank_write(&b, &out);
		if (fj_buf_over(&out) || fwrite(out.p, 1, out.n, c->out) != out.n) {
			(void)fj_fail_errno(&e, "cli.write", "-");
			code = cli_fail(c, &e);
		}
	}
	form_free(&f);
	fj_buf_release(&bytes);
	fj_buf_release(&out);
	return code;
}
