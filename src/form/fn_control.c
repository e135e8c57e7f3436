/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "form/fn_i.h"
#include "form/inst_i.h"

struct val
fn_if(struct ev *ev, const struct expr *x)
{
	return ev_expr(ev, ev_bool(ev, x->arg[0]) ? x->arg[1] : x->arg[2]);
}

/* An empty text and NaN count as empty. */
struct val
fn_coalesce(struct ev *ev, const struct expr *x)
{
	struct val v = ev_atom(ev, x->arg[0]);

	if ((v.kind == VAL_STR && v.n == 0) || (v.kind == VAL_NUM && isnan(v.num)))
		return ev_atom(ev, x->arg[1]);
	return v;
}

struct val
fn_once(struct ev *ev, const struct expr *x)
{
	const char *own = ev->owner != NULL && ev->owner->kind == INST_LEAF ?
	    ev->owner->stored : NULL;

	if (own != NULL && own[0] != '\0')
		return val_str(own);
	return ev_expr(ev, x->arg[0]);
}

struct val
fn_true(struct ev *ev, const struct expr *x)
{
	(void)ev;
	(void)x;
	return val_bool(true);
}

struct val
fn_false(struct ev *ev, const struct expr *x)
{
	(void)ev;
	(void)x;
	return val_bool(false);
}

struct val
fn_boolean(struct ev *ev, const struct expr *x)
{
	return val_bool(ev_bool(ev, x->arg[0]));
}

struct val
fn_not(struct ev *ev, const struct expr *x)
{
	return val_bool(!ev_bool(ev, x->arg[0]));
}

struct val
fn_boolean_from_string(struct ev *ev, const struct expr *x)
{
	const char *s = ev_str(ev, x->arg[0], NULL);

	return val_bool(strcmp(s, "1") == 0 || strcasecmp(s, "true") == 0);
}

/* True as an answer: not empty, and not one of the words for no. */
static bool
ticked(const struct val *v)
{
	static const char *const no[] = {"no", "false", "0"};
	size_t i;

	if (v->kind != VAL_STR)
		return val_to_bool(v);
	for (i = 0; i < 3; i++)
		if (strlen(no[i]) == v->n && strncasecmp(v->s, no[i], v->n) == 0)
			return false;
	return v->n > 0;
}

static struct val
between(double n, double lo, double hi)
{
	return val_bool((lo == -1 || n >= lo) && (hi == -1 || n <= hi));
}

struct val
fn_checklist(struct ev *ev, const struct expr *x)
{
	double lo = ev_num(ev, x->arg[0]), hi = ev_num(ev, x->arg[1]);
	struct ev_each it;
	struct val v;
	double n = 0;

	ev_each_start(&it, x, 2);
	while (ev_each_next(ev, &it, &v))
		n += ticked(&v) ? 1 : 0;
	return between(n, lo, hi);
}

struct val
fn_weighted_checklist(struct ev *ev, const struct expr *x)
{
	double lo = ev_num(ev, x->arg[0]), hi = ev_num(ev, x->arg[1]), sum = 0, weight;
	struct ev_each it;
	struct val v, w;

	ev_each_start(&it, x, 2);
	while (ev_each_next(ev, &it, &v) && ev_each_next(ev, &it, &w)) {
		weight = val_to_num(&w);
		if (ticked(&v))
			sum += weight;
	}
	return between(sum, lo, hi);
}
