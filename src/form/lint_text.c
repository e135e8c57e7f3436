/* SPDX-License-Identifier: Apache-2.0 */
/* Texts in the languages that the form says it has. */
#include <string.h>

#include "form/lint.h"

static bool
listed(const struct form *f, const char *lang)
{
	size_t i;

	for (i = 0; i < f->nlanguage; i++)
		if (strcmp(f->language[i], lang) == 0)
			return true;
	return false;
}

static bool
text_in(const struct form_texts *t, const char *lang)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if ((t->v[i].lang[0] == '\0' || strcmp(t->v[i].lang, lang) == 0) &&
		    t->v[i].s[0] != '\0')
			return true;
	return false;
}

/* what: the column, of whom it is. */
static void
check(struct lint *l, const struct form_texts *t, const struct json *at, const char *whose)
{
	size_t i;

	if (t->n == 0 || l->f->nlanguage == 0)
		return;
	for (i = 0; i < l->f->nlanguage; i++)
		if (!text_in(t, l->f->language[i]))
			lint_warn(l, at, "form.language-missing", whose, l->f->language[i]);
	for (i = 0; i < t->n; i++)
		if (t->v[i].lang[0] != '\0' && !listed(l->f, t->v[i].lang))
			lint_warn(l, at, "form.language-unknown", whose, t->v[i].lang);
}

static void
node_texts(struct lint *l, const struct form_node *n)
{
	const struct {
		const char *key;
		const struct form_texts *t;
	} all[] = {{"label", &n->label}, {"hint", &n->hint}, {"guidance_hint", &n->guidance},
	    {"how", &n->how}, {"evidence", &n->evidence},
	    {"constraint_message", &n->constraint_message},
	    {"required_message", &n->required_message}};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		check(l, all[i].t, lint_key(l, n, all[i].key), n->name);
}

static void
choice_texts(struct lint *l, const struct json *row)
{
	const struct json *name = json_get(row, "name"), *label = json_get(row, "label"), *lang;
	const char *whose = json_text(name) != NULL ? name->text : "";
	size_t i;

	if (label == NULL || label->type != JSON_OBJECT)
		return;
	for (i = 0; i < l->f->nlanguage; i++) {
		lang = json_get(label, l->f->language[i]);
		if (lang == NULL || (json_text(lang) != NULL && lang->len == 0))
			lint_warn(l, label, "form.language-missing", whose, l->f->language[i]);
	}
	json_each(lang, label)
		if (l->f->nlanguage > 0 && !listed(l->f, lang->key))
			lint_warn(l, lang, "form.language-unknown", whose, lang->key);
}

void
lint_texts(struct lint *l)
{
	const struct json *list, *row, *v = json_get(l->root, "default_language");
	size_t i;

	if (v != NULL && l->f->nlanguage > 0 && !listed(l->f, l->f->default_language))
		lint_warn(l, v, "form.language-unknown", "default_language",
		    l->f->default_language);
	v = json_get(l->root, "title");
	check(l, &l->f->title, v != NULL ? v : l->root, "title");
	for (i = 1; i < l->f->nnode; i++)
		if (l->at[i] != NULL)
			node_texts(l, l->f->node[i]);
	json_each(list, json_get(l->root, "choices"))
		json_each(row, list)
			choice_texts(l, row);
}
