/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation of resolved expressions: operators and conversions. */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "form/inst_i.h"

enum {
	BYTES_A_STEP = 256,	/* of scratch */
	TEXT_A_STEP = 256,	/* bytes of an answer that are read */
};

struct val
ev_fail(struct ev *ev, enum fj_rc rc, const char *code, const char *a)
{
	if (!ev->failed) {
		ev->failed = true;
		(void)fj_fail(&ev->err, rc, code, "ss", a,
		    ev->owner != NULL ? ev->owner->def->name : "");
	}
	return val_str("");
}

bool
ev_step(struct ev *ev, unsigned long n)
{
	size_t used = ev->mem->total - ev->mem->charged;

	/* Memory is work, too: large sets and long texts are made of it. */
	if (used >= BYTES_A_STEP) {
		n += used / BYTES_A_STEP;
		ev->mem->charged = ev->mem->total;
	}
	*ev->steps += n;
	if (*ev->steps <= LIMIT_EXPR_STEPS && ev->mem->total < LIMIT_FORM_MEMORY)
		return !ev->failed;
	(void)ev_fail(ev, FJ_LIMIT, "expr.steps", "");
	return false;
}

int
ev_zone(const struct ev *ev)
{
	return ev->in->env.now.offset;
}

struct val
ev_place(struct ev *ev, const struct inst_node *n)
{
	struct val_item *item = scratch_alloc(ev->mem, sizeof(*item));
	struct val v = {.kind = VAL_SET, .n = 1, .set = item};

	*item = (struct val_item){.node = n};
	return v;
}

/* A stored text as its question's type: dates calculate as dates. */
struct val
ev_item(struct ev *ev, const struct val_item *item)
{
	const char *s;
	struct val v;

	if (item->text != NULL)
		return val_str(item->text);
	if (item->node == NULL || item->node->kind != INST_LEAF)
		return val_str("");
	s = item->node->value;
	if ((item->node->def->type->type == FORM_DATE ||
	    item->node->def->type->type == FORM_DATETIME) && s[0] != '\0' &&
	    val_date_parse(s, strlen(s), ev_zone(ev), &v))
		return v;
	v = val_str(s);
	if (v.n >= TEXT_A_STEP)
		(void)ev_step(ev, v.n / TEXT_A_STEP);
	return v;
}

static struct val
atom_of(struct ev *ev, struct val v)
{
	if (v.kind != VAL_SET)
		return v;
	if (v.n == 0)
		return val_str("");
	if (v.n > 1)
		return ev_fail(ev, FJ_INVAL, "expr.many",
		    v.set[0].node != NULL ? v.set[0].node->def->name : "");
	return ev_item(ev, &v.set[0]);
}

struct val
ev_atom(struct ev *ev, const struct expr *x)
{
	return atom_of(ev, ev_expr(ev, x));
}

double
ev_num(struct ev *ev, const struct expr *x)
{
	struct val v = ev_atom(ev, x);

	return val_to_num(&v);
}

const char *
ev_str(struct ev *ev, const struct expr *x, size_t *n)
{
	struct val v = ev_atom(ev, x);

	return val_to_str(ev->mem, &v, n);
}

/* A set of one leaf is asked for its text; of more, whether there are any. */
static bool
truth(struct ev *ev, struct val v)
{
	if (v.kind == VAL_SET && v.n == 1) {
		struct val one;

		if (v.set[0].node != NULL && v.set[0].node->kind != INST_LEAF)
			return true;
		one = ev_item(ev, &v.set[0]);
		return val_to_bool(&one);
	}
	return val_to_bool(&v);
}

bool
ev_bool(struct ev *ev, const struct expr *x)
{
	return truth(ev, ev_expr(ev, x));
}

/* ---- comparing ---- */

static bool
ordered(enum expr_kind k, double a, double b)
{
	switch (k) {
	case E_LT:
		return a < b && !number_same(a, b);
	case E_LE:
		return a < b || number_same(a, b);
	case E_GT:
		return a > b && !number_same(a, b);
	case E_GE:
		return a > b || number_same(a, b);
	case E_EQ:
		return number_same(a, b);
	default:
		return !number_same(a, b);
	}
}

static bool
is_date(const struct val *v)
{
	return v->kind == VAL_DAY || v->kind == VAL_INSTANT;
}

/* Both dates: days among themselves, else the instants they begin at. */
static bool
as_dates(struct ev *ev, const struct val *a, const struct val *b, double *x, double *y)
{
	struct val p, q;

	if (!val_is_date(a, ev_zone(ev), &p) || !val_is_date(b, ev_zone(ev), &q))
		return false;
	if (p.kind == VAL_DAY && q.kind == VAL_DAY) {
		*x = p.num;
		*y = q.num;
	} else {
		*x = val_date_ms(&p, ev_zone(ev));
		*y = val_date_ms(&q, ev_zone(ev));
	}
	return true;
}

static bool
equal(struct ev *ev, enum expr_kind k, const struct val *a, const struct val *b)
{
	double x, y;
	const char *s, *t;
	size_t m, n;

	if (a->kind == VAL_BOOL || b->kind == VAL_BOOL)
		return (val_to_bool(a) == val_to_bool(b)) == (k == E_EQ);
	if ((is_date(a) || is_date(b)) && as_dates(ev, a, b, &x, &y))
		return ordered(k, x, y);
	if (a->kind == VAL_NUM || b->kind == VAL_NUM)
		return ordered(k, val_to_num(a), val_to_num(b));
	s = val_to_str(ev->mem, a, &m);
	t = val_to_str(ev->mem, b, &n);
	return (m == n && memcmp(s, t, n) == 0) == (k == E_EQ);
}

static bool
compare(struct ev *ev, enum expr_kind k, const struct val *a, const struct val *b)
{
	double x, y;

	if (k == E_EQ || k == E_NE)
		return equal(ev, k, a, b);
	if (as_dates(ev, a, b, &x, &y))
		return ordered(k, x, y);
	return ordered(k, val_to_num(a), val_to_num(b));
}

static size_t
parts(const struct val *v)
{
	return v->kind == VAL_SET && v->n > 0 ? v->n : 1;
}

static struct val
part(struct ev *ev, const struct val *v, size_t i)
{
	if (v->kind != VAL_SET)
		return *v;
	return v->n == 0 ? val_str("") : ev_item(ev, &v->set[i]);
}

/* Of sets: does it hold for some pair? */
static struct val
comparison(struct ev *ev, const struct expr *x)
{
	struct val a = ev_expr(ev, x->arg[0]), b = ev_expr(ev, x->arg[1]);
	size_t i, k;

	for (i = 0; i < parts(&a); i++) {
		struct val p = part(ev, &a, i);

		for (k = 0; k < parts(&b); k++) {
			struct val q = part(ev, &b, k);

			if (!ev_step(ev, 1))
				return val_bool(false);
			if (compare(ev, x->kind, &p, &q))
				return val_bool(true);
		}
	}
	return val_bool(false);
}

/* ---- calculating ---- */

/* A date and a number of days is a date; two dates are a number of days. */
static bool
date_sum(struct ev *ev, enum expr_kind k, const struct val *a, const struct val *b,
    struct val *out)
{
	const struct val *date = is_date(a) ? a : b, *other = is_date(a) ? b : a;
	double n, x, y;

	if (!is_date(date))
		return false;
	if (k == E_SUB && as_dates(ev, a, b, &x, &y)) {
		bool days = a->kind == VAL_DAY && b->kind == VAL_DAY;

		*out = val_num(days ? x - y : (x - y) / 86400000.0);
		return true;
	}
	if (is_date(other) || (k == E_SUB && date == b))
		return false;
	n = val_to_num(other);
	if (isnan(n))
		*out = val_num(NAN);
	else if (date->kind == VAL_DAY)
		*out = val_day(date->num + (k == E_SUB ? -n : n));
	else
		*out = val_instant(date->num + (k == E_SUB ? -n : n) * 86400000.0,
		    date->offset);
	return true;
}

static struct val
arithmetic(struct ev *ev, const struct expr *x)
{
	struct val a = ev_atom(ev, x->arg[0]), b = ev_atom(ev, x->arg[1]), out;
	double p, q;

	if ((x->kind == E_ADD || x->kind == E_SUB) && date_sum(ev, x->kind, &a, &b, &out))
		return out;
	p = val_to_num(&a);
	q = val_to_num(&b);
	switch (x->kind) {
	case E_ADD:
		return val_num(p + q);
	case E_SUB:
		return val_num(p - q);
	case E_MUL:
		return val_num(p * q);
	case E_DIV:
		return val_num(p / q);
	default:
		return val_num(fmod(p, q));
	}
}

static struct val
set_union(struct ev *ev, const struct expr *x)
{
	struct val a = ev_expr(ev, x->arg[0]), b = ev_expr(ev, x->arg[1]), out = a;
	struct val_item *items;
	size_t i, k;

	if (a.kind != VAL_SET || b.kind != VAL_SET)
		return ev_fail(ev, FJ_INVAL, "expr.not-set", "|");
	if (!ev_step(ev, a.n * b.n))
		return val_str("");
	items = scratch_alloc(ev->mem, (a.n + b.n) * sizeof(*items));
	if (a.n > 0)
		memcpy(items, a.set, a.n * sizeof(*items));
	for (i = 0; i < b.n; i++) {
		for (k = 0; k < a.n; k++)
			if (b.set[i].node != NULL && b.set[i].node == a.set[k].node)
				break;
		if (k == a.n)
			items[out.n++] = b.set[i];
	}
	out.set = items;
	return out;
}

struct val
ev_expr(struct ev *ev, const struct expr *x)
{
	if (!ev_step(ev, 1))
		return val_str("");
	switch (x->kind) {
	case E_NUM:
		return val_num(x->num);
	case E_STR:
		if (x->len >= TEXT_A_STEP)
			(void)ev_step(ev, x->len / TEXT_A_STEP);
		return val_strn(x->str, x->len);
	case E_OR:
		return val_bool(ev_bool(ev, x->arg[0]) || ev_bool(ev, x->arg[1]));
	case E_AND:
		return val_bool(ev_bool(ev, x->arg[0]) && ev_bool(ev, x->arg[1]));
	case E_EQ:
	case E_NE:
	case E_LT:
	case E_LE:
	case E_GT:
	case E_GE:
		return comparison(ev, x);
	case E_ADD:
	case E_SUB:
	case E_MUL:
	case E_DIV:
	case E_MOD:
		return arithmetic(ev, x);
	case E_NEG:
		return val_num(-ev_num(ev, x->arg[0]));
	case E_UNION:
		return set_union(ev, x);
	case E_CALL:
		return x->fn->call(ev, x);
	case E_PATH:
		return ev_path(ev, x->path);
	case E_FAIL:
		break;
	}
	return ev_fail(ev, FJ_INVAL, x->num == 0 ? "expr.function" : "expr.arity", x->str);
}

void
ev_each_start(struct ev_each *it, const struct expr *x, size_t first)
{
	memset(it, 0, sizeof(*it));
	it->x = x;
	it->arg = first;
}

bool
ev_each_next(struct ev *ev, struct ev_each *it, struct val *out)
{
	while (!ev->failed) {
		if (it->in_set && it->item < it->set.n) {
			*out = ev_item(ev, &it->set.set[it->item++]);
			return ev_step(ev, 1);
		}
		it->in_set = false;
		if (it->arg >= it->x->narg)
			return false;
		*out = ev_expr(ev, it->x->arg[it->arg++]);
		if (out->kind != VAL_SET)
			return !ev->failed;
		it->set = *out;
		it->item = 0;
		it->in_set = true;
	}
	return false;
}
