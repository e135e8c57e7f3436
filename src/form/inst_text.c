/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of a form as they read at one place: ${name} in a label or message is
 * the answer there now.  Between the braces an expression may stand as well.
 */
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "form/inst_i.h"

/* The end of what begins after "${": its brace, nested ones and quotes passed over. */
static const char *
closing(const char *s)
{
	int depth = 1;
	char quote = '\0';

	for (; *s != '\0'; s++) {
		if (quote != '\0')
			quote = *s == quote ? '\0' : quote;
		else if (*s == '\'' || *s == '"')
			quote = *s;
		else if (*s == '{')
			depth++;
		else if (*s == '}' && --depth == 0)
			return s;
	}
	return NULL;
}

bool
text_next_ref(const char **s, const char **from, struct fj_buf *expr)
{
	const char *open = strstr(*s, "${"), *end = open != NULL ? closing(open + 2) : NULL;
	const char *a, *b;

	if (end == NULL)
		return false;
	*from = open;
	*s = end + 1;
	for (a = open + 2; a < end && *a == ' '; a++)
		;
	for (b = end; b > a && b[-1] == ' '; b--)
		;
	fj_buf_clear(expr);
	if (form_name_ok(a, (size_t)(b - a)) || memchr(a, '#', (size_t)(b - a)) != NULL)
		fj_buf_puts(expr, "${");
	fj_buf_add(expr, a, (size_t)(b - a));
	if (expr->n > (size_t)(b - a))
		fj_buf_putc(expr, '}');
	return true;
}

static void
value_of(struct inst *in, const struct inst_node *at, const char *expr, struct fj_buf *out)
{
	struct inst_eval v;
	size_t i;

	if (inst_eval(in, expr, (struct inst_node *)(uintptr_t)at, &v, NULL) != FJ_OK)
		return;
	switch (v.type) {
	case INST_E_NUMBER:
		if (v.number == v.number)
			form_number_text(v.number, out);
		break;
	case INST_E_BOOLEAN:
		fj_buf_puts(out, v.boolean ? "true" : "false");
		break;
	case INST_E_STRING:
	case INST_E_NODESET:
		for (i = 0; i < v.count; i++)
			fj_buf_printf(out, "%s%s", i > 0 ? ", " : "", v.text[i]);
		break;
	}
	inst_eval_release(&v);
}

void
text_fill(struct inst *in, const struct inst_node *at, const char *s, struct fj_buf *out)
{
	const char *from, *rest = s;
	struct fj_buf expr;

	if (strstr(s, "${") == NULL) {
		fj_buf_puts(out, s);
		return;
	}
	fj_buf_init(&expr, LIMIT_EXPR_BYTES);
	while (text_next_ref(&rest, &from, &expr)) {
		fj_buf_add(out, s, (size_t)(from - s));
		value_of(in, at, expr.p, out);
		s = rest;
	}
	fj_buf_puts(out, s);
	fj_buf_release(&expr);
}

/* A text with ${} in it is filled in once and kept until the form is closed. */
const char *
text_said(const struct inst_node *n, const char *s)
{
	struct inst *in = n->in;
	struct fj_buf b;
	char *known;

	if (strstr(s, "${") == NULL)
		return s;
	if (in->said == NULL)
		in->said = map_new();
	fj_buf_init(&b, LIMIT_VALUE_BYTES);
	text_fill(in, n, s, &b);
	known = map_get(in->said, b.p, b.n);
	if (known == NULL) {
		known = xstrndup(b.p, b.n);
		(void)map_put(in->said, known, b.n, known);
	}
	fj_buf_release(&b);
	return known;
}

static const struct form_texts *
texts_of(const struct form_node *n, enum inst_text which)
{
	switch (which) {
	case INST_T_LABEL:
		return &n->label;
	case INST_T_HINT:
		return &n->hint;
	case INST_T_GUIDANCE:
		return &n->guidance;
	case INST_T_HOW:
		return &n->how;
	case INST_T_EVIDENCE:
		return &n->evidence;
	case INST_T_CONSTRAINT_MESSAGE:
		return &n->constraint_message;
	case INST_T_REQUIRED_MESSAGE:
		break;
	}
	return &n->required_message;
}

const char *
inst_text(const struct inst_node *at, enum inst_text which, const char *lang)
{
	return text_said(at, form_text(at->def->form, texts_of(at->def, which),
	    lang != NULL ? lang : at->in->env.lang));
}

const char *
inst_label(const struct inst_node *at, const char *lang)
{
	return inst_text(at, INST_T_LABEL, lang);
}

size_t
inst_ordinal(const struct inst_node *at)
{
	return at->kind == INST_INSTANCE ? at->pos + 1 : 0;
}

/* Sections and the root are known from where one stands; a repeat says what its
 * instance says. */
static bool
leads(const struct inst_node *up)
{
	return up->kind == INST_INSTANCE || (up->kind == INST_GROUP && up->parent != NULL &&
	    up->parent->parent != NULL);
}

void
inst_full_label(const struct inst_node *at, const char *lang, struct fj_buf *out)
{
	const char *label = inst_label(at, lang), *below = label, *s;
	const struct inst_node *up, *chain[LIMIT_FORM_DEPTH];
	size_t n = 0;

	for (up = at->parent; up != NULL && n < LIMIT_FORM_DEPTH; up = up->parent) {
		s = leads(up) ? inst_label(up, lang) : "";
		if (s[0] == '\0' || (up->kind == INST_GROUP && strstr(below, s) != NULL))
			continue;
		chain[n++] = up;
		below = s;
	}
	while (n-- > 0) {
		fj_buf_puts(out, inst_label(chain[n], lang));
		if (chain[n]->kind == INST_INSTANCE)
			fj_buf_printf(out, " %zu", inst_ordinal(chain[n]));
		fj_buf_puts(out, " · ");
	}
	fj_buf_puts(out, label);
	if (at->kind == INST_INSTANCE)
		fj_buf_printf(out, " %zu", inst_ordinal(at));
}

const char *
inst_choice_label(const struct inst_node *at, const struct form_choice *c, const char *lang)
{
	return text_said(at, form_choice_label(c, lang != NULL ? lang : at->in->env.lang));
}

void
inst_title(struct inst *in, struct fj_buf *out)
{
	const struct expr *x = in->form->instance_name.test;
	struct ev ev;
	const char *s;
	size_t n;

	if (x == NULL)
		return;
	in->steps = 0;
	ev_start(&ev, in->root);
	s = ev_str(&ev, x, &n);
	if (!ev.failed)
		fj_buf_add(out, s, n);
	scratch_reset(&in->mem);
}
