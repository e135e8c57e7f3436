/* SPDX-License-Identifier: Apache-2.0 */
/* visit drive: the drive protocol over a form of a visit.  Every {"ok":true} is
 * printed after the act is durable (A1). */
#include <string.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/drive.h"
#include "cli/out.h"

struct driving {
	struct dossier *d;
	size_t form;
	const char *why;		/* of the line at hand; NULL */
};

/* A computed item cannot be set, whatever the reason is called below: DESIGN
 * section 7 names this code. */
static enum fj_rc
named(const struct inst_node *at, enum fj_rc rc, struct fj_err *e)
{
	struct fj_buf path;

	if (rc != FJ_REFUSED || (strcmp(e->code, "app.read-only") != 0 &&
	    (inst_kind(at) != INST_LEAF || !form_node_calculated(inst_def(at)))))
		return rc;
	fj_buf_init(&path, LIMIT_VALUE_BYTES);
	inst_path(at, &path);
	rc = fj_fail(e, rc, "read_only", "s", path.p);
	fj_buf_release(&path);
	return rc;
}

/* What other processes wrote is taken in before the line is looked at: places
 * that it names live until the next one. */
static enum fj_rc
drive_begin(void *ctx, const struct json *request, struct fj_err *e)
{
	struct driving *v = ctx;
	bool changed;
	enum fj_rc rc = dossier_refresh(v->d, &changed, e);

	if (rc == FJ_OK && dossier_inst(v->d, v->form) == NULL)
		rc = fj_fail(e, FJ_NOTFOUND, "cli.form-absent", "s",
		    dossier_form_id(v->d, v->form));
	v->why = json_str(request, "why");
	return rc;
}

static struct inst *
drive_inst(void *ctx)
{
	struct driving *v = ctx;

	return dossier_inst(v->d, v->form);
}

static enum fj_rc
drive_set(void *ctx, struct inst_node *at, const char *value, struct inst_changes *c,
    struct fj_err *e)
{
	struct driving *v = ctx;

	return named(at, dossier_set(v->d, v->form, at, value, v->why, c, e), e);
}

static enum fj_rc
drive_clear(void *ctx, struct inst_node *at, struct inst_changes *c, struct fj_err *e)
{
	struct driving *v = ctx;

	return named(at, dossier_clear(v->d, v->form, at, v->why, c, e), e);
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

	return dossier_remove(v->d, v->form, instance, v->why, c, e);
}

static enum fj_rc
drive_note(void *ctx, struct inst_node *at, const char *text, struct fj_err *e)
{
	struct driving *v = ctx;

	return dossier_note(v->d, v->form, at, text, v->why, e);
}

static const struct drive_ops visit_ops = {
	.inst = drive_inst,
	.set = drive_set,
	.clear = drive_clear,
	.add = drive_add,
	.remove = drive_remove,
	.note = drive_note,
	.begin = drive_begin,
};

int
cmd_visit_drive(struct cli *c, int argc, char **argv)
{
	const char *form = NULL;
	const struct opt opts[] = {{"--form", OPT_STR, &form}};
	struct driving v = {0};
	struct fj_err e;
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
	x = drive_run(c, &visit_ops, &v);
	dossier_close(&v.d);
	return x;
}
