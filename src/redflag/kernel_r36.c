/* SPDX-License-Identifier: Apache-2.0 */
/* R36, samples with the very same set of values.
 * 100,000 reports: SQL 0.74 s (a sort and sums of each raw value, then of each run). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "redflag/kernel_group.h"
#include "redflag/kernel_vector.h"
#include "redflag/kernels.h"

enum {
	KEY = 5,		/* n, s1, s2, mx, mn */
};

/* Sums over the values of a sample. */
struct sums {
	int64_t n, s1, s2, src;
	double most, least, digits;
	bool values, digits_known, runs;
};

struct same {
	uint32_t samples, first;	/* first: by its name */
};

struct r36 {
	struct kvector x;
	struct kreport report;
	double min_n;
	struct kgroups sets;
	struct same *same;
	uint32_t cap;
};

/* What a value says, as the SQL counts it; STORE_NULL where it is NULL. */
static double
digits_of(double v, int64_t rep, int64_t decimals)
{
	static const double from[] = {0.0095, 0.095, 0.95, 9.5, 95, 950};
	int i;

	if (rep != STORE_NULL && rep > 1)
		return 0.5;
	if (v < 0.00095)
		return 1;
	if (decimals == STORE_NULL)
		return NAN;
	for (i = 0; i < 6; i++)
		if (v < from[i])
			return (double)(decimals - 2 + i);
	return (double)(decimals + 4);
}

static void
add_value(struct sums *s, const struct kvector *x, uint32_t row)
{
	double v = col_real(&x->v, row);
	double d = digits_of(v, col_int(&x->rep, row), col_int(&x->decimals, row));
	int64_t whole;

	s->n++;
	if (!isnan(d)) {
		s->digits += d;
		s->digits_known = true;
	}
	if (isnan(v))
		return;
	whole = kvector_whole(v);
	s->s1 += whole;
	s->s2 += kvector_square(whole);
	s->most = s->values && s->most > v ? s->most : v;
	s->least = s->values && s->least < v ? s->least : v;
	s->values = true;
}

static void
add_run(struct sums *s, const struct kvector *x, uint32_t run)
{
	uint32_t n, i;
	const uint32_t *row = kvector_values(x, run, &n);
	int64_t src = kernel_src(&x->run, run), before = s->n;

	for (i = 0; i < n; i++)
		if (col_int(&x->nd, row[i]) == 0)
			add_value(s, x, row[i]);
	if (s->n == before)
		return;
	s->src = s->runs && s->src < src ? s->src : src;
	s->runs = true;
}

/* Sums of the runs row[from..to). */
static struct sums
sums_of(const struct kvector *x, const uint32_t *row, uint32_t from, uint32_t to)
{
	struct sums s = {0};
	uint32_t i;

	for (i = from; i < to; i++)
		add_run(&s, x, row[i]);
	return s;
}

static void
key_of(const struct sums *s, int64_t *key)
{
	key[0] = s->n;
	key[1] = s->s1;
	key[2] = s->s2;
	key[3] = kgroup_real(s->most);
	key[4] = kgroup_real(s->least);
}

static bool
earlier(const struct r36 *r, uint32_t a, uint32_t b)
{
	if (a == 0 || b == 0)
		return a != 0;
	return strcmp(store_text(r->x.k->s, a, NULL), store_text(r->x.k->s, b, NULL)) < 0;
}

static void
add_sample(struct r36 *r, uint32_t sample, const struct sums *s)
{
	int64_t key[KEY];
	uint32_t g, before = r->sets.n;

	if (!s->values || !s->digits_known || (double)s->n < r->min_n ||
	    s->digits < r->x.digits)
		return;
	key_of(s, key);
	g = kgroups_add(&r->sets, key);
	r->same = kgroups_room(&r->sets, r->same, &r->cap, sizeof(*r->same));
	if (r->sets.n > before)
		r->same[g] = (struct same){0, sample};
	r->same[g].samples++;
	if (earlier(r, sample, r->same[g].first))
		r->same[g].first = sample;
}

static bool
tell(struct r36 *r, uint32_t sample, const struct sums *s, const struct same *same)
{
	struct ktext src, d;

	ktext_begin(&src);
	ktext_put(&src, "test_run:");
	ktext_int(&src, s->src);
	ktext_begin(&d);
	ktext_int(&d, same->samples);
	ktext_put(&d, " 个样品的 ");
	ktext_int(&d, s->n);
	ktext_put(&d, " 个值全部相同，首个为 ");
	ktext_word(&d, r->x.k, same->first);
	ktext_put(&d, " | ");
	ktext_int(&d, s->n);
	ktext_put(&d, " equal values in ");
	ktext_int(&d, same->samples);
	ktext_put(&d, " samples, first ");
	ktext_word(&d, r->x.k, same->first);
	return kernel_hit(&r->report, sample, ktext(&src), same->samples, ktext(&d));
}

static bool
tell_sample(struct r36 *r, uint32_t sample, const struct sums *s)
{
	int64_t key[KEY];
	uint32_t g;

	if (!s->values)
		return true;
	key_of(s, key);
	g = kgroups_find(&r->sets, key);
	return g == KGROUP_NONE || r->same[g].samples < 2 ||
	    tell(r, sample, s, &r->same[g]);
}

/* Runs without a sample are one sample, too: GROUP BY says so. */
static struct sums
sums_of_none(const struct kvector *x)
{
	struct sums s = {0};
	uint32_t i;

	for (i = 0; i < x->run.rows; i++)
		if (col_word(&x->sample_no, i) == 0)
			add_run(&s, x, i);
	return s;
}

/* Every sample: counted the first time, told the second. */
static void
all_samples(struct r36 *r, bool second)
{
	uint32_t n, at = 0, from, word;
	const uint32_t *row = store_index_all(r->x.runs, &n);
	struct sums s = sums_of_none(&r->x);

	if (!second)
		add_sample(r, 0, &s);
	else if (!tell_sample(r, 0, &s))
		return;
	while (at < n) {
		from = at;
		if (kernel_tick(r->x.k, at))
			return;
		word = kvector_next(&r->x, row, n, &at);
		s = sums_of(&r->x, row, from, at);
		if (!second)
			add_sample(r, word, &s);
		else if (!tell_sample(r, word, &s))
			return;
	}
}

enum fj_rc
kernel_r36(struct kernel *k, struct fj_err *e)
{
	struct r36 r = {.min_n = kernel_param(k, "min_n")};

	if (!kvector_init(&r.x, k) || !kernel_reports(k, &r.report))
		return FJ_NOMEM;
	kgroups_init(&r.sets, KEY);
	all_samples(&r, false);
	if (!k->stopped)
		all_samples(&r, true);
	kgroups_release(&r.sets);
	free(r.same);
	return k->stopped ? kernel_stopped(k, e) : FJ_OK;
}
