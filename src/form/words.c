/* SPDX-License-Identifier: Apache-2.0 */
#include "form/words.h"

#include <string.h>

#include "form/form_i.h"

struct text {
	enum form_words which;
	struct form_word word;
};

static const struct text texts[] = {
#define TYPE(n, t, en, zh) {FORM_WORDS_TYPES, {n, t, en, zh}},
#define TOP(n, t, en, zh) {FORM_WORDS_TOP, {n, t, en, zh}},
#define COLUMN(n, t, en, zh) {FORM_WORDS_COLUMNS, {n, t, en, zh}},
#define FUNCTION(n, t, en, zh) {FORM_WORDS_FUNCTIONS, {n, t, en, zh}},
#define FAULT(n, severity) {FORM_WORDS_FAULTS, {n, severity, "", ""}},
#include "form/words.def"
};

enum {
	TEXTS = sizeof(texts) / sizeof(texts[0]),
};

/* The i-th name that the compiler knows; NULL past the end. */
static const char *
compiled(enum form_words which, size_t i)
{
	const struct fn *fn;
	size_t k;

	switch (which) {
	case FORM_WORDS_TYPES:
		return form_type_name(i);
	case FORM_WORDS_TOP:
		return def_top_key(i);
	case FORM_WORDS_COLUMNS:
		return def_node_key(i);
	case FORM_WORDS_FUNCTIONS:
		return i < fn_table(&fn) ? fn[i].name : NULL;
	case FORM_WORDS_FAULTS:
		break;
	}
	for (k = 0; k < TEXTS; k++)
		if (texts[k].which == which && i-- == 0)
			return texts[k].word.name;
	return NULL;
}

static const struct form_word *
text_of(enum form_words which, const char *name)
{
	size_t k;

	for (k = 0; k < TEXTS; k++)
		if (texts[k].which == which && strcmp(texts[k].word.name, name) == 0)
			return &texts[k].word;
	return NULL;
}

bool
form_word(enum form_words which, size_t i, struct form_word *out)
{
	const char *name = compiled(which, i);
	const struct form_word *w;

	if (name == NULL)
		return false;
	w = text_of(which, name);
	*out = w != NULL ? *w : (struct form_word){name, "", "", ""};
	return true;
}

static bool
is_compiled(const struct text *t)
{
	const char *name;
	size_t i;

	for (i = 0; (name = compiled(t->which, i)) != NULL; i++)
		if (strcmp(name, t->word.name) == 0)
			return true;
	return false;
}

const char *
form_words_gap(void)
{
	const char *name;
	size_t i;
	int which;

	for (which = FORM_WORDS_TYPES; which < FORM_WORDS_FAULTS; which++)
		for (i = 0; (name = compiled((enum form_words)which, i)) != NULL; i++)
			if (text_of((enum form_words)which, name) == NULL)
				return name;
	for (i = 0; i < TEXTS; i++)
		if (!is_compiled(&texts[i]))
			return texts[i].word.name;
	return NULL;
}
