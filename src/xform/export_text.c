/* SPDX-License-Identifier: Apache-2.0 */
/* Labels, hints and messages in all languages: the itext of an XForm. */
#include <string.h>

#include "base/limits.h"
#include "xform/export_i.h"

/* Which columns make which text: several forms of one text share an id. */
static const struct {
	const char *column, *id, *form;
} texts[] = {
	{"label", "label", NULL},
	{"image", "label", "image"},
	{"audio", "label", "audio"},
	{"video", "label", "video"},
	{"big-image", "label", "big-image"},
	{"hint", "hint", NULL},
	{"guidance_hint", "hint", "guidance"},
	{"constraint_message", "jr:constraintMsg", NULL},
	{"required_message", "jr:requiredMsg", NULL},
};

enum {
	TEXTS = sizeof(texts) / sizeof(texts[0]),
};

/* ---- languages ---- */

/* "中文 (zh)" is zh, as the form reads it. */
static void
code_of(const char *s, const char **code, size_t *n)
{
	const char *open = strrchr(s, '('), *close = open != NULL ? strchr(open, ')') : NULL;

	*code = close != NULL ? open + 1 : s;
	*n = close != NULL ? (size_t)(close - open - 1) : strlen(s);
}

static void
language(struct xport *x, const char *s)
{
	const char *code;
	size_t n, i;

	code_of(s, &code, &n);
	for (i = 0; i < x->nlang; i++)
		if (strlen(x->lang[i]) == n && memcmp(x->lang[i], code, n) == 0)
			return;
	if (n > 0 && x->nlang < EXPORT_LANGS) {
		x->lang[x->nlang] = arena_strndup(x->mem, code, n);
		if (x->lang[x->nlang] != NULL)
			x->nlang++;
	}
}

static void
languages_of(struct xport *x, const struct json *at)
{
	const struct json *v, *item;
	size_t i, n;

	json_each(v, at) {
		const char *sep = strstr(v->key, "::");

		n = sep != NULL ? (size_t)(sep - v->key) : strlen(v->key);
		for (i = 0; i < TEXTS; i++)
			if (strlen(texts[i].column) == n &&
			    memcmp(texts[i].column, v->key, n) == 0)
				break;
		if (i == TEXTS)
			continue;
		if (sep != NULL)
			language(x, sep + 2);
		else if (v->type == JSON_OBJECT)
			json_each(item, v)
				language(x, item->key);
	}
}

void
text_languages(struct xport *x)
{
	const struct json *list, *item;
	const char *const *said;
	const char *first = json_str(x->root, "default_language");
	size_t n = form_languages(x->f, &said), i;

	for (i = 0; i < n; i++)
		language(x, said[i]);
	for (i = 0; i < x->nq; i++)
		languages_of(x, x->by_name[i]->at);
	json_each(list, json_get(x->root, "choices"))
		json_each(item, list)
			languages_of(x, item);
	if (x->nlang == 0)
		x->lang[x->nlang++] = "default";
	x->plain = first != NULL && first[0] != '\0' ? first : x->lang[0];
	language(x, x->plain);
}

/* ---- a text ---- */

static const struct json *
scalar(const struct json *v)
{
	return v != NULL && (v->type == JSON_STRING || v->type == JSON_NUMBER) ? v : NULL;
}

static bool
is_code(const char *s, const char *lang)
{
	const char *code;
	size_t n;

	code_of(s, &code, &n);
	return strlen(lang) == n && memcmp(code, lang, n) == 0;
}

const struct json *
text_in(const struct xport *x, const struct json *at, const char *column, const char *lang)
{
	const struct json *v, *item;
	size_t n = strlen(column);

	json_each(v, at) {
		if (strncmp(v->key, column, n) != 0)
			continue;
		if (strncmp(v->key + n, "::", 2) == 0 && is_code(v->key + n + 2, lang))
			return scalar(v);
		if (v->key[n] != '\0')
			continue;
		json_each(item, v->type == JSON_OBJECT ? v : NULL)
			if (is_code(item->key, lang))
				return scalar(item);
		if (v->type != JSON_OBJECT && strcmp(lang, x->plain) == 0)
			return scalar(v);
	}
	return NULL;
}

bool
text_any(const struct xport *x, const struct json *at, const char *column)
{
	size_t i;

	for (i = 0; i < x->nlang; i++)
		if (text_in(x, at, column, x->lang[i]) != NULL)
			return true;
	return false;
}

/* ${x} inside of a text becomes an <output/> at n. */
static void
chars_with_refs(struct xport *x, const struct form_node *n, const char *s)
{
	const char *ref, *end;
	struct fj_buf path;
	char expr[300];

	while ((ref = strstr(s, "${")) != NULL && (end = strchr(ref, '}')) != NULL) {
		size_t k = (size_t)(end + 1 - ref);

		xml_chars(x->out, s, (size_t)(ref - s), false);
		fj_buf_init(&path, LIMIT_EXPR_BYTES);
		if (k < sizeof(expr)) {
			memcpy(expr, ref, k);
			expr[k] = '\0';
		}
		if (k < sizeof(expr) && xport_xpath(x, n, expr, &path)) {
			fj_buf_puts(x->out, "<output");
			xml_attr_add(x, "value", path.p);
			fj_buf_puts(x->out, "/>");
		} else {
			xml_chars(x->out, ref, k, false);
		}
		fj_buf_release(&path);
		s = end + 1;
	}
	xml_chars(x->out, s, strlen(s), false);
}

static void
value(struct xport *x, const struct form_node *n, const struct json *text, const char *form)
{
	bool media = form != NULL && strcmp(form, "guidance") != 0;

	xml_open(x, "value");
	xml_attr_add(x, "form", form);
	fj_buf_putc(x->out, '>');
	if (!media)
		chars_with_refs(x, n, text->text);
	else if (strstr(text->text, "://") == NULL)
		fj_buf_printf(x->out, "jr://%s/", strcmp(form, "big-image") == 0 ? "images" :
		    strcmp(form, "image") == 0 ? "images" : form);
	if (media)
		xml_chars(x->out, text->text, text->len, false);
	fj_buf_puts(x->out, "</value>");
}

static void
text_open(struct xport *x, const char *path, const char *id)
{
	xml_open(x, "text");
	fj_buf_puts(x->out, " id=\"");
	xml_chars(x->out, path, strlen(path), true);
	fj_buf_printf(x->out, "%s\"", id);
	xml_body(x);
}

/* All texts of a question in a language. */
static void
question_texts(struct xport *x, const struct xq *q, const char *lang)
{
	const char *open = NULL;
	size_t i;

	for (i = 0; i < TEXTS && q->at != NULL && q->n != NULL; i++) {
		const struct json *t = text_in(x, q->at, texts[i].column, lang);
		char id[32] = ":";

		if (t == NULL || (q->type->control == XC_NONE && strncmp(texts[i].id, "jr:", 3) != 0))
			continue;
		memcpy(id + 1, texts[i].id, strlen(texts[i].id) + 1);
		if (open == NULL || strcmp(open, texts[i].id) != 0) {
			if (open != NULL)
				xml_close(x, "text");
			text_open(x, q->path, id);
			open = texts[i].id;
		}
		value(x, q->n, t, texts[i].form);
	}
	if (open != NULL)
		xml_close(x, "text");
}

static void
list_texts(struct xport *x, const struct json *list, const char *lang)
{
	const struct json *item, *t;
	unsigned i = 0;

	json_each(item, list) {
		char id[24];
		struct fj_buf b;

		fj_buf_init(&b, sizeof(id));
		fj_buf_printf(&b, "-%u", i++);
		t = text_in(x, item, "label", lang);
		if (t != NULL && b.n < sizeof(id)) {
			text_open(x, list->key, b.p);
			value(x, form_root(x->f), t, NULL);
			t = text_in(x, item, "image", lang);
			if (t != NULL)
				value(x, form_root(x->f), t, "image");
			xml_close(x, "text");
		}
		fj_buf_release(&b);
	}
}

void
export_itext(struct xport *x)
{
	const struct json *list;
	const struct xq *q;
	size_t i;

	xml_open(x, "itext");
	xml_body(x);
	for (i = 0; i < x->nlang; i++) {
		xml_open(x, "translation");
		xml_attr_add(x, "lang", x->lang[i]);
		if (strcmp(x->lang[i], x->plain) == 0)
			xml_attr_add(x, "default", "true()");
		xml_body(x);
		for (q = x->top; q != NULL; q = xport_walk(q))
			question_texts(x, q, x->lang[i]);
		json_each(list, json_get(x->root, "choices"))
			list_texts(x, list, x->lang[i]);
		xml_close(x, "translation");
	}
	xml_close(x, "itext");
}
