/* SPDX-License-Identifier: Apache-2.0 */
/* R20, a sampler at two places too far apart for the time between.
 * Environment, 100,000 reports: SQL 0.9 s (a union, a sort and five windows over each
 * sampler of each sample). */
#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "redflag/kernel_lag.h"
#include "redflag/kernels.h"

#define KM_OF_DEGREE 111.2

struct r20 {
	struct kernel *k;
	struct ktable sample;
	struct store_col no, from, to, lat, lon, who[2];
	const struct store_index *by[2];	/* sampler1, sampler2 */
	struct kreport report;
	double kmh, min_km, coslat;
	struct klag places;			/* of the present person */
	uint32_t *against;	/* by row: how many places this one contradicts */
};

static bool
prepare(struct r20 *r)
{
	r->sample = kernel_table(r->k->s, "sample");
	r->no = kernel_col(&r->sample, "sample_no");
	r->from = kernel_col(&r->sample, "collected_at");
	r->to = kernel_col(&r->sample, "collected_end_at");
	r->lat = kernel_col(&r->sample, "lat");
	r->lon = kernel_col(&r->sample, "lon");
	r->who[0] = kernel_col(&r->sample, "sampler1");
	r->who[1] = kernel_col(&r->sample, "sampler2");
	r->by[0] = kernel_index(&r->sample, "sampler1", "collected_at");
	r->by[1] = kernel_index(&r->sample, "sampler2", "collected_at");
	r->kmh = kernel_param(r->k, "kmh");
	r->min_km = kernel_param(r->k, "min_km");
	r->coslat = kernel_param(r->k, "coslat");
	r->against = xcalloc((size_t)r->sample.rows + 1, sizeof(*r->against));
	return r->by[0] != NULL && r->by[1] != NULL && kernel_reports(r->k, &r->report);
}

/* From at[-1] to at[0]. */
struct way {
	uint32_t person;
	const uint32_t *at;
	double d2, hours;
};

/* The report of one of the two; decided: only of this. */
static bool
tell(struct r20 *r, const struct way *w, uint32_t named, bool decided)
{
	const uint32_t *at = w->at;
	struct ktext src, d;

	ktext_begin(&src);
	ktext_src(&src, &r->sample, at[-1]);
	ktext_put(&src, ";");
	ktext_src(&src, &r->sample, at[0]);
	ktext_begin(&d);
	ktext_word(&d, r->k, w->person);
	ktext_put(&d, " 距离平方（平方公里）");
	ktext_int(&d, (int64_t)w->d2);
	ktext_put(&d, "，间隔 ");
	ktext_int(&d, (int64_t)(w->hours * 60));
	ktext_put(&d, " 分钟");
	ktext_put(&d, decided ? "；本份与更多处矛盾" : "");
	ktext_put(&d, " | ");
	ktext_word(&d, r->k, w->person);
	ktext_put(&d, " squared km ");
	ktext_int(&d, (int64_t)w->d2);
	ktext_put(&d, " in ");
	ktext_int(&d, (int64_t)(w->hours * 60));
	ktext_put(&d, " minutes");
	ktext_put(&d, decided ?
	    "; this one contradicts more places" : "");
	return kernel_hit(&r->report, col_word(&r->no, named), ktext(&src), w->d2, ktext(&d));
}

static bool
tell_pair(struct r20 *r, const struct way *w)
{
	uint32_t a = r->against[w->at[0]], b = r->against[w->at[-1]];

	return (a < b || tell(r, w, w->at[0], a > b)) &&
	    (b < a || tell(r, w, w->at[-1], b > a));
}

/* Is the way from at[-back] to at[0] impossible? */
static bool
impossible(const struct r20 *r, uint32_t person, const uint32_t *at, int back, struct way *w)
{
	int64_t before = col_int(&r->to, at[-back]), from = col_int(&r->from, at[0]);
	double north = (col_real(&r->lat, at[0]) - col_real(&r->lat, at[-back])) * KM_OF_DEGREE;
	double east = (col_real(&r->lon, at[0]) - col_real(&r->lon, at[-back])) * KM_OF_DEGREE *
	    r->coslat;
	double d2 = north * north + east * east, hours = 0;

	*w = (struct way){person, at, d2, hours};
	if (before == STORE_NULL)
		return false;
	if (from != STORE_NULL && from > before)
		w->hours = hours = (double)(from - before) / 3600.0;
	return d2 > r->min_km * r->min_km && d2 > r->kmh * hours * (r->kmh * hours);
}

static void
add_places(struct r20 *r, const uint32_t *row, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (!isnan(col_real(&r->lat, row[i])))
			klag_add(&r->places, row + i, 1, 1);
}

/* false: no memory. */
static bool
one_person(struct r20 *r, uint32_t person)
{
	const uint32_t *row;
	uint32_t n, i, *at;
	struct way w;
	int k;

	r->places.n = 0;
	for (k = 0; k < 2; k++) {
		row = store_index_rows(r->by[k], person, &n);
		add_places(r, row, n);
	}
	if (!klag_sort(&r->places, &r->sample, "collected_at", "collected_end_at"))
		return false;
	for (i = 0; i < r->places.n; i++)
		r->against[r->places.row[i]] = 0;
	for (i = 1; i < r->places.n && !kernel_tick(r->k, i); i++) {
		at = r->places.row + i;
		for (k = 1; k <= 2 && (uint32_t)k <= i; k++)
			if (impossible(r, person, at, k, &w)) {
				r->against[at[0]]++;
				r->against[at[-k]]++;
			}
	}
	for (i = 1; i < r->places.n && !r->k->stopped; i++)
		if (impossible(r, person, r->places.row + i, 1, &w) && !tell_pair(r, &w))
			break;
	return true;
}

/* Each person once: those of sampler2 who never were sampler1 come after. */
static bool
all_people(struct r20 *r)
{
	const uint32_t *row;
	uint32_t n, i, j, first, person;
	int k;

	for (k = 0; k < 2; k++) {
		row = store_index_all(r->by[k], &n);
		for (i = 0; i < n && !r->k->stopped; i = j) {
			person = col_word(&r->who[k], row[i]);
			for (j = i + 1; j < n && col_word(&r->who[k], row[j]) == person;)
				j++;
			if (k == 1)
				(void)store_index_rows(r->by[0], person, &first);
			if ((k == 0 || first == 0) && !one_person(r, person))
				return false;
		}
	}
	return true;
}

enum fj_rc
kernel_r20(struct kernel *k, struct fj_err *e)
{
	struct r20 r = {.k = k};
	bool ok = prepare(&r) && all_people(&r);

	klag_release(&r.places);
	free(r.against);
	if (k->stopped)
		return kernel_stopped(k, e);
	return ok ? FJ_OK : FJ_NOMEM;
}
