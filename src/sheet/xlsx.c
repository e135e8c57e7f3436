/* SPDX-License-Identifier: Apache-2.0 */
/* A workbook: what is in the zip, which sheets there are, styles, shared strings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/xalloc.h"
#include "sheet/internal.h"

enum {
	RELS_MAX = 4096,
	FORMATS_MAX = 4096,
};

/* ---- the zip ---- */

static enum fj_rc
check_names(struct xlsx *x, struct fj_err *e)
{
	zip_int64_t n = zip_get_num_entries(x->zip, 0), i;
	struct map *seen;
	enum fj_rc rc = FJ_OK;

	if (n > LIMIT_ZIP_ENTRIES)
		return sheet_fail(e, FJ_LIMIT, "sheet.entries", "", 0, 0, "4096");
	seen = map_new();
	for (i = 0; i < n && rc == FJ_OK; i++) {
		const char *name = zip_get_name(x->zip, (zip_uint64_t)i, 0);
		char *low = xstrdup(name != NULL ? name : "");
		char *c;

		for (c = low; *c != '\0'; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		if (map_put(seen, low, strlen(low), x) != NULL)
			rc = sheet_fail(e, FJ_INVAL, "sheet.double", "", 0, 0, low);
		free(low);
	}
	map_free(&seen, NULL);
	return rc;
}

static enum fj_rc
open_zip(struct book *b, struct fj_err *e)
{
	zip_error_t error;
	zip_source_t *source;

	zip_error_init(&error);
	source = zip_source_buffer_create(b->p, b->n, 0, &error);
	b->x->zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
	if (b->x->zip == NULL && source != NULL)
		zip_source_free(source);
	zip_error_fini(&error);
	if (b->x->zip == NULL)
		return sheet_fail(e, FJ_CORRUPT, "sheet.zip", "", 0, 0, "");
	return check_names(b->x, e);
}

/* ---- relations: which part is meant by which id ---- */

struct rel {
	char *id, *type, *target;
};

struct rels {
	struct rel *rel;
	size_t n;
	const char *base;	/* the part they belong to */
	bool many;
};

static void
rels_free(struct rels *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		free(r->rel[i].id);
		free(r->rel[i].type);
		free(r->rel[i].target);
	}
	free(r->rel);
}

/* target as the entry's name: from the root with '/', else beside base. */
static char *
resolve(const char *base, const char *target)
{
	const char *slash = strrchr(base, '/');
	size_t dir = slash != NULL ? (size_t)(slash - base) : 0;

	if (target[0] == '/')
		return xstrdup(target + 1);
	while (strncmp(target, "../", 3) == 0 || strncmp(target, "./", 2) == 0) {
		if (target[1] == '.') {
			while (dir > 0 && base[dir - 1] != '/')
				dir--;
			dir -= dir > 0;
			target++;
		}
		target += 2;
	}
	return dir == 0 ? xstrdup(target) : xasprintf("%.*s/%s", (int)dir, base, target);
}

static const char *
last_part(const char *type)
{
	const char *slash = type != NULL ? strrchr(type, '/') : NULL;

	return slash != NULL ? slash + 1 : "";
}

static void
rels_start(void *ctx, const char *name, const char **attr)
{
	const char *id = part_attr(attr, "Id"), *target = part_attr(attr, "Target");
	struct rels *r = ctx;

	if (strcmp(name, "Relationship") != 0 || id == NULL || target == NULL)
		return;
	if (r->n == RELS_MAX) {
		r->many = true;
		return;
	}
	r->rel = xrealloc(r->rel, r->n + 1, sizeof(*r->rel));
	r->rel[r->n].id = xstrdup(id);
	r->rel[r->n].type = xstrdup(last_part(part_attr(attr, "Type")));
	r->rel[r->n++].target = resolve(r->base, target);
}

static void
no_end(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
}

static enum fj_rc
rels_state(void *ctx, bool *enough, struct fj_err *e)
{
	const struct rels *r = ctx;

	*enough = false;
	return r->many ? sheet_fail(e, FJ_LIMIT, "sheet.entries", "", 0, 0, "4096") : FJ_OK;
}

static enum fj_rc
rels_read(struct book *b, const char *base, struct rels *r, struct fj_err *e)
{
	struct part_handlers h = {.start = rels_start, .end = no_end, .state = rels_state,
	    .ctx = r};
	const char *slash = strrchr(base, '/');
	int dir = slash != NULL ? (int)(slash - base) + 1 : 0;
	char *name = xasprintf("%.*s_rels/%s.rels", dir, base, base + dir);
	enum fj_rc rc;

	memset(r, 0, sizeof(*r));
	r->base = base;
	rc = part_parse(b, name, "", &h, e);
	free(name);
	return rc;
}

static const struct rel *
rel_find(const struct rels *r, const char *id, const char *type)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if ((id == NULL || strcmp(r->rel[i].id, id) == 0) &&
		    strcmp(r->rel[i].type, type) == 0)
			return &r->rel[i];
	return NULL;
}

/* ---- the list of sheets ---- */

struct listing {
	struct xlsx *x;
	const struct rels *rels;
	bool many;
};

static bool
yes(const char *v)
{
	return v != NULL && (strcmp(v, "1") == 0 || strcmp(v, "true") == 0);
}

static void
book_start(void *ctx, const char *name, const char **attr)
{
	struct listing *l = ctx;
	struct xlsx_sheet *s;
	const struct rel *rel;
	const char *id, *state;

	if (strcmp(name, "workbookPr") == 0)
		l->x->d1904 = yes(part_attr(attr, "date1904"));
	if (strcmp(name, "sheet") != 0)
		return;
	id = part_attr(attr, "id");
	rel = id != NULL ? rel_find(l->rels, id, "worksheet") : NULL;
	if (rel == NULL)
		return;		/* a chart */
	if (l->x->sheets == LIMIT_SHEET_SHEETS) {
		l->many = true;
		return;
	}
	l->x->sheet = xrealloc(l->x->sheet, (size_t)l->x->sheets + 1, sizeof(*l->x->sheet));
	s = &l->x->sheet[l->x->sheets++];
	memset(s, 0, sizeof(*s));
	state = part_attr(attr, "state");
	s->hidden = state != NULL && strcmp(state, "visible") != 0;
	s->name = xstrdup(part_attr(attr, "name") != NULL ? part_attr(attr, "name") : "");
	s->part = xstrdup(rel->target);
}

static enum fj_rc
book_state(void *ctx, bool *enough, struct fj_err *e)
{
	const struct listing *l = ctx;

	*enough = false;
	return l->many ? sheet_fail(e, FJ_LIMIT, "sheet.sheets", "", 0, 0, "256") : FJ_OK;
}

static enum fj_rc
read_sheets(struct book *b, const char *part, struct fj_err *e)
{
	struct rels rels;
	struct listing l = {.x = b->x, .rels = &rels};
	struct part_handlers h = {.start = book_start, .end = no_end, .state = book_state,
	    .ctx = &l};
	const struct rel *rel;
	enum fj_rc rc = rels_read(b, part, &rels, e);

	if (rc == FJ_OK)
		rc = part_parse(b, part, "", &h, e);
	if (rc == FJ_OK && (rel = rel_find(&rels, NULL, "sharedStrings")) != NULL)
		b->x->strings_part = xstrdup(rel->target);
	if (rc == FJ_OK && (rel = rel_find(&rels, NULL, "styles")) != NULL &&
	    part_exists(b->x, rel->target))
		rc = xlsx_styles(b, rel->target, e);
	rels_free(&rels);
	return rc;
}

/* Which of its relations names the workbook; other documents in a zip have none. */
static enum fj_rc
find_workbook(struct book *b, char **part, struct fj_err *e)
{
	const struct rel *rel;
	struct rels rels = {0};
	enum fj_rc rc = FJ_OK;

	if (!part_exists(b->x, "_rels/.rels"))
		return sheet_fail(e, FJ_INVAL, "sheet.format", "", 0, 0,
		    part_exists(b->x, "mimetype") ? "ODS" : "zip");
	rc = rels_read(b, "", &rels, e);
	rel = rc == FJ_OK ? rel_find(&rels, NULL, "officeDocument") : NULL;
	if (rc == FJ_OK && rel == NULL)
		rc = sheet_fail(e, FJ_INVAL, "sheet.format", "", 0, 0, "zip");
	else if (rc == FJ_OK && strstr(rel->target, ".bin") != NULL)
		rc = sheet_fail(e, FJ_INVAL, "sheet.format", "", 0, 0, "xlsb");
	else if (rc == FJ_OK && strncmp(rel->target, "word/", 5) == 0)
		rc = sheet_fail(e, FJ_INVAL, "sheet.format", "", 0, 0, "docx");
	else if (rc == FJ_OK)
		*part = xstrdup(rel->target);
	rels_free(&rels);
	return rc;
}

enum fj_rc
xlsx_open(struct book *b, struct fj_err *e)
{
	char *part = NULL;
	enum fj_rc rc;

	b->x = xcalloc(1, sizeof(*b->x));
	fj_buf_init(&b->x->strings, LIMIT_SHEET_STRING_BYTES);
	rc = open_zip(b, e);
	if (rc == FJ_OK)
		rc = find_workbook(b, &part, e);
	if (rc == FJ_OK)
		rc = read_sheets(b, part, e);
	if (rc == FJ_OK && b->x->sheets == 0)
		rc = sheet_fail(e, FJ_INVAL, "sheet.none", "", 0, 0, "");
	free(part);
	return rc;
}

void
xlsx_close(struct xlsx **x)
{
	int i;

	if (*x == NULL)
		return;
	for (i = 0; i < (*x)->sheets; i++) {
		free((*x)->sheet[i].name);
		free((*x)->sheet[i].part);
		free((*x)->sheet[i].merged);
	}
	free((*x)->sheet);
	free((*x)->style);
	free((*x)->strings_part);
	free((*x)->string);
	fj_buf_release(&(*x)->strings);
	if ((*x)->zip != NULL)
		zip_discard((*x)->zip);
	free(*x);
	*x = NULL;
}
