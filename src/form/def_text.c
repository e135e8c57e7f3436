/* SPDX-License-Identifier: Apache-2.0 */
/* Faults, texts by language and small memory while a definition is read. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "form/form_i.h"

enum {
	FAULTS_MAX = 1000,
};

void
form_faults_release(struct form_faults *f)
{
	free(f->v);
	memset(f, 0, sizeof(*f));
}

void
def_fault_at(struct def *d, int line, int column, bool error, const struct fj_err *e)
{
	struct form_faults *l = d->faults;
	struct form_fault *q;

	if (error)
		l->errors++;
	/* Errors have a place of their own: warnings must not crowd them out. */
	if (l->n >= (error ? 2 * FAULTS_MAX : FAULTS_MAX))
		return;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 16;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	q = &l->v[l->n++];
	q->line = line;
	q->column = column;
	q->severity = error ? FORM_ERROR : FORM_WARNING;
	q->err = *e;
}

/* kinds: letters s only. */
void
def_fault(struct def *d, const struct json *at, bool error, const char *code,
    const char *kinds, ...)
{
	const char *a[2] = {"", ""};
	struct fj_err e;
	va_list ap;
	size_t i;

	va_start(ap, kinds);
	for (i = 0; i < 2 && kinds[i] != '\0'; i++)
		a[i] = va_arg(ap, const char *);
	va_end(ap);
	fj_err_clear(&e);
	(void)fj_fail(&e, FJ_INVAL, code, kinds, a[0], a[1]);
	def_fault_at(d, at != NULL ? at->line : 1, at != NULL ? at->column : 1, error, &e);
}

void *
def_alloc(struct def *d, size_t n)
{
	void *out = arena_alloc(d->f->arena, n > 0 ? n : 1);

	if (out == NULL)
		d->limit = true;
	return out;
}

const char *
def_dup(struct def *d, const char *s, size_t n)
{
	const char *out = arena_strndup(d->f->arena, s, n);

	if (out != NULL)
		return out;
	d->limit = true;
	return "";
}

/* Where a text was written that refers to places: its faults are told there. */
static void
text_place(struct def *d, const char *s, const struct json *at)
{
	if (at->type != JSON_STRING || strstr(s, "${") == NULL)
		return;
	if (d->ntext == d->text_cap) {
		d->text_cap = d->text_cap ? 2 * d->text_cap : 64;
		d->texts = xrealloc(d->texts, d->text_cap, sizeof(*d->texts));
	}
	d->texts[d->ntext++] = (struct text_at){s, at};
}

static bool
text_push(struct def *d, struct form_texts *t, const char *lang, const struct json *at)
{
	struct form_text *v = def_alloc(d, (t->n + 1) * sizeof(*v));

	if (v == NULL)
		return false;
	if (t->n > 0)
		memcpy(v, t->v, t->n * sizeof(*v));
	v[t->n].lang = lang[0] != '\0' ? def_dup(d, lang, strlen(lang)) : "";
	v[t->n].s = def_dup(d, at->text, at->len);
	text_place(d, v[t->n].s, at);
	t->v = v;
	t->n++;
	return true;
}

/* "中文 (zh)" and "zh" are both zh. */
static void
lang_code(const char *s, char *out, size_t size)
{
	const char *open = strrchr(s, '('), *close = open != NULL ? strchr(open, ')') : NULL;
	size_t n = strlen(s);

	if (close != NULL) {
		s = open + 1;
		n = (size_t)(close - s);
	}
	if (n >= size)
		n = size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
}

void
def_texts_add(struct def *d, struct form_texts *t, const char *lang, const struct json *v)
{
	const struct json *item;
	char code[32];

	if (v->type == JSON_OBJECT) {
		json_each(item, v)
			def_texts_add(d, t, item->key, item);
		return;
	}
	if (v->type == JSON_STRING || v->type == JSON_NUMBER) {
		lang_code(lang, code, sizeof(code));
		(void)text_push(d, t, code, v);
		return;
	}
	if (v->type != JSON_NULL)
		def_fault(d, v, true, "form.not-text", "s", v->key != NULL ? v->key : "");
}

struct form_texts
def_texts(struct def *d, const struct json *v, const char *lang)
{
	struct form_texts t = {NULL, 0};

	if (v != NULL)
		def_texts_add(d, &t, lang, v);
	return t;
}

bool
form_name_ok(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > 255)
		return false;
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		bool start = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		    c >= 0x80;

		if (!start && (i == 0 || !((c >= '0' && c <= '9') || c == '-' || c == '.')))
			return false;
	}
	return true;
}

static bool
has_han(const char *s)
{
	while (*s != '\0' && ((unsigned char)*s < 0xe3 || (unsigned char)*s > 0xe9))
		s++;
	return *s != '\0';
}

struct form_texts
def_own_words(struct def *d, const struct form_texts *like, const char *han,
    const char *latin)
{
	struct form_text *v = def_alloc(d, (like->n + 1) * sizeof(*v));
	struct form_texts t = {v, 0};
	size_t i;

	for (i = 0; v != NULL && i < like->n; i++, t.n++) {
		v[i].lang = like->v[i].lang;
		v[i].s = has_han(like->v[i].s) ? han : latin;
	}
	return t;
}

static const char *
text_in(const struct form_texts *t, const char *lang)
{
	size_t i;

	for (i = 0; lang != NULL && i < t->n; i++)
		if (strcmp(t->v[i].lang, lang) == 0)
			return t->v[i].s;
	return NULL;
}

const char *
form_text(const struct form *f, const struct form_texts *t, const char *lang)
{
	const char *s;

	if (t->n == 0)
		return "";
	s = text_in(t, lang);
	if (s == NULL)
		s = text_in(t, "");
	if (s == NULL)
		s = text_in(t, f->default_language);
	return s != NULL ? s : t->v[0].s;
}
