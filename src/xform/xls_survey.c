/* SPDX-License-Identifier: Apache-2.0 */
/* The survey sheet: rows become groups, repeats and questions. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "xform/xls_i.h"

enum {
	OPEN_MAX = 14,			/* what the depth of JSON leaves room for */
};

struct open_group {
	bool repeat;
	const char *name;
	struct xplace at;
};

struct survey {
	struct xlsform *f;
	struct ximport *x;
	const struct xtable *t;
	struct open_group open[OPEN_MAX];
	int nopen;
	int deep;			/* opened beyond that, not written */
	bool *warned;			/* by column */
};

static struct xplace
cell_at(const struct survey *s, const struct xrow *r, int i)
{
	return xtable_cell_at(s->t, r, r->cell[i].col);
}

/* ---- columns of other kinds than text ---- */

/* "G1, G2; G3" */
static void
clauses(struct survey *s, const char *key, struct xplace at, const char *text)
{
	size_t k;

	xout_arr(s->x, key, at);
	while (*(text += strspn(text, " \t\n,;")) != '\0') {
		k = strcspn(text, " \t\n,;");
		xout_str(s->x, NULL, at, xmem_str(s->x, text, k));
		text += k;
	}
	xout_end(s->x);
}

static void
json_cell(struct survey *s, const char *key, struct xplace at, const char *text)
{
	struct json_doc *doc = NULL;
	struct fj_buf b;
	struct json_w w;

	fj_buf_init(&b, LIMIT_FORM_BYTES);
	if (strcmp(key, "validate") != 0 && text[0] != '{' && text[0] != '[') {
		xout_str(s->x, key, at, text);
	} else if (json_parse(text, strlen(text), &doc, NULL) != FJ_OK) {
		xfault(s->x, at, FORM_ERROR, "xlsform.json", "s", key);
	} else {
		json_w_init(&w, &b);
		json_w_value(&w, json_root(doc));
		xout_raw(s->x, key, at, b.p);
	}
	json_free(&doc);
	fj_buf_release(&b);
}

/* Blanks around = go; a range has the bounds of XLSForm where none is said. */
static const char *
parameters(struct survey *s, const char *text, bool range)
{
	static const char *const need[] = {"start", "end", "step"}, *const usual[] = {"1", "10",
	    "1"};
	char *out = xmem(s->x, strlen(text) + 64), *o = out;
	const char *p;
	size_t i;

	for (p = text; *p != '\0'; p++) {
		const char *next = p + strspn(p, " \t");

		if (*next == '=' || (o > out && o[-1] == '=' && next > p))
			p = next;
		if (*p == '\0')
			break;
		*o++ = *p;
	}
	*o = '\0';
	for (i = 0; range && i < 3; i++) {
		p = strstr(out, need[i]);
		if (p == NULL || p[strlen(need[i])] != '=')
			out = (char *)(uintptr_t)xmem_fmt(s->x, "%s%s%s=%s", out,
			    out[0] != '\0' ? " " : "", need[i], usual[i]);
	}
	return out;
}

static bool
whole_number(const char *s)
{
	return s[0] != '\0' && strspn(s, "0123456789") == strlen(s) && strlen(s) < 10 &&
	    (s[0] != '0' || s[1] == '\0');
}

/* An expression, where curly quotes are a typing aid and not text. */
static bool
looks_computed(const char *s)
{
	return strstr(s, "${") != NULL || strchr(s, '(') != NULL;
}

static void
other_column(struct survey *s, const struct xrow *r, int i)
{
	const struct xcol *c = &s->t->col[r->cell[i].col];
	struct xplace at = cell_at(s, r, i);

	xout_str(s->x, xmem_fmt(s->x, "x-%s", c->base), at, r->cell[i].s);
	if (s->warned[r->cell[i].col])
		return;
	s->warned[r->cell[i].col] = true;
	xfault(s->x, at, FORM_WARNING, "xlsform.unknown-column", "s", c->as_written);
}

static void
column(struct survey *s, const struct xrow *r, int i, const struct xls_type *type)
{
	const struct xcol *c = &s->t->col[r->cell[i].col];
	struct xplace at = cell_at(s, r, i);
	const char *v = r->cell[i].s;

	switch (c->kind) {
	case C_STRING:
	case C_KEPT:
		xout_str(s->x, c->base, at, v);
		break;
	case C_EXPR:
		xout_str(s->x, c->base, at, xstraight(s->x, v));
		break;
	case C_DEFAULT:
		xout_str(s->x, c->base, at, looks_computed(v) ? xstraight(s->x, v) : v);
		break;
	case C_PARAMETERS:
		xout_str(s->x, c->base, at, parameters(s, v, strcmp(type->name, "range") == 0));
		break;
	case C_CLAUSE:
		clauses(s, c->base, at, v);
		break;
	case C_FLAG:
		xout_raw(s->x, c->base, at, xflag(v) ? "true" : "false");
		break;
	case C_NUMBER:
		if (whole_number(v))
			xout_raw(s->x, c->base, at, v);
		else
			xout_str(s->x, c->base, at, v);
		break;
	case C_JSON:
		json_cell(s, c->base, at, v);
		break;
	case C_OTHER:
		other_column(s, r, i);
		break;
	case C_TEXT:
	case C_SPECIAL:
		break;
	}
}

/* Has a column of the same meaning been written already for this row? */
static bool
seen(const struct survey *s, const struct xrow *r, int i)
{
	const char *base = s->t->col[r->cell[i].col].base;
	int k;

	for (k = 0; k < i; k++)
		if (strcmp(s->t->col[r->cell[k].col].base, base) == 0 &&
		    !s->t->col[r->cell[k].col].dead)
			return true;
	return false;
}

/* select_one ${name}: the answers to another question, in a repeat, are offered. */
static bool
offers_places(const struct xls_type *type)
{
	return strncmp(type->list, "${", 2) == 0;
}

static void
columns(struct survey *s, const struct xrow *r, const struct xls_type *type)
{
	struct xtext text;
	bool params = false;
	int i;

	for (i = 0; i < r->count; i++) {
		const struct xcol *c = &s->t->col[r->cell[i].col];

		if (c->dead || c->kind == C_SPECIAL || seen(s, r, i))
			continue;
		/* A text has no choices to filter. */
		if (offers_places(type) && strcmp(c->base, "choice_filter") == 0)
			continue;
		params = params || c->kind == C_PARAMETERS;
		if (c->kind == C_TEXT) {
			xtable_text(s->t, r, c->base, &text);
			xout_text(s->x, c->base, &text);
		} else {
			column(s, r, i, type);
		}
	}
	if (!params && strcmp(type->name, "range") == 0)
		xout_str(s->x, "parameters", xtable_at(s->t, r, "parameters"),
		    parameters(s, "", true));
}

/* ---- rows ---- */

static void
node_open(struct survey *s, const struct xrow *r, const char *type)
{
	struct xplace at = xtable_at(s->t, r, "name");
	const char *name = xtable_get(s->t, r, "name");

	xout_obj(s->x, NULL, at);
	xout_str(s->x, "type", xtable_at(s->t, r, "type"), type);
	if (name == NULL)
		xfault(s->x, at, FORM_ERROR, "xlsform.no-name", "s",
		    xtable_get(s->t, r, "type"));
	/* A stand-in, so that only the missing name is told. */
	xout_str(s->x, "name", at, name != NULL ? name :
	    xmem_fmt(s->x, "row_%d", r->number));
}

static void
begin(struct survey *s, const struct xrow *r, const struct xls_type *type)
{
	struct open_group *g;

	if (s->nopen == OPEN_MAX || s->deep > 0) {
		if (s->deep++ == 0)
			xfault(s->x, xtable_at(s->t, r, "type"), FORM_ERROR, "form.too-deep",
			    "s", s->open[OPEN_MAX - 1].name);
		return;
	}
	g = &s->open[s->nopen++];
	g->repeat = type->kind == XT_BEGIN_REPEAT;
	g->name = xtable_get(s->t, r, "name") != NULL ? xtable_get(s->t, r, "name") : "";
	g->at = xtable_at(s->t, r, "type");
	node_open(s, r, type->name);
	columns(s, r, type);
	xout_arr(s->x, "children", g->at);
}

static void
end(struct survey *s, const struct xrow *r, const struct xls_type *type)
{
	struct xplace at = xtable_at(s->t, r, "type");
	const char *name = xtable_get(s->t, r, "name");
	struct open_group *g;

	if (s->deep > 0) {
		s->deep--;
		return;
	}
	if (s->nopen == 0) {
		xfault(s->x, at, FORM_ERROR, "xlsform.end-without-begin", "s",
		    xtable_get(s->t, r, "type"));
		return;
	}
	g = &s->open[--s->nopen];
	if (g->repeat != (type->kind == XT_END_REPEAT))
		xfault(s->x, at, FORM_ERROR, "xlsform.end-of-other", "sss",
		    xtable_get(s->t, r, "type"), g->name,
		    xmem_fmt(s->x, "%s!%d", g->at.sheet, g->at.row));
	else if (name != NULL && strcmp(name, g->name) != 0)
		xfault(s->x, xtable_at(s->t, r, "name"), FORM_ERROR, "xlsform.end-name", "sss",
		    name, g->name, xmem_fmt(s->x, "%s!%d", g->at.sheet, g->at.row));
	xout_end(s->x);
	xout_end(s->x);
}

/* A list is in the workbook; an external one becomes a list like any other. */
static const char *
type_text(struct survey *s, const struct xrow *r, const struct xls_type *type)
{
	const char *name = type->name;

	if (type->replaced)
		xfault(s->x, xtable_at(s->t, r, "type"), FORM_WARNING, "xlsform.type-replaced",
		    "ss", xtable_get(s->t, r, "type"), type->name);
	if (!type->takes_list)
		return name;
	if (type->list[0] == '\0')
		xfault(s->x, xtable_at(s->t, r, "type"), FORM_ERROR, "xlsform.no-list", "s", name);
	if (strcmp(name, "select_one_external") == 0 && xls_external_list(s->f, type->list))
		name = "select_one";
	return xmem_fmt(s->x, "%s %s%s", name, type->list, type->other ? " or_other" : "");
}

/* Lists are fixed here: it becomes a text that must be one of those answers. */
static void
place_question(struct survey *s, const struct xrow *r, const struct xls_type *type)
{
	struct xls_type text = *type;
	struct xplace at = xtable_at(s->t, r, "type");

	xfault(s->x, at, FORM_WARNING, "xlsform.choices-of-places", "ss", type->name,
	    type->list);
	text.name = "text";
	node_open(s, r, "text");
	columns(s, r, &text);
	if (strcmp(type->name, "select_one") == 0 &&
	    xtable_get(s->t, r, "constraint") == NULL)
		xout_str(s->x, "constraint", at, xmem_fmt(s->x,
		    "count(%s[. = current()]) > 0", type->list));
	xout_end(s->x);
}

static void
question(struct survey *s, const struct xrow *r, const struct xls_type *type)
{
	struct xls_type empty = *type;

	if (s->deep > 0)
		return;
	if (type->takes_list && offers_places(type)) {
		place_question(s, r, type);
		return;
	}
	/* Without its list the rest of the row is still looked at. */
	if (type->takes_list && type->list[0] == '\0') {
		(void)type_text(s, r, type);
		empty.name = "text";
		empty.takes_list = false;
		type = &empty;
	}
	node_open(s, r, type_text(s, r, type));
	columns(s, r, type);
	xout_end(s->x);
}

static void
untyped(struct survey *s, const struct xrow *r)
{
	/* A remark beside the table has neither a name nor a label. */
	struct xtext label;

	xtable_text(s->t, r, "label", &label);
	if (xtable_get(s->t, r, "name") != NULL || xtext_any(&label))
		xfault(s->x, xtable_at(s->t, r, "type"), FORM_ERROR, "xlsform.no-type", "s",
		    xtable_get(s->t, r, "name") != NULL ? xtable_get(s->t, r, "name") : "");
}

static void
row(struct survey *s, const struct xrow *r)
{
	const char *text = xtable_get(s->t, r, "type");
	struct xls_type type;

	if (xflag(xtable_get(s->t, r, "disabled")))
		return;
	if (text == NULL) {
		untyped(s, r);
		return;
	}
	xls_type_read(s->x, text, &type);
	switch (type.kind) {
	case XT_QUESTION:
		question(s, r, &type);
		break;
	case XT_BEGIN_GROUP:
	case XT_BEGIN_REPEAT:
		begin(s, r, &type);
		break;
	case XT_END_GROUP:
	case XT_END_REPEAT:
		end(s, r, &type);
		break;
	case XT_LOOP:
		xfault(s->x, xtable_at(s->t, r, "type"), FORM_ERROR, "xlsform.loop", "s", text);
		break;
	case XT_NONE:
		xfault(s->x, xtable_at(s->t, r, "type"), FORM_ERROR, "xlsform.type", "s", text);
		break;
	}
}

/* Those whose columns are missing altogether have no use for their rows. */
static bool
has_columns(struct survey *s)
{
	static const char *const need[] = {"type", "name"};
	bool found[2] = {false, false};
	size_t i;
	int k;

	for (i = 0; i < 2; i++) {
		for (k = 0; k < s->t->ncol; k++)
			found[i] = found[i] || strcmp(s->t->col[k].base, need[i]) == 0;
		if (!found[i])
			xfault(s->x, (struct xplace){s->t->sheet, s->t->header, 1}, FORM_ERROR,
			    "xlsform.no-column", "s", need[i]);
	}
	return found[0] && found[1];
}

void
xls_survey(struct xlsform *f)
{
	struct survey s = {.f = f, .x = &f->x, .t = &f->survey};
	size_t i;

	s.warned = xmem(s.x, (size_t)s.t->ncol + 1);
	xout_arr(s.x, "children", (struct xplace){s.t->sheet, s.t->header, 1});
	if (has_columns(&s))
		for (i = 0; i < s.t->nrow; i++)
			row(&s, &s.t->row[i]);
	while (s.nopen > 0) {
		s.nopen--;
		xfault(s.x, s.open[s.nopen].at, FORM_ERROR, "xlsform.not-ended", "s",
		    s.open[s.nopen].name);
		xout_end(s.x);
		xout_end(s.x);
	}
	xout_end(s.x);
}
