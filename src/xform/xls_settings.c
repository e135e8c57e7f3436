/* SPDX-License-Identifier: Apache-2.0 */
/* The settings sheet: the head of the definition. */
#include <string.h>

#include "base/utf8.h"
#include "xform/xls_i.h"

/* Is there Han in the questions? Then a text without a language is Chinese. */
static bool
has_han(const struct xtable *t)
{
	size_t i, n, k;
	uint32_t c;
	int j;

	for (i = 0; i < t->nrow; i++)
		for (j = 0; j < t->row[i].count; j++) {
			const char *s = t->row[i].cell[j].s;

			if (t->col[t->row[i].cell[j].col].kind != C_TEXT)
				continue;
			for (n = strlen(s); n > 0; s += k, n -= k) {
				k = utf8_get(s, n, &c);
				if (k == 0)
					break;
				if (c >= 0x3400 && c <= 0x9fff)
					return true;
			}
		}
	return false;
}

static bool
lang_known(const struct xlangs *l, const char *code)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i], code) == 0)
			return true;
	return false;
}

/* The default language stands first; texts without a language are in it. */
static void
languages(struct xlsform *f)
{
	struct xlangs *l = &f->x.langs;
	const char *first = f->default_language, *swap;
	int at;

	if (first != NULL)
		first = xlang_code(&f->x, first, strlen(first));
	else if (l->n > 0 && l->plain)
		first = has_han(&f->survey) ? "zh" : "en";
	else
		return;
	if (f->default_language == NULL && lang_known(l, first))
		first = "default";
	at = xlang_find(&f->x, first, strlen(first));
	if (at < 0)
		return;
	swap = l->v[at];
	l->v[at] = l->v[0];
	l->v[0] = swap;
}

/* Columns know languages by index: the swap is carried to all sheets. */
static void
swap_columns(struct xtable *t, int at)
{
	int i;

	for (i = 0; i < t->ncol; i++) {
		if (t->col[i].lang == at)
			t->col[i].lang = 0;
		else if (t->col[i].lang == 0)
			t->col[i].lang = at;
	}
}

static void
unknown(struct xlsform *f, const struct xrow *r)
{
	int i;

	for (i = 0; i < r->count; i++) {
		const struct xcol *c = &f->settings.col[r->cell[i].col];

		if (c->dead)
			continue;
		if (strcmp(c->as_written, "public_key") == 0 ||
		    strcmp(c->as_written, "submission_url") == 0)
			xfault(&f->x, xtable_cell_at(&f->settings, r, r->cell[i].col),
			    FORM_WARNING, "xlsform.encryption", "s", c->as_written);
		else if (c->kind == C_OTHER)
			xfault(&f->x, xtable_cell_at(&f->settings, r, r->cell[i].col),
			    FORM_WARNING, "xlsform.setting", "s", c->as_written);
	}
}

/* The file's name as an id: what stands before the last dot. */
static const char *
file_id(struct ximport *x)
{
	const char *base = strrchr(x->name, '/'), *dot;

	base = base != NULL ? base + 1 : x->name;
	dot = strrchr(base, '.');
	return base[0] == '\0' ? "form" : dot != NULL && dot > base ?
	    xmem_str(x, base, (size_t)(dot - base)) : base;
}

static void
head_string(struct xlsform *f, const struct xrow *r, const char *key, const char *otherwise)
{
	const char *s = r != NULL ? xtable_get(&f->settings, r, key) : NULL;
	struct xplace at = r != NULL ? xtable_at(&f->settings, r, key) :
	    (struct xplace){f->survey.sheet, f->survey.header, 1};

	if (s != NULL || otherwise != NULL)
		xout_str(&f->x, key, at, s != NULL ? s : otherwise);
}

static void
head(struct xlsform *f, const struct xrow *r, const char *id)
{
	struct xplace top = {f->survey.sheet, f->survey.header, 1};
	const char *s;
	struct xtext title = {0};
	size_t i;

	head_string(f, r, "form", id);
	head_string(f, r, "version", "");
	if (r != NULL)
		xtable_text(&f->settings, r, "title", &title);
	if (xtext_any(&title))
		xout_text(&f->x, "title", &title);
	else
		xout_str(&f->x, "title", top, id);
	head_string(f, r, "root", NULL);
	if (f->x.langs.n > 0) {
		xout_arr(&f->x, "languages", top);
		for (i = 0; i < f->x.langs.n; i++)
			xout_str(&f->x, NULL, top, f->x.langs.v[i]);
		xout_end(&f->x);
		xout_str(&f->x, "default_language", top, f->x.langs.v[0]);
	}
	s = r != NULL ? xtable_get(&f->settings, r, "instance_name") : NULL;
	if (s != NULL)
		xout_str(&f->x, "instance_name", xtable_at(&f->settings, r, "instance_name"),
		    xstraight(&f->x, s));
	head_string(f, r, "style", NULL);
	s = r != NULL ? xtable_get(&f->settings, r, "allow_choice_duplicates") : NULL;
	if (s != NULL)
		xout_raw(&f->x, "allow_choice_duplicates",
		    xtable_at(&f->settings, r, "allow_choice_duplicates"),
		    xflag(s) ? "true" : "false");
}

void
xls_settings(struct xlsform *f)
{
	const struct xrow *r = f->settings.nrow > 0 ? &f->settings.row[0] : NULL;
	const char *first, *id;
	size_t i, before = f->x.langs.n;
	int at = 0;

	if (r != NULL) {
		f->default_language = xtable_get(&f->settings, r, "default_language");
		unknown(f, r);
	}
	first = before > 0 ? f->x.langs.v[0] : NULL;
	languages(f);
	for (i = 1; first != NULL && i < f->x.langs.n; i++)
		if (f->x.langs.v[i] == first)
			at = (int)i;
	if (at > 0) {
		swap_columns(&f->survey, at);
		swap_columns(&f->choices, at);
		swap_columns(&f->settings, at);
		swap_columns(&f->external, at);
	}
	id = file_id(&f->x);
	head(f, r, id);
}
