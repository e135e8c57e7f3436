/* SPDX-License-Identifier: Apache-2.0 */
#include "model/clauses.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "base/xalloc.h"

struct row {
	struct clause pub;
	const struct json *articles;
};

struct clauses {
	struct json_doc *doc;		/* strings live here */
	struct row *v;
	size_t n;
};

static enum fj_rc
fault(struct fj_err *e, const struct json *at, const char *what)
{
	return fj_fail(e, FJ_INVAL, "model.clauses", "dds", at ? at->line : 1,
	    at ? at->column : 1, what);
}

static bool
read_family(const struct json *item, enum clause_family *out)
{
	const char *s = json_str(item, "family");

	if (s == NULL || strcmp(s, "general") == 0)
		*out = CLAUSE_GENERAL;
	else if (strcmp(s, "untrue") == 0)
		*out = CLAUSE_UNTRUE;
	else if (strcmp(s, "false") == 0)
		*out = CLAUSE_FALSE;
	else
		return false;
	return true;
}

static bool
day_ok(const struct json *row, const char *key)
{
	const char *s = json_str(row, key);
	int64_t day;

	return s == NULL || date_parse(s, strlen(s), &day);
}

static enum fj_rc
read_clause(const struct json *item, struct row *r, struct fj_err *e)
{
	const struct json *title = json_get(item, "title"), *text = json_get(item, "text");
	const struct json *a;

	r->pub.id = item->key;
	r->pub.shown = json_str(item, "shown") ? json_str(item, "shown") : item->key;
	r->pub.instrument = json_str(item, "instrument");
	r->pub.title_zh = json_str(title, "zh");
	r->pub.title_en = json_str(title, "en");
	r->pub.text_zh = json_str(text, "zh");
	r->pub.text_en = json_str(text, "en");
	r->pub.leg2 = json_is_true(item, "leg2");
	r->pub.second_leg = json_is_true(item, "second_leg");
	r->articles = json_get(item, "articles");
	if (r->pub.instrument == NULL)
		return fault(e, item, "instrument");
	if (!read_family(item, &r->pub.family))
		return fault(e, item, "family");
	json_each(a, r->articles)
		if (!day_ok(a, "from") || !day_ok(a, "to"))
			return fault(e, a, "from, to");
	return FJ_OK;
}

enum fj_rc
clauses_load(const char *p, size_t n, struct clauses **out, struct fj_err *e)
{
	struct clauses *c = xcalloc(1, sizeof(*c));
	const struct json *map, *item;
	enum fj_rc rc = json_parse(p, n, &c->doc, e);

	if (rc != FJ_OK)
		goto out;
	map = json_get(json_root(c->doc), "clauses");
	if (map == NULL || map->type != JSON_OBJECT) {
		rc = fault(e, json_root(c->doc), "clauses");
		goto out;
	}
	c->v = xcalloc((size_t)map->count + 1, sizeof(*c->v));
	json_each(item, map) {
		rc = read_clause(item, &c->v[c->n], e);
		if (rc != FJ_OK)
			goto out;
		c->n++;
	}
out:
	if (rc == FJ_OK)
		*out = c;
	else
		clauses_free(&c);
	return rc;
}

void
clauses_free(struct clauses **c)
{
	if (*c == NULL)
		return;
	json_free(&(*c)->doc);
	free((*c)->v);
	free(*c);
	*c = NULL;
}

size_t
clauses_count(const struct clauses *c)
{
	return c->n;
}

const struct clause *
clauses_at(const struct clauses *c, size_t i)
{
	return i < c->n ? &c->v[i].pub : NULL;
}

static const struct row *
find(const struct clauses *c, const char *id)
{
	size_t i;

	for (i = 0; c != NULL && i < c->n; i++)
		if (strcmp(c->v[i].pub.id, id) == 0 || strcmp(c->v[i].pub.shown, id) == 0)
			return &c->v[i];
	return NULL;
}

const struct clause *
clauses_find(const struct clauses *c, const char *id)
{
	const struct row *r = find(c, id);

	return r ? &r->pub : NULL;
}

static const char *
pick(const char *zh, const char *en, const char *lang, const char *otherwise)
{
	const char *first = strcmp(lang, "zh") == 0 ? zh : en;

	if (first != NULL)
		return first;
	return zh ? zh : en ? en : otherwise;
}

const char *
clause_title(const struct clause *c, const char *lang)
{
	return pick(c->title_zh, c->title_en, lang, c->shown);
}

const char *
clause_text(const struct clause *c, const char *lang)
{
	return pick(c->text_zh, c->text_en, lang, "");
}

static bool
in_force(const struct json *row, int64_t day)
{
	const char *from = json_str(row, "from"), *to = json_str(row, "to");
	int64_t d;

	if (from != NULL && date_parse(from, strlen(from), &d) && day < d)
		return false;
	return to == NULL || !date_parse(to, strlen(to), &d) || day <= d;
}

struct clause_article
clauses_on(const struct clauses *c, const char *id, int64_t day)
{
	struct clause_article out = { 0 };
	const struct row *r = find(c, id);
	const struct json *a;

	if (r == NULL)
		return out;
	out.instrument = r->pub.instrument;
	json_each(a, r->articles) {
		const struct json *note = json_get(a, "note");

		if (!in_force(a, day))
			continue;
		if (json_str(a, "instrument") != NULL)
			out.instrument = json_str(a, "instrument");
		out.verified = json_is_true(a, "verified");
		/* a number that nobody verified is not printed */
		out.article = out.verified ? json_str(a, "article") : NULL;
		out.liability = out.verified ? json_str(a, "liability") : NULL;
		out.source = json_str(a, "source");
		out.note_zh = json_str(note, "zh");
		out.note_en = json_str(note, "en");
		return out;
	}
	return out;
}

const char *
clauses_instrument_title(const struct clauses *c, const char *instrument,
    const char *lang)
{
	const struct json *row =
	    json_get(json_get(json_root(c->doc), "instruments"), instrument);
	const struct json *title = json_get(row, "title");

	return pick(json_str(title, "zh"), json_str(title, "en"), lang, instrument);
}
