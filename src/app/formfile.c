/* SPDX-License-Identifier: Apache-2.0 */
#include "app/formfile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/helper.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "form/form.h"
#include "os/fs.h"

enum {
	FILES_MAX = 100,
};

struct names {
	char *v[FILES_MAX];
	size_t n;
};

/* Q1: one plain name; no folder, nothing hidden. */
static bool
plain_name(const char *s)
{
	return s[0] != '\0' && s[0] != '.' && strchr(s, '/') == NULL && strchr(s, '\\') == NULL;
}

static bool
on_needed(void *ctx, const char *name)
{
	struct names *l = ctx;

	if (l->n == FILES_MAX)
		return false;
	if (plain_name(name))
		l->v[l->n++] = xstrdup(name);
	return true;
}

static char *
beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? xasprintf("%.*s/%s", (int)(slash - path), path, name) :
	    xstrdup(name);
}

/* ---- a list ---- */

struct run {
	const struct formfile_ops *ops;
	struct fj_buf *out;
	size_t from;			/* where this list's rows begin */
	bool errors;
	struct fj_buf places;		/* of an import: where files are asked for, JSON */
};

static void
fault(struct run *r, const struct helper_event *ev)
{
	struct formfile_fault q = {ev->file, ev->sheet, (int)ev->row, (int)ev->column,
	    ev->warning, ev->fault};

	r->errors = r->errors || !ev->warning;
	if (r->ops != NULL && r->ops->fault != NULL)
		r->ops->fault(r->ops->ctx, &q);
}

static bool
on_list(void *ctx, const struct helper_event *ev)
{
	struct run *r = ctx;
	struct json_w w;

	if (ev->what == HELPER_FAULT)
		fault(r, ev);
	if (ev->what != HELPER_ROW)
		return true;
	fj_buf_putc(r->out, r->out->p[r->out->n - 1] == '[' && r->out->n == r->from ? ' ' : ',');
	json_w_init(&w, r->out);
	json_w_value(&w, ev->value);
	return !fj_buf_over(r->out);
}

/* What is wrong with a list is told with its file; what is wrong with the helper as it is. */
static enum fj_rc
no_list(struct run *r, const char *path, const struct fj_err *why, struct fj_err *e)
{
	struct formfile_fault q = {path, NULL, 0, 0, false, why};

	if (strncmp(why->code, "helper.", 7) == 0 || r->ops == NULL || r->ops->fault == NULL) {
		if (e != NULL)
			*e = *why;
		return why->rc;
	}
	r->ops->fault(r->ops->ctx, &q);
	return fj_fail(e, FJ_INVAL, "app.form-list", "s", path);
}

static enum fj_rc
add_list(const char *form, const char *name, const struct formfile_ops *ops,
    struct fj_buf *out, struct fj_err *e)
{
	struct run r = {.ops = ops, .out = out};
	char *path = beside(form, name);
	struct helper_file file = {.path = path, .name = name};
	struct helper_job job = {.job = "lists", .file = &file, .files = 1,
	    .program = ops != NULL ? ops->helper : NULL};
	struct fj_err why;
	struct json_w w;
	enum fj_rc rc = FJ_OK;

	fj_err_clear(&why);
	if (fs_exists(path)) {		/* Q2: else form_load tells where it is asked for */
		if (out->n > 0)
			fj_buf_puts(out, ", ");
		json_w_init(&w, out);
		json_w_str(&w, name);
		fj_buf_puts(out, ": [");
		r.from = out->n;
		rc = helper_run(&job, on_list, &r, &why);
		fj_buf_putc(out, ']');
		if (fj_buf_over(out))
			rc = fj_fail(&why, FJ_LIMIT, "form.large", "d", (int)LIMIT_FORM_BYTES);
		if (rc != FJ_OK)
			rc = no_list(&r, path, &why, e);
	}
	free(path);
	return rc;
}

/* ---- into the definition ---- */

static size_t
offset_of(const struct fj_buf *b, int line, int column)
{
	const char *p = b->p;

	for (; line > 1; line--) {
		p = memchr(p, '\n', b->n - (size_t)(p - b->p));
		if (p == NULL)
			return b->n;
		p++;
	}
	/* Columns count characters. */
	for (; column > 1 && (size_t)(p - b->p) < b->n; column--)
		do
			p++;
		while ((size_t)(p - b->p) < b->n && (*p & 0xc0) == 0x80);
	return (size_t)(p - b->p);
}

/* Where new members go, and what stands before and behind them. */
static bool
spot(const struct fj_buf *def, size_t *at, const char **before, const char **behind)
{
	const struct json *files;
	struct json_doc *doc;

	if (json_parse(def->p, def->n, &doc, NULL) != FJ_OK)
		return false;
	files = json_get(json_root(doc), "files");
	*before = ", \"files\": {";
	*behind = "}";
	*at = def->n;
	while (*at > 0 && def->p[*at - 1] != '}')
		--*at;
	if (*at > 0)
		--*at;
	if (files != NULL && files->type == JSON_OBJECT) {
		*at = offset_of(def, files->line, files->column) + 1;
		*before = "";
		*behind = files->count > 0 ? ", " : "";
	}
	json_free(&doc);
	return *at <= def->n;
}

static enum fj_rc
insert(struct fj_buf *def, const struct fj_buf *files, struct fj_err *e)
{
	const char *before, *behind;
	struct fj_buf tail;
	size_t at;

	if (files->n == 0 || !spot(def, &at, &before, &behind))
		return FJ_OK;
	fj_buf_init(&tail, LIMIT_FORM_BYTES);
	fj_buf_add(&tail, def->p + at, def->n - at);
	fj_buf_cut(def, at);
	fj_buf_puts(def, before);
	fj_buf_add(def, files->p, files->n);
	fj_buf_puts(def, behind);
	fj_buf_add(def, tail.p, tail.n);
	fj_buf_release(&tail);
	return fj_buf_over(def) ? fj_fail(e, FJ_LIMIT, "form.large", "d",
	    (int)LIMIT_FORM_BYTES) : FJ_OK;
}

enum fj_rc
formfile_pack(const char *path, const struct formfile_ops *ops, struct fj_buf *def,
    struct fj_err *e)
{
	struct names names = {.n = 0};
	struct fj_buf files;
	enum fj_rc rc = FJ_OK;
	size_t i;

	/* What cannot be read at all is told by form_load, with its place. */
	if (form_files_needed(def->p, def->n, on_needed, &names, NULL) != FJ_OK)
		names.n = 0;
	fj_buf_init(&files, LIMIT_FORM_BYTES);
	for (i = 0; rc == FJ_OK && i < names.n; i++)
		rc = add_list(path, names.v[i], ops, &files, e);
	if (rc == FJ_OK)
		rc = insert(def, &files, e);
	for (i = 0; i < names.n; i++)
		free(names.v[i]);
	fj_buf_release(&files);
	return rc;
}

enum fj_rc
formfile_read(const char *path, const struct formfile_ops *ops, struct fj_buf *out,
    struct fj_err *e)
{
	enum fj_rc rc = fs_read(path, out, e);

	return rc == FJ_OK ? formfile_pack(path, ops, out, e) : rc;
}

/* ---- foreign forms ---- */

static void
keep_places(struct run *r, const struct json *result)
{
	const struct json *files = json_get(result, "files");
	struct json_w w;

	fj_buf_clear(&r->places);
	json_w_init(&w, &r->places);
	if (files != NULL && files->type == JSON_ARRAY)
		json_w_value(&w, files);
}

static bool
on_import(void *ctx, const struct helper_event *ev)
{
	struct run *r = ctx;

	if (ev->what == HELPER_FAULT)
		fault(r, ev);
	else if (ev->what == HELPER_TEXT)
		fj_buf_add(r->out, ev->text, ev->len);
	else if (ev->what == HELPER_RESULT)
		keep_places(r, ev->value);
	return !fj_buf_over(r->out);
}

static bool
is_xml(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot != NULL && (strcmp(dot, ".xml") == 0 || strcmp(dot, ".XML") == 0 ||
	    strcmp(dot, ".xhtml") == 0);
}

/* A file that is not there is asked for somewhere in the foreign form. */
static void
tell_error(struct run *r, const char *path, const struct fj_err *err)
{
	struct formfile_fault q = {path, NULL, 0, 0, false, err};
	struct json_doc *doc = NULL;
	const struct json *v;
	int64_t n;

	r->errors = true;
	if (r->ops == NULL || r->ops->fault == NULL)
		return;
	if (strcmp(err->code, "form.file-missing") == 0)
		(void)!json_parse(r->places.p, r->places.n, &doc, NULL);
	json_each(v, doc != NULL ? json_root(doc) : NULL) {
		if (json_str(v, "name") == NULL || strcmp(json_str(v, "name"), err->arg[0]) != 0)
			continue;
		q.sheet = json_str(v, "sheet");
		if (q.sheet != NULL && q.sheet[0] == '\0')
			q.sheet = NULL;
		q.row = json_int(v, "row", &n) && n > 0 && n < INT32_MAX ? (int)n : 0;
		q.column = json_int(v, "column", &n) && n > 0 && n < INT32_MAX ? (int)n : 0;
		break;
	}
	r->ops->fault(r->ops->ctx, &q);
	json_free(&doc);
}

/* The helper is believed in nothing: what it made is read like any other file. */
static enum fj_rc
check(const char *path, const struct fj_buf *out, struct run *r, struct fj_err *e)
{
	struct form_faults faults = {0};
	struct form *f = NULL;
	enum fj_rc rc = form_load(out->p, out->n, &f, &faults, e);
	size_t i;

	/* Its warnings were told with better places. */
	for (i = 0; rc != FJ_OK && i < faults.n; i++)
		if (faults.v[i].severity == FORM_ERROR)
			tell_error(r, path, &faults.v[i].err);
	form_faults_release(&faults);
	form_free(&f);
	return r->errors ? fj_fail(e, FJ_INVAL, "app.form-import", "s", path) : rc;
}

enum fj_rc
formfile_import(const char *path, const struct formfile_ops *ops, struct fj_buf *out,
    struct fj_err *e)
{
	struct run r = {.ops = ops, .out = out};
	struct helper_file file = {.path = path};
	struct helper_job job = {.job = is_xml(path) ? "xform" : "xlsform", .file = &file,
	    .files = 1, .program = ops != NULL ? ops->helper : NULL};
	enum fj_rc rc;

	fj_buf_init(&r.places, LIMIT_BODY_BYTES);
	rc = helper_run(&job, on_import, &r, e);
	if (rc == FJ_CANCELLED && fj_buf_over(out))
		rc = fj_fail(e, FJ_LIMIT, "form.large", "d", (int)LIMIT_FORM_BYTES);
	if (rc == FJ_OK && r.errors)
		rc = fj_fail(e, FJ_INVAL, "app.form-import", "s", path);
	if (rc == FJ_OK)
		rc = formfile_pack(path, ops, out, e);
	if (rc == FJ_OK)
		rc = check(path, out, &r, e);
	if (rc != FJ_OK)
		fj_buf_clear(out);
	fj_buf_release(&r.places);
	return rc;
}
