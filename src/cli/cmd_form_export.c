/* SPDX-License-Identifier: Apache-2.0 */
/* form export: a form of ours as an ODK XForm, written by the helper. */
#include <string.h>
#include <unistd.h>

#include "app/helper.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/form_file.h"
#include "os/fs.h"

struct export {
	struct form_teller tell;
	bool faulty;
	struct fj_buf xml;
};

static bool
on_event(void *ctx, const struct helper_event *ev)
{
	struct export *x = ctx;

	if (ev->what == HELPER_FAULT) {
		struct formfile_fault q = {x->tell.path, NULL, (int)ev->row, (int)ev->column,
		    ev->warning, ev->fault};

		x->faulty = x->faulty || !ev->warning;
		form_tell_foreign(&x->tell, &q);
	} else if (ev->what == HELPER_TEXT) {
		fj_buf_add(&x->xml, ev->text, ev->len);
	}
	return !fj_buf_over(&x->xml);
}

/* The definition goes to the helper as a file without a name: it may be packed. */
static enum fj_rc
convert(struct export *x, const struct fj_buf *def, struct fj_err *e)
{
	struct helper_file file = {.fd = fs_memfd("form"), .name = x->tell.path};
	struct helper_job job = {.job = "export", .file = &file, .files = 1};
	enum fj_rc rc;

	if (file.fd < 0)
		return fj_fail(e, FJ_IO, "export.memory", "s", x->tell.path);
	rc = fs_write_all(file.fd, x->tell.path, def->p, def->n, e);
	if (rc == FJ_OK && lseek(file.fd, 0, SEEK_SET) != 0)
		rc = fj_fail(e, FJ_IO, "export.memory", "s", x->tell.path);
	if (rc == FJ_OK)
		rc = helper_run(&job, on_event, x, e);
	if (rc != FJ_OK && fj_buf_over(&x->xml))
		rc = fj_fail(e, FJ_LIMIT, "export.large", "s", x->tell.path);
	close(file.fd);
	return rc;
}

int
cmd_form_export(struct cli *c, int argc, char **argv)
{
	struct export x = {.tell = {c, NULL}};
	struct formfile_ops ops = {NULL, NULL, NULL};
	const char *out = NULL;
	bool force = false;
	const struct opt opts[] = {{"-o", OPT_STR, &out}, {"--force", OPT_FLAG, &force}};
	struct fj_buf def;
	struct fj_err e;
	enum fj_rc rc;

	if (cli_opts(c, "form", "export", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	x.tell.path = argv[0];
	fj_err_clear(&e);
	fj_buf_init(&def, LIMIT_FORM_BYTES);
	fj_buf_init(&x.xml, (size_t)LIMIT_FORM_BYTES * 8);
	if (out != NULL && !force && fs_exists(out))
		rc = fj_fail(&e, FJ_REFUSED, "os.exists", "s", out);
	else
		rc = formfile_read(argv[0], &ops, &def, &e);
	if (rc == FJ_OK)
		rc = convert(&x, &def, &e);
	if (rc == FJ_OK)
		rc = form_write(c, out, force, &x.xml, &e);
	fj_buf_release(&def);
	fj_buf_release(&x.xml);
	if (rc != FJ_OK)
		return x.faulty ? CLI_NO : cli_fail(c, &e);
	if (out != NULL)
		cli_say(c, N_("{1}: written"), out, (const char *)NULL);
	return CLI_DONE;
}
