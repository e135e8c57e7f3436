/* SPDX-License-Identifier: Apache-2.0 */
/* People, instruments and days of the rows behind the hits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/map.h"
#include "base/xalloc.h"
#include "os/loop.h"
#include "tui/view/redflag_count.h"
#include "tui/view/redflag_time.h"

enum {
	HITS_MAX = 3000,	/* each is a question to the helper */
	STEP = 8,
	NAME_MAX_BYTES = 120,
};

struct groups {
	struct screening *sc;	/* borrowed: its owner is the view that owns this too */
	struct map *by_name;	/* "kind name" -> index + 1 */
	struct group *v;
	size_t n;
	struct id *hit;		/* to ask about; hits move */
	size_t done, all;
	uint64_t work;
};

static const char *const person_columns[] = {
	"operator", "approved_by", "compiled_by", "reviewed_by", "sampler1", "sampler2",
	"person_id", "received_by",
};
/* The first that a row has is its day. */
static const char *const day_columns[] = {
	"started_at", "issued_at", "approved_at", "collected_at", "received_at", "recorded_at",
	"used_at", "changed_at", "on_at", "paid_at",
};

static void
add(struct groups *g, enum group_kind kind, const char *name, const struct id *hit)
{
	char *key = xasprintf("%d %s", (int)kind, name);
	size_t at = (size_t)(uintptr_t)map_get(g->by_name, key, strlen(key));
	struct group *p;

	if (at == 0) {
		g->v = xrealloc(g->v, g->n + 1, sizeof(*g->v));
		memset(&g->v[g->n], 0, sizeof(*g->v));
		g->v[g->n].kind = kind;
		g->v[g->n].name = xstrdup(name);
		at = ++g->n;
		map_put(g->by_name, key, strlen(key), (void *)(uintptr_t)at);
	}
	free(key);
	p = &g->v[at - 1];
	if (p->n > 0 && id_eq(&p->hit[p->n - 1], hit))
		return;
	p->hit = xrealloc(p->hit, p->n + 1, sizeof(*p->hit));
	p->hit[p->n++] = *hit;
}

static bool
is_one(const char *name, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static void
add_day(struct groups *g, const struct redflag_row *row, const struct id *hit)
{
	char text[DATE_TEXT + 1];
	size_t i, k;
	int64_t at;
	bool clock;

	for (k = 0; k < sizeof(day_columns) / sizeof(day_columns[0]); k++)
		for (i = 0; i < row->cells; i++)
			if (strcmp(row->cell[i].column, day_columns[k]) == 0 &&
			    seized_time(row->cell[i].text, &at, &clock)) {
				date_format(at / 86400, text);
				add(g, GROUP_DAY, text, hit);
				return;
			}
}

static void
add_row(struct groups *g, const struct redflag_row *row, const struct id *hit)
{
	size_t i;

	for (i = 0; i < row->cells; i++) {
		const struct redflag_cell *c = &row->cell[i];
		char name[NAME_MAX_BYTES];

		if (c->text[0] == '\0' || strlen(c->text) >= sizeof(name))
			continue;
		snprintf(name, sizeof(name), "%s", c->text);
		if (is_one(c->column, person_columns, sizeof(person_columns) / sizeof(person_columns[0])))
			add(g, GROUP_PERSON, name, hit);
		else if (strcmp(c->column, "instrument_id") == 0)
			add(g, GROUP_INSTRUMENT, name, hit);
	}
	add_day(g, row, hit);
}

static void
ask(struct groups *g, const struct id *id)
{
	const struct redflag_hit *h = screening_find(g->sc, id);
	struct redflag_rows *rows;
	struct fj_err e;
	size_t i;

	if (h == NULL || h->mark == REDFLAG_RULED_OUT || h->src[0] == '\0')
		return;
	/* What cannot be asked has no group; the hit itself says more when it is opened. */
	if (redflags_rows(g->sc->r, h->src, &rows, &e) != FJ_OK)
		return;
	for (i = 0; i < redflag_rows_count(rows); i++)
		add_row(g, redflag_rows_at(rows, i), id);
	redflag_rows_free(&rows);
}

static int
by_hits(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->name, y->name);
}

static bool
work(void *ctx)
{
	struct groups *g = ctx;
	int i;

	for (i = 0; i < STEP && g->done < g->all; i++)
		ask(g, &g->hit[g->done++]);
	if (g->done < g->all && screening_can_ask(g->sc))
		return true;
	g->all = g->done;
	g->work = 0;
	if (g->n > 0)
		qsort(g->v, g->n, sizeof(*g->v), by_hits);
	g->sc->gen++;
	ui_dirty(g->sc->s->ui);
	return false;
}

struct groups *
groups_new(struct screening *sc)
{
	struct groups *g = xcalloc(1, sizeof(*g));
	size_t i, n = screening_hits(sc);

	g->sc = sc;
	g->by_name = map_new();
	g->hit = xcalloc(n < HITS_MAX ? n : HITS_MAX, sizeof(*g->hit));
	for (i = 0; i < n && g->all < HITS_MAX; i++)
		g->hit[g->all++] = screening_hit(sc, i)->id;
	g->work = loop_work(sc->s->loop, work, g);
	return g;
}

void
groups_free(struct groups **at)
{
	struct groups *g = *at;
	size_t i;

	*at = NULL;
	if (g == NULL)
		return;
	if (g->work != 0)
		loop_work_cancel(g->sc->s->loop, g->work);
	for (i = 0; i < g->n; i++) {
		free(g->v[i].name);
		free(g->v[i].hit);
	}
	free(g->v);
	free(g->hit);
	map_free(&g->by_name, NULL);
	free(g);
}

void
groups_progress(const struct groups *g, size_t *done, size_t *all)
{
	*done = g->done;
	*all = g->all;
}

const struct group *
groups_at(const struct groups *g, enum group_kind k, size_t i)
{
	size_t at;

	/* Not in order yet. */
	if (g->work != 0)
		return NULL;
	for (at = 0; at < g->n; at++)
		if (g->v[at].kind == k && i-- == 0)
			return &g->v[at];
	return NULL;
}
