/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows from a change, in the order of the dependency graph.  A place
 * is computed when something that it reads changed; when its own result stays
 * the same, nothing that reads it is asked.  A full recomputation is the same
 * machine with everything marked.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "form/inst_i.h"

enum {
	TRIGGER_ROUNDS = 50,
};

static void
push(struct pending *p, struct inst_node *n)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 4;
		p->v = xrealloc(p->v, p->cap, sizeof(*p->v));
	}
	p->v[p->n++] = n;
}

void
mark(struct inst_node *n, enum aspect a)
{
	struct inst *in = n->in;
	unsigned rank = n->def->rank[a];

	if (n->dirty & (1u << a))
		return;
	n->dirty = (unsigned char)(n->dirty | 1u << a);
	push(&in->pending[rank], n);
	in->marked[rank / 64] |= (uint64_t)1 << rank % 64;
	if (rank / 64 < in->low)
		in->low = rank / 64;
}

static bool
mark_one(void *ctx, struct inst_node *n)
{
	mark(n, *(enum aspect *)ctx);
	return true;
}

void
mark_all(struct inst_node *n)
{
	size_t i;

	if (n->kind == INST_REPEAT && n->def->x[X_REPEAT_COUNT] != NULL)
		mark(n, A_COUNT);
	mark(n, A_RELEVANT);
	mark(n, A_READ_ONLY);
	if (n->kind == INST_LEAF) {
		mark(n, A_CHOICES);
		mark(n, A_VALUE);
		mark(n, A_REQUIRED);
		mark(n, A_VALID);
	}
	for (i = 0; i < (n->kind == INST_REPEAT ? n->active : n->nkid); i++)
		mark_all(n->kid[i]);
}

void
mark_deps(struct inst_node *n, enum aspect a)
{
	const struct dep_list *l = &n->def->deps[a];
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct dep *d = &l->v[i];
		const struct inst_node *top;
		enum aspect to = d->aspect;

		if (d->order_only)
			continue;
		top = node_up_to(n, d->anchor);
		if (top != NULL)
			(void)node_each((struct inst_node *)(uintptr_t)top, d->def, mark_one, &to);
	}
}

/* A place that goes away may still wait when a limit cut a call short. */
void
unmark_below(struct inst_node *top)
{
	struct inst *in = top->in;
	size_t r, i, k;

	for (r = 0; r < in->form->norder; r++) {
		struct pending *p = &in->pending[r];

		for (i = k = 0; i < p->n; i++) {
			const struct inst_node *n = p->v[i];

			while (n != NULL && n != top)
				n = n->parent;
			if (n == NULL)
				p->v[k++] = p->v[i];
		}
		p->n = k;
	}
}

void
changed(struct inst_node *n, unsigned what)
{
	struct inst_changes *c = n->in->changes;

	if (c == NULL)
		return;
	if (n->change > 0 && n->change <= c->n && c->v[n->change - 1].at == n) {
		c->v[n->change - 1].what |= what;
		return;
	}
	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 16;
		c->v = xrealloc(c->v, c->cap, sizeof(*c->v));
	}
	c->v[c->n++] = (struct inst_change){n, what};
	n->change = c->n;
}

void
default_made(struct inst_node *n)
{
	push(&n->in->defaulted, n);
}

/* A default that is calculated is only for a question that is asked: what is
 * not relevant when the form opens begins blank when it comes. */
static void
drop_unasked(struct inst *in)
{
	struct inst_changes *c = in->changes;
	size_t i;

	for (i = 0; i < in->defaulted.n; i++) {
		struct inst_node *n = in->defaulted.v[i];

		/* A calculation has said by now what stands there, asked or not. */
		if (n->relevant || form_node_calculated(n->def))
			continue;
		node_store(n, "");
		if (c != NULL && n->change > 0 && n->change <= c->n &&
		    c->v[n->change - 1].at == n)
			c->v[n->change - 1].what &= ~(unsigned)INST_ONE_SHOT;
	}
	in->defaulted.n = 0;
}

/* ---- evaluating for a place ---- */

static void
note_failure(struct inst_node *n, enum aspect a, const struct ev *ev)
{
	unsigned bit = 1u << a;

	if (!ev->failed) {
		n->failed_bits = (unsigned char)(n->failed_bits & ~bit);
		return;
	}
	n->failed_bits = (unsigned char)(n->failed_bits | bit);
	if (n->failed == NULL)
		n->failed = xcalloc(1, sizeof(*n->failed));
	*n->failed = ev->err;
}

static bool
condition(struct inst_node *n, enum slot s, enum aspect a, bool otherwise)
{
	struct ev ev;
	bool yes;

	if (n->def->x[s] == NULL)
		return otherwise;
	ev_start(&ev, n);
	yes = ev_bool(&ev, n->def->x[s]);
	note_failure(n, a, &ev);
	if (ev.failed)
		yes = otherwise;
	scratch_reset(&n->in->mem);
	return yes;
}

bool
eval_text(struct inst_node *n, const struct expr *x, enum aspect a, bool fresh,
    struct fj_buf *out)
{
	struct ev ev;
	struct val v;
	const char *s = "";
	bool ok;

	fj_buf_clear(out);
	ev_start(&ev, n);
	ev.fresh = fresh;
	v = ev_atom(&ev, x);
	/* What is calculated into a date is the day on its own clock: date(now()). */
	if (v.kind == VAL_INSTANT && n->def->type->type == FORM_DATE)
		v = val_day(floor((v.num + v.offset * 60000.0) / 86400000.0));
	if (!ev.failed && !(v.kind == VAL_NUM && isnan(v.num)))
		s = val_to_str(&n->in->mem, &v, NULL);
	if (a < A_N)
		note_failure(n, a, &ev);
	ok = !ev.failed;
	if (ok && form_normalise(n->def, s, out, NULL) != FJ_OK)
		fj_buf_clear(out);
	scratch_reset(&n->in->mem);
	return ok;
}

/* ---- aspects ---- */

static void
count_to(struct inst_node *n, size_t want)
{
	size_t before = n->active, i;
	char id[ID_TEXT + 1];

	while (n->nkid < want) {
		struct inst_node *made;

		snprintf(id, sizeof(id), "#%zu", n->nkid + 1);
		made = repeat_insert(n, id, 0);
		n->active = n->nkid;
		if (n->in->loud)
			apply_defaults(made);
	}
	n->active = want;
	if (want == before)
		return;
	for (i = before; i < want; i++)
		mark_all(n->kid[i]);
	changed(n, INST_COUNT);
	mark_deps(n, A_COUNT);
}

static void
compute_count(struct inst_node *n)
{
	struct ev ev;
	double want;

	if (n->kind != INST_REPEAT || n->def->x[X_REPEAT_COUNT] == NULL)
		return;
	ev_start(&ev, n);
	want = trunc(ev_num(&ev, n->def->x[X_REPEAT_COUNT]));
	if (!ev.failed && want > LIMIT_REPEAT_COUNT) {
		(void)ev_fail(&ev, FJ_LIMIT, "form.repeat-limit", n->def->name);
		want = LIMIT_REPEAT_COUNT;
	}
	if (want > (double)n->nkid && n->in->places + (size_t)(want - (double)n->nkid) *
	    n->def->places > LIMIT_INST_NODES) {
		(void)ev_fail(&ev, FJ_LIMIT, "form.places", n->def->name);
		want = (double)n->active;
	}
	note_failure(n, A_COUNT, &ev);
	scratch_reset(&n->in->mem);
	if (isnan(want))		/* blank: as many as there were */
		return;
	count_to(n, want < 0 ? 0 : (size_t)want);
}

static const struct inst_node *
above(const struct inst_node *n)
{
	n = n->parent;
	return n != NULL && n->kind == INST_REPEAT ? n->parent : n;
}

static void
compute_relevant(struct inst_node *n)
{
	const struct inst_node *up = above(n);
	bool yes = condition(n, X_RELEVANT, A_RELEVANT, true) && (up == NULL || up->relevant);

	if (yes == n->relevant)
		return;
	n->relevant = yes;
	changed(n, INST_RELEVANT);
	mark_deps(n, A_RELEVANT);
}

static bool
trigger_one(void *ctx, struct inst_node *n)
{
	struct inst *in = ctx;

	if (!n->trigger_due) {
		n->trigger_due = true;
		push(&in->triggers, n);
	}
	return true;
}

/* What a new instance begins with is no change: it triggers nothing. */
static void
fire(struct inst_node *n)
{
	const struct dep_list *l = &n->def->trigger;
	const struct inst_node *top;
	size_t i;

	for (i = 0; n->in->live && n->born != n->in->call && i < l->n; i++) {
		top = node_up_to(n, l->v[i].anchor);
		if (top != NULL)
			(void)node_each((struct inst_node *)(uintptr_t)top, l->v[i].def,
			    trigger_one, n->in);
	}
}

static void
calculate(struct inst_node *n, struct fj_buf *b)
{
	const char *old = n->stored != NULL ? n->stored : "";
	bool once = (n->def->xflags[X_CALCULATION] & FN_ONCE) != 0;

	(void)eval_text(n, n->def->x[X_CALCULATION], A_VALUE, once && n->in->loud, b);
	if (strcmp(old, b->p) == 0)
		return;
	node_store(n, b->p);
	if (once && n->in->loud)
		changed(n, INST_VALUE | INST_ONE_SHOT);
}

static void
compute_value(struct inst_node *n)
{
	struct fj_buf b;

	if (n->kind != INST_LEAF)
		return;
	fj_buf_init(&b, LIMIT_VALUE_BYTES + 1);
	if (n->def->x[X_CALCULATION] != NULL && !n->def->triggered && !n->hold)
		calculate(n, &b);
	n->hold = false;
	fj_buf_clear(&b);
	if (n->relevant && n->stored != NULL)
		value_filter(n, &b);
	if (strcmp(b.p, n->value) != 0) {
		node_show(n, b.p);
		changed(n, INST_VALUE);
		mark_deps(n, A_VALUE);
		fire(n);
	}
	fj_buf_release(&b);
}

static void
compute_choices(struct inst_node *n)
{
	if (n->kind != INST_LEAF || n->def->x[X_CHOICE_FILTER] == NULL || !choices_update(n))
		return;
	changed(n, INST_CHOICES);
	mark_deps(n, A_CHOICES);
}

static void
compute_read_only(struct inst_node *n)
{
	const struct inst_node *up = above(n);
	bool yes = (up != NULL && up->read_only) ||
	    condition(n, X_READ_ONLY, A_READ_ONLY, false);

	if (yes == n->read_only)
		return;
	n->read_only = yes;
	changed(n, INST_READ_ONLY);
	mark_deps(n, A_READ_ONLY);
}

static void
compute_required(struct inst_node *n)
{
	bool yes = condition(n, X_REQUIRED, A_REQUIRED, false);

	if (yes == n->required)
		return;
	n->required = yes;
	changed(n, INST_REQUIRED);
	mark_deps(n, A_REQUIRED);
}

static bool
blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

static void
compute_valid(struct inst_node *n)
{
	bool ok = true;

	if (n->kind != INST_LEAF)
		return;
	n->failed_bits = (unsigned char)(n->failed_bits & ~(1u << A_VALID));
	if (n->relevant && n->value[0] != '\0') {
		ok = n->def->type->check == NULL ||
		    n->def->type->check(n->def, n->value, NULL) == FJ_OK;
		if (ok && (node_is(n->def, T_CONTROL) || n->def->type->type == FORM_NOTE))
			ok = condition(n, X_CONSTRAINT, A_VALID, true);
	}
	if (n->relevant && n->required && blank(n->value))
		ok = false;
	if (n->relevant && n->failed_bits != 0)
		ok = false;
	if (ok == n->valid)
		return;
	n->valid = ok;
	changed(n, INST_VALID);
}

static void
compute(struct inst_node *n, enum aspect a)
{
	static void (*const how[A_N])(struct inst_node *) = {
		[A_COUNT] = compute_count,
		[A_RELEVANT] = compute_relevant,
		[A_CHOICES] = compute_choices,
		[A_VALUE] = compute_value,
		[A_READ_ONLY] = compute_read_only,
		[A_REQUIRED] = compute_required,
		[A_VALID] = compute_valid,
	};

	unsigned char before = n->failed_bits;

	how[a](n);
	/* A failure of any aspect shows in the validity of the place. */
	if (n->failed_bits != before && a != A_VALID && n->kind == INST_LEAF)
		mark(n, A_VALID);
}

/* ---- the loop ---- */

static bool
next_rank(struct inst *in, unsigned *out)
{
	for (; in->low < in->words; in->low++) {
		uint64_t w = in->marked[in->low];

		if (w == 0)
			continue;
		*out = (unsigned)in->low * 64 + (unsigned)__builtin_ctzll(w);
		return true;
	}
	return false;
}

static bool
steps_left(const struct inst *in)
{
	return in->steps <= LIMIT_EXPR_STEPS;
}

static void
run_rank(struct inst *in, unsigned rank)
{
	struct pending *p = &in->pending[rank];
	enum aspect a = in->form->order[rank].aspect;
	size_t i;

	/* In order of marking; the list may grow while it is worked on, and move. */
	for (i = 0; i < p->n && steps_left(in); i++) {
		struct inst_node *n = p->v[i];

		n->dirty = (unsigned char)(n->dirty & ~(1u << a));
		if (node_active(n))
			compute(n, a);
	}
	p->n -= i;
	memmove(p->v, p->v + i, p->n * sizeof(*p->v));
	if (p->n == 0)
		in->marked[rank / 64] &= ~((uint64_t)1 << rank % 64);
}

static int
by_place(const void *a, const void *b)
{
	const struct inst_node *const *x = a, *const *y = b;

	if ((*x)->def->index != (*y)->def->index)
		return (*x)->def->index < (*y)->def->index ? -1 : 1;
	return 0;
}

static void
run_triggers(struct inst *in)
{
	struct pending due = in->triggers;
	struct fj_buf b;
	size_t i;

	memset(&in->triggers, 0, sizeof(in->triggers));
	qsort(due.v, due.n, sizeof(*due.v), by_place);
	fj_buf_init(&b, LIMIT_VALUE_BYTES + 1);
	for (i = 0; i < due.n; i++) {
		struct inst_node *n = due.v[i];

		n->trigger_due = false;
		fj_buf_clear(&b);
		if (n->def->x[X_CALCULATION] != NULL)
			(void)eval_text(n, n->def->x[X_CALCULATION], A_VALUE, true, &b);
		if (strcmp(b.p, n->stored != NULL ? n->stored : "") == 0)
			continue;
		node_store(n, b.p);
		changed(n, INST_VALUE | INST_ONE_SHOT);
		mark(n, A_VALUE);
	}
	fj_buf_release(&b);
	free(due.v);
}

void
settle_start(struct inst *in, struct inst_changes *c, bool loud, bool live)
{
	in->changes = c;
	in->loud = loud;
	in->live = live;
	in->call++;
	in->steps = 0;
	if (c != NULL)
		c->n = 0;
}

static void
drop_triggers(struct inst *in)
{
	size_t i;

	for (i = 0; i < in->triggers.n; i++)
		in->triggers.v[i]->trigger_due = false;
	in->triggers.n = 0;
}

enum fj_rc
settle(struct inst *in, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	unsigned rank;
	int round;

	for (round = 0; rc == FJ_OK; round++) {
		while (steps_left(in) && next_rank(in, &rank))
			run_rank(in, rank);
		if (!steps_left(in))
			rc = fj_fail(e, FJ_LIMIT, "form.steps", "d", (int)LIMIT_EXPR_STEPS);
		else if (in->triggers.n == 0)
			break;
		else if (round >= TRIGGER_ROUNDS)
			rc = fj_fail(e, FJ_LIMIT, "form.trigger-loop", "s",
			    in->triggers.v[0]->def->name);
		else
			run_triggers(in);
	}
	if (rc != FJ_OK)
		drop_triggers(in);
	drop_unasked(in);
	in->changes = NULL;
	return rc;
}
