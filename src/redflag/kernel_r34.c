/* SPDX-License-Identifier: Apache-2.0 */
/* R34, samples whose values are the same but for one.
 * 100,000 reports: SQL 2.28 s (each raw value joined with the sums of its sample, then
 * sorted by four keys). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/kernel_group.h"
#include "redflag/kernel_vector.h"
#include "redflag/kernels.h"

enum {
	KEY = 4,		/* n, param, a, b */
	SEEN_EACH = 16,		/* bits of the sieve, for each value */
};

/* A sample without one of its values. */
struct rest {
	uint32_t group, sample;
	int64_t whole;		/* the value left out */
	int64_t src;
};

struct group {
	uint32_t first;			/* sample, by name */
	uint32_t sample;		/* any */
	int64_t whole;
	bool samples, wholes;		/* different ones */
};

/* Values of the present sample. */
struct value {
	uint32_t param;
	int64_t whole, digits;
};

struct r34 {
	struct kvector x;
	struct kreport report;
	double min_n;
	struct value *value;
	uint32_t values, cap;
	int64_t n, s1, s2, digits, src;	/* of the sample */
	/* Which keys came once, which came again: only these are looked at closely. */
	uint64_t *once, *again;
	uint64_t bits;
	struct kgroups groups;
	struct group *group;
	uint32_t group_cap;
	struct rest *rest;
	size_t rests, rest_cap;
};

/* Characters of a whole number. */
static int64_t
length(int64_t v)
{
	int64_t n = v < 0 ? 2 : 1;

	while (v >= 10 || v <= -10) {
		v /= 10;
		n++;
	}
	return n;
}

static void
add_value(struct r34 *r, uint32_t row)
{
	double v = col_real(&r->x.v, row);
	struct value *to;

	r->n++;
	if (isnan(v))
		return;
	if (r->values == r->cap) {
		r->cap = r->cap == 0 ? 64 : r->cap * 2;
		r->value = xrealloc(r->value, r->cap, sizeof(*r->value));
	}
	to = &r->value[r->values++];
	to->param = col_word(&r->x.param, row);
	to->whole = kvector_whole(v);
	to->digits = length(kernel_digits(v, col_int(&r->x.decimals, row)));
	r->s1 += to->whole;
	r->s2 += kvector_square(to->whole);
	r->digits += to->digits;
}

/* The values of the runs row[from..to). */
static void
take_sample(struct r34 *r, const uint32_t *row, uint32_t from, uint32_t to)
{
	uint32_t i, j, n;
	bool first = true;

	r->values = 0;
	r->n = r->s1 = r->s2 = r->digits = 0;
	for (i = from; i < to; i++) {
		const uint32_t *v = kvector_values(&r->x, row[i], &n);
		int64_t before = r->n, src = kernel_src(&r->x.run, row[i]);

		for (j = 0; j < n; j++)
			if (col_int(&r->x.nd, v[j]) == 0 && col_int(&r->x.rep, v[j]) == 1)
				add_value(r, v[j]);
		if (r->n > before && (first || src < r->src))
			r->src = src;
		first = first && r->n == before;
	}
}

/* The key of the sample without value i; false: too little is left to compare. */
static bool
key_of(const struct r34 *r, uint32_t i, int64_t *key)
{
	const struct value *v = &r->value[i];

	key[0] = r->n;
	key[1] = v->param;
	key[2] = r->s1 - v->whole;
	key[3] = r->s2 - kvector_square(v->whole);
	return v->param != 0 && (double)(r->digits - v->digits) >= r->x.digits;
}

static void
sieve(struct r34 *r)
{
	int64_t key[KEY];
	uint32_t i;

	for (i = 0; i < r->values; i++) {
		uint64_t bit, at;

		if (!key_of(r, i, key))
			continue;
		bit = (kgroup_hash(key, KEY) >> 8) % r->bits;
		at = (uint64_t)1 << (bit & 63);
		if ((r->once[bit >> 6] & at) != 0)
			r->again[bit >> 6] |= at;
		r->once[bit >> 6] |= at;
	}
}

static bool
earlier(const struct r34 *r, uint32_t a, uint32_t b)
{
	return a != b && strcmp(store_text(r->x.k->s, a, NULL),
	    store_text(r->x.k->s, b, NULL)) < 0;
}

static void
add_rest(struct r34 *r, uint32_t sample, const int64_t *key, int64_t whole)
{
	uint32_t before = r->groups.n, g = kgroups_add(&r->groups, key);
	struct group *to;

	r->group = kgroups_room(&r->groups, r->group, &r->group_cap, sizeof(*r->group));
	to = &r->group[g];
	if (r->groups.n > before)
		*to = (struct group){sample, sample, whole, false, false};
	to->samples = to->samples || to->sample != sample;
	to->wholes = to->wholes || to->whole != whole;
	if (earlier(r, sample, to->first))
		to->first = sample;
	if (r->rests == r->rest_cap) {
		r->rest_cap = r->rest_cap == 0 ? 256 : r->rest_cap * 2;
		r->rest = xrealloc(r->rest, r->rest_cap, sizeof(*r->rest));
	}
	r->rest[r->rests++] = (struct rest){g, sample, whole, r->src};
}

static void
collect(struct r34 *r, uint32_t sample)
{
	int64_t key[KEY];
	uint32_t i;

	for (i = 0; i < r->values; i++) {
		uint64_t bit;

		if (!key_of(r, i, key))
			continue;
		bit = (kgroup_hash(key, KEY) >> 8) % r->bits;
		if ((r->again[bit >> 6] >> (bit & 63) & 1) != 0)
			add_rest(r, sample, key, r->value[i].whole);
	}
}

static void
all_samples(struct r34 *r, bool second)
{
	uint32_t n, at = 0, from, word;
	const uint32_t *row = store_index_all(r->x.runs, &n);

	while (at < n && !kernel_tick(r->x.k, at)) {
		from = at;
		word = kvector_next(&r->x, row, n, &at);
		take_sample(r, row, from, at);
		if ((double)r->n < r->min_n)
			continue;
		if (second)
			collect(r, word);
		else
			sieve(r);
	}
}

static int
by_text(const void *a, const void *b, void *ctx)
{
	const struct rest *x = a, *y = b;
	const struct r34 *r = ctx;
	const int64_t *p = kgroups_key(&r->groups, x->group);
	const int64_t *q = kgroups_key(&r->groups, y->group);

	if (x->sample != y->sample)
		return x->sample < y->sample ? -1 : 1;
	if (r->group[x->group].first != r->group[y->group].first)
		return r->group[x->group].first < r->group[y->group].first ? -1 : 1;
	return (p[0] > q[0]) - (p[0] < q[0]);
}

static bool
tell(struct r34 *r, const struct rest *s)
{
	const char *first = store_text(r->x.k->s, r->group[s->group].first, NULL);
	int64_t n = kgroups_key(&r->groups, s->group)[0];
	struct ktext src, d;

	ktext_begin(&src);
	ktext_put(&src, "test_run:");
	ktext_int(&src, s->src);
	ktext_begin(&d);
	ktext_put(&d, "与 ");
	ktext_put(&d, first);
	ktext_put(&d, " 等样品的 ");
	ktext_int(&d, n);
	ktext_put(&d, " 个值仅一个不同 | all but one of ");
	ktext_int(&d, n);
	ktext_put(&d, " values as in ");
	ktext_put(&d, first);
	return kernel_hit(&r->report, s->sample, ktext(&src), (double)n, ktext(&d));
}

/* DISTINCT: the same words once, whichever value was left out. */
static void
tell_all(struct r34 *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->rests; i++) {
		const struct group *g = &r->group[r->rest[i].group];

		if (g->samples && g->wholes)
			r->rest[n++] = r->rest[i];
	}
	kernel_sort(r->rest, n, sizeof(*r->rest), by_text, r);
	for (i = 0; i < n; i++)
		if ((i == 0 || by_text(&r->rest[i - 1], &r->rest[i], r) != 0) &&
		    !tell(r, &r->rest[i]))
			return;
}

enum fj_rc
kernel_r34(struct kernel *k, struct fj_err *e)
{
	struct r34 r = {.min_n = kernel_param(k, "min_n")};
	size_t words;

	if (!kvector_init(&r.x, k) || !kernel_reports(k, &r.report))
		return FJ_NOMEM;
	words = (size_t)r.x.value.rows * SEEN_EACH / 64 + 1;
	r.bits = words * 64;
	r.once = xcalloc(words, sizeof(*r.once));
	r.again = xcalloc(words, sizeof(*r.again));
	kgroups_init(&r.groups, KEY);
	all_samples(&r, false);
	if (!k->stopped)
		all_samples(&r, true);
	if (!k->stopped)
		tell_all(&r);
	kgroups_release(&r.groups);
	free(r.once);
	free(r.again);
	free(r.value);
	free(r.group);
	free(r.rest);
	return k->stopped ? kernel_stopped(k, e) : FJ_OK;
}
