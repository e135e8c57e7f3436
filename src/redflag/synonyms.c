/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/synonyms.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "redflag/import.h"
#include "redflag/synonyms_internal.h"
#include "text/nfkc.h"

static const char *const value_names[WORDS_KINDS] = {
	"yes", "no", "pass", "fail", "issued", "void", "nd", "null", "sign", "test",
	"sampling", "skip",
};

static enum fj_rc
bad(struct fj_err *e, const struct json *at, const char *what)
{
	return fj_fail(e, FJ_INVAL, "redflag.synonyms", "ds", at != NULL ? at->line : 0, what);
}

/* ---- concepts ---- */

static void
add_alternative(struct synonyms *s, const char *p, int concept)
{
	struct alternative *a;
	struct fj_buf b;
	int i;

	fj_buf_init(&b, 4096);
	nfkc_dense(&b, p, strlen(p));
	a = map_get(s->alternatives, b.p, b.n);
	if (a == NULL) {
		a = xcalloc(1, sizeof(*a));
		for (i = 0; i < 3; i++)
			a->concept[i] = -1;
		(void)map_put(s->alternatives, b.p, b.n, a);
	}
	for (i = 0; i < 3 && a->concept[i] >= 0 && a->concept[i] != concept; i++)
		;
	if (i < 3)
		a->concept[i] = (int16_t)concept;
	if (b.n > s->longest)
		s->longest = b.n;
	fj_buf_release(&b);
}

static enum fj_rc
take_concepts(struct synonyms *s, const struct json *o, struct fj_err *e)
{
	const struct json *c, *w;

	if (o == NULL || o->type != JSON_OBJECT)
		return bad(e, o, "concepts");
	json_each(c, o) {
		if (s->concepts == CONCEPTS_MAX || c->type != JSON_ARRAY)
			return bad(e, c, c->key);
		s->weight[s->concepts] = strncmp(c->key, "~~", 2) == 0 ? FILLER :
		    c->key[0] == '~' ? LIGHT : 1.0F;
		json_each(w, c) {
			if (json_text(w) == NULL)
				return bad(e, w, c->key);
			add_alternative(s, w->text, s->concepts);
		}
		s->concepts++;
	}
	return FJ_OK;
}

/* ---- tables and columns ---- */

static enum fj_rc
take_headings(struct synonyms *s, const struct json *list, struct known *k, struct fj_err *e)
{
	const struct json *w;

	if (list->type != JSON_ARRAY)
		return bad(e, list, list->key);
	k->word = xcalloc((size_t)list->count + 1, sizeof(*k->word));
	json_each(w, list) {
		if (json_text(w) == NULL)
			return bad(e, w, list->key);
		heading_init(&k->word[k->n++], s, w->text, w->len);
	}
	return FJ_OK;
}

static enum fj_rc
take_table(struct synonyms *s, const struct json *o, struct fj_err *e)
{
	int t = schema_find(o->key), c;
	const struct json *names = json_get(o, "names"), *columns = json_get(o, "columns"), *l;
	enum fj_rc rc;

	if (t < 0 || names == NULL || columns == NULL)
		return bad(e, o, o->key);
	if (s->table[t].names.word != NULL)
		return bad(e, o, o->key);
	rc = take_headings(s, names, &s->table[t].names, e);
	if (rc != FJ_OK)
		return rc;
	s->table[t].columns = schema_tables()[t].ncolumn;
	s->table[t].column = xcalloc(s->table[t].columns, sizeof(*s->table[t].column));
	json_each(l, columns) {
		c = schema_column(&schema_tables()[t], l->key);
		if (c < 0)
			return bad(e, l, l->key);
		rc = take_headings(s, l, &s->table[t].column[c], e);
		if (rc != FJ_OK)
			return rc;
	}
	return FJ_OK;
}

static enum fj_rc
take_values(struct synonyms *s, const struct json *o, struct fj_err *e)
{
	const struct json *list, *w;
	struct fj_buf b;
	int i;

	for (i = 0; i < WORDS_KINDS; i++) {
		list = json_get(o, value_names[i]);
		if (list == NULL || list->type != JSON_ARRAY)
			return bad(e, o, value_names[i]);
		s->value[i] = map_new();
		json_each(w, list) {
			if (json_text(w) == NULL)
				return bad(e, w, value_names[i]);
			fj_buf_init(&b, 4096);
			nfkc_dense(&b, w->text, w->len);
			(void)map_put(s->value[i], b.p, b.n, s);
			fj_buf_release(&b);
		}
	}
	return FJ_OK;
}

enum fj_rc
synonyms_new(const char *json, size_t n, struct synonyms **out, struct fj_err *e)
{
	struct synonyms *s = xcalloc(1, sizeof(*s));
	const struct json *t, *tables;
	struct json_doc *d = NULL;
	enum fj_rc rc;

	s->alternatives = map_new();
	rc = json_parse(json, n, &d, e);
	if (rc == FJ_OK)
		rc = take_concepts(s, json_get(json_root(d), "concepts"), e);
	tables = rc == FJ_OK ? json_get(json_root(d), "tables") : NULL;
	json_each(t, tables)
		if (rc == FJ_OK)
			rc = take_table(s, t, e);
	if (rc == FJ_OK)
		rc = take_values(s, json_get(json_root(d), "values"), e);
	json_free(&d);
	if (rc != FJ_OK)
		synonyms_free(&s);
	*out = s;
	return rc;
}

static void
known_release(struct known *k)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		heading_release(&k->word[i]);
	free(k->word);
}

void
synonyms_free(struct synonyms **s)
{
	size_t i, c;

	if (*s == NULL)
		return;
	for (i = 0; i < SCHEMA_TABLES; i++) {
		known_release(&(*s)->table[i].names);
		for (c = 0; c < (*s)->table[i].columns; c++)
			known_release(&(*s)->table[i].column[c]);
		free((*s)->table[i].column);
	}
	for (i = 0; i < WORDS_KINDS; i++)
		if ((*s)->value[i] != NULL)
			map_free(&(*s)->value[i], NULL);
	map_free(&(*s)->alternatives, free);
	free(*s);
	*s = NULL;
}

/* ---- values ---- */

bool
synonyms_value(const struct synonyms *s, enum value_words kind, const char *p, size_t n)
{
	return map_get(s->value[kind], p, n) != NULL;
}

/* "第3页", "第3页共9页", "3/9": what printing leaves between rows. */
static bool
is_page(const char *p, size_t n)
{
	return n > 6 && memcmp(p, "第", 3) == 0 && p[3] >= '0' && p[3] <= '9' &&
	    (strstr(p, "页") != NULL);
}

bool
synonyms_skip(const struct synonyms *s, const char *p, size_t n)
{
	size_t i = 0, k;

	if (n > 3 && is_page(p, n))
		return true;
	while (i < n && i < 24) {
		k = utf8_len(p + i, n - i);
		i += k != 0 ? k : 1;
		if (map_get(s->value[WORDS_SKIP], p, i) != NULL)
			return true;
	}
	return false;
}
