/* SPDX-License-Identifier: Apache-2.0 */
/* Places on a sphere of 6,378,100 m, as other engines of this language do it. */
#include <math.h>
#include <string.h>

#include "form/fn_i.h"
#include "form/inst_i.h"

#define RADIUS 6378100.0
#define RAD (3.14159265358979323846 / 180)

struct point {
	double lat, lon;
};

struct points {
	struct point *v;
	size_t n;
};

/* "lat lon .." ; .. ; .. */
static bool
parse_into(struct ev *ev, struct points *l, const char *s)
{
	size_t count = 1, k, a, b;
	const char *c;
	struct point *v;

	for (c = s; *c != '\0'; c++)
		count += *c == ';';
	v = scratch_alloc(ev->mem, (l->n + count) * sizeof(*v));
	if (l->n > 0)
		memcpy(v, l->v, l->n * sizeof(*v));
	l->v = v;
	while (ev_step(ev, 1)) {
		s += strspn(s, " ;\t");
		if (*s == '\0')
			return true;
		a = strcspn(s, " ;");
		v[l->n].lat = number_parse(s, a);
		s += a;
		s += strspn(s, " ");
		b = strcspn(s, " ;");
		v[l->n].lon = number_parse(s, b);
		if (isnan(v[l->n].lat) || isnan(v[l->n].lon))
			return false;
		l->n++;
		k = strcspn(s, ";");
		s += k;
	}
	return false;
}

static bool
points_of(struct ev *ev, const struct expr *x, size_t first, struct points *l)
{
	struct ev_each it;
	struct val v;

	memset(l, 0, sizeof(*l));
	ev_each_start(&it, x, first);
	while (ev_each_next(ev, &it, &v))
		if (!parse_into(ev, l, val_to_str(ev->mem, &v, NULL)))
			return false;
	return !ev->failed;
}

static double
distance(const struct point *a, const struct point *b)
{
	double dl = (b->lon - a->lon) * RAD, p = a->lat * RAD, q = b->lat * RAD;
	double c = sin(p) * sin(q) + cos(p) * cos(q) * cos(dl);

	if (a->lat == b->lat && a->lon == b->lon)
		return 0;
	return acos(fmax(-1, fmin(1, c))) * RADIUS;
}

struct val
fn_distance(struct ev *ev, const struct expr *x)
{
	struct points l;
	double sum = 0;
	size_t i;

	if (!points_of(ev, x, 0, &l))
		return val_num(NAN);
	for (i = 1; i < l.n; i++)
		sum += distance(&l.v[i - 1], &l.v[i]);
	return val_num(number_round(sum, 2, false));
}

/* Between each edge and the pole, on the sphere; exact for edges along parallels. */
struct val
fn_area(struct ev *ev, const struct expr *x)
{
	struct points l;
	double sum = 0;
	size_t i;

	if (!points_of(ev, x, 0, &l))
		return val_num(NAN);
	for (i = 0; l.n >= 3 && i < l.n; i++) {
		const struct point *a = &l.v[i], *b = &l.v[(i + 1) % l.n];

		sum += (b->lon - a->lon) * RAD * (2 + sin(a->lat * RAD) + sin(b->lat * RAD));
	}
	return val_num(number_round(fabs(sum) * RADIUS * RADIUS / 2, 2, false));
}

struct val
fn_geofence(struct ev *ev, const struct expr *x)
{
	struct points p = {0}, shape;
	bool inside = false;
	size_t i, k;

	if (!parse_into(ev, &p, ev_str(ev, x->arg[0], NULL)) || p.n == 0 ||
	    !points_of(ev, x, 1, &shape) || shape.n < 3)
		return val_bool(false);
	for (i = 0, k = shape.n - 1; i < shape.n; k = i++) {
		const struct point *a = &shape.v[i], *b = &shape.v[k];

		if ((a->lon > p.v->lon) != (b->lon > p.v->lon) &&
		    p.v->lat < (b->lat - a->lat) * (p.v->lon - a->lon) / (b->lon - a->lon) +
		    a->lat)
			inside = !inside;
	}
	return val_bool(inside);
}

static double
side(const struct point *a, const struct point *b, const struct point *c)
{
	return (b->lon - a->lon) * (c->lat - a->lat) - (b->lat - a->lat) * (c->lon - a->lon);
}

static bool
crosses(const struct point *a, const struct point *b, const struct point *c,
    const struct point *d)
{
	return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

struct val
fn_intersects(struct ev *ev, const struct expr *x)
{
	struct points l;
	size_t i, k;

	if (!points_of(ev, x, 0, &l))
		return val_bool(false);
	for (i = 1; i < l.n; i++)
		for (k = i + 2; k < l.n && ev_step(ev, 1); k++)
			if (crosses(&l.v[i - 1], &l.v[i], &l.v[k - 1], &l.v[k]))
				return val_bool(true);
	return val_bool(false);
}
