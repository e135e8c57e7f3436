/* SPDX-License-Identifier: Apache-2.0 */
/* The mapping as JSON, out and in. */
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/xalloc.h"
#include "redflag/import_internal.h"
#include "text/nfkc.h"

enum {
	SAMPLES = 3,
	OFFSET_MAX = 400 * 86400,	/* a clock that is a year off was never set */
};

static const char *const hows[] = {"none", "word", "value", "both", "hand"};

/* ---- out ---- */

static void
write_samples(struct json_w *w, const struct source *s, int at)
{
	const char *shown[SAMPLES];
	int r, i, n = 0;

	json_w_key(w, "samples");
	json_w_arr(w);
	for (r = s->data; r < s->rows && n < SAMPLES; r++) {
		const char *p = at < (int)s->kept[r].count ? s->kept[r].cell[at] : "";

		if (p[0] == '\0' || strcmp(p, s->header[at]) == 0)
			continue;
		for (i = 0; i < n && strcmp(shown[i], p) != 0; i++)
			;
		if (i < n)
			continue;
		shown[n++] = p;
		json_w_strn(w, p, strlen(p));
	}
	json_w_end(w);
}

static void
write_share(struct json_w *w, const char *key, float v)
{
	json_w_key(w, key);
	json_w_double(w, (double)(int)((double)v * 100 + 0.5) / 100);
}

static void
write_field(struct json_w *w, const struct source *s, const char *column,
    const struct field *f)
{
	json_w_obj(w);
	json_w_kstr(w, "column", column);
	json_w_kint(w, "at", f->at + 1);
	json_w_kstr(w, "header", s->header[f->at]);
	if (f->date_at >= 0)
		json_w_kint(w, "date_at", f->date_at + 1);
	write_share(w, "confidence", f->confidence);
	json_w_kbool(w, "sure", f->sure);
	json_w_kstr(w, "how", hows[f->how]);
	write_samples(w, s, f->at);
	json_w_end(w);
}

static void
write_feed(struct json_w *w, const struct source *s, const struct feed *f)
{
	const struct schema_table *t = &schema_tables()[f->table];
	int c;

	json_w_obj(w);
	json_w_kstr(w, "table", t->name);
	write_share(w, "confidence", f->confidence);
	json_w_key(w, "columns");
	json_w_arr(w);
	for (c = 0; c < (int)t->ncolumn; c++)
		if (f->field[c].at >= 0)
			write_field(w, s, t->column[c].name, &f->field[c]);
	json_w_end(w);
	json_w_key(w, "missing");
	json_w_arr(w);
	for (c = 0; c < (int)t->ncolumn; c++)
		if (f->field[c].at < 0 && strcmp(t->column[c].name, "nd") != 0 &&
		    (strcmp(t->column[c].name, "decimals") != 0 ||
		    strcmp(t->name, "instrument") == 0))
			json_w_str(w, t->column[c].name);
	json_w_end(w);
	json_w_end(w);
}

static void
write_head(struct json_w *w, const struct source *s)
{
	char separator[2] = {book_separator(s->book), '\0'}, print[17];
	uint8_t b[8];

	fj_put_u64(b, s->fingerprint);
	hex_encode(b, sizeof(b), print);
	json_w_kint(w, "source", s->number);
	json_w_kstr(w, "file", s->out.file);
	json_w_kstr(w, "sheet", s->out.sheet);
	json_w_kstr(w, "fingerprint", print);
	if (book_kind(s->book) == BOOK_CSV) {
		json_w_kstr(w, "encoding",
		    book_encoding(s->book) == BOOK_UTF8 ? "UTF-8" : "GB18030");
		json_w_kstr(w, "separator", separator);
	}
	json_w_key(w, "header");
	json_w_arr(w);
	json_w_int(w, s->first);
	json_w_int(w, s->last);
	json_w_end(w);
	json_w_kint(w, "clock_offset_s", s->offset);
	json_w_kbool(w, "date1904", s->d1904);
	json_w_kbool(w, "use", s->use);
}

static void
write_source(struct json_w *w, const struct source *s)
{
	int i;

	json_w_obj(w);
	write_head(w, s);
	json_w_key(w, "tables");
	json_w_arr(w);
	for (i = 0; i < s->feeds; i++)
		write_feed(w, s, &s->feed[i]);
	json_w_end(w);
	json_w_key(w, "unmapped");
	json_w_arr(w);
	for (i = 0; i < s->unmappeds; i++) {
		json_w_obj(w);
		json_w_kint(w, "at", s->unmapped[i] + 1);
		json_w_kstr(w, "header", s->header[s->unmapped[i]]);
		write_samples(w, s, s->unmapped[i]);
		json_w_end(w);
	}
	json_w_end(w);
	json_w_end(w);
}

void
import_write_source(const struct import *im, size_t i, struct fj_buf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	write_source(&w, &im->source[i]);
}

void
import_write(const struct import *im, struct fj_buf *out)
{
	struct json_w w;
	size_t i;

	json_w_init(&w, out);
	json_w_obj(&w);
	json_w_kint(&w, "mapping", 1);
	json_w_key(&w, "sources");
	json_w_arr(&w);
	for (i = 0; i < im->sources; i++)
		write_source(&w, &im->source[i]);
	json_w_end(&w);
	json_w_end(&w);
}

/* ---- in ---- */

static enum fj_rc
bad(struct fj_err *e, const struct json *at, const char *what)
{
	return fj_fail(e, FJ_INVAL, "redflag.map", "dds", at != NULL ? at->line : 0,
	    at != NULL ? at->column : 0, what);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
same_print(const struct source *s, const struct json *o)
{
	const char *print = json_str(o, "fingerprint");
	uint8_t b[8];

	return print != NULL && s->fingerprint != 0 && strlen(print) == 16 &&
	    hex_decode(print, 16, b, sizeof(b)) && fj_get_u64(b) == s->fingerprint;
}

static bool
same_name(const struct source *s, const struct json *o)
{
	const char *file = json_str(o, "file"), *sheet = json_str(o, "sheet");

	return file != NULL && strcmp(base_name(file), base_name(s->out.file)) == 0 &&
	    (sheet == NULL || strcmp(sheet, s->out.sheet) == 0);
}

/* The member of the mapping that speaks of this source: by its name, if its header is
 * the same or that is not said; else by its header. */
static const struct json *
find_member(const struct source *s, const struct json *list)
{
	const struct json *o, *named = NULL;

	json_each(o, list) {
		if (same_name(s, o) && same_print(s, o))
			return o;
		if (named == NULL && same_name(s, o))
			named = o;
	}
	if (named != NULL)
		return named;
	json_each(o, list)
		if (same_print(s, o))
			return o;
	return NULL;
}

static bool
same_header(const struct source *s, int at, const char *header)
{
	struct fj_buf b;
	bool same;

	fj_buf_init(&b, 1 << 16);
	nfkc_dense(&b, header, strlen(header));
	same = strcmp(b.p, s->heading[at].norm) == 0;
	fj_buf_release(&b);
	return same;
}

/* Column of the file that a member means; -1. */
static int
find_at(const struct source *s, const struct json *o, const char *key)
{
	const char *header = json_str(o, "header");
	int64_t at = 0;
	int i;

	(void)json_int(o, key, &at);
	if (at > 0 && at <= s->columns && (header == NULL || same_header(s, (int)at - 1, header)))
		return (int)at - 1;
	if (header != NULL)
		for (i = 0; i < s->columns; i++)
			if (same_header(s, i, header))
				return i;
	return -1;
}

static enum fj_rc
take_field(const struct source *s, struct feed *f, const struct json *o, struct fj_err *e)
{
	const char *name = json_str(o, "column");
	struct field *d;
	int64_t day = 0;
	int c = name != NULL ? schema_column(&schema_tables()[f->table], name) : -1;

	if (c < 0)
		return bad(e, o, name != NULL ? name : "column");
	d = &f->field[c];
	d->at = find_at(s, o, "at");
	if (d->at < 0)
		return bad(e, o, json_str(o, "header") != NULL ? json_str(o, "header") : "at");
	if (json_int(o, "date_at", &day) && (day < 1 || day > s->columns))
		return bad(e, o, "date_at");
	d->date_at = (int)day - 1;
	d->confidence = 1;
	d->sure = true;
	d->how = HOW_HAND;
	return FJ_OK;
}

static enum fj_rc
take_feed(const struct source *s, struct feed *f, const struct json *o, struct fj_err *e)
{
	const char *name = json_str(o, "table");
	const struct json *c;
	enum fj_rc rc = FJ_OK;
	int i;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < FIELDS; i++)
		f->field[i].at = f->field[i].date_at = -1;
	f->table = name != NULL ? schema_find(name) : -1;
	if (f->table < 0)
		return bad(e, o, name != NULL ? name : "table");
	f->confidence = 1;
	json_each(c, json_get(o, "columns"))
		if (rc == FJ_OK)
			rc = take_field(s, f, c, e);
	for (i = 0; rc == FJ_OK && i < (int)schema_tables()[f->table].ncolumn; i++)
		if ((s->specs->of[f->table][i].flags & SPEC_MUST) && f->field[i].at < 0)
			rc = bad(e, o, schema_tables()[f->table].column[i].name);
	return rc;
}

/* What a member says, before any of it is believed. */
struct taken {
	struct feed feed[FEEDS];
	int feeds;
	bool tables, use, d1904;
	int64_t offset;
};

static enum fj_rc
take_member(const struct source *s, const struct json *o, struct taken *t, struct fj_err *e)
{
	const struct json *tables = json_get(o, "tables"), *x;
	enum fj_rc rc = FJ_OK;
	int i, k;

	t->use = json_get(o, "use") == NULL ? s->use : json_is_true(o, "use");
	t->d1904 = json_get(o, "date1904") == NULL ? s->d1904 : json_is_true(o, "date1904");
	t->offset = s->offset;
	if (json_get(o, "clock_offset_s") != NULL && (!json_int(o, "clock_offset_s", &t->offset) ||
	    t->offset > OFFSET_MAX || t->offset < -OFFSET_MAX))
		return bad(e, json_get(o, "clock_offset_s"), "clock_offset_s");
	t->tables = tables != NULL;
	if (tables == NULL || s->profile == NULL)
		return FJ_OK;
	json_each(x, tables) {
		if (t->feeds == FEEDS)
			return bad(e, x, "tables");
		rc = take_feed(s, &t->feed[t->feeds++], x, e);
		if (rc != FJ_OK)
			return rc;
	}
	for (i = 0; i < t->feeds; i++)
		for (k = 0; k < i; k++)
			if (t->feed[i].table == t->feed[k].table)
				return bad(e, tables, schema_tables()[t->feed[i].table].name);
	return rc;
}

static bool
same_feeds(const struct source *s, const struct taken *t)
{
	int i, c;

	if (s->feeds != t->feeds)
		return false;
	for (i = 0; i < s->feeds; i++) {
		if (s->feed[i].table != t->feed[i].table)
			return false;
		for (c = 0; c < FIELDS; c++)
			if (s->feed[i].field[c].at != t->feed[i].field[c].at)
				return false;
	}
	return true;
}

static void
believe(struct source *s, const struct taken *t)
{
	s->use = t->use;
	s->d1904 = t->d1904;
	s->offset = t->offset;
	if (!t->tables || s->profile == NULL || same_feeds(s, t))
		return;
	memcpy(s->feed, t->feed, sizeof(s->feed));
	s->feeds = t->feeds;
	s->hand = true;
	find_unmapped(s);
}

enum fj_rc
import_take(struct import *im, const struct json *map, struct fj_err *e)
{
	const struct json *list = json_get(map, "sources"), *o;
	struct taken *t;
	int64_t version = 0;
	enum fj_rc rc = FJ_OK;
	size_t i;

	if (!json_int(map, "mapping", &version) || version != 1)
		return bad(e, map, "mapping");
	if (list == NULL || list->type != JSON_ARRAY)
		return bad(e, map, "sources");
	t = xcalloc(im->sources + 1, sizeof(*t));
	for (i = 0; i < im->sources && rc == FJ_OK; i++) {
		o = find_member(&im->source[i], list);
		t[i] = (struct taken){.use = im->source[i].use, .d1904 = im->source[i].d1904,
		    .offset = im->source[i].offset};
		if (o != NULL)
			rc = take_member(&im->source[i], o, &t[i], e);
	}
	for (i = 0; i < im->sources && rc == FJ_OK; i++)
		believe(&im->source[i], &t[i]);
	free(t);
	return rc;
}
