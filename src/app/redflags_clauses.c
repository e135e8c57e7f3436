/* SPDX-License-Identifier: Apache-2.0 */
/* The headline of a screening: different reports behind each clause; words of a hit. */
#include <stdlib.h>
#include <string.h>

#include "app/redflags_i.h"
#include "base/map.h"
#include "base/xalloc.h"

enum {
	CLAUSES_MAX = 64,
};

struct tally {
	struct redflag_clause *row;
	size_t n;
	struct map *seen, *seen_a;	/* "clause\0report" */
};

static struct redflag_clause *
row_of(struct tally *t, const char *clause)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->row[i].clause, clause) == 0)
			return &t->row[i];
	if (t->n == CLAUSES_MAX)
		return NULL;
	t->row[t->n].clause = clause;
	return &t->row[t->n++];
}

static bool
is_new(struct map *seen, const char *clause, const char *report)
{
	char *key = xasprintf("%s %s", clause, report);
	bool fresh = map_put(seen, key, strlen(key), seen) == NULL;

	free(key);
	return fresh;
}

static void
count_hit(struct tally *t, struct redflag_clause *c, const struct redflag_hit *h)
{
	c->hits++;
	if (h->report_no[0] == '\0' || h->rule->grade == 'C')
		return;
	if (is_new(t->seen, c->clause, h->report_no))
		c->reports++;
	if (h->rule->grade == 'A' && is_new(t->seen_a, c->clause, h->report_no))
		c->reports_a++;
}

static int
most_first(const void *a, const void *b)
{
	const struct redflag_clause *x = a, *y = b;

	if (x->reports_a != y->reports_a)
		return x->reports_a > y->reports_a ? -1 : 1;
	if (x->reports != y->reports)
		return x->reports > y->reports ? -1 : 1;
	return strcmp(x->clause, y->clause);
}

size_t
redflags_clauses(const struct redflags *r, struct redflag_clause **out)
{
	struct tally t = {.row = xcalloc(CLAUSES_MAX, sizeof(*t.row)), .seen = map_new(),
	    .seen_a = map_new()};
	size_t i, h;
	int k;

	for (i = 0; i < r->rules; i++) {
		const struct session_rule *s = r->rule[i];

		for (k = 0; s->n > 0 && k < s->pub.clauses; k++) {
			struct redflag_clause *c = row_of(&t, s->pub.clause[k]);

			if (c == NULL)
				continue;
			c->rules++;
			for (h = 0; h < s->n; h++)
				count_hit(&t, c, &s->hit[h]);
		}
	}
	for (i = 0; i < t.n; i++)
		t.row[i].serious = t.row[i].reports_a >= REDFLAGS_SERIOUS;
	qsort(t.row, t.n, sizeof(*t.row), most_first);
	map_free(&t.seen, NULL);
	map_free(&t.seen_a, NULL);
	*out = t.row;
	return t.n;
}

/* "PREFIX 中文 | english TAIL": what stands on both sides of the bar belongs to one
 * language; without a bar it is for both. */
void
redflag_detail(const struct redflag_hit *h, const char *lang, struct fj_buf *out)
{
	const char *bar = strstr(h->detail, " | ");

	if (bar == NULL)
		fj_buf_puts(out, h->detail);
	else if (strcmp(lang, "en") == 0)
		fj_buf_puts(out, bar + 3);
	else
		fj_buf_add(out, h->detail, (size_t)(bar - h->detail));
}
