/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kinds.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/xalloc.h"

#include <stdlib.h>

enum { KINDS_MEMORY = 4 << 20, PAPERS_MAX = 64, FORMS_MAX = 64 };

struct kinds {
	struct json_doc *doc;		/* strings live here */
	struct arena *arena;
	struct visit_kind *v;
	size_t n;
};

static const char *const outcomes[OUTCOME_COUNT] = {
	[OUTCOME_COMPLETED] = "completed",
	[OUTCOME_REFUSED] = "refused",
	[OUTCOME_OBSTRUCTED] = "obstructed",
	[OUTCOME_ABSENT] = "absent",
	[OUTCOME_MOVED] = "moved",
	[OUTCOME_STOPPED] = "stopped",
};

static const struct {
	const char *name;
	enum kind_require bit;
} requires[] = {
	{ "answers", REQUIRE_ANSWERS },
	{ "valid", REQUIRE_VALID },
	{ "findings", REQUIRE_FINDINGS },
	{ "evidence", REQUIRE_EVIDENCE },
	{ "evidence-any", REQUIRE_EVIDENCE_ANY },
	{ "facts", REQUIRE_FACTS },
	{ "papers", REQUIRE_PAPERS },
	{ "party", REQUIRE_PARTY },
};

enum visit_outcome
outcome_parse(const char *s)
{
	int i;

	for (i = OUTCOME_NONE + 1; i < OUTCOME_COUNT; i++)
		if (s != NULL && strcmp(s, outcomes[i]) == 0)
			return (enum visit_outcome)i;
	return OUTCOME_NONE;
}

const char *
outcome_id(enum visit_outcome o)
{
	return o > OUTCOME_NONE && o < OUTCOME_COUNT ? outcomes[o] : "";
}

static enum fj_rc
fault(struct fj_err *e, const struct json *at, const char *what)
{
	return fj_fail(e, FJ_INVAL, "model.kinds", "dds", at ? at->line : 1,
	    at ? at->column : 1, what);
}

static enum fj_rc
read_require(const struct json *list, unsigned *out, struct fj_err *e)
{
	const struct json *item;
	size_t i;

	json_each(item, list) {
		for (i = 0; i < sizeof(requires) / sizeof(requires[0]); i++)
			if (item->type == JSON_STRING && strcmp(item->text, requires[i].name) == 0)
				break;
		if (i == sizeof(requires) / sizeof(requires[0]))
			return fault(e, item, "require");
		*out |= requires[i].bit;
	}
	return FJ_OK;
}

static enum fj_rc
read_outcomes(const struct json *map, struct visit_kind *k, struct fj_err *e)
{
	const struct json *item;

	json_each(item, map) {
		enum visit_outcome o = outcome_parse(item->key);
		enum fj_rc rc;

		if (o == OUTCOME_NONE)
			return fault(e, item, item->key);
		k->outcome[o].known = true;
		k->outcome[o].party = json_is_true(item, "party");
		rc = read_require(json_get(item, "require"), &k->outcome[o].require, e);
		if (rc != FJ_OK)
			return rc;
	}
	return FJ_OK;
}

static enum fj_rc
read_paper(const struct json *item, struct kind_paper *p, struct fj_err *e)
{
	const char *when = json_str(item, "when");
	const struct json *list = json_get(item, "outcomes"), *o;

	p->id = json_str(item, "id");
	if (p->id == NULL || when == NULL)
		return fault(e, item, "paper");
	p->when = strcmp(when, "before") == 0 ? PAPER_BEFORE :
	    strcmp(when, "during") == 0 ? PAPER_DURING : PAPER_AFTER;
	json_each(o, list) {
		if (outcome_parse(json_text(o)) == OUTCOME_NONE)
			return fault(e, o, "outcome");
		p->outcomes |= 1u << outcome_parse(json_text(o));
	}
	return FJ_OK;
}

static enum fj_rc
read_papers(struct kinds *all, const struct json *list, struct visit_kind *k,
    struct fj_err *e)
{
	struct kind_paper *p;
	const struct json *item;
	enum fj_rc rc = FJ_OK;

	if (list == NULL || list->count == 0)
		return FJ_OK;
	if (list->type != JSON_ARRAY || list->count > PAPERS_MAX)
		return fault(e, list, "papers");
	p = arena_alloc(all->arena, (size_t)list->count * sizeof(*p));
	if (p == NULL)
		return fj_fail(e, FJ_LIMIT, "model.kinds", "dds", list->line, list->column,
		    "papers");
	k->papers = p;
	json_each(item, list) {
		rc = read_paper(item, &p[k->paper_count], e);
		if (rc != FJ_OK)
			return rc;
		k->paper_count++;
	}
	return rc;
}

static enum fj_rc
read_forms(struct kinds *all, const struct json *list, struct visit_kind *k,
    struct fj_err *e)
{
	const char **ids;
	const struct json *item;

	if (list == NULL || list->count == 0)
		return FJ_OK;
	if (list->type != JSON_ARRAY || list->count > FORMS_MAX)
		return fault(e, list, "forms");
	ids = arena_alloc(all->arena, (size_t)list->count * sizeof(*ids));
	if (ids == NULL)
		return fj_fail(e, FJ_LIMIT, "model.kinds", "dds", list->line, list->column,
		    "forms");
	k->forms = ids;
	json_each(item, list) {
		if (item->type != JSON_STRING)
			return fault(e, item, "forms");
		ids[k->form_count++] = item->text;
	}
	return FJ_OK;
}

static enum fj_rc
read_kind(struct kinds *all, const struct json *item, struct visit_kind *k,
    struct fj_err *e)
{
	const struct json *members = json_get(item, "members");
	const struct json *title = json_get(item, "title");
	int64_t min = 1, levels = 1;
	enum fj_rc rc;

	k->id = json_str(item, "id");
	if (k->id == NULL)
		return fault(e, item, "id");
	k->title_zh = json_str(title, "zh");
	k->title_en = json_str(title, "en");
	(void)json_int(members, "min", &min);
	(void)json_int(item, "levels", &levels);
	if (min < 1 || min > 16 || levels < 1 || levels > 8)
		return fault(e, item, "min, levels");
	k->min_members = (int)min;
	k->levels = (int)levels;
	k->certified = json_is_true(members, "certified");
	k->findings = json_is_true(item, "findings");
	k->clue = json_is_true(item, "clue");
	if (k->findings && k->clue)
		return fault(e, item, "findings, clue");
	rc = read_forms(all, json_get(item, "forms"), k, e);
	if (rc == FJ_OK)
		rc = read_papers(all, json_get(item, "papers"), k, e);
	if (rc == FJ_OK)
		rc = read_outcomes(json_get(item, "outcomes"), k, e);
	return rc;
}

static enum fj_rc
read_all(struct kinds *k, struct fj_err *e)
{
	const struct json *list = json_get(json_root(k->doc), "kinds"), *item;
	enum fj_rc rc = FJ_OK;

	if (list == NULL || list->type != JSON_ARRAY || list->count == 0)
		return fault(e, json_root(k->doc), "kinds");
	k->v = xcalloc((size_t)list->count, sizeof(*k->v));
	json_each(item, list) {
		rc = read_kind(k, item, &k->v[k->n], e);
		if (rc != FJ_OK)
			return rc;
		if (kinds_find(k, k->v[k->n].id) != NULL)
			return fault(e, item, "id");
		k->n++;
	}
	return rc;
}

enum fj_rc
kinds_load(const char *p, size_t n, struct kinds **out, struct fj_err *e)
{
	struct kinds *k = xcalloc(1, sizeof(*k));
	enum fj_rc rc = json_parse(p, n, &k->doc, e);

	k->arena = arena_new(KINDS_MEMORY);
	if (rc == FJ_OK)
		rc = read_all(k, e);
	if (rc == FJ_OK)
		*out = k;
	else
		kinds_free(&k);
	return rc;
}

void
kinds_free(struct kinds **k)
{
	if (*k == NULL)
		return;
	json_free(&(*k)->doc);
	arena_free(&(*k)->arena);
	free((*k)->v);
	free(*k);
	*k = NULL;
}

size_t
kinds_count(const struct kinds *k)
{
	return k->n;
}

const struct visit_kind *
kinds_at(const struct kinds *k, size_t i)
{
	return i < k->n ? &k->v[i] : NULL;
}

const struct visit_kind *
kinds_find(const struct kinds *k, const char *id)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (strcmp(k->v[i].id, id) == 0)
			return &k->v[i];
	return NULL;
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
kind_title(const struct visit_kind *k, const char *lang)
{
	return pick(k->title_zh, k->title_en, lang, k->id);
}

const char *
kinds_paper_title(const struct kinds *k, const char *id, const char *lang)
{
	const struct json *row = json_get(json_get(json_root(k->doc), "papers"), id);
	const struct json *title = json_get(row, "title");

	return pick(json_str(title, "zh"), json_str(title, "en"), lang, id);
}

const char *
kinds_outcome_title(const struct kinds *k, enum visit_outcome o, const char *lang)
{
	const struct json *row =
	    json_get(json_get(json_root(k->doc), "outcomes"), outcome_id(o));

	return pick(json_str(row, "zh"), json_str(row, "en"), lang, outcome_id(o));
}
