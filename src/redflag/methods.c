/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/methods.h"

#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "redflag/schema.h"

/* Two loadings of one table: rows that somebody verified and those that nobody did. */
struct fill {
	struct store *s;
	const struct schema_table *t;
	struct store_in *in[2];
	uint32_t row[2];
	int rows;
};

static enum fj_rc
wrong(const struct json *at, const char *what, struct fj_err *e)
{
	return fj_fail(e, FJ_INVAL, "redflag.methods", "ds", at->line, what);
}

static void
begin(struct fill *f, struct store *s, const char *table)
{
	int t = schema_find(table);

	FJ_BUG_IF(t < 0);
	*f = (struct fill){.s = s, .t = &schema_tables()[t]};
	f->in[0] = store_in_new(s, t, METHODS_UNVERIFIED, 0);
	f->in[1] = store_in_new(s, t, METHODS_VERIFIED, 0);
}

static enum fj_rc
end(struct fill *f, struct fj_err *e)
{
	enum fj_rc rc = store_in_end(&f->in[0], e);
	enum fj_rc second = store_in_end(&f->in[1], rc == FJ_OK ? e : NULL);

	return rc == FJ_OK ? second : rc;
}

static enum fj_rc
number(struct store_in *in, const struct schema_column *c, int at, const struct json *v,
    struct fj_err *e)
{
	int64_t whole;
	double real;

	if (c->type == SCHEMA_REAL && json_double_value(v, &real))
		store_real(in, at, real);
	else if (c->type == SCHEMA_INT && json_int_value(v, &whole))
		store_int(in, at, whole);
	else
		return wrong(v, c->name, e);
	return FJ_OK;
}

static enum fj_rc
cell(struct store_in *in, const struct schema_column *c, int at, const struct json *v,
    struct fj_err *e)
{
	int64_t day;

	switch (c->type) {
	case SCHEMA_KEY:
	case SCHEMA_TEXT:
		if (json_text(v) == NULL)
			return wrong(v, c->name, e);
		store_word(in, at, v->text, v->len);
		return FJ_OK;
	case SCHEMA_ON:
		if (json_text(v) == NULL || !date_parse(v->text, v->len, &day))
			return wrong(v, c->name, e);
		store_int(in, at, day);
		return FJ_OK;
	default:
		return number(in, c, at, v, e);
	}
}

/* Of one object: the members that are columns; source, note, verified are for people. */
static enum fj_rc
row(struct fill *f, const struct json *object, struct fj_err *e)
{
	bool verified = json_is_true(object, "verified");
	struct store_in *in = f->in[verified];
	const struct json *v;
	enum fj_rc rc = FJ_OK;
	int c;

	json_each(v, object) {
		c = schema_column(f->t, v->key);
		if (c >= 0 && rc == FJ_OK)
			rc = cell(in, &f->t->column[c], c, v, e);
	}
	if (rc == FJ_OK && json_str(object, f->t->column[0].name) == NULL)
		rc = wrong(object, f->t->column[0].name, e);
	if (rc != FJ_OK)
		return rc;
	store_row(in, ++f->row[verified]);
	f->rows++;
	return FJ_OK;
}

/* Do the registers know its words?  ME3 */
static bool
known(struct store *s, const struct json *object)
{
	static const char *const keys[] = {"method_no", "object", "param"};
	const char *word;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		word = json_str(object, keys[i]);
		if (word != NULL && store_find(s, word, strlen(word)) == 0)
			return false;
	}
	return true;
}

static enum fj_rc
fill(struct store *s, const char *table, const struct json *list, int *rows,
    struct fj_err *e)
{
	const struct json *one;
	struct fill f;
	enum fj_rc rc = FJ_OK, ended;

	begin(&f, s, table);
	json_each(one, list) {
		if (rc == FJ_OK && known(s, one))
			rc = row(&f, one, e);
	}
	ended = end(&f, rc == FJ_OK ? e : NULL);
	*rows = f.rows;
	return rc == FJ_OK ? ended : rc;
}

enum fj_rc
methods_fill(struct store *s, bool method, bool required, const char *json, size_t n,
    struct methods_found *out, struct fj_err *e)
{
	struct json_doc *doc = NULL;
	enum fj_rc rc;

	*out = (struct methods_found){0, 0};
	rc = json_parse(json, n, &doc, e);
	if (rc == FJ_OK && method)
		rc = fill(s, "method", json_get(json_root(doc), "methods"),
		    &out->methods, e);
	if (rc == FJ_OK && required)
		rc = fill(s, "required_item", json_get(json_root(doc), "required_items"),
		    &out->required, e);
	json_free(&doc);
	return rc;
}
