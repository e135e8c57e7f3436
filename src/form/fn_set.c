/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of places and sets of them. */
#include <math.h>
#include <string.h>

#include "crypto/crypto.h"
#include "form/fn_i.h"
#include "form/inst_i.h"

/* position(node): among the instances of its repeat; position(): in a predicate. */
struct val
fn_position(struct ev *ev, const struct expr *x)
{
	const struct inst_node *n = ev->node;
	struct val v;

	if (x->narg == 0 && ev->pos > 0)
		return val_num((double)ev->pos);
	if (x->narg > 0) {
		v = ev_expr(ev, x->arg[0]);
		if (v.kind != VAL_SET)
			return ev_fail(ev, FJ_INVAL, "expr.not-set", "position");
		if (v.n == 0)
			return val_num(0);
		n = v.set[0].node;
	}
	if (n == NULL)
		return val_num(0);
	return val_num(n->kind == INST_INSTANCE ? (double)n->pos + 1 : n->kind == INST_REPEAT ?
	    0 : 1);
}

struct val
fn_last(struct ev *ev, const struct expr *x)
{
	(void)x;
	return val_num(ev->last > 0 ? (double)ev->last : 1);
}

struct val
fn_count(struct ev *ev, const struct expr *x)
{
	struct val v = ev_expr(ev, x->arg[0]);

	if (v.kind != VAL_SET)
		return ev_fail(ev, FJ_INVAL, "expr.not-set", "count");
	return val_num((double)v.n);
}

struct val
fn_count_non_empty(struct ev *ev, const struct expr *x)
{
	struct ev_each it;
	struct val v;
	double n = 0;

	ev_each_start(&it, x, 0);
	while (ev_each_next(ev, &it, &v))
		if (v.kind != VAL_STR || v.n > 0)
			n++;
	return val_num(n);
}

struct val
fn_sum(struct ev *ev, const struct expr *x)
{
	struct ev_each it;
	struct val v;
	double sum = 0, n;

	ev_each_start(&it, x, 0);
	while (ev_each_next(ev, &it, &v)) {
		n = val_to_num(&v);
		if (!isnan(n))
			sum += n;
	}
	return val_num(sum);
}

static struct val
extreme(struct ev *ev, const struct expr *x, double sign)
{
	struct ev_each it;
	struct val v;
	double best = NAN, n;

	ev_each_start(&it, x, 0);
	while (ev_each_next(ev, &it, &v)) {
		n = val_to_num(&v);
		if (!isnan(n) && (isnan(best) || sign * n > sign * best))
			best = n;
	}
	return val_num(best);
}

struct val
fn_max(struct ev *ev, const struct expr *x)
{
	return extreme(ev, x, 1);
}

struct val
fn_min(struct ev *ev, const struct expr *x)
{
	return extreme(ev, x, -1);
}

/* The index asked for a repeat in indexed-repeat(); 0: not asked. */
static const struct expr *
index_of(const struct expr *x, const struct form_node *rep)
{
	size_t i;

	for (i = 1; i + 1 < x->narg; i += 2)
		if (x->arg[i]->kind == E_PATH && x->arg[i]->path->target == rep)
			return x->arg[i + 1];
	return NULL;
}

/* One instance by number; without a number the owner's own. */
static const struct inst_node *
pick(struct ev *ev, const struct expr *x, const struct inst_node *rep)
{
	const struct expr *index = index_of(x, rep->def);
	double n;

	if (index == NULL)
		return node_up_to(ev->owner, rep->def);
	n = ev_num(ev, index);
	if (!(n >= 1) || n >= (double)rep->active + 1)
		return NULL;
	return rep->kid[(size_t)n - 1];
}

struct val
fn_indexed_repeat(struct ev *ev, const struct expr *x)
{
	const struct expr_path *p = x->arg[0]->kind == E_PATH ? x->arg[0]->path : NULL;
	const struct form_node *chain[64], *def;
	const struct inst_node *n;
	size_t depth = 0;

	if (p == NULL || p->target == NULL || p->anchor == NULL)
		return val_str("");
	for (def = p->target; def != p->anchor && def != NULL && depth < 64; def = def->parent)
		chain[depth++] = def;
	n = node_up_to(ev->owner, p->anchor);
	while (n != NULL && depth > 0) {
		n = n->kid[chain[--depth]->pos];
		if (n->kind == INST_REPEAT)
			n = pick(ev, x, n);
	}
	return n != NULL ? ev_place(ev, n) : val_str("");
}

/* Park-Miller, as other engines of this language do it: same seed, same order. */
static double
park_miller(uint64_t *state)
{
	*state = *state * 16807 % 2147483647;
	return ((double)*state - 1) / 2147483646.0;
}

static uint64_t
seed_of(struct ev *ev, const struct expr *x)
{
	struct val v;
	struct hash h;
	size_t n;
	const char *s;
	double d;
	int64_t seed;

	if (x->narg < 2) {
		ev_random_bytes(ev, h.b, HASH_LEN);
		seed = (int64_t)(fj_get_u64(h.b) >> 1);
	} else {
		v = ev_atom(ev, x->arg[1]);
		d = val_to_num(&v);
		if (!isnan(d) && fabs(d) < 9e15) {
			seed = (int64_t)d;
		} else {
			s = val_to_str(ev->mem, &v, &n);
			digest_bytes(DIGEST_SHA256, s, n, &h);
			seed = (int64_t)fj_get_u64(h.b);
		}
	}
	seed %= 2147483647;
	if (seed <= 0)
		seed += 2147483646;
	return (uint64_t)seed;
}

struct val
fn_randomize(struct ev *ev, const struct expr *x)
{
	struct val v = ev_expr(ev, x->arg[0]);
	struct val_item *items;
	uint64_t state;
	size_t i, k;

	if (v.kind != VAL_SET)
		return ev_fail(ev, FJ_INVAL, "expr.not-set", "randomize");
	if (v.n == 0)
		return v;
	state = seed_of(ev, x);
	items = scratch_alloc(ev->mem, v.n * sizeof(*items));
	for (i = 0; i < v.n; i++) {
		k = (size_t)(park_miller(&state) * (double)(i + 1));
		if (k > i)
			k = i;
		items[i] = items[k];
		items[k] = v.set[i];
	}
	v.set = items;
	return v;
}

struct val
fn_current(struct ev *ev, const struct expr *x)
{
	(void)x;
	return ev_place(ev, ev->owner);
}

/* Without a path after it a list is nothing by itself. */
struct val
fn_instance(struct ev *ev, const struct expr *x)
{
	(void)x;
	return ev_fail(ev, FJ_INVAL, "expr.unsupported", "instance()");
}

/* pulldata(list, column, key column, key) */
struct val
fn_pulldata(struct ev *ev, const struct expr *x)
{
	const char *list = ev_str(ev, x->arg[0], NULL), *col = ev_str(ev, x->arg[1], NULL);
	const char *by = ev_str(ev, x->arg[2], NULL), *key = ev_str(ev, x->arg[3], NULL);
	const struct form_list *l = form_list_find(ev->in->form, list);
	const struct form_choice *row;
	const char *s = NULL;

	if (l == NULL)
		return ev_fail(ev, FJ_INVAL, "form.list-unknown", list);
	row = rows_first(ev->in, l, by, key);
	if (row != NULL)
		s = strcmp(col, "label") == 0 ? form_choice_label(row, ev->in->env.lang) :
		    form_choice_column(row, col);
	return val_str(s != NULL ? s : "");
}

/* ---- randomness ---- */

/*
 * A calculation draws from the record's own id, its place and how often it
 * drew: the same entries give the same state on every machine.  What happens
 * once draws from the caller's source and is kept.
 */
void
ev_random_bytes(struct ev *ev, unsigned char *out, size_t n)
{
	struct fj_buf b;
	struct hash h;
	size_t k;

	if (ev->fresh && ev->in->env.random != NULL) {
		ev->in->env.random(ev->in->env.ctx, out, n);
		return;
	}
	while (n > 0) {
		fj_buf_init(&b, 65536);
		fj_buf_puts(&b, "feijian/form/random");
		fj_buf_add(&b, ev->in->env.uuid.b, ID_LEN);
		if (ev->owner != NULL)
			inst_path_id(ev->owner, &b);
		fj_buf_u32(&b, ev->drawn++);
		digest_bytes(DIGEST_SHA256, b.p, b.n, &h);
		fj_buf_release(&b);
		k = n < HASH_LEN ? n : HASH_LEN;
		memcpy(out, h.b, k);
		out += k;
		n -= k;
	}
}

double
ev_random(struct ev *ev)
{
	unsigned char b[8];

	ev_random_bytes(ev, b, sizeof(b));
	return (double)(fj_get_u64(b) >> 11) / 9007199254740992.0;
}
