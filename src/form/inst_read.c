/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a filled form: states, order, dump, progress, evaluation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "form/inst_i.h"

enum inst_kind
inst_kind(const struct inst_node *at)
{
	return at->kind;
}

const struct form_node *
inst_def(const struct inst_node *at)
{
	return at->def;
}

const char *
inst_value(const struct inst_node *at)
{
	return at->value;
}

const char *
inst_stored(const struct inst_node *at)
{
	return at->stored != NULL ? at->stored : "";
}

bool
inst_relevant(const struct inst_node *at)
{
	return at->relevant && node_active(at);
}

bool
inst_required(const struct inst_node *at)
{
	return at->required;
}

bool
inst_read_only(const struct inst_node *at)
{
	return at->read_only || at->def->type->type == FORM_NOTE;
}

bool
inst_valid(const struct inst_node *at)
{
	return at->valid;
}

size_t
inst_count(const struct inst_node *repeat)
{
	return repeat->kind == INST_REPEAT ? repeat->active : 0;
}

const char *
inst_id(const struct inst_node *instance)
{
	return instance->id;
}

bool
inst_calendar_unknown(const struct inst *in)
{
	return in->calendar_unknown;
}

const struct inst_node *
inst_root(const struct inst *in)
{
	return in->root;
}

const struct inst_node *
inst_parent(const struct inst_node *at)
{
	return at->parent;
}

const struct inst_node *
inst_child(const struct inst_node *at, size_t i)
{
	return i < (at->kind == INST_REPEAT ? at->active : at->nkid) ? at->kid[i] : NULL;
}

static size_t
place_of(const struct inst_node *n)
{
	return n->kind == INST_INSTANCE ? n->pos : n->def->pos;
}

/* The next place, whether relevant or not; what is not is passed over whole. */
static const struct inst_node *
step(const struct inst_node *n, const struct inst_node *top, bool down)
{
	const struct inst_node *c = down ? inst_child(n, 0) : NULL;

	if (c != NULL)
		return c;
	while (n != top && n->parent != NULL) {
		c = inst_child(n->parent, place_of(n) + 1);
		if (c != NULL)
			return c;
		n = n->parent;
	}
	return NULL;
}

const struct inst_node *
inst_walk(const struct inst *in, const struct inst_node *at, const struct inst_node *top)
{
	const struct inst_node *n;
	bool down = true;

	if (at == NULL)
		return top != NULL ? top : in->root;
	for (n = at; (n = step(n, top, down)) != NULL; down = false)
		if (n->relevant)
			return n;
	return NULL;
}

void
inst_dump(const struct inst *in,
    bool (*fn)(void *ctx, const struct inst_node *at, const char *value), void *ctx)
{
	const struct inst_node *n = NULL;

	while ((n = inst_walk(in, n, NULL)) != NULL)
		if (n->kind == INST_LEAF && n->value[0] != '\0' && !fn(ctx, n, n->value))
			return;
}

struct lines {
	char **v;
	size_t n, cap;
};

static bool
line_add(void *ctx, const struct inst_node *at, const char *value)
{
	struct lines *l = ctx;
	struct fj_buf b;

	fj_buf_init(&b, 2 * LIMIT_VALUE_BYTES);
	inst_path_id(at, &b);
	fj_buf_putc(&b, '\t');
	fj_buf_puts(&b, value);
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n++] = fj_buf_take(&b, NULL);
	return true;
}

/* By the bytes of the path, which ends at the tab. */
static int
line_cmp(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	while (*x == *y && *x != '\t' && *x != '\0') {
		x++;
		y++;
	}
	if (*x == *y)
		return 0;
	if (*x == '\t' || *y == '\t')
		return *x == '\t' ? -1 : 1;
	return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
}

void
inst_digest_lines(const struct inst *in, struct fj_buf *out)
{
	struct lines l = {0};
	size_t i;

	inst_dump(in, line_add, &l);
	if (l.n > 0)
		qsort(l.v, l.n, sizeof(*l.v), line_cmp);
	for (i = 0; i < l.n; i++) {
		fj_buf_puts(out, l.v[i]);
		fj_buf_putc(out, '\n');
		free(l.v[i]);
	}
	free(l.v);
}

struct inst_progress
inst_progress(const struct inst *in, const struct inst_node *top)
{
	struct inst_progress p = {0};
	const struct inst_node *n = NULL;

	if (top != NULL && !inst_relevant(top))
		return p;
	while ((n = inst_walk(in, n, top)) != NULL) {
		bool blank = n->value[strspn(n->value, " \t\r\n")] == '\0';

		if (n->kind != INST_LEAF || !node_is(n->def, T_CONTROL) ||
		    form_node_calculated(n->def))
			continue;
		p.total++;
		p.answered += blank ? 0 : 1;
		p.required_open += n->required && blank ? 1 : 0;
		p.invalid += !n->valid && !blank ? 1 : 0;
		if (n->def->type->type == FORM_VERDICT) {
			const struct form_choice *c = form_list_get(n->def->list, n->value,
			    strlen(n->value));
			int key = c != NULL ? form_choice_key(c) : VERDICT_NONE;

			p.by_verdict[key]++;
			p.failed += key == VERDICT_NONCONFORM ? 1 : 0;
		}
	}
	return p;
}

/* ---- expressions asked from outside ---- */

void
form_first_fault(void *ctx, bool error, const char *code, const char *a, size_t at)
{
	struct fj_err *e = ctx;

	(void)at;
	if (error && e->rc == FJ_OK)
		(void)fj_fail(e, FJ_INVAL, code, "ss", a, "");
}

static void
out_text(struct inst_eval *out, const char *s, size_t n)
{
	out->text = xrealloc(out->text, out->count + 1, sizeof(*out->text));
	out->text[out->count++] = xstrndup(s, n);
}

static void
fill(struct ev *ev, const struct val *v, struct inst_eval *out)
{
	size_t i, n;
	const char *s;

	switch (v->kind) {
	case VAL_BOOL:
		out->type = INST_E_BOOLEAN;
		out->boolean = v->truth;
		break;
	case VAL_NUM:
		out->type = INST_E_NUMBER;
		out->number = v->num;
		break;
	case VAL_SET:
		out->type = INST_E_NODESET;
		for (i = 0; i < v->n; i++) {
			struct val one = ev_item(ev, &v->set[i]);

			s = val_to_str(ev->mem, &one, &n);
			out_text(out, s, n);
		}
		break;
	case VAL_STR:
	case VAL_DAY:
	case VAL_INSTANT:
		out->type = INST_E_STRING;
		s = val_to_str(ev->mem, v, &n);
		out_text(out, s, n);
		break;
	}
}

enum fj_rc
inst_eval(struct inst *in, const char *expr, struct inst_node *at, struct inst_eval *out,
    struct fj_err *e)
{
	struct arena *a = arena_new(1 << 20);
	struct fj_err fault;
	struct resolve r = {.form = (struct form *)(uintptr_t)in->form, .arena = a,
	    .owner = at->def, .fault = form_first_fault, .ctx = &fault};
	struct expr *x;
	struct ev ev;
	struct val v;
	size_t offset;
	enum fj_rc rc;

	memset(out, 0, sizeof(*out));
	fj_err_clear(&fault);
	rc = expr_parse(a, expr, strlen(expr), true, &x, &offset, e);
	if (rc != FJ_OK)
		goto out;
	expr_resolve(&r, x);
	if (fault.rc != FJ_OK) {
		rc = fault.rc;
		if (e != NULL)
			*e = fault;
		goto out;
	}
	in->steps = 0;
	ev_start(&ev, at);
	ev.fresh = true;
	v = ev_expr(&ev, x);
	fill(&ev, &v, out);
	if (ev.failed) {
		inst_eval_release(out);
		rc = ev.err.rc;
		if (e != NULL)
			*e = ev.err;
	}
	scratch_reset(&in->mem);
out:
	arena_free(&a);
	return rc;
}

void
inst_eval_release(struct inst_eval *v)
{
	size_t i;

	for (i = 0; i < v->count; i++)
		free(v->text[i]);
	free(v->text);
	memset(v, 0, sizeof(*v));
}
