/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/kernel_days.h"

enum {
	DAY = 86400,
};

static int64_t
day_of(int64_t at)
{
	return at == STORE_NULL ? STORE_NULL : (at - at % DAY) / DAY;
}

bool
kday_next(const struct ktable *t, const struct store_col *time, const uint32_t *row,
    uint32_t n, uint32_t *at, struct kday *d)
{
	uint32_t i = *at;

	if (i >= n)
		return false;
	d->day = day_of(col_int(time, row[i]));
	d->row = row + i;
	d->first = d->last = kernel_src(t, row[i]);
	for (; i < n && day_of(col_int(time, row[i])) == d->day; i++) {
		int64_t src = kernel_src(t, row[i]);

		d->first = src < d->first ? src : d->first;
		d->last = src > d->last ? src : d->last;
	}
	d->n = i - *at;
	*at = i;
	return true;
}

void
kday_src(struct ktext *to, const struct ktable *t, const struct kday *d)
{
	const char *name = schema_tables()[t->table].name;

	ktext_begin(to);
	ktext_put(to, name);
	ktext_put(to, ":");
	ktext_int(to, d->first);
	ktext_put(to, ";");
	ktext_put(to, name);
	ktext_put(to, ":");
	ktext_int(to, d->last);
}
