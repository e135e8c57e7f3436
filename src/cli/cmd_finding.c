/* SPDX-License-Identifier: Apache-2.0 */
/* finding add and set: the fields of FORMAT.md section 5 as a JSON object. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/line.h"
#include "cli/out.h"

enum {
	FIELDS_MAX = 32,
};

struct fields {
	struct finding_field v[FIELDS_MAX];
	size_t n;
	const char *why;		/* "why" in the object */
	bool establish;			/* "stage": "established" */
	struct json_doc *doc;
	char *own[FIELDS_MAX];		/* joined lists */
	size_t own_n;
};

static void
fields_release(struct fields *f)
{
	size_t i;

	for (i = 0; i < f->own_n; i++)
		free(f->own[i]);
	json_free(&f->doc);
}

/* An array is a list: reports one a line, everything else by blanks. */
static enum fj_rc
join(struct fields *f, const struct json *array, const char **out, struct fj_err *e)
{
	char between = strcmp(array->key, "reports") == 0 ? '\n' : ' ';
	const struct json *one;
	struct fj_buf b;

	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	json_each(one, array) {
		if (one->type != JSON_STRING && one->type != JSON_NUMBER) {
			fj_buf_release(&b);
			return fj_fail(e, FJ_INVAL, "cli.finding-value", "sd", array->key,
			    one->line);
		}
		if (b.n > 0)
			fj_buf_putc(&b, between);
		fj_buf_add(&b, one->text, one->len);
	}
	if (fj_buf_over(&b)) {
		fj_buf_release(&b);
		return fj_fail(e, FJ_LIMIT, "cli.line-long", "d", LIMIT_VALUE_BYTES);
	}
	*out = f->own[f->own_n++] = fj_buf_take(&b, NULL);
	return FJ_OK;
}

static enum fj_rc
take_field(struct fields *f, const struct json *m, struct fj_err *e)
{
	const char *value = NULL;

	switch (m->type) {
	case JSON_STRING:
	case JSON_NUMBER:
		value = m->text;
		break;
	case JSON_NULL:
		value = "";
		break;
	case JSON_ARRAY:
		if (join(f, m, &value, e) != FJ_OK)
			return e->rc;
		break;
	default:
		return fj_fail(e, FJ_INVAL, "cli.finding-value", "sd", m->key, m->line);
	}
	if (strcmp(m->key, "why") == 0) {
		f->why = value;
		return FJ_OK;
	}
	if (strcmp(m->key, "stage") == 0 && strcmp(value, "established") == 0)
		f->establish = true;
	f->v[f->n].field = m->key;
	f->v[f->n++].value = value;
	return FJ_OK;
}

static enum fj_rc
read_fields(struct cli *c, const char *path, struct fields *f, struct fj_err *e)
{
	const struct json *m;
	struct fj_buf text;
	enum fj_rc rc;

	fj_buf_init(&text, LIMIT_PAYLOAD);
	rc = line_read_all(c->in, path, &text, e);
	if (rc == FJ_OK)
		rc = json_parse(text.p, text.n, &f->doc, e);
	fj_buf_release(&text);
	if (rc != FJ_OK)
		return rc;
	if (json_root(f->doc)->type != JSON_OBJECT || json_root(f->doc)->count > FIELDS_MAX)
		return fj_fail(e, FJ_INVAL, "cli.finding-object", "s", path);
	json_each(m, json_root(f->doc))
		if (take_field(f, m, e) != FJ_OK)
			return e->rc;
	return FJ_OK;
}

/* From an item when asked for, then the fields, as one finding. */
static enum fj_rc
add(struct dossier *d, const char *from, const struct fields *f, struct id *id,
    struct fj_err *e)
{
	struct inst_node *node;
	size_t form;
	enum fj_rc rc;

	memset(id, 0, sizeof(*id));
	if (from != NULL) {
		rc = out_find_item(d, from, &form, &node, e);
		if (rc == FJ_OK)
			rc = dossier_finding_draft(d, form, node, id, e);
		if (rc != FJ_OK || f->n == 0)
			return rc;
	}
	return dossier_finding_set(d, id, f->v, f->n, f->why, e);
}

int
cmd_finding_add(struct cli *c, int argc, char **argv)
{
	const char *file = NULL, *from = NULL;
	const struct opt opts[] = {
		{"--json-file", OPT_STR, &file}, {"--from", OPT_STR, &from},
	};
	struct fields f = {0};
	struct dossier *d;
	struct fj_err e;
	struct id id;
	enum fj_rc rc = FJ_OK;
	int x;

	if (cli_opts(c, "finding", "add", OPTS(opts), argc, argv, 1, 1) < 0)
		return CLI_USAGE;
	if (file == NULL && from == NULL)
		return cli_needs(c, "finding", "add", "--json-file");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	if (file != NULL)
		rc = read_fields(c, file, &f, &e);
	if (rc == FJ_OK)
		rc = add(d, from, &f, &id, &e);
	if (rc == FJ_OK)
		out_id(c, &id);
	fields_release(&f);
	return out_done(c, &d, rc, &e);
}

/* A supervisor establishes: his own act, with a reason, nothing else beside. */
static enum fj_rc
establish(struct dossier *d, const struct id *id, const struct fields *f,
    const char *why, struct fj_err *e)
{
	if (f->n > 1)
		return fj_fail(e, FJ_INVAL, "cli.establish-alone", "");
	return dossier_finding_establish(d, id, why, e);
}

int
cmd_finding_set(struct cli *c, int argc, char **argv)
{
	const char *file = NULL, *why = NULL;
	const struct opt opts[] = {
		{"--json-file", OPT_STR, &file}, {"--why", OPT_STR, &why},
	};
	struct fields f = {0};
	struct dossier *d;
	struct fj_err e;
	struct id id;
	enum fj_rc rc;
	int x;

	if (cli_opts(c, "finding", "set", OPTS(opts), argc, argv, 2, 2) < 0)
		return CLI_USAGE;
	if (file == NULL)
		return cli_needs(c, "finding", "set", "--json-file");
	d = out_visit(c, argv[0], &x);
	if (d == NULL)
		return x;
	rc = dossier_find_finding(d, argv[1], &id, &e);
	if (rc == FJ_OK)
		rc = read_fields(c, file, &f, &e);
	if (rc == FJ_OK && why == NULL)
		why = f.why;
	if (rc == FJ_OK && f.establish && dossier_my_row(d) < 0)
		rc = establish(d, &id, &f, why, &e);
	else if (rc == FJ_OK)
		rc = dossier_finding_set(d, &id, f.v, f.n, why, &e);
	fields_release(&f);
	return out_acted(c, &d, rc, &e);
}
