/* SPDX-License-Identifier: Apache-2.0 */
#include "sheet/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"

struct merged {
	struct sheet_range at;
	struct sheet_cell value;	/* text and raw are owned */
	char *text, *raw;
};

struct merge {
	struct merged *range;		/* by first row */
	size_t n, next;			/* ranges from next on have not begun */
	size_t *active, actives;
};

static int
by_row(const void *a, const void *b)
{
	const struct merged *x = a, *y = b;

	return x->at.row < y->at.row ? -1 : x->at.row > y->at.row;
}

struct merge *
merge_new(const struct sheet_range *range, size_t n)
{
	struct merge *m = xcalloc(1, sizeof(*m));
	size_t i;

	m->range = xcalloc(n, sizeof(*m->range));
	m->active = xcalloc(n, sizeof(*m->active));
	m->n = n;
	for (i = 0; i < n; i++)
		m->range[i].at = range[i];
	qsort(m->range, n, sizeof(*m->range), by_row);
	return m;
}

static void
forget(struct merged *x)
{
	free(x->text);
	free(x->raw);
	x->text = x->raw = NULL;
}

void
merge_free(struct merge **m)
{
	size_t i;

	if (*m == NULL)
		return;
	for (i = 0; i < (*m)->n; i++)
		forget(&(*m)->range[i]);
	free((*m)->range);
	free((*m)->active);
	free(*m);
	*m = NULL;
}

/* The texts of a row that is still being made stand in its buffer. */
static char *
copy(const struct reading *r, uint32_t at, const char *p)
{
	return xstrdup(at != 0 ? r->text.p + at - 1 : p);
}

/* A range begins with this row: keep what its first cell holds. */
static void
begin(struct merge *m, size_t i, const struct reading *r, uint32_t number)
{
	struct merged *x = &m->range[i];
	size_t c = x->at.column - 1;

	if (x->at.row != number || c >= r->count || r->cell[c].kind == CELL_EMPTY)
		return;
	x->value = r->cell[c];
	x->text = copy(r, r->at[c].text, r->cell[c].text);
	x->raw = copy(r, r->at[c].raw, r->cell[c].raw);
	x->value.text = x->text;
	x->value.raw = x->raw;
	x->value.merged = true;
	m->active[m->actives++] = i;
}

static enum fj_rc
fill(const struct merged *x, struct reading *r, uint32_t number, struct fj_err *e)
{
	struct sheet_cell *cell;
	enum fj_rc rc = FJ_OK;
	uint32_t c;

	for (c = x->at.column; c <= x->at.last_column && rc == FJ_OK; c++) {
		if (number == x->at.row && c == x->at.column)
			continue;
		rc = reading_cell(r, number, c, &cell, e);
		if (rc != FJ_OK)
			break;
		*cell = x->value;
		r->at[c - 1] = (struct cell_at){0, 0};
	}
	r->cells += x->at.last_column - x->at.column;	/* work counts, too */
	return rc;
}

enum fj_rc
merge_fill(struct merge *m, struct reading *r, uint32_t number, struct fj_err *e)
{
	enum fj_rc rc = FJ_OK;
	size_t i = 0;

	for (; m->next < m->n && m->range[m->next].at.row <= number; m->next++)
		begin(m, m->next, r, number);
	r->cells += m->actives;
	while (i < m->actives && rc == FJ_OK) {
		struct merged *x = &m->range[m->active[i]];

		if (x->at.last_row < number) {
			forget(x);
			m->active[i] = m->active[--m->actives];
			continue;
		}
		rc = fill(x, r, number, e);
		i++;
	}
	return rc;
}
