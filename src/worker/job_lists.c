/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "lists": a choice list that stands in a file beside a form, as rows of strings.
 * {"job":"lists","files":[F]} -> {"row":{"name":"…","label":"…",…}}, and
 * {"result":{"columns":[…],"rows":N}}
 *
 * .xml: each child of the root is a row, its children are the columns.
 * .geojson, .json: each feature is a row: its properties, `id`, and `geometry` as
 * "lat lon 0 0", the points of a line or an outline with ";" between.
 * All else: a table (CSV, or the first sheet of a workbook); its first row names the
 * columns.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/xalloc.h"
#include "sheet/xml.h"
#include "worker/internal.h"

enum {
	COLUMNS_MAX = 1000,
};

struct lists {
	struct job *j;
	char **column;		/* in the order in which they were met */
	size_t columns;
	struct map *known;	/* name -> itself */
	uint64_t rows;
	struct fj_buf b;	/* the row that is being made */
	struct json_w w;
	bool header;		/* of a table: still to come */
	enum fj_rc rc;
	struct fj_err err;
};

static void
add_column(struct lists *l, const char *name)
{
	if (l->columns == COLUMNS_MAX) {
		l->rc = fj_fail(&l->err, FJ_LIMIT, "lists.columns", "d", COLUMNS_MAX);
		return;
	}
	l->column = xrealloc(l->column, l->columns + 1, sizeof(*l->column));
	l->column[l->columns] = xstrdup(name);
	if (name[0] != '\0')
		map_put(l->known, name, strlen(name), l->column[l->columns]);
	l->columns++;
}

static void
meet_column(struct lists *l, const char *name)
{
	if (map_get(l->known, name, strlen(name)) == NULL)
		add_column(l, name);
}

static void
begin_row(struct lists *l)
{
	fj_buf_clear(&l->b);
	json_w_init(&l->w, &l->b);
	json_w_obj(&l->w);
}

static void
end_row(struct lists *l)
{
	json_w_end(&l->w);
	l->rows++;
	job_row(l->j, l->b.p, l->b.n);
}

/* ---- tables ---- */

static void
warn(struct lists *l, const char *code, const struct sheet_row *row, uint32_t column,
    const char *what)
{
	struct job_place at = {.file = l->j->file[0].name, .row = row->number,
	    .column = column};
	struct fj_err f;

	(void)!fj_fail(&f, FJ_INVAL, code, "s", what);
	job_fault(l->j, JOB_WARNING, &at, &f);
}

static void
take_header(struct lists *l, const struct sheet_row *row)
{
	uint32_t i;

	for (i = 0; i < row->count && l->rc == FJ_OK; i++) {
		const char *p = row->cell[i].text;
		size_t n = strlen(p);
		char *name;

		while (n > 0 && (*p == ' ' || *p == '\t')) {
			p++;
			n--;
		}
		while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
			n--;
		name = xstrndup(p, n);
		if (n > 0 && map_get(l->known, name, n) != NULL) {
			warn(l, "lists.double-column", row, i + 1, name);
			name[0] = '\0';		/* the first of them counts */
		}
		add_column(l, name);
		free(name);
	}
	l->header = false;
}

static bool
on_row(void *ctx, const struct sheet_row *row)
{
	struct lists *l = ctx;
	size_t i;

	if (l->header) {
		take_header(l, row);
		return l->rc == FJ_OK;
	}
	begin_row(l);
	for (i = 0; i < l->columns; i++)
		if (l->column[i][0] != '\0')
			json_w_kstr(&l->w, l->column[i], i < row->count ? row->cell[i].text : "");
	end_row(l);
	if (row->count > l->columns)
		warn(l, "lists.more-cells", row, (uint32_t)l->columns + 1, "");
	return !l->j->broken && !l->j->too_long;
}

static enum fj_rc
read_table(struct lists *l, struct fj_err *e)
{
	struct book *b;
	enum fj_rc rc = job_book(l->j, 0, &b, e);

	l->header = true;
	if (rc == FJ_OK)
		rc = sheet_rows(b, 0, 0, on_row, l, e);
	book_close(&b);
	if (rc == FJ_OK && l->header)
		rc = fj_fail(e, FJ_INVAL, "lists.empty", "s", l->j->file[0].name);
	return rc;
}

/* ---- XML ---- */

/* All text below n. */
static void
gather(const struct xml_node *n, struct fj_buf *out)
{
	const struct xml_node *c;

	for (c = n->child; c != NULL; c = c->next) {
		if (c->name == NULL)
			fj_buf_puts(out, c->text);
		else
			gather(c, out);
	}
}

static void
xml_row(struct lists *l, const struct xml_node *item)
{
	struct map *seen = map_new();
	const struct xml_node *c;
	struct fj_buf text;

	fj_buf_init(&text, LIMIT_VALUE_BYTES);
	begin_row(l);
	for (c = xml_first(item); c != NULL && l->rc == FJ_OK; c = xml_sibling(c)) {
		if (map_put(seen, c->name, strlen(c->name), l) != NULL)
			continue;
		meet_column(l, c->name);
		fj_buf_clear(&text);
		gather(c, &text);
		json_w_kstr(&l->w, c->name, text.p);
	}
	end_row(l);
	fj_buf_release(&text);
	map_free(&seen, NULL);
}

static enum fj_rc
read_xml(struct lists *l, const struct fj_buf *bytes, struct fj_err *e)
{
	struct xml_doc *d;
	const struct xml_node *item;
	enum fj_rc rc = xml_parse(bytes->p, bytes->n, &d, e);

	if (rc != FJ_OK)
		return rc;
	for (item = xml_first(xml_root(d)); item != NULL && l->rc == FJ_OK &&
	    !l->j->broken; item = xml_sibling(item))
		xml_row(l, item);
	xml_free(&d);
	return FJ_OK;
}

/* ---- GeoJSON ---- */

/* [lon, lat, …] as "lat lon 0 0"; arrays of them with ";" between. */
static void
put_points(const struct json *v, struct fj_buf *out)
{
	const struct json *c = v->child;

	if (c == NULL)
		return;
	if (c->type == JSON_NUMBER && c->next != NULL && c->next->type == JSON_NUMBER) {
		if (out->n > 0)
			fj_buf_putc(out, ';');
		fj_buf_printf(out, "%s %s 0 0", c->next->text, c->text);
		return;
	}
	for (; c != NULL; c = c->next)
		if (c->type == JSON_ARRAY)
			put_points(c, out);
}

static const char *
scalar(const struct json *v)
{
	switch (v->type) {
	case JSON_STRING:
	case JSON_NUMBER:
		return v->text;
	case JSON_BOOL:
		return v->truth ? "true" : "false";
	case JSON_NULL:
		return "";
	default:
		return NULL;
	}
}

static void
put_member(struct lists *l, const char *key, const char *value)
{
	meet_column(l, key);
	json_w_kstr(&l->w, key, value);
}

static void
feature_row(struct lists *l, const struct json *feature)
{
	const struct json *properties = json_get(feature, "properties"), *v;
	const struct json *id = json_get(feature, "id");
	const struct json *points = json_get(json_get(feature, "geometry"), "coordinates");
	struct fj_buf text;

	begin_row(l);
	json_each(v, properties)
		if (scalar(v) != NULL && l->rc == FJ_OK)
			put_member(l, v->key, scalar(v));
	if (id != NULL && scalar(id) != NULL && json_get(properties, "id") == NULL)
		put_member(l, "id", scalar(id));
	if (points != NULL && points->type == JSON_ARRAY &&
	    json_get(properties, "geometry") == NULL) {
		fj_buf_init(&text, WORKER_LINE_MAX / 2);
		put_points(points, &text);
		put_member(l, "geometry", text.p);
		fj_buf_release(&text);
	}
	end_row(l);
}

static enum fj_rc
read_geojson(struct lists *l, const struct fj_buf *bytes, struct fj_err *e)
{
	const struct json *features, *f;
	struct json_doc *d;
	enum fj_rc rc = json_parse(bytes->p, bytes->n, &d, e);

	if (rc != FJ_OK)
		return rc;
	features = json_get(json_root(d), "features");
	if (features == NULL || features->type != JSON_ARRAY)
		rc = fj_fail(e, FJ_INVAL, "lists.geojson", "s", l->j->file[0].name);
	else
		json_each(f, features)
			if (f->type == JSON_OBJECT && l->rc == FJ_OK && !l->j->broken)
				feature_row(l, f);
	json_free(&d);
	return rc;
}

/* ---- the job ---- */

static bool
ends(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end), i;

	for (i = 0; n >= m && i < m; i++)
		if ((s[n - m + i] | 0x20) != end[i] && s[n - m + i] != end[i])
			return false;
	return n >= m;
}

static void
tell(struct lists *l)
{
	size_t i;

	begin_row(l);
	json_w_key(&l->w, "columns");
	json_w_arr(&l->w);
	for (i = 0; i < l->columns; i++)
		if (l->column[i][0] != '\0')
			json_w_str(&l->w, l->column[i]);
	json_w_end(&l->w);
	json_w_kint(&l->w, "rows", (int64_t)l->rows);
	json_w_end(&l->w);
	job_result(l->j, l->b.p, l->b.n);
}

static enum fj_rc
read_tree(struct lists *l, bool xml, struct fj_err *e)
{
	struct fj_buf bytes;
	enum fj_rc rc;

	fj_buf_init(&bytes, LIMIT_XML_BYTES + 1);
	rc = job_read(l->j, 0, LIMIT_XML_BYTES, &bytes, e);
	if (rc == FJ_OK)
		rc = xml ? read_xml(l, &bytes, e) : read_geojson(l, &bytes, e);
	fj_buf_release(&bytes);
	return rc;
}

enum fj_rc
job_lists(struct job *j, struct fj_err *e)
{
	struct lists l = {.j = j, .known = map_new()};
	const char *name = j->files > 0 ? j->file[0].name : "";
	enum fj_rc rc;
	size_t i;

	fj_buf_init(&l.b, (size_t)WORKER_LINE_MAX * 2);
	if (ends(name, ".xml"))
		rc = read_tree(&l, true, e);
	else if (ends(name, ".geojson") || ends(name, ".json"))
		rc = read_tree(&l, false, e);
	else
		rc = read_table(&l, e);
	if (rc == FJ_OK && l.rc != FJ_OK) {
		*e = l.err;
		rc = l.rc;
	}
	if (rc == FJ_OK)
		tell(&l);
	for (i = 0; i < l.columns; i++)
		free(l.column[i]);
	free(l.column);
	map_free(&l.known, NULL);
	fj_buf_release(&l.b);
	return rc;
}
