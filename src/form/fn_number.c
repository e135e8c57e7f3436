/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "form/fn_i.h"
#include "form/inst_i.h"

static double
own_or_arg(struct ev *ev, const struct expr *x)
{
	struct val_item item = {.node = ev->node};
	struct val v;

	if (x->narg > 0)
		return ev_num(ev, x->arg[0]);
	v = ev_item(ev, &item);
	return val_to_num(&v);
}

struct val
fn_number(struct ev *ev, const struct expr *x)
{
	return val_num(own_or_arg(ev, x));
}

struct val
fn_int(struct ev *ev, const struct expr *x)
{
	return val_num(trunc(ev_num(ev, x->arg[0])));
}

static struct val
rounded(struct ev *ev, const struct expr *x, bool even)
{
	double v = ev_num(ev, x->arg[0]);
	double n = x->narg > 1 ? ev_num(ev, x->arg[1]) : 0;

	if (isnan(n) || isnan(v))
		return val_num(NAN);
	n = fmax(-1000, fmin(1000, trunc(n)));
	return val_num(number_round(v, (int)n, even));
}

struct val
fn_round(struct ev *ev, const struct expr *x)
{
	return rounded(ev, x, false);
}

struct val
fn_round_even(struct ev *ev, const struct expr *x)
{
	return rounded(ev, x, true);
}

struct val
fn_pow(struct ev *ev, const struct expr *x)
{
	return val_num(pow(ev_num(ev, x->arg[0]), ev_num(ev, x->arg[1])));
}

struct val
fn_atan2(struct ev *ev, const struct expr *x)
{
	return val_num(atan2(ev_num(ev, x->arg[0]), ev_num(ev, x->arg[1])));
}

#define PLAIN(name, formula) \
	struct val \
	name(struct ev *ev, const struct expr *x) \
	{ \
		double v = ev_num(ev, x->arg[0]); \
		return val_num(formula); \
	}

PLAIN(fn_log, log(v))
PLAIN(fn_log10, log10(v))
PLAIN(fn_abs, fabs(v))
PLAIN(fn_floor, floor(v))
PLAIN(fn_ceiling, ceil(v))
PLAIN(fn_sin, sin(v))
PLAIN(fn_cos, cos(v))
PLAIN(fn_tan, tan(v))
PLAIN(fn_asin, asin(v))
PLAIN(fn_acos, acos(v))
PLAIN(fn_atan, atan(v))
PLAIN(fn_sqrt, sqrt(v))
PLAIN(fn_exp, exp(v))
PLAIN(fn_exp10, pow(10, v))

struct val
fn_pi(struct ev *ev, const struct expr *x)
{
	(void)ev;
	(void)x;
	return val_num(3.14159265358979323846);
}

struct val
fn_random(struct ev *ev, const struct expr *x)
{
	(void)x;
	return val_num(ev_random(ev));
}
