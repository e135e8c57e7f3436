/* SPDX-License-Identifier: Apache-2.0 */
/* Holidays, and the Saturdays and Sundays that are worked instead: data, since
 * they are decided year by year. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "form/form_i.h"

enum {
	FIRST_YEAR = 1990,
	YEARS = 200,
	FAR = 3660000,		/* days: no longer way is walked */
};

struct form_calendar {
	int64_t *off, *work;	/* sorted */
	size_t noff, nwork;
	bool known[YEARS];
};

static int
by_day(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int
year_of(int64_t day)
{
	int y, m, d;

	date_to_civil(day, &y, &m, &d);
	return y;
}

static enum fj_rc
days(const struct json *list, int year, int64_t **v, size_t *n, struct fj_err *e)
{
	const struct json *item;
	int64_t day;

	if (list == NULL)
		return FJ_OK;
	*v = xrealloc(*v, *n + (size_t)list->count + 1, sizeof(**v));
	json_each(item, list) {
		if (json_text(item) == NULL || !date_parse(item->text, item->len, &day) ||
		    year_of(day) != year)
			return fj_fail(e, FJ_INVAL, "calendar.date", "s",
			    item->text != NULL ? item->text : "");
		(*v)[(*n)++] = day;
	}
	return FJ_OK;
}

static enum fj_rc
one_year(struct form_calendar *c, const struct json *at, struct fj_err *e)
{
	char *end;
	long year = strtol(at->key, &end, 10);
	enum fj_rc rc;

	if (at->type != JSON_OBJECT || *end != '\0' || year < FIRST_YEAR ||
	    year >= FIRST_YEAR + YEARS)
		return fj_fail(e, FJ_INVAL, "calendar.shape", "");
	rc = days(json_get(at, "off"), (int)year, &c->off, &c->noff, e);
	if (rc == FJ_OK)
		rc = days(json_get(at, "work"), (int)year, &c->work, &c->nwork, e);
	c->known[year - FIRST_YEAR] = true;
	return rc;
}

enum fj_rc
form_calendar_load(const char *p, size_t n, struct form_calendar **out, struct fj_err *e)
{
	struct form_calendar *c = xcalloc(1, sizeof(*c));
	const struct json *years, *item;
	struct json_doc *doc = NULL;
	enum fj_rc rc = json_parse(p, n, &doc, e);

	years = rc == FJ_OK ? json_get(json_root(doc), "years") : NULL;
	if (rc == FJ_OK && (years == NULL || years->type != JSON_OBJECT))
		rc = fj_fail(e, FJ_INVAL, "calendar.shape", "");
	if (rc == FJ_OK)
		json_each(item, years)
			if (rc == FJ_OK)
				rc = one_year(c, item, e);
	json_free(&doc);
	if (c->noff > 0)
		qsort(c->off, c->noff, sizeof(*c->off), by_day);
	if (c->nwork > 0)
		qsort(c->work, c->nwork, sizeof(*c->work), by_day);
	if (rc != FJ_OK)
		form_calendar_free(&c);
	*out = c;
	return rc;
}

void
form_calendar_free(struct form_calendar **cp)
{
	struct form_calendar *c = *cp;

	if (c == NULL)
		return;
	free(c->off);
	free(c->work);
	free(c);
	*cp = NULL;
}

bool
form_calendar_knows(const struct form_calendar *c, int year)
{
	return c != NULL && year >= FIRST_YEAR && year < FIRST_YEAR + YEARS &&
	    c->known[year - FIRST_YEAR];
}

static bool
listed(const int64_t *v, size_t n, int64_t day)
{
	return n > 0 && bsearch(&day, v, n, sizeof(*v), by_day) != NULL;
}

bool
form_calendar_working(const struct form_calendar *c, int64_t day)
{
	int weekday = date_weekday(day);

	if (c != NULL && listed(c->off, c->noff, day))
		return false;
	if (c != NULL && listed(c->work, c->nwork, day))
		return true;
	return weekday != 0 && weekday != 6;
}

int64_t
form_calendar_add(const struct form_calendar *c, int64_t day, int64_t n, bool *known)
{
	int64_t step = n < 0 ? -1 : 1, walked;

	*known = form_calendar_knows(c, year_of(day));
	for (walked = 0; n != 0 && walked < FAR; walked++) {
		day += step;
		if (!form_calendar_knows(c, year_of(day)))
			*known = false;
		if (form_calendar_working(c, day))
			n -= step;
	}
	return day;
}

void
form_use_calendar(struct form *f, const struct form_calendar *c)
{
	f->calendar = c;
}
