/* SPDX-License-Identifier: Apache-2.0 */
/* itext: texts by id, language and form. */
#include <string.h>

#include "xform/xf_i.h"

static int
form_of(const char *s)
{
	static const char *const names[] = {"long", "short", "guidance", "image", "audio",
	    "video", "big-image"};
	size_t i;

	if (s == NULL)
		return XF_LONG;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], s) == 0)
			return (int)i;
	return -1;
}

/* jr://images/a.png is a.png */
static const char *
media_name(const char *s)
{
	const char *slash;

	if (strncmp(s, "jr://", 5) != 0)
		return s;
	slash = strchr(s + 5, '/');
	return slash != NULL ? slash + 1 : s;
}

/* lang -1: texts without a language. */
static void
text(struct xf *f, const struct xml_node *n, int lang)
{
	const char *id = xf_attr(n, "id"), *s;
	const struct xml_node *v;
	struct xf_itext *t;
	int form;

	if (id == NULL)
		return;
	t = map_get(f->texts, id, strlen(id));
	if (t == NULL) {
		t = xmem(&f->x, sizeof(*t));
		(void)map_put(f->texts, id, strlen(id), t);
	}
	for (v = xml_first(n); v != NULL; v = xml_sibling(v)) {
		form = xf_is(v, "value") ? form_of(xf_attr(v, "form")) : -1;
		if (form < 0) {
			xfault(&f->x, xf_at(v), FORM_WARNING, "xform.itext-form", "s", id);
			continue;
		}
		s = xf_text(f, v);
		if (form >= XF_IMAGE)
			s = media_name(s);
		if (s[0] == '\0')
			continue;
		if (t->form[form] == NULL) {
			t->form[form] = xmem(&f->x, sizeof(*t->form[form]));
			t->form[form]->at = xf_at(v);
		}
		if (lang < 0) {
			t->form[form]->plain = s;
			continue;
		}
		t->form[form]->v[lang] = s;
		t->form[form]->at_lang[lang] = xf_at(v);
	}
}

static void
translation(struct xf *f, const struct xml_node *t)
{
	const char *lang = xf_attr(t, "lang");
	const struct xml_node *n;
	bool plain;
	int at;

	/* The language "default" is what a form without languages is given. */
	plain = lang == NULL || strcmp(lang, "default") == 0;
	at = plain ? -1 : xlang_find(&f->x, lang, strlen(lang));
	if (at < 0 && !plain) {
		xfault(&f->x, xf_at(t), FORM_ERROR, "xlsform.languages", "");
		return;
	}
	for (n = xml_first(t); n != NULL; n = xml_sibling(n))
		if (xf_is(n, "text"))
			text(f, n, at);
}

void
xf_itext_read(struct xf *f)
{
	const struct xml_node *itext = xml_child(f->model, NULL, "itext"), *t;

	/* The default language is the first of ours. */
	for (t = xml_first(itext); t != NULL; t = xml_sibling(t))
		if (xf_is(t, "translation") && xf_attr(t, "default") != NULL &&
		    strncmp(xf_attr(t, "default"), "true", 4) == 0)
			translation(f, t);
	for (t = xml_first(itext); t != NULL; t = xml_sibling(t))
		if (xf_is(t, "translation") && (xf_attr(t, "default") == NULL ||
		    strncmp(xf_attr(t, "default"), "true", 4) != 0))
			translation(f, t);
}

const struct xf_itext *
xf_itext_of(struct xf *f, const struct xml_node *n, const char *s)
{
	const struct xf_itext *t;
	const char *id = s, *end;

	if (s == NULL || strncmp(s, "jr:itext(", 9) != 0)
		return NULL;
	id += 9;
	if (*id != '\'' && *id != '"')
		return NULL;
	end = strchr(id + 1, *id);
	if (end == NULL)
		return NULL;
	id++;
	t = map_get(f->texts, id, (size_t)(end - id));
	if (t == NULL)
		xfault(&f->x, xf_at(n), FORM_ERROR, "xform.itext-missing", "s",
		    xmem_str(&f->x, id, (size_t)(end - id)));
	return t;
}

void
xf_label(struct xf *f, const struct xml_node *n, enum xf_form form, struct xtext *out)
{
	const struct xf_itext *t;
	const char *s;

	memset(out, 0, sizeof(*out));
	if (n == NULL)
		return;
	t = xf_itext_of(f, n, xf_attr(n, "ref"));
	if (t != NULL) {
		if (t->form[form] != NULL)
			*out = *t->form[form];
		else if (form == XF_LONG && t->form[XF_SHORT] != NULL)
			*out = *t->form[XF_SHORT];
		return;
	}
	s = form == XF_LONG ? xf_text(f, n) : "";
	out->plain = s[0] != '\0' ? s : NULL;
	out->at = xf_at(n);
}

void
xf_message(struct xf *f, const struct xml_node *n, const char *attr, struct xtext *out)
{
	const char *s = xf_attr(n, attr);
	const struct xf_itext *t;

	memset(out, 0, sizeof(*out));
	if (s == NULL || s[0] == '\0')
		return;
	t = xf_itext_of(f, n, s);
	if (t != NULL) {
		if (t->form[XF_LONG] != NULL)
			*out = *t->form[XF_LONG];
		return;
	}
	out->at = xf_at(n);
	if (strncmp(s, "jr:itext(", 9) != 0)
		out->plain = s;
}
