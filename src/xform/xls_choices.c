/* SPDX-License-Identifier: Apache-2.0 */
/* The choices sheet (and external_choices): lists in the order they appear. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "xform/xls_i.h"

struct xlist {
	const char *name;
	const struct xtable *t;
	const struct xrow **row;
	size_t n, cap;
};

struct xlists {
	struct xlsform *f;
	struct xlist *v;
	size_t n, cap;
	struct map *by_name;		/* index + 1 */
};

static struct xlist *
list_of(struct xlists *l, const struct xtable *t, const char *name)
{
	size_t k = strlen(name);
	size_t at = (size_t)(uintptr_t)map_get(l->by_name, name, k);
	struct xlist *q;

	if (at > 0)
		return &l->v[at - 1];
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 16;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	q = &l->v[l->n++];
	memset(q, 0, sizeof(*q));
	q->name = name;
	q->t = t;
	(void)map_put(l->by_name, name, k, (void *)(uintptr_t)l->n);
	return q;
}

/* A list of the external sheet that choices has too is the one of choices. */
static void
collect(struct xlists *l, const struct xtable *t)
{
	struct xlist *q;
	size_t i;

	for (i = 0; i < t->nrow; i++) {
		const struct xrow *r = &t->row[i];
		const char *name = xtable_get(t, r, "list_name");

		if (xflag(xtable_get(t, r, "disabled")))
			continue;
		if (name == NULL) {
			if (xtable_get(t, r, "name") != NULL)
				xfault(&l->f->x, xtable_at(t, r, "list_name"), FORM_ERROR,
				    "xlsform.choice-no-list", "s", xtable_get(t, r, "name"));
			continue;
		}
		q = list_of(l, t, name);
		if (q->t != t)
			continue;
		if (q->n == q->cap) {
			q->cap = q->cap ? 2 * q->cap : 16;
			q->row = xrealloc(q->row, q->cap, sizeof(*q->row));
		}
		q->row[q->n++] = r;
	}
}

static bool
verdict_key(const char *base, const char *s)
{
	return strcmp(base, "key") == 0 && s[0] >= '1' && s[0] <= '5' && s[1] == '\0';
}

static void
member(struct fj_buf *b, const char *key)
{
	fj_buf_puts(b, b->n > 1 ? ", " : "");
	xjson_str(b, key);
	fj_buf_puts(b, ": ");
}

/* One choice, one line: lists are long. */
static void
choice(struct xlists *l, const struct xlist *q, const struct xrow *r, struct fj_buf *b)
{
	const struct xtable *t = q->t;
	const char *name = xtable_get(t, r, "name");
	struct xtext text;
	int i, k;

	fj_buf_clear(b);
	fj_buf_putc(b, '{');
	member(b, "name");
	xjson_str(b, name != NULL ? name : "");
	xtable_text(t, r, "label", &text);
	if (xtext_any(&text)) {
		member(b, "label");
		xtext_inline(&l->f->x, &text, b);
	}
	for (i = 0; i < r->count; i++) {
		const struct xcol *c = &t->col[r->cell[i].col];

		for (k = 0; k < i; k++)
			if (strcmp(t->col[r->cell[k].col].base, c->base) == 0)
				break;
		if (c->dead || k < i || c->kind == C_SPECIAL || strcmp(c->base, "label") == 0)
			continue;
		/* Media of a choice have no place on a terminal: the first is kept. */
		member(b, c->kind == C_TEXT ? xmem_fmt(&l->f->x, "x-%s", c->base) : c->base);
		if (verdict_key(c->base, r->cell[i].s))
			fj_buf_puts(b, r->cell[i].s);
		else
			xjson_str(b, r->cell[i].s);
	}
	fj_buf_putc(b, '}');
	xout_raw(&l->f->x, NULL, xtable_at(t, r, "name"), b->p);
}

static void
need_columns(struct xlsform *f, const struct xtable *t)
{
	static const char *const need[] = {"list_name", "name"};
	struct xplace at = {t->sheet, t->header, 1};
	size_t i;
	int k;

	for (i = 0; t->nrow > 0 && i < 2; i++) {
		for (k = 0; k < t->ncol; k++)
			if (strcmp(t->col[k].base, need[i]) == 0)
				break;
		if (k == t->ncol)
			xfault(&f->x, at, FORM_ERROR, "xlsform.no-column", "s", need[i]);
	}
}

bool
xls_external_list(const struct xlsform *f, const char *name)
{
	const struct xtable *t[2];
	size_t i, k;

	t[0] = &f->external;
	t[1] = &f->choices;
	for (k = 0; k < 2; k++)
		for (i = 0; i < t[k]->nrow; i++) {
			const char *s = xtable_get(t[k], &t[k]->row[i], "list_name");

			if (s != NULL && strcmp(s, name) == 0)
				return true;
		}
	return false;
}

void
xls_choices(struct xlsform *f)
{
	struct xlists l = {.f = f, .by_name = map_new()};
	struct fj_buf b;
	size_t i, k;

	fj_buf_init(&b, LIMIT_FORM_BYTES);
	need_columns(f, &f->choices);
	need_columns(f, &f->external);
	collect(&l, &f->choices);
	collect(&l, &f->external);
	if (l.n > 0) {
		xout_obj(&f->x, "choices", (struct xplace){l.v[0].t->sheet, 1, 1});
		for (i = 0; i < l.n; i++) {
			xout_arr(&f->x, l.v[i].name, xtable_at(l.v[i].t, l.v[i].row[0], "list_name"));
			for (k = 0; k < l.v[i].n; k++)
				choice(&l, &l.v[i], l.v[i].row[k], &b);
			xout_end(&f->x);
			free(l.v[i].row);
		}
		xout_end(&f->x);
	}
	fj_buf_release(&b);
	map_free(&l.by_name, NULL);
	free(l.v);
}
