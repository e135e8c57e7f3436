/* SPDX-License-Identifier: Apache-2.0 */
/* visit drive: the drive protocol over a form of a visit.  Every {"ok":true} is
 * printed after the act is durable (A1). */
#include <string.h>

#include "cli/commands.h"
#include "cli/drive.h"
#include "cli/out.h"

struct driving {
	struct dossier *d;
	size_t form;
};

/* DESIGN section 7 names this code. */
static enum fj_rc
named(enum fj_rc rc, struct fj_err *e)
{
	if (rc == FJ_REFUSED && (strcmp(e->code, "app.read-only") == 0 ||
	    strcmp(e->code, "form.read-only") == 0)) {
		char path[FJ_ERR_ARG_MAX];

		memcpy(path, e->arg[0], sizeof(path));
		return fj_fail(e, rc, "read_only", "s", path);
	}
	return rc;
}

static enum fj_rc
drive_inst(void *ctx, struct inst **out, struct fj_err *e)
{
	struct driving *v = ctx;
	bool changed;
	enum fj_rc rc = dossier_refresh(v->d, &changed, e);

	if (rc != FJ_OK)
		return rc;
	*out = dossier_inst(v->d, v->form);
	if (*out == NULL)
		return fj_fail(e, FJ_NOTFOUND, "cli.form-absent", "s",
		    dossier_form_id(v->d, v->form));
	return FJ_OK;
}

static enum fj_rc
drive_set(void *ctx, struct inst_node *at, const char *value, const char *why,
    struct inst_changes *c, struct fj_err *e)
{
	struct driving *v = ctx;

	return named(dossier_set(v->d, v->form, at, value, why, c, e), e);
}

static enum fj_rc
drive_clear(void *ctx, struct inst_node *at, const char *why, struct inst_changes *c,
    struct fj_err *e)
{
	struct driving *v = ctx;

	return named(dossier_clear(v->d, v->form, at, why, c, e), e);
}

static enum fj_rc
drive_add(void *ctx, struct inst_node *repeat, struct inst_node **out,
    struct inst_changes *c, struct fj_err *e)
{
	struct driving *v = ctx;

	return dossier_add(v->d, v->form, repeat, out, c, e);
}

static enum fj_rc
drive_remove(void *ctx, struct inst_node *instance, struct inst_changes *c,
    struct fj_err *e)
{
	struct driving *v = ctx;

	return dossier_remove(v->d, v->form, instance, c, e);
}

static enum fj_rc
drive_note(void *ctx, struct inst_node *at, const char *text, const char *why,
    struct fj_err *e)
{
	struct driving *v = ctx;

	return dossier_note(v->d, v->form, at, text, why, e);
}

static const struct drive_ops visit_ops = {
	.inst = drive_inst,
	.set = drive_set,
	.clear = drive_clear,
	.add = drive_add,
	.remove = drive_remove,
	.note = drive_note,
};

int
cmd_visit_drive(struct cli *c, int argc, char **argv)
{
	const char *form = NULL;
	const struct opt opts[] = {{"--form", OPT_STR, &form}};
	struct driving v = {0};
	struct drive drive = {.ops = &visit_ops, .ctx = &v, .msg = c->msg};
	struct fj_err e;
	enum fj_rc rc;
	int x, i = 0;

	if (cli_opts(c, "visit", "drive", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	v.d = out_visit(c, argv[0], &x);
	if (v.d == NULL)
		return x;
	/* with one form there is nothing to choose */
	if (form != NULL)
		i = dossier_form_index(v.d, form);
	if (i < 0 || (form == NULL && dossier_form_count(v.d) != 1)) {
		dossier_close(&v.d);
		if (form == NULL)
			return cli_needs(c, "visit", "drive", "--form");
		fj_fail(&e, FJ_NOTFOUND, "cli.no-form", "s", form);
		return cli_fail(c, &e);
	}
	v.form = (size_t)i;
	rc = drive_run(&drive, c->in, c->out, &e);
	return out_done(c, &v.d, rc, &e);
}
