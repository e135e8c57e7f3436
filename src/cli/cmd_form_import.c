/* SPDX-License-Identifier: Apache-2.0 */
/* form import: XLSForm and ODK XForm as a definition in our language. */
#include <string.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/form_file.h"
#include "os/fs.h"

/* survey!12,3 as in a workbook; line:column of XML; nothing where nothing is said. */
static void
place(const struct formfile_fault *q, struct fj_buf *b)
{
	if (q->sheet != NULL)
		fj_buf_printf(b, "%s!%d,%d: ", q->sheet, q->row, q->column);
	else if (q->row > 0)
		fj_buf_printf(b, "%d:%d: ", q->row, q->column);
	else
		fj_buf_putc(b, ' ');
}

static void
as_json(const struct form_teller *t, const char *file, const struct formfile_fault *q,
    const char *message)
{
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kstr(&w, "file", file);
	json_w_kstr(&w, "sheet", q->sheet);
	if (q->row > 0) {
		json_w_kint(&w, q->sheet != NULL ? "row" : "line", q->row);
		json_w_kint(&w, "column", q->column);
	}
	json_w_kstr(&w, "severity", q->warning ? "warning" : "error");
	json_w_kstr(&w, "code", q->err->code);
	json_w_kstr(&w, "message", message);
	json_w_end(&w);
	fprintf(t->c->err, "%s\n", b.p);
	fj_buf_release(&b);
}

void
form_tell_foreign(void *ctx, const struct formfile_fault *q)
{
	const struct form_teller *t = ctx;
	const char *file = q->file != NULL ? q->file : t->path;
	struct cli err = *t->c;		/* the product may go to standard output */
	struct fj_buf message, line;

	err.out = err.err;
	fj_buf_init(&message, LIMIT_VALUE_BYTES);
	fj_buf_init(&line, LIMIT_VALUE_BYTES);
	msg_say(t->c->msg, q->err, &message);
	if (t->c->json) {
		as_json(t, file, q, message.p);
	} else {
		fj_buf_printf(&line, "%s:", file);
		place(q, &line);
		fj_buf_printf(&line, "%s: %s%s%s", q->err->code,
		    q->warning ? _(t->c->msg, "warning") : "", q->warning ? ": " : "", message.p);
		cli_print(&err, line.p);
	}
	fj_buf_release(&message);
	fj_buf_release(&line);
}

enum fj_rc
form_write(struct cli *c, const char *path, bool force, const struct fj_buf *b,
    struct fj_err *e)
{
	if (path == NULL) {
		fwrite(b->p, 1, b->n, c->out);
		return FJ_OK;
	}
	return force ? fs_write(path, b->p, b->n, 0644, e) :
	    fs_write_new(path, b->p, b->n, 0644, e);
}

int
cmd_form_import(struct cli *c, int argc, char **argv)
{
	struct form_teller t = {.c = c};
	struct formfile_ops ops = {form_tell_foreign, &t, NULL};
	const char *out = NULL;
	bool force = false;
	const struct opt opts[] = {{"-o", OPT_STR, &out}, {"--force", OPT_FLAG, &force}};
	struct fj_buf b;
	struct fj_err e;
	enum fj_rc rc;

	if (cli_opts(c, "form", "import", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	t.path = argv[0];
	fj_err_clear(&e);
	if (out != NULL && !force && fs_exists(out)) {
		(void)fj_fail(&e, FJ_REFUSED, "os.exists", "s", out);
		return cli_fail(c, &e);
	}
	fj_buf_init(&b, LIMIT_FORM_BYTES);
	rc = formfile_import(argv[0], &ops, &b, &e);
	if (rc == FJ_OK)
		rc = form_write(c, out, force, &b, &e);
	fj_buf_release(&b);
	if (rc != FJ_OK)
		return cli_fail(c, &e);
	if (out != NULL)
		cli_say(c, N_("{1}: written"), out, (const char *)NULL);
	return CLI_DONE;
}
