/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions of a definition: collected, then parsed and resolved together. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "form/form_i.h"

struct expr_job *
def_job(struct def *d, struct form_node *n, enum slot slot, const struct json *at,
    const char *text, size_t len)
{
	struct expr_job *j;

	if (d->njob == d->job_cap) {
		d->job_cap = d->job_cap ? 2 * d->job_cap : 64;
		d->jobs = xrealloc(d->jobs, d->job_cap, sizeof(*d->jobs));
	}
	j = &d->jobs[d->njob++];
	memset(j, 0, sizeof(*j));
	j->node = n;
	j->slot = slot;
	j->at = at;
	j->text = text;
	j->len = len;
	return j;
}

static bool
letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ${..}, or a word directly before a bracket. */
static bool
refers_or_calls(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < n; i++) {
		if (s[i] == '$' && s[i + 1] == '{')
			return true;
		if (s[i + 1] == '(' && i > 0 &&
		    (letter(s[i]) || (s[i] >= '0' && s[i] <= '9')))
			return true;
	}
	return false;
}

/* A default is an expression when it refers, calls or calculates (4*4); a date
 * and a position are none. */
bool
def_is_dynamic(const char *s, size_t n)
{
	size_t i, digits = 0, ops = 0;

	if (refers_or_calls(s, n))
		return true;
	for (i = 0; i < n; i++) {
		if (s[i] == '\0' || strchr("0123456789+* .()-", s[i]) == NULL)
			return false;
		digits += s[i] >= '0' && s[i] <= '9';
		ops += s[i] == '+' || s[i] == '*';
	}
	return digits > 1 && ops > 0 && s[0] != '+';
}

struct resolve_ctx {
	struct def *d;
	struct expr_job *job;
};

/* An offset in the text as a place in the file: exact unless escapes stand before. */
int
def_text_column(const struct json *text, size_t at)
{
	return text->column + 1 + (int)utf8_count(text->text, at < text->len ? at : text->len);
}

int
def_column(const struct expr_job *j, size_t at)
{
	if (j->at->type != JSON_STRING || j->text != j->at->text)
		return j->at->column;
	return def_text_column(j->at, at);
}

static void
on_fault(void *ctx, bool error, const char *code, const char *a, size_t at)
{
	struct resolve_ctx *c = ctx;
	struct fj_err e;

	fj_err_clear(&e);
	(void)fj_fail(&e, FJ_INVAL, code, "ss", a, c->job->node->name);
	def_fault_at(c->d, c->job->at->line, def_column(c->job, at), error, &e);
}

/* Which aspect an expression makes; A_N: one that nothing follows by itself. */
static enum aspect
aspect_of(const struct expr_job *j)
{
	static const enum aspect of[X_N] = {
		[X_RELEVANT] = A_RELEVANT,
		[X_REQUIRED] = A_REQUIRED,
		[X_READ_ONLY] = A_READ_ONLY,
		[X_CONSTRAINT] = A_VALID,
		[X_CALCULATION] = A_VALUE,
		[X_DEFAULT] = A_N,
		[X_CHOICE_FILTER] = A_CHOICES,
		[X_REPEAT_COUNT] = A_COUNT,
	};

	if (j->slot == X_N || (j->slot == X_CALCULATION && j->node->triggered))
		return A_N;
	return of[j->slot];
}

static void
on_read(void *ctx, const struct expr_read *r)
{
	struct resolve_ctx *c = ctx;
	struct form_node *from = (struct form_node *)(uintptr_t)r->def;
	struct dep dep = {.def = c->job->node, .anchor = r->anchor};

	dep.aspect = aspect_of(c->job);
	if (dep.aspect == A_N)
		return;
	if (++c->d->ndep > LIMIT_FORM_DEPS) {
		c->d->limit = true;
		return;
	}
	if (r->structure)
		dep_add(&from->deps[A_COUNT], dep);
	else if (node_is(from, T_VALUE))
		dep_add(&from->deps[A_VALUE], dep);
}

/* trigger: ${a}, ${b}: the calculation of this node runs when one changes. */
static void
compile_trigger(struct def *d, struct expr_job *j)
{
	struct resolve_ctx ctx = {d, j};
	struct lex l;
	size_t found = 0;

	lex_start(&l, j->text, j->len);
	for (; l.tok != TOK_END; lex_next(&l)) {
		char name[256];
		struct form_name *known;
		struct dep dep = {.def = j->node};

		if (lex_is(&l, ","))
			continue;
		if (l.tok != TOK_REF || l.len >= sizeof(name)) {
			on_fault(&ctx, true, "form.trigger", j->node->name, l.start);
			return;
		}
		memcpy(name, l.text, l.len);
		name[l.len] = '\0';
		known = map_get(d->f->names, name, l.len);
		if (known == NULL) {
			on_fault(&ctx, true, "form.unknown-name", name, l.start);
			continue;
		}
		found++;
		dep.anchor = form_anchor(j->node, known->node);
		dep_add(&known->node->trigger, dep);
	}
	if (found == 0)
		on_fault(&ctx, true, "form.trigger", j->node->name, 0);
}

/* once() that is not the whole result would feed on itself: once(1) + 1. */
static bool
once_inside(const struct expr *x, bool tail)
{
	size_t i;

	if (x->kind == E_CALL && (x->fn->flags & FN_ONCE) != 0 && !tail)
		return true;
	for (i = 0; i < x->narg; i++) {
		bool keeps = tail && x->kind == E_CALL && ((strcmp(x->fn->name, "if") == 0 &&
		    i > 0) || strcmp(x->fn->name, "coalesce") == 0);

		if (once_inside(x->arg[i], keeps))
			return true;
	}
	return false;
}

static void
check_once(struct resolve_ctx *ctx, const struct resolve *r)
{
	const struct expr_job *j = ctx->job;
	bool event = j->slot == X_DEFAULT || (j->slot == X_CALCULATION && j->node->triggered);

	if ((r->flags & FN_ONCE) != 0 && !event &&
	    (j->slot != X_CALCULATION || once_inside(j->x, true)))
		on_fault(ctx, true, "form.once", j->node->name, j->x->at);
}

static void
compile_one(struct def *d, struct expr_job *j)
{
	struct resolve_ctx ctx = {d, j};
	struct resolve r = {.form = d->f, .arena = d->f->arena, .owner = j->node,
	    .read = on_read, .fault = on_fault, .ctx = &ctx};
	struct fj_err e;
	size_t at;

	fj_err_clear(&e);
	if (expr_parse(d->f->arena, j->text, j->len, false, &j->x, &at, &e) != FJ_OK) {
		def_fault_at(d, j->at->line, def_column(j, at), true, &e);
		return;
	}
	if (j->slot == X_CHOICE_FILTER)
		r.list = j->node->list;
	expr_resolve(&r, j->x);
	check_once(&ctx, &r);
	if (j->slot == X_N) {
		j->rule->test = j->x;
	} else {
		j->node->x[j->slot] = j->x;
		j->node->xflags[j->slot] = r.flags;
	}
	if ((j->slot == X_RELEVANT || j->slot == X_REQUIRED || j->slot == X_READ_ONLY) &&
	    expr_is_bare(j->x))
		on_fault(&ctx, false, "form.bare-condition", "", j->x->at);
}

void
def_compile(struct def *d)
{
	size_t i;

	for (i = 0; i < d->njob && !d->limit; i++) {
		if (d->jobs[i].trigger)
			compile_trigger(d, &d->jobs[i]);
		else
			compile_one(d, &d->jobs[i]);
	}
}
