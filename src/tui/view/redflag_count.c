/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/redflag_count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xalloc.h"

struct tallies {
	struct flag_tally *v;
	size_t n;
	struct map *seen;	/* "what grade report": counted */
};

static struct flag_tally *
clause_tally(struct tallies *t, const char *clause)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->v[i].clause, clause) == 0)
			return &t->v[i];
	t->v = xrealloc(t->v, t->n + 1, sizeof(*t->v));
	memset(&t->v[t->n], 0, sizeof(t->v[0]));
	snprintf(t->v[t->n].clause, sizeof(t->v[0].clause), "%s", clause);
	return &t->v[t->n++];
}

/* Is it the first hit of this report for that purpose? */
static bool
first(struct tallies *t, const char *what, char grade, const char *report)
{
	char *key = xasprintf("%s %c %s", what, grade, report);
	bool is = map_put(t->seen, key, strlen(key), t) == NULL;

	free(key);
	return is;
}

static void
count_mark(struct flag_tally *f, const struct redflag_hit *h)
{
	f->hits++;
	f->confirmed += h->mark == REDFLAG_CONFIRMED ? 1 : 0;
	f->ruled_out += h->mark == REDFLAG_RULED_OUT ? 1 : 0;
}

static void
count_clause(struct tallies *t, const char *clause, const struct redflag_hit *h)
{
	struct flag_tally *f = clause_tally(t, clause);

	count_mark(f, h);
	if (h->mark == REDFLAG_RULED_OUT || h->report_no[0] == '\0' || h->rule->grade == 'C')
		return;
	f->reports += first(t, clause, '*', h->report_no) ? 1 : 0;
	if (h->rule->grade == 'A')
		f->reports_a += first(t, clause, 'A', h->report_no) ? 1 : 0;
}

static int
by_reports(const void *a, const void *b)
{
	const struct flag_tally *x = a, *y = b;

	if (x->reports_a != y->reports_a)
		return x->reports_a < y->reports_a ? 1 : -1;
	if (x->reports != y->reports)
		return x->reports < y->reports ? 1 : -1;
	return strcmp(x->clause, y->clause);
}

size_t
flag_by_clause(const struct screening *sc, struct flag_tally **out)
{
	struct tallies t = {.seen = map_new()};
	size_t i, n = screening_hits(sc);
	int k;

	for (i = 0; i < n; i++) {
		const struct redflag_hit *h = screening_hit(sc, i);

		for (k = 0; k < h->rule->clauses; k++)
			count_clause(&t, h->rule->clause[k], h);
	}
	map_free(&t.seen, NULL);
	if (t.n > 0)
		qsort(t.v, t.n, sizeof(*t.v), by_reports);
	*out = t.v;
	return t.n;
}

void
flag_by_grade(const struct screening *sc, struct flag_tally out[3])
{
	struct tallies t = {.seen = map_new()};
	size_t i, n = screening_hits(sc);

	memset(out, 0, 3 * sizeof(*out));
	for (i = 0; i < 3; i++)
		out[i].grade = (char)('A' + i);
	for (i = 0; i < n; i++) {
		const struct redflag_hit *h = screening_hit(sc, i);
		struct flag_tally *f = &out[h->rule->grade == 'A' ? 0 : h->rule->grade == 'B' ? 1 : 2];

		count_mark(f, h);
		if (h->mark != REDFLAG_RULED_OUT && h->report_no[0] != '\0')
			f->reports += first(&t, "", f->grade, h->report_no) ? 1 : 0;
	}
	map_free(&t.seen, NULL);
}
